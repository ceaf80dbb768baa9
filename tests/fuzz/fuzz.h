/* fuzz.h - what the fuzzers share.

   A fuzzer is one file fuzz_NAME.c with the entry that libFuzzer calls.  It aborts when a property is broken; what it
   was given is then kept in found/NAME/, and replay.c runs it in every `make test` without libFuzzer.  */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rung.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The property of a fuzzer is broken: says so and aborts, for the fuzzer to keep the input. */
#define BROKEN(...) (fprintf(stderr, "broken: " __VA_ARGS__), fputc('\n', stderr), abort())
#define HOLDS(condition) ((condition) ? (void)0 : (void)BROKEN("%s:%d: %s", __FILE__, __LINE__, #condition))

/* splitmix64 */
static inline uint64_t next_random(uint64_t *state) {
  uint64_t bits = *state += 0x9e3779b97f4a7c15;
  bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ bits >> 27) * 0x94d049bb133111eb;
  return bits ^ bits >> 31;
}
static inline size_t below(uint64_t *state, size_t bound) { return (size_t)(next_random(state) % bound); }

/* Bytes that grow; memory never runs out in a fuzzer that is to go on. */
struct bytes {
  char *at;
  size_t length, room;
};
static inline void bytes_add(struct bytes *bytes, const char *at, size_t length) {
  if (bytes->length + length + 1 > bytes->room) {
    bytes->room = 2 * bytes->room + length + 64;
    bytes->at = realloc(bytes->at, bytes->room);
    if (!bytes->at) exit(4);
  }
  if (length) memcpy(bytes->at + bytes->length, at, length);
  bytes->length += length;
  bytes->at[bytes->length] = 0;
}
/* A copy at its exact size, so that reading past it is seen. */
static inline void *exact_copy(const void *bytes, size_t size) {
  void *copy = malloc(size ? size : 1);
  if (!copy) exit(4);
  if (size) memcpy(copy, bytes, size);
  return copy;
}

#endif
