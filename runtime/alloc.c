/* alloc.c - memory through the caller's allocator. */
#include "alloc.h"

#include <stdlib.h>
#include <string.h>

static void *system_resize(void *context, void *block, size_t old, size_t size) {
  (void)context, (void)old;
  if (size) return realloc(block, size);
  free(block);
  return NULL;
}

struct rung_allocator alloc_resolve(const struct rung_allocator *allocator) {
  return allocator && allocator->resize ? *allocator : (struct rung_allocator){system_resize, NULL};
}

static void *resize(const struct rung_allocator *allocator, void *block, size_t old, size_t size) {
  struct rung_allocator chosen = alloc_resolve(allocator);
  return chosen.resize(chosen.context, block, old, size);
}

/* An empty array has one byte, so that NULL always means failure.  Sizes stay below half the address space, where
   differences of pointers are still defined. */
static bool array_bytes(size_t count, size_t element, size_t *bytes) {
  if (__builtin_mul_overflow(count, element, bytes) || *bytes > PTRDIFF_MAX) return false;
  if (*bytes == 0) *bytes = 1;
  return true;
}

void *alloc_array(const struct rung_allocator *allocator, size_t count, size_t element) {
  size_t bytes;
  if (!array_bytes(count, element, &bytes)) return NULL;
  void *block = resize(allocator, NULL, 0, bytes);
  return block ? memset(block, 0, bytes) : NULL;
}

void alloc_free(const struct rung_allocator *allocator, void *block, size_t count, size_t element) {
  size_t bytes;
  if (block && array_bytes(count, element, &bytes)) resize(allocator, block, bytes, 0);
}

void *alloc_resize(const struct rung_allocator *allocator, void *block, size_t old, size_t count, size_t element) {
  size_t old_bytes = 0, bytes;
  if (!array_bytes(count, element, &bytes) || (block && !array_bytes(old, element, &old_bytes))) return NULL;
  return resize(allocator, block, old_bytes, bytes);
}

/* The size stands before the block, in room enough to keep its alignment. */
enum { BLOCK_HEAD = 16 };

void *alloc_block(size_t size, void *allocator) {
  size_t bytes;
  if (__builtin_add_overflow(size, (size_t)BLOCK_HEAD, &bytes)) return NULL;
  char *block = resize(allocator, NULL, 0, bytes);
  if (!block) return NULL;
  memcpy(block, &bytes, sizeof bytes);
  return block + BLOCK_HEAD;
}

void alloc_unblock(void *block, void *allocator) {
  if (!block) return;
  char *start = (char *)block - BLOCK_HEAD;
  size_t bytes;
  memcpy(&bytes, start, sizeof bytes);
  resize(allocator, start, bytes, 0);
}
