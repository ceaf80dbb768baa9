/* join_distinct.c - which values the rows of a key have brought so far. */
#include <string.h>

#include "join_parts.h"
#include "text.h"

/* -- Pairs of entry and value ---------------------------------------------------------------------------- */

enum { PAIR_BITS = 8 };

static size_t pair_home(const struct join *join, const struct pair_set *set, int64_t value, uint32_t entry) {
  uint64_t bytes[2] = {(uint64_t)value, entry};
  return XXH3_64bits_withSeed(bytes, sizeof bytes, join->seed) >> set->shift;
}

/* Where the pair stands, or the free place for it. */
static struct pair *pair_find(const struct pair_set *set, size_t at, int64_t value, uint32_t entry) {
  while (set->pairs[at].entry != NONE32 && (set->pairs[at].entry != entry || set->pairs[at].value != value))
    at = (at + 1) & (set->size - 1);
  return &set->pairs[at];
}

static void pairs_free(const struct join *join, struct pair_set *set) {
  alloc_free(&join->allocator, set->pairs, set->size, sizeof *set->pairs);
  *set = (struct pair_set){0};
}

static bool pairs_reserve(const struct join *join, struct pair_set *set, size_t more) {
  unsigned bits = PAIR_BITS;
  if (set->used + more <= set->size / 4 * 3) return true;
  while (((size_t)1 << bits) / 4 * 3 < set->used + more) bits++;
  struct pair_set grown = {.size = (size_t)1 << bits, .used = set->used, .shift = 64 - bits};
  grown.pairs = alloc_resize(&join->allocator, NULL, 0, grown.size, sizeof *grown.pairs);
  if (!grown.pairs) return false;
  for (size_t i = 0; i < grown.size; i++) grown.pairs[i] = (struct pair){0, NONE32};
  for (size_t i = 0; i < set->size; i++) {
    struct pair pair = set->pairs[i];
    if (pair.entry != NONE32)
      *pair_find(&grown, pair_home(join, &grown, pair.value, pair.entry), pair.value, pair.entry) = pair;
  }
  pairs_free(join, set);
  *set = grown;
  return true;
}

bool distinct_add(struct join_batch *batch, size_t aggregate) {
  const struct join *join = batch->join;
  struct pair_set *set = &batch->shard->aggregates[aggregate].pairs;
  size_t homes[PART_ROWS];
  if (!pairs_reserve(join, set, batch->chosen_count)) return false;
  for (size_t i = 0; i < batch->chosen_count; i++) {
    homes[i] = pair_home(join, set, batch->values[i], batch->entries[batch->chosen[i]]);
    __builtin_prefetch(&set->pairs[homes[i]], 1);
  }
  for (size_t i = 0; i < batch->chosen_count; i++) {
    uint32_t entry = batch->entries[batch->chosen[i]];
    struct pair *pair = pair_find(set, homes[i], batch->values[i], entry);
    if (pair->entry != NONE32) continue;
    *pair = (struct pair){batch->values[i], entry};
    set->used++;
    ++*(int64_t *)(void *)(batch->records[batch->chosen[i]] + join->aggregates[aggregate].state);
  }
  return true;
}

/* -- Numbers of texts --------------------------------------------------------------------------------------- */

static bool add_text(struct text_numbers *numbers, struct rung_text text, const struct rung_allocator *allocator) {
  if (numbers->count == numbers->room) {
    size_t room = numbers->room ? 2 * numbers->room : 256;
    struct rung_text *texts = alloc_resize(allocator, numbers->texts, numbers->room, room, sizeof *texts);
    if (!texts) return false;
    numbers->texts = texts;
    numbers->room = room;
  }
  char *bytes = heap_room(&numbers->bytes, text.length);
  if (!bytes) return false;
  if (text.length) memcpy(bytes, text.bytes, text.length);
  heap_keep(&numbers->bytes, text.length);
  numbers->texts[numbers->count++] = (struct rung_text){bytes, text.length};
  numbers->index.used++;
  return true;
}

bool distinct_number(struct join_batch *batch, const struct vec *texts) {
  const struct join *join = batch->join;
  struct text_numbers *numbers = &batch->shard->numbers;
  uint32_t tags[PART_ROWS];
  if (!hash_index_reserve(&numbers->index, batch->chosen_count, &join->allocator)) return false;
  for (size_t i = 0; i < batch->chosen_count; i++) {
    tags[i] = hash_tag(join_hash(join, chosen_text(batch, texts, i)));
    hash_index_prefetch(&numbers->index, tags[i]);
  }
  for (size_t i = 0; i < batch->chosen_count; i++) {
    struct rung_text text = chosen_text(batch, texts, i);
    struct hash_slot *at = hash_index_first(&numbers->index, tags[i]);
    while (at->entry != NONE32 && !text_same(numbers->texts[at->entry], text))
      at = hash_index_next(&numbers->index, at);
    if (at->entry == NONE32) {
      if (!add_text(numbers, text, &join->allocator)) return false;
      *at = (struct hash_slot){tags[i], (uint32_t)(numbers->count - 1)};
    }
    batch->values[i] = at->entry;
  }
  return true;
}

void distinct_free(const struct join *join, struct shard *shard) {
  struct text_numbers *numbers = &shard->numbers;
  for (size_t i = 0; i < join->aggregate_count; i++) pairs_free(join, &shard->aggregates[i].pairs);
  alloc_free(&join->allocator, numbers->texts, numbers->room, sizeof *numbers->texts);
  hash_index_free(&numbers->index, &join->allocator);
  heap_free(&numbers->bytes);
  numbers->texts = NULL;
  numbers->count = numbers->room = 0;
}
