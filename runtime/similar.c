/* similar.c - tell how far apart two names are. */
#include "similar.h"

#include <utf8proc.h>

enum { SIMILAR_CHARACTERS = 64, BAD_BYTE = 0xDC00 };

int32_t similar_next(struct rung_text text, size_t *at) {
  int32_t character;
  utf8proc_ssize_t taken = utf8proc_iterate((const utf8proc_uint8_t *)text.bytes + *at,
                                            (utf8proc_ssize_t)(text.length - *at), &character);
  if (taken <= 0) return BAD_BYTE + (unsigned char)text.bytes[(*at)++];
  *at += (size_t)taken;
  return character;
}

bool similar_invisible(int32_t character) {
  return character <= ' ' || character == 0x7F || character == 0xA0 || character == 0xAD || character == 0x3000 ||
         character == 0xFEFF || (character >= 0x2000 && character <= 0x200F) ||
         (character >= 0x2028 && character <= 0x202F) || (character >= 0x205F && character <= 0x2064);
}

/* The characters that count, in lower case; false when there are too many. */
static bool fold(struct rung_text text, int32_t *out, uint32_t *count) {
  *count = 0;
  for (size_t at = 0; at < text.length;) {
    int32_t character = similar_next(text, &at);
    if (similar_invisible(character) || character == '_' || character == '-') continue;
    if (*count == SIMILAR_CHARACTERS) return false;
    out[(*count)++] = utf8proc_tolower(character);
  }
  return true;
}

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* Three rows of the table of distances suffice: exchanges look back two. */
static uint32_t measure(const int32_t *a, uint32_t a_count, const int32_t *b, uint32_t b_count) {
  uint32_t rows[3][SIMILAR_CHARACTERS + 1];
  for (uint32_t j = 0; j <= b_count; j++) rows[0][j] = j;
  for (uint32_t i = 1; i <= a_count; i++) {
    uint32_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *above2 = rows[(i + 1) % 3];
    row[0] = i;
    for (uint32_t j = 1; j <= b_count; j++) {
      row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
      bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (exchanged) row[j] = least(row[j], above2[j - 2] + 1);
    }
  }
  return rows[a_count % 3][b_count];
}

uint32_t similar_distance(struct rung_text a, struct rung_text b) {
  int32_t a_characters[SIMILAR_CHARACTERS], b_characters[SIMILAR_CHARACTERS];
  uint32_t a_count, b_count;
  if (!fold(a, a_characters, &a_count) || !fold(b, b_characters, &b_count)) return SIMILAR_NOT;
  if (a_count == 0 || b_count == 0) return SIMILAR_NOT;
  uint32_t allowed = a_count <= 2 ? 0 : 1 + a_count / 5;
  uint32_t difference = a_count > b_count ? a_count - b_count : b_count - a_count;
  if (difference > allowed) return SIMILAR_NOT;
  uint32_t distance = measure(a_characters, a_count, b_characters, b_count);
  return distance <= allowed ? distance : SIMILAR_NOT;
}
