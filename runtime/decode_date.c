/* decode_date.c - plain cells to days: YYYY-MM-DD. */
#include "decode.h"
#include "swar.h"

enum { LENGTH = 10 };

/* Of the months; 29 February is left to others. */
static const uint8_t last_days[128] = {[1] = 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

/* A year ends with February, so that months have a regular length (C. Neri, L. Schneider, "Euclidean affine functions
   and their application to calendar algorithms"). */
static inline int32_t count_days(uint32_t year, uint32_t month, uint32_t day) {
  uint32_t short_year = month < 3;
  year -= short_year;
  month += 12 * short_year;
  uint32_t century = year / 100;
  return (int32_t)(year * 1461 / 4 - century + century / 4 + (month * 979 - 2919) / 32 + day) - 719469;
}

/* Gives 0 when the cell is such a date. */
static inline uint64_t read_date(struct rung_text cell, int32_t *days) {
  uint64_t rest = swar_load(cell.bytes + 2) ^ UINT64_C(0x30302d30302d3030);  /* 00-00-00 */
  uint64_t century = (swar_load(cell.bytes) & 0xffff) ^ 0x3030;
  uint64_t wrong = (rest | (rest + UINT64_C(0x76767f76767f7676)) | century | (century + 0x7676)) & SWAR_HIGH;
  uint64_t pairs = rest * 10 + (rest >> 8);
  uint32_t year = (uint32_t)((century * 10 + (century >> 8)) & 0xff) * 100 + (uint32_t)(pairs & 0xff);
  uint32_t month = pairs >> 24 & 0x7f, day = pairs >> 48 & 0xff;
  *days = count_days(year, month, day);
  return wrong | (cell.length ^ LENGTH) | (day - 1 >= last_days[month]) | (year == 0);
}

uint64_t decode_dates(const struct tile *tile, uint32_t field, int32_t *days) {
  uint64_t read = 0;
  for (size_t i = tile->count; i-- > 0;) read = read * 2 + (read_date(tile_raw(tile, i, field), &days[i]) == 0);
  return read;
}

bool decode_date(struct rung_text cell, int32_t *days) { return read_date(cell, days) == 0; }
