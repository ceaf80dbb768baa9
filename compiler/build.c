/* build.c - nodes of the tree, as the grammar makes them. */
#include "parse.h"

#include "limits.h"

/* Every pass may descend the tree by recursion, because no expression (OR and what follows it in ast.def) gets
   deeper than LIMIT_NESTING. */
static struct ast *check_depth(struct parse *parse, struct ast *node) {
  if (!node || node->kind < AST_OR || node->depth <= LIMIT_NESTING) return node;
  if (!parse->deep) {
    struct diag *diag = diag_report(parse->module, node->at, DIAG_DEEP, LIMIT_NESTING);
    diag_help(parse->module, diag, "give parts of it names with `let`");
  }
  parse->deep = true;
  return build_broken(parse, node->at);
}

struct ast *build(struct parse *parse, enum ast_kind kind, struct place at, struct ast *a, struct ast *b) {
  return build_three(parse, kind, at, a, b, NULL);
}

struct ast *build_three(struct parse *parse, enum ast_kind kind, struct place at, struct ast *a, struct ast *b,
                        struct ast *c) {
  struct arena *arena = &parse->module->arena;
  struct ast *node = ast_new(arena, kind, at);
  ast_add(arena, node, a);
  ast_add(arena, node, b);
  ast_add(arena, node, c);
  return check_depth(parse, node);
}

struct ast *build_negated(struct ast *node) {
  if (node && node->kind != AST_NONE) node->negated = true;
  return node;
}

/* `a or b or c` is one node, however long. */
struct ast *build_chain(struct parse *parse, enum ast_kind kind, struct place at, struct ast *a, struct ast *b) {
  if (!a || a->kind != kind) return build(parse, kind, at, a, b);
  ast_add(&parse->module->arena, a, b);
  a->at = at;
  return check_depth(parse, a);
}

struct ast *build_more(struct parse *parse, struct ast *parent, struct ast *children) {
  if (!parent || parent->type == TYPE_ERROR) return parent;
  for (uint32_t i = 0; children && i < children->count; i++) {
    ast_add(&parse->module->arena, parent, children->child[i]);
  }
  return check_depth(parse, parent);
}

struct ast *build_none(struct parse *parse, struct place at) { return ast_new(&parse->module->arena, AST_NONE, at); }

struct ast *build_broken(struct parse *parse, struct place at) {
  struct ast *node = build_none(parse, at);
  if (node) node->type = TYPE_ERROR;
  return node;
}

struct ast *build_name(struct parse *parse, struct place at, struct rung_text text) {
  struct ast *node = ast_new(&parse->module->arena, AST_NAME, at);
  if (node) node->text = text;
  return node;
}

struct ast *build_word(struct parse *parse, struct place at) {
  return build_name(parse, at, source_text(&parse->module->sources, at));
}

struct ast *build_string(struct parse *parse, struct place at, struct rung_text text) {
  struct ast *node = ast_new(&parse->module->arena, AST_STRING, at);
  if (node) node->text = text;
  return node;
}

struct ast *build_value(struct parse *parse, enum ast_kind kind, struct place at, int64_t value, bool whole) {
  struct ast *node = ast_new(&parse->module->arena, kind, at);
  if (!node) return NULL;
  node->value = value;
  node->whole = whole;
  return node;
}

struct ast *build_duration(struct parse *parse, struct place at, struct numeric number, struct unit unit) {
  struct ast *node = build_value(parse, AST_DURATION, at, 0, true);
  if (!node) return NULL;
  node->type = unit.type;
  struct rung_text text = source_text(&parse->module->sources, at);
  if (!number.whole) {
    diag_report(parse->module, at, DIAG_BROKEN_SPAN, TEXT_ARG(text));
  } else if (__builtin_mul_overflow(number.value, (int64_t)unit.count, &node->value)) {
    node->value = 0;
    diag_report(parse->module, at, DIAG_BIG_NUMBER, TEXT_ARG(text));
  }
  return node;
}

struct ast *build_column(struct parse *parse, struct place at, struct ast *name, type_t type, struct ast *attributes) {
  struct ast *node = build(parse, AST_COLUMN, at, name, NULL);
  if (!node) return NULL;
  node->value = type == TYPE_ERROR ? TYPE_UNKNOWN : type;
  node = build_more(parse, node, attributes);
  if (node && type == TYPE_ERROR) node->type = TYPE_ERROR;
  return node;
}
