/* mismatch.c - say which types do not fit, and what was probably meant. */
#include "mismatch.h"

#include <string.h>

/* -- What texts look like -------------------------------------------------------------------- */

static bool is_digits(struct rung_text text, size_t from, size_t count) {
  if (from + count > text.length) return false;
  for (size_t i = from; i < from + count; i++) {
    if (text.bytes[i] < '0' || text.bytes[i] > '9') return false;
  }
  return count > 0;
}

bool looks_numeric(struct rung_text text) {
  size_t sign = text.length > 0 && text.bytes[0] == '-', point = sign;
  while (point < text.length && text.bytes[point] != '.') point++;
  if (!is_digits(text, sign, point - sign)) return false;
  return point == text.length || is_digits(text, point + 1, text.length - point - 1);
}

bool looks_iso(struct rung_text text) {
  return text.length == 10 && is_digits(text, 0, 4) && text.bytes[4] == '-' && is_digits(text, 5, 2) &&
         text.bytes[7] == '-' && is_digits(text, 8, 2);
}

bool looks_dated(struct rung_text text) {
  size_t digits = 0, separators = 0;
  for (size_t i = 0; i < text.length; i++) {
    bool separator = strchr("./-", text.bytes[i]) != NULL && text.bytes[i] != '\0';
    if (!separator && !is_digits(text, i, 1)) return false;
    *(separator ? &separators : &digits) += 1;
  }
  return separators == 2 && digits >= 4 && digits <= 8;
}

static bool is_word_of(struct rung_text text, const char *const *words) {
  for (; *words; words++) {
    if (text.length == strlen(*words) && memcmp(text.bytes, *words, text.length) == 0) return true;
  }
  return false;
}

/* The flag that a literal beside a flag stands for: 1, "yes", "Да"; -1 when it is none. */
static int flag_meant(const struct ast *literal) {
  static const char *const yes[] = {"1",    "yes", "Yes", "YES", "y",      "true",   "True",
                                    "TRUE", "да",  "Да",  "ДА",  "истина", "Истина", NULL};
  static const char *const no[] = {"0",     "no",  "No",  "NO",  "n",    "false", "False",
                                   "FALSE", "нет", "Нет", "НЕТ", "ложь", "Ложь",  NULL};
  if (literal->kind == AST_NUMBER && literal->whole && (literal->value == 0 || literal->value == 1)) {
    return (int)literal->value;
  }
  if (literal->kind != AST_STRING) return -1;
  return is_word_of(literal->text, yes) ? 1 : is_word_of(literal->text, no) ? 0 : -1;
}

static bool is_day(type_t type) { return type == TYPE_DATE || type == TYPE_DATETIME; }

/* -- Helps ----------------------------------------------------------------------------------------- */

static void help_write(struct module *module, struct diag *diag, struct rung_text fix) {
  diag_help(module, diag, "write `%.*s`", TEXT_ARG(fix));
  diag_fix(diag, fix);
}

static const struct symbol *symbol_of(const struct ast *node) {
  node = bare(node);
  return node->kind == AST_NAME ? node->symbol : node->kind == AST_FIELD ? node->child[1]->symbol : NULL;
}

/* Where a column's type comes from, when nothing better can be said. */
static void help_origin(struct module *module, struct diag *diag, const struct ast *a, const struct ast *b) {
  const struct ast *sides[] = {a, b};
  for (int i = 0; i < 2; i++) {
    const struct symbol *symbol = symbol_of(sides[i]);
    if (!symbol || symbol->kind != SYMBOL_COLUMN) continue;
    bool declared = symbol->decl->kind == AST_COLUMN;
    if (!declared && (symbol->table || module->has_input)) {
      diag_help(module, diag, symbol->mirrors ? "`%.*s` is %s in these rules, so it was so in the last run"
                                              : "`%.*s` is %s unless a block declares it",
                TEXT_ARG(symbol->name), type_words(symbol->type));
      return;
    }
    struct rung_text where = place_words(module, declared ? symbol_place(symbol) : symbol->why);
    if (declared) {
      diag_help(module, diag, "`%.*s` is declared as %s at %.*s", TEXT_ARG(symbol->name), type_name(symbol->type),
                TEXT_ARG(where));
    } else {
      diag_help(module, diag, "`%.*s` was taken for %s because of its use at %.*s; an input block can say otherwise",
                TEXT_ARG(symbol->name), type_words(symbol->type), TEXT_ARG(where));
    }
    return;
  }
}

