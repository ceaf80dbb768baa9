/* resolve.c - names: their meanings, their order, their circles. */
#include "passes.h"

#include "intern.h"

#include <stdlib.h>

static void test_intern(void) {
  struct arena arena;
  arena_init(&arena, NULL);
  struct intern intern = {.arena = &arena};
  static int values[2000];
  for (int i = 0; i < 2000; i++) {
    CU_ASSERT_PTR_NULL(intern_add(&intern, arena_print(&arena, "name %d", i), &values[i]));
  }
  for (int i = 0; i < 2000; i++) {
    struct rung_text name = arena_print(&arena, "name %d", i);
    CU_ASSERT_PTR_EQUAL(intern_find(&intern, name), &values[i]);
    CU_ASSERT_PTR_EQUAL(intern_add(&intern, name, &values[0]), &values[i]);
  }
  CU_ASSERT_PTR_NULL(intern_find(&intern, TEXT("name 2000")));
  CU_ASSERT_PTR_NULL(intern_find(&intern, TEXT("")));
  CU_ASSERT_PTR_NULL(intern_add(&intern, TEXT(""), &values[1]));
  CU_ASSERT_PTR_EQUAL(intern_find(&intern, TEXT("")), &values[1]);
  arena_free(&arena);
}

/* An allocator that gives `left` blocks and no more. */
static void *resize_few(void *context, void *block, size_t old, size_t size) {
  int *left = context;
  (void)old;
  if (size == 0) {
    free(block);
    return NULL;
  }
  return (*left)-- > 0 ? realloc(block, size) : NULL;
}

static void test_intern_memory(void) {
  for (int blocks = 0; blocks < 4; blocks++) {
    int left = blocks;
    struct rung_allocator allocator = {resize_few, &left};
    struct arena arena;
    arena_init(&arena, &allocator);
    struct intern intern = {.arena = &arena};
    int value = 0;
    char names[4000][12];
    for (int i = 0; i < 4000; i++) {
      snprintf(names[i], sizeof names[i], "%d", i);
      intern_add(&intern, passes_text(names[i]), &value);
    }
    CU_ASSERT_PTR_NULL(intern_find(&intern, TEXT("none")));
    CU_ASSERT(arena.failed);
    arena_free(&arena);
  }
}

static const char mission[] =
    "orders >= 3 -> regular; days_since_last > 90 -> churning; lost_count >= 2 -> no_winback";

static void test_mission(void) {
  struct module module;
  passes_run(&module, mission, UP_TO_CHECK);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  CU_ASSERT(!module.has_input);
  CU_ASSERT_EQUAL_FATAL(module.columns.count, 3);
  CU_ASSERT_EQUAL_FATAL(module.tags.count, 3);
  CU_ASSERT_EQUAL(module.rules.count, 3);
  static const char *const columns[] = {"orders", "days_since_last", "lost_count"};
  static const char *const tags[] = {"regular", "churning", "no_winback"};
  for (uint32_t i = 0; i < 3; i++) {
    CU_ASSERT(text_equal(module.columns.at[i]->name, passes_text(columns[i])));
    CU_ASSERT(text_equal(module.tags.at[i]->name, passes_text(tags[i])));
    CU_ASSERT_EQUAL(module.columns.at[i]->type, TYPE_NUMBER);
    CU_ASSERT(module.columns.at[i]->used);
    const struct ast *rule = module.rules.at[i];
    CU_ASSERT_PTR_EQUAL(rule->child[1]->child[0]->symbol, module.columns.at[i]);
    CU_ASSERT_PTR_EQUAL(rule->child[3]->symbol, module.tags.at[i]);
  }
  arena_free(&module.arena);
}

