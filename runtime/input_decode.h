/* input_decode.h - decompressors for input.c: bytes in, bytes out, no I/O. */
#ifndef RUNG_INPUT_DECODE_H
#define RUNG_INPUT_DECODE_H

#include "io.h"

/* Stored bytes still to be decoded, and room still to be filled; a step moves both along. */
struct decode_step {
  const unsigned char *in;
  size_t in_length;
  unsigned char *out;
  size_t out_room;
};

struct decoder {
  const char *format;         /* for messages */
  enum rung_status (*start)(const struct rung_allocator *allocator, void **state, struct rung_error *error);
  /* RUNG_BAD_DATA, with *why, or RUNG_NO_RESOURCE when memory is out. */
  enum rung_status (*step)(void *state, struct decode_step *step, const char **why);
  /* The bytes so far are whole streams, none of them begun and not ended. */
  bool (*complete)(const void *state);
  void (*stop)(void *state);
};

extern const struct decoder decoder_gzip, decoder_zstd;

#endif
