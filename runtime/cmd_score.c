/* cmd_score.c - rung score: apply rules to a dump. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buffer.h"
#include "cmd.h"
#include "crew.h"

struct scoring {
  const struct cmd_args *args;
  struct rung_score_options options;
  struct rung_setting *settings;
  size_t setting_count;
  struct cmd_hidden hidden;
  struct cmd_presets presets;
  struct cmd_tables tables;
  struct cmd_progress progress;
  bool clock;               /* today came from the clock */
  bool has_least;           /* --min-coverage */
  uint32_t least;           /* millionths */
  const char *advice;       /* given last */
  const rung_program *program;
  struct output *summary;   /* the file of --summary, or NULL */
  bool settled, appeared;   /* it has what it is to have; it is there, if it could */
  enum rung_status trouble; /* with it, and told already */
};

/* -- Values of options -------------------------------------------------------------- */

static enum rung_status bad_value(const char *option, const char *value, const char *wanted) {
  return cmd_fail(RUNG_INVALID, "score: --%s %s: %s", option, value, wanted);
}

static enum rung_status read_size(const char *option, const char *text, uint64_t most, size_t *size) {
  static const char units[] = "KMG";
  uint64_t number;
  const char *rest;
  const char *wanted = most > (uint64_t)1 << 30 ? "is not a size such as 512M or 4G" : "is not a size from 1 to 1G";
  if (!cmd_read_number(text, most, &number, &rest)) return bad_value(option, text, wanted);
  const char *unit = *rest ? strchr(units, *rest & ~0x20) : NULL;
  if (unit) {
    number <<= 10 * (unit - units + 1);
    rest++;
  }
  if (*rest || number == 0 || number > most) return bad_value(option, text, wanted);
  *size = number;
  return RUNG_OK;
}

/* A percentage in millionths, four digits after the point at most. */
static enum rung_status read_share(const char *text, uint32_t *share) {
  uint64_t whole, fraction = 0;
  const char *rest, *digits;
  bool fine = cmd_read_number(text, 100, &whole, &rest);
  if (fine && *rest == '.') {
    digits = rest + 1;
    fine = cmd_read_number(digits, 9999, &fraction, &rest) && rest - digits <= 4;
    for (long i = rest - digits; fine && i < 4; i++) fraction *= 10;
  }
  bool zero = fine && whole == 0 && fraction == 0 && *rest == 0;
  if (!zero && (!fine || strcmp(rest, "%") != 0 || whole * 10000 + fraction > 1000000))
    return bad_value("max-rejects", text, "is not a percentage such as 0.1%");
  *share = (uint32_t)(whole * 10000 + fraction);
  return RUNG_OK;
}

/* Without a number one for each processor that this process may use. */
static enum rung_status read_threads(const char *text, uint32_t *threads) {
  uint64_t number = 1;
  const char *rest = "";
  cpu_set_t set;
  if (text && (!cmd_read_number(text, CREW_MOST, &number, &rest) || *rest || number == 0))
    return bad_value("threads", text, "is not a number from 1 to 64");
  if (!text && sched_getaffinity(0, sizeof set, &set) == 0) number = (uint64_t)CPU_COUNT(&set);
  *threads = (uint32_t)(number < CREW_MOST ? number : CREW_MOST);
  return RUNG_OK;
}

static enum rung_status read_format(const char *text, enum rung_format *format) {
  static const char *const names[] = {[RUNG_CSV] = "csv", [RUNG_TSV] = "tsv", [RUNG_JSONL] = "jsonl"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    *format = (enum rung_format)i;
    if (strcmp(text, names[i]) == 0) return RUNG_OK;
  }
  return bad_value("format", text, "is none of csv, tsv, jsonl");
}

static enum rung_status read_today(struct scoring *scoring) {
  const char *text = scoring->args->value[CMD_SCORE_TODAY];
  char room[sizeof "YYYY-MM-DDTHH:MM:SS"];
  scoring->clock = !text;
  if (!text) {
    time_t now = time(NULL);
    struct tm local;
    if (!localtime_r(&now, &local) || !strftime(room, sizeof room, "%Y-%m-%dT%H:%M:%S", &local))
      return cmd_fail(RUNG_NO_RESOURCE, "score: the clock shows no date; give --today");
    text = room;
  }
  if (cmd_read_today(text, &scoring->options)) return RUNG_OK;
  return bad_value("today", text, "is neither a date YYYY-MM-DD nor a time YYYY-MM-DDTHH:MM");
}

