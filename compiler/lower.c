/* lower.c - turns one typed expression into nodes. */
#include "literal.h"
#include "planner.h"

#include "decimal.h"
#include <string.h>

uint32_t lower_op(struct planner *planner, const struct ast *node, uint32_t op, uint32_t a, uint32_t b) {
  if (op >= OPCODE_COUNT) return plan_defect(planner, "an operation that its operands' type does not have");
  planner->ir->at = node->at;
  return ir_2(planner->ir, op, a, b);
}

static uint32_t negate(struct planner *planner, const struct ast *node, bool negated, uint32_t id) {
  return negated ? lower_op(planner, node, OP_NOT, id, NONE32) : id;
}

/* -- Kinds --------------------------------------------------------------------- */

/* An integer counts as a number where one is wanted, a time as its date; a number of days is rounded to whole days. */
static uint32_t convert(struct planner *planner, const struct ast *node, uint32_t id, enum kind to) {
  enum kind from = ir_kind(planner->ir, id);
  const struct ir_constant *constant = ir_const(planner->ir, id);
  int64_t exact;
  if (from == to) return id;
  if (from == KIND_I && to == KIND_N) {
    if (constant && decimal_from_integer(constant->value, &exact)) return ir_constant(planner->ir, KIND_N, exact);
    return lower_op(planner, node, OP_TO_N, id, NONE32);
  }
  if (from == KIND_S && to == KIND_D) return lower_op(planner, node, OP_DATE_OF, id, NONE32);
  if (from == KIND_N && to == KIND_I) return lower_op(planner, node, OP_ROUND, id, NONE32);
  return plan_defect(planner, "a value of the wrong type");
}

uint32_t lower_as(struct planner *planner, const struct ast *node, enum kind kind) {
  return convert(planner, node, lower(planner, node), kind);
}

/* What values of two kinds are compared or computed as. */
static enum kind common(enum kind a, enum kind b) {
  return (a == KIND_I && b == KIND_N) || (a == KIND_S && b == KIND_D) ? b : a;
}

/* -- Literals -------------------------------------------------------------------- */

bool literal_value(const struct ast *node, enum kind kind, int64_t *value) {
  __int128 millionths;
  node = bare(node);
  if (kind == KIND_D || kind == KIND_F) {
    *value = node->value;
    return node->kind == (kind == KIND_D ? AST_DATE : AST_BOOLEAN);
  }
  if (!literal_number(node, &millionths)) return kind == KIND_I && literal_span(node, value);
  if (kind == KIND_N) return fits_int64(millionths, value);
  return kind == KIND_I && millionths % DECIMAL_ONE == 0 && fits_int64(millionths / DECIMAL_ONE, value);
}

static bool is_literal(const struct ast *node) {
  int64_t value;
  return literal_value(node, type_kind(node->type), &value);
}

static uint32_t lower_literal(struct planner *planner, const struct ast *node) {
  int64_t value;
  enum kind kind = type_kind(node->type);
  planner->ir->at = node->at;
  if (node->kind == AST_STRING) return ir_text(planner->ir, node->text);
  if (!literal_value(node, kind, &value)) return plan_defect(planner, "a literal out of its type's range");
  return ir_constant(planner->ir, kind, value);
}

/* -- Names -------------------------------------------------------------------------- */

uint32_t lower_symbol(struct planner *planner, const struct symbol *symbol) {
  const struct symbol *table = symbol->table;
  if (table != planner->scanned) return plan_defect(planner, "a value of another table's rows");
  if (symbol->kind == SYMBOL_LET)
    return planned(planner, (table ? planner->table_lets[table->index] : planner->lets)[symbol->index]);
  uint32_t first = table ? planner->first_column[table->index] : 0;
  return ir_column(planner->ir, first + symbol->index, type_kind(symbol->type));
}

