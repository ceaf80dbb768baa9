/* reveal.c - what the rules show of columns that are to be dropped or hashed: a shown value is a column like any other.

   From the cells on values are followed through the code.  A condition made of them hides them: labels, tags and flags
   are results, and who is asked not to write a column is not asked to score without it. */
#include "loaded.h"
#include "text.h"
#include "treat.h"

/* How much of one column a register tells. */
enum { TELLS_NOTHING, TELLS_SOMETHING, TELLS_ALL };

struct trail {
  const struct job *job;
  struct stage_code code;
  uint8_t *tells;             /* of each register */
  uint32_t *makers;           /* the instruction that wrote it last; NONE32: none */
};

/* -- Values on their way ------------------------------------------------------------------- */

/* The result can be the operand itself. */
static bool hands_on(const struct prog_inst *inst, size_t operand) {
  bool chosen_by = operand == 0 && inst->c != NONE32;
  return inst->op == OP_TO_N || inst->op == OP_TRIM || (formats[inst->op].missing == MISSING_CHOOSE && !chosen_by);
}

static uint8_t result_of(const struct trail *trail, const struct prog_inst *inst) {
  const uint32_t operands[] = {inst->a, inst->b, inst->c};
  const uint8_t changed = formats[inst->op].dst == RUNG_FLAG ? TELLS_NOTHING : TELLS_SOMETHING;
  uint8_t most = TELLS_NOTHING;
  for (size_t i = 0; i < 3; i++) {
    if (operands[i] == NONE32) continue;
    uint8_t tells = trail->tells[operands[i]];
    if (tells && !hands_on(inst, i)) tells = changed;
    if (tells > most) most = tells;
  }
  return most;
}

static void follow(struct trail *trail, uint32_t field) {
  const struct job *job = trail->job;
  for (uint32_t i = 0; i < trail->code.reg_count; i++) {
    bool reads = i < job->column_count && job->fields[i] == field;
    trail->tells[i] = reads ? TELLS_ALL : TELLS_NOTHING;
    trail->makers[i] = NONE32;
  }
  for (uint32_t i = 0; i < trail->code.inst_count; i++) {
    const struct prog_inst *inst = &trail->code.insts[i];
    if (inst->dst == NONE32) continue;
    trail->tells[inst->dst] = result_of(trail, inst);
    trail->makers[inst->dst] = i;
  }
}

/* -- What is said of it ----------------------------------------------------------------------- */

static const char *fate_name(uint8_t fate) { return fate == HASHED ? "hashed" : "dropped"; }

static enum rung_status refuse(const struct trail *trail, const struct prog_show *show, uint32_t field, uint8_t fate,
                               struct rung_error *error) {
  struct rung_text column = trail->job->header.names[field];
  return fail(error, RUNG_INVALID, "the rules show %.*s, which is the column %.*s as it is, and that is to be %s\n"
              "  help: take the show out of the rules, or keep the column", TEXT_FORMAT(show->name),
              TEXT_FORMAT(column), fate_name(fate));
}

static void add_place(const struct trail *trail, uint32_t reg, struct buffer *out) {
  const struct program_tables *tables = trail->job->tables;
  if (trail->makers[reg] == NONE32) return;
  uint32_t place = tables->origins[tables->stages[last_stage(tables)].first_inst + trail->makers[reg]].place;
  if (place == NONE32) return;
  buffer_string(out, " (");
  buffer_text(out, tables->files[tables->places[place].file].path);
  buffer_printf(out, ":%u)", tables->places[place].line);
}

static enum rung_status warn(const struct trail *trail, const struct prog_show *show, uint32_t field, uint8_t fate,
                             struct rung_error *error) {
  const struct rung_score_options *options = trail->job->options;
  struct buffer text = {.allocator = trail->job->allocator};
  if (!options->warning) return RUNG_OK;
  buffer_string(&text, "the rules show ");
  buffer_text(&text, show->name);
  add_place(trail, show->reg, &text);
  buffer_string(&text, ", which is made of the column ");
  buffer_text(&text, trail->job->header.names[field]);
  buffer_printf(&text, ", and that is to be %s", fate_name(fate));
  buffer_byte(&text, 0);
  bool fine = !text.failed;
  if (fine) options->warning(options->context, text.at);
  buffer_free(&text);
  return fine ? RUNG_OK : fail_memory(error);
}

static enum rung_status judge(const struct trail *trail, uint32_t field, uint8_t fate, struct rung_error *error) {
  const struct program_tables *tables = trail->job->tables;
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < tables->output_count && !status; i++) {
    if (tables->outputs[i].kind != OUTPUT_SHOW) continue;
    const struct prog_show *show = &tables->shows[tables->outputs[i].first];
    if (trail->tells[show->reg] == TELLS_ALL) status = refuse(trail, show, field, fate, error);
    else if (trail->tells[show->reg]) status = warn(trail, show, field, fate, error);
  }
  return status;
}

enum rung_status reveal_check(const struct job *job, const uint8_t *fates, struct rung_error *error) {
  struct trail trail = {.job = job, .code = stage_code(job->tables, last_stage(job->tables))};
  uint32_t regs = trail.code.reg_count;
  trail.tells = alloc_array(job->allocator, regs, sizeof *trail.tells);
  trail.makers = alloc_array(job->allocator, regs, sizeof *trail.makers);
  enum rung_status status = trail.tells && trail.makers ? RUNG_OK : fail_memory(error);
  for (uint32_t field = 0; field < job->header.count && !status; field++) {
    if (fates[field] == KEPT) continue;
    follow(&trail, field);
    status = judge(&trail, field, fates[field], error);
  }
  alloc_free(job->allocator, trail.tells, regs, sizeof *trail.tells);
  alloc_free(job->allocator, trail.makers, regs, sizeof *trail.makers);
  return status;
}