static enum rung_status read_duplicates(const char *text, enum rung_duplicates *duplicates) {
  bool first = strcmp(text, "first") == 0;
  if (!first && strcmp(text, "all") != 0) return bad_value("duplicate-keys", text, "is neither first nor all");
  *duplicates = first ? RUNG_DUPLICATES_FIRST : RUNG_DUPLICATES_ALL;
  return RUNG_OK;
}

static struct rung_text trim(const char *begin, const char *end) {
  while (begin < end && (*begin == ' ' || *begin == '\t')) begin++;
  while (end > begin && (end[-1] == ' ' || end[-1] == '\t')) end--;
  return (struct rung_text){begin, (size_t)(end - begin)};
}

static enum rung_status read_settings(struct scoring *scoring) {
  const struct cmd_args *args = scoring->args;
  scoring->settings = calloc(args->repeated_count + 1, sizeof *scoring->settings);
  if (!scoring->settings) return cmd_fail(RUNG_NO_RESOURCE, "out of memory");
  for (size_t i = 0; i < args->repeated_count; i++) {
    if (args->repeated[i].option != CMD_SCORE_SET) continue;
    const char *text = args->repeated[i].value, *equals = strchr(text, '=');
    if (!equals) return bad_value("set", text, "is not NAME=VALUE");
    struct rung_setting *setting = &scoring->settings[scoring->setting_count];
    setting->name = trim(text, equals);
    setting->value = trim(equals + 1, text + strlen(text));
    if (setting->name.length == 0 || setting->value.length == 0) return bad_value("set", text, "is not NAME=VALUE");
    for (size_t k = 0; k < scoring->setting_count; k++)
      if (setting->name.length == scoring->settings[k].name.length &&
          memcmp(setting->name.bytes, scoring->settings[k].name.bytes, setting->name.length) == 0)
        return bad_value("set", text, "sets the same param twice");
    scoring->setting_count++;
  }
  return RUNG_OK;
}

static enum rung_status read_options(struct scoring *scoring) {
  const char *const *value = scoring->args->value;
  struct rung_score_options *options = &scoring->options;
  enum rung_status status = RUNG_OK;
  options->output = value[CMD_SCORE_OUTPUT];
  options->rejects = value[CMD_SCORE_REJECTS];
  options->lax = value[CMD_SCORE_LAX];
  options->slim = value[CMD_SCORE_SLIM];
  options->key = value[CMD_SCORE_KEY];
  options->max_rejects = 1000000;
  if (value[CMD_SCORE_FORMAT]) status = read_format(value[CMD_SCORE_FORMAT], &options->format);
  if (!status && value[CMD_SCORE_MAX_ROW])
    status = read_size("max-row", value[CMD_SCORE_MAX_ROW], (uint64_t)1 << 30, &options->max_row);
  options->scan = value[CMD_SCORE_SCAN];
  if (!status && value[CMD_SCORE_MEMORY])
    status = read_size("memory", value[CMD_SCORE_MEMORY], (uint64_t)1 << 50, &options->memory);
  if (!status && value[CMD_SCORE_BLOCK])
    status = read_size("block", value[CMD_SCORE_BLOCK], (uint64_t)1 << 30, &options->block_bytes);
  if (!status) status = read_threads(value[CMD_SCORE_THREADS], &options->threads);
  if (!status && value[CMD_SCORE_DUPLICATE_KEYS])
    status = read_duplicates(value[CMD_SCORE_DUPLICATE_KEYS], &options->duplicates);
  options->first_run = value[CMD_SCORE_FIRST_RUN];
  if (!status && value[CMD_SCORE_MAX_REJECTS]) {
    if (!options->rejects && !options->lax)
      return cmd_fail(RUNG_INVALID, "score: --max-rejects needs --rejects FILE, or --lax");
    status = read_share(value[CMD_SCORE_MAX_REJECTS], &options->max_rejects);
  }
  options->split = value[CMD_SCORE_SPLIT];
  options->dry_run = value[CMD_SCORE_DRY_RUN];
  if (!status && value[CMD_SCORE_MIN_COVERAGE]) {
    scoring->has_least = cmd_coverage_read(value[CMD_SCORE_MIN_COVERAGE], &scoring->least);
    if (!scoring->has_least)
      return bad_value("min-coverage", value[CMD_SCORE_MIN_COVERAGE], "is not a percentage such as 95% or 99.5%");
  }
  if (!status) status = read_today(scoring);
  if (!status) status = cmd_hidden_read(scoring->args, &scoring->hidden, options);
  return status ? status : read_settings(scoring);
}

