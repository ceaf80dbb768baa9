/* sql.c - the typed tree as SQL, asked of SQLite.

   Numbers are integers of millionths, dates are days.  SQL's NULL is our missing value; where SQLite goes over to
   floating point on overflow, whole() makes it NULL.  Two functions are registered: whole(x), and ratio(a, b) for a
   division of millionths, whose 83-bit product SQL can't hold.  Each let, tag and status becomes a column of the table,
   worked out before the first expression that names it; so does what an expression needs more than once.  */
#include "oracle.h"

#include <sqlite3.h>
#include <string.h>

struct translator {
  const struct trial *trial;
  struct module *module;
  struct arena *arena;
  sqlite3 *db;
  bool *lets, *tags, *statuses; /* which have their column */
  uint32_t held;            /* columns of expressions */
  const char *trouble;      /* the first */
};

/* SQL text; NULL where SQL can't say it. */
static const char *translate(struct translator *t, struct ast *node);

#define PRINT(...) arena_print(t->arena, __VA_ARGS__).bytes

/* -- The two functions -------------------------------------------------------------- */

static void sql_whole(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count;
  if (sqlite3_value_type(values[0]) == SQLITE_INTEGER) sqlite3_result_int64(context, sqlite3_value_int64(values[0]));
}

/* a * 1000000 / b by doubling, bit by bit of the million, as one does on paper. */
static void sql_ratio(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count;
  if (sqlite3_value_type(values[0]) == SQLITE_NULL || sqlite3_value_type(values[1]) == SQLITE_NULL) return;
  int64_t a = sqlite3_value_int64(values[0]), b = sqlite3_value_int64(values[1]);
  if (b == 0) return;
  uint64_t divisor = b < 0 ? -(uint64_t)b : (uint64_t)b, dividend = a < 0 ? -(uint64_t)a : (uint64_t)a;
  uint64_t whole = dividend / divisor, step = dividend % divisor, part = 0, rest = 0;
  for (int bit = 19; bit >= 0; bit--) {
    part *= 2, rest *= 2;
    if (rest >= divisor) rest -= divisor, part++;
    if (!(1000000U >> bit & 1)) continue;
    rest += step;
    if (rest >= divisor) rest -= divisor, part++;
  }
  if (rest >= divisor - rest) part++;
  uint64_t size, most = (uint64_t)INT64_MAX + ((a < 0) != (b < 0));
  if (__builtin_mul_overflow(whole, 1000000U, &size) || __builtin_add_overflow(size, part, &size)) return;
  if (size > most) return;
  sqlite3_result_int64(context, (a < 0) != (b < 0) ? (int64_t)-size : (int64_t)size);
}

bool sql_prepare(sqlite3 *db) {
  int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
  return sqlite3_create_function(db, "whole", 1, flags, NULL, sql_whole, NULL, NULL) == SQLITE_OK &&
         sqlite3_create_function(db, "ratio", 2, flags, NULL, sql_ratio, NULL, NULL) == SQLITE_OK;
}

static void failed(struct translator *t, const char *sql) {
  if (!t->trouble) t->trouble = PRINT("%s in %s", sqlite3_errmsg(t->db), sql);
}

static void execute(struct translator *t, const char *sql) {
  if (sqlite3_exec(t->db, sql, NULL, NULL, NULL) != SQLITE_OK) failed(t, sql);
}

/* -- Pieces ------------------------------------------------------------------------------- */

static bool is_decimal(type_t type) { return type == TYPE_NUMBER || type == TYPE_MONEY; }

static const char *as_type(struct translator *t, struct ast *node, type_t type) {
  const char *sql = translate(t, node);
  return sql && node->type == TYPE_INTEGER && is_decimal(type) ? PRINT("whole(%s*1000000)", sql) : sql;
}

static const char *sql_text(struct translator *t, struct rung_text text) {
  char *out = arena_alloc(t->arena, text.length * 2 + 3), *end = out;
  *end++ = '\'';
  for (size_t i = 0; i < text.length; i++) {
    if (text.bytes[i] == '\'') *end++ = '\'';
    *end++ = text.bytes[i];
  }
  *end = '\'';
  return out;
}

