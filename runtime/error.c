/* error.c - the text of an error, the version, and the names of types. */
#include <stdarg.h>
#include <stdio.h>

#include "alloc.h"
#include "io.h"

/* The length of `text` without a character that was cut off at its end. */
static size_t whole_characters(const char *text, size_t length) {
  size_t start = length;
  while (start > 0 && length - start < 4 && ((unsigned char)text[start - 1] & 0xc0) == 0x80) start--;
  if (start == 0) return length;
  unsigned char lead = (unsigned char)text[start - 1];
  size_t wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return length - (start - 1) < wanted ? start - 1 : length;
}

enum rung_status fail(struct rung_error *error, enum rung_status status, const char *format, ...) {
  if (!error) return status;
  error->status = status;
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(error->text, sizeof error->text, format, arguments);
  va_end(arguments);
  if (length < 0) error->text[0] = 0;
  if (length >= (int)sizeof error->text) error->text[whole_characters(error->text, sizeof error->text - 1)] = 0;
  return status;
}

enum rung_status fail_memory(struct rung_error *error) { return fail(error, RUNG_NO_RESOURCE, "out of memory"); }

const char *rung_version(void) { return RUNG_VERSION; }

const char *rung_type_name(enum rung_type type) {
  switch (type) {
    case RUNG_FLAG: return "flag";
    case RUNG_INTEGER: return "integer";
    case RUNG_NUMBER: return "number";
    case RUNG_MONEY: return "money";
    case RUNG_DATE: return "date";
    case RUNG_TEXT: return "text";
    case RUNG_DATETIME: return "datetime";
    case RUNG_LIST: return "list";
  }
  return "unknown";
}
