/* heap.c - room for the texts that a run makes. */
#include "heap.h"

enum { CHUNK_LEAST = 64 * 1024 };

struct heap_chunk {
  struct heap_chunk *next;
  size_t room, used;
  char bytes[];
};

static struct heap_chunk *chunk_new(struct heap *heap, size_t size) {
  size_t room = CHUNK_LEAST, bytes;
  while (room < size && room < SIZE_MAX / 4) room *= 2; /* so that texts growing from run to run find room again */
  if (room < size || __builtin_add_overflow(room, sizeof(struct heap_chunk), &bytes)) return NULL;
  struct heap_chunk *chunk = alloc_resize(heap->allocator, NULL, 0, bytes, 1);
  if (chunk) *chunk = (struct heap_chunk){.room = room};
  return chunk;
}

/* Chunks after the current one are left from runs before the reset; one that is too small stays in the list. */
char *heap_room(struct heap *heap, size_t size) {
  struct heap_chunk *chunk = heap->current ? heap->current : heap->first;
  for (; chunk; chunk = chunk->next) {
    if (chunk != heap->current) chunk->used = 0;
    heap->current = chunk;
    if (chunk->room - chunk->used >= size) return chunk->bytes + chunk->used;
  }
  chunk = chunk_new(heap, size);
  if (!chunk) return NULL;
  if (heap->current) heap->current->next = chunk;
  else heap->first = chunk;
  heap->current = chunk;
  return chunk->bytes;
}

void heap_keep(struct heap *heap, size_t size) { heap->current->used += size; }

void heap_reset(struct heap *heap) { heap->current = NULL; }

void heap_free(struct heap *heap) {
  for (struct heap_chunk *chunk = heap->first, *next; chunk; chunk = next) {
    next = chunk->next;
    alloc_free(heap->allocator, chunk, sizeof *chunk + chunk->room, 1);
  }
  heap->first = heap->current = NULL;
}
