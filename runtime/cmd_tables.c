/* cmd_tables.c - which words of `rung score` are files of which tables, and how each is written. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

/* The length of the table's name in TABLE=FILE; 0 when the word is no such thing. */
static size_t table_length(const char *word) {
  size_t length = strcspn(word, "=/");
  return word[length] == '=' ? length : 0;
}

static bool same(struct rung_text a, const char *b, size_t length) {
  return a.length == length && memcmp(a.bytes, b, length) == 0;
}

/* The number of a related table among the program's, or SIZE_MAX. */
static size_t find_table(const rung_program *program, const char *name, size_t length) {
  for (size_t i = 0; i < rung_program_tables(program); i++) {
    struct rung_table_info table = rung_program_table(program, i);
    if (!table.customers && same(table.name, name, length)) return i;
  }
  return SIZE_MAX;
}

/* A file whose name has a `=` is taken for what it is, when there is no table of the name. */
static bool is_table(const rung_program *program, const char *word) {
  size_t length = table_length(word);
  return length > 0 && (find_table(program, word, length) != SIZE_MAX || access(word, F_OK) != 0);
}

static enum rung_status sort_words(const struct cmd_args *args, const rung_program *program,
                                   struct cmd_tables *tables) {
  for (size_t i = 1; i < args->word_count; i++) {
    const char *word = args->words[i];
    size_t length = table_length(word);
    if (is_table(program, word)) {
      tables->at[tables->count++] = (struct rung_table_file){.table = {word, length}, .path = word + length + 1};
      if (!word[length + 1]) return cmd_fail(RUNG_INVALID, "score: %s names no file", word);
    } else if (tables->customers) {
      return cmd_fail(RUNG_INVALID, "score: %s is one word too many: the customers are in %s, and a table's file is "
                      "written TABLE=FILE", word, tables->customers);
    } else {
      tables->customers = word;
    }
  }
  return RUNG_OK;
}

/* -- Dialects ------------------------------------------------------------------------- */

/* What speaks of one file's shape is not for all of them. */
static bool for_customers_only(enum cmd_option option) {
  return option == CMD_SCORE_NO_HEADER || option == CMD_SCORE_COLUMNS || option == CMD_SCORE_SKIP_LINES;
}

/* An option without a table's name is meant for the file of this one too; SIZE_MAX is the customers'.  The last run's
   output is UTF-8, whatever the dumps are. */
static bool is_for(const rung_program *program, enum cmd_option option, size_t table, bool alone) {
  if (table == SIZE_MAX) return true;
  if (for_customers_only(option)) return alone;
  return option != CMD_SCORE_ENCODING || !rung_program_table(program, table).previous;
}

/* The value behind "TABLE:", when it begins with the name of a table. */
static const char *value_for(const rung_program *program, const char *value, size_t *table) {
  const char *colon = strchr(value, ':');
  *table = colon ? find_table(program, value, (size_t)(colon - value)) : SIZE_MAX;
  return *table == SIZE_MAX ? value : colon + 1;
}

/* First what is said of all files, then what is said of this one. */
static enum rung_status take_options(const struct cmd_args *args, const rung_program *program, size_t table,
                                     bool alone, struct cmd_dialect *dialect) {
  enum rung_status status = RUNG_OK;
  for (int own = 0; own < 2 && !status; own++) {
    for (size_t i = 0; i < args->repeated_count && !status; i++) {
      const struct cmd_given *given = &args->repeated[i];
      size_t about;
      if (!cmd_dialect_has(given->option)) continue;
      const char *value = value_for(program, given->value, &about);
      bool wanted = own ? about == table && table != SIZE_MAX
                        : about == SIZE_MAX && is_for(program, given->option, table, alone);
      if (wanted) status = cmd_dialect_take(dialect, "score", given->option, value);
      /* Names of columns are wanted only where there is no header. */
      if (wanted && own && given->option == CMD_SCORE_COLUMNS) dialect->dialect.no_header = true;
    }
    memset(dialect->given, 0, sizeof dialect->given);
  }
  return status;
}

/* The last run's output has the customers' cells and delimiter, but in UTF-8, with a header in its first line, and tabs
   where they had blanks. */
static enum rung_status read_dialect(const struct cmd_args *args, const rung_program *program,
                                     const struct cmd_presets *presets, const struct cmd_tables *tables,
                                     struct cmd_dialect *dialect, struct rung_text name) {
  size_t table = find_table(program, name.bytes, name.length);
  bool previous = table != SIZE_MAX && rung_program_table(program, table).previous;
  enum rung_status status = cmd_presets_dialect(presets, previous ? (struct rung_text){0} : name, dialect);
  if (previous) {
    dialect->dialect.encoding = dialect->dialect.columns = NULL;
    dialect->dialect.no_header = false;
    dialect->dialect.skip_lines = 0;
  }
  if (!status) status = take_options(args, program, table, !tables->customers, dialect);
  if (previous && dialect->dialect.blanks) dialect->dialect.blanks = false, dialect->dialect.delimiter = '\t';
  return status;
}

enum rung_status cmd_tables_read(const struct cmd_args *args, const rung_program *program,
                                 const struct cmd_presets *presets, struct cmd_tables *tables) {
  *tables = (struct cmd_tables){0};
  tables->at = calloc(args->word_count + 1, sizeof *tables->at);
  tables->dialects = calloc(args->word_count + 1, sizeof *tables->dialects);
  if (!tables->at || !tables->dialects) return cmd_fail(RUNG_NO_RESOURCE, "out of memory");
  enum rung_status status = sort_words(args, program, tables);
  if (!status) status = cmd_presets_dialect(presets, (struct rung_text){0}, &tables->main);
  if (!status) status = take_options(args, program, SIZE_MAX, false, &tables->main);
  for (size_t i = 0; i < tables->count && !status; i++) {
    status = read_dialect(args, program, presets, tables, &tables->dialects[i], tables->at[i].table);
    tables->at[i].dialect = tables->dialects[i].dialect;
  }
  return status;
}

void cmd_tables_free(struct cmd_tables *tables) {
  for (size_t i = 0; tables->dialects && i < tables->count; i++) cmd_dialect_free(&tables->dialects[i]);
  cmd_dialect_free(&tables->main);
  free(tables->dialects);
  free(tables->at);
}
