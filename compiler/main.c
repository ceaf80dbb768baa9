/* main.c - the rung command: finds the subcommand and lends it the compiler. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd_author.h"

static enum rung_status compile_and_load(struct rung_text file, struct rung_text text,
                                         const struct cmd_presets *presets, bool coverage, rung_program **program) {
  rungc_compilation *compilation;
  struct rung_error error = {0};
  enum rung_status status = author_compile(file, text, presets, coverage, &compilation);
  if (!status) {
    struct rung_text bytes = rungc_program(compilation);
    status = rung_program_load(bytes.bytes, bytes.length, NULL, program, &error);
    if (status) cmd_fail_error(&error);
  }
  rungc_free(compilation);
  return status;
}

static enum rung_status run(const struct cmd_args *args) {
  switch (args->command) {
    case CMD_SCORE: return cmd_score(args, compile_and_load);
    case CMD_CHECK: return cmd_check(args);
    case CMD_TEST: return cmd_test(args);
    case CMD_COMPILE: return cmd_compile(args);
    case CMD_DUMP: return cmd_dump(args, compile_and_load);
    case CMD_PRESETS: return cmd_presets_list();
    case CMD_COMMAND_COUNT: break;
  }
  return RUNG_INVALID;
}

static enum rung_status unknown_command(const char *name) {
  const char *nearest = cmd_nearest(name);
  if (nearest) return cmd_fail(RUNG_INVALID, "there is no command %s; did you mean rung %s?", name, nearest);
  return cmd_fail(RUNG_INVALID, "there is no command %s; see rung --help", name);
}

static enum rung_status help(int count, char **words) {
  enum cmd_command command;
  if (count == 0) cmd_overview();
  else if (!cmd_find(words[0], &command)) return unknown_command(words[0]);
  else cmd_help(command);
  return RUNG_OK;
}

static enum rung_status dispatch(int count, char **words) {
  enum cmd_command command;
  struct cmd_args args;
  if (count == 0) return cmd_fail(RUNG_INVALID, "what to do? see rung --help");
  if (strcmp(words[0], "help") == 0 || strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0)
    return help(count - 1, words + 1);
  if (strcmp(words[0], "--version") == 0 || strcmp(words[0], "-V") == 0) {
    printf("rung %s, program format %d\n", rung_version(), RUNG_FORMAT_VERSION);
    return RUNG_OK;
  }
  if (!cmd_find(words[0], &command)) return unknown_command(words[0]);
  enum rung_status status = cmd_parse(command, count - 1, words + 1, &args);
  if (!status && args.value[CMD_ANY_HELP]) cmd_help(command);
  else if (!status) status = run(&args);
  cmd_args_free(&args);
  return status;
}

/* With one of the first three descriptors closed the next file that is opened would be taken for it, and messages would
   go into an output.  In its place stands what can't be read or written, so that who tries is told. */
static bool fill_descriptors(void) {
  for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++)
    if (fcntl(file, F_GETFD) < 0 && open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY) != file) return false;
  return true;
}

int main(int argc, char **argv) {
  if (!fill_descriptors()) return RUNG_NO_RESOURCE;
  signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is told as a full disk is, and nothing is left over */
  enum rung_status status = dispatch(argc - 1, argv + 1);
  /* A full disk may show only when the last bytes leave the buffer. */
  if (fflush(stdout) != 0 || ferror(stdout))
    status = cmd_fail(RUNG_NO_RESOURCE, "standard output: %s", strerror(errno));
  return (int)status;
}
