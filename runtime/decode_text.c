/* decode_text.c - cells to texts: views of the block. */
#include "decode.h"
#include "swar.h"

CLONES static uint64_t read_texts(const struct spans *spans, struct rung_text *restrict texts, uint64_t *empty) {
  uint8_t quotes[DECODE_ROWS], empties[DECODE_ROWS];
  uint64_t doubled = 0;
  for (size_t i = 0; i < DECODE_ROWS; i++) {
    uint64_t begin = place_begin(spans->places[i]), length = place_length(spans->places[i]);
    uint64_t quoted = ((spans->words[i] & 0xff) == '"') & (length >= 2);
    texts[i] = (struct rung_text){spans->bytes + begin + quoted, length - 2 * quoted};
    quotes[i] = (uint8_t)quoted;
    empties[i] = length == 2 * quoted;
  }
  for (uint64_t quoted = swar_bits(quotes); quoted; quoted &= quoted - 1) {
    unsigned i = (unsigned)__builtin_ctzll(quoted);
    doubled |= (uint64_t)(memchr(texts[i].bytes, '"', texts[i].length) != NULL) << i;
  }
  *empty = swar_bits(empties);
  return ~(doubled | *empty);
}

uint64_t decode_texts(const struct spans *spans, struct rung_text *texts, uint64_t *empty) {
  return read_texts(spans, texts, empty);
}
