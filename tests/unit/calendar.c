/* calendar.c - dates at the edges, and every day of years 1 to 9999 once. */
#include <CUnit/Basic.h>
#include "calendar.h"
#include <string.h>

static int32_t days(int32_t year, int32_t month, int32_t day) {
  return calendar_days((struct civil){year, month, day});
}

/* Counting from day to day meets each date once, and both directions agree. */
static void test_every_day(void) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int32_t wrong = 0, at = CALENDAR_FIRST;
  for (int32_t year = 1; year <= 9999; year++)
    for (int32_t month = 1; month <= 12; month++) {
      bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
      for (int32_t day = 1; day <= lengths[month - 1] + (month == 2 && leap); day++, at++) {
        struct civil civil = calendar_civil(at);
        if (days(year, month, day) != at || civil.year != year || civil.month != month || civil.day != day) wrong++;
      }
    }
  CU_ASSERT_EQUAL(wrong, 0);
  CU_ASSERT_EQUAL(at, CALENDAR_LAST + 1);
  CU_ASSERT_EQUAL(days(1970, 1, 1), 0);
  CU_ASSERT_EQUAL(days(2000, 3, 1), 11017);
}

/* Days that are known by what happened on them, and the ends. */
static void test_weekday(void) {
  static const struct { int32_t year, month, day, weekday; } known[] = {
      {1582, 10, 15, 5}, /* the first day of this calendar, a Friday */
      {1945, 5, 9, 3},   {1969, 7, 20, 7}, {1970, 1, 1, 4}, {1986, 1, 28, 2}, {2000, 1, 1, 6}, {2024, 2, 29, 4},
      {2026, 11, 21, 6}, {2026, 11, 23, 1}, {1, 1, 1, 1},   {9999, 12, 31, 5}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    CU_ASSERT_EQUAL(calendar_weekday(days(known[i].year, known[i].month, known[i].day)), known[i].weekday);
  for (int32_t day = CALENDAR_FIRST; day < CALENDAR_LAST; day += 997)
    CU_ASSERT_EQUAL(calendar_weekday(day + 1), calendar_weekday(day) % 7 + 1);
}

static void test_valid(void) {
  CU_ASSERT(calendar_valid(2024, 2, 29) && calendar_valid(2000, 2, 29) && calendar_valid(9999, 12, 31));
  CU_ASSERT_FALSE(calendar_valid(2023, 2, 29) || calendar_valid(1900, 2, 29) || calendar_valid(2026, 4, 31));
  CU_ASSERT_FALSE(calendar_valid(0, 1, 1) || calendar_valid(10000, 1, 1) || calendar_valid(2026, 0, 1));
  CU_ASSERT_FALSE(calendar_valid(2026, 13, 1) || calendar_valid(2026, 1, 0) || calendar_valid(2026, -1, 1));
}

static void test_add(void) {
  int32_t out = 0;
  CU_ASSERT(calendar_add_months(days(2026, 1, 31), 1, &out) && out == days(2026, 2, 28));
  CU_ASSERT(calendar_add_months(days(2024, 1, 31), 1, &out) && out == days(2024, 2, 29));
  CU_ASSERT(calendar_add_months(days(2024, 2, 29), 12, &out) && out == days(2025, 2, 28));
  CU_ASSERT(calendar_add_months(days(2026, 3, 31), -1, &out) && out == days(2026, 2, 28));
  CU_ASSERT(calendar_add_months(days(2026, 1, 15), -1, &out) && out == days(2025, 12, 15));
  CU_ASSERT(calendar_add_months(days(1, 1, 31), 9998 * 12 + 11, &out) && out == days(9999, 12, 31));
  CU_ASSERT_FALSE(calendar_add_months(days(1, 1, 31), -1, &out));
  CU_ASSERT_FALSE(calendar_add_months(days(9999, 12, 1), 1, &out));
  CU_ASSERT_FALSE(calendar_add_months(0, INT64_MAX, &out) || calendar_add_months(0, INT64_MIN, &out));
  CU_ASSERT(calendar_add_days(CALENDAR_FIRST, CALENDAR_LAST - CALENDAR_FIRST, &out) && out == CALENDAR_LAST);
  CU_ASSERT_FALSE(calendar_add_days(CALENDAR_LAST, 1, &out) || calendar_add_days(CALENDAR_FIRST, -1, &out));
  CU_ASSERT_FALSE(calendar_add_days(1, INT64_MAX, &out) || calendar_add_days(-1, INT64_MIN, &out));
  CU_ASSERT_FALSE(calendar_add_days(0, (int64_t)1 << 32, &out)); /* which as an int32 would be 0 */
}

static void test_anniversary(void) {
  int32_t out = 0;
  CU_ASSERT(calendar_anniversary(days(1990, 11, 21), days(2026, 11, 21), &out) && out == days(2026, 11, 21));
  CU_ASSERT(calendar_anniversary(days(1990, 11, 20), days(2026, 11, 21), &out) && out == days(2027, 11, 20));
  CU_ASSERT(calendar_anniversary(days(1992, 2, 29), days(2026, 1, 1), &out) && out == days(2026, 2, 28));
  CU_ASSERT(calendar_anniversary(days(1992, 2, 29), days(2028, 2, 28), &out) && out == days(2028, 2, 29));
  CU_ASSERT(calendar_anniversary(days(1992, 2, 29), days(2026, 3, 1), &out) && out == days(2027, 2, 28));
  CU_ASSERT(calendar_anniversary(days(2030, 5, 5), days(2026, 1, 1), &out) && out == days(2026, 5, 5));
  CU_ASSERT_FALSE(calendar_anniversary(days(1990, 1, 1), days(9999, 1, 2), &out));
}

static void test_print(void) {
  char text[CALENDAR_PRINT_ROOM];
  calendar_print(text, CALENDAR_FIRST);
  CU_ASSERT(memcmp(text, "0001-01-01", sizeof text) == 0);
  calendar_print(text, CALENDAR_LAST);
  CU_ASSERT(memcmp(text, "9999-12-31", sizeof text) == 0);
  calendar_print(text, 19782);
  CU_ASSERT(memcmp(text, "2024-02-29", sizeof text) == 0);
}

void suite_calendar(void);

void suite_calendar(void) {
  CU_pSuite suite = CU_add_suite("calendar", NULL, NULL);
  CU_add_test(suite, "every day", test_every_day);
  CU_add_test(suite, "days of the week", test_weekday);
  CU_add_test(suite, "what is no date", test_valid);
  CU_add_test(suite, "days and months later", test_add);
  CU_add_test(suite, "anniversaries", test_anniversary);
  CU_add_test(suite, "as text", test_print);
}
