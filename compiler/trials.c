/* trials.c - the tests of the main file: which tables, columns and customers they speak of. */
#include "scope.h"
#include "tests.h"
#include "unknown.h"

#include <stdio.h>

/* One test while it is gone through. */
struct trial {
  struct scope *scope;
  const struct ast *test;
  struct intern customers;  /* struct ast, the ROW, by key */
  struct intern tables;     /* struct ast, the first ROW or ROWS_FROM, by table */
  struct intern params;     /* struct ast, the PARAM, by name */
  const struct ast *today;
  struct rung_text key;     /* of the customer whom the rows and expectations that follow are about; or empty */
  uint32_t rows;            /* of the table that the customers are made of, so far */
  bool open;                /* a file has more customers */
};

/* -- Tables ------------------------------------------------------------------------------------ */

static struct rung_text customers_name(const struct module *module) {
  return module->has_input ? module->table : TEXT("customers");
}

static void report_table(struct module *module, const struct ast *name) {
  if (text_equal(name->text, TEXT("previous"))) {
    report_no_previous(module, name);
    return;
  }
  struct diag *diag = diag_report(module, name->at, DIAG_TABLE_UNKNOWN, TEXT_ARG(name->text));
  struct rung_text all = customers_name(module);
  struct nearest nearest;
  nearest_start(&nearest, name->text);
  nearest_try(&nearest, all);
  for (uint32_t i = 0; i < module->tables.count; i++) {
    nearest_try(&nearest, module->tables.at[i]->name);
    all = arena_print(&module->arena, "%.*s, %.*s", TEXT_ARG(all), TEXT_ARG(module->tables.at[i]->name));
  }
  if (nearest.best.length > 0) {
    diag_help(module, diag, "did you mean `%.*s`?", TEXT_ARG(nearest.best));
    diag_fix(diag, name_written(module, nearest.best));
  } else {
    diag_help(module, diag, module->tables.count > 0 ? "the tables are: %.*s" : "the only table is `%.*s`",
              TEXT_ARG(all));
  }
}

/* Whether the table is known; its symbol, which the customers have none of, goes to the name. */
static bool bind_table(struct trial *trial, const struct ast *rows) {
  struct module *module = trial->scope->module;
  struct ast *name = rows->child[0];
  bool own = text_equal(name->text, customers_name(module));
  if (!own) name->symbol = intern_find(&trial->scope->tables, name->text);
  if (own && module->base) {
    struct diag *diag = diag_report(module, name->at, DIAG_ROW_BASE, TEXT_ARG(module->base->name));
    diag_help(module, diag, "write the rows of `%.*s`", TEXT_ARG(module->base->name));
    return false;
  }
  if (!own && !name->symbol) {
    report_table(module, name);
    return false;
  }
  const struct ast *first = intern_add(&trial->tables, name->text, (void *)(uintptr_t)rows);
  if (!first || (first->kind == AST_ROW && rows->kind == AST_ROW)) return true;
  struct diag *diag = diag_report(module, rows->at, DIAG_ROWS_MIXED, TEXT_ARG(name->text));
  diag_help(module, diag, "the other rows stand at %.*s", TEXT_ARG(place_words(module, first->at)));
  return false;
}

/* -- Cells ------------------------------------------------------------------------------------- */

static bool report_computed(struct module *module, const struct ast *name, const struct symbol *symbol) {
  if (!symbol || symbol->kind == SYMBOL_COLUMN) return false;
  struct diag *diag = diag_report(module, name->at, DIAG_CELL_COMPUTED, TEXT_ARG(name->text), symbol_words(symbol));
  if (symbol->kind == SYMBOL_PARAM) {
    diag_help(module, diag, "write `param %.*s = ...;` to change it for this test",
              TEXT_ARG(name_written(module, name->text)));
  } else {
    diag_help(module, diag, "give what the rules make it of, and `expect` what comes of it");
  }
  return true;
}

