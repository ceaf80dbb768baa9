/* kernels_number.c - comparison and arithmetic of integers, numbers and dates. */
#include "decimal.h"
#include "half_life.h"
#include "kernels.h"

/* -- Comparison ---------------------------------------------------------------------- */

#define COMPARE(id, type, field, relation)                                                                    \
  ALWAYS_INLINE void word_##id(const struct call *call, size_t w, size_t rows, size_t a_step, size_t b_step) { \
    const type *a = call->a->data.field + w * 64 * a_step, *b = call->b->data.field + w * 64 * b_step;        \
    uint64_t valid = call->a->valid[w] & call->b->valid[w], holds;                                            \
    WORD_BITS(i, rows, holds, a[i * a_step] relation b[i * b_step]);                                          \
    call->dst->data.bits[w] = holds & valid;                                                                  \
    call->dst->valid[w] = valid;                                                                              \
  }                                                                                                           \
  KERNEL_2(id)
COMPARE(EQ_I, int64_t, i64, ==)
COMPARE(EQ_N, int64_t, i64, ==)
COMPARE(EQ_D, int32_t, i32, ==)
COMPARE(EQ_S, int64_t, i64, ==)
COMPARE(LT_I, int64_t, i64, <)
COMPARE(LT_N, int64_t, i64, <)
COMPARE(LT_D, int32_t, i32, <)
COMPARE(LT_S, int64_t, i64, <)
COMPARE(LE_I, int64_t, i64, <=)
COMPARE(LE_N, int64_t, i64, <=)
COMPARE(LE_D, int32_t, i32, <=)
COMPARE(LE_S, int64_t, i64, <=)

#define MEMBER(id, field)                                                                          \
  bool kernel_##id(const struct call *call) {                                                      \
    const struct set *set = &call->session->program->sets[call->imm];                              \
    EACH_WORD(w) {                                                                                 \
      uint64_t valid = call->a->valid[w], members = 0;                                             \
      EACH_BIT(i, valid, word_rows(call, w))                                                       \
        members |= (uint64_t)set_has_number(set, call->a->data.field[(w * 64 + i) * call->a->stride]) << i; \
      call->dst->data.bits[w] = members;                                                           \
      call->dst->valid[w] = valid;                                                                 \
    }                                                                                              \
    return true;                                                                                   \
  }
MEMBER(IN_I, i64)
MEMBER(IN_N, i64)
MEMBER(IN_D, i32)

/* -- Arithmetic -------------------------------------------------------------------------
   `result` is of x and y, the values of a row, and always exists; `fits` stores it in *out and says whether it does. */

/* (The compiler believes `restrict` of parameters only.) */
#define TOTAL_1(id, in, in_field, to, to_field, result)                                                \
  ALWAYS_INLINE void loop_##id(to *restrict out, const in *a, size_t a_step, size_t rows) {            \
    WORD_LOOP(i, rows, in x = a[i * a_step]; out[i] = (result));                                       \
  }                                                                                                    \
  ALWAYS_INLINE void word_##id(const struct call *call, size_t w, size_t rows, size_t a_step) {        \
    loop_##id(call->dst->data.to_field + w * 64, call->a->data.in_field + w * 64 * a_step, a_step, rows); \
    call->dst->valid[w] = call->a->valid[w];                                                           \
  }                                                                                                    \
  KERNEL_1(id)

#define TOTAL_2(id, in, in_field, to, to_field, result)                                                        \
  ALWAYS_INLINE void loop_##id(to *restrict out, const in *a, size_t a_step, const in *b, size_t b_step,       \
                               size_t rows) {                                                                  \
    WORD_LOOP(i, rows, in x = a[i * a_step], y = b[i * b_step]; out[i] = (result));                            \
  }                                                                                                            \
  ALWAYS_INLINE void word_##id(const struct call *call, size_t w, size_t rows, size_t a_step, size_t b_step) { \
    loop_##id(call->dst->data.to_field + w * 64, call->a->data.in_field + w * 64 * a_step, a_step,             \
              call->b->data.in_field + w * 64 * b_step, b_step, rows);                                         \
    call->dst->valid[w] = call->a->valid[w] & call->b->valid[w];                                               \
  }                                                                                                            \
  KERNEL_2(id)

