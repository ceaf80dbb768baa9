/* declare.c - check what the columns of an input block say of themselves. */
#include "date_format.h"
#include "decimal.h"
#include "literal.h"
#include "types.h"
#include "words.h"

/* -- Date formats ------------------------------------------------------------------------- */

static size_t run_length(struct rung_text format, size_t at) {
  size_t end = at;
  while (end < format.length && format.bytes[end] == format.bytes[at]) end++;
  return end - at;
}

static bool is_token(char byte) { return byte == 'Y' || byte == 'M' || byte == 'D'; }

/* What is wrong with a date format, or NULL. */
static const char *format_fault(struct rung_text format) {
  unsigned years = 0, months = 0, days = 0;
  for (size_t at = 0, length; at < format.length; at += length) {
    char byte = format.bytes[at];
    length = is_token(byte) ? run_length(format, at) : 1;
    if (!is_token(byte)) continue;
    if (byte == 'Y' && length != 2 && length != 4) return "a year is YYYY or YY";
    if (byte != 'Y' && length > 2) return byte == 'M' ? "a month is MM or M" : "a day is DD or D";
    char next = at + length < format.length ? format.bytes[at + length] : ' ';
    if (length == 1 && (is_token(next) || (next >= '0' && next <= '9'))) {
      return "after M or D, which may have one digit or two, a separator must follow";
    }
    *(byte == 'Y' ? &years : byte == 'M' ? &months : &days) += 1;
  }
  if (years != 1) return years ? "the year stands there twice" : "the year (YYYY) is not there";
  if (months != 1) return months ? "the month stands there twice" : "the month (MM) is not there";
  if (days != 1) return days ? "the day stands there twice" : "the day (DD) is not there";
  if (!date_format_valid(format)) return "letters and digits have no meaning in it, but Y, M and D";
  return NULL;
}

/* The part before a time of day, which is read without being asked for. */
static struct rung_text before_time(struct rung_text format) {
  size_t length = 0;
  while (length < format.length && (format.bytes[length] | 32) != 'h') length++;
  while (length > 0 && (format.bytes[length - 1] == ' ' || format.bytes[length - 1] == 'T')) length--;
  return (struct rung_text){format.bytes, length};
}

static void check_format(struct module *module, const struct ast *format) {
  const struct ast *string = format->child[0];
  const char *fault = format_fault(string->text);
  if (!fault) return;
  struct diag *diag = diag_report(module, string->at, DIAG_DATE_FORMAT, TEXT_ARG(string->text), fault);
  struct rung_text date = before_time(string->text);
  struct rung_text upper = arena_copy(&module->arena, date.bytes, date.length);
  for (char *byte = (char *)(uintptr_t)upper.bytes; *byte; byte++) *byte = is_token(*byte & ~32) ? *byte & ~32 : *byte;
  if (date.length < string->text.length && !format_fault(upper)) {
    diag_help(module, diag, "a time behind the date is read by itself: write \"%.*s\"", TEXT_ARG(upper));
    diag_fix(diag, arena_print(&module->arena, "\"%.*s\"", TEXT_ARG(upper)));
  } else if (!format_fault(upper)) {
    diag_help(module, diag, "write it in capital letters: \"%.*s\"", TEXT_ARG(upper));
    diag_fix(diag, arena_print(&module->arena, "\"%.*s\"", TEXT_ARG(upper)));
  } else {
    diag_help(module, diag, "write for example \"DD.MM.YYYY\"; a time behind the date is read by itself");
  }
}

/* -- Values ---------------------------------------------------------------------------------- */

