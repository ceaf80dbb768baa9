/* population_slow.c - measures against a slow version that looks at all rows for each row. */
#include <CUnit/CUnit.h>
#include <string.h>

#include "population_parts.h"
#include "population_rows.h"

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

static size_t differences(const struct population *population, const struct row *rows, size_t count) {
  static struct answer answers[ROWS];
  size_t bad = 0;
  for (size_t function = 0; function < MEASURE_QUOTA; function++) {
    if (population->value_type == RUNG_DATE && (function == MEASURE_SHARE || function == MEASURE_AVERAGE)) continue;
    struct prog_measure measure = measure_of((enum measure)function, population->value_type, 10);
    bad += measured_ask(population, &measure, rows, count, answers) != RUNG_OK;
    bool all = function == MEASURE_MEDIAN || function == MEASURE_AVERAGE;
    struct answer expected = all ? slow_all(rows, count, &measure) : (struct answer){0};
    for (size_t i = 0; i < count; i++)
      bad += !measured_same(answers[i], all ? expected : slow_row(rows, count, &measure, i));
  }
  return bad;
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
        measured_rows(rows, sizes[s], (enum spread)spread, types[type], s * 10 + spread);
        for (size_t m = 0; m < 3; m++) {
          enum rung_status status;
          struct population *population =
              measured_collect(rows, sizes[s], batches[(s + spread + m) % 5], types[type], 10 + (int64_t)s, memories[m],
                               NULL, &status);
          CU_ASSERT_PTR_NOT_NULL_FATAL(population);
          measured_shuffle(rows, sizes[s], m);
          CU_ASSERT_EQUAL(differences(population, rows, sizes[s]), 0);
          population_free(population);
        }
      }
}

void suite_population_slow(void);

void suite_population_slow(void) {
  CU_pSuite suite = CU_add_suite("population_slow", NULL, NULL);
  CU_add_test(suite, "random rows against the slow version", random_populations);
}
