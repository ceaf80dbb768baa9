/* population_sort.c - sorts values by their bytes, and tells how often each occurs. */
#include <string.h>

#include "population_parts.h"

enum { DIGITS = 8, DIGIT_VALUES = 256 };

/* Unsigned, so that the bytes order negative values before the others. */
static uint8_t digit_of(int64_t value, size_t digit) {
  return (uint8_t)(((uint64_t)value ^ (uint64_t)1 << 63) >> (8 * digit));
}

/* Stable: equal digits stay in their order. */
static void sort_digit(const int64_t *from, int64_t *to, size_t count, size_t digit, const size_t *occurs) {
  size_t next[DIGIT_VALUES], total = 0;
  for (size_t i = 0; i < DIGIT_VALUES; i++) next[i] = total, total += occurs[i];
  for (size_t i = 0; i < count; i++) to[next[digit_of(from[i], digit)]++] = from[i];
}

/* Sorts by each byte in which the values differ, back and forth between the halves of the block; returns the half where
   they end. */
static int64_t *sort(int64_t *values, size_t count) {
  size_t occurs[DIGITS][DIGIT_VALUES] = {0};
  int64_t *from = values, *to = values + count;
  for (size_t i = 0; i < count; i++)
    for (size_t digit = 0; digit < DIGITS; digit++) occurs[digit][digit_of(values[i], digit)]++;
  for (size_t digit = 0; digit < DIGITS; digit++) {
    if (occurs[digit][digit_of(values[0], digit)] == count) continue;
    sort_digit(from, to, count, digit, occurs[digit]);
    int64_t *sorted = to;
    to = from;
    from = sorted;
  }
  return from;
}

/* The steps are written from the start while values are read from the second half: a step takes the room of two values
   and stands for at least one, so that the writing meets the reading at the very end only. */
size_t values_sort(int64_t *values, size_t count) {
  if (count == 0) return 0;
  int64_t *sorted = sort(values, count);
  if (sorted == values) sorted = memcpy(values + count, values, count * sizeof *values);
  struct step *steps = (struct step *)(void *)values;
  size_t step_count = 0;
  for (size_t i = 0, same; i < count; i += same) {
    int64_t value = sorted[i];
    for (same = 1; i + same < count && sorted[i + same] == value;) same++;
    steps[step_count++] = (struct step){value, same};
  }
  return step_count;
}
