/* stages.c - finds the stages that the rows stage needs: one for each table that something asks for, then one for each
   depth of measures in measures. */
#include "ir.h"

static void mark(const struct ir *ir, const struct ir_node *node, bool *live) {
  uint32_t operands[IR_OPERANDS], count = ir_operands(ir, node, operands);
  for (uint32_t i = 0; i < count; i++) live[operands[i]] = true;
}

/* What the results of the last stage need, in whatever stage it is computed. */
static void find_live(const struct plan *plan, const struct stage *rows, bool *live) {
  for (uint32_t i = 0; i < rows->root_count; i++) live[rows->roots[i]] = true;
  for (uint32_t i = 0; i < rows->counter_count; i++) live[rows->counters[i]] = true;
  for (uint32_t id = plan->ir.count; id-- > 0;)
    if (live[id]) mark(&plan->ir, &plan->ir.nodes[id], live);
}

static void take_operands(struct plan *plan, struct stage *stage, const struct ir_node *node) {
  uint32_t operands[IR_OPERANDS], count = ir_operands(&plan->ir, node, operands);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t *grown = arena_grow(plan->arena, stage->roots, stage->root_count, &stage->root_room, sizeof *grown);
    if (!grown) return;
    stage->roots = grown;
    grown[stage->root_count++] = operands[i];
  }
}

/* The stages before the last: `of_table` of each table, `of_depth` of each depth of measures. */
struct earlier {
  struct stage *of_table, *of_depth;
  uint32_t table_count, depth_count;
};

static bool start(struct plan *plan, const bool *live, struct earlier *earlier) {
  const struct module *module = plan->module;
  earlier->table_count = module->tables.count;
  for (uint32_t id = 0; id < plan->ir.count; id++)
    if (live[id] && plan->ir.nodes[id].depth > earlier->depth_count) earlier->depth_count = plan->ir.nodes[id].depth;
  earlier->of_table = arena_alloc(plan->arena, (earlier->table_count + 1) * sizeof *earlier->of_table);
  earlier->of_depth = arena_alloc(plan->arena, (earlier->depth_count + 1) * sizeof *earlier->of_depth);
  if (!earlier->of_table || !earlier->of_depth) return false;
  /* The rows of the base are the keys of a table, so that one is scanned even if nothing else asks for it. */
  if (module->base) earlier->of_table[module->base->index].sink = SINK_AGGREGATE;
  return true;
}

static void add_roots(struct plan *plan, const bool *live, struct earlier *earlier) {
  for (uint32_t id = 0; id < plan->ir.count; id++) {
    const struct ir_node *node = &plan->ir.nodes[id];
    if (!live[id]) continue;
    if (node->op == IR_AGGREGATE) {
      struct stage *stage = &earlier->of_table[plan->pool.asks[node->imm].table];
      stage->sink = SINK_AGGREGATE;
      take_operands(plan, stage, node);
    } else if (op_is_measure(node->op)) {
      struct stage *stage = &earlier->of_depth[node->depth - 1];
      stage->sink = SINK_COLLECT;
      take_operands(plan, stage, node);
    }
  }
}

/* Counters stay with their table, if it is still scanned. */
static void keep_counters(const struct plan *plan, struct earlier *earlier) {
  for (uint32_t i = 0; i < plan->stage_count; i++) {
    const struct stage *old = &plan->stages[i];
    if (old->sink != SINK_AGGREGATE) continue;
    struct stage *stage = &earlier->of_table[old->table];
    stage->counters = old->counters;
    stage->counter_count = old->counter_count;
    stage->counter_room = old->counter_room;
  }
}

void split_stages(struct plan *plan) {
  const struct stage rows = *rows_stage(plan);
  struct earlier earlier = {0};
  bool *live = arena_alloc(plan->arena, plan->ir.count * sizeof *live);
  if (!live) return;
  find_live(plan, &rows, live);
  if (!start(plan, live, &earlier)) return;
  keep_counters(plan, &earlier);
  add_roots(plan, live, &earlier);
  struct stage *stages =
      arena_alloc(plan->arena, (earlier.table_count + earlier.depth_count + 1) * sizeof *stages);
  uint32_t count = 0;
  for (uint32_t i = 0; stages && i < earlier.table_count; i++) {
    earlier.of_table[i].table = i;
    if (earlier.of_table[i].sink == SINK_AGGREGATE) stages[count++] = earlier.of_table[i];
  }
  for (uint32_t i = 0; stages && i < earlier.depth_count; i++) {
    earlier.of_depth[i].table = NONE32;
    earlier.of_depth[i].depth = i + 1;
    if (earlier.of_depth[i].sink == SINK_COLLECT) stages[count++] = earlier.of_depth[i];
  }
  if (!stages) return;
  stages[count++] = rows;
  plan->stages = stages;
  plan->stage_count = count;
}
