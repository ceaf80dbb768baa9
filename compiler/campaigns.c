/* campaigns.c - turns campaigns into flags: who is eligible, what becomes of him, and what he gets.

   Each step decides about those whom the steps before it left.  They stand on the left of `and`, so faults.c finds what
   is behind them undemanded where they have decided. */
#include "planner.h"

#include <string.h>

/* How many campaigns a customer gets so far, in binary: a flag for each digit, the lowest first; NONE32 where it is
   surely 0.  It is never more than the cap. */
struct use {
  const struct cap *cap;
  uint32_t *digits;
  uint32_t digit_count;     /* as the cap itself has */
};

/* One campaign on its way through the steps. */
struct decision {
  struct planner *planner;
  struct ir *ir;
  const struct campaign *campaign;
  const struct ast *node;   /* the clause that is being planned, for places */
  struct campaign_plan *plan;
  uint32_t *by;             /* of each channel: it is the one that reaches the customer */
  uint32_t *variant;        /* of each variant: it is the customer's */
  uint32_t left;            /* not decided yet */
};

/* -- Labels --------------------------------------------------------------------------- */

static uint32_t at_least_one(uint32_t count) { return count > 0 ? count : 1; }

uint32_t campaign_labels(const struct campaign *campaign) {
  return at_least_one(campaign->channels.count) * at_least_one(campaign->variants.count);
}

struct rung_text campaign_label(struct arena *arena, const struct campaign *campaign, uint32_t i) {
  struct rung_text name = campaign->symbol->name, channel = TEXT(""), variant = TEXT("");
  uint32_t variants = at_least_one(campaign->variants.count);
  if (i == campaign_labels(campaign)) return arena_print(arena, "%.*s:control", TEXT_ARG(name));
  if (campaign->channels.count > 0) channel = campaign->channels.at[i / variants]->child[0]->text;
  if (campaign->variants.count > 0) variant = campaign->variants.at[i % variants]->child[0]->text;
  return arena_print(arena, "%.*s%s%.*s%s%.*s", TEXT_ARG(name), channel.length ? ":" : "", TEXT_ARG(channel),
                     variant.length ? ":" : "", TEXT_ARG(variant));
}

/* -- Flags ----------------------------------------------------------------------------- */

static uint32_t op_1(struct decision *d, uint32_t op, uint32_t a) {
  return lower_op(d->planner, d->node, op, a, NONE32);
}
static uint32_t op_2(struct decision *d, uint32_t op, uint32_t a, uint32_t b) {
  return lower_op(d->planner, d->node, op, a, b);
}

static uint32_t negation(struct decision *d, uint32_t a) { return op_1(d, OP_NOT, a); }
static uint32_t both(struct decision *d, uint32_t a, uint32_t b) { return op_2(d, OP_AND, a, b); }
static uint32_t either(struct decision *d, uint32_t a, uint32_t b) { return a == NONE32 ? b : op_2(d, OP_OR, a, b); }
static uint32_t missing(struct decision *d, uint32_t a) { return negation(d, op_1(d, OP_PRESENT, a)); }

/* Those who are left and for whom `where` is true have the outcome; NONE32: nobody. */
static void decide(struct decision *d, enum outcome outcome, uint32_t where) {
  d->plan->outcomes[outcome] = where == NONE32 ? ir_constant(d->ir, KIND_F, 0) : both(d, d->left, where);
  if (where != NONE32) d->left = both(d, d->left, negation(d, where));
}

/* -- Eligible ------------------------------------------------------------------------------ */

static uint32_t on_weekday(struct decision *d, uint32_t today) {
  int64_t *days = arena_alloc(d->ir->arena, 7 * sizeof *days);
  struct ir_set set = {.kind = KIND_I, .numbers = days};
  if (!days) return 0;
  for (int64_t day = 1; day <= 7; day++)
    if (d->campaign->weekdays >> day & 1) days[set.count++] = day;
  uint32_t weekday = op_1(d, OP_WEEKDAY, today);
  return ir_imm(d->ir, OP_IN_I, weekday, pool_set(d->ir, set));
}

