/* scalar.c - operations on single values, from opcodes.def's words alone: no code of the runtime is used. */
#include "scalar.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every day of the calendar, made by counting; index is the day from 0001-01-01. */
static struct { int16_t year; int8_t month, day; } *calendar;

static int month_days(int year, int month) {
  if (month == 2) return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool scalar_start(void) {
  calendar = calloc(DAY_COUNT, sizeof *calendar);
  int year = 1, month = 1, day = 1;
  for (int i = 0; calendar && i < DAY_COUNT; i++) {
    calendar[i].year = (int16_t)year, calendar[i].month = (int8_t)month, calendar[i].day = (int8_t)day;
    if (++day > month_days(year, month)) day = 1, month++;
    if (month > 12) month = 1, year++;
  }
  return calendar != NULL;
}

void scalar_end(void) { free(calendar); }

/* By bisection in the counted calendar; false outside it. */
static bool day_of(int64_t year, int month, int day, int32_t *out) {
  if (year < 1 || year > 9999) return false;
  int low = 0, high = DAY_COUNT - 1;
  int64_t wanted = year * 512 + month * 32 + day;
  while (low < high) {
    int middle = (low + high) / 2;
    if (calendar[middle].year * 512 + calendar[middle].month * 32 + calendar[middle].day < wanted) low = middle + 1;
    else high = middle;
  }
  *out = low + DAY_FIRST;
  return true;
}

static const struct scalar missing;
struct scalar scalar_missing(void) { return missing; }

struct scalar scalar_number(int64_t number) { return (struct scalar){true, number, {"", 0}}; }

static struct scalar maybe(bool exists, int64_t number) { return exists ? scalar_number(number) : missing; }

static struct scalar wide(__int128 value) {
  return maybe(value >= INT64_MIN && value <= INT64_MAX, value >= INT64_MIN && value <= INT64_MAX ? (int64_t)value : 0);
}

/* a / b, halves away from zero, by the sizes of both. */
static struct scalar quotient(__int128 a, __int128 b) {
  if (b == 0) return missing;
  bool negative = (a < 0) != (b < 0);
  if (a < 0) a = -a;
  if (b < 0) b = -b;
  __int128 result = (2 * a + b) / (2 * b);
  return wide(negative ? -result : result);
}

int scalar_compare(struct rung_text a, struct rung_text b) {
  for (size_t i = 0; i < a.length && i < b.length; i++)
    if (a.bytes[i] != b.bytes[i]) return (unsigned char)a.bytes[i] < (unsigned char)b.bytes[i] ? -1 : 1;
  return a.length < b.length ? -1 : a.length > b.length;
}

static bool part_at(struct rung_text a, size_t at, struct rung_text b) {
  for (size_t i = 0; i < b.length; i++)
    if (at + i >= a.length || a.bytes[at + i] != b.bytes[i]) return false;
  return at + b.length <= a.length;
}

static bool part_anywhere(struct rung_text a, struct rung_text b) {
  for (size_t at = 0; at <= a.length; at++)
    if (part_at(a, at, b)) return true;
  return false;
}

static struct scalar add_months(int32_t date, int64_t months) {
  int64_t count;
  if (__builtin_add_overflow((int64_t)calendar[date - DAY_FIRST].year * 12 + calendar[date - DAY_FIRST].month - 1,
                             months, &count) ||
      count < 12 || count > 119999)
    return missing;
  int64_t year = count / 12;
  int month = (int)(count % 12) + 1, day = calendar[date - DAY_FIRST].day;
  if (day > month_days((int)year, month)) day = month_days((int)year, month);
  int32_t out = 0;
  bool exists = day_of(year, month, day, &out);
  return maybe(exists, out);
}

/* Walks day by day to the first with the month and day; 28 February stands in where there is no 29th. */
static struct scalar anniversary(int32_t date, int32_t from) {
  int month = calendar[date - DAY_FIRST].month, day = calendar[date - DAY_FIRST].day;
  for (int32_t i = from; i <= DAY_LAST; i++) {
    int wanted = day > month_days(calendar[i - DAY_FIRST].year, month) ? 28 : day;
    if (calendar[i - DAY_FIRST].month == month && calendar[i - DAY_FIRST].day == wanted) return scalar_number(i);
  }
  return missing;
}

static bool in_numbers(const struct builder *builder, int64_t value) {
  for (uint32_t i = 0; i < builder->program.number_count; i++)
    if (builder->numbers[i].value == value) return true;
  return false;
}

static bool in_words(const struct builder *builder, struct rung_text value) {
  for (uint32_t i = 0; i < builder->program.word_count; i++)
    if (scalar_compare(builder->words[i].text, value) == 0) return true;
  return false;
}

/* Of two flags by Kleene: min for `and`, max for `or`, with unknown in the middle. */
static struct scalar kleene(struct scalar a, struct scalar b, bool is_and) {
  int x = a.present ? (int)a.number * 2 : 1, y = b.present ? (int)b.number * 2 : 1;
  int result = is_and ? (x < y ? x : y) : (x > y ? x : y);
  return maybe(result != 1, result / 2);
}

static struct scalar flag(bool value) { return scalar_number(value); }

const struct scalar_case scalar_cases[SCALAR_CASES] = {
    {"", "", "", "", 0},
    {"abc", "abc", "ABC", "abc", 3},
    {"AbC@[`{", "abc@[`{", "ABC@[`{", "AbC@[`{", 7},
    {" \t x y \t ", " \t x y \t ", " \t X Y \t ", "x y", 9},
    {"\u0416\u0443\u043a", "\u0436\u0443\u043a", "\u0416\u0423\u041a", "\u0416\u0443\u043a", 3},
    {"\u00a0\u202fa\u2007", "\u00a0\u202fa\u2007", "\u00a0\u202fA\u2007", "a", 4},
    {"stra\u00dfe", "stra\u00dfe", "STRA\u00dfE", "stra\u00dfe", 6},     /* simple mapping keeps sharp s */
    {"\u0130\u212a", "ik", "\u0130\u212a", "\u0130\u212a", 2},           /* dotted I, kelvin: shorter in lower case */
    {"\u023a\u0250", "\u2c65\u0250", "\u023a\u2c6f", "\u023a\u0250", 2}, /* longer in the other case */
    {"\377A\303", "\377a\303", "\377A\303", "\377A\303", 3},             /* no UTF-8: bytes stay as they are */
    {"\xed\xa0\x80Q", "\xed\xa0\x80q", "\xed\xa0\x80Q", "\xed\xa0\x80Q", 4}, /* a surrogate is none either */
    {"gmail.com", "gmail.com", "GMAIL.COM", "gmail.com", 9},
    {"a@gmail.com", "a@gmail.com", "A@GMAIL.COM", "a@gmail.com", 11},
    {"abc, x y ,,stra", "abc, x y ,,stra", "ABC, X Y ,,STRA", "abc, x y ,,stra", 15},
    {"gmail.com,\u00a0abc\t", "gmail.com,\u00a0abc\t", "GMAIL.COM,\u00a0ABC\t", "gmail.com,\u00a0abc", 15},
};

static const struct scalar_case *case_of(struct rung_text text) {
  for (size_t i = 0; i < SCALAR_CASES; i++)
    if (scalar_compare(text, (struct rung_text){scalar_cases[i].text, strlen(scalar_cases[i].text)}) == 0)
      return &scalar_cases[i];
  return NULL;
}

struct scalar scalar_text(const char *string) { return (struct scalar){true, 0, {string, strlen(string)}}; }

/* The pattern of the tests is ^a|m$ */
static bool matches(struct rung_text text) {
  return text.length && (text.bytes[0] == 'a' || text.bytes[text.length - 1] == 'm');
}

static struct scalar choose(enum opcode op, struct scalar a, struct scalar b, struct scalar c) {
  if (op >= OP_ELSE_F && op <= OP_ELSE_S) return a.present ? a : b;
  return a.present && a.number ? b : c;
}

/* Whether a list has an item: compared are all parts between separators, trimmed by hand-made words. */
static struct rung_text trimmed(struct rung_text text) {
  static const char *const blanks[] = {" ", "\t", "\u00a0", "\u2007", "\u202f"};
  for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
    struct rung_text blank = {blanks[i], strlen(blanks[i])};
    bool before = text.length && part_at(text, 0, blank);
    bool after = text.length >= blank.length && part_at(text, text.length - blank.length, blank);
    if (!before && !after) continue;
    text = (struct rung_text){text.bytes + (before ? blank.length : 0), text.length - blank.length};
    i = (size_t)-1; /* all over again */
  }
  return text;
}

