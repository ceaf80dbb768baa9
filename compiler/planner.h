/* planner.h - what planning keeps while it turns definitions and expressions into nodes. */
#ifndef RUNGC_PLANNER_H
#define RUNGC_PLANNER_H

#include "ir.h"

/* What a campaign comes to: flags, none ever missing. */
struct campaign_plan {
  uint32_t active;                      /* today is one of its days */
  uint32_t eligible, outcomes[OUTCOME_COUNT_OF];
  uint32_t asked;                       /* whose consent matters: neither suppressed nor unknown */
  uint32_t *channels, *variants;        /* gets it by each */
  uint32_t *labels;                     /* as campaign_label numbers them */
};

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
  struct campaign_plan *campaigns;      /* by index in module->campaigns; NULL: not planned yet */
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
/* Whether two values are equal, as `=` compares them. */
uint32_t lower_equal(struct planner *planner, const struct ast *node, uint32_t a, uint32_t b);
/* The bucket that a text or integer falls into. */
uint32_t lower_bucket(struct planner *planner, const struct ast *node, uint32_t value, struct rung_text salt);
/* lower_tables.c: aggregates, populations, and what the last run said. */
uint32_t lower_tables(struct planner *planner, const struct ast *node);
/* What the last run's output has in a column; missing where it did not know the customer. */
uint32_t lower_said(struct planner *planner, const struct ast *node, const struct symbol *column);
/* Whether it had the label, tag or campaign there, which the rules call `written`. */
uint32_t lower_had(struct planner *planner, const struct ast *node, const struct symbol *column,
                   const struct symbol *name, struct rung_text written);
/* Whether it knew the customer. */
uint32_t lower_knew(struct planner *planner, const struct ast *node);
/* The value of a literal as a constant of the kind; false when it is none or cannot be represented. */
bool literal_value(const struct ast *node, enum kind kind, int64_t *value);

/* plan.c: adds a result to the last stage; says where in its roots. */
uint32_t plan_root(struct planner *planner, uint32_t id);
/* campaigns.c: who is eligible for each campaign, what becomes of him, what he gets. */
void plan_campaigns(struct planner *planner);
/* How many labels say who gets a campaign, and each of them; the one after them is the control group's. */
uint32_t campaign_labels(const struct campaign *campaign);
struct rung_text campaign_label(struct arena *arena, const struct campaign *campaign, uint32_t i);
/* amounts.c: what the run must check before it reads a row, as roots of the last stage. */
void plan_amounts(struct planner *planner);
/* guards.c: what the run will judge, as roots of the last stage. */
void plan_guards(struct planner *planner);
/* tallies.c: TALLYs of the last stage for coverage, and for what tests expect. */
void plan_tallies(struct planner *planner);

/* Remembers the first thing that should not have come through the front end; gives a node to go on with. */
static inline uint32_t plan_defect(struct planner *planner, const char *what) {
  if (!planner->plan->defect) planner->plan->defect = what;
  return 0;
}

static inline uint32_t planned(struct planner *planner, uint32_t id) {
  return id == NONE32 ? plan_defect(planner, "a name used before its definition was planned") : id;
}

#endif
