/* faults.c - counts where an operation has no representable result, for each row whose outcome asks for it.

   A node is demanded where its value can matter: a branch of `if` where it is taken, the right side of `and`
   and `or` where the left did not decide, a replacement where the value is missing.  The demand of a node that is used
   in several places is the `or` of these.

   What a related table's rows ask for is counted in the stage of that table.  What is measured is computed again in the
   last stage, with the measures themselves, and counted there alone. */
#include "ir.h"

struct demands {
  struct ir *ir;
  uint32_t count;           /* of nodes before any were added here */
  uint32_t *mask;           /* of each node: a flag node, never missing; NONE32: not demanded */
  bool *may_fault;          /* the node or one that it uses */
  uint32_t always;
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

/* Measured are the rows that ask. */
static void demand_quota(struct demands *demands, const struct ir_node *node) {
  uint32_t operands[IR_OPERANDS], count = ir_operands(demands->ir, node, operands);
  for (uint32_t i = 0; i < count; i++)
    demand(demands, operands[i], operands[i] == node->b ? demands->always : node->b);
}

static void demand_operands(struct demands *demands, uint32_t id) {
  struct ir *ir = demands->ir;
  const struct ir_node node = ir->nodes[id];
  if (op_is_quota(node.op)) {
    demand_quota(demands, &node);
    return;
  }
  uint32_t mask = op_is_measure(node.op) ? demands->always : demands->mask[id]; /* measured is every row */
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

void stage_watch(struct stage *stage, const struct ir *ir, uint32_t counter) {
  uint32_t *grown = arena_grow(ir->arena, stage->counters, stage->counter_count, &stage->counter_room, sizeof *grown);
  if (!grown) return;
  stage->counters = grown;
  grown[stage->counter_count++] = counter;
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
  stage_watch(stage, ir, ir_2(ir, OP_FAULT, id, where));
}

/* What a rule's condition is worth shows in `fires`, which an arm asks for only where no earlier arm fired.  Of amounts
   the run asks before any row. */
static void demand_results(struct demands *demands, const struct stage *stage) {
  for (uint32_t i = stage->rules; i < stage->root_count; i++) {
    bool condition = i < stage->labels && (i - stage->rules) % 2 == 0;
    bool amount = i >= stage->amounts && i < stage->guards;
    if (!condition && !amount) demand(demands, stage->roots[i], demands->always);
  }
}

/* Of a row that does not count nothing is asked but whether it does. */
static void demand_aggregates(struct demands *demands, const struct stage *stage) {
  struct ir *ir = demands->ir;
  for (uint32_t id = 0; id < demands->count; id++) {
    const struct ir_node node = ir->nodes[id];
    if (node.op != IR_AGGREGATE || ir->pool->asks[node.imm].table != stage->table) continue;
    uint32_t counts = demands->always;
    ir->at = node.at;
    ir->owner = node.owner;
    demand(demands, node.c, demands->always);
    if (node.c != NONE32) counts = ir_1(ir, OP_SURE, node.c);
    demand(demands, node.a, counts);
    demand(demands, node.b, counts);
  }
}

static bool find_faulty(struct demands *demands, struct arena *arena) {
  const struct ir *ir = demands->ir;
  demands->count = ir->count;
  demands->mask = arena_alloc(arena, ir->count * sizeof *demands->mask);
  demands->may_fault = arena_alloc(arena, ir->count * sizeof *demands->may_fault);
  if (!demands->mask || !demands->may_fault) return false;
  for (uint32_t id = 0; id < ir->count; id++) {
    const struct ir_node *node = &ir->nodes[id];
    demands->mask[id] = NONE32;
    if (node->op == IR_AGGREGATE) continue;
    uint32_t operands[IR_OPERANDS], count = ir_operands(ir, node, operands);
    demands->may_fault[id] = ir_may_fault(ir, node);
    for (uint32_t i = 0; i < count; i++) demands->may_fault[id] |= demands->may_fault[operands[i]];
  }
  return true;
}

static void watch(struct plan *plan, struct stage *stage, struct arena *scratch) {
  struct demands demands = {.ir = &plan->ir, .always = ir_constant(&plan->ir, KIND_F, 1)};
  if (!find_faulty(&demands, scratch)) return;
  if (stage->sink == SINK_ROWS) demand_results(&demands, stage);
  else demand_aggregates(&demands, stage);
  for (uint32_t id = demands.count; id-- > 0;)
    if (demands.mask[id] != NONE32) demand_operands(&demands, id);
  for (uint32_t id = 0; id < demands.count; id++)
    if (demands.mask[id] != NONE32 && ir_may_fault(&plan->ir, &plan->ir.nodes[id])) add_fault(&demands, stage, id);
}

void plan_faults(struct plan *plan) {
  for (uint32_t i = 0; i < plan->stage_count && !plan->arena->failed; i++) {
    struct arena scratch;
    if (plan->stages[i].sink == SINK_COLLECT) continue;
    arena_init(&scratch, &plan->arena->allocator);
    watch(plan, &plan->stages[i], &scratch);
    plan->arena->failed |= scratch.failed;
    arena_free(&scratch);
  }
}
