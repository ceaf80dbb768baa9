/* csv_slow.h - a reader of CSV from the RFC's words, one byte at a time, to compare the fast one with. */
#ifndef TEST_CSV_SLOW_H
#define TEST_CSV_SLOW_H

#include "csv.h"

enum { MOST_ROWS = 4096, MOST_FIELDS = 4096 };

struct slow_row {
  size_t begin, end, next;
  enum csv_problem problem;
  size_t problem_at;
  size_t quote;               /* which opened last, up to the problem */
  size_t first, fields;       /* in slow.starts and slow.stops */
};

struct slow {
  const char *bytes;
  size_t length;
  char delimiter;
  size_t starts[MOST_FIELDS], stops[MOST_FIELDS], field_count; /* raw fields */
  struct slow_row rows[MOST_ROWS];
  size_t row_count;
  size_t blanks;
  bool open_quote;            /* the file ends in one, or can't be read on behind one */
  size_t quote_at;
};

/* Reads a whole file.  The first row says how many fields there are; a broken one says 3. */
void slow_read(struct slow *s, const char *bytes, size_t length, char delimiter);

/* The line where byte `at` stands, from 1. */
uint64_t slow_line(const struct slow *s, size_t at);

#endif
