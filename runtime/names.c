/* names.c - does a name stand twice where each shall be of one thing? */
#include "names.h"

#include <stdlib.h>

#include "text.h"

static int order_named(const void *a, const void *b) {
  const struct named *x = a, *y = b;
  int order = text_order(x->name, y->name);
  return order ? order : (x->index > y->index) - (x->index < y->index);
}

size_t names_repeated(struct named *names, size_t count) {
  qsort(names, count, sizeof *names, order_named);
  for (size_t i = 1; i < count; i++)
    if (text_same(names[i - 1].name, names[i].name)) return names[i].index;
  return SIZE_MAX;
}
