/* cast.c - cells to values: by hand, and against regular expressions and the C library's calendar. */
#include "cast.h"

#include <CUnit/CUnit.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "date_format.h"

#define T(literal) ((struct rung_text){literal, sizeof(literal) - 1})

static struct rung_text text_of(const char *string) { return (struct rung_text){string, strlen(string)}; }

/* -- One cell at a time ------------------------------------------------------------------------- */

struct cell {
  enum cast_result result;
  bool present;
  int64_t value;
  struct rung_text text;
};

static struct cell cast_as(const struct program_tables *tables, struct rung_text bytes) {
  uint64_t valid = ~(uint64_t)0, bits = ~(uint64_t)0;
  int64_t wide[3] = {-7, -7, -7};
  int32_t narrow[3] = {-7, -7, -7};
  struct rung_text texts[3] = {{0}};
  struct vec out = {.valid = &valid, .stride = 1};
  struct caster *caster = NULL;
  struct cell cell = {0};
  CU_ASSERT_EQUAL_FATAL(caster_new(tables, 0, NULL, NULL, &caster, NULL), RUNG_OK);
  switch (tables->columns[0].type) {
    case RUNG_FLAG: out.data.bits = &bits; break;
    case RUNG_DATE: out.data.i32 = narrow; break;
    case RUNG_TEXT: out.data.text = texts; break;
    default: out.data.i64 = wide;
  }
  cell.result = cast_cell(caster, bytes, &out, 1);
  cell.present = bitmap_get(&valid, 1);
  cell.text = texts[1];
  cell.value = tables->columns[0].type == RUNG_FLAG ? bitmap_get(&bits, 1)
               : tables->columns[0].type == RUNG_DATE ? narrow[1] : wide[1];
  /* The neighbours stay as they were. */
  CU_ASSERT_EQUAL(valid | 2, ~(uint64_t)0);
  CU_ASSERT_EQUAL(bits | 2, ~(uint64_t)0);
  CU_ASSERT(wide[0] == -7 && wide[2] == -7 && narrow[0] == -7 && narrow[2] == -7);
  if (tables->columns[0].type == RUNG_FLAG && !cell.present) CU_ASSERT_FALSE(bitmap_get(&bits, 1));
  caster_free(caster);
  return cell;
}

static struct cell cast_plain(enum rung_type type, const char *format, struct rung_text bytes) {
  struct prog_column column = {.type = type, .format = text_of(format)};
  return cast_as(&(struct program_tables){.columns = &column, .column_count = 1}, bytes);
}

static void gives(enum rung_type type, const char *format, const char *bytes, int64_t value) {
  struct cell cell = cast_plain(type, format, text_of(bytes));
  bool right = cell.result == CAST_FINE && cell.present && cell.value == value;
  if (!right) fprintf(stderr, "\n\"%s\" gave %lld: %s", bytes, (long long)cell.value, cast_reason(cell.result));
  CU_ASSERT(right);
}

static void refuses(enum rung_type type, const char *format, const char *bytes, enum cast_result result) {
  struct cell cell = cast_plain(type, format, text_of(bytes));
  if (cell.result != result) fprintf(stderr, "\n\"%s\" gave: %s", bytes, cast_reason(cell.result));
  CU_ASSERT_EQUAL(cell.result, result);
  CU_ASSERT_FALSE(cell.present);
  CU_ASSERT(strlen(cast_reason(cell.result)) > 0);
}

static void misses(enum rung_type type, const char *bytes) {
  struct cell cell = cast_plain(type, "", text_of(bytes));
  CU_ASSERT_EQUAL(cell.result, CAST_FINE);
  CU_ASSERT_FALSE(cell.present);
}

/* -- Numbers ----------------------------------------------------------------------------------------- */

