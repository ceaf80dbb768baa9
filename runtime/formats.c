/* formats.c - opcodes.def, aggregates.def, measures.def, amounts.def, guards.def and records.def as tables. */
#include "loaded.h"

enum {
  OPERAND__ = OPERAND_NONE,
  OPERAND_F = RUNG_FLAG,
  OPERAND_I = RUNG_INTEGER,
  OPERAND_N = RUNG_NUMBER,
  OPERAND_D = RUNG_DATE,
  OPERAND_S = RUNG_DATETIME,
  OPERAND_T = RUNG_TEXT,
  OPERAND_X = OPERAND_ANY
};

const struct format formats[OPCODE_COUNT] = {
#define OP(id, dst, a, b, c, imm, missing, effect) \
  {#id, OPERAND_##dst, {OPERAND_##a, OPERAND_##b, OPERAND_##c}, IMMEDIATE_##imm, MISSING_##missing},
#include "opcodes.def"
#undef OP
};

const struct gathering aggregate_formats[AGGREGATE_COUNT_OF] = {
#define AGGREGATE(id, name, value, order, result, empty, gives) {name, #value[0], #order[0], #result[0]},
#include "aggregates.def"
#undef AGGREGATE
};

const struct gathering measure_formats[MEASURE_COUNT_OF] = {
#define MEASURE(id, name, kind, value, result, gives) {name, #value[0], '_', #result[0]},
#include "measures.def"
#undef MEASURE
};

const struct amount_format amount_formats[AMOUNT_COUNT_OF] = {
#define AMOUNT(id, least, most, text) {least, most, text},
#include "amounts.def"
#undef AMOUNT
};

const struct guard_format guard_formats[GUARD_COUNT_OF] = {
#define LIMITED_LIMIT true
#define LIMITED_NONE false
#define GUARD(id, name, value, limit, text) {name, #value[0], LIMITED_##limit},
#include "guards.def"
#undef GUARD
};

const char *const section_names[SECTION_COUNT] = {
#define RECORD_BEGIN(record) #record "s",
#define FIELD(record, kind, name)
#define RECORD_END(record)
#include "records.def"
    "strings",
};
