/* vm.c - run the instructions of a program, one after the other, each over a whole batch. */
#include "vm.h"

#include "io.h"

static kernel_fn *const kernels[OPCODE_COUNT] = {
#define OP(id, dst, a, b, c, imm, missing, effect) kernel_##id,
#include "opcodes.def"
#undef OP
};

static struct vec *reg_at(const rung_session *session, uint32_t reg) {
  return reg == NONE32 ? NULL : &session->regs[reg];
}

static bool run_inst(rung_session *session, uint32_t i, size_t rows, struct heap *texts) {
  const struct prog_inst *inst = &session->program->tables.insts[i];
  struct call call = {
      .session = session,
      .dst = reg_at(session, inst->dst),
      .a = reg_at(session, inst->a),
      .b = reg_at(session, inst->b),
      .c = reg_at(session, inst->c),
      .inst = i,
      .imm = inst->imm,
      .rows = rows,
      .texts = texts,
  };
  return kernels[inst->op](&call);
}

static void fill_bitmap(uint64_t *bits, size_t words) {
  uint64_t word = bits[0] & 1 ? ~(uint64_t)0 : 0;
  for (size_t w = 0; w < words; w++) bits[w] = word;
}

/* A uniform register was computed for one row: its bitmaps are made whole. */
static void spread(const rung_session *session, uint32_t reg) {
  size_t words = bitmap_words(session->options.batch_rows);
  fill_bitmap(session->regs[reg].valid, words);
  if (session->program->tables.regs[reg].type == RUNG_FLAG) fill_bitmap(session->regs[reg].data.bits, words);
}

/* The API shows whole vectors, so a uniform register that is shown has room for them. */
static void spread_show(const rung_session *session, uint32_t reg) {
  const struct vec *vec = &session->regs[reg];
  if (vec->stride != 0) return;
  for (size_t i = 1; i < session->options.batch_rows; i++) {
    switch (session->program->tables.regs[reg].type) {
      case RUNG_FLAG: return;
      case RUNG_DATE: vec->data.i32[i] = vec->data.i32[0]; break;
      case RUNG_TEXT: vec->data.text[i] = vec->data.text[0]; break;
      default: vec->data.i64[i] = vec->data.i64[0];
    }
  }
}

static bool run_prologue(rung_session *session) {
  const struct program_tables *tables = &session->program->tables;
  heap_reset(&session->run_texts);
  for (uint32_t i = 0; i < tables->prologue; i++) {
    if (!run_inst(session, i, 1, &session->run_texts)) return false;
    spread(session, tables->insts[i].dst);
  }
  for (size_t i = 0; i < tables->show_count; i++) spread_show(session, tables->shows[i].reg);
  session->stale = false;
  return true;
}

enum rung_status vm_run(rung_session *session, size_t rows, struct rung_error *error) {
  if (session->stale && !run_prologue(session)) return fail_memory(error);
  const struct program_tables *tables = &session->program->tables;
  heap_reset(&session->batch_texts);
  for (uint32_t i = tables->prologue; i < tables->inst_count; i++)
    if (!run_inst(session, i, rows, &session->batch_texts)) return fail_memory(error);
  return RUNG_OK;
}
