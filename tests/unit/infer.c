/* infer.c - types: the table of rules, guesses without an input block, messages. */
#include "passes.h"

#include <stdio.h>

#define INPUT "input c { id text key; i integer; n number; m money; t text; d date; f flag; w datetime; " \
              "l list separated \",\"; k list separated \"/\"; }\n" \
              "input r per id { ri integer; rn number; rm money; rt text; rd date; rf flag; rw datetime; " \
              "rl list separated \";\"; let twice = rn * 2; let old = rd older than after; }\n" \
              "input previous per id { pi integer; pl list separated \"|\"; s text; }\n" \
              "param months = 2 months; param after = 90 days; param share = 0.8; param ok = yes;\n" \
              "param who = \"x\"; param since = 2026-01-01; param least = -3;\n" \
              "status s { f -> one; otherwise -> two; } list names = \"a\", \"b\";\n"

/* The type of an expression over the columns, params and so on of INPUT. */
static type_t type_of(const char *expression) {
  char rules[1000];
  struct module module;
  snprintf(rules, sizeof rules, INPUT "let x = %s;", expression);
  passes_run(&module, rules, UP_TO_INFER);
  struct symbol *let = passes_symbol(&module.lets, "x");
  type_t type = let && module.diags.errors == 0 ? let->type : TYPE_ERROR;
  arena_free(&module.arena);
  return type;
}

