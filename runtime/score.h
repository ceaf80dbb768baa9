/* score.h - the parts of scoring whole files.

   A stage of the program scans a file: a block of rows goes through worker_take, which is a function of the block, the
   job and the worker's own sessions, and ends in the stage's sink: joins, populations, or bytes to write.  So several
   workers can take blocks side by side, their bytes being written in order. */
#ifndef RUNG_SCORE_H
#define RUNG_SCORE_H

#include "buffer.h"
#include "cast.h"
#include "csv.h"
#include "join.h"
#include "limits.h"
#include "path.h"
#include "population.h"
#include "session.h"

/* -- header.c: the names of the dump's columns, and which of them the program reads */

struct header {
  const struct rung_allocator *allocator;
  struct buffer raw;          /* the header row as it stands; empty when the dump has none */
  struct buffer bytes;        /* of the names */
  struct rung_text *names;
  uint32_t count;
  char line_end[2];           /* of a row that lacks one */
  size_t line_end_length;
  uint64_t line;              /* of the file; 0 when the dump has none */
  uint64_t blank_lines;       /* before it */
};

struct job;
struct repeats;

enum rung_status header_read(struct job *job, struct csv_reader *reader, struct rung_error *error);
/* Fills job->fields, job->sharing and job->key. */
enum rung_status header_match(struct job *job, struct rung_error *error);
void header_free(struct header *header);

/* -- capitals.c: adds the declarations of those of the missing columns that the dump has with other capitals */

void capitals_say(struct buffer *text, const struct job *job, const struct rung_text *missing, size_t count);

/* -- explain.c: what is wrong with it, each as RUNG_BAD_DATA */

enum rung_status explain_broken(const struct job *job, const struct csv_block *block, const struct csv_row *row,
                                struct rung_error *error);
enum rung_status explain_missing(const struct job *job, const struct rung_text *missing, size_t count,
                                 struct rung_error *error);
enum rung_status explain_doubled(const struct job *job, struct rung_text name, struct rung_error *error);
enum rung_status explain_changed(const struct job *job, struct rung_error *error);

enum rung_status explain_repeated(const struct job *job, const struct csv_block *block, uint32_t row,
                                  struct rung_error *error);

/* -- scan.c: one file on its way through a stage; what stays the same while its rows are read */

struct job {
  const struct program_tables *tables;
  const struct prog_table *table;
  const struct prog_column *columns; /* those of the stage whose registers the cells go to */
  uint32_t column_count, first_column;
  const struct rung_allocator *allocator;
  const struct rung_score_options *options;
  const struct rung_dialect *dialect;
  const char *path;           /* as it was given */
  const char *file;           /* name of the input, for messages */
  char delimiter;
  bool bom;                   /* the input began with one */
  struct header header;
  struct caster **casters;    /* of each of the columns; NULL where no cell fills it */
  uint32_t *fields;           /* of the dump, for each of the columns; NONE32 where no cell fills it */
  uint32_t sharing;           /* most columns of the program that read one field */
  uint32_t key;               /* field, or NONE32 */
  const struct caster *key_reader; /* of the column that reads it, or NULL */
  struct rung_text key_mark;  /* to take off the start of a key */
  bool key_read;              /* a key can be missing though its cell isn't empty, or have a mark */
  bool key_wanted;            /* a row without a key is refused */
  bool key_is_number;         /* and compared: keys of one value are to have the same bytes */
  struct treatment *treatment; /* of columns and cells on their way to the output; NULL: rows are written whole */
  const struct writer *writer;
};

/* A dump that is in memory already. */
struct given_text {
  struct rung_text text;
  size_t taken;
};

/* How far the input was read. */
struct reading {
  uint64_t position;          /* as input_position */
  uint64_t bytes, hash, blank_lines; /* as csv_bytes ... */
};

struct scan {
  struct job job;
  struct given_text given;    /* instead of the job's path, unless its bytes are NULL */
  struct narrow *narrow;      /* may be NULL */
  rung_session *session;      /* of the stage */
  struct input *input;
  struct csv_reader *reader;
  struct csv_options csv;
  uint64_t head_rows;         /* given by the reader before the rows of the table */
  struct reading reading;     /* up to the last block that was settled */
};

