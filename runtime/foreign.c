/* foreign.c - texts that are not UTF-8: they pass, but never equal a text of the rules, which must be told. */
#include "decode.h"
#include "score.h"
#include "swar.h"
#include "text.h"

enum { WORD = sizeof(uint64_t) };

/* Of a text of eight bytes or more the first word and the last, which may overlap, and those between.  Of no text they
   hold no meaning. */
static inline uint64_t high_bits(const char *at, size_t length) {
  size_t first = length < WORD ? length : WORD;
  uint64_t bits = swar_load(at) | swar_load(at + length - first);
  for (size_t next = WORD; next + WORD < length; next += WORD) bits |= swar_load(at + next);
  return bits & SWAR_HIGH >> (8 * (WORD - first) & 63);
}

uint64_t foreign_suspects(const struct rung_text *texts, size_t count) {
  uint64_t suspects = 0;
  for (size_t i = count; i-- > 0;) suspects = suspects * 2 + (high_bits(texts[i].bytes, texts[i].length) != 0);
  return suspects;
}

/* The last bytes of a text, fewer than a word. */
static inline uint64_t load_last(const char *at, size_t length, bool padded) {
  uint64_t word = 0;
  if (padded) return swar_load(at) & swar_mask(length);
  for (size_t i = 0; i < length; i++) word |= (uint64_t)(unsigned char)at[i] << 8 * i;
  return word;
}

/* Continuation bytes must stand where the leading bytes before want them.  Leading bytes that want more than that
   are rare, and looked at one by one. */
bool foreign_fits(struct rung_text text, bool padded) {
  uint64_t wanted = 0;
  for (size_t at = 0; at < text.length; at += WORD) {
    const char *next = text.bytes + at;
    uint64_t word = text.length - at < WORD ? load_last(next, text.length - at, padded) : swar_load(next);
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
