/* csv_space.c - the memory of a block: what is read begins at an aligned place, and what was left over of the block
   before stands in front of it. */
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

/* Where `length` bytes begin that end at an aligned place. */
static char *place(char *memory, size_t length) {
  uintptr_t end = (uintptr_t)memory + length;
  return memory + (0 - end) % CSV_ALIGNMENT;
}

/* Brings the bytes, which may be in the space, to their place. */
static bool move(struct csv_space *space, const char *bytes, size_t length, size_t more) {
  size_t needed = CSV_ALIGNMENT + length + more + CSV_PADDING, room = space->room;
  char *memory = space->memory;
  if (needed > room) {
    room = needed + needed / 2;
    memory = alloc_resize(&space->allocator, NULL, 0, room, 1);
    if (!memory) return false;
  }
  char *to = place(memory, length);
  if (length) memmove(to, bytes, length);
  if (memory != space->memory) alloc_free(&space->allocator, space->memory, space->room, 1);
  space->memory = memory;
  space->room = room;
  space->bytes = to;
  space->length = length;
  csv_space_added(space, 0);
  return true;
}

bool csv_space_begin(struct csv_space *space, const char *bytes, size_t length, size_t more) {
  space->taken = 0;
  space->index.blank_lines = 0;
  csv_index_restart(&space->index);
  return move(space, bytes, length, more);
}

bool csv_space_room(struct csv_space *space, size_t more) {
  size_t used = (size_t)(space->bytes - space->memory) + space->length;
  return space->room - used >= more + CSV_PADDING || move(space, space->bytes, space->length, more);
}

void csv_space_added(struct csv_space *space, size_t more) {
  space->length += more;
  memset(space->bytes + space->length, ' ', CSV_PADDING);
}

void csv_space_drop(struct csv_space *space, size_t count) {
  if (count == 0) return;
  space->line += csv_space_lines(space, count);
  space->offset += count;
  move(space, space->bytes + count, space->length - count, 0); /* has the memory it needs */
  csv_index_restart(&space->index);
}

uint64_t csv_space_lines(const struct csv_space *space, size_t at) {
  return space->index.lines - csv_count_lines(space->bytes + at, space->index.scanned - at);
}
