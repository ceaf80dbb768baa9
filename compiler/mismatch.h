/* mismatch.h - messages about types that do not fit, with what was probably meant. */
#ifndef RUNGC_MISMATCH_H
#define RUNGC_MISMATCH_H

#include "types.h"
#include "words.h"

/* What the bytes of a text look like: 12.5; 2026-12-31; 31.12.2026, 12/31/2026 and the like. */
bool looks_numeric(struct rung_text text);
bool looks_iso(struct rung_text text);
bool looks_dated(struct rung_text text);

/* A test whose two sides cannot be compared. */
void report_compare(struct module *module, const struct ast *test, const struct ast *left, const struct ast *right);
/* An operand of an operator or function, which needs one of `needed`. */
void report_operand(struct module *module, const struct ast *node, const char *name, const struct ast *operand,
                    type_set needed);
/* Two values of which either may be the result, of types that do not go together. */
void report_choice(struct module *module, const struct ast *node, const struct ast *first, const struct ast *second);
/* What stands as a condition and is none. */
void report_condition(struct module *module, const struct ast *node);

#endif
