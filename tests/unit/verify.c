/* verify.c - what the verifier refuses, each with its reason. */
#include <CUnit/Basic.h>
#include <stdlib.h>
#include <string.h>

#include "builder.h"
#include "limits.h"
#include "verify.h"

/* i0 column, t1 column, f2 = i0 < i0, f3 = sure f2 given as a tag; the rest of a case goes on from here. */
static void build_base(struct builder *b) {
  builder_init(b);
  builder_column(b, "orders", RUNG_INTEGER);
  builder_column(b, "email", RUNG_TEXT);
  builder_reg(b, RUNG_FLAG);
  builder_reg(b, RUNG_FLAG);
  builder_inst(b, OP_LT_I, 2, 0, 0, NONE32, NONE32);
  builder_inst(b, OP_SURE, 3, 2, NONE32, NONE32, NONE32);
  builder_tag(b, "tag", 3);
  builder_rule(b, 2, 3, "tag");
}

static void unknown_opcode(struct builder *b) { b->insts[0].op = OPCODE_COUNT; }
static void operand_out_of_range(struct builder *b) { b->insts[0].a = 4; }
static void operand_absent(struct builder *b) { b->insts[0].b = NONE32; }
static void operand_too_many(struct builder *b) { b->insts[0].c = 0; }
static void operand_type(struct builder *b) { b->insts[0].a = 1; }
static void operand_unwritten(struct builder *b) {
  b->insts[0] = (struct prog_inst){OP_NOT, 2, 3, NONE32, NONE32, NONE32};
}
static void result_out_of_range(struct builder *b) { b->insts[0].dst = 4; }
static void result_absent(struct builder *b) { b->insts[0].dst = NONE32; }
static void result_type(struct builder *b) { b->insts[0].op = OP_ADD_I; }
static void result_over_column(struct builder *b) { builder_inst(b, OP_LENGTH, 0, 1, NONE32, NONE32, NONE32); }
static void result_over_operand(struct builder *b) { builder_inst(b, OP_NOT, 2, 2, NONE32, NONE32, NONE32); }
static void fault_with_result(struct builder *b) { builder_inst(b, OP_FAULT, 2, 0, 3, NONE32, NONE32); }
static void immediate_too_many(struct builder *b) { b->insts[0].imm = 0; }
static void immediate_absent(struct builder *b) {
  builder_inst(b, OP_CONST_I, builder_reg(b, RUNG_INTEGER), NONE32, NONE32, NONE32, NONE32);
}
static void constant_type(struct builder *b) {
  uint32_t text = builder_constant(b, RUNG_TEXT, 0, TEXT_OF("x"));
  builder_inst(b, OP_CONST_I, builder_reg(b, RUNG_INTEGER), NONE32, NONE32, NONE32, text);
}
static void param_out_of_range(struct builder *b) {
  builder_inst(b, OP_PARAM_I, builder_reg(b, RUNG_INTEGER), NONE32, NONE32, NONE32, 0);
}
static void param_type(struct builder *b) {
  uint32_t param = builder_param(b, "p", RUNG_DATE, UNIT_NONE, 0, "1970-01-01");
  builder_inst(b, OP_PARAM_I, builder_reg(b, RUNG_INTEGER), NONE32, NONE32, NONE32, param);
}
static void set_type(struct builder *b) {
  uint32_t set = builder_set(b, RUNG_INTEGER, builder_number(b, 1), 1);
  builder_inst(b, OP_IN_T, builder_reg(b, RUNG_FLAG), 1, NONE32, NONE32, set);
}
static void regex_out_of_range(struct builder *b) {
  builder_inst(b, OP_MATCHES, builder_reg(b, RUNG_FLAG), 1, NONE32, NONE32, 0);
}
static void regex_wrong(struct builder *b) { builder_regex(b, "a("); }
static void regex_byte(struct builder *b) { builder_regex(b, "a\\Cb"); }

static void prologue_too_long(struct builder *b) { *builder_prologue(b) = 3; }
static void prologue_reads_column(struct builder *b) { *builder_prologue(b) = 1; }
static void prologue_counts(struct builder *b) {
  builder_init(b);
  uint32_t flag = builder_reg(b, RUNG_FLAG), yes = builder_constant(b, RUNG_FLAG, 1, TEXT_OF(""));
  builder_inst(b, OP_CONST_F, flag, NONE32, NONE32, NONE32, yes);
  builder_inst(b, OP_FAULT, NONE32, flag, flag, NONE32, NONE32);
  *builder_prologue(b) = 2;
}
static void body_writes_prologue(struct builder *b) {
  builder_init(b);
  uint32_t today = builder_reg(b, RUNG_DATE);
  builder_inst(b, OP_TODAY, today, NONE32, NONE32, NONE32, NONE32);
  builder_inst(b, OP_NULL_D, today, NONE32, NONE32, NONE32, NONE32);
  *builder_prologue(b) = 1;
}

