/* write_slow.c - rows out, against a writer that looks at every byte of every row: any labels, values and quotes. */
#include <CUnit/CUnit.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random_rules.h"
#include "rungc.h"

enum { RUNS = 120, MOST_ROWS = 200, MOST_TAGS = 130, MOST_STATUS = 17, CELLS = 7, TEXT_ROOM = 512, FORMATS = 6 };

/* The columns beside the status's, the tags' and the key; each is shown by another name. */
static const char *const types[CELLS] = {"text", "integer", "number", "money", "date", "datetime", "flag"};

struct made {
  struct dice dice;
  char delimiter;
  const char *line_end;
  bool meek;                  /* names are short and need no quotes */
  size_t tag_count, status_count;
  char tags[MOST_TAGS][TEXT_ROOM], labels[MOST_STATUS][TEXT_ROOM], names[CELLS][TEXT_ROOM];
  struct stream {
    FILE *file;
    char *bytes;
    size_t length;
  } rules, dump, expected[FORMATS];
};

struct customer {
  char key[TEXT_ROOM], raw_key[2 * TEXT_ROOM + 2];
  int status;                 /* label, or -1 */
  bool tags[MOST_TAGS];
  char cells[CELLS][TEXT_ROOM], shown[CELLS][TEXT_ROOM]; /* an empty one is missing */
};

static void open_stream(struct stream *stream) {
  stream->file = open_memstream(&stream->bytes, &stream->length);
  CU_ASSERT_PTR_NOT_NULL_FATAL(stream->file);
}

/* -- Made texts ----------------------------------------------------------------------------- */

static void make_text(struct made *made, const char *const *pieces, size_t count, char *text) {
  size_t most = dice_roll(&made->dice, 8) == 0 ? 40 : dice_roll(&made->dice, 4);
  for (*text = 0; most > 0; most--) strcat(text, pieces[dice_roll(&made->dice, (uint32_t)count)]);
}

static void make_cell_text(struct made *made, char *text) {
  char delimiter[] = {made->delimiter, 0};
  const char *const pieces[] = {"a", "Смирнов", "\"", "\n", "\r\n", "\t", ",", " ", "seven77", "\\", "\x01", "\r",
                                "eight888", "nine_9999", delimiter};
  make_text(made, pieces, sizeof pieces / sizeof *pieces, text);
}

/* No two names are one, for the number they end with.  About 64 bytes a name has room among others. */
static void make_name(struct made *made, bool bars, char *text) {
  static unsigned number;
  const char *const pieces[] = {"a", "Імʼя", "\"", "\t", ",", ";", " ", "seven77", "\\", "-", "5", bars ? "|" : ":"};
  bool plain = made->meek || dice_roll(&made->dice, 2) == 0;
  *text = 0;
  if (!plain) make_text(made, pieces, sizeof pieces / sizeof *pieces, text);
  else if (dice_roll(&made->dice, 9) == 0) sprintf(text, "%0*d", 50 + (int)dice_roll(&made->dice, 15), 0);
  sprintf(text + strlen(text), "n%u", ++number);
}

/* -- Made values: a cell, and what is to be shown of it ------------------------------------------ */

static int64_t make_number(struct made *made) {
  static const int64_t edges[] = {0, 9, 10, 99, 100, 999, 1000, 10000, 65535, 99999999, 100000000, 9007199254740993,
                                  99999999990000, 99999999990001, 100000000000000, 999999999999999999,
                                  1000000000000000000, INT64_MAX};
  int64_t value = dice_roll(&made->dice, 2) ? edges[dice_roll(&made->dice, sizeof edges / sizeof *edges)]
                                            : (int64_t)dice_roll(&made->dice, 20000000);
  if (dice_roll(&made->dice, 3) == 0 && value < 20000000) value *= 10000; /* whole hundredths, when it is money */
  return dice_roll(&made->dice, 3) == 0 ? -value : value;
}

/* Millionths, digit by digit; `least` of them stay behind the point. */
static void print_decimal(char *text, int64_t value, size_t least) {
  char digits[32];
  sprintf(digits, "%07" PRIu64, value < 0 ? -(uint64_t)value : (uint64_t)value);
  size_t whole = strlen(digits) - 6, behind = 6;
  while (behind > least && digits[whole + behind - 1] == '0') behind--;
  sprintf(text, "%s%.*s%s%.*s", value < 0 ? "-" : "", (int)whole, digits, behind ? "." : "", (int)behind,
          digits + whole);
}

