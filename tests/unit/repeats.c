/* repeats.c - repeated keys, against a list of all keys that came. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "failing.h"
#include "score.h"

enum { MOST = 3000, KEY_ROOM = 24 };

struct keys {
  char bytes[MOST][KEY_ROOM];
  struct rung_text texts[MOST];
  size_t count;
};

static void add(struct keys *keys, const char *bytes, size_t length) {
  memcpy(keys->bytes[keys->count], bytes, length);
  keys->texts[keys->count] = (struct rung_text){keys->bytes[keys->count], length};
  keys->count++;
}

struct form {
  const char *before;
  int digits;                 /* at least */
};

static void add_number(struct keys *keys, struct form form, unsigned number) {
  char text[KEY_ROOM];
  add(keys, text, (size_t)snprintf(text, sizeof text, "%s%0*u", form.before, form.digits, number));
}

/* Whether an earlier row has the key; an empty one repeats nothing. */
static bool came(const struct keys *keys, size_t row) {
  struct rung_text key = keys->texts[row];
  for (size_t i = 0; i < row && key.length > 0; i++)
    if (keys->texts[i].length == key.length && memcmp(keys->texts[i].bytes, key.bytes, key.length) == 0) return true;
  return false;
}

/* -- Both ways to ask ------------------------------------------------------------------------ */

static struct repeats *make(void) {
  struct repeats *repeats = NULL;
  CU_ASSERT_EQUAL_FATAL(repeats_new(NULL, &repeats, NULL), RUNG_OK);
  return repeats;
}

/* Row by row, every answer; then once more. */
static void check_asked(const struct keys *keys, const bool *expected) {
  struct repeats *repeats = make();
  size_t wrong = 0;
  for (int pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < keys->count; i++) {
      bool repeated = false;
      if (keys->texts[i].length == 0) repeats_pass(repeats);
      else wrong += !repeats_ask(repeats, keys->texts[i], &repeated);
      wrong += repeated != expected[i];
    }
    repeats_again(repeats);
  }
  CU_ASSERT_EQUAL(wrong, 0);
  repeats_free(repeats);
}

/* Rows of the block that were refused lie between: one each so many. */
static uint32_t row_of(size_t i, size_t gap) { return (uint32_t)(i + i / gap); }

/* By notes of some batches each, up to the first that came before. */
static void check_noted(struct keys *keys, size_t batch_rows, size_t lot_rows, size_t gap, const bool *expected) {
  struct repeats *repeats = make();
  struct buffer notes = {0};
  size_t first = 0;
  uint32_t rows[MOST], found = NONE32, wanted = 0;
  while (wanted < keys->count && !expected[wanted]) wanted++;
  for (; first < keys->count && found == NONE32; first += lot_rows) {
    size_t end = keys->count - first < lot_rows ? keys->count : first + lot_rows;
    notes.length = 0;
    for (size_t at = first, count; at < end; at += count) {
      count = end - at < batch_rows ? end - at : batch_rows;
      for (size_t i = 0; i < count; i++) rows[i] = row_of(at + i, gap);
      struct batch batch = {.keys = keys->texts + at, .rows = rows, .count = count};
      CU_ASSERT_FATAL(repeats_note(&notes, &batch));
    }
    CU_ASSERT_FATAL(repeats_find(repeats, &notes, &found));
  }
  CU_ASSERT_EQUAL(found, wanted == keys->count ? NONE32 : row_of(wanted, gap));
  buffer_free(&notes);
  repeats_free(repeats);
}

static void check(struct keys *keys) {
  static bool expected[MOST];
  static const size_t sizes[][3] = {{1, 1, MOST},   {1, 7, MOST},    {63, 64, 1}, {64, 64, MOST},
                                    {65, 130, 5}, {1000, MOST, 3}, {1000, MOST, MOST}};
  for (size_t i = 0; i < keys->count; i++) expected[i] = came(keys, i);
  check_asked(keys, expected);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) check_noted(keys, sizes[i][0], sizes[i][1], sizes[i][2],
                                                                      expected);
}

/* -- Keys ------------------------------------------------------------------------------------ */

static struct keys keys;

static const size_t counts[] = {1, 2, 63, 64, 65, 66, 1024, 1025, 2049};
enum { COUNTS = sizeof counts / sizeof *counts };

/* As numbers, of one length, of 15 and 16 bytes, which are told apart otherwise. */
static const struct form plain = {"", 1};
static const struct form forms[] = {{"", 1}, {"", 6}, {"c-", 13}, {"c-", 14}, {"customer", 14}};
enum { FORMS = sizeof forms / sizeof *forms };

static void test_ascending(void) {
  for (size_t form = 0; form < FORMS; form++) {
    for (size_t c = 0; c < COUNTS; c++) {
      keys.count = 0;
      for (unsigned i = 0; i < counts[c]; i++) add_number(&keys, forms[form], i * 3);
      check(&keys);
    }
  }
}

/* Row `at` has a smaller key, which came `back` rows before, or never. */
static void test_break(void) {
  static const size_t places[] = {1, 2, 63, 64, 65, 1024, 1199};
  for (size_t form = 0; form < FORMS; form++) {
    for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
      for (size_t back = 0; back <= places[p]; back = back * 5 + 1) {
        keys.count = 0;
        for (unsigned i = 0; i < 1200; i++) {
          bool is_place = i == places[p];
          add_number(&keys, forms[form], is_place && back ? (i - (unsigned)back) * 2 + 2 : is_place ? 5 : i * 2 + 2);
        }
        check(&keys);
      }
    }
  }
}