static bool has(struct rung_text list, struct rung_text item) {
  size_t begin = 0;
  for (size_t at = 0; at <= list.length; at++) {
    if (at < list.length && list.bytes[at] != SCALAR_SEPARATOR[0]) continue;
    if (scalar_compare(trimmed((struct rung_text){list.bytes + begin, at - begin}), trimmed(item)) == 0) return true;
    begin = at + 1;
  }
  return false;
}

/* By the series of the exponential function, to about 60 bits; a tie needs a whole quotient, and then it is exact. */
static struct scalar half_life(int64_t age, int64_t span) {
  if (age < 0 || span <= 0) return missing;
  if (age / span > 30) return scalar_number(0);
  long double left = 1000000.0L, x = -0.693147180559945309417232121458L * (long double)(age % span) / (long double)span;
  for (int64_t i = age / span; i > 0; i--) left /= 2;
  long double term = left;
  for (int n = 1; n < 40; n++) term *= x / n, left += term;
  return scalar_number((int64_t)(left + 0.5L));
}

/* -- XXH64 ------------------------------------------------------------------------------------------- */

#define PRIME_1 UINT64_C(0x9E3779B185EBCA87)
#define PRIME_2 UINT64_C(0xC2B2AE3D27D4EB4F)
#define PRIME_3 UINT64_C(0x165667B19E3779F9)
#define PRIME_4 UINT64_C(0x85EBCA77C2B2AE63)
#define PRIME_5 UINT64_C(0x27D4EB2F165667C5)

