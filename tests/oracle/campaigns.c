/* campaigns.c - scores customers with campaigns by several roads, and compares rows and accounting. */
#include "campaigns.h"
#include "rungc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRINT(...) arena_print(base->arena, __VA_ARGS__).bytes

enum { MOST_REPORTED = 3, GETS = OUTCOMES - 1, CONTROL = 3 };

static const struct road { uint32_t batch_rows, block_bytes, threads; bool shuffled; size_t memory; } roads[] = {
    {4096, 0, 1, false, 0}, {1, 1, 1, true, 1}, {7, 64, 3, true, 1}, {64, 4096, 2, true, 0}};
enum { ROADS = sizeof roads / sizeof *roads };

static const char *const channel_names[CHANNELS] = {"email", "sms", "call"};

struct text {
  FILE *stream;
  char *bytes;
  size_t length;
};

/* -- The dump ------------------------------------------------------------------------------------ */

static void write_flag(FILE *out, int8_t flag) {
  static const char *const words[] = {"no", "yes", ""};
  fprintf(out, ",%s", words[flag]);
}

static void write_whole(FILE *out, int64_t value) {
  if (value == NOTHING) fputc(',', out);
  else fprintf(out, ",%lld", (long long)value);
}

static void write_cost(FILE *out, int64_t millionths) {
  if (millionths == NOTHING) {
    fputc(',', out);
    return;
  }
  int64_t size = millionths < 0 ? -millionths : millionths;
  fprintf(out, ",%s%lld.%06lld", millionths < 0 ? "-" : "", (long long)(size / 1000000), (long long)(size % 1000000));
}

static void write_customer(FILE *out, const struct customer *customer) {
  fputs(customer->key, out);
  write_flag(out, customer->wants);
  write_flag(out, customer->blocked);
  write_flag(out, customer->email);
  write_flag(out, customer->sms);
  if (customer->manager < 0) fputc(',', out);
  else fprintf(out, ",m%d", customer->manager);
  write_whole(out, customer->revenue);
  write_whole(out, customer->household);
  write_cost(out, customer->cost);
  fputc('\n', out);
}

static uint32_t *make_order(const struct campaigns_case *base, bool shuffled) {
  uint64_t random = base->seed;
  uint32_t *order = malloc((base->customers + 1) * sizeof *order);
  for (uint32_t i = 0; i < base->customers; i++) {
    uint32_t at = shuffled ? random_below(&random, i + 1) : i;
    order[i] = order[at];
    order[at] = i;
  }
  return order;
}

static struct text make_dump(const struct campaigns_case *base, const uint32_t *order) {
  struct text dump = {0};
  dump.stream = open_memstream(&dump.bytes, &dump.length);
  fputs("id,wants,blocked,email_consent,sms_consent,manager,revenue,household,cost\n", dump.stream);
  for (uint32_t i = 0; i < base->customers; i++) write_customer(dump.stream, &base->customer[order[i]]);
  fclose(dump.stream);
  return dump;
}

/* -- What must come out ---------------------------------------------------------------------------- */

static void write_fate(FILE *out, const struct drive *drive, const struct fate *fate, bool *first) {
  if (fate->outcome != GETS && fate->outcome != CONTROL) return;
  fprintf(out, "%s%s", *first ? "" : "|", drive->name);
  *first = false;
  if (fate->outcome == CONTROL) fputs(":control", out);
  else if (fate->channel >= 0) fprintf(out, ":%s", channel_names[fate->channel]);
  if (fate->outcome == GETS && fate->variant >= 0) fprintf(out, ":v%d", fate->variant);
}

static struct text make_expected(const struct campaigns_case *base, const struct fate *fates, const uint32_t *order) {
  struct text expected = {0};
  expected.stream = open_memstream(&expected.bytes, &expected.length);
  fputs("id,campaigns\n", expected.stream);
  for (uint32_t i = 0; i < base->customers; i++) {
    bool first = true;
    fprintf(expected.stream, "%s,", base->customer[order[i]].key);
    for (uint32_t d = 0; d < base->drives; d++)
      write_fate(expected.stream, &base->drive[d], &fates[(size_t)d * base->customers + order[i]], &first);
    fputc('\n', expected.stream);
  }
  fclose(expected.stream);
  return expected;
}

/* -- Scoring and comparing ---------------------------------------------------------------------------- */

static int keep(void *context, const char *bytes, size_t length) {
  struct text *text = context;
  return fwrite(bytes, 1, length, text->stream) != length;
}

static const char *compare_rows(const struct campaigns_case *base, const struct text *got, const struct text *wanted) {
  const char *a = got->bytes, *b = wanted->bytes;
  for (uint32_t row = 0; *a || *b; row++) {
    size_t m = strcspn(a, "\n"), n = strcspn(b, "\n");
    if (m != n || memcmp(a, b, m))
      return PRINT("row %u is \"%.*s\", but should be \"%.*s\"", row, (int)m, a, (int)n, b);
    a += m + (a[m] != '\0'), b += n + (b[n] != '\0');
  }
  return NULL;
}

