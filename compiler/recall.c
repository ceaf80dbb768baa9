/* recall.c - what the last run's output says: the columns of `previous`, and `was`. */
#include "scope.h"
#include "unknown.h"

static bool is_shown(const struct module *module, struct rung_text name) {
  for (uint32_t i = 0; i < module->shows.count; i++) {
    if (text_equal(module->shows.at[i]->text, name)) return true;
  }
  return false;
}

/* A column that no block declares; `at` is the first use. */
static struct symbol *column_new(struct scope *scope, struct rung_text name, struct place at, type_t type) {
  struct module *module = scope->module;
  struct symbol *table = module->previous;
  struct ast *first = ast_new(&module->arena, AST_NAME, at);
  if (!first) return NULL;
  first->text = name;
  struct symbol *column = symbol_new(module, &table->dump->columns, SYMBOL_COLUMN, first, first);
  if (!column) return NULL;
  column->type = type;
  column->header = name;
  column->table = table;
  intern_add(&scope->inside[table->index], name, column);
  return column;
}

/* An input column passes through under its header, in the form it came in; shown, it stands there as a result too. */
static struct symbol *mirror_input(struct scope *scope, const struct ast *name, struct symbol *origin) {
  struct symbol *column = column_new(scope, name->text, name->at, origin->type);
  if (!column) return NULL;
  column->mirrors = origin;
  bool shown = is_shown(scope->module, name->text);
  if (!shown) column->header = origin->header, column->passed = true;
  if (origin->decl->kind == AST_COLUMN && (!shown || origin->type == TYPE_LIST)) column->decl = origin->decl;
  return column;
}

static struct symbol *mirror_result(struct scope *scope, const struct ast *name, struct symbol *origin, type_t type) {
  struct symbol *column = column_new(scope, name->text, name->at, type);
  if (column) column->mirrors = origin;
  return column;
}

/* What a row of the last run's output says of a result. */
static void help_row(struct module *module, struct diag *diag, const struct symbol *symbol) {
  struct rung_text column = symbol->kind == SYMBOL_LABEL ? symbol->status->name
                            : symbol->kind == SYMBOL_TAG ? TEXT("tags")
                                                         : TEXT("campaigns");
  diag_help(module, diag, "`%.*s` is %s: write `%.*s \"%.*s\"`", TEXT_ARG(symbol->name), symbol_words(symbol),
            TEXT_ARG(name_written(module, column)), TEXT_ARG(symbol->name));
}

static void report_hidden(const struct scope *scope, const struct ast *name, const struct symbol *symbol) {
  struct module *module = scope->module;
  struct diag *diag = diag_report(module, name->at, DIAG_PREVIOUS_UNKNOWN, TEXT_ARG(name->text));
  if (!symbol) {
    struct nearest nearest;
    nearest_start(&nearest, name->text);
    const struct symbols *tables[] = {&module->statuses, &module->scores, &module->columns,
                                      &module->previous->dump->columns};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
      for (uint32_t j = 0; j < tables[i]->count; j++) nearest_try(&nearest, tables[i]->at[j]->name);
    }
    for (uint32_t i = 0; i < module->shows.count; i++) nearest_try(&nearest, module->shows.at[i]->text);
    if (nearest.best.length > 0) {
      diag_help(module, diag, "did you mean `%.*s`?", TEXT_ARG(nearest.best));
      diag_fix(diag, name_written(module, nearest.best));
    } else {
      diag_help(module, diag, "it has the columns of the dump, the statuses and scores, `tags`, `campaigns`, and what "
                "`show` shows");
    }
  } else if (symbol->kind == SYMBOL_LABEL || symbol->kind == SYMBOL_TAG || symbol->kind == SYMBOL_CAMPAIGN) {
    if (scope->in_test) help_row(module, diag, symbol);
    else diag_help(module, diag, "`%.*s` is %s: write `was %.*s`", TEXT_ARG(name->text), symbol_words(symbol),
              TEXT_ARG(name_written(module, name->text)));
  } else if (symbol->kind == SYMBOL_LET || symbol->kind == SYMBOL_PARAM) {
    diag_help(module, diag, "write `show %.*s;`: what a run shows, the next one can read",
              TEXT_ARG(name_written(module, name->text)));
  } else {
    diag_help(module, diag, "`%.*s` is %s, which no output holds", TEXT_ARG(name->text), symbol_words(symbol));
  }
}

