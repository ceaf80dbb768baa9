/* money.c - amounts of money as shops write them, and cells under a dialect. */
#include <CUnit/CUnit.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cast_parse.h"
#include "dialect.h"
#include "text.h"

#define NBSP "\xc2\xa0"
#define NARROW "\xe2\x80\xaf"
#define MINUS "\xe2\x88\x92"
#define CURLY "\xe2\x80\x99"

static struct rung_text text_of(const char *bytes) { return (struct rung_text){bytes, strlen(bytes)}; }

static void gives(const char *bytes, char mark, int64_t millionths) {
  int64_t value = -7;
  enum cast_result result = cast_money(text_of(bytes), mark, &value);
  bool right = result == CAST_FINE && value == millionths;
  if (!right) fprintf(stderr, "\n\"%s\" gave %lld: %s", bytes, (long long)value, cast_reason(result));
  CU_ASSERT(right);
}

static void refuses(const char *bytes, char mark, enum cast_result wanted) {
  int64_t value;
  enum cast_result result = cast_money(text_of(bytes), mark, &value);
  if (result != wanted) fprintf(stderr, "\n\"%s\" gave: %s", bytes, cast_reason(result));
  CU_ASSERT_EQUAL(result, wanted);
}

/* What needs no word about the mark. */
static void amounts(void) {
  static const struct {
    const char *bytes;
    int64_t millionths;
  } cases[] = {
      /* as plain numbers */
      {"0", 0}, {"12.5", 12500000}, {".5", 500000}, {"-12.50", -12500000}, {"1.234", 1234000}, {"+3", 3000000},
      {"0.000001", 1}, {"9223372036854.775807", INT64_MAX}, {"-9223372036854.775808", INT64_MIN},
      /* with a currency */
      {"$28.71", 28710000}, {"$ 28.71", 28710000}, {"28.71$", 28710000}, {"28,71 €", 28710000}, {"€28,71", 28710000},
      {"£.50", 500000}, {"$.50", 500000}, {"100 руб.", 100000000}, {"100руб", 100000000}, {"100 РУБ", 100000000},
      {"100" NBSP "₽", 100000000}, {"100 р.", 100000000}, {"₴5", 5000000}, {"5 грн.", 5000000}, {"5 ₸", 5000000},
      {"5,00 zł", 5000000}, {"5,00 Kč", 5000000}, {"USD 5", 5000000}, {"5 usd", 5000000}, {"$5.00 USD", 5000000},
      {"USD $5.00", 5000000}, {"R$ 5,00", 5000000}, {"Rs.500", 500000000}, {"Rs. 500", 500000000}, {"¥1", 1000000},
      /* with thousands */
      {"1 234,50 руб.", 1234500000}, {"1" NBSP "234,50 ₽", 1234500000}, {"1" NARROW "234,50 €", 1234500000},
      {"$1,234.50", 1234500000}, {"€1.234,56", 1234560000}, {"1'234.50", 1234500000},
      {"CHF 1" CURLY "234.50", 1234500000}, {"1 234", 1234000000}, {"12 345 678", 12345678000000},
      {"1,234,567", 1234567000000}, {"1.234.567", 1234567000000}, {"1.234.567,5", 1234567500000},
      {"1,234,567.891", 1234567891000}, {"1.234,567", 1234567000}, {"1 234,567", 1234567000},
      {"1 234.567", 1234567000}, {"1'234,5", 1234500000}, {"123 456", 123456000000},
      /* one mark that can only stand before decimals */
      {"12,5", 12500000}, {"12,50", 12500000}, {"12,3456", 12345600}, {"0,125", 125000}, {",125", 125000},
      {"1234,567", 1234567000}, {"00,125", 125000}, {"1,234567", 1234567}, {"$0.125", 125000},
      /* signs */
      {"-5 ₴", -5000000}, {"-$5", -5000000}, {"$-5", -5000000}, {"- 5", -5000000}, {MINUS "5,00 €", -5000000},
      {"(12.50)", -12500000}, {"($12.50)", -12500000}, {"( 1 234,50 руб. )", -1234500000}, {"+1 234", 1234000000},
      {"-1,234.50", -1234500000}, {"(0)", 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) gives(cases[i].bytes, 0, cases[i].millionths);
}

static void no_amounts(void) {
  static const struct {
    const char *bytes;
    enum cast_result result;
  } cases[] = {
      /* a mark with three digits after it, which is thousands to some and decimals to others */
      {"1,234", CAST_MONEY_MARK}, {"12,345", CAST_MONEY_MARK}, {"123,456", CAST_MONEY_MARK},
      {"-1,234", CAST_MONEY_MARK}, {"$1,234", CAST_MONEY_MARK}, {"1,234 руб.", CAST_MONEY_MARK},
      {"1.234 €", CAST_MONEY_MARK}, {"$1.234", CAST_MONEY_MARK}, {"(1.234)", CAST_MONEY_MARK},
      /* separators where none can be */
      {"12 34", CAST_MONEY_GROUPS}, {"1 2345", CAST_MONEY_GROUPS}, {"1234 567", CAST_MONEY_GROUPS},
      {"1,23,456", CAST_MONEY_GROUPS}, {"1,234,56", CAST_MONEY_GROUPS}, {"1.234,567.89", CAST_MONEY_GROUPS},
      {"1 234'567", CAST_MONEY_GROUPS}, {"12,50 00", CAST_MONEY_GROUPS}, {"1  234", CAST_MONEY_GROUPS},
      {"1 ,5", CAST_MONEY_GROUPS}, {"1,,5", CAST_MONEY_GROUPS}, {"1_000", CAST_MONEY_GROUPS},
      {"12-50", CAST_NOT_NUMBER}, {"0x10", CAST_MONEY_GROUPS}, {"1.2.3", CAST_NOT_NUMBER},
      {"0 125", CAST_MONEY_GROUPS}, {"0'125", CAST_MONEY_GROUPS}, {"0.125.000", CAST_NOT_NUMBER},
      {"0,125.50", CAST_MONEY_GROUPS}, {"012 345", CAST_MONEY_GROUPS}, {"000.125,5", CAST_MONEY_GROUPS},
      {"-0 125", CAST_MONEY_GROUPS}, {"0" NBSP "000 ₽", CAST_MONEY_GROUPS}, {"1\t234", CAST_MONEY_GROUPS},
      /* words beside the amount that change it, or that nobody knows */
      {"5k", CAST_MONEY_WORD}, {"5 тыс.", CAST_MONEY_WORD}, {"5 тыс. руб.", CAST_MONEY_WORD}, {"$5M", CAST_MONEY_WORD},
      {"5 mln", CAST_MONEY_WORD}, {"50¢", CAST_MONEY_WORD}, {"k$5", CAST_MONEY_WORD}, {"K$5", CAST_MONEY_WORD},
      {"5 pcs", CAST_MONEY_WORD}, {"12 руб. 50 коп.", CAST_MONEY_WORD}, {"5,- €", CAST_MONEY_WORD},
      {"руб 5 x", CAST_MONEY_WORD}, {"№ 5", CAST_MONEY_WORD}, {"#5", CAST_MONEY_WORD}, {"5\n", CAST_MONEY_WORD},
      /* no numbers */
      {"NULL", CAST_NOT_NUMBER}, {"-", CAST_NOT_NUMBER}, {"руб.", CAST_NOT_NUMBER}, {"$", CAST_NOT_NUMBER},
      {"()", CAST_NOT_NUMBER}, {"(-5)", CAST_NOT_NUMBER}, {"-(5)", CAST_MONEY_WORD}, {"5-", CAST_NOT_NUMBER},
      {"--5", CAST_NOT_NUMBER}, {"(5", CAST_MONEY_WORD}, {"5)", CAST_MONEY_WORD}, {"5.", CAST_POINT_LAST},
      {"15%", CAST_PERCENT}, {"1e5", CAST_EXPONENT}, {"9,01381E+12", CAST_EXPONENT},
      /* too much */
      {"$1.2345678", CAST_MANY_DIGITS}, {"9 223 372 036 854,775808", CAST_TOO_LARGE},
      {"$9223372036855", CAST_TOO_LARGE}, {"1.0000001", CAST_MANY_DIGITS},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    refuses(cases[i].bytes, 0, cases[i].result);
  char digits[202];
  memset(digits, '1', sizeof digits);
  for (size_t i = 1; i < sizeof digits; i++) {
    char kept = digits[i];
    int64_t value;
    digits[i] = '\0';
    digits[0] = '(';
    CU_ASSERT_NOT_EQUAL(cast_money(text_of(digits), 0, &value), CAST_FINE);
    digits[0] = '1';
    if (i > 13) CU_ASSERT_NOT_EQUAL(cast_money(text_of(digits), 0, &value), CAST_FINE);
    digits[i] = kept;
  }
}

static void declared_marks(void) {
  static const struct {
    const char *bytes;
    char mark;
    int64_t millionths;
  } cases[] = {
      {"1,234", ',', 1234000}, {"1,234", '.', 1234000000}, {"1.234", ',', 1234000000}, {"1.234", '.', 1234000},
      {"1.234 €", ',', 1234000000}, {"$1,234", '.', 1234000000}, {"1 234,567", ',', 1234567000},
      {"1.234.567", ',', 1234567000000}, {"1234", ',', 1234000000}, {"12,5", ',', 12500000}, {",5", ',', 500000},
      {"-0,5 zł", ',', -500000}, {"0,125", ',', 125000}, {"00,125", ',', 125000}, {"100.000", ',', 100000000000},
      {"10.000,5", ',', 10000500000}, {"1.000.000", ',', 1000000000000}, {"100,000", '.', 100000000000},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    gives(cases[i].bytes, cases[i].mark, cases[i].millionths);
  static const char *const zeros[] = {"0.125", "00.125", "000.125", "-0.125", "€0.125", "0.125 €", "(0.125)", "0.000",
                                      "012.345", "0.125,50", "0 125", "0'125,5", "0" CURLY "125"};
  for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) refuses(zeros[i], ',', CAST_MONEY_GROUPS);
  refuses("0.125.000", ',', CAST_NOT_NUMBER);
  refuses("0,125", '.', CAST_MONEY_GROUPS);
  refuses("0,125.50", '.', CAST_MONEY_GROUPS);
  refuses("$0,125", '.', CAST_MONEY_GROUPS);
  refuses("1.5", ',', CAST_MONEY_GROUPS);
  refuses("1,5", '.', CAST_MONEY_GROUPS);
  refuses("$1,50", '.', CAST_MONEY_GROUPS);
  refuses("1,234.50", ',', CAST_MONEY_GROUPS);
  refuses("1.234,50", '.', CAST_MONEY_GROUPS);
}

/* Every amount, printed in each style, is read back. */
static void styles(void) {
  static const struct {
    const char *before, *group, *mark, *after;
  } styles[] = {{"$", ",", ".", ""}, {"", " ", ",", " руб."}, {"€", ".", ",", ""}, {"", "'", ".", " CHF"},
                {"", NARROW, ",", NBSP "₴"}, {"-", NBSP, ",", " ₽"}, {"(", ",", ".", ")"}};
  for (int64_t cents = 1; cents < (int64_t)1 << 40; cents = cents * 3 + 1) {
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
      char digits[24], bytes[96];
      int length = snprintf(digits, sizeof digits, "%lld", (long long)(cents / 100)), at = 0;
      at += snprintf(bytes, sizeof bytes, "%s", styles[i].before);
      for (int k = 0; k < length; k++) {
        bool parted = k && (length - k) % 3 == 0;
        at += snprintf(bytes + at, sizeof bytes - (size_t)at, "%s%c", parted ? styles[i].group : "", digits[k]);
      }
      snprintf(bytes + at, sizeof bytes - (size_t)at, "%s%02d%s", styles[i].mark, (int)(cents % 100), styles[i].after);
      bool negative = *styles[i].before == '-' || *styles[i].before == '(';
      gives(bytes, 0, (negative ? -cents : cents) * 10000);
    }
  }
}

static uint32_t below(uint32_t bound) {
  static uint64_t state = 11;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(state >> 33) % bound;
}

/* The forms of an amount without a currency, and which of the marks stands before its decimals. */
static const struct {
  const char *form;
  char mark;
} forms[] = {
    {"^[0-9]+$", 0},
    {"^[0-9]*\\.[0-9]+$", '.'},
    {"^[1-9][0-9]{0,2}( [0-9]{3})+$", 0},
    {"^[1-9][0-9]{0,2}('[0-9]{3})+$", 0},
    {"^[1-9][0-9]{0,2}( [0-9]{3})+\\.[0-9]+$", '.'},
    {"^[1-9][0-9]{0,2}('[0-9]{3})+\\.[0-9]+$", '.'},
    {"^[1-9][0-9]{0,2}( [0-9]{3})+,[0-9]+$", ','},
    {"^[1-9][0-9]{0,2}('[0-9]{3})+,[0-9]+$", ','},
    {"^[1-9][0-9]{0,2}(,[0-9]{3})+\\.[0-9]+$", '.'},
    {"^[1-9][0-9]{0,2}(\\.[0-9]{3})+,[0-9]+$", ','},
    {"^[1-9][0-9]{0,2}(,[0-9]{3}){2,}$", 0},
    {"^[1-9][0-9]{0,2}(\\.[0-9]{3}){2,}$", 0},
    {"^0[0-9]*,[0-9]+$", ','},
    {"^,[0-9]+$", ','},
    {"^[0-9]{4,},[0-9]+$", ','},
    {"^[0-9]{1,3},([0-9]{1,2}|[0-9]{4,})$", ','},
};
enum { FORMS = sizeof forms / sizeof *forms };

/* Millionths by schoolbook addition; false when it is finer or beyond int64. */
static bool value_of(const char *bytes, char mark, int64_t *value) {
  int after = -1;
  __int128 sum = 0;
  for (; *bytes; bytes++) {
    if (mark && *bytes == mark) after = 0;
    if (*bytes < '0' || *bytes > '9') continue;
    if (after == 6 && *bytes != '0') return false;
    if (after == 6) continue;
    sum = sum * 10 + (*bytes - '0');
    after += after >= 0;
  }
  for (int i = after < 0 ? 0 : after; i < 6; i++) sum *= 10;
  *value = (int64_t)sum;
  return sum <= INT64_MAX;
}

static void random_amounts(void) {
  regex_t grammar[FORMS];
  size_t seen[FORMS] = {0};
  for (size_t i = 0; i < FORMS; i++)
    CU_ASSERT_FATAL(regcomp(&grammar[i], forms[i].form, REG_EXTENDED | REG_NOSUB) == 0);
  for (int round = 0; round < 400000; round++) {
    static const char *const parts[] = {",", ".", " ", "'", "0", "7", "12", "123", "405", "000", ",123", " 123", ".123"};
    char bytes[48] = "";
    for (uint32_t i = 1 + below(4); i > 0; i--) strcat(bytes, parts[below(sizeof parts / sizeof *parts)]);
    strcat(bytes, below(2) ? "5" : "600");
    int64_t wanted = 0, value = 0;
    bool right = false;
    for (size_t i = 0; i < FORMS && !right; i++) {
      if (regexec(&grammar[i], bytes, 0, NULL, 0) != 0) continue;
      right = value_of(bytes, forms[i].mark, &wanted);
      seen[i]++;
    }
    bool fine = cast_money(text_of(bytes), 0, &value) == CAST_FINE;
    if (fine == right && (!fine || value == wanted)) continue;
    fprintf(stderr, "\n\"%s\"", bytes);
    CU_FAIL("a random amount is read differently");
    break;
  }
  for (size_t i = 0; i < FORMS; i++) {
    CU_ASSERT(seen[i] > 10);
    regfree(&grammar[i]);
  }
}

/* Searching halves a table, which must be sorted for that. */
static void currencies(void) {
  static const char *const words[] = {
#define CURRENCY(word) word,
#include "cast_currencies.def"
#undef CURRENCY
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    CU_ASSERT(cast_is_currency(text_of(words[i])));
    if (i) CU_ASSERT(text_order(text_of(words[i - 1]), text_of(words[i])) < 0);
  }
  CU_ASSERT(cast_is_currency(text_of("₿")));
  CU_ASSERT_FALSE(cast_is_currency(text_of("")));
  CU_ASSERT_FALSE(cast_is_currency(text_of("$$")));
  CU_ASSERT_FALSE(cast_is_currency(text_of("\xd1")));
  CU_ASSERT_FALSE(cast_is_currency(text_of("рублейрублейрублейрублей")));
}

/* -- Cells under a dialect ------------------------------------------------------------------ */

struct cell {
  enum cast_result result;
  bool present;
  int64_t value;
  struct rung_text text;
};

static struct cell cast_in(const struct prog_column *column, const struct rung_dialect *dialect, const char *bytes) {
  struct program_tables tables = {.columns = (struct prog_column *)(uintptr_t)column, .column_count = 1};
  uint64_t valid = 0, bits = 0;
  int64_t wide = 0;
  int32_t narrow = 0;
  struct rung_text text = {0};
  struct vec out = {.valid = &valid, .stride = 1};
  struct caster *caster = NULL;
  struct cell cell = {0};
  CU_ASSERT_EQUAL_FATAL(caster_new(&tables, 0, dialect, NULL, &caster, NULL), RUNG_OK);
  switch (column->type) {
    case RUNG_FLAG: out.data.bits = &bits; break;
    case RUNG_DATE: out.data.i32 = &narrow; break;
    case RUNG_TEXT:
    case RUNG_LIST: out.data.text = &text; break;
    default: out.data.i64 = &wide;
  }
  cell.result = cast_cell(caster, text_of(bytes), &out, 0);
  cell.present = valid & 1;
  cell.value = column->type == RUNG_FLAG ? (int64_t)bits : column->type == RUNG_DATE ? narrow : wide;
  cell.text = text;
  caster_free(caster);
  return cell;
}

static void decimal_commas(void) {
  struct rung_dialect comma = {.decimal = ','}, point = {.decimal = '.'};
  struct prog_column number = {.type = RUNG_NUMBER}, integer = {.type = RUNG_INTEGER}, money = {.type = RUNG_MONEY};
  CU_ASSERT_EQUAL(cast_in(&number, &comma, "1,5").value, 1500000);
  CU_ASSERT_EQUAL(cast_in(&number, &comma, "-,25").value, -250000);
  CU_ASSERT_EQUAL(cast_in(&number, &comma, "1,234").value, 1234000);
  CU_ASSERT_EQUAL(cast_in(&number, &comma, "7").value, 7000000);
  CU_ASSERT_EQUAL(cast_in(&number, &comma, "1.5").result, CAST_POINT_DECIMAL);
  CU_ASSERT_EQUAL(cast_in(&number, &comma, "1.234").result, CAST_POINT_DECIMAL);
  CU_ASSERT_EQUAL(cast_in(&number, &comma, "1.234,5").result, CAST_GROUPED);
  CU_ASSERT_EQUAL(cast_in(&number, &comma, "1 234,5").result, CAST_GROUPED);
  CU_ASSERT_EQUAL(cast_in(&number, &comma, "5,").result, CAST_NOT_NUMBER);
  CU_ASSERT_EQUAL(cast_in(&number, &point, "1,5").result, CAST_COMMA_DECIMAL);
  CU_ASSERT_EQUAL(cast_in(&integer, &comma, "3,0").value, 3);
  CU_ASSERT_EQUAL(cast_in(&integer, &comma, "3,5").result, CAST_FRACTION);
  CU_ASSERT_EQUAL(cast_in(&integer, &comma, "3.0").result, CAST_POINT_DECIMAL);
  CU_ASSERT_EQUAL(cast_in(&money, &comma, "1,234").value, 1234000);
  CU_ASSERT_EQUAL(cast_in(&money, &point, "1,234").value, 1234000000);
  CU_ASSERT_EQUAL(cast_in(&money, NULL, "1,234").result, CAST_MONEY_MARK);
}

static void missing_words(void) {
  static const char *const words[] = {"NULL", "-", "\\N", "нет данных"};
  struct rung_dialect dialect = {.missing = words, .missing_count = 4};
  static const enum rung_type types[] = {RUNG_FLAG, RUNG_INTEGER, RUNG_NUMBER, RUNG_MONEY, RUNG_DATE, RUNG_DATETIME,
                                         RUNG_TEXT, RUNG_LIST};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    struct prog_column column = {.type = types[i]};
    for (size_t k = 0; k < 4; k++) {
      struct cell cell = cast_in(&column, &dialect, words[k]);
      CU_ASSERT_EQUAL(cell.result, CAST_FINE);
      CU_ASSERT_FALSE(cell.present);
    }
  }
  struct prog_column number = {.type = RUNG_NUMBER, .flags = COLUMN_PRESET, .preset = 5}, text = {.type = RUNG_TEXT};
  CU_ASSERT_EQUAL(cast_in(&number, &dialect, " - ").value, 5);
  CU_ASSERT_EQUAL(cast_in(&number, &dialect, "null").result, CAST_NOT_NUMBER);
  CU_ASSERT(cast_in(&text, &dialect, " - ").present);
  CU_ASSERT(cast_in(&text, &dialect, "null").present);
}

