/* promises.c - the types of what campaigns, guards and tests say. */
#include "infer.h"
#include "mismatch.h"

enum {
  SET_WHOLE = TYPE_BIT(TYPE_INTEGER),
  SET_AMOUNT = SET_WHOLE | TYPE_BIT(TYPE_NUMBER),
  SET_NUMERIC = SET_AMOUNT | TYPE_BIT(TYPE_MONEY),
  SET_ORDER = SET_NUMERIC | TYPE_BIT(TYPE_DATE),
  SET_DRAWN = SET_WHOLE | TYPE_BIT(TYPE_TEXT)
};

/* -- Campaigns --------------------------------------------------------------------------------- */

static void infer_value(struct module *module, const struct ast *clause, const char *words, struct ast *value,
                        type_set needed) {
  if (!value) return;
  type_t type = infer_node(module, value);
  if (type == TYPE_ERROR || (needed & set_of(type))) return;
  report_operand(module, clause, words, value, needed);
}

/* A name that customers are drawn or grouped by. */
static void infer_by(struct module *module, const char *words, struct ast *name) {
  if (!name) return;
  type_t type = infer_node(module, name);
  const struct symbol *symbol = name->symbol;
  if (type == TYPE_ERROR) return;
  bool value = symbol && (symbol->kind == SYMBOL_COLUMN || symbol->kind == SYMBOL_LET);
  if (value && (SET_DRAWN & set_of(type))) return;
  struct diag *diag = diag_report(module, name->at, DIAG_BY_WHAT, words, TEXT_ARG(expression_words(module, name)),
                                  value || !symbol ? type_words(type) : symbol_words(symbol));
  if (value && is_numeric(type)) {
    diag_help(module, diag, "make whole numbers of it: `let group = round(%.*s);`",
              TEXT_ARG(expression_text(module, name)));
  } else if (value && type == TYPE_DATE) {
    diag_help(module, diag, "make a number of it: `let group = year(%.*s);`", TEXT_ARG(expression_text(module, name)));
  } else if (type == TYPE_FLAG || type == TYPE_STATUS) {
    diag_help(module, diag, "make a text of it: `let group = if ... then \"a\" else \"b\";`");
  }
}

static void infer_campaign(struct module *module, struct campaign *campaign) {
  const struct ast *decl = campaign->decl;
  if (campaign->when) infer_condition(module, campaign->when);
  for (uint32_t i = 0; i < campaign->unlesses.count; i++) infer_condition(module, campaign->unlesses.at[i]);
  for (uint32_t i = 0; i < campaign->channels.count; i++)
    infer_condition(module, campaign->channels.at[i]->child[1]);
  infer_value(module, decl, "holdout", campaign->holdout, SET_AMOUNT);
  infer_by(module, "holdout ... by", campaign->holdout_by);
  infer_by(module, "variants ... by", campaign->variants_by);
  infer_value(module, decl, "limit", campaign->limit, SET_AMOUNT);
  infer_value(module, decl, "limit", campaign->group_limit, SET_AMOUNT);
  infer_by(module, "limit ... per", campaign->group);
  infer_value(module, decl, "limit ... by", campaign->order, SET_ORDER);
  infer_value(module, decl, "budget", campaign->budget, SET_NUMERIC);
  infer_value(module, decl, "budget ... at", campaign->cost, SET_NUMERIC);
}

/* -- Guards --------------------------------------------------------------------------------------- */

static void report_recalled(struct module *module, const struct ast *guard) {
  const struct symbol *column = guard->symbol;
  struct diag *diag = diag_report(module, guard->at, DIAG_PREVIOUS_TYPE, TEXT_ARG(expression_text(module, guard)),
                                  TEXT_ARG(column->name));
  diag_help(module, diag, "in the last run `%.*s` is %s; declare it there as it is now", TEXT_ARG(column->name),
            type_words(column->type));
}

/* Lists have no order and no equal, so they are not compared. */
static void infer_change(struct module *module, struct ast *guard) {
  struct ast *name = unparen(guard->child[0]);
  type_t type = infer_node(module, guard->child[0]);
  const struct symbol *now = name->symbol, *column = guard->symbol;
  if (guard->type == TYPE_ERROR || type == TYPE_ERROR || !now || !column) return;
  if (now->kind == SYMBOL_STATUS || now->kind == SYMBOL_LABEL || now->kind == SYMBOL_TAG ||
      now->kind == SYMBOL_CAMPAIGN || column->type == TYPE_UNKNOWN) {
    return;
  }
  if (type == TYPE_LIST || type == TYPE_MONTHS) {
    report_operand(module, guard, "change of", name, SET_ORDER | set_of(TYPE_TEXT) | set_of(TYPE_FLAG));
  } else if (type != column->type && !(is_numeric(type) && is_numeric(column->type))) {
    report_recalled(module, guard);
  }
}

static void infer_guard(struct module *module, struct ast *guard) {
  if (guard->kind != AST_GUARD) {
    infer_condition(module, guard->child[0]);
    return;
  }
  bool sum = guard->function == GUARD_SUM;
  if (guard->function == GUARD_CHANGE) infer_change(module, guard);
  else if (sum) infer_value(module, guard, "sum of", guard->child[0], SET_NUMERIC);
  else infer_condition(module, guard->child[0]);
  infer_value(module, guard, "guard", guard->child[1], sum ? SET_NUMERIC : SET_AMOUNT);
}

/* -- All together ---------------------------------------------------------------------------------- */

static void infer_test(struct module *module, const struct ast *test) {
  for (uint32_t i = 1; i < test->count; i++) {
    const struct ast *part = test->child[i];
    for (uint32_t j = 1; part->kind == AST_EXPECT && j < part->count; j++) infer_condition(module, part->child[j]);
  }
}

void infer_promises(struct module *module) {
  for (uint32_t i = 0; i < module->campaigns.count; i++) infer_campaign(module, module->campaigns.at[i]->campaign);
  for (uint32_t i = 0; i < module->guards.count; i++) infer_guard(module, module->guards.at[i]);
  for (uint32_t i = 0; i < module->tests.count; i++) infer_test(module, module->tests.at[i]);
}
