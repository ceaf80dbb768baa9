/* csv_scan_avx2.c - reading CSV by vectors of 32 bytes: x86-64 processors from 2013 on. */
#include "csv_scan.h"

#ifdef __x86_64__

#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2,pclmul,popcnt")))

static inline TARGET uint32_t lowest(uint64_t bits) { return (uint32_t)_tzcnt_u64(bits); }

#include "csv_scan_list.h"

struct wanted {
  __m256i quote, delimiter, lf, cr;
};

static inline TARGET struct wanted want(char delimiter) {
  return (struct wanted){_mm256_set1_epi8('"'), _mm256_set1_epi8(delimiter), _mm256_set1_epi8('\n'),
                         _mm256_set1_epi8('\r')};
}

static inline TARGET uint64_t bits(__m256i match) { return (uint32_t)_mm256_movemask_epi8(match); }

static inline TARGET uint64_t equal(__m256i low, __m256i high, __m256i byte) {
  return bits(_mm256_cmpeq_epi8(low, byte)) | bits(_mm256_cmpeq_epi8(high, byte)) << 32;
}

static inline TARGET struct csv_masks look(const char *bytes, const struct wanted *wanted) {
  __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
  __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
  return (struct csv_masks){
      equal(low, high, wanted->quote), equal(low, high, wanted->delimiter), equal(low, high, wanted->lf),
      equal(low, high, wanted->cr), bits(_mm256_cmpeq_epi8(_mm256_min_epu8(low, high), _mm256_setzero_si256()))};
}

/* The product without carries with a word of ones. */
static inline TARGET uint64_t prefix_xor(uint64_t word) {
  __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)word), _mm_set1_epi8(-1), 0);
  return (uint64_t)_mm_cvtsi128_si64(product);
}

#include "csv_scan_loop.h"

static bool available(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
         __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("popcnt");
}

const struct csv_scan csv_scan_avx2 = {"avx2", scan, available};

#else
const struct csv_scan csv_scan_avx2 = {"avx2", NULL, NULL};
#endif