static const char *compare_totals(const struct campaigns_case *base, const struct fate *fates,
                                  const rung_program *program, const rung_summary *summary) {
  if (rung_program_campaigns(program) != base->drives) return "the program has another number of campaigns";
  for (uint32_t d = 0; d < base->drives; d++) {
    struct rung_campaign_totals got = rung_summary_campaign(summary, d), wanted = {0};
    struct rung_campaign_info info = rung_program_campaign(program, d);
    if (info.name.length != strlen(base->drive[d].name) ||
        memcmp(info.name.bytes, base->drive[d].name, info.name.length))
      return "the campaigns stand in another order";
    for (uint32_t i = 0; i < base->customers; i++) {
      int8_t outcome = fates[(size_t)d * base->customers + i].outcome;
      if (outcome >= 0) wanted.eligible++, wanted.outcomes[outcome]++;
    }
    if (got.eligible != wanted.eligible)
      return PRINT("%s: %llu eligible instead of %llu", base->drive[d].name, (unsigned long long)got.eligible,
                   (unsigned long long)wanted.eligible);
    for (size_t i = 0; i < OUTCOMES; i++)
      if (got.outcomes[i] != wanted.outcomes[i])
        return PRINT("%s, %s: %llu instead of %llu", base->drive[d].name, rung_outcome_name(i),
                     (unsigned long long)got.outcomes[i], (unsigned long long)wanted.outcomes[i]);
  }
  return NULL;
}

static const char *try_road(const struct campaigns_case *base, const rung_program *program, const struct fate *fates,
                            const struct road *road) {
  uint32_t *order = make_order(base, road->shuffled);
  struct text dump = make_dump(base, order), wanted = make_expected(base, fates, order), got = {0};
  got.stream = open_memstream(&got.bytes, &got.length);
  struct rung_score_options options = {
      .input_text = {dump.bytes, dump.length}, .write = keep, .write_context = &got, .slim = true,
      .today = base->today, .batch_rows = road->batch_rows, .block_bytes = road->block_bytes,
      .threads = road->threads, .memory = road->memory};
  rung_summary *summary = NULL;
  struct rung_error error = {0};
  enum rung_status status = rung_score(program, &options, NULL, 0, &summary, &error);
  fclose(got.stream);
  const char *trouble = status ? PRINT("the run fails: %s", error.text) : compare_rows(base, &got, &wanted);
  if (!trouble) trouble = compare_totals(base, fates, program, summary);
  rung_summary_free(summary);
  free(order), free(dump.bytes), free(wanted.bytes), free(got.bytes);
  return trouble;
}

static rung_program *compile(const struct campaigns_case *base, const char **trouble) {
  rungc_compilation *compilation = NULL;
  rung_program *program = NULL;
  struct rung_error error = {0};
  enum rung_status status = rungc_compile(TEXT("campaigns.rung"), base->rules, NULL, &compilation, &error);
  if (!status) {
    struct rung_text bytes = rungc_program(compilation);
    status = rung_program_load(bytes.bytes, bytes.length, NULL, &program, &error);
  }
  for (size_t i = 0; status && compilation && i < rungc_messages(compilation); i++)
    *trouble = PRINT("the rules are refused: %.*s", TEXT_ARG(rungc_message_text(compilation, i)));
  if (status && !*trouble) *trouble = PRINT("the rules are refused: %s", error.text);
  rungc_free(compilation);
  return program;
}

/* A control group by key is near its share: within three sigma on a large base; on the many small ones five. */
static const char *check_shares(const struct campaigns_case *base, const struct fate *fates) {
  const double sigmas = base->customers >= 100000 ? 3 : 5;
  for (uint32_t d = 0; d < base->drives; d++) {
    const struct drive *drive = &base->drive[d];
    double share = (double)drive->holdout / 1e6, control = 0, all = 0;
    for (uint32_t i = 0; i < base->customers; i++) {
      int8_t outcome = fates[(size_t)d * base->customers + i].outcome;
      all += outcome >= CONTROL, control += outcome == CONTROL;
    }
    if (drive->holdout < 0 || drive->holdout_by_household) continue;
    double off = control - all * share;
    if (off * off > sigmas * sigmas * all * share * (1 - share) + 1)
      return PRINT("%s: a control group of %.0f among %.0f", drive->name, control, all);
  }
  return NULL;
}

static const char *try_case(const struct campaigns_case *base) {
  const char *trouble = NULL;
  rung_program *program = compile(base, &trouble);
  if (!program) return trouble;
  const struct fate *fates = campaigns_decide(base);
  trouble = check_shares(base, fates);
  for (size_t i = 0; i < ROADS && !trouble; i++) {
    trouble = try_road(base, program, fates, &roads[i]);
    if (trouble) trouble = PRINT("batches of %u: %s", roads[i].batch_rows, trouble);
  }
  rung_program_free(program);
  return trouble;
}

void campaigns_try(uint64_t wanted, uint64_t seed, uint32_t customers, struct campaigns_tally *tally) {
  for (uint64_t i = 0; i < wanted; i++) {
    struct arena arena;
    arena_init(&arena, NULL);
    uint64_t random = seed + i;
    uint32_t rows = customers ? customers : random_below(&random, 700);
    struct campaigns_case *base = campaigns_make(&arena, seed + i, rows, customers ? MOST_CAMPAIGNS : 0);
    const char *trouble = try_case(base);
    if (!trouble) tally->passed++, tally->fates += (uint64_t)rows * base->drives;
    else if (tally->failed++ < MOST_REPORTED)
      printf("oracle: campaigns, seed %llu: %s\n%.*s\n", (unsigned long long)(seed + i), trouble, TEXT_ARG(base->rules));
    arena_free(&arena);
  }
}
