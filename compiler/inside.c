/* inside.c - names that mean something of a table's rows: after `of`, in `where`, in the table's own lets. */
#include "scope.h"
#include "unknown.h"

static struct symbol *find_inside(struct scope *scope, const struct symbol *table, const struct ast *name,
                                  bool report) {
  if (table == scope->module->previous) return recall_column(scope, name, report);
  struct symbol *symbol = scope_find_inside(scope, table, name->text);
  if (!symbol && report) report_unknown_field(scope->module, name, table);
  return symbol;
}

static void bind_to(struct ast *name, struct symbol *symbol) {
  name->symbol = symbol;
  if (symbol) symbol->uses++;
}

/* -- One name ------------------------------------------------------------------------------ */

static void report_outside(struct scope *scope, const struct ast *name) {
  struct module *module = scope->module;
  struct diag *diag = diag_report(module, name->at, DIAG_OUTSIDE, TEXT_ARG(name->text), TEXT_ARG(scope->table->name));
  diag_help(module, diag,
            "here stand columns of `%.*s`, params and constants; ask about the customer outside, joined by `and`",
            TEXT_ARG(scope->table->name));
}

void bind_inside(struct scope *scope, struct ast *name) {
  struct module *module = scope->module;
  struct symbol *symbol = find_inside(scope, scope->table, name, false);
  if (symbol && symbol->kind == SYMBOL_LET && symbol->index >= scope->lets_known) {
    struct diag *diag = diag_report(module, name->at, DIAG_LET_LATER, TEXT_ARG(name->text));
    diag_help(module, diag, "inside a block a `let` needs what stands above it; it is defined at %.*s",
              TEXT_ARG(place_words(module, symbol_place(symbol))));
    return;
  }
  if (symbol) {
    bind_to(name, symbol);
    return;
  }
  symbol = scope_find(scope, name->text);
  if (!symbol && text_equal(name->text, TEXT("today"))) name->kind = AST_TODAY;
  else if (!symbol) report_unknown_field(module, name, scope->table);
  else if (symbol->kind == SYMBOL_PARAM) bind_to(name, symbol);
  else if (symbol->kind == SYMBOL_LIST) report_list_value(module, name);
  else report_outside(scope, name);
}

/* -- T.x ------------------------------------------------------------------------------------------ */

static struct symbol *find_table(struct scope *scope, const struct ast *name) {
  return intern_find(&scope->tables, name->text);
}

/* `customers.orders` is `orders`. */
static bool report_own(struct module *module, const struct ast *node) {
  const struct ast *table = node->child[0], *name = node->child[1];
  if (!module->has_input || !text_equal(table->text, module->table)) return false;
  struct diag *diag = diag_report(module, node->at, DIAG_FIELD_OWN, TEXT_ARG(table->text));
  diag_help(module, diag, "write `%.*s` alone", TEXT_ARG(name->text));
  diag_fix(diag, name_written(module, name->text));
  return true;
}

static void report_many(struct module *module, const struct ast *node, const struct symbol *symbol) {
  struct rung_text text = expression_text(module, node);
  struct diag *diag = diag_report(module, node->at, DIAG_FIELD_MANY, TEXT_ARG(text), TEXT_ARG(node->child[0]->text));
  bool number = symbol->kind == SYMBOL_COLUMN && symbol->type >= TYPE_INTEGER && symbol->type <= TYPE_MONEY;
  diag_help(module, diag, number ? "say which: `sum of %.*s`, `max of %.*s`, `latest of %.*s by ...`"
                                 : "say which: `max of %.*s`, `distinct of %.*s`, `latest of %.*s by ...`",
            TEXT_ARG(text), TEXT_ARG(text), TEXT_ARG(text));
}

static bool is_later(struct scope *scope, struct ast *node, const struct symbol *table) {
  if (table != scope->module->previous || scope->is_late) return false;
  list_add(scope->module, &scope->late, node);
  return true;
}

void bind_field(struct scope *scope, struct ast *node) {
  struct module *module = scope->module;
  struct ast *name = node->child[1];
  struct symbol *table = find_table(scope, node->child[0]);
  node->child[0]->symbol = table;
  if (!table && bind_part(scope, node)) return;
  if (!table) {
    node->type = TYPE_ERROR;
    if (!report_own(module, node)) report_unknown_table(module, node->child[0]);
    return;
  }
  if (scope->table && table != scope->table) {
    node->type = TYPE_ERROR;
    table->uses++;
    bind_refused(scope, node);
    return;
  }
  if (!scope->table && is_later(scope, node, table)) return;
  table->uses++;
  bind_to(name, find_inside(scope, table, name, true));
  if (!name->symbol) node->type = TYPE_ERROR;
  if (!name->symbol || table == scope->table || table == module->previous) return;
  node->type = TYPE_ERROR;
  report_many(module, node, name->symbol);
}

