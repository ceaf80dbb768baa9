/* registers.c - puts the nodes of a stage in order and gives each a register.

   Columns come first and are never written.  What is the same for all rows is computed once a run, in the prologue,
   into registers of its own.  The rest shares registers: one is free again when its last reader has run. */
#include "ir.h"

#include <string.h>

/* A list of node numbers. */
struct order {
  uint32_t *at, count, room;
};

struct scheduler {
  struct arena *arena;
  const struct plan *plan;
  const struct ir *ir;
  struct code *code;
  uint8_t *state;                 /* of each node: NEW, OPEN (its operands come first), DONE */
  uint32_t *fault;                /* a FAULT that watches a node; of a FAULT, the next one of its node; or NONE32 */
  struct order stack, prologue, body, late; /* late: FAULTs that could not follow their operation at once */
  uint32_t *last;                 /* the place in `body` of a node's last reader; NONE32: lives to the end */
  struct order free[KIND_COUNT];  /* registers */
};
enum { NEW, OPEN, DONE };

static void append(struct scheduler *s, struct order *order, uint32_t id) {
  uint32_t *at = arena_grow(s->arena, order->at, order->count, &order->room, sizeof *at);
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

/* FAULTs follow their operation as soon as they can, so that the registers they read are free again early. */
static void finish(struct scheduler *s, uint32_t id) {
  const struct ir_node *node = &s->ir->nodes[id];
  if (node->op != IR_COLUMN) append(s, node->uniform ? &s->prologue : &s->body, id);
  if (node->op == OP_FAULT) return;
  for (uint32_t fault = s->fault[id]; fault != NONE32; fault = s->fault[fault]) {
    int budget = 64;
    if (s->state[fault] == NEW)
      append(s, is_ready(s, s->ir->nodes[fault].b, &budget) ? &s->stack : &s->late, fault);
  }
}

/* Operands before what uses them, as late as can be. */
static void schedule(struct scheduler *s, uint32_t root) {
  push(s, root);
  while (s->stack.count > 0 && !s->arena->failed) {
    uint32_t id = s->stack.at[s->stack.count - 1];
    uint8_t state = s->state[id];
    if (state == NEW) {
      const struct ir_node *node = &s->ir->nodes[id];
      s->state[id] = OPEN;
      push(s, node->c), push(s, node->b), push(s, node->a);
      continue;
    }
    s->stack.count--;
    s->state[id] = DONE;
    if (state == OPEN) finish(s, id);
  }
}

static void schedule_root(struct scheduler *s, uint32_t root) {
  schedule(s, root);
  for (uint32_t i = 0; i < s->late.count && !s->arena->failed; i++) schedule(s, s->late.at[i]);
  s->late.count = 0;
}

static void schedule_stage(struct scheduler *s, const struct stage *stage) {
  for (uint32_t i = 0; i < stage->root_count; i++) schedule_root(s, stage->roots[i]);
  for (uint32_t i = 0; i < stage->fault_count; i++) schedule_root(s, stage->faults[i]);
}

/* -- Columns ------------------------------------------------------------------------------ */

static bool is_key(const struct symbol *column) {
  if (column->decl->kind != AST_COLUMN) return false;
  for (uint32_t i = 1; i < column->decl->count; i++)
    if (column->decl->child[i]->kind == AST_KEY) return true;
  return false;
}

static uint32_t add_register(struct scheduler *s, enum kind kind) {
  struct code *code = s->code;
  uint8_t *kinds = arena_grow(s->arena, code->reg_kinds, code->reg_count, &code->reg_room, sizeof *kinds);
  if (!kinds) return NONE32;
  code->reg_kinds = kinds;
  kinds[code->reg_count] = (uint8_t)kind;
  return code->reg_count++;
}

/* Of the columns only those that something reads, and the key. */
static void assign_columns(struct scheduler *s) {
  const struct symbols *columns = &s->plan->module->columns;
  struct code *code = s->code;
  uint32_t *node_of = arena_alloc(s->arena, (columns->count + 1) * sizeof *node_of);
  code->columns = arena_alloc(s->arena, (columns->count + 1) * sizeof *code->columns);
  if (!node_of || !code->columns) return;
  memset(node_of, 0xff, (columns->count + 1) * sizeof *node_of);
  for (uint32_t id = 0; id < s->ir->count; id++)
    if (s->ir->nodes[id].op == IR_COLUMN) node_of[s->ir->nodes[id].imm] = id;
  for (uint32_t i = 0; i < columns->count; i++) {
    if (node_of[i] == NONE32 && !is_key(columns->at[i])) continue;
    uint32_t reg = add_register(s, type_kind(columns->at[i]->type));
    if (node_of[i] != NONE32) code->reg_of[node_of[i]] = reg;
    code->columns[code->column_count++] = i;
  }
}

/* -- Registers ------------------------------------------------------------------------------ */

static void find_last_uses(struct scheduler *s, const struct stage *stage) {
  for (uint32_t i = 0; i < s->body.count; i++) {
    const struct ir_node *node = &s->ir->nodes[s->body.at[i]];
    const uint32_t operands[] = {node->a, node->b, node->c};
    for (int k = 0; k < 3; k++)
      if (operands[k] != NONE32) s->last[operands[k]] = i;
  }
  for (uint32_t i = 0; i < stage->root_count; i++) s->last[stage->roots[i]] = NONE32;
}

static void add_inst(struct scheduler *s, uint32_t id, uint32_t dst) {
  s->code->insts[s->code->inst_count++] = (struct code_inst){id, dst};
  s->code->reg_of[id] = dst;
}

static uint32_t take_register(struct scheduler *s, enum kind kind) {
  struct order *free = &s->free[kind];
  return free->count > 0 ? free->at[--free->count] : add_register(s, kind);
}

static void release(struct scheduler *s, uint32_t id, uint32_t now) {
  const struct ir_node *node = &s->ir->nodes[id];
  if (node->uniform || node->op == IR_COLUMN || s->last[id] != now) return;
  s->last[id] = NONE32; /* once, if it is an operand twice */
  append(s, &s->free[ir_kind(s->ir, id)], s->code->reg_of[id]);
}

/* A result never takes the register of its own operands, so that a kernel may assume they do not overlap. */
static void assign_body(struct scheduler *s) {
  for (uint32_t i = 0; i < s->body.count && !s->arena->failed; i++) {
    uint32_t id = s->body.at[i];
    const struct ir_node *node = &s->ir->nodes[id];
    add_inst(s, id, node->op == OP_FAULT ? NONE32 : take_register(s, ir_kind(s->ir, id)));
    if (node->a != NONE32) release(s, node->a, i);
    if (node->b != NONE32) release(s, node->b, i);
    if (node->c != NONE32) release(s, node->c, i);
  }
}

static bool start(struct scheduler *s, const struct stage *stage) {
  uint32_t count = s->ir->count;
  s->state = arena_alloc(s->arena, count);
  s->fault = arena_alloc(s->arena, count * sizeof *s->fault);
  s->last = arena_alloc(s->arena, count * sizeof *s->last);
  s->code->reg_of = arena_alloc(s->arena, count * sizeof *s->code->reg_of);
  s->code->insts = arena_alloc(s->arena, count * sizeof *s->code->insts);
  if (s->arena->failed) return false;
  memset(s->fault, 0xff, count * sizeof *s->fault);
  memset(s->code->reg_of, 0xff, count * sizeof *s->code->reg_of);
  for (uint32_t i = stage->fault_count; i-- > 0;) {
    uint32_t *first = &s->fault[s->ir->nodes[stage->faults[i]].a];
    s->fault[stage->faults[i]] = *first;
    *first = stage->faults[i];
  }
  return true;
}

void assign_registers(const struct plan *plan, const struct stage *stage, struct code *code) {
  struct scheduler s = {.arena = plan->arena, .plan = plan, .ir = &plan->ir, .code = code};
  *code = (struct code){0};
  if (!start(&s, stage)) return;
  assign_columns(&s);
  schedule_stage(&s, stage);
  if (s.arena->failed) return;
  code->prologue = s.prologue.count;
  for (uint32_t i = 0; i < s.prologue.count; i++)
    add_inst(&s, s.prologue.at[i], add_register(&s, ir_kind(s.ir, s.prologue.at[i])));
  find_last_uses(&s, stage);
  assign_body(&s);
}
