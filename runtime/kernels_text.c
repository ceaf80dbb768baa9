/* kernels_text.c - text: row by row, present rows only; a missing row's view may point anywhere. */
#include "kernels.h"
#include "text.h"

static struct rung_text text_at(const struct vec *vec, size_t row) { return vec->data.text[row * vec->stride]; }

/* -- Tests ------------------------------------------------------------------------------- */

static bool contains(struct rung_text text, struct rung_text part) {
  if (part.length == 0) return true;
  return text.length >= part.length && memmem(text.bytes, text.length, part.bytes, part.length) != NULL;
}

static bool starts(struct rung_text text, struct rung_text part) {
  return text.length >= part.length && bytes_same(text.bytes, part.bytes, part.length);
}

static bool ends(struct rung_text text, struct rung_text part) {
  if (part.length == 0) return true;
  return text.length >= part.length &&
         bytes_same(text.bytes + text.length - part.length, part.bytes, part.length);
}

/* Blanks around items count in neither text. */
static bool has_item(struct rung_text list, struct rung_text item, struct rung_text separator) {
  item = text_trim(item);
  for (;;) {
    const char *end = list.length ? memmem(list.bytes, list.length, separator.bytes, separator.length) : NULL;
    struct rung_text next = {list.bytes, end ? (size_t)(end - list.bytes) : list.length};
    if (text_same(text_trim(next), item)) return true;
    if (!end) return false;
    list.length -= next.length + separator.length;
    list.bytes = end + separator.length;
  }
}

#define TEST_2(id, holds)                                                                 \
  bool kernel_##id(const struct call *call) {                                             \
    EACH_WORD(w) {                                                                        \
      uint64_t valid = call->a->valid[w] & call->b->valid[w], bits = 0;                   \
      EACH_BIT(i, valid, word_rows(call, w)) {                                            \
        struct rung_text x = text_at(call->a, w * 64 + i), y = text_at(call->b, w * 64 + i); \
        bits |= (uint64_t)(holds) << i;                                                   \
      }                                                                                   \
      call->dst->data.bits[w] = bits;                                                     \
      call->dst->valid[w] = valid;                                                        \
    }                                                                                     \
    return true;                                                                          \
  }
TEST_2(LT_T, text_order(x, y) < 0)
TEST_2(LE_T, text_order(x, y) <= 0)
TEST_2(CONTAINS, contains(x, y))
TEST_2(HAS, has_item(x, y, call->session->program->tables.constants[call->imm].text))

/* -- Tests that lengths decide for most rows, 64 at once before any byte is looked at ------------------------- */

/* Of 64 texts; those of 255 bytes and more are alike. */
static CLONES void take_lengths(const struct rung_text *texts, uint8_t lengths[64]) {
  for (size_t i = 0; i < 64; i++) lengths[i] = texts[i].length < 255 ? (uint8_t)texts[i].length : 255;
}

static CLONES uint64_t of_length(const uint8_t lengths[64], size_t length) {
  uint8_t wanted = length < 255 ? (uint8_t)length : 255, are[64];
  for (size_t i = 0; i < 64; i++) are[i] = lengths[i] == wanted;
  return swar_bits(are);
}

static CLONES uint64_t of_length_from(const struct rung_text *texts, size_t least) {
  uint8_t are[64];
  for (size_t i = 0; i < 64; i++) are[i] = texts[i].length >= least;
  return swar_bits(are);
}

/* The first and the last four of at least four bytes; of at most eight, all of them. */
static inline uint64_t key_of(const char *bytes, size_t length) {
  uint32_t first, last;
  memcpy(&first, bytes, sizeof first);
  memcpy(&last, bytes + length - sizeof last, sizeof last);
  return first | (uint64_t)last << 32;
}

enum { KEY_LEAST = 4, KEY_WHOLE = 8 };

static CLONES uint64_t of_key(const uint64_t keys[64], uint64_t key) {
  uint8_t are[64];
  for (size_t i = 0; i < 64; i++) are[i] = keys[i] == key;
  return swar_bits(are);
}

/* A word of texts against several. */
struct keyed {
  const struct rung_text *texts;
  uint64_t asked;
  uint8_t lengths[64];
  uint64_t keys[64];        /* of those long enough */
};

