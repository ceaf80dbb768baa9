/* run_judge.c - after the last row: what was counted, and whether the output may appear. */
#include <inttypes.h>
#include <string.h>

#include "decimal.h"
#include "run.h"
#include "text.h"

enum { MILLION = 1000000 };

void run_count_refused(struct run *run, const char *file, const struct counts *counts) {
  uint32_t most = run_leaves_out(run) ? run->options->max_rejects : 0;
  unsigned __int128 refused = (unsigned __int128)counts->rejected * MILLION;
  if (run->bad || refused <= (unsigned __int128)counts->read * most) return;
  run->bad = file;
  run->read = counts->read;
  run->refused = counts->rejected;
}

static uint64_t customers_without(const struct run *run, uint32_t stage) {
  uint64_t count = 0;
  const struct worker *worker;
  for (size_t i = 0; (worker = crew_worker(run->crew, i)); i++) count += worker->spread.without[stage];
  return count;
}

void run_finish_summary(struct run *run, bool whole) {
  struct rung_totals *totals = summary_totals(run->summary);
  const struct scan *scan = &run->scans[run->last];
  if (!run->crew) return;
  run_count_refused(run, scan->job.file, &run->counts);
  summary_add(run->summary, &run->counts);
  for (uint32_t s = 0; s <= run->last; s++) {
    summary_faults(run->summary, run->scans[s].session, s);
    summary_faults(run->summary, run->collecting[s], s);
    if (whole && run->scans[s].reader) totals->lax_rows += csv_kept_rows(run->scans[s].reader);
    if (whole && run->gathered.joins[s])
      summary_join(run->summary, s, run->gathered.joins[s], customers_without(run, s));
  }
  if (whole) summary_tallies(run->summary, scan->session);
  totals->bytes_written = run->output ? output_written(run->output) : 0;
  if (!scan->reader) return; /* it could not be read again */
  totals->blank_lines = scan->job.header.blank_lines + scan->reading.blank_lines;
  totals->bytes_read = scan->reading.bytes;
  totals->input_hash = scan->reading.hash;
}

/* Limits are computed before the first batch, which this thread need not have had. */
enum rung_status run_judge_guards(struct run *run, struct rung_error *error) {
  static const struct rung_text no_keys[1];
  struct guards *guards = summary_guards(run->summary);
  rung_session *session = run->worker->session;
  if (!guards) return RUNG_OK;
  session_keys(session, no_keys);
  enum rung_status status = session_run(session, 0, error);
  if (!status) guards_judge(guards, session, run->options->first_run);
  return status;
}

/* Nothing of the output has appeared yet. */
static bool nothing_out(const struct run *run) { return !run->output || output_waits(run->output); }

static enum rung_status refuse_run(const struct run *run, struct rung_error *error) {
  const char *outcome = nothing_out(run) ? "nothing was written" : "the output is incomplete";
  const char *help = "\n  help: mend the dump, or put bad rows aside with --rejects FILE, or leave them out with --lax";
  if (run->reported == LIMIT_REPORTED_CELLS)
    return fail(error, RUNG_BAD_DATA, "%s: stopped after %d bad rows; %s%s", run->spoilt, LIMIT_REPORTED_CELLS, outcome,
                help);
  return fail(error, RUNG_BAD_DATA, "%s: %" PRIu64 " of %" PRIu64 " rows %s bad; %s%s", run->spoilt, run->refused,
              run->read, run->refused == 1 ? "is" : "are", outcome, help);
}

static enum rung_status refuse_share(const struct run *run, struct rung_error *error) {
  char percent[DECIMAL_PRINT_ROOM];
  size_t length = decimal_print(percent, (int64_t)run->options->max_rejects * 100, 0);
  if (run->options->dry_run)
    return fail(error, RUNG_NOTICE, "%s: %" PRIu64 " of %" PRIu64 " rows were refused, more than the %.*s%% allowed; a "
                "run would write no output", run->bad, run->refused, run->read, (int)length, percent);
  const char *place = run->options->rejects;
  return fail(error, RUNG_NOTICE, "%s: %" PRIu64 " of %" PRIu64 " rows were refused, more than the %.*s%% allowed; "
              "%s%s%s%s", run->bad, run->refused, run->read, (int)length, percent, place ? "they are in " : "",
              place ? place : "", place ? ", and " : "",
              nothing_out(run) ? "no output was written" : "the output is not to be used");
}