static const struct {
  const char *expression;
  type_t type;
} typed[] = {
    {"1", TYPE_INTEGER}, {"1.5", TYPE_NUMBER}, {"80%", TYPE_NUMBER}, {"\"x\"", TYPE_TEXT}, {"2026-01-01", TYPE_DATE},
    {"yes", TYPE_FLAG}, {"3 weeks", TYPE_INTEGER}, {"1 year", TYPE_MONTHS}, {"i", TYPE_INTEGER}, {"(m)", TYPE_MONEY},
    {"months", TYPE_MONTHS}, {"after", TYPE_INTEGER}, {"share", TYPE_NUMBER}, {"ok", TYPE_FLAG}, {"who", TYPE_TEXT},
    {"since", TYPE_DATE}, {"least", TYPE_INTEGER}, {"s", TYPE_ERROR}, {"one", TYPE_FLAG}, {"names", TYPE_ERROR},
    /* sums */
    {"i + i", TYPE_INTEGER}, {"i + n", TYPE_NUMBER}, {"n + i", TYPE_NUMBER}, {"i + m", TYPE_MONEY},
    {"m - n", TYPE_MONEY}, {"i - i", TYPE_INTEGER}, {"d - d", TYPE_INTEGER}, {"d + i", TYPE_DATE},
    {"d - n", TYPE_DATE}, {"i + d", TYPE_DATE}, {"d + 2 months", TYPE_DATE}, {"d - months", TYPE_DATE},
    {"d + d", TYPE_ERROR}, {"d + m", TYPE_ERROR}, {"i - d", TYPE_ERROR}, {"n + d", TYPE_ERROR},
    {"months + d", TYPE_ERROR}, {"t + t", TYPE_ERROR}, {"f + 1", TYPE_ERROR}, {"i + months", TYPE_ERROR},
    /* products */
    {"i * i", TYPE_INTEGER}, {"i * n", TYPE_NUMBER}, {"m * i", TYPE_MONEY}, {"n * m", TYPE_MONEY},
    {"m * m", TYPE_NUMBER}, {"i / i", TYPE_NUMBER}, {"n / i", TYPE_NUMBER}, {"m / i", TYPE_MONEY},
    {"m / n", TYPE_MONEY}, {"m / m", TYPE_NUMBER}, {"i / m", TYPE_NUMBER}, {"d * 2", TYPE_ERROR},
    {"-i", TYPE_INTEGER}, {"-n", TYPE_NUMBER}, {"-m", TYPE_MONEY}, {"-d", TYPE_ERROR}, {"-months", TYPE_ERROR},
    /* tests */
    {"i = n", TYPE_FLAG}, {"m >= i", TYPE_FLAG}, {"t < \"b\"", TYPE_FLAG}, {"d != since", TYPE_FLAG},
    {"f = ok", TYPE_FLAG}, {"f < ok", TYPE_ERROR}, {"s = one", TYPE_FLAG}, {"s != two", TYPE_FLAG},
    {"s in (one, two)", TYPE_FLAG}, {"s is missing", TYPE_FLAG}, {"s is not present", TYPE_FLAG},
    {"i between 1 and n", TYPE_FLAG}, {"i between 1 and t", TYPE_ERROR}, {"i in (1, 2.5, n)", TYPE_FLAG},
    {"t in (\"a\", who)", TYPE_FLAG}, {"t in names", TYPE_FLAG}, {"i in names", TYPE_ERROR},
    {"d is missing", TYPE_FLAG}, {"months is missing", TYPE_ERROR}, {"i = t", TYPE_ERROR}, {"d = t", TYPE_ERROR},
    {"f = 1", TYPE_ERROR}, {"months = 2 months", TYPE_ERROR}, {"i > months", TYPE_ERROR},
    {"t contains \"x\"", TYPE_FLAG}, {"i contains 1", TYPE_ERROR}, {"t starts with who", TYPE_FLAG},
    {"t ends with i", TYPE_ERROR}, {"t matches \"^a\"", TYPE_FLAG}, {"i matches \"^a\"", TYPE_ERROR},
    {"d within last 30 days", TYPE_FLAG}, {"d within next n", TYPE_FLAG}, {"d older than months", TYPE_FLAG},
    {"d older than m", TYPE_ERROR}, {"i older than 3 days", TYPE_ERROR}, {"d within last d", TYPE_ERROR},
    /* logic and choice */
    {"f and one or not ok", TYPE_FLAG}, {"f and i", TYPE_ERROR}, {"not t", TYPE_ERROR}, {"s and f", TYPE_ERROR},
    {"if f then i else n", TYPE_NUMBER}, {"if f then m else i", TYPE_MONEY}, {"if f then d else since", TYPE_DATE},
    {"if f then t else who", TYPE_TEXT}, {"if f then ok else no", TYPE_FLAG}, {"if i then 1 else 2", TYPE_ERROR},
    {"if f then t else i", TYPE_ERROR}, {"if f then months else months", TYPE_ERROR},
    {"if f then s else s", TYPE_ERROR},
    /* dates and functions */
    {"days since d", TYPE_INTEGER}, {"days until since", TYPE_INTEGER}, {"days since i", TYPE_ERROR},
    {"anniversary of d", TYPE_DATE}, {"default(i, 0)", TYPE_INTEGER}, {"default(i, 0.5)", TYPE_NUMBER},
    {"default(t, \"\")", TYPE_TEXT}, {"default(f, no)", TYPE_FLAG}, {"default(d, since)", TYPE_DATE},
    {"default(t, 0)", TYPE_ERROR}, {"default(s, 0)", TYPE_ERROR}, {"min(i, n, m)", TYPE_MONEY},
    {"max(d, since)", TYPE_DATE}, {"min(i, d)", TYPE_ERROR}, {"max(t, t)", TYPE_ERROR}, {"abs(i)", TYPE_INTEGER},
    {"abs(m)", TYPE_MONEY}, {"abs(d)", TYPE_ERROR}, {"round(m)", TYPE_INTEGER}, {"round(i)", TYPE_INTEGER},
    {"lower(t)", TYPE_TEXT}, {"upper(i)", TYPE_ERROR}, {"trim(t)", TYPE_TEXT}, {"length(t)", TYPE_INTEGER},
    {"year(d)", TYPE_INTEGER}, {"month(d)", TYPE_INTEGER}, {"day(t)", TYPE_ERROR},
    {"half_life(i, 30 days)", TYPE_NUMBER}, {"half_life(n, n)", TYPE_NUMBER}, {"half_life(m, 3)", TYPE_ERROR},
    {"half_life(i, months)", TYPE_ERROR}, {"half_life(d, 3)", TYPE_ERROR},
    /* times stand for their dates, but among themselves */
    {"w = w", TYPE_FLAG}, {"w > d", TYPE_FLAG}, {"d <= w", TYPE_FLAG}, {"w between since and w", TYPE_FLAG},
    {"w in (2026-01-01, d)", TYPE_FLAG}, {"w > 3", TYPE_ERROR}, {"w = t", TYPE_ERROR},
    {"w within last 30 days", TYPE_FLAG}, {"w older than months", TYPE_FLAG}, {"days since w", TYPE_INTEGER},
    {"days until w", TYPE_INTEGER}, {"anniversary of w", TYPE_DATE}, {"w - w", TYPE_INTEGER}, {"w - d", TYPE_INTEGER},
    {"d - w", TYPE_INTEGER}, {"w + 1", TYPE_DATE}, {"w - months", TYPE_DATE}, {"w + w", TYPE_ERROR},
    {"year(w)", TYPE_INTEGER}, {"hours since w", TYPE_NUMBER}, {"hours since d", TYPE_ERROR},
    {"hours since i", TYPE_ERROR}, {"max(w, w)", TYPE_DATETIME}, {"max(w, d)", TYPE_ERROR},
    {"default(w, w)", TYPE_DATETIME}, {"default(w, d)", TYPE_ERROR}, {"if f then w else w", TYPE_DATETIME},
    {"w is missing", TYPE_FLAG},
    /* lists are asked, not compared */
    {"l", TYPE_LIST}, {"l has \"a\"", TYPE_FLAG}, {"l has t", TYPE_FLAG}, {"l has any of (\"a\", t)", TYPE_FLAG},
    {"l has all of (who)", TYPE_FLAG}, {"l has i", TYPE_ERROR}, {"l has l", TYPE_ERROR}, {"t has \"a\"", TYPE_ERROR},
    {"l = \"a\"", TYPE_ERROR}, {"l = l", TYPE_ERROR}, {"l contains \"a\"", TYPE_ERROR}, {"l in names", TYPE_ERROR},
    {"l in (\"a\")", TYPE_ERROR}, {"l < \"a\"", TYPE_ERROR}, {"l is present", TYPE_FLAG},
    {"default(l, \"a\")", TYPE_ERROR}, {"if f then l else k", TYPE_ERROR}, {"lower(l)", TYPE_ERROR},
    /* rows */
    {"count of r", TYPE_INTEGER}, {"count of r where rf", TYPE_INTEGER}, {"count of r where rt", TYPE_ERROR},
    {"count of r where rt = \"a\" and rn > n", TYPE_ERROR}, {"any of r", TYPE_FLAG}, {"any of r where old", TYPE_FLAG},
    {"sum of r.ri", TYPE_INTEGER}, {"sum of r.rn", TYPE_NUMBER}, {"sum of r.rm", TYPE_MONEY},
    {"sum of r.twice", TYPE_NUMBER}, {"sum of r.rt", TYPE_ERROR}, {"sum of r.rd", TYPE_ERROR},
    {"sum of r.rf", TYPE_ERROR}, {"min of r.ri", TYPE_INTEGER}, {"min of r.rm", TYPE_MONEY},
    {"max of r.rd", TYPE_DATE}, {"max of r.rw", TYPE_DATETIME}, {"max of r.rt", TYPE_ERROR},
    {"min of r.rf", TYPE_ERROR}, {"average of r.ri", TYPE_NUMBER}, {"average of r.rn", TYPE_NUMBER},
    {"average of r.rm", TYPE_MONEY}, {"average of r.rd", TYPE_ERROR}, {"distinct of r.rt", TYPE_INTEGER},
    {"distinct of r.rf", TYPE_INTEGER}, {"distinct of r.rl", TYPE_INTEGER}, {"distinct of r.rw", TYPE_INTEGER},
    {"latest of r.rt by r.rd", TYPE_TEXT}, {"latest of r.rm by r.rw", TYPE_MONEY},
    {"latest of r.rf by r.ri", TYPE_FLAG},
    {"latest of r.rl by r.twice", TYPE_LIST}, {"latest of r.rt by r.rt", TYPE_ERROR},
    {"latest of r.rt by r.rf", TYPE_ERROR}, {"latest of r.rl by r.rl", TYPE_ERROR},
    {"(latest of r.rl by r.rd) has \"a\"", TYPE_FLAG}, {"count of r where rl has \"a\"", TYPE_INTEGER},
    {"count of r where hours since rw < 3", TYPE_INTEGER}, {"count of r where r.rn > 3", TYPE_INTEGER},
    {"(max of r.rd) - d", TYPE_INTEGER}, {"(sum of r.rm) / (count of r)", TYPE_MONEY},
    /* all customers */
    {"rank of i", TYPE_INTEGER}, {"rank of d", TYPE_INTEGER}, {"rank of t", TYPE_ERROR}, {"rank of w", TYPE_ERROR},
    {"rank of f", TYPE_ERROR}, {"quintile of m", TYPE_INTEGER}, {"quintile of (m / (i + 1))", TYPE_INTEGER},
    {"percentile of n", TYPE_NUMBER}, {"percentile of d", TYPE_NUMBER}, {"cumulative share of m", TYPE_NUMBER},
    {"cumulative share of d", TYPE_ERROR}, {"median of i", TYPE_NUMBER}, {"median of n", TYPE_NUMBER},
    {"median of m", TYPE_MONEY}, {"median of d", TYPE_DATE}, {"median of t", TYPE_ERROR}, {"average of i", TYPE_NUMBER},
    {"average of m", TYPE_MONEY}, {"average of (m * m)", TYPE_NUMBER}, {"average of d", TYPE_ERROR},
    {"top 5 by m", TYPE_FLAG}, {"top 5 by d", TYPE_FLAG}, {"top 5 by t", TYPE_ERROR}, {"top 5 by months", TYPE_ERROR},
    {"rank of (rank of i)", TYPE_INTEGER}, {"rank of (sum of r.rm)", TYPE_INTEGER}, {"rank of l", TYPE_ERROR},
    /* the last run */
    {"was one", TYPE_FLAG}, {"became two", TYPE_FLAG}, {"previous.pi", TYPE_INTEGER}, {"previous.s", TYPE_TEXT},
    {"previous.s = \"one\"", TYPE_FLAG}, {"previous.s = one", TYPE_ERROR}, {"previous.pl has \"a\"", TYPE_FLAG},
    {"previous.pl = \"a\"", TYPE_ERROR}, {"max of previous.pi", TYPE_INTEGER}, {"average of previous.pi", TYPE_ERROR},
    {"average of (previous.pi)", TYPE_NUMBER},
};

