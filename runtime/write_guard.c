/* write_guard.c - keep spreadsheets from running what stands in a cell.

   What begins like a formula gets an apostrophe in front.  Blanks of all widths and quotation marks before it are looked
   past, because spreadsheets do; full-width and small forms are as the plain ones, for which some take them.  A number
   with a sign is none, nor is an amount of money with one. */
#include "cast_parse.h"
#include "text.h"
#include "treat.h"

static bool is_passed(char byte) { return byte == ' ' || byte == '"'; }
static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/* The length of what may stand between two digits of a number: a point, a comma, an apostrophe, a blank, a no-break
   space. */
static size_t separator(struct rung_text text) {
  if (text.length && memchr(".,'", text.bytes[0], 3)) return 1;
  if (text.length >= 3 && memcmp(text.bytes, "\xe2\x80\x99", 3) == 0) return 3;
  return text.length && text.bytes[0] == '\t' ? 0 : text_blank_before(text);
}

static struct rung_text trim_start(struct rung_text text) {
  for (size_t blank; (blank = text_blank_before(text)) > 0;)
    text = (struct rung_text){text.bytes + blank, text.length - blank};
  return text;
}

static size_t digits(struct rung_text text) {
  size_t length = 0;
  while (length < text.length && is_digit(text.bytes[length])) length++;
  return length;
}

static struct rung_text skip(struct rung_text text, size_t length) {
  return (struct rung_text){text.bytes + length, text.length - length};
}

/* e5, E-5 */
static size_t exponent(struct rung_text text) {
  if (!text.length || (text.bytes[0] | 0x20) != 'e') return 0;
  size_t sign = text.length > 1 && (text.bytes[1] == '-' || text.bytes[1] == '+');
  size_t length = digits(skip(text, 1 + sign));
  return length ? 1 + sign + length : 0;
}

/* Digits, single separators between them, one of . and , before them; then an exponent and a percent sign. */
static bool is_number(struct rung_text text) {
  while (text.length && is_passed(text.bytes[text.length - 1])) text.length--;
  size_t length = text.length && (text.bytes[0] == '.' || text.bytes[0] == ',');
  do {
    text = skip(text, length);
    if (!(length = digits(text))) return false;
    text = skip(text, length);
    if (text.length == 1 && text.bytes[0] == '.') return true; /* "5." */
    length = separator(text);
  } while (length);
  text = skip(text, exponent(text));
  return text.length == 0 || (text.length == 1 && text.bytes[0] == '%');
}

/* The number in an amount behind its sign.  Before the digits stands no word: "-USD5" would be the cell USD5. */
static struct rung_text undress(struct rung_text text) {
  int32_t character = 0;
  size_t digit, length = 0;
  while (text.length && is_passed(text.bytes[text.length - 1])) text.length--;
  text = trim_start(text);
  if (text.length) length = text_character(text, 0, &character);
  if (length && character > 0 && cast_is_currency((struct rung_text){text.bytes, length}) &&
      utf8proc_category(character) == UTF8PROC_CATEGORY_SC)
    text = trim_start(skip(text, length));
  for (digit = text.length; digit && !is_digit(text.bytes[digit - 1]); digit--) continue;
  if (cast_is_currency(text_trim(skip(text, digit)))) text.length = digit;
  return text;
}

/* The length of what is looked past at the start: a blank, a quotation mark, a byte order mark. */
static size_t passed(struct rung_text text) {
  int32_t character;
  if (!(text.bytes[0] & 0x80)) return is_passed(text.bytes[0]) || text.bytes[0] == '\v' || text.bytes[0] == '\f';
  size_t length = text_character(text, 0, &character);
  bool blank = character == 0xfeff || (character > 0 && utf8proc_category(character) == UTF8PROC_CATEGORY_ZS);
  return blank ? length : 0;
}

bool formula_like(struct rung_text text) {
  for (size_t length; text.length && (length = passed(text)) > 0;) text = skip(text, length);
  if (!text.length) return false;
  switch (text.bytes[0]) {
    case '=':
    case '@':
    case '\t':
    case '\r':
    case '\n': return true;
    case '+':
    case '-': return !is_number(undress(skip(text, 1)));
    case '\xef': break;
    default: return false;
  }
  /* = + - @, full-width and small. */
  static const char forms[][3] = {"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0",
                                  "\xef\xb9\xa6", "\xef\xb9\xa2", "\xef\xb9\xa3", "\xef\xb9\xab"};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
    if (text.length >= 3 && memcmp(text.bytes, forms[i], 3) == 0) return true;
  return false;
}

void write_guarded(struct buffer *out, struct rung_text text, char delimiter, bool guards) {
  size_t start = out->length;
  if (guards && formula_like(text)) buffer_byte(out, '\'');
  buffer_text(out, text);
  write_quoted(out, start, delimiter);
}
