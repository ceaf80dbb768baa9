/* planner.h - what planning keeps while it turns definitions and expressions into nodes. */
#ifndef RUNGC_PLANNER_H
#define RUNGC_PLANNER_H

#include "ir.h"

/* The node of each symbol and rule once it is planned, else NONE32; by index in struct module. */
struct planner {
  const struct module *module;
  struct plan *plan;
  struct ir *ir;
  uint32_t *lets, *tags, *labels;
  uint32_t *any_label;                  /* of each status: some arm fires */
  uint32_t *conditions, *fires;         /* of each rule and arm */
  uint32_t *list_sets, *file_sets;      /* in the pool, of each list and source */
};

/* lower.c: the node of an expression whose names are planned. */
uint32_t lower(struct planner *planner, const struct ast *node);
/* The value of a literal as a constant of the kind; false when it is none or cannot be represented. */
bool literal_value(const struct ast *node, enum kind kind, int64_t *value);

/* Remembers the first thing that should not have come through the front end; gives a node to go on with. */
static inline uint32_t plan_defect(struct planner *planner, const char *what) {
  if (!planner->plan->defect) planner->plan->defect = what;
  return 0;
}

static inline uint32_t planned(struct planner *planner, uint32_t id) {
  return id == NONE32 ? plan_defect(planner, "a name used before its definition was planned") : id;
}

#endif
