/* back.c - run the compiler down to a plan and its code, and evaluate these independently of the runtime. */
#include "back.h"

#include "passes.h"

#include <stdio.h>
#include <stdlib.h>

bool back_run(struct back *back, const char *rules, enum last_back last) {
  *back = (struct back){0};
  passes_run(&back->module, rules, UP_TO_CHECK);
  if (back->module.diags.errors > 0) return false;
  plan_rules(&back->plan, &back->module, &back->module.arena);
  if (last >= UP_TO_SIMPLIFY) simplify(&back->plan);
  if (last >= UP_TO_CODE) loosen(&back->plan);
  if (last >= UP_TO_REGISTERS) back->codes = assign_registers(&back->plan);
  CU_ASSERT_FATAL(!back->module.arena.failed);
  CU_ASSERT_PTR_NULL(back->plan.defect);
  return true;
}

void back_free(struct back *back) { arena_free(&back->module.arena); }

struct printed {
  char *bytes;
  size_t length, room;
};

static int append(void *context, const char *bytes, size_t length) {
  struct printed *printed = context;
  if (printed->length + length >= printed->room) {
    printed->room = (printed->length + length) * 2 + 100;
    printed->bytes = realloc(printed->bytes, printed->room);
    if (!printed->bytes) return 1;
  }
  memcpy(printed->bytes + printed->length, bytes, length);
  printed->length += length;
  return 0;
}

const char *back_print(struct back *back, enum last_back last) {
  struct printed printed = {0};
  enum rung_status status = last >= UP_TO_REGISTERS ? print_code(&back->plan, back->codes, append, &printed)
                                                    : print_plan(&back->plan, append, &printed);
  CU_ASSERT_EQUAL(status, RUNG_OK);
  struct rung_text text = arena_copy(&back->module.arena, printed.bytes, printed.length);
  free(printed.bytes);
  return text.bytes;
}

bool back_says(const char *rules, enum last_back last, const char *expected) {
  struct back back;
  bool same = back_run(&back, rules, last);
  if (same) {
    const char *got = back_print(&back, last);
    same = strcmp(got, expected) == 0;
    if (!same) fprintf(stderr, "\n-- rules: %s\n-- said:\n%s-- not:\n%s", rules, got, expected);
  } else {
    fprintf(stderr, "\n-- rules with errors: %s\n", rules);
  }
  back_free(&back);
  return same;
}
