/* source.c - the files of a compilation, and places in them. */
#include "source.h"

#include "limits.h"

#include <string.h>
#include <xxhash.h>

static bool is_continuation(char byte) { return ((unsigned char)byte & 0xC0) == 0x80; }

/* Moves a position over the byte at `offset`. */
static void step(struct line_column *at, struct rung_text text, size_t offset) {
  char byte = text.bytes[offset];
  if (byte == '\n' || (byte == '\r' && (offset + 1 == text.length || text.bytes[offset + 1] != '\n'))) {
    *at = (struct line_column){at->line + 1, 1};
  } else if (!is_continuation(byte)) {
    at->column++;
  }
}

static struct line_column *make_marks(struct arena *arena, struct rung_text text) {
  struct line_column *marks = arena_alloc(arena, (text.length / SOURCE_MARK_BYTES + 1) * sizeof *marks);
  struct line_column at = {1, 1};
  for (size_t i = 0; marks && i < text.length; i++) {
    if (i % SOURCE_MARK_BYTES == 0) marks[i / SOURCE_MARK_BYTES] = at;
    step(&at, text, i);
  }
  if (marks && text.length % SOURCE_MARK_BYTES == 0) marks[text.length / SOURCE_MARK_BYTES] = at;
  return marks;
}

struct source *source_add(struct arena *arena, struct sources *sources, struct rung_text path, struct rung_text text) {
  if (text.length > LIMIT_SOURCE) return NULL;
  struct source **at = arena_grow(arena, sources->at, sources->count, &sources->room, sizeof *at);
  struct source *source = arena_alloc(arena, sizeof *source);
  if (!at || !source) return NULL;
  sources->at = at;
  uint32_t mark = text.length >= 3 && memcmp(text.bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  *source = (struct source){
      .path = arena_copy(arena, path.bytes, path.length),
      .text = arena_copy(arena, text.bytes + mark, text.length - mark),
      .skipped = mark,
      .index = sources->count,
      .hash = XXH3_64bits(text.bytes, text.length),
  };
  source->marks = make_marks(arena, source->text);
  if (arena->failed) return NULL;
  at[sources->count++] = source;
  return source;
}

struct line_column source_locate(const struct source *source, uint32_t offset) {
  if (offset > source->text.length) offset = (uint32_t)source->text.length;
  struct line_column at = source->marks[offset / SOURCE_MARK_BYTES];
  for (uint32_t i = offset / SOURCE_MARK_BYTES * SOURCE_MARK_BYTES; i < offset; i++) step(&at, source->text, i);
  return at;
}

static bool is_line_end(char byte) { return byte == '\n' || byte == '\r'; }

struct rung_text source_line(const struct source *source, uint32_t offset) {
  const char *bytes = source->text.bytes;
  size_t length = source->text.length, begin = offset < length ? offset : length;
  /* The LF of a CRLF still belongs to the line that the CR ends. */
  if (begin > 0 && begin < length && bytes[begin] == '\n' && bytes[begin - 1] == '\r') begin--;
  size_t end = begin;
  while (begin > 0 && !is_line_end(bytes[begin - 1])) begin--;
  while (end < length && !is_line_end(bytes[end])) end++;
  return (struct rung_text){bytes + begin, end - begin};
}

struct rung_text source_text(const struct sources *sources, struct place place) {
  return (struct rung_text){sources->at[place.source]->text.bytes + place.begin, place.end - place.begin};
}

struct place place_join(struct place a, struct place b) {
  return (struct place){a.source, a.begin, b.end};
}

bool source_line_next(struct rung_text *rest, struct rung_text *line) {
  size_t end = 0, next;
  if (rest->length == 0) return false;
  while (end < rest->length && rest->bytes[end] != '\n' && rest->bytes[end] != '\r') end++;
  next = end + (end < rest->length);
  if (next < rest->length && rest->bytes[end] == '\r' && rest->bytes[next] == '\n') next++;
  *line = (struct rung_text){rest->bytes, end};
  *rest = (struct rung_text){rest->bytes + next, rest->length - next};
  return true;
}
