/* check.c - what is well typed and still wrong. */
#include "check.h"

#include "decimal.h"
#include "limits.h"
#include "literal.h"
#include "mismatch.h"
#include "same.h"
#include "words.h"

#include <string.h>

/* -- Constants ------------------------------------------------------------------------------- */

static void check_division(struct module *module, struct ast *node) {
  __int128 divisor;
  if (!literal_number(node->child[1], &divisor) || divisor != 0) return;
  struct diag *diag = diag_report(module, node->child[1]->at, DIAG_DIVISION_BY_ZERO);
  diag_help(module, diag, "the result would be missing for every customer");
}

static void check_span(struct module *module, struct ast *node) {
  struct ast *span = unparen(node->child[1]);
  __int128 number = 0;
  int64_t units = 0;
  if (span->type == TYPE_ERROR) return;
  bool is_number = literal_number(span, &number);
  if ((is_number && number < 0) || (!is_number && literal_span(span, &units) && units < 0)) {
    struct diag *diag = diag_report(module, span->at, DIAG_SPAN_NEGATIVE);
    diag_help(module, diag, "a span has no sign: `last` looks back, `next` looks ahead");
  } else if (span->kind == AST_NUMBER) {
    struct rung_text text = expression_text(module, span);
    struct rung_text fix = arena_print(&module->arena, "%.*s days", TEXT_ARG(text));
    struct diag *diag = diag_report(module, span->at, DIAG_SPAN_UNIT, TEXT_ARG(text));
    diag_help(module, diag, "write `%.*s`", TEXT_ARG(fix));
    diag_fix(diag, fix);
  }
}

/* How two literals of one type compare: -1, 0, 1; 2 when they are no literals. */
static int compare_literals(struct ast *a, struct ast *b) {
  __int128 x, y;
  a = unparen(a), b = unparen(b);
  if (literal_number(a, &x) && literal_number(b, &y)) return (x > y) - (x < y);
  if (a->kind == AST_DATE && b->kind == AST_DATE) return (a->value > b->value) - (a->value < b->value);
  if (a->kind != AST_STRING || b->kind != AST_STRING) return 2;
  int order = memcmp(a->text.bytes, b->text.bytes, a->text.length < b->text.length ? a->text.length : b->text.length);
  if (order == 0) order = (a->text.length > b->text.length) - (a->text.length < b->text.length);
  return (order > 0) - (order < 0);
}

static bool is_column(struct ast *node) {
  const struct ast *name = unparen(node);
  return name->kind == AST_NAME && name->symbol && name->symbol->kind == SYMBOL_COLUMN;
}

/* total > "100": texts are ordered by their bytes, so "20" stands behind it.  A column whose type was guessed became
   text only by these quotes; one that was declared as text may hold codes of one length, which order well. */
static void check_text_order(struct module *module, struct ast *column, struct ast *value) {
  if (!is_column(column) || column->type != TYPE_TEXT || value->kind != AST_STRING) return;
  bool number = looks_numeric(value->text), iso = looks_iso(value->text);
  if (!number && !iso && !looks_dated(value->text)) return;
  bool guessed = !module->has_input;
  struct diag *diag = diag_report(module, value->at, guessed ? DIAG_TEXT_ORDER : DIAG_TEXT_ORDER_DECLARED,
                                  TEXT_ARG(value->text));
  if (!guessed) {
    diag_help(module, diag, "declare `%.*s` as %s, and write the value without quotes",
              TEXT_ARG(expression_text(module, column)), number ? "a number" : "a date");
  } else if (number || iso) {
    diag_help(module, diag, "write it without quotes: %.*s", TEXT_ARG(value->text));
    diag_fix(diag, value->text);
  } else {
    diag_help(module, diag, "write the date as year-month-day and without quotes, like 2026-01-31");
  }
}

