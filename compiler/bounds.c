/* bounds.c - check the amounts, shares, days and consents of campaigns, and the limits of guards. */
#include "check.h"

#include "decimal.h"
#include "intern.h"
#include "literal.h"
#include "same.h"
#include "words.h"

enum { HUNDREDTH = DECIMAL_ONE / 100 };

/* Whether an amount is a constant, also one that a param starts from. */
static bool constant(const struct ast *node, __int128 *value) { return literal_number(check_meant(node), value); }

static struct rung_text percent_words(struct module *module, int64_t millionths) {
  int64_t whole = millionths / HUNDREDTH, rest = millionths % HUNDREDTH;
  if (rest == 0) return arena_print(&module->arena, "%lld", (long long)whole);
  struct rung_text text = arena_print(&module->arena, "%lld.%04lld", (long long)whole, (long long)rest);
  while (text.length > 0 && text.bytes[text.length - 1] == '0') text.length--;
  return text;
}

/* -- Amounts ------------------------------------------------------------------------------------- */

static bool check_fixed(struct module *module, struct ast *node) {
  if (node->type == TYPE_ERROR || is_fixed(node) || diag_inside(module, node->at)) return true;
  struct diag *diag = diag_report(module, node->at, DIAG_NOT_FIXED, TEXT_ARG(expression_words(module, node)));
  diag_help(module, diag, "here stand constants, params, and what is computed of these");
  return false;
}

static void check_amount(struct module *module, struct ast *amount, bool fixed) {
  __int128 value;
  if (!amount) return;
  check_node(module, amount);
  if ((fixed && !check_fixed(module, amount)) || !constant(amount, &value) || value >= 0) return;
  diag_report(module, amount->at, DIAG_AMOUNT_NEGATIVE);
}

/* limit 10%: a tenth of a customer. */
static void check_limit(struct module *module, struct ast *limit) {
  __int128 value;
  check_amount(module, limit, true);
  if (!limit || !constant(limit, &value) || value <= 0 || value >= DECIMAL_ONE) return;
  struct diag *diag = diag_report(module, limit->at, DIAG_LIMIT_FRACTION);
  diag_help(module, diag, "to leave a share of them out write `holdout %.*s%%`; to take a number write it: `limit 500`",
            TEXT_ARG(percent_words(module, DECIMAL_ONE - (int64_t)value)));
}

/* 25 where 25% was meant. */
static void help_percent(struct module *module, struct diag *diag, const struct ast *node, __int128 value) {
  bool percent = value > DECIMAL_ONE && value <= 100 * DECIMAL_ONE && value % DECIMAL_ONE == 0;
  if (!percent) {
    diag_help(module, diag, "it goes from 0%% to 100%%");
    return;
  }
  struct rung_text fix = arena_print(&module->arena, "%lld%%", (long long)(value / DECIMAL_ONE));
  diag_help(module, diag, "did you mean %.*s?", TEXT_ARG(fix));
  if (bare(node)->kind == AST_NUMBER) diag_fix(diag, fix);
}

static void check_holdout(struct module *module, struct ast *share) {
  __int128 value;
  if (!share) return;
  check_node(module, share);
  if (!check_fixed(module, share) || !constant(share, &value) || (value >= 0 && value < DECIMAL_ONE)) return;
  struct diag *diag = diag_report(module, share->at, DIAG_SHARE_RANGE);
  if (value > DECIMAL_ONE) help_percent(module, diag, share, value);
  else if (value == DECIMAL_ONE) diag_help(module, diag, "nobody would be left who gets it");
}

static void check_order(struct module *module, struct ast *order) {
  if (!order) return;
  check_node(module, order);
  if (order->type == TYPE_ERROR || !is_uniform(order)) return;
  struct diag *diag = diag_report(module, order->at, DIAG_SAME_FOR_ALL, TEXT_ARG(expression_words(module, order)));
  diag_help(module, diag, "order them by a value that they differ in");
}

/* -- Variants and days ------------------------------------------------------------------------------ */

