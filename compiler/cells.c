/* cells.c - check the values in tests: of cells, params and days. */
#include "check.h"

#include "literal.h"
#include "types.h"
#include "words.h"

/* -- Cells --------------------------------------------------------------------------------------- */

static const struct ast *attribute_of(const struct symbol *column, enum ast_kind kind) {
  const struct ast *decl = column->decl;
  for (uint32_t i = 1; decl->kind == AST_COLUMN && i < decl->count; i++) {
    if (decl->child[i]->kind == kind) return decl->child[i];
  }
  return NULL;
}

static bool has_text(const struct ast *strings, struct rung_text text) {
  for (uint32_t i = 0; strings && i < strings->count; i++) {
    if (text_equal(strings->child[i]->text, text)) return true;
  }
  return false;
}

/* A text is the cell itself, which the run will read as it reads every cell. */
static bool fits_column(type_t type, const struct ast *value) {
  type_t given = literal_type(value);
  if (given == TYPE_TEXT || type == given) return value->kind != AST_DURATION;
  if (value->kind == AST_DURATION) return false;
  if (given == TYPE_INTEGER) return is_numeric(type);
  if (given == TYPE_NUMBER) return type == TYPE_MONEY;
  return given == TYPE_DATE && type == TYPE_DATETIME;
}

static void report_outside(struct module *module, const struct symbol *column, const struct ast *value,
                           const struct ast *rule) {
  struct diag *diag = diag_report(module, value->at, DIAG_CELL_OUTSIDE, TEXT_ARG(column->name));
  diag_help(module, diag, "it is declared `%.*s` at %.*s", TEXT_ARG(expression_text(module, rule)),
            TEXT_ARG(place_words(module, rule->at)));
}

static void check_allowed(struct module *module, const struct symbol *column, const struct ast *value) {
  const struct ast *range = attribute_of(column, AST_RANGE), *closed = attribute_of(column, AST_CLOSED);
  __int128 number, low, high;
  if (range && literal_number(value, &number) && literal_number(range->child[0], &low) &&
      literal_number(range->child[1], &high) && (number < low || number > high)) {
    report_outside(module, column, value, range);
  }
  if (value->kind != AST_STRING || value->text.length == 0) return;
  if (closed && !has_text(closed, value->text) && !has_text(attribute_of(column, AST_MISSING), value->text))
    report_outside(module, column, value, closed);
  const struct symbol *origin = column->mirrors;
  if (origin && origin->kind == SYMBOL_STATUS) check_label(module, origin, value);
}

static void check_cell(struct module *module, const struct ast *cell) {
  const struct symbol *column = cell->child[0]->symbol;
  const struct ast *value = cell->child[1];
  if (!column || column->type == TYPE_ERROR || column->type == TYPE_UNKNOWN || value->type == TYPE_ERROR) return;
  if (fits_column(column->type, value)) {
    check_allowed(module, column, value);
    return;
  }
  struct diag *diag =
      diag_report(module, value->at, DIAG_CELL_TYPE, TEXT_ARG(column->name), type_words(column->type));
  if (column->type == TYPE_TEXT || column->type == TYPE_LIST) {
    struct rung_text fix = arena_print(&module->arena, "\"%.*s\"", TEXT_ARG(expression_text(module, value)));
    diag_help(module, diag, "write it in quotes: %.*s", TEXT_ARG(fix));
    diag_fix(diag, fix);
  } else {
    diag_help(module, diag, "write %s", value_example(column->type));
  }
}

/* -- Params ---------------------------------------------------------------------------------------- */

static void check_param(struct module *module, const struct ast *part) {
  const struct symbol *param = part->child[0]->symbol;
  const struct ast *value = part->child[1];
  type_t given = literal_type(value);
  if (!param || param->type == TYPE_ERROR || value->type == TYPE_ERROR) return;
  const struct ast *preset = bare(param->decl->child[1]);
  bool span = preset->kind == AST_DURATION, number = value->kind != AST_DURATION;
  bool fits = given == param->type && (!span || given != TYPE_MONTHS || !number);
  if (!span && !number) fits = false;
  if (!span && given == TYPE_INTEGER && param->type == TYPE_NUMBER) fits = number;
  if (fits) return;
  struct rung_text like = expression_text(module, preset);
  struct diag *diag = diag_report(module, value->at, DIAG_PARAM_VALUE, TEXT_ARG(param->name),
                                  span ? "a span of time" : type_words(param->type));
  diag_help(module, diag, "write it as at %.*s, like %.*s", TEXT_ARG(place_words(module, param->decl->at)),
            TEXT_ARG(like));
}

/* -- Days ------------------------------------------------------------------------------------------ */

static void check_today(struct module *module, const struct ast *test) {
  enum { DATE = sizeof "YYYY-MM-DD" - 1 };
  uint8_t clock = (uint8_t)((module->uses_date ? CLOCK_DATE : 0) | (module->uses_time ? CLOCK_TIME : 0));
  const struct ast *today = NULL;
  for (uint32_t i = 1; i < test->count; i++) {
    const struct ast *part = test->child[i];
    if (part->kind == AST_TODAY_IS) today = part;
    for (uint32_t j = 1; part->kind == AST_EXPECT && j < part->count; j++) clock |= clock_of(part->child[j]);
  }
  if (clock == 0 || diag_inside(module, test->at)) return;
  if (!today) {
    struct diag *diag = diag_report(module, test->child[0]->at, DIAG_TODAY_MISSING);
    diag_help(module, diag, clock & CLOCK_TIME ? "write into it for example `today \"2026-01-31T12:00\";`"
                                               : "write into it for example `today 2026-01-31;`");
  } else if ((clock & CLOCK_TIME) && today->text.length == DATE) {
    struct diag *diag = diag_report(module, today->child[0]->at, DIAG_TODAY_TIME);
    struct rung_text fix = arena_print(&module->arena, "\"%.*sT12:00\"", TEXT_ARG(today->text));
    diag_help(module, diag, "write the time too, like %.*s", TEXT_ARG(fix));
    diag_fix(diag, fix);
  }
}

/* -- All together ------------------------------------------------------------------------------------ */

static void check_part(struct module *module, const struct ast *part) {
  for (uint32_t i = 1; i < part->count; i++) {
    if (part->kind == AST_EXPECT) check_node(module, part->child[i]);
    if (part->kind == AST_ROW) check_cell(module, part->child[i]);
  }
  if (part->kind == AST_PARAM) check_param(module, part);
}

static void check_key(struct module *module) {
  const struct symbol *key = module->key;
  if (!key || key->type == TYPE_TEXT || key->type == TYPE_ERROR || is_numeric(key->type)) return;
  struct diag *diag =
      diag_report(module, symbol_place(key), DIAG_KEY_TESTED, TEXT_ARG(key->name), type_words(key->type));
  diag_help(module, diag, "declare it as text: `%.*s text key;`", TEXT_ARG(name_written(module, key->name)));
}

void check_tests(struct module *module) {
  if (module->tests.count > 0) check_key(module);
  for (uint32_t i = 0; i < module->tests.count; i++) {
    const struct ast *test = module->tests.at[i];
    for (uint32_t j = 1; j < test->count; j++) check_part(module, test->child[j]);
    check_today(module, test);
  }
}
