/* csv_read.c - reads a dump block by block and hands out the whole rows of each. */
#define XXH_STATIC_LINKING_ONLY /* for the size of the hash state: our allocator */
#if defined __x86_64__ && __has_include(<xxh_x86dispatch.h>)
#include <xxh_x86dispatch.h> /* the same, by the best instructions there are */
#else
#include <xxhash.h>
#endif
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "csv_sniff.h"
#include "csv_space.h"

enum { HASH_ALIGNMENT = 64 };

struct csv_reader {
  struct rung_allocator allocator;
  struct input *input;
  struct csv_options options;
  struct csv_shape shape;
  const struct rung_text *names; /* of the fields that are expected; or NULL */
  struct csv_space *own, *last; /* `last` has the last block */
  /* What follows the last block and was read with it: an unfinished row. */
  char *carry;
  size_t carry_length, carry_room;
  bool unread;                /* rows of the last block come again, before the carry */
  uint64_t offset, line;      /* of the next block */
  uint64_t blank_lines, kept_rows, rows;
  char *first;                /* the file's first bytes, read ahead to look at */
  size_t first_length, first_used;
  bool started, ended, bom;
  uint64_t total;
  void *hash_memory;
  XXH3_state_t *hash;
};

static enum rung_status check_options(const struct csv_options *options, const struct csv_scan *scan,
                                      struct rung_error *error) {
  if (!options->delimiter || strchr("\"\r\n", options->delimiter)) {
    return fail(error, RUNG_INVALID, "a quote, a line end or NUL can't be the delimiter");
  }
  if (options->max_row < 1 || options->max_row > CSV_MOST || options->block_bytes < 1 ||
      options->block_bytes > CSV_MOST) {
    return fail(error, RUNG_INVALID, "the size of a row or block must be 1 to %d bytes", CSV_MOST);
  }
  if (!scan) {
    return fail(error, RUNG_INVALID, "this processor can't scan by \"%s\"; the names are avx512, avx2, sse2, neon and "
                "portable", options->scan);
  }
  return RUNG_OK;
}

static bool open_hash(struct csv_reader *reader) {
  reader->hash_memory = alloc_array(&reader->allocator, sizeof *reader->hash + HASH_ALIGNMENT, 1);
  if (!reader->hash_memory) return false;
  uintptr_t hash = (uintptr_t)reader->hash_memory;
  reader->hash = (XXH3_state_t *)((char *)reader->hash_memory + (0 - hash) % HASH_ALIGNMENT);
  XXH3_64bits_reset(reader->hash);
  return true;
}

enum rung_status csv_open(struct input *input, const struct csv_options *options,
                          const struct rung_allocator *allocator, struct csv_reader **result,
                          struct rung_error *error) {
  const struct csv_scan *scan = csv_scan_choose(options->scan);
  enum rung_status status = check_options(options, scan, error);
  if (status) return status;
  struct csv_reader *reader = alloc_array(allocator, 1, sizeof *reader);
  if (!reader) return fail_memory(error);
  reader->allocator = alloc_resolve(allocator);
  reader->input = input;
  reader->options = *options;
  reader->shape = (struct csv_shape){.scan = scan, .delimiter = options->delimiter, .longest = options->max_row};
  reader->line = 1;
  reader->first = alloc_array(allocator, SNIFF_LENGTH, 1);
  reader->own = csv_space_new(allocator);
  if (!reader->first || !reader->own || !open_hash(reader)) {
    csv_close(reader);
    return fail_memory(error);
  }
  *result = reader;
  return RUNG_OK;
}

void csv_close(struct csv_reader *reader) {
  if (!reader) return;
  struct rung_allocator allocator = reader->allocator;
  csv_space_free(reader->own);
  alloc_free(&allocator, reader->hash_memory, sizeof *reader->hash + HASH_ALIGNMENT, 1);
  alloc_free(&allocator, reader->carry, reader->carry_room, 1);
  alloc_free(&allocator, reader->first, SNIFF_LENGTH, 1);
  alloc_free(&allocator, reader, 1, sizeof *reader);
}

