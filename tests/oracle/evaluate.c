/* evaluate.c - the meaning of the typed tree, node by node and row by row.

   One choice is left to the compiler: an integer too large to be a number, compared with a number, is missing, or is
   compared exactly, as it is where the number is a constant.  So everything is worked out in each of these ways, and an
   answer that depends on the choice is open.  */
#include "oracle.h"

#include <string.h>

enum { MILLION = 1000000 };

/* What is known of the current row: each let, tag and status is worked out once. */
struct memo {
  bool known;
  struct value value;
};

/* Which integers and numbers are compared exactly. */
enum exactness { EXACT_ALL, EXACT_CONSTANTS, EXACT_NONE };

struct evaluator {
  const struct trial *trial;
  struct module *module;
  struct arena *arena;
  const struct cell *row;
  uint32_t *column;         /* of the trial, for each column symbol */
  enum exactness exactness;
  struct memo *lets, *tags, *statuses;
};

static struct value evaluate(struct evaluator *e, struct ast *node);

static struct value unknown(type_t type) { return (struct value){.type = type}; }
static struct value of(type_t type, int64_t i) { return (struct value){.type = type, .present = true, .i = i}; }
static struct value flag(bool i) { return of(TYPE_FLAG, i); }
static struct value text_value(struct rung_text text) {
  return (struct value){.type = TYPE_TEXT, .present = true, .text = text};
}
static struct value label_value(struct rung_text label) {
  return (struct value){.type = TYPE_STATUS, .present = true, .text = label};
}
static struct value constant_if(struct value v, bool constant) {
  v.constant = constant;
  return v;
}

static bool is_decimal(type_t type) { return type == TYPE_NUMBER || type == TYPE_MONEY; }

static struct value as_type(struct value v, type_t type) {
  if (v.type == TYPE_INTEGER && is_decimal(type)) {
    int64_t scaled;
    if (!v.present || !slow_ratio(v.i, MILLION, 1, &scaled)) return unknown(type);
    return constant_if(of(type, scaled), v.constant);
  }
  v.type = type;
  return v;
}

static struct value negation(struct value v) { return v.present ? flag(!v.i) : unknown(TYPE_FLAG); }

static struct value both(struct value a, struct value b) {
  if ((a.present && !a.i) || (b.present && !b.i)) return flag(false);
  return a.present && b.present ? flag(true) : unknown(TYPE_FLAG);
}

static struct value either(struct value a, struct value b) { return negation(both(negation(a), negation(b))); }

/* -- Comparison ------------------------------------------------------------------ */

static int compare_text(struct rung_text a, struct rung_text b) {
  for (size_t i = 0; i < a.length && i < b.length; i++) {
    unsigned char x = (unsigned char)a.bytes[i], y = (unsigned char)b.bytes[i];
    if (x != y) return x < y ? -1 : 1;
  }
  return (a.length > b.length) - (a.length < b.length);
}

/* In millionths, whatever the type. */
static __int128 scaled(struct value v) { return (__int128)v.i * (v.type == TYPE_INTEGER ? MILLION : 1); }

static bool compare(const struct evaluator *e, struct value a, struct value b, int *order) {
  if (!a.present || !b.present) return false;
  bool mixed = is_decimal(a.type) != is_decimal(b.type), constant = is_decimal(a.type) ? a.constant : b.constant;
  bool exact = e->exactness == EXACT_ALL || (e->exactness == EXACT_CONSTANTS && constant);
  if (mixed && !exact && (!as_type(a, TYPE_NUMBER).present || !as_type(b, TYPE_NUMBER).present)) return false;
  __int128 x = mixed ? scaled(a) : a.i, y = mixed ? scaled(b) : b.i;
  *order = a.type == TYPE_TEXT ? compare_text(a.text, b.text) : (x > y) - (x < y);
  return true;
}

static struct value equal(const struct evaluator *e, struct value a, struct value b) {
  int order;
  if (a.type == TYPE_STATUS) return flag(a.present && text_equal(a.text, b.text));
  return compare(e, a, b, &order) ? flag(order == 0) : unknown(TYPE_FLAG);
}

