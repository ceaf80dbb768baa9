/* cast_money.c - cells to amounts of money as shops write them: "1 234,50 руб.", "$1,234.50", "(12.50)". */
#include "cast_parse.h"
#include "text.h"

enum { GROUP = 3, DIGITS_MOST = 64 };

static inline bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
static inline bool is_mark(char byte) { return byte == '.' || byte == ','; }

static struct rung_text skip(struct rung_text text, size_t length) {
  return (struct rung_text){text.bytes + length, text.length - length};
}

/* -- What stands around the digits --------------------------------------------------------- */

static size_t sign_before(struct rung_text text) {
  if (text.length && (text.bytes[0] == '-' || text.bytes[0] == '+')) return 1;
  return text.length >= 3 && memcmp(text.bytes, "\xe2\x88\x92", 3) == 0 ? 3 : 0; /* U+2212, the minus of typesetters */
}

static bool take_sign(struct rung_text *text, bool *negative) {
  size_t length = sign_before(*text);
  if (length == 0) return false;
  *negative = text->bytes[0] != '+';
  *text = text_trim(skip(*text, length));
  return true;
}

/* Takes currencies off the front.  A point or comma before a digit is part of the word ("Rs.500") only if the word is
   none without it ("$.50"). */
static bool take_currencies_before(struct rung_text *text) {
  for (;;) {
    struct rung_text word = *text;
    size_t length = 0;
    while (length < word.length && !is_digit(word.bytes[length]) && !text_blank_before(skip(word, length)) &&
           !sign_before(skip(word, length))) length++;
    bool marked = length < word.length && is_digit(word.bytes[length]) && length && is_mark(word.bytes[length - 1]);
    word.length = length;
    if (marked && !cast_is_currency(word)) word.length--;
    if (word.length == 0) return true;
    if (!cast_is_currency(word)) return false;
    *text = text_trim(skip(*text, word.length));
  }
}

static bool take_currency_after(struct rung_text *text) {
  size_t length = text->length;
  while (length && !is_digit(text->bytes[length - 1])) length--;
  struct rung_text word = text_trim(skip(*text, length));
  text->length = length;
  return word.length == 0 || cast_is_currency(word);
}

/* Leaves in `text` what begins with a digit or mark and ends with a digit. */
static enum cast_result undress(struct rung_text *text, bool *negative) {
  bool around = text->length >= 2 && text->bytes[0] == '(' && text->bytes[text->length - 1] == ')';
  if (around) *text = text_trim((struct rung_text){text->bytes + 1, text->length - 2});
  *negative = around;
  bool sign = take_sign(text, negative);
  if (!take_currencies_before(text)) return CAST_MONEY_WORD;
  if (!sign) sign = take_sign(text, negative);
  if (sign && around) return CAST_NOT_NUMBER;
  if (!take_currency_after(text)) return CAST_MONEY_WORD;
  return text->length ? CAST_FINE : CAST_NOT_NUMBER;
}

/* -- The digits ------------------------------------------------------------------------------- */

/* The length of a mark between thousands, and what kind it is.  A tab parts columns. */
static size_t separator_before(struct rung_text text, char *kind) {
  size_t blank = text.bytes[0] == '\t' ? 0 : text_blank_before(text);
  *kind = blank ? ' ' : text.bytes[0];
  if (blank) return blank;
  if (is_mark(*kind) || *kind == '\'') return 1;
  *kind = '\'';
  return text.length >= 3 && memcmp(text.bytes, "\xe2\x80\x99", 3) == 0 ? 3 : 0; /* U+2019, the Swiss apostrophe */
}

/* Where the mark before decimals stands, text.length when there is none.  One mark with three digits after it could be
   either; a point in plain digits has been read before (cast_decimal). */
static enum cast_result find_mark(struct rung_text text, char declared, size_t *at) {
  size_t marks = 0, kinds[2] = {0, 0}, last = text.length, last_of[2] = {text.length, text.length};
  bool parted = false;
  for (size_t i = 0; i < text.length; i++) {
    if (is_digit(text.bytes[i])) continue;
    if (!is_mark(text.bytes[i])) {
      parted = true;
      continue;
    }
    bool comma = text.bytes[i] == ',';
    last = last_of[comma] = i;
    kinds[comma]++;
    marks++;
  }
  *at = last;
  if (declared) *at = last_of[declared == ','];
  else if (marks > 1 && (kinds[0] == 0 || kinds[1] == 0)) *at = text.length;
  else if (marks == 1 && text.length - last - 1 == GROUP && !parted && last > 0 && last <= GROUP &&
           text.bytes[0] != '0') return CAST_MONEY_MARK;
  return CAST_FINE;
}

/* Copies the digits of `whole`, whose thousands may be parted by separators of one kind other than `mark`.  A zero has
   no thousands: in 0.125 it is the mark that is another one than declared. */
static bool copy_whole(struct rung_text whole, char mark, char *to, size_t *length) {
  bool zero = whole.length && whole.bytes[0] == '0';
  char kind = 0, first = 0;
  size_t since = 0;             /* digits after the last separator */
  while (whole.length) {
    if (is_digit(whole.bytes[0])) {
      if (*length == DIGITS_MOST) return false;
      to[(*length)++] = whole.bytes[0];
      since++;
      whole = skip(whole, 1);
      continue;
    }
    size_t bytes = separator_before(whole, &kind);
    if (bytes == 0 || zero || kind == mark || (first && kind != first)) return false;
    if (first ? since != GROUP : since == 0 || since > GROUP) return false;
    first = kind;
    since = 0;
    whole = skip(whole, bytes);
  }
  return !first || since == GROUP;
}

/* The amount as a plain number with a point. */
static enum cast_result plain_number(struct rung_text text, char declared, bool negative, char *to, size_t *length) {
  size_t at;
  enum cast_result result = find_mark(text, declared, &at);
  if (result) return result;
  char mark = at < text.length ? text.bytes[at] : declared;
  *length = 0;
  if (negative) to[(*length)++] = '-';
  if (!copy_whole((struct rung_text){text.bytes, at}, mark, to, length)) return CAST_MONEY_GROUPS;
  if (at == text.length) return CAST_FINE;
  to[(*length)++] = '.';
  while (++at < text.length) {
    if (!is_digit(text.bytes[at]) || *length > DIGITS_MOST) return CAST_MONEY_GROUPS;
    to[(*length)++] = text.bytes[at];
  }
  return CAST_FINE;
}

/* Some things are better told as what they are in any number. */
static enum cast_result why_no_money(struct rung_text cell, enum cast_result result) {
  int64_t unused;
  enum cast_result plain = cast_number(cell, '.', &unused);
  bool telling = plain == CAST_NOT_NUMBER || plain == CAST_EXPONENT || plain == CAST_PERCENT ||
                 plain == CAST_POINT_LAST;
  return telling ? plain : result;
}

enum cast_result cast_money(struct rung_text cell, char mark, int64_t *millionths) {
  enum cast_result result = cast_decimal(cell, mark ? mark : '.', millionths);
  if (result != CAST_NOT_NUMBER) return result;
  struct rung_text text = cell;
  bool negative;
  char plain[DIGITS_MOST + 2];  /* a sign and a point */
  size_t length;
  result = undress(&text, &negative);
  if (!result) result = plain_number(text, mark, negative, plain, &length);
  return result ? why_no_money(cell, result) : cast_decimal((struct rung_text){plain, length}, '.', millionths);
}
