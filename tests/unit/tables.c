/* tables.c - related tables, the last run and scores: what their names mean, what is needed, which types come back. */
#include "passes.h"

#include <stdio.h>

#define CUSTOMERS "input customers { id text key from \"Customer ID\"; n integer; m money; " \
                  "city text from \"Город\"; }\n"
#define LOG "input log per id { at date; total money; state text from \"State\"; unused text; }\n"

static const struct symbol *column_of(const struct symbol *table, const char *name) {
  return passes_symbol(&table->dump->columns, name);
}

/* -- Tables and keys ------------------------------------------------------------------------- */

static void test_tables(void) {
  struct module module;
  passes_run(&module,
             CUSTOMERS
             "input log per client { at date; client integer from \"Client No\"; total money; let half = total / 2;\n"
             "                       let quarter = half / 2; let idle = 1; }\n"
             "input visits per id;\n"
             "let spent = sum of log.quarter where half > 3; spent > 5 and (count of visits) > 1 -> a;",
             UP_TO_CHECK);
  CU_ASSERT_EQUAL(module.diags.errors, 0);
  CU_ASSERT_EQUAL_FATAL(module.tables.count, 2);
  CU_ASSERT_PTR_NULL(module.base);
  CU_ASSERT_PTR_NULL(module.previous);
  CU_ASSERT_PTR_EQUAL(module.key, passes_symbol(&module.columns, "id"));
  CU_ASSERT(text_equal(module.key->header, TEXT("Customer ID")));
  CU_ASSERT(text_equal(passes_symbol(&module.columns, "n")->header, TEXT("n")));

  const struct symbol *log = module.tables.at[0], *visits = module.tables.at[1];
  CU_ASSERT_EQUAL(log->kind, SYMBOL_TABLE);
  CU_ASSERT_EQUAL(log->dump->kind, TABLE_RELATED);
  CU_ASSERT_EQUAL(log->dump->columns.count, 3);
  CU_ASSERT_EQUAL(log->dump->lets.count, 3);
  CU_ASSERT_PTR_EQUAL(log->dump->key, column_of(log, "client"));
  CU_ASSERT_EQUAL(log->dump->key->type, TYPE_INTEGER);
  CU_ASSERT(text_equal(log->dump->key->header, TEXT("Client No")));
  CU_ASSERT(log->used && visits->used);
  CU_ASSERT(column_of(log, "total")->used);
  CU_ASSERT(!column_of(log, "at")->used);
  CU_ASSERT(passes_symbol(&log->dump->lets, "half")->used && !passes_symbol(&log->dump->lets, "idle")->used);
  CU_ASSERT_EQUAL(passes_symbol(&log->dump->lets, "quarter")->type, TYPE_MONEY);
  for (uint32_t i = 0; i < 3; i++) {
    CU_ASSERT_PTR_EQUAL(log->dump->columns.at[i]->table, log);
    CU_ASSERT_EQUAL(log->dump->columns.at[i]->index, i);
    CU_ASSERT_EQUAL(log->dump->lets.at[i]->index, i);
  }
  /* A key that the block does not declare is a text under the name behind `per`. */
  CU_ASSERT_EQUAL_FATAL(visits->dump->columns.count, 1);
  CU_ASSERT_PTR_EQUAL(visits->dump->key, visits->dump->columns.at[0]);
  CU_ASSERT_EQUAL(visits->dump->key->type, TYPE_TEXT);
  CU_ASSERT(text_equal(visits->dump->key->header, TEXT("id")));
  CU_ASSERT_EQUAL(visits->dump->key->decl->kind, AST_NAME);

  const struct ast *sum = module.lets.at[0]->decl->child[1];
  CU_ASSERT_EQUAL_FATAL(sum->kind, AST_AGGREGATE);
  CU_ASSERT_PTR_EQUAL(sum->child[0]->symbol, log);
  CU_ASSERT_PTR_EQUAL(sum->child[1]->symbol, passes_symbol(&log->dump->lets, "quarter"));
  CU_ASSERT_EQUAL(sum->child[1]->type, TYPE_MONEY);
  CU_ASSERT_PTR_EQUAL(sum->child[3]->child[0]->symbol, passes_symbol(&log->dump->lets, "half"));
  CU_ASSERT_EQUAL(module.order.count, 2); /* spent and a: lets of tables are not among them */
  arena_free(&module.arena);
}

