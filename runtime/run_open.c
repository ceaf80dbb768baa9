/* run_open.c - open what a run needs before a row is read, and close it all. */
#include "narrow.h"
#include "run.h"

/* Of the memory so large a part is for rows kept for later passes. */
enum { MEMORY_DEFAULT = 1 << 30, NARROW_PART = 4 };

/* Rows of related tables wait for their turn block by block: each should be but one batch. */
enum { AGGREGATE_ROWS = 8192 };

enum rung_status run_open_session(const struct run *run, uint32_t stage, rung_session **session,
                                  struct rung_error *error) {
  const struct rung_score_options *options = run->options;
  struct rung_session_options wanted = {.today = options->today, .now = options->now, .has_now = options->has_now,
                                        .batch_rows = options->batch_rows};
  if (!wanted.batch_rows && run->tables->stages[stage].sink == SINK_AGGREGATE) wanted.batch_rows = AGGREGATE_ROWS;
  enum rung_status status = session_new_stage(run->program, stage, &wanted, session, error);
  for (size_t i = 0; i < run->setting_count && !status; i++)
    status = rung_session_set(*session, run->settings[i].name, run->settings[i].value, error);
  return status;
}

static enum rung_status open_scan(struct run *run, uint32_t stage, const struct rung_table_file *file,
                                  const struct made_input *made, struct rung_error *error) {
  struct scan *scan = &run->scans[stage];
  scan->job = (struct job){.tables = run->tables, .allocator = run->allocator, .options = run->options,
                           .dialect = &file->dialect, .path = file->path};
  scan->given.text = file->text;
  bool twice = stage == run->last && run->tables->measure_count > 0;
  return scan_open(scan, stage, made, twice, error);
}

enum rung_status run_open_related(struct run *run, struct rung_error *error) {
  enum rung_status status = RUNG_OK;
  for (uint32_t s = 0; s < run->last && !status; s++) {
    const struct prog_stage *stage = &run->tables->stages[s];
    if (stage->sink != SINK_AGGREGATE) continue;
    const struct rung_table_file *file = files_of(run->options, &run->tables->tables[stage->table]);
    status = join_new(run->tables, s, run->allocator, &run->gathered.joins[s], error);
    if (!status) status = run_open_session(run, s, &run->scans[s].session, error);
    if (!status && file) status = open_scan(run, s, file, NULL, error);
  }
  return status;
}

/* Passes after the first that can do without the file; the last one writes whole rows from it.  Rows with quotes out of
   place are left to the reader that counts them. */
static size_t narrow_passes(const struct run *run) {
  size_t passes = run_writes_narrow(run);
  for (uint32_t s = 0; s < run->last; s++) passes += run->tables->stages[s].sink == SINK_COLLECT;
  return run->options->lax || run->tables->measure_count == 0 ? 0 : passes - 1;
}

static size_t memory_for_rows(const struct run *run) {
  size_t memory = run->options->memory ? run->options->memory : MEMORY_DEFAULT;
  return narrow_passes(run) ? memory / NARROW_PART : 0;
}

/* Measures of one value share a population. */
static enum rung_status open_population(struct run *run, size_t i, struct rung_error *error) {
  const struct program_tables *tables = run->tables;
  const struct prog_measure *measure = &tables->measures[i];
  size_t memory = (run->options->memory ? run->options->memory : MEMORY_DEFAULT) - memory_for_rows(run);
  int64_t most = 0;
  for (size_t k = 0; k < tables->measure_count; k++) {
    const struct prog_measure *other = &tables->measures[k];
    if (other->stage != measure->stage || other->value != measure->value || other->function == MEASURE_QUOTA) continue;
    if (k < i) run->gathered.populations[i] = run->gathered.populations[k];
    if (other->function == MEASURE_TOP && other->top > most) most = other->top;
  }
  if (run->gathered.populations[i]) return RUNG_OK;
  return population_new((enum rung_type)measure->value_type, most, memory / tables->measure_count,
                        crew_size(run->options->threads), run->allocator, &run->gathered.populations[i], error);
}

enum rung_status run_open_measures(struct run *run, struct rung_error *error) {
  const struct prog_measure *measures = run->tables->measures;
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < run->tables->measure_count && !status; i++)
    status = measures[i].function == MEASURE_QUOTA
                 ? quota_new(run->tables, &measures[i], run->allocator, &run->gathered.quotas[i], error)
                 : open_population(run, i, error);
  return status;
}

