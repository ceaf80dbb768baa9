/* infer.h - the parts of infer. */
#ifndef RUNGC_INFER_H
#define RUNGC_INFER_H

#include "module.h"

/* The type of an expression, its own and in it; TYPE_ERROR when that has been told. */
type_t infer_node(struct module *module, struct ast *node);
/* The same of what must be a flag. */
void infer_condition(struct module *module, struct ast *node);
/* promises.c: what campaigns, guards and tests say. */
void infer_promises(struct module *module);

#endif