/* Which guards, and at what values, is in the summary. */
static enum rung_status refuse_guards(const struct run *run, struct rung_error *error) {
  const struct program_tables *tables = run->tables;
  const struct guards *guards = summary_guards(run->summary);
  size_t broken = guards_broken(guards), first = 0;
  while (guards_result(guards, first).held) first++;
  const struct prog_guard *guard = &tables->guards[first];
  const struct prog_place *place = &tables->places[guard->place];
  struct rung_text file = tables->files[place->file].path;
  struct rung_text source = guard->source;
  const char *outcome = run->options->dry_run ? "a run would write nothing" : "nothing was written";
  const char *line_end = source.length ? memchr(source.bytes, '\n', source.length) : NULL;
  if (line_end) source.length = (size_t)(line_end - source.bytes);
  if (broken == 1)
    return fail(error, RUNG_NOTICE, "a guard is broken (%.*s:%" PRIu32 ": %.*s); %s", TEXT_FORMAT(file), place->line,
                TEXT_FORMAT(source), outcome);
  return fail(error, RUNG_NOTICE, "%zu guards are broken (the first is %.*s:%" PRIu32 ": %.*s); %s", broken,
              TEXT_FORMAT(file), place->line, TEXT_FORMAT(source), outcome);
}

/* Whether the output may appear. */
static enum rung_status judge(const struct run *run, const struct rung_totals *totals, struct rung_error *error) {
  if (run->spoilt) return refuse_run(run, error);
  enum rung_status status = run_check_conserved(run, totals, error);
  if (!status && run->bad) status = refuse_share(run, error);
  if (!status && guards_broken(summary_guards(run->summary)) > 0) status = refuse_guards(run, error);
  return status;
}

static enum rung_status settle(struct run *run, struct rung_error *error) {
  const struct rung_score_options *options = run->options;
  enum rung_status status = run->split && !options->dry_run ? split_settle(run->split, error) : RUNG_OK;
  if (!status && run->rejects) status = output_settle(run->rejects, error);
  if (!status && run->output) status = output_settle(run->output, error);
  if (status || !options->ready) return status;
  return options->ready(options->context, run->summary, error);
}

/* Whoever takes what waits may take his time, so he is first; then files take their places at once. */
static enum rung_status appear(struct run *run, struct rung_error *error) {
  const struct rung_score_options *options = run->options;
  enum rung_status status = run->rejects ? output_release(run->rejects, error) : RUNG_OK;
  if (!status && run->output) status = output_release(run->output, error);
  if (status) return status;
  if (options->appearing) options->appearing(options->context);
  if (run->rejects) status = output_appear(run->rejects, error);
  if (!status && run->split && !options->dry_run) status = split_appear(run->split, error);
  if (!status && run->output) status = output_appear(run->output, error);
  if (!status && options->appeared) options->appeared(options->context);
  return status;
}

static enum rung_status finish(struct output **output, enum rung_status before, struct rung_error *error) {
  struct output *taken = *output;
  *output = NULL;
  enum rung_status status = taken ? output_finish(taken, before ? NULL : error) : RUNG_OK;
  return before ? before : status;
}

/* All is on the disk before any of it appears, and all appears before what is left to do with it can fail: only a
   rename that fails, or a crash between two of them, leaves new files beside old ones. */
static enum rung_status let_appear(struct run *run, struct rung_error *error) {
  enum rung_status status = settle(run, error);
  if (!status) status = appear(run, error);
  if (status) return status;
  status = finish(&run->rejects, status, error);
  status = finish(&run->output, status, error);
  struct split *split = run->options->dry_run ? NULL : run->split;
  if (!split) return status;
  run->split = NULL;
  enum rung_status finished = split_finish(split, status ? NULL : error);
  return status ? status : finished;
}

/* They are to be looked at when they are too many. */
static enum rung_status let_rejects_appear(struct run *run, struct rung_error *error) {
  struct output *rejects = run->rejects;
  run->rejects = NULL;
  return rejects ? output_commit(rejects, error) : RUNG_OK;
}

/* The refused rows appear before the output: no file of it stands without them.  They may appear alone. */
enum rung_status run_finish(struct run *run, struct rung_error *error) {
  struct rung_totals *totals = summary_totals(run->summary);
  enum rung_status verdict = judge(run, totals, error), status = RUNG_OK;
  if (verdict && nothing_out(run)) totals->rows_written = totals->bytes_written = 0;
  if (!verdict) return let_appear(run, error);
  if (verdict == RUNG_NOTICE && run->bad) status = let_rejects_appear(run, error);
  return status ? status : verdict;
}
