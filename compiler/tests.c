/* tests.c - the tests of the main file: what stands in their rows as the CSV dumps that a run would read. */
#include "tests.h"

#include "calendar.h"
#include "date_format.h"
#include "decimal.h"
#include "literal.h"
#include "words.h"

#include <string.h>

/* -- A text that grows --------------------------------------------------------------------- */

struct sheet {
  struct arena *arena;
  char *at;
  uint32_t length, room;
};

static void add_byte(struct sheet *sheet, char byte) {
  char *grown = arena_grow(sheet->arena, sheet->at, sheet->length, &sheet->room, 1);
  if (!grown) return;
  sheet->at = grown;
  sheet->at[sheet->length++] = byte;
}

static void add_text(struct sheet *sheet, struct rung_text text) {
  for (size_t i = 0; i < text.length; i++) add_byte(sheet, text.bytes[i]);
}

static bool wants_quotes(struct rung_text cell) {
  for (size_t i = 0; i < cell.length; i++)
    if (memchr(" \t,\"\r\n", cell.bytes[i], 6)) return true;
  return false;
}

/* A row of one empty cell would be a blank line, and none at all, but for its quotes. */
static void add_cell(struct sheet *sheet, struct rung_text cell, bool first) {
  if (!first) add_byte(sheet, ',');
  if (!wants_quotes(cell) && !(first && cell.length == 0)) {
    add_text(sheet, cell);
    return;
  }
  add_byte(sheet, '"');
  for (size_t i = 0; i < cell.length; i++) {
    if (cell.bytes[i] == '"') add_byte(sheet, '"');
    add_byte(sheet, cell.bytes[i]);
  }
  add_byte(sheet, '"');
}

/* -- Values as cells --------------------------------------------------------------------------- */

static struct rung_text format_of(const struct symbol *column) {
  const struct ast *decl = column->decl;
  for (uint32_t i = 1; decl->kind == AST_COLUMN && i < decl->count; i++)
    if (decl->child[i]->kind == AST_FORMAT) return decl->child[i]->child[0]->text;
  return TEXT("YYYY-MM-DD");
}

/* A year that two digits cannot mean makes it an ISO date: that is refused, and not taken for another year. */
static struct rung_text write_date(struct arena *arena, int32_t days, struct rung_text format) {
  struct civil date = calendar_civil(days);
  struct sheet sheet = {.arena = arena};
  bool short_year = date.year >= 1969 && date.year <= 2068;
  for (struct rung_text rest = format; rest.length;) {
    struct date_piece piece = date_format_next(&rest);
    if (piece.letter == 'Y' && piece.digits == 2 && !short_year) format = TEXT("YYYY-MM-DD");
  }
  while (format.length) {
    struct date_piece piece = date_format_next(&format);
    int32_t part = piece.letter == 'Y' ? date.year : piece.letter == 'M' ? date.month : date.day;
    if (piece.letter == 'Y' && piece.digits == 2) part %= 100;
    if (piece.digits == 0) add_byte(&sheet, piece.letter);
    else add_text(&sheet, arena_print(arena, "%0*d", (int)piece.digits, part));
  }
  return (struct rung_text){sheet.at, sheet.length};
}

static struct rung_text write_number(struct arena *arena, const struct ast *literal, bool negative) {
  char room[DECIMAL_PRINT_ROOM];
  bool whole = literal->kind == AST_DURATION || literal->whole;
  int64_t value = literal->value;
  if (negative && __builtin_sub_overflow(0, value, &value)) return TEXT("9223372036854775808"); /* fits no column */
  size_t length = whole ? integer_print(room, value) : decimal_print(room, value, 0);
  return arena_copy(arena, room, length);
}

static bool is_words(const struct symbol *column) { return column->type == TYPE_TEXT || column->type == TYPE_LIST; }

