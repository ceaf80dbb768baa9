/* score_stages.c - whole files through several stages: memory that runs out, files that change, hostile programs. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "builder.h"
#include "meager.h"
#include "rungc.h"

/* -- Files in a folder of their own ------------------------------------------------ */

static char folder[] = "/tmp/rung-stages-XXXXXX";
static char dump_path[64], orders_path[64], previous_path[64], out_path[64], rejects_path[64];

static int open_folder(void) {
  if (!mkdtemp(folder)) return 1;
  snprintf(dump_path, sizeof dump_path, "%s/dump.csv", folder);
  snprintf(orders_path, sizeof orders_path, "%s/orders.csv", folder);
  snprintf(previous_path, sizeof previous_path, "%s/previous.csv", folder);
  snprintf(out_path, sizeof out_path, "%s/out.csv", folder);
  snprintf(rejects_path, sizeof rejects_path, "%s/bad.csv", folder);
  return 0;
}

static int close_folder(void) {
  unlink(dump_path), unlink(orders_path), unlink(previous_path), unlink(out_path), unlink(rejects_path);
  return rmdir(folder); /* fails when a temporary file was left behind */
}

static void write_file(const char *path, const char *text) {
  FILE *file = fopen(path, "wb");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  CU_ASSERT_EQUAL(fwrite(text, 1, strlen(text), file), strlen(text));
  CU_ASSERT_EQUAL(fclose(file), 0);
}

static rungc_compilation *compile(const char *rules) {
  rungc_compilation *compilation = NULL;
  struct rung_error error;
  enum rung_status status = rungc_compile((struct rung_text){"test.rung", 9}, (struct rung_text){rules, strlen(rules)},
                                          NULL, &compilation, &error);
  CU_ASSERT_EQUAL_FATAL(status, RUNG_OK);
  return compilation;
}

/* -- The programs -------------------------------------------------------------------- */

/* All of it: aggregates of every size of state, what was, populations in populations, keys told apart. */
static const char all_rules[] =
    "input customers { id text key; n integer; }\n"
    "input orders per id { at date; paid money; item text; }\n"
    "input previous per id;\n"
    "let spent = sum of orders.paid where at within last 9999 days;\n"
    "let place = rank of spent;\n"
    "let over = spent - average of spent;\n"
    "status life { spent > 10 -> buyer; n > 0 -> visitor; }\n"
    "top 2 by spent -> best;  top 1 by over -> far;\n"
    "was buyer and spent < 5 -> fell;\n"
    "became buyer -> new;\n"
    "let things = distinct of orders.item;  let last = latest of orders.item by orders.at;  let mean = average of orders.paid;\n"
    "let fifth = quintile of over;  let middle = median of n;\n"
    "let before = previous.place;\n"
    "show spent, place, over, things, last, mean, fifth, middle, before;\n";
static const char all_dump[] = "id,n\na,1\nb,\nc,x\nan identifier longer than twelve bytes,3\na,7\n\"q\"\"q\",5\n";
static const char all_orders[] =
    "id,at,paid,item\na,2020-01-01,7.50,pen\na,2020-01-02,1.00,ink\n,2020-01-01,1.00,pen\n"
    "an identifier longer than twelve bytes,2020-01-03,20.00,a thing whose name is longer than sixteen bytes\n"
    "b,yesterday,1.00,pen\nz,2020-01-01,2.00,pen\n\"q\"\"q\",2020-01-01,3.00,pen\n";
static const char all_previous[] = "id,n,life,tags,place\na,1,buyer,best|far,1\nb,2,,,\n";

static const char base_rules[] =
    "input customers from orders;\ninput orders per id { paid money; }\n"
    "let spent = sum of orders.paid;  let place = rank of spent;\n"
    "top 1 by spent -> best;  show spent, place;\n";

static void write_all(void) {
  write_file(dump_path, all_dump);
  write_file(orders_path, all_orders);
  write_file(previous_path, all_previous);
  unlink(out_path), unlink(rejects_path);
}

static struct rung_table_file files[2] = {{.table = TEXT_OF("orders"), .path = orders_path},
                                          {.table = TEXT_OF("previous"), .path = previous_path}};

static struct rung_score_options all_options(void) {
  return (struct rung_score_options){.input = dump_path, .output = out_path, .rejects = rejects_path,
                                     .max_rejects = 1000000, .tables = files, .table_count = 2, .today = 20000,
                                     .duplicates = RUNG_DUPLICATES_FIRST, .batch_rows = 2};
}

static struct rung_score_options base_options(void) {
  struct rung_score_options options = all_options();
  options.input = NULL;
  options.table_count = 1;
  return options;
}

/* -- Memory: whichever allocation fails, the run says so and leaves nothing ----------- */

static enum rung_status score_with(const struct rung_text bytes, const struct rung_score_options *options,
                                   struct budget *budget) {
  const struct rung_allocator allocator = {meager, budget};
  struct rung_error error = {0};
  rung_program *program = NULL;
  rung_summary *summary = NULL;
  enum rung_status status = rung_program_load(bytes.bytes, bytes.length, &allocator, &program, &error);
  if (status == RUNG_OK) status = rung_score(program, options, NULL, 0, &summary, &error);
  if (status != RUNG_OK) CU_ASSERT(error.status == status && error.text[0] != 0);
  rung_summary_free(summary);
  rung_program_free(program);
  CU_ASSERT_EQUAL(budget->bytes, 0);
  return status;
}

