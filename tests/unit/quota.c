/* quota.c - who comes inside limits and budgets: random rows against a slow version that sorts them all, and facts. */
#include "quota.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "builder.h"
#include "meager.h"
#include "scalar.h"

enum { ROWS = 700, BATCH = 1024, NAMES = 5, KEY_ROOM = 40 };
#define NONE INT64_MIN        /* an amount that is not given */
#define MISSING (INT64_MIN + 1) /* one that is given, and missing */

struct row {
  bool where, present;
  int64_t value, cost;
  int group;                /* number of its name, or -1: missing */
  char key[KEY_ROOM];
};

struct shape {
  enum rung_type value, group; /* group 0: there are none */
  bool ascending;
  int64_t limit, group_limit, budget;
};

static const char *const names[NAMES] = {"", "north", "north ", "\xd1\x8e\xd0\xb3", "a long name of a group"};
static const int64_t numbers[NAMES] = {0, -1, INT64_MAX, INT64_MIN, 1};

/* -- The slow version --------------------------------------------------------------------------------- */

static const struct row *slow_rows;
static bool slow_ascending;

static int slow_order(const void *left, const void *right) {
  const struct row *a = &slow_rows[*(const size_t *)left], *b = &slow_rows[*(const size_t *)right];
  if (a->present != b->present) return a->present ? -1 : 1;
  if (a->present && a->value != b->value) return (a->value < b->value) == slow_ascending ? -1 : 1;
  return scalar_compare((struct rung_text){a->key, strlen(a->key)}, (struct rung_text){b->key, strlen(b->key)});
}

static int64_t whole(int64_t amount) {
  if (amount == NONE) return INT64_MAX;
  return amount == MISSING || amount < 0 ? 0 : amount / 1000000;
}

static void slow_answers(const struct row *rows, size_t count, const struct shape *shape, int64_t *answers) {
  size_t order[ROWS], asking = 0;
  int64_t in_group[NAMES + 1] = {0}, inside = 0, ended = 0;
  __int128 spent = 0;
  for (size_t i = 0; i < count; i++) {
    answers[i] = 0;
    if (rows[i].where) order[asking++] = i;
  }
  slow_rows = rows;
  slow_ascending = shape->ascending;
  qsort(order, asking, sizeof *order, slow_order);
  for (size_t k = 0; k < asking; k++) {
    const struct row *row = &rows[order[k]];
    int64_t *answer = &answers[order[k]];
    if (shape->group && ++in_group[row->group + 1] > whole(shape->group_limit)) {
      *answer = 1;
      continue;
    }
    if (!ended && inside >= whole(shape->limit)) ended = 1;
    if (!ended && shape->budget != NONE && (shape->budget == MISSING || spent + row->cost > shape->budget)) ended = 2;
    *answer = ended;
    if (ended) continue;
    inside++;
    if (shape->budget != NONE) spent += row->cost;
  }
}

/* -- The program: a stage that collects, and one that asks -------------------------------------------- */

static uint32_t amount_register(struct builder *b, int64_t amount) {
  if (amount == NONE) return NONE32;
  uint32_t reg = builder_reg(b, RUNG_NUMBER);
  if (amount == MISSING) builder_inst(b, OP_NULL_N, reg, NONE32, NONE32, NONE32, NONE32);
  else builder_inst(b, OP_CONST_N, reg, NONE32, NONE32, NONE32, builder_constant(b, RUNG_NUMBER, amount, TEXT_OF("")));
  ++*builder_prologue(b);
  return reg;
}

enum { VALUE, WHERE, COST, GROUP };

static void build_columns(struct builder *b, const struct shape *shape) {
  builder_column(b, "value", shape->value);
  builder_column(b, "where", RUNG_FLAG);
  builder_column(b, "cost", RUNG_NUMBER);
  builder_column(b, "group", shape->group ? shape->group : RUNG_TEXT);
}

