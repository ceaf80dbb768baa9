/* worker.c - take the rows of a lot, a batch at a time, to the sink of a stage. */
#include "narrow.h"
#include "worker.h"

/* Bytes of output after which worker_take stops in the middle of a block, so that rows with a great many tags
   don't fill the memory. */
enum { OUT_ENOUGH = 4 << 20 };

enum rung_status worker_new(const struct job *job, rung_session *session, struct worker **result,
                            struct rung_error *error) {
  struct worker *worker = alloc_array(job->allocator, 1, sizeof *worker);
  if (!worker) return fail_memory(error);
  worker->job = job;
  worker->session = session;
  enum rung_status status = batch_new(job, session, &worker->batch, error);
  if (!status) *result = worker;
  else worker_free(worker);
  return status;
}

void worker_free(struct worker *worker) {
  if (!worker) return;
  const struct rung_allocator *allocator = worker->job->allocator;
  batch_free(&worker->batch);
  sinks_free(worker);
  if (worker->owner) rung_session_free(worker->session), rung_session_free(worker->collecting);
  alloc_free(allocator, worker, 1, sizeof *worker);
}

/* Lines are counted on from the last one asked for, so that a block of bad rows is still read but once. */
static uint64_t count_lines(struct worker *worker, const struct csv_block *block, uint32_t at) {
  worker->line += csv_count_lines(block->bytes + worker->line_at, at - worker->line_at);
  worker->line_at = at;
  return worker->line;
}

static void refuse_rows(struct worker *worker, const struct csv_block *block, size_t span) {
  struct lot *lot = worker->lot;
  for (size_t i = 0; i < span && worker->batch.refused; i++) {
    struct refusal *refusal = &worker->batch.refusals[i];
    if (!refusal->reason) continue;
    lot->counts.rejected++;
    if (worker->again) continue;
    refusal->line = count_lines(worker, block, block->rows[refusal->row].begin);
    if (worker->job->options->rejects) rejects_row(worker->job, block, refusal, &lot->rejects);
    if (lot->reported_count < LIMIT_REPORTED_CELLS) lot->reported[lot->reported_count++] = *refusal;
  }
}

static enum rung_status take_batch(struct worker *worker, size_t span, struct rung_error *error) {
  struct lot *lot = worker->lot;
  struct batch *batch = &worker->batch;
  enum rung_status status = batch_decode(batch, &lot->block, lot->row, span, worker->repeats, error);
  if (status) return status;
  refuse_rows(worker, &lot->block, span);
  lot->counts.read += span;
  lot->counts.scored += batch->count;
  foreign_count(batch, &lot->block, &lot->counts);
  lot->row += span;
  if (batch->count == 0) return RUNG_OK;
  if (worker->notes_keys && !repeats_note(&lot->notes, batch)) return fail_memory(error);
  if (worker->narrow && !narrow_rows(worker->narrow, batch, &lot->block, &lot->out)) return fail_memory(error);
  return worker->sink(worker, &lot->block, error);
}

void worker_take(struct worker *worker, struct lot *lot) {
  size_t capacity = session_capacity(worker->session);
  worker->lot = lot;
  worker->line_at = 0;
  worker->line = lot->block.line;
  lot->out.length = lot->rejects.length = lot->marks.length = lot->notes.length = lot->reported_count = 0;
  while (!lot->status && lot->row < lot->block.row_count && lot->out.length < OUT_ENOUGH) {
    size_t left = lot->block.row_count - lot->row;
    lot->status = take_batch(worker, left < capacity ? left : capacity, &lot->error);
  }
  if (!lot->status && (lot->out.failed || lot->rejects.failed || lot->marks.failed))
    lot->status = fail_memory(&lot->error);
  session_give_counts(worker->collecting && worker->sink == sink_collect ? worker->collecting : worker->session,
                      lot->faults, lot->tallies);
}