/* Inside a table its own names come first, then params and lists. */
static void test_inside(void) {
  struct module module;
  passes_run(&module,
             "input customers { id text key; state text; city text; }\n" LOG
             "param least = 5; param since = 2026-01-01; list good = \"paid\", \"sent\";\n"
             "(count of log where state in good and total > least and at >= since and log.total > 3) > 1 -> a;\n"
             "state = \"new\" -> b;",
             UP_TO_CHECK);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  const struct symbol *log = module.tables.at[0];
  const struct ast *where = unparen(module.rules.at[0]->child[1]->child[0])->child[3];
  CU_ASSERT_EQUAL_FATAL(where->kind, AST_AND);
  CU_ASSERT_PTR_EQUAL(where->child[0]->child[0]->symbol, column_of(log, "state"));
  CU_ASSERT_PTR_EQUAL(where->child[0]->child[1]->symbol, module.lists.at[0]);
  CU_ASSERT_PTR_EQUAL(where->child[1]->child[1]->symbol, passes_symbol(&module.params, "least"));
  CU_ASSERT_EQUAL(where->child[3]->child[0]->kind, AST_FIELD);
  CU_ASSERT_PTR_EQUAL(where->child[3]->child[0]->child[1]->symbol, column_of(log, "total"));
  CU_ASSERT_PTR_EQUAL(module.rules.at[1]->child[1]->child[0]->symbol, passes_symbol(&module.columns, "state"));
  arena_free(&module.arena);

  CU_ASSERT(passes_say(CUSTOMERS LOG "(count of log where city = \"x\") > 1 -> a;", UP_TO_CHECK, "E0434"));
  CU_ASSERT(passes_say(CUSTOMERS LOG "(count of log where a) > 1 -> a;", UP_TO_CHECK, "E0434"));
  CU_ASSERT(passes_say(CUSTOMERS LOG "(count of log where stat = \"x\") > 1 -> a;", UP_TO_CHECK, "E0431"));
  CU_ASSERT(passes_say(CUSTOMERS LOG "(count of log where log.stat = \"x\") > 1 -> a;", UP_TO_CHECK, "E0431"));
  CU_ASSERT(passes_say(CUSTOMERS LOG "(count of log where (count of log) > 1) > 1 -> a;", UP_TO_CHECK, "E0435"));
  CU_ASSERT(passes_say(CUSTOMERS LOG "(count of log where total > median of total) > 1 -> a;", UP_TO_CHECK, "E0435"));
  CU_ASSERT(passes_say(CUSTOMERS LOG "(count of log where was a) > 1 -> a;", UP_TO_CHECK, "E0435"));
  CU_ASSERT(passes_say(CUSTOMERS LOG "log.total > 1 -> a;", UP_TO_CHECK, "E0432"));
  CU_ASSERT(passes_say(CUSTOMERS LOG "total > 1 -> a;", UP_TO_CHECK, "E0401"));
  CU_ASSERT(passes_say(CUSTOMERS LOG "count of lag > 1 -> a;", UP_TO_CHECK, "E0430"));
  CU_ASSERT(passes_say(CUSTOMERS LOG "customers.n > 1 and count of log > 1 -> a;", UP_TO_CHECK, "E0433"));
  CU_ASSERT(passes_say(CUSTOMERS LOG "param state = \"x\";"
                       "(count of log where state = \"y\") > 1 and city = state -> a;",
                       UP_TO_CHECK, "W0715"));
  CU_ASSERT(passes_say(CUSTOMERS "input log per id { x number; let a = b; let b = x; let c = c; let d = b; }\n"
                       "sum of log.a > sum of log.d -> t;", UP_TO_RESOLVE, "E0436 E0436"));
}

