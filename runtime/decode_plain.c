/* decode_plain.c - the cells of a column for 64 rows: pick them from the block, and give them to their decoder. */
#include "decode.h"

#include <string.h>

void tile_begin(struct tile *tile, const struct csv_block *block, const uint32_t *rows, size_t count) {
  tile->block = block;
  tile->rows = rows;
  tile->count = count;
  for (size_t i = 0; i < count; i++) tile->first[i] = block->rows[rows[i]].first;
}

/* -- Cells ------------------------------------------------------------------------------ */

static inline void pick_cell(struct cells *cells, size_t i, const char *begin, size_t length) {
  size_t quoted = (length >= 2) & (*begin == '"');
  length -= 2 * quoted;
  cells->at[i] = (struct rung_text){begin + quoted, length};
  cells->quoted |= (uint64_t)quoted << i;
  cells->empty |= (uint64_t)(length == 0) << i;
}

void tile_cells(const struct tile *tile, uint32_t field, struct cells *cells) {
  const struct csv_block *block = tile->block;
  struct cells picked = {.at = cells->at, .count = tile->count};
  if (field == 0) {
    for (size_t i = 0; i < tile->count; i++) {
      uint32_t begin = block->rows[tile->rows[i]].begin;
      pick_cell(&picked, i, block->bytes + begin, block->ends[tile->first[i]] - begin);
    }
  } else {
    for (size_t i = 0; i < tile->count; i++) {
      const uint32_t *end = block->ends + tile->first[i] + field;
      uint32_t begin = end[-1] + 1;
      pick_cell(&picked, i, block->bytes + begin, *end - begin);
    }
  }
  *cells = picked;
}

uint64_t decode_texts(const struct cells *cells) {
  uint64_t doubled = 0;
  for (uint64_t quoted = cells->quoted; quoted; quoted &= quoted - 1) {
    unsigned i = (unsigned)__builtin_ctzll(quoted);
    doubled |= (uint64_t)(memchr(cells->at[i].bytes, '"', cells->at[i].length) != NULL) << i;
  }
  return ~(doubled | cells->empty);
}

/* -- What a declaration asks for beyond the form --------------------------------------------------- */

/* Values that are outside the range or stand for "missing". */
static uint64_t screen_wide(const struct plain *plain, const int64_t *values, size_t count) {
  uint64_t found = 0;
  for (size_t i = 0; i < count; i++) found |= (uint64_t)((values[i] < plain->low) | (values[i] > plain->high)) << i;
  for (size_t k = 0; k < plain->missing_count; k++)
    for (size_t i = 0; i < count; i++) found |= (uint64_t)(values[i] == plain->missing[k].value) << i;
  return found;
}

static uint64_t screen(const struct plain *plain, const struct vec *vec, size_t first, size_t count) {
  int64_t wide[DECODE_ROWS];
  if (plain->kind != PLAIN_DATE) return screen_wide(plain, vec->data.i64 + first, count);
  for (size_t i = 0; i < count; i++) wide[i] = vec->data.i32[first + i];
  return screen_wide(plain, wide, count);
}

static void put_preset(const struct plain *plain, uint64_t cells, struct vec *vec, size_t first) {
  if (plain->kind == PLAIN_FLAG) vec->data.bits[first / DECODE_ROWS] |= plain->preset ? cells : 0;
  if (plain->kind == PLAIN_FLAG) return;
  for (; cells; cells &= cells - 1) {
    size_t row = first + (size_t)__builtin_ctzll(cells);
    if (plain->kind == PLAIN_DATE) vec->data.i32[row] = (int32_t)plain->preset;
    else if (plain->kind == PLAIN_TEXT) vec->data.text[row] = plain->preset_text;
    else vec->data.i64[row] = plain->preset;
  }
}

struct decoded decode_plain(const struct plain *plain, const struct tile *tile, uint32_t field, struct vec *vec,
                            size_t word) {
  size_t first = word * DECODE_ROWS;
  struct rung_text room[DECODE_ROWS];
  struct cells cells = {.at = plain->kind == PLAIN_TEXT ? vec->data.text + first : room};
  uint64_t all = ~(uint64_t)0 >> (DECODE_ROWS - tile->count), read = 0;
  if (plain->kind == PLAIN_NONE) return (struct decoded){.left = all};
  tile_cells(tile, field, &cells);
  struct decoded decoded = {.preset = plain->has_preset ? cells.empty : 0};
  switch (plain->kind) {
    case PLAIN_INTEGER: read = decode_integers(&cells, vec->data.i64 + first); break;
    case PLAIN_NUMBER: read = decode_numbers(&cells, plain->mark, vec->data.i64 + first); break;
    case PLAIN_DATE: read = decode_dates(&cells, vec->data.i32 + first); break;
    case PLAIN_FLAG: read = decode_flags(&cells, vec->data.bits + word); break;
    default:
      read = decode_texts(&cells);
      decoded.wide = foreign_suspects(&cells);
  }
  if (plain->screened) read &= ~screen(plain, vec, first, cells.count);
  if (decoded.preset) put_preset(plain, decoded.preset, vec, first);
  vec->valid[word] = read | decoded.preset;
  decoded.left = all & ~(read | cells.empty);
  return decoded;
}
