/* tables_make.c - customers and purchases at random, and questions in two languages. */
#include "tables.h"

#include <stdio.h>
#include <string.h>

#define PRINT(...) arena_print(make->base->arena, __VA_ARGS__).bytes

const struct asked customer_column[CUSTOMER_COLUMNS] = {
    {"x", NULL, TYPE_INTEGER}, {"y", NULL, TYPE_NUMBER}, {"z", NULL, TYPE_MONEY}, {"born", NULL, TYPE_DATE}};
const struct asked purchase_column[PURCHASE_COLUMNS] = {
    {"n", NULL, TYPE_INTEGER}, {"a", NULL, TYPE_NUMBER},   {"m", NULL, TYPE_MONEY}, {"s", NULL, TYPE_TEXT},
    {"d", NULL, TYPE_DATE},    {"w", NULL, TYPE_DATETIME}, {"f", NULL, TYPE_FLAG}};

struct make {
  struct base_case *base;
  uint64_t random;
};

static uint32_t below(struct make *make, uint32_t bound) { return random_below(&make->random, bound); }

/* -- Values ----------------------------------------------------------------------------------- */

/* How a column's values lie: all the same, few and often tied, or many. */
struct spread { uint32_t different, missing_percent; bool negative; };

static struct spread random_spread(struct make *make) {
  static const uint32_t different[] = {1, 2, 5, 40, 100000}, missing[] = {0, 0, 10, 50, 100};
  uint32_t which = below(make, 40);
  return (struct spread){different[below(make, 5)], which == 0 ? 100 : missing[below(make, 4)], below(make, 2)};
}

static struct value random_cell(struct make *make, type_t type, struct spread spread) {
  static const char *const texts[] = {"a", "b", "aa", "Ä", "я", "A", "b "};
  struct value value = {.type = type, .present = below(make, 100) >= spread.missing_percent};
  int64_t i = below(make, spread.different);
  if (!value.present) return value;
  switch (type) {
  case TYPE_TEXT: {
    const char *text = texts[i % 7];
    value.text = (struct rung_text){text, strlen(text)};
    break;
  }
  case TYPE_FLAG: value.i = i % 2; break;
  case TYPE_DATE: value.i = make->base->today - 200 + i % 300; break;
  case TYPE_DATETIME: value.i = ((int64_t)make->base->today - 20) * 86400 + i * 977 % 2000000; break;
  case TYPE_INTEGER: value.i = spread.negative ? i - spread.different / 2 : i; break;
  default:
    value.i = (i * 7919 % 100003) * (spread.different == 5 ? 1000000 : 137731);
    if (type == TYPE_MONEY) value.i -= value.i % 10000;
    if (spread.negative) value.i -= 3000000000;
  }
  return value;
}

static struct value *random_table(struct make *make, const struct asked *columns, uint32_t count, uint32_t rows) {
  struct value *values = arena_alloc(make->base->arena, ((size_t)rows * count + 1) * sizeof *values);
  for (uint32_t c = 0; c < count; c++) {
    struct spread spread = random_spread(make);
    for (uint32_t row = 0; row < rows; row++) values[row * count + c] = random_cell(make, columns[c].type, spread);
  }
  return values;
}

/* Keys that differ in bytes alone. */
const char *base_key(struct arena *arena, uint32_t number) {
  switch (number % 6) {
  case 0: return arena_print(arena, "%u", number).bytes;
  case 1: return arena_print(arena, "0%u", number - 1).bytes;
  case 2: return arena_print(arena, "k%u", number).bytes;
  case 3: return arena_print(arena, "K%u", number - 1).bytes;
  case 4: return arena_print(arena, "Ж%u", number).bytes;
  default: return arena_print(arena, "%u is a key that is longer than most", number).bytes;
  }
}

/* -- Conditions of rows of purchases -------------------------------------------------------------- */

struct both { const char *rung, *sql; };

