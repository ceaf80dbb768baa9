/* emit.c - program files: what a compilation writes is what loading tells. */
#include "passes.h"

#include "rungc.h"

#include <stdlib.h>

static rungc_compilation *compile(const char *rules) {
  rungc_compilation *compilation;
  struct rung_error error = {0};
  enum rung_status status = rungc_compile(TEXT("rules.rung"), passes_text(rules), NULL, &compilation, &error);
  if (status != RUNG_OK) fprintf(stderr, "\n-- %s: %s\n", rules, error.text);
  CU_ASSERT_EQUAL_FATAL(status, RUNG_OK);
  return compilation;
}

static rung_program *load_program(const rungc_compilation *compilation) {
  struct rung_text bytes = rungc_program(compilation);
  rung_program *program = NULL;
  CU_ASSERT_EQUAL_FATAL(rung_program_load(bytes.bytes, bytes.length, NULL, &program, NULL), RUNG_OK);
  return program;
}

static bool is(struct rung_text text, const char *expected) { return text_equal(text, passes_text(expected)); }

static const char whole[] =
    "param churn_after = 90 days;\n"
    "param grace = 2 months; param rate = 0.5; param city = \"Kyiv\"; param since = 2026-01-31; param on = yes;\n"
    "input customers {\n"
    "  id text key; name text from \"Имя клиента\"; last date format \"DD.MM.YYYY\"; unused text;\n"
    "  spend money missing \"-1\", \"NULL\"; nps number between -5 and 10.5; sex text one of (\"m\", \"f\");\n"
    "  n integer default -3; t text default \"?\"; d date default 2026-11-21; f flag default yes;\n"
    "}\n"
    "let ratio = spend / n;\n"
    "status cycle { last older than churn_after -> churning; nps > 5 -> fan; otherwise -> rest; }\n"
    "big: ratio > 100 and name != t -> rich, \"`gold`\" because \"they pay\";\n"
    "sex = \"f\" or d > since or f = on -> rich;\n"
    "t = city and nps > rate and last within last grace -> other;\n"
    "show ratio, n;\n";

static void test_tables(void) {
  char rules[sizeof whole];
  strcpy(rules, whole);
  char *quoted = strstr(rules, "\"`gold`\"");
  memcpy(quoted, "`go ld` ", 8); /* a tag that needs back-quotes */
  rungc_compilation *compilation = compile(rules);
  rung_program *program = load_program(compilation);

  CU_ASSERT_EQUAL_FATAL(rung_program_columns(program), 10); /* without `unused` */
  struct rung_column_info name = rung_program_column(program, 1), id = rung_program_column(program, 0);
  CU_ASSERT(is(name.name, "name") && is(name.header, "Имя клиента") && name.type == RUNG_TEXT && !name.key);
  CU_ASSERT(is(id.name, "id") && is(id.header, "id") && id.key);
  CU_ASSERT_EQUAL(rung_program_column(program, 3).type, RUNG_MONEY);

  CU_ASSERT_EQUAL_FATAL(rung_program_params(program), 6);
  CU_ASSERT(is(rung_program_param(program, 0).text, "90 days"));
  CU_ASSERT(is(rung_program_param(program, 3).text, "\"Kyiv\""));
  CU_ASSERT_EQUAL(rung_program_param(program, 1).type, RUNG_INTEGER);
  CU_ASSERT_EQUAL(rung_program_param(program, 2).type, RUNG_NUMBER);

  CU_ASSERT_EQUAL_FATAL(rung_program_labels(program), 6);
  CU_ASSERT(is(rung_program_label(program, 1).name, "fan") && is(rung_program_label(program, 1).status, "cycle"));
  CU_ASSERT(is(rung_program_label(program, 3).name, "rich") && is(rung_program_label(program, 3).status, ""));
  CU_ASSERT(is(rung_program_label(program, 4).name, "go ld"));

  CU_ASSERT_EQUAL_FATAL(rung_program_shows(program), 2);
  CU_ASSERT_EQUAL(rung_program_show(program, 0).type, RUNG_MONEY);
  CU_ASSERT_EQUAL(rung_program_show(program, 1).type, RUNG_INTEGER);

  CU_ASSERT_EQUAL_FATAL(rung_program_rules(program), 6);
  struct rung_rule_info arm = rung_program_rule(program, 0), big = rung_program_rule(program, 3);
  CU_ASSERT(is(arm.gives, "churning") && is(arm.source, "last older than churn_after -> churning"));
  CU_ASSERT(arm.line == 9 && arm.column == 16 && is(arm.file, "rules.rung"));
  CU_ASSERT(is(big.name, "big") && is(big.gives, "rich, go ld") && is(big.because, "they pay"));
  CU_ASSERT_EQUAL(big.line, 10);

  rung_program_free(program);
  rungc_free(compilation);
}

