/* threads.c - one program in many threads: runs side by side, callbacks on the calling thread, runs that stop. */
#include <CUnit/CUnit.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rungc.h"

enum { ROWS = 2000, HOSTS = 6 };

static const char rules[] =
    "input t { id text key; n integer; s text; }\n"
    "let place = rank of n;\n"
    "status half { n >= 500 -> high; n < 500 -> low; }\n"
    "s matches \"^x[0-9]*7$\" -> seven;  top 10 by n -> best;\n"
    "guard count of high >= 1;\n"
    "show place;\n";

static rung_program *load(void) {
  rungc_compilation *compilation = NULL;
  rung_program *program = NULL;
  struct rung_error error;
  struct rung_text text = {rules, sizeof rules - 1};
  CU_ASSERT_EQUAL_FATAL(rungc_compile((struct rung_text){"t.rung", 6}, text, NULL, &compilation, &error), RUNG_OK);
  struct rung_text bytes = rungc_program(compilation);
  CU_ASSERT_EQUAL_FATAL(rung_program_load(bytes.bytes, bytes.length, NULL, &program, &error), RUNG_OK);
  rungc_free(compilation);
  return program;
}

/* Of row i n is i % 1000, and every `bad`-th one is none. */
static char *make_dump(size_t bad, size_t *length) {
  char *dump = NULL;
  FILE *file = open_memstream(&dump, length);
  fputs("id,n,s\n", file);
  for (size_t i = 1; i <= ROWS; i++) {
    if (bad && i % bad == 0) fprintf(file, "k%zu,?,x%zu\n", i, i);
    else fprintf(file, "k%zu,%zu,x%zu\n", i, i % 1000, i);
  }
  fclose(file);
  return dump;
}

/* -- Runs side by side ------------------------------------------------------------------- */

struct host {
  pthread_t thread;
  const rung_program *program;
  struct rung_text dump;
  uint32_t threads;
  char *out;
  size_t length;
  enum rung_status status;
  uint64_t high, seven;
};

static int keep(void *context, const char *bytes, size_t length) { return fwrite(bytes, 1, length, context) != length; }

static void *score(void *context) {
  struct host *host = context;
  FILE *out = open_memstream(&host->out, &host->length);
  rung_summary *summary = NULL;
  struct rung_score_options options = {.input_text = host->dump, .write = keep, .write_context = out, .slim = true,
                                       .threads = host->threads, .block_bytes = 500, .batch_rows = 16};
  host->status = rung_score(host->program, &options, NULL, 0, &summary, NULL);
  fclose(out);
  if (summary) {
    host->high = rung_summary_label(summary, 0);
    host->seven = rung_summary_label(summary, 2);
  }
  rung_summary_free(summary);
  return NULL;
}

static void test_side_by_side(void) {
  struct host hosts[HOSTS];
  rung_program *program = load();
  size_t length;
  char *dump = make_dump(0, &length);
  for (uint32_t i = 0; i < HOSTS; i++) {
    hosts[i] = (struct host){.program = program, .dump = {dump, length}, .threads = i % 4};
    CU_ASSERT_EQUAL_FATAL(pthread_create(&hosts[i].thread, NULL, score, &hosts[i]), 0);
  }
  for (uint32_t i = 0; i < HOSTS; i++) {
    CU_ASSERT_EQUAL(pthread_join(hosts[i].thread, NULL), 0);
    CU_ASSERT_EQUAL(hosts[i].status, RUNG_OK);
    CU_ASSERT_EQUAL(hosts[i].high, 1000);
    CU_ASSERT_EQUAL(hosts[i].seven, ROWS / 10);
    CU_ASSERT_TRUE(hosts[i].length == hosts[0].length && memcmp(hosts[i].out, hosts[0].out, hosts[0].length) == 0);
  }
  for (uint32_t i = 0; i < HOSTS; i++) free(hosts[i].out);
  free(dump);
  rung_program_free(program);
}

