/* params.c - give a param a value for this run, from text as the rule language writes a constant. */
#include "calendar.h"
#include "decimal.h"
#include "io.h"
#include "limits.h"
#include "session.h"
#include "text.h"
#include "vm.h"

static bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'; }

static struct rung_text trim_blanks(struct rung_text text) {
  while (text.length && is_blank(text.bytes[0])) text.bytes++, text.length--;
  while (text.length && is_blank(text.bytes[text.length - 1])) text.length--;
  return text;
}

static bool is_word(struct rung_text text, const char *word) {
  return text_same(text, (struct rung_text){word, strlen(word)});
}

/* -- Numbers -------------------------------------------------------------------------- */

/* A number as written; each reading may be out of range. */
struct literal {
  bool whole;               /* no digits after the point */
  bool integer_fits, number_fits;
  int64_t integer, number;
  struct rung_text rest;    /* what follows it: a unit or `%` */
};

static bool take_byte(struct rung_text *text, char byte) {
  if (!text->length || text->bytes[0] != byte) return false;
  text->bytes++, text->length--;
  return true;
}

static bool take_digit(struct rung_text *text, int *digit) {
  if (!text->length || text->bytes[0] < '0' || text->bytes[0] > '9') return false;
  *digit = text->bytes[0] - '0';
  text->bytes++, text->length--;
  return true;
}

/* -?[0-9]+(.[0-9]{1,6})? */
static bool read_literal(struct rung_text text, struct literal *out) {
  const __int128 far = (__int128)1 << 96; /* beyond every range; more digits change nothing */
  __int128 whole = 0, millionths;
  int digit, digits = 0;
  bool negative = take_byte(&text, '-');
  for (; take_digit(&text, &digit); digits++)
    if (whole < far) whole = whole * 10 + digit;
  if (digits == 0) return false;
  millionths = whole * DECIMAL_ONE;
  out->whole = !take_byte(&text, '.');
  if (!out->whole) {
    int32_t unit = DECIMAL_ONE;
    for (digits = 0; take_digit(&text, &digit); digits++) unit /= 10, millionths += (__int128)unit * digit;
    if (digits == 0 || digits > DECIMAL_DIGITS) return false;
  }
  out->integer_fits = out->whole && fits_int64(negative ? -whole : whole, &out->integer);
  out->number_fits = fits_int64(negative ? -millionths : millionths, &out->number);
  out->rest = trim_blanks(text);
  return true;
}

static bool read_number(struct rung_text text, int64_t *out) {
  struct literal literal;
  if (!read_literal(text, &literal) || !literal.number_fits) return false;
  *out = literal.number;
  if (is_word(literal.rest, "%")) {
    *out = literal.number / 100;
    return literal.number % 100 == 0;
  }
  return literal.rest.length == 0;
}

struct unit_word {
  const char *word;
  enum param_unit unit;
  int64_t count;            /* days or months */
};

static bool read_span(struct rung_text text, enum param_unit unit, int64_t *out) {
  static const struct unit_word words[] = {
      {"day", UNIT_DAYS, 1},      {"days", UNIT_DAYS, 1},     {"week", UNIT_DAYS, 7},    {"weeks", UNIT_DAYS, 7},
      {"month", UNIT_MONTHS, 1},  {"months", UNIT_MONTHS, 1}, {"year", UNIT_MONTHS, 12}, {"years", UNIT_MONTHS, 12},
  };
  struct literal literal;
  if (!read_literal(text, &literal) || !literal.integer_fits) return false;
  *out = literal.integer;
  if (literal.rest.length == 0) return unit != UNIT_MONTHS; /* a bare number means days, never months */
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (words[i].unit == unit && is_word(literal.rest, words[i].word))
      return !__builtin_mul_overflow(literal.integer, words[i].count, out);
  return false;
}

/* -- Texts, flags, dates ----------------------------------------------------------------- */

static bool read_flag(struct rung_text text, int64_t *out) {
  *out = is_word(text, "yes") || is_word(text, "true");
  return *out || is_word(text, "no") || is_word(text, "false");
}

bool rung_parse_date(struct rung_text text, int32_t *days) {
  int digit[8], n = 0;
  if (text.length != CALENDAR_PRINT_ROOM || text.bytes[4] != '-' || text.bytes[7] != '-') return false;
  while (text.length) {
    if ((n == 4 || n == 6) && text.bytes[0] == '-') take_byte(&text, '-');
    if (n == 8 || !take_digit(&text, &digit[n++])) return false;
  }
  struct civil civil = {digit[0] * 1000 + digit[1] * 100 + digit[2] * 10 + digit[3], digit[4] * 10 + digit[5],
                        digit[6] * 10 + digit[7]};
  if (!calendar_valid(civil.year, civil.month, civil.day)) return false;
  *days = calendar_days(civil);
  return true;
}

static bool read_date(struct rung_text text, int64_t *out) {
  int32_t days;
  if (!rung_parse_date(text, &days)) return false;
  *out = days;
  return true;
}

