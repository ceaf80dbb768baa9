/* narrow.h - what later passes over the customers need of the rows, kept in the first.

   A dump in memory: the rows that were not refused, each with the line end it had, and of their cells the key and those
   that some column reads, as they stand.  Later passes read it in the place of the file, which takes a fraction of the
   time: through the same reader, by as many threads, so that they decode the same cells and write the same bytes.  Only
   whole rows can't be written from it.  What does not fit into its memory is read from the file again. */
#ifndef RUNG_NARROW_H
#define RUNG_NARROW_H

#include "score.h"

struct narrow {
  const struct job *job;
  uint32_t width;             /* fields of the dump */
  struct buffer text;
  size_t most;                /* bytes of it */
  bool whole;                 /* all rows so far are in it; told from any thread */
  uint32_t *fields, count;    /* of the dump, those that are kept */
  uint32_t *sources, key;     /* where they are in it: job->fields and job->key, for which they are exchanged */
  struct given_text given;    /* as which the text is read */
  struct input *input;        /* while it is being read, the dump's */
  bool read;                  /* it is */
};

/* So many later passes are faster by more than the first one is slower. */
bool narrow_pays(const struct job *job, size_t passes);
/* Also when it fails, *narrow is to be freed. */
enum rung_status narrow_new(const struct job *job, size_t most, struct narrow **narrow, struct rung_error *error);
void narrow_free(struct narrow *narrow);
/* Adds what is kept of a batch of at least one row to `out`.  False when memory is out. */
bool narrow_rows(const struct narrow *narrow, const struct batch *batch, const struct csv_block *block,
                 struct buffer *out);
/* Keeps them; in the order of rows.  `position` bytes of the `size` of the file were read, which may be 0. */
void narrow_add(struct narrow *narrow, const struct buffer *rows, uint64_t position, uint64_t size);

#endif
