/* edges.c - gathers the edges of texts, and compares them. */
#include "edges.h"

#include "clones.h"
#include "kernels.h"
#include "text.h"

/* -- Gathering ------------------------------------------------------------------------------------- */

static inline uint64_t load_4(const char *at) {
  uint32_t word;
  memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap32(word);
#endif
  return word;
}

/* Up to eight bytes, the first in the lowest bits; no byte beyond them is read. */
static inline uint64_t load_short(const char *at, size_t length) {
  if (length >= 4) return load_4(at) | load_4(at + length - 4) << 8 * (length - 4);
  if (length == 0) return 0;
  const unsigned char *bytes = (const unsigned char *)at;
  return bytes[0] | (uint64_t)bytes[length / 2] << 8 * (length / 2) | (uint64_t)bytes[length - 1] << 8 * (length - 1);
}

static inline uint64_t head_of(struct rung_text text) {
  return load_short(text.bytes, text.length < EDGE_BYTES ? text.length : EDGE_BYTES);
}

static inline uint64_t tail_of(struct rung_text text) {
  size_t length = text.length < EDGE_BYTES ? text.length : EDGE_BYTES;
  return length == 0 ? 0 : load_short(text.bytes + text.length - length, length) << 8 * (EDGE_BYTES - length);
}

static inline uint8_t short_length(size_t length) { return length < UINT8_MAX ? (uint8_t)length : UINT8_MAX; }

/* A loop for each edge, by inlining. */
ALWAYS_INLINE void gather(const struct edges *edges, enum edge edge, const struct rung_text *texts,
                          const uint64_t *valid, size_t words) {
  for (size_t w = 0; w < words; w++, texts += 64) {
    uint64_t *bytes = edges->bytes[edge] + w * 64;
    uint8_t *lengths = edges->lengths + w * 64;
    EACH_BIT(i, valid[w], 64) {
      lengths[i] = short_length(texts[i].length);
      bytes[i] = edge == EDGE_HEAD ? head_of(texts[i]) : tail_of(texts[i]);
    }
  }
}

void edges_gather(const struct edges *edges, enum edge edge, const struct rung_text *texts, const uint64_t *valid,
                  size_t words) {
  if (edge == EDGE_HEAD) gather(edges, EDGE_HEAD, texts, valid, words);
  else gather(edges, EDGE_TAIL, texts, valid, words);
}

/* -- Comparing ---------------------------------------------------------------------------------------- */

struct edge_test edge_test(struct rung_text part, enum edge edge, bool whole) {
  struct edge_test test = {.part = part, .edge = edge, .whole = whole, .mask = ~(uint64_t)0};
  test.least = short_length(part.length);
  test.most = whole ? test.least : UINT8_MAX;
  if (!whole && part.length < EDGE_BYTES) {
    size_t rest = EDGE_BYTES - part.length;
    test.mask = part.length == 0 ? 0 : edge == EDGE_HEAD ? ~(uint64_t)0 >> 8 * rest : ~(uint64_t)0 << 8 * rest;
  }
  test.key = edge == EDGE_HEAD ? head_of(part) : tail_of(part);
  return test;
}

static CLONES uint64_t which_may(const uint64_t *bytes, const uint8_t *lengths, uint64_t mask, uint64_t key,
                                 uint8_t least, uint8_t most) {
  uint8_t may[64];
  for (size_t i = 0; i < 64; i++) may[i] = (bytes[i] & mask) == key;
  for (size_t i = 0; i < 64; i++) may[i] &= (uint8_t)(lengths[i] >= least) & (uint8_t)(lengths[i] <= most);
  return swar_bits(may);
}

static bool passes(const struct edge_test *test, struct rung_text text) {
  size_t length = test->part.length;
  if (text.length < length || (test->whole && text.length != length)) return false;
  return bytes_same(text.bytes + (test->edge == EDGE_HEAD ? 0 : text.length - length), test->part.bytes, length);
}

void edges_test(const struct edges *edges, const struct edge_test *test, const struct rung_text *texts,
                const uint64_t *valid, uint64_t *found, size_t words) {
  const uint64_t *bytes = edges->bytes[test->edge];
  for (size_t w = 0; w < words; w++) {
    uint64_t may = valid[w] & which_may(bytes + w * 64, edges->lengths + w * 64, test->mask, test->key, test->least,
                                        test->most);
    if (test->part.length <= EDGE_BYTES) found[w] |= may;
    else
      EACH_BIT(i, may, 64) found[w] |= (uint64_t)passes(test, texts[w * 64 + i]) << i;
  }
}
