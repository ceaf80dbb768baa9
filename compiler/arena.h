/* arena.h - memory that is freed all at once.

   An allocation that fails returns NULL and is remembered: `failed` stays true, so that a pass may build on and its
   caller asks once at the end. */
#ifndef RUNGC_ARENA_H
#define RUNGC_ARENA_H

#include "rung.h"

#include <stdarg.h>

struct arena {
  struct rung_allocator allocator;
  struct arena_chunk *chunks;
  char *next, *end;         /* free room in the newest chunk */
  bool failed;
};

void arena_init(struct arena *arena, const struct rung_allocator *allocator); /* NULL: realloc and free */
void arena_free(struct arena *arena);
void *arena_alloc(struct arena *arena, size_t size);              /* zeroed, aligned to 16 */
/* Grows an array made here: copies `count` elements to a larger array when `count` reached *room.  Returns the array
   to use, or NULL. */
void *arena_grow(struct arena *arena, void *array, size_t count, uint32_t *room, size_t element);
struct rung_text arena_copy(struct arena *arena, const char *bytes, size_t length); /* zero-terminated beyond */
/* The empty text when memory is out. */
struct rung_text arena_print(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct rung_text arena_vprint(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Text helpers used by every pass. */
#define TEXT(literal) ((struct rung_text){(literal), sizeof(literal) - 1})
#define TEXT_ARG(text) (int)(text).length, (text).bytes           /* for "%.*s" */
static inline bool text_equal(struct rung_text a, struct rung_text b) {
  return a.length == b.length && (a.length == 0 || __builtin_memcmp(a.bytes, b.bytes, a.length) == 0);
}

#endif
