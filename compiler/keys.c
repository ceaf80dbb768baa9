/* keys.c - the keys that tests write, as a run reads them. */
#include "tests.h"

#include "text.h"

/* The mark is taken off, and blanks around anything but text. */
struct rung_text key_read(const struct symbol *key, struct rung_text cell) {
  const struct ast *decl = key->decl;
  for (uint32_t i = 1; decl->kind == AST_COLUMN && i < decl->count; i++)
    if (decl->child[i]->kind == AST_UNQUOTE) cell = text_unmark(cell, decl->child[i]->child[0]->text);
  return key->type == TYPE_TEXT ? cell : text_trim(cell);
}
