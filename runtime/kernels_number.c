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

#define TOTAL_1(id, in, in_field, out_field, result)                                            \
  ALWAYS_INLINE void word_##id(const struct call *call, size_t w, size_t rows, size_t a_step) { \
    const in *a = call->a->data.in_field + w * 64 * a_step;                                     \
    call->dst->valid[w] = call->a->valid[w];                                                    \
    WORD_LOOP(i, rows,                                                                          \
      in x = a[i * a_step];                                                                     \
      call->dst->data.out_field[w * 64 + i] = (result));                                        \
  }                                                                                             \
  KERNEL_1(id)

#define TOTAL_2(id, in, in_field, out_field, result)                                                          \
  ALWAYS_INLINE void word_##id(const struct call *call, size_t w, size_t rows, size_t a_step, size_t b_step) { \
    const in *a = call->a->data.in_field + w * 64 * a_step, *b = call->b->data.in_field + w * 64 * b_step;    \
    call->dst->valid[w] = call->a->valid[w] & call->b->valid[w];                                              \
    WORD_LOOP(i, rows,                                                                                        \
      in x = a[i * a_step], y = b[i * b_step];                                                                \
      call->dst->data.out_field[w * 64 + i] = (result));                                                      \
  }                                                                                                           \
  KERNEL_2(id)

#define FALLIBLE_1(id, fits)                                                                    \
  ALWAYS_INLINE bool fits_##id(int64_t x, int64_t *out) { return (fits); }                      \
  ALWAYS_INLINE void word_##id(const struct call *call, size_t w, size_t rows, size_t a_step) { \
    const int64_t *a = call->a->data.i64 + w * 64 * a_step;                                     \
    int64_t *out = call->dst->data.i64 + w * 64;                                                \
    uint64_t valid = call->a->valid[w], exist;                                                  \
    WORD_BITS(i, rows, exist, fits_##id(a[i * a_step], &out[i]));                               \
    call->dst->valid[w] = valid & exist;                                                        \
  }                                                                                             \
  KERNEL_1(id)

#define FALLIBLE_2(id, fits)                                                                                  \
  ALWAYS_INLINE bool fits_##id(int64_t x, int64_t y, int64_t *out) { return (fits); }                         \
  ALWAYS_INLINE void word_##id(const struct call *call, size_t w, size_t rows, size_t a_step, size_t b_step) { \
    const int64_t *a = call->a->data.i64 + w * 64 * a_step, *b = call->b->data.i64 + w * 64 * b_step;         \
    int64_t *out = call->dst->data.i64 + w * 64;                                                              \
    uint64_t valid = call->a->valid[w] & call->b->valid[w], exist;                                            \
    WORD_BITS(i, rows, exist, fits_##id(a[i * a_step], b[i * b_step], &out[i]));                              \
    call->dst->valid[w] = valid & exist;                                                                      \
  }                                                                                                           \
  KERNEL_2(id)

FALLIBLE_1(TO_N, decimal_from_integer(x, out))
FALLIBLE_2(ADD_I, !__builtin_add_overflow(x, y, out))
FALLIBLE_2(ADD_N, !__builtin_add_overflow(x, y, out))
FALLIBLE_2(SUB_I, !__builtin_sub_overflow(x, y, out))
FALLIBLE_2(SUB_N, !__builtin_sub_overflow(x, y, out))
FALLIBLE_2(MUL_I, !__builtin_mul_overflow(x, y, out))
FALLIBLE_2(MUL_N, decimal_mul(x, y, out))
FALLIBLE_2(DIV_I, integer_div(x, y, out))
FALLIBLE_2(DIV_N, decimal_div(x, y, out))
FALLIBLE_2(HALF_LIFE, half_life(x, y, out))
FALLIBLE_1(NEG_I, !__builtin_sub_overflow((int64_t)0, x, out))
FALLIBLE_1(NEG_N, !__builtin_sub_overflow((int64_t)0, x, out))
FALLIBLE_1(ABS_I, !__builtin_sub_overflow((int64_t)0, x < 0 ? x : -x, out))
FALLIBLE_1(ABS_N, !__builtin_sub_overflow((int64_t)0, x < 0 ? x : -x, out))
TOTAL_2(MIN_I, int64_t, i64, i64, x < y ? x : y)
TOTAL_2(MIN_N, int64_t, i64, i64, x < y ? x : y)
TOTAL_2(MIN_D, int32_t, i32, i32, x < y ? x : y)
TOTAL_2(MIN_S, int64_t, i64, i64, x < y ? x : y)
TOTAL_2(MAX_I, int64_t, i64, i64, x > y ? x : y)
TOTAL_2(MAX_N, int64_t, i64, i64, x > y ? x : y)
TOTAL_2(MAX_D, int32_t, i32, i32, x > y ? x : y)
TOTAL_2(MAX_S, int64_t, i64, i64, x > y ? x : y)
TOTAL_1(ROUND, int64_t, i64, i64, decimal_round(x))
TOTAL_2(DAYS, int32_t, i32, i64, (int64_t)x - y)
