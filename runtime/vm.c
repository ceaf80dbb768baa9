/* vm.c - run the instructions of a program, one after the other, each over a whole batch. */
#include "vm.h"

#include "edges.h"
#include "io.h"
#include "text.h"

static kernel_fn *const kernels[OPCODE_COUNT] = {
#define OP(id, dst, a, b, c, imm, missing, effect) kernel_##id,
#include "opcodes.def"
#undef OP
};

static struct vec *reg_at(const rung_session *session, uint32_t reg) {
  return reg == NONE32 ? NULL : &session->regs[reg];
}

static struct edges *edges_at(const rung_session *session, uint32_t reg) {
  return reg < session->code.column_count && session->edges[reg].lengths ? &session->edges[reg] : NULL;
}

void vm_prepare(rung_session *session) {
  for (uint32_t i = 0; i < session->code.inst_count; i++) {
    const struct prog_inst *inst = &session->code.insts[i];
    bool once = i < session->code.prologue;
    session->calls[i] = (struct call){
        .kernel = kernels[inst->op],
        .session = session,
        .dst = reg_at(session, inst->dst),
        .a = reg_at(session, inst->a),
        .b = reg_at(session, inst->b),
        .c = reg_at(session, inst->c),
        .edges = edges_at(session, inst->a),
        .inst = i,
        .imm = inst->imm,
        .rows = once,
        .texts = once ? &session->run_texts : &session->batch_texts,
        .failure = &session->failure,
        .error = &session->error,
    };
  }
}

/* Batches are as large as the last one, mostly. */
static void set_rows(rung_session *session, size_t rows) {
  if (rows == session->rows) return;
  for (uint32_t i = session->code.prologue; i < session->code.inst_count; i++) session->calls[i].rows = rows;
  session->rows = rows;
}

static void fill_bitmap(uint64_t *bits, size_t words) {
  uint64_t word = bits[0] & 1 ? ~(uint64_t)0 : 0;
  for (size_t w = 0; w < words; w++) bits[w] = word;
}

/* A uniform register was computed for one row: its bitmaps are made whole. */
static void spread(const rung_session *session, uint32_t reg) {
  size_t words = bitmap_words(session->options.batch_rows);
  fill_bitmap(session->regs[reg].valid, words);
  if (session->code.regs[reg].type == RUNG_FLAG) fill_bitmap(session->regs[reg].data.bits, words);
}

/* The API shows whole vectors, so a uniform register that is shown has room for them. */
static void spread_show(const rung_session *session, uint32_t reg) {
  const struct vec *vec = &session->regs[reg];
  if (vec->stride != 0) return;
  for (size_t i = 1; i < session->options.batch_rows; i++) {
    switch (session->code.regs[reg].type) {
      case RUNG_FLAG: return;
      case RUNG_DATE: vec->data.i32[i] = vec->data.i32[0]; break;
      case RUNG_TEXT: vec->data.text[i] = vec->data.text[0]; break;
      default: vec->data.i64[i] = vec->data.i64[0];
    }
  }
}

static enum rung_status fail_kernel(const rung_session *session, struct rung_error *error) {
  if (session->failure == RUNG_OK) return fail_memory(error);
  if (error) *error = session->error;
  return session->failure;
}

static enum rung_status run_range(rung_session *session, uint32_t first, uint32_t end, struct heap *texts,
                                  struct rung_error *error) {
  session->failure = RUNG_OK;
  heap_reset(texts);
  for (const struct call *call = session->calls + first, *stop = session->calls + end; call < stop; call++)
    if (!call->kernel(call)) return fail_kernel(session, error);
  return RUNG_OK;
}

static bool is_bound(const rung_session *session, uint32_t measure) {
  if (session->program->tables.measures[measure].function == MEASURE_QUOTA)
    return session->quotas && session->quotas[measure];
  return session->populations && session->populations[measure];
}

/* A population that nobody made would look like a base without customers. */
static enum rung_status check_bound(const rung_session *session, struct rung_error *error) {
  for (uint32_t i = 0; i < session->code.inst_count; i++) {
    const struct prog_inst *inst = &session->code.insts[i];
    if (formats[inst->op].immediate == IMMEDIATE_MEASURE && !is_bound(session, inst->imm))
      return fail(error, RUNG_INVALID, "the values of all customers have not been collected (%.*s)",
                  TEXT_FORMAT(session->program->tables.measures[inst->imm].source));
  }
  return RUNG_OK;
}

enum rung_status vm_check(rung_session *session, struct rung_error *error) {
  enum rung_status status = run_range(session, 0, session->code.prologue, &session->run_texts, error);
  return status || !session_is_last(session) ? status : amounts_check(session, error);
}

static enum rung_status run_prologue(rung_session *session, struct rung_error *error) {
  const struct program_tables *tables = &session->program->tables;
  const struct stage_code *code = &session->code;
  enum rung_status status = check_bound(session, error);
  if (status == RUNG_OK) status = vm_check(session, error);
  if (status != RUNG_OK) return status;
  for (uint32_t i = 0; i < code->prologue; i++) spread(session, code->insts[i].dst);
  for (size_t i = 0; session_is_last(session) && i < tables->show_count; i++)
    spread_show(session, tables->shows[i].reg);
  session->stale = false;
  return RUNG_OK;
}

enum rung_status vm_run(rung_session *session, size_t rows, struct rung_error *error) {
  enum rung_status status = session->stale ? run_prologue(session, error) : RUNG_OK;
  if (status != RUNG_OK) return status;
  if (session->wants_keys && !session->keys) return fail(error, RUNG_INVALID, "the keys of the rows are not known");
  set_rows(session, rows);
  session->batch++;
  return run_range(session, session->code.prologue, session->code.inst_count, &session->batch_texts, error);
}