static const char *sql_value(struct translator *t, struct value value) {
  if (!value.present) return "NULL";
  if (value.type == TYPE_TEXT) return sql_text(t, value.text);
  return value.i == INT64_MIN ? "(-9223372036854775807-1)" : PRINT("(%lld)", (long long)value.i);
}

static void add_column(struct translator *t, const char *name, const char *sql) {
  execute(t, PRINT("ALTER TABLE r ADD COLUMN %s", name));
  execute(t, PRINT("UPDATE r SET %s = %s", name, sql));
}

/* A column that holds the expression, which so can be named more than once. */
static const char *held(struct translator *t, const char *sql) {
  if (!sql || strspn(sql, "abcdefghijklmnopqrstuvwxyz0123456789") == strlen(sql)) return sql;
  const char *name = PRINT("held%u", t->held++);
  add_column(t, name, sql);
  return name;
}

/* x millionths as a whole number, halves away from zero. */
static const char *half_up(struct translator *t, const char *x) {
  x = held(t, x);
  return PRINT("(%s/1000000 + (%s%%1000000 >= 500000) - (%s%%1000000 <= -500000))", x, x, x);
}

/* The parts of the product a * b / 1000000 all have its sign, so none overflows unless the product does. */
static const char *product(struct translator *t, const char *a, const char *b) {
  a = held(t, a), b = held(t, b);
  const char *low = half_up(t, PRINT("(%s%%1000000)*(%s%%1000000)", a, b));
  return PRINT("whole((%s/1000000)*(%s/1000000)*1000000 + (%s/1000000)*(%s%%1000000) + (%s%%1000000)*(%s/1000000) "
               "+ %s)", a, b, a, b, a, b, low);
}

static const char *in_years(struct translator *t, const char *days) {
  days = held(t, days);
  return PRINT("CASE WHEN %s BETWEEN -719162 AND 2932896 THEN %s END", days, days);
}

/* A part of a date as text: "%d" the day, "%m" the month. */
static const char *part(struct translator *t, const char *format, const char *days) {
  return PRINT("strftime('%s',%s*86400,'unixepoch')", format, days);
}

/* Days of the day `day` in the month that begins at `month` (ISO text), clamped to its end; NULL when there's none. */
static const char *clamped(struct translator *t, const char *month, const char *day) {
  month = held(t, month);
  return PRINT("(strftime('%%s',%s)/86400-1 + min(%s+0, CASE strftime('%%m',%s) WHEN '12' THEN 31 "
               "ELSE strftime('%%d',%s,'+1 month','-1 day')+0 END))", month, day, month, month);
}

static const char *add_months(struct translator *t, const char *date, const char *months, const char *sign) {
  date = held(t, date), months = held(t, months);
  const char *month = PRINT("date(%s*86400,'unixepoch','start of month',(%s%s)||' months')", date, sign, months);
  return in_years(t, clamped(t, month, part(t, "%d", date)));
}

static const char *shift(struct translator *t, const char *date, struct ast *span, const char *sign) {
  const char *sql = translate(t, span);
  if (!sql || !date) return NULL;
  if (span->type == TYPE_MONTHS) return add_months(t, date, sql, sign);
  if (is_decimal(span->type)) sql = half_up(t, sql);
  return in_years(t, PRINT("(%s%s%s)", date, sign[0] ? sign : "+", sql));
}

static const char *anniversary(struct translator *t, const char *date) {
  int year = slow_day(t->trial->today).year;
  date = held(t, date);
  const char *day = part(t, "%d", date), *month = part(t, "%m", date);
  const char *this_year = held(t, clamped(t, PRINT("printf('%%04d-%%s-01',%d,%s)", year, month), day));
  const char *next_year = clamped(t, PRINT("printf('%%04d-%%s-01',%d,%s)", year + 1, month), day);
  return PRINT("CASE WHEN %s >= %d THEN %s ELSE %s END", this_year, t->trial->today, this_year, next_year);
}

/* -- Names -------------------------------------------------------------------------------------- */

/* A condition as SURE has it: unknown is false. */
static const char *sure(struct translator *t, struct ast *condition) {
  if (condition->kind == AST_NONE) return "1";
  const char *sql = translate(t, condition);
  return sql ? PRINT("coalesce(%s,0)", sql) : NULL;
}

