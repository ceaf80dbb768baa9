/* merge.c - input blocks of one table in several files are one block: what stands in two of them must be the same. */
#include "same.h"
#include "scope.h"

enum { SHORT_DECLARATION = 60 };

/* The customers have one block in a file, whatever they are called. */
const struct ast *block_above(struct scope *scope, struct ast *input) {
  struct rung_text name = input_per(input) ? input->child[0]->text : TEXT("");
  return intern_add(&scope->blocks, arena_print(&scope->module->arena, "%u %.*s", input->at.source, TEXT_ARG(name)),
                    input);
}

static const struct ast *attribute_of(const struct ast *column, enum ast_kind kind) {
  for (uint32_t i = 1; i < column->count; i++) {
    if (column->child[i]->kind == kind) return column->child[i];
  }
  return NULL;
}

static bool has_text(const struct ast *strings, struct rung_text text) {
  for (uint32_t i = 0; i < strings->count; i++) {
    if (text_equal(strings->child[i]->text, text)) return true;
  }
  return false;
}

/* Words may stand in any order, too. */
static bool same_attribute(const struct ast *a, const struct ast *b) {
  if (a->kind != AST_MISSING && a->kind != AST_CLOSED) return same_expression(a, b);
  for (uint32_t i = 0; i < a->count; i++) {
    if (!has_text(b, a->child[i]->text)) return false;
  }
  return a->count == b->count;
}

/* Attributes may stand in any order. */
static bool same_column(const struct ast *a, const struct ast *b) {
  if (a->value != b->value || a->count != b->count) return false;
  for (uint32_t i = 1; i < a->count; i++) {
    const struct ast *other = attribute_of(b, (enum ast_kind)a->child[i]->kind);
    if (!other || !same_attribute(a->child[i], other)) return false;
  }
  return true;
}

/* A declaration in one line, without the blanks that put it into columns. */
static struct rung_text one_line(struct module *module, const struct ast *decl) {
  struct rung_text text = expression_text(module, decl), line = arena_copy(&module->arena, text.bytes, text.length);
  char *bytes = (char *)(uintptr_t)line.bytes;
  size_t length = 0;
  for (size_t i = 0; i < line.length; i++) {
    bool blank = text.bytes[i] == ' ' || text.bytes[i] == '\n' || text.bytes[i] == '\r' || text.bytes[i] == '\t';
    if (blank && length > 0 && bytes[length - 1] == ' ') continue;
    bytes[length++] = blank ? ' ' : text.bytes[i];
  }
  line.length = length;
  return line;
}

bool merge_known(struct module *module, const struct symbol *known, struct ast *child) {
  const struct ast *decl = known->decl;
  if (decl->kind != child->kind || decl->at.source == child->at.source) return false;
  if (child->kind == AST_LET && !known->table) return false; /* of the customers, which another let does not name */
  bool same = child->kind == AST_LET ? same_expression(decl->child[1], child->child[1]) : same_column(decl, child);
  if (same || decl->type == TYPE_ERROR || child->type == TYPE_ERROR) return true;
  struct rung_text where = place_words(module, decl->at), text = one_line(module, decl);
  struct diag *diag = diag_report(module, child->at, DIAG_DECLARED_OTHERWISE, TEXT_ARG(known->name));
  bool brief = text.length <= SHORT_DECLARATION;
  if (brief) diag_help(module, diag, "at %.*s it is `%.*s`", TEXT_ARG(where), TEXT_ARG(text));
  else diag_help(module, diag, "compare it with %.*s", TEXT_ARG(where));
  return true;
}