/* Which words are the files of what; the program says which tables there are. */
static enum rung_status read_tables(struct scoring *scoring, const rung_program *program) {
  struct rung_score_options *options = &scoring->options;
  enum rung_status status = cmd_tables_read(scoring->args, program, &scoring->presets, &scoring->tables);
  options->input = scoring->tables.customers;
  options->dialect = scoring->tables.main.dialect;
  options->tables = scoring->tables.at;
  options->table_count = scoring->tables.count;
  return status;
}

/* The rules are read before the dumps, and standard input can be read but once. */
static enum rung_status check_standard_input(const struct scoring *scoring) {
  const char *salt = scoring->args->value[CMD_SCORE_SALT_FILE];
  bool rules = strcmp(scoring->args->words[0], "-") == 0;
  if (salt && strcmp(salt, "-") == 0)
    return cmd_fail(RUNG_INVALID, "score: the salt can't be standard input; give the name of a file");
  for (size_t i = 1; rules && i < scoring->args->word_count; i++) {
    const char *word = scoring->args->words[i], *equals = strchr(word, '=');
    if (strcmp(equals ? equals + 1 : word, "-") == 0)
      return cmd_fail(RUNG_INVALID, "score: the rules and the customers can't both be standard input");
  }
  return RUNG_OK;
}

/* -- Callbacks --------------------------------------------------------------------------- */

static int on_progress(void *context, uint64_t bytes, uint64_t total, uint64_t rows) {
  struct scoring *scoring = context;
  cmd_progress_step(&scoring->progress, bytes, total, rows);
  return 0;
}

enum { SHOWN_NAME = 80, SHOWN_VALUE = 80 };

static void say_form(struct rung_text value) {
  struct buffer form = {0};
  cmd_add_form(value, &form);
  cmd_say_lines((struct rung_text){form.at, form.length});
  buffer_free(&form);
}

/* Headers may have line breaks. */
static void say_column(const struct rung_bad_cell *cell) {
  char name[SHOWN_NAME];
  int length = cmd_cut(cell->name, SHOWN_NAME);
  for (int i = 0; i < length; i++) name[i] = (unsigned char)cell->name.bytes[i] < ' ' ? ' ' : cell->name.bytes[i];
  cmd_say("column %u", cell->column);
  if (length) cmd_say(" (%.*s)", length, name);
}

static void say_cell(const struct rung_bad_cell *cell, bool shown) {
  if (shown) cmd_say("\"%.*s\" in ", cmd_cut(cell->value, SHOWN_VALUE), cell->value.bytes);
  say_column(cell);
  cmd_say(" %s", cell->reason);
  if (!shown) say_form(cell->value);
  cmd_say("\n");
}

static void say_row(const struct rung_bad_cell *cell) {
  cmd_say("the row has %s", cell->reason);
  if (cell->fields) cmd_say(" (%u, not %u)", cell->fields, cell->wanted);
  cmd_say(cell->fields == 0 ? ": " : cell->fields < cell->wanted ? ": it ends before " : ": it goes on after ");
  if (cell->column) say_column(cell), cmd_say(", ");
  cmd_say("byte %llu\n", (unsigned long long)cell->byte);
}

/* One line for each bad row, and the advice below the first of those that it is for. */
static void on_bad_cell(void *context, const struct rung_bad_cell *cell) {
  struct scoring *scoring = context;
  cmd_progress_clear(&scoring->progress);
  cmd_say("%s:%llu: ", cell->file, (unsigned long long)cell->line);
  if (cell->whole_row) say_row(cell);
  else say_cell(cell, scoring->args->value[CMD_SCORE_SHOW_VALUES]);
  if (*cell->advice && cell->advice != scoring->advice) cmd_say("  help: %s\n", cell->advice);
  scoring->advice = cell->advice;
}

static void on_warning(void *context, const char *text) {
  struct scoring *scoring = context;
  cmd_progress_clear(&scoring->progress);
  cmd_say("rung: warning: %s\n", text);
}

/* -- The run -------------------------------------------------------------------------------- */

