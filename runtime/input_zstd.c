/* input_zstd.c - zstd streams of one or many frames. */
#define ZSTD_STATIC_LINKING_ONLY /* for ZSTD_createDStream_advanced: our allocator */
#include <zstd.h>
#include <zstd_errors.h>

#include "alloc.h"
#include "input_decode.h"

struct zstd {
  struct rung_allocator allocator;
  ZSTD_DStream *stream;
  bool between; /* frames */
};

static void *zstd_alloc(void *allocator, size_t size) { return alloc_block(size, allocator); }
static void zstd_free(void *allocator, void *block) { alloc_unblock(block, allocator); }

static enum rung_status zstd_start(const struct rung_allocator *allocator, void **state, struct rung_error *error) {
  struct zstd *zstd = alloc_array(allocator, 1, sizeof *zstd);
  if (!zstd) return fail_memory(error);
  zstd->allocator = alloc_resolve(allocator);
  zstd->stream = ZSTD_createDStream_advanced((ZSTD_customMem){zstd_alloc, zstd_free, &zstd->allocator});
  if (!zstd->stream) {
    alloc_free(allocator, zstd, 1, sizeof *zstd);
    return fail_memory(error);
  }
  *state = zstd;
  return RUNG_OK;
}

static enum rung_status zstd_step(void *state, struct decode_step *step, const char **why) {
  struct zstd *zstd = state;
  ZSTD_inBuffer in = {step->in, step->in_length, 0};
  ZSTD_outBuffer out = {step->out, step->out_room, 0};
  /* Between frames, a call without input would announce the header of a next one. */
  if (zstd->between && !step->in_length) return RUNG_OK;
  size_t result = ZSTD_decompressStream(zstd->stream, &out, &in);
  step->in += in.pos;
  step->in_length -= in.pos;
  step->out += out.pos;
  step->out_room -= out.pos;
  zstd->between = result == 0;
  if (!ZSTD_isError(result)) return RUNG_OK;
  *why = ZSTD_getErrorName(result);
  return ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation ? RUNG_NO_RESOURCE : RUNG_BAD_DATA;
}

static bool zstd_complete(const void *state) { return ((const struct zstd *)state)->between; }

static void zstd_stop(void *state) {
  struct zstd *zstd = state;
  struct rung_allocator allocator = zstd->allocator;
  ZSTD_freeDStream(zstd->stream);
  alloc_free(&allocator, zstd, 1, sizeof *zstd);
}

const struct decoder decoder_zstd = {"zstd", zstd_start, zstd_step, zstd_complete, zstd_stop};