static const char *tag(struct translator *t, struct symbol *symbol) {
  const char *any = "0";
  for (uint32_t r = 0; r < t->module->rules.count; r++) {
    struct ast *rule = t->module->rules.at[r];
    for (uint32_t i = 3; rule->kind == AST_RULE && i < rule->count; i++) {
      if (!text_equal(rule->child[i]->text, symbol->name)) continue;
      const char *holds = sure(t, rule->child[1]);
      if (!holds) return NULL;
      any = PRINT("%s OR %s", any, holds);
    }
  }
  return PRINT("(%s)", any);
}

static const char *status(struct translator *t, struct ast *node) {
  const char *arms = "CASE";
  for (uint32_t i = 1; i < node->count; i++) {
    const char *holds = sure(t, node->child[i]->child[0]);
    if (!holds) return NULL;
    arms = PRINT("%s WHEN %s THEN %s", arms, holds, sql_text(t, node->child[i]->child[1]->text));
  }
  return PRINT("(%s END)", arms);
}

/* The column of a let, tag or status; NULL when SQL can't work it out. */
static const char *named(struct translator *t, struct symbol *symbol) {
  bool let = symbol->kind == SYMBOL_LET, is_tag = symbol->kind == SYMBOL_TAG;
  bool *done = (let ? t->lets : is_tag ? t->tags : t->statuses) + symbol->index;
  const char *name = PRINT("%s%u", let ? "let" : is_tag ? "tag" : "status", symbol->index);
  if (*done) return name;
  const char *sql = let ? translate(t, symbol->decl->child[1]) : is_tag ? tag(t, symbol) : status(t, symbol->decl);
  if (!sql) return NULL;
  add_column(t, name, sql);
  *done = true;
  return name;
}

static const char *column(struct translator *t, struct symbol *symbol) {
  for (uint32_t i = 0; i < t->trial->columns; i++)
    if (text_equal(symbol->name, t->trial->column[i].name)) return PRINT("c%u", i);
  return NULL;
}

static const char *param(struct translator *t, struct symbol *symbol) {
  for (uint32_t i = 0; i < t->trial->settings; i++)
    if (text_equal(t->trial->setting[i].name, symbol->name)) return sql_value(t, t->trial->setting[i].value);
  return translate(t, symbol->decl->child[1]);
}

static const char *sql_symbol(struct translator *t, struct symbol *symbol) {
  const char *name;
  switch ((enum symbol_kind)symbol->kind) {
  case SYMBOL_COLUMN: return column(t, symbol);
  case SYMBOL_PARAM: return param(t, symbol);
  case SYMBOL_LET: case SYMBOL_TAG: case SYMBOL_STATUS: return named(t, symbol);
  case SYMBOL_LABEL:
    name = named(t, symbol->status);
    return name ? PRINT("(%s IS %s)", name, sql_text(t, symbol->name)) : NULL;
  default: return NULL;
  }
}

/* -- Expressions ------------------------------------------------------------------------------------ */

static const char *logic(struct translator *t, struct ast *node) {
  const char *all = translate(t, node->child[0]);
  for (uint32_t i = 1; all && i < node->count; i++) {
    const char *next = translate(t, node->child[i]);
    all = next ? PRINT("%s %s %s", all, node->kind == AST_AND ? "AND" : "OR", next) : NULL;
  }
  return all ? PRINT("(%s)", all) : NULL;
}

static type_t common_type(struct ast *a, struct ast *b) {
  return is_decimal(a->type) || is_decimal(b->type) ? TYPE_NUMBER : a->type;
}

static const char *comparison(struct translator *t, struct ast *a, struct ast *b, const char *sign) {
  if (a->type == TYPE_STATUS) {
    const char *name = translate(t, a);
    if (!name) return NULL;
    return PRINT("(%s IS %s%s)", name, strcmp(sign, "<>") ? "" : "NOT ", sql_text(t, b->text));
  }
  type_t type = common_type(a, b);
  const char *left = as_type(t, a, type), *right = as_type(t, b, type);
  return left && right ? PRINT("(%s%s%s)", left, sign, right) : NULL;
}

