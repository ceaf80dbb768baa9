/* cast_flag.c - cells to flags, by words in any case. */
#include <string.h>

#include "cast_parse.h"

enum { WORD_MOST = 12 }; /* bytes of the longest word */

static const struct {
  const char *word;           /* in lower case */
  bool flag;
} words[] = {
    {"yes", true}, {"no", false}, {"true", true}, {"false", false}, {"y", true},      {"n", false},
    {"t", true},   {"f", false},  {"да", true},   {"нет", false},   {"истина", true}, {"ложь", false},
};

/* ASCII and А to Я, which are all that the words need, to lower case. */
static void lower(char *to, struct rung_text from) {
  for (size_t i = 0; i < from.length; i++) {
    unsigned char byte = (unsigned char)from.bytes[i];
    unsigned char next = i + 1 < from.length ? (unsigned char)from.bytes[i + 1] : 0;
    to[i] = (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
    if (byte != 0xd0 || next < 0x90 || next > 0xaf) continue;
    bool far = next >= 0xa0; /* Р to Я have lower case under the next lead byte */
    to[i++] = (char)(far ? 0xd1 : 0xd0);
    to[i] = (char)(far ? next - 0x20 : next + 0x20);
  }
}

enum cast_result cast_flag(struct rung_text cell, int64_t *flag) {
  char word[WORD_MOST];
  if (cell.length == 1 && (cell.bytes[0] == '0' || cell.bytes[0] == '1')) {
    *flag = cell.bytes[0] == '1';
    return CAST_FINE;
  }
  if (cell.length > sizeof word) return CAST_NOT_FLAG;
  lower(word, cell);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (strlen(words[i].word) != cell.length || memcmp(words[i].word, word, cell.length) != 0) continue;
    *flag = words[i].flag;
    return CAST_FINE;
  }
  return CAST_NOT_FLAG;
}
