/* summary.c - count what a run did. */
#include "score.h"

struct rung_summary {
  const struct program_tables *tables;
  const struct rung_allocator *allocator;
  struct rung_totals totals;
  struct counts counts;
  uint64_t *faults;           /* of each instruction */
  struct rung_text *params;   /* their texts */
  struct buffer bytes;        /* of those */
};

/* -- Counts ----------------------------------------------------------------------- */

enum rung_status counts_new(const struct program_tables *tables, const struct rung_allocator *allocator,
                            struct counts *counts, struct rung_error *error) {
  *counts = (struct counts){0};
  counts->labels = alloc_array(allocator, tables->label_count, sizeof *counts->labels);
  counts->rules = alloc_array(allocator, tables->rule_count, sizeof *counts->rules);
  counts->unknowns = alloc_array(allocator, tables->rule_count, sizeof *counts->unknowns);
  return counts->labels && counts->rules && counts->unknowns ? RUNG_OK : fail_memory(error);
}

void counts_free(const struct program_tables *tables, const struct rung_allocator *allocator, struct counts *counts) {
  alloc_free(allocator, counts->labels, tables->label_count, sizeof *counts->labels);
  alloc_free(allocator, counts->rules, tables->rule_count, sizeof *counts->rules);
  alloc_free(allocator, counts->unknowns, tables->rule_count, sizeof *counts->unknowns);
}

void counts_batch(struct counts *counts, const struct program_tables *tables, const rung_session *session,
                  size_t rows) {
  for (size_t i = 0; i < tables->label_count; i++)
    counts->labels[i] += bitmap_count(session_register(session, tables->labels[i].reg)->data.bits, rows);
  for (size_t i = 0; i < tables->rule_count; i++) {
    const struct prog_rule *rule = &tables->rules[i];
    counts->rules[i] += bitmap_count(session_register(session, rule->fires)->data.bits, rows);
    counts->unknowns[i] += rows - bitmap_count(session_register(session, rule->condition)->valid, rows);
  }
}

/* -- Summary ------------------------------------------------------------------------- */

static enum rung_status copy_params(rung_summary *summary, const rung_session *session, struct rung_error *error) {
  const struct program_tables *tables = summary->tables;
  for (size_t i = 0; i < tables->param_count; i++) buffer_text(&summary->bytes, session_param_text(session, i));
  if (summary->bytes.failed) return fail_memory(error);
  for (size_t i = 0, at = 0; i < tables->param_count; i++) {
    summary->params[i] = (struct rung_text){summary->bytes.at + at, session_param_text(session, i).length};
    at += summary->params[i].length;
  }
  return RUNG_OK;
}

enum rung_status summary_new(const rung_program *program, const rung_session *session, int32_t today,
                             rung_summary **result, struct rung_error *error) {
  const struct program_tables *tables = program_tables(program);
  const struct rung_allocator *allocator = program_allocator(program);
  rung_summary *summary = alloc_array(allocator, 1, sizeof *summary);
  *result = summary;
  if (!summary) return fail_memory(error);
  summary->tables = tables;
  summary->allocator = summary->bytes.allocator = allocator;
  summary->totals.today = today;
  summary->faults = alloc_array(allocator, tables->inst_count, sizeof *summary->faults);
  summary->params = alloc_array(allocator, tables->param_count, sizeof *summary->params);
  enum rung_status status = counts_new(tables, allocator, &summary->counts, error);
  if (!status && (!summary->faults || !summary->params)) status = fail_memory(error);
  if (!status) status = copy_params(summary, session, error);
  if (!status) return RUNG_OK;
  rung_summary_free(summary);
  *result = NULL;
  return status;
}

void rung_summary_free(rung_summary *summary) {
  if (!summary) return;
  const struct rung_allocator *allocator = summary->allocator;
  counts_free(summary->tables, allocator, &summary->counts);
  alloc_free(allocator, summary->faults, summary->tables->inst_count, sizeof *summary->faults);
  alloc_free(allocator, summary->params, summary->tables->param_count, sizeof *summary->params);
  buffer_free(&summary->bytes);
  alloc_free(allocator, summary, 1, sizeof *summary);
}

void summary_add(rung_summary *summary, const struct counts *counts, const rung_session *session) {
  const struct program_tables *tables = summary->tables;
  summary->totals.rows_read += counts->read;
  summary->totals.rows_scored += counts->scored;
  summary->totals.rows_rejected += counts->rejected;
  summary->totals.rows_written += counts->written;
  for (size_t i = 0; i < tables->label_count; i++) summary->counts.labels[i] += counts->labels[i];
  for (size_t i = 0; i < tables->rule_count; i++) {
    summary->counts.rules[i] += counts->rules[i];
    summary->counts.unknowns[i] += counts->unknowns[i];
  }
  for (size_t i = 0; i < tables->inst_count; i++)
    if (tables->insts[i].op == OP_FAULT) summary->faults[i] += session_faults(session, i);
}

struct rung_totals *summary_totals(rung_summary *summary) { return &summary->totals; }

/* -- Reading it ------------------------------------------------------------------------ */

struct rung_totals rung_summary_totals(const rung_summary *summary) { return summary->totals; }
uint64_t rung_summary_label(const rung_summary *summary, size_t label) { return summary->counts.labels[label]; }
uint64_t rung_summary_rule(const rung_summary *summary, size_t rule) { return summary->counts.rules[rule]; }
uint64_t rung_summary_unknown(const rung_summary *summary, size_t rule) { return summary->counts.unknowns[rule]; }
struct rung_text rung_summary_param(const rung_summary *summary, size_t i) { return summary->params[i]; }

size_t rung_summary_faults(const rung_summary *summary) {
  size_t count = 0;
  for (size_t i = 0; i < summary->tables->inst_count; i++) count += summary->faults[i] > 0;
  return count;
}

struct rung_fault_info rung_summary_fault(const rung_summary *summary, size_t i) {
  const struct program_tables *tables = summary->tables;
  struct rung_fault_info info = {0};
  size_t inst = 0;
  for (size_t seen = 0; inst < tables->inst_count; inst++)
    if (summary->faults[inst] > 0 && seen++ == i) break;
  if (inst == tables->inst_count) return info;
  const struct prog_origin *origin = &tables->origins[inst];
  info.rule = origin->owner;
  info.rows = summary->faults[inst];
  if (origin->place == NONE32) return info;
  const struct prog_place *place = &tables->places[origin->place];
  info.file = tables->files[place->file].path;
  info.line = place->line;
  info.column = place->column;
  info.source = place->source;
  return info;
}
