/* fuzz_csv.c - bytes to the CSV reader, by every instruction set, against a reading of one byte after the other.

   The first five bytes choose: delimiter, size of blocks, how fields are expected, lines to skip, the limit of a row.
   The rest is the file. */
#include "csv_bytewise.h"
#include "csv_scan.h"
#include "csv_sniff.h"
#include "fuzz.h"

#include <xxhash.h>

enum { CHOICES = 5, EXPECT_FIRST = 0, EXPECT_ONE, EXPECT_THREE, EXPECT_NOTHING };

/* What the bytes before the file choose. */
struct choice {
  char delimiter;
  size_t block, skipped, max_row;
  unsigned expect;
  bool two_spaces, keep_quotes;
};

static struct choice choose(const uint8_t *data) {
  static const char delimiters[] = {',', ';', '\t', '|', ' ', 'a'};
  return (struct choice){
      .delimiter = delimiters[data[0] % sizeof delimiters],
      .block = data[1],
      .expect = data[2] % 4u,
      .two_spaces = data[2] & 4,
      .keep_quotes = data[2] & 8,
      .skipped = data[3] % 4u,
      .max_row = data[4] % 4 ? 1 << 20 : data[4] + 1u,
  };
}

/* -- A file that is made of bytes ------------------------------------------------------------------------- */

struct source {
  const char *bytes;
  size_t length, at;
};

static enum rung_status give(void *context, void *bytes, size_t room, size_t *got, struct rung_error *error) {
  struct source *source = context;
  size_t left = source->length - source->at;
  (void)error;
  *got = left < room ? left : room;
  if (*got) memcpy(bytes, source->bytes + source->at, *got);
  source->at += *got;
  return RUNG_OK;
}

static void restart(void *context) { ((struct source *)context)->at = 0; }

/* -- Both readings ------------------------------------------------------------------------------------------ */

struct walk {
  const struct bytewise *want;
  const struct choice *choice;
  const char *scan;
  size_t block;
  size_t start;               /* of the file that is compared, behind a mark and skipped lines */
  uint64_t skipped;           /* lines */
  struct csv_reader *reader;
  size_t row;
};

