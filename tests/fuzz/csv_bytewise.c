/* csv_bytewise.c - the rows of a CSV file by the words of csv.h alone, one byte after the other. */
#include "csv_bytewise.h"

static bool is_line_end(char byte) { return byte == '\n' || byte == '\r'; }

static size_t past_line_end(const struct bytewise *b, size_t at) {
  if (at >= b->length) return at;
  return at + 1 + (b->bytes[at] == '\r' && at + 1 < b->length && b->bytes[at + 1] == '\n');
}

uint64_t bytewise_lines(const char *bytes, size_t from, size_t at) {
  uint64_t lines = 0;
  for (size_t i = from; i < at; i++)
    lines += is_line_end(bytes[i]) && !(i > from && bytes[i] == '\n' && bytes[i - 1] == '\r');
  return lines;
}

static uint64_t line_of(const struct bytewise *b, size_t from, size_t at) {
  return 1 + bytewise_lines(b->bytes, from, at);
}

/* What a reader is in the middle of. */
enum where { FIELD_START, BARE, QUOTED, QUOTE_SEEN, REST };

struct record {
  struct bytewise_row row;
  size_t opened;              /* where the last quoted field begins */
  bool open;                  /* and is not closed when the file ends */
};

static void note(struct record *record, enum csv_problem problem, size_t at) {
  if (record->row.problem) return;
  record->row.problem = problem;
  record->row.problem_at = at;
}

/* "A quote may stand only at the start of a field, and after the closing one comes a separator.  A row where that does
   not hold is a problem and ends where a reader would end it that takes a quote in a bare field for a letter, and all
   that follows text after a closing quote for bare text." */
static struct record read_record(struct bytewise *b, size_t at) {
  struct record record = {.row = {.begin = at, .first = b->end_count}};
  enum where where = FIELD_START;
  for (; at < b->length; at++) {
    char byte = b->bytes[at];
    if (where == QUOTED) {
      if (byte == '"') where = QUOTE_SEEN;
      continue;
    }
    if (is_line_end(byte)) break;
    if (where == REST) continue;
    if (byte == b->delimiter) {
      b->ends[b->end_count++] = at;
      where = FIELD_START;
    } else if (byte == '"') {
      if (where == FIELD_START) record.opened = at;
      if (where == BARE) note(&record, CSV_BARE_QUOTE, at);
      else where = QUOTED;
    } else {
      if (where == QUOTE_SEEN) note(&record, CSV_TEXT_AFTER_QUOTE, at);
      where = where == QUOTE_SEEN ? REST : BARE;
    }
  }
  record.open = where == QUOTED;
  b->ends[b->end_count++] = at;
  record.row.end = at;
  record.row.next = past_line_end(b, at);
  record.row.fields = b->end_count - record.row.first;
  return record;
}

static bool is_broken(const struct bytewise_row *row) {
  return row->problem == CSV_BARE_QUOTE || row->problem == CSV_TEXT_AFTER_QUOTE;
}

/* -- What is said of a row ------------------------------------------------------------------------- */

/* "A blank line (nothing, or spaces and tabs) is skipped and counted, unless the table has one column, where it is a
   row, or the number of columns is not known yet."  One that is longer than a row may be is too long. */
static bool is_blank(const struct bytewise *b, const struct bytewise_row *row, size_t expected) {
  if (expected < 2 || row->fields != 1 || row->end - row->begin > b->max_row) return false;
  for (size_t i = row->begin; i < row->end; i++)
    if (b->bytes[i] != ' ' && b->bytes[i] != '\t') return false;
  return true;
}

/* Fields of one line, where a quote that may not stand is a letter, and text after a closing one more of its field; 0
   when a quote stays open, or such a text follows quotes around a delimiter.  Their ends go to `ends`, when that is not
   NULL. */
static size_t cut(const struct bytewise *b, size_t from, size_t to, size_t *ends) {
  enum where where = FIELD_START;
  size_t count = 0;
  bool around_delimiter = false;
  for (size_t at = from; at < to; at++) {
    char byte = b->bytes[at];
    if (where == QUOTED) {
      if (byte == '"') where = QUOTE_SEEN;
      around_delimiter = around_delimiter || byte == b->delimiter;
    } else if (byte == b->delimiter) {
      if (ends) ends[count] = at;
      count++;
      where = FIELD_START;
      around_delimiter = false;
    } else if (byte == '"' && where != BARE) {
      where = QUOTED;
    } else {
      if (where == QUOTE_SEEN && around_delimiter) return 0;
      where = BARE;
    }
  }
  if (ends) ends[count] = to;
  return where == QUOTED ? 0 : count + 1;
}

/* "Rows with a quote where none may stand are kept, when all of the row is on one line, has the fields that are
   expected, and none of those with such a quote has a delimiter in it." */
