/* rung.h - load compiled customer rules and apply them to rows.

   librung is the runtime alone: it reads a compiled program (.rungc), checks
   it, and applies it to customers, one at a time, a batch at a time, or a whole
   CSV dump.  The compiler is librungc (rungc.h).

   Conventions
     Status    Every call that can fail returns enum rung_status; 0 is success.
               The values are the exit codes of the rung command.
     Error     The last parameter of such a call, struct rung_error *, may be
               NULL.  On failure it holds one human sentence, UTF-8, with the
               place when there is one.
     Memory    All of it comes from the rung_allocator given at load; NULL means
               realloc and free.  Who frees what is said at each call.  Freeing
               NULL does nothing.
     Threads   rung_program is immutable after loading: any number of threads
               may share one.  rung_session belongs to one thread at a time.
               The library keeps no mutable globals, prints nothing, and never
               calls exit or abort.
     Text      Pointer and byte length, UTF-8, not terminated unless said.     */
#ifndef RUNG_H
#define RUNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define RUNG_API __attribute__((visibility("default")))
#else
#define RUNG_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* -- Versions ---------------------------------------------------------------- */

#define RUNG_VERSION "0.1.0"

/* The program format that this library writes, and the oldest it still loads. */
#define RUNG_FORMAT_VERSION 1
#define RUNG_FORMAT_OLDEST 1

/* The version of the library that is linked, "0.1.0"; static storage. */
RUNG_API const char *rung_version(void);

/* -- Status, error, memory ------------------------------------------------------ */

enum rung_status {
  RUNG_OK = 0,
  RUNG_NOTICE = 1,      /* done, but something must be seen; nothing was written */
  RUNG_INVALID = 2,     /* wrong argument, wrong rules, or a bad program file */
  RUNG_BAD_DATA = 3,    /* the input data is not what the rules need */
  RUNG_NO_RESOURCE = 4  /* file, disk or memory trouble */
};

struct rung_error {
  enum rung_status status;
  char text[1024];      /* zero-terminated UTF-8; cut at a character if longer */
};

/* One function allocates, resizes and frees: `size` 0 frees and returns NULL;
   `old` is the size given before, 0 with a NULL `block`.  It returns NULL when
   it cannot, the old block then still standing.  It must be safe to call from
   every thread that uses the program. */
struct rung_allocator {
  void *(*resize)(void *context, void *block, size_t old, size_t size);
  void *context;
};

struct rung_text {
  const char *bytes;
  size_t length;
};

/* -- Types and values --------------------------------------------------------------- */

enum rung_type {
  RUNG_FLAG = 1,        /* true or false */
  RUNG_INTEGER,         /* int64 */
  RUNG_NUMBER,          /* exact decimal: int64 count of millionths */
  RUNG_MONEY,           /* as number; written with two digits at least */
  RUNG_DATE,            /* int32 days since 1970-01-01, proleptic Gregorian */
  RUNG_TEXT,            /* bytes */
  RUNG_DATETIME,        /* int64 seconds since 1970-01-01 00:00:00, no time zone */
  RUNG_LIST             /* bytes of the whole cell; its items stand between separators */
};

/* One value.  `present` false is a missing value; the rest is then unused. */
struct rung_value {
  enum rung_type type;
  bool present;
  union {
    bool flag;
    int64_t integer;    /* also number and money, in millionths, and datetime, in seconds */
    int32_t date;
    struct rung_text text; /* also list */
  } as;
};

/* The name of a type as the language writes it ("integer"); static storage.  Threads: any. */
RUNG_API const char *rung_type_name(enum rung_type type);

/* Days since 1970-01-01 of a date YYYY-MM-DD; false when it is no such date.  Threads: any. */
RUNG_API bool rung_parse_date(struct rung_text text, int32_t *days);

/* -- Programs ------------------------------------------------------------------------- */

typedef struct rung_program rung_program;

/* Loads a program from `size` bytes, which are copied.  The bytes may come from
   anybody: magic, version, sizes, checksum and every instruction are verified,
   always, and a program that loads runs inside its bounds on any data.
   The caller frees *program with rung_program_free, from any thread, when no session, score or summary of it is
   left.  Threads: any number may load at once. */
RUNG_API enum rung_status rung_program_load(const void *bytes, size_t size,
                                            const struct rung_allocator *allocator,
                                            rung_program **program, struct rung_error *error);
RUNG_API void rung_program_free(rung_program *program);

