/* join_table.h - a related table in memory for testing joins, and programs that ask of it. */
#ifndef TEST_JOIN_TABLE_H
#define TEST_JOIN_TABLE_H

#include "join.h"

/* Registers of the stage: one of each type, and a flag for `where`. */
enum { REG_INTEGER, REG_NUMBER, REG_DATE, REG_FLAG, REG_TEXT, REG_TIME, REG_WHERE, REGS };
enum { ROWS = 3000, TEXT_ROOM = 48, ASKED_MOST = 64 };

struct row {
  char key[TEXT_ROOM];
  bool present[REGS];
  int64_t value[REGS];
  char text[TEXT_ROOM];
};

#define ALL(function, type, value, order) {0, AGGREGATE_##function, type, value, order, NONE32, {"", 0}}
#define SOME(function, type, value, order) {0, AGGREGATE_##function, type, value, order, REG_WHERE, {"", 0}}

struct program {
  struct program_tables tables;
  struct prog_table files[2];
  struct prog_stage stages[2];
  struct prog_reg regs[1 + REGS];
  struct prog_aggregate aggregates[1 + ASKED_MOST];
};

/* Stage 1 and the aggregates from 1 on, so that nothing may be counted from 0 by mistake. */
void related_build(struct program *program, const struct prog_aggregate *aggregates, size_t count);

struct batch {
  uint64_t valid[REGS][ROWS / 64 + 1], bits[REGS][ROWS / 64 + 1];
  int64_t i64[REGS][ROWS];
  int32_t i32[ROWS];
  struct rung_text texts[ROWS], keys[ROWS];
  struct vec regs[REGS];
  struct join_input inputs[ASKED_MOST];
};

void related_load(struct batch *batch, const struct row *rows, size_t count);
void related_bind(struct batch *batch, const struct prog_aggregate *aggregates, size_t count);

/* Adds rows from the batch's first on, whose keys these are; rows of later batches have greater places. */
enum rung_status related_add(struct join *join, const struct batch *batch, const struct rung_text *keys, size_t rows,
                             uint64_t place, size_t *duplicate, struct rung_error *error);

/* The finished join of the rows, given in batches of `size`; NULL and its status when that fails, RUNG_BAD_DATA when
   a key has two rows that must have but one. */
struct join *related_gather(const struct row *rows, size_t count, size_t size, const struct prog_aggregate *aggregates,
                            size_t aggregate_count, const struct rung_allocator *allocator, enum rung_status *status);

struct result {
  bool present;
  int64_t value;
  struct rung_text text;
};

struct result related_result(const struct join *join, uint32_t aggregate, enum rung_type type, uint32_t slot);
struct result related_result_of_key(const struct join *join, uint32_t aggregate, enum rung_type type, const char *key);

struct rung_text related_text(const char *string);
uint64_t related_random(uint64_t *state);
/* Short and long keys. */
void related_key(char *key, uint64_t number);
void related_shuffle(struct row *rows, size_t count, uint64_t seed);

#endif
