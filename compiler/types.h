/* types.h - sets of types. */
#ifndef RUNGC_TYPES_H
#define RUNGC_TYPES_H

#include "ast.h"

typedef uint32_t type_set;

/* The types that only the compiler knows follow those of columns. */
#define TYPE_BIT(type) (1u << ((type) < TYPE_MONTHS ? (type) : (type) - TYPE_MONTHS + TYPE_LIST + 1))

static inline type_set set_of(type_t type) { return TYPE_BIT(type); }

static inline bool is_numeric(type_t type) { return type >= TYPE_INTEGER && type <= TYPE_MONEY; }

#endif
