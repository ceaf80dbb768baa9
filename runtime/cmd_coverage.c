/* cmd_coverage.c - which conditions of rules were seen true and false, over tests or over a dump. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "cmd.h"
#include "text.h"

enum { MILLION = 1000000, SOURCE_SHOWN = 70, FILE_SHOWN = 200, OWNER_SHOWN = 80 };

enum rung_status cmd_coverage_open(const rung_program *program, struct cmd_coverage *coverage) {
  *coverage = (struct cmd_coverage){.program = program, .count = rung_program_tallies(program)};
  coverage->totals = calloc(coverage->count + 1, sizeof *coverage->totals);
  return coverage->totals ? RUNG_OK : cmd_fail(RUNG_NO_RESOURCE, "out of memory");
}

void cmd_coverage_free(struct cmd_coverage *coverage) {
  free(coverage->totals);
  *coverage = (struct cmd_coverage){0};
}

void cmd_coverage_add(struct cmd_coverage *coverage, const rung_summary *summary) {
  for (size_t i = 0; i < coverage->count; i++) {
    struct rung_tally_totals totals = rung_summary_tally(summary, i);
    coverage->totals[i].yes += totals.yes;
    coverage->totals[i].no += totals.no;
    coverage->totals[i].unknown += totals.unknown;
  }
}

/* A condition that is counted for this file, or, when it is empty, for all of them. */
static bool counts(const struct rung_tally_info *tally, struct rung_text file) {
  return tally->kind != RUNG_EXPECTED && (file.length == 0 || text_same(file, tally->file));
}

struct cmd_covered cmd_coverage_sum(const struct cmd_coverage *coverage, struct rung_text file) {
  struct cmd_covered sum = {0};
  for (size_t i = 0; i < coverage->count; i++) {
    struct rung_tally_info tally = rung_program_tally(coverage->program, i);
    if (!counts(&tally, file)) continue;
    sum.wanted += 2;
    sum.seen += (uint64_t)(coverage->totals[i].yes > 0) + (coverage->totals[i].no > 0);
  }
  return sum;
}

/* -- Thresholds ---------------------------------------------------------------------- */

bool cmd_coverage_read(const char *text, uint32_t *share) {
  uint64_t whole, fraction = 0, unit = MILLION / 100;
  const char *rest;
  if (!cmd_read_number(text, 100, &whole, &rest)) return false;
  if (*rest == '.') {
    const char *digits = rest + 1;
    if (!cmd_read_number(digits, unit - 1, &fraction, &rest) || rest - digits > 4) return false;
    for (long i = rest - digits; i < 4; i++) fraction *= 10;
  }
  if (*rest == '%') rest++;
  *share = (uint32_t)(whole * unit + fraction);
  return *rest == 0 && *share <= MILLION;
}

bool cmd_coverage_reaches(struct cmd_covered covered, uint32_t share) {
  return (unsigned __int128)covered.seen * MILLION >= (unsigned __int128)covered.wanted * share;
}

static void add_percent(struct cmd_covered covered, struct buffer *out) {
  uint64_t tenths = covered.wanted ? (uint64_t)((unsigned __int128)covered.seen * 1000 / covered.wanted) : 1000;
  buffer_printf(out, "%" PRIu64 ".%" PRIu64 "%%", tenths / 10, tenths % 10);
}

/* -- The table ------------------------------------------------------------------------- */

static const char *never_seen(const struct rung_tally_totals *totals) {
  if (totals->yes && totals->no) return "";
  if (totals->yes) return "never false";
  if (totals->no) return "never true";
  return totals->unknown ? "only unknown" : "never asked";
}

static void add_line(const struct rung_tally_info *tally, const struct rung_tally_totals *totals, bool named,
                     struct buffer *out) {
  buffer_printf(out, "%7" PRIu32 " %9" PRIu64 " %9" PRIu64 " %9" PRIu64 "  %-12s  ", tally->line, totals->yes,
                totals->no, totals->unknown, never_seen(totals));
  if (tally->kind == RUNG_PART) buffer_string(out, "  ");
  if (named) buffer_printf(out, "%.*s: ", cmd_cut(tally->owner, OWNER_SHOWN), tally->owner.bytes);
  cmd_add_source(tally->source, SOURCE_SHOWN, out);
  buffer_byte(out, '\n');
}

void cmd_coverage_line(struct cmd_covered covered, const char *of, struct rung_text what, struct buffer *out) {
  buffer_printf(out, "coverage%s%.*s: ", of, cmd_cut(what, FILE_SHOWN), what.bytes);
  if (covered.wanted == 0) {
    buffer_string(out, "no conditions to see\n");
    return;
  }
  add_percent(covered, out);
  buffer_printf(out, ", %" PRIu64 " of %" PRIu64 " outcomes seen\n", covered.seen, covered.wanted);
}

void cmd_coverage_table(const struct cmd_coverage *coverage, struct rung_text file, struct buffer *out) {
  struct rung_text last = {0};
  for (size_t i = 0; i < coverage->count; i++) {
    struct rung_tally_info tally = rung_program_tally(coverage->program, i);
    if (!counts(&tally, file)) continue;
    if (!last.bytes || !text_same(last, tally.file)) {
      buffer_printf(out, "%.*s\n%7s %9s %9s %9s\n", cmd_cut(tally.file, FILE_SHOWN), tally.file.bytes, "line", "true",
                    "false", "unknown");
      last = tally.file;
    }
    add_line(&tally, &coverage->totals[i], tally.kind == RUNG_CONDITION && tally.owner.length, out);
  }
  cmd_coverage_line(cmd_coverage_sum(coverage, file), file.length ? " of " : "", file, out);
}