#define FALLIBLE_1(id, fits) WORD_1(id, fits, false)
#define FALLIBLE_2(id, fits) WORD_2(id, fits, false)

#define WORD_1(id, fits, swift)                                                                 \
  ALWAYS_INLINE bool fits_##id(int64_t x, int64_t *out) { return (fits); }                      \
  ALWAYS_INLINE void word_##id(const struct call *call, size_t w, size_t rows, size_t a_step) { \
    const int64_t *a = call->a->data.i64 + w * 64 * a_step;                                     \
    int64_t *out = call->dst->data.i64 + w * 64;                                                \
    uint64_t valid = call->a->valid[w], exist = ~(uint64_t)0;                                   \
    if (rows < 64 || !(swift))                                                                  \
      WORD_BITS(i, rows, exist, fits_##id(a[i * a_step], &out[i]));                             \
    call->dst->valid[w] = valid & exist;                                                        \
  }                                                                                             \
  KERNEL_1(id)

#define WORD_2(id, fits, swift)                                                                               \
  ALWAYS_INLINE bool fits_##id(int64_t x, int64_t y, int64_t *out) { return (fits); }                         \
  ALWAYS_INLINE void word_##id(const struct call *call, size_t w, size_t rows, size_t a_step, size_t b_step) { \
    const int64_t *a = call->a->data.i64 + w * 64 * a_step, *b = call->b->data.i64 + w * 64 * b_step;         \
    int64_t *out = call->dst->data.i64 + w * 64;                                                              \
    uint64_t valid = call->a->valid[w] & call->b->valid[w], exist = ~(uint64_t)0;                             \
    if (rows < 64 || !(swift))                                                                                \
      WORD_BITS(i, rows, exist, fits_##id(a[i * a_step], b[i * b_step], &out[i]));                            \
    call->dst->valid[w] = valid & exist;                                                                      \
  }                                                                                                           \
  KERNEL_2(id)

/* The same with a swift way for 64 rows, which vector instructions can go: `wrapped` is the result wherever `doubt` is
   0, both unsigned and without branches.  One doubt, and the word goes the sure way. */