/* NONE32: every day is one. */
static uint32_t is_active(struct decision *d) {
  const struct campaign *campaign = d->campaign;
  if (!campaign->from && !campaign->to && !campaign->weekdays) return NONE32;
  uint32_t today = op_1(d, OP_TODAY, NONE32), active = NONE32;
  if (campaign->from) active = op_2(d, OP_LE_D, ir_constant(d->ir, KIND_D, campaign->from->value), today);
  if (campaign->to) {
    uint32_t until = op_2(d, OP_LE_D, today, ir_constant(d->ir, KIND_D, campaign->to->value));
    active = active == NONE32 ? until : both(d, active, until);
  }
  if (!campaign->weekdays) return active;
  uint32_t on = on_weekday(d, today);
  return active == NONE32 ? on : both(d, active, on);
}

static void plan_eligible(struct decision *d) {
  const struct ast *when = d->campaign->when;
  uint32_t active = is_active(d), wanted = NONE32;
  if (when) {
    wanted = lower(d->planner, when);
    d->node = when;
    wanted = op_1(d, OP_SURE, wanted);
  }
  d->node = d->campaign->decl->child[0];
  d->plan->active = active == NONE32 ? ir_constant(d->ir, KIND_F, 1) : active;
  d->plan->eligible = wanted == NONE32 ? d->plan->active : active == NONE32 ? wanted : both(d, active, wanted);
  d->left = d->plan->eligible;
}

/* -- Suppressed, unknown ---------------------------------------------------------------------- */

static uint32_t key_or(struct decision *d, const struct ast *by) {
  const struct symbol *key = d->planner->module->key;
  if (by) return lower(d->planner, by);
  return key ? lower_symbol(d->planner, key) : plan_defect(d->planner, "a campaign of customers without a key");
}

static uint32_t bucket(struct decision *d, const struct ast *by, const char *purpose) {
  struct rung_text salt = arena_print(d->ir->arena, "%.*s:%s", TEXT_ARG(d->campaign->symbol->name), purpose);
  return lower_bucket(d->planner, d->node, key_or(d, by), salt);
}

/* What must be known to send anything. */
static uint32_t plan_needs(struct decision *d, uint32_t unknown) {
  const struct campaign *campaign = d->campaign;
  if (campaign->holdout) {
    d->node = campaign->holdout;
    unknown = either(d, unknown, missing(d, key_or(d, campaign->holdout_by)));
  }
  if (campaign->variants.count > 0) {
    d->node = campaign->variants.at[0];
    unknown = either(d, unknown, missing(d, key_or(d, campaign->variants_by)));
  }
  if (campaign->cost) {
    uint32_t cost = lower_as(d->planner, campaign->cost, KIND_N);
    d->node = campaign->cost;
    unknown = either(d, unknown, missing(d, cost));
    unknown = either(d, unknown, op_1(d, OP_SURE, op_2(d, OP_LT_N, cost, ir_constant(d->ir, KIND_N, 0))));
  }
  return unknown;
}

static void plan_suppressed(struct decision *d) {
  uint32_t suppressed = NONE32, unknown = NONE32;
  for (uint32_t i = 0; i < d->campaign->unlesses.count; i++) {
    uint32_t unless = lower(d->planner, d->campaign->unlesses.at[i]);
    d->node = d->campaign->unlesses.at[i];
    suppressed = either(d, suppressed, op_1(d, OP_SURE, unless));
    unknown = either(d, unknown, missing(d, unless));
  }
  decide(d, OUTCOME_SUPPRESSED, suppressed);
  unknown = plan_needs(d, unknown);
  decide(d, OUTCOME_UNKNOWN, unknown);
}

/* -- Reached, control ------------------------------------------------------------------------------ */

