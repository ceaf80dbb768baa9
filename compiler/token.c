/* token.c - what a lexeme means: words, texts, numbers, dates, and characters that mean nothing. */
#include "parse.h"
#include "parser.h"

#include "calendar.h"
#include "decimal.h"
#include "limits.h"

#include <string.h>
#include <utf8proc.h>

static struct rung_text lexeme(const struct lexer *lexer) {
  return (struct rung_text){lexer->source->text.bytes + lexer->begin, lexer->end - lexer->begin};
}

static struct place place_of(const struct lexer *lexer) {
  return (struct place){lexer->source->index, lexer->begin, lexer->end};
}

/* -- Characters ---------------------------------------------------------------------- */

/* Decodes the character at `at`; -1 and one byte when it is not UTF-8. */
static int32_t decode(struct rung_text text, size_t at, size_t *taken) {
  utf8proc_int32_t code;
  utf8proc_ssize_t length =
      utf8proc_iterate((const utf8proc_uint8_t *)text.bytes + at, (utf8proc_ssize_t)(text.length - at), &code);
  *taken = length > 0 ? (size_t)length : 1;
  return length > 0 ? code : -1;
}

/* Bytes that are not UTF-8 have been reported already and pass as letters. */
static bool starts_name(int32_t code) {
  if (code < 0 || code == '_') return true;
  utf8proc_category_t category = utf8proc_category(code);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

static bool continues_name(int32_t code) {
  utf8proc_category_t category = utf8proc_category(code);
  return starts_name(code) || (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ND);
}

/* One message a line: a file in another encoding would have one a word. */
void token_check_utf8(struct module *module, const struct source *source) {
  struct rung_text text = source->text;
  bool reported = false, first = true;
  for (size_t at = 0, taken; at < text.length; at += taken) {
    taken = 1;
    if (text.bytes[at] == '\n') reported = false;
    if ((unsigned char)text.bytes[at] < 0x80 || decode(text, at, &taken) >= 0 || reported) continue;
    uint32_t offset = (uint32_t)at;
    struct diag *diag = diag_report(module, (struct place){source->index, offset, offset + 1}, DIAG_BAD_BYTE,
                                    (unsigned char)text.bytes[at], source_locate(source, offset).column);
    if (first) diag_help(module, diag, "save the file in the encoding UTF-8");
    reported = true, first = false;
  }
}

static bool is_bidi_control(int32_t code) {
  return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

/* Inside texts, names in back-quotes and comments nearly everything may stand, but nothing that makes a
   reader see other rules than the compiler. */
static void check_hidden(struct lexer *lexer) {
  struct rung_text text = lexeme(lexer);
  for (size_t at = 0, taken; at < text.length; at += taken) {
    int32_t code = decode(text, at, &taken);
    bool control = code >= 0 && (code < ' ' || (code >= 0x7F && code < 0xA0)) && code != '\t';
    if (!control && !is_bidi_control(code)) continue;
    uint32_t begin = lexer->begin + (uint32_t)at;
    struct diag *diag = diag_report(lexer->module, (struct place){lexer->source->index, begin, begin + (uint32_t)taken},
                                    DIAG_HIDDEN_CHARACTER, (unsigned)code);
    diag_help(lexer->module, diag, "delete it");
  }
}

/* Characters that word processors and keyboards put in the place of ours. */
static const struct odd {
  int32_t code;
  int token;
  const char *right;
} odd_characters[] = {
    {0x2010, TOKEN_MINUS, "-"}, {0x2011, TOKEN_MINUS, "-"}, {0x2012, TOKEN_MINUS, "-"}, {0x2013, TOKEN_MINUS, "-"},
    {0x2014, TOKEN_MINUS, "-"}, {0x2015, TOKEN_MINUS, "-"}, {0x2212, TOKEN_MINUS, "-"}, {0x00D7, TOKEN_STAR, "*"},
    {0x00F7, TOKEN_SLASH, "/"}, {0x21D2, TOKEN_ARROW, "->"}, {0x27F6, TOKEN_ARROW, "->"}, {0x2794, TOKEN_ARROW, "->"},
    {0x27A1, TOKEN_ARROW, "->"}, {0xFF1B, TOKEN_SEMICOLON, ";"}, {0xFF0C, TOKEN_COMMA, ","}, {0xFF1A, TOKEN_COLON, ":"},
    {0xFF1D, TOKEN_EQ, "="}, {0xFF1C, TOKEN_LT, "<"}, {0xFF1E, TOKEN_GT, ">"}, {0xFF08, TOKEN_LPAREN, "("},
    {0xFF09, TOKEN_RPAREN, ")"}, {0x2266, TOKEN_LE, "<="}, {0x2267, TOKEN_GE, ">="}, {0x2A7D, TOKEN_LE, "<="},
    {0x2A7E, TOKEN_GE, ">="},
};

static bool is_hidden(int32_t code) {
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_CC: case UTF8PROC_CATEGORY_CF: case UTF8PROC_CATEGORY_CS: case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN: case UTF8PROC_CATEGORY_ZS: case UTF8PROC_CATEGORY_ZL: case UTF8PROC_CATEGORY_ZP:
      return true;
    default: return false;
  }
}

/* Reports the character that the lexeme is. */
static int odd_character(struct lexer *lexer, int32_t code) {
  struct module *module = lexer->module;
  lexer->dropped = true;
  if (is_hidden(code)) {
    struct diag *diag = diag_report(module, place_of(lexer), DIAG_HIDDEN_CHARACTER, (unsigned)code);
    diag_help(module, diag, "delete it, or write a plain blank");
    return TOKEN_NOTHING;
  }
  struct diag *diag =
      diag_report(module, place_of(lexer), DIAG_BAD_CHARACTER, TEXT_ARG(lexeme(lexer)), (unsigned)code);
  for (size_t i = 0; i < sizeof odd_characters / sizeof *odd_characters; i++) {
    const struct odd *odd = &odd_characters[i];
    if (odd->code != code) continue;
    diag_help(module, diag, "write `%s`", odd->right);
    diag_fix(diag, (struct rung_text){odd->right, strlen(odd->right)});
    return odd->token;
  }
  if (code == '%') diag_help(module, diag, "a percentage is written without a blank: `80%%`");
  else if (code != '\'') diag_help(module, diag, "if it belongs to a name, write the whole name in back-quotes");
  return TOKEN_NOTHING;
}

int token_odd_byte(struct lexer *lexer) { return odd_character(lexer, (unsigned char)*lexeme(lexer).bytes); }

int token_foreign(struct lexer *lexer, int token, const char *right) {
  struct diag *diag =
      diag_report(lexer->module, place_of(lexer), DIAG_FOREIGN_OPERATOR, TEXT_ARG(lexeme(lexer)), right);
  diag_fix(diag, (struct rung_text){right, strlen(right)});
  return token;
}

void token_comment(struct lexer *lexer) {
  struct source *source = lexer->source;
  check_hidden(lexer);
  struct comment *grown = arena_grow(&lexer->module->arena, source->comments, source->comment_count,
                                     &source->comment_room, sizeof *grown);
  if (!grown) return;
  source->comments = grown;
  grown[source->comment_count++] = (struct comment){lexer->begin, lexer->end};
}

/* -- Words ------------------------------------------------------------------------------ */

static const struct keyword keywords[] = {
#define KEYWORD(word, token, class) {word, TOKEN_##token, class},
#include "keywords.def"
#undef KEYWORD
};
enum { KEYWORD_COUNT = sizeof keywords / sizeof *keywords };

const struct keyword *keyword_at(size_t i) { return i < KEYWORD_COUNT ? &keywords[i] : NULL; }

const struct keyword *keyword_find(struct rung_text word) {
  size_t low = 0, high = KEYWORD_COUNT;
  while (low < high) {
    size_t middle = (low + high) / 2, length = strlen(keywords[middle].word);
    int order = memcmp(word.bytes, keywords[middle].word, word.length < length ? word.length : length);
    if (order == 0 && word.length == length) return &keywords[middle];
    if (order < 0 || (order == 0 && word.length < length)) high = middle;
    else low = middle + 1;
  }
  return NULL;
}

/* Cut at a character's start, where it has one: at most three bytes before. */
static struct rung_text check_length(struct lexer *lexer, struct rung_text name) {
  if (name.length <= LIMIT_NAME) return name;
  diag_report(lexer->module, place_of(lexer), DIAG_LONG_NAME, LIMIT_NAME, name.length);
  name.length = LIMIT_NAME;
  for (int i = 0; i < 3 && ((unsigned char)name.bytes[name.length] & 0xC0) == 0x80; i++) name.length--;
  return name;
}

/* A character that is no letter, at the start of what the lexer took for a word. */
static int symbol(struct lexer *lexer, int32_t code, size_t taken) {
  lexer->end = lexer->begin + (uint32_t)taken;
  switch (code) {
    case 0x2192: return TOKEN_ARROW;
    case 0x2264: return TOKEN_LE;
    case 0x2265: return TOKEN_GE;
    case 0x2260: return TOKEN_NE;
    case 0x00A0: case 0x202F: case 0x2009: return TOKEN_NOTHING;
    default: return odd_character(lexer, code);
  }
}

int token_word(struct lexer *lexer, union value *value) {
  struct rung_text text = lexeme(lexer);
  size_t length, taken;
  int32_t code = decode(text, 0, &length);
  if (!starts_name(code)) return symbol(lexer, code, length);
  for (; length < text.length; length += taken) {
    if (!continues_name(decode(text, length, &taken))) break;
  }
  lexer->end = lexer->begin + (uint32_t)length;
  text.length = length;
  const struct keyword *keyword = keyword_find(text);
  if (!keyword) text = check_length(lexer, text);
  value->text = text;
  return keyword ? keyword->token : TOKEN_NAME;
}

int token_quoted_name(struct lexer *lexer, union value *value, bool closed) {
  struct rung_text name = lexeme(lexer);
  name.bytes++, name.length -= closed ? 2 : 1;
  check_hidden(lexer);
  if (!closed) {
    struct place quote = {lexer->source->index, lexer->begin, lexer->begin + 1};
    diag_report(lexer->module, quote, DIAG_OPEN_NAME);
    lexer->line_lost = true;
    return TOKEN_NAME;
  }
  if (name.length == 0) diag_report(lexer->module, place_of(lexer), DIAG_EMPTY_NAME);
  value->text = check_length(lexer, name);
  return TOKEN_NAME;
}

/* -- Texts ------------------------------------------------------------------------------ */

/* The byte that `\` and `letter` stand for; 0 when nothing. */
static char unescape(char letter) {
  switch (letter) {
    case '"': case '\\': return letter;
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    default: return 0;
  }
}

static void report_escape(struct lexer *lexer, struct rung_text raw, size_t at) {
  size_t taken = 0;
  if (at + 1 < raw.length) decode(raw, at + 1, &taken);
  uint32_t begin = (uint32_t)(raw.bytes + at - lexer->source->text.bytes);
  struct place place = {lexer->source->index, begin, begin + 1 + (uint32_t)taken};
  struct diag *diag = diag_report(lexer->module, place, DIAG_BAD_ESCAPE, (int)taken, raw.bytes + at + 1);
  diag_help(lexer->module, diag, "only \\\" \\\\ \\n \\t and \\r do; a backslash itself is written twice: \\\\");
}

static struct rung_text decode_string(struct lexer *lexer, struct rung_text raw) {
  if (!memchr(raw.bytes, '\\', raw.length)) return raw;
  char *out = arena_alloc(&lexer->module->arena, raw.length + 1);
  if (!out) return (struct rung_text){"", 0};
  size_t length = 0;
  for (size_t at = 0; at < raw.length; at++) {
    char escaped = raw.bytes[at] == '\\' && at + 1 < raw.length ? unescape(raw.bytes[at + 1]) : 0;
    if (escaped) at++;
    else if (raw.bytes[at] == '\\') report_escape(lexer, raw, at);
    out[length++] = escaped ? escaped : raw.bytes[at];
  }
  return (struct rung_text){out, length};
}

static int finish_string(struct lexer *lexer, union value *value, struct rung_text raw) {
  check_hidden(lexer);
  value->text = decode_string(lexer, raw);
  if (value->text.length > LIMIT_TEXT) {
    diag_report(lexer->module, place_of(lexer), DIAG_LONG_STRING, LIMIT_TEXT, value->text.length);
    value->text.length = 1; /* what is empty would have a message of its own */
  }
  return TOKEN_STRING;
}

/* The length of a typographic or single quotation mark at `at`, or 0. */
static size_t quote_mark(struct rung_text text, size_t at) {
  size_t taken;
  int32_t code = decode(text, at, &taken);
  bool is_mark = (code >= 0x2018 && code <= 0x201F) || code == 0xAB || code == 0xBB || code == 0x2039 || code == 0x203A;
  return is_mark || code == '\'' ? taken : 0;
}

int token_string(struct lexer *lexer, union value *value, bool closed) {
  struct rung_text raw = lexeme(lexer);
  raw.bytes++, raw.length -= closed ? 2 : 1;
  if (closed) return finish_string(lexer, value, raw);
  struct place quote = {lexer->source->index, lexer->begin, lexer->begin + 1};
  struct diag *diag = diag_report(lexer->module, quote, DIAG_OPEN_STRING);
  for (size_t at = 0; at < raw.length; at++) {
    size_t mark = raw.bytes[at] == '\'' ? 0 : quote_mark(raw, at);
    if (mark == 0) continue;
    diag_help(lexer->module, diag, "the quotation mark that closes it must be `\"`, not `%.*s`", (int)mark,
              raw.bytes + at);
    lexer->end = lexer->begin + 1 + (uint32_t)(at + mark);
    raw.length = at;
    return finish_string(lexer, value, raw);
  }
  diag_help(lexer->module, diag, "put `\"` where the text ends; a text stays on one line");
  lexer->line_lost = true;
  value->text = raw;
  return TOKEN_STRING;
}

/* A text in other quotation marks than `"`; of typographic ones the lexeme is all the rest of the line. */
int token_odd_string(struct lexer *lexer, union value *value) {
  struct rung_text text = lexeme(lexer);
  size_t open = quote_mark(text, 0), at = open, close = 0, taken;
  for (; at < text.length && close == 0; at += close ? 0 : taken) {
    decode(text, at, &taken);
    close = text.bytes[at] == '"' ? 1 : quote_mark(text, at);
  }
  if (close == 0) {
    lexer->end = lexer->begin + (uint32_t)open;
    return odd_character(lexer, decode(text, 0, &taken));
  }
  lexer->end = lexer->begin + (uint32_t)(at + close);
  struct rung_text raw = {text.bytes + open, at - open};
  struct diag *diag = diag_report(lexer->module, place_of(lexer), DIAG_QUOTE, (int)open, text.bytes);
  if (!memchr(raw.bytes, '"', raw.length) && !memchr(raw.bytes, '\\', raw.length)) {
    diag_fix(diag, arena_print(&lexer->module->arena, "\"%.*s\"", TEXT_ARG(raw)));
    diag_help(lexer->module, diag, "write \"%.*s\"", TEXT_ARG(diag_quote(lexer->module, raw)));
  }
  return finish_string(lexer, value, raw);
}

/* -- Numbers and dates -------------------------------------------------------------------- */

/* A number as written, in its parts. */
struct numeral {
  int64_t digits;           /* all of them, the point left out */
  uint32_t fraction;        /* how many stand after the point */
  bool whole, percent, fits;
  size_t length;            /* in bytes */
};

static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

static struct numeral read_numeral(struct rung_text text) {
  struct numeral numeral = {.whole = true, .fits = true};
  size_t at = 0;
  for (; at < text.length; at++) {
    char byte = text.bytes[at];
    if (byte == '.') {
      numeral.whole = false;
    } else if (is_digit(byte)) {
      numeral.fits = numeral.fits && !__builtin_mul_overflow(numeral.digits, 10, &numeral.digits) &&
                     !__builtin_add_overflow(numeral.digits, byte - '0', &numeral.digits);
      numeral.fraction += !numeral.whole;
    } else {
      break;
    }
  }
  numeral.percent = at < text.length && text.bytes[at] == '%';
  numeral.length = at + numeral.percent;
  return numeral;
}

/* In millionths, or as it is when it is whole. */
static void convert_numeral(struct lexer *lexer, struct numeral numeral, union value *value) {
  static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
  uint32_t scale = numeral.fraction + (numeral.percent ? 2 : 0);
  int64_t result = numeral.digits;
  bool whole = numeral.whole && !numeral.percent, fits = numeral.fits;
  if (scale > DECIMAL_DIGITS) {
    diag_report(lexer->module, place_of(lexer), DIAG_LONG_FRACTION, numeral.percent ? "percentage" : "number",
                numeral.percent ? DECIMAL_DIGITS - 2 : DECIMAL_DIGITS,
                TEXT_ARG(diag_quote(lexer->module, lexeme(lexer))));
    result = 0;
  } else {
    if (!whole && __builtin_mul_overflow(result, powers[DECIMAL_DIGITS - scale], &result)) fits = false;
    if (!fits) {
      diag_report(lexer->module, place_of(lexer), DIAG_BIG_NUMBER, TEXT_ARG(diag_quote(lexer->module, lexeme(lexer))));
      result = 0;
    }
  }
  value->number.value = result;
  value->number.whole = whole;
}

/* `90days`, `1e5`, `0x10`: a number that runs into a word. */
static int number_and_word(struct lexer *lexer, struct numeral numeral, union value *value) {
  struct module *module = lexer->module;
  struct rung_text text = lexeme(lexer), word = {text.bytes + numeral.length, text.length - numeral.length};
  struct diag *diag =
      diag_report(module, place_of(lexer), DIAG_BAD_NUMBER, TEXT_ARG(diag_quote(module, text)));
  const struct keyword *keyword = keyword_find(word);
  value->text = check_length(lexer, text);
  if (!keyword) {
    diag_help(module, diag, "a name that starts with a digit is written in back-quotes: `%.*s`",
              TEXT_ARG(diag_quote(module, text)));
    return TOKEN_NAME;
  }
  diag_help(module, diag, "put a blank between: %.*s %s", (int)numeral.length, text.bytes, keyword->word);
  diag_fix(diag, arena_print(&module->arena, "%.*s %s", (int)numeral.length, text.bytes, keyword->word));
  lexer->end = lexer->begin + (uint32_t)numeral.length;
  convert_numeral(lexer, numeral, value);
  return TOKEN_NUMBER;
}

int token_number(struct lexer *lexer, union value *value) {
  struct rung_text text = lexeme(lexer);
  struct numeral numeral = read_numeral(text);
  size_t taken;
  if (numeral.length < text.length) {
    if (starts_name(decode(text, numeral.length, &taken))) return number_and_word(lexer, numeral, value);
    lexer->end = lexer->begin + (uint32_t)numeral.length;
  }
  if (*text.bytes == '.') {
    struct diag *diag = diag_report(lexer->module, place_of(lexer), DIAG_BAD_NUMBER,
                                    TEXT_ARG(diag_quote(lexer->module, lexeme(lexer))));
    diag_help(lexer->module, diag, "write 0%.*s", TEXT_ARG(lexeme(lexer)));
    diag_fix(diag, arena_print(&lexer->module->arena, "0%.*s", TEXT_ARG(lexeme(lexer))));
  }
  convert_numeral(lexer, numeral, value);
  return numeral.percent ? TOKEN_PERCENT : TOKEN_NUMBER;
}

/* `3.5.2` */
int token_points(struct lexer *lexer, union value *value) {
  diag_report(lexer->module, place_of(lexer), DIAG_BAD_NUMBER, TEXT_ARG(diag_quote(lexer->module, lexeme(lexer))));
  value->number.value = 0;
  value->number.whole = false;
  return TOKEN_NUMBER;
}

static int32_t digits_at(struct rung_text text, size_t at, size_t count) {
  int32_t number = 0;
  for (size_t i = at; i < at + count; i++) number = number * 10 + (text.bytes[i] - '0');
  return number;
}

static void report_date(struct lexer *lexer, int32_t year, int32_t month) {
  static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July", "August",
                                       "September", "October", "November", "December"};
  struct arena *arena = &lexer->module->arena;
  struct rung_text why = TEXT("days count from 01");
  if (year == 0) why = TEXT("years run from 0001 to 9999");
  else if (month == 0) why = TEXT("months count from 01");
  else if (month > 12) why = TEXT("a year has 12 months");
  else if (digits_at(lexeme(lexer), 8, 2) > 0)
    why = arena_print(arena, "%s %d has %d days", months[month - 1], year, calendar_month_days(year, month));
  diag_report(lexer->module, place_of(lexer), DIAG_BAD_DATE, TEXT_ARG(lexeme(lexer)), TEXT_ARG(why));
}

