/* write_quote.c - quotes around what can't stand bare between delimiters. */
#include "score.h"

static uint64_t repeat(char byte) { return (unsigned char)byte * (UINT64_MAX / 255); }

/* Not 0 if one of eight bytes is 0. */
static uint64_t any_zero(uint64_t bytes) { return (bytes - repeat(1)) & ~bytes & repeat('\x80'); }

bool needs_quotes(const char *bytes, size_t length, char delimiter) {
  size_t i = 0;
  for (; length - i >= 8; i += 8) {
    uint64_t eight;
    memcpy(&eight, bytes + i, 8);
    if (any_zero(eight ^ repeat(delimiter)) | any_zero(eight ^ repeat('"')) | any_zero(eight ^ repeat('\n')) |
        any_zero(eight ^ repeat('\r')))
      return true;
  }
  for (; i < length; i++)
    if (bytes[i] == delimiter || bytes[i] == '"' || bytes[i] == '\n' || bytes[i] == '\r') return true;
  return false;
}

void write_quoted(struct buffer *out, size_t start, char delimiter) {
  if (out->length == start || !needs_quotes(out->at + start, out->length - start, delimiter)) return;
  size_t quotes = 0;
  for (size_t i = start; i < out->length; i++) quotes += out->at[i] == '"';
  if (!buffer_room(out, quotes + 2)) return;
  size_t from = out->length, to = from + quotes + 2;
  out->length = to;
  out->at[--to] = '"';
  while (from > start) {
    out->at[--to] = out->at[--from];
    if (out->at[to] == '"') out->at[--to] = '"';
  }
  out->at[--to] = '"';
}

bool is_misquoted(struct rung_text raw, char *scratch) {
  return raw.length > 0 && memchr(raw.bytes, '"', raw.length) && csv_unquote(raw, scratch).bytes == raw.bytes;
}

void write_doubled(struct buffer *out, const char *bytes, size_t length) {
  for (size_t i = 0, end; i < length; i = end) {
    const char *quote = memchr(bytes + i, '"', length - i);
    end = quote ? (size_t)(quote - bytes) + 1 : length;
    buffer_add(out, bytes + i, end - i);
    if (quote) buffer_byte(out, '"');
  }
}

void write_record(struct buffer *out, const char *bytes, size_t length) {
  buffer_byte(out, '"');
  write_doubled(out, bytes, length);
  buffer_byte(out, '"');
}
