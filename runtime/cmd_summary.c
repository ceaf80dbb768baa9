/* cmd_summary.c - tell people what a run did. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "cmd_summary.h"
#include "score.h"

enum { SOURCE_SHOWN = 60, COLUMN_SHOWN = 80, TITLE_MOST = 24, LABEL_MOST = 40 };

int cmd_cut(struct rung_text text, size_t most) {
  size_t length = text.length < most ? text.length : most;
  while (length < text.length && length > 0 && ((unsigned char)text.bytes[length] & 0xc0) == 0x80) length--;
  return (int)length;
}

/* -- Pieces ------------------------------------------------------------------------ */

const char *cmd_number(char room[static CMD_NUMBER_ROOM], uint64_t value) {
  char *at = room + CMD_NUMBER_ROOM;
  *--at = 0;
  for (int digits = 0; digits == 0 || value > 0; digits++, value /= 10) {
    if (digits > 0 && digits % 3 == 0) *--at = ',';
    *--at = (char)('0' + value % 10);
  }
  return at;
}

static size_t characters(struct rung_text text) {
  size_t count = 0;
  for (size_t i = 0; i < text.length; i++) count += ((unsigned char)text.bytes[i] & 0xc0) != 0x80;
  return count;
}

static struct rung_text text_of(const char *string) { return (struct rung_text){string, strlen(string)}; }

/* A text in a column `width` characters wide. */
static void say_padded(struct rung_text text, size_t width) {
  size_t length = characters(text);
  cmd_say("%.*s%*s", cmd_cut(text, 500), text.bytes, (int)(length < width ? width - length : 0), "");
}

void cmd_say_source(struct rung_text source) {
  struct buffer line = {0};
  cmd_add_source(source, SOURCE_SHOWN, &line);
  cmd_say("%.*s", (int)line.length, line.length ? line.at : "");
  buffer_free(&line);
}

/* -- The layout ---------------------------------------- */

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static struct cmd_layout measure(const struct cmd_run *run) {
  char room[CMD_NUMBER_ROOM];
  uint64_t rows = rung_summary_totals(run->summary).rows_scored;
  struct cmd_layout layout = {strlen("no value"), strlen("(none)"), strlen(cmd_number(room, rows)), rows};
  for (size_t i = 0; i < rung_program_labels(run->program); i++) {
    struct rung_label_info label = rung_program_label(run->program, i);
    size_t status = characters(label.status), name = characters(label.name);
    size_t indent = cmd_campaign_label(run->program, i) ? strlen("  ") : 0;
    if (status <= TITLE_MOST) layout.title = larger(layout.title, status);
    if (name <= LABEL_MOST) layout.label = larger(layout.label, name + indent);
  }
  for (size_t i = 0; i < rung_program_campaigns(run->program); i++) {
    size_t name = characters(rung_program_campaign(run->program, i).name);
    if (name <= TITLE_MOST) layout.title = larger(layout.title, name);
    layout.label = larger(layout.label, strlen("unreachable"));
  }
  return layout;
}

void cmd_say_title(const struct cmd_layout *layout, struct rung_text title) {
  say_padded(title, layout->title);
  cmd_say("  ");
}

void cmd_say_count(const struct cmd_layout *layout, struct rung_text name, uint64_t rows) {
  char room[CMD_NUMBER_ROOM];
  say_padded(name, layout->label);
  cmd_say("  %*s", (int)layout->number, cmd_number(room, rows));
  if (layout->rows > 0) {
    unsigned tenths = (unsigned)(((unsigned __int128)rows * 1000 + layout->rows / 2) / layout->rows);
    cmd_say("  %3u.%u%%", tenths / 10, tenths % 10);
  }
  cmd_say("\n");
}

/* -- Parts ----------------------------------------------------------------------------- */