static void memory_out(const char *rules, struct rung_score_options options, bool once) {
  rungc_compilation *compilation = compile(rules);
  enum rung_status status = RUNG_NO_RESOURCE;
  size_t tried = 0;
  write_all();
  for (; status != RUNG_OK && tried < 5000; tried++) {
    struct budget budget = {tried, once, 0};
    unlink(out_path);
    status = score_with(rungc_program(compilation), &options, &budget);
    CU_ASSERT(status == RUNG_OK || status == RUNG_NO_RESOURCE);
    CU_ASSERT_EQUAL(access(out_path, F_OK) == 0, status == RUNG_OK);
  }
  CU_ASSERT_EQUAL(status, RUNG_OK);
  CU_ASSERT_TRUE(tried > 100);
  rungc_free(compilation);
}

static void test_memory_out(void) {
  for (int once = 0; once < 2; once++) {
    struct rung_score_options options = all_options();
    memory_out(all_rules, options, once);
    options.memory = 1; /* populations in temporary files */
    options.format = RUNG_JSONL;
    memory_out(all_rules, options, once);
    memory_out(base_rules, base_options(), once);
  }
}

/* -- Files that change between two passes ------------------------------------------------ */

static int change(void *context, uint64_t bytes, uint64_t total, uint64_t rows) {
  const char **text = context;
  (void)bytes, (void)total, (void)rows;
  if (*text) write_file(dump_path, *text);
  *text = NULL;
  return 0;
}

static void test_changed_between(void) {
  static const char *const others[] = {"id\na\n", "id,n\na,2\nb,1\n", "n\n1\n", "", "x,id,n\n1,a,1\n", "id,n\n",
                                       "\n\nn,id\n1,a\n2,b\n"};
  rungc_compilation *compilation = compile("input t { id text key; n integer; }\n"
                                           "let place = rank of n; top 1 by place -> first; show place;\n");
  struct rung_text program = rungc_program(compilation);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    const char *text = others[i];
    struct budget budget = {SIZE_MAX, false, 0};
    struct rung_score_options options = {.input = dump_path, .output = out_path, .progress = change, .context = &text};
    write_file(dump_path, "id,n\na,1\nb,2\n");
    unlink(out_path);
    CU_ASSERT_EQUAL(score_with(program, &options, &budget), RUNG_BAD_DATA);
    CU_ASSERT_NOT_EQUAL(access(out_path, F_OK), 0);
  }
  rungc_free(compilation);
}

/* -- What is counted once, however often the file is read ----------------------------------- */

static void test_passes_count_once(void) {
  rungc_compilation *compilation = compile("input t { id text key; n integer; s text; }\n"
                                           "let place = rank of n; let over = n - average of place;\n"
                                           "quintile of over = 5 -> far; s = \"x\" -> tagged; show place;\n");
  struct rung_text bytes = rungc_program(compilation);
  struct rung_score_options options = {.input = dump_path, .output = out_path};
  struct rung_error error;
  rung_program *program = NULL;
  rung_summary *summary = NULL;
  write_file(dump_path, "\n \nid,n,s\na,1,\xff\n\nb,2,x\n");
  CU_ASSERT_EQUAL_FATAL(rung_program_load(bytes.bytes, bytes.length, NULL, &program, &error), RUNG_OK);
  CU_ASSERT_EQUAL_FATAL(rung_score(program, &options, NULL, 0, &summary, &error), RUNG_OK);
  struct rung_totals totals = rung_summary_totals(summary);
  CU_ASSERT_EQUAL(totals.rows_read, 2);
  CU_ASSERT_EQUAL(totals.blank_lines, 3);
  CU_ASSERT_EQUAL(totals.foreign_texts, 1);
  CU_ASSERT_EQUAL(totals.foreign_at.line, 4);
  CU_ASSERT_EQUAL(totals.foreign_at.column, 3);
  CU_ASSERT_EQUAL(totals.foreign_at.byte, 14);
  CU_ASSERT(totals.foreign_at.name.length == 1 && totals.foreign_at.name.bytes[0] == 's');
  rung_summary_free(summary);
  rung_program_free(program);
  rungc_free(compilation);
}

/* -- Hostile programs --------------------------------------------------------------------------- */

/* Bits are changed all over the program; what loads is run, and may only come to an end. */
static void hostile(const char *rules, struct rung_score_options options) {
  rungc_compilation *compilation = compile(rules);
  struct rung_text program = rungc_program(compilation);
  unsigned char *bytes = malloc(program.length);
  size_t loaded = 0;
  CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
  memcpy(bytes, program.bytes, program.length);
  write_all();
  for (size_t bit = 0; bit < program.length * 8; bit += 11) { /* in time each bit of a word */
    struct rung_error error;
    rung_program *changed = NULL;
    bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    builder_seal(bytes, program.length);
    if (rung_program_load(bytes, program.length, NULL, &changed, &error) == RUNG_OK) {
      (void)rung_score(changed, &options, NULL, 0, NULL, &error);
      loaded++;
    }
    rung_program_free(changed);
    bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
  }
  CU_ASSERT_TRUE(loaded > 0); /* a letter of a name may change */
  free(bytes);
  rungc_free(compilation);
}

static void test_hostile(void) {
  hostile(all_rules, all_options());
  hostile(base_rules, base_options());
}

void suite_score_stages(void);
void suite_score_stages(void) {
  CU_pSuite suite = CU_add_suite("score stages", open_folder, close_folder);
  CU_add_test(suite, "memory out at each allocation", test_memory_out);
  CU_add_test(suite, "a file that changes between passes", test_changed_between);
  CU_add_test(suite, "several passes count once", test_passes_count_once);
  CU_add_test(suite, "changed bits", test_hostile);
}
