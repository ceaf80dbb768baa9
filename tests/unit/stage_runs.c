/* stage_runs.c - programs of several stages: what one hands to the next, what rows and batches bring, hostile bytes. */
#include <CUnit/Basic.h>
#include <stdlib.h>
#include <string.h>

#include "meager.h"
#include "quota.h"
#include "score.h"
#include "stages.h"

enum { ROWS = 65 };
#define FIRST_SECOND (-719162 * INT64_C(86400))
#define LAST_SECOND (2932896 * INT64_C(86400) + 86399)

static const struct rung_session_options options = {.today = 20000, .batch_rows = ROWS, .now = 20000 * 86400 + 3600,
                                                    .has_now = true};

/* Present and missing values; of times and dates the first, the last and some between. */
static void fill_register(struct vec *vec, enum rung_type type) {
  static const struct rung_text texts[] = {TEXT_OF(""), TEXT_OF("lost"), TEXT_OF("a, vip ,b"), TEXT_OF("\xff,"),
                                           TEXT_OF("vip")};
  for (size_t i = 0; i < ROWS; i++) {
    bitmap_clear(vec->valid, i);
    if (type == RUNG_FLAG) bitmap_clear(vec->data.bits, i);
    if (i % 3 == 1) continue;
    bitmap_set(vec->valid, i);
    switch (type) {
      case RUNG_FLAG:
        if (i % 2) bitmap_set(vec->data.bits, i);
        break;
      case RUNG_DATE: vec->data.i32[i] = i % 2 ? 2932896 : -719162; break;
      case RUNG_DATETIME: vec->data.i64[i] = i % 2 ? LAST_SECOND : FIRST_SECOND; break;
      case RUNG_TEXT: vec->data.text[i] = texts[i % 5]; break;
      default: vec->data.i64[i] = i % 5 == 0 ? INT64_MIN : i % 5 == 1 ? INT64_MAX : (int64_t)i - 5;
    }
  }
}

struct run {
  const rung_program *program;
  struct population *populations[BUILDER_ROOM];
  struct quota *quotas[BUILDER_ROOM];
  struct rung_text keys[ROWS];
  char letters[ROWS];
};

/* A cost that is none is refused; what was gathered before must be safe to ask all the same. */
static enum rung_status collect_quota(struct run *run, const rung_session *session, size_t measure) {
  const struct program_tables *tables = program_tables(run->program);
  struct quota **quota = &run->quotas[measure];
  enum rung_status status = quota_new(tables, &tables->measures[measure], program_allocator(run->program), quota, NULL);
  if (status == RUNG_OK) status = quota_add(*quota, session, run->keys, ROWS, NULL);
  if (status == RUNG_INVALID) status = RUNG_OK;
  return status == RUNG_OK ? quota_finish(*quota, NULL) : status;
}

static enum rung_status collect_population(struct run *run, const rung_session *session, size_t i) {
  const struct prog_measure *measure = &program_tables(run->program)->measures[i];
  enum rung_status status = population_new((enum rung_type)measure->value_type, measure->top, 1 << 20, 1,
                                           program_allocator(run->program), &run->populations[i], NULL);
  if (status == RUNG_OK)
    status = population_add(run->populations[i], 0, session_register(session, measure->value), run->keys, ROWS, NULL);
  return status == RUNG_OK ? population_finish(run->populations[i], NULL) : status;
}

/* What the stage collected, one population or quota for each measure. */
static enum rung_status collect(struct run *run, const rung_session *session) {
  const struct program_tables *tables = program_tables(run->program);
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < tables->measure_count && status == RUNG_OK; i++) {
    const struct prog_measure *measure = &tables->measures[i];
    if (measure->stage != session_stage(session)) continue;
    status = measure->function == MEASURE_QUOTA ? collect_quota(run, session, i) : collect_population(run, session, i);
  }
  return status;
}

/* Makes a session of the stage, fills its columns and runs it. */
static enum rung_status run_stage(struct run *run, uint32_t stage, rung_session **session) {
  struct stage_code code = stage_code(program_tables(run->program), stage);
  enum rung_status status = session_new_stage(run->program, stage, &options, session, NULL);
  if (status != RUNG_OK) return status;
  for (uint32_t i = 0; i < code.column_count; i++)
    fill_register(session_column(*session, i), (enum rung_type)code.regs[i].type);
  session_bind(*session, run->populations, run->quotas);
  session_keys(*session, run->keys);
  return session_run(*session, ROWS, NULL);
}

