/* guards.c - what is judged over a whole run, dumps and outputs in memory, and what must add up. */
#include <CUnit/CUnit.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "builder.h"
#include "meager.h"
#include "rungc.h"

void suite_guards(void);

static char folder[] = "/tmp/rung-guards-XXXXXX";
static char set_path[64];

static int open_folder(void) {
  if (!mkdtemp(folder)) return 1;
  snprintf(set_path, sizeof set_path, "%s/set", folder);
  return 0;
}

static int close_folder(void) { return rmdir(folder); /* fails when something was left behind */ }

static rungc_compilation *compile(const char *rules, bool coverage) {
  const struct rungc_options options = {.coverage = coverage};
  rungc_compilation *compilation = NULL;
  struct rung_error error;
  enum rung_status status = rungc_compile((struct rung_text){"test.rung", 9}, (struct rung_text){rules, strlen(rules)},
                                          &options, &compilation, &error);
  CU_ASSERT_EQUAL_FATAL(status, RUNG_OK);
  return compilation;
}

static rung_program *load(const char *rules, bool coverage) {
  rungc_compilation *compilation = compile(rules, coverage);
  struct rung_text bytes = rungc_program(compilation);
  rung_program *program = NULL;
  CU_ASSERT_EQUAL_FATAL(rung_program_load(bytes.bytes, bytes.length, NULL, &program, NULL), RUNG_OK);
  rungc_free(compilation);
  return program;
}

/* -- Runs in memory ------------------------------------------------------------------------ */

struct taken {
  char bytes[4096];
  size_t length, calls;
  bool refuses;
};

static int take(void *context, const char *bytes, size_t length) {
  struct taken *taken = context;
  taken->calls++;
  if (taken->refuses) return 1;
  for (size_t i = 0; i < length && taken->length + 1 < sizeof taken->bytes; i++)
    taken->bytes[taken->length++] = bytes[i];
  return 0;
}

static struct rung_text text_of(const char *string) { return (struct rung_text){string, strlen(string)}; }

struct run {
  struct rung_score_options options;
  struct taken taken;
  rung_summary *summary;
  struct rung_error error;
};

static struct run run_of(const char *dump) {
  return (struct run){.options = {.input_text = text_of(dump), .write = take, .today = 20000}};
}

static enum rung_status score(const rung_program *program, struct run *run) {
  run->options.write_context = &run->taken;
  rung_summary_free(run->summary);
  run->taken.length = run->taken.calls = 0;
  memset(run->taken.bytes, 0, sizeof run->taken.bytes);
  return rung_score(program, &run->options, NULL, 0, &run->summary, &run->error);
}

static void test_memory_run(void) {
  rung_program *program =
      load("input customers { id text key; n integer; } input orders per id { paid money; }\n"
           "let spent = sum of orders.paid; top 1 by spent -> best; n > 1 -> many; show spent;", false);
  struct rung_table_file orders = {.table = TEXT_OF("orders"), .text = TEXT_OF("id,paid\nb,1.50\na,1\nb,2\n")};
  struct run run = run_of("id,n\na,1\nb,2\nc,");
  run.options.tables = &orders, run.options.table_count = 1;
  for (uint32_t batch = 1; batch < 4; batch++) {
    run.options.batch_rows = batch;
    CU_ASSERT_EQUAL(score(program, &run), RUNG_OK);
    CU_ASSERT_STRING_EQUAL(run.taken.bytes, "id,n,tags,spent\na,1,,1.00\nb,2,best|many,3.50\nc,,,0.00\n");
    CU_ASSERT_EQUAL(rung_summary_totals(run.summary).bytes_written, run.taken.length);
  }
  run.taken.refuses = true;
  CU_ASSERT_EQUAL(score(program, &run), RUNG_NO_RESOURCE);
  CU_ASSERT_EQUAL(run.taken.calls, 1);
  run.options.input_text = TEXT_OF("id,n\na,x\n");
  CU_ASSERT_EQUAL(score(program, &run), RUNG_BAD_DATA);
  CU_ASSERT_PTR_NOT_NULL(strstr(run.error.text, "customers: 1 of 1 rows is bad; nothing was written"));
  CU_ASSERT_EQUAL(run.taken.calls, 0);
  orders.text = TEXT_OF("paid\n1\n");
  CU_ASSERT_EQUAL(score(program, &run), RUNG_BAD_DATA);
  CU_ASSERT_PTR_NOT_NULL(strstr(run.error.text, "orders"));
  run.options.input_text = TEXT_OF("");
  orders.text = TEXT_OF("id,paid\n");
  CU_ASSERT_EQUAL(score(program, &run), RUNG_BAD_DATA); /* not even a header */
  rung_summary_free(run.summary);
  rung_program_free(program);
}

