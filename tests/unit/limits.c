/* limits.c - rules that are just not too many, and one more. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "rungc.h"

/* A rank of a rank of ... of n, so deep. */
static rung_program *compile_ranks(uint32_t depth, struct rung_error *error) {
  char *rules = NULL;
  size_t length = 0;
  rung_program *program = NULL;
  rungc_compilation *compilation = NULL;
  FILE *file = open_memstream(&rules, &length);
  fputs("input t { id text key; n integer; }\nlet a0 = n;\n", file);
  for (uint32_t i = 1; i <= depth; i++) fprintf(file, "let a%u = rank of a%u;\n", i, i - 1);
  fprintf(file, "let last = a%u;\nshow last;\n", depth);
  fclose(file);
  enum rung_status status = rungc_compile((struct rung_text){"t.rung", 6}, (struct rung_text){rules, length}, NULL,
                                          &compilation, error);
  if (status == RUNG_OK) {
    struct rung_text bytes = rungc_program(compilation);
    CU_ASSERT_EQUAL(rung_program_load(bytes.bytes, bytes.length, NULL, &program, error), RUNG_OK);
  } else {
    CU_ASSERT_EQUAL(status, RUNG_INVALID);
  }
  rungc_free(compilation);
  free(rules);
  return program;
}

static int keep(void *context, const char *bytes, size_t length) { return fwrite(bytes, 1, length, context) != length; }

/* The customers are a pass of their own.  Ranks of 5, 7, 7, 1 are 3, 1, 1, 4; ranks of those 2, 3, 3, 1; then again. */
static void test_passes(void) {
  static const char dump[] = "id,n\na,5\nb,7\nc,7\nd,1\n";
  static const char *const wanted[] = {"id,last\na,2\nb,3\nc,3\nd,1\n", "id,last\na,3\nb,1\nc,1\nd,4\n"};
  struct rung_error error = {0};
  for (uint32_t depth = LIMIT_STAGES - 2; depth < LIMIT_STAGES; depth++) {
    char *out = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&out, &length);
    rung_program *program = compile_ranks(depth, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(program);
    struct rung_score_options options = {.input_text = {dump, sizeof dump - 1}, .slim = true, .write = keep,
                                         .write_context = file, .today = 20000};
    rung_summary *summary = NULL;
    CU_ASSERT_EQUAL(rung_score(program, &options, NULL, 0, &summary, &error), RUNG_OK);
    fclose(file);
    CU_ASSERT_STRING_EQUAL(out, wanted[depth % 2]);
    free(out);
    rung_summary_free(summary);
    rung_program_free(program);
  }
  CU_ASSERT_PTR_NULL(compile_ranks(LIMIT_STAGES, &error));
  CU_ASSERT_STRING_EQUAL(error.text, "the rules need 1001 passes over the data; at most 1000 are allowed");
}

void suite_limits(void);
void suite_limits(void) {
  CU_pSuite suite = CU_add_suite("limits", NULL, NULL);
  CU_add_test(suite, "passes over the data", test_passes);
}
