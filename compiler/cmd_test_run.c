/* cmd_test_run.c - rung test: apply the rules to the rows of a test, and judge what it expects. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_test.h"
#include "text.h"

enum { NAME_SHOWN = 200, VALUE_SHOWN = 80 };

/* -- One run --------------------------------------------------------------------- */

static int take_rows(void *context, const char *bytes, size_t length) {
  struct buffer *rows = context;
  buffer_add(rows, bytes, length);
  return rows->failed;
}

static const struct rungc_test_table *find_table(const struct rungc_test *test, const char *name) {
  struct rung_text text = {name, strlen(name)};
  const struct rungc_test_table *customers = NULL;
  for (size_t i = 0; i < test->table_count; i++) {
    const struct rungc_test_table *table = &test->tables[i];
    if (text_same(table->table, text) || (table->path.length && text_same(table->path, text))) return table;
    if (table->table.length == 0) customers = table;
  }
  return customers;
}

static void add_bad_cell(const struct rung_bad_cell *cell, bool shown, struct buffer *out) {
  if (shown) buffer_printf(out, "\"%.*s\" in ", cmd_cut(cell->value, VALUE_SHOWN), cell->value.bytes);
  buffer_printf(out, "%.*s %s", cmd_cut(cell->name, NAME_SHOWN), cell->name.bytes, cell->reason);
  if (!shown) cmd_add_form(cell->value, out);
  buffer_byte(out, '\n');
}

/* Rows that stand in a test are made for it, so their cells may be shown. */
static void on_bad_cell(void *context, const struct rung_bad_cell *cell) {
  struct test_run *run = context;
  const struct rungc_test_table *table = find_table(run->test, cell->file);
  bool made = table && table->csv.length && cell->row > 0 && cell->row <= table->row_count;
  if (made)
    buffer_printf(&run->bad, "%.*s:%" PRIu32 ": ", TEXT_FORMAT(run->test->file), table->lines[cell->row - 1]);
  else
    buffer_printf(&run->bad, "%s:%" PRIu64 ": ", cell->file, cell->line);
  if (cell->whole_row) buffer_printf(&run->bad, "the row has %s\n", cell->reason);
  else add_bad_cell(cell, made || run->shown, &run->bad);
  run->hid_cell |= !cell->whole_row && !made && !run->shown;
  if (*cell->advice) buffer_printf(&run->bad, "  help: %s\n", cell->advice);
}

/* The tables of a test as those of a run.  A path's bytes end with a zero. */
static void fill_options(const struct rungc_test *test, struct rung_table_file *tables,
                         struct rung_score_options *options) {
  options->tables = tables;
  for (size_t i = 0; i < test->table_count; i++) {
    const struct rungc_test_table *table = &test->tables[i];
    const char *path = table->path.length ? table->path.bytes : NULL;
    struct rung_table_file file = {.table = table->table, .path = path, .text = table->csv};
    if (table->table.length) tables[options->table_count++] = file;
    else options->input = path, options->input_text = table->csv;
  }
}

static bool read_today(struct rung_text text, struct rung_score_options *options) {
  char room[sizeof "YYYY-MM-DDTHH:MM:SS"];
  if (text.length >= sizeof room) return false;
  memcpy(room, text.bytes, text.length);
  room[text.length] = 0;
  return cmd_read_today(room, options);
}

static bool reads_files(const struct rungc_test *test) {
  for (size_t i = 0; i < test->table_count; i++)
    if (test->tables[i].path.length) return true;
  return false;
}

void test_run(const rung_program *program, const struct rungc_test *test, bool show_values, struct test_run *run) {
  *run = (struct test_run){.test = test, .shown = show_values || !reads_files(test)};
  struct rung_table_file *tables = calloc(test->table_count + 1, sizeof *tables);
  struct rung_score_options options = {
      .write = take_rows, .write_context = &run->rows, .format = RUNG_CSV, .slim = true, .max_rejects = 1000000,
      .first_run = test->first_run, .bad_cell = on_bad_cell, .context = run, .show_values = run->shown,
  };
  if (!tables) {
    run->status = run->error.status = RUNG_NO_RESOURCE;
    strcpy(run->error.text, "out of memory");
    return;
  }
  fill_options(test, tables, &options);
  if (test->today.length && !read_today(test->today, &options)) {
    run->status = run->error.status = RUNG_INVALID;
    strcpy(run->error.text, "today is neither a date YYYY-MM-DD nor a time YYYY-MM-DDTHH:MM");
  } else {
    run->status = rung_score(program, &options, test->settings, test->setting_count, &run->summary, &run->error);
  }
  free(tables);
}

