/* population_fill.c - answers: a measure of each row's value, and the thresholds for the summary. */
#include <stdio.h>
#include <string.h>

#include "clones.h"
#include "decimal.h"
#include "population_parts.h"

enum { PERCENT = 100 };

/* -- Of all rows ---------------------------------- */

/* A number counts millionths, an integer or a date ones; the mean of such is a number all the same. */
static __int128 scale_of(const struct prog_measure *measure) {
  bool whole = measure->value_type == RUNG_INTEGER || measure->value_type == RUNG_DATE;
  return whole && measure->type == RUNG_NUMBER ? DECIMAL_ONE : 1;
}

static bool median(const struct population *population, const struct prog_measure *measure, int64_t *out) {
  __int128 scale = scale_of(measure), first = population->middle[0], second = population->middle[1];
  if (population->rows == 0) return false;
  if (measure->type == RUNG_DATE || measure->type == RUNG_DATETIME) return fits_int64(first, out);
  return fits_int64(divide_rounded((first + second) * scale, 2), out);
}

static bool average(const struct population *population, const struct prog_measure *measure, int64_t *out) {
  return population->rows != 0 &&
         fits_int64(divide_rounded(population->sums.all * scale_of(measure), population->rows), out);
}

/* -- Of one row ---------------------------------- */

/* Whether the value at `place` has the measure, and which. */
static bool measure_at(const struct population *population, enum measure function, const struct place *place,
                       int64_t *out) {
  __int128 rows = population->rows, below = place->below;
  *out = 0;
  if (rows == 0) return false;
  switch (function) {
    case MEASURE_RANK: return fits_int64(1 + rows - below - place->same, out);
    case MEASURE_PERCENTILE: return fits_int64(divide_rounded((__int128)PERCENT * DECIMAL_ONE * below, rows), out);
    case MEASURE_SHARE:
      *out = place->share;
      return population->sums.positive > 0;
    default: return false;
  }
}

/* -- Registers ---------------------------------- */

static void write(struct vec *out, enum rung_type type, size_t row, int64_t value) {
  if (type == RUNG_DATE) out->data.i32[row] = (int32_t)value;
  else out->data.i64[row] = value;
  bitmap_set(out->valid, row);
}

static void fill_all(const struct population *population, const struct prog_measure *measure, size_t rows,
                     struct vec *out) {
  int64_t value = 0;
  bool exists = measure->function == MEASURE_MEDIAN ? median(population, measure, &value)
                                                    : average(population, measure, &value);
  for (size_t i = 0; exists && i < rows; i++) write(out, (enum rung_type)measure->type, i, value);
}

static void fill_top(const struct population *population, const struct prog_measure *measure, const struct vec *values,
                     const struct rung_text *keys, size_t rows, struct vec *out) {
  uint64_t n = measure->top > 0 ? (uint64_t)measure->top : 0;
  memset(out->valid, 0xff, bitmap_words(rows) * sizeof *out->valid);
  memset(out->data.bits, 0, bitmap_words(rows) * sizeof *out->data.bits);
  int64_t least = top_least(&population->top, n);
  for (size_t i = 0; i < rows; i++) {
    int64_t value = population_value(population, values, i);
    if (value >= least && bitmap_get(values->valid, i) && top_has(&population->top, n, value, population_key(keys, i)))
      bitmap_set(out->data.bits, i);
  }
}

/* Of the rows of one word of validity bits. */
static enum rung_status fill_word(const struct population *population, const struct prog_measure *measure,
                                  const struct vec *values, size_t first, uint64_t valid, struct vec *out,
                                  struct rung_error *error) {
  struct place places[FIND_ROWS];
  int64_t asked[FIND_ROWS], found;
  size_t rows[FIND_ROWS], count = 0;
  for (; valid; valid &= valid - 1) {
    rows[count] = first + (size_t)__builtin_ctzll(valid);
    asked[count] = population_value(population, values, rows[count]);
    count++;
  }
  if (count == 0) return RUNG_OK;
  enum rung_status status = steps_find(population, asked, count, places, error);
  for (size_t i = 0; !status && i < count; i++)
    if (measure_at(population, (enum measure)measure->function, &places[i], &found))
      write(out, (enum rung_type)measure->type, rows[i], found);
  return status;
}

