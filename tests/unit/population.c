/* population.c - measures and thresholds: facts. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "population_rows.h"

/* -- Facts ---------------------------------- */

/* 10 rows of 1 to 10, one of them missing its value, are a table that one can work out on paper. */
static const struct row ten[] = {{"a", true, 5}, {"b", true, 1},  {"c", true, 5},  {"d", true, -2}, {"e", false, 99},
                                 {"f", true, 9}, {"g", true, 0},  {"h", true, 5},  {"i", true, 1},  {"j", true, 4}};

static void check_facts(enum measure function, enum rung_type type, int64_t top, const struct row *rows, size_t count,
                        const struct answer *expected) {
  static struct answer answers[ROWS];
  enum rung_status status;
  struct prog_measure measure = measure_of(function, type, top);
  struct population *population = measured_collect(rows, count, 3, type, top, in_memory, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(population);
  CU_ASSERT_EQUAL(measured_ask(population, &measure, rows, count, answers), RUNG_OK);
  for (size_t i = 0; i < count; i++) CU_ASSERT(measured_same(answers[i], expected[i]));
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
  for (size_t function = 0; function < MEASURE_QUOTA; function++) {
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
  measured_rows(rows, ROWS, FEW, RUNG_INTEGER, 3);
  struct population *population = measured_collect(rows, ROWS, 100, RUNG_INTEGER, 2000, in_memory, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(population);
  for (int64_t n = 1; n <= 2000; n = n * 3 - 1 + (n == 1)) {
    struct prog_measure measure = measure_of(MEASURE_TOP, RUNG_INTEGER, n);
    int64_t in = 0;
    CU_ASSERT_EQUAL(measured_ask(population, &measure, rows, ROWS, answers), RUNG_OK);
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
  struct population *population = measured_collect(ten, 10, 10, RUNG_INTEGER, 0, in_memory, NULL, &status);
  struct prog_measure rank = measure_of(MEASURE_RANK, RUNG_INTEGER, 0);
  struct prog_measure share = measure_of(MEASURE_SHARE, RUNG_INTEGER, 0);
  struct prog_measure quintile = measure_of(MEASURE_QUINTILE, RUNG_INTEGER, 0);
  CU_ASSERT_PTR_NOT_NULL_FATAL(population);
  CU_ASSERT_EQUAL(measured_ask(population, &rank, asked, 3, answer), RUNG_OK);
  CU_ASSERT(answer[0].value == 6 && answer[1].value == 10 && answer[2].value == 1);
  CU_ASSERT_EQUAL(measured_ask(population, &quintile, asked, 2, answer), RUNG_OK);
  CU_ASSERT(answer[0].value == 3 && answer[1].value == 1); /* 4 and none of 9 are below */
  CU_ASSERT_EQUAL(measured_ask(population, &share, asked, 3, answer), RUNG_OK);
  CU_ASSERT(answer[0].value == 933333 && answer[1].value == 1000000 && answer[2].value == 0);
  population_free(population);
}

static void uniform_register(void) {
  uint64_t valid = ~(uint64_t)0, out_valid;
  int64_t value = 4, ranks[64];
  struct vec values = {.valid = &valid, .data.i64 = &value};
  struct vec out = {.valid = &out_valid, .data.i64 = ranks, .stride = 1};
  struct population *population;
  struct prog_measure rank = measure_of(MEASURE_RANK, RUNG_INTEGER, 0);
  CU_ASSERT_EQUAL_FATAL(population_new(RUNG_INTEGER, 0, in_memory, 1, NULL, &population, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(population_add(population, 0, &values, NULL, 50, NULL), RUNG_OK);
  value = 5;
  CU_ASSERT_EQUAL(population_add(population, 0, &values, NULL, 5, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(population_finish(population, NULL), RUNG_OK);
  value = 4;
  CU_ASSERT_EQUAL(population_fill(population, &rank, &values, NULL, 64, &out, NULL), RUNG_OK);
  CU_ASSERT(ranks[0] == 6 && ranks[63] == 6 && out_valid == ~(uint64_t)0);
  population_free(population);
}

/* -- Thresholds ---------------------------------- */

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
  struct population *population = measured_collect(rows, 10, 10, RUNG_INTEGER, 3, in_memory, NULL, &status);
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
  for (size_t function = 0; function < MEASURE_QUOTA; function++) {
    struct prog_measure measure = measure_of((enum measure)function, RUNG_INTEGER, 3);
    CU_ASSERT_FALSE(population_threshold(population, &measure, 4, name, &value));
  }
  population_free(population);
  population = measured_collect(rows, 0, 10, RUNG_INTEGER, 3, in_memory, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(population);
  for (size_t function = 0; function < MEASURE_QUOTA; function++) {
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
  struct population *population = measured_collect(equal, 3, 3, RUNG_INTEGER, 3, in_memory, NULL, &status);
  struct prog_measure quintile = measure_of(MEASURE_QUINTILE, RUNG_INTEGER, 0);
  CU_ASSERT_PTR_NOT_NULL_FATAL(population);
  CU_ASSERT_FALSE(population_threshold(population, &quintile, 0, name, &value));
  population_free(population);
  population = measured_collect(halves, 4, 4, RUNG_INTEGER, 3, in_memory, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(population);
  check_threshold(population, MEASURE_QUINTILE, 0, "quintile 3", 8); /* half of the rows are below */
  CU_ASSERT_FALSE(population_threshold(population, &quintile, 1, name, &value));
  population_free(population);
}

void suite_population(void);

void suite_population(void) {
  CU_pSuite suite = CU_add_suite("population", NULL, NULL);
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
}
