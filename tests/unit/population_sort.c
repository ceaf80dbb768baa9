/* population_sort.c - values sorted and counted, against the library's sorting. */
#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

#include "population_parts.h"

enum { MOST = 2000 };

static int order(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* Of `sorted` values. */
static void check_steps(const struct step *steps, size_t step_count, const int64_t *sorted, size_t count) {
  size_t at = 0, wrong = 0;
  for (size_t i = 0; i < step_count; i++) {
    wrong += steps[i].rows == 0 || (i > 0 && steps[i].value == steps[i - 1].value);
    for (uint64_t row = 0; row < steps[i].rows && at < count; row++) wrong += sorted[at++] != steps[i].value;
  }
  CU_ASSERT_EQUAL(wrong, 0);
  CU_ASSERT_EQUAL(at, count);
}

/* As they are, and where all are few units of `unit` in that form, too. */
static void check(const int64_t *values, int64_t unit, size_t count) {
  int64_t sorted[MOST];
  struct step *block = malloc(count * sizeof *block);
  memcpy(sorted, values, count * sizeof *sorted);
  qsort(sorted, count, sizeof *sorted, order);
  memcpy(block, values, count * sizeof *values);
  check_steps(block, values_sort((int64_t *)block, count), sorted, count);
  int32_t *units = (int32_t *)block;
  bool fit = true;
  for (size_t i = 0; i < count; i++) {
    int64_t number = values[i] / unit;
    fit &= number * unit == values[i] && number >= INT32_MIN && number <= INT32_MAX;
    units[i] = (int32_t)number;
  }
  if (fit) check_steps(block, units_sort(units, count, unit), sorted, count);
  free(block);
}

/* Values from `least` to `last` units above it, both of which occur, in any order. */
static void check_range(int64_t least, uint64_t last, uint64_t unit, size_t count) {
  int64_t values[MOST];
  uint64_t state = last + count;
  for (size_t i = 0; i < count; i++) {
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    uint64_t place = last == UINT64_MAX ? state : state % (last + 1);
    if (i == count / 2) place = last;
    if (i == count / 3) place = 0;
    values[i] = (int64_t)((uint64_t)least + place * unit);
  }
  check(values, (int64_t)unit, count);
}

static void test_ranges(void) {
  static const size_t counts[] = {1, 2, 3, 63, 64, 65, 1000, MOST};
  for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
    size_t count = counts[c];
    for (uint64_t last = 0; last < 3 * count + 2; last += last + 3 < 2 * count || last > 2 * count + 3 ? 1 + last : 1) {
      check_range(0, last, 1, count);
      check_range(-7, last, 1, count);
      check_range(-30000, last, 10000, count);
      check_range(-30001, last, 10000, count); /* no cents, though apart by whole ones */
      check_range(INT64_MIN, last, 1, count);
      check_range(INT64_MAX - (int64_t)last, last, 1, count);
      check_range(INT64_MAX / 10000 * 10000 - (int64_t)last * 10000, last, 10000, count);
      check_range(INT64_MIN / 10000 * 10000, last, 10000, count);
      check_range(INT32_MIN, last, 1, count);
      check_range(INT32_MAX - (int64_t)last, last, 1, count);
    }
    check_range(-30000, 7 * count, 10000, count);
    check_range(INT32_MIN, UINT32_MAX, 1, count);
    check_range((int64_t)INT32_MIN * 10000, UINT32_MAX, 10000, count);
    check_range(INT64_MIN, UINT64_MAX, 1, count);
    check_range(INT64_MIN, UINT64_MAX - 1, 1, count);
    check_range(INT64_MIN / 10000 * 10000, (uint64_t)INT64_MAX / 5000, 10000, count);
  }
}

static void test_none(void) {
  CU_ASSERT_EQUAL(values_sort(NULL, 0), 0);
  CU_ASSERT_EQUAL(units_sort(NULL, 0, 1), 0);
}

void suite_population_sort(void);
void suite_population_sort(void) {
  CU_pSuite suite = CU_add_suite("population_sort", NULL, NULL);
  CU_add_test(suite, "narrow and wide ranges", test_ranges);
  CU_add_test(suite, "no value", test_none);
}
