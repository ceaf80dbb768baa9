/* cmd_files.c - no file is written over another that the same command reads or writes. */
#include <string.h>

#include "cmd.h"
#include "path.h"

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
  if (!path_inside(path, folder)) return RUNG_OK;
  return cmd_fail(RUNG_INVALID, "score: %s %s is in the folder of --split, which is replaced as a whole", what, path);
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
    if (!status && split) status = check_inside(split, written[i].path, written[i].role);
    if (!status) status = check_others(written, i);
  }
  return status;
}

enum rung_status cmd_files_check_rules(const struct cmd_args *args, const rung_program *program) {
  struct written written[WRITTEN];
  name_written(args, written);
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < WRITTEN && !status; i++)
    status = cmd_check_rule_files(program, written[i].path, args->value[CMD_SCORE_SPLIT]);
  return status;
}

enum rung_status cmd_files_check_presets(const struct cmd_presets *presets, const char *path) {
  const char *preset;
  for (size_t i = 0; (preset = cmd_presets_file(presets, i)); i++)
    if (path_same(path, preset))
      return cmd_fail(RUNG_INVALID, "%s is the file of a preset, so it is never written over", path);
  return RUNG_OK;
}