static struct both simple_condition(struct make *make) {
  static const char *const operators[] = {"=", "!=", "<", "<=", ">", ">="};
  const char *op = operators[below(make, 6)];
  int n = (int)below(make, 9) - 4;
  unsigned days = below(make, 90);
  int32_t today = make->base->today;
  switch (below(make, 14)) {
  case 0: return (struct both){PRINT("n %s %d", op, n), PRINT("n %s %d", op, n)};
  case 1: return (struct both){PRINT("a %s %d.5", op, n), PRINT("a %s (%d.5 * 1000000)", op, n)};
  case 2: return (struct both){PRINT("m %s %d", op, n * 1000), PRINT("m %s %d000000000", op, n)};
  case 3: return (struct both){PRINT("s %s \"b\"", op), PRINT("s %s 'b'", op)};
  case 4: return (struct both){"s in (\"a\", \"Ä\")", "s IN ('a', 'Ä')"};
  case 5: return (struct both){PRINT("d within last %u days", days),
                               PRINT("d BETWEEN %d AND %d", today - (int)days, today)};
  case 6: return (struct both){PRINT("d older than %u days", days), PRINT("d < %d", today - (int)days)};
  case 7: return (struct both){"f", "f"};
  case 8: return (struct both){"n is missing", "n IS NULL"};
  case 9: return (struct both){"m is present", "m IS NOT NULL"};
  case 10: return (struct both){PRINT("a %s m", op), PRINT("a %s m", op)};
  case 11: return (struct both){PRINT("n between %d and 4", n), PRINT("n BETWEEN %d AND 4", n)};
  case 12: return (struct both){PRINT("v %s %d", op, n), PRINT("v %s %d000000", op, n)};
  default: return (struct both){PRINT("w within last %u days", days % 30),
                                PRINT("w / 86400 BETWEEN %d AND %d", today - (int)days % 30, today)};
  }
}

static struct both condition(struct make *make, int depth) {
  if (depth == 0 || below(make, 2)) return simple_condition(make);
  struct both a = condition(make, depth - 1), b = condition(make, depth - 1);
  switch (below(make, 3)) {
  case 0: return (struct both){PRINT("(%s and %s)", a.rung, b.rung), PRINT("(%s AND %s)", a.sql, b.sql)};
  case 1: return (struct both){PRINT("(%s or %s)", a.rung, b.rung), PRINT("(%s OR %s)", a.sql, b.sql)};
  default: return (struct both){PRINT("not (%s)", a.rung), PRINT("NOT (%s)", a.sql)};
  }
}

/* -- Questions ---------------------------------------------------------------------------------------- */

static void ask(struct make *make, const char *rung, const char *sql, type_t type) {
  struct base_case *base = make->base;
  const char *name = PRINT("q%u", base->questions);
  base->rules = arena_print(base->arena, "%.*slet %s = %s;\n", TEXT_ARG(base->rules), name, rung);
  base->question[base->questions++] = (struct asked){name, sql, type};
}

/* A sum divided by a count, rounded half away from zero, in whole numbers. */
#define SQL_MEAN(sum, count) \
  PRINT("((2 * abs(%s) + %s) / (2 * %s) * (CASE WHEN %s < 0 THEN -1 ELSE 1 END))", sum, count, count, sum)

/* v and age are lets of the table. */
static const struct asked purchase_values[] = {{"n", NULL, TYPE_INTEGER},  {"a", NULL, TYPE_NUMBER},
                                               {"m", NULL, TYPE_MONEY},    {"v", NULL, TYPE_NUMBER},
                                               {"age", NULL, TYPE_INTEGER}, {"d", NULL, TYPE_DATE},
                                               {"w", NULL, TYPE_DATETIME}, {"s", NULL, TYPE_TEXT},
                                               {"f", NULL, TYPE_FLAG}};
enum { NUMERIC_VALUES = 5, ORDERED_VALUES = 7, ALL_VALUES = 9 };

static type_t mean_type(type_t type) { return type == TYPE_MONEY ? TYPE_MONEY : TYPE_NUMBER; }

