/* kept.h - a text that outlives its row, and is replaced now and then: its room is used again. */
#ifndef RUNG_KEPT_H
#define RUNG_KEPT_H

#include <string.h>

#include "heap.h"

/* Zeroed, it is an empty text. */
struct kept_text {
  char *bytes;
  uint32_t length, room;
};

static inline struct rung_text kept_view(const struct kept_text *kept) {
  return (struct rung_text){kept->bytes, kept->length};
}

/* False when memory is out; texts of 4 GiB don't fit either. */
static inline bool kept_set(struct kept_text *kept, struct rung_text text, struct heap *heap) {
  if (text.length > kept->room) {
    if (text.length > UINT32_MAX - 15) return false;
    size_t room = (text.length + 15) / 16 * 16;
    char *bytes = heap_room(heap, room);
    if (!bytes) return false;
    heap_keep(heap, room);
    kept->bytes = bytes;
    kept->room = (uint32_t)room;
  }
  if (text.length) memcpy(kept->bytes, text.bytes, text.length);
  kept->length = (uint32_t)text.length;
  return true;
}

#endif