void test_run_free(struct test_run *run) {
  rung_summary_free(run->summary);
  buffer_free(&run->rows);
  buffer_free(&run->bad);
}

/* -- What came of it ----------------------------------------------------------------- */

bool test_broken(const rung_program *program, const struct test_run *run, struct buffer *out) {
  bool broken = false;
  for (size_t i = 0; run->summary && i < rung_program_guards(program); i++) {
    struct rung_guard_info guard = rung_program_guard(program, i);
    struct rung_guard_result result = rung_summary_guard(run->summary, i);
    if (!result.judged || result.held) continue;
    broken = true;
    buffer_printf(out, "%.*s:%" PRIu32 ": broken: %.*s", TEXT_FORMAT(guard.file), guard.line,
                  TEXT_FORMAT(guard.source));
    if (guard.because.length) buffer_printf(out, " because \"%.*s\"", TEXT_FORMAT(guard.because));
    for (size_t k = 0; k < result.key_count && run->shown; k++)
      buffer_printf(out, "%s\"%.*s\"", k ? ", " : "; by ", cmd_cut(result.keys[k], VALUE_SHOWN), result.keys[k].bytes);
    buffer_byte(out, '\n');
  }
  return broken;
}

static void tell_expectation(const struct suite *suite, const struct test_run *run,
                             const struct rungc_expectation *expectation, struct rung_tally_totals totals,
                             struct buffer *why) {
  uint64_t rows = totals.yes + totals.no + totals.unknown;
  buffer_printf(why, "%.*s:%" PRIu32 ": expected of customer \"%.*s\": %.*s\n", TEXT_FORMAT(run->test->file),
                expectation->line, cmd_cut(expectation->key, VALUE_SHOWN), expectation->key.bytes,
                TEXT_FORMAT(expectation->source));
  if (rows == 0) buffer_string(why, "  there is no such customer\n");
  else if (rows > 1) buffer_printf(why, "  there are %" PRIu64 " rows of this key\n", rows);
  else buffer_printf(why, "  it is %s\n", totals.unknown ? "unknown" : "false");
  if (rows > 0) test_explain(suite, run, expectation, why);
}

static bool judge_expectations(const struct suite *suite, size_t test, const struct test_run *run, struct buffer *why) {
  size_t next = 0;
  bool fine = true;
  for (size_t i = 0; i < rung_program_tallies(suite->program); i++) {
    struct rung_tally_info tally = rung_program_tally(suite->program, i);
    if (tally.kind != RUNG_EXPECTED || tally.test != test || next == run->test->expectation_count) continue;
    const struct rungc_expectation *expectation = &run->test->expectations[next++];
    struct rung_tally_totals totals = rung_summary_tally(run->summary, i);
    if (totals.yes == 1 && totals.no + totals.unknown == 0) continue;
    tell_expectation(suite, run, expectation, totals, why);
    fine = false;
  }
  if (next == run->test->expectation_count) return fine;
  buffer_string(why, "a defect of Rung, not of the rules: not all that the test expects is counted\n");
  return false;
}

/* Trouble with the rows of the test itself, or with a file of them. */
static enum rung_status judge_failure(const struct test_run *run, struct buffer *why) {
  if (run->status == RUNG_NO_RESOURCE && !reads_files(run->test)) return cmd_fail_error(&run->error);
  if (run->bad.length) buffer_add(why, run->bad.at, run->bad.length);
  else buffer_printf(why, "%.*s:%" PRIu32 ": %s\n", TEXT_FORMAT(run->test->file), run->test->line, run->error.text);
  return RUNG_NOTICE;
}

enum rung_status test_judge(struct suite *suite, size_t test, struct buffer *why) {
  struct rungc_test about = rungc_test(suite->compilation, test);
  struct test_run run;
  test_run(suite->program, &about, suite->show_values, &run);
  bool broken = test_broken(suite->program, &run, why);
  enum rung_status status = RUNG_OK;
  if (run.status && !broken) {
    status = judge_failure(&run, why);
  } else {
    bool fine = judge_expectations(suite, test, &run, why);
    status = fine && !broken ? RUNG_OK : RUNG_NOTICE;
    cmd_coverage_add(&suite->coverage, run.summary);
  }
  if (status == RUNG_NOTICE && (run.status && !broken ? run.hid_cell : !run.shown))
    buffer_string(why, "  help: values of files are shown with --show-values\n");
  if (run.rows.failed || run.bad.failed || why->failed) status = cmd_fail(RUNG_NO_RESOURCE, "out of memory");
  test_run_free(&run);
  return status;
}