static void numbers(void) {
  static const struct {
    const char *bytes;
    int64_t millionths;
  } cases[] = {
      {"0", 0}, {"-0", 0}, {"+0.0", 0}, {"1", 1000000}, {"+5", 5000000}, {"-5", -5000000}, {".5", 500000},
      {"-.5", -500000}, {"007", 7000000}, {"1.5", 1500000}, {"0.000001", 1}, {"-0.000001", -1},
      {"12.345678", 12345678},
      {"1.2345670", 1234567}, {"1.000000000000000000000000000", 1000000}, {"  42\t", 42000000},
      {"\xc2\xa0" "42\xe2\x80\xaf", 42000000}, {"9223372036854.775807", INT64_MAX},
      {"-9223372036854.775808", INT64_MIN},
      {"00000000000000000000000000000000000000009223372036854.775807", INT64_MAX},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    gives(RUNG_NUMBER, "", cases[i].bytes, cases[i].millionths);
    gives(RUNG_MONEY, "", cases[i].bytes, cases[i].millionths);
  }
}

static void bad_numbers(void) {
  static const struct {
    const char *bytes;
    enum cast_result result;
  } cases[] = {
      {"1,5", CAST_COMMA_DECIMAL}, {"-12,50", CAST_COMMA_DECIMAL}, {"1234,5678", CAST_COMMA_DECIMAL},
      {"1,234", CAST_COMMA}, {"1 234,50", CAST_GROUPED}, {"1\xc2\xa0" "234", CAST_GROUPED},
      {"1,234.50", CAST_GROUPED},
      {"1,234,567", CAST_GROUPED}, {"1_000", CAST_GROUPED}, {"1'000", CAST_GROUPED}, {"$28.71", CAST_LETTERS},
      {"100 руб.", CAST_LETTERS}, {"0x10", CAST_LETTERS}, {"12abc", CAST_LETTERS}, {"15%", CAST_PERCENT},
      {"1e5", CAST_EXPONENT}, {"9,01381E+12", CAST_EXPONENT}, {"1e999", CAST_EXPONENT}, {"-1e-3", CAST_EXPONENT},
      {"1e", CAST_LETTERS}, {"5.", CAST_POINT_LAST}, {".", CAST_NOT_NUMBER}, {"-", CAST_NOT_NUMBER},
      {"+", CAST_NOT_NUMBER},
      {"--5", CAST_NOT_NUMBER}, {"+-5", CAST_NOT_NUMBER}, {"5-", CAST_NOT_NUMBER}, {"1.2.3", CAST_NOT_NUMBER},
      {"NULL", CAST_NOT_NUMBER}, {"nan", CAST_NOT_NUMBER}, {"inf", CAST_NOT_NUMBER}, {"N/A", CAST_NOT_NUMBER},
      {"\xef\xbc\x95", CAST_NOT_NUMBER}, {"1.0000001", CAST_MANY_DIGITS}, {"0.1234567", CAST_MANY_DIGITS},
      {"9223372036854.775808", CAST_TOO_LARGE}, {"-9223372036854.775809", CAST_TOO_LARGE},
      {"9223372036855", CAST_TOO_LARGE}, {"10000000000000", CAST_TOO_LARGE},
      {"99999999999999999999999999999999", CAST_TOO_LARGE}, {"18446744073709551617", CAST_TOO_LARGE},
      {"340282366920938463463374607431768211457", CAST_TOO_LARGE}, {"5\n", CAST_LETTERS},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    refuses(RUNG_NUMBER, "", cases[i].bytes, cases[i].result);
  }
  struct cell nul = cast_plain(RUNG_NUMBER, "", T("1\0"));
  CU_ASSERT_EQUAL(nul.result, CAST_LETTERS);
}

