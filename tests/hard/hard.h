/* hard.h - whole commands, run under faults and signals, and what they left behind. */
#ifndef RUNG_TESTS_HARD_H
#define RUNG_TESTS_HARD_H

#include <stdbool.h>
#include <stddef.h>

#include "fault.h"

enum { SCENE_WORDS = 24, RUN_SECONDS = 20 };

/* A command, with paths as they are seen from its scratch folder: what it reads is in in/ and made/, what it writes
   goes to out/. */
struct scene {
  const char *name;
  const char *words[SCENE_WORDS];
  const char *input;          /* standard input, or NULL */
  int code;                   /* with which it ends when nothing fails */
  bool cleans;                /* ends by a signal without leaving temporary files */
  bool reports;               /* standard output says what went wrong, too */
  bool long_one;              /* for the long tests only */
};

extern const struct scene scenes[];
extern const size_t scene_count;

/* -- Snapshots ---------------------------------------------------------------------------- */

/* What stands under one name in a folder: a file's bytes, or those of all files in a folder; with modes. */
struct thing {
  char *name, *bytes;
  size_t length;
  unsigned mode;
};

struct snapshot {
  struct thing *things;
  size_t count;
};

void snapshot_take(const char *folder, struct snapshot *snapshot);
void snapshot_free(struct snapshot *snapshot);
const struct thing *snapshot_find(const struct snapshot *snapshot, const char *name);
bool thing_same(const struct thing *a, const struct thing *b); /* NULL: is not there */
/* Makes the folder as it was then. */
void snapshot_restore(const char *folder, const struct snapshot *snapshot);

/* A whole file, with a terminator; empty if there is none. */
char *file_read(const char *path, size_t *length);

/* -- Runs ------------------------------------------------------------------------------------ */

/* What is done to a run, as the shim is told (fault.h). */
struct trouble {
  const char *family;
  unsigned nth, last, what;
  unsigned bytes;             /* at most, for one read or write; 0: any number */
  bool interrupts;
};

struct ended {
  int status;                 /* as of waitpid */
  unsigned hits;
};

/* A folder in which commands are run: scratch, with in, made, out and tmp. */
struct stage {
  char rung[4096], shim[4096], folder[4096];
  int page_file;
  struct fault_page *page;
};

void stage_open(struct stage *stage, const char *build, const char *files);
void stage_close(const struct stage *stage);
/* Starts the command with the shim (trouble may be NULL: without) and gives its process. */
int stage_start(const struct stage *stage, const struct scene *scene, const struct trouble *trouble);
struct ended stage_run(const struct stage *stage, const struct scene *scene, const struct trouble *trouble);

/* -- Judgement ---------------------------------------------------------------------------------- */

/* What a scene leaves behind when nothing fails. */
struct wanted {
  struct snapshot before, after;
  char *told;                 /* standard output */
  size_t told_length;
};

enum former { FORMER_NONE, FORMER_RESULTS, FORMER_COUNT };

/* Runs the scene once, with nothing or with former results in out/.  False, and says so, when it does not end with its
   code. */
bool wanted_learn(const struct stage *stage, const struct scene *scene, enum former former, struct wanted *wanted);
void wanted_free(struct wanted *wanted);

/* Temporary files, with names that say so.  A folder stays when what is in it can't be found out. */
enum leftovers { LEAVES_NOTHING, LEAVES_FOLDERS, LEAVES_ANY };

/* What may be otherwise than after a good run. */
struct allowed {
  bool failure;               /* an exit with 4, and a message */
  unsigned signal;            /* an end by it; 0: by none */
  enum leftovers leftovers;
  bool mixed;                 /* some outputs are new and others old: a rename failed, or the end came between two */
  const char *reason;         /* in the message of a failure; NULL: any */
};

/* Compares what was left behind, and puts the former state back.  NULL, or what is wrong. */
const char *wanted_judge(const struct wanted *wanted, const struct scene *scene, struct ended ended,
                         const struct allowed *allowed);

/* Adds the name of a test that passed to the file RUNG_MADE, if there is one: see tests/bad_table.sh. */
void hard_made(const char *name);

__attribute__((noreturn, format(printf, 1, 2))) void hard_die(const char *format, ...);

#endif