static void test_keys(void) {
  struct module module;
  passes_run(&module, LOG
             "input visits per id; orders > 3 and count of log > 1 -> a; id = 5 and (count of visits) > 1 -> b;",
             UP_TO_INFER);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  CU_ASSERT_PTR_EQUAL(module.key, passes_symbol(&module.columns, "id"));
  CU_ASSERT_EQUAL(module.key->type, TYPE_NUMBER); /* from its use; bytes join */
  CU_ASSERT_EQUAL(module.tables.at[0]->dump->key->type, TYPE_TEXT);
  CU_ASSERT(module.key->used);
  arena_free(&module.arena);

  passes_run(&module, "input customers from log;\n" LOG "let n = count of log; n > 3 and id != \"x\" -> a;",
             UP_TO_CHECK);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  CU_ASSERT(module.has_input);
  CU_ASSERT_PTR_EQUAL(module.base, module.tables.at[0]);
  CU_ASSERT_EQUAL(module.columns.count, 1);
  CU_ASSERT_PTR_EQUAL(module.key, module.columns.at[0]);
  CU_ASSERT_EQUAL(module.key->type, TYPE_TEXT);
  arena_free(&module.arena);

  CU_ASSERT(passes_say("input customers { id text; } " LOG "count of log > 1 -> a;", UP_TO_CHECK, "E0437"));
  CU_ASSERT(passes_say("input customers { id text; } id = \"x\" -> a;", UP_TO_CHECK, "")); /* nothing to join */
  CU_ASSERT(passes_say(LOG "input v per other; count of log > count of v -> a;", UP_TO_CHECK, "E0438"));
  CU_ASSERT(passes_say(CUSTOMERS "input v per id { id text key; x text; } count of v > 1 -> a;", UP_TO_CHECK, ""));
  CU_ASSERT(passes_say(CUSTOMERS "input v per id { x text key; } count of v > 1 -> a;", UP_TO_CHECK, "E0439"));
  CU_ASSERT(passes_say(CUSTOMERS "input v per x { let x = 1; } count of v > 1 -> a;", UP_TO_CHECK, "E0440"));
  CU_ASSERT(passes_say("input customers from previous; input previous per id; was a -> a;", UP_TO_CHECK, "E0441"));
  CU_ASSERT(passes_say("input customers from lag;" LOG "count of log > 1 -> a;", UP_TO_CHECK, "E0430"));
  CU_ASSERT(passes_say("input customers from log;" LOG "total > 1 -> a;", UP_TO_CHECK, "E0401"));
  CU_ASSERT(passes_say(CUSTOMERS LOG LOG "count of log > 1 -> a;", UP_TO_CHECK, "E0429"));
  CU_ASSERT(passes_say(CUSTOMERS "input customers per id; count of customers > 1 -> a;", UP_TO_CHECK, "E0429"));
  CU_ASSERT(passes_say(CUSTOMERS "input other { x text; } n > 1 -> a;", UP_TO_CHECK, "E0420"));
  CU_ASSERT(passes_say(CUSTOMERS "input log per city; count of log > 1 -> a;", UP_TO_CHECK, "W0718"));
  CU_ASSERT(passes_say(CUSTOMERS "average of customers.m > 1 -> a;", UP_TO_CHECK, "E0433"));
  CU_ASSERT(passes_say("input log per key; let key = 5; key > count of log -> a;", UP_TO_CHECK, "E0402"));
}

/* -- The last run ------------------------------------------------------------------------------- */

static void test_previous(void) {
  struct module module;
  passes_run(&module,
             CUSTOMERS "input previous per id;\n"
             "param goal = 5; let twice = n * 2; show twice, goal, m;\n"
             "status life { n > 1 -> one; otherwise -> two; } score ease { n > 1 -> 0.5; }\n"
             "was one and previous.twice > 3 and previous.goal > 3 and previous.ease > 3 and previous.m > 3 -> tag;\n"
             "became tag or previous.life = \"two\" or previous.tags has \"tag\" or previous.city = \"x\" -> other;",
             UP_TO_CHECK);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  const struct symbol *previous = module.previous;
  CU_ASSERT_PTR_NOT_NULL_FATAL(previous);
  CU_ASSERT_EQUAL(previous->dump->kind, TABLE_PREVIOUS);
  CU_ASSERT(text_equal(previous->dump->key->header, TEXT("Customer ID")));
  static const struct {
    const char *name, *header;
    type_t type;
  } columns[] = {{"life", "life", TYPE_TEXT},      {"tags", "tags", TYPE_LIST},   {"twice", "twice", TYPE_INTEGER},
                 {"goal", "goal", TYPE_INTEGER},   {"ease", "ease", TYPE_NUMBER}, {"m", "m", TYPE_MONEY},
                 {"city", "Город", TYPE_TEXT}};
  CU_ASSERT_EQUAL(previous->dump->columns.count, 8); /* and the key */
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    const struct symbol *column = column_of(previous, columns[i].name);
    CU_ASSERT_PTR_NOT_NULL_FATAL(column);
    CU_ASSERT_EQUAL(column->type, columns[i].type);
    CU_ASSERT(text_equal(column->header, passes_text(columns[i].header)));
    CU_ASSERT(column->used);
    CU_ASSERT_PTR_EQUAL(column->table, previous);
  }
  /* A column that only passed through is in the form it came in. */
  CU_ASSERT_EQUAL(column_of(previous, "city")->decl->kind, AST_COLUMN);
  CU_ASSERT_EQUAL(column_of(previous, "m")->decl->kind, AST_NAME);

  const struct ast *was = module.rules.at[2]->child[1]->child[0], *became = module.rules.at[3]->child[1]->child[0];
  CU_ASSERT_PTR_EQUAL(was->symbol, column_of(previous, "life"));
  CU_ASSERT_PTR_EQUAL(was->child[0]->symbol, passes_symbol(&module.labels, "one"));
  CU_ASSERT_PTR_EQUAL(became->symbol, column_of(previous, "tags"));
  CU_ASSERT_PTR_EQUAL(became->child[0]->symbol, passes_symbol(&module.tags, "tag"));
  CU_ASSERT_EQUAL(became->type, TYPE_FLAG);
  arena_free(&module.arena);
}

