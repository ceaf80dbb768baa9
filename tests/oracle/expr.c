/* expr.c - random well-typed expressions and values, boundaries first. */
#include "oracle.h"

#include <string.h>

#define PRINT(...) arena_print(scope->arena, __VA_ARGS__).bytes
#define LENGTH(array) (uint32_t)(sizeof(array) / sizeof *(array))

uint64_t random_bits(uint64_t *state) {
  uint64_t z = *state += 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return z ^ z >> 31;
}

uint32_t random_below(uint64_t *state, uint32_t bound) { return (uint32_t)((random_bits(state) >> 32) * bound >> 32); }

static uint32_t below(struct scope *scope, uint32_t bound) { return random_below(&scope->random, bound); }

void scope_add(struct scope *scope, struct rung_text text, type_t type) {
  if (scope->names == LENGTH(scope->name)) return;
  scope->name[scope->names].text = text;
  scope->name[scope->names++].type = type;
}

/* -- Values ------------------------------------------------------------------------- */

static const int64_t integers[] = {
    0, 1, -1, 2, 3, 5, 7, 10, 12, 28, 29, 30, 31, 90, 100, 365, 1000000, -1000000, 3652424, 2147483647, -2147483648LL,
    9223372036854LL, 9223372036855LL, -9223372036854LL, -9223372036855LL, 3037000499LL, 3037000500LL,
    INT64_MAX, INT64_MAX - 1, INT64_MIN, INT64_MIN + 1,
};

static const int64_t decimals[] = {
    0, 1, -1, 500000, -500000, 499999, 1500000, -2500000, 100000, 200000, 300000, 1000000, -1000000, 2000000, 3000000,
    333333, 666667, 90000000, 30500000, 1000001, 3037000499976LL, 3037000499977LL, -3037000499977LL,
    9223372036854000000LL, INT64_MAX, INT64_MAX - 1, INT64_MIN, INT64_MIN + 1,
};

static const char *const texts[] = {
    "a", "A", "ab", "AB", "abc", "b", "ba", "aab", "aaab", " a ", "\ta\t", "\u00A0ab\u202F", "  ", "иван", "ИВАН",
    "Иван Петров", "ё", "Ё", "ß", "ẞ", "straße", "İstanbul", "ı", "ſ", "ÿ", "Ÿ", "ΣΑΣ", "σας", "日本", "😀",
    "x@gmail.com", "X@GMAIL.COM", "a,b", "a;b", "say \"hi\"", "two\nlines", "cr\rlf\r\nend", "a|b", "7", "007", "-1",
    "2026-11-21", "=1+1", "\\", "'", "null",
};

static int64_t random_day(struct scope *scope) {
  struct day day = {1990 + (int)below(scope, 60), 1 + (int)below(scope, 12), 1};
  static const int nears[] = {0, 0, 1, -1, 7, -7, 29, 30, 31, -29, -30, -31, 90, -90, 91, -91, 365, -365, 366, -366};
  switch (below(scope, 6)) {
  case 0: return scope->today + nears[below(scope, LENGTH(nears))];
  case 1: day.day = slow_month_days(day.year, day.month); break;
  case 2: day = (struct day){day.year / 4 * 4, 2, 29}; break;
  case 3:
    if (below(scope, 4)) break;
    return slow_days(below(scope, 2) ? (struct day){1, 1, 1 + (int)below(scope, 3)} : (struct day){9999, 12, 31});
  default: day.day = 1 + (int)below(scope, 28);
  }
  return slow_days(day);
}

