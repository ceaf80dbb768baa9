/* source.h - the files of a compilation, and places in them. */
#ifndef RUNGC_SOURCE_H
#define RUNGC_SOURCE_H

#include "arena.h"

enum { SOURCE_MARK_BYTES = 256 };

struct line_column {
  uint32_t line, column;    /* from 1; columns in characters */
};

struct source {
  struct rung_text path;    /* as messages name it */
  struct rung_text text;    /* zero-terminated beyond its length */
  uint32_t skipped;         /* bytes of the file before it: a byte order mark */
  uint32_t index;           /* in struct sources */
  bool is_rules;            /* a rule file, not the list behind `in file` */
  uint64_t hash;            /* XXH3-64 */
  struct line_column *marks; /* where every SOURCE_MARK_BYTES-th byte stands: source_locate counts from there */
  struct comment *comments; /* of a rule file, in order: the trivia that the tree does not hold */
  uint32_t comment_count, comment_room;
};

/* Bytes [begin, end) of a source.  Lines and columns are computed only when a message needs them. */
struct place {
  uint32_t source, begin, end;
};

struct comment {
  uint32_t begin, end;
};

struct sources {
  struct source **at;
  uint32_t count, room;
};

/* Copies path and text.  A byte order mark at the start is hashed but is not part of the text.  NULL when memory is out
   or the text is longer than LIMIT_SOURCE. */
struct source *source_add(struct arena *arena, struct sources *sources, struct rung_text path, struct rung_text text);
/* Lines end at LF, CRLF or CR. */
struct line_column source_locate(const struct source *source, uint32_t offset);
/* The whole line around `offset`, without its end. */
struct rung_text source_line(const struct source *source, uint32_t offset);
/* Takes the next line off a file of texts; LF, CRLF or CR ends it.  False when nothing is left. */
bool source_line_next(struct rung_text *rest, struct rung_text *line);

struct rung_text source_text(const struct sources *sources, struct place place);
/* The place from the start of `a` to the end of `b`. */
struct place place_join(struct place a, struct place b);

#endif
