/* algebra.c - rewrites one operation to a simpler one with the same result in three-valued logic. */
#include "ir.h"

#include "calendar.h"

static uint32_t flag(struct ir *ir, bool value) { return ir_constant(ir, KIND_F, value); }

static uint32_t simple_1(struct ir *ir, uint32_t op, uint32_t a) {
  return ir_simple(ir, (struct ir_node){.op = op, .a = a, .b = NONE32, .c = NONE32, .imm = NONE32});
}

static uint32_t simple_2(struct ir *ir, uint32_t op, uint32_t a, uint32_t b) {
  return ir_simple(ir, (struct ir_node){.op = op, .a = a, .b = b, .c = NONE32, .imm = NONE32});
}

static bool is_not_of(const struct ir *ir, uint32_t id, uint32_t operand) {
  return ir->nodes[id].op == OP_NOT && ir->nodes[id].a == operand;
}

/* -- Logic ---------------------------------------------------------------------- */

static uint32_t simple_not(struct ir *ir, const struct ir_node *node) {
  const struct ir_node operand = ir->nodes[node->a];
  if (operand.op == OP_NOT) return operand.a;
  enum family family = op_family(operand.op);
  enum kind kind = operand.a == NONE32 ? KIND_NONE : ir_kind(ir, operand.a);
  if (family == FAMILY_LT) return simple_2(ir, family_op(FAMILY_LE, kind), operand.b, operand.a);
  if (family == FAMILY_LE) return simple_2(ir, family_op(FAMILY_LT, kind), operand.b, operand.a);
  return ir_make(ir, *node);
}

static bool has_operand(const struct ir *ir, uint32_t id, uint32_t op, uint32_t operand) {
  const struct ir_node *node = &ir->nodes[id];
  return node->op == op && (node->a == operand || node->b == operand);
}

/* `and` and `or`: `decides` is the value that settles the result alone. */
static uint32_t simple_pair(struct ir *ir, const struct ir_node *node, uint32_t dual, bool decides) {
  uint32_t a = node->a, b = node->b;
  if (ir_is_flag(ir, a, decides) || ir_is_flag(ir, b, decides)) return flag(ir, decides);
  if (ir_is_flag(ir, a, !decides) || a == b) return b;
  if (ir_is_flag(ir, b, !decides)) return a;
  if (has_operand(ir, b, dual, a)) return a;
  if (has_operand(ir, a, dual, b)) return b;
  if ((is_not_of(ir, a, b) || is_not_of(ir, b, a)) && ir->nodes[a].never_missing) return flag(ir, decides);
  return ir_make(ir, *node);
}

/* -- Comparison ------------------------------------------------------------------- */

static uint32_t simple_equal(struct ir *ir, const struct ir_node *node) {
  uint32_t a = node->a, b = node->b;
  if (a == b && ir->nodes[a].never_missing) return flag(ir, true);
  if (node->op == OP_EQ_F && ir_const(ir, a)) b = node->a, a = node->b;
  if (node->op == OP_EQ_F && ir_const(ir, b)) return ir_is_flag(ir, b, true) ? a : simple_1(ir, OP_NOT, a);
  return ir_make(ir, *node);
}

static bool has_neighbour(enum kind kind, int64_t value, int step, int64_t *neighbour) {
  int32_t date;
  if (__builtin_add_overflow(value, (int64_t)step, neighbour)) return false;
  return kind == KIND_I || (kind == KIND_D && calendar_in_range(*neighbour, &date));
}

/* Whole numbers and days are compared with `<=` where one side is a constant: `x > 2` is `3 <= x`. */
static uint32_t simple_order(struct ir *ir, const struct ir_node *node, enum family family) {
  uint32_t a = node->a, b = node->b;
  if (a == b && ir->nodes[a].never_missing) return flag(ir, family == FAMILY_LE);
  const struct ir_constant *low = ir_const(ir, a), *high = ir_const(ir, b);
  int64_t limit;
  if (family == FAMILY_LT && low && has_neighbour(low->kind, low->value, +1, &limit)) {
    enum kind kind = low->kind;
    return ir_2(ir, family_op(FAMILY_LE, kind), ir_constant(ir, kind, limit), b);
  }
  if (family == FAMILY_LT && high && has_neighbour(high->kind, high->value, -1, &limit)) {
    enum kind kind = high->kind;
    return ir_2(ir, family_op(FAMILY_LE, kind), a, ir_constant(ir, kind, limit));
  }
  return ir_make(ir, *node);
}