/* The literal that was probably meant where a value of `wanted` is needed. */
static bool help_literal(struct module *module, struct diag *diag, const struct ast *literal, type_t wanted) {
  struct rung_text text = expression_text(module, literal);
  if (literal->kind == AST_STRING && is_numeric(wanted) && looks_numeric(literal->text)) {
    diag_help(module, diag, "write the number without quotes: %.*s", TEXT_ARG(literal->text));
    diag_fix(diag, literal->text);
  } else if (literal->kind == AST_STRING && is_day(wanted) && looks_iso(literal->text)) {
    diag_help(module, diag, "write the date without quotes: %.*s", TEXT_ARG(literal->text));
    diag_fix(diag, literal->text);
  } else if (literal->kind == AST_STRING && is_day(wanted) && looks_dated(literal->text)) {
    diag_help(module, diag, "write the date as year-month-day and without quotes, like 2026-01-31");
  } else if (literal->kind != AST_STRING && literal->kind != AST_NAME && wanted == TYPE_TEXT) {
    struct rung_text fix = arena_print(&module->arena, "\"%.*s\"", TEXT_ARG(text));
    diag_help(module, diag, "write it in quotes: %.*s", TEXT_ARG(fix));
    diag_fix(diag, fix);
  } else {
    return false;
  }
  return true;
}

static bool is_literal(const struct ast *node) {
  switch (node->kind) {
    case AST_STRING: case AST_NUMBER: case AST_DURATION: case AST_DATE: case AST_BOOLEAN: return true;
    case AST_NEG: return is_literal(node->child[0]);
    default: return false;
  }
}

/* -- Comparisons ---------------------------------------------------------------------------------- */

static void report_status(struct module *module, const struct ast *status, const struct ast *other) {
  struct diag *diag = diag_report(module, other ? other->at : status->at, DIAG_TYPE_STATUS,
                                  TEXT_ARG(expression_words(module, status)));
  const struct symbol *symbol = bare(status)->symbol;
  const struct ast *arms = symbol ? symbol->decl : NULL;
  if (!arms || arms->count < 2) return;
  for (uint32_t i = 1; other && other->kind == AST_STRING && i < arms->count; i++) {
    if (!text_equal(arms->child[i]->child[1]->text, other->text)) continue;
    struct rung_text label = name_written(module, other->text);
    diag_help(module, diag, "write the label without quotes: %.*s", TEXT_ARG(label));
    diag_fix(diag, label);
    return;
  }
  diag_help(module, diag, "write for example `%.*s = %.*s`", TEXT_ARG(symbol->name),
            TEXT_ARG(arms->child[1]->child[1]->text));
}

static void report_months(struct module *module, const struct ast *months, const struct ast *other) {
  struct diag *diag = diag_report(module, months->at, DIAG_TYPE_MONTHS, TEXT_ARG(expression_words(module, months)));
  struct rung_text span = expression_text(module, months);
  if (is_day(bare(other)->type)) {
    diag_help(module, diag, "write `%.*s older than %.*s` or `%.*s within last %.*s`",
              TEXT_ARG(expression_text(module, other)), TEXT_ARG(span), TEXT_ARG(expression_text(module, other)),
              TEXT_ARG(span));
  } else if (bare(months)->kind == AST_DURATION) {
    struct rung_text days = arena_print(&module->arena, "%lld days", (long long)bare(months)->value * 30);
    diag_help(module, diag, "write days, for example `%.*s`, or ask the date itself: `... older than %.*s`",
              TEXT_ARG(days), TEXT_ARG(span));
  } else {
    diag_help(module, diag, "say it in days, or ask the date itself: `... older than %.*s`", TEXT_ARG(span));
  }
}

/* `consent = 1` asks the flag itself. */
static bool report_flag(struct module *module, const struct ast *test, const struct ast *flag,
                        const struct ast *literal) {
  int meant = flag_meant(literal);
  if (flag->type != TYPE_FLAG || meant < 0 || (test->kind != AST_EQ && test->kind != AST_NE)) return false;
  bool plain = (meant == 1) == (test->kind == AST_EQ);
  struct diag *diag = diag_report(module, test->at, DIAG_TYPE_COMPARE, TEXT_ARG(expression_words(module, flag)),
                                  type_words(flag->type), TEXT_ARG(expression_words(module, literal)),
                                  type_words(literal->type));
  struct rung_text text = expression_text(module, flag);
  help_write(module, diag, plain ? text : arena_print(&module->arena, "not %.*s", TEXT_ARG(text)));
  return true;
}

