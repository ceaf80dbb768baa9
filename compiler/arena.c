/* arena.c - memory that is freed all at once. */
#include "arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16, CHUNK_LEAST = 16 << 10, CHUNK_MOST = 1 << 20 };

struct arena_chunk {
  struct arena_chunk *older;
  size_t size;              /* as asked of the allocator */
};

static void *resize_default(void *context, void *block, size_t old, size_t size) {
  (void)context, (void)old;
  if (size) return realloc(block, size);
  free(block);
  return NULL;
}

void arena_init(struct arena *arena, const struct rung_allocator *allocator) {
  *arena = (struct arena){.allocator = allocator ? *allocator : (struct rung_allocator){.resize = resize_default}};
}

void arena_free(struct arena *arena) {
  for (struct arena_chunk *chunk = arena->chunks, *older; chunk; chunk = older) {
    older = chunk->older;
    arena->allocator.resize(arena->allocator.context, chunk, chunk->size, 0);
  }
  arena->chunks = NULL;
  arena->next = arena->end = NULL;
}

/* Starts a chunk with room for `size` bytes at least.  Chunks grow, so that a large tree takes few of them. */
static bool start_chunk(struct arena *arena, size_t size) {
  size_t usual = arena->chunks ? arena->chunks->size * 2 : CHUNK_LEAST;
  if (usual > CHUNK_MOST) usual = CHUNK_MOST;
  if (size > SIZE_MAX - sizeof(struct arena_chunk) - ALIGNMENT) return false;
  size_t least = size + sizeof(struct arena_chunk) + ALIGNMENT, whole = least > usual ? least : usual;
  struct arena_chunk *chunk = arena->allocator.resize(arena->allocator.context, NULL, 0, whole);
  if (!chunk) return false;
  *chunk = (struct arena_chunk){arena->chunks, whole};
  arena->chunks = chunk;
  arena->end = (char *)chunk + whole;
  arena->next = (char *)(chunk + 1);
  arena->next += (ALIGNMENT - (uintptr_t)arena->next % ALIGNMENT) % ALIGNMENT;
  return true;
}

static void *alloc_raw(struct arena *arena, size_t size) {
  size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (rounded < size || ((!arena->next || (size_t)(arena->end - arena->next) < rounded) &&
                         !start_chunk(arena, rounded))) {
    arena->failed = true;
    return NULL;
  }
  char *block = arena->next;
  arena->next += rounded;
  return block;
}

void *arena_alloc(struct arena *arena, size_t size) {
  void *block = alloc_raw(arena, size ? size : 1);
  return block ? memset(block, 0, size) : NULL;
}

void *arena_grow(struct arena *arena, void *array, size_t count, uint32_t *room, size_t element) {
  if (count < *room) return array;
  size_t more = count ? count * 2 : 4, bytes;
  if (more > UINT32_MAX || __builtin_mul_overflow(more, element, &bytes)) {
    arena->failed = true;
    return NULL;
  }
  char *grown = arena_alloc(arena, bytes);
  if (!grown) return NULL;
  if (count) memcpy(grown, array, count * element);
  *room = (uint32_t)more;
  return grown;
}

struct rung_text arena_copy(struct arena *arena, const char *bytes, size_t length) {
  char *copy = length < SIZE_MAX ? alloc_raw(arena, length + 1) : NULL;
  if (!copy) {
    arena->failed = true;
    return (struct rung_text){"", 0};
  }
  if (length) memcpy(copy, bytes, length);
  copy[length] = '\0';
  return (struct rung_text){copy, length};
}

struct rung_text arena_print(struct arena *arena, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  struct rung_text text = arena_vprint(arena, format, arguments);
  va_end(arguments);
  return text;
}

struct rung_text arena_vprint(struct arena *arena, const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  char *text = length >= 0 ? alloc_raw(arena, (size_t)length + 1) : NULL;
  if (text) (void)vsnprintf(text, (size_t)length + 1, format, again);
  va_end(again);
  if (!text) {
    arena->failed = true;
    return (struct rung_text){"", 0};
  }
  return (struct rung_text){text, (size_t)length};
}
