/* cmd_text.c - what commands say, read and write. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "cmd.h"
#include "io.h"
#include "limits.h"
#include "similar.h"

void cmd_say_lines(struct rung_text lines) {
  for (size_t i = 0; i < lines.length; i++) {
    unsigned char byte = (unsigned char)lines.bytes[i];
    if ((byte < ' ' && byte != '\n' && byte != '\t') || byte == 0x7f) fprintf(stderr, "\\x%02x", byte);
    else fputc(byte, stderr);
  }
}

void cmd_say(const char *format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  cmd_say_lines((struct rung_text){text, strlen(text)});
}

static char form_of(int32_t code) {
  if (code >= '0' && code <= '9') return '9';
  if (code < ' ' || code == 0x7f || similar_bad_byte(code)) return '?';
  return code > 0x7f || ((code | 0x20) >= 'a' && (code | 0x20) <= 'z') ? 'a' : (char)code;
}

void cmd_add_form(struct rung_text value, struct buffer *out) {
  enum { SHOWN_FORM = 24 };
  char form[SHOWN_FORM];
  int length = 0;
  size_t at = 0;
  while (at < value.length && length < SHOWN_FORM) form[length++] = form_of(similar_next(value, &at));
  if (length) buffer_printf(out, " (of the form \"%.*s%s\")", length, form, at < value.length ? "..." : "");
}

/* The length of what is no part of an expression at the start of `text`: a blank, or a comment. */
static size_t skipped(struct rung_text text) {
  size_t length = 0;
  if (text.bytes[0] == '#')
    while (length < text.length && text.bytes[length] != '\n' && text.bytes[length] != '\r') length++;
  return length ? length : (unsigned char)text.bytes[0] <= ' ';
}

void cmd_add_source(struct rung_text source, size_t most, struct buffer *out) {
  size_t start = out->length;
  char quote = 0;             /* of the text or name that is open; there a # is a # */
  for (size_t i = 0; i < source.length;) {
    char byte = source.bytes[i];
    size_t skip = quote ? 0 : skipped((struct rung_text){source.bytes + i, source.length - i});
    if (skip && out->length > start && out->at[out->length - 1] != ' ') buffer_byte(out, ' ');
    if (!skip) buffer_byte(out, byte);
    if (quote == '"' && byte == '\\' && i + 1 < source.length) buffer_byte(out, source.bytes[++i]);
    else if (quote) quote = byte == quote ? 0 : quote;
    else if (!skip && (byte == '"' || byte == '`')) quote = byte;
    i += skip ? skip : 1;
  }
  if (out->length == start) return;
  struct rung_text line = {out->at + start, out->length - start};
  size_t shown = (size_t)cmd_cut(line, most);
  out->length = start + shown;
  if (shown < line.length) buffer_string(out, "...");
}

enum rung_status cmd_fail(enum rung_status status, const char *format, ...) {
  struct rung_error error;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error.text, sizeof error.text, format, arguments);
  va_end(arguments);
  fputs("rung: ", stderr);
  cmd_say_lines((struct rung_text){error.text, strlen(error.text)});
  fputc('\n', stderr);
  return status;
}

enum rung_status cmd_fail_error(const struct rung_error *error) { return cmd_fail(error->status, "%s", error->text); }

/* -- Files -------------------------------------------------------------------- */

enum { READ_ROOM = 1 << 16, READ_MOST = LIMIT_PROGRAM };

static enum rung_status read_all(struct input *input, struct cmd_file *file, struct rung_error *error) {
  for (size_t got = 1; got > 0; file->length += got) {
    if (file->room - file->length < READ_ROOM) {
      char *grown = realloc(file->bytes, file->room * 2 + READ_ROOM);
      if (!grown) return fail(error, RUNG_NO_RESOURCE, "out of memory");
      file->bytes = grown;
      file->room = file->room * 2 + READ_ROOM;
    }
    enum rung_status status = input_read(input, file->bytes + file->length, file->room - file->length, &got, error);
    if (status) return status;
    if (file->length > READ_MOST) return fail(error, RUNG_INVALID, "%s is too large for rules", input_name(input));
  }
  return RUNG_OK;
}