/* -- Counting over batches -------------------------------------------------------------------- */

/* Row i of `rows` has n = i and the key k followed by rows - i, so that the smallest keys come last. */
static char *make_dump(size_t rows) {
  char *dump = malloc(16 + rows * 24), *at = dump;
  CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
  at += sprintf(at, "id,n\n");
  for (size_t i = 0; i < rows; i++) at += sprintf(at, "k%05zu,%zu\n", rows - i, i);
  return dump;
}

static void check_keys(const struct rung_guard_result *result, size_t rows, size_t least) {
  size_t wanted = rows - least < 5 ? rows - least : 5;
  CU_ASSERT_EQUAL_FATAL(result->key_count, wanted);
  for (size_t k = 0; k < wanted; k++) {
    char key[16];
    snprintf(key, sizeof key, "k%05zu", k + 1);
    CU_ASSERT(result->keys[k].length == 6 && memcmp(result->keys[k].bytes, key, 6) == 0);
  }
}

/* All guards are broken, so all have keys: of n >= 1, and of n that is not 0. */
static void check_rows(const rung_program *program, size_t rows, uint32_t batch) {
  char *dump = make_dump(rows);
  struct run run = run_of(dump);
  run.options.batch_rows = batch;
  CU_ASSERT_EQUAL(score(program, &run), RUNG_NOTICE);
  CU_ASSERT_EQUAL(run.taken.calls, 0);
  const int64_t some = (int64_t)rows - 1, all = (int64_t)rows;
  const int64_t wanted[] = {some, some * 1000000 / all, some * all / 2, some, 1};
  for (size_t i = 0; i < 5; i++) {
    struct rung_guard_result result = rung_summary_guard(run.summary, i);
    CU_ASSERT(result.judged && !result.held && result.value.present);
    CU_ASSERT_EQUAL(result.value.as.integer, wanted[i]);
    if (i < 4) check_keys(&result, rows, 1);
  }
  CU_ASSERT_EQUAL(rung_summary_totals(run.summary).rows_written, 0);
  rung_summary_free(run.summary);
  free(dump);
}

static void test_batches(void) {
  static const size_t rows[] = {2, 5, 6, 63, 64, 65, 129, 1000};
  rung_program *program = load("input customers { id text key; n integer; }\n"
                               "guard count of (n >= 1) < 0; guard share of (n >= 1) < 0; guard sum of n < 0;\n"
                               "never n >= 1; always n >= 1;", false);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    for (uint32_t batch = 1; batch < 200; batch += 63) check_rows(program, rows[i], batch);
  rung_program_free(program);
}

/* -- Exact at the edges -------------------------------------------------------------------------- */

static bool held(const rung_program *program, size_t guard, const char *dump) {
  struct run run = run_of(dump);
  enum rung_status status = score(program, &run);
  CU_ASSERT(status == RUNG_OK || status == RUNG_NOTICE);
  bool answer = rung_summary_guard(run.summary, guard).held;
  rung_summary_free(run.summary);
  return answer;
}

static void test_edges(void) {
  rung_program *program = load("input customers { id text key; n number; i integer; }\n"
                               "guard sum of n <= 9223372036854.775807; guard sum of n = 9223372036854.775807;\n"
                               "guard sum of i <= 3; guard sum of i >= -3; guard share of (i = 1) <= 0.333333;", false);
  const char *large = "id,n,i\na,9223372036854.775806,\nb,0.000001,1\nc,,2\n";
  for (size_t i = 0; i < 3; i++) CU_ASSERT_TRUE(held(program, i, large));
  CU_ASSERT_FALSE(held(program, 4, large)); /* a third is more than 0.333333 */
  const char *larger = "id,n,i\na,9223372036854.775807,9223372036854775807\nb,0.000001,9223372036854775807\n"
                       "c,-0.000002,\nd,9223372036854.775807,-9223372036854775807\ne,,-9223372036854775807\nf,,3\n";
  CU_ASSERT_FALSE(held(program, 0, larger));
  CU_ASSERT_TRUE(held(program, 2, larger));
  CU_ASSERT_TRUE(held(program, 3, larger));
  CU_ASSERT_FALSE(held(program, 3, "id,n,i\na,0,-4\n"));
  CU_ASSERT_TRUE(held(program, 4, "id,n,i\n"));
  rung_program_free(program);
}

