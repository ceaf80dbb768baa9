/* join.h - the rows of a related table, gathered by customer: what a SINK_AGGREGATE stage makes.

   Keys are dealt to shards by their hash.  A shard is a hash table on the bytes of the key; each key has a slot, and
   there a state for each aggregate of the stage.  Each thread sorts its batches by shard; a shard is filled by one
   thread at a time, with the batches in the order of rows, so that a key sees its rows as they stand in the file.  Once
   finished, any number of threads may read.  */
#ifndef RUNG_JOIN_H
#define RUNG_JOIN_H

#include "session.h"

enum { JOIN_SHARDS = 8 }; /* a power of two */

struct join;

/* Refers to `tables`. */
enum rung_status join_new(const struct program_tables *tables, uint32_t stage, const struct rung_allocator *allocator,
                          struct join **join, struct rung_error *error);
void join_free(struct join *join);

/* -- Adding */

/* The rows of a batch, sorted by shard: each thread has one. */
struct join_batch;

/* For batches of up to `rows` rows. */
enum rung_status join_batch_new(struct join *join, size_t rows, struct join_batch **batch, struct rung_error *error);
void join_batch_free(struct join_batch *batch);

/* Takes the batch that `session` (of this stage) has just run: keys[i] is the key of row i, already unquoted; an empty
   key is a row without a customer, only counted.  Keys and registers must stand until all shards have their rows. */
void join_sort(struct join_batch *batch, const rung_session *session, const struct rung_text *keys, size_t rows);

/* The same from registers given one by one: an input for each aggregate of the stage, in the program's order. */
struct join_input {
  const struct vec *value, *order, *where; /* NULL where the aggregate has none */
};
void join_sort_inputs(struct join_batch *batch, const struct join_input *inputs, const struct rung_text *keys,
                      size_t rows);

/* Adds the rows that are for a shard.  `place` tells where the batch stands: those of later batches are greater, by the
   number of its rows at least.  Where a key must have but one row, *duplicate comes down to the first row of a key that
   has one already; the join is of no more use then, nor after an error. */
enum rung_status join_add(struct join_batch *batch, size_t shard, uint64_t place, size_t *duplicate,
                          struct rung_error *error);

/* Makes results of the states, of shards whose turn it is when several threads call it; no join_add after it.
   join_finish sees to it that it is done. */
void join_conclude(struct join *join);
enum rung_status join_finish(struct join *join, struct rung_error *error);

/* -- Reading */

/* The slot of a key, NONE32 for an unknown or empty one; and of many at once, which is several times as fast. */
uint32_t join_find(const struct join *join, struct rung_text key);
void join_find_rows(const struct join *join, const struct rung_text *keys, size_t rows, uint32_t *slots);
/* Writes aggregate `aggregate` (index in the program's aggregates) of rows' slots into a column register; NONE32 is a
   customer without rows.  Texts are views of the join's own memory. */
void join_fill(const struct join *join, uint32_t aggregate, const uint32_t *slots, size_t rows, struct vec *out);

/* Remembers that customers with these slots (or NONE32) exist; by several threads at once. */
void join_mark(struct join *join, const uint32_t *slots, size_t rows);

/* The keys in the order of their first rows, from one that is zeroed.  False past the last. */
struct join_order {
  size_t taken[JOIN_SHARDS];
};
bool join_next(const struct join *join, struct join_order *order, struct rung_text *key);

/* Keys; their rows; and, after all marks, the rows whose key no customer has. */
size_t join_keys(const struct join *join);
uint64_t join_rows(const struct join *join);
uint64_t join_rows_without_key(const struct join *join);
uint64_t join_rows_unmatched(const struct join *join);
/* Keys whose result of an aggregate could not be represented and is missing (overflow of a sum). */
uint64_t join_faults(const struct join *join, uint32_t aggregate);

#endif