static void check_variants(struct module *module, const struct ast_list *variants) {
  int64_t sum = 0;
  if (variants->count == 0) return;
  for (uint32_t i = 0; i < variants->count; i++) {
    const struct ast *variant = variants->at[i];
    if (variant->value <= 0) diag_report(module, variant->at, DIAG_VARIANT_SHARE);
    if (variant->value <= 0 || __builtin_add_overflow(sum, variant->value, &sum)) return;
  }
  const struct ast *first = variants->at[0], *last = variants->at[variants->count - 1];
  if (variants->count == 1) {
    struct diag *diag = diag_report(module, first->at, DIAG_VARIANT_ONE);
    diag_help(module, diag, "write for example `variants a 50%%, b 50%%`");
  } else if (sum != DECIMAL_ONE) {
    struct diag *diag = diag_report(module, place_join(first->at, last->at), DIAG_VARIANT_SUM,
                                    TEXT_ARG(percent_words(module, sum)));
    int64_t fitting = last->value + DECIMAL_ONE - sum;
    if (fitting <= 0) return;
    diag_help(module, diag, "with `%.*s %.*s%%` they would", TEXT_ARG(name_written(module, last->child[0]->text)),
              TEXT_ARG(percent_words(module, fitting)));
  }
}

static void check_days(struct module *module, const struct campaign *campaign) {
  if (!campaign->from || !campaign->to || campaign->from->value <= campaign->to->value) return;
  struct diag *diag = diag_report(module, place_join(campaign->from->at, campaign->to->at), DIAG_ACTIVE_REVERSED);
  struct rung_text fix = arena_print(&module->arena, "%.*s to %.*s", TEXT_ARG(expression_text(module, campaign->to)),
                                     TEXT_ARG(expression_text(module, campaign->from)));
  diag_help(module, diag, "the earlier day stands first: `active %.*s`", TEXT_ARG(fix));
  diag_fix(diag, fix);
}

/* -- Consent --------------------------------------------------------------------------------------- */

/* A channel of a campaign, to compare others of its name with. */
struct asked {
  const struct campaign *campaign;
  const struct ast *channel;
};

static void check_consent(struct module *module, struct intern *seen, const struct campaign *campaign,
                          struct ast *channel) {
  const struct ast *name = channel->child[0];
  struct ast *consent = channel->child[1];
  check_node(module, consent);
  if (consent->type == TYPE_ERROR || diag_inside(module, consent->at)) return;
  if (is_uniform(consent)) {
    struct diag *diag = diag_report(module, consent->at, DIAG_CONSENT_CONSTANT);
    diag_help(module, diag, "ask what each customer agreed to, like `channel %.*s when %.*s_consent`",
              TEXT_ARG(name->text), TEXT_ARG(name->text));
    return;
  }
  if (is_yes_of_a_stranger(module, consent)) {
    struct diag *diag = diag_report(module, consent->at, DIAG_CONSENT_UNKNOWN);
    diag_help(module, diag, "what is not known is no leave: ask the column itself, without a default, as `channel %.*s "
              "when %.*s_consent` does", TEXT_ARG(name->text), TEXT_ARG(name->text));
  }
  struct asked *asked = arena_alloc(&module->arena, sizeof *asked);
  if (!asked) return;
  *asked = (struct asked){campaign, channel};
  const struct asked *first = intern_add(seen, name->text, asked);
  if (!first || first->campaign == campaign || same_expression(first->channel->child[1], consent)) return;
  struct diag *diag = diag_report(module, consent->at, DIAG_CONSENT_DIFFERS, TEXT_ARG(name->text),
                                  TEXT_ARG(first->campaign->symbol->name));
  diag_help(module, diag, "there, at %.*s, it is %.*s; is one of the two right for both?",
            TEXT_ARG(place_words(module, first->channel->at)),
            TEXT_ARG(expression_words(module, first->channel->child[1])));
}

/* -- Campaigns ----------------------------------------------------------------------------------------- */