/* Opens the file, reads its header and finds what stage `stage` needs in it.  The job's tables, allocator, options,
   dialect and path, or the scan's text, are the caller's to fill in first; `made` (else NULL) gives the bytes when
   there is neither. */
enum rung_status scan_open(struct scan *scan, uint32_t stage, const struct made_input *made, bool twice,
                           struct rung_error *error);
/* Starts the rows once more; only where the scan was opened with `twice`. */
enum rung_status scan_again(struct scan *scan, struct rung_error *error);
/* Starts those that are in scan->narrow, which is whole. */
enum rung_status scan_narrow(struct scan *scan, struct rung_error *error);
void scan_close(struct scan *scan);

/* -- decode.c: cells of a batch to registers, and which rows are refused */

struct batch {
  const struct job *job;
  rung_session *session;
  uint32_t *rows;             /* of the block, those that are fine: row i of the registers is rows[i] */
  size_t count;
  struct refusal *refusals;   /* of each row of the block that was looked at; reason NULL when fine */
  bool refused;               /* some row is */
  struct rung_text *keys;     /* of the rows that are fine; NULL when the job has no key */
  char *scratch;              /* of unquoted cells */
  size_t scratch_room, scratch_used;
  char *spare;                /* the part of it that is left for writing a row */
  uint64_t foreign;           /* texts that are not UTF-8; not counted where an encoding was declared */
  uint32_t first_foreign;     /* the first row of the block that has one */
};

enum rung_status batch_new(const struct job *job, rung_session *session, struct batch *batch, struct rung_error *error);
void batch_free(struct batch *batch);
/* Rows [first, first + span) of the block.  `repeats`, which may be NULL, refuses rows with a key that came before. */
enum rung_status batch_decode(struct batch *batch, const struct csv_block *block, size_t first, size_t span,
                              struct repeats *repeats, struct rung_error *error);

/* -- repeats.c: rows whose key an earlier row has */

struct repeats;
enum rung_status repeats_new(const struct rung_allocator *allocator, struct repeats **repeats,
                             struct rung_error *error);
void repeats_free(struct repeats *repeats);
/* The next row's key, in the order of rows.  False when memory is out; *repeated: the key came before. */
bool repeats_ask(struct repeats *repeats, struct rung_text key, bool *repeated);
/* A row without a key, or refused for another reason. */
void repeats_pass(struct repeats *repeats);
/* The rows come once more: the answers will be the same. */
void repeats_again(struct repeats *repeats);

/* The same question in two steps, where no row before the first repeated one is refused for it: any thread notes what
   tells the keys of a batch apart; then the notes are asked, in the order of rows.  False when memory is out.  *row is
   of the block, NONE32 when no key came before. */
bool repeats_note(struct buffer *notes, const struct batch *batch);
bool repeats_find(struct repeats *repeats, const struct buffer *notes, uint32_t *row);

/* -- foreign.c */

/* Adds the batch's texts that are not UTF-8. */
struct counts;
void foreign_count(const struct batch *batch, const struct csv_block *block, struct counts *counts);

/* -- What other stages found, for the sinks of the customers' stages */

/* Finished joins by their stage and populations by their measure; NULL where there is none. */
struct gathered {
  const struct program_tables *tables;
  const struct rung_allocator *allocator;
  struct join **joins;
  struct population **populations;
  struct quota **quotas;      /* by measure, of the QUOTAs */
};

/* The slots of a batch's customers in each join. */
struct spread {
  uint32_t **slots;           /* by stage */
  uint64_t *without;          /* customers without rows, by stage */
};

/* -- summary.c: counts */

/* Of a file: the line where a row begins and the column, from 1, and a byte, from 0; all 0: none. */
struct file_place {
  uint64_t line, byte;
  uint32_t column;
};

