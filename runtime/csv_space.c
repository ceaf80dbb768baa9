/* csv_space.c - the memory of a block: what is read begins at an aligned place, and what was left over of the block
   before goes in front of it. */
#include "csv_space.h"

#include <string.h>

#include "alloc.h"

struct csv_space *csv_space_new(const struct rung_allocator *allocator) {
  struct csv_space *space = alloc_array(allocator, 1, sizeof *space);
  if (!space) return NULL;
  space->allocator = alloc_resolve(allocator);
  space->index.allocator = &space->allocator;
  return space;
}

void csv_space_free(struct csv_space *space) {
  if (!space) return;
  struct rung_allocator allocator = space->allocator;
  csv_index_free(&space->index);
  alloc_free(&allocator, space->memory, space->room, 1);
  alloc_free(&allocator, space, 1, sizeof *space);
}

/* Room in front of what is read, for the rest of most rows. */
enum { FRONT = 16 << 10 };

static char *align(char *at) { return at + (0 - (uintptr_t)at) % CSV_ALIGNMENT; }

/* Brings the bytes to where there is room before and behind them. */
static bool make_room(struct csv_space *space, size_t before, size_t behind) {
  size_t front = (size_t)(space->bytes - space->memory), room = space->room;
  size_t needed = before + CSV_ALIGNMENT + space->length + behind + CSV_PADDING;
  if (front >= before && room - front >= space->length + behind + CSV_PADDING) return true;
  char *memory = space->memory;
  if (needed > room) {
    room = needed + needed / 2;
    memory = alloc_resize(&space->allocator, NULL, 0, room, 1);
    if (!memory) return false;
  }
  char *to = align(memory + before);
  if (space->length) memmove(to, space->bytes, space->length);
  if (memory != space->memory) alloc_free(&space->allocator, space->memory, space->room, 1);
  space->memory = memory;
  space->room = room;
  space->bytes = to;
  csv_space_added(space, 0);
  return true;
}

bool csv_space_begin(struct csv_space *space, size_t more) {
  space->bytes = space->memory;
  space->length = space->taken = 0;
  space->last = space->failed = false;
  space->index.blank_lines = 0;
  csv_index_restart(&space->index);
  return make_room(space, FRONT, more);
}

void csv_space_added(struct csv_space *space, size_t more) {
  space->length += more;
  memset(space->bytes + space->length, ' ', CSV_PADDING);
}

bool csv_space_prepend(struct csv_space *space, const char *bytes, size_t length) {
  if (length == 0) return true;
  if (!make_room(space, length, 0)) return false;
  space->bytes -= length;
  space->length += length;
  memcpy(space->bytes, bytes, length);
  return true;
}

bool csv_space_append(struct csv_space *space, const char *bytes, size_t length) {
  if (!make_room(space, 0, length)) return false;
  if (length) memcpy(space->bytes + space->length, bytes, length);
  csv_space_added(space, length);
  return true;
}

void csv_space_drop(struct csv_space *space, size_t count) {
  if (count == 0) return;
  space->line += csv_space_lines(space, count);
  space->offset += count;
  space->bytes += count;
  space->length -= count;
  csv_index_restart(&space->index);
}

void csv_space_swap(struct csv_space *a, struct csv_space *b) {
  struct csv_space other = *a;
  *a = *b;
  *b = other;
  a->index.allocator = &a->allocator;
  b->index.allocator = &b->allocator;
}

uint64_t csv_space_lines(const struct csv_space *space, size_t at) {
  return space->index.lines - csv_count_lines(space->bytes + at, space->index.scanned - at);
}
