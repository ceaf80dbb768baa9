/* cmd_dialect.c - how a dump is written, from the words of options and presets. */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "dialect.h"

static enum rung_status bad_value(const char *place, enum cmd_option option, const char *value, const char *wanted) {
  return cmd_fail(RUNG_INVALID, "%s: --%s %s: %s", place, cmd_option_name(option), value, wanted);
}

bool cmd_read_number(const char *text, uint64_t most, uint64_t *number, const char **rest) {
  const char *at = text;
  for (*number = 0; *at >= '0' && *at <= '9'; at++) {
    *number = *number * 10 + (uint64_t)(*at - '0');
    if (*number > most) return false;
  }
  *rest = at;
  return at > text;
}

/* Each returns what the value should be, or NULL. */

static const char *take_delimiter(struct rung_dialect *dialect, const char *value) {
  dialect->blanks = strcmp(value, "blanks") == 0;
  if (dialect->blanks) return NULL;
  if (strcmp(value, "tab") == 0 || strcmp(value, "\\t") == 0) value = "\t";
  unsigned char byte = (unsigned char)value[0];
  if (strlen(value) != 1 || byte == '"' || byte == '\n' || byte == '\r' || byte > 0x7e)
    return "is not one ASCII character, nor the word tab or blanks";
  dialect->delimiter = value[0];
  return NULL;
}

static const char *take_decimal(struct rung_dialect *dialect, const char *value) {
  if (strcmp(value, ".") != 0 && strcmp(value, ",") != 0) return "is neither a comma nor a point";
  dialect->decimal = value[0];
  return NULL;
}

static const char *take_date_format(struct rung_dialect *dialect, const char *value) {
  if (!dialect_has_date_format(value)) return "is not a date format such as DD.MM.YYYY";
  dialect->date_format = value;
  return NULL;
}

static const char *take_skip_lines(struct rung_dialect *dialect, const char *value) {
  uint64_t lines;
  const char *rest;
  if (!cmd_read_number(value, UINT32_MAX, &lines, &rest) || *rest) return "is not a whole number";
  dialect->skip_lines = (uint32_t)lines;
  return NULL;
}

static enum rung_status add_missing(struct cmd_dialect *dialect, const char *value) {
  size_t count = dialect->dialect.missing_count;
  const char **grown = realloc(dialect->missing, (count + 1) * sizeof *grown);
  if (!grown) return cmd_fail(RUNG_NO_RESOURCE, "out of memory");
  grown[count] = value;
  dialect->dialect.missing = dialect->missing = grown;
  dialect->dialect.missing_count = count + 1;
  return RUNG_OK;
}

bool cmd_dialect_has(enum cmd_option option) {
  switch (option) {
    case CMD_SCORE_ENCODING:
    case CMD_SCORE_DELIMITER:
    case CMD_SCORE_DECIMAL:
    case CMD_SCORE_DATE_FORMAT:
    case CMD_SCORE_MISSING:
    case CMD_SCORE_NO_HEADER:
    case CMD_SCORE_COLUMNS:
    case CMD_SCORE_SKIP_LINES: return true;
    default: return false;
  }
}

enum rung_status cmd_dialect_take(struct cmd_dialect *dialect, const char *place, enum cmd_option option,
                                  const char *value) {
  const char *wanted = NULL;
  if (option == CMD_SCORE_MISSING) return add_missing(dialect, value);
  if (dialect->given[option])
    return cmd_fail(RUNG_INVALID, "%s: --%s is given twice", place, cmd_option_name(option));
  dialect->given[option] = true;
  switch (option) {
    case CMD_SCORE_ENCODING: dialect->dialect.encoding = value; break;
    case CMD_SCORE_DELIMITER: wanted = take_delimiter(&dialect->dialect, value); break;
    case CMD_SCORE_DECIMAL: wanted = take_decimal(&dialect->dialect, value); break;
    case CMD_SCORE_DATE_FORMAT: wanted = take_date_format(&dialect->dialect, value); break;
    case CMD_SCORE_NO_HEADER: dialect->dialect.no_header = true; break;
    case CMD_SCORE_COLUMNS: dialect->dialect.columns = value; break;
    default: wanted = take_skip_lines(&dialect->dialect, value);
  }
  return wanted ? bad_value(place, option, value, wanted) : RUNG_OK;
}

void cmd_dialect_free(struct cmd_dialect *dialect) { free(dialect->missing); }
