/* run.h - what one run of rung_score holds, for the files that open it, take its rows and judge it. */
#ifndef RUNG_RUN_H
#define RUNG_RUN_H

#include "crew.h"
#include "quota.h"

/* What the first pass over the customers counted of all rows, of which later ones may not see those refused. */
struct seen {
  uint64_t read, scored, rejected, foreign;
  struct file_place foreign_at;
};

struct run {
  const rung_program *program;
  const struct program_tables *tables;
  const struct rung_allocator *allocator;
  const struct rung_score_options *options;
  const struct rung_setting *settings;
  size_t setting_count;
  uint32_t last;              /* the stage that writes rows */
  struct scan *scans;         /* by stage: of related tables, and of the customers at `last` */
  rung_session **collecting;  /* by stage */
  struct gathered gathered;
  struct repeats *repeats;
  bool again;                 /* the customers were read before */
  struct base base;
  struct rung_table_file customers;
  struct worker *worker;      /* of the customers, on the calling thread */
  struct crew *crew;          /* of the customers */
  struct counts counts;       /* of the customers' pass */
  struct seen seen;
  struct output *output, *rejects;
  struct split *split;
  rung_summary *summary;
  uint64_t reported;          /* refused rows told through the callback */
  uint64_t put_aside;         /* rows in `rejects`, counted where they stand */
  const char *spoilt;         /* the first file of which a row was refused without a place to put it */
  const char *bad;            /* the first file of which more rows were refused than may be, or NULL */
  uint64_t read, refused;     /* rows of it */
};

/* -- run_open.c: files, sessions and what is gathered, before a row is read -- */

enum rung_status run_start(struct run *run, struct rung_error *error);
void run_close(struct run *run);
enum rung_status run_open_session(const struct run *run, uint32_t stage, rung_session **session,
                                  struct rung_error *error);
enum rung_status run_open_related(struct run *run, struct rung_error *error);
enum rung_status run_open_measures(struct run *run, struct rung_error *error);
/* A base that is made of a related table's keys can be opened only when they are known. */
enum rung_status run_open_customers(struct run *run, struct rung_error *error);
enum rung_status run_open_rejects(struct run *run, struct rung_error *error);
enum rung_status run_open_output(struct run *run, struct rung_error *error);

/* The rows are written without most of their cells, if at all.  JSON asks for names by the fields of the whole dump,
   and so does what is said of a cell that cannot be hashed. */
static inline bool run_writes_narrow(const struct run *run) {
  const struct rung_score_options *options = run->options;
  if (options->hash_count > 0) return false;
  return options->dry_run || (options->slim && options->format != RUNG_JSONL);
}

/* Rows that are refused don't end the run. */
static inline bool run_leaves_out(const struct run *run) { return run->options->rejects || run->options->lax; }

/* So many rows were refused that no more are looked at. */
static inline bool run_is_stopped(const struct run *run) {
  return run->spoilt && run->reported == LIMIT_REPORTED_CELLS;
}

/* -- run_conserve.c: that no row was lost, else an internal error -- */

/* After a pass: all rows that the file's reader gave are counted, and those of a related table came to their keys. */
enum rung_status run_check_pass(const struct run *run, uint32_t stage, const struct counts *counts,
                                struct rung_error *error);
/* After the last one: rows, refused rows and places in campaigns add up. */
enum rung_status run_check_conserved(const struct run *run, const struct rung_totals *totals,
                                     struct rung_error *error);

/* -- run_judge.c: after the last row -- */

/* Each file is judged by itself, so that a large one does not hide what is wrong with a small one. */
void run_count_refused(struct run *run, const char *file, const struct counts *counts);
/* `whole`: a run that stopped short has joins that are not to be asked. */
void run_finish_summary(struct run *run, bool whole);
/* Once all rows have been counted. */
enum rung_status run_judge_guards(struct run *run, struct rung_error *error);
/* Decides whether the output may appear, and lets it. */
enum rung_status run_finish(struct run *run, struct rung_error *error);

#endif
