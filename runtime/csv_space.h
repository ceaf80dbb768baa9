/* csv_space.h - the memory of a block. */
#ifndef RUNG_CSV_SPACE_H
#define RUNG_CSV_SPACE_H

#include "csv_index.h"

struct csv_space {
  struct rung_allocator allocator;
  char *memory;
  size_t room;
  char *bytes;                /* in the memory; followed by CSV_PADDING blanks */
  size_t length;
  size_t taken;               /* bytes of whole rows: the length of the block */
  uint64_t offset, line;      /* of bytes[0] */
  bool last;                  /* the file ends with these bytes */
  bool failed;                /* they could not be read, or not all */
  struct csv_index index;
};

/* Forgets everything, and makes room for `more` bytes, which begin at a multiple of CSV_ALIGNMENT.  False when memory
   is out. */
enum { CSV_ALIGNMENT = 64 };
bool csv_space_begin(struct csv_space *space, size_t more);
/* They were written behind those that it has. */
void csv_space_added(struct csv_space *space, size_t more);

/* Puts bytes before those that it has, or behind them. */
bool csv_space_prepend(struct csv_space *space, const char *bytes, size_t length);
bool csv_space_append(struct csv_space *space, const char *bytes, size_t length);

/* Forgets the first `count` bytes, where the row being read begins. */
void csv_space_drop(struct csv_space *space, size_t count);

/* Each gets what the other has. */
void csv_space_swap(struct csv_space *a, struct csv_space *b);

/* Lines that end before byte `at`, where a row begins. */
uint64_t csv_space_lines(const struct csv_space *space, size_t at);

#endif
