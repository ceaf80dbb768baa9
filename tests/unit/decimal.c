/* decimal.c - exact decimals at the edges. */
#include <CUnit/Basic.h>
#include "decimal.h"
#include <stdio.h>
#include <string.h>

/* `operation` stores into out. */
#define EXPECT(operation, wanted)                              \
  do {                                                         \
    int64_t out = 0;                                           \
    bool exists = (operation);                                 \
    CU_ASSERT(exists && out == (wanted));                      \
  } while (0)
#define EXPECT_NONE(operation)                                 \
  do {                                                         \
    int64_t out = 0;                                           \
    CU_ASSERT_FALSE(operation);                                \
    (void)out;                                                 \
  } while (0)

static void test_from_integer(void) {
  EXPECT(decimal_from_integer(9223372036854, &out), 9223372036854000000);
  EXPECT_NONE(decimal_from_integer(9223372036855, &out));
  EXPECT(decimal_from_integer(-9223372036854, &out), -9223372036854000000);
  EXPECT_NONE(decimal_from_integer(-9223372036855, &out));
}

static void test_mul(void) {
  EXPECT(decimal_mul(1500000, 2000000, &out), 3000000);
  EXPECT(decimal_mul(1, 500000, &out), 1);   /* 0.0000005: half away from zero */
  EXPECT(decimal_mul(-1, 500000, &out), -1);
  EXPECT(decimal_mul(1, 499999, &out), 0);
  EXPECT(decimal_mul(-1, 499999, &out), 0);
  EXPECT(decimal_mul(3, -500000, &out), -2); /* -0.0000015 */
  EXPECT(decimal_mul(INT64_MAX, 1000000, &out), INT64_MAX);
  EXPECT(decimal_mul(INT64_MIN, 1000000, &out), INT64_MIN);
  EXPECT_NONE(decimal_mul(INT64_MIN, -1000000, &out));
  EXPECT_NONE(decimal_mul(INT64_MIN, INT64_MIN, &out));
  EXPECT_NONE(decimal_mul(INT64_MAX, 1000001, &out));
}

static void test_div(void) {
  EXPECT(decimal_div(1000000, 3000000, &out), 333333);
  EXPECT(decimal_div(2000000, 3000000, &out), 666667);
  EXPECT(decimal_div(-2000000, 3000000, &out), -666667);
  EXPECT_NONE(decimal_div(1000000, 0, &out));
  EXPECT(decimal_div(0, -1, &out), 0);
  EXPECT(decimal_div(1, 2000000, &out), 1);  /* 0.0000005 */
  EXPECT(decimal_div(-1, 2000000, &out), -1);
  EXPECT_NONE(decimal_div(INT64_MIN, -1000000, &out));
  EXPECT(decimal_div(INT64_MIN, 1000000, &out), INT64_MIN);
  EXPECT_NONE(decimal_div(INT64_MIN, 1, &out));
  EXPECT(decimal_div(INT64_MAX, INT64_MIN, &out), -1000000);
  EXPECT(integer_div(1, 2, &out), 500000);
  EXPECT(integer_div(-7, 2, &out), -3500000);
  EXPECT_NONE(integer_div(INT64_MIN, -1, &out));
  EXPECT(integer_div(INT64_MAX, INT64_MAX, &out), 1000000);
}

static void test_round(void) {
  CU_ASSERT_EQUAL(decimal_round(1499999), 1);
  CU_ASSERT_EQUAL(decimal_round(1500000), 2);
  CU_ASSERT_EQUAL(decimal_round(-1500000), -2);
  CU_ASSERT_EQUAL(decimal_round(-1499999), -1);
  CU_ASSERT_EQUAL(decimal_round(499999), 0);
  CU_ASSERT_EQUAL(decimal_round(-500000), -1);
  CU_ASSERT_EQUAL(decimal_round(INT64_MAX), 9223372036855);
  CU_ASSERT_EQUAL(decimal_round(INT64_MIN), -9223372036855);
}

static void test_print(void) {
  static const struct {
    int64_t value;
    unsigned least;
    const char *text;
  } cases[] = {{0, 0, "0"},
               {0, 2, "0.00"},
               {1, 0, "0.000001"},
               {-1, 0, "-0.000001"},
               {1500000, 0, "1.5"},
               {1500000, 2, "1.50"},
               {-1234567, 2, "-1.234567"},
               {10000000, 0, "10"},
               {INT64_MAX, 0, "9223372036854.775807"},
               {INT64_MIN, 2, "-9223372036854.775808"}};
  char text[DECIMAL_PRINT_ROOM];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t length = decimal_print(text, cases[i].value, cases[i].least);
    CU_ASSERT(length == strlen(cases[i].text) && memcmp(text, cases[i].text, length) == 0);
  }
  CU_ASSERT(integer_print(text, INT64_MIN) == 20 && memcmp(text, "-9223372036854775808", 20) == 0);
  CU_ASSERT(integer_print(text, 0) == 1 && text[0] == '0');
}

/* Every number of digits, at both ends. */
static void test_print_lengths(void) {
  char text[DECIMAL_PRINT_ROOM], expected[64];
  uint64_t power = 1;
  for (int digits = 1; digits <= 19; digits++, power *= 10) {
    for (int k = 0; k < 4; k++) {
      int64_t size = (int64_t)(k & 1 ? power : power - 1), value = k & 2 ? -size : size;
      int length = snprintf(expected, sizeof expected, "%lld", (long long)value);
      CU_ASSERT(integer_print(text, value) == (size_t)length && memcmp(text, expected, (size_t)length) == 0);
      length = snprintf(expected, sizeof expected, "%s%lld.%06lld", value < 0 ? "-" : "",
                        (long long)(size / DECIMAL_ONE), (long long)(size % DECIMAL_ONE));
      CU_ASSERT(decimal_print(text, value, 6) == (size_t)length && memcmp(text, expected, (size_t)length) == 0);
    }
  }
}

static void test_print_fractions(void) {
  static const char *const texts[] = {"7", "7.9", "7.99", "7.999", "7.9999", "7.99999", "7.999999"};
  static const int64_t values[] = {7000000, 7900000, 7990000, 7999000, 7999900, 7999990, 7999999};
  char text[DECIMAL_PRINT_ROOM];
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    size_t length = decimal_print(text, values[i], 0);
    CU_ASSERT(length == strlen(texts[i]) && memcmp(text, texts[i], length) == 0);
  }
}

void suite_decimal(void);

void suite_decimal(void) {
  CU_pSuite suite = CU_add_suite("decimal", NULL, NULL);
  CU_add_test(suite, "from integers", test_from_integer);
  CU_add_test(suite, "products", test_mul);
  CU_add_test(suite, "quotients", test_div);
  CU_add_test(suite, "whole numbers", test_round);
  CU_add_test(suite, "as text", test_print);
  CU_add_test(suite, "as text, of every length", test_print_lengths);
  CU_add_test(suite, "as text, behind the point", test_print_fractions);
}
