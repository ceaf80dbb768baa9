/* worker.c - take the rows of a block, a batch at a time, to the sink of a stage. */
#include "score.h"

/* Bytes of output after which worker_take stops in the middle of a block, so that rows with a great many tags
   don't fill the memory. */
enum { OUT_ENOUGH = 16 << 20 };

enum rung_status worker_new(const struct job *job, rung_session *session, struct worker **result,
                            struct rung_error *error) {
  struct worker *worker = alloc_array(job->allocator, 1, sizeof *worker);
  if (!worker) return fail_memory(error);
  worker->job = job;
  worker->session = session;
  worker->out.allocator = worker->rejects.allocator = worker->marks.allocator = job->allocator;
  enum rung_status status = batch_new(job, session, &worker->batch, error);
  if (!status) status = counts_new(job->tables, job->allocator, &worker->counts, error);
  if (!status) *result = worker;
  else worker_free(worker);
  return status;
}

void worker_free(struct worker *worker) {
  if (!worker) return;
  const struct rung_allocator *allocator = worker->job->allocator;
  buffer_free(&worker->out);
  buffer_free(&worker->rejects);
  buffer_free(&worker->marks);
  batch_free(&worker->batch);
  sinks_free(worker);
  counts_free(worker->job->tables, allocator, &worker->counts);
  alloc_free(allocator, worker, 1, sizeof *worker);
}

/* Lines are counted on from the last one asked for, so that a block of bad rows is still read but once. */
static uint64_t count_lines(struct worker *worker, const struct csv_block *block, uint32_t at) {
  worker->line += csv_count_lines(block->bytes + worker->line_at, at - worker->line_at);
  worker->line_at = at;
  return worker->line;
}

static void refuse_rows(struct worker *worker, const struct csv_block *block, size_t span) {
  for (size_t i = 0; i < span; i++) {
    struct refusal *refusal = &worker->batch.refusals[i];
    if (!refusal->reason) continue;
    worker->counts.rejected++;
    if (worker->again) continue;
    refusal->line = count_lines(worker, block, block->rows[refusal->row].begin);
    if (worker->job->options->rejects) rejects_row(worker->job, block, refusal, &worker->rejects);
    if (worker->reported_count < LIMIT_REPORTED_CELLS) worker->reported[worker->reported_count++] = *refusal;
  }
}

enum rung_status worker_take(struct worker *worker, const struct csv_block *block, size_t *row,
                             struct rung_error *error) {
  size_t capacity = session_capacity(worker->session);
  worker->out.length = worker->rejects.length = worker->marks.length = worker->reported_count = 0;
  worker->line_at = 0;
  worker->line = block->line;
  while (*row < block->row_count && worker->out.length < OUT_ENOUGH) {
    size_t left = block->row_count - *row, span = left < capacity ? left : capacity;
    enum rung_status status = batch_decode(&worker->batch, block, *row, span, worker->repeats, error);
    if (status) return status;
    refuse_rows(worker, block, span);
    worker->counts.read += span;
    worker->counts.scored += worker->batch.count;
    foreign_count(&worker->batch, block, &worker->counts);
    if (worker->batch.count) status = worker->sink(worker, block, error);
    if (status) return status;
    *row += span;
  }
  return worker->out.failed || worker->rejects.failed || worker->marks.failed ? fail_memory(error) : RUNG_OK;
}