static void run_begin(struct run *run, const rung_program *program) {
  *run = (struct run){.program = program};
  for (size_t i = 0; i < ROWS; i++) {
    run->letters[i] = (char)(i + '!');
    run->keys[i] = (struct rung_text){&run->letters[i], 1};
  }
}

static void run_end(struct run *run) {
  for (size_t i = 0; i < BUILDER_ROOM; i++) population_free(run->populations[i]), quota_free(run->quotas[i]);
}

/* All stages but the last, whose session is left to the caller. */
static enum rung_status run_stages(struct run *run, rung_session **session) {
  const struct program_tables *tables = program_tables(run->program);
  enum rung_status status = RUNG_OK;
  for (uint32_t i = 0; i < tables->stage_count && status == RUNG_OK; i++) {
    rung_session_free(*session);
    *session = NULL;
    status = run_stage(run, i, session);
    if (status == RUNG_OK) status = collect(run, *session);
  }
  return status;
}

/* What a whole run counts of its rows. */
static void count_rows(const rung_program *program, const rung_session *session, const struct rung_text *keys) {
  const struct program_tables *tables = program_tables(program);
  const struct rung_allocator *allocator = program_allocator(program);
  struct counts counts;
  struct guards *guards = NULL;
  CU_ASSERT(counts_new(tables, allocator, &counts, NULL) == RUNG_OK);
  counts_batch(&counts, tables, session, ROWS);
  CU_ASSERT(guards_new(tables, allocator, &guards, NULL) == RUNG_OK);
  if (guards) CU_ASSERT(guards_count(guards, session, keys, ROWS));
  if (guards) guards_judge(guards, session, false);
  for (size_t i = 0; i < tables->tally_count; i++) {
    struct tally tally = session_tally(session, i);
    CU_ASSERT(tally.yes + tally.no + tally.unknown <= ROWS * tables->inst_count);
  }
  guards_free(guards);
  counts_free(tables, allocator, &counts);
}

/* A bit may make an amount that is none, which is refused. */
static void run_anything(const rung_program *program) {
  static struct run run;
  rung_session *session = NULL;
  run_begin(&run, program);
  if (program_tables(program)->measure_count > BUILDER_ROOM) return;
  enum rung_status status = run_stages(&run, &session);
  CU_ASSERT(status == RUNG_OK || (status == RUNG_INVALID && program_tables(program)->amount_count > 0));
  if (status != RUNG_OK) {
    rung_session_free(session);
    run_end(&run);
    return;
  }
  volatile uint64_t sum = 0;
  for (size_t i = 0; session && i < rung_program_shows(program); i++) sum += rung_batch_show(session, i).valid[1];
  for (size_t i = 0; session && i < rung_program_labels(program); i++) sum += rung_batch_label(session, i)[1];
  (void)sum;
  if (session) count_rows(program, session, run.keys);
  rung_session_free(session);
  run_end(&run);
}

static bool row_of(const uint64_t *bits, size_t row) { return bits[row / 64] >> row % 64 & 1; }

static void test_run(void) {
  struct builder b;
  static struct run run;
  rung_session *session = NULL;
  build_stages(&b);
  rung_program *program = builder_load(&b, NULL);
  CU_ASSERT_FATAL(program != NULL);
  run_begin(&run, program);
  CU_ASSERT_FATAL(run_stages(&run, &session) == RUNG_OK);
  size_t top = 0;
  for (size_t i = 0; i < ROWS; i++) {
    bool present = i % 3 != 1, has = present && (i % 5 == 2 || i % 5 == 4);
    const struct rung_vector fifth = rung_batch_show(session, 6), rank = rung_batch_show(session, 7);
    const struct rung_vector hours = rung_batch_show(session, 8), items = rung_batch_show(session, 2);
    CU_ASSERT_EQUAL(row_of(session_register(session, 10)->data.bits, i), has);
    CU_ASSERT_EQUAL(row_of(rung_batch_label(session, 0), i), present && i % 2);
    CU_ASSERT_EQUAL(row_of(fifth.valid, i), present);
    CU_ASSERT_EQUAL(row_of(rank.valid, i), present);
    CU_ASSERT_EQUAL(row_of(items.valid, i), present);
    CU_ASSERT(row_of(session_register(session, 12)->valid, i)); /* being among the top is never unknown */
    top += row_of(rung_batch_label(session, 1), i);
    if (!present) continue;
    if (i % 5 == 1) CU_ASSERT_EQUAL(((const int64_t *)fifth.data)[i], 5); /* the greatest totals */
    if (i % 5 == 1) CU_ASSERT_EQUAL(((const int64_t *)rank.data)[i], 1);
    /* now is day 20000 at 1:00; 23:59:59 is 22 hours and 3599 seconds later */
    int64_t days = i % 2 ? 20000 - 2932896 : 20000 + 719162, rest = i % 2 ? -22999722 : 1000000;
    CU_ASSERT_EQUAL(((const int64_t *)hours.data)[i], days * 24000000 + rest);
  }
  CU_ASSERT_EQUAL(top, 15);
  run_end(&run);
  rung_session_free(session);
  rung_program_free(program);
}

