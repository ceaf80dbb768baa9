/* define.c - collect what the files define, before any use is looked at: rules may stand in any order. */
#include "scope.h"

#include <string.h>

struct symbol *symbol_new(struct module *module, struct symbols *table, enum symbol_kind kind, struct ast *name,
                          struct ast *decl) {
  struct symbol **grown = arena_grow(&module->arena, table->at, table->count, &table->room, sizeof *grown);
  struct symbol *symbol = arena_alloc(&module->arena, sizeof *symbol);
  if (!grown || !symbol) return NULL;
  *symbol = (struct symbol){.kind = (uint8_t)kind, .name = name->text, .decl = decl, .index = table->count};
  table->at = grown;
  table->at[table->count++] = symbol;
  name->symbol = symbol;
  return symbol;
}

struct symbol *label_of(struct symbol *head, const struct symbol *status) {
  for (struct symbol *label = head; label && label->kind == SYMBOL_LABEL; label = label->next) {
    if (label->status == status) return label;
  }
  return NULL;
}

void list_add(struct module *module, struct ast_list *list, struct ast *node) {
  struct ast **grown = arena_grow(&module->arena, list->at, list->count, &list->room, sizeof *grown);
  if (!grown) return;
  list->at = grown;
  list->at[list->count++] = node;
}

static void report_taken(struct module *module, const struct ast *name, const struct symbol *first) {
  struct diag *diag = diag_report(module, name->at, DIAG_NAME_TAKEN, TEXT_ARG(name->text), symbol_words(first));
  struct rung_text where = place_words(module, symbol_place(first));
  diag_help(module, diag, "first defined at %.*s; a name means one thing, so choose another here", TEXT_ARG(where));
}

struct symbol *define_name(struct module *module, struct intern *names, struct symbols *table, enum symbol_kind kind,
                           struct ast *name, struct ast *decl) {
  struct symbol *symbol = symbol_new(module, table, kind, name, decl);
  if (!symbol) return NULL;
  const struct symbol *first = intern_add(names, name->text, symbol);
  if (first) report_taken(module, name, first);
  return symbol;
}

/* One name for one thing, whatever kind of thing it is. */
static struct symbol *define_bare(struct scope *scope, struct symbols *table, enum symbol_kind kind, struct ast *name,
                                  struct ast *decl) {
  return define_name(scope->module, &scope->names, table, kind, name, decl);
}

static void define_tag(struct scope *scope, struct ast *name) {
  struct symbol *known = scope_find(scope, name->text);
  if (known && known->kind == SYMBOL_TAG) {
    name->symbol = known;
    return;
  }
  struct symbol *tag = define_bare(scope, &scope->module->tags, SYMBOL_TAG, name, name);
  if (tag) tag->type = TYPE_FLAG, tag->used = true;
  if (tag && memchr(name->text.bytes, '|', name->text.length))
    diag_report(scope->module, name->at, DIAG_TAG_BAR, TEXT_ARG(name->text));
}

static void define_label(struct scope *scope, struct symbol *status, struct ast *name) {
  struct symbol *head = scope_find(scope, name->text);
  name->symbol = label_of(head, status);
  if (name->symbol) return;
  struct symbol *label;
  if (head && head->kind == SYMBOL_LABEL) {
    label = symbol_new(scope->module, &scope->module->labels, SYMBOL_LABEL, name, name);
    while (head->next) head = head->next;
    head->next = label;
  } else {
    label = define_bare(scope, &scope->module->labels, SYMBOL_LABEL, name, name);
  }
  if (label) label->type = TYPE_FLAG, label->used = true, label->status = status;
}

static void define_status(struct scope *scope, struct ast *node) {
  struct module *module = scope->module;
  struct symbol *status = define_bare(scope, &module->statuses, SYMBOL_STATUS, node->child[0], node);
  if (!status) return;
  status->type = TYPE_STATUS, status->used = true;
  if (node->count == 1 && !diag_inside(module, node->at)) {
    struct diag *diag = diag_report(module, node->child[0]->at, DIAG_STATUS_EMPTY, TEXT_ARG(status->name));
    diag_help(module, diag, "write at least one line `condition -> label;` between the braces");
  }
  const struct ast *otherwise = NULL;
  for (uint32_t i = 1; i < node->count; i++) {
    struct ast *arm = node->child[i];
    list_add(module, &module->rules, arm);
    define_label(scope, status, arm->child[1]);
    bool last = arm->child[0]->kind == AST_NONE && arm->child[0]->type != TYPE_ERROR;
    if (otherwise && last) {
      diag_report(module, arm->at, DIAG_OTHERWISE_TWICE, TEXT_ARG(status->name));
    } else if (otherwise) {
      struct diag *diag = diag_report(module, arm->at, DIAG_AFTER_OTHERWISE);
      struct rung_text where = place_words(module, otherwise->at);
      diag_help(module, diag, "the first line that is true decides, and `otherwise` (%.*s) always is; put it last",
                TEXT_ARG(where));
    } else if (last) {
      otherwise = arm;
    }
  }
}

static void define_rule(struct scope *scope, struct ast *node) {
  struct module *module = scope->module;
  list_add(module, &module->rules, node);
  struct ast *name = node->child[0];
  const struct ast *first = name->kind == AST_NAME ? intern_add(&scope->rule_names, name->text, name) : NULL;
  if (first) {
    struct diag *diag = diag_report(module, name->at, DIAG_RULE_NAME_TAKEN, TEXT_ARG(name->text));
    struct rung_text where = place_words(module, first->at);
    diag_help(module, diag, "the first one is at %.*s; reports could not tell the two apart", TEXT_ARG(where));
  }
  for (uint32_t i = 3; i < node->count; i++) define_tag(scope, node->child[i]);
}