/* A whole number that is no number: it fits 64 bits but not as millionths. */
static void check_size(struct module *module, struct ast *node) {
  bool wide = false;
  for (uint32_t i = 0; i < node->count; i++) {
    type_t type = node->child[i]->type;
    wide = wide || type == TYPE_NUMBER || type == TYPE_MONEY;
  }
  for (uint32_t i = 0; i < node->count; i++) {
    __int128 number;
    int64_t held;
    if (!wide || !literal_number(node->child[i], &number) || fits_int64(number, &held)) continue;
    struct diag *diag = diag_report(module, node->child[i]->at, DIAG_NUMBER_RANGE);
    diag_help(module, diag, "numbers and money reach up to 9,223,372,036,854; an integer column holds more");
  }
}

/* -- Comparisons of a column with a constant --------------------------------------------------- */

/* An empty cell is missing, so no cell equals the empty text. */
static void check_empty(struct module *module, struct ast *test, struct ast *column, struct ast *value) {
  if (value->kind != AST_STRING || value->text.length > 0 || !is_column(column)) return;
  const struct ast *preset = check_attribute(column, AST_PRESET);
  if (preset && preset->child[0]->text.length == 0) return;
  struct rung_text name = expression_text(module, column);
  bool equal = test->kind == AST_EQ;
  struct diag *diag = diag_report(module, test->at, equal ? DIAG_EMPTY_TEXT : DIAG_EMPTY_TEXT_NOT, TEXT_ARG(name));
  struct rung_text fix = arena_print(&module->arena, "%.*s %s", TEXT_ARG(name), equal ? "is missing" : "is present");
  diag_help(module, diag, "an empty cell is missing: write `%.*s`", TEXT_ARG(fix));
  diag_fix(diag, fix);
}

static void check_closed(struct module *module, struct ast *column, struct ast *value) {
  const struct ast *closed = check_attribute(column, AST_CLOSED);
  if (!closed || value->kind != AST_STRING || value->text.length == 0) return;
  const struct ast *preset = check_attribute(column, AST_PRESET);
  if (preset && text_equal(preset->child[0]->text, value->text)) return;
  struct nearest nearest;
  nearest_start(&nearest, value->text);
  for (uint32_t i = 0; i < closed->count; i++) {
    if (text_equal(closed->child[i]->text, value->text)) return;
    nearest_try(&nearest, closed->child[i]->text);
  }
  struct rung_text name = expression_text(module, column);
  struct diag *diag = diag_report(module, value->at, DIAG_NOT_IN_CLOSED, TEXT_ARG(name),
                                  TEXT_ARG(diag_quote(module, value->text)));
  struct rung_text where = place_words(module, closed->at);
  if (nearest.best.length > 0) {
    diag_help(module, diag, "did you mean \"%.*s\"?", TEXT_ARG(nearest.best));
    diag_fix(diag, arena_print(&module->arena, "\"%.*s\"", TEXT_ARG(nearest.best)));
  } else {
    diag_help(module, diag, "its values are listed at %.*s", TEXT_ARG(where));
  }
}

static void check_fraction(struct module *module, struct ast *test, struct ast *other, struct ast *value) {
  __int128 number;
  if (other->type != TYPE_INTEGER || !literal_number(value, &number) || number % DECIMAL_ONE == 0) return;
  if (test->kind != AST_EQ && test->kind != AST_NE) return;
  struct diag *diag = diag_report(module, test->at, DIAG_KNOWN,
                                  test->kind == AST_EQ ? "never true" : "true wherever both sides are present");
  diag_help(module, diag, "`%.*s` is a whole number", TEXT_ARG(expression_text(module, other)));
}

void check_label(struct module *module, const struct symbol *status, const struct ast *value) {
  struct nearest nearest;
  nearest_start(&nearest, value->text);
  for (uint32_t i = 1; i < status->decl->count; i++) {
    struct rung_text label = status->decl->child[i]->child[1]->text;
    if (text_equal(label, value->text)) return;
    nearest_try(&nearest, label);
  }
  struct diag *diag = diag_report(module, value->at, DIAG_NO_LABEL_NOW, TEXT_ARG(diag_quote(module, value->text)),
                                  TEXT_ARG(status->name));
  if (nearest.best.length > 0) {
    diag_help(module, diag, "did you mean \"%.*s\"?", TEXT_ARG(nearest.best));
    diag_fix(diag, arena_print(&module->arena, "\"%.*s\"", TEXT_ARG(nearest.best)));
  } else {
    diag_help(module, diag, "it is true only for what other rules wrote");
  }
}

