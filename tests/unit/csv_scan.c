/* csv_scan.c - every instruction set of this processor against the definition of an end, byte by byte. */
#include "csv_scan.h"

#include <CUnit/CUnit.h>
#include <string.h>

static const char *const names[] = {"portable", "sse2", "avx2", "avx512", "neon"};
enum { NAMES = sizeof names / sizeof *names, LONGEST = 700, ROOM = LONGEST + 2 * CSV_CHUNK };

/* -- The definition ---------------------------------------------------------------------------- */

struct slow {
  uint32_t ends[LONGEST];
  size_t count, stop;
  uint64_t rows, quoted_lines;
  bool inside, closed, special, cr; /* of the last byte */
};

/* Takes bytes until one that is irregular. */
static void scan_slowly(struct slow *s, const char *bytes, size_t from, size_t to, char delimiter) {
  for (s->stop = from; s->stop < to; s->stop++) {
    char byte = bytes[s->stop];
    bool quote = byte == '"', separator = byte == delimiter || byte == '\n' || byte == '\r';
    bool opens = quote && !s->inside;
    if (opens && !s->special) return;              /* a quote inside a bare field */
    if (s->closed && !quote && !separator) return; /* text after a closing quote */
    if (!s->inside && separator && !(byte == '\n' && s->cr)) s->ends[s->count++] = (uint32_t)s->stop;
    bool line = byte == '\r' || (byte == '\n' && !s->cr);
    if (line && !s->inside) s->rows++;
    if (line && s->inside) s->quoted_lines++;
    s->closed = quote && s->inside;
    if (quote) s->inside = !s->inside;
    s->special = quote || separator;
    s->cr = byte == '\r';
  }
}

/* -- Both --------------------------------------------------------------------------------- */

static uint64_t random_state = 20261122;

static uint32_t random_below(uint32_t bound) {
  random_state = random_state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(random_state >> 33) % bound;
}

/* The bytes are looked at in two parts, and each part ends where it must. */
static bool same(const struct csv_scan *scan, const char *bytes, size_t from, size_t middle, size_t to,
                 char delimiter) {
  static uint32_t ends[LONGEST + CSV_EXCESS];
  struct slow slow = {.special = true};
  struct csv_state state = {.after_special = 1, .ends = ends};
  memset(ends, 0xff, sizeof ends);
  size_t stop = scan->scan(bytes, from, middle, delimiter, &state);
  if (stop == middle) stop = scan->scan(bytes, middle, to, delimiter, &state);
  scan_slowly(&slow, bytes, from, to, delimiter);
  bool whole = stop == to;
  return stop == slow.stop && (size_t)(state.ends - ends) == slow.count &&
         memcmp(ends, slow.ends, slow.count * sizeof *ends) == 0 && state.rows == slow.rows &&
         state.quoted_lines == slow.quoted_lines &&
         (!whole || (state.inside == (slow.inside ? ~(uint64_t)0 : 0) && state.after_closing == slow.closed &&
                     state.after_cr == slow.cr && (from == to || state.after_special == slow.special)));
}

static void check_all(const char *bytes, size_t from, size_t middle, size_t to, char delimiter) {
  for (size_t i = 0; i < NAMES; i++) {
    const struct csv_scan *scan = csv_scan_choose(names[i]);
    if (!scan || same(scan, bytes, from, middle, to, delimiter)) continue;
    CU_FAIL("an instruction set finds other ends");
  }
}

/* -- Bytes ------------------------------------------------------------------------------------- */

static _Alignas(64) char buffer[ROOM];

/* Irregular quotes end a scan, so that most bytes should be regular, some not. */
static void fill_regular(uint32_t irregular) {
  static const char *const pieces[] = {",", "a,", "bcd,", "\"\",", "\"x,y\",", "\"a\r\nb\"\r\n", "\n", "\r", "\r\n",
                                       "\"\"\"\"\n", "1.5\n", "\"say \"\"hm\"\"\"\r", "\xd0\x9a\xd0\xb8\xd0\xb5\xd0\xb2,"};
  size_t length = 0;
  while (length < ROOM) {
    const char *piece = pieces[random_below(13)];
    size_t room = ROOM - length, added = strlen(piece) < room ? strlen(piece) : room;
    memcpy(buffer + length, piece, added);
    length += added;
  }
  while (irregular--) buffer[random_below(ROOM)] = "\"a\n"[random_below(3)];
}

static void places_and_lengths(void) {
  for (size_t from = 0; from < CSV_CHUNK; from++) {
    for (size_t length = 0; length < 200; length++) {
      fill_regular(random_below(2));
      check_all(buffer, from, from + random_below((uint32_t)length + 1), from + length, ',');
    }
  }
}