static void ask_aggregate(struct make *make) {
  static const char *const words[] = {"sum", "min", "max", "average", "distinct"};
  struct both where = {"", "1"};
  bool filtered = below(make, 3) > 0;
  if (filtered) where = condition(make, 2), where.rung = PRINT(" where %s", where.rung);
  const char *rows = PRINT("FROM p WHERE p.owner = c.num AND (%s)", where.sql);
  uint32_t which = below(make, 9);
  bool summed = which == 0 || which == 3;
  uint32_t values = summed ? NUMERIC_VALUES : which == 1 || which == 2 ? ORDERED_VALUES : ALL_VALUES;
  struct asked value = purchase_values[below(make, values)];
  const char *rung = which < 5 ? PRINT("%s of p.%s%s", words[which], value.name, where.rung) : NULL;
  const char *sum = PRINT("SUM(%s%s)", value.name,
                          value.type == TYPE_INTEGER && which == 3 ? " * 1000000" : "");
  switch (which) {
  case 0: ask(make, rung, PRINT("(SELECT COALESCE(SUM(%s), 0) %s)", value.name, rows), value.type); break;
  case 1:
  case 2: ask(make, rung, PRINT("(SELECT %s(%s) %s)", words[which], value.name, rows), value.type); break;
  case 3:
    ask(make, rung, PRINT("(SELECT %s %s)", SQL_MEAN(sum, PRINT("COUNT(%s)", value.name)), rows),
        mean_type(value.type));
    break;
  case 4: ask(make, rung, PRINT("(SELECT COUNT(DISTINCT %s) %s)", value.name, rows), TYPE_INTEGER); break;
  case 5: ask(make, PRINT("any of p%s", where.rung), PRINT("EXISTS (SELECT 1 %s)", rows), TYPE_FLAG); break;
  case 6: ask(make, PRINT("count of p%s", where.rung), PRINT("(SELECT COUNT(*) %s)", rows), TYPE_INTEGER); break;
  default: {
    struct asked by = purchase_values[below(make, ORDERED_VALUES)];
    ask(make, PRINT("latest of p.%s by p.%s%s", value.name, by.name, where.rung),
        PRINT("(SELECT %s %s AND %s IS NOT NULL AND %s IS NOT NULL ORDER BY %s DESC, %s DESC LIMIT 1)", value.name,
              rows, value.name, by.name, by.name, value.name), value.type);
  }
  }
}

/* A value of the customers that can be measured; false when there is none yet. */
static bool random_operand(struct make *make, struct asked *operand) {
  const struct base_case *base = make->base;
  uint32_t own = base->from_purchases ? 0 : CUSTOMER_COLUMNS;
  if (own + base->questions == 0) return false;
  for (int i = 0; i < 20; i++) {
    uint32_t at = below(make, own + base->questions);
    *operand = at < own ? customer_column[at] : base->question[at - own];
    type_t type = operand->type;
    if (type != TYPE_INTEGER && type != TYPE_NUMBER && type != TYPE_MONEY && type != TYPE_DATE) continue;
    operand->sql = operand->name;
    if (type == TYPE_INTEGER && below(make, 3) == 0) {
      operand->sql = PRINT("(%s * 2 - 3)", operand->name);
      operand->name = PRINT("(%s * 2 - 3)", operand->name);
    }
    return true;
  }
  return false;
}

static void ask_measure(struct make *make) {
  struct asked x;
  if (!random_operand(make, &x)) {
    ask_aggregate(make);
    return;
  }
  const char *v = x.sql, *scaled = x.type == TYPE_INTEGER ? PRINT("(%s * 1000000)", v) : v;
  const char *n = PRINT("(COUNT(%s) OVER ())", v);
  const char *under = PRINT("(COUNT(%s) OVER (ORDER BY %s RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW "
                            "EXCLUDE GROUP))", v, v);
  const char *over = PRINT("(COUNT(%s) OVER (ORDER BY %s DESC RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW "
                           "EXCLUDE GROUP))", v, v);
  const char *richer = PRINT("COALESCE(SUM(max(%s, 0)) OVER (ORDER BY %s DESC RANGE BETWEEN UNBOUNDED PRECEDING AND "
                             "CURRENT ROW EXCLUDE GROUP), 0)", v, v);
  const char *all = PRINT("SUM(max(%s, 0)) OVER ()", v);
  const char *middle = PRINT("FROM c AS o WHERE %s IS NOT NULL ORDER BY %s LIMIT 1 OFFSET "
                             "((SELECT COUNT(%s) FROM c) - 1)", v, v, v);
  const char *sum = PRINT("(SUM(%s) OVER ())", scaled);
  uint32_t top = 1 + below(make, make->base->customers + 3);
  bool date = x.type == TYPE_DATE;
  switch (below(make, 7)) {
  case 0: ask(make, PRINT("rank of %s", x.name), PRINT("CASE WHEN %s IS NOT NULL THEN 1 + %s END", v, over),
              TYPE_INTEGER); break;
  case 1: ask(make, PRINT("quintile of %s", x.name),
              PRINT("CASE WHEN %s IS NOT NULL THEN 1 + 5 * %s / %s END", v, under, n), TYPE_INTEGER); break;
  case 2: ask(make, PRINT("percentile of %s", x.name),
              PRINT("CASE WHEN %s IS NOT NULL THEN ratio(100 * %s, %s) END", v, under, n), TYPE_NUMBER); break;
  case 3:
    if (date) break;
    ask(make, PRINT("cumulative share of %s", x.name),
        PRINT("CASE WHEN %s IS NOT NULL THEN ratio(%s, %s) END", v, richer, all), TYPE_NUMBER);
    break;
  case 4: {
    const char *low = PRINT("(SELECT %s %s / 2)", date ? v : scaled, middle);
    const char *high = PRINT("(SELECT %s %s / 2 + 1 - (SELECT COUNT(%s) FROM c) %% 2)", scaled, middle, v);
    const char *pair = PRINT("(%s + %s)", low, high);
    ask(make, PRINT("median of %s", x.name), date ? low : SQL_MEAN(pair, "2"), date ? TYPE_DATE : mean_type(x.type));
    break;
  }
  case 5:
    if (date) break;
    ask(make, PRINT("average of %s", x.name), PRINT("CASE WHEN %s > 0 THEN %s END", n, SQL_MEAN(sum, n)),
        mean_type(x.type));
    break;
  default:
    ask(make, PRINT("top %u by %s", top, x.name),
        PRINT("(%s IS NOT NULL AND ROW_NUMBER() OVER (ORDER BY %s DESC NULLS LAST, id) <= %u)", v, v, top), TYPE_FLAG);
  }
}

