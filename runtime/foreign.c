/* foreign.c - texts that are not UTF-8: they pass, but never equal a text of the rules, which must be told. */
#include "decode.h"
#include "score.h"
#include "swar.h"
#include "text.h"

enum { WORD = sizeof(uint64_t) };

/* Bytes past the length count for nothing. */
static inline uint64_t high_bits(const char *at, size_t length) {
  uint64_t bits = 0;
  for (; length > WORD; length -= WORD, at += WORD) bits |= swar_load(at);
  return (bits | (length ? swar_load(at) << (8 * (WORD - length) & 63) : 0)) & SWAR_HIGH;
}

uint64_t foreign_suspects(const struct cells *cells) {
  uint64_t suspects = 0;
  for (size_t i = 0; i < cells->count; i++)
    suspects |= (uint64_t)(high_bits(cells->at[i].bytes, cells->at[i].length) != 0) << i;
  return suspects;
}

/* Continuation bytes must stand where the leading bytes before want them.  Leading bytes that want more than that
   are rare, and looked at one by one. */
bool foreign_fits(struct rung_text text) {
  uint64_t wanted = 0;
  for (size_t at = 0; at < text.length; at += WORD) {
    uint64_t word = swar_load(text.bytes + at);
    if (text.length - at < WORD) word &= swar_mask(text.length - at);
    uint64_t lead = word & word << 1 & SWAR_HIGH, three = lead & word << 2, four = three & word << 3;
    uint64_t early = lead & ~(word << 3 | word << 4 | word << 5 | word << 6);   /* C0, C1, E0, E1 */
    uint64_t surrogate = three & word << 4 & word << 5 & ~(word << 6) & word << 7; /* ED */
    if (four | early | surrogate) return text_is_utf8(text);
    if ((word & ~(word << 1) & SWAR_HIGH) != (wanted | lead << 8 | three << 16)) return false;
    wanted = lead >> 56 | three >> 48;
  }
  return wanted == 0;
}

void foreign_count(const struct batch *batch, const struct csv_block *block, struct counts *counts) {
  if (!batch->foreign) return;
  counts->foreign += batch->foreign;
  if (counts->foreign_line) return;
  counts->foreign_line = csv_line(block, block->rows[batch->first_foreign].begin);
}
