/* fold.c - computes operations on constants, digit for digit as the runtime does. */
#include "ir.h"

#include "calendar.h"
#include "decimal.h"
#include "text.h"

static int order_constants(const struct ir_constant *a, const struct ir_constant *b) {
  if (a->kind == KIND_T) return text_order(a->text, b->text);
  return (a->value > b->value) - (a->value < b->value);
}

/* An operation that families.def has for several kinds.  False: no result that can be represented. */
static bool fold_family(enum family family, const struct ir_constant *a, const struct ir_constant *b, int64_t *out) {
  int64_t x = a->value, y = b ? b->value : 0;
  bool whole = a->kind == KIND_I;
  switch (family) {
    case FAMILY_EQ: *out = order_constants(a, b) == 0; return true;
    case FAMILY_LT: *out = order_constants(a, b) < 0; return true;
    case FAMILY_LE: *out = order_constants(a, b) <= 0; return true;
    case FAMILY_ADD: return !__builtin_add_overflow(x, y, out);
    case FAMILY_SUB: return !__builtin_sub_overflow(x, y, out);
    case FAMILY_MUL: return whole ? !__builtin_mul_overflow(x, y, out) : decimal_mul(x, y, out);
    case FAMILY_DIV: return whole ? integer_div(x, y, out) : decimal_div(x, y, out);
    case FAMILY_NEG: return !__builtin_sub_overflow((int64_t)0, x, out);
    case FAMILY_ABS: *out = x; return x >= 0 || !__builtin_sub_overflow((int64_t)0, x, out);
    case FAMILY_MIN: *out = x < y ? x : y; return true;
    case FAMILY_MAX: *out = x > y ? x : y; return true;
    default: return false;
  }
}

/* By pointer: the date is made by the call that says whether it exists, and arguments have no order. */
static bool from_date(bool exists, const int32_t *date, int64_t *out) {
  *out = *date;
  return exists;
}

static bool fold_op(const struct ir *ir, const struct ir_node *node, const struct ir_constant *a,
                    const struct ir_constant *b, int64_t *out) {
  int32_t date = (int32_t)a->value, result = 0;
  switch (node->op) {
    case OP_NOT: *out = !a->value; return true;
    case OP_IN_I: case OP_IN_N: case OP_IN_D: case OP_IN_T: *out = set_has(&ir->pool->sets[node->imm], a); return true;
    case OP_TO_N: return decimal_from_integer(a->value, out);
    case OP_ROUND: *out = decimal_round(a->value); return true;
    case OP_DAYS: *out = a->value - b->value; return true;
    case OP_YEAR: *out = calendar_civil(date).year; return true;
    case OP_MONTH: *out = calendar_civil(date).month; return true;
    case OP_DAY: *out = calendar_civil(date).day; return true;
    case OP_ADD_DAYS: return from_date(calendar_add_days(date, b->value, &result), &result, out);
    case OP_ADD_MONTHS: return from_date(calendar_add_months(date, b->value, &result), &result, out);
    case OP_ANNIVERSARY: return from_date(calendar_anniversary(date, (int32_t)b->value, &result), &result, out);
    default: return fold_family(op_family(node->op), a, b, out);
  }
}

uint32_t fold(struct ir *ir, const struct ir_node *node) {
  if (op_is_filled(node->op) || op_is_counter(node->op) || node->a == NONE32 || node->c != NONE32) return NONE32;
  const struct ir_constant *a = ir_const(ir, node->a), *b = node->b == NONE32 ? NULL : ir_const(ir, node->b);
  int64_t value = 0;
  enum kind kind = letter_kind(op_infos[node->op].operands[0]);
  if (!a || (node->b != NONE32 && !b) || kind == KIND_T) return NONE32;
  return fold_op(ir, node, a, b, &value) ? ir_constant(ir, kind, value) : NONE32;
}
