/* unknown.h - messages about names that mean nothing, with what was probably meant. */
#ifndef RUNGC_UNKNOWN_H
#define RUNGC_UNKNOWN_H

#include "words.h"

void report_unknown_name(struct module *module, const struct ast *name);
void report_list_value(struct module *module, const struct ast *name);
void report_unknown_list(struct module *module, const struct ast *name);
void report_unknown_function(struct module *module, const struct ast *name);
/* `head` is what the name means where it stands bare, or NULL. */
void report_unknown_label(struct module *module, const struct ast *name, const struct symbol *status,
                          const struct symbol *head);
/* A name behind `was` that is neither label nor tag. */
void report_unknown_result(struct module *module, const struct ast *name);
void report_unknown_table(struct module *module, const struct ast *name);
/* A name that is no column or let of the table. */
void report_unknown_field(struct module *module, const struct ast *name, const struct symbol *table);
/* What needs the last run's output where none is declared. */
void report_no_previous(struct module *module, const struct ast *node);

#endif