/* Whether a literal can be a value of the column; says so when not. */
static bool check_value(struct module *module, const struct ast *column, struct ast *value, const char *attribute) {
  type_t type = (type_t)column->value, given = literal_type(value);
  __int128 number;
  int64_t held;
  if (value->type == TYPE_UNKNOWN) value->type = given;
  bool fits = given == type || (given == TYPE_INTEGER && is_numeric(type)) ||
              (given == TYPE_NUMBER && type == TYPE_MONEY) || (given == TYPE_TEXT && type == TYPE_LIST);
  if (fits && type != TYPE_INTEGER && is_numeric(type) && literal_number(value, &number) &&
      !fits_int64(number, &held)) {
    struct diag *diag = diag_report(module, value->at, DIAG_NUMBER_RANGE);
    diag_help(module, diag, "numbers and money reach up to 9,223,372,036,854; an integer column holds more");
    return false;
  }
  if (fits) return true;
  struct diag *diag = diag_report(module, value->at, DIAG_ATTRIBUTE_VALUE, attribute,
                                  TEXT_ARG(column->child[0]->text), type_words(type));
  diag_help(module, diag, "write %s", value_example(type));
  if (type == TYPE_TEXT && given != TYPE_ERROR) {
    diag_fix(diag, arena_print(&module->arena, "\"%.*s\"", TEXT_ARG(expression_text(module, value))));
  }
  return false;
}

/* -- Attributes ------------------------------------------------------------------------------ */

enum { MARK_LENGTH = 8 };

/* Which attributes which types take. */
static bool takes(type_t type, enum ast_kind attribute) {
  switch (attribute) {
    case AST_FORMAT: return type == TYPE_DATE || type == TYPE_DATETIME;
    case AST_RANGE: return is_numeric(type);
    case AST_CLOSED: return type == TYPE_TEXT;
    case AST_SEPARATED: return type == TYPE_LIST;
    case AST_PRESET: return type != TYPE_DATETIME; /* there is no constant of it */
    default: return true;
  }
}

static const char *takers(enum ast_kind attribute) {
  switch (attribute) {
    case AST_FORMAT: return "dates";
    case AST_RANGE: return "numbers";
    case AST_SEPARATED: return "lists";
    case AST_PRESET: return "values that rules can write";
    default: return "texts";
  }
}

/* A mark that stands in cells, like the separator of a list. */
static void check_mark(struct module *module, const struct ast *attribute) {
  const struct ast *string = attribute->child[0];
  if (string->text.length >= 1 && string->text.length <= MARK_LENGTH) return;
  struct diag *diag = diag_report(module, string->at, DIAG_MARK_LENGTH, ast_name((enum ast_kind)attribute->kind), 1,
                                  MARK_LENGTH);
  bool list = attribute->kind == AST_SEPARATED;
  diag_help(module, diag, list ? "write what stands between two items, like \",\""
                               : "write the mark that stands before the value, like \"'\"");
}

static void report_no_separator(struct module *module, const struct ast *column) {
  const struct ast *name = column->child[0];
  struct diag *diag = diag_report(module, column->at, DIAG_NO_SEPARATOR, TEXT_ARG(name->text));
  diag_help(module, diag, "write for example `%.*s list separated \",\";`", TEXT_ARG(name_written(module, name->text)));
}

static void check_range(struct module *module, const struct ast *column, const struct ast *range) {
  __int128 low, high;
  bool fine = check_value(module, column, range->child[0], "between");
  fine = check_value(module, column, range->child[1], "between") && fine;
  if (!fine || !literal_number(range->child[0], &low) || !literal_number(range->child[1], &high) || low <= high) return;
  struct diag *diag = diag_report(module, range->at, DIAG_RANGE_EMPTY);
  diag_help(module, diag, "write the smaller number first");
}

static void check_preset(struct module *module, const struct ast *column, const struct ast *preset,
                         const struct ast *range, const struct ast *closed) {
  __int128 value, low, high;
  struct ast *literal = preset->child[0];
  if (!check_value(module, column, literal, "default")) return;
  if (range && literal_number(literal, &value) && literal_number(range->child[0], &low) &&
      literal_number(range->child[1], &high) && (value < low || value > high)) {
    struct diag *diag = diag_report(module, literal->at, DIAG_PRESET_OUTSIDE);
    struct rung_text from = expression_text(module, range->child[0]), to = expression_text(module, range->child[1]);
    diag_help(module, diag, "the column is between %.*s and %.*s", TEXT_ARG(from), TEXT_ARG(to));
  }
  if (!closed || literal->kind != AST_STRING) return;
  for (uint32_t i = 0; i < closed->count; i++) {
    if (text_equal(closed->child[i]->text, literal->text)) return;
  }
  struct diag *diag = diag_report(module, literal->at, DIAG_PRESET_OUTSIDE);
  diag_help(module, diag, "it must be one of the values that follow `one of`");
}

