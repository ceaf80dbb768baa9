/* resolve.c - give every name its meaning. */
#include "scope.h"
#include "unknown.h"

#include <string.h>

static const struct {
  const char *name, *signature;
  uint8_t least, most;
} functions[] = {
#define FUNCTION(id, name, least, most, signature, gives) {name, signature, least, most},
#include "functions.def"
#undef FUNCTION
};

/* Without an input block, what no rule defines is a column; but tests make none. */
static struct symbol *unknown_name(struct scope *scope, struct ast *name) {
  struct module *module = scope->module;
  if (text_equal(name->text, TEXT("today"))) {
    name->kind = AST_TODAY;
    return NULL;
  }
  if (module->has_input || scope->in_test) {
    report_unknown_name(module, name);
    return NULL;
  }
  struct symbol *column = symbol_new(module, &module->columns, SYMBOL_COLUMN, name, name);
  if (!column) return NULL;
  column->header = name->text;
  intern_add(&scope->names, name->text, column);
  return column;
}

/* -- Uses -------------------------------------------------------------------------------- */

/* `was`: it was asked for behind that word, where a status cannot stand. */
void report_ambiguous(struct module *module, const struct ast *name, const struct symbol *head, bool was) {
  struct rung_text statuses = {"", 0};
  for (const struct symbol *label = head; label; label = label->next) {
    const char *gap = label == head ? "" : label->next ? ", " : " and ";
    statuses = arena_print(&module->arena, "%.*s%s`%.*s`", TEXT_ARG(statuses), gap, TEXT_ARG(label->status->name));
    if (label->next && statuses.length > 100) {
      statuses = arena_print(&module->arena, "%.*s and more", TEXT_ARG(statuses));
      break;
    }
  }
  struct diag *diag = diag_report(module, name->at, DIAG_LABEL_AMBIGUOUS, TEXT_ARG(name->text), TEXT_ARG(statuses));
  diag_help(module, diag, was ? "say which: `previous.%.*s = \"%.*s\"`" : "say which: `%.*s = %.*s`",
            TEXT_ARG(head->status->name), TEXT_ARG(name->text));
}

static void bind_name(struct scope *scope, struct ast *name) {
  struct module *module = scope->module;
  if (scope->table) {
    bind_inside(scope, name);
    return;
  }
  struct symbol *symbol = scope_find(scope, name->text);
  if (!symbol) symbol = unknown_name(scope, name);
  if (symbol && symbol->kind == SYMBOL_LABEL && symbol->next) {
    report_ambiguous(module, name, symbol, false);
    symbol = NULL;
  } else if (symbol && symbol->kind == SYMBOL_LIST) {
    report_list_value(module, name);
    symbol = NULL;
  } else if (symbol && symbol->kind == SYMBOL_CAMPAIGN && !scope->decided) {
    report_early(scope, name);
    symbol->uses++;
    symbol = NULL;
  }
  name->symbol = symbol;
  if (symbol) symbol->uses++;
}

static void bind_show(struct scope *scope, struct ast *name) {
  struct module *module = scope->module;
  bind_name(scope, name);
  if (name->kind == AST_NAME) return;
  name->kind = AST_NAME;
  struct diag *diag = diag_report(module, name->at, DIAG_SHOW_TODAY);
  diag_help(module, diag, "give it a name: `let run_date = today; show run_date;`");
}

/* The list behind `in`. */
static void bind_list(struct scope *scope, struct ast *name) {
  struct module *module = scope->module;
  struct symbol *symbol = scope_find(scope, name->text);
  if (symbol && symbol->kind == SYMBOL_LIST) {
    name->symbol = symbol;
    symbol->uses++;
    return;
  }
  if (symbol) {
    struct diag *diag =
        diag_report(module, name->at, DIAG_NOT_A_LIST, TEXT_ARG(name->text), symbol_words(symbol));
    if (symbol->type == TYPE_LIST) {
      diag_help(module, diag, "a column of several items is asked the other way round: `%.*s has ...`",
                TEXT_ARG(name->text));
    } else {
      diag_help(module, diag, "compare with `=`, or write the values in parentheses: `in (\"a\", \"b\")`");
    }
    return;
  }
  report_unknown_list(module, name);
}

static void bind_label(struct scope *scope, struct ast *name, const struct symbol *status) {
  struct symbol *head = scope_find(scope, name->text);
  name->symbol = label_of(head, status);
  if (name->symbol) {
    name->type = TYPE_LABEL;
    name->symbol->uses++;
  } else {
    report_unknown_label(scope->module, name, status, head);
  }
}

static const struct symbol *status_of(const struct scope *scope, struct ast *node) {
  const struct ast *name = unparen(node);
  if (name->kind != AST_NAME || (scope->table && scope_find_inside(scope, scope->table, name->text))) return NULL;
  const struct symbol *symbol = scope_find(scope, name->text);
  return symbol && symbol->kind == SYMBOL_STATUS ? symbol : NULL;
}

