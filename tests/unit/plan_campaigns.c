/* plan_campaigns.c - what campaigns come to, against their rules told as plain steps; guards, tallies, quotas. */
#include "passes.h"

#include "back.h"
#include "planner.h"
#include "rungc.h"

#include "limits.h"
#include <stdlib.h>

void suite_plan_campaigns(void);

static const struct value no_value = {0};
static struct value number(int64_t value) { return (struct value){.present = true, .number = value}; }
static struct value text(const char *bytes) { return (struct value){.present = true, .text = passes_text(bytes)}; }

/* 0 missing, 1 no, 2 yes */
static struct value flag(int state) { return state == 0 ? no_value : number(state == 2); }

struct run {
  struct back back;
  struct value *values;     /* of each node */
};

static bool start(struct run *run, const char *rules, enum last_back last) {
  if (!back_run(&run->back, rules, last)) {
    for (uint32_t i = 0; i < run->back.module.diags.count; i++)
      fprintf(stderr, "\n%.*s", TEXT_ARG(diag_render(&run->back.module, &run->back.module.diags.at[i])));
    back_free(&run->back);
    return false;
  }
  run->values = arena_alloc(&run->back.module.arena, run->back.plan.ir.count * sizeof *run->values);
  return true;
}

static bool root_is_true(const struct run *run, uint32_t root) {
  struct value value = run->values[rows_stage(&run->back.plan)->roots[root]];
  return value.present && value.number;
}

/* The number of the one outcome that is true, -1 when the row is not eligible; -2 when these are not one. */
static int outcome(const struct run *run, uint32_t campaign) {
  uint32_t root = rows_stage(&run->back.plan)->campaigns + campaign * (1 + OUTCOME_COUNT_OF);
  int found = -1;
  for (int i = 0; i < OUTCOME_COUNT_OF; i++) {
    if (!root_is_true(run, root + 1 + (uint32_t)i)) continue;
    if (found >= 0) return -2;
    found = i;
  }
  return root_is_true(run, root) == (found >= 0) ? found : -2;
}

/* -- Outcomes ------------------------------------------------------------------------------- */

struct states {
  int wants, barred, ticket, email, sms, cost, house, quota;
};
enum { NO = 1, YES = 2, COST_NEGATIVE = 1, HOUSE_HELD = 1, HOUSE_NOT = 2 };

static int expected_outcome(const struct states *s) {
  if (s->wants != YES) return -1;
  if (s->barred == YES || s->ticket == YES) return OUTCOME_SUPPRESSED;
  if (!s->barred || !s->ticket || !s->cost || s->cost == COST_NEGATIVE || !s->house) return OUTCOME_UNKNOWN;
  if (s->email != YES && s->sms != YES) return OUTCOME_UNREACHABLE;
  if (s->house == HOUSE_HELD) return OUTCOME_CONTROL;
  return s->quota == 1 ? OUTCOME_LIMIT : s->quota == 2 ? OUTCOME_BUDGET : OUTCOME_GETS;
}

/* The labels are winback:email, winback:sms, winback:control, in the order of their roots. */
static bool labels_fit(const struct run *run, const struct states *s, int expected) {
  uint32_t label = rows_stage(&run->back.plan)->labels;
  bool gets = expected == OUTCOME_GETS;
  return root_is_true(run, label) == (gets && s->email == YES) &&
         root_is_true(run, label + 1) == (gets && s->email != YES) &&
         root_is_true(run, label + 2) == (expected == OUTCOME_CONTROL);
}

static bool outcome_fits(struct run *run, const struct states *s) {
  /* By the published hash: the buckets winback:holdout of 1 and 2 are 0.354920 and 0.670273. */
  const struct value houses[] = {no_value, text("1"), text("2")};
  const struct value costs[] = {no_value, number(-1), number(0), number(1000000)};
  const struct value columns[] = {text("k"),      flag(s->wants), flag(s->barred), flag(s->ticket),
                                  flag(s->email), flag(s->sms),   costs[s->cost],  houses[s->house]};
  const struct value asked[] = {number(s->quota)};
  eval_plan(&run->back.plan, &(struct row){.columns = columns, .asked = asked}, run->values);
  int expected = expected_outcome(s);
  return outcome(run, 0) == expected && labels_fit(run, s, expected);
}