/* The same rules give the same bytes, wherever the memory lies. */
static void test_deterministic(void) {
  rungc_compilation *one = compile("a > 1 and b = \"x\" -> t; c within last 3 days -> u; show a;");
  void *between = malloc(100000);
  rungc_compilation *two = compile("a > 1 and b = \"x\" -> t; c within last 3 days -> u; show a;");
  CU_ASSERT(text_equal(rungc_program(one), rungc_program(two)));
  free(between);
  rungc_free(one);
  rungc_free(two);
}

static size_t count_of(struct rung_text in, const char *what) {
  size_t count = 0, length = strlen(what);
  for (size_t at = 0; at + length <= in.length; at++) count += memcmp(in.bytes + at, what, length) == 0;
  return count;
}

/* A text stands in the file once, whoever uses it. */
static void test_texts_once(void) {
  rungc_compilation *compilation =
      compile("input t { k text key; s text missing \"zebra\"; u text default \"zebra\"; }\n"
              "s = \"zebra\" -> x because \"zebra\"; u in (\"zebra\", \"lion\") -> y because \"zebra\";");
  /* By itself; in the texts of one constant and two conditions; twice in each of two rules. */
  CU_ASSERT_EQUAL(count_of(rungc_program(compilation), "zebra"), 8);
  rungc_free(compilation);
}

static void test_only(void) {
  struct rungc_options options = {.only = TEXT("a > 1")};
  rungc_compilation *compilation;
  CU_ASSERT_EQUAL_FATAL(rungc_compile(TEXT("r"), TEXT("b > 1 -> x;"), &options, &compilation, NULL), RUNG_OK);
  rung_program *program = load_program(compilation);
  CU_ASSERT_EQUAL(rung_program_columns(program), 2);
  rung_program_free(program);
  rungc_free(compilation);
}

/* What a param makes of a campaign's amount is checked when rows are asked for; an amount that is constant is not. */
static void test_amounts(void) {
  static const struct {
    const char *share;
    enum rung_status status;
  } rows[] = {{"0%", RUNG_OK}, {"99.9999%", RUNG_OK}, {"100%", RUNG_INVALID}, {"-0.0001%", RUNG_INVALID},
              {"50%", RUNG_OK}};
  rungc_compilation *compilation =
      compile("param share = 10%;\ninput c { id text key; f flag; }\n"
              "campaign x { when f; holdout share; channel m when f; }\n"
              "campaign y { when f; holdout 20%; channel m when f; }");
  rung_program *program = load_program(compilation);
  struct rung_session_options options = {.batch_rows = 1};
  rung_session *session;
  CU_ASSERT_EQUAL_FATAL(rung_session_new(program, &options, &session, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(count_of(rungc_program(compilation), "holdout share"), 1);
  CU_ASSERT_EQUAL(count_of(rungc_program(compilation), "holdout 20%"), 0);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct rung_error error = {0};
    CU_ASSERT_EQUAL(rung_session_set(session, TEXT("share"), passes_text(rows[i].share), NULL), RUNG_OK);
    rung_row_clear(session);
    CU_ASSERT_EQUAL(rung_row_run(session, &error), rows[i].status);
    bool told = strstr(error.text, "rules.rung:3: `holdout share` of campaign x") != NULL;
    CU_ASSERT_EQUAL(told, rows[i].status != RUNG_OK);
  }
  rung_session_free(session);
  rung_program_free(program);
  rungc_free(compilation);
}

static void test_errors(void) {
  rungc_compilation *compilation;
  struct rung_error error = {0};
  struct rung_text rules = TEXT("a > \"x\" and a > 1 -> x;\nb / 0 > 1 -> y;");
  CU_ASSERT_EQUAL(rungc_compile(TEXT("r"), rules, NULL, &compilation, &error), RUNG_INVALID);
  CU_ASSERT_EQUAL(error.status, RUNG_INVALID);
  CU_ASSERT_EQUAL(rungc_program(compilation).length, 0);
  CU_ASSERT_FATAL(rungc_messages(compilation) >= 2);
  struct rungc_message first = rungc_message(compilation, 0);
  CU_ASSERT(first.line == 1 && first.severity == RUNGC_ERROR && is(first.file, "r") && first.text.length > 0);
  CU_ASSERT(rungc_message_text(compilation, 0).length > first.text.length);
  CU_ASSERT_EQUAL(rungc_print(compilation, "plan", NULL, NULL), RUNG_INVALID);
  rungc_free(compilation);
  rungc_free(NULL);
}

static int count_bytes(void *context, const char *bytes, size_t length) {
  (void)bytes;
  *(size_t *)context += length;
  return 0;
}

static int refuse(void *context, const char *bytes, size_t length) {
  (void)context, (void)bytes, (void)length;
  return 1;
}

static void test_print(void) {
  static const char *const passes[] = {"tree", "typed", "plan", "simplified", "registers"};
  rungc_compilation *compilation = compile("input c { id text key; a number; } a > 1 -> x; "
                                           "campaign y { when x; limit 3 per id by a asc; budget 2 at a; holdout 5%; } "
                                           "guard share of y < 50%;");
  for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
    size_t length = 0;
    CU_ASSERT_EQUAL(rungc_print(compilation, passes[i], count_bytes, &length), RUNG_OK);
    CU_ASSERT(length > 0);
    CU_ASSERT_EQUAL(rungc_print(compilation, passes[i], refuse, NULL), RUNG_NO_RESOURCE);
  }
  CU_ASSERT_EQUAL(rungc_print(compilation, "nonsense", count_bytes, NULL), RUNG_INVALID);
  rungc_free(compilation);
}

