/* csv.c - the reader of CSV against a slow one that was written from RFC 4180 alone, and against facts. */
#include "csv_slow.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "csv_scan.h"
#include "open_bytes.h"

/* -- Both on the same bytes -------------------------------------------------------------------------- */

static bool same_fields(const struct slow *s, const struct slow_row *want, const struct csv_block *block,
                        const struct csv_row *row) {
  if (row->fields != want->fields) return false;
  for (uint32_t f = 0; f < row->fields; f++) {
    struct rung_text raw = csv_raw(block, row, f);
    size_t start = s->starts[want->first + f], length = s->stops[want->first + f] - start;
    if (raw.length != length || memcmp(raw.bytes, s->bytes + start, length) != 0) return false;
  }
  return true;
}

static bool same_row(const struct slow *s, const struct slow_row *want, const struct csv_block *block,
                     const struct csv_row *row) {
  uint64_t base = block->offset;
  if (base + row->begin != want->begin || base + row->end != want->end || base + row->next != want->next) return false;
  if (row->problem != want->problem) return false;
  if (row->problem && base + row->problem_at != want->problem_at) return false;
  if (csv_line(block, row->begin) != slow_line(s, want->begin)) return false;
  if (memcmp(block->bytes + row->begin, s->bytes + want->begin, want->end - want->begin) != 0) return false;
  bool broken = row->problem == CSV_BARE_QUOTE || row->problem == CSV_TEXT_AFTER_QUOTE;
  return broken || same_fields(s, want, block, row);
}

/* Every byte between rows belongs to blank lines. */
static bool blank_bytes(const struct slow *s, uint64_t from, uint64_t to) {
  for (uint64_t i = from; i < to; i++) {
    if (!strchr(" \t\r\n", s->bytes[i]) || !s->bytes[i]) return false;
  }
  return true;
}

enum { AHEAD_MOST = 2, SPACES = AHEAD_MOST + 2 };

struct walk {
  const struct slow *slow;
  struct csv_reader *reader;
  struct csv_space *spaces[SPACES];
  size_t ahead;               /* blocks that are read before one is indexed */
  size_t row;                 /* the next one */
  uint64_t at;                /* bytes accounted for */
};

/* Compares the rows of a block; false at the first difference. */
static bool walk_block(struct walk *walk, const struct csv_block *block, size_t rows) {
  const struct slow *s = walk->slow;
  if (!blank_bytes(s, walk->at, block->offset)) return false;
  walk->at = block->offset;
  for (size_t i = 0; i < rows; i++) {
    if (walk->row == s->row_count) return false;
    const struct csv_row *row = &block->rows[i];
    if (!same_row(s, &s->rows[walk->row++], block, row)) return false;
    if (!blank_bytes(s, walk->at, block->offset + row->begin)) return false;
    walk->at = block->offset + row->next;
  }
  return true;
}

/* Each block is looked at only when the next one was indexed in another space. */
static bool walk_rest(struct walk *walk) {
  const struct slow *s = walk->slow;
  struct csv_block block = {0}, before;
  struct rung_error error = {0};
  enum rung_status status = RUNG_OK;
  size_t read = 0;
  for (size_t i = 0; !status && !block.last; i++) {
    for (; read <= i + walk->ahead; read++) csv_read_into(walk->reader, walk->spaces[read % SPACES]);
    before = block;
    status = csv_index_into(walk->reader, walk->spaces[i % SPACES], &block, &error);
    if (i == 0) continue;
    if (!walk_block(walk, &before, before.row_count)) return false;
    if (!blank_bytes(s, walk->at, before.offset + before.length)) return false;
    walk->at = before.offset + before.length;
  }
  if (!status && !walk_block(walk, &block, block.row_count)) return false;
  if (!status && !blank_bytes(s, walk->at, block.offset + block.length)) return false;
  if (!status) walk->at = block.offset + block.length;
  if (walk->row != s->row_count) return false;
  if (!s->open_quote) {
    return !status && walk->at == s->length && csv_blank_lines(walk->reader) == s->blanks &&
           csv_bytes(walk->reader) == s->length;
  }
  char wanted[64];
  snprintf(wanted, sizeof wanted, "line %llu: ", (unsigned long long)slow_line(s, s->quote_at));
  return status == RUNG_BAD_DATA && strstr(error.text, wanted) && strstr(error.text, "the quote that opens here ");
}

