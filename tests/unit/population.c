/* population.c - measures against a slow version that looks at all rows for each row, and against facts. */
#include <CUnit/CUnit.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "population.h"
#include "population_parts.h"
#include "text.h"

enum { ROWS = 3000, KEY_ROOM = 40 };
static const size_t in_memory = (size_t)1 << 30;

struct row {
  char key[KEY_ROOM];
  bool present;
  int64_t value;
};

struct answer {
  bool present;
  int64_t value;
};

/* -- Populations of rows ------------------------------------------------------------------------------------------ */

struct batch {
  uint64_t valid[ROWS / 64 + 1];
  int64_t i64[ROWS];
  int32_t i32[ROWS];
  struct rung_text keys[ROWS];
  struct vec values;
};

static void load(struct batch *batch, const struct row *rows, size_t count, enum rung_type type) {
  memset(batch->valid, 0, sizeof batch->valid);
  batch->values = (struct vec){.valid = batch->valid, .data.i64 = batch->i64, .stride = 1};
  if (type == RUNG_DATE) batch->values.data.i32 = batch->i32;
  for (size_t i = 0; i < count; i++) {
    if (rows[i].present) bitmap_set(batch->valid, i);
    batch->i64[i] = rows[i].value;
    batch->i32[i] = (int32_t)rows[i].value;
    batch->keys[i] = (struct rung_text){rows[i].key, strlen(rows[i].key)};
  }
}

/* Rows in batches of `size`; NULL and its status when that fails. */
static struct population *collect(const struct row *rows, size_t count, size_t size, enum rung_type type, int64_t most,
                                  size_t memory, const struct rung_allocator *allocator, enum rung_status *status) {
  static struct batch batch;
  struct population *population;
  struct rung_error error = {0};
  *status = population_new(type, most, memory, allocator, &population, &error);
  for (size_t at = 0, part; *status == RUNG_OK && at < count; at += part) {
    part = count - at < size ? count - at : size;
    load(&batch, rows + at, part, type);
    *status = population_add(population, &batch.values, most ? batch.keys : NULL, part, &error);
  }
  if (*status == RUNG_OK) *status = population_finish(population, &error);
  if (*status == RUNG_OK) return population;
  CU_ASSERT_EQUAL(error.status, *status);
  CU_ASSERT_NOT_EQUAL(error.text[0], 0);
  population_free(population);
  return NULL;
}

static struct prog_measure measure_of(enum measure function, enum rung_type value_type, int64_t top) {
  static const enum rung_type results[] = {
      [MEASURE_RANK] = RUNG_INTEGER,  [MEASURE_QUINTILE] = RUNG_INTEGER, [MEASURE_PERCENTILE] = RUNG_NUMBER,
      [MEASURE_SHARE] = RUNG_NUMBER,  [MEASURE_TOP] = RUNG_FLAG};
  enum rung_type type = results[function];
  if (function == MEASURE_MEDIAN || function == MEASURE_AVERAGE)
    type = value_type == RUNG_INTEGER ? RUNG_NUMBER : value_type;
  return (struct prog_measure){.function = function, .type = type, .value_type = value_type, .top = top};
}

static enum rung_status ask(const struct population *population, const struct prog_measure *measure,
                            const struct row *rows, size_t count, struct answer *answers) {
  static struct batch batch;
  static uint64_t valid[ROWS / 64 + 1], bits[ROWS / 64 + 1];
  static int64_t i64[ROWS];
  static int32_t i32[ROWS];
  struct vec out = {.valid = valid, .data.i64 = i64, .stride = 1};
  if (measure->type == RUNG_FLAG) out.data.bits = bits;
  if (measure->type == RUNG_DATE) out.data.i32 = i32;
  memset(valid, 0x55, sizeof valid);
  memset(bits, 0x55, sizeof bits);
  load(&batch, rows, count, population->value_type);
  enum rung_status status = population_fill(population, measure, &batch.values, batch.keys, count, &out, NULL);
  for (size_t i = 0; i < count; i++) {
    answers[i] = (struct answer){bitmap_get(valid, i), measure->type == RUNG_DATE ? i32[i] : i64[i]};
    if (measure->type == RUNG_FLAG) answers[i].value = bitmap_get(bits, i);
  }
  return status;
}