static struct value less(const struct evaluator *e, struct value a, struct value b) {
  int order;
  return compare(e, a, b, &order) ? flag(order < 0) : unknown(TYPE_FLAG);
}

static struct value at_most(const struct evaluator *e, struct value a, struct value b) {
  return negation(less(e, b, a));
}

/* -- Arithmetic -------------------------------------------------------------------- */

static struct value add_days(struct value date, struct value days, int sign) {
  if (!date.present || !days.present) return unknown(TYPE_DATE);
  int64_t count = days.i, sum;
  if (is_decimal(days.type) && !slow_ratio(count, 1, MILLION, &count)) return unknown(TYPE_DATE);
  bool fits = sign > 0 ? !__builtin_add_overflow(date.i, count, &sum) : !__builtin_sub_overflow(date.i, count, &sum);
  return fits && slow_in_range(sum) ? of(TYPE_DATE, sum) : unknown(TYPE_DATE);
}

static struct value add_months(struct value date, struct value months, int sign) {
  if (!date.present || !months.present) return unknown(TYPE_DATE);
  if (months.i > 10000 * 12 || months.i < -10000 * 12) return unknown(TYPE_DATE);
  struct day day = slow_day(date.i);
  int64_t count = day.year * 12LL + (day.month - 1) + sign * months.i;
  if (count < 12 || count > 9999 * 12 + 11) return unknown(TYPE_DATE);
  day.year = (int)(count / 12);
  day.month = (int)(count % 12) + 1;
  if (day.day > slow_month_days(day.year, day.month)) day.day = slow_month_days(day.year, day.month);
  return of(TYPE_DATE, slow_days(day));
}

static struct value shift(struct value date, struct value span, int sign) {
  return span.type == TYPE_MONTHS ? add_months(date, span, sign) : add_days(date, span, sign);
}

static struct value days_between(struct value to, struct value from) {
  return to.present && from.present ? of(TYPE_INTEGER, to.i - from.i) : unknown(TYPE_INTEGER);
}

static struct value anniversary(struct value date, int32_t today) {
  if (!date.present) return unknown(TYPE_DATE);
  struct day wanted = slow_day(date.i);
  for (int year = slow_day(today).year; year <= 9999; year++) {
    struct day day = {year, wanted.month, wanted.day};
    if (day.month == 2 && day.day == 29) day.day = slow_month_days(year, 2);
    if (slow_days(day) >= today) return of(TYPE_DATE, slow_days(day));
  }
  return unknown(TYPE_DATE);
}

static bool integer_result(uint8_t kind, int64_t a, int64_t b, int64_t *out) {
  if (kind == AST_DIV) return slow_ratio(a, MILLION, b, out);
  __int128 x = a, y = b, result = kind == AST_ADD ? x + y : kind == AST_SUB ? x - y : x * y;
  *out = (int64_t)result;
  return result >= INT64_MIN && result <= INT64_MAX;
}

static struct value arithmetic(struct ast *node, struct value a, struct value b) {
  int64_t i;
  bool fits, constant = a.constant && b.constant;
  if (a.type == TYPE_DATE && b.type == TYPE_DATE) return days_between(a, b);
  if (a.type == TYPE_DATE) return shift(a, b, node->kind == AST_SUB ? -1 : 1);
  if (b.type == TYPE_DATE) return shift(b, a, 1);
  if (a.type == TYPE_INTEGER && b.type == TYPE_INTEGER) {
    fits = a.present && b.present && integer_result(node->kind, a.i, b.i, &i);
  } else {
    a = as_type(a, TYPE_NUMBER), b = as_type(b, TYPE_NUMBER);
    if (!a.present || !b.present) fits = false;
    else if (node->kind == AST_MUL) fits = slow_ratio(a.i, b.i, MILLION, &i);
    else fits = integer_result(node->kind, a.i, b.i, &i);
  }
  return constant_if(fits ? of(node->type, i) : unknown(node->type), constant);
}

static struct value negative(struct value v) {
  if (!v.present || v.i == INT64_MIN) return unknown(v.type);
  return constant_if(of(v.type, -v.i), v.constant);
}

