/* check.c - what is well typed and still wrong. */
#include "passes.h"

#include "limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT "input c { i integer; n number; m money; t text; d date; f flag; e text default \"\";\n" \
              "  r integer between 1 and 5; h number between -0.5 and 0.5; g text one of (\"f\", \"m\"); }\n"

static bool condition_says(const char *condition, const char *codes) {
  char rules[1000];
  snprintf(rules, sizeof rules, INPUT "%s -> tag;", condition);
  return passes_say(rules, UP_TO_CHECK, codes);
}

static void test_division(void) {
  CU_ASSERT(condition_says("n / 0 > 1", "E0601"));
  CU_ASSERT(condition_says("n / (-0.0) > 1", "E0601"));
  CU_ASSERT(condition_says("n / 0.000001 > 1", ""));
  CU_ASSERT(condition_says("0 / n > 1", ""));
}

static void test_spans(void) {
  CU_ASSERT(condition_says("d within last -1 days", "E0602"));
  CU_ASSERT(condition_says("d within last 0 days", ""));
  CU_ASSERT(condition_says("d older than (-2 weeks)", "E0602"));
  CU_ASSERT(condition_says("d older than 90", "W0705"));
  CU_ASSERT(condition_says("d older than -90", "E0602"));
  CU_ASSERT(condition_says("d older than i", ""));
  CU_ASSERT(condition_says("d older than 2 months", ""));
}

static void test_between(void) {
  CU_ASSERT(condition_says("i between 5 and 4", "E0603"));
  CU_ASSERT(condition_says("i between 5 and 5", ""));
  CU_ASSERT(condition_says("n between 0.5 and -0.5", "E0603"));
  CU_ASSERT(condition_says("n between 1 and 0.999999", "E0603"));
  CU_ASSERT(condition_says("d between 2026-01-02 and 2026-01-01", "E0603"));
  CU_ASSERT(condition_says("t between \"b\" and \"a\"", "E0603"));
  CU_ASSERT(condition_says("t between \"a\" and \"aa\"", ""));
  CU_ASSERT(condition_says("i between n and 4", ""));
}

static void test_sizes(void) {
  CU_ASSERT(condition_says("n > 9223372036854", ""));
  CU_ASSERT(condition_says("n > 9223372036855", "E0428"));
  CU_ASSERT(condition_says("n > -9223372036855", "E0428"));
  CU_ASSERT(condition_says("m + 9223372036855 > 1", "E0428"));
  CU_ASSERT(condition_says("i > 9223372036855", ""));
  CU_ASSERT(condition_says("n in (1, 9223372036855)", "E0428"));
}

static void test_empty(void) {
  CU_ASSERT(condition_says("t = \"\"", "E0604"));
  CU_ASSERT(condition_says("t != \"\"", "W0704"));
  CU_ASSERT(condition_says("e = \"\"", ""));
  CU_ASSERT(condition_says("trim(t) = \"\"", ""));
  CU_ASSERT(condition_says("t = \" \"", ""));
}

static void test_known(void) {
  CU_ASSERT(condition_says("1 < 2", "W0706"));
  CU_ASSERT(condition_says("1 = 1.0", "W0706"));
  CU_ASSERT(condition_says("\"a\" > \"b\"", "W0706"));
  CU_ASSERT(condition_says("i = i", "W0707"));
  CU_ASSERT(condition_says("i + 1 > (i + 1)", "W0707"));
  CU_ASSERT(condition_says("i = 2.5", "W0706"));
  CU_ASSERT(condition_says("i = 2.0", ""));
  CU_ASSERT(condition_says("i > 2.5", ""));
  CU_ASSERT(condition_says("n = 2.5", ""));
}

/* Both edges of the ranges: 1 to 5, and -0.5 to 0.5. */
static void test_ranges(void) {
  CU_ASSERT(condition_says("r > 5", "W0706"));
  CU_ASSERT(condition_says("r >= 5", ""));
  CU_ASSERT(condition_says("r >= 1", "W0706"));
  CU_ASSERT(condition_says("r > 1", ""));
  CU_ASSERT(condition_says("r < 1", "W0706"));
  CU_ASSERT(condition_says("r <= 1", ""));
  CU_ASSERT(condition_says("r <= 5", "W0706"));
  CU_ASSERT(condition_says("r < 5", ""));
  CU_ASSERT(condition_says("r = 6", "W0706"));
  CU_ASSERT(condition_says("r = 5", ""));
  CU_ASSERT(condition_says("r != 0", "W0706"));
  CU_ASSERT(condition_says("h > 0.5", "W0706"));
  CU_ASSERT(condition_says("h > 0.499999", ""));
  CU_ASSERT(condition_says("h > -1", "W0706"));
  CU_ASSERT(condition_says("g = \"x\"", "W0708"));
  CU_ASSERT(condition_says("g = \"f\"", ""));
  CU_ASSERT(condition_says("g in (\"f\", \"F\", \"m\", \"w\")", "W0708 W0708"));
}

static void test_lower(void) {
  CU_ASSERT(condition_says("lower(t) = \"Abc\"", "W0709"));
  CU_ASSERT(condition_says("lower(t) = \"abc\"", ""));
  CU_ASSERT(condition_says("lower(t) ends with \"@Mail\"", "W0709"));
  CU_ASSERT(condition_says("upper(t) = \"ABC\"", ""));
  CU_ASSERT(condition_says("upper(t) = \"ABc\"", "W0709"));
  CU_ASSERT(condition_says("lower(t) != \"Москва\"", "W0709"));
  CU_ASSERT(condition_says("upper(t) contains \"МОСКВА 1\"", ""));
}

