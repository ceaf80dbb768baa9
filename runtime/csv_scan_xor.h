/* csv_scan_xor.h - the parity of all bits up to each, by shifts; for csv_scan_loop.h, where there is nothing better. */
#include <stdint.h>

static inline TARGET uint64_t prefix_xor(uint64_t bits) {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  return bits ^ bits << 32;
}