static void test_table(void) {
  for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
    type_t type = type_of(typed[i].expression);
    if (type != typed[i].type) {
      fprintf(stderr, "\n  %s: %s, not %s\n", typed[i].expression, type_name(type), type_name(typed[i].type));
    }
    CU_ASSERT_EQUAL(type, typed[i].type);
  }
}

/* Every node of every expression has a type. */
static void assert_typed(const struct ast *node) {
  if (node->kind >= AST_OR || (node->kind >= AST_NAME && node->kind <= AST_BOOLEAN)) {
    CU_ASSERT_NOT_EQUAL(node->type, TYPE_UNKNOWN);
  }
  for (uint32_t i = node->kind == AST_CALL; i < node->count; i++) assert_typed(node->child[i]);
}

static void test_all_typed(void) {
  struct module module;
  passes_run(&module,
             INPUT "if s = one and (t in names or t matches \"a\") then f else d older than months -> tag;\n"
                   "let x = default(min(i, -n) + 3 * (m / 2), days since anniversary of d); x between 1 and 2 -> u;"
                   "s in (one, (two)) or t in (\"a\", lower(t)) or not f and t contains \"x\" -> v; show x;",
             UP_TO_INFER);
  CU_ASSERT_EQUAL(module.diags.errors, 0);
  for (uint32_t i = 0; i < module.rules.count; i++) {
    const struct ast *rule = module.rules.at[i], *condition = rule->child[rule->kind == AST_RULE];
    if (condition->kind != AST_NONE) assert_typed(condition);
  }
  for (uint32_t i = 0; i < module.lets.count; i++) assert_typed(module.lets.at[i]->decl->child[1]);
  for (uint32_t i = 0; i < module.params.count; i++) assert_typed(module.params.at[i]->decl->child[1]);
  CU_ASSERT_EQUAL(module.shows.at[0]->type, TYPE_MONEY);
  arena_free(&module.arena);
}