/* The output stands: what was not covered is about the rules, not about the customers. */
static enum rung_status report_coverage(const struct scoring *scoring, const rung_program *program,
                                        const rung_summary *summary) {
  struct rung_text all = {"", 0};
  struct cmd_coverage coverage;
  struct buffer text = {0};
  enum rung_status status = cmd_coverage_open(program, &coverage);
  if (!status) {
    cmd_coverage_add(&coverage, summary);
    struct cmd_covered covered = cmd_coverage_sum(&coverage, all);
    if (scoring->args->value[CMD_SCORE_COVERAGE]) cmd_coverage_table(&coverage, all, &text);
    else cmd_coverage_line(covered, "", all, &text);
    if (text.failed) status = cmd_fail(RUNG_NO_RESOURCE, "out of memory");
    else cmd_say_lines((struct rung_text){text.at, text.length});
    if (!status && scoring->has_least && !cmd_coverage_reaches(covered, scoring->least))
      status = cmd_fail(RUNG_NOTICE, "coverage is below %s", scoring->args->value[CMD_SCORE_MIN_COVERAGE]);
  }
  buffer_free(&text);
  cmd_coverage_free(&coverage);
  return status;
}

static struct cmd_run describe(const struct scoring *scoring, const rung_summary *summary, size_t broken,
                               enum rung_status status) {
  const struct rung_score_options *options = &scoring->options;
  return (struct cmd_run){
    .args = scoring->args,
    .program = scoring->program,
    .summary = summary,
    .input = options->input,
    .output = options->output,
    .rejects = broken || options->dry_run ? NULL : scoring->args->value[CMD_SCORE_REJECTS],
    .split = status || options->dry_run ? NULL : options->split,
    .clock = scoring->clock,
    .refused = status != RUNG_OK,
    .dry_run = options->dry_run,
    .now = options->now,
  };
}

/* The output is on the disk: so the summary, before it appears. */
static enum rung_status on_ready(void *context, const rung_summary *summary, struct rung_error *error) {
  struct scoring *scoring = context;
  struct cmd_run run = describe(scoring, summary, 0, RUNG_OK);
  scoring->settled = true;
  return scoring->summary ? cmd_summary_settle(scoring->summary, &run, error) : RUNG_OK;
}

/* A signal must not leave new files beside old ones. */
static void on_appearing(void *context) {
  (void)context;
  cmd_signals_wait(true);
}

/* A summary that speaks of an output appears after it. */
static void on_appeared(void *context) {
  struct scoring *scoring = context;
  scoring->appeared = true;
  if (scoring->summary) scoring->trouble = cmd_summary_appear(scoring->summary);
  cmd_signals_wait(false);
}

/* Of a run that writes no output there is a summary, too. */
static enum rung_status finish_summary(struct scoring *scoring, const struct cmd_run *run, bool wanted) {
  struct output *file = scoring->summary;
  struct rung_error error = {0};
  enum rung_status status = scoring->trouble;
  if (!file) return RUNG_OK;
  if (wanted && !scoring->settled) {
    status = cmd_summary_settle(file, run, &error);
    if (status) cmd_fail_error(&error);
    else status = cmd_summary_appear(file);
    scoring->appeared = !status;
  }
  scoring->summary = NULL;
  if (scoring->appeared && !status) return cmd_summary_finish(file);
  cmd_summary_discard(file);
  return status;
}

static enum rung_status report(struct scoring *scoring, const rung_summary *summary, size_t broken,
                               enum rung_status status) {
  const char *const *value = scoring->args->value;
  struct cmd_run run = describe(scoring, summary, broken, status);
  bool wanted = summary && (status == RUNG_OK || status == RUNG_NOTICE);
  enum rung_status written = finish_summary(scoring, &run, wanted), covered = RUNG_OK;
  if (!wanted) return status;
  cmd_warnings(&run);
  if (!value[CMD_SCORE_QUIET]) cmd_summary(&run);
  if (value[CMD_SCORE_COVERAGE] || scoring->has_least) covered = report_coverage(scoring, scoring->program, summary);
  return written ? written : covered > status ? covered : status;
}

static void set_callbacks(struct scoring *scoring) {
  struct rung_score_options *options = &scoring->options;
  options->context = scoring;
  options->progress = on_progress;
  options->warning = on_warning;
  options->temporary = cmd_signals_tell;
  options->ready = on_ready;
  options->appearing = on_appearing;
  options->appeared = on_appeared;
  if (!options->rejects) options->bad_cell = on_bad_cell;
}

