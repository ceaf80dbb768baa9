/* csv_field.c - what the user of a block asks: a field's value, a line's number, a problem's words. */
#include <string.h>

#include "csv.h"

struct rung_text csv_unquote(struct rung_text raw, char *scratch) {
  if (raw.length < 2 || raw.bytes[0] != '"' || raw.bytes[raw.length - 1] != '"') return raw;
  const char *from = raw.bytes + 1, *end = raw.bytes + raw.length - 1, *quote;
  if (!memchr(from, '"', (size_t)(end - from))) return (struct rung_text){from, (size_t)(end - from)};
  size_t length = 0;
  while (from < end) {
    quote = memchr(from, '"', (size_t)(end - from));
    if (quote && (quote + 1 == end || quote[1] != '"')) return raw; /* it stands alone */
    size_t piece = (size_t)((quote ? quote + 1 : end) - from); /* the first of two quotes stays */
    memcpy(scratch + length, from, piece);
    length += piece;
    from += piece + (quote != NULL);
  }
  return (struct rung_text){scratch, length};
}

/* LF and CR that is not followed by LF: each ends one line. */
uint64_t csv_count_lines(const char *bytes, size_t length) {
  uint64_t lines = 0;
  for (size_t i = 0; i < length; i++) {
    bool pair = bytes[i] == '\r' && i + 1 < length && bytes[i + 1] == '\n';
    lines += (bytes[i] == '\n') | ((bytes[i] == '\r') & !pair);
  }
  return lines;
}

uint64_t csv_line(const struct csv_block *block, size_t at) {
  return block->line + csv_count_lines(block->bytes, at);
}

static const struct {
  const char *reason, *advice;
} problems[] = {
    {"fine", ""},
#define CSV_PROBLEM(id, reason, advice) {reason, advice},
#include "csv_problems.def"
#undef CSV_PROBLEM
};

const char *csv_reason(enum csv_problem problem) { return problems[problem].reason; }
const char *csv_advice(enum csv_problem problem) { return problems[problem].advice; }
