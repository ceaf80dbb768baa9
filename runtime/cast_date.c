/* cast_date.c - cells to dates and times, by a format; and why a cell is none. */
#include "calendar.h"
#include "cast_parse.h"
#include "date_format.h"
#include "text.h"

enum { SHORT_YEAR_TURN = 69 }; /* 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068 */
enum { DAY_SECONDS = 86400 };

static const struct rung_text iso = {"YYYY-MM-DD", 10};

/* Takes `least` to `most` digits off the front. */
static bool take_digits(struct rung_text *cell, unsigned least, unsigned most, int32_t *value) {
  unsigned count = 0;
  for (*value = 0; count < most && count < cell->length; count++) {
    char byte = cell->bytes[count];
    if (byte < '0' || byte > '9') break;
    *value = *value * 10 + (byte - '0');
  }
  *cell = (struct rung_text){cell->bytes + count, cell->length - count};
  return count >= least;
}

static bool take_byte(struct rung_text *cell, char byte) {
  if (cell->length == 0 || cell->bytes[0] != byte) return false;
  *cell = (struct rung_text){cell->bytes + 1, cell->length - 1};
  return true;
}

/* Takes a date off the front, which is perhaps no day of the calendar. */
static bool take_date(struct rung_text *cell, struct rung_text format, struct civil *date) {
  while (format.length) {
    struct date_piece piece = date_format_next(&format);
    if (piece.digits == 0) {
      if (!take_byte(cell, piece.letter)) return false;
      continue;
    }
    int32_t *part = piece.letter == 'Y' ? &date->year : piece.letter == 'M' ? &date->month : &date->day;
    if (!take_digits(cell, piece.digits, piece.digits < 2 ? 2 : piece.digits, part)) return false;
    if (piece.letter == 'Y' && piece.digits == 2) date->year += date->year < SHORT_YEAR_TURN ? 2000 : 1900;
  }
  return true;
}

/* Z, or a sign and hh:mm or hhmm. */
static bool is_zone(struct rung_text zone) {
  int32_t hours, minutes;
  if (take_byte(&zone, 'Z')) return zone.length == 0;
  if (!take_byte(&zone, '+') && !take_byte(&zone, '-')) return false;
  if (!take_digits(&zone, 2, 2, &hours)) return false;
  take_byte(&zone, ':');
  return take_digits(&zone, 2, 2, &minutes) && zone.length == 0 && hours < 24 && minutes < 60;
}

/* What may follow a date; some exporters write the hour without its leading zero. */
static bool read_time(struct rung_text time, int32_t *second) {
  int32_t hours, minutes, seconds = 0, fraction;
  if (!take_byte(&time, ' ') && !take_byte(&time, 'T')) return false;
  if (!take_digits(&time, 1, 2, &hours) || !take_byte(&time, ':') || !take_digits(&time, 2, 2, &minutes)) return false;
  if (take_byte(&time, ':')) {
    if (!take_digits(&time, 2, 2, &seconds)) return false;
    if (take_byte(&time, '.') && !take_digits(&time, 1, 9, &fraction)) return false;
  }
  if (hours > 23 || minutes > 59 || seconds > 60) return false; /* 60 is a leap second */
  *second = (hours * 60 + minutes) * 60 + (seconds < 60 ? seconds : 59);
  if (time.length == 0) return true;
  bool blank = take_byte(&time, ' ');
  return is_zone(time) && !(blank && time.bytes[0] == 'Z');
}

/* The first of these that a cell is written by tells what to declare. */
static enum cast_result why_no_iso_date(struct rung_text cell) {
  static const struct {
    struct rung_text format;
    enum cast_result result;
  } shapes[] = {
      {{"D.M.YYYY", 8}, CAST_DATE_POINTS},       {{"D.M.YY", 6}, CAST_DATE_POINTS_SHORT},
      {{"D/M/YYYY", 8}, CAST_DATE_SLASHES},      {{"D/M/YY", 6}, CAST_DATE_SLASHES_SHORT},
      {{"D-M-YYYY", 8}, CAST_DATE_HYPHENS},      {{"YYYY/M/D", 8}, CAST_DATE_SLASHES_ISO},
      {{"YYYY-M-D", 8}, CAST_DATE_SINGLE},       {{"YYYYMMDD", 8}, CAST_DATE_COMPACT},
  };
  struct civil date;
  int32_t second;
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    struct rung_text rest = cell;
    if (!take_date(&rest, shapes[i].format, &date)) continue;
    if (rest.length == 0 || read_time(rest, &second)) return shapes[i].result;
  }
  int32_t number;
  return take_digits(&cell, 5, 5, &number) && cell.length == 0 ? CAST_DATE_SERIAL : CAST_NOT_DATE;
}

static inline bool is_iso(const char *c) {
  unsigned wrong = 0;
  for (unsigned i = 0; i < 10; i++) {
    if (i != 4 && i != 7) wrong |= (unsigned char)(c[i] - '0') > 9;
  }
  return !wrong && c[4] == '-' && c[7] == '-';
}

static inline int32_t two_digits(const char *c) { return (c[0] - '0') * 10 + c[1] - '0'; }

static enum cast_result give_days(struct civil date, int64_t *days) {
  if (!calendar_valid(date.year, date.month, date.day)) return CAST_NO_SUCH_DAY;
  *days = calendar_days(date);
  return CAST_FINE;
}

static inline enum cast_result read_cell(struct rung_text cell, struct rung_text format, int64_t *days,
                                         int32_t *second) {
  const char *c = cell.bytes;
  struct civil date;
  *second = 0;
  if (format.length == 0 && cell.length == iso.length && is_iso(c)) {
    date = (struct civil){two_digits(c) * 100 + two_digits(c + 2), two_digits(c + 5), two_digits(c + 8)};
    return give_days(date, days);
  }
  struct rung_text rest = cell;
  if (!take_date(&rest, format.length ? format : iso, &date)) {
    return format.length ? CAST_NOT_FORMAT : why_no_iso_date(cell);
  }
  if (rest.length && !read_time(rest, second)) return CAST_NOT_TIME;
  return give_days(date, days);
}

enum cast_result cast_date(struct rung_text cell, struct rung_text format, int64_t *days) {
  int32_t second;
  return read_cell(cell, format, days, &second);
}

enum cast_result cast_datetime(struct rung_text cell, struct rung_text format, int64_t *seconds) {
  int64_t days = 0;
  int32_t second;
  enum cast_result result = read_cell(cell, format, &days, &second);
  if (result == CAST_FINE) *seconds = days * DAY_SECONDS + second;
  return result;
}
