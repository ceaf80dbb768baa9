/* csv_scan_sse2.c - reading CSV by the vectors that every x86-64 processor has. */
#include "csv_scan.h"

#ifdef __SSE2__

#include <emmintrin.h>

#define TARGET

/* The highest bit keeps the count of zeros defined. */
static inline uint32_t lowest(uint64_t bits) { return (uint32_t)__builtin_ctzll(bits | (uint64_t)1 << 63); }

#include "csv_scan_list.h"
#include "csv_scan_xor.h"

struct wanted {
  __m128i quote, delimiter, lf, cr;
};

static inline struct wanted want(char delimiter) {
  return (struct wanted){_mm_set1_epi8('"'), _mm_set1_epi8(delimiter), _mm_set1_epi8('\n'), _mm_set1_epi8('\r')};
}

static inline uint64_t bits(__m128i match) { return (uint32_t)_mm_movemask_epi8(match); }

static inline uint64_t equal(const __m128i chunk[4], __m128i byte) {
  return bits(_mm_cmpeq_epi8(chunk[0], byte)) | bits(_mm_cmpeq_epi8(chunk[1], byte)) << 16 |
         bits(_mm_cmpeq_epi8(chunk[2], byte)) << 32 | bits(_mm_cmpeq_epi8(chunk[3], byte)) << 48;
}

static inline struct csv_masks look(const char *bytes, const struct wanted *wanted) {
  __m128i chunk[4];
  for (int i = 0; i < 4; i++) chunk[i] = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * i));
  __m128i least = _mm_min_epu8(_mm_min_epu8(chunk[0], chunk[1]), _mm_min_epu8(chunk[2], chunk[3]));
  return (struct csv_masks){equal(chunk, wanted->quote), equal(chunk, wanted->delimiter), equal(chunk, wanted->lf),
                            equal(chunk, wanted->cr), bits(_mm_cmpeq_epi8(least, _mm_setzero_si128()))};
}

#include "csv_scan_loop.h"

const struct csv_scan csv_scan_sse2 = {"sse2", scan, NULL};

#else
const struct csv_scan csv_scan_sse2 = {"sse2", NULL, NULL};
#endif