struct symbol *recall_column(struct scope *scope, const struct ast *name, bool report) {
  struct module *module = scope->module;
  struct symbol *column = scope_find_inside(scope, module->previous, name->text);
  if (column) return column;
  if (!module->previous->dump->open) {
    if (report) report_unknown_field(module, name, module->previous);
    return NULL;
  }
  if ((module->tags.count > 0 && text_equal(name->text, TEXT("tags"))) ||
      (module->campaigns.count > 0 && text_equal(name->text, TEXT("campaigns")))) {
    return column_new(scope, name->text, name->at, TYPE_LIST);
  }
  struct symbol *origin = scope_find(scope, name->text);
  switch (origin ? (int)origin->kind : -1) {
    case SYMBOL_COLUMN: return mirror_input(scope, name, origin);
    case SYMBOL_STATUS: return mirror_result(scope, name, origin, TYPE_TEXT);
    case SYMBOL_SCORE: return mirror_result(scope, name, origin, TYPE_UNKNOWN);
    case SYMBOL_LET: case SYMBOL_PARAM: case SYMBOL_CAMPAIGN:
      if (is_shown(module, name->text)) return mirror_result(scope, name, origin, TYPE_UNKNOWN);
      break;
    default: break;
  }
  if (report) report_hidden(scope, name, origin);
  return NULL;
}

/* -- was and became ------------------------------------------------------------------------------- */

/* The label, tag or campaign that is asked for, or NULL. */
static struct symbol *asked(struct scope *scope, const struct ast *node) {
  struct module *module = scope->module;
  const struct ast *name = node->child[0];
  struct symbol *symbol = scope_find(scope, name->text);
  if (!symbol) {
    report_unknown_result(module, name);
    return NULL;
  }
  if (symbol->kind == SYMBOL_LABEL && symbol->next) {
    report_ambiguous(module, name, symbol, true);
    return NULL;
  }
  if (symbol->kind == SYMBOL_LABEL || symbol->kind == SYMBOL_TAG) return symbol;
  if (symbol->kind == SYMBOL_CAMPAIGN && node->kind == AST_WAS) return symbol;
  if (symbol->kind == SYMBOL_CAMPAIGN) {
    report_early(scope, name);
    return NULL;
  }
  const char *word = ast_name((enum ast_kind)node->kind);
  struct diag *diag = diag_report(module, name->at, DIAG_WAS_WHAT, word,
                                  node->kind == AST_WAS ? ", a tag or a campaign" : " or a tag", TEXT_ARG(name->text),
                                  symbol_words(symbol));
  if (symbol->kind == SYMBOL_STATUS && symbol->decl->count > 1) {
    diag_help(module, diag, "name one of its labels: `%s %.*s`", word,
              TEXT_ARG(name_written(module, symbol->decl->child[1]->child[1]->text)));
  } else {
    diag_help(module, diag,
              "a value of the last run is `previous.%.*s`; to ask for a condition, let a rule make it a tag",
              TEXT_ARG(name_written(module, name->text)));
  }
  return NULL;
}

static const struct ast *separator_of(const struct symbol *column) {
  for (uint32_t i = 1; column->decl->kind == AST_COLUMN && i < column->decl->count; i++) {
    if (column->decl->child[i]->kind == AST_SEPARATED) return column->decl->child[i]->child[0];
  }
  return NULL;
}

