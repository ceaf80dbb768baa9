/* verify_campaigns.c - what the verifier refuses of quotas, campaigns, amounts, guards and tallies, and what it says of
   them. */
#include <CUnit/Basic.h>
#include <string.h>

#include "stages.h"

/* Registers of both stages, the columns first; then one that is the stage's own. */
enum { ID, VALUE, WHERE, COST, GROUP, TEN, ZERO, NOBODY, SURE, PAID, UNWRITTEN, ANSWER = UNWRITTEN };

static void build_columns(struct builder *b) {
  builder_column(b, "id", RUNG_TEXT);
  b->columns[b->program.column_count - 1].flags = COLUMN_KEY;
  builder_column(b, "value", RUNG_NUMBER);
  builder_column(b, "where", RUNG_FLAG);
  builder_column(b, "cost", RUNG_NUMBER);
  builder_column(b, "group", RUNG_TEXT);
  builder_reg(b, RUNG_NUMBER), builder_reg(b, RUNG_NUMBER), builder_reg(b, RUNG_FLAG), builder_reg(b, RUNG_FLAG);
  builder_reg(b, RUNG_NUMBER);
  uint32_t ten = builder_constant(b, RUNG_NUMBER, 10000000, TEXT_OF(""));
  uint32_t zero = builder_constant(b, RUNG_NUMBER, 0, TEXT_OF("")), no = builder_constant(b, RUNG_FLAG, 0, TEXT_OF(""));
  builder_inst(b, OP_CONST_N, TEN, NONE32, NONE32, NONE32, ten);
  builder_inst(b, OP_CONST_N, ZERO, NONE32, NONE32, NONE32, zero);
  builder_inst(b, OP_CONST_F, NOBODY, NONE32, NONE32, NONE32, no);
  *builder_prologue(b) = 3;
  builder_inst(b, OP_SURE, SURE, WHERE, NONE32, NONE32, NONE32);
  builder_inst(b, OP_MAX_N, PAID, COST, ZERO, NONE32, NONE32); /* nobody pays a customer */
}

static void build_measure(struct builder *b) {
  struct prog_measure *measure = &b->measures[builder_measure(b, MEASURE_QUOTA, RUNG_INTEGER, RUNG_MONEY, VALUE, 0)];
  measure->where = SURE, measure->group = GROUP, measure->cost = PAID;
  measure->limit = measure->group_limit = measure->budget = TEN;
}

/* A campaign by two channels with a control group, and one of one label. */
static void build_campaigns(struct builder *b) {
  static const struct rung_text labels[] = {TEXT_OF("spring:email"), TEXT_OF("spring:sms"), TEXT_OF("spring:control"),
                                            TEXT_OF("autumn")};
  struct program_tables *tables = &b->program;
  b->outputs[tables->output_count++] =
      (struct prog_output){OUTPUT_CAMPAIGNS, TEXT_OF("campaigns"), (uint32_t)tables->label_count, 4};
  uint32_t first = (uint32_t)tables->label_count;
  for (int i = 0; i < 4; i++) b->labels[tables->label_count++] = (struct prog_label){labels[i], NONE32, SURE};
  for (uint32_t i = 0; i < 2; i++)
    b->campaigns[tables->campaign_count++] = (struct prog_campaign){
        .name = i ? TEXT_OF("autumn") : TEXT_OF("spring"), .title = TEXT_OF("Title"), .eligible = SURE,
        .outcomes = i * OUTCOME_COUNT_OF, .first_label = first + 3 * i, .label_count = i ? 1 : 2,
        .control = i ? NONE32 : first + 2, .channels = i ? 0 : 2};
  for (uint32_t i = 0; i < 2 * OUTCOME_COUNT_OF; i++)
    b->outcomes[tables->outcome_count++].reg = i % OUTCOME_COUNT_OF == OUTCOME_GETS ? SURE : NOBODY;
}