struct counts {
  uint64_t read, scored, rejected, written;
  uint64_t foreign;           /* texts that are not UTF-8 */
  struct file_place foreign_at; /* of the first */
  uint64_t *labels, *rules, *unknowns;
  struct rung_campaign_totals *campaigns;
  uint64_t astray;            /* eligible customers without exactly one outcome, and others with one */
};

enum rung_status counts_new(const struct program_tables *tables, const struct rung_allocator *allocator,
                            struct counts *counts, struct rung_error *error);
void counts_free(const struct program_tables *tables, const struct rung_allocator *allocator, struct counts *counts);
/* Adds what the program said of the `rows` rows of the session's last run. */
void counts_batch(struct counts *counts, const struct program_tables *tables, const rung_session *session, size_t rows);

/* Adds `from` to `to`: it then is nothing. */
void counts_move(struct counts *to, struct counts *from, const struct program_tables *tables);

/* A summary without counts yet; the params are those of `session`. */
enum rung_status summary_new(const rung_program *program, const rung_session *session, int32_t today,
                             rung_summary **summary, struct rung_error *error);
void summary_add(rung_summary *summary, struct counts *counts);
/* Adds what a stage's session counted, which may be NULL. */
void summary_faults(rung_summary *summary, const rung_session *session, uint32_t stage);
struct rung_totals *summary_totals(rung_summary *summary);
/* What came of a related table's file, and then of its join. */
void summary_table(rung_summary *summary, uint32_t table, const struct counts *counts, uint64_t hash);
/* Keeps the name of the column where the job's file has its first text that is not UTF-8; once, after the counts.
   False when memory is out. */
bool summary_name_foreign(rung_summary *summary, const struct job *job);
void summary_join(rung_summary *summary, uint32_t stage, const struct join *join, uint64_t customers_without);
/* Keeps the thresholds; false when memory is out. */
bool summary_populations(rung_summary *summary, struct population *const *populations);
/* Adds what the tallies of the last stage's session counted. */
void summary_tallies(rung_summary *summary, const rung_session *session);
/* What became of the guards, which stay the summary's; NULL when the program has none. */
struct guards *summary_guards(rung_summary *summary);
/* An error when a row of a related table was lost, or a customer of a campaign. */
enum rung_status summary_conserved(const rung_summary *summary, struct rung_error *error);

/* -- guards.c: what must hold of the whole run */

struct guards;
enum rung_status guards_new(const struct program_tables *tables, const struct rung_allocator *allocator,
                            struct guards **guards, struct rung_error *error);
void guards_free(struct guards *guards);
/* Adds what `from` has counted, which then is nothing.  False when memory is out. */
bool guards_move(struct guards *guards, struct guards *from);
/* Counts the `rows` rows of the session's last run; `keys` may be NULL.  False when memory is out. */
bool guards_count(struct guards *guards, const rung_session *session, const struct rung_text *keys, size_t rows);
/* Compares with the limits, which the session knows; no guards_count after it.  `first_run`: nobody was anything. */
void guards_judge(struct guards *guards, const rung_session *session, bool first_run);
size_t guards_broken(const struct guards *guards);
struct rung_guard_result guards_result(const struct guards *guards, size_t i);

/* -- results.c: what the program said of a batch, 64 rows at a time */

/* Up to 64 labels of an output, not all of them false: bit k of rows[i] is label `first` + k of the i-th row. */
struct label_group {
  uint32_t first;
  uint64_t rows[64];
};

/* What an output has in 64 rows. */
struct result_cells {
  const struct strand *strands, *strands_end; /* all of it, if there are any */
  uint8_t (*which)[64];       /* by strand and row */
  struct slots *slots;        /* of a value that has a strand */
  struct label_group *groups, *end; /* of labels without strands; in the labels' order */
  const struct vec *value;    /* NULL of labels */
};

struct form;
struct strand;
struct slots;
struct written_rows;

struct results {
  const struct program_tables *tables;
  const rung_session *session;
  struct form *form;          /* how they look in the output */
  struct result_cells *cells; /* by output */
  struct label_group *groups;
  size_t group_most;
  struct strand *strands;     /* of the outputs, in their order */
  uint8_t (*which)[64];
  size_t strand_count;
  struct slots *slots;
  size_t slot_count;
  bool stranded;              /* each output has strands, so these are all there is of a row's results */
};