static const char *arithmetic(struct translator *t, struct ast *node) {
  struct ast *a = node->child[0], *b = node->child[1];
  const char *sign = node->kind == AST_ADD ? "+" : "-";
  if (a->type == TYPE_DATE && b->type != TYPE_DATE)
    return shift(t, translate(t, a), b, node->kind == AST_ADD ? "" : "-");
  if (b->type == TYPE_DATE && a->type != TYPE_DATE) return shift(t, translate(t, b), a, "");
  type_t type = common_type(a, b);
  const char *left = as_type(t, a, type), *right = as_type(t, b, type);
  if (!left || !right) return NULL;
  if (node->kind == AST_DIV) return PRINT("ratio(%s,%s)", left, right);
  if (node->kind == AST_MUL) return is_decimal(type) ? product(t, left, right) : PRINT("whole(%s*%s)", left, right);
  return PRINT("whole(%s%s%s)", left, sign, right);
}

static const char *text_test(struct translator *t, struct ast *node) {
  const char *a = held(t, translate(t, node->child[0])), *b = held(t, translate(t, node->child[1])), *test;
  if (!a || !b) return NULL;
  if (node->kind == AST_CONTAINS) test = PRINT("instr(%s,%s) > 0", a, b);
  else if (node->kind == AST_STARTS) test = PRINT("substr(%s,1,length(%s)) = %s", a, b, b);
  else test = PRINT("substr(%s,-length(%s)) = %s", a, b, b);
  return PRINT("CASE WHEN %s IS NOT NULL THEN %s = '' OR %s END", a, b, test);
}

static const char *call(struct translator *t, struct ast *node) {
  static const char *const names[FUNCTION_COUNT] = {
      [FUNCTION_DEFAULT] = "coalesce", [FUNCTION_MIN] = "min", [FUNCTION_MAX] = "max", [FUNCTION_LENGTH] = "length",
      [FUNCTION_YEAR] = "%Y",          [FUNCTION_MONTH] = "%m", [FUNCTION_DAY] = "%d"};
  const char *name = names[node->function], *x = as_type(t, node->child[1], node->type), *list;
  if (!x) return NULL;
  switch ((enum function)node->function) {
  case FUNCTION_DEFAULT: case FUNCTION_MIN: case FUNCTION_MAX:
    list = x;
    for (uint32_t i = 2; list && i < node->count; i++) {
      const char *next = as_type(t, node->child[i], node->type);
      list = next ? PRINT("%s,%s", list, next) : NULL;
    }
    return list ? PRINT("%s(%s)", name, list) : NULL;
  case FUNCTION_ABS:
    x = held(t, x);
    return PRINT("CASE WHEN %s < 0 THEN whole(0-%s) ELSE %s END", x, x, x);
  case FUNCTION_ROUND: return is_decimal(node->child[1]->type) ? half_up(t, x) : x;
  case FUNCTION_TRIM: return PRINT("trim(%s,char(32,9,160,8239))", x);
  case FUNCTION_LENGTH: return PRINT("length(%s)", x);
  case FUNCTION_YEAR: case FUNCTION_MONTH: case FUNCTION_DAY:
    return PRINT("(%s+0)", part(t, name, x));
  default: return NULL;
  }
}

static const char *membership(struct translator *t, struct ast *node) {
  struct ast *list = node->kind == AST_IN_LIST ? node->child[1]->symbol->decl : node;
  const char *x = translate(t, node->child[0]), *any = NULL;
  if (!x) return NULL;
  for (uint32_t i = 1; i < list->count; i++) {
    struct ast *member = list->child[i];
    const char *test = node->kind == AST_IN ? comparison(t, node->child[0], member, "=")
                                            : PRINT("(%s=%s)", x, sql_text(t, member->text));
    if (!test) return NULL;
    any = any ? PRINT("%s OR %s", any, test) : test;
  }
  return PRINT("(%s(%s))", node->negated ? "NOT " : "", any);
}

static const char *file_member(struct translator *t, struct ast *node) {
  const char *x = held(t, translate(t, node->child[0])), *lines = "";
  if (!x) return NULL;
  struct rung_text text = node->file->text;
  for (size_t begin = 0, end; begin < text.length; begin = end + 1) {
    for (end = begin; end < text.length && text.bytes[end] != '\n'; end++) continue;
    lines = PRINT("%s%s%s", lines, begin ? "," : "", sql_text(t, (struct rung_text){text.bytes + begin, end - begin}));
  }
  return PRINT("CASE WHEN %s IS NOT NULL THEN %s %sIN (%s) END", x, x, node->negated ? "NOT " : "", lines);
}

