/* join.c - aggregates by key against a slow version that reads all rows for each key, and against facts. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "join.h"
#include "text.h"

/* -- A related table in memory, and a program that asks everything of it --------------------------------------- */

enum { REG_INTEGER, REG_NUMBER, REG_DATE, REG_FLAG, REG_TEXT, REG_TIME, REG_WHERE, REGS };
static const enum rung_type reg_types[REGS] = {RUNG_INTEGER, RUNG_NUMBER, RUNG_DATE,    RUNG_FLAG,
                                               RUNG_TEXT,    RUNG_DATETIME, RUNG_FLAG};
enum { ROWS = 3000, TEXT_ROOM = 48 };

struct row {
  char key[TEXT_ROOM];
  bool present[REGS];
  int64_t value[REGS];
  char text[TEXT_ROOM];
};

#define ALL(function, type, value, order) {0, AGGREGATE_##function, type, value, order, NONE32, {"", 0}}
#define SOME(function, type, value, order) {0, AGGREGATE_##function, type, value, order, REG_WHERE, {"", 0}}
#define BOTH(...) ALL(__VA_ARGS__), SOME(__VA_ARGS__)
static const struct prog_aggregate asked[] = {
    BOTH(COUNT, RUNG_INTEGER, NONE32, NONE32),
    BOTH(ANY, RUNG_FLAG, NONE32, NONE32),
    BOTH(SUM, RUNG_INTEGER, REG_INTEGER, NONE32),
    BOTH(SUM, RUNG_MONEY, REG_NUMBER, NONE32),
    BOTH(MIN, RUNG_INTEGER, REG_INTEGER, NONE32),
    BOTH(MIN, RUNG_DATE, REG_DATE, NONE32),
    BOTH(MAX, RUNG_NUMBER, REG_NUMBER, NONE32),
    BOTH(MAX, RUNG_DATE, REG_DATE, NONE32),
    BOTH(MAX, RUNG_DATETIME, REG_TIME, NONE32),
    BOTH(AVERAGE, RUNG_NUMBER, REG_INTEGER, NONE32),
    BOTH(AVERAGE, RUNG_MONEY, REG_NUMBER, NONE32),
    BOTH(DISTINCT, RUNG_INTEGER, REG_INTEGER, NONE32),
    BOTH(DISTINCT, RUNG_INTEGER, REG_DATE, NONE32),
    BOTH(DISTINCT, RUNG_INTEGER, REG_FLAG, NONE32),
    BOTH(DISTINCT, RUNG_INTEGER, REG_TEXT, NONE32),
    BOTH(LATEST, RUNG_INTEGER, REG_INTEGER, REG_DATE),
    BOTH(LATEST, RUNG_TEXT, REG_TEXT, REG_DATE),
    BOTH(LATEST, RUNG_FLAG, REG_FLAG, REG_TIME),
    BOTH(LATEST, RUNG_DATE, REG_DATE, REG_NUMBER),
};
enum { ASKED = sizeof asked / sizeof *asked };

struct program {
  struct program_tables tables;
  struct prog_table files[2];
  struct prog_stage stages[2];
  struct prog_reg regs[1 + REGS];
  struct prog_aggregate aggregates[1 + ASKED];
};

/* Stage 1 and the aggregates from 1 on, so that nothing may be counted from 0 by mistake. */
static void build(struct program *program, const struct prog_aggregate *aggregates, size_t count) {
  *program = (struct program){.files = {{.kind = TABLE_PREVIOUS}, {.kind = TABLE_RELATED}},
                              .stages = {{0}, {.table = 1, .first_reg = 1}}};
  for (size_t i = 0; i < REGS; i++) program->regs[1 + i].type = reg_types[i];
  for (size_t i = 0; i < count; i++) {
    program->aggregates[1 + i] = aggregates[i];
    program->aggregates[1 + i].stage = 1;
  }
  program->tables = (struct program_tables){.tables = program->files, .table_count = 2, .stages = program->stages,
                                            .stage_count = 2, .regs = program->regs, .reg_count = 1 + REGS,
                                            .aggregates = program->aggregates, .aggregate_count = 1 + count};
}

static struct rung_text text_of(const char *string) { return (struct rung_text){string, strlen(string)}; }

/* -- Registers -------------------------------------------------------------------------------------------------- */

