/* csv_scan_portable.c - reading CSV by the compiler's generic vectors, for any processor. */
#include <string.h>

#include "csv_scan.h"

#define TARGET

/* The highest bit keeps the count of zeros defined. */
static inline uint32_t lowest(uint64_t bits) { return (uint32_t)__builtin_ctzll(bits | (uint64_t)1 << 63); }

#include "csv_scan_list.h"
#include "csv_scan_xor.h"

typedef unsigned char bytes16 __attribute__((vector_size(16)));
typedef uint64_t halves __attribute__((vector_size(16)));

struct wanted {
  bytes16 quote, delimiter, lf, cr;
};

static inline bytes16 each(char byte) { return (bytes16){0} + (unsigned char)byte; }

static inline struct wanted want(char delimiter) {
  return (struct wanted){each('"'), each(delimiter), each('\n'), each('\r')};
}

/* Eight bytes with one bit each, all different, to the byte that has them all: the top byte of the product is the sum
   of all eight, so that their order in the word, which is the processor's, doesn't matter. */
static inline uint64_t gather(uint64_t bits) { return (bits * 0x0101010101010101u) >> 56; }

static inline uint64_t equal(const bytes16 chunk[4], bytes16 byte) {
  const bytes16 place = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  halves a = (halves)((bytes16)(chunk[0] == byte) & place), b = (halves)((bytes16)(chunk[1] == byte) & place);
  halves c = (halves)((bytes16)(chunk[2] == byte) & place), d = (halves)((bytes16)(chunk[3] == byte) & place);
  return gather(a[0]) | gather(a[1]) << 8 | gather(b[0]) << 16 | gather(b[1]) << 24 | gather(c[0]) << 32 |
         gather(c[1]) << 40 | gather(d[0]) << 48 | gather(d[1]) << 56;
}

static inline uint64_t find_nul(const bytes16 chunk[4]) {
  halves nul = (halves)((chunk[0] == 0) | (chunk[1] == 0) | (chunk[2] == 0) | (chunk[3] == 0));
  return nul[0] | nul[1];
}

static inline struct csv_masks look(const char *bytes, const struct wanted *wanted) {
  bytes16 chunk[CSV_CHUNK / sizeof(bytes16)];
  memcpy(chunk, bytes, sizeof chunk);
  return (struct csv_masks){equal(chunk, wanted->quote), equal(chunk, wanted->delimiter), equal(chunk, wanted->lf),
                            equal(chunk, wanted->cr), find_nul(chunk)};
}

#include "csv_scan_loop.h"

const struct csv_scan csv_scan_portable = {"portable", scan, NULL};
