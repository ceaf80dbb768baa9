/* nearest.c - the name that was probably meant: Damerau-Levenshtein distance over characters. */
#include "diag.h"

#include <string.h>
#include <utf8proc.h>

enum { NEAREST_CHARACTERS = 64 };

/* The characters of a name in lower case, so that a wrong case is no distance; 0 when there are too many. */
static uint32_t decode(struct rung_text name, int32_t *out) {
  uint32_t count = 0;
  for (size_t at = 0; at < name.length;) {
    utf8proc_int32_t code;
    utf8proc_ssize_t taken =
        utf8proc_iterate((const utf8proc_uint8_t *)name.bytes + at, (utf8proc_ssize_t)(name.length - at), &code);
    if (taken <= 0 || count == NEAREST_CHARACTERS) return 0;
    out[count++] = utf8proc_tolower(code);
    at += (size_t)taken;
  }
  return count;
}

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* Insertions, deletions, replacements, and exchanges of two neighbours (optimal string alignment). */
static uint32_t measure(const int32_t *a, uint32_t a_count, const int32_t *b, uint32_t b_count) {
  uint32_t row[3][NEAREST_CHARACTERS + 1];
  for (uint32_t j = 0; j <= b_count; j++) row[0][j] = j;
  for (uint32_t i = 1; i <= a_count; i++) {
    uint32_t *now = row[i % 3], *above = row[(i + 2) % 3], *before = row[(i + 1) % 3];
    now[0] = i;
    for (uint32_t j = 1; j <= b_count; j++) {
      uint32_t best = least(above[j], now[j - 1]) + 1;
      best = least(best, above[j - 1] + (a[i - 1] != b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) best = least(best, before[j - 2] + 1);
      now[j] = best;
    }
  }
  return row[a_count % 3][b_count];
}

void nearest_start(struct nearest *nearest, struct rung_text name) {
  *nearest = (struct nearest){.name = name, .distance = UINT32_MAX};
}

void nearest_try(struct nearest *nearest, struct rung_text candidate) {
  int32_t a[NEAREST_CHARACTERS], b[NEAREST_CHARACTERS];
  uint32_t a_count = decode(nearest->name, a), b_count = decode(candidate, b);
  if (a_count == 0 || b_count == 0) return;
  uint32_t longer = a_count > b_count ? a_count : b_count, gap = longer - least(a_count, b_count);
  /* One slip in three to five characters, two up to eight, three beyond: more is another word. */
  uint32_t most = longer < 3 ? 0 : longer < 6 ? 1 : longer < 9 ? 2 : 3;
  if (gap > most) return;
  uint32_t distance = measure(a, a_count, b, b_count);
  if (distance > most || distance >= nearest->distance) return;
  nearest->distance = distance;
  nearest->best = candidate;
}
