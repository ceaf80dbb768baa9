/* sinks.c - what each kind of stage does with a decoded batch: gather it by key, collect it for ranking, write it. */
#include "crew.h"
#include "quota.h"
#include "text.h"

/* -- Related tables: rows to their keys ------------------------------------------------- */

_Static_assert((int)JOIN_SHARDS <= (int)CREW_GATES, "each shard of a join has a gate");

static enum rung_status fail_repeated(const struct worker *worker, const struct csv_block *block, size_t row,
                                      struct rung_error *error) {
  const struct job *job = worker->job;
  struct rung_text name = job->header.names[job->key];
  return fail(error, RUNG_BAD_DATA, "%s:%llu: the key in column %u (%.*s) stands in an earlier row too, but %.*s has "
              "one row for each customer", job->file,
              (unsigned long long)csv_line(block, block->rows[worker->batch.rows[row]].begin), job->key + 1,
              TEXT_FORMAT(name), TEXT_FORMAT(job->table->name));
}

/* Blocks take each shard in turn, so that one key's rows are in order.  The last batch of a block lets the next one
   through, unless it failed: then nobody may add to the shard. */
enum rung_status sink_aggregate(struct worker *worker, const struct csv_block *block, struct rung_error *error) {
  const struct batch *batch = &worker->batch;
  const struct lot *lot = worker->lot;
  size_t duplicate = batch->count;
  enum rung_status status = session_run(worker->session, batch->count, error);
  if (status) return status;
  join_sort(worker->gathering, worker->session, batch->keys, batch->count);
  uint64_t place = block->offset + block->rows[batch->rows[0]].begin;
  for (size_t shard = 0; shard < JOIN_SHARDS && !status; shard++) {
    if (!crew_await(worker->crew, lot, shard)) return RUNG_OK;
    status = join_add(worker->gathering, shard, place, &duplicate, error);
    if (!status && lot->row == block->row_count) crew_pass(worker->crew, lot, shard);
  }
  if (status || duplicate == batch->count) return status;
  return fail_repeated(worker, block, duplicate, error);
}

/* -- Customers: what was gathered, to their rows ------------------------------------------ */

static const struct prog_aggregate *aggregate_of(const struct gathered *gathered, const struct prog_column *column) {
  return &gathered->tables->aggregates[column->link];
}

enum rung_status sinks_ready(struct worker *worker, const struct gathered *gathered, struct rung_error *error) {
  const struct job *job = worker->job;
  size_t stages = gathered->tables->stage_count, capacity = session_capacity(worker->session);
  worker->gathered = gathered;
  worker->spread.slots = alloc_array(job->allocator, stages, sizeof *worker->spread.slots);
  worker->spread.without = alloc_array(job->allocator, stages, sizeof *worker->spread.without);
  if (!worker->spread.slots || !worker->spread.without) return fail_memory(error);
  for (size_t s = 0; s < stages; s++) {
    if (!gathered->joins[s]) continue;
    worker->spread.slots[s] = alloc_array(job->allocator, capacity, sizeof **worker->spread.slots);
    if (!worker->spread.slots[s]) return fail_memory(error);
  }
  return results_new(job, worker->session, &worker->results, error);
}

void sinks_free(struct worker *worker) {
  const struct rung_allocator *allocator = worker->job->allocator;
  size_t capacity = session_capacity(worker->session);
  join_batch_free(worker->gathering);
  results_free(worker->job, &worker->results);
  if (!worker->gathered) return;
  size_t stages = worker->gathered->tables->stage_count;
  for (size_t s = 0; worker->spread.slots && s < stages; s++)
    alloc_free(allocator, worker->spread.slots[s], capacity, sizeof **worker->spread.slots);
  alloc_free(allocator, worker->spread.slots, stages, sizeof *worker->spread.slots);
  alloc_free(allocator, worker->spread.without, stages, sizeof *worker->spread.without);
}

static void fill_aggregates(struct worker *worker) {
  const struct gathered *gathered = worker->gathered;
  const struct batch *batch = &worker->batch;
  for (size_t s = 0; s < gathered->tables->stage_count; s++)
    if (gathered->joins[s])
      join_find_rows(gathered->joins[s], batch->keys, batch->count, worker->spread.slots[s]);
  for (uint32_t i = 0; i < worker->job->column_count; i++) {
    const struct prog_column *column = &worker->job->columns[i];
    if (column->source != SOURCE_AGGREGATE) continue;
    uint32_t stage = aggregate_of(gathered, column)->stage;
    join_fill(gathered->joins[stage], column->link, worker->spread.slots[stage], batch->count,
              session_column(worker->session, i));
  }
}

/* -- Populations ---------------------------------------------------------------------------- */

static bool same_column(const struct prog_column *a, const struct prog_column *b) {
  return a->source == b->source && a->link == b->link && a->type == b->type && text_same(a->name, b->name) &&
         text_same(a->header, b->header);
}

/* Every column that an earlier stage of the customers reads, the last one reads too: for what was measured is asked
   there.  So cells are decoded once, into its registers, and all stages refuse the same rows. */
enum rung_status sinks_share(struct worker *worker, rung_session *session, struct rung_error *error) {
  const struct program_tables *tables = worker->job->tables;
  const struct prog_stage *stage = &tables->stages[session_stage(session)];
  worker->collecting = session;
  for (uint32_t i = 0; i < stage->column_count; i++) {
    const struct prog_column *column = &tables->columns[stage->first_column + i];
    uint32_t k = 0;
    while (k < worker->job->column_count && !same_column(column, &worker->job->columns[k])) k++;
    if (k == worker->job->column_count)
      return fail(error, RUNG_INVALID, "the program measures column %.*s, but does not ask for it afterwards",
                  TEXT_FORMAT(column->name));
    *session_column(session, i) = *session_column(worker->session, k);
  }
  return RUNG_OK;
}

