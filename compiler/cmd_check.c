/* cmd_check.c - rung check: the errors of rules, for people and for editors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_author.h"
#include "cmd_json.h"

static json_t *message_json(const struct rungc_message *message) {
  const struct { const char *name; json_t *value; } fields[] = {
    {"severity", json_string(message->severity == RUNGC_ERROR ? "error" : "warning")},
    {"code", json_string(message->code)},
    {"file", cmd_json_text(message->file)},
    {"line", cmd_json_count(message->line)},
    {"column", cmd_json_count(message->column)},
    {"end_line", cmd_json_count(message->end_line)},
    {"end_column", cmd_json_count(message->end_column)},
    {"offset", cmd_json_count(message->offset)},
    {"length", cmd_json_count(message->length)},
    {"text", cmd_json_text(message->text)},
    {"help", message->help.length ? cmd_json_text(message->help) : json_null()},
    {"fix", message->fix.length ? cmd_json_text(message->fix) : json_null()},
  };
  json_t *object = json_object();
  bool failed = false;
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    failed |= json_object_set_new(object, fields[i].name, fields[i].value) != 0;
  if (!failed) return object;
  json_decref(object);
  return NULL;
}

/* The messages as an array on standard output. */
static enum rung_status print_json(const rungc_compilation *compilation) {
  json_t *array = json_array();
  bool failed = false;
  for (size_t i = 0; i < rungc_messages(compilation); i++) {
    struct rungc_message message = rungc_message(compilation, i);
    failed |= json_array_append_new(array, message_json(&message)) != 0;
  }
  struct buffer text = {0};
  bool done = !failed && cmd_json_print(array, &text);
  json_decref(array);
  if (done) fwrite(text.at, 1, text.length, stdout);
  buffer_free(&text);
  return done ? RUNG_OK : cmd_fail(RUNG_NO_RESOURCE, "out of memory");
}

static enum rung_status check_json(struct rung_text file, struct rung_text text, const struct cmd_presets *presets) {
  struct rungc_options options = author_options(presets);
  rungc_compilation *compilation = NULL;
  struct rung_error error = {0};
  enum rung_status status = rungc_compile(file, text, &options, &compilation, &error), printed = RUNG_OK;
  if (compilation && (status == RUNG_OK || rungc_messages(compilation) > 0)) printed = print_json(compilation);
  else cmd_fail_error(&error);
  rungc_free(compilation);
  return printed ? printed : status;
}

static void print_count(const char *before, size_t count, const char *thing) {
  fprintf(stderr, "%s%zu %s%s", before, count, thing, count == 1 ? "" : "s");
}

static enum rung_status check_text(struct rung_text file, struct rung_text text, const struct cmd_presets *presets) {
  rungc_compilation *compilation;
  enum rung_status status = author_compile(file, text, presets, false, &compilation);
  size_t errors = 0, warnings = 0;
  for (size_t i = 0; compilation && i < rungc_messages(compilation); i++) {
    if (rungc_message(compilation, i).severity == RUNGC_ERROR) errors++;
    else warnings++;
  }
  rungc_free(compilation);
  if (status != RUNG_OK && status != RUNG_INVALID) return status;
  fprintf(stderr, "%.*s: ", (int)file.length, file.bytes);
  print_count("", errors, "error");
  print_count(", ", warnings, "warning");
  fputc('\n', stderr);
  return status;
}

enum rung_status cmd_check(const struct cmd_args *args) {
  struct cmd_file file;
  enum rung_status status = cmd_read_rules(args->words[0], &file);
  if (status) return status;
  struct rung_text name = {file.name, strlen(file.name)}, text = {file.bytes, file.length};
  struct cmd_presets presets;
  status = cmd_presets_open(args, CMD_CHECK_PRESET, NULL, &presets);
  if (!status && rung_is_program(file.bytes, file.length))
    status = cmd_fail(RUNG_INVALID, "check: %s is a compiled program, and its rules were checked when it was made",
                      file.name);
  else if (!status && args->value[CMD_CHECK_JSON]) status = check_json(name, text, &presets);
  else if (!status) status = check_text(name, text, &presets);
  cmd_presets_free(&presets);
  cmd_file_free(&file);
  return status;
}
