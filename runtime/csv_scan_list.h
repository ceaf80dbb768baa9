/* csv_scan_list.h - the places of bits, one by one; for csv_scan_loop.h, where there is nothing better.

   The file that includes it has defined lowest(bits), the place of the lowest bit, and of none any value. */
#include "csv_scan.h"

/* Four at a time whether there are so many or not: that costs less than to ask. */
static inline TARGET uint32_t *list(uint32_t *to, uint64_t bits, uint32_t base) {
  uint32_t *end = to + __builtin_popcountll(bits);
  while (bits) {
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
      to[i] = base + lowest(bits);
      bits &= bits - 1;
    }
    to += 4;
  }
  return end;
}
