/* test_rows.c - the rows of tests in rule files, as the dumps that a run would read. */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "failing.h"
#include "rungc.h"

static struct rung_text text_of(const char *text) { return (struct rung_text){text, strlen(text)}; }

static bool same(struct rung_text text, const char *wanted) {
  return text.length == strlen(wanted) && memcmp(text.bytes, wanted, text.length) == 0;
}

/* The compilation of rules with tests; the caller frees it. */
static rungc_compilation *compile(const char *file, const char *rules) {
  struct rungc_options options = {.tests = true};
  rungc_compilation *compilation = NULL;
  struct rung_error error = {0};
  enum rung_status status = rungc_compile(text_of(file), text_of(rules), &options, &compilation, &error);
  if (status && compilation)
    for (size_t i = 0; i < rungc_messages(compilation); i++) {
      struct rung_text text = rungc_message_text(compilation, i);
      fprintf(stderr, "\n%.*s", (int)text.length, text.bytes);
    }
  CU_ASSERT_EQUAL_FATAL(status, RUNG_OK);
  CU_ASSERT_FATAL(rungc_tests(compilation) > 0);
  return compilation;
}

static const struct rungc_test_table *find(const struct rungc_test *test, const char *table) {
  for (size_t i = 0; i < test->table_count; i++)
    if (same(test->tables[i].table, table)) return &test->tables[i];
  return NULL;
}

/* Asserts what a table of the first test is. */
static void check_csv(const char *rules, const char *table, const char *csv) {
  rungc_compilation *compilation = compile("rules.rung", rules);
  struct rungc_test test = rungc_test(compilation, 0);
  const struct rungc_test_table *found = find(&test, table);
  CU_ASSERT_PTR_NOT_NULL_FATAL(found);
  bool fine = same(found->csv, csv);
  if (!fine) fprintf(stderr, "\n  got:  %.*s\n  not:  %s\n", (int)found->csv.length, found->csv.bytes, csv);
  CU_ASSERT(fine);
  rungc_free(compilation);
}

/* -- Cells --------------------------------------------------------------------------- */

#define ONE(column, rule, cell) \
  "input customers { id text key; " column " }\n" rule "\n" \
  "test \"t\" { today 2026-11-21; customers: " cell "; expect a; }"

static void test_dates(void) {
  check_csv(ONE("born date;", "born is present -> a;", "born 1990-02-01"), "", "id,born\n1,1990-02-01\n");
  check_csv(ONE("born date format \"DD.MM.YYYY\";", "born is present -> a;", "born 1990-02-01"), "",
            "id,born\n1,01.02.1990\n");
  check_csv(ONE("born date format \"D/M/YY\";", "born is present -> a;", "born 1969-12-31"), "",
            "id,born\n1,31/12/69\n");
  check_csv(ONE("born date format \"YYYYMMDD\";", "born is present -> a;", "born 0987-06-05"), "",
            "id,born\n1,09870605\n");
  /* What two digits cannot say is written so that it is refused, and never 2050. */
  check_csv(ONE("born date format \"DD.MM.YY\";", "born is present -> a;", "born 1950-02-01"), "",
            "id,born\n1,1950-02-01\n");
  check_csv(ONE("seen datetime format \"DD.MM.YYYY\";", "seen is present -> a;", "seen 2026-11-20"), "",
            "id,seen\n1,20.11.2026\n");
  check_csv(ONE("seen datetime;", "seen is present -> a;", "seen \"2026-11-20 15:30\""), "",
            "id,seen\n1,\"2026-11-20 15:30\"\n");
  check_csv(ONE("born date format \"DD.MM.YYYY\";", "born is present -> a;", "born \"31.12.1999\""), "",
            "id,born\n1,31.12.1999\n");
}

static void test_numbers(void) {
  check_csv(ONE("n integer; x number; m money;", "n = 1 and x > 0 and m > 0 -> a;", "n -3, x 0.5, m 28.71"), "",
            "id,n,x,m\n1,-3,0.5,28.71\n");
  check_csv(ONE("x number; m money;", "x > 0 and m > 0 -> a;", "x -0.000001, m 9223372036854"), "",
            "id,x,m\n1,-0.000001,9223372036854\n");
  check_csv(ONE("m money;", "m > 0 -> a;", "m \"1 234,50 руб.\""), "", "id,m\n1,\"1 234,50 руб.\"\n");
  check_csv(ONE("n integer;", "n = 1 -> a;", "n 9223372036854775807"), "", "id,n\n1,9223372036854775807\n");
}

