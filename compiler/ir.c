/* ir.c - makes nodes, each equal one once, and keeps the constants, sets and patterns they use. */
#include "ir.h"

#include <stdlib.h>
#include <string.h>
#include "text.h"

const struct op_info op_infos[OPCODE_COUNT] = {
#define OP(id, dst, a, b, c, imm, missing, effect) {#id, #dst #a #b #c, IMM_##imm, MISSING_##missing},
#include "opcodes.def"
#undef OP
};

static const uint32_t family_ops[FAMILY_COUNT][KIND_COUNT] = {
#define FAMILY(id, f, i, n, d, t, s) {OP_##f, OP_##i, OP_##n, OP_##d, OP_##t, OP_##s},
#include "families.def"
#undef FAMILY
};

uint32_t family_op(enum family family, enum kind kind) {
  return kind < KIND_COUNT ? family_ops[family][kind] : (uint32_t)OP_NONE;
}

enum family op_family(uint32_t op) {
  for (unsigned family = 0; family < FAMILY_COUNT; family++)
    for (unsigned kind = 0; kind < KIND_COUNT; kind++)
      if (family_ops[family][kind] == op && op != OP_NONE) return family;
  return FAMILY_COUNT;
}

/* -- Kinds ----------------------------------------------------------------------- */

enum kind type_kind(type_t type) {
  switch (type) {
    case TYPE_FLAG: return KIND_F;
    case TYPE_INTEGER: case TYPE_MONTHS: return KIND_I;
    case TYPE_NUMBER: case TYPE_MONEY: return KIND_N;
    case TYPE_DATE: return KIND_D;
    case TYPE_TEXT: case TYPE_LIST: return KIND_T;
    case TYPE_DATETIME: return KIND_S;
    default: return KIND_NONE;
  }
}

enum kind letter_kind(char letter) {
  static const char letters[] = "FINDTS";
  const char *found = letter ? strchr(letters, letter) : NULL;
  return found ? (enum kind)(found - letters) : KIND_NONE;
}

enum rung_type kind_type(enum kind kind) {
  static const enum rung_type types[KIND_COUNT] = {RUNG_FLAG, RUNG_INTEGER, RUNG_NUMBER,
                                                   RUNG_DATE, RUNG_TEXT,    RUNG_DATETIME};
  return types[kind];
}

/* -- Nodes ------------------------------------------------------------------------- */

/* A place among values always exists; a share of nothing does not, nor a mean of integers that is no number. */
static bool measure_may_fault(const struct ir_ask *ask) {
  switch ((enum measure)ask->function) {
    case MEASURE_SHARE: return true;
    case MEASURE_MEDIAN: case MEASURE_AVERAGE: return ask->value_type == TYPE_INTEGER;
    default: return false;
  }
}

bool ir_may_fault(const struct ir *ir, const struct ir_node *node) {
  if (op_is_measure(node->op)) return measure_may_fault(&ir->pool->asks[node->imm]);
  return !op_is_filled(node->op) && op_infos[node->op].missing == MISSING_FAULTS;
}

uint32_t ir_operands(const struct ir *ir, const struct ir_node *node, uint32_t operands[IR_OPERANDS]) {
  uint32_t count = 0;
  if (node->a != NONE32) operands[count++] = node->a;
  if (node->b != NONE32) operands[count++] = node->b;
  if (node->c != NONE32) operands[count++] = node->c;
  if (!op_is_quota(node->op)) return count;
  const struct ir_quota *quota = &ir->quotas[ir->pool->asks[node->imm].quota];
  for (int i = 0; i < QUOTA_INPUTS; i++)
    if (quota->inputs[i] != NONE32) operands[count++] = quota->inputs[i];
  return count;
}

/* Whether equal operations at different places are different nodes. */
static bool by_place(const struct ir *ir, const struct ir_node *node) { return ir->apart && ir_may_fault(ir, node); }

static bool same_node(const void *context, uint32_t index, const void *key) {
  const struct ir *ir = context;
  const struct ir_node *x = &ir->nodes[index], *y = key;
  if (x->op != y->op || x->a != y->a || x->b != y->b || x->c != y->c || x->imm != y->imm) return false;
  if (!by_place(ir, x)) return true;
  return x->at.source == ir->at.source && x->at.begin == ir->at.begin && x->at.end == ir->at.end;
}

static bool commutes(uint32_t op) {
  switch (op) {
    case OP_EQ_F: case OP_EQ_I: case OP_EQ_N: case OP_EQ_D: case OP_EQ_T:
    case OP_ADD_I: case OP_ADD_N: case OP_MUL_I: case OP_MUL_N:
    case OP_EQ_S: case OP_MIN_I: case OP_MIN_N: case OP_MIN_D: case OP_MIN_S:
    case OP_MAX_I: case OP_MAX_N: case OP_MAX_D: case OP_MAX_S:
      return true;
    default: /* `and` and `or` do too, but faults.c reads from them which side was written first */
      return false;
  }
}