/* -- The slow version ------------------------------------------------------------------------------------------------ */

static __int128 slow_divide(__int128 a, __int128 b) {
  return a < 0 ? -((-a * 2 + b) / (2 * b)) : (a * 2 + b) / (2 * b);
}

static int64_t nth(const struct row *rows, size_t count, size_t n) {
  for (size_t i = 0; i < count; i++) {
    size_t below = 0, same = 0;
    for (size_t j = 0; j < count; j++) {
      below += rows[j].present && rows[j].value < rows[i].value;
      same += rows[j].present && rows[j].value == rows[i].value;
    }
    if (rows[i].present && below <= n && n < below + same) return rows[i].value;
  }
  return 0;
}

/* What is the same for all rows. */
static struct answer slow_all(const struct row *rows, size_t count, const struct prog_measure *measure) {
  __int128 sum = 0, n = 0, scale = measure->value_type == RUNG_INTEGER ? 1000000 : 1;
  for (size_t i = 0; i < count; i++) {
    n += rows[i].present;
    sum += rows[i].present ? rows[i].value : 0;
  }
  if (n == 0) return (struct answer){0};
  __int128 value = slow_divide(sum * scale, n);
  if (measure->function == MEASURE_MEDIAN) {
    __int128 low = nth(rows, count, (size_t)(n - 1) / 2), high = nth(rows, count, (size_t)n / 2);
    value = measure->type == RUNG_DATE ? low : slow_divide((low + high) * scale, 2);
  }
  return (struct answer){value == (int64_t)value, (int64_t)value};
}

static struct answer slow_row(const struct row *rows, size_t count, const struct prog_measure *measure, size_t row) {
  __int128 below = 0, above = 0, n = 0, better = 0, positive = 0, held = 0, value = 0;
  bool top = measure->function == MEASURE_TOP;
  if (!rows[row].present) return (struct answer){top, 0};
  for (size_t i = 0; i < count; i++) {
    if (!rows[i].present) continue;
    int64_t other = rows[i].value;
    n++;
    below += other < rows[row].value;
    above += other > rows[row].value;
    better += other > rows[row].value || (other == rows[row].value && strcmp(rows[i].key, rows[row].key) < 0);
    if (other > 0) positive += other;
    if (other > 0 && other > rows[row].value) held += other;
  }
  switch (measure->function) {
    case MEASURE_RANK: value = 1 + above; break;
    case MEASURE_QUINTILE: value = 1 + 5 * below / n; break;
    case MEASURE_PERCENTILE: value = slow_divide(below * 100000000, n); break;
    case MEASURE_SHARE:
      if (positive == 0) return (struct answer){0};
      value = slow_divide(held * 1000000, positive);
      break;
    default: value = better < measure->top; break;
  }
  return (struct answer){true, (int64_t)value};
}

static bool same_answer(struct answer a, struct answer b) {
  return a.present == b.present && (!a.present || a.value == b.value);
}

static size_t differences(const struct population *population, const struct row *rows, size_t count) {
  static struct answer answers[ROWS];
  size_t bad = 0;
  for (size_t function = 0; function < MEASURE_COUNT_OF; function++) {
    if (population->value_type == RUNG_DATE && (function == MEASURE_SHARE || function == MEASURE_AVERAGE)) continue;
    struct prog_measure measure = measure_of((enum measure)function, population->value_type, 10);
    bad += ask(population, &measure, rows, count, answers) != RUNG_OK;
    bool all = function == MEASURE_MEDIAN || function == MEASURE_AVERAGE;
    struct answer expected = all ? slow_all(rows, count, &measure) : (struct answer){0};
    for (size_t i = 0; i < count; i++)
      bad += !same_answer(answers[i], all ? expected : slow_row(rows, count, &measure, i));
  }
  return bad;
}

/* -- Random rows --------------------------------------------------------------------------------------------------------- */

static uint64_t random_next(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return *state >> 33;
}

