/* campaign.c - sort out the clauses of campaigns, what a customer may get at most, and who is decided before whom. */
#include "same.h"
#include "scope.h"

#include <stdlib.h>
#include <string.h>

/* -- Names that stand in labels and behind the point ----------------------------------------------- */

static const char *const outcomes[] = {
#define OUTCOME(id, name, text) name,
#include "outcomes.def"
#undef OUTCOME
};

static struct rung_text text_of(const char *string) { return (struct rung_text){string, strlen(string)}; }

/* What stands between the parts of a label, and between labels. */
static void check_marks(struct module *module, const struct ast *name) {
  for (size_t i = 0; i < name->text.length; i++) {
    char byte = name->text.bytes[i];
    if (byte != ':' && byte != '|') continue;
    struct diag *diag = diag_report(module, name->at, DIAG_LABEL_MARK, TEXT_ARG(name->text), byte);
    diag_help(module, diag, "labels look like `winback:email:a|reminder:sms`; choose a name without `:` and `|`");
    return;
  }
}

static void report_part_taken(struct module *module, const struct ast *name, const char *what) {
  struct diag *diag = diag_report(module, name->at, DIAG_PART_TAKEN, TEXT_ARG(name->text), what);
  diag_help(module, diag, "the channels and variants of a campaign need names of their own");
}

/* `seen` has the NAMEs of this campaign's channels and variants. */
static void define_part(struct module *module, struct intern *seen, struct ast *name) {
  check_marks(module, name);
  if (text_equal(name->text, TEXT("eligible")))
    report_part_taken(module, name, "the word for all whom a campaign is for");
  for (size_t i = 0; i < OUTCOME_COUNT_OF; i++) {
    if (text_equal(name->text, text_of(outcomes[i]))) report_part_taken(module, name, "an outcome of every campaign");
  }
  const struct ast *first = intern_add(seen, name->text, name);
  if (!first) return;
  struct diag *diag = diag_report(module, name->at, DIAG_PART_TAKEN, TEXT_ARG(name->text),
                                  "a channel or variant of this campaign");
  diag_help(module, diag, "the first one is at %.*s; channels and variants need names of their own",
            TEXT_ARG(place_words(module, first->at)));
}

/* -- Clauses ------------------------------------------------------------------------------------------ */

struct sorter {
  struct module *module;
  struct campaign *campaign;
  const struct ast *seen[AST_KIND_COUNT];
  const struct ast *by;     /* the LIMIT that says who comes first */
  struct intern parts;
};

static const char *clause_words(enum ast_kind kind) { return kind == AST_CHANNELS ? "channel" : ast_name(kind); }

static void report_twice(const struct sorter *sorter, const struct ast *clause, const char *words,
                         const struct ast *first) {
  struct module *module = sorter->module;
  struct rung_text where = place_words(module, first->at);
  struct rung_text name = sorter->campaign->symbol->name;
  struct diag *diag = diag_report(module, clause->at, DIAG_CLAUSE_TWICE, TEXT_ARG(name), words);
  const char *advice = clause->kind == AST_WHEN       ? "; join the two conditions by `and`"
                       : clause->kind == AST_CHANNELS ? "; list all channels there, in the order of trying"
                                                      : "";
  diag_help(module, diag, "the first one is at %.*s%s", TEXT_ARG(where), advice);
}

static void report_two_orders(const struct sorter *sorter, const struct ast *limit) {
  struct module *module = sorter->module;
  struct rung_text where = place_words(module, sorter->by->at);
  struct diag *diag = diag_report(module, limit->child[2]->at, DIAG_LIMIT_ORDERS,
                                  TEXT_ARG(sorter->campaign->symbol->name));
  diag_help(module, diag, "it goes by `%.*s` at %.*s already, and one order holds for all limits and the budget",
            TEXT_ARG(expression_text(module, sorter->by->child[2])), TEXT_ARG(where));
}