static void plan_channels(struct decision *d) {
  const struct ast_list *channels = &d->campaign->channels;
  uint32_t reached = NONE32;
  d->plan->asked = d->left;
  for (uint32_t i = 0; i < channels->count; i++) {
    uint32_t consent = lower(d->planner, channels->at[i]->child[1]);
    d->node = channels->at[i]->child[1];
    consent = op_1(d, OP_SURE, consent);
    d->by[i] = reached == NONE32 ? consent : both(d, negation(d, reached), consent);
    reached = either(d, reached, consent);
  }
  decide(d, OUTCOME_UNREACHABLE, reached == NONE32 ? NONE32 : negation(d, reached));
}

static void plan_control(struct decision *d) {
  uint32_t held = NONE32;
  if (d->campaign->holdout) {
    uint32_t share = lower_as(d->planner, d->campaign->holdout, KIND_N);
    d->node = d->campaign->holdout;
    uint32_t place = bucket(d, d->campaign->holdout_by, "holdout");
    held = op_1(d, OP_SURE, op_2(d, OP_LT_N, place, share));
  }
  decide(d, OUTCOME_CONTROL, held);
}

/* Whether the bucket falls into each variant's share: they stand one after another. */
static void plan_variants(struct decision *d) {
  const struct ast_list *variants = &d->campaign->variants;
  if (variants->count == 0) return;
  d->node = variants->at[0];
  uint32_t place = bucket(d, d->campaign->variants_by, "variants"), before = NONE32;
  int64_t end = 0;
  for (uint32_t i = 0; i < variants->count; i++) {
    d->node = variants->at[i];
    end += variants->at[i]->value;
    uint32_t below = NONE32;
    if (i + 1 < variants->count)
      below = op_1(d, OP_SURE, op_2(d, OP_LT_N, place, ir_constant(d->ir, KIND_N, end)));
    if (before == NONE32) d->variant[i] = below == NONE32 ? ir_constant(d->ir, KIND_F, 1) : below;
    else d->variant[i] = below == NONE32 ? negation(d, before) : both(d, negation(d, before), below);
    before = below;
  }
}

/* -- Caps -------------------------------------------------------------------------------------------- */

/* The campaign's channel that a cap is about; NONE32: it has none such. */
static uint32_t capped_channel(const struct campaign *campaign, const struct cap *cap) {
  for (uint32_t i = 0; i < campaign->channels.count; i++)
    if (text_equal(campaign->channels.at[i]->child[0]->text, cap->channel)) return i;
  return NONE32;
}

/* As it is no more than the cap, it is the cap where it has all of its ones. */
static uint32_t used_up(struct decision *d, const struct use *use) {
  uint32_t full = NONE32;
  for (uint32_t i = 0; i < use->digit_count; i++) {
    if (!(use->cap->most >> i & 1)) continue;
    if (use->digits[i] == NONE32) return NONE32;
    full = full == NONE32 ? use->digits[i] : both(d, full, use->digits[i]);
  }
  return full;
}

static void plan_room(struct decision *d, const struct use *uses, uint32_t count) {
  uint32_t full = NONE32;
  for (uint32_t i = 0; i < count; i++) {
    bool of_all = uses[i].cap->channel.length == 0;
    uint32_t channel = of_all ? NONE32 : capped_channel(d->campaign, uses[i].cap), used = used_up(d, &uses[i]);
    if (used == NONE32 || (!of_all && channel == NONE32)) continue;
    full = either(d, full, of_all ? used : both(d, d->by[channel], used));
  }
  decide(d, OUTCOME_PRIORITY, full);
}