static void key_texts(struct keyed *keyed, const struct rung_text *texts, uint64_t asked) {
  keyed->texts = texts;
  keyed->asked = asked;
  take_lengths(texts, keyed->lengths);
  memset(keyed->keys, 0, sizeof keyed->keys);
  EACH_BIT(i, asked & of_length_from(texts, KEY_LEAST), 64) keyed->keys[i] = key_of(texts[i].bytes, texts[i].length);
}

static uint64_t which_same(const struct keyed *keyed, struct rung_text wanted) {
  uint64_t same = 0, asked = keyed->asked & of_length(keyed->lengths, wanted.length);
  if (wanted.length >= KEY_LEAST) asked &= of_key(keyed->keys, key_of(wanted.bytes, wanted.length));
  if (KEY_LEAST <= wanted.length && wanted.length <= KEY_WHOLE) return asked;
  EACH_BIT(i, asked, 64) same |= (uint64_t)text_same(keyed->texts[i], wanted) << i;
  return same;
}

static uint64_t which_equal(const struct rung_text *texts, uint64_t asked, struct rung_text wanted) {
  struct keyed keyed;
  key_texts(&keyed, texts, asked);
  return which_same(&keyed, wanted);
}

/* Which have the part at their start, or at their end. */
static inline uint64_t which_have(const struct rung_text *texts, uint64_t asked, struct rung_text part, bool at_end) {
  uint64_t keys[64] = {0}, have = 0;
  asked &= of_length_from(texts, part.length);
  if (part.length >= KEY_LEAST) {
    EACH_BIT(i, asked, 64)
      keys[i] = key_of(texts[i].bytes + (at_end ? texts[i].length - part.length : 0), part.length);
    asked &= of_key(keys, key_of(part.bytes, part.length));
    if (part.length <= KEY_WHOLE) return asked;
  }
  EACH_BIT(i, asked, 64) have |= (uint64_t)(at_end ? ends(texts[i], part) : starts(texts[i], part)) << i;
  return have;
}

static uint64_t which_start(const struct rung_text *texts, uint64_t asked, struct rung_text part) {
  return which_have(texts, asked, part, false);
}

static uint64_t which_end(const struct rung_text *texts, uint64_t asked, struct rung_text part) {
  return which_have(texts, asked, part, true);
}

/* `which` tests whole words of a column against one text, `holds` all else. */
#define TEST_WORD(id, which, holds)                                                          \
  bool kernel_##id(const struct call *call) {                                                \
    bool alone = call->a->stride && !call->b->stride;                                        \
    EACH_WORD(w) {                                                                           \
      size_t rows = word_rows(call, w);                                                      \
      uint64_t valid = call->a->valid[w] & call->b->valid[w], bits = 0;                      \
      if (alone && rows == 64 && valid)                                                      \
        bits = which(call->a->data.text + w * 64, valid, call->b->data.text[0]);             \
      else                                                                                   \
        EACH_BIT(i, valid, rows)                                                             \
          bits |= (uint64_t)holds(text_at(call->a, w * 64 + i), text_at(call->b, w * 64 + i)) << i; \
      call->dst->data.bits[w] = bits;                                                        \
      call->dst->valid[w] = valid;                                                           \
    }                                                                                        \
    return true;                                                                             \
  }
TEST_WORD(EQ_T, which_equal, text_same)
TEST_WORD(STARTS, which_start, starts)
TEST_WORD(ENDS, which_end, ends)

static uint64_t which_member(const struct rung_text *texts, uint64_t asked, const struct set *set) {
  struct keyed keyed;
  uint64_t members = 0;
  key_texts(&keyed, texts, asked);
  for (size_t k = 0; k < set->count; k++) members |= which_same(&keyed, set->words[k].text);
  return members;
}

bool kernel_IN_T(const struct call *call) {
  const struct set *set = &call->session->program->sets[call->imm];
  bool by_words = set_is_short(set) && call->a->stride;
  EACH_WORD(w) {
    size_t rows = word_rows(call, w);
    uint64_t valid = call->a->valid[w], bits = 0;
    if (by_words && rows == 64 && valid) bits = which_member(call->a->data.text + w * 64, valid, set);
    else
      EACH_BIT(i, valid, rows) bits |= (uint64_t)set_has_text(set, text_at(call->a, w * 64 + i)) << i;
    call->dst->data.bits[w] = bits;
    call->dst->valid[w] = valid;
  }
  return true;
}

