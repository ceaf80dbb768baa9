/* population_bag.c - collects the values that one thread adds, and makes steps of them. */
#include <string.h>

#include "population_parts.h"

enum { VALUES_LEAST = 64 };

static bool resize(const struct population *population, struct bag *bag, size_t room) {
  int64_t *values = alloc_resize(&population->allocator, bag->values, bag->room, room, sizeof *values);
  if (!values) return false;
  bag->values = values;
  bag->room = room;
  return true;
}

void bag_free(const struct population *population, struct bag *bag) {
  alloc_free(&population->allocator, bag->values, bag->room, sizeof *bag->values);
  *bag = (struct bag){.rows = bag->rows};
}

bool bag_hold(const struct population *population, struct bag *bag, size_t steps) {
  return resize(population, bag, steps * sizeof(struct step) / sizeof *bag->values);
}

/* -- Collecting ------------------------------------------------------------------------------- */

/* Room for at least one more value, and for up to `more`, so that there then is room for *some of them. */
static enum rung_status make_room(struct population *population, struct bag *bag, size_t more, size_t *some,
                                  struct rung_error *error) {
  if (bag->count == population->limit) {
    enum rung_status status = bag_spill(population, bag, error);
    if (status) return status;
  }
  size_t left = population->limit - bag->count, room = bag->room ? bag->room : VALUES_LEAST;
  *some = more < left ? more : left;
  while (room < bag->count + *some) room *= 2;
  if (room > population->limit) room = population->limit;
  return room <= bag->room || resize(population, bag, room) ? RUNG_OK : fail_memory(error);
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

enum rung_status bag_add(struct population *population, struct bag *bag, const struct vec *values, size_t rows,
                          struct rung_error *error) {
  for (size_t first = 0, some; first < rows; first += some) {
    enum rung_status status = make_room(population, bag, rows - first, &some, error);
    if (status) return status;
    append(population, bag, values, first, some);
  }
  return RUNG_OK;
}

/* -- Steps ------------------------------------------------------------------------------------- */

bool bag_sort(const struct population *population, struct bag *bag) {
  if (bag->sorted) return true;
  if (bag->room < 2 * bag->count && !resize(population, bag, 2 * bag->count)) return false;
  bag->count = values_sort(bag->values, bag->count, &population->allocator);
  bag->sorted = true;
  return true;
}

enum rung_status bag_spill(struct population *population, struct bag *bag, struct rung_error *error) {
  enum rung_status status = RUNG_OK;
  if (!bag_sort(population, bag)) return fail_memory(error);
  pthread_mutex_lock(&population->lock);
  if (!population->spill) status = spill_new(&population->allocator, &population->spill, error);
  steps_count(population, bag_steps(bag), bag->count);
  if (!status) status = spill_run(population->spill, bag_steps(bag), bag->count, error);
  pthread_mutex_unlock(&population->lock);
  bag->count = 0;
  bag->sorted = false;
  return status;
}

/* From the greatest step down, so that each of `to` is read before it is written over. */
bool bag_merge(const struct population *population, struct bag *to, struct bag *from) {
  size_t i = to->count, j = from->count, all = i + j, at = all;
  if (!bag_hold(population, to, all)) return false;
  struct step *steps = bag_steps(to);
  const struct step *others = bag_steps(from);
  while (j > 0) {
    if (i > 0 && steps[i - 1].value > others[j - 1].value) {
      steps[--at] = steps[--i];
    } else {
      steps[--at] = others[--j];
      if (i > 0 && steps[i - 1].value == others[j].value) steps[at].rows += steps[--i].rows;
    }
  }
  memmove(steps + i, steps + at, (all - at) * sizeof *steps);
  to->count = i + (all - at);
  bag_free(population, from);
  return true;
}
