/* swar.h - eight bytes of text in a word, the first in its lowest bits. */
#ifndef RUNG_SWAR_H
#define RUNG_SWAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SWAR_EACH(byte) (UINT64_C(0x0101010101010101) * (uint8_t)(byte))
#define SWAR_HIGH SWAR_EACH(0x80)

static inline uint64_t swar_load(const char *at) {
  uint64_t word;
  memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

static inline void swar_store(char *at, uint64_t word) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  memcpy(at, &word, sizeof word);
}

/* The first `bytes` of a word, 0 to 7. */
static inline uint64_t swar_mask(size_t bytes) { return ((uint64_t)1 << 8 * bytes) - 1; }

/* Not 0 when a byte is more than 9. */
static inline uint64_t swar_no_digits(uint64_t digits) {
  return (digits | (digits + SWAR_EACH(0x76))) & SWAR_HIGH;
}

/* The number that eight digits 0 to 9 are, the first byte being the highest: pairs, then fours, then all. */
static inline uint64_t swar_number(uint64_t digits) {
  digits = digits * 10 + (digits >> 8);
  digits = ((digits & UINT64_C(0x000000ff000000ff)) * (100 + (UINT64_C(1000000) << 32)) +
            (digits >> 16 & UINT64_C(0x000000ff000000ff)) * (1 + (UINT64_C(10000) << 32))) >> 32;
  return digits;
}

/* And back: the eight digits of a number that has no more.  Halves, fourths, eighths, each kept beside its like; the
   factors divide by 100 and by 10. */
static inline uint64_t swar_digits(uint32_t number) {
  uint64_t fours = number / 10000 | (uint64_t)(number % 10000) << 32;
  uint64_t high = fours * 10486 >> 20 & UINT64_C(0x0000007f0000007f);
  uint64_t twos = high | (fours - high * 100) << 16;
  uint64_t tens = twos * 103 >> 10 & UINT64_C(0x000f000f000f000f);
  return tens | (twos - tens * 10) << 8;
}

/* Eight bytes, 0 or 1 as the bits are, the first byte for the lowest. */
static inline uint64_t swar_flags(uint8_t bits) {
  uint64_t one_each = SWAR_EACH(bits) & UINT64_C(0x8040201008040201);
  return (one_each + SWAR_EACH(0x7f)) >> 7 & SWAR_EACH(1);
}

/* A bit for each of 64 bytes that are 0 or 1. */
static inline uint64_t swar_bits(const uint8_t *flags) {
  uint64_t bits = 0;
  for (size_t i = 0; i < 8; i++) {
    uint64_t word = swar_load((const char *)flags + 8 * i);
    bits |= (word * UINT64_C(0x0102040810204080) >> 56) << 8 * i;
  }
  return bits;
}

#endif