static uint32_t lower_name(struct planner *planner, const struct ast *node) {
  const struct symbol *symbol = node->symbol;
  if (!symbol) return plan_defect(planner, "a name without a meaning");
  planner->ir->at = node->at;
  switch ((enum symbol_kind)symbol->kind) {
    case SYMBOL_COLUMN: case SYMBOL_LET: return lower_symbol(planner, symbol);
    case SYMBOL_PARAM: {
      uint32_t op = family_op(FAMILY_PARAM, type_kind(symbol->type));
      if (op == OP_NONE) break;
      return ir_imm(planner->ir, op, NONE32, symbol->index);
    }
    case SYMBOL_TAG: return planned(planner, planner->tags[symbol->index]);
    case SYMBOL_LABEL: return planned(planner, planner->labels[symbol->index]);
    case SYMBOL_SCORE: return planned(planner, planner->scores[symbol->index]);
    case SYMBOL_CAMPAIGN:
      if (!planner->campaigns) return plan_defect(planner, "a campaign before campaigns are decided");
      return planner->campaigns[symbol->index].outcomes[OUTCOME_GETS];
    case SYMBOL_STATUS: case SYMBOL_LIST: case SYMBOL_TABLE: break;
  }
  return plan_defect(planner, "a name that has no value");
}

/* The status that an expression is, or NULL. */
static const struct symbol *status_of(const struct ast *node) {
  node = bare(node);
  return node->kind == AST_NAME && node->symbol && node->symbol->kind == SYMBOL_STATUS ? node->symbol : NULL;
}

/* -- Comparison ---------------------------------------------------------------------- */

/* `x in ()`: false where the integer is present, missing where it is not. */
static uint32_t never_equal(struct planner *planner, const struct ast *node, uint32_t x) {
  planner->ir->at = node->at;
  return ir_imm(planner->ir, OP_IN_I, x, pool_set(planner->ir, (struct ir_set){.kind = KIND_I}));
}

static int64_t floor_whole(int64_t millionths) {
  return millionths / DECIMAL_ONE - (millionths % DECIMAL_ONE < 0);
}

/* An integer against a constant that may have a fraction: as integers, so that it is exact for every integer. */
static uint32_t compare_whole(struct planner *planner, const struct ast *node, enum family family, uint32_t x,
                              int64_t millionths, bool constant_first) {
  bool whole = millionths % DECIMAL_ONE == 0;
  int64_t limit = floor_whole(millionths);
  if (family == FAMILY_EQ && !whole) return never_equal(planner, node, x);
  bool up = family == FAMILY_LT ? !constant_first : constant_first;
  if (!whole && family != FAMILY_EQ && up) limit++;
  uint32_t constant = ir_constant(planner->ir, KIND_I, limit);
  uint32_t op = family_op(family, KIND_I);
  return constant_first ? lower_op(planner, node, op, constant, x) : lower_op(planner, node, op, x, constant);
}

static uint32_t compare(struct planner *planner, const struct ast *node, enum family family, uint32_t a, uint32_t b) {
  enum kind left = ir_kind(planner->ir, a), right = ir_kind(planner->ir, b);
  const struct ir_constant *first = ir_const(planner->ir, a), *second = ir_const(planner->ir, b);
  planner->ir->at = node->at;
  if (left == KIND_I && right == KIND_N && second)
    return compare_whole(planner, node, family, a, second->value, false);
  if (left == KIND_N && right == KIND_I && first) return compare_whole(planner, node, family, b, first->value, true);
  enum kind kind = common(left, right);
  a = convert(planner, node, a, kind);
  b = convert(planner, node, b, kind);
  return lower_op(planner, node, family_op(family, kind), a, b);
}

uint32_t lower_equal(struct planner *planner, const struct ast *node, uint32_t a, uint32_t b) {
  return compare(planner, node, FAMILY_EQ, a, b);
}

static uint32_t lower_comparison(struct planner *planner, const struct ast *node) {
  static const struct {
    uint8_t family;
    bool swapped, negated;
  } shapes[AST_KIND_COUNT] = {
      [AST_EQ] = {FAMILY_EQ, false, false}, [AST_NE] = {FAMILY_EQ, false, true},
      [AST_LT] = {FAMILY_LT, false, false}, [AST_LE] = {FAMILY_LE, false, false},
      [AST_GT] = {FAMILY_LT, true, false},  [AST_GE] = {FAMILY_LE, true, false},
  };
  const bool swapped = shapes[node->kind].swapped;
  const struct symbol *status = status_of(node->child[0]);
  if (status) return negate(planner, node, node->kind == AST_NE, lower(planner, node->child[1]));
  uint32_t a = lower(planner, node->child[0]), b = lower(planner, node->child[1]);
  uint32_t id = compare(planner, node, (enum family)shapes[node->kind].family, swapped ? b : a, swapped ? a : b);
  return negate(planner, node, shapes[node->kind].negated, id);
}

