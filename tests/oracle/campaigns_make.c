/* campaigns_make.c - makes customers with many ties and gaps, and campaigns that compete for them. */
#include "campaigns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MILLION = 1000000 };

static const char *const channel_names[CHANNELS] = {"email", "sms", "call"};
static const char *const consents[CHANNELS] = {"email_consent", "sms_consent", "email_consent and sms_consent"};
static const char *const conditions[CONDITIONS] = {"wants", "revenue >= 40", "wants or revenue < 20", "not blocked"};

static bool one_in(uint64_t *random, uint32_t n) { return random_below(random, n) == 0; }

static int8_t random_flag(uint64_t *random) { return (int8_t)(one_in(random, 8) ? UNKNOWN : random_below(random, 2)); }

static void make_customer(struct campaigns_case *base, uint32_t number, uint64_t *random) {
  struct customer *customer = &base->customer[number];
  (void)snprintf(customer->key, sizeof customer->key, base->whole_keys ? "%u" : "K%u", number * 7 + 1);
  customer->wants = random_flag(random);
  customer->blocked = (int8_t)(one_in(random, 3) ? random_flag(random) : NO);
  customer->email = random_flag(random);
  customer->sms = random_flag(random);
  customer->manager = (int8_t)((int)random_below(random, 5) - 1);
  customer->revenue = one_in(random, 10) ? NOTHING : (int64_t)random_below(random, 100);
  customer->household = one_in(random, 20) ? NOTHING : (int64_t)random_below(random, base->customers);
  customer->cost = one_in(random, 15) ? NOTHING : ((int64_t)random_below(random, 400) - 8) * (MILLION / 100);
}

static int64_t amount(uint64_t *random, int64_t most) { return (int64_t)random_below(random, (uint32_t)most + 1); }

static void make_limits(const struct campaigns_case *base, struct drive *drive, uint64_t *random) {
  drive->limit = drive->limit_per_manager = drive->budget = -1;
  drive->cost = -1;
  if (one_in(random, 2)) drive->limit = amount(random, base->customers / 3);
  if (one_in(random, 3)) drive->limit_per_manager = amount(random, base->customers / 12);
  if (one_in(random, 3)) {
    drive->budget = amount(random, base->customers) * (MILLION / 2);
    if (one_in(random, 2)) drive->cost = amount(random, 300) * (MILLION / 100);
  }
  if (drive->limit >= 0 || drive->limit_per_manager >= 0) drive->order = (enum order)random_below(random, 3);
}

static void make_variants(struct drive *drive, uint64_t *random) {
  static const int64_t shares[][MOST_VARIANTS] = {
      {500000, 500000, 0}, {100000, 900000, 0}, {333333, 333333, 333334}, {10000, 490000, 500000}};
  const int64_t *chosen = shares[random_below(random, 4)];
  memcpy(drive->variant, chosen, sizeof drive->variant);
  drive->variants = chosen[2] ? 3 : 2;
  drive->variants_by_household = one_in(random, 3);
}

/* 2026-11-21 is a Saturday. */
static void make_active(struct drive *drive, uint64_t *random) {
  static const struct { const char *clauses; bool active; } times[] = {
      {"active 2026-11-21 to 2026-11-21;", true},  {"active 2026-11-22 to 2026-12-31;", false},
      {"active until 2026-11-20;", false},         {"active from 2026-01-01; on saturday, monday;", true},
      {"on monday, tuesday, friday;", false},      {"active until 2026-11-21; on saturday, sunday;", true}};
  uint32_t chosen = random_below(random, 24);
  drive->active = chosen >= 6 || times[chosen].active;
  drive->when_active = chosen >= 6 ? "" : times[chosen].clauses;
}

static void make_drive(const struct campaigns_case *base, struct drive *drive, uint32_t number, uint64_t *random) {
  (void)snprintf(drive->name, sizeof drive->name, "c%u", number);
  drive->when = (enum condition)random_below(random, CONDITIONS);
  drive->unless_blocked = one_in(random, 2);
  drive->unless_poor = one_in(random, 4);
  drive->channels = (int)random_below(random, CHANNELS + 1);
  for (int i = 0; i < CHANNELS; i++) drive->channel[i] = i;
  for (int i = CHANNELS - 1; i > 0; i--) {
    uint32_t at = random_below(random, (uint32_t)i + 1);
    int swapped = drive->channel[i];
    drive->channel[i] = drive->channel[at], drive->channel[at] = swapped;
  }
  drive->priority = one_in(random, 4) ? NOTHING : (int64_t)random_below(random, 4) * 25 * MILLION / 2;
  static const int64_t holdouts[] = {50000, 100000, 500000, 333333, 1, 999999};
  drive->holdout = one_in(random, 2) ? holdouts[random_below(random, 6)] : -1;
  drive->holdout_by_household = one_in(random, 3);
  if (one_in(random, 2)) make_variants(drive, random);
  make_limits(base, drive, random);
  make_active(drive, random);
}

