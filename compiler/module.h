/* module.h - one compilation: its files, messages and symbols, and the passes over them.

   The passes, in the order compile.c calls them.  Each reports its errors into module->diags and goes on as far
   as it can; a pass that needs an errorless tree is not called when there were errors. */
#ifndef RUNGC_MODULE_H
#define RUNGC_MODULE_H

#include "ast.h"
#include "campaign.h"
#include "diag.h"

struct module {
  struct arena arena;
  struct sources sources;
  struct diags diags;
  const struct rungc_options *options;

  struct ast_list files;      /* load: FILE trees; a used file stands before the file that uses it */
  bool unreadable;            /* load: a file that the rules name rightly could not be read */

  bool has_input;             /* resolve: the customers have an input block, so unknown names are errors */
  struct rung_text table;     /* its name */
  struct symbols columns, params, lets, tags, labels, statuses, lists, scores; /* columns and lets: the customers' */
  struct symbol *key;         /* resolve: the column that tells customers apart, in `columns`; or NULL.  For tests
                                 (rungc_options) of rules without a key it is made up: its header is in no dump */
  bool key_made;
  struct symbols tables;      /* resolve: the tables joined to the customers, each with its own columns and lets */
  struct symbol *previous;    /* in `tables`: the last run's output, or NULL */
  struct symbol *base;        /* in `tables`: the one whose keys are the customers (`key` is all they have); or NULL */
  struct ast_list rules;      /* RULE and ARM nodes in order of appearance */
  struct ast_list shows;      /* NAME nodes */
  struct symbols order;       /* order: lets, tags, statuses and scores, each after all that it needs */
  struct ast *only;           /* the condition of --only, or NULL */

  struct symbols campaigns;   /* in order of appearance */
  struct symbols decided;     /* resolve: the same as they are decided: the greater priority first, then appearance */
  struct cap *caps;           /* resolve: one of all at most, and one of each channel */
  uint32_t cap_count, cap_room;
  struct ast_list guards;     /* GUARD, NEVER and ALWAYS nodes in order of appearance */
  struct ast_list tests;      /* TEST nodes of the main file */
  bool uses_date, uses_time;  /* reach: something in the output, a campaign or a guard asks for the date or time of
                                 scoring; what only tests ask for does not count */
};

/* load.c: parses the main text and what it uses, and reads the files behind `in file`. */
void load(struct module *module, struct rung_text path, struct rung_text text);
/* open.c: the reader of files that load takes when the caller gives none (see rungc_open_fn). */
enum rung_status open_file(void *context, struct rung_text from, struct rung_text name,
                           const struct rung_allocator *allocator, struct rung_text *path, struct rung_text *bytes,
                           struct rung_error *error);
/* parse.c: one source to a FILE tree (NULL only when memory is out).  What did not parse stands in it as NONE with
   TYPE_ERROR where a child is needed, so that the names around it stay known. */
struct ast *parse(struct module *module, struct source *source);
/* One condition, as `--only` takes it, to an ONLY tree. */
struct ast *parse_condition(struct module *module, struct source *source);
/* resolve.c: names to symbols, calls to functions; unknown and doubled names.  Ends with order and reach. */
void resolve(struct module *module);
/* declare.c: what the columns of an input block say of themselves. */
void declare(struct module *module, struct ast *input);
/* order.c: lets, tags and statuses in the order of their needs; circles. */
void order(struct module *module);
/* reach.c: marks the symbols that something in the output needs. */
void reach(struct module *module);
/* What of the time of scoring an expression asks for, itself or through lets: a set of CLOCK_... */
enum { CLOCK_DATE = 1, CLOCK_TIME = 2 };
uint8_t clock_of(const struct ast *node);
/* guess.c: types of the columns that no input block declares, from their uses; the first step of infer. */
void guess(struct module *module);
/* infer.c: a type for every expression, and for columns that no input block declares; promises.c does those of
   campaigns, guards and tests. */
void infer(struct module *module);
/* What an AGGREGATE over columns whose types are known gives. */
type_t aggregate_type(const struct ast *node);
/* check.c: what is well typed and still wrong; warnings. */
void check(struct module *module);

/* print.c: the tree as text, with types when `typed`. */
enum rung_status print_tree(const struct module *module, bool typed, rung_write_fn *write, void *context);

/* An expression without the parentheses around it: to change, and to look at. */
static inline struct ast *unparen(struct ast *node) {
  while (node->kind == AST_PAREN) node = node->child[0];
  return node;
}
static inline const struct ast *bare(const struct ast *node) {
  while (node->kind == AST_PAREN) node = node->child[0];
  return node;
}
const char *type_name(type_t type); /* for messages: "number", "date", "span of months" */

#endif
