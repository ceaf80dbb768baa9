/* reach.c - mark the symbols that something in the output needs; the rest is left out of the program. */
#include "module.h"

/* What `was` and `became` look in has no name of its own there: the symbol of such a node is marked like one's. */
static void mark(struct ast *node) {
  if (node->symbol) node->symbol->used = true;
  if (node->symbol && node->symbol->table) node->symbol->table->used = true;
  for (uint32_t i = 0; i < node->count; i++) mark(node->child[i]);
}

static void mark_score(const struct symbol *score) {
  for (uint32_t i = 2; i < score->decl->count; i++) mark(score->decl->child[i]);
}

/* Backwards, so that every let is met after all that use it. */
static void mark_lets(const struct symbols *lets) {
  for (uint32_t i = lets->count; i > 0; i--) {
    const struct symbol *symbol = lets->at[i - 1];
    if (symbol->kind == SYMBOL_LET && symbol->used) mark(symbol->decl->child[1]);
  }
}

void reach(struct module *module) {
  for (uint32_t i = 0; i < module->rules.count; i++) {
    struct ast *rule = module->rules.at[i];
    mark(rule->child[rule->kind == AST_RULE]);
  }
  for (uint32_t i = 0; i < module->scores.count; i++) mark_score(module->scores.at[i]);
  for (uint32_t i = 0; i < module->shows.count; i++) mark(module->shows.at[i]);
  if (module->only) mark(module->only);
  mark_lets(&module->order);
  for (uint32_t i = 0; i < module->tables.count; i++) mark_lets(&module->tables.at[i]->dump->lets);
}
