/* kernels_flag.c - constants, params, logic, counting: whole words of bitmaps. */
#include "kernels.h"

/* -- Sources ----------------------------------------------------------------------- */

static void set_present(const struct call *call, bool present) {
  EACH_WORD(w) call->dst->valid[w] = present ? ~(uint64_t)0 : 0;
}

static void fill_flag(const struct call *call, int64_t value) {
  EACH_WORD(w) call->dst->data.bits[w] = value ? ~(uint64_t)0 : 0;
  set_present(call, true);
}

static void fill_i64(const struct call *call, int64_t value) {
  for (size_t i = 0; i < call->rows; i++) call->dst->data.i64[i] = value;
  set_present(call, true);
}

static void fill_date(const struct call *call, int64_t value) {
  for (size_t i = 0; i < call->rows; i++) call->dst->data.i32[i] = (int32_t)value;
  set_present(call, true);
}

static void fill_text(const struct call *call, struct rung_text value) {
  for (size_t i = 0; i < call->rows; i++) call->dst->data.text[i] = value;
  set_present(call, true);
}

static const struct prog_constant *constant_of(const struct call *call) {
  return &call->session->program->tables.constants[call->imm];
}

static const struct param *param_of(const struct call *call) { return &call->session->params[call->imm]; }

#define SOURCE(id, fill, value) bool kernel_##id(const struct call *call) { return fill(call, value), true; }
SOURCE(CONST_F, fill_flag, constant_of(call)->value)
SOURCE(CONST_I, fill_i64, constant_of(call)->value)
SOURCE(CONST_N, fill_i64, constant_of(call)->value)
SOURCE(CONST_D, fill_date, constant_of(call)->value)
SOURCE(CONST_T, fill_text, constant_of(call)->text)
SOURCE(PARAM_F, fill_flag, param_of(call)->value)
SOURCE(PARAM_I, fill_i64, param_of(call)->value)
SOURCE(PARAM_N, fill_i64, param_of(call)->value)
SOURCE(PARAM_D, fill_date, param_of(call)->value)
SOURCE(PARAM_T, fill_text, param_of(call)->text)
SOURCE(TODAY, fill_date, call->session->options.today)
SOURCE(NOW, fill_i64, call->session->options.now)
SOURCE(NULL_I, set_present, false)
SOURCE(NULL_N, set_present, false)
SOURCE(NULL_D, set_present, false)
SOURCE(NULL_T, set_present, false)
SOURCE(NULL_S, set_present, false)

bool kernel_NULL_F(const struct call *call) {
  EACH_WORD(w) call->dst->data.bits[w] = call->dst->valid[w] = 0;
  return true;
}

/* -- Logic: a value bit is 0 where the flag is missing, so it alone says "true" ---------- */

#define LOGIC(id, is_true, is_valid)                                                       \
  bool kernel_##id(const struct call *call) {                                              \
    EACH_WORD(w) {                                                                         \
      uint64_t a = call->a->data.bits[w], a_valid = call->a->valid[w];                     \
      uint64_t b = call->b->data.bits[w], b_valid = call->b->valid[w];                     \
      call->dst->data.bits[w] = (is_true);                                                 \
      call->dst->valid[w] = (is_valid);                                                    \
    }                                                                                      \
    return true;                                                                           \
  }
LOGIC(AND, a & b, (a & b) | (a_valid & ~a) | (b_valid & ~b))
LOGIC(OR, a | b, a | b | (a_valid & b_valid))
LOGIC(EQ_F, ~(a ^ b) & a_valid & b_valid, a_valid & b_valid)
LOGIC(ELSE_F, a | (b & ~a_valid), a_valid | b_valid)

bool kernel_NOT(const struct call *call) {
  EACH_WORD(w) {
    uint64_t valid = call->a->valid[w];
    call->dst->data.bits[w] = valid & ~call->a->data.bits[w];
    call->dst->valid[w] = valid;
  }
  return true;
}

bool kernel_SURE(const struct call *call) {
  EACH_WORD(w) call->dst->data.bits[w] = call->a->data.bits[w];
  set_present(call, true);
  return true;
}

bool kernel_PRESENT(const struct call *call) {
  EACH_WORD(w) call->dst->data.bits[w] = call->a->valid[w];
  set_present(call, true);
  return true;
}

bool kernel_IF_F(const struct call *call) {
  EACH_WORD(w) {
    uint64_t a = call->a->data.bits[w];
    uint64_t valid = (a & call->b->valid[w]) | (~a & call->c->valid[w]);
    call->dst->data.bits[w] = (a & call->b->data.bits[w]) | (~a & call->c->data.bits[w]);
    call->dst->valid[w] = valid;
  }
  return true;
}

bool kernel_TALLY(const struct call *call) {
  struct tally *tally = &call->session->tallies[call->imm];
  EACH_WORD(w) {
    size_t rows = word_rows(call, w);
    uint64_t asked = call->b->data.bits[w], valid = call->a->valid[w], yes = call->a->data.bits[w] & valid;
    if (rows < 64) asked &= ((uint64_t)1 << rows) - 1;
    tally->yes += (uint64_t)__builtin_popcountll(asked & yes);
    tally->no += (uint64_t)__builtin_popcountll(asked & valid & ~yes);
    tally->unknown += (uint64_t)__builtin_popcountll(asked & ~valid);
  }
  return true;
}

bool kernel_FAULT(const struct call *call) {
  uint64_t *count = &call->session->faults[call->inst];
  EACH_WORD(w) {
    uint64_t bad = call->b->data.bits[w] & ~call->a->valid[w];
    size_t rows = word_rows(call, w);
    if (rows < 64) bad &= ((uint64_t)1 << rows) - 1;
    if (bad) *count += (uint64_t)__builtin_popcountll(bad);
  }
  return true;
}
