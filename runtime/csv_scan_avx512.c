/* csv_scan_avx512.c - reading CSV by vectors of 64 bytes.

   Only on processors that compress bytes (VBMI2: Ice Lake, Zen 4 and later): those before gain little over AVX2 and
   lower their clock for it. */
#include "csv_scan.h"

#ifdef __x86_64__

#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vbmi2,bmi,bmi2,pclmul,popcnt")))

struct wanted {
  __m512i quote, delimiter, lf, cr;
};

static inline TARGET struct wanted want(char delimiter) {
  return (struct wanted){_mm512_set1_epi8('"'), _mm512_set1_epi8(delimiter), _mm512_set1_epi8('\n'),
                         _mm512_set1_epi8('\r')};
}

static inline TARGET struct csv_masks look(const char *bytes, const struct wanted *wanted) {
  __m512i chunk = _mm512_loadu_si512(bytes);
  return (struct csv_masks){_mm512_cmpeq_epi8_mask(chunk, wanted->quote),
                            _mm512_cmpeq_epi8_mask(chunk, wanted->delimiter),
                            _mm512_cmpeq_epi8_mask(chunk, wanted->lf), _mm512_cmpeq_epi8_mask(chunk, wanted->cr),
                            _mm512_testn_epi8_mask(chunk, chunk)};
}

/* The product without carries with a word of ones. */
static inline TARGET uint64_t prefix_xor(uint64_t word) {
  __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)word), _mm_set1_epi8(-1), 0);
  return (uint64_t)_mm_cvtsi128_si64(product);
}

static inline TARGET void put16(uint32_t *to, __m128i places, uint32_t base) {
  _mm512_storeu_si512(to, _mm512_add_epi32(_mm512_cvtepu8_epi32(places), _mm512_set1_epi32((int)base)));
}

/* Sixteen at a time whether there are so many or not. */
static inline TARGET uint32_t *list(uint32_t *to, uint64_t bits, uint32_t base) {
  const __m512i all = _mm512_set_epi64(0x3f3e3d3c3b3a3938, 0x3736353433323130, 0x2f2e2d2c2b2a2928, 0x2726252423222120,
                                       0x1f1e1d1c1b1a1918, 0x1716151413121110, 0x0f0e0d0c0b0a0908, 0x0706050403020100);
  __m512i places = _mm512_maskz_compress_epi8(bits, all);
  int count = __builtin_popcountll(bits);
  put16(to, _mm512_castsi512_si128(places), base);
  if (count > 16) {
    put16(to + 16, _mm512_extracti32x4_epi32(places, 1), base);
    if (count > 32) {
      put16(to + 32, _mm512_extracti32x4_epi32(places, 2), base);
      put16(to + 48, _mm512_extracti32x4_epi32(places, 3), base);
    }
  }
  return to + count;
}

#include "csv_scan_loop.h"

static bool available(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
         __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("popcnt");
}

const struct csv_scan csv_scan_avx512 = {"avx512", scan, available};

#else
const struct csv_scan csv_scan_avx512 = {"avx512", NULL, NULL};
#endif
