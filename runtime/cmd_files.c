/* cmd_files.c - no file is written over another that the same command reads or writes; a dry run tells what could not
   be written at all. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "path.h"
#include "program.h"
#include "session.h"

enum { WRITTEN = 3 };

struct written {
  const char *role, *path;
};

/* Standard output may be a file, too. */
static struct written name_output(const char *role, const char *path) {
  bool standard = path && strcmp(path, "-") == 0;
  return (struct written){role, standard ? "/dev/stdout" : path};
}

/* A dry run has no output of its own in the summary's way. */
static void name_written(const struct cmd_args *args, struct written written[static WRITTEN]) {
  const char *output = args->value[CMD_SCORE_OUTPUT];
  bool standard = !output || strcmp(output, "-") == 0;
  written[0] = name_output(standard ? "standard output" : "--output", standard ? "-" : output);
  if (standard && args->value[CMD_SCORE_DRY_RUN]) written[0].path = NULL;
  written[1] = name_output("--rejects", args->value[CMD_SCORE_REJECTS]);
  written[2] = name_output("--summary", args->value[CMD_SCORE_SUMMARY]);
}

static const char *name_read(const char *word) { return strcmp(word, "-") == 0 ? "/dev/stdin" : word; }

/* -- The folder of --split ------------------------------------------------------------------ */

/* The file stands, or will, in the folder itself, behind whatever links.  Neither needs to exist yet. */
static bool is_inside(const char *path, const char *folder) {
  char file[PATH_MOST];
  if (!path || !folder || !path_behind(path, file)) return false;
  if (path_inside(file, folder)) return true;
  char *slash = strrchr(file, '/');
  if (slash) *slash = 0;
  return slash && path_same(file, folder);
}

static enum rung_status check_folder(const struct written *written, const char *folder) {
  if (!path_same(written->path, folder)) return RUNG_OK;
  return cmd_fail(RUNG_INVALID, "score: %s and --split can't both be %s", written->role, written->path);
}

/* -- Files that are read ------------------------------------------------------------------ */

typedef enum rung_status visit_fn(const void *context, const char *path, const char *what);

/* Those that the command line names: of rules and tables, of salt and presets. */
static enum rung_status visit_read(const struct cmd_args *args, const struct cmd_presets *presets, visit_fn *visit,
                                   const void *context) {
  enum rung_status status = RUNG_OK;
  for (size_t w = 0; w < args->word_count && !status; w++) {
    const char *word = args->words[w], *equals = strchr(word, '=');
    const char *what = w == 0 ? "the rule file" : "the input";
    status = visit(context, name_read(word), what);
    if (equals && !status) status = visit(context, name_read(equals + 1), what);
  }
  const char *salt = args->value[CMD_SCORE_SALT_FILE], *preset;
  if (salt && !status) status = visit(context, salt, "the file of the salt");
  for (size_t i = 0; !status && (preset = cmd_presets_file(presets, i)); i++)
    status = visit(context, preset, "the file of a preset");
  return status;
}

/* Standard input, a pipe, may be standard output's other end: only files are written over. */
static enum rung_status check_written(const void *context, const char *path, const char *what) {
  const struct written *written = context;
  if (!path_same(written->path, path)) return RUNG_OK;
  return cmd_fail(RUNG_INVALID, "score: %s %s is %s, which is never written over", written->role, written->path, what);
}

static enum rung_status check_inside(const void *context, const char *path, const char *what) {
  const char *folder = context;
  if (!is_inside(path, folder)) return RUNG_OK;
  return cmd_fail(RUNG_INVALID, "score: %s %s is in the folder of --split, which is replaced as a whole", what, path);
}

/* Those that the main one uses, and the lists they name. */
enum rung_status cmd_check_rule_files(const rung_program *program, const char *path, const char *split) {
  const struct program_tables *tables = program_tables(program);
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; (path || split) && i < tables->file_count && !status; i++) {
    struct rung_text text = tables->files[i].path;
    char *name = strndup(text.bytes, text.length);
    if (!name) status = cmd_fail(RUNG_NO_RESOURCE, "out of memory");
    else if (path_same(path, name))
      status = cmd_fail(RUNG_INVALID, "%s is read by the rules, so it is never written over", path);
    else if (is_inside(name, split))
      status = cmd_fail(RUNG_INVALID, "%s is read by the rules, and in the folder of --split, which is replaced as a "
                        "whole", name);
    free(name);
  }
  return status;
}

