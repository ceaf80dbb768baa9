/* passes.h - run the compiler's passes over a rule text, and ask what came of it. */
#ifndef PASSES_H
#define PASSES_H

#include "module.h"

#include <CUnit/CUnit.h>
#include <string.h>

enum last_pass { UP_TO_RESOLVE, UP_TO_INFER, UP_TO_CHECK };

static inline struct rung_text passes_text(const char *text) { return (struct rung_text){text, strlen(text)}; }

/* The caller frees the module's arena. */
static inline void passes_run(struct module *module, const char *rules, enum last_pass last) {
  *module = (struct module){.diags.max_errors = 100};
  arena_init(&module->arena, NULL);
  load(module, TEXT("rules.rung"), passes_text(rules));
  resolve(module);
  if (last >= UP_TO_INFER) infer(module);
  if (last >= UP_TO_CHECK) check(module);
  diag_sort(&module->diags);
  CU_ASSERT_FATAL(!module->arena.failed);
}

/* The codes of all messages, in order: "E0401 W0702". */
static inline struct rung_text passes_codes(struct module *module) {
  struct rung_text codes = {"", 0};
  for (uint32_t i = 0; i < module->diags.count; i++) {
    codes = arena_print(&module->arena, "%.*s%s%s", TEXT_ARG(codes), i ? " " : "", diag_code(module->diags.at[i].id));
  }
  return codes;
}

/* Asserts which codes the rules get, and at which texts. */
static inline bool passes_say(const char *rules, enum last_pass last, const char *codes) {
  struct module module;
  passes_run(&module, rules, last);
  struct rung_text got = passes_codes(&module);
  bool same = text_equal(got, passes_text(codes));
  if (!same) fprintf(stderr, "\n  rules: %s\n  said:  %.*s\n  not:   %s\n", rules, TEXT_ARG(got), codes);
  arena_free(&module.arena);
  return same;
}

static inline struct symbol *passes_symbol(const struct symbols *table, const char *name) {
  for (uint32_t i = 0; i < table->count; i++) {
    if (text_equal(table->at[i]->name, passes_text(name))) return table->at[i];
  }
  return NULL;
}

#endif