static void make_cell(struct made *made, size_t column, char *cell, char *shown) {
  unsigned year = 1 + dice_roll(&made->dice, 9999), month = 1 + dice_roll(&made->dice, 12),
           day = 1 + dice_roll(&made->dice, 28);
  int64_t value = make_number(made);
  *cell = *shown = 0;
  if (dice_roll(&made->dice, 5) == 0) return;
  switch (column) {
    case 0: make_cell_text(made, cell); strcpy(shown, cell); break;
    case 1: sprintf(cell, "%" PRId64, value); strcpy(shown, cell); break;
    case 2:
    case 3: print_decimal(cell, value, 6); print_decimal(shown, value, column == 3 ? 2 : 0); break;
    case 4: sprintf(cell, "%04u-%02u-%02u", year, month, day); strcpy(shown, cell); break;
    case 5:
      sprintf(cell, "%04u-%02u-%02u %02u:%02u:%02u", year, month, day, dice_roll(&made->dice, 24),
              dice_roll(&made->dice, 60), dice_roll(&made->dice, 60));
      strcpy(shown, cell);
      break;
    default: sprintf(cell, "%" PRId64, value & 1); strcpy(shown, value & 1 ? "true" : "false");
  }
}

/* -- The slow writer --------------------------------------------------------------------------- */

static bool must_quote(const char *text, char delimiter) {
  for (; *text; text++)
    if (*text == delimiter || *text == '"' || *text == '\n' || *text == '\r') return true;
  return false;
}

static void write_cell(FILE *file, const char *text, char delimiter, bool anyway) {
  bool quoted = anyway || must_quote(text, delimiter);
  if (quoted) fputc('"', file);
  for (; *text; text++) {
    if (*text == '"') fputc('"', file);
    fputc(*text, file);
  }
  if (quoted) fputc('"', file);
}

static void write_string(FILE *file, const char *text) {
  static const char escapes[] = "\"\"\\\\\nn\rr\tt";
  fputc('"', file);
  for (; *text; text++) {
    const char *escape = strchr(escapes, *text);
    if (escape && (escape - escapes) % 2 == 0) fprintf(file, "\\%c", escape[1]);
    else if ((unsigned char)*text < ' ') fprintf(file, "\\u%04x", (unsigned)*text);
    else fputc(*text, file);
  }
  fputc('"', file);
}

static void write_results(const struct made *made, const struct customer *row, char delimiter, FILE *file) {
  char joined[MOST_TAGS * TEXT_ROOM] = "";
  if (made->status_count) {
    fputc(delimiter, file);
    write_cell(file, row->status < 0 ? "" : made->labels[row->status], delimiter, false);
  }
  for (size_t i = 0; i < made->tag_count; i++) {
    if (!row->tags[i]) continue;
    if (*joined) strcat(joined, "|");
    strcat(joined, made->tags[i]);
  }
  if (made->tag_count) fputc(delimiter, file), write_cell(file, joined, delimiter, false);
  for (size_t i = 0; i < CELLS; i++) fputc(delimiter, file), write_cell(file, row->shown[i], delimiter, false);
}

static void write_members(const struct made *made, const struct customer *row, FILE *file) {
  const char *before = "";
  if (made->status_count) {
    fprintf(file, ",\"st\":");
    if (row->status < 0) fprintf(file, "null");
    else write_string(file, made->labels[row->status]);
  }
  if (made->tag_count) fprintf(file, ",\"tags\":[");
  for (size_t i = 0; i < made->tag_count; i++) {
    if (!row->tags[i]) continue;
    fprintf(file, "%s", before);
    write_string(file, made->tags[i]);
    before = ",";
  }
  if (made->tag_count) fputc(']', file);
  for (size_t i = 0; i < CELLS; i++) {
    bool text = i == 0 || i == 4 || i == 5;
    fputc(',', file);
    write_string(file, made->names[i]);
    fputc(':', file);
    if (!row->shown[i][0]) fprintf(file, "null");
    else if (text) write_string(file, row->shown[i]);
    else fprintf(file, "%s", row->shown[i]);
  }
  fprintf(file, "}\n");
}

/* -- Rows ------------------------------------------------------------------------------------------ */

static const char *tag_cell(const struct customer *row, size_t tag) { return row->tags[tag] ? "1" : "0"; }

