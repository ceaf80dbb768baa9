/* cast_currency.c - is a word a currency? */
#include "cast_parse.h"
#include "text.h"

static const struct rung_text currencies[] = {
#define CURRENCY(word) {word, sizeof(word) - 1},
#include "cast_currencies.def"
#undef CURRENCY
};

enum { WORD_MOST = 24 };        /* bytes; the longest is well below */

/* Small letters; false when it is no UTF-8 or too long for any currency. */
static bool fold(struct rung_text word, char *to, size_t *length) {
  int32_t character;
  *length = 0;
  for (size_t at = 0; at < word.length;) {
    at += text_character(word, at, &character);
    if (character < 0 || *length + 4 > WORD_MOST) return false;
    *length += (size_t)utf8proc_encode_char(utf8proc_tolower(character), (utf8proc_uint8_t *)to + *length);
  }
  return true;
}

/* One character of Unicode's category of currencies, but for those of cents. */
static bool is_sign(struct rung_text word) {
  enum { CENT = 0xa2, MILL = 0x20a5, WIDE_CENT = 0xffe0 };
  int32_t character;
  if (word.length == 0 || text_character(word, 0, &character) != word.length || character < 0) return false;
  return utf8proc_category(character) == UTF8PROC_CATEGORY_SC && character != CENT && character != MILL &&
         character != WIDE_CENT;
}

bool cast_is_currency(struct rung_text word) {
  char folded[WORD_MOST];
  size_t low = 0, high = sizeof currencies / sizeof *currencies, length;
  if (is_sign(word)) return true;
  if (!fold(word, folded, &length)) return false;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = text_order(currencies[middle], (struct rung_text){folded, length});
    if (order == 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}
