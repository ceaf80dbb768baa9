/* join.c - aggregates by key: facts. */
#include <CUnit/CUnit.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "join_table.h"
#include "text.h"

/* -- Facts ---------------------------------- */

/* One key's rows from numbers. */
static struct join *join_of(const int64_t *values, size_t count, uint32_t reg, const struct prog_aggregate *aggregate) {
  static struct row rows[ROWS];
  enum rung_status status;
  for (size_t i = 0; i < count; i++) {
    rows[i] = (struct row){.key = "k", .present = {[REG_DATE] = true}};
    rows[i].present[reg] = true;
    rows[i].value[reg] = values[i];
  }
  struct join *join = related_gather(rows, count, ROWS, aggregate, 1, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(join);
  return join;
}

#define CHECK_VALUE(aggregate, reg, is_present, expected, fault_count, ...)                       \
  do {                                                                                            \
    const int64_t values[] = {__VA_ARGS__};                                                       \
    const struct prog_aggregate made = aggregate;                                                 \
    struct join *join = join_of(values, sizeof values / sizeof *values, reg, &made);              \
    struct result result = related_result_of_key(join, 0, (enum rung_type)made.type, "k");                \
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
    struct join *join = related_gather(rows, 6, 4, &latest, 1, NULL, &status);
    CU_ASSERT(text_same(related_result_of_key(join, 0, RUNG_TEXT, "k").text, related_text(texts[2])));
    join_free(join);
    related_shuffle(rows, 6, order);
  }
}

