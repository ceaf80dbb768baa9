/* ir.h - the compiler's middle: a graph of operations, and the stages that need their results.

   A node is one operation of opcodes.def, a column of a table, or an aggregate of a related table.  Equal nodes are
   made once, over all rules, so what two rules ask for is computed once.  A node's operands are older than it: going
   through the nodes by number meets every operand before its users.

   The operands of an aggregate belong to the stage of its table; who uses it finds it in a register, like a column.
   All other operands belong to the stage of their user.  So the stages follow from the graph (stages.c). */
#ifndef RUNGC_IR_H
#define RUNGC_IR_H

#include "program.h"

#include "module.h"
#include "table.h"

/* What a register holds, in the order of the columns of families.def. */
enum kind { KIND_F, KIND_I, KIND_N, KIND_D, KIND_T, KIND_S, KIND_COUNT, KIND_NONE = KIND_COUNT };

enum missing { MISSING_STRICT, MISSING_FAULTS, MISSING_KLEENE, MISSING_NEVER, MISSING_CHOOSE };
enum imm { IMM_NONE, IMM_CONST, IMM_PARAM, IMM_SET, IMM_REGEX, IMM_MEASURE, IMM_TALLY };

struct op_info {
  const char *name;         /* as in opcodes.def */
  const char *operands;     /* letters of dst, a, b, c */
  enum imm imm;
  enum missing missing;
};
extern const struct op_info op_infos[OPCODE_COUNT];

/* Beyond opcodes.def: registers that are filled before the code runs.
     IR_COLUMN     imm: in plan->columns
     IR_AGGREGATE  a: value, b: order, c: where (each may be none), imm: in pool.asks */
enum { IR_COLUMN = OPCODE_COUNT, IR_AGGREGATE, OP_NONE };

static inline bool op_is_filled(uint32_t op) { return op == IR_COLUMN || op == IR_AGGREGATE; }
/* A value's place among all customers; a: value, imm: in pool.asks. */
static inline bool op_is_measure(uint32_t op) { return op < OPCODE_COUNT && op_infos[op].imm == IMM_MEASURE; }
static inline bool op_is_quota(uint32_t op) { return op == OP_QUOTA || op == OP_QUOTA_PER; }
/* Counts rows, and has no result. */
static inline bool op_is_counter(uint32_t op) { return op == OP_FAULT || op == OP_TALLY; }

enum family {
#define FAMILY(id, f, i, n, d, t, s) FAMILY_##id,
#include "families.def"
#undef FAMILY
  FAMILY_COUNT
};
/* The family's opcode for a kind, OP_NONE when there is none; and back, FAMILY_COUNT when it is in none. */
uint32_t family_op(enum family family, enum kind kind);
enum family op_family(uint32_t op);

struct ir_node {
  uint32_t op;              /* enum opcode, IR_COLUMN or IR_AGGREGATE */
  uint32_t a, b, c;         /* nodes; NONE32 where the operation has none */
  uint32_t imm;             /* in constants, sets, regexes, asks, plan->tallies, module->params or plan->columns */
  uint32_t depth;           /* of measures in measures: 0 where there is none */
  uint8_t kind;             /* enum kind of its result; KIND_NONE for a counter */
  bool never_missing;       /* known before loosen.c only, which does not keep it */
  bool uniform;             /* the same for all rows of a run */
  struct place at;          /* the expression, and who asked for it first: for the debug section */
  struct rung_text owner;
};

/* Constants, sets and patterns, each once.  Sets are ascending and without repeats. */
struct ir_constant {
  enum kind kind;
  int64_t value;            /* flag 0 or 1, integer, millionths, days */
  struct rung_text text;
};
struct ir_set {
  struct rung_text name;    /* list or file; empty for members written out */
  enum kind kind;
  uint32_t count;
  struct rung_text *texts;  /* of KIND_T */
  int64_t *numbers;         /* of the others */
};
/* What an aggregate or a measure asks of its operands. */
struct ir_ask {
  uint32_t table;           /* AGGREGATE: in module->tables; MEASURE: NONE32 */
  uint32_t function;        /* enum aggregate or enum measure */
  type_t type, value_type;  /* of the result; of what a measure collects */
  int64_t top;              /* N of TOP, else 0 */
  uint32_t quota;           /* of QUOTA, in ir->quotas; else 0 */
  bool ascending;           /* of QUOTA: the smallest value is the best */
  struct rung_text source;  /* as it would be written; empty: as the node's place has it */
};
struct pool {
  struct ir_constant *constants;
  struct ir_set *sets;
  struct rung_text *regexes;
  struct ir_ask *asks;
  uint32_t constant_count, constant_room, set_count, set_room, regex_count, regex_room, ask_count, ask_room;
  struct table constant_table, set_table, regex_table, ask_table;
};

