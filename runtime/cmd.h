/* cmd.h - what the subcommands of rung share.  Nothing here is part of a library. */
#ifndef RUNG_CMD_H
#define RUNG_CMD_H

#include "rung.h"

struct buffer;

/* -- cmd_options.c: options by the table cmd_options.def -- */

enum cmd_command {
#define COMMAND(id, name, words, least, most, line, text) CMD_##id,
#define HEADING(command, text)
#define OPTION(command, id, letter, name, value, help)
#define REPEATED(command, id, letter, name, value, help)
#include "cmd_options.def"
  CMD_COMMAND_COUNT,
  CMD_ANY = CMD_COMMAND_COUNT
};

enum cmd_option {
#define COMMAND(id, name, words, least, most, line, text)
#define HEADING(command, text)
#define OPTION(command, id, letter, name, value, help) CMD_##command##_##id,
#define REPEATED(command, id, letter, name, value, help) CMD_##command##_##id,
#include "cmd_options.def"
  CMD_OPTION_COUNT
};

enum { CMD_MANY = 1000 };   /* words, as many as are given */

struct cmd_args {
  enum cmd_command command;
  const char **words;                   /* freed by cmd_args_free */
  size_t word_count;
  const char *value[CMD_OPTION_COUNT];  /* NULL: not given; "" of one without a value */
  struct cmd_given *repeated;           /* the REPEATED options as they were given, freed by cmd_args_free */
  size_t repeated_count;
};

struct cmd_given {
  enum cmd_option option;
  const char *value;        /* "" of one without a value */
};

/* Reads the words after the subcommand.  What is wrong is told on standard error, the result then RUNG_INVALID. */
enum rung_status cmd_parse(enum cmd_command command, int count, char **words, struct cmd_args *args);
void cmd_args_free(struct cmd_args *args);

/* The option of a command by its long name, `length` bytes; CMD_OPTION_COUNT when there is none. */
enum cmd_option cmd_option_named(enum cmd_command command, const char *name, size_t length);
const char *cmd_option_name(enum cmd_option option);

bool cmd_find(const char *name, enum cmd_command *command);
const char *cmd_nearest(const char *name);              /* a subcommand probably meant, or NULL */
void cmd_help(enum cmd_command command);                /* on standard output */
void cmd_overview(void);

/* -- cmd_dialect.c: how dumps are written, by options and presets -- */

struct cmd_dialect {
  struct rung_dialect dialect;
  const char **missing;     /* what dialect.missing points at */
  bool given[CMD_OPTION_COUNT]; /* already, so that a second value is a mistake; clear it to let others override */
};

bool cmd_dialect_has(enum cmd_option option);           /* it says how a dump is written */
/* Takes the value of such an option, which must stay.  What is wrong is told, after `place` ("score"). */
enum rung_status cmd_dialect_take(struct cmd_dialect *dialect, const char *place, enum cmd_option option,
                                  const char *value);
void cmd_dialect_free(struct cmd_dialect *dialect);

/* -- cmd_preset.c: the exports of known platforms -- */

struct cmd_preset;

struct cmd_presets {
  struct cmd_preset *at;
  size_t count;
  char *prelude;            /* rules to stand before the others: their input blocks; may be empty */
  const char *asked;        /* --only, or NULL */
  char *only;               /* that and what presets add to it; may be empty */
};

/* Reads the presets that the command line names by `option`; freed by cmd_presets_free, also on failure. */
enum rung_status cmd_presets_open(const struct cmd_args *args, enum cmd_option option, const char *only,
                                  struct cmd_presets *presets);
void cmd_presets_free(struct cmd_presets *presets);
/* The path of the i-th one's NAME.preset; NULL when there are no more.  NAME.rung is a file of the rules. */
const char *cmd_presets_file(const struct cmd_presets *presets, size_t i);
bool cmd_presets_leave_out(const struct cmd_presets *presets);  /* some rows are no customers */
/* Whether a compiled program can leave them out: it writes but some rows, and was made with those presets. */
bool cmd_presets_in(const struct cmd_presets *presets, const rung_program *program);
/* What they say of the file of a related table, or, with an empty name, of the customers'; options may override it. */
enum rung_status cmd_presets_dialect(const struct cmd_presets *presets, struct rung_text table,
                                     struct cmd_dialect *dialect);
enum rung_status cmd_presets_list(void);                /* rung presets */

