/* input_blanks.c - cells set apart by runs of blanks, as columns of a fixed width are printed. */
#include "input_blanks.h"

enum { MARK_LENGTH = 3 };

/* The byte order mark stands before the blanks that begin a line, not in its first cell. */
static bool in_mark(struct blanks *blanks, char byte) {
  static const char mark[] = "\xef\xbb\xbf";
  if (blanks->mark < MARK_LENGTH && byte == mark[blanks->mark]) return blanks->mark++, true;
  blanks->mark = MARK_LENGTH;
  return false;
}

size_t blanks_squeeze(struct blanks *blanks, const char *from, size_t length, char *to) {
  char *out = to;
  for (size_t i = 0; i < length; i++) {
    char byte = from[i];
    bool blank = byte == ' ' || byte == '\t', ends = byte == '\n' || byte == '\r';
    if (blank || ends) blanks->mark = MARK_LENGTH; /* what comes later is no mark */
    if (blanks->where == BLANKS_QUOTED) {
      if (byte == '"') blanks->where = BLANKS_CLOSED;
    } else if (ends) {
      blanks->where = BLANKS_LINE;
    } else if (blank) {
      if (blanks->where != BLANKS_LINE) blanks->where = BLANKS_BETWEEN;
      continue;
    } else if (!in_mark(blanks, byte)) {
      bool first = blanks->where == BLANKS_LINE || blanks->where == BLANKS_BETWEEN;
      if (blanks->where == BLANKS_BETWEEN) *out++ = '\t';
      bool opens = byte == '"' && (first || blanks->where == BLANKS_CLOSED);
      blanks->where = opens ? BLANKS_QUOTED : BLANKS_CELL;
    }
    *out++ = byte;
  }
  return (size_t)(out - to);
}
