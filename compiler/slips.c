/* slips.c - mistakes with the words of the language that the next word gives away. */
#include "parse.h"
#include "parser.h"

#include <string.h>

/* Classes of tokens in the table below. */
enum { ANY_TOKEN = -1, A_NAME = -2, A_VALUE = -3, A_QUESTION = -4 };

static bool fits(int class, int token) {
  switch (class) {
    case ANY_TOKEN: return true;
    case A_NAME: return token_is_name(token);
    case A_VALUE: return token_starts_operand(token);
    case A_QUESTION: return token >= TOKEN_COUNT && token <= TOKEN_LATEST; /* to the rows of a table */
    default: return token == class;
  }
}

#define CONTACTS "what a customer got in a time is asked of a table: " \
                 "unless (count of contacts where sent_at within last 7 days) >= 2;"

/* The three last tokens and the one that cannot follow them.  The first row that fits is taken. */
static const struct {
  int third, second, last, found;
  const char *help;
} slips[] = {
    {TOKEN_LATEST, TOKEN_OF, A_NAME, TOKEN_BY, "name a column: latest of purchases.total by purchases.bought_at"},
    {TOKEN_AVERAGE, TOKEN_OF, A_NAME, TOKEN_WHERE, "name a table's column: average of purchases.total where total > 5"},
    {A_QUESTION, TOKEN_OF, A_NAME, TOKEN_WHERE, "put it in parentheses: (count of purchases where total > 5) + 1"},
    {ANY_TOKEN, TOKEN_DOT, A_NAME, TOKEN_WHERE, "put it in parentheses: (sum of purchases.total where total > 5) + 1"},
    {ANY_TOKEN, ANY_TOKEN, ANY_TOKEN, TOKEN_WHERE,
     "`where` chooses rows of a table: count of purchases where total > 5"},
    {ANY_TOKEN, ANY_TOKEN, TOKEN_TOP, TOKEN_PERCENT,
     "`top` counts customers: top 15 by revenue; the upper 15% are percentile of revenue >= 85"},
    {ANY_TOKEN, ANY_TOKEN, TOKEN_TOP, TOKEN_BY, "say how many: top 15 by revenue"},
    {ANY_TOKEN, ANY_TOKEN, TOKEN_TOP, A_VALUE, "this is written: top 15 by revenue"},
    {ANY_TOKEN, TOKEN_TOP, TOKEN_NUMBER, ANY_TOKEN, "this is written: top 15 by revenue"},
    {ANY_TOKEN, ANY_TOKEN, TOKEN_SHARE, TOKEN_OF, "this is written: cumulative share of revenue"},
    {ANY_TOKEN, TOKEN_CUMULATIVE, TOKEN_SHARE, A_VALUE, "this is written: cumulative share of revenue"},
    {ANY_TOKEN, ANY_TOKEN, TOKEN_CUMULATIVE, A_VALUE, "this is written: cumulative share of revenue"},
    {ANY_TOKEN, ANY_TOKEN, TOKEN_HOURS, A_VALUE, "this is written: hours since seen_at"},
    {ANY_TOKEN, ANY_TOKEN, TOKEN_DAYS, A_VALUE, "this is written: days since last_order"},
    {ANY_TOKEN, ANY_TOKEN, TOKEN_WAS, TOKEN_STRING, "a label or tag stands without quotes: was churning"},
    {ANY_TOKEN, ANY_TOKEN, TOKEN_BECAME, TOKEN_STRING, "a label or tag stands without quotes: became churning"},
    {ANY_TOKEN, ANY_TOKEN, TOKEN_WAS, TOKEN_NOT, "`not` stands in front: not was churning"},
    {ANY_TOKEN, ANY_TOKEN, TOKEN_BECAME, TOKEN_NOT, "`not` stands in front: not became churning"},
    {ANY_TOKEN, ANY_TOKEN, TOKEN_WAS, ANY_TOKEN,
     "a label or tag of the last run follows: was churning; a column called so stands in back-quotes: `was`"},
    {ANY_TOKEN, ANY_TOKEN, TOKEN_BECAME, ANY_TOKEN,
     "a label or tag follows: became churning; a column called so stands in back-quotes: `became`"},
    {ANY_TOKEN, ANY_TOKEN, TOKEN_NOT, TOKEN_HAS, "`not` stands before the whole test: not labels has \"vip\""},
    {TOKEN_HAS, TOKEN_LPAREN, A_VALUE, TOKEN_COMMA, "this is written: labels has any of (\"a\", \"b\")"},
    {TOKEN_HAS, TOKEN_LPAREN, TOKEN_STRING, TOKEN_COMMA, "this is written: labels has any of (\"a\", \"b\")"},
    {TOKEN_HAS, TOKEN_ANY, TOKEN_OF, ANY_TOKEN, "the values stand in parentheses: labels has any of (\"a\", \"b\")"},
    {TOKEN_HAS, TOKEN_ALL, TOKEN_OF, ANY_TOKEN, "the values stand in parentheses: labels has all of (\"a\", \"b\")"},
    {ANY_TOKEN, A_QUESTION, TOKEN_OF, TOKEN_LPAREN, "a table stands without parentheses: count of purchases"},
    {ANY_TOKEN, A_QUESTION, TOKEN_OF, TOKEN_STRING, "a table stands without quotes: count of purchases"},
    {ANY_TOKEN, ANY_TOKEN, ANY_TOKEN, TOKEN_CLAMP, "`clamp` is a line of a score: score name { ... clamp 0 to 100; }"},
    {TOKEN_NUMBER, TOKEN_PER, TOKEN_CUSTOMER, TOKEN_PER, CONTACTS},
    {TOKEN_MOST, TOKEN_NUMBER, TOKEN_PER, A_NAME, CONTACTS},
    {ANY_TOKEN, ANY_TOKEN, TOKEN_SEPARATED, TOKEN_BY, "this is written: labels list separated \",\";"},
};

