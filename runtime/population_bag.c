/* population_bag.c - collects the values that one thread adds, and makes steps of them. */
#include <string.h>

#include "population_parts.h"

enum { WORDS_LEAST = 64, STEP_WORDS = sizeof(struct step) / sizeof(int64_t) };

/* Numbers of 8 bytes that the block is to have room for, at least. */
static bool reserve(const struct population *population, struct bag *bag, size_t words) {
  if (words <= bag->room) return true;
  int64_t *values = alloc_resize(&population->allocator, bag->values, bag->room, words, sizeof *values);
  if (!values) return false;
  bag->values = values;
  bag->room = words;
  return true;
}

void bag_free(const struct population *population, struct bag *bag) {
  alloc_free(&population->allocator, bag->values, bag->room, sizeof *bag->values);
  *bag = (struct bag){.rows = bag->rows};
}

static struct step *first_step(const struct bag *bag) { return (struct step *)(void *)bag->values; }

bool bag_hold(const struct population *population, struct bag *bag, size_t steps) {
  size_t before = bag->steps ? (size_t)(bag->steps - first_step(bag)) : 0;
  if (!reserve(population, bag, (before + steps_padded(steps)) * STEP_WORDS)) return false;
  bag->steps = first_step(bag) + before;
  return true;
}

/* -- Collecting ------------------------------------------------------------------------------- */

/* Room for at least one more value, and for up to `more`, so that there then is room for *some of them. */
static enum rung_status make_room(struct population *population, struct bag *bag, size_t more, size_t *some,
                                  struct rung_error *error) {
  if (bag->count == population->limit) {
    enum rung_status status = bag_spill(population, bag, error);
    if (status) return status;
  }
  size_t left = population->limit - bag->count, room = bag->room ? bag->room : WORDS_LEAST;
  *some = more < left ? more : left;
  size_t count = bag->count + *some, words = bag->wide ? count : (count + 1) / 2;
  if (words <= bag->room) return RUNG_OK;
  while (room < words) room *= 2;
  if (room > population->limit) room = population->limit;
  return reserve(population, bag, room) ? RUNG_OK : fail_memory(error);
}

/* Each is written, and the next one over it where it is missing. */
static void append(const struct population *population, struct bag *bag, const struct vec *values, size_t first,
                   size_t rows) {
  int64_t *to = bag->values + bag->count;
  for (size_t i = first; i < first + rows; i++) {
    *to = population_value(population, values, i);
    to += bitmap_get(values->valid, i);
  }
  bag->rows += (size_t)(to - bag->values) - bag->count;
  bag->count = (size_t)(to - bag->values);
}

/* The same; false, and nothing is appended, where one is no small number of units. */
static inline bool append_units(const struct population *population, struct bag *bag, const struct vec *values,
                                size_t first, size_t rows, int64_t unit) {
  int32_t *units = (int32_t *)(void *)bag->values, *to = units + bag->count;
  bool fit = true;
  for (size_t i = first; i < first + rows; i++) {
    int64_t value = population_value(population, values, i);
    bool valid = bitmap_get(values->valid, i);
    *to = (int32_t)(value / unit);
    fit &= !valid || *to * unit == value;
    to += valid;
  }
  if (!fit) return false;
  bag->rows += (size_t)(to - units) - bag->count;
  bag->count = (size_t)(to - units);
  return true;
}

/* From the last one down, so that each is read before it is written over. */
static bool widen(const struct population *population, struct bag *bag) {
  if (!reserve(population, bag, bag->count)) return false;
  const int32_t *units = (const int32_t *)(const void *)bag->values;
  for (size_t i = bag->count; i-- > 0;) bag->values[i] = units[i] * population->unit;
  bag->wide = true;
  return true;
}

/* Dividing by a number that is known takes a fraction of the time. */
static bool append_narrow(const struct population *population, struct bag *bag, const struct vec *values, size_t first,
                          size_t rows) {
  return population->unit == CENT ? append_units(population, bag, values, first, rows, CENT)
                                  : append_units(population, bag, values, first, rows, 1);
}

enum rung_status bag_add(struct population *population, struct bag *bag, const struct vec *values, size_t rows,
                          struct rung_error *error) {
  for (size_t first = 0, some; first < rows;) {
    enum rung_status status = make_room(population, bag, rows - first, &some, error);
    if (status) return status;
    if (bag->wide) append(population, bag, values, first, some);
    else if (!append_narrow(population, bag, values, first, some)) some = 0;
    if (some == 0 && !widen(population, bag)) return fail_memory(error);
    first += some;
  }
  return RUNG_OK;
}

/* -- Steps ------------------------------------------------------------------------------------- */

bool bag_sort(const struct population *population, struct bag *bag) {
  if (bag->steps) return true;
  if (!reserve(population, bag, bag->count * STEP_WORDS) || !bag_hold(population, bag, 0)) return false;
  bag->count = bag->wide ? values_sort(bag->values, bag->count)
                         : units_sort((int32_t *)(void *)bag->values, bag->count, population->unit);
  bag->sums = steps_sum(bag->steps, bag->count);
  return true;
}

enum rung_status bag_spill(struct population *population, struct bag *bag, struct rung_error *error) {
  enum rung_status status = RUNG_OK;
  if (!bag_sort(population, bag)) return fail_memory(error);
  pthread_mutex_lock(&population->lock);
  if (!population->spill) status = spill_new(&population->allocator, &population->spill, error);
  steps_count(population, &bag->sums);
  if (!status) status = spill_run(population->spill, bag->steps, bag->count, error);
  pthread_mutex_unlock(&population->lock);
  bag->count = 0;
  bag->steps = NULL;
  return status;
}

/* To the end of the block, where sorting has left memory at hand, and from the greatest step down, so that each of `to`
   is read before it is written over. */
bool bag_merge(const struct population *population, struct bag *to, struct bag *from) {
  size_t i = to->count, j = from->count;
  if (to->steps != first_step(to)) to->steps = memmove(first_step(to), to->steps, i * sizeof *to->steps);
  if (!bag_hold(population, to, i + j + BLOCK_STEPS)) return false;
  struct step *steps = to->steps, *end = steps + to->room / STEP_WORDS - BLOCK_STEPS, *at = end;
  const struct step *others = from->steps;
  while (i > 0 && j > 0) {
    int64_t mine = steps[i - 1].value, other = others[j - 1].value;
    uint64_t rows = (mine >= other ? steps[i - 1].rows : 0) + (other >= mine ? others[j - 1].rows : 0);
    i -= mine >= other;
    j -= other >= mine;
    *--at = (struct step){mine >= other ? mine : other, rows};
  }
  at -= i;
  memmove(at, steps, i * sizeof *at);
  at -= j;
  memcpy(at, others, j * sizeof *at);
  to->steps = at;
  to->count = (size_t)(end - at);
  bag_free(population, from);
  return true;
}
