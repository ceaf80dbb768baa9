/* threads.c - one program in many threads: runs and sessions side by side, callbacks on the calling thread, runs that
   stop. */
#include <CUnit/CUnit.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rungc.h"

enum { ROWS = 2000, HOSTS = 6 };

static const char rules[] =
    "input t { id text key; n integer; s text; }\n"
    "let place = rank of n;\n"
    "status half { n >= 500 -> high; n < 500 -> low; }\n"
    "s matches \"^x[0-9]*7$\" -> seven;  top 10 by n -> best;\n"
    "guard count of high >= 1;\n"
    "show place;\n";

static rung_program *load(const char *source, size_t length) {
  rungc_compilation *compilation = NULL;
  rung_program *program = NULL;
  struct rung_error error;
  struct rung_text text = {source, length};
  CU_ASSERT_EQUAL_FATAL(rungc_compile((struct rung_text){"t.rung", 6}, text, NULL, &compilation, &error), RUNG_OK);
  struct rung_text bytes = rungc_program(compilation);
  CU_ASSERT_EQUAL_FATAL(rung_program_load(bytes.bytes, bytes.length, NULL, &program, &error), RUNG_OK);
  rungc_free(compilation);
  return program;
}

/* Of row i n is i % 1000, and every `bad`-th one is none. */
static char *make_dump(size_t bad, size_t *length) {
  char *dump = NULL;
  FILE *file = open_memstream(&dump, length);
  fputs("id,n,s\n", file);
  for (size_t i = 1; i <= ROWS; i++) {
    if (bad && i % bad == 0) fprintf(file, "k%zu,?,x%zu\n", i, i);
    else fprintf(file, "k%zu,%zu,x%zu\n", i, i % 1000, i);
  }
  fclose(file);
  return dump;
}

/* -- Runs side by side ------------------------------------------------------------------- */

struct host {
  pthread_t thread;
  const rung_program *program;
  struct rung_text dump;
  uint32_t threads;
  char *out;
  size_t length;
  enum rung_status status;
  uint64_t high, seven;
};

static int keep(void *context, const char *bytes, size_t length) { return fwrite(bytes, 1, length, context) != length; }

static void *score(void *context) {
  struct host *host = context;
  FILE *out = open_memstream(&host->out, &host->length);
  rung_summary *summary = NULL;
  struct rung_score_options options = {.input_text = host->dump, .write = keep, .write_context = out, .slim = true,
                                       .threads = host->threads, .block_bytes = 500, .batch_rows = 16};
  host->status = rung_score(host->program, &options, NULL, 0, &summary, NULL);
  fclose(out);
  if (summary) {
    host->high = rung_summary_label(summary, 0);
    host->seven = rung_summary_label(summary, 2);
  }
  rung_summary_free(summary);
  return NULL;
}

static void test_side_by_side(void) {
  struct host hosts[HOSTS];
  rung_program *program = load(rules, sizeof rules - 1);
  size_t length;
  char *dump = make_dump(0, &length);
  for (uint32_t i = 0; i < HOSTS; i++) {
    hosts[i] = (struct host){.program = program, .dump = {dump, length}, .threads = i % 4};
    CU_ASSERT_EQUAL_FATAL(pthread_create(&hosts[i].thread, NULL, score, &hosts[i]), 0);
  }
  for (uint32_t i = 0; i < HOSTS; i++) {
    CU_ASSERT_EQUAL(pthread_join(hosts[i].thread, NULL), 0);
    CU_ASSERT_EQUAL(hosts[i].status, RUNG_OK);
    CU_ASSERT_EQUAL(hosts[i].high, 1000);
    CU_ASSERT_EQUAL(hosts[i].seven, ROWS / 10);
    CU_ASSERT_TRUE(hosts[i].length == hosts[0].length && memcmp(hosts[i].out, hosts[0].out, hosts[0].length) == 0);
  }
  for (uint32_t i = 0; i < HOSTS; i++) free(hosts[i].out);
  free(dump);
  rung_program_free(program);
}

/* -- One program by every road at once ------------------------------------------------------ */

enum { SHARERS = 9, WORDS = (ROWS + 63) / 64 };

static const char shared_rules[] =
    "input t { id text key; n integer; s text; d date; }\n"
    "param limit = 500;\n"
    "status half { n >= limit -> high; n < limit -> low; }\n"
    "s matches \"^x[0-9]*7$\" -> seven;  s in (\"x1\", \"x2\", \"x3\") -> few;\n"
    "d older than 90 days -> old;  1000 / n > 4 -> small;\n"
    "let left = limit - n;\n"
    "show left;\n";