static bool agree(const struct slow *s, size_t block_bytes, const char *scan) {
  struct csv_options options = {s->delimiter, 1 << 20, block_bytes, scan};
  struct input *input = open_bytes(s->bytes, s->length);
  struct walk walk = {.slow = s, .ahead = block_bytes % (AHEAD_MOST + 1)};
  struct csv_block block;
  struct rung_error error;
  for (size_t i = 0; i < SPACES; i++) walk.spaces[i] = csv_space_new(NULL);
  bool same = csv_open(input, &options, NULL, &walk.reader, &error) == RUNG_OK;
  bool bom = s->length >= 3 && memcmp(s->bytes, "\xef\xbb\xbf", 3) == 0;
  walk.at = bom ? 3 : 0;
  if (same && s->row_count) {
    same = csv_next(walk.reader, &block, &error) == RUNG_OK && block.row_count > 0 && walk_block(&walk, &block, 1) &&
           csv_had_bom(walk.reader) == bom;
    if (same) {
      csv_expect_fields(walk.reader, s->rows[0].problem ? 3 : (uint32_t)s->rows[0].fields);
      csv_unread(walk.reader, 1);
    }
  }
  same = same && walk_rest(&walk);
  for (size_t i = 0; i < SPACES; i++) csv_space_free(walk.spaces[i]);
  csv_close(walk.reader);
  input_close(input);
  return same;
}

static void report(const struct slow *s, size_t block_bytes, const char *scan) {
  fprintf(stderr, "\n%s, blocks of %zu bytes: ", scan, block_bytes);
  for (size_t i = 0; i < s->length; i++) {
    unsigned char byte = (unsigned char)s->bytes[i];
    if (byte < ' ' || byte > '~') fprintf(stderr, "\\x%02x", byte);
    else fputc(byte, stderr);
  }
  fputc('\n', stderr);
}

static struct slow slow;

/* Each size of a block, and each instruction set, but not each with each: another call has others. */
static bool check_bytes(const char *bytes, size_t length, char delimiter) {
  static const size_t sizes[] = {1, 2, 3, 7, 64, 4096, 65536};
  static const char *const scans[] = {"portable", "sse2", "avx2", "avx512", "neon"};
  static size_t turn;
  slow_read(&slow, bytes, length, delimiter);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    while (!csv_scan_choose(scans[turn % 5])) turn++;
    const char *scan = scans[turn++ % 5];
    if (agree(&slow, sizes[i], scan)) continue;
    report(&slow, sizes[i], scan);
    return false;
  }
  return true;
}

#define CHECK_WITH(delimiter, literal) CU_ASSERT(check_bytes(literal, sizeof(literal) - 1, delimiter))
#define CHECK_BYTES(literal) CHECK_WITH(',', literal)

/* -- Random bytes ----------------------------------------------------------------------------------------- */

static uint64_t random_state = 20261121;

static uint32_t random_below(uint32_t bound) {
  random_state = random_state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(random_state >> 33) % bound;
}

enum { RANDOM_ROOM = 1024 };

static size_t random_soup(char *out) {
  static const char *const letters[] = {"a", ",", "\"", "\n", "\r", " ", "\t", "\xc3\xa9", "\r\n", "\"\""};
  uint32_t most = random_below(8) ? 24 : 300, count = random_below(most);
  size_t length = 0;
  for (uint32_t i = 0; i < count; i++) {
    const char *letter = letters[random_below(10)];
    memcpy(out + length, letter, strlen(letter));
    length += strlen(letter);
  }
  return length;
}

