/* cmd_test_rows.c - find rows in the CSV that a run wrote. */
#include <stdlib.h>
#include <string.h>

#include "cmd_test.h"

/* Takes a cell off the front of `rest`, without its quotes, to `to` (NULL: only off); true when another one of the row
   follows. */
static bool take_cell(struct rung_text *rest, char *to, size_t *length) {
  size_t at = 0;
  bool quoted = rest->length && rest->bytes[0] == '"';
  *length = 0;
  for (at = quoted; at < rest->length; at++) {
    char byte = rest->bytes[at];
    bool doubled = quoted && byte == '"' && at + 1 < rest->length && rest->bytes[at + 1] == '"';
    if (quoted ? byte == '"' && !doubled : byte == ',' || byte == '\n') break;
    at += doubled;
    if (to) to[*length] = byte;
    (*length)++;
  }
  at += quoted && at < rest->length;
  bool more = at < rest->length && rest->bytes[at] == ',';
  at += at < rest->length;
  *rest = (struct rung_text){rest->bytes + at, rest->length - at};
  return more;
}

/* Takes a row off the front; false when memory is out. */
static bool take_row(struct rung_text *rest, struct rows_row *row) {
  struct rung_text end = *rest;
  size_t room = 1, used = 0, length;
  while (take_cell(&end, NULL, &length)) room++;
  row->at = calloc(room, sizeof *row->at);
  row->bytes = malloc(rest->length - end.length + 1);
  row->count = 0;
  if (!row->at || !row->bytes) return false;
  for (bool more = true; more;) {
    more = take_cell(rest, row->bytes + used, &length);
    row->at[row->count++] = (struct rung_text){row->bytes + used, length};
    used += length;
  }
  return true;
}

void rows_free(struct rows_row *row) {
  free(row->at);
  free(row->bytes);
  *row = (struct rows_row){0};
}

bool rows_header(const struct buffer *rows, struct rows_row *row) {
  struct rung_text rest = {rows->at, rows->length};
  *row = (struct rows_row){0};
  return rest.length > 0 && take_row(&rest, row);
}

bool rows_find(const struct buffer *rows, struct rung_text key, struct rows_row *row) {
  struct rung_text rest = {rows->at, rows->length};
  *row = (struct rows_row){0};
  for (bool header = true; rest.length > 0; header = false) {
    if (!take_row(&rest, row)) return false;
    bool same = row->at[0].length == key.length && memcmp(row->at[0].bytes, key.bytes, key.length) == 0;
    if (same && !header) return true;
    rows_free(row);
  }
  return false;
}
