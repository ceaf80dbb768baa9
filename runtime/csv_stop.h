/* csv_stop.h - rows behind which a file can't be read on. */
#ifndef RUNG_CSV_STOP_H
#define RUNG_CSV_STOP_H

#include "csv_space.h"

/* Whether it can be read on behind the row: RUNG_BAD_DATA when not. */
enum rung_status csv_stop_check(const struct csv_space *space, const struct csv_row *row, struct rung_error *error);

/* Says that the row that begins at byte `row` is too long. */
enum rung_status csv_stop_long_row(const struct csv_space *space, size_t row, struct rung_error *error);

/* Says that the file ended, and the quote at byte `quote` of the row being read is open. */
enum rung_status csv_stop_open_quote(const struct csv_space *space, size_t quote, struct rung_error *error);

#endif
