/* stage.c - run commands in a scratch folder, and judge what they left there. */
#include "hard.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* As realpath wants it. */
enum { PATH_ROOM = 4096 };

static void find_path(const char *folder, const char *name, char path[static PATH_ROOM]) {
  char whole[PATH_ROOM];
  if (snprintf(whole, sizeof whole, "%s/%s", folder, name) >= (int)sizeof whole || !realpath(whole, path))
    hard_die("there is no %s/%s", folder, name);
}

void stage_open(struct stage *stage, const char *build, const char *files) {
  char in[PATH_ROOM];
  const char *temporary = getenv("TMPDIR");
  find_path(build, "rung", stage->rung);
  find_path(build, "tests/hard/fault.so", stage->shim);
  find_path(files, ".", in);
  snprintf(stage->folder, sizeof stage->folder, "%.4000s/rung-hard-XXXXXX", temporary ? temporary : "/tmp");
  if (!mkdtemp(stage->folder) || chdir(stage->folder) || symlink(in, "in") || mkdir("made", 0777) ||
      mkdir("out", 0777) || mkdir("tmp", 0777))
    hard_die("cannot make a scratch folder");
  stage->page_file = memfd_create("page", 0);
  if (stage->page_file < 0 || ftruncate(stage->page_file, sizeof *stage->page)) hard_die("cannot make the page");
  stage->page = mmap(NULL, sizeof *stage->page, PROT_READ | PROT_WRITE, MAP_SHARED, stage->page_file, 0);
  if (stage->page == MAP_FAILED) hard_die("cannot map the page");
}

void stage_close(const struct stage *stage) {
  const struct snapshot none = {0};
  snapshot_restore("out", &none);
  snapshot_restore("tmp", &none);
  snapshot_restore("made", &none);
  unlink("in");
  unlink("told");
  unlink("said");
  if (rmdir("out") || rmdir("tmp") || rmdir("made") || chdir("/") || rmdir(stage->folder))
    fprintf(stderr, "%s stays\n", stage->folder);
}

/* -- Runs ---------------------------------------------------------------------------------- */

static void redirect(const char *path, int flags, int file) {
  int opened = open(path, flags, 0666);
  if (opened < 0 || dup2(opened, file) < 0) _exit(99);
  close(opened);
}

static void set_number(const char *name, unsigned number) {
  char text[16];
  snprintf(text, sizeof text, "%u", number);
  if (number) setenv(name, text, 1);
}

/* The thread sanitizer stands in for the same functions, and suffers nobody before it. */
#ifdef __SANITIZE_THREAD__
enum { SHIMS = false };
#else
enum { SHIMS = true };
#endif

static void set_trouble(const struct stage *stage, const struct trouble *trouble) {
  char order[64];
  if (!trouble || !SHIMS) return;
  if (trouble->family) {
    snprintf(order, sizeof order, "%s %u %u %u", trouble->family, trouble->nth, trouble->last, trouble->what);
    setenv("FAULT", order, 1);
  }
  set_number("FAULT_BYTES", trouble->bytes);
  set_number("FAULT_INTERRUPT", trouble->interrupts);
  set_number("FAULT_PAGE", (unsigned)stage->page_file);
  setenv("LD_PRELOAD", stage->shim, 1);
  setenv("ASAN_OPTIONS", "verify_asan_link_order=0:exitcode=77:allocator_may_return_null=1", 1);
}