static const char *window(struct translator *t, struct ast *node) {
  const char *date = translate(t, node->child[0]), *today = PRINT("%d", t->trial->today);
  const char *edge = shift(t, today, node->child[1], node->kind == AST_WITHIN_NEXT ? "" : "-");
  if (!date || !edge) return NULL;
  if (node->kind == AST_OLDER) return PRINT("(%s < %s)", date, edge);
  if (node->kind == AST_WITHIN_LAST) return PRINT("(%s <= %s AND %s <= %s)", edge, date, date, today);
  return PRINT("(%s <= %s AND %s <= %s)", today, date, date, edge);
}

static const char *between(struct translator *t, struct ast *node) {
  const char *low = comparison(t, node->child[0], node->child[1], ">=");
  const char *high = comparison(t, node->child[0], node->child[2], "<=");
  return low && high ? PRINT("(%s(%s AND %s))", node->negated ? "NOT " : "", low, high) : NULL;
}

static const char *choice(struct translator *t, struct ast *node) {
  const char *a = translate(t, node->child[0]), *b = as_type(t, node->child[1], node->type);
  const char *c = as_type(t, node->child[2], node->type);
  return a && b && c ? PRINT("CASE WHEN %s THEN %s ELSE %s END", a, b, c) : NULL;
}

static const char *leaf(struct translator *t, struct ast *node) {
  switch ((enum ast_kind)node->kind) {
  case AST_NAME: return sql_symbol(t, node->symbol);
  case AST_STRING: return sql_text(t, node->text);
  case AST_NUMBER:
    if (node->whole && is_decimal(node->type)) return PRINT("whole(%lld*1000000)", (long long)node->value);
    return PRINT("%lld", (long long)node->value);
  case AST_DURATION: case AST_DATE: case AST_BOOLEAN: return PRINT("(%lld)", (long long)node->value);
  default: return NULL;
  }
}

static const char *unary(struct translator *t, struct ast *node) {
  const char *x = translate(t, node->child[0]);
  if (!x) return NULL;
  switch ((enum ast_kind)node->kind) {
  case AST_PAREN: return x;
  case AST_NOT: return PRINT("(NOT %s)", x);
  case AST_NEG: return PRINT("whole(0-%s)", x);
  case AST_IS_MISSING: return PRINT("(%s IS %sNULL)", x, node->negated ? "NOT " : "");
  case AST_IS_PRESENT: return PRINT("(%s IS %sNULL)", x, node->negated ? "" : "NOT ");
  case AST_DAYS_SINCE: return PRINT("(%d-%s)", t->trial->today, x);
  case AST_DAYS_UNTIL: return PRINT("(%s-(%d))", x, t->trial->today);
  default: return anniversary(t, x);
  }
}

static const char *translate(struct translator *t, struct ast *node) {
  static const char *const signs[AST_KIND_COUNT] = {[AST_EQ] = "=",  [AST_NE] = "<>", [AST_LT] = "<",
                                                    [AST_LE] = "<=", [AST_GT] = ">",  [AST_GE] = ">="};
  switch ((enum ast_kind)node->kind) {
  case AST_PAREN: case AST_NOT: case AST_NEG: case AST_IS_MISSING: case AST_IS_PRESENT: case AST_DAYS_SINCE:
  case AST_DAYS_UNTIL: case AST_ANNIVERSARY:
    return unary(t, node);
  case AST_AND: case AST_OR: return logic(t, node);
  case AST_EQ: case AST_NE: case AST_LT: case AST_LE: case AST_GT: case AST_GE:
    return comparison(t, node->child[0], node->child[1], signs[node->kind]);
  case AST_ADD: case AST_SUB: case AST_MUL: case AST_DIV: return arithmetic(t, node);
  case AST_CONTAINS: case AST_STARTS: case AST_ENDS: return text_test(t, node);
  case AST_IN: case AST_IN_LIST: return membership(t, node);
  case AST_IN_FILE: return file_member(t, node);
  case AST_WITHIN_LAST: case AST_WITHIN_NEXT: case AST_OLDER: return window(t, node);
  case AST_BETWEEN: return between(t, node);
  case AST_IF: return choice(t, node);
  case AST_CALL: return call(t, node);
  default: return leaf(t, node);
  }
}

