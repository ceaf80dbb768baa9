/* table.c - finds which element of an array equals a key. */
#include "table.h"

#include <xxhash.h>

struct table_slot {
  uint32_t hash;
  uint32_t taken;           /* index + 1; 0: free */
};

uint32_t table_hash(const void *bytes, size_t length) {
  uint64_t hash = XXH3_64bits(bytes, length);
  return (uint32_t)(hash ^ hash >> 32);
}

uint32_t table_find(const struct table *table, uint32_t hash, table_equal_fn *equal, const void *context,
                    const void *key) {
  if (table->room == 0) return TABLE_NONE;
  for (uint32_t i = hash;; i++) {
    const struct table_slot *slot = &table->slots[i & (table->room - 1)];
    if (slot->taken == 0) return TABLE_NONE;
    if (slot->hash == hash && equal(context, slot->taken - 1, key)) return slot->taken - 1;
  }
}

static void place_slot(struct table *table, struct table_slot slot) {
  uint32_t i = slot.hash & (table->room - 1);
  while (table->slots[i].taken) i = (i + 1) & (table->room - 1);
  table->slots[i] = slot;
}

bool table_add(struct table *table, struct arena *arena, uint32_t hash, uint32_t index) {
  if (table->count >= table->room / 2) {
    struct table larger = {.room = table->room ? table->room * 2 : 64, .count = table->count};
    if (larger.room == 0) return false;
    larger.slots = arena_alloc(arena, larger.room * sizeof *larger.slots);
    if (!larger.slots) return false;
    for (uint32_t i = 0; i < table->room; i++)
      if (table->slots[i].taken) place_slot(&larger, table->slots[i]);
    *table = larger;
  }
  place_slot(table, (struct table_slot){hash, index + 1});
  table->count++;
  return true;
}