/* What a QUOTA needs where it is gathered, and nowhere else: nodes, or NONE32 where it has none. */
enum { QUOTA_COST, QUOTA_GROUP_LIMIT, QUOTA_LIMIT, QUOTA_BUDGET, QUOTA_INPUTS };
struct ir_quota {
  uint32_t inputs[QUOTA_INPUTS];
};

struct ir {
  struct arena *arena;
  struct pool *pool;
  struct ir_node *nodes;    /* node 0 is the constant `no`, also the answer when memory is out */
  uint32_t count, room;
  struct table table;
  struct ir_quota *quotas;
  uint32_t quota_count, quota_room;
  bool apart;               /* operations that may fault are one for each place, so that faults count by place */
  struct place at;          /* of the nodes made from now on */
  struct rung_text owner;
};

/* One scan of a table.  `roots` are the nodes whose results outlive the code:
     AGGREGATE  the operands of each of its aggregates, in the order of their nodes
     COLLECT    the operands of each of its measures, in the order of their nodes, and after those of a QUOTA its inputs
     ROWS       of each rule its condition and whether it fires; the labels: statuses' in order, tags', campaigns'; the
                scores; the shows; of each campaign whether one is eligible, and its outcomes; the amounts; of each guard
                those of value, of and limit that it has; the filter when there is one */
struct stage {
  enum sink sink;
  uint32_t table;           /* in module->tables; NONE32: the customers */
  uint32_t depth;           /* COLLECT: of its measures */
  uint32_t *roots;
  uint32_t root_count, root_room;
  uint32_t rules, labels, scores, shows, campaigns, amounts, guards, filter; /* ROWS: where in `roots` each begins */
  uint32_t *counters;       /* FAULT and TALLY nodes */
  uint32_t counter_count, counter_room;
};

/* What a TALLY counts. */
struct plan_tally {
  enum tally_kind kind;
  struct rung_text owner;
  struct place at;
  uint32_t test;            /* of EXPECTED; else NONE32 */
};

/* What a clause says of all rows, unless it is a constant that check.c has seen. */
struct plan_amount {
  enum amount kind;
  const struct symbol *campaign;
  struct place at;          /* the clause */
};

/* Where in the roots of the last stage; NONE32: it has none. */
struct plan_guard {
  uint32_t value, of, limit;
};

struct plan {
  const struct module *module;
  struct arena *arena;
  struct pool pool;
  struct ir ir;
  const struct symbol **columns; /* the customers', then those of each table */
  uint32_t column_count;
  struct stage *stages;     /* in the order of running; ROWS is the last */
  uint32_t stage_count;
  struct plan_amount *amounts; /* their values are roots of the last stage, in order */
  uint32_t amount_count, amount_room;
  struct plan_guard *guards; /* of each of module->guards */
  struct plan_tally *tallies;
  uint32_t tally_count, tally_room;
  const char *defect;       /* a tree that the front end should not have let through; else NULL */
};

static inline struct stage *rows_stage(const struct plan *plan) { return &plan->stages[plan->stage_count - 1]; }

/* An instruction, the node that it computes, and registers; NONE32 where there is none. */
struct code_inst {
  uint32_t node;
  uint32_t dst, a, b, c;
};

/* Filled before the code runs. */
struct code_column {
  uint32_t column;          /* in plan->columns; NONE32: an aggregate */
  uint32_t node;            /* NONE32: a column that must be there, although no code reads it */
};

/* The code of a stage: registers are the columns in order, then those of the prologue, then those of the body. */
struct code {
  struct code_column *columns;
  uint32_t column_count, column_room;
  uint8_t *reg_kinds;       /* enum kind */
  uint32_t reg_count, reg_room;
  struct code_inst *insts;
  uint32_t inst_count, prologue;
  uint32_t *root_regs;      /* of each root of the stage */
};

/* ir.c */
bool ir_init(struct ir *ir, struct arena *arena, struct pool *pool);
uint32_t ir_make(struct ir *ir, struct ir_node node); /* op, operands, imm, a column's kind; the rest is filled in */
enum kind type_kind(type_t type);
enum kind letter_kind(char letter);
enum rung_type kind_type(enum kind kind);

