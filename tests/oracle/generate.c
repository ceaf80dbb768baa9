/* generate.c - makes a trial from a seed: columns, statements in any order, rows with many values missing. */
#include "oracle.h"

#include <string.h>

enum { DEPTH = 4, MISSING_PERCENT = 30 };

#define PRINT(...) arena_print(scope->arena, __VA_ARGS__)

static uint32_t below(struct scope *scope, uint32_t bound) { return random_below(&scope->random, bound); }

/* The first is the key.  Many are words of the language that are not reserved. */
static const char *const column_names[MOST_COLUMNS] = {
    "id", "orders", "`Total Spent`", "имя", "status", "count", "days", "date", "text", "default", "last", "min",
    "`a,b`", "`say \"x\"`", "Ёлка_2", "number",
};

static struct rung_text without_quotes(struct rung_text written) {
  if (written.bytes[0] == '`') return (struct rung_text){written.bytes + 1, written.length - 2};
  return written;
}

static void add_statement(struct trial *trial, struct rung_text text) {
  if (trial->statements < MOST_STATEMENTS) trial->statement[trial->statements++] = text;
}

/* -- Columns --------------------------------------------------------------------------- */

static void choose_attributes(struct scope *scope, struct column *column) {
  static const char *const formats[] = {"DD.MM.YYYY", "YYYYMMDD", "M/D/YYYY"};
  if (column->type == TYPE_DATE && below(scope, 2)) column->format = PRINT("%s", formats[below(scope, 3)]);
  if (below(scope, 4) == 0) column->absent = column->type == TYPE_TEXT ? TEXT("unknown") : TEXT("-1");
  if (below(scope, 4) == 0) column->preset = random_value(scope, column->type);
  if (column->preset.i == INT64_MIN) column->preset.present = false;
}

static void choose_columns(struct trial *trial, struct scope *scope) {
  static const type_t types[] = {TYPE_NUMBER, TYPE_DATE, TYPE_TEXT, TYPE_FLAG, TYPE_INTEGER, TYPE_MONEY};
  trial->columns = 4 + below(scope, MOST_COLUMNS - 4);
  for (uint32_t i = 0; i < trial->columns; i++) {
    struct column *column = &trial->column[i];
    column->written = PRINT("%s", column_names[i]);
    column->name = without_quotes(column->written);
    column->type = i ? types[below(scope, trial->declared ? 6 : 4)] : TYPE_TEXT;
    if (i && trial->declared) choose_attributes(scope, column);
    if (i) scope_add(scope, column->written, column->type);
  }
}

static struct rung_text input_block(struct trial *trial, struct scope *scope) {
  struct rung_text block = TEXT("input customers {\n");
  for (uint32_t i = 0; i < trial->columns; i++) {
    struct column *column = &trial->column[i];
    block = PRINT("%.*s  %s %s", TEXT_ARG(block), column->written.bytes, rung_type_name((enum rung_type)column->type));
    if (i == 0) block = PRINT("%.*s key", TEXT_ARG(block));
    if (column->format.length) block = PRINT("%.*s format \"%s\"", TEXT_ARG(block), column->format.bytes);
    if (column->absent.length) block = PRINT("%.*s missing \"%s\"", TEXT_ARG(block), column->absent.bytes);
    if (column->preset.present)
      block = PRINT("%.*s default %.*s", TEXT_ARG(block), TEXT_ARG(value_literal(scope->arena, column->preset)));
    block = PRINT("%.*s;\n", TEXT_ARG(block));
  }
  return PRINT("%.*s}", TEXT_ARG(block));
}

/* Without an input block a column's type is told by its use. */
static void anchor_columns(struct trial *trial, struct scope *scope) {
  for (uint32_t i = 1; i < trial->columns; i++) {
    type_t type = trial->column[i].type;
    const char *test = type == TYPE_NUMBER ? " > 0" : type == TYPE_DATE ? " > 2000-01-01" : " = \"a\"";
    if (type == TYPE_FLAG) test = "";
    add_statement(trial, PRINT("%s%s -> anchor%u;", trial->column[i].written.bytes, test, i));
  }
}