/* Digits at the start of `text` as a number; false when there are none or it is more than `most`. */
bool cmd_read_number(const char *text, uint64_t most, uint64_t *number, const char **rest);

/* cmd_today.c: YYYY-MM-DD, or with THH:MM or THH:MM:SS behind it, for a run; false when the text is no such thing. */
bool cmd_read_today(const char *text, struct rung_score_options *options);

/* -- cmd_tables.c: the files of `rung score` -- */

struct cmd_tables {
  const char *customers;    /* their file, or NULL */
  struct cmd_dialect main;  /* of it */
  struct rung_table_file *at;
  struct cmd_dialect *dialects; /* of each of them */
  size_t count;
};

/* Reads the words after the rules; freed by cmd_tables_free, also on failure. */
enum rung_status cmd_tables_read(const struct cmd_args *args, const rung_program *program,
                                 const struct cmd_presets *presets, struct cmd_tables *tables);
void cmd_tables_free(struct cmd_tables *tables);

/* -- cmd_text.c: messages and files -- */

/* On standard error; names from a dump must not steer the terminal, so control characters are shown as \x1b. */
void cmd_say_lines(struct rung_text lines);
/* Likewise, cut at 1 KB. */
void cmd_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Adds rule text on one line, at most `most` bytes of it: comments left out, what is blank between words one blank. */
void cmd_add_source(struct rung_text source, size_t most, struct buffer *out);
/* Adds, where there is any value, the form of it: " (of the form "aaa-99")".  It tells most of what is wrong with a
   value, and nothing of a person: each letter is an a, each digit a 9. */
void cmd_add_form(struct rung_text value, struct buffer *out);
/* "rung: ..." on standard error, likewise, with a line end; returns `status`. */
enum rung_status cmd_fail(enum rung_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));
enum rung_status cmd_fail_error(const struct rung_error *error);

/* The whole of a file, "-" being standard input; *name for messages.  Both freed by cmd_file_free. */
struct cmd_file {
  char *name, *bytes;
  size_t length, room;
};
enum rung_status cmd_read(const char *path, struct cmd_file *file);
/* The same, and a file that is named like a compiled program must be one. */
enum rung_status cmd_read_rules(const char *path, struct cmd_file *file);
/* cmd_mistaken.c: a file that is given for rules is a dump: messages about it would quote customers. */
bool cmd_is_dump(struct rung_text path, struct rung_text text);
void cmd_file_free(struct cmd_file *file);

/* Writes a file that appears complete or not at all. */
enum rung_status cmd_write(const char *path, const char *bytes, size_t length);

/* -- cmd_hidden.c: what is not to be seen in the output -- */

struct cmd_hidden {
  const char **dropped, **hashed; /* what the options point at */
  struct cmd_file salt;
};

/* Reads --drop, --hash and what goes with them; freed by cmd_hidden_free, also on failure. */
enum rung_status cmd_hidden_read(const struct cmd_args *args, struct cmd_hidden *hidden,
                                 struct rung_score_options *options);
void cmd_hidden_free(struct cmd_hidden *hidden);

/* -- Rules -- */

/* Compiles rule text, telling its messages on standard error.  The operator's commands know the compiler only so. */
typedef enum rung_status cmd_compile_fn(struct rung_text file, struct rung_text text,
                                        const struct cmd_presets *presets, bool coverage, rung_program **program);

/* Loads a program from a file of rules or a compiled one, told apart by content; of presets, which may be NULL, a
   compiled one holds already what they say of columns.  `coverage`: the program is to count its conditions. */
enum rung_status cmd_load(const char *path, const struct cmd_presets *presets, bool coverage, cmd_compile_fn *compile,
                          rung_program **program);

/* -- cmd_files.c: what is read or written is not written over; each says so, and is RUNG_INVALID -- */

enum rung_status cmd_files_check(const struct cmd_args *args, const struct cmd_presets *presets);
/* The same of the files of the rules.  What a dry run doesn't try, it looks at: RUNG_NO_RESOURCE when a run could not
   write there. */
enum rung_status cmd_files_check_rules(const struct cmd_args *args, const rung_program *program);
/* `path`, which is to be written (NULL: nothing is), is a file that the program was made from, or one of those is in the
   folder `split` (NULL: none), which is to be replaced. */
enum rung_status cmd_check_rule_files(const rung_program *program, const char *path, const char *split);
enum rung_status cmd_files_check_presets(const struct cmd_presets *presets, const char *path);