static void write_row(struct made *made, const struct customer *row, const char *line_end, bool last) {
  struct stream *out = made->expected;
  char status[16], *raw = NULL;
  size_t length;
  FILE *file = open_memstream(&raw, &length);
  sprintf(status, "%d", row->status);
  fputs(row->raw_key, file);
  fputc(made->delimiter, file);
  write_cell(file, status, made->delimiter, dice_roll(&made->dice, 9) == 0);
  for (size_t i = 0; i < CELLS; i++) {
    fputc(made->delimiter, file);
    write_cell(file, row->cells[i], made->delimiter, row->cells[i][0] && dice_roll(&made->dice, 9) == 0);
  }
  for (size_t i = 0; i < made->tag_count; i++)
    fputc(made->delimiter, file), write_cell(file, tag_cell(row, i), made->delimiter, false);
  fclose(file);
  fprintf(made->dump.file, "%s%s", raw, last ? "" : line_end);
  if (last) line_end = made->line_end;
  fprintf(out[0].file, "%s", raw);
  fprintf(out[1].file, "%s", row->raw_key);
  for (size_t slim = 0; slim < 2; slim++) write_results(made, row, made->delimiter, out[slim].file);
  for (size_t f = 2; f < 4; f++) write_cell(out[f].file, row->key, '\t', false);
  fprintf(out[2].file, "\t%s", status);
  for (size_t i = 0; i < CELLS; i++) fputc('\t', out[2].file), write_cell(out[2].file, row->cells[i], '\t', false);
  for (size_t i = 0; i < made->tag_count; i++) fprintf(out[2].file, "\t%s", tag_cell(row, i));
  for (size_t f = 2; f < 4; f++) write_results(made, row, '\t', out[f].file);
  for (size_t f = 0; f < 4; f++) fputs(line_end, out[f].file);
  for (size_t f = 4; f < 6; f++) fprintf(out[f].file, "{\"id\":"), write_string(out[f].file, row->key);
  fprintf(out[4].file, ",\"k\":\"%s\"", status);
  for (size_t i = 0; i < CELLS; i++) fprintf(out[4].file, ",\"c%zu\":", i), write_string(out[4].file, row->cells[i]);
  for (size_t i = 0; i < made->tag_count; i++) fprintf(out[4].file, ",\"f%zu\":\"%s\"", i, tag_cell(row, i));
  for (size_t f = 4; f < 6; f++) write_members(made, row, out[f].file);
  free(raw);
}

static void make_row(struct made *made, bool last) {
  static struct customer row;
  size_t length;
  char *raw = NULL;
  bool many = dice_roll(&made->dice, 4) == 0;
  make_cell_text(made, row.key);
  FILE *file = open_memstream(&raw, &length);
  write_cell(file, row.key, made->delimiter, row.key[0] && dice_roll(&made->dice, 9) == 0);
  fclose(file);
  strcpy(row.raw_key, raw);
  free(raw);
  row.status = (int)dice_roll(&made->dice, (uint32_t)made->status_count + 1) - 1;
  for (size_t i = 0; i < made->tag_count; i++) row.tags[i] = dice_roll(&made->dice, many ? 2 : 20) == 0;
  for (size_t i = 0; i < CELLS; i++) make_cell(made, i, row.cells[i], row.shown[i]);
  write_row(made, &row, dice_roll(&made->dice, 9) == 0 ? "\r\n" : made->line_end, last);
}

/* -- A run -------------------------------------------------------------------------------------------- */

static void write_rules(struct made *made) {
  FILE *file = made->rules.file;
  fprintf(file, "input customers { id text key; k integer;\n");
  for (size_t i = 0; i < CELLS; i++) fprintf(file, "c%zu %s;\n", i, types[i]);
  for (size_t i = 0; i < made->tag_count; i++) fprintf(file, "f%zu flag;\n", i);
  fprintf(file, "}\n");
  if (made->status_count) fprintf(file, "status st {\n");
  for (size_t i = 0; i < made->status_count; i++) fprintf(file, "k = %zu → `%s`;\n", i, made->labels[i]);
  if (made->status_count) fprintf(file, "}\n");
  for (size_t i = 0; i < made->tag_count; i++) fprintf(file, "f%zu → `%s`;\n", i, made->tags[i]);
  for (size_t i = 0; i < CELLS; i++) fprintf(file, "let `%s` = c%zu; show `%s`;\n", made->names[i], i, made->names[i]);
}

static void write_names(struct made *made) {
  char joined[CELLS][TEXT_ROOM + 8];
  for (size_t f = 0; f < 5; f++) { /* the dump's own header, then those of the formats that have one */
    FILE *file = f == 4 ? made->dump.file : made->expected[f].file;
    char delimiter = f == 2 || f == 3 ? '\t' : made->delimiter;
    bool slim = f % 2 == 1;
    write_cell(file, "id", delimiter, false);
    if (!slim) fputc(delimiter, file), write_cell(file, "k", delimiter, false);
    for (size_t i = 0; i < CELLS && !slim; i++) {
      sprintf(joined[i], "c%zu", i);
      fputc(delimiter, file), write_cell(file, joined[i], delimiter, false);
    }
    for (size_t i = 0; i < made->tag_count && !slim; i++) {
      sprintf(joined[0], "f%zu", i);
      fputc(delimiter, file), write_cell(file, joined[0], delimiter, false);
    }
    if (f < 4 && made->status_count) fprintf(file, "%cst", delimiter);
    if (f < 4 && made->tag_count) fprintf(file, "%ctags", delimiter);
    for (size_t i = 0; i < CELLS && f < 4; i++)
      fputc(delimiter, file), write_cell(file, made->names[i], delimiter, false);
    fputs(made->line_end, file);
  }
}

