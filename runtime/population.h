/* population.h - the values that a SINK_COLLECT stage collects of all customers, and what they say of each.

   One population per measured value; measures of the same value share it.  At most 24 bytes a row, and a 20th of that
   to find them by; past `memory` bytes (1 KiB a thread at least) the values are sorted in parts to an unnamed temporary
   file.  Several threads may add to it, each by a number of its own, and once it is finished any number read it: what
   it says does not depend on the order of rows, nor on who added them. */
#ifndef RUNG_POPULATION_H
#define RUNG_POPULATION_H

#include "session.h"

struct population;

/* `most` is the largest N of its TOPs, 0 for none: the keys of so many rows are kept, to tell ties apart. */
enum rung_status population_new(enum rung_type value_type, int64_t most, size_t memory, size_t threads,
                                const struct rung_allocator *allocator, struct population **population,
                                struct rung_error *error);
void population_free(struct population *population);

/* Adds the present values of a register, by one of the threads, from 0; keys (may be NULL without TOP) are copied as
   far as needed.  A population is of no more use after an error. */
enum rung_status population_add(struct population *population, size_t thread, const struct vec *values,
                                const struct rung_text *keys, size_t rows, struct rung_error *error);
/* The thread adds nothing more, and takes its part of the sorting that population_finish would do. */
void population_rest(struct population *population, size_t thread);
/* No population_add after it. */
enum rung_status population_finish(struct population *population, struct rung_error *error);

/* Writes a measure of each row's own value into a column register.  Rows that share value and key with the last of a
   TOP are all in it: only where keys are unique does it hold at most N rows.  Only reading the temporary file can
   fail. */
enum rung_status population_fill(const struct population *population, const struct prog_measure *measure,
                                 const struct vec *values, const struct rung_text *keys, size_t rows, struct vec *out,
                                 struct rung_error *error);

/* For SHAREs that are only compared with some numbers: writes instead of each another one that stands on the same side
   of each of them.  That takes no search, but values in memory: false when nothing was written. */
enum { LIMITS_MOST = 8 };
bool population_fill_sides(const struct population *population, const int64_t *limits, size_t limit_count,
                           const struct vec *values, size_t rows, struct vec *out);

/* Rows with a value. */
uint64_t population_count(const struct population *population);
/* For the summary, pair i of a name and a value; false past the last.  QUINTILE: "quintile 2" to 5 and the smallest
   value in each that has any; PERCENTILE: "percentile 25", 50, 75, 90 and the smallest value that has at least that;
   TOP: "top N" and its last value; MEDIAN, AVERAGE: themselves; SHARE: the sum of all positive values. */
bool population_threshold(const struct population *population, const struct prog_measure *measure, size_t i,
                          char name[32], struct rung_value *value);

/* How many rows pair i speaks of: those that have the value or a greater one, which of a TOP are its N at most; of an
   AVERAGE all with a value, of a SHARE all with a positive one. */
uint64_t population_behind(const struct population *population, const struct prog_measure *measure, size_t i);

#endif
