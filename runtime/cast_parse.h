/* cast_parse.h - the grammars of cells, one for each type.  Cells are trimmed and not empty. */
#ifndef RUNG_CAST_PARSE_H
#define RUNG_CAST_PARSE_H

#include "cast.h"

/* [+-] digits [. digits], the digits before the point optional when some follow it. */
enum cast_result cast_number(struct rung_text cell, int64_t *millionths);
enum cast_result cast_integer(struct rung_text cell, int64_t *value);

/* A date by a declared format, "" being YYYY-MM-DD, with an optional time of day: a blank or T, H:MM or HH:MM,
   [:SS [.fraction]], and [Z or a blank or none and +hh:mm or +hhmm]. */
enum cast_result cast_date(struct rung_text cell, struct rung_text format, int64_t *days);

enum cast_result cast_flag(struct rung_text cell, int64_t *flag);

#endif
