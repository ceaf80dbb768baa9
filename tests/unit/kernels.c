/* kernels.c - every opcode against a plain computation of single values, written from opcodes.def. */
#include <CUnit/Basic.h>
#include <stdlib.h>
#include <string.h>

#include "builder.h"

enum { MOST_ROWS = 1000, DAY_FIRST = -719162, DAY_LAST = 2932896, DAY_COUNT = DAY_LAST - DAY_FIRST + 1 };

/* -- The reference ---------------------------------------------------------------------- */

/* Every day of the calendar, made by counting; index is the day from 0001-01-01. */
static struct { int16_t year; int8_t month, day; } *calendar;

static int month_days(int year, int month) {
  if (month == 2) return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void count_calendar(void) {
  calendar = calloc(DAY_COUNT, sizeof *calendar);
  int year = 1, month = 1, day = 1;
  for (int i = 0; calendar && i < DAY_COUNT; i++) {
    calendar[i].year = (int16_t)year, calendar[i].month = (int8_t)month, calendar[i].day = (int8_t)day;
    if (++day > month_days(year, month)) day = 1, month++;
    if (month > 12) month = 1, year++;
  }
}

/* By bisection in the counted calendar; false outside it. */
static bool day_of(int64_t year, int month, int day, int32_t *out) {
  if (year < 1 || year > 9999) return false;
  int low = 0, high = DAY_COUNT - 1;
  int64_t wanted = year * 512 + month * 32 + day;
  while (low < high) {
    int middle = (low + high) / 2;
    if (calendar[middle].year * 512 + calendar[middle].month * 32 + calendar[middle].day < wanted) low = middle + 1;
    else high = middle;
  }
  *out = low + DAY_FIRST;
  return true;
}

struct flow {
  bool present;
  int64_t number;           /* also flag and date */
  struct rung_text text;
};

static const struct flow missing;
static struct flow some(int64_t number) { return (struct flow){true, number, {"", 0}}; }
static struct flow maybe(bool exists, int64_t number) { return exists ? some(number) : missing; }

static struct flow wide(__int128 value) {
  return maybe(value >= INT64_MIN && value <= INT64_MAX, value >= INT64_MIN && value <= INT64_MAX ? (int64_t)value : 0);
}

/* a / b, halves away from zero, by the sizes of both. */
static struct flow quotient(__int128 a, __int128 b) {
  if (b == 0) return missing;
  bool negative = (a < 0) != (b < 0);
  if (a < 0) a = -a;
  if (b < 0) b = -b;
  __int128 result = (2 * a + b) / (2 * b);
  return wide(negative ? -result : result);
}

static int compare_texts(struct rung_text a, struct rung_text b) {
  for (size_t i = 0; i < a.length && i < b.length; i++)
    if (a.bytes[i] != b.bytes[i]) return (unsigned char)a.bytes[i] < (unsigned char)b.bytes[i] ? -1 : 1;
  return a.length < b.length ? -1 : a.length > b.length;
}

static bool part_at(struct rung_text a, size_t at, struct rung_text b) {
  for (size_t i = 0; i < b.length; i++)
    if (at + i >= a.length || a.bytes[at + i] != b.bytes[i]) return false;
  return at + b.length <= a.length;
}

static bool part_anywhere(struct rung_text a, struct rung_text b) {
  for (size_t at = 0; at <= a.length; at++)
    if (part_at(a, at, b)) return true;
  return false;
}

static struct flow add_months(int32_t date, int64_t months) {
  int64_t count;
  if (__builtin_add_overflow((int64_t)calendar[date - DAY_FIRST].year * 12 + calendar[date - DAY_FIRST].month - 1,
                             months, &count) ||
      count < 12 || count > 119999)
    return missing;
  int64_t year = count / 12;
  int month = (int)(count % 12) + 1, day = calendar[date - DAY_FIRST].day;
  if (day > month_days((int)year, month)) day = month_days((int)year, month);
  int32_t out = 0;
  bool exists = day_of(year, month, day, &out);
  return maybe(exists, out);
}

/* Walks day by day to the first with the month and day; 28 February stands in where there is no 29th. */
static struct flow anniversary(int32_t date, int32_t from) {
  int month = calendar[date - DAY_FIRST].month, day = calendar[date - DAY_FIRST].day;
  for (int32_t i = from; i <= DAY_LAST; i++) {
    int wanted = day > month_days(calendar[i - DAY_FIRST].year, month) ? 28 : day;
    if (calendar[i - DAY_FIRST].month == month && calendar[i - DAY_FIRST].day == wanted) return some(i);
  }
  return missing;
}

static bool in_numbers(const struct builder *builder, int64_t value) {
  for (uint32_t i = 0; i < builder->tables.number_count; i++)
    if (builder->numbers[i].value == value) return true;
  return false;
}

static bool in_words(const struct builder *builder, struct rung_text value) {
  for (uint32_t i = 0; i < builder->tables.word_count; i++)
    if (compare_texts(builder->words[i].text, value) == 0) return true;
  return false;
}

/* Of two flags by Kleene: min for `and`, max for `or`, with unknown in the middle. */
static struct flow kleene(struct flow a, struct flow b, bool is_and) {
  int x = a.present ? (int)a.number * 2 : 1, y = b.present ? (int)b.number * 2 : 1;
  int result = is_and ? (x < y ? x : y) : (x > y ? x : y);
  return maybe(result != 1, result / 2);
}

static struct flow flag(bool value) { return some(value); }

/* Texts for letter case, blanks and length: what each becomes, known by hand. */
static const struct fold_case { const char *text, *lower, *upper, *trimmed; int64_t length;
} cases[] = {
    {"", "", "", "", 0},
    {"abc", "abc", "ABC", "abc", 3},
    {"AbC@[`{", "abc@[`{", "ABC@[`{", "AbC@[`{", 7},
    {" \t x y \t ", " \t x y \t ", " \t X Y \t ", "x y", 9},
    {"\u0416\u0443\u043a", "\u0436\u0443\u043a", "\u0416\u0423\u041a", "\u0416\u0443\u043a", 3},
    {"\u00a0\u202fa\u2007", "\u00a0\u202fa\u2007", "\u00a0\u202fA\u2007", "a", 4},
    {"stra\u00dfe", "stra\u00dfe", "STRA\u00dfE", "stra\u00dfe", 6},     /* simple mapping keeps sharp s */
    {"\u0130\u212a", "ik", "\u0130\u212a", "\u0130\u212a", 2},           /* dotted I, kelvin: shorter in lower case */
    {"\u023a\u0250", "\u2c65\u0250", "\u023a\u2c6f", "\u023a\u0250", 2}, /* longer in the other case */
    {"\xff"
     "A\xc3",
     "\xff"
     "a\xc3",
     "\xff"
     "A\xc3",
     "\xff"
     "A\xc3",
     3},                                                                     /* no UTF-8: bytes stay as they are */
    {"\xed\xa0\x80Q", "\xed\xa0\x80q", "\xed\xa0\x80Q", "\xed\xa0\x80Q", 4}, /* a surrogate is none either */
    {"gmail.com", "gmail.com", "GMAIL.COM", "gmail.com", 9},
    {"a@gmail.com", "a@gmail.com", "A@GMAIL.COM", "a@gmail.com", 11},
};
enum { CASES = sizeof cases / sizeof *cases };

static const struct fold_case *case_of(struct rung_text text) {
  for (size_t i = 0; i < CASES; i++)
    if (compare_texts(text, (struct rung_text){cases[i].text, strlen(cases[i].text)}) == 0) return &cases[i];
  return NULL;
}

static struct flow as_text(const char *string) { return (struct flow){true, 0, {string, strlen(string)}}; }

/* The pattern of the tests is ^a|m$ */
static bool matches(struct rung_text text) {
  return text.length && (text.bytes[0] == 'a' || text.bytes[text.length - 1] == 'm');
}

static struct flow choose(enum opcode op, struct flow a, struct flow b, struct flow c) {
  if (op >= OP_ELSE_F && op <= OP_ELSE_T) return a.present ? a : b;
  return a.present && a.number ? b : c;
}

static struct flow apply_present(const struct builder *builder, enum opcode op, struct flow a, struct flow b) {
  int64_t x = a.number, y = b.number;
  switch (op) {
    case OP_NOT: return flag(!x);
    case OP_EQ_F: case OP_EQ_I: case OP_EQ_N: case OP_EQ_D: return flag(x == y);
    case OP_LT_I: case OP_LT_N: case OP_LT_D: return flag(x < y);
    case OP_LE_I: case OP_LE_N: case OP_LE_D: return flag(x <= y);
    case OP_EQ_T: return flag(compare_texts(a.text, b.text) == 0);
    case OP_LT_T: return flag(compare_texts(a.text, b.text) < 0);
    case OP_LE_T: return flag(compare_texts(a.text, b.text) <= 0);
    case OP_IN_I: case OP_IN_N: case OP_IN_D: return flag(in_numbers(builder, x));
    case OP_IN_T: return flag(in_words(builder, a.text));
    case OP_TO_N: return wide((__int128)x * 1000000);
    case OP_ADD_I: case OP_ADD_N: return wide((__int128)x + y);
    case OP_SUB_I: case OP_SUB_N: return wide((__int128)x - y);
    case OP_MUL_I: return wide((__int128)x * y);
    case OP_MUL_N: return quotient((__int128)x * y, 1000000);
    case OP_DIV_I: case OP_DIV_N: return quotient((__int128)x * 1000000, y);
    case OP_NEG_I: case OP_NEG_N: return wide(-(__int128)x);
    case OP_ABS_I: case OP_ABS_N: return wide(x < 0 ? -(__int128)x : x);
    case OP_MIN_I: case OP_MIN_N: case OP_MIN_D: return some(x < y ? x : y);
    case OP_MAX_I: case OP_MAX_N: case OP_MAX_D: return some(x > y ? x : y);
    case OP_ROUND: return quotient(x, 1000000);
    case OP_ADD_DAYS: {
      __int128 sum = (__int128)x + y;
      return maybe(sum >= DAY_FIRST && sum <= DAY_LAST, (int64_t)sum);
    }
    case OP_ADD_MONTHS: return add_months((int32_t)x, y);
    case OP_DAYS: return some(x - y);
    case OP_ANNIVERSARY: return anniversary((int32_t)x, (int32_t)y);
    case OP_YEAR: return some(calendar[x - DAY_FIRST].year);
    case OP_MONTH: return some(calendar[x - DAY_FIRST].month);
    case OP_DAY: return some(calendar[x - DAY_FIRST].day);
    case OP_CONTAINS: return flag(part_anywhere(a.text, b.text));
    case OP_STARTS: return flag(part_at(a.text, 0, b.text));
    case OP_ENDS: return flag(a.text.length >= b.text.length && part_at(a.text, a.text.length - b.text.length, b.text));
    case OP_MATCHES: return flag(matches(a.text));
    case OP_LOWER: return as_text(case_of(a.text)->lower);
    case OP_UPPER: return as_text(case_of(a.text)->upper);
    case OP_TRIM: return as_text(case_of(a.text)->trimmed);
    case OP_LENGTH: return some(case_of(a.text)->length);
    default: CU_FAIL("an opcode without a reference"); return missing;
  }
}

static struct flow apply(const struct builder *builder, enum opcode op, int operands, const struct flow in[3]) {
  if (op == OP_AND || op == OP_OR) return kleene(in[0], in[1], op == OP_AND);
  if (op == OP_SURE) return flag(in[0].present && in[0].number);
  if (op == OP_PRESENT) return flag(in[0].present);
  if (op >= OP_IF_F && op <= OP_ELSE_T) return choose(op, in[0], in[1], in[2]);
  for (int i = 0; i < operands; i++)
    if (!in[i].present) return missing;
  return apply_present(builder, op, in[0], in[1]);
}

/* -- Values --------------------------------------------------------------------------------- */

static uint64_t state;
static uint64_t random_bits(void) { /* splitmix64 */
  uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static struct flow random_value(char type) {
  static const int64_t integers[] = {0,
                                     1,
                                     -1,
                                     2,
                                     3,
                                     -7,
                                     12,
                                     500000,
                                     -500000,
                                     499999,
                                     -499999,
                                     1500000,
                                     -1500000,
                                     1000000,
                                     -1000000,
                                     3037000500,
                                     9223372036854,
                                     -9223372036855,
                                     INT64_MAX,
                                     INT64_MIN,
                                     INT64_MIN + 1,
                                     INT64_MAX / 2};
  static const int32_t dates[] = {DAY_FIRST,
                                  DAY_LAST,
                                  0,
                                  -1,
                                  19782 /* 2024-02-29 */,
                                  19416 /* 2023-02-28 */,
                                  11016 /* 2000-02-29 */,
                                  -25509 /* 1900-02-28 */,
                                  20483 /* 2026-01-30 */,
                                  DAY_LAST - 30};
  uint64_t bits = random_bits();
  if (bits % 5 == 0) return missing;
  bits /= 5;
  switch (type) {
    case 'F': return some((int64_t)(bits & 1));
    case 'D':
      if (bits % 2) return some(dates[bits / 2 % (sizeof dates / sizeof *dates)]);
      return some(DAY_FIRST + (int64_t)(bits / 2 % DAY_COUNT));
    case 'T': return as_text(cases[bits % CASES].text);
    default:
      if (bits % 3 == 0) return some(integers[bits / 3 % (sizeof integers / sizeof *integers)]);
      if (bits % 3 == 1) return some((int64_t)(bits / 3 % 81) - 40);
      return some((int64_t)random_bits() >> random_bits() % 64);
  }
}

/* One operand: its values, and the same in the Arrow layout with garbage where they are missing. */
struct operand {
  char type;
  bool uniform;
  struct flow value[MOST_ROWS];
  uint64_t valid[(MOST_ROWS + 63) / 64], bits[(MOST_ROWS + 63) / 64];
  int64_t i64[MOST_ROWS];
  int32_t i32[MOST_ROWS];
  struct rung_text text[MOST_ROWS];
};

static void put_bit(uint64_t *bits, size_t i, bool value) {
  bits[i / 64] = (bits[i / 64] & ~((uint64_t)1 << i % 64)) | (uint64_t)value << i % 64;
}

static void fill_operand(struct operand *operand, char type, bool uniform, size_t rows) {
  operand->type = type;
  operand->uniform = uniform;
  memset(operand->valid, 0xff, sizeof operand->valid);
  for (size_t i = 0; i < rows; i++) {
    struct flow value = operand->value[i] = uniform && i ? operand->value[0] : random_value(type);
    put_bit(operand->valid, i, value.present);
    put_bit(operand->bits, i, value.present ? value.number != 0 : random_bits() & 1);
    operand->i64[i] = value.present ? value.number : INT64_MIN;
    operand->i32[i] = value.present ? (int32_t)value.number : INT32_MAX;
    operand->text[i] = value.present ? value.text : (struct rung_text){(const char *)1, SIZE_MAX};
  }
}

static struct rung_vector vector_of(const struct operand *operand) {
  const void *data = operand->type == 'F'   ? (const void *)operand->bits
                     : operand->type == 'D' ? (const void *)operand->i32
                     : operand->type == 'T' ? (const void *)operand->text
                                            : (const void *)operand->i64;
  return (struct rung_vector){operand->valid, data};
}

static enum rung_type type_of(char letter) {
  switch (letter) {
    case 'F': return RUNG_FLAG;
    case 'I': return RUNG_INTEGER;
    case 'N': return RUNG_NUMBER;
    case 'D': return RUNG_DATE;
    default: return RUNG_TEXT;
  }
}

/* -- One opcode, one mix of operands, one number of rows ------------------------------------------ */

struct shape {
  enum opcode op;
  const char *name;
  char dst, operand[3];
  char immediate;           /* first letter: None, Const, Param, Set, Regex */
};

static const struct shape shapes[] = {
#define _ '_'
#define F 'F'
#define I 'I'
#define N 'N'
#define D 'D'
#define T 'T'
#define X 'X'
#define OP(id, dst, a, b, c, imm, missing, effect) {OP_##id, #id, dst, {a, b, c}, #imm[0]},
#include "opcodes.def"
#undef OP
#undef _
#undef F
#undef I
#undef N
#undef D
#undef T
#undef X
};

static uint32_t uniform_register(struct builder *builder, const struct operand *operand) {
  static const enum opcode constants[] = {OP_CONST_F, OP_CONST_I, OP_CONST_N, OP_CONST_D, OP_CONST_T};
  static const enum opcode nulls[] = {OP_NULL_F, OP_NULL_I, OP_NULL_N, OP_NULL_D, OP_NULL_T};
  size_t which = (size_t)(strchr("FINDT", operand->type) - "FINDT");
  const struct flow *value = &operand->value[0];
  uint32_t reg = builder_reg(builder, type_of(operand->type)), imm = NONE32;
  if (value->present) imm = builder_constant(builder, type_of(operand->type), value->number, value->text);
  builder_inst(builder, value->present ? constants[which] : nulls[which], reg, NONE32, NONE32, NONE32, imm);
  builder->tables.prologue++;
  return reg;
}

static int order_texts(const void *a, const void *b) {
  return compare_texts(((const struct prog_word *)a)->text, ((const struct prog_word *)b)->text);
}

static uint32_t immediate_of(struct builder *builder, const struct shape *shape) {
  static const int64_t numbers[] = {INT64_MIN, -500000, -1, 0, 12, 500000, INT64_MAX},
                       days[] = {DAY_FIRST, 0, 19782, DAY_LAST};
  if (shape->immediate == 'R') return builder_regex(builder, "^a|m$");
  if (shape->immediate != 'S') return NONE32;
  if (shape->operand[0] == 'T') {
    for (size_t i = 0; i < CASES; i += 2) builder_word(builder, as_text(cases[i].text).text);
    qsort(builder->words, builder->tables.word_count, sizeof *builder->words, order_texts);
    return builder_set(builder, RUNG_TEXT, 0, (uint32_t)builder->tables.word_count);
  }
  bool dates = shape->operand[0] == 'D';
  size_t count = dates ? sizeof days / sizeof *days : sizeof numbers / sizeof *numbers;
  for (size_t i = 0; i < count; i++) builder_number(builder, dates ? days[i] : numbers[i]);
  return builder_set(builder, type_of(shape->operand[0]), 0, (uint32_t)count);
}

static bool same(const struct flow *expected, char type, struct rung_vector got, size_t row) {
  bool present = got.valid[row / 64] >> row % 64 & 1;
  if (present != expected->present) return false;
  if (type == 'F') {
    bool value = ((const uint64_t *)got.data)[row / 64] >> row % 64 & 1;
    return value == (present && expected->number);
  }
  if (!present) return true;
  switch (type) {
    case 'D': return ((const int32_t *)got.data)[row] == expected->number;
    case 'T': return compare_texts(((const struct rung_text *)got.data)[row], expected->text) == 0;
    default: return ((const int64_t *)got.data)[row] == expected->number;
  }
}

static struct operand operands[3];

static void check_mix(const struct shape *shape, const char letters[3], unsigned uniform, size_t rows) {
  struct builder builder;
  struct rung_vector vectors[3];
  uint32_t regs[3] = {NONE32, NONE32, NONE32};
  int count = 0, columns = 0;
  builder_init(&builder);
  for (; count < 3 && letters[count] != '_'; count++)
    fill_operand(&operands[count], letters[count], uniform >> count & 1, rows);
  for (int i = 0; i < count; i++)
    if (!operands[i].uniform) {
      vectors[columns++] = vector_of(&operands[i]);
      regs[i] = builder_column(&builder, "x", type_of(letters[i]));
    }
  for (int i = 0; i < count; i++)
    if (operands[i].uniform) regs[i] = uniform_register(&builder, &operands[i]);
  bool once = uniform && columns == 0 && rows % 2; /* also as part of the prologue */
  uint32_t dst = builder_reg(&builder, type_of(shape->dst));
  builder_inst(&builder, shape->op, dst, regs[0], regs[1], regs[2], immediate_of(&builder, shape));
  builder.tables.prologue += once;
  builder_show(&builder, "result", type_of(shape->dst), dst);
  struct rung_error error = {0};
  rung_program *program = builder_load(&builder, &error);
  struct rung_session_options options = {.today = 0, .batch_rows = (uint32_t)rows};
  rung_session *session = NULL;
  CU_ASSERT_FATAL(program != NULL && rung_session_new(program, &options, &session, &error) == RUNG_OK);
  CU_ASSERT(rung_batch_run(session, vectors, rows, &error) == RUNG_OK);
  struct rung_vector got = rung_batch_show(session, 0);
  for (size_t row = 0; row < rows; row++) {
    const struct flow in[3] = {operands[0].value[row], operands[1].value[row], operands[2].value[row]};
    struct flow expected = apply(&builder, shape->op, count, in);
    if (same(&expected, shape->dst, got, row)) continue;
    fprintf(stderr, "%s, row %zu of %zu, uniform %u: %lld, %lld\n", shape->name, row, rows, uniform,
            (long long)in[0].number, (long long)in[1].number);
    CU_FAIL("a kernel disagrees");
    break;
  }
  rung_session_free(session);
  rung_program_free(program);
}

static void check_shape(const struct shape *shape, const char letters[3]) {
  static const size_t sizes[] = {1, 63, 64, 65, MOST_ROWS};
  unsigned mixes = letters[2] != '_' ? 8 : letters[1] != '_' ? 4 : 2;
  for (unsigned uniform = 0; uniform < mixes; uniform++)
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) check_mix(shape, letters, uniform, sizes[i]);
}

static void test_operations(void) {
  state = 1;
  count_calendar();
  CU_ASSERT_FATAL(calendar != NULL);
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    if (shapes[i].dst == '_' || shapes[i].operand[0] == '_') continue;
    if (shapes[i].operand[0] != 'X') check_shape(&shapes[i], shapes[i].operand);
    else
      for (const char *letter = "FINDT"; *letter; letter++) check_shape(&shapes[i], (const char[3]){*letter, '_', '_'});
  }
  free(calendar);
}