static void define_score(struct scope *scope, struct ast *node) {
  struct module *module = scope->module;
  struct symbol *score = define_bare(scope, &module->scores, SYMBOL_SCORE, node->child[0], node);
  if (!score) return;
  score->used = true;
  const struct ast *clamp = NULL;
  uint32_t lines = 0;
  for (uint32_t i = 2; i < node->count; i++) {
    const struct ast *line = node->child[i];
    if (line->kind == AST_POINTS) lines++;
    if (line->kind != AST_CLAMP) continue;
    if (clamp) {
      struct diag *diag = diag_report(module, line->at, DIAG_CLAMP_TWICE, TEXT_ARG(score->name));
      diag_help(module, diag, "the first one is at %.*s", TEXT_ARG(place_words(module, clamp->at)));
    }
    clamp = line;
  }
  if (lines > 0 || diag_inside(module, node->at)) return;
  struct diag *diag = diag_report(module, node->child[0]->at, DIAG_SCORE_EMPTY, TEXT_ARG(score->name));
  diag_help(module, diag, "write at least one line `condition -> points;` between the braces");
}

/* The last run's output without `per`: goes on with a key that it may have. */
static void join_previous(struct module *module, struct ast *node) {
  struct ast *name = node->child[0], *per = ast_new(&module->arena, AST_NAME, name->at);
  struct diag *diag = diag_report(module, name->at, DIAG_PREVIOUS_PER);
  diag_help(module, diag, "say by which column: `input previous per customer_id`");
  if (!per) return;
  per->text = TEXT("customer_id");
  node->child[1] = per;
}

static bool same_origin(const struct ast *a, const struct ast *b) {
  const struct ast *from = input_from(a), *other = input_from(b);
  return from && other ? text_equal(from->text, other->text) : !from && !other;
}

/* Blocks in several files are one, when they are about the same. */
static void begin_input(struct scope *scope, struct ast *node) {
  struct module *module = scope->module;
  const struct ast *above = block_above(scope, node), *first = scope->customers;
  if (!first) {
    scope->customers = node;
    module->has_input = true;
    module->table = node->child[0]->text;
  } else if (above) {
    struct diag *diag = diag_report(module, node->child[0]->at, DIAG_INPUT_TWICE);
    diag_help(module, diag, "put all columns into the first one, `%.*s`; for a table with many rows for a customer say "
              "which column holds the customer: `input %.*s per customer_id { ... }`",
              TEXT_ARG(module->table), TEXT_ARG(node->child[0]->text));
  } else if (!text_equal(node->child[0]->text, module->table) || !same_origin(first, node)) {
    struct diag *diag = diag_report(module, node->child[0]->at, DIAG_INPUT_TWICE);
    const char *from = input_from(first) ? "made of a table" : "a dump of their own";
    diag_help(module, diag, "the customers are `%.*s`, %s, at %.*s; write them in the same way here",
              TEXT_ARG(module->table), from, TEXT_ARG(place_words(module, first->at)));
  }
}

/* What the customers' own block says of them. */
static void define_input(struct scope *scope, struct ast *node) {
  struct module *module = scope->module;
  begin_input(scope, node);
  for (uint32_t i = 1; i < node->count; i++) {
    struct ast *column = node->child[i];
    if (column->kind != AST_COLUMN) continue;
    const struct symbol *known = scope_find(scope, column->child[0]->text);
    if (known && merge_known(module, known, column)) continue;
    struct symbol *symbol = define_bare(scope, &module->columns, SYMBOL_COLUMN, column->child[0], column);
    if (symbol) symbol->type = (type_t)column->value, symbol->header = column_header(column);
  }
}

static void define_list(struct scope *scope, struct ast *node) {
  struct symbol *list = define_bare(scope, &scope->module->lists, SYMBOL_LIST, node->child[0], node);
  if (list) list->type = TYPE_TEXT; /* of its members */
}

static void define_statement(struct scope *scope, struct ast *node) {
  struct module *module = scope->module;
  switch (node->kind) {
    case AST_PARAM: define_bare(scope, &module->params, SYMBOL_PARAM, node->child[0], node); break;
    case AST_LET: define_bare(scope, &module->lets, SYMBOL_LET, node->child[0], node); break;
    case AST_LIST: define_list(scope, node); break;
    case AST_INPUT:
      if (!input_per(node) && text_equal(node->child[0]->text, TEXT("previous"))) join_previous(module, node);
      if (input_per(node)) define_table(scope, node);
      else define_input(scope, node);
      break;
    case AST_STATUS: define_status(scope, node); break;
    case AST_RULE: define_rule(scope, node); break;
    case AST_SCORE: define_score(scope, node); break;
    case AST_SHOW:
      for (uint32_t i = 0; i < node->count; i++) list_add(module, &module->shows, node->child[i]);
      break;
    case AST_ONLY: module->only = node->child[0]; break;
    case AST_CAMPAIGN: define_campaign(scope, node); break;
    case AST_CAMPAIGNS: define_caps(scope, node); break;
    case AST_GUARD: case AST_NEVER: case AST_ALWAYS: list_add(module, &module->guards, node); break;
    default: break;
  }
}

void define(struct scope *scope) {
  const struct ast_list *files = &scope->module->files;
  for (uint32_t i = 0; i < files->count; i++) {
    for (uint32_t j = 0; j < files->at[i]->count; j++) define_statement(scope, files->at[i]->child[j]);
  }
}
