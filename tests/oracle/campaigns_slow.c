/* campaigns_slow.c - decides every campaign for every customer, one campaign after another, by loops and sorting
   alone. */
#include "campaigns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { MILLION = 1000000, MANAGERS = 5 };
enum { SUPPRESSED, NOT_KNOWN, UNREACHABLE, CONTROL, PRIORITY, LIMIT, BUDGET, GETS };

/* -- Kleene's logic and the conditions ------------------------------------------------------- */

static int either(int a, int b) { return a == YES || b == YES ? YES : a == NO && b == NO ? NO : UNKNOWN; }
static int both(int a, int b) { return a == NO || b == NO ? NO : a == YES && b == YES ? YES : UNKNOWN; }
static int not(int a) { return a == UNKNOWN ? UNKNOWN : !a; }
static int compared(int64_t value, bool holds) { return value == NOTHING ? UNKNOWN : holds; }

static int when(const struct drive *drive, const struct customer *customer) {
  switch (drive->when) {
    case WHEN_WANTS: return customer->wants;
    case WHEN_RICH: return compared(customer->revenue, customer->revenue >= 40);
    case WHEN_EITHER: return either(customer->wants, compared(customer->revenue, customer->revenue < 20));
    default: return not(customer->blocked);
  }
}

static int suppressed(const struct drive *drive, const struct customer *customer) {
  int said = NO;
  if (drive->unless_blocked) said = either(said, customer->blocked);
  if (drive->unless_poor) said = either(said, compared(customer->revenue, customer->revenue < 5));
  return said;
}

static int channel_of(const struct drive *drive, const struct customer *customer) {
  const int consent[CHANNELS] = {customer->email, customer->sms, both(customer->email, customer->sms)};
  for (int i = 0; i < drive->channels; i++)
    if (consent[drive->channel[i]] == YES) return drive->channel[i];
  return -1;
}

/* -- Buckets ---------------------------------------------------------------------------------- */

static int64_t bucket(const struct drive *drive, const char *salt, const struct customer *customer, bool by_household) {
  char text[64];
  int length = by_household
                   ? snprintf(text, sizeof text, "%s:%s:%lld", drive->name, salt, (long long)customer->household)
                   : snprintf(text, sizeof text, "%s:%s:%s", drive->name, salt, customer->key);
  return (int64_t)((unsigned __int128)XXH64(text, (size_t)length, 0) * MILLION >> 64);
}

static int8_t variant_of(const struct drive *drive, const struct customer *customer) {
  int64_t left = bucket(drive, "variants", customer, drive->variants_by_household);
  int8_t variant = 0;
  while (left >= drive->variant[variant]) left -= drive->variant[variant++];
  return variant;
}

/* -- One campaign -------------------------------------------------------------------------------- */

static bool not_known(const struct drive *drive, const struct customer *customer, int said) {
  bool by_household = (drive->holdout >= 0 && drive->holdout_by_household) ||
                      (drive->variants > 0 && drive->variants_by_household);
  return said == UNKNOWN || (by_household && customer->household == NOTHING) ||
         (drive->budget >= 0 && drive->cost < 0 && customer->cost < 0);
}

static void decide_alone(const struct drive *drive, const struct customer *customer, struct fate *fate) {
  int said = suppressed(drive, customer), channel = channel_of(drive, customer);
  *fate = (struct fate){GETS, -1, -1};
  if (!drive->active || when(drive, customer) != YES) fate->outcome = -1;
  else if (said == YES) fate->outcome = SUPPRESSED;
  else if (not_known(drive, customer, said)) fate->outcome = NOT_KNOWN;
  else if (drive->channels && channel < 0) fate->outcome = UNREACHABLE;
  else if (drive->holdout >= 0 && bucket(drive, "holdout", customer, drive->holdout_by_household) < drive->holdout)
    fate->outcome = CONTROL;
  if (fate->outcome != GETS) return;
  fate->channel = (int8_t)channel;
  if (drive->variants) fate->variant = variant_of(drive, customer);
}

struct contender {
  int64_t value, cost;
  const struct customer *customer;
  struct fate *fate;
};

