/* base.c - a dump of customers that nobody exported: the keys of a related table, in the order of their first rows. */
#include "score.h"

enum { MADE_AT_ONCE = 64 << 10 };

static void add_cell(struct base *base, struct rung_text text) {
  size_t start = base->text.length;
  buffer_text(&base->text, text);
  write_quoted(&base->text, start, base->dialect.delimiter);
  buffer_byte(&base->text, '\n');
}

static enum rung_status make(struct base *base, struct rung_error *error) {
  base->text.length = base->given = 0;
  if (!base->started) add_cell(base, base->name);
  base->started = true;
  struct rung_text key;
  while (base->text.length < MADE_AT_ONCE && join_next(base->join, &base->order, &key)) add_cell(base, key);
  return base->text.failed ? fail_memory(error) : RUNG_OK;
}

static enum rung_status base_read(void *context, void *bytes, size_t room, size_t *got, struct rung_error *error) {
  struct base *base = context;
  *got = 0;
  while (*got < room) {
    if (base->given == base->text.length) {
      enum rung_status status = make(base, error);
      if (status) return status;
      if (base->text.length == 0) break;
    }
    size_t left = base->text.length - base->given, taken = left < room - *got ? left : room - *got;
    memcpy((char *)bytes + *got, base->text.at + base->given, taken);
    base->given += taken;
    *got += taken;
  }
  return RUNG_OK;
}

static void base_restart(void *context) {
  struct base *base = context;
  base->text.length = base->given = 0;
  base->order = (struct join_order){0};
  base->started = false;
}

struct made_input base_input(struct base *base) { return (struct made_input){base_read, base_restart, base}; }