static struct rung_text write_cell(struct module *module, const struct symbol *column, const struct ast *literal) {
  const struct ast *value = bare(literal);
  if (value->kind == AST_STRING) return value->text;
  if (is_words(column)) return expression_text(module, value);
  switch (value->kind) {
    case AST_BOOLEAN: return value->value ? TEXT("yes") : TEXT("no");
    case AST_DATE: return write_date(&module->arena, (int32_t)value->value, format_of(column));
    case AST_NEG: return write_number(&module->arena, bare(value->child[0]), true);
    default: return write_number(&module->arena, value, false);
  }
}

/* -- Tables -------------------------------------------------------------------------------------- */

/* A table, and a test that says what is in it; NULL: the customers. */
struct about {
  const struct ast *test;
  const struct symbol *table;
};

static const struct symbols *columns_of(const struct module *module, const struct symbol *table) {
  return table ? &table->dump->columns : &module->columns;
}

static const struct symbol *key_of(const struct module *module, const struct symbol *table) {
  return table ? table->dump->key : module->key;
}

static bool is_about(const struct ast *part, enum ast_kind kind, const struct symbol *table) {
  return part->kind == kind && part->child[0]->symbol == table;
}

/* Columns may be made of one header's cells: they are written once. */
static bool is_first_of_header(const struct symbols *columns, uint32_t index) {
  for (uint32_t i = 0; i < index; i++)
    if (text_equal(columns->at[i]->header, columns->at[index]->header)) return false;
  return true;
}

static const struct ast *find_cell(const struct ast *row, struct rung_text header) {
  for (uint32_t i = 1; i < row->count; i++)
    if (text_equal(row->child[i]->child[0]->symbol->header, header)) return row->child[i];
  return NULL;
}

static void add_row(struct module *module, const struct about *about, const struct ast *row, struct sheet *sheet) {
  const struct symbols *columns = columns_of(module, about->table);
  const struct symbol *key = key_of(module, about->table);
  bool first = true;
  for (uint32_t i = 0; i < columns->count; i++) {
    const struct symbol *column = columns->at[i];
    if (!is_first_of_header(columns, i)) continue;
    const struct ast *cell = find_cell(row, column->header);
    struct rung_text text = {"", 0};
    if (key && text_equal(key->header, column->header)) text = row->text;
    else if (cell) text = write_cell(module, cell->child[0]->symbol, cell->child[1]);
    add_cell(sheet, text, first);
    first = false;
  }
  add_byte(sheet, '\n');
}

static void add_header(const struct symbols *columns, struct sheet *sheet) {
  bool first = true;
  for (uint32_t i = 0; i < columns->count; i++) {
    if (!is_first_of_header(columns, i)) continue;
    add_cell(sheet, columns->at[i]->header, first);
    first = false;
  }
  add_byte(sheet, '\n');
}

static uint32_t line_of(const struct module *module, struct place at) {
  return source_locate(module->sources.at[at.source], at.begin).line;
}

static void write_rows(struct module *module, const struct about *about, struct rungc_test_table *table) {
  struct sheet sheet = {.arena = &module->arena};
  uint32_t *lines = arena_alloc(&module->arena, (about->test->count + 1) * sizeof *lines);
  if (!lines) return;
  add_header(columns_of(module, about->table), &sheet);
  for (uint32_t i = 1; i < about->test->count; i++) {
    const struct ast *part = about->test->child[i];
    if (!is_about(part, AST_ROW, about->table)) continue;
    add_row(module, about, part, &sheet);
    lines[table->row_count++] = line_of(module, part->at);
  }
  table->csv = (struct rung_text){sheet.at, sheet.length};
  table->lines = lines;
}

/* The file that a part of the test names, as it is found from the current folder. */
static struct rung_text path_from(struct module *module, const struct ast *string) {
  struct rung_text folder = module->sources.at[string->at.source]->path, name = string->text;
  while (folder.length > 0 && folder.bytes[folder.length - 1] != '/') folder.length--;
  if (name.length > 0 && name.bytes[0] == '/') folder.length = 0;
  return arena_print(&module->arena, "%.*s%.*s", TEXT_ARG(folder), TEXT_ARG(name));
}