static const char *mirrored(enum ast_kind kind) {
  switch (kind) {
    case AST_LT: return ">";
    case AST_LE: return ">=";
    case AST_GT: return "<";
    case AST_GE: return "<=";
    default: return ast_name(kind);
  }
}

/* A date beside a number of days: its age was meant. */
static bool help_age(struct module *module, struct diag *diag, const struct ast *test, const struct ast *left,
                     const struct ast *right) {
  bool turned = is_numeric(left->type);
  const struct ast *date = turned ? right : left, *days = turned ? left : right;
  if (!is_day(date->type) || !is_numeric(days->type) || test->kind == AST_IN) return false;
  struct rung_text what = expression_text(module, date), count = expression_text(module, days);
  if (test->kind == AST_BETWEEN) {
    diag_help(module, diag, "for its age in days write `days since %.*s between ...`", TEXT_ARG(what));
    return true;
  }
  const char *sign = turned ? mirrored((enum ast_kind)test->kind) : ast_name((enum ast_kind)test->kind);
  bool primary = date->kind == AST_NAME || date->kind == AST_CALL || date->kind == AST_PAREN;
  struct rung_text fix = arena_print(&module->arena, primary ? "days since %.*s %s %.*s" : "days since (%.*s) %s %.*s",
                                     TEXT_ARG(what), sign, TEXT_ARG(count));
  diag_help(module, diag, "for its age in days write `%.*s`", TEXT_ARG(fix));
  diag_fix(diag, fix);
  return true;
}

/* A list beside the text that it should have. */
static bool help_list(struct module *module, struct diag *diag, const struct ast *test, const struct ast *left,
                      const struct ast *right) {
  bool turned = right->type == TYPE_LIST;
  const struct ast *list = turned ? right : left, *item = turned ? left : right;
  if (list->type != TYPE_LIST) return false;
  struct rung_text what = expression_text(module, list);
  if (item->type == TYPE_LIST) {
    diag_help(module, diag, "lists are not compared with each other; ask what is in one: `%.*s has \"...\"`",
              TEXT_ARG(what));
  } else if (test->kind == AST_IN) {
    diag_help(module, diag, "write `%.*s has any of (...)`", TEXT_ARG(what));
  } else {
    struct rung_text fix = arena_print(&module->arena, "%.*s has %.*s", TEXT_ARG(what),
                                       TEXT_ARG(expression_text(module, item)));
    diag_help(module, diag, "write `%.*s`", TEXT_ARG(fix));
    if (diag->at.begin == test->at.begin && test->kind == AST_EQ) diag_fix(diag, fix);
  }
  return true;
}

/* previous.lifecycle = lost */
static bool help_label(struct module *module, struct diag *diag, const struct ast *left, const struct ast *right) {
  const struct symbol *column = symbol_of(left), *label = symbol_of(right);
  if (!column || !column->mirrors || column->mirrors->kind != SYMBOL_STATUS) return false;
  if (!label || label->kind != SYMBOL_LABEL) return false;
  diag_help(module, diag, "what it was is a text: write \"%.*s\" in quotes, or ask `was %.*s`", TEXT_ARG(label->name),
            TEXT_ARG(label->name));
  return true;
}

