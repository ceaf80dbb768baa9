/* aggregate.c - nodes that ask the rows of a table or the whole base, as the grammar makes them. */
#include "parse.h"

#include "program.h"

/* What aggregates.def says an aggregate reads. */
static const struct {
  bool value, order;
} reads[] = {
#define _ false
#define N true
#define O true
#define X true
#define AGGREGATE(id, name, value, order, result, empty, gives) {value, order},
#include "aggregates.def"
#undef AGGREGATE
#undef _
#undef N
#undef O
#undef X
};

static struct rung_text written(const struct parse *parse, const struct ast *node) {
  return source_text(&parse->module->sources, node->at);
}

static bool check_column(struct parse *parse, struct place at, const struct ast *node, const struct ast *table,
                         const struct ast *column) {
  struct module *module = parse->module;
  const char *name = ast_function_name(node);
  if (reads[node->function].value && !column) {
    struct diag *diag = diag_report(module, table->at, DIAG_AGGREGATE_COLUMN, name, TEXT_ARG(table->text));
    diag_help(module, diag, "write `%s of %.*s.COLUMN`; rows are counted by `count of %.*s`", name,
              TEXT_ARG(written(parse, table)), TEXT_ARG(written(parse, table)));
    return false;
  }
  if (!reads[node->function].value && column) {
    struct diag *diag = diag_report(module, at, DIAG_AGGREGATE_ROWS, name);
    diag_help(module, diag, "write `%s of %.*s where %.*s is present`", name, TEXT_ARG(written(parse, table)),
              TEXT_ARG(written(parse, column)));
    return false;
  }
  return true;
}

static bool check_order(struct parse *parse, const struct ast *node, const struct ast *of, const struct ast *by) {
  if (!reads[node->function].order) return true;
  struct module *module = parse->module;
  const struct ast *table = of->child[0];
  if (!by) {
    struct diag *diag = diag_report(module, of->at, DIAG_LATEST_BY, TEXT_ARG(table->text));
    diag_help(module, diag, "write `latest of %.*s by %.*s.COLUMN`, with a column that is a date, a time or a number",
              TEXT_ARG(written(parse, of)), TEXT_ARG(written(parse, table)));
    return false;
  }
  const struct ast *column = by->kind == AST_FIELD ? by->child[1] : by;
  if (by->kind == AST_FIELD && text_equal(by->child[0]->text, table->text)) return true;
  struct diag *diag = diag_report(module, by->at, DIAG_LATEST_TABLE, TEXT_ARG(table->text));
  struct rung_text fix = arena_print(&module->arena, "%.*s.%.*s", TEXT_ARG(written(parse, table)),
                                     TEXT_ARG(written(parse, column)));
  diag_help(module, diag, "write `by %.*s`", TEXT_ARG(fix));
  diag_fix(diag, fix);
  return false;
}

struct ast *build_aggregate(struct parse *parse, struct place at, uint8_t function, struct ast *of, struct ast *by) {
  struct ast *node = build_none(parse, at);
  if (parse->module->arena.failed) return NULL; /* so `of` and `by` may lack children */
  node->kind = AST_AGGREGATE;
  node->function = function;
  bool field = of->kind == AST_FIELD;
  struct ast *table = field ? of->child[0] : of, *column = field ? of->child[1] : NULL;
  if (!check_column(parse, of->at, node, table, column) || !check_order(parse, node, of, by)) {
    return build_broken(parse, at);
  }
  struct arena *arena = &parse->module->arena;
  struct place end = {at.source, at.end, at.end};
  ast_add(arena, node, table);
  ast_add(arena, node, column ? column : build_none(parse, end));
  ast_add(arena, node, by ? by->child[1] : build_none(parse, end));
  ast_add(arena, node, build_none(parse, end));
  return build_checked(parse, node);
}

struct ast *build_where(struct parse *parse, struct place at, struct ast *aggregate, struct ast *condition) {
  enum { WHERE = 3 };
  if (parse->module->arena.failed) return NULL;
  aggregate->at = at;
  if (aggregate->kind != AST_AGGREGATE) return aggregate;
  aggregate->child[WHERE] = condition;
  if (aggregate->depth <= condition->depth) aggregate->depth = condition->depth + 1;
  return build_checked(parse, aggregate);
}

struct ast *build_measure(struct parse *parse, struct place at, uint8_t function, struct ast *of) {
  struct ast *node = build(parse, AST_MEASURE, at, of, NULL);
  if (node && node->kind == AST_MEASURE) node->function = function;
  return node;
}

struct ast *build_top(struct parse *parse, struct place at, struct place number_at, struct numeric number,
                      struct ast *of) {
  struct ast *node = build_measure(parse, at, MEASURE_TOP, of);
  if (node && node->kind == AST_MEASURE) node->value = number.value;
  if (number.whole && number.value > 0) return node;
  struct diag *diag = diag_report(parse->module, number_at, DIAG_TOP_NUMBER);
  diag_help(parse->module, diag, "a share of them is asked for by `percentile of x >= 90`");
  return build_broken(parse, at);
}

/* `x has any ("a", "b")`, `x has any of "a"` */
struct ast *build_has(struct parse *parse, struct place at, struct ast *list, struct ast *item) {
  struct module *module = parse->module;
  if (module->arena.failed) return NULL;
  const struct ast *name = item->kind == AST_CALL ? item->child[0] : NULL;
  if (name && (text_equal(name->text, TEXT("any")) || text_equal(name->text, TEXT("all")))) {
    struct diag *diag = diag_report(module, name->at, DIAG_MISSING_OF, TEXT_ARG(name->text));
    diag_help(module, diag, "write `%.*s of (...)`", TEXT_ARG(name->text));
    diag_fix(diag, arena_print(&module->arena, "%.*s of", TEXT_ARG(name->text)));
    return build_broken(parse, at);
  }
  if (item->kind == AST_AGGREGATE && item->function == AGGREGATE_ANY) {
    struct diag *diag = diag_report(module, item->child[0]->at, DIAG_HAS_VALUES, "any");
    diag_help(module, diag, "write `has any of (\"a\", \"b\")`");
    return build_broken(parse, at);
  }
  return build(parse, AST_HAS, at, list, item);
}
