/* faults.c - whole commands, each again and again: the Nth call of the system or the allocator fails, once or for ever,
   or a signal comes with it.

     faults BUILD FILES [all]

   Each run must end with its code and its outputs, or with 4, a message and the former outputs.  Without "all" some N
   of each are taken, always the same. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hard.h"

#ifdef __SANITIZE_ADDRESS__
enum { QUICK_RUNS = 2 };
#else
enum { QUICK_RUNS = 12 };
#endif
enum { SHOWN_MOST = 3, WORKERS = 2, FOR_EVER = 1000000000 };

static const struct { const char *name, *reason; } families[] = {
#define FAMILY(id, name, error) {name, #error},
  FAULT_FAMILIES
#undef FAMILY
  {"any", NULL},
};
enum { FAMILIES = sizeof families / sizeof *families, ANY = FAULT_FAMILY_COUNT };

/* What comes with the Nth call. */
static const struct way {
  const char *name;
  bool for_ever;
  unsigned signal;
} ways[] = {
  {"once", false, 0}, {"for ever", true, 0}, {"SIGKILL", false, SIGKILL}, {"SIGTERM", false, SIGTERM},
  {"SIGINT", false, SIGINT},
};
enum { WAYS = sizeof ways / sizeof *ways };

/* A word of the system's message for the error of a family. */
static const char *reason_of(size_t family) {
  static const int errors[] = {
#define FAMILY(id, name, error) error,
    FAULT_FAMILIES
#undef FAMILY
  };
  if (family == FAULT_ALLOC) return "memory";
  return family == ANY || family == FAULT_THREAD ? NULL : strerror(errors[family]);
}

/* Of all workers together. */
struct tally {
  unsigned next, runs, hits, killed, failed, passed;
};

struct suite {
  struct stage stage;
  struct tally *tally;
  bool all;
};

static void tell(const struct scene *scene, const struct trouble *trouble, const char *way,
                 enum former former, struct ended ended, const char *wrong) {
  char *said, line[200] = "";
  size_t length;
  said = file_read("said", &length);
  for (char *from = said, *end; *from; from = end) { /* its last line */
    end = from + strcspn(from, "\n");
    snprintf(line, sizeof line, "%.*s", (int)(end - from), from);
    end += *end != 0;
  }
  free(said);
  printf("FAIL faults: %s: %s, %s of call %u, %s: %s (%s %d) \"%s\"\n", scene->name, trouble->family, way, trouble->nth,
         former == FORMER_NONE ? "no former outputs" : "former outputs", wrong,
         WIFEXITED(ended.status) ? "exit" : "signal",
         WIFEXITED(ended.status) ? WEXITSTATUS(ended.status) : WTERMSIG(ended.status), line);
  fflush(stdout);
}

static enum leftovers leftovers_of(const struct scene *scene, size_t family, const struct way *way) {
  if (way->signal) return way->signal == SIGKILL || !scene->cleans ? LEAVES_ANY : LEAVES_NOTHING;
  if (family == FAULT_REMOVE) return LEAVES_ANY;
  return family == FAULT_READ || family == FAULT_OPEN || family == FAULT_LOOK || family == FAULT_ALLOC ? LEAVES_FOLDERS
                                                                                                       : LEAVES_NOTHING;
}

/* One scene, family and way.  A run that no longer comes to its Nth call is the last. */
static void run_all(struct suite *suite, const struct scene *scene, size_t family, const struct way *way,
                    enum former former, const struct wanted *wanted) {
  unsigned calls = family == ANY ? suite->stage.page->any : suite->stage.page->calls[family];
  unsigned step = suite->all || calls <= QUICK_RUNS ? 1 : calls / QUICK_RUNS, wrongs = 0;
  struct allowed allowed = {.failure = !way->signal, .signal = way->signal,
                            .mixed = family == FAULT_NAME || way->signal == SIGKILL,
                            .reason = scene->reports ? NULL : reason_of(family),
                            .leftovers = leftovers_of(scene, family, way)};
  for (unsigned nth = 1;; nth += step) {
    struct trouble trouble = {.family = families[family].name, .nth = nth, .last = way->for_ever ? FOR_EVER : nth,
                              .what = way->signal};
    struct ended ended = stage_run(&suite->stage, scene, &trouble);
    const char *wrong = wanted_judge(wanted, scene, ended, &allowed);
    __atomic_add_fetch(&suite->tally->runs, 1, __ATOMIC_RELAXED);
    __atomic_add_fetch(&suite->tally->hits, ended.hits, __ATOMIC_RELAXED);
    __atomic_add_fetch(&suite->tally->killed, WIFSIGNALED(ended.status), __ATOMIC_RELAXED);
    if (wrong && wrongs++ < SHOWN_MOST) tell(scene, &trouble, way->name, former, ended, wrong);
    if (ended.hits == 0) break;
  }
  __atomic_add_fetch(wrongs ? &suite->tally->failed : &suite->tally->passed, 1, __ATOMIC_RELAXED);
}