static uint64_t turned(uint64_t value, int bits) { return value << bits | value >> (64 - bits); }

/* `count` bytes as a number, the first being the lowest. */
static uint64_t lane(struct rung_text text, size_t at, int count) {
  uint64_t value = 0;
  while (count-- > 0) value = value << 8 | (unsigned char)text.bytes[at + (size_t)count];
  return value;
}

static uint64_t mixed(uint64_t sum, uint64_t value) { return turned(sum + value * PRIME_2, 31) * PRIME_1; }

/* Of texts of 32 bytes and more: four sums over their stripes, made one. */
static uint64_t stripes(struct rung_text text, size_t *at) {
  uint64_t sums[4] = {PRIME_1 + PRIME_2, PRIME_2, 0, -PRIME_1};
  for (; text.length - *at >= 32; *at += 32)
    for (size_t i = 0; i < 4; i++) sums[i] = mixed(sums[i], lane(text, *at + 8 * i, 8));
  uint64_t hash = turned(sums[0], 1) + turned(sums[1], 7) + turned(sums[2], 12) + turned(sums[3], 18);
  for (size_t i = 0; i < 4; i++) hash = (hash ^ mixed(0, sums[i])) * PRIME_1 + PRIME_4;
  return hash;
}

uint64_t scalar_hash(struct rung_text text) {
  size_t at = 0;
  uint64_t hash = (text.length < 32 ? PRIME_5 : stripes(text, &at)) + text.length;
  for (; text.length - at >= 8; at += 8)
    hash = turned(hash ^ mixed(0, lane(text, at, 8)), 27) * PRIME_1 + PRIME_4;
  for (; text.length - at >= 4; at += 4) hash = turned(hash ^ lane(text, at, 4) * PRIME_1, 23) * PRIME_2 + PRIME_3;
  for (; at < text.length; at++) hash = turned(hash ^ lane(text, at, 1) * PRIME_5, 11) * PRIME_1;
  hash = (hash ^ hash >> 33) * PRIME_2;
  hash = (hash ^ hash >> 29) * PRIME_3;
  return hash ^ hash >> 32;
}

int64_t scalar_bucket(const char *salt, struct rung_text text) {
  char whole[1024];
  int length = snprintf(whole, sizeof whole, "%s:", salt);
  memcpy(whole + length, text.bytes, text.length);
  uint64_t hash = scalar_hash((struct rung_text){whole, (size_t)length + text.length});
  return (int64_t)((unsigned __int128)hash * 1000000 / ((unsigned __int128)1 << 64));
}

static struct scalar bucket_of_number(int64_t number) {
  char digits[24];
  int length = snprintf(digits, sizeof digits, "%lld", (long long)number);
  return scalar_number(scalar_bucket(SCALAR_SEPARATOR, (struct rung_text){digits, (size_t)length}));
}

