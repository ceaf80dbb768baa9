/* run_judge.c - after the last row: what was counted, and whether the output may appear. */
#include <inttypes.h>

#include "decimal.h"
#include "run.h"

enum { MILLION = 1000000 };

void run_count_refused(struct run *run, const char *file, const struct counts *counts) {
  uint32_t most = run->rejects ? run->options->max_rejects : 0;
  unsigned __int128 refused = (unsigned __int128)counts->rejected * MILLION;
  if (run->bad || refused <= (unsigned __int128)counts->read * most) return;
  run->bad = file;
  run->read = counts->read;
  run->refused = counts->rejected;
}

void run_finish_summary(struct run *run, bool whole) {
  struct rung_totals *totals = summary_totals(run->summary);
  const struct scan *scan = &run->scans[run->last];
  if (!run->worker) return;
  summary_add(run->summary, &run->worker->counts);
  run_count_refused(run, scan->job.file, &run->worker->counts);
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
enum rung_status run_finish(struct run *run, struct rung_error *error) {
  enum rung_status verdict = judge(run, summary_totals(run->summary), error), status;
  if (verdict == RUNG_OK || verdict == RUNG_NOTICE) {
    status = commit(&run->rejects, error);
    if (status) return status;
  }
  if (!verdict) return commit(&run->output, error);
  if (to_file(run)) summary_totals(run->summary)->rows_written = summary_totals(run->summary)->bytes_written = 0;
  return verdict;
}
