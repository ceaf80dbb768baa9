/* cmd_compile.c - rung compile: rules to a program file. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd_author.h"
#include "score.h"

enum rung_status author_compile(struct rung_text file, struct rung_text text, const char *only,
                                rungc_compilation **compilation) {
  struct rungc_options options = {.only = {only ? only : "", only ? strlen(only) : 0}};
  struct rung_error error = {0};
  *compilation = NULL;
  enum rung_status status = rungc_compile(file, text, &options, compilation, &error);
  size_t count = *compilation ? rungc_messages(*compilation) : 0;
  for (size_t i = 0; i < count; i++) {
    struct rung_text message = rungc_message_text(*compilation, i);
    fwrite(message.bytes, 1, message.length, stderr);
    if (message.length && message.bytes[message.length - 1] != '\n') fputc('\n', stderr);
  }
  return status && count == 0 ? cmd_fail_error(&error) : status;
}

/* Where the program may go. */
static enum rung_status check_output(const char *rules, const char *output) {
  if (!output) return cmd_fail(RUNG_INVALID, "compile: where to? give -o FILE");
  if (path_same(rules, output)) return cmd_fail(RUNG_INVALID, "compile: %s is the rule file", output);
  if (strcmp(output, "-") == 0 && isatty(STDOUT_FILENO))
    return cmd_fail(RUNG_INVALID, "compile: a program is no text for a terminal; give -o FILE");
  return RUNG_OK;
}

enum rung_status cmd_compile(const struct cmd_args *args) {
  const char *output = args->value[CMD_COMPILE_OUTPUT];
  rungc_compilation *compilation = NULL;
  struct cmd_file file;
  enum rung_status status = check_output(args->words[0], output);
  if (!status) status = cmd_read(args->words[0], &file);
  if (status) return status;
  struct rung_text name = {file.name, strlen(file.name)}, text = {file.bytes, file.length};
  if (rung_is_program(file.bytes, file.length))
    status = cmd_fail(RUNG_INVALID, "compile: %s is compiled already", file.name);
  else
    status = author_compile(name, text, args->value[CMD_COMPILE_ONLY], &compilation);
  if (!status) {
    struct rung_text program = rungc_program(compilation);
    status = cmd_write(output, program.bytes, program.length);
  }
  rungc_free(compilation);
  cmd_file_free(&file);
  return status;
}