/* `lost = lifecycle`: understood, but it has one spelling only. */
static void bind_reversed(struct scope *scope, struct ast *node, const struct symbol *status) {
  struct module *module = scope->module;
  struct ast *label = unparen(node->child[0]);
  bind_label(scope, label, status);
  bind(scope, node->child[1]);
  node->type = TYPE_ERROR;
  if (!label->symbol) return;
  struct rung_text fix = arena_print(&module->arena, "%.*s %s %.*s", TEXT_ARG(status->name),
                                     ast_name((enum ast_kind)node->kind), TEXT_ARG(label->text));
  struct diag *diag = diag_report(module, node->at, DIAG_LABEL_FIRST);
  diag_help(module, diag, "write `%.*s`", TEXT_ARG(fix));
  diag_fix(diag, fix);
}

/* Beside a status its own labels are meant, whatever the same names mean elsewhere. */
static void bind_test(struct scope *scope, struct ast *node) {
  const struct symbol *status = status_of(scope, node->child[0]);
  if (status && scope->table) { /* which knows no statuses: the labels need no word of their own */
    bind(scope, node->child[0]);
    node->type = TYPE_ERROR;
    return;
  }
  if (!status && !scope->table && node->kind != AST_IN && unparen(node->child[0])->kind == AST_NAME) {
    const struct symbol *right = status_of(scope, node->child[1]);
    if (right) {
      bind_reversed(scope, node, right);
      return;
    }
  }
  bind(scope, node->child[0]);
  for (uint32_t i = 1; i < node->count; i++) {
    struct ast *value = unparen(node->child[i]);
    if (status && value->kind == AST_NAME && !status_of(scope, value)) {
      bind_label(scope, value, status);
    } else {
      bind(scope, value);
    }
  }
}

static bool is_function(struct rung_text name, const char *function) {
  return name.length == strlen(function) && memcmp(name.bytes, function, name.length) == 0;
}

/* bucket(id, spring): that it is no text is told once, by infer.c. */
static bool is_bare_salt(const struct scope *scope, const struct ast *call, uint32_t i) {
  const struct ast *salt = call->child[i];
  if (call->function != FUNCTION_BUCKET || i != 2 || salt->kind != AST_NAME) return false;
  return !scope_find(scope, salt->text) && !(scope->table && scope_find_inside(scope, scope->table, salt->text));
}

static void bind_call(struct scope *scope, struct ast *node) {
  struct module *module = scope->module;
  const struct ast *name = node->child[0];
  uint32_t count = node->count - 1, i = 0;
  while (i < FUNCTION_COUNT && !is_function(name->text, functions[i].name)) i++;
  node->function = (uint8_t)i;
  for (uint32_t j = 1; j < node->count; j++)
    if (!is_bare_salt(scope, node, j)) bind(scope, node->child[j]);
  if (i < FUNCTION_COUNT && count >= functions[i].least && count <= functions[i].most) return;
  node->type = TYPE_ERROR;
  if (i < FUNCTION_COUNT) {
    struct diag *diag = diag_report(module, node->at, DIAG_FUNCTION_ARGUMENTS, functions[i].name,
                                    functions[i].least, functions[i].least == 1 ? "" : "s",
                                    functions[i].most > functions[i].least ? " or more" : "", count);
    diag_help(module, diag, "it is written `%s`", functions[i].signature);
    return;
  }
  report_unknown_function(module, name);
}

void bind(struct scope *scope, struct ast *node) {
  switch (node->kind) {
    case AST_NAME: bind_name(scope, node); break;
    case AST_FIELD: bind_field(scope, node); break;
    case AST_AGGREGATE: bind_aggregate(scope, node); break;
    case AST_CALL: bind_call(scope, node); break;
    case AST_EQ: case AST_NE: case AST_IN: bind_test(scope, node); break;
    case AST_IN_LIST:
      bind(scope, node->child[0]);
      bind_list(scope, node->child[1]);
      break;
    case AST_WAS: case AST_BECAME:
      if (bind_refused(scope, node)) break;
      if (scope->is_late || !scope->module->previous) bind_was(scope, node);
      else list_add(scope->module, &scope->late, node);
      break;
    case AST_MEASURE:
      if (!bind_refused(scope, node)) bind(scope, node->child[0]);
      break;
    case AST_GUARD: case AST_NEVER: case AST_ALWAYS: bind_guard(scope, node); break;
    default:
      for (uint32_t i = 0; i < node->count; i++) bind(scope, node->child[i]);
  }
}

/* -- Results ------------------------------------------------------------------------------ */

/* One name each for the columns of the output; `outputs` holds those so far. */
static void add_output(struct module *module, struct intern *outputs, struct rung_text name, struct ast *at) {
  const struct ast *first = intern_add(outputs, name, at);
  if (!first) return;
  struct diag *diag = diag_report(module, at->at, DIAG_OUTPUT_TAKEN, TEXT_ARG(name));
  struct rung_text where = place_words(module, first->at);
  diag_help(module, diag, "the other comes from %.*s", TEXT_ARG(where));
}

