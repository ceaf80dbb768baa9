/* plan.c - rules lowered to operations mean what the language says: results on single rows, worked out by hand. */
#include "passes.h"

#include "back.h"

enum { I, N, D, E, S, F, G, COLUMNS, TODAY = 20778 /* 2026-11-21 */ };

#define INPUT "input t { i integer; n number; d date; e date; s text; f flag; g flag; } "

static const struct value no_value = {0};
static struct value number(int64_t value) { return (struct value){.present = true, .number = value}; }
static struct value text(const char *bytes) { return (struct value){.present = true, .text = passes_text(bytes)}; }

/* A row of which one column is present. */
struct cells {
  struct value at[COLUMNS];
};
static struct cells one(int column, struct value value) {
  struct cells cells = {0};
  cells.at[column] = value;
  return cells;
}
static struct cells two(int column, struct value value, int other, struct value second) {
  struct cells cells = one(column, value);
  cells.at[other] = second;
  return cells;
}

/* The labels and tags that hold, each followed by a blank; then "!" when a FAULT counts the row. */
static struct rung_text results(struct back *back, const struct cells *cells, const struct value *params) {
  struct arena *arena = &back->module.arena;
  const struct stage *stage = &back->plan.stages[0];
  const struct module *module = &back->module;
  struct row row = {.columns = cells->at, .params = params, .today = TODAY};
  struct value *values = arena_alloc(arena, back->plan.ir.count * sizeof *values);
  struct rung_text said = {"", 0};
  eval_plan(&back->plan, &row, values);
  for (uint32_t i = stage->labels; i < stage->shows; i++) {
    uint32_t label = i - stage->labels;
    const struct symbol *symbol = label < module->labels.count ? module->labels.at[label]
                                                               : module->tags.at[label - module->labels.count];
    struct value value = values[stage->roots[i]];
    CU_ASSERT(value.present);
    if (value.number) said = arena_print(arena, "%.*s%.*s ", TEXT_ARG(said), TEXT_ARG(symbol->name));
  }
  bool fault = false;
  for (uint32_t i = 0; i < stage->counter_count; i++) {
    const struct ir_node *node = &back->plan.ir.nodes[stage->counters[i]];
    fault = fault || (values[node->b].number && !values[node->a].present);
  }
  return fault ? arena_print(arena, "%.*s!", TEXT_ARG(said)) : said;
}

static bool gives(const char *rules, struct cells cells, const char *expected) {
  static const struct value params[] = {{true, 30, {0}}, {true, 1, {0}}};
  bool same = true;
  for (int last = UP_TO_PLAN; last <= UP_TO_SIMPLIFY; last++) {
    struct back back;
    if (!back_run(&back, rules, (enum last_back)last)) {
      fprintf(stderr, "\n-- rules with errors: %s\n", rules);
      same = false;
    } else {
      struct rung_text got = results(&back, &cells, params);
      if (!text_equal(got, passes_text(expected))) {
        fprintf(stderr, "\n-- %s\n-- gives: %.*s\n-- not:   %s\n", rules, TEXT_ARG(got), expected);
        same = false;
      }
    }
    back_free(&back);
  }
  return same;
}
#define GIVES(rules, cells, expected) CU_ASSERT(gives(INPUT rules, cells, expected))
#define HOLDS(condition, cells) GIVES(condition " -> x;", cells, "x ")
#define FAILS(condition, cells) GIVES(condition " -> x;", cells, "")
/* Neither the condition nor its opposite. */
#define UNKNOWN(condition, cells) GIVES(condition " -> x; not (" condition ") -> y;", cells, "")

/* -- Comparison ------------------------------------------------------------------------ */

