/* summary.c - count what a run did. */
#include <inttypes.h>

#include "clones.h"
#include "score.h"
#include "text.h"

struct rung_summary {
  const struct program_tables *tables;
  const struct rung_allocator *allocator;
  struct rung_totals totals;
  struct counts counts;
  uint64_t *faults;           /* of each instruction */
  struct rung_text *params;   /* their texts */
  struct buffer bytes;        /* of those */
  struct rung_table_totals *tables_of; /* by table */
  struct buffer *names;       /* by table: of the column that has its first text that is not UTF-8 */
  uint64_t *overflows;        /* of each aggregate: keys whose sum is out of range */
  struct threshold *thresholds;
  size_t threshold_count;
  struct rung_tally_totals *tallies;
  struct guards *guards;      /* NULL when there are none */
};

struct threshold {
  uint32_t measure;
  char name[32];
  struct rung_value value;
  uint64_t customers;
};

/* -- Counts ----------------------------------------------------------------------- */

enum rung_status counts_new(const struct program_tables *tables, const struct rung_allocator *allocator,
                            struct counts *counts, struct rung_error *error) {
  *counts = (struct counts){0};
  counts->labels = alloc_array(allocator, tables->label_count, sizeof *counts->labels);
  counts->rules = alloc_array(allocator, tables->rule_count, sizeof *counts->rules);
  counts->unknowns = alloc_array(allocator, tables->rule_count, sizeof *counts->unknowns);
  counts->campaigns = alloc_array(allocator, tables->campaign_count, sizeof *counts->campaigns);
  return counts->labels && counts->rules && counts->unknowns && counts->campaigns ? RUNG_OK : fail_memory(error);
}

void counts_free(const struct program_tables *tables, const struct rung_allocator *allocator, struct counts *counts) {
  alloc_free(allocator, counts->labels, tables->label_count, sizeof *counts->labels);
  alloc_free(allocator, counts->rules, tables->rule_count, sizeof *counts->rules);
  alloc_free(allocator, counts->unknowns, tables->rule_count, sizeof *counts->unknowns);
  alloc_free(allocator, counts->campaigns, tables->campaign_count, sizeof *counts->campaigns);
}

_Static_assert((int)RUNG_OUTCOMES == (int)OUTCOME_COUNT_OF, "rung.h counts the outcomes");

/* What became of the eligible customers of a campaign. */
static void count_campaign(struct counts *counts, const struct program_tables *tables, size_t campaign,
                           const rung_session *session, size_t rows) {
  const struct prog_campaign *record = &tables->campaigns[campaign];
  const uint64_t *eligible = session_register(session, record->eligible)->data.bits;
  struct rung_campaign_totals *totals = &counts->campaigns[campaign];
  for (size_t w = 0; w < bitmap_words(rows); w++) {
    uint64_t all = rows - w * 64 < 64 ? ((uint64_t)1 << (rows - w * 64)) - 1 : ~(uint64_t)0, once = 0, twice = 0;
    for (size_t o = 0; o < OUTCOME_COUNT_OF; o++) {
      uint64_t bits = session_register(session, tables->outcomes[record->outcomes + o].reg)->data.bits[w] & all;
      totals->outcomes[o] += (uint64_t)__builtin_popcountll(bits);
      twice |= once & bits;
      once |= bits;
    }
    totals->eligible += (uint64_t)__builtin_popcountll(eligible[w] & all);
    counts->astray += (uint64_t)__builtin_popcountll(twice | (once ^ (eligible[w] & all)));
  }
}

/* What bitmap_count does, for processors most of which count by themselves. */
static CLONES uint64_t count_rows(const uint64_t *bits, size_t rows) {
  uint64_t count = 0;
  for (size_t w = 0; w < rows / 64; w++) count += (uint64_t)__builtin_popcountll(bits[w]);
  if (rows % 64) count += (uint64_t)__builtin_popcountll(bits[rows / 64] & (((uint64_t)1 << rows % 64) - 1));
  return count;
}

void counts_batch(struct counts *counts, const struct program_tables *tables, const rung_session *session,
                  size_t rows) {
  for (size_t i = 0; i < tables->label_count; i++)
    counts->labels[i] += count_rows(session_register(session, tables->labels[i].reg)->data.bits, rows);
  for (size_t i = 0; i < tables->rule_count; i++) {
    const struct prog_rule *rule = &tables->rules[i];
    counts->rules[i] += count_rows(session_register(session, rule->fires)->data.bits, rows);
    counts->unknowns[i] += rows - count_rows(session_register(session, rule->condition)->valid, rows);
  }
  for (size_t i = 0; i < tables->campaign_count; i++) count_campaign(counts, tables, i, session, rows);
}

