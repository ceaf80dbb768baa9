/* simplify.c - simpler, and the same: spellings that must come out alike, and dice against an evaluator. */
#include "passes.h"

#include "random_rules.h"

/* Both rules become the same plan, places aside. */
static bool alike(const char *one, const char *other) {
  struct back back;
  bool fine = back_run(&back, one, UP_TO_SIMPLIFY);
  CU_ASSERT_FATAL(fine);
  const char *expected = back_print(&back, UP_TO_SIMPLIFY);
  fine = back_says(other, UP_TO_SIMPLIFY, expected);
  back_free(&back);
  return fine;
}

#define INPUT "input t { i integer; n number; d date; s text; f flag; g flag; } "
#define ALIKE(one, other) CU_ASSERT(alike(INPUT one " -> x;", INPUT other " -> x;"))

static void test_tests(void) {
  ALIKE("i >= 3", "i > 2");
  ALIKE("i >= 3", "not (i < 3)");
  ALIKE("i >= 3", "3 <= i");
  ALIKE("i >= 3", "i > 2.5");
  ALIKE("i >= 3", "i >= 2.000001");
  ALIKE("i <= -3", "i < -2.5");
  ALIKE("d > 2026-11-21", "not (d < 2026-11-22)");
  ALIKE("n between 1 and 2", "n >= 1 and n <= 2");
  ALIKE("f", "f = yes");
  ALIKE("f", "f != no");
  ALIKE("not f", "f = no");
  ALIKE("f", "not not f");
  ALIKE("i = 4", "4 = i");
  ALIKE("i + n > 1", "n + i > 1");
}

static void test_sets(void) {
  ALIKE("s in (\"a\", \"b\", \"c\")", "s = \"b\" or s = \"c\" or s = \"a\"");
  ALIKE("s in (\"a\", \"b\", \"c\")", "s = \"b\" or (s in (\"a\", \"b\") or \"c\" = s)");
  ALIKE("s not in (\"a\", \"b\")", "not (s in (\"b\", \"a\"))");
  ALIKE("s not in (\"a\", \"b\")", "s != \"a\" and s != \"b\"");
  ALIKE("i in (1, 2)", "i = 2 or i = 1");
  ALIKE("i in (1, 2)", "i = 2 or i = 1.5 or i = 1");
  ALIKE("s = \"a\"", "s in (\"a\", \"a\")");
  ALIKE("s in (\"a\", \"b\") or f", "s = \"a\" or f or s = \"b\"");
}

static void test_logic(void) {
  ALIKE("f", "f and yes");
  ALIKE("f", "f or no");
  ALIKE("f and g", "g and f and g");
  ALIKE("f", "f or (f and g)");
  ALIKE("f", "f and (g or f)");
  ALIKE("f is present", "not (f is missing)");
  ALIKE("f is not missing", "f is present");
  ALIKE("f", "if yes then f else g");
  ALIKE("g", "if f then g else g");
  ALIKE("default(f, no)", "if f then yes else no");
  ALIKE("1 + 2 * 3 < i", "i > 7");
  ALIKE("n > 0.5 * 3", "n > 3 / 2");
}

/* `x and not x` is unknown where x is, and so is `x or not x`. */
static void test_unknown_stays(void) {
  CU_ASSERT(back_says(INPUT "not (f or not f) -> x;", UP_TO_SIMPLIFY,
                      "%0 = const_f no\n%1 = column f\n%2 = not %1\n%3 = or %1 %2\n%4 = not %3\n%5 = sure %4\n"
                      "scan t and write rows\nrule 0 when %4 fires %5\ntag x = %5\n"));
  /* No integer is 2.5, but a missing one may be anything. */
  CU_ASSERT(back_says(INPUT "i != 2.5 -> x;", UP_TO_SIMPLIFY,
                      "%0 = const_f no\n%1 = column i\n%2 = in_i %1 ()\n%3 = not %2\n%4 = sure %3\n"
                      "scan t and write rows\nrule 0 when %3 fires %4\ntag x = %4\n"));
}

/* What cannot be represented is left to the run, which counts it. */
static void test_left_to_the_run(void) {
  CU_ASSERT(back_says(INPUT "9223372036854775807 + 1 > i -> x;", UP_TO_SIMPLIFY,
                      "%0 = const_f no\n%1 = column i\n%2 = const_i 9223372036854775807\n%3 = const_i 1\n"
                      "%4 = add_i %2 %3\n%5 = lt_i %1 %4\n%6 = sure %5\n%7 = const_f yes\nfault %4 %7\n"
                      "scan t and write rows\nrule 0 when %5 fires %6\ntag x = %6\n"));
}