enum { HIGH, LOW, SEVEN, FEW, OLD, SMALL, NAMES };
static const char *const names[] = {"high", "low", "seven", "few", "old", "small"};

/* What is the same for every thread, and what is its own: its limit, and its date, `late` days after the first. */
struct sharer {
  pthread_t thread;
  pthread_barrier_t *start;
  const rung_program *program;
  size_t label[NAMES];
  char (*texts)[8];
  struct rung_text dump;
  int32_t first_day, late;
  int64_t limit;
  uint64_t wrong, wanted[NAMES];
  char *out;
  size_t length;
};

/* Row i has n = i % 1000, but every eleventh none, and a date i % 200 days before the first. */
static bool has_n(size_t i) { return i % 11 != 0; }

static bool holds(const struct sharer *sharer, size_t name, size_t i) {
  int64_t n = (int64_t)(i % 1000);
  switch (name) {
    case HIGH: return has_n(i) && n >= sharer->limit;
    case LOW: return has_n(i) && n < sharer->limit;
    case SEVEN: return i % 10 == 7;
    case FEW: return i <= 3;
    case OLD: return (int32_t)(i % 200) + sharer->late > 90;
    default: return has_n(i) && n > 0 && n < 250;
  }
}

static rung_session *open_shared(struct sharer *sharer) {
  rung_session *session = NULL;
  char limit[24];
  int length = snprintf(limit, sizeof limit, "%lld", (long long)sharer->limit);
  struct rung_session_options options = {.today = sharer->first_day + sharer->late, .batch_rows = ROWS};
  pthread_barrier_wait(sharer->start);
  sharer->wrong += rung_session_new(sharer->program, &options, &session, NULL) != RUNG_OK ||
                   rung_session_set(session, (struct rung_text){"limit", 5}, (struct rung_text){limit, (size_t)length},
                                    NULL) != RUNG_OK;
  return session;
}

static void *by_row(void *context) {
  struct sharer *sharer = context;
  rung_session *session = open_shared(sharer);
  for (size_t i = 1; session && i <= ROWS; i++) {
    struct rung_value date = {.type = RUNG_DATE, .present = true, .as.date = sharer->first_day - (int32_t)(i % 200)};
    char cell[8];
    int length = has_n(i) ? snprintf(cell, sizeof cell, "%zu", i % 1000) : 0;
    rung_row_clear(session);
    sharer->wrong += rung_row_cell(session, 1, (struct rung_text){cell, (size_t)length}, NULL) != RUNG_OK ||
                     rung_row_cell(session, 2, (struct rung_text){sharer->texts[i], strlen(sharer->texts[i])}, NULL) !=
                         RUNG_OK ||
                     rung_row_value(session, 3, date, NULL) != RUNG_OK || rung_row_run(session, NULL) != RUNG_OK;
    for (size_t name = 0; name < NAMES; name++)
      sharer->wrong += rung_row_label(session, sharer->label[name]) != holds(sharer, name, i);
    struct rung_value left = rung_row_show(session, 0);
    sharer->wrong += left.present != has_n(i) || (has_n(i) && left.as.integer != sharer->limit - (int64_t)(i % 1000));
  }
  rung_session_free(session);
  return NULL;
}

static void *by_batch(void *context) {
  struct sharer *sharer = context;
  rung_session *session = open_shared(sharer);
  static const uint64_t nothing[WORDS];
  uint64_t valid[WORDS] = {0};
  int64_t n[ROWS];
  int32_t date[ROWS];
  struct rung_text text[ROWS];
  for (size_t i = 1; i <= ROWS; i++) {
    valid[(i - 1) / 64] |= (uint64_t)has_n(i) << (i - 1) % 64;
    n[i - 1] = (int64_t)(i % 1000);
    date[i - 1] = sharer->first_day - (int32_t)(i % 200);
    text[i - 1] = (struct rung_text){sharer->texts[i], strlen(sharer->texts[i])};
  }
  struct rung_vector columns[] = {{nothing, text}, {valid, n}, {NULL, text}, {NULL, date}};
  for (uint32_t again = 0; session && again < 5; again++) {
    sharer->wrong += rung_batch_run(session, columns, ROWS, NULL) != RUNG_OK;
    struct rung_vector left = rung_batch_show(session, 0);
    for (size_t i = 0; i < ROWS; i++) {
      for (size_t name = 0; name < NAMES; name++) {
        const uint64_t *bits = rung_batch_label(session, sharer->label[name]);
        sharer->wrong += (bits[i / 64] >> i % 64 & 1) != holds(sharer, name, i + 1);
      }
      bool present = left.valid[i / 64] >> i % 64 & 1;
      sharer->wrong += present != has_n(i + 1) || (present && ((const int64_t *)left.data)[i] != sharer->limit - n[i]);
    }
  }
  rung_session_free(session);
  return NULL;
}

