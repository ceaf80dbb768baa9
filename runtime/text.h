/* text.h - small things about byte strings. */
#ifndef RUNG_TEXT_H
#define RUNG_TEXT_H

#include <string.h>
#include <utf8proc.h>

#include "rung.h"

#define TEXT_FORMAT(text) (int)(text).length, (text).bytes /* for "%.*s" */

/* 0 where eight bytes are the same. */
static inline uint64_t bytes_differ_8(const char *a, const char *b) {
  uint64_t x, y;
  memcpy(&x, a, sizeof x);
  memcpy(&y, b, sizeof y);
  return x ^ y;
}

static inline uint32_t bytes_differ_4(const char *a, const char *b) {
  uint32_t x, y;
  memcpy(&x, a, sizeof x);
  memcpy(&y, b, sizeof y);
  return x ^ y;
}

/* By the first and the last word, which may overlap: most texts are short, and most that differ do so there. */
static inline bool bytes_same(const char *a, const char *b, size_t length) {
  if (length >= 8)
    return (bytes_differ_8(a, b) | bytes_differ_8(a + length - 8, b + length - 8)) == 0 &&
           (length <= 16 || memcmp(a + 8, b + 8, length - 16) == 0);
  if (length >= 4) return (bytes_differ_4(a, b) | bytes_differ_4(a + length - 4, b + length - 4)) == 0;
  if (length == 0) return true;
  return ((a[0] ^ b[0]) | (a[length / 2] ^ b[length / 2]) | (a[length - 1] ^ b[length - 1])) == 0;
}

static inline bool text_same(struct rung_text a, struct rung_text b) {
  return a.length == b.length && bytes_same(a.bytes, b.bytes, a.length);
}

/* Negative, 0 or positive as a stands before, beside or behind b, by unsigned bytes. */
static inline int text_order(struct rung_text a, struct rung_text b) {
  size_t least = a.length < b.length ? a.length : b.length;
  int order = least ? memcmp(a.bytes, b.bytes, least) : 0;
  return order ? order : (a.length > b.length) - (a.length < b.length);
}

/* The character at `at` of the text and its length in bytes; of a byte that begins no UTF-8 character,
   `character` is -1 and the length 1. */
static inline size_t text_character(struct rung_text text, size_t at, int32_t *character) {
  utf8proc_int32_t decoded;
  size_t left = text.length - at;
  utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)text.bytes + at,
                                             left < 4 ? (utf8proc_ssize_t)left : 4, &decoded);
  *character = length > 0 ? decoded : -1;
  return length > 0 ? (size_t)length : 1;
}

static inline bool text_is_utf8(struct rung_text text) {
  int32_t character = 0;
  for (size_t at = 0; at < text.length && character >= 0;) at += text_character(text, at, &character);
  return character >= 0;
}

/* UTF-8 that can be shown to people: without controls, which change a terminal, but for blanks and line ends, and
   without marks that turn the order of letters around.  The compiler takes no others in rules. */
static inline bool text_is_plain(struct rung_text text) {
  int32_t code;
  for (size_t at = 0; at < text.length;) {
    at += text_character(text, at, &code);
    bool control = (code < ' ' && !(code >= '\t' && code <= '\r')) || (code >= 0x7f && code < 0xa0); /* or no UTF-8 */
    bool turns = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    if (control || turns) return false;
  }
  return true;
}

/* Blanks are spaces, tabs and the no-break spaces U+00A0, U+2007, U+202F.  No byte of these characters' encodings ends
   or begins another character, so they can be told from both sides. */
static inline size_t text_blank_before(struct rung_text text) {
  const unsigned char *b = (const unsigned char *)text.bytes;
  if (text.length >= 1 && (b[0] == ' ' || b[0] == '\t')) return 1;
  if (text.length >= 2 && b[0] == 0xc2 && b[1] == 0xa0) return 2;
  return text.length >= 3 && b[0] == 0xe2 && b[1] == 0x80 && (b[2] == 0x87 || b[2] == 0xaf) ? 3 : 0;
}

static inline size_t text_blank_after(struct rung_text text) {
  for (size_t length = 1; length <= 3 && length <= text.length; length++)
    if (text_blank_before((struct rung_text){text.bytes + text.length - length, length}) == length) return length;
  return 0;
}

/* Without the blanks at both ends. */
static inline struct rung_text text_trim(struct rung_text text) {
  for (size_t length; (length = text_blank_before(text)) > 0;)
    text = (struct rung_text){text.bytes + length, text.length - length};
  for (size_t length; (length = text_blank_after(text)) > 0;) text.length -= length;
  return text;
}

/* Without the mark at its start, if it stands there. */
static inline struct rung_text text_unmark(struct rung_text text, struct rung_text mark) {
  if (mark.length == 0 || text.length < mark.length || memcmp(text.bytes, mark.bytes, mark.length) != 0) return text;
  return (struct rung_text){text.bytes + mark.length, text.length - mark.length};
}

#endif