static uint32_t lower_between(struct planner *planner, const struct ast *node) {
  uint32_t x = lower(planner, node->child[0]), low = lower(planner, node->child[1]);
  uint32_t high = lower(planner, node->child[2]);
  uint32_t above = compare(planner, node, FAMILY_LE, low, x), below = compare(planner, node, FAMILY_LE, x, high);
  return negate(planner, node, node->negated, lower_op(planner, node, OP_AND, above, below));
}

/* -- Membership ------------------------------------------------------------------------- */

/* Puts a constant that `x` is compared with into the set.  False when `x = member` needs its own comparison. */
static bool set_take(struct planner *planner, struct ir_set *set, const struct ast *node, uint32_t member,
                     bool *unequal) {
  const struct ir_constant *constant = ir_const(planner->ir, member);
  if (!constant || set->kind == KIND_F) return false;
  if (set->kind == KIND_T) {
    set->texts[set->count++] = constant->text;
    return true;
  }
  int64_t value = constant->value;
  if (set->kind == KIND_I && constant->kind == KIND_N) {
    *unequal = value % DECIMAL_ONE != 0;
    value /= DECIMAL_ONE;
  } else if (constant->kind != set->kind) {
    constant = ir_const(planner->ir, convert(planner, node, member, set->kind));
    if (!constant) return false;
    value = constant->value;
  }
  if (!*unequal) set->numbers[set->count++] = value;
  return true;
}

static uint32_t either(struct planner *planner, const struct ast *node, uint32_t a, uint32_t b) {
  return a == NONE32 ? b : lower_op(planner, node, OP_OR, a, b);
}

static uint32_t lower_in(struct planner *planner, const struct ast *node) {
  bool status = status_of(node->child[0]), skipped = false;
  uint32_t x = status ? NONE32 : lower(planner, node->child[0]), id = NONE32;
  if (!status && ir_kind(planner->ir, x) == KIND_S) x = convert(planner, node, x, KIND_D); /* no constant is a time */
  struct ir_set set = {.kind = status ? KIND_F : ir_kind(planner->ir, x)};
  size_t member = set.kind == KIND_T ? sizeof *set.texts : sizeof *set.numbers;
  void *members = arena_alloc(planner->ir->arena, node->count * member);
  if (!members) return 0;
  if (set.kind == KIND_T) set.texts = members;
  else set.numbers = members;
  for (uint32_t i = 1; i < node->count; i++) {
    uint32_t value = lower(planner, node->child[i]);
    bool unequal = false;
    if (!status && set_take(planner, &set, node->child[i], value, &unequal)) skipped |= unequal;
    else id = either(planner, node, id, status ? value : compare(planner, node->child[i], FAMILY_EQ, x, value));
  }
  planner->ir->at = node->at;
  if (set.count > 0 || skipped) {
    uint32_t in = ir_imm(planner->ir, family_op(FAMILY_IN, set.kind), x, pool_set(planner->ir, set));
    id = either(planner, node, id, in);
  }
  return negate(planner, node, node->negated, id == NONE32 ? plan_defect(planner, "an empty list") : id);
}

static uint32_t list_set(struct planner *planner, const struct symbol *list) {
  uint32_t *set = &planner->list_sets[list->index];
  if (*set != NONE32) return *set;
  uint32_t count = list->decl->count - 1;
  struct rung_text *texts = arena_alloc(planner->ir->arena, (count + 1) * sizeof *texts);
  for (uint32_t i = 0; texts && i < count; i++) texts[i] = list->decl->child[i + 1]->text;
  if (!texts) return NONE32;
  *set = pool_set(planner->ir, (struct ir_set){.name = list->name, .kind = KIND_T, .texts = texts, .count = count});
  return *set;
}

/* A file's members are its lines, and empty lines are none. */
static uint32_t file_set(struct planner *planner, const struct source *file) {
  uint32_t *set = &planner->file_sets[file->index];
  if (*set != NONE32) return *set;
  struct rung_text rest = file->text, line;
  uint32_t lines = 0;
  while (source_line_next(&rest, &line)) lines++;
  struct ir_set members = {.name = file->path, .kind = KIND_T};
  members.texts = arena_alloc(planner->ir->arena, (lines + 1) * sizeof *members.texts);
  if (!members.texts) return NONE32;
  for (rest = file->text; source_line_next(&rest, &line);)
    if (line.length > 0) members.texts[members.count++] = line;
  *set = pool_set(planner->ir, members);
  return *set;
}