/* previous.lifecycle = "losst" */
static void check_recalled(struct module *module, struct ast *left, struct ast *value) {
  const struct ast *field = unparen(left);
  const struct symbol *column = field->kind == AST_FIELD ? field->child[1]->symbol : NULL;
  const struct symbol *status = column ? column->mirrors : NULL;
  if (status && status->kind == SYMBOL_STATUS && value->kind == AST_STRING) check_label(module, status, value);
}

const struct ast *check_meant(const struct ast *node) {
  node = bare(node);
  const struct symbol *symbol = node->kind == AST_NAME ? node->symbol : NULL;
  bool named = symbol && (symbol->kind == SYMBOL_LET || symbol->kind == SYMBOL_PARAM);
  return named ? bare(symbol->decl->child[1]) : node;
}

/* hours since seen > 3 days: a span is a number of days. */
static void check_hours(struct module *module, const struct ast *left, const struct ast *right) {
  const struct ast *days = check_meant(right);
  int64_t hours;
  if (check_meant(left)->kind != AST_HOURS_SINCE || days->kind != AST_DURATION) return;
  struct diag *diag = diag_report(module, right->at, DIAG_HOURS_DAYS);
  if (__builtin_mul_overflow(days->value, 24, &hours)) return;
  diag_help(module, diag, "in hours it is %lld", (long long)hours);
  if (days == bare(right)) diag_fix(diag, arena_print(&module->arena, "%lld", (long long)hours));
}

/* percentile of x >= 90%: percentiles go up to 100, and 90% is 0.9. */
static void check_hundredths(struct module *module, const struct ast *left, const struct ast *right) {
  const struct ast *measure = check_meant(left);
  __int128 bound;
  if (measure->kind != AST_MEASURE || measure->function != MEASURE_PERCENTILE) return;
  if (!literal_number(check_meant(right), &bound) || bound <= 0 || bound >= DECIMAL_ONE) return;
  struct diag *diag = diag_report(module, right->at, DIAG_HUNDREDTHS);
  struct rung_text fix = arena_print(&module->arena, "%.15g", (double)bound * 100 / DECIMAL_ONE);
  diag_help(module, diag, "they go from 0 to 100: did you mean %.*s?", TEXT_ARG(fix));
  if (check_meant(right) == bare(right)) diag_fix(diag, fix);
}

static void check_between(struct module *module, struct ast *node) {
  for (uint32_t i = 1; i < 3; i++) check_text_order(module, node->child[0], unparen(node->child[i]));
  check_hours(module, node->child[0], node->child[1]);
  check_hours(module, node->child[0], node->child[2]);
  for (uint32_t i = 1; i < 3; i++) check_hundredths(module, node->child[0], node->child[i]);
  if (compare_literals(node->child[1], node->child[2]) != 1) return;
  struct diag *diag =
      diag_report(module, place_join(node->child[1]->at, node->child[2]->at), DIAG_BETWEEN_REVERSED);
  struct rung_text low = expression_text(module, node->child[2]), high = expression_text(module, node->child[1]);
  struct rung_text fix = arena_print(&module->arena, "%.*s and %.*s", TEXT_ARG(low), TEXT_ARG(high));
  diag_help(module, diag, "the smaller one stands first: `between %.*s`", TEXT_ARG(fix));
  diag_fix(diag, fix);
}

static void check_pair(struct module *module, struct ast *left, struct ast *right) {
  struct ast *value = unparen(right);
  check_recalled(module, left, value);
  check_closed(module, left, value);
  check_letter_case(module, left, value);
}

