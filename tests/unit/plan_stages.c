/* plan_stages.c - what is asked of other tables and of all customers becomes stages, and means what the language
   says. */
#include "passes.h"

#include "back.h"

#define C "input c { id text key; i integer; n number; } "
#define P "input p per id { x number; s text; l list separated \",\"; at datetime; let half = x / 2; } "
#define SAYS(rules, last, expected) CU_ASSERT(back_says(rules, last, expected))

/* -- Which stages ------------------------------------------------------------------------- */

/* The stages by table, with the number of their roots and FAULTs: "p:3+1 c:2+0". */
static bool has_stages(const char *rules, const char *expected) {
  bool same = true;
  for (int last = UP_TO_PLAN; last <= UP_TO_SIMPLIFY; last++) {
    struct back back;
    struct rung_text got = {"", 0};
    bool fine = back_run(&back, rules, (enum last_back)last);
    for (uint32_t i = 0; fine && i < back.plan.stage_count; i++) {
      const struct stage *stage = &back.plan.stages[i];
      const char *sink = stage->sink == SINK_AGGREGATE ? "" : stage->sink == SINK_COLLECT ? "collect" : "rows";
      struct rung_text table = stage->table == NONE32 ? TEXT("") : back.module.tables.at[stage->table]->name;
      got = arena_print(&back.module.arena, "%.*s%s%s%.*s:%u", TEXT_ARG(got), i ? " " : "", sink, TEXT_ARG(table),
                        stage->sink == SINK_ROWS ? stage->counter_count : stage->root_count);
    }
    same = same && fine && text_equal(got, passes_text(expected));
    if (!same) fprintf(stderr, "\n-- %s\n-- has: %.*s\n-- not: %s\n", rules, TEXT_ARG(got), expected);
    back_free(&back);
  }
  return same;
}
#define STAGES(rules, expected) CU_ASSERT(has_stages(rules, expected))

static void test_which(void) {
  STAGES(C "i > 1 -> t;", "rows:0");
  /* A table that nothing asks for is not read; of those asked for each is read once. */
  STAGES(C P "i > 1 -> t;", "rows:0");
  STAGES(C P "(count of p) > 1 -> t;", "p:0 rows:0");
  STAGES(C P "input q per id { y number; } (sum of q.y) > 1 -> t; (count of p where s = \"a\") > 1 -> u; "
         "(max of q.y) > 2 -> v;", "p:1 q:2 rows:0");
  STAGES(C P "(latest of p.x by p.at where s = \"a\") > 1 -> t;", "p:3 rows:0");
  /* The base is made of a table's keys, which must be read. */
  STAGES("input c from p; " P "id = \"a\" -> t;", "p:0 rows:0");
  /* Measures of a measure come a stage later, each value as often as it is measured. */
  STAGES(C "rank of n > 1 -> t;", "collect:1 rows:0");
  STAGES(C "rank of n > 1 -> t; quintile of n = 5 -> u; rank of i > 1 -> v;", "collect:3 rows:0");
  STAGES(C "rank of (rank of n) > 1 -> t; rank of i > 1 -> u;", "collect:2 collect:1 rows:0");
  STAGES(C "rank of max(rank of n, quintile of i) > 1 -> t;", "collect:2 collect:1 rows:0");
  STAGES(C P "rank of (sum of p.x) > 1 -> t;", "p:1 collect:1 rows:0");
}

/* What simplifying shows to be useless is neither gathered nor collected. */
static void test_useless(void) {
  struct back back;
  CU_ASSERT_FATAL(back_run(&back, C P "no and ((count of p) > 1 or rank of n > 1) -> t; i > 1 -> u;", UP_TO_SIMPLIFY));
  CU_ASSERT_EQUAL(back.plan.stage_count, 1);
  back_free(&back);
}

static void test_tables(void) {
  SAYS(C P "(sum of p.x where s = \"a\") > 1 -> t; (count of p where \"a\" = s) > 2 -> u; "
       "(sum of p.x where p.s = \"a\") > 5 -> v;", UP_TO_REGISTERS,
       "scan p and gather by key\n"
       "r0 = column p.x\nr1 = column p.s\nr2 = column p.id\nr3 = const_t \"a\"\n"
       "for each batch\n"
       "r4 = eq_t r1 r3\n"
       "take r0 r4 r4\n"
       "scan c and write rows\n"
       "r0 = column id\nr1 = sum of p\nr2 = count of p\nr3 = const_n 1\nr4 = const_i 3\nr5 = const_n 5\n"
       "for each batch\n"
       "r6 = lt_n r3 r1\nr7 = sure r6\nr8 = le_i r4 r2\nr9 = sure r8\nr10 = lt_n r5 r1\nr11 = sure r10\n");
}

