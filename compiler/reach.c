/* reach.c - mark the symbols that something in the output needs; the rest is left out of the program. */
#include "module.h"

static void mark(struct ast *node) {
  if (node->kind == AST_NAME && node->symbol) node->symbol->used = true;
  for (uint32_t i = 0; i < node->count; i++) mark(node->child[i]);
}

void reach(struct module *module) {
  for (uint32_t i = 0; i < module->rules.count; i++) {
    struct ast *rule = module->rules.at[i];
    mark(rule->child[rule->kind == AST_RULE]);
  }
  for (uint32_t i = 0; i < module->shows.count; i++) mark(module->shows.at[i]);
  if (module->only) mark(module->only);
  /* Backwards through the order of needs, every let is met after all that use it. */
  for (uint32_t i = module->order.count; i > 0; i--) {
    struct symbol *symbol = module->order.at[i - 1];
    if (symbol->kind == SYMBOL_LET && symbol->used) mark(symbol->decl->child[1]);
  }
}
