/* session.c - the registers of one evaluating thread. */
#include "session.h"

#include "calendar.h"
#include "cast.h"
#include "edges.h"
#include "io.h"
#include "limits.h"
#include "text.h"
#include "vm.h"

enum { ALIGNMENT = 64, DEFAULT_ROWS = 1024 };

/* -- Layout of the registers: one block, each part on its own cache lines --------------------- */

static size_t element_size(uint32_t type) {
  switch (type) {
    case RUNG_DATE: return sizeof(int32_t);
    case RUNG_TEXT: return sizeof(struct rung_text);
    default: return sizeof(int64_t);
  }
}

static size_t aligned(size_t bytes) { return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

/* What a register takes; it cannot overflow: the rows, the elements and the count of registers are all limited. */
static uint64_t data_bytes(uint32_t type, size_t rows, bool whole) {
  if (type == RUNG_FLAG) return aligned(bitmap_words(rows) * sizeof(uint64_t));
  return aligned((whole ? rows : 1) * element_size(type));
}

/* Which registers need an element for each row, marked in `whole`: all but the prologue's, of these the shown ones. */
static void mark_whole(const rung_session *session, uint8_t *whole) {
  const struct stage_code *code = &session->code;
  const struct program_tables *tables = &session->program->tables;
  for (uint32_t i = 0; i < code->reg_count; i++) whole[i] = true;
  for (uint32_t i = 0; i < code->prologue; i++) whole[code->insts[i].dst] = false;
  for (size_t i = 0; session_is_last(session) && i < tables->show_count; i++) whole[tables->shows[i].reg] = true;
}

/* Which columns of texts are compared, marked in `compared`.  (A long set's words are looked up, not compared.) */
static void mark_compared(const rung_session *session, uint8_t *compared) {
  const struct stage_code *code = &session->code;
  for (uint32_t i = code->prologue; i < code->inst_count; i++) {
    const struct prog_inst *inst = &code->insts[i];
    bool edges = inst->op == OP_EQ_T || inst->op == OP_STARTS || inst->op == OP_ENDS || inst->op == OP_IN_T;
    if (edges && inst->a < code->column_count) compared[inst->a] = true;
  }
}

static size_t edges_bytes(size_t rows) { return rows * (2 * sizeof(uint64_t) + 1); }

static uint64_t layout_size(const struct stage_code *code, size_t rows, const uint8_t *whole, const uint8_t *compared) {
  uint64_t bitmap = aligned(bitmap_words(rows) * sizeof(uint64_t)), total = bitmap + ALIGNMENT;
  for (uint32_t i = 0; i < code->reg_count; i++) total += bitmap + data_bytes(code->regs[i].type, rows, whole[i]);
  for (uint32_t i = 0; i < code->column_count; i++) total += compared[i] ? edges_bytes(rows) : 0;
  return total;
}

static struct edges edges_place(char *at, size_t rows) {
  uint64_t *bytes = (uint64_t *)(void *)at;
  return (struct edges){.bytes = {bytes, bytes + rows}, .lengths = (uint8_t *)(bytes + 2 * rows)};
}

/* The strides follow the prologue, whatever the room. */
static void lay_out(rung_session *session, size_t rows, const uint8_t *whole, const uint8_t *compared) {
  const struct stage_code *code = &session->code;
  size_t bitmap = aligned(bitmap_words(rows) * sizeof(uint64_t));
  char *at = session->memory + (ALIGNMENT - (uintptr_t)session->memory % ALIGNMENT) % ALIGNMENT;
  session->all_present = (uint64_t *)(void *)at;
  at += bitmap;
  for (size_t w = 0; w < bitmap_words(rows); w++) session->all_present[w] = ~(uint64_t)0;
  for (uint32_t i = 0; i < code->reg_count; i++) {
    session->regs[i].valid = (uint64_t *)(void *)at;
    at += bitmap;
    session->regs[i].data.any = at;
    at += data_bytes(code->regs[i].type, rows, whole[i]);
    session->regs[i].stride = 1;
  }
  for (uint32_t i = 0; i < code->column_count; i++) {
    if (!compared[i]) continue;
    session->edges[i] = edges_place(at, rows);
    at += edges_bytes(rows);
  }
  for (uint32_t i = 0; i < code->prologue; i++) session->regs[code->insts[i].dst].stride = 0;
  for (uint32_t i = 0; i < code->column_count; i++) session->columns[i] = session->regs[i];
}

static enum rung_status make_registers(rung_session *session, struct rung_error *error) {
  const struct stage_code *code = &session->code;
  const struct rung_allocator *allocator = &session->program->allocator;
  size_t rows = bitmap_words(session->options.batch_rows) * 64;
  uint8_t *whole = alloc_array(allocator, code->reg_count, 1);
  uint8_t *compared = alloc_array(allocator, code->reg_count, 1);
  session->regs = alloc_array(allocator, code->reg_count, sizeof *session->regs);
  session->columns = alloc_array(allocator, code->column_count, sizeof *session->columns);
  session->edges = alloc_array(allocator, code->column_count, sizeof *session->edges);
  enum rung_status status = RUNG_OK;
  if (!whole || !compared || !session->regs || !session->columns || !session->edges) status = fail_memory(error);
  if (status == RUNG_OK) {
    mark_whole(session, whole);
    if (session->options.batch_rows >= 64) mark_compared(session, compared);
    uint64_t size = layout_size(code, rows, whole, compared);
    if (size > (uint64_t)LIMIT_SESSION << 20)
      status = fail(error, RUNG_NO_RESOURCE, "the program needs %llu MiB of registers for batches of %u rows; at most "
                    "%d are allowed, so use smaller batches", (unsigned long long)(size >> 20),
                    session->options.batch_rows, LIMIT_SESSION);
    else session->memory_size = (size_t)size;
  }
  if (status == RUNG_OK) {
    session->memory = alloc_array(allocator, session->memory_size, 1);
    if (session->memory) lay_out(session, rows, whole, compared);
    else status = fail_memory(error);
  }
  alloc_free(allocator, compared, code->reg_count, 1);
  alloc_free(allocator, whole, code->reg_count, 1);
  return status;
}

/* -- What the code asks for ---------------------------------------------------------------------------- */

bool stage_uses_now(const struct program_tables *tables, uint32_t stage) {
  struct stage_code code = stage_code(tables, stage);
  for (uint32_t i = 0; i < code.inst_count; i++)
    if (code.insts[i].op == OP_NOW) return true;
  return false;
}

/* Ties among the top, and within a quota, are told apart by key. */
static bool asks_for_keys(const rung_session *session) {
  const struct program_tables *tables = &session->program->tables;
  for (uint32_t i = 0; i < session->code.inst_count; i++) {
    const struct prog_inst *inst = &session->code.insts[i];
    if (formats[inst->op].immediate != IMMEDIATE_MEASURE) continue;
    uint32_t function = tables->measures[inst->imm].function;
    if (function == MEASURE_TOP || function == MEASURE_QUOTA) return true;
  }
  return false;
}

/* -- Life ------------------------------------------------------------------------------------------ */

static enum rung_status check_options(const struct program_tables *tables, uint32_t stage,
                                      const struct rung_session_options *options, struct rung_error *error) {
  if (options->batch_rows > LIMIT_BATCH)
    return fail(error, RUNG_INVALID, "a batch of %u rows is too large; at most %d are allowed", options->batch_rows,
                LIMIT_BATCH);
  if (options->today < CALENDAR_FIRST || options->today > CALENDAR_LAST)
    return fail(error, RUNG_INVALID, "today lies outside the years 1 to 9999");
  if (options->has_now && (!calendar_time_valid(options->now) || calendar_time_day(options->now) != options->today))
    return fail(error, RUNG_INVALID, "the time of scoring is no time of the scoring date");
  if (!options->has_now && stage_uses_now(tables, stage))
    return fail(error, RUNG_INVALID, "the rules ask for hours, so they need the time of scoring beside its date: "
                "2026-11-21T16:00");
  return RUNG_OK;
}

static bool make_tables(rung_session *session) {
  const struct program_tables *tables = &session->program->tables;
  const struct rung_allocator *allocator = &session->program->allocator;
  session->calls = alloc_array(allocator, session->code.inst_count, sizeof *session->calls);
  session->faults = alloc_array(allocator, session->code.inst_count, sizeof *session->faults);
  session->tallies = alloc_array(allocator, tables->tally_count, sizeof *session->tallies);
  session->params = alloc_array(allocator, tables->param_count, sizeof *session->params);
  session->casters = alloc_array(allocator, session->code.column_count, sizeof *session->casters);
  session->matcher = matcher_new(allocator);
  if (!session->calls || !session->faults || !session->tallies || !session->params || !session->casters ||
      !session->matcher)
    return false;
  for (size_t i = 0; i < tables->param_count; i++) {
    const struct prog_param *param = &tables->params[i];
    session->params[i] = (struct param){.value = param->value, .text = param->text, .source = param->source};
  }
  return true;
}

enum rung_status session_new_stage(const rung_program *program, uint32_t stage,
                                   const struct rung_session_options *options, rung_session **session,
                                   struct rung_error *error) {
  *session = NULL;
  enum rung_status status = check_options(&program->tables, stage, options, error);
  if (status != RUNG_OK) return status;
  const struct rung_allocator *allocator = &program->allocator;
  rung_session *made = alloc_array(allocator, 1, sizeof *made);
  if (!made) return fail_memory(error);
  made->program = program;
  made->stage = stage;
  made->code = stage_code(&program->tables, stage);
  made->wants_keys = asks_for_keys(made);
  made->options = *options;
  if (!made->options.batch_rows) made->options.batch_rows = DEFAULT_ROWS;
  made->run_texts.allocator = made->batch_texts.allocator = allocator;
  made->stale = true;
  status = make_tables(made) ? make_registers(made, error) : fail_memory(error);
  if (status == RUNG_OK) vm_prepare(made), *session = made;
  else rung_session_free(made);
  return status;
}

enum rung_status rung_session_new(const rung_program *program, const struct rung_session_options *options,
                                  rung_session **session, struct rung_error *error) {
  const struct program_tables *tables = &program->tables;
  *session = NULL;
  if (tables->measure_count) {
    const struct prog_measure *measure = &tables->measures[0];
    const char *what = measure->function == MEASURE_QUOTA ? "let the best customers have a campaign"
                                                          : "compare each customer with all others";
    return fail(error, RUNG_INVALID, "the rules %s (%.*s), so they need the whole base: score it as a file", what,
                TEXT_FORMAT(measure->source));
  }
  return session_new_stage(program, last_stage(tables), options, session, error);
}

void rung_session_free(rung_session *session) {
  if (!session) return;
  const struct program_tables *tables = &session->program->tables;
  const struct stage_code *code = &session->code;
  const struct rung_allocator *allocator = &session->program->allocator;
  for (size_t i = 0; session->params && i < tables->param_count; i++)
    alloc_free(allocator, session->params[i].owned, session->params[i].owned_size, 1);
  for (size_t i = 0; session->casters && i < code->column_count; i++) caster_free(session->casters[i]);
  heap_free(&session->run_texts);
  heap_free(&session->batch_texts);
  matcher_free(session->matcher);
  alloc_free(allocator, session->memory, session->memory_size, 1);
  alloc_free(allocator, session->edges, code->column_count, sizeof *session->edges);
  alloc_free(allocator, session->columns, code->column_count, sizeof *session->columns);
  alloc_free(allocator, session->regs, code->reg_count, sizeof *session->regs);
  alloc_free(allocator, session->casters, code->column_count, sizeof *session->casters);
  alloc_free(allocator, session->params, tables->param_count, sizeof *session->params);
  alloc_free(allocator, session->tallies, tables->tally_count, sizeof *session->tallies);
  alloc_free(allocator, session->faults, code->inst_count, sizeof *session->faults);
  alloc_free(allocator, session->calls, code->inst_count, sizeof *session->calls);
  alloc_free(allocator, session, 1, sizeof *session);
}

/* -- For the rest of the runtime --------------------------------------------------------------------- */

void session_own_columns(rung_session *session) {
  for (uint32_t i = 0; i < session->code.column_count; i++) session->regs[i] = session->columns[i];
}

uint32_t session_stage(const rung_session *session) { return session->stage; }

void session_bind(rung_session *session, struct population *const *populations, struct quota *const *quotas) {
  session->populations = populations;
  session->quotas = quotas;
  session->stale = true;
}

void session_keys(rung_session *session, const struct rung_text *keys) { session->keys = keys; }

struct vec *session_column(rung_session *session, size_t column) { return &session->columns[column]; }

size_t session_capacity(const rung_session *session) { return session->options.batch_rows; }

enum rung_status session_run(rung_session *session, size_t rows, struct rung_error *error) {
  session_own_columns(session);
  return vm_run(session, rows, error);
}

enum rung_status session_check(rung_session *session, struct rung_error *error) { return vm_check(session, error); }

const struct vec *session_register(const rung_session *session, uint32_t reg) { return &session->regs[reg]; }

struct tally session_tally(const rung_session *session, size_t tally) { return session->tallies[tally]; }

uint64_t session_faults(const rung_session *session, size_t inst) { return session->faults[inst]; }

static void move_counts(const rung_session *session, uint64_t *to_faults, uint64_t *faults, struct tally *to_tallies,
                        struct tally *tallies) {
  for (size_t i = 0; i < session->code.inst_count; i++) to_faults[i] += faults[i], faults[i] = 0;
  for (size_t i = 0; i < session->program->tables.tally_count; i++) {
    to_tallies[i].yes += tallies[i].yes;
    to_tallies[i].no += tallies[i].no;
    to_tallies[i].unknown += tallies[i].unknown;
    tallies[i] = (struct tally){0};
  }
}

void session_give_counts(rung_session *session, uint64_t *faults, struct tally *tallies) {
  move_counts(session, faults, session->faults, tallies, session->tallies);
}

void session_take_counts(rung_session *session, uint64_t *faults, struct tally *tallies) {
  move_counts(session, session->faults, faults, session->tallies, tallies);
}

struct rung_text session_param_text(const rung_session *session, size_t param) {
  return session->params[param].source;
}
