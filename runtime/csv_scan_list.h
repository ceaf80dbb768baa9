/* csv_scan_list.h - the places of bits, by counting zeros; for csv_scan_loop.h, where there is nothing better. */
#include "csv_scan.h"

/* Eight at a time whether there are so many or not: that costs less than to ask. */
static inline TARGET uint32_t *list(uint32_t *to, uint64_t bits, uint32_t base) {
  const uint64_t last = (uint64_t)1 << 63; /* keeps the count of zeros defined when no bit is left */
  uint32_t *end = to + __builtin_popcountll(bits);
  while (bits) {
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
      to[i] = base + (uint32_t)__builtin_ctzll(bits | last);
      bits &= bits - 1;
    }
    to += 8;
  }
  return end;
}