/* A block says what it holds; the key stands under its header all the same. */
static void test_previous_key(void) {
  struct module module;
  passes_run(&module, CUSTOMERS "input previous per id { old number; } previous.old > 1 -> a;", UP_TO_CHECK);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  CU_ASSERT(text_equal(module.previous->dump->key->header, TEXT("Customer ID")));
  arena_free(&module.arena);
}

#define PREVIOUS CUSTOMERS "input previous per id;\n"

/* What a run keeps for the next one follows from itself. */
static void test_recalled_types(void) {
  static const struct {
    const char *value;
    type_t type;
  } rows[] = {
      {"default(previous.x, 0) + 1", TYPE_INTEGER},
      {"default(previous.x, 0) + m", TYPE_MONEY},
      {"(default(previous.x, 0) + n) / 2", TYPE_NUMBER},
      {"previous.x + 1", TYPE_INTEGER},
      {"default(previous.x, 2026-01-01) + 7", TYPE_DATE},
      {"previous.x and n > 3", TYPE_FLAG},
      {"default(previous.x, \"\")", TYPE_TEXT},
      {"max(previous.x, m)", TYPE_MONEY},
      {"if n > 3 then n else previous.x", TYPE_INTEGER},
      {"days since previous.x", TYPE_ERROR}, /* a number cannot be a date next time */
      {"previous.x", TYPE_ERROR},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char rules[400];
    struct module module;
    snprintf(rules, sizeof rules, PREVIOUS "let x = %s; show x;", rows[i].value);
    passes_run(&module, rules, UP_TO_INFER);
    struct symbol *let = passes_symbol(&module.lets, "x");
    type_t type = module.diags.errors > 0 ? TYPE_ERROR : let->type;
    if (type != rows[i].type) fprintf(stderr, "\n  %s: %s\n", rows[i].value, type_name(type));
    CU_ASSERT_EQUAL(type, rows[i].type);
    if (type != TYPE_ERROR) CU_ASSERT_EQUAL(column_of(module.previous, "x")->type, type);
    arena_free(&module.arena);
  }
  CU_ASSERT(passes_say(PREVIOUS "let a = previous.b; let b = default(previous.a, 1); show a, b;", UP_TO_CHECK, ""));
  CU_ASSERT(passes_say(PREVIOUS "let a = previous.b; let b = previous.a; show a, b;", UP_TO_CHECK, "E0514"));
  CU_ASSERT(passes_say(PREVIOUS "let a = default(previous.a, 0) + \"x\"; show a;", UP_TO_CHECK, "E0504"));
}