static uint32_t lower_in_set(struct planner *planner, const struct ast *node) {
  if (node->kind == AST_IN_FILE && !node->file) return plan_defect(planner, "a file that was not read");
  uint32_t x = lower(planner, node->child[0]);
  uint32_t set = node->kind == AST_IN_FILE ? file_set(planner, node->file) : list_set(planner, node->child[1]->symbol);
  planner->ir->at = node->at;
  return negate(planner, node, node->negated, ir_imm(planner->ir, OP_IN_T, x, set));
}

uint32_t lower_item(struct planner *planner, const struct ast *node, uint32_t list, uint32_t item,
                    struct rung_text separator) {
  planner->ir->at = node->at;
  uint32_t between = ir_text(planner->ir, separator);
  return ir_make(planner->ir, (struct ir_node){.op = OP_HAS, .a = list, .b = item, .c = NONE32,
                                               .imm = planner->ir->nodes[between].imm});
}

static uint32_t lower_has(struct planner *planner, const struct ast *node, uint32_t op) {
  uint32_t list = lower(planner, node->child[0]), id = NONE32;
  for (uint32_t i = 1; i < node->count; i++) {
    uint32_t has = lower_item(planner, node, list, lower(planner, node->child[i]), node->text);
    id = id == NONE32 ? has : lower_op(planner, node, op, id, has);
  }
  return id == NONE32 ? plan_defect(planner, "a list without items") : id;
}

/* -- Dates ------------------------------------------------------------------------------------ */

/* `date` plus or minus a span: months, or days that may have to be rounded. */
static uint32_t add_span(struct planner *planner, const struct ast *node, uint32_t date, const struct ast *span,
                         bool minus) {
  uint32_t count = lower_as(planner, span, KIND_I);
  bool months = span->type == TYPE_MONTHS;
  if (minus) {
    int64_t negative;
    const struct ir_constant *constant = ir_const(planner->ir, count);
    count = constant && !__builtin_sub_overflow((int64_t)0, constant->value, &negative)
                ? ir_constant(planner->ir, KIND_I, negative)
                : lower_op(planner, node, OP_NEG_I, count, NONE32);
  }
  return lower_op(planner, node, months ? OP_ADD_MONTHS : OP_ADD_DAYS, date, count);
}

static uint32_t today(struct planner *planner, const struct ast *node) {
  return lower_op(planner, node, OP_TODAY, NONE32, NONE32);
}

static uint32_t lower_window(struct planner *planner, const struct ast *node) {
  uint32_t date = lower_as(planner, node->child[0], KIND_D), now = today(planner, node);
  uint32_t edge = add_span(planner, node, now, node->child[1], node->kind != AST_WITHIN_NEXT);
  if (node->kind == AST_OLDER) return lower_op(planner, node, OP_LT_D, date, edge);
  bool last = node->kind == AST_WITHIN_LAST;
  uint32_t from = lower_op(planner, node, OP_LE_D, last ? edge : now, date);
  uint32_t to = lower_op(planner, node, OP_LE_D, date, last ? now : edge);
  return lower_op(planner, node, OP_AND, from, to);
}

/* -- Arithmetic --------------------------------------------------------------------------------- */

static bool is_day(const struct ast *node) { return node->type == TYPE_DATE || node->type == TYPE_DATETIME; }

static uint32_t lower_arithmetic(struct planner *planner, const struct ast *node, enum family family) {
  const struct ast *left = node->child[0], *right = node->child[1];
  if (is_day(left) && is_day(right)) {
    uint32_t to = lower_as(planner, left, KIND_D), from = lower_as(planner, right, KIND_D);
    return lower_op(planner, node, OP_DAYS, to, from);
  }
  if (is_day(left)) return add_span(planner, node, lower_as(planner, left, KIND_D), right, node->kind == AST_SUB);
  if (is_day(right)) return add_span(planner, node, lower_as(planner, right, KIND_D), left, false);
  uint32_t a = lower(planner, left), b = lower(planner, right);
  enum kind kind = common(ir_kind(planner->ir, a), ir_kind(planner->ir, b));
  a = convert(planner, left, a, kind);
  b = convert(planner, right, b, kind);
  return lower_op(planner, node, family_op(family, kind), a, b);
}

