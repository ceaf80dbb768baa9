/* tallies.c - has the last stage count how often conditions are true, false and unknown: those of rules, points and
   campaigns for coverage, with the parts that `and`, `or` and `not` join in them, and those that tests expect. */
#include "planner.h"

#include "rungc.h"
#include "tests.h"

struct tallying {
  struct planner *planner;
  struct ir *ir;
  struct rung_text owner;
  uint32_t test;
};

/* -- One condition ------------------------------------------------------------------------- */

static void tally(struct tallying *t, enum tally_kind kind, const struct ast *node, uint32_t asked) {
  struct plan *plan = t->planner->plan;
  struct plan_tally *tallies =
      arena_grow(plan->arena, plan->tallies, plan->tally_count, &plan->tally_room, sizeof *tallies);
  if (!tallies) return;
  plan->tallies = tallies;
  uint32_t condition = lower(t->planner, node);
  t->ir->at = node->at;
  uint32_t counter = ir_make(t->ir, (struct ir_node){.op = OP_TALLY, .a = condition, .b = asked, .c = NONE32,
                                                     .imm = plan->tally_count});
  tallies[plan->tally_count++] = (struct plan_tally){kind, t->owner, node->at, t->test};
  stage_watch(rows_stage(plan), t->ir, counter);
}

static bool joins(const struct ast *node) {
  return node->kind == AST_AND || node->kind == AST_OR || node->kind == AST_NOT;
}

static void tally_parts(struct tallying *t, const struct ast *node, uint32_t asked) {
  node = bare(node);
  if (!joins(node)) tally(t, TALLY_PART, node, asked);
  for (uint32_t i = 0; joins(node) && i < node->count; i++) tally_parts(t, node->child[i], asked);
}

/* A condition that is just `yes` or `no` is nothing to see both ways. */
static void tally_condition(struct tallying *t, const struct ast *node, uint32_t asked) {
  if (bare(node)->kind == AST_BOOLEAN) return;
  t->ir->owner = t->owner;
  tally(t, TALLY_CONDITION, node, asked);
  if (joins(bare(node))) tally_parts(t, node, asked);
}

/* -- Coverage --------------------------------------------------------------------------------- */

static uint32_t and_not(struct ir *ir, uint32_t asked, uint32_t earlier) {
  if (earlier == NONE32) return asked;
  uint32_t left = ir_1(ir, OP_NOT, earlier);
  return ir_is_flag(ir, asked, true) ? left : ir_2(ir, OP_AND, asked, left);
}

static uint32_t or_sure(struct ir *ir, uint32_t earlier, uint32_t condition) {
  uint32_t sure = ir_1(ir, OP_SURE, condition);
  return earlier == NONE32 ? sure : ir_2(ir, OP_OR, earlier, sure);
}

/* An arm is asked of the rows where no earlier one has fired. */
static void tally_rules(struct tallying *t, uint32_t always) {
  const struct module *module = t->planner->module;
  uint32_t *earlier = arena_alloc(t->ir->arena, (module->statuses.count + 1) * sizeof *earlier);
  if (!earlier) return;
  for (uint32_t i = 0; i < module->statuses.count; i++) earlier[i] = NONE32;
  for (uint32_t i = 0; i < module->rules.count && !t->ir->arena->failed; i++) {
    const struct ast *rule = module->rules.at[i];
    if (rule->kind == AST_RULE) {
      t->owner = rule->child[0]->kind == AST_NONE ? rule_gives(t->ir->arena, rule) : rule->child[0]->text;
      tally_condition(t, rule->child[1], always);
      continue;
    }
    const struct symbol *status = rule->child[1]->symbol->status;
    t->owner = status->name;
    if (rule->child[0]->kind != AST_NONE)
      tally_condition(t, rule->child[0], and_not(t->ir, always, earlier[status->index]));
    earlier[status->index] = or_sure(t->ir, earlier[status->index], t->planner->conditions[i]);
  }
}

static void tally_scores(struct tallying *t, uint32_t always) {
  const struct symbols *scores = &t->planner->module->scores;
  for (uint32_t i = 0; i < scores->count; i++) {
    const struct ast *decl = scores->at[i]->decl;
    t->owner = scores->at[i]->name;
    for (uint32_t k = 2; k < decl->count; k++)
      if (decl->child[k]->kind == AST_POINTS) tally_condition(t, decl->child[k]->child[0], always);
  }
}

