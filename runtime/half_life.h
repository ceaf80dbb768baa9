/* half_life.h - what is left of one after `age`, when every `span` halves it.  Integers only, exact to the last digit.

   Shared by the runtime's kernel and the compiler's constant folding. */
#ifndef RUNG_HALF_LIFE_H
#define RUNG_HALF_LIFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HALF_LIFE_INLINE static inline __attribute__((always_inline))

/* Below, a fraction of one is `limbs` words, the lowest first. */
enum { HALF_LIFE_LIMBS = 3 };

/* out = a * b, cut off; out may be a. */
HALF_LIFE_INLINE void half_life_multiply(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t limbs) {
  uint64_t product[2 * HALF_LIFE_LIMBS] = {0};
  for (size_t i = 0; i < limbs; i++) {
    uint64_t carry = 0;
    for (size_t j = 0; j < limbs; j++) {
      unsigned __int128 sum = (unsigned __int128)a[i] * b[j] + product[i + j] + carry;
      product[i + j] = (uint64_t)sum;
      carry = (uint64_t)(sum >> 64);
    }
    product[i + limbs] = carry;
  }
  for (size_t i = 0; i < limbs; i++) out[i] = product[limbs + i];
}

/* out = (rest + a) / divisor, cut off; rest < divisor; out may be a. */
HALF_LIFE_INLINE void half_life_divide(uint64_t *out, uint64_t rest, const uint64_t *a, uint64_t divisor,
                                       size_t limbs) {
  for (size_t i = limbs; i-- > 0;) {
    unsigned __int128 part = (unsigned __int128)rest << 64 | a[i];
    out[i] = (uint64_t)(part / divisor);
    rest = (uint64_t)(part % divisor);
  }
}

/* 2^-(rest / span) * 2000000, its whole part and the top word of its fraction; 0 < rest < span.

   With z = ln 2 * rest / span, 1 - e^-z = z/1 * (1 - z/2 * (1 - z/3 * ...)).  Cutting off costs less than 16 units of
   the last place in all: each step multiplies the error so far by less than 0.7 / n and adds less than 5 / n + 1. */
HALF_LIFE_INLINE uint64_t half_life_halves(uint64_t rest, uint64_t span, size_t limbs, uint64_t *fraction) {
  const uint64_t ln2[HALF_LIFE_LIMBS] = {0x40f343267298b62d, 0xc9e3b39803f2f6af, 0xb17217f7d1cf79ab};
  uint64_t z[HALF_LIFE_LIMBS] = {0}, u[HALF_LIFE_LIMBS] = {0};
  half_life_divide(z, rest, z, span, limbs);
  half_life_multiply(z, z, ln2 + HALF_LIFE_LIMBS - limbs, limbs);
  for (uint64_t n = limbs == 1 ? 20 : 44; n > 0; n--) { /* z^n / n! is then less than a unit of the last place */
    for (size_t i = 0; i < limbs; i++) u[i] = ~u[i];
    half_life_multiply(u, u, z, limbs);
    half_life_divide(u, 0, u, n, limbs);
  }
  unsigned __int128 product = 0;
  for (size_t i = 0; i < limbs; i++) product = (product >> 64) + (unsigned __int128)~u[i] * 2000000;
  *fraction = (uint64_t)product;
  return (uint64_t)(product >> 64);
}

/* *out = 2^-(age / span) in millionths, halves away from zero; false when age < 0 or span <= 0.

   The result is the number of half millionths, cut off, plus one, over two.  A quotient that is no whole number gives
   an irrational power, so it is never a tie.  One limb tells that number except where its error reaches over a whole
   one; three limbs always do: no quotient of two int64 is nearer than 2^-151 to log2(2000000 / t), for any t where that
   is no whole number itself (their continued fractions say so); the powers are then 2^-153 apart, and the error of
   three limbs is below 2^-188. */
static inline bool half_life(int64_t age, int64_t span, int64_t *out) {
  const uint64_t margin = (uint64_t)1 << 26; /* more than 16 * 2000000 */
  *out = 0;
  if (age < 0 || span <= 0) return false;
  uint64_t whole = (uint64_t)(age / span), rest = (uint64_t)(age % span), halves = 2000000, fraction;
  if (whole > 20) return true;
  if (rest > 0) {
    halves = half_life_halves(rest, (uint64_t)span, 1, &fraction);
    if (fraction + margin < 2 * margin)
      halves = half_life_halves(rest, (uint64_t)span, HALF_LIFE_LIMBS, &fraction);
  }
  *out = (int64_t)(((halves >> whole) + 1) / 2);
  return true;
}

#endif