/* Who comes first is told by key where all else is equal, and nobody is promised a campaign twice. */
static bool needs_keys(const struct run *run) {
  for (size_t i = 0; i < run->tables->measure_count; i++) {
    uint32_t function = run->tables->measures[i].function;
    if (function == MEASURE_TOP || function == MEASURE_QUOTA) return true;
  }
  return run->tables->campaign_count > 0;
}

static enum rung_status check_key(const struct run *run, const struct job *job, struct rung_error *error) {
  enum rung_duplicates duplicates = run->options->duplicates;
  bool needed = needs_keys(run) || (run->last > 0 && run->tables->aggregate_count > 0);
  if (job->key == NONE32 && needed)
    return fail(error, RUNG_INVALID, "the rules tell customers apart by their key, but name no key column; "
                "give its name with --key");
  if (job->key == NONE32 && duplicates == RUNG_DUPLICATES_FIRST)
    return fail(error, RUNG_INVALID, "the first row of each key is wanted, but no column is the key; give its name "
                "with --key");
  if (needs_keys(run) && duplicates == RUNG_DUPLICATES_ALL)
    return fail(error, RUNG_INVALID, "the rules %s, so every row needs a key of its own; --duplicate-keys first keeps "
                "the first row of each",
                run->tables->campaign_count > 0 ? "have campaigns, which a customer gets but once"
                                                : "take the top customers and tell equal ones apart by key");
  return RUNG_OK;
}

/* Whether a row repeats a key decides whether it is scored, and is known only after all rows before it. */
static uint32_t threads_for(const struct run *run) {
  return run->repeats && run->options->duplicates == RUNG_DUPLICATES_FIRST ? 1 : run->options->threads;
}

static enum rung_status open_crew(struct run *run, struct rung_error *error) {
  struct scan *scan = &run->scans[run->last];
  enum rung_status status = counts_new(run->tables, run->allocator, &run->counts, error);
  if (!status) status = worker_new(&scan->job, scan->session, &run->worker, error);
  if (!status) status = sinks_ready(run->worker, &run->gathered, error);
  return status ? status : crew_new(scan, run->worker, threads_for(run), &run->crew, error);
}

/* Remembering every key takes memory for every row, so rules that take each row by itself do it only when asked. */
static bool watches_keys(const struct run *run) {
  enum rung_duplicates wanted = run->options->duplicates;
  if (!files_customers(run->options)) return false;
  return wanted == RUNG_DUPLICATES_FIRST || (wanted == RUNG_DUPLICATES_REFUSE && (run->last > 0 || needs_keys(run)));
}

enum rung_status run_open_customers(struct run *run, struct rung_error *error) {
  struct scan *scan = &run->scans[run->last];
  const struct rung_score_options *options = run->options;
  const struct made_input made = base_input(&run->base);
  run->customers = (struct rung_table_file){.path = options->input, .text = options->input_text,
                                            .dialect = options->dialect};
  if (!files_customers(options)) run->customers.dialect = run->base.dialect;
  enum rung_status status = open_scan(run, run->last, &run->customers, files_customers(options) ? NULL : &made, error);
  if (!status) status = writer_choose(&scan->job, error);
  if (!status) status = check_key(run, &scan->job, error);
  scan->job.key_wanted = needs_keys(run);
  if (!status && narrow_pays(&scan->job, narrow_passes(run)))
    status = narrow_new(&scan->job, memory_for_rows(run), &scan->narrow, error);
  if (!status && scan->job.key != NONE32 && watches_keys(run))
    status = repeats_new(run->allocator, &run->repeats, error);
  return status ? status : open_crew(run, error);
}

/* -- Outputs -------------------------------------------------------------------------------- */

/* Refused rows are personal data on their way to be looked at: nobody else's to read. */
enum { OUTPUT_MODE = 0666, REJECTS_MODE = 0600 };

static enum rung_status open_file(const struct run *run, const char *path, unsigned mode, struct output **output,
                                  struct rung_error *error) {
  const struct temp_teller teller = {run->options->temporary, run->options->context};
  enum rung_status status = output_open_told(path, mode, NULL, &teller, run->allocator, output, error);
  for (uint32_t s = 0; s <= run->last && !status; s++) {
    const struct input *input = run->scans[s].input;
    if (input && output_replaces(*output, input))
      status = fail(error, RUNG_INVALID, "the output %s is the input %s itself: give the output another name",
                    path ? path : "standard output", input_name(input));
  }
  return status;
}

