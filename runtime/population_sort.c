/* population_sort.c - sorts values, by their digits or by counting, and tells how often each occurs. */
#include <string.h>

#include "population_parts.h"

enum { DIGIT_BITS = 12, DIGIT_VALUES = 1 << DIGIT_BITS };

/* -- By digits ------------------------------------------------------------------------------------ */

/* What is sorted: values as they are, or half as wide as numbers of units. */
#define EITHER static inline __attribute__((always_inline))

EITHER size_t width_of(bool wide) { return wide ? sizeof(int64_t) : sizeof(int32_t); }

EITHER int64_t number_at(const void *numbers, bool wide, size_t i) {
  return wide ? ((const int64_t *)numbers)[i] : ((const int32_t *)numbers)[i];
}

EITHER void put_number(void *numbers, bool wide, size_t i, int64_t number) {
  if (wide) ((int64_t *)numbers)[i] = number;
  else ((int32_t *)numbers)[i] = (int32_t)number;
}

/* Of the digits that order negative numbers before the others. */
EITHER size_t digit_of(int64_t number, bool wide, unsigned shift, size_t mask) {
  return (((uint64_t)number ^ (uint64_t)1 << (wide ? 63 : 31)) >> shift) & mask;
}

/* Stable: equal digits stay in their order. */
EITHER void sort_digit(const void *from, void *to, bool wide, size_t count, unsigned shift, size_t mask) {
  size_t next[DIGIT_VALUES] = {0}, total = 0;
  for (size_t i = 0; i < count; i++) next[digit_of(number_at(from, wide, i), wide, shift, mask)]++;
  for (size_t i = 0; i <= mask; i++) {
    size_t occurs = next[i];
    next[i] = total;
    total += occurs;
  }
  for (size_t i = 0; i < count; i++) {
    int64_t number = number_at(from, wide, i);
    put_number(to, wide, next[digit_of(number, wide, shift, mask)]++, number);
  }
}

/* The bits in which numbers differ; those above a narrow one only repeat its sign. */
EITHER uint64_t find_differing(const void *numbers, bool wide, size_t count) {
  uint64_t differ = 0;
  for (size_t i = 1; i < count; i++) differ |= (uint64_t)(number_at(numbers, wide, i) ^ number_at(numbers, wide, 0));
  return wide ? differ : (uint32_t)differ;
}

/* Sorts by the digits between the lowest and the highest bit in which numbers differ, back and forth between `numbers`
   and `spare`, where they end. */
EITHER void sort(void *numbers, void *spare, bool wide, size_t count) {
  uint64_t differ = find_differing(numbers, wide, count);
  unsigned shift = differ ? (unsigned)__builtin_ctzll(differ) : 0, bits = 0, digits = 0;
  void *from = numbers, *to = spare;
  if (differ) bits = 64 - (unsigned)__builtin_clzll(differ) - shift;
  for (unsigned left = (bits + DIGIT_BITS - 1) / DIGIT_BITS; left > 0; left--, shift += digits, bits -= digits) {
    digits = (bits + left - 1) / left;
    sort_digit(from, to, wide, count, shift, ((size_t)1 << digits) - 1);
    void *sorted = to;
    to = from;
    from = sorted;
  }
  if (from != spare) memcpy(spare, from, count * width_of(wide));
}

/* The steps are written from the start while numbers are read from the end: a step takes the room of two values and
   stands for one at least, so that the writing meets the reading at the very end only. */
EITHER void *end_of(void *block, bool wide, size_t count) {
  return (char *)block + count * (sizeof(struct step) - width_of(wide));
}

EITHER size_t sort_steps(void *block, bool wide, size_t count, int64_t unit) {
  void *sorted = end_of(block, wide, count);
  struct step *steps = block;
  size_t step_count = 0;
  sort(block, sorted, wide, count);
  for (size_t i = 0, same; i < count; i += same) {
    int64_t number = number_at(sorted, wide, i);
    for (same = 1; i + same < count && number_at(sorted, wide, i + same) == number;) same++;
    steps[step_count++] = (struct step){number * unit, same};
  }
  return step_count;
}

size_t values_sort(int64_t *values, size_t count) { return count ? sort_steps(values, true, count, 1) : 0; }

/* -- By counting ---------------------------------------------------------------------------------- */

/* Numbers near each other have all but the lowest bits in common; few enough to be counted in the processor's first
   cache. */
enum { NEAR_BITS = 12, NEAR = 1 << NEAR_BITS };

/* Counting takes a moment for each number that could occur, sorting so many for each that does. */
enum { SPARSE = 8 };

static bool are_dense(uint64_t differ, size_t count) {
  return differ >> NEAR_BITS < DIGIT_VALUES && differ / SPARSE < count && count <= UINT32_MAX;
}

/* Each has a table of its own on the stack, of which there is little: so they are not put into one function. */
#define APART static __attribute__((noinline))

APART void group_near(const int32_t *from, int32_t *to, size_t count) {
  sort_digit(from, to, false, count, NEAR_BITS, DIGIT_VALUES - 1);
}

APART size_t count_near(const int32_t *units, struct step *steps, size_t count, int64_t unit) {
  size_t step_count = 0;
  for (size_t i = 0; i < count;) {
    uint32_t occurs[NEAR] = {0};
    int64_t least = units[i] - (units[i] & (NEAR - 1));
    for (; i < count && units[i] - (units[i] & (NEAR - 1)) == least; i++) occurs[units[i] & (NEAR - 1)]++;
    for (int64_t near = 0; near < NEAR; near++)
      if (occurs[near]) steps[step_count++] = (struct step){(least + near) * unit, occurs[near]};
  }
  return step_count;
}

APART size_t sort_sparse(int32_t *units, size_t count, int64_t unit) { return sort_steps(units, false, count, unit); }

size_t units_sort(int32_t *units, size_t count, int64_t unit) {
  if (count == 0) return 0;
  if (!are_dense(find_differing(units, false, count), count)) return sort_sparse(units, count, unit);
  int32_t *grouped = end_of(units, false, count);
  group_near(units, grouped, count);
  return count_near(grouped, (struct step *)(void *)units, count, unit);
}
