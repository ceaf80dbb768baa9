/* program.h - a compiled program in memory, and the header of its file.

   The file: struct program_header, then the section table (offset and record count of each record
   of records.def, in that order, then offset and length of the STRINGS heap), then the sections, each aligned to 8.
   Little-endian everywhere; U32 and I64 fields have their natural size, STR is two U32 (offset, length),
   fields follow each other without padding.  The checksum is over all but itself: XXH3-64 of what follows it, with that
   of what precedes it as the seed. */
#ifndef RUNG_PROGRAM_H
#define RUNG_PROGRAM_H

#include "rung.h"

#define NONE32 UINT32_MAX

/* Eight bytes that no text file begins with; the line ends show a transfer in text mode. */
#define PROGRAM_MAGIC "\x89RUNG\r\n\x1a"

/*  offset  size
    0       8     magic
    8       4     format version
    12      4     (zero)
    16      8     file size
    24      8     checksum (checksum.h)
    32      4     filter: the flag register that `--only` asks for, or NONE32
    36      4     sections in the section table, STRINGS included
    40            section table: { u64 offset, u64 count } each (STRINGS: count of bytes)    */
enum { PROGRAM_HEADER_SIZE = 40, PROGRAM_CHECKSUM_AT = 24, PROGRAM_CHECKED_FROM = 32, SECTION_ENTRY_SIZE = 16 };

enum opcode {
#define OP(id, dst, a, b, c, imm, missing, effect) OP_##id,
#include "opcodes.def"
#undef OP
  OPCODE_COUNT
};

enum table_kind { TABLE_MAIN = 1, TABLE_RELATED, TABLE_PREVIOUS };
enum sink { SINK_ROWS = 1, SINK_AGGREGATE, SINK_COLLECT };
enum column_source { SOURCE_CELL = 1, SOURCE_AGGREGATE, SOURCE_KEY };

enum aggregate {
#define AGGREGATE(id, name, value, order, result, empty, gives) AGGREGATE_##id,
#include "aggregates.def"
#undef AGGREGATE
  AGGREGATE_COUNT_OF
};

enum measure {
#define MEASURE(id, name, kind, value, result, gives) MEASURE_##id,
#include "measures.def"
#undef MEASURE
  MEASURE_COUNT_OF
};

/* What becomes of an eligible customer. */
enum outcome {
#define OUTCOME(id, name, text) OUTCOME_##id,
#include "outcomes.def"
#undef OUTCOME
  OUTCOME_COUNT_OF
};

enum amount {
#define AMOUNT(id, least, most, text) AMOUNT_##id,
#include "amounts.def"
#undef AMOUNT
  AMOUNT_COUNT_OF
};

enum guard {
#define GUARD(id, name, value, limit, text) GUARD_##id,
#include "guards.def"
#undef GUARD
  GUARD_COUNT_OF
};
enum comparison { COMPARE_EQ = 1, COMPARE_NE, COMPARE_LT, COMPARE_LE, COMPARE_GT, COMPARE_GE };

/* CONDITION: a whole one, of a rule, an arm, points or a clause; PART: one of those that `and`, `or` and `not` join in
   it; EXPECTED: what a test says of a customer. */
enum tally_kind { TALLY_CONDITION = 1, TALLY_PART, TALLY_EXPECTED };

enum column_flag {
  COLUMN_KEY = 1, COLUMN_PRESET = 2, COLUMN_RANGE = 4, COLUMN_CLOSED = 8,
  COLUMN_RESULT = 16 /* written by rung itself, so a dialect says nothing of its cells */
};
enum param_unit { UNIT_NONE, UNIT_DAYS, UNIT_MONTHS }; /* of an integer param: how `--set` must write it */
enum output_kind { OUTPUT_STATUS = 1, OUTPUT_TAGS, OUTPUT_SHOW, OUTPUT_SCORE, OUTPUT_CAMPAIGNS };

typedef uint32_t rec_U32;
typedef int64_t rec_I64;
typedef struct rung_text rec_STR;

#define RECORD_BEGIN(record) struct prog_##record {
#define FIELD(record, kind, name) rec_##kind name;
#define RECORD_END(record) };
#include "records.def"

enum section {
#define RECORD_BEGIN(record) SECTION_##record,
#define FIELD(record, kind, name)
#define RECORD_END(record)
#include "records.def"
  SECTION_STRINGS,
  SECTION_COUNT
};

/* The decoded tables: `regs` and `reg_count`, `columns` and `column_count`, and so on.  The compiler fills one to
   encode it; loading decodes one from a file's bytes. */
struct program_tables {
  uint32_t filter;          /* register of the last stage, or NONE32 */
#define RECORD_BEGIN(record) struct prog_##record *record##s; size_t record##_count;
#define FIELD(record, kind, name)
#define RECORD_END(record)
#include "records.def"
};

#endif
