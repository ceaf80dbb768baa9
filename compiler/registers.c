/* registers.c - puts the nodes of each stage in order and gives each a register.

   Columns come first and are never written.  What is the same for all rows is computed once a run, in the prologue,
   into registers of its own.  The rest shares registers: one is free again when its last reader has run. */
#include "ir.h"

#include <string.h>

/* A list of node numbers. */
struct order {
  uint32_t *at, count, room;
};

struct scheduler {
  struct arena *arena;            /* for what the code keeps */
  struct arena *scratch;
  const struct plan *plan;
  const struct ir *ir;
  const struct stage *stage;
  struct code *code;
  uint8_t *state;                 /* of each node: NEW, OPEN (its operands come first), DONE */
  uint32_t *counter;              /* one that watches a node; of a counter, the next one of its node; or NONE32 */
  struct order stack, prologue, body, late; /* late: counters that could not follow their operation at once */
  uint32_t *last;                 /* the place in `body` of a node's last reader; NONE32: lives to the end */
  uint32_t *reg_of;               /* register of each node while it lives */
  struct order free[KIND_COUNT];  /* registers */
};
enum { NEW, OPEN, DONE };

static void append(struct scheduler *s, struct order *order, uint32_t id) {
  uint32_t *at = arena_grow(s->scratch, order->at, order->count, &order->room, sizeof *at);
  if (!at) return;
  order->at = at;
  at[order->count++] = id;
}

/* -- Order -------------------------------------------------------------------------- */

static void push(struct scheduler *s, uint32_t id) {
  if (id != NONE32 && s->state[id] == NEW) append(s, &s->stack, id);
}

/* Whether a node can come now: nothing that it needs is waiting for what is being scheduled.  Looks at few nodes, so
   that asking stays cheap; when they do not tell, the answer is no. */
static bool is_ready(const struct scheduler *s, uint32_t id, int *budget) {
  if (id == NONE32 || s->state[id] == DONE) return true;
  if (s->state[id] == OPEN || --*budget < 0) return false;
  const struct ir_node *node = &s->ir->nodes[id];
  return is_ready(s, node->a, budget) && is_ready(s, node->b, budget) && is_ready(s, node->c, budget);
}

/* Counters follow their operation as soon as they can, so that the registers they read are free again early. */
static void finish(struct scheduler *s, uint32_t id) {
  const struct ir_node *node = &s->ir->nodes[id];
  if (!op_is_filled(node->op)) append(s, node->uniform ? &s->prologue : &s->body, id);
  if (op_is_counter(node->op)) return;
  for (uint32_t counter = s->counter[id]; counter != NONE32; counter = s->counter[counter]) {
    int budget = 64;
    if (s->state[counter] == NEW)
      append(s, is_ready(s, s->ir->nodes[counter].b, &budget) ? &s->stack : &s->late, counter);
  }
}

/* Operands before what uses them, as late as can be.  Those of an aggregate are none of this stage's. */
static void schedule(struct scheduler *s, uint32_t root) {
  push(s, root);
  while (s->stack.count > 0 && !s->scratch->failed) {
    uint32_t id = s->stack.at[s->stack.count - 1];
    uint8_t state = s->state[id];
    if (state == NEW) {
      const struct ir_node *node = &s->ir->nodes[id];
      s->state[id] = OPEN;
      if (!op_is_filled(node->op)) push(s, node->c), push(s, node->b), push(s, node->a);
      continue;
    }
    s->stack.count--;
    s->state[id] = DONE;
    if (state == OPEN) finish(s, id);
  }
}

static void schedule_root(struct scheduler *s, uint32_t root) {
  schedule(s, root);
  for (uint32_t i = 0; i < s->late.count && !s->scratch->failed; i++) schedule(s, s->late.at[i]);
  s->late.count = 0;
}

static void schedule_stage(struct scheduler *s) {
  const struct stage *stage = s->stage;
  for (uint32_t i = 0; i < stage->root_count; i++) schedule_root(s, stage->roots[i]);
  for (uint32_t i = 0; i < stage->counter_count; i++) schedule_root(s, stage->counters[i]);
}

/* -- Columns ------------------------------------------------------------------------------ */

static uint32_t add_register(struct scheduler *s, enum kind kind) {
  struct code *code = s->code;
  uint8_t *kinds = arena_grow(s->arena, code->reg_kinds, code->reg_count, &code->reg_room, sizeof *kinds);
  if (!kinds) return NONE32;
  code->reg_kinds = kinds;
  kinds[code->reg_count] = (uint8_t)kind;
  return code->reg_count++;
}

static void add_column(struct scheduler *s, uint32_t column, uint32_t node, enum kind kind) {
  struct code *code = s->code;
  struct code_column *grown =
      arena_grow(s->arena, code->columns, code->column_count, &code->column_room, sizeof *grown);
  uint32_t reg = add_register(s, kind);
  if (!grown || reg == NONE32) return;
  code->columns = grown;
  grown[code->column_count++] = (struct code_column){column, node};
  if (node != NONE32) s->reg_of[node] = reg;
}

