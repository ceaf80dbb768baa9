/* session.c - params, rows, batches, counting of faults. */
#include <CUnit/Basic.h>
#include "session.h"
#include <stdlib.h>
#include <string.h>

#include "builder.h"

static rung_session *open_session(const rung_program *program, uint32_t rows) {
  rung_session *session = NULL;
  CU_ASSERT_FATAL(program != NULL);
  CU_ASSERT_FATAL(rung_session_new(program, OPTIONS(20000, rows), &session, NULL) == RUNG_OK);
  return session;
}

/* -- Params ------------------------------------------------------------------------------- */

/* One param of each type and unit, each shown. */
static rung_program *params_program(void) {
  static const struct {
    const char *name;
    enum rung_type type;
    enum param_unit unit;
    enum opcode op;
    const char *source;
    int64_t value;
  } params[] = {{"flag", RUNG_FLAG, UNIT_NONE, OP_PARAM_F, "yes", 1},
                {"count", RUNG_INTEGER, UNIT_NONE, OP_PARAM_I, "3", 3},
                {"days", RUNG_INTEGER, UNIT_DAYS, OP_PARAM_I, "90 days", 90},
                {"months", RUNG_INTEGER, UNIT_MONTHS, OP_PARAM_I, "2 months", 2},
                {"share", RUNG_NUMBER, UNIT_NONE, OP_PARAM_N, "0.5", 500000},
                {"sum", RUNG_MONEY, UNIT_NONE, OP_PARAM_N, "100", 100000000},
                {"start", RUNG_DATE, UNIT_NONE, OP_PARAM_D, "2026-01-31", 20484},
                {"word", RUNG_TEXT, UNIT_NONE, OP_PARAM_T, "\"x\"", 0}};
  struct builder b;
  builder_init(&b);
  for (size_t i = 0; i < sizeof params / sizeof *params; i++) {
    uint32_t param =
        builder_param(&b, params[i].name, params[i].type, params[i].unit, params[i].value, params[i].source);
    uint32_t reg = builder_reg(&b, params[i].type);
    if (params[i].type == RUNG_TEXT) b.params[param].text = TEXT_OF("x");
    builder_inst(&b, params[i].op, reg, NONE32, NONE32, NONE32, param);
    builder_show(&b, params[i].name, params[i].type, reg);
    ++*builder_prologue(&b);
  }
  return builder_load(&b, NULL);
}

static void test_params(void) {
  static const struct {
    const char *name, *value;
    size_t show;
    int64_t expected;
    const char *text;
  } good[] = {{"flag", "no", 0, 0, NULL},
              {"flag", " true ", 0, 1, NULL},
              {"count", "-9223372036854775808", 1, INT64_MIN, NULL},
              {"count", "9223372036854775807", 1, INT64_MAX, NULL},
              {" count ", "007", 1, 7, NULL},
              {"days", "120 days", 2, 120, NULL},
              {"days", "1 day", 2, 1, NULL},
              {"days", "2 weeks", 2, 14, NULL},
              {"days", "30", 2, 30, NULL},
              {"months", "3 months", 3, 3, NULL},
              {"months", "2 years", 3, 24, NULL},
              {"share", "80%", 4, 800000, NULL},
              {"share", "-0.000001", 4, -1, NULL},
              {"share", "12.5%", 4, 125000, NULL},
              {"share", "9223372036854.775807", 4, INT64_MAX, NULL},
              {"share", "-9223372036854.775808", 4, INT64_MIN, NULL},
              {"sum", "99.90", 5, 99900000, NULL},
              {"start", "2024-02-29", 6, 19782, NULL},
              {"start", "0001-01-01", 6, -719162, NULL},
              {"word", "\"\"", 7, 0, ""},
              {"word", "\"a\\\"b\\\\\\n\xd0\x96\"", 7, 0, "a\"b\\\n\xd0\x96"}};
  rung_program *program = params_program();
  rung_session *session = open_session(program, 1);
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    struct rung_error error = {0};
    struct rung_text name = {good[i].name, strlen(good[i].name)}, value = {good[i].value, strlen(good[i].value)};
    CU_ASSERT(rung_session_set(session, name, value, &error) == RUNG_OK);
    if (error.text[0]) fprintf(stderr, "%s\n", error.text);
    CU_ASSERT(rung_row_run(session, NULL) == RUNG_OK);
    struct rung_value shown = rung_row_show(session, good[i].show);
    CU_ASSERT(shown.present);
    if (good[i].text)
      CU_ASSERT(shown.as.text.length == strlen(good[i].text) &&
                memcmp(shown.as.text.bytes, good[i].text, shown.as.text.length) == 0)
    else if (shown.type == RUNG_FLAG) CU_ASSERT(shown.as.flag == (bool)good[i].expected)
    else CU_ASSERT_EQUAL(shown.type == RUNG_DATE ? shown.as.date : shown.as.integer, good[i].expected)
  }
  struct rung_text text = session_param_text(session, 7);
  CU_ASSERT(text.length == 12 && text.bytes[0] == '"');
  text = session_param_text(session, 0);
  CU_ASSERT(text.length == 4 && memcmp(text.bytes, "true", 4) == 0);
  rung_session_free(session);
  rung_program_free(program);
}

