/* guards.c - turns guards into values of each row for the run to sum up: what is judged, of whom, and the limit. */
#include "planner.h"

static uint32_t negation(struct planner *planner, const struct ast *node, uint32_t a) {
  return lower_op(planner, node, OP_NOT, a, NONE32);
}

static uint32_t sure(struct planner *planner, const struct ast *node, uint32_t a) {
  return lower_op(planner, node, OP_SURE, a, NONE32);
}

/* -- Changes ------------------------------------------------------------------------------- */

/* Both missing, or both the same. */
static uint32_t stayed_value(struct planner *planner, const struct ast *node, uint32_t is, uint32_t was) {
  uint32_t same = sure(planner, node, lower_equal(planner, node, is, was));
  uint32_t is_there = lower_op(planner, node, OP_PRESENT, is, NONE32);
  uint32_t was_there = lower_op(planner, node, OP_PRESENT, was, NONE32);
  uint32_t neither = negation(planner, node, lower_op(planner, node, OP_OR, is_there, was_there));
  return lower_op(planner, node, OP_OR, same, neither);
}

/* A status was no label where its cell is empty; a label that it has no more is another one. */
static uint32_t stayed_status(struct planner *planner, const struct ast *node, const struct symbol *status,
                              const struct symbol *column) {
  const struct symbols *labels = &planner->module->labels;
  uint32_t said = lower_said(planner, node, column);
  uint32_t none = negation(planner, node, planned(planner, planner->any_label[status->index]));
  uint32_t said_none = negation(planner, node, lower_op(planner, node, OP_PRESENT, said, NONE32));
  uint32_t stayed = lower_op(planner, node, OP_AND, none, said_none);
  for (uint32_t i = 0; i < labels->count; i++) {
    if (labels->at[i]->status != status) continue;
    uint32_t name = ir_text(planner->ir, labels->at[i]->name);
    uint32_t was = sure(planner, node, lower_op(planner, node, OP_EQ_T, said, name));
    stayed = lower_op(planner, node, OP_OR, stayed, lower_op(planner, node, OP_AND, planner->labels[i], was));
  }
  return stayed;
}

/* Whether it is what it was in the last run's output. */
static uint32_t stayed(struct planner *planner, const struct ast *guard) {
  const struct ast *node = bare(guard->child[0]);
  const struct symbol *symbol = node->symbol, *column = guard->symbol;
  if (!symbol || !column) return plan_defect(planner, "a name without a meaning");
  switch ((enum symbol_kind)symbol->kind) {
    case SYMBOL_STATUS: return stayed_status(planner, node, symbol, column);
    case SYMBOL_LABEL: case SYMBOL_TAG: case SYMBOL_CAMPAIGN: {
      uint32_t is = lower(planner, node), was = lower_had(planner, node, column, symbol, symbol->name);
      return lower_op(planner, node, OP_EQ_F, is, sure(planner, node, was));
    }
    default: {
      uint32_t is = lower(planner, node);
      return stayed_value(planner, node, is, lower_said(planner, node, column));
    }
  }
}

/* -- Guards ---------------------------------------------------------------------------------- */

static void plan_guard(struct planner *planner, const struct ast *node, struct plan_guard *guard) {
  const struct ast *value = node->child[0];
  *guard = (struct plan_guard){NONE32, NONE32, NONE32};
  if (node->kind == AST_GUARD && node->function == GUARD_SUM) {
    guard->value = plan_root(planner, lower(planner, value));
  } else if (node->kind == AST_GUARD && node->function == GUARD_CHANGE) {
    uint32_t changed = negation(planner, value, stayed(planner, node));
    uint32_t knew = sure(planner, value, lower_knew(planner, value));
    guard->value = plan_root(planner, lower_op(planner, value, OP_AND, knew, changed));
    guard->of = plan_root(planner, knew);
  } else {
    guard->value = plan_root(planner, sure(planner, value, lower(planner, value)));
  }
  if (node->kind != AST_GUARD) return;
  uint32_t limit = lower_as(planner, node->child[1], KIND_N);
  if (!planner->ir->nodes[limit].uniform) limit = plan_defect(planner, "a limit that differs from row to row");
  guard->limit = plan_root(planner, limit);
}

void plan_guards(struct planner *planner) {
  const struct ast_list *guards = &planner->module->guards;
  struct plan_guard *out = arena_alloc(planner->plan->arena, (guards->count + 1) * sizeof *out);
  for (uint32_t i = 0; out && i < guards->count; i++) {
    planner->ir->owner = TEXT("guard");
    plan_guard(planner, guards->at[i], &out[i]);
  }
  planner->plan->guards = out;
}
