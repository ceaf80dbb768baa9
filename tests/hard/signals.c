/* signals.c - runs that are ended at random moments, and two at once that write the same files.

     signals BUILD FILES [all]

   The moments come from a fixed seed, though what a run is doing then does not.  The named outputs are absent, old or
   complete, and what else is left over says by its name what it is. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hard.h"

enum { SEED = 20261121, QUICK_ENDS = 60, ALL_ENDS = 1500, QUICK_PAIRS = 6, ALL_PAIRS = 150, CUSTOMERS = 20000 };

#define RUN(set, threads, output) \
  {"score", "in/rules.rung", "made/customers.csv", "orders=in/orders.csv", "previous=in/previous.csv", "--today", \
   "2026-11-21", "--threads", threads, "--rejects", "out/rejects.csv", "--split", "out/set", "--summary", \
   "out/summary.json", "-o", output, "--set", set}

static const struct scene ended[] = {
  {"score", RUN("control=10%", "1", "out/scored.csv"), .cleans = true},
  {"threads", RUN("control=10%", "3", "out/scored.csv"), .cleans = true},
  {"nowhere", RUN("control=10%", "1", "/dev/null"), .cleans = true},
  {"compile", {"compile", "in/rules.rung", "-o", "out/rules.rungc"}, .code = 0},
};
enum { ENDED = sizeof ended / sizeof *ended };

static const struct scene pair[2] = {
  {"pair", RUN("control=10%", "1", "out/scored.csv"), .cleans = true},
  {"pair", RUN("control=90%", "1", "out/scored.csv"), .cleans = true},
};

static const int signals[] = {SIGKILL, SIGTERM, SIGINT, SIGHUP};
enum { SIGNALS = sizeof signals / sizeof *signals };

static void make_customers(void) {
  FILE *file = fopen("made/customers.csv", "w");
  if (!file) hard_die("cannot make customers");
  fputs("id,name,region,quiet,spent,mail,sms,ticket\n", file);
  for (int i = 0; i < CUSTOMERS; i++)
    fprintf(file, "c%d,Имя %d,%s,%s,%d.%02d,%s,%s,%s\n", i, i % 97, i % 3 ? "Москва" : "Омск",
            i % 5000 == 77 ? "soon" : i % 4 ? "30" : "120", i % 900, i % 100, i % 2 ? "да" : "нет", i % 7 ? "нет" : "",
            i % 11 ? "нет" : "да");
  if (fclose(file)) hard_die("cannot make customers");
}

/* The numbers of the C library may change; these don't (xorshift). */
static unsigned next_random(unsigned *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void wait_microseconds(long time) { nanosleep(&(struct timespec){time / 1000000, time % 1000000 * 1000}, NULL); }

/* -- Ends ------------------------------------------------------------------------------------ */

struct counts {
  unsigned passed, failed, runs, ended;
};

static void end_scene(const struct stage *stage, const struct scene *scene, enum former former, unsigned runs,
                      unsigned *random, struct counts *counts) {
  struct wanted wanted = {0};
  bool fine = wanted_learn(stage, scene, former, &wanted);
  long begun = now(), time;
  if (fine) stage_run(stage, scene, NULL);
  snapshot_restore("out", &wanted.before);
  time = now() - begun;
  for (unsigned i = 0; fine && i < runs; i++) {
    int number = signals[i % SIGNALS];
    struct ended end = {0};
    pid_t child = stage_start(stage, scene, NULL);
    wait_microseconds((long)(next_random(random) % 1000000) * time / 1000000);
    kill(child, number);
    if (waitpid(child, &end.status, 0) < 0) hard_die("cannot wait for a run");
    const char *wrong = wanted_judge(&wanted, scene, end, &(struct allowed){
        .signal = (unsigned)number, .mixed = number == SIGKILL,
        .leftovers = number == SIGKILL || !scene->cleans ? LEAVES_ANY : LEAVES_NOTHING});
    if (wrong) printf("FAIL signals: %s, run %u, signal %d: %s\n", scene->name, i, number, wrong);
    if (wrong) fine = false;
    counts->runs++;
    counts->ended += WIFSIGNALED(end.status);
  }
  *(fine ? &counts->passed : &counts->failed) += 1;
  wanted_free(&wanted);
}

/* -- Pairs ------------------------------------------------------------------------------------- */

/* One of two complete ones, or what was there before. */
static const char *judge_pair(const struct snapshot *now, const struct wanted wanted[2]) {
  for (size_t i = 0; i < now->count; i++) {
    const struct thing *thing = &now->things[i];
    if (!snapshot_find(&wanted[0].after, thing->name)) return thing->name;
    if (!thing_same(thing, snapshot_find(&wanted[0].after, thing->name)) &&
        !thing_same(thing, snapshot_find(&wanted[1].after, thing->name))) return thing->name;
  }
  return now->count == wanted[0].after.count ? NULL : "too few outputs";
}

/* Whoever reads the output meanwhile has the old one or a complete one. */
static const char *read_meanwhile(const struct wanted wanted[2]) {
  const char *name = "scored.csv";
  struct thing read = {.mode = snapshot_find(&wanted[0].after, name)->mode};
  read.bytes = file_read("out/scored.csv", &read.length);
  bool fine = read.length == 0 || thing_same(&read, snapshot_find(&wanted[0].after, name)) ||
              thing_same(&read, snapshot_find(&wanted[1].after, name));
  free(read.bytes);
  return fine ? NULL : "the output was read half done";
}

static const char *run_pair(const struct stage *stage, const struct wanted wanted[2], unsigned *random) {
  struct snapshot now;
  const char *wrong = NULL;
  int status[2];
  pid_t first = stage_start(stage, &pair[0], NULL);
  wait_microseconds(next_random(random) % 5000);
  pid_t second = stage_start(stage, &pair[1], NULL);
  while (waitpid(first, &status[0], WNOHANG) == 0) {
    if (!wrong) wrong = read_meanwhile(wanted);
    wait_microseconds(300);
  }
  if (waitpid(second, &status[1], 0) < 0) hard_die("cannot wait for a run");
  snapshot_take("out", &now);
  static char text[300];
  const char *name = judge_pair(&now, wanted);
  if (!wrong && (status[0] || status[1])) wrong = "one of them fails";
  if (!wrong && name) snprintf(text, sizeof text, "%s is of neither", name), wrong = text;
  snapshot_free(&now);
  return wrong;
}

static void run_pairs(const struct stage *stage, unsigned runs, unsigned *random, struct counts *counts) {
  struct wanted wanted[2] = {0};
  bool fine = wanted_learn(stage, &pair[0], FORMER_NONE, &wanted[0]) &&
              wanted_learn(stage, &pair[1], FORMER_NONE, &wanted[1]);
  for (unsigned i = 0; fine && i < runs; i++) {
    if (i % 3 == 0) snapshot_restore("out", &wanted[0].before); /* else they replace what is there */
    const char *wrong = run_pair(stage, wanted, random);
    size_t length;
    char *said = wrong ? file_read("said", &length) : NULL;
    if (wrong) printf("FAIL signals: pair %u: %s\n%s", i, wrong, said);
    free(said);
    if (wrong) fine = false;
    counts->runs += 2;
  }
  *(fine ? &counts->passed : &counts->failed) += 1;
  wanted_free(&wanted[0]);
  wanted_free(&wanted[1]);
}

int main(int argc, char **argv) {
  if (argc < 3) hard_die("signals BUILD FILES [all]");
  bool all = argc > 3;
  struct stage stage;
  struct counts counts = {0};
  unsigned random = SEED;
  stage_open(&stage, argv[1], argv[2]);
  make_customers();
  unsigned share = (unsigned)(all ? ALL_ENDS : QUICK_ENDS) / (ENDED * FORMER_COUNT);
  for (size_t i = 0; i < ENDED; i++)
    for (enum former former = 0; former < FORMER_COUNT; former++)
      end_scene(&stage, &ended[i], former, share, &random, &counts);
  run_pairs(&stage, all ? ALL_PAIRS : QUICK_PAIRS, &random, &counts);
  stage_close(&stage);
  printf("%u runs, %u ended by a signal\n", counts.runs, counts.ended);
  printf("signals: %u passed, %u failed, 0 skipped\n", counts.passed, counts.failed);
  if (!counts.failed) hard_made("signals: an end at any moment");
  return counts.failed != 0;
}