static void test_meanings(void) {
  struct module module;
  passes_run(&module,
             "input c { id text key; x integer; unused integer; }\n"
             "param p = 3; let l = x + p; let idle = unused; list names = \"a\", \"b\";\n"
             "status s { l > 1 -> one; one_tag -> two; otherwise -> one; }\n"
             "status t { x > 5 -> two; otherwise -> three; }\n"
             "x > 2 -> one_tag, other; x > 3 -> one_tag; id in names -> listed; s = two and one -> both;\n"
             "show l, p;",
             UP_TO_INFER);
  CU_ASSERT_EQUAL(module.diags.errors, 0);
  CU_ASSERT(module.has_input);
  CU_ASSERT(text_equal(module.table, TEXT("c")));
  CU_ASSERT_EQUAL(module.columns.count, 3);
  CU_ASSERT_EQUAL(module.labels.count, 4); /* one and two of s, two and three of t */
  CU_ASSERT_EQUAL(module.tags.count, 4);
  CU_ASSERT_EQUAL(module.rules.count, 9);
  CU_ASSERT_EQUAL(module.shows.count, 2);
  const struct ast *both = module.rules.at[8]->child[1];
  const struct ast *label = both->child[0]->child[1];
  CU_ASSERT_EQUAL(label->type, TYPE_LABEL);
  CU_ASSERT_PTR_EQUAL(label->symbol->status, passes_symbol(&module.statuses, "s"));
  CU_ASSERT_EQUAL(both->child[1]->type, TYPE_FLAG);
  CU_ASSERT_PTR_EQUAL(both->child[1]->symbol, passes_symbol(&module.labels, "one"));
  CU_ASSERT(passes_symbol(&module.columns, "x")->used);
  CU_ASSERT(!passes_symbol(&module.columns, "unused")->used);
  CU_ASSERT(!passes_symbol(&module.lets, "idle")->used);
  CU_ASSERT(passes_symbol(&module.params, "p")->used);
  CU_ASSERT(passes_symbol(&module.lists, "names")->used);
  arena_free(&module.arena);
}

static uint32_t place_in_order(const struct module *module, const char *name) {
  for (uint32_t i = 0; i < module->order.count; i++) {
    if (text_equal(module->order.at[i]->name, passes_text(name))) return i;
  }
  CU_FAIL("not in the order");
  return 0;
}

static void test_order(void) {
  struct module module;
  passes_run(&module,
             "vip and x > 1 -> best;\n" /* best needs vip needs big needs s needs y */
             "big -> vip; y > 100 -> vip;\n"
             "let big = s = large;\n"
             "status s { y > 10 -> large; otherwise -> small; }\n"
             "let y = x * 2;",
             UP_TO_RESOLVE);
  CU_ASSERT_EQUAL(module.diags.errors, 0);
  CU_ASSERT_EQUAL(module.order.count, 5);
  static const char *const chain[] = {"y", "s", "big", "vip", "best"};
  for (int i = 0; i < 4; i++) CU_ASSERT(place_in_order(&module, chain[i]) < place_in_order(&module, chain[i + 1]));
  arena_free(&module.arena);
}

/* The message about a circle shows all of it. */
static void test_circle(void) {
  struct module module;
  passes_run(&module, "let a = b + 1;\nlet b = c;\nlet c = a;\na > 1 -> x;", UP_TO_INFER);
  CU_ASSERT_EQUAL_FATAL(module.diags.count, 1);
  const struct diag *diag = &module.diags.at[0];
  CU_ASSERT_STRING_EQUAL(diag_code(diag->id), "E0405");
  CU_ASSERT(text_equal(
      diag->help, TEXT("`a` (rules.rung:1) needs `b` (rules.rung:2) needs `c` (rules.rung:3) needs `a`")));
  arena_free(&module.arena);
  CU_ASSERT(passes_say("let a = a;", UP_TO_INFER, "E0405"));
  CU_ASSERT(passes_say("x > 1 and not t -> t;", UP_TO_INFER, "E0405"));
  CU_ASSERT(passes_say("t -> u; u -> t;", UP_TO_INFER, "E0405"));
  CU_ASSERT(passes_say("status s { x > 1 -> a; a -> b; }", UP_TO_INFER, "E0405"));
  CU_ASSERT(passes_say("status s { t -> a; } a -> t; let n = n + 1;", UP_TO_INFER, "E0405 E0405"));
}

