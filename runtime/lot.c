/* lot.c - a block on its way from the reader to its turn, and what came of its rows. */
#include "worker.h"

enum rung_status lot_new(const struct job *job, struct lot **result, struct rung_error *error) {
  const struct program_tables *tables = job->tables;
  struct lot *lot = alloc_array(job->allocator, 1, sizeof *lot);
  if (!lot) return fail_memory(error);
  lot->job = job;
  lot->out.allocator = lot->rejects.allocator = lot->marks.allocator = lot->notes.allocator = job->allocator;
  lot->space = csv_space_new(job->allocator);
  lot->faults = alloc_array(job->allocator, tables->inst_count, sizeof *lot->faults);
  lot->tallies = alloc_array(job->allocator, tables->tally_count, sizeof *lot->tallies);
  enum rung_status status = counts_new(tables, job->allocator, &lot->counts, error);
  if (!status) status = guards_new(tables, job->allocator, &lot->guards, error);
  if (!status && (!lot->space || !lot->faults || !lot->tallies)) status = fail_memory(error);
  if (status) lot_free(lot);
  else *result = lot;
  return status;
}

void lot_free(struct lot *lot) {
  if (!lot) return;
  const struct rung_allocator *allocator = lot->job->allocator;
  const struct program_tables *tables = lot->job->tables;
  buffer_free(&lot->out);
  buffer_free(&lot->rejects);
  buffer_free(&lot->marks);
  buffer_free(&lot->notes);
  csv_space_free(lot->space);
  guards_free(lot->guards);
  counts_free(tables, allocator, &lot->counts);
  alloc_free(allocator, lot->faults, tables->inst_count, sizeof *lot->faults);
  alloc_free(allocator, lot->tallies, tables->tally_count, sizeof *lot->tallies);
  alloc_free(allocator, lot, 1, sizeof *lot);
}

void lot_read(struct lot *lot, const struct scan *scan) {
  csv_read_into(scan->reader, lot->space);
  lot->reading = (struct reading){
    .position = input_position(scan->input),
    .bytes = csv_bytes(scan->reader),
    .hash = csv_hash(scan->reader),
  };
}

void lot_index(struct lot *lot, const struct scan *scan) {
  lot->row = 0;
  lot->block = (struct csv_block){0};
  lot->status = csv_index_into(scan->reader, lot->space, &lot->block, &lot->error);
  lot->reading.blank_lines = csv_blank_lines(scan->reader);
}

bool lot_settle(struct lot *lot, struct counts *counts, struct guards *guards, rung_session *session) {
  counts_move(counts, &lot->counts, lot->job->tables);
  session_take_counts(session, lot->faults, lot->tallies);
  return !guards || guards_move(guards, lot->guards);
}
