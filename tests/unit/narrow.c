/* narrow.c - runs of several passes over customers of many columns: rows kept, rows read again, no memory left. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failing.h"
#include "rungc.h"

enum { PLENTY = 1 << 20, COLUMNS = 20 };

static const char rules[] =
    "input t { id text key; n integer; s text; }\n"
    "let place = rank of n;  let of_place = cumulative share of place;\n"
    "s contains \"\\\"\" -> quoted;  top 10 by n -> best;\n"
    "show place, of_place;\n";

static rung_program *load(const struct rung_allocator *allocator) {
  rungc_compilation *compilation = NULL;
  rung_program *program = NULL;
  struct rung_error error;
  struct rung_text text = {rules, sizeof rules - 1};
  CU_ASSERT_EQUAL_FATAL(rungc_compile((struct rung_text){"t.rung", 6}, text, NULL, &compilation, &error), RUNG_OK);
  struct rung_text bytes = rungc_program(compilation);
  CU_ASSERT_EQUAL_FATAL(rung_program_load(bytes.bytes, bytes.length, allocator, &program, &error), RUNG_OK);
  rungc_free(compilation);
  return program;
}

/* Each third row is refused; the last one ends without a line end. */
static char *make_dump(size_t rows, size_t *length) {
  char *dump = NULL;
  FILE *file = open_memstream(&dump, length);
  fputs("s,n,id", file);
  for (size_t i = 3; i < COLUMNS; i++) fprintf(file, ",x%zu", i);
  for (size_t row = 0; row < rows; row++) {
    fprintf(file, row % 2 ? "\r\n" : "\n");
    fprintf(file, row % 5 ? "\"a\"\"%zu\"," : ",", row);
    fprintf(file, row % 3 == 2 ? "many," : row % 7 ? "%zu," : ",", row * 31 % 100);
    fprintf(file, "\"k%zu\"", row);
    for (size_t i = 3; i < COLUMNS; i++) fputs(i % 2 ? ",\"\n,\"" : ",some text", file);
  }
  fclose(file);
  return dump;
}

static int keep(void *context, const char *bytes, size_t length) { return fwrite(bytes, 1, length, context) != length; }

struct ran {
  enum rung_status status;
  char *out;
  size_t length;
  struct rung_totals totals;
};

/* Refused rows go nowhere. */
static struct ran run(const rung_program *program, struct rung_text dump, size_t memory, uint32_t threads) {
  struct ran ran = {0};
  FILE *out = open_memstream(&ran.out, &ran.length);
  rung_summary *summary = NULL;
  struct rung_score_options options = {.input_text = dump, .write = keep, .write_context = out, .slim = true,
                                       .threads = threads, .block_bytes = 700, .batch_rows = 64, .memory = memory,
                                       .rejects = "/dev/null", .max_rejects = 1000000};
  ran.status = rung_score(program, &options, NULL, 0, &summary, NULL);
  if (summary) ran.totals = rung_summary_totals(summary);
  rung_summary_free(summary);
  fclose(out);
  return ran;
}

static bool same(const struct ran *a, const struct ran *b) {
  return a->length == b->length && memcmp(a->out, b->out, a->length) == 0 &&
         memcmp(&a->totals, &b->totals, sizeof a->totals) == 0;
}

static void test_kept(void) {
  static const size_t sizes[] = {0, 1, 2, 3, 63, 64, 65, 96, 97, 500};
  rung_program *program = load(NULL);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    size_t length;
    char *dump = make_dump(sizes[i], &length);
    struct ran again = run(program, (struct rung_text){dump, length}, 1, 1);
    CU_ASSERT_EQUAL(again.status, RUNG_OK);
    CU_ASSERT_EQUAL(again.totals.rows_read, sizes[i]);
    CU_ASSERT_EQUAL(again.totals.rows_rejected, sizes[i] / 3);
    CU_ASSERT_EQUAL(again.totals.bytes_read, length);
    /* What fits, what does not after some rows. */
    for (uint32_t memory = PLENTY, threads = 1; memory > 64; memory /= 4, threads = threads % 3 + 1) {
      struct ran kept = run(program, (struct rung_text){dump, length}, memory, threads);
      CU_ASSERT_EQUAL(kept.status, RUNG_OK);
      CU_ASSERT(same(&kept, &again));
      free(kept.out);
    }
    free(again.out);
    free(dump);
  }
  rung_program_free(program);
}

/* Memory that runs out at any place ends the run, or rows are read again. */
static void test_without_memory(void) {
  struct failing failing = {.fails_at = SIZE_MAX};
  struct rung_allocator allocator = {failing_resize, &failing};
  rung_program *program = load(&allocator);
  size_t length, before = failing.live, ended = 0;
  char *dump = make_dump(200, &length);
  struct ran whole = run(program, (struct rung_text){dump, length}, PLENTY, 1);
  CU_ASSERT_EQUAL(whole.status, RUNG_OK);
  CU_ASSERT_EQUAL(failing.live, before);
  size_t most = failing.count;
  for (size_t at = 0; at < most; at++) {
    failing = (struct failing){.fails_at = at, .live = before};
    struct ran ran = run(program, (struct rung_text){dump, length}, PLENTY, 1);
    CU_ASSERT(ran.status == RUNG_NO_RESOURCE || (ran.status == RUNG_OK && same(&ran, &whole)));
    CU_ASSERT_EQUAL(failing.live, before);
    ended += ran.status != RUNG_OK;
    free(ran.out);
  }
  CU_ASSERT(ended > most / 2);
  free(whole.out);
  free(dump);
  failing.fails_at = SIZE_MAX;
  rung_program_free(program);
}

void suite_narrow(void);
void suite_narrow(void) {
  CU_pSuite suite = CU_add_suite("narrow", NULL, NULL);
  CU_add_test(suite, "rows kept and read again", test_kept);
  CU_add_test(suite, "memory runs out", test_without_memory);
}
