/* write_form.h - how results look in a format: all that is the same in every row, made once.  And the putting of bytes
   where room for them was made before. */
#ifndef RUNG_WRITE_FORM_H
#define RUNG_WRITE_FORM_H

#include "score.h"

/* A text of the form.  So many bytes from its first on may be copied whatever its length, and so much more than a text
   takes must a row have room for: most texts are shorter, and copying always the same needs no branch. */
enum { PIECE_COPIED = 32 };
struct piece {
  size_t at, length;
};

struct form_output {
  struct piece before, after; /* JSON: around its cell */
  struct piece none;          /* stands for no label, and for a missing value */
  bool value;                 /* else labels */
  bool careful;               /* a delimiter, quote or line end may be in the cell, texts aside */
  bool quotes;                /* a value stands in quotes */
  uint32_t type;              /* enum rung_type of a value */
};

struct form {
  const struct rung_allocator *allocator;
  const struct program_tables *tables;
  char delimiter;             /* before each cell; 0 in JSON */
  struct buffer texts;
  struct form_output *outputs;
  struct piece *labels;       /* each with the separator behind it, which the last of a cell loses */
  struct piece row_end;       /* JSON */
  struct piece *fields;       /* JSON: names of the dump's columns; else NULL */
  uint32_t field_count;
  size_t room;                /* results of a row and its line end take no more; texts, which make their own, aside */
};

enum rung_status form_new(const struct job *job, struct form **form, struct rung_error *error);
void form_free(struct form *form);

static inline char *put_piece(const struct form *form, struct piece piece, char *to) {
  const char *from = form->texts.at + piece.at;
  memcpy(to, from, PIECE_COPIED);
  if (piece.length > PIECE_COPIED) memcpy(to + PIECE_COPIED, from + PIECE_COPIED, piece.length - PIECE_COPIED);
  return to + piece.length;
}

/* Bytes of a block, of which there are more than these. */
static inline char *put_bytes(const struct csv_block *block, struct rung_text bytes, char *to) {
  size_t behind = block->length - (size_t)(bytes.bytes - block->bytes);
  if (bytes.length <= PIECE_COPIED && behind >= PIECE_COPIED) memcpy(to, bytes.bytes, PIECE_COPIED);
  else memcpy(to, bytes.bytes, bytes.length);
  return to + bytes.length;
}

/* Row i of `rows`, for each one that is picked. */
#define EACH_PICKED(rows, i) \
  for (uint64_t left = (rows)->picked, i; left && (i = (uint64_t)__builtin_ctzll(left), true); left &= left - 1)

/* -- write_results.c: the results and the end of a row, of which the rest was put up to `to`, where the form's room is;
   then `out` counts all of it.  When memory is out, it does not. */
void write_row_end(const struct job *job, const struct results *results, struct written_rows *rows, size_t i,
                   char *to, struct buffer *out);

#endif