static rung_program *quota_program(const struct shape *shape, const struct rung_allocator *allocator) {
  struct builder b;
  builder_init(&b);
  builder_stage(&b, 0, SINK_COLLECT);
  build_columns(&b, shape);
  uint32_t limit = amount_register(&b, shape->limit), budget = amount_register(&b, shape->budget);
  uint32_t group_limit = shape->group ? amount_register(&b, shape->group_limit) : NONE32;
  struct prog_measure *measure =
      &b.measures[builder_measure(&b, MEASURE_QUOTA, RUNG_INTEGER, shape->value, VALUE, 0)];
  measure->where = WHERE, measure->ascending = shape->ascending;
  measure->limit = limit, measure->budget = budget, measure->group_limit = group_limit;
  if (budget != NONE32) measure->cost = COST;
  if (group_limit != NONE32) measure->group = GROUP;
  builder_stage(&b, 0, SINK_ROWS);
  build_columns(&b, shape);
  uint32_t answer = builder_reg(&b, RUNG_INTEGER);
  if (shape->group) builder_inst(&b, OP_QUOTA_PER, answer, VALUE, WHERE, GROUP, 0);
  else builder_inst(&b, OP_QUOTA, answer, VALUE, WHERE, NONE32, 0);
  builder_show(&b, "answer", RUNG_INTEGER, answer);
  struct rung_error error = {0};
  size_t size;
  rung_program *program = NULL;
  unsigned char *bytes = builder_encode(&b, &size);
  if (rung_program_load(bytes, size, allocator, &program, &error)) fprintf(stderr, "refused: %s\n", error.text);
  free(bytes);
  return program;
}

static void put_flag(struct vec *vec, size_t i, bool present, bool value) {
  bitmap_clear(vec->valid, i), bitmap_clear(vec->data.bits, i);
  if (present) bitmap_set(vec->valid, i);
  if (present && value) bitmap_set(vec->data.bits, i);
}

static void put_value(struct vec *vec, size_t i, enum rung_type type, bool present, int64_t value) {
  bitmap_clear(vec->valid, i);
  if (present) bitmap_set(vec->valid, i);
  if (type == RUNG_DATE) vec->data.i32[i] = (int32_t)value;
  else vec->data.i64[i] = value;
}

/* Where it is missing, what stands there means nothing. */
static void put_group(struct vec *vec, size_t i, bool number, int group) {
  bitmap_clear(vec->valid, i);
  if (group >= 0) bitmap_set(vec->valid, i);
  if (number) vec->data.i64[i] = group < 0 ? 1 : numbers[group];
  else vec->data.text[i] = group < 0 ? (struct rung_text){(const char *)1, 999}
                                     : (struct rung_text){names[group], strlen(names[group])};
}

/* A row that does not ask has no cost, and its flag is missing or false. */
static void load_rows(rung_session *session, const struct shape *shape, const struct row *rows, size_t count,
                      struct rung_text *keys) {
  for (size_t i = 0; i < count; i++) {
    const struct row *row = &rows[i];
    put_value(session_column(session, VALUE), i, shape->value, row->present, row->value);
    put_flag(session_column(session, WHERE), i, row->where || i % 2, row->where);
    put_value(session_column(session, COST), i, RUNG_NUMBER, row->where, row->cost);
    put_group(session_column(session, GROUP), i, shape->group == RUNG_INTEGER, row->group);
    keys[i] = (struct rung_text){row->key, strlen(row->key)};
  }
}

static rung_session *open_stage(const rung_program *program, uint32_t stage, struct quota *const *quotas) {
  rung_session *session = NULL;
  if (session_new_stage(program, stage, OPTIONS(0, BATCH), &session, NULL) == RUNG_OK)
    session_bind(session, NULL, quotas);
  return session;
}

