/* kernels.c - every opcode against a plain computation of single values, written from opcodes.def. */
#include <CUnit/Basic.h>
#include <stdlib.h>
#include <string.h>

#include "builder.h"
#include "scalar.h"

enum { MOST_ROWS = 1000, TODAY = 11, NOW = TODAY * 86400 + 49999 };

/* -- Values --------------------------------------------------------------------------------- */

static uint64_t state;
static uint64_t random_bits(void) { /* splitmix64 */
  uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static unsigned magnitude;  /* bits of all integers and numbers, or 0: any */

static struct scalar random_value(char type) {
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
  if (bits % 5 == 0) return scalar_missing();
  bits /= 5;
  switch (type) {
    case 'F': return scalar_number((int64_t)(bits & 1));
    case 'D':
      if (bits % 2) return scalar_number(dates[bits / 2 % (sizeof dates / sizeof *dates)]);
      return scalar_number(DAY_FIRST + (int64_t)(bits / 2 % DAY_COUNT));
    case 'T': return scalar_text(scalar_cases[bits % SCALAR_CASES].text);
    case 'S':
      if (bits % 3 == 0) return scalar_number((int64_t)(bits / 3 % 200000) - 100000);
      return scalar_number(SECOND_FIRST + (int64_t)(bits % 3 == 1 ? bits / 3 % SECOND_COUNT : SECOND_COUNT - 1));
    default:
      if (magnitude) return scalar_number((int64_t)random_bits() >> (64 - magnitude));
      if (bits % 3 == 0) return scalar_number(integers[bits / 3 % (sizeof integers / sizeof *integers)]);
      if (bits % 3 == 1) return scalar_number((int64_t)(bits / 3 % 81) - 40);
      return scalar_number((int64_t)random_bits() >> random_bits() % 64);
  }
}

/* One operand: its values, and the same in the Arrow layout with garbage where they are missing. */
struct operand {
  char type;
  bool uniform;
  struct scalar value[MOST_ROWS];
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
    struct scalar value = uniform && i ? operand->value[0] : random_value(type);
    if (uniform && type == 'S' && value.present) value = scalar_number(NOW);
    operand->value[i] = value;
    put_bit(operand->valid, i, value.present);
    put_bit(operand->bits, i, value.present ? value.number != 0 : random_bits() & 1);
    operand->i64[i] = value.present ? value.number : magnitude ? -1 : INT64_MIN;
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
    case 'S': return RUNG_DATETIME;
    default: return RUNG_TEXT;
  }
}

/* -- One opcode, one mix of operands, one number of rows ------------------------------------------ */

struct shape {
  enum opcode op;
  const char *name;
  char dst, operand[3];
  char immediate;           /* first letter: None, Const, Param, Set, Regex, Measure */
};

static const struct shape shapes[] = {
#define _ '_'
#define F 'F'
#define I 'I'
#define N 'N'
#define D 'D'
#define S 'S'
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
#undef S
#undef T
#undef X
};

/* The only uniform times are the time of scoring, which is the options' and so the same in all, and a missing one. */
static uint32_t uniform_time(struct builder *builder, const struct operand *operand) {
  bool present = operand->value[0].present;
  uint32_t reg = builder_reg(builder, RUNG_DATETIME);
  builder_inst(builder, present ? OP_NOW : OP_NULL_S, reg, NONE32, NONE32, NONE32, NONE32);
  ++*builder_prologue(builder);
  return reg;
}

static uint32_t uniform_register(struct builder *builder, const struct operand *operand) {
  static const enum opcode constants[] = {OP_CONST_F, OP_CONST_I, OP_CONST_N, OP_CONST_D, OP_CONST_T};
  static const enum opcode nulls[] = {OP_NULL_F, OP_NULL_I, OP_NULL_N, OP_NULL_D, OP_NULL_T};
  if (operand->type == 'S') return uniform_time(builder, operand);
  size_t which = (size_t)(strchr("FINDT", operand->type) - "FINDT");
  const struct scalar *value = &operand->value[0];
  uint32_t reg = builder_reg(builder, type_of(operand->type)), imm = NONE32;
  if (value->present) imm = builder_constant(builder, type_of(operand->type), value->number, value->text);
  builder_inst(builder, value->present ? constants[which] : nulls[which], reg, NONE32, NONE32, NONE32, imm);
  ++*builder_prologue(builder);
  return reg;
}

static int order_texts(const void *a, const void *b) {
  return scalar_compare(((const struct prog_word *)a)->text, ((const struct prog_word *)b)->text);
}