/* -- Text ------------------------------------------------------------------------------ */

static bool found_at(struct rung_text text, size_t at, struct rung_text part) {
  return at <= text.length && part.length <= text.length - at &&
         (part.length == 0 || memcmp(text.bytes + at, part.bytes, part.length) == 0);
}

static struct value text_test(uint8_t kind, struct value a, struct value b) {
  if (!a.present || !b.present) return unknown(TYPE_FLAG);
  if (kind == AST_STARTS) return flag(found_at(a.text, 0, b.text));
  if (kind == AST_ENDS)
    return flag(a.text.length >= b.text.length && found_at(a.text, a.text.length - b.text.length, b.text));
  for (size_t i = 0; i <= a.text.length; i++)
    if (found_at(a.text, i, b.text)) return flag(true);
  return flag(false);
}

/* -- Names ------------------------------------------------------------------------------- */

static struct value label_of(struct evaluator *e, struct symbol *status) {
  struct memo *memo = &e->statuses[status->index];
  if (memo->known) return memo->value;
  memo->known = true;
  memo->value = unknown(TYPE_STATUS);
  for (uint32_t i = 1; i < status->decl->count; i++) {
    struct ast *arm = status->decl->child[i], *condition = arm->child[0];
    struct value holds = condition->kind == AST_NONE ? flag(true) : evaluate(e, condition);
    if (!holds.present || !holds.i) continue;
    memo->value = label_value(arm->child[1]->text);
    break;
  }
  return memo->value;
}

static struct value has_tag(struct evaluator *e, struct symbol *tag) {
  struct memo *memo = &e->tags[tag->index];
  if (memo->known) return memo->value;
  memo->known = true;
  memo->value = flag(false);
  for (uint32_t r = 0; r < e->module->rules.count; r++) {
    struct ast *rule = e->module->rules.at[r];
    for (uint32_t i = 3; rule->kind == AST_RULE && i < rule->count; i++) {
      if (!text_equal(rule->child[i]->text, tag->name)) continue;
      struct value holds = evaluate(e, rule->child[1]);
      if (holds.present && holds.i) memo->value = flag(true);
    }
  }
  return memo->value;
}

static struct value param_value(struct evaluator *e, struct symbol *param) {
  for (uint32_t i = 0; i < e->trial->settings; i++)
    if (text_equal(e->trial->setting[i].name, param->name)) {
      struct value value = e->trial->setting[i].value;
      value.type = param->type;
      return value;
    }
  return constant_if(evaluate(e, param->decl->child[1]), false);
}

static struct value evaluate_name(struct evaluator *e, struct ast *node) {
  struct symbol *symbol = node->symbol;
  struct value label;
  switch ((enum symbol_kind)symbol->kind) {
  case SYMBOL_COLUMN: return as_type(e->row[e->column[symbol->index]].value, node->type);
  case SYMBOL_PARAM: return param_value(e, symbol);
  case SYMBOL_LET:
    if (!e->lets[symbol->index].known)
      e->lets[symbol->index] = (struct memo){true, evaluate(e, symbol->decl->child[1])};
    return e->lets[symbol->index].value;
  case SYMBOL_TAG: return has_tag(e, symbol);
  case SYMBOL_STATUS: return label_of(e, symbol);
  case SYMBOL_LABEL:
    if (node->type == TYPE_LABEL) return label_value(node->text);
    label = label_of(e, symbol->status);
    return flag(label.present && text_equal(label.text, symbol->name));
  default: return unknown(TYPE_ERROR);
  }
}

/* -- Expressions ------------------------------------------------------------------------------ */

static struct value extreme(struct evaluator *e, struct ast *node, bool largest) {
  struct value best = as_type(evaluate(e, node->child[1]), node->type);
  for (uint32_t i = 2; i < node->count; i++) {
    struct value v = as_type(evaluate(e, node->child[i]), node->type);
    bool constant = v.constant && best.constant;
    if (!v.present || !best.present) best = unknown(node->type);
    else if (largest ? v.i > best.i : v.i < best.i) best = v;
    best.constant = constant;
  }
  return best;
}

