/* csv_scan_neon.c - reading CSV by the vectors that every 64-bit ARM processor has.

   The parity of quotes takes six instructions, for a shift is part of an exclusive or: a product without carries,
   which not all have, would save nothing. */
#include "csv_scan.h"

#if defined __aarch64__ && defined __ARM_NEON && !defined __AARCH64EB__

#include <arm_neon.h>

#define TARGET

/* The highest bit keeps the count of zeros defined. */
static inline uint32_t lowest(uint64_t bits) { return (uint32_t)__builtin_ctzll(bits | (uint64_t)1 << 63); }

#include "csv_scan_list.h"
#include "csv_scan_xor.h"

struct wanted {
  uint8x16_t quote, delimiter, lf, cr, place;
};

static inline struct wanted want(char delimiter) {
  const uint8x16_t place = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  return (struct wanted){vdupq_n_u8('"'), vdupq_n_u8((uint8_t)delimiter), vdupq_n_u8('\n'), vdupq_n_u8('\r'), place};
}

/* Of 64 bytes one bit each is left; adding neighbours three times leaves eight bytes of eight bits. */
static inline uint64_t equal(const uint8x16_t chunk[4], uint8x16_t byte, uint8x16_t place) {
  uint8x16_t a = vandq_u8(vceqq_u8(chunk[0], byte), place), b = vandq_u8(vceqq_u8(chunk[1], byte), place);
  uint8x16_t c = vandq_u8(vceqq_u8(chunk[2], byte), place), d = vandq_u8(vceqq_u8(chunk[3], byte), place);
  uint8x16_t sum = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
  return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sum, sum)), 0);
}

static inline struct csv_masks look(const char *bytes, const struct wanted *wanted) {
  uint8x16_t chunk[4];
  for (int i = 0; i < 4; i++) chunk[i] = vld1q_u8((const uint8_t *)bytes + 16 * i);
  uint8x16_t least = vminq_u8(vminq_u8(chunk[0], chunk[1]), vminq_u8(chunk[2], chunk[3]));
  return (struct csv_masks){equal(chunk, wanted->quote, wanted->place), equal(chunk, wanted->delimiter, wanted->place),
                            equal(chunk, wanted->lf, wanted->place), equal(chunk, wanted->cr, wanted->place),
                            vminvq_u8(least) == 0};
}

#include "csv_scan_loop.h"

const struct csv_scan csv_scan_neon = {"neon", scan, NULL};

#else
const struct csv_scan csv_scan_neon = {"neon", NULL, NULL};
#endif
