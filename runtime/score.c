/* score.c - score whole files: the stages of the program one after the other. */
#include <inttypes.h>

#include "narrow.h"
#include "run.h"

static bool is_narrow(const struct scan *scan) { return scan->narrow && scan->narrow->read; }

/* -- Rows ---------------------------------------------------------------------------- */

/* The rows of one scan on their way to one stage. */
struct pass {
  struct run *run;
  struct scan *scan;
  struct worker *worker;      /* of this thread */
  struct crew *crew;
  uint32_t stage;
  bool keeps;                 /* rows for the next one */
  rung_session *session;      /* which runs, and has the counts of all that was settled */
  struct counts *counts;      /* likewise */
};

/* The cell's text is only made when somebody listens. */
static void report_cell(struct run *run, const struct lot *lot, const struct refusal *refusal, uint64_t rows_before) {
  const struct job *job = lot->job;
  struct buffer room = {.allocator = run->allocator};
  struct rung_bad_cell cell = {
    .file = job->file,
    .line = refusal->line,
    .row = rows_before + refusal->row + 1,
    .column = rejects_column(refusal),
    .whole_row = refusal->field == 0,
    .byte = lot->block.offset + refusal->at,
    .fields = refusal->fields,
    .wanted = refusal->fields ? job->header.count : 0,
    .name = rejects_name(job, refusal),
    .reason = refusal->reason,
    .advice = refusal->advice,
  };
  if (refusal->field) {
    struct rung_text raw = csv_raw(&lot->block, &lot->block.rows[refusal->row], refusal->field - 1);
    char *scratch = buffer_room(&room, raw.length + 1);
    cell.value = scratch ? csv_unquote(raw, scratch) : raw;
  }
  run->options->bad_cell(run->options->context, &cell);
  buffer_free(&room);
}

/* Of the rows before row `end` of the block. */
static void report(struct run *run, const struct lot *lot, uint64_t rows_before, uint32_t end) {
  for (size_t i = 0; i < lot->reported_count && lot->reported[i].row < end; i++) {
    if (run->reported == LIMIT_REPORTED_CELLS) return;
    if (run->options->bad_cell) report_cell(run, lot, &lot->reported[i], rows_before);
    run->reported++;
  }
}

/* What is said of bad rows and of a repeated key is said in their order, so that it is the same for any blocks. */
static enum rung_status report_rows(struct pass *pass, const struct lot *lot, uint64_t rows_before,
                                    struct rung_error *error) {
  struct run *run = pass->run;
  uint32_t repeated = NONE32;
  if (lot->notes.length && !repeats_find(run->repeats, &lot->notes, &repeated)) return fail_memory(error);
  report(run, lot, rows_before, repeated);
  if (pass->counts->rejected && !run_leaves_out(run) && !run->spoilt) run->spoilt = lot->job->file;
  if (repeated == NONE32 || run_is_stopped(run)) return RUNG_OK;
  return explain_repeated(lot->job, &lot->block, repeated, error);
}

/* What came of the rows that were taken last, which of the block are not the first. */
static enum rung_status settle_rows(struct pass *pass, struct lot *lot, uint64_t rows_before,
                                    struct rung_error *error) {
  struct run *run = pass->run;
  enum rung_status status = lot->status;
  if (!lot_settle(lot, pass->counts, summary_guards(run->summary), pass->session)) return fail_memory(error);
  if (status && error) *error = lot->error;
  if (!status) status = report_rows(pass, lot, rows_before, error);
  if (status) return status;
  if (run->rejects && lot->rejects.length) {
    run->put_aside += rejects_count(&lot->rejects);
    status = output_write(run->rejects, lot->rejects.at, lot->rejects.length, error);
  }
  if (status) return status;
  if (pass->keeps) {
    narrow_add(pass->scan->narrow, &lot->out, lot->reading.position, input_size(pass->scan->input));
    return RUNG_OK;
  }
  if (run->split && !run->spoilt) status = split_write(run->split, &lot->out, &lot->marks, error);
  if (!status && lot->out.length && run->output && !run->spoilt)
    status = output_write(run->output, lot->out.at, lot->out.length, error);
  return status;
}

