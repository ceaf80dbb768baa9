/* replay.c - runs a fuzzer on files, without libFuzzer: `replay_NAME FILE...` aborts where it does. */
#include <signal.h>
#include <unistd.h>

#include "fuzz.h"

enum { SECONDS_EACH = 60 };

static const char *current = "";

static void tell_and_die(int number) {
  static const char before[] = "\nreplay: it died of ", slow[] = "\nreplay: it did not end: ";
  const char *text = number == SIGALRM ? slow : before;
  (void)!write(2, text, strlen(text));
  (void)!write(2, current, strlen(current));
  (void)!write(2, "\n", 1);
  _exit(1);
}

const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "abort_on_error=1:allocator_may_return_null=1"; }

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
  static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) (void)signal(signals[i], tell_and_die);
  for (int i = 1; i < argc; i++) {
    current = argv[i];
    (void)alarm(SECONDS_EACH);
    if (run_file(argv[i])) continue;
    fprintf(stderr, "replay: cannot read %s\n", argv[i]);
    return 4;
  }
  return 0;
}