static void make(struct made *made) {
  static const char delimiters[] = ",,,;;\t\t|-5:.";
  static const size_t tag_counts[] = {0, 1, 3, 4, 5, 16, 17, 32, 33, 63, 64, 65, MOST_TAGS};
  made->delimiter = delimiters[dice_roll(&made->dice, sizeof delimiters - 1)];
  made->meek = dice_roll(&made->dice, 2) == 0;
  made->line_end = dice_roll(&made->dice, 2) ? "\n" : "\r\n";
  made->tag_count = tag_counts[dice_roll(&made->dice, sizeof tag_counts / sizeof *tag_counts)];
  made->status_count = dice_roll(&made->dice, MOST_STATUS + 1);
  for (size_t i = 0; i < made->tag_count; i++) make_name(made, false, made->tags[i]);
  for (size_t i = 0; i < made->status_count; i++) make_name(made, true, made->labels[i]);
  for (size_t i = 0; i < CELLS; i++) make_name(made, true, made->names[i]);
  open_stream(&made->rules), open_stream(&made->dump);
  for (size_t f = 0; f < FORMATS; f++) open_stream(&made->expected[f]);
  write_rules(made);
  write_names(made);
  for (size_t rows = 1 + dice_roll(&made->dice, MOST_ROWS); rows > 0; rows--) make_row(made, rows == 1);
  fclose(made->rules.file), fclose(made->dump.file);
  for (size_t f = 0; f < FORMATS; f++) fclose(made->expected[f].file);
}

static int take(void *context, const char *bytes, size_t length) {
  struct stream *stream = context;
  return fwrite(bytes, 1, length, stream->file) != length;
}

static void compare(struct made *made, const rung_program *program, size_t format) {
  static const enum rung_format formats[] = {RUNG_CSV, RUNG_TSV, RUNG_JSONL};
  struct stream out;
  struct rung_error error = {0};
  open_stream(&out);
  struct rung_score_options options = {
    .input_text = {made->dump.bytes, made->dump.length},
    .dialect = {.delimiter = made->delimiter},
    .write = take,
    .write_context = &out,
    .format = formats[format / 2],
    .slim = format % 2 == 1,
    .batch_rows = dice_roll(&made->dice, 2) ? 0 : 1 + dice_roll(&made->dice, 130),
  };
  CU_ASSERT_EQUAL(rung_score(program, &options, NULL, 0, NULL, &error), RUNG_OK);
  CU_ASSERT_STRING_EQUAL(error.text, "");
  fclose(out.file);
  CU_ASSERT_EQUAL(out.length, made->expected[format].length);
  CU_ASSERT(out.length == made->expected[format].length &&
            memcmp(out.bytes, made->expected[format].bytes, out.length) == 0);
  free(out.bytes);
}

static void test_against_slow_writer(void) {
  static struct made made;
  for (uint64_t seed = 1; seed <= RUNS; seed++) {
    rungc_compilation *compilation = NULL;
    rung_program *program = NULL;
    struct rung_error error = {0};
    made.dice.state = seed * 0x9e3779b97f4a7c15;
    make(&made);
    CU_ASSERT_EQUAL(rungc_compile((struct rung_text){"rules", 5},
                                  (struct rung_text){made.rules.bytes, made.rules.length}, NULL, &compilation, &error),
                    RUNG_OK);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    struct rung_text bytes = rungc_program(compilation);
    CU_ASSERT_EQUAL_FATAL(rung_program_load(bytes.bytes, bytes.length, NULL, &program, &error), RUNG_OK);
    for (size_t format = 0; format < FORMATS; format++) compare(&made, program, format);
    rung_program_free(program);
    rungc_free(compilation);
    free(made.rules.bytes), free(made.dump.bytes);
    for (size_t f = 0; f < FORMATS; f++) free(made.expected[f].bytes);
  }
}

void suite_write_slow(void);
void suite_write_slow(void) {
  CU_pSuite suite = CU_add_suite("rows out, against a slow writer", NULL, NULL);
  CU_add_test(suite, "any labels, values and quotes, in every format", test_against_slow_writer);
}
