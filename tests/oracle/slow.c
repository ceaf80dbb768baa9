/* slow.c - decimals, dates and texts by other algorithms than the runtime's. */
#include "oracle.h"

#include <string.h>

enum { EPOCH = 719162 }; /* days from 0001-01-01 to 1970-01-01 */

static bool leap(int year) { return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0); }

int slow_month_days(int year, int month) {
  if (month == 2) return leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static int64_t days_before_year(int64_t year) {
  int64_t past = year - 1;
  return past * 365 + past / 4 - past / 100 + past / 400;
}

int64_t slow_days(struct day day) {
  int64_t days = days_before_year(day.year) - EPOCH;
  for (int month = 1; month < day.month; month++) days += slow_month_days(day.year, month);
  return days + day.day - 1;
}

struct day slow_day(int64_t days) {
  int64_t count = days + EPOCH;
  int low = 1, high = 9999;
  while (low < high) {
    int middle = (low + high + 1) / 2;
    if (days_before_year(middle) <= count) low = middle;
    else high = middle - 1;
  }
  struct day day = {low, 1, 1};
  count -= days_before_year(low);
  for (; count >= slow_month_days(day.year, day.month); day.month++) count -= slow_month_days(day.year, day.month);
  day.day = (int)count + 1;
  return day;
}

bool slow_in_range(int64_t days) {
  return days >= slow_days((struct day){1, 1, 1}) && days <= slow_days((struct day){9999, 12, 31});
}

bool slow_ratio(int64_t a, int64_t b, int64_t c, int64_t *out) {
  if (c == 0) return false;
  __int128 product = (__int128)a * b, divisor = c;
  bool negative = (product < 0) != (divisor < 0);
  if (product < 0) product = -product;
  if (divisor < 0) divisor = -divisor;
  /* Half of the divisor is added before dividing, so that halves go up in size. */
  __int128 size = (product + divisor / 2) / divisor, result = negative ? -size : size;
  *out = (int64_t)result;
  return result >= INT64_MIN && result <= INT64_MAX;
}

/* The digits of |value| with the point before the last six, then needless zeros taken away. */
static struct rung_text print_decimal(struct arena *arena, int64_t value, size_t least) {
  struct rung_text digits = arena_print(arena, "%020llu", value < 0 ? 0ULL - (unsigned long long)value
                                                                    : (unsigned long long)value);
  size_t zeros = 0, drop = 0;
  while (zeros < 13 && digits.bytes[zeros] == '0') zeros++;
  while (drop < 6 - least && digits.bytes[19 - drop] == '0') drop++;
  return arena_print(arena, "%s%.*s%s%.*s", value < 0 ? "-" : "", (int)(14 - zeros), digits.bytes + zeros,
                     drop < 6 ? "." : "", (int)(6 - drop), digits.bytes + 14);
}

struct rung_text slow_print(struct arena *arena, struct value value) {
  if (!value.present) return TEXT("");
  struct day day;
  switch (value.type) {
  case TYPE_FLAG: return value.i ? TEXT("true") : TEXT("false");
  case TYPE_INTEGER: return arena_print(arena, "%lld", (long long)value.i);
  case TYPE_NUMBER: return print_decimal(arena, value.i, 0);
  case TYPE_MONEY: return print_decimal(arena, value.i, 2);
  case TYPE_DATE:
    day = slow_day(value.i);
    return arena_print(arena, "%04d-%02d-%02d", day.year, day.month, day.day);
  default: return value.text;
  }
}

/* Pairs of a capital and its small letter; the runs step by one letter. */
static const struct { uint32_t capital, small, letters; bool down, up; } alphabets[] = {
    {'A', 'a', 26, true, true},        {0xC0, 0xE0, 23, true, true},      {0xD8, 0xF8, 7, true, true},
    {0x391, 0x3B1, 17, true, true},    {0x400, 0x450, 16, true, true},    {0x410, 0x430, 32, true, true},
    {0x130, 'i', 1, true, false},      {'I', 0x131, 1, false, true},      {'S', 0x17F, 1, false, true},
    {0x3A3, 0x3C3, 9, true, true},     {0x3A3, 0x3C2, 1, false, true},    {0x1E9E, 0xDF, 1, true, false},
    {0x178, 0xFF, 1, true, true},
};

static uint32_t change_case(uint32_t letter, bool upper) {
  for (size_t i = 0; i < sizeof alphabets / sizeof *alphabets; i++) {
    uint32_t from = upper ? alphabets[i].small : alphabets[i].capital;
    uint32_t to = upper ? alphabets[i].capital : alphabets[i].small;
    if ((upper ? alphabets[i].up : alphabets[i].down) && letter >= from && letter < from + alphabets[i].letters)
      return to + (letter - from);
  }
  return letter;
}

static size_t decode(const char *bytes, uint32_t *letter) {
  const unsigned char *in = (const unsigned char *)bytes;
  size_t more = in[0] < 0x80 ? 0 : in[0] < 0xE0 ? 1 : in[0] < 0xF0 ? 2 : 3;
  static const unsigned char masks[] = {0x7F, 0x1F, 0x0F, 0x07};
  *letter = in[0] & masks[more];
  for (size_t i = 1; i <= more; i++) *letter = *letter << 6 | (in[i] & 0x3FU);
  return more + 1;
}

static size_t encode(uint32_t letter, char *out) {
  static const uint32_t marks[] = {0, 0xC0, 0xE0, 0xF0};
  size_t more = letter < 0x80 ? 0 : letter < 0x800 ? 1 : letter < 0x10000 ? 2 : 3;
  out[0] = (char)(marks[more] | letter >> 6 * more);
  for (size_t i = 1; i <= more; i++) out[i] = (char)(0x80U | (letter >> 6 * (more - i) & 0x3FU));
  return more + 1;
}

/* `text` is whole UTF-8, as all texts of the generator are. */
struct rung_text slow_case(struct arena *arena, struct rung_text text, bool upper) {
  char *out = arena_alloc(arena, text.length * 3 + 1);
  size_t length = 0;
  for (size_t i = 0; i < text.length;) {
    uint32_t letter;
    i += decode(text.bytes + i, &letter);
    length += encode(change_case(letter, upper), out + length);
  }
  return (struct rung_text){out, length};
}

static bool begins(struct rung_text text, struct rung_text part) {
  return text.length >= part.length && memcmp(text.bytes, part.bytes, part.length) == 0;
}

struct rung_text slow_trim(struct rung_text text) {
  static const struct rung_text blanks[] = {{" ", 1}, {"\t", 1}, {"\xC2\xA0", 2}, {"\xE2\x80\xAF", 3}};
  for (size_t before = text.length + 1; before != text.length;) {
    before = text.length;
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
      size_t length = blanks[i].length;
      if (begins(text, blanks[i])) text.bytes += length, text.length -= length;
      if (text.length >= length && memcmp(text.bytes + text.length - length, blanks[i].bytes, length) == 0)
        text.length -= length;
    }
  }
  return text;
}