/* A guard, which asks of no value whether it is missing. */
static void guard_never(struct builder *b, uint32_t reg) {
  b->guards[b->program.guard_count++] = (struct prog_guard){
      GUARD_NEVER, reg, NONE32, RUNG_NUMBER, 0, NONE32, TEXT_OF("never x"), TEXT_OF(""), 0};
}
static void guard_missing(struct builder *b) { guard_never(b, 2); }
static void label_unwritten(struct builder *b) { b->labels[0].reg = builder_reg(b, RUNG_FLAG); }
static void label_type(struct builder *b) { b->labels[0].reg = 0; }
static void guard_rewritten(struct builder *b) { /* sure at first, then a register used again for what may be missing */
  builder_inst(b, OP_LT_I, 3, 0, 0, NONE32, NONE32);
  guard_never(b, 3);
}
static void rule_condition(struct builder *b) { b->rules[0].condition = 77; }
static void rule_place(struct builder *b) { b->rules[0].place = 1; }
static void show_type(struct builder *b) { builder_show(b, "x", RUNG_DATE, 0); }
static void show_unknown_type(struct builder *b) { builder_show(b, "x", (enum rung_type)9, 0); }
static void filter_type(struct builder *b) { b->program.filter = 0; }
static void output_kind(struct builder *b) { b->outputs[0].kind = 9; }
static void output_count(struct builder *b) { b->outputs[0].count = 2; }
static void output_none(struct builder *b) { b->program.output_count = 0; }
static void output_two_tags(struct builder *b) {
  b->outputs[1] = (struct prog_output){OUTPUT_TAGS, TEXT_OF("more"), 1, 0};
  b->program.output_count = 2;
}
static void label_status(struct builder *b) { b->labels[0].status = 0; }

static void register_money(struct builder *b) { b->regs[0].type = RUNG_MONEY; }
static void register_type_of_column(struct builder *b) { b->regs[0].type = RUNG_DATE; }
static void registers_too_few(struct builder *b) { b->program.reg_count = 1; }
static void column_type(struct builder *b) { b->columns[0].type = 0; }
static void column_flags(struct builder *b) { b->columns[0].flags = 1u << 31; }
static void column_keys(struct builder *b) {
  b->columns[0].flags = b->columns[1].flags = COLUMN_KEY;
  b->columns[1].header = b->columns[0].header;
  b->tables[0].key = b->columns[0].header;
}
static void column_range(struct builder *b) { b->columns[0].flags = COLUMN_RANGE, b->columns[0].low = 1; }
static void column_text_range(struct builder *b) { b->columns[1].flags = COLUMN_RANGE; }
static void column_closed(struct builder *b) { b->columns[1].flags = COLUMN_CLOSED, b->columns[1].closed_count = 1; }
static void column_missing_words(struct builder *b) {
  b->columns[0].missing_first = UINT32_MAX, b->columns[0].missing_count = 2;
}
static void column_format(struct builder *b) { b->columns[0].format = TEXT_OF("DD.MM.YYYY"); }
static void date_format(struct builder *b) {
  build_base(b);
  b->columns[0].type = RUNG_DATE, b->regs[0].type = RUNG_DATE, b->insts[0].op = OP_LT_D;
  b->columns[0].format = TEXT_OF("DD.MM");
}
static void date_preset(struct builder *b) {
  b->columns[0] = (struct prog_column){.name = TEXT_OF("x"), .header = TEXT_OF("x"), .type = RUNG_DATE,
                                       .flags = COLUMN_PRESET, .preset = 2932897};
  b->regs[0].type = RUNG_DATE, b->insts[0].op = OP_LT_D;
}
static void column_name(struct builder *b) { b->columns[0].name = TEXT_OF("\xff"); }
static void constant_date(struct builder *b) { builder_constant(b, RUNG_DATE, -719163, TEXT_OF("")); }
static void constant_flag(struct builder *b) { builder_constant(b, RUNG_FLAG, 2, TEXT_OF("")); }
static void param_unit(struct builder *b) { builder_param(b, "p", RUNG_NUMBER, UNIT_DAYS, 0, "0"); }
static void set_order(struct builder *b) {
  builder_number(b, 2), builder_number(b, 1), builder_set(b, RUNG_NUMBER, 0, 2);
}
static void set_repeat(struct builder *b) {
  builder_word(b, TEXT_OF("a")), builder_word(b, TEXT_OF("a")), builder_set(b, RUNG_TEXT, 0, 2);
}
static void set_outside(struct builder *b) { builder_number(b, 2), builder_set(b, RUNG_NUMBER, 1, UINT32_MAX); }
static void set_of_flags(struct builder *b) { builder_set(b, RUNG_FLAG, 0, 0); }
static void place_file(struct builder *b) { b->places[0].file = 1; }
static void place_line(struct builder *b) { b->places[0].line = 0; }
static void origin_count(struct builder *b) { b->program.origin_count--; }
static void origin_place(struct builder *b) { b->origins[0].place = NONE32; }

