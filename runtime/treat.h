/* treat.h - what the options ask of the dump's columns and cells on their way to the output: to drop them, to write a
   hash in their place, to keep a spreadsheet from running them. */
#ifndef RUNG_TREAT_H
#define RUNG_TREAT_H

#include <nettle/sha2.h>

#include "score.h"

/* What becomes of a column of the dump. */
enum fate { KEPT, DROPPED, HASHED };

/* Neighbouring columns of the dump that are written, alike. */
struct treated_span {
  uint32_t first, last;
  bool hashed;
};

/* How the value of a cell is found. */
struct reader {
  const struct caster *caster; /* the rules say it; NULL: they say nothing */
  bool guarded;               /* an apostrophe before a sign or @ is the mark that keeps spreadsheets from running it */
};

struct treatment {
  struct treated_span *spans; /* of all columns that are written, in their order */
  size_t span_count, span_room;
  bool key_hashed;
  bool guards;                /* cells and results, as formula_like says */
  struct reader *readers;     /* of each column of the dump */
  size_t reader_count;
  struct caster **unread;     /* of the columns that the rules declare and don't read; NULL where none is hashed */
  size_t unread_count;
  struct sha256_ctx salted;   /* the hash after the salt */
};

/* job->treatment, which stays NULL when nothing is asked; after the header was matched. */
enum rung_status treatment_new(struct job *job, struct rung_error *error);
void treatment_free(const struct rung_allocator *allocator, struct treatment *treatment);

/* Adds the hexadecimal SHA-256 of the salt and the value of a column of the dump, as the rules see it (cast_view) or,
   where none reads it, would by what they declare; but without the blanks and line ends around it and, if it has an @,
   in lower case.  Nothing for what is missing.  Where the rules don't read the column and name no mark of it (unquote),
   an apostrophe before a sign or @ is taken for the one that keeps spreadsheets from running a cell.  False: it is not
   UTF-8. */
bool treat_hash(const struct job *job, uint32_t field, struct rung_text value, struct buffer *out);

/* Of row i of `rows`: treat_hash was false. */
static inline void note_unhashed(struct written_rows *rows, size_t i, uint32_t field) {
  if (rows->unhashed_row != NONE32) return;
  rows->unhashed_row = rows->rows[i];
  rows->unhashed_field = field;
}

static inline bool treat_guards(const struct job *job) { return job->treatment && job->treatment->guards; }

/* -- reveal.c: refuses rules that show a column as it is which isn't kept, and warns of values made of one; `fates` are
   those of the dump's columns */
enum rung_status reveal_check(const struct job *job, const uint8_t *fates, struct rung_error *error);

/* -- write_guard.c */

/* A spreadsheet could take the text of a cell, quoted or not, for a formula. */
bool formula_like(struct rung_text text);
/* Adds a cell, quoted if need be; with `guards` what is like a formula gets an apostrophe in front. */
void write_guarded(struct buffer *out, struct rung_text text, char delimiter, bool guards);

#endif