/* Rows that are right but for a byte here and there. */
static size_t random_rows(char *out) {
  static const char *const fields[] = {"", "a", "12.50", "\"\"", "\"x,y\"", "\"two\nlines\"", "\"\r\n\"",
                                       "\"say \"\"a\"\"\"", "\xc3\xa9\xc3\xa9", " ", "\"\"\"\""};
  static const char *const ends[] = {"\n", "\r\n", "\r"};
  static const char mutants[] = "a,\"\n\r \t";
  uint32_t rows = random_below(8), columns = 1 + random_below(4), end = random_below(4);
  size_t length = 0;
  for (uint32_t r = 0; r < rows; r++) {
    for (uint32_t c = 0; c < columns; c++) {
      const char *field = fields[random_below(11)];
      if (c) out[length++] = ',';
      memcpy(out + length, field, strlen(field));
      length += strlen(field);
    }
    const char *line_end = ends[end < 3 ? end : random_below(3)];
    memcpy(out + length, line_end, strlen(line_end));
    length += strlen(line_end);
  }
  for (uint32_t m = random_below(3); m && length; m--) {
    out[random_below((uint32_t)length)] = random_below(20) ? mutants[random_below(7)] : 0;
  }
  return length;
}

static void random_agrees(void) {
  char bytes[RANDOM_ROOM];
  for (int i = 0; i < 24000; i++) {
    size_t length = i % 2 ? random_soup(bytes) : random_rows(bytes);
    bool same = check_bytes(bytes, length, ',');
    if (same) continue;
    CU_FAIL("a random file is read differently");
    return;
  }
}

/* -- Written down --------------------------------------------------------------------------------------------- */

static void line_ends(void) {
  CHECK_BYTES("a,b\n1,2\n");
  CHECK_BYTES("a,b\r\n1,2\r\n");
  CHECK_BYTES("a,b\r1,2\r");
  CHECK_BYTES("a,b\r\n1,2\n3,4\r5,6");
  CHECK_BYTES("a,b\n\"1\r\n\r\n\",\"\r\"\r\n3,4\r\r\n\n");
  CHECK_BYTES("a\r\r\n\n\r");
}

static void empty_things(void) {
  CHECK_BYTES("");
  CHECK_BYTES("\n");
  CHECK_BYTES("\n\n");
  CHECK_BYTES("a");
  CHECK_BYTES("a,b");
  CHECK_BYTES(",");
  CHECK_BYTES("a,b\n\n \n\t\n1,2\n  ");
  CHECK_BYTES("a\n\n \n1\n  ");
  CHECK_BYTES("\xef\xbb\xbf");
  CHECK_BYTES("\xef\xbb\xbf" "a,b\n\xef\xbb\xbf,2\n");
  CHECK_BYTES("\xef\xbb\xbf\"a\",b\n1,2\n");
  CHECK_BYTES("\xef\xbb");
}

static void irregular_quotes(void) {
  CHECK_BYTES("a,b\n1,x\"y\n3,4\n");
  CHECK_BYTES("a,b\n1,x\"y,\"\nz\"\n3,4\n");
  CHECK_BYTES("a,b\n1,\"x\"y,\"\nz\n3,4\n");
  CHECK_BYTES("a,b\n\"1\" ,2\n\"3\",4\n");
  CHECK_BYTES("a,b\n\"\"\"\",\"\"\n\"\"\"x\"\"\",2\n");
  CHECK_BYTES("a,b\n \"1\",2\n3,4");
  CHECK_BYTES("a,b\n1,\"never closed\n3,4\n");
  CHECK_BYTES("a,b\n1,\"takes in one\n3,\"4\"\n5,6\n");
  CHECK_BYTES("a,b\n1,\"takes in two\n3,4\n5,\"6\"\n7,8\n");
  CHECK_BYTES("a,b\n1,\"lines\nof\none \"cell\" here\"\n7,8\n");
  CHECK_BYTES("a,b\n1,x\"\n3,\"never\n");
  CHECK_BYTES("a,b\n1,x\"y,\"never\n");
  CHECK_BYTES("\"");
  CHECK_BYTES("a\"\n1,2,3\n");
}

