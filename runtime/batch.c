/* batch.c - the API for batches: columns from the caller's memory, results as bitmaps and vectors. */
#include <string.h>

#include "calendar.h"
#include "io.h"
#include "session.h"
#include "text.h"
#include "vm.h"

static bool in_calendar(uint32_t type, const struct vec *vec, size_t row) {
  if (type == RUNG_DATETIME) return calendar_time_valid(vec->data.i64[row]);
  return vec->data.i32[row] >= CALENDAR_FIRST && vec->data.i32[row] <= CALENDAR_LAST;
}

static enum rung_status check_dates(const struct prog_column *column, const struct vec *vec, size_t rows,
                                    struct rung_error *error) {
  for (size_t i = 0; i < rows; i++)
    if (bitmap_get(vec->valid, i) && !in_calendar(column->type, vec, i))
      return fail(error, RUNG_BAD_DATA, "column \"%.*s\", row %zu: the %s lies outside the years 1 to 9999",
                  TEXT_FORMAT(column->name), i, rung_type_name((enum rung_type)column->type));
  return RUNG_OK;
}

/* Bits of missing flags are cleared, as the kernels want them. */
static void copy_flags(uint64_t *bits, const void *data, const uint64_t *valid, size_t rows) {
  memcpy(bits, data, bitmap_words(rows) * sizeof *bits);
  for (size_t w = 0; w < bitmap_words(rows); w++) bits[w] &= valid[w];
}

static size_t natural_size(uint32_t type) {
  return type == RUNG_DATE ? sizeof(int32_t) : type == RUNG_TEXT ? sizeof(struct rung_text) : sizeof(int64_t);
}

static size_t natural_alignment(uint32_t type) {
  return type == RUNG_DATE ? _Alignof(int32_t) : type == RUNG_TEXT ? _Alignof(struct rung_text) : _Alignof(int64_t);
}

static bool is_aligned(const void *pointer, size_t alignment) { return (uintptr_t)pointer % alignment == 0; }

/* A register only reads its column, so it may look at the caller's memory; the union's pointers are not const. */
static void *as_register_memory(const void *data) { return (void *)(uintptr_t)data; }

/* Points the register at the caller's memory, or copies where that cannot be used as it is. */
static enum rung_status take_column(rung_session *session, size_t column, const struct rung_vector *vector,
                                    size_t rows, struct rung_error *error) {
  const struct prog_column *declared = &session->code.columns[column];
  uint32_t type = (uint32_t)register_type(declared->type);
  const struct vec *own = &session->columns[column];
  struct vec *reg = &session->regs[column];
  *reg = *own;
  if (!vector->valid) reg->valid = session->all_present;
  else if (is_aligned(vector->valid, _Alignof(uint64_t))) reg->valid = as_register_memory(vector->valid);
  else memcpy(own->valid, vector->valid, bitmap_words(rows) * sizeof *own->valid);
  if (!vector->data)
    return fail(error, RUNG_INVALID, "column \"%.*s\" has no data", TEXT_FORMAT(declared->name));
  if (type == RUNG_FLAG) copy_flags(own->data.bits, vector->data, reg->valid, rows);
  else if (is_aligned(vector->data, natural_alignment(type))) reg->data.any = as_register_memory(vector->data);
  else memcpy(own->data.any, vector->data, rows * natural_size(type));
  return type == RUNG_DATE || type == RUNG_DATETIME ? check_dates(declared, reg, rows, error) : RUNG_OK;
}

enum rung_status rung_batch_run(rung_session *session, const struct rung_vector *columns, size_t rows,
                                struct rung_error *error) {
  if (rows > session->options.batch_rows)
    return fail(error, RUNG_INVALID, "%zu rows are more than the %u of the session's batches", rows,
                session->options.batch_rows);
  enum rung_status status = RUNG_OK;
  if (rows)
    for (uint32_t i = 0; i < session->code.column_count && status == RUNG_OK; i++)
      status = take_column(session, i, &columns[i], rows, error);
  return status == RUNG_OK ? vm_run(session, rows, error) : status;
}

const uint64_t *rung_batch_label(const rung_session *session, size_t label) {
  return session->regs[session->program->tables.labels[label].reg].data.bits;
}

const uint64_t *rung_batch_rule(const rung_session *session, size_t rule) {
  return session->regs[session->program->tables.rules[rule].fires].data.bits;
}

struct rung_vector rung_batch_show(const rung_session *session, size_t show) {
  const struct vec *vec = &session->regs[session->program->tables.shows[show].reg];
  return (struct rung_vector){vec->valid, vec->data.any};
}