void report_compare(struct module *module, const struct ast *test, const struct ast *left, const struct ast *right) {
  if (bare(left)->type == TYPE_STATUS || bare(right)->type == TYPE_STATUS) {
    bool is_left = bare(left)->type == TYPE_STATUS;
    const struct symbol *label = is_left && bare(right)->kind == AST_NAME ? bare(right)->symbol : NULL;
    if (label && label->kind == SYMBOL_LABEL && label->status == bare(left)->symbol) {
      struct diag *diag = diag_report(module, test->at, DIAG_TYPE_ORDER, "labels", operator_words(test));
      diag_help(module, diag, "list those that are meant: `in (a, b)`");
      return;
    }
    report_status(module, is_left ? left : right, bare(is_left ? right : left));
    return;
  }
  if (left->type == TYPE_MONTHS || right->type == TYPE_MONTHS) {
    report_months(module, left->type == TYPE_MONTHS ? left : right, left->type == TYPE_MONTHS ? right : left);
    return;
  }
  if (left->type == right->type && left->type != TYPE_LIST) {
    diag_report(module, test->at, DIAG_TYPE_ORDER, "yes and no", operator_words(test));
    return;
  }
  if (report_flag(module, test, left, bare(right)) || report_flag(module, test, right, bare(left))) return;
  bool turned = is_literal(bare(left)) && !is_literal(bare(right));
  const struct ast *literal = bare(turned ? left : right), *other = turned ? right : left;
  bool whole = (is_numeric(left->type) && is_day(right->type)) || (is_day(left->type) && is_numeric(right->type));
  struct place at = whole && test->kind != AST_IN     ? test->at
                    : is_literal(literal)             ? literal->at
                    : test->count > 2                 ? right->at
                                                      : test->at;
  struct diag *diag = diag_report(module, at, DIAG_TYPE_COMPARE, TEXT_ARG(expression_words(module, left)),
                                  type_words(left->type), TEXT_ARG(expression_words(module, right)),
                                  type_words(right->type));
  if (help_age(module, diag, test, left, right) || help_list(module, diag, test, left, right) ||
      help_label(module, diag, left, right)) {
    return;
  }
  if (is_literal(literal) && help_literal(module, diag, literal, other->type)) return;
  help_origin(module, diag, bare(left), bare(right));
}

/* -- Operands and conditions ------------------------------------------------------------------------ */

static struct rung_text set_words(struct module *module, type_set set) {
  static const struct {
    type_t type;
    const char *words;
  } rows[] = {{TYPE_FLAG, "a yes/no flag"}, {TYPE_NUMBER, "a number"},           {TYPE_INTEGER, "a whole number"},
              {TYPE_DATE, "a date"},        {TYPE_DATETIME, "a date and time"}, {TYPE_LIST, "a list"},
              {TYPE_MONTHS, "a span of months"}, {TYPE_TEXT, "text"}};
  struct rung_text words = {"", 0};
  if ((set & set_of(TYPE_TEXT)) && (set & set_of(TYPE_FLAG))) return TEXT("a value");
  if (set & set_of(TYPE_NUMBER)) set &= ~set_of(TYPE_INTEGER);
  if (set & set_of(TYPE_DATE)) set &= ~set_of(TYPE_DATETIME);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (!(set & set_of(rows[i].type))) continue;
    words = arena_print(&module->arena, "%.*s%s%s", TEXT_ARG(words), words.length ? " or " : "", rows[i].words);
  }
  return words;
}

static void help_operand(struct module *module, struct diag *diag, const struct ast *node, const struct ast *operand,
                         type_set needed) {
  const struct ast *value = bare(operand);
  struct rung_text text = expression_text(module, operand);
  static const type_t wishes[] = {TYPE_NUMBER, TYPE_DATE, TYPE_TEXT};
  for (size_t i = 0; i < sizeof wishes / sizeof *wishes && is_literal(value); i++) {
    if ((needed & set_of(wishes[i])) && help_literal(module, diag, value, wishes[i])) return;
  }
  if (value->type == TYPE_LIST && (needed & set_of(TYPE_TEXT))) {
    diag_help(module, diag, "ask what is in the list: `%.*s has \"...\"`", TEXT_ARG(text));
  } else if (needed == set_of(TYPE_LIST) && value->type == TYPE_TEXT) {
    diag_help(module, diag, "a column with several items in a cell is declared like `%.*s list separated \",\"`",
              TEXT_ARG(text));
  } else if (node->kind == AST_HOURS_SINCE && value->type == TYPE_DATE) {
    diag_help(module, diag, "a date has no hours; if the cells have a time, declare the column as datetime");
  } else if (node->kind == AST_MEASURE && value->type == TYPE_DATETIME) {
    diag_help(module, diag, "ask it of a number: `days since %.*s`", TEXT_ARG(text));
  } else if (node->kind == AST_IN_LIST || node->kind == AST_IN_FILE) {
    diag_help(module, diag, "lists and files hold texts; declare the column as text, or write `in (1, 2, 3)`");
  } else if (value->type == TYPE_MONTHS && node->kind == AST_ADD && is_day(bare(node->child[1])->type)) {
    struct rung_text date = expression_text(module, node->child[1]);
    struct rung_text fix = arena_print(&module->arena, "%.*s + %.*s", TEXT_ARG(date), TEXT_ARG(text));
    diag_help(module, diag, "write the date first: `%.*s`", TEXT_ARG(fix));
  } else if (value->type == TYPE_MONTHS && node->kind == AST_NEG) {
    diag_help(module, diag, "a span has no sign: to go back from a date write `... - %.*s`", TEXT_ARG(text));
  } else if (value->type == TYPE_MONTHS) {
    diag_help(module, diag, "months differ in length: say it in days, or add it to a date");
  } else if (value->type == TYPE_FLAG && (needed & set_of(TYPE_NUMBER))) {
    diag_help(module, diag, "to count it write `(if %.*s then 1 else 0)`", TEXT_ARG(text));
  } else if (node->kind == AST_ADD && is_day(value->type) && is_day(bare(node->child[0])->type)) {
    diag_help(module, diag, "`-` gives the days between two dates");
  } else if (node->kind == AST_ADD && is_day(value->type) && bare(node->child[0])->type == TYPE_NUMBER) {
    diag_help(module, diag, "write the date first: `%.*s + ...`", TEXT_ARG(text));
  } else if (is_numeric(value->type) && (needed & ~set_of(TYPE_DATETIME)) == set_of(TYPE_DATE) && node->count > 1 &&
             node->kind != AST_CALL && node->kind != AST_AGGREGATE) {
    diag_help(module, diag, "compare a number of days with `>` and `<`: `%.*s > 90`", TEXT_ARG(text));
  } else {
    help_origin(module, diag, value, value);
  }
}

