/* intern.c - a hash table from texts to anything, in an arena. */
#include "intern.h"

#include <string.h>
#include <xxhash.h>

/* uthash would exit when memory is out; like this it leaves the new entry out, and the arena remembers.  A table that
   grows leaves its old buckets in the arena: together they are no larger than the new ones. */
#define HASH_NONFATAL_OOM 1
#define uthash_malloc(size) arena_alloc(arena, (size))
#define uthash_free(block, size) ((void)(block))
#define HASH_FUNCTION(key, length, hash) ((hash) = (unsigned)XXH3_64bits((key), (length)))
#include <uthash.h>

struct intern_entry {
  struct rung_text key;
  void *value;
  UT_hash_handle hh;
};

static struct intern_entry *find(const struct intern *intern, struct rung_text key) {
  struct intern_entry *entry = NULL;
  HASH_FIND(hh, intern->entries, key.bytes, (unsigned)key.length, entry);
  return entry;
}

void *intern_find(const struct intern *intern, struct rung_text key) {
  struct intern_entry *entry = find(intern, key);
  return entry ? entry->value : NULL;
}

void *intern_add(struct intern *intern, struct rung_text key, void *value) {
  struct arena *arena = intern->arena;
  struct intern_entry *entry = find(intern, key);
  if (entry) return entry->value;
  entry = arena_alloc(arena, sizeof *entry);
  if (!entry) return NULL;
  entry->key = key;
  entry->value = value;
  HASH_ADD_KEYPTR(hh, intern->entries, entry->key.bytes, (unsigned)entry->key.length, entry);
  return NULL;
}
