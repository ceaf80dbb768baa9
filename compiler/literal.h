/* literal.h - constants as the rules write them: a number, text, date, flag or span, perhaps with a minus. */
#ifndef RUNGC_LITERAL_H
#define RUNGC_LITERAL_H

#include "ast.h"

/* The type of a literal; TYPE_ERROR when the node is none. */
type_t literal_type(const struct ast *node);
/* The value of a literal number or span of days in millionths; false when the node is none. */
bool literal_number(const struct ast *node, __int128 *millionths);
/* The value of a literal span in its own unit, days or months; false when the node is none. */
bool literal_span(const struct ast *node, int64_t *value);

#endif