static void test_integers_and_numbers(void) {
  HOLDS("i > 2.5", one(I, number(3)));
  FAILS("i > 2.5", one(I, number(2)));
  HOLDS("i >= -2.5", one(I, number(-2)));
  FAILS("i >= -2.5", one(I, number(-3)));
  HOLDS("i < 2.5", one(I, number(2)));
  FAILS("i < 2.5", one(I, number(3)));
  HOLDS("i <= -2.5", one(I, number(-3)));
  FAILS("i <= -2.5", one(I, number(-2)));
  HOLDS("2.5 < i", one(I, number(3)));
  HOLDS("i = 2.0", one(I, number(2)));
  FAILS("i = 2.5", one(I, number(2)));
  HOLDS("i != 2.5", one(I, number(2)));
  UNKNOWN("i = 2.5", one(I, no_value));
  /* Beyond the range of numbers, still an integer. */
  HOLDS("i > 2.5", one(I, number(INT64_MAX)));
  HOLDS("i < 0.5", one(I, number(INT64_MIN)));
  HOLDS("i = n", two(I, number(2), N, number(2000000)));
  FAILS("i = n", two(I, number(2), N, number(2000001)));
  GIVES("i = n -> x;", two(I, number(INT64_MAX), N, number(2)), "!");
}

static void test_between_and_in(void) {
  HOLDS("i between 1 and 3", one(I, number(1)));
  HOLDS("i between 1 and 3", one(I, number(3)));
  FAILS("i between 1 and 3", one(I, number(0)));
  HOLDS("i not between 1 and 3", one(I, number(4)));
  UNKNOWN("i between 1 and 3", one(N, number(1)));
  /* x >= a and x <= b is false already when one side is. */
  FAILS("i between 1 and n", one(I, number(0)));
  HOLDS("i not between 1 and n", one(I, number(0)));
  HOLDS("i in (1, 2.5, 3.0)", one(I, number(3)));
  FAILS("i in (1, 2.5)", one(I, number(2)));
  UNKNOWN("i in (2.5, 3.5)", one(N, number(1)));
  HOLDS("n in (1, 2.5)", one(N, number(2500000)));
  HOLDS("n in (1, 2.5)", one(N, number(1000000)));
  /* As `=` and `or`: a missing member makes what is not found unknown. */
  HOLDS("n in (1, i)", one(N, number(1000000)));
  UNKNOWN("n in (2, i)", one(N, number(1000000)));
  HOLDS("s in (\"a\", \"b\")", one(S, text("b")));
  FAILS("s in (\"a\", \"b\")", one(S, text("ab")));
  HOLDS("s not in (\"a\", \"b\")", one(S, text("")));
  UNKNOWN("s in (\"a\", \"b\")", one(I, number(1)));
  HOLDS("d in (2026-11-21, 2026-11-22)", one(D, number(TODAY + 1)));
  HOLDS("f in (yes, g)", one(F, number(1)));
  UNKNOWN("f in (yes, g)", one(F, number(0)));
  GIVES("list l = \"b\", \"a\"; s in l -> x; s not in l -> y;", one(S, text("a")), "x ");
  GIVES("list l = \"b\", \"a\"; s in l -> x; s not in l -> y;", one(S, text("c")), "y ");
  GIVES("list l = \"b\", \"a\"; s in l -> x; s not in l -> y;", one(I, number(1)), "");
}

/* -- Dates --------------------------------------------------------------------------------- */