static enum rung_status settle(void *context, struct lot *lot, bool *stop, struct rung_error *error) {
  struct pass *pass = context;
  const struct run *run = pass->run;
  const struct rung_score_options *options = run->options;
  uint64_t rows_before = pass->counts->read;
  bool narrow = is_narrow(pass->scan);
  if (!narrow) pass->scan->reading = lot->reading;
  enum rung_status status = settle_rows(pass, lot, rows_before, error);
  while (!status && lot->row < lot->block.row_count) {
    worker_take(pass->worker, lot);
    status = settle_rows(pass, lot, rows_before, error);
  }
  *stop = lot->block.last || run_is_stopped(run);
  if (status || run_is_stopped(run) || !options->progress) return status;
  uint64_t position = narrow ? lot->reading.bytes : lot->reading.position;
  uint64_t size = narrow ? pass->scan->narrow->text.length : input_size(pass->scan->input);
  /* At the end too: who stops a run may have ended the file that it waits for. */
  if (!options->progress(options->context, position, size, pass->counts->read)) return RUNG_OK;
  return fail(error, RUNG_NOTICE, "stopped");
}

/* -- Workers --------------------------------------------------------------------------- */

/* The first worker's session is the scan's. */
static struct worker *hire(void *context) {
  const struct pass *pass = context;
  const struct run *run = pass->run;
  struct worker *worker = NULL;
  rung_session *session = NULL;
  if (run_open_session(run, session_stage(pass->scan->session), &session, NULL)) return NULL;
  if (worker_new(&pass->scan->job, session, &worker, NULL)) {
    rung_session_free(session);
    return NULL;
  }
  worker->owner = true;
  if (pass->scan != &run->scans[run->last] || !sinks_ready(worker, &run->gathered, NULL)) return worker;
  worker_free(worker);
  return NULL;
}

static enum rung_status prepare_aggregate(void *context, struct worker *worker, struct rung_error *error) {
  const struct pass *pass = context;
  worker->sink = sink_aggregate;
  worker->crew = pass->crew;
  return join_batch_new(pass->run->gathered.joins[pass->stage], session_capacity(worker->session), &worker->gathering,
                        error);
}

static void rest_aggregate(void *context, struct worker *worker) {
  const struct pass *pass = context;
  (void)worker;
  join_conclude(pass->run->gathered.joins[pass->stage]);
}

/* In an earlier pass a repeated key was refused, or its row noted to be. */
static void prepare_customers(const struct run *run, struct worker *worker) {
  bool first = run->options->duplicates == RUNG_DUPLICATES_FIRST;
  worker->again = run->again;
  worker->repeats = first && !is_narrow(&run->scans[run->last]) ? run->repeats : NULL;
  worker->notes_keys = run->repeats && !first && !run->again;
  worker->narrow = NULL;
}

static enum rung_status prepare_collect(void *context, struct worker *worker, struct rung_error *error) {
  const struct pass *pass = context;
  struct run *run = pass->run;
  rung_session *session = pass->session;
  enum rung_status status = RUNG_OK;
  prepare_customers(run, worker);
  if (pass->keeps) worker->narrow = pass->scan->narrow;
  if (worker->owner) {
    rung_session_free(worker->collecting);
    worker->collecting = NULL;
    status = run_open_session(run, pass->stage, &session, error);
    if (!status) worker->collecting = session;
  }
  if (!status) status = sinks_share(worker, session, error);
  if (status) return status;
  worker->sink = sink_collect;
  session_bind(session, run->gathered.populations, run->gathered.quotas);
  return RUNG_OK;
}

static void rest_collect(void *context, struct worker *worker) {
  const struct pass *pass = context;
  const struct program_tables *tables = pass->run->tables;
  for (size_t i = 0; i < tables->measure_count; i++)
    if (tables->measures[i].stage == pass->stage && pass->run->gathered.populations[i])
      population_rest(pass->run->gathered.populations[i], worker->number);
}

static enum rung_status prepare_rows(void *context, struct worker *worker, struct rung_error *error) {
  const struct pass *pass = context;
  const struct run *run = pass->run;
  (void)error;
  prepare_customers(run, worker);
  worker->sink = sink_rows;
  worker->splits = run->split && run->output;
  session_bind(worker->session, run->gathered.populations, run->gathered.quotas);
  return RUNG_OK;
}

/* -- Stages ---------------------------------------------------------------------------- */

static enum rung_status gather_rows(struct run *run, struct pass *pass, struct rung_error *error) {
  const struct job *job = &pass->scan->job;
  struct duty duty = {pass, hire, prepare_aggregate, rest_aggregate, settle};
  enum rung_status status = counts_new(run->tables, run->allocator, pass->counts, error);
  if (!status) status = worker_new(job, pass->session, &pass->worker, error);
  if (!status) status = crew_new(pass->scan, pass->worker, run->options->threads, &pass->crew, error);
  if (!status) status = crew_run(pass->crew, &duty, error);
  if (!status) status = run_check_pass(run, pass->stage, pass->counts, error);
  if (pass->crew) {
    run_count_refused(run, job->file, pass->counts);
    summary_table(run->summary, run->tables->stages[pass->stage].table, pass->counts, pass->scan->reading.hash);
    if (!status && !summary_name_foreign(run->summary, job)) status = fail_memory(error);
  }
  crew_free(pass->crew);
  worker_free(pass->worker);
  counts_free(run->tables, run->allocator, pass->counts);
  return status;
}