static void report_column(struct module *module, const struct ast *name) {
  struct rung_text table = customers_name(module);
  struct diag *diag = diag_report(module, name->at, DIAG_FIELD_UNKNOWN, TEXT_ARG(table), TEXT_ARG(name->text));
  struct nearest nearest;
  nearest_start(&nearest, name->text);
  for (uint32_t i = 0; i < module->columns.count; i++) nearest_try(&nearest, module->columns.at[i]->name);
  if (nearest.best.length > 0) {
    diag_help(module, diag, "did you mean `%.*s`?", TEXT_ARG(nearest.best));
    diag_fix(diag, name_written(module, nearest.best));
  } else if (module->has_input) {
    diag_help(module, diag, "if the dump has it, add it to `input %.*s`", TEXT_ARG(table));
  } else {
    diag_help(module, diag, "no rule asks for it");
  }
}

static struct symbol *find_column(struct scope *scope, const struct symbol *table, const struct ast *name) {
  struct module *module = scope->module;
  struct symbol *symbol = NULL;
  if (!table) {
    symbol = scope_find(scope, name->text);
    if (!symbol) report_column(module, name);
  } else if (table == module->previous) {
    scope->in_test = true;
    symbol = recall_column(scope, name, true);
    scope->in_test = false;
  } else {
    symbol = scope_find_inside(scope, table, name->text);
    if (!symbol) report_unknown_field(module, name, table);
  }
  return report_computed(module, name, symbol) ? NULL : symbol;
}

static void bind_cells(struct trial *trial, const struct ast *row) {
  struct module *module = trial->scope->module;
  struct intern seen = {.arena = &module->arena};
  for (uint32_t i = 1; i < row->count; i++) {
    struct ast *name = row->child[i]->child[0];
    name->symbol = find_column(trial->scope, row->child[0]->symbol, name);
    if (!intern_add(&seen, name->text, name)) continue;
    diag_report(module, name->at, DIAG_CELL_TWICE, TEXT_ARG(name->text));
  }
}

/* -- Whose row it is --------------------------------------------------------------------------- */

/* What tells the customers apart; NULL: nothing does. */
static const struct symbol *customers_key(const struct module *module) {
  return module->base ? module->base->dump->key : module->key;
}

/* A key as the run will read it, however its cell is written. */
static struct rung_text as_read(const struct module *module, struct rung_text cell) {
  const struct symbol *key = customers_key(module);
  return key ? key_read(key, cell) : cell;
}

/* The key as its cell will hold it; empty when no cell gives it. */
static struct rung_text key_given(const struct module *module, const struct ast *row) {
  const struct symbol *table = row->child[0]->symbol, *key = table ? table->dump->key : module->key;
  for (uint32_t i = 1; key && i < row->count; i++) {
    const struct ast *cell = row->child[i], *value = cell->child[1];
    if (cell->child[0]->symbol != key) continue;
    return value->kind == AST_STRING ? value->text : expression_text(module, value);
  }
  return TEXT("");
}

/* A row of the customers themselves, or of the table whose keys they are. */
static void take_customer(struct trial *trial, struct ast *row, struct rung_text given) {
  struct module *module = trial->scope->module;
  trial->rows++;
  if (given.length > 0) trial->key = as_read(module, given);
  else if (!module->base) trial->key = arena_print(&module->arena, "%u", trial->rows);
  else if (trial->key.length == 0) trial->key = TEXT("1");
  const struct ast *first = intern_add(&trial->customers, trial->key, row);
  if (!first || module->base) return;
  struct diag *diag = diag_report(module, row->at, DIAG_ROW_KEY_TWICE, TEXT_ARG(diag_quote(module, trial->key)));
  diag_help(module, diag, given.length > 0 ? "the other one stands at %.*s"
                                           : "rows without a key are counted, and that number is taken at %.*s",
            TEXT_ARG(place_words(module, first->at)));
}

static void report_nobody(struct trial *trial, struct place at, enum diag_id id) {
  struct module *module = trial->scope->module;
  struct rung_text table = module->base ? module->base->name : customers_name(module);
  struct diag *diag = diag_report(module, at, id);
  if (trial->open) {
    diag_help(module, diag, id == DIAG_EXPECT_NOBODY ? "say by key who is meant: `expect \"7\": ...;`"
                                                     : "give the row the key of a customer");
  } else {
    diag_help(module, diag, "write the row of a customer above it: `%.*s: ...;`", TEXT_ARG(table));
  }
}

