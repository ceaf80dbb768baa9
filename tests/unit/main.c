/* main.c - runs the CUnit suites of suites.def; an argument runs only the suites whose names contain it. */
#include <CUnit/Basic.h>
#include <stdbool.h>
#include <string.h>

#define SUITE(part) void suite_##part(void);
#include "suites.def"
#undef SUITE

static void (*const suites[])(void) = {
#define SUITE(part) suite_##part,
#include "suites.def"
#undef SUITE
    NULL};

/* Switches off what was not asked for; false when that leaves nothing. */
static bool choose_suites(const char *wanted) {
  bool any = false;
  for (CU_pSuite suite = CU_get_registry()->pSuite; suite; suite = suite->pNext) {
    suite->fActive = strstr(suite->pName, wanted) ? CU_TRUE : CU_FALSE;
    any = any || suite->fActive;
  }
  return any;
}

int main(int argc, char **argv) {
  if (CU_initialize_registry() != CUE_SUCCESS) return 4;
  for (size_t i = 0; suites[i]; i++) suites[i]();
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
  printf("unit: %u passed, %u failed, 0 skipped\n", CU_get_number_of_tests_run() - CU_get_number_of_tests_failed(), bad);
  CU_cleanup_registry();
  return failed;
}
