/* failing.c - an allocator that runs dry. */
#include "failing.h"

#include <stdlib.h>

void *failing_resize(void *context, void *block, size_t old, size_t size) {
  struct failing *failing = context;
  if (size == 0) {
    failing->live -= old;
    free(block);
    return NULL;
  }
  if (failing->count++ >= failing->fails_at) {
    failing->failed = true;
    return NULL;
  }
  void *made = realloc(block, size);
  if (made) failing->live += size - (block ? old : 0);
  return made;
}
