/* verify_campaigns.c - are the records of campaigns, amounts, guards and tallies what records.def says?  Their
   registers are verify.c's. */
#include "loaded.h"
#include "text.h"
#include "verify.h"

static enum rung_status check_outcomes(const struct program_tables *tables, struct rung_error *error) {
  for (size_t i = 0; i < tables->campaign_count; i++)
    if (tables->campaigns[i].outcomes != i * OUTCOME_COUNT_OF)
      return verify_fail(error, SECTION_campaign, i, "does not have the next outcomes");
  size_t count = tables->campaign_count * OUTCOME_COUNT_OF; /* it cannot overflow: each campaign has a record */
  if (tables->outcome_count == count) return RUNG_OK;
  return verify_fail(error, SECTION_outcome, count, "is missing, or one too many");
}

static const struct prog_output *output_of_campaigns(const struct program_tables *tables) {
  for (size_t i = 0; i < tables->output_count; i++)
    if (tables->outputs[i].kind == OUTPUT_CAMPAIGNS) return &tables->outputs[i];
  return NULL;
}

/* One for each channel and variant, where a campaign without them has one. */
static bool labels_fit(const struct prog_campaign *campaign) {
  uint64_t channels = campaign->channels ? campaign->channels : 1;
  uint64_t variants = campaign->variants ? campaign->variants : 1;
  return campaign->label_count == channels * variants;
}

/* The campaigns share out the labels of their output, in order, each label of a control group behind the others. */
static enum rung_status check_campaigns(const struct program_tables *tables, struct rung_error *error) {
  const struct prog_output *output = output_of_campaigns(tables);
  size_t label = output ? output->first : 0, end = output ? label + output->count : 0;
  for (size_t i = 0; i < tables->campaign_count; i++) {
    const struct prog_campaign *campaign = &tables->campaigns[i];
    bool control = campaign->control != NONE32;
    if (campaign->place >= tables->place_count) return verify_fail(error, SECTION_campaign, i, "has no place");
    if (!text_is_plain(campaign->name) || !text_is_plain(campaign->title))
      return verify_fail(error, SECTION_campaign, i, "has a text that is not plain UTF-8");
    if (campaign->first_label != label || campaign->label_count > end - label)
      return verify_fail(error, SECTION_campaign, i, "does not have the next labels");
    if (!labels_fit(campaign))
      return verify_fail(error, SECTION_campaign, i, "has labels for other channels and variants");
    label += campaign->label_count;
    if (control && (campaign->control != label || label == end))
      return verify_fail(error, SECTION_campaign, i, "has another label for its control group than the next");
    label += control;
  }
  return label == end ? RUNG_OK : verify_fail(error, SECTION_label, label, "belongs to no campaign");
}

static enum rung_status check_amounts(const struct program_tables *tables, struct rung_error *error) {
  for (size_t i = 0; i < tables->amount_count; i++) {
    const struct prog_amount *amount = &tables->amounts[i];
    const char *fault = NULL;
    if (amount->kind >= AMOUNT_COUNT_OF) fault = "has an unknown kind";
    else if (amount->campaign >= tables->campaign_count) fault = "is of no campaign";
    else if (amount->place >= tables->place_count) fault = "has no place";
    else if (!text_is_plain(amount->source)) fault = "has a text that is not plain UTF-8";
    if (fault) return verify_fail(error, SECTION_amount, i, fault);
  }
  return RUNG_OK;
}

static bool is_numeric(uint32_t type) { return type == RUNG_INTEGER || type == RUNG_NUMBER || type == RUNG_MONEY; }

static const char *guard_fault(const struct program_tables *tables, const struct prog_guard *guard) {
  if (guard->function >= GUARD_COUNT_OF) return "has an unknown function";
  bool limited = guard_formats[guard->function].limited;
  if (guard->function == GUARD_SUM ? !is_numeric(guard->type) : guard->type != RUNG_NUMBER) return "has a wrong type";
  if (limited ? guard->comparison < COMPARE_EQ || guard->comparison > COMPARE_GE : guard->comparison != 0)
    return "has an unknown comparison";
  if ((guard->limit != NONE32) != limited) return "has a limit too many, or none";
  if (guard->of != NONE32 && guard->function != GUARD_SHARE && guard->function != GUARD_CHANGE)
    return "is of some rows, but no share";
  if (guard->place >= tables->place_count) return "has no place";
  return text_is_plain(guard->source) && text_is_plain(guard->because) ? NULL : "has a text that is not plain UTF-8";
}

static enum rung_status check_guards(const struct program_tables *tables, struct rung_error *error) {
  for (size_t i = 0; i < tables->guard_count; i++) {
    const char *fault = guard_fault(tables, &tables->guards[i]);
    if (fault) return verify_fail(error, SECTION_guard, i, fault);
  }
  return RUNG_OK;
}

static enum rung_status check_tallies(const struct program_tables *tables, struct rung_error *error) {
  for (size_t i = 0; i < tables->tally_count; i++) {
    const struct prog_tally *tally = &tables->tallys[i];
    const char *fault = NULL;
    if (tally->kind < TALLY_CONDITION || tally->kind > TALLY_EXPECTED) fault = "has an unknown kind";
    else if ((tally->test != NONE32) != (tally->kind == TALLY_EXPECTED)) fault = "has a test too many, or none";
    else if (tally->place >= tables->place_count) fault = "has no place";
    else if (!text_is_plain(tally->owner)) fault = "has a text that is not plain UTF-8";
    if (fault) return verify_fail(error, SECTION_tally, i, fault);
  }
  return RUNG_OK;
}

enum rung_status verify_campaigns(const struct program_tables *tables, struct rung_error *error) {
  enum rung_status status = check_outcomes(tables, error);
  if (status == RUNG_OK) status = check_campaigns(tables, error);
  if (status == RUNG_OK) status = check_amounts(tables, error);
  if (status == RUNG_OK) status = check_guards(tables, error);
  if (status == RUNG_OK) status = check_tallies(tables, error);
  return status;
}