static void integers(void) {
  gives(RUNG_INTEGER, "", "0", 0);
  gives(RUNG_INTEGER, "", "-12", -12);
  gives(RUNG_INTEGER, "", "3.0", 3);
  gives(RUNG_INTEGER, "", "17850.000000000", 17850);
  gives(RUNG_INTEGER, "", " 7 ", 7);
  gives(RUNG_INTEGER, "", ".0", 0);
  gives(RUNG_INTEGER, "", "9007199254740993", 9007199254740993);
  gives(RUNG_INTEGER, "", "9223372036854775807", INT64_MAX);
  gives(RUNG_INTEGER, "", "-9223372036854775808", INT64_MIN);
  gives(RUNG_INTEGER, "", "000000000000000000000000000001", 1);
  refuses(RUNG_INTEGER, "", "9223372036854775808", CAST_TOO_LARGE);
  refuses(RUNG_INTEGER, "", "-9223372036854775809", CAST_TOO_LARGE);
  refuses(RUNG_INTEGER, "", "18446744073709551616", CAST_TOO_LARGE);
  refuses(RUNG_INTEGER, "", "3.5", CAST_FRACTION);
  refuses(RUNG_INTEGER, "", "3.00000001", CAST_FRACTION);
  refuses(RUNG_INTEGER, "", "3.", CAST_POINT_LAST);
  refuses(RUNG_INTEGER, "", "3,0", CAST_COMMA_DECIMAL);
}

static uint32_t below(uint32_t bound) {
  static uint64_t state = 5;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(state >> 33) % bound;
}

/* The number in millionths by schoolbook addition of its digits; false when finer or beyond int64. */
static bool value_of(const char *bytes, int64_t *out) {
  __int128 sum = 0;
  int after = -1;
  for (const char *at = bytes; *at; at++) {
    if (*at == '.') after = 0;
    if (*at < '0' || *at > '9') continue;
    if (after >= 0 && ++after > 6) {
      if (*at != '0') return false;
      continue;
    }
    sum = sum * 10 + (*at - '0');
  }
  for (int i = after < 0 ? 0 : after; i < 6; i++) sum *= 10;
  if (*bytes == '-') sum = -sum;
  *out = (int64_t)sum;
  return sum >= INT64_MIN && sum <= INT64_MAX;
}

static void random_numbers(void) {
  regex_t grammar;
  CU_ASSERT_FATAL(regcomp(&grammar, "^[+-]?([0-9]+(\\.[0-9]+)?|\\.[0-9]+)$", REG_EXTENDED | REG_NOSUB) == 0);
  size_t accepted = 0;
  for (int i = 0; i < 200000; i++) {
    char bytes[24];
    static const char letters[] = "01234567899900..+-,e ";
    uint32_t length = 1 + below(22);
    bool digits = below(2);
    for (uint32_t j = 0; j < length; j++) bytes[j] = letters[below(digits ? 14 : sizeof letters - 2)];
    bytes[length] = 0;
    int64_t value = 0;
    bool wanted = regexec(&grammar, bytes, 0, NULL, 0) == 0 && value_of(bytes, &value);
    struct cell cell = cast_plain(RUNG_NUMBER, "", text_of(bytes));
    bool same = cell.present == wanted && (cell.result == CAST_FINE) == wanted && (!wanted || cell.value == value);
    accepted += wanted;
    if (same) continue;
    fprintf(stderr, "\n\"%s\"", bytes);
    CU_FAIL("a random number is read differently");
    break;
  }
  CU_ASSERT(accepted > 20000);
  regfree(&grammar);
}

/* -- Dates --------------------------------------------------------------------------------------------------- */

static int64_t days_of(int year, int month, int day) {
  struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
  return timegm(&tm) / 86400;
}