enum rung_status results_new(const struct job *job, const rung_session *session, struct results *results,
                             struct rung_error *error);
void results_free(const struct job *job, struct results *results);
/* Looks at rows->first and on; before any of them is written. */
void results_word(struct results *results, const struct written_rows *rows);
/* The output is one of a value, that of show output->first. */
static inline bool output_is_value(const struct prog_output *output) {
  return output->kind == OUTPUT_SHOW || output->kind == OUTPUT_SCORE;
}

/* -- write.c, write_csv.c, write_cells.c, write_jsonl.c, write_quote.c: rows out */

/* Up to 64 rows of a batch, after results_word: those of them that are picked. */
struct written_rows {
  const struct csv_block *block;
  const uint32_t *rows;       /* of the block */
  size_t first;               /* in the batch */
  uint64_t picked;            /* bit i: rows[i] is written */
  char *scratch;              /* room for a whole row */
  size_t ends[64];            /* filled in: where in the output each of them ends */
  uint32_t unhashed_row, unhashed_field; /* filled in: the first cell that has no hash, not being UTF-8; else NONE32 */
};

struct writer {
  void (*header)(const struct job *job, struct buffer *out);
  void (*rows)(const struct job *job, const struct results *results, struct written_rows *rows, struct buffer *out);
};

/* The writer for job->options, after the header was matched.  RUNG_BAD_DATA or RUNG_INVALID when this header and these
   rules can't be written so. */
enum rung_status writer_choose(struct job *job, struct rung_error *error);
extern const struct writer writer_csv, writer_csv_slim, writer_tsv, writer_tsv_slim, writer_jsonl, writer_jsonl_slim;
extern const struct writer writer_cells, writer_cells_slim; /* CSV and TSV with a treatment; slim also lax */

/* What a file begins with, and the end of its header: what all of CSV and TSV share. */
void write_file_begin(const struct job *job, struct buffer *out);
void write_result_names(const struct job *job, char delimiter, struct buffer *out);

/* How many bytes of `text`, from the first, JSON can hold: all of valid UTF-8. */
size_t json_fits(struct rung_text text);

/* Adds valid UTF-8 as a JSON string. */
void write_json(struct buffer *out, struct rung_text text);
/* Adds a present value as text. */
void write_value(struct buffer *out, struct rung_value value);
/* Writes what is no text to `out`, which has room for VALUE_MOST bytes: a flag as 0 or 1, a date as days.  Returns its
   length. */
enum { VALUE_MOST = 24 };
size_t value_print(char *out, enum rung_type type, int64_t value);
/* The text can't stand bare between delimiters. */
bool needs_quotes(const char *bytes, size_t length, char delimiter);
/* Quotes what was added since `start` if it can't stand bare between delimiters. */
void write_quoted(struct buffer *out, size_t start, char delimiter);
/* A cell, as it stands in the dump, that has a quote where none may be. */
bool is_misquoted(struct rung_text raw, char *scratch);
/* Adds bytes as a quoted cell; and the same without the quotes around. */
void write_record(struct buffer *out, const char *bytes, size_t length);
void write_doubled(struct buffer *out, const char *bytes, size_t length);

/* -- rejects.c: refused rows */

/* Why a row was refused. */
struct refusal {
  uint32_t row;               /* in the block */
  uint32_t field;             /* from 1; 0 when it is about the row */
  uint32_t near;              /* then the field where the row can't be read on, from 1; 0 when there is no such */
  uint32_t at;                /* position in the block */
  uint64_t line;              /* of the file, where the row begins */
  uint32_t fields;            /* of the row, when their number is what is wrong; else 0 */
  const char *reason, *advice;
};

/* From 1: of too few fields the first that is wanting, of too many the last that has a name, else the one with the
   byte refusal->at. */