/* Adds one where `gets` is true.  Nothing is carried beyond the highest digit. */
static void count_use(struct decision *d, struct use *use, uint32_t gets) {
  uint32_t carry = gets;
  for (uint32_t i = 0; i < use->digit_count && carry != NONE32; i++) {
    uint32_t digit = use->digits[i], next = NONE32;
    if (digit == NONE32) {
      use->digits[i] = carry;
    } else if (i + 1 == use->digit_count) {
      use->digits[i] = either(d, digit, carry);
    } else {
      next = both(d, digit, carry);
      use->digits[i] = negation(d, op_2(d, OP_EQ_F, digit, carry));
    }
    carry = next;
  }
}

static void count_uses(struct decision *d, struct use *uses, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    bool of_all = uses[i].cap->channel.length == 0;
    uint32_t channel = of_all ? NONE32 : capped_channel(d->campaign, uses[i].cap);
    if (of_all) count_use(d, &uses[i], d->plan->outcomes[OUTCOME_GETS]);
    else if (channel != NONE32) count_use(d, &uses[i], d->plan->channels[channel]);
  }
}

/* -- Limit and budget ------------------------------------------------------------------------------------ */

static uint32_t amount(struct decision *d, const struct ast *node) {
  if (!node) return NONE32;
  uint32_t id = lower_as(d->planner, node, KIND_N);
  return d->ir->nodes[id].uniform ? id : plan_defect(d->planner, "an amount that differs from row to row");
}

static uint32_t rank_value(struct decision *d, type_t *type) {
  const struct ast *order = d->campaign->order;
  *type = order ? order->type : TYPE_NUMBER;
  if (!order) return bucket(d, NULL, "limit");
  if (*type != TYPE_DATETIME) return lower(d->planner, order);
  *type = TYPE_DATE;
  return lower_as(d->planner, order, KIND_D);
}

static uint32_t plan_quota(struct decision *d) {
  const struct campaign *campaign = d->campaign;
  struct ir_ask ask = {.table = NONE32, .function = MEASURE_QUOTA, .type = TYPE_INTEGER,
                       .ascending = campaign->ascending};
  uint32_t value = rank_value(d, &ask.value_type), where = d->left, group = NONE32;
  if (campaign->group) group = lower(d->planner, campaign->group);
  struct ir_quota quota;
  quota.inputs[QUOTA_COST] = campaign->cost ? lower_as(d->planner, campaign->cost, KIND_N) : NONE32;
  quota.inputs[QUOTA_GROUP_LIMIT] = amount(d, campaign->group_limit);
  quota.inputs[QUOTA_LIMIT] = amount(d, campaign->limit);
  quota.inputs[QUOTA_BUDGET] = amount(d, campaign->budget);
  ask.quota = ir_quota(d->ir, quota);
  uint32_t imm = pool_ask(d->ir, ask);
  d->ir->at = d->node->at;
  return ir_make(d->ir, (struct ir_node){.op = campaign->group ? OP_QUOTA_PER : OP_QUOTA, .a = value, .b = where,
                                         .c = group, .imm = imm});
}

/* The clauses of limit and budget, which the summary calls the quota. */
static const struct ast *quota_clause(const struct campaign *campaign) {
  for (uint32_t i = 2; i < campaign->decl->count; i++) {
    const struct ast *clause = campaign->decl->child[i];
    if (clause->kind == AST_LIMIT || clause->kind == AST_BUDGET) return clause;
  }
  return campaign->decl->child[0];
}

static void plan_limits(struct decision *d) {
  const struct campaign *campaign = d->campaign;
  uint32_t *outcomes = d->plan->outcomes, none = ir_constant(d->ir, KIND_F, 0);
  outcomes[OUTCOME_LIMIT] = outcomes[OUTCOME_BUDGET] = none;
  outcomes[OUTCOME_GETS] = d->left;
  if (!campaign->limit && !campaign->group_limit && !campaign->budget) return;
  static const struct {
    enum outcome outcome;
    int64_t quota;          /* as opcodes.def has it */
  } parts[] = {{OUTCOME_LIMIT, 1}, {OUTCOME_BUDGET, 2}, {OUTCOME_GETS, 0}};
  d->node = quota_clause(campaign);
  uint32_t quota = plan_quota(d);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    uint32_t constant = ir_constant(d->ir, KIND_I, parts[i].quota);
    outcomes[parts[i].outcome] = both(d, d->left, op_2(d, OP_EQ_I, quota, constant));
  }
}

