/* population_sort.c - sorts values, by counting or by their digits, and tells how often each occurs. */
#include <string.h>

#include "population_parts.h"

enum { DIGIT_BITS = 11, DIGIT_VALUES = 1 << DIGIT_BITS };

/* -- By counting -------------------------------------------------------------------------------- */

/* Money mostly is whole cents: of values that all are, only every so many can occur. */
enum { CENT = DECIMAL_ONE / 100 };

static size_t place_of(int64_t value, int64_t least, bool cents) {
  uint64_t above = (uint64_t)value - (uint64_t)least;
  return cents ? above / CENT : above;
}

static size_t steps_from(const uint32_t *occurs, size_t places, int64_t least, int64_t unit, struct step *steps) {
  size_t count = 0;
  for (size_t i = 0; i < places; i++)
    if (occurs[i]) steps[count++] = (struct step){least + (int64_t)i * unit, occurs[i]};
  return count;
}

/* Counts values between which there are few others, into the same block; 0 where there are many, or no memory. */
static size_t count_values(int64_t *values, size_t count, const struct rung_allocator *allocator) {
  int64_t least = values[0], most = values[0], rest = 0;
  for (size_t i = 0; i < count; i++) {
    if (values[i] < least) least = values[i];
    if (values[i] > most) most = values[i];
    rest |= values[i] % CENT;
  }
  bool cents = rest == 0;
  size_t last = place_of(most, least, cents);
  uint32_t *occurs = count > UINT32_MAX || last / 2 >= count ? NULL : alloc_array(allocator, last + 1, sizeof *occurs);
  if (!occurs) return 0;
  for (size_t i = 0; i < count; i++) occurs[place_of(values[i], least, cents)]++;
  size_t step_count = steps_from(occurs, last + 1, least, cents ? CENT : 1, (struct step *)(void *)values);
  alloc_free(allocator, occurs, last + 1, sizeof *occurs);
  return step_count;
}

/* -- By digits ------------------------------------------------------------------------------------ */

/* Unsigned, so that the digits order negative values before the others. */
static size_t digit_of(int64_t value, unsigned shift) {
  return (((uint64_t)value ^ (uint64_t)1 << 63) >> shift) % DIGIT_VALUES;
}

/* Stable: equal digits stay in their order. */
static void sort_digit(const int64_t *from, int64_t *to, size_t count, unsigned shift) {
  size_t occurs[DIGIT_VALUES] = {0}, next[DIGIT_VALUES], total = 0;
  for (size_t i = 0; i < count; i++) occurs[digit_of(from[i], shift)]++;
  for (size_t i = 0; i < DIGIT_VALUES; i++) next[i] = total, total += occurs[i];
  for (size_t i = 0; i < count; i++) to[next[digit_of(from[i], shift)]++] = from[i];
}

/* Sorts by the digits between the lowest and the highest bit in which values differ, back and forth between the halves
   of the block; returns the half where they end. */
static int64_t *sort(int64_t *values, size_t count) {
  uint64_t differ = 0;
  int64_t *from = values, *to = values + count;
  for (size_t i = 1; i < count; i++) differ |= (uint64_t)values[i] ^ (uint64_t)values[0];
  unsigned shift = differ ? (unsigned)__builtin_ctzll(differ) : 0;
  for (; shift < 64 && differ >> shift != 0; shift += DIGIT_BITS) {
    sort_digit(from, to, count, shift);
    int64_t *sorted = to;
    to = from;
    from = sorted;
  }
  return from;
}

/* The steps are written from the start while values are read from the second half: a step takes the room of two values
   and stands for at least one, so that the writing meets the reading at the very end only. */
static size_t sort_values(int64_t *values, size_t count) {
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

size_t values_sort(int64_t *values, size_t count, const struct rung_allocator *allocator) {
  if (count == 0) return 0;
  size_t step_count = count_values(values, count, allocator);
  return step_count ? step_count : sort_values(values, count);
}
