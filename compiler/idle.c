/* idle.c - warn of what has no effect: doubled rules, arms that cannot be reached, definitions that nothing uses. */
#include "check.h"
#include "same.h"
#include "words.h"

/* The seed of a key is what the condition decides about: a status, or a tag. */
static uint64_t seed_of(const struct symbol *symbol) { return (uint64_t)symbol->kind << 32 | symbol->index; }

static void warn_arms(struct module *module, struct intern *seen, struct intern *taken, const struct symbol *status) {
  const struct ast *node = status->decl;
  for (uint32_t i = 1; i < node->count; i++) {
    struct ast *arm = node->child[i], *condition = arm->child[0];
    if (condition->kind == AST_NONE) continue;
    const struct ast *first = intern_add(seen, same_key(&module->arena, condition, seed_of(status)), arm);
    if (!first || !same_expression(condition, first->child[0])) {
      warn_shadow(module, taken, status, arm);
      continue;
    }
    struct diag *diag = diag_report(module, condition->at, DIAG_ARM_DEAD);
    struct rung_text where = place_words(module, first->at);
    diag_help(module, diag, "%.*s asks the same, and the first line that is true decides", TEXT_ARG(where));
  }
}

static void warn_rule(struct module *module, struct intern *seen, struct ast *rule) {
  if (rule->child[1]->type == TYPE_ERROR) return;
  for (uint32_t i = 3; i < rule->count; i++) {
    struct ast *tag = rule->child[i];
    if (!tag->symbol) continue;
    const struct ast *first = intern_add(seen, same_key(&module->arena, rule->child[1], seed_of(tag->symbol)), rule);
    if (!first || !same_expression(rule->child[1], first->child[1])) continue;
    struct diag *diag = diag_report(module, tag->at, DIAG_RULE_TWICE, TEXT_ARG(tag->text));
    struct rung_text where = place_words(module, first->at);
    if (first == rule) diag_help(module, diag, "the tag stands in this rule twice");
    else diag_help(module, diag, "the rule at %.*s has the same condition", TEXT_ARG(where));
  }
}

static void warn_unused(struct module *module, const struct symbols *table, uint32_t source) {
  for (uint32_t i = 0; i < table->count; i++) {
    const struct symbol *symbol = table->at[i];
    if (symbol->uses > 0 || symbol->decl->at.source != source) continue;
    diag_report(module, symbol_place(symbol), DIAG_UNUSED, TEXT_ARG(symbol->name), symbol_words(symbol));
  }
}

static void warn_list(struct module *module, const struct ast *list) {
  struct intern seen = {.arena = &module->arena};
  for (uint32_t i = 1; i < list->count; i++) {
    struct ast *string = list->child[i];
    if (!intern_add(&seen, string->text, string)) continue;
    diag_report(module, string->at, DIAG_LIST_TWICE, TEXT_ARG(diag_quote(module, string->text)),
                TEXT_ARG(list->child[0]->text));
  }
}

/* After errors of syntax or names a definition may be used where it was not understood. */
static bool has_lost_uses(const struct module *module) {
  for (uint32_t i = 0; i < module->diags.count; i++) {
    enum diag_id id = module->diags.at[i].id;
    if (id < DIAG_COLUMN_UNDECIDED && diag_severity(id) == RUNGC_ERROR) return true;
  }
  return false;
}

/* Definitions are for other files to use; a file without any was cut to nothing, or is not the one that was meant. */
static void warn_empty(struct module *module) {
  uint32_t defined = module->lets.count + module->params.count + module->lists.count + module->tables.count;
  uint32_t ruled = module->rules.count + module->statuses.count + module->shows.count + module->scores.count +
                   module->campaigns.count + module->guards.count + module->tests.count;
  if (module->files.count != 1 || module->has_input || defined + ruled > 0 || has_lost_uses(module)) return;
  diag_report(module, module->files.at[0]->at, DIAG_NO_RULES);
}

void warn_idle(struct module *module) {
  struct intern seen = {.arena = &module->arena}, taken = {.arena = &module->arena};
  for (uint32_t i = 0; i < module->statuses.count; i++) warn_arms(module, &seen, &taken, module->statuses.at[i]);
  for (uint32_t i = 0; i < module->rules.count; i++) {
    if (module->rules.at[i]->kind == AST_RULE) warn_rule(module, &seen, module->rules.at[i]);
  }
  for (uint32_t i = 0; i < module->lists.count; i++) warn_list(module, module->lists.at[i]->decl);
  warn_empty(module);
  /* A file of definitions for others to use may leave all of them unused. */
  if (module->files.count == 0 || module->rules.count + module->shows.count + module->scores.count +
      module->campaigns.count == 0) return;
  if (has_lost_uses(module)) return;
  uint32_t main_source = module->files.at[module->files.count - 1]->at.source;
  warn_unused(module, &module->lets, main_source);
  warn_unused(module, &module->params, main_source);
  warn_unused(module, &module->lists, main_source);
  warn_unused(module, &module->tables, main_source);
  for (uint32_t i = 0; i < module->tables.count; i++) {
    warn_unused(module, &module->tables.at[i]->dump->lets, main_source);
  }
}
