/* reach.c - mark the symbols that something in the output needs; the rest is left out of the program. */
#include "module.h"

/* -- The time of scoring -------------------------------------------------------------------------- */

static uint8_t asks(const struct ast *node) {
  switch (node->kind) {
    case AST_TODAY: case AST_WITHIN_LAST: case AST_WITHIN_NEXT: case AST_OLDER: case AST_DAYS_SINCE:
    case AST_DAYS_UNTIL: case AST_ANNIVERSARY:
      return CLOCK_DATE;
    case AST_HOURS_SINCE: return CLOCK_DATE | CLOCK_TIME;
    case AST_NAME: return node->symbol && node->symbol->kind == SYMBOL_LET ? node->symbol->clock : 0;
    default: return 0;
  }
}

uint8_t clock_of(const struct ast *node) {
  uint8_t clock = asks(node);
  for (uint32_t i = 0; i < node->count; i++) clock |= clock_of(node->child[i]);
  return clock;
}

/* In an order in which each stands after what it needs. */
static void set_clocks(const struct symbols *lets) {
  for (uint32_t i = 0; i < lets->count; i++) {
    if (lets->at[i]->kind == SYMBOL_LET) lets->at[i]->clock = clock_of(lets->at[i]->decl->child[1]);
  }
}

/* -- What the output needs ----------------------------------------------------------------------------- */

/* What `was`, `became` and `change of` look in has no name of its own there: the symbol of such a node is marked like
   one's. */
static void mark(struct module *module, struct ast *node) {
  uint8_t clock = asks(node);
  module->uses_date = module->uses_date || (clock & CLOCK_DATE);
  module->uses_time = module->uses_time || (clock & CLOCK_TIME);
  if (node->symbol) node->symbol->used = true;
  if (node->symbol && node->symbol->table) node->symbol->table->used = true;
  for (uint32_t i = 0; i < node->count; i++) mark(module, node->child[i]);
}

static void mark_score(struct module *module, const struct symbol *score) {
  for (uint32_t i = 2; i < score->decl->count; i++) mark(module, score->decl->child[i]);
}

/* Backwards, so that every let is met after all that use it. */
static void mark_lets(struct module *module, const struct symbols *lets) {
  for (uint32_t i = lets->count; i > 0; i--) {
    const struct symbol *symbol = lets->at[i - 1];
    if (symbol->kind == SYMBOL_LET && symbol->used) mark(module, symbol->decl->child[1]);
  }
}

static void mark_campaigns(struct module *module) {
  for (uint32_t i = 0; i < module->campaigns.count; i++) {
    const struct campaign *campaign = module->campaigns.at[i]->campaign;
    const struct ast *decl = campaign->decl;
    for (uint32_t j = 2; j < decl->count; j++) mark(module, decl->child[j]);
    if (campaign->from || campaign->to || campaign->weekdays) module->uses_date = true;
    if (module->key) module->key->used = true;
  }
}

/* A run over customers needs nothing that only tests ask for. */
static void mark_tests(struct module *module) {
  bool date = module->uses_date, time = module->uses_time;
  for (uint32_t i = 0; i < module->tests.count; i++) {
    struct ast *test = module->tests.at[i];
    for (uint32_t j = 1; j < test->count; j++) {
      if (test->child[j]->kind == AST_EXPECT) mark(module, test->child[j]);
    }
  }
  module->uses_date = date, module->uses_time = time;
}

void reach(struct module *module) {
  for (uint32_t i = 0; i < module->tables.count; i++) set_clocks(&module->tables.at[i]->dump->lets);
  set_clocks(&module->order);
  for (uint32_t i = 0; i < module->rules.count; i++) {
    struct ast *rule = module->rules.at[i];
    mark(module, rule->child[rule->kind == AST_RULE]);
  }
  for (uint32_t i = 0; i < module->scores.count; i++) mark_score(module, module->scores.at[i]);
  for (uint32_t i = 0; i < module->shows.count; i++) mark(module, module->shows.at[i]);
  if (module->only) mark(module, module->only);
  mark_campaigns(module);
  for (uint32_t i = 0; i < module->guards.count; i++) mark(module, module->guards.at[i]);
  if (module->options && module->options->tests) mark_tests(module);
  mark_lets(module, &module->order);
  for (uint32_t i = 0; i < module->tables.count; i++) mark_lets(module, &module->tables.at[i]->dump->lets);
}
