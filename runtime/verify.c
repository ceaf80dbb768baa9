/* verify.c - is a decoded program safe to run?  One forward pass over the code of each stage.

   A program is valid when
     - its stages share out all columns, registers and instructions, and none asks for what a later one makes;
     - every index points into its table, and every immediate and operand has the type that opcodes.def asks for;
     - an instruction reads only registers that a column fills or that an earlier instruction wrote, so no run can see
       what another run left behind;
     - the prologue reads registers of the prologue alone, and the body writes none of them and no column, so that
       what is computed once a run holds for all of its batches, and the caller's columns are never written;
     - no instruction writes over its own operands (a kernel may assume so); else the body may use a register again;
     - what is used without asking whether it is missing (outcomes, who is eligible, rows that are counted) never is
       missing; of labels, fired rules and the filter the value bits are read, which are 0 where a flag is missing;
     - a population or a quota is asked about values of the type that it collects;
     - limits and amounts, which are read before any row, are of the prologue.

   What it guarantees, of bytes from anybody, on any rows:
     - there are no jumps and every operation is defined for every value, so a run takes one step an instruction and
       batch, and ends; a pattern ends at the match limit;
     - all that is read and written lies inside the program, its registers and the rows; an instruction sees no value
       that this run has not made;
     - memory grows with the program's bytes, the batch and the rows alone: no number in a program asks for more than
       it has records, and the registers of a session are bounded (LIMIT_SESSION);
     - names and texts as written are UTF-8 that can be shown: none changes the terminal of who reads a message.

   What it need not, for that is no matter of safety but of who made the program:
     - that results make sense: that the labels of a status exclude each other, that one outcome and no other is true of
       each who is eligible (a run adds them up and withholds the output where they do not), that a name, a rule's text
       or a place is the one behind the code;
     - that the program is what the compiler makes of any rules, or makes in as few steps;
     - who wrote it.  The checksum finds accidents; it is no signature.  */
#include "verify.h"

#include "io.h"
#include "loaded.h"
#include "session.h"

enum { REG_UNWRITTEN, REG_COLUMN, REG_PROLOGUE, REG_BODY };

/* What is known of the registers of one stage. */
struct verifier {
  const struct program_tables *tables;
  uint32_t stage;
  struct stage_code code;
  uint8_t *state;           /* of each register of the stage */
  bool *never_missing;      /* holds its last value */
  struct rung_error *error;
};

static enum rung_status bad_inst(const struct verifier *verifier, uint32_t i, const char *what, uint32_t number) {
  const char *name = formats[verifier->code.insts[i].op].name;
  if (number == NONE32)
    return fail(verifier->error, RUNG_INVALID, "the program is invalid: stage %u, instruction %u (%s) %s",
                verifier->stage, i, name, what);
  return fail(verifier->error, RUNG_INVALID, "the program is invalid: stage %u, instruction %u (%s) %s %u",
              verifier->stage, i, name, what, number);
}

static enum rung_status check_operand(const struct verifier *verifier, uint32_t i, uint8_t wanted, uint32_t reg) {
  if (wanted == OPERAND_NONE)
    return reg == NONE32 ? RUNG_OK : bad_inst(verifier, i, "has an operand too many, register", reg);
  if (reg >= verifier->code.reg_count) return bad_inst(verifier, i, "reads no register", NONE32);
  if (wanted != OPERAND_ANY && verifier->code.regs[reg].type != wanted)
    return bad_inst(verifier, i, "reads a value of the wrong type from register", reg);
  uint8_t state = verifier->state[reg];
  if (state == REG_UNWRITTEN) return bad_inst(verifier, i, "reads what nothing has written, register", reg);
  if (i < verifier->code.prologue && state != REG_PROLOGUE)
    return bad_inst(verifier, i, "is part of the prologue and reads a column, register", reg);
  return RUNG_OK;
}

/* Constants and params are what the result is, but the separator of a list. */
static bool constant_fits(const struct format *format, const struct prog_constant *constant) {
  if (format->operand[0] == OPERAND_NONE) return register_type(constant->type) == (enum rung_type)format->dst;
  return constant->type == RUNG_TEXT && constant->text.length > 0;
}

