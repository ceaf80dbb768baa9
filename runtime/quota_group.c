/* quota_group.c - tells groups apart: by text, by whole number, and those without either as one. */
#include <xxhash.h>

#include "quota_parts.h"
#include "text.h"

enum { ROOM_LEAST = 16 };

struct group_name group_name(const struct vec *values, bool text, size_t row) {
  size_t at = row * values->stride;
  if (!bitmap_get(values->valid, row)) return (struct group_name){0};
  if (text) return (struct group_name){.present = true, .text = values->data.text[at]};
  return (struct group_name){.present = true, .number = values->data.i64[at]};
}

static bool same_name(const struct group_name *a, const struct group_name *b) {
  return a->present == b->present && a->number == b->number && text_same(a->text, b->text);
}

static uint32_t tag_of(const struct groups *groups, const struct group_name *name) {
  uint64_t seed = (uint64_t)name->number ^ (uintptr_t)groups; /* hard to foresee for who chooses the names */
  return hash_tag(XXH3_64bits_withSeed(name->text.bytes, name->text.length, seed));
}

/* The slot of the index that holds the name, or the free one where it would stand. */
static struct hash_slot *find(const struct groups *groups, const struct group_name *name, uint32_t tag) {
  struct hash_slot *slot = hash_index_first(&groups->index, tag);
  while (slot->entry != NONE32 && !same_name(&groups->at[slot->entry].name, name))
    slot = hash_index_next(&groups->index, slot);
  return slot;
}

const struct group *groups_find(const struct groups *groups, const struct group_name *name) {
  if (groups->index.used == 0) return NULL;
  uint32_t entry = find(groups, name, tag_of(groups, name))->entry;
  return entry == NONE32 ? NULL : &groups->at[entry];
}

static bool make_room(struct groups *groups, const struct rung_allocator *allocator) {
  if (groups->index.used < groups->room) return true;
  size_t room = groups->room ? 2 * groups->room : ROOM_LEAST;
  struct group *at = alloc_resize(allocator, groups->at, groups->room, room, sizeof *at);
  if (!at) return false;
  groups->at = at;
  groups->room = room;
  return true;
}

struct group *groups_get(struct groups *groups, const struct group_name *name, const struct rung_allocator *allocator) {
  if (!hash_index_reserve(&groups->index, 1, allocator) || !make_room(groups, allocator)) return NULL;
  uint32_t tag = tag_of(groups, name);
  struct hash_slot *slot = find(groups, name, tag);
  if (slot->entry != NONE32) return &groups->at[slot->entry];
  struct kept_text kept = {0};
  if (!kept_set(&kept, name->text, &groups->texts)) return NULL;
  uint32_t entry = (uint32_t)groups->index.used++;
  *slot = (struct hash_slot){tag, entry};
  groups->at[entry] = (struct group){.name = {name->present, name->number, kept_view(&kept)}};
  return &groups->at[entry];
}

void groups_free(struct groups *groups, const struct rung_allocator *allocator) {
  for (size_t i = 0; i < groups->index.used; i++) best_free(&groups->at[i].best, allocator);
  hash_index_free(&groups->index, allocator);
  alloc_free(allocator, groups->at, groups->room, sizeof *groups->at);
  heap_free(&groups->texts);
}
