/* decode_flag.c - plain cells to flags: 1 and 0. */
#include "decode.h"
#include "swar.h"

CLONES static uint64_t read_flags(const struct spans *spans, uint64_t *flags) {
  uint8_t read[DECODE_ROWS], ones[DECODE_ROWS];
  for (size_t i = 0; i < DECODE_ROWS; i++) {
    uint64_t digit = (spans->words[i] & 0xff) ^ '0';
    read[i] = (place_length(spans->places[i]) == 1) & (digit < 2);
    ones[i] = digit & 1;
  }
  uint64_t bits = swar_bits(read);
  *flags = bits & swar_bits(ones);
  return bits;
}

uint64_t decode_flags(const struct spans *spans, uint64_t *flags) { return read_flags(spans, flags); }

bool decode_flag(struct rung_text cell, struct vec *vec, size_t row) {
  bool read = cell.length == 1 && (*cell.bytes == '0' || *cell.bytes == '1');
  if (read && *cell.bytes == '1') bitmap_set(vec->data.bits, row);
  return read;
}
