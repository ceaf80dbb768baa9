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

/* Some neighbouring labels of an output, and what they are together: texts[n] of those whose shares make up n.  The
   last byte of a text's room is its length, and all of the room may be copied. */
enum { BUNCH_TEXTS = 16, BUNCH_ROOM = 64 };
struct bunch {
  uint32_t first, count;      /* labels */
  uint8_t shares[BUNCH_TEXTS];
  char texts[BUNCH_TEXTS][BUNCH_ROOM];
};

struct form_output {
  struct piece before, after; /* around its cell */
  struct piece none;          /* stands for no label, and for a missing value */
  struct bunch *bunches;      /* all its labels, if these are few and short; else bunch_count is 0 */
  size_t bunch_count;
  bool whole;                 /* the texts of its bunch are all there is of it, with what is around */
  bool value;                 /* else labels */
  bool guarded;               /* some label is like a formula; then there are no bunches */
  bool careful;               /* a delimiter, quote or line end may be in the cell, texts aside */
  bool quotes;                /* a value stands in quotes */
  uint32_t type;              /* enum rung_type of a value */
};

struct form {
  const struct rung_allocator *allocator;
  const struct program_tables *tables;
  char delimiter;             /* 0 in JSON */
  bool guards;                /* against formulas */
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

/* -- write_bunch.c: labels joined ahead of time, so that a row need not be asked for each.  False: memory is out. */
bool form_bunch(struct form *form, size_t output);

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

#endif
