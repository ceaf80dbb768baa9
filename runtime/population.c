/* population.c - collects the values of all customers, and sorts them out at the end. */
#include "population.h"

#include <unistd.h>

#include "io.h"
#include "population_parts.h"
#include "temp.h"

/* A step takes the room of a value twice, and counting or merging may take it once more. */
enum { LIMIT_LEAST = 64, VALUE_BYTES = 3 * sizeof(int64_t) };

enum rung_status population_new(enum rung_type value_type, int64_t most, size_t memory, size_t threads,
                                const struct rung_allocator *allocator, struct population **population,
                                struct rung_error *error) {
  struct population *made = alloc_array(allocator, 1, sizeof *made);
  struct bag *bags = alloc_array(allocator, threads, sizeof *bags);
  *population = NULL;
  if (!made || !bags || pthread_mutex_init(&made->lock, NULL)) {
    alloc_free(allocator, bags, threads, sizeof *bags);
    alloc_free(allocator, made, 1, sizeof *made);
    return fail_memory(error);
  }
  *population = made;
  made->allocator = alloc_resolve(allocator);
  made->value_type = value_type;
  made->unit = value_type == RUNG_NUMBER || value_type == RUNG_MONEY ? CENT : 1;
  made->top.most = most > 0 ? (uint64_t)most : 0;
  made->top.keys.allocator = &made->allocator;
  made->least = INT64_MIN;
  made->memory = memory;
  made->bags = bags;
  made->bag_count = threads;
  made->limit = memory / VALUE_BYTES / threads;
  if (made->limit < LIMIT_LEAST) made->limit = LIMIT_LEAST;
  made->file = -1;
  return RUNG_OK;
}

void population_free(struct population *population) {
  if (!population) return;
  struct rung_allocator allocator = population->allocator;
  top_free(&population->top, &allocator);
  spill_free(population->spill);
  if (population->file >= 0) close(population->file);
  for (size_t i = 0; i < population->bag_count; i++) bag_free(population, &population->bags[i]);
  alloc_free(&allocator, population->bags, population->bag_count, sizeof *population->bags);
  alloc_free(&allocator, population->firsts, population->block_room, sizeof *population->firsts);
  pthread_mutex_destroy(&population->lock);
  alloc_free(&allocator, population, 1, sizeof *population);
}

/* -- Collecting ----------------------------------------------------------------------------------------------- */

/* Rows [first, rows). */
static bool add_top(struct population *population, const struct vec *values, const struct rung_text *keys,
                    size_t first, size_t rows) {
  struct top *top = &population->top;
  bool fine = true;
  pthread_mutex_lock(&population->lock);
  for (size_t i = first; fine && i < rows; i++) {
    int64_t value = population_value(population, values, i);
    if (bitmap_get(values->valid, i) && top_wants(top, value))
      fine = top_add(top, value, population_key(keys, i), &population->allocator);
  }
  if (top->count == top->most) __atomic_store_n(&population->least, top->rows[0].value, __ATOMIC_RELAXED);
  pthread_mutex_unlock(&population->lock);
  return fine;
}

/* The lock is taken for the rare rows that may be among the greatest. */
static bool add_tops(struct population *population, const struct vec *values, const struct rung_text *keys,
                     size_t rows) {
  int64_t least = __atomic_load_n(&population->least, __ATOMIC_RELAXED);
  for (size_t i = 0; i < rows; i++)
    if (population_value(population, values, i) >= least && bitmap_get(values->valid, i))
      return add_top(population, values, keys, i, rows);
  return true;
}

enum rung_status population_add(struct population *population, size_t thread, const struct vec *values,
                                const struct rung_text *keys, size_t rows, struct rung_error *error) {
  enum rung_status status = bag_add(population, &population->bags[thread], values, rows, error);
  if (status || population->top.most == 0) return status;
  return add_tops(population, values, keys, rows) ? RUNG_OK : fail_memory(error);
}

/* Where memory is out, population_finish will say so. */
void population_rest(struct population *population, size_t thread) {
  (void)bag_sort(population, &population->bags[thread]);
}

/* -- Finishing -------------------------------------------------------------------------------------------------- */

/* Into the larger of the two, which takes less room. */
static bool merge(struct population *population, struct bag *to, struct bag *from) {
  if (to->count < from->count) {
    struct bag other = *to;
    *to = *from;
    *from = other;
  }
  return from->count == 0 || bag_merge(population, to, from);
}

/* The steps of all bags to the first, by pairs, pairs of pairs ... */
static bool gather(struct population *population) {
  struct bag *bags = population->bags;
  for (size_t i = 0; i < population->bag_count; i++) {
    if (!bag_sort(population, &bags[i])) return false;
    steps_count(population, &bags[i].sums);
  }
  for (size_t apart = 1; apart < population->bag_count; apart *= 2)
    for (size_t i = 0; i + apart < population->bag_count; i += 2 * apart)
      if (!merge(population, &bags[i], &bags[i + apart])) return false;
  return bag_hold(population, &bags[0], bags[0].count);
}

static enum rung_status settle_in_memory(struct population *population, struct rung_error *error) {
  const struct bag *all = &population->bags[0];
  if (population->rows == 0) return RUNG_OK;
  if (!gather(population) || !steps_index(population, all->count)) return fail_memory(error);
  population->steps = all->steps;
  steps_settle(population, all->steps, all->count);
  steps_pad(population, population->steps + all->count, steps_padded(all->count) - all->count);
  return RUNG_OK;
}

/* Steps that fit into memory after all are answered from there. */
static enum rung_status load(struct population *population, struct rung_error *error) {
  size_t count = population->step_count;
  if (count > population->memory / sizeof(struct step)) return RUNG_OK;
  if (!bag_hold(population, &population->bags[0], count)) return fail_memory(error);
  population->steps = population->bags[0].steps;
  return temp_read(population->file, population->steps, steps_padded(count) * sizeof *population->steps, 0, error);
}

static enum rung_status settle_spilled(struct population *population, struct rung_error *error) {
  for (size_t i = 0; i < population->bag_count; i++) {
    enum rung_status status = bag_spill(population, &population->bags[i], error);
    if (status) return status;
    bag_free(population, &population->bags[i]);
  }
  if (!steps_index(population, spill_steps(population->spill))) return fail_memory(error);
  enum rung_status status = spill_merge(population->spill, population, population->memory, error);
  spill_free(population->spill);
  population->spill = NULL;
  return status ? status : load(population, error);
}

enum rung_status population_finish(struct population *population, struct rung_error *error) {
  for (size_t i = 0; i < population->bag_count; i++) population->rows += population->bags[i].rows;
  if (population->rows >> ROWS_BITS != 0) return fail(error, RUNG_NO_RESOURCE, "more rows than can be compared");
  top_finish(&population->top);
  return population->spill ? settle_spilled(population, error) : settle_in_memory(population, error);
}

uint64_t population_count(const struct population *population) { return population->rows; }