static void test_texts(void) {
  check_csv(ONE("name text;", "name is present -> a;", "name \"Анна \\\"Ёж\\\", из Орла\""), "",
            "id,name\n1,\"Анна \"\"Ёж\"\", из Орла\"\n");
  check_csv(ONE("name text;", "name is present -> a;", "name \"two\\nlines\""), "", "id,name\n1,\"two\nlines\"\n");
  check_csv(ONE("name text from \"Имя, фамилия\";", "name is present -> a;", "name \"x\""), "",
            "id,\"Имя, фамилия\"\n1,x\n");
  check_csv(ONE("labels list separated \",\";", "labels has \"vip\" -> a;", "labels \"vip,b2b\""), "",
            "id,labels\n1,\"vip,b2b\"\n");
  check_csv(ONE("f flag; g flag;", "f and not g -> a;", "f yes, g false"), "", "id,f,g\n1,yes,no\n");
  /* Also a column that is given a default is left empty. */
  check_csv(ONE("n integer default 5; name text;", "n = 5 and name is missing -> a;", "id \"k\""), "",
            "id,n,name\nk,,\n");
}

/* -- Tables ------------------------------------------------------------------------------ */

#define SHOP "input customers { id text key; n integer; }\n" \
             "input orders per id { id text from \"Customer\"; total money; }\n" \
             "input previous per id;\n" \
             "(count of orders) > 0 -> buyer;\nwas buyer and n = 1 -> again;\n"

static void test_tables(void) {
  static const char rules[] = SHOP
      "test \"t\" { customers: n 1;\n orders: total 5;\n orders: total 6; customers: id \"x\";\n orders: total 7;\n"
      "orders: id \"1\", total 8; customers: n 3; previous: id \"x\", tags \"buyer\"; expect again; }";
  check_csv(rules, "", "id,n\n1,1\nx,\n3,3\n");
  check_csv(rules, "orders", "Customer,total\n1,5\n1,6\nx,7\n1,8\n");
  check_csv(rules, "previous", "id,tags\nx,buyer\n");
  rungc_compilation *compilation = compile("rules.rung", rules);
  struct rungc_test test = rungc_test(compilation, 0);
  CU_ASSERT_EQUAL(test.table_count, 3);
  CU_ASSERT(!test.first_run);
  const struct rungc_test_table *orders = find(&test, "orders");
  CU_ASSERT_EQUAL_FATAL(orders->row_count, 4);
  CU_ASSERT_EQUAL(orders->lines[0], 7);
  CU_ASSERT_EQUAL(orders->lines[1], 8);
  CU_ASSERT_EQUAL(orders->lines[2], 9);
  CU_ASSERT_EQUAL(orders->lines[3], 10);
  rungc_free(compilation);
}

/* A table without a row is empty, but that of the last run, which then was none. */
static void test_no_rows(void) {
  static const char rules[] = SHOP "test \"t\" { customers: n 1; expect not buyer; }";
  check_csv(rules, "orders", "Customer,total\n");
  rungc_compilation *compilation = compile("rules.rung", rules);
  struct rungc_test test = rungc_test(compilation, 0);
  CU_ASSERT(test.first_run);
  CU_ASSERT_PTR_NULL(find(&test, "previous"));
  rungc_free(compilation);
}