static struct value part_of_date(struct value v, uint8_t function) {
  if (!v.present) return unknown(TYPE_INTEGER);
  struct day day = slow_day(v.i);
  return of(TYPE_INTEGER, function == FUNCTION_YEAR ? day.year : function == FUNCTION_MONTH ? day.month : day.day);
}

static struct value rounded(struct value v) {
  int64_t whole;
  if (v.type == TYPE_INTEGER) return v;
  return v.present && slow_ratio(v.i, 1, MILLION, &whole) ? of(TYPE_INTEGER, whole) : unknown(TYPE_INTEGER);
}

static struct value call(struct evaluator *e, struct ast *node) {
  struct value v = evaluate(e, node->child[1]);
  switch ((enum function)node->function) {
  case FUNCTION_DEFAULT:
    v = as_type(v, node->type);
    return v.present ? v : constant_if(as_type(evaluate(e, node->child[2]), node->type), false);
  case FUNCTION_MIN: return extreme(e, node, false);
  case FUNCTION_MAX: return extreme(e, node, true);
  case FUNCTION_ABS: return v.present && v.i < 0 ? negative(v) : v;
  case FUNCTION_ROUND: return rounded(v);
  case FUNCTION_LOWER:
  case FUNCTION_UPPER:
    return v.present ? text_value(slow_case(e->arena, v.text, node->function == FUNCTION_UPPER)) : v;
  case FUNCTION_TRIM: return v.present ? text_value(slow_trim(v.text)) : v;
  case FUNCTION_LENGTH: return v.present ? of(TYPE_INTEGER, slow_length(v.text)) : unknown(TYPE_INTEGER);
  case FUNCTION_YEAR:
  case FUNCTION_MONTH:
  case FUNCTION_DAY: return part_of_date(v, node->function);
  default: return unknown(TYPE_ERROR);
  }
}

static struct value in_any(struct evaluator *e, struct ast *node) {
  struct value v = evaluate(e, node->child[0]), found = flag(false);
  for (uint32_t i = 1; i < node->count; i++) found = either(found, equal(e, v, evaluate(e, node->child[i])));
  return found;
}

static struct value in_list(struct value v, struct ast *list) {
  if (!v.present) return unknown(TYPE_FLAG);
  for (uint32_t i = 1; i < list->count; i++)
    if (text_equal(v.text, list->child[i]->text)) return flag(true);
  return flag(false);
}

static struct value in_lines(struct value v, struct rung_text lines) {
  if (!v.present) return unknown(TYPE_FLAG);
  for (size_t begin = 0, end; begin < lines.length; begin = end + 1) {
    for (end = begin; end < lines.length && lines.bytes[end] != '\n'; end++) continue;
    if (text_equal(v.text, (struct rung_text){lines.bytes + begin, end - begin})) return flag(true);
  }
  return flag(false);
}

static struct value window(struct evaluator *e, struct ast *node) {
  struct value date = evaluate(e, node->child[0]), span = evaluate(e, node->child[1]);
  struct value today = of(TYPE_DATE, e->trial->today);
  if (node->kind == AST_OLDER) return less(e, date, shift(today, span, -1));
  if (node->kind == AST_WITHIN_LAST) return both(at_most(e, shift(today, span, -1), date), at_most(e, date, today));
  return both(at_most(e, today, date), at_most(e, date, shift(today, span, 1)));
}

static struct value logic(struct evaluator *e, struct ast *node) {
  struct value v = evaluate(e, node->child[0]);
  for (uint32_t i = 1; i < node->count; i++) {
    struct value next = evaluate(e, node->child[i]);
    v = node->kind == AST_AND ? both(v, next) : either(v, next);
  }
  return v;
}

