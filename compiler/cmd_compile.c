/* cmd_compile.c - rung compile: rules to a program file. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd_author.h"
#include "score.h"

static struct rung_text text_of(const char *string) { return (struct rung_text){string, strlen(string)}; }

struct rungc_options author_options(const struct cmd_presets *presets) {
  struct rungc_options options = {.is_dump = cmd_is_dump};
  if (!presets) return options;
  options.only = text_of(presets->only);
  options.prelude = text_of(presets->prelude);
  return options;
}

void author_tell(const rungc_compilation *compilation, enum rungc_severity least) {
  for (size_t i = 0; compilation && i < rungc_messages(compilation); i++) {
    if (rungc_message(compilation, i).severity > least) continue;
    struct rung_text message = rungc_message_text(compilation, i);
    fwrite(message.bytes, 1, message.length, stderr);
    if (message.length && message.bytes[message.length - 1] != '\n') fputc('\n', stderr);
  }
}

enum rung_status author_compile(struct rung_text file, struct rung_text text, const struct cmd_presets *presets,
                                bool coverage, rungc_compilation **compilation) {
  struct rungc_options options = author_options(presets);
  options.coverage = coverage;
  struct rung_error error = {0};
  *compilation = NULL;
  enum rung_status status = rungc_compile(file, text, &options, compilation, &error);
  author_tell(*compilation, RUNGC_WARNING);
  return status && !(*compilation && rungc_messages(*compilation)) ? cmd_fail_error(&error) : status;
}

/* Where the program may go. */
static enum rung_status check_output(const char *rules, const char *output) {
  if (!output) return cmd_fail(RUNG_INVALID, "compile: where to? give -o FILE");
  if (path_same(rules, output)) return cmd_fail(RUNG_INVALID, "compile: %s is the rule file", output);
  if (strcmp(output, "-") == 0 && isatty(STDOUT_FILENO))
    return cmd_fail(RUNG_INVALID, "compile: a program is no text for a terminal; give -o FILE");
  return RUNG_OK;
}

static enum rung_status write_program(struct rung_text bytes, const struct cmd_presets *presets, const char *output) {
  struct rung_error error = {0};
  rung_program *program;
  enum rung_status status = rung_program_load(bytes.bytes, bytes.length, NULL, &program, &error);
  if (status) return cmd_fail_error(&error);
  status = cmd_check_rule_files(program, output, NULL);
  if (!status) status = cmd_files_check_presets(presets, output);
  rung_program_free(program);
  return status ? status : cmd_write(output, bytes.bytes, bytes.length);
}

enum rung_status cmd_compile(const struct cmd_args *args) {
  const char *output = args->value[CMD_COMPILE_OUTPUT];
  rungc_compilation *compilation = NULL;
  struct cmd_presets presets = {0};
  struct cmd_file file;
  enum rung_status status = check_output(args->words[0], output);
  if (!status) status = cmd_read_rules(args->words[0], &file);
  if (status) return status;
  struct rung_text name = {file.name, strlen(file.name)}, text = {file.bytes, file.length};
  status = cmd_presets_open(args, CMD_COMPILE_PRESET, args->value[CMD_COMPILE_ONLY], &presets);
  if (!status && rung_is_program(file.bytes, file.length))
    status = cmd_fail(RUNG_INVALID, "compile: %s is compiled already", file.name);
  else if (!status)
    status = author_compile(name, text, &presets, false, &compilation);
  if (!status) status = write_program(rungc_program(compilation), &presets, output);
  rungc_free(compilation);
  cmd_presets_free(&presets);
  cmd_file_free(&file);
  return status;
}
