/* cmd_test.h - the parts of rung test. */
#ifndef RUNGC_CMD_TEST_H
#define RUNGC_CMD_TEST_H

#include "buffer.h"
#include "cmd_author.h"

/* A rule file and what was made of it. */
struct suite {
  struct cmd_file file;
  rungc_compilation *compilation;
  rung_program *program;
  struct cmd_coverage coverage;
  bool show_values;         /* also of files that tests read */
};

/* -- cmd_test_run.c: one test -- */

/* A run over the rows of a test. */
struct test_run {
  const struct rungc_test *test;
  struct buffer rows;       /* what it wrote: CSV of key and results */
  struct buffer bad;        /* about refused cells, in lines */
  bool shown;               /* values may be shown: asked for, or all rows stand in the test */
  bool hid_cell;            /* of a file, one that was refused */
  rung_summary *summary;
  enum rung_status status;
  struct rung_error error;
};

/* Applies the program to the rows; freed by test_run_free. */
void test_run(const rung_program *program, const struct rungc_test *test, bool show_values, struct test_run *run);
void test_run_free(struct test_run *run);

/* Adds one line for each broken `never` and `always` to `out`; false when there is none. */
bool test_broken(const rung_program *program, const struct test_run *run, struct buffer *out);

/* Runs a test and adds lines that say why it fails to `why`.  RUNG_OK: it passed; RUNG_NOTICE: it failed; else there is
   trouble that no test is to blame for, and it has been told. */
enum rung_status test_judge(struct suite *suite, size_t test, struct buffer *why);

/* -- cmd_test_explain.c: why an expectation is not fulfilled -- */

/* Adds lines about the customer of an expectation: his results, and the conditions and values that it depends on. */
void test_explain(const struct suite *suite, const struct test_run *run, const struct rungc_expectation *expectation,
                  struct buffer *out);

/* -- cmd_test_rows.c: the rows that a run wrote -- */

struct rows_row {
  struct rung_text *at;
  char *bytes;              /* that they point at */
  size_t count;
};
/* The header, or the row of a key, of CSV that rung wrote; freed by rows_free.  False: there is none. */
bool rows_header(const struct buffer *rows, struct rows_row *row);
bool rows_find(const struct buffer *rows, struct rung_text key, struct rows_row *row);
void rows_free(struct rows_row *row);

#endif