/* The guessed type of column x. */
static type_t guessed(const char *rules) {
  struct module module;
  passes_run(&module, rules, UP_TO_INFER);
  struct symbol *column = passes_symbol(&module.columns, "x");
  type_t type = column && module.diags.errors == 0 ? column->type : TYPE_ERROR;
  arena_free(&module.arena);
  return type;
}

static const struct {
  const char *rules;
  type_t type;
} guesses[] = {
    {"x > 3 -> a;", TYPE_NUMBER},
    {"3 < x -> a;", TYPE_NUMBER},
    {"x = \"3\" -> a;", TYPE_TEXT},
    {"x = 2026-01-01 -> a;", TYPE_DATE},
    {"x -> a;", TYPE_FLAG},
    {"not x -> a;", TYPE_FLAG},
    {"x = yes -> a;", TYPE_FLAG},
    {"x > 30 days -> a;", TYPE_NUMBER},
    {"x within last 30 days -> a;", TYPE_DATE},
    {"y within last x -> a;", TYPE_NUMBER},
    {"days since x > 3 -> a;", TYPE_DATE},
    {"anniversary of x within next 7 days -> a;", TYPE_DATE},
    {"x in (1, 2) -> a;", TYPE_NUMBER},
    {"x in (\"1\") -> a;", TYPE_TEXT},
    {"list l = \"a\"; x in l -> a;", TYPE_TEXT},
    {"x contains \"a\" -> a;", TYPE_TEXT},
    {"y contains x -> a;", TYPE_TEXT},
    {"lower(x) = y -> a;", TYPE_TEXT},
    {"length(x) > 3 -> a;", TYPE_TEXT},
    {"year(x) = 2026 -> a;", TYPE_DATE},
    {"x is missing -> a;", TYPE_TEXT},
    {"show x;", TYPE_TEXT},
    {"x is missing or x > 3 -> a; show x;", TYPE_NUMBER},
    {"x between 1 and y -> a;", TYPE_NUMBER},
    {"y between x and 2026-01-01 -> a;", TYPE_DATE},
    {"x * 2 > y -> a;", TYPE_NUMBER},
    {"x / y > 1 -> a;", TYPE_NUMBER},
    {"-x > y -> a;", TYPE_NUMBER},
    {"default(x, 0) > y -> a;", TYPE_NUMBER},
    {"default(x, \"\") = y -> a;", TYPE_TEXT},
    {"let z = default(x, y); z > 3 -> a;", TYPE_NUMBER},
    {"if x then y else z -> a;", TYPE_FLAG},
    {"let z = if y then x else 2026-01-01; show z;", TYPE_DATE},
    {"min(x, 3) > y -> a;", TYPE_NUMBER},
    {"max(x, y) > 2026-01-01 -> a;", TYPE_DATE},
    {"x > y -> a; y > z -> b; z > 3 -> c;", TYPE_NUMBER},
    {"z > 3 -> c; x > y -> a; y > z -> b;", TYPE_NUMBER},
    {"let l = x; let k = l; k > 3 -> a;", TYPE_NUMBER},
    {"k > 3 -> a; let k = l; let l = x;", TYPE_NUMBER},
    {"param p = 5; x > p -> a;", TYPE_NUMBER},
    {"param p = \"5\"; x = p -> a;", TYPE_TEXT},
    {"param p = 2 months; x older than p -> a;", TYPE_DATE},
    {"param p = 2 months; x + p > y -> a;", TYPE_DATE},
    {"x = vip -> a; y > 1 -> vip;", TYPE_FLAG},
    /* a condition is the weakest witness */
    {"x -> a; y = x -> b; y = yes -> c;", TYPE_FLAG},
    /* sums */
    {"x + 1 > 3 -> a;", TYPE_NUMBER},
    {"x + y > 3 -> a;", TYPE_NUMBER},
    {"x - y > 3 -> a;", TYPE_NUMBER},
    {"x - y > 3 -> a; y older than 3 days -> b;", TYPE_DATE},
    {"y older than 3 days -> b; y - x > 3 -> a;", TYPE_DATE},
    {"x - y > 3 -> a; y > 3 -> b;", TYPE_NUMBER},
    {"x + 30 days > 2026-01-01 -> a;", TYPE_DATE},
    {"x + 30 days > 90 -> a;", TYPE_NUMBER},
    {"x + 30 days > y -> a; y > 3 -> b;", TYPE_NUMBER},
    {"x + 30 days > y -> a; y older than 3 days -> b;", TYPE_DATE},
    {"x + 2 months > y -> a;", TYPE_DATE},
    {"y + x > 2026-01-01 -> a; y older than 3 days -> b;", TYPE_NUMBER},
    {"y - x > 2026-01-01 -> a;", TYPE_NUMBER},
    {"x - y > 2026-01-01 -> a;", TYPE_DATE},
    {"let g = last - first; let h = g / (x - 1); last + h within next 3 days -> a;", TYPE_NUMBER},
    {"let g = x - first; let h = g / (orders - 1); x + h within next 3 days -> a;", TYPE_DATE},
    {"let g = last - x; let h = g / (orders - 1); last + h within next 3 days -> a;", TYPE_DATE},
    {"let s = a + b + x; s > 3 -> t;", TYPE_NUMBER},
    /* times, places, points, halves */
    {"hours since x > 3 -> a;", TYPE_DATETIME},
    {"x older than 3 days -> a; hours since x > 3 -> b;", TYPE_DATETIME},
    {"hours since x > 3 -> b; x > 2026-01-01 -> a;", TYPE_DATETIME},
    {"x - y > 3 -> a; hours since x > 3 -> b;", TYPE_DATETIME},
    {"y - x > 3 -> a; hours since y > 3 -> b;", TYPE_DATE},
    {"rank of x = 1 -> a;", TYPE_NUMBER},
    {"rank of x = 1 -> a; x older than 3 days -> b;", TYPE_DATE},
    {"top 5 by x -> a;", TYPE_NUMBER},
    {"median of x > 3 -> a;", TYPE_NUMBER},
    {"median of x > 2026-01-01 -> a;", TYPE_DATE},
    {"x > median of x -> a;", TYPE_NUMBER},
    {"quintile of (x / y) = 5 -> a;", TYPE_NUMBER},
    {"score s { y > 1 -> x; }", TYPE_NUMBER},
    {"score s { x -> 1; }", TYPE_FLAG},
    {"score s { y > 1 -> 1; } s = x -> a;", TYPE_NUMBER},
    {"half_life(x, 3) > 0.5 -> a;", TYPE_NUMBER},
    /* rows have types of their own */
    {"input r per id { a money; d date; } x > sum of r.a -> b;", TYPE_NUMBER},
    {"input r per id { a money; d date; } x = max of r.d -> b;", TYPE_DATE},
    {"input r per x { a money; } count of r > 3 -> b;", TYPE_TEXT},
    {"input r per x { a money; } count of r > 3 and x > 5 -> b;", TYPE_NUMBER},
    {"input r per id { let k = l * 2; let l = a * 2; a number; } x < max of r.l -> b;", TYPE_ERROR},
    {"input r per id { let l = a * 2; a number; } x < max of r.l -> b;", TYPE_NUMBER},
    {"input r per id { a number; let l = a * 2; } x < max of r.l -> b;", TYPE_NUMBER},
    /* the last run */
    {"input previous per id; previous.x > 3 -> a; x is missing -> b;", TYPE_NUMBER},
    {"input previous per id; let c = default(previous.c, 2026-01-01); show c; x > c -> b;", TYPE_DATE},
    {"input previous per id { p date; } x > previous.p -> b;", TYPE_DATE},
};