static void field_counts(void) {
  CHECK_BYTES("a,b,c\n1,2\n1,2,3\n1,2,3,4\n1,2,3,\n,,\n");
  CHECK_BYTES("a\n1,2\n\n");
}

/* Quotes, delimiters and line ends at every place around the edges of 64 bytes. */
static void chunk_edges(void) {
  static const char *const pieces[] = {"\"\"", "\"x\"", ",", "\r\n", "\n", "\r", "\"a\r\nb\"",
                                       "\"a\"\"b\"", "x\"y", "\"x\"y"};
  char bytes[RANDOM_ROOM];
  for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
    for (size_t lead = 50; lead < 140; lead++) {
      size_t length = 4;
      memcpy(bytes, "h,i\n", 4);
      memset(bytes + length, 'x', lead);
      length += lead;
      bytes[length - 1] = ',';
      memcpy(bytes + length, pieces[p], strlen(pieces[p]));
      length += strlen(pieces[p]);
      memcpy(bytes + length, "\n1,2\n", 5);
      if (!check_bytes(bytes, length + 5, ',')) CU_FAIL("an edge of 64 bytes is seen");
    }
  }
}

static void other_delimiters(void) {
  CHECK_WITH(';', "a;b\n1,5;\"x;y\"\n");
  CHECK_WITH('\t', "a\tb\n\t\n1\t2\n \n");
  CHECK_WITH('|', "a|b\n1|2\n");
  CHECK_WITH(' ', "a b\n1 2\n \n");
}

static void unquoting(void) {
  static const struct {
    const char *raw, *value;
  } cases[] = {{"", ""},           {"abc", "abc"},         {"\"\"", ""},           {"\"abc\"", "abc"},
               {"\"a\"\"b\"", "a\"b"}, {"\"\"\"\"", "\""}, {"\"\"\"\"\"\"", "\"\""}, {"\"\"\"a\"", "\"a"},
               {"\"a\"\"\"", "a\""}, {"\"a\nb\"", "a\nb"}, {"\"", "\""}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char scratch[16];
    struct rung_text value = csv_unquote((struct rung_text){cases[i].raw, strlen(cases[i].raw)}, scratch);
    CU_ASSERT_EQUAL(value.length, strlen(cases[i].value));
    CU_ASSERT(memcmp(value.bytes, cases[i].value, value.length) == 0);
  }
}

/* -- What ends the reading ---------------------------------------------------------------------------------- */

/* Reads to the end or the failure; returns the rows. */
static size_t count_rows(const char *bytes, size_t length, struct csv_options options, struct rung_error *error) {
  struct input *input = open_bytes(bytes, length);
  struct csv_reader *reader = NULL;
  struct csv_block block;
  size_t rows = 0;
  *error = (struct rung_error){0};
  error->status = csv_open(input, &options, NULL, &reader, error);
  while (!error->status) {
    error->status = csv_next(reader, &block, error);
    if (error->status || block.row_count == 0) break;
    rows += block.row_count;
  }
  csv_close(reader);
  input_close(input);
  return rows;
}

