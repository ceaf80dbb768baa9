/* decode_text.c - cells to texts: views of the block. */
#include "decode.h"

#include <string.h>

uint64_t decode_texts(const struct tile *tile, uint32_t field, struct rung_text *texts, uint64_t *empty) {
  uint64_t quoted = 0, doubled = 0;
  *empty = 0;
  for (size_t i = tile->count; i-- > 0;) {
    struct rung_text raw = tile_raw(tile, i, field), text = strip_quotes(raw);
    texts[i] = text;
    quoted = quoted * 2 + (text.length != raw.length);
    *empty = *empty * 2 + (text.length == 0);
  }
  for (; quoted; quoted &= quoted - 1) {
    unsigned i = (unsigned)__builtin_ctzll(quoted);
    doubled |= (uint64_t)(memchr(texts[i].bytes, '"', texts[i].length) != NULL) << i;
  }
  return ~(doubled | *empty);
}
