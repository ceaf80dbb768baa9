/* csv_index.c - the ends of fields and of rows, as the instruction sets find them, to the table of rows. */
#include "csv_index.h"

#include <string.h>

#include "alloc.h"

/* Bytes scanned at once: so few that their ends are still at hand when the rows are made. */
enum { STRIDE = 4096 };

/* The next byte begins a row. */
static void begin_outside(struct csv_index *index) {
  struct csv_state *state = &index->state;
  state->inside = state->after_closing = state->after_cr = 0;
  state->after_special = 1; /* a quote may stand here */
}

void csv_index_restart(struct csv_index *index) {
  index->row_count = index->end_count = index->first = 0;
  index->begin = index->scanned = 0;
  index->problem = CSV_FINE;
  index->broken = false;
  index->lines = 0;
  index->state = (struct csv_state){0};
  begin_outside(index);
}

void csv_index_free(struct csv_index *index) {
  alloc_free(index->allocator, index->ends, index->end_room, sizeof *index->ends);
  alloc_free(index->allocator, index->rows, index->row_room, sizeof *index->rows);
}

/* Room for `more` elements after `count`. */
static bool reserve(const struct csv_index *index, void **table, size_t count, size_t *room, size_t more,
                    size_t element) {
  if (*room - count >= more) return true;
  size_t wanted = *room + *room / 2 + more;
  void *grown = alloc_resize(index->allocator, *table, *room, wanted, element);
  if (!grown) return false;
  *table = grown;
  *room = wanted;
  return true;
}

static bool reserve_ends(struct csv_index *index, size_t more) {
  void *table = index->ends;
  bool done = reserve(index, &table, index->end_count, &index->end_room, more, sizeof *index->ends);
  index->ends = table;
  return done;
}

/* And for the last row, which may have no line end. */
static bool reserve_rows(struct csv_index *index, size_t more) {
  void *table = index->rows;
  bool done = reserve(index, &table, index->row_count, &index->row_room, more + 1, sizeof *index->rows);
  index->rows = table;
  return done;
}

static bool is_blank(const char *bytes, size_t length) {
  while (length && (bytes[length - 1] == ' ' || bytes[length - 1] == '\t')) length--;
  return length == 0;
}

/* The row being read ends at `end`, its last field being ends[past - 1]; the next one begins at `next`. */
static inline void append_row(struct csv_index *index, const char *bytes, size_t end, size_t next, size_t past) {
  uint32_t fields = (uint32_t)(past - index->first), problem = CSV_FINE, expected = index->shape.expected;
  size_t at = 0;
  bool single = fields == 1 && expected > 1 && end - index->begin <= index->shape.longest;
  if (single && is_blank(bytes + index->begin, end - index->begin)) {
    index->blank_lines++;
  } else {
    if (expected && fields != expected) {
      bool few = fields < expected;
      problem = few ? CSV_FEW_FIELDS : CSV_MANY_FIELDS;
      at = few ? end : index->ends[index->first + expected - 1];
      index->broken = true;
    }
    index->rows[index->row_count++] =
        (struct csv_row){(uint32_t)index->begin, (uint32_t)end, (uint32_t)next, fields, (uint32_t)index->first,
                         problem, (uint32_t)at};
  }
  index->begin = next;
  index->first = past;
}

static inline bool ends_line(char byte) { return byte == '\n' || byte == '\r'; }

static bool is_one_line(const char *bytes, size_t from, size_t to) {
  while (from < to && !ends_line(bytes[from])) from++;
  return from == to;
}

/* The row being read has a quote where none may stand. */
static void append_broken_row(struct csv_index *index, const char *bytes, size_t end, size_t next) {
  const struct csv_shape *shape = &index->shape;
  uint32_t *ends = index->ends + index->first;
  bool kept = shape->keep_quotes && is_one_line(bytes, index->begin, end) &&
              csv_cut(bytes, index->begin, end, shape->delimiter, ends, shape->expected) == shape->expected;
  if (kept && memchr(bytes + index->begin, 0, end - index->begin)) index->state.nul = 1; /* no scan got there */
  uint32_t fields = kept ? shape->expected : 0, problem = kept ? CSV_FINE : index->problem;
  index->rows[index->row_count++] =
      (struct csv_row){(uint32_t)index->begin, (uint32_t)end, (uint32_t)next, fields, (uint32_t)index->first, problem,
                       (uint32_t)index->problem_at};
  index->broken = true;
  index->first += fields;
  index->end_count = index->first;
  index->begin = index->scanned = next;
  index->problem = CSV_FINE;
  begin_outside(index);
}

