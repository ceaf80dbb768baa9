/* decode_date.c - plain cells to days: YYYY-MM-DD. */
#include "calendar.h"
#include "decode.h"
#include "swar.h"

enum { LENGTH = 10 };

/* YYYYMMDD of YYYY-MM-DD, whatever stands between. */
static inline uint64_t pull_digits(const char *at) {
  uint64_t word = swar_load(at), last = swar_load(at + 2);
  return (word & UINT64_C(0x00000000ffffffff)) | (word >> 8 & UINT64_C(0x0000ffff00000000)) |
         (last & UINT64_C(0xffff000000000000));
}

/* 31 March and 30 April alternate but for a step at August; 29 February is left to others. */
static inline uint32_t surely_last_day(uint32_t month) { return month == 2 ? 28 : 30 | ((month ^ month >> 3) & 1); }

uint64_t decode_dates(const struct cells *cells, int32_t *days) {
  uint64_t read = 0;
  for (size_t i = 0; i < cells->count; i++) {
    const char *at = cells->at[i].bytes;
    uint64_t digits = pull_digits(at) ^ SWAR_EACH('0');
    uint64_t pairs = digits * 10 + (digits >> 8); /* in each second byte */
    uint32_t year = (uint32_t)(pairs & 0xff) * 100 + (uint32_t)(pairs >> 16 & 0xff);
    uint32_t month = (uint32_t)(pairs >> 32 & 0xff), day = (uint32_t)(pairs >> 48 & 0xff);
    days[i] = calendar_days((struct civil){(int32_t)year, (int32_t)month, (int32_t)day});
    bool form = (cells->at[i].length == LENGTH) & (at[4] == '-') & (at[7] == '-') & swar_all_digits(digits);
    read |= (uint64_t)(form & (year >= 1) & (month - 1 < 12) & (day - 1 < surely_last_day(month))) << i;
  }
  return read;
}