/* A value is in the quintile after all that end below it: comparing with five values tells. */
static CLONES void find_quintiles(const int64_t *restrict lasts, const int64_t *restrict values,
                                  int64_t *restrict quintiles) {
  for (size_t i = 0; i < FIND_ROWS; i++) quintiles[i] = 1;
  for (size_t k = 0; k < QUINTILES; k++) {
    int64_t last = lasts[k];
    for (size_t i = 0; i < FIND_ROWS; i++) quintiles[i] += values[i] > last;
  }
}

static void fill_quintiles(const struct population *population, const struct vec *values, size_t rows,
                           struct vec *out) {
  int64_t asked[FIND_ROWS] = {0}, quintiles[FIND_ROWS];
  if (population->rows == 0) return;
  for (size_t first = 0, count; first < rows; first += count) {
    count = rows - first < FIND_ROWS ? rows - first : FIND_ROWS;
    for (size_t i = 0; i < count; i++) asked[i] = population_value(population, values, first + i);
    find_quintiles(population->quintile_last, asked, quintiles);
    memcpy(out->data.i64 + first, quintiles, count * sizeof *quintiles);
    out->valid[first / FIND_ROWS] = values->valid[first / FIND_ROWS] & (~(uint64_t)0 >> (FIND_ROWS - count));
  }
}

static enum rung_status fill_rows(const struct population *population, const struct prog_measure *measure,
                                  const struct vec *values, size_t rows, struct vec *out, struct rung_error *error) {
  enum rung_status status = RUNG_OK;
  for (size_t first = 0; !status && first < rows; first += 64) {
    uint64_t valid = values->valid[first / 64];
    if (rows - first < 64) valid &= ((uint64_t)1 << (rows - first)) - 1;
    status = fill_word(population, measure, values, first, valid, out, error);
  }
  return status;
}

enum rung_status population_fill(const struct population *population, const struct prog_measure *measure,
                                 const struct vec *values, const struct rung_text *keys, size_t rows, struct vec *out,
                                 struct rung_error *error) {
  memset(out->valid, 0, bitmap_words(rows) * sizeof *out->valid);
  switch ((enum measure)measure->function) {
    case MEASURE_TOP: fill_top(population, measure, values, keys, rows, out); return RUNG_OK;
    case MEASURE_QUINTILE: fill_quintiles(population, values, rows, out); return RUNG_OK;
    case MEASURE_MEDIAN: case MEASURE_AVERAGE: fill_all(population, measure, rows, out); return RUNG_OK;
    default: return fill_rows(population, measure, values, rows, out, error);
  }
}

/* -- Sides ---------------------------------- */

/* What stands for the share of a value from `from` on, up to the next. */
struct side {
  int64_t from, share;
};

/* In ascending order: where the share comes down to each limit, and where below it. */
static size_t find_sides(const struct population *population, const int64_t *limits, size_t limit_count,
                         struct side *sides) {
  size_t count = 0;
  for (size_t i = 0; i < 2 * limit_count; i++) {
    int64_t limit = limits[i / 2], below = i % 2;
    size_t at = limit < below ? population->step_count : steps_of_share(population, limit - below);
    if (at == population->step_count) continue;
    const struct step *step = &population->steps[at];
    size_t to = count++;
    for (; to > 0 && sides[to - 1].from > step->value; to--) sides[to] = sides[to - 1];
    sides[to] = (struct side){step->value, step_share(step)};
  }
  return count;
}

static inline void write_sides(const struct side *sides, size_t count, const int64_t *restrict values, size_t rows,
                               int64_t *restrict out) {
  for (size_t i = 0; i < rows; i++) out[i] = DECIMAL_ONE;
  for (size_t k = 0; k < count; k++) {
    int64_t from = sides[k].from, step = sides[k].share - (k > 0 ? sides[k - 1].share : DECIMAL_ONE);
    for (size_t i = 0; i < rows; i++) out[i] += -(int64_t)(values[i] >= from) & step;
  }
}

