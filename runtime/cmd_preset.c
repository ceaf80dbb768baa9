/* cmd_preset.c - presets: how a platform writes its exports, and their columns, by name.

   A preset is two files: NAME.preset, lines `option = value` of the options that say how a dump is written, and
   NAME.rung, the input block.  Two more lines are known: `table = T` when the block is that of a related table, and
   `only = EXPR`, as --only. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "session.h"

enum { PATH_ROOM = 4096, FOLDERS = 4 };

/* -- Where presets are ------------------------------------------------------------------- */

/* The folder of the running program, with a slash; "" when the system does not tell. */
static void program_folder(char *folder) {
  ssize_t length = readlink("/proc/self/exe", folder, PATH_ROOM - 1);
  while (length > 0 && folder[length - 1] != '/') length--;
  folder[length > 0 ? length : 0] = '\0';
}

/* Folder i of those that are looked through, with a slash; false when there is none. */
static bool find_folder(size_t i, char *folder) {
  static const char *const beside[] = {"../share/rung/rules/presets/", "../rules/presets/", "../../rules/presets/"};
  char program[PATH_ROOM];
  const char *given = getenv("RUNG_PRESETS");
  if (i == 0) return given && *given && snprintf(folder, PATH_ROOM, "%s/", given) < PATH_ROOM;
  program_folder(program);
  return *program && snprintf(folder, PATH_ROOM, "%s%s", program, beside[i - 1]) < PATH_ROOM;
}

static const char suffix[] = ".preset";

/* What can't be looked at is there: reading it says why. */
static bool is_there(const char *path) { return access(path, R_OK) == 0 || (errno != ENOENT && errno != ENOTDIR); }

/* The path of a preset without its suffix.  A name with a slash is the path itself, with or without the suffix. */
static bool find_preset(const char *name, char *path) {
  char folder[PATH_ROOM], full[PATH_ROOM];
  size_t length = strlen(name), end = sizeof suffix - 1;
  if (strchr(name, '/')) {
    if (length > end && strcmp(name + length - end, suffix) == 0) length -= end;
    return snprintf(path, PATH_ROOM, "%.*s", (int)length, name) < PATH_ROOM;
  }
  for (size_t i = 0; i < FOLDERS; i++)
    if (find_folder(i, folder) && snprintf(path, PATH_ROOM, "%s%s", folder, name) < PATH_ROOM &&
        snprintf(full, PATH_ROOM, "%s%s", path, suffix) < PATH_ROOM && is_there(full)) return true;
  return false;
}

/* -- Reading one --------------------------------------------------------------------------- */

struct cmd_preset {
  const char *name;
  char *text;                 /* of the file; what the others point at */
  char *path, *rules;         /* of its two files */
  const char *table, *only;
  struct cmd_given *given;
  size_t given_count;
};