struct batch {
  uint64_t valid[REGS][ROWS / 64 + 1], bits[REGS][ROWS / 64 + 1];
  int64_t i64[REGS][ROWS];
  int32_t i32[ROWS];
  struct rung_text texts[ROWS], keys[ROWS];
  struct vec regs[REGS];
  struct join_input inputs[ASKED];
};

static void load(struct batch *batch, const struct row *rows, size_t count) {
  memset(batch->valid, 0, sizeof batch->valid);
  memset(batch->bits, 0, sizeof batch->bits);
  for (size_t r = 0; r < REGS; r++) {
    batch->regs[r] = (struct vec){.valid = batch->valid[r], .data.i64 = batch->i64[r], .stride = 1};
    if (reg_types[r] == RUNG_FLAG) batch->regs[r].data.bits = batch->bits[r];
    if (reg_types[r] == RUNG_DATE) batch->regs[r].data.i32 = batch->i32;
    if (reg_types[r] == RUNG_TEXT) batch->regs[r].data.text = batch->texts;
  }
  for (size_t i = 0; i < count; i++) {
    batch->keys[i] = text_of(rows[i].key);
    for (size_t r = 0; r < REGS; r++) {
      if (!rows[i].present[r]) {
        batch->texts[i] = reg_types[r] == RUNG_TEXT ? (struct rung_text){NULL, 77} : batch->texts[i];
        continue;
      }
      bitmap_set(batch->valid[r], i);
      switch (reg_types[r]) {
        case RUNG_FLAG: if (rows[i].value[r]) bitmap_set(batch->bits[r], i); break;
        case RUNG_DATE: batch->i32[i] = (int32_t)rows[i].value[r]; break;
        case RUNG_TEXT: batch->texts[i] = text_of(rows[i].text); break;
        default: batch->i64[r][i] = rows[i].value[r];
      }
    }
  }
}

static const struct vec *input_of(const struct batch *batch, uint32_t reg) {
  return reg == NONE32 ? NULL : &batch->regs[reg];
}

static void bind(struct batch *batch, const struct prog_aggregate *aggregates, size_t count) {
  for (size_t i = 0; i < count; i++)
    batch->inputs[i] = (struct join_input){input_of(batch, aggregates[i].value), input_of(batch, aggregates[i].order),
                                           input_of(batch, aggregates[i].where)};
}

/* The finished join of the rows, given in batches of `size`; NULL and its status when that fails. */
static struct join *gather(const struct row *rows, size_t count, size_t size, const struct prog_aggregate *aggregates,
                           size_t aggregate_count, const struct rung_allocator *allocator, enum rung_status *status) {
  static struct batch batch;
  struct program program;
  struct join *join = NULL;
  struct rung_error error = {0};
  size_t duplicate = SIZE_MAX;
  build(&program, aggregates, aggregate_count);
  *status = join_new(&program.tables, 1, allocator, &join, &error);
  for (size_t at = 0, part; *status == RUNG_OK && at < count; at += part) {
    part = count - at < size ? count - at : size;
    struct row *copy = malloc(part * sizeof *copy); /* texts and keys must not be needed later */
    load(&batch, memcpy(copy, rows + at, part * sizeof *copy), part);
    bind(&batch, aggregates, aggregate_count);
    *status = join_add_inputs(join, batch.inputs, batch.keys, part, &duplicate, &error);
    memset(copy, 0x55, part * sizeof *copy);
    free(copy);
  }
  if (*status == RUNG_OK) *status = join_finish(join, &error);
  if (*status == RUNG_OK) return join;
  CU_ASSERT_EQUAL(error.status, *status);
  CU_ASSERT_NOT_EQUAL(error.text[0], 0);
  join_free(join);
  return NULL;
}

/* -- Results ------------------------------------------------------------------------------------------------------- */

struct result {
  bool present;
  int64_t value;
  struct rung_text text;
};