static bool make_table(struct module *module, const struct ast *test, const struct symbol *symbol,
                       struct rungc_test_table *table) {
  struct about about = {test, symbol};
  bool any = false;
  *table = (struct rungc_test_table){.table = symbol ? symbol->name : TEXT("")};
  for (uint32_t i = 1; i < test->count; i++) {
    const struct ast *part = test->child[i];
    any |= is_about(part, AST_ROW, symbol);
    if (!is_about(part, AST_ROWS_FROM, symbol)) continue;
    table->path = path_from(module, part->child[1]);
    table->lines = arena_alloc(&module->arena, sizeof *table->lines);
    return true;
  }
  if (!any && symbol && symbol == module->previous) return false;
  write_rows(module, &about, table);
  return true;
}

/* -- Tests ------------------------------------------------------------------------------------------ */

static void make_settings(struct module *module, const struct ast *test, struct rungc_test *made) {
  struct rung_setting *settings = arena_alloc(&module->arena, (test->count + 1) * sizeof *settings);
  for (uint32_t i = 1; settings && i < test->count; i++) {
    const struct ast *part = test->child[i];
    if (part->kind == AST_TODAY_IS) made->today = part->text;
    if (part->kind != AST_PARAM) continue;
    settings[made->setting_count++] = (struct rung_setting){part->child[0]->text,
                                                            expression_text(module, part->child[1])};
  }
  made->settings = settings;
}

static void make_expectations(struct module *module, const struct ast *test, struct rungc_test *made) {
  size_t count = 0;
  for (uint32_t i = 1; i < test->count; i++)
    if (test->child[i]->kind == AST_EXPECT) count += test->child[i]->count - 1;
  struct rungc_expectation *all = arena_alloc(&module->arena, (count + 1) * sizeof *all);
  for (uint32_t i = 1; all && i < test->count; i++) {
    const struct ast *expect = test->child[i];
    for (uint32_t j = 1; expect->kind == AST_EXPECT && j < expect->count; j++) {
      const struct ast *condition = expect->child[j];
      struct concerns concerns = {0};
      find_concerns(module, condition, &concerns);
      all[made->expectation_count++] = (struct rungc_expectation){
          .source = expression_text(module, condition),
          .line = line_of(module, condition->at),
          .key = expect->text,
          .concerns = concerns.at,
          .concern_count = concerns.count,
      };
    }
  }
  made->expectations = all;
}

/* Of the tables only those that the rules use: others are in no program. */
static void make_tables(struct module *module, const struct ast *test, struct rungc_test *made) {
  struct rungc_test_table *tables = arena_alloc(&module->arena, (module->tables.count + 1) * sizeof *tables);
  if (!tables) return;
  if (!module->base) made->table_count += make_table(module, test, NULL, &tables[0]);
  for (uint32_t i = 0; i < module->tables.count; i++) {
    const struct symbol *symbol = module->tables.at[i];
    if (!symbol->used) continue;
    if (make_table(module, test, symbol, &tables[made->table_count])) made->table_count++;
    else made->first_run = true;
  }
  made->tables = tables;
}

void make_tests(struct module *module, struct tests *tests) {
  tests->at = arena_alloc(&module->arena, (module->tests.count + 1) * sizeof *tests->at);
  tests->count = 0;
  for (uint32_t i = 0; tests->at && i < module->tests.count; i++) {
    const struct ast *test = module->tests.at[i];
    struct rungc_test *made = &tests->at[tests->count++];
    *made = (struct rungc_test){
        .name = test->child[0]->text,
        .file = module->sources.at[test->at.source]->path,
        .line = line_of(module, test->at),
    };
    make_settings(module, test, made);
    make_tables(module, test, made);
    make_expectations(module, test, made);
  }
}