/* Nobody may take a base that was not collected for an empty one. */
static void test_unbound(void) {
  struct builder b;
  struct rung_error error = {0};
  rung_session *session = NULL;
  build_stages(&b);
  rung_program *program = builder_load(&b, NULL);
  CU_ASSERT_FATAL(program != NULL);
  struct rung_text keys[1] = {TEXT_OF("k")};
  struct population *none[4] = {NULL};
  CU_ASSERT_FATAL(session_new_stage(program, 4, &options, &session, &error) == RUNG_OK);
  CU_ASSERT_EQUAL(session_stage(session), 4);
  session_keys(session, keys);
  CU_ASSERT(session_run(session, 1, &error) == RUNG_INVALID && strstr(error.text, "have not been collected"));
  session_bind(session, none, NULL);
  CU_ASSERT(session_run(session, 1, &error) == RUNG_INVALID && strstr(error.text, "have not been collected"));
  rung_session_free(session);
  static struct run run;
  run_begin(&run, program);
  session = NULL;
  CU_ASSERT(run_stages(&run, &session) == RUNG_OK);
  session_keys(session, NULL);
  CU_ASSERT(session_run(session, 1, &error) == RUNG_INVALID && strstr(error.text, "keys"));
  run_end(&run);
  rung_session_free(session);
  session = NULL;
  CU_ASSERT(rung_session_new(program, &options, &session, &error) == RUNG_INVALID);
  CU_ASSERT(strstr(error.text, "a measure") && strstr(error.text, "score it as a file"));
  CU_ASSERT_PTR_NULL(session);
  CU_ASSERT(rung_program_needs_base(program));
  rung_program_free(program);
}

/* Rows of a program without measures: aggregates are columns that the caller brings. */
static rung_program *joined_program(void) {
  struct builder b;
  builder_init(&b);
  b.tables[0].key = TEXT_OF("id");
  builder_table(&b, TABLE_RELATED, "purchases", "customer");
  build_purchases(&b);
  builder_stage(&b, CUSTOMERS, SINK_ROWS);
  uint32_t count = builder_joined(&b, COUNT_PAID), last = builder_joined(&b, LAST_TIME), list = builder_joined(&b, 3);
  uint32_t now = builder_reg(&b, RUNG_DATETIME), hours = builder_reg(&b, RUNG_NUMBER), day = builder_reg(&b, RUNG_DATE);
  builder_inst(&b, OP_NOW, now, NONE32, NONE32, NONE32, NONE32);
  *builder_prologue(&b) = 1;
  builder_inst(&b, OP_HOURS, hours, now, last, NONE32, NONE32);
  builder_inst(&b, OP_DATE_OF, day, last, NONE32, NONE32, NONE32);
  builder_show(&b, "count", RUNG_INTEGER, count);
  builder_show(&b, "hours", RUNG_NUMBER, hours);
  builder_show(&b, "day", RUNG_DATE, day);
  builder_show(&b, "now", RUNG_DATETIME, now);
  builder_show(&b, "list", RUNG_LIST, list);
  return builder_load(&b, NULL);
}

