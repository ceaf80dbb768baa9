/* csv_bytewise.h - the rows of a CSV file by the words of csv.h alone, one byte after the other. */
#ifndef FUZZ_CSV_BYTEWISE_H
#define FUZZ_CSV_BYTEWISE_H

#include "csv.h"

enum { BYTEWISE_MOST = 4096 }; /* bytes of a file, so also rows and fields */

struct bytewise_row {
  size_t begin, end, next;
  size_t fields, first;       /* first: of its ends; a broken row has no fields */
  enum csv_problem problem;
  size_t problem_at;
  bool kept;                  /* for all its quotes */
  uint64_t line;
};

enum bytewise_stop { STOP_NONE, STOP_OPEN_QUOTE, STOP_LONG_ROW, STOP_SWALLOWED };

struct bytewise {
  const char *bytes;
  size_t length;
  char delimiter;
  size_t max_row;
  size_t expected;            /* fields of the rows after the first; 0: not checked */
  bool keep_quotes;           /* in the rows after the first */
  struct bytewise_row rows[BYTEWISE_MOST + 1];
  size_t row_count;
  size_t ends[BYTEWISE_MOST + 1];
  size_t end_count;
  size_t blanks, kept;
  enum bytewise_stop stop;    /* why it can't be read on */
  uint64_t stop_line;         /* the one that is told */
};

/* Reads from byte `from`, which stands on line 1, to the end.  The caller has set what stands above `rows`. */
void bytewise_read(struct bytewise *b, size_t from);

/* How many lines end among the bytes before `at`, LF, CRLF and CR; a CRLF that `at` cuts has ended. */
uint64_t bytewise_lines(const char *bytes, size_t from, size_t at);

/* The value of a field as it stands in the file; written to `value`, which has room for all of it. */
size_t bytewise_value(const char *raw, size_t length, char *value);

#endif
