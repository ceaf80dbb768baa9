/* scope.h - what resolve knows while it works. */
#ifndef RUNGC_SCOPE_H
#define RUNGC_SCOPE_H

#include "intern.h"
#include "words.h"

struct scope {
  struct module *module;
  struct intern names;      /* struct symbol; of labels of one name, the first */
  struct intern rule_names; /* struct ast, the NAME */
};

static inline struct symbol *scope_find(const struct scope *scope, struct rung_text name) {
  return intern_find(&scope->names, name);
}
/* Makes a symbol and adds it to `table`; NULL when memory is out. */
struct symbol *symbol_new(struct module *module, struct symbols *table, enum symbol_kind kind, struct ast *name,
                          struct ast *decl);
/* The label `name` of a status, or NULL; `head` is what the name means when it stands bare. */
struct symbol *label_of(struct symbol *head, const struct symbol *status);

/* define.c: a symbol for everything that the files define. */
void define(struct scope *scope);
/* alike.c: warns of names, taken for columns, that look like a slip of another name. */
void warn_alike(struct scope *scope);

#endif
