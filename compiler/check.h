/* check.h - the parts of check. */
#ifndef RUNGC_CHECK_H
#define RUNGC_CHECK_H

#include "module.h"

/* folded.c: a text beside `lower` or `upper`; the same for the list and the file of a test; and the file's lines. */
void check_letter_case(struct module *module, struct ast *folded, struct ast *value);
void check_list_case(struct module *module, struct ast *test);
void check_file(struct module *module, struct ast *test);

/* idle.c: warns of what has no effect. */
void warn_idle(struct module *module);

#endif