/* What a stage collects is known only when it has ended, so only later ones may ask. */
static enum rung_status check_quota(const struct verifier *verifier, uint32_t i, const struct prog_measure *measure) {
  const struct prog_inst *inst = &verifier->code.insts[i];
  bool quota = inst->op == OP_QUOTA || inst->op == OP_QUOTA_PER, grouped = measure->group != NONE32;
  if (quota != (measure->function == MEASURE_QUOTA))
    return bad_inst(verifier, i, "asks for something else than measure", inst->imm);
  if (!quota) return RUNG_OK;
  if (grouped != (inst->op == OP_QUOTA_PER))
    return bad_inst(verifier, i, "has groups, or none, unlike measure", inst->imm);
  uint32_t first = verifier->tables->stages[measure->stage].first_reg;
  if (grouped && verifier->code.regs[inst->c].type != verifier->tables->regs[first + measure->group].type)
    return bad_inst(verifier, i, "has a group of another type than measure", inst->imm);
  return RUNG_OK;
}

static enum rung_status check_measure(const struct verifier *verifier, uint32_t i) {
  const struct prog_inst *inst = &verifier->code.insts[i];
  const struct prog_measure *measure = &verifier->tables->measures[inst->imm];
  if (i < verifier->code.prologue)
    return bad_inst(verifier, i, "asks for each row, but stands in the prologue", NONE32);
  if (verifier->tables->tables[verifier->tables->stages[verifier->stage].table].kind != TABLE_MAIN)
    return bad_inst(verifier, i, "stands in a stage of another table than the main one", NONE32);
  if (measure->stage >= verifier->stage) return bad_inst(verifier, i, "asks too early for measure", inst->imm);
  if (verifier->code.regs[inst->a].type != (uint32_t)register_type(measure->value_type))
    return bad_inst(verifier, i, "has a value of another type than measure", inst->imm);
  if (register_type(measure->type) != (enum rung_type)formats[inst->op].dst)
    return bad_inst(verifier, i, "gives another type than measure", inst->imm);
  return check_quota(verifier, i, measure);
}

/* What a run tells of is counted once for each row: where rows are written. */
static enum rung_status check_tally(const struct verifier *verifier, uint32_t i) {
  if (verifier->stage != last_stage(verifier->tables))
    return bad_inst(verifier, i, "counts conditions in another stage than the last", NONE32);
  if (!verifier->never_missing[verifier->code.insts[i].b])
    return bad_inst(verifier, i, "counts rows of which it may be unknown whether they are asked, register",
                    verifier->code.insts[i].b);
  return RUNG_OK;
}

/* After the operands. */
static enum rung_status check_immediate(const struct verifier *verifier, uint32_t i) {
  const struct program_tables *tables = verifier->tables;
  const struct prog_inst *inst = &verifier->code.insts[i];
  const struct format *format = &formats[inst->op];
  const size_t counts[] = {0, tables->constant_count, tables->param_count, tables->set_count, tables->regex_count,
                           tables->measure_count, tables->tally_count};
  if (format->immediate == IMMEDIATE_NONE)
    return inst->imm == NONE32 ? RUNG_OK : bad_inst(verifier, i, "has an immediate too many,", inst->imm);
  if (inst->imm >= counts[format->immediate])
    return bad_inst(verifier, i, "has an immediate out of range,", inst->imm);
  bool fits = true;
  switch (format->immediate) {
    case IMMEDIATE_CONST: fits = constant_fits(format, &tables->constants[inst->imm]); break;
    case IMMEDIATE_PARAM: fits = register_type(tables->params[inst->imm].type) == (enum rung_type)format->dst; break;
    case IMMEDIATE_SET: fits = tables->sets[inst->imm].type == format->operand[0]; break;
    case IMMEDIATE_MEASURE: return check_measure(verifier, i);
    case IMMEDIATE_TALLY: return check_tally(verifier, i);
    default: break;
  }
  return fits ? RUNG_OK : bad_inst(verifier, i, "has an immediate of the wrong type,", inst->imm);
}

