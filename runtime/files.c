/* files.c - which file is which table's, before any of them is opened. */
#include <inttypes.h>

#include "dialect.h"
#include "score.h"
#include "similar.h"
#include "text.h"

enum { MILLION = 1000000, MAX_ROW_MOST = 1 << 30, DISTANCE_MOST = 2 };

static bool related(const struct prog_table *table) { return table->kind != TABLE_MAIN; }

const struct rung_table_file *files_of(const struct rung_score_options *options, const struct prog_table *table) {
  for (size_t i = 0; i < options->table_count; i++)
    if (text_same(options->tables[i].table, table->name)) return &options->tables[i];
  return NULL;
}

/* -- Tables ---------------------------------------------------------------------------- */

static enum rung_status no_table(const struct program_tables *tables, struct rung_text name, struct rung_error *error) {
  const struct prog_table *near = NULL;
  bool any = false;
  for (size_t i = 0; i < tables->table_count; i++) {
    if (!related(&tables->tables[i])) {
      if (text_same(name, tables->tables[i].name))
        return fail(error, RUNG_INVALID, "%.*s are what is scored: give their file by itself, without %.*s=",
                    TEXT_FORMAT(name), TEXT_FORMAT(name));
      continue;
    }
    any = true;
    if (similar_distance(name, tables->tables[i].name) <= DISTANCE_MOST) near = &tables->tables[i];
  }
  if (near)
    return fail(error, RUNG_INVALID, "the rules have no table %.*s; did you mean %.*s?", TEXT_FORMAT(name),
                TEXT_FORMAT(near->name));
  return fail(error, RUNG_INVALID, "the rules have no table %.*s%s", TEXT_FORMAT(name),
              any ? "" : "; they read no related tables");
}

static enum rung_status check_given(const struct program_tables *tables, const struct rung_score_options *options,
                                    struct rung_error *error) {
  for (size_t i = 0; i < options->table_count; i++) {
    const struct rung_table_file *file = &options->tables[i];
    bool known = false;
    for (size_t t = 0; t < tables->table_count; t++)
      known |= related(&tables->tables[t]) && text_same(tables->tables[t].name, file->table);
    if (!known) return no_table(tables, file->table, error);
    for (size_t k = 0; k < i; k++)
      if (text_same(options->tables[k].table, file->table))
        return fail(error, RUNG_INVALID, "two files are given for the table %.*s", TEXT_FORMAT(file->table));
    enum rung_status status = dialect_check(&file->dialect, error);
    if (status) return status;
  }
  return RUNG_OK;
}

static enum rung_status check_needed(const struct program_tables *tables, const struct rung_score_options *options,
                                     struct rung_error *error) {
  bool remembers = false;
  for (size_t i = 0; i < tables->table_count; i++) {
    const struct prog_table *table = &tables->tables[i];
    bool previous = table->kind == TABLE_PREVIOUS, given = files_of(options, table);
    remembers |= previous;
    if (!related(table)) continue;
    if (given && previous && options->first_run)
      return fail(error, RUNG_INVALID, "a first run (--first-run) has no output of a last one; leave out %.*s=FILE",
                  TEXT_FORMAT(table->name));
    if (given || (previous && options->first_run)) continue;
    return previous
        ? fail(error, RUNG_INVALID, "the rules ask what customers were: give the last run's output as %.*s=FILE, or "
               "say --first-run if there was none", TEXT_FORMAT(table->name))
        : fail(error, RUNG_INVALID, "the table %.*s has no file; give it as %.*s=FILE", TEXT_FORMAT(table->name),
               TEXT_FORMAT(table->name));
  }
  if (options->first_run && !remembers)
    return fail(error, RUNG_INVALID, "the rules don't ask about a last run, so --first-run has no meaning");
  return RUNG_OK;
}

/* A file that this run reads or writes, and that would go with the folder; or NULL. */
static const char *path_in_split(const struct rung_score_options *options) {
  const char *own[] = {options->input, options->output, options->rejects};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (path_inside(own[i], options->split)) return own[i];
  for (size_t i = 0; i < options->table_count; i++)
    if (path_inside(options->tables[i].path, options->split)) return options->tables[i].path;
  return NULL;
}

/* -- All that was asked for --------------------------------------------------------------- */

static enum rung_status check_paths(const struct rung_score_options *options, struct rung_error *error) {
  const char *const written[] = {options->output, options->rejects};
  size_t standard = options->input && strcmp(options->input, "-") == 0;
  if (options->rejects && path_is_standard(options->rejects) && path_is_standard(options->output) && !options->write)
    return fail(error, RUNG_INVALID, "the output and the refused rows can't both go to standard output");
  if (path_same(options->output, options->rejects))
    return fail(error, RUNG_INVALID, "the output and the refused rows can't go to the same file, %s", options->output);
  for (size_t i = 0; i <= options->table_count; i++) {
    const char *read = i < options->table_count ? options->tables[i].path : options->input;
    for (size_t k = 0; k < sizeof written / sizeof *written; k++)
      if (read && path_same(read, written[k]))
        return fail(error, RUNG_INVALID, "%s is the input and can't be written over", read);
    if (i < options->table_count) standard += read && strcmp(read, "-") == 0;
  }
  const char *inside = options->split ? path_in_split(options) : NULL;
  if (inside)
    return fail(error, RUNG_INVALID, "%s is in the folder %s, which is replaced as a whole", inside, options->split);
  if (standard > 1) return fail(error, RUNG_INVALID, "only one file can be standard input (-)");
  return RUNG_OK;
}

enum rung_status files_check(const struct program_tables *tables, const struct rung_score_options *options,
                             struct rung_error *error) {
  bool based = tables->tables[tables->stages[tables->stage_count - 1].table].base != NONE32;
  if (options->max_row > MAX_ROW_MOST) return fail(error, RUNG_INVALID, "a row may be at most %d bytes", MAX_ROW_MOST);
  if (options->max_rejects > MILLION) return fail(error, RUNG_INVALID, "more than 100%% of the rows can't be refused");
  if (based && files_customers(options))
    return fail(error, RUNG_INVALID, "the rules make the base from a related table, so there is no file of customers "
                "to give; %s is one too many", options->input ? options->input : "that text");
  if (!based && !files_customers(options)) return fail(error, RUNG_INVALID, "no input is named");
  enum rung_status status = check_paths(options, error);
  if (!status) status = dialect_check(&options->dialect, error);
  if (!status) status = check_given(tables, options, error);
  return status ? status : check_needed(tables, options, error);
}
