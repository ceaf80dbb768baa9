/* generate.c - write a made customer dump of any size to standard output, for benchmarks and trials.

     generate ROWS [SEED]
     generate orders ROWS CUSTOMERS [SEED]   orders of that many customers, in the order of their dates
     generate columns COUNT ROWS [SEED]      a plain dump of 5 to 1000 columns

   26 columns as a shop's database would export them: Cyrillic names and cities, about 3 % of the cells quoted (with
   commas, doubled quotes, now and then a newline inside), about 5 % empty.  A dump of COUNT columns begins with
   customer_id,orders,revenue,days_since_last,city and goes on with field6, field7 ...: by turns whole numbers, money,
   dates and words.  Of orders some customers make far more than
   others; a few are of nobody, and a few of customers who are in no dump.  The same numbers give the same bytes on
   every machine.  The dumps are as of 2026-11-01.  */
#include "calendar.h"
#include "decimal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char header[] =
    "customer_id,email,phone,first_name,last_name,city,country,registered_at,first_order_at,last_order_at,orders,"
    "items,revenue,avg_check,returns,abandoned_carts,lost_count,days_since_last,email_consent,sms_consent,nps,"
    "support_tickets,visits_30d,referrals,birthday,source\n";

static const char *const first_names[] = {
    "Анна", "Олег", "Ирина", "Сергей", "Мария", "Дмитрий", "Елена", "Павел", "Наталья", "Виктор", "Ольга", "Андрей",
    "Оксана", "Тарас", "Ганна", "Богдан", "Юлія", "Ivan", "Kate", "John", "Світлана", "Пётр", "Ангелина", "Лев"};
static const char *const last_names[] = {
    "Иванова", "Петренко", "Сидорова", "Коваль", "Шевченко", "Мельник", "Бойко", "Ткаченко", "Кравченко", "Кузнецова",
    "Smith", "Olson", "Лысенко", "Гончар", "Морозова", "Зайцев", "Руденко", "Ященко"};
static const char *const cities[] = {"Киев",   "Харьков", "Одесса", "Днепр",  "Львов",  "Бровары",       "Ирпень",
                                     "Вишневое", "Белая Церковь", "Полтава", "Сумы", "Херсон", "Винница", "Житомир",
                                     "Черкассы", "Ровно", "Warsaw", "Praha"};
static const char *const quoted_cities[] = {"\"Киев, Подол\"", "\"Одесса, центр\"", "\"пгт \"\"Южный\"\"\"",
                                            "\"Белая Церковь\"", "\"Киев\""};
static const char *const broken_cities[] = {"\"Львов\nул. Зелёная\"", "\"Днепр\nЦентр, \"\"Левый\"\" берег\""};
static const char *const mail_names[] = {"anna.petrenko", "oleg.kovalchuk",  "iryna_melnyk",      "s.tkachenko",
                                         "dmytro",        "pavlo-marchenko", "bohdan.yashchenko", "viktor.lysenko",
                                         "olga.honchar",  "andriy.rudenko",  "maria.boyko.kyiv",  "taras.zaets",
                                         "oksana.moroz",  "olena.shevchuk",  "j.smith.jr",        "office"};
static const char *const quoted_names[] = {"\"Коваль, мл.\"", "\"ООО \"\"Лето\"\"\"", "\"Smith, Jr.\"", "\"Бойко\""};
static const char *const domains[] = {"gmail.com", "ukr.net", "i.ua", "mail.example", "yahoo.com", "shop.example"};
static const char *const operators[] = {"+38067", "+38050", "+38063", "+38093", "+38097", "+38068"};
static const char *const sources[] = {"organic", "referral", "direct", "ads", "social", "email", "marketplace"};

