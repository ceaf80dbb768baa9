/* campaigns.h - random campaigns over random customers, judged one after another by a slow reading of the rules' text.

     campaigns_make.c  makes a case: customers, campaigns, and their rule file
     campaigns_slow.c  decides every campaign for every customer, by loops and sorting alone
     campaigns.c       scores the case by several roads and compares rows and accounting  */
#ifndef ORACLE_CAMPAIGNS_H
#define ORACLE_CAMPAIGNS_H

#include "oracle.h"

/* Kleene's three values. */
enum { NO, YES, UNKNOWN };
enum { NOTHING = INT64_MIN }; /* a missing number */

struct customer {
  char key[16];
  int8_t wants, blocked, email, sms;
  int8_t manager;           /* -1: missing */
  int64_t revenue, household; /* NOTHING: missing */
  int64_t cost;             /* millionths, NOTHING: missing */
};

enum condition { WHEN_WANTS, WHEN_RICH, WHEN_EITHER, WHEN_NOT_BLOCKED, CONDITIONS };
enum { CHANNEL_EMAIL, CHANNEL_SMS, CHANNEL_CALL, CHANNELS };
enum { MOST_CAMPAIGNS = 10, MOST_VARIANTS = 3, OUTCOMES = 8 };
enum order { BY_NOTHING, BY_REVENUE, BY_REVENUE_ASC };

/* A campaign of the case; amounts below 0 are not there. */
struct drive {
  char name[16];
  enum condition when;
  bool unless_blocked, unless_poor;
  int channel[CHANNELS], channels;
  int64_t priority;         /* NOTHING: none is written */
  int64_t holdout;          /* millionths */
  bool holdout_by_household, variants_by_household;
  int64_t variant[MOST_VARIANTS]; /* millionths */
  int variants;
  enum order order;
  int64_t limit, limit_per_manager; /* whole numbers */
  int64_t budget, cost;     /* millionths; cost below 0: the customer's own */
  bool active;
  const char *when_active;  /* the clauses that say so; may be empty */
};

struct campaigns_case {
  struct arena *arena;
  uint64_t seed;
  int32_t today;
  bool whole_keys;          /* the key is an integer */
  struct customer *customer;
  uint32_t customers;
  struct drive drive[MOST_CAMPAIGNS]; /* in order of appearance */
  uint32_t drives;
  int cap, email_cap;       /* 0: none */
  struct rung_text rules;
};

struct campaigns_case *campaigns_make(struct arena *arena, uint64_t seed, uint32_t customers, uint32_t drives);

/* What each campaign does with each customer: by campaign, then customer. */
struct fate {
  int8_t outcome;           /* in the order of outcomes.def; -1: not eligible */
  int8_t channel, variant;  /* of who gets it; -1: the campaign has none */
};
struct fate *campaigns_decide(const struct campaigns_case *base);

struct campaigns_tally {
  uint64_t passed, failed, fates;
};
/* Tries `wanted` cases. */
void campaigns_try(uint64_t wanted, uint64_t seed, uint32_t customers, struct campaigns_tally *tally);

#endif
