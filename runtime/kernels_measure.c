/* kernels_measure.c - a value's place among all customers, asked of the population that an earlier stage collected. */
#include "kernels.h"
#include "population.h"
#include "quota.h"

static bool fill(const struct call *call) {
  const rung_session *session = call->session;
  const struct prog_measure *measure = &session->program->tables.measures[call->imm];
  *call->failure = population_fill(session->populations[call->imm], measure, call->a, session->keys, call->rows,
                                   call->dst, call->error);
  return *call->failure == RUNG_OK;
}

/* -- Shares that are only compared ------------------------------------------------------------ */

struct limits {
  int64_t numbers[LIMITS_MOST];
  size_t count;
};

/* False where the instruction asks for more of `reg` than whether it is present, or on which side of a number. */
static bool adds_limit(const rung_session *session, const struct prog_inst *inst, uint32_t reg, struct limits *limits) {
  const struct vec *other = &session->regs[inst->a == reg ? inst->b : inst->a];
  switch (inst->op) {
    case OP_PRESENT: case OP_FAULT: return true;
    case OP_LT_N: case OP_LE_N: case OP_EQ_N:
      if (other->stride != 0 || limits->count == LIMITS_MOST) return false;
      limits->numbers[limits->count++] = other->data.i64[0];
      return true;
    default: return false;
  }
}

/* Whether something takes the number in `reg` at the end of the code. */
static bool is_taken(const rung_session *session, uint32_t reg) {
  const struct program_tables *tables = &session->program->tables;
  bool last = session_is_last(session), taken = false;
  for (size_t i = 0; last && i < tables->show_count; i++) taken |= tables->shows[i].reg == reg;
  for (size_t i = 0; last && i < tables->guard_count; i++) taken |= tables->guards[i].value == reg;
  for (size_t i = 0; !last && i < tables->measure_count; i++) {
    const struct prog_measure *measure = &tables->measures[i];
    taken |= measure->value == reg || measure->group == reg || measure->cost == reg;
  }
  return taken;
}

/* The numbers that the rest of the code compares the result with, if that is all that becomes of it. */
static bool find_limits(const struct call *call, struct limits *limits) {
  const rung_session *session = call->session;
  const struct stage_code *code = &session->code;
  uint32_t reg = code->insts[call->inst].dst;
  for (uint32_t i = call->inst + 1; i < code->inst_count; i++) {
    const struct prog_inst *inst = &code->insts[i];
    bool reads = inst->a == reg || inst->b == reg || inst->c == reg;
    if (reads && !adds_limit(session, inst, reg, limits)) return false;
    if (inst->dst == reg) return true;
  }
  return !is_taken(session, reg);
}

static bool fill_sides(const struct call *call) {
  const rung_session *session = call->session;
  struct limits limits = {.count = 0};
  return session->program->tables.measures[call->imm].function == MEASURE_SHARE && find_limits(call, &limits) &&
         population_fill_sides(session->populations[call->imm], limits.numbers, limits.count, call->a, call->rows,
                               call->dst);
}

/* -- Kernels ------------------------------------------------------------------------------------ */

bool kernel_MEASURE_F(const struct call *call) { return fill(call); }
bool kernel_MEASURE_I(const struct call *call) { return fill(call); }
bool kernel_MEASURE_N(const struct call *call) { return fill_sides(call) || fill(call); }
bool kernel_MEASURE_D(const struct call *call) { return fill(call); }

static bool fill_quota(const struct call *call) {
  const rung_session *session = call->session;
  quota_fill(session->quotas[call->imm], call->a, call->b, call->c, session->keys, call->rows, call->dst);
  return true;
}

bool kernel_QUOTA(const struct call *call) { return fill_quota(call); }
bool kernel_QUOTA_PER(const struct call *call) { return fill_quota(call); }