/* -- Bytes --------------------------------------------------------------------------------- */

static enum rung_status read_input(struct csv_reader *reader, char *to, size_t room, size_t *got,
                                   struct rung_error *error) {
  enum rung_status status = input_read(reader->input, to, room, got, error);
  if (status) return status;
  reader->ended = *got < room;
  reader->total += *got;
  XXH3_64bits_update(reader->hash, to, *got);
  return RUNG_OK;
}

static bool at_end(const struct csv_reader *reader) {
  return reader->ended && reader->first_used == reader->first_length;
}

/* Adds what is read at a time to the space. */
static enum rung_status fill(struct csv_reader *reader, struct csv_space *space, struct rung_error *error) {
  size_t wanted = reader->options.block_bytes, got;
  if (!csv_space_room(space, wanted)) return fail_memory(error);
  char *to = space->bytes + space->length;
  size_t ahead = reader->first_length - reader->first_used;
  if (ahead) {
    got = ahead < wanted ? ahead : wanted;
    memcpy(to, reader->first + reader->first_used, got);
    reader->first_used += got;
  } else {
    enum rung_status status = read_input(reader, to, wanted, &got, error);
    if (status) return status;
  }
  csv_space_added(space, got);
  return RUNG_OK;
}

/* Begins a block with what was carried over. */
static enum rung_status begin(struct csv_reader *reader, struct csv_space *space, struct rung_error *error) {
  const struct csv_space *last = reader->last;
  const char *bytes = reader->unread ? last->bytes + last->taken : reader->carry;
  size_t length = reader->unread ? last->length - last->taken : reader->carry_length;
  if (!csv_space_begin(space, bytes, length, reader->options.block_bytes)) return fail_memory(error);
  space->offset = reader->offset;
  space->line = reader->line;
  space->index.shape = reader->shape;
  reader->last = space;
  reader->unread = false;
  return RUNG_OK;
}

/* The block ends before the byte `at`. */
static void end(struct csv_reader *reader, struct csv_space *space, size_t at) {
  space->taken = at;
  reader->offset = space->offset + at;
  reader->line = space->line + csv_space_lines(space, at);
}

/* What follows the block is kept for the next. */
static enum rung_status carry_over(struct csv_reader *reader, const struct csv_space *space,
                                   struct rung_error *error) {
  size_t length = space->length - space->taken;
  if (length > reader->carry_room) {
    char *grown = alloc_resize(&reader->allocator, reader->carry, reader->carry_room, length, 1);
    if (!grown) return fail_memory(error);
    reader->carry = grown;
    reader->carry_room = length;
  }
  if (length) memcpy(reader->carry, space->bytes + space->taken, length);
  reader->carry_length = length;
  return RUNG_OK;
}

/* Bytes that can be scanned: whether a CR ends a line alone is known only from the byte after it. */
static size_t scan_limit(const struct csv_reader *reader, const struct csv_space *space) {
  bool half = !at_end(reader) && space->length && space->bytes[space->length - 1] == '\r';
  return space->length - half;
}

static enum rung_status start(struct csv_reader *reader, struct rung_error *error) {
  if (reader->started) return RUNG_OK;
  enum rung_status status = read_input(reader, reader->first, SNIFF_LENGTH, &reader->first_length, error);
  if (status) return status;
  struct sniffed sniffed = csv_sniff(reader->first, reader->first_length, reader->options.delimiter);
  if (sniffed.what) {
    return fail(error, RUNG_BAD_DATA, "%s is %s, not CSV in UTF-8: %s", input_name(reader->input), sniffed.what,
                sniffed.advice);
  }
  reader->bom = reader->first_length >= 3 && memcmp(reader->first, "\xef\xbb\xbf", 3) == 0;
  if (reader->bom) reader->offset = reader->first_used = 3;
  reader->started = true;
  return RUNG_OK;
}