static void check_test(struct module *module, struct ast *node) {
  struct ast *left = node->child[0], *right = node->child[1];
  if (same_expression(left, right)) {
    struct diag *diag = diag_report(module, node->at, DIAG_SELF);
    diag_help(module, diag, "the answer is the same for every customer");
    return;
  }
  int order = compare_literals(left, right);
  if (order != 2) {
    bool holds = node->kind == AST_EQ   ? order == 0
                 : node->kind == AST_NE ? order != 0
                                        : check_decided((enum ast_kind)node->kind, order, order, 0) == 1;
    diag_report(module, node->at, DIAG_KNOWN, holds ? "always true" : "never true");
    return;
  }
  if (node->kind == AST_EQ || node->kind == AST_NE) {
    check_empty(module, node, left, unparen(right));
    check_pair(module, left, right);
  } else {
    check_text_order(module, left, unparen(right));
    check_text_order(module, right, unparen(left));
  }
  check_hours(module, left, right);
  check_hours(module, right, left);
  check_hundredths(module, left, right);
  check_fraction(module, node, left, right);
}

/* -- Lists, half-lives, places -------------------------------------------------------------------------- */

static bool text_has(struct rung_text text, struct rung_text part) {
  return part.length > 0 && memmem(text.bytes, text.length, part.bytes, part.length) != NULL;
}

static bool is_blank(char byte) { return byte == ' ' || byte == '\t'; }

/* An item that no list can have. */
static void check_has(struct module *module, struct ast *node) {
  for (uint32_t i = 1; i < node->count; i++) {
    const struct ast *item = unparen(node->child[i]);
    struct rung_text text = item->text;
    if (item->kind != AST_STRING || node->text.length == 0) continue;
    if (text_has(text, node->text)) {
      struct diag *diag = diag_report(module, item->at, DIAG_KNOWN, "never in the list");
      diag_help(module, diag, "`%.*s` stands between items; ask for several by `has any of (...)`",
                TEXT_ARG(node->text));
    } else if (text.length > 0 && (is_blank(text.bytes[0]) || is_blank(text.bytes[text.length - 1]))) {
      struct diag *diag = diag_report(module, item->at, DIAG_KNOWN, "never in the list");
      diag_help(module, diag, "blanks around an item do not count: write it without them");
    }
  }
}

static void check_half_life(struct module *module, struct ast *call) {
  __int128 span;
  if (call->function != FUNCTION_HALF_LIFE || call->count < 3) return;
  if (!literal_number(call->child[2], &span) || span > 0) return;
  struct diag *diag = diag_report(module, call->child[2]->at, DIAG_HALF_LIFE_ZERO);
  diag_help(module, diag, "write after how many days half is left, like `30 days`");
}

static void check_measure(struct module *module, struct ast *node) {
  struct ast *value = node->child[0];
  if (node->type == TYPE_ERROR || !is_uniform(value)) return;
  struct diag *diag = diag_report(module, value->at, DIAG_SAME_FOR_ALL, TEXT_ARG(expression_words(module, value)));
  diag_help(module, diag, "ask it of a value that customers differ in");
}

/* -- Scores ------------------------------------------------------------------------------------------ */

static void check_points_size(struct module *module, const struct symbol *score, const struct ast *literal) {
  __int128 number;
  int64_t held;
  if (score->type != TYPE_NUMBER || !literal_number(literal, &number) || fits_int64(number, &held)) return;
  struct diag *diag = diag_report(module, literal->at, DIAG_NUMBER_RANGE);
  diag_help(module, diag, "a score with fractions reaches up to 9,223,372,036,854");
}

static void check_score(struct module *module, const struct symbol *score) {
  for (uint32_t i = 1; i < score->decl->count; i++) {
    struct ast *line = score->decl->child[i];
    if (line->kind == AST_NUMBER) check_points_size(module, score, line);
    if (line->kind == AST_POINTS) {
      check_node(module, line->child[0]);
      check_node(module, line->child[1]);
      check_points_size(module, score, line->child[1]);
    }
    if (line->kind != AST_CLAMP) continue;
    check_points_size(module, score, line->child[0]);
    check_points_size(module, score, line->child[1]);
    if (compare_literals(line->child[0], line->child[1]) != 1) continue;
    struct diag *diag = diag_report(module, line->at, DIAG_RANGE_EMPTY);
    diag_help(module, diag, "write the smaller number first");
  }
}

/* -- Expressions ----------------------------------------------------------------------------------- */