/* -- A trial -------------------------------------------------------------------------------------------- */

static void bind(sqlite3_stmt *insert, int at, struct value v) {
  if (!v.present) sqlite3_bind_null(insert, at);
  else if (v.type == TYPE_TEXT) sqlite3_bind_text(insert, at, v.text.bytes, (int)v.text.length, SQLITE_TRANSIENT);
  else sqlite3_bind_int64(insert, at, v.i);
}

static void fill_table(struct translator *t) {
  const struct trial *trial = t->trial;
  const char *columns = "", *marks = "";
  for (uint32_t i = 0; i < trial->columns; i++) columns = PRINT("%s, c%u", columns, i), marks = PRINT("%s, ?", marks);
  execute(t, "DROP TABLE IF EXISTS r");
  execute(t, PRINT("CREATE TABLE r(row%s)", columns));
  const char *sql = PRINT("INSERT INTO r VALUES(?%s)", marks);
  sqlite3_stmt *insert = NULL;
  if (sqlite3_prepare_v2(t->db, sql, -1, &insert, NULL)) failed(t, sql);
  for (uint32_t row = 0; row < trial->rows && !t->trouble; row++) {
    sqlite3_bind_int64(insert, 1, row);
    for (uint32_t i = 0; i < trial->columns; i++)
      bind(insert, (int)i + 2, trial->cells[(size_t)row * trial->columns + i].value);
    if (sqlite3_step(insert) != SQLITE_DONE || sqlite3_reset(insert)) failed(t, sql);
  }
  sqlite3_finalize(insert);
}

static struct value result(struct arena *arena, sqlite3_stmt *query, int at, type_t type) {
  struct value value = {.type = type, .present = true};
  switch (sqlite3_column_type(query, at)) {
  case SQLITE_NULL: value.present = false; break;
  case SQLITE_INTEGER: value.i = sqlite3_column_int64(query, at); break;
  case SQLITE_TEXT:
    value.text = arena_copy(arena, (const char *)sqlite3_column_text(query, at),
                            (size_t)sqlite3_column_bytes(query, at));
    break;
  default: value.type = TYPE_ERROR; /* a floating point number: whole() is lacking somewhere */
  }
  return value;
}

static void ask(struct translator *t, const char *sql, type_t type, struct value *out, uint32_t width) {
  sqlite3_stmt *query = NULL;
  if (sqlite3_prepare_v2(t->db, PRINT("SELECT %s FROM r ORDER BY row", sql), -1, &query, NULL)) failed(t, sql);
  for (uint32_t row = 0; row < t->trial->rows && !t->trouble; row++, out += width) {
    if (sqlite3_step(query) != SQLITE_ROW) failed(t, sql);
    else *out = result(t->arena, query, 0, type);
  }
  sqlite3_finalize(query);
}

const char *sql_trial(sqlite3 *db, const struct trial *trial, const struct frame *frame, struct answers *answers) {
  struct module *module = frame->module;
  struct translator *t = &(struct translator){.trial = trial, .module = module, .arena = trial->arena, .db = db};
  t->lets = arena_alloc(t->arena, module->lets.count + 1);
  t->tags = arena_alloc(t->arena, module->tags.count + 1);
  t->statuses = arena_alloc(t->arena, module->statuses.count + 1);
  execute(t, "BEGIN");
  fill_table(t);
  uint32_t width = frame_width(frame), rules = frame->labels + frame->shows;
  for (size_t i = 0; i < (size_t)width * trial->rows; i++) answers->at[i].type = TYPE_ERROR;
  for (uint32_t i = 0; i < rules && !t->trouble; i++) {
    struct symbol *symbol = i < frame->labels ? frame->label[i] : frame->show[i - frame->labels];
    type_t type = i < frame->labels ? (type_t)TYPE_FLAG : symbol->type;
    const char *sql = sql_symbol(t, symbol);
    if (sql) ask(t, sql, type, answers->at + i, width);
  }
  execute(t, "COMMIT");
  return t->trouble;
}
