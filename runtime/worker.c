/* worker.c - score the rows of a block, a batch at a time, into bytes to write. */
#include "score.h"

/* Bytes of output after which worker_score stops in the middle of a block, so that rows with a great many tags
   don't fill the memory. */
enum { OUT_ENOUGH = 16 << 20 };

enum rung_status worker_new(const struct job *job, rung_session *session, struct worker **result,
                            struct rung_error *error) {
  size_t capacity = session_capacity(session);
  struct worker *worker = alloc_array(job->allocator, 1, sizeof *worker);
  if (!worker) return fail_memory(error);
  *result = worker;
  worker->job = job;
  worker->session = session;
  worker->out.allocator = worker->rejects.allocator = job->allocator;
  worker->rows = alloc_array(job->allocator, capacity, sizeof *worker->rows);
  worker->refusals = alloc_array(job->allocator, capacity, sizeof *worker->refusals);
  if (!worker->rows || !worker->refusals) return fail_memory(error);
  enum rung_status status = results_new(job, session, &worker->results, error);
  return status ? status : counts_new(job->tables, job->allocator, &worker->counts, error);
}

void worker_free(struct worker *worker) {
  if (!worker) return;
  const struct rung_allocator *allocator = worker->job->allocator;
  size_t capacity = session_capacity(worker->session);
  buffer_free(&worker->out);
  buffer_free(&worker->rejects);
  alloc_free(allocator, worker->rows, capacity, sizeof *worker->rows);
  alloc_free(allocator, worker->refusals, capacity, sizeof *worker->refusals);
  alloc_free(allocator, worker->scratch, worker->scratch_room, 1);
  results_free(worker->job, &worker->results);
  counts_free(worker->job->tables, allocator, &worker->counts);
  alloc_free(allocator, worker, 1, sizeof *worker);
}

/* -- Which rows can be scored ------------------------------------------------------ */

/* Why a row is refused as a whole; reason NULL when it is fine so far. */
static struct refusal judge_row(const struct job *job, const struct csv_block *block, uint32_t index) {
  const struct csv_row *row = &block->rows[index];
  struct rung_text bytes = {block->bytes + row->begin, row->end - row->begin};
  struct refusal refusal = {.row = index, .at = row->begin};
  if (row->problem != CSV_FINE) {
    bool counted = row->problem == CSV_FEW_FIELDS || row->problem == CSV_MANY_FIELDS;
    refusal.at = row->problem_at;
    refusal.fields = counted ? row->fields : 0;
    refusal.reason = csv_reason(row->problem);
    refusal.advice = csv_advice(row->problem);
  } else if (job->header.count > 1 && bytes.length == job->header.raw.length &&
             memcmp(bytes.bytes, job->header.raw.at, bytes.length) == 0) {
    refusal.reason = "the header's cells once more";
    refusal.advice = "of files joined into one keep only the first header";
  } else if (job->options->format == RUNG_JSONL) {
    size_t fits = json_fits(bytes);
    if (fits == bytes.length) return refusal;
    refusal.at += (uint32_t)fits;
    refusal.reason = "bytes that are not UTF-8, which JSON always is";
    refusal.advice = "convert the dump to UTF-8, or write CSV";
  }
  return refusal;
}

/* Unquoted cells of a batch stay in the scratch until its rows are written.  A field is unquoted once for each column
   of the program that reads it, and once more, in the last part of the scratch, when its row is written. */
static bool scratch_for(struct worker *worker, size_t bytes) {
  size_t wanted;
  if (__builtin_mul_overflow(bytes, (size_t)worker->job->sharing + 1, &wanted)) return false;
  if (worker->scratch && wanted <= worker->scratch_room) return true;
  char *grown = alloc_resize(worker->job->allocator, worker->scratch, worker->scratch_room, wanted, 1);
  if (!grown) return false;
  worker->scratch = grown;
  worker->scratch_room = wanted;
  return true;
}

/* -- Decoding ------------------------------------------------------------------------- */

/* Reads column `column` of the batch's rows.  Of several bad cells of a row the leftmost is told. */
static bool decode_column(struct worker *worker, const struct csv_block *block, size_t column, size_t count,
                          size_t first, char **scratch) {
  const struct caster *caster = worker->job->casters[column];
  struct vec *vec = session_column(worker->session, column);
  uint32_t field = worker->job->fields[column];
  bool fine = true;
  for (size_t i = 0; i < count; i++) {
    struct rung_text raw = csv_raw(block, &block->rows[worker->rows[i]], field);
    struct rung_text cell = csv_unquote(raw, *scratch);
    if (cell.bytes == *scratch) *scratch += cell.length;
    enum cast_result result = cast_cell(caster, cell, vec, i);
    if (result == CAST_FINE) continue;
    fine = false;
    struct refusal *refusal = &worker->refusals[worker->rows[i] - first];
    if (refusal->reason && refusal->field <= field + 1) continue;
    *refusal = (struct refusal){.row = worker->rows[i], .field = field + 1,
                                .at = (uint32_t)(raw.bytes - block->bytes), .reason = cast_reason(result),
                                .advice = cast_advice(result)};
  }
  return fine;
}