static void test_windows(void) {
  HOLDS("d within last 30 days", one(D, number(TODAY - 30)));
  FAILS("d within last 30 days", one(D, number(TODAY - 31)));
  HOLDS("d within last 30 days", one(D, number(TODAY)));
  FAILS("d within last 30 days", one(D, number(TODAY + 1)));
  HOLDS("d older than 30 days", one(D, number(TODAY - 31)));
  FAILS("d older than 30 days", one(D, number(TODAY - 30)));
  HOLDS("d within next 3 days", one(D, number(TODAY)));
  HOLDS("d within next 3 days", one(D, number(TODAY + 3)));
  FAILS("d within next 3 days", one(D, number(TODAY + 4)));
  FAILS("d within next 3 days", one(D, number(TODAY - 1)));
  UNKNOWN("d within last 30 days", one(I, number(1)));
  /* Two weeks are 14 days; a month before 21 November is 21 October. */
  HOLDS("d within last 2 weeks", one(D, number(TODAY - 14)));
  FAILS("d within last 2 weeks", one(D, number(TODAY - 15)));
  HOLDS("d within last 1 month", one(D, number(TODAY - 31)));
  FAILS("d within last 1 month", one(D, number(TODAY - 32)));
  HOLDS("d older than 1 year", one(D, number(TODAY - 366)));
  FAILS("d older than 1 year", one(D, number(TODAY - 365)));
  GIVES("param p = 90 days; param q = 2 months; d within last p -> x; d within last q -> y;",
        one(D, number(TODAY - 30)), "x y ");
  GIVES("param p = 90 days; param q = 2 months; d within last p -> x; d within last q -> y;",
        one(D, number(TODAY - 31)), "y ");
}

static void test_date_arithmetic(void) {
  HOLDS("d - e = 10", two(D, number(TODAY), E, number(TODAY - 10)));
  HOLDS("d + 10 = 2026-12-01", one(D, number(TODAY)));
  HOLDS("10 + d = 2026-12-01", one(D, number(TODAY)));
  HOLDS("d - 21 days = 2026-10-31", one(D, number(TODAY)));
  HOLDS("d - n = 2026-11-18", two(D, number(TODAY), N, number(2500000)));
  HOLDS("d + 3 months = 2027-02-28", one(D, number(TODAY + 7)));
  HOLDS("days since d = 5", one(D, number(TODAY - 5)));
  HOLDS("days until d = 5", one(D, number(TODAY + 5)));
  HOLDS("anniversary of d = 2027-02-28", one(D, number(19782))); /* 2024-02-29 */
  HOLDS("anniversary of d = 2026-11-21", one(D, number(TODAY)));
  HOLDS("anniversary of d = 2027-11-20", one(D, number(TODAY - 1)));
  HOLDS("year(d) = 2026 and month(d) = 11 and day(d) = 21", one(D, number(TODAY)));
  GIVES("d + 2000000000 > d -> x;", one(D, number(TODAY)), "!");
  GIVES("d - 9223372036854775807 - 1 < d -> x;", one(D, number(TODAY)), "!");
}

/* -- Logic ------------------------------------------------------------------------------------ */

static void test_kleene(void) {
  FAILS("f and g", one(F, number(0)));
  HOLDS("not (f and g)", one(F, number(0)));
  UNKNOWN("f and g", one(F, number(1)));
  HOLDS("f or g", one(G, number(1)));
  UNKNOWN("f or g", one(G, number(0)));
  HOLDS("g is missing", one(F, number(1)));
  HOLDS("f is present", one(F, number(0)));
  HOLDS("f is not missing", one(F, number(0)));
  FAILS("f is not present", one(F, number(0)));
  /* Where the condition is unknown, the other branch. */
  HOLDS("(if f then 1 else 2) = 2", one(I, number(0)));
  HOLDS("(if f then i else n) = 2", one(N, number(2000000)));
  HOLDS("default(i, 2.5) = 2.5", one(F, number(0)));
  HOLDS("default(i, 2.5) = 4", one(I, number(4)));
  HOLDS("min(i, 2.5, 3) = 2.5", one(I, number(4)));
  UNKNOWN("min(i, n) = 4", one(I, number(4)));
  HOLDS("max(i, n) = 4.5", two(I, number(4), N, number(4500000)));
  HOLDS("abs(n) = 0.5 and round(n) = -1", one(N, number(-500000)));
  HOLDS("i / 3 = 0.333333", one(I, number(1)));
}

