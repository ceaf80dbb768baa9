/* concern.c - what an expectation of a test depends on: conditions of rules, and the values in them. */
#include "tests.h"

#include "words.h"

enum { CONCERNS_MOST = 40 };  /* nobody reads more */

/* Breadth first: what stands nearest to the expectation comes first. */
struct finder {
  struct module *module;
  struct concerns *concerns;
  const struct symbol **seen; /* and asked after in this order */
  uint32_t seen_count, seen_room;
};

static bool is_full(const struct finder *finder) { return finder->concerns->count == CONCERNS_MOST; }

static void add(struct finder *finder, enum rungc_concern_kind kind, struct rung_text gives, const struct ast *node) {
  struct module *module = finder->module;
  struct concerns *concerns = finder->concerns;
  if (is_full(finder)) return;
  struct rungc_concern concern = {
      .kind = kind, .gives = gives, .source = expression_text(module, node),
      .file = module->sources.at[node->at.source]->path,
      .line = source_locate(module->sources.at[node->at.source], node->at.begin).line,
  };
  for (uint32_t i = 0; kind == RUNGC_VALUE && i < concerns->count; i++)
    if (concerns->at[i].kind == kind && text_equal(concerns->at[i].source, concern.source)) return;
  struct rungc_concern *grown = arena_grow(&module->arena, concerns->at, concerns->count, &concerns->room,
                                           sizeof *grown);
  if (!grown) return;
  concerns->at = grown;
  concerns->at[concerns->count++] = concern;
}

static void look_after(struct finder *finder, const struct symbol *symbol) {
  for (uint32_t i = 0; i < finder->seen_count; i++)
    if (finder->seen[i] == symbol) return;
  const struct symbol **grown = arena_grow(&finder->module->arena, finder->seen, finder->seen_count,
                                           &finder->seen_room, sizeof *grown);
  if (!grown) return;
  finder->seen = grown;
  finder->seen[finder->seen_count++] = symbol;
}

/* -- Names and values in an expression ---------------------------------------------------- */

static void find_in_name(struct finder *finder, const struct ast *name) {
  const struct symbol *symbol = name->symbol;
  if (!symbol) return;
  switch ((enum symbol_kind)symbol->kind) {
    case SYMBOL_COLUMN: add(finder, RUNGC_VALUE, TEXT(""), name); break;
    case SYMBOL_LABEL: look_after(finder, symbol->status); break;
    case SYMBOL_LET: case SYMBOL_SCORE:
      if (symbol->type != TYPE_MONTHS) add(finder, RUNGC_VALUE, TEXT(""), name); /* no output can hold a span */
      look_after(finder, symbol);
      break;
    case SYMBOL_TAG: case SYMBOL_STATUS: case SYMBOL_CAMPAIGN: look_after(finder, symbol); break;
    case SYMBOL_PARAM: case SYMBOL_LIST: case SYMBOL_TABLE: break;
  }
}

static void find_in(struct finder *finder, const struct ast *node) {
  uint32_t first = 0;
  switch (node->kind) {
    case AST_NAME: find_in_name(finder, node); return;
    case AST_FIELD:
      if (node->child[0]->symbol && node->child[0]->symbol->kind == SYMBOL_CAMPAIGN)
        look_after(finder, node->child[0]->symbol);
      else
        add(finder, RUNGC_VALUE, TEXT(""), node);
      return;
    case AST_AGGREGATE: add(finder, RUNGC_VALUE, TEXT(""), node); return; /* in it are rows of another table */
    case AST_MEASURE: add(finder, RUNGC_VALUE, TEXT(""), node); break;
    case AST_WAS: return;
    case AST_CALL: first = 1; break;
    default: break;
  }
  for (uint32_t i = first; i < node->count; i++) find_in(finder, node->child[i]);
}

static void add_parts(struct finder *finder, const struct ast *node, bool whole) {
  node = bare(node);
  bool joins = node->kind == AST_AND || node->kind == AST_OR || node->kind == AST_NOT;
  for (uint32_t i = 0; joins && i < node->count; i++) add_parts(finder, node->child[i], false);
  if (!joins && !whole) add(finder, RUNGC_PART, TEXT(""), node);
}