/* A set of one is a comparison. */
static uint32_t simple_in(struct ir *ir, const struct ir_node *node) {
  const struct ir_set set = ir->pool->sets[node->imm];
  if (set.count != 1 || set.name.length > 0) return ir_make(ir, *node);
  uint32_t member = set.kind == KIND_T ? ir_text(ir, set.texts[0]) : ir_constant(ir, set.kind, set.numbers[0]);
  return ir_2(ir, family_op(FAMILY_EQ, set.kind), node->a, member);
}

/* -- Choice ------------------------------------------------------------------------- */

static uint32_t simple_if(struct ir *ir, struct ir_node node) {
  for (const struct ir_node *condition = &ir->nodes[node.a];; condition = &ir->nodes[node.a]) {
    if (condition->op == OP_NOT && condition->never_missing) {
      uint32_t then = node.c;
      node.a = condition->a, node.c = node.b, node.b = then;
    } else if (condition->op == OP_SURE) {
      node.a = condition->a;
    } else {
      break;
    }
  }
  if (ir_is_flag(ir, node.a, true) || node.b == node.c) return node.b;
  if (ir_is_flag(ir, node.a, false)) return node.c;
  if (ir_is_flag(ir, node.b, true) && ir_is_flag(ir, node.c, false)) return simple_1(ir, OP_SURE, node.a);
  if (ir_is_flag(ir, node.b, false) && ir_is_flag(ir, node.c, true))
    return simple_1(ir, OP_NOT, simple_1(ir, OP_SURE, node.a));
  return ir_make(ir, node);
}

static uint32_t simple_else(struct ir *ir, const struct ir_node *node) {
  if (ir->nodes[node->a].never_missing || node->a == node->b) return node->a;
  if (ir_is_flag(ir, node->b, false)) return simple_1(ir, OP_SURE, node->a);
  if (ir_is_flag(ir, node->b, true))
    return simple_1(ir, OP_NOT, simple_1(ir, OP_SURE, simple_1(ir, OP_NOT, node->a)));
  return ir_make(ir, *node);
}

/* Where nobody asks, nothing needs to be gathered. */
static uint32_t simple_quota(struct ir *ir, const struct ir_node *node) {
  return ir_is_flag(ir, node->b, false) ? ir_constant(ir, KIND_I, 0) : ir_make(ir, *node);
}

uint32_t ir_simple(struct ir *ir, struct ir_node node) {
  uint32_t folded = fold(ir, &node);
  if (folded != NONE32) return folded;
  switch (node.op) {
    case OP_NOT: return simple_not(ir, &node);
    case OP_SURE: return ir->nodes[node.a].never_missing ? node.a : ir_make(ir, node);
    case OP_PRESENT: return ir->nodes[node.a].never_missing ? flag(ir, true) : ir_make(ir, node);
    case OP_AND: return simple_pair(ir, &node, OP_OR, false);
    case OP_OR: return simple_pair(ir, &node, OP_AND, true);
    case OP_QUOTA: case OP_QUOTA_PER: return simple_quota(ir, &node);
    default: break;
  }
  enum family family = op_family(node.op);
  switch (family) {
    case FAMILY_EQ: return simple_equal(ir, &node);
    case FAMILY_LT: case FAMILY_LE: return simple_order(ir, &node, family);
    case FAMILY_IN: return simple_in(ir, &node);
    case FAMILY_IF: return simple_if(ir, node);
    case FAMILY_ELSE: return simple_else(ir, &node);
    default: return ir_make(ir, node);
  }
}