static void test_parts(void) {
  static const char rules[] =
      "param least = 5; input customers { id text key; n integer; born date; }\n"
      "n >= least and born older than 3 days -> a;\n"
      "test \"first\" { today 2026-11-21; param least = -2; customers from \"more/rows.csv\";\n"
      "  expect \"7\": a, n =\n 1; }\n"
      "test \"second\" { today \"2026-11-21T15:30\"; customers: n 1; expect not a; }\n";
  rungc_compilation *compilation = compile("folder/rules.rung", rules);
  CU_ASSERT_EQUAL_FATAL(rungc_tests(compilation), 2);
  struct rungc_test test = rungc_test(compilation, 0);
  CU_ASSERT(same(test.name, "first") && same(test.file, "folder/rules.rung"));
  CU_ASSERT_EQUAL(test.line, 3);
  CU_ASSERT(same(test.today, "2026-11-21"));
  CU_ASSERT_EQUAL_FATAL(test.setting_count, 1);
  CU_ASSERT(same(test.settings[0].name, "least") && same(test.settings[0].value, "-2"));
  CU_ASSERT_EQUAL_FATAL(test.table_count, 1);
  CU_ASSERT(same(test.tables[0].path, "folder/more/rows.csv"));
  CU_ASSERT_EQUAL_FATAL(test.expectation_count, 2);
  CU_ASSERT(same(test.expectations[1].source, "n =\n 1") && same(test.expectations[1].key, "7"));
  CU_ASSERT_EQUAL(test.expectations[1].line, 4);
  CU_ASSERT(same(rungc_test(compilation, 1).today, "2026-11-21T15:30"));
  rungc_free(compilation);
}

/* -- What expectations depend on ----------------------------------------------------------- */

static void test_concerns(void) {
  static const char rules[] =
      "input customers { id text key; n integer; mail flag; }\n"
      "let twice = n * 2;\n"
      "status s { twice > 10 and mail -> big; otherwise -> small; }\n"
      "big -> thank;\n"
      "test \"t\" { customers: n 1; expect thank; }\n";
  static const struct {
    enum rungc_concern_kind kind;
    const char *gives, *source;
  } wanted[] = {
      {RUNGC_CONDITION, "thank if", "big"},
      {RUNGC_CONDITION, "s = big if", "twice > 10 and mail"},
      {RUNGC_PART, "", "twice > 10"},
      {RUNGC_PART, "", "mail"},
      {RUNGC_VALUE, "", "twice"},
      {RUNGC_VALUE, "", "mail"},
      {RUNGC_VALUE, "", "n"},
  };
  rungc_compilation *compilation = compile("rules.rung", rules);
  struct rungc_test test = rungc_test(compilation, 0);
  CU_ASSERT_EQUAL_FATAL(test.expectation_count, 1);
  CU_ASSERT_EQUAL_FATAL(test.expectations[0].concern_count, sizeof wanted / sizeof *wanted);
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    const struct rungc_concern *concern = &test.expectations[0].concerns[i];
    CU_ASSERT_EQUAL(concern->kind, wanted[i].kind);
    CU_ASSERT(same(concern->gives, wanted[i].gives));
    CU_ASSERT(same(concern->source, wanted[i].source));
  }
  rungc_free(compilation);
}

static void test_failing_memory(void) {
  static const char rules[] = SHOP
      "campaign c { when n > 0; unless n = 7; channel mail when n < 9; }\n"
      "test \"t\" { param p = 2; customers: n 1; orders: total 5; previous: tags \"buyer\"; expect again, c; }\n"
      "param p = 1; p > 1 -> large;\n";
  bool done = false;
  for (size_t n = 1; n < 100000 && !done; n++) {
    struct failing failing = {.fails_at = n};
    struct rung_allocator allocator = {failing_resize, &failing};
    struct rungc_options options = {.allocator = &allocator, .tests = true, .coverage = true};
    rungc_compilation *compilation = NULL;
    enum rung_status status = rungc_compile(text_of("rules.rung"), text_of(rules), &options, &compilation, NULL);
    done = status == RUNG_OK;
    if (!done) CU_ASSERT_EQUAL_FATAL(status, RUNG_NO_RESOURCE);
    rungc_free(compilation);
    CU_ASSERT_EQUAL(failing.live, 0);
  }
  CU_ASSERT(done);
}

void suite_test_rows(void);
void suite_test_rows(void) {
  CU_pSuite suite = CU_add_suite("test_rows", NULL, NULL);
  CU_add_test(suite, "dates in the form that the column declares", test_dates);
  CU_add_test(suite, "numbers and money", test_numbers);
  CU_add_test(suite, "texts, lists, flags, headers", test_texts);
  CU_add_test(suite, "tables and their keys", test_tables);
  CU_add_test(suite, "tables without rows", test_no_rows);
  CU_add_test(suite, "date, params, files, expectations", test_parts);
  CU_add_test(suite, "what an expectation depends on", test_concerns);
  CU_add_test(suite, "each allocation fails", test_failing_memory);
}