static void sort_limit(struct sorter *sorter, struct ast *clause) {
  struct campaign *campaign = sorter->campaign;
  bool grouped = clause->child[1]->kind != AST_NONE;
  struct ast **amount = grouped ? &campaign->group_limit : &campaign->limit;
  if (*amount) {
    report_twice(sorter, clause, grouped ? "limit ... per" : "limit", *amount);
  } else {
    *amount = clause->child[0];
    if (grouped) campaign->group = clause->child[1];
  }
  if (clause->child[2]->kind == AST_NONE) return;
  if (sorter->by && (clause->negated != sorter->by->negated ||
                     !same_expression(clause->child[2], sorter->by->child[2]))) {
    report_two_orders(sorter, clause);
  }
  if (sorter->by) return;
  sorter->by = clause;
  campaign->order = clause->child[2];
  campaign->ascending = clause->negated;
}

static struct ast *given(struct ast *node) { return node->kind == AST_NONE ? NULL : node; }

static void sort_parts(struct sorter *sorter, struct ast *clause) {
  struct campaign *campaign = sorter->campaign;
  bool channels = clause->kind == AST_CHANNELS;
  for (uint32_t i = !channels; i < clause->count; i++) {
    struct ast *part = clause->child[i];
    define_part(sorter->module, &sorter->parts, part->child[0]);
    list_add(sorter->module, channels ? &campaign->channels : &campaign->variants, part);
  }
  if (!channels) campaign->variants_by = given(clause->child[0]);
}

static void sort_once(struct sorter *sorter, struct ast *clause) {
  struct campaign *campaign = sorter->campaign;
  switch (clause->kind) {
    case AST_WHEN: campaign->when = clause->child[0]; break;
    case AST_CHANNELS: case AST_VARIANTS: sort_parts(sorter, clause); break;
    case AST_PRIORITY: campaign->priority = clause->value; break;
    case AST_HOLDOUT:
      campaign->holdout = clause->child[0];
      campaign->holdout_by = given(clause->child[1]);
      break;
    case AST_BUDGET:
      campaign->budget = clause->child[0];
      campaign->cost = clause->child[1];
      break;
    case AST_ACTIVE:
      campaign->from = given(clause->child[0]);
      campaign->to = given(clause->child[1]);
      break;
    case AST_ON: campaign->weekdays = (uint8_t)clause->value; break;
    default: break;
  }
}

static void sort_clause(struct sorter *sorter, struct ast *clause) {
  const struct ast **first = &sorter->seen[clause->kind];
  if (clause->kind == AST_UNLESS) {
    list_add(sorter->module, &sorter->campaign->unlesses, clause->child[0]);
  } else if (clause->kind == AST_LIMIT) {
    sort_limit(sorter, clause);
  } else if (*first) {
    report_twice(sorter, clause, clause_words((enum ast_kind)clause->kind), *first);
  } else {
    *first = clause;
    sort_once(sorter, clause);
  }
}

static void warn_open(const struct sorter *sorter) {
  struct module *module = sorter->module;
  const struct symbol *symbol = sorter->campaign->symbol;
  struct place at = symbol_place(symbol);
  if (diag_inside(module, symbol->decl->at)) return;
  if (!sorter->seen[AST_WHEN]) {
    struct diag *diag = diag_report(module, at, DIAG_NO_WHEN, TEXT_ARG(symbol->name));
    diag_help(module, diag, "say whom it is for: `when churning and orders > 2;`");
  }
  if (!sorter->seen[AST_CHANNELS]) {
    struct diag *diag = diag_report(module, at, DIAG_NO_CHANNEL, TEXT_ARG(symbol->name));
    diag_help(module, diag, "say who may be written to: `channel email when email_consent;`");
  }
}

void define_campaign(struct scope *scope, struct ast *node) {
  struct module *module = scope->module;
  struct campaign *campaign = arena_alloc(&module->arena, sizeof *campaign);
  struct symbol *symbol =
      campaign ? define_name(module, &scope->names, &module->campaigns, SYMBOL_CAMPAIGN, node->child[0], node) : NULL;
  if (!symbol) return;
  *campaign = (struct campaign){.symbol = symbol, .decl = node};
  if (node->child[1]->kind == AST_STRING) campaign->title = node->child[1]->text;
  symbol->type = TYPE_FLAG, symbol->used = true, symbol->campaign = campaign;
  check_marks(module, node->child[0]);
  struct sorter sorter = {.module = module, .campaign = campaign, .parts = {.arena = &module->arena}};
  for (uint32_t i = 2; i < node->count; i++) sort_clause(&sorter, node->child[i]);
  warn_open(&sorter);
}

/* -- Caps ---------------------------------------------------------------------------------------------- */

