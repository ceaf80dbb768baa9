/* loaded.h - a program that has been loaded and verified. */
#ifndef RUNG_LOADED_H
#define RUNG_LOADED_H

#include "alloc.h"
#include "program.h"
#include "regex.h"
#include "set.h"

struct rung_program {
  struct rung_allocator allocator;
  char *bytes;              /* the file; texts of the tables are views of it */
  size_t size;
  uint64_t hash;            /* XXH3-64 of the file */
  struct program_tables tables;
  struct set *sets;         /* one for each record */
  struct regex **regexes;
};

/* The type of the register that holds a value: money is a number, a list the text of its cell. */
static inline enum rung_type register_type(uint32_t type) {
  return type == RUNG_MONEY ? RUNG_NUMBER : type == RUNG_LIST ? RUNG_TEXT : (enum rung_type)type;
}

/* What an opcode does, as opcodes.def says it. */
enum operand_type { OPERAND_NONE = 0, OPERAND_ANY = 0xff }; /* else enum rung_type */
enum immediate {
  IMMEDIATE_NONE,
  IMMEDIATE_CONST,
  IMMEDIATE_PARAM,
  IMMEDIATE_SET,
  IMMEDIATE_REGEX,
  IMMEDIATE_MEASURE,
  IMMEDIATE_TALLY
};
enum missing { MISSING_STRICT, MISSING_FAULTS, MISSING_KLEENE, MISSING_NEVER, MISSING_CHOOSE };

struct format {
  const char *name;         /* "lt_i" is written from this "LT_I" */
  uint8_t dst, operand[3];  /* enum operand_type */
  uint8_t immediate, missing;
};

/* What aggregates.def and measures.def say, letter by letter; a measure has no order. */
struct gathering {
  const char *name;
  char value, order, result;
};

/* What guards.def says: F or N, and whether there is a limit. */
struct guard_format {
  const char *name;
  char value;
  bool limited;
};

/* What amounts.def says. */
struct amount_format {
  int64_t least, most;
  const char *wanted;
};

extern const struct format formats[OPCODE_COUNT];
extern const struct gathering aggregate_formats[AGGREGATE_COUNT_OF], measure_formats[MEASURE_COUNT_OF];
extern const struct guard_format guard_formats[GUARD_COUNT_OF];
extern const struct amount_format amount_formats[AMOUNT_COUNT_OF];
extern const char *const section_names[SECTION_COUNT];

#endif