/* -- Places that a dry run leaves alone ------------------------------------------------------ */

/* A file appears under its name by a rename in its folder. */
static bool may_rename(char path[static PATH_MOST]) {
  char *slash = strrchr(path, '/');
  if (slash && !slash[1]) errno = ENOENT;
  if (slash && !slash[1]) return false;
  if (slash) slash[1] = 0;
  return access(slash ? path : ".", W_OK | X_OK) == 0;
}

/* It is written to as it was opened. */
static bool may_write_descriptor(int file) {
  int flags = fcntl(file, F_GETFL);
  if (flags >= 0 && (flags & O_ACCMODE) == O_RDONLY) errno = EBADF;
  return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

static bool may_write_file(const char *path) {
  int descriptor = path_descriptor(path);
  if (descriptor >= 0) return may_write_descriptor(descriptor);
  struct stat file;
  char behind[PATH_MOST];
  bool exists = stat(path, &file) == 0;
  if (!exists && errno != ENOENT) return false;
  if (exists && (S_ISDIR(file.st_mode) || S_ISSOCK(file.st_mode))) {
    errno = S_ISDIR(file.st_mode) ? EISDIR : ENXIO;
    return false;
  }
  if (exists && access(path, W_OK)) return false;
  return (exists && !S_ISREG(file.st_mode)) || (path_behind(path, behind) && may_rename(behind));
}

static bool may_write_folder(const char *path) {
  char room[PATH_MOST], behind[PATH_MOST];
  if (realpath(path, room)) return may_rename(room);
  return errno == ENOENT && path_bare(path, room) && path_behind(room, behind) && may_rename(behind);
}

static enum rung_status fail_place(const char *role, const char *path) {
  return cmd_fail(RUNG_NO_RESOURCE, "a run could not write %s %s: %s", role, path, strerror(errno));
}

/* What a run would be refused, as far as it can be told without writing. */
static enum rung_status check_places(const struct written *written, const char *split) {
  for (size_t i = 0; i < WRITTEN; i++)
    if (written[i].path && !may_write_file(written[i].path)) return fail_place(written[i].role, written[i].path);
  return !split || may_write_folder(split) ? RUNG_OK : fail_place("--split", split);
}

/* -- All of them ---------------------------------------------------------------------------- */

static enum rung_status check_others(const struct written *written, size_t i) {
  for (size_t k = 0; k < i; k++)
    if (path_same(written[i].path, written[k].path))
      return cmd_fail(RUNG_INVALID, "score: %s and %s can't both be %s", written[k].role, written[i].role,
                      written[i].path);
  return RUNG_OK;
}

enum rung_status cmd_files_check(const struct cmd_args *args, const struct cmd_presets *presets) {
  struct written written[WRITTEN];
  const char *split = args->value[CMD_SCORE_SPLIT];
  name_written(args, written);
  enum rung_status status = split ? visit_read(args, presets, check_inside, split) : RUNG_OK;
  for (size_t i = 0; i < WRITTEN && !status; i++) {
    if (!written[i].path) continue;
    status = visit_read(args, presets, check_written, &written[i]);
    if (!status) status = check_folder(&written[i], split);
    if (!status) status = check_inside(split, written[i].path, written[i].role);
    if (!status) status = check_others(written, i);
  }
  return status;
}

enum rung_status cmd_files_check_rules(const struct cmd_args *args, const rung_program *program) {
  const char *split = args->value[CMD_SCORE_SPLIT];
  struct written written[WRITTEN];
  name_written(args, written);
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < WRITTEN && !status; i++) status = cmd_check_rule_files(program, written[i].path, split);
  return status || !args->value[CMD_SCORE_DRY_RUN] ? status : check_places(written, split);
}

enum rung_status cmd_files_check_presets(const struct cmd_presets *presets, const char *path) {
  const char *preset;
  for (size_t i = 0; (preset = cmd_presets_file(presets, i)); i++)
    if (path_same(path, preset))
      return cmd_fail(RUNG_INVALID, "%s is the file of a preset, so it is never written over", path);
  return RUNG_OK;
}