static void unquote_marks(void) {
  struct rung_text mark = {"'", 1};
  struct prog_column text = {.type = RUNG_TEXT, .unquote = mark}, integer = {.type = RUNG_INTEGER, .unquote = mark};
  struct prog_column long_mark = {.type = RUNG_TEXT, .unquote = {"=\"", 2}}, date = {.type = RUNG_DATE, .unquote = mark};
  CU_ASSERT(text_same(cast_in(&text, NULL, "'75008").text, text_of("75008")));
  CU_ASSERT(text_same(cast_in(&text, NULL, "75008").text, text_of("75008")));
  CU_ASSERT(text_same(cast_in(&text, NULL, "''a'").text, text_of("'a'")));
  CU_ASSERT(text_same(cast_in(&text, NULL, " 'a").text, text_of(" 'a")));
  CU_ASSERT(text_same(cast_in(&long_mark, NULL, "=\"a").text, text_of("a")));
  CU_ASSERT(text_same(cast_in(&long_mark, NULL, "=").text, text_of("=")));
  CU_ASSERT_FALSE(cast_in(&text, NULL, "'").present);
  CU_ASSERT_EQUAL(cast_in(&integer, NULL, "'7").value, 7);
  CU_ASSERT_EQUAL(cast_in(&integer, NULL, " '  7 ").value, 7);
  CU_ASSERT_EQUAL(cast_in(&integer, NULL, "7").value, 7);
  CU_ASSERT_FALSE(cast_in(&integer, NULL, "' ").present);
  CU_ASSERT_EQUAL(cast_in(&date, NULL, "'1970-01-02").value, 1);
}

