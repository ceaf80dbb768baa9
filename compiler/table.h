/* table.h - finds which element of an array equals a key: an open-addressing hash table of indexes. */
#ifndef RUNGC_TABLE_H
#define RUNGC_TABLE_H

#include "arena.h"

enum { TABLE_NONE = UINT32_MAX };

/* Zero is an empty table. */
struct table {
  struct table_slot *slots;
  uint32_t room, count;     /* room: a power of two, or 0 */
};

typedef bool table_equal_fn(const void *context, uint32_t index, const void *key);

uint32_t table_hash(const void *bytes, size_t length);
/* The index added with this hash that `equal` accepts, or TABLE_NONE. */
uint32_t table_find(const struct table *table, uint32_t hash, table_equal_fn *equal, const void *context,
                    const void *key);
/* Adds an index that is not in yet; false when memory is out. */
bool table_add(struct table *table, struct arena *arena, uint32_t hash, uint32_t index);

#endif