/* Measures of one value share a population, which takes its values once. */
static bool first_of_value(const struct program_tables *tables, size_t measure) {
  for (size_t i = 0; i < measure; i++)
    if (tables->measures[i].stage == tables->measures[measure].stage &&
        tables->measures[i].value == tables->measures[measure].value &&
        tables->measures[i].function != MEASURE_QUOTA)
      return false;
  return true;
}

enum rung_status sink_collect(struct worker *worker, const struct csv_block *block, struct rung_error *error) {
  const struct program_tables *tables = worker->job->tables;
  const struct batch *batch = &worker->batch;
  (void)block;
  fill_aggregates(worker);
  session_keys(worker->collecting, batch->keys);
  enum rung_status status = session_run(worker->collecting, batch->count, error);
  for (size_t i = 0; i < tables->measure_count && !status; i++) {
    const struct prog_measure *measure = &tables->measures[i];
    if (measure->stage != session_stage(worker->collecting)) continue;
    if (measure->function == MEASURE_QUOTA)
      status = quota_add(worker->gathered->quotas[i], worker->collecting, batch->keys, batch->count, error);
    else if (first_of_value(tables, i))
      status = population_add(worker->gathered->populations[i], worker->number,
                              session_register(worker->collecting, measure->value),
                              worker->job->key == NONE32 ? NULL : batch->keys, batch->count, error);
  }
  return status;
}

/* -- Rows out ---------------------------------------------------------------------------------- */

static void mark_customers(struct worker *worker) {
  const struct gathered *gathered = worker->gathered;
  size_t count = worker->batch.count;
  for (size_t s = 0; s < gathered->tables->stage_count; s++) {
    if (!gathered->joins[s]) continue;
    const uint32_t *slots = worker->spread.slots[s];
    join_mark(gathered->joins[s], slots, count);
    for (size_t i = 0; i < count; i++) worker->spread.without[s] += slots[i] == NONE32;
  }
}

/* Says which campaigns the rows just written are for. */
static void mark_rows(struct worker *worker, size_t output, const struct written_rows *rows, size_t begin) {
  const struct result_cells *cells = &worker->results.cells[output];
  for (uint64_t left = rows->picked; left; left &= left - 1) {
    size_t row = (size_t)__builtin_ctzll(left);
    struct split_mark mark = {.begin = begin, .end = rows->ends[row]};
    for (const struct label_group *group = cells->groups; group < cells->end; group++) {
      for (uint64_t bits = group->rows[row]; bits; bits &= bits - 1) {
        mark.label = group->first + (uint32_t)__builtin_ctzll(bits);
        buffer_add(&worker->lot->marks, (const char *)&mark, sizeof mark);
      }
    }
    begin = mark.end;
  }
}

/* A hash of other bytes than those that are meant would be found nowhere, and nobody would know why. */
static enum rung_status fail_unhashed(const struct job *job, const struct written_rows *rows,
                                      struct rung_error *error) {
  struct rung_text name = job->header.names[rows->unhashed_field];
  return fail(error, RUNG_BAD_DATA, "%s:%llu: column %u (%.*s) is to be hashed, but its text is not UTF-8\n"
              "  help: say what the dump is encoded in, such as --encoding windows-1251", job->file,
              (unsigned long long)csv_line(rows->block, rows->block->rows[rows->unhashed_row].begin),
              rows->unhashed_field + 1, TEXT_FORMAT(name));
}

/* A dry run finds what can't be hashed, too. */
static bool is_written(const struct job *job) { return !job->options->dry_run || job->options->hash_count > 0; }

static enum rung_status write_rows(struct worker *worker, const struct csv_block *block, struct rung_error *error) {
  const struct job *job = worker->job;
  size_t campaigns = 0, count = worker->batch.count;
  while (worker->splits && job->tables->outputs[campaigns].kind != OUTPUT_CAMPAIGNS) campaigns++;
  const struct vec *filter = job->tables->filter == NONE32 ? NULL
                                                           : session_register(worker->session, job->tables->filter);
  struct written_rows rows = {.block = block, .scratch = worker->batch.spare,
                              .unhashed_row = NONE32};
  for (; rows.first < count; rows.first += 64) {
    size_t begin = worker->lot->out.length;
    rows.rows = worker->batch.rows + rows.first;
    rows.picked = count - rows.first < 64 ? ((uint64_t)1 << (count - rows.first)) - 1 : UINT64_MAX;
    if (filter) rows.picked &= filter->data.bits[rows.first / 64];
    worker->lot->counts.written += bitmap_count(&rows.picked, 64);
    if (!rows.picked || !is_written(job)) continue;
    results_word(&worker->results, &rows);
    job->writer->rows(job, &worker->results, &rows, &worker->lot->out);
    if (job->options->dry_run) worker->lot->out.length = begin;
    if (worker->splits) mark_rows(worker, campaigns, &rows, begin);
  }
  return rows.unhashed_row == NONE32 ? RUNG_OK : fail_unhashed(job, &rows, error);
}

enum rung_status sink_rows(struct worker *worker, const struct csv_block *block, struct rung_error *error) {
  fill_aggregates(worker);
  mark_customers(worker);
  session_keys(worker->session, worker->batch.keys);
  enum rung_status status = session_run(worker->session, worker->batch.count, error);
  if (status) return status;
  counts_batch(&worker->lot->counts, worker->job->tables, worker->session, worker->batch.count);
  if (worker->lot->guards &&
      !guards_count(worker->lot->guards, worker->session, worker->job->key == NONE32 ? NULL : worker->batch.keys,
                    worker->batch.count))
    return fail_memory(error);
  return write_rows(worker, block, error);
}
