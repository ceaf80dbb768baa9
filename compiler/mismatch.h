/* mismatch.h - messages about types that do not fit, with what was probably meant. */
#ifndef RUNGC_MISMATCH_H
#define RUNGC_MISMATCH_H

#include "words.h"

/* Sets of types: a bit for each. */
typedef uint32_t type_set;
static inline type_set set_of(type_t type) { return 1u << (type < TYPE_MONTHS ? type : type - TYPE_MONTHS + 8); }

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
