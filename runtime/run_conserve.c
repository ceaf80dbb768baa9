/* run_conserve.c - no row may be lost: what one part of a run has counted, against what another part has. */
#include <inttypes.h>

#include "run.h"
#include "text.h"

enum rung_status run_check_pass(const struct run *run, uint32_t stage, const struct counts *counts,
                                struct rung_error *error) {
  const struct scan *scan = &run->scans[stage];
  const struct join *join = run->gathered.joins[stage];
  if (run_is_stopped(run)) return RUNG_OK;
  uint64_t given = csv_rows(scan->reader) - scan->head_rows;
  if (given != counts->read)
    return fail(error, RUNG_NO_RESOURCE, "internal error: %s gave %" PRIu64 " rows, but %" PRIu64 " were read; the "
                "output is withheld", scan->job.file, given, counts->read);
  if (join && join_rows(join) != counts->scored)
    return fail(error, RUNG_NO_RESOURCE, "internal error: of %s %" PRIu64 " rows were used, but %" PRIu64 " came to "
                "their keys; the output is withheld", scan->job.file, counts->scored, join_rows(join));
  return RUNG_OK;
}

static enum rung_status check_customers(const struct run *run, const struct rung_totals *totals,
                                        struct rung_error *error) {
  bool filtered = run->tables->filter != NONE32;
  bool all_written = filtered ? totals->rows_written <= totals->rows_scored
                              : totals->rows_written == totals->rows_scored;
  if (totals->rows_read == totals->rows_scored + totals->rows_rejected && all_written) return RUNG_OK;
  return fail(error, RUNG_NO_RESOURCE, "internal error: %" PRIu64 " rows read, but %" PRIu64 " scored, %" PRIu64
              " refused and %" PRIu64 " written; the output is withheld", totals->rows_read, totals->rows_scored,
              totals->rows_rejected, totals->rows_written);
}

/* The file of refused rows has all that were refused, of any table. */
static enum rung_status check_put_aside(const struct run *run, const struct rung_totals *totals,
                                        struct rung_error *error) {
  uint64_t refused = totals->rows_rejected;
  for (size_t i = 0; i < run->tables->table_count; i++)
    refused += rung_summary_table(run->summary, i).rows_rejected;
  if (!run->rejects || refused == run->put_aside) return RUNG_OK;
  return fail(error, RUNG_NO_RESOURCE, "internal error: %" PRIu64 " rows were refused, but %" PRIu64 " are in %s; the "
              "output is withheld", refused, run->put_aside, run->options->rejects);
}

enum rung_status run_check_conserved(const struct run *run, const struct rung_totals *totals,
                                     struct rung_error *error) {
  enum rung_status status = check_customers(run, totals, error);
  if (!status) status = summary_conserved(run->summary, error);
  return status ? status : check_put_aside(run, totals, error);
}