#define SAME(walk, condition)                                                                                        \
  ((condition) ? (void)0                                                                                             \
               : BROKEN("%s, blocks of %zu, row %zu: %s", (walk)->scan, (walk)->block, (walk)->row, #condition))

static void compare_fields(const struct walk *walk, const struct bytewise_row *want, const struct csv_block *block,
                           const struct csv_row *row) {
  const struct bytewise *b = walk->want;
  static char value[BYTEWISE_MOST + 1], scratch[BYTEWISE_MOST + 1];
  SAME(walk, row->fields == want->fields);
  for (uint32_t f = 0; f < row->fields; f++) {
    struct rung_text raw = csv_raw(block, row, f);
    size_t begin = f ? b->ends[want->first + f - 1] + 1 : want->begin, length = b->ends[want->first + f] - begin;
    SAME(walk, raw.length == length && memcmp(raw.bytes, b->bytes + begin, length) == 0);
    struct rung_text read = csv_unquote(raw, scratch);
    SAME(walk, read.length == bytewise_value(b->bytes + begin, length, value));
    SAME(walk, read.length == 0 || memcmp(read.bytes, value, read.length) == 0);
  }
}

static void compare_row(struct walk *walk, const struct csv_block *block, const struct csv_row *row) {
  const struct bytewise *b = walk->want;
  SAME(walk, walk->row < b->row_count);
  const struct bytewise_row *want = &b->rows[walk->row];
  SAME(walk, block->offset + row->begin == want->begin);
  SAME(walk, block->offset + row->end == want->end);
  SAME(walk, block->offset + row->next == want->next);
  SAME(walk, row->problem == want->problem);
  if (want->problem || want->kept) SAME(walk, block->offset + row->problem_at == want->problem_at);
  SAME(walk, csv_line(block, row->begin) == want->line + walk->skipped);
  SAME(walk, memcmp(block->bytes + row->begin, b->bytes + want->begin, want->end - want->begin) == 0);
  bool broken = want->problem == CSV_BARE_QUOTE || want->problem == CSV_TEXT_AFTER_QUOTE;
  if (!broken) compare_fields(walk, want, block, row);
  walk->row++;
}

static void compare_block(struct walk *walk, const struct csv_block *block) {
  for (size_t i = 0; i < block->row_count; i++) compare_row(walk, block, &block->rows[i]);
}

static void compare_end(struct walk *walk, enum rung_status status, const struct rung_error *error) {
  static const char *const why[] = {"", "never closed", "a row of over", "look like rows"};
  const struct bytewise *b = walk->want;
  char line[40];
  SAME(walk, walk->row == b->row_count);
  if (b->stop == STOP_NONE) {
    SAME(walk, status == RUNG_OK && csv_blank_lines(walk->reader) == b->blanks);
    SAME(walk, csv_bytes(walk->reader) == b->length);
    SAME(walk, csv_hash(walk->reader) == XXH3_64bits(b->bytes, b->length));
    SAME(walk, csv_kept_rows(walk->reader) == b->kept);
    return;
  }
  (void)snprintf(line, sizeof line, "line %llu: ", (unsigned long long)(b->stop_line + walk->skipped));
  if (status != RUNG_BAD_DATA || !strstr(error->text, why[b->stop]) || !strstr(error->text, line))
    BROKEN("%s, blocks of %zu: wanted \"%s%s\", got %d \"%s\"", walk->scan, walk->block, line, why[b->stop], status,
           error->text);
}

enum { SPACES = 4 };

/* The first row by itself, for what it says of the others; then blocks, each compared when the next one is there, and
   indexed when one or two more were read, where there are spaces for that. */
static void walk_file(struct walk *walk) {
  struct csv_space *spaces[SPACES];
  for (size_t i = 0; i < SPACES; i++) spaces[i] = csv_space_new(NULL);
  struct csv_block block = {0}, before;
  struct rung_error error = {0};
  enum rung_status status = csv_next(walk->reader, &block, &error);
  if (!status && block.row_count) {
    compare_row(walk, &block, &block.rows[0]);
    if (walk->want->expected) csv_expect_fields(walk->reader, (uint32_t)walk->want->expected);
    if (walk->want->keep_quotes) csv_keep_quotes(walk->reader);
    csv_unread(walk->reader, 1);
  }
  bool more = !status && block.row_count;
  before = (struct csv_block){0};
  bool many = walk->choice->two_spaces;
  size_t read = 0, ahead = many ? 1 + walk->block % 2 : 0;
  for (size_t i = 0; more; i++) {
    for (; read <= i + ahead; read++) csv_read_into(walk->reader, spaces[many ? read % SPACES : 0]);
    status = csv_index_into(walk->reader, spaces[many ? i % SPACES : 0], &block, &error);
    if (many) compare_block(walk, &before);
    before = status ? (struct csv_block){0} : block;
    more = !status && !block.last;
    if (!many || !more) compare_block(walk, &before);
  }
  compare_end(walk, status, &error);
  for (size_t i = 0; i < SPACES; i++) csv_space_free(spaces[i]);
}

static void open_and_walk(struct walk *walk, const char *bytes, size_t length) {
  struct source source = {bytes, length, 0};
  struct made_input made = {give, restart, &source};
  struct csv_options options = {walk->choice->delimiter, walk->choice->max_row, walk->block, walk->scan};
  struct rung_error error = {0};
  struct input *input = NULL;
  HOLDS(input_open_made(&made, "bytes", NULL, &input, &error) == RUNG_OK);
  HOLDS(csv_open(input, &options, NULL, &walk->reader, &error) == RUNG_OK);
  walk->row = 0;
  if (walk->choice->skipped)
    HOLDS(csv_skip_lines(walk->reader, (uint32_t)walk->choice->skipped, &error) == RUNG_OK);
  walk_file(walk);
  csv_close(walk->reader);
  input_close(input);
}

/* Of what the reader tells to be something else it reads nothing. */
static bool is_foreign(const char *bytes, size_t length, const struct choice *choice) {
  return csv_sniff(bytes, length < SNIFF_LENGTH ? length : SNIFF_LENGTH, choice->delimiter).what != NULL;
}

static size_t skip(const char *bytes, size_t length, size_t at, size_t lines) {
  for (; lines && at < length; at++) {
    if (bytes[at] != '\n' && bytes[at] != '\r') continue;
    at += bytes[at] == '\r' && at + 1 < length && bytes[at + 1] == '\n';
    lines--;
  }
  return at;
}

static size_t expected_fields(const struct choice *choice, const struct bytewise *b) {
  switch (choice->expect) {
  case EXPECT_FIRST: return b->row_count && b->rows[0].problem == CSV_FINE ? b->rows[0].fields : 2;
  case EXPECT_ONE: return 1;
  case EXPECT_THREE: return 3;
  default: return 0;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const scans[] = {"portable", "sse2", "avx2", "avx512", "neon"};
  static const size_t blocks[] = {1, 2, 3, 7, 16, 63, 64, 65, 200, 4096};
  static struct bytewise want;
  if (size < CHOICES || size - CHOICES > BYTEWISE_MOST) return 0;
  struct choice choice = choose(data);
  char *bytes = exact_copy(data + CHOICES, size - CHOICES);
  size_t length = size - CHOICES, start = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  size_t from = skip(bytes, length, start, choice.skipped);
  want = (struct bytewise){.bytes = bytes, .length = length, .delimiter = choice.delimiter, .max_row = choice.max_row};
  bytewise_read(&want, from);
  want.expected = expected_fields(&choice, &want);
  want.keep_quotes = choice.keep_quotes && want.expected;
  bytewise_read(&want, from);
  struct walk walk = {.want = &want, .choice = &choice, .start = from, .skipped = bytewise_lines(bytes, start, from)};
  for (size_t i = 0; i < sizeof scans / sizeof *scans && !is_foreign(bytes, length, &choice); i++) {
    walk.scan = scans[i];
    walk.block = blocks[(choice.block + i) % (sizeof blocks / sizeof *blocks)];
    if (csv_scan_choose(scans[i])) open_and_walk(&walk, bytes, length);
  }
  free(bytes);
  return 0;
}