enum rung_status cmd_read(const char *path, struct cmd_file *file) {
  struct rung_error error = {0};
  struct input *input = NULL;
  *file = (struct cmd_file){0};
  enum rung_status status = input_open(path, NULL, &input, &error);
  if (!status) {
    file->name = strdup(input_name(input));
    status = file->name ? read_all(input, file, &error) : fail(&error, RUNG_NO_RESOURCE, "out of memory");
  }
  input_close(input);
  if (!status) return RUNG_OK;
  cmd_file_free(file);
  return cmd_fail_error(&error);
}

void cmd_file_free(struct cmd_file *file) {
  free(file->name);
  free(file->bytes);
  *file = (struct cmd_file){0};
}

enum rung_status cmd_write(const char *path, const char *bytes, size_t length) {
  struct rung_error error = {0};
  struct output *output = NULL;
  const struct temp_teller teller = {cmd_signals_tell, NULL};
  cmd_signals_catch();
  enum rung_status status = output_open_told(path, 0666, NULL, &teller, NULL, &output, &error);
  if (status) return cmd_fail_error(&error);
  status = output_write(output, bytes, length, &error);
  if (status) output_discard(output);
  else status = output_commit(output, &error);
  cmd_signals_forget();
  return status ? cmd_fail_error(&error) : RUNG_OK;
}

/* -- Rules -------------------------------------------------------------------------- */

/* A program that was cut to nothing could pass for rules that say nothing. */
enum rung_status cmd_read_rules(const char *path, struct cmd_file *file) {
  static const char end[] = ".rungc";
  size_t length = strlen(path), wanted = sizeof end - 1;
  enum rung_status status = cmd_read(path, file);
  if (!status && cmd_is_dump((struct rung_text){path, length}, (struct rung_text){file->bytes, file->length})) {
    cmd_file_free(file);
    return cmd_fail(RUNG_INVALID, "%s looks like a dump, not like rules\n  help: rules come first: rung score RULES "
                    "CUSTOMERS", path);
  }
  if (status || length < wanted || strcmp(path + length - wanted, end) != 0) return status;
  if (rung_is_program(file->bytes, file->length)) return RUNG_OK;
  cmd_fail(RUNG_INVALID, "%s is named like a compiled program and %s; compile the rules again", path,
           file->length ? "is none" : "is empty");
  cmd_file_free(file);
  return RUNG_INVALID;
}

enum rung_status cmd_load(const char *path, const struct cmd_presets *presets, bool coverage, cmd_compile_fn *compile,
                          rung_program **program) {
  struct cmd_file file;
  struct rung_error error = {0};
  *program = NULL;
  enum rung_status status = cmd_read_rules(path, &file);
  if (status) return status;
  if (!rung_is_program(file.bytes, file.length)) {
    struct rung_text name = {file.name, strlen(file.name)}, text = {file.bytes, file.length};
    status = compile(name, text, presets, coverage, program);
  } else if (presets && presets->asked) {
    status = cmd_fail(RUNG_INVALID, "%s is compiled, so --only can't be added; give the rules, or compile them with "
                      "rung compile --only", file.name);
  } else if (coverage) {
    status = cmd_fail(RUNG_INVALID, "%s is compiled, and does not count its conditions; give the rules for --coverage",
                      file.name);
  } else {
    status = rung_program_load(file.bytes, file.length, NULL, program, &error);
    if (status) cmd_fail(status, "%s: %s", file.name, error.text);
    else if (presets && !cmd_presets_in(presets, *program))
      status = cmd_fail(RUNG_INVALID, "%s was compiled without the preset, which leaves rows out; compile it with rung "
                        "compile --preset", file.name);
  }
  cmd_file_free(&file);
  return status;
}
