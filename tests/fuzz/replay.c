/* replay.c - runs a fuzzer on files, without libFuzzer: `replay_NAME FILE...` aborts where it does. */
#include "last_words.h"

static bool run_file(const char *path) {
  struct bytes bytes = {0};
  char room[4096];
  FILE *file = fopen(path, "rb");
  if (!file) return false;
  for (size_t got; (got = fread(room, 1, sizeof room, file)) > 0;) bytes_add(&bytes, room, got);
  bool read = !ferror(file);
  (void)fclose(file);
  uint8_t *exact = exact_copy(bytes.at, bytes.length);
  if (read) LLVMFuzzerTestOneInput(exact, bytes.length);
  free(exact), free(bytes.at);
  return read;
}

int main(int argc, char **argv) {
  hear_last_words();
  for (int i = 1; i < argc; i++) {
    (void)snprintf(current, sizeof current, "%s", argv[i]);
    (void)alarm(SECONDS_EACH);
    if (run_file(argv[i])) continue;
    fprintf(stderr, "replay: cannot read %s\n", argv[i]);
    return 4;
  }
  return 0;
}