/* Of the ends found last, `count` are those of rows.  When that many, each as far from the one before as a row has
   fields, are line ends, then these are they. */
static bool all_as_expected(const struct csv_index *index, const char *bytes, size_t count) {
  size_t expected = index->shape.expected, last = index->first + count * expected;
  if (expected == 0 || last > index->end_count) return false;
  bool same = true;
  for (size_t past = index->first + expected; past <= last; past += expected)
    same &= ends_line(bytes[index->ends[past - 1]]);
  return same;
}

static void append_expected_rows(struct csv_index *index, const char *bytes, size_t count) {
  uint32_t expected = index->shape.expected;
  size_t begin = index->begin, first = index->first;
  struct csv_row *row = index->rows + index->row_count;
  for (size_t i = 0; i < count; i++) {
    size_t end = index->ends[first + expected - 1], next = csv_past_line(bytes, end);
    *row++ = (struct csv_row){(uint32_t)begin, (uint32_t)end, (uint32_t)next, expected, (uint32_t)first, CSV_FINE, 0};
    begin = next;
    first += expected;
  }
  index->begin = begin;
  index->first = first;
  index->row_count += count;
}

/* The rows that end among the ends from `from` on. */
static bool append_rows(struct csv_index *index, const char *bytes, size_t from, size_t count) {
  if (!reserve_rows(index, count)) return false;
  if (all_as_expected(index, bytes, count)) {
    append_expected_rows(index, bytes, count);
    return true;
  }
  for (size_t i = from; i < index->end_count; i++) {
    size_t end = index->ends[i];
    if (ends_line(bytes[end])) append_row(index, bytes, end, csv_past_line(bytes, end), i + 1);
  }
  return true;
}

/* Reads on a row with an irregular quote, to its end or the limit. */
static bool take_broken_row(struct csv_index *index, const char *bytes, size_t limit) {
  size_t stop = csv_resync(&index->resync, bytes, index->scanned, limit, index->shape.delimiter);
  index->lines += csv_count_lines(bytes + index->scanned, stop - index->scanned);
  index->scanned = stop;
  if (stop == limit) return true;
  if (!reserve_rows(index, 1)) return false;
  append_broken_row(index, bytes, stop, csv_past_line(bytes, stop));
  index->lines++;
  return true;
}

static bool take_stride(struct csv_index *index, const char *bytes, size_t to) {
  struct csv_state *state = &index->state;
  size_t before = index->end_count;
  if (!reserve_ends(index, STRIDE + CSV_EXCESS)) return false;
  state->ends = index->ends + before;
  state->rows = state->quoted_lines = 0;
  index->scanned = index->shape.scan->scan(bytes, index->scanned, to, index->shape.delimiter, state);
  index->end_count = (size_t)(state->ends - index->ends);
  index->lines += state->rows + state->quoted_lines;
  if (!append_rows(index, bytes, before, state->rows)) return false;
  if (index->scanned == to) return true;
  bool bare = bytes[index->scanned] == '"';
  index->problem = bare ? CSV_BARE_QUOTE : CSV_TEXT_AFTER_QUOTE;
  index->problem_at = index->scanned;
  index->resync.where = bare ? CSV_IN_FIELD : CSV_IN_REST;
  return !index->shape.keep_quotes || reserve_ends(index, index->shape.expected);
}

bool csv_index_scan(struct csv_index *index, const char *bytes, size_t limit) {
  bool going = true;
  while (going && index->scanned < limit) {
    size_t left = limit - index->scanned, length = left < STRIDE ? left : STRIDE;
    going = index->problem ? take_broken_row(index, bytes, limit) : take_stride(index, bytes, index->scanned + length);
  }
  return going;
}

void csv_index_finish(struct csv_index *index, const char *bytes) {
  size_t end = index->scanned;
  if (index->begin == end) return;
  if (index->problem) {
    append_broken_row(index, bytes, end, end);
  } else {
    index->ends[index->end_count++] = (uint32_t)end;
    append_row(index, bytes, end, end, index->end_count);
  }
}

bool csv_index_open_quote(const struct csv_index *index, size_t *at) {
  if (index->problem) {
    *at = index->resync.quote;
    return index->resync.where == CSV_IN_QUOTES;
  }
  *at = index->end_count > index->first ? index->ends[index->end_count - 1] + 1 : index->begin;
  return index->state.inside != 0;
}