static struct result result_of(const struct join *join, uint32_t aggregate, enum rung_type type, uint32_t slot) {
  uint64_t valid = 0x5555, bits = 0x5555;
  int64_t i64 = 55;
  int32_t i32 = 55;
  struct rung_text text = {NULL, 55};
  struct vec out = {.valid = &valid, .data.i64 = &i64, .stride = 1};
  if (type == RUNG_FLAG) out.data.bits = &bits;
  if (type == RUNG_DATE) out.data.i32 = &i32;
  if (type == RUNG_TEXT) out.data.text = &text;
  join_fill(join, 1 + aggregate, &slot, 1, &out);
  struct result result = {.present = valid & 1, .value = type == RUNG_DATE ? i32 : i64, .text = text};
  if (type == RUNG_FLAG) {
    result.value = bits & 1;
    CU_ASSERT(result.present || !result.value);
  }
  return result;
}

static struct result result_of_key(const struct join *join, uint32_t aggregate, enum rung_type type, const char *key) {
  return result_of(join, aggregate, type, join_find(join, text_of(key)));
}

/* -- The slow version ---------------------------------------------------------------------------------------------- */

static bool counts(const struct row *row, const struct prog_aggregate *asked_for) {
  if (asked_for->where != NONE32 && !(row->present[REG_WHERE] && row->value[REG_WHERE])) return false;
  if (asked_for->value != NONE32 && !row->present[asked_for->value]) return false;
  return asked_for->order == NONE32 || row->present[asked_for->order];
}

static bool same_value(const struct row *a, const struct row *b, uint32_t reg) {
  return reg == REG_TEXT ? strcmp(a->text, b->text) == 0 : a->value[reg] == b->value[reg];
}

static bool is_greater(const struct row *a, const struct row *b, uint32_t reg) {
  return reg == REG_TEXT ? strcmp(a->text, b->text) > 0 : a->value[reg] > b->value[reg];
}

static bool is_first_of_value(const struct row *const *rows, size_t at, uint32_t reg) {
  for (size_t i = 0; i < at; i++)
    if (same_value(rows[i], rows[at], reg)) return false;
  return true;
}

/* Values are small here, so that long double holds every sum and quotient well enough. */
static struct result slow(const struct row *const *rows, size_t count, const struct prog_aggregate *asked_for) {
  uint32_t value = asked_for->value, order = asked_for->order;
  const struct row *chosen[ROWS], *best = NULL;
  size_t n = 0;
  struct result result = {.present = true};
  for (size_t i = 0; i < count; i++)
    if (counts(rows[i], asked_for)) chosen[n++] = rows[i];
  for (size_t i = 0; i < n; i++) {
    bool better = !best;
    switch (asked_for->function) {
      case AGGREGATE_COUNT: result.value++; break;
      case AGGREGATE_ANY: result.value = 1; break;
      case AGGREGATE_SUM: case AGGREGATE_AVERAGE: result.value += chosen[i]->value[value]; break;
      case AGGREGATE_DISTINCT: result.value += is_first_of_value(chosen, i, value); break;
      case AGGREGATE_MIN: better = better || is_greater(best, chosen[i], value); break;
      case AGGREGATE_MAX: better = better || is_greater(chosen[i], best, value); break;
      default:
        better = better || is_greater(chosen[i], best, order) ||
                 (same_value(chosen[i], best, order) && is_greater(chosen[i], best, value));
    }
    if (better) best = chosen[i];
  }
  if (asked_for->function == AGGREGATE_AVERAGE && n) {
    long double mean = (long double)result.value / (long double)n;
    if (value == REG_INTEGER) mean *= 1000000;
    result.value = (int64_t)(mean + (mean < 0 ? -0.5L : 0.5L));
  }
  bool takes_one = asked_for->function == AGGREGATE_MIN || asked_for->function == AGGREGATE_MAX ||
                   asked_for->function == AGGREGATE_LATEST;
  result.present = best || !(takes_one || asked_for->function == AGGREGATE_AVERAGE);
  if (takes_one && best) {
    if (value == REG_TEXT) result.text = text_of(best->text);
    else result.value = best->value[value];
  }
  return result;
}

static bool same_result(struct result a, struct result b, enum rung_type type) {
  if (a.present != b.present) return false;
  return !a.present || (type == RUNG_TEXT ? text_same(a.text, b.text) : a.value == b.value);
}

/* -- Random tables --------------------------------------------------------------------------------------------------- */

static uint64_t random_next(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return *state >> 33;
}

static void make_key(char *key, uint64_t number) {
  static const char *const starts[] = {"", "customer-", "a-rather-long-key-of-a-customer-", "c@example."};
  snprintf(key, TEXT_ROOM, "%s%llu", starts[number % 4], (unsigned long long)number);
}