static void test_guesses(void) {
  for (size_t i = 0; i < sizeof guesses / sizeof *guesses; i++) {
    type_t type = guessed(guesses[i].rules);
    if (type != guesses[i].type) {
      fprintf(stderr, "\n  %s: %s, not %s\n", guesses[i].rules, type_name(type), type_name(guesses[i].type));
    }
    CU_ASSERT_EQUAL(type, guesses[i].type);
  }
}

/* Contradictory uses are told once each; what cannot be known is asked for. */
static void test_contradictions(void) {
  CU_ASSERT(passes_say("x > 3 -> a; x = \"b\" -> b;", UP_TO_INFER, "E0502"));
  CU_ASSERT(passes_say("x > 3 -> a; x -> b;", UP_TO_INFER, "E0506"));
  CU_ASSERT(passes_say("x -> b; x > 3 -> a;", UP_TO_INFER, "E0506"));
  CU_ASSERT(passes_say("x > 3 -> a; y = \"b\" -> b; x = y -> c;", UP_TO_INFER, "E0502"));
  CU_ASSERT(passes_say("x > y -> a;", UP_TO_INFER, "E0501"));
  CU_ASSERT(passes_say("x > y -> a; y > z -> b; z = x -> c;", UP_TO_INFER, "E0501"));
  CU_ASSERT(passes_say("x > y -> a; v > w -> b;", UP_TO_INFER, "E0501 E0501"));
  CU_ASSERT(passes_say("x > 2 months -> a;", UP_TO_INFER, "E0508"));
  CU_ASSERT(passes_say("x contains \"a\" -> a; x > 5 and x < 6 -> b;", UP_TO_INFER, "E0502 E0502"));
}

