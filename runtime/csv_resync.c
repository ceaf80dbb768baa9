/* csv_resync.c - reads a row byte by byte: slowly, but whatever its quotes are. */
#include "csv_index.h"

size_t csv_resync(struct csv_resync *state, const char *bytes, size_t from, size_t to, char delimiter) {
  for (size_t at = from; at < to; at++) {
    char byte = bytes[at];
    if (state->where == CSV_IN_QUOTES) {
      if (byte == '"') state->where = CSV_PAST_QUOTE;
    } else if (byte == '\n' || byte == '\r') {
      return at;
    } else if (state->where == CSV_IN_REST) {
      continue;
    } else if (byte == delimiter) {
      state->where = CSV_AT_FIELD;
    } else if (byte == '"' && state->where != CSV_IN_FIELD) {
      if (state->where == CSV_AT_FIELD) state->quote = at;
      state->where = CSV_IN_QUOTES;
    } else {
      state->where = state->where == CSV_PAST_QUOTE ? CSV_IN_REST : CSV_IN_FIELD;
    }
  }
  return to;
}

uint32_t csv_cut(const char *bytes, size_t from, size_t to, char delimiter, uint32_t *ends, uint32_t most) {
  enum csv_where where = CSV_AT_FIELD;
  uint32_t count = 0;
  bool quoted = false; /* a delimiter of this field */
  for (size_t at = from; at < to; at++) {
    bool quote = bytes[at] == '"', delimits = bytes[at] == delimiter;
    if (where == CSV_IN_QUOTES) {
      quoted |= delimits;
      if (quote) where = CSV_PAST_QUOTE;
    } else if (delimits) {
      if (count < most) ends[count] = (uint32_t)at;
      count++;
      where = CSV_AT_FIELD;
      quoted = false;
    } else {
      if (!quote && where == CSV_PAST_QUOTE && quoted) return 0;
      where = quote && where != CSV_IN_FIELD ? CSV_IN_QUOTES : CSV_IN_FIELD;
    }
  }
  if (count < most) ends[count] = (uint32_t)to;
  return where == CSV_IN_QUOTES ? 0 : count + 1;
}
