/* worker.h - blocks of a file, and the threads' workers that take their rows. */
#ifndef RUNG_WORKER_H
#define RUNG_WORKER_H

#include "score.h"

struct crew;

/* -- lot.c: a block on its way from the reader to its turn, and what came of its rows */

struct lot {
  const struct job *job;
  struct csv_space *space;
  struct csv_block block;
  struct reading reading;     /* to the end of the block */
  size_t row;                 /* of the block, the next to be taken */
  uint64_t number;            /* of the block, from 0 */
  bool done;                  /* nobody is at it */
  enum rung_status status;    /* why there are no more rows */
  struct rung_error error;
  /* What came of the rows since the last lot_settle. */
  struct counts counts;
  struct guards *guards;      /* NULL when the program has none */
  uint64_t *faults;           /* by instruction of the stage */
  struct tally *tallies;      /* by tally of the program */
  struct buffer out, rejects; /* out: rows to write or, in a pass that collects, to keep */
  struct buffer marks;        /* of `out`; only when the worker splits */
  struct buffer notes;        /* of keys, for repeats_find */
  struct refusal reported[LIMIT_REPORTED_CELLS]; /* the first refusals */
  size_t reported_count;
};

enum rung_status lot_new(const struct job *job, struct lot **lot, struct rung_error *error);
void lot_free(struct lot *lot);
/* Fills it with the next block, or with what went wrong: its bytes, then, when those of all before have theirs, its
   rows. */
void lot_read(struct lot *lot, const struct scan *scan);
void lot_index(struct lot *lot, const struct scan *scan);
/* Adds what was counted to the sums, of which `guards` may be NULL, and forgets it.  False when memory is out. */
bool lot_settle(struct lot *lot, struct counts *counts, struct guards *guards, rung_session *session);

/* -- worker.c: rows of a block to the stage's sink */

struct worker {
  const struct job *job;
  size_t number;              /* among the threads, from 0 */
  rung_session *session;      /* of the stage whose registers hold the cells */
  struct batch batch;
  struct repeats *repeats;    /* not the worker's own: refuses repeated keys; or NULL */
  bool notes_keys;            /* of the rows that are fine */
  bool splits;
  bool again;                 /* refused rows were told in an earlier pass */
  const struct narrow *narrow; /* what is kept goes to the lot's `out`; or NULL */
  bool owner;                 /* of its sessions */
  struct lot *lot;            /* whose rows it takes */
  uint32_t line_at;           /* position in the block whose line was counted last */
  uint64_t line;
  /* What the decoded batch is for. */
  enum rung_status (*sink)(struct worker *worker, const struct csv_block *block, struct rung_error *error);
  struct join_batch *gathering; /* sink_aggregate */
  struct crew *crew;
  const struct gathered *gathered; /* sink_collect, sink_rows */
  struct spread spread;
  rung_session *collecting;   /* sink_collect: its columns are those of `session` */
  struct results results;     /* sink_rows */
};

enum rung_status worker_new(const struct job *job, rung_session *session, struct worker **worker,
                            struct rung_error *error);
void worker_free(struct worker *worker);
/* Takes rows of the lot's block, from where it stopped last, to the end or until `out` has become large. */
void worker_take(struct worker *worker, struct lot *lot);

/* sinks.c: what each kind of stage does with a batch, and what it needs for that */
enum rung_status sink_aggregate(struct worker *worker, const struct csv_block *block, struct rung_error *error);
enum rung_status sink_collect(struct worker *worker, const struct csv_block *block, struct rung_error *error);
enum rung_status sink_rows(struct worker *worker, const struct csv_block *block, struct rung_error *error);
/* Makes room for the joins' slots, and the results of sink_rows. */
enum rung_status sinks_ready(struct worker *worker, const struct gathered *gathered, struct rung_error *error);
/* Lets the columns of `session` be those of the worker's session. */
enum rung_status sinks_share(struct worker *worker, rung_session *session, struct rung_error *error);
void sinks_free(struct worker *worker);

#endif
