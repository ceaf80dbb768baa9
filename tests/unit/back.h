/* back.h - run the compiler down to a plan and its code, and evaluate these independently of the runtime. */
#ifndef BACK_H
#define BACK_H

#include "ir.h"

struct back {
  struct module module;     /* its arena holds everything */
  struct plan plan;
  struct code *codes;       /* of each stage */
};

enum last_back { UP_TO_PLAN, UP_TO_SIMPLIFY, UP_TO_REGISTERS, UP_TO_CODE };

/* False when the rules have errors.  The caller frees with back_free. */
bool back_run(struct back *back, const char *rules, enum last_back last);
void back_free(struct back *back);
/* What print_plan or print_code say; zero-terminated, in the arena. */
const char *back_print(struct back *back, enum last_back last);
/* The text of the simplified plan; false and a note on stderr when it is not `expected`. */
bool back_says(const char *rules, enum last_back last, const char *expected);

/* A value of any kind; `number` holds flags, integers, millionths and days. */
struct value {
  bool present;
  int64_t number;
  struct rung_text text;
};

/* What a row and a run bring: values of columns (by their number in the plan) and params, and the scoring date. */
struct row {
  const struct value *columns, *params;
  int32_t today;
  int64_t now;
  const struct value *asked; /* of aggregates and measures, by their number among what is asked */
};

/* The result of an operation on values. */
struct value eval_op(const struct plan *plan, const struct ir_node *node, const struct row *row, struct value a,
                     struct value b, struct value c);
/* Every node of the plan, into values[node]. */
void eval_plan(const struct plan *plan, const struct row *row, struct value *values);
/* One node, evaluating only what decides; *fault tells whether an operation on the way had operands and no result. */
struct value eval_lazy(const struct plan *plan, const struct row *row, uint32_t id, bool *fault);
bool same_value(enum kind kind, struct value a, struct value b);

#endif
