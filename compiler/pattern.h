/* pattern.h - regular expressions in the rules. */
#ifndef RUNGC_PATTERN_H
#define RUNGC_PATTERN_H

#include "module.h"

/* Reports a `matches` text that is no regular expression, at the place of the fault inside the text. */
void check_pattern(struct module *module, const struct ast *string);

#endif