static struct scalar apply_present(const struct builder *builder, enum opcode op, struct scalar a, struct scalar b) {
  int64_t x = a.number, y = b.number;
  switch (op) {
    case OP_NOT: return flag(!x);
    case OP_EQ_F: case OP_EQ_I: case OP_EQ_N: case OP_EQ_D: case OP_EQ_S: return flag(x == y);
    case OP_LT_I: case OP_LT_N: case OP_LT_D: case OP_LT_S: return flag(x < y);
    case OP_LE_I: case OP_LE_N: case OP_LE_D: case OP_LE_S: return flag(x <= y);
    case OP_EQ_T: return flag(scalar_compare(a.text, b.text) == 0);
    case OP_LT_T: return flag(scalar_compare(a.text, b.text) < 0);
    case OP_LE_T: return flag(scalar_compare(a.text, b.text) <= 0);
    case OP_IN_I: case OP_IN_N: case OP_IN_D: return flag(in_numbers(builder, x));
    case OP_IN_T: return flag(in_words(builder, a.text));
    case OP_TO_N: return wide((__int128)x * 1000000);
    case OP_ADD_I: case OP_ADD_N: return wide((__int128)x + y);
    case OP_SUB_I: case OP_SUB_N: return wide((__int128)x - y);
    case OP_MUL_I: return wide((__int128)x * y);
    case OP_MUL_N: return quotient((__int128)x * y, 1000000);
    case OP_DIV_I: case OP_DIV_N: return quotient((__int128)x * 1000000, y);
    case OP_NEG_I: case OP_NEG_N: return wide(-(__int128)x);
    case OP_ABS_I: case OP_ABS_N: return wide(x < 0 ? -(__int128)x : x);
    case OP_MIN_I: case OP_MIN_N: case OP_MIN_D: case OP_MIN_S: return scalar_number(x < y ? x : y);
    case OP_MAX_I: case OP_MAX_N: case OP_MAX_D: case OP_MAX_S: return scalar_number(x > y ? x : y);
    case OP_ROUND: return quotient(x, 1000000);
    case OP_HALF_LIFE: return half_life(x, y);
    case OP_DATE_OF: return scalar_number((x - SECOND_FIRST) / 86400 + DAY_FIRST);
    case OP_HOURS: return quotient(((__int128)x - y) * 1000000, 3600);
    case OP_HAS: return flag(has(a.text, b.text));
    case OP_ADD_DAYS: {
      __int128 sum = (__int128)x + y;
      return maybe(sum >= DAY_FIRST && sum <= DAY_LAST, (int64_t)sum);
    }
    case OP_ADD_MONTHS: return add_months((int32_t)x, y);
    case OP_DAYS: return scalar_number(x - y);
    case OP_ANNIVERSARY: return anniversary((int32_t)x, (int32_t)y);
    case OP_YEAR: return scalar_number(calendar[x - DAY_FIRST].year);
    case OP_MONTH: return scalar_number(calendar[x - DAY_FIRST].month);
    case OP_DAY: return scalar_number(calendar[x - DAY_FIRST].day);
    case OP_WEEKDAY: return scalar_number((x - DAY_FIRST) % 7 + 1); /* 0001-01-01 was a Monday */
    case OP_BUCKET_T: return scalar_number(scalar_bucket(SCALAR_SEPARATOR, a.text));
    case OP_BUCKET_I: return bucket_of_number(x);
    case OP_CONTAINS: return flag(part_anywhere(a.text, b.text));
    case OP_STARTS: return flag(part_at(a.text, 0, b.text));
    case OP_ENDS: return flag(a.text.length >= b.text.length && part_at(a.text, a.text.length - b.text.length, b.text));
    case OP_MATCHES: return flag(matches(a.text));
    case OP_LOWER: return scalar_text(case_of(a.text)->lower);
    case OP_UPPER: return scalar_text(case_of(a.text)->upper);
    case OP_TRIM: return scalar_text(case_of(a.text)->trimmed);
    case OP_LENGTH: return scalar_number(case_of(a.text)->length);
    default: CU_FAIL("an opcode without a reference"); return missing;
  }
}

struct scalar scalar_apply(const struct builder *builder, enum opcode op, int operands, const struct scalar in[3]) {
  if (op == OP_AND || op == OP_OR) return kleene(in[0], in[1], op == OP_AND);
  if (op == OP_SURE) return flag(in[0].present && in[0].number);
  if (op == OP_PRESENT) return flag(in[0].present);
  if (op >= OP_IF_F && op <= OP_ELSE_S) return choose(op, in[0], in[1], in[2]);
  for (int i = 0; i < operands; i++)
    if (!in[i].present) return missing;
  return apply_present(builder, op, in[0], in[1]);
}
