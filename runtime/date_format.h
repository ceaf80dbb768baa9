/* date_format.h - a declared date format ("DD.MM.YYYY"), piece by piece.

   YYYY or YY, MM or M, DD or D stand once each, in any order.  M and D are one or two digits, so that something must
   part them from a number that follows.  Every other character stands for itself, but digits and the letters A to Z
   are refused: a format with hours is no date format. */
#ifndef RUNG_DATE_FORMAT_H
#define RUNG_DATE_FORMAT_H

#include "rung.h"

struct date_piece {
  char letter;              /* 'Y', 'M', 'D', or the character that stands for itself */
  unsigned digits;          /* letters written: YYYY is 4; 0 for a character that stands for itself */
};

/* Takes the next piece off the front of `format`, which is not empty. */
static inline struct date_piece date_format_next(struct rung_text *format) {
  struct date_piece piece = {format->bytes[0], 0};
  size_t length = 1;
  if (piece.letter == 'Y' || piece.letter == 'M' || piece.letter == 'D') {
    while (length < format->length && format->bytes[length] == piece.letter) length++;
    piece.digits = length > 9 ? 9 : (unsigned)length;
  }
  *format = (struct rung_text){format->bytes + length, format->length - length};
  return piece;
}

static inline bool date_format_valid(struct rung_text format) {
  unsigned years = 0, months = 0, days = 0;
  bool open = false; /* a number of one or two digits stands before */
  while (format.length) {
    struct date_piece piece = date_format_next(&format);
    bool letter = (piece.letter | 0x20) >= 'a' && (piece.letter | 0x20) <= 'z';
    if (piece.digits == 0) {
      if (letter || (piece.letter >= '0' && piece.letter <= '9')) return false;
      open = false;
      continue;
    }
    if (open) return false;
    open = piece.digits == 1;
    unsigned *seen = piece.letter == 'Y' ? &years : piece.letter == 'M' ? &months : &days;
    if (*seen || (piece.letter == 'Y' ? piece.digits != 2 && piece.digits != 4 : piece.digits > 2)) return false;
    *seen = piece.digits;
  }
  return years && months && days;
}

#endif
