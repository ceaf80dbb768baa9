/* score.c - score whole files: the stages of the program one after the other. */
#include "run.h"

/* -- Rows ---------------------------------------------------------------------------- */

static void report(struct run *run, struct worker *worker, const struct csv_block *block, uint64_t rows_before) {
  const struct job *job = worker->job;
  for (size_t i = 0; i < worker->reported_count && run->reported < LIMIT_REPORTED_CELLS; i++, run->reported++) {
    const struct refusal *refusal = &worker->reported[i];
    struct rung_bad_cell cell = {
      .file = job->file,
      .line = refusal->line,
      .row = rows_before + refusal->row + 1,
      .column = refusal->field,
      .byte = block->offset + refusal->at,
      .fields = refusal->fields,
      .wanted = refusal->fields ? job->header.count : 0,
      .name = rejects_name(job, refusal),
      .reason = refusal->reason,
      .advice = refusal->advice,
    };
    if (refusal->field)
      cell.value = csv_unquote(csv_raw(block, &block->rows[refusal->row], refusal->field - 1), worker->batch.spare);
    if (run->options->bad_cell) run->options->bad_cell(run->options->context, &cell);
  }
}

static enum rung_status take_block(struct run *run, struct worker *worker, const struct csv_block *block,
                                   struct rung_error *error) {
  uint64_t rows_before = worker->counts.read;
  enum rung_status status = RUNG_OK;
  for (size_t row = 0; row < block->row_count && !status;) {
    status = worker_take(worker, block, &row, error);
    if (status) return status;
    report(run, worker, block, rows_before);
    if (worker->counts.rejected && !run->options->rejects && !run->spoilt) run->spoilt = worker->job->file;
    if (run->rejects && worker->rejects.length)
      status = output_write(run->rejects, worker->rejects.at, worker->rejects.length, error);
    if (!status && run->split && !run->spoilt) status = split_write(run->split, &worker->out, &worker->marks, error);
    if (!status && worker->out.length && run->output && !run->spoilt)
      status = output_write(run->output, worker->out.at, worker->out.length, error);
  }
  return status;
}

static enum rung_status take_rows(struct run *run, struct scan *scan, struct worker *worker,
                                  struct rung_error *error) {
  const struct rung_score_options *options = run->options;
  for (;;) {
    struct csv_block block;
    enum rung_status status = csv_next(scan->reader, &block, error);
    if (status || block.row_count == 0) return status;
    status = take_block(run, worker, &block, error);
    if (status || (run->spoilt && run->reported == LIMIT_REPORTED_CELLS)) return status;
    if (options->progress && options->progress(options->context, input_position(scan->input), input_size(scan->input),
                                               worker->counts.read))
      return fail(error, RUNG_NOTICE, "stopped");
  }
}

/* -- Stages ---------------------------------------------------------------------------- */

static enum rung_status gather(struct run *run, uint32_t s, struct rung_error *error) {
  struct scan *scan = &run->scans[s];
  struct worker *worker = NULL;
  enum rung_status status = RUNG_OK;
  if (scan->input) {
    status = worker_new(&scan->job, scan->session, &worker, error);
    if (worker) worker->sink = sink_aggregate, worker->join = run->gathered.joins[s];
    if (!status) status = take_rows(run, scan, worker, error);
    if (worker) {
      run_count_refused(run, scan->job.file, &worker->counts);
      summary_table(run->summary, run->tables->stages[s].table, &worker->counts, csv_hash(scan->reader));
    }
    worker_free(worker);
  }
  if (!status) status = join_finish(run->gathered.joins[s], error);
  return status;
}

/* One more pass over the customers; the file must be what it was in the first. */
static enum rung_status pass_again(struct run *run, uint64_t hash, struct rung_error *error) {
  struct scan *scan = &run->scans[run->last];
  struct counts *counts = &run->worker->counts;
  if (csv_hash(scan->reader) != hash) return explain_changed(&scan->job, error);
  if (run->repeats) repeats_again(run->repeats);
  run->worker->again = true;
  counts->read = counts->scored = counts->rejected = counts->foreign = counts->foreign_line = 0;
  return scan_again(scan, error);
}

static enum rung_status collect(struct run *run, uint32_t s, struct rung_error *error) {
  struct worker *worker = run->worker;
  enum rung_status status = run_open_session(run, s, &run->collecting[s], error);
  if (!status) status = sinks_share(worker, run->collecting[s], error);
  if (status) return status;
  worker->sink = sink_collect;
  session_bind(run->collecting[s], run->gathered.populations, run->gathered.quotas);
  status = take_rows(run, &run->scans[run->last], worker, error);
  for (size_t i = 0; i < run->tables->measure_count && !status; i++) {
    const struct prog_measure *measure = &run->tables->measures[i];
    bool shared = false;
    for (size_t k = 0; k < i; k++)
      shared |= run->gathered.populations[i] && run->gathered.populations[k] == run->gathered.populations[i];
    if (measure->stage != s || shared) continue;
    status = measure->function == MEASURE_QUOTA ? quota_finish(run->gathered.quotas[i], error)
                                                : population_finish(run->gathered.populations[i], error);
  }
  return status;
}