/* -- Times ------------------------------------------------------------------------------------ */

static int64_t second_of(int year, int month, int day, int hour, int minute, int second) {
  struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute,
                  .tm_sec = second};
  return timegm(&tm);
}

static void datetimes(void) {
  const int64_t exact = second_of(2025, 10, 7, 9, 50, 26);
  static const char *const same[] = {"2025-10-07 09:50:26", "2025-10-07T09:50:26", "2025-10-07 9:50:26",
                                     "2025-10-07 09:50:26 +0200", "2025-10-07T09:50:26Z", " 2025-10-07T09:50:26.75 ",
                                     "2025-10-07 09:50:26-11:30"};
  struct prog_column time = {.type = RUNG_DATETIME}, points = {.type = RUNG_DATETIME, .format = {"DD.MM.YYYY", 10}};
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) CU_ASSERT_EQUAL(cast_in(&time, NULL, same[i]).value, exact);
  CU_ASSERT_EQUAL(cast_in(&points, NULL, "07.10.2025 09:50:26").value, exact);
  CU_ASSERT_EQUAL(cast_in(&points, NULL, "07.10.2025 09:50").value, exact - 26);
  CU_ASSERT_EQUAL(cast_in(&time, NULL, "2025-10-07").value, second_of(2025, 10, 7, 0, 0, 0));
  CU_ASSERT_EQUAL(cast_in(&time, NULL, "1969-12-31 23:59:59").value, -1);
  CU_ASSERT_EQUAL(cast_in(&time, NULL, "2016-12-31 23:59:60").value, second_of(2016, 12, 31, 23, 59, 59));
  CU_ASSERT_EQUAL(cast_in(&time, NULL, "0001-01-01 00:00:00").value, -62135596800);
  CU_ASSERT_EQUAL(cast_in(&time, NULL, "9999-12-31 23:59:59").value, 253402300799);
  CU_ASSERT_EQUAL(cast_in(&time, NULL, "2025-10-07 24:00").result, CAST_NOT_TIME);
  CU_ASSERT_EQUAL(cast_in(&time, NULL, "2025-02-29 10:00").result, CAST_NO_SUCH_DAY);
  CU_ASSERT_EQUAL(cast_in(&time, NULL, "07.10.2025 09:50").result, CAST_DATE_POINTS);
  CU_ASSERT_EQUAL(cast_in(&points, NULL, "2025-10-07 09:50").result, CAST_NOT_FORMAT);
  struct prog_column ranged = {.type = RUNG_DATETIME, .flags = COLUMN_RANGE, .low = exact, .high = exact};
  CU_ASSERT_EQUAL(cast_in(&ranged, NULL, "2025-10-07 09:50:27").result, CAST_OUT_OF_RANGE);
  CU_ASSERT_EQUAL(cast_in(&ranged, NULL, "2025-10-07 09:50:26").value, exact);
}

