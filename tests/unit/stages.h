/* stages.h - a program of every kind of stage, for tests. */
#ifndef TEST_STAGES_H
#define TEST_STAGES_H

#include "builder.h"

enum { CUSTOMERS, PURCHASES, PREVIOUS };                                  /* tables */
enum { COUNT_PAID, SUM_TOTAL, LAST_TIME, LATEST_ITEM, WAS, ONLY_STATUS }; /* aggregates */
enum { QUINTILE, TOP, MEAN, RANK };                                       /* measures */

/* Purchases and the last run are gathered, the sums of purchases collected, then their quintiles, then rows written. */
void build_stages(struct builder *builder);
/* Its first stage alone. */
void build_purchases(struct builder *builder);

/* A quota with groups and a budget, campaigns, guards of three kinds and a tally; verify_campaigns.c has it. */
void build_promises(struct builder *builder);

#endif
