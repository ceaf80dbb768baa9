/* join.h - the rows of a related table, gathered by customer: what a SINK_AGGREGATE stage makes.

   A hash table on the bytes of the key; each key has a slot, in the order of first rows, and there a state for each
   aggregate of the stage.  Filled by one thread; once finished, any number of threads may read it.  */
#ifndef RUNG_JOIN_H
#define RUNG_JOIN_H

#include "session.h"

struct join;

/* Refers to `tables`. */
enum rung_status join_new(const struct program_tables *tables, uint32_t stage, const struct rung_allocator *allocator,
                          struct join **join, struct rung_error *error);
void join_free(struct join *join);

/* Adds the batch that `session` (of this stage) has just run: keys[i] is the key of row i, already unquoted; an empty
   key is a row without a customer, only counted.  RUNG_BAD_DATA for a second row of a key in a table of the last run,
   or of which an ONLY is asked: *duplicate is then the row.  A join is of no more use after an error. */
enum rung_status join_add(struct join *join, const rung_session *session, const struct rung_text *keys, size_t rows,
                          size_t *duplicate, struct rung_error *error);

/* The same from registers given one by one: an input for each aggregate of the stage, in the program's order. */
struct join_input {
  const struct vec *value, *order, *where; /* NULL where the aggregate has none */
};
enum rung_status join_add_inputs(struct join *join, const struct join_input *inputs, const struct rung_text *keys,
                                 size_t rows, size_t *duplicate, struct rung_error *error);

/* Makes results of states; no join_add after it. */
enum rung_status join_finish(struct join *join, struct rung_error *error);

/* The slot of a key, NONE32 for an unknown or empty one; and of many at once, which is several times as fast. */
uint32_t join_find(const struct join *join, struct rung_text key);
void join_find_rows(const struct join *join, const struct rung_text *keys, size_t rows, uint32_t *slots);
/* Writes aggregate `aggregate` (index in the program's aggregates) of rows' slots into a column register; NONE32 is a
   customer without rows.  Texts are views of the join's own memory. */
void join_fill(const struct join *join, uint32_t aggregate, const uint32_t *slots, size_t rows, struct vec *out);

/* Remembers that customers with these slots (or NONE32) exist; by several threads at once. */
void join_mark(struct join *join, const uint32_t *slots, size_t rows);

/* Keys, in the order of their first row; their rows; and, after all marks, the rows whose key no customer has. */
size_t join_keys(const struct join *join);
struct rung_text join_key(const struct join *join, size_t slot);
uint64_t join_rows(const struct join *join);
uint64_t join_rows_without_key(const struct join *join);
uint64_t join_rows_unmatched(const struct join *join);
/* Keys whose result of an aggregate could not be represented and is missing (overflow of a sum). */
uint64_t join_faults(const struct join *join, uint32_t aggregate);

#endif