/* -- Sources, counting, limits ------------------------------------------------------------------------- */

/* Constants, params, today and missing, in the prologue and in the body, through shows of 65 rows. */
static void test_sources(void) {
  static const struct { enum opcode op; char imm; enum rung_type type; int64_t value; } sources[] = {
      {OP_CONST_F, 'C', RUNG_FLAG, 1}, {OP_CONST_I, 'C', RUNG_INTEGER, INT64_MIN}, {OP_CONST_N, 'C', RUNG_NUMBER, -1},
      {OP_CONST_D, 'C', RUNG_DATE, DAY_LAST}, {OP_PARAM_F, 'P', RUNG_FLAG, 0}, {OP_PARAM_I, 'P', RUNG_INTEGER, 90},
      {OP_PARAM_N, 'P', RUNG_NUMBER, 500000}, {OP_PARAM_D, 'P', RUNG_DATE, DAY_FIRST}, {OP_TODAY, 'N', RUNG_DATE, 77}};
  for (int in_prologue = 0; in_prologue < 2; in_prologue++)
    for (size_t k = 0; k < sizeof sources / sizeof *sources; k++) {
      struct builder builder;
      builder_init(&builder);
      uint32_t imm = NONE32, dst = builder_reg(&builder, sources[k].type);
      if (sources[k].imm == 'C') imm = builder_constant(&builder, sources[k].type, sources[k].value, TEXT_OF(""));
      if (sources[k].imm == 'P') imm = builder_param(&builder, "p", sources[k].type, UNIT_NONE, sources[k].value, "x");
      builder_inst(&builder, sources[k].op, dst, NONE32, NONE32, NONE32, imm);
      builder.tables.prologue = (uint32_t)in_prologue;
      builder_show(&builder, "result", sources[k].type, dst);
      rung_program *program = builder_load(&builder, NULL);
      rung_session *session = NULL;
      CU_ASSERT_FATAL(program != NULL);
      CU_ASSERT_FATAL(rung_session_new(program, &(struct rung_session_options){77, 65}, &session, NULL) == RUNG_OK);
      CU_ASSERT(rung_batch_run(session, NULL, 65, NULL) == RUNG_OK);
      char letter = sources[k].type == RUNG_FLAG ? 'F' : sources[k].type == RUNG_DATE ? 'D' : 'I';
      struct flow expected = some(sources[k].value);
      for (size_t row = 0; row < 65; row++) CU_ASSERT(same(&expected, letter, rung_batch_show(session, 0), row));
      rung_session_free(session);
      rung_program_free(program);
    }
}

