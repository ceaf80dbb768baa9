/* buffer.c - make a buffer larger. */
#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>

char *buffer_grow(struct buffer *buffer, size_t more) {
  if (buffer->failed) return NULL;
  size_t wanted, amortized = buffer->room + buffer->room / 2 + 256;
  if (__builtin_add_overflow(buffer->length, more, &wanted)) wanted = SIZE_MAX; /* which the allocator refuses */
  if (wanted < amortized) wanted = amortized;
  char *grown = alloc_resize(buffer->allocator, buffer->at, buffer->room, wanted, 1);
  if (!grown) {
    buffer->failed = true;
    return NULL;
  }
  buffer->at = grown;
  buffer->room = wanted;
  return grown + buffer->length;
}

void buffer_free(struct buffer *buffer) {
  alloc_free(buffer->allocator, buffer->at, buffer->room, 1);
  *buffer = (struct buffer){.allocator = buffer->allocator};
}

void buffer_printf(struct buffer *buffer, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  char *to = length < 0 ? NULL : buffer_room(buffer, (size_t)length + 1);
  if (to && vsnprintf(to, (size_t)length + 1, format, again) == length) buffer->length += (size_t)length;
  else buffer->failed = true;
  va_end(again);
  va_end(arguments);
}
