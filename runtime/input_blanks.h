/* input_blanks.h - cells set apart by runs of spaces and tabs, as if by one tab each. */
#ifndef RUNG_INPUT_BLANKS_H
#define RUNG_INPUT_BLANKS_H

#include "rung.h"

/* How far a text has been read; all zeros at its start. */
struct blanks {
  enum { BLANKS_LINE, BLANKS_CELL, BLANKS_BETWEEN, BLANKS_QUOTED, BLANKS_CLOSED } where;
  unsigned mark;              /* bytes of the byte order mark that were seen */
  char late[1];               /* a byte for which there was no room */
  size_t late_length;
};

/* Writes the next `length` bytes of the text with one tab for each run between two cells, and none before the first
   and after the last of a line; blanks in quotes stay.  Returns how many bytes that are: `length` + 1 at most, and
   `to` may be one byte before `from`. */
size_t blanks_squeeze(struct blanks *blanks, const char *from, size_t length, char *to);

#endif
