/* kernels_date.c - the calendar: row by row, present rows only, for which a date is within years 1 to 9999. */
#include "calendar.h"
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

#define CIVIL(id, member)                                                                               \
  bool kernel_##id(const struct call *call) {                                                           \
    EACH_WORD(w) {                                                                                      \
      uint64_t valid = call->a->valid[w];                                                               \
      EACH_BIT(i, valid, word_rows(call, w)) {                                                          \
        size_t row = w * 64 + i;                                                                        \
        call->dst->data.i64[row] = calendar_civil(call->a->data.i32[row * call->a->stride]).member;     \
      }                                                                                                 \
      call->dst->valid[w] = valid;                                                                      \
    }                                                                                                   \
    return true;                                                                                        \
  }
CIVIL(YEAR, year)
CIVIL(MONTH, month)
CIVIL(DAY, day)