/* Who is drawn by chance is drawn by the key, unless something else is named. */
static bool draws_by_key(const struct campaign *campaign) {
  bool cut = campaign->limit || campaign->group_limit || campaign->budget;
  return (campaign->holdout && !campaign->holdout_by) || (campaign->variants.count > 0 && !campaign->variants_by) ||
         (cut && !campaign->order);
}

static void check_campaign(struct module *module, struct intern *seen, const struct campaign *campaign) {
  if (campaign->when) check_node(module, campaign->when);
  for (uint32_t i = 0; i < campaign->unlesses.count; i++) check_node(module, campaign->unlesses.at[i]);
  for (uint32_t i = 0; i < campaign->channels.count; i++)
    check_consent(module, seen, campaign, campaign->channels.at[i]);
  check_holdout(module, campaign->holdout);
  check_variants(module, &campaign->variants);
  check_limit(module, campaign->limit);
  check_limit(module, campaign->group_limit);
  check_amount(module, campaign->budget, true);
  check_amount(module, campaign->cost, false);
  check_order(module, campaign->order);
  check_days(module, campaign);
}

void check_campaigns(struct module *module) {
  struct intern seen = {.arena = &module->arena};
  bool drawn = false;
  for (uint32_t i = 0; i < module->campaigns.count && !module->arena.failed; i++) {
    const struct campaign *campaign = module->campaigns.at[i]->campaign;
    check_campaign(module, &seen, campaign);
    drawn = drawn || draws_by_key(campaign);
  }
  const struct symbol *key = module->key;
  if (!drawn || !key || key->type == TYPE_TEXT || key->type == TYPE_INTEGER || key->type == TYPE_ERROR) return;
  struct diag *diag =
      diag_report(module, symbol_place(key), DIAG_KEY_BUCKET, TEXT_ARG(key->name), type_words(key->type));
  diag_help(module, diag, "declare it as text: `%.*s text key;`", TEXT_ARG(name_written(module, key->name)));
}

/* -- Guards ----------------------------------------------------------------------------------------- */

static enum ast_kind test_of(int64_t comparison) {
  static const uint8_t kinds[] = {[COMPARE_EQ] = AST_EQ, [COMPARE_NE] = AST_NE, [COMPARE_LT] = AST_LT,
                                  [COMPARE_LE] = AST_LE, [COMPARE_GT] = AST_GT, [COMPARE_GE] = AST_GE};
  return (enum ast_kind)kinds[comparison];
}

/* guard share of lost <= 25: a share is at most 1. */
static void check_reach(struct module *module, const struct ast *guard) {
  __int128 value;
  const struct ast *limit = guard->child[1];
  bool share = guard->function == GUARD_SHARE || guard->function == GUARD_CHANGE;
  if (guard->function == GUARD_SUM || !constant(limit, &value)) return;
  bool fraction = !share && value > 0 && value < DECIMAL_ONE;
  int known = check_decided(test_of(guard->value), 0, share ? DECIMAL_ONE : (__int128)INT64_MAX * DECIMAL_ONE, value);
  if (known < 0 && !fraction) return;
  struct diag *diag = diag_report(module, place_join(guard->child[0]->at, limit->at), DIAG_KNOWN,
                                  known < 0 ? "a count compared with a share" : known ? "always true" : "never true");
  if (share) help_percent(module, diag, limit, value);
  else if (fraction) diag_help(module, diag, "did you mean `share of`?");
  else diag_help(module, diag, "a count is 0 or more");
  if (share && bare(limit)->kind == AST_NUMBER) diag->at = limit->at;
}

void check_guards(struct module *module) {
  for (uint32_t i = 0; i < module->guards.count; i++) {
    struct ast *guard = module->guards.at[i];
    check_node(module, guard->child[0]);
    if (guard->kind != AST_GUARD) continue;
    check_node(module, guard->child[1]);
    if (check_fixed(module, guard->child[1])) check_reach(module, guard);
  }
}
