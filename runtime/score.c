/* score.c - score a whole file: open, match the header, rows in and out, then judge whether the output may appear. */
#include <inttypes.h>

#include "decimal.h"
#include "dialect.h"
#include "score.h"

enum { MILLION = 1000000, BLOCK_DEFAULT = 1 << 20, MAX_ROW_MOST = 1 << 30 };

struct run {
  struct job job;
  rung_session *session;
  struct input *input;
  struct csv_reader *reader;
  struct output *output, *rejects;
  struct worker *worker;
  rung_summary *summary;
  uint64_t reported;          /* refused rows told through the callback */
};

/* -- Before the first row ---------------------------------------------------------- */

static enum rung_status check_options(const struct rung_score_options *options, struct rung_error *error) {
  if (!options->input) return fail(error, RUNG_INVALID, "no input is named");
  if (options->max_row > MAX_ROW_MOST)
    return fail(error, RUNG_INVALID, "a row may be at most %d bytes", MAX_ROW_MOST);
  if (options->max_rejects > MILLION) return fail(error, RUNG_INVALID, "more than 100%% of the rows can't be refused");
  if (path_same(options->output, options->rejects))
    return fail(error, RUNG_INVALID, "the output and the refused rows can't go to the same file, %s", options->output);
  if (path_same(options->input, options->output) || path_same(options->input, options->rejects))
    return fail(error, RUNG_INVALID, "%s is the input and can't be written over", options->input);
  return dialect_check(&options->dialect, error);
}

static enum rung_status open_session(struct run *run, const rung_program *program, const struct rung_setting *settings,
                                     size_t setting_count, struct rung_error *error) {
  struct rung_session_options options = {run->job.options->today, run->job.options->batch_rows};
  enum rung_status status = rung_session_new(program, &options, &run->session, error);
  for (size_t i = 0; i < setting_count && !status; i++)
    status = rung_session_set(run->session, settings[i].name, settings[i].value, error);
  return status;
}

static enum rung_status open_casters(struct job *job, struct rung_error *error) {
  size_t count = job->tables->column_count;
  job->casters = alloc_array(job->allocator, count, sizeof *job->casters);
  job->fields = alloc_array(job->allocator, count, sizeof *job->fields);
  if (!job->casters || !job->fields) return fail_memory(error);
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < count && !status; i++)
    status = caster_new(job->tables, i, &job->options->dialect, job->allocator, &job->casters[i], error);
  return status;
}

static enum rung_status open_input(struct run *run, struct rung_error *error) {
  const struct rung_score_options *options = run->job.options;
  struct csv_options csv = {
    .delimiter = run->job.delimiter,
    .max_row = options->max_row ? options->max_row : LIMIT_ROW_DEFAULT,
    .block_bytes = options->block_bytes ? options->block_bytes : BLOCK_DEFAULT,
  };
  enum rung_status status = input_open(options->input, run->job.allocator, &run->input, error);
  if (status) return status;
  run->job.file = input_name(run->input);
  status = input_encoding(run->input, options->dialect.encoding, error);
  if (!status) status = csv_open(run->input, &csv, run->job.allocator, &run->reader, error);
  if (!status && options->dialect.skip_lines) status = csv_skip_lines(run->reader, options->dialect.skip_lines, error);
  if (!status) status = header_read(&run->job, run->reader, error);
  if (!status) status = header_match(&run->job, error);
  return status ? status : writer_choose(&run->job, error);
}

/* Refused rows are personal data on their way to be looked at: nobody else's to read. */
enum { OUTPUT_MODE = 0666, REJECTS_MODE = 0600 };

