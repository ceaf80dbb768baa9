/* heap.h - room for the texts that a run makes; reset at once, its chunks used again. */
#ifndef RUNG_HEAP_H
#define RUNG_HEAP_H

#include "alloc.h"

struct heap_chunk;

struct heap {
  const struct rung_allocator *allocator;
  struct heap_chunk *first, *current;
};

/* At least `size` bytes of room at one place; NULL when memory is out. */
char *heap_room(struct heap *heap, size_t size);
/* Keeps the first `size` bytes of the last heap_room. */
void heap_keep(struct heap *heap, size_t size);
void heap_reset(struct heap *heap);
void heap_free(struct heap *heap);

#endif
