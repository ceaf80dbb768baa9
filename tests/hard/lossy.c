/* lossy.c - rung that loses something once: what LOSSY names.

   The linker puts each __wrap_NAME in front of a function of the runtime, which is then __real_NAME.  So the checks
   that no row is lost are seen at work in whole commands; without LOSSY it is rung as it is. */
#include <stdlib.h>
#include <string.h>

#include "narrow.h"
#include "worker.h"

/* True once, for the loss that was asked for. */
static bool loses(const char *what) {
  static bool lost;
  const char *wanted = getenv("LOSSY");
  return wanted && strcmp(wanted, what) == 0 && !__atomic_exchange_n(&lost, true, __ATOMIC_RELAXED);
}

#define WRAP(result, name, ...) \
  result __real_##name(__VA_ARGS__); \
  result __wrap_##name(__VA_ARGS__); \
  result __wrap_##name(__VA_ARGS__)

/* A block between the reader and those who decode. */
WRAP(enum rung_status, csv_index_into, struct csv_reader *reader, struct csv_space *space, struct csv_block *block,
     struct rung_error *error) {
  enum rung_status status = __real_csv_index_into(reader, space, block, error);
  if (!status && block->row_count > 0 && loses("block")) block->row_count = 0;
  return status;
}

/* A row that is neither scored nor refused; and of a customer, where the first loss would be a related table's. */
WRAP(enum rung_status, batch_decode, struct batch *batch, const struct csv_block *block, size_t first, size_t span,
     struct repeats *repeats, struct rung_error *error) {
  enum rung_status status = __real_batch_decode(batch, block, first, span, repeats, error);
  bool customers = batch->job->table->kind == TABLE_MAIN;
  if (!status && batch->count > 0 && (loses("row") || (customers && loses("customer")))) batch->count--;
  return status;
}

/* What was counted of a row that was refused, or written. */
WRAP(void, worker_take, struct worker *worker, struct lot *lot) {
  __real_worker_take(worker, lot);
  if (lot->counts.rejected > 0 && loses("refused")) lot->counts.rejected--;
  if (lot->counts.written > 0 && loses("written")) lot->counts.written--;
  if (lot->counts.written > 0 && loses("twice")) lot->counts.written += 1000;
}

/* A row of the file of refused ones. */
WRAP(void, rejects_row, const struct job *job, const struct csv_block *block, const struct refusal *refusal,
     struct buffer *out) {
  if (!loses("put aside")) __real_rejects_row(job, block, refusal, out);
}

/* Rows of a related table. */
WRAP(enum rung_status, join_add, struct join_batch *batch, size_t shard, uint64_t place, size_t *duplicate,
     struct rung_error *error) {
  return loses("gathered") ? RUNG_OK : __real_join_add(batch, shard, place, duplicate, error);
}

/* The outcome of a customer who is eligible for a campaign, and one outcome for two. */
WRAP(void, counts_batch, struct counts *counts, const struct program_tables *tables, const rung_session *session,
     size_t rows) {
  __real_counts_batch(counts, tables, session, rows);
  if (tables->campaign_count > 0 && loses("outcome")) counts->campaigns[0].eligible++;
  if (tables->campaign_count > 0 && loses("astray")) counts->astray++;
}

/* Rows that are kept for later passes. */
WRAP(void, narrow_add, struct narrow *narrow, const struct buffer *rows, uint64_t position, uint64_t size) {
  if (!loses("kept")) __real_narrow_add(narrow, rows, position, size);
}