/* A text over the limit is told once, and not as an empty one too. */
static void test_long_text(void) {
  char *rules = malloc(LIMIT_TEXT + 100);
  CU_ASSERT_FATAL(rules != NULL);
  int length = sprintf(rules, "a = \"");
  memset(rules + length, 'x', LIMIT_TEXT + 1);
  strcpy(rules + length + LIMIT_TEXT + 1, "\" -> b;");
  CU_ASSERT(passes_say(rules, UP_TO_CHECK, "E0109"));
  free(rules);
}

static void test_text_order(void) {
  CU_ASSERT(passes_say("a > \"9\" -> b;", UP_TO_CHECK, "E0608"));
  CU_ASSERT(passes_say("\"9.5\" < a -> b;", UP_TO_CHECK, "E0608"));
  CU_ASSERT(passes_say("a between \"1\" and \"b\" -> b;", UP_TO_CHECK, "E0608"));
  CU_ASSERT(passes_say("a = \"9\" and c in (\"1\", \"2\") and d < \"x9\" -> b;", UP_TO_CHECK, ""));
  CU_ASSERT(condition_says("t > \"9\"", "W0719"));
  CU_ASSERT(condition_says("t > \"b\"", ""));
}

static void test_idle(void) {
  CU_ASSERT(passes_say("status s { x > 1 -> a; (x > 1) -> b; x > 2 -> c; x > 0 -> d; }", UP_TO_CHECK, "W0711 W0711"));
  CU_ASSERT(passes_say("status s { x > 1 -> a; } status t { x > 1 -> b; }", UP_TO_CHECK, ""));
  CU_ASSERT(passes_say("x > 1 -> a; x > 1 -> b; x > 1 -> c, a;", UP_TO_CHECK, "W0712"));
  CU_ASSERT(passes_say("x > 1 -> a, a;", UP_TO_CHECK, "W0712"));
  CU_ASSERT(passes_say("x >= 1 -> a; x > 1 -> a; x > 1.5 -> a; y > 1 -> a;", UP_TO_CHECK, ""));
  CU_ASSERT(passes_say("x in (\"a\") -> a; x not in (\"a\") -> a;", UP_TO_CHECK, ""));
  CU_ASSERT(passes_say("list l = \"a\", \"b\", \"a\"; x in l -> a;", UP_TO_CHECK, "W0713"));
  CU_ASSERT(passes_say("let l = x + 1; y > 1 -> a;", UP_TO_CHECK, "W0714"));
  CU_ASSERT(passes_say("let l = x + 1; let k = l + 1; y > 1 -> a;", UP_TO_CHECK, "W0714"));
  CU_ASSERT(passes_say("param p = 1; list l = \"a\"; y > 1 -> a;", UP_TO_CHECK, "W0714 W0714"));
  CU_ASSERT(passes_say("param p = 1; let l = x + p;", UP_TO_CHECK, "")); /* definitions for others to use */
  CU_ASSERT(passes_say(INPUT "let l = i + 1; ll > 1 -> a;", UP_TO_CHECK, "E0401")); /* l may be meant there */
}

static bool has_code(const struct module *module, const char *code) {
  for (uint32_t i = 0; i < module->diags.count; i++) {
    if (strcmp(diag_code(module->diags.at[i].id), code) == 0) return true;
  }
  return false;
}

/* One rule many times over. */
static void test_most_rules(void) {
  for (uint32_t over = 0; over < 2; over++) {
    struct module module;
    passes_run(&module, "x > 1 -> a;", UP_TO_INFER);
    uint32_t count = LIMIT_RULES + over;
    struct ast *rule = module.rules.at[0];
    module.rules.at = arena_alloc(&module.arena, count * sizeof *module.rules.at);
    CU_ASSERT_PTR_NOT_NULL_FATAL(module.rules.at);
    for (uint32_t i = 0; i < count; i++) module.rules.at[i] = rule;
    module.rules.count = count;
    check(&module);
    CU_ASSERT_EQUAL(has_code(&module, "E0605"), over == 1);
    arena_free(&module.arena);
  }
}

static void test_most_columns(void) {
  for (uint32_t over = 0; over < 2; over++) {
    struct module module;
    size_t length = 0;
    char *rules = malloc((size_t)LIMIT_COLUMNS * 20 + 100);
    CU_ASSERT_PTR_NOT_NULL_FATAL(rules);
    length += (size_t)sprintf(rules, "input c {");
    for (uint32_t i = 0; i < LIMIT_COLUMNS + over; i++) length += (size_t)sprintf(rules + length, " c%u text;", i);
    sprintf(rules + length, " } c0 is present -> a;");
    passes_run(&module, rules, UP_TO_CHECK);
    CU_ASSERT_EQUAL(has_code(&module, "E0605"), over == 1);
    CU_ASSERT_EQUAL(module.diags.count, over);
    arena_free(&module.arena);
    free(rules);
  }
}

void suite_check(void);
void suite_check(void) {
  CU_pSuite suite = CU_add_suite("check", NULL, NULL);
  CU_add_test(suite, "division by zero", test_division);
  CU_add_test(suite, "spans", test_spans);
  CU_add_test(suite, "reversed bounds", test_between);
  CU_add_test(suite, "numbers too large", test_sizes);
  CU_add_test(suite, "the empty text", test_empty);
  CU_add_test(suite, "comparisons whose answer is known", test_known);
  CU_add_test(suite, "ranges and closed sets", test_ranges);
  CU_add_test(suite, "letter case after lower() and upper()", test_lower);
  CU_add_test(suite, "a text over the limit", test_long_text);
  CU_add_test(suite, "numbers and dates in quotes", test_text_order);
  CU_add_test(suite, "what has no effect", test_idle);
  CU_add_test(suite, "the most rules", test_most_rules);
  CU_add_test(suite, "the most columns", test_most_columns);
}