static void ask_default(struct make *make) {
  struct asked x;
  if (random_operand(make, &x) && x.type == TYPE_INTEGER)
    ask(make, PRINT("default(%s, 3)", x.name), PRINT("COALESCE(%s, 3)", x.sql), TYPE_INTEGER);
}

/* -- The case ------------------------------------------------------------------------------------------- */

static void make_rows(struct make *make) {
  static const uint32_t sizes[] = {0, 1, 2, 3, 7, 40, 64, 65, 150};
  struct base_case *base = make->base;
  base->customers = base->seed % 300 == 0 ? 4200 : sizes[below(make, 9)];
  base->purchases = base->customers > 1000 ? 9000 : sizes[below(make, 9)] * (1 + below(make, 3));
  base->owners = base->customers + below(make, 5);
  base->customer = random_table(make, customer_column, CUSTOMER_COLUMNS, base->customers);
  base->purchase = random_table(make, purchase_column, PURCHASE_COLUMNS, base->purchases);
  base->owner = arena_alloc(base->arena, (base->purchases + 1) * sizeof *base->owner);
  for (uint32_t i = 0; i < base->purchases; i++)
    base->owner[i] = below(make, 20) ? below(make, base->owners + 1) : base->owners;
}

struct base_case *base_make(struct arena *arena, uint64_t seed) {
  struct base_case *base = arena_alloc(arena, sizeof *base);
  *base = (struct base_case){.arena = arena, .seed = seed, .today = 20000 + (int32_t)(seed % 5000)};
  struct make made = {base, seed * 0x9e3779b97f4a7c15u}, *make = &made;
  base->from_purchases = below(make, 5) == 0;
  make_rows(make);
  const char *customers = base->from_purchases ? "input c from p;"
                                               : "input c { id text key; x integer; y number; z money; born date; }";
  base->rules = arena_print(arena, "%s\n%s", customers,
                            "input p per id {\n  n integer; a number; m money; s text; d date; w datetime; f flag;\n"
                            "  let v = a * 2 + n;\n  let age = days since d;\n}\n");
  uint32_t wanted = 4 + below(make, MOST_QUESTIONS - 5);
  ask_aggregate(make);
  while (base->questions < wanted) {
    uint32_t which = below(make, 10);
    if (which < 5) ask_aggregate(make);
    else if (which < 9) ask_measure(make);
    else ask_default(make);
  }
  for (uint32_t i = 0; i < base->questions; i++)
    base->rules = arena_print(arena, "%.*s%s%s", TEXT_ARG(base->rules), i ? ", " : "show ", base->question[i].name);
  base->rules = arena_print(arena, "%.*s;\n", TEXT_ARG(base->rules));
  return base;
}