struct value random_value(struct scope *scope, type_t type) {
  struct value value = {.type = type, .present = true};
  switch (type) {
  case TYPE_FLAG: value.i = below(scope, 2); break;
  case TYPE_INTEGER:
    if (below(scope, 3) == 0) value.i = integers[below(scope, LENGTH(integers))];
    else value.i = below(scope, 8) ? (int64_t)below(scope, 40) - 10 : (int64_t)random_bits(&scope->random);
    break;
  case TYPE_NUMBER:
  case TYPE_MONEY:
    if (below(scope, 4) == 0) value.i = decimals[below(scope, LENGTH(decimals))];
    else if (below(scope, 3) == 0) value.i = ((int64_t)below(scope, 40) - 10) * 500000; /* halves, to be rounded */
    else if (below(scope, 8) == 0) value.i = (int64_t)random_bits(&scope->random);
    else value.i = ((int64_t)below(scope, 4000) - 1000) * (below(scope, 2) ? 10000 : 1) * (below(scope, 2) ? 100 : 1);
    break;
  case TYPE_DATE:
    value.i = random_day(scope);
    if (!slow_in_range(value.i)) value.i = scope->today;
    break;
  default:
    value.type = TYPE_TEXT;
    value.text.bytes = texts[below(scope, LENGTH(texts))];
    value.text.length = strlen(value.text.bytes);
  }
  return value;
}

/* -- Leaves ----------------------------------------------------------------------------- */

static struct rung_text quoted(struct arena *arena, struct rung_text text) {
  char *out = arena_alloc(arena, text.length * 2 + 3), *end = out;
  *end++ = '"';
  for (size_t i = 0; i < text.length; i++) {
    static const char plain[] = "\"\\\n\t\r", escaped[] = "\"\\ntr";
    const char *special = text.bytes[i] ? strchr(plain, text.bytes[i]) : NULL;
    if (special) *end++ = '\\';
    *end++ = special ? escaped[special - plain] : text.bytes[i];
  }
  *end++ = '"';
  return (struct rung_text){out, (size_t)(end - out)};
}

struct rung_text value_literal(struct arena *arena, struct value value) {
  if (value.type == TYPE_TEXT) return quoted(arena, value.text);
  if (value.type == TYPE_MONEY) value.type = TYPE_NUMBER;
  return slow_print(arena, value);
}

/* The smallest number has no literal: its digits alone would not fit. */
static const char *parenthesised(struct scope *scope, struct value value) {
  if (value.i == INT64_MIN) value.i++;
  const char *text = value_literal(scope->arena, value).bytes;
  return text[0] == '-' ? PRINT("(%s)", text) : text;
}

static const char *literal(struct scope *scope, type_t type) {
  struct value value = random_value(scope, type);
  if (type == TYPE_FLAG) return value.i ? "yes" : "no";
  if (type == TYPE_MONTHS) {
    static const char *const spans[] = {"1 month", "2 months", "1 year", "13 months", "3 years", "1 months"};
    return spans[below(scope, LENGTH(spans))];
  }
  if (type == TYPE_INTEGER && below(scope, 6) == 0) return PRINT("%u days", below(scope, 400));
  if (type == TYPE_NUMBER && below(scope, 6) == 0) return PRINT("%u%%", below(scope, 120));
  return parenthesised(scope, value);
}

/* A wider type stands for the narrower ones too: an expression of numbers may name integers. */
static bool suits(type_t wanted, type_t given) {
  if (wanted == given) return true;
  if (wanted == TYPE_NUMBER) return given == TYPE_INTEGER;
  return wanted == TYPE_MONEY && (given == TYPE_NUMBER || given == TYPE_INTEGER);
}

static const char *name(struct scope *scope, type_t type) {
  uint32_t count = 0, chosen = 0;
  for (uint32_t i = 0; i < scope->names; i++)
    if (suits(type, scope->name[i].type) && below(scope, ++count) == 0) chosen = i;
  return count ? scope->name[chosen].text.bytes : NULL;
}

static const char *leaf(struct scope *scope, type_t type) {
  const char *text = below(scope, 5) ? name(scope, type) : NULL;
  return text ? text : literal(scope, type);
}

/* -- Expressions ----------------------------------------------------------------------------- */

static const char *expr(struct scope *scope, type_t type, int depth) { return random_expr(scope, type, depth).bytes; }

/* One between a function's parentheses. */
static const char *argument(struct scope *scope, type_t type, int depth) {
  return random_statement(scope, type, depth).bytes;
}