static const struct cap *find_cap(const struct module *module, struct rung_text channel) {
  for (uint32_t i = 0; i < module->cap_count; i++) {
    if (text_equal(module->caps[i].channel, channel)) return &module->caps[i];
  }
  return NULL;
}

void define_caps(struct scope *scope, struct ast *node) {
  struct module *module = scope->module;
  for (uint32_t i = 0; i < node->count; i++) {
    const struct ast *decl = node->child[i];
    struct rung_text channel = decl->child[0]->kind == AST_NAME ? decl->child[0]->text : TEXT("");
    const struct cap *first = find_cap(module, channel);
    if (first) {
      struct diag *diag = diag_report(module, decl->at, DIAG_CAP_TWICE, channel.length ? " " : "", TEXT_ARG(channel));
      diag_help(module, diag, "the first one is at %.*s: %lld", TEXT_ARG(place_words(module, first->decl->at)),
                (long long)first->most);
      continue;
    }
    struct cap *grown = arena_grow(&module->arena, module->caps, module->cap_count, &module->cap_room, sizeof *grown);
    if (!grown) return;
    module->caps = grown;
    module->caps[module->cap_count++] = (struct cap){decl, channel, decl->value};
  }
}

/* A cap of a channel that no campaign has. */
static void warn_cap(struct module *module, const struct cap *cap) {
  struct nearest nearest;
  nearest_start(&nearest, cap->channel);
  for (uint32_t i = 0; i < module->campaigns.count; i++) {
    const struct campaign *campaign = module->campaigns.at[i]->campaign;
    for (uint32_t j = 0; j < campaign->channels.count; j++) {
      struct rung_text name = campaign->channels.at[j]->child[0]->text;
      if (text_equal(name, cap->channel)) return;
      nearest_try(&nearest, name);
    }
  }
  const struct ast *name = cap->decl->child[0];
  struct diag *diag = diag_report(module, name->at, DIAG_CAP_IDLE, TEXT_ARG(cap->channel));
  if (nearest.best.length > 0) {
    diag_help(module, diag, "did you mean `%.*s`?", TEXT_ARG(nearest.best));
    diag_fix(diag, name_written(module, nearest.best));
  } else {
    diag_help(module, diag, "it keeps nobody from anything");
  }
}

/* -- All together ---------------------------------------------------------------------------------------- */

/* `orders.gets` would mean two things. */
static void check_table(const struct scope *scope, const struct symbol *campaign) {
  struct module *module = scope->module;
  const struct symbol *table = intern_find(&scope->tables, campaign->name);
  if (!table) return;
  struct diag *diag = diag_report(module, symbol_place(campaign), DIAG_NAME_TAKEN, TEXT_ARG(campaign->name),
                                  symbol_words(table));
  diag_help(module, diag, "it is declared at %.*s; `%.*s.gets` would mean two things, so choose another name",
            TEXT_ARG(place_words(module, symbol_place(table))), TEXT_ARG(campaign->name));
}

static void report_keyless(struct module *module) {
  const struct symbol *first = module->campaigns.at[0];
  struct diag *diag = diag_report(module, symbol_place(first), DIAG_CAMPAIGN_KEY);
  if (module->has_input) {
    diag_help(module, diag, "mark the column of `%.*s` that tells customers apart: `customer_id text key;`",
              TEXT_ARG(module->table));
  } else {
    diag_help(module, diag, "declare the columns and the key: `input customers { customer_id text key; ... }`");
  }
}

static int compare_decided(const void *left, const void *right) {
  const struct symbol *a = *(struct symbol *const *)left, *b = *(struct symbol *const *)right;
  if (a->campaign->priority != b->campaign->priority) return a->campaign->priority > b->campaign->priority ? -1 : 1;
  return (a->index > b->index) - (a->index < b->index);
}

void rank_campaigns(struct scope *scope) {
  struct module *module = scope->module;
  const struct symbols *all = &module->campaigns;
  for (uint32_t i = 0; i < module->cap_count; i++) {
    if (module->caps[i].channel.length > 0) warn_cap(module, &module->caps[i]);
  }
  if (all->count == 0) return;
  if (!module->key) report_keyless(module);
  struct symbol **ranked = arena_alloc(&module->arena, all->count * sizeof *ranked);
  if (!ranked) return;
  for (uint32_t i = 0; i < all->count; i++) {
    check_table(scope, all->at[i]);
    ranked[i] = all->at[i];
  }
  qsort(ranked, all->count, sizeof *ranked, compare_decided);
  module->decided = (struct symbols){ranked, all->count, all->count};
}