/* One mistake, one message: what follows from it is silent. */
static void test_silence(void) {
  CU_ASSERT(
      passes_say(INPUT "let x = t + 1; x > 3 -> a; x contains \"b\" -> b; x -> c; show x;", UP_TO_INFER, "E0504"));
  CU_ASSERT(passes_say(INPUT "unknown > 3 and unknown2 + 1 > 5 -> a;", UP_TO_CHECK, "E0401 E0401"));
  CU_ASSERT(passes_say(INPUT "min(t + 1, d) > 3 -> a;", UP_TO_INFER, "E0504"));
  CU_ASSERT(passes_say(INPUT "f(t) + 1 contains 3 -> a;", UP_TO_INFER, "E0403"));
  CU_ASSERT(passes_say("let a = b; let b = a; a + 1 > 3 -> c; a contains \"b\" -> d;", UP_TO_CHECK, "E0405"));
}

static void test_params(void) {
  CU_ASSERT(passes_say("param p = 3 + 4; x > p -> a;", UP_TO_INFER, "E0509"));
  CU_ASSERT(passes_say("param p = y; x > p -> a;", UP_TO_INFER, "E0509"));
  CU_ASSERT(passes_say("param p = (-3.5); x > p -> a;", UP_TO_INFER, ""));
  CU_ASSERT(passes_say("param p = -30 days; x > p -> a;", UP_TO_INFER, ""));
  CU_ASSERT(passes_say("param p = -2 months; x older than p -> a;", UP_TO_INFER, "E0509"));
}

