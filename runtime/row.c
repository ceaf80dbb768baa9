/* row.c - the API for one row at a time: row 0 of a batch of one. */
#include "calendar.h"
#include "cast.h"
#include "io.h"
#include "session.h"
#include "text.h"
#include "vm.h"

static void clear_cell(struct vec *vec, enum rung_type type) {
  bitmap_clear(vec->valid, 0);
  if (type == RUNG_FLAG) bitmap_clear(vec->data.bits, 0);
}

void rung_row_clear(rung_session *session) {
  for (uint32_t i = 0; i < session->code.column_count; i++)
    clear_cell(&session->columns[i], (enum rung_type)session->code.columns[i].type);
}

static enum rung_status no_column(const rung_session *session, size_t column, struct rung_error *error) {
  return fail(error, RUNG_INVALID, "there is no column %zu: the program has %u", column, session->code.column_count);
}

enum rung_status rung_row_value(rung_session *session, size_t column, struct rung_value value,
                                struct rung_error *error) {
  if (column >= session->code.column_count) return no_column(session, column, error);
  const struct prog_column *declared = &session->code.columns[column];
  struct vec *vec = &session->columns[column];
  enum rung_type type = register_type(declared->type);
  clear_cell(vec, type);
  if (!value.present) return RUNG_OK;
  if (register_type(value.type) != type)
    return fail(error, RUNG_INVALID, "column \"%.*s\" takes a value of type %s, not %s", TEXT_FORMAT(declared->name),
                rung_type_name((enum rung_type)declared->type), rung_type_name(value.type));
  switch (type) {
    case RUNG_FLAG:
      if (value.as.flag) bitmap_set(vec->data.bits, 0);
      break;
    case RUNG_DATE:
      if (value.as.date < CALENDAR_FIRST || value.as.date > CALENDAR_LAST)
        return fail(error, RUNG_BAD_DATA, "column \"%.*s\": the date lies outside the years 1 to 9999",
                    TEXT_FORMAT(declared->name));
      vec->data.i32[0] = value.as.date;
      break;
    case RUNG_DATETIME:
      if (!calendar_time_valid(value.as.integer))
        return fail(error, RUNG_BAD_DATA, "column \"%.*s\": the time lies outside the years 1 to 9999",
                    TEXT_FORMAT(declared->name));
      vec->data.i64[0] = value.as.integer;
      break;
    case RUNG_TEXT: vec->data.text[0] = value.as.text; break;
    default: vec->data.i64[0] = value.as.integer;
  }
  bitmap_set(vec->valid, 0);
  return RUNG_OK;
}

enum rung_status rung_row_cell(rung_session *session, size_t column, struct rung_text cell, struct rung_error *error) {
  if (column >= session->code.column_count) return no_column(session, column, error);
  const struct program_tables *tables = &session->program->tables;
  const struct prog_column *declared = &session->code.columns[column];
  struct caster **caster = &session->casters[column];
  if (!*caster) {
    enum rung_status status = caster_new(tables, (size_t)(declared - tables->columns), NULL,
                                         &session->program->allocator, caster, error);
    if (status != RUNG_OK) return status;
  }
  struct vec *vec = &session->columns[column];
  clear_cell(vec, register_type(declared->type));
  enum cast_result result = cast_cell(*caster, cell, vec, 0);
  if (result == CAST_FINE) return RUNG_OK;
  return fail(error, RUNG_BAD_DATA, "column \"%.*s\": %s", TEXT_FORMAT(declared->name), cast_reason(result));
}

enum rung_status rung_row_run(rung_session *session, struct rung_error *error) {
  return session_run(session, 1, error);
}

bool rung_row_label(const rung_session *session, size_t label) {
  return bitmap_get(rung_batch_label(session, label), 0);
}

bool rung_row_rule(const rung_session *session, size_t rule) { return bitmap_get(rung_batch_rule(session, rule), 0); }

struct rung_value rung_row_show(const rung_session *session, size_t show) {
  const struct prog_show *shown = &session->program->tables.shows[show];
  const struct vec *vec = &session->regs[shown->reg];
  struct rung_value value = {.type = (enum rung_type)shown->type, .present = bitmap_get(vec->valid, 0)};
  if (!value.present) return value;
  switch (register_type(shown->type)) {
    case RUNG_FLAG: value.as.flag = bitmap_get(vec->data.bits, 0); break;
    case RUNG_DATE: value.as.date = vec->data.i32[0]; break;
    case RUNG_TEXT: value.as.text = vec->data.text[0]; break;
    default: value.as.integer = vec->data.i64[0];
  }
  return value;
}