/* A run of a file, its output kept; alone it waits for nobody. */
static void run_shared(struct sharer *sharer, uint32_t threads, char **out, size_t *length) {
  char limit[24];
  int digits = snprintf(limit, sizeof limit, "%lld", (long long)sharer->limit);
  struct rung_setting setting = {{"limit", 5}, {limit, (size_t)digits}};
  FILE *file = open_memstream(out, length);
  rung_summary *summary = NULL;
  struct rung_score_options options = {.input_text = sharer->dump, .write = keep, .write_context = file,
                                       .threads = threads, .block_bytes = 700, .batch_rows = 16,
                                       .today = sharer->first_day + sharer->late};
  sharer->wrong += rung_score(sharer->program, &options, &setting, 1, &summary, NULL) != RUNG_OK;
  fclose(file);
  for (size_t name = 0; summary && name < NAMES; name++)
    sharer->wrong += rung_summary_label(summary, sharer->label[name]) != sharer->wanted[name];
  /* n is 0 in the thousandth row and the two thousandth */
  sharer->wrong += !summary || rung_summary_faults(summary) != 1 || rung_summary_fault(summary, 0).rows != 2;
  rung_summary_free(summary);
}

static void *by_file(void *context) {
  struct sharer *sharer = context;
  pthread_barrier_wait(sharer->start);
  run_shared(sharer, 1 + (uint32_t)sharer->late % 3, &sharer->out, &sharer->length);
  return NULL;
}

static char *make_dated_dump(int32_t first_day, size_t *length) {
  char *dump = NULL, date[16];
  FILE *file = open_memstream(&dump, length);
  fputs("id,n,s,d\n", file);
  for (size_t i = 1; i <= ROWS; i++) {
    time_t seconds = (time_t)(first_day - (int32_t)(i % 200)) * 86400;
    struct tm tm;
    strftime(date, sizeof date, "%Y-%m-%d", gmtime_r(&seconds, &tm));
    if (has_n(i)) fprintf(file, "k%zu,%zu,x%zu,%s\n", i, i % 1000, i, date);
    else fprintf(file, "k%zu,,x%zu,%s\n", i, i, date);
  }
  fclose(file);
  return dump;
}

static size_t label_of(const rung_program *program, const char *name) {
  for (size_t i = 0; i < rung_program_labels(program); i++) {
    struct rung_text text = rung_program_label(program, i).name;
    if (text.length == strlen(name) && memcmp(text.bytes, name, text.length) == 0) return i;
  }
  CU_FAIL_FATAL("no such label");
  return SIZE_MAX;
}

/* Sessions of rows, sessions of batches and runs of files, each with params and a date of its own, begin together. */
static void test_shared(void) {
  static void *(*const roads[])(void *) = {by_row, by_batch, by_file};
  struct sharer sharers[SHARERS];
  pthread_barrier_t start;
  rung_program *program = load(shared_rules, sizeof shared_rules - 1);
  char (*texts)[8] = calloc(ROWS + 1, sizeof *texts);
  int32_t first_day = 0;
  size_t length;
  CU_ASSERT_TRUE_FATAL(texts && rung_parse_date((struct rung_text){"2026-11-21", 10}, &first_day));
  for (size_t i = 1; i <= ROWS; i++) snprintf(texts[i], sizeof *texts, "x%zu", i);
  char *dump = make_dated_dump(first_day, &length);
  CU_ASSERT_EQUAL_FATAL(pthread_barrier_init(&start, NULL, SHARERS), 0);
  for (uint32_t i = 0; i < SHARERS; i++) {
    struct sharer *sharer = &sharers[i];
    *sharer = (struct sharer){.start = &start, .program = program, .texts = texts, .dump = {dump, length},
                              .first_day = first_day, .late = (int32_t)i * 7, .limit = 100 + 95 * i};
    for (size_t name = 0; name < NAMES; name++) {
      sharer->label[name] = label_of(program, names[name]);
      for (size_t row = 1; row <= ROWS; row++) sharer->wanted[name] += holds(sharer, name, row);
    }
  }
  for (uint32_t i = 0; i < SHARERS; i++)
    CU_ASSERT_EQUAL_FATAL(pthread_create(&sharers[i].thread, NULL, roads[i % 3], &sharers[i]), 0);
  for (uint32_t i = 0; i < SHARERS; i++) {
    CU_ASSERT_EQUAL(pthread_join(sharers[i].thread, NULL), 0);
    CU_ASSERT_EQUAL(sharers[i].wrong, 0);
  }
  for (uint32_t i = 0; i < SHARERS; i++) {
    if (roads[i % 3] != by_file) continue;
    char *alone;
    run_shared(&sharers[i], 1, &alone, &length);
    CU_ASSERT_TRUE(length == sharers[i].length && memcmp(alone, sharers[i].out, length) == 0);
    free(alone);
    free(sharers[i].out);
  }
  pthread_barrier_destroy(&start);
  free(dump);
  free(texts);
  rung_program_free(program);
}