static void refused_formats(void) {
  static const struct {
    const char *bytes;
    size_t length;
    const char *text;
  } cases[] = {
      {"\xff\xfe" "a\0,\0", 6, "UTF-16"},    {"\xfe\xff\0a", 4, "UTF-16"},       {"\xff\xfe\0\0a\0\0\0", 8, "UTF-32"},
      {"a\0,\0b\0\n\0", 8, "UTF-16"},        {"\0a\0,\0b\0\n", 8, "UTF-16"},     {"PK\3\4xxxx", 8, "workbook"},
      {"\x18\x04,\0\x1f\x04\n\0" "1\0,\0", 12, "UTF-16"},
      {"a\0\0\0,\0\0\0\x18\x04\0\0", 12, "UTF-32"}, {"\0\0\0a\0\0\0,\0\1\xf6\0", 12, "UTF-32"},
      {"PK\5\6xxxx", 8, "zip archive"},     {"%PDF-1.7\n%", 10, "PDF"},         {"SQLite format 3\0\4", 17, "SQLite"},
      {"\r\n <!DocType html>", 18, "HTML"},  {"\xef\xbb\xbf<TABLE>", 10, "HTML"}, {"<?xml version", 13, "XML"},
      {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "old Excel"}, {"PAR1\x15\4", 6, "Parquet"},
      {"{\\rtf1", 6, "word processor"},
  };
  struct rung_error error;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    for (size_t block = 1; block < 100; block += 9) {
      struct csv_options options = {',', 100, block, NULL};
      CU_ASSERT_EQUAL(count_rows(cases[i].bytes, cases[i].length, options, &error), 0);
      CU_ASSERT_EQUAL(error.status, RUNG_BAD_DATA);
      CU_ASSERT_PTR_NOT_NULL(strstr(error.text, cases[i].text));
    }
  }
  /* NUL bytes in a cell make no UTF-16. */
  CU_ASSERT_EQUAL(count_rows("ab,c\n\0x,\0\n1,2\n", 14, (struct csv_options){',', 100, 5, NULL}, &error), 3);
  CU_ASSERT_EQUAL(error.status, RUNG_OK);
}

static void long_rows(void) {
  static const char file[] = "a,b\n1,\"2\n\"\n12345,78901\nx,y\n";
  struct rung_error error;
  for (size_t block = 1; block < 64; block++) {
    CU_ASSERT_EQUAL(count_rows(file, sizeof file - 1, (struct csv_options){',', 11, block, NULL}, &error), 4);
    CU_ASSERT_EQUAL(error.status, RUNG_OK);
    CU_ASSERT_EQUAL(count_rows(file, sizeof file - 1, (struct csv_options){',', 10, block, NULL}, &error), 2);
    CU_ASSERT_EQUAL(error.status, RUNG_BAD_DATA);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "line 4: a row of over 10 bytes"));
    CU_ASSERT_PTR_NULL(strstr(error.text, "never closed"));
    static const char open_quote[] = "a,b\n1,2\n3,\"\n1,2\n1,2\n1,2\n";
    CU_ASSERT_EQUAL(count_rows(open_quote, 25, (struct csv_options){',', 6, block, NULL}, &error), 2);
    CU_ASSERT_EQUAL(error.status, RUNG_BAD_DATA);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "line 3: a row"));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "quote that opens on line 3"));
  }
}

/* A row far larger than a block must not be read over and over. */
static void large_rows(void) {
  enum { LARGE = 3000000 };
  static char bytes[LARGE + 16];
  struct rung_error error;
  memcpy(bytes, "a,b\n1,\"", 7);
  memset(bytes + 7, '\n', LARGE);
  memcpy(bytes + 7 + LARGE, "\"\n1,2", 6);
  CU_ASSERT_EQUAL(count_rows(bytes, LARGE + 12, (struct csv_options){',', 2 * LARGE, 16, NULL}, &error), 3);
  CU_ASSERT_EQUAL(error.status, RUNG_OK);
  CU_ASSERT_EQUAL(count_rows(bytes, LARGE + 7, (struct csv_options){',', 2 * LARGE, 16, NULL}, &error), 1);
  CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "line 2: the quote that opens here"));
}