/* -- Callbacks ------------------------------------------------------------------------------- */

struct told {
  pthread_t caller;
  bool elsewhere;
  uint64_t cells, rows, last_row, stop_at;
  uint32_t again;
  bool out_of_order;
};

static void bad_cell(void *context, const struct rung_bad_cell *cell) {
  struct told *told = context;
  told->elsewhere |= !pthread_equal(told->caller, pthread_self());
  told->out_of_order |= cell->row <= told->last_row || cell->line != cell->row + 1;
  CU_ASSERT(cell->value.length == 1 && cell->value.bytes[0] == '?');
  told->last_row = cell->row;
  told->cells++;
}

static int progress(void *context, uint64_t bytes, uint64_t total, uint64_t rows) {
  struct told *told = context;
  (void)bytes, (void)total;
  told->elsewhere |= !pthread_equal(told->caller, pthread_self());
  told->again += rows < told->rows; /* the second pass */
  told->out_of_order |= told->again > 1;
  told->rows = rows;
  return told->stop_at && rows >= told->stop_at;
}

static struct rung_totals told_run(uint32_t threads, size_t bad, uint64_t stop_at, enum rung_status wanted,
                                   struct told *told) {
  rung_program *program = load();
  rung_summary *summary = NULL;
  struct rung_error error;
  size_t length;
  char *dump = make_dump(bad, &length);
  *told = (struct told){.caller = pthread_self(), .stop_at = stop_at};
  struct rung_score_options options = {.input_text = {dump, length}, .dry_run = true, .threads = threads,
                                       .block_bytes = 300, .bad_cell = bad_cell, .progress = progress, .context = told};
  CU_ASSERT_EQUAL(rung_score(program, &options, NULL, 0, &summary, &error), wanted);
  CU_ASSERT_PTR_NOT_NULL_FATAL(summary);
  struct rung_totals totals = rung_summary_totals(summary);
  rung_summary_free(summary);
  free(dump);
  rung_program_free(program);
  CU_ASSERT_FALSE(told->elsewhere || told->out_of_order);
  return totals;
}

/* What was seen is what one thread sees, however far the others had read. */
static void test_callbacks(void) {
  static const struct { size_t bad; uint64_t stop_at; enum rung_status status; uint64_t cells; } runs[] = {
      {50, 0, RUNG_BAD_DATA, 20}, {100, 0, RUNG_BAD_DATA, 20}, {101, 0, RUNG_BAD_DATA, ROWS / 101},
      {0, 700, RUNG_NOTICE, 0}, {0, 1, RUNG_NOTICE, 0}, {0, 0, RUNG_OK, 0}};
  for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
    struct told alone, told;
    struct rung_totals wanted = told_run(1, runs[i].bad, runs[i].stop_at, runs[i].status, &alone);
    CU_ASSERT_EQUAL(alone.cells, runs[i].cells);
    for (uint32_t threads = 2; threads < 9; threads += 3) {
      struct rung_totals totals = told_run(threads, runs[i].bad, runs[i].stop_at, runs[i].status, &told);
      CU_ASSERT_EQUAL(told.cells, alone.cells);
      CU_ASSERT_EQUAL(told.rows, alone.rows);
      CU_ASSERT_EQUAL(totals.rows_read, wanted.rows_read);
      CU_ASSERT_EQUAL(totals.rows_rejected, wanted.rows_rejected);
      CU_ASSERT_EQUAL(totals.bytes_read, wanted.bytes_read);
      CU_ASSERT_EQUAL(totals.input_hash, wanted.input_hash);
    }
  }
}

void suite_threads(void);
void suite_threads(void) {
  CU_pSuite suite = CU_add_suite("threads", NULL, NULL);
  CU_add_test(suite, "one program, many runs side by side", test_side_by_side);
  CU_add_test(suite, "callbacks on the calling thread, in order, as of one thread", test_callbacks);
}