enum rung_status run_open_rejects(struct run *run, struct rung_error *error) {
  struct buffer head = {.allocator = run->allocator};
  if (!run->options->rejects || run->options->dry_run) return RUNG_OK;
  enum rung_status status = open_file(run, run->options->rejects, REJECTS_MODE, &run->rejects, error);
  rejects_header(&head);
  if (!status) status = head.failed ? fail_memory(error) : output_write(run->rejects, head.at, head.length, error);
  buffer_free(&head);
  return status;
}

enum rung_status run_open_output(struct run *run, struct rung_error *error) {
  const struct rung_score_options *options = run->options;
  const struct job *job = run->worker->job;
  if (options->dry_run) return RUNG_OK;
  enum rung_status status = options->write ? output_open_taken(options->write, options->write_context, run->allocator,
                                                               &run->output, error)
                                           : open_file(run, options->output, OUTPUT_MODE, &run->output, error);
  if (!status && run->tables->guard_count > 0) status = output_delay(run->output, error);
  if (status) return status;
  struct buffer head = {.allocator = run->allocator};
  job->writer->header(job, &head);
  if (head.failed) status = fail_memory(error);
  if (!status && run->split) status = split_start(run->split, &head, error);
  if (!status) status = output_write(run->output, head.at, head.length, error);
  buffer_free(&head);
  return status;
}

/* -- The run itself ---------------------------------------------------------------------------- */

enum rung_status run_start(struct run *run, struct rung_error *error) {
  const struct program_tables *tables = run->tables;
  run->last = (uint32_t)tables->stage_count - 1;
  run->gathered.tables = tables;
  run->gathered.allocator = run->allocator;
  run->scans = alloc_array(run->allocator, tables->stage_count, sizeof *run->scans);
  run->collecting = alloc_array(run->allocator, tables->stage_count, sizeof *run->collecting);
  run->gathered.joins = alloc_array(run->allocator, tables->stage_count, sizeof *run->gathered.joins);
  run->gathered.populations = alloc_array(run->allocator, tables->measure_count, sizeof *run->gathered.populations);
  run->gathered.quotas = alloc_array(run->allocator, tables->measure_count, sizeof *run->gathered.quotas);
  if (!run->scans || !run->collecting || !run->gathered.joins || !run->gathered.populations || !run->gathered.quotas)
    return fail_memory(error);
  enum rung_status status = run_open_session(run, run->last, &run->scans[run->last].session, error);
  return status ? status : session_check(run->scans[run->last].session, error);
}

void run_close(struct run *run) {
  const struct program_tables *tables = run->tables;
  split_discard(run->split);
  if (run->output) output_discard(run->output);
  if (run->rejects) output_discard(run->rejects);
  crew_free(run->crew);
  worker_free(run->worker);
  counts_free(tables, run->allocator, &run->counts);
  for (size_t s = 0; run->scans && s < tables->stage_count; s++) scan_close(&run->scans[s]);
  for (size_t s = 0; run->collecting && s < tables->stage_count; s++) rung_session_free(run->collecting[s]);
  for (size_t s = 0; run->gathered.joins && s < tables->stage_count; s++) join_free(run->gathered.joins[s]);
  for (size_t i = tables->measure_count; run->gathered.populations && i-- > 0;) {
    bool shared = false;
    for (size_t k = 0; k < i; k++) shared |= run->gathered.populations[k] == run->gathered.populations[i];
    if (!shared) population_free(run->gathered.populations[i]);
  }
  for (size_t i = 0; run->gathered.quotas && i < tables->measure_count; i++) quota_free(run->gathered.quotas[i]);
  alloc_free(run->allocator, run->scans, tables->stage_count, sizeof *run->scans);
  alloc_free(run->allocator, run->collecting, tables->stage_count, sizeof *run->collecting);
  alloc_free(run->allocator, run->gathered.joins, tables->stage_count, sizeof *run->gathered.joins);
  alloc_free(run->allocator, run->gathered.populations, tables->measure_count, sizeof *run->gathered.populations);
  alloc_free(run->allocator, run->gathered.quotas, tables->measure_count, sizeof *run->gathered.quotas);
  repeats_free(run->repeats);
  buffer_free(&run->base.text);
}