/* An empty text is a value, as of lower(x), and differs from none. */
static void empty_texts(void) {
  static const struct row rows[] = {{.key = "k", .present = {[REG_TEXT] = true, [REG_DATE] = true}},
                                    {.key = "l", .present = {[REG_DATE] = true}}};
  const struct prog_aggregate both[] = {ALL(LATEST, RUNG_TEXT, REG_TEXT, REG_DATE),
                                        ALL(DISTINCT, RUNG_INTEGER, REG_TEXT, NONE32)};
  enum rung_status status;
  struct join *join = related_gather(rows, 2, 2, both, 2, NULL, &status);
  struct result latest = related_result_of_key(join, 0, RUNG_TEXT, "k");
  CU_ASSERT(latest.present && latest.text.length == 0);
  CU_ASSERT_FALSE(related_result_of_key(join, 0, RUNG_TEXT, "l").present);
  CU_ASSERT_EQUAL(related_result_of_key(join, 1, RUNG_INTEGER, "k").value, 1);
  CU_ASSERT_EQUAL(related_result_of_key(join, 1, RUNG_INTEGER, "l").value, 0);
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
  struct join *join = related_gather(rows, 5, 5, only, 2, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(join);
  CU_ASSERT_EQUAL(related_result_of_key(join, 0, RUNG_INTEGER, "a").value, 7);
  CU_ASSERT(text_same(related_result_of_key(join, 1, RUNG_TEXT, "a").text, related_text("regular")));
  CU_ASSERT_FALSE(related_result_of_key(join, 0, RUNG_INTEGER, "b").present);
  CU_ASSERT_FALSE(related_result_of_key(join, 1, RUNG_TEXT, "nobody").present);
  join_free(join);
  strcpy(rows[4].key, "b");
  CU_ASSERT_PTR_NULL(related_gather(rows, 5, 2, only, 2, NULL, &status));
  CU_ASSERT_EQUAL(status, RUNG_BAD_DATA);
}

/* The last run's output has one row of a key, whatever is asked of it. */
static void last_run(void) {
  static struct batch batch;
  static struct row rows[] = {{.key = "a"}, {.key = "b"}, {.key = ""}, {.key = ""}, {.key = "b"}};
  const struct prog_aggregate any = SOME(ANY, RUNG_FLAG, NONE32, NONE32);
  struct program program;
  struct join *join;
  size_t duplicate = 4;
  related_build(&program, &any, 1);
  program.stages[1].table = 0;
  CU_ASSERT_EQUAL_FATAL(join_new(&program.tables, 1, NULL, &join, NULL), RUNG_OK);
  related_load(&batch, rows, 5);
  related_bind(&batch, &any, 1);
  CU_ASSERT_EQUAL(related_add(join, &batch, batch.keys, 4, 0, &duplicate, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(duplicate, 4);
  CU_ASSERT_EQUAL(related_add(join, &batch, batch.keys + 4, 1, 4, &duplicate, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(duplicate, 0);
  join_free(join);
}

/* The first of the rows that are too many, whichever shards they are for. */
static void only_row_place(void) {
  static struct row rows[ROWS];
  static struct batch batch;
  const struct prog_aggregate only = ALL(ONLY, RUNG_INTEGER, REG_INTEGER, NONE32);
  struct program program;
  struct join *join;
  size_t duplicate = ROWS;
  related_build(&program, &only, 1);
  CU_ASSERT_EQUAL_FATAL(join_new(&program.tables, 1, NULL, &join, NULL), RUNG_OK);
  for (size_t i = 0; i < ROWS; i++) related_key(rows[i].key, i == 2600 ? 17 : i > 2600 && i % 7 == 0 ? i - 1000 : i);
  related_load(&batch, rows, ROWS);
  related_bind(&batch, &only, 1);
  CU_ASSERT_EQUAL(related_add(join, &batch, batch.keys, ROWS, 0, &duplicate, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(duplicate, 2600);
  join_free(join);
}

/* Keys that differ in little: length, the last byte, a byte of zero. */
static void keys_alike(void) {
  static char bytes[200][66];
  static struct batch batch;
  const struct prog_aggregate count = ALL(COUNT, RUNG_INTEGER, NONE32, NONE32);
  struct program program;
  struct join *join;
  size_t n = 0, duplicate = 200;
  uint32_t slots[200];
  struct join_order order = {0};
  related_build(&program, &count, 1);
  CU_ASSERT_EQUAL_FATAL(join_new(&program.tables, 1, NULL, &join, NULL), RUNG_OK);
  for (size_t length = 1; length <= 66; length++)
    for (char last = 0; last < 3; last++, n++) {
      memset(bytes[n], 'x', 66);
      bytes[n][length - 1] = last;
      batch.keys[n] = (struct rung_text){bytes[n], length};
    }
  batch.inputs[0] = (struct join_input){0};
  CU_ASSERT_EQUAL(related_add(join, &batch, batch.keys, n, 0, &duplicate, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(related_add(join, &batch, batch.keys, n / 2, n, &duplicate, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(join_finish(join, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(join_keys(join), n);
  join_find_rows(join, batch.keys, n, slots);
  for (size_t i = 0; i < n; i++) {
    struct rung_text key;
    CU_ASSERT_EQUAL(join_find(join, batch.keys[i]), slots[i]);
    CU_ASSERT(join_next(join, &order, &key) && text_same(key, batch.keys[i]));
    CU_ASSERT_EQUAL(related_result(join, 0, RUNG_INTEGER, slots[i]).value, i < n / 2 ? 2 : 1);
  }
  CU_ASSERT_EQUAL(join_find(join, related_text("x")), NONE32);
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
    if (i % 10) related_key(rows[i].key, i % 10); /* 1 to 9, 20 rows each, and 20 without */
    keys[i] = related_text(rows[i].key);
  }
  struct join *join = related_gather(rows, 200, 64, &count, 1, NULL, &status);
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

enum { THREADS = 4 };

struct marking {
  struct join *join;
  const uint32_t *slots;
  uint32_t first;
};

static void *mark_every_fourth(void *context) {
  const struct marking *marking = context;
  for (uint32_t i = marking->first; i < ROWS; i += THREADS) join_mark(marking->join, &marking->slots[i], 1);
  return NULL;
}

static void marks_of_threads(void) {
  static struct row rows[ROWS];
  static uint32_t slots[ROWS];
  const struct prog_aggregate count = ALL(COUNT, RUNG_INTEGER, NONE32, NONE32);
  enum rung_status status;
  pthread_t threads[THREADS];
  struct marking markings[THREADS];
  for (size_t i = 0; i < ROWS; i++) related_key(rows[i].key, i);
  struct join *join = related_gather(rows, ROWS, ROWS, &count, 1, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(join);
  for (uint32_t i = 0; i < ROWS; i++) slots[i] = join_find(join, related_text(rows[i].key));
  for (uint32_t i = 0; i < THREADS; i++) {
    markings[i] = (struct marking){join, slots, i};
    CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, mark_every_fourth, &markings[i]), 0);
  }
  for (size_t i = 0; i < THREADS; i++) CU_ASSERT_EQUAL(pthread_join(threads[i], NULL), 0);
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
  size_t duplicate = 100;
  related_build(&program, both, 3);
  CU_ASSERT_EQUAL_FATAL(join_new(&program.tables, 1, NULL, &join, NULL), RUNG_OK);
  related_load(&batch, &row, 1);
  memset(batch.valid, 0xff, sizeof batch.valid);
  for (size_t i = 0; i < REGS; i++) batch.regs[i].stride = 0;
  for (size_t i = 0; i < 100; i++) batch.keys[i] = related_text(i % 2 ? "odd" : "even");
  memset(batch.texts + 1, 0x55, sizeof batch.texts - sizeof *batch.texts);
  related_bind(&batch, both, 3);
  CU_ASSERT_EQUAL(related_add(join, &batch, batch.keys, 100, 0, &duplicate, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(join_finish(join, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(related_result_of_key(join, 0, RUNG_INTEGER, "odd").value, 150);
  CU_ASSERT_EQUAL(related_result_of_key(join, 1, RUNG_INTEGER, "odd").value, 1);
  CU_ASSERT(text_same(related_result_of_key(join, 2, RUNG_TEXT, "odd").text, related_text("t")));
  join_free(join);
}

void suite_join(void);

void suite_join(void) {
  CU_pSuite suite = CU_add_suite("join", NULL, NULL);
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
  CU_add_test(suite, "marks of several threads", marks_of_threads);
  CU_add_test(suite, "uniform registers", uniform_registers);
}