/* Signals and remaining in the way are for all calls of the system together; errors are for each family. */
static bool belong(size_t family, const struct way *way) { return (family == ANY) == (way->signal != 0); }

static void run_scene(struct suite *suite, const struct scene *scene, enum former former) {
  struct wanted wanted = {0};
  if (!wanted_learn(&suite->stage, scene, former, &wanted)) {
    __atomic_add_fetch(&suite->tally->failed, 1, __ATOMIC_RELAXED);
    wanted_free(&wanted);
    return;
  }
  const struct fault_page calls = *suite->stage.page;
  for (size_t family = 0; family < FAMILIES; family++)
    for (size_t i = 0; i < WAYS; i++) {
      *suite->stage.page = calls;
      if (belong(family, &ways[i])) run_all(suite, scene, family, &ways[i], former, &wanted);
    }
  wanted_free(&wanted);
}

/* Reads and writes that bring a byte, and calls that are interrupted, change nothing. */
static void run_short(struct suite *suite, const struct scene *scene) {
  static const struct trouble shorts[] = {
    {.bytes = 1}, {.bytes = 7}, {.interrupts = true}, {.bytes = 1, .interrupts = true},
  };
  struct wanted wanted = {0};
  if (!wanted_learn(&suite->stage, scene, FORMER_NONE, &wanted)) return;
  for (size_t i = 0; i < sizeof shorts / sizeof *shorts; i++) {
    struct trouble trouble = shorts[i];
    struct ended ended = stage_run(&suite->stage, scene, &trouble);
    const char *wrong = wanted_judge(&wanted, scene, ended, &(struct allowed){0});
    trouble.family = trouble.bytes ? "short reads and writes" : "interrupts";
    trouble.nth = trouble.bytes;
    if (wrong) tell(scene, &trouble, "bytes", FORMER_NONE, ended, wrong);
    __atomic_add_fetch(&suite->tally->runs, 1, __ATOMIC_RELAXED);
    __atomic_add_fetch(wrong ? &suite->tally->failed : &suite->tally->passed, 1, __ATOMIC_RELAXED);
  }
  wanted_free(&wanted);
}

static void work(struct suite *suite, const char *build, const char *files) {
  static const struct scene compile = {"compile", {"compile", "in/rules.rung", "-o", "made/rules.rungc"}, .code = 0};
  stage_open(&suite->stage, build, files);
  stage_run(&suite->stage, &compile, NULL);
  for (;;) {
    unsigned job = __atomic_fetch_add(&suite->tally->next, 1, __ATOMIC_RELAXED);
    if (job >= scene_count * FORMER_COUNT) break;
    const struct scene *scene = &scenes[job / FORMER_COUNT];
    enum former former = job % FORMER_COUNT;
    const char *only = getenv("HARD_SCENE");
    if ((scene->long_one && !suite->all) || (only && strcmp(only, scene->name) != 0)) continue;
    run_scene(suite, scene, former);
    if (former == FORMER_NONE) run_short(suite, scene);
  }
  stage_close(&suite->stage);
}

#define EACH_CALL "faults: each call that fails, once and for ever, in whole runs"

int main(int argc, char **argv) {
  if (argc < 3) hard_die("faults BUILD FILES [all]");
#ifdef __SANITIZE_THREAD__
  hard_made("skipped " EACH_CALL);
  puts("faults: 0 passed, 0 failed, 1 skipped");
  return 0;
#endif
  struct suite suite = {.all = argc > 3};
  suite.tally = mmap(NULL, sizeof *suite.tally, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (suite.tally == MAP_FAILED) hard_die("cannot share memory");
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (int i = 0; i < WORKERS; i++) {
    if (fork() != 0) continue;
    work(&suite, argv[1], argv[2]);
    exit(0);
  }
  int status;
  bool died = false;
  while (wait(&status) > 0) died |= status != 0;
  if (suite.tally->hits == 0) puts("FAIL faults: nothing was made to fail"), died = true;
  printf("%u runs, %u faults, %u ended by a signal\n", suite.tally->runs, suite.tally->hits, suite.tally->killed);
  printf("faults: %u passed, %u failed, 0 skipped\n", suite.tally->passed, suite.tally->failed + died);
  if (!suite.tally->failed && !died) hard_made(EACH_CALL);
  return suite.tally->failed || died;
}
