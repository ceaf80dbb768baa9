/* decode_flag.c - plain cells to flags: 1 and 0. */
#include "decode.h"

uint64_t decode_flags(const struct tile *tile, uint32_t field, uint64_t *flags) {
  uint64_t read = 0, ones = 0;
  for (size_t i = tile->count; i-- > 0;) {
    struct rung_text cell = strip_quotes(tile_raw(tile, i, field));
    unsigned digit = (unsigned char)*cell.bytes ^ '0';
    read = read * 2 + ((cell.length == 1) & (digit < 2));
    ones = ones * 2 + (digit & 1);
  }
  *flags = ones & read;
  return read;
}