static void test_rows(void) {
  rung_program *program = joined_program();
  rung_session *session = NULL;
  struct rung_error error = {0};
  CU_ASSERT_FATAL(program != NULL);
  CU_ASSERT(rung_program_column(program, 0).aggregate && rung_program_columns(program) == 3);
  CU_ASSERT_FATAL(rung_session_new(program, &options, &session, &error) == RUNG_OK);
  rung_row_clear(session);
  struct rung_value count = {.type = RUNG_INTEGER, .present = true, .as.integer = 3};
  struct rung_value last = {.type = RUNG_DATETIME, .present = true, .as.integer = 19999 * 86400 + 86399};
  struct rung_value list = {.type = RUNG_LIST, .present = true, .as.text = TEXT_OF("a,b")};
  CU_ASSERT(rung_row_value(session, 0, count, &error) == RUNG_OK);
  CU_ASSERT(rung_row_value(session, 1, last, &error) == RUNG_OK);
  CU_ASSERT(rung_row_value(session, 2, list, &error) == RUNG_OK);
  CU_ASSERT(rung_row_run(session, &error) == RUNG_OK);
  CU_ASSERT_EQUAL(rung_row_show(session, 0).as.integer, 3);
  CU_ASSERT_EQUAL(rung_row_show(session, 1).as.integer, 1000278); /* 3601 seconds */
  CU_ASSERT_EQUAL(rung_row_show(session, 2).as.date, 19999);
  CU_ASSERT_EQUAL(rung_row_show(session, 3).as.integer, options.now);
  CU_ASSERT_EQUAL(rung_row_show(session, 4).as.text.length, 3);
  last.as.integer = LAST_SECOND + 1;
  CU_ASSERT(rung_row_value(session, 1, last, &error) == RUNG_BAD_DATA && strstr(error.text, "years 1 to 9999"));
  CU_ASSERT(rung_row_value(session, 1, count, &error) == RUNG_INVALID);
  int64_t counts[1] = {1}, times[1] = {FIRST_SECOND - 1};
  struct rung_vector columns[3] = {{NULL, counts}, {NULL, times}, {NULL, &list.as.text}};
  CU_ASSERT(rung_batch_run(session, columns, 1, &error) == RUNG_BAD_DATA && strstr(error.text, "datetime"));
  times[0]++;
  CU_ASSERT(rung_batch_run(session, columns, 1, &error) == RUNG_OK);
  CU_ASSERT_EQUAL(((const int32_t *)rung_batch_show(session, 2).data)[0], -719162);
  rung_session_free(session);
  rung_program_free(program);
}

static void test_now(void) {
  rung_program *program = joined_program();
  rung_session *session = NULL;
  struct rung_error error = {0};
  CU_ASSERT_FATAL(program != NULL);
  CU_ASSERT(rung_program_uses_time(program));
  CU_ASSERT(rung_session_new(program, OPTIONS(20000, 1), &session, &error) == RUNG_INVALID);
  CU_ASSERT(strstr(error.text, "need the time") != NULL);
  CU_ASSERT(session_new_stage(program, 0, OPTIONS(20000, 1), &session, &error) == RUNG_OK); /* asks for no time */
  rung_session_free(session);
  static const int64_t wrong[] = {-1, 86400, INT64_MIN, INT64_MAX}, right[] = {0, 86399};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    struct rung_session_options given = {.now = wrong[i], .has_now = true};
    CU_ASSERT(rung_session_new(program, &given, &session, &error) == RUNG_INVALID);
  }
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    struct rung_session_options given = {.now = right[i], .has_now = true};
    CU_ASSERT(rung_session_new(program, &given, &session, &error) == RUNG_OK);
    rung_session_free(session);
  }
  rung_program_free(program);
}

/* -- Descriptions --------------------------------------------------------------------------------------- */

static void test_descriptions(void) {
  static struct listing text;
  static const char *const parts[] = {
      "\nstage 0: rows of purchases, gathered by customer\n", "\nstage 1: rows of previous, gathered by id\n",
      "\nstage 3: rows of customers, collected\n", "\nstage 4: rows of customers, written\n",
      "  aggregate 0 = count where f3, integer", "  aggregate 3 = latest of t2 by s1, list",
      "  measure 1 = top 15 of n0, flag", "  measure 3 = rank of i1, integer", "i14 = measure_i n2, measure 0",
      "f10 = has t4, t8, \",\"", "n2 = an aggregate money from aggregate 1", "s7 = now", "points, score = i1 integer"};
  struct builder b;
  build_stages(&b);
  rung_program *program = builder_load(&b, NULL);
  CU_ASSERT_FATAL(program != NULL);
  CU_ASSERT(rung_program_dump(program, listing_keep, &text) == RUNG_OK);
  text.bytes[text.length] = 0;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (!strstr(text.bytes, parts[i])) fprintf(stderr, "not listed: %s\n", parts[i]);
    CU_ASSERT(strstr(text.bytes, parts[i]) != NULL);
  }
  CU_ASSERT_EQUAL(rung_program_tables(program), 3);
  CU_ASSERT(rung_program_table(program, 0).customers && !rung_program_table(program, 0).previous);
  CU_ASSERT(!rung_program_table(program, 1).customers && rung_program_table(program, 1).key.length == 8);
  CU_ASSERT(rung_program_table(program, 2).previous);
  CU_ASSERT_EQUAL(rung_program_columns(program), 7);
  CU_ASSERT(rung_program_column(program, 0).key && rung_program_column(program, 1).aggregate);
  CU_ASSERT(rung_program_show(program, 0).score && !rung_program_show(program, 1).score);
  CU_ASSERT_STRING_EQUAL(rung_type_name(rung_program_show(program, 3).type), "datetime");
  CU_ASSERT_STRING_EQUAL(rung_type_name(rung_program_show(program, 2).type), "list");
  rung_program_free(program);
}

