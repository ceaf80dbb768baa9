/* gate.c - refuse constructs that the passes behind the parser do not know yet.

   Whoever teaches the last of these passes a construct deletes its row; with the last row goes this file. */
#include "module.h"

#include <string.h>

/* What is refused, by the kind of node. */
static const bool closed[AST_KIND_COUNT] = {
    [AST_SCORE] = true,  [AST_SEPARATED] = true,   [AST_UNQUOTE] = true, [AST_HAS] = true,
    [AST_HAS_ANY] = true, [AST_HAS_ALL] = true,    [AST_WAS] = true,     [AST_BECAME] = true,
    [AST_HOURS_SINCE] = true, [AST_FIELD] = true,  [AST_AGGREGATE] = true, [AST_MEASURE] = true,
};

static bool is_closed(const struct ast *node) {
  switch (node->kind) {
    case AST_INPUT: return node->child[1]->kind != AST_NONE || node->child[2]->kind != AST_NONE;
    case AST_COLUMN: return node->value == TYPE_DATETIME || node->value == TYPE_LIST;
    case AST_CALL: return text_equal(node->child[0]->text, TEXT("half_life"));
    default: return closed[node->kind];
  }
}

static void walk(struct module *module, struct ast *node) {
  if (is_closed(node)) {
    struct rung_text text = source_text(&module->sources, node->at);
    const char *end = memchr(text.bytes, ' ', text.length);
    if (end) text.length = (size_t)(end - text.bytes);
    diag_report(module, node->at, DIAG_LATER, TEXT_ARG(diag_quote(module, text)));
    return;
  }
  for (uint32_t i = 0; i < node->count; i++) walk(module, node->child[i]);
}

void gate(struct module *module) {
  for (uint32_t i = 0; i < module->files.count; i++) walk(module, module->files.at[i]);
  if (module->only) walk(module, module->only);
}
