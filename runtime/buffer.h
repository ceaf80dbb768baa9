/* buffer.h - bytes that grow.

   A buffer that could not grow is `failed` and takes nothing more, so that its user asks once at the end. */
#ifndef RUNG_BUFFER_H
#define RUNG_BUFFER_H

#include <string.h>

#include "alloc.h"

struct buffer {
  const struct rung_allocator *allocator;
  char *at;
  size_t length, room;
  bool failed;
};

/* Makes room for `more` bytes and returns where they go, or NULL.  The caller then adds to `length`. */
char *buffer_grow(struct buffer *buffer, size_t more);
void buffer_free(struct buffer *buffer);
void buffer_printf(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline char *buffer_room(struct buffer *buffer, size_t more) {
  if (buffer->room - buffer->length >= more) return buffer->at + buffer->length;
  return buffer_grow(buffer, more);
}

static inline void buffer_add(struct buffer *buffer, const char *bytes, size_t length) {
  char *to = length ? buffer_room(buffer, length) : NULL;
  if (!to) return;
  memcpy(to, bytes, length);
  buffer->length += length;
}

static inline void buffer_byte(struct buffer *buffer, char byte) { buffer_add(buffer, &byte, 1); }
static inline void buffer_text(struct buffer *buffer, struct rung_text text) {
  buffer_add(buffer, text.bytes, text.length);
}
static inline void buffer_string(struct buffer *buffer, const char *string) {
  buffer_add(buffer, string, strlen(string));
}

#endif
