/* random_rules.c - rule files and rows by dice. */
#include "random_rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

uint32_t dice_roll(struct dice *dice, uint32_t sides) {
  dice->state = dice->state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(dice->state >> 33) % sides;
}

struct writer {
  struct dice *dice;
  char *text;
  size_t length;
  int lets, tags;           /* defined so far */
};

static void put(struct writer *writer, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(struct writer *writer, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(writer->text + writer->length, DICE_TEXT - writer->length, format, arguments);
  va_end(arguments);
  if (length > 0 && writer->length + (size_t)length < DICE_TEXT) writer->length += (size_t)length;
}

static uint32_t roll(struct writer *writer, uint32_t sides) { return dice_roll(writer->dice, sides); }

static const char *choose(struct writer *writer, const char *const *words, uint32_t count) {
  return words[roll(writer, count)];
}
#define CHOOSE(writer, ...) \
  choose(writer, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* -- Expressions, a writer for each type -------------------------------------------------- */

static void put_flag(struct writer *writer, int depth);
static void put_number(struct writer *writer, int depth);

static void put_integer(struct writer *writer, int depth) {
  switch (depth <= 0 ? roll(writer, 4) : roll(writer, 12)) {
    case 0: case 1: put(writer, "%s", CHOOSE(writer, "i", "j")); break;
    case 2: put(writer, "%s", CHOOSE(writer, "0", "1", "2", "3", "9223372036854775807")); break;
    case 3: put(writer, "pi"); break;
    case 4: put(writer, "year("), put(writer, "%s", CHOOSE(writer, "d", "e")), put(writer, ")"); break;
    case 5: put(writer, "(d - e)"); break;
    case 6: put(writer, "round("), put_number(writer, depth - 1), put(writer, ")"); break;
    case 7: put(writer, "(days since %s)", CHOOSE(writer, "d", "e")); break;
    default:
      put(writer, "("), put_integer(writer, depth - 1);
      put(writer, " %s ", CHOOSE(writer, "+", "-", "*")), put_integer(writer, depth - 1), put(writer, ")");
  }
}

static void put_number(struct writer *writer, int depth) {
  switch (depth <= 0 ? roll(writer, 3) : roll(writer, 12)) {
    case 0: put(writer, "%s", CHOOSE(writer, "x", "y")); break;
    case 1: put(writer, "%s", CHOOSE(writer, "0.5", "2.5", "1.000001", "80%")); break;
    case 2: put(writer, "%s", CHOOSE(writer, "x", "y", "px")); break;
    case 3: put(writer, "-"), put_number(writer, 0); break;
    case 4: put(writer, "abs("), put_number(writer, depth - 1), put(writer, ")"); break;
    case 5:
      put(writer, "%s(", CHOOSE(writer, "min", "max", "default")), put_number(writer, depth - 1);
      put(writer, ", "), put_integer(writer, depth - 1), put(writer, ")");
      break;
    case 6:
      put(writer, "(if "), put_flag(writer, depth - 1), put(writer, " then ");
      put_number(writer, depth - 1), put(writer, " else "), put_number(writer, depth - 1), put(writer, ")");
      break;
    case 7:
      put(writer, "("), put_integer(writer, depth - 1), put(writer, " / "), put_integer(writer, 0), put(writer, ")");
      break;
    case 8:
      if (writer->lets > 0) put(writer, "let%u", roll(writer, (uint32_t)writer->lets));
      else put(writer, "y");
      break;
    default:
      put(writer, "("), put_number(writer, depth - 1);
      put(writer, " %s ", CHOOSE(writer, "+", "-", "*", "/")), put_number(writer, depth - 1), put(writer, ")");
  }
}

static void put_date(struct writer *writer, int depth) {
  switch (depth <= 0 ? roll(writer, 2) : roll(writer, 6)) {
    case 0: case 1: put(writer, "%s", CHOOSE(writer, "d", "e", "2024-02-29", "2026-11-21")); break;
    case 2: put(writer, "(anniversary of d)"); break;
    case 3:
      put(writer, "("), put_date(writer, depth - 1), put(writer, " %s 2 months)", CHOOSE(writer, "+", "-"));
      break;
    default:
      put(writer, "("), put_date(writer, depth - 1), put(writer, " %s ", CHOOSE(writer, "+", "-"));
      put_integer(writer, depth - 1), put(writer, ")");
  }
}

static const char *some_text(struct writer *writer) { return CHOOSE(writer, "s", "t", "\"a\"", "\"b\"", "\"ab\""); }
static const char *comparison(struct writer *writer) { return CHOOSE(writer, "=", "!=", "<", "<=", ">", ">="); }

static void put_members(struct writer *writer, void (*member)(struct writer *, int)) {
  put(writer, " %s (", CHOOSE(writer, "in", "not in"));
  for (uint32_t i = 0, count = 1 + roll(writer, 4); i < count; i++) {
    if (i > 0) put(writer, ", ");
    member(writer, 0);
  }
  put(writer, ")");
}

static void put_test(struct writer *writer, int depth) {
  switch (roll(writer, 12)) {
    case 0: put_integer(writer, depth), put(writer, " %s ", comparison(writer)), put_integer(writer, depth); break;
    case 1: put_integer(writer, depth), put(writer, " %s ", comparison(writer)), put_number(writer, 0); break;
    case 2: put_number(writer, depth), put(writer, " %s ", comparison(writer)), put_number(writer, depth); break;
    case 3: put_date(writer, depth), put(writer, " %s ", comparison(writer)), put_date(writer, depth); break;
    case 4: put(writer, "%s %s %s", CHOOSE(writer, "s", "t"), comparison(writer), some_text(writer)); break;
    case 5: put_integer(writer, 0), put_members(writer, put_number); break;
    case 6: put_integer(writer, 0), put_members(writer, put_integer); break;
    case 7:
      put(writer, "%s %s (\"a\", %s)", CHOOSE(writer, "s", "t"), CHOOSE(writer, "in", "not in"), some_text(writer));
      break;
    case 8:
      put_number(writer, 0), put(writer, " %s ", CHOOSE(writer, "between", "not between"));
      put_number(writer, 0), put(writer, " and "), put_integer(writer, 0);
      break;
    case 9:
      put_date(writer, depth), put(writer, " %s ", CHOOSE(writer, "within last", "within next", "older than"));
      put(writer, "%s", CHOOSE(writer, "3 days", "2 months", "pi", "1 year"));
      break;
    case 10:
      put(writer, "%s %s ", CHOOSE(writer, "s", "t"), CHOOSE(writer, "contains", "starts with", "ends with"));
      put(writer, "%s", some_text(writer));
      break;
    default: put(writer, "%s is %s", CHOOSE(writer, "a", "i", "x", "d", "s"), CHOOSE(writer, "missing", "present"));
  }
}

static void put_flag(struct writer *writer, int depth) {
  switch (depth <= 0 ? roll(writer, 3) : roll(writer, 12)) {
    case 0: put(writer, "%s", CHOOSE(writer, "a", "b", "a", "b", "yes", "no")); break;
    case 1: case 2: put(writer, "("), put_test(writer, depth > 1 ? depth - 1 : 0), put(writer, ")"); break;
    case 3: put(writer, "(not "), put_flag(writer, depth - 1), put(writer, ")"); break;
    case 4:
      put(writer, "("), put_flag(writer, depth - 1), put(writer, " = "), put_flag(writer, depth - 1), put(writer, ")");
      break;
    case 5:
      put(writer, "(if "), put_flag(writer, depth - 1), put(writer, " then ");
      put_flag(writer, depth - 1), put(writer, " else "), put_flag(writer, depth - 1), put(writer, ")");
      break;
    case 6:
      put(writer, "default("), put_flag(writer, depth - 1), put(writer, ", %s)", CHOOSE(writer, "yes", "no", "a"));
      break;
    case 7:
      if (writer->tags > 0) put(writer, "tag%u", roll(writer, (uint32_t)writer->tags));
      else put(writer, "a");
      break;
    default: {
      const char *word = CHOOSE(writer, "and", "or");
      put(writer, "("), put_flag(writer, depth - 1);
      for (uint32_t i = 0, more = 1 + roll(writer, 4); i < more; i++) {
        put(writer, " %s ", word), put_flag(writer, depth - 1);
      }
      put(writer, ")");
    }
  }
}

void dice_rules(struct dice *dice, char text[DICE_TEXT]) {
  struct writer writer = {.dice = dice, .text = text};
  put(&writer, "param pi = 2 days; param px = 1.5;\n"
               "input t { a flag; b flag; i integer; j integer; x number; y money; "
               "d date; e date; s text; t text; }\n");
  for (uint32_t i = 0, count = roll(&writer, 4); i < count; i++) {
    put(&writer, "let let%u = ", i), put_number(&writer, 3), put(&writer, " + 0.5;\n");
    writer.lets++;
  }
  for (uint32_t i = 0, count = 1 + roll(&writer, 4); i < count; i++) {
    put_flag(&writer, 3), put(&writer, " -> tag%u;\n", i);
    writer.tags++;
  }
  put(&writer, "status s1 {\n");
  for (uint32_t i = 0, count = 1 + roll(&writer, 4); i < count; i++)
    put_flag(&writer, 2), put(&writer, " -> label%u;\n", roll(&writer, 3));
  put(&writer, "%s}\n", CHOOSE(&writer, "", "otherwise -> last;\n"));
  put(&writer, "s1 is present and "), put_flag(&writer, 2), put(&writer, " -> extra;\n");
  for (int i = 0; i < writer.lets; i++) put(&writer, "show let%d;\n", i);
}

/* -- Rows ------------------------------------------------------------------------------------ */

const struct value dice_params[DICE_PARAMS] = {{true, 2, {0}}, {true, 1500000, {0}}};

void dice_row(struct dice *dice, struct value columns[DICE_COLUMNS]) {
  static const int64_t integers[] = {0, 0, 1, 2, 3, -1, -2, INT64_MAX, INT64_MIN, 10000000000000};
  static const int64_t numbers[] = {0, 500000, 1000000, 1500000, 2500000, -500000, 1, INT64_MAX, INT64_MIN};
  static const int64_t dates[] = {19782, 20778, 20779, 20780, 20720, 0, -719162, 2932896};
  static const char *const texts[] = {"", "a", "b", "ab", "ba", "\xff"};
  for (int i = 0; i < DICE_COLUMNS; i++) {
    struct value *value = &columns[i];
    *value = (struct value){.present = dice_roll(dice, 5) > 0};
    if (i < 2) value->number = value->present && dice_roll(dice, 2);
    else if (i < 4) value->number = integers[dice_roll(dice, sizeof integers / sizeof *integers)];
    else if (i < 6) value->number = numbers[dice_roll(dice, sizeof numbers / sizeof *numbers)];
    else if (i < 8) value->number = dates[dice_roll(dice, sizeof dates / sizeof *dates)];
    else value->text.bytes = texts[dice_roll(dice, sizeof texts / sizeof *texts)];
    if (value->text.bytes) value->text.length = strlen(value->text.bytes);
  }
}
