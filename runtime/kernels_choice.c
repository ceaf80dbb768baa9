/* kernels_choice.c - `if` and `default`: the value of one operand or the other. */
#include "kernels.h"

/* By a mask, as vector instructions do it. */
ALWAYS_INLINE int64_t pick_i64(bool first, int64_t x, int64_t y) { return y ^ ((x ^ y) & -(int64_t)first); }
ALWAYS_INLINE int32_t pick_i32(bool first, int32_t x, int32_t y) { return y ^ ((x ^ y) & -(int32_t)first); }
ALWAYS_INLINE struct rung_text pick_text(bool first, struct rung_text x, struct rung_text y) { return first ? x : y; }

#define CHOOSE(type, field)                                                                                \
  ALWAYS_INLINE void choose_##field(type *restrict out, uint64_t takes_x, const type *x, size_t x_step,    \
                                    const type *y, size_t y_step, size_t rows) {                           \
    WORD_LOOP(i, rows, out[i] = pick_##field(takes_x >> i & 1, x[i * x_step], y[i * y_step]));             \
  }
CHOOSE(int64_t, i64)
CHOOSE(int32_t, i32)
CHOOSE(struct rung_text, text)

/* Which rows take the value of x, which of y, as a word; the steps are constants after inlining. */
#define CHOICE(id, field, x, y, takes_x, is_valid)                                                             \
  ALWAYS_INLINE void word_##id(const struct call *call, size_t w, size_t rows, size_t x_step, size_t y_step) { \
    uint64_t takes = (takes_x), valid = (is_valid);                                                            \
    choose_##field(call->dst->data.field + w * 64, takes, call->x->data.field + w * 64 * x_step, x_step,       \
                   call->y->data.field + w * 64 * y_step, y_step, rows);                                       \
    call->dst->valid[w] = valid;                                                                               \
  }                                                                                                            \
  KERNEL_OF(id, x, y)

#define IF(id, field) \
  CHOICE(id, field, b, c, call->a->data.bits[w], (takes & call->b->valid[w]) | (~takes & call->c->valid[w]))
IF(IF_I, i64)
IF(IF_N, i64)
IF(IF_D, i32)
IF(IF_T, text)
IF(IF_S, i64)

#define ELSE(id, field) CHOICE(id, field, a, b, call->a->valid[w], takes | call->b->valid[w])
ELSE(ELSE_I, i64)
ELSE(ELSE_N, i64)
ELSE(ELSE_D, i32)
ELSE(ELSE_T, text)
ELSE(ELSE_S, i64)