static void keep_row(struct bytewise *b, struct bytewise_row *row, size_t expected) {
  size_t ends[BYTEWISE_MOST + 1];
  bool one_line = true;
  for (size_t i = row->begin; i < row->end; i++) one_line = one_line && !is_line_end(b->bytes[i]);
  if (!b->keep_quotes || !expected || !one_line || cut(b, row->begin, row->end, ends) != expected) return;
  row->fields = expected;
  b->end_count = row->first;
  for (size_t i = 0; i < expected; i++) b->ends[b->end_count++] = ends[i];
  row->kept = true;
  row->problem = CSV_FINE;
}

/* Of the quotes between two places the last that opens a field; *open says whether it stays open up to there. */
static size_t last_quote(const struct bytewise *b, size_t at, size_t to, bool *open) {
  enum where where = FIELD_START;
  size_t quote = at;
  for (; at < to; at++) {
    char byte = b->bytes[at];
    if (where == QUOTED) where = byte == '"' ? QUOTE_SEEN : QUOTED;
    else if (where == REST) continue;
    else if (byte == b->delimiter) where = FIELD_START;
    else if (byte == '"' && where == FIELD_START) quote = at, where = QUOTED;
    else if (byte == '"' && where == QUOTE_SEEN) where = QUOTED;
    else where = where == QUOTE_SEEN ? REST : BARE;
  }
  *open = where == QUOTED;
  return quote;
}

static size_t line_end(const struct bytewise *b, size_t at, size_t to) {
  while (at < to && !is_line_end(b->bytes[at])) at++;
  return at;
}

/* One that seems to take in several rows: two or more of the lines after the one where its quote opens have as many
   fields as a row, or the last of them leaves a quoted field open, as half a row does.  Without a quote out of place it
   is a row with another number of fields than expected, the quote is the one that is open where its first line ends,
   and half a row counts as one. */
static bool swallows(const struct bytewise *b, const struct record *record, size_t expected, size_t *quote) {
  const struct bytewise_row *row = &record->row;
  bool broken = is_broken(row), open, half = false;
  if (!expected || (!broken && row->fields == expected)) return false;
  *quote = last_quote(b, row->begin, broken ? row->problem_at : line_end(b, row->begin, row->end), &open);
  size_t rows = 0, at = line_end(b, *quote, row->end);
  if (at == row->end) return false;
  for (at = past_line_end(b, at); at < row->end; at = past_line_end(b, at)) {
    size_t begin = at;
    at = line_end(b, at, row->end);
    rows += cut(b, begin, at, NULL) == expected;
    (void)last_quote(b, begin, at, &open);
    half = open && at == row->end;
  }
  return rows + half >= 2 || (broken && half);
}

static void judge(struct bytewise *b, struct bytewise_row *row, size_t expected) {
  if (is_broken(row)) keep_row(b, row, expected);
  if (is_broken(row)) {
    b->end_count = row->first;
    row->fields = 0;
  } else if (expected && row->fields < expected) {
    row->problem = CSV_FEW_FIELDS, row->problem_at = row->end;
  } else if (expected && row->fields > expected) {
    row->problem = CSV_MANY_FIELDS, row->problem_at = b->ends[row->first + expected - 1];
  }
  for (size_t i = row->begin; i < row->end && row->problem == CSV_FINE; i++)
    if (b->bytes[i] == 0) row->problem = CSV_NUL_BYTE, row->problem_at = i;
  b->kept += row->kept && row->problem == CSV_FINE;
}

void bytewise_read(struct bytewise *b, size_t from) {
  b->row_count = b->end_count = b->blanks = b->kept = 0;
  b->stop = STOP_NONE;
  for (size_t at = from; at < b->length && b->stop == STOP_NONE;) {
    size_t expected = b->row_count ? b->expected : 0, quote;
    struct record record = read_record(b, at);
    record.row.line = b->stop_line = line_of(b, from, at);
    at = record.row.next;
    if (is_blank(b, &record.row, expected)) {
      b->blanks++;
      b->end_count = record.row.first;
    } else if (record.row.end - record.row.begin > b->max_row) {
      b->stop = STOP_LONG_ROW;
    } else if (record.open) {
      b->stop = STOP_OPEN_QUOTE;
      b->stop_line = line_of(b, from, record.opened);
    } else if (swallows(b, &record, expected, &quote)) {
      b->stop = STOP_SWALLOWED;
      b->stop_line = line_of(b, from, quote);
    } else {
      judge(b, &record.row, expected);
      b->rows[b->row_count++] = record.row;
    }
  }
}

size_t bytewise_value(const char *raw, size_t length, char *value) {
  size_t count = 0;
  bool regular = length >= 2 && raw[0] == '"' && raw[length - 1] == '"';
  for (size_t i = 1; regular && i + 1 < length; i++) {
    if (raw[i] == '"' && (i + 2 >= length || raw[++i] != '"')) regular = false;
    value[count++] = raw[i];
  }
  if (regular) return count;
  for (count = 0; count < length; count++) value[count] = raw[count];
  return length;
}