static void check_show(struct module *module, struct intern *outputs, struct ast *name) {
  if (!name->symbol) return;
  switch (name->symbol->kind) {
    case SYMBOL_TAG: case SYMBOL_LABEL: case SYMBOL_STATUS: case SYMBOL_SCORE: {
      struct diag *diag =
          diag_report(module, name->at, DIAG_SHOW_RESULT, TEXT_ARG(name->text), symbol_words(name->symbol));
      diag_help(module, diag, name->symbol->kind == SYMBOL_TAG ? "all tags stand in the column `tags`"
                           : name->symbol->kind == SYMBOL_SCORE ? "every score is a column of its own"
                                                                : "every status is a column of its own");
      break;
    }
    case SYMBOL_COLUMN: {
      /* A column stays in the output under its header; showing it (for slim output) gives it once more. */
      const struct ast *first = intern_find(outputs, name->text);
      if (first && first->kind != AST_COLUMN) add_output(module, outputs, name->text, name);
      break;
    }
    default: add_output(module, outputs, name->text, name);
  }
}

static void check_outputs(const struct scope *scope) {
  struct module *module = scope->module;
  struct intern outputs = {.arena = &module->arena}, shown = {.arena = &module->arena};
  for (uint32_t i = 0; module->has_input && i < module->columns.count; i++) {
    struct symbol *column = module->columns.at[i];
    if (column->decl->kind == AST_COLUMN) intern_add(&outputs, column->header, column->decl);
  }
  for (uint32_t i = 0; i < module->statuses.count; i++) {
    struct ast *name = module->statuses.at[i]->decl->child[0];
    if (scope_find(scope, name->text) == name->symbol) add_output(module, &outputs, name->text, name);
  }
  if (module->tags.count > 0) add_output(module, &outputs, TEXT("tags"), module->tags.at[0]->decl);
  for (uint32_t i = 0; i < module->scores.count; i++) {
    struct ast *name = module->scores.at[i]->decl->child[0];
    if (scope_find(scope, name->text) == name->symbol) add_output(module, &outputs, name->text, name);
  }
  if (module->campaigns.count > 0) {
    add_output(module, &outputs, TEXT("campaigns"), module->campaigns.at[0]->decl->child[0]);
  }
  for (uint32_t i = 0; i < module->shows.count; i++) {
    struct ast *name = module->shows.at[i];
    const struct ast *first = intern_add(&shown, name->text, name);
    if (!first) {
      check_show(module, &outputs, name);
      continue;
    }
    struct diag *diag = diag_report(module, name->at, DIAG_SHOW_TWICE, TEXT_ARG(name->text));
    struct rung_text where = place_words(module, first->at);
    diag_help(module, diag, "first shown at %.*s", TEXT_ARG(where));
  }
}

static void bind_statement(struct scope *scope, struct ast *node) {
  switch (node->kind) {
    case AST_INPUT: declare(scope->module, node); break;
    case AST_LET: case AST_RULE: bind(scope, node->child[1]); break;
    case AST_STATUS:
      for (uint32_t i = 1; i < node->count; i++) bind(scope, node->child[i]->child[0]);
      break;
    case AST_SCORE:
      for (uint32_t i = 2; i < node->count; i++) {
        if (node->child[i]->kind != AST_POINTS) continue;
        bind(scope, node->child[i]->child[0]);
        bind(scope, node->child[i]->child[1]);
      }
      break;
    case AST_SHOW:
      scope->decided = true;
      for (uint32_t i = 0; i < node->count; i++) bind_show(scope, node->child[i]);
      scope->decided = false;
      break;
    case AST_CAMPAIGN: bind_campaign(scope, node); break;
    case AST_GUARD: case AST_NEVER: case AST_ALWAYS: bind_guard(scope, node); break;
    default: break;
  }
}

static void bind_late(struct scope *scope) {
  scope->is_late = true;
  for (uint32_t i = 0; i < scope->late.count; i++) bind(scope, scope->late.at[i]);
}

void resolve(struct module *module) {
  struct arena *arena = &module->arena;
  struct scope scope = {.module = module,
                        .names = {.arena = arena},
                        .rule_names = {.arena = arena},
                        .tables = {.arena = arena},
                        .blocks = {.arena = arena}};
  define(&scope);
  if (!arena->failed) relate(&scope);
  if (!arena->failed) rank_campaigns(&scope);
  if (arena->failed) return;
  for (uint32_t i = 0; i < module->tables.count; i++) bind_lets(&scope, module->tables.at[i]);
  for (uint32_t i = 0; i < module->files.count; i++) {
    const struct ast *file = module->files.at[i];
    for (uint32_t j = 0; j < file->count; j++) bind_statement(&scope, file->child[j]);
  }
  scope.decided = true;
  if (module->only) bind(&scope, module->only);
  scope.decided = false;
  bind_late(&scope);
  bind_tests(&scope);
  check_outputs(&scope);
  warn_alike(&scope);
  order(module);
  reach(module);
}
