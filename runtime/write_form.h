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

/* A place of the row's end where one of several texts stands: they are of one room, and all of it may be copied. */
struct strand {
  const char *texts;
  size_t room;                /* PIECE_COPIED or TEXT_ROOM */
  const uint8_t *lengths;     /* by text */
  const uint8_t *which;       /* by row: its text */
};

enum { TEXT_ROOM = 2 * PIECE_COPIED };

/* Some neighbouring labels of an output, and what they are together: text n is of those whose shares make up n, and
   text BUNCH_BEHIND + n the same behind labels of bunches before. */
enum { BUNCH_BEHIND = 16, BUNCH_TEXTS = 2 * BUNCH_BEHIND };
struct bunch {
  uint32_t first, count;      /* labels */
  size_t room;
  uint8_t shares[BUNCH_BEHIND];
  uint8_t lengths[BUNCH_TEXTS];
  char texts[BUNCH_TEXTS * TEXT_ROOM];
};

/* Values of 64 rows, printed ahead of the rows, with what is before them. */
struct slots {
  uint8_t lengths[64];
  char texts[64 * TEXT_ROOM];
};

struct form_output {
  struct piece before, after; /* around its cell */
  struct piece none;          /* stands for no label, and for a missing value */
  struct bunch *bunches;      /* all its labels, with what is around, if these are few, short and plain */
  size_t bunch_count;         /* else 0 */
  size_t slot_room;           /* of a value that is short, whatever it is; else 0 */
  bool value;                 /* else labels */
  bool guarded;               /* some label is like a formula */
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

/* -- write_slots.c: a present value that is no text; and the values of the rows that are picked, into their slots. */
char *put_number(const struct form *form, const struct form_output *output, const struct vec *vec, size_t row,
                 char *to);
void slots_fill(const struct form *form, const struct form_output *output, const struct vec *vec,
                const struct written_rows *rows, struct slots *slots);

/* -- write_results.c: quotes around what was put since `start`, if need be; what is double in quotes is so already. */
char *put_quotes(const struct form *form, char *start, char *to);

static inline bool value_is_text(uint32_t type) { return type == RUNG_TEXT || type == RUNG_LIST; }

static inline char *put_piece(const struct form *form, struct piece piece, char *to) {
  const char *from = form->texts.at + piece.at;
  memcpy(to, from, PIECE_COPIED);
  if (piece.length > PIECE_COPIED) memcpy(to + PIECE_COPIED, from + PIECE_COPIED, piece.length - PIECE_COPIED);
  return to + piece.length;
}

static inline char *put_strands(const struct strand *strand, const struct strand *end, size_t i, char *to) {
  for (; strand < end; strand++) {
    size_t which = strand->which[i];
    const char *text = strand->texts + which * strand->room;
    memcpy(to, text, PIECE_COPIED);
    if (strand->room > PIECE_COPIED) memcpy(to + PIECE_COPIED, text + PIECE_COPIED, PIECE_COPIED);
    to += strand->lengths[which];
  }
  return to;
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
