/* files.c - scores a trial's rows as a CSV dump and reads the output and the summary back. */
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRINT(...) arena_print(trial->arena, __VA_ARGS__).bytes

struct text_file {
  FILE *stream;
  char *bytes;
  size_t length;
};

static void add_cell(FILE *out, struct rung_text cell, bool quotes) {
  if (!quotes && (cell.length == 0 || !strpbrk(cell.bytes, ",\"\r\n"))) {
    fwrite(cell.bytes, 1, cell.length, out);
    return;
  }
  fputc('"', out);
  for (size_t i = 0; i < cell.length; i++) {
    if (cell.bytes[i] == '"') fputc('"', out);
    fputc(cell.bytes[i], out);
  }
  fputc('"', out);
}

/* The dump's rows, the header first. */
static struct rung_text *dump_rows(const struct trial *trial, uint64_t *random) {
  struct rung_text *rows = arena_alloc(trial->arena, (trial->rows + 1) * sizeof *rows);
  for (uint32_t row = 0; row <= trial->rows; row++) {
    struct text_file text = {0};
    text.stream = open_memstream(&text.bytes, &text.length);
    for (uint32_t i = 0; i < trial->columns; i++) {
      if (i) fputc(',', text.stream);
      struct rung_text cell = row ? trial->cells[(size_t)(row - 1) * trial->columns + i].text : trial->column[i].name;
      add_cell(text.stream, cell, random_below(random, 4) == 0);
    }
    fclose(text.stream);
    rows[row] = arena_copy(trial->arena, text.bytes, text.length);
    free(text.bytes);
  }
  return rows;
}

static bool write_file(const char *path, const struct rung_text *rows, uint32_t count, const char *line_end,
                       bool last_end) {
  FILE *file = fopen(path, "wb");
  if (!file) return false;
  for (uint32_t i = 0; i < count; i++)
    fprintf(file, "%.*s%s", TEXT_ARG(rows[i]), i + 1 < count || last_end ? line_end : "");
  return fclose(file) == 0;
}

static struct rung_text read_file(struct arena *arena, const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) return TEXT("");
  char *bytes = arena_alloc(arena, 1 << 22);
  size_t length = fread(bytes, 1, (1 << 22) - 1, file);
  fclose(file);
  return (struct rung_text){bytes, length};
}

/* Takes one cell off the front of `text`, and the separator behind it. */
static struct rung_text take_cell(struct arena *arena, struct rung_text *text, char *separator) {
  char *out = arena_alloc(arena, text->length + 1);
  size_t i = 0, length = 0;
  bool quoted = text->length && text->bytes[0] == '"';
  for (i = quoted; i < text->length; i++) {
    char c = text->bytes[i];
    if (quoted && c == '"' && (++i == text->length || text->bytes[i] != '"')) break;
    if (!quoted && strchr(",\r\n", c)) break;
    out[length++] = c;
  }
  *separator = i < text->length ? text->bytes[i] : '\0';
  size_t gone = i + (i < text->length);
  text->bytes += gone, text->length -= gone;
  return (struct rung_text){out, length};
}

static bool take(struct rung_text *text, struct rung_text expected) {
  if (text->length < expected.length || memcmp(text->bytes, expected.bytes, expected.length)) return false;
  text->bytes += expected.length, text->length -= expected.length;
  return true;
}

/* What the columns behind a row must say: statuses, tags, shows. */
static uint32_t expected_cells(const struct trial *trial, const rung_program *program, const struct frame *frame,
                               const struct value *answers, struct rung_text *cells) {
  uint32_t count = 0;
  struct rung_text tags = TEXT(""), last = TEXT("");
  bool any_tag = false;
  for (uint32_t i = 0; i < frame->labels; i++) {
    struct rung_label_info label = rung_program_label(program, i);
    if (label.status.length == 0) {
      any_tag = true;
      if (answers[i].i) tags = arena_print(trial->arena, "%.*s%s%.*s", TEXT_ARG(tags), tags.length ? "|" : "",
                                           TEXT_ARG(label.name));
      continue;
    }
    if (!text_equal(label.status, last)) cells[count++] = TEXT(""), last = label.status;
    if (answers[i].i) cells[count - 1] = label.name;
  }
  if (any_tag) cells[count++] = tags;
  for (uint32_t i = 0; i < frame->shows; i++) cells[count++] = slow_print(trial->arena, answers[frame->labels + i]);
  return count;
}

static const char *compare_row(const struct trial *trial, struct rung_text *output, struct rung_text raw,
                               const struct rung_text *cells, uint32_t count, const char *line_end, uint32_t row) {
  if (!take(output, raw)) return PRINT("row %u of the output does not begin with the row of the dump", row);
  char separator = ',';
  if (count && !take(output, TEXT(","))) return PRINT("row %u: no comma behind the dump's own cells", row);
  for (uint32_t i = 0; i < count; i++) {
    struct rung_text cell = take_cell(trial->arena, output, &separator);
    if (!text_equal(cell, cells[i]))
      return PRINT("row %u, result %u: \"%.*s\" instead of \"%.*s\"", row, i, TEXT_ARG(cell), TEXT_ARG(cells[i]));
    if ((i + 1 < count) != (separator == ',')) return PRINT("row %u: a wrong number of results", row);
  }
  if (count && separator != line_end[0]) return PRINT("row %u: a wrong line end", row);
  struct rung_text rest = {line_end + (count > 0), strlen(line_end) - (count > 0)};
  return take(output, rest) ? NULL : PRINT("row %u: a wrong line end", row);
}

