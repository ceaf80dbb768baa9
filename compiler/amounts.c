/* amounts.c - what campaigns say of all rows, by params: values for the run to check before it reads a row. */
#include "planner.h"

/* check.c has seen constants, whatever they were written as. */
static bool is_settled(const struct ir *ir, uint32_t id, enum amount kind) {
  static const struct {
    int64_t least, most;
  } bounds[] = {
#define AMOUNT(id, least, most, text) {least, most},
#include "amounts.def"
#undef AMOUNT
  };
  const struct ir_constant *constant = ir_const(ir, id);
  return constant && constant->value >= bounds[kind].least && constant->value <= bounds[kind].most;
}

static void plan_amount(struct planner *planner, const struct symbol *campaign, const struct ast *clause,
                        enum amount kind) {
  struct plan *plan = planner->plan;
  uint32_t id = lower_as(planner, clause->child[0], KIND_N);
  if (!planner->ir->nodes[id].uniform) id = plan_defect(planner, "an amount that differs from row to row");
  if (is_settled(planner->ir, id, kind)) return;
  struct plan_amount *grown =
      arena_grow(plan->arena, plan->amounts, plan->amount_count, &plan->amount_room, sizeof *grown);
  if (!grown) return;
  plan->amounts = grown;
  grown[plan->amount_count++] = (struct plan_amount){kind, campaign, clause->at};
  plan_root(planner, id);
}

static void plan_clause(struct planner *planner, const struct symbol *campaign, const struct ast *clause) {
  switch ((enum ast_kind)clause->kind) {
    case AST_HOLDOUT: plan_amount(planner, campaign, clause, AMOUNT_HOLDOUT); break;
    case AST_LIMIT: plan_amount(planner, campaign, clause, AMOUNT_LIMIT); break;
    case AST_BUDGET: plan_amount(planner, campaign, clause, AMOUNT_BUDGET); break;
    default: break;
  }
}

void plan_amounts(struct planner *planner) {
  const struct symbols *campaigns = &planner->module->campaigns;
  for (uint32_t i = 0; i < campaigns->count; i++) {
    const struct ast *decl = campaigns->at[i]->decl;
    planner->ir->owner = campaigns->at[i]->name;
    for (uint32_t k = 2; k < decl->count; k++) plan_clause(planner, campaigns->at[i], decl->child[k]);
  }
}