static enum rung_status gather(const rung_program *program, const struct shape *shape, const struct row *rows,
                               size_t count, size_t batch, struct quota **quota) {
  struct rung_text keys[ROWS];
  struct rung_error error = {0};
  const struct program_tables *tables = program_tables(program);
  enum rung_status status = quota_new(tables, &tables->measures[0], program_allocator(program), quota, &error);
  rung_session *session = status ? NULL : open_stage(program, 0, NULL);
  if (!session) return RUNG_NO_RESOURCE;
  for (size_t at = 0, part; !status && at < count; at += part) {
    part = count - at < batch ? count - at : batch;
    load_rows(session, shape, rows + at, part, keys);
    status = session_run(session, part, &error);
    if (!status) status = quota_add(*quota, session, keys, part, &error);
  }
  if (!status) status = quota_finish(*quota, &error);
  rung_session_free(session);
  return status;
}

static enum rung_status ask(const rung_program *program, const struct shape *shape, const struct row *rows,
                            size_t count, size_t batch, struct quota *const *quotas, int64_t *answers) {
  struct rung_text keys[ROWS];
  rung_session *session = open_stage(program, 1, quotas);
  enum rung_status status = session ? RUNG_OK : RUNG_NO_RESOURCE;
  for (size_t at = 0, part; !status && at < count; at += part) {
    part = count - at < batch ? count - at : batch;
    load_rows(session, shape, rows + at, part, keys);
    session_keys(session, keys);
    status = session_run(session, part, NULL);
    for (size_t i = 0; !status && i < part; i++) {
      struct rung_vector got = rung_batch_show(session, 0);
      CU_ASSERT(got.valid[i / 64] >> i % 64 & 1);
      answers[at + i] = ((const int64_t *)got.data)[i];
    }
  }
  rung_session_free(session);
  return status;
}

/* -- Random rows -------------------------------------------------------------------------------------- */

static uint64_t state;

static uint64_t pick(uint64_t below) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (state >> 33) % below;
}

static void shuffle(struct row *rows, size_t count) {
  for (size_t i = count; i > 1; i--) {
    size_t other = pick(i);
    struct row row = rows[i - 1];
    rows[i - 1] = rows[other];
    rows[other] = row;
  }
}

static int64_t random_value(unsigned spread) {
  switch (spread) {
    case 0: return 7;
    case 1: return (int64_t)pick(5) - 2;
    case 2: return pick(3) == 0 ? INT64_MIN : pick(2) ? INT64_MAX : 0;
    default: return (int64_t)pick(100000) - 50000;
  }
}

static int64_t random_cost(unsigned spread) {
  switch (spread) {
    case 0: return 0;
    case 1: return (int64_t)pick(3) * 1000000;
    case 2: return pick(4) ? (int64_t)pick(1000) : INT64_MAX - (int64_t)pick(2);
    default: return (int64_t)pick(150 * 1000000);
  }
}

/* Keys of all lengths, of which some begin others, and bytes above 127. */
static void random_rows(struct row *rows, size_t count, enum rung_type type) {
  unsigned spread = (unsigned)pick(4), costs = (unsigned)pick(4);
  for (size_t i = 0; i < count; i++) {
    struct row *row = &rows[i];
    *row = (struct row){.where = pick(5) > 0, .present = pick(6) > 0, .value = random_value(spread),
                        .cost = random_cost(costs), .group = (int)pick(NAMES + 1) - 1};
    if (type == RUNG_DATE) row->value = spread == 2 ? (pick(2) ? DAY_FIRST : DAY_LAST) : row->value % 1000;
    snprintf(row->key, KEY_ROOM, "%s%zu", i % 3 == 0 ? "" : i % 3 == 1 ? "a-longer-key-of-" : "\xd0\xba", i);
  }
  shuffle(rows, count);
}

static int64_t random_amount(size_t count) {
  const int64_t rows = (int64_t)count * 1000000;
  const int64_t amounts[] = {NONE, MISSING, -1000000, 0, 999999, 1000000, 2500000, 10000000, rows / 2, rows,
                             rows + 1000000, INT64_MAX};
  return amounts[pick(sizeof amounts / sizeof *amounts)];
}

static int64_t random_budget(size_t count) {
  const int64_t budgets[] = {NONE, NONE, MISSING, -1, 0, 1, 20 * 1000000, (int64_t)count * 20 * 1000000, INT64_MAX - 1,
                             INT64_MAX};
  return budgets[pick(sizeof budgets / sizeof *budgets)];
}