static bool is_never_missing(const struct ir *ir, const struct ir_node *node) {
  if (op_is_filled(node->op)) return false;
  enum missing missing = op_infos[node->op].missing;
  if (missing == MISSING_NEVER) return true;
  if (missing == MISSING_FAULTS || node->a == NONE32) return false;
  bool a = ir->nodes[node->a].never_missing;
  bool b = node->b == NONE32 || ir->nodes[node->b].never_missing;
  if (missing != MISSING_CHOOSE) return a && b;
  if (node->c != NONE32) return b && ir->nodes[node->c].never_missing; /* if */
  return a || b;                                                       /* else */
}

static bool is_uniform(const struct ir *ir, const struct ir_node *node) {
  if (op_is_filled(node->op) || op_is_measure(node->op) || op_is_counter(node->op)) return false;
  const uint32_t operands[] = {node->a, node->b, node->c};
  for (int i = 0; i < 3; i++)
    if (operands[i] != NONE32 && !ir->nodes[operands[i]].uniform) return false;
  return true;
}

/* What an aggregate is made of is no business of its user's. */
static uint32_t depth_of(const struct ir *ir, const struct ir_node *node) {
  uint32_t operands[IR_OPERANDS], count = ir_operands(ir, node, operands), depth = 0;
  if (node->op == IR_AGGREGATE) return 0;
  for (uint32_t i = 0; i < count; i++)
    if (ir->nodes[operands[i]].depth > depth) depth = ir->nodes[operands[i]].depth;
  return depth + op_is_measure(node->op);
}

uint32_t ir_make(struct ir *ir, struct ir_node node) {
  bool immediate = op_is_filled(node.op) || op_infos[node.op].imm != IMM_NONE;
  if (immediate && node.imm == NONE32) return 0;
  if (commutes(node.op) && (node.a > node.b || ir_const(ir, node.a)) && !ir_const(ir, node.b)) {
    uint32_t swapped = node.a;
    node.a = node.b, node.b = swapped;
  }
  const struct place at = by_place(ir, &node) ? ir->at : (struct place){0};
  const uint32_t key[] = {node.op, node.a, node.b, node.c, node.imm, at.source, at.begin};
  uint32_t hash = table_hash(key, sizeof key);
  uint32_t found = table_find(&ir->table, hash, same_node, ir, &node);
  if (found == 0 && ir->nodes[0].at.end == 0) { /* made before anything asked for it */
    ir->nodes[0].at = ir->at;
    ir->nodes[0].owner = ir->owner;
  }
  if (found != TABLE_NONE) return found;
  struct ir_node *nodes = arena_grow(ir->arena, ir->nodes, ir->count, &ir->room, sizeof *nodes);
  if (!nodes) return 0;
  ir->nodes = nodes;
  if (!op_is_filled(node.op)) node.kind = (uint8_t)letter_kind(op_infos[node.op].operands[0]);
  node.never_missing = is_never_missing(ir, &node);
  node.uniform = is_uniform(ir, &node);
  node.depth = depth_of(ir, &node);
  node.at = ir->at;
  node.owner = ir->owner;
  nodes[ir->count] = node;
  if (!table_add(&ir->table, ir->arena, hash, ir->count)) return 0;
  return ir->count++;
}

bool ir_init(struct ir *ir, struct arena *arena, struct pool *pool) {
  *ir = (struct ir){.arena = arena, .pool = pool};
  ir_constant(ir, KIND_F, 0);
  return ir->count == 1;
}

/* -- Constants ------------------------------------------------------------------------ */

static bool same_constant(const void *context, uint32_t index, const void *key) {
  const struct ir_constant *x = &((const struct pool *)context)->constants[index], *y = key;
  return x->kind == y->kind && x->value == y->value && text_equal(x->text, y->text);
}

static uint32_t constant_node(struct ir *ir, struct ir_constant constant) {
  struct pool *pool = ir->pool;
  const int64_t key[] = {constant.kind, constant.value};
  uint32_t hash = constant.kind == KIND_T ? table_hash(constant.text.bytes, constant.text.length)
                                          : table_hash(key, sizeof key);
  uint32_t index = table_find(&pool->constant_table, hash, same_constant, pool, &constant);
  if (index == TABLE_NONE) {
    struct ir_constant *grown = arena_grow(ir->arena, pool->constants, pool->constant_count, &pool->constant_room,
                                           sizeof *grown);
    if (!grown || !table_add(&pool->constant_table, ir->arena, hash, pool->constant_count)) return 0;
    pool->constants = grown;
    index = pool->constant_count++;
    grown[index] = constant;
  }
  return ir_imm(ir, family_op(FAMILY_CONST, constant.kind), NONE32, index);
}

uint32_t ir_constant(struct ir *ir, enum kind kind, int64_t value) {
  return constant_node(ir, (struct ir_constant){.kind = kind, .value = value});
}

uint32_t ir_text(struct ir *ir, struct rung_text text) {
  return constant_node(ir, (struct ir_constant){.kind = KIND_T, .text = text});
}

/* -- Sets --------------------------------------------------------------------------------- */

static int order_texts(const void *a, const void *b) {
  return text_order(*(const struct rung_text *)a, *(const struct rung_text *)b);
}

