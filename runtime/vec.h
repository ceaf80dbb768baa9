/* vec.h - one register: a column of up to a batch's rows, in the Apache Arrow layout.

   Validity and flags are bitmaps, least significant bit first, in 64-bit words; bits past
   the rows of the batch hold no meaning.  Values where the validity bit is 0 hold no meaning either,
   except that a flag's value bit is then 0, which lets the kernels treat "true" as the value bit alone. */
#ifndef RUNG_VEC_H
#define RUNG_VEC_H

#include "rung.h"

struct vec {
  uint64_t *valid;
  union {
    uint64_t *bits;           /* flag */
    int64_t *i64;             /* integer; number and money in millionths */
    int32_t *i32;             /* date */
    struct rung_text *text;   /* views: bytes live elsewhere */
    void *any;
  } data;
  uint32_t stride;            /* 0: uniform, element 0 stands for every row (bitmaps are always whole); else 1 */
};

static inline size_t bitmap_words(size_t rows) { return (rows + 63) / 64; }
static inline bool bitmap_get(const uint64_t *bits, size_t i) { return bits[i / 64] >> (i % 64) & 1; }
static inline void bitmap_set(uint64_t *bits, size_t i) { bits[i / 64] |= (uint64_t)1 << (i % 64); }
static inline void bitmap_clear(uint64_t *bits, size_t i) { bits[i / 64] &= ~((uint64_t)1 << (i % 64)); }

/* Set bits among the first `rows`.  Counted in each byte first, of as many words as a byte can count: not every
   processor that this is compiled for counts by itself. */
static inline uint64_t bitmap_count(const uint64_t *bits, size_t rows) {
  const uint64_t ones = UINT64_MAX / 255, twos = ones * 0x33, fours = ones * 0x0f;
  size_t words = bitmap_words(rows);
  uint64_t count = 0;
  for (size_t w = 0; w < words;) {
    size_t stop = words - w < 31 ? words : w + 31;
    uint64_t sums = 0;
    for (; w < stop; w++) {
      uint64_t word = w == rows / 64 ? bits[w] & (((uint64_t)1 << rows % 64) - 1) : bits[w];
      word -= word >> 1 & ones * 0x55;
      word = (word & twos) + (word >> 2 & twos);
      sums += (word + (word >> 4)) & fours;
    }
    sums = (sums & 0x00ff00ff00ff00ff) + (sums >> 8 & 0x00ff00ff00ff00ff);
    count += sums * 0x0001000100010001 >> 48;
  }
  return count;
}

#endif
