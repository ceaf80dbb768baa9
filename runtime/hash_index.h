/* hash_index.h - finds entries of an array by hash: open addressing, linear probing, at most half full.

   The tag alone places a slot, by its upper bits, so that growing is one sweep over both tables and reads no entry.
   Different entries share all 32 bits of it so rarely that strangers are told apart without being read. */
#ifndef RUNG_HASH_INDEX_H
#define RUNG_HASH_INDEX_H

#include "alloc.h"
#include "program.h"

struct hash_slot {
  uint32_t tag;
  uint32_t entry; /* NONE32: free */
};

struct hash_index {
  struct hash_slot *slots;
  size_t size;    /* of slots: a power of two, or 0 before the first reserve */
  size_t used;    /* the caller adds 1 for each slot that it takes */
  unsigned shift; /* from a tag to its first slot */
};

/* Most entries of an index. */
#define HASH_INDEX_MOST ((size_t)1 << 31)

static inline uint32_t hash_tag(uint64_t hash) { return (uint32_t)(hash >> 32); }

/* Room for `more` entries; false when memory is out, or past HASH_INDEX_MOST. */
bool hash_index_reserve(struct hash_index *index, size_t more, const struct rung_allocator *allocator);
void hash_index_free(struct hash_index *index, const struct rung_allocator *allocator);

/* The slots where an entry with this tag may be, the last one being free. */
static inline struct hash_slot *hash_index_from(const struct hash_index *index, uint32_t tag, size_t at) {
  while (index->slots[at].entry != NONE32 && index->slots[at].tag != tag) at = (at + 1) & (index->size - 1);
  return &index->slots[at];
}
static inline struct hash_slot *hash_index_first(const struct hash_index *index, uint32_t tag) {
  return hash_index_from(index, tag, tag >> index->shift);
}
static inline struct hash_slot *hash_index_next(const struct hash_index *index, const struct hash_slot *slot) {
  return hash_index_from(index, slot->tag, ((size_t)(slot - index->slots) + 1) & (index->size - 1));
}

static inline void hash_index_prefetch(const struct hash_index *index, uint32_t tag) {
  __builtin_prefetch(&index->slots[tag >> index->shift]);
}

#endif
