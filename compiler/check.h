/* check.h - the parts of check. */
#ifndef RUNGC_CHECK_H
#define RUNGC_CHECK_H

#include "intern.h"
#include "module.h"

/* folded.c: a text beside `lower` or `upper`; the same for the list and the file of a test; and the file's lines. */
void check_letter_case(struct module *module, struct ast *folded, struct ast *value);
void check_list_case(struct module *module, struct ast *test);
void check_file(struct module *module, struct ast *test);

/* uniform.c: whether no row is needed to know a value; and whether it is known before any row is read.  Needs the lets
   it is made of settled, which set_uniform does. */
bool is_uniform(const struct ast *node);
bool is_fixed(const struct ast *node);
void set_uniform(struct module *module);

/* check.c: an expression and all in it. */
void check_node(struct module *module, struct ast *node);
/* What a name stands for, one step. */
const struct ast *check_meant(const struct ast *node);
/* A text beside a status of the last run that is none of its labels. */
void check_label(struct module *module, const struct symbol *status, const struct ast *value);

/* ranges.c: a test whose answer is known from the values that can be there. */
void check_ranges(struct module *module, const struct ast *node);
/* What a column, or a table's, is declared with, or NULL. */
const struct ast *check_attribute(const struct ast *node, enum ast_kind kind);
/* The comparison with its sides changed. */
enum ast_kind check_mirrored(enum ast_kind test);
/* Whether `value test bound` is known for every value from `low` to `high`: 1 always, 0 never, -1 not known. */
int check_decided(enum ast_kind test, __int128 low, __int128 high, __int128 bound);

/* stranger.c: whether a condition is true for a customer of whom nothing is known but his key. */
bool is_yes_of_a_stranger(const struct module *module, const struct ast *condition);

/* bounds.c: amounts, shares, days and consents of campaigns; limits of guards. */
void check_campaigns(struct module *module);
void check_guards(struct module *module);

/* cells.c: the values in tests. */
void check_tests(struct module *module);

/* shadows.c: an arm that an earlier one of its status leaves nothing to decide.  `seen` is of all arms before it. */
void warn_shadow(struct module *module, struct intern *seen, const struct symbol *status, const struct ast *arm);

/* idle.c: warns of what has no effect. */
void warn_idle(struct module *module);

#endif
