/* csv_read.c - reads a dump block by block and hands out the whole rows of each. */
#define XXH_STATIC_LINKING_ONLY /* for the size of the hash state: our allocator */
#include <string.h>
#include <xxhash.h>

#include "alloc.h"
#include "csv_index.h"
#include "csv_sniff.h"

enum { HASH_ALIGNMENT = 64 };

struct csv_reader {
  struct rung_allocator allocator;
  struct input *input;
  struct csv_options options;
  char *bytes;                /* followed by CSV_PADDING zeros */
  size_t length, room;
  size_t consumed;            /* bytes that were handed out or skipped */
  bool restart;               /* rows were handed back: read again from there */
  uint64_t offset, line;      /* of bytes[0] */
  struct csv_index index;
  char *first;                /* the file's first bytes, read ahead to look at */
  size_t first_length, first_used;
  bool started, ended, bom;
  uint64_t total;
  void *hash_memory;
  XXH3_state_t *hash;
};

enum rung_status csv_open(struct input *input, const struct csv_options *options,
                          const struct rung_allocator *allocator, struct csv_reader **result,
                          struct rung_error *error) {
  if (!options->delimiter || strchr("\"\r\n", options->delimiter)) {
    return fail(error, RUNG_INVALID, "a quote, a line end or NUL can't be the delimiter");
  }
  if (options->max_row < 1 || options->max_row > CSV_MOST || options->block_bytes < 1 ||
      options->block_bytes > CSV_MOST) {
    return fail(error, RUNG_INVALID, "the size of a row or block must be 1 to %d bytes", CSV_MOST);
  }
  struct csv_reader *reader = alloc_array(allocator, 1, sizeof *reader);
  if (!reader) return fail_memory(error);
  reader->allocator = alloc_resolve(allocator);
  reader->input = input;
  reader->options = *options;
  reader->line = 1;
  reader->index.allocator = &reader->allocator;
  reader->index.delimiter = options->delimiter;
  reader->index.longest = options->max_row;
  csv_index_restart(&reader->index, 0);
  reader->first = alloc_array(allocator, SNIFF_LENGTH, 1);
  reader->room = CSV_PADDING;
  reader->bytes = alloc_array(allocator, reader->room, 1);
  reader->hash_memory = alloc_array(allocator, sizeof *reader->hash + HASH_ALIGNMENT, 1);
  if (!reader->first || !reader->bytes || !reader->hash_memory) {
    csv_close(reader);
    return fail_memory(error);
  }
  uintptr_t hash = (uintptr_t)reader->hash_memory;
  reader->hash = (XXH3_state_t *)((char *)reader->hash_memory + (0 - hash) % HASH_ALIGNMENT);
  XXH3_64bits_reset(reader->hash);
  *result = reader;
  return RUNG_OK;
}