uint32_t rejects_near(const struct job *job, const struct csv_block *block, const struct refusal *refusal);
static inline uint32_t rejects_column(const struct refusal *refusal) {
  return refusal->field ? refusal->field : refusal->near;
}
void rejects_header(struct buffer *out);
void rejects_row(const struct job *job, const struct csv_block *block, const struct refusal *refusal,
                 struct buffer *out);
/* How many rows there are in what rejects_row made. */
uint64_t rejects_count(const struct buffer *rows);
struct rung_text rejects_name(const struct job *job, const struct refusal *refusal);

/* -- folder.c: a set of files that appears as one folder, all of them or none */

/* The file in it that lists the others, each beginning with FOLDER_FILE_BEGIN and its name. */
#define FOLDER_LIST "split.json"
#define FOLDER_LIST_BEGIN "{\"rung\": \"" /* then the version */
#define FOLDER_FILE_BEGIN "{\"file\": \""
enum { FOLDER_NAME_MOST = 255 };    /* bytes of a file's name */
enum { FOLDER_FILE_MODE = 0666 };   /* of a new file, before the umask */

struct folder;
/* RUNG_INVALID when something stands there that no former set was. */
enum rung_status folder_open(const char *path, const struct temp_teller *teller,
                             const struct rung_allocator *allocator, struct folder **folder, struct rung_error *error);
/* Makes the folder for the files, still under another name; its descriptor stays the folder's. */
enum rung_status folder_make(struct folder *folder, int *file, struct rung_error *error);
/* A file is to be made in it: tells its temporary name. */
enum rung_status folder_tell(const struct folder *folder, const char *name, struct rung_error *error);
/* Gives a file in it, made with FOLDER_FILE_MODE, the rights of the one that it will replace. */
enum rung_status folder_protect(const struct folder *folder, int file, const char *name, struct rung_error *error);
/* Its files are on the disk.  The steps are those of an output; the last one frees `folder`, as folder_discard does. */
enum rung_status folder_settle(struct folder *folder, struct rung_error *error);
enum rung_status folder_appear(struct folder *folder, struct rung_error *error);
enum rung_status folder_finish(struct folder *folder, struct rung_error *error);
void folder_discard(struct folder *folder);

/* -- split.c: a file for each campaign, channel and variant */

/* The row at [begin, end) of the output is one of those that have the label. */
struct split_mark {
  size_t begin, end;
  uint32_t label;
};

struct split;
enum rung_status split_open(const struct program_tables *tables, const struct rung_score_options *options,
                            const struct rung_allocator *allocator, struct split **split, struct rung_error *error);
/* Makes the files, each of which begins with `header`. */
enum rung_status split_start(struct split *split, const struct buffer *header, struct rung_error *error);
/* `marks` holds a split_mark after the other. */
enum rung_status split_write(struct split *split, const struct buffer *out, const struct buffer *marks,
                             struct rung_error *error);
/* The steps of an output; the last one frees `split`, as split_discard does. */
enum rung_status split_settle(struct split *split, struct rung_error *error);
enum rung_status split_appear(struct split *split, struct rung_error *error);
enum rung_status split_finish(struct split *split, struct rung_error *error);
void split_discard(struct split *split);

/* -- base.c: customers made of a related table's keys */

/* The dump whose rows are the keys of `join`: a header, then a key a line. */
struct base {
  const struct join *join;
  struct rung_text name;      /* of its column */
  struct rung_dialect dialect; /* its delimiter: what is said of files is not said of it */
  struct buffer text;         /* what was made and not yet given away begins at `given` */
  size_t given;
  struct join_order order;    /* the keys that were made */
  bool started;
};
struct made_input base_input(struct base *base);

/* -- files.c: which file is which table's */

enum rung_status files_check(const struct program_tables *tables, const struct rung_score_options *options,
                             struct rung_error *error);
/* The customers have a dump of their own. */
static inline bool files_customers(const struct rung_score_options *options) {
  return options->input || options->input_text.bytes;
}
/* NULL when there is none. */
const struct rung_table_file *files_of(const struct rung_score_options *options, const struct prog_table *table);

#endif
