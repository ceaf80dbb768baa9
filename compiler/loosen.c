/* loosen.c - takes `sure` off where nobody asks whether a flag is missing: of results, conditions of `if` and rows to
   count only the value bits are read, and these are 0 where a flag is missing.

   The last pass over the graph: it changes nodes where they stand and makes none. */
#include "ir.h"

#include <string.h>

/* What the users of a node read of it: nothing, its value bits alone, or whether it is missing too. */
enum reading { READS_NOTHING, READS_BITS, READS_ALL };

struct loosener {
  struct ir *ir;
  uint8_t *read;            /* enum reading of each node */
  uint32_t *not_of;         /* the `not` of each node that has one, else NONE32 */
};

/* The oldest node with the same value bits. */
static uint32_t bits_of(const struct ir *ir, uint32_t id) {
  while (ir->nodes[id].op == OP_SURE) id = ir->nodes[id].a;
  return id;
}

/* not (e or sure c) is `if c then no else not e`, where there is a `not e` already: that of the arm before. */
static void shorten_not(const struct loosener *l, uint32_t id) {
  struct ir_node *node = &l->ir->nodes[id];
  const struct ir_node *either = &l->ir->nodes[node->a];
  const uint32_t pairs[2][2] = {{either->a, either->b}, {either->b, either->a}};
  for (int i = 0; either->op == OP_OR && i < 2; i++) {
    uint32_t sure = pairs[i][0], rest = l->not_of[pairs[i][1]];
    if (l->ir->nodes[sure].op != OP_SURE || rest == NONE32 || rest > id) continue;
    node->op = OP_IF_F;
    node->a = sure, node->b = 0, node->c = rest; /* node 0 is the constant `no` */
    return;
  }
}

static void shorten(const struct loosener *l) {
  for (uint32_t id = 0; id < l->ir->count; id++)
    if (l->ir->nodes[id].op == OP_NOT) l->not_of[l->ir->nodes[id].a] = id;
  for (uint32_t id = 0; id < l->ir->count; id++)
    if (l->ir->nodes[id].op == OP_NOT) shorten_not(l, id);
}

static void read_operand(const struct loosener *l, uint32_t *operand, enum reading reading) {
  if (*operand == NONE32) return;
  if (reading == READS_BITS) *operand = bits_of(l->ir, *operand);
  if (l->read[*operand] < reading) l->read[*operand] = (uint8_t)reading;
}

/* After all users of the node. */
static void read_operands(const struct loosener *l, uint32_t id) {
  struct ir_node *node = &l->ir->nodes[id];
  enum reading a = READS_ALL, b = READS_ALL, c = READS_ALL, own = l->read[id];
  switch (node->op) {
    case OP_SURE: a = READS_BITS; break;
    case OP_AND: case OP_OR: a = b = own; break;
    case OP_FAULT: b = READS_BITS; break;
    case OP_IF_F: a = READS_BITS, b = c = own; break;
    case OP_IF_I: case OP_IF_N: case OP_IF_D: case OP_IF_T: case OP_IF_S: a = READS_BITS; break;
    default: break;
  }
  read_operand(l, &node->a, a), read_operand(l, &node->b, b), read_operand(l, &node->c, c);
}

/* Of a rule whether it fires, a label, the filter.  A column stays behind its `sure`: the caller may fill it for the
   next row before it reads the results of the last. */
static bool is_read_by_bits(const struct ir *ir, const struct stage *stage, uint32_t root) {
  bool fires = root < stage->labels && (root - stage->rules) % 2 == 1;
  bool flag = fires || (root >= stage->labels && root < stage->scores) || root >= stage->filter;
  return stage->sink == SINK_ROWS && flag && !op_is_filled(ir->nodes[bits_of(ir, stage->roots[root])].op);
}

static void read_stage(const struct loosener *l, struct stage *stage) {
  for (uint32_t i = 0; i < stage->root_count; i++)
    read_operand(l, &stage->roots[i], is_read_by_bits(l->ir, stage, i) ? READS_BITS : READS_ALL);
  for (uint32_t i = 0; i < stage->counter_count; i++) read_operand(l, &stage->counters[i], READS_ALL);
}

void loosen(struct plan *plan) {
  struct ir *ir = &plan->ir;
  struct loosener l = {.ir = ir};
  l.read = arena_alloc(plan->arena, ir->count * sizeof *l.read);
  l.not_of = arena_alloc(plan->arena, ir->count * sizeof *l.not_of);
  if (!l.read || !l.not_of) return;
  memset(l.not_of, 0xff, ir->count * sizeof *l.not_of);
  shorten(&l);
  for (uint32_t i = 0; i < plan->stage_count; i++) read_stage(&l, &plan->stages[i]);
  for (uint32_t id = ir->count; id-- > 0;)
    if (l.read[id] != READS_NOTHING) read_operands(&l, id);
}
