/* cmd_options.c - read a command line and print help, both by the table cmd_options.def. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "similar.h"

struct command {
  const char *name, *words;
  size_t least, most;       /* of words */
  const char *line, *text;
};

static const struct command commands[] = {
#define COMMAND(id, name, words, least, most, line, text) {name, words, least, most, line, text},
#define HEADING(command, text)
#define OPTION(command, id, letter, name, value, help)
#define REPEATED(command, id, letter, name, value, help)
#include "cmd_options.def"
};

/* A line of the table: an option, or a heading, which has no name. */
struct row {
  enum cmd_command command;
  int option;
  char letter;
  bool repeated;
  const char *name, *value, *text;
};

static const struct row rows[] = {
#define COMMAND(id, name, words, least, most, line, text)
#define HEADING(command, text) {CMD_##command, -1, 0, false, NULL, NULL, text},
#define OPTION(command, id, letter, name, value, help) \
  {CMD_##command, CMD_##command##_##id, letter, false, name, value, help},
#define REPEATED(command, id, letter, name, value, help) \
  {CMD_##command, CMD_##command##_##id, letter, true, name, value, help},
#include "cmd_options.def"
};
enum { ROWS = sizeof rows / sizeof *rows };

static bool belongs(const struct row *row, enum cmd_command command) {
  return row->command == command || row->command == CMD_ANY;
}

static struct rung_text text_of(const char *string) { return (struct rung_text){string, strlen(string)}; }

/* -- Help -------------------------------------------------------------------- */

enum { HELP_WIDTH = 78, HELP_INDENT = 6 };

/* One paragraph after another, each line indented. */
static void print_wrapped(const char *text, size_t indent) {
  size_t column = 0;
  while (*text) {
    size_t word = strcspn(text, " \n");
    if (column > 0 && column + 1 + word > HELP_WIDTH) putchar('\n'), column = 0;
    if (column == 0) column = (size_t)printf("%*s%.*s", (int)indent, "", (int)word, text);
    else column += (size_t)printf(" %.*s", (int)word, text);
    text += word;
    if (*text == '\n') fputs("\n\n", stdout), column = 0;
    if (*text) text++;
  }
  putchar('\n');
}

static void print_option(const struct row *row) {
  if (row->letter) printf("  -%c, --%s", row->letter, row->name);
  else printf("  --%s", row->name);
  printf(row->value ? " %s\n" : "\n", row->value);
  print_wrapped(row->text, HELP_INDENT);
}

void cmd_help(enum cmd_command command) {
  const struct command *about = &commands[command];
  printf("Usage: rung %s%s%s [OPTION]...\n\n", about->name, *about->words ? " " : "", about->words);
  print_wrapped(about->text, 0);
  for (size_t i = 0; i < ROWS; i++) {
    const struct row *row = &rows[i];
    if (!belongs(row, command)) continue;
    if (!row->name) printf("\n%s:\n", row->text);
    else {
      if (row->command == CMD_ANY || i == 0 || rows[i - 1].command != command) putchar('\n');
      print_option(row);
    }
  }
}

void cmd_overview(void) {
  puts("Usage: rung COMMAND ...\n\n"
       "Applies marketers' rules to dumps of customers.\n");
  for (size_t i = 0; i < CMD_COMMAND_COUNT; i++)
    printf("  rung %-8s %-18s %s\n", commands[i].name, commands[i].words, commands[i].line);
  puts("\n  rung help COMMAND           the options of a command, also rung COMMAND --help\n"
       "  rung --version\n\n"
       "Exit codes: 0 done; 1 done, and something must be seen; 2 wrong usage or rules;\n"
       "3 bad input data; 4 file, disk or memory trouble.");
}

/* -- Subcommands ------------------------------------------------------------------ */

bool cmd_find(const char *name, enum cmd_command *command) {
  for (size_t i = 0; i < CMD_COMMAND_COUNT; i++) {
    *command = (enum cmd_command)i;
    if (strcmp(name, commands[i].name) == 0) return true;
  }
  return false;
}

const char *cmd_nearest(const char *name) {
  const char *nearest = NULL;
  uint32_t best = SIMILAR_NOT;
  for (size_t i = 0; i < CMD_COMMAND_COUNT; i++) {
    uint32_t distance = similar_distance(text_of(name), text_of(commands[i].name));
    if (distance < best) best = distance, nearest = commands[i].name;
  }
  return nearest;
}

/* -- Parsing ----------------------------------------------------------------------- */

static const struct row *find_long(enum cmd_command command, const char *name, size_t length) {
  for (size_t i = 0; i < ROWS; i++)
    if (rows[i].name && belongs(&rows[i], command) && strlen(rows[i].name) == length &&
        memcmp(rows[i].name, name, length) == 0) return &rows[i];
  return NULL;
}

enum cmd_option cmd_option_named(enum cmd_command command, const char *name, size_t length) {
  const struct row *row = find_long(command, name, length);
  return row ? (enum cmd_option)row->option : CMD_OPTION_COUNT;
}

const char *cmd_option_name(enum cmd_option option) {
  for (size_t i = 0; i < ROWS; i++)
    if (rows[i].name && rows[i].option == (int)option) return rows[i].name;
  return "";
}

static const struct row *find_letter(enum cmd_command command, char letter) {
  for (size_t i = 0; i < ROWS; i++)
    if (rows[i].name && belongs(&rows[i], command) && rows[i].letter == letter) return &rows[i];
  return NULL;
}

static enum rung_status unknown_option(enum cmd_command command, const char *word, struct rung_text name) {
  const char *about = commands[command].name, *nearest = NULL;
  uint32_t best = SIMILAR_NOT;
  for (size_t i = 0; i < ROWS; i++) {
    if (!rows[i].name || !belongs(&rows[i], command)) continue;
    uint32_t distance = similar_distance(name, text_of(rows[i].name));
    if (distance < best) best = distance, nearest = rows[i].name;
  }
  if (nearest) return cmd_fail(RUNG_INVALID, "%s: there is no option %s; did you mean --%s?", about, word, nearest);
  return cmd_fail(RUNG_INVALID, "%s: there is no option %s; see rung %s --help", about, word, about);
}

/* No file has the empty name; a variable of a script that was never set does. */
static bool is_file(const char *value) { return strcmp(value, "FILE") == 0 || strcmp(value, "DIR") == 0; }

static enum rung_status store(struct cmd_args *args, const struct row *row, const char *value) {
  if (row->repeated) {
    args->repeated[args->repeated_count++] = (struct cmd_given){(enum cmd_option)row->option, value};
    return RUNG_OK;
  }
  if (args->value[row->option])
    return cmd_fail(RUNG_INVALID, "%s: --%s is given twice", commands[args->command].name, row->name);
  args->value[row->option] = value;
  return RUNG_OK;
}

/* Takes an option, and its value from the same word or from *next. */
static enum rung_status take_option(struct cmd_args *args, const char *word, const char **next) {
  const struct row *row;
  const char *value = NULL;
  if (word[1] == '-') {
    size_t length = strcspn(word + 2, "=");
    row = find_long(args->command, word + 2, length);
    if (!row) return unknown_option(args->command, word, (struct rung_text){word + 2, length});
    if (word[2 + length]) value = word + 2 + length + 1;
  } else {
    row = find_letter(args->command, word[1]);
    if (!row) return unknown_option(args->command, word, text_of(word + 1));
    if (word[2]) value = word + 2;
  }
  if (value && !row->value)
    return cmd_fail(RUNG_INVALID, "%s: --%s takes no value", commands[args->command].name, row->name);
  if (!value && row->value) {
    value = *next;
    *next = NULL;
    if (!value)
      return cmd_fail(RUNG_INVALID, "%s: --%s needs a value: %s", commands[args->command].name, row->name, row->value);
  }
  if (value && !*value && is_file(row->value))
    return cmd_fail(RUNG_INVALID, "%s: --%s \"\": the name of the %s is empty", commands[args->command].name, row->name,
                    row->value[0] == 'D' ? "folder" : "file");
  return store(args, row, value ? value : "");
}

static enum rung_status check_words(const struct cmd_args *args) {
  const struct command *command = &commands[args->command];
  for (size_t i = 0; i < args->word_count; i++)
    if (!*args->words[i])
      return cmd_fail(RUNG_INVALID, "%s: word %zu of %s is empty, and names no file", command->name, i + 1,
                      command->words);
  if (args->word_count >= command->least || args->value[CMD_ANY_HELP]) return RUNG_OK;
  return cmd_fail(RUNG_INVALID, "%s: needs %s; see rung %s --help", command->name, command->words, command->name);
}

enum rung_status cmd_parse(enum cmd_command command, int count, char **words, struct cmd_args *args) {
  *args = (struct cmd_args){.command = command};
  args->repeated = calloc((size_t)count + 1, sizeof *args->repeated);
  args->words = calloc((size_t)count + 1, sizeof *args->words);
  if (!args->repeated || !args->words) return cmd_fail(RUNG_NO_RESOURCE, "out of memory");
  bool options = true;
  for (int i = 0; i < count; i++) {
    if (options && strcmp(words[i], "--") == 0) {
      options = false;
    } else if (options && words[i][0] == '-' && words[i][1]) {
      const char *next = i + 1 < count ? words[i + 1] : NULL, *left = next;
      enum rung_status status = take_option(args, words[i], &left);
      if (status) return status;
      if (next && !left) i++;
    } else if (args->word_count < commands[command].most) {
      args->words[args->word_count++] = words[i];
    } else {
      if (commands[command].most == 0)
        return cmd_fail(RUNG_INVALID, "%s: takes no words: %s", commands[command].name, words[i]);
      return cmd_fail(RUNG_INVALID, "%s: one word too many: %s; it needs %s", commands[command].name, words[i],
                      commands[command].words);
    }
  }
  return check_words(args);
}

void cmd_args_free(struct cmd_args *args) {
  free(args->repeated);
  free(args->words);
  args->repeated = NULL;
  args->words = NULL;
}
