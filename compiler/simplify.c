/* simplify.c - rebuilds the graph with fewer operations: each node through algebra.c, long `and` and `or` chains as
   a whole; then drops what no result needs. */
#include "ir.h"

#include <stdlib.h>
#include <string.h>

/* A term of a chain.  `x = constant` and `x in (constants)` have the x as `operand`, so that tests of the same x come
   together and become one set. */
struct term {
  uint32_t id, operand;
};

struct simplifier {
  struct plan *plan;
  const struct ir *old;
  struct ir ir;
  uint8_t *uses;            /* of each old node: 0, 1, or 2 for more */
  uint32_t *user;           /* the user of an old node that has one */
  uint32_t *map;            /* old node to new */
  uint32_t *stack, stack_room;
  struct term *terms;
  uint32_t term_count, term_room;
};

/* -- Uses --------------------------------------------------------------------- */

static void use(struct simplifier *s, uint32_t id, uint32_t user) {
  if (s->uses[id] < 2) s->uses[id]++;
  s->user[id] = user;
}

static void count_uses(struct simplifier *s) {
  for (uint32_t i = 0; i < s->plan->stage_count; i++) {
    const struct stage *stage = &s->plan->stages[i];
    for (uint32_t r = 0; r < stage->root_count; r++) s->uses[stage->roots[r]] = 2;
    for (uint32_t f = 0; f < stage->counter_count; f++) s->uses[stage->counters[f]] = 2;
  }
  for (uint32_t id = s->old->count; id-- > 0;) {
    if (!s->uses[id]) continue;
    uint32_t operands[IR_OPERANDS], count = ir_operands(s->old, &s->old->nodes[id], operands);
    for (uint32_t i = 0; i < count; i++) use(s, operands[i], id);
  }
}

/* A link of a chain, which only the next link uses: it is no result of its own.  (Links with more users stay what they
   are, else rebuilding a chain once for each of its beginnings would take quadratic time.) */
static bool is_link(const struct simplifier *s, uint32_t id) {
  uint32_t op = s->old->nodes[id].op;
  return (op == OP_AND || op == OP_OR) && s->uses[id] == 1 && s->old->nodes[s->user[id]].op == op;
}

/* -- Chains ---------------------------------------------------------------------- */

static bool push(struct simplifier *s, uint32_t *depth, uint32_t id) {
  uint32_t *stack = arena_grow(s->ir.arena, s->stack, *depth, &s->stack_room, sizeof *stack);
  if (!stack) return false;
  s->stack = stack;
  stack[(*depth)++] = id;
  return true;
}

static bool add_term(struct simplifier *s, uint32_t id, bool negated) {
  struct term *terms = arena_grow(s->ir.arena, s->terms, s->term_count, &s->term_room, sizeof *terms);
  if (!terms) return false;
  const struct ir_node *node = &s->ir.nodes[id];
  uint32_t operand = NONE32;
  if (negated && node->op == OP_NOT) node = &s->ir.nodes[node->a];
  else if (negated) node = &s->ir.nodes[0];
  enum family family = op_family(node->op);
  if (family == FAMILY_EQ && node->op != OP_EQ_F && ir_const(&s->ir, node->b)) operand = node->a;
  if (family == FAMILY_IN && s->plan->pool.sets[node->imm].name.length == 0) operand = node->a;
  s->terms = terms;
  terms[s->term_count++] = (struct term){id, operand};
  return true;
}

/* The new nodes of a chain's terms, from left to right. */
static bool collect(struct simplifier *s, uint32_t id, uint32_t op) {
  uint32_t depth = 0;
  s->term_count = 0;
  if (!push(s, &depth, s->old->nodes[id].b) || !push(s, &depth, s->old->nodes[id].a)) return false;
  while (depth > 0) {
    uint32_t next = s->stack[--depth];
    const struct ir_node *node = &s->old->nodes[next];
    bool fine = is_link(s, next) ? push(s, &depth, node->b) && push(s, &depth, node->a)
                                 : add_term(s, s->map[next], op == OP_AND);
    if (!fine) return false;
  }
  return true;
}

static int order_ids(const void *a, const void *b) {
  const struct term *x = a, *y = b;
  return (x->id > y->id) - (x->id < y->id);
}

