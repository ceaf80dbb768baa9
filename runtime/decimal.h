/* decimal.h - exact decimals: an int64 count of millionths.  Every operation says whether its result exists.

   Shared by the runtime's kernels and the compiler's constant folding, so that both give the same digit. */
#ifndef RUNG_DECIMAL_H
#define RUNG_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "swar.h"

enum { DECIMAL_ONE = 1000000, DECIMAL_DIGITS = 6 };

/* An exact sum in memory, of which no more is asked than the alignment of the values. */
typedef __int128 sum128 __attribute__((aligned(8)));

/* a / b rounded half away from zero; b is not 0. */
static inline __int128 divide_rounded(__int128 a, __int128 b) {
  __int128 quotient = a / b, rest = a % b;
  __int128 twice = 2 * (rest < 0 ? -rest : rest);
  if (twice >= (b < 0 ? -b : b)) quotient += (a < 0) == (b < 0) ? 1 : -1;
  return quotient;
}

static inline bool fits_int64(__int128 value, int64_t *out) {
  *out = (int64_t)value;
  return *out == value;
}

static inline bool decimal_from_integer(int64_t a, int64_t *out) {
  return !__builtin_mul_overflow(a, (int64_t)DECIMAL_ONE, out);
}

/* The nearest whole number, halves away from zero. */
static inline int64_t decimal_round(int64_t a) {
  int64_t whole = a / DECIMAL_ONE, rest = a % DECIMAL_ONE;
  return whole + (rest >= DECIMAL_ONE / 2) - (rest <= -DECIMAL_ONE / 2);
}

/* Most products fit into 64 bits, where dividing is several times as fast. */
static inline bool decimal_mul(int64_t a, int64_t b, int64_t *out) {
  int64_t product;
  if (__builtin_mul_overflow(a, b, &product)) return fits_int64(divide_rounded((__int128)a * b, DECIMAL_ONE), out);
  *out = decimal_round(product);
  return true;
}

/* Likewise; no number of millionths is -2^63, which divided by -1 would not fit. */
static inline bool decimal_div(int64_t a, int64_t b, int64_t *out) {
  int64_t whole;
  *out = 0;
  if (b == 0) return false;
  if (__builtin_mul_overflow(a, (int64_t)DECIMAL_ONE, &whole))
    return fits_int64(divide_rounded((__int128)a * DECIMAL_ONE, b), out);
  int64_t rest = whole % b, negative = (whole ^ b) >> 63;
  uint64_t bare_rest = rest < 0 ? -(uint64_t)rest : (uint64_t)rest, bare_b = b < 0 ? -(uint64_t)b : (uint64_t)b;
  *out = whole / b + (bare_rest >= bare_b - bare_rest ? negative | 1 : 0);
  return true;
}

/* integer / integer is a decimal, and the same formula: the scale of a and b cancels out. */
static inline bool integer_div(int64_t a, int64_t b, int64_t *out) { return decimal_div(a, b, out); }

enum { DECIMAL_PRINT_ROOM = 24 };

enum { EIGHT_DIGITS = 100000000 };

/* Of less than eight digits' worth: no loop and no branch, whatever its length. */
static inline size_t print_eight(char *out, uint32_t value) {
  uint64_t digits = swar_digits(value);
  size_t zeros = (size_t)__builtin_ctzll(digits | (uint64_t)1 << 56) / 8; /* the last digit is none of them */
  swar_store(out, (digits | SWAR_EACH('0')) >> 8 * zeros);
  return 8 - zeros;
}

static inline size_t print_uint64(char *out, uint64_t value) {
  if (value < EIGHT_DIGITS) return print_eight(out, (uint32_t)value);
  size_t length = print_uint64(out, value / EIGHT_DIGITS);
  swar_store(out + length, swar_digits((uint32_t)(value % EIGHT_DIGITS)) | SWAR_EACH('0'));
  return length + 8;
}

/* Writes an integer where DECIMAL_PRINT_ROOM bytes are free; returns its length. */
static inline size_t integer_print(char *out, int64_t value) {
  size_t sign = value < 0;
  *out = '-';
  return sign + print_uint64(out + sign, sign ? -(uint64_t)value : (uint64_t)value);
}

/* Writes a decimal without needless zeros, but with `least` digits after the point at least. */
static inline size_t decimal_print(char *out, int64_t value, unsigned least) {
  uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;
  uint64_t fraction = swar_digits((uint32_t)(size % DECIMAL_ONE)) >> 8 * (8 - DECIMAL_DIGITS);
  size_t sign = value < 0, digits = fraction ? 8 - (size_t)__builtin_clzll(fraction) / 8 : 0;
  *out = '-';
  size_t length = sign + print_uint64(out + sign, size / DECIMAL_ONE);
  if (digits < least) digits = least;
  out[length] = '.';
  swar_store(out + length + 1, fraction | SWAR_EACH('0'));
  return length + (digits ? 1 + digits : 0);
}

#endif