/* -- Coverage --------------------------------------------------------------------------------------- */

static void test_tallies(void) {
  rung_program *program = load("input customers { id text key; n integer; f flag; } n > 1 and f -> t;", true);
  struct run run = run_of("id,n,f\na,1,yes\nb,2,yes\nc,,no\nd,3,\ne,,\n");
  CU_ASSERT_EQUAL(score(program, &run), RUNG_OK);
  CU_ASSERT_EQUAL_FATAL(rung_program_tallies(program), 3);
  for (size_t i = 0; i < 3; i++) {
    struct rung_tally_info info = rung_program_tally(program, i);
    struct rung_tally_totals totals = rung_summary_tally(run.summary, i);
    bool whole = info.kind == RUNG_CONDITION, compares = info.source.bytes[0] == 'n';
    CU_ASSERT_EQUAL(totals.yes, whole ? 1 : 2);
    CU_ASSERT_EQUAL(totals.no, whole ? 2 : 1);
    CU_ASSERT_EQUAL(totals.unknown, 2);
    CU_ASSERT(whole || info.kind == RUNG_PART);
    CU_ASSERT(compares || info.source.bytes[0] == 'f');
  }
  rung_summary_free(run.summary);
  rung_program_free(program);
}

/* -- What must add up ----------------------------------------------------------------------------------- */

/* A campaign for those of column `when`; who of them gets it is column `gets`, and who is suppressed `not`. */
static rung_program *build_campaign(bool labelled) {
  static struct builder b;
  builder_init(&b);
  b.tables[0].key = TEXT_OF("id");
  builder_column(&b, "id", RUNG_TEXT);
  b.columns[0].flags = COLUMN_KEY;
  for (int i = 0; i < 3; i++) builder_column(&b, (const char *[]){"when", "gets", "not"}[i], RUNG_FLAG);
  uint32_t sure[3], none = builder_reg(&b, RUNG_FLAG);
  builder_inst(&b, OP_CONST_F, none, NONE32, NONE32, NONE32, builder_constant(&b, RUNG_FLAG, 0, TEXT_OF("")));
  *builder_prologue(&b) = 1;
  for (uint32_t i = 0; i < 3; i++) {
    sure[i] = builder_reg(&b, RUNG_FLAG);
    builder_inst(&b, OP_SURE, sure[i], i + 1, NONE32, NONE32, NONE32);
  }
  struct program_tables *tables = &b.program;
  b.outputs[tables->output_count++] = (struct prog_output){OUTPUT_CAMPAIGNS, TEXT_OF("campaigns"), 0, 1};
  b.labels[tables->label_count++] = (struct prog_label){TEXT_OF("c"), NONE32, labelled ? sure[1] : none};
  b.campaigns[tables->campaign_count++] = (struct prog_campaign){
      .name = TEXT_OF("c"), .title = TEXT_OF(""), .eligible = sure[0], .label_count = 1, .control = NONE32};
  for (uint32_t i = 0; i < OUTCOME_COUNT_OF; i++)
    b.outcomes[tables->outcome_count++].reg = i == OUTCOME_GETS ? sure[1] : i == OUTCOME_SUPPRESSED ? sure[2] : none;
  struct rung_error error;
  rung_program *program = builder_load(&b, &error);
  CU_ASSERT_PTR_NOT_NULL_FATAL(program);
  return program;
}