/* -- Names ------------------------------------------------------------------------------------------------ */

void bind_campaign(struct scope *scope, const struct ast *node) {
  scope->in_campaign = true;
  for (uint32_t i = 2; i < node->count; i++) {
    struct ast *clause = node->child[i];
    bool named = clause->kind == AST_CHANNELS || clause->kind == AST_VARIANTS || clause->kind == AST_ACTIVE;
    for (uint32_t j = 0; j < clause->count; j++) {
      struct ast *child = clause->child[j];
      if (child->kind == AST_CHANNEL) bind(scope, child->child[1]);
      else if (!named || child->kind == AST_NAME) bind(scope, child);
    }
  }
  scope->in_campaign = false;
}

void report_early(const struct scope *scope, const struct ast *name) {
  struct module *module = scope->module;
  struct diag *diag = diag_report(module, name->at, DIAG_CAMPAIGN_EARLY, TEXT_ARG(name->text));
  if (scope->in_campaign) {
    diag_help(module, diag, "so that nobody gets both write `campaigns { at most 1 per customer; }`: the one of "
              "higher `priority` goes first");
  } else {
    diag_help(module, diag, "who got it in the last run is `was %.*s`", TEXT_ARG(name_written(module, name->text)));
  }
}

static bool find_part(struct ast *node, const struct campaign *campaign) {
  struct rung_text part = node->child[1]->text;
  const struct ast_list *lists[] = {&campaign->channels, &campaign->variants};
  for (uint32_t i = 0; i < OUTCOME_COUNT_OF; i++) {
    if (!text_equal(part, text_of(outcomes[i]))) continue;
    node->function = PART_OUTCOME, node->value = i;
    return true;
  }
  for (unsigned i = 0; i < 2; i++) {
    for (uint32_t j = 0; j < lists[i]->count; j++) {
      if (!text_equal(part, lists[i]->at[j]->child[0]->text)) continue;
      node->function = i == 0 ? PART_CHANNEL : PART_VARIANT, node->value = j;
      return true;
    }
  }
  node->function = PART_ELIGIBLE, node->value = 0;
  return text_equal(part, TEXT("eligible"));
}

static void report_unknown_part(struct module *module, const struct ast *node, const struct campaign *campaign) {
  const struct ast *name = node->child[1];
  struct diag *diag = diag_report(module, name->at, DIAG_PART_UNKNOWN, TEXT_ARG(node->child[0]->text),
                                  TEXT_ARG(name->text));
  struct rung_text all = TEXT("eligible");
  struct nearest nearest;
  nearest_start(&nearest, name->text);
  nearest_try(&nearest, all);
  for (size_t i = 0; i < OUTCOME_COUNT_OF; i++) {
    nearest_try(&nearest, text_of(outcomes[i]));
    all = arena_print(&module->arena, "%.*s, %s", TEXT_ARG(all), outcomes[i]);
  }
  const struct ast_list *lists[] = {&campaign->channels, &campaign->variants};
  for (unsigned i = 0; i < 2; i++) {
    for (uint32_t j = 0; j < lists[i]->count; j++) nearest_try(&nearest, lists[i]->at[j]->child[0]->text);
  }
  if (nearest.best.length > 0) {
    diag_help(module, diag, "did you mean `%.*s`?", TEXT_ARG(nearest.best));
    diag_fix(diag, name_written(module, nearest.best));
  } else {
    diag_help(module, diag, "there are: %.*s, and its channels and variants", TEXT_ARG(all));
  }
}

bool bind_part(struct scope *scope, struct ast *node) {
  struct symbol *symbol = scope_find(scope, node->child[0]->text);
  if (!symbol || symbol->kind != SYMBOL_CAMPAIGN) return false;
  node->child[0]->symbol = symbol;
  symbol->uses++;
  if (bind_refused(scope, node)) return true;
  if (!scope->decided) {
    report_early(scope, node->child[0]);
  } else if (!find_part(node, symbol->campaign)) {
    report_unknown_part(scope->module, node, symbol->campaign);
  } else {
    return true;
  }
  node->type = TYPE_ERROR;
  return true;
}