/* A measured value is computed again in the later stages; FAULTs count in the last one alone. */
static void test_measures(void) {
  SAYS(C "let a = rank of n; rank of (a + rank of i) > 3 -> t; top 5 by a -> u;", UP_TO_REGISTERS,
       "scan c and collect\n"
       "r0 = column id\nr1 = column i\nr2 = column n\n"
       "take r2 r1\n"
       "scan c and collect\n"
       "r0 = column id\nr1 = column i\nr2 = column n\n"
       "for each batch\n"
       "r3 = measure_i r2 rank\nr4 = measure_i r1 rank\nr5 = add_i r3 r4\n"
       "take r5 r3\n"
       "scan c and write rows\n"
       "r0 = column id\nr1 = column i\nr2 = column n\nr3 = const_i 4\n"
       "for each batch\n"
       "r4 = measure_i r2 rank\nr5 = measure_i r1 rank\nr6 = add_i r4 r5\n"
       "r7 = present r4\nr8 = present r5\nr9 = and r7 r8\nfault r6 r9\n"
       "r5 = measure_i r6 rank\nr9 = le_i r3 r5\nr8 = sure r9\nr7 = measure_f r4 top 5\n");
}

/* -- What they mean ---------------------------------------------------------------------------- */

static const struct value no_value = {0};
static struct value number(int64_t value) { return (struct value){.present = true, .number = value}; }
static struct value text(const char *bytes) { return (struct value){.present = true, .text = passes_text(bytes)}; }

/* One row of each table: columns in the plan's order, then what is asked in the order of asking. */
struct rows {
  struct value columns[12], asked[4];
};

/* The tags that hold, each followed by a blank; the scores; then "!" when a FAULT of the last stage counts the row. */
static struct rung_text results(struct back *back, const struct rows *rows) {
  struct arena *arena = &back->module.arena;
  const struct module *module = &back->module;
  const struct plan *plan = &back->plan;
  const struct stage *stage = &plan->stages[plan->stage_count - 1];
  struct row row = {.columns = rows->columns, .asked = rows->asked, .today = 20778, .now = 20778 * 86400LL};
  struct value *values = arena_alloc(arena, plan->ir.count * sizeof *values);
  struct rung_text said = {"", 0};
  eval_plan(plan, &row, values);
  const uint32_t *tags = stage->roots + stage->labels + module->labels.count;
  for (uint32_t i = 0; i < module->tags.count; i++)
    if (values[tags[i]].number)
      said = arena_print(arena, "%.*s%.*s ", TEXT_ARG(said), TEXT_ARG(module->tags.at[i]->name));
  for (uint32_t i = 0; i < module->scores.count; i++) {
    struct value score = values[stage->roots[stage->scores + i]];
    said = score.present ? arena_print(arena, "%.*s%lld ", TEXT_ARG(said), (long long)score.number)
                         : arena_print(arena, "%.*s? ", TEXT_ARG(said));
  }
  bool fault = false;
  for (uint32_t i = 0; i < stage->counter_count; i++) {
    const struct ir_node *node = &plan->ir.nodes[stage->counters[i]];
    fault = fault || (values[node->b].number && !values[node->a].present);
  }
  return fault ? arena_print(arena, "%.*s!", TEXT_ARG(said)) : said;
}

static bool gives(const char *rules, struct rows rows, const char *expected) {
  bool same = true;
  for (int last = UP_TO_PLAN; last <= UP_TO_SIMPLIFY; last++) {
    struct back back;
    struct rung_text got = {"", 0};
    if (back_run(&back, rules, (enum last_back)last)) got = results(&back, &rows);
    if (!text_equal(got, passes_text(expected))) {
      fprintf(stderr, "\n-- %s\n-- gives: %.*s\n-- not:   %s\n", rules, TEXT_ARG(got), expected);
      same = false;
    }
    back_free(&back);
  }
  return same;
}
#define GIVES(rules, rows, expected) CU_ASSERT(gives(rules, rows, expected))
#define ROW(...) ((struct rows){.columns = {__VA_ARGS__}})

