/* population_parts.h - a population's insides.

   population_bag.c collects the values of each thread, population_sort.c makes steps of them, population.c puts all
   together, population_spill.c keeps and merges steps that don't fit into memory, population_steps.c settles the steps
   and finds values in them, population_top.c keeps the greatest, population_fill.c answers. */
#ifndef RUNG_POPULATION_PARTS_H
#define RUNG_POPULATION_PARTS_H

#include <pthread.h>

#include "alloc.h"
#include "decimal.h"
#include "kept.h"
#include "population.h"

/* A value that occurs. */
struct step {
  int64_t value;
  uint64_t rows;  /* that have it; once settled, what step_below and step_share tell */
};

/* A share of at most 1,000,000 millionths stands beside the number of rows, so that a place is read at once. */
enum { SHARE_BITS = 20, ROWS_BITS = 64 - SHARE_BITS };
static inline uint64_t step_settled(uint64_t below, uint64_t share) { return below << SHARE_BITS | share; }
/* Rows with a smaller value. */
static inline uint64_t step_below(const struct step *step) { return step->rows >> SHARE_BITS; }
/* Of the sum of all positive values, what greater ones hold, in millionths. */
static inline int64_t step_share(const struct step *step) {
  return (int64_t)(step->rows & (((uint64_t)1 << SHARE_BITS) - 1));
}

/* -- population_top.c -------------------------------------------------------------------------------- */

struct top_row {
  int64_t value;
  struct kept_text key;
};

/* The best rows so far: a heap with the worst of them first; once finished, from the best to the worst. */
struct top {
  struct top_row *rows;
  size_t count, room;
  uint64_t most;
  struct heap keys;
};

/* Most values are too small, which their rows' keys need not be read for. */
static inline bool top_wants(const struct top *top, int64_t value) {
  return top->count < top->most || (top->most > 0 && value >= top->rows[0].value);
}
bool top_add(struct top *top, int64_t value, struct rung_text key, const struct rung_allocator *allocator);
void top_finish(struct top *top);
void top_free(struct top *top, const struct rung_allocator *allocator);
/* Whether a row of the population is among the n best. */
bool top_has(const struct top *top, uint64_t n, int64_t value, struct rung_text key);
/* No row of the n best has a smaller value; INT64_MIN where any row is among them. */
static inline int64_t top_least(const struct top *top, uint64_t n) {
  return n == 0 || n > top->count ? INT64_MIN : top->rows[n - 1].value;
}

/* -- The population ------------------------------------------------------------------------------------- */

enum { BLOCK_STEPS = 16 }; /* a power of two */

enum { QUINTILES = 5 };

/* Cuts: the smallest value that at least `from` parts of the rows are below, but fewer than `until`. */
struct cut {
  enum measure measure;
  uint8_t from, until, parts;
};
enum { CUTS = 8 };
extern const struct cut population_cuts[CUTS];

struct spill;

/* Of some values. */
struct sums {
  sum128 all, positive;
  uint64_t positive_rows;
};

/* Money mostly is whole cents, and other values are whole numbers: as long as all values of a bag are less than 2^31
   such units, numbers of units stand for them. */
enum { CENT = DECIMAL_ONE / 100 };

/* What one thread collects: the values since its last run, in a block that grows to twice the limit. */
struct bag {
  int64_t *values;                /* the block; of int32_t unless `wide` */
  size_t count, room;             /* count: of values, once sorted of steps; room: of 8 bytes each */
  uint64_t rows;
  bool wide;
  struct step *steps;             /* once sorted, somewhere in the block; else NULL */
  struct sums sums;               /* of the steps */
};

struct population {
  struct rung_allocator allocator;
  enum rung_type value_type;
  int64_t unit;
  uint64_t rows;                  /* with a value; once finished */
  size_t memory;                  /* bytes to stay within */
  struct bag *bags;
  size_t bag_count, limit;       /* limit: values of each */

  pthread_mutex_t lock;           /* of what follows, while values are added */
  struct top top;
  int64_t least;                  /* no smaller value is of use to it; read without the lock */
  struct spill *spill;            /* NULL as long as all fit */