/* Each clause is asked of those whom the clauses before it left. */
static void tally_campaign(struct tallying *t, const struct campaign *campaign, const struct campaign_plan *plan) {
  uint32_t earlier = NONE32;
  t->owner = campaign->symbol->name;
  if (campaign->when) tally_condition(t, campaign->when, plan->active);
  for (uint32_t i = 0; i < campaign->unlesses.count; i++) tally_condition(t, campaign->unlesses.at[i], plan->eligible);
  for (uint32_t i = 0; i < campaign->channels.count; i++) {
    const struct ast *consent = campaign->channels.at[i]->child[1];
    tally_condition(t, consent, and_not(t->ir, plan->asked, earlier));
    earlier = or_sure(t->ir, earlier, lower(t->planner, consent));
  }
}

/* -- Tests ---------------------------------------------------------------------------------------- */

/* A cell as a number of units of 10^-digits; false when it is none. */
static bool read_number(struct rung_text text, int digits, int64_t *value) {
  bool negative = text.length > 0 && text.bytes[0] == '-', point = false, some = false;
  int64_t units = 0;
  for (size_t i = negative || (text.length > 0 && text.bytes[0] == '+'); i < text.length; i++) {
    char byte = text.bytes[i];
    if (byte == '.' && !point) {
      point = true;
      continue;
    }
    if (byte < '0' || byte > '9') return false;
    some = true;
    if (point && digits-- <= 0) {
      if (byte != '0') return false;
      continue;
    }
    int64_t digit = negative ? '0' - byte : byte - '0';
    if (__builtin_mul_overflow(units, (int64_t)10, &units)) return false;
    if (__builtin_add_overflow(units, digit, &units)) return false;
  }
  for (; digits > 0; digits--)
    if (__builtin_mul_overflow(units, (int64_t)10, &units)) return false;
  *value = units;
  return some;
}

/* Whether the row is the customer's. */
static uint32_t is_customer(struct tallying *t, struct rung_text cell) {
  const struct symbol *key = t->planner->module->key;
  if (!key) return plan_defect(t->planner, "a test of customers without a key");
  uint32_t value = lower_symbol(t->planner, key), wanted = 0;
  enum kind kind = ir_kind(t->ir, value);
  int64_t number;
  cell = key_read(key, cell);
  if (kind == KIND_T) wanted = ir_text(t->ir, cell);
  else if (kind == KIND_I && read_number(cell, 0, &number)) wanted = ir_constant(t->ir, kind, number);
  else if (kind == KIND_N && read_number(cell, 6, &number)) wanted = ir_constant(t->ir, kind, number);
  else return ir_constant(t->ir, KIND_F, 0);
  return ir_1(t->ir, OP_SURE, ir_2(t->ir, family_op(FAMILY_EQ, kind), value, wanted));
}

static void tally_tests(struct tallying *t) {
  const struct ast_list *tests = &t->planner->module->tests;
  for (uint32_t i = 0; i < tests->count && !t->ir->arena->failed; i++) {
    const struct ast *test = tests->at[i];
    t->owner = t->ir->owner = test->child[0]->text;
    t->test = i;
    for (uint32_t k = 1; k < test->count; k++) {
      const struct ast *expect = test->child[k];
      if (expect->kind != AST_EXPECT) continue;
      t->ir->at = expect->at;
      uint32_t asked = is_customer(t, expect->text);
      for (uint32_t c = 1; c < expect->count; c++) tally(t, TALLY_EXPECTED, expect->child[c], asked);
    }
  }
}

void plan_tallies(struct planner *planner) {
  const struct module *module = planner->module;
  const struct rungc_options *options = module->options;
  struct tallying t = {.planner = planner, .ir = planner->ir, .test = NONE32};
  if (options && options->coverage) {
    uint32_t always = ir_constant(t.ir, KIND_F, 1);
    tally_rules(&t, always);
    tally_scores(&t, always);
    for (uint32_t i = 0; i < module->campaigns.count; i++)
      tally_campaign(&t, module->campaigns.at[i]->campaign, &planner->campaigns[i]);
  }
  if (options && options->tests) tally_tests(&t);
}
