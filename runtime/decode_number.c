/* decode_number.c - plain cells to whole numbers and to millionths: digits, and a mark among the last seven of them. */
#include "decimal.h"
#include "decode.h"
#include "swar.h"

enum { WORD = 8, LONGEST = 2 * WORD, WORD_VALUES = 100000000 };

/* Characters less '0', so that digits are 0 to 9: eight or fewer to the end of a word, zeros before them.  Of none,
   and of more, it holds no meaning. */
static inline uint64_t put_last(uint64_t word, uint64_t length) {
  return (word ^ SWAR_EACH('0')) << (8 * (WORD - length) & 63);
}

static inline uint64_t load_last(struct rung_text cell) { return put_last(swar_load(cell.bytes), cell.length); }

/* Of more than eight characters the last eight are the tail, and those before are the head. */
static inline struct rung_text tail_of(struct rung_text cell) {
  return (struct rung_text){cell.bytes + cell.length - WORD, WORD};
}

static inline struct rung_text head_of(struct rung_text cell) {
  return (struct rung_text){cell.bytes, cell.length - WORD};
}

/* Not 0 when there are no characters or more than eight. */
static inline uint64_t no_word(uint64_t length) { return (length - 1) & ~(uint64_t)(WORD - 1); }

/* Takes a minus off the front. */
static bool take_minus(struct rung_text *cell) {
  bool minus = cell->length && *cell->bytes == '-';
  *cell = (struct rung_text){cell->bytes + minus, cell->length - minus};
  return minus;
}

/* -- Whole numbers ------------------------------------------------------------------------ */

CLONES static uint64_t read_integers(const struct spans *spans, int64_t *restrict values) {
  uint8_t read[DECODE_ROWS];
  for (size_t i = 0; i < DECODE_ROWS; i++) {
    uint64_t length = place_length(spans->places[i]), digits = put_last(spans->words[i], length);
    values[i] = (int64_t)swar_number(digits);
    read[i] = (swar_no_digits(digits) | no_word(length)) == 0;
  }
  return swar_bits(read);
}

uint64_t decode_integers(const struct spans *spans, int64_t *values) { return read_integers(spans, values); }

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
static inline uint64_t take_mark(uint64_t *head, uint64_t *tail, char mark) {
  uint64_t others = *tail ^ SWAR_EACH((mark ^ '0'));
  uint64_t marks = (others - SWAR_EACH(1)) & ~others & SWAR_HIGH; /* the lowest bit is right, the others need not be */
  uint64_t up_to = marks ^ (marks - 1), before = up_to >> 8;      /* the mark and what is before; all without a mark */
  uint64_t marked = 0 - ((marks | (0 - marks)) >> 63), moved = (*tail & ~up_to) | (*tail & before) << 8 | *head >> 56;
  *tail = (moved & marked) | (*tail & ~marked);
  *head <<= marked & 8;
  uint64_t after = ~up_to & SWAR_EACH(1);
  after += after >> 32;
  after += after >> 16;
  after += after >> 8;
  return (after | (up_to >> 56 & marked)) & 7; /* the mark is the last byte */
}

CLONES static uint64_t read_numbers(const struct spans *spans, char mark, int64_t *restrict millionths) {
  uint8_t read[DECODE_ROWS];
  for (size_t i = 0; i < DECODE_ROWS; i++) {
    uint64_t length = place_length(spans->places[i]), head = 0, tail = put_last(spans->words[i], length);
    uint64_t after = take_mark(&head, &tail, mark);
    uint64_t zeros = (8 * (DECIMAL_DIGITS - after)) & 63; /* bits of zeros put behind, cheaper than times `worth` */
    millionths[i] = (int64_t)(swar_number(tail << 8 << (56 - zeros)) * WORD_VALUES + swar_number(tail >> zeros));
    read[i] = (swar_no_digits(tail) | no_word(length) | ((after + 1) & WORD)) == 0;
  }
  return swar_bits(read);
}

uint64_t decode_numbers(const struct spans *spans, char mark, int64_t *millionths) {
  return read_numbers(spans, mark, millionths);
}

bool decode_number(struct rung_text cell, char mark, int64_t *millionths) {
  bool minus = take_minus(&cell);
  if (cell.length - 1 >= LONGEST) return false;
  bool two = cell.length > WORD;
  uint64_t head = two ? load_last(head_of(cell)) : 0, tail = load_last(two ? tail_of(cell) : cell);
  uint64_t after = take_mark(&head, &tail, mark);
  if (after == WORD - 1 || swar_no_digits(head) || swar_no_digits(tail)) return false;
  int64_t size = (int64_t)(swar_number(head) * WORD_VALUES + swar_number(tail));
  return !__builtin_mul_overflow(minus ? -size : size, (int64_t)worth[after], millionths);
}