/* The operation of one or two operands on the values of all children, from left to right. */
static uint32_t lower_fold(struct planner *planner, const struct ast *node, enum family family, uint32_t first) {
  enum kind kind = type_kind(node->type);
  uint32_t op = family_op(family, kind), id = lower_as(planner, node->child[first], kind);
  if (first + 1 == node->count) return lower_op(planner, node, op, id, NONE32);
  for (uint32_t i = first + 1; i < node->count; i++) {
    uint32_t next = lower_as(planner, node->child[i], kind);
    id = lower_op(planner, node, op, id, next);
  }
  return id;
}

uint32_t lower_bucket(struct planner *planner, const struct ast *node, uint32_t value, struct rung_text salt) {
  enum kind kind = ir_kind(planner->ir, value);
  if (kind != KIND_T && kind != KIND_I) return plan_defect(planner, "a bucket of neither text nor integer");
  planner->ir->at = node->at;
  uint32_t constant = ir_text(planner->ir, salt);
  return ir_imm(planner->ir, kind == KIND_T ? OP_BUCKET_T : OP_BUCKET_I, value, planner->ir->nodes[constant].imm);
}

static uint32_t lower_call(struct planner *planner, const struct ast *node) {
  switch ((enum function)node->function) {
    case FUNCTION_DEFAULT: return lower_fold(planner, node, FAMILY_ELSE, 1);
    case FUNCTION_MIN: return lower_fold(planner, node, FAMILY_MIN, 1);
    case FUNCTION_MAX: return lower_fold(planner, node, FAMILY_MAX, 1);
    case FUNCTION_ABS: return lower_fold(planner, node, FAMILY_ABS, 1);
    case FUNCTION_ROUND: return lower_as(planner, node->child[1], KIND_I);
    case FUNCTION_LOWER: return lower_op(planner, node, OP_LOWER, lower(planner, node->child[1]), NONE32);
    case FUNCTION_UPPER: return lower_op(planner, node, OP_UPPER, lower(planner, node->child[1]), NONE32);
    case FUNCTION_TRIM: return lower_op(planner, node, OP_TRIM, lower(planner, node->child[1]), NONE32);
    case FUNCTION_LENGTH: return lower_op(planner, node, OP_LENGTH, lower(planner, node->child[1]), NONE32);
    case FUNCTION_YEAR: return lower_op(planner, node, OP_YEAR, lower_as(planner, node->child[1], KIND_D), NONE32);
    case FUNCTION_MONTH: return lower_op(planner, node, OP_MONTH, lower_as(planner, node->child[1], KIND_D), NONE32);
    case FUNCTION_DAY: return lower_op(planner, node, OP_DAY, lower_as(planner, node->child[1], KIND_D), NONE32);
    case FUNCTION_HALF_LIFE: {
      uint32_t age = lower_as(planner, node->child[1], KIND_N), span = lower_as(planner, node->child[2], KIND_N);
      return lower_op(planner, node, OP_HALF_LIFE, age, span);
    }
    case FUNCTION_WEEKDAY:
      return lower_op(planner, node, OP_WEEKDAY, lower_as(planner, node->child[1], KIND_D), NONE32);
    case FUNCTION_BUCKET:
      return lower_bucket(planner, node, lower(planner, node->child[1]), bare(node->child[2])->text);
    case FUNCTION_COUNT: break;
  }
  return plan_defect(planner, "a function without a meaning");
}

/* -- Logic ------------------------------------------------------------------------------------------ */

static uint32_t lower_chain(struct planner *planner, const struct ast *node, uint32_t op) {
  uint32_t id = lower(planner, node->child[0]);
  for (uint32_t i = 1; i < node->count; i++) {
    uint32_t next = lower(planner, node->child[i]);
    id = lower_op(planner, node, op, id, next);
  }
  return id;
}

static uint32_t lower_if(struct planner *planner, const struct ast *node) {
  enum kind kind = type_kind(node->type);
  uint32_t op = family_op(FAMILY_IF, kind), condition = lower(planner, node->child[0]);
  uint32_t then = lower_as(planner, node->child[1], kind), other = lower_as(planner, node->child[2], kind);
  if (op == OP_NONE) return plan_defect(planner, "a choice without a type");
  planner->ir->at = node->at;
  return ir_op(planner->ir, op, condition, then, other);
}

