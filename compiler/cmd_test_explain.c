/* cmd_test_explain.c - rung test: what is known of the customer of whom an expectation is not true.

   His results are in the rows of the run.  What conditions and values came to is asked by a second run over the same
   rows, of the rules with a let and a show for each of them: so populations and campaigns are what they were. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_test.h"
#include "text.h"

enum { SOURCE_SHOWN = 100, GIVES_SHOWN = 60, VALUE_SHOWN = 200 };

/* -- Pieces ------------------------------------------------------------------------ */

static void add_value(struct rung_text cell, const char *missing, bool may_show, struct buffer *out) {
  int shown = cmd_cut(cell, VALUE_SHOWN);
  if (!cell.length) buffer_string(out, missing);
  else if (!may_show) buffer_string(out, "(not shown)");
  else buffer_printf(out, "%.*s%s", shown, cell.bytes, (size_t)shown < cell.length ? "..." : "");
}

/* Labels are words of the rules; what is shown is the customer's own. */
static bool is_label(const rung_program *program, struct rung_text output) {
  for (size_t i = 0; i < rung_program_shows(program); i++)
    if (text_same(rung_program_show(program, i).name, output)) return false;
  return true;
}

/* "lifecycle = churning, tags = no_winback": all that the run says of him. */
static void add_results(const struct suite *suite, const struct test_run *run, struct rung_text key,
                        struct buffer *out) {
  struct rows_row header, row;
  bool known = rows_header(&run->rows, &header), found = rows_find(&run->rows, key, &row);
  for (size_t i = 1; known && found && i < header.count && i < row.count; i++) {
    buffer_printf(out, "%s%.*s = ", i > 1 ? ", " : "  the customer: ", TEXT_FORMAT(header.at[i]));
    add_value(row.at[i], "(none)", run->shown || is_label(suite->program, header.at[i]), out);
    if (i + 1 == header.count) buffer_byte(out, '\n');
  }
  rows_free(&header);
  rows_free(&row);
}

/* -- The second run ------------------------------------------------------------------- */

/* The rules with a question for each concern.  What is asked ends its line: a comment may stand last in it. */
static void write_questions(const struct suite *suite, const struct rungc_expectation *expectation,
                            struct buffer *rules) {
  buffer_add(rules, suite->file.bytes, suite->file.length);
  buffer_string(rules, "\n;\n");
  for (size_t i = 0; i < expectation->concern_count; i++)
    if (expectation->concerns[i].kind != RUNGC_OUTCOME)
      buffer_printf(rules, "let `concern %zu` = (%.*s\n); show `concern %zu`;\n", i,
                    TEXT_FORMAT(expectation->concerns[i].source), i);
}

/* `only`: a condition for rows to be written, or empty. */
static enum rung_status compile(const struct suite *suite, const struct buffer *rules, struct rung_text only,
                                rung_program **program) {
  struct rungc_options options = {.is_dump = cmd_is_dump, .tests = true, .only = only};
  struct rung_text name = {suite->file.name, strlen(suite->file.name)};
  rungc_compilation *compilation = NULL;
  *program = NULL;
  if (rules->failed) return RUNG_NO_RESOURCE;
  enum rung_status status = rungc_compile(name, (struct rung_text){rules->at, rules->length}, &options, &compilation,
                                          NULL);
  if (!status) {
    struct rung_text bytes = rungc_program(compilation);
    status = rung_program_load(bytes.bytes, bytes.length, NULL, program, NULL);
  }
  rungc_free(compilation);
  return status;
}

/* What the second run says of the i-th concern, by the name of its let; NULL when it says nothing. */
static const struct rung_text *find_answer(const struct rows_row *header, const struct rows_row *row, size_t i) {
  char name[40];
  size_t length = (size_t)snprintf(name, sizeof name, "concern %zu", i);
  for (size_t k = 1; k < header->count && k < row->count; k++)
    if (header->at[k].length == length && memcmp(header->at[k].bytes, name, length) == 0) return &row->at[k];
  return NULL;
}

/* -- Campaigns ------------------------------------------------------------------------------ */

enum answer { ANSWER_NONE, ANSWER_NO, ANSWER_YES };

/* Whether a part of a campaign is true of the customer: asked by writing only the rows of which it is.  NONE: the rules
   could not be asked. */