void build_promises(struct builder *b) {
  builder_init(b);
  b->tables[0].key = TEXT_OF("id");
  builder_stage(b, 0, SINK_COLLECT);
  build_columns(b);
  builder_reg(b, RUNG_TEXT);
  build_measure(b);
  builder_stage(b, 0, SINK_ROWS);
  build_columns(b);
  uint32_t answer = builder_reg(b, RUNG_INTEGER), bucket = builder_reg(b, RUNG_NUMBER);
  uint32_t salt = builder_constant(b, RUNG_TEXT, 0, TEXT_OF("salt"));
  builder_inst(b, OP_QUOTA_PER, answer, VALUE, SURE, GROUP, 0);
  builder_inst(b, OP_BUCKET_T, bucket, ID, NONE32, NONE32, salt);
  builder_inst(b, OP_TALLY, NONE32, WHERE, SURE, NONE32, 0);
  builder_tag(b, "tag", SURE);
  build_campaigns(b);
  b->amounts[b->program.amount_count++] = (struct prog_amount){AMOUNT_LIMIT, 1, TEN, TEXT_OF("limit most"), 0};
  b->guards[b->program.guard_count++] = (struct prog_guard){
      GUARD_SHARE, SURE, SURE, RUNG_NUMBER, COMPARE_LE, TEN, TEXT_OF("share of x <= 10"), TEXT_OF("so"), 0};
  b->guards[b->program.guard_count++] = (struct prog_guard){
      GUARD_SUM, VALUE, NONE32, RUNG_MONEY, COMPARE_GT, TEN, TEXT_OF("sum of value > 10"), TEXT_OF(""), 0};
  b->guards[b->program.guard_count++] = (struct prog_guard){
      GUARD_NEVER, SURE, NONE32, RUNG_NUMBER, 0, NONE32, TEXT_OF("never x"), TEXT_OF(""), 0};
  b->tallys[b->program.tally_count++] = (struct prog_tally){TALLY_EXPECTED, TEXT_OF("a test"), 0, 7};
}

static struct prog_inst *row_inst(struct builder *b, uint32_t i) { return &b->insts[b->stages[1].first_inst + i]; }

/* -- Quotas ---------------------------------------------------------------------------------------------- */

static void fields_of_others(struct builder *b) {
  b->measures[0].function = MEASURE_RANK;
  row_inst(b, 5)->op = OP_MEASURE_I, row_inst(b, 5)->b = row_inst(b, 5)->c = NONE32;
}
static void order_of_others(struct builder *b) {
  struct prog_measure *measure = &b->measures[0];
  fields_of_others(b);
  measure->where = measure->group = measure->cost = measure->limit = measure->group_limit = measure->budget = NONE32;
  measure->ascending = 1;
}
static void quota_order(struct builder *b) { b->measures[0].ascending = 2; }
static void quota_top(struct builder *b) { b->measures[0].top = 1; }
static void quota_type(struct builder *b) { b->measures[0].type = RUNG_NUMBER; }
static void quota_value_type(struct builder *b) { b->measures[0].value_type = RUNG_TEXT; }
static void quota_value(struct builder *b) { b->measures[0].value = GROUP; }
static void quota_everybody(struct builder *b) { b->measures[0].where = NONE32; }
static void quota_where(struct builder *b) { b->measures[0].where = TEN; }
static void group_alone(struct builder *b) { b->measures[0].group_limit = NONE32; }
static void group_limit_alone(struct builder *b) { b->measures[0].group = NONE32; }
static void cost_alone(struct builder *b) { b->measures[0].budget = NONE32; }
static void budget_alone(struct builder *b) { b->measures[0].cost = NONE32; }
static void group_outside(struct builder *b) { b->measures[0].group = UNWRITTEN + 1; }
static void group_number(struct builder *b) { b->measures[0].group = VALUE; }
static void group_unwritten(struct builder *b) { b->measures[0].group = UNWRITTEN; }
static void cost_type(struct builder *b) { b->measures[0].cost = GROUP; }
static void limit_of_rows(struct builder *b) { b->measures[0].limit = VALUE; }
static void group_limit_of_rows(struct builder *b) { b->measures[0].group_limit = COST; }
static void budget_of_rows(struct builder *b) { b->measures[0].budget = COST; }
static void limit_type(struct builder *b) { b->measures[0].limit = NOBODY; }
static void limit_outside(struct builder *b) { b->measures[0].limit = 100; }

