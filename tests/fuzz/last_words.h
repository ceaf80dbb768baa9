/* last_words.h - what was being tried is told when it ends the program, or does not end. */
#ifndef LAST_WORDS_H
#define LAST_WORDS_H

#include <signal.h>
#include <unistd.h>

#include "fuzz.h"

enum { SECONDS_EACH = 60 };

/* What is being tried, and by whom. */
static char current[4096];

static void tell_and_die(int number) {
  static const char before[] = "\nit died of ", slow[] = "\nit did not end: ";
  const char *text = number == SIGALRM ? slow : before;
  (void)!write(2, text, strlen(text));
  (void)!write(2, current, strlen(current));
  (void)!write(2, "\n", 1);
  _exit(1);
}

/* So that a sanitizer's report is followed by it. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "abort_on_error=1:allocator_may_return_null=1"; }

static inline void hear_last_words(void) {
  static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) (void)signal(signals[i], tell_and_die);
}

#endif
