/* set.c - membership in sets: a hash table of texts, binary search of numbers. */
#include "set.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "text.h"

/* The tag is the upper half of the hash, so that most strangers are told apart without reading the word. */
struct set_slot {
  uint32_t tag;
  uint32_t word; /* NONE32: free */
};

static uint64_t hash_of(const struct set *set, struct rung_text text) {
  return XXH3_64bits_withSeed(text.bytes, text.length, set->seed);
}

/* The slot of a text, or the free one where it would stand.  At least half of the slots are free. */
static struct set_slot *slot_of(const struct set *set, struct rung_text text, uint64_t hash) {
  uint32_t tag = (uint32_t)(hash >> 32);
  for (size_t i = hash & (set->slot_count - 1);; i = (i + 1) & (set->slot_count - 1)) {
    struct set_slot *slot = &set->slots[i];
    if (slot->word == NONE32 || (slot->tag == tag && text_same(set->words[slot->word].text, text))) return slot;
  }
}

static bool build_slots(struct set *set, const struct rung_allocator *allocator) {
  set->slot_count = 2;
  while (set->slot_count / 2 < set->count) set->slot_count *= 2;
  set->slots = alloc_array(allocator, set->slot_count, sizeof *set->slots);
  if (!set->slots) return false;
  for (size_t i = 0; i < set->slot_count; i++) set->slots[i].word = NONE32;
  for (size_t i = 0; i < set->count; i++) {
    uint64_t hash = hash_of(set, set->words[i].text);
    *slot_of(set, set->words[i].text, hash) = (struct set_slot){(uint32_t)(hash >> 32), (uint32_t)i};
  }
  return true;
}

bool set_build(struct set *set, const struct program_tables *tables, const struct prog_set *record, uint64_t seed,
               const struct rung_allocator *allocator) {
  *set = (struct set){.count = record->count, .seed = seed};
  if (record->type != RUNG_TEXT) {
    set->numbers = tables->numbers + record->first;
    return true;
  }
  if (set->count) set->words = tables->words + record->first;
  return build_slots(set, allocator);
}

void set_free(struct set *set, const struct rung_allocator *allocator) {
  alloc_free(allocator, set->slots, set->slot_count, sizeof *set->slots);
}

bool set_has_text(const struct set *set, struct rung_text text) {
  if (!set_is_short(set)) return slot_of(set, text, hash_of(set, text))->word != NONE32;
  for (size_t i = 0; i < set->count; i++)
    if (text_same(set->words[i].text, text)) return true;
  return false;
}

bool set_has_number(const struct set *set, int64_t number) {
  size_t low = 0, high = set->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (set->numbers[middle].value < number) low = middle + 1;
    else high = middle;
  }
  return low < set->count && set->numbers[low].value == number;
}
