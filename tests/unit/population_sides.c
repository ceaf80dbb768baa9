/* population_sides.c - shares that are only compared: each on the same side as the share itself. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "population_rows.h"
#include "rungc.h"

static int side(int64_t a, int64_t b) { return (a > b) - (a < b); }

/* -- Of a population ---------------------------------------------------------------------------- */

static void check_limits(const struct population *population, const struct row *rows, size_t count,
                         const int64_t *limits, size_t limit_count) {
  static struct answer shares[ROWS];
  static uint64_t valid[ROWS / 64 + 1], out_valid[ROWS / 64 + 1];
  static int64_t numbers[ROWS], sides[ROWS];
  struct prog_measure measure = measure_of(MEASURE_SHARE, RUNG_INTEGER, 0);
  struct vec values = {.valid = valid, .data.i64 = numbers, .stride = 1};
  struct vec out = {.valid = out_valid, .data.i64 = sides, .stride = 1};
  size_t wrong = 0;
  memset(valid, 0, sizeof valid);
  for (size_t i = 0; i < count; i++) {
    if (rows[i].present) bitmap_set(valid, i);
    numbers[i] = rows[i].value;
  }
  CU_ASSERT_EQUAL_FATAL(measured_ask(population, &measure, rows, count, shares), RUNG_OK);
  CU_ASSERT_TRUE_FATAL(population_fill_sides(population, limits, limit_count, &values, count, &out));
  for (size_t i = 0; i < count; i++) {
    wrong += bitmap_get(out_valid, i) != shares[i].present;
    for (size_t k = 0; k < limit_count && shares[i].present; k++)
      wrong += side(sides[i], limits[k]) != side(shares[i].value, limits[k]);
  }
  CU_ASSERT_EQUAL(wrong, 0);
}

/* Each limit by itself, and some with others. */
static void check_population(const struct population *population, const struct row *rows, size_t count) {
  static const int64_t limits[] = {800000, 950000, 0, 1, -1, 1000000, 999999, 1000001, 500000, 500000, 333333, 17,
                                   INT64_MIN, INT64_MAX, INT64_MIN + 1, 123456};
  enum { LIMITS = sizeof limits / sizeof *limits };
  for (size_t i = 0; i < LIMITS; i++) check_limits(population, rows, count, limits + i, 1);
  for (size_t i = 0; i < LIMITS; i += LIMITS_MOST) check_limits(population, rows, count, limits + i, LIMITS_MOST);
  check_limits(population, rows, count, limits, 2);
  check_limits(population, rows, count, limits, 0);
}

static void test_population(void) {
  static struct row rows[ROWS], strangers[ROWS];
  static const size_t counts[] = {1, 2, 63, 64, 65, 1000, ROWS};
  enum rung_status status;
  for (enum spread spread = 0; spread < SPREADS; spread++) {
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
      measured_rows(rows, counts[c], spread, RUNG_INTEGER, 5);
      struct population *population = measured_collect(rows, counts[c], 100, RUNG_INTEGER, 0, in_memory, NULL, &status);
      CU_ASSERT_PTR_NOT_NULL_FATAL(population);
      if (population_count(population) > 0) check_population(population, rows, counts[c]);
      measured_rows(strangers, ROWS, MANY, RUNG_INTEGER, 6);
      if (population_count(population) > 0) check_population(population, strangers, ROWS);
      population_free(population);
    }
  }
}

/* Values in a file, or none at all, are for population_fill. */
static void test_not_in_memory(void) {
  static struct row rows[ROWS];
  static const int64_t limit = 500000;
  uint64_t valid[1] = {1}, out_valid[1];
  int64_t number = 7, out_number;
  struct vec values = {.valid = valid, .data.i64 = &number, .stride = 1};
  struct vec out = {.valid = out_valid, .data.i64 = &out_number, .stride = 1};
  enum rung_status status;
  measured_rows(rows, ROWS, MANY, RUNG_INTEGER, 5);
  for (size_t count = 0; count <= ROWS; count += ROWS) {
    struct population *population = measured_collect(rows, count, 100, RUNG_INTEGER, 0, 1024, NULL, &status);
    CU_ASSERT_PTR_NOT_NULL_FATAL(population);
    CU_ASSERT_FALSE(population_fill_sides(population, &limit, 1, &values, 1, &out));
    population_free(population);
  }
}