static struct shape random_shape(size_t count) {
  static const enum rung_type values[] = {RUNG_INTEGER, RUNG_NUMBER, RUNG_DATE};
  static const enum rung_type groups[] = {(enum rung_type)0, RUNG_INTEGER, RUNG_TEXT};
  struct shape shape = {.value = values[pick(3)], .group = groups[pick(3)], .ascending = pick(2),
                        .limit = random_amount(count), .budget = random_budget(count)};
  shape.group_limit = shape.group ? random_amount(count / NAMES) : NONE;
  if (shape.group && shape.group_limit == NONE) shape.group_limit = 3000000;
  return shape;
}

static void check_shape(const struct shape *shape, struct row *rows, size_t count, size_t batch) {
  static int64_t expected[ROWS], answers[ROWS];
  rung_program *program = quota_program(shape, NULL);
  CU_ASSERT_FATAL(program != NULL);
  struct quota *quota = NULL;
  CU_ASSERT(gather(program, shape, rows, count, batch, &quota) == RUNG_OK);
  if (pick(2)) shuffle(rows, count);
  slow_answers(rows, count, shape, expected);
  CU_ASSERT(ask(program, shape, rows, count, batch, &quota, answers) == RUNG_OK);
  size_t wrong = 0;
  for (size_t i = 0; i < count; i++) wrong += answers[i] != expected[i];
  if (wrong) fprintf(stderr, "%zu of %zu rows are wrong: limit %lld, per group %lld, budget %lld\n", wrong, count,
                     (long long)shape->limit, (long long)shape->group_limit, (long long)shape->budget);
  CU_ASSERT_EQUAL(wrong, 0);
  quota_free(quota);
  rung_program_free(program);
}

static void test_random(void) {
  static struct row rows[ROWS];
  static const size_t sizes[] = {0, 1, 2, 3, 5, 63, 64, 65, 200, ROWS}, batches[] = {1, 3, 64, BATCH};
  state = 4;
  for (int round = 0; round < 200; round++)
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
      struct shape shape = random_shape(sizes[s]);
      random_rows(rows, sizes[s], shape.value);
      check_shape(&shape, rows, sizes[s], batches[pick(4)]);
    }
}

/* The same rows in any order and any batches: the same customers. */
static void test_order(void) {
  static struct row rows[ROWS];
  const struct shape shape = {RUNG_NUMBER, RUNG_TEXT, false, 100 * 1000000, 30 * 1000000 + 999999, 3000000000};
  state = 5;
  random_rows(rows, ROWS, RUNG_NUMBER);
  for (int round = 0; round < 20; round++) {
    shuffle(rows, ROWS);
    check_shape(&shape, rows, ROWS, (const size_t[]){1, 3, 64, BATCH}[round % 4]);
  }
}

/* -- Facts -------------------------------------------------------------------------------------------- */

struct fact {
  struct shape shape;
  int64_t answers[6];
};