static enum rung_status gather(struct run *run, uint32_t s, struct rung_error *error) {
  struct counts counts = {0};
  struct pass pass = {.run = run, .scan = &run->scans[s], .stage = s, .session = run->scans[s].session,
                      .counts = &counts};
  enum rung_status status = run->scans[s].input ? gather_rows(run, &pass, error) : RUNG_OK;
  return status ? status : join_finish(run->gathered.joins[s], error);
}

/* One more pass over the customers; the file must be what it was in the first, which rows that are kept are. */
static enum rung_status pass_again(struct run *run, bool narrow, uint64_t hash, struct rung_error *error) {
  struct scan *scan = &run->scans[run->last];
  struct counts *counts = &run->counts;
  if (scan->reading.hash != hash) return explain_changed(&scan->job, error);
  run->again = true;
  counts->read = counts->scored = counts->rejected = counts->foreign = 0;
  counts->foreign_at = (struct file_place){0};
  return narrow && scan->narrow && scan->narrow->whole ? scan_narrow(scan, error) : scan_again(scan, error);
}

/* After a pass over the customers. */
static enum rung_status count_seen(struct run *run, struct rung_error *error) {
  struct counts *counts = &run->counts;
  struct seen *seen = &run->seen;
  if (!run->again)
    *seen = (struct seen){counts->read, counts->scored, counts->rejected, counts->foreign, counts->foreign_at};
  if (!is_narrow(&run->scans[run->last])) return RUNG_OK;
  if (counts->scored != seen->scored || counts->rejected)
    return fail(error, RUNG_NO_RESOURCE, "internal error: of %" PRIu64 " rows that were kept %" PRIu64 " were scored; "
                "the output is withheld", seen->scored, counts->scored);
  counts->read = seen->read, counts->rejected = seen->rejected;
  counts->foreign = seen->foreign, counts->foreign_at = seen->foreign_at;
  return RUNG_OK;
}

static enum rung_status collect(struct run *run, uint32_t s, struct rung_error *error) {
  struct pass pass = {.run = run, .scan = &run->scans[run->last], .worker = run->worker, .stage = s,
                      .counts = &run->counts};
  pass.keeps = !run->again && pass.scan->narrow && pass.scan->narrow->whole;
  struct duty duty = {&pass, hire, prepare_collect, rest_collect, settle};
  enum rung_status status = run_open_session(run, s, &run->collecting[s], error);
  pass.session = run->collecting[s];
  if (!status) status = crew_run(run->crew, &duty, error);
  if (!status) status = run_check_pass(run, run->last, pass.counts, error);
  if (run->repeats) repeats_again(run->repeats);
  if (!status) status = count_seen(run, error);
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
  struct pass pass = {.run = run, .scan = scan, .worker = run->worker, .stage = run->last, .session = scan->session,
                      .counts = &run->counts};
  struct duty duty = {&pass, hire, prepare_rows, NULL, settle};
  enum rung_status status = RUNG_OK;
  uint64_t hash = 0;
  bool first = true;
  for (uint32_t s = 0; s < run->last && !status && !run->spoilt; s++) {
    if (run->tables->stages[s].sink != SINK_COLLECT) continue;
    status = first ? RUNG_OK : pass_again(run, true, hash, error);
    if (!status) status = collect(run, s, error);
    if (!status && first) hash = scan->reading.hash;
    first = false;
  }
  if (status || run->spoilt) return status;
  if (!first) status = pass_again(run, run_writes_narrow(run), hash, error);
  if (!status) status = crew_run(run->crew, &duty, error);
  if (!status) status = run_check_pass(run, run->last, pass.counts, error);
  if (!status) status = count_seen(run, error);
  if (status) return status;
  if (!first && !run->spoilt && scan->reading.hash != hash) return explain_changed(&scan->job, error);
  return run->spoilt ? RUNG_OK : run_judge_guards(run, error);
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
  if (!status && run->crew && !summary_name_foreign(run->summary, &run->scans[run->last].job))
    status = fail_memory(error);
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
