/* literal.c - constants as the rules write them. */
#include "literal.h"

#include "decimal.h"
#include "module.h"

type_t literal_type(const struct ast *node) {
  node = bare(node);
  switch (node->kind) {
    case AST_NUMBER: return node->whole ? TYPE_INTEGER : TYPE_NUMBER;
    case AST_DURATION: return node->type;
    case AST_STRING: return TYPE_TEXT;
    case AST_DATE: return TYPE_DATE;
    case AST_BOOLEAN: return TYPE_FLAG;
    case AST_NEG: {
      type_t type = literal_type(node->child[0]);
      return type == TYPE_INTEGER || type == TYPE_NUMBER ? type : TYPE_ERROR;
    }
    default: return TYPE_ERROR;
  }
}

bool literal_number(const struct ast *node, __int128 *millionths) {
  node = bare(node);
  switch (node->kind) {
    case AST_NUMBER: *millionths = (__int128)node->value * (node->whole ? DECIMAL_ONE : 1); return true;
    case AST_DURATION:
      if (node->type != TYPE_INTEGER) return false;
      *millionths = (__int128)node->value * DECIMAL_ONE;
      return true;
    case AST_NEG:
      if (!literal_number(node->child[0], millionths)) return false;
      *millionths = -*millionths;
      return true;
    default: return false;
  }
}

bool literal_span(const struct ast *node, int64_t *value) {
  node = bare(node);
  if (node->kind == AST_DURATION) {
    *value = node->value;
    return true;
  }
  return node->kind == AST_NEG && literal_span(node->child[0], value) && !__builtin_sub_overflow(0, *value, value);
}
