/* input_gzip.c - gzip streams of one or many members, by zlib. */
#include <zlib.h>

#include "alloc.h"
#include "input_decode.h"

struct gzip {
  struct rung_allocator allocator;
  z_stream stream;
  bool between; /* members */
};

enum { STEP_MOST = 1 << 30 }; /* zlib counts in unsigned int */

static voidpf gzip_alloc(voidpf allocator, uInt count, uInt size) {
  size_t bytes;
  return __builtin_mul_overflow((size_t)count, (size_t)size, &bytes) ? NULL : alloc_block(bytes, allocator);
}

static void gzip_free(voidpf allocator, voidpf block) { alloc_unblock(block, allocator); }

static enum rung_status gzip_start(const struct rung_allocator *allocator, void **state, struct rung_error *error) {
  struct gzip *gzip = alloc_array(allocator, 1, sizeof *gzip);
  if (!gzip) return fail_memory(error);
  gzip->allocator = alloc_resolve(allocator);
  gzip->stream.zalloc = gzip_alloc;
  gzip->stream.zfree = gzip_free;
  gzip->stream.opaque = &gzip->allocator;
  if (inflateInit2(&gzip->stream, MAX_WBITS + 16) != Z_OK) {
    alloc_free(allocator, gzip, 1, sizeof *gzip);
    return fail_memory(error);
  }
  *state = gzip;
  return RUNG_OK;
}

static enum rung_status gzip_step(void *state, struct decode_step *step, const char **why) {
  struct gzip *gzip = state;
  z_stream *stream = &gzip->stream;
  if (gzip->between && step->in_length) {
    inflateReset(stream);
    gzip->between = false;
  }
  uInt in = (uInt)(step->in_length < STEP_MOST ? step->in_length : STEP_MOST);
  uInt room = (uInt)(step->out_room < STEP_MOST ? step->out_room : STEP_MOST);
  stream->next_in = (z_const Bytef *)(uintptr_t)step->in;
  stream->avail_in = in;
  stream->next_out = step->out;
  stream->avail_out = room;
  int result = inflate(stream, Z_NO_FLUSH);
  step->in += in - stream->avail_in;
  step->in_length -= in - stream->avail_in;
  step->out += room - stream->avail_out;
  step->out_room -= room - stream->avail_out;
  if (result == Z_STREAM_END) gzip->between = true;
  if (result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR) return RUNG_OK;
  *why = stream->msg ? stream->msg : zError(result);
  return result == Z_MEM_ERROR ? RUNG_NO_RESOURCE : RUNG_BAD_DATA;
}

static bool gzip_complete(const void *state) { return ((const struct gzip *)state)->between; }

static void gzip_stop(void *state) {
  struct gzip *gzip = state;
  struct rung_allocator allocator = gzip->allocator;
  inflateEnd(&gzip->stream);
  alloc_free(&allocator, gzip, 1, sizeof *gzip);
}

const struct decoder decoder_gzip = {"gzip", gzip_start, gzip_step, gzip_complete, gzip_stop};