/* In a process of its own. */
static void become(const struct stage *stage, const struct scene *scene, const struct trouble *trouble) {
  char *words[SCENE_WORDS + 2] = {strdup(stage->rung)};
  for (size_t i = 0; i < SCENE_WORDS && scene->words[i]; i++) words[i + 1] = strdup(scene->words[i]);
  redirect(scene->input ? scene->input : "/dev/null", O_RDONLY, STDIN_FILENO);
  redirect("told", O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
  redirect("said", O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
  setenv("TMPDIR", "tmp", 1);
  setenv("RUNG_PRESETS", "in/../../../rules/presets", 1);
  set_trouble(stage, trouble);
  alarm(RUN_SECONDS); /* which outlives exec: a run that hangs is killed */
  execv(stage->rung, words);
  _exit(99);
}

int stage_start(const struct stage *stage, const struct scene *scene, const struct trouble *trouble) {
  memset(stage->page, 0, sizeof *stage->page);
  pid_t child = fork();
  if (child < 0) hard_die("cannot start a run");
  if (child == 0) become(stage, scene, trouble);
  return child;
}

struct ended stage_run(const struct stage *stage, const struct scene *scene, const struct trouble *trouble) {
  struct ended ended = {0};
  if (waitpid(stage_start(stage, scene, trouble), &ended.status, 0) < 0) hard_die("cannot wait for a run");
  ended.hits = stage->page->hits;
  return ended;
}

/* -- Judgement -------------------------------------------------------------------------------- */

/* Former results are those of the scene itself, with a byte changed here and there. */
static void make_former(void) {
  struct snapshot results;
  snapshot_take("out", &results);
  for (size_t i = 0; i < results.count; i++) {
    struct thing *thing = &results.things[i];
    if (thing->name[strlen(thing->name) - 1] != '/' && thing->length > 2) thing->bytes[thing->length / 2] = '!';
    char *row = thing->name[strlen(thing->name) - 1] == '/' ? memmem(thing->bytes, thing->length, "\nc", 2) : NULL;
    if (row) row[1] = '!';
  }
  snapshot_restore("out", &results);
  snapshot_free(&results);
}

bool wanted_learn(const struct stage *stage, const struct scene *scene, enum former former, struct wanted *wanted) {
  const struct snapshot none = {0};
  const struct trouble nothing = {0};
  snapshot_restore("out", &none);
  snapshot_restore("tmp", &none);
  struct ended ended = stage_run(stage, scene, &nothing);
  if (former == FORMER_RESULTS) {
    make_former();
    snapshot_take("out", &wanted->before);
    ended = stage_run(stage, scene, &nothing);
  } else {
    wanted->before = none;
  }
  snapshot_take("out", &wanted->after);
  wanted->told = file_read("told", &wanted->told_length);
  snapshot_restore("out", &wanted->before);
  if (WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == scene->code) return true;
  size_t length;
  char *said = file_read("said", &length);
  printf("FAIL hard: %s ends with %x, not %d, when nothing fails:\n%s", scene->name, (unsigned)ended.status,
         scene->code, said);
  free(said);
  return false;
}

void wanted_free(struct wanted *wanted) {
  snapshot_free(&wanted->before);
  snapshot_free(&wanted->after);
  free(wanted->told);
}

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), wanted = strlen(end);
  return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

/* The output that a temporary file is for is in its name. */
static bool is_temporary(const char *name) {
  return name[0] == '.' && (ends_with(name, ".rung-tmp") || ends_with(name, ".rung-tmp/"));
}

/* Each name has what it had, or what it should have. */
static const char *judge_files(const struct wanted *wanted, const struct snapshot *now, bool complete,
                               const struct allowed *allowed) {
  enum leftovers leftovers = allowed->leftovers;
  bool news = false, olds = false;
  for (size_t i = 0; i < now->count; i++) {
    const char *name = now->things[i].name;
    if (is_temporary(name)) {
      bool is_folder = name[strlen(name) - 1] == '/';
      if (leftovers == LEAVES_ANY || (leftovers == LEAVES_FOLDERS && is_folder)) continue;
      return "a temporary file is left over";
    }
    if (!snapshot_find(&wanted->after, name) && !snapshot_find(&wanted->before, name)) return "there is a strange file";
  }
  for (size_t i = 0; i < wanted->after.count; i++) {
    const struct thing *after = &wanted->after.things[i];
    const struct thing *thing = snapshot_find(now, after->name), *before = snapshot_find(&wanted->before, after->name);
    bool new = thing_same(thing, after), old = thing_same(thing, before);
    if (!new && complete) return "an output is not what it should be";
    if (!new && !old) return "an output is neither old nor complete";
    news |= !old;
    olds |= !new;
  }
  return news && olds && !allowed->mixed ? "one output is new and another old" : NULL;
}

static const char *judge_told(const struct wanted *wanted, bool complete) {
  size_t length;
  char *told = file_read("told", &length);
  bool fine = length <= wanted->told_length && memcmp(told, wanted->told, length) == 0;
  bool whole = fine && length == wanted->told_length;
  free(told);
  if (complete) return whole ? NULL : "standard output is not what it should be";
  return fine ? NULL : "standard output has what it should not";
}

static const char *judge_said(const char *reason) {
  size_t length;
  char *said = file_read("said", &length);
  bool fine = length > 0 && said[length - 1] == '\n' && (!reason || strstr(said, reason));
  free(said);
  return fine ? NULL : "no message says why";
}

static const char *judge_temporary(enum leftovers leftovers) {
  struct snapshot now;
  const char *wrong = NULL;
  snapshot_take("tmp", &now);
  for (size_t i = 0; i < now.count && !wrong; i++)
    if (leftovers != LEAVES_ANY || strncmp(now.things[i].name, "rung-", 5) != 0)
      wrong = "a file is left over in the temporary folder";
  if (now.count) snapshot_restore("tmp", &(struct snapshot){0});
  snapshot_free(&now);
  return wrong;
}

static const char *judge_end(const struct scene *scene, int status, const struct allowed *allowed, bool *complete) {
  *complete = WIFEXITED(status) && WEXITSTATUS(status) == scene->code;
  if (*complete) return NULL;
  if (WIFSIGNALED(status)) {
    if (WTERMSIG(status) == SIGALRM) return "it hangs";
    return allowed->signal && WTERMSIG(status) == (int)allowed->signal ? NULL : "it crashes";
  }
  if (!allowed->failure) return "it fails";
  return WEXITSTATUS(status) == 4 ? judge_said(allowed->reason) : "its exit code is wrong";
}

const char *wanted_judge(const struct wanted *wanted, const struct scene *scene, struct ended ended,
                         const struct allowed *allowed) {
  struct snapshot now;
  bool complete;
  const char *wrong = judge_end(scene, ended.status, allowed, &complete);
  snapshot_take("out", &now);
  if (!wrong) wrong = judge_files(wanted, &now, complete, allowed);
  if (!wrong && (complete || !scene->reports)) wrong = judge_told(wanted, complete);
  const char *left = judge_temporary(allowed->leftovers);
  snapshot_free(&now);
  snapshot_restore("out", &wanted->before);
  return wrong ? wrong : left;
}