/* -- Of rules: n is 1 to 100, so that above n stands 5050 - n * (n + 1) / 2 of the sum -------------- */

enum { CUSTOMERS = 100, SUM = 5050 };

static int64_t share_of(int64_t n) {
  int64_t above = SUM - n * (n + 1) / 2;
  return (above * 2000000 + SUM) / (2 * SUM);
}

static int keep(void *context, const char *bytes, size_t length) { return fwrite(bytes, 1, length, context) != length; }

/* What the rules say of the customers, without the header. */
static char *answers_of(const char *rules) {
  struct rung_text text = {rules, strlen(rules)};
  rungc_compilation *compilation = NULL;
  rung_program *program = NULL;
  struct rung_error error;
  char *dump = NULL, *out = NULL;
  size_t dump_length, out_length;
  CU_ASSERT_EQUAL_FATAL(rungc_compile((struct rung_text){"t.rung", 6}, text, NULL, &compilation, &error), RUNG_OK);
  struct rung_text bytes = rungc_program(compilation);
  CU_ASSERT_EQUAL_FATAL(rung_program_load(bytes.bytes, bytes.length, NULL, &program, &error), RUNG_OK);
  FILE *file = open_memstream(&dump, &dump_length);
  fputs("id,n\n", file);
  for (int64_t i = 1; i <= CUSTOMERS; i++) fprintf(file, "%lld,%lld\n", (long long)i, (long long)i);
  fclose(file);
  file = open_memstream(&out, &out_length);
  struct rung_score_options options = {.input_text = {dump, dump_length}, .write = keep, .write_context = file,
                                       .slim = true, .threads = 1};
  CU_ASSERT_EQUAL_FATAL(rung_score(program, &options, NULL, 0, NULL, &error), RUNG_OK);
  fclose(file);
  free(dump);
  rungc_free(compilation);
  rung_program_free(program);
  const char *rows = strchr(out, '\n') + 1;
  memmove(out, rows, strlen(rows) + 1);
  return out;
}

#define RULES "input t { id integer key; n integer; }\nlet held = cumulative share of n;\n"

/* The rules tell the customers for whom `holds`, by the letter y. */
static void check_rules(const char *rules, bool (*holds)(int64_t n)) {
  char *answers = answers_of(rules), expected[CUSTOMERS * 8];
  size_t length = 0;
  for (int64_t n = 1; n <= CUSTOMERS; n++)
    length += (size_t)snprintf(expected + length, sizeof expected - length, "%lld,%s\n", (long long)n,
                               holds(n) ? "y" : "");
  CU_ASSERT_STRING_EQUAL(answers, expected);
  free(answers);
}

static bool below_half(int64_t n) { return share_of(n) < 500000; }
static bool at_most_70(int64_t n) { return share_of(n) <= share_of(70); }
static bool above_70(int64_t n) { return share_of(n) > share_of(70); }
static bool is_70(int64_t n) { return n == 70; }
static bool is_between(int64_t n) { return share_of(n) >= 200000 && share_of(n) <= 800000; }
static bool is_few(int64_t n) { return n == 100 || n == 70 || share_of(n) > 999000; }
static bool is_smallest(int64_t n) { return n <= 10; }
static bool is_half_below(int64_t n) { return share_of(n) * 2 < 500000; }
static bool always(int64_t n) { return n > 0; }

