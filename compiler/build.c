/* build.c - nodes of the tree, as the grammar makes them. */
#include "parse.h"

#include "limits.h"

/* Every pass may descend the tree by recursion, because no expression (OR and what follows it in ast.def) gets
   deeper than LIMIT_NESTING. */
struct ast *build_checked(struct parse *parse, struct ast *node) {
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
  return build_checked(parse, node);
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
  return build_checked(parse, a);
}

struct ast *build_more(struct parse *parse, struct ast *parent, struct ast *children) {
  if (!parent || parent->type == TYPE_ERROR) return parent;
  for (uint32_t i = 0; children && i < children->count; i++) {
    ast_add(&parse->module->arena, parent, children->child[i]);
  }
  return build_checked(parse, parent);
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

/* A value in the block of the main table is meant, but belongs among the statements. */
static void lift_let(struct parse *parse, struct ast *let) {
  struct diag *diag = diag_report(parse->module, let->at, DIAG_LET_IN_INPUT);
  diag_help(parse->module, diag, "write this line below the block");
  ast_add(&parse->module->arena, parse->root, let);
}

struct ast *build_input(struct parse *parse, struct place at, struct ast *name, struct ast *per, struct ast *from,
                        struct ast *columns) {
  struct place after = name ? (struct place){at.source, name->at.end, name->at.end} : at;
  struct ast *node = build_three(parse, AST_INPUT, at, name, per ? per : build_none(parse, after),
                                 from ? from : build_none(parse, after));
  for (uint32_t i = 0; columns && i < columns->count; i++) {
    struct ast *column = columns->child[i];
    if (!per && column->kind == AST_LET) lift_let(parse, column);
    else ast_add(&parse->module->arena, node, column);
  }
  return node;
}

struct ast *build_column_start(struct parse *parse, struct place at, struct ast *name, type_t type) {
  struct ast *node = build(parse, AST_COLUMN, at, name, NULL);
  if (!node) return NULL;
  node->value = type == TYPE_ERROR ? TYPE_UNKNOWN : type;
  if (type == TYPE_ERROR) node->type = TYPE_ERROR;
  return node;
}

struct ast *build_column(struct parse *parse, struct place at, struct ast *start, struct ast *attributes) {
  if (start) start->at = at;
  return build_more(parse, start, attributes);
}

/* `value` of a column stays, so that its uses are checked. */
struct ast *build_lost(struct ast *node) {
  if (node) node->type = TYPE_ERROR;
  return node;
}

struct ast *build_block(struct parse *parse, struct ast *node, struct ast *children) {
  node = build_more(parse, node, children);
  return children && children->type == TYPE_ERROR ? build_lost(node) : node;
}