static void test_scores(void) {
#define SCORE C "score k from 50 { i > 3 -> +30; n <= 6 -> -10 * (7 - i); clamp 0 to 100; } "
  const struct value id = text("x");
  GIVES(SCORE, ROW(id, number(4), number(0)), "50 ");
  GIVES(SCORE, ROW(id, number(9), number(0)), "100 ");
  GIVES(SCORE, ROW(id, number(-9), number(0)), "0 ");
  GIVES(SCORE, ROW(id, number(3), number(7000000)), "50 ");
  /* What is unknown adds nothing; nor do missing points, which count. */
  GIVES(SCORE, ROW(id, no_value, no_value), "50 ");
  GIVES(SCORE, ROW(id, no_value, number(0)), "50 !");
  GIVES(SCORE, ROW(id, number(INT64_MIN), number(0)), "50 !");
  /* Points out of range are missing points; a sum out of range is missing. */
  GIVES(C "score k { i != 0 -> i; n > 1 -> 1; clamp 0 to 9; }", ROW(id, number(INT64_MAX), number(2000000)), "? !");
  GIVES(C "score k { i != 0 -> i; n > 1 -> 1; clamp 0 to 9; }", ROW(id, number(INT64_MAX), number(0)), "9 ");
  /* One number makes all of them numbers. */
  GIVES(C "score k from 1 { i > 0 -> 2; i > 1 -> 0.5; } k > 3 -> t;", ROW(id, number(2)), "t 3500000 ");
  GIVES(C "score k { i > 0 -> n / i; } k = 0 -> t;", ROW(id, number(2), number(5000000)), "2500000 ");
  GIVES(C "score k { i = 0 -> n / i; } k = 0 -> t;", ROW(id, number(0), number(5000000)), "t 0 !");
  /* A score of a score. */
  GIVES(C "score b { a > 1 -> a; } score a { i > 0 -> 2; }", ROW(id, number(1)), "2 2 ");
}

static void test_lists(void) {
#define LIST "input c { id text key; l list separated \",\"; s text; } "
  const struct value id = text("x");
  GIVES(LIST "l has \"b\" -> t; not (l has \"b\") -> u;", ROW(id, text("a, b ,c")), "t ");
  GIVES(LIST "l has \"b\" -> t; not (l has \"b\") -> u;", ROW(id, text("ab,bc")), "u ");
  GIVES(LIST "l has \"b\" -> t; not (l has \"b\") -> u;", ROW(id, no_value), "");
  GIVES(LIST "l has any of (\"b\", \"c\") -> t; l has all of (\"b\", \"c\") -> u;", ROW(id, text("c")), "t ");
  GIVES(LIST "l has any of (\"b\", \"c\") -> t; l has all of (\"b\", \"c\") -> u;", ROW(id, text("c,b")), "t u ");
  GIVES(LIST "l has any of (\"b\", s) -> t; l has all of (\"b\", s) -> u;", ROW(id, text("b")), "t ");
}

static void test_times(void) {
#define TIME "input c { id text key; at datetime; d date; to datetime; } "
  enum { DAY = 20778 };
  const int64_t noon = DAY * 86400LL + 43200;
  const struct rows rows = ROW(text("x"), number(noon), number(DAY), number(noon + 1));
  /* A time stands for its date wherever a date is wanted, and for itself beside another time. */
  GIVES(TIME "at = d -> t; at > d -> u; at < to -> v; to = at -> w; at in (2026-11-21, 2026-01-01) -> x;", rows,
        "t v x ");
  GIVES(TIME "at within last 1 day -> t; days since at = 0 -> u; at - d = 0 -> v; d - to = 0 -> w; "
        "at + 1 = 2026-11-22 -> x;", rows, "t u v w x ");
  GIVES(TIME "day(at) = 21 -> t; hours since at = -12 -> u; min(at, to) = at -> w;", rows, "t u w ");
}

/* What was asked of the last run: first `was`, then `previous.i`. */
static void test_previous(void) {
#define LAST "input c { id text key; i integer; } input previous per id; status s { i > 9 -> big; i > 5 -> mid; } "
  const char *rules = LAST "was big -> t; became mid -> u; previous.i > 1 -> v; show i;";
  struct rows rows = {.columns = {text("x"), number(7)}, .asked = {number(1), number(0), number(2)}};
  GIVES(rules, rows, "t u v ");
  rows.asked[1] = number(1);
  GIVES(rules, rows, "t v ");
  rows.asked[2] = no_value;
  GIVES(rules, rows, "t ");
  /* Labels are the whole text of their status, tags stand among others. */
  SAYS(LAST "became gone -> t; i < 0 -> gone; was big -> u;", UP_TO_REGISTERS,
       "scan previous and gather by key\n"
       "r0 = column previous.id\nr1 = column previous.tags\nr2 = column previous.s\n"
       "r3 = const_t \"gone\"\nr4 = const_t \"big\"\n"
       "for each batch\n"
       "r5 = has r1 r3 \"|\"\nr6 = eq_t r2 r4\n"
       "take r5 r6\n"
       "scan c and write rows\n"
       "r0 = column id\nr1 = column i\nr2 = any of previous\nr3 = any of previous\n"
       "r4 = const_i 10\nr5 = const_i 6\nr6 = const_i -1\n"
       "for each batch\n"
       "r7 = le_i r4 r1\nr8 = sure r7\nr9 = le_i r5 r1\nr10 = sure r9\nr11 = not r8\nr12 = and r10 r11\n"
       "r11 = le_i r1 r6\nr10 = sure r11\nr13 = not r2\nr14 = and r10 r13\nr13 = sure r14\nr15 = sure r3\n");
}