static const struct refusal_case cases[] = {
    {unknown_opcode, "unknown opcode"}, {operand_out_of_range, "reads no register"},
    {operand_absent, "reads no register"}, {operand_too_many, "operand too many"},
    {operand_type, "reads a value of the wrong type"}, {operand_unwritten, "reads what nothing has written"},
    {result_out_of_range, "writes no register"}, {result_absent, "writes no register"},
    {result_type, "writes a value of the wrong type"}, {result_over_column, "writes over a column"},
    {result_over_operand, "writes over its own operand"}, {fault_with_result, "has no result"},
    {immediate_too_many, "immediate too many"}, {immediate_absent, "immediate out of range"},
    {constant_type, "immediate of the wrong type"}, {param_out_of_range, "immediate out of range"},
    {param_type, "immediate of the wrong type"}, {set_type, "immediate of the wrong type"},
    {regex_out_of_range, "immediate out of range"}, {regex_wrong, "regular expression"},
    {regex_byte, "regular expression"}, {prologue_too_long, "prologue longer than its code"},
    {prologue_reads_column, "prologue and reads a column"}, {prologue_counts, "stands in the prologue"},
    {body_writes_prologue, "writes over the prologue's register"}, {guard_missing, "guard 0 can be missing"},
    {guard_rewritten, "guard 0 can be missing"},
    {label_unwritten, "label 0 is never written"}, {label_type, "label 0 has the wrong type"},
    {rule_condition, "condition of rule 0 is no register"}, {rule_place, "section rules has no place"},
    {show_type, "shown value 0 has the wrong type"}, {show_unknown_type, "section shows has an unknown type"},
    {filter_type, "filter 0 has the wrong type"}, {output_kind, "unknown kind"},
    {output_count, "does not have the next labels"}, {output_none, "belongs to no output"},
    {output_two_tags, "second one for tags"}, {label_status, "does not have the next labels"},
    {register_money, "register 0 has the unknown type"}, {register_type_of_column, "register of another type"},
    {registers_too_few, "more columns than registers"}, {column_type, "unknown type"}, {column_flags, "unknown flags"},
    {column_keys, "second key"}, {column_range, "range that is empty"}, {column_text_range, "range that its type"},
    {column_closed, "outside the words"}, {column_missing_words, "outside the words"}, {column_format, "date format"},
    {date_format, "date format"}, {date_preset, "default out of range"}, {column_name, "not plain UTF-8"},
    {constant_date, "out of range"}, {constant_flag, "out of range"}, {param_unit, "unit that its type"},
    {set_order, "out of order"}, {set_repeat, "out of order"}, {set_outside, "outside their table"},
    {set_of_flags, "wrong type"}, {place_file, "in no file"}, {place_line, "no line"},
    {origin_count, "1 origins for 2 instructions"}, {origin_place, "section origins has no place"},
};

static void test_refusals(void) { assert_refusals(build_base, cases, sizeof cases / sizeof *cases); }

static bool loads(struct builder *builder) {
  struct rung_error error = {0};
  rung_program *program = builder_load(builder, &error);
  if (!program) fprintf(stderr, "refused: %s\n", error.text);
  rung_program_free(program);
  return program != NULL;
}

/* On the good side of the same checks. */
static void test_acceptance(void) {
  struct builder b;
  builder_init(&b);
  CU_ASSERT(loads(&b)); /* a program of nothing */
  build_base(&b);
  CU_ASSERT(loads(&b));
  builder_inst(&b, OP_NOT, 2, 3, NONE32, NONE32, NONE32); /* the body may use a register again */
  CU_ASSERT(loads(&b));
  build_base(&b);
  b.columns[1].flags = COLUMN_CLOSED; /* an empty closed set */
  b.columns[0].flags = COLUMN_KEY | COLUMN_RANGE | COLUMN_PRESET;
  b.tables[0].key = b.columns[0].header;
  CU_ASSERT(loads(&b));
  builder_set(&b, RUNG_DATE, 0, 0);
  CU_ASSERT(loads(&b));
  build_base(&b);
  b.labels[0].reg = b.rules[0].fires = b.program.filter = 2; /* read by their value bits, these may be missing */
  CU_ASSERT(loads(&b));
}