static bool decode(struct worker *worker, const struct csv_block *block, size_t count, size_t first) {
  bool fine = true;
  char *scratch = worker->scratch;
  for (size_t column = 0; column < worker->job->tables->column_count; column++)
    fine &= decode_column(worker, block, column, count, first, &scratch);
  return fine;
}

/* The rows among `span` from `first` on that nothing speaks against. */
static size_t pick(struct worker *worker, size_t first, size_t span) {
  size_t count = 0;
  for (size_t i = 0; i < span; i++)
    if (!worker->refusals[i].reason) worker->rows[count++] = (uint32_t)(first + i);
  return count;
}

/* -- Writing ----------------------------------------------------------------------------- */

static void write_rows(struct worker *worker, const struct csv_block *block, size_t count) {
  const struct job *job = worker->job;
  const struct vec *filter = job->tables->filter == NONE32 ? NULL
                                                           : session_register(worker->session, job->tables->filter);
  char *scratch = worker->scratch + worker->scratch_room / (job->sharing + 1) * job->sharing;
  for (size_t i = 0; i < count; i++) {
    if (i % 64 == 0) results_word(&worker->results, i / 64);
    if (filter && !bitmap_get(filter->data.bits, i)) continue;
    struct written_row row = {block, &block->rows[worker->rows[i]], i, scratch};
    job->writer->row(job, &worker->results, &row, &worker->out);
    worker->counts.written++;
  }
}

/* Lines are counted on from the last one asked for, so that a block of bad rows is still read but once. */
static uint64_t count_lines(struct worker *worker, const struct csv_block *block, uint32_t at) {
  worker->line += csv_count_lines(block->bytes + worker->line_at, at - worker->line_at);
  worker->line_at = at;
  return worker->line;
}

static void refuse_rows(struct worker *worker, const struct csv_block *block, size_t span) {
  for (size_t i = 0; i < span; i++) {
    if (!worker->refusals[i].reason) continue;
    worker->counts.rejected++;
    worker->refusals[i].line = count_lines(worker, block, block->rows[worker->refusals[i].row].begin);
    if (worker->job->options->rejects) rejects_row(worker->job, block, &worker->refusals[i], &worker->rejects);
    if (worker->reported_count < LIMIT_REPORTED_CELLS) worker->reported[worker->reported_count++] = worker->refusals[i];
  }
}

/* Rows whose cells don't fit are found by decoding; then the others are decoded once more, so that nothing of the
   refused ones is counted. */
static enum rung_status score_batch(struct worker *worker, const struct csv_block *block, size_t first, size_t span,
                                    struct rung_error *error) {
  size_t bytes = block->rows[first + span - 1].end - block->rows[first].begin;
  if (!scratch_for(worker, bytes)) return fail_memory(error);
  for (size_t i = 0; i < span; i++) worker->refusals[i] = judge_row(worker->job, block, (uint32_t)(first + i));
  size_t count = pick(worker, first, span);
  if (!decode(worker, block, count, first)) {
    count = pick(worker, first, span);
    decode(worker, block, count, first);
  }
  refuse_rows(worker, block, span);
  worker->counts.read += span;
  if (count == 0) return RUNG_OK;
  enum rung_status status = session_run(worker->session, count, error);
  if (status) return status;
  worker->counts.scored += count;
  counts_batch(&worker->counts, worker->job->tables, worker->session, count);
  write_rows(worker, block, count);
  return RUNG_OK;
}

enum rung_status worker_score(struct worker *worker, const struct csv_block *block, size_t *row,
                              struct rung_error *error) {
  size_t capacity = session_capacity(worker->session);
  worker->out.length = worker->rejects.length = worker->reported_count = 0;
  worker->line_at = 0;
  worker->line = block->line;
  while (*row < block->row_count && worker->out.length < OUT_ENOUGH) {
    size_t left = block->row_count - *row, span = left < capacity ? left : capacity;
    enum rung_status status = score_batch(worker, block, *row, span, error);
    if (status) return status;
    *row += span;
  }
  return worker->out.failed || worker->rejects.failed ? fail_memory(error) : RUNG_OK;
}
