/* amounts.c - before any row: is what the params make of campaigns and guards what it must be? */
#include "decimal.h"
#include "io.h"
#include "text.h"
#include "vm.h"

enum { SOURCE_SHOWN = 200, VALUE_ROOM = DECIMAL_PRINT_ROOM + sizeof "%" };

/* Whole characters of a clause. */
static int shown_length(struct rung_text source) {
  size_t length = source.length < SOURCE_SHOWN ? source.length : SOURCE_SHOWN;
  while (length < source.length && length > 0 && ((unsigned char)source.bytes[length] & 0xc0) == 0x80) length--;
  return (int)length;
}

/* A share is a percentage. */
static const char *show_value(char room[static VALUE_ROOM], int64_t value, bool share) {
  int64_t percent;
  bool fits = share && !__builtin_mul_overflow(value, (int64_t)100, &percent);
  size_t length = decimal_print(room, fits ? percent : value, 0);
  if (fits) room[length++] = '%';
  room[length] = 0;
  return room;
}

static enum rung_status refuse(const struct program_tables *tables, const struct prog_amount *amount,
                               const struct vec *value, struct rung_error *error) {
  const struct prog_place *place = &tables->places[amount->place];
  char room[VALUE_ROOM];
  const char *shown = "no value";
  if (bitmap_get(value->valid, 0)) shown = show_value(room, value->data.i64[0], amount->kind == AMOUNT_HOLDOUT);
  return fail(error, RUNG_INVALID, "%.*s:%u: `%.*s` of campaign %.*s comes to %s; %s\n  help: look at the params that "
              "it is made of, and at what --set or a test gives them", TEXT_FORMAT(tables->files[place->file].path),
              place->line, shown_length(amount->source), amount->source.bytes,
              TEXT_FORMAT(tables->campaigns[amount->campaign].name), shown, amount_formats[amount->kind].wanted);
}

static enum rung_status refuse_guard(const struct program_tables *tables, const struct prog_guard *guard,
                                     struct rung_error *error) {
  const struct prog_place *place = &tables->places[guard->place];
  return fail(error, RUNG_INVALID, "%.*s:%u: the limit of guard `%.*s` comes to no value, so it cannot be judged\n"
              "  help: look at the params that it is made of, and at what --set gives them",
              TEXT_FORMAT(tables->files[place->file].path), place->line, shown_length(guard->source),
              guard->source.bytes);
}

enum rung_status amounts_check(const struct rung_session *session, struct rung_error *error) {
  const struct program_tables *tables = &session->program->tables;
  for (size_t i = 0; i < tables->amount_count; i++) {
    const struct prog_amount *amount = &tables->amounts[i];
    const struct amount_format *format = &amount_formats[amount->kind];
    const struct vec *value = &session->regs[amount->value];
    bool present = bitmap_get(value->valid, 0);
    if (!present || value->data.i64[0] < format->least || value->data.i64[0] > format->most)
      return refuse(tables, amount, value, error);
  }
  for (size_t i = 0; i < tables->guard_count; i++) {
    const struct prog_guard *guard = &tables->guards[i];
    if (guard->limit != NONE32 && !bitmap_get(session->regs[guard->limit].valid, 0))
      return refuse_guard(tables, guard, error);
  }
  return RUNG_OK;
}