/* SplitMix64: one state word, full period, the same everywhere (G. Steele, D. Lea, C. Flood, 2014). */
static uint64_t random64(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static uint32_t below(uint64_t *state, uint32_t n) { return (uint32_t)((random64(state) >> 32) * n >> 32); }
static bool chance(uint64_t *state, uint32_t per_thousand) { return below(state, 1000) < per_thousand; }

/* A row as it is put together: cells with separators between them. */
struct row {
  char bytes[16384];
  size_t length;
  uint64_t state;
};

static void put(struct row *row, const char *text) {
  size_t n = strlen(text);
  memcpy(row->bytes + row->length, text, n);
  row->length += n;
}

static void put_integer(struct row *row, int64_t value) {
  row->length += integer_print(row->bytes + row->length, value);
}

static void put_date(struct row *row, int32_t days) {
  calendar_print(row->bytes + row->length, days);
  row->length += CALENDAR_PRINT_ROOM;
}

static void put_money(struct row *row, int64_t cents) {
  row->length += decimal_print(row->bytes + row->length, cents * (DECIMAL_ONE / 100), 2);
}

static void comma(struct row *row) { row->bytes[row->length++] = ','; }

/* About one cell in twenty is empty, where a cell may be. */
static bool empty(struct row *row) { return chance(&row->state, 30); }

static void put_person(struct row *row, uint64_t id) {
  uint64_t *r = &row->state;
  put_integer(row, (int64_t)id);
  comma(row);
  if (!empty(row)) {
    put(row, mail_names[below(r, COUNT(mail_names))]);
    put(row, ".");
    put_integer(row, (int64_t)id);
    put(row, "@");
    put(row, domains[below(r, COUNT(domains))]);
  }
  comma(row);
  if (!empty(row)) {
    put(row, operators[below(r, COUNT(operators))]);
    for (uint32_t i = 0, number = below(r, 10000000); i < 7; i++, number /= 10)
      row->bytes[row->length++] = (char)('0' + number % 10);
  }
  comma(row);
  if (!empty(row)) put(row, first_names[below(r, COUNT(first_names))]);
  comma(row);
  if (chance(r, 350)) put(row, quoted_names[below(r, COUNT(quoted_names))]);
  else if (!empty(row)) put(row, last_names[below(r, COUNT(last_names))]);
  comma(row);
  if (chance(r, 10)) put(row, broken_cities[below(r, COUNT(broken_cities))]);
  else if (chance(r, 425)) put(row, quoted_cities[below(r, COUNT(quoted_cities))]);
  else if (!empty(row)) put(row, cities[below(r, COUNT(cities))]);
  comma(row);
  if (!empty(row)) put(row, chance(r, 900) ? "UA" : "PL");
  comma(row);
}

static void put_purchases(struct row *row, int32_t today) {
  uint64_t *r = &row->state;
  int32_t registered = today - (int32_t)below(r, 2200);
  uint32_t orders = chance(r, 180) ? 0 : 1 + below(r, 3) * below(r, 5) + (chance(r, 30) ? below(r, 40) : 0);
  int32_t span = today - registered;
  int32_t first = registered + (span > 0 ? (int32_t)below(r, (uint32_t)span) : 0);
  int32_t last = orders > 1 && today > first ? first + (int32_t)below(r, (uint32_t)(today - first + 1)) : first;
  int64_t revenue = 0;
  if (!empty(row)) put_date(row, registered);
  comma(row);
  if (orders && !empty(row)) put_date(row, first);
  comma(row);
  if (orders && !empty(row)) put_date(row, last);
  comma(row);
  put_integer(row, orders);
  comma(row);
  if (!empty(row)) put_integer(row, orders + orders * below(r, 4));
  comma(row);
  for (uint32_t i = 0; i < orders; i++) revenue += 5000 + below(r, 150000);
  if (!empty(row)) put_money(row, revenue);
  comma(row);
  if (orders && !empty(row)) put_money(row, revenue / orders);
  comma(row);
  if (!empty(row)) put_integer(row, orders && chance(r, 150) ? below(r, orders + 1) : 0);
  comma(row);
  if (!empty(row)) put_integer(row, chance(r, 300) ? below(r, 5) : 0);
  comma(row);
  if (!empty(row)) put_integer(row, chance(r, 120) ? 1 + below(r, 3) : 0);
  comma(row);
  if (orders && !empty(row)) put_integer(row, today - last);
  comma(row);
}

static void put_contacts(struct row *row, int32_t today) {
  uint64_t *r = &row->state;
  put(row, chance(r, 600) ? "1" : "0");
  comma(row);
  put(row, chance(r, 350) ? "1" : "0");
  comma(row);
  if (!empty(row)) put_integer(row, below(r, 11));
  comma(row);
  if (!empty(row)) put_integer(row, chance(r, 200) ? below(r, 6) : 0);
  comma(row);
  if (!empty(row)) put_integer(row, below(r, 20) * below(r, 3));
  comma(row);
  if (!empty(row)) put_integer(row, chance(r, 80) ? below(r, 5) : 0);
  comma(row);
  if (!empty(row)) put_date(row, today - 6500 - (int32_t)below(r, 20000));
  comma(row);
  if (!empty(row)) put(row, sources[below(r, COUNT(sources))]);
  put(row, "\n");
}

/* -- Orders ---------------------------------------------------------------------------- */

static const char orders_header[] = "order_id,customer_id,ordered_at,total,state,items,channel\n";
static const char *const states[] = {"paid", "paid", "paid", "paid", "paid", "delivered", "cancelled", "refunded"};
static const char *const channels[] = {"web", "app", "phone", "shop", "marketplace"};

static void put_order(struct row *row, uint64_t id, uint64_t rows, uint32_t customers, int32_t today) {
  enum { YEARS = 5 * 365 };
  uint64_t *r = &row->state;
  uint32_t items = 1 + below(r, 4), any = below(r, customers);
  put_integer(row, (int64_t)id);
  comma(row);
  /* One order in three comes from the first tenth of the customers; a hundredth of the numbers are unknown. */
  if (!chance(r, 10)) put_integer(row, 1 + (chance(r, 333) ? any / 10 : any) + (chance(r, 10) ? customers : 0));
  comma(row);
  put_date(row, today - YEARS + (int32_t)((id - 1) * YEARS / rows));
  put(row, " ");
  for (uint32_t i = 0, time = below(r, 24 * 60); i < 2; i++) {
    uint32_t part = i ? time % 60 : time / 60;
    row->bytes[row->length++] = (char)('0' + part / 10);
    row->bytes[row->length++] = (char)('0' + part % 10);
    put(row, i ? "" : ":");
  }
  comma(row);
  if (!empty(row)) put_money(row, 5000 + (int64_t)below(r, 150000) * items);
  comma(row);
  put(row, states[below(r, COUNT(states))]);
  comma(row);
  put_integer(row, items);
  comma(row);
  if (!empty(row)) put(row, channels[below(r, COUNT(channels))]);
  put(row, "\n");
}

/* -- Any number of columns ---------------------------------------------------------------- */

static void put_columns_header(uint32_t columns) {
  fputs("customer_id,orders,revenue,days_since_last,city", stdout);
  for (uint32_t i = 6; i <= columns; i++) printf(",field%u", i);
  fputs("\n", stdout);
}

static void put_field(struct row *row, uint32_t kind, int32_t today) {
  uint64_t *r = &row->state;
  switch (kind) {
    case 0: put_integer(row, below(r, 1000)); break;
    case 1: put_money(row, below(r, 5000000)); break;
    case 2: put_date(row, today - (int32_t)below(r, 3000)); break;
    default: put(row, sources[below(r, COUNT(sources))]);
  }
}

static void put_columns(struct row *row, uint64_t id, uint32_t columns, int32_t today) {
  uint64_t *r = &row->state;
  put_integer(row, (int64_t)id);
  comma(row);
  put_integer(row, below(r, 12));
  comma(row);
  if (!empty(row)) put_money(row, below(r, 5000000));
  comma(row);
  if (!empty(row)) put_integer(row, below(r, 900));
  comma(row);
  if (!empty(row)) put(row, cities[below(r, COUNT(cities))]);
  for (uint32_t i = 6; i <= columns; i++) {
    comma(row);
    if (!chance(r, 50)) put_field(row, i % 4, today);
  }
  put(row, "\n");
}

/* -- All of it --------------------------------------------------------------------------- */

static bool read_number(const char *text, uint64_t *value) {
  char *end;
  errno = 0;
  *value = strtoull(text, &end, 10);
  return errno == 0 && *text >= '0' && *text <= '9' && *end == 0;
}

/* The first word of the command line when it is no number, and how many numbers must follow it. */
enum kind { CUSTOMERS, ORDERS, COLUMNS };
static const char *const kind_words[] = {[ORDERS] = "orders", [COLUMNS] = "columns"};

struct wanted {
  enum kind kind;
  uint64_t rows, customers, columns, seed;
};

static bool read_wanted(int argc, char **argv, struct wanted *wanted) {
  *wanted = (struct wanted){.kind = CUSTOMERS, .seed = 20261101};
  for (enum kind kind = ORDERS; kind <= COLUMNS; kind++)
    if (argc > 1 && strcmp(argv[1], kind_words[kind]) == 0) wanted->kind = kind;
  uint64_t *const numbers[][3] = {[CUSTOMERS] = {&wanted->rows, &wanted->seed},
                                  [ORDERS] = {&wanted->rows, &wanted->customers, &wanted->seed},
                                  [COLUMNS] = {&wanted->columns, &wanted->rows, &wanted->seed}};
  int first = 1 + (wanted->kind != CUSTOMERS), given = argc - first, needed = first;
  if (given < needed || given > needed + 1) return false;
  for (int i = 0; i < given; i++)
    if (!read_number(argv[first + i], numbers[wanted->kind][i])) return false;
  if (wanted->kind == ORDERS) return wanted->customers > 0 && wanted->customers <= UINT32_MAX;
  return wanted->kind != COLUMNS || (wanted->columns >= 5 && wanted->columns <= 1000);
}

static void put_row(struct row *row, const struct wanted *wanted, uint64_t id, int32_t today) {
  row->length = 0;
  switch (wanted->kind) {
    case ORDERS: put_order(row, id, wanted->rows, (uint32_t)wanted->customers, today); break;
    case COLUMNS: put_columns(row, id, (uint32_t)wanted->columns, today); break;
    default:
      put_person(row, id);
      put_purchases(row, today);
      put_contacts(row, today);
  }
}

int main(int argc, char **argv) {
  struct wanted wanted;
  if (!read_wanted(argc, argv, &wanted)) {
    fputs("usage: generate ROWS [SEED] >dump.csv\n       generate orders ROWS CUSTOMERS [SEED] >orders.csv\n"
          "       generate columns COUNT ROWS [SEED] >dump.csv\n", stderr);
    return 2;
  }
  struct row row = {.state = wanted.seed};
  int32_t today = calendar_days((struct civil){2026, 11, 1});
  if (wanted.kind == COLUMNS) put_columns_header((uint32_t)wanted.columns);
  else fputs(wanted.kind == ORDERS ? orders_header : header, stdout);
  for (uint64_t id = 1; id <= wanted.rows && !ferror(stdout); id++) {
    put_row(&row, &wanted, id, today);
    fwrite(row.bytes, 1, row.length, stdout);
  }
  if (ferror(stdout) || fflush(stdout) != 0) {
    perror("generate");
    return 4;
  }
  return 0;
}