static void dates(void) {
  gives(RUNG_DATE, "", "1970-01-01", 0);
  gives(RUNG_DATE, "", "2026-11-21", days_of(2026, 11, 21));
  gives(RUNG_DATE, "", "2000-02-29", days_of(2000, 2, 29));
  gives(RUNG_DATE, "", "0001-01-01", -719162);
  gives(RUNG_DATE, "", "9999-12-31", 2932896);
  gives(RUNG_DATE, "", " 2026-11-21 ", days_of(2026, 11, 21));
  gives(RUNG_DATE, "DD.MM.YYYY", "03.09.2026", days_of(2026, 9, 3));
  gives(RUNG_DATE, "DD.MM.YY", "03.09.26", days_of(2026, 9, 3));
  gives(RUNG_DATE, "DD.MM.YY", "03.09.68", days_of(2068, 9, 3));
  gives(RUNG_DATE, "DD.MM.YY", "03.09.69", days_of(1969, 9, 3));
  gives(RUNG_DATE, "M/D/YYYY", "5/31/2016 0:37", days_of(2016, 5, 31));
  gives(RUNG_DATE, "M/D/YYYY", "05/3/2016", days_of(2016, 5, 3));
  gives(RUNG_DATE, "YYYYMMDD", "19970930", days_of(1997, 9, 30));
  gives(RUNG_DATE, "YYYY年M月D日", "2026年1月2日", days_of(2026, 1, 2));
}

static void times(void) {
  static const char *const fine[] = {"T09:50", " 09:50:26", " 9:50:26", "T23:59:60", " 09:50:26.123456", "T09:50:26Z",
                                     "T09:50Z", " 09:50:26 +0200", " 09:50:26+02:00", "T09:50:26.5-11:30", " 00:00"};
  static const char *const bad[] = {" ", "T", "x", " 24:00", " 09:60", " 09:50:61", " 09", " 095026", " 09:50:",
                                    " 09:50:26.",
                                    " 09:50 Z", " 09:50 +2", "T09:50+24:00", "T09:50+02:60", " 09:50 PM", "  09:50",
                                    "-", "1"};
  char bytes[64];
  for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
    snprintf(bytes, sizeof bytes, "2025-10-07%s", fine[i]);
    gives(RUNG_DATE, "", bytes, days_of(2025, 10, 7));
    snprintf(bytes, sizeof bytes, "07.10.2025%s", fine[i]);
    gives(RUNG_DATE, "DD.MM.YYYY", bytes, days_of(2025, 10, 7));
  }
  for (size_t i = 1; i < sizeof bad / sizeof *bad; i++) {
    snprintf(bytes, sizeof bytes, "2025-10-07%s", bad[i]);
    refuses(RUNG_DATE, "", bytes, CAST_NOT_TIME);
  }
}

static void bad_dates(void) {
  static const struct {
    const char *format, *bytes;
    enum cast_result result;
  } cases[] = {
      {"", "2026-02-31", CAST_NO_SUCH_DAY}, {"", "2025-02-29", CAST_NO_SUCH_DAY}, {"",
      "1900-02-29", CAST_NO_SUCH_DAY},
      {"", "2026-13-01", CAST_NO_SUCH_DAY}, {"", "2026-00-10", CAST_NO_SUCH_DAY}, {"",
      "2026-01-00", CAST_NO_SUCH_DAY},
      {"", "0000-01-01", CAST_NO_SUCH_DAY}, {"DD.MM.YYYY", "31.02.2026", CAST_NO_SUCH_DAY},
      {"", "03.09.2026", CAST_DATE_POINTS}, {"", "3.9.2026 10:00", CAST_DATE_POINTS}, {"",
      "03.09.26", CAST_DATE_POINTS_SHORT},
      {"", "03/04/2026", CAST_DATE_SLASHES}, {"", "3/4/26", CAST_DATE_SLASHES_SHORT}, {"",
      "03-04-2026", CAST_DATE_HYPHENS},
      {"", "2026/03/04", CAST_DATE_SLASHES_ISO}, {"", "2026-3-4", CAST_DATE_SINGLE}, {"",
      "20260304", CAST_DATE_COMPACT},
      {"", "45123", CAST_DATE_SERIAL}, {"", "Oct 5, 2015", CAST_NOT_DATE}, {"", "NULL", CAST_NOT_DATE}, {"",
      "-", CAST_NOT_DATE},
      {"", "2026-01", CAST_NOT_DATE}, {"", "10000-01-01", CAST_NOT_DATE}, {"", "+2026-01-01", CAST_NOT_DATE},
      {"DD.MM.YYYY", "2026-09-03", CAST_NOT_FORMAT}, {"DD.MM.YYYY", "3.9.2026", CAST_NOT_FORMAT},
      {"DD.MM.YY", "03.09.2026", CAST_NOT_TIME}, {"M/D/YYYY", "005/3/2016", CAST_NOT_FORMAT},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    refuses(RUNG_DATE, cases[i].format, cases[i].bytes, cases[i].result);
  }
}