static uint32_t immediate_of(struct builder *builder, const struct shape *shape) {
  static const int64_t numbers[] = {INT64_MIN, -500000, -1, 0, 12, 500000, INT64_MAX},
                       days[] = {DAY_FIRST, 0, 19782, DAY_LAST};
  if (shape->immediate == 'C') return builder_constant(builder, RUNG_TEXT, 0, TEXT_OF(SCALAR_SEPARATOR));
  if (shape->immediate == 'R') return builder_regex(builder, "^a|m$");
  if (shape->immediate != 'S') return NONE32;
  if (shape->operand[0] == 'T') {
    for (size_t i = 0; i < SCALAR_CASES; i += 2) builder_word(builder, scalar_text(scalar_cases[i].text).text);
    qsort(builder->words, builder->program.word_count, sizeof *builder->words, order_texts);
    return builder_set(builder, RUNG_TEXT, 0, (uint32_t)builder->program.word_count);
  }
  bool dates = shape->operand[0] == 'D';
  size_t count = dates ? sizeof days / sizeof *days : sizeof numbers / sizeof *numbers;
  for (size_t i = 0; i < count; i++) builder_number(builder, dates ? days[i] : numbers[i]);
  return builder_set(builder, type_of(shape->operand[0]), 0, (uint32_t)count);
}