static void shuffle(struct row *rows, size_t count, uint64_t seed) {
  for (size_t i = count; i > 1; i--) {
    size_t other = random_next(&seed) % i;
    struct row row = rows[i - 1];
    rows[i - 1] = rows[other];
    rows[other] = row;
  }
}

enum spread { ALL_EQUAL, FEW, NEGATIVE, MANY, EXTREME, SPREADS };

static void make_rows(struct row *rows, size_t count, enum spread spread, enum rung_type type, uint64_t seed) {
  for (size_t i = 0; i < count; i++) {
    uint64_t random = random_next(&seed);
    int64_t values[SPREADS] = {7, (int64_t)(random % 7) - 2, -1 - (int64_t)(random % 300), (int64_t)(random % 100000),
                               random % 3 == 0 ? INT64_MIN : random % 3 == 1 ? INT64_MAX : (int64_t)(random % 5)};
    if (type == RUNG_DATE) values[EXTREME] = random % 2 ? -719162 : 2932896;
    rows[i] = (struct row){.present = random_next(&seed) % 6 != 0, .value = values[spread]};
    snprintf(rows[i].key, KEY_ROOM, "%s%zu", i % 3 ? "" : "long-customer-key-", i);
  }
  shuffle(rows, count, seed);
}

/* Memory 0 means runs of 64 values; 2000 holds the steps of few different values. */
static void random_populations(void) {
  static struct row rows[ROWS];
  static const size_t sizes[] = {0, 1, 2, 3, 63, 64, 65, 128, 129, 400}, batches[] = {1, 2, 7, 64, ROWS};
  static const enum rung_type types[] = {RUNG_INTEGER, RUNG_NUMBER, RUNG_MONEY, RUNG_DATE};
  const size_t memories[] = {0, 2000, in_memory};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
    for (size_t spread = 0; spread < SPREADS; spread++)
      for (size_t type = 0; type < 4; type++) {
        make_rows(rows, sizes[s], (enum spread)spread, types[type], s * 10 + spread);
        for (size_t m = 0; m < 3; m++) {
          enum rung_status status;
          struct population *population =
              collect(rows, sizes[s], batches[(s + spread + m) % 5], types[type], 10 + (int64_t)s, memories[m], NULL,
                      &status);
          CU_ASSERT_PTR_NOT_NULL_FATAL(population);
          shuffle(rows, sizes[s], m);
          CU_ASSERT_EQUAL(differences(population, rows, sizes[s]), 0);
          population_free(population);
        }
      }
}

/* The same answers from memory, from a file, and from a file read back, whatever the order of rows. */
static void spilled_populations(void) {
  static struct row rows[ROWS];
  static struct answer expected[ROWS], answers[ROWS];
  for (size_t spread = 0; spread < SPREADS; spread++) {
    make_rows(rows, ROWS, (enum spread)spread, RUNG_NUMBER, 99);
    enum rung_status status;
    struct population *whole = collect(rows, ROWS, ROWS, RUNG_NUMBER, 10, in_memory, NULL, &status);
    CU_ASSERT_PTR_NOT_NULL_FATAL(whole);
    CU_ASSERT_EQUAL(whole->file, -1);
    for (size_t memory = 0; memory < 40000; memory = memory * 3 + 500) {
      shuffle(rows, ROWS, memory);
      struct population *parts = collect(rows, ROWS, 100, RUNG_NUMBER, 10, memory, NULL, &status);
      CU_ASSERT_PTR_NOT_NULL_FATAL(parts);
      CU_ASSERT(parts->file >= 0);
      CU_ASSERT_EQUAL(parts->steps != NULL, parts->step_count * 16 <= memory);
      CU_ASSERT_EQUAL(population_count(parts), population_count(whole));
      for (size_t function = 0; function < MEASURE_COUNT_OF; function++) {
        struct prog_measure measure = measure_of((enum measure)function, RUNG_NUMBER, 10);
        CU_ASSERT_EQUAL(ask(whole, &measure, rows, ROWS, expected), RUNG_OK);
        CU_ASSERT_EQUAL(ask(parts, &measure, rows, ROWS, answers), RUNG_OK);
        size_t bad = 0;
        for (size_t i = 0; i < ROWS; i++) bad += !same_answer(answers[i], expected[i]);
        CU_ASSERT_EQUAL(bad, 0);
      }
      population_free(parts);
    }
    population_free(whole);
  }
}