static int order_operands(const void *a, const void *b) {
  const struct term *x = a, *y = b;
  return x->operand != y->operand ? (x->operand > y->operand) - (x->operand < y->operand) : order_ids(a, b);
}

/* The node behind a term of one operand: the `not` of an `and` chain's terms taken off. */
static const struct ir_node *test_of(const struct simplifier *s, const struct term *term) {
  const struct ir_node *node = &s->ir.nodes[term->id];
  return node->op == OP_NOT ? &s->ir.nodes[node->a] : node;
}

static uint32_t member_count(const struct simplifier *s, const struct term *term) {
  const struct ir_node *test = test_of(s, term);
  return op_family(test->op) == FAMILY_IN ? s->plan->pool.sets[test->imm].count : 1;
}

static void add_members(const struct simplifier *s, struct ir_set *set, const struct term *term) {
  const struct ir_node *test = test_of(s, term);
  if (op_family(test->op) == FAMILY_EQ) {
    const struct ir_constant *member = ir_const(&s->ir, test->b);
    if (set->kind == KIND_T) set->texts[set->count++] = member->text;
    else set->numbers[set->count++] = member->value;
    return;
  }
  const struct ir_set *more = &s->plan->pool.sets[test->imm];
  if (more->count == 0) return;
  if (set->kind == KIND_T) memcpy(set->texts + set->count, more->texts, more->count * sizeof *more->texts);
  else memcpy(set->numbers + set->count, more->numbers, more->count * sizeof *more->numbers);
  set->count += more->count;
}

/* One `in` for several tests of the same operand. */
static uint32_t merge(struct simplifier *s, const struct term *terms, uint32_t count, uint32_t op) {
  struct ir_set set = {.kind = ir_kind(&s->ir, terms[0].operand)};
  size_t room = 0;
  for (uint32_t i = 0; i < count; i++) room += member_count(s, &terms[i]);
  void *members = arena_alloc(s->ir.arena, (room + 1) * (set.kind == KIND_T ? sizeof *set.texts : sizeof *set.numbers));
  if (!members) return 0;
  if (set.kind == KIND_T) set.texts = members;
  else set.numbers = members;
  for (uint32_t i = 0; i < count; i++) add_members(s, &set, &terms[i]);
  uint32_t index = pool_set(&s->ir, set), in = family_op(FAMILY_IN, set.kind);
  if (index == NONE32) return 0;
  in = ir_simple(&s->ir, (struct ir_node){.op = in, .a = terms[0].operand, .b = NONE32, .c = NONE32, .imm = index});
  return op == OP_AND ? ir_1(&s->ir, OP_NOT, in) : in;
}

static void merge_tests(struct simplifier *s, uint32_t op) {
  uint32_t kept = 0, end;
  qsort(s->terms, s->term_count, sizeof *s->terms, order_operands);
  for (uint32_t i = 0; i < s->term_count; i = end) {
    struct term term = s->terms[i];
    for (end = i + 1; end < s->term_count && s->terms[end].operand == term.operand; end++) {
      if (term.operand == NONE32) break;
    }
    if (end - i > 1) term.id = merge(s, s->terms + i, end - i, op);
    s->terms[kept++] = term;
  }
  s->term_count = kept;
}

static uint32_t simple_pair(struct ir *ir, uint32_t op, uint32_t a, uint32_t b) {
  return ir_simple(ir, (struct ir_node){.op = op, .a = a, .b = b, .c = NONE32, .imm = NONE32});
}

static bool has_term(const struct simplifier *s, uint32_t id) {
  const struct term key = {.id = id};
  return bsearch(&key, s->terms, s->term_count, sizeof key, order_ids);
}