static int best_first(const void *a, const void *b) {
  const struct contender *x = a, *y = b;
  if (x->value != y->value) return x->value > y->value ? -1 : 1;
  size_t m = strlen(x->customer->key), n = strlen(y->customer->key);
  int order = memcmp(x->customer->key, y->customer->key, m < n ? m : n);
  return order ? order : (m > n) - (m < n);
}

/* Greater is better; NOTHING is below all. */
static int64_t rank(const struct drive *drive, const struct customer *customer) {
  if (drive->order == BY_NOTHING) return bucket(drive, "limit", customer, false);
  if (customer->revenue == NOTHING) return NOTHING;
  return drive->order == BY_REVENUE ? customer->revenue : -customer->revenue;
}

static void cut(const struct drive *drive, struct contender *places, size_t count) {
  int64_t of_manager[MANAGERS] = {0}, taken = 0, spent = 0;
  int8_t over = -1;
  qsort(places, count, sizeof *places, best_first);
  for (size_t i = 0; i < count; i++) {
    struct fate *fate = places[i].fate;
    int manager = places[i].customer->manager + 1;
    if (drive->limit_per_manager >= 0 && of_manager[manager]++ >= drive->limit_per_manager) {
      fate->outcome = LIMIT;
      continue;
    }
    if (over < 0 && drive->limit >= 0 && taken >= drive->limit) over = LIMIT;
    if (over < 0 && drive->budget >= 0 && spent + places[i].cost > drive->budget) over = BUDGET;
    if (over >= 0) fate->outcome = over;
    else taken++, spent += places[i].cost;
  }
}

struct used {
  uint8_t all, email;
};

static bool has_room(const struct campaigns_case *base, const struct used *used, int channel) {
  return (!base->cap || used->all < base->cap) &&
         (!base->email_cap || channel != CHANNEL_EMAIL || used->email < base->email_cap);
}

/* Without a budget nobody asks what a customer costs. */
static int64_t cost_of(const struct drive *drive, const struct customer *customer) {
  if (drive->budget < 0) return 0;
  return drive->cost >= 0 ? drive->cost : customer->cost;
}

static void decide_drive(const struct campaigns_case *base, const struct drive *drive, struct used *used,
                         struct fate *fates) {
  struct contender *places = malloc((base->customers + 1) * sizeof *places);
  size_t count = 0;
  for (uint32_t i = 0; i < base->customers; i++) {
    const struct customer *customer = &base->customer[i];
    decide_alone(drive, customer, &fates[i]);
    if (fates[i].outcome != GETS) continue;
    if (!has_room(base, &used[i], fates[i].channel)) fates[i].outcome = PRIORITY;
    else places[count++] = (struct contender){rank(drive, customer), cost_of(drive, customer), customer, &fates[i]};
  }
  if (drive->limit >= 0 || drive->limit_per_manager >= 0 || drive->budget >= 0) cut(drive, places, count);
  for (uint32_t i = 0; i < base->customers; i++) {
    if (fates[i].outcome != GETS) continue;
    used[i].all++;
    used[i].email = (uint8_t)(used[i].email + (fates[i].channel == CHANNEL_EMAIL));
  }
  free(places);
}

static int64_t priority(const struct drive *drive) { return drive->priority == NOTHING ? 0 : drive->priority; }

struct fate *campaigns_decide(const struct campaigns_case *base) {
  struct fate *fates = arena_alloc(base->arena, (size_t)base->drives * base->customers * sizeof *fates + 1);
  struct used *used = calloc(base->customers + 1, sizeof *used);
  bool done[MOST_CAMPAIGNS] = {false};
  for (uint32_t round = 0; round < base->drives; round++) {
    uint32_t next = MOST_CAMPAIGNS;
    for (uint32_t i = 0; i < base->drives; i++)
      if (!done[i] && (next == MOST_CAMPAIGNS || priority(&base->drive[i]) > priority(&base->drive[next]))) next = i;
    done[next] = true;
    decide_drive(base, &base->drive[next], used, fates + (size_t)next * base->customers);
  }
  free(used);
  return fates;
}