static uint32_t lower_present(struct planner *planner, const struct ast *node) {
  const struct symbol *status = status_of(node->child[0]);
  uint32_t present = status ? planned(planner, planner->any_label[status->index])
                            : lower_op(planner, node, OP_PRESENT, lower(planner, node->child[0]), NONE32);
  return negate(planner, node, (node->kind == AST_IS_MISSING) != node->negated, present);
}

static uint32_t lower_text(struct planner *planner, const struct ast *node, uint32_t op) {
  uint32_t a = lower(planner, node->child[0]), b = lower(planner, node->child[1]);
  return lower_op(planner, node, op, a, b);
}

static uint32_t lower_matches(struct planner *planner, const struct ast *node) {
  uint32_t text = lower(planner, node->child[0]);
  planner->ir->at = node->at;
  return ir_imm(planner->ir, OP_MATCHES, text, pool_regex(planner->ir, node->child[1]->text));
}

static uint32_t lower_from_today(struct planner *planner, const struct ast *node) {
  uint32_t date = lower_as(planner, node->child[0], KIND_D), now = today(planner, node);
  if (node->kind == AST_DAYS_SINCE) return lower_op(planner, node, OP_DAYS, now, date);
  return lower_op(planner, node, node->kind == AST_DAYS_UNTIL ? OP_DAYS : OP_ANNIVERSARY, date, now);
}

static uint32_t lower_hours(struct planner *planner, const struct ast *node) {
  uint32_t from = lower(planner, node->child[0]);
  return lower_op(planner, node, OP_HOURS, lower_op(planner, node, OP_NOW, NONE32, NONE32), from);
}

uint32_t lower(struct planner *planner, const struct ast *node) {
  node = bare(node);
  switch ((enum ast_kind)node->kind) {
    case AST_NAME: return lower_name(planner, node);
    case AST_STRING: case AST_NUMBER: case AST_DURATION: case AST_DATE: case AST_BOOLEAN:
      return lower_literal(planner, node);
    case AST_OR: return lower_chain(planner, node, OP_OR);
    case AST_AND: return lower_chain(planner, node, OP_AND);
    case AST_NOT: return lower_op(planner, node, OP_NOT, lower(planner, node->child[0]), NONE32);
    case AST_IF: return lower_if(planner, node);
    case AST_EQ: case AST_NE: case AST_LT: case AST_LE: case AST_GT: case AST_GE:
      return lower_comparison(planner, node);
    case AST_IS_MISSING: case AST_IS_PRESENT: return lower_present(planner, node);
    case AST_BETWEEN: return lower_between(planner, node);
    case AST_IN: return lower_in(planner, node);
    case AST_IN_LIST: case AST_IN_FILE: return lower_in_set(planner, node);
    case AST_CONTAINS: return lower_text(planner, node, OP_CONTAINS);
    case AST_STARTS: return lower_text(planner, node, OP_STARTS);
    case AST_ENDS: return lower_text(planner, node, OP_ENDS);
    case AST_MATCHES: return lower_matches(planner, node);
    case AST_WITHIN_LAST: case AST_WITHIN_NEXT: case AST_OLDER: return lower_window(planner, node);
    case AST_ADD: return lower_arithmetic(planner, node, FAMILY_ADD);
    case AST_SUB: return lower_arithmetic(planner, node, FAMILY_SUB);
    case AST_MUL: return lower_arithmetic(planner, node, FAMILY_MUL);
    case AST_DIV: return lower_arithmetic(planner, node, FAMILY_DIV);
    case AST_NEG: return is_literal(node) ? lower_literal(planner, node) : lower_fold(planner, node, FAMILY_NEG, 0);
    case AST_DAYS_SINCE: case AST_DAYS_UNTIL: case AST_ANNIVERSARY: return lower_from_today(planner, node);
    case AST_HOURS_SINCE: return lower_hours(planner, node);
    case AST_TODAY: return today(planner, node);
    case AST_CALL: return lower_call(planner, node);
    case AST_HAS: case AST_HAS_ANY: return lower_has(planner, node, OP_OR);
    case AST_HAS_ALL: return lower_has(planner, node, OP_AND);
    case AST_WAS: case AST_BECAME: case AST_FIELD: case AST_AGGREGATE: case AST_MEASURE:
      return lower_tables(planner, node);
    default: return plan_defect(planner, "a part of a statement where a value should be");
  }
}