/* Terms in the order of their numbers, so that chains of the same terms come out the same. */
static uint32_t join_terms(struct simplifier *s, uint32_t op) {
  bool decides = op == OP_OR;
  uint32_t dual = op == OP_OR ? OP_AND : OP_OR, id = NONE32, count = s->term_count;
  qsort(s->terms, count, sizeof *s->terms, order_ids);
  for (uint32_t i = 0; i < count; i++) {
    const struct ir_node term = s->ir.nodes[s->terms[i].id];
    if (term.op == OP_NOT && term.never_missing && has_term(s, term.a)) return ir_constant(&s->ir, KIND_F, decides);
    if (term.op == dual && (has_term(s, term.a) || has_term(s, term.b))) continue;
    if (i > 0 && s->terms[i].id == s->terms[i - 1].id) continue;
    id = id == NONE32 ? s->terms[i].id : simple_pair(&s->ir, op, id, s->terms[i].id);
  }
  return id == NONE32 ? 0 : id;
}

static uint32_t simplify_chain(struct simplifier *s, uint32_t id) {
  uint32_t op = s->old->nodes[id].op;
  if (!collect(s, id, op)) return 0;
  merge_tests(s, op);
  return join_terms(s, op);
}

/* -- Nodes ----------------------------------------------------------------------------- */

static uint32_t mapped(const struct simplifier *s, uint32_t id) { return id == NONE32 ? NONE32 : s->map[id]; }

static void map_inputs(struct simplifier *s, uint32_t quota) {
  for (int i = 0; i < QUOTA_INPUTS; i++)
    s->ir.quotas[quota].inputs[i] = mapped(s, s->old->quotas[quota].inputs[i]);
}

/* Columns come first and in their order, so that the order of terms depends on what a rule asks, not how. */
static void rebuild_columns(struct simplifier *s) {
  uint32_t count = s->plan->column_count;
  uint32_t *node_of = arena_alloc(s->ir.arena, (count + 1) * sizeof *node_of); /* 0, the constant `no`: not used */
  if (!node_of) return;
  for (uint32_t id = 0; id < s->old->count; id++)
    if (s->uses[id] && s->old->nodes[id].op == IR_COLUMN) node_of[s->old->nodes[id].imm] = id;
  for (uint32_t i = 0; i < count; i++) {
    if (node_of[i] == 0) continue;
    s->ir.at = s->old->nodes[node_of[i]].at;
    s->ir.owner = s->old->nodes[node_of[i]].owner;
    ir_column(&s->ir, i, (enum kind)s->old->nodes[node_of[i]].kind);
  }
}

static void rebuild(struct simplifier *s) {
  rebuild_columns(s);
  for (uint32_t id = 0; id < s->old->count && !s->ir.arena->failed; id++) {
    struct ir_node node = s->old->nodes[id];
    if (!s->uses[id] || is_link(s, id) || op_is_counter(node.op)) continue;
    s->ir.at = node.at;
    s->ir.owner = node.owner;
    node.a = mapped(s, node.a), node.b = mapped(s, node.b), node.c = mapped(s, node.c);
    if (op_is_quota(node.op)) map_inputs(s, s->plan->pool.asks[node.imm].quota);
    bool chain = node.op == OP_AND || node.op == OP_OR;
    if (node.op == IR_AGGREGATE && node.c != NONE32 && ir_is_flag(&s->ir, node.c, true)) node.c = NONE32;
    s->map[id] = chain ? simplify_chain(s, id) : ir_simple(&s->ir, node);
  }
}

/* FAULTs that other stages have as well are older than this stage's own. */
static bool is_kept(const struct stage *stage, uint32_t kept, uint32_t id) {
  for (uint32_t i = 0; i < kept; i++)
    if (stage->counters[i] == id) return true;
  return false;
}

/* The new node of a FAULT.  It goes when its operation was computed here.  Those of one operation with one mask count
   once, at the place of the first. */
static uint32_t rebuild_fault(struct simplifier *s, const struct stage *stage, uint32_t kept, uint32_t own,
                              const struct ir_node *fault) {
  struct ir *ir = &s->ir;
  uint32_t watched = s->map[fault->a], mask = s->map[fault->b], known = ir->count;
  bool computed = ir_may_fault(s->old, &s->old->nodes[fault->a]) && !ir_may_fault(ir, &ir->nodes[watched]);
  if (computed || ir->nodes[watched].never_missing || ir_is_flag(ir, mask, false)) return NONE32;
  uint32_t id = ir_2(ir, OP_FAULT, watched, mask);
  return id >= known || (id < own && !is_kept(stage, kept, id)) ? id : NONE32;
}