/* Decodes a quoted text into `bytes`, which has room for text.length. */
static bool read_string(struct rung_text text, char *bytes, struct rung_text *out) {
  static const char escapes[] = "\"\\ntr", meanings[] = "\"\\\n\t\r";
  size_t length = 0;
  if (text.length < 2 || text.bytes[0] != '"' || text.bytes[text.length - 1] != '"') return false;
  for (size_t i = 1; i + 1 < text.length; i++) {
    char byte = text.bytes[i];
    if (byte == '"' || byte == '\n' || byte == '\r' || byte == 0) return false;
    if (byte == '\\') {
      const char *escape = ++i + 1 < text.length && text.bytes[i] ? strchr(escapes, text.bytes[i]) : NULL;
      if (!escape) return false;
      byte = meanings[escape - escapes];
    }
    bytes[length++] = byte;
  }
  *out = (struct rung_text){bytes, length};
  return true;
}

/* -- Setting -------------------------------------------------------------------------------- */

static const char *wanted_form(const struct prog_param *param) {
  if (param->unit == UNIT_DAYS) return "a span of days or weeks such as `90 days` (months differ in length)";
  if (param->unit == UNIT_MONTHS) return "a span of months or years such as `3 months`";
  switch (param->type) {
    case RUNG_FLAG: return "`yes` or `no`";
    case RUNG_INTEGER: return "a whole number, as its default is (with a default like `3.0` it would take fractions)";
    case RUNG_DATE: return "a date such as `2026-01-31`";
    case RUNG_TEXT: return "a text in quotes such as `\"x\"`";
    default: return "a number such as `0.5` or `80%`, with at most six digits after the point";
  }
}

static bool read_value(const struct prog_param *declared, struct rung_text text, struct param *out) {
  switch (declared->type) {
    case RUNG_FLAG: return read_flag(text, &out->value);
    case RUNG_INTEGER: break;
    case RUNG_DATE: return read_date(text, &out->value);
    case RUNG_TEXT: return read_string(text, out->owned + text.length, &out->text);
    default: return read_number(text, &out->value);
  }
  if (declared->unit != UNIT_NONE) return read_span(text, (enum param_unit)declared->unit, &out->value);
  struct literal literal;
  if (!read_literal(text, &literal) || !literal.integer_fits || literal.rest.length) return false;
  out->value = literal.integer;
  return true;
}

static enum rung_status no_param(const struct program_tables *tables, struct rung_text name, struct rung_error *error) {
  if (tables->param_count == 0)
    return fail(error, RUNG_INVALID, "there is no param \"%.*s\": the rules have none", TEXT_FORMAT(name));
  char names[512];
  size_t used = 0;
  for (size_t i = 0; i < tables->param_count; i++) {
    struct rung_text param = tables->params[i].name;
    if (sizeof ", " + param.length + sizeof ", ..." > sizeof names - used) {
      memcpy(names + used, ", ...", 5);
      used += 5;
      break;
    }
    if (i) memcpy(names + used, ", ", 2), used += 2;
    memcpy(names + used, param.bytes, param.length);
    used += param.length;
  }
  return fail(error, RUNG_INVALID, "there is no param \"%.*s\"; the rules have %.*s", TEXT_FORMAT(name), (int)used,
              names);
}

/* The value as given and, behind it, room for a decoded text: one block. */
static enum rung_status make_param(const rung_session *session, const struct prog_param *declared,
                                   struct rung_text text, struct param *made, struct rung_error *error) {
  if (text.length > LIMIT_TEXT)
    return fail(error, RUNG_INVALID, "the value of param \"%.*s\" is too long", TEXT_FORMAT(declared->name));
  *made = (struct param){.owned_size = 2 * text.length};
  made->owned = alloc_array(&session->program->allocator, made->owned_size, 1);
  if (!made->owned) return fail_memory(error);
  if (text.length) memcpy(made->owned, text.bytes, text.length);
  made->source = (struct rung_text){made->owned, text.length};
  const char *wrong = NULL;
  if (!text_is_utf8(text)) wrong = "UTF-8 text";
  else if (!read_value(declared, made->source, made)) wrong = wanted_form(declared);
  else if (declared->unit != UNIT_NONE && made->value < 0 && declared->value >= 0) wrong = "no negative span";
  if (!wrong) return RUNG_OK;
  alloc_free(&session->program->allocator, made->owned, made->owned_size, 1);
  return fail(error, RUNG_INVALID, "param \"%.*s\" takes %s; it was given `%.*s`", TEXT_FORMAT(declared->name), wrong,
              (int)(text.length < 200 ? text.length : 200), text.bytes);
}

enum rung_status rung_session_set(rung_session *session, struct rung_text name, struct rung_text value,
                                  struct rung_error *error) {
  const struct program_tables *tables = &session->program->tables;
  size_t i = 0;
  name = trim_blanks(name);
  while (i < tables->param_count && !text_same(tables->params[i].name, name)) i++;
  if (i == tables->param_count) return no_param(tables, name, error);
  struct param made, *param = &session->params[i];
  enum rung_status status = make_param(session, &tables->params[i], trim_blanks(value), &made, error);
  if (status != RUNG_OK) return status;
  alloc_free(&session->program->allocator, param->owned, param->owned_size, 1);
  *param = made;
  session->stale = true;
  return RUNG_OK;
}