static struct rung_text word_text(const char *word) { return (struct rung_text){word, strlen(word)}; }

/* Questions as other languages and people call them. */
static const char *const questions[][2] = {
    {"avg", "average"},  {"mean", "average"}, {"total", "sum"},       {"number", "count"},    {"minimum", "min"},
    {"lowest", "min"},   {"maximum", "max"},  {"highest", "max"},     {"unique", "distinct"}, {"different", "distinct"},
    {"exists", "any"},   {"some", "any"},     {"last", "latest"},     {"newest", "latest"},
};

/* The question that `word of` is probably meant to be. */
static struct rung_text find_question(struct rung_text word) {
  for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
    if (text_equal(word, word_text(questions[i][0]))) return word_text(questions[i][1]);
  }
  struct nearest nearest;
  nearest_start(&nearest, word);
  for (int token = TOKEN_COUNT; token <= TOKEN_MEDIAN; token++) {
    nearest_try(&nearest, word_text(grammar_token_name(token)));
  }
  return nearest.best;
}

/* Whether a condition on rows begins without `where`, or with another word. */
static bool misses_where(struct token token, const struct token_set *expected) {
  if (!token_set_has(expected, TOKEN_WHERE)) return false;
  return token_starts_operand(token.kind) || token.kind == TOKEN_WHEN;
}

/* One that stands above in the same file. */
static bool is_campaign(const struct parse *parse, struct rung_text name) {
  for (uint32_t i = 0; i < parse->root->count; i++) {
    const struct ast *node = parse->root->child[i];
    if (node->kind == AST_CAMPAIGN && text_equal(node->child[0]->text, name)) return true;
  }
  return false;
}

struct rung_text slip_help(struct parse *parse, struct token token, const struct token_set *expected) {
  bool guard = parse->head == TOKEN_GUARD && !parse->in_block && form_begun(parse);
  if (guard && (token_is_infix(token.kind) || token.kind == TOKEN_WHERE || token.kind == TOKEN_NOT)) {
    return TEXT("a condition stands in parentheses: guard count of (winback and not vip) <= 100;");
  }
  for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
    if (fits(slips[i].third, parse->before_that) && fits(slips[i].second, parse->before_previous) &&
        fits(slips[i].last, parse->previous.kind) && fits(slips[i].found, token.kind)) {
      return word_text(slips[i].help);
    }
  }
  struct rung_text before = source_text(&parse->module->sources, parse->previous.at);
  if (text_equal(before, TEXT("previous")) && token_is_name(token.kind))
    return TEXT("a value of the last run is written with a point: previous.orders");
  if (misses_where(token, expected))
    return TEXT("a condition on the rows follows `where`: count of purchases where total > 5");
  if (token.kind == TOKEN_OF && token_is_name(parse->previous.kind)) {
    struct rung_text meant = find_question(before);
    if (meant.length) return arena_print(&parse->module->arena, "did you mean `%.*s of`?", TEXT_ARG(meant));
  }
  if (token.kind != TOKEN_DOT) return TEXT("");
  if (parse->head == TOKEN_SHOW && is_campaign(parse, before))
    return arena_print(&parse->module->arena, "show the campaign itself: show %.*s; its parts can stand in guards, "
                       "--only and tests", TEXT_ARG(before));
  if (parse->head == TOKEN_SHOW) return TEXT("give it a name first: let before = previous.orders; show before;");
  return TEXT("a name with a point in it stands in back-quotes");
}

/* `3 hours`, as if it were a span. */
static bool is_clock_unit(struct rung_text word) {
  static const char *const units[] = {"hour", "hours", "minute", "minutes", "second", "seconds"};
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    if (text_equal(word, word_text(units[i]))) return true;
  }
  return false;
}

static struct rung_text operand_text(struct parse *parse, struct token token) {
  if (token.kind == TOKEN_LPAREN) return TEXT("(...)");
  bool field = token_is_name(token.kind) && parse_peek(parse, 0).kind == TOKEN_DOT;
  return source_text(&parse->module->sources, field ? place_join(token.at, parse_peek(parse, 1).at) : token.at);
}

bool slip_report(struct parse *parse, struct token token, const struct token_set *expected) {
  struct module *module = parse->module;
  struct rung_text word = source_text(&module->sources, token.at);
  struct rung_text before = source_text(&module->sources, parse->previous.at);
  if (parse->previous.kind == TOKEN_NUMBER && is_clock_unit(word)) {
    struct diag *diag = diag_report(module, token.at, DIAG_SPAN_HOURS, TEXT_ARG(word));
    diag_help(module, diag, "compare hours as a number: hours since seen_at < 3");
    return true;
  }
  bool of = token_set_has(expected, TOKEN_OF) && !token_set_has(expected, TOKEN_NAME);
  if (!of || parse->previous.kind == TOKEN_SHARE || !token_starts_operand(token.kind)) return false;
  struct diag *diag = diag_report(module, parse->previous.at, DIAG_MISSING_OF, TEXT_ARG(before));
  struct rung_text operand = diag_quote(module, operand_text(parse, token));
  diag_help(module, diag, "write `%.*s of %.*s`", TEXT_ARG(before), TEXT_ARG(operand));
  diag_fix(diag, arena_print(&module->arena, "%.*s of", TEXT_ARG(before)));
  return true;
}