/* Values 50 40 40 30 missing 10, the two of 40 being keys b and a; costs 150 each, but of the first 400. */
static void test_facts(void) {
  struct row rows[6] = {{true, true, 50, 400000000, 0, "x"}, {true, true, 40, 150000000, 1, "b"},
                        {true, true, 40, 150000000, 0, "a"}, {true, true, 30, 150000000, 1, "y"},
                        {true, false, 99, 150000000, 1, "0"}, {true, true, 10, 150000000, -1, "z"}};
  static const struct fact facts[] = {
      {{RUNG_INTEGER, 0, false, 2000000, NONE, NONE}, {0, 1, 0, 1, 1, 1}},          /* of equals the smaller key */
      {{RUNG_INTEGER, 0, false, 2999999, NONE, NONE}, {0, 1, 0, 1, 1, 1}},          /* 2.999999 customers are 2 */
      {{RUNG_INTEGER, 0, true, 2000000, NONE, NONE}, {1, 1, 1, 0, 1, 0}},           /* smallest first */
      {{RUNG_INTEGER, 0, false, 5000000, NONE, NONE}, {0, 0, 0, 0, 1, 0}},          /* a missing value last */
      {{RUNG_INTEGER, 0, true, 5000000, NONE, NONE}, {0, 0, 0, 0, 1, 0}},           /* last in this order too */
      {{RUNG_INTEGER, 0, false, NONE, NONE, 700000000}, {0, 0, 0, 2, 2, 2}},        /* 400 + 150 + 150 */
      {{RUNG_INTEGER, 0, false, NONE, NONE, 699999999}, {0, 2, 0, 2, 2, 2}},        /* a kopeck less */
      {{RUNG_INTEGER, 0, false, NONE, NONE, 399000000}, {2, 2, 2, 2, 2, 2}},        /* nobody stands in for the first */
      {{RUNG_INTEGER, 0, false, 3000000, NONE, 700000000}, {0, 0, 0, 1, 1, 1}},     /* both end it: the limit */
      {{RUNG_INTEGER, 0, false, 0, NONE, -1}, {1, 1, 1, 1, 1, 1}},
      {{RUNG_INTEGER, 0, false, NONE, NONE, MISSING}, {2, 2, 2, 2, 2, 2}},
      {{RUNG_INTEGER, 0, false, MISSING, NONE, NONE}, {1, 1, 1, 1, 1, 1}},
      {{RUNG_INTEGER, RUNG_TEXT, false, NONE, 1000000, NONE}, {0, 0, 1, 1, 1, 0}},  /* no group is one of its own */
      {{RUNG_INTEGER, RUNG_TEXT, false, 2000000, 1000000, NONE}, {0, 0, 1, 1, 1, 1}},
      {{RUNG_INTEGER, RUNG_INTEGER, false, NONE, 1000000, 550000000}, {0, 0, 1, 1, 1, 2}},
  };
  static int64_t answers[ROWS];
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
    rung_program *program = quota_program(&facts[i].shape, NULL);
    struct quota *quota = NULL;
    CU_ASSERT_FATAL(program != NULL && gather(program, &facts[i].shape, rows, 6, 4, &quota) == RUNG_OK);
    CU_ASSERT(ask(program, &facts[i].shape, rows, 6, 4, &quota, answers) == RUNG_OK);
    for (size_t k = 0; k < 6; k++) {
      if (answers[k] != facts[i].answers[k])
        fprintf(stderr, "fact %zu, row %zu: %lld\n", i, k, (long long)answers[k]);
      CU_ASSERT_EQUAL(answers[k], facts[i].answers[k]);
    }
    quota_free(quota);
    rung_program_free(program);
  }
}

/* Nobody may take a quota that was not gathered for one that lets everybody in. */
static void test_unbound(void) {
  const struct shape shape = {RUNG_INTEGER, 0, false, 1000000, NONE, NONE};
  struct rung_error error = {0};
  struct quota *none[1] = {NULL};
  rung_program *program = quota_program(&shape, NULL);
  CU_ASSERT_FATAL(program != NULL);
  rung_session *session = open_stage(program, 1, NULL);
  struct rung_text keys[1] = {TEXT_OF("k")};
  session_keys(session, keys);
  CU_ASSERT(session_run(session, 1, &error) == RUNG_INVALID && strstr(error.text, "have not been collected"));
  session_bind(session, NULL, none);
  CU_ASSERT(session_run(session, 1, &error) == RUNG_INVALID && strstr(error.text, "have not been collected"));
  rung_session_free(session);
  struct quota *quota = NULL;
  struct row row = {true, true, 1, 0, 0, "k"};
  CU_ASSERT(gather(program, &shape, &row, 1, 1, &quota) == RUNG_OK);
  session = open_stage(program, 1, &quota);
  CU_ASSERT(session_run(session, 1, &error) == RUNG_INVALID && strstr(error.text, "keys"));
  rung_session_free(session);
  CU_ASSERT(rung_session_new(program, OPTIONS(0, 1), &session, &error) == RUNG_INVALID);
  CU_ASSERT(strstr(error.text, "the best customers have a campaign") && strstr(error.text, "whole base"));
  CU_ASSERT(rung_program_needs_base(program));
  quota_free(quota);
  rung_program_free(program);
}