/* TALLYs stay as many as they are: each counts for a place in the rules. */
static void rebuild_counters(struct simplifier *s, struct stage *stage) {
  struct ir *ir = &s->ir;
  uint32_t kept = 0, own = ir->count;
  for (uint32_t i = 0; i < stage->counter_count; i++) {
    struct ir_node node = s->old->nodes[stage->counters[i]];
    ir->at = node.at;
    ir->owner = node.owner;
    uint32_t id;
    if (node.op == OP_FAULT) {
      id = rebuild_fault(s, stage, kept, own, &node);
    } else {
      node.a = s->map[node.a], node.b = s->map[node.b];
      id = ir_make(ir, node);
    }
    if (id != NONE32) stage->counters[kept++] = id;
  }
  stage->counter_count = kept;
}

/* -- What nothing needs ------------------------------------------------------------------ */

static void mark(const struct ir *ir, const struct ir_node *node, bool *live) {
  uint32_t operands[IR_OPERANDS], count = ir_operands(ir, node, operands);
  for (uint32_t i = 0; i < count; i++) live[operands[i]] = true;
}

static void renumber(uint32_t *id, const uint32_t *map) {
  if (*id != NONE32) *id = map[*id];
}

/* After split_stages: all that some stage needs. */
static void sweep(struct plan *plan) {
  struct ir *ir = &plan->ir;
  bool *live = arena_alloc(plan->arena, ir->count * sizeof *live);
  uint32_t *map = arena_alloc(plan->arena, ir->count * sizeof *map), kept = 0;
  if (!live || !map) return;
  live[0] = true;
  for (uint32_t i = 0; i < plan->stage_count; i++) {
    const struct stage *stage = &plan->stages[i];
    for (uint32_t r = 0; r < stage->root_count; r++) live[stage->roots[r]] = true;
    for (uint32_t f = 0; f < stage->counter_count; f++) live[stage->counters[f]] = true;
  }
  for (uint32_t id = ir->count; id-- > 0;)
    if (live[id]) mark(ir, &ir->nodes[id], live);
  for (uint32_t id = 0; id < ir->count; id++) {
    if (!live[id]) continue;
    struct ir_node node = ir->nodes[id];
    renumber(&node.a, map), renumber(&node.b, map), renumber(&node.c, map);
    map[id] = kept;
    ir->nodes[kept++] = node;
  }
  ir->count = kept;
  for (uint32_t i = 0; i < ir->quota_count; i++)
    for (int k = 0; k < QUOTA_INPUTS; k++) renumber(&ir->quotas[i].inputs[k], map);
  ir->table = (struct table){0}; /* numbers have changed, and nothing is made from here on */
  for (uint32_t i = 0; i < plan->stage_count; i++) {
    struct stage *stage = &plan->stages[i];
    for (uint32_t r = 0; r < stage->root_count; r++) renumber(&stage->roots[r], map);
    for (uint32_t f = 0; f < stage->counter_count; f++) renumber(&stage->counters[f], map);
  }
}

void simplify(struct plan *plan) {
  struct ir old = plan->ir;
  struct simplifier s = {.plan = plan, .old = &old};
  s.uses = arena_alloc(plan->arena, old.count * sizeof *s.uses);
  s.user = arena_alloc(plan->arena, old.count * sizeof *s.user);
  s.map = arena_alloc(plan->arena, old.count * sizeof *s.map);
  if (!s.uses || !s.user || !s.map || !ir_init(&s.ir, plan->arena, &plan->pool)) return;
  s.ir.quotas = arena_alloc(plan->arena, (old.quota_count + 1) * sizeof *s.ir.quotas);
  s.ir.quota_count = old.quota_count;
  if (!s.ir.quotas) return;
  count_uses(&s);
  rebuild(&s);
  for (uint32_t i = 0; i < plan->stage_count && !plan->arena->failed; i++) {
    struct stage *stage = &plan->stages[i];
    rebuild_counters(&s, stage);
    for (uint32_t r = 0; r < stage->root_count; r++) stage->roots[r] = s.map[stage->roots[r]];
  }
  plan->ir = s.ir;
  if (!plan->arena->failed) split_stages(plan);
  if (!plan->arena->failed) sweep(plan);
}
