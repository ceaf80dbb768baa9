/* main.c - runs the CUnit suites of suites.def; an argument runs only the suites whose names contain it.
   The names of tests that passed are added to the file RUNG_MADE, if there is one: see tests/bad_table.sh. */
#include <CUnit/Basic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "skipped.h"

#define SUITE(part) void suite_##part(void);
#include "suites.def"
#undef SUITE

/* Each registers its suites, one as a rule. */
static const struct part {
  const char *name;
  void (*suites)(void);
} parts[] = {
#define SUITE(part) {#part, suite_##part},
#include "suites.def"
#undef SUITE
};
enum { PART_COUNT = sizeof parts / sizeof *parts };
static unsigned suites_until[PART_COUNT]; /* those of this part and the ones before */

/* Switches off what was not asked for; false when that leaves nothing. */
static bool choose_suites(const char *wanted) {
  bool any = false;
  for (CU_pSuite suite = CU_get_registry()->pSuite; suite; suite = suite->pNext) {
    suite->fActive = strstr(suite->pName, wanted) ? CU_TRUE : CU_FALSE;
    any = any || suite->fActive;
  }
  return any;
}

/* Tests that were skipped. */
enum { SKIPPED_MOST = 64 };
static const CU_Test *skipped[SKIPPED_MOST];
static unsigned skipped_count;

void skip_test(const char *why) {
  printf("(skipped: %s) ", why);
  if (skipped_count < SKIPPED_MOST) skipped[skipped_count] = CU_get_current_test();
  skipped_count++;
}

static bool passed(const struct CU_Suite *suite, const CU_Test *test) {
  for (unsigned i = 0; i < skipped_count && i < SKIPPED_MOST; i++)
    if (skipped[i] == test) return false;
  for (const CU_FailureRecord *record = CU_get_failure_list(); record; record = record->pNext)
    if (record->pTest == test || (record->pSuite == suite && !record->pTest)) return false;
  return true;
}

/* False when they can't be written. */
static bool tell_made(void) {
  const char *path = getenv("RUNG_MADE");
  FILE *file = path && *path ? fopen(path, "a") : NULL;
  if (!file) return !path || !*path;
  const struct part *part = parts;
  unsigned seen = 0;
  for (const struct CU_Suite *suite = CU_get_registry()->pSuite; suite; suite = suite->pNext, seen++) {
    while (seen == suites_until[part - parts]) part++;
    for (const CU_Test *test = suite->pTest; suite->fActive && test; test = test->pNext)
      if (passed(suite, test)) fprintf(file, "unit/%s: %s\n", part->name, test->pName);
  }
  return fclose(file) == 0;
}

int main(int argc, char **argv) {
  if (CU_initialize_registry() != CUE_SUCCESS) return 4;
  for (size_t i = 0; i < PART_COUNT; i++) {
    parts[i].suites();
    suites_until[i] = CU_get_registry()->uiNumberOfSuites;
  }
  if (CU_get_error() != CUE_SUCCESS) {
    fprintf(stderr, "unit: %s\n", CU_get_error_msg());
    return 4;
  }
  if (argc > 1 && !choose_suites(argv[1])) {
    fprintf(stderr, "unit: no suite has \"%s\" in its name\n", argv[1]);
    return 2;
  }
  CU_set_fail_on_inactive(CU_FALSE);
  CU_basic_set_mode(CU_BRM_NORMAL);
  bool ran = CU_basic_run_tests() == CUE_SUCCESS;
  bool failed = !ran || CU_get_number_of_failures() > 0 || CU_get_number_of_suites_failed() > 0;
  unsigned bad = CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed();
  if (!tell_made()) bad++, failed = true;
  printf("unit: %u passed, %u failed, %u skipped\n",
         CU_get_number_of_tests_run() - CU_get_number_of_tests_failed() - skipped_count, bad, skipped_count);
  CU_cleanup_registry();
  return failed;
}
