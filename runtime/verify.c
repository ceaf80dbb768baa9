/* verify.c - is a decoded program safe to run?  One forward pass over its code.

   A program is valid when
     - every index points into its table, and every immediate and operand has the type that opcodes.def asks for;
     - an instruction reads only registers that a column fills or that an earlier instruction wrote, so no run can see
       what another run left behind;
     - the prologue reads registers of the prologue alone, and the body writes none of them and no column, so that
       what is computed once a run holds for all of its batches, and the caller's columns are never written;
     - no instruction writes over its own operands (a kernel may assume so); else the body may use a register again;
     - what is used without asking whether it is missing (labels, fired rules) never is missing.
   There are no jumps and every operation is defined for every value, so a valid program ends, after one step an
   instruction and batch, and reads and writes inside its registers, whatever the data.  Whether its results make
   sense (whether the labels of a status exclude each other, say) is the compiler's business: it is not safety. */
#include "verify.h"

#include "io.h"
#include "loaded.h"

enum { REG_UNWRITTEN, REG_COLUMN, REG_PROLOGUE, REG_BODY };

struct verifier {
  const struct program_tables *tables;
  uint8_t *state;           /* of each register */
  bool *never_missing;      /* holds its last value */
  struct rung_error *error;
};

static enum rung_status bad_inst(const struct verifier *verifier, size_t i, const char *what, uint32_t reg) {
  const struct prog_inst *inst = &verifier->tables->insts[i];
  if (reg == NONE32)
    return fail(verifier->error, RUNG_INVALID, "the program is invalid: instruction %zu (%s) %s", i,
                formats[inst->op].name, what);
  return fail(verifier->error, RUNG_INVALID, "the program is invalid: instruction %zu (%s) %s %u", i,
              formats[inst->op].name, what, reg);
}

static enum rung_status check_operand(const struct verifier *verifier, size_t i, uint8_t wanted, uint32_t reg) {
  const struct program_tables *tables = verifier->tables;
  if (wanted == OPERAND_NONE)
    return reg == NONE32 ? RUNG_OK : bad_inst(verifier, i, "has an operand too many, register", reg);
  if (reg >= tables->reg_count) return bad_inst(verifier, i, "reads no register", NONE32);
  if (wanted != OPERAND_ANY && tables->regs[reg].type != wanted)
    return bad_inst(verifier, i, "reads a value of the wrong type from register", reg);
  uint8_t state = verifier->state[reg];
  if (state == REG_UNWRITTEN) return bad_inst(verifier, i, "reads what nothing has written, register", reg);
  if (i < tables->prologue && state != REG_PROLOGUE)
    return bad_inst(verifier, i, "is part of the prologue and reads a column, register", reg);
  return RUNG_OK;
}

static enum rung_status check_immediate(const struct verifier *verifier, size_t i) {
  const struct program_tables *tables = verifier->tables;
  const struct prog_inst *inst = &tables->insts[i];
  const struct format *format = &formats[inst->op];
  const char *unfit = "has an immediate of the wrong type,", *outside = "has an immediate out of range,";
  switch (format->immediate) {
    case IMMEDIATE_NONE:
      return inst->imm == NONE32 ? RUNG_OK : bad_inst(verifier, i, "has an immediate too many,", inst->imm);
    case IMMEDIATE_CONST:
      if (inst->imm >= tables->constant_count) return bad_inst(verifier, i, outside, inst->imm);
      if (register_type(tables->constants[inst->imm].type) == (enum rung_type)format->dst) return RUNG_OK;
      return bad_inst(verifier, i, unfit, inst->imm);
    case IMMEDIATE_PARAM:
      if (inst->imm >= tables->param_count) return bad_inst(verifier, i, outside, inst->imm);
      if (register_type(tables->params[inst->imm].type) == (enum rung_type)format->dst) return RUNG_OK;
      return bad_inst(verifier, i, unfit, inst->imm);
    case IMMEDIATE_SET:
      if (inst->imm >= tables->set_count) return bad_inst(verifier, i, outside, inst->imm);
      return tables->sets[inst->imm].type == format->operand[0] ? RUNG_OK : bad_inst(verifier, i, unfit, inst->imm);
    default:
      return inst->imm < tables->regex_count ? RUNG_OK : bad_inst(verifier, i, outside, inst->imm);
  }
}

static enum rung_status check_dst(const struct verifier *verifier, size_t i) {
  const struct program_tables *tables = verifier->tables;
  const struct prog_inst *inst = &tables->insts[i];
  bool in_prologue = i < tables->prologue;
  if (formats[inst->op].dst == OPERAND_NONE) {
    if (inst->dst != NONE32) return bad_inst(verifier, i, "has no result, but register", inst->dst);
    return in_prologue ? bad_inst(verifier, i, "counts rows, but stands in the prologue", NONE32) : RUNG_OK;
  }
  if (inst->dst >= tables->reg_count) return bad_inst(verifier, i, "writes no register", NONE32);
  if (tables->regs[inst->dst].type != formats[inst->op].dst)
    return bad_inst(verifier, i, "writes a value of the wrong type to register", inst->dst);
  if (inst->dst == inst->a || inst->dst == inst->b || inst->dst == inst->c)
    return bad_inst(verifier, i, "writes over its own operand, register", inst->dst);
  uint8_t state = verifier->state[inst->dst];
  if (state == REG_UNWRITTEN || (!in_prologue && state == REG_BODY)) return RUNG_OK;
  return bad_inst(verifier, i,
                  state == REG_COLUMN ? "writes over a column, register" : "writes over the prologue's register",
                  inst->dst);
}