static void bind_row(struct trial *trial, struct ast *row) {
  struct module *module = trial->scope->module;
  if (!bind_table(trial, row)) {
    row->type = TYPE_ERROR;
    if (trial->key.length == 0) trial->key = TEXT("?"); /* a customer who is not known */
    trial->open = true;
    return;
  }
  bind_cells(trial, row);
  struct rung_text given = key_given(module, row);
  if (row->child[0]->symbol == module->base) take_customer(trial, row, given);
  else if (given.length == 0 && trial->key.length == 0) report_nobody(trial, row->at, DIAG_ROW_NOBODY);
  row->text = given.length > 0 ? given : trial->key;
}

static void bind_file(struct trial *trial, struct ast *rows) {
  struct module *module = trial->scope->module;
  if (!bind_table(trial, rows)) rows->type = TYPE_ERROR;
  if (rows->type != TYPE_ERROR && rows->child[0]->symbol != module->base) return;
  trial->open = true;
  if (rows->type == TYPE_ERROR || module->base || (module->key && !module->key_made)) return;
  struct diag *diag = diag_report(module, rows->at, DIAG_ROWS_KEYLESS);
  diag_help(module, diag, "declare the key: `input %.*s { customer_id text key; ... }`",
            TEXT_ARG(customers_name(module)));
}

/* -- The other parts --------------------------------------------------------------------------- */

static bool is_digits(struct rung_text text, size_t at, int64_t limit) {
  if (at + 2 > text.length) return false;
  char tens = text.bytes[at], ones = text.bytes[at + 1];
  return tens >= '0' && tens <= '9' && ones >= '0' && ones <= '9' && (tens - '0') * 10 + (ones - '0') < limit;
}

/* YYYY-MM-DD, then T or a blank and HH:MM or HH:MM:SS. */
static bool is_time(struct rung_text text) {
  enum { DATE = 10, MINUTES = DATE + 6, SECONDS = MINUTES + 3 };
  int32_t days;
  if (text.length < DATE || !rung_parse_date((struct rung_text){text.bytes, DATE}, &days)) return false;
  if (text.length == DATE) return true;
  if (text.length != MINUTES && text.length != SECONDS) return false;
  if (text.bytes[DATE] != 'T' && text.bytes[DATE] != ' ') return false;
  if (!is_digits(text, DATE + 1, 24) || text.bytes[DATE + 3] != ':' || !is_digits(text, DATE + 4, 60)) return false;
  return text.length == MINUTES || (text.bytes[MINUTES] == ':' && is_digits(text, MINUTES + 1, 60));
}

static void report_again(struct module *module, const struct ast *part, struct rung_text words,
                         const struct ast *first) {
  struct diag *diag = diag_report(module, part->at, DIAG_TEST_TWICE, TEXT_ARG(words));
  diag_help(module, diag, "the first one is at %.*s", TEXT_ARG(place_words(module, first->at)));
}

static void bind_today(struct trial *trial, struct ast *part) {
  struct module *module = trial->scope->module;
  const struct ast *literal = part->child[0];
  if (trial->today) report_again(module, part, TEXT("today"), trial->today);
  else trial->today = part;
  part->text = literal->kind == AST_STRING ? literal->text : expression_text(module, literal);
  if (literal->kind != AST_STRING || is_time(literal->text)) return;
  struct diag *diag = diag_report(module, literal->at, DIAG_TODAY_FORM, TEXT_ARG(diag_quote(module, literal->text)));
  diag_help(module, diag, "write a date, like 2026-01-31, or a date and time, like \"2026-01-31T15:30\"");
}