/* -- Facts ----------------------------------------------------------------------------------------------------------------- */

/* 10 rows of 1 to 10, one of them missing its value, are a table that one can work out on paper. */
static const struct row ten[] = {{"a", true, 5}, {"b", true, 1},  {"c", true, 5},  {"d", true, -2}, {"e", false, 99},
                                 {"f", true, 9}, {"g", true, 0},  {"h", true, 5},  {"i", true, 1},  {"j", true, 4}};

static void check_facts(enum measure function, enum rung_type type, int64_t top, const struct row *rows, size_t count,
                        const struct answer *expected) {
  static struct answer answers[ROWS];
  enum rung_status status;
  struct prog_measure measure = measure_of(function, type, top);
  struct population *population = collect(rows, count, 3, type, top, in_memory, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(population);
  CU_ASSERT_EQUAL(ask(population, &measure, rows, count, answers), RUNG_OK);
  for (size_t i = 0; i < count; i++) CU_ASSERT(same_answer(answers[i], expected[i]));
  population_free(population);
}

#define CHECK_TEN(function, top, ...) \
  check_facts(function, RUNG_INTEGER, top, ten, 10, (const struct answer[]){__VA_ARGS__})
#define IS(value) {true, value}
#define NONE {false, 0}

static void facts_of_ten(void) {
  CHECK_TEN(MEASURE_RANK, 0, IS(2), IS(6), IS(2), IS(9), NONE, IS(1), IS(8), IS(2), IS(6), IS(5));
  /* below: 5 for 5, 2 for 1, 0 for -2, 8 for 9, 1 for 0, 4 for 4; of 9 */
  CHECK_TEN(MEASURE_QUINTILE, 0, IS(3), IS(2), IS(3), IS(1), NONE, IS(5), IS(1), IS(3), IS(2), IS(3));
  CHECK_TEN(MEASURE_PERCENTILE, 0, IS(55555556), IS(22222222), IS(55555556), IS(0), NONE, IS(88888889), IS(11111111),
            IS(55555556), IS(22222222), IS(44444444));
  /* the positive sum is 30; above 5 stand 9, above 4 also the fives */
  CHECK_TEN(MEASURE_SHARE, 0, IS(300000), IS(933333), IS(300000), IS(1000000), NONE, IS(0), IS(1000000), IS(300000),
            IS(933333), IS(800000));
  CHECK_TEN(MEASURE_MEDIAN, 0, IS(4000000), IS(4000000), IS(4000000), IS(4000000), IS(4000000), IS(4000000),
            IS(4000000), IS(4000000), IS(4000000), IS(4000000));
  CHECK_TEN(MEASURE_AVERAGE, 0, IS(3111111), IS(3111111), IS(3111111), IS(3111111), IS(3111111), IS(3111111),
            IS(3111111), IS(3111111), IS(3111111), IS(3111111)); /* 28 / 9 */
  CHECK_TEN(MEASURE_TOP, 3, IS(1), IS(0), IS(1), IS(0), IS(0), IS(1), IS(0), IS(0), IS(0), IS(0));
  CHECK_TEN(MEASURE_TOP, 9, IS(1), IS(1), IS(1), IS(1), IS(0), IS(1), IS(1), IS(1), IS(1), IS(1));
  CHECK_TEN(MEASURE_TOP, 100, IS(1), IS(1), IS(1), IS(1), IS(0), IS(1), IS(1), IS(1), IS(1), IS(1));
  CHECK_TEN(MEASURE_TOP, 0, IS(0), IS(0), IS(0), IS(0), IS(0), IS(0), IS(0), IS(0), IS(0), IS(0));
}

#define CHECK_ALL(function, type, is_present, expected, ...)                                  \
  do {                                                                                        \
    const int64_t values[] = {__VA_ARGS__};                                                   \
    struct row made[8];                                                                       \
    struct answer same[8];                                                                    \
    size_t count = sizeof values / sizeof *values;                                            \
    for (size_t v = 0; v < count; v++) {                                                      \
      made[v] = (struct row){"k", true, values[v]};                                           \
      same[v] = (struct answer){is_present, expected};                                        \
    }                                                                                         \
    check_facts(function, type, 0, made, count, same);                                        \
  } while (0)

static void medians(void) {
  CHECK_ALL(MEASURE_MEDIAN, RUNG_INTEGER, true, 1500000, 2, 1);
  CHECK_ALL(MEASURE_MEDIAN, RUNG_INTEGER, true, -1500000, -2, -1);
  CHECK_ALL(MEASURE_MEDIAN, RUNG_INTEGER, true, 2000000, 7, 2, 1);
  CHECK_ALL(MEASURE_MEDIAN, RUNG_NUMBER, true, 2, 1, 2);      /* 1.5 millionths, away from zero */
  CHECK_ALL(MEASURE_MEDIAN, RUNG_MONEY, true, -2, -1, -2);
  CHECK_ALL(MEASURE_MEDIAN, RUNG_NUMBER, true, -1, INT64_MIN, INT64_MAX);
  CHECK_ALL(MEASURE_MEDIAN, RUNG_NUMBER, true, INT64_MAX, INT64_MAX, INT64_MAX);
  CHECK_ALL(MEASURE_MEDIAN, RUNG_INTEGER, false, 0, INT64_MAX);  /* beyond a number */
  CHECK_ALL(MEASURE_MEDIAN, RUNG_DATE, true, 100, 200, 100);     /* the earlier */
  CHECK_ALL(MEASURE_MEDIAN, RUNG_DATE, true, 200, 200, 300, 200, 100);
  CHECK_ALL(MEASURE_MEDIAN, RUNG_DATE, true, -5, -5, -4);
}

static void averages(void) {
  CHECK_ALL(MEASURE_AVERAGE, RUNG_INTEGER, true, 1500000, 2, 1);
  CHECK_ALL(MEASURE_AVERAGE, RUNG_INTEGER, true, -666667, -1, -1, 0);
  CHECK_ALL(MEASURE_AVERAGE, RUNG_MONEY, true, 2, 1, 2);
  CHECK_ALL(MEASURE_AVERAGE, RUNG_NUMBER, true, -2, -1, -2);
  CHECK_ALL(MEASURE_AVERAGE, RUNG_NUMBER, true, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX);
  CHECK_ALL(MEASURE_AVERAGE, RUNG_INTEGER, false, 0, INT64_MAX, INT64_MAX);
}

static void shares(void) {
  CHECK_ALL(MEASURE_SHARE, RUNG_MONEY, false, 0, 0, 0, -3); /* no positive value at all */
  CHECK_ALL(MEASURE_SHARE, RUNG_MONEY, true, 0, 6, 6, 6);
  static const struct row uneven[] = {{"a", true, 2}, {"b", true, 1}, {"c", true, INT64_MIN}};
  check_facts(MEASURE_SHARE, RUNG_MONEY, 0, uneven, 3, (const struct answer[]){IS(0), IS(666667), IS(1000000)});
  static const struct row half[] = {{"a", true, 1}, {"b", true, 1999999}};
  check_facts(MEASURE_SHARE, RUNG_MONEY, 0, half, 2, (const struct answer[]){IS(1000000), IS(0)}); /* 0.9999995 */
  static const struct row most[] = {{"a", true, INT64_MAX}, {"b", true, INT64_MAX}, {"c", true, INT64_MAX - 1}};
  check_facts(MEASURE_SHARE, RUNG_MONEY, 0, most, 3, (const struct answer[]){IS(0), IS(0), IS(666667)});
}

/* One row, no row, and no value. */
static void smallest(void) {
  static const struct row one[] = {{"a", true, -4}}, missing[] = {{"a", false, 1}, {"b", false, 2}};
  check_facts(MEASURE_RANK, RUNG_INTEGER, 0, one, 1, (const struct answer[]){IS(1)});
  check_facts(MEASURE_QUINTILE, RUNG_INTEGER, 0, one, 1, (const struct answer[]){IS(1)});
  check_facts(MEASURE_PERCENTILE, RUNG_INTEGER, 0, one, 1, (const struct answer[]){IS(0)});
  check_facts(MEASURE_SHARE, RUNG_INTEGER, 0, one, 1, (const struct answer[]){NONE});
  check_facts(MEASURE_MEDIAN, RUNG_INTEGER, 0, one, 1, (const struct answer[]){IS(-4000000)});
  check_facts(MEASURE_TOP, RUNG_INTEGER, 1, one, 1, (const struct answer[]){IS(1)});
  for (size_t function = 0; function < MEASURE_COUNT_OF; function++) {
    struct answer none[] = {{function == MEASURE_TOP, 0}, {function == MEASURE_TOP, 0}};
    check_facts((enum measure)function, RUNG_INTEGER, 1, missing, 2, none);
  }
}

/* N at most, ties by the bytes of the key: "B" before "a" before "\xc3". */
static void top_ties(void) {
  static const struct row tied[] = {{"\xc3", true, 1}, {"a", true, 1}, {"aa", true, 1}, {"B", true, 1}, {"", true, 1}};
  static const int places[] = {5, 3, 4, 2, 1};
  for (int n = 0; n <= 6; n++) {
    struct answer expected[5];
    for (size_t i = 0; i < 5; i++) expected[i] = (struct answer){true, places[i] <= n};
    check_facts(MEASURE_TOP, RUNG_INTEGER, n, tied, 5, expected);
  }
}

/* Several tops of one population, the largest of which it keeps. */
static void tops_share(void) {
  static struct row rows[ROWS];
  static struct answer answers[ROWS];
  enum rung_status status;
  make_rows(rows, ROWS, FEW, RUNG_INTEGER, 3);
  struct population *population = collect(rows, ROWS, 100, RUNG_INTEGER, 2000, in_memory, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(population);
  for (int64_t n = 1; n <= 2000; n = n * 3 - 1 + (n == 1)) {
    struct prog_measure measure = measure_of(MEASURE_TOP, RUNG_INTEGER, n);
    int64_t in = 0;
    CU_ASSERT_EQUAL(ask(population, &measure, rows, ROWS, answers), RUNG_OK);
    for (size_t i = 0; i < ROWS; i++) in += answers[i].value;
    CU_ASSERT_EQUAL(in, n);
  }
  population_free(population);
}

/* A value that no row has, as a later stage could ask of. */
static void strangers(void) {
  static struct answer answer[3];
  static const struct row asked[] = {{"x", true, 3}, {"y", true, -9}, {"z", true, 1000}};
  enum rung_status status;
  struct population *population = collect(ten, 10, 10, RUNG_INTEGER, 0, in_memory, NULL, &status);
  struct prog_measure rank = measure_of(MEASURE_RANK, RUNG_INTEGER, 0);
  struct prog_measure share = measure_of(MEASURE_SHARE, RUNG_INTEGER, 0);
  CU_ASSERT_PTR_NOT_NULL_FATAL(population);
  CU_ASSERT_EQUAL(ask(population, &rank, asked, 3, answer), RUNG_OK);
  CU_ASSERT(answer[0].value == 6 && answer[1].value == 10 && answer[2].value == 1);
  CU_ASSERT_EQUAL(ask(population, &share, asked, 3, answer), RUNG_OK);
  CU_ASSERT(answer[0].value == 933333 && answer[1].value == 1000000 && answer[2].value == 0);
  population_free(population);
}

static void uniform_register(void) {
  uint64_t valid = ~(uint64_t)0, out_valid;
  int64_t value = 4, ranks[64];
  struct vec values = {.valid = &valid, .data.i64 = &value}, out = {.valid = &out_valid, .data.i64 = ranks, .stride = 1};
  struct population *population;
  struct prog_measure rank = measure_of(MEASURE_RANK, RUNG_INTEGER, 0);
  CU_ASSERT_EQUAL_FATAL(population_new(RUNG_INTEGER, 0, in_memory, NULL, &population, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(population_add(population, &values, NULL, 50, NULL), RUNG_OK);
  value = 5;
  CU_ASSERT_EQUAL(population_add(population, &values, NULL, 5, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(population_finish(population, NULL), RUNG_OK);
  value = 4;
  CU_ASSERT_EQUAL(population_fill(population, &rank, &values, NULL, 64, &out, NULL), RUNG_OK);
  CU_ASSERT(ranks[0] == 6 && ranks[63] == 6 && out_valid == ~(uint64_t)0);
  population_free(population);
}

/* -- Thresholds ---------------------------------------------------------------------------------------------------------------- */

static void check_threshold(const struct population *population, enum measure function, size_t i, const char *name,
                            int64_t expected) {
  char found[32];
  struct rung_value value;
  struct prog_measure measure = measure_of(function, RUNG_INTEGER, 3);
  CU_ASSERT_FATAL(population_threshold(population, &measure, i, found, &value));
  CU_ASSERT_STRING_EQUAL(found, name);
  CU_ASSERT_EQUAL(value.as.integer, expected);
  CU_ASSERT_TRUE(value.present);
}

static void thresholds(void) {
  static struct row rows[10];
  char name[32];
  struct rung_value value;
  enum rung_status status;
  for (size_t i = 0; i < 10; i++) rows[i] = (struct row){"", true, (int64_t)(10 * i)};
  struct population *population = collect(rows, 10, 10, RUNG_INTEGER, 3, in_memory, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(population);
  for (size_t i = 0; i < 4; i++) {
    snprintf(name, sizeof name, "quintile %zu", i + 2);
    check_threshold(population, MEASURE_QUINTILE, i, name, (int64_t)(20 * (i + 1)));
  }
  check_threshold(population, MEASURE_PERCENTILE, 0, "percentile 25", 30);
  check_threshold(population, MEASURE_PERCENTILE, 3, "percentile 90", 90);
  check_threshold(population, MEASURE_TOP, 0, "top 3", 70);
  check_threshold(population, MEASURE_MEDIAN, 0, "median", 45000000);
  check_threshold(population, MEASURE_AVERAGE, 0, "average", 45000000);
  check_threshold(population, MEASURE_SHARE, 0, "sum of positive values", 450);
  for (size_t function = 0; function < MEASURE_COUNT_OF; function++) {
    struct prog_measure measure = measure_of((enum measure)function, RUNG_INTEGER, 3);
    CU_ASSERT_FALSE(population_threshold(population, &measure, 4, name, &value));
  }
  population_free(population);
  population = collect(rows, 0, 10, RUNG_INTEGER, 3, in_memory, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(population);
  for (size_t function = 0; function < MEASURE_COUNT_OF; function++) {
    struct prog_measure measure = measure_of((enum measure)function, RUNG_INTEGER, 3);
    if (function != MEASURE_SHARE) CU_ASSERT_FALSE(population_threshold(population, &measure, 0, name, &value));
  }
  population_free(population);
}

/* Where rows are equal, some quintiles have no row. */
static void thresholds_of_ties(void) {
  static const struct row equal[] = {{"a", true, 4}, {"b", true, 4}, {"c", true, 4}};
  static const struct row halves[] = {{"a", true, 4}, {"b", true, 4}, {"c", true, 8}, {"d", true, 8}};
  char name[32];
  struct rung_value value;
  enum rung_status status;
  struct population *population = collect(equal, 3, 3, RUNG_INTEGER, 3, in_memory, NULL, &status);
  struct prog_measure quintile = measure_of(MEASURE_QUINTILE, RUNG_INTEGER, 0);
  CU_ASSERT_PTR_NOT_NULL_FATAL(population);
  CU_ASSERT_FALSE(population_threshold(population, &quintile, 0, name, &value));
  population_free(population);
  population = collect(halves, 4, 4, RUNG_INTEGER, 3, in_memory, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(population);
  check_threshold(population, MEASURE_QUINTILE, 0, "quintile 3", 8); /* half of the rows are below */
  CU_ASSERT_FALSE(population_threshold(population, &quintile, 1, name, &value));
  population_free(population);
}

/* -- Trouble ------------------------------------------------------------------------------------------------------------------------ */

static void no_folder(void) {
  static struct row rows[200];
  char *before = getenv("TMPDIR"), *kept = before ? strdup(before) : NULL;
  enum rung_status status;
  make_rows(rows, 200, MANY, RUNG_NUMBER, 1);
  setenv("TMPDIR", "/nowhere/at/all", 1);
  CU_ASSERT_PTR_NULL(collect(rows, 200, 200, RUNG_NUMBER, 0, 0, NULL, &status));
  CU_ASSERT_EQUAL(status, RUNG_NO_RESOURCE);
  if (kept) setenv("TMPDIR", kept, 1);
  else unsetenv("TMPDIR");
  free(kept);
}

/* Every size of the file at which writing may stop. */
static void full_disk(void) {
  static struct row rows[ROWS];
  struct rlimit before, small;
  enum rung_status status = RUNG_NO_RESOURCE;
  make_rows(rows, ROWS, MANY, RUNG_NUMBER, 1);
  CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &before), 0);
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  rlim_t limit = 0;
  for (; status == RUNG_NO_RESOURCE && limit < 1000000; limit += 1700) {
    small = before;
    small.rlim_cur = limit;
    CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct population *population = collect(rows, ROWS, 500, RUNG_NUMBER, 0, 0, NULL, &status);
    CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &before), 0);
    if (population) CU_ASSERT_EQUAL(population_count(population), population->settled);
    CU_ASSERT_EQUAL(population != NULL, status == RUNG_OK);
    population_free(population);
  }
  CU_ASSERT(limit > 10000 && limit < 1000000);
  signal(SIGXFSZ, handler);
}

static void unreadable_file(void) {
  static struct row rows[ROWS];
  static struct answer answers[ROWS];
  enum rung_status status;
  struct prog_measure rank = measure_of(MEASURE_RANK, RUNG_NUMBER, 0);
  make_rows(rows, ROWS, MANY, RUNG_NUMBER, 1);
  struct population *population = collect(rows, ROWS, 500, RUNG_NUMBER, 0, 0, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(population);
  CU_ASSERT_EQUAL(ask(population, &rank, rows, ROWS, answers), RUNG_OK);
  CU_ASSERT_EQUAL(ftruncate(population->file, 5000), 0);
  CU_ASSERT_EQUAL(ask(population, &rank, rows, ROWS, answers), RUNG_NO_RESOURCE);
  population_free(population);
}

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
  make_rows(rows, ROWS, MANY, RUNG_NUMBER, 2);
  for (size_t memory = 0; memory <= in_memory; memory += in_memory / 2) {
    struct failing failing = {.failed = true};
    size_t at = 0;
    for (; failing.failed && at < 1000; at++) {
      enum rung_status status;
      failing = (struct failing){.fails_at = at};
      struct rung_allocator allocator = {failing_resize, &failing};
      struct population *population = collect(rows, ROWS, 700, RUNG_NUMBER, 100, memory, &allocator, &status);
      CU_ASSERT_EQUAL(status, failing.failed ? RUNG_NO_RESOURCE : RUNG_OK);
      population_free(population);
      CU_ASSERT_EQUAL(failing.live, 0);
    }
    CU_ASSERT(at > 5 && at < 1000);
  }
}

void suite_population(void);

void suite_population(void) {
  CU_pSuite suite = CU_add_suite("population", NULL, NULL);
  CU_add_test(suite, "random rows against the slow version", random_populations);
  CU_add_test(suite, "spilled or not", spilled_populations);
  CU_add_test(suite, "ten rows on paper", facts_of_ten);
  CU_add_test(suite, "medians", medians);
  CU_add_test(suite, "averages", averages);
  CU_add_test(suite, "shares", shares);
  CU_add_test(suite, "one row and none", smallest);
  CU_add_test(suite, "top: ties by key", top_ties);
  CU_add_test(suite, "top: several of one population", tops_share);
  CU_add_test(suite, "values that no row has", strangers);
  CU_add_test(suite, "a uniform register", uniform_register);
  CU_add_test(suite, "thresholds", thresholds);
  CU_add_test(suite, "thresholds of ties", thresholds_of_ties);
  CU_add_test(suite, "no folder for a temporary file", no_folder);
  CU_add_test(suite, "a disk that fills up", full_disk);
  CU_add_test(suite, "a file that cannot be read", unreadable_file);
  CU_add_test(suite, "each allocation fails", failing_memory);
}
