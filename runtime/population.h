/* population.h - the values that a SINK_COLLECT stage collects of all customers, and what they say of each.

   One population per measured value; measures of the same value share it.  At most 16 bytes a row; past `memory` bytes sorted runs
   go to an unnamed temporary file.  Filled by one thread; once finished any number of threads may read it. */
#ifndef RUNG_POPULATION_H
#define RUNG_POPULATION_H

#include "session.h"

struct population;

/* `keys`: TOP needs them for ties.  `most` is the largest N of its TOPs, 0 for none. */
enum rung_status population_new(enum rung_type value_type, int64_t most, size_t memory,
                                const struct rung_allocator *allocator, struct population **population,
                                struct rung_error *error);
void population_free(struct population *population);

/* Adds the present values of a register; keys (may be NULL without TOP) are copied as far as needed. */
enum rung_status population_add(struct population *population, const struct vec *values, const struct rung_text *keys,
                                size_t rows, struct rung_error *error);
enum rung_status population_finish(struct population *population, struct rung_error *error);

/* Writes a measure of each row's own value into a column register. */
enum rung_status population_fill(const struct population *population, const struct prog_measure *measure, const struct vec *values,
                                 const struct rung_text *keys, size_t rows, struct vec *out, struct rung_error *error);

/* Rows with a value; and for the summary: the smallest value of quintile 2 to 5, the median, the N-th greatest ... as
   (name, value) pairs; false past the last. */
uint64_t population_count(const struct population *population);
bool population_threshold(const struct population *population, const struct prog_measure *measure, size_t i, char name[32],
                          struct rung_value *value);

#endif
