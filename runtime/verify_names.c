/* verify_names.c - has each column, label and file that a run writes a name of its own, and each param that it takes?
   What cannot be told apart is written over each other, or counted for each other. */
#include "names.h"
#include "verify.h"

static enum rung_status check_distinct(struct named *names, size_t count, enum section section,
                                       struct rung_error *error) {
  size_t repeated = names_repeated(names, count);
  return repeated == SIZE_MAX ? RUNG_OK : verify_fail(error, section, repeated, "has the name of another one");
}

/* The names of a whole section. */
#define CHECK_SECTION(record)                                                                           \
  static enum rung_status check_##record##s(const struct program_tables *tables, struct named *names,   \
                                            struct rung_error *error) {                                 \
    for (size_t i = 0; i < tables->record##_count; i++)                                                 \
      names[i] = (struct named){tables->record##s[i].name, i};                                          \
    return check_distinct(names, tables->record##_count, SECTION_##record, error);                      \
  }
CHECK_SECTION(output)
CHECK_SECTION(campaign)
CHECK_SECTION(param)

/* Two statuses may have the same label. */
static enum rung_status check_labels(const struct program_tables *tables, struct named *names,
                                     struct rung_error *error) {
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < tables->output_count && status == RUNG_OK; i++) {
    const struct prog_output *output = &tables->outputs[i];
    if (output->kind == OUTPUT_SHOW || output->kind == OUTPUT_SCORE) continue;
    for (uint32_t k = 0; k < output->count; k++)
      names[k] = (struct named){tables->labels[output->first + k].name, output->first + k};
    status = check_distinct(names, output->count, SECTION_label, error);
  }
  return status;
}

static size_t most_names(const struct program_tables *tables) {
  const size_t counts[] = {tables->output_count, tables->campaign_count, tables->param_count, tables->label_count};
  size_t most = 0;
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    if (counts[i] > most) most = counts[i];
  return most;
}

enum rung_status verify_names(const struct program_tables *tables, const struct rung_allocator *allocator,
                              struct rung_error *error) {
  enum rung_status (*const checks[])(const struct program_tables *, struct named *, struct rung_error *) = {
      check_outputs, check_campaigns, check_params, check_labels,
  };
  size_t most = most_names(tables);
  struct named *names = alloc_array(allocator, most, sizeof *names);
  if (!names) return fail_memory(error);
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < sizeof checks / sizeof *checks && status == RUNG_OK; i++)
    status = checks[i](tables, names, error);
  alloc_free(allocator, names, most, sizeof *names);
  return status;
}