/* -- Memory ------------------------------------------------------------------------------ */

struct few {
  long left;                /* calls that get memory */
  bool once;                /* only one call fails */
  long blocks;              /* given and not yet freed */
};

static void *resize_few(void *context, void *block, size_t old, size_t size) {
  struct few *few = context;
  (void)old;
  if (size == 0) {
    few->blocks -= block != NULL;
    free(block);
    return NULL;
  }
  few->left--;
  if (few->once ? few->left == -1 : few->left < 0) return NULL;
  void *grown = realloc(block, size);
  few->blocks += grown && !block;
  return grown;
}

/* Compiles with the Nth allocation failing, for every N, until it succeeds. */
static void fail_each(const char *rules, bool once) {
  for (long n = 0;; n++) {
    struct few few = {.left = n, .once = once};
    struct rung_allocator allocator = {resize_few, &few};
    struct rungc_options options = {.allocator = &allocator, .coverage = true, .tests = true};
    rungc_compilation *compilation = NULL;
    struct rung_error error = {0};
    enum rung_status status =
        rungc_compile(TEXT("r"), (struct rung_text){rules, strlen(rules)}, &options, &compilation, &error);
    bool done = status == RUNG_OK;
    if (!done) CU_ASSERT(status == RUNG_NO_RESOURCE && error.status == RUNG_NO_RESOURCE);
    CU_ASSERT_EQUAL(done, compilation && rungc_program(compilation).length > 0);
    rungc_free(compilation);
    CU_ASSERT_EQUAL(few.blocks, 0);
    if (done && few.left >= 0) break;
    CU_ASSERT_FATAL(n < 10000);
  }
}

static void test_memory(void) {
  static const char *const rules[] = {
      "a > 1 and b in (\"x\", \"y\") -> t; c matches \"^a\" -> u; 1 / a > 2 -> v;",
      "param most = 5; input c { id text key; n number; g text; f flag; } input previous per id; "
      "status s { n > 3 and f -> a; otherwise -> b; } rank of n < 4 -> t; score k from 5 { f -> n; } "
      "campaigns { at most 1 per customer; at most 2 m per customer; } "
      "campaign x \"X\" { when n / 2 > 1; unless t or was x; channel m when f, q when not f; holdout 5%; "
      "variants v 50%, w 50% by g; limit most by n; limit 2 per g; budget 9 at n; active from 2026-11-21; on monday; } "
      "campaign y { when f; limit 3; } never x and t; always weekday(today) < 8; guard sum of n > most; "
      "guard change of s < 10%; guard change of x < 10%; guard change of k < 10%; show n; "
      "test \"a\" { today 2026-11-21; param most = 6; c: id \"1\", n 5, f yes; previous: id \"1\", campaigns \"x\"; "
      "expect x or x.limit, not t; c: id \"2\"; expect s = b; expect \"1\": x.m; }"};
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
    fail_each(rules[i], false);
    fail_each(rules[i], true);
  }
}

void suite_emit(void);
void suite_emit(void) {
  CU_pSuite suite = CU_add_suite("emit", NULL, NULL);
  CU_add_test(suite, "tables", test_tables);
  CU_add_test(suite, "deterministic", test_deterministic);
  CU_add_test(suite, "texts once", test_texts_once);
  CU_add_test(suite, "only", test_only);
  CU_add_test(suite, "amounts", test_amounts);
  CU_add_test(suite, "errors", test_errors);
  CU_add_test(suite, "print", test_print);
  CU_add_test(suite, "memory", test_memory);
}
