/* results.c - read what the program said of 64 rows at a time. */
#include "score.h"
#include "swar.h"
#include "write_form.h"

static size_t groups_of(const struct prog_output *output) {
  return output_is_value(output) ? 0 : bitmap_words(output->count);
}

static enum rung_status share_bunches(const struct job *job, struct results *results, struct rung_error *error) {
  size_t count = 0;
  for (size_t o = 0; o < results->tables->output_count; o++) count += results->form->outputs[o].bunch_count;
  results->which = alloc_array(job->allocator, count, sizeof *results->which);
  if (!results->which) return fail_memory(error);
  results->which_count = count;
  count = 0;
  for (size_t o = 0; o < results->tables->output_count; o++) {
    results->cells[o].which = results->which + count;
    count += results->form->outputs[o].bunch_count;
  }
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
  enum rung_status status = form_new(job, &results->form, error);
  return status ? status : share_bunches(job, results, error);
}

void results_free(const struct job *job, struct results *results) {
  form_free(results->form);
  alloc_free(job->allocator, results->which, results->which_count, sizeof *results->which);
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

/* The shares of the labels that are true, added up for eight rows at once. */
static void fill_bunch(const struct results *results, const struct bunch *bunch, size_t word, uint8_t which[64]) {
  uint64_t eights[8] = {0};
  for (uint32_t k = 0; k < bunch->count; k++) {
    const struct prog_label *label = &results->tables->labels[bunch->first + k];
    uint64_t bits = session_register(results->session, label->reg)->data.bits[word];
    for (size_t e = 0; e < 8; e++) eights[e] |= swar_flags((uint8_t)(bits >> 8 * e)) * bunch->shares[k];
  }
  for (size_t e = 0; e < 8; e++) swar_store((char *)which + 8 * e, eights[e]);
}

void results_word(struct results *results, size_t word) {
  const struct program_tables *tables = results->tables;
  struct label_group *next = results->groups;
  for (size_t o = 0; o < tables->output_count; o++) {
    const struct prog_output *output = &tables->outputs[o];
    struct result_cells *cells = &results->cells[o];
    if (output_is_value(output)) {
      cells->value = session_register(results->session, tables->shows[output->first].reg);
      continue;
    }
    const struct form_output *form = &results->form->outputs[o];
    for (size_t b = 0; b < form->bunch_count; b++) fill_bunch(results, &form->bunches[b], word, cells->which[b]);
    if (form->bunch_count) continue;
    cells->groups = next;
    for (uint32_t i = 0; i < output->count; i += 64) {
      uint32_t count = output->count - i < 64 ? output->count - i : 64;
      if (fill_group(results, next, output->first + i, count, word)) next++;
    }
    cells->end = next;
  }
}