static void say_rows(const struct cmd_run *run, const struct cmd_layout *layout) {
  char a[CMD_NUMBER_ROOM], b[CMD_NUMBER_ROOM], c[CMD_NUMBER_ROOM];
  struct rung_totals totals = rung_summary_totals(run->summary);
  cmd_say_title(layout, text_of("rows"));
  cmd_say("%s read = %s scored + %s rejected", cmd_number(a, totals.rows_read), cmd_number(b, totals.rows_scored),
          cmd_number(c, totals.rows_rejected));
  if (totals.rows_rejected && run->rejects) cmd_say(" (see %s)", run->rejects);
  cmd_say("\n");
  cmd_say_title(layout, text_of(""));
  if (run->refused) cmd_say(totals.bytes_written ? "what was written is not to be used\n" : "no output\n");
  else if (run->dry_run) cmd_say("dry run: %s would be written, nothing was\n", cmd_number(a, totals.rows_written));
  else cmd_say("%s written to %s\n", cmd_number(a, totals.rows_written),
               run->output && strcmp(run->output, "-") != 0 ? run->output : "standard output");
  if (run->split) {
    cmd_say_title(layout, text_of(""));
    cmd_say("a file for each campaign in %s\n", run->split);
  }
  if (totals.blank_lines) {
    cmd_say_title(layout, text_of(""));
    cmd_say("%s blank line%s skipped\n", cmd_number(a, totals.blank_lines), totals.blank_lines == 1 ? "" : "s");
  }
  if (totals.lax_rows) {
    cmd_say_title(layout, text_of(""));
    cmd_say("%s row%s read with a quote out of place\n", cmd_number(a, totals.lax_rows),
            totals.lax_rows == 1 ? "" : "s");
  }
}

static void say_time(int64_t now) {
  struct buffer text = {0};
  write_value(&text, (struct rung_value){.type = RUNG_DATETIME, .present = true, .as.integer = now});
  cmd_say("%.*s", (int)text.length, text.length ? text.at : "");
  buffer_free(&text);
}

static void say_settings(const struct cmd_run *run, const struct cmd_layout *layout) {
  char date[CALENDAR_PRINT_ROOM];
  calendar_print(date, rung_summary_totals(run->summary).today);
  cmd_say_title(layout, text_of("today"));
  if (rung_program_uses_time(run->program)) say_time(run->now);
  else cmd_say("%.*s", CALENDAR_PRINT_ROOM, date);
  cmd_say("%s\n", run->clock ? ", by the clock" : "");
  for (size_t i = 0; i < rung_program_params(run->program); i++) {
    struct rung_param_info param = rung_program_param(run->program, i);
    struct rung_text value = rung_summary_param(run->summary, i);
    cmd_say_title(layout, text_of(i ? "" : "params"));
    cmd_say("%.*s = %.*s\n", cmd_cut(param.name, 255), param.name.bytes, cmd_cut(value, 200), value.bytes);
  }
}

