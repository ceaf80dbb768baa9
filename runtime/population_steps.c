/* population_steps.c - the different values of a population in ascending order: sums and thresholds along the way, then
   finding a value among them. */
#include "population_parts.h"
#include "temp.h"

const struct cut cuts[CUTS] = {
    {MEASURE_QUINTILE, 1, 5}, {MEASURE_QUINTILE, 2, 5}, {MEASURE_QUINTILE, 3, 5}, {MEASURE_QUINTILE, 4, 5},
    {MEASURE_PERCENTILE, 25, 100}, {MEASURE_PERCENTILE, 50, 100}, {MEASURE_PERCENTILE, 75, 100},
    {MEASURE_PERCENTILE, 90, 100},
};

/* -- Settling -------------------------------------------------------------------------------------------- */

bool steps_index(struct population *population, size_t most) {
  population->block_room = most / BLOCK_STEPS + 1;
  population->firsts = alloc_resize(&population->allocator, NULL, 0, population->block_room, sizeof(int64_t));
  population->positives = alloc_resize(&population->allocator, NULL, 0, population->block_room, sizeof(sum128));
  return population->firsts && population->positives;
}

static void find_cuts(struct population *population, int64_t value) {
  for (size_t i = 0; i < CUTS; i++) {
    __int128 below = (__int128)population->settled * cuts[i].denominator;
    if (population->cut_found[i] || below < (__int128)population->rows * cuts[i].numerator) continue;
    population->cut_found[i] = true;
    population->cut_values[i] = value;
  }
}

static void find_middle(struct population *population, const struct step *step) {
  for (uint64_t i = 0; i < 2; i++) {
    uint64_t middle = (population->rows - 1 + i) / 2; /* counted from 0 */
    if (middle >= population->settled && middle - population->settled < step->rows)
      population->middle[i] = step->value;
  }
}

void steps_settle(struct population *population, struct step *step) {
  uint64_t rows = step->rows;
  if (population->step_count % BLOCK_STEPS == 0) {
    population->firsts[population->block_count] = step->value;
    population->positives[population->block_count++] = population->positive;
  }
  if (population->step_count++ == 0) population->smallest = step->value;
  find_cuts(population, step->value);
  find_middle(population, step);
  population->sum += (__int128)step->value * rows;
  if (step->value > 0) population->positive += (__int128)step->value * rows;
  step->rows = population->settled;
  population->settled += rows;
}

/* -- Finding ----------------------------------------------------------------------------------------------- */

/* How many of the ascending values are not above `value`: no branch depends on what is compared. */
static size_t count_not_above(const int64_t *values, size_t count, int64_t value) {
  size_t found = 0;
  while (count > 0) {
    size_t half = (count + 1) / 2;
    found += values[found + half - 1] <= value ? half : 0;
    count -= half;
  }
  return found;
}

static size_t steps_not_above(const struct step *steps, size_t count, int64_t value) {
  size_t found = 0;
  while (count > 0) {
    size_t half = (count + 1) / 2;
    found += steps[found + half - 1].value <= value ? half : 0;
    count -= half;
  }
  return found;
}

/* Steps of a block, without those of the next. */
static size_t block_steps(const struct population *population, size_t block) {
  size_t left = population->step_count - block * BLOCK_STEPS;
  return left < BLOCK_STEPS ? left : BLOCK_STEPS;
}

/* Points the place at a block: in memory, or read from the file. */
static enum rung_status open_block(const struct population *population, size_t block, struct place *place,
                                   struct rung_error *error) {
  size_t first = block * BLOCK_STEPS, count = block_steps(population, block);
  place->opened = block;
  place->steps = population->steps ? population->steps + first : place->read;
  if (population->steps) return RUNG_OK;
  if (first + count < population->step_count) count++; /* the one after it says how many have the last value */
  return temp_read(population->file, place->read, count * sizeof *place->read, first * sizeof *place->read, error);
}

/* Rows with a value not above that of step `at` of the place's block. */
static uint64_t rows_through(const struct population *population, const struct place *place, size_t at) {
  return place->opened * BLOCK_STEPS + at + 1 < population->step_count ? place->steps[at + 1].rows : population->rows;
}

enum rung_status steps_find(const struct population *population, int64_t value, struct place *place,
                            struct rung_error *error) {
  size_t block = count_not_above(population->firsts, population->block_count, value);
  place->below = place->same = 0;
  place->before = block == 0;
  if (block == 0) return RUNG_OK;
  if (place->opened != block - 1) {
    enum rung_status status = open_block(population, block - 1, place, error);
    if (status) return status;
  }
  place->at = steps_not_above(place->steps, block_steps(population, block - 1), value) - 1;
  uint64_t through = rows_through(population, place, place->at);
  bool occurs = place->steps[place->at].value == value;
  place->below = occurs ? place->steps[place->at].rows : through;
  place->same = through - place->below;
  return RUNG_OK;
}

__int128 steps_above(const struct population *population, const struct place *place) {
  if (place->before) return population->positive;
  __int128 through = population->positives[place->opened];
  for (size_t i = 0; i <= place->at; i++) {
    int64_t value = place->steps[i].value;
    if (value > 0) through += (__int128)value * (rows_through(population, place, i) - place->steps[i].rows);
  }
  return population->positive - through;
}