uint32_t pool_set(struct ir *ir, struct ir_set set); /* sorts the members where they stand, drops repeats */
uint32_t pool_regex(struct ir *ir, struct rung_text pattern);
uint32_t pool_ask(struct ir *ir, struct ir_ask ask);
uint32_t ir_quota(struct ir *ir, struct ir_quota quota); /* in ir->quotas */
bool set_has(const struct ir_set *set, const struct ir_constant *constant);
uint32_t ir_constant(struct ir *ir, enum kind kind, int64_t value);
uint32_t ir_text(struct ir *ir, struct rung_text text);

static inline uint32_t ir_op(struct ir *ir, uint32_t op, uint32_t a, uint32_t b, uint32_t c) {
  return ir_make(ir, (struct ir_node){.op = op, .a = a, .b = b, .c = c, .imm = NONE32});
}
static inline uint32_t ir_1(struct ir *ir, uint32_t op, uint32_t a) { return ir_op(ir, op, a, NONE32, NONE32); }
static inline uint32_t ir_2(struct ir *ir, uint32_t op, uint32_t a, uint32_t b) { return ir_op(ir, op, a, b, NONE32); }
static inline uint32_t ir_imm(struct ir *ir, uint32_t op, uint32_t a, uint32_t imm) {
  return ir_make(ir, (struct ir_node){.op = op, .a = a, .b = NONE32, .c = NONE32, .imm = imm});
}
static inline uint32_t ir_column(struct ir *ir, uint32_t column, enum kind kind) {
  return ir_make(ir, (struct ir_node){IR_COLUMN, NONE32, NONE32, NONE32, column, .kind = (uint8_t)kind});
}
/* All nodes that a node is made of: its operands, then a QUOTA's inputs; says how many. */
enum { IR_OPERANDS = 3 + QUOTA_INPUTS };
uint32_t ir_operands(const struct ir *ir, const struct ir_node *node, uint32_t operands[IR_OPERANDS]);
/* Whether its operands can be present and its result missing. */
bool ir_may_fault(const struct ir *ir, const struct ir_node *node);
static inline enum kind ir_kind(const struct ir *ir, uint32_t id) { return (enum kind)ir->nodes[id].kind; }
/* The constant that a node is, or NULL.  (HAS has one, and operands besides.) */
static inline const struct ir_constant *ir_const(const struct ir *ir, uint32_t id) {
  const struct ir_node *node = &ir->nodes[id];
  if (node->a != NONE32 || op_is_filled(node->op) || op_infos[node->op].imm != IMM_CONST) return NULL;
  return &ir->pool->constants[node->imm];
}
static inline bool ir_is_flag(const struct ir *ir, uint32_t id, bool value) {
  const struct ir_constant *constant = ir_const(ir, id);
  return constant && constant->kind == KIND_F && constant->value == value;
}

/* plan.c: the typed tree to nodes and stages; the labels or tags a rule gives, joined by ", ". */
struct rung_text rule_gives(struct arena *arena, const struct ast *rule);
void plan_rules(struct plan *plan, const struct module *module, struct arena *arena);
/* stages.c: the stages that the results of the last one need, before it. */
void split_stages(struct plan *plan);
/* faults.c: a FAULT for each operation that may have no representable result. */
void plan_faults(struct plan *plan);
/* Adds a FAULT or TALLY. */
void stage_watch(struct stage *stage, const struct ir *ir, uint32_t counter);
/* algebra.c: a node for the operation, or for a simpler one with the same result, missing values included. */
uint32_t ir_simple(struct ir *ir, struct ir_node node);
/* simplify.c: equal results with fewer operations; drops what nothing needs. */
void simplify(struct plan *plan);
/* loosen.c: fewer operations where a flag's value bits are all that is read of it. */
void loosen(struct plan *plan);
/* fold.c: the value of an operation whose operands are constants; NONE32 when it is left to the run. */
uint32_t fold(struct ir *ir, const struct ir_node *node);
/* registers.c: an order for the instructions of each stage, and registers; NULL when memory is out. */
struct code *assign_registers(const struct plan *plan);
/* emit.c: the tables of the program file. */
bool emit(const struct plan *plan, const struct code *codes, struct program_tables *tables);
/* encode.c: the bytes of the program file, from the arena's allocator and freed by the caller. */
enum encoding { ENCODE_DONE, ENCODE_TOO_LARGE, ENCODE_NO_MEMORY };
enum encoding encode(const struct program_tables *tables, struct arena *arena, struct rung_text *bytes);

/* ir_print.c */
enum rung_status print_plan(const struct plan *plan, rung_write_fn *write, void *context);
enum rung_status print_code(const struct plan *plan, const struct code *codes, rung_write_fn *write, void *context);

#endif