static void test_previous_names(void) {
  CU_ASSERT(passes_say(CUSTOMERS "was a -> a; became a -> b; previous.n > 1 -> c;", UP_TO_CHECK, "E0443"));
  CU_ASSERT(passes_say(PREVIOUS "let x = n; previous.x > 1 -> a;", UP_TO_CHECK, "E0444"));
  CU_ASSERT(passes_say(PREVIOUS "let x = n; previous.x > 1 -> a; show x;", UP_TO_CHECK, ""));
  CU_ASSERT(passes_say(PREVIOUS "previous.a -> a;", UP_TO_CHECK, "E0444"));
  CU_ASSERT(passes_say(PREVIOUS "previous.tags has \"x\" -> a;", UP_TO_CHECK, ""));
  CU_ASSERT(passes_say(PREVIOUS "previous.tags has \"x\" and n > 1 or n > 2; ", UP_TO_INFER, "E0201"));
  CU_ASSERT(passes_say(PREVIOUS "let x = previous.tags has \"x\"; show x;", UP_TO_CHECK, "E0444")); /* no tags */
  CU_ASSERT(passes_say(PREVIOUS "was n -> a;", UP_TO_CHECK, "E0446"));
  CU_ASSERT(passes_say(PREVIOUS "was b -> a;", UP_TO_CHECK, "E0401"));
  CU_ASSERT(passes_say(PREVIOUS "status s { n > 1 -> x; } status t { n > 2 -> x; } was x -> a;", UP_TO_CHECK, "E0406"));
  CU_ASSERT(passes_say(PREVIOUS "became a -> a;", UP_TO_CHECK, "E0405"));
  CU_ASSERT(passes_say(PREVIOUS "was a -> a;", UP_TO_CHECK, "")); /* once given, for ever */
  CU_ASSERT(passes_say(PREVIOUS "became a -> b; was b -> a;", UP_TO_CHECK, ""));
  CU_ASSERT(passes_say(PREVIOUS "became a -> b; b -> a;", UP_TO_CHECK, "E0405"));
  CU_ASSERT(passes_say(PREVIOUS "status s { n > 1 -> x; } previous.s = \"y\" -> a;", UP_TO_CHECK, "W0717"));
  CU_ASSERT(passes_say(CUSTOMERS "input previous per id { s text; } status s { n > 1 -> x; } was x or was a -> a;",
                       UP_TO_CHECK, ""));
  CU_ASSERT(passes_say(CUSTOMERS "input previous per id { s number; } status s { n > 1 -> x; } was x -> a;",
                       UP_TO_CHECK,
                       "E0445"));
  CU_ASSERT(passes_say(CUSTOMERS "input previous per id { tags list separated \"|\"; } was a -> a;", UP_TO_CHECK, ""));
  CU_ASSERT(passes_say(CUSTOMERS "input previous per id { tags list separated \",\"; } was a -> a;",
                       UP_TO_CHECK, "E0445"));
  CU_ASSERT(passes_say(CUSTOMERS "input previous per id { s text; } previous.n > 1 -> a;", UP_TO_CHECK, "E0431"));
  CU_ASSERT(passes_say("input previous { id text; } x > 1 and was a -> a;", UP_TO_CHECK, "E0442"));
  CU_ASSERT(passes_say(PREVIOUS "(count of previous where n > 3 and city = \"x\") > 0 -> a;", UP_TO_CHECK, ""));
}

/* -- Scores, places ------------------------------------------------------------------------------- */

static type_t score_type(const char *lines) {
  char rules[400];
  struct module module;
  snprintf(rules, sizeof rules, CUSTOMERS "param p = 5; score x %s", lines);
  passes_run(&module, rules, UP_TO_CHECK);
  struct symbol *score = passes_symbol(&module.scores, "x");
  type_t type = score && module.diags.errors == 0 ? score->type : TYPE_ERROR;
  arena_free(&module.arena);
  return type;
}

