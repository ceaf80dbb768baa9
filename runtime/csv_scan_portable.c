/* csv_scan_portable.c - 64 bytes to bit masks by the compiler's generic vectors, for any processor. */
#include <string.h>

#include "csv_scan.h"

typedef unsigned char bytes16 __attribute__((vector_size(16)));
typedef uint64_t halves __attribute__((vector_size(16)));

static inline bytes16 each(char byte) {
  return (bytes16){0} + (unsigned char)byte;
}

/* Eight bytes with one bit each, all different, to the byte that has them all: the top byte of the product is the sum
   of all eight, so that their order in the word, which is the processor's, doesn't matter. */
static inline uint64_t gather(uint64_t bits) { return (bits * 0x0101010101010101u) >> 56; }

static inline uint64_t equal(const bytes16 chunk[4], bytes16 wanted) {
  const bytes16 place = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  halves a = (halves)((bytes16)(chunk[0] == wanted) & place), b = (halves)((bytes16)(chunk[1] == wanted) & place);
  halves c = (halves)((bytes16)(chunk[2] == wanted) & place), d = (halves)((bytes16)(chunk[3] == wanted) & place);
  return gather(a[0]) | gather(a[1]) << 8 | gather(b[0]) << 16 | gather(b[1]) << 24 | gather(c[0]) << 32 |
         gather(c[1]) << 40 | gather(d[0]) << 48 | gather(d[1]) << 56;
}

/* Bit i of the result is the parity of bits 0 to i. */
static inline uint64_t prefix_xor(uint64_t bits) {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  return bits ^ bits << 32;
}

void csv_scan_portable(const char *bytes, size_t chunks, char delimiter, uint64_t *inside, struct csv_masks *masks) {
  bytes16 quote = each('"'), separator = each(delimiter), lf = each('\n'), cr = each('\r');
  uint64_t open = *inside;
  for (size_t i = 0; i < chunks; i++) {
    bytes16 chunk[CSV_CHUNK / sizeof(bytes16)];
    memcpy(chunk, bytes + CSV_CHUNK * i, sizeof chunk);
    uint64_t quotes = equal(chunk, quote);
    masks[i].quote = quotes;
    masks[i].delimiter = equal(chunk, separator);
    masks[i].lf = equal(chunk, lf);
    masks[i].cr = equal(chunk, cr);
    masks[i].inside = prefix_xor(quotes) ^ open;
    open = 0 - (masks[i].inside >> 63);
  }
  *inside = open;
}