/* Drops lines of those in the space, and of the last the part that is there. */
static void skip_lines(struct csv_space *space, size_t limit, uint32_t *lines) {
  const char *bytes = space->bytes;
  size_t at = 0, skipped = 0;
  while (at < limit && *lines) {
    bool ends = bytes[at] == '\n' || bytes[at] == '\r';
    at = ends ? csv_past_line(bytes, at) : at + 1;
    *lines -= ends;
    skipped += ends;
  }
  space->index.scanned = at;
  space->index.lines = skipped;
  csv_space_drop(space, at);
}

enum rung_status csv_skip_lines(struct csv_reader *reader, uint32_t lines, struct rung_error *error) {
  struct csv_space *space = reader->own;
  enum rung_status status = start(reader, error);
  if (!status) status = begin(reader, space, error);
  while (!status && lines) {
    skip_lines(space, scan_limit(reader, space), &lines);
    if (at_end(reader)) break;
    if (lines) status = fill(reader, space, error);
  }
  if (status) return status;
  end(reader, space, 0);
  return carry_over(reader, space, error);
}

/* -- Blocks ---------------------------------------------------------------------------------- */

static unsigned long long line_of(const struct csv_space *space, size_t at) {
  return space->line + csv_count_lines(space->bytes, at);
}

static const char close_it[] =
    "close it, or double it if it is part of the text; then the rows behind it are rows again";

/* Where a field of the row begins with a quote, for people: "column 2 (name), byte 11". */
enum { NAME_SHOWN = 80 };
struct place {
  char text[NAME_SHOWN + 64];
};

static struct place place_of(const struct csv_reader *reader, const struct csv_space *space, size_t row, size_t quote) {
  uint32_t field = csv_cut(space->bytes, row, quote, reader->options.delimiter, NULL, 0);
  struct rung_text name = {"", 0};
  struct place place;
  char shown[NAME_SHOWN + 1] = "";
  if (reader->names && field > 0 && field <= reader->shape.expected) name = reader->names[field - 1];
  size_t length = name.length < NAME_SHOWN ? name.length : NAME_SHOWN;
  while (length < name.length && length > 0 && ((unsigned char)name.bytes[length] & 0xc0) == 0x80) length--;
  for (size_t i = 0; i < length; i++) shown[i] = (unsigned char)name.bytes[i] < ' ' ? ' ' : name.bytes[i];
  snprintf(place.text, sizeof place.text, "column %" PRIu32 "%s%s%s, byte %" PRIu64, field, length ? " (" : "", shown,
           length ? ")" : "", space->offset + quote);
  return place;
}

static enum rung_status fail_open_quote(const struct csv_reader *reader, const struct csv_space *space, size_t quote,
                                        struct rung_error *error) {
  return fail(error, RUNG_BAD_DATA, "%s, line %llu: the quote that opens here is never closed: %s\n  help: %s",
              input_name(reader->input), line_of(space, quote),
              place_of(reader, space, space->index.begin, quote).text, close_it);
}

/* Tells the likely cause by how the row stands where it grew too long, which is the same for every block size. */
static enum rung_status fail_long_row(const struct csv_reader *reader, const struct csv_space *space, size_t row,
                                      struct rung_error *error) {
  struct csv_resync state = {CSV_AT_FIELD, 0};
  csv_resync(&state, space->bytes, row, row + reader->options.max_row, reader->options.delimiter);
  if (state.where == CSV_IN_QUOTES) {
    return fail(error, RUNG_BAD_DATA,
                "%s, line %llu: a row of over %zu bytes: perhaps the quote that opens on line %llu is never closed: "
                "%s\n  help: %s", input_name(reader->input), line_of(space, row), reader->options.max_row,
                line_of(space, state.quote), place_of(reader, space, row, state.quote).text, close_it);
  }
  return fail(error, RUNG_BAD_DATA,
              "%s, line %llu: a row of over %zu bytes (from byte %llu on): is this CSV, or is the limit of a row too "
              "low?\n  help: for longer rows say --max-row 64M; at most it is 1G", input_name(reader->input),
              line_of(space, row), reader->options.max_row, (unsigned long long)(space->offset + row));
}

/* What a quote that is not closed has taken in, as far as one can tell. */
struct swallowed {
  size_t rows;                /* lines that look like rows */
  bool half;                  /* the last line begins a row of several lines: a quote opens a field and stays open */
};