static bool same(const struct scalar *expected, char type, struct rung_vector got, size_t row) {
  bool present = got.valid[row / 64] >> row % 64 & 1;
  if (present != expected->present) return false;
  if (type == 'F') {
    bool value = ((const uint64_t *)got.data)[row / 64] >> row % 64 & 1;
    return value == (present && expected->number);
  }
  if (!present) return true;
  switch (type) {
    case 'D': return ((const int32_t *)got.data)[row] == expected->number;
    case 'T': return scalar_compare(((const struct rung_text *)got.data)[row], expected->text) == 0;
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
  *builder_prologue(&builder) += once;
  builder_show(&builder, "result", type_of(shape->dst), dst);
  struct rung_error error = {0};
  rung_program *program = builder_load(&builder, &error);
  struct rung_session_options options = {TODAY, (uint32_t)rows, NOW, true};
  rung_session *session = NULL;
  CU_ASSERT_FATAL(program != NULL && rung_session_new(program, &options, &session, &error) == RUNG_OK);
  CU_ASSERT(rung_batch_run(session, vectors, rows, &error) == RUNG_OK);
  struct rung_vector got = rung_batch_show(session, 0);
  for (size_t row = 0; row < rows; row++) {
    const struct scalar in[3] = {operands[0].value[row], operands[1].value[row], operands[2].value[row]};
    struct scalar expected = scalar_apply(&builder, shape->op, count, in);
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
  CU_ASSERT_FATAL(scalar_start());
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    if (shapes[i].dst == '_' || shapes[i].operand[0] == '_' || shapes[i].immediate == 'M') continue;
    if (shapes[i].operand[0] != 'X') check_shape(&shapes[i], shapes[i].operand);
    else
      for (const char *letter = "FINDTS"; *letter; letter++)
        check_shape(&shapes[i], (const char[3]){*letter, '_', '_'});
  }
  scalar_end();
}

/* Of whole words of numbers of one size, where the kernels have swifter ways; around 43, 51 and 61 bits they end. */
static void test_magnitudes(void) {
  static const enum opcode ops[] = {OP_TO_N, OP_ADD_N, OP_SUB_N, OP_MUL_I, OP_MUL_N, OP_DIV_I, OP_DIV_N};
  state = 2;
  CU_ASSERT_FATAL(scalar_start());
  for (magnitude = 2; magnitude <= 64; magnitude++)
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
      for (unsigned uniform = 0; uniform < 4; uniform++)
        check_mix(&shapes[ops[i]], shapes[ops[i]].operand, uniform, 130);
  magnitude = 0;
  scalar_end();
}

/* x millionths by y to the nearest, halves away from zero, in 128 bits. */
static int64_t quotient(int64_t x, int64_t y) {
  __int128 n = (__int128)x * 1000000, d = y;
  bool negative = (n < 0) != (d < 0);
  n = n < 0 ? -n : n, d = d < 0 ? -d : d;
  __int128 nearest = (2 * n + d) / (2 * d);
  return (int64_t)(negative ? -nearest : nearest);
}

/* Values one beside the ties: y is two million times m, x an odd number times m. */
static void fill_ties(int64_t *x, int64_t *y, size_t rows, unsigned bits) {
  for (size_t i = 0; i < rows; i++) {
    int64_t m = (int64_t)(random_bits() >> (64 - bits)) + 1, odd = (int64_t)(random_bits() >> (23 + bits)) | 1;
    x[i] = (i & 1 ? -odd : odd) * m;
    y[i] = (i & 2 ? -2000000 : 2000000) * m + (int64_t)(i / 4 % 3) - 1;
    if (i % 29 == 28) y[i] = 0;
  }
}

static void test_ties(void) {
  static int64_t x[MOST_ROWS], y[MOST_ROWS];
  struct builder builder;
  builder_init(&builder);
  uint32_t a = builder_column(&builder, "x", RUNG_NUMBER), b = builder_column(&builder, "y", RUNG_NUMBER);
  uint32_t dst = builder_reg(&builder, RUNG_NUMBER);
  builder_inst(&builder, OP_DIV_N, dst, a, b, NONE32, NONE32);
  builder_show(&builder, "result", RUNG_NUMBER, dst);
  rung_program *program = builder_load(&builder, NULL);
  rung_session *session = NULL;
  CU_ASSERT_FATAL(program != NULL);
  CU_ASSERT_FATAL(rung_session_new(program, OPTIONS(0, MOST_ROWS), &session, NULL) == RUNG_OK);
  state = 3;
  for (unsigned bits = 1; bits <= 40; bits++) {
    const struct rung_vector columns[2] = {{NULL, x}, {NULL, y}};
    fill_ties(x, y, MOST_ROWS, bits);
    CU_ASSERT(rung_batch_run(session, columns, MOST_ROWS, NULL) == RUNG_OK);
    struct rung_vector got = rung_batch_show(session, 0);
    for (size_t i = 0; i < MOST_ROWS; i++) {
      bool exists = got.valid[i / 64] >> i % 64 & 1;
      CU_ASSERT(y[i] ? exists && ((const int64_t *)got.data)[i] == quotient(x[i], y[i]) : !exists);
    }
  }
  rung_session_free(session);
  rung_program_free(program);
}

/* -- Sources, counting, limits ------------------------------------------------------------------------- */

/* Constants, params, today and missing, in the prologue and in the body, through shows of 65 rows. */
static void test_sources(void) {
  static const struct { enum opcode op; char imm; enum rung_type type; int64_t value; } sources[] = {
      {OP_CONST_F, 'C', RUNG_FLAG, 1}, {OP_CONST_I, 'C', RUNG_INTEGER, INT64_MIN}, {OP_CONST_N, 'C', RUNG_NUMBER, -1},
      {OP_CONST_D, 'C', RUNG_DATE, DAY_LAST}, {OP_PARAM_F, 'P', RUNG_FLAG, 0}, {OP_PARAM_I, 'P', RUNG_INTEGER, 90},
      {OP_PARAM_N, 'P', RUNG_NUMBER, 500000}, {OP_PARAM_D, 'P', RUNG_DATE, DAY_FIRST}, {OP_TODAY, 'N', RUNG_DATE, 77},
      {OP_NOW, 'N', RUNG_DATETIME, 77 * 86400 + 5}};
  for (int in_prologue = 0; in_prologue < 2; in_prologue++)
    for (size_t k = 0; k < sizeof sources / sizeof *sources; k++) {
      struct builder builder;
      builder_init(&builder);
      uint32_t imm = NONE32, dst = builder_reg(&builder, sources[k].type);
      if (sources[k].imm == 'C') imm = builder_constant(&builder, sources[k].type, sources[k].value, TEXT_OF(""));
      if (sources[k].imm == 'P') imm = builder_param(&builder, "p", sources[k].type, UNIT_NONE, sources[k].value, "x");
      builder_inst(&builder, sources[k].op, dst, NONE32, NONE32, NONE32, imm);
      *builder_prologue(&builder) = (uint32_t)in_prologue;
      builder_show(&builder, "result", sources[k].type, dst);
      rung_program *program = builder_load(&builder, NULL);
      rung_session *session = NULL;
      CU_ASSERT_FATAL(program != NULL);
      const struct rung_session_options options = {77, 65, 77 * 86400 + 5, true};
      CU_ASSERT_FATAL(rung_session_new(program, &options, &session, NULL) == RUNG_OK);
      CU_ASSERT(rung_batch_run(session, NULL, 65, NULL) == RUNG_OK);
      char letter = sources[k].type == RUNG_FLAG ? 'F' : sources[k].type == RUNG_DATE ? 'D' : 'I';
      struct scalar expected = scalar_number(sources[k].value);
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
  CU_ASSERT_FATAL(rung_session_new(program, OPTIONS(0, 4), &session, NULL) == RUNG_OK);
  const struct rung_text texts[4] = {TEXT_OF("aaaa"), TEXT_OF("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"),
                                     TEXT_OF("b"), TEXT_OF("\xff" "a")};
  CU_ASSERT(rung_batch_run(session, &(struct rung_vector){NULL, texts}, 4, NULL) == RUNG_OK);
  struct rung_vector got = rung_batch_show(session, 0);
  CU_ASSERT_EQUAL(got.valid[0] & 15, 13);
  CU_ASSERT_EQUAL(((const uint64_t *)got.data)[0] & 15, 1);
  rung_session_free(session);
  rung_program_free(program);
}

/* -- Texts against one text of each size ------------------------------------------------------------------ */

enum { TEXT_ROWS = 129, LONGEST = 302 };

/* Texts of `size` and one byte less and more: some as the wanted one from its start, some to its end, some with one
   byte changed. */
static void fill_sizes(struct rung_text *texts, char (*bytes)[LONGEST], size_t size) {
  for (size_t i = 0; i < TEXT_ROWS; i++) {
    size_t length = size + i % 3 - (size + i % 3 > 0);
    size_t first = i / 3 % 2 ? size + 23 * LONGEST - length : 0;
    for (size_t k = 0; k < length; k++) bytes[i][k] = (char)('a' + (first + k) % 23);
    if (length && i % 4 == 0) bytes[i][i * 7 % length] ^= 1;
    texts[i] = (struct rung_text){bytes[i], length};
  }
}

/* Byte by byte. */
static bool stands_at(struct rung_text text, size_t at, struct rung_text part) {
  for (size_t k = 0; k < part.length; k++)
    if (text.bytes[at + k] != part.bytes[k]) return false;
  return true;
}

static bool text_holds(enum opcode op, struct rung_text x, struct rung_text y) {
  if (op == OP_EQ_T || op == OP_IN_T) return x.length == y.length && stands_at(x, 0, y);
  return x.length >= y.length && stands_at(x, op == OP_ENDS ? x.length - y.length : 0, y);
}

static void check_size(enum opcode op, struct rung_text wanted, const struct rung_text *texts) {
  struct builder builder;
  builder_init(&builder);
  uint32_t column = builder_column(&builder, "x", RUNG_TEXT), imm = NONE32, text = NONE32;
  uint32_t dst = builder_reg(&builder, RUNG_FLAG);
  if (op == OP_IN_T) {
    builder_word(&builder, wanted);
    builder_word(&builder, TEXT_OF("~"));
    imm = builder_set(&builder, RUNG_TEXT, 0, 2);
  } else {
    text = builder_reg(&builder, RUNG_TEXT);
    builder_inst(&builder, OP_CONST_T, text, NONE32, NONE32, NONE32, builder_constant(&builder, RUNG_TEXT, 0, wanted));
    *builder_prologue(&builder) = 1;
  }
  builder_inst(&builder, op, dst, column, text, NONE32, imm);
  builder_show(&builder, "result", RUNG_FLAG, dst);
  rung_program *program = builder_load(&builder, NULL);
  rung_session *session = NULL;
  CU_ASSERT_FATAL(program != NULL);
  CU_ASSERT_FATAL(rung_session_new(program, OPTIONS(0, TEXT_ROWS), &session, NULL) == RUNG_OK);
  CU_ASSERT(rung_batch_run(session, &(struct rung_vector){NULL, texts}, TEXT_ROWS, NULL) == RUNG_OK);
  const uint64_t *got = rung_batch_show(session, 0).data;
  for (size_t i = 0; i < TEXT_ROWS; i++)
    CU_ASSERT_EQUAL(got[i / 64] >> i % 64 & 1, text_holds(op, texts[i], wanted));
  rung_session_free(session);
  rung_program_free(program);
}

static void test_text_sizes(void) {
  static const enum opcode ops[] = {OP_EQ_T, OP_STARTS, OP_ENDS, OP_IN_T};
  static char bytes[TEXT_ROWS][LONGEST], wanted[LONGEST];
  struct rung_text texts[TEXT_ROWS];
  for (size_t k = 0; k < LONGEST; k++) wanted[k] = (char)('a' + k % 23);
  for (size_t size = 0; size < LONGEST - 1; size = size == 34 ? 253 : size == 257 ? 300 : size + 1) {
    fill_sizes(texts, bytes, size);
    for (size_t k = 0; k < sizeof ops / sizeof *ops; k++)
      check_size(ops[k], (struct rung_text){wanted, size}, texts);
  }
}

void suite_kernels(void);

void suite_kernels(void) {
  CU_pSuite suite = CU_add_suite("kernels", NULL, NULL);
  CU_add_test(suite, "every operation agrees with its description", test_operations);
  CU_add_test(suite, "numbers of each magnitude", test_magnitudes);
  CU_add_test(suite, "quotients at and beside the middle of two numbers", test_ties);
  CU_add_test(suite, "constants, params, today", test_sources);
  CU_add_test(suite, "the match limit", test_match_limit);
  CU_add_test(suite, "texts of each size", test_text_sizes);
}
