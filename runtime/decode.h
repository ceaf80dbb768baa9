/* decode.h - cells that are written plainly to a register, 64 rows of a column at a time.

   Each type has a loop without calls or branches over the cells of as many rows as a word of validity has bits, which
   the compiler makes of vector instructions.  It reads the form that nearly all cells have; what it did not read is
   looked at once more cell by cell, and what is then left, with blanks, words, other forms or mistakes, is
   cast_cell's. */
#ifndef RUNG_DECODE_H
#define RUNG_DECODE_H

#include "cast.h"
#include "clones.h"
#include "csv.h"

enum { DECODE_ROWS = 64 };

/* The rows of a block whose cells are decoded together: few enough for their bytes to stay in the nearest cache while
   one column after the other is taken from them. */
struct tile {
  const struct csv_block *block;
  const uint32_t *rows;       /* of the block */
  size_t count;               /* 1 to DECODE_ROWS */
  bool is_utf8;               /* all cells are; false also when nobody asked */
  uint32_t first[DECODE_ROWS]; /* of each row: index in `ends` of the end of field 0; past `count` as of the first */
  size_t step;                /* from one to the next; 0 when that is not the same for all */
};

void tile_begin(struct tile *tile, const struct csv_block *block, const uint32_t *rows, size_t count);

/* A bit for each of its rows. */
static inline uint64_t tile_all(const struct tile *tile) { return ~(uint64_t)0 >> (DECODE_ROWS - tile->count); }

/* Without the quotes around it: what is left holds a quote only where one stands doubled. */
static inline struct rung_text strip_quotes(struct rung_text raw) {
  size_t quoted = (raw.length >= 2) & (*raw.bytes == '"');
  return (struct rung_text){raw.bytes + quoted, raw.length - 2 * quoted};
}

/* The cells of a column; past `count` rows of the tile there are some too. */
struct spans {
  const char *bytes;          /* of the block */
  uint64_t places[DECODE_ROWS]; /* low half: where the cell before ends; high half: where the cell does */
  uint64_t words[DECODE_ROWS]; /* eight bytes from the begin */
};

static inline uint64_t place_begin(uint64_t place) { return (place + 1) & UINT32_MAX; }
static inline uint64_t place_length(uint64_t place) { return (place >> 32) - place_begin(place); }

/* The cell as it stands.  CSV_PADDING bytes after it may be looked at. */
static inline struct rung_text spans_raw(const struct spans *spans, size_t i) {
  return (struct rung_text){spans->bytes + place_begin(spans->places[i]), place_length(spans->places[i])};
}

void tile_spans(const struct tile *tile, uint32_t field, struct spans *spans);

/* Cells of field `field` to rows 64 * word and on of a column's register.  Returns those that cast_cell must be asked
   for, a bit for each; nothing of them is in the register yet, but of a text column all are views of the block. */
uint64_t decode_plain(const struct plain *plain, const struct tile *tile, uint32_t field, struct vec *vec,
                      size_t word);

/* Each returns the cells it has read, a bit for each; the values of the others hold no meaning. */
uint64_t decode_integers(const struct spans *spans, int64_t *values);
uint64_t decode_numbers(const struct spans *spans, char mark, int64_t *millionths);
uint64_t decode_dates(const struct spans *spans, int32_t *days);    /* YYYY-MM-DD */
uint64_t decode_flags(const struct spans *spans, uint64_t *flags);  /* 1 and 0; others are 0 */
/* Cells with doubled quotes are not read, and the empty ones are told apart. */
uint64_t decode_texts(const struct spans *spans, struct rung_text *texts, uint64_t *empty);

/* One cell without its quotes, which may have a minus and more digits. */
bool decode_integer(struct rung_text cell, int64_t *value);
bool decode_number(struct rung_text cell, char mark, int64_t *millionths);
bool decode_date(struct rung_text cell, int32_t *days);
bool decode_flag(struct rung_text cell, struct vec *vec, size_t row);

/* -- foreign.c */

/* Whether a text between ASCII bytes is UTF-8, and then all are that lie between ASCII bytes in it.  May also be false
   because of characters of four bytes, of what is after the text, of which CSV_PADDING bytes may be looked at, or of an
   old processor. */
bool foreign_none(const char *text, size_t length);
/* Whether a text is UTF-8; `padded`: such bytes are after it. */
bool foreign_fits(struct rung_text text, bool padded);

#endif