static void date_formats(void) {
  struct rung_dialect dialect = {.date_format = "DD.MM.YYYY"};
  struct prog_column date = {.type = RUNG_DATE}, own = {.type = RUNG_DATE, .format = {"YYYYMMDD", 8}};
  struct prog_column time = {.type = RUNG_DATETIME};
  CU_ASSERT_EQUAL(cast_in(&date, &dialect, "02.01.1970").value, 1);
  CU_ASSERT_EQUAL(cast_in(&date, &dialect, "1970-01-02").result, CAST_NOT_FORMAT);
  CU_ASSERT_EQUAL(cast_in(&own, &dialect, "19700102").value, 1);
  CU_ASSERT_EQUAL(cast_in(&time, &dialect, "02.01.1970 00:00:01").value, 86401);
}

static void lists(void) {
  struct prog_column list = {.type = RUNG_LIST, .unquote = {"'", 1}};
  CU_ASSERT(text_same(cast_in(&list, NULL, "retail, ag-exempt").text, text_of("retail, ag-exempt")));
  CU_ASSERT(text_same(cast_in(&list, NULL, "'a").text, text_of("a")));
  CU_ASSERT_FALSE(cast_in(&list, NULL, "").present);
  CU_ASSERT(cast_in(&list, NULL, ",").present);
}