/* True when `bytes` begin like a compiled program (text rules never do).  Threads: any. */
RUNG_API bool rung_is_program(const void *bytes, size_t size);

/* A table that the rules speak of: the customers, or one that is joined to them by key. */
struct rung_table_info {
  struct rung_text name;    /* as the rules call it; of the customers it may be empty */
  struct rung_text key;     /* header of the key column; empty when the rules declare none */
  bool customers;           /* the one that is scored */
  bool previous;            /* the output of the last run */
  bool base;                /* its keys are the customers, who have no file of their own */
};

/* A column that the program reads. */
struct rung_column_info {
  struct rung_text name;    /* as the rules call it; of an aggregate as they write it */
  struct rung_text header;  /* the header text to look up in a dump; empty of an aggregate */
  enum rung_type type;
  bool key;
  bool aggregate;           /* made of the customer's rows in a related table; rows and batches bring it themselves */
};

/* A label of a status or campaign, or a tag, that the program gives. */
struct rung_label_info {
  struct rung_text name;
  struct rung_text status;  /* empty for a tag, and for a label of a campaign */
};

struct rung_show_info {
  struct rung_text name;
  enum rung_type type;
  bool score;               /* points of a score, not the value of a `show` */
};

struct rung_rule_info {
  struct rung_text name;    /* empty when it has none */
  struct rung_text gives;   /* label or tags, joined by ", " */
  struct rung_text because; /* empty when it has none */
  struct rung_text source;  /* the rule as written */
  struct rung_text file;
  uint32_t line, column;    /* of its first character, from 1; columns in characters */
};

/* A campaign.  Its labels say who gets it, by channel and variant; `control` is the label of its control group. */
struct rung_campaign_info {
  struct rung_text name, title; /* title may be empty */
  struct rung_text file;
  uint32_t line;
  size_t first_label, label_count; /* as in rung_program_label */
  size_t control;           /* SIZE_MAX when there is none */
};

/* What must hold of a whole run, or nothing is written. */
struct rung_guard_info {
  const char *function;     /* "count", "share", "sum", "change", "never", "always" */
  struct rung_text source;  /* as written: "share of lost <= 25%" */
  struct rung_text because; /* may be empty */
  struct rung_text file;
  uint32_t line;
};

/* What coverage counts. */
enum rung_tally_kind { RUNG_CONDITION = 1, RUNG_PART, RUNG_EXPECTED };
struct rung_tally_info {
  enum rung_tally_kind kind; /* a whole condition; a part of one, between `and`, `or` and `not`; what a test expects */
  struct rung_text owner;   /* the rule, status, score or campaign; the test */
  struct rung_text source;  /* as written */
  struct rung_text file;
  uint32_t line, column;
  uint32_t test;            /* of RUNG_EXPECTED, as in rungc_test; else UINT32_MAX */
};

struct rung_param_info {
  struct rung_text name;
  enum rung_type type;
  struct rung_text text;    /* the default as the rules write it */
};

/* Counts, and the i-th of each (i below the count); what a text points at lives
   as long as the program.  Columns are those of the customers; shows are all values given out by name.
   Threads: any number at once, like all that takes a const rung_program. */
RUNG_API size_t rung_program_tables(const rung_program *program);
RUNG_API size_t rung_program_columns(const rung_program *program);
RUNG_API size_t rung_program_labels(const rung_program *program);
RUNG_API size_t rung_program_shows(const rung_program *program);
RUNG_API size_t rung_program_rules(const rung_program *program);
RUNG_API size_t rung_program_params(const rung_program *program);
RUNG_API size_t rung_program_campaigns(const rung_program *program);
RUNG_API size_t rung_program_guards(const rung_program *program);
RUNG_API size_t rung_program_tallies(const rung_program *program); /* 0 unless it was compiled for coverage or tests */
RUNG_API struct rung_table_info rung_program_table(const rung_program *program, size_t i);
RUNG_API struct rung_column_info rung_program_column(const rung_program *program, size_t i);
RUNG_API struct rung_label_info rung_program_label(const rung_program *program, size_t i);
RUNG_API struct rung_show_info rung_program_show(const rung_program *program, size_t i);
RUNG_API struct rung_rule_info rung_program_rule(const rung_program *program, size_t i);
RUNG_API struct rung_param_info rung_program_param(const rung_program *program, size_t i);
RUNG_API struct rung_campaign_info rung_program_campaign(const rung_program *program, size_t i);
RUNG_API struct rung_guard_info rung_program_guard(const rung_program *program, size_t i);
RUNG_API struct rung_tally_info rung_program_tally(const rung_program *program, size_t i);

