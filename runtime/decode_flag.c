/* decode_flag.c - plain cells to flags: 1 and 0. */
#include "decode.h"

uint64_t decode_flags(const struct cells *cells, uint64_t *flags) {
  uint64_t read = 0, ones = 0;
  for (size_t i = 0; i < cells->count; i++) {
    struct rung_text cell = cells->at[i];
    unsigned digit = (unsigned)(*cell.bytes ^ '0');
    read |= (uint64_t)((cell.length == 1) & (digit < 2)) << i;
    ones |= (uint64_t)(digit & 1) << i;
  }
  *flags = ones & read;
  return read;
}
