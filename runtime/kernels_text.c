/* kernels_text.c - text: row by row, present rows only; a missing row's view may point anywhere. */
#include "edges.h"
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

/* -- Tests against one text, or a few: whole words of a column by the edges of its texts ----------------------- */

/* Tests of one edge.  A column's texts stay what they are for the whole batch, so their edges are gathered once. */
static void test_edges(const struct call *call, const struct edge_test *tests, size_t count, size_t words) {
  const struct rung_text *texts = call->a->data.text;
  const uint64_t *valid = call->a->valid;
  uint64_t bytes[64] = {0}, *found = call->dst->data.bits;
  uint8_t lengths[64] = {0};
  struct edges word = {.bytes = {bytes, bytes}, .lengths = lengths}, *edges = call->edges ? call->edges : &word;
  enum edge edge = tests[0].edge;
  size_t step = call->edges ? words : 1;
  for (size_t w = 0; w < words; w += step) {
    if (edges->batch[edge] != call->session->batch || !call->edges)
      edges_gather(edges, edge, texts + w * 64, valid + w, step);
    edges->batch[edge] = call->session->batch;
    for (size_t i = 0; i < count; i++) edges_test(edges, &tests[i], texts + w * 64, valid + w, found + w, step);
  }
}

/* Words of 64 rows with texts that differ, all against what `against` has the same for all of them. */
static size_t whole_words(const struct call *call, bool against) {
  return call->a->stride && against ? call->rows / 64 : 0;
}

/* `holds` tests row by row what is left over. */
#define TEST_EDGE(id, edge, whole, holds)                                                    \
  bool kernel_##id(const struct call *call) {                                                \
    size_t words = whole_words(call, !call->b->stride && call->b->valid[0] & 1);             \
    EACH_WORD(w) {                                                                           \
      uint64_t valid = call->a->valid[w] & call->b->valid[w], bits = 0;                      \
      if (w >= words)                                                                        \
        EACH_BIT(i, valid, word_rows(call, w))                                               \
          bits |= (uint64_t)holds(text_at(call->a, w * 64 + i), text_at(call->b, w * 64 + i)) << i; \
      call->dst->data.bits[w] = bits;                                                        \
      call->dst->valid[w] = valid;                                                           \
    }                                                                                        \
    if (!words) return true;                                                                 \
    struct edge_test test = edge_test(call->b->data.text[0], edge, whole);                   \
    test_edges(call, &test, 1, words);                                                       \
    return true;                                                                             \
  }
TEST_EDGE(EQ_T, EDGE_HEAD, true, text_same)
TEST_EDGE(STARTS, EDGE_HEAD, false, starts)
TEST_EDGE(ENDS, EDGE_TAIL, false, ends)

bool kernel_IN_T(const struct call *call) {
  const struct set *set = &call->session->program->sets[call->imm];
  struct edge_test tests[SET_SHORT];
  size_t words = set->count ? whole_words(call, set_is_short(set)) : 0;
  EACH_WORD(w) {
    uint64_t valid = call->a->valid[w], bits = 0;
    if (w >= words)
      EACH_BIT(i, valid, word_rows(call, w)) bits |= (uint64_t)set_has_text(set, text_at(call->a, w * 64 + i)) << i;
    call->dst->data.bits[w] = bits;
    call->dst->valid[w] = valid;
  }
  for (size_t i = 0; words && i < set->count; i++) tests[i] = edge_test(set->words[i].text, EDGE_HEAD, true);
  if (words) test_edges(call, tests, set->count, words);
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