/* The rules ask for the time of scoring, not only for its date. */
RUNG_API bool rung_program_uses_time(const rung_program *program);

/* The rules compare a customer with all others, so they can score a file, but neither single rows nor batches. */
RUNG_API bool rung_program_needs_base(const rung_program *program);

/* The XXH3-64 hash of the program file. */
RUNG_API uint64_t rung_program_hash(const rung_program *program);

/* Hands the listing of the program to `write`, piece by piece; a non-zero result
   of `write` stops it and is returned as RUNG_NO_RESOURCE.  RUNG_INVALID: `write` is NULL. */
typedef int rung_write_fn(void *context, const char *bytes, size_t length);
RUNG_API enum rung_status rung_program_dump(const rung_program *program, rung_write_fn *write,
                                            void *context);

/* -- Sessions ----------------------------------------------------------------------------- */

typedef struct rung_session rung_session;

struct rung_session_options {
  int32_t today;            /* the scoring date, days since 1970-01-01; required */
  uint32_t batch_rows;      /* most rows a batch; 0 means 1024; at most 65536 */
  int64_t now;              /* with has_now: seconds since 1970-01-01 00:00:00, a time of `today`; rules that ask for */
  bool has_now;             /* hours need it */
};

/* A session holds the registers of one evaluating thread; the program must outlive it.
   RUNG_INVALID: the rules need the whole base, or a time that is not given.
   The caller frees *session with rung_session_free.  Threads: any number may make
   sessions of one program at once; every other function that takes a session, of rows and of batches too, is for
   the one thread that has it at the time. */
RUNG_API enum rung_status rung_session_new(const rung_program *program,
                                           const struct rung_session_options *options,
                                           rung_session **session, struct rung_error *error);
RUNG_API void rung_session_free(rung_session *session);

/* Sets a param from text as the rule language writes a constant (`120 days`,
   `0.5`, `2026-01-31`, `"x"`, `yes`).  Holds for all rows after it. */
RUNG_API enum rung_status rung_session_set(rung_session *session, struct rung_text name,
                                           struct rung_text value, struct rung_error *error);

/* -- One row -------------------------------------------------------------------------------- */

/* Starts a new row: every column is missing.  A declared `default` is what rung_row_cell reads from an empty cell. */
RUNG_API void rung_row_clear(rung_session *session);

/* Gives a column a value, of the column's type, or the text of a cell, which is read by the
   column's declaration (missing words, default, date format, range, closed set).  Text that
   is given must stay until the row's results have been read.  RUNG_BAD_DATA: the cell does not fit. */
RUNG_API enum rung_status rung_row_value(rung_session *session, size_t column,
                                         struct rung_value value, struct rung_error *error);
RUNG_API enum rung_status rung_row_cell(rung_session *session, size_t column,
                                        struct rung_text cell, struct rung_error *error);

/* Applies the program to the row.  RUNG_INVALID: the params make an amount of a campaign or a limit of a guard that
   cannot be.  Else only memory can fail. */
RUNG_API enum rung_status rung_row_run(rung_session *session, struct rung_error *error);

/* Results of the last rung_row_run: does label i hold, the value of show i (its text lives
   until the next run), did rule i fire. */
RUNG_API bool rung_row_label(const rung_session *session, size_t label);
RUNG_API struct rung_value rung_row_show(const rung_session *session, size_t show);
RUNG_API bool rung_row_rule(const rung_session *session, size_t rule);

/* -- Batches ---------------------------------------------------------------------------------- */

/* One column of up to batch_rows values in the Arrow layout: bit i of `valid`
   (least significant first) set when row i is present; `data` is a bitmap for
   flags, int64_t for integer, number, money and datetime, int32_t for dates, and
   struct rung_text for text and list.  A NULL `valid` means all present.  Values of missing
   rows do not matter; of bitmaps the words that hold `rows` bits are read, of data `rows` elements.
   Memory stays the caller's and must stay until the results are read. */
struct rung_vector {
  const uint64_t *valid;
  const void *data;
};

/* Applies the program to `rows` rows (at most batch_rows); `columns` holds one vector for each
   column of the program, in its order.  RUNG_BAD_DATA: a date or time outside the years 1 to 9999;
   RUNG_INVALID: as of rung_row_run. */
RUNG_API enum rung_status rung_batch_run(rung_session *session, const struct rung_vector *columns,
                                         size_t rows, struct rung_error *error);