/* -- Hostile bytes --------------------------------------------------------------------------------------- */

static void (*const samples[])(struct builder *) = {build_stages, build_promises};
enum { SAMPLES = sizeof samples / sizeof *samples };

static unsigned char *sample(size_t which, size_t *size) {
  struct builder builder;
  samples[which](&builder);
  unsigned char *bytes = builder_encode(&builder, size);
  CU_ASSERT_FATAL(bytes != NULL);
  return bytes;
}

static bool load_and_run(const unsigned char *bytes, size_t size) {
  rung_program *program = NULL;
  if (rung_program_load(bytes, size, NULL, &program, NULL) != RUNG_OK) return false;
  run_anything(program);
  rung_program_free(program);
  return true;
}

static void try_prefixes(size_t which) {
  size_t size;
  unsigned char *bytes = sample(which, &size);
  CU_ASSERT(load_and_run(bytes, size));
  for (size_t length = PROGRAM_HEADER_SIZE; length < size; length++) {
    unsigned char *prefix = malloc(length); /* a block of its own, so that reading past it is seen */
    memcpy(prefix, bytes, length);
    for (int i = 0; i < 8; i++) prefix[16 + i] = (unsigned char)((uint64_t)length >> 8 * i);
    builder_seal(prefix, length);
    load_and_run(prefix, length);
    free(prefix);
  }
  free(bytes);
}

static void test_prefixes(void) {
  for (size_t i = 0; i < SAMPLES; i++) try_prefixes(i);
}

static void try_bit_flips(size_t which) {
  size_t size, loaded = 0;
  unsigned char *bytes = sample(which, &size);
  for (size_t bit = 0; bit < size * 8; bit++) {
    bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    builder_seal(bytes, size);
    loaded += load_and_run(bytes, size);
    bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
  }
  CU_ASSERT(loaded > 0); /* a letter of a name may change */
  free(bytes);
}

static void test_bit_flips(void) {
  for (size_t i = 0; i < SAMPLES; i++) try_bit_flips(i);
}

/* Whichever allocation fails, it is said, and nothing is left behind. */
static void try_out_of_memory(size_t which) {
  size_t size;
  unsigned char *bytes = sample(which, &size);
  bool done = false;
  for (size_t allowed = 0; !done && allowed < 1000; allowed++) {
    struct budget budget = {allowed, allowed % 2, 0};
    const struct rung_allocator allocator = {meager, &budget};
    static struct run run;
    rung_program *program = NULL;
    rung_session *session = NULL;
    enum rung_status status = rung_program_load(bytes, size, &allocator, &program, NULL);
    run_begin(&run, program);
    if (status == RUNG_OK) status = run_stages(&run, &session);
    CU_ASSERT(status == RUNG_OK || status == RUNG_NO_RESOURCE);
    done = status == RUNG_OK;
    rung_session_free(session);
    run_end(&run);
    rung_program_free(program);
    CU_ASSERT_EQUAL(budget.bytes, 0);
  }
  CU_ASSERT(done);
  free(bytes);
}

static void test_out_of_memory(void) {
  for (size_t i = 0; i < SAMPLES; i++) try_out_of_memory(i);
}

void suite_stage_runs(void);

void suite_stage_runs(void) {
  CU_pSuite suite = CU_add_suite("stage runs", NULL, NULL);
  CU_add_test(suite, "stages run one after the other", test_run);
  CU_add_test(suite, "populations that are not there", test_unbound);
  CU_add_test(suite, "rows and batches bring aggregates", test_rows);
  CU_add_test(suite, "the time of scoring", test_now);
  CU_add_test(suite, "descriptions", test_descriptions);
  CU_add_test(suite, "memory that runs out", test_out_of_memory);
  CU_add_test(suite, "every prefix", test_prefixes);
  CU_add_test(suite, "every changed bit", test_bit_flips);
}
