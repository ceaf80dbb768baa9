/* foreign.c - texts that are not UTF-8: they pass, but never equal a text of the rules, which must be told. */
#include "decode.h"
#include "score.h"
#include "swar.h"
#include "text.h"

enum { WORD = sizeof(uint64_t) };

/* -- Of many bytes at once ---------------------------------------------------------------------- */

/* As wide as the processor's vectors are: of wider ones the compiler would make single bytes. */
#ifdef __x86_64__
#include <immintrin.h>
#define TARGET __attribute__((target("avx2")))
static bool available(void) { return __builtin_cpu_supports("avx2"); }
enum { WIDTH = 32, LOOK_BACK = 3 };
#else
#define TARGET
static bool available(void) { return true; }
enum { WIDTH = 16, LOOK_BACK = 3 };
#endif

typedef uint8_t bytes __attribute__((vector_size(WIDTH)));
typedef int8_t signed_bytes __attribute__((vector_size(WIDTH)));
typedef uint64_t words __attribute__((vector_size(WIDTH)));

/* The highest bit of those bytes that are not less than `least`, which has it too. */
static inline TARGET bytes not_less(bytes byte, uint8_t least) {
  bytes below = (bytes){0} + (uint8_t)(least - 0x80);
#ifdef __x86_64__
  return (bytes)_mm256_subs_epu8((__m256i)byte, (__m256i)below);
#else
  return (byte - below) & (bytes)(byte > below);
#endif
}

/* Adds to `wrong`, in the highest bits, those of the bytes at `at` that can't follow the three before them, and also
   the last of any four that are one character. */
static inline TARGET void find_wrong(const char *at, bytes *wrong) {
  bytes byte, first, second, third; /* before it */
  memcpy(&byte, at, WIDTH);
  memcpy(&first, at - 1, WIDTH);
  memcpy(&second, at - 2, WIDTH);
  memcpy(&third, at - 3, WIDTH);
  bytes follows = (bytes)((signed_bytes)byte < (int8_t)-64), below_a0 = (bytes)((signed_bytes)byte < (int8_t)-96);
  bytes two = not_less(first, 0xc0), three = not_less(second, 0xe0), four = not_less(third, 0xf0);
  bytes too_short = (bytes)((first & 0xfe) == 0xc0), too_low = (bytes)(first == (0xed ^ (below_a0 & 0x0d)));
  *wrong |= (follows ^ (two | three | four)) | too_short | too_low | four;
}

/* Before the text is ASCII; and what the text ends with lacks nothing when the ASCII byte after it can follow. */
static TARGET bool are_utf8(const char *text, size_t length) {
  char start[LOOK_BACK + WIDTH] = {0};
  bytes wrong = {0};
  memcpy(start + LOOK_BACK, text, WIDTH);
  find_wrong(start + LOOK_BACK, &wrong);
  for (size_t at = WIDTH; at <= length; at += WIDTH) find_wrong(text + at, &wrong);
  uint64_t any = 0;
  for (size_t i = 0; i < WIDTH / sizeof any; i++) any |= ((words)wrong)[i];
  return (any & SWAR_HIGH) == 0;
}

bool foreign_none(const char *text, size_t length) { return available() && are_utf8(text, length); }

/* -- Of one text ---------------------------------------------------------------------------------- */

/* The last bytes of a text, fewer than a word. */
static inline uint64_t load_last(const char *at, size_t length, bool padded) {
  uint64_t word = 0;
  if (padded) return swar_load(at) & swar_mask(length);
  for (size_t i = 0; i < length; i++) word |= (uint64_t)(unsigned char)at[i] << 8 * i;
  return word;
}

/* Continuation bytes must stand where the leading bytes before want them.  Leading bytes that want more than that
   are rare, and looked at one by one. */
bool foreign_fits(struct rung_text text, bool padded) {
  uint64_t wanted = 0;
  for (size_t at = 0; at < text.length; at += WORD) {
    const char *next = text.bytes + at;
    uint64_t word = text.length - at < WORD ? load_last(next, text.length - at, padded) : swar_load(next);
    uint64_t lead = word & word << 1 & SWAR_HIGH, three = lead & word << 2, four = three & word << 3;
    uint64_t early = lead & ~(word << 3 | word << 4 | word << 5 | word << 6);   /* C0, C1, E0, E1 */
    uint64_t surrogate = three & word << 4 & word << 5 & ~(word << 6) & word << 7; /* ED */
    if (four | early | surrogate) return text_is_utf8(text);
    if ((word & ~(word << 1) & SWAR_HIGH) != (wanted | lead << 8 | three << 16)) return false;
    wanted = lead >> 56 | three >> 48;
  }
  return wanted == 0;
}

/* The first cell of the batch that is none, and its first byte that can't be. */
static struct file_place find_first(const struct batch *batch, const struct csv_block *block) {
  const struct job *job = batch->job;
  const struct csv_row *row = &block->rows[batch->first_foreign];
  struct file_place place = {.line = csv_line(block, row->begin)};
  size_t i = 0;
  while (batch->rows[i] != batch->first_foreign) i++;
  for (uint32_t column = 0; column < job->column_count; column++) {
    uint32_t type = job->columns[column].type, field = job->fields[column];
    if (!job->casters[column] || (type != RUNG_TEXT && type != RUNG_LIST)) continue;
    if (place.column > 0 && field + 1 >= place.column) continue;
    const struct vec *vec = session_column(batch->session, column);
    if (!bitmap_get(vec->valid, i) || text_is_utf8(vec->data.text[i])) continue;
    struct rung_text raw = csv_raw(block, row, field);
    place.column = field + 1;
    place.byte = block->offset + (uint64_t)(raw.bytes - block->bytes) + json_fits(raw);
  }
  return place;
}

void foreign_count(const struct batch *batch, const struct csv_block *block, struct counts *counts) {
  if (!batch->foreign) return;
  counts->foreign += batch->foreign;
  if (counts->foreign_at.line == 0) counts->foreign_at = find_first(batch, block);
}
