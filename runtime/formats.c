/* formats.c - opcodes.def and records.def as tables. */
#include "loaded.h"

enum {
  OPERAND__ = OPERAND_NONE,
  OPERAND_F = RUNG_FLAG,
  OPERAND_I = RUNG_INTEGER,
  OPERAND_N = RUNG_NUMBER,
  OPERAND_D = RUNG_DATE,
  OPERAND_T = RUNG_TEXT,
  OPERAND_X = OPERAND_ANY
};

const struct format formats[OPCODE_COUNT] = {
#define OP(id, dst, a, b, c, imm, missing, effect) \
  {#id, OPERAND_##dst, {OPERAND_##a, OPERAND_##b, OPERAND_##c}, IMMEDIATE_##imm, MISSING_##missing},
#include "opcodes.def"
#undef OP
};

const char *const section_names[SECTION_COUNT] = {
#define RECORD_BEGIN(record) #record "s",
#define FIELD(record, kind, name)
#define RECORD_END(record)
#include "records.def"
    "strings",
};