/* Results of the last run, living until the next: the bitmap of label or rule i, and the
   vector of show i (of its type, `valid` never NULL).  Bits past the run's rows hold no meaning. */
RUNG_API const uint64_t *rung_batch_label(const rung_session *session, size_t label);
RUNG_API const uint64_t *rung_batch_rule(const rung_session *session, size_t rule);
RUNG_API struct rung_vector rung_batch_show(const rung_session *session, size_t show);

/* -- Whole files --------------------------------------------------------------------------------- */

enum rung_format { RUNG_CSV, RUNG_TSV, RUNG_JSONL };

/* A cell or row that was refused.  Texts live during the call only. */
struct rung_bad_cell {
  const char *file;         /* its path, "-" for standard input */
  uint64_t line;            /* line of the file where the row begins, from 1 */
  uint64_t row;             /* data row, from 1 */
  bool whole_row;           /* it is about the row, of which no cell can be told: there is no value */
  uint32_t column;          /* field, from 1; of a whole row where it can't be read on: of too few fields the first that
                               is wanting, of too many the last that has a name; 0 when there is no such */
  uint64_t byte;            /* offset in the file, as UTF-8 if it was in another encoding, of the cell or the
                               offending byte, from 0 */
  uint32_t fields, wanted;  /* how many the row and the header have, when that is what is wrong; else 0 */
  struct rung_text name;    /* the column's header; "" when it has none */
  struct rung_text value;   /* the cell's text: personal data, show it only when asked */
  const char *reason;       /* static, for people */
  const char *advice;       /* static, what to do; "" when there is none */
};

/* How a dump is written.  All zeros is a comma, UTF-8, a header, dates as YYYY-MM-DD. */
struct rung_dialect {
  const char *encoding;     /* a name that iconv knows; NULL means UTF-8 */
  char delimiter;           /* 0 means ',' */
  bool blanks;              /* cells are set apart by spaces and tabs, however many; rows are read, and written, as if
                               by one tab each, and `delimiter` is not asked */
  char decimal;             /* '.' or ',' before the fraction of numbers and money; 0: '.', and of money cells what is
                               beyond doubt */
  bool no_header;           /* the first row is data */
  const char *columns;      /* with no_header: header names, in the delimiter-separated form of a header row; or NULL */
  uint32_t skip_lines;      /* lines before the header */
  const char *date_format;  /* of dates whose column declares none, such as "DD.MM.YYYY"; NULL means YYYY-MM-DD */
  const char *const *missing; /* words that mean a missing value in every column */
  size_t missing_count;
};

/* The file of a related table. */
struct rung_table_file {
  struct rung_text table;   /* as the rules call it */
  const char *path;         /* as `input` below */
  struct rung_text text;    /* as `input_text` below */
  struct rung_dialect dialect;
};

/* What to do with a second row of a customer's key among the customers. */
enum rung_duplicates { RUNG_DUPLICATES_REFUSE, RUNG_DUPLICATES_FIRST, RUNG_DUPLICATES_ALL };

/* What a run did.  Rows read = scored + rejected, always. */
typedef struct rung_summary rung_summary;