/* -- Statements --------------------------------------------------------------------------- */

static void add_params(struct trial *trial, struct scope *scope) {
  static const type_t types[] = {TYPE_INTEGER, TYPE_NUMBER, TYPE_TEXT,      TYPE_DATE,
                                 TYPE_FLAG,    TYPE_MONTHS, TYPE_MONTHS + 1};
  for (uint32_t i = 0, count = below(scope, 4); i < count; i++) {
    type_t type = types[below(scope, 7)];
    bool days = type == TYPE_MONTHS + 1;
    struct rung_text name = PRINT("p%u", i), literal[2];
    struct value value = {.present = true};
    for (int again = 0; again < 2; again++) {
      value = random_value(scope, days || type == TYPE_MONTHS ? TYPE_INTEGER : type);
      if (days || type == TYPE_MONTHS) value.i = below(scope, 100);
      if (value.i == INT64_MIN) value.i = 1;
      if (type == TYPE_NUMBER && again == 0) value.i |= 1; /* else it would be an integer */
      literal[again] = PRINT("%.*s%s", TEXT_ARG(value_literal(scope->arena, value)),
                             days ? " days" : type == TYPE_MONTHS ? " months" : "");
    }
    add_statement(trial, PRINT("param %s = %s;", name.bytes, literal[0].bytes));
    scope_add(scope, name, days ? TYPE_INTEGER : type);
    if (below(scope, 2)) trial->setting[trial->settings++] = (struct setting){name, literal[1], value};
  }
}

static void add_lists(struct trial *trial, struct scope *scope) {
  struct rung_text list = TEXT("list vips = \"ИВАН\"");
  for (uint32_t i = below(scope, 5); i > 0; i--) {
    struct value value = random_value(scope, TYPE_TEXT);
    list = PRINT("%.*s, %.*s", TEXT_ARG(list), TEXT_ARG(value_literal(scope->arena, value)));
    if (!strpbrk(value.text.bytes, "\r\n") && value.text.bytes[0] != ' ' && value.text.bytes[0] != '\t')
      trial->words = PRINT("%.*s%.*s\n", TEXT_ARG(trial->words), TEXT_ARG(value.text));
  }
  add_statement(trial, PRINT("%.*s;", TEXT_ARG(list)));
}

static type_t random_type(struct scope *scope, bool declared) {
  static const type_t types[] = {TYPE_FLAG, TYPE_NUMBER, TYPE_DATE, TYPE_TEXT, TYPE_INTEGER, TYPE_MONEY};
  return types[below(scope, declared ? 6 : 4)];
}

static void add_let(struct trial *trial, struct scope *scope) {
  type_t type = random_type(scope, trial->declared);
  struct rung_text name = PRINT("v%u", scope->names);
  add_statement(trial, PRINT("let %s = %s;", name.bytes, random_statement(scope, type, DEPTH).bytes));
  scope_add(scope, name, type);
  if (below(scope, 2)) add_statement(trial, PRINT("show %s;", name.bytes));
}

/* Two tags from one to three rules; they may be named once all their rules stand, so that there's no circle. */
static void add_rules(struct trial *trial, struct scope *scope) {
  struct rung_text a = PRINT("t%u", scope->names), b = PRINT("t%u", scope->names + 1);
  static const char *const arrows[] = {"->", "=>", "→"};
  add_statement(trial, PRINT("%s %s %s, %s;", random_statement(scope, TYPE_FLAG, DEPTH).bytes, arrows[below(scope, 3)],
                             a.bytes, b.bytes));
  if (below(scope, 2))
    add_statement(trial, PRINT("r%u: %s -> %s because \"why %u\";", scope->names,
                               random_statement(scope, TYPE_FLAG, DEPTH).bytes, a.bytes, scope->names));
  if (below(scope, 4) == 0)
    add_statement(trial, PRINT("%s -> %s;", random_statement(scope, TYPE_FLAG, DEPTH - 1).bytes, b.bytes));
  scope_add(scope, a, TYPE_FLAG);
  scope_add(scope, b, TYPE_FLAG);
}

