/* meager.h - memory that runs out: an allocator for tests. */
#ifndef TEST_MEAGER_H
#define TEST_MEAGER_H

#include <stdlib.h>

#include "rung.h"

struct budget {
  size_t left;              /* allocations that still succeed */
  bool once;                /* one fails, then all succeed again */
  size_t bytes;             /* in use */
};

static inline void *meager(void *context, void *block, size_t old, size_t size) {
  struct budget *budget = context;
  if (size > old && budget->left-- == 0) {
    budget->left = budget->once ? SIZE_MAX : 0;
    return NULL;
  }
  void *made = size ? realloc(block, size) : (free(block), NULL);
  if (made || !size) budget->bytes += size - old;
  return made;
}

#endif
