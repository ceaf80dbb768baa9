/* population.c - collects the values of all customers, and sorts them out at the end. */
#include "population.h"

#include <unistd.h>

#include "io.h"
#include "population_parts.h"
#include "temp.h"

/* A step takes the room of a value twice, and counting may take it once more. */
enum { VALUES_LEAST = 64, VALUE_BYTES = 3 * sizeof(int64_t) };

enum rung_status population_new(enum rung_type value_type, int64_t most, size_t memory,
                                const struct rung_allocator *allocator, struct population **population,
                                struct rung_error *error) {
  struct population *made = alloc_array(allocator, 1, sizeof *made);
  *population = NULL;
  if (!made || pthread_mutex_init(&made->adding, NULL)) {
    alloc_free(allocator, made, 1, sizeof *made);
    return fail_memory(error);
  }
  *population = made;
  made->allocator = alloc_resolve(allocator);
  made->value_type = value_type;
  made->top.most = most > 0 ? (uint64_t)most : 0;
  made->top.keys.allocator = &made->allocator;
  made->memory = memory;
  made->limit = memory / VALUE_BYTES < VALUES_LEAST ? VALUES_LEAST : memory / VALUE_BYTES;
  made->file = -1;
  return RUNG_OK;
}

void population_free(struct population *population) {
  if (!population) return;
  struct rung_allocator allocator = population->allocator;
  top_free(&population->top, &allocator);
  spill_free(population->spill);
  if (population->file >= 0) close(population->file);
  alloc_free(&allocator, population->values, population->room, sizeof *population->values);
  alloc_free(&allocator, population->firsts, population->block_room, sizeof *population->firsts);
  pthread_mutex_destroy(&population->adding);
  alloc_free(&allocator, population, 1, sizeof *population);
}

/* -- Collecting ----------------------------------------------------------------------------------------------- */

static bool resize(struct population *population, size_t room) {
  int64_t *values = alloc_resize(&population->allocator, population->values, population->room, room, sizeof *values);
  if (!values) return false;
  population->values = values;
  population->room = room;
  return true;
}

/* Sorts and counts the values collected so far: the block then holds *count steps. */
static bool sort(struct population *population, size_t *count) {
  if (population->room < 2 * population->count && !resize(population, 2 * population->count)) return false;
  *count = values_sort(population->values, population->count, &population->allocator);
  population->count = 0;
  steps_count(population, (const struct step *)(const void *)population->values, *count);
  return true;
}

static enum rung_status spill(struct population *population, struct rung_error *error) {
  size_t count;
  enum rung_status status = RUNG_OK;
  if (!population->spill) status = spill_new(&population->allocator, &population->spill, error);
  if (status) return status;
  if (!sort(population, &count)) return fail_memory(error);
  return spill_run(population->spill, (const struct step *)(const void *)population->values, count, error);
}

/* Room for one more value. */
static enum rung_status make_room(struct population *population, struct rung_error *error) {
  if (population->count == population->limit) {
    enum rung_status status = spill(population, error);
    if (status) return status;
  }
  if (population->count < population->room) return RUNG_OK;
  size_t room = population->room ? 2 * population->room : VALUES_LEAST;
  return resize(population, room < population->limit ? room : population->limit) ? RUNG_OK : fail_memory(error);
}

static enum rung_status add(struct population *population, const struct vec *values, const struct rung_text *keys,
                            size_t rows, struct rung_error *error) {
  for (size_t i = 0; i < rows; i++) {
    if (!bitmap_get(values->valid, i)) continue;
    int64_t value = population_value(population, values, i);
    enum rung_status status = make_room(population, error);
    if (status) return status;
    population->values[population->count++] = value;
    population->rows++;
    if (top_wants(&population->top, value) &&
        !top_add(&population->top, value, population_key(keys, i), &population->allocator))
      return fail_memory(error);
  }
  return RUNG_OK;
}

enum rung_status population_add(struct population *population, const struct vec *values, const struct rung_text *keys,
                                size_t rows, struct rung_error *error) {
  pthread_mutex_lock(&population->adding);
  enum rung_status status = add(population, values, keys, rows, error);
  pthread_mutex_unlock(&population->adding);
  return status;
}

/* -- Finishing -------------------------------------------------------------------------------------------------- */

/* The block of values becomes the steps that were sorted into it. */
static bool hold_steps(struct population *population, size_t count) {
  if (!resize(population, 2 * steps_padded(count))) return false;
  population->steps = (struct step *)(void *)population->values;
  return true;
}

static enum rung_status settle_in_memory(struct population *population, struct rung_error *error) {
  size_t count;
  if (population->rows == 0) return RUNG_OK;
  if (!sort(population, &count) || !steps_index(population, count) || !hold_steps(population, count))
    return fail_memory(error);
  for (size_t i = 0; i < count; i++) steps_settle(population, &population->steps[i]);
  steps_pad(population, population->steps + count, steps_padded(count) - count);
  return RUNG_OK;
}

/* Steps that fit into memory after all are answered from there. */
static enum rung_status load(struct population *population, struct rung_error *error) {
  size_t count = population->step_count;
  if (count > population->memory / sizeof(struct step)) return RUNG_OK;
  if (!hold_steps(population, count)) return fail_memory(error);
  return temp_read(population->file, population->steps, steps_padded(count) * sizeof *population->steps, 0, error);
}

static enum rung_status settle_spilled(struct population *population, struct rung_error *error) {
  enum rung_status status = spill(population, error);
  if (status) return status;
  alloc_free(&population->allocator, population->values, population->room, sizeof *population->values);
  population->values = NULL;
  population->room = 0;
  if (!steps_index(population, spill_steps(population->spill))) return fail_memory(error);
  status = spill_merge(population->spill, population, population->memory, error);
  spill_free(population->spill);
  population->spill = NULL;
  return status ? status : load(population, error);
}

enum rung_status population_finish(struct population *population, struct rung_error *error) {
  if (population->rows >> ROWS_BITS != 0) return fail(error, RUNG_NO_RESOURCE, "more rows than can be compared");
  top_finish(&population->top);
  return population->spill ? settle_spilled(population, error) : settle_in_memory(population, error);
}

uint64_t population_count(const struct population *population) { return population->rows; }