/* What is never missing by opcodes.def may be guarded; what can be missing may not. */
static void test_never_missing(void) {
  for (int sure = 0; sure < 2; sure++) {
    static const struct {
    enum opcode op;
    int operands;
    bool never;
  } ops[] = {{OP_AND, 2, true},  {OP_OR, 2, true},   {OP_NOT, 1, true},
               {OP_EQ_F, 2, true}, {OP_IF_F, 3, true}, {OP_ELSE_F, 2, true}};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
      struct builder b;
      builder_init(&b);
      uint32_t column = builder_column(&b, "x", RUNG_FLAG), known = builder_reg(&b, RUNG_FLAG);
      uint32_t result = builder_reg(&b, RUNG_FLAG), from = sure ? known : column;
      builder_inst(&b, OP_SURE, known, column, NONE32, NONE32, NONE32);
      builder_inst(&b, ops[i].op, result, from, ops[i].operands > 1 ? from : NONE32,
                   ops[i].operands > 2 ? from : NONE32, NONE32);
      builder_rule(&b, result, result, "tag");
      guard_never(&b, result);
      rung_program *program = builder_load(&b, NULL);
      CU_ASSERT_EQUAL(program != NULL, sure && ops[i].never);
      rung_program_free(program);
    }
  }
}

/* Names and texts as written go to terminals: those that would change one are refused, all else may stand. */
static void test_texts(void) {
  static const struct {
    struct rung_text text;
    bool plain;
  } texts[] = {
      {TEXT_OF("\x1b[31m"), false}, {TEXT_OF("a\0b"), false}, {TEXT_OF("\x7f"), false}, {TEXT_OF("\x08"), false},
      {TEXT_OF("\x0e"), false}, {TEXT_OF("\xc2\x80"), false}, {TEXT_OF("\xc2\x9b"), false},
      {TEXT_OF("\xc2\x9f"), false},
      {TEXT_OF("\xe2\x80\xaa"), false}, {TEXT_OF("\xe2\x80\xae"), false}, {TEXT_OF("\xe2\x81\xa6"), false},
      {TEXT_OF("\xe2\x81\xa9"), false}, {TEXT_OF("\xc3"), false}, {TEXT_OF("\xed\xa0\x80"), false},
      {TEXT_OF(""), true}, {TEXT_OF("\t\n\v\f\r ~"), true}, {TEXT_OF("\xc2\xa0"), true},
      {TEXT_OF("\xe2\x80\xa9"), true},
      {TEXT_OF("\xe2\x80\xaf"), true}, {TEXT_OF("\xe2\x81\xa5"), true}, {TEXT_OF("\xe2\x81\xaa"), true},
      {TEXT_OF("\xf0\x9f\x98\x80"), true},
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct builder b;
    struct rung_error error = {0};
    build_base(&b);
    b.places[0].source = texts[i].text;
    rung_program *program = builder_load(&b, &error);
    CU_ASSERT_EQUAL(program != NULL, texts[i].plain);
    CU_ASSERT(program || strstr(error.text, "not plain UTF-8"));
    rung_program_free(program);
  }
}

/* -- Limits, on both sides --------------------------------------------------------------- */

static void fill_type(struct prog_reg *regs, size_t count) {
  for (size_t i = 0; i < count; i++) regs[i].type = RUNG_FLAG;
}

static enum rung_status close_and_verify(struct builder *builder, struct rung_error *error) {
  builder_close(builder);
  return verify(&builder->program, NULL, error);
}

