/* decode_number.c - plain cells to whole numbers and to millionths: digits, and a mark among the last seven of them. */
#include "decimal.h"
#include "decode.h"
#include "swar.h"

enum { WORD = 8, LONGEST = 2 * WORD, WORD_VALUES = 100000000 };

/* Characters less '0', so that digits are 0 to 9: eight or fewer to the end of a word, zeros before them.  Of none,
   and of more, it holds no meaning. */
static inline uint64_t load_last(struct rung_text cell) {
  return (swar_load(cell.bytes) ^ SWAR_EACH('0')) << (8 * (WORD - cell.length) & 63);
}

/* Of more than eight characters the last eight are the tail, and those before are the head. */
static inline struct rung_text tail_of(struct rung_text cell) {
  return (struct rung_text){cell.bytes + cell.length - WORD, WORD};
}

static inline struct rung_text head_of(struct rung_text cell) {
  return (struct rung_text){cell.bytes, cell.length - WORD};
}

/* Not 0 when there are no characters or more than eight. */
static inline uint64_t no_word(struct rung_text cell) { return (cell.length - 1) & ~(uint64_t)(WORD - 1); }

/* Takes a minus off the front. */
static bool take_minus(struct rung_text *cell) {
  bool minus = cell->length && *cell->bytes == '-';
  *cell = (struct rung_text){cell->bytes + minus, cell->length - minus};
  return minus;
}

/* -- Whole numbers ------------------------------------------------------------------------ */

uint64_t decode_integers(const struct tile *tile, uint32_t field, int64_t *values) {
  uint64_t read = 0;
  for (size_t i = tile->count; i-- > 0;) {
    struct rung_text cell = tile_raw(tile, i, field);
    uint64_t digits = load_last(cell);
    values[i] = (int64_t)swar_number(digits);
    read = read * 2 + ((swar_no_digits(digits) | no_word(cell)) == 0);
  }
  return read;
}

bool decode_integer(struct rung_text cell, int64_t *value) {
  bool minus = take_minus(&cell);
  if (cell.length - 1 >= LONGEST) return false;
  bool two = cell.length > WORD;
  uint64_t head = two ? load_last(head_of(cell)) : 0, tail = load_last(two ? tail_of(cell) : cell);
  int64_t size = (int64_t)(swar_number(head) * WORD_VALUES + swar_number(tail));
  *value = minus ? -size : size;
  return (swar_no_digits(head) | swar_no_digits(tail)) == 0;
}

/* -- Millionths -------------------------------------------------------------------------------- */

/* Millionths that the last digit is worth, by the digits after the mark, of which seven stand for what is not read. */
static const uint32_t worth[WORD] = {1000000, 100000, 10000, 1000, 100, 10, 1, 0};

/* Takes the mark out of `tail` and moves what is before it one to the right.  Returns the digits after the mark: seven
   also when none are there. */
static inline size_t take_mark(uint64_t *head, uint64_t *tail, char mark) {
  uint64_t others = *tail ^ SWAR_EACH((mark ^ '0'));
  uint64_t marks = (others - SWAR_EACH(1)) & ~others & SWAR_HIGH; /* the lowest bit is right, the others need not be */
  if (!marks) return 0;
  uint64_t up_to = marks ^ (marks - 1); /* the mark and what is before */
  uint64_t before = up_to >> 8;
  *tail = (*tail & ~up_to) | (*tail & before) << 8 | *head >> 56;
  *head <<= 8;
  size_t after = (size_t)__builtin_clzll(up_to) / 8;
  return after ? after : WORD - 1;
}

uint64_t decode_numbers(const struct tile *tile, uint32_t field, char mark, int64_t *millionths) {
  uint64_t read = 0;
  for (size_t i = tile->count; i-- > 0;) {
    struct rung_text cell = tile_raw(tile, i, field);
    uint64_t head = 0, tail = load_last(cell);
    size_t after = take_mark(&head, &tail, mark);
    millionths[i] = (int64_t)(swar_number(tail) * worth[after]);
    read = read * 2 + ((swar_no_digits(tail) | no_word(cell) | (after == WORD - 1)) == 0);
  }
  return read;
}

bool decode_number(struct rung_text cell, char mark, int64_t *millionths) {
  bool minus = take_minus(&cell);
  if (cell.length - 1 >= LONGEST) return false;
  bool two = cell.length > WORD;
  uint64_t head = two ? load_last(head_of(cell)) : 0, tail = load_last(two ? tail_of(cell) : cell);
  size_t after = take_mark(&head, &tail, mark);
  if (after == WORD - 1 || swar_no_digits(head) || swar_no_digits(tail)) return false;
  int64_t size = (int64_t)(swar_number(head) * WORD_VALUES + swar_number(tail));
  return !__builtin_mul_overflow(minus ? -size : size, (int64_t)worth[after], millionths);
}