static type_t any_type(struct scope *scope) {
  static const type_t types[] = {TYPE_INTEGER, TYPE_NUMBER, TYPE_MONEY, TYPE_DATE, TYPE_TEXT};
  return types[below(scope, LENGTH(types))];
}

/* A span of days or months, never a negative constant, which is an error. */
static const char *span(struct scope *scope, int depth) {
  static const char *const spans[] = {"30 days", "90 days", "0 days", "2 weeks", "1 month", "6 months", "1 year"};
  if (below(scope, 3)) return spans[below(scope, LENGTH(spans))];
  if (below(scope, 3) == 0) return leaf(scope, TYPE_MONTHS);
  return PRINT("max(%s, %s)", leaf(scope, TYPE_NUMBER), expr(scope, TYPE_INTEGER, depth - 1));
}

static const char *comparison(struct scope *scope, int depth) {
  static const char *const signs[] = {"=", "!=", "<", "<=", ">", ">=", "<>", "≠", "≤", "≥"};
  type_t type = any_type(scope);
  const char *sign = signs[below(scope, LENGTH(signs))], *plain = below(scope, 2) ? name(scope, type) : NULL;
  if (plain && below(scope, 3) == 0) return PRINT("(%s %s %s)", literal(scope, type), sign, plain);
  if (plain) return PRINT("(%s %s %s)", plain, sign, literal(scope, type));
  return PRINT("(%s %s %s)", expr(scope, type, depth - 1), sign, expr(scope, type, depth - 1));
}

static const char *status_test(struct scope *scope) {
  if (scope->statuses == 0) return "yes";
  uint32_t s = below(scope, scope->statuses);
  const char *name = scope->status[s].name.bytes;
  const char *a = scope->status[s].label[below(scope, scope->status[s].labels)].bytes;
  const char *b = scope->status[s].label[below(scope, scope->status[s].labels)].bytes;
  switch (below(scope, 6)) {
  case 0: return PRINT("(%s = %s)", name, a);
  case 1: return PRINT("(%s != %s)", name, a);
  case 2: return strcmp(a, b) ? PRINT("(%s in (%s, %s))", name, a, b) : PRINT("(%s in (%s))", name, a);
  case 3: return strcmp(a, b) ? PRINT("(%s not in (%s, %s))", name, a, b) : PRINT("(%s not in (%s))", name, a);
  case 4: return PRINT("(%s is missing)", name);
  default: return PRINT("(%s is present)", name);
  }
}

static const char *membership(struct scope *scope, int depth) {
  const char *negated = below(scope, 2) ? "not " : "";
  type_t type = any_type(scope);
  switch (below(scope, 4)) {
  case 0: return PRINT("(%s %sin vips)", expr(scope, TYPE_TEXT, depth - 1), negated);
  case 1: return PRINT("(%s %sin file \"words.txt\")", expr(scope, TYPE_TEXT, depth - 1), negated);
  case 2:
    return PRINT("(%s %sin (%s, %s, %s))", expr(scope, type, depth - 1), negated, literal(scope, type),
                 literal(scope, type), literal(scope, type));
  default:
    return PRINT("(%s %sin (%s, %s))", expr(scope, type, depth - 1), negated, literal(scope, type), leaf(scope, type));
  }
}

/* Two constants in the wrong order would be an error. */
static const char *between(struct scope *scope, int depth) {
  type_t type = any_type(scope);
  struct value low = random_value(scope, type), high = random_value(scope, type), swap = low;
  bool ordered = type == TYPE_TEXT ? strcmp(low.text.bytes, high.text.bytes) <= 0 : low.i <= high.i;
  if (!ordered) low = high, high = swap;
  const char *from = below(scope, 2) ? name(scope, type) : NULL, *to = from ? expr(scope, type, depth - 1) : NULL;
  return PRINT("(%s %sbetween %s and %s)", expr(scope, type, depth - 1), below(scope, 2) ? "" : "not ",
               from ? from : parenthesised(scope, low), to ? to : parenthesised(scope, high));
}

