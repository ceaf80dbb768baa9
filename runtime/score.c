/* score.c - score whole files: the stages of the program one after the other, then whether the output may appear. */
#include <inttypes.h>

#include "decimal.h"
#include "score.h"
#include "text.h"

enum { MILLION = 1000000, MEMORY_DEFAULT = 1 << 30 };

struct run {
  const rung_program *program;
  const struct program_tables *tables;
  const struct rung_allocator *allocator;
  const struct rung_score_options *options;
  const struct rung_setting *settings;
  size_t setting_count;
  uint32_t last;              /* the stage that writes rows */
  struct scan *scans;         /* by stage: of related tables, and of the customers at `last` */
  rung_session **collecting;  /* by stage */
  struct gathered gathered;
  struct repeats *repeats;
  struct base base;
  struct worker *worker;      /* of the customers */
  struct output *output, *rejects;
  rung_summary *summary;
  uint64_t reported;          /* refused rows told through the callback */
  const char *spoilt;         /* the first file of which a row was refused without a place to put it */
  const char *bad;            /* the first file of which more rows were refused than may be, or NULL */
  uint64_t read, refused;     /* rows of it */
};

/* -- Opening ----------------------------------------------------------------------------- */

static enum rung_status open_session(const struct run *run, uint32_t stage, rung_session **session,
                                     struct rung_error *error) {
  const struct rung_score_options *options = run->options;
  struct rung_session_options wanted = {.today = options->today, .now = options->now, .has_now = options->has_now,
                                        .batch_rows = options->batch_rows};
  enum rung_status status = session_new_stage(run->program, stage, &wanted, session, error);
  for (size_t i = 0; i < run->setting_count && !status; i++)
    status = rung_session_set(*session, run->settings[i].name, run->settings[i].value, error);
  return status;
}

static enum rung_status open_scan(struct run *run, uint32_t stage, const char *path,
                                  const struct rung_dialect *dialect, struct rung_error *error) {
  struct scan *scan = &run->scans[stage];
  scan->job = (struct job){.tables = run->tables, .allocator = run->allocator, .options = run->options,
                           .dialect = dialect, .path = path};
  bool customers = stage == run->last, twice = customers && run->tables->measure_count > 0;
  struct made_input made = base_input(&run->base);
  return scan_open(scan, stage, customers && !path ? &made : NULL, twice, error);
}

static enum rung_status open_related(struct run *run, struct rung_error *error) {
  enum rung_status status = RUNG_OK;
  for (uint32_t s = 0; s < run->last && !status; s++) {
    const struct prog_stage *stage = &run->tables->stages[s];
    if (stage->sink != SINK_AGGREGATE) continue;
    const struct rung_table_file *file = files_of(run->options, &run->tables->tables[stage->table]);
    status = join_new(run->tables, s, run->allocator, &run->gathered.joins[s], error);
    if (!status) status = open_session(run, s, &run->scans[s].session, error);
    if (!status && file) status = open_scan(run, s, file->path, &file->dialect, error);
  }
  return status;
}

/* Measures of one value share a population. */
static enum rung_status open_populations(struct run *run, struct rung_error *error) {
  const struct program_tables *tables = run->tables;
  size_t memory = run->options->memory ? run->options->memory : MEMORY_DEFAULT;
  for (size_t i = 0; i < tables->measure_count; i++) {
    const struct prog_measure *measure = &tables->measures[i];
    int64_t most = 0;
    for (size_t k = 0; k < tables->measure_count; k++) {
      const struct prog_measure *other = &tables->measures[k];
      if (other->stage != measure->stage || other->value != measure->value) continue;
      if (k < i) run->gathered.populations[i] = run->gathered.populations[k];
      if (other->function == MEASURE_TOP && other->top > most) most = other->top;
    }
    if (run->gathered.populations[i]) continue;
    enum rung_status status = population_new((enum rung_type)measure->value_type, most, memory / tables->measure_count,
                                             run->allocator, &run->gathered.populations[i], error);
    if (status) return status;
  }
  return RUNG_OK;
}

static bool takes_top(const struct run *run) {
  for (size_t i = 0; i < run->tables->measure_count; i++)
    if (run->tables->measures[i].function == MEASURE_TOP) return true;
  return false;
}

