/* decode_plain.c - the cells of a column for 64 rows to their decoder, and what the column's declaration asks for. */
#include "decode.h"

void tile_begin(struct tile *tile, const struct csv_block *block, const uint32_t *rows, size_t count) {
  tile->block = block;
  tile->rows = rows;
  tile->count = count;
  for (size_t i = 0; i < count; i++) tile->first[i] = block->rows[rows[i]].first;
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

/* Empty cells to the column's default. */
static void put_preset(const struct plain *plain, uint64_t cells, struct vec *vec, size_t first) {
  for (; cells; cells &= cells - 1) {
    size_t row = first + (size_t)__builtin_ctzll(cells);
    if (plain->kind == PLAIN_DATE) vec->data.i32[row] = (int32_t)plain->preset;
    else if (plain->kind != PLAIN_FLAG) vec->data.i64[row] = plain->preset;
    else if (plain->preset) bitmap_set(vec->data.bits, row);
  }
}

/* -- A column ------------------------------------------------------------------------------------------ */

static uint64_t read_most(const struct plain *plain, const struct tile *tile, uint32_t field, struct vec *vec,
                          size_t word, uint64_t *empty) {
  size_t first = word * DECODE_ROWS;
  switch (plain->kind) {
    case PLAIN_INTEGER: return decode_integers(tile, field, vec->data.i64 + first);
    case PLAIN_NUMBER: return decode_numbers(tile, field, plain->mark, vec->data.i64 + first);
    case PLAIN_DATE: return decode_dates(tile, field, vec->data.i32 + first);
    case PLAIN_FLAG: return decode_flags(tile, field, vec->data.bits + word);
    default: return decode_texts(tile, field, vec->data.text + first, empty);
  }
}

static bool read_one(const struct plain *plain, struct rung_text cell, struct vec *vec, size_t row) {
  switch (plain->kind) {
    case PLAIN_INTEGER: return decode_integer(cell, &vec->data.i64[row]);
    case PLAIN_NUMBER: return decode_number(cell, plain->mark, &vec->data.i64[row]);
    case PLAIN_DATE: return decode_date(cell, &vec->data.i32[row]);
    default: return false;
  }
}

uint64_t decode_plain(const struct plain *plain, const struct tile *tile, uint32_t field, struct vec *vec,
                      size_t word) {
  size_t first = word * DECODE_ROWS;
  uint64_t all = ~(uint64_t)0 >> (DECODE_ROWS - tile->count), empty = 0;
  if (plain->kind == PLAIN_NONE) return all;
  uint64_t read = read_most(plain, tile, field, vec, word, &empty);
  for (uint64_t left = all & ~(read | empty); left && plain->kind != PLAIN_TEXT; left &= left - 1) {
    size_t i = (size_t)__builtin_ctzll(left);
    struct rung_text cell = strip_quotes(tile_raw(tile, i, field));
    if (cell.length == 0) empty |= left & -left;
    else if (read_one(plain, cell, vec, first + i)) read |= left & -left;
  }
  if (plain->screened) read &= ~screen(plain, vec, first, tile->count);
  uint64_t left = all & ~(read | empty);
  vec->valid[word] = read;
  if (!plain->has_preset) return left;
  if (plain->kind == PLAIN_TEXT) return left | empty;
  put_preset(plain, empty, vec, first);
  vec->valid[word] |= empty;
  return left;
}