/* A chain of lets longer than any stack is deep, used before it is defined. */
static void test_long_chain(void) {
  enum { LINKS = 20000 };
  char *rules = malloc(LINKS * 40 + 100);
  CU_ASSERT_PTR_NOT_NULL_FATAL(rules);
  size_t length = (size_t)sprintf(rules, "a0 > 1 -> x; a0 is present -> y;\n");
  for (int i = 0; i < LINKS; i++) length += (size_t)sprintf(rules + length, "let a%d = a%d + 1;\n", i, i + 1);
  struct module module;
  sprintf(rules + length, "let a%d = z;\n", LINKS);
  passes_run(&module, rules, UP_TO_CHECK);
  CU_ASSERT_EQUAL(module.diags.errors, 0);
  CU_ASSERT_EQUAL(module.order.count, LINKS + 3);
  CU_ASSERT_EQUAL(passes_symbol(&module.columns, "z")->type, TYPE_NUMBER);
  CU_ASSERT(passes_symbol(&module.columns, "z")->used);
  arena_free(&module.arena);
  sprintf(rules + length, "let a%d = a0;\n", LINKS);
  passes_run(&module, rules, UP_TO_CHECK);
  CU_ASSERT_EQUAL(module.diags.errors, 1);
  CU_ASSERT(module.diags.at[0].help.length < 1000);
  arena_free(&module.arena);
  free(rules);
}

#define INPUT "input c { id text key; x integer; city text; d date; vip flag; }\n"

static void test_unknown(void) {
  CU_ASSERT(passes_say(INPUT "x > 1 -> a;", UP_TO_RESOLVE, ""));
  CU_ASSERT(passes_say(INPUT "y > 1 -> a;", UP_TO_RESOLVE, "E0401"));
  CU_ASSERT(passes_say(INPUT "y > 1 and y < 2 -> a;", UP_TO_RESOLVE, "E0401 E0401"));
  CU_ASSERT(passes_say("y > 1 -> a;", UP_TO_RESOLVE, ""));
  CU_ASSERT(passes_say("f(1) > 1 -> a;", UP_TO_RESOLVE, "E0403"));
  CU_ASSERT(passes_say("abs() > 1 -> a;", UP_TO_RESOLVE, "E0201"));
  CU_ASSERT(passes_say("abs(1, 2) > 1 -> a;", UP_TO_RESOLVE, "E0404"));
  CU_ASSERT(passes_say("min(1) > 1 -> a;", UP_TO_RESOLVE, "E0404"));
  CU_ASSERT(passes_say("min(1, x, 2, 3) > 1 -> a;", UP_TO_RESOLVE, ""));
  CU_ASSERT(passes_say("default(x, 1, 2) > 1 -> a;", UP_TO_RESOLVE, "E0404"));
  CU_ASSERT(passes_say(INPUT "city in names -> a;", UP_TO_RESOLVE, "E0410"));
  CU_ASSERT(passes_say(INPUT "city in x -> a;", UP_TO_RESOLVE, "E0411"));
  CU_ASSERT(passes_say(INPUT "list l = \"a\"; l -> a;", UP_TO_RESOLVE, "E0409"));
}

/* A name whose definition may not have been understood is not unknown. */
static void test_lost(void) {
  CU_ASSERT(passes_say(INPUT "lett big = x > 5;\nbig -> a;", UP_TO_CHECK, "E0201"));
  CU_ASSERT(passes_say(INPUT "lett big = x > 5;\nbigger -> a;", UP_TO_CHECK, "E0201 E0401"));
  CU_ASSERT(passes_say(INPUT "big == 5 -> a;", UP_TO_CHECK, "E0401 E0116"));
  CU_ASSERT(passes_say(INPUT "use \"no such file.rung\";\nbig -> a;", UP_TO_CHECK, "E0301"));
  CU_ASSERT(passes_say(INPUT "city in file \"no such file.txt\" -> b;\nbig -> a;", UP_TO_CHECK, "E0301 E0401"));
}

static void test_doubled(void) {
  CU_ASSERT(passes_say("let a = 1; let a = 2;", UP_TO_RESOLVE, "E0402"));
  CU_ASSERT(passes_say("let a = 1; x > 1 -> a;", UP_TO_RESOLVE, "E0402"));
  CU_ASSERT(passes_say("x > 1 -> a; x > 2 -> a;", UP_TO_RESOLVE, ""));
  CU_ASSERT(passes_say("status s { x > 1 -> a; x > 0 -> b; otherwise -> a; }", UP_TO_RESOLVE, ""));
  CU_ASSERT(passes_say("status s { x > 1 -> a; } x > 1 -> a;", UP_TO_RESOLVE, "E0402"));
  CU_ASSERT(passes_say("status s { x > 1 -> a; } status t { x > 1 -> a; }", UP_TO_RESOLVE, ""));
  CU_ASSERT(passes_say("status s { x > 1 -> a; } status t { x > 1 -> a; } a -> b;", UP_TO_RESOLVE, "E0406"));
  CU_ASSERT(passes_say("status s { x > 1 -> a; } status t { x > 1 -> a; } s = a -> b;", UP_TO_RESOLVE, ""));
  CU_ASSERT(passes_say("status s { x > 1 -> a; } status s { x > 1 -> b; }", UP_TO_RESOLVE, "E0402"));
  CU_ASSERT(passes_say("r: x > 1 -> a; r: x > 2 -> b;", UP_TO_RESOLVE, "E0412"));
  CU_ASSERT(passes_say("a: x > 1 -> a; b: x > 2 -> a;", UP_TO_RESOLVE, ""));
  CU_ASSERT(passes_say(INPUT INPUT, UP_TO_RESOLVE, "E0420 E0402 E0402 E0402 E0402 E0402"));
}

