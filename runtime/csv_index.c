/* csv_index.c - bit masks of 64 bytes to the ends of fields and the table of rows.

   No branch depends on a byte, only on whether 64 of them hold a row's end or an irregular quote. */
#include "csv_index.h"

#include <string.h>

#include "alloc.h"
#include "csv_scan.h"

/* Chunks whose masks are made at once.  After an irregular quote the masks beyond are void, so the next scan is
   short, and then they grow again. */
enum { STRIDE_MOST = 64 };

/* What one chunk may add: an end a byte and what append_ends writes too much, a row a byte; and the last row. */
enum { CHUNK_ENDS = CSV_CHUNK + 8, CHUNK_ROWS = CSV_CHUNK + 1 };

/* The next byte begins a row. */
static void begin_outside(struct csv_index *index) {
  index->inside = index->after_closing = index->after_cr = 0;
  index->after_special = 1; /* a quote may stand here */
}

void csv_index_restart(struct csv_index *index, size_t at) {
  index->row_count = index->end_count = index->first = 0;
  index->begin = index->scanned = at;
  index->problem = CSV_FINE;
  index->stride = 1;
  begin_outside(index);
}

void csv_index_free(struct csv_index *index) {
  alloc_free(index->allocator, index->ends, index->end_room, sizeof *index->ends);
  alloc_free(index->allocator, index->rows, index->row_room, sizeof *index->rows);
}

static void *grow(const struct csv_index *index, void *table, size_t *room, size_t least, size_t element) {
  size_t wanted = *room + *room / 2 + least;
  void *grown = alloc_resize(index->allocator, table, *room, wanted, element);
  if (grown) *room = wanted;
  return grown;
}

static bool reserve_chunk(struct csv_index *index) {
  if (index->end_room - index->end_count < CHUNK_ENDS) {
    uint32_t *ends = grow(index, index->ends, &index->end_room, CHUNK_ENDS, sizeof *ends);
    if (!ends) return false;
    index->ends = ends;
  }
  if (index->row_room - index->row_count < CHUNK_ROWS) {
    struct csv_row *rows = grow(index, index->rows, &index->row_room, CHUNK_ROWS, sizeof *rows);
    if (!rows) return false;
    index->rows = rows;
  }
  return true;
}

static bool is_blank(const char *bytes, size_t length) {
  while (length && (bytes[length - 1] == ' ' || bytes[length - 1] == '\t')) length--;
  return length == 0;
}

/* The row being read ends at `end`, its last field being ends[past - 1]; the next one begins at `next`. */
static inline void append_row(struct csv_index *index, const char *bytes, size_t end, size_t next, size_t past) {
  uint32_t fields = (uint32_t)(past - index->first), problem = CSV_FINE;
  size_t at = 0;
  bool single = fields == 1 && index->expected > 1 && end - index->begin <= index->longest;
  if (single && is_blank(bytes + index->begin, end - index->begin)) {
    index->blank_lines++;
  } else {
    if (index->expected && fields != index->expected) {
      bool few = fields < index->expected;
      problem = few ? CSV_FEW_FIELDS : CSV_MANY_FIELDS;
      at = few ? end : index->ends[index->first + index->expected - 1];
    }
    index->rows[index->row_count++] =
        (struct csv_row){(uint32_t)index->begin, (uint32_t)end, (uint32_t)next, fields, (uint32_t)index->first,
                         problem, (uint32_t)at};
  }
  index->begin = next;
  index->first = past;
}

static void append_broken_row(struct csv_index *index, size_t end, size_t next) {
  index->end_count = index->first;
  index->rows[index->row_count++] =
      (struct csv_row){(uint32_t)index->begin, (uint32_t)end, (uint32_t)next, 0, (uint32_t)index->first,
                       index->problem, (uint32_t)index->problem_at};
  index->begin = index->scanned = next;
  index->problem = CSV_FINE;
  begin_outside(index);
}

/* Writes the position of each bit, eight at a time whether there are so many or not: that costs less than to ask. */
static inline void append_ends(struct csv_index *index, uint64_t bits, size_t base) {
  uint32_t *to = index->ends + index->end_count;
  index->end_count += (size_t)__builtin_popcountll(bits);
  const uint64_t last = (uint64_t)1 << 63; /* keeps the count of zeros defined when no bit is left */
  while (bits) {
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
      to[i] = (uint32_t)(base + (size_t)__builtin_ctzll(bits | last));
      bits &= bits - 1;
    }
    to += 8;
  }
}