int token_date(struct lexer *lexer, union value *value) {
  struct rung_text text = lexeme(lexer);
  int32_t year = digits_at(text, 0, 4), month = digits_at(text, 5, 2), day = digits_at(text, 8, 2);
  bool valid = calendar_valid(year, month, day);
  if (!valid) report_date(lexer, year, month);
  value->number.value = valid ? calendar_days((struct civil){year, month, day}) : 0;
  value->number.whole = false;
  return TOKEN_DATE;
}

/* Reads the number at `*at`, and the separator after it; -1 when it is too long for a part of a date. */
static int32_t next_part(struct rung_text text, size_t *at) {
  size_t begin = *at;
  while (*at < text.length && is_digit(text.bytes[*at])) ++*at;
  size_t digits = (*at)++ - begin;
  return digits <= 4 ? digits_at(text, begin, digits) : -1;
}

/* What is nearly a date; `2026-1-5` would otherwise be two subtractions. */
int token_date_form(struct lexer *lexer, union value *value) {
  enum { ISO_LENGTH = 10 };
  struct rung_text text = lexeme(lexer);
  size_t at = 0, taken;
  if (text.length > ISO_LENGTH && text.bytes[4] == '-' && text.bytes[7] == '-' &&
      !continues_name(decode(text, ISO_LENGTH, &taken))) {
    lexer->end = lexer->begin + ISO_LENGTH;
    return token_date(lexer, value);
  }
  struct module *module = lexer->module;
  struct diag *diag = diag_report(module, place_of(lexer), DIAG_DATE_FORM, TEXT_ARG(diag_quote(module, text)));
  int32_t part[3];
  for (int i = 0; i < 3; i++) part[i] = next_part(text, &at);
  bool iso = text.bytes[4] == '-';
  int32_t year = iso ? part[0] : part[2], month = part[1], day = iso ? part[2] : part[0];
  value->number.value = 0;
  value->number.whole = false;
  if (at <= text.length || (!iso && year < 100) || !calendar_valid(year, month, day)) {
    diag_help(module, diag, "write a date as 2026-11-21");
    return TOKEN_DATE;
  }
  diag_help(module, diag, "write %04d-%02d-%02d", year, month, day);
  diag_fix(diag, arena_print(&module->arena, "%04d-%02d-%02d", year, month, day));
  value->number.value = calendar_days((struct civil){year, month, day});
  return TOKEN_DATE;
}