/* -- Faults ----------------------------------------------------------------------------------------- */

/* The FAULTs of each stage. */
static bool has_faults(const char *rules, const char *expected) {
  struct back back;
  struct rung_text got = {"", 0};
  bool fine = back_run(&back, rules, UP_TO_SIMPLIFY);
  for (uint32_t i = 0; fine && i < back.plan.stage_count; i++)
    got = arena_print(&back.module.arena, "%.*s%s%u", TEXT_ARG(got), i ? " " : "", back.plan.stages[i].counter_count);
  bool same = fine && text_equal(got, passes_text(expected));
  if (!same) fprintf(stderr, "\n-- %s\n-- has: %.*s\n-- not: %s\n", rules, TEXT_ARG(got), expected);
  back_free(&back);
  return same;
}

static void test_faults(void) {
  /* In the stage of the table whose rows are computed with. */
  CU_ASSERT(has_faults(C P "(sum of p.half) > 1 -> t;", "1 0"));
  CU_ASSERT(has_faults(C P "(sum of p.half) / i > 1 -> t;", "1 2")); /* i as a number, and the division */
  CU_ASSERT(has_faults(C P "(count of p where half > 1) > 1 -> t; (sum of p.half) > 2 -> u;", "1 0"));
  /* Of a measure's value not in the stage that collects it. */
  CU_ASSERT(has_faults(C "rank of (n / 0.5) > 1 -> t;", "0 1"));
  CU_ASSERT(has_faults(C "rank of (rank of (n / 0.5)) > 1 -> t;", "0 0 1"));
  /* A place among the customers always exists; a share of nothing does not. */
  CU_ASSERT(has_faults(C "percentile of n > 1 -> t; median of n > 1 -> u; top 3 by i -> v;", "0 0"));
  CU_ASSERT(has_faults(C "cumulative share of n > 1 -> t; median of i > 1 -> u;", "0 2"));
  /* The same that two stages compute is watched in each. */
  CU_ASSERT(has_faults("param k = 2; " C P "(count of p where x > k * 3) > 1 -> t; n > k * 3 -> u;", "2 2"));
}

/* Rows that do not count are not asked for their value. */
static void test_fault_masks(void) {
  SAYS(C P "(sum of p.half where s = \"a\") > 1 -> t;", UP_TO_REGISTERS,
       "scan p and gather by key\n"
       "r0 = column p.x\nr1 = column p.s\nr2 = column p.id\nr3 = const_n 2\nr4 = const_t \"a\"\n"
       "for each batch\n"
       "r5 = div_n r0 r3\nr6 = eq_t r1 r4\nr7 = sure r6\nr8 = present r0\nr9 = and r7 r8\nfault r5 r9\n"
       "take r5 r6\n"
       "scan c and write rows\n"
       "r0 = column id\nr1 = sum of p\nr2 = const_n 1\n"
       "for each batch\n"
       "r3 = lt_n r2 r1\nr4 = sure r3\n");
}

void suite_plan_stages(void);
void suite_plan_stages(void) {
  CU_pSuite suite = CU_add_suite("plan of stages", NULL, NULL);
  CU_add_test(suite, "which", test_which);
  CU_add_test(suite, "useless", test_useless);
  CU_add_test(suite, "tables", test_tables);
  CU_add_test(suite, "measures", test_measures);
  CU_add_test(suite, "scores", test_scores);
  CU_add_test(suite, "lists", test_lists);
  CU_add_test(suite, "times", test_times);
  CU_add_test(suite, "the last run", test_previous);
  CU_add_test(suite, "faults", test_faults);
  CU_add_test(suite, "masks of faults", test_fault_masks);
}