/* A pattern that backtracks without end is missing, not false, and not slow. */
static void test_match_limit(void) {
  struct builder builder;
  builder_init(&builder);
  uint32_t column = builder_column(&builder, "x", RUNG_TEXT), dst = builder_reg(&builder, RUNG_FLAG);
  builder_inst(&builder, OP_MATCHES, dst, column, NONE32, NONE32, builder_regex(&builder, "^(a+)+$"));
  builder_show(&builder, "result", RUNG_FLAG, dst);
  rung_program *program = builder_load(&builder, NULL);
  rung_session *session = NULL;
  CU_ASSERT_FATAL(program != NULL);
  CU_ASSERT_FATAL(rung_session_new(program, &(struct rung_session_options){0, 4}, &session, NULL) == RUNG_OK);
  const struct rung_text texts[4] = {TEXT_OF("aaaa"), TEXT_OF("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"),
                                     TEXT_OF("b"), TEXT_OF("\xff" "a")};
  CU_ASSERT(rung_batch_run(session, &(struct rung_vector){NULL, texts}, 4, NULL) == RUNG_OK);
  struct rung_vector got = rung_batch_show(session, 0);
  CU_ASSERT_EQUAL(got.valid[0] & 15, 13);
  CU_ASSERT_EQUAL(((const uint64_t *)got.data)[0] & 15, 1);
  rung_session_free(session);
  rung_program_free(program);
}

void suite_kernels(void);

void suite_kernels(void) {
  CU_pSuite suite = CU_add_suite("kernels", NULL, NULL);
  CU_add_test(suite, "every operation agrees with its description", test_operations);
  CU_add_test(suite, "constants, params, today", test_sources);
  CU_add_test(suite, "the match limit", test_match_limit);
}