static void asks_without_group(struct builder *b) { row_inst(b, 5)->op = OP_QUOTA, row_inst(b, 5)->c = NONE32; }
static void asks_with_group(struct builder *b) { b->measures[0].group = b->measures[0].group_limit = NONE32; }
static void asks_other_group(struct builder *b) { row_inst(b, 5)->c = VALUE; }
static void asks_other_value(struct builder *b) { row_inst(b, 5)->a = GROUP; }
static void asks_for_rank(struct builder *b) {
  row_inst(b, 5)->op = OP_MEASURE_I, row_inst(b, 5)->b = row_inst(b, 5)->c = NONE32;
}
static void asks_rank_for_quota(struct builder *b) {
  order_of_others(b);
  b->measures[0].ascending = 0;
  *row_inst(b, 5) = (struct prog_inst){OP_QUOTA, ANSWER, VALUE, SURE, NONE32, 0};
}
static void asks_nothing(struct builder *b) { row_inst(b, 5)->imm = 1; }
static void asks_flag(struct builder *b) { row_inst(b, 5)->b = VALUE; }

static void salt_empty(struct builder *b) { b->constants[row_inst(b, 6)->imm].text = TEXT_OF(""); }
static void salt_number(struct builder *b) { row_inst(b, 6)->imm = 0; }
static void bucket_type(struct builder *b) { row_inst(b, 6)->a = VALUE; }

/* -- Campaigns, guards, tallies -------------------------------------------------------------------------- */

static void tally_outside(struct builder *b) { row_inst(b, 7)->imm = 1; }
static void tally_unknown(struct builder *b) { row_inst(b, 7)->b = WHERE; }
static void tally_type(struct builder *b) { row_inst(b, 7)->a = VALUE; }
static void tally_early(struct builder *b) {
  b->insts[3] = (struct prog_inst){OP_TALLY, NONE32, WHERE, NOBODY, NONE32, 0};
  b->measures[0].where = WHERE;
}
static void tally_once(struct builder *b) {
  b->insts[b->stages[1].first_inst + 2] = (struct prog_inst){OP_TALLY, NONE32, SURE, SURE, NONE32, 0};
}
static void tally_kind(struct builder *b) { b->tallys[0].kind = 4; }
static void tally_no_kind(struct builder *b) { b->tallys[0].kind = 0; }
static void tally_test(struct builder *b) { b->tallys[0].kind = TALLY_PART; }
static void tally_no_test(struct builder *b) { b->tallys[0].test = NONE32; }
static void tally_place(struct builder *b) { b->tallys[0].place = 1; }
static void tally_owner(struct builder *b) { b->tallys[0].owner = TEXT_OF("\xff"); }