/* -- Callbacks ------------------------------------------------------------------------------- */

struct told {
  pthread_t caller;
  bool elsewhere;
  uint64_t cells, rows, last_row, stop_at;
  uint32_t again;
  bool out_of_order;
};

static void bad_cell(void *context, const struct rung_bad_cell *cell) {
  struct told *told = context;
  told->elsewhere |= !pthread_equal(told->caller, pthread_self());
  told->out_of_order |= cell->row <= told->last_row || cell->line != cell->row + 1;
  CU_ASSERT(cell->value.length == 1 && cell->value.bytes[0] == '?');
  told->last_row = cell->row;
  told->cells++;
}

static int progress(void *context, uint64_t bytes, uint64_t total, uint64_t rows) {
  struct told *told = context;
  (void)bytes, (void)total;
  told->elsewhere |= !pthread_equal(told->caller, pthread_self());
  told->again += rows < told->rows; /* the second pass */
  told->out_of_order |= told->again > 1;
  told->rows = rows;
  return told->stop_at && rows >= told->stop_at;
}

static struct rung_totals told_run(uint32_t threads, size_t bad, uint64_t stop_at, enum rung_status wanted,
                                   struct told *told) {
  rung_program *program = load(rules, sizeof rules - 1);
  rung_summary *summary = NULL;
  struct rung_error error;
  size_t length;
  char *dump = make_dump(bad, &length);
  *told = (struct told){.caller = pthread_self(), .stop_at = stop_at};
  struct rung_score_options options = {.input_text = {dump, length}, .dry_run = true, .threads = threads,
                                       .block_bytes = 300, .bad_cell = bad_cell, .progress = progress, .context = told};
  CU_ASSERT_EQUAL(rung_score(program, &options, NULL, 0, &summary, &error), wanted);
  CU_ASSERT_PTR_NOT_NULL_FATAL(summary);
  struct rung_totals totals = rung_summary_totals(summary);
  rung_summary_free(summary);
  free(dump);
  rung_program_free(program);
  CU_ASSERT_FALSE(told->elsewhere || told->out_of_order);
  return totals;
}

/* What was seen is what one thread sees, however far the others had read. */
static void test_callbacks(void) {
  static const struct { size_t bad; uint64_t stop_at; enum rung_status status; uint64_t cells; } runs[] = {
      {50, 0, RUNG_BAD_DATA, 20}, {100, 0, RUNG_BAD_DATA, 20}, {101, 0, RUNG_BAD_DATA, ROWS / 101},
      {0, 700, RUNG_NOTICE, 0}, {0, 1, RUNG_NOTICE, 0}, {0, 0, RUNG_OK, 0}};
  for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
    struct told alone, told;
    struct rung_totals wanted = told_run(1, runs[i].bad, runs[i].stop_at, runs[i].status, &alone);
    CU_ASSERT_EQUAL(alone.cells, runs[i].cells);
    for (uint32_t threads = 2; threads < 9; threads += 3) {
      struct rung_totals totals = told_run(threads, runs[i].bad, runs[i].stop_at, runs[i].status, &told);
      CU_ASSERT_EQUAL(told.cells, alone.cells);
      CU_ASSERT_EQUAL(told.rows, alone.rows);
      CU_ASSERT_EQUAL(totals.rows_read, wanted.rows_read);
      CU_ASSERT_EQUAL(totals.rows_rejected, wanted.rows_rejected);
      CU_ASSERT_EQUAL(totals.bytes_read, wanted.bytes_read);
      CU_ASSERT_EQUAL(totals.input_hash, wanted.input_hash);
    }
  }
}

void suite_threads(void);
void suite_threads(void) {
  CU_pSuite suite = CU_add_suite("threads", NULL, NULL);
  CU_add_test(suite, "one program, many runs side by side", test_side_by_side);
  CU_add_test(suite, "one program, rows, batches and files at once, each as of one thread", test_shared);
  CU_add_test(suite, "callbacks on the calling thread, in order, as of one thread", test_callbacks);
}
