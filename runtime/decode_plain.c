/* decode_plain.c - the cells of a column for 64 rows to their decoder, and what the column's declaration asks for. */
#include "decode.h"
#include "swar.h"

/* Rows of as many fields, one after the other, have their ends in equal steps. */
static size_t find_step(const uint32_t *first) {
  uint32_t step = first[1] - first[0], others = 0;
  for (uint32_t i = 0; i < DECODE_ROWS; i++) others |= first[i] ^ (first[0] + i * step);
  return others ? 0 : step;
}

void tile_begin(struct tile *tile, const struct csv_block *block, const uint32_t *rows, size_t count) {
  tile->block = block;
  tile->rows = rows;
  tile->count = count;
  tile->is_utf8 = false;
  for (size_t i = 0; i < DECODE_ROWS; i++) tile->first[i] = block->rows[rows[i < count ? i : 0]].first;
  tile->step = find_step(tile->first);
}

/* Both ends at once. */
static inline uint64_t load_place(const uint32_t *end) {
  uint64_t place;
  memcpy(&place, end - 1, sizeof place);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  place = place << 32 | place >> 32;
#endif
  return place;
}

static inline void put_span(struct spans *spans, size_t i, uint64_t place) {
  spans->places[i] = place;
  spans->words[i] = swar_load(spans->bytes + place_begin(place));
}

/* A row begins where it says: before it is a line end of one byte or two, or nothing. */
static void first_spans(const struct tile *tile, struct spans *spans) {
  for (size_t i = 0; i < DECODE_ROWS; i++) {
    uint32_t row = tile->rows[i < tile->count ? i : 0];
    put_span(spans, i, (uint64_t)tile->block->ends[tile->first[i]] << 32 | (tile->block->rows[row].begin - 1));
  }
}

void tile_spans(const struct tile *tile, uint32_t field, struct spans *spans) {
  const uint32_t *ends = tile->block->ends + field;
  spans->bytes = tile->block->bytes;
  if (field == 0) {
    first_spans(tile, spans);
  } else if (tile->step) {
    ends += tile->first[0];
    for (size_t i = 0; i < DECODE_ROWS; i++, ends += tile->step) put_span(spans, i, load_place(ends));
  } else {
    for (size_t i = 0; i < DECODE_ROWS; i++) put_span(spans, i, load_place(ends + tile->first[i]));
  }
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

static uint64_t read_most(const struct plain *plain, const struct spans *spans, struct vec *vec, size_t word,
                          uint64_t *empty) {
  size_t first = word * DECODE_ROWS;
  switch (plain->kind) {
    case PLAIN_INTEGER: return decode_integers(spans, vec->data.i64 + first);
    case PLAIN_NUMBER: return decode_numbers(spans, plain->mark, vec->data.i64 + first);
    case PLAIN_DATE: return decode_dates(spans, vec->data.i32 + first);
    case PLAIN_FLAG: return decode_flags(spans, vec->data.bits + word);
    default: return decode_texts(spans, vec->data.text + first, empty);
  }
}

static bool read_one(const struct plain *plain, struct rung_text cell, struct vec *vec, size_t row) {
  switch (plain->kind) {
    case PLAIN_INTEGER: return decode_integer(cell, &vec->data.i64[row]);
    case PLAIN_NUMBER: return decode_number(cell, plain->mark, &vec->data.i64[row]);
    case PLAIN_DATE: return decode_date(cell, &vec->data.i32[row]);
    case PLAIN_FLAG: return decode_flag(cell, vec, row);
    default: return false;
  }
}

/* Returns which of the cells were read after all, and which are empty. */
static uint64_t read_rest(const struct plain *plain, const struct spans *spans, uint64_t left, struct vec *vec,
                          size_t first, uint64_t *empty) {
  uint64_t read = 0;
  for (; left; left &= left - 1) {
    size_t i = (size_t)__builtin_ctzll(left);
    struct rung_text cell = strip_quotes(spans_raw(spans, i));
    if (cell.length == 0) *empty |= left & -left;
    else if (read_one(plain, cell, vec, first + i)) read |= left & -left;
  }
  return read;
}

uint64_t decode_plain(const struct plain *plain, const struct tile *tile, uint32_t field, struct vec *vec,
                      size_t word) {
  size_t first = word * DECODE_ROWS;
  uint64_t all = tile_all(tile), empty = 0;
  struct spans spans;
  if (plain->kind == PLAIN_NONE) return all;
  tile_spans(tile, field, &spans);
  uint64_t read = read_most(plain, &spans, vec, word, &empty) & all;
  empty &= all;
  if (plain->kind != PLAIN_TEXT) read |= read_rest(plain, &spans, all & ~read, vec, first, &empty);
  if (plain->screened) read &= ~screen(plain, vec, first, tile->count);
  uint64_t left = all & ~(read | empty);
  vec->valid[word] = read;
  if (!plain->has_preset) return left;
  if (plain->kind == PLAIN_TEXT) return left | empty;
  put_preset(plain, empty, vec, first);
  vec->valid[word] |= empty;
  return left;
}
