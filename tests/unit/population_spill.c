/* population_spill.c - populations that don't fit into memory, and what can go wrong then. */
#include <CUnit/CUnit.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "failing.h"
#include "population_parts.h"
#include "population_rows.h"

/* The same answers from memory, from a file, and from a file read back, whatever the order of rows. */
static void spilled_populations(void) {
  static struct row rows[ROWS];
  static struct answer expected[ROWS], answers[ROWS];
  for (size_t spread = 0; spread < SPREADS; spread++) {
    measured_rows(rows, ROWS, (enum spread)spread, RUNG_NUMBER, 99);
    enum rung_status status;
    struct population *whole = measured_collect(rows, ROWS, ROWS, RUNG_NUMBER, 10, in_memory, NULL, &status);
    CU_ASSERT_PTR_NOT_NULL_FATAL(whole);
    CU_ASSERT_EQUAL(whole->file, -1);
    for (size_t memory = 0; memory < 40000; memory = memory * 3 + 500) {
      measured_shuffle(rows, ROWS, memory);
      struct population *parts = measured_collect(rows, ROWS, 100, RUNG_NUMBER, 10, memory, NULL, &status);
      CU_ASSERT_PTR_NOT_NULL_FATAL(parts);
      CU_ASSERT(parts->file >= 0);
      CU_ASSERT_EQUAL(parts->steps != NULL, parts->step_count * 16 <= memory);
      CU_ASSERT_EQUAL(population_count(parts), population_count(whole));
      for (size_t function = 0; function < MEASURE_QUOTA; function++) {
        struct prog_measure measure = measure_of((enum measure)function, RUNG_NUMBER, 10);
        CU_ASSERT_EQUAL(measured_ask(whole, &measure, rows, ROWS, expected), RUNG_OK);
        CU_ASSERT_EQUAL(measured_ask(parts, &measure, rows, ROWS, answers), RUNG_OK);
        size_t bad = 0;
        for (size_t i = 0; i < ROWS; i++) bad += !measured_same(answers[i], expected[i]);
        CU_ASSERT_EQUAL(bad, 0);
      }
      population_free(parts);
    }
    population_free(whole);
  }
}

/* -- Trouble ---------------------------------- */

static void no_folder(void) {
  static struct row rows[200];
  char *before = getenv("TMPDIR"), *kept = before ? strdup(before) : NULL;
  enum rung_status status;
  measured_rows(rows, 200, MANY, RUNG_NUMBER, 1);
  setenv("TMPDIR", "/nowhere/at/all", 1);
  CU_ASSERT_PTR_NULL(measured_collect(rows, 200, 200, RUNG_NUMBER, 0, 0, NULL, &status));
  CU_ASSERT_EQUAL(status, RUNG_NO_RESOURCE);
  if (kept) setenv("TMPDIR", kept, 1);
  else unsetenv("TMPDIR");
  free(kept);
}

/* Every size of the file at which writing may stop. */
static void full_disk(void) {
  static struct row rows[ROWS];
  struct rlimit before, small;
  enum rung_status status = RUNG_NO_RESOURCE;
  measured_rows(rows, ROWS, MANY, RUNG_NUMBER, 1);
  CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &before), 0);
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  rlim_t limit = 0;
  for (; status == RUNG_NO_RESOURCE && limit < 1000000; limit += 1700) {
    small = before;
    small.rlim_cur = limit;
    CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct population *population = measured_collect(rows, ROWS, 500, RUNG_NUMBER, 0, 0, NULL, &status);
    CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &before), 0);
    if (population) CU_ASSERT_EQUAL(population_count(population), population->settled);
    CU_ASSERT_EQUAL(population != NULL, status == RUNG_OK);
    population_free(population);
  }
  CU_ASSERT(limit > 10000 && limit < 1000000);
  signal(SIGXFSZ, handler);
}

static void unreadable_file(void) {
  static struct row rows[ROWS];
  static struct answer answers[ROWS];
  enum rung_status status;
  struct prog_measure rank = measure_of(MEASURE_RANK, RUNG_NUMBER, 0);
  measured_rows(rows, ROWS, MANY, RUNG_NUMBER, 1);
  struct population *population = measured_collect(rows, ROWS, 500, RUNG_NUMBER, 0, 0, NULL, &status);
  CU_ASSERT_PTR_NOT_NULL_FATAL(population);
  CU_ASSERT_EQUAL(measured_ask(population, &rank, rows, ROWS, answers), RUNG_OK);
  CU_ASSERT_EQUAL(ftruncate(population->file, 5000), 0);
  CU_ASSERT_EQUAL(measured_ask(population, &rank, rows, ROWS, answers), RUNG_NO_RESOURCE);
  population_free(population);
}

static void failing_memory(void) {
  static struct row rows[ROWS];
  measured_rows(rows, ROWS, MANY, RUNG_NUMBER, 2);
  for (size_t memory = 0; memory <= in_memory; memory += in_memory / 2) {
    struct failing failing = {.failed = true};
    size_t at = 0;
    for (; failing.failed && at < 1000; at++) {
      enum rung_status status;
      failing = (struct failing){.fails_at = at};
      struct rung_allocator allocator = {failing_resize, &failing};
      struct population *population = measured_collect(rows, ROWS, 700, RUNG_NUMBER, 100, memory, &allocator, &status);
      CU_ASSERT_EQUAL(status, failing.failed ? RUNG_NO_RESOURCE : RUNG_OK);
      population_free(population);
      CU_ASSERT_EQUAL(failing.live, 0);
    }
    CU_ASSERT(at > 5 && at < 1000);
  }
}

void suite_population_spill(void);

void suite_population_spill(void) {
  CU_pSuite suite = CU_add_suite("population_spill", NULL, NULL);
  CU_add_test(suite, "spilled or not", spilled_populations);
  CU_add_test(suite, "no folder for a temporary file", no_folder);
  CU_add_test(suite, "a disk that fills up", full_disk);
  CU_add_test(suite, "a file that cannot be read", unreadable_file);
  CU_add_test(suite, "each allocation fails", failing_memory);
}
