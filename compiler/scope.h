/* scope.h - what resolve knows while it works. */
#ifndef RUNGC_SCOPE_H
#define RUNGC_SCOPE_H

#include "intern.h"
#include "words.h"

struct scope {
  struct module *module;
  struct intern names;      /* struct symbol; of labels of one name, the first */
  struct intern rule_names; /* struct ast, the NAME */
  struct intern tables;     /* struct symbol: the tables joined to the customers */
  struct intern *inside;    /* struct symbol: the columns and lets of each table, by its index */
  uint32_t inside_room;
  const struct symbol *table; /* what names mean is a row of this table, in its conditions and lets; or NULL */
  uint32_t lets_known;      /* of that table: the lets from this one on stand further down */
  struct ast_list late;     /* what asks for the last run's output is bound last, when all that is in it is known */
  bool is_late;
  struct intern blocks;     /* struct ast, the input blocks by file and table */
  const struct ast *customers; /* the first INPUT of theirs */
  bool decided;             /* what stands here is asked when campaigns have been decided */
  bool in_campaign, in_test;
};

static inline struct symbol *scope_find(const struct scope *scope, struct rung_text name) {
  return intern_find(&scope->names, name);
}
static inline struct symbol *scope_find_inside(const struct scope *scope, const struct symbol *table,
                                               struct rung_text name) {
  return intern_find(&scope->inside[table->index], name);
}
/* The NAME behind `per` or `from` of an input block, or NULL. */
static inline struct ast *input_per(const struct ast *input) {
  return input->count > 1 && input->child[1]->kind == AST_NAME ? input->child[1] : NULL;
}
static inline struct ast *input_from(const struct ast *input) {
  return input->count > 2 && input->child[2]->kind == AST_NAME ? input->child[2] : NULL;
}

/* define.c: a symbol for everything that the files define. */
void define(struct scope *scope);
/* Makes a symbol and adds it to `table`; NULL when memory is out. */
struct symbol *symbol_new(struct module *module, struct symbols *table, enum symbol_kind kind, struct ast *name,
                          struct ast *decl);
/* A symbol for `name` in one namespace, even when the name is taken there: what follows from the definition can then
   still be checked. */
struct symbol *define_name(struct module *module, struct intern *names, struct symbols *table, enum symbol_kind kind,
                           struct ast *name, struct ast *decl);
void list_add(struct module *module, struct ast_list *list, struct ast *node);
/* The label `name` of a status, or NULL; `head` is what the name means when it stands bare. */
struct symbol *label_of(struct symbol *head, const struct symbol *status);

/* relate.c: a related table and its columns and lets; then, all being defined, the keys by which tables are joined. */
void define_table(struct scope *scope, struct ast *input);
void relate(struct scope *scope);

/* merge.c: the input blocks of one table in several files.  The block of the same table further up in the same file, or
   NULL. */
const struct ast *block_above(struct scope *scope, struct ast *input);
/* Whether a column or let of the block stands in another file too, where it is the same or this is told. */
bool merge_known(struct module *module, const struct symbol *known, struct ast *child);

/* campaign.c */
void define_campaign(struct scope *scope, struct ast *node);
void define_caps(struct scope *scope, struct ast *node);
/* All being defined: in which order they are decided. */
void rank_campaigns(struct scope *scope);
void bind_campaign(struct scope *scope, const struct ast *node);
/* `campaign.part`; false when the first name is no campaign's. */
bool bind_part(struct scope *scope, struct ast *node);
/* A campaign where its outcome is not known yet. */
void report_early(const struct scope *scope, const struct ast *name);

/* trials.c: the tests of the main file. */
void bind_tests(struct scope *scope);

/* recall.c: the column that `previous` has under this name, made when it is the first to ask; NULL when there is none,
   which `report` tells. */
struct symbol *recall_column(struct scope *scope, const struct ast *name, bool report);
void bind_was(struct scope *scope, struct ast *node);
void bind_guard(struct scope *scope, struct ast *node);

/* inside.c: names that mean something of a table's rows. */
void bind_inside(struct scope *scope, struct ast *name);
void bind_field(struct scope *scope, struct ast *node);
void bind_aggregate(struct scope *scope, struct ast *node);
void bind_lets(struct scope *scope, struct symbol *table);
/* What stands where a row of a table is asked, and is known only of a customer. */
bool bind_refused(struct scope *scope, struct ast *node);

/* resolve.c: every name in an expression. */
void bind(struct scope *scope, struct ast *node);
void report_ambiguous(struct module *module, const struct ast *name, const struct symbol *head, bool was);

/* alike.c: warns of names, taken for columns, that look like a slip of another name. */
void warn_alike(struct scope *scope);

#endif
