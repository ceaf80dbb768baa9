/* csv_slow.c - a reader of CSV from the RFC's words, one byte at a time, to compare the fast one with. */
#include "csv_slow.h"

#include <string.h>

static bool slow_is(const struct slow *s, size_t at, char byte) { return at < s->length && s->bytes[at] == byte; }
static bool slow_line_end(const struct slow *s, size_t at) {
  return slow_is(s, at, '\n') || slow_is(s, at, '\r');
}
static bool slow_field_end(const struct slow *s, size_t at) {
  return at >= s->length || slow_is(s, at, s->delimiter) || slow_line_end(s, at);
}

static void slow_problem(struct slow_row *row, enum csv_problem problem, size_t at) {
  if (row->problem) return;
  row->problem = problem;
  row->problem_at = at;
}

/* "escaped = DQUOTE *(TEXTDATA / COMMA / CR / LF / 2DQUOTE) DQUOTE": past the closing quote; false without one. */
static bool slow_escaped(struct slow *s, size_t *at) {
  s->quote_at = (*at)++;
  for (; *at < s->length; ++*at) {
    if (!slow_is(s, *at, '"')) continue;
    if (!slow_is(s, *at + 1, '"')) {
      ++*at;
      return true;
    }
    ++*at;
  }
  return false;
}

/* One record; false when a quote stays open. */
static bool slow_record(struct slow *s, size_t at) {
  struct slow_row row = {.begin = at, .first = s->field_count, .quote = at};
  for (;; at++) {
    size_t start = at;
    if (slow_is(s, at, '"')) {
      if (!row.problem) row.quote = at;
      if (!slow_escaped(s, &at)) return false;
      if (!slow_field_end(s, at)) {
        slow_problem(&row, CSV_TEXT_AFTER_QUOTE, at);
        while (at < s->length && !slow_line_end(s, at)) at++;
      }
    } else {
      for (; !slow_field_end(s, at); at++) {
        if (slow_is(s, at, '"')) slow_problem(&row, CSV_BARE_QUOTE, at);
      }
    }
    s->starts[s->field_count] = start;
    s->stops[s->field_count++] = at;
    if (!slow_is(s, at, s->delimiter)) break;
  }
  row.end = row.next = at;
  if (slow_is(s, at, '\r') && slow_is(s, at + 1, '\n')) row.next += 2;
  else if (slow_line_end(s, at)) row.next++;
  row.fields = s->field_count - row.first;
  s->rows[s->row_count++] = row;
  return true;
}

/* Fields of a line that has no other around it; 0 when a quote stays open, or had a delimiter in it and text follows. */
static size_t slow_cut(struct slow *s, size_t from, size_t to) {
  size_t count = 1;
  for (size_t at = from; at < to; at++) {
    if (slow_is(s, at, '"')) {
      bool delimited = false;
      for (bool closed = false; !closed; at++) {
        for (at++; at < to && !slow_is(s, at, '"'); at++) delimited |= slow_is(s, at, s->delimiter);
        if (at >= to) return 0;
        closed = at + 1 >= to || !slow_is(s, at + 1, '"');
      }
      if (delimited && at < to && !slow_is(s, at, s->delimiter)) return 0;
    }
    while (at < to && !slow_is(s, at, s->delimiter)) at++;
    count += at < to;
  }
  return count;
}

/* Whether a line by itself leaves a field open that a quote begins. */
static bool slow_stays_open(struct slow *s, size_t at, size_t to) {
  for (;; at++) {
    if (at < to && slow_is(s, at, '"')) {
      bool closed = false;
      for (at++; at < to && !closed; at++) {
        if (!slow_is(s, at, '"')) continue;
        closed = at + 1 >= to || !slow_is(s, at + 1, '"');
        at += !closed;
      }
      if (!closed) return true;
      if (at < to && !slow_is(s, at, s->delimiter)) return false;
    }
    while (at < to && !slow_is(s, at, s->delimiter)) at++;
    if (at >= to) return false;
  }
}

/* The first quoted field that goes over a line end begins there; row->end when none does. */
static size_t slow_long_field(const struct slow *s, const struct slow_row *row) {
  for (size_t i = row->first; i < row->first + row->fields; i++)
    for (size_t at = s->starts[i]; at < s->stops[i]; at++)
      if (slow_line_end(s, at)) return s->starts[i];
  return row->end;
}

/* Whether two of the lines after that of the row's last quoted field look like rows, or the last of them like the
   begin of one; that field then is s->quote_at.  Of a row without a quote out of place: after its first field of several
   lines, and two of them. */
static bool slow_swallows(struct slow *s, const struct slow_row *row, size_t expected) {
  bool broken = row->problem == CSV_BARE_QUOTE || row->problem == CSV_TEXT_AFTER_QUOTE, half = false;
  size_t rows = 0, quote = broken ? row->quote : slow_long_field(s, row), at = quote;
  if (!broken && row->fields == expected) return false;
  while (at < row->end && !slow_line_end(s, at)) at++;
  while (at < row->end) {
    at += slow_is(s, at, '\r') && slow_is(s, at + 1, '\n') ? 2 : 1;
    size_t from = at;
    while (at < row->end && !slow_line_end(s, at)) at++;
    rows += from < row->end && slow_cut(s, from, at) == expected;
    half = from < row->end && at == row->end && slow_stays_open(s, from, at);
  }
  if (rows + half < 2 && !(broken && half)) return false;
  s->quote_at = quote;
  return true;
}

/* What the project's reader says beyond the RFC: blank lines, NUL bytes, numbers of fields. */
static void slow_judge(struct slow *s, size_t expected) {
  struct slow_row *row = &s->rows[s->row_count - 1];
  bool blank = true;
  for (size_t i = row->begin; i < row->end; i++) blank = blank && (s->bytes[i] == ' ' || s->bytes[i] == '\t');
  if (blank && row->fields == 1 && expected > 1) {
    s->row_count--;
    s->blanks++;
    return;
  }
  for (size_t i = row->begin; i < row->end && (!expected || row->fields == expected); i++) {
    if (s->bytes[i] == 0) slow_problem(row, CSV_NUL_BYTE, i);
  }
  if (expected && row->fields < expected) slow_problem(row, CSV_FEW_FIELDS, row->end);
  if (expected && row->fields > expected) slow_problem(row, CSV_MANY_FIELDS, s->stops[row->first + expected - 1]);
}

void slow_read(struct slow *s, const char *bytes, size_t length, char delimiter) {
  s->bytes = bytes;
  s->length = length;
  s->delimiter = delimiter;
  s->field_count = s->row_count = s->blanks = 0;
  s->open_quote = false;
  size_t at = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0, expected = 0;
  while (at < length) {
    if (!slow_record(s, at)) {
      s->open_quote = true;
      return;
    }
    if (expected && slow_swallows(s, &s->rows[s->row_count - 1], expected)) {
      s->row_count--;
      s->open_quote = true;
      return;
    }
    at = s->rows[s->row_count - 1].next;
    slow_judge(s, expected);
    if (!expected) expected = s->rows[0].problem ? 3 : s->rows[0].fields;
  }
}

uint64_t slow_line(const struct slow *s, size_t at) {
  uint64_t line = 1;
  for (size_t i = 0; i < at; i++) {
    if (slow_is(s, i, '\n') || (slow_is(s, i, '\r') && !(i + 1 < at && slow_is(s, i + 1, '\n')))) line++;
  }
  return line;
}