static const char *compare_summary(const struct trial *trial, const struct frame *frame, const rung_summary *summary,
                                   const struct answers *expected) {
  uint32_t width = frame_width(frame), rules = frame->labels + frame->shows;
  struct rung_totals totals = rung_summary_totals(summary);
  if (totals.rows_read != trial->rows || totals.rows_scored != trial->rows || totals.rows_rejected)
    return "the summary counts rows wrong";
  for (uint32_t i = 0; i < width; i++) {
    uint64_t count = 0;
    for (uint32_t row = 0; row < trial->rows; row++) count += expected->at[(size_t)row * width + i].i == 1;
    if (i < frame->labels && rung_summary_label(summary, i) != count)
      return PRINT("the summary counts label %u wrong", i);
    if (i < rules) continue;
    if (rung_summary_rule(summary, i - rules) != count) return PRINT("the summary counts rule %u wrong", i - rules);
    uint64_t unknown = expected->unknown[i - rules];
    if (unknown != UINT64_MAX && rung_summary_unknown(summary, i - rules) != unknown)
      return PRINT("the summary counts %llu rows where rule %u is unknown instead of %llu",
                   (unsigned long long)rung_summary_unknown(summary, i - rules), i - rules,
                   (unsigned long long)unknown);
  }
  return NULL;
}

static const char *compare_output(const struct trial *trial, const rung_program *program, const struct frame *frame,
                                  const struct answers *expected, const struct rung_text *rows, bool slim,
                                  const char *line_end, const char *path) {
  struct rung_text output = read_file(trial->arena, path);
  struct rung_text cells[128];
  char separator;
  do {
    (void)take_cell(trial->arena, &output, &separator);
    if (separator == line_end[0]) break;
  } while (separator);
  if (!take(&output, (struct rung_text){line_end + 1, strlen(line_end) - 1})) return "a wrong line end of the header";
  for (uint32_t row = 0; row < trial->rows; row++) {
    if (!expected->kept[row]) continue;
    uint32_t count = expected_cells(trial, program, frame, expected->at + (size_t)row * frame_width(frame), cells);
    struct rung_text raw = rows[row + 1];
    if (slim) raw.length = (size_t)((const char *)memchr(raw.bytes, ',', raw.length) - raw.bytes);
    const char *trouble = compare_row(trial, &output, raw, cells, count, line_end, row);
    if (trouble) return trouble;
  }
  return output.length ? "the output has more rows than it should" : NULL;
}

/* A whole output may not have a column twice. */
static bool shows_column(const struct trial *trial, const struct frame *frame) {
  for (uint32_t i = 0; i < frame->shows; i++)
    for (uint32_t c = 0; c < trial->columns; c++)
      if (text_equal(frame->show[i]->name, trial->column[c].name)) return true;
  return false;
}

const char *machine_score(const struct trial *trial, const rung_program *program, const struct frame *frame,
                          const struct answers *expected, const char *folder) {
  static const char *const line_ends[] = {"\n", "\r\n", "\r"};
  static const uint32_t blocks[] = {1, 7, 64, 4096, 0}, batches[] = {1, 3, 64, 1024, 0};
  uint64_t random = trial->seed;
  const char *in = PRINT("%s/in.csv", folder), *out = PRINT("%s/out.csv", folder);
  const char *line_end = line_ends[random_below(&random, 3)];
  struct rung_text *rows = dump_rows(trial, &random);
  if (!write_file(in, rows, trial->rows + 1, line_end, random_below(&random, 2))) return "can't write the dump";
  struct rung_score_options options = {
      .input = in, .output = out, .today = trial->today, .slim = random_below(&random, 2) || shows_column(trial, frame),
      .key = trial->declared ? NULL : "id", .block_bytes = blocks[random_below(&random, 5)],
      .batch_rows = batches[random_below(&random, 5)], .threads = (uint32_t)random_below(&random, 4)};
  struct rung_setting settings[MOST_SETTINGS];
  for (uint32_t i = 0; i < trial->settings; i++)
    settings[i] = (struct rung_setting){trial->setting[i].name, trial->setting[i].text};
  struct rung_error error;
  rung_summary *summary = NULL;
  const char *trouble = NULL;
  if (rung_score(program, &options, settings, trial->settings, &summary, &error)) trouble = PRINT("%s", error.text);
  if (!trouble) trouble = compare_summary(trial, frame, summary, expected);
  if (!trouble) trouble = compare_output(trial, program, frame, expected, rows, options.slim, line_end, out);
  rung_summary_free(summary);
  remove(out);
  return trouble;
}