/* Money is not spent on a cost that nobody knows. */
static void test_cost(void) {
  const struct shape shape = {RUNG_INTEGER, 0, false, NONE, NONE, 1000000};
  struct row rows[1] = {{true, true, 1, -1, 0, "k"}};
  struct quota *quota = NULL;
  rung_program *program = quota_program(&shape, NULL);
  CU_ASSERT_FATAL(program != NULL);
  CU_ASSERT(gather(program, &shape, rows, 1, 1, &quota) == RUNG_INVALID);
  quota_free(quota);
  rung_program_free(program);
}

/* Few of many rows are kept, with what their keys need. */
static void test_memory(void) {
  static struct row rows[ROWS];
  struct budget budget = {SIZE_MAX, false, 0};
  const struct rung_allocator allocator = {meager, &budget};
  const struct shape shape = {RUNG_INTEGER, 0, false, 3000000, NONE, NONE};
  rung_program *program = quota_program(&shape, &allocator);
  CU_ASSERT_FATAL(program != NULL);
  size_t before = budget.bytes;
  struct quota *quota = NULL;
  for (size_t i = 0; i < ROWS; i++) {
    rows[i] = (struct row){true, true, (int64_t)i, 0, 0, ""}; /* each better than all before */
    snprintf(rows[i].key, KEY_ROOM, "%zu", i);
  }
  CU_ASSERT(gather(program, &shape, rows, ROWS, 64, &quota) == RUNG_OK);
  CU_ASSERT(budget.bytes - before < 68 * 1024); /* a chunk of keys is 64 KiB; all rows alone would be more than 4 */
  quota_free(quota);
  CU_ASSERT_EQUAL(budget.bytes, before);
  rung_program_free(program);
  CU_ASSERT_EQUAL(budget.bytes, 0);
}

static void test_out_of_memory(void) {
  static struct row rows[ROWS];
  static int64_t expected[ROWS], answers[ROWS];
  const struct shape shape = {RUNG_INTEGER, RUNG_TEXT, false, 100 * 1000000, 50 * 1000000, INT64_MAX};
  bool done = false;
  state = 6;
  random_rows(rows, ROWS, RUNG_INTEGER);
  slow_answers(rows, ROWS, &shape, expected);
  for (size_t allowed = 0; !done && allowed < 1000; allowed++) {
    struct budget budget = {SIZE_MAX, allowed % 2, 0};
    const struct rung_allocator allocator = {meager, &budget};
    rung_program *program = quota_program(&shape, &allocator);
    struct quota *quota = NULL;
    budget.left = allowed;
    enum rung_status status = gather(program, &shape, rows, ROWS, 64, &quota);
    CU_ASSERT(status == RUNG_OK || status == RUNG_NO_RESOURCE);
    budget.left = SIZE_MAX;
    done = status == RUNG_OK;
    if (done) CU_ASSERT(ask(program, &shape, rows, ROWS, 64, &quota, answers) == RUNG_OK);
    if (done) CU_ASSERT_EQUAL(memcmp(answers, expected, sizeof answers), 0);
    quota_free(quota);
    rung_program_free(program);
    CU_ASSERT_EQUAL(budget.bytes, 0);
  }
  CU_ASSERT(done);
}

void suite_quota(void);

void suite_quota(void) {
  CU_pSuite suite = CU_add_suite("quota", NULL, NULL);
  CU_add_test(suite, "facts", test_facts);
  CU_add_test(suite, "random rows against the slow version", test_random);
  CU_add_test(suite, "any order, any batches", test_order);
  CU_add_test(suite, "quotas that are not there", test_unbound);
  CU_add_test(suite, "costs that are none", test_cost);
  CU_add_test(suite, "few rows are kept", test_memory);
  CU_add_test(suite, "memory that runs out", test_out_of_memory);
}