/* -- The rule file ------------------------------------------------------------------------- */

static void write_share(FILE *out, int64_t millionths) {
  fprintf(out, "%lld.%04lld%%", (long long)(millionths / 10000), (long long)(millionths % 10000));
}

static void write_number(FILE *out, int64_t millionths) {
  fprintf(out, "%lld.%06lld", (long long)(millionths / MILLION), (long long)(millionths % MILLION));
}

static void write_limits(FILE *out, const struct drive *drive) {
  static const char *const orders[] = {"", " by revenue", " by revenue asc"};
  bool said = false;
  if (drive->limit_per_manager >= 0) {
    fprintf(out, "  limit %lld per manager%s;\n", (long long)drive->limit_per_manager, orders[drive->order]);
    said = true;
  }
  if (drive->limit >= 0) fprintf(out, "  limit %lld%s;\n", (long long)drive->limit, said ? "" : orders[drive->order]);
  if (drive->budget < 0) return;
  fputs("  budget ", out);
  write_number(out, drive->budget);
  fputs(" at ", out);
  if (drive->cost >= 0) write_number(out, drive->cost);
  else fputs("cost", out);
  fputs(";\n", out);
}

static void write_drive(FILE *out, const struct drive *drive) {
  fprintf(out, "campaign %s \"Campaign %s\" {\n  when %s;\n", drive->name, drive->name, conditions[drive->when]);
  if (drive->unless_blocked) fputs("  unless blocked;\n", out);
  if (drive->unless_poor) fputs("  unless revenue < 5;\n", out);
  for (int i = 0; i < drive->channels; i++)
    fprintf(out, "%s%s when %s%s", i ? ", " : "  channel ", channel_names[drive->channel[i]],
            consents[drive->channel[i]], i + 1 == drive->channels ? ";\n" : "");
  if (drive->priority != NOTHING) {
    fputs("  priority ", out);
    write_number(out, drive->priority);
    fputs(";\n", out);
  }
  if (drive->holdout >= 0) {
    fputs("  holdout ", out);
    write_share(out, drive->holdout);
    fputs(drive->holdout_by_household ? " by household;\n" : ";\n", out);
  }
  for (int i = 0; i < drive->variants; i++) {
    fprintf(out, "%sv%d ", i ? ", " : "  variants ", i);
    write_share(out, drive->variant[i]);
    if (i + 1 == drive->variants) fputs(drive->variants_by_household ? " by household;\n" : ";\n", out);
  }
  write_limits(out, drive);
  fprintf(out, "  %s\n}\n", drive->when_active);
}

static struct rung_text write_rules(const struct campaigns_case *base) {
  char *bytes = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&bytes, &length);
  fprintf(out,
          "input customers {\n  id %s key;\n  wants flag;\n  blocked flag;\n  email_consent flag;\n"
          "  sms_consent flag;\n  manager text;\n  revenue integer;\n  household integer;\n  cost number;\n}\n",
          base->whole_keys ? "integer" : "text");
  for (uint32_t i = 0; i < base->drives; i++) write_drive(out, &base->drive[i]);
  if (base->cap) fprintf(out, "campaigns { at most %d per customer; }\n", base->cap);
  if (base->email_cap) fprintf(out, "campaigns { at most %d email per customer; }\n", base->email_cap);
  fclose(out);
  struct rung_text rules = arena_copy(base->arena, bytes, length);
  free(bytes);
  return rules;
}

struct campaigns_case *campaigns_make(struct arena *arena, uint64_t seed, uint32_t customers, uint32_t drives) {
  uint64_t random = seed * 0x9e3779b97f4a7c15u + 1;
  struct campaigns_case *base = arena_alloc(arena, sizeof *base);
  *base = (struct campaigns_case){.arena = arena, .seed = seed, .today = 20778, .customers = customers,
                                  .drives = drives};
  base->whole_keys = one_in(&random, 3);
  base->customer = arena_alloc(arena, (customers + 1) * sizeof *base->customer);
  for (uint32_t i = 0; i < customers; i++) make_customer(base, i, &random);
  if (drives == 0) base->drives = 1 + random_below(&random, 6);
  for (uint32_t i = 0; i < base->drives; i++) make_drive(base, &base->drive[i], i, &random);
  base->cap = (int)random_below(&random, 4);
  base->email_cap = one_in(&random, 2) ? 1 + (int)random_below(&random, 2) : 0;
  base->rules = write_rules(base);
  return base;
}
