/* population_steps.c - the different values of a population in ascending order: sums and thresholds along the way, then
   finding a value among them. */
#include "population_parts.h"
#include "temp.h"

const struct cut population_cuts[CUTS] = {
    {MEASURE_QUINTILE, 1, 2, 5},        {MEASURE_QUINTILE, 2, 3, 5},        {MEASURE_QUINTILE, 3, 4, 5},
    {MEASURE_QUINTILE, 4, 5, 5},        {MEASURE_PERCENTILE, 25, 100, 100}, {MEASURE_PERCENTILE, 50, 100, 100},
    {MEASURE_PERCENTILE, 75, 100, 100}, {MEASURE_PERCENTILE, 90, 100, 100},
};

/* -- Settling -------------------------------------------------------------------------------------------- */

struct sums steps_sum(const struct step *steps, size_t count) {
  struct sums sums = {0};
  for (size_t i = 0; i < count; i++) {
    __int128 held = (__int128)steps[i].value * steps[i].rows;
    sums.all += held;
    if (held > 0) sums.positive += held, sums.positive_rows += steps[i].rows;
  }
  return sums;
}

void steps_count(struct population *population, const struct sums *sums) {
  population->sums.all += sums->all;
  population->sums.positive += sums->positive;
  population->sums.positive_rows += sums->positive_rows;
}

bool steps_index(struct population *population, size_t most) {
  population->block_room = most / BLOCK_STEPS + 1;
  population->firsts = alloc_resize(&population->allocator, NULL, 0, population->block_room, sizeof(int64_t));
  population->above = population->sums.positive;
  return population->firsts;
}

/* `settled` rows have smaller values than the step. */
static void find_cuts(struct population *population, const struct step *step, uint64_t settled) {
  uint64_t rows = population->rows;
  for (uint64_t i = 0; i < QUINTILES; i++)
    if (settled * QUINTILES < rows * (i + 1)) population->quintile_last[i] = step->value;
  for (size_t i = 0; i < CUTS; i++) {
    const struct cut *cut = &population_cuts[i];
    uint64_t below = settled * cut->parts;
    if (population->cut_found[i] || below < rows * cut->from || below >= rows * cut->until) continue;
    population->cut_found[i] = true;
    population->cut_values[i] = step->value;
    population->cut_below[i] = settled;
  }
}

static void find_middle(struct population *population, const struct step *step, uint64_t settled) {
  for (uint64_t i = 0; i < 2; i++) {
    uint64_t middle = (population->rows - 1 + i) / 2; /* counted from 0 */
    if (middle >= settled && middle - settled < step->rows) population->middle[i] = step->value;
  }
}

/* The first row of `from` and those behind it that ends a quintile, is in the middle, or ends what is below a cut. */
static uint64_t next_mark(const struct population *population, uint64_t from) {
  uint64_t rows = population->rows, marks[QUINTILES + CUTS + 2], next = rows;
  for (uint64_t i = 0; i < QUINTILES; i++) marks[i] = (rows * (i + 1) + QUINTILES - 1) / QUINTILES - 1;
  for (size_t i = 0; i < CUTS; i++) {
    const struct cut *cut = &population_cuts[i];
    marks[QUINTILES + i] = (rows * cut->from + cut->parts - 1) / cut->parts - 1;
  }
  marks[QUINTILES + CUTS] = (rows - 1) / 2;
  marks[QUINTILES + CUTS + 1] = rows / 2;
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (marks[i] >= from && marks[i] < next) next = marks[i];
  return next;
}

/* Of all that is positive, what is left above the step. */
static uint64_t share_above(__int128 above, __int128 positive) {
  return positive == 0 ? 0 : (uint64_t)divide_rounded(above * DECIMAL_ONE, positive);
}

/* Most steps are between two marks, and tell nothing of them; the one behind a mark may. */
void steps_settle(struct population *population, struct step *steps, size_t count) {
  __int128 above = population->above, positive = population->sums.positive;
  uint64_t settled = population->settled, mark = population->mark;
  bool behind = population->behind;
  for (size_t i = 0; i < count; i++) {
    uint64_t rows = steps[i].rows;
    bool marked = settled + rows > mark;
    if (marked || behind) {
      find_cuts(population, &steps[i], settled);
      find_middle(population, &steps[i], settled);
      mark = next_mark(population, settled + rows);
    }
    behind = marked;
    if (steps[i].value > 0) above -= (__int128)steps[i].value * rows;
    steps[i].rows = step_settled(settled, share_above(above, positive));
    settled += rows;
  }
  population->above = above;
  population->settled = settled;
  population->mark = mark;
  population->behind = behind;
  for (size_t i = 0; i < count; i++)
    if ((population->step_count + i) % BLOCK_STEPS == 0) population->firsts[population->block_count++] = steps[i].value;
  population->step_count += count;
}