enum rung_status cmd_score(const struct cmd_args *args, cmd_compile_fn *compile);
enum rung_status cmd_dump(const struct cmd_args *args, cmd_compile_fn *compile);

/* -- cmd_summary.c, cmd_summary_json.c: the end of a run of `rung score` -- */

/* A text for "%.*s", cut at `most` bytes and a whole character. */
int cmd_cut(struct rung_text text, size_t most);

struct cmd_run {
  const struct cmd_args *args;
  const rung_program *program;
  const rung_summary *summary;
  const char *input, *output, *rejects; /* input NULL: the base is made of a table's keys; rejects NULL: none written */
  const char *split;        /* NULL: none written */
  bool clock;               /* today came from the clock */
  bool refused;             /* there is no output: too many rejects, or a broken guard */
  bool dry_run;
  int64_t now;              /* when the rules ask for hours: the time of scoring, as in rung_session_options */
};

void cmd_summary(const struct cmd_run *run);
void cmd_warnings(const struct cmd_run *run);           /* what must be seen though the run is fine */
bool cmd_summary_json(const struct cmd_run *run, struct buffer *text); /* false: out of memory */

/* -- cmd_summary_file.c: the file that it goes to -- */

struct output;
/* `values`: it is to hold keys of customers. */
enum rung_status cmd_summary_open(const char *path, bool values, struct output **file);
/* The steps of an output, the second with its release, before which signals come again; the last one frees `file`, as
   cmd_summary_discard does. */
enum rung_status cmd_summary_settle(struct output *file, const struct cmd_run *run, struct rung_error *error);
enum rung_status cmd_summary_appear(struct output *file);
enum rung_status cmd_summary_finish(struct output *file);
void cmd_summary_discard(struct output *file);

/* -- cmd_signals.c: temporary files that are removed when a signal ends the command -- */

void cmd_signals_catch(void);   /* from here on, in the thread that makes the files */
/* A temporary file or folder, as rung_score_options.temporary. */
void cmd_signals_tell(void *context, const char *path, bool folder);
void cmd_signals_wait(bool wait); /* for what is done at once; then they may come again */
void cmd_signals_forget(void);  /* all files that were told */

/* cmd_campaigns.c: tells why each broken guard is, and returns how many there are.  Keys are told when values are to be
   `shown`: they may be personal data. */
size_t cmd_tell_guards(const rung_program *program, const rung_summary *summary, bool shown);

/* -- cmd_coverage.c: which conditions were seen true and false -- */

struct cmd_coverage {
  const rung_program *program;
  struct rung_tally_totals *totals; /* of each tally, over all runs */
  size_t count;
};

/* Each condition, and each part of one, wants to be seen true and to be seen false. */
struct cmd_covered {
  uint64_t seen, wanted;
};

/* Starts with nothing seen; freed by cmd_coverage_free, also on failure. */
enum rung_status cmd_coverage_open(const rung_program *program, struct cmd_coverage *coverage);
void cmd_coverage_free(struct cmd_coverage *coverage);
void cmd_coverage_add(struct cmd_coverage *coverage, const rung_summary *summary); /* what a run saw */
/* Of the conditions in one file of rules, or, with an empty name, in all of them. */
struct cmd_covered cmd_coverage_sum(const struct cmd_coverage *coverage, struct rung_text file);
/* Adds the table of these conditions, and a last line with their sum, to `out`. */
void cmd_coverage_table(const struct cmd_coverage *coverage, struct rung_text file, struct buffer *out);
/* Adds "coverage", `of`, `what` and the share that was seen, never rounded up, as one line. */
void cmd_coverage_line(struct cmd_covered covered, const char *of, struct rung_text what, struct buffer *out);
/* The value of --min-coverage, "95" or "99.5%", in millionths; false when it is none. */
bool cmd_coverage_read(const char *text, uint32_t *share);
/* Exactly, whatever the percentage is shown as. */
bool cmd_coverage_reaches(struct cmd_covered covered, uint32_t share);

/* -- cmd_progress.c -- */

struct cmd_progress {
  bool shown;               /* at all */
  bool drawn;               /* there is something to clear */
  double started, last;     /* seconds */
};

void cmd_progress_start(struct cmd_progress *progress, bool wanted);
void cmd_progress_step(struct cmd_progress *progress, uint64_t bytes, uint64_t total, uint64_t rows);
void cmd_progress_clear(struct cmd_progress *progress);

#endif
