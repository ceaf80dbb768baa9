/* join_table.c - a related table in memory for testing joins. */
#include "join_table.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const enum rung_type reg_types[REGS] = {RUNG_INTEGER, RUNG_NUMBER, RUNG_DATE,    RUNG_FLAG,
                                               RUNG_TEXT,    RUNG_DATETIME, RUNG_FLAG};

void related_build(struct program *program, const struct prog_aggregate *aggregates, size_t count) {
  *program = (struct program){.files = {{.kind = TABLE_PREVIOUS}, {.kind = TABLE_RELATED}},
                              .stages = {{0}, {.table = 1, .first_reg = 1}}};
  for (size_t i = 0; i < REGS; i++) program->regs[1 + i].type = reg_types[i];
  for (size_t i = 0; i < count; i++) {
    program->aggregates[1 + i] = aggregates[i];
    program->aggregates[1 + i].stage = 1;
  }
  program->tables = (struct program_tables){.tables = program->files, .table_count = 2, .stages = program->stages,
                                            .stage_count = 2, .regs = program->regs, .reg_count = 1 + REGS,
                                            .aggregates = program->aggregates, .aggregate_count = 1 + count};
}

struct rung_text related_text(const char *string) { return (struct rung_text){string, strlen(string)}; }

/* -- Registers ---------------------------------- */

void related_load(struct batch *batch, const struct row *rows, size_t count) {
  memset(batch->valid, 0, sizeof batch->valid);
  memset(batch->bits, 0, sizeof batch->bits);
  for (size_t r = 0; r < REGS; r++) {
    batch->regs[r] = (struct vec){.valid = batch->valid[r], .data.i64 = batch->i64[r], .stride = 1};
    if (reg_types[r] == RUNG_FLAG) batch->regs[r].data.bits = batch->bits[r];
    if (reg_types[r] == RUNG_DATE) batch->regs[r].data.i32 = batch->i32;
    if (reg_types[r] == RUNG_TEXT) batch->regs[r].data.text = batch->texts;
  }
  for (size_t i = 0; i < count; i++) {
    batch->keys[i] = related_text(rows[i].key);
    for (size_t r = 0; r < REGS; r++) {
      if (!rows[i].present[r]) {
        batch->texts[i] = reg_types[r] == RUNG_TEXT ? (struct rung_text){NULL, 77} : batch->texts[i];
        continue;
      }
      bitmap_set(batch->valid[r], i);
      switch (reg_types[r]) {
        case RUNG_FLAG: if (rows[i].value[r]) bitmap_set(batch->bits[r], i); break;
        case RUNG_DATE: batch->i32[i] = (int32_t)rows[i].value[r]; break;
        case RUNG_TEXT: batch->texts[i] = related_text(rows[i].text); break;
        default: batch->i64[r][i] = rows[i].value[r];
      }
    }
  }
}

static const struct vec *input_of(const struct batch *batch, uint32_t reg) {
  return reg == NONE32 ? NULL : &batch->regs[reg];
}

void related_bind(struct batch *batch, const struct prog_aggregate *aggregates, size_t count) {
  for (size_t i = 0; i < count; i++)
    batch->inputs[i] = (struct join_input){input_of(batch, aggregates[i].value), input_of(batch, aggregates[i].order),
                                           input_of(batch, aggregates[i].where)};
}

enum rung_status related_add(struct join *join, const struct batch *batch, const struct rung_text *keys, size_t rows,
                             uint64_t place, size_t *duplicate, struct rung_error *error) {
  struct join_batch *sorted;
  enum rung_status status = join_batch_new(join, rows, &sorted, error);
  if (status) return status;
  join_sort_inputs(sorted, batch->inputs, keys, rows);
  for (size_t s = JOIN_SHARDS; s-- > 0 && !status;) status = join_add(sorted, s, place, duplicate, error);
  join_batch_free(sorted);
  return status;
}

struct join *related_gather(const struct row *rows, size_t count, size_t size, const struct prog_aggregate *aggregates,
                            size_t aggregate_count, const struct rung_allocator *allocator,
                            enum rung_status *status) {
  static struct batch batch;
  struct program program;
  struct join *join = NULL;
  struct rung_error error = {0};
  size_t duplicate = SIZE_MAX;
  related_build(&program, aggregates, aggregate_count);
  *status = join_new(&program.tables, 1, allocator, &join, &error);
  for (size_t at = 0, part; *status == RUNG_OK && at < count; at += part) {
    part = count - at < size ? count - at : size;
    struct row *copy = malloc(part * sizeof *copy); /* texts and keys must not be needed later */
    related_load(&batch, memcpy(copy, rows + at, part * sizeof *copy), part);
    related_bind(&batch, aggregates, aggregate_count);
    *status = related_add(join, &batch, batch.keys, part, at, &duplicate, &error);
    memset(copy, 0x55, part * sizeof *copy);
    free(copy);
  }
  if (*status == RUNG_OK) *status = join_finish(join, &error);
  if (*status == RUNG_OK && duplicate == SIZE_MAX) return join;
  CU_ASSERT_EQUAL(error.status, *status);
  CU_ASSERT_EQUAL(error.text[0] != 0, *status != RUNG_OK);
  if (*status == RUNG_OK) *status = RUNG_BAD_DATA;
  join_free(join);
  return NULL;
}

/* -- Results ---------------------------------- */

struct result related_result(const struct join *join, uint32_t aggregate, enum rung_type type, uint32_t slot) {
  uint64_t valid = 0x5555, bits = 0x5555;
  int64_t i64 = 55;
  int32_t i32 = 55;
  struct rung_text text = {NULL, 55};
  struct vec out = {.valid = &valid, .data.i64 = &i64, .stride = 1};
  if (type == RUNG_FLAG) out.data.bits = &bits;
  if (type == RUNG_DATE) out.data.i32 = &i32;
  if (type == RUNG_TEXT) out.data.text = &text;
  join_fill(join, 1 + aggregate, &slot, 1, &out);
  struct result result = {.present = valid & 1, .value = type == RUNG_DATE ? i32 : i64, .text = text};
  if (type == RUNG_FLAG) {
    result.value = bits & 1;
    CU_ASSERT(result.present || !result.value);
  }
  return result;
}

struct result related_result_of_key(const struct join *join, uint32_t aggregate, enum rung_type type, const char *key) {
  return related_result(join, aggregate, type, join_find(join, related_text(key)));
}

/* -- Random rows ---------------------------------- */

uint64_t related_random(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return *state >> 33;
}

void related_key(char *key, uint64_t number) {
  static const char *const starts[] = {"", "customer-", "a-rather-long-key-of-a-customer-", "c@example."};
  snprintf(key, TEXT_ROOM, "%s%llu", starts[number % 4], (unsigned long long)number);
}

void related_shuffle(struct row *rows, size_t count, uint64_t seed) {
  for (size_t i = count; i > 1; i--) {
    size_t other = related_random(&seed) % i;
    struct row row = rows[i - 1];
    rows[i - 1] = rows[other];
    rows[other] = row;
  }
}