static void bad_options(void) {
  struct rung_error error;
  for (const char *delimiter = "\"\n\r"; *delimiter; delimiter++) {
    count_rows("a", 1, (struct csv_options){*delimiter, 100, 100, NULL}, &error);
    CU_ASSERT_EQUAL(error.status, RUNG_INVALID);
  }
  count_rows("a", 1, (struct csv_options){0, 100, 100, NULL}, &error);
  CU_ASSERT_EQUAL(error.status, RUNG_INVALID);
  count_rows("a", 1, (struct csv_options){',', 0, 100, NULL}, &error);
  CU_ASSERT_EQUAL(error.status, RUNG_INVALID);
  count_rows("a", 1, (struct csv_options){',', 1, CSV_MOST + (size_t)1, NULL}, &error);
  CU_ASSERT_EQUAL(error.status, RUNG_INVALID);
  count_rows("a", 1, (struct csv_options){',', 1, 1, "mmx"}, &error);
  CU_ASSERT_EQUAL(error.status, RUNG_INVALID);
  CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "mmx"));
}

static void skipped_lines(void) {
  static const char file[] = "\xef\xbb\xbfReport \"x\r\n\r\nof 2026\ra,b\n1,2\n";
  for (size_t size = 1; size < 40; size++) {
    struct input *input = open_bytes(file, sizeof file - 1);
    struct csv_options options = {',', 100, size, NULL};
    struct csv_reader *reader = NULL;
    struct csv_block block;
    struct rung_error error;
    CU_ASSERT_EQUAL_FATAL(csv_open(input, &options, NULL, &reader, &error), RUNG_OK);
    CU_ASSERT_EQUAL(csv_skip_lines(reader, 3, &error), RUNG_OK);
    CU_ASSERT_EQUAL_FATAL(csv_next(reader, &block, &error), RUNG_OK);
    CU_ASSERT_FATAL(block.row_count > 0);
    CU_ASSERT_EQUAL(block.rows[0].fields, 2);
    CU_ASSERT_EQUAL(block.offset, 24);
    CU_ASSERT_EQUAL(csv_line(&block, block.rows[0].begin), 4);
    CU_ASSERT_EQUAL(csv_raw(&block, &block.rows[0], 1).bytes[0], 'b');
    csv_close(reader);
    input_close(input);
  }
  struct input *input = open_bytes("a\nb", 3);
  struct csv_reader *reader = NULL;
  struct csv_block block;
  CU_ASSERT_EQUAL_FATAL(csv_open(input, &(struct csv_options){',', 9, 2, NULL}, NULL, &reader, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(csv_skip_lines(reader, 7, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(csv_next(reader, &block, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(block.row_count, 0);
  csv_close(reader);
  input_close(input);
}

static void hashing(void) {
  struct input *input = open_bytes("a,b\n1,2\n", 8);
  struct csv_reader *reader = NULL;
  struct csv_block block;
  CU_ASSERT_EQUAL_FATAL(csv_open(input, &(struct csv_options){',', 9, 3, NULL}, NULL, &reader, NULL), RUNG_OK);
  do {
    CU_ASSERT_EQUAL_FATAL(csv_next(reader, &block, NULL), RUNG_OK);
  } while (block.row_count);
  CU_ASSERT_EQUAL(csv_hash(reader), XXH3_64bits("a,b\n1,2\n", 8));
  csv_close(reader);
  input_close(input);
}

void suite_csv(void);

void suite_csv(void) {
  CU_pSuite suite = CU_add_suite("csv", NULL, NULL);
  CU_add_test(suite, "line ends", line_ends);
  CU_add_test(suite, "empty things and the byte order mark", empty_things);
  CU_add_test(suite, "irregular quotes", irregular_quotes);
  CU_add_test(suite, "numbers of fields", field_counts);
  CU_add_test(suite, "edges of 64 bytes", chunk_edges);
  CU_add_test(suite, "other delimiters", other_delimiters);
  CU_add_test(suite, "unquoting", unquoting);
  CU_add_test(suite, "refused formats", refused_formats);
  CU_add_test(suite, "rows that are too long", long_rows);
  CU_add_test(suite, "rows larger than a block", large_rows);
  CU_add_test(suite, "options", bad_options);
  CU_add_test(suite, "skipped lines", skipped_lines);
  CU_add_test(suite, "hash", hashing);
  CU_add_test(suite, "random bytes, blocks of 1, 2, 3, 7, 64, 4096 and 65536 bytes", random_agrees);
}
