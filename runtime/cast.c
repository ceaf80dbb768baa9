/* cast.c - a cell to the value of its column: mark, missing words, default, type, range, closed set. */
#include <stdlib.h>

#include "alloc.h"
#include "cast_parse.h"
#include "dialect.h"
#include "set.h"
#include "text.h"

struct caster {
  struct rung_allocator allocator;
  const struct prog_column *column;
  const struct rung_dialect *dialect;
  struct rung_text format;    /* of dates */
  struct set missing, closed;
  struct prog_number *missing_values; /* what the missing words are worth: of "-1" also -1.0 is missing */
  struct set missing_numbers;         /* of these */
  struct plain plain;
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

static inline enum cast_result parse(const struct caster *caster, struct rung_text cell, int64_t *value) {
  char mark = caster->dialect->decimal;
  switch (caster->column->type) {
    case RUNG_FLAG: return cast_flag(cell, value);
    case RUNG_INTEGER: return cast_integer(cell, mark ? mark : '.', value);
    case RUNG_MONEY: return cast_money(cell, mark, value);
    case RUNG_DATE: return cast_date(cell, caster->format, value);
    case RUNG_DATETIME: return cast_datetime(cell, caster->format, value);
    default: return cast_number(cell, mark ? mark : '.', value);
  }
}

static int order_numbers(const void *a, const void *b) {
  const struct prog_number *x = a, *y = b;
  return (x->value > y->value) - (x->value < y->value);
}

/* Text is what it is, and of a flag's many words each may be declared alone. */
static bool build_missing_numbers(struct caster *caster) {
  const struct prog_column *column = caster->column;
  bool has_value = column->type != RUNG_TEXT && column->type != RUNG_LIST && column->type != RUNG_FLAG;
  if (!has_value || column->missing_count == 0) return true;
  struct prog_number *values = alloc_array(&caster->allocator, column->missing_count, sizeof *values);
  if (!values) return false;
  caster->missing_values = values;
  for (size_t i = 0; i < column->missing_count; i++) {
    int64_t value;
    struct rung_text word = text_trim(caster->missing.words[i].text);
    if (word.length == 0 || parse(caster, word, &value) != CAST_FINE) continue;
    values[caster->missing_numbers.count++].value = value;
  }
  caster->missing_numbers.numbers = values;
  qsort(values, caster->missing_numbers.count, sizeof *values, order_numbers);
  return true;
}

/* -- Plain cells ------------------------------------------------------------------------- */

enum { SCREENED_MOST = 16 }; /* missing values that each value is compared with */

static enum plain_kind plain_kind(const struct caster *caster) {
  const struct prog_column *column = caster->column;
  bool worded = caster->missing.count || caster->dialect->missing_count;
  if (column->unquote.length || (column->flags & COLUMN_CLOSED)) return PLAIN_NONE;
  switch (column->type) {
    case RUNG_TEXT:
    case RUNG_LIST: return worded ? PLAIN_NONE : PLAIN_TEXT;
    case RUNG_FLAG: return worded || (column->flags & COLUMN_RANGE) ? PLAIN_NONE : PLAIN_FLAG;
    case RUNG_DATE: return caster->format.length ? PLAIN_NONE : PLAIN_DATE;
    case RUNG_INTEGER: return PLAIN_INTEGER;
    case RUNG_NUMBER:
    case RUNG_MONEY: return PLAIN_NUMBER;
    default: return PLAIN_NONE;
  }
}

/* A word of the dialect stands for "missing" as it is written, whatever its value. */
static bool dialect_has_values(const struct caster *caster) {
  int64_t value;
  for (size_t i = 0; i < caster->dialect->missing_count; i++) {
    struct rung_text word = {caster->dialect->missing[i], strlen(caster->dialect->missing[i])};
    if (word.length && parse(caster, word, &value) == CAST_FINE) return true;
  }
  return false;
}

static void plan_plain(struct caster *caster) {
  const struct prog_column *column = caster->column;
  char mark = caster->dialect->decimal;
  bool ranged = column->flags & COLUMN_RANGE;
  struct plain plain = {
      .kind = plain_kind(caster),
      .mark = mark ? mark : '.',
      .has_preset = column->flags & COLUMN_PRESET,
      .preset = column->preset,
      .screened = ranged || caster->missing_numbers.count,
      .low = ranged ? column->low : INT64_MIN,
      .high = ranged ? column->high : INT64_MAX,
      .missing = caster->missing_values,
      .missing_count = caster->missing_numbers.count,
  };
  bool valued = plain.kind == PLAIN_INTEGER || plain.kind == PLAIN_NUMBER || plain.kind == PLAIN_DATE;
  if (plain.missing_count > SCREENED_MOST || (valued && dialect_has_values(caster))) plain.kind = PLAIN_NONE;
  caster->plain = plain;
}

const struct plain *caster_plain(const struct caster *caster) { return &caster->plain; }

/* -- Life ---------------------------------------------------------------------------------- */

static const struct rung_dialect no_dialect = {0};

enum rung_status caster_new(const struct program_tables *tables, size_t column, const struct rung_dialect *dialect,
                            const struct rung_allocator *allocator, struct caster **result,
                            struct rung_error *error) {
  struct caster *caster = alloc_array(allocator, 1, sizeof *caster);
  if (!caster) return fail_memory(error);
  caster->allocator = alloc_resolve(allocator);
  const struct prog_column *declared = caster->column = &tables->columns[column];
  caster->dialect = dialect && !(declared->flags & COLUMN_RESULT) ? dialect : &no_dialect;
  const char *format = caster->dialect->date_format;
  caster->format = declared->format;
  if (caster->format.length == 0 && format) caster->format = (struct rung_text){format, strlen(format)};
  struct prog_set missing = {.type = RUNG_TEXT, .first = declared->missing_first, .count = declared->missing_count};
  struct prog_set closed = {.type = RUNG_TEXT, .first = declared->closed_first, .count = declared->closed_count};
  if (!set_build(&caster->missing, tables, &missing, 0, allocator) ||
      !set_build(&caster->closed, tables, &closed, 0, allocator) || !build_missing_numbers(caster)) {
    caster_free(caster);
    return fail_memory(error);
  }
  plan_plain(caster);
  *result = caster;
  return RUNG_OK;
}

void caster_free(struct caster *caster) {
  if (!caster) return;
  struct rung_allocator allocator = caster->allocator;
  set_free(&caster->missing, &allocator);
  set_free(&caster->closed, &allocator);
  alloc_free(&allocator, caster->missing_values, caster->column->missing_count, sizeof *caster->missing_values);
  alloc_free(&allocator, caster, 1, sizeof *caster);
}

/* -- Cells -------------------------------------------------------------------------------- */

static inline enum cast_result leave_missing(struct vec *out, size_t row, enum cast_result result) {
  bitmap_clear(out->valid, row);
  return result;
}

static inline bool is_missing(const struct caster *caster, struct rung_text cell) {
  return cell.length == 0 || (caster->missing.count && set_has_text(&caster->missing, cell)) ||
         (caster->dialect->missing_count && dialect_is_missing(caster->dialect, cell));
}

static enum cast_result cast_text(const struct caster *caster, struct rung_text cell, struct vec *out, size_t row) {
  const struct prog_column *column = caster->column;
  cell = text_unmark(cell, column->unquote);
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

static inline void store(uint32_t type, int64_t value, struct vec *out, size_t row) {
  bitmap_set(out->valid, row);
  if (type == RUNG_DATE) out->data.i32[row] = (int32_t)value;
  else if (type != RUNG_FLAG) out->data.i64[row] = value;
  else if (value) bitmap_set(out->data.bits, row);
}

static inline bool is_solid(char byte) { return byte > ' ' && byte < 0x7f; }

/* Most cells begin and end with what is no blank. */
static inline struct rung_text trim(struct rung_text cell) {
  return cell.length && is_solid(cell.bytes[0]) && is_solid(cell.bytes[cell.length - 1]) ? cell : text_trim(cell);
}

enum cast_result cast_cell(const struct caster *caster, struct rung_text cell, struct vec *out, size_t row) {
  const struct prog_column *column = caster->column;
  if (column->type == RUNG_TEXT || column->type == RUNG_LIST) return cast_text(caster, cell, out, row);
  int64_t value = column->preset;
  if (column->type == RUNG_FLAG) bitmap_clear(out->data.bits, row);
  cell = trim(cell);
  if (column->unquote.length) cell = trim(text_unmark(cell, column->unquote));
  if (is_missing(caster, cell)) {
    if (!(column->flags & COLUMN_PRESET)) return leave_missing(out, row, CAST_FINE);
  } else {
    enum cast_result result = parse(caster, cell, &value);
    if (result) return leave_missing(out, row, result);
    if (caster->missing_numbers.count && set_has_number(&caster->missing_numbers, value)) {
      if (!(column->flags & COLUMN_PRESET)) return leave_missing(out, row, CAST_FINE);
      value = column->preset;
    } else if ((column->flags & COLUMN_RANGE) && (value < column->low || value > column->high)) {
      return leave_missing(out, row, CAST_OUT_OF_RANGE);
    }
  }
  store(column->type, value, out, row);
  return CAST_FINE;
}

struct rung_text cast_view(const struct caster *caster, struct rung_text cell) {
  const struct prog_column *column = caster->column;
  bool is_text = column->type == RUNG_TEXT || column->type == RUNG_LIST;
  int64_t value = 0;
  cell = text_unmark(is_text ? cell : trim(cell), column->unquote);
  if (!is_text) cell = trim(cell);
  bool missing = is_missing(caster, cell);
  if (!missing && caster->missing_numbers.count && parse(caster, cell, &value) == CAST_FINE)
    missing = set_has_number(&caster->missing_numbers, value);
  if (missing) cell.length = 0;
  return cell;
}