static bool same(struct rung_text a, struct rung_text b) {
  return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

/* Labels of one status stand together in the program, and the tags too. */
static void say_labels(const struct cmd_run *run, const struct cmd_layout *layout) {
  size_t count = rung_program_labels(run->program);
  uint64_t labelled = 0;
  while (count > 0 && cmd_campaign_label(run->program, count - 1)) count--; /* they are the last ones */
  if (count) cmd_say("\n");
  for (size_t i = 0; i < count; i++) {
    struct rung_label_info label = rung_program_label(run->program, i);
    bool first = i == 0 || !same(label.status, rung_program_label(run->program, i - 1).status);
    bool last = i + 1 == count || !same(label.status, rung_program_label(run->program, i + 1).status);
    uint64_t rows = rung_summary_label(run->summary, i);
    labelled = (first ? 0 : labelled) + rows;
    cmd_say_title(layout, first ? (label.status.length ? label.status : text_of("tags")) : text_of(""));
    cmd_say_count(layout, label.name, rows);
    if (!last || !label.status.length || labelled == layout->rows) continue;
    cmd_say_title(layout, text_of(""));
    cmd_say_count(layout, text_of("(none)"), layout->rows - labelled);
  }
}

static void say_place(const struct cmd_layout *layout, const char *title, struct rung_text file, uint32_t line,
                      uint64_t rows) {
  char room[CMD_NUMBER_ROOM];
  cmd_say_title(layout, text_of(title));
  cmd_say("%*s %s  ", (int)layout->number, cmd_number(room, rows), rows == 1 ? "row " : "rows");
  if (file.length) cmd_say("%.*s:%" PRIu32 "  ", cmd_cut(file, 200), file.bytes, line);
}

/* A rule whose condition is unknown does not fire: mostly right, and worth knowing. */
static void say_unknowns(const struct cmd_run *run, const struct cmd_layout *layout) {
  bool first = true;
  for (size_t i = 0; i < rung_program_rules(run->program); i++) {
    uint64_t rows = rung_summary_unknown(run->summary, i);
    if (!rows) continue;
    struct rung_rule_info rule = rung_program_rule(run->program, i);
    if (first) cmd_say("\n");
    say_place(layout, first ? "unknown" : "", rule.file, rule.line, rows);
    cmd_say_source(rule.name.length ? rule.name : rule.source);
    cmd_say("\n");
    first = false;
  }
}

/* A line of a score stands here whole when its points are missing; expressions have no arrows. */
static bool has_arrow(struct rung_text source) {
  static const char *const arrows[] = {"→", "->", "=>"};
  for (size_t i = 0; i < sizeof arrows / sizeof *arrows; i++)
    if (source.length && memmem(source.bytes, source.length, arrows[i], strlen(arrows[i]))) return true;
  return false;
}

/* Of conditions only a match can fail; it ends with its pattern. */
static bool is_match(struct rung_text source) {
  static const char word[] = "matches";
  return source.length && source.bytes[source.length - 1] == '"' &&
         memmem(source.bytes, source.length, word, sizeof word - 1);
}

static const char *fault_reason(struct rung_text source) {
  if (has_arrow(source)) return "points that are missing";
  return is_match(source) ? "the search for the pattern took too long" : "division by zero, or out of range";
}

static void say_faults(const struct cmd_run *run, const struct cmd_layout *layout) {
  for (size_t i = 0; i < rung_summary_faults(run->summary); i++) {
    struct rung_fault_info fault = rung_summary_fault(run->summary, i);
    if (i == 0) cmd_say("\n");
    say_place(layout, i ? "" : "no value", fault.file, fault.line, fault.rows);
    cmd_say_source(fault.source);
    if (fault.rule.length) cmd_say(" (in %.*s)", cmd_cut(fault.rule, 255), fault.rule.bytes);
    cmd_say(": %s\n", fault_reason(fault.source));
  }
}

static void say_hashes(const struct cmd_run *run, const struct cmd_layout *layout) {
  const struct program_tables *tables = program_tables(run->program);
  cmd_say("\n");
  for (size_t i = 0; i < tables->file_count; i++) {
    cmd_say_title(layout, text_of(i ? "" : "rules"));
    cmd_say("%016" PRIx64 "  %.*s\n", (uint64_t)tables->files[i].hash, cmd_cut(tables->files[i].path, 500),
            tables->files[i].path.bytes);
  }
  cmd_say_title(layout, text_of("program"));
  cmd_say("%016" PRIx64 "\n", rung_program_hash(run->program));
  if (run->input) {
    cmd_say_title(layout, text_of("input"));
    cmd_say("%016" PRIx64 "  %s\n", rung_summary_totals(run->summary).input_hash, run->input);
  }
  for (size_t i = 0, said = run->input != NULL; i < rung_program_tables(run->program); i++) {
    struct rung_text name = rung_program_table(run->program, i).name;
    uint64_t hash = rung_summary_table(run->summary, i).input_hash;
    if (!hash) continue;
    cmd_say_title(layout, text_of(said++ ? "" : "input"));
    cmd_say("%016" PRIx64 "  %.*s\n", hash, cmd_cut(name, 255), name.bytes);
  }
}

/* -- Related tables, thresholds ------------------------------------------------------------- */

static void say_many(const char *before, uint64_t count, const char *word, const char *after) {
  char room[CMD_NUMBER_ROOM];
  cmd_say("%s%s %s%s%s", before, cmd_number(room, count), word, count == 1 ? "" : "s", after);
}

static void say_tables(const struct cmd_run *run, const struct cmd_layout *layout) {
  char room[CMD_NUMBER_ROOM];
  bool first = true;
  for (size_t i = 0; i < rung_program_tables(run->program); i++) {
    struct rung_table_info info = rung_program_table(run->program, i);
    struct rung_table_totals totals = rung_summary_table(run->summary, i);
    if (info.customers || totals.input_hash == 0) continue; /* no file */
    if (first) cmd_say("\n");
    cmd_say_title(layout, text_of(first ? "tables" : ""));
    cmd_say("%.*s: ", cmd_cut(info.name, 255), info.name.bytes);
    say_many("", totals.rows_read, "row", " read");
    if (totals.rows_rejected) cmd_say(", %s rejected", cmd_number(room, totals.rows_rejected));
    say_many(", ", totals.keys, "key", "");
    if (totals.rows_without_key) say_many(", ", totals.rows_without_key, "row", " without a key");
    if (totals.rows_unmatched) say_many(", ", totals.rows_unmatched, "row", " of unknown customers");
    if (totals.customers_without_rows) say_many(", ", totals.customers_without_rows, "customer", " without rows");
    cmd_say("\n");
    first = false;
  }
}

static void say_thresholds(const struct cmd_run *run, const struct cmd_layout *layout) {
  for (size_t i = 0; i < rung_summary_thresholds(run->summary); i++) {
    struct rung_threshold threshold = rung_summary_threshold(run->summary, i);
    struct buffer text = {0};
    bool shown = cmd_shows_threshold(run, &threshold);
    if (shown && threshold.value.present) write_value(&text, threshold.value);
    if (!shown) buffer_printf(&text, "(not shown: of fewer than %d customers; --show-values shows it)",
                              CMD_CUSTOMERS_LEAST);
    if (i == 0) cmd_say("\n");
    cmd_say_title(layout, text_of(i ? "" : "found"));
    cmd_say_source(threshold.measure);
    /* What is numbered begins there: "quintile 5 from 120.00". */
    bool begins = strpbrk(threshold.name, "0123456789");
    cmd_say(": %s%s %.*s\n", threshold.name, begins ? " from" : "", (int)text.length, text.length ? text.at : "");
    buffer_free(&text);
  }
}

static void warn_foreign(struct rung_text file, uint64_t texts, struct rung_place at) {
  char count[CMD_NUMBER_ROOM];
  struct buffer name = {0};
  if (texts == 0) return;
  cmd_add_source(at.name, COLUMN_SHOWN, &name);
  cmd_say("rung: warning: %.*s: %s cell%s of text %s not UTF-8, %son line %" PRIu64 ": column %" PRIu32 " (%.*s), byte "
          "%" PRIu64 "; %s what rules write\n"
          "  help: say what the file is encoded in, such as --encoding windows-1251\n",
          cmd_cut(file, 255), file.bytes, cmd_number(count, texts), texts == 1 ? "" : "s", texts == 1 ? "is" : "are",
          texts == 1 ? "" : "the first ", at.line, at.column, (int)name.length, name.length ? name.at : "", at.byte,
          texts == 1 ? "it never equals" : "they never equal");
  buffer_free(&name);
}

/* Keys that are written otherwise in one of two files join nothing, and every rule goes on as if nobody bought. */
static void warn_strangers(struct rung_text table, const struct rung_table_totals *totals, uint64_t customers) {
  if (customers == 0 || totals->rows_unmatched == 0) return;
  if (totals->rows_unmatched + totals->rows_without_key < totals->rows_used) return;
  cmd_say("rung: warning: no row of %.*s belongs to a customer; are the keys written alike in both files?\n",
          cmd_cut(table, 255), table.bytes);
}

/* Of the rows that --lax leaves out not all are listed. */
static void warn_left_out(const struct cmd_run *run, const struct rung_totals *totals) {
  char a[CMD_NUMBER_ROOM], b[CMD_NUMBER_ROOM];
  const char *const *value = run->args->value;
  struct rung_text file = text_of(run->input ? run->input : "");
  if (!value[CMD_SCORE_LAX] || value[CMD_SCORE_REJECTS] || totals->rows_rejected == 0) return;
  cmd_say("rung: warning: %.*s: %s of %s rows are bad and were left out; --rejects FILE would keep them\n",
          cmd_cut(file, 255), file.bytes, cmd_number(a, totals->rows_rejected), cmd_number(b, totals->rows_read));
}

/* A row that is left out of the last run or of a log of contacts may be why a customer gets a letter once more. */
static void warn_table_rows(const struct cmd_run *run, struct rung_table_info info,
                            const struct rung_table_totals *totals) {
  char a[CMD_NUMBER_ROOM], b[CMD_NUMBER_ROOM];
  if (totals->rows_rejected == 0) return;
  cmd_say("rung: warning: %.*s: %s of %s rows are bad, and customers are decided as if %s; mend them",
          cmd_cut(info.name, 255), info.name.bytes, cmd_number(a, totals->rows_rejected),
          cmd_number(b, totals->rows_read), info.previous ? "the last run had not seen those in them"
                                                          : "these rows were not there");
  if (run->rejects) cmd_say(" (they are in %s)", run->rejects);
  cmd_say(" and run again before the output is used\n");
}

/* A row that could not be read is kept as it is, so that it can be mended. */
static void warn_formulas(const struct cmd_run *run, uint64_t rejected) {
  if (!run->args->value[CMD_SCORE_SPREADSHEET_SAFE] || !run->rejects || rejected == 0) return;
  cmd_say("rung: warning: %s has rows as they are, where --spreadsheet-safe guards no cell; open it as text\n",
          run->rejects);
}

/* A bad row can't always be cut into cells, and is to be mended whole. */
static void warn_hidden(const struct cmd_run *run, uint64_t rejected) {
  const struct cmd_args *args = run->args;
  bool hides = false;
  for (size_t i = 0; i < args->repeated_count; i++)
    hides |= args->repeated[i].option == CMD_SCORE_DROP || args->repeated[i].option == CMD_SCORE_HASH;
  if (!hides || !run->rejects || rejected == 0) return;
  cmd_say("rung: warning: %s has whole rows, with the columns of --drop and --hash as they are\n", run->rejects);
}

void cmd_warnings(const struct cmd_run *run) {
  struct rung_totals totals = rung_summary_totals(run->summary);
  warn_hidden(run, totals.rows_rejected);
  warn_formulas(run, totals.rows_rejected);
  warn_left_out(run, &totals);
  warn_foreign(text_of(run->input ? run->input : ""), totals.foreign_texts, totals.foreign_at);
  for (size_t i = 0; i < rung_program_tables(run->program); i++) {
    struct rung_table_totals table = rung_summary_table(run->summary, i);
    warn_table_rows(run, rung_program_table(run->program, i), &table);
    warn_foreign(rung_program_table(run->program, i).name, table.foreign_texts, table.foreign_at);
    warn_strangers(rung_program_table(run->program, i).name, &table, totals.rows_scored);
  }
}

void cmd_summary(const struct cmd_run *run) {
  struct cmd_layout layout = measure(run);
  say_rows(run, &layout);
  say_settings(run, &layout);
  say_labels(run, &layout);
  cmd_say_campaigns(run, &layout);
  cmd_say_guards(run, &layout);
  say_unknowns(run, &layout);
  say_faults(run, &layout);
  say_tables(run, &layout);
  say_thresholds(run, &layout);
  say_hashes(run, &layout);
}