/* Two ascending parts, of which the second repeats one key or all of them. */
static void test_parts(void) {
  for (unsigned from = 0; from < 1000; from += 333) {
    keys.count = 0;
    for (unsigned i = 0; i < 1000; i++) add_number(&keys, plain, i * 2);
    for (unsigned i = 0; i < 1000; i++) add_number(&keys, plain, i == from ? 998 : i * 2 + 1);
    check(&keys);
  }
  keys.count = 0;
  for (unsigned i = 0; i < 2000; i++) add_number(&keys, plain, i % 1000);
  check(&keys);
}

static void test_orders(void) {
  keys.count = 0;
  for (unsigned i = 2000; i > 0; i--) add_number(&keys, plain, i); /* descending */
  check(&keys);
  keys.count = 0;
  add_number(&keys, plain, 999999999); /* one far above all others */
  for (unsigned i = 0; i < 2000; i++) add_number(&keys, plain, i);
  add_number(&keys, plain, 1999);
  check(&keys);
  keys.count = 0;
  for (unsigned i = 0; i < 2003; i++) add_number(&keys, plain, i * 1201 % 2003); /* 2003 is prime: none twice */
  check(&keys);
  add_number(&keys, plain, 1000);
  check(&keys);
}

/* Steps of 32 bits and one more, from the first key and between two; in 9 bytes and more, whose first ones differ, too. */
static void test_steps(void) {
  static const char *const some[] = {
      "00000001", "0001000", "0001\x30\x30\x30\x30", "1000\x30\x30\x30\x30", "1000\xff\xff\xff\xff", "1001\x30\x30\x30\x2f",
      "1001\x30\x30\x30\x30", "1001\x30\x30\x30\x31", "1002\x30\x30\x30\x32", "1002\xff\xff\xff\xff", "100300000",
      "100300001", "200300000", "200300001", "2003000010000000", "30"};
  enum { SOME = sizeof some / sizeof *some };
  for (size_t without = 0; without <= SOME; without++) {
    for (size_t back = 0; back <= SOME; back++) {
      keys.count = 0;
      for (size_t i = 0; i < SOME; i++)
        if (i != without) add(&keys, some[i], strlen(some[i]));
      if (back < SOME) add(&keys, some[back], strlen(some[back]));
      check(&keys);
    }
  }
}

/* Zeros in front and behind, other lengths, other bytes of the highest and the lowest place. */
static void test_alike(void) {
  static const struct rung_text some[] = {
      {"a", 1}, {"\0a", 2}, {"a\0", 2}, {"\0\0a", 3}, {"\0", 1}, {"\0\0", 2}, {"0", 1}, {"00", 2}, {"000000000", 9},
      {"00000000", 8}, {"\xff", 1}, {"\xff\xff", 2},
      {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 15},
      {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 16}, {"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 15},
      {"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16}, {"123456789012345", 15}, {"1234567890123456", 16}, {"12345678", 8},
      {"1234567", 7}, {"9", 1}, {"10", 2}, {"", 0}, {"a", 1}, {"", 0}, {"", 0}};
  enum { SOME = sizeof some / sizeof *some };
  for (size_t shift = 0; shift < SOME; shift++) {
    keys.count = 0;
    for (size_t i = 0; i < SOME; i++) add(&keys, some[(i + shift) % SOME].bytes, some[(i + shift) % SOME].length);
    check(&keys);
    for (size_t i = 0; i < SOME; i++) add(&keys, some[i].bytes, some[i].length);
    check(&keys);
  }
}

/* Short keys of few letters, many of them repeated. */
static void test_random(void) {
  uint64_t state = 7;
  for (int run = 0; run < 40; run++) {
    keys.count = 0;
    for (size_t i = 0; i < 500; i++) {
      char text[KEY_ROOM];
      state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
      size_t length = (state >> 33) % (size_t)(run / 2 + 1);
      for (size_t k = 0; k < length; k++) text[k] = (char)("\x00\x7f\x80\xff"[state >> (40 + k) & 3]);
      add(&keys, text, length);
    }
    check(&keys);
  }
}

/* Every allocation fails once: of keys in order and of others. */
static void test_no_memory(void) {
  struct failing failing = {.failed = true};
  uint32_t rows[MOST], found;
  keys.count = 0;
  for (unsigned i = 0; i < MOST; i++) add_number(&keys, plain, i % 3 == 2 ? i - 2 : i * 3 + 1);
  for (unsigned i = 0; i < MOST; i++) rows[i] = i;
  struct batch batch = {.keys = keys.texts, .rows = rows, .count = MOST};
  size_t at = 0;
  for (; failing.failed && at < 100; at++) {
    failing = (struct failing){.fails_at = at};
    const struct rung_allocator allocator = {failing_resize, &failing};
    struct repeats *repeats = NULL;
    struct buffer notes = {.allocator = &allocator};
    bool fine = repeats_new(&allocator, &repeats, NULL) == RUNG_OK && repeats_note(&notes, &batch) &&
                repeats_find(repeats, &notes, &found);
    CU_ASSERT_EQUAL(fine, !failing.failed);
    buffer_free(&notes);
    repeats_free(repeats);
    CU_ASSERT_EQUAL(failing.live, 0);
  }
  CU_ASSERT(at > 5 && at < 100);
}

void suite_repeats(void);
void suite_repeats(void) {
  CU_pSuite suite = CU_add_suite("repeats", NULL, NULL);
  CU_add_test(suite, "ascending keys", test_ascending);
  CU_add_test(suite, "one key out of order", test_break);
  CU_add_test(suite, "two ascending parts", test_parts);
  CU_add_test(suite, "other orders", test_orders);
  CU_add_test(suite, "keys that are far apart", test_steps);
  CU_add_test(suite, "keys that are nearly the same", test_alike);
  CU_add_test(suite, "random keys", test_random);
  CU_add_test(suite, "no memory", test_no_memory);
}