static void dialects(void) {
  CU_ASSERT_EQUAL(dialect_check(&(struct rung_dialect){0}, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(dialect_check(&(struct rung_dialect){.decimal = ',', .delimiter = ','}, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(dialect_check(&(struct rung_dialect){.decimal = ';'}, NULL), RUNG_INVALID);
  CU_ASSERT_EQUAL(dialect_check(&(struct rung_dialect){.delimiter = '"'}, NULL), RUNG_INVALID);
  CU_ASSERT_EQUAL(dialect_check(&(struct rung_dialect){.date_format = "DD.MM.YYYY"}, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(dialect_check(&(struct rung_dialect){.date_format = "DD.MM"}, NULL), RUNG_INVALID);
  CU_ASSERT_EQUAL(dialect_check(&(struct rung_dialect){.date_format = ""}, NULL), RUNG_INVALID);
  CU_ASSERT_EQUAL(dialect_check(&(struct rung_dialect){.columns = "a"}, NULL), RUNG_INVALID);
}

void suite_money(void);
void suite_money(void) {
  CU_pSuite suite = CU_add_suite("money", NULL, NULL);
  CU_add_test(suite, "amounts as shops write them", amounts);
  CU_add_test(suite, "amounts refused", no_amounts);
  CU_add_test(suite, "a declared mark before decimals", declared_marks);
  CU_add_test(suite, "every style is read back", styles);
  CU_add_test(suite, "random amounts against regular expressions", random_amounts);
  CU_add_test(suite, "currencies", currencies);
  CU_add_test(suite, "a decimal comma in other numbers", decimal_commas);
  CU_add_test(suite, "missing words of all columns", missing_words);
  CU_add_test(suite, "marks taken off", unquote_marks);
  CU_add_test(suite, "dates with times", datetimes);
  CU_add_test(suite, "a date format of all columns", date_formats);
  CU_add_test(suite, "lists", lists);
  CU_add_test(suite, "dialects that make no sense", dialects);
}