static void test_unused(void) {
  CU_ASSERT(back_says("input t { k integer key; i integer; n number; } "
                      "let unused = n / i; i > 1 -> x; n > 1 and no -> y;", UP_TO_REGISTERS,
                      "r0 = column k\nr1 = column i\nr2 = const_i 2\nr3 = const_f no\nfor each batch\n"
                      "r4 = le_i r2 r1\nr5 = sure r4\n"));
}

/* -- Dice ------------------------------------------------------------------------------ */

/* Faults: does any FAULT of the plan count this row? */
static bool any_fault(const struct plan *plan, const struct value *values) {
  const struct stage *stage = &plan->stages[0];
  for (uint32_t i = 0; i < stage->counter_count; i++) {
    const struct ir_node *fault = &plan->ir.nodes[stage->counters[i]];
    if (values[fault->b].present && values[fault->b].number && !values[fault->a].present) return true;
  }
  return false;
}

static bool any_fault_lazily(const struct plan *plan, const struct row *row) {
  const struct stage *stage = &plan->stages[0];
  bool fault = false;
  for (uint32_t i = stage->rules; i < stage->root_count; i++)
    if (i >= stage->labels || (i - stage->rules) % 2 == 1) eval_lazy(plan, row, stage->roots[i], &fault);
  return fault;
}

static bool same_roots(const struct back *before, const struct value *first, const struct back *after,
                       const struct value *second) {
  const struct stage *stage = &before->plan.stages[0];
  for (uint32_t i = 0; i < stage->root_count; i++) {
    uint32_t a = stage->roots[i], b = after->plan.stages[0].roots[i];
    if (!same_value((enum kind)before->plan.ir.nodes[a].kind, first[a], second[b])) return false;
  }
  return true;
}

static bool compare_rows(struct dice *dice, struct back *before, struct back *after, const char *rules) {
  struct value columns[DICE_COLUMNS];
  struct row row = {.columns = columns, .params = dice_params, .today = 20778};
  struct arena *arena = &before->module.arena;
  struct value *first = arena_alloc(arena, before->plan.ir.count * sizeof *first);
  struct value *second = arena_alloc(arena, after->plan.ir.count * sizeof *second);
  for (int i = 0; i < 30; i++) {
    dice_row(dice, columns);
    eval_plan(&before->plan, &row, first);
    eval_plan(&after->plan, &row, second);
    bool fault = any_fault_lazily(&before->plan, &row);
    bool same = same_roots(before, first, after, second) && any_fault(&before->plan, first) == fault &&
                any_fault(&after->plan, second) == fault;
    if (same) continue;
    fprintf(stderr, "\n%s\n%s%s", rules, back_print(before, UP_TO_PLAN), back_print(after, UP_TO_SIMPLIFY));
    return false;
  }
  return true;
}

/* On random rules and rows a plan and its simplification give the same results, and the FAULTs count exactly the rows
   in which an evaluator that evaluates only what decides meets an operation without a result. */
static void test_dice(void) {
  static char rules[DICE_TEXT];
  struct dice dice = {.state = 20261121};
  int compared = 0;
  for (int i = 0; i < 600; i++) {
    struct back before, after;
    dice_rules(&dice, rules);
    bool fine = back_run(&before, rules, UP_TO_PLAN);
    if (fine && back_run(&after, rules, UP_TO_SIMPLIFY)) {
      compared++;
      fine = compare_rows(&dice, &before, &after, rules);
      CU_ASSERT_FATAL(fine);
      back_free(&after);
    }
    back_free(&before);
  }
  CU_ASSERT(compared > 300);
}

void suite_simplify(void);
void suite_simplify(void) {
  CU_pSuite suite = CU_add_suite("simplify", NULL, NULL);
  CU_add_test(suite, "comparisons", test_tests);
  CU_add_test(suite, "sets", test_sets);
  CU_add_test(suite, "logic", test_logic);
  CU_add_test(suite, "unknown stays unknown", test_unknown_stays);
  CU_add_test(suite, "left to the run", test_left_to_the_run);
  CU_add_test(suite, "unused", test_unused);
  CU_add_test(suite, "dice", test_dice);
}