/* share_of(70) is 0.507921 */
static void test_compared(void) {
  CU_ASSERT_EQUAL(share_of(70), 507921);
  check_rules(RULES "held < 50% -> y;", below_half);
  check_rules(RULES "held <= 0.507921 -> y;", at_most_70);
  check_rules(RULES "held > 0.507921 -> y;", above_70);
  check_rules(RULES "held = 0.507921 -> y;", is_70);
  check_rules(RULES "held between 20% and 80% -> y;", is_between);
  check_rules(RULES "held = 0 or held = 0.507921 or not (held <= 99.9%) -> y;", is_few);
  check_rules(RULES "held in (0, 0.507921) or held > 99.9% -> y;", is_few);
  check_rules(RULES "held < 0.507921 and held > 0.507920 or held >= 0 -> y;", always);
  check_rules(RULES "held is present -> y;", always);
  check_rules(RULES "param part = 50%;\nheld < part -> y;", below_half);
}

/* What takes more of it than a side. */
static void test_taken(void) {
  check_rules(RULES "held < 1 and held * 2 < 50% -> y;", is_half_below);
  check_rules(RULES "(if held < 2 then held else 0) < 50% -> y;", below_half);
  check_rules(RULES "top 10 by held -> y;", is_smallest);
  check_rules(RULES "rank of held <= 10 and held >= 0 -> y;", is_smallest);
  char *answers = answers_of(RULES "held < 50% -> y;  show held;"), expected[CUSTOMERS * 20];
  size_t length = 0;
  for (int64_t n = 1; n <= CUSTOMERS; n++) {
    int64_t share = share_of(n), digits = 6;
    for (; share && share % 10 == 0; digits--) share /= 10;
    length += (size_t)snprintf(expected + length, sizeof expected - length,
                               share ? "%lld,%s,0.%0*lld\n" : "%lld,%s,0\n", (long long)n, below_half(n) ? "y" : "",
                               (int)digits, (long long)share);
  }
  CU_ASSERT_STRING_EQUAL(answers, expected);
  free(answers);
}

/* Also at the end of the code: by the limit and the budget of a campaign, and by guards. */
static int64_t held_from(int64_t n) {
  int64_t sum = 0;
  for (; n <= CUSTOMERS; n++) sum += share_of(n);
  return sum;
}

static bool is_paid(int64_t n) { return held_from(n) <= 2000000; }

static void test_taken_at_the_end(void) {
  char rules[300];
  int64_t sum = held_from(1);
  check_rules(RULES "campaign y { when held < 2; limit 10 by held; }", is_smallest);
  check_rules(RULES "campaign y { when held < 2; limit 100 by n; budget 2 at held; }", is_paid);
  snprintf(rules, sizeof rules, RULES "held < 50%% -> y;\n"
           "guard sum of held <= %lld.%06lld;  guard sum of held >= %lld.%06lld;", (long long)sum / 1000000,
           (long long)sum % 1000000, (long long)sum / 1000000, (long long)sum % 1000000);
  check_rules(rules, below_half);
}

/* More limits than are told apart. */
static void test_many(void) {
  char rules[2000];
  size_t length = (size_t)snprintf(rules, sizeof rules, RULES "(held < 1%%");
  for (int i = 2; i < 40; i++)
    length += (size_t)snprintf(rules + length, sizeof rules - length, " or held < %d%%", i);
  snprintf(rules + length, sizeof rules - length, " or held < 50%%) -> y;");
  check_rules(rules, below_half);
}

void suite_population_sides(void);
void suite_population_sides(void) {
  CU_pSuite suite = CU_add_suite("population_sides", NULL, NULL);
  CU_add_test(suite, "any limits", test_population);
  CU_add_test(suite, "values that are not in memory", test_not_in_memory);
  CU_add_test(suite, "rules that compare shares", test_compared);
  CU_add_test(suite, "rules that take shares", test_taken);
  CU_add_test(suite, "taken at the end of the code", test_taken_at_the_end);
  CU_add_test(suite, "more limits than are told apart", test_many);
}
