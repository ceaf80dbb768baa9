/* dialect.h - whether a dialect makes sense. */
#ifndef RUNG_DIALECT_H
#define RUNG_DIALECT_H

#include "rung.h"

/* RUNG_INVALID, with advice, when it does not. */
enum rung_status dialect_check(const struct rung_dialect *dialect, struct rung_error *error);

/* The text is one of the words that mean a missing value in every column. */
bool dialect_is_missing(const struct rung_dialect *dialect, struct rung_text text);

bool dialect_has_date_format(const char *format); /* date_format.h takes it */

#endif