static CLONES void write_words(const struct side *sides, size_t count, const int64_t *values, size_t words,
                               int64_t *out) {
  for (size_t w = 0; w < words; w++) write_sides(sides, count, values + 64 * w, 64, out + 64 * w);
}

bool population_fill_sides(const struct population *population, const int64_t *limits, size_t limit_count,
                           const struct vec *values, size_t rows, struct vec *out) {
  struct side sides[2 * LIMITS_MOST] = {{0, 0}};
  size_t whole = rows / 64 * 64;
  if (!population->steps || values->stride == 0 || limit_count > LIMITS_MOST) return false;
  size_t count = find_sides(population, limits, limit_count, sides);
  write_words(sides, count, values->data.i64, rows / 64, out->data.i64);
  write_sides(sides, count, values->data.i64 + whole, rows - whole, out->data.i64 + whole);
  for (size_t w = 0; w < bitmap_words(rows); w++) out->valid[w] = population->sums.positive > 0 ? values->valid[w] : 0;
  return true;
}

/* -- Thresholds ---------------------------------- */

static bool give(struct rung_value *to, uint32_t type, int64_t value) {
  *to = (struct rung_value){.type = (enum rung_type)type, .present = true};
  if (type == RUNG_DATE) to->as.date = (int32_t)value;
  else to->as.integer = value;
  return true;
}

/* The i-th cut of the measure that was found; CUTS when there is none. */
static size_t find_cut(const struct population *population, const struct prog_measure *measure, size_t i) {
  size_t c = 0;
  for (size_t seen = 0; c < CUTS; c++)
    if ((uint32_t)population_cuts[c].measure == measure->function && population->cut_found[c] && seen++ == i) break;
  return c;
}

static bool give_cut(const struct population *population, const struct prog_measure *measure, size_t i, char name[32],
                     struct rung_value *value) {
  size_t c = find_cut(population, measure, i);
  if (c == CUTS) return false;
  if (measure->function == MEASURE_QUINTILE) snprintf(name, 32, "quintile %d", population_cuts[c].until);
  else snprintf(name, 32, "percentile %d", population_cuts[c].from);
  return give(value, measure->value_type, population->cut_values[c]);
}

static bool give_top(const struct population *population, const struct prog_measure *measure, char name[32],
                     struct rung_value *value) {
  const struct top *top = &population->top;
  if (measure->top <= 0 || top->count == 0) return false;
  size_t last = (uint64_t)measure->top < top->count ? (size_t)measure->top - 1 : top->count - 1;
  snprintf(name, 32, "top %lld", (long long)measure->top);
  return give(value, measure->value_type, top->rows[last].value);
}

bool population_threshold(const struct population *population, const struct prog_measure *measure, size_t i,
                          char name[32], struct rung_value *value) {
  int64_t found;
  switch ((enum measure)measure->function) {
    case MEASURE_QUINTILE: case MEASURE_PERCENTILE: return give_cut(population, measure, i, name, value);
    case MEASURE_TOP: return i == 0 && give_top(population, measure, name, value);
    case MEASURE_MEDIAN:
      snprintf(name, 32, "median");
      return i == 0 && median(population, measure, &found) && give(value, measure->type, found);
    case MEASURE_AVERAGE:
      snprintf(name, 32, "average");
      return i == 0 && average(population, measure, &found) && give(value, measure->type, found);
    case MEASURE_SHARE:
      snprintf(name, 32, "sum of positive values");
      return i == 0 && fits_int64(population->sums.positive, &found) && give(value, measure->value_type, found);
    default: return false;
  }
}

uint64_t population_behind(const struct population *population, const struct prog_measure *measure, size_t i) {
  uint64_t most = measure->top > 0 ? (uint64_t)measure->top : 0;
  size_t c = find_cut(population, measure, i);
  switch ((enum measure)measure->function) {
    case MEASURE_TOP: return most < population->top.count ? most : population->top.count;
    case MEASURE_MEDIAN: return (population->rows + 1) / 2;
    case MEASURE_SHARE: return population->sums.positive_rows;
    default: return c < CUTS ? population->rows - population->cut_below[c] : population->rows;
  }
}