static enum rung_status score(struct scoring *scoring) {
  const char *const *value = scoring->args->value, *path = value[CMD_SCORE_SUMMARY];
  struct rung_error error = {0};
  rung_summary *summary = NULL;
  set_callbacks(scoring);
  cmd_signals_catch();
  if (path && cmd_summary_open(path, value[CMD_SCORE_SHOW_VALUES], &scoring->summary)) return RUNG_NO_RESOURCE;
  cmd_progress_start(&scoring->progress, !value[CMD_SCORE_QUIET] && !value[CMD_SCORE_NO_PROGRESS]);
  enum rung_status status = rung_score(scoring->program, &scoring->options, scoring->settings, scoring->setting_count,
                                       &summary, &error);
  cmd_signals_wait(false); /* a file that could not take its place has ended it */
  cmd_progress_clear(&scoring->progress);
  size_t broken = summary ? cmd_tell_guards(scoring->program, summary, value[CMD_SCORE_SHOW_VALUES]) : 0;
  if (status) cmd_fail_error(&error);
  status = report(scoring, summary, broken, status);
  rung_summary_free(summary);
  cmd_signals_forget();
  return status;
}

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), wanted = strlen(end);
  return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

/* A dump read as rules gives messages that nobody understands. */
static enum rung_status check_order(const struct cmd_args *args) {
  const char *rules = args->words[0], *customers = args->word_count > 1 ? args->words[1] : "";
  bool swapped = ends_with(customers, ".rung") || ends_with(customers, ".rungc");
  if (!swapped || ends_with(rules, ".rung") || ends_with(rules, ".rungc")) return RUNG_OK;
  return cmd_fail(RUNG_INVALID, "score: the rules come first: rung score %s %s", customers, rules);
}

/* Nobody can score without customers: better said before the rules are read than after. */
static enum rung_status check_input(const struct scoring *scoring, const rung_program *program) {
  if (scoring->options.input) return RUNG_OK;
  for (size_t i = 0; i < rung_program_tables(program); i++)
    if (rung_program_table(program, i).base) return RUNG_OK;
  return cmd_fail(RUNG_INVALID, "score: the file of the customers is not given: rung score RULES CUSTOMERS; see "
                  "rung score --help");
}

/* Without anything to find out, the output would be the dump as it was: nobody wants that of rules. */
static enum rung_status check_results(const struct scoring *scoring, const rung_program *program) {
  bool any = rung_program_labels(program) || rung_program_shows(program) || rung_program_guards(program);
  if (any || scoring->args->value[CMD_SCORE_ONLY]) return RUNG_OK;
  return cmd_fail(RUNG_INVALID, "score: %s has no rules: no status, tag, score, campaign, show or guard",
                  scoring->args->words[0]);
}

/* A preset's `only` keeps rows from being written, not from being counted among all customers. */
static enum rung_status check_preset(const struct scoring *scoring, const rung_program *program) {
  bool base = rung_program_needs_base(program), guards = rung_program_guards(program) > 0;
  if (!cmd_presets_leave_out(&scoring->presets) || (!base && !guards)) return RUNG_OK;
  return cmd_fail(RUNG_INVALID, "score: the rules %s, and the preset's export has rows that are no customers; take "
                  "those rows out of the dump first", base ? "compare all customers with each other"
                  : "have guards over all customers");
}

enum rung_status cmd_score(const struct cmd_args *args, cmd_compile_fn *compile) {
  struct scoring scoring = {.args = args};
  rung_program *program = NULL;
  enum rung_status status = cmd_presets_open(args, CMD_SCORE_PRESET, args->value[CMD_SCORE_ONLY], &scoring.presets);
  if (!status) status = read_options(&scoring);
  if (!status) status = check_order(args);
  if (!status) status = cmd_files_check(args, &scoring.presets);
  if (!status) status = check_standard_input(&scoring);
  bool covers = args->value[CMD_SCORE_COVERAGE] || scoring.has_least;
  if (!status) status = cmd_load(args->words[0], &scoring.presets, covers, compile, &program);
  if (!status) status = cmd_files_check_rules(args, program);
  if (!status) status = read_tables(&scoring, program);
  if (!status) status = check_input(&scoring, program);
  if (!status) status = check_results(&scoring, program);
  if (!status) status = check_preset(&scoring, program);
  scoring.program = program;
  if (!status) status = score(&scoring);
  rung_program_free(program);
  free(scoring.settings);
  cmd_hidden_free(&scoring.hidden);
  cmd_tables_free(&scoring.tables);
  cmd_presets_free(&scoring.presets);
  return status;
}