static void make_rows(struct row *rows, size_t count, uint64_t keys, uint64_t seed) {
  for (size_t i = 0; i < count; i++) {
    struct row *row = &rows[i];
    *row = (struct row){0};
    uint64_t key = random_next(&seed) % (keys + 1);
    if (key < keys) make_key(row->key, key);
    for (size_t r = 0; r < REGS; r++) {
      row->present[r] = random_next(&seed) % 5 != 0;
      row->value[r] = (int64_t)(random_next(&seed) % 41) - 20;
    }
    row->value[REG_NUMBER] *= 333333;
    row->value[REG_FLAG] = random_next(&seed) % 2;
    row->value[REG_WHERE] = random_next(&seed) % 3 != 0;
    snprintf(row->text, sizeof row->text, "%.*s", (int)(random_next(&seed) % 30), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    if (row->text[0] && random_next(&seed) % 2) row->text[0] = (char)(random_next(&seed) % 2 ? '\xc3' : 'b');
  }
}

static size_t rows_of(const struct row *rows, size_t count, struct rung_text key, const struct row **found) {
  size_t n = 0;
  for (size_t i = 0; i < count; i++)
    if (text_same(text_of(rows[i].key), key)) found[n++] = &rows[i];
  return n;
}

/* Every aggregate of every key; keys must be in the order of their first rows.  Returns how many results differ. */
static size_t differences(const struct join *join, const struct row *rows, size_t count) {
  static const struct row *found[ROWS];
  size_t bad = 0, total = 0, next = 0;
  for (size_t i = 0; i < count; i++) {
    if (!rows[i].key[0]) continue;
    uint32_t slot = join_find(join, text_of(rows[i].key));
    bad += slot > next || !text_same(join_key(join, slot), text_of(rows[i].key));
    next += slot == next;
  }
  bad += join_keys(join) != next;
  for (uint32_t slot = 0; slot < next; slot++) {
    size_t n = rows_of(rows, count, join_key(join, slot), found);
    total += n;
    for (uint32_t a = 0; a < ASKED; a++) {
      enum rung_type type = (enum rung_type)asked[a].type;
      bad += !same_result(result_of(join, a, type, slot), slow(found, n, &asked[a]), type);
    }
  }
  for (uint32_t a = 0; a < ASKED; a++) {
    enum rung_type type = (enum rung_type)asked[a].type;
    bad += !same_result(result_of(join, a, type, NONE32), slow(found, 0, &asked[a]), type);
    bad += join_faults(join, 1 + a) != 0;
  }
  return bad + (join_rows(join) != count) + (join_rows_without_key(join) != count - total);
}

static void shuffle(struct row *rows, size_t count, uint64_t seed) {
  for (size_t i = count; i > 1; i--) {
    size_t other = random_next(&seed) % i;
    struct row row = rows[i - 1];
    rows[i - 1] = rows[other];
    rows[other] = row;
  }
}

static void random_tables(void) {
  static struct row rows[ROWS];
  static const size_t sizes[] = {0, 1, 2, 63, 64, 65, 300, 1023, 1024, 1025, 2500};
  static const size_t batches[] = {1, 2, 7, 64, 1000, 2048, ROWS};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    for (uint64_t keys = 1; keys < 3000; keys *= 7) {
      size_t batch = batches[(s + keys) % 7];
      make_rows(rows, sizes[s], keys, s * 100 + keys);
      for (uint64_t order = 0; order < 2; order++) {
        enum rung_status status;
        struct join *join = gather(rows, sizes[s], batch, asked, ASKED, NULL, &status);
        CU_ASSERT_PTR_NOT_NULL_FATAL(join);
        CU_ASSERT_EQUAL(differences(join, rows, sizes[s]), 0);
        join_free(join);
        shuffle(rows, sizes[s], keys);
      }
    }
  }
}

/* -- Facts ---------------------------------------------------------------------------------------------------------- */