static void add_status(struct trial *trial, struct scope *scope) {
  uint32_t s = scope->statuses, arms = 1 + below(scope, 5);
  if (s == 4) return;
  struct rung_text name = PRINT("s%u", s), text = PRINT("status s%u {\n", s);
  scope->status[s].labels = 0;
  for (uint32_t i = 0; i < arms; i++) {
    struct rung_text label = PRINT("label%u_%u", s, i);
    scope->status[s].label[scope->status[s].labels++] = label;
    if (i > 0 && i == arms - 1 && below(scope, 2))
      text = PRINT("%.*s  otherwise -> %s;\n", TEXT_ARG(text), label.bytes);
    else
      text = PRINT("%.*s  %s -> %s;\n", TEXT_ARG(text), random_statement(scope, TYPE_FLAG, DEPTH - 1).bytes,
                   label.bytes);
  }
  add_statement(trial, PRINT("%.*s}", TEXT_ARG(text)));
  scope->status[s].name = name;
  scope->statuses++;
  for (uint32_t i = 0; i < arms; i++) scope_add(scope, scope->status[s].label[i], TYPE_FLAG);
}

static void shuffle_statements(struct trial *trial, struct scope *scope) {
  for (uint32_t i = trial->statements - 1; i > trial->declared; i--) {
    uint32_t j = trial->declared + below(scope, i + 1 - trial->declared);
    struct rung_text swap = trial->statement[i];
    trial->statement[i] = trial->statement[j];
    trial->statement[j] = swap;
  }
}

/* -- Rows ---------------------------------------------------------------------------------- */

static struct rung_text date_cell(struct scope *scope, const struct column *column, struct value value) {
  struct day day = slow_day(value.i);
  if (column->format.length == 0)
    return PRINT("%04d-%02d-%02d%s", day.year, day.month, day.day, below(scope, 4) ? "" : " 23:59:59");
  if (column->format.bytes[0] == 'D') return PRINT("%02d.%02d.%04d", day.day, day.month, day.year);
  if (column->format.bytes[0] == 'Y') return PRINT("%04d%02d%02d", day.year, day.month, day.day);
  return PRINT("%d/%d/%04d", day.month, day.day, day.year);
}

static struct rung_text cell_text(struct scope *scope, const struct column *column, struct value value) {
  static const char *const truths[] = {"1", "yes", "TRUE", "y", "T", "Да", "ИСТИНА"};
  static const char *const lies[] = {"0", "no", "False", "N", "f", "НЕТ", "ложь"};
  if (!value.present) return column->absent.length && below(scope, 2) ? column->absent : TEXT("");
  struct rung_text text = slow_print(scope->arena, value);
  const char *blank = below(scope, 6) ? "" : " ";
  switch (value.type) {
  case TYPE_FLAG: return PRINT("%s%s", (value.i ? truths : lies)[below(scope, 7)], blank);
  case TYPE_DATE: return PRINT("%s%.*s", blank, TEXT_ARG(date_cell(scope, column, value)));
  case TYPE_TEXT: return text;
  default: break;
  }
  const char *plus = value.i >= 0 && below(scope, 6) == 0 ? "+" : "";
  const char *zeros = below(scope, 6) ? "" : memchr(text.bytes, '.', text.length) ? "000" : ".0";
  return PRINT("%s%s%.*s%s%s", blank, plus, TEXT_ARG(text), zeros, blank);
}

/* The number that "-1" stands for, however a dump writes it. */
static bool is_minus_one(struct value value) {
  return (value.type == TYPE_INTEGER && value.i == -1) ||
         ((value.type == TYPE_NUMBER || value.type == TYPE_MONEY) && value.i == -1000000);
}