static void bind_param(struct trial *trial, struct ast *part) {
  struct module *module = trial->scope->module;
  struct ast *name = part->child[0];
  const struct ast *first = intern_add(&trial->params, name->text, part);
  if (first) report_again(module, part, arena_print(&module->arena, "param %.*s", TEXT_ARG(name->text)), first);
  struct symbol *symbol = scope_find(trial->scope, name->text);
  if (symbol && symbol->kind == SYMBOL_PARAM) {
    name->symbol = symbol;
    return;
  }
  struct diag *diag = diag_report(module, name->at, DIAG_PARAM_UNKNOWN, TEXT_ARG(name->text));
  if (symbol) {
    diag_help(module, diag, "`%.*s` is %s", TEXT_ARG(name->text), symbol_words(symbol));
    return;
  }
  struct nearest nearest;
  nearest_start(&nearest, name->text);
  for (uint32_t i = 0; i < module->params.count; i++) nearest_try(&nearest, module->params.at[i]->name);
  if (nearest.best.length == 0) return;
  diag_help(module, diag, "did you mean `%.*s`?", TEXT_ARG(nearest.best));
  diag_fix(diag, name_written(module, nearest.best));
}

static void bind_expect(struct trial *trial, struct ast *part) {
  const struct ast *key = part->child[0];
  if (key->kind == AST_STRING) part->text = as_read(trial->scope->module, key->text);
  else if (trial->key.length > 0) part->text = trial->key;
  else report_nobody(trial, part->at, DIAG_EXPECT_NOBODY);
  trial->scope->decided = trial->scope->in_test = true;
  for (uint32_t i = 1; i < part->count; i++) bind(trial->scope, part->child[i]);
  trial->scope->decided = trial->scope->in_test = false;
}

static void bind_part_of(struct trial *trial, struct ast *part) {
  switch (part->kind) {
    case AST_TODAY_IS: bind_today(trial, part); break;
    case AST_PARAM: bind_param(trial, part); break;
    case AST_ROW: bind_row(trial, part); break;
    case AST_ROWS_FROM: bind_file(trial, part); break;
    case AST_EXPECT: bind_expect(trial, part); break;
    default: break;
  }
}

/* An `expect` may stand before the rows of the customer whom it names.  It takes the key as the cell has it, which is
   how the output does. */
static void check_keys(struct trial *trial) {
  struct module *module = trial->scope->module;
  for (uint32_t i = 1; i < trial->test->count; i++) {
    struct ast *expect = trial->test->child[i];
    if (expect->kind != AST_EXPECT) continue;
    const struct ast *key = expect->child[0], *row = intern_find(&trial->customers, expect->text);
    if (row && !module->base) expect->text = row->text;
    if (row || trial->open || key->kind != AST_STRING) continue;
    struct diag *diag = diag_report(module, key->at, DIAG_EXPECT_UNKNOWN, TEXT_ARG(diag_quote(module, key->text)));
    diag_help(module, diag, "rows without a key are numbered from \"1\"");
  }
}

static void bind_test_block(struct scope *scope, struct intern *names, struct ast *test) {
  struct module *module = scope->module;
  struct arena *arena = &module->arena;
  struct trial trial = {.scope = scope, .test = test, .customers = {.arena = arena}, .tables = {.arena = arena},
                        .params = {.arena = arena}};
  bool expects = false;
  const struct ast *name = test->child[0], *first = intern_add(names, name->text, test);
  if (first) {
    struct diag *diag = diag_report(module, name->at, DIAG_TEST_TAKEN, TEXT_ARG(diag_quote(module, name->text)));
    diag_help(module, diag, "the first one is at %.*s; reports could not tell the two apart",
              TEXT_ARG(place_words(module, first->at)));
  }
  for (uint32_t i = 1; i < test->count && !arena->failed; i++) {
    bind_part_of(&trial, test->child[i]);
    expects = expects || test->child[i]->kind == AST_EXPECT;
  }
  check_keys(&trial);
  if (!expects && !diag_inside(module, test->at))
    diag_report(module, name->at, DIAG_TEST_IDLE, TEXT_ARG(diag_quote(module, name->text)));
}

void bind_tests(struct scope *scope) {
  struct module *module = scope->module;
  if (module->files.count == 0) return;
  const struct ast *main = module->files.at[module->files.count - 1];
  struct intern names = {.arena = &module->arena};
  for (uint32_t i = 0; i < main->count; i++) {
    struct ast *test = main->child[i];
    if (test->kind != AST_TEST) continue;
    list_add(module, &module->tests, test);
    bind_test_block(scope, &names, test);
  }
}