static void test_scores(void) {
  CU_ASSERT_EQUAL(score_type("{ n > 1 -> 5; }"), TYPE_INTEGER);
  CU_ASSERT_EQUAL(score_type("from 50 { n > 1 -> -10 * (7 - n); clamp 0 to 100; }"), TYPE_INTEGER);
  CU_ASSERT_EQUAL(score_type("{ n > 1 -> 5; n > 2 -> 0.5; }"), TYPE_NUMBER);
  CU_ASSERT_EQUAL(score_type("from 0.5 { n > 1 -> 5; }"), TYPE_NUMBER);
  CU_ASSERT_EQUAL(score_type("{ n > 1 -> 5; clamp 0 to 0.5; }"), TYPE_NUMBER);
  CU_ASSERT_EQUAL(score_type("{ n > 1 -> n / 2; }"), TYPE_NUMBER);
  CU_ASSERT_EQUAL(score_type("{ n > 1 -> p; n > 2 -> half_life(n, 30 days); }"), TYPE_NUMBER);
  CU_ASSERT_EQUAL(score_type("{ n > 1 -> m; }"), TYPE_ERROR);
  CU_ASSERT_EQUAL(score_type("{ n > 1 -> m / m; }"), TYPE_NUMBER);
  CU_ASSERT_EQUAL(score_type("{ n > 1 -> city; }"), TYPE_ERROR);
  CU_ASSERT_EQUAL(score_type("{ n -> 1; }"), TYPE_ERROR);
  CU_ASSERT_EQUAL(score_type("{ }"), TYPE_ERROR);
  CU_ASSERT_EQUAL(score_type("{ n > 1 -> 1; clamp 5 to 1; }"), TYPE_ERROR);
  CU_ASSERT_EQUAL(score_type("{ n > 1 -> 1; clamp 5 to 5; }"), TYPE_INTEGER);
  CU_ASSERT_EQUAL(score_type("{ n > 1 -> 1; clamp 0 to 1; clamp 0 to 2; }"), TYPE_ERROR);

  struct module module;
  passes_run(&module,
             CUSTOMERS "a > 3 -> t; score b { t -> 1; } score a { n > 1 -> y; }"
                       "let y = n * 2; let z = b; z > 1 -> u;",
             UP_TO_CHECK);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  static const char *const chain[] = {"y", "a", "t", "b", "z", "u"};
  CU_ASSERT_EQUAL_FATAL(module.order.count, 6);
  uint32_t last = 0;
  for (size_t i = 0; i < 6; i++) {
    uint32_t at = 0;
    while (at < 5 && !text_equal(module.order.at[at]->name, passes_text(chain[i]))) at++;
    CU_ASSERT(i == 0 || at > last);
    last = at;
  }
  CU_ASSERT_EQUAL(passes_symbol(&module.scores, "b")->kind, SYMBOL_SCORE);
  arena_free(&module.arena);

  CU_ASSERT(passes_say(CUSTOMERS "score a { a > 1 -> 1; }", UP_TO_CHECK, "E0405"));
  CU_ASSERT(passes_say(CUSTOMERS "score a { n > 1 -> b; } score b { n > 1 -> a; }", UP_TO_CHECK, "E0405"));
  CU_ASSERT(passes_say(CUSTOMERS "score a { n > 1 -> l; } let l = rank of a;", UP_TO_CHECK, "E0405"));
  CU_ASSERT(passes_say(CUSTOMERS "score a { n > 1 -> 1; } show a;", UP_TO_CHECK, "E0416"));
  CU_ASSERT(passes_say(CUSTOMERS "score n { m > 1 -> 1; }", UP_TO_CHECK, "E0402"));
  CU_ASSERT(passes_say(CUSTOMERS "score tags { m > 1 -> 1; } n > 1 -> x;", UP_TO_CHECK, "E0418"));
  CU_ASSERT(passes_say(CUSTOMERS "score Город { m > 1 -> 1; }", UP_TO_CHECK, "E0418"));
}

static void test_uniform(void) {
  CU_ASSERT(passes_say(CUSTOMERS "param p = 5; rank of p = 1 -> a;", UP_TO_CHECK, "W0716"));
  CU_ASSERT(passes_say(CUSTOMERS "let k = median of n; let l = k * 2; rank of (l + 1) = 1 -> a;",
                       UP_TO_CHECK, "W0716"));
  CU_ASSERT(passes_say(CUSTOMERS "rank of 2026-01-01 = 1 -> a;", UP_TO_CHECK, "W0716"));
  CU_ASSERT(passes_say(CUSTOMERS "let k = n * 2; rank of (k + 1) = 1 -> a;", UP_TO_CHECK, ""));
  CU_ASSERT(passes_say(CUSTOMERS "rank of (n - average of n) = 1 -> a;", UP_TO_CHECK, ""));
  CU_ASSERT(passes_say(CUSTOMERS "rank of (rank of n) = 1 -> a;", UP_TO_CHECK, ""));
  CU_ASSERT(passes_say(CUSTOMERS LOG "rank of (count of log) = 1 -> a;", UP_TO_CHECK, ""));
}

/* -- Attributes ------------------------------------------------------------------------------------- */