static char *trim(char *begin, char *end) {
  while (begin < end && (*begin == ' ' || *begin == '\t')) begin++;
  while (end > begin && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r')) end--;
  *end = '\0';
  return begin;
}

static const char *take_line(struct cmd_preset *preset, char *line, char *end) {
  char *equals = memchr(line, '=', (size_t)(end - line));
  line = equals ? line : trim(line, end);
  if (*line == '\0' || *line == '#') return NULL;
  if (!equals) return "is not `option = value`";
  const char *value = trim(equals + 1, end);
  line = trim(line, equals);
  if (*line == '#') return NULL;
  enum cmd_option option = cmd_option_named(CMD_SCORE, line, strlen(line));
  if (strcmp(line, "table") == 0) preset->table = value;
  else if (strcmp(line, "only") == 0) preset->only = value;
  else if (!cmd_dialect_has(option)) return "is no option that says how a dump is written";
  else preset->given[preset->given_count++] = (struct cmd_given){option, value};
  return NULL;
}

static enum rung_status take_lines(struct cmd_preset *preset, const char *path) {
  size_t lines = 1, number = 1;
  for (const char *at = preset->text; *at; at++) lines += *at == '\n';
  preset->given = calloc(lines, sizeof *preset->given);
  if (!preset->given) return cmd_fail(RUNG_NO_RESOURCE, "out of memory");
  for (char *line = preset->text; line; number++) {
    char *end = line + strcspn(line, "\n"), *next = *end ? end + 1 : NULL;
    const char *wrong = take_line(preset, line, end);
    if (wrong) return cmd_fail(RUNG_INVALID, "%s, line %zu: %s: %s", path, number, line, wrong);
    line = next;
  }
  return RUNG_OK;
}

static enum rung_status read_preset(struct cmd_preset *preset) {
  char path[PATH_ROOM], full[PATH_ROOM + sizeof suffix];
  struct cmd_file file;
  if (!find_preset(preset->name, path))
    return cmd_fail(RUNG_INVALID, "there is no preset %s; see rung presets", preset->name);
  (void)snprintf(full, sizeof full, "%s%s", path, suffix);
  enum rung_status status = cmd_read(full, &file);
  if (status) return status;
  preset->text = calloc(file.length + 1, 1);
  preset->path = strdup(full);
  preset->rules = malloc(strlen(path) + sizeof ".rung");
  if (preset->text && preset->path && preset->rules) {
    memcpy(preset->text, file.bytes, file.length);
    (void)sprintf(preset->rules, "%s.rung", path);
    status = take_lines(preset, full);
  } else {
    status = cmd_fail(RUNG_NO_RESOURCE, "out of memory");
  }
  cmd_file_free(&file);
  return status;
}

/* -- All that are asked for ------------------------------------------------------------------ */

/* `use "PATH";` of each, as rule text. */
static char *make_prelude(const struct cmd_presets *presets) {
  size_t room = 1;
  for (size_t i = 0; i < presets->count; i++) room += 2 * strlen(presets->at[i].rules) + sizeof "use \"\";\n";
  char *prelude = malloc(room), *to = prelude;
  for (size_t i = 0; prelude && i < presets->count; i++) {
    to = stpcpy(to, "use \"");
    for (const char *from = presets->at[i].rules; *from; *to++ = *from++)
      if (*from == '"' || *from == '\\') *to++ = '\\';
    to = stpcpy(to, "\";\n");
  }
  if (prelude) *to = '\0';
  return prelude;
}

/* The condition of each preset and of --only, joined by `and`; "" when there are none. */
static char *make_only(const struct cmd_presets *presets) {
  size_t room = (presets->asked ? strlen(presets->asked) : 0) + sizeof "() and ";
  for (size_t i = 0; i < presets->count; i++)
    room += presets->at[i].only ? strlen(presets->at[i].only) + sizeof "() and " : 0;
  char *all = calloc(room, 1), *to = all;
  for (size_t i = 0; all && i <= presets->count; i++) {
    const char *condition = i < presets->count ? presets->at[i].only : presets->asked;
    if (condition) to += sprintf(to, "%s(%s)", to > all ? " and " : "", condition);
  }
  return all;
}

enum rung_status cmd_presets_open(const struct cmd_args *args, enum cmd_option option, const char *only,
                                  struct cmd_presets *presets) {
  *presets = (struct cmd_presets){.asked = only};
  presets->at = calloc(args->repeated_count + 1, sizeof *presets->at);
  if (!presets->at) return cmd_fail(RUNG_NO_RESOURCE, "out of memory");
  for (size_t i = 0; i < args->repeated_count; i++) {
    if (args->repeated[i].option != option) continue;
    struct cmd_preset *preset = &presets->at[presets->count++];
    preset->name = args->repeated[i].value;
    enum rung_status status = read_preset(preset);
    if (status) return status;
  }
  presets->prelude = make_prelude(presets);
  presets->only = make_only(presets);
  return presets->prelude && presets->only ? RUNG_OK : cmd_fail(RUNG_NO_RESOURCE, "out of memory");
}

const char *cmd_presets_file(const struct cmd_presets *presets, size_t i) {
  return i < presets->count ? presets->at[i].path : NULL;
}

bool cmd_presets_leave_out(const struct cmd_presets *presets) {
  for (size_t i = 0; i < presets->count; i++)
    if (presets->at[i].only) return true;
  return false;
}

/* Files may have moved since the program was compiled, so they go by their names. */
static bool has_file(const struct program_tables *tables, const char *path) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  size_t length = strlen(name);
  for (size_t i = 0; i < tables->file_count; i++) {
    struct rung_text file = tables->files[i].path;
    bool whole = file.length == length || (file.length > length && file.bytes[file.length - length - 1] == '/');
    if (whole && memcmp(file.bytes + file.length - length, name, length) == 0) return true;
  }
  return false;
}