/* One key's rows from numbers. */
static struct join *join_of(const int64_t *values, size_t count, uint32_t reg, const struct prog_aggregate *aggregate) {
  static struct row rows[ROWS];
  enum rung_status status;
  for (size_t i = 0; i < count; i++) {
    rows[i] = (struct row){.key = "k", .present = {[REG_DATE] = true}};
    rows[i].present[reg] = true;
    rows[i].value[reg] = values[i];
  }
  struct join *join = gather(rows, count, ROWS, aggregate, 1, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(join);
  return join;
}

#define CHECK_VALUE(aggregate, reg, is_present, expected, fault_count, ...)                       \
  do {                                                                                            \
    const int64_t values[] = {__VA_ARGS__};                                                       \
    const struct prog_aggregate made = aggregate;                                                 \
    struct join *join = join_of(values, sizeof values / sizeof *values, reg, &made);              \
    struct result result = result_of_key(join, 0, (enum rung_type)made.type, "k");                \
    CU_ASSERT_EQUAL(result.present, is_present);                                                  \
    if (is_present) CU_ASSERT_EQUAL(result.value, expected);                                      \
    CU_ASSERT_EQUAL(join_faults(join, 1), fault_count);                                           \
    join_free(join);                                                                              \
  } while (0)

static void sums(void) {
  const struct prog_aggregate sum = ALL(SUM, RUNG_INTEGER, REG_INTEGER, NONE32);
  CHECK_VALUE(sum, REG_INTEGER, true, INT64_MAX, 0, INT64_MAX);
  CHECK_VALUE(sum, REG_INTEGER, true, INT64_MIN, 0, INT64_MIN);
  CHECK_VALUE(sum, REG_INTEGER, false, 0, 1, INT64_MAX, 1);
  CHECK_VALUE(sum, REG_INTEGER, false, 0, 1, INT64_MIN, -1);
  CHECK_VALUE(sum, REG_INTEGER, true, INT64_MAX, 0, INT64_MAX, 1, -1); /* in whatever order */
  CHECK_VALUE(sum, REG_INTEGER, true, INT64_MAX, 0, 1, INT64_MAX, -1);
  CHECK_VALUE(sum, REG_INTEGER, true, -4, 0, INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN, -2);
  CHECK_VALUE(sum, REG_INTEGER, true, 0, 0, 0);
}

static void averages(void) {
  const struct prog_aggregate whole = ALL(AVERAGE, RUNG_NUMBER, REG_INTEGER, NONE32);
  const struct prog_aggregate number = ALL(AVERAGE, RUNG_NUMBER, REG_NUMBER, NONE32);
  CHECK_VALUE(whole, REG_INTEGER, true, 1500000, 0, 1, 2);
  CHECK_VALUE(whole, REG_INTEGER, true, 333333, 0, 0, 0, 1);
  CHECK_VALUE(whole, REG_INTEGER, true, 666667, 0, 1, 0, 1);
  CHECK_VALUE(whole, REG_INTEGER, true, -666667, 0, -1, 0, -1);
  CHECK_VALUE(number, REG_NUMBER, true, 2, 0, 1, 2);   /* 1.5 millionths, away from zero */
  CHECK_VALUE(number, REG_NUMBER, true, -2, 0, -1, -2);
  CHECK_VALUE(number, REG_NUMBER, true, 0, 0, -1, 1);
  CHECK_VALUE(number, REG_NUMBER, true, 1, 0, 1, 0);
  CHECK_VALUE(number, REG_NUMBER, true, 0, 0, 1, 0, 0);
  CHECK_VALUE(number, REG_NUMBER, true, INT64_MAX, 0, INT64_MAX, INT64_MAX, INT64_MAX);
  CHECK_VALUE(number, REG_NUMBER, true, -1, 0, INT64_MAX, INT64_MIN); /* -0.5 */
  CHECK_VALUE(whole, REG_INTEGER, false, 0, 1, INT64_MAX, INT64_MAX);  /* beyond a number */
  CHECK_VALUE(whole, REG_INTEGER, true, 9223372036854 * 1000000, 0, 9223372036854, 9223372036854);
}

static void distinct_values(void) {
  const struct prog_aggregate distinct = ALL(DISTINCT, RUNG_INTEGER, REG_INTEGER, NONE32);
  CHECK_VALUE(distinct, REG_INTEGER, true, 3, 0, INT64_MIN, INT64_MAX, 0, INT64_MIN, 0);
  CHECK_VALUE(distinct, REG_INTEGER, true, 1, 0, -1);
}

static void latest_of_ties(void) {
  static struct row rows[6];
  static const char *const texts[] = {"z", "", "\xd1\x8f, longer than what a short one takes", "b", "\xd1\x8e", "c"};
  const struct prog_aggregate latest = ALL(LATEST, RUNG_TEXT, REG_TEXT, REG_DATE);
  for (size_t i = 0; i < 6; i++) {
    rows[i] = (struct row){.key = "k", .present = {[REG_TEXT] = true, [REG_DATE] = true}, .value[REG_DATE] = i ? 9 : 8};
    snprintf(rows[i].text, sizeof rows[i].text, "%s", texts[i]);
  }
  for (uint64_t order = 0; order < 10; order++) {
    enum rung_status status;
    struct join *join = gather(rows, 6, 4, &latest, 1, NULL, &status);
    CU_ASSERT(text_same(result_of_key(join, 0, RUNG_TEXT, "k").text, text_of(texts[2])));
    join_free(join);
    shuffle(rows, 6, order);
  }
}

/* An empty text is a value, as of lower(x), and differs from none. */
static void empty_texts(void) {
  static const struct row rows[] = {{.key = "k", .present = {[REG_TEXT] = true, [REG_DATE] = true}},
                                    {.key = "l", .present = {[REG_DATE] = true}}};
  const struct prog_aggregate both[] = {ALL(LATEST, RUNG_TEXT, REG_TEXT, REG_DATE),
                                        ALL(DISTINCT, RUNG_INTEGER, REG_TEXT, NONE32)};
  enum rung_status status;
  struct join *join = gather(rows, 2, 2, both, 2, NULL, &status);
  struct result latest = result_of_key(join, 0, RUNG_TEXT, "k");
  CU_ASSERT(latest.present && latest.text.length == 0);
  CU_ASSERT_FALSE(result_of_key(join, 0, RUNG_TEXT, "l").present);
  CU_ASSERT_EQUAL(result_of_key(join, 1, RUNG_INTEGER, "k").value, 1);
  CU_ASSERT_EQUAL(result_of_key(join, 1, RUNG_INTEGER, "l").value, 0);
  join_free(join);
}

/* The row of a key is its only one, whether it has a value or not. */
static void only_row(void) {
  static struct row rows[] = {{.key = "a", .present = {[REG_INTEGER] = true, [REG_TEXT] = true},
                               .value = {[REG_INTEGER] = 7}, .text = "regular"},
                              {.key = "b"}, {.key = ""}, {.key = ""}, {.key = "c"}};
  static const struct prog_aggregate only[] = {ALL(ONLY, RUNG_INTEGER, REG_INTEGER, NONE32),
                                               ALL(ONLY, RUNG_TEXT, REG_TEXT, NONE32)};
  enum rung_status status;
  struct join *join = gather(rows, 5, 5, only, 2, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(join);
  CU_ASSERT_EQUAL(result_of_key(join, 0, RUNG_INTEGER, "a").value, 7);
  CU_ASSERT(text_same(result_of_key(join, 1, RUNG_TEXT, "a").text, text_of("regular")));
  CU_ASSERT_FALSE(result_of_key(join, 0, RUNG_INTEGER, "b").present);
  CU_ASSERT_FALSE(result_of_key(join, 1, RUNG_TEXT, "nobody").present);
  join_free(join);
  strcpy(rows[4].key, "b");
  CU_ASSERT_PTR_NULL(gather(rows, 5, 2, only, 2, NULL, &status));
  CU_ASSERT_EQUAL(status, RUNG_BAD_DATA);
}

/* The last run's output has one row of a key, whatever is asked of it. */
static void last_run(void) {
  static struct batch batch;
  static struct row rows[] = {{.key = "a"}, {.key = "b"}, {.key = ""}, {.key = ""}, {.key = "b"}};
  const struct prog_aggregate any = SOME(ANY, RUNG_FLAG, NONE32, NONE32);
  struct program program;
  struct join *join;
  size_t duplicate = 0;
  build(&program, &any, 1);
  program.stages[1].table = 0;
  CU_ASSERT_EQUAL_FATAL(join_new(&program.tables, 1, NULL, &join, NULL), RUNG_OK);
  load(&batch, rows, 5);
  bind(&batch, &any, 1);
  CU_ASSERT_EQUAL(join_add_inputs(join, batch.inputs, batch.keys, 4, &duplicate, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(join_add_inputs(join, batch.inputs, batch.keys + 4, 1, &duplicate, NULL), RUNG_BAD_DATA);
  CU_ASSERT_EQUAL(duplicate, 0);
  join_free(join);
}

static void only_row_place(void) {
  static struct row rows[ROWS];
  static struct batch batch;
  const struct prog_aggregate only = ALL(ONLY, RUNG_INTEGER, REG_INTEGER, NONE32);
  struct program program;
  struct join *join;
  struct rung_error error;
  size_t duplicate = 0;
  build(&program, &only, 1);
  CU_ASSERT_EQUAL_FATAL(join_new(&program.tables, 1, NULL, &join, NULL), RUNG_OK);
  for (size_t i = 0; i < ROWS; i++) make_key(rows[i].key, i == 2600 ? 17 : i == 2999 ? 5 : i);
  load(&batch, rows, ROWS);
  bind(&batch, &only, 1);
  CU_ASSERT_EQUAL(join_add_inputs(join, batch.inputs, batch.keys, ROWS, &duplicate, &error), RUNG_BAD_DATA);
  CU_ASSERT_EQUAL(duplicate, 2600);
  CU_ASSERT_STRING_EQUAL(error.text, "there are two rows with the key \"customer-17\"");
  join_free(join);
}

/* Keys that differ in little: length, the last byte, a byte of zero. */
static void keys_alike(void) {
  static char bytes[200][66];
  static struct batch batch;
  const struct prog_aggregate count = ALL(COUNT, RUNG_INTEGER, NONE32, NONE32);
  struct program program;
  struct join *join;
  size_t n = 0, duplicate;
  uint32_t slots[200];
  build(&program, &count, 1);
  CU_ASSERT_EQUAL_FATAL(join_new(&program.tables, 1, NULL, &join, NULL), RUNG_OK);
  for (size_t length = 1; length <= 66; length++)
    for (char last = 0; last < 3; last++, n++) {
      memset(bytes[n], 'x', 66);
      bytes[n][length - 1] = last;
      batch.keys[n] = (struct rung_text){bytes[n], length};
    }
  batch.inputs[0] = (struct join_input){0};
  CU_ASSERT_EQUAL(join_add_inputs(join, batch.inputs, batch.keys, n, &duplicate, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(join_add_inputs(join, batch.inputs, batch.keys, n / 2, &duplicate, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(join_finish(join, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(join_keys(join), n);
  join_find_rows(join, batch.keys, n, slots);
  for (size_t i = 0; i < n; i++) {
    CU_ASSERT_EQUAL(slots[i], i);
    CU_ASSERT_EQUAL(join_find(join, batch.keys[i]), i);
    CU_ASSERT(text_same(join_key(join, i), batch.keys[i]));
    CU_ASSERT_EQUAL(result_of(join, 0, RUNG_INTEGER, (uint32_t)i).value, i < n / 2 ? 2 : 1);
  }
  CU_ASSERT_EQUAL(join_find(join, text_of("x")), NONE32);
  CU_ASSERT_EQUAL(join_find(join, (struct rung_text){NULL, 0}), NONE32);
  join_free(join);
}

static void marks(void) {
  static struct row rows[200];
  static struct rung_text keys[200];
  uint32_t slots[200];
  const struct prog_aggregate count = ALL(COUNT, RUNG_INTEGER, NONE32, NONE32);
  enum rung_status status;
  for (size_t i = 0; i < 200; i++) {
    if (i % 10) make_key(rows[i].key, i % 10); /* 1 to 9, 20 rows each, and 20 without */
    keys[i] = text_of(rows[i].key);
  }
  struct join *join = gather(rows, 200, 64, &count, 1, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(join);
  CU_ASSERT_EQUAL(join_rows(join), 200);
  CU_ASSERT_EQUAL(join_rows_without_key(join), 20);
  CU_ASSERT_EQUAL(join_rows_unmatched(join), 180);
  join_find_rows(join, keys, 6, slots); /* keys 1 to 5, and an empty one */
  CU_ASSERT_EQUAL(slots[0], NONE32);
  join_mark(join, slots, 6);
  join_mark(join, slots, 3);
  CU_ASSERT_EQUAL(join_rows_unmatched(join), 80);
  join_find_rows(join, keys, 200, slots);
  join_mark(join, slots, 200);
  CU_ASSERT_EQUAL(join_rows_unmatched(join), 0);
  join_free(join);
}

/* Registers of the prologue have one element for all rows. */
static void uniform_registers(void) {
  static struct batch batch;
  static const struct prog_aggregate both[] = {ALL(SUM, RUNG_INTEGER, REG_INTEGER, NONE32),
                                               ALL(DISTINCT, RUNG_INTEGER, REG_TEXT, NONE32),
                                               ALL(LATEST, RUNG_TEXT, REG_TEXT, REG_DATE)};
  static const struct row row = {.present = {1, 1, 1, 1, 1, 1, 1}, .value = {3}, .text = "t"};
  struct program program;
  struct join *join;
  size_t duplicate;
  build(&program, both, 3);
  CU_ASSERT_EQUAL_FATAL(join_new(&program.tables, 1, NULL, &join, NULL), RUNG_OK);
  load(&batch, &row, 1);
  memset(batch.valid, 0xff, sizeof batch.valid);
  for (size_t i = 0; i < REGS; i++) batch.regs[i].stride = 0;
  for (size_t i = 0; i < 100; i++) batch.keys[i] = text_of(i % 2 ? "odd" : "even");
  memset(batch.texts + 1, 0x55, sizeof batch.texts - sizeof *batch.texts);
  bind(&batch, both, 3);
  CU_ASSERT_EQUAL(join_add_inputs(join, batch.inputs, batch.keys, 100, &duplicate, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(join_finish(join, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(result_of_key(join, 0, RUNG_INTEGER, "odd").value, 150);
  CU_ASSERT_EQUAL(result_of_key(join, 1, RUNG_INTEGER, "odd").value, 1);
  CU_ASSERT(text_same(result_of_key(join, 2, RUNG_TEXT, "odd").text, text_of("t")));
  join_free(join);
}

/* -- Memory ----------------------------------------------------------------------------------------------------------- */

struct failing {
  size_t count, fails_at, live;
  bool failed;
};

static void *failing_resize(void *context, void *block, size_t old, size_t size) {
  struct failing *failing = context;
  if (size == 0) {
    failing->live -= old;
    free(block);
    return NULL;
  }
  if (failing->count++ >= failing->fails_at) {
    failing->failed = true;
    return NULL;
  }
  void *made = realloc(block, size);
  if (made) failing->live += size - (block ? old : 0);
  return made;
}

static void failing_memory(void) {
  static struct row rows[ROWS];
  struct failing failing = {.failed = true};
  size_t at = 0;
  make_rows(rows, ROWS, 2000, 5);
  for (; failing.failed && at < 1000; at++) {
    enum rung_status status;
    failing = (struct failing){.fails_at = at};
    struct rung_allocator allocator = {failing_resize, &failing};
    struct join *join = gather(rows, ROWS, 1000, asked, ASKED, &allocator, &status);
    CU_ASSERT_EQUAL(status, failing.failed ? RUNG_NO_RESOURCE : RUNG_OK);
    if (join) CU_ASSERT_EQUAL(differences(join, rows, ROWS), 0);
    join_free(join);
    CU_ASSERT_EQUAL(failing.live, 0);
  }
  CU_ASSERT(at > 10 && at < 1000);
}

void suite_join(void);

void suite_join(void) {
  CU_pSuite suite = CU_add_suite("join", NULL, NULL);
  CU_add_test(suite, "random tables against the slow version", random_tables);
  CU_add_test(suite, "sums", sums);
  CU_add_test(suite, "averages", averages);
  CU_add_test(suite, "distinct values", distinct_values);
  CU_add_test(suite, "latest of ties", latest_of_ties);
  CU_add_test(suite, "empty texts", empty_texts);
  CU_add_test(suite, "the only row of a key", only_row);
  CU_add_test(suite, "the place of a second row", only_row_place);
  CU_add_test(suite, "one row of a key in the last run", last_run);
  CU_add_test(suite, "keys alike", keys_alike);
  CU_add_test(suite, "marks", marks);
  CU_add_test(suite, "uniform registers", uniform_registers);
  CU_add_test(suite, "each allocation fails", failing_memory);
}