static enum rung_status check_key(const struct run *run, const struct job *job, struct rung_error *error) {
  enum rung_duplicates duplicates = run->options->duplicates;
  bool needed = takes_top(run) || (run->last > 0 && run->tables->aggregate_count > 0);
  if (job->key == NONE32 && needed)
    return fail(error, RUNG_INVALID, "the rules tell customers apart by their key, but name no key column; "
                "give its name with --key");
  if (job->key == NONE32 && duplicates == RUNG_DUPLICATES_FIRST)
    return fail(error, RUNG_INVALID, "the first row of each key is wanted, but no column is the key; give its name "
                "with --key");
  if (takes_top(run) && duplicates == RUNG_DUPLICATES_ALL)
    return fail(error, RUNG_INVALID, "the rules take the top customers and tell equal ones apart by key, so every row needs "
                "a key of its own; --duplicate-keys first keeps the first row of each");
  return RUNG_OK;
}

/* A worker that is there is whole. */
static enum rung_status open_worker(struct run *run, struct rung_error *error) {
  struct scan *scan = &run->scans[run->last];
  enum rung_status status = worker_new(&scan->job, scan->session, &run->worker, error);
  if (!status) status = sinks_ready(run->worker, &run->gathered, error);
  if (!status) return RUNG_OK;
  worker_free(run->worker);
  run->worker = NULL;
  return status;
}

/* Remembering every key takes memory for every row, so rules that take each row by itself do it only when asked. */
static bool watches_keys(const struct run *run) {
  enum rung_duplicates wanted = run->options->duplicates;
  if (!run->options->input) return false;
  return wanted == RUNG_DUPLICATES_FIRST || (wanted == RUNG_DUPLICATES_REFUSE && run->last > 0);
}

static enum rung_status open_customers(struct run *run, struct rung_error *error) {
  struct scan *scan = &run->scans[run->last];
  const struct rung_dialect *dialect = run->options->input ? &run->options->dialect : &run->base.dialect;
  enum rung_status status = open_scan(run, run->last, run->options->input, dialect, error);
  if (!status) status = writer_choose(&scan->job, error);
  if (!status) status = check_key(run, &scan->job, error);
  scan->job.key_wanted = takes_top(run);
  if (!status) status = open_worker(run, error);
  if (!status && scan->job.key != NONE32 && watches_keys(run))
    status = repeats_new(run->allocator, &run->repeats, error);
  if (!status) run->worker->repeats = run->repeats;
  return status;
}

/* Refused rows are personal data on their way to be looked at: nobody else's to read. */
enum { OUTPUT_MODE = 0666, REJECTS_MODE = 0600 };

static enum rung_status open_file(const struct run *run, const char *path, unsigned mode, struct output **output,
                                  struct rung_error *error) {
  enum rung_status status = output_open(path, mode, NULL, run->allocator, output, error);
  for (uint32_t s = 0; s <= run->last && !status; s++) {
    const struct input *input = run->scans[s].input;
    if (input && output_replaces(*output, input))
      status = fail(error, RUNG_INVALID, "the output %s is the input %s itself: give the output another name",
                    path ? path : "standard output", input_name(input));
  }
  return status;
}

static enum rung_status open_rejects(struct run *run, struct rung_error *error) {
  struct buffer head = {.allocator = run->allocator};
  if (!run->options->rejects) return RUNG_OK;
  enum rung_status status = open_file(run, run->options->rejects, REJECTS_MODE, &run->rejects, error);
  rejects_header(&head);
  if (!status) status = head.failed ? fail_memory(error) : output_write(run->rejects, head.at, head.length, error);
  buffer_free(&head);
  return status;
}

static enum rung_status open_output(struct run *run, struct rung_error *error) {
  const struct job *job = run->worker->job;
  enum rung_status status = open_file(run, run->options->output, OUTPUT_MODE, &run->output, error);
  if (status) return status;
  job->writer->header(job, &run->worker->out);
  if (run->worker->out.failed) return fail_memory(error);
  return output_write(run->output, run->worker->out.at, run->worker->out.length, error);
}

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
    if (worker->counts.rejected && !run->rejects && !run->spoilt) run->spoilt = worker->job->file;
    if (run->rejects && worker->rejects.length)
      status = output_write(run->rejects, worker->rejects.at, worker->rejects.length, error);
    if (!status && worker->out.length && !run->spoilt)
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

/* Each file is judged by itself, so that a large one does not hide what is wrong with a small one. */
static void count_refused(struct run *run, const char *file, const struct counts *counts) {
  uint32_t most = run->rejects ? run->options->max_rejects : 0;
  unsigned __int128 refused = (unsigned __int128)counts->rejected * MILLION;
  if (run->bad || refused <= (unsigned __int128)counts->read * most) return;
  run->bad = file;
  run->read = counts->read;
  run->refused = counts->rejected;
}

