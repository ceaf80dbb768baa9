/* fuzz_program.c - any bytes to the loader; a program that loads is run on random rows. */
#include "anything.h"
#include "fuzz.h"
#include "mutate.h"

#include <xxhash.h>

/* Checksum and size are mended first, or nothing would ever get past them. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  uint8_t *bytes = exact_copy(data, size);
  struct rung_error error = {0};
  rung_program *program = NULL;
  program_seal(bytes, size);
  enum rung_status status = rung_program_load(bytes, size, NULL, &program, &error);
  free(bytes);
  if (status == RUNG_OK) use_program(program, XXH3_64bits(data, size));
  else HOLDS(status == RUNG_INVALID && error.status == RUNG_INVALID && error.text[0] && !program);
  rung_program_free(program);
  return 0;
}