static void long_scans(void) {
  for (int i = 0; i < 3000; i++) {
    size_t from = random_below(CSV_CHUNK), to = from + random_below(LONGEST - CSV_CHUNK);
    fill_regular(random_below(3));
    check_all(buffer, from, from + random_below((uint32_t)(to - from + 1)), to, ',');
  }
}

static void soups(void) {
  static const char letters[] = "\"\"\"\",,,\n\n\r\rab;\t ";
  for (int i = 0; i < 20000; i++) {
    for (size_t k = 0; k < ROOM; k++) buffer[k] = letters[random_below(sizeof letters - 1)];
    size_t from = random_below(CSV_CHUNK), to = from + random_below(300);
    check_all(buffer, from, from + random_below((uint32_t)(to - from + 1)), to, ",;\t "[random_below(4)]);
  }
}

/* As many ends as there can be: every place of the compressed list is written. */
static void ends_only(void) {
  for (size_t count = 0; count <= CSV_CHUNK; count++) {
    memset(buffer, 'a', ROOM);
    memset(buffer, ',', count);
    check_all(buffer, 0, CSV_CHUNK, LONGEST - CSV_CHUNK, ',');
    memset(buffer, '\n', count);
    check_all(buffer, 0, CSV_CHUNK, LONGEST - CSV_CHUNK, ',');
  }
  memset(buffer, '\r', ROOM);
  check_all(buffer, 0, 1, LONGEST, ',');
}

/* Every byte value that is not looked for is left alone, also as one with its highest bit set. */
static void other_bytes(void) {
  for (int byte = 0; byte < 256; byte++) {
    memset(buffer, byte, ROOM);
    memcpy(buffer + 100, ",\n,", 3);
    check_all(buffer, 0, 130, 300, ',');
    check_all(buffer, 0, 130, 300, (char)0xe9);
  }
}

static bool finds_nul(const struct csv_scan *scan, size_t from, size_t to) {
  static uint32_t ends[LONGEST + CSV_EXCESS];
  struct csv_state state = {.after_special = 1, .ends = ends};
  scan->scan(buffer, from, to, ',', &state);
  return state.nul != 0;
}

static void nul_bytes(void) {
  for (size_t i = 0; i < NAMES; i++) {
    const struct csv_scan *scan = csv_scan_choose(names[i]);
    for (size_t at = 0; scan && at < 300; at++) {
      fill_regular(0);
      CU_ASSERT_FALSE(finds_nul(scan, at, 400));
      memset(buffer, 'a', ROOM);
      buffer[at] = 0;
      CU_ASSERT(finds_nul(scan, 0, 300));
      CU_ASSERT(finds_nul(scan, at, at + 1));
      CU_ASSERT_FALSE(finds_nul(scan, at + 1, 400));
    }
  }
}

/* -- Choosing ---------------------------------------------------------------------------------- */

static void choosing(void) {
  CU_ASSERT_PTR_NULL(csv_scan_choose(""));
  CU_ASSERT_PTR_NULL(csv_scan_choose("AVX2"));
  CU_ASSERT_PTR_NULL(csv_scan_choose("avx"));
  CU_ASSERT_PTR_NOT_NULL(csv_scan_choose("portable"));
  CU_ASSERT_PTR_NOT_NULL_FATAL(csv_scan_choose(NULL));
  for (size_t i = 0; i < NAMES; i++) {
    const struct csv_scan *scan = csv_scan_choose(names[i]);
    if (scan) CU_ASSERT_STRING_EQUAL(scan->name, names[i]);
  }
#ifdef __x86_64__
  CU_ASSERT_PTR_NOT_NULL(csv_scan_choose("sse2"));
  CU_ASSERT_PTR_NULL(csv_scan_choose("neon"));
  CU_ASSERT_EQUAL(csv_scan_choose("avx2") != NULL, __builtin_cpu_supports("avx2") != 0);
#endif
#ifdef __aarch64__
  CU_ASSERT_PTR_NOT_NULL(csv_scan_choose("neon"));
  CU_ASSERT_PTR_NULL(csv_scan_choose("avx2"));
#endif
}

void suite_csv_scan(void);

void suite_csv_scan(void) {
  CU_pSuite suite = CU_add_suite("csv_scan", NULL, NULL);
  CU_add_test(suite, "every place and length", places_and_lengths);
  CU_add_test(suite, "long scans", long_scans);
  CU_add_test(suite, "random bytes", soups);
  CU_add_test(suite, "as many ends as there can be", ends_only);
  CU_add_test(suite, "other bytes", other_bytes);
  CU_add_test(suite, "NUL", nul_bytes);
  CU_add_test(suite, "choosing", choosing);
}
