/* session.h - what the rest of the runtime needs of a program and a session, beyond rung.h. */
#ifndef RUNG_SESSION_H
#define RUNG_SESSION_H

#include "program.h"
#include "vec.h"

/* The decoded tables of a loaded program, and its allocator; they live as long as the program. */
const struct program_tables *program_tables(const rung_program *program);
const struct rung_allocator *program_allocator(const rung_program *program);

struct population;
struct quota;

/* A stage's share of a program: its columns, registers and instructions. */
struct stage_code {
  const struct prog_column *columns;
  const struct prog_reg *regs;
  const struct prog_inst *insts;
  uint32_t column_count, reg_count, inst_count, prologue;
};

static inline struct stage_code stage_code(const struct program_tables *tables, uint32_t stage) {
  const struct prog_stage *shape = &tables->stages[stage];
  return (struct stage_code){
      .columns = tables->columns + shape->first_column,
      .regs = tables->regs + shape->first_reg,
      .insts = tables->insts + shape->first_inst,
      .column_count = shape->column_count,
      .reg_count = shape->reg_count,
      .inst_count = shape->inst_count,
      .prologue = shape->prologue,
  };
}

/* The stage that writes rows; a loaded program has it. */
static inline uint32_t last_stage(const struct program_tables *tables) { return (uint32_t)tables->stage_count - 1; }

/* In columns: those that no stage reads. */
static inline size_t first_unread(const struct program_tables *tables) {
  const struct prog_stage *last = &tables->stages[last_stage(tables)];
  return (size_t)last->first_column + last->column_count;
}

/* A session of one stage, for who has the tables that it needs; rung_session_new makes one of the last stage and
   refuses programs with measures.  Columns, registers and instructions below are those of the stage, numbered from its
   first. */
enum rung_status session_new_stage(const rung_program *program, uint32_t stage,
                                   const struct rung_session_options *options, rung_session **session,
                                   struct rung_error *error);
uint32_t session_stage(const rung_session *session);

/* Whether the stage's code asks for the time of day, so that a session of it needs `now`. */
bool stage_uses_now(const struct program_tables *tables, uint32_t stage);

/* The finished populations, one pointer for each measure of the program; measures of one value may share one.  NULL
   where no instruction of the stage needs it.  The array must outlive the session; without it, a stage that uses
   measures does not run.  Quotas are bound in the same way. */
void session_bind(rung_session *session, struct population *const *populations, struct quota *const *quotas);

/* The customer keys of the rows of the next session_run, which a stage needs that asks for the top N or a quota. */
void session_keys(rung_session *session, const struct rung_text *keys);

/* The register that holds column i, to be filled before session_run: data and validity of each row.
   Bitmaps have bitmap_words(capacity) words, data has session_capacity() elements. */
struct vec *session_column(rung_session *session, size_t column);
size_t session_capacity(const rung_session *session);

/* Runs the stage on the first `rows` rows of the column registers.  Only memory can fail, reading populations, and the
   amounts that the params make. */
enum rung_status session_run(rung_session *session, size_t rows, struct rung_error *error);

/* Whether the params as they stand make amounts that campaigns and guards can go by; session_run asks it too. */
enum rung_status session_check(rung_session *session, struct rung_error *error);

/* Any register, after session_run: conditions of rules, the filter, what a sink takes.  Its stride may be 0. */
const struct vec *session_register(const rung_session *session, uint32_t reg);

/* Rows counted so far by instruction `inst` of the stage, which is a FAULT. */
uint64_t session_faults(const rung_session *session, size_t inst);

/* How often the condition of tally `tally` was true, false and missing so far. */
struct tally {
  uint64_t yes, no, unknown;
};
struct tally session_tally(const rung_session *session, size_t tally);

/* Moves all that was counted to `faults`, by instruction of the stage, and `tallies`; and back. */
void session_give_counts(rung_session *session, uint64_t *faults, struct tally *tallies);
void session_take_counts(rung_session *session, uint64_t *faults, struct tally *tallies);

/* Param i as it now stands, as rule text; lives as long as the session. */
struct rung_text session_param_text(const rung_session *session, size_t param);

#endif