/* Every day of two centuries and each that is none, by the C library. */
static void whole_calendar(void) {
  for (int year = 1890; year <= 2110; year++) {
    for (int month = 1; month <= 12; month++) {
      for (int day = 1; day <= 31; day++) {
        char bytes[40];
        struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
        int64_t days = (int64_t)timegm(&tm) / 86400;
        snprintf(bytes, sizeof bytes, "%04d-%02d-%02d", year, month, day);
        struct cell cell = cast_plain(RUNG_DATE, "", text_of(bytes));
        if (cell.present == (tm.tm_mday == day) && (!cell.present || cell.value == days)) continue;
        fprintf(stderr, "\n%s", bytes);
        CU_FAIL("a day is read differently");
        return;
      }
    }
  }
}

static void date_formats(void) {
  static const char *const valid[] = {"YYYY-MM-DD", "DD.MM.YYYY", "M/D/YY", "YYYYMMDD", "YYYYMMD", "D. M. YYYY",
                                      "DDMMYY", "M DD, YYYY"};
  static const char *const invalid[] = {"", "YYYY", "YYYY-MM", "YYYY-MM-DD-DD", "YYY-MM-DD", "YYYYY-MM-DD",
                                        "MMM DD YYYY", "DDD.MM.YYYY",
                                        "DD.MM.YYYY HH:MM", "dd.mm.yyyy", "DD.MM.20YY", "MDDYYYY", "DMM.YYYY",
                                        "DD.MM.YYYYT", "Y-M-D"};
  for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) CU_ASSERT(date_format_valid(text_of(valid[i])));
  for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) CU_ASSERT_FALSE(date_format_valid(text_of(invalid[i])));
}

/* -- Flags, and declarations ------------------------------------------------------------------------------------- */

static void flags(void) {
  static const char *const yes[] = {"1", "yes", "YES", "Yes", "true", "TRUE", "y", "Y", "t", "T", "да", "ДА", "Да",
                                    "истина", "ИСТИНА", " 1 "};
  static const char *const no[] = {"0", "no", "NO", "false", "False", "n", "N", "f", "F", "нет", "НЕТ", "Нет",
                                   "ложь", "ЛОЖЬ", "Ложь"};
  static const char *const bad[] = {"2", "00", "01", "on", "off", "ye", "yess", "-", "NULL", "д", "истинаа", "da",
                                    "Y N", "\xd0", "\xd1\xd0"};
  for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) gives(RUNG_FLAG, "", yes[i], 1);
  for (size_t i = 0; i < sizeof no / sizeof *no; i++) gives(RUNG_FLAG, "", no[i], 0);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) refuses(RUNG_FLAG, "", bad[i], CAST_NOT_FLAG);
}

static void missing_cells(void) {
  static const enum rung_type types[] = {RUNG_FLAG, RUNG_INTEGER, RUNG_NUMBER, RUNG_MONEY, RUNG_DATE};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    misses(types[i], "");
    misses(types[i], " ");
    misses(types[i], " \t \xc2\xa0");
  }
  misses(RUNG_TEXT, "");
  struct cell blank = cast_plain(RUNG_TEXT, "", T(" "));
  CU_ASSERT(blank.present && blank.text.length == 1);
  struct cell invalid = cast_plain(RUNG_TEXT, "", T("\xff\xc0\0x"));
  CU_ASSERT(invalid.present && invalid.text.length == 4);
}