static int order_numbers(const void *a, const void *b) {
  const int64_t *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

static void sort_members(struct ir_set *set) {
  if (set->count == 0) return;
  uint32_t kept = 1;
  if (set->kind == KIND_T) {
    qsort(set->texts, set->count, sizeof *set->texts, order_texts);
    for (uint32_t i = 1; i < set->count; i++)
      if (!text_equal(set->texts[i], set->texts[kept - 1])) set->texts[kept++] = set->texts[i];
  } else {
    qsort(set->numbers, set->count, sizeof *set->numbers, order_numbers);
    for (uint32_t i = 1; i < set->count; i++)
      if (set->numbers[i] != set->numbers[kept - 1]) set->numbers[kept++] = set->numbers[i];
  }
  set->count = kept;
}

static bool same_set(const void *context, uint32_t index, const void *key) {
  const struct ir_set *x = &((const struct pool *)context)->sets[index], *y = key;
  if (x->kind != y->kind || x->count != y->count || !text_equal(x->name, y->name)) return false;
  if (x->kind != KIND_T) return x->count == 0 || !memcmp(x->numbers, y->numbers, x->count * sizeof *x->numbers);
  for (uint32_t i = 0; i < x->count; i++)
    if (!text_equal(x->texts[i], y->texts[i])) return false;
  return true;
}

static uint32_t hash_set(const struct ir_set *set) {
  if (set->kind != KIND_T) return table_hash(set->numbers, set->count * sizeof *set->numbers);
  uint32_t hash = set->count;
  for (uint32_t i = 0; i < set->count; i++)
    hash = hash * 0x9e3779b1u ^ table_hash(set->texts[i].bytes, set->texts[i].length);
  return hash;
}

uint32_t pool_set(struct ir *ir, struct ir_set set) {
  struct pool *pool = ir->pool;
  sort_members(&set);
  uint32_t hash = hash_set(&set), index = table_find(&pool->set_table, hash, same_set, pool, &set);
  if (index != TABLE_NONE) return index;
  struct ir_set *grown = arena_grow(ir->arena, pool->sets, pool->set_count, &pool->set_room, sizeof *grown);
  if (!grown || !table_add(&pool->set_table, ir->arena, hash, pool->set_count)) return NONE32;
  pool->sets = grown;
  grown[pool->set_count] = set;
  return pool->set_count++;
}

bool set_has(const struct ir_set *set, const struct ir_constant *constant) {
  if (set->count == 0) return false;
  if (set->kind == KIND_T) return bsearch(&constant->text, set->texts, set->count, sizeof *set->texts, order_texts);
  return bsearch(&constant->value, set->numbers, set->count, sizeof *set->numbers, order_numbers);
}

static bool same_regex(const void *context, uint32_t index, const void *key) {
  return text_equal(((const struct pool *)context)->regexes[index], *(const struct rung_text *)key);
}

uint32_t pool_regex(struct ir *ir, struct rung_text pattern) {
  struct pool *pool = ir->pool;
  uint32_t hash = table_hash(pattern.bytes, pattern.length);
  uint32_t index = table_find(&pool->regex_table, hash, same_regex, pool, &pattern);
  if (index != TABLE_NONE) return index;
  struct rung_text *grown = arena_grow(ir->arena, pool->regexes, pool->regex_count, &pool->regex_room, sizeof *grown);
  if (!grown || !table_add(&pool->regex_table, ir->arena, hash, pool->regex_count)) return NONE32;
  pool->regexes = grown;
  grown[pool->regex_count] = pattern;
  return pool->regex_count++;
}

static bool same_ask(const void *context, uint32_t index, const void *key) {
  const struct ir_ask *x = &((const struct pool *)context)->asks[index], *y = key;
  return x->table == y->table && x->function == y->function && x->type == y->type && x->value_type == y->value_type &&
         x->top == y->top && x->quota == y->quota && x->ascending == y->ascending && text_equal(x->source, y->source);
}

uint32_t pool_ask(struct ir *ir, struct ir_ask ask) {
  struct pool *pool = ir->pool;
  const int64_t key[] = {ask.table, ask.function, ask.type, ask.value_type, ask.top, ask.quota};
  uint32_t hash = table_hash(key, sizeof key);
  uint32_t index = table_find(&pool->ask_table, hash, same_ask, pool, &ask);
  if (index != TABLE_NONE) return index;
  struct ir_ask *grown = arena_grow(ir->arena, pool->asks, pool->ask_count, &pool->ask_room, sizeof *grown);
  if (!grown || !table_add(&pool->ask_table, ir->arena, hash, pool->ask_count)) return NONE32;
  pool->asks = grown;
  grown[pool->ask_count] = ask;
  return pool->ask_count++;
}

uint32_t ir_quota(struct ir *ir, struct ir_quota quota) {
  struct ir_quota *grown = arena_grow(ir->arena, ir->quotas, ir->quota_count, &ir->quota_room, sizeof *grown);
  if (!grown) return 0;
  ir->quotas = grown;
  grown[ir->quota_count] = quota;
  return ir->quota_count++;
}