static struct value evaluate_test(struct evaluator *e, struct ast *node) {
  struct value v = evaluate(e, node->child[0]), result;
  switch ((enum ast_kind)node->kind) {
  case AST_IS_MISSING: result = flag(!v.present); break;
  case AST_IS_PRESENT: result = flag(v.present); break;
  case AST_BETWEEN:
    result = both(at_most(e, evaluate(e, node->child[1]), v), at_most(e, v, evaluate(e, node->child[2])));
    break;
  case AST_IN: result = in_any(e, node); break;
  case AST_IN_LIST: result = in_list(v, node->child[1]->symbol->decl); break;
  default: result = in_lines(v, node->file->text); break;
  }
  return node->negated ? negation(result) : result;
}

static struct value evaluate_pair(struct evaluator *e, struct ast *node) {
  struct value a = evaluate(e, node->child[0]), b = evaluate(e, node->child[1]);
  switch ((enum ast_kind)node->kind) {
  case AST_EQ: return equal(e, a, b);
  case AST_NE: return negation(equal(e, a, b));
  case AST_LT: return less(e, a, b);
  case AST_LE: return at_most(e, a, b);
  case AST_GT: return less(e, b, a);
  case AST_GE: return at_most(e, b, a);
  case AST_CONTAINS: case AST_STARTS: case AST_ENDS: return text_test(node->kind, a, b);
  default: return arithmetic(node, a, b);
  }
}

static struct value evaluate_leaf(struct evaluator *e, struct ast *node) {
  struct value number = constant_if(of(node->whole ? TYPE_INTEGER : TYPE_NUMBER, node->value), true);
  switch ((enum ast_kind)node->kind) {
  case AST_NAME: return evaluate_name(e, node);
  case AST_STRING: return text_value(node->text);
  case AST_NUMBER: return as_type(number, node->type);
  case AST_DURATION: case AST_DATE: case AST_BOOLEAN: return constant_if(of(node->type, node->value), true);
  default: return unknown(TYPE_ERROR);
  }
}

static struct value evaluate(struct evaluator *e, struct ast *node) {
  struct value v, chosen;
  switch ((enum ast_kind)node->kind) {
  case AST_PAREN: return evaluate(e, node->child[0]);
  case AST_AND: case AST_OR: return logic(e, node);
  case AST_NOT: return negation(evaluate(e, node->child[0]));
  case AST_IF:
    v = evaluate(e, node->child[0]);
    chosen = as_type(evaluate(e, node->child[v.present && v.i ? 1 : 2]), node->type);
    return constant_if(chosen, chosen.constant && v.constant);
  case AST_IS_MISSING: case AST_IS_PRESENT: case AST_BETWEEN: case AST_IN: case AST_IN_LIST: case AST_IN_FILE:
    return evaluate_test(e, node);
  case AST_MATCHES:
    v = evaluate(e, node->child[0]);
    return v.present ? flag(slow_match(node->child[1]->text, v.text)) : unknown(TYPE_FLAG);
  case AST_WITHIN_LAST: case AST_WITHIN_NEXT: case AST_OLDER: return window(e, node);
  case AST_EQ: case AST_NE: case AST_LT: case AST_LE: case AST_GT: case AST_GE:
  case AST_CONTAINS: case AST_STARTS: case AST_ENDS:
  case AST_ADD: case AST_SUB: case AST_MUL: case AST_DIV:
    return evaluate_pair(e, node);
  case AST_NEG: return negative(evaluate(e, node->child[0]));
  case AST_DAYS_SINCE: return days_between(of(TYPE_DATE, e->trial->today), evaluate(e, node->child[0]));
  case AST_DAYS_UNTIL: return days_between(evaluate(e, node->child[0]), of(TYPE_DATE, e->trial->today));
  case AST_ANNIVERSARY: return anniversary(evaluate(e, node->child[0]), e->trial->today);
  case AST_CALL: return call(e, node);
  default: return evaluate_leaf(e, node);
  }
}

/* -- A trial ------------------------------------------------------------------------------------ */

/* Whether the rule fires; for an arm, no earlier arm of its status may have. */
static bool fires(struct evaluator *e, struct ast *rule, struct value condition) {
  if (!condition.present || !condition.i) return false;
  if (rule->kind == AST_RULE) return true;
  for (size_t s = 0; s < e->module->statuses.count; s++) {
    struct ast *status = e->module->statuses.at[s]->decl;
    for (uint32_t i = 1; i < status->count; i++) {
      if (status->child[i] != rule) continue;
      for (uint32_t earlier = 1; earlier < i; earlier++) {
        struct ast *other = status->child[earlier]->child[0];
        struct value holds = other->kind == AST_NONE ? flag(true) : evaluate(e, other);
        if (holds.present && holds.i) return false;
      }
    }
  }
  return true;
}

