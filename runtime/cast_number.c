/* cast_number.c - cells to exact numbers; and why a cell is none. */
#include "cast_parse.h"
#include "decimal.h"
#include "text.h"

/* Digits that surely fit: 13 before the point of a number, 19 of an integer, leading zeros not counted. */
enum { NUMBER_DIGITS = 13, INTEGER_DIGITS = 19 };

struct number {
  bool negative;
  uint64_t whole;             /* wrapped around when too large */
  const char *whole_begin, *whole_end;
  const char *fraction, *end;
};

static inline bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

static inline bool read_number(struct rung_text cell, char mark, struct number *number) {
  const char *at = cell.bytes, *end = cell.bytes + cell.length;
  number->negative = at < end && *at == '-';
  if (at < end && (*at == '-' || *at == '+')) at++;
  number->whole = 0;
  for (number->whole_begin = at; at < end && is_digit(*at); at++) {
    number->whole = number->whole * 10 + (uint64_t)(*at - '0');
  }
  number->whole_end = at;
  bool marked = at < end && *at == mark;
  number->fraction = at += marked;
  while (at < end && is_digit(*at)) at++;
  number->end = at;
  bool some = marked ? at > number->fraction : at > number->whole_begin;
  return at == end && some;
}

/* Millionths of the fraction; false when it has more. */
static inline bool read_fraction(const struct number *number, uint64_t *millionths) {
  uint64_t unit = DECIMAL_ONE;
  const char *at = number->fraction;
  for (*millionths = 0; at < number->end && unit > 1; at++) *millionths += (uint64_t)(*at - '0') * (unit /= 10);
  while (at < number->end && *at == '0') at++;
  return at == number->end;
}

static inline bool has_digits(const struct number *number, size_t most) {
  const char *first = number->whole_begin;
  if ((size_t)(number->whole_end - first) <= most) return true;
  while (first < number->whole_end && *first == '0') first++;
  return (size_t)(number->whole_end - first) <= most;
}

static inline enum cast_result give_sign(const struct number *number, uint64_t size, int64_t *value) {
  if (size > (uint64_t)INT64_MAX + number->negative) return CAST_TOO_LARGE;
  *value = number->negative ? (int64_t)(0 - size) : (int64_t)size;
  return CAST_FINE;
}

/* -- Why it is no number -------------------------------------------------------------------- */

/* [0-9.,+-]+ [eE] [+-]? [0-9]+ */
static bool has_exponent(struct rung_text cell) {
  const char *end = cell.bytes + cell.length, *at = cell.bytes;
  while (at < end && (is_digit(*at) || *at == '+' || *at == '-' || *at == '.' || *at == ',')) at++;
  if (at == cell.bytes || at == end || (*at != 'e' && *at != 'E')) return false;
  at++;
  if (at < end && (*at == '+' || *at == '-')) at++;
  const char *digits = at;
  while (at < end && is_digit(*at)) at++;
  return at == end && at > digits;
}

struct census {
  size_t digits, commas, points, groupers, others;
  size_t after_comma;         /* digits after the last comma */
};

static struct census count_kinds(struct rung_text cell) {
  struct census census = {0};
  while (cell.length) {
    size_t blank = text_blank_before(cell), length = blank ? blank : 1;
    char byte = cell.bytes[0];
    if (is_digit(byte)) census.digits++, census.after_comma++;
    else if (byte == ',') census.commas++, census.after_comma = 0;
    else if (byte == '.') census.points++;
    else if (blank || byte == '\'' || byte == '_') census.groupers++;
    else if (byte != '-' && byte != '+') census.others++;
    cell = (struct rung_text){cell.bytes + length, cell.length - length};
  }
  return census;
}

static enum cast_result why_no_number(struct rung_text cell, char mark) {
  struct census census = count_kinds(cell);
  if (census.digits == 0) return CAST_NOT_NUMBER;
  if (has_exponent(cell)) return CAST_EXPONENT;
  char last = cell.bytes[cell.length - 1];
  if (census.others == 1 && last == '%') return CAST_PERCENT;
  if (census.others) return CAST_LETTERS;
  if (!is_digit(last)) return last == '.' ? CAST_POINT_LAST : CAST_NOT_NUMBER;
  size_t foreign = mark == '.' ? census.commas : census.points;
  if (foreign == 1 && census.commas + census.points + census.groupers == 1) {
    if (mark == ',') return CAST_POINT_DECIMAL;
    return census.after_comma == 3 ? CAST_COMMA : CAST_COMMA_DECIMAL;
  }
  if (foreign || census.groupers) return CAST_GROUPED;
  return CAST_NOT_NUMBER;
}

/* -- Types -------------------------------------------------------------------------------------- */

enum cast_result cast_decimal(struct rung_text cell, char mark, int64_t *millionths) {
  struct number number;
  uint64_t fraction;
  if (!read_number(cell, mark, &number)) return CAST_NOT_NUMBER;
  if (!has_digits(&number, NUMBER_DIGITS)) return CAST_TOO_LARGE;
  if (!read_fraction(&number, &fraction)) return CAST_MANY_DIGITS;
  return give_sign(&number, number.whole * DECIMAL_ONE + fraction, millionths);
}

enum cast_result cast_number(struct rung_text cell, char mark, int64_t *millionths) {
  enum cast_result result = cast_decimal(cell, mark, millionths);
  return result == CAST_NOT_NUMBER ? why_no_number(cell, mark) : result;
}

enum cast_result cast_integer(struct rung_text cell, char mark, int64_t *value) {
  struct number number;
  if (!read_number(cell, mark, &number)) return why_no_number(cell, mark);
  for (const char *at = number.fraction; at < number.end; at++) {
    if (*at != '0') return CAST_FRACTION;
  }
  if (!has_digits(&number, INTEGER_DIGITS)) return CAST_TOO_LARGE;
  return give_sign(&number, number.whole, value);
}
