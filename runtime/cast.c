/* cast.c - a cell to the value of its column: missing words, default, type, range, closed set. */
#include "alloc.h"
#include "cast_parse.h"
#include "set.h"
#include "text.h"

struct caster {
  struct rung_allocator allocator;
  const struct prog_column *column;
  struct set missing, closed;
};

static const struct {
  const char *reason, *advice;
} results[] = {
    {"fine", ""},
#define CAST_ERROR(id, reason, advice) {reason, advice},
#include "cast_errors.def"
#undef CAST_ERROR
};

const char *cast_reason(enum cast_result result) { return results[result].reason; }
const char *cast_advice(enum cast_result result) { return results[result].advice; }

enum rung_status caster_new(const struct program_tables *tables, size_t column, const struct rung_dialect *dialect,
                            const struct rung_allocator *allocator, struct caster **result,
                            struct rung_error *error) {
  struct caster *caster = alloc_array(allocator, 1, sizeof *caster);
  if (!caster) return fail_memory(error);
  caster->allocator = alloc_resolve(allocator);
  (void)dialect;
  const struct prog_column *declared = caster->column = &tables->columns[column];
  struct prog_set missing = {.type = RUNG_TEXT, .first = declared->missing_first, .count = declared->missing_count};
  struct prog_set closed = {.type = RUNG_TEXT, .first = declared->closed_first, .count = declared->closed_count};
  if (!set_build(&caster->missing, tables, &missing, 0, allocator) ||
      !set_build(&caster->closed, tables, &closed, 0, allocator)) {
    caster_free(caster);
    return fail_memory(error);
  }
  *result = caster;
  return RUNG_OK;
}

void caster_free(struct caster *caster) {
  if (!caster) return;
  struct rung_allocator allocator = caster->allocator;
  set_free(&caster->missing, &allocator);
  set_free(&caster->closed, &allocator);
  alloc_free(&allocator, caster, 1, sizeof *caster);
}

static inline enum cast_result leave_missing(struct vec *out, size_t row, enum cast_result result) {
  bitmap_clear(out->valid, row);
  return result;
}

static inline bool is_missing(const struct caster *caster, struct rung_text cell) {
  return cell.length == 0 || (caster->missing.count && set_has_text(&caster->missing, cell));
}

static enum cast_result cast_text(const struct caster *caster, struct rung_text cell, struct vec *out, size_t row) {
  const struct prog_column *column = caster->column;
  if (is_missing(caster, cell)) {
    if (!(column->flags & COLUMN_PRESET)) return leave_missing(out, row, CAST_FINE);
    cell = column->preset_text;
  } else if ((column->flags & COLUMN_CLOSED) && !set_has_text(&caster->closed, cell)) {
    return leave_missing(out, row, CAST_NOT_LISTED);
  }
  out->data.text[row] = cell;
  bitmap_set(out->valid, row);
  return CAST_FINE;
}

static inline enum cast_result parse(const struct prog_column *column, struct rung_text cell, int64_t *value) {
  switch (column->type) {
    case RUNG_FLAG: return cast_flag(cell, value);
    case RUNG_INTEGER: return cast_integer(cell, value);
    case RUNG_DATE: return cast_date(cell, column->format, value);
    default: return cast_number(cell, value);
  }
}

static inline void store(uint32_t type, int64_t value, struct vec *out, size_t row) {
  bitmap_set(out->valid, row);
  if (type == RUNG_DATE) out->data.i32[row] = (int32_t)value;
  else if (type != RUNG_FLAG) out->data.i64[row] = value;
  else if (value) bitmap_set(out->data.bits, row);
}

enum cast_result cast_cell(const struct caster *caster, struct rung_text cell, struct vec *out, size_t row) {
  const struct prog_column *column = caster->column;
  if (column->type == RUNG_TEXT) return cast_text(caster, cell, out, row);
  int64_t value = column->preset;
  if (column->type == RUNG_FLAG) bitmap_clear(out->data.bits, row);
  cell = text_trim(cell);
  if (is_missing(caster, cell)) {
    if (!(column->flags & COLUMN_PRESET)) return leave_missing(out, row, CAST_FINE);
  } else {
    enum cast_result result = parse(column, cell, &value);
    if (result) return leave_missing(out, row, result);
    if ((column->flags & COLUMN_RANGE) && (value < column->low || value > column->high)) {
      return leave_missing(out, row, CAST_OUT_OF_RANGE);
    }
  }
  store(column->type, value, out, row);
  return CAST_FINE;
}