static void test_bad_params(void) {
  static const struct {
    const char *name, *value, *part;
  } bad[] = {{"nothing", "1", "the rules have flag, count, days"},
             {"flag", "1", "`yes` or `no`"},
             {"flag", "Yes", "`yes` or `no`"},
             {"count", "", "whole number"},
             {"count", "2.5", "whole number"},
             {"count", "9223372036854775808", "whole number"},
             {"count", "+1", "whole number"},
             {"count", "1 day", "whole number"},
             {"count", "--1", "whole number"},
             {"days", "3 months", "months differ"},
             {"days", "1.5 days", "span of days"},
             {"days", "-1 days", "no negative span"},
             {"days", "5 Days", "span of days"},
             {"days", "2000000000000000000 weeks", "span of days"},
             {"months", "90 days", "span of months"},
             {"months", "3", "span of months"},
             {"share", ".5", "a number"},
             {"share", "5.", "a number"},
             {"share", "0.1234567", "six digits"},
             {"share", "1e3", "a number"},
             {"share", "0x10", "a number"},
             {"share", "1,5", "a number"},
             {"share", "0.00001%", "six digits"},
             {"share", "9223372036854.775808", "a number"},
             {"share", "99999999999999999999999999999999999999999999999999", "a number"},
             {"start", "2026-02-29", "a date"},
             {"start", "2026-1-1", "a date"},
             {"start", "31.01.2026", "a date"},
             {"start", "0000-01-01", "a date"},
             {"start", "2026-01-31 ", NULL},
             {"start", "2026-01-310", "a date"},
             {"word", "x", "quotes"},
             {"word", "\"", "quotes"},
             {"word", "\"a\\\"", "quotes"},
             {"word", "\"a\"b\"", "quotes"},
             {"word", "\"\\q\"", "quotes"},
             {"word", "\"\xff\"", "UTF-8"}};
  rung_program *program = params_program();
  rung_session *session = open_session(program, 1);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct rung_error error = {0};
    struct rung_text name = {bad[i].name, strlen(bad[i].name)}, value = {bad[i].value, strlen(bad[i].value)};
    enum rung_status status = rung_session_set(session, name, value, &error);
    CU_ASSERT(status == (bad[i].part ? RUNG_INVALID : RUNG_OK));
    bool said = !bad[i].part || strstr(error.text, bad[i].part);
    if (!said) fprintf(stderr, "%s = %s: \"%s\"\n", bad[i].name, bad[i].value, error.text);
    CU_ASSERT(said);
  }
  CU_ASSERT(rung_row_run(session, NULL) == RUNG_OK);
  CU_ASSERT_EQUAL(rung_row_show(session, 1).as.integer, 3); /* a refused value changes nothing */
  rung_session_free(session);
  rung_program_free(program);
}

static void test_parse_date(void) {
  int32_t days = 0;
  CU_ASSERT(rung_parse_date(TEXT_OF("1970-01-01"), &days) && days == 0);
  CU_ASSERT(rung_parse_date(TEXT_OF("9999-12-31"), &days) && days == 2932896);
  CU_ASSERT_FALSE(rung_parse_date(TEXT_OF("1970-01-0"), &days));
  CU_ASSERT_FALSE(rung_parse_date(TEXT_OF("1970-13-01"), &days));
  CU_ASSERT_FALSE(rung_parse_date(TEXT_OF("1970-00-10"), &days));
  CU_ASSERT_FALSE(rung_parse_date(TEXT_OF("197-001-01"), &days));
  CU_ASSERT_FALSE(rung_parse_date(TEXT_OF("19700-1-01"), &days));
  CU_ASSERT_FALSE(rung_parse_date(TEXT_OF("1970--1-01"), &days));
  CU_ASSERT_FALSE(rung_parse_date(TEXT_OF("1970-01-01\0"), &days));
}

