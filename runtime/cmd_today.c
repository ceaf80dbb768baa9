/* cmd_today.c - the scoring date, and perhaps the time, as --today and tests give it. */
#include <string.h>

#include "cmd.h"

/* HH:MM or HH:MM:SS as seconds of the day. */
static bool read_time(const char *text, int64_t *seconds) {
  static const uint64_t most[] = {23, 59, 59};
  const char *at = text, *rest;
  int parts = 0;
  for (*seconds = 0; parts < 3; parts++, at = rest + 1) {
    uint64_t part;
    if (!cmd_read_number(at, most[parts], &part, &rest) || rest - at != 2) return false;
    *seconds = *seconds * 60 + (int64_t)part;
    if (*rest != ':') break;
  }
  if (parts == 1) *seconds *= 60;
  return (parts == 1 || parts == 2) && *rest == 0;
}

bool cmd_read_today(const char *text, struct rung_score_options *options) {
  enum { DAY = 24 * 60 * 60 };
  size_t length = strcspn(text, "T ");
  int64_t seconds = 0;
  options->has_now = text[length] != 0;
  if (!rung_parse_date((struct rung_text){text, length}, &options->today)) return false;
  if (text[length] && !read_time(text + length + 1, &seconds)) return false;
  options->now = (int64_t)options->today * DAY + seconds;
  return true;
}
