/* fuzz_together.c - rules and rows: the VM by every road, SQLite and the slow evaluator must say the same.

   The input is rules, a NUL, and rows: cells set apart by commas, one row a line.  Rules that the evaluator does not
   cover are left out; the judge is that of tests/oracle.  */
#include "fuzz.h"
#include "oracle.h"

#include <sqlite3.h>
#include <unistd.h>

enum { MOST_RULES = 6000, MOST_BYTES = 12000, MOST_TRIED = 20 };

/* -- What the evaluator covers ------------------------------------------------------------------------- */

/* The patterns of slow_match: letters, `.`, ranges of two letters, each perhaps with one of * + ?, and of ^ and $. */
static bool pattern_covered(struct rung_text pattern) {
  bool repeated = true;
  for (size_t i = 0; i < pattern.length; i++) {
    unsigned char c = (unsigned char)pattern.bytes[i];
    if (c == '^' && i == 0) continue;
    if (c == '$' && i + 1 == pattern.length) continue;
    if (c == '*' || c == '+' || c == '?') {
      if (repeated) return false;
      repeated = true;
      continue;
    }
    repeated = false;
    if (c == '.' || c == '@' || c == ' ' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) continue;
    bool range = c == '[' && i + 4 < pattern.length && pattern.bytes[i + 2] == '-' && pattern.bytes[i + 4] == ']' &&
                 pattern.bytes[i + 1] >= '0' && pattern.bytes[i + 1] <= pattern.bytes[i + 3] &&
                 pattern.bytes[i + 3] <= 'z' && pattern.bytes[i + 1] != '[' && pattern.bytes[i + 1] != '^';
    if (!range) return false;
    i += 4;
  }
  return true;
}

static bool is_ascii(struct rung_text text) {
  for (size_t i = 0; i < text.length; i++)
    if ((unsigned char)text.bytes[i] >= 0x80 || text.bytes[i] == 0) return false;
  return true;
}

static bool function_covered(uint8_t function) {
  switch ((enum function)function) {
  case FUNCTION_DEFAULT: case FUNCTION_MIN: case FUNCTION_MAX: case FUNCTION_ABS: case FUNCTION_ROUND:
  case FUNCTION_LOWER: case FUNCTION_UPPER: case FUNCTION_TRIM: case FUNCTION_LENGTH:
  case FUNCTION_YEAR: case FUNCTION_MONTH: case FUNCTION_DAY: return true;
  default: return false;
  }
}

static bool kind_covered(const struct ast *node) {
  switch ((enum ast_kind)node->kind) {
  case AST_PAREN: case AST_AND: case AST_OR: case AST_NOT: case AST_IF: case AST_IS_MISSING: case AST_IS_PRESENT:
  case AST_BETWEEN: case AST_IN: case AST_IN_LIST: case AST_WITHIN_LAST: case AST_WITHIN_NEXT: case AST_OLDER:
  case AST_EQ: case AST_NE: case AST_LT: case AST_LE: case AST_GT: case AST_GE: case AST_CONTAINS: case AST_STARTS:
  case AST_ENDS: case AST_ADD: case AST_SUB: case AST_MUL: case AST_DIV: case AST_NEG: case AST_DAYS_SINCE:
  case AST_DAYS_UNTIL: case AST_ANNIVERSARY: case AST_NAME: case AST_NUMBER: case AST_DURATION:
  case AST_DATE: case AST_BOOLEAN: return true;
  case AST_STRING: return is_ascii(node->text);
  case AST_MATCHES: return pattern_covered(node->child[1]->text);
  case AST_CALL: return function_covered(node->function);
  /* What stands around expressions. */
  case AST_NONE: case AST_FILE: case AST_PARAM: case AST_LET: case AST_LIST: case AST_RULE: case AST_STATUS:
  case AST_ARM: case AST_SHOW: case AST_INPUT: case AST_COLUMN: case AST_KEY: return true;
  default: return false;
  }
}

static bool tree_covered(const struct ast *node) {
  if (!node) return true;
  if (!kind_covered(node)) return false;
  if (node->kind == AST_NAME && node->symbol && node->symbol->kind == SYMBOL_TABLE) return false;
  for (uint32_t i = 0; i < node->count; i++)
    if (!tree_covered(node->child[i])) return false;
  return true;
}

static bool type_covered(type_t type) {
  return type == TYPE_FLAG || type == TYPE_INTEGER || type == TYPE_NUMBER || type == TYPE_MONEY || type == TYPE_DATE ||
         type == TYPE_TEXT;
}

/* The passes' tree, as judge.c makes it. */
static bool make_module(struct rung_text rules, const struct rungc_options *options, struct module *module) {
  *module = (struct module){.options = options};
  arena_init(&module->arena, NULL);
  module->diags.max_errors = 100;
  load(module, TEXT("trial.rung"), rules);
  if (module->diags.errors == 0) resolve(module);
  if (module->diags.errors == 0) infer(module);
  if (module->diags.errors == 0) check(module);
  return module->diags.errors == 0;
}