/* -- Rows and batches ----------------------------------------------------------------------- */

/* Tag `many`: orders > 3 or consent; each = spent / orders, counted; all columns shown. */
static rung_program *rows_program(void) {
  struct builder b;
  builder_init(&b);
  uint32_t orders = builder_column(&b, "orders", RUNG_INTEGER), spent = builder_column(&b, "spent", RUNG_MONEY);
  uint32_t last = builder_column(&b, "last", RUNG_DATE), email = builder_column(&b, "email", RUNG_TEXT);
  uint32_t consent = builder_column(&b, "consent", RUNG_FLAG), three = builder_reg(&b, RUNG_INTEGER);
  builder_inst(&b, OP_CONST_I, three, NONE32, NONE32, NONE32, builder_constant(&b, RUNG_INTEGER, 3, TEXT_OF("")));
  *builder_prologue(&b) = 1;
  uint32_t more = builder_reg(&b, RUNG_FLAG), either = builder_reg(&b, RUNG_FLAG), sure = builder_reg(&b, RUNG_FLAG);
  uint32_t number = builder_reg(&b, RUNG_NUMBER), each = builder_reg(&b, RUNG_NUMBER),
           both = builder_reg(&b, RUNG_FLAG);
  uint32_t lower = builder_reg(&b, RUNG_TEXT);
  builder_inst(&b, OP_LT_I, more, three, orders, NONE32, NONE32);
  builder_inst(&b, OP_OR, either, more, consent, NONE32, NONE32);
  builder_inst(&b, OP_SURE, sure, either, NONE32, NONE32, NONE32);
  builder_inst(&b, OP_TO_N, number, orders, NONE32, NONE32, NONE32);
  builder_inst(&b, OP_DIV_N, each, spent, number, NONE32, NONE32);
  builder_inst(&b, OP_PRESENT, both, orders, NONE32, NONE32, NONE32);
  builder_inst(&b, OP_FAULT, NONE32, each, both, NONE32, NONE32); /* instruction 7 */
  builder_inst(&b, OP_LOWER, lower, email, NONE32, NONE32, NONE32);
  builder_tag(&b, "many", sure);
  builder_rule(&b, either, sure, "many");
  builder_show(&b, "each", RUNG_MONEY, each);
  builder_show(&b, "lower", RUNG_TEXT, lower);
  builder_show(&b, "last", RUNG_DATE, last);
  builder_show(&b, "consent", RUNG_FLAG, consent);
  builder_show(&b, "three", RUNG_INTEGER, three);
  return builder_load(&b, NULL);
}

static struct rung_value integer(enum rung_type type, int64_t value) {
  return (struct rung_value){.type = type, .present = true, .as.integer = value};
}

