/* cast_parse.h - the grammars of cells, one for each type.  Cells are trimmed and not empty. */
#ifndef RUNG_CAST_PARSE_H
#define RUNG_CAST_PARSE_H

#include "cast.h"

/* [+-] digits [mark digits], the digits before the mark optional when some follow it. */
enum cast_result cast_number(struct rung_text cell, char mark, int64_t *millionths);
enum cast_result cast_integer(struct rung_text cell, char mark, int64_t *value);
/* As cast_number, but why it is no number is not looked into: CAST_NOT_NUMBER. */
enum cast_result cast_decimal(struct rung_text cell, char mark, int64_t *millionths);

/* An amount as shops write it: [sign] [currency] [sign] digits [currency], or that in parentheses, which are a minus;
   thousands may be parted by blanks, apostrophes, or the one of point and comma that is not the `mark`.  Mark 0: it is
   told from the cell if that leaves no doubt. */
enum cast_result cast_money(struct rung_text cell, char mark, int64_t *millionths);
/* A sign of currency, a code such as USD, or a word such as "руб." (cast_currencies.def), in any case. */
bool cast_is_currency(struct rung_text word);

/* A date by a declared format, "" being YYYY-MM-DD, with an optional time of day: a blank or T, H:MM or HH:MM,
   [:SS [.fraction]], and [Z or a blank or none and +hh:mm or +hhmm]. */
enum cast_result cast_date(struct rung_text cell, struct rung_text format, int64_t *days);
/* The same as seconds, a date alone being its midnight: the time on the wall, whatever zone follows it; second 60 is
   the 59th. */
enum cast_result cast_datetime(struct rung_text cell, struct rung_text format, int64_t *seconds);

enum cast_result cast_flag(struct rung_text cell, int64_t *flag);

#endif