static void test_conserved(void) {
  static const char *const wrong[] = {
      "id,when,gets,not\na,yes,no,no\n",                  /* nothing became of one */
      "id,when,gets,not\na,no,yes,no\n",                  /* something of one who is not eligible */
      "id,when,gets,not\na,yes,yes,yes\nb,yes,no,no\n",   /* of one twice, of one nothing: the sums agree */
      "id,when,gets,not\na,yes,no,no\nb,no,yes,no\n",     /* likewise */
  };
  rung_program *program = build_campaign(true), *unlabelled = build_campaign(false);
  struct run run = run_of("id,when,gets,not\na,yes,yes,no\nb,yes,no,yes\nc,no,no,no\nd,yes,yes,\n");
  CU_ASSERT_EQUAL(score(program, &run), RUNG_OK);
  struct rung_campaign_totals totals = rung_summary_campaign(run.summary, 0);
  CU_ASSERT_EQUAL(totals.eligible, 3);
  CU_ASSERT_EQUAL(totals.outcomes[OUTCOME_GETS], 2);
  CU_ASSERT_EQUAL(totals.outcomes[OUTCOME_SUPPRESSED], 1);
  CU_ASSERT_EQUAL(totals.outcomes[OUTCOME_CONTROL], 0);
  CU_ASSERT_STRING_EQUAL(run.taken.bytes, "id,when,gets,not,campaigns\na,yes,yes,no,c\nb,yes,no,yes,\n"
                                          "c,no,no,no,\nd,yes,yes,,c\n");
  CU_ASSERT_EQUAL(score(unlabelled, &run), RUNG_NO_RESOURCE);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    run.options.input_text = text_of(wrong[i]);
    CU_ASSERT_EQUAL(score(program, &run), RUNG_NO_RESOURCE);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.error.text, "internal error: what became of those eligible for the campaign c"));
  }
  CU_ASSERT_STRING_EQUAL(rung_outcome_name(0), "suppressed");
  CU_ASSERT_STRING_EQUAL(rung_outcome_name(RUNG_OUTCOMES - 1), "gets");
  CU_ASSERT_PTR_NULL(rung_outcome_name(RUNG_OUTCOMES));
  rung_summary_free(run.summary);
  rung_program_free(program);
  rung_program_free(unlabelled);
}

/* -- Memory: whichever allocation fails, the run says so and leaves nothing -------- */

static const char all_rules[] =
    "input customers { id text key; n integer; mail flag; }\n"
    "campaign a { when n > 0; channel mail when mail; holdout 10%; variants x 50%, y 50%; limit 2 by n; }\n"
    "campaign b { when n > 1; channel mail when mail; }\n"
    "guard count of a <= 2; guard sum of n < 1000; guard share of b.gets < 101%; never n < 0;\n"
    "always n < 100 or n is missing;\n";
static const char all_dump[] = "id,n,mail\na,1,yes\nb,2,no\nc,3,yes\na customer with a long key,4,yes\ne,,\n";

/* Nothing but whole sets of files. */
static void empty_set(bool there) {
  size_t count = 0;
  DIR *names = opendir(set_path);
  CU_ASSERT_EQUAL(names != NULL, there);
  for (struct dirent *entry; names && (entry = readdir(names));) {
    char path[400];
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "%s/%s", set_path, entry->d_name);
    count += unlink(path) == 0;
  }
  if (!names) return;
  closedir(names);
  CU_ASSERT_EQUAL(count, 4); /* a.mail.x.csv, a.mail.y.csv, b.mail.csv, split.json */
  CU_ASSERT_EQUAL(rmdir(set_path), 0);
}

static void test_memory_out(void) {
  rungc_compilation *compilation = compile(all_rules, true);
  struct rung_text bytes = rungc_program(compilation);
  for (int once = 0; once < 2; once++) {
    enum rung_status status = RUNG_NO_RESOURCE;
    for (size_t tried = 0; status != RUNG_OK && tried < 3000; tried++) {
      struct budget budget = {tried, once, 0};
      const struct rung_allocator allocator = {meager, &budget};
      rung_program *program = NULL;
      struct run run = run_of(all_dump);
      run.options.split = set_path;
      status = rung_program_load(bytes.bytes, bytes.length, &allocator, &program, NULL);
      if (!status) status = score(program, &run);
      CU_ASSERT(status == RUNG_OK || status == RUNG_NO_RESOURCE);
      empty_set(status == RUNG_OK);
      rung_summary_free(run.summary);
      rung_program_free(program);
      CU_ASSERT_EQUAL(budget.bytes, 0);
    }
    CU_ASSERT_EQUAL(status, RUNG_OK);
  }
  rungc_free(compilation);
}

void suite_guards(void) {
  CU_pSuite suite = CU_add_suite("guards", open_folder, close_folder);
  CU_add_test(suite, "dumps and outputs in memory", test_memory_run);
  CU_add_test(suite, "batches of any size", test_batches);
  CU_add_test(suite, "exact at the edges", test_edges);
  CU_add_test(suite, "coverage", test_tallies);
  CU_add_test(suite, "what must add up", test_conserved);
  CU_add_test(suite, "memory runs out", test_memory_out);
}