static bool column_says(const char *column, const char *codes) {
  char rules[300];
  snprintf(rules, sizeof rules, "input customers { id text key; x integer; %s; } x > 1 -> a;", column);
  bool same = passes_say(rules, UP_TO_CHECK, codes);
  snprintf(rules, sizeof rules, "input r per id { x integer; %s; } count of r > 1 -> a;", column);
  return passes_say(rules, UP_TO_CHECK, codes) && same;
}

static void test_attributes(void) {
  CU_ASSERT(column_says("l list separated \",\"", ""));
  CU_ASSERT(column_says("l list separated \"12345678\"", ""));
  CU_ASSERT(column_says("l list separated \"123456789\"", "E0451"));
  CU_ASSERT(column_says("l list separated \"\"", "E0451"));
  CU_ASSERT(column_says("l list", "E0450"));
  CU_ASSERT(column_says("l text separated \",\"", "E0423"));
  CU_ASSERT(column_says("l list separated \",\" default \"a,b\" missing \"-\" unquote \"'\"", ""));
  CU_ASSERT(column_says("l list separated \",\" one of (\"a\")", "E0423"));
  CU_ASSERT(column_says("l list separated \",\" default 5", "E0424"));
  CU_ASSERT(column_says("l text unquote \"'\"", ""));
  CU_ASSERT(column_says("l integer unquote \"'\"", ""));
  CU_ASSERT(column_says("l text unquote \"\"", "E0451"));
  CU_ASSERT(column_says("l datetime format \"DD.MM.YYYY\"", ""));
  CU_ASSERT(column_says("l datetime default 2026-01-01", "E0423"));
  CU_ASSERT(column_says("l date format \"DD.MM.YYYY HH:MM\"", "E0427"));
}

/* The separator goes with the list, wherever it comes from. */
static void test_separator(void) {
  struct module module;
  passes_run(&module,
             "input customers { id text key; l list separated \"; \"; }\n"
             "input r per id { k list separated \"/\"; at date; } input previous per id;\n"
             "let m = l; let n = (m);\n"
             "l has \"a\" -> t0; n has any of (\"a\", \"b\") -> t1; (latest of r.k by r.at) has \"a\" -> t2;\n"
             "previous.l has all of (\"a\") -> t3; previous.tags has \"a\" -> t4;",
             UP_TO_CHECK);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  static const char *const separators[] = {"; ", "; ", "/", "; ", "|"};
  for (uint32_t i = 0; i < 5; i++) {
    CU_ASSERT(text_equal(module.rules.at[i]->child[1]->text, passes_text(separators[i])));
  }
  arena_free(&module.arena);
  CU_ASSERT(passes_say("input c { l list separated \",\"; } l has \"a,b\" -> a;", UP_TO_CHECK, "W0706"));
  CU_ASSERT(passes_say("input c { l list separated \",\"; } l has \" a\" -> a;", UP_TO_CHECK, "W0706"));
  CU_ASSERT(passes_say("input c { l list separated \",\"; } l has \"a b\" -> a;", UP_TO_CHECK, ""));
}

static void test_hours(void) {
  CU_ASSERT(passes_say("hours since x > 3 days -> a;", UP_TO_CHECK, "E0607"));
  CU_ASSERT(passes_say("hours since x > 3 -> a;", UP_TO_CHECK, ""));
  CU_ASSERT(passes_say("param p = 3 days; let h = hours since x; h between 1 and p -> a;", UP_TO_CHECK, "E0607"));
  CU_ASSERT(passes_say("days since x > 3 days -> a;", UP_TO_CHECK, ""));
}

void suite_tables(void);
void suite_tables(void) {
  CU_pSuite suite = CU_add_suite("tables", NULL, NULL);
  CU_add_test(suite, "tables, their columns and lets", test_tables);
  CU_add_test(suite, "names inside a table", test_inside);
  CU_add_test(suite, "keys and bases", test_keys);
  CU_add_test(suite, "columns of the last run", test_previous);
  CU_add_test(suite, "the key of the last run", test_previous_key);
  CU_add_test(suite, "types that follow from themselves", test_recalled_types);
  CU_add_test(suite, "names of the last run", test_previous_names);
  CU_add_test(suite, "scores", test_scores);
  CU_add_test(suite, "places of constants", test_uniform);
  CU_add_test(suite, "attributes", test_attributes);
  CU_add_test(suite, "separators of lists", test_separator);
  CU_add_test(suite, "hours and days", test_hours);
}
