/* tables.c - scores customers with their purchases by every road, and compares with SQLite. */
#include "tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRINT(...) arena_print(base->arena, __VA_ARGS__).bytes

enum { MOST_REPORTED = 3 };

/* Rows a batch, bytes a block, threads, rows as they are or shuffled, all in memory or nothing. */
static const struct road { uint32_t batch_rows, block_bytes, threads; bool shuffled; size_t memory; } roads[] = {
    {4096, 0, 1, false, 0}, {1, 1, 3, true, 1}, {2, 64, 2, true, 0}, {7, 4096, 2, false, 1}, {4096, 0, 1, true, 1}};
enum { ROADS = sizeof roads / sizeof *roads };

/* -- Files -------------------------------------------------------------------------------------- */

static struct rung_text print_cell(struct arena *arena, struct value value) {
  enum { DAY = 86400 };
  if (value.type != TYPE_DATETIME || !value.present) return slow_print(arena, value);
  int64_t days = value.i / DAY, seconds = value.i % DAY;
  struct rung_text date = slow_print(arena, (struct value){.type = TYPE_DATE, .present = true, .i = days});
  return arena_print(arena, "%.*s %02d:%02d:%02d", TEXT_ARG(date), (int)(seconds / 3600), (int)(seconds / 60 % 60),
                     (int)(seconds % 60));
}

static bool write_table(const struct base_case *base, const char *path, const char *header, const uint32_t *order,
                        uint32_t rows, const struct value *values, uint32_t columns, const uint32_t *owner) {
  FILE *file = fopen(path, "wb");
  if (!file) return false;
  fprintf(file, "%s\n", header);
  for (uint32_t i = 0; i < rows; i++) {
    uint32_t row = order[i], number = owner ? owner[row] : row;
    fputs(owner && number == base->owners ? "" : base_key(base->arena, number), file);
    for (uint32_t c = 0; c < columns; c++)
      fprintf(file, ",%.*s", TEXT_ARG(print_cell(base->arena, values[(size_t)row * columns + c])));
    fputc('\n', file);
  }
  return fclose(file) == 0;
}

static uint32_t *make_order(const struct base_case *base, uint32_t rows, bool shuffled, uint64_t *random) {
  uint32_t *order = arena_alloc(base->arena, (rows + 1) * sizeof *order);
  for (uint32_t i = 0; i < rows; i++) {
    uint32_t at = shuffled ? random_below(random, i + 1) : i;
    order[i] = order[at];
    order[at] = i;
  }
  return order;
}

/* The key numbers of the rows that must come out, in their order. */
static uint32_t *make_expected(const struct base_case *base, const uint32_t *customers, const uint32_t *purchases,
                               uint32_t *count) {
  uint32_t *expected = arena_alloc(base->arena, (base->customers + base->owners + 1) * sizeof *expected);
  bool *seen = arena_alloc(base->arena, base->owners + 1);
  *count = 0;
  seen[base->owners] = true;
  for (uint32_t i = 0; i < base->customers && !base->from_purchases; i++) expected[(*count)++] = customers[i];
  for (uint32_t i = 0; i < base->purchases && base->from_purchases; i++) {
    uint32_t owner = base->owner[purchases[i]];
    if (!seen[owner]) expected[(*count)++] = owner;
    seen[owner] = true;
  }
  return expected;
}

/* -- Comparing ------------------------------------------------------------------------------------- */

static const char *compare_line(const struct base_case *base, const struct base_answers *answers, uint32_t number,
                                char *line) {
  const char *key = base_key(base->arena, number), *cell = strsep(&line, ",");
  if (strcmp(cell, key) != 0) return PRINT("customer %s stands where %s should", cell, key);
  for (uint32_t i = 0; i < base->questions; i++) {
    struct value wanted = answers->at[(size_t)number * base->questions + i];
    cell = line ? strsep(&line, ",") : "";
    const char *text = print_cell(base->arena, wanted).bytes;
    if (strcmp(cell, text) != 0)
      return PRINT("customer %s, %s: %s, but SQLite says %s of\n  %s", key, base->question[i].name, cell, text,
                   base->question[i].sql);
  }
  return line ? PRINT("customer %s has too many results", key) : NULL;
}

static const char *compare_output(const struct base_case *base, const struct base_answers *answers, const char *path,
                                  const uint32_t *expected, uint32_t count) {
  char *line = NULL;
  size_t room = 0;
  const char *trouble = NULL;
  FILE *file = fopen(path, "rb");
  if (!file) return "there is no output";
  if (getline(&line, &room, file) < 0) trouble = "the output has no header";
  for (uint32_t i = 0; i < count && !trouble; i++) {
    if (getline(&line, &room, file) < 0) trouble = PRINT("the output ends after %u rows", i);
    else line[strcspn(line, "\n")] = '\0', trouble = compare_line(base, answers, expected[i], line);
  }
  if (!trouble && getline(&line, &room, file) >= 0) trouble = "the output has too many rows";
  free(line);
  fclose(file);
  return trouble;
}