/* By opcodes.def's word for what a missing operand does; of CHOOSE, an `if` has three operands, an `else` two. */
static bool result_never_missing(const struct verifier *verifier, const struct prog_inst *inst) {
  const struct format *format = &formats[inst->op];
  const uint32_t operands[3] = {inst->a, inst->b, inst->c};
  bool never[3], all = true;
  for (int i = 0; i < 3; i++) {
    never[i] = format->operand[i] != OPERAND_NONE && verifier->never_missing[operands[i]];
    if (format->operand[i] != OPERAND_NONE) all = all && never[i];
  }
  switch (format->missing) {
    case MISSING_NEVER: return true;
    case MISSING_STRICT:
    case MISSING_KLEENE: return all;
    case MISSING_CHOOSE: return format->operand[2] != OPERAND_NONE ? never[1] && never[2] : never[0] || never[1];
    default: return false;
  }
}

static enum rung_status check_inst(const struct verifier *verifier, size_t i) {
  const struct prog_inst *inst = &verifier->tables->insts[i];
  if (inst->op >= OPCODE_COUNT)
    return fail(verifier->error, RUNG_INVALID, "the program is invalid: instruction %zu has the unknown opcode %u", i,
                inst->op);
  const struct format *format = &formats[inst->op];
  enum rung_status status = check_operand(verifier, i, format->operand[0], inst->a);
  if (status == RUNG_OK) status = check_operand(verifier, i, format->operand[1], inst->b);
  if (status == RUNG_OK) status = check_operand(verifier, i, format->operand[2], inst->c);
  if (status == RUNG_OK) status = check_immediate(verifier, i);
  if (status == RUNG_OK) status = check_dst(verifier, i);
  return status;
}

static enum rung_status check_code(struct verifier *verifier) {
  const struct program_tables *tables = verifier->tables;
  if (tables->prologue > tables->inst_count)
    return fail(verifier->error, RUNG_INVALID, "the program is invalid: its prologue is longer than its code");
  for (size_t i = 0; i < tables->inst_count; i++) {
    enum rung_status status = check_inst(verifier, i);
    if (status != RUNG_OK) return status;
    const struct prog_inst *inst = &tables->insts[i];
    if (inst->dst == NONE32) continue;
    verifier->state[inst->dst] = i < tables->prologue ? REG_PROLOGUE : REG_BODY;
    verifier->never_missing[inst->dst] = result_never_missing(verifier, inst);
  }
  return RUNG_OK;
}

/* Of a register that holds a result when the code has run. */
static enum rung_status check_result(const struct verifier *verifier, uint32_t reg, enum rung_type type, bool never,
                                     const char *what, size_t i) {
  const char *wrong = NULL;
  if (reg >= verifier->tables->reg_count) wrong = "is no register";
  else if (verifier->tables->regs[reg].type != type) wrong = "has the wrong type";
  else if (verifier->state[reg] == REG_UNWRITTEN) wrong = "is never written";
  else if (never && !verifier->never_missing[reg]) wrong = "can be missing";
  if (!wrong) return RUNG_OK;
  return fail(verifier->error, RUNG_INVALID, "the program is invalid: the register of %s %zu %s", what, i, wrong);
}

static enum rung_status check_results(const struct verifier *verifier) {
  const struct program_tables *tables = verifier->tables;
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < tables->label_count && status == RUNG_OK; i++)
    status = check_result(verifier, tables->labels[i].reg, RUNG_FLAG, true, "label", i);
  for (size_t i = 0; i < tables->show_count && status == RUNG_OK; i++)
    status =
        check_result(verifier, tables->shows[i].reg, register_type(tables->shows[i].type), false, "shown value", i);
  for (size_t i = 0; i < tables->rule_count && status == RUNG_OK; i++) {
    status = check_result(verifier, tables->rules[i].condition, RUNG_FLAG, false, "the condition of rule", i);
    if (status == RUNG_OK) status = check_result(verifier, tables->rules[i].fires, RUNG_FLAG, true, "rule", i);
  }
  if (status == RUNG_OK && tables->filter != NONE32)
    status = check_result(verifier, tables->filter, RUNG_FLAG, false, "the filter", 0);
  return status;
}

static enum rung_status check_registers(const struct verifier *verifier) {
  const struct program_tables *tables = verifier->tables;
  for (size_t i = 0; i < tables->reg_count; i++) {
    uint32_t type = tables->regs[i].type;
    if (type < RUNG_FLAG || type > RUNG_TEXT || type == RUNG_MONEY)
      return fail(verifier->error, RUNG_INVALID, "the program is invalid: register %zu has the unknown type %u", i,
                  type);
  }
  for (size_t i = 0; i < tables->column_count; i++) {
    if (tables->regs[i].type != (uint32_t)register_type(tables->columns[i].type))
      return fail(verifier->error, RUNG_INVALID, "the program is invalid: column %zu has a register of another type",
                  i);
    verifier->state[i] = REG_COLUMN;
  }
  return RUNG_OK;
}

enum rung_status verify(const struct program_tables *tables, const struct rung_allocator *allocator,
                        struct rung_error *error) {
  enum rung_status status = verify_tables(tables, error);
  if (status != RUNG_OK) return status;
  size_t regs = tables->reg_count;
  struct verifier verifier = {tables, alloc_array(allocator, regs, 1), alloc_array(allocator, regs, sizeof(bool)),
                              error};
  if (!verifier.state || !verifier.never_missing) status = fail_memory(error);
  if (status == RUNG_OK) status = check_registers(&verifier);
  if (status == RUNG_OK) status = check_code(&verifier);
  if (status == RUNG_OK) status = check_results(&verifier);
  alloc_free(allocator, verifier.state, regs, 1);
  alloc_free(allocator, verifier.never_missing, regs, sizeof(bool));
  return status;
}
