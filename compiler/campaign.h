/* campaign.h - the campaigns of the rules, their clauses sorted out: a planner need not search for them. */
#ifndef RUNGC_CAMPAIGN_H
#define RUNGC_CAMPAIGN_H

#include "ast.h"

/* Which part of a campaign FIELD `campaign.part` asks for. */
enum campaign_part { PART_ELIGIBLE, PART_OUTCOME, PART_CHANNEL, PART_VARIANT };

/* Amounts and shares are INTEGER, NUMBER or MONEY, and made of constants, params, `today` and lets of such only: known
   before any row is read.  What is not written is NULL or empty. */
struct campaign {
  struct symbol *symbol;
  struct ast *decl;         /* CAMPAIGN */
  struct rung_text title;
  struct ast *when;         /* a condition; NULL: everybody */
  struct ast_list unlesses; /* conditions */
  struct ast_list channels; /* CHANNEL nodes, in the order of trying */
  struct ast_list variants; /* VARIANT nodes; their shares sum to 1 */
  int64_t priority;         /* millionths */
  struct ast *holdout;      /* the share */
  struct ast *holdout_by;   /* NAME of an INTEGER or TEXT column or let of the customers; NULL: the key */
  struct ast *variants_by;  /* the same */
  struct ast *limit;        /* amount of the clause without `per` */
  struct ast *group_limit;  /* amount of the clause with it */
  struct ast *group;        /* the NAME behind `per`: an INTEGER or TEXT column or let of the customers */
  struct ast *order;        /* who comes first in limit and budget: numeric or DATE; NULL: bucket(key, "name:limit") */
  bool ascending;           /* the smallest comes first */
  struct ast *budget;       /* amount */
  struct ast *cost;         /* of a customer; numeric */
  const struct ast *from, *to; /* DATE nodes, both included */
  uint8_t weekdays;         /* bit d is weekday d, Monday 1 to Sunday 7; 0: every day */
};

/* Most that a customer gets of all campaigns, or by one channel. */
struct cap {
  const struct ast *decl;   /* CAP */
  struct rung_text channel; /* its name in any campaign; empty: of all, by channel or without */
  int64_t most;             /* 1 or more */
};

#endif