size_t steps_padded(size_t count) { return (count + BLOCK_STEPS - 1) / BLOCK_STEPS * BLOCK_STEPS + 1; }

void steps_pad(const struct population *population, struct step *steps, size_t count) {
  for (size_t i = 0; i < count; i++) steps[i] = (struct step){INT64_MAX, step_settled(population->rows, 0)};
}

/* -- Finding ----------------------------------------------------------------------------------------------- */

/* Waiting for memory is what finding costs, so that all values go down the same way side by side: the halves are the
   same for each, and no branch depends on what is compared. */

/* The last block that does not begin above the value, or the first. */
static void find_blocks(const struct population *population, const int64_t *values, size_t count, size_t *blocks) {
  for (size_t i = 0; i < count; i++) blocks[i] = 0;
  for (size_t left = population->block_count - 1, half; left > 0; left -= half) {
    half = (left + 1) / 2;
    for (size_t i = 0; i < count; i++) blocks[i] += population->firsts[blocks[i] + half] <= values[i] ? half : 0;
  }
}

/* How many steps of its block are not above the value; the last block's may be followed by others. */
static void find_steps(const struct step *const *blocks, const int64_t *values, size_t count, size_t *found) {
  for (size_t i = 0; i < count; i++) found[i] = 0;
  for (size_t half = BLOCK_STEPS / 2; half > 0; half /= 2)
    for (size_t i = 0; i < count; i++) found[i] += blocks[i][found[i] + half - 1].value <= values[i] ? half : 0;
  for (size_t i = 0; i < count; i++) found[i] += blocks[i][found[i]].value <= values[i];
}

/* `found` steps of the block are not above the value, and those behind the last of all don't count. */
static void place_at(const struct population *population, size_t block, const struct step *steps, size_t found,
                     int64_t value, struct place *place) {
  size_t most = population->step_count - block * BLOCK_STEPS;
  if (found > most) found = most;
  uint64_t through = step_below(&steps[found]);
  bool occurs = found > 0 && steps[found - 1].value == value;
  place->below = occurs ? step_below(&steps[found - 1]) : through;
  place->same = through - place->below;
  place->share = found > 0 ? step_share(&steps[found - 1]) : DECIMAL_ONE;
}

static void find_in_memory(const struct population *population, const int64_t *values, size_t count,
                           const size_t *blocks, struct place *places) {
  const struct step *steps[FIND_ROWS];
  size_t found[FIND_ROWS];
  for (size_t i = 0; i < count; i++) steps[i] = population->steps + blocks[i] * BLOCK_STEPS;
  find_steps(steps, values, count, found);
  for (size_t i = 0; i < count; i++) place_at(population, blocks[i], steps[i], found[i], values[i], &places[i]);
}

static enum rung_status find_in_file(const struct population *population, const int64_t *values, size_t count,
                                     const size_t *blocks, struct place *places, struct rung_error *error) {
  struct step read[BLOCK_STEPS + 1];
  const struct step *steps = read;
  for (size_t i = 0, found; i < count; i++) {
    if (i == 0 || blocks[i] != blocks[i - 1]) {
      enum rung_status status = temp_read(population->file, read, sizeof read,
                                          (uint64_t)blocks[i] * BLOCK_STEPS * sizeof *read, error);
      if (status) return status;
    }
    find_steps(&steps, &values[i], 1, &found);
    place_at(population, blocks[i], steps, found, values[i], &places[i]);
  }
  return RUNG_OK;
}

enum rung_status steps_find(const struct population *population, const int64_t *values, size_t count,
                            struct place *places, struct rung_error *error) {
  size_t blocks[FIND_ROWS];
  if (count == 0) return RUNG_OK;
  if (population->step_count == 0) {
    for (size_t i = 0; i < count; i++) places[i] = (struct place){0};
    return RUNG_OK;
  }
  find_blocks(population, values, count, blocks);
  if (!population->steps) return find_in_file(population, values, count, blocks, places, error);
  find_in_memory(population, values, count, blocks, places);
  return RUNG_OK;
}

/* Greater values have smaller shares. */
size_t steps_of_share(const struct population *population, int64_t share) {
  size_t low = 0, high = population->step_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (step_share(&population->steps[middle]) <= share) high = middle;
    else low = middle + 1;
  }
  return low;
}
