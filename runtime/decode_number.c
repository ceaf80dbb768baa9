/* decode_number.c - plain cells to whole numbers and to millionths: [-] digits [mark digits], 16 characters at most. */
#include "decimal.h"
#include "decode.h"
#include "swar.h"

enum { WORD = 8, LONGEST = 2 * WORD, WORD_VALUES = 100000000 };

/* Takes a minus off the front of the cell. */
static inline bool take_minus(struct rung_text *cell) {
  bool minus = (cell->length > 0) & (*cell->bytes == '-');
  *cell = (struct rung_text){cell->bytes + minus, cell->length - minus};
  return minus;
}

/* Characters less '0', so that digits are 0 to 9: at most eight at the end of a word, zeros before them. */
static inline uint64_t load_last(const char *at, size_t length) {
  return (swar_load(at) ^ SWAR_EACH('0')) << (8 * (WORD - length) & 63);
}

/* Of more than eight characters the last eight are the tail, and those before are the head. */
static inline uint64_t load_head(struct rung_text cell) { return load_last(cell.bytes, cell.length - WORD); }
static inline uint64_t load_tail(struct rung_text cell) { return load_last(cell.bytes + cell.length - WORD, WORD); }

/* -- Whole numbers ------------------------------------------------------------------------ */

uint64_t decode_integers(const struct cells *cells, int64_t *values) {
  uint64_t read = 0;
  for (size_t i = 0; i < cells->count; i++) {
    struct rung_text cell = cells->at[i];
    bool minus = take_minus(&cell), fits = cell.length - 1 < LONGEST;
    uint64_t size;
    if (__builtin_expect(cell.length <= WORD, 1)) {
      uint64_t digits = load_last(cell.bytes, cell.length);
      fits &= swar_all_digits(digits);
      size = swar_number(digits);
    } else {
      uint64_t head = load_head(cell), tail = load_tail(cell);
      fits &= swar_all_digits(head) & swar_all_digits(tail);
      size = swar_number(head) * WORD_VALUES + swar_number(tail);
    }
    values[i] = (int64_t)(minus ? 0 - size : size);
    read |= (uint64_t)fits << i;
  }
  return read;
}

/* -- Millionths -------------------------------------------------------------------------------- */

/* Millionths that the last digit is worth, by the digits after the mark; no seven of them are read. */
static const uint32_t worth[WORD] = {1000000, 100000, 10000, 1000, 100, 10, 1, 0};

/* Takes the mark out of `tail`, where it stands before the last one to six digits, and moves what is before it one to
   the right.  Gives the number of those digits: WORD - 1 when they are too many or none. */
static inline size_t take_mark(uint64_t *head, uint64_t *tail, char mark) {
  uint64_t others = *tail ^ SWAR_EACH((mark ^ '0'));
  uint64_t marks = (others - SWAR_EACH(1)) & ~others & SWAR_HIGH; /* the lowest bit is right, and it is the only one */
  if (!marks) return 0;
  size_t at = (size_t)__builtin_ctzll(marks) / 8;
  uint64_t before = swar_mask(at), up_to = before << 8 | 0xff;
  *tail = (*tail & ~up_to) | (*tail & before) << 8 | *head >> 56;
  *head <<= 8;
  return at == WORD - 1 ? WORD - 1 : WORD - 1 - at;
}

/* Less than ten to the 16th, so that it can be made negative. */
static inline bool give_millionths(uint64_t head, uint64_t tail, char mark, int64_t *millionths) {
  size_t fraction = take_mark(&head, &tail, mark);
  uint64_t size = swar_number(head) * WORD_VALUES + swar_number(tail);
  return swar_all_digits(head) & swar_all_digits(tail) & (fraction < WORD - 1) &
         !__builtin_mul_overflow((int64_t)(size & INT64_MAX), (int64_t)worth[fraction], millionths);
}

uint64_t decode_numbers(const struct cells *cells, char mark, int64_t *millionths) {
  uint64_t read = 0;
  for (size_t i = 0; i < cells->count; i++) {
    struct rung_text cell = cells->at[i];
    bool minus = take_minus(&cell), fits = cell.length - 1 < LONGEST;
    int64_t size;
    if (__builtin_expect(cell.length <= WORD, 1)) {
      fits &= give_millionths(0, load_last(cell.bytes, cell.length), mark, &size);
    } else {
      fits &= give_millionths(load_head(cell), load_tail(cell), mark, &size);
    }
    millionths[i] = (int64_t)(minus ? 0 - (uint64_t)size : (uint64_t)size);
    read |= (uint64_t)fits << i;
  }
  return read;
}