static void campaign_place(struct builder *b) { b->campaigns[1].place = 1; }
static void campaign_name(struct builder *b) { b->campaigns[1].name = TEXT_OF("\xff"); }
static void campaign_title(struct builder *b) { b->campaigns[1].title = TEXT_OF("\xff"); }
static void campaign_eligible(struct builder *b) { b->campaigns[1].eligible = WHERE; }
static void campaign_eligible_outside(struct builder *b) { b->campaigns[1].eligible = NONE32; }
static void campaign_outcomes(struct builder *b) { b->campaigns[1].outcomes = 0; }
static void outcomes_few(struct builder *b) { b->program.outcome_count--; }
static void outcomes_many(struct builder *b) { b->program.outcome_count++; }
static void outcome_unknown(struct builder *b) { b->outcomes[9].reg = WHERE; }
static void outcome_type(struct builder *b) { b->outcomes[9].reg = TEN; }
static void labels_gap(struct builder *b) { b->campaigns[1].first_label++; }
static void labels_shared(struct builder *b) { b->campaigns[1].first_label--; }
static void labels_of_tags(struct builder *b) { b->campaigns[0].first_label = 0; }
static void labels_many(struct builder *b) { b->campaigns[1].label_count = b->campaigns[1].variants = 2; }
static void labels_few(struct builder *b) { b->program.campaign_count--, b->program.outcome_count -= OUTCOME_COUNT_OF; }
static void labels_huge(struct builder *b) { b->campaigns[1].label_count = UINT32_MAX; }
static void labels_of_channels(struct builder *b) { b->campaigns[0].channels = 1; }
static void labels_of_variants(struct builder *b) { b->campaigns[0].variants = 2; }
static void labels_overflow(struct builder *b) { b->campaigns[1].channels = b->campaigns[1].variants = 1u << 31; }
static void control_elsewhere(struct builder *b) { b->campaigns[0].control = 1; }
static void control_outside(struct builder *b) { b->campaigns[1].control = 5; }
static void control_none(struct builder *b) { b->campaigns[0].control = NONE32; }
static void label_of_status(struct builder *b) { b->labels[2].status = 1; }
static void output_twice(struct builder *b) {
  b->outputs[b->program.output_count++] = (struct prog_output){OUTPUT_CAMPAIGNS, TEXT_OF("more"), 5, 0};
}
static void output_none(struct builder *b) { b->outputs[1].kind = OUTPUT_SHOW, b->outputs[1].count = 1; }

static void amount_kind(struct builder *b) { b->amounts[0].kind = AMOUNT_COUNT_OF; }
static void amount_campaign(struct builder *b) { b->amounts[0].campaign = 2; }
static void amount_of_rows(struct builder *b) { b->amounts[0].value = VALUE; }
static void amount_type(struct builder *b) { b->amounts[0].value = NOBODY; }
static void amount_outside(struct builder *b) { b->amounts[0].value = 100; }
static void amount_place(struct builder *b) { b->amounts[0].place = 1; }
static void amount_text(struct builder *b) { b->amounts[0].source = TEXT_OF("\xff"); }

static void guard_function(struct builder *b) { b->guards[0].function = GUARD_COUNT_OF; }
static void guard_type(struct builder *b) { b->guards[0].type = RUNG_FLAG; }
static void guard_sum_type(struct builder *b) { b->guards[1].type = RUNG_DATE; }
static void guard_sum_value(struct builder *b) { b->guards[1].value = GROUP; }
static void guard_value(struct builder *b) { b->guards[0].value = VALUE; }
static void guard_unknown(struct builder *b) { b->guards[2].value = WHERE; }
static void guard_of(struct builder *b) { b->guards[0].of = WHERE; }
static void guard_of_count(struct builder *b) { b->guards[0].function = GUARD_COUNT; }
static void guard_comparison(struct builder *b) { b->guards[0].comparison = 7; }
static void guard_no_comparison(struct builder *b) { b->guards[0].comparison = 0; }
static void guard_never_compares(struct builder *b) { b->guards[2].comparison = COMPARE_EQ; }
static void guard_no_limit(struct builder *b) { b->guards[0].limit = NONE32; }
static void guard_never_limited(struct builder *b) { b->guards[2].limit = TEN; }
static void guard_limit_of_rows(struct builder *b) { b->guards[0].limit = VALUE; }
static void guard_limit_type(struct builder *b) { b->guards[0].limit = NOBODY; }
static void guard_place(struct builder *b) { b->guards[0].place = NONE32; }
static void guard_text(struct builder *b) { b->guards[1].because = TEXT_OF("\xff"); }