/* -- Summary ------------------------------------------------------------------------- */

static enum rung_status copy_params(rung_summary *summary, const rung_session *session, struct rung_error *error) {
  const struct program_tables *tables = summary->tables;
  for (size_t i = 0; i < tables->param_count; i++) buffer_text(&summary->bytes, session_param_text(session, i));
  if (summary->bytes.failed) return fail_memory(error);
  const char *at = summary->bytes.at ? summary->bytes.at : "";
  for (size_t i = 0; i < tables->param_count; i++) {
    summary->params[i] = (struct rung_text){at, session_param_text(session, i).length};
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
  summary->tables_of = alloc_array(allocator, tables->table_count, sizeof *summary->tables_of);
  summary->names = alloc_array(allocator, tables->table_count, sizeof *summary->names);
  summary->overflows = alloc_array(allocator, tables->aggregate_count, sizeof *summary->overflows);
  summary->tallies = alloc_array(allocator, tables->tally_count, sizeof *summary->tallies);
  if (!status && (!summary->faults || !summary->params || !summary->tables_of || !summary->names ||
                  !summary->overflows || !summary->tallies))
    status = fail_memory(error);
  if (!status) status = guards_new(tables, allocator, &summary->guards, error);
  if (!status) status = copy_params(summary, session, error);
  if (!status) return RUNG_OK;
  rung_summary_free(summary);
  *result = NULL;
  return status;
}

void rung_summary_free(rung_summary *summary) {
  if (!summary) return;
  const struct rung_allocator *allocator = summary->allocator;
  for (size_t i = 0; summary->names && i < summary->tables->table_count; i++) buffer_free(&summary->names[i]);
  alloc_free(allocator, summary->names, summary->tables->table_count, sizeof *summary->names);
  counts_free(summary->tables, allocator, &summary->counts);
  alloc_free(allocator, summary->faults, summary->tables->inst_count, sizeof *summary->faults);
  alloc_free(allocator, summary->params, summary->tables->param_count, sizeof *summary->params);
  alloc_free(allocator, summary->tables_of, summary->tables->table_count, sizeof *summary->tables_of);
  alloc_free(allocator, summary->overflows, summary->tables->aggregate_count, sizeof *summary->overflows);
  alloc_free(allocator, summary->thresholds, summary->threshold_count, sizeof *summary->thresholds);
  alloc_free(allocator, summary->tallies, summary->tables->tally_count, sizeof *summary->tallies);
  guards_free(summary->guards);
  buffer_free(&summary->bytes);
  alloc_free(allocator, summary, 1, sizeof *summary);
}

void counts_move(struct counts *to, struct counts *from, const struct program_tables *tables) {
  if (to->foreign_at.line == 0) to->foreign_at = from->foreign_at;
  to->read += from->read;
  to->scored += from->scored;
  to->rejected += from->rejected;
  to->written += from->written;
  to->foreign += from->foreign;
  to->astray += from->astray;
  for (size_t i = 0; i < tables->label_count; i++) to->labels[i] += from->labels[i], from->labels[i] = 0;
  for (size_t i = 0; i < tables->rule_count; i++) {
    to->rules[i] += from->rules[i], from->rules[i] = 0;
    to->unknowns[i] += from->unknowns[i], from->unknowns[i] = 0;
  }
  for (size_t i = 0; i < tables->campaign_count; i++) {
    to->campaigns[i].eligible += from->campaigns[i].eligible;
    for (size_t o = 0; o < RUNG_OUTCOMES; o++) to->campaigns[i].outcomes[o] += from->campaigns[i].outcomes[o];
    from->campaigns[i] = (struct rung_campaign_totals){0};
  }
  from->read = from->scored = from->rejected = from->written = from->foreign = from->astray = 0;
  from->foreign_at = (struct file_place){0};
}

/* Without the column's name. */
static struct rung_place foreign_at(const struct counts *counts) {
  const struct file_place *at = &counts->foreign_at;
  return (struct rung_place){.line = at->line, .column = at->column, .byte = at->byte};
}

void summary_add(rung_summary *summary, struct counts *counts) {
  struct rung_totals *totals = &summary->totals;
  totals->rows_read += counts->read;
  totals->rows_scored += counts->scored;
  totals->rows_rejected += counts->rejected;
  totals->rows_written += counts->written;
  totals->foreign_texts += counts->foreign;
  totals->foreign_at = foreign_at(counts);
  counts_move(&summary->counts, counts, summary->tables);
}

void summary_tallies(rung_summary *summary, const rung_session *session) {
  for (size_t i = 0; i < summary->tables->tally_count; i++) {
    struct tally tally = session_tally(session, i);
    summary->tallies[i].yes += tally.yes;
    summary->tallies[i].no += tally.no;
    summary->tallies[i].unknown += tally.unknown;
  }
}

struct guards *summary_guards(rung_summary *summary) { return summary->guards; }

void summary_faults(rung_summary *summary, const rung_session *session, uint32_t stage) {
  const struct prog_stage *record = &summary->tables->stages[stage];
  for (uint32_t i = 0; session && i < record->inst_count; i++)
    if (summary->tables->insts[record->first_inst + i].op == OP_FAULT)
      summary->faults[record->first_inst + i] += session_faults(session, i);
}

/* -- Related tables and populations ------------------------------------------------------ */

void summary_table(rung_summary *summary, uint32_t table, const struct counts *counts, uint64_t hash) {
  struct rung_table_totals *totals = &summary->tables_of[table];
  totals->rows_read = counts->read;
  totals->rows_used = counts->scored;
  totals->rows_rejected = counts->rejected;
  totals->foreign_texts = counts->foreign;
  totals->foreign_at = foreign_at(counts);
  totals->input_hash = hash;
}

bool summary_name_foreign(rung_summary *summary, const struct job *job) {
  size_t table = (size_t)(job->table - summary->tables->tables);
  struct rung_place *place = job->table->kind == TABLE_MAIN ? &summary->totals.foreign_at
                                                            : &summary->tables_of[table].foreign_at;
  struct buffer *name = &summary->names[table];
  if (place->column == 0 || place->column > job->header.count || name->at) return true;
  name->allocator = summary->allocator;
  buffer_text(name, job->header.names[place->column - 1]);
  place->name = (struct rung_text){name->at, name->length};
  return !name->failed;
}

void summary_join(rung_summary *summary, uint32_t stage, const struct join *join, uint64_t customers_without) {
  const struct program_tables *tables = summary->tables;
  struct rung_table_totals *totals = &summary->tables_of[tables->stages[stage].table];
  totals->rows_without_key = join_rows_without_key(join);
  totals->rows_unmatched = join_rows_unmatched(join);
  totals->keys = join_keys(join);
  totals->customers_without_rows = customers_without;
  for (uint32_t i = 0; i < tables->aggregate_count; i++)
    if (tables->aggregates[i].stage == stage) summary->overflows[i] = join_faults(join, i);
}

bool summary_populations(rung_summary *summary, struct population *const *populations) {
  const struct program_tables *tables = summary->tables;
  struct threshold found;
  for (uint32_t m = 0; m < tables->measure_count; m++) {
    if (tables->measures[m].function == MEASURE_QUOTA) continue;
    found.measure = m;
    for (size_t i = 0; population_threshold(populations[m], &tables->measures[m], i, found.name, &found.value); i++) {
      found.customers = population_behind(populations[m], &tables->measures[m], i);
      struct threshold *grown = alloc_resize(summary->allocator, summary->thresholds, summary->threshold_count,
                                             summary->threshold_count + 1, sizeof *grown);
      if (!grown) return false;
      summary->thresholds = grown;
      grown[summary->threshold_count++] = found;
    }
  }
  return true;
}

/* Those who get a campaign each have one of its labels, as has its control group. */
static bool campaign_conserved(const rung_summary *summary, size_t campaign) {
  const struct prog_campaign *record = &summary->tables->campaigns[campaign];
  const struct rung_campaign_totals *totals = &summary->counts.campaigns[campaign];
  uint64_t outcomes = 0, labelled = 0;
  for (size_t o = 0; o < RUNG_OUTCOMES; o++) outcomes += totals->outcomes[o];
  for (uint32_t i = 0; i < record->label_count; i++) labelled += summary->counts.labels[record->first_label + i];
  uint64_t control = record->control == NONE32 ? 0 : summary->counts.labels[record->control];
  return outcomes == totals->eligible && labelled == totals->outcomes[OUTCOME_GETS] &&
         control == totals->outcomes[OUTCOME_CONTROL];
}

enum rung_status summary_conserved(const rung_summary *summary, struct rung_error *error) {
  const struct program_tables *tables = summary->tables;
  for (size_t i = 0; i < tables->table_count; i++) {
    const struct rung_table_totals *totals = &summary->tables_of[i];
    if (totals->rows_read != totals->rows_used + totals->rows_rejected)
      return fail(error, RUNG_NO_RESOURCE, "internal error: of %.*s %" PRIu64 " rows were read, but %" PRIu64
                  " used and %" PRIu64 " refused; the output is withheld", TEXT_FORMAT(tables->tables[i].name),
                  totals->rows_read, totals->rows_used, totals->rows_rejected);
  }
  for (size_t i = 0; i < tables->campaign_count; i++)
    if (!campaign_conserved(summary, i) || summary->counts.astray > 0)
      return fail(error, RUNG_NO_RESOURCE, "internal error: what became of those eligible for the campaign %.*s does "
                  "not add up; the output is withheld", TEXT_FORMAT(tables->campaigns[i].name));
  return RUNG_OK;
}

struct rung_totals *summary_totals(rung_summary *summary) { return &summary->totals; }

/* -- Reading it ------------------------------------------------------------------------ */

struct rung_totals rung_summary_totals(const rung_summary *summary) { return summary->totals; }
uint64_t rung_summary_label(const rung_summary *summary, size_t label) { return summary->counts.labels[label]; }
uint64_t rung_summary_rule(const rung_summary *summary, size_t rule) { return summary->counts.rules[rule]; }
uint64_t rung_summary_unknown(const rung_summary *summary, size_t rule) { return summary->counts.unknowns[rule]; }
struct rung_text rung_summary_param(const rung_summary *summary, size_t i) { return summary->params[i]; }

struct rung_campaign_totals rung_summary_campaign(const rung_summary *summary, size_t campaign) {
  return summary->counts.campaigns[campaign];
}

struct rung_guard_result rung_summary_guard(const rung_summary *summary, size_t guard) {
  return guards_result(summary->guards, guard);
}

struct rung_tally_totals rung_summary_tally(const rung_summary *summary, size_t tally) {
  return summary->tallies[tally];
}

const char *rung_outcome_name(size_t outcome) {
  static const char *const names[RUNG_OUTCOMES] = {
#define OUTCOME(id, name, text) name,
#include "outcomes.def"
#undef OUTCOME
  };
  return outcome < RUNG_OUTCOMES ? names[outcome] : NULL;
}

struct rung_table_totals rung_summary_table(const rung_summary *summary, size_t table) {
  return summary->tables_of[table];
}

size_t rung_summary_thresholds(const rung_summary *summary) { return summary->threshold_count; }

struct rung_threshold rung_summary_threshold(const rung_summary *summary, size_t i) {
  const struct threshold *threshold = &summary->thresholds[i];
  return (struct rung_threshold){summary->tables->measures[threshold->measure].source, threshold->name,
                                 threshold->value, threshold->customers};
}

/* Faults are those of instructions, then those of aggregates, of which the rows are customers. */
size_t rung_summary_faults(const rung_summary *summary) {
  size_t count = 0;
  for (size_t i = 0; i < summary->tables->inst_count; i++) count += summary->faults[i] > 0;
  for (size_t i = 0; i < summary->tables->aggregate_count; i++) count += summary->overflows[i] > 0;
  return count;
}

static struct rung_fault_info aggregate_fault(const rung_summary *summary, size_t i, size_t seen) {
  const struct program_tables *tables = summary->tables;
  for (size_t k = 0; k < tables->aggregate_count; k++)
    if (summary->overflows[k] > 0 && seen++ == i)
      return (struct rung_fault_info){.source = tables->aggregates[k].source, .rows = summary->overflows[k]};
  return (struct rung_fault_info){0};
}

struct rung_fault_info rung_summary_fault(const rung_summary *summary, size_t i) {
  const struct program_tables *tables = summary->tables;
  struct rung_fault_info info = {0};
  size_t inst = 0, seen = 0;
  for (; inst < tables->inst_count; inst++)
    if (summary->faults[inst] > 0 && seen++ == i) break;
  if (inst == tables->inst_count) return aggregate_fault(summary, i, seen);
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
