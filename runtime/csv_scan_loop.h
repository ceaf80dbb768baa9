/* csv_scan_loop.h - what the masks of 64 bytes mean; the same for all instruction sets, compiled once with each.

   The file that includes it has defined
     TARGET                                   the attribute of functions that use the instruction set
     struct wanted, want(delimiter)           the bytes that are looked for
     look(chunk, wanted)                      the masks of 64 bytes
     prefix_xor(bits)                         bit i of the result is the parity of bits 0 to i
     list(to, bits, base)                     writes base + the place of each bit, and perhaps CSV_EXCESS values more;
                                              returns the place after the last

   No branch depends on a byte, only on whether 64 of them hold an irregular quote or a line end in quotes, or more
   ends than usual.  */
#include "csv_scan.h"

#define INLINE static inline __attribute__((always_inline)) TARGET

/* Else a compiler may do without the branch, and then each chunk waits for the one before. */
#define unlikely(mask) __builtin_expect((mask) != 0, 0)

/* A quote opens only after a separator, a row's start or the quote it doubles; and what follows a closing quote is a
   separator or that second quote.  The mask of the bytes where this does not hold; up to the first of them,
   `inside` is right. */
INLINE uint64_t find_irregular(const struct csv_state *state, const struct csv_masks *m, uint64_t special,
                               uint64_t inside) {
  uint64_t opening = m->quote & inside, closing = m->quote & ~inside;
  return (opening & ~(special << 1 | state->after_special)) | ((closing << 1 | state->after_closing) & ~special);
}

/* Takes the first `length` bytes of a chunk, up to an irregular quote; returns the mask of these. */
INLINE uint64_t take(struct csv_state *state, const struct csv_masks *m, size_t base, size_t length) {
  uint64_t valid = ~(uint64_t)0 >> (CSV_CHUNK - length);
  uint64_t special = m->quote | m->delimiter | m->lf | m->cr;
  /* An odd number of quotes up to and including the byte: an opening quote and what follows it, but not the closing
     one. */
  uint64_t inside = prefix_xor(m->quote) ^ state->inside;
  uint64_t irregular = find_irregular(state, m, special, inside) & valid;
  if (unlikely(irregular)) valid &= (irregular & -irregular) - 1;
  uint64_t line_ends = ((m->lf & ~(m->cr << 1 | state->after_cr)) | m->cr) & valid;
  for (uint64_t quoted = line_ends & inside; quoted; quoted &= quoted - 1) state->quoted_lines++;
  uint64_t row_ends = line_ends & ~inside;
  state->rows += (uint64_t)__builtin_popcountll(row_ends);
  state->nul |= m->nul;
  state->inside = 0 - (inside >> (length - 1) & 1);
  state->after_special = special >> (length - 1) & 1;
  state->after_closing = (m->quote & ~inside) >> (length - 1) & 1;
  state->after_cr = m->cr >> (length - 1) & 1;
  state->ends = list(state->ends, row_ends | (m->delimiter & valid & ~inside), (uint32_t)base);
  return irregular;
}

static TARGET size_t scan(const char *bytes, size_t from, size_t to, char delimiter, struct csv_state *result) {
  struct wanted wanted = want(delimiter);
  struct csv_state state = *result; /* in registers */
  uint64_t irregular = 0;
  for (; to - from >= CSV_CHUNK; from += CSV_CHUNK) {
    struct csv_masks masks = look(bytes + from, &wanted);
    irregular = take(&state, &masks, from, CSV_CHUNK);
    if (unlikely(irregular)) break;
  }
  if (!irregular && from < to) {
    struct csv_masks masks = look(bytes + from, &wanted);
    irregular = take(&state, &masks, from, to - from);
  }
  *result = state;
  return irregular ? from + (size_t)__builtin_ctzll(irregular) : to;
}