static void test_rows(void) {
  rung_program *program = rows_program();
  rung_session *session = open_session(program, 0);
  struct rung_error error = {0};
  rung_row_clear(session);
  CU_ASSERT(rung_row_run(session, &error) == RUNG_OK);
  CU_ASSERT_FALSE(rung_row_label(session, 0));
  CU_ASSERT_FALSE(rung_row_rule(session, 0));
  CU_ASSERT_FALSE(rung_row_show(session, 0).present);
  CU_ASSERT(rung_row_value(session, 0, integer(RUNG_INTEGER, 4), &error) == RUNG_OK);
  CU_ASSERT(rung_row_value(session, 1, integer(RUNG_NUMBER, 10000000), &error) == RUNG_OK);
  CU_ASSERT(rung_row_cell(session, 3, TEXT_OF("A@B"), &error) == RUNG_OK);
  CU_ASSERT(rung_row_cell(session, 2, TEXT_OF("2024-02-29"), &error) == RUNG_OK);
  CU_ASSERT(rung_row_cell(session, 4, TEXT_OF("no"), &error) == RUNG_OK);
  CU_ASSERT(rung_row_run(session, &error) == RUNG_OK);
  CU_ASSERT(rung_row_label(session, 0) && rung_row_rule(session, 0));
  struct rung_value each = rung_row_show(session, 0), lower = rung_row_show(session, 1);
  CU_ASSERT(each.present && each.type == RUNG_MONEY && each.as.integer == 2500000);
  CU_ASSERT(lower.present && lower.as.text.length == 3 && memcmp(lower.as.text.bytes, "a@b", 3) == 0);
  CU_ASSERT_EQUAL(rung_row_show(session, 2).as.date, 19782);
  CU_ASSERT(rung_row_show(session, 3).present && !rung_row_show(session, 3).as.flag);
  CU_ASSERT_EQUAL(rung_row_show(session, 4).as.integer, 3);
  CU_ASSERT(rung_row_value(session, 0, (struct rung_value){.type = RUNG_INTEGER}, NULL) == RUNG_OK); /* missing */
  CU_ASSERT(rung_row_value(session, 4, (struct rung_value){.type = RUNG_FLAG, .present = true, .as.flag = true},
                           NULL) == RUNG_OK);
  CU_ASSERT(rung_row_run(session, &error) == RUNG_OK);
  CU_ASSERT(rung_row_label(session, 0)); /* unknown or true */
  rung_row_clear(session);
  CU_ASSERT(rung_row_run(session, &error) == RUNG_OK);
  CU_ASSERT_FALSE(rung_row_label(session, 0) || rung_row_show(session, 1).present || rung_row_show(session, 3).present);
  rung_session_free(session);
  rung_program_free(program);
}

static void test_bad_rows(void) {
  rung_program *program = rows_program();
  rung_session *session = open_session(program, 1);
  struct rung_error error = {0};
  CU_ASSERT(rung_row_value(session, 5, integer(RUNG_INTEGER, 1), &error) == RUNG_INVALID &&
            strstr(error.text, "no column 5"));
  CU_ASSERT(rung_row_cell(session, 5, TEXT_OF("1"), &error) == RUNG_INVALID);
  CU_ASSERT(rung_row_value(session, 0, integer(RUNG_NUMBER, 1), &error) == RUNG_INVALID &&
            strstr(error.text, "integer, not number"));
  CU_ASSERT(rung_row_cell(session, 0, TEXT_OF("x"), &error) == RUNG_BAD_DATA && strstr(error.text, "\"orders\""));
  const struct rung_value far = {.type = RUNG_DATE, .present = true, .as.date = INT32_MAX};
  CU_ASSERT(rung_row_value(session, 2, far, &error) == RUNG_BAD_DATA && strstr(error.text, "years 1 to 9999"));
  CU_ASSERT(rung_row_run(session, &error) == RUNG_OK);
  CU_ASSERT_FALSE(rung_row_show(session, 2).present); /* what was refused is missing */
  rung_session_free(session);
  rung_program_free(program);
}

enum { ROWS = 70 };