static void test_counts(void) {
  struct builder b;
  struct rung_error error;
  builder_init(&b);
  struct prog_reg *regs = calloc(LIMIT_REGISTERS, sizeof *regs);
  struct prog_column *columns = calloc(LIMIT_COLUMNS + 1, sizeof *columns);
  struct prog_rule *rules = calloc(LIMIT_RULES, sizeof *rules); /* of register 0, made below */
  CU_ASSERT_FATAL(regs && columns && rules);
  fill_type(regs, LIMIT_REGISTERS);
  for (size_t i = 0; i <= LIMIT_COLUMNS; i++)
    columns[i] = (struct prog_column){.source = SOURCE_CELL, .link = NONE32, .type = RUNG_FLAG};
  builder_inst(&b, OP_CONST_F, 0, NONE32, NONE32, NONE32, builder_constant(&b, RUNG_FLAG, 1, TEXT_OF("")));
  b.program.regs = regs, b.program.columns = columns, b.program.rules = rules;
  b.program.reg_count = LIMIT_REGISTERS, b.program.rule_count = LIMIT_RULES;
  CU_ASSERT(close_and_verify(&b, &error) == RUNG_OK);
  b.program.reg_count = LIMIT_REGISTERS + 1;
  CU_ASSERT(close_and_verify(&b, &error) == RUNG_INVALID && strstr(error.text, "registers"));
  b.program.reg_count = LIMIT_REGISTERS, b.program.rule_count = LIMIT_RULES + 1;
  CU_ASSERT(close_and_verify(&b, &error) == RUNG_INVALID && strstr(error.text, "rules"));
  b.program.inst_count = b.program.origin_count = b.program.rule_count = 0;
  b.program.column_count = LIMIT_COLUMNS;
  CU_ASSERT(close_and_verify(&b, &error) == RUNG_OK);
  b.program.column_count = LIMIT_COLUMNS + 1;
  CU_ASSERT(close_and_verify(&b, &error) == RUNG_INVALID && strstr(error.text, "columns"));
  builder_close(&b);
  b.stages[0].column_count = 0; /* as many that no stage reads */
  CU_ASSERT(verify(&b.program, NULL, &error) == RUNG_INVALID && strstr(error.text, "share out"));
  b.program.column_count--;
  CU_ASSERT(verify(&b.program, NULL, &error) == RUNG_OK);
  struct prog_campaign *campaigns = calloc(LIMIT_CAMPAIGNS + 1, sizeof *campaigns); /* invalid, but not too many */
  CU_ASSERT_FATAL(campaigns != NULL);
  b.program.column_count = 0, b.program.campaigns = campaigns, b.program.campaign_count = LIMIT_CAMPAIGNS;
  CU_ASSERT(close_and_verify(&b, &error) == RUNG_INVALID && !strstr(error.text, "at most"));
  b.program.campaign_count = LIMIT_CAMPAIGNS + 1;
  CU_ASSERT(close_and_verify(&b, &error) == RUNG_INVALID && strstr(error.text, "campaigns; at most"));
  free(regs), free(columns), free(rules), free(campaigns);
}

static void test_pattern_length(void) {
  static char pattern[LIMIT_PATTERN + 2];
  for (size_t length = LIMIT_PATTERN; length <= LIMIT_PATTERN + 1; length++) {
    struct builder b;
    builder_init(&b);
    memset(pattern, 'a', length);
    builder_regex(&b, pattern);
    rung_program *program = builder_load(&b, NULL);
    CU_ASSERT_EQUAL(program != NULL, length == LIMIT_PATTERN);
    rung_program_free(program);
  }
}

/* Registers that would take too much memory are refused before any is taken; smaller batches help. */
static void test_session_memory(void) {
  enum { MANY = 20000 };
  static struct prog_reg regs[MANY];
  struct builder b;
  struct rung_error error;
  rung_session *session = NULL;
  builder_init(&b);
  for (size_t i = 0; i < MANY; i++) regs[i].type = RUNG_NUMBER;
  b.program.regs = regs, b.program.reg_count = MANY;
  rung_program *program = builder_load(&b, &error);
  CU_ASSERT_FATAL(program != NULL);
  enum rung_status status = rung_session_new(program, OPTIONS(0, LIMIT_BATCH), &session, &error);
  CU_ASSERT(status == RUNG_NO_RESOURCE && strstr(error.text, "smaller batches"));
  CU_ASSERT(rung_session_new(program, OPTIONS(0, 1), &session, &error) == RUNG_OK);
  rung_session_free(session);
  rung_program_free(program);
}

void suite_verify(void);

void suite_verify(void) {
  CU_pSuite suite = CU_add_suite("verify", NULL, NULL);
  CU_add_test(suite, "what is refused", test_refusals);
  CU_add_test(suite, "what is accepted", test_acceptance);
  CU_add_test(suite, "what is never missing", test_never_missing);
  CU_add_test(suite, "texts that can be shown", test_texts);
  CU_add_test(suite, "counts", test_counts);
  CU_add_test(suite, "the length of a pattern", test_pattern_length);
  CU_add_test(suite, "memory of a session", test_session_memory);
}