static void check_column(struct module *module, const struct ast *column) {
  const struct ast *seen[AST_KIND_COUNT] = {NULL};
  type_t type = (type_t)column->value;
  for (uint32_t i = 1; i < column->count; i++) {
    const struct ast *attribute = column->child[i];
    enum ast_kind kind = (enum ast_kind)attribute->kind;
    if (seen[kind]) {
      diag_report(module, attribute->at, DIAG_ATTRIBUTE_TWICE, ast_name(kind), TEXT_ARG(column->child[0]->text));
      continue;
    }
    if (!takes(type, kind)) {
      diag_report(module, attribute->at, DIAG_ATTRIBUTE_TYPE, ast_name(kind), takers(kind),
                  TEXT_ARG(column->child[0]->text), type_words(type));
      continue;
    }
    seen[kind] = attribute;
  }
  if (seen[AST_FORMAT]) check_format(module, seen[AST_FORMAT]);
  if (seen[AST_SEPARATED]) check_mark(module, seen[AST_SEPARATED]);
  if (seen[AST_UNQUOTE]) check_mark(module, seen[AST_UNQUOTE]);
  if (type == TYPE_LIST && !seen[AST_SEPARATED]) report_no_separator(module, column);
  if (seen[AST_RANGE]) check_range(module, column, seen[AST_RANGE]);
  if (seen[AST_PRESET]) check_preset(module, column, seen[AST_PRESET], seen[AST_RANGE], seen[AST_CLOSED]);
}

/* In a related table `per` says what joins; `key` may say it again. */
static void check_joined(struct module *module, const struct ast *key, const struct ast *column,
                         const struct ast *per) {
  if (text_equal(column->child[0]->text, per->text)) return;
  struct diag *diag = diag_report(module, key->at, DIAG_KEY_PER, TEXT_ARG(column->child[0]->text),
                                  TEXT_ARG(per->text));
  diag_help(module, diag, "`key` is for the column that tells customers apart; a table's is named after `per`");
}

/* All customers without a key would be one. */
static void check_key_preset(struct module *module, const struct ast *column, const struct ast *per) {
  const struct ast *preset = NULL;
  bool key = per && text_equal(column->child[0]->text, per->text);
  for (uint32_t i = 1; i < column->count; i++) {
    key = key || column->child[i]->kind == AST_KEY;
    if (column->child[i]->kind == AST_PRESET) preset = column->child[i];
  }
  if (!key || !preset) return;
  struct diag *diag = diag_report(module, preset->at, DIAG_KEY_PRESET, TEXT_ARG(column->child[0]->text));
  diag_help(module, diag, "leave it out: a row without a key belongs to nobody");
}

void declare(struct module *module, struct ast *input) {
  const struct ast *first = NULL, *per = input->child[1]->kind == AST_NAME ? input->child[1] : NULL;
  for (uint32_t i = 3; i < input->count; i++) {
    const struct ast *column = input->child[i];
    if (column->type == TYPE_ERROR || column->kind != AST_COLUMN) continue;
    check_column(module, column);
    check_key_preset(module, column, per);
    for (uint32_t j = 1; j < column->count; j++) {
      const struct ast *key = column->child[j];
      if (key->kind != AST_KEY) continue;
      if (per) {
        check_joined(module, key, column, per);
        continue;
      }
      if (first && first != column) {
        struct diag *diag = diag_report(module, key->at, DIAG_KEY_TWICE);
        diag_help(module, diag, "`%.*s` is the key already; a customer has one", TEXT_ARG(first->child[0]->text));
      }
      first = column;
    }
  }
}