static enum rung_status gather(struct run *run, uint32_t s, struct rung_error *error) {
  struct scan *scan = &run->scans[s];
  struct worker *worker = NULL;
  enum rung_status status = RUNG_OK;
  if (scan->input) {
    status = worker_new(&scan->job, scan->session, &worker, error);
    if (worker) worker->sink = sink_aggregate, worker->join = run->gathered.joins[s];
    if (!status) status = take_rows(run, scan, worker, error);
    if (worker) {
      count_refused(run, scan->job.file, &worker->counts);
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
  enum rung_status status = open_session(run, s, &run->collecting[s], error);
  if (!status) status = sinks_share(worker, run->collecting[s], error);
  if (status) return status;
  worker->sink = sink_collect;
  session_bind(run->collecting[s], run->gathered.populations, run->gathered.quotas);
  status = take_rows(run, &run->scans[run->last], worker, error);
  for (size_t i = 0; i < run->tables->measure_count && !status; i++) {
    const struct prog_measure *measure = &run->tables->measures[i];
    bool shared = false;
    for (size_t k = 0; k < i; k++) shared |= run->gathered.populations[k] == run->gathered.populations[i];
    if (measure->stage == s && !shared) status = population_finish(run->gathered.populations[i], error);
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
  return status;
}

/* -- After the last row ------------------------------------------------------------------- */

/* A run that stopped short has joins that are not to be asked. */
static void finish_summary(struct run *run, bool whole) {
  struct rung_totals *totals = summary_totals(run->summary);
  const struct scan *scan = &run->scans[run->last];
  if (!run->worker) return;
  summary_add(run->summary, &run->worker->counts);
  count_refused(run, scan->job.file, &run->worker->counts);
  for (uint32_t s = 0; s <= run->last; s++) {
    summary_faults(run->summary, run->scans[s].session, s);
    summary_faults(run->summary, run->collecting[s], s);
    if (whole && run->gathered.joins[s])
      summary_join(run->summary, s, run->gathered.joins[s], run->worker->spread.without[s]);
  }
  totals->bytes_written = run->output ? output_written(run->output) : 0;
  if (!scan->reader) return; /* it could not be read again */
  totals->blank_lines = scan->job.header.blank_lines + csv_blank_lines(scan->reader);
  totals->bytes_read = csv_bytes(scan->reader);
  totals->input_hash = csv_hash(scan->reader);
}

static bool to_file(const struct run *run) {
  const char *output = run->options->output;
  return output && strcmp(output, "-") != 0;
}

static enum rung_status refuse_run(const struct run *run, struct rung_error *error) {
  const char *outcome = to_file(run) || !run->output ? "nothing was written" : "the output is incomplete";
  const char *help = "\n  help: mend the dump, or put bad rows aside with --rejects FILE";
  if (run->reported == LIMIT_REPORTED_CELLS)
    return fail(error, RUNG_BAD_DATA, "%s: stopped after %d bad rows; %s%s", run->spoilt, LIMIT_REPORTED_CELLS, outcome,
                help);
  return fail(error, RUNG_BAD_DATA, "%s: %" PRIu64 " of %" PRIu64 " rows %s bad; %s%s", run->spoilt, run->refused,
              run->read, run->refused == 1 ? "is" : "are", outcome, help);
}

static enum rung_status refuse_share(const struct run *run, struct rung_error *error) {
  char percent[DECIMAL_PRINT_ROOM];
  size_t length = decimal_print(percent, (int64_t)run->options->max_rejects * 100, 0);
  return fail(error, RUNG_NOTICE, "%s: %" PRIu64 " of %" PRIu64 " rows were refused, more than the %.*s%% allowed; "
              "they are in %s, %s", run->bad, run->refused, run->read, (int)length, percent, run->options->rejects,
              to_file(run) ? "and no output was written" : "and the output is not to be used");
}

static bool conserved(const struct run *run, const struct rung_totals *totals) {
  bool all_written = run->tables->filter != NONE32 || totals->rows_written == totals->rows_scored;
  return totals->rows_read == totals->rows_scored + totals->rows_rejected && all_written &&
         summary_conserved(run->summary);
}

/* Whether the output may appear. */
static enum rung_status judge(const struct run *run, const struct rung_totals *totals, struct rung_error *error) {
  if (run->spoilt) return refuse_run(run, error);
  if (!conserved(run, totals))
    return fail(error, RUNG_NO_RESOURCE, "internal error: %" PRIu64 " rows read, but %" PRIu64 " scored, %" PRIu64
                " refused and %" PRIu64 " written; the output is withheld", totals->rows_read, totals->rows_scored,
                totals->rows_rejected, totals->rows_written);
  return run->bad ? refuse_share(run, error) : RUNG_OK;
}

static enum rung_status commit(struct output **output, struct rung_error *error) {
  struct output *taken = *output;
  *output = NULL;
  return taken ? output_commit(taken, error) : RUNG_OK;
}

/* The refused rows appear before the output: an output never stands without them. */
static enum rung_status finish(struct run *run, struct rung_error *error) {
  enum rung_status verdict = judge(run, summary_totals(run->summary), error), status;
  if (verdict == RUNG_OK || verdict == RUNG_NOTICE) {
    status = commit(&run->rejects, error);
    if (status) return status;
  }
  if (!verdict) return commit(&run->output, error);
  if (to_file(run)) summary_totals(run->summary)->rows_written = summary_totals(run->summary)->bytes_written = 0;
  return verdict;
}

/* -- All of it -------------------------------------------------------------------------------- */

static enum rung_status start_run(struct run *run, struct rung_error *error) {
  const struct program_tables *tables = run->tables;
  run->last = (uint32_t)tables->stage_count - 1;
  run->gathered.tables = tables;
  run->gathered.allocator = run->allocator;
  run->scans = alloc_array(run->allocator, tables->stage_count, sizeof *run->scans);
  run->collecting = alloc_array(run->allocator, tables->stage_count, sizeof *run->collecting);
  run->gathered.joins = alloc_array(run->allocator, tables->stage_count, sizeof *run->gathered.joins);
  run->gathered.populations = alloc_array(run->allocator, tables->measure_count, sizeof *run->gathered.populations);
  if (!run->scans || !run->collecting || !run->gathered.joins || !run->gathered.populations) return fail_memory(error);
  return open_session(run, run->last, &run->scans[run->last].session, error);
}

static void close_run(struct run *run) {
  const struct program_tables *tables = run->tables;
  if (run->output) output_discard(run->output);
  if (run->rejects) output_discard(run->rejects);
  worker_free(run->worker);
  for (size_t s = 0; run->scans && s < tables->stage_count; s++) scan_close(&run->scans[s]);
  for (size_t s = 0; run->collecting && s < tables->stage_count; s++) rung_session_free(run->collecting[s]);
  for (size_t s = 0; run->gathered.joins && s < tables->stage_count; s++) join_free(run->gathered.joins[s]);
  for (size_t i = tables->measure_count; run->gathered.populations && i-- > 0;) {
    bool shared = false;
    for (size_t k = 0; k < i; k++) shared |= run->gathered.populations[k] == run->gathered.populations[i];
    if (!shared) population_free(run->gathered.populations[i]);
  }
  alloc_free(run->allocator, run->scans, tables->stage_count, sizeof *run->scans);
  alloc_free(run->allocator, run->collecting, tables->stage_count, sizeof *run->collecting);
  alloc_free(run->allocator, run->gathered.joins, tables->stage_count, sizeof *run->gathered.joins);
  alloc_free(run->allocator, run->gathered.populations, tables->measure_count, sizeof *run->gathered.populations);
  repeats_free(run->repeats);
  buffer_free(&run->base.text);
}

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
  if (customers->base == NONE32) status = open_customers(run, error);
  if (!status) status = open_rejects(run, error);
  if (!status && customers->base == NONE32) status = open_output(run, error);
  for (uint32_t s = 0; s < run->last && !status && !run->spoilt; s++) {
    if (run->tables->stages[s].sink != SINK_AGGREGATE) continue;
    status = gather(run, s, error);
    if (run->tables->stages[s].table == customers->base) run->base.join = run->gathered.joins[s];
  }
  if (status || run->spoilt) return status;
  if (customers->base != NONE32) {
    run->base.name = base_name(run, customers->base);
    run->base.dialect.delimiter = run->options->dialect.delimiter ? run->options->dialect.delimiter : ',';
    status = open_customers(run, error);
    if (!status) status = open_output(run, error);
  }
  return status ? status : pass_customers(run, error);
}

static enum rung_status run_all(struct run *run, struct rung_error *error) {
  enum rung_status status = files_check(run->tables, run->options, error);
  if (!status) status = start_run(run, error);
  if (!status) status = open_related(run, error);
  if (!status) status = open_populations(run, error);
  if (!status) status = summary_new(run->program, run->scans[run->last].session, run->options->today, &run->summary,
                                    error);
  if (status) return status;
  status = run_stages(run, error);
  finish_summary(run, !status && !run->spoilt);
  if (!status && !run->spoilt && !summary_populations(run->summary, run->gathered.populations))
    status = fail_memory(error);
  return status ? status : finish(run, error);
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
  close_run(&run);
  if (summary) *summary = run.summary;
  else rung_summary_free(run.summary);
  return status;
}