static const char *compare_summary(const struct base_case *base, const struct base_answers *answers,
                                   const rung_program *program, const rung_summary *summary) {
  for (size_t i = 0; i < rung_program_tables(program); i++) {
    struct rung_table_totals got = rung_summary_table(summary, i);
    if (rung_program_table(program, i).customers) continue;
    if (got.rows_read != base->purchases || got.rows_used != base->purchases || got.rows_rejected)
      return "the summary counts the purchases wrong";
    if (got.rows_without_key != answers->without_key || got.rows_unmatched != answers->unmatched ||
        got.keys != answers->keys || got.customers_without_rows != answers->without_rows)
      return PRINT("the summary says %llu without a customer, %llu of unknown ones, %llu keys, %llu customers without, "
                   "instead of %llu, %llu, %llu, %llu",
                   (unsigned long long)got.rows_without_key, (unsigned long long)got.rows_unmatched,
                   (unsigned long long)got.keys, (unsigned long long)got.customers_without_rows,
                   (unsigned long long)answers->without_key, (unsigned long long)answers->unmatched,
                   (unsigned long long)answers->keys, (unsigned long long)answers->without_rows);
  }
  return NULL;
}

/* -- The roads -------------------------------------------------------------------------------------- */

static const char *try_road(const struct base_case *base, const struct base_answers *answers, const char *folder,
                            const rung_program *program, const struct road *road) {
  uint64_t random = base->seed + road->batch_rows;
  const char *in = PRINT("%s/c.csv", folder), *joined = PRINT("%s/p.csv", folder), *out = PRINT("%s/o.csv", folder);
  uint32_t *customers = make_order(base, base->customers, road->shuffled, &random), count;
  uint32_t *purchases = make_order(base, base->purchases, road->shuffled, &random);
  uint32_t *expected = make_expected(base, customers, purchases, &count);
  if (!write_table(base, in, "id,x,y,z,born", customers, base->customers, base->customer, CUSTOMER_COLUMNS, NULL) ||
      !write_table(base, joined, "id,n,a,m,s,d,w,f", purchases, base->purchases, base->purchase, PURCHASE_COLUMNS,
                   base->owner))
    return "can't write the files";
  struct rung_table_file table = {.table = TEXT("p"), .path = joined};
  struct rung_score_options options = {.input = base->from_purchases ? NULL : in, .output = out, .slim = true,
                                       .today = base->today, .tables = &table, .table_count = 1,
                                       .batch_rows = road->batch_rows, .block_bytes = road->block_bytes,
                                       .threads = road->threads, .memory = road->memory};
  struct rung_error error;
  rung_summary *summary = NULL;
  const char *trouble = NULL;
  if (rung_score(program, &options, NULL, 0, &summary, &error)) trouble = PRINT("%s", error.text);
  if (!trouble) trouble = compare_output(base, answers, out, expected, count);
  if (!trouble) trouble = compare_summary(base, answers, program, summary);
  rung_summary_free(summary);
  remove(in), remove(joined), remove(out);
  return trouble;
}

static rung_program *compile(const struct base_case *base, struct rung_text *message) {
  struct trial trial = {.arena = base->arena, .statement = {base->rules}, .statements = 1};
  return machine_compile(&trial, message);
}

/* NULL, or what is wrong. */
static const char *try_case(struct bench *bench, const struct base_case *base, uint64_t *compared) {
  struct rung_text message;
  struct base_answers answers = {0};
  rung_program *program = compile(base, &message);
  if (!program) return PRINT("the rules are refused: %.*s", TEXT_ARG(message));
  const char *trouble = base_sql(bench->db, base, &answers);
  if (trouble) trouble = PRINT("SQLite: %s", trouble);
  for (uint32_t i = 0; i < ROADS && !trouble; i++) {
    trouble = try_road(base, &answers, bench->folder, program, &roads[i]);
    if (trouble) trouble = PRINT("%u rows a batch%s: %s", roads[i].batch_rows, roads[i].shuffled ? ", shuffled" : "",
                                 trouble);
  }
  for (uint32_t i = 0; i <= base->owners; i++) *compared += (uint64_t)answers.known[i] * base->questions;
  rung_program_free(program);
  return trouble;
}

void tables_try(struct bench *bench, uint64_t wanted, uint64_t seed, struct tables_tally *tally) {
  for (uint64_t i = 0; i < wanted; i++) {
    struct arena arena;
    arena_init(&arena, NULL);
    const struct base_case *base = base_make(&arena, seed + i);
    const char *trouble = try_case(bench, base, &tally->answers);
    if (!trouble) tally->passed++;
    else if (tally->failed++ < MOST_REPORTED)
      printf("oracle: tables of seed %llu (%u customers, %u purchases): %s\n%.*s\n", (unsigned long long)(seed + i),
             base->customers, base->purchases, trouble, TEXT_ARG(base->rules));
    arena_free(&arena);
  }
}