static enum rung_status open_outputs(struct run *run, struct rung_error *error) {
  const struct job *job = &run->job;
  enum rung_status status = output_open(job->options->output, OUTPUT_MODE, run->input, job->allocator, &run->output,
                                        error);
  if (!status && job->options->rejects) {
    status = output_open(job->options->rejects, REJECTS_MODE, run->input, job->allocator, &run->rejects, error);
    if (status) return status;
    rejects_header(&run->worker->rejects);
    status = output_write(run->rejects, run->worker->rejects.at, run->worker->rejects.length, error);
  }
  if (status) return status;
  job->writer->header(job, &run->worker->out);
  if (run->worker->out.failed || run->worker->rejects.failed) return fail_memory(error);
  return output_write(run->output, run->worker->out.at, run->worker->out.length, error);
}

/* -- Rows ---------------------------------------------------------------------------- */

static void report(struct run *run, const struct csv_block *block, uint64_t rows_before) {
  const struct job *job = &run->job;
  for (size_t i = 0; i < run->worker->reported_count && run->reported < LIMIT_REPORTED_CELLS; i++, run->reported++) {
    const struct refusal *refusal = &run->worker->reported[i];
    struct rung_bad_cell cell = {
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
      cell.value = csv_unquote(csv_raw(block, &block->rows[refusal->row], refusal->field - 1), run->worker->scratch);
    if (job->options->bad_cell) job->options->bad_cell(job->options->context, &cell);
  }
}

/* Once a row was refused without a place to put it, the output can't appear any more. */
static bool spoilt(const struct run *run) { return run->worker->counts.rejected > 0 && !run->rejects; }

static enum rung_status score_block(struct run *run, const struct csv_block *block, struct rung_error *error) {
  struct worker *worker = run->worker;
  uint64_t rows_before = worker->counts.read;
  enum rung_status status = RUNG_OK;
  for (size_t row = 0; row < block->row_count && !status;) {
    status = worker_score(worker, block, &row, error);
    if (status) return status;
    report(run, block, rows_before);
    if (run->rejects) status = output_write(run->rejects, worker->rejects.at, worker->rejects.length, error);
    if (!status && !spoilt(run)) status = output_write(run->output, worker->out.at, worker->out.length, error);
  }
  return status;
}

/* Also asked after the last row: whoever stops the run then doesn't want the output either. */
static enum rung_status report_progress(const struct run *run, struct rung_error *error) {
  const struct rung_score_options *options = run->job.options;
  bool stop = options->progress && options->progress(options->context, input_position(run->input),
                                                     input_size(run->input), run->worker->counts.read);
  return stop ? fail(error, RUNG_NOTICE, "%s: stopped", run->job.file) : RUNG_OK;
}

static enum rung_status score_rows(struct run *run, struct rung_error *error) {
  for (;;) {
    struct csv_block block;
    enum rung_status status = csv_next(run->reader, &block, error);
    if (!status && block.row_count > 0) status = score_block(run, &block, error);
    if (status || (spoilt(run) && run->reported == LIMIT_REPORTED_CELLS)) return status;
    status = report_progress(run, error);
    if (status || block.row_count == 0) return status;
  }
}

/* -- After the last row ------------------------------------------------------------------- */

static void finish_summary(struct run *run) {
  struct rung_totals *totals = summary_totals(run->summary);
  summary_add(run->summary, &run->worker->counts, run->session);
  totals->blank_lines = run->job.header.blank_lines + csv_blank_lines(run->reader);
  totals->bytes_read = csv_bytes(run->reader);
  totals->input_hash = csv_hash(run->reader);
  totals->bytes_written = output_written(run->output);
}

static bool to_file(const struct run *run) {
  const char *output = run->job.options->output;
  return output && strcmp(output, "-") != 0;
}

static enum rung_status refuse_run(const struct run *run, const struct rung_totals *totals, struct rung_error *error) {
  const char *outcome = to_file(run) ? "nothing was written" : "the output is incomplete";
  const char *help = "\n  help: mend the dump, or put bad rows aside with --rejects FILE";
  if (run->reported == LIMIT_REPORTED_CELLS)
    return fail(error, RUNG_BAD_DATA, "%s: stopped after %d bad rows; %s%s", run->job.file, LIMIT_REPORTED_CELLS,
                outcome, help);
  return fail(error, RUNG_BAD_DATA, "%s: %" PRIu64 " of %" PRIu64 " rows %s bad; %s%s", run->job.file,
              totals->rows_rejected, totals->rows_read, totals->rows_rejected == 1 ? "is" : "are", outcome, help);
}

static enum rung_status refuse_share(const struct run *run, const struct rung_totals *totals,
                                     struct rung_error *error) {
  char percent[DECIMAL_PRINT_ROOM];
  size_t length = decimal_print(percent, (int64_t)run->job.options->max_rejects * 100, 0);
  return fail(error, RUNG_NOTICE, "%s: %" PRIu64 " of %" PRIu64 " rows were refused, more than the %.*s%% allowed; "
              "they are in %s, %s", run->job.file, totals->rows_rejected, totals->rows_read, (int)length, percent,
              run->job.options->rejects, to_file(run) ? "and no output was written"
                                                         : "and the output is not to be used");
}

static bool conserved(const struct run *run, const struct rung_totals *totals) {
  bool all_written = run->job.tables->filter != NONE32 || totals->rows_written == totals->rows_scored;
  return totals->rows_read == totals->rows_scored + totals->rows_rejected && all_written;
}

/* Whether the output may appear. */
static enum rung_status judge(const struct run *run, const struct rung_totals *totals, struct rung_error *error) {
  if (!conserved(run, totals))
    return fail(error, RUNG_NO_RESOURCE, "internal error: %" PRIu64 " rows read, but %" PRIu64 " scored, %" PRIu64
                " refused and %" PRIu64 " written; the output is withheld", totals->rows_read, totals->rows_scored,
                totals->rows_rejected, totals->rows_written);
  if (spoilt(run)) return refuse_run(run, totals, error);
  unsigned __int128 refused = (unsigned __int128)totals->rows_rejected * MILLION;
  unsigned __int128 allowed = (unsigned __int128)totals->rows_read * run->job.options->max_rejects;
  return refused > allowed ? refuse_share(run, totals, error) : RUNG_OK;
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

static void close_run(struct run *run) {
  if (run->output) output_discard(run->output);
  if (run->rejects) output_discard(run->rejects);
  worker_free(run->worker);
  csv_close(run->reader);
  input_close(run->input);
  rung_session_free(run->session);
  for (size_t i = 0; run->job.casters && i < run->job.tables->column_count; i++) caster_free(run->job.casters[i]);
  alloc_free(run->job.allocator, run->job.casters, run->job.tables->column_count, sizeof *run->job.casters);
  alloc_free(run->job.allocator, run->job.fields, run->job.tables->column_count, sizeof *run->job.fields);
  header_free(&run->job.header);
}

static enum rung_status run_all(struct run *run, const rung_program *program, const struct rung_setting *settings,
                                size_t setting_count, struct rung_error *error) {
  enum rung_status status = check_options(run->job.options, error);
  if (!status) status = open_session(run, program, settings, setting_count, error);
  if (!status) status = open_casters(&run->job, error);
  if (!status) status = open_input(run, error);
  if (!status) status = summary_new(program, run->session, run->job.options->today, &run->summary, error);
  if (!status) status = worker_new(&run->job, run->session, &run->worker, error);
  if (!status) status = open_outputs(run, error);
  if (status) return status;
  status = score_rows(run, error);
  finish_summary(run);
  return status ? status : finish(run, error);
}

enum rung_status rung_score(const rung_program *program, const struct rung_score_options *options,
                            const struct rung_setting *settings, size_t setting_count, rung_summary **summary,
                            struct rung_error *error) {
  struct run run = {.job = {
    .tables = program_tables(program),
    .allocator = program_allocator(program),
    .options = options,
    .delimiter = options->dialect.delimiter ? options->dialect.delimiter : ',',
  }};
  enum rung_status status = run_all(&run, program, settings, setting_count, error);
  close_run(&run);
  if (summary) *summary = run.summary;
  else rung_summary_free(run.summary);
  return status;
}
