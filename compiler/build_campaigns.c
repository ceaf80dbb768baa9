/* build_campaigns.c - nodes of campaigns, guards and tests, as the grammar makes them. */
#include "parse.h"
#include "parser.h"

#include "decimal.h"

struct ast *build_priority(struct parse *parse, struct place at, struct ast *number) {
  struct ast *node = build_value(parse, AST_PRIORITY, at, 0, false);
  if (!node || !number) return node;
  node->value = number->value;
  if (number->whole && !decimal_from_integer(number->value, &node->value)) {
    node->value = 0;
    diag_report(parse->module, number->at, DIAG_BIG_NUMBER,
                TEXT_ARG(source_text(&parse->module->sources, number->at)));
  }
  return node;
}

struct ast *build_variant(struct parse *parse, struct place at, struct ast *name, struct numeric share) {
  struct ast *node = build(parse, AST_VARIANT, at, name, NULL);
  if (node) node->value = share.value;
  return node;
}

struct ast *build_ascending(struct ast *order) {
  if (order) order->negated = true;
  return order;
}

struct ast *build_limit(struct parse *parse, struct place at, struct ast *amount, struct ast *per, struct ast *order) {
  struct ast *by = order && order->count ? order->child[0] : order;
  struct ast *node = build_three(parse, AST_LIMIT, at, amount, per, by);
  if (node) node->negated = order && order->negated;
  return node;
}

/* The words are tokens in the order of the days. */
struct ast *build_on(struct parse *parse, struct place at, struct ast *weekdays) {
  struct ast *node = build_value(parse, AST_ON, at, 0, true);
  for (uint32_t i = 0; node && weekdays && i < weekdays->count; i++) {
    const struct keyword *day = keyword_find(weekdays->child[i]->text);
    if (day) node->value |= (int64_t)1 << (day->token - TOKEN_MONDAY + 1);
  }
  return node;
}

struct ast *build_cap(struct parse *parse, struct place at, struct place number_at, struct numeric number,
                      struct ast *channel) {
  struct ast *node = build(parse, AST_CAP, at, channel, NULL);
  if (node) node->value = number.value;
  if (number.whole && number.value > 0) return node;
  diag_report(parse->module, number_at, DIAG_CAP_NUMBER);
  return NULL;
}

struct ast *build_guard(struct parse *parse, struct place at, uint8_t function, struct ast *of, uint8_t comparison,
                        struct ast *limit, struct ast *because) {
  struct ast *node = build_three(parse, AST_GUARD, at, of, limit, because);
  if (!node) return NULL;
  node->function = function;
  node->value = comparison;
  return node;
}

/* `contacts: from "file.csv"`, unless `from` stands in back-quotes or is one column of several. */
static bool is_file(const struct parse *parse, const struct ast *cells) {
  if (!cells || cells->count != 1 || cells->child[0]->count != 2) return false;
  const struct ast *name = cells->child[0]->child[0], *literal = cells->child[0]->child[1];
  return text_equal(source_text(&parse->module->sources, name->at), TEXT("from")) && literal->kind == AST_STRING;
}

struct ast *build_row(struct parse *parse, struct place at, struct ast *table, struct ast *cells) {
  if (is_file(parse, cells)) return build(parse, AST_ROWS_FROM, at, table, cells->child[0]->child[1]);
  return build_more(parse, build(parse, AST_ROW, at, table, NULL), cells);
}