static void test_status(void) {
  CU_ASSERT(passes_say("status s { }", UP_TO_RESOLVE, "E0413"));
  CU_ASSERT(passes_say("status s { otherwise -> a; }", UP_TO_RESOLVE, ""));
  CU_ASSERT(passes_say("status s { otherwise -> a; otherwise -> b; }", UP_TO_RESOLVE, "E0414"));
  CU_ASSERT(passes_say("status s { otherwise -> a; x > 1 -> b; }", UP_TO_RESOLVE, "E0415"));
  CU_ASSERT(passes_say("status s { x > 1 -> a; } s = b -> t;", UP_TO_RESOLVE, "E0407"));
  CU_ASSERT(passes_say("status s { x > 1 -> a; } a = s -> t;", UP_TO_RESOLVE, "E0408"));
  CU_ASSERT(passes_say("status s { x > 1 -> a; } (s) in ((a), a) -> t;", UP_TO_INFER, ""));
}

static void test_outputs(void) {
  CU_ASSERT(passes_say("let a = x + 1; show a, x;", UP_TO_RESOLVE, ""));
  CU_ASSERT(passes_say("let a = x + 1; show a, a;", UP_TO_RESOLVE, "E0417"));
  CU_ASSERT(passes_say("x > 1 -> a; show a;", UP_TO_RESOLVE, "E0416"));
  CU_ASSERT(passes_say("status tags { x > 1 -> a; }", UP_TO_RESOLVE, ""));
  CU_ASSERT(passes_say("status tags { x > 1 -> a; } x > 1 -> b;", UP_TO_RESOLVE, "E0418"));
  CU_ASSERT(passes_say("let tags = x + 1; x > 1 -> b; show tags;", UP_TO_RESOLVE, "E0418"));
  CU_ASSERT(
      passes_say("input c { id text key; n integer from \"s\"; } status s { n > 1 -> a; }", UP_TO_RESOLVE, "E0418"));
  CU_ASSERT(passes_say("input c { id text key; s integer from \"n\"; } let n = s; show n;", UP_TO_RESOLVE, "E0418"));
  CU_ASSERT(passes_say("input c { id text key; s integer from \"n\"; } show s;", UP_TO_RESOLVE, ""));
}

static bool column_says(const char *column, const char *codes) {
  char rules[300];
  snprintf(rules, sizeof rules, "input c { id text key; %s; }", column);
  return passes_say(rules, UP_TO_RESOLVE, codes);
}