/* The message about a pattern points into the text, past escapes. */
static void test_pattern(void) {
  struct module module;
  passes_run(&module, "x matches \"\\\\d\\\"(\" -> a;", UP_TO_INFER);
  CU_ASSERT_EQUAL_FATAL(module.diags.count, 1);
  CU_ASSERT_STRING_EQUAL(diag_code(module.diags.at[0].id), "E0511");
  /* x matches "\\d\"(" : the text has 4 characters, so the fault is at its end, the closing quote in column 18. */
  CU_ASSERT_EQUAL(module.diags.at[0].at.begin, 17);
  arena_free(&module.arena);
  CU_ASSERT(passes_say("x matches \"\" -> a;", UP_TO_INFER, ""));
  CU_ASSERT(passes_say("x matches \"(a+)+$\" -> a;", UP_TO_INFER, ""));
  CU_ASSERT(passes_say("x matches \"[\" -> a;", UP_TO_INFER, "E0511"));
  CU_ASSERT(passes_say("x matches \"\\\\C\" -> a;", UP_TO_INFER, "E0511"));
}

static void test_pattern_limit(void) {
  static char rules[10100];
  for (int over = 0; over < 2; over++) {
    size_t length = (size_t)sprintf(rules, "x matches \"");
    memset(rules + length, 'a', (size_t)(10000 + over));
    strcpy(rules + length + 10000 + over, "\" -> a;");
    CU_ASSERT(passes_say(rules, UP_TO_INFER, over ? "E0512" : ""));
  }
}

void suite_infer(void);
void suite_infer(void) {
  CU_pSuite suite = CU_add_suite("infer", NULL, NULL);
  CU_add_test(suite, "the table of types", test_table);
  CU_add_test(suite, "every expression has a type", test_all_typed);
  CU_add_test(suite, "guesses from use", test_guesses);
  CU_add_test(suite, "contradictory uses", test_contradictions);
  CU_add_test(suite, "one mistake, one message", test_silence);
  CU_add_test(suite, "params", test_params);
  CU_add_test(suite, "regular expressions", test_pattern);
  CU_add_test(suite, "the longest regular expression", test_pattern_limit);
}
