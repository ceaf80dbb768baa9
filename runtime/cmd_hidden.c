/* cmd_hidden.c - which columns are not to be seen in the output, and the salt of their hashes. */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

/* The values of an option that may be repeated; NULL: out of memory. */
static const char **read_repeated(const struct cmd_args *args, enum cmd_option option, size_t *count) {
  const char **values = calloc(args->repeated_count + 1, sizeof *values);
  for (size_t i = 0; values && i < args->repeated_count; i++)
    if (args->repeated[i].option == option) values[(*count)++] = args->repeated[i].value;
  return values;
}

/* The first line of the file, as UTF-8 without the mark that some editors put before it. */
static enum rung_status read_salt(const char *path, struct cmd_file *file, struct rung_text *salt) {
  enum rung_status status = cmd_read(path, file);
  if (status) return status;
  size_t begin = file->length >= 3 && memcmp(file->bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0, end = begin;
  while (end < file->length && file->bytes[end] != '\n' && file->bytes[end] != '\r') end++;
  *salt = (struct rung_text){file->bytes + begin, end - begin};
  if (memchr(salt->bytes, 0, salt->length))
    return cmd_fail(RUNG_INVALID, "score: --salt-file %s: has a NUL byte in its first line, so it is no text of UTF-8",
                    path);
  if (salt->length) return RUNG_OK;
  return cmd_fail(RUNG_INVALID, "score: --salt-file %s: has an empty first line; for no salt say --no-salt", path);
}

/* Hashes without a salt are asked for, never got by forgetting it. */
static enum rung_status check_salt(const struct rung_score_options *options, const char *path, bool none) {
  if (path && none) return cmd_fail(RUNG_INVALID, "score: --salt-file and --no-salt can't both be");
  if ((path || none) && !options->hash_count)
    return cmd_fail(RUNG_INVALID, "score: --%s is for --hash COLUMN", path ? "salt-file" : "no-salt");
  if (options->hash_count && !path && !none)
    return cmd_fail(RUNG_INVALID, "score: --hash %s: give a salt by --salt-file FILE; for ad platforms, which want "
                    "hashes without one, say --no-salt", options->hash[0]);
  return RUNG_OK;
}

enum rung_status cmd_hidden_read(const struct cmd_args *args, struct cmd_hidden *hidden,
                                 struct rung_score_options *options) {
  const char *path = args->value[CMD_SCORE_SALT_FILE];
  hidden->dropped = read_repeated(args, CMD_SCORE_DROP, &options->drop_count);
  hidden->hashed = read_repeated(args, CMD_SCORE_HASH, &options->hash_count);
  if (!hidden->dropped || !hidden->hashed) return cmd_fail(RUNG_NO_RESOURCE, "out of memory");
  options->drop = hidden->dropped;
  options->hash = hidden->hashed;
  options->salt = (struct rung_text){"", 0};
  options->show_values = args->value[CMD_SCORE_SHOW_VALUES];
  options->spreadsheet_safe = args->value[CMD_SCORE_SPREADSHEET_SAFE];
  enum rung_status status = check_salt(options, path, args->value[CMD_SCORE_NO_SALT]);
  return status || !path ? status : read_salt(path, &hidden->salt, &options->salt);
}

void cmd_hidden_free(struct cmd_hidden *hidden) {
  free(hidden->dropped);
  free(hidden->hashed);
  cmd_file_free(&hidden->salt);
}
