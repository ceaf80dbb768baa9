/* ast.c - make nodes of the tree. */
#include "ast.h"

#include "program.h"

struct ast *ast_new(struct arena *arena, enum ast_kind kind, struct place at) {
  struct ast *node = arena_alloc(arena, sizeof *node);
  if (!node) return NULL;
  node->kind = (uint8_t)kind;
  node->depth = 1;
  node->at = at;
  return node;
}

void ast_add(struct arena *arena, struct ast *parent, struct ast *child) {
  if (!parent || !child) return;
  struct ast **grown = arena_grow(arena, parent->child, parent->count, &parent->room, sizeof *grown);
  if (!grown) return;
  parent->child = grown;
  parent->child[parent->count++] = child;
  if (parent->depth <= child->depth) parent->depth = child->depth + 1;
}

const char *ast_name(enum ast_kind kind) {
  static const char *const names[] = {
#define AST(id, name, children, fields) name,
#include "ast.def"
#undef AST
  };
  return kind < AST_KIND_COUNT ? names[kind] : "?";
}

const char *ast_function_name(const struct ast *node) {
  static const char *const aggregates[] = {
#define AGGREGATE(id, name, ...) name,
#include "aggregates.def"
#undef AGGREGATE
  };
  static const char *const measures[] = {
#define MEASURE(id, name, ...) name,
#include "measures.def"
#undef MEASURE
  };
  static const char *const guards[] = {
#define GUARD(id, name, ...) name,
#include "guards.def"
#undef GUARD
  };
  if (node->kind == AST_GUARD && node->function < GUARD_COUNT_OF) return guards[node->function];
  if (node->kind == AST_AGGREGATE && node->function < AGGREGATE_COUNT_OF) return aggregates[node->function];
  if (node->kind == AST_MEASURE && node->function < MEASURE_COUNT_OF) return measures[node->function];
  return "?";
}