struct rung_score_options {
  const char *input;        /* path; "-" is standard input; .gz and .zst are recognised by content; NULL when the rules
                               make the base from a related table's keys */
  struct rung_dialect dialect; /* of the input */
  struct rung_text input_text; /* the dump itself, instead of `input`, unless its bytes are NULL; the caller's, until
                               the run is over */
  const char *output;       /* path, or NULL for standard output */
  rung_write_fn *write;     /* takes the output, instead of `output`, once the run is done and the guards hold; or NULL.
                               A non-zero result ends the run as RUNG_NO_RESOURCE */
  void *write_context;
  bool dry_run;             /* judge the run and write nothing at all */
  const char *split;        /* a folder for a file of each campaign, channel and variant; or NULL.  It must not exist,
                               be empty or hold such files, which are replaced at once */
  const char *rejects;      /* path for refused rows, or NULL: then the first ones stop the run, unless it is lax */
  bool lax;                 /* leave refused rows out and go on; and keep rows with a quote where none may stand, if
                               they are one line of as many fields as the header: such a cell is what stands there,
                               quotes and all */
  bool show_values;         /* an error may quote the cells of a first line that may be no header but a customer's row */
  uint32_t max_rejects;     /* with `rejects` or `lax`: how many of a million rows of a file may be refused; 1000000 is
                               any */
  enum rung_format format;
  bool slim;                /* key and results only */
  const char *key;          /* header of the key column when the rules declare none; or NULL.  Another than theirs is
                               RUNG_INVALID */
  const char *const *drop;  /* headers of columns that the output lacks */
  size_t drop_count;
  const char *const *hash;  /* headers of columns in whose cells stands the hexadecimal SHA-256 of the salt and the
                               value: unquoted, without the blanks and line ends around it, and in lower case if it has
                               an @.  Empty cells and those of dialect.missing stay empty; one that is not UTF-8 ends
                               the run */
  size_t hash_count;
  struct rung_text salt;    /* with `hash`; "" of no bytes for none: that its bytes are NULL is an error */
  bool spreadsheet_safe;    /* an apostrophe before cells and results that a spreadsheet could take for a formula,
                               numbers left alone; not with RUNG_JSONL */
  const struct rung_table_file *tables; /* one for each related table of the rules, in any order */
  size_t table_count;
  bool first_run;           /* there is no file of the last run's output: nobody was anything */
  enum rung_duplicates duplicates; /* FIRST: later rows are refused rows.  REFUSE is for rules with related tables or
                               measures; others take each row by itself, in memory that does not grow */
  size_t memory;            /* bytes for what is known of all customers, before it goes to temporary files; a quarter of
                               them where cells of one pass can be kept for the next ones; 0: 1 GiB */
  size_t max_row;           /* bytes; 0 means 16 MiB */
  uint32_t batch_rows;      /* 0 means 1024 */
  size_t block_bytes;       /* bytes read at a time; 0 means 256 KiB */
  const char *scan;         /* the instruction set that finds cells and rows: avx512, avx2, sse2, neon or portable; NULL
                               chooses the fastest; all find the same */
  uint32_t threads;         /* with the calling one, at most 64; all use the allocator; 0: 1.  They change no result */
  int32_t today;
  int64_t now;              /* as in rung_session_options */
  bool has_now;
  /* Called for every refused cell up to the first 20, and for progress now and then: `bytes` of the
     `total` stored ones are read (`total` 0 when unknown).  Either may be NULL.  A `progress` that
     returns non-zero stops the run: rung_score then returns RUNG_NOTICE and leaves no output. */
  void (*bad_cell)(void *context, const struct rung_bad_cell *cell);
  int (*progress)(void *context, uint64_t bytes, uint64_t total, uint64_t rows);
  /* Told before a row is read, or NULL: a value that the rules show is made of a column of `drop` or `hash`.  (One that
     is such a column as it is makes the run RUNG_INVALID.) */
  void (*warning)(void *context, const char *text);
  /* Told the name of each temporary file and folder before it is made, the files in a folder after it, so that a program
     can remove them when a signal ends it; or NULL.  A name may be told for nothing. */
  void (*temporary)(void *context, const char *path, bool folder);
  /* Told when the output may appear and all of it is on the disk, with the summary as it will be; before files take their
     places, which waits for nobody; and once all of them have: so a program puts files of its own beside them, and lets
     no signal come between.  Each may be NULL.  When `ready` is not RUNG_OK, the run ends so and nothing appears. */
  enum rung_status (*ready)(void *context, const struct rung_summary *summary, struct rung_error *error);
  void (*appearing)(void *context);
  void (*appeared)(void *context);
  void *context;
};

/* name=value pairs for rung_session_set. */
struct rung_setting {
  struct rung_text name, value;
};

/* Scores a whole file.  An output file appears complete or not at all; standard output is written as
   the run goes, unless the rules have guards, so only RUNG_OK says that it is complete.  *summary is set also on
   failure when there is something to tell (else NULL) and freed by rung_summary_free; it refers to the program.
   RUNG_NOTICE: more rows were refused than `max_rejects`, and the rejects file is written, the output is not; or a
   guard is broken (rung_summary_guard), and nothing is written.
   Threads: any number may score with one program at once, each to outputs of its own; the callbacks are called on
   the calling thread. */
RUNG_API enum rung_status rung_score(const rung_program *program,
                                     const struct rung_score_options *options,
                                     const struct rung_setting *settings, size_t setting_count,
                                     rung_summary **summary, struct rung_error *error);
RUNG_API void rung_summary_free(rung_summary *summary);

/* A place in a dump. */
struct rung_place {
  uint64_t line;            /* where the row begins, from 1; 0 when there is no place */
  uint64_t byte;            /* as in rung_bad_cell */
  uint32_t column;          /* from 1 */
  struct rung_text name;    /* its header */
};

