/* unknown.h - messages about names that mean nothing, with what was probably meant. */
#ifndef RUNGC_UNKNOWN_H
#define RUNGC_UNKNOWN_H

#include "words.h"

void report_unknown_name(struct module *module, const struct ast *name);
void report_unknown_list(struct module *module, const struct ast *name);
void report_unknown_function(struct module *module, const struct ast *name);
/* `head` is what the name means where it stands bare, or NULL. */
void report_unknown_label(struct module *module, const struct ast *name, const struct symbol *status,
                          const struct symbol *head);

#endif