static void find_condition(struct finder *finder, struct rung_text gives, const struct ast *condition) {
  if (condition->kind == AST_NONE) return;
  add(finder, RUNGC_CONDITION, gives, condition);
  add_parts(finder, condition, true);
  find_in(finder, condition);
}

/* -- What gives a name its value ------------------------------------------------------------- */

static void find_status(struct finder *finder, const struct symbol *status) {
  struct arena *arena = &finder->module->arena;
  for (uint32_t i = 1; i < status->decl->count && !is_full(finder); i++) {
    const struct ast *arm = status->decl->child[i];
    find_condition(finder, arena_print(arena, "%.*s = %.*s if", TEXT_ARG(status->name), TEXT_ARG(arm->child[1]->text)),
                   arm->child[0]);
  }
}

static void find_tag(struct finder *finder, const struct symbol *tag) {
  struct rung_text gives = arena_print(&finder->module->arena, "%.*s if", TEXT_ARG(tag->name));
  for (uint32_t i = 0; i < finder->module->rules.count && !is_full(finder); i++) {
    const struct ast *rule = finder->module->rules.at[i];
    for (uint32_t j = 3; rule->kind == AST_RULE && j < rule->count; j++)
      if (rule->child[j]->symbol == tag) find_condition(finder, gives, rule->child[1]);
  }
}

static void find_score(struct finder *finder, const struct symbol *score) {
  struct module *module = finder->module;
  for (uint32_t i = 2; i < score->decl->count && !is_full(finder); i++) {
    const struct ast *points = score->decl->child[i];
    if (points->kind != AST_POINTS) continue;
    find_condition(finder, arena_print(&module->arena, "%.*s %.*s if", TEXT_ARG(score->name),
                                       TEXT_ARG(expression_text(module, points->child[1]))), points->child[0]);
    find_in(finder, points->child[1]);
  }
}

static void find_campaign(struct finder *finder, const struct symbol *symbol) {
  const struct campaign *campaign = symbol->campaign;
  struct arena *arena = &finder->module->arena;
  struct rung_text name = symbol->name;
  add(finder, RUNGC_OUTCOME, TEXT(""), symbol->decl->child[0]);
  if (campaign->when) find_condition(finder, arena_print(arena, "%.*s when", TEXT_ARG(name)), campaign->when);
  for (uint32_t i = 0; i < campaign->unlesses.count; i++)
    find_condition(finder, arena_print(arena, "%.*s unless", TEXT_ARG(name)), campaign->unlesses.at[i]);
  for (uint32_t i = 0; i < campaign->channels.count; i++) {
    const struct ast *channel = campaign->channels.at[i];
    find_condition(finder, arena_print(arena, "%.*s by %.*s when", TEXT_ARG(name), TEXT_ARG(channel->child[0]->text)),
                   channel->child[1]);
  }
  if (campaign->order) find_in(finder, campaign->order);
  if (campaign->group) find_in(finder, campaign->group);
  if (campaign->cost) find_in(finder, campaign->cost);
}

static void find_behind(struct finder *finder, const struct symbol *symbol) {
  switch ((enum symbol_kind)symbol->kind) {
    case SYMBOL_LET: find_in(finder, symbol->decl->child[1]); break;
    case SYMBOL_STATUS: find_status(finder, symbol); break;
    case SYMBOL_TAG: find_tag(finder, symbol); break;
    case SYMBOL_SCORE: find_score(finder, symbol); break;
    case SYMBOL_CAMPAIGN: find_campaign(finder, symbol); break;
    default: break;
  }
}

void find_concerns(struct module *module, const struct ast *condition, struct concerns *concerns) {
  struct finder finder = {.module = module, .concerns = concerns};
  find_in(&finder, condition);
  for (uint32_t i = 0; i < finder.seen_count && !is_full(&finder); i++)
    find_behind(&finder, finder.seen[i]);
}