struct rung_totals {
  uint64_t rows_read, rows_scored, rows_rejected;
  uint64_t rows_written;    /* of a dry run those that would be */
  uint64_t blank_lines;
  uint64_t bytes_read;      /* of CSV, after decompression and as UTF-8 */
  uint64_t bytes_written;
  uint64_t input_hash;      /* XXH3-64 of them */
  int32_t today;
  uint64_t foreign_texts;   /* cells of text columns that are not UTF-8 though no encoding was declared */
  struct rung_place foreign_at; /* of the first */
  uint64_t lax_rows;        /* of all files: kept for all their quotes, as `lax` asks; of a run that ended well */
};

/* Threads: a finished summary never changes, so any number may read it at once; one frees it. */

/* Where an operation had no representable result: division by zero, overflow. */
struct rung_fault_info {
  struct rung_text file;
  uint32_t line, column;
  struct rung_text rule;    /* name of the rule, status or show that asked for it */
  struct rung_text source;  /* the expression as written */
  uint64_t rows;
};

RUNG_API struct rung_totals rung_summary_totals(const rung_summary *summary);

/* What came of a related table's file; i as in rung_program_table.  rows_read = rows_used + rows_rejected. */
struct rung_table_totals {
  uint64_t rows_read, rows_used, rows_rejected;
  uint64_t rows_without_key, rows_unmatched;  /* of those used: an empty key, a key that no customer has */
  uint64_t keys;                              /* different keys */
  uint64_t customers_without_rows;
  uint64_t input_hash;
  uint64_t foreign_texts;                     /* as in rung_totals */
  struct rung_place foreign_at;
};
RUNG_API struct rung_table_totals rung_summary_table(const rung_summary *summary, size_t table);

/* A value found in the whole base: of measure "quintile of revenue", "5 from" 1200.50. */
struct rung_threshold {
  struct rung_text measure; /* as the rules write it */
  const char *name;
  struct rung_value value;
  uint64_t customers;       /* with this value or a greater one, those of a top N at most N; of an average all that have a
                               value, of a sum all with a positive one: of few it tells what one of them has */
};
RUNG_API size_t rung_summary_thresholds(const rung_summary *summary);
RUNG_API struct rung_threshold rung_summary_threshold(const rung_summary *summary, size_t i);

RUNG_API uint64_t rung_summary_label(const rung_summary *summary, size_t label);   /* rows */
RUNG_API uint64_t rung_summary_rule(const rung_summary *summary, size_t rule);     /* rows that fired */
RUNG_API uint64_t rung_summary_unknown(const rung_summary *summary, size_t rule);  /* rows where it was unknown */
RUNG_API size_t rung_summary_faults(const rung_summary *summary);
RUNG_API struct rung_fault_info rung_summary_fault(const rung_summary *summary, size_t i);
/* What became of those eligible for campaign i: eligible = the sum of all outcomes. */
enum { RUNG_OUTCOMES = 8 };
struct rung_campaign_totals {
  uint64_t eligible;
  uint64_t outcomes[RUNG_OUTCOMES]; /* in the order of rung_outcome_name */
};
RUNG_API const char *rung_outcome_name(size_t outcome);  /* "suppressed" ... "gets"; static storage */
RUNG_API struct rung_campaign_totals rung_summary_campaign(const rung_summary *summary, size_t campaign);

/* What guard i came to. */
struct rung_guard_result {
  bool judged;              /* false: the run ended before, or there is no last run to compare with */
  bool held;
  struct rung_value value, limit; /* of never and always the number of rows that break it, and no limit */
  const struct rung_text *keys; /* of at most five rows behind it, the smallest; only of a broken one */
  size_t key_count;
  uint64_t summands;        /* rows that a sum is made of, those of 0 left out: of few it tells what one of them has */
};
RUNG_API struct rung_guard_result rung_summary_guard(const rung_summary *summary, size_t guard);

/* How often the condition of tally i was true, false and unknown, of the rows that it was asked of. */
struct rung_tally_totals {
  uint64_t yes, no, unknown;
};
RUNG_API struct rung_tally_totals rung_summary_tally(const rung_summary *summary, size_t tally);

/* Param i's value as this run used it, as rule text. */
RUNG_API struct rung_text rung_summary_param(const rung_summary *summary, size_t i);

#ifdef __cplusplus
}
#endif
#endif
