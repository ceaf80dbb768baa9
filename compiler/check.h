/* check.h - the parts of check. */
#ifndef RUNGC_CHECK_H
#define RUNGC_CHECK_H

#include "module.h"

/* idle.c: warns of what has no effect. */
void warn_idle(struct module *module);

#endif