static void evaluate_row(struct evaluator *e, const struct frame *frame, struct answers *answers, uint32_t row) {
  struct value *out = answers->at + (size_t)row * frame_width(frame);
  struct module *module = e->module;
  memset(e->lets, 0, (module->lets.count + 1) * sizeof *e->lets);
  memset(e->tags, 0, (module->tags.count + 1) * sizeof *e->tags);
  memset(e->statuses, 0, (module->statuses.count + 1) * sizeof *e->statuses);
  for (uint32_t i = 0; i < frame->labels + frame->shows; i++) {
    struct symbol *symbol = i < frame->labels ? frame->label[i] : frame->show[i - frame->labels];
    type_t type = i < frame->labels ? (type_t)TYPE_FLAG : symbol->type;
    *out++ = evaluate_name(e, &(struct ast){.kind = AST_NAME, .type = type, .symbol = symbol});
  }
  for (uint32_t i = 0; i < frame->rules; i++) {
    struct ast *rule = module->rules.at[i], *condition = rule->child[rule->kind == AST_RULE];
    struct value holds = condition->kind == AST_NONE ? flag(true) : evaluate(e, condition);
    if (!holds.present) answers->unknown[i]++;
    *out++ = flag(fires(e, rule, holds));
  }
  struct value kept = module->only ? evaluate(e, module->only) : flag(true);
  answers->kept[row] = kept.present && kept.i;
}

static void evaluate_rows(struct evaluator *e, const struct frame *frame, struct answers *answers) {
  for (uint32_t row = 0; row < e->trial->rows; row++) {
    e->row = e->trial->cells + (size_t)row * e->trial->columns;
    evaluate_row(e, frame, answers, row);
  }
}

bool same_value(struct value a, struct value b) {
  if (a.present != b.present) return false;
  if (!a.present) return true;
  return a.type == TYPE_TEXT ? text_equal(a.text, b.text) : a.i == b.i;
}

static void open_where_different(const struct trial *trial, const struct frame *frame, struct answers *answers,
                                 const struct answers *other) {
  size_t count = (size_t)trial->rows * frame_width(frame);
  for (size_t i = 0; i < count; i++) answers->open[i] |= !same_value(answers->at[i], other->at[i]);
  for (uint32_t row = 0; row < trial->rows; row++) answers->kept_open |= answers->kept[row] != other->kept[row];
  for (uint32_t i = 0; i < frame->rules; i++)
    if (answers->unknown[i] != other->unknown[i]) answers->unknown[i] = UINT64_MAX;
}

void evaluate_trial(const struct trial *trial, const struct frame *frame, struct answers *answers) {
  struct module *module = frame->module;
  struct evaluator e = {.trial = trial, .module = module, .arena = trial->arena};
  e.column = arena_alloc(e.arena, (module->columns.count + 1) * sizeof *e.column);
  e.lets = arena_alloc(e.arena, (module->lets.count + 1) * sizeof *e.lets);
  e.tags = arena_alloc(e.arena, (module->tags.count + 1) * sizeof *e.tags);
  e.statuses = arena_alloc(e.arena, (module->statuses.count + 1) * sizeof *e.statuses);
  for (size_t i = 0; i < module->columns.count; i++)
    for (uint32_t c = 0; c < trial->columns; c++)
      if (text_equal(module->columns.at[i]->name, trial->column[c].name)) e.column[i] = c;
  evaluate_rows(&e, frame, answers);
  for (e.exactness = EXACT_CONSTANTS; e.exactness <= EXACT_NONE; e.exactness++) {
    struct answers other = answers_new(trial->arena, trial, frame);
    evaluate_rows(&e, frame, &other);
    open_where_different(trial, frame, answers, &other);
  }
}