static const char *text_condition(struct scope *scope, int depth) {
  static const char *const patterns[] = {"^a", "b$", "a+b", "^a?b", "[0-9]+", "^$", "иван", "@gmail\\\\.com$", "a.*b"};
  const char *a = expr(scope, TYPE_TEXT, depth - 1);
  switch (below(scope, scope->plain ? 3 : 4)) {
  case 0: return PRINT("(%s contains %s)", a, expr(scope, TYPE_TEXT, depth - 1));
  case 1: return PRINT("(%s starts with %s)", a, expr(scope, TYPE_TEXT, depth - 1));
  case 2: return PRINT("(%s ends with %s)", a, expr(scope, TYPE_TEXT, depth - 1));
  default: return PRINT("(%s matches \"%s\")", a, patterns[below(scope, LENGTH(patterns))]);
  }
}

static const char *date_condition(struct scope *scope, int depth) {
  const char *date = expr(scope, TYPE_DATE, depth - 1);
  switch (below(scope, 3)) {
  case 0: return PRINT("(%s within last %s)", date, span(scope, depth));
  case 1: return PRINT("(%s within next %s)", date, span(scope, depth));
  default: return PRINT("(%s older than %s)", date, span(scope, depth));
  }
}

static const char *condition(struct scope *scope, int depth) {
  type_t type = any_type(scope);
  const char *a, *word;
  switch (below(scope, 16)) {
  case 0: case 1: case 2: return comparison(scope, depth);
  case 3: case 4:
    a = expr(scope, TYPE_FLAG, depth - 1), word = below(scope, 2) ? "and" : "or";
    return PRINT("(%s %s %s %s %s)", a, word, expr(scope, TYPE_FLAG, depth - 1), word,
                 expr(scope, TYPE_FLAG, depth - 1));
  case 5: return PRINT("(%s and %s)", expr(scope, TYPE_FLAG, depth - 1), expr(scope, TYPE_FLAG, depth - 1));
  case 6: return PRINT("(%s or %s)", expr(scope, TYPE_FLAG, depth - 1), expr(scope, TYPE_FLAG, depth - 1));
  case 7: return PRINT("(not %s)", expr(scope, TYPE_FLAG, depth - 1));
  case 8: return status_test(scope);
  case 9: case 10: return membership(scope, depth);
  case 11: return text_condition(scope, depth);
  case 12: case 13: return date_condition(scope, depth);
  case 14: return between(scope, depth);
  default:
    a = expr(scope, type, depth - 1), word = below(scope, 2) ? "" : "not ";
    return PRINT("(%s is %s%s)", a, word, below(scope, 2) ? "missing" : "present");
  }
}

static const char *integer(struct scope *scope, int depth) {
  switch (below(scope, 6)) {
  case 0: return PRINT("(%s - %s)", expr(scope, TYPE_DATE, depth - 1), expr(scope, TYPE_DATE, depth - 1));
  case 1: return PRINT("(days since %s)", leaf(scope, TYPE_DATE));
  case 2: return PRINT("(days until (%s))", argument(scope, TYPE_DATE, depth - 1));
  case 3: return PRINT("length(%s)", argument(scope, TYPE_TEXT, depth - 1));
  case 4: return PRINT("round(%s)", argument(scope, TYPE_NUMBER, depth - 1));
  default: break;
  }
  static const char *const parts[] = {"year", "month", "day"};
  return PRINT("%s(%s)", parts[below(scope, 3)], argument(scope, TYPE_DATE, depth - 1));
}

static const char *numeric(struct scope *scope, type_t type, int depth) {
  static const char signs[] = "+-*/";
  const char *a = expr(scope, type, depth - 1), *b = expr(scope, type, depth - 1);
  char sign = signs[below(scope, 4)];
  switch (below(scope, 7)) {
  case 0: return PRINT("(-%s)", a);
  case 1: return PRINT("abs(%s)", a);
  case 2: return PRINT("min(%s, %s)", a, b);
  case 3: return PRINT("max(%s, %s, %s)", a, b, leaf(scope, type));
  default: break;
  }
  if (sign == '/' && type == TYPE_INTEGER) sign = '*';
  if (type == TYPE_MONEY && (sign == '*' || sign == '/')) b = expr(scope, TYPE_NUMBER, depth - 1);
  return PRINT("(%s %c %s)", a, sign, b);
}