/* A quote opens only after a separator, a row's start or the quote it doubles; and what follows a closing quote is a
   separator or that second quote.  The mask of the bytes where this does not hold; up to the first of them,
   `inside` is right. */
static inline uint64_t find_irregular(const struct csv_index *index, const struct csv_masks *m, uint64_t special) {
  uint64_t opening = m->quote & m->inside, closing = m->quote & ~m->inside;
  return (opening & ~(special << 1 | index->after_special)) | ((closing << 1 | index->after_closing) & ~special);
}

/* Takes the next `length` bytes, at most 64; false when it stopped before an irregular quote. */
static inline bool take_chunk(struct csv_index *index, const char *bytes, const struct csv_masks *m, size_t length) {
  uint64_t valid = ~(uint64_t)0 >> (CSV_CHUNK - length);
  uint64_t special = m->quote | m->delimiter | m->lf | m->cr;
  uint64_t irregular = find_irregular(index, m, special) & valid;
  if (irregular) valid &= (irregular & -irregular) - 1;
  uint64_t line_ends = ((m->lf & ~(m->cr << 1 | index->after_cr)) | m->cr) & valid;
  uint64_t row_ends = line_ends & ~m->inside;
  uint64_t separators = row_ends | (m->delimiter & valid & ~m->inside);
  size_t base = index->scanned, before = index->end_count;
  append_ends(index, separators, base);
  for (uint64_t quoted = line_ends & m->inside; quoted; quoted &= quoted - 1) index->lines++;
  for (; row_ends; row_ends &= row_ends - 1) {
    index->lines++;
    uint64_t up_to = row_ends ^ (row_ends - 1);
    size_t end = base + (size_t)__builtin_ctzll(row_ends);
    append_row(index, bytes, end, csv_past_line(bytes, end),
               before + (size_t)__builtin_popcountll(separators & up_to));
  }
  if (irregular) {
    size_t at = (size_t)__builtin_ctzll(irregular);
    bool bare = m->quote >> at & 1;
    index->problem = bare ? CSV_BARE_QUOTE : CSV_TEXT_AFTER_QUOTE;
    index->problem_at = index->scanned = base + at;
    index->resync.where = bare ? CSV_IN_FIELD : CSV_IN_REST;
    return false;
  }
  index->after_special = special >> (length - 1) & 1;
  index->after_closing = (m->quote & ~m->inside) >> (length - 1) & 1;
  index->after_cr = m->cr >> (length - 1) & 1;
  index->scanned += length;
  return true;
}

/* Reads on a row with an irregular quote, to its end or the limit. */
static void take_broken_row(struct csv_index *index, const char *bytes, size_t limit) {
  size_t stop = csv_resync(&index->resync, bytes, index->scanned, limit, index->delimiter);
  index->lines += csv_count_lines(bytes + index->scanned, stop - index->scanned);
  index->scanned = stop;
  if (stop == limit) return;
  size_t next = csv_past_line(bytes, stop);
  append_broken_row(index, stop, next);
  index->lines++;
}

bool csv_index_scan(struct csv_index *index, const char *bytes, size_t limit) {
  struct csv_masks masks[STRIDE_MOST];
  while (index->scanned < limit) {
    if (!reserve_chunk(index)) return false;
    if (index->problem) {
      take_broken_row(index, bytes, limit);
      continue;
    }
    size_t chunks = (limit - index->scanned + CSV_CHUNK - 1) / CSV_CHUNK, i;
    if (chunks > index->stride) chunks = index->stride;
    csv_scan_portable(bytes + index->scanned, chunks, index->delimiter, &index->inside, masks);
    for (i = 0; i < chunks; i++) {
      size_t left = limit - index->scanned;
      if (!reserve_chunk(index)) return false;
      if (!take_chunk(index, bytes, &masks[i], left < CSV_CHUNK ? left : CSV_CHUNK)) break;
    }
    index->stride = i < chunks ? 1 : index->stride < STRIDE_MOST ? 2 * index->stride : STRIDE_MOST;
  }
  return true;
}

void csv_index_finish(struct csv_index *index, const char *bytes) {
  size_t end = index->scanned;
  if (index->begin == end) return;
  if (index->problem) {
    append_broken_row(index, end, end);
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
  return index->inside != 0;
}

void csv_index_drop(struct csv_index *index, size_t count) {
  index->row_count = 0;
  index->end_count -= index->first;
  for (size_t i = 0; i < index->end_count; i++) index->ends[i] = index->ends[index->first + i] - (uint32_t)count;
  index->first = 0;
  index->begin -= count;
  index->scanned -= count;
  index->problem_at -= count;
  index->resync.quote -= count;
}