static void test_status(void) {
#define STATUS "status s1 { i = 0 -> none; i < 3 -> few; n > 1 -> rich; otherwise -> rest; } "
  GIVES(STATUS, one(I, number(0)), "none ");
  GIVES(STATUS, one(I, number(2)), "few ");
  GIVES(STATUS, two(I, number(3), N, number(2000000)), "rich ");
  GIVES(STATUS, one(I, number(3)), "rest ");
  GIVES(STATUS, one(F, number(1)), "rest "); /* all conditions unknown */
  GIVES(STATUS "few -> x; s1 = few -> y; s1 != few -> z;", one(I, number(2)), "few x y ");
  GIVES(STATUS "s1 in (few, none) -> x; s1 not in (few, none) -> y;", one(I, number(0)), "none x ");
  GIVES("status s1 { i = 0 -> a; } s1 is missing -> x; s1 != a -> y; s1 is present -> z;", one(I, number(1)), "x y ");
  GIVES("status s1 { i = 0 -> a; } s1 is missing -> x; s1 != a -> y; s1 is present -> z;", one(I, number(0)), "a z ");
  GIVES("status s1 { i = 0 -> a; i = 1 -> b; i < 9 -> a; }", one(I, number(2)), "a ");
  GIVES("status s1 { i = 0 -> a; i = 1 -> b; i < 9 -> a; }", one(I, number(1)), "b ");
}

static void test_tags(void) {
  GIVES("f -> x; g -> x, y; x and not y -> z;", one(F, number(1)), "x z ");
  GIVES("f -> x; g -> x, y; x and not y -> z;", one(G, number(1)), "x y ");
  GIVES("x and not y -> z; f -> x; g -> x, y;", one(I, number(1)), "");
}

/* -- Faults ---------------------------------------------------------------------------------------- */

static void test_faults(void) {
  const struct cells zero = one(I, number(0)), whole = one(I, number(1));
  GIVES("1 / i > 0 -> x;", zero, "!");
  GIVES("1 / i > 0 -> x;", whole, "x ");
  GIVES("1 / i > 0 -> x;", one(N, number(0)), ""); /* a missing operand is no fault */
  /* Not where the row asks for something else. */
  GIVES("i > 0 and 1 / i > 0 -> x;", zero, "");
  GIVES("1 / i > 0 and i > 0 -> x;", zero, "!");
  GIVES("i = 0 or 1 / i > 0 -> x;", zero, "x ");
  GIVES("(if i = 0 then 0 else 1 / i) = 0 -> x;", zero, "x ");
  GIVES("(if i != 0 then 1 / i else 0) = 0 -> x;", zero, "x ");
  GIVES("(if i = 0 then 1 / i else 0) = 0 -> x;", zero, "!");
  GIVES("default(i, 1 / i) = 0 -> x;", zero, "x ");
  GIVES("status s1 { i = 0 -> none; 1 / i > 5 -> many; }", zero, "none ");
  GIVES("status s1 { i = 1 -> none; 1 / i > 5 -> many; }", zero, "!");
  /* One use that asks is enough. */
  GIVES("let q = 1 / i; i > 0 and q > 0 -> x; q > 0 -> y;", zero, "!");
  GIVES("let q = 1 / i; i > 0 and q > 0 -> x; not (i <= 0) and q > 1 -> y;", zero, "");
  /* Unknown does not decide. */
  GIVES("f and 1 / i > 0 -> x;", zero, "!");
  GIVES("f or 1 / i > 0 -> x;", zero, "!");
  /* What nothing shows is not computed. */
  GIVES("let q = 1 / i; f -> x;", zero, "");
  GIVES("let q = 1 / i; f -> x; show q;", zero, "!");
}

void suite_plan(void);
void suite_plan(void) {
  CU_pSuite suite = CU_add_suite("plan", NULL, NULL);
  CU_add_test(suite, "integers and numbers", test_integers_and_numbers);
  CU_add_test(suite, "between and in", test_between_and_in);
  CU_add_test(suite, "windows", test_windows);
  CU_add_test(suite, "date arithmetic", test_date_arithmetic);
  CU_add_test(suite, "unknown", test_kleene);
  CU_add_test(suite, "status", test_status);
  CU_add_test(suite, "tags", test_tags);
  CU_add_test(suite, "faults", test_faults);
}
