/* population_rows.c - customers with a value, for testing populations. */
#include "population_rows.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "population_parts.h"

bool measured_same(struct answer a, struct answer b) {
  return a.present == b.present && (!a.present || a.value == b.value);
}

struct batch {
  uint64_t valid[ROWS / 64 + 1];
  int64_t i64[ROWS];
  int32_t i32[ROWS];
  struct rung_text keys[ROWS];
  struct vec values;
};

static void load(struct batch *batch, const struct row *rows, size_t count, enum rung_type type) {
  memset(batch->valid, 0, sizeof batch->valid);
  batch->values = (struct vec){.valid = batch->valid, .data.i64 = batch->i64, .stride = 1};
  if (type == RUNG_DATE) batch->values.data.i32 = batch->i32;
  for (size_t i = 0; i < count; i++) {
    if (rows[i].present) bitmap_set(batch->valid, i);
    batch->i64[i] = rows[i].value;
    batch->i32[i] = (int32_t)rows[i].value;
    batch->keys[i] = (struct rung_text){rows[i].key, strlen(rows[i].key)};
  }
}

/* Who add in turns; one of them ends before the others. */
enum { THREADS = 3 };

struct population *measured_collect(const struct row *rows, size_t count, size_t size, enum rung_type type,
                                    int64_t most, size_t memory, const struct rung_allocator *allocator,
                                    enum rung_status *status) {
  static struct batch batch;
  struct population *population;
  struct rung_error error = {0};
  *status = population_new(type, most, memory, THREADS, allocator, &population, &error);
  for (size_t at = 0, part; *status == RUNG_OK && at < count; at += part) {
    part = count - at < size ? count - at : size;
    load(&batch, rows + at, part, type);
    *status = population_add(population, at / size % THREADS, &batch.values, most ? batch.keys : NULL, part, &error);
  }
  if (*status == RUNG_OK) population_rest(population, count % THREADS);
  if (*status == RUNG_OK) *status = population_finish(population, &error);
  if (*status == RUNG_OK) return population;
  CU_ASSERT_EQUAL(error.status, *status);
  CU_ASSERT_NOT_EQUAL(error.text[0], 0);
  population_free(population);
  return NULL;
}

struct prog_measure measure_of(enum measure function, enum rung_type value_type, int64_t top) {
  static const enum rung_type results[] = {
      [MEASURE_RANK] = RUNG_INTEGER,  [MEASURE_QUINTILE] = RUNG_INTEGER, [MEASURE_PERCENTILE] = RUNG_NUMBER,
      [MEASURE_SHARE] = RUNG_NUMBER,  [MEASURE_TOP] = RUNG_FLAG};
  enum rung_type type = results[function];
  if (function == MEASURE_MEDIAN || function == MEASURE_AVERAGE)
    type = value_type == RUNG_INTEGER ? RUNG_NUMBER : value_type;
  return (struct prog_measure){.function = function, .type = type, .value_type = value_type, .top = top};
}

enum rung_status measured_ask(const struct population *population, const struct prog_measure *measure,
                              const struct row *rows, size_t count, struct answer *answers) {
  static struct batch batch;
  static uint64_t valid[ROWS / 64 + 1], bits[ROWS / 64 + 1];
  static int64_t i64[ROWS];
  static int32_t i32[ROWS];
  struct vec out = {.valid = valid, .data.i64 = i64, .stride = 1};
  if (measure->type == RUNG_FLAG) out.data.bits = bits;
  if (measure->type == RUNG_DATE) out.data.i32 = i32;
  memset(valid, 0x55, sizeof valid);
  memset(bits, 0x55, sizeof bits);
  load(&batch, rows, count, population->value_type);
  enum rung_status status = population_fill(population, measure, &batch.values, batch.keys, count, &out, NULL);
  for (size_t i = 0; i < count; i++) {
    answers[i] = (struct answer){bitmap_get(valid, i), measure->type == RUNG_DATE ? i32[i] : i64[i]};
    if (measure->type == RUNG_FLAG) answers[i].value = bitmap_get(bits, i);
  }
  return status;
}

/* -- Random rows ---------------------------------- */

static uint64_t measured_random(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return *state >> 33;
}

void measured_shuffle(struct row *rows, size_t count, uint64_t seed) {
  for (size_t i = count; i > 1; i--) {
    size_t other = measured_random(&seed) % i;
    struct row row = rows[i - 1];
    rows[i - 1] = rows[other];
    rows[other] = row;
  }
}

void measured_rows(struct row *rows, size_t count, enum spread spread, enum rung_type type, uint64_t seed) {
  for (size_t i = 0; i < count; i++) {
    uint64_t random = measured_random(&seed);
    int64_t values[SPREADS] = {7, (int64_t)(random % 7) - 2, -1 - (int64_t)(random % 300), (int64_t)(random % 100000),
                               random % 3 == 0 ? INT64_MIN : random % 3 == 1 ? INT64_MAX : (int64_t)(random % 5)};
    if (type == RUNG_DATE) values[EXTREME] = random % 2 ? -719162 : 2932896;
    rows[i] = (struct row){.present = measured_random(&seed) % 6 != 0, .value = values[spread]};
    snprintf(rows[i].key, KEY_ROOM, "%s%zu", i % 3 ? "" : "long-customer-key-", i);
  }
  measured_shuffle(rows, count, seed);
}