bool cmd_presets_in(const struct cmd_presets *presets, const rung_program *program) {
  const struct program_tables *tables = program_tables(program);
  for (size_t i = 0; i < presets->count; i++)
    if (presets->at[i].only && (tables->filter == NONE32 || !has_file(tables, presets->at[i].rules))) return false;
  return true;
}

void cmd_presets_free(struct cmd_presets *presets) {
  for (size_t i = 0; i < presets->count; i++) {
    free(presets->at[i].text);
    free(presets->at[i].path);
    free(presets->at[i].rules);
    free(presets->at[i].given);
  }
  free(presets->at);
  free(presets->prelude);
  free(presets->only);
}

enum rung_status cmd_presets_dialect(const struct cmd_presets *presets, struct rung_text table,
                                     struct cmd_dialect *dialect) {
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < presets->count; i++) {
    const struct cmd_preset *preset = &presets->at[i];
    size_t length = preset->table ? strlen(preset->table) : 0;
    if (length != table.length || (length && memcmp(preset->table, table.bytes, length) != 0)) continue;
    for (size_t k = 0; k < preset->given_count && !status; k++)
      status = cmd_dialect_take(dialect, preset->name, preset->given[k].option, preset->given[k].value);
  }
  memset(dialect->given, 0, sizeof dialect->given);
  return status;
}

/* -- rung presets ------------------------------------------------------------------------------ */

static int is_preset(const struct dirent *entry) {
  size_t length = strlen(entry->d_name), end = sizeof suffix - 1;
  return length > end && strcmp(entry->d_name + length - end, suffix) == 0;
}

/* Name and first comment, unless an earlier folder has a preset of the name. */
static enum rung_status print_preset(const char *folder, const char *file) {
  char name[PATH_ROOM], path[PATH_ROOM], first[PATH_ROOM];
  size_t length = strlen(file) - (sizeof suffix - 1), folder_length = strlen(folder);
  (void)snprintf(name, sizeof name, "%.*s", (int)length, file);
  if (!find_preset(name, path))
    return cmd_fail(RUNG_NO_RESOURCE, "cannot read %s%s: %s", folder, file, strerror(errno));
  if (strncmp(path, folder, folder_length) != 0 || strcmp(path + folder_length, name) != 0) return RUNG_OK;
  (void)snprintf(path + strlen(path), PATH_ROOM - strlen(path), "%s", suffix);
  FILE *stream = fopen(path, "r");
  if (!stream) return cmd_fail(RUNG_NO_RESOURCE, "cannot read %s: %s", path, strerror(errno));
  bool told = fgets(first, sizeof first, stream) && strncmp(first, "# ", 2) == 0;
  bool failed = ferror(stream);
  fclose(stream);
  if (failed) return cmd_fail(RUNG_NO_RESOURCE, "cannot read %s", path);
  printf("%-22s %s", name, told ? first + 2 : "\n");
  return RUNG_OK;
}

enum rung_status cmd_presets_list(void) {
  char folder[PATH_ROOM];
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < FOLDERS && !status; i++) {
    struct dirent **entries;
    if (!find_folder(i, folder)) continue;
    int count = scandir(folder, &entries, is_preset, alphasort);
    if (count < 0 && errno != ENOENT && errno != ENOTDIR)
      status = cmd_fail(RUNG_NO_RESOURCE, "cannot read %s: %s", folder, strerror(errno));
    for (int k = 0; k < count; k++) {
      if (!status) status = print_preset(folder, entries[k]->d_name);
      free(entries[k]);
    }
    if (count >= 0) free(entries);
  }
  return status;
}
