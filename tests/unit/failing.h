/* failing.h - an allocator that runs dry: for testing each allocation that can fail. */
#ifndef TEST_FAILING_H
#define TEST_FAILING_H

#include "rung.h"

struct failing {
  size_t count, fails_at;     /* allocations made; from this one on they fail */
  size_t live;                /* bytes, by the sizes told */
  bool failed;
};

/* The context is a struct failing. */
void *failing_resize(void *context, void *block, size_t old, size_t size);

#endif
