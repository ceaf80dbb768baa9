/* score.h - the parts of scoring a whole file.

   A block of rows goes through worker_score, which is a function of the block, the job and its own session alone,
   and leaves bytes to write; so several workers can take blocks side by side, their bytes being written in order. */
#ifndef RUNG_SCORE_H
#define RUNG_SCORE_H

#include "buffer.h"
#include "cast.h"
#include "csv.h"
#include "limits.h"
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

enum rung_status header_read(struct job *job, struct csv_reader *reader, struct rung_error *error);
/* Fills job->fields, job->sharing and job->key. */
enum rung_status header_match(struct job *job, struct rung_error *error);
void header_free(struct header *header);

/* -- explain.c: what is wrong with it, each as RUNG_BAD_DATA */

enum rung_status explain_broken(const struct job *job, const struct csv_block *block, const struct csv_row *row,
                                struct rung_error *error);
enum rung_status explain_missing(const struct job *job, const struct rung_text *missing, size_t count,
                                 struct rung_error *error);
enum rung_status explain_doubled(const struct job *job, struct rung_text name, struct rung_error *error);

/* -- score.c: what stays the same while rows are read */

struct job {
  const struct program_tables *tables;
  const struct rung_allocator *allocator;
  const struct rung_score_options *options;
  const char *file;           /* name of the input, for messages */
  char delimiter;
  bool bom;                   /* the input began with one */
  struct header header;
  struct caster **casters;    /* of each column of the program */
  uint32_t *fields;           /* of the dump, for each column of the program */
  uint32_t sharing;           /* most columns of the program that read one field */
  uint32_t key;               /* field, or NONE32 */
  const struct writer *writer;
};

/* -- summary.c: counts */

struct counts {
  uint64_t read, scored, rejected, written;
  uint64_t *labels, *rules, *unknowns;
};

enum rung_status counts_new(const struct program_tables *tables, const struct rung_allocator *allocator,
                            struct counts *counts, struct rung_error *error);
void counts_free(const struct program_tables *tables, const struct rung_allocator *allocator, struct counts *counts);
/* Adds what the program said of the `rows` rows of the session's last run. */
void counts_batch(struct counts *counts, const struct program_tables *tables, const rung_session *session, size_t rows);

/* A summary without counts yet; the params are those of `session`. */
enum rung_status summary_new(const rung_program *program, const rung_session *session, int32_t today,
                             rung_summary **summary, struct rung_error *error);
void summary_add(rung_summary *summary, const struct counts *counts, const rung_session *session);
struct rung_totals *summary_totals(rung_summary *summary);

/* -- results.c: what the program said of a batch, read row by row */

/* A label that some row among 64 has. */
struct active {
  uint64_t bits;
  uint32_t label;
};

struct results {
  const struct program_tables *tables;
  const rung_session *session;
  struct active *active;      /* by output, in the labels' order */
  uint32_t *ends;             /* of each output's part of `active` */
};

enum rung_status results_new(const struct job *job, const rung_session *session, struct results *results,
                             struct rung_error *error);
void results_free(const struct job *job, struct results *results);
/* Looks at rows 64 * word and on; before any of them is written. */
void results_word(struct results *results, size_t word);
/* The active labels of an output. */
const struct active *results_labels(const struct results *results, size_t output, size_t *count);
/* The value of a show in a row; money stays money. */
struct rung_value results_show(const struct results *results, size_t show, size_t row);

/* -- write.c, write_csv.c, write_jsonl.c: rows out */

struct written_row {
  const struct csv_block *block;
  const struct csv_row *row;
  size_t index;               /* in the batch */
  char *scratch;              /* room for the whole row */
};

struct writer {
  void (*header)(const struct job *job, struct buffer *out);
  void (*row)(const struct job *job, const struct results *results, const struct written_row *row, struct buffer *out);
};

/* The writer for job->options, after the header was matched.  RUNG_BAD_DATA or RUNG_INVALID when this header and these
   rules can't be written so. */
enum rung_status writer_choose(struct job *job, struct rung_error *error);
extern const struct writer writer_csv, writer_csv_slim, writer_tsv, writer_tsv_slim, writer_jsonl, writer_jsonl_slim;

/* How many bytes of `text`, from the first, JSON can hold: all of valid UTF-8. */
size_t json_fits(struct rung_text text);

/* Adds a present value as text. */
void write_value(struct buffer *out, struct rung_value value);
/* Quotes what was added since `start` if it can't stand bare between delimiters. */
void write_quoted(struct buffer *out, size_t start, char delimiter);
/* Adds bytes as a quoted cell. */
void write_record(struct buffer *out, const char *bytes, size_t length);

/* -- rejects.c: refused rows */

/* Why a row was refused. */
struct refusal {
  uint32_t row;               /* in the block */
  uint32_t field;             /* from 1; 0 when it is about the row */
  uint32_t at;                /* position in the block */
  uint64_t line;              /* of the file, where the row begins */
  uint32_t fields;            /* of the row, when their number is what is wrong; else 0 */
  const char *reason, *advice;
};

void rejects_header(struct buffer *out);
void rejects_row(const struct job *job, const struct csv_block *block, const struct refusal *refusal,
                 struct buffer *out);
struct rung_text rejects_name(const struct job *job, const struct refusal *refusal);

/* -- worker.c: rows of a block to bytes */

struct worker {
  const struct job *job;
  rung_session *session;      /* the worker's own */
  struct results results;
  struct counts counts;       /* of all it has scored */
  struct buffer out, rejects; /* of the last call */
  struct refusal reported[LIMIT_REPORTED_CELLS];
  size_t reported_count;      /* first refusals of the last call */
  uint32_t line_at;           /* position in the block whose line was counted last */
  uint64_t line;
  uint32_t *rows;             /* of the block, those in the batch */
  struct refusal *refusals;   /* of each row of the block that the batch looked at; reason NULL when fine */
  char *scratch;              /* of unquoted cells */
  size_t scratch_room;
};

enum rung_status worker_new(const struct job *job, rung_session *session, struct worker **worker,
                            struct rung_error *error);
void worker_free(struct worker *worker);
/* Scores rows from *row on, moving it to where it stopped: at the end, or where `out` has become large. */
enum rung_status worker_score(struct worker *worker, const struct csv_block *block, size_t *row,
                              struct rung_error *error);

/* -- path.c */

/* Both paths name the same file, which need not exist yet.  NULL and "-" are no file. */
bool path_same(const char *a, const char *b);

#endif