static enum rung_status pass_customers(struct run *run, struct rung_error *error) {
  struct scan *scan = &run->scans[run->last];
  enum rung_status status = RUNG_OK;
  uint64_t hash = 0;
  bool first = true;
  for (uint32_t s = 0; s < run->last && !status && !run->spoilt; s++) {
    if (run->tables->stages[s].sink != SINK_COLLECT) continue;
    status = first ? RUNG_OK : pass_again(run, hash, error);
    if (!status) status = collect(run, s, error);
    if (!status && first) hash = csv_hash(scan->reader);
    first = false;
  }
  if (status || run->spoilt) return status;
  if (!first) status = pass_again(run, hash, error);
  if (status) return status;
  run->worker->sink = sink_rows;
  session_bind(scan->session, run->gathered.populations, run->gathered.quotas);
  status = take_rows(run, scan, run->worker, error);
  if (!status && !first && !run->spoilt && csv_hash(scan->reader) != hash)
    return explain_changed(&scan->job, error);
  return status || run->spoilt ? status : run_judge_guards(run, error);
}

/* -- All of it -------------------------------------------------------------------------------- */

/* As the rules call the key column of the table that the base is made of. */
static struct rung_text base_name(const struct run *run, uint32_t table) {
  const struct program_tables *tables = run->tables;
  for (uint32_t s = 0; s < run->last; s++) {
    const struct prog_stage *stage = &tables->stages[s];
    for (uint32_t i = 0; i < stage->column_count && stage->table == table; i++) {
      const struct prog_column *column = &tables->columns[stage->first_column + i];
      if (column->flags & COLUMN_KEY) return column->name;
    }
  }
  return tables->tables[table].key;
}

/* A base that is made of a related table's keys can be opened only when they are known. */
static enum rung_status run_stages(struct run *run, struct rung_error *error) {
  const struct prog_table *customers = &run->tables->tables[run->tables->stages[run->last].table];
  enum rung_status status = RUNG_OK;
  if (customers->base == NONE32) status = run_open_customers(run, error);
  if (!status) status = run_open_rejects(run, error);
  if (!status && customers->base == NONE32) status = run_open_output(run, error);
  for (uint32_t s = 0; s < run->last && !status && !run->spoilt; s++) {
    if (run->tables->stages[s].sink != SINK_AGGREGATE) continue;
    status = gather(run, s, error);
    if (run->tables->stages[s].table == customers->base) run->base.join = run->gathered.joins[s];
  }
  if (status || run->spoilt) return status;
  if (customers->base != NONE32) {
    run->base.name = base_name(run, customers->base);
    run->base.dialect.delimiter = run->options->dialect.delimiter ? run->options->dialect.delimiter : ',';
    status = run_open_customers(run, error);
    if (!status) status = run_open_output(run, error);
  }
  return status ? status : pass_customers(run, error);
}

static enum rung_status run_all(struct run *run, struct rung_error *error) {
  enum rung_status status = files_check(run->tables, run->options, error);
  if (!status) status = run_start(run, error);
  if (!status && run->options->split)
    status = split_open(run->tables, run->options, run->allocator, &run->split, error);
  if (!status) status = run_open_related(run, error);
  if (!status) status = run_open_measures(run, error);
  if (!status) status = summary_new(run->program, run->scans[run->last].session, run->options->today, &run->summary,
                                    error);
  if (status) return status;
  status = run_stages(run, error);
  run_finish_summary(run, !status && !run->spoilt);
  if (!status && !run->spoilt && !summary_populations(run->summary, run->gathered.populations))
    status = fail_memory(error);
  return status ? status : run_finish(run, error);
}

enum rung_status rung_score(const rung_program *program, const struct rung_score_options *options,
                            const struct rung_setting *settings, size_t setting_count, rung_summary **summary,
                            struct rung_error *error) {
  struct run run = {
    .program = program,
    .tables = program_tables(program),
    .allocator = program_allocator(program),
    .options = options,
    .settings = settings,
    .setting_count = setting_count,
    .base = {.text = {.allocator = program_allocator(program)}},
  };
  enum rung_status status = run_all(&run, error);
  run_close(&run);
  if (summary) *summary = run.summary;
  else rung_summary_free(run.summary);
  return status;
}