/* -- Aggregates ------------------------------------------------------------------------------------ */

static const char *refused_words(const struct ast *node) {
  switch (node->kind) {
    case AST_AGGREGATE: return "a question to a table's rows";
    case AST_MEASURE: return "a customer's place among all";
    case AST_FIELD:
      if (node->child[0]->symbol && node->child[0]->symbol->kind == SYMBOL_CAMPAIGN) return "what a customer gets";
      return "another table's column";
    default: return "the customer's own past";
  }
}

bool bind_refused(struct scope *scope, struct ast *node) {
  if (!scope->table) return false;
  struct module *module = scope->module;
  struct rung_text text = expression_words(module, node);
  struct diag *diag = diag_report(module, node->at, DIAG_NESTED, TEXT_ARG(text), refused_words(node),
                                  TEXT_ARG(scope->table->name));
  if (node->kind == AST_AGGREGATE && text_equal(node->child[0]->text, scope->table->name)) {
    diag_help(module, diag, "give each of the two a `let` of its own, and compare those");
  } else {
    diag_help(module, diag, "ask it of the customer instead: outside of this condition, joined by `and`");
  }
  node->type = TYPE_ERROR;
  return true;
}

/* `average of customers.x` is about all of them. */
static bool report_own_average(struct module *module, const struct ast *node) {
  const struct ast *table = node->child[0], *column = node->child[1];
  if (node->function != AGGREGATE_AVERAGE || !module->has_input) return false;
  if (!text_equal(table->text, module->table)) return false;
  struct rung_text fix = arena_print(&module->arena, "average of %.*s", TEXT_ARG(name_written(module, column->text)));
  struct diag *diag = diag_report(module, node->at, DIAG_FIELD_OWN, TEXT_ARG(table->text));
  diag_help(module, diag, "write `%.*s`", TEXT_ARG(fix));
  if (node->child[3]->kind == AST_NONE) diag_fix(diag, fix);
  return true;
}

/* `average of previous.x` reads as the average over all customers, and would be x itself. */
static bool report_average(struct module *module, struct ast *node, const struct symbol *table) {
  if (node->function != AGGREGATE_AVERAGE || table != module->previous) return false;
  const struct ast *column = node->child[1];
  struct rung_text field = arena_print(&module->arena, "%.*s.%.*s", TEXT_ARG(node->child[0]->text),
                                       TEXT_ARG(name_written(module, column->text)));
  struct diag *diag = diag_report(module, node->at, DIAG_AVERAGE_PREVIOUS, TEXT_ARG(field));
  struct rung_text fix = arena_print(&module->arena, "average of (%.*s)", TEXT_ARG(field));
  diag_help(module, diag, "for the average over all customers write `%.*s`", TEXT_ARG(fix));
  if (node->child[3]->kind == AST_NONE) diag_fix(diag, fix);
  node->type = TYPE_ERROR;
  return true;
}

void bind_aggregate(struct scope *scope, struct ast *node) {
  struct module *module = scope->module;
  struct symbol *table = find_table(scope, node->child[0]);
  if (bind_refused(scope, node)) {
    if (table) table->uses++;
    return;
  }
  node->child[0]->symbol = table;
  if (!table) {
    node->type = TYPE_ERROR;
    if (!report_own_average(module, node)) report_unknown_table(module, node->child[0]);
    return;
  }
  if (is_later(scope, node, table)) return;
  table->uses++;
  if (report_average(module, node, table)) return;
  scope->table = table;
  scope->lets_known = UINT32_MAX;
  for (uint32_t i = 1; i < 3; i++) {
    struct ast *name = node->child[i];
    if (name->kind == AST_NAME) bind_to(name, find_inside(scope, table, name, true));
    if (name->kind == AST_NAME && !name->symbol) node->type = TYPE_ERROR;
  }
  if (node->child[3]->kind != AST_NONE) bind(scope, node->child[3]);
  scope->table = NULL;
}

void bind_lets(struct scope *scope, struct symbol *table) {
  scope->table = table;
  for (uint32_t i = 0; i < table->dump->lets.count; i++) {
    scope->lets_known = i;
    bind(scope, table->dump->lets.at[i]->decl->child[1]);
  }
  scope->table = NULL;
}