static void test_outcomes(void) {
  const char *rules = "input c { id text key; wants flag; barred flag; ticket flag; email flag; sms flag; cost number; "
                      "house text; } campaign winback { when wants; unless barred; unless ticket; "
                      "channel email when email, sms when sms; holdout 40% by house; limit 9 by cost; "
                      "budget 9 at cost; }";
  for (int last = UP_TO_PLAN; last <= UP_TO_SIMPLIFY; last++) {
    struct run run;
    unsigned wrong = 0;
    CU_ASSERT_FATAL(start(&run, rules, (enum last_back)last));
    for (int i = 0; i < 3 * 3 * 3 * 3 * 3 * 4 * 3 * 3; i++) {
      const struct states s = {i % 3,      i / 3 % 3,       i / 9 % 3,    i / 27 % 3,
                               i / 81 % 3, i / 243 / 3 % 4, i / 2916 % 3, i / 243 % 3};
      wrong += !outcome_fits(&run, &s);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    back_free(&run.back);
  }
}

/* Flags that results are read from are never missing. */
static void test_never_missing(void) {
  struct back back;
  CU_ASSERT_FATAL(back_run(&back, "input c { id text key; f flag; g flag; } campaign x { when f; unless g; "
                                  "channel m when g; variants a 50%, b 50%; holdout 1%; limit 3; } "
                                  "campaign y { when f; } guard count of f < 3; never f; always g;", UP_TO_SIMPLIFY));
  const struct stage *stage = rows_stage(&back.plan);
  for (uint32_t i = stage->labels; i < stage->guards; i++)
    CU_ASSERT(back.plan.ir.nodes[stage->roots[i]].never_missing);
  for (uint32_t i = 0; i < 3; i++)
    CU_ASSERT(back.plan.ir.nodes[stage->roots[back.plan.guards[i].value]].never_missing);
  CU_ASSERT(back.plan.ir.nodes[stage->roots[back.plan.guards[0].limit]].uniform);
  CU_ASSERT_EQUAL(back.plan.guards[1].limit, NONE32);
  CU_ASSERT_EQUAL(back.plan.guards[0].of, NONE32);
  back_free(&back);
}

/* -- Caps --------------------------------------------------------------------------------------- */

enum { CAMPAIGNS = 6 };

/* Greater priority first, equal ones as they stand. */
static const int decided[CAMPAIGNS] = {3, 1, 2, 4, 0, 5};

/* By the bits of a row: bit i, campaign i is wanted; bit 6 + i, by mail, else by sms. */
static void expect_gets(unsigned bits, int most, int most_mail, bool gets[CAMPAIGNS]) {
  int count = 0, mail = 0;
  for (int k = 0; k < CAMPAIGNS; k++) {
    int i = decided[k];
    bool wanted = bits >> i & 1, by_mail = bits >> (CAMPAIGNS + i) & 1;
    gets[i] = wanted && count < most && (!by_mail || mail < most_mail);
    count += gets[i];
    mail += gets[i] && by_mail;
  }
}

static unsigned wrong_gets(struct run *run, unsigned bits, int most, int most_mail) {
  struct value columns[1 + 2 * CAMPAIGNS] = {text("k")};
  bool gets[CAMPAIGNS];
  unsigned wrong = 0;
  for (int i = 0; i < 2 * CAMPAIGNS; i++) columns[1 + i] = number(bits >> i & 1);
  eval_plan(&run->back.plan, &(struct row){.columns = columns}, run->values);
  expect_gets(bits, most, most_mail, gets);
  for (unsigned i = 0; i < CAMPAIGNS; i++) {
    int expected = !(bits >> i & 1) ? -1 : gets[i] ? OUTCOME_GETS : OUTCOME_PRIORITY;
    wrong += outcome(run, i) != expected;
  }
  return wrong;
}

static void check_caps(int most, int most_mail, enum last_back last) {
  char rules[2048];
  snprintf(rules, sizeof rules,
           "input c { id text key; w0 flag; w1 flag; w2 flag; w3 flag; w4 flag; w5 flag; "
           "m0 flag; m1 flag; m2 flag; m3 flag; m4 flag; m5 flag; } "
           "campaigns { at most %d per customer; } campaigns { at most %d mail per customer; } "
           "campaign c0 { when w0; channel mail when m0, sms when yes; } "
           "campaign c1 { when w1; channel mail when m1, sms when yes; priority 2; } "
           "campaign c2 { when w2; channel mail when m2, sms when yes; priority 2; } "
           "campaign c3 { when w3; channel mail when m3, sms when yes; priority 2.5; } "
           "campaign c4 { when w4; channel sms when not m4, mail when yes; priority 1; } "
           "campaign c5 { when w5; channel mail when m5, sms when yes; priority -1; }", most, most_mail);
  struct run run;
  unsigned wrong = 0;
  CU_ASSERT_FATAL(start(&run, rules, last));
  for (unsigned bits = 0; bits < 1u << (2 * CAMPAIGNS); bits++) wrong += wrong_gets(&run, bits, most, most_mail);
  CU_ASSERT_EQUAL(wrong, 0);
  back_free(&run.back);
}

static void test_caps(void) {
  for (int most = 1; most <= CAMPAIGNS + 1; most++)
    for (int mail = 1; mail <= CAMPAIGNS; mail++)
      for (int last = UP_TO_PLAN; last <= UP_TO_SIMPLIFY; last++) check_caps(most, mail, (enum last_back)last);
}

/* -- Labels ----------------------------------------------------------------------------------------- */

static bool has_labels(const char *clauses, const char *expected) {
  struct back back;
  char rules[512];
  snprintf(rules, sizeof rules, "input c { id text key; f flag; } campaign x { when f; %s }", clauses);
  struct rung_text got = {"", 0};
  if (back_run(&back, rules, UP_TO_PLAN)) {
    const struct campaign *campaign = back.module.campaigns.at[0]->campaign;
    for (uint32_t i = 0; i < campaign_labels(campaign) + (campaign->holdout ? 1 : 0); i++)
      got = arena_print(&back.module.arena, "%.*s%s%.*s", TEXT_ARG(got), i ? " " : "",
                        TEXT_ARG(campaign_label(&back.module.arena, campaign, i)));
    const struct stage *stage = rows_stage(&back.plan);
    CU_ASSERT_EQUAL(stage->scores - stage->labels, campaign_labels(campaign) + (campaign->holdout ? 1 : 0));
  }
  bool same = text_equal(got, passes_text(expected));
  if (!same) fprintf(stderr, "\n-- %s\n-- has: %.*s\n", clauses, TEXT_ARG(got));
  back_free(&back);
  return same;
}

static void test_labels(void) {
  CU_ASSERT(has_labels("", "x"));
  CU_ASSERT(has_labels("holdout 5%;", "x x:control"));
  CU_ASSERT(has_labels("channel m when f;", "x:m"));
  CU_ASSERT(has_labels("variants a 10%, b 90%;", "x:a x:b"));
  CU_ASSERT(has_labels("channel m when f, s when f; variants a 10%, b 90%; holdout 5%;",
                       "x:m:a x:m:b x:s:a x:s:b x:control"));
}

/* -- Quotas -------------------------------------------------------------------------------------------- */

/* The collecting stages, by the number of their roots. */
static bool has_quotas(const char *rules, const char *expected) {
  bool same = true;
  for (int last = UP_TO_PLAN; last <= UP_TO_SIMPLIFY; last++) {
    struct back back;
    struct rung_text got = {"", 0};
    bool fine = back_run(&back, rules, (enum last_back)last);
    for (uint32_t i = 0; fine && i + 1 < back.plan.stage_count; i++)
      got = arena_print(&back.module.arena, "%.*s%s%u", TEXT_ARG(got), i ? " " : "", back.plan.stages[i].root_count);
    if (!text_equal(got, passes_text(expected))) {
      fprintf(stderr, "\n-- %s\n-- has: %.*s\n-- not: %s\n", rules, TEXT_ARG(got), expected);
      same = false;
    }
    back_free(&back);
  }
  return same;
}

static void test_quotas(void) {
#define C "input c { id text key; f flag; n number; g text; } "
  /* value and where, then group, cost and the amounts that there are */
  CU_ASSERT(has_quotas(C "campaign x { when f; limit 5; }", "3"));
  CU_ASSERT(has_quotas(C "campaign x { when f; limit 5 per g by n; }", "4"));
  CU_ASSERT(has_quotas(C "campaign x { when f; budget 5 at n; }", "4"));
  CU_ASSERT(has_quotas(C "campaign x { when f; limit 5 per g by n; limit 9; budget 5 at 2; }", "7"));
  /* Campaigns that know nothing of each other are gathered at once; a cap ties them. */
  CU_ASSERT(has_quotas(C "campaign x { when f; limit 5; } campaign y { when f; limit 5; }", "6"));
  CU_ASSERT(has_quotas(C "campaigns { at most 1 per customer; } campaign x { when f; limit 5; } "
                         "campaign y { when f; limit 5; }", "3 3"));
  CU_ASSERT(has_quotas(C "campaigns { at most 2 per customer; } campaign x { when f; limit 5; } "
                         "campaign y { when f; limit 5; }", "6"));
  CU_ASSERT(has_quotas(C "campaigns { at most 1 m per customer; } campaign x { when f; limit 5; channel m when f; } "
                         "campaign y { when f; limit 5; channel s when f; }", "6"));
  /* What orders, what it costs and who is asked may be measured itself. */
  CU_ASSERT(has_quotas(C "campaign x { when f; limit 5 by rank of n; }", "1 3"));
  CU_ASSERT(has_quotas(C "campaign x { when quintile of n = 5; budget 5 at rank of n; }", "2 4"));
}

/* The inputs of a quota are what they were, whatever was dropped and renumbered before them. */
static void test_inputs(void) {
  struct back back;
  CU_ASSERT_FATAL(back_run(&back, "param k = 7; input c { id text key; n number; i integer; } let a = 2 * k; "
                                  "no and n > 5 -> gone; n + 0 > 3 or n + 0 > 3 -> t; "
                                  "campaign x { when i > 1; limit a + 1 by n asc; budget 9 at i; }", UP_TO_SIMPLIFY));
  const struct ir *ir = &back.plan.ir;
  const struct stage *stage = &back.plan.stages[0];
  CU_ASSERT_EQUAL_FATAL(stage->root_count, 5);
  CU_ASSERT_EQUAL_FATAL(ir->quota_count, 1);
  const uint32_t *inputs = ir->quotas[0].inputs;
  CU_ASSERT_EQUAL(inputs[QUOTA_GROUP_LIMIT], NONE32);
  CU_ASSERT_EQUAL(stage->roots[2], inputs[QUOTA_COST]);
  CU_ASSERT_EQUAL(stage->roots[3], inputs[QUOTA_LIMIT]);
  CU_ASSERT_EQUAL(stage->roots[4], inputs[QUOTA_BUDGET]);
  struct value *values = arena_alloc(&back.module.arena, ir->count * sizeof *values);
  const struct value columns[] = {text("k"), number(1), number(30)}, params[] = {number(7)}, asked[] = {number(0)};
  eval_plan(&back.plan, &(struct row){.columns = columns, .params = params, .asked = asked}, values);
  CU_ASSERT_EQUAL(values[inputs[QUOTA_COST]].number, 30000000);
  CU_ASSERT_EQUAL(values[inputs[QUOTA_LIMIT]].number, 15000000);
  CU_ASSERT_EQUAL(values[inputs[QUOTA_BUDGET]].number, 9000000);
  back_free(&back);
}

/* An amount that may be missing counts where somebody asks, and so does the order. */
static void test_faults(void) {
  struct back back;
  CU_ASSERT_FATAL(back_run(&back, "param k = 7; input c { id text key; f flag; n number; } "
                                  "campaign x { when f; limit 9 / k by n * n; }", UP_TO_SIMPLIFY));
  const struct stage *stage = rows_stage(&back.plan);
  CU_ASSERT_EQUAL_FATAL(stage->counter_count, 2);
  struct value *values = arena_alloc(&back.module.arena, back.plan.ir.count * sizeof *values);
  const struct value params[] = {number(0)}, asked[] = {number(1)};
  for (int state = 0; state < 3; state++) {
    const struct value columns[] = {text("k"), flag(state), number(INT64_MAX)};
    eval_plan(&back.plan, &(struct row){.columns = columns, .params = params, .asked = asked}, values);
    for (uint32_t i = 0; i < stage->counter_count; i++) {
      const struct ir_node *fault = &back.plan.ir.nodes[stage->counters[i]];
      CU_ASSERT(!values[fault->a].present);
      CU_ASSERT_EQUAL(values[fault->b].number, state == YES);
    }
  }
  back_free(&back);
}

/* -- Limits ------------------------------------------------------------------------------------------------ */

static bool is_refused(const char *rules) {
  struct module module;
  bool refused = false;
  passes_run(&module, rules, UP_TO_CHECK);
  for (uint32_t i = 0; i < module.diags.count; i++)
    refused |= strcmp(diag_code(module.diags.at[i].id), "E0605") == 0;
  arena_free(&module.arena);
  return refused;
}

static void test_most_campaigns(void) {
  char *rules = malloc((size_t)(LIMIT_CAMPAIGNS + 1) * 32 + 100);
  CU_ASSERT_PTR_NOT_NULL_FATAL(rules);
  for (int over = 0; over < 2; over++) {
    int length = sprintf(rules, "input c { id text key; f flag; } ");
    for (int i = 0; i < LIMIT_CAMPAIGNS + over; i++) length += sprintf(rules + length, "campaign c%d { when f; }", i);
    CU_ASSERT_EQUAL(is_refused(rules), over == 1);
  }
  free(rules);
}

/* 100 campaigns of 10 channels and 100 variants, and one more of nothing. */
static void test_most_labels(void) {
  enum { ROOM = 1 << 20 };
  char *rules = malloc(ROOM);
  CU_ASSERT_PTR_NOT_NULL_FATAL(rules);
  for (int over = 0; over < 2; over++) {
    int length = sprintf(rules, "input c { id text key; f flag; } ");
    for (int i = 0; i < LIMIT_CAMPAIGN_LABELS / 1000; i++) {
      length += sprintf(rules + length, "campaign c%d { when f; channel", i);
      for (int k = 0; k < 10; k++) length += sprintf(rules + length, "%s m%d when f", k ? "," : "", k);
      length += sprintf(rules + length, "; variants");
      for (int k = 0; k < 100; k++) length += sprintf(rules + length, "%s v%d 1%%", k ? "," : "", k);
      length += sprintf(rules + length, "; } ");
    }
    if (over) sprintf(rules + length, "campaign last { when f; }");
    CU_ASSERT_EQUAL(is_refused(rules), over == 1);
  }
  free(rules);
}

/* -- Tallies ---------------------------------------------------------------------------------------------- */

static bool start_covered(struct run *run, const char *rules, struct rungc_options *options, bool simplified) {
  run->back = (struct back){.module = {.diags.max_errors = 100, .options = options}};
  struct module *module = &run->back.module;
  arena_init(&module->arena, NULL);
  load(module, TEXT("rules.rung"), passes_text(rules));
  resolve(module);
  infer(module);
  check(module);
  for (uint32_t i = 0; i < module->diags.count && module->diags.errors > 0; i++)
    fprintf(stderr, "\n%.*s", TEXT_ARG(diag_render(module, &module->diags.at[i])));
  if (module->diags.errors > 0) return false;
  plan_rules(&run->back.plan, module, &module->arena);
  if (simplified) simplify(&run->back.plan);
  run->values = arena_alloc(&module->arena, run->back.plan.ir.count * sizeof *run->values);
  return run->values && !run->back.plan.defect;
}

/* Of one row, by tally: `.` not asked, `+` true, `-` false, `u` unknown. */
static struct rung_text tallied(struct run *run) {
  const struct plan *plan = &run->back.plan;
  char said[64] = {0};
  for (uint32_t i = 0; i < rows_stage(plan)->counter_count; i++) {
    const struct ir_node *node = &plan->ir.nodes[rows_stage(plan)->counters[i]];
    if (node->op != OP_TALLY || node->imm >= sizeof said - 1) continue;
    struct value a = run->values[node->a], b = run->values[node->b];
    said[node->imm] = !b.number ? '.' : !a.present ? 'u' : a.number ? '+' : '-';
  }
  return arena_copy(&run->back.module.arena, said, strlen(said));
}

/* Kinds and tests by tally: `C` condition, `p` part, a digit for what a test expects. */
static bool has_tallies(const struct run *run, const char *expected) {
  const struct plan *plan = &run->back.plan;
  char said[64] = {0};
  for (uint32_t i = 0; i < plan->tally_count && i < sizeof said - 1; i++)
    said[i] = plan->tallies[i].kind == TALLY_CONDITION ? 'C' : plan->tallies[i].kind == TALLY_PART ? 'p'
              : (char)('0' + plan->tallies[i].test);
  if (strcmp(said, expected) == 0) return true;
  fprintf(stderr, "\n-- has tallies %s\n-- not %s\n", said, expected);
  return false;
}

#define TALLIES(run, expected, ...)                                                                       \
  do {                                                                                                    \
    const struct value columns[] = {__VA_ARGS__};                                                         \
    eval_plan(&(run)->back.plan, &(struct row){.columns = columns}, (run)->values);                       \
    struct rung_text got = tallied(run);                                                                  \
    CU_ASSERT(text_equal(got, passes_text(expected)));                                                    \
    if (!text_equal(got, passes_text(expected))) fprintf(stderr, "\n-- tallied %.*s\n", TEXT_ARG(got));   \
  } while (0)

static void test_coverage(void) {
  /* Equal conditions, and such as are always false, have tallies of their own. */
  const char *rules = "input c { id text key; f flag; g flag; h flag; } "
                      "f and not (g or h) -> t; f -> u; r: f -> v; 1 > 2 -> w; "
                      "status s { f -> a; g or h -> b; f -> d; otherwise -> e; } "
                      "score k { g -> 1; h -> 2; clamp 0 to 3; } "
                      "campaign x { when f; unless g; channel m when h, n when g or h, o when yes; } "
                      "never g and h; guard count of f < 3; test \"a\" { c: id \"1\", f yes; expect t; }";
  for (int simplified = 0; simplified < 2; simplified++) {
    struct rungc_options options = {.coverage = true};
    struct run run;
    CU_ASSERT_FATAL(start_covered(&run, rules, &options, simplified));
    CU_ASSERT(has_tallies(&run, "CpppCCC" "CCppC" "CC" "CCCCpp"));
    const struct value key = text("1"), no = number(0), yes = number(1);
    TALLIES(&run, "uuu-uu-" "uuu-u" "u-" "u.....", key, no_value, no_value, no);
    TALLIES(&run, "-+-+++-" "+...." "-+" "+-+...", key, yes, no, yes);
    TALLIES(&run, "u+-u++-" "+...." "-u" "+-uu-u", key, yes, no, no_value);
    TALLIES(&run, "--+----" "-++-." "+-" "-.....", key, no, yes, no);
    TALLIES(&run, "-++-++-" "+...." "+-" "++....", key, yes, yes, no);
    back_free(&run.back);
  }
}

/* What is expected of a customer is asked of his row alone, whose key was perhaps only counted. */
static void test_expected(void) {
#define EXPECTING(type, seven, minus_two)                                                                             \
  "input c { id " type " key; f flag; } f -> t; "                                                                     \
  "test \"a\" { c: id " seven ", f yes; c: id " minus_two ", f no; expect not t; expect \"7\": t, f; } "              \
  "test \"b\" { c: f yes; expect t; }"
  for (int whole = 0; whole < 2; whole++) {
    struct rungc_options options = {.tests = true};
    struct run run;
    const char *rules = whole ? EXPECTING("integer", "7", "-2") : EXPECTING("text", "\"7\"", "\"-2\"");
    CU_ASSERT_FATAL(start_covered(&run, rules, &options, true));
    CU_ASSERT(has_tallies(&run, "0001"));
    TALLIES(&run, ".++.", whole ? number(7) : text("7"), number(1));
    TALLIES(&run, "+...", whole ? number(-2) : text("-2"), number(0));
    TALLIES(&run, "...-", whole ? number(1) : text("1"), no_value);
    TALLIES(&run, "....", whole ? number(2) : text("2"), number(1));
    TALLIES(&run, "....", no_value, number(1));
    back_free(&run.back);
  }
}

/* A key is compared as the run reads it. */
static void test_expected_keys(void) {
  struct rungc_options options = {.tests = true};
  struct run run;
  CU_ASSERT_FATAL(start_covered(&run, "input c { id text key unquote \"'\"; f flag; } f -> t; "
                                      "test \"a\" { c: id \"'7\"; expect t; c: id \" 8\"; expect t; }",
                                &options, true));
  TALLIES(&run, "+.", text("7"), number(1));
  TALLIES(&run, ".+", text(" 8"), number(1));
  back_free(&run.back);
  CU_ASSERT_FATAL(start_covered(&run, "input c { id integer key; f flag; } f -> t; "
                                      "test \"a\" { c: id \" 007 \"; expect t; c: id \"+8.0\"; expect t; "
                                      "c: id \"-0\"; expect t; }", &options, true));
  TALLIES(&run, "+..", number(7), number(1));
  TALLIES(&run, ".+.", number(8), number(1));
  TALLIES(&run, "..+", number(0), number(1));
  back_free(&run.back);
  CU_ASSERT_FATAL(start_covered(&run, "input c { id number key; f flag; } f -> t; "
                                      "test \"a\" { c: id 7.25; expect t; c: id \".5\"; expect t; }", &options, true));
  TALLIES(&run, "+.", number(7250000), number(1));
  TALLIES(&run, ".+", number(500000), number(1));
  back_free(&run.back);
}

/* No tally unless it is asked for. */
static void test_uncounted(void) {
  struct rungc_options options = {0};
  struct run run;
  CU_ASSERT_FATAL(start_covered(&run, "f -> t; test \"a\" { customers: f yes; expect t; }", &options, true));
  CU_ASSERT(has_tallies(&run, ""));
  CU_ASSERT_EQUAL(rows_stage(&run.back.plan)->counter_count, 0);
  back_free(&run.back);
}

void suite_plan_campaigns(void) {
  CU_pSuite suite = CU_add_suite("plan_campaigns", NULL, NULL);
  CU_add_test(suite, "outcomes", test_outcomes);
  CU_add_test(suite, "never missing", test_never_missing);
  CU_add_test(suite, "caps", test_caps);
  CU_add_test(suite, "labels", test_labels);
  CU_add_test(suite, "quotas", test_quotas);
  CU_add_test(suite, "inputs of quotas", test_inputs);
  CU_add_test(suite, "faults", test_faults);
  CU_add_test(suite, "most campaigns", test_most_campaigns);
  CU_add_test(suite, "most labels", test_most_labels);
  CU_add_test(suite, "coverage", test_coverage);
  CU_add_test(suite, "expected", test_expected);
  CU_add_test(suite, "expected keys", test_expected_keys);
  CU_add_test(suite, "uncounted", test_uncounted);
}