int64_t slow_length(struct rung_text text) {
  int64_t count = 0;
  for (size_t i = 0; i < text.length; i++) count += ((unsigned char)text.bytes[i] & 0xC0) != 0x80;
  return count;
}

/* Patterns of bytes, `.` and a range in brackets, each perhaps with * + ?, and of ^ and $: all that the generator
   writes.  After R. Pike's matcher. */

struct atom {
  unsigned char low, high;
  size_t length;            /* in the pattern; 0 at its end */
};

static struct atom first_atom(struct rung_text p) {
  if (p.length == 0) return (struct atom){0};
  unsigned char c = (unsigned char)p.bytes[0];
  if (c == '[') return (struct atom){(unsigned char)p.bytes[1], (unsigned char)p.bytes[3], 5};
  if (c == '\\') return (struct atom){(unsigned char)p.bytes[1], (unsigned char)p.bytes[1], 2};
  return c == '.' ? (struct atom){0, 255, 1} : (struct atom){c, c, 1};
}

static struct rung_text skip(struct rung_text text, size_t count) {
  return (struct rung_text){text.bytes + count, text.length - count};
}

static bool matches_here(struct rung_text p, struct rung_text text) {
  struct atom atom = first_atom(p);
  if (atom.length == 0) return true;
  if (p.length == 1 && p.bytes[0] == '$') return text.length == 0;
  struct rung_text rest = skip(p, atom.length);
  char repeat = rest.length && strchr("*+?", rest.bytes[0]) ? rest.bytes[0] : '1';
  if (repeat != '1') rest = skip(rest, 1);
  size_t least = repeat == '1' || repeat == '+', most = repeat == '*' || repeat == '+' ? text.length : 1;
  for (size_t count = 0;; count++) {
    if (count >= least && matches_here(rest, skip(text, count))) return true;
    if (count == most || count == text.length || text.bytes[count] == '\n') return false;
    unsigned char c = (unsigned char)text.bytes[count];
    if (c < atom.low || c > atom.high) return false;
  }
}

bool slow_match(struct rung_text pattern, struct rung_text text) {
  if (pattern.length && pattern.bytes[0] == '^') return matches_here(skip(pattern, 1), text);
  for (size_t at = 0; at <= text.length; at++)
    if (matches_here(pattern, skip(text, at))) return true;
  return false;
}
