/* cmd_signals.c - a command that a signal ends leaves no temporary files.

   The handler itself removes them, whatever the command is waiting for: a pipe that nobody writes to, one that nobody
   reads, a name that is yet to be opened by others.  It only walks a list that it finds whole at any moment. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

struct left {
  struct left *next;          /* which was told before */
  bool folder;
  char path[];
};

static struct left *volatile lefts;
static pthread_t main_thread; /* which makes the files */
static sigset_t waiting_before; /* from the start on */

/* What a person, a timer, a limit or a reader ends a command by. */
static const int stoppers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGALRM, SIGXCPU};
enum { STOPPERS = sizeof stoppers / sizeof *stoppers };

static void name_stoppers(sigset_t *set) {
  sigemptyset(set);
  for (size_t i = 0; i < STOPPERS; i++) sigaddset(set, stoppers[i]);
}

/* Ends as the signal would have ended us. */
static void end_by(int number) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  signal(number, SIG_DFL);
  raise(number);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

/* While the main thread is in here it makes no file behind our back. */
static void stop(int number) {
  if (!pthread_equal(pthread_self(), main_thread)) {
    pthread_kill(main_thread, number);
    return;
  }
  for (const struct left *left = lefts; left; left = left->next) {
    if (left->folder) rmdir(left->path);
    else unlink(left->path);
  }
  end_by(number);
}

void cmd_signals_catch(void) {
  struct sigaction action, before;
  memset(&action, 0, sizeof action);
  action.sa_handler = stop;
  name_stoppers(&action.sa_mask);
  main_thread = pthread_self();
  pthread_sigmask(SIG_SETMASK, NULL, &waiting_before);
  for (size_t i = 0; i < STOPPERS; i++)
    if (sigaction(stoppers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
      sigaction(stoppers[i], &action, NULL);
}

/* Without memory for its name the file would be left over, under a name that says what it is. */
void cmd_signals_tell(void *context, const char *path, bool folder) {
  size_t length = strlen(path) + 1;
  struct left *left = malloc(sizeof *left + length);
  (void)context;
  if (!left) return;
  left->next = lefts;
  left->folder = folder;
  memcpy(left->path, path, length);
  atomic_signal_fence(memory_order_release); /* the handler may come right here */
  lefts = left;
}

/* Those that wait for whoever started us go on waiting. */
void cmd_signals_wait(bool wait) {
  sigset_t set;
  name_stoppers(&set);
  for (size_t i = 0; i < STOPPERS; i++)
    if (sigismember(&waiting_before, stoppers[i]) == 1) sigdelset(&set, stoppers[i]);
  pthread_sigmask(wait ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

void cmd_signals_forget(void) {
  while (lefts) {
    struct left *left = lefts;
    lefts = left->next;
    free(left);
  }
}