/* A block that declares the column itself must leave its texts as they are; `listed` with | between them. */
static void check_declared(struct module *module, const struct ast *node, const struct symbol *column, bool listed) {
  const struct ast *separator = separator_of(column);
  bool fits = column->kind == SYMBOL_COLUMN &&
              (column->type == TYPE_TEXT ||
               (listed && column->type == TYPE_LIST && (!separator || text_equal(separator->text, TEXT("|")))));
  if (fits) return;
  struct diag *diag = diag_report(module, node->at, DIAG_PREVIOUS_TYPE, TEXT_ARG(expression_text(module, node)),
                                  TEXT_ARG(column->name));
  diag_help(module, diag, listed ? "declare it at %.*s as `list separated \"|\"`, or leave it out of the block"
                                 : "declare it at %.*s as text, or leave it out of the block",
            TEXT_ARG(place_words(module, symbol_place(column))));
}

/* Where the last run's output tells of a result: in the text of its status, or in the list of all tags or campaigns. */
static void find_result(struct scope *scope, struct ast *node, struct symbol *symbol) {
  struct module *module = scope->module;
  struct symbol *status = symbol->kind == SYMBOL_LABEL ? symbol->status : symbol;
  bool listed = status->kind != SYMBOL_STATUS;
  struct rung_text name = !listed                        ? status->name
                          : symbol->kind == SYMBOL_TAG ? TEXT("tags")
                                                       : TEXT("campaigns");
  node->symbol = scope_find_inside(scope, module->previous, name);
  if (node->symbol) check_declared(module, node, node->symbol, listed);
  else node->symbol = column_new(scope, name, node->at, listed ? TYPE_LIST : TYPE_TEXT);
  if (node->symbol && !listed && node->symbol->decl->kind == AST_NAME) node->symbol->mirrors = status;
  if (node->symbol) node->symbol->uses++;
  module->previous->uses++;
}

void bind_was(struct scope *scope, struct ast *node) {
  struct module *module = scope->module;
  struct symbol *symbol = asked(scope, node);
  if (!symbol) {
    node->type = TYPE_ERROR;
    return;
  }
  node->child[0]->symbol = symbol;
  symbol->uses++;
  if (!module->previous) {
    node->type = TYPE_ERROR;
    report_no_previous(module, node);
    return;
  }
  find_result(scope, node, symbol);
}

/* -- What guards compare with the last run ----------------------------------------------------------- */

static void report_change(struct module *module, struct ast *node, const struct ast *value) {
  struct diag *diag = diag_report(module, value->at, DIAG_CHANGE_WHAT, TEXT_ARG(expression_words(module, value)));
  if (value->kind == AST_FIELD) {
    diag_help(module, diag, "ask for the whole campaign: `change of %.*s`",
              TEXT_ARG(name_written(module, value->child[0]->text)));
  } else {
    diag_help(module, diag,
              "give it a name that the output holds: a status, a tag, a campaign, or a `let` with `show`");
  }
  node->type = TYPE_ERROR;
}

static void bind_change(struct scope *scope, struct ast *node) {
  struct module *module = scope->module;
  struct ast *name = unparen(node->child[0]);
  if (name->type == TYPE_ERROR || (name->kind == AST_NAME && !name->symbol)) {
    node->type = TYPE_ERROR;
    return;
  }
  if (name->kind != AST_NAME) {
    report_change(module, node, name);
    return;
  }
  if (!module->previous) {
    node->type = TYPE_ERROR;
    report_no_previous(module, node);
    return;
  }
  switch (name->symbol->kind) {
    case SYMBOL_STATUS: case SYMBOL_LABEL: case SYMBOL_TAG: case SYMBOL_CAMPAIGN:
      find_result(scope, node, name->symbol);
      return;
    default: break;
  }
  node->symbol = recall_column(scope, name, true);
  if (node->symbol) node->symbol->uses++;
  else node->type = TYPE_ERROR;
  module->previous->uses++;
}

void bind_guard(struct scope *scope, struct ast *node) {
  if (scope->is_late) {
    bind_change(scope, node);
    return;
  }
  scope->decided = true;
  for (uint32_t i = 0; i < node->count; i++) bind(scope, node->child[i]);
  scope->decided = false;
  if (node->kind == AST_GUARD && node->function == GUARD_CHANGE) list_add(scope->module, &scope->late, node);
}