static enum answer is_in(const struct suite *suite, const struct test_run *run, struct rung_text key,
                         struct rung_text campaign, const char *part) {
  struct buffer only = {0}, rules = {.at = suite->file.bytes, .length = suite->file.length};
  struct rows_row row = {0};
  struct test_run again;
  rung_program *program = NULL;
  enum answer answer = ANSWER_NONE;
  buffer_printf(&only, "%.*s.%s", TEXT_FORMAT(campaign), part);
  if (!only.failed && !compile(suite, &rules, (struct rung_text){only.at, only.length}, &program)) {
    test_run(program, run->test, suite->show_values, &again);
    if (!again.status) answer = rows_find(&again.rows, key, &row) ? ANSWER_YES : ANSWER_NO;
    test_run_free(&again);
  }
  rows_free(&row);
  rung_program_free(program);
  buffer_free(&only);
  return answer;
}

static void add_outcome(const struct suite *suite, const struct test_run *run, struct rung_text key,
                        struct rung_text campaign, struct buffer *out) {
  enum answer answer = ANSWER_NO;
  size_t i = 0;
  while (i < RUNG_OUTCOMES && (answer = is_in(suite, run, key, campaign, rung_outcome_name(i))) == ANSWER_NO) i++;
  if (answer == ANSWER_NONE) return;
  buffer_printf(out, "  %.*s: %s\n", TEXT_FORMAT(campaign), i < RUNG_OUTCOMES ? rung_outcome_name(i) : "not eligible");
}

/* -- The explanation --------------------------------------------------------------------- */

static const char *truth(struct rung_text cell) {
  if (cell.length == 0) return "unknown";
  return cell.bytes[0] == '1' || cell.bytes[0] == 't' || cell.bytes[0] == 'y' ? "true" : "false";
}

static void add_concern(const struct rungc_concern *concern, struct rung_text answer, bool shown, struct buffer *out) {
  switch (concern->kind) {
    case RUNGC_CONDITION:
      buffer_printf(out, "  %-7s  %.*s ", truth(answer), cmd_cut(concern->gives, GIVES_SHOWN), concern->gives.bytes);
      cmd_add_source(concern->source, SOURCE_SHOWN, out);
      buffer_printf(out, "  (%.*s:%" PRIu32 ")\n", TEXT_FORMAT(concern->file), concern->line);
      return;
    case RUNGC_PART:
      buffer_printf(out, "    %-7s  ", truth(answer));
      cmd_add_source(concern->source, SOURCE_SHOWN, out);
      buffer_byte(out, '\n');
      return;
    case RUNGC_VALUE:
      buffer_string(out, "    ");
      cmd_add_source(concern->source, SOURCE_SHOWN, out);
      buffer_string(out, " = ");
      add_value(answer, "(missing)", shown, out);
      buffer_byte(out, '\n');
      return;
    case RUNGC_OUTCOME: return;
  }
}

static void add_concerns(const struct suite *suite, const struct test_run *run,
                         const struct rungc_expectation *expectation, struct buffer *out) {
  struct rows_row header, row;
  bool known = rows_header(&run->rows, &header), found = rows_find(&run->rows, expectation->key, &row);
  for (size_t i = 0; known && found && i < expectation->concern_count; i++) {
    const struct rungc_concern *concern = &expectation->concerns[i];
    const struct rung_text *answer = find_answer(&header, &row, i);
    if (concern->kind == RUNGC_OUTCOME) add_outcome(suite, run, expectation->key, concern->source, out);
    else if (answer) add_concern(concern, *answer, run->shown, out);
  }
  rows_free(&header);
  rows_free(&row);
}

void test_explain(const struct suite *suite, const struct test_run *run, const struct rungc_expectation *expectation,
                  struct buffer *out) {
  struct buffer rules = {0};
  struct test_run again;
  rung_program *program;
  add_results(suite, run, expectation->key, out);
  write_questions(suite, expectation, &rules);
  if (expectation->concern_count && !compile(suite, &rules, (struct rung_text){0}, &program)) {
    test_run(program, run->test, suite->show_values, &again);
    if (!again.status) add_concerns(suite, &again, expectation, out);
    test_run_free(&again);
    rung_program_free(program);
  }
  buffer_free(&rules);
}
