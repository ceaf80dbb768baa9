/* csv_read.c - reads a dump block by block and hands out the whole rows of each. */
#define XXH_STATIC_LINKING_ONLY /* for the size of the hash state: our allocator */
#if defined __x86_64__ && __has_include(<xxh_x86dispatch.h>)
#include <xxh_x86dispatch.h> /* the same, by the best instructions there are */
#else
#include <xxhash.h>
#endif
#include <string.h>

#include "alloc.h"
#include "csv_sniff.h"
#include "csv_stop.h"

enum { HASH_ALIGNMENT = 64 };

/* Bytes are read, and then indexed, each in the order of blocks; while one block is indexed the next may be read. */
struct csv_reader {
  struct rung_allocator allocator;
  struct csv_options options;
  struct csv_shape shape;
  struct csv_space *own;
  /* Of reading. */
  struct input *input;
  char *first;                /* the file's first bytes, read ahead to look at */
  size_t first_length, first_used;
  bool started, ended, bom;
  enum rung_status status;    /* why no more can be read, and `error` says it */
  struct rung_error error;
  uint64_t total;
  void *hash_memory;
  XXH3_state_t *hash;
  /* Of indexing. */
  struct csv_space *last;     /* has the last block */
  bool unread;                /* rows of it come again, before anything else is read */
  char *carry;                /* what followed the last block in its space: an unfinished row */
  size_t carry_length, carry_room;
  struct csv_space *held;     /* or, when not even one row has ended, all that there is of it */
  bool holding;
  uint64_t offset, line;      /* of the next block */
  uint64_t blank_lines, kept_rows, rows;
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
  reader->shape = (struct csv_shape){.file = input_name(input), .scan = scan, .delimiter = options->delimiter,
                                     .longest = options->max_row};
  reader->line = 1;
  reader->first = alloc_array(allocator, SNIFF_LENGTH, 1);
  reader->own = csv_space_new(allocator);
  reader->held = csv_space_new(allocator);
  if (!reader->first || !reader->own || !reader->held || !open_hash(reader)) {
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
  csv_space_free(reader->held);
  alloc_free(&allocator, reader->hash_memory, sizeof *reader->hash + HASH_ALIGNMENT, 1);
  alloc_free(&allocator, reader->carry, reader->carry_room, 1);
  alloc_free(&allocator, reader->first, SNIFF_LENGTH, 1);
  alloc_free(&allocator, reader, 1, sizeof *reader);
}

/* -- Bytes --------------------------------------------------------------------------------- */

static enum rung_status read_input(struct csv_reader *reader, char *to, size_t room, size_t *got) {
  enum rung_status status = input_read(reader->input, to, room, got, &reader->error);
  if (status) return status;
  reader->ended = *got < room;
  reader->total += *got;
  XXH3_64bits_update(reader->hash, to, *got);
  return RUNG_OK;
}

static enum rung_status start(struct csv_reader *reader) {
  if (reader->started) return RUNG_OK;
  enum rung_status status = read_input(reader, reader->first, SNIFF_LENGTH, &reader->first_length);
  if (status) return status;
  struct sniffed sniffed = csv_sniff(reader->first, reader->first_length, reader->options.delimiter);
  if (sniffed.what) {
    return fail(&reader->error, RUNG_BAD_DATA, "%s is %s, not CSV in UTF-8: %s", reader->shape.file, sniffed.what,
                sniffed.advice);
  }
  reader->bom = reader->first_length >= 3 && memcmp(reader->first, "\xef\xbb\xbf", 3) == 0;
  if (reader->bom) reader->offset = reader->first_used = 3;
  reader->started = true;
  return RUNG_OK;
}

static bool at_end(const struct csv_reader *reader) {
  return reader->ended && reader->first_used == reader->first_length;
}

static enum rung_status fill(struct csv_reader *reader, struct csv_space *space, size_t wanted) {
  size_t ahead = reader->first_length - reader->first_used, got = ahead < wanted ? ahead : wanted;
  enum rung_status status = RUNG_OK;
  if (ahead) memcpy(space->bytes, reader->first + reader->first_used, got);
  else status = read_input(reader, space->bytes, wanted, &got);
  if (status) return status;
  if (ahead) reader->first_used += got;
  csv_space_added(space, got);
  return RUNG_OK;
}

/* What follows the block is kept for the next. */
static bool carry_over(struct csv_reader *reader, const struct csv_space *space) {
  size_t length = space->length - space->taken;
  if (length > reader->carry_room) {
    char *grown = alloc_resize(&reader->allocator, reader->carry, reader->carry_room, length, 1);
    if (!grown) return false;
    reader->carry = grown;
    reader->carry_room = length;
  }
  if (length) memcpy(reader->carry, space->bytes + space->taken, length);
  reader->carry_length = length;
  return true;
}

void csv_read_into(struct csv_reader *reader, struct csv_space *space) {
  bool again = reader->unread; /* those rows are enough */
  reader->unread = false;
  if (!reader->status) reader->status = start(reader);
  size_t wanted = again || at_end(reader) ? 0 : reader->options.block_bytes;
  if (!reader->status && again && !carry_over(reader, reader->last)) reader->status = fail_memory(&reader->error);
  bool room = csv_space_begin(space, wanted);
  if (!reader->status && !room) reader->status = fail_memory(&reader->error);
  if (!reader->status && wanted) reader->status = fill(reader, space, wanted);
  space->failed = reader->status != RUNG_OK;
  space->last = !space->failed && at_end(reader);
}

static enum rung_status why_failed(const struct csv_reader *reader, struct rung_error *error) {
  if (error) *error = reader->error;
  return reader->status;
}

/* Puts what is left over of the block before to what was read. */
static bool join(struct csv_reader *reader, struct csv_space *space) {
  bool joined;
  if (reader->holding) {
    struct csv_space *fresh = reader->held;
    csv_space_swap(space, fresh);
    space->last = fresh->last;
    space->failed = fresh->failed;
    joined = csv_space_append(space, fresh->bytes, fresh->length);
    reader->holding = false;
  } else {
    joined = csv_space_prepend(space, reader->carry, reader->carry_length);
    space->offset = reader->offset;
    space->line = reader->line;
  }
  space->index.shape = reader->shape;
  return joined;
}

/* Not one row has ended yet: all that there is of it waits for more. */
static void hold(struct csv_reader *reader, struct csv_space *space, struct csv_block *block) {
  csv_space_swap(space, reader->held);
  reader->holding = true;
  *block = (struct csv_block){.offset = reader->offset, .line = reader->line};
}

/* The block ends before the byte `at`. */
static void end(struct csv_reader *reader, struct csv_space *space, size_t at) {
  space->taken = at;
  reader->last = space;
  reader->offset = space->offset + at;
  reader->line = space->line + csv_space_lines(space, at);
}

/* Bytes that can be scanned: whether a CR ends a line alone is known only from the byte after it. */
static size_t scan_limit(const struct csv_space *space) {
  bool half = !space->last && space->length && space->bytes[space->length - 1] == '\r';
  return space->length - half;
}

/* The place past those lines of the space, or past the part of them that is there. */
static size_t skip_lines(struct csv_space *space, uint32_t *lines) {
  const char *bytes = space->bytes;
  size_t at = 0, skipped = 0, limit = scan_limit(space);
  while (at < limit && *lines) {
    bool ends = bytes[at] == '\n' || bytes[at] == '\r';
    at = ends ? csv_past_line(bytes, at) : at + 1;
    *lines -= ends;
    skipped += ends;
  }
  space->index.scanned = at;
  space->index.lines = skipped;
  return at;
}

enum rung_status csv_skip_lines(struct csv_reader *reader, uint32_t lines, struct rung_error *error) {
  struct csv_space *space = reader->own;
  for (bool last = false; lines && !last; last = space->last) {
    csv_read_into(reader, space);
    if (!join(reader, space)) return fail_memory(error);
    if (space->failed) return why_failed(reader, error);
    end(reader, space, skip_lines(space, &lines));
    if (!carry_over(reader, space)) return fail_memory(error);
  }
  return RUNG_OK;
}

/* -- Blocks ---------------------------------------------------------------------------------- */

/* No row ends among the bytes. */
static enum rung_status find_last_row(const struct csv_reader *reader, struct csv_space *space,
                                      struct rung_error *error) {
  struct csv_index *index = &space->index;
  size_t quote;
  if (index->scanned > reader->options.max_row) return csv_stop_long_row(space, 0, error);
  if (space->failed) return why_failed(reader, error);
  if (!space->last) return RUNG_OK;
  if (csv_index_open_quote(index, &quote)) return csv_stop_open_quote(space, quote, error);
  csv_index_finish(index, space->bytes);
  return RUNG_OK;
}

static enum rung_status find_rows(const struct csv_reader *reader, struct csv_space *space, struct rung_error *error) {
  struct csv_index *index = &space->index;
  while (csv_index_scan(index, space->bytes, scan_limit(space))) {
    if (index->row_count) return RUNG_OK;
    if (index->begin == 0) return find_last_row(reader, space, error);
    csv_space_drop(space, index->begin); /* only blank lines */
  }
  return fail_memory(error);
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

/* Where a row is behind which the file can't be read on, the block ends, and the reading when it begins the block. */
static enum rung_status stop_at_bad_row(struct csv_reader *reader, struct csv_space *space, struct rung_error *error) {
  struct csv_index *index = &space->index;
  if (space->length <= reader->options.max_row && !index->broken) return RUNG_OK;
  for (size_t i = 0; i < index->row_count; i++) {
    if (csv_stop_check(space, &index->rows[i], i ? NULL : error) == RUNG_OK) continue;
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

enum rung_status csv_index_into(struct csv_reader *reader, struct csv_space *space, struct csv_block *block,
                                struct rung_error *error) {
  struct csv_index *index = &space->index;
  enum rung_status status = join(reader, space) ? find_rows(reader, space, error) : fail_memory(error);
  if (status) return status;
  if (index->row_count == 0 && !space->last) {
    hold(reader, space, block);
    return RUNG_OK;
  }
  end(reader, space, index->begin);
  status = stop_at_bad_row(reader, space, error);
  if (!status && !carry_over(reader, space)) status = fail_memory(error);
  if (status) return status;
  reader->blank_lines += index->blank_lines;
  reader->rows += index->row_count;
  find_nul_bytes(space);
  count_kept(reader, space);
  *block = (struct csv_block){space->bytes, space->taken, space->offset, space->line, index->ends, index->rows,
                              index->row_count, space->last && space->taken == space->length};
  return RUNG_OK;
}

enum rung_status csv_next(struct csv_reader *reader, struct csv_block *block, struct rung_error *error) {
  enum rung_status status;
  do {
    csv_read_into(reader, reader->own);
    status = csv_index_into(reader, reader->own, block, error);
  } while (!status && block->row_count == 0 && !block->last);
  return status;
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
void csv_name_fields(struct csv_reader *reader, const struct rung_text *names) { reader->shape.names = names; }
void csv_keep_quotes(struct csv_reader *reader) { reader->shape.keep_quotes = true; }

bool csv_had_bom(const struct csv_reader *reader) { return reader->bom; }
uint64_t csv_blank_lines(const struct csv_reader *reader) { return reader->blank_lines; }
uint64_t csv_rows(const struct csv_reader *reader) { return reader->rows; }
uint64_t csv_kept_rows(const struct csv_reader *reader) { return reader->kept_rows; }
uint64_t csv_bytes(const struct csv_reader *reader) { return reader->total; }
uint64_t csv_hash(const struct csv_reader *reader) { return XXH3_64bits_digest(reader->hash); }