void csv_close(struct csv_reader *reader) {
  if (!reader) return;
  struct rung_allocator allocator = reader->allocator;
  csv_index_free(&reader->index);
  alloc_free(&allocator, reader->hash_memory, sizeof *reader->hash + HASH_ALIGNMENT, 1);
  alloc_free(&allocator, reader->bytes, reader->room, 1);
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

/* Adds one block to the buffer. */
static enum rung_status fill(struct csv_reader *reader, struct rung_error *error) {
  size_t wanted = reader->options.block_bytes, needed = reader->length + wanted + CSV_PADDING, got;
  if (needed > reader->room) {
    size_t room = needed > 2 * reader->room ? needed : 2 * reader->room;
    char *grown = alloc_resize(&reader->allocator, reader->bytes, reader->room, room, 1);
    if (!grown) return fail_memory(error);
    reader->bytes = grown;
    reader->room = room;
  }
  char *to = reader->bytes + reader->length;
  size_t ahead = reader->first_length - reader->first_used;
  if (ahead) {
    got = ahead < wanted ? ahead : wanted;
    memcpy(to, reader->first + reader->first_used, got);
    reader->first_used += got;
  } else {
    enum rung_status status = read_input(reader, to, wanted, &got, error);
    if (status) return status;
  }
  reader->length += got;
  memset(reader->bytes + reader->length, 0, CSV_PADDING);
  return RUNG_OK;
}

/* Forgets the bytes consumed. */
static void drop(struct csv_reader *reader) {
  struct csv_index *index = &reader->index;
  size_t count = reader->consumed;
  if (count == 0 && !reader->restart) return;
  if (reader->restart) {
    index->lines = csv_count_lines(reader->bytes, count);
    csv_index_restart(index, count);
    reader->restart = false;
  }
  uint64_t kept_lines = csv_count_lines(reader->bytes + count, index->scanned - count);
  reader->line += index->lines - kept_lines;
  index->lines = kept_lines;
  csv_index_drop(index, count);
  reader->length -= count;
  reader->offset += count;
  reader->consumed = 0;
  if (count) memmove(reader->bytes, reader->bytes + count, reader->length + CSV_PADDING);
}

/* Bytes that can be scanned: whether a CR ends a line alone is known only from the byte after it. */
static size_t scan_limit(const struct csv_reader *reader) {
  bool half = !at_end(reader) && reader->length && reader->bytes[reader->length - 1] == '\r';
  return reader->length - half;
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

enum rung_status csv_skip_lines(struct csv_reader *reader, uint32_t lines, struct rung_error *error) {
  enum rung_status status = start(reader, error);
  while (!status && lines) {
    size_t limit = scan_limit(reader), at = reader->consumed;
    while (at < limit && reader->bytes[at] != '\n' && reader->bytes[at] != '\r') at++;
    reader->consumed = at;
    if (at < limit) {
      reader->consumed = csv_past_line(reader->bytes, at);
      lines--;
    }
    reader->restart = true;
    if (at < limit) continue;
    if (at_end(reader)) break;
    drop(reader);
    status = fill(reader, error);
  }
  return status;
}

/* -- Blocks ---------------------------------------------------------------------------------- */

static enum rung_status fail_open_quote(const struct csv_reader *reader, size_t quote, struct rung_error *error) {
  uint64_t line = reader->line + csv_count_lines(reader->bytes, quote);
  return fail(error, RUNG_BAD_DATA, "%s, line %llu: the quote that opens here is never closed",
              input_name(reader->input), (unsigned long long)line);
}

/* Tells the likely cause by how the row stands where it grew too long, which is the same for every block size. */
static enum rung_status fail_long_row(const struct csv_reader *reader, size_t begin, struct rung_error *error) {
  struct csv_resync state = {CSV_AT_FIELD, 0};
  csv_resync(&state, reader->bytes, begin, begin + reader->options.max_row, reader->options.delimiter);
  unsigned long long line = reader->line + csv_count_lines(reader->bytes, begin);
  if (state.where == CSV_IN_QUOTES) {
    unsigned long long quote_line = reader->line + csv_count_lines(reader->bytes, state.quote);
    return fail(error, RUNG_BAD_DATA,
                "%s, line %llu: a row of over %zu bytes: perhaps the quote that opens on line %llu is never closed",
                input_name(reader->input), line, reader->options.max_row, quote_line);
  }
  return fail(error, RUNG_BAD_DATA,
              "%s, line %llu: a row of over %zu bytes: is this CSV, or is the limit of a row too low?",
              input_name(reader->input), line, reader->options.max_row);
}

/* Bytes of the row that is being read. */
static size_t unfinished(const struct csv_reader *reader) { return reader->index.scanned - reader->index.begin; }

/* Scans and reads until there are rows, or the file ends. */
static enum rung_status find_rows(struct csv_reader *reader, struct rung_error *error) {
  struct csv_index *index = &reader->index;
  for (;;) {
    drop(reader);
    if (!csv_index_scan(index, reader->bytes, scan_limit(reader))) return fail_memory(error);
    reader->consumed = index->begin;
    if (index->row_count) return RUNG_OK;
    if (unfinished(reader) > reader->options.max_row) return fail_long_row(reader, index->begin, error);
    if (at_end(reader)) break;
    enum rung_status status = fill(reader, error);
    if (status) return status;
  }
  size_t quote;
  if (csv_index_open_quote(index, &quote)) return fail_open_quote(reader, quote, error);
  csv_index_finish(index, reader->bytes);
  reader->consumed = index->begin;
  return RUNG_OK;
}

/* Of rows that are too long the first ends the block, or the reading when it begins the block. */
static enum rung_status stop_at_long_row(struct csv_reader *reader, struct rung_error *error) {
  const struct csv_row *rows = reader->index.rows;
  if (reader->length <= reader->options.max_row) return RUNG_OK;
  for (size_t i = 0; i < reader->index.row_count; i++) {
    if (rows[i].end - rows[i].begin <= reader->options.max_row) continue;
    if (i == 0) return fail_long_row(reader, rows[0].begin, error);
    csv_unread(reader, i);
    reader->index.row_count = i;
  }
  return RUNG_OK;
}

static void find_nul_bytes(struct csv_reader *reader) {
  if (!memchr(reader->bytes, 0, reader->consumed)) return;
  for (size_t i = 0; i < reader->index.row_count; i++) {
    struct csv_row *row = &reader->index.rows[i];
    const char *begin = reader->bytes + row->begin, *nul = memchr(begin, 0, row->end - row->begin);
    if (!nul || row->problem) continue;
    row->problem = CSV_NUL_BYTE;
    row->problem_at = row->begin + (uint32_t)(nul - begin);
  }
}

enum rung_status csv_next(struct csv_reader *reader, struct csv_block *block, struct rung_error *error) {
  enum rung_status status = start(reader, error);
  if (!status) status = find_rows(reader, error);
  if (!status) status = stop_at_long_row(reader, error);
  if (status) return status;
  find_nul_bytes(reader);
  *block = (struct csv_block){reader->bytes, reader->consumed, reader->offset, reader->line, reader->index.ends,
                              reader->index.rows, reader->index.row_count};
  return RUNG_OK;
}

void csv_unread(struct csv_reader *reader, size_t row) {
  struct csv_index *index = &reader->index;
  if (row >= index->row_count) return;
  for (size_t i = row; i < index->row_count; i++) {
    size_t from = index->rows[i].next, to = i + 1 < index->row_count ? index->rows[i + 1].begin : reader->consumed;
    index->blank_lines -= csv_count_lines(reader->bytes + from, to - from);
  }
  reader->consumed = index->rows[row].begin;
  reader->restart = true;
}

void csv_expect_fields(struct csv_reader *reader, uint32_t fields) { reader->index.expected = fields; }

bool csv_had_bom(const struct csv_reader *reader) { return reader->bom; }
uint64_t csv_blank_lines(const struct csv_reader *reader) { return reader->index.blank_lines; }
uint64_t csv_bytes(const struct csv_reader *reader) { return reader->total; }
uint64_t csv_hash(const struct csv_reader *reader) { return XXH3_64bits_digest(reader->hash); }
