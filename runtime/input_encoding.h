/* input_encoding.h - other encodings to UTF-8, for input.c. */
#ifndef RUNG_INPUT_ENCODING_H
#define RUNG_INPUT_ENCODING_H

#include "io.h"

struct encoding;

/* As input_read, of the bytes as they are. */
typedef enum rung_status encoding_source_fn(struct input *input, void *bytes, size_t room, size_t *got,
                                            struct rung_error *error);

/* `name` is one that iconv knows, "latin-1" and "win-1251" too; of UTF-16 and UTF-32 the order of bytes is told by the
   mark, or by the zeros.  RUNG_INVALID: no such encoding. */
enum rung_status encoding_open(const char *name, const struct rung_allocator *allocator, struct encoding **encoding,
                               struct rung_error *error);
void encoding_close(struct encoding *encoding);

/* As input_read, of UTF-8.  RUNG_BAD_DATA, with byte and line, for what is no text of the encoding. */
enum rung_status encoding_read(struct encoding *encoding, encoding_source_fn *source, struct input *input,
                               char *bytes, size_t room, size_t *got, struct rung_error *error);

#endif