  /* Finished: steps in memory, or in a file; of each BLOCK_STEPS the first value. */
  struct step *steps;             /* in the block of the first bag, or NULL */
  int file;                       /* -1: none */
  size_t step_count;
  int64_t *firsts;
  size_t block_count, block_room;

  struct sums sums;
  sum128 above;                   /* the sum of the positive values not settled yet */
  uint64_t settled;               /* rows of the steps settled so far */
  int64_t quintile_last[QUINTILES]; /* the greatest value in this quintile or one before */
  int64_t middle[2];              /* the two middle values, the same of an odd number of rows */
  int64_t cut_values[CUTS];
  uint64_t cut_below[CUTS];       /* rows below it */
  bool cut_found[CUTS];
  uint64_t mark;                  /* the next row, in the order of values, with or behind which one of these is found */
  bool behind;                    /* the last step had one */
};

/* population_bag.c */
enum rung_status bag_add(struct population *population, struct bag *bag, const struct vec *values, size_t rows,
                          struct rung_error *error);
/* Makes steps of its values; false when memory is out. */
bool bag_sort(const struct population *population, struct bag *bag);
/* Sorts its values to the population's runs, and forgets them. */
enum rung_status bag_spill(struct population *population, struct bag *bag, struct rung_error *error);
/* Makes room for so many steps, behind which there is room for as many as steps_padded wants. */
bool bag_hold(const struct population *population, struct bag *bag, size_t steps);
/* Adds the steps of `from`, which then has none; both are sorted. */
bool bag_merge(const struct population *population, struct bag *to, struct bag *from);
void bag_free(const struct population *population, struct bag *bag);

/* population_sort.c: sorts `count` values, or numbers of units, and makes steps of them from the start of the same
   block, which has room for as many steps.  Returns how many. */
size_t values_sort(int64_t *values, size_t count);
size_t units_sort(int32_t *units, size_t count, int64_t unit);

/* population_spill.c */
enum rung_status spill_new(const struct rung_allocator *allocator, struct spill **spill, struct rung_error *error);
void spill_free(struct spill *spill);
enum rung_status spill_run(struct spill *spill, const struct step *steps, size_t count, struct rung_error *error);
uint64_t spill_steps(const struct spill *spill);
/* Settles the steps of all runs, in a file of the population's. */
enum rung_status spill_merge(struct spill *spill, struct population *population, size_t memory,
                             struct rung_error *error);

/* population_steps.c: all steps are counted in some order; then comes room to index so many at most; then all are
   settled, in ascending order. */
struct sums steps_sum(const struct step *steps, size_t count);
void steps_count(struct population *population, const struct sums *sums);
bool steps_index(struct population *population, size_t most);
void steps_settle(struct population *population, struct step *steps, size_t count);
/* Behind the last step the last block is filled up, and one step follows. */
size_t steps_padded(size_t count);
void steps_pad(const struct population *population, struct step *steps, size_t count);

/* Where a value stands. */
struct place {
  uint64_t below, same;           /* rows with smaller values, with this one */
  int64_t share;                  /* of the sum of all positive values, what greater ones hold, in millionths */
};
enum { FIND_ROWS = 64 };          /* values at once, at most */
enum rung_status steps_find(const struct population *population, const int64_t *values, size_t count,
                            struct place *places, struct rung_error *error);
/* The first of the steps, which are in memory, that has at most this share; their count when none has. */
size_t steps_of_share(const struct population *population, int64_t share);

/* -- Registers --------------------------------------------------------------------------------------------- */

static inline int64_t population_value(const struct population *population, const struct vec *values, size_t row) {
  if (population->value_type == RUNG_DATE) return values->data.i32[row * values->stride];
  return values->data.i64[row * values->stride];
}

/* A row without a key comes first of those with its value. */
static inline struct rung_text population_key(const struct rung_text *keys, size_t row) {
  return keys ? keys[row] : (struct rung_text){NULL, 0};
}

#endif
