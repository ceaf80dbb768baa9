/* intern.h - a hash table from texts to anything, in an arena. */
#ifndef RUNGC_INTERN_H
#define RUNGC_INTERN_H

#include "arena.h"

struct intern_entry;

/* Keys are not copied: they must live as long as the table.  Nothing is freed before the arena is. */
struct intern {
  struct arena *arena;
  struct intern_entry *entries;
};

/* What stands under the key, or NULL. */
void *intern_find(const struct intern *intern, struct rung_text key);
/* Puts `value` under a key.  Returns what stood there before and stays, or NULL when `value` went in (or memory is
   out, which the arena remembers). */
void *intern_add(struct intern *intern, struct rung_text key, void *value);

#endif
