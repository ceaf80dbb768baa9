/* checksum.h - the checksum of a program file, for who writes it and who reads it. */
#ifndef RUNG_CHECKSUM_H
#define RUNG_CHECKSUM_H

#include <xxhash.h>

#include "program.h"

/* Over the whole file but the checksum itself; `size` is at least PROGRAM_HEADER_SIZE. */
static inline uint64_t program_checksum(const void *file, size_t size) {
  const char *bytes = (const char *)file;
  XXH64_hash_t before = XXH3_64bits(bytes, PROGRAM_CHECKSUM_AT);
  return XXH3_64bits_withSeed(bytes + PROGRAM_CHECKED_FROM, size - PROGRAM_CHECKED_FROM, before);
}

#endif
