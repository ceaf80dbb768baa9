/* planner.h - what planning keeps while it turns definitions and expressions into nodes. */
#ifndef RUNGC_PLANNER_H
#define RUNGC_PLANNER_H

#include "ir.h"

/* The node of each symbol and rule once it is planned, else NONE32; by index in struct module. */
struct planner {
  const struct module *module;
  struct plan *plan;
  struct ir *ir;
  uint32_t *lets, *tags, *labels, *scores;
  uint32_t **table_lets;                /* of each let of each table */
  uint32_t *first_column;               /* in plan->columns, of each table */
  const struct symbol *scanned;         /* the table whose rows an expression is about; NULL: the customers */
  uint32_t *any_label;                  /* of each status: some arm fires */
  uint32_t *conditions, *fires;         /* of each rule and arm */
  uint32_t *list_sets, *file_sets;      /* in the pool, of each list and source */
};

/* lower.c: the node of an expression whose names are planned. */
uint32_t lower(struct planner *planner, const struct ast *node);
/* The same, as a register of the kind: integers become numbers, numbers of days whole, times their dates. */
uint32_t lower_as(struct planner *planner, const struct ast *node, enum kind kind);
/* A node for the tree's `node`, which the debug section will show as its place. */
uint32_t lower_op(struct planner *planner, const struct ast *node, uint32_t op, uint32_t a, uint32_t b);
/* Whether an item stands in a list, a text of items between separators. */
uint32_t lower_item(struct planner *planner, const struct ast *node, uint32_t list, uint32_t item,
                    struct rung_text separator);
/* The value of a column or let. */
uint32_t lower_symbol(struct planner *planner, const struct symbol *symbol);
/* lower_tables.c: aggregates, populations, and what the last run said. */
uint32_t lower_tables(struct planner *planner, const struct ast *node);
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
