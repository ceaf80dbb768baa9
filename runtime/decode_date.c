/* decode_date.c - plain cells to days: YYYY-MM-DD. */
#include "decode.h"
#include "swar.h"

enum { LENGTH = 10 };

/* Of the months; 29 February is left to others. */
static inline uint32_t last_day(uint32_t month) { return 30 + ((month ^ month >> 3) & 1) - 2u * (month == 2); }

/* A year ends with February, so that months have a regular length (C. Neri, L. Schneider, "Euclidean affine functions
   and their application to calendar algorithms"). */
static inline int32_t count_days(uint32_t year, uint32_t month, uint32_t day) {
  uint32_t short_year = month < 3;
  year -= short_year;
  month += 12 * short_year;
  uint32_t century = year / 100;
  return (int32_t)(year * 1461 / 4 - century + century / 4 + (month * 979 - 2919) / 32 + day) - 719469;
}

/* From bytes 0 to 7 and 2 to 9 of the cell; gives 0 when it is such a date. */
static inline uint32_t read_date(uint64_t begin, uint64_t end, uint64_t length, int32_t *days) {
  uint64_t rest = end ^ UINT64_C(0x30302d30302d3030), century = (begin & 0xffff) ^ 0x3030; /* 00-00-00 */
  uint64_t wrong = (rest | (rest + UINT64_C(0x76767f76767f7676)) | century | (century + 0x7676)) & SWAR_HIGH;
  uint64_t pairs = rest * 10 + (rest >> 8);
  uint32_t year = (uint32_t)((century * 10 + (century >> 8)) & 0xff) * 100 + (uint32_t)(pairs & 0xff);
  uint32_t month = pairs >> 24 & 0xff, day = pairs >> 48 & 0xff;
  *days = count_days(year, month, day);
  return (wrong != 0) | (length != LENGTH) | (month - 1 >= 12) | (day - 1 >= last_day(month)) | (year == 0);
}

CLONES static uint64_t read_dates(const struct spans *spans, int32_t *restrict days) {
  uint64_t ends[DECODE_ROWS];
  uint8_t read[DECODE_ROWS];
  for (size_t i = 0; i < DECODE_ROWS; i++) ends[i] = swar_load(spans->bytes + place_begin(spans->places[i]) + 2);
  for (size_t i = 0; i < DECODE_ROWS; i++)
    read[i] = read_date(spans->words[i], ends[i], place_length(spans->places[i]), &days[i]) == 0;
  return swar_bits(read);
}

uint64_t decode_dates(const struct spans *spans, int32_t *days) { return read_dates(spans, days); }

bool decode_date(struct rung_text cell, int32_t *days) {
  uint64_t begin = swar_load(cell.bytes), end = swar_load(cell.bytes + 2);
  return cell.length == LENGTH && read_date(begin, end, LENGTH, days) == 0;
}
