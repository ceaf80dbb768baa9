/* decode.h - cells that are written plainly to a register, 64 rows of a column at a time.

   Each decoder is one loop without branches over the cells of as many rows as a word of validity has bits.  It returns
   the cells it has read, a bit for each; the values of the others hold no meaning yet: those are left to cast_cell. */
#ifndef RUNG_DECODE_H
#define RUNG_DECODE_H

#include "cast.h"
#include "csv.h"

enum { DECODE_ROWS = 64 };

/* The rows of a block whose cells are decoded together: few enough for their bytes to stay in the nearest cache while
   one column after the other is taken from them. */
struct tile {
  const struct csv_block *block;
  const uint32_t *rows;       /* of the block */
  size_t count;               /* 1 to DECODE_ROWS */
  uint32_t first[DECODE_ROWS]; /* of each row: index in `ends` of the end of field 0 */
};

/* One cell of each row, without the quotes around it.  The CSV_PADDING bytes after a cell may be looked at. */
struct cells {
  struct rung_text *at;       /* DECODE_ROWS of them */
  size_t count;
  uint64_t empty;
  uint64_t quoted;            /* only these may hold a quote, which then stands doubled */
};

void tile_begin(struct tile *tile, const struct csv_block *block, const uint32_t *rows, size_t count);
/* Cells of field `field`; cells->at is the caller's. */
void tile_cells(const struct tile *tile, uint32_t field, struct cells *cells);

/* What became of the cells of a column, a bit for each row of the tile. */
struct decoded {
  uint64_t left;              /* cast_cell must be asked for these */
  uint64_t preset;            /* empty ones that have the column's default */
  uint64_t wide;              /* of text: those in the block with bytes that are not ASCII */
};

/* Cells of field `field` to rows 64 * word and on of a column's register.  Nothing of the cells that are left is in it
   but, of texts, what cast_cell will write over. */
struct decoded decode_plain(const struct plain *plain, const struct tile *tile, uint32_t field, struct vec *vec,
                            size_t word);

uint64_t decode_integers(const struct cells *cells, int64_t *values);
uint64_t decode_numbers(const struct cells *cells, char mark, int64_t *millionths);
uint64_t decode_dates(const struct cells *cells, int32_t *days);    /* YYYY-MM-DD */
uint64_t decode_flags(const struct cells *cells, uint64_t *flags);  /* 1 and 0; the flags not read are 0 */
uint64_t decode_texts(const struct cells *cells);                   /* the cells are the values */

/* -- foreign.c */

/* Which of the cells have bytes that are not ASCII. */
uint64_t foreign_suspects(const struct cells *cells);
/* Whether a text is UTF-8; the CSV_PADDING bytes after it may be looked at. */
bool foreign_fits(struct rung_text padded);

#endif
