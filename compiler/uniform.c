/* uniform.c - whether no row is needed to know a value. */
#include "check.h"

static bool named(const struct ast *node, bool fixed) {
  const struct symbol *symbol = node->symbol;
  return !symbol || symbol->kind == SYMBOL_PARAM || symbol->kind == SYMBOL_LIST ||
         (fixed ? symbol->fixed : symbol->uniform);
}

static bool is_known(const struct ast *node, bool fixed) {
  switch (node->kind) {
    case AST_NAME: return named(node, fixed);
    case AST_FIELD: case AST_AGGREGATE: case AST_WAS: case AST_BECAME: return false;
    case AST_MEASURE: return !fixed && (node->function == MEASURE_MEDIAN || node->function == MEASURE_AVERAGE);
    default: break;
  }
  for (uint32_t i = node->kind == AST_CALL; i < node->count; i++) {
    if (!is_known(node->child[i], fixed)) return false;
  }
  return true;
}

bool is_uniform(const struct ast *node) { return is_known(node, false); }

bool is_fixed(const struct ast *node) { return is_known(node, true); }

void set_uniform(struct module *module) {
  for (uint32_t i = 0; i < module->order.count; i++) {
    struct symbol *symbol = module->order.at[i];
    if (symbol->kind != SYMBOL_LET) continue;
    symbol->uniform = is_uniform(symbol->decl->child[1]);
    symbol->fixed = is_fixed(symbol->decl->child[1]);
  }
}
