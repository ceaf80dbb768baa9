/* kernels_date.c - the calendar: row by row, present rows only, for which dates and times are in years 1 to 9999. */
#include "calendar.h"
#include "decimal.h"
#include "kernels.h"

/* `fits` is of x and y, the values of a row; it stores the result in *out and says whether it exists. */
#define CALENDAR_2(id, b_type, b_field, fits)                                             \
  bool kernel_##id(const struct call *call) {                                             \
    EACH_WORD(w) {                                                                        \
      uint64_t valid = call->a->valid[w] & call->b->valid[w], exists = 0;                 \
      EACH_BIT(i, valid, word_rows(call, w)) {                                            \
        size_t row = w * 64 + i;                                                          \
        int32_t x = call->a->data.i32[row * call->a->stride], *out = &call->dst->data.i32[row]; \
        b_type y = call->b->data.b_field[row * call->b->stride];                          \
        exists |= (uint64_t)(fits) << i;                                                  \
      }                                                                                   \
      call->dst->valid[w] = exists;                                                       \
    }                                                                                     \
    return true;                                                                          \
  }
CALENDAR_2(ADD_DAYS, int64_t, i64, calendar_add_days(x, y, out))
CALENDAR_2(ADD_MONTHS, int64_t, i64, calendar_add_months(x, y, out))
CALENDAR_2(ANNIVERSARY, int32_t, i32, calendar_anniversary(x, y, out))

#define PART(id, from, to, result)                                                                               \
  bool kernel_##id(const struct call *call) {                                                           \
    EACH_WORD(w) {                                                                                      \
      uint64_t valid = call->a->valid[w];                                                               \
      EACH_BIT(i, valid, word_rows(call, w)) {                                                          \
        size_t row = w * 64 + i;                                                                        \
        call->dst->data.to[row] = result(call->a->data.from[row * call->a->stride]);                    \
      }                                                                                                 \
      call->dst->valid[w] = valid;                                                                      \
    }                                                                                                   \
    return true;                                                                                        \
  }
static int64_t year_of(int32_t date) { return calendar_civil(date).year; }
static int64_t month_of(int32_t date) { return calendar_civil(date).month; }
static int64_t day_of(int32_t date) { return calendar_civil(date).day; }
static int64_t weekday_of(int32_t date) { return calendar_weekday(date); }
PART(YEAR, i32, i64, year_of)
PART(MONTH, i32, i64, month_of)
PART(DAY, i32, i64, day_of)
PART(WEEKDAY, i32, i64, weekday_of)
PART(DATE_OF, i64, i32, calendar_time_day)

/* Ten thousand years of seconds, in millionths of hours, are below 2^60. */
static int64_t hours(int64_t seconds) {
  int64_t doubled = seconds * (2 * DECIMAL_ONE / 400); /* 3600 is 9 * 400 */
  return (doubled + (doubled < 0 ? -9 : 9)) / 18;
}

bool kernel_HOURS(const struct call *call) {
  EACH_WORD(w) {
    uint64_t valid = call->a->valid[w] & call->b->valid[w];
    EACH_BIT(i, valid, word_rows(call, w)) {
      size_t row = w * 64 + i;
      int64_t to = call->a->data.i64[row * call->a->stride], from = call->b->data.i64[row * call->b->stride];
      call->dst->data.i64[row] = hours(to - from);
    }
    call->dst->valid[w] = valid;
  }
  return true;
}
