/* results.c - read what the program said of 64 rows at a time. */
#include "clones.h"
#include "score.h"
#include "swar.h"
#include "write_form.h"

static size_t groups_of(const struct prog_output *output) {
  return output_is_value(output) ? 0 : bitmap_words(output->count);
}

static size_t strands_of(const struct form_output *output) { return output->slot_room ? 1 : output->bunch_count; }

static struct strand bunch_strand(const struct bunch *bunch, uint8_t *which) {
  return (struct strand){bunch->texts, bunch->room, bunch->lengths, which};
}

/* Each row has a slot of its own, where what is before the value stands already. */
static struct strand slots_strand(const struct form *form, const struct form_output *output, struct slots *slots,
                                  uint8_t which[64]) {
  for (size_t i = 0; i < 64; i++) {
    which[i] = (uint8_t)i;
    memcpy(slots->texts + i * output->slot_room, form->texts.at + output->before.at, output->before.length);
  }
  return (struct strand){slots->texts, output->slot_room, slots->lengths, which};
}

static void make_strands(struct results *results) {
  const struct form *form = results->form;
  struct strand *strand = results->strands;
  struct slots *slots = results->slots;
  uint8_t (*which)[64] = results->which;
  results->stranded = true;
  for (size_t o = 0; o < results->tables->output_count; o++) {
    const struct form_output *output = &form->outputs[o];
    struct result_cells *cells = &results->cells[o];
    cells->strands = strand;
    cells->which = which;
    cells->slots = slots;
    if (output->slot_room) *strand++ = slots_strand(form, output, slots++, *which++);
    for (size_t b = 0; b < output->bunch_count; b++) *strand++ = bunch_strand(&output->bunches[b], *which++);
    cells->strands_end = strand;
    results->stranded &= strands_of(output) > 0;
  }
}

static enum rung_status new_strands(const struct job *job, struct results *results, struct rung_error *error) {
  for (size_t o = 0; o < results->tables->output_count; o++) {
    results->strand_count += strands_of(&results->form->outputs[o]);
    results->slot_count += results->form->outputs[o].slot_room > 0;
  }
  results->strands = alloc_array(job->allocator, results->strand_count, sizeof *results->strands);
  results->which = alloc_array(job->allocator, results->strand_count, sizeof *results->which);
  results->slots = alloc_array(job->allocator, results->slot_count, sizeof *results->slots);
  if (!results->strands || !results->which || !results->slots) return fail_memory(error);
  make_strands(results);
  return RUNG_OK;
}

enum rung_status results_new(const struct job *job, const rung_session *session, struct results *results,
                             struct rung_error *error) {
  const struct program_tables *tables = job->tables;
  results->tables = tables;
  results->session = session;
  for (size_t o = 0; o < tables->output_count; o++) results->group_most += groups_of(&tables->outputs[o]);
  results->groups = alloc_array(job->allocator, results->group_most, sizeof *results->groups);
  results->cells = alloc_array(job->allocator, tables->output_count, sizeof *results->cells);
  if (!results->groups || !results->cells) return fail_memory(error);
  struct label_group *groups = results->groups;
  for (size_t o = 0; o < tables->output_count; groups += groups_of(&tables->outputs[o++]))
    results->cells[o].groups = results->cells[o].end = groups;
  enum rung_status status = form_new(job, &results->form, error);
  return status ? status : new_strands(job, results, error);
}

void results_free(const struct job *job, struct results *results) {
  form_free(results->form);
  alloc_free(job->allocator, results->strands, results->strand_count, sizeof *results->strands);
  alloc_free(job->allocator, results->which, results->strand_count, sizeof *results->which);
  alloc_free(job->allocator, results->slots, results->slot_count, sizeof *results->slots);
  alloc_free(job->allocator, results->groups, results->group_most, sizeof *results->groups);
  alloc_free(job->allocator, results->cells, job->tables->output_count, sizeof *results->cells);
}

/* Most rows have few of many labels, so only those that are true are looked at.  False: none is. */
static bool fill_group(const struct results *results, struct label_group *group, uint32_t first, uint32_t count,
                       size_t word) {
  bool any = false;
  memset(group->rows, 0, sizeof group->rows);
  group->first = first;
  for (uint32_t k = 0; k < count; k++) {
    uint64_t bits = session_register(results->session, results->tables->labels[first + k].reg)->data.bits[word];
    any |= bits != 0;
    for (; bits; bits &= bits - 1) group->rows[__builtin_ctzll(bits)] |= (uint64_t)1 << k;
  }
  return any;
}

/* Adds up the shares of the labels that are true, for eight of 64 rows at once.  `behind`: which rows have labels of
   bunches before, and then which have any. */
static CLONES void choose_texts(const struct bunch *bunch, const uint64_t *labels, uint64_t behind[8],
                                uint8_t which[64]) {
  uint64_t sums[8] = {0};
  for (uint32_t k = 0; k < bunch->count; k++)
    for (size_t e = 0; e < 8; e++) sums[e] |= swar_flags((uint8_t)(labels[k] >> 8 * e)) * bunch->shares[k];
  for (size_t e = 0; e < 8; e++) {
    swar_store((char *)which + 8 * e, sums[e] | behind[e]);
    behind[e] |= (sums[e] + SWAR_EACH(0x7f)) >> 3 & SWAR_EACH(BUNCH_BEHIND);
  }
}

static void fill_bunches(const struct results *results, const struct form_output *output, uint8_t (*which)[64],
                         size_t word) {
  uint64_t behind[8] = {0}, labels[BUNCH_BEHIND];
  for (const struct bunch *bunch = output->bunches; bunch < output->bunches + output->bunch_count; bunch++, which++) {
    for (uint32_t k = 0; k < bunch->count; k++)
      labels[k] = session_register(results->session, results->tables->labels[bunch->first + k].reg)->data.bits[word];
    choose_texts(bunch, labels, behind, *which);
  }
}

static void fill_groups(const struct results *results, const struct prog_output *output, struct result_cells *cells,
                        size_t word) {
  struct label_group *next = cells->groups;
  for (uint32_t i = 0; i < output->count; i += 64) {
    uint32_t count = output->count - i < 64 ? output->count - i : 64;
    if (fill_group(results, next, output->first + i, count, word)) next++;
  }
  cells->end = next;
}

void results_word(struct results *results, const struct written_rows *rows) {
  const struct program_tables *tables = results->tables;
  for (size_t o = 0; o < tables->output_count; o++) {
    const struct prog_output *output = &tables->outputs[o];
    const struct form_output *form = &results->form->outputs[o];
    struct result_cells *cells = &results->cells[o];
    if (form->bunch_count) fill_bunches(results, form, cells->which, rows->first / 64);
    else if (!form->value) fill_groups(results, output, cells, rows->first / 64);
    else {
      cells->value = session_register(results->session, tables->shows[output->first].reg);
      if (form->slot_room) slots_fill(results->form, form, cells->value, rows, cells->slots);
    }
  }
}
