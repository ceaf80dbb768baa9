/* dialect.c - check how a dump is said to be written. */
#include "dialect.h"

#include "date_format.h"
#include "io.h"
#include "text.h"

bool dialect_has_date_format(const char *format) {
  return date_format_valid((struct rung_text){format, strlen(format)});
}

bool dialect_is_missing(const struct rung_dialect *dialect, struct rung_text text) {
  for (size_t i = 0; i < dialect->missing_count; i++)
    if (text_same(text, (struct rung_text){dialect->missing[i], strlen(dialect->missing[i])})) return true;
  return false;
}

enum rung_status dialect_check(const struct rung_dialect *dialect, struct rung_error *error) {
  char delimiter = dialect->delimiter, decimal = dialect->decimal;
  if (delimiter == '"' || delimiter == '\n' || delimiter == '\r')
    return fail(error, RUNG_INVALID, "a quote or a line end cannot be the delimiter");
  if (decimal && decimal != '.' && decimal != ',')
    return fail(error, RUNG_INVALID, "only a point or a comma can stand before the fraction of a number");
  if (dialect->date_format && !dialect_has_date_format(dialect->date_format))
    return fail(error, RUNG_INVALID, "\"%s\" is no date format such as DD.MM.YYYY", dialect->date_format);
  if (dialect->columns && !dialect->no_header)
    return fail(error, RUNG_INVALID, "the names of the columns are given (--columns), but the dump has a header; "
                "say --no-header, and --skip-lines 1 if the header is to be passed over");
  return RUNG_OK;
}