static void test_columns(void) {
  CU_ASSERT(column_says("a date format \"DD.MM.YYYY\"", ""));
  CU_ASSERT(column_says("a date format \"YYYYMMDD\"", ""));
  CU_ASSERT(column_says("a date format \"D/M/YY\"", ""));
  CU_ASSERT(column_says("a date format \"DMYY\"", "E0427"));
  CU_ASSERT(column_says("a date format \"DD.MM\"", "E0427"));
  CU_ASSERT(column_says("a date format \"DD.MM.YYY\"", "E0427"));
  CU_ASSERT(column_says("a date format \"DD.MM.YYYY DD\"", "E0427"));
  CU_ASSERT(column_says("a date format \"\"", "E0427"));
  CU_ASSERT(column_says("a text format \"DD.MM.YYYY\"", "E0423"));
  CU_ASSERT(column_says("a integer between 1 and 1 default 1", ""));
  CU_ASSERT(column_says("a integer between 1 and 0", "E0426"));
  CU_ASSERT(column_says("a integer between -5 and -1 default -6", "E0425"));
  CU_ASSERT(column_says("a text between 1 and 2", "E0423"));
  CU_ASSERT(column_says("a text one of (\"x\") default \"x\"", ""));
  CU_ASSERT(column_says("a text one of (\"x\") default \"y\"", "E0425"));
  CU_ASSERT(column_says("a integer one of (\"1\")", "E0423"));
  CU_ASSERT(column_says("a integer default 0.5", "E0424"));
  CU_ASSERT(column_says("a number default 0.5", ""));
  CU_ASSERT(column_says("a money default 5", ""));
  CU_ASSERT(column_says("a number default 9223372036854", ""));
  CU_ASSERT(column_says("a number default 9223372036855", "E0428"));
  CU_ASSERT(column_says("a integer default 9223372036855", ""));
  CU_ASSERT(column_says("a flag default no", ""));
  CU_ASSERT(column_says("a flag default 0", "E0424"));
  CU_ASSERT(column_says("a date default 2026-01-01", ""));
  CU_ASSERT(column_says("a date default \"2026-01-01\"", "E0424"));
  CU_ASSERT(column_says("a text key", "E0421"));
  CU_ASSERT(column_says("a text from \"x\" from \"y\"", "E0422"));
}

static void test_only(void) {
  struct rungc_options options = {.only = TEXT("vip and spent > 5")};
  struct module module = {.options = &options};
  arena_init(&module.arena, NULL);
  load(&module, TEXT("rules.rung"), TEXT("orders > 1 -> vip; let spent = total * 2;"));
  resolve(&module);
  infer(&module);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  CU_ASSERT_PTR_NOT_NULL_FATAL(module.only);
  CU_ASSERT_EQUAL(module.only->type, TYPE_FLAG);
  CU_ASSERT_PTR_EQUAL(module.only->child[0]->symbol, passes_symbol(&module.tags, "vip"));
  CU_ASSERT(passes_symbol(&module.lets, "spent")->used);
  CU_ASSERT(passes_symbol(&module.columns, "total")->used);
  arena_free(&module.arena);
}

static void test_alike(void) {
  CU_ASSERT(passes_say("orders > 1 -> a; orders > 2 -> b; ordres > 3 -> c;", UP_TO_RESOLVE, "W0701"));
  CU_ASSERT(passes_say("orders > 1 -> a; ordres > 3 -> c;", UP_TO_RESOLVE, "")); /* which of the two is the slip? */
  CU_ASSERT(passes_say("orders > 1 -> churned; chuned -> b;", UP_TO_RESOLVE, "W0701"));
  CU_ASSERT(passes_say("q1 > 1 -> a; q1 > 2 -> b; q2 > 3 -> c;", UP_TO_RESOLVE, ""));
  CU_ASSERT(passes_say("sum_30d > 1 -> a; sum_30d > 2 -> b; sum_90d > 3 -> c;", UP_TO_RESOLVE, ""));
  CU_ASSERT(passes_say("Orders > 1 -> a; orders > 2 -> b;", UP_TO_RESOLVE, "W0702"));
  CU_ASSERT(passes_say("Город = \"х\" -> a; город = \"х\" -> b;", UP_TO_RESOLVE, "W0702"));
  CU_ASSERT(passes_say("today > 2026-01-01 -> a;", UP_TO_RESOLVE, ""));
}

void suite_resolve(void);
void suite_resolve(void) {
  CU_pSuite suite = CU_add_suite("resolve", NULL, NULL);
  CU_add_test(suite, "texts in a hash table", test_intern);
  CU_add_test(suite, "a hash table without memory", test_intern_memory);
  CU_add_test(suite, "the example of the mission", test_mission);
  CU_add_test(suite, "what names mean", test_meanings);
  CU_add_test(suite, "the order of needs", test_order);
  CU_add_test(suite, "circles", test_circle);
  CU_add_test(suite, "a long chain of needs", test_long_chain);
  CU_add_test(suite, "unknown names", test_unknown);
  CU_add_test(suite, "names whose definition is lost", test_lost);
  CU_add_test(suite, "doubled names", test_doubled);
  CU_add_test(suite, "statuses", test_status);
  CU_add_test(suite, "columns of the output", test_outputs);
  CU_add_test(suite, "columns of the input", test_columns);
  CU_add_test(suite, "the condition of --only", test_only);
  CU_add_test(suite, "names that look alike", test_alike);
}
