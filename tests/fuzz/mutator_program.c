/* mutator_program.c - changes programs for libFuzzer: where it counts (mutate.c), or as libFuzzer likes. */
#include "fuzz.h"
#include "mutate.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed) {
  uint64_t random = seed;
  if (below(&random, 8) == 0) return LLVMFuzzerMutate(data, size, room);
  for (size_t changes = 1 + below(&random, 4); changes > 0; changes--) program_mutate(data, size, &random, NULL, 0);
  return size;
}