static void test_batches(void) {
  rung_program *program = rows_program();
  rung_session *session = open_session(program, ROWS);
  static int64_t orders[ROWS], spent[ROWS];
  static int32_t last[ROWS];
  static struct rung_text email[ROWS];
  uint64_t valid[2] = {~(uint64_t)0 << 1, ~(uint64_t)0}, consent[2] = {~(uint64_t)0, 0}, flags_valid[2] = {2, 0};
  for (int i = 0; i < ROWS; i++)
    orders[i] = i % 5, spent[i] = 1000000 * i, last[i] = 2932896, email[i] = TEXT_OF("X");
  last[0] = INT32_MIN; /* missing, so it does not matter */
  struct rung_vector columns[5] = {
      {NULL, orders}, {valid, spent}, {valid, last}, {NULL, email}, {flags_valid, consent}};
  struct rung_error error = {0};
  CU_ASSERT(rung_batch_run(session, columns, ROWS, &error) == RUNG_OK);
  for (size_t i = 0; i < ROWS; i++) { /* only row 1 has a consent, whatever bits missing flags carry */
    bool many = rung_batch_label(session, 0)[i / 64] >> i % 64 & 1,
         fires = rung_batch_rule(session, 0)[i / 64] >> i % 64 & 1;
    CU_ASSERT(many == (i % 5 == 4 || i == 1) && fires == many);
    struct rung_vector each = rung_batch_show(session, 0);
    bool present = each.valid[i / 64] >> i % 64 & 1;
    CU_ASSERT_EQUAL(present, i % 5 != 0);
    if (present) CU_ASSERT_EQUAL(((const int64_t *)each.data)[i], (int64_t)((i * 1000000 * 2 + i % 5) / (2 * (i % 5))));
    CU_ASSERT_EQUAL(((const int64_t *)rung_batch_show(session, 4).data)[i], 3); /* uniform, and whole for the caller */
  }
  CU_ASSERT_EQUAL(session_faults(session, 7), ROWS / 5); /* present orders of 0, by which nothing can be divided */
  CU_ASSERT(rung_batch_run(session, columns, 3, &error) == RUNG_OK);
  CU_ASSERT_EQUAL(session_faults(session, 7), ROWS / 5 + 1);
  CU_ASSERT(rung_batch_run(session, columns, 0, &error) == RUNG_OK);
  CU_ASSERT(rung_batch_run(session, columns, ROWS + 1, &error) == RUNG_INVALID);
  last[69] = 2932897;
  CU_ASSERT(rung_batch_run(session, columns, ROWS, &error) == RUNG_BAD_DATA && strstr(error.text, "row 69"));
  CU_ASSERT(rung_batch_run(session, columns, ROWS - 1, &error) == RUNG_OK);
  rung_row_clear(session); /* rows after batches use the session's own memory again */
  CU_ASSERT(rung_row_value(session, 0, integer(RUNG_INTEGER, 9), &error) == RUNG_OK);
  CU_ASSERT(rung_row_run(session, &error) == RUNG_OK && rung_row_label(session, 0));
  CU_ASSERT_EQUAL(orders[0], 0);
  rung_session_free(session);
  rung_program_free(program);
}

/* Vectors that lie at odd addresses give the same. */
static void test_unaligned(void) {
  rung_program *program = rows_program();
  rung_session *session = open_session(program, ROWS);
  char *memory = calloc(1, 4096);
  struct rung_text email = TEXT_OF("Ab");
  int64_t orders = 4;
  int32_t last = 1;
  uint64_t valid = 1;
  memcpy(memory + 1, &orders, 8), memcpy(memory + 1001, &last, 4), memcpy(memory + 2001, &email, sizeof email);
  memcpy(memory + 3001, &valid, 8);
  const uint64_t *odd = (const uint64_t *)(const void *)(memory + 3001);
  struct rung_vector columns[5] = {
      {odd, memory + 1}, {NULL, memory + 1}, {odd, memory + 1001}, {odd, memory + 2001}, {odd, memory + 3001}};
  CU_ASSERT(rung_batch_run(session, columns, 1, NULL) == RUNG_OK);
  CU_ASSERT(rung_row_label(session, 0));
  CU_ASSERT_EQUAL(rung_row_show(session, 2).as.date, 1);
  CU_ASSERT_EQUAL(rung_row_show(session, 1).as.text.bytes[1], 'b');
  rung_session_free(session);
  rung_program_free(program);
  free(memory);
}

static void test_options(void) {
  rung_program *program = rows_program();
  rung_session *session = NULL;
  CU_ASSERT(rung_session_new(program, OPTIONS(2932897, 1), &session, NULL) == RUNG_INVALID);
  CU_ASSERT(rung_session_new(program, OPTIONS(0, 65537), &session, NULL) == RUNG_INVALID);
  CU_ASSERT_PTR_NULL(session);
  CU_ASSERT(rung_session_new(program, OPTIONS(0, 65536), &session, NULL) == RUNG_OK);
  CU_ASSERT_EQUAL(session_capacity(session), 65536);
  rung_session_free(session);
  rung_program_free(program);
}

void suite_session(void);

void suite_session(void) {
  CU_pSuite suite = CU_add_suite("session", NULL, NULL);
  CU_add_test(suite, "params are set", test_params);
  CU_add_test(suite, "params are refused", test_bad_params);
  CU_add_test(suite, "dates", test_parse_date);
  CU_add_test(suite, "rows", test_rows);
  CU_add_test(suite, "bad rows", test_bad_rows);
  CU_add_test(suite, "batches", test_batches);
  CU_add_test(suite, "unaligned memory", test_unaligned);
  CU_add_test(suite, "options", test_options);
}