static struct cell random_cell(struct scope *scope, const struct trial *trial, const struct column *column) {
  struct cell cell = {.value = {.type = column->type}};
  if (below(scope, 100) >= MISSING_PERCENT) cell.value = random_value(scope, column->type);
  if (column->type == TYPE_TEXT && trial->empty_texts && below(scope, 8) == 0) cell.value.text = TEXT("");
  if (column->absent.length && is_minus_one(cell.value)) cell.value.present = false;
  cell.text = cell_text(scope, column, cell.value);
  if (!cell.value.present && column->preset.present) cell.value = column->preset;
  return cell;
}

static void fill_rows(struct trial *trial, struct scope *scope, uint32_t rows) {
  trial->rows = rows;
  trial->cells = arena_alloc(scope->arena, (size_t)rows * trial->columns * sizeof *trial->cells);
  struct cell *cell = trial->cells;
  for (uint32_t row = 0; row < rows; row++) {
    struct rung_text key = PRINT("k%u", row);
    *cell++ = (struct cell){{.type = TYPE_TEXT, .present = true, .text = key}, key};
    for (uint32_t i = 1; i < trial->columns; i++) *cell++ = random_cell(scope, trial, &trial->column[i]);
  }
}

/* -- The trial ------------------------------------------------------------------------------- */

static int32_t random_today(struct scope *scope) {
  static const struct day days[] = {{2026, 11, 21}, {2024, 2, 29}, {2023, 2, 28}, {2000, 12, 31}, {2024, 3, 31},
                                    {9999, 12, 1},  {1, 1, 31},    {1970, 1, 1},  {1900, 2, 28}};
  if (below(scope, 3) == 0) return (int32_t)slow_days((struct day){1990 + (int)below(scope, 50), 6, 15});
  return (int32_t)slow_days(days[below(scope, below(scope, 8) ? 5 : 9)]);
}

struct trial *generate(struct arena *arena, uint64_t seed, uint32_t rows) {
  struct trial *trial = arena_alloc(arena, sizeof *trial);
  struct scope *scope = arena_alloc(arena, sizeof *scope);
  *trial = (struct trial){.arena = arena, .seed = seed, .words = TEXT(""), .only = TEXT("")};
  scope->arena = arena;
  scope->random = seed;
  trial->today = scope->today = random_today(scope);
  trial->declared = below(scope, 4) != 0;
  trial->empty_texts = below(scope, 8) == 0;
  scope->plain = below(scope, 2);
  choose_columns(trial, scope);
  if (trial->declared) add_statement(trial, input_block(trial, scope));
  else anchor_columns(trial, scope);
  add_params(trial, scope);
  add_lists(trial, scope);
  for (uint32_t i = 0, count = 3 + below(scope, 8); i < count; i++) {
    switch (below(scope, 3)) {
    case 0: add_let(trial, scope); break;
    case 1: add_rules(trial, scope); break;
    default: add_status(trial, scope);
    }
  }
  add_statement(trial, PRINT("let ratio = %s;", random_ratio(scope).bytes));
  add_statement(trial, TEXT("show ratio;"));
  add_statement(trial, PRINT("show %s;", trial->column[1 + below(scope, trial->columns - 1)].written.bytes));
  shuffle_statements(trial, scope);
  if (below(scope, 4) == 0) trial->only = random_statement(scope, TYPE_FLAG, 2);
  fill_rows(trial, scope, rows);
  return trial;
}

struct rung_text trial_rules(const struct trial *trial) {
  struct rung_text rules = TEXT("");
  for (uint32_t i = 0; i < trial->statements; i++)
    if (trial->statement[i].length)
      rules = arena_print(trial->arena, "%.*s%.*s\n", TEXT_ARG(rules), TEXT_ARG(trial->statement[i]));
  return rules;
}