static struct swallowed look_for_rows(const struct csv_reader *reader, const char *bytes, size_t from, size_t to) {
  struct swallowed found = {0, false};
  for (size_t end; from < to; from = csv_past_line(bytes, end)) {
    struct csv_resync state = {CSV_AT_FIELD, from};
    for (end = from; end < to && bytes[end] != '\n' && bytes[end] != '\r'; end++) continue;
    found.rows += csv_cut(bytes, from, end, reader->options.delimiter, NULL, 0) == reader->shape.expected;
    (void)csv_resync(&state, bytes, from, end, reader->options.delimiter);
    found.half = end == to && state.where == CSV_IN_QUOTES;
  }
  return found;
}

static size_t line_end_after(const struct csv_space *space, size_t at, size_t to) {
  while (at < to && space->bytes[at] != '\n' && space->bytes[at] != '\r') at++;
  return at;
}

/* A quote that is not closed takes in rows up to the next one.  One row may be lost with the one that is broken, but
   not more, and no half of one either, whose other lines could look like rows: then nobody knows where rows begin.
   Mostly text follows that next quote; where a delimiter or line end does, the number of fields tells, but then a line
   of text may well end like half a row. */
static enum rung_status check_swallowed(const struct csv_reader *reader, const struct csv_space *space,
                                        const struct csv_row *row, struct rung_error *error) {
  bool irregular = row->problem == CSV_BARE_QUOTE || row->problem == CSV_TEXT_AFTER_QUOTE;
  struct csv_resync state = {CSV_AT_FIELD, row->begin};
  if (row->problem == CSV_FINE) return RUNG_OK;
  size_t known = irregular ? row->problem_at : line_end_after(space, row->begin, row->end);
  (void)csv_resync(&state, space->bytes, row->begin, known, reader->options.delimiter);
  size_t line_end = line_end_after(space, state.quote, row->end);
  if (line_end == row->end) return RUNG_OK;
  struct swallowed found = look_for_rows(reader, space->bytes, csv_past_line(space->bytes, line_end), row->end);
  if (found.rows + found.half < 2 && !(found.half && irregular)) return RUNG_OK;
  return fail(error, RUNG_BAD_DATA, "%s, line %llu: the quote that opens here seems never to be closed (%s): "
              "%zu of the lines after it look like rows, and the next quote is on line %llu\n  help: %s",
              input_name(reader->input), line_of(space, state.quote),
              place_of(reader, space, row->begin, state.quote).text, found.rows + found.half,
              line_of(space, irregular ? row->problem_at : row->end), close_it);
}

/* Scans and reads until there are rows, or the file ends. */
static enum rung_status find_rows(struct csv_reader *reader, struct csv_space *space, struct rung_error *error) {
  struct csv_index *index = &space->index;
  for (;;) {
    if (!csv_index_scan(index, space->bytes, scan_limit(reader, space))) return fail_memory(error);
    if (index->row_count) return RUNG_OK;
    if (index->begin > 0) { /* only blank lines */
      csv_space_drop(space, index->begin);
      continue;
    }
    if (index->scanned > reader->options.max_row) return fail_long_row(reader, space, 0, error);
    if (at_end(reader)) break;
    enum rung_status status = fill(reader, space, error);
    if (status) return status;
  }
  size_t quote;
  if (csv_index_open_quote(index, &quote)) return fail_open_quote(reader, space, quote, error);
  csv_index_finish(index, space->bytes);
  return RUNG_OK;
}

static uint64_t blank_lines_after(const struct csv_space *space, size_t row) {
  const struct csv_index *index = &space->index;
  uint64_t lines = 0;
  for (size_t i = row; i < index->row_count; i++) {
    size_t from = index->rows[i].next, to = i + 1 < index->row_count ? index->rows[i + 1].begin : space->taken;
    lines += csv_count_lines(space->bytes + from, to - from);
  }
  return lines;
}

