/* hash_index.c - makes and grows the slots of a hash index. */
#include "hash_index.h"

#include <string.h>

enum { LEAST_BITS = 8, TAG_BITS = 32 };

static bool grow(struct hash_index *index, unsigned bits, const struct rung_allocator *allocator) {
  struct hash_index grown = {.size = (size_t)1 << bits, .used = index->used, .shift = TAG_BITS - bits};
  grown.slots = alloc_resize(allocator, NULL, 0, grown.size, sizeof *grown.slots);
  if (!grown.slots) return false;
  memset(grown.slots, 0xff, grown.size * sizeof *grown.slots);
  for (size_t i = 0; i < index->size; i++) {
    struct hash_slot slot = index->slots[i];
    if (slot.entry == NONE32) continue;
    size_t at = slot.tag >> grown.shift;
    while (grown.slots[at].entry != NONE32) at = (at + 1) & (grown.size - 1);
    grown.slots[at] = slot;
  }
  hash_index_free(index, allocator);
  *index = grown;
  return true;
}

bool hash_index_reserve(struct hash_index *index, size_t more, const struct rung_allocator *allocator) {
  if (more > HASH_INDEX_MOST - index->used) return false;
  size_t needed = index->used + more;
  if (needed <= index->size / 2) return true;
  unsigned bits = LEAST_BITS;
  while (((size_t)1 << bits) / 2 < needed) bits++;
  return grow(index, bits, allocator);
}

void hash_index_free(struct hash_index *index, const struct rung_allocator *allocator) {
  alloc_free(allocator, index->slots, index->size, sizeof *index->slots);
  index->slots = NULL;
  index->size = index->used = 0;
}
