/* eval.c - what operations mean, written from the words of opcodes.def and the language, without the runtime's and the
   compiler's arithmetic. */
#include "back.h"
#include "scalar.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

typedef __int128 wide;

static const struct value missing = {0};

static struct value known(wide number) {
  if (number > INT64_MAX || number < INT64_MIN) return missing;
  return (struct value){.present = true, .number = (int64_t)number};
}

/* x / y, the nearest whole number, halves away from zero. */
static struct value quotient(wide x, wide y) {
  if (y == 0) return missing;
  bool negative = (x < 0) != (y < 0);
  wide size = x < 0 ? -x : x, by = y < 0 ? -y : y;
  wide rounded = size / by + (size % by >= by - size % by);
  return known(negative ? -rounded : rounded);
}

/* -- Dates, by the C library ----------------------------------------------------------- */

static struct tm civil(int64_t days) {
  time_t seconds = (time_t)(days * 86400);
  struct tm tm;
  gmtime_r(&seconds, &tm);
  return tm;
}

static struct value date_of(int64_t year, int month, int day) {
  if (year < 1 || year > 9999) return missing;
  struct tm tm = {.tm_year = (int)(year - 1900), .tm_mon = month, .tm_mday = day};
  return known(timegm(&tm) / 86400);
}

/* The last day of the month when it has no such day. */
static struct value clamped(int64_t year, int month, int day) {
  struct value date = date_of(year, month, day);
  while (date.present && civil(date.number).tm_mon != month) date = date_of(year, month, --day);
  return date;
}

static struct value add_months(int64_t date, int64_t months) {
  struct tm tm = civil(date);
  if (months > 200000 || months < -200000) return missing;
  int64_t count = (tm.tm_year + 1900LL) * 12 + tm.tm_mon + months;
  return count < 12 ? missing : clamped(count / 12, (int)(count % 12), tm.tm_mday);
}

static struct value in_calendar(wide days) {
  if (days < date_of(1, 0, 1).number || days > date_of(9999, 11, 31).number) return missing;
  return known(days);
}

static struct value anniversary(int64_t date, int64_t from) {
  struct tm wanted = civil(date);
  int64_t year = civil(from).tm_year + 1900;
  struct value day = clamped(year, wanted.tm_mon, wanted.tm_mday);
  return day.present && day.number >= from ? day : clamped(year + 1, wanted.tm_mon, wanted.tm_mday);
}

/* -- Operations -------------------------------------------------------------------------- */

static int compare(enum kind kind, struct value a, struct value b) {
  if (kind != KIND_T) return (a.number > b.number) - (a.number < b.number);
  for (size_t i = 0;; i++) {
    if (i == a.text.length || i == b.text.length) return (i < a.text.length) - (i < b.text.length);
    unsigned char x = (unsigned char)a.text.bytes[i], y = (unsigned char)b.text.bytes[i];
    if (x != y) return x < y ? -1 : 1;
  }
}

static bool is_member(const struct ir_set *set, struct value a) {
  for (uint32_t i = 0; i < set->count; i++) {
    bool text = set->kind == KIND_T;
    struct value member = {true, text ? 0 : set->numbers[i], text ? set->texts[i] : a.text};
    if (compare(set->kind, a, member) == 0) return true;
  }
  return false;
}

static bool occurs(struct rung_text in, struct rung_text what, size_t at) {
  return at + what.length <= in.length && memcmp(in.bytes + at, what.bytes, what.length) == 0;
}

static bool contains(struct rung_text in, struct rung_text what) {
  for (size_t at = 0; at <= in.length; at++)
    if (occurs(in, what, at)) return true;
  return false;
}

static struct value eval_source(const struct plan *plan, const struct ir_node *node, const struct row *row) {
  if (node->op == IR_COLUMN) return row->columns[node->imm];
  if (node->op == OP_TODAY) return known(row->today);
  if (node->op == OP_NOW) return known(row->now);
  if (op_infos[node->op].imm == IMM_PARAM) return row->params[node->imm];
  const struct ir_constant *constant = &plan->pool.constants[node->imm];
  return (struct value){true, constant->value, constant->text};
}

static bool is_blank(char byte) { return byte == ' ' || byte == '\t'; }

/* Whether an item between separators is the wanted one, but for blanks around it. */
static bool has_item(struct rung_text list, struct rung_text separator, struct rung_text wanted) {
  for (size_t at = 0, end; at <= list.length; at = end + separator.length) {
    for (end = at; end < list.length && !occurs(list, separator, end);) end++;
    size_t from = at, to = end;
    while (from < to && is_blank(list.bytes[from])) from++;
    while (from < to && is_blank(list.bytes[to - 1])) to--;
    if (to - from == wanted.length && occurs(list, wanted, from)) return true;
  }
  return false;
}

static struct value bucket(struct rung_text salt, enum kind kind, struct value of) {
  char text[512];
  int length = kind == KIND_T ? snprintf(text, sizeof text, "%.*s:%.*s", TEXT_ARG(salt), TEXT_ARG(of.text))
                              : snprintf(text, sizeof text, "%.*s:%" PRId64, TEXT_ARG(salt), of.number);
  unsigned __int128 hash = scalar_hash((struct rung_text){text, (size_t)length});
  return known((wide)(hash * 1000000 >> 64));
}

