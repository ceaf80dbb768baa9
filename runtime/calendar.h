/* calendar.h - dates as days since 1970-01-01 in the proleptic Gregorian calendar, years 1 to 9999. */
#ifndef RUNG_CALENDAR_H
#define RUNG_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CALENDAR_FIRST = -719162, CALENDAR_LAST = 2932896 }; /* 0001-01-01, 9999-12-31 */
enum { CALENDAR_DAY_SECONDS = 86400 };

/* A time, in seconds since 1970-01-01 00:00:00, of those years; the day that it is part of. */
static inline bool calendar_time_valid(int64_t seconds) {
  return seconds >= (int64_t)CALENDAR_FIRST * CALENDAR_DAY_SECONDS &&
         seconds < ((int64_t)CALENDAR_LAST + 1) * CALENDAR_DAY_SECONDS;
}

static inline int32_t calendar_time_day(int64_t seconds) {
  return (int32_t)((seconds - (seconds < 0 ? CALENDAR_DAY_SECONDS - 1 : 0)) / CALENDAR_DAY_SECONDS);
}

struct civil {
  int32_t year, month, day;
};

static inline bool calendar_leap(int32_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

static inline int32_t calendar_month_days(int32_t year, int32_t month) {
  static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && calendar_leap(year) ? 29 : days[month - 1];
}

static inline bool calendar_valid(int32_t year, int32_t month, int32_t day) {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= calendar_month_days(year, month);
}

/* Years are counted from 1 March, so that the leap day ends a year and months have a regular length
   (H. Hinnant, "chrono-compatible low-level date algorithms"). */
static inline int32_t calendar_days(struct civil date) {
  int32_t year = date.year - (date.month <= 2);
  int32_t era = (year >= 0 ? year : year - 399) / 400;
  int32_t year_of_era = year - era * 400;
  int32_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static inline struct civil calendar_civil(int32_t days) {
  int32_t shifted = days + 719468;
  int32_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  int32_t day_of_era = shifted - era * 146097;
  int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int32_t shifted_month = (5 * day_of_year + 2) / 153;
  int32_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return (struct civil){year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

/* The results of the next three exist within years 1 to 9999 only. */
static inline bool calendar_in_range(int64_t days, int32_t *out) {
  *out = (int32_t)days;
  return days >= CALENDAR_FIRST && days <= CALENDAR_LAST;
}

static inline bool calendar_add_days(int32_t date, int64_t days, int32_t *out) {
  int64_t sum;
  return !__builtin_add_overflow((int64_t)date, days, &sum) && calendar_in_range(sum, out);
}

/* The same day of the month `months` later, or that month's last day. */
static inline bool calendar_add_months(int32_t date, int64_t months, int32_t *out) {
  struct civil civil = calendar_civil(date);
  int64_t count;
  if (__builtin_add_overflow((int64_t)civil.year * 12 + civil.month - 1, months, &count)) return false;
  if (count < 12 || count >= 10000 * 12) return false;
  int32_t year = (int32_t)(count / 12), month = (int32_t)(count % 12) + 1, last = calendar_month_days(year, month);
  *out = calendar_days((struct civil){year, month, civil.day < last ? civil.day : last});
  return true;
}

/* The first day from `from` on with the month and day of `date`; 29 February is 28 February in common years. */
static inline bool calendar_anniversary(int32_t date, int32_t from, int32_t *out) {
  struct civil wanted = calendar_civil(date);
  for (int32_t year = calendar_civil(from).year; year <= 9999; year++) {
    int32_t last = calendar_month_days(year, wanted.month);
    *out = calendar_days((struct civil){year, wanted.month, wanted.day < last ? wanted.day : last});
    if (*out >= from) return true;
  }
  return false;
}

/* Monday 1 to Sunday 7; 1970-01-01 was a Thursday. */
static inline int32_t calendar_weekday(int32_t days) {
  int32_t since_monday = (days + 3) % 7;
  return (since_monday < 0 ? since_monday + 7 : since_monday) + 1;
}

enum { CALENDAR_PRINT_ROOM = 10 };

/* Writes YYYY-MM-DD, CALENDAR_PRINT_ROOM bytes. */
static inline void calendar_print(char *out, int32_t days) {
  struct civil civil = calendar_civil(days);
  for (int i = 3; i >= 0; i--, civil.year /= 10) out[i] = (char)('0' + civil.year % 10);
  out[4] = out[7] = '-';
  out[5] = (char)('0' + civil.month / 10), out[6] = (char)('0' + civil.month % 10);
  out[8] = (char)('0' + civil.day / 10), out[9] = (char)('0' + civil.day % 10);
}

#endif