/* Of a table's columns those that any of its stages reads, so that all of them refuse the same rows; and the key. */
static void assign_columns(struct scheduler *s) {
  const struct plan *plan = s->plan;
  const struct module *module = plan->module;
  const struct symbol *table = s->stage->table == NONE32 ? NULL : module->tables.at[s->stage->table];
  const struct symbol *key = table ? table->dump->key : module->key;
  uint32_t *node_of = arena_alloc(s->scratch, (plan->column_count + 1) * sizeof *node_of);
  if (!node_of) return;
  memset(node_of, 0xff, (plan->column_count + 1) * sizeof *node_of);
  for (uint32_t id = 0; id < s->ir->count; id++)
    if (s->ir->nodes[id].op == IR_COLUMN) node_of[s->ir->nodes[id].imm] = id;
  for (uint32_t i = 0; i < plan->column_count; i++) {
    const struct symbol *column = plan->columns[i];
    if (column->table == table && (node_of[i] != NONE32 || column == key))
      add_column(s, i, node_of[i], type_kind(column->type));
  }
  for (uint32_t id = 0; id < s->ir->count; id++)
    if (s->ir->nodes[id].op == IR_AGGREGATE && s->state[id] == DONE) add_column(s, NONE32, id, ir_kind(s->ir, id));
}

/* -- Registers ------------------------------------------------------------------------------ */

static void find_last_uses(struct scheduler *s) {
  for (uint32_t i = 0; i < s->body.count; i++) {
    const struct ir_node *node = &s->ir->nodes[s->body.at[i]];
    const uint32_t operands[] = {node->a, node->b, node->c};
    for (int k = 0; k < 3; k++)
      if (operands[k] != NONE32) s->last[operands[k]] = i;
  }
  for (uint32_t i = 0; i < s->stage->root_count; i++) s->last[s->stage->roots[i]] = NONE32;
}

static uint32_t reg_of(const struct scheduler *s, uint32_t id) { return id == NONE32 ? NONE32 : s->reg_of[id]; }

static void add_inst(struct scheduler *s, uint32_t id, uint32_t dst) {
  const struct ir_node *node = &s->ir->nodes[id];
  s->code->insts[s->code->inst_count++] =
      (struct code_inst){id, dst, reg_of(s, node->a), reg_of(s, node->b), reg_of(s, node->c)};
  s->reg_of[id] = dst;
}

static void assign_prologue(struct scheduler *s) {
  s->code->prologue = s->prologue.count;
  for (uint32_t i = 0; i < s->prologue.count; i++)
    add_inst(s, s->prologue.at[i], add_register(s, ir_kind(s->ir, s->prologue.at[i])));
}

static uint32_t take_register(struct scheduler *s, enum kind kind) {
  struct order *free = &s->free[kind];
  return free->count > 0 ? free->at[--free->count] : add_register(s, kind);
}

static void release(struct scheduler *s, uint32_t id, uint32_t now) {
  const struct ir_node *node = &s->ir->nodes[id];
  if (node->uniform || op_is_filled(node->op) || s->last[id] != now) return;
  s->last[id] = NONE32; /* once, if it is an operand twice */
  append(s, &s->free[ir_kind(s->ir, id)], s->reg_of[id]);
}

/* A result never takes the register of its own operands, so that a kernel may assume they do not overlap. */
static void assign_body(struct scheduler *s) {
  for (uint32_t i = 0; i < s->body.count && !s->scratch->failed && !s->arena->failed; i++) {
    uint32_t id = s->body.at[i];
    const struct ir_node *node = &s->ir->nodes[id];
    add_inst(s, id, op_is_counter(node->op) ? NONE32 : take_register(s, ir_kind(s->ir, id)));
    if (node->a != NONE32) release(s, node->a, i);
    if (node->b != NONE32) release(s, node->b, i);
    if (node->c != NONE32) release(s, node->c, i);
  }
}

static bool start(struct scheduler *s) {
  uint32_t count = s->ir->count;
  s->state = arena_alloc(s->scratch, count);
  s->counter = arena_alloc(s->scratch, count * sizeof *s->counter);
  s->last = arena_alloc(s->scratch, count * sizeof *s->last);
  s->reg_of = arena_alloc(s->scratch, count * sizeof *s->reg_of);
  if (s->scratch->failed) return false;
  memset(s->counter, 0xff, count * sizeof *s->counter);
  memset(s->reg_of, 0xff, count * sizeof *s->reg_of);
  for (uint32_t i = s->stage->counter_count; i-- > 0;) {
    uint32_t counter = s->stage->counters[i], *first = &s->counter[s->ir->nodes[counter].a];
    s->counter[counter] = *first;
    *first = counter;
  }
  return true;
}

static void assign_stage(struct scheduler *s) {
  const struct stage *stage = s->stage;
  if (!start(s)) return;
  schedule_stage(s);
  if (s->scratch->failed) return;
  s->code->insts = arena_alloc(s->arena, (s->prologue.count + s->body.count + 1) * sizeof *s->code->insts);
  s->code->root_regs = arena_alloc(s->arena, (stage->root_count + 1) * sizeof *s->code->root_regs);
  if (s->arena->failed) return;
  assign_columns(s);
  assign_prologue(s);
  find_last_uses(s);
  assign_body(s);
  for (uint32_t i = 0; i < stage->root_count; i++) s->code->root_regs[i] = s->reg_of[stage->roots[i]];
}

struct code *assign_registers(const struct plan *plan) {
  struct code *codes = arena_alloc(plan->arena, (plan->stage_count + 1) * sizeof *codes);
  for (uint32_t i = 0; codes && i < plan->stage_count && !plan->arena->failed; i++) {
    struct arena scratch;
    arena_init(&scratch, &plan->arena->allocator);
    struct scheduler s = {.arena = plan->arena, .scratch = &scratch, .plan = plan, .ir = &plan->ir,
                          .stage = &plan->stages[i], .code = &codes[i]};
    assign_stage(&s);
    plan->arena->failed |= scratch.failed;
    arena_free(&scratch);
  }
  return plan->arena->failed ? NULL : codes;
}
