/* similar.h - the name that was probably meant. */
#ifndef RUNG_SIMILAR_H
#define RUNG_SIMILAR_H

#include "rung.h"

#define SIMILAR_NOT UINT32_MAX

/* How many characters must change to make `a` into `b`, two neighbours exchanged counting once; case, blanks, `_`,
   `-` and invisible characters don't count.  SIMILAR_NOT when that is too much for a slip. */
uint32_t similar_distance(struct rung_text a, struct rung_text b);

/* A blank or a character that cannot be seen: what makes two names look the same. */
bool similar_invisible(int32_t character);

/* The character at *at, which moves past it; a byte that is no UTF-8 is a character of its own, 0xDC00 + byte. */
int32_t similar_next(struct rung_text text, size_t *at);
static inline bool similar_bad_byte(int32_t character) { return character >= 0xDC80 && character <= 0xDCFF; }

#endif
