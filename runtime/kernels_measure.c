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

bool kernel_MEASURE_F(const struct call *call) { return fill(call); }
bool kernel_MEASURE_I(const struct call *call) { return fill(call); }
bool kernel_MEASURE_N(const struct call *call) { return fill(call); }
bool kernel_MEASURE_D(const struct call *call) { return fill(call); }

static bool fill_quota(const struct call *call) {
  const rung_session *session = call->session;
  quota_fill(session->quotas[call->imm], call->a, call->b, call->c, session->keys, call->rows, call->dst);
  return true;
}

bool kernel_QUOTA(const struct call *call) { return fill_quota(call); }
bool kernel_QUOTA_PER(const struct call *call) { return fill_quota(call); }
