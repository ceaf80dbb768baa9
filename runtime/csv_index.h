/* csv_index.h - from the bytes of a block to the ends of fields and the table of rows. */
#ifndef RUNG_CSV_INDEX_H
#define RUNG_CSV_INDEX_H

#include "csv.h"
#include "csv_scan.h"

/* Bytes past the last one that may be looked at; they are blanks. */
enum { CSV_PADDING = CSV_CHUNK };

/* -- csv_resync.c: a row with a quote where none may be, byte by byte ------------------------ */

enum csv_where { CSV_AT_FIELD, CSV_IN_FIELD, CSV_IN_QUOTES, CSV_PAST_QUOTE, CSV_IN_REST };

struct csv_resync {
  enum csv_where where;
  size_t quote;               /* where the quote opened last */
};

/* Reads on to the row's end: returns the position of its line end, or `to` when that is not before it. */
size_t csv_resync(struct csv_resync *state, const char *bytes, size_t from, size_t to, char delimiter);

/* Cuts bytes[from] to bytes[to - 1] into fields, taking a quote where none may stand for a letter, and what follows a
   closing one up to the next delimiter for more of its field.  Writes the ends of the first `most` fields, and returns
   how many fields there are; 0 when that is in doubt: a quote is left open, or a field with a delimiter in quotes goes
   on behind them. */
uint32_t csv_cut(const char *bytes, size_t from, size_t to, char delimiter, uint32_t *ends, uint32_t most);

/* Past the line end that begins at `at`; the byte after may be looked at. */
static inline size_t csv_past_line(const char *bytes, size_t at) {
  return at + 1 + (bytes[at] == '\r' && bytes[at + 1] == '\n');
}

/* -- csv_index.c ---------------------------------------------------------------------------------- */

/* What the reader knows of the file. */
struct csv_shape {
  const char *file;           /* for messages */
  const struct csv_scan *scan;
  char delimiter;
  size_t longest;             /* bytes of a row, or a blank line */
  uint32_t expected;          /* fields; 0 when not known yet */
  const struct rung_text *names; /* of those; or NULL */
  bool keep_quotes;           /* as csv_keep_quotes */
};

struct csv_index {
  const struct rung_allocator *allocator;
  struct csv_shape shape;
  uint64_t blank_lines;
  uint32_t *ends;
  size_t end_count, end_room;
  struct csv_row *rows;
  size_t row_count, row_room;
  bool broken;                /* some row has a quote where none may stand, or not the fields that are expected */
  /* The row that is being read. */
  size_t begin;
  size_t first;               /* of its ends */
  enum csv_problem problem;   /* of its quotes: then `resync` reads it */
  size_t problem_at;
  struct csv_resync resync;
  /* How far. */
  size_t scanned;
  uint64_t lines;             /* ended among the bytes scanned */
  struct csv_state state;
};

/* Begins a row at byte 0; the tables become empty. */
void csv_index_restart(struct csv_index *index);
void csv_index_free(struct csv_index *index);

/* Reads bytes[index->scanned] to bytes[limit - 1], appending the rows that end there.  The last of them is no CR,
   unless the file ends with it.  False when memory is out. */
bool csv_index_scan(struct csv_index *index, const char *bytes, size_t limit);

/* The file ends after the bytes scanned, and no quote is open: appends a last row without line end. */
void csv_index_finish(struct csv_index *index, const char *bytes);

/* The quote that is open after the bytes scanned. */
bool csv_index_open_quote(const struct csv_index *index, size_t *at);

/* Some byte of the rows may be NUL. */
static inline bool csv_index_may_have_nul(const struct csv_index *index) { return index->state.nul != 0; }

#endif
