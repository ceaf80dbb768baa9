/* same.h - whether two expressions are written alike. */
#ifndef RUNGC_SAME_H
#define RUNGC_SAME_H

#include "intern.h"
#include "module.h"

/* Parentheses aside, the same operators over the same names and constants. */
bool same_expression(const struct ast *a, const struct ast *b);
/* A short key for a table: equal for expressions that are the same, and hardly ever for others.  `seed` is part of
   it, for tables that hold several sorts of things. */
struct rung_text same_key(struct arena *arena, const struct ast *node, uint64_t seed);

#endif