bool kernel_MATCHES(const struct call *call) {
  const struct regex *regex = call->session->program->regexes[call->imm];
  EACH_WORD(w) {
    uint64_t matches = 0, known = 0;
    EACH_BIT(i, call->a->valid[w], word_rows(call, w)) {
      enum match match = regex_match(regex, call->session->matcher, text_at(call->a, w * 64 + i));
      if (match == MATCH_NO_MEMORY) return false;
      matches |= (uint64_t)(match == MATCH_YES) << i;
      known |= (uint64_t)(match != MATCH_LIMIT) << i;
    }
    call->dst->data.bits[w] = matches;
    call->dst->valid[w] = known;
  }
  return true;
}

/* -- Letter case ----------------------------------------------------------------------------- */

enum letter_case { LOWER, UPPER };

static bool is_ascii(struct rung_text text) {
  unsigned char high = 0;
  for (size_t i = 0; i < text.length; i++) high |= (unsigned char)text.bytes[i];
  return high < 0x80;
}

/* The byte in the other case when it is a letter of the wrong one; else itself. */
static unsigned char fold_ascii(unsigned char byte, enum letter_case wanted) {
  unsigned char first = wanted == LOWER ? 'A' : 'a';
  return (unsigned char)(byte ^ ((unsigned char)(byte - first) < 26 ? 0x20 : 0));
}

/* utf8proc gives U+00DF the capital U+1E9E, which Unicode's simple mapping does not; in all else they agree. */
static int32_t other_case(int32_t character, enum letter_case wanted) {
  if (wanted == LOWER) return utf8proc_tolower(character);
  return character == 0xdf ? character : utf8proc_toupper(character);
}

static size_t fold_unicode(char *out, struct rung_text text, enum letter_case wanted) {
  size_t length = 0;
  for (size_t at = 0; at < text.length;) {
    int32_t character;
    size_t taken = text_character(text, at, &character);
    if (character < 0) out[length++] = text.bytes[at];
    else length += (size_t)utf8proc_encode_char(other_case(character, wanted), (utf8proc_uint8_t *)out + length);
    at += taken;
  }
  return length;
}

/* An ASCII letter's other case is ASCII, and any other character has at least two bytes and becomes at most four:
   twice the length is room enough. */
static bool fold(struct heap *texts, struct rung_text text, enum letter_case wanted, struct rung_text *out) {
  size_t room = text.length;
  bool ascii = is_ascii(text);
  if (!ascii && __builtin_mul_overflow(text.length, (size_t)2, &room)) return false;
  char *bytes = heap_room(texts, room);
  if (!bytes) return false;
  size_t length = text.length;
  if (!ascii) length = fold_unicode(bytes, text, wanted);
  else
    for (size_t i = 0; i < length; i++) bytes[i] = (char)fold_ascii((unsigned char)text.bytes[i], wanted);
  heap_keep(texts, length);
  *out = (struct rung_text){bytes, length};
  return true;
}

static bool fold_rows(const struct call *call, enum letter_case wanted) {
  EACH_WORD(w) {
    uint64_t valid = call->a->valid[w];
    EACH_BIT(i, valid, word_rows(call, w)) {
      size_t row = w * 64 + i;
      if (!fold(call->texts, text_at(call->a, row), wanted, &call->dst->data.text[row])) return false;
    }
    call->dst->valid[w] = valid;
  }
  return true;
}

bool kernel_LOWER(const struct call *call) { return fold_rows(call, LOWER); }
bool kernel_UPPER(const struct call *call) { return fold_rows(call, UPPER); }

/* -- Parts ------------------------------------------------------------------------------------- */

static int64_t count_characters(struct rung_text text) {
  int64_t count = 0;
  int32_t character;
  for (size_t at = 0; at < text.length; count++) at += text_character(text, at, &character);
  return count;
}

#define PART(id, field, result)                                                                  \
  bool kernel_##id(const struct call *call) {                                                    \
    EACH_WORD(w) {                                                                               \
      uint64_t valid = call->a->valid[w];                                                        \
      EACH_BIT(i, valid, word_rows(call, w))                                                     \
        call->dst->data.field[w * 64 + i] = result(text_at(call->a, w * 64 + i));                \
      call->dst->valid[w] = valid;                                                               \
    }                                                                                            \
    return true;                                                                                 \
  }
PART(TRIM, text, text_trim)
PART(LENGTH, i64, count_characters)
