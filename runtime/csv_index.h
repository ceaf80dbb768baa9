/* csv_index.h - from the bytes of a block to the ends of fields and the table of rows. */
#ifndef RUNG_CSV_INDEX_H
#define RUNG_CSV_INDEX_H

#include "csv.h"

/* Bytes past the last one that may be looked at; they must not be quotes. */
enum { CSV_PADDING = 64 };

/* -- csv_resync.c: a row with a quote where none may be, byte by byte ------------------------ */

enum csv_where { CSV_AT_FIELD, CSV_IN_FIELD, CSV_IN_QUOTES, CSV_PAST_QUOTE, CSV_IN_REST };

struct csv_resync {
  enum csv_where where;
  size_t quote;               /* where the quote opened last */
};

/* Reads on to the row's end: returns the position of its line end, or `to` when that is not before it. */
size_t csv_resync(struct csv_resync *state, const char *bytes, size_t from, size_t to, char delimiter);

/* Past the line end that begins at `at`; the byte after may be looked at. */
static inline size_t csv_past_line(const char *bytes, size_t at) {
  return at + 1 + (bytes[at] == '\r' && bytes[at + 1] == '\n');
}

/* -- csv_index.c ---------------------------------------------------------------------------------- */

struct csv_index {
  const struct rung_allocator *allocator;
  char delimiter;
  size_t longest;             /* bytes of a blank line */
  uint32_t expected;          /* fields; 0 when not known yet */
  uint64_t blank_lines;
  uint32_t *ends;
  size_t end_count, end_room;
  struct csv_row *rows;
  size_t row_count, row_room;
  /* The row that is being read. */
  size_t begin;
  size_t first;               /* of its ends */
  enum csv_problem problem;   /* of its quotes: then `resync` reads it */
  size_t problem_at;
  struct csv_resync resync;
  /* How far, and what the next byte must know of those before it. */
  size_t scanned;
  uint64_t lines;             /* ended among the bytes scanned */
  uint64_t inside;            /* all ones in quotes, else 0 */
  uint64_t after_special, after_closing, after_cr; /* 0 or 1 */
  size_t stride;              /* chunks to scan at once */
};

/* Begins a row at `at`, where everything before has been read; the tables become empty. */
void csv_index_restart(struct csv_index *index, size_t at);
void csv_index_free(struct csv_index *index);

/* Reads bytes[index->scanned] to bytes[limit - 1], appending the rows that end there.  The last of them is no CR,
   unless the file ends with it.  False when memory is out. */
bool csv_index_scan(struct csv_index *index, const char *bytes, size_t limit);

/* The file ends after the bytes scanned, and no quote is open: appends a last row without line end. */
void csv_index_finish(struct csv_index *index, const char *bytes);

/* The quote that is open after the bytes scanned. */
bool csv_index_open_quote(const struct csv_index *index, size_t *at);

/* Forgets the rows, and the first `count` bytes, which the row being read comes after. */
void csv_index_drop(struct csv_index *index, size_t count);

#endif