/* Without an input block the key is the column `id`. */
static struct rung_text key_name(const struct module *module) {
  return module->has_input ? module->key->name : TEXT("id");
}

/* Such a run is refused. */
static bool key_is_result(const struct module *module) {
  struct rung_text key = key_name(module);
  bool is = module->tags.count && text_equal(key, TEXT("tags"));
  for (uint32_t i = 0; i < module->shows.count; i++) is |= text_equal(key, module->shows.at[i]->text);
  for (uint32_t i = 0; i < module->statuses.count; i++) is |= text_equal(key, module->statuses.at[i]->name);
  return is;
}

static bool module_covered(const struct module *module) {
  if (module->tables.count || module->scores.count || module->campaigns.count || module->guards.count ||
      module->tests.count || module->columns.count + 2 >= MOST_COLUMNS ||
      module->shows.count + module->statuses.count > 100 || (module->has_input && !module->key) ||
      key_is_result(module))
    return false;
  for (uint32_t i = 0; i < module->files.count; i++)
    if (!tree_covered(module->files.at[i])) return false;
  for (uint32_t i = 0; i < module->columns.count; i++)
    if (!type_covered(module->columns.at[i]->type)) return false;
  return true;
}

/* -- Rows --------------------------------------------------------------------------------------------------- */

/* An exact decimal with at most `digits` behind the point, in units of the last; false when it is
   none, or too large. */
static bool read_decimal(struct rung_text text, int digits, int64_t *out) {
  bool minus = text.length && text.bytes[0] == '-', point = false, any = false;
  __int128 value = 0;
  for (size_t i = minus; i < text.length; i++) {
    char c = text.bytes[i];
    if (c == '.' && digits > 0 && !point && i + 1 < text.length) point = true;
    else if (c < '0' || c > '9' || (point && digits-- == 0) || value > INT64_MAX) return false;
    else value = value * 10 + (c - '0'), any = true;
  }
  while (digits-- > 0) value *= 10;
  if (minus) value = -value;
  *out = (int64_t)value;
  return any && value >= INT64_MIN && value <= INT64_MAX;
}

static bool read_day(struct rung_text text, int64_t *out) {
  int64_t year, month, day;
  if (text.length != 10 || text.bytes[4] != '-' || text.bytes[7] != '-') return false;
  if (!read_decimal((struct rung_text){text.bytes, 4}, 0, &year) ||
      !read_decimal((struct rung_text){text.bytes + 5, 2}, 0, &month) ||
      !read_decimal((struct rung_text){text.bytes + 8, 2}, 0, &day))
    return false;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > slow_month_days((int)year, (int)month)) return false;
  *out = slow_days((struct day){(int)year, (int)month, (int)day});
  return true;
}

/* What does not fit is missing.  In texts | stands for a comma and ` for a quote. */
static struct value read_cell(struct arena *arena, type_t type, struct rung_text text) {
  struct value value = {.type = type};
  switch (type) {
  case TYPE_FLAG:
    value.present = text.length == 1 && (text.bytes[0] == '0' || text.bytes[0] == '1');
    value.i = value.present && text.bytes[0] == '1';
    break;
  case TYPE_INTEGER: value.present = read_decimal(text, 0, &value.i); break;
  case TYPE_NUMBER: case TYPE_MONEY: value.present = read_decimal(text, 6, &value.i); break;
  case TYPE_DATE: value.present = read_day(text, &value.i); break;
  default:
    value.text = arena_copy(arena, text.bytes, text.length);
    value.present = text.length > 0 && is_ascii(text);
    for (size_t i = 0; i < text.length; i++) {
      char *at = (char *)(uintptr_t)value.text.bytes + i;
      *at = (char)(*at == '|' ? ',' : *at == '`' ? '"' : *at);
    }
  }
  return value;
}

static bool next_cell(struct rung_text *rows, struct rung_text *cell) {
  if (rows->length == 0 || rows->bytes[0] == '\n') return false;
  size_t end = 0;
  while (end < rows->length && rows->bytes[end] != ',' && rows->bytes[end] != '\n') end++;
  *cell = (struct rung_text){rows->bytes, end};
  if (end < rows->length && rows->bytes[end] == ',') end++;
  rows->bytes += end, rows->length -= end;
  return true;
}

static struct value key_value(struct arena *arena, type_t type, uint32_t row) {
  struct value value = {.type = type, .present = type != TYPE_FLAG, .i = row};
  if (type == TYPE_NUMBER || type == TYPE_MONEY) value.i = row * 1000000LL;
  if (type == TYPE_TEXT) value.text = arena_print(arena, "k%u", row);
  return value;
}

