/* narrow.c - keep of the rows of a pass what later ones need of them, as a dump in memory. */
#include "narrow.h"

/* Cells of so many bytes are copied always the same. */
enum { SHORT = 16 };

/* Keeping a cell takes as long as reading so many once more, measured. */
enum { CELL_COST = 6 };

/* One part of so many of a file tells how wide its rows are. */
enum { ENOUGH_TO_TELL = 16 };

/* A byte order mark in the first cell would be the dump's, and be lost; behind a blank line it is not the first. */
static const char begin[] = "\n";

static bool is_read(const struct job *job, uint32_t field) {
  bool read = field == job->key;
  for (uint32_t i = 0; i < job->column_count; i++) read |= job->fields[i] == field;
  return read;
}

static uint32_t count_read(const struct job *job) {
  uint32_t read = 0;
  for (uint32_t field = 0; field < job->header.count; field++) read += is_read(job, field);
  return read;
}

bool narrow_pays(const struct job *job, size_t passes) {
  return job->header.count > 1 && (uint64_t)count_read(job) * CELL_COST <= passes * (uint64_t)job->header.count;
}

/* A row of one cell could be a blank line, so there are two at least. */
static void choose(struct narrow *narrow, const struct job *job) {
  uint32_t read = count_read(job);
  for (uint32_t field = 0; field < job->header.count; field++) {
    if (!is_read(job, field) && (read > 1 || field > 1)) continue;
    for (uint32_t i = 0; i < job->column_count; i++)
      if (job->fields[i] == field) narrow->sources[i] = narrow->count;
    if (field == job->key) narrow->key = narrow->count;
    narrow->fields[narrow->count++] = field;
  }
}

enum rung_status narrow_new(const struct job *job, size_t most, struct narrow **result, struct rung_error *error) {
  struct narrow *narrow = alloc_array(job->allocator, 1, sizeof *narrow);
  if (!narrow) return fail_memory(error);
  *narrow = (struct narrow){.job = job, .text = {.allocator = job->allocator}, .width = job->header.count,
                            .most = most, .key = NONE32};
  *result = narrow;
  narrow->fields = alloc_array(job->allocator, narrow->width, sizeof *narrow->fields);
  narrow->sources = alloc_array(job->allocator, job->column_count, sizeof *narrow->sources);
  if (!narrow->fields || !narrow->sources) return fail_memory(error);
  for (uint32_t i = 0; i < job->column_count; i++) narrow->sources[i] = NONE32;
  choose(narrow, job);
  buffer_string(&narrow->text, begin);
  narrow->whole = !narrow->text.failed;
  return RUNG_OK;
}

void narrow_free(struct narrow *narrow) {
  if (!narrow) return;
  const struct job *job = narrow->job;
  input_close(narrow->input);
  buffer_free(&narrow->text);
  alloc_free(job->allocator, narrow->fields, narrow->width, sizeof *narrow->fields);
  alloc_free(job->allocator, narrow->sources, job->column_count, sizeof *narrow->sources);
  alloc_free(job->allocator, narrow, 1, sizeof *narrow);
}

/* There is room for SHORT bytes more, and as many may be looked at. */
static inline char *put_cell(char *to, const char *from, size_t length) {
  if (length <= SHORT) memcpy(to, from, SHORT);
  else memcpy(to, from, length);
  return to + length;
}

bool narrow_rows(const struct narrow *narrow, const struct batch *batch, const struct csv_block *block,
                 struct buffer *out) {
  if (!__atomic_load_n(&narrow->whole, __ATOMIC_RELAXED)) return true;
  const struct csv_row *first = &block->rows[batch->rows[0]], *last = &block->rows[batch->rows[batch->count - 1]];
  char *to = buffer_room(out, last->next - first->begin + SHORT);
  if (!to) return false;
  for (size_t i = 0; i < batch->count; i++) {
    const struct csv_row *row = &block->rows[batch->rows[i]];
    for (uint32_t k = 0; k < narrow->count; k++) {
      struct rung_text cell = csv_raw(block, row, narrow->fields[k]);
      to = put_cell(to, cell.bytes, cell.length);
      *to++ = narrow->job->delimiter;
    }
    to = put_cell(to - 1, block->bytes + row->end, row->next - row->end);
  }
  out->length = (size_t)(to - out->at);
  return true;
}

/* Whether all rows will fit, if the others are like those that came so far. */
static bool seems_to_fit(const struct narrow *narrow, uint64_t position, uint64_t size) {
  if (narrow->text.length > narrow->most) return false;
  return position < size / ENOUGH_TO_TELL ||
         (double)narrow->text.length * (double)size <= (double)narrow->most * (double)position;
}

void narrow_add(struct narrow *narrow, const struct buffer *rows, uint64_t position, uint64_t size) {
  if (!narrow->whole) return;
  buffer_add(&narrow->text, rows->at, rows->length);
  if (!narrow->text.failed && seems_to_fit(narrow, position, size)) return;
  __atomic_store_n(&narrow->whole, false, __ATOMIC_RELAXED);
  buffer_free(&narrow->text);
}