#define SWIFT_1(id, fits, wrapped, doubt)                                                          \
  ALWAYS_INLINE bool swift_##id(const int64_t *a, int64_t *restrict out, size_t a_step) {          \
    uint64_t doubts = 0;                                                                           \
    for (size_t i = 0; i < 64; i++) {                                                              \
      uint64_t x = (uint64_t)a[i * a_step];                                                        \
      out[i] = (int64_t)(wrapped);                                                                 \
      doubts |= (doubt);                                                                           \
    }                                                                                              \
    return !doubts;                                                                                \
  }                                                                                                \
  WORD_1(id, fits, swift_##id(a, out, a_step))

#define SWIFT_2(id, fits, wrapped, doubt)                                                          \
  ALWAYS_INLINE bool swift_##id(const int64_t *a, const int64_t *b, int64_t *restrict out,         \
                                size_t a_step, size_t b_step) {                                    \
    uint64_t doubts = 0;                                                                           \
    for (size_t i = 0; i < 64; i++) {                                                              \
      uint64_t x = (uint64_t)a[i * a_step], y = (uint64_t)b[i * b_step];                           \
      out[i] = (int64_t)(wrapped);                                                                 \
      doubts |= (doubt);                                                                           \
    }                                                                                              \
    return !doubts;                                                                                \
  }                                                                                                \
  WORD_2(id, fits, swift_##id(a, b, out, a_step, b_step))

/* Not 0 where x is no signed number of so many bits. */
#define BEYOND(x, bits) (((x) + ((uint64_t)1 << ((bits) - 1))) >> (bits))
/* The sign is neither one's, or of a difference not that of the first although they differ. */
#define SUM_WRAPS ((x ^ (x + y)) & (y ^ (x + y))) >> 63
#define DIFFERENCE_WRAPS ((x ^ y) & (x ^ (x - y))) >> 63

/* How a double tells quotients: of n, x millionths, and d, both without their signs, it is off by three roundings, less
   than one as long as the quotient is below 2^51.  So the whole of it is wrong by less than two, and the rest, which
   fits into 64 bits, tells by how much. */
ALWAYS_INLINE bool swift_divide(const int64_t *a, const int64_t *b, int64_t *restrict out, size_t a_step,
                                size_t b_step, uint64_t *exist) {
  uint64_t doubts = 0, zeros;
  for (size_t i = 0; i < 64; i++) {
    int64_t x = a[i * a_step], y = b[i * b_step], x_sign = x >> 63, y_sign = y >> 63, sign = x_sign ^ y_sign;
    uint64_t bare_x = (uint64_t)(x ^ x_sign) - (uint64_t)x_sign, bare_y = (uint64_t)(y ^ y_sign) - (uint64_t)y_sign;
    int64_t n = (int64_t)(bare_x & (((uint64_t)1 << 43) - 1)) * DECIMAL_ONE;
    int64_t d = (int64_t)(bare_y & (((uint64_t)1 << 61) - 1));
    d |= (int64_t)(d == 0) << 60;
    int64_t whole = (int64_t)((double)n / (double)d), half = d - (d >> 1);
    int64_t rest = (int64_t)((uint64_t)n - (uint64_t)whole * (uint64_t)d);
    int64_t nearest = whole + (rest >= half) + (rest >= half + d) - (rest < half - d);
    out[i] = (nearest ^ sign) - sign;
    doubts |= bare_x >> 43 | bare_y >> 61 | (uint64_t)whole >> 51;
  }
  WORD_BITS(i, 64, zeros, b[i * b_step] == 0);
  *exist = ~zeros;
  return !doubts;
}

SWIFT_1(TO_N, decimal_from_integer(x, out), x * DECIMAL_ONE, BEYOND(x, 44))
SWIFT_2(ADD_I, !__builtin_add_overflow(x, y, out), x + y, SUM_WRAPS)
SWIFT_2(ADD_N, !__builtin_add_overflow(x, y, out), x + y, SUM_WRAPS)
SWIFT_2(SUB_I, !__builtin_sub_overflow(x, y, out), x - y, DIFFERENCE_WRAPS)
SWIFT_2(SUB_N, !__builtin_sub_overflow(x, y, out), x - y, DIFFERENCE_WRAPS)
SWIFT_2(MUL_I, !__builtin_mul_overflow(x, y, out), x * y, BEYOND(x, 32) | BEYOND(y, 32))
FALLIBLE_2(MUL_N, decimal_mul(x, y, out))
WORD_2(DIV_I, integer_div(x, y, out), swift_divide(a, b, out, a_step, b_step, &exist))
WORD_2(DIV_N, decimal_div(x, y, out), swift_divide(a, b, out, a_step, b_step, &exist))
FALLIBLE_2(HALF_LIFE, half_life(x, y, out))
FALLIBLE_1(NEG_I, !__builtin_sub_overflow((int64_t)0, x, out))
FALLIBLE_1(NEG_N, !__builtin_sub_overflow((int64_t)0, x, out))
FALLIBLE_1(ABS_I, !__builtin_sub_overflow((int64_t)0, x < 0 ? x : -x, out))
FALLIBLE_1(ABS_N, !__builtin_sub_overflow((int64_t)0, x < 0 ? x : -x, out))
TOTAL_2(MIN_I, int64_t, i64, int64_t, i64, x < y ? x : y)
TOTAL_2(MIN_N, int64_t, i64, int64_t, i64, x < y ? x : y)
TOTAL_2(MIN_D, int32_t, i32, int32_t, i32, x < y ? x : y)
TOTAL_2(MIN_S, int64_t, i64, int64_t, i64, x < y ? x : y)
TOTAL_2(MAX_I, int64_t, i64, int64_t, i64, x > y ? x : y)
TOTAL_2(MAX_N, int64_t, i64, int64_t, i64, x > y ? x : y)
TOTAL_2(MAX_D, int32_t, i32, int32_t, i32, x > y ? x : y)
TOTAL_2(MAX_S, int64_t, i64, int64_t, i64, x > y ? x : y)
TOTAL_1(ROUND, int64_t, i64, int64_t, i64, decimal_round(x))
TOTAL_2(DAYS, int32_t, i32, int64_t, i64, (int64_t)x - y)