/* Cells that are not there are random. */
static void fill_rows(struct trial *trial, struct scope *scope, struct rung_text rows) {
  trial->cells = arena_alloc(trial->arena, (size_t)MOST_TRIED * trial->columns * sizeof *trial->cells);
  struct cell *at = trial->cells;
  while (trial->rows < 5 || (trial->rows < MOST_TRIED && rows.length)) {
    for (uint32_t i = 0; i < trial->columns; i++, at++) {
      struct rung_text cell;
      type_t type = trial->column[i].type;
      if (i == 0) at->value = key_value(trial->arena, type, trial->rows);
      else if (next_cell(&rows, &cell)) at->value = read_cell(trial->arena, type, cell);
      else if (random_below(&scope->random, 3)) at->value = random_value(scope, type);
      else at->value = (struct value){.type = type};
      at->text = slow_print(trial->arena, at->value);
    }
    while (rows.length && rows.bytes[0] != '\n') rows.bytes++, rows.length--;
    if (rows.length) rows.bytes++, rows.length--;
    trial->rows++;
  }
}

/* -- The trial ------------------------------------------------------------------------------------------------- */

static void add_column(struct trial *trial, struct rung_text name, type_t type) {
  struct rung_text copy = arena_copy(trial->arena, name.bytes, name.length);
  trial->column[trial->columns++] = (struct column){.name = copy, .written = copy, .type = type};
}

/* The key first. */
static void choose_columns(struct trial *trial, const struct module *module) {
  struct rung_text key = key_name(module);
  type_t type = TYPE_TEXT;
  for (uint32_t i = 0; i < module->columns.count; i++)
    if (text_equal(module->columns.at[i]->name, key)) type = module->columns.at[i]->type;
  add_column(trial, key, type);
  for (uint32_t i = 0; i < module->columns.count; i++)
    if (!text_equal(module->columns.at[i]->name, key))
      add_column(trial, module->columns.at[i]->name, module->columns.at[i]->type);
  add_column(trial, TEXT("~"), TYPE_TEXT); /* a dump has more than its key */
}

static int32_t choose_today(uint64_t *random) {
  static const struct day days[] = {{2026, 11, 21}, {2024, 2, 29}, {2023, 2, 28}, {2024, 3, 31}, {9999, 12, 1},
                                    {1, 1, 31}};
  return (int32_t)slow_days(days[random_below(random, sizeof days / sizeof *days)]);
}

static uint64_t hash_of(const uint8_t *data, size_t size) {
  uint64_t hash = size;
  for (size_t i = 0; i < size; i++) hash = (hash ^ data[i]) * 0x100000001b3;
  return hash;
}

/* Where nothing waits for a disk, if there is such a place. */
static char folders[2][32] = {"/dev/shm/rung-fuzz-XXXXXX", "/tmp/rung-fuzz-XXXXXX"};
static const char *folder;

static void remove_folder(void) { (void)rmdir(folder); }

static struct bench *the_bench(void) {
  static struct bench bench;
  if (bench.db) return &bench;
  folder = mkdtemp(folders[0]);
  if (!folder) folder = mkdtemp(folders[1]);
  bench.folder = folder;
  if (!bench.folder || sqlite3_open(":memory:", &bench.db) || !sql_prepare(bench.db)) exit(4);
  (void)atexit(remove_folder);
  return &bench;
}

static void leave_folder(const struct bench *bench) {
  char path[64];
  (void)snprintf(path, sizeof path, "%s/in.csv", bench->folder);
  (void)remove(path);
}

static void try_trial(struct trial *trial, const struct module *module, struct rung_text rows) {
  struct scope scope = {.arena = trial->arena, .random = trial->seed};
  trial->today = scope.today = choose_today(&scope.random);
  choose_columns(trial, module);
  fill_rows(trial, &scope, rows);
  struct rung_text difference = TEXT("");
  struct bench *bench = the_bench();
  if (judge(bench, trial, &difference) == DIFFERED) {
    trial_print(trial);
    (void)fflush(stdout);
    BROKEN("%.*s", TEXT_ARG(difference));
  }
  leave_folder(bench);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct arena arena;
  struct module module;
  struct rungc_options options = {0};
  if (size > MOST_BYTES) return 0;
  const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
  size_t length = nul ? (size_t)(nul - data) : size, rest = nul ? size - length - 1 : 0;
  if (length > MOST_RULES) return 0;
  arena_init(&arena, NULL);
  struct trial *trial = arena_alloc(&arena, sizeof *trial);
  *trial = (struct trial){
      .arena = &arena, .seed = hash_of(data, size), .words = TEXT(""), .only = TEXT(""), .statements = 1};
  trial->statement[0] = arena_copy(&arena, (const char *)data, length);
  options.open = open_words, options.open_context = trial;
  if (make_module(trial_rules(trial), &options, &module) && module_covered(&module)) {
    trial->declared = module.has_input;
    try_trial(trial, &module, (struct rung_text){(const char *)data + size - rest, rest});
  }
  arena_free(&module.arena);
  arena_free(&arena);
  return 0;
}
