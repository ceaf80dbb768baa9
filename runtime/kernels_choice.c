/* kernels_choice.c - `if` and `default`: the value of one operand or the other. */
#include "kernels.h"

/* Which rows take the value of x, which of y, as a word; the steps are constants after inlining. */
#define CHOICE(id, type, field, x, y, takes_x, is_valid)                                              \
  ALWAYS_INLINE void word_##id(const struct call *call, size_t w, size_t rows, size_t x_step, size_t y_step) { \
    const type *from_x = call->x->data.field + w * 64 * x_step;                                       \
    const type *from_y = call->y->data.field + w * 64 * y_step;                                       \
    type *restrict out = call->dst->data.field + w * 64;                                              \
    uint64_t takes = (takes_x), valid = (is_valid);                                                   \
    WORD_LOOP(i, rows, out[i] = takes >> i & 1 ? from_x[i * x_step] : from_y[i * y_step]);            \
    call->dst->valid[w] = valid;                                                                      \
  }                                                                                                   \
  KERNEL_OF(id, x, y)

#define IF(id, type, field) \
  CHOICE(id, type, field, b, c, call->a->data.bits[w], (takes & call->b->valid[w]) | (~takes & call->c->valid[w]))
IF(IF_I, int64_t, i64)
IF(IF_N, int64_t, i64)
IF(IF_D, int32_t, i32)
IF(IF_T, struct rung_text, text)
IF(IF_S, int64_t, i64)

#define ELSE(id, type, field) CHOICE(id, type, field, a, b, call->a->valid[w], takes | call->b->valid[w])
ELSE(ELSE_I, int64_t, i64)
ELSE(ELSE_N, int64_t, i64)
ELSE(ELSE_D, int32_t, i32)
ELSE(ELSE_T, struct rung_text, text)
ELSE(ELSE_S, int64_t, i64)
