/* faults.c - counts where an operation has no representable result, for each row whose outcome asks for it.

   A node is demanded where its value can matter: a branch of `if` where it is taken, the right side of `and`
   and `or` where the left did not decide, a replacement where the value is missing.  The demand of a node that is used
   in several places is the `or` of these. */
#include "ir.h"

struct demands {
  struct plan *plan;
  struct ir *ir;
  uint32_t count;           /* of nodes before any were added here */
  uint32_t *mask;           /* of each node: a flag node, never missing; NONE32: not demanded */
  bool *may_fault;          /* the node or one that it uses */
};

static void demand(struct demands *demands, uint32_t id, uint32_t mask) {
  if (id == NONE32 || !demands->may_fault[id]) return;
  uint32_t *known = &demands->mask[id];
  if (*known == NONE32) *known = mask;
  else if (*known == mask || ir_is_flag(demands->ir, *known, true)) return;
  else if (ir_is_flag(demands->ir, mask, true)) *known = mask;
  else *known = ir_2(demands->ir, OP_OR, *known, mask);
}

/* As demand, where `mask` is narrowed by `where`: not for a node that is demanded everywhere already. */
static void demand_where(struct demands *demands, uint32_t id, uint32_t mask, uint32_t where) {
  if (!demands->may_fault[id]) return;
  uint32_t known = demands->mask[id];
  if (known != NONE32 && (known == mask || ir_is_flag(demands->ir, known, true))) return;
  demand(demands, id, ir_is_flag(demands->ir, mask, true) ? where : ir_2(demands->ir, OP_AND, mask, where));
}

static void demand_operands(struct demands *demands, uint32_t id) {
  struct ir *ir = demands->ir;
  const struct ir_node node = ir->nodes[id];
  uint32_t mask = demands->mask[id];
  demand(demands, node.a, mask);
  if ((node.b == NONE32 || !demands->may_fault[node.b]) && (node.c == NONE32 || !demands->may_fault[node.c])) return;
  ir->at = node.at;
  ir->owner = node.owner;
  if (node.op == OP_AND) {
    uint32_t refuted = ir_1(ir, OP_SURE, ir_1(ir, OP_NOT, node.a));
    demand_where(demands, node.b, mask, ir_1(ir, OP_NOT, refuted));
  } else if (node.op == OP_OR) {
    demand_where(demands, node.b, mask, ir_1(ir, OP_NOT, ir_1(ir, OP_SURE, node.a)));
  } else if (op_family(node.op) == FAMILY_IF) {
    uint32_t taken = ir_1(ir, OP_SURE, node.a);
    demand_where(demands, node.b, mask, taken);
    demand_where(demands, node.c, mask, ir_1(ir, OP_NOT, taken));
  } else if (op_family(node.op) == FAMILY_ELSE) {
    demand_where(demands, node.b, mask, ir_1(ir, OP_NOT, ir_1(ir, OP_PRESENT, node.a)));
  } else {
    demand(demands, node.b, mask);
    demand(demands, node.c, mask);
  }
}

static void add_fault(struct demands *demands, struct stage *stage, uint32_t id) {
  struct ir *ir = demands->ir;
  const struct ir_node node = ir->nodes[id];
  ir->at = node.at;
  ir->owner = node.owner;
  uint32_t where = demands->mask[id];
  const uint32_t operands[] = {node.a, node.b, node.c};
  for (int i = 0; i < 3; i++)
    if (operands[i] != NONE32) where = ir_2(ir, OP_AND, where, ir_1(ir, OP_PRESENT, operands[i]));
  uint32_t *grown = arena_grow(ir->arena, stage->faults, stage->fault_count, &stage->fault_room, sizeof *grown);
  if (!grown) return;
  stage->faults = grown;
  grown[stage->fault_count++] = ir_2(ir, OP_FAULT, id, where);
}

void plan_faults(struct plan *plan, struct stage *stage) {
  struct demands demands = {.plan = plan, .ir = &plan->ir};
  uint32_t always = ir_constant(&plan->ir, KIND_F, 1), count = plan->ir.count;
  demands.count = count;
  demands.mask = arena_alloc(plan->arena, count * sizeof *demands.mask);
  demands.may_fault = arena_alloc(plan->arena, count * sizeof *demands.may_fault);
  if (!demands.mask || !demands.may_fault) return;
  for (uint32_t id = 0; id < count; id++) {
    const struct ir_node *node = &plan->ir.nodes[id];
    demands.mask[id] = NONE32;
    demands.may_fault[id] = op_may_fault(node->op) || (node->a != NONE32 && demands.may_fault[node->a]) ||
                            (node->b != NONE32 && demands.may_fault[node->b]) ||
                            (node->c != NONE32 && demands.may_fault[node->c]);
  }
  /* What a rule's condition is worth shows in `fires`, which an arm asks for only where no earlier arm fired. */
  for (uint32_t i = stage->rules; i < stage->root_count; i++)
    if (i >= stage->labels || (i - stage->rules) % 2 == 1) demand(&demands, stage->roots[i], always);
  for (uint32_t id = count; id-- > 0;)
    if (demands.mask[id] != NONE32) demand_operands(&demands, id);
  for (uint32_t id = 0; id < count; id++)
    if (demands.mask[id] != NONE32 && op_may_fault(plan->ir.nodes[id].op)) add_fault(&demands, stage, id);
}
