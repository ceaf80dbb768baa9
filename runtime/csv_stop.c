/* csv_stop.c - rows behind which a file can't be read on, and what is said of them. */
#include "csv_stop.h"

#include <inttypes.h>
#include <stdio.h>

static unsigned long long line_of(const struct csv_space *space, size_t at) {
  return space->line + csv_count_lines(space->bytes, at);
}

static const char close_it[] =
    "close it, or double it if it is part of the text; then the rows behind it are rows again";

/* Where a field of the row begins with a quote, for people: "column 2 (name), byte 11". */
enum { NAME_SHOWN = 80 };
struct place {
  char text[NAME_SHOWN + 64];
};

static struct place place_of(const struct csv_space *space, size_t row, size_t quote) {
  const struct csv_shape *shape = &space->index.shape;
  uint32_t field = csv_cut(space->bytes, row, quote, shape->delimiter, NULL, 0);
  struct rung_text name = {"", 0};
  struct place place;
  char shown[NAME_SHOWN + 1] = "";
  if (shape->names && field > 0 && field <= shape->expected) name = shape->names[field - 1];
  size_t length = name.length < NAME_SHOWN ? name.length : NAME_SHOWN;
  while (length < name.length && length > 0 && ((unsigned char)name.bytes[length] & 0xc0) == 0x80) length--;
  for (size_t i = 0; i < length; i++) shown[i] = (unsigned char)name.bytes[i] < ' ' ? ' ' : name.bytes[i];
  snprintf(place.text, sizeof place.text, "column %" PRIu32 "%s%s%s, byte %" PRIu64, field, length ? " (" : "", shown,
           length ? ")" : "", space->offset + quote);
  return place;
}

enum rung_status csv_stop_open_quote(const struct csv_space *space, size_t quote, struct rung_error *error) {
  return fail(error, RUNG_BAD_DATA, "%s, line %llu: the quote that opens here is never closed: %s\n  help: %s",
              space->index.shape.file, line_of(space, quote), place_of(space, space->index.begin, quote).text,
              close_it);
}

/* Tells the likely cause by how the row stands where it grew too long, which is the same for every block size. */
enum rung_status csv_stop_long_row(const struct csv_space *space, size_t row, struct rung_error *error) {
  const struct csv_shape *shape = &space->index.shape;
  struct csv_resync state = {CSV_AT_FIELD, 0};
  csv_resync(&state, space->bytes, row, row + shape->longest, shape->delimiter);
  if (state.where == CSV_IN_QUOTES) {
    return fail(error, RUNG_BAD_DATA,
                "%s, line %llu: a row of over %zu bytes: perhaps the quote that opens on line %llu is never closed: "
                "%s\n  help: %s", shape->file, line_of(space, row), shape->longest, line_of(space, state.quote),
                place_of(space, row, state.quote).text, close_it);
  }
  return fail(error, RUNG_BAD_DATA,
              "%s, line %llu: a row of over %zu bytes (from byte %llu on): is this CSV, or is the limit of a row too "
              "low?\n  help: for longer rows say --max-row 64M; at most it is 1G", shape->file, line_of(space, row),
              shape->longest, (unsigned long long)(space->offset + row));
}

/* What a quote that is not closed has taken in, as far as one can tell. */
struct swallowed {
  size_t rows;                /* lines that look like rows */
  bool half;                  /* the last line begins a row of several lines: a quote opens a field and stays open */
};

static struct swallowed look_for_rows(const struct csv_shape *shape, const char *bytes, size_t from, size_t to) {
  struct swallowed found = {0, false};
  for (size_t end; from < to; from = csv_past_line(bytes, end)) {
    struct csv_resync state = {CSV_AT_FIELD, from};
    for (end = from; end < to && bytes[end] != '\n' && bytes[end] != '\r'; end++) continue;
    found.rows += csv_cut(bytes, from, end, shape->delimiter, NULL, 0) == shape->expected;
    (void)csv_resync(&state, bytes, from, end, shape->delimiter);
    found.half = end == to && state.where == CSV_IN_QUOTES;
  }
  return found;
}

static size_t line_end_after(const struct csv_space *space, size_t at, size_t to) {
  while (at < to && space->bytes[at] != '\n' && space->bytes[at] != '\r') at++;
  return at;
}

/* A quote that is not closed takes in rows up to the next one.  One row may be lost with the one that is broken, but
   not more, and no half of one either, whose other lines could look like rows: then nobody knows where rows begin.
   Mostly text follows that next quote; where a delimiter or line end does, the number of fields tells, but then a line
   of text may well end like half a row. */
static enum rung_status check_swallowed(const struct csv_space *space, const struct csv_row *row,
                                        struct rung_error *error) {
  const struct csv_shape *shape = &space->index.shape;
  bool irregular = row->problem == CSV_BARE_QUOTE || row->problem == CSV_TEXT_AFTER_QUOTE;
  struct csv_resync state = {CSV_AT_FIELD, row->begin};
  if (row->problem == CSV_FINE) return RUNG_OK;
  size_t known = irregular ? row->problem_at : line_end_after(space, row->begin, row->end);
  (void)csv_resync(&state, space->bytes, row->begin, known, shape->delimiter);
  size_t line_end = line_end_after(space, state.quote, row->end);
  if (line_end == row->end) return RUNG_OK;
  struct swallowed found = look_for_rows(shape, space->bytes, csv_past_line(space->bytes, line_end), row->end);
  if (found.rows + found.half < 2 && !(found.half && irregular)) return RUNG_OK;
  return fail(error, RUNG_BAD_DATA, "%s, line %llu: the quote that opens here seems never to be closed (%s): "
              "%zu of the lines after it look like rows, and the next quote is on line %llu\n  help: %s",
              shape->file, line_of(space, state.quote), place_of(space, row->begin, state.quote).text,
              found.rows + found.half,
              line_of(space, irregular ? row->problem_at : row->end), close_it);
}

enum rung_status csv_stop_check(const struct csv_space *space, const struct csv_row *row, struct rung_error *error) {
  if (row->end - row->begin > space->index.shape.longest) return csv_stop_long_row(space, row->begin, error);
  return space->index.shape.expected ? check_swallowed(space, row, error) : RUNG_OK;
}