/* Whether the file can be read on behind the row. */
static enum rung_status check_row(const struct csv_reader *reader, const struct csv_space *space,
                                  const struct csv_row *row, struct rung_error *error) {
  if (row->end - row->begin > reader->options.max_row) return fail_long_row(reader, space, row->begin, error);
  return reader->shape.expected ? check_swallowed(reader, space, row, error) : RUNG_OK;
}

/* Where it can't, the block ends, and the reading when the row begins the block. */
static enum rung_status stop_at_bad_row(struct csv_reader *reader, struct csv_space *space, struct rung_error *error) {
  struct csv_index *index = &space->index;
  if (space->length <= reader->options.max_row && !index->broken) return RUNG_OK;
  for (size_t i = 0; i < index->row_count; i++) {
    if (check_row(reader, space, &index->rows[i], i ? NULL : error) == RUNG_OK) continue;
    if (i == 0) return RUNG_BAD_DATA;
    index->blank_lines -= blank_lines_after(space, i);
    end(reader, space, index->rows[i].begin);
    index->row_count = i;
  }
  return RUNG_OK;
}

/* Counts the rows that were kept for all their quotes. */
static void count_kept(struct csv_reader *reader, const struct csv_space *space) {
  for (size_t i = 0; space->index.broken && i < space->index.row_count; i++)
    reader->kept_rows += space->index.rows[i].problem == CSV_FINE && space->index.rows[i].problem_at > 0;
}

static void find_nul_bytes(const struct csv_space *space) {
  if (!csv_index_may_have_nul(&space->index)) return;
  for (size_t i = 0; i < space->index.row_count; i++) {
    struct csv_row *row = &space->index.rows[i];
    const char *first = space->bytes + row->begin, *nul = memchr(first, 0, row->end - row->begin);
    if (!nul || row->problem) continue;
    row->problem = CSV_NUL_BYTE;
    row->problem_at = row->begin + (uint32_t)(nul - first);
  }
}

enum rung_status csv_next_into(struct csv_reader *reader, struct csv_space *space, struct csv_block *block,
                               struct rung_error *error) {
  struct csv_index *index = &space->index;
  enum rung_status status = start(reader, error);
  if (!status) status = begin(reader, space, error);
  if (!status) status = find_rows(reader, space, error);
  if (status) return status;
  end(reader, space, index->begin);
  status = stop_at_bad_row(reader, space, error);
  if (!status) status = carry_over(reader, space, error);
  if (status) return status;
  reader->blank_lines += index->blank_lines;
  reader->rows += index->row_count;
  find_nul_bytes(space);
  count_kept(reader, space);
  *block = (struct csv_block){space->bytes, space->taken, space->offset, space->line, index->ends, index->rows,
                              index->row_count};
  return RUNG_OK;
}

enum rung_status csv_next(struct csv_reader *reader, struct csv_block *block, struct rung_error *error) {
  return csv_next_into(reader, reader->own, block, error);
}

void csv_unread(struct csv_reader *reader, size_t row) {
  struct csv_space *space = reader->last;
  if (row >= space->index.row_count) return;
  reader->blank_lines -= blank_lines_after(space, row);
  reader->rows -= space->index.row_count - row;
  end(reader, space, space->index.rows[row].begin);
  reader->unread = true;
}

void csv_expect_fields(struct csv_reader *reader, uint32_t fields) { reader->shape.expected = fields; }
void csv_name_fields(struct csv_reader *reader, const struct rung_text *names) { reader->names = names; }
void csv_keep_quotes(struct csv_reader *reader) { reader->shape.keep_quotes = true; }

bool csv_had_bom(const struct csv_reader *reader) { return reader->bom; }
uint64_t csv_blank_lines(const struct csv_reader *reader) { return reader->blank_lines; }
uint64_t csv_rows(const struct csv_reader *reader) { return reader->rows; }
uint64_t csv_kept_rows(const struct csv_reader *reader) { return reader->kept_rows; }
uint64_t csv_bytes(const struct csv_reader *reader) { return reader->total; }
uint64_t csv_hash(const struct csv_reader *reader) { return XXH3_64bits_digest(reader->hash); }