/* Operands are all present here. */
static struct value eval_strict(const struct plan *plan, const struct ir_node *node, enum kind kind, struct value a,
                                struct value b) {
  const wide x = a.number, y = b.number;
  switch (node->op) {
    case OP_NOT: return known(!a.number);
    case OP_EQ_F: case OP_EQ_I: case OP_EQ_N: case OP_EQ_D: case OP_EQ_T: case OP_EQ_S:
      return known(compare(kind, a, b) == 0);
    case OP_LT_I: case OP_LT_N: case OP_LT_D: case OP_LT_T: case OP_LT_S:
      return known(compare(kind, a, b) < 0);
    case OP_LE_I: case OP_LE_N: case OP_LE_D: case OP_LE_T: case OP_LE_S:
      return known(compare(kind, a, b) <= 0);
    case OP_IN_I: case OP_IN_N: case OP_IN_D: case OP_IN_T: return known(is_member(&plan->pool.sets[node->imm], a));
    case OP_TO_N: return known(x * 1000000);
    case OP_ADD_I: case OP_ADD_N: return known(x + y);
    case OP_SUB_I: case OP_SUB_N: return known(x - y);
    case OP_MUL_I: return known(x * y);
    case OP_MUL_N: return quotient(x * y, 1000000);
    case OP_DIV_I: case OP_DIV_N: return quotient(x * 1000000, y);
    case OP_NEG_I: case OP_NEG_N: return known(-x);
    case OP_ABS_I: case OP_ABS_N: return known(x < 0 ? -x : x);
    case OP_MIN_I: case OP_MIN_N: case OP_MIN_D: case OP_MIN_S: return known(x < y ? x : y);
    case OP_MAX_I: case OP_MAX_N: case OP_MAX_D: case OP_MAX_S: return known(x > y ? x : y);
    case OP_ROUND: return quotient(x, 1000000);
    case OP_ADD_DAYS: return in_calendar(x + y);
    case OP_ADD_MONTHS: return add_months(a.number, b.number);
    case OP_DAYS: return known(x - y);
    case OP_ANNIVERSARY: return anniversary(a.number, b.number);
    case OP_YEAR: return known(civil(a.number).tm_year + 1900);
    case OP_MONTH: return known(civil(a.number).tm_mon + 1);
    case OP_DAY: return known(civil(a.number).tm_mday);
    case OP_WEEKDAY: return known(civil(a.number).tm_wday == 0 ? 7 : civil(a.number).tm_wday);
    case OP_BUCKET_T: case OP_BUCKET_I: return bucket(plan->pool.constants[node->imm].text, kind, a);
    case OP_DATE_OF: return known(x / 86400); /* of times after 1970 */
    case OP_HOURS: return quotient((x - y) * 1000000, 3600);
    case OP_HAS: return known(has_item(a.text, plan->pool.constants[node->imm].text, b.text));
    case OP_CONTAINS: return known(contains(a.text, b.text));
    case OP_STARTS: return known(occurs(a.text, b.text, 0));
    case OP_ENDS:
      return known(b.text.length <= a.text.length && occurs(a.text, b.text, a.text.length - b.text.length));
    default: return missing;
  }
}

static bool is_true(struct value a) { return a.present && a.number; }
static bool is_false(struct value a) { return a.present && !a.number; }

struct value eval_op(const struct plan *plan, const struct ir_node *node, const struct row *row, struct value a,
                     struct value b, struct value c) {
  if (node->op == IR_AGGREGATE || op_is_measure(node->op)) return row->asked[node->imm];
  if (node->a == NONE32) return eval_source(plan, node, row);
  switch (node->op) {
    case OP_AND:
      if (is_false(a) || is_false(b)) return known(0);
      return a.present && b.present ? known(1) : missing;
    case OP_OR:
      if (is_true(a) || is_true(b)) return known(1);
      return a.present && b.present ? known(0) : missing;
    case OP_SURE: return known(is_true(a));
    case OP_PRESENT: return known(a.present);
    case OP_IF_F: case OP_IF_I: case OP_IF_N: case OP_IF_D: case OP_IF_T: case OP_IF_S:
      return is_true(a) ? b : c;
    case OP_ELSE_F: case OP_ELSE_I: case OP_ELSE_N: case OP_ELSE_D: case OP_ELSE_T: case OP_ELSE_S:
      return a.present ? a : b;
    default: break;
  }
  if (!a.present || (node->b != NONE32 && !b.present)) return missing;
  return eval_strict(plan, node, (enum kind)plan->ir.nodes[node->a].kind, a, b);
}

static struct value value_of(const struct value *values, uint32_t id) { return id == NONE32 ? missing : values[id]; }

void eval_plan(const struct plan *plan, const struct row *row, struct value *values) {
  for (uint32_t id = 0; id < plan->ir.count; id++) {
    const struct ir_node *node = &plan->ir.nodes[id];
    if (op_is_counter(node->op)) continue;
    values[id] = eval_op(plan, node, row, value_of(values, node->a), value_of(values, node->b),
                         value_of(values, node->c));
  }
}

struct value eval_lazy(const struct plan *plan, const struct row *row, uint32_t id, bool *fault) {
  if (id == NONE32) return missing;
  const struct ir_node *node = &plan->ir.nodes[id];
  struct value a = eval_lazy(plan, row, node->a, fault), b = missing, c = missing;
  enum family family = op_family(node->op);
  if (node->op == OP_AND && is_false(a)) return a;
  if (node->op == OP_OR && is_true(a)) return a;
  if (family == FAMILY_ELSE && a.present) return a;
  if (family != FAMILY_IF || is_true(a)) b = eval_lazy(plan, row, node->b, fault);
  if (family != FAMILY_IF || !is_true(a)) c = eval_lazy(plan, row, node->c, fault);
  struct value result = eval_op(plan, node, row, a, b, c);
  if (node->op != IR_COLUMN && op_infos[node->op].missing == MISSING_FAULTS && !result.present && a.present &&
      (node->b == NONE32 || b.present)) {
    *fault = true;
  }
  return result;
}

bool same_value(enum kind kind, struct value a, struct value b) {
  return a.present == b.present && (!a.present || compare(kind, a, b) == 0);
}
