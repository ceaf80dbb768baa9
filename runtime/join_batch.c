/* join_batch.c - sorts the rows of a batch by the shards of a join. */
#include "join_parts.h"

enum rung_status join_batch_new(struct join *join, size_t rows, struct join_batch **result,
                                struct rung_error *error) {
  const struct rung_allocator *allocator = &join->allocator;
  struct join_batch *batch = alloc_array(allocator, 1, sizeof *batch);
  *result = batch;
  if (!batch) return fail_memory(error);
  batch->join = join;
  batch->room = rows;
  batch->inputs = alloc_array(allocator, join->aggregate_count, sizeof *batch->inputs);
  batch->row_hashes = alloc_array(allocator, rows, sizeof *batch->row_hashes);
  batch->rows = alloc_array(allocator, rows, sizeof *batch->rows);
  batch->hashes = alloc_array(allocator, rows, sizeof *batch->hashes);
  batch->keys = alloc_array(allocator, rows, sizeof *batch->keys);
  if (batch->inputs && batch->row_hashes && batch->rows && batch->hashes && batch->keys) return RUNG_OK;
  join_batch_free(batch);
  *result = NULL;
  return fail_memory(error);
}

void join_batch_free(struct join_batch *batch) {
  if (!batch) return;
  const struct rung_allocator *allocator = &batch->join->allocator;
  alloc_free(allocator, batch->keys, batch->room, sizeof *batch->keys);
  alloc_free(allocator, batch->hashes, batch->room, sizeof *batch->hashes);
  alloc_free(allocator, batch->rows, batch->room, sizeof *batch->rows);
  alloc_free(allocator, batch->row_hashes, batch->room, sizeof *batch->row_hashes);
  alloc_free(allocator, batch->inputs, batch->join->aggregate_count, sizeof *batch->inputs);
  alloc_free(allocator, batch, 1, sizeof *batch);
}

void join_sort_inputs(struct join_batch *batch, const struct join_input *inputs, const struct rung_text *keys,
                      size_t rows) {
  size_t next[JOIN_SHARDS], counts[JOIN_SHARDS] = {0};
  batch->given = inputs;
  for (size_t i = 0; i < rows; i++) {
    batch->row_hashes[i] = join_hash(batch->join, keys[i]);
    counts[shard_of(batch->row_hashes[i])] += keys[i].length > 0;
  }
  for (size_t s = 0; s < JOIN_SHARDS; s++) {
    next[s] = batch->begins[s];
    batch->begins[s + 1] = batch->begins[s] + counts[s];
  }
  batch->without_key = rows - batch->begins[JOIN_SHARDS];
  for (size_t i = 0; i < rows; i++) {
    if (!keys[i].length) continue;
    size_t at = next[shard_of(batch->row_hashes[i])]++;
    batch->rows[at] = (uint32_t)i;
    batch->hashes[at] = batch->row_hashes[i];
    batch->keys[at] = keys[i];
  }
}

static const struct vec *input_of(const rung_session *session, uint32_t reg) {
  return reg == NONE32 ? NULL : session_register(session, reg);
}

void join_sort(struct join_batch *batch, const rung_session *session, const struct rung_text *keys, size_t rows) {
  for (size_t i = 0; i < batch->join->aggregate_count; i++) {
    const struct join_aggregate *aggregate = &batch->join->aggregates[i];
    batch->inputs[i] = (struct join_input){input_of(session, aggregate->value), input_of(session, aggregate->order),
                                           input_of(session, aggregate->where)};
  }
  join_sort_inputs(batch, batch->inputs, keys, rows);
}
