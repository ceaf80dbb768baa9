/* names.h - does a name stand twice where each shall be of one thing? */
#ifndef RUNG_NAMES_H
#define RUNG_NAMES_H

#include "rung.h"

struct named {
  struct rung_text name;
  size_t index;
};

/* Puts them in order, by bytes; the index of one whose name an earlier one has, or SIZE_MAX. */
size_t names_repeated(struct named *names, size_t count);

#endif