static const char *date(struct scope *scope, int depth) {
  const char *a = expr(scope, TYPE_DATE, depth - 1);
  switch (below(scope, 6)) {
  case 0: return PRINT("(%s %c %s)", a, below(scope, 2) ? '+' : '-', expr(scope, TYPE_NUMBER, depth - 1));
  case 1: return PRINT("(%s %c %s)", a, below(scope, 2) ? '+' : '-', leaf(scope, TYPE_MONTHS));
  case 2: return PRINT("(%s + %s)", leaf(scope, TYPE_INTEGER), a);
  case 3: return PRINT("(anniversary of (%s))", a);
  case 4: return PRINT("min(%s, %s)", a, expr(scope, TYPE_DATE, depth - 1));
  default: return PRINT("max(%s, %s)", a, expr(scope, TYPE_DATE, depth - 1));
  }
}

static const char *choice(struct scope *scope, type_t type, int depth) {
  if (below(scope, 2))
    return PRINT("default(%s, %s)", argument(scope, type, depth - 1), argument(scope, type, depth - 1));
  return PRINT("(if %s then %s else %s)", argument(scope, TYPE_FLAG, depth - 1), expr(scope, type, depth - 1),
               expr(scope, type, depth - 1));
}

static const char *composite(struct scope *scope, type_t type, int depth) {
  static const char *const foldings[] = {"trim", "lower", "upper"};
  if (below(scope, 6) == 0) return choice(scope, type, depth);
  switch (type) {
  case TYPE_FLAG: return condition(scope, depth);
  case TYPE_INTEGER: return below(scope, 2) ? integer(scope, depth) : numeric(scope, type, depth);
  case TYPE_NUMBER: case TYPE_MONEY: return numeric(scope, type, depth);
  case TYPE_DATE: return date(scope, depth);
  case TYPE_TEXT:
    return PRINT("%s(%s)", foldings[below(scope, scope->plain ? 1 : 3)], argument(scope, type, depth - 1));
  default: return leaf(scope, type);
  }
}

struct rung_text random_expr(struct scope *scope, type_t type, int depth) {
  const char *text;
  if (depth <= 0 || type == TYPE_MONTHS) text = leaf(scope, type);
  else if (type != TYPE_FLAG && below(scope, 3) == 0) text = leaf(scope, type);
  else text = composite(scope, type, depth);
  return (struct rung_text){text, strlen(text)};
}

/* Takes away the first and the last parenthesis when they are a pair, and a coin says so. */
static struct rung_text opened(struct scope *scope, struct rung_text text) {
  if (text.length < 2 || text.bytes[0] != '(' || below(scope, 2)) return text;
  int depth = 0;
  char quote = '\0';
  for (size_t i = 0; i + 1 < text.length; i++) {
    char c = text.bytes[i];
    if (quote == '"' && c == '\\') i++;
    else if (quote) quote = c == quote ? '\0' : quote;
    else if (c == '"' || c == '`') quote = c;
    else depth += (c == '(') - (c == ')');
    if (depth == 0) return text;
  }
  return arena_copy(scope->arena, text.bytes + 1, text.length - 2);
}

struct rung_text random_ratio(struct scope *scope) {
  static const char *const factors[] = {"2", "8", "3", "0.5", "0.000001", "0.000004", "7"};
  const char *x = name(scope, TYPE_NUMBER), *y = below(scope, 2) ? name(scope, TYPE_NUMBER) : NULL;
  if (!y) y = factors[below(scope, LENGTH(factors))];
  return arena_print(scope->arena, "%s %c %s", x ? x : "1", below(scope, 2) ? '*' : '/', y);
}

struct rung_text random_statement(struct scope *scope, type_t type, int depth) {
  return opened(scope, random_expr(scope, type, depth));
}