static const struct refusal_case cases[] = {
    {fields_of_others, "only a quota can have"}, {order_of_others, "only a quota can have"},
    {quota_order, "unknown order"}, {quota_top, "wrong number of rows"}, {quota_type, "result of the wrong type"},
    {quota_value_type, "value of the wrong type"}, {quota_value, "value of measure 0 has the wrong type"},
    {quota_everybody, "condition of measure 0 is no register"}, {quota_where, "condition of measure 0 has the wrong"},
    {group_alone, "groups or their limit, but not both"}, {group_limit_alone, "groups or their limit, but not both"},
    {cost_alone, "cost or a budget, but not both"}, {budget_alone, "cost or a budget, but not both"},
    {group_outside, "groups in no register"}, {group_number, "groups of the wrong type"},
    {group_unwritten, "group of measure 0 is never written"}, {cost_type, "cost of measure 0 has the wrong type"},
    {limit_of_rows, "amount of measure 0 is not of the prologue"},
    {group_limit_of_rows, "amount of measure 0 is not of the prologue"},
    {budget_of_rows, "amount of measure 0 is not of the prologue"}, {limit_type, "amount of measure 0 has the wrong"},
    {limit_outside, "amount of measure 0 is no register"},
    {asks_without_group, "has groups, or none, unlike measure 0"},
    {asks_with_group, "has groups, or none, unlike measure 0"}, {asks_other_group, "group of another type"},
    {asks_other_value, "value of another type"}, {asks_for_rank, "something else than measure 0"},
    {asks_rank_for_quota, "something else than measure 0"}, {asks_nothing, "immediate out of range"},
    {asks_flag, "reads a value of the wrong type"}, {salt_empty, "immediate of the wrong type"},
    {salt_number, "immediate of the wrong type"}, {bucket_type, "reads a value of the wrong type"},
    {tally_outside, "immediate out of range"}, {tally_unknown, "unknown whether they are asked, register 2"},
    {tally_type, "reads a value of the wrong type"}, {tally_early, "another stage than the last"},
    {tally_once, "reads what nothing has written"}, {tally_kind, "unknown kind"}, {tally_no_kind, "unknown kind"},
    {tally_test, "a test too many"}, {tally_no_test, "a test too many, or none"},
    {tally_place, "section tallys has no place"}, {tally_owner, "section tallys has a text that is not plain UTF-8"},
    {campaign_place, "section campaigns has no place"}, {campaign_name, "campaigns has a text that is not plain UTF-8"},
    {campaign_title, "campaigns has a text that is not plain UTF-8"}, {campaign_eligible, "campaign 1 can be missing"},
    {campaign_eligible_outside, "campaign 1 is no register"}, {campaign_outcomes, "does not have the next outcomes"},
    {outcomes_few, "section outcomes is missing"}, {outcomes_many, "section outcomes is missing, or one too many"},
    {outcome_unknown, "outcome 9 can be missing"}, {outcome_type, "outcome 9 has the wrong type"},
    {labels_gap, "campaigns does not have the next labels"}, {labels_shared, "campaigns does not have the next labels"},
    {labels_of_tags, "campaigns does not have the next labels"},
    {labels_many, "campaigns does not have the next labels"},
    {labels_few, "record 4 of section labels belongs to no campaign"}, {labels_huge, "does not have the next labels"},
    {labels_of_channels, "other channels and variants"}, {labels_of_variants, "other channels and variants"},
    {labels_overflow, "other channels and variants"}, {control_elsewhere, "another label for its control group"},
    {control_outside, "another label for its control group"}, {control_none, "does not have the next labels"},
    {label_of_status, "outputs does not have the next labels"}, {output_twice, "second one for campaigns"},
    {output_none, "does not show the next value"}, {amount_kind, "section amounts has an unknown kind"},
    {amount_campaign, "section amounts is of no campaign"}, {amount_of_rows, "amount 0 is not of the prologue"},
    {amount_type, "amount 0 has the wrong type"}, {amount_outside, "amount 0 is no register"},
    {amount_place, "section amounts has no place"}, {amount_text, "amounts has a text that is not plain UTF-8"},
    {guard_function, "unknown function"}, {guard_type, "wrong type"},
    {guard_sum_type, "section guards has a wrong type"}, {guard_sum_value, "guard 1 has the wrong type"},
    {guard_value, "guard 0 has the wrong type"}, {guard_unknown, "guard 2 can be missing"},
    {guard_of, "rows of guard 0 can be missing"}, {guard_of_count, "is of some rows, but no share"},
    {guard_comparison, "unknown comparison"}, {guard_no_comparison, "unknown comparison"},
    {guard_never_compares, "unknown comparison"}, {guard_no_limit, "limit too many, or none"},
    {guard_never_limited, "limit too many"}, {guard_limit_of_rows, "limit of guard 0 is not of the prologue"},
    {guard_limit_type, "limit of guard 0 has the wrong type"}, {guard_place, "section guards has no place"},
    {guard_text, "section guards has a text that is not plain UTF-8"},
};