/* -- One campaign ------------------------------------------------------------------------------------------ */

static uint32_t *nodes_for(struct decision *d, uint32_t count) {
  return arena_alloc(d->ir->arena, (count + 1) * sizeof(uint32_t));
}

static void plan_labels(struct decision *d) {
  const uint32_t channels = d->campaign->channels.count, variants = d->campaign->variants.count;
  const uint32_t gets = d->plan->outcomes[OUTCOME_GETS];
  d->node = d->campaign->decl->child[0];
  for (uint32_t i = 0; i < channels; i++)
    d->plan->channels[i] = channels == 1 ? gets : both(d, gets, d->by[i]); /* who gets it is reached */
  for (uint32_t i = 0; i < variants; i++) d->plan->variants[i] = both(d, gets, d->variant[i]);
  for (uint32_t i = 0; i < campaign_labels(d->campaign); i++) {
    uint32_t channel = i / at_least_one(variants), variant = i % at_least_one(variants);
    uint32_t label = channels > 0 ? d->plan->channels[channel] : gets;
    d->plan->labels[i] = variants > 0 ? both(d, label, d->variant[variant]) : label;
  }
}

static void plan_campaign(struct planner *planner, const struct campaign *campaign, struct campaign_plan *plan,
                          struct use *uses, uint32_t use_count) {
  struct decision d = {.planner = planner, .ir = planner->ir, .campaign = campaign, .plan = plan,
                       .node = campaign->decl->child[0]};
  planner->ir->owner = campaign->symbol->name;
  d.by = nodes_for(&d, campaign->channels.count);
  d.variant = nodes_for(&d, campaign->variants.count);
  plan->channels = nodes_for(&d, campaign->channels.count);
  plan->variants = nodes_for(&d, campaign->variants.count);
  plan->labels = nodes_for(&d, campaign_labels(campaign));
  if (planner->ir->arena->failed) return;
  plan_eligible(&d);
  plan_suppressed(&d);
  plan_channels(&d);
  plan_control(&d);
  plan_variants(&d);
  d.node = campaign->decl->child[0];
  plan_room(&d, uses, use_count);
  plan_limits(&d);
  plan_labels(&d);
  count_uses(&d, uses, use_count);
}

/* A cap that cannot be used up needs no counting. */
static struct use *start_uses(struct planner *planner, uint32_t *count) {
  const struct module *module = planner->module;
  struct arena *arena = planner->plan->arena;
  struct use *uses = arena_alloc(arena, (module->cap_count + 1) * sizeof *uses);
  for (uint32_t i = 0; uses && i < module->cap_count; i++) {
    const struct cap *cap = &module->caps[i];
    if (cap->most >= module->campaigns.count) continue;
    struct use *use = &uses[(*count)++];
    use->cap = cap;
    while (cap->most >> use->digit_count) use->digit_count++;
    use->digits = arena_alloc(arena, use->digit_count * sizeof *use->digits);
    if (use->digits) memset(use->digits, 0xff, use->digit_count * sizeof *use->digits);
  }
  return uses;
}

void plan_campaigns(struct planner *planner) {
  const struct module *module = planner->module;
  uint32_t use_count = 0;
  struct use *uses = start_uses(planner, &use_count);
  struct campaign_plan *plans = arena_alloc(planner->plan->arena, (module->campaigns.count + 1) * sizeof *plans);
  for (uint32_t i = 0; i < module->decided.count && !planner->plan->arena->failed; i++) {
    const struct symbol *symbol = module->decided.at[i];
    plan_campaign(planner, symbol->campaign, &plans[symbol->index], uses, use_count);
  }
  planner->campaigns = plans;
}