void check_node(struct module *module, struct ast *node) {
  switch (node->kind) {
    case AST_DIV: check_division(module, node); break;
    case AST_HAS: case AST_HAS_ANY: case AST_HAS_ALL: check_has(module, node); break;
    case AST_CALL: check_half_life(module, node); break;
    case AST_MEASURE: check_measure(module, node); break;
    case AST_WITHIN_LAST: case AST_WITHIN_NEXT: case AST_OLDER: check_span(module, node); break;
    case AST_BETWEEN: check_between(module, node); break;
    case AST_EQ: case AST_NE: case AST_LT: case AST_LE: case AST_GT: case AST_GE: check_test(module, node); break;
    case AST_CONTAINS: case AST_STARTS: case AST_ENDS:
      check_letter_case(module, node->child[0], unparen(node->child[1]));
      break;
    case AST_IN:
      for (uint32_t i = 1; i < node->count; i++) check_pair(module, node->child[0], node->child[i]);
      break;
    case AST_IN_LIST: check_list_case(module, node); break;
    case AST_IN_FILE: check_file(module, node); break;
    default: break;
  }
  check_ranges(module, node);
  if (node->kind != AST_AND && node->kind != AST_OR) check_size(module, node);
  for (uint32_t i = 0; i < node->count; i++) check_node(module, node->child[i]);
}

static void check_columns(struct module *module, const struct symbols *columns) {
  if (columns->count <= LIMIT_COLUMNS) return;
  diag_report(module, symbol_place(columns->at[LIMIT_COLUMNS]), DIAG_TOO_MANY, LIMIT_COLUMNS, "columns");
}

static void check_campaign_count(struct module *module) {
  const struct symbols *campaigns = &module->campaigns;
  if (campaigns->count > LIMIT_CAMPAIGNS)
    diag_report(module, symbol_place(campaigns->at[LIMIT_CAMPAIGNS]), DIAG_TOO_MANY, LIMIT_CAMPAIGNS, "campaigns");
  uint64_t labels = 0;
  for (uint32_t i = 0; i < campaigns->count; i++) {
    const struct campaign *campaign = campaigns->at[i]->campaign;
    bool fits = labels <= LIMIT_CAMPAIGN_LABELS;
    labels += (uint64_t)(campaign->channels.count + !campaign->channels.count) *
              (campaign->variants.count + !campaign->variants.count);
    if (fits && labels > LIMIT_CAMPAIGN_LABELS)
      diag_report(module, symbol_place(campaigns->at[i]), DIAG_TOO_MANY, LIMIT_CAMPAIGN_LABELS,
                  "channels and variants of campaigns");
  }
}

static void check_limits(struct module *module) {
  if (module->rules.count > LIMIT_RULES) {
    diag_report(module, module->rules.at[LIMIT_RULES]->at, DIAG_TOO_MANY, LIMIT_RULES, "rules");
  }
  if (module->tables.count >= LIMIT_TABLES) { /* the customers are one too */
    diag_report(module, symbol_place(module->tables.at[LIMIT_TABLES - 1]), DIAG_TOO_MANY, LIMIT_TABLES, "tables");
  }
  check_campaign_count(module);
  check_columns(module, &module->columns);
  for (uint32_t i = 0; i < module->tables.count; i++) check_columns(module, &module->tables.at[i]->dump->columns);
}

static void check_lets(struct module *module, const struct symbols *lets) {
  for (uint32_t i = 0; i < lets->count; i++) check_node(module, lets->at[i]->decl->child[1]);
}

void check(struct module *module) {
  check_limits(module);
  set_uniform(module);
  check_lets(module, &module->lets);
  for (uint32_t i = 0; i < module->tables.count; i++) check_lets(module, &module->tables.at[i]->dump->lets);
  for (uint32_t i = 0; i < module->rules.count; i++) {
    const struct ast *rule = module->rules.at[i];
    check_node(module, rule->child[rule->kind == AST_RULE]);
  }
  for (uint32_t i = 0; i < module->scores.count; i++) check_score(module, module->scores.at[i]);
  if (module->only) check_node(module, module->only);
  check_campaigns(module);
  check_guards(module);
  check_tests(module);
  warn_idle(module);
}
