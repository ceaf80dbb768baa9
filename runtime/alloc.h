/* alloc.h - memory through the caller's allocator.

   Every function takes a NULL allocator to mean realloc and free.  Blocks are freed with the size they were made
   with. */
#ifndef RUNG_ALLOC_H
#define RUNG_ALLOC_H

#include "rung.h"

/* A copy that is never without a function. */
struct rung_allocator alloc_resolve(const struct rung_allocator *allocator);

/* `count` zeroed elements; NULL when they don't fit into memory.  A count of 0 gives a block too. */
void *alloc_array(const struct rung_allocator *allocator, size_t count, size_t element);
void alloc_free(const struct rung_allocator *allocator, void *block, size_t count, size_t element);

/* A block of `count` elements instead of `old`; new ones are not zeroed.  NULL leaves the old one standing. */
void *alloc_resize(const struct rung_allocator *allocator, void *block, size_t old, size_t count, size_t element);

/* The same for libraries that free without a size (pcre2, zlib, zstd); `allocator` is their opaque pointer. */
void *alloc_block(size_t size, void *allocator);
void alloc_unblock(void *block, void *allocator);

/* Fills `error` and returns RUNG_NO_RESOURCE. */
enum rung_status fail_memory(struct rung_error *error);

#endif