void report_operand(struct module *module, const struct ast *node, const char *name, const struct ast *operand,
                    type_set needed) {
  if (bare(operand)->type == TYPE_STATUS) {
    report_status(module, operand, NULL);
    return;
  }
  struct rung_text words = set_words(module, needed), what = expression_words(module, operand);
  struct diag *diag = diag_report(module, operand->at, DIAG_TYPE_OPERAND, name, TEXT_ARG(words), TEXT_ARG(what),
                                  type_words(operand->type));
  help_operand(module, diag, node, operand, needed);
}

void report_choice(struct module *module, const struct ast *node, const struct ast *first, const struct ast *second) {
  const struct ast *literal = bare(second);
  struct place at = is_literal(literal) ? second->at : node->at;
  struct diag *diag = diag_report(module, at, DIAG_TYPE_CHOICE, TEXT_ARG(expression_words(module, first)),
                                  type_words(first->type), TEXT_ARG(expression_words(module, second)),
                                  type_words(second->type));
  if (is_literal(literal) && help_literal(module, diag, literal, first->type)) return;
  help_origin(module, diag, bare(first), literal);
}

/* guard count of orders <= 10: an operator must stand in parentheses there. */
static bool is_guarded(const struct module *module, const struct ast *node) {
  for (uint32_t i = 0; i < module->guards.count; i++)
    if (module->guards.at[i]->kind == AST_GUARD && module->guards.at[i]->child[0] == node) return true;
  return false;
}

void report_condition(struct module *module, const struct ast *node) {
  if (bare(node)->type == TYPE_STATUS) {
    report_status(module, node, NULL);
    return;
  }
  struct diag *diag = diag_report(module, node->at, DIAG_TYPE_CONDITION, TEXT_ARG(expression_words(module, node)),
                                  type_words(node->type));
  if (is_literal(bare(node))) {
    diag_help(module, diag, "a condition asks something of a customer, like `orders > 0`");
    return;
  }
  const char *question = is_numeric(node->type) ? "> 0" : node->type == TYPE_MONTHS ? NULL : "is present";
  if (!question) return;
  bool greedy = node->kind == AST_IF || (node->kind == AST_AGGREGATE && node->child[3]->kind != AST_NONE);
  bool guarded = is_guarded(module, node);
  struct rung_text fix = arena_print(&module->arena, "%s%s%.*s%s %s%s", guarded ? "(" : "", greedy ? "(" : "",
                                     TEXT_ARG(expression_text(module, node)), greedy ? ")" : "", question,
                                     guarded ? ")" : "");
  diag_help(module, diag, "did you mean `%.*s`?", TEXT_ARG(fix));
  diag_fix(diag, fix);
}