static enum rung_status check_dst(const struct verifier *verifier, uint32_t i) {
  const struct prog_inst *inst = &verifier->code.insts[i];
  bool in_prologue = i < verifier->code.prologue;
  if (formats[inst->op].dst == OPERAND_NONE) {
    if (inst->dst != NONE32) return bad_inst(verifier, i, "has no result, but register", inst->dst);
    return in_prologue ? bad_inst(verifier, i, "counts rows, but stands in the prologue", NONE32) : RUNG_OK;
  }
  if (inst->dst >= verifier->code.reg_count) return bad_inst(verifier, i, "writes no register", NONE32);
  if (verifier->code.regs[inst->dst].type != formats[inst->op].dst)
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

static enum rung_status check_inst(const struct verifier *verifier, uint32_t i) {
  const struct prog_inst *inst = &verifier->code.insts[i];
  if (inst->op >= OPCODE_COUNT)
    return fail(verifier->error, RUNG_INVALID,
                "the program is invalid: stage %u, instruction %u has the unknown opcode %u", verifier->stage, i,
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
  for (uint32_t i = 0; i < verifier->code.inst_count; i++) {
    enum rung_status status = check_inst(verifier, i);
    if (status != RUNG_OK) return status;
    const struct prog_inst *inst = &verifier->code.insts[i];
    if (inst->dst == NONE32) continue;
    verifier->state[inst->dst] = i < verifier->code.prologue ? REG_PROLOGUE : REG_BODY;
    verifier->never_missing[inst->dst] = result_never_missing(verifier, inst);
  }
  return RUNG_OK;
}

static enum rung_status check_registers(const struct verifier *verifier) {
  const struct stage_code *code = &verifier->code;
  for (uint32_t i = 0; i < code->reg_count; i++) {
    uint32_t type = code->regs[i].type;
    if (type < RUNG_FLAG || type > RUNG_LIST || type != (uint32_t)register_type(type))
      return fail(verifier->error, RUNG_INVALID,
                  "the program is invalid: stage %u, register %u has the unknown type %u", verifier->stage, i, type);
  }
  for (uint32_t i = 0; i < code->column_count; i++) {
    if (code->regs[i].type != (uint32_t)register_type(code->columns[i].type))
      return fail(verifier->error, RUNG_INVALID,
                  "the program is invalid: stage %u, column %u has a register of another type", verifier->stage, i);
    verifier->state[i] = REG_COLUMN;
  }
  return RUNG_OK;
}

/* -- What a stage leaves when its code has run ---------------------------------------------------- */

/* Of a register that holds a result. */
static enum rung_status check_result(const struct verifier *verifier, uint32_t reg, enum rung_type type, bool never,
                                     const char *what, size_t i) {
  const char *wrong = NULL;
  if (reg >= verifier->code.reg_count) wrong = "is no register";
  else if (verifier->code.regs[reg].type != type) wrong = "has the wrong type";
  else if (verifier->state[reg] == REG_UNWRITTEN) wrong = "is never written";
  else if (never && !verifier->never_missing[reg]) wrong = "can be missing";
  if (!wrong) return RUNG_OK;
  return fail(verifier->error, RUNG_INVALID, "the program is invalid: the register of %s %zu %s", what, i, wrong);
}

/* Of a register that is read before any row. */
static enum rung_status check_amount(const struct verifier *verifier, uint32_t reg, const char *what, size_t i) {
  enum rung_status status = check_result(verifier, reg, RUNG_NUMBER, false, what, i);
  if (status != RUNG_OK || verifier->state[reg] == REG_PROLOGUE) return status;
  return fail(verifier->error, RUNG_INVALID, "the program is invalid: the register of %s %zu is not of the prologue",
              what, i);
}

static enum rung_status check_campaign(const struct verifier *verifier, size_t i) {
  const struct prog_campaign *campaign = &verifier->tables->campaigns[i];
  enum rung_status status = check_result(verifier, campaign->eligible, RUNG_FLAG, true, "campaign", i);
  for (size_t k = 0; k < OUTCOME_COUNT_OF && status == RUNG_OK; k++)
    status = check_result(verifier, verifier->tables->outcomes[campaign->outcomes + k].reg, RUNG_FLAG, true,
                          "outcome", campaign->outcomes + k);
  return status;
}

static enum rung_status check_guard(const struct verifier *verifier, size_t i) {
  const struct prog_guard *guard = &verifier->tables->guards[i];
  bool flag = guard_formats[guard->function].value == 'F';
  enum rung_status status = check_result(verifier, guard->value, flag ? RUNG_FLAG : register_type(guard->type), flag,
                                         "guard", i);
  if (status == RUNG_OK && guard->of != NONE32)
    status = check_result(verifier, guard->of, RUNG_FLAG, true, "the rows of guard", i);
  if (status == RUNG_OK && guard->limit != NONE32)
    status = check_amount(verifier, guard->limit, "the limit of guard", i);
  return status;
}

static enum rung_status check_results(const struct verifier *verifier) {
  const struct program_tables *tables = verifier->tables;
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < tables->label_count && status == RUNG_OK; i++)
    status = check_result(verifier, tables->labels[i].reg, RUNG_FLAG, false, "label", i);
  for (size_t i = 0; i < tables->show_count && status == RUNG_OK; i++)
    status =
        check_result(verifier, tables->shows[i].reg, register_type(tables->shows[i].type), false, "shown value", i);
  for (size_t i = 0; i < tables->rule_count && status == RUNG_OK; i++) {
    status = check_result(verifier, tables->rules[i].condition, RUNG_FLAG, false, "the condition of rule", i);
    if (status == RUNG_OK) status = check_result(verifier, tables->rules[i].fires, RUNG_FLAG, false, "rule", i);
  }
  for (size_t i = 0; i < tables->campaign_count && status == RUNG_OK; i++) status = check_campaign(verifier, i);
  for (size_t i = 0; i < tables->amount_count && status == RUNG_OK; i++)
    status = check_amount(verifier, tables->amounts[i].value, "amount", i);
  for (size_t i = 0; i < tables->guard_count && status == RUNG_OK; i++) status = check_guard(verifier, i);
  if (status == RUNG_OK && tables->filter != NONE32)
    status = check_result(verifier, tables->filter, RUNG_FLAG, false, "the filter", 0);
  return status;
}

/* Can a register of the type be what aggregates.def's letter asks for? */
static bool letter_takes(char letter, uint32_t type) {
  bool numeric = type == RUNG_INTEGER || type == RUNG_NUMBER;
  switch (letter) {
    case 'N': return numeric;
    case 'O': return numeric || type == RUNG_DATE || type == RUNG_DATETIME;
    default: return true;
  }
}

/* Money and lists lie in registers of numbers and texts. */
static bool letter_gives(char letter, uint32_t type, uint32_t value_type) {
  switch (letter) {
    case 'F': return type == RUNG_FLAG;
    case 'I': return type == RUNG_INTEGER;
    case 'N': return type == RUNG_NUMBER || (type == RUNG_MONEY && value_type == RUNG_NUMBER);
    default: return (uint32_t)register_type(type) == value_type;
  }
}

/* A register that a sink reads, or NONE32 where it has nothing to read. */
static enum rung_status check_taken(const struct verifier *verifier, char letter, uint32_t reg, const char *what,
                                    size_t i) {
  if (letter == '_') {
    if (reg == NONE32) return RUNG_OK;
    return fail(verifier->error, RUNG_INVALID, "the program is invalid: %s %zu is one too many", what, i);
  }
  uint32_t type = reg < verifier->code.reg_count ? verifier->code.regs[reg].type : RUNG_FLAG;
  enum rung_status status = check_result(verifier, reg, (enum rung_type)type, false, what, i);
  if (status != RUNG_OK || letter_takes(letter, type)) return status;
  return fail(verifier->error, RUNG_INVALID, "the program is invalid: the register of %s %zu has the wrong type", what,
              i);
}

static enum rung_status check_aggregate(const struct verifier *verifier, size_t i) {
  const struct prog_aggregate *aggregate = &verifier->tables->aggregates[i];
  const struct gathering *format = &aggregate_formats[aggregate->function];
  enum rung_status status = check_taken(verifier, format->value, aggregate->value, "the value of aggregate", i);
  if (status == RUNG_OK) status = check_taken(verifier, format->order, aggregate->order, "the order of aggregate", i);
  if (status == RUNG_OK && aggregate->where != NONE32)
    status = check_result(verifier, aggregate->where, RUNG_FLAG, false, "the condition of aggregate", i);
  if (status != RUNG_OK) return status;
  uint32_t value_type = format->value == '_' ? 0 : verifier->code.regs[aggregate->value].type;
  if (letter_gives(format->result, aggregate->type, value_type)) return RUNG_OK;
  return fail(verifier->error, RUNG_INVALID, "the program is invalid: aggregate %zu has a result of the wrong type", i);
}

static enum rung_status check_measured(const struct verifier *verifier, size_t i) {
  const struct prog_measure *measure = &verifier->tables->measures[i];
  const uint32_t amounts[] = {measure->group_limit, measure->limit, measure->budget};
  enum rung_status status =
      check_result(verifier, measure->value, register_type(measure->value_type), false, "the value of measure", i);
  if (status != RUNG_OK || measure->function != MEASURE_QUOTA) return status;
  status = check_result(verifier, measure->where, RUNG_FLAG, false, "the condition of measure", i);
  if (status == RUNG_OK && measure->group != NONE32)
    status = check_result(verifier, measure->group, (enum rung_type)verifier->code.regs[measure->group].type, false,
                          "the group of measure", i);
  if (status == RUNG_OK && measure->cost != NONE32)
    status = check_result(verifier, measure->cost, RUNG_NUMBER, false, "the cost of measure", i);
  for (size_t k = 0; k < sizeof amounts / sizeof *amounts && status == RUNG_OK; k++)
    if (amounts[k] != NONE32) status = check_amount(verifier, amounts[k], "an amount of measure", i);
  return status;
}

/* -- The whole program ---------------------------------------------------------------------------- */

static struct verifier at_stage(const struct verifier *all, uint32_t stage) {
  struct verifier part = *all;
  part.stage = stage;
  part.code = stage_code(all->tables, stage);
  part.state += all->tables->stages[stage].first_reg;
  part.never_missing += all->tables->stages[stage].first_reg;
  return part;
}

static enum rung_status check_stages(const struct verifier *all) {
  const struct program_tables *tables = all->tables;
  enum rung_status status = RUNG_OK;
  for (uint32_t i = 0; i < tables->stage_count && status == RUNG_OK; i++) {
    struct verifier part = at_stage(all, i);
    status = check_registers(&part);
    if (status == RUNG_OK) status = check_code(&part);
  }
  for (size_t i = 0; i < tables->aggregate_count && status == RUNG_OK; i++) {
    struct verifier part = at_stage(all, tables->aggregates[i].stage);
    status = check_aggregate(&part, i);
  }
  for (size_t i = 0; i < tables->measure_count && status == RUNG_OK; i++) {
    struct verifier part = at_stage(all, tables->measures[i].stage);
    status = check_measured(&part, i);
  }
  struct verifier last = at_stage(all, last_stage(tables));
  return status == RUNG_OK ? check_results(&last) : status;
}

enum rung_status verify(const struct program_tables *tables, const struct rung_allocator *allocator,
                        struct rung_error *error) {
  enum rung_status status = verify_tables(tables, error);
  if (status == RUNG_OK) status = verify_campaigns(tables, error);
  if (status == RUNG_OK) status = verify_names(tables, allocator, error);
  if (status == RUNG_OK) status = verify_stages(tables, error);
  if (status != RUNG_OK) return status;
  size_t regs = tables->reg_count;
  struct verifier all = {.tables = tables, .error = error};
  all.state = alloc_array(allocator, regs, 1);
  all.never_missing = alloc_array(allocator, regs, sizeof(bool));
  status = all.state && all.never_missing ? check_stages(&all) : fail_memory(error);
  alloc_free(allocator, all.state, regs, 1);
  alloc_free(allocator, all.never_missing, regs, sizeof(bool));
  return status;
}