static void declarations(void) {
  struct prog_word words[] = {{T("-1")}, {T("NULL")}, {T("f")}, {T("m")}};
  struct prog_column column = {.type = RUNG_INTEGER, .flags = COLUMN_RANGE, .low = 0, .high = 10, .missing_count = 2};
  struct program_tables tables = {.columns = &column, .column_count = 1, .words = words, .word_count = 4};
  CU_ASSERT_FALSE(cast_as(&tables, T(" -1 ")).present);
  CU_ASSERT_FALSE(cast_as(&tables, T("NULL")).present);
  CU_ASSERT_EQUAL(cast_as(&tables, T("null")).result, CAST_NOT_NUMBER);
  CU_ASSERT(cast_as(&tables, T("-1.0")).result == CAST_FINE && !cast_as(&tables, T("-01")).present);
  CU_ASSERT_EQUAL(cast_as(&tables, T("11")).result, CAST_OUT_OF_RANGE);
  CU_ASSERT_EQUAL(cast_as(&tables, T("0")).value, 0);
  CU_ASSERT_EQUAL(cast_as(&tables, T("10")).value, 10);
  column.flags |= COLUMN_PRESET;
  column.preset = 99;
  CU_ASSERT_EQUAL(cast_as(&tables, T("")).value, 99);
  CU_ASSERT(cast_as(&tables, T("-1")).value == 99 && cast_as(&tables, T("-1.0")).value == 99);
  CU_ASSERT_FALSE(cast_as(&tables, T("x")).present);

  column = (struct prog_column){.type = RUNG_TEXT, .flags = COLUMN_CLOSED | COLUMN_PRESET, .preset_text = T("?"),
                                .missing_first = 1, .missing_count = 1, .closed_first = 2, .closed_count = 2};
  CU_ASSERT_EQUAL(cast_as(&tables, T("f")).text.bytes[0], 'f');
  CU_ASSERT_EQUAL(cast_as(&tables, T("F")).result, CAST_NOT_LISTED);
  CU_ASSERT_EQUAL(cast_as(&tables, T("f ")).result, CAST_NOT_LISTED);
  CU_ASSERT_EQUAL(cast_as(&tables, T("-1")).result, CAST_NOT_LISTED);
  CU_ASSERT_EQUAL(cast_as(&tables, T("")).text.bytes[0], '?');
  CU_ASSERT_EQUAL(cast_as(&tables, T("NULL")).text.bytes[0], '?');

  column = (struct prog_column){.type = RUNG_FLAG, .flags = COLUMN_PRESET, .preset = 1};
  CU_ASSERT_EQUAL(cast_as(&tables, T(" ")).value, 1);
  CU_ASSERT_EQUAL(cast_as(&tables, T("no")).value, 0);
  column = (struct prog_column){.type = RUNG_DATE, .flags = COLUMN_RANGE, .low = 0, .high = 30};
  CU_ASSERT_EQUAL(cast_as(&tables, T("1970-01-31")).value, 30);
  CU_ASSERT_EQUAL(cast_as(&tables, T("1970-02-01")).result, CAST_OUT_OF_RANGE);
}

void suite_cast(void);

void suite_cast(void) {
  CU_pSuite suite = CU_add_suite("cast", NULL, NULL);
  CU_add_test(suite, "numbers", numbers);
  CU_add_test(suite, "bad numbers", bad_numbers);
  CU_add_test(suite, "integers", integers);
  CU_add_test(suite, "random numbers against a regular expression", random_numbers);
  CU_add_test(suite, "dates", dates);
  CU_add_test(suite, "times after dates", times);
  CU_add_test(suite, "bad dates", bad_dates);
  CU_add_test(suite, "every day of two centuries", whole_calendar);
  CU_add_test(suite, "date formats", date_formats);
  CU_add_test(suite, "flags", flags);
  CU_add_test(suite, "missing cells", missing_cells);
  CU_add_test(suite, "declarations", declarations);
}