static void test_refusals(void) { assert_refusals(build_promises, cases, sizeof cases / sizeof *cases); }

/* -- What a program says of them ------------------------------------------------------------------------- */

static bool is(struct rung_text text, const char *expected) {
  return text.length == strlen(expected) && memcmp(text.bytes, expected, text.length) == 0;
}

static void test_descriptions(void) {
  struct builder b;
  build_promises(&b);
  rung_program *program = builder_load(&b, NULL);
  CU_ASSERT_FATAL(program != NULL);
  CU_ASSERT(rung_program_needs_base(program));
  CU_ASSERT_EQUAL(rung_program_campaigns(program), 2);
  CU_ASSERT_EQUAL(rung_program_guards(program), 3);
  CU_ASSERT_EQUAL(rung_program_tallies(program), 1);
  struct rung_campaign_info spring = rung_program_campaign(program, 0), autumn = rung_program_campaign(program, 1);
  CU_ASSERT(is(spring.name, "spring") && is(spring.title, "Title"));
  CU_ASSERT(is(spring.file, "rules.rung") && spring.line == 1);
  CU_ASSERT(spring.first_label == 1 && spring.label_count == 2 && spring.control == 3);
  CU_ASSERT(is(rung_program_label(program, spring.control).name, "spring:control"));
  CU_ASSERT(autumn.first_label == 4 && autumn.label_count == 1 && autumn.control == SIZE_MAX);
  struct rung_guard_info share = rung_program_guard(program, 0);
  CU_ASSERT_STRING_EQUAL(share.function, "share");
  CU_ASSERT(is(share.source, "share of x <= 10") && is(share.because, "so") && share.line == 1);
  struct rung_tally_info tally = rung_program_tally(program, 0);
  CU_ASSERT(tally.kind == RUNG_EXPECTED && tally.test == 7 && is(tally.owner, "a test") && is(tally.source, "a -> b"));
  rung_program_free(program);
}

static void test_listing(void) {
  static struct listing text;
  static const char *const parts[] = {
      "measure 0 = quota of n1 where f8 limit n5 per t4 limit n5 budget n5 at n9, integer",
      "i10 = quota_per n1, f8, t4",
      "n11 = bucket_t t0, \"salt\"",
      "tally f2, f8, tally 0",
      "campaigns: spring:email = f8, spring:sms = f8",
      "  spring \"Title\" eligible f8, suppressed f7, unknown f7, unreachable f7, control f7, ",
      " priority f7, limit f7, budget f7, gets f8",
      "  n5 of autumn ",
      "  share f8 of f8 <= n5",
      "because \"so\"",
      "  sum n1 > n5",
      "  never f8 ",
      "  tally 0, expected of a test, test 7"};
  struct builder b;
  build_promises(&b);
  rung_program *program = builder_load(&b, NULL);
  CU_ASSERT_FATAL(program != NULL && rung_program_dump(program, listing_keep, &text) == RUNG_OK);
  text.bytes[text.length] = 0;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (!strstr(text.bytes, parts[i])) fprintf(stderr, "not listed: %s\n%s\n", parts[i], i ? "" : text.bytes);
    CU_ASSERT(strstr(text.bytes, parts[i]) != NULL);
  }
  rung_program_free(program);
}

void suite_verify_campaigns(void);

void suite_verify_campaigns(void) {
  CU_pSuite suite = CU_add_suite("verify campaigns", NULL, NULL);
  CU_add_test(suite, "what is refused", test_refusals);
  CU_add_test(suite, "descriptions", test_descriptions);
  CU_add_test(suite, "the listing", test_listing);
}
