/* write_row.h - the end of a row: the results, and how the line ends.  Inside the loops over rows, where most of it
   comes down to copies that are the same in every row. */
#ifndef RUNG_WRITE_ROW_H
#define RUNG_WRITE_ROW_H

#include "write_form.h"

/* -- write_results.c: the results of row i where some of them are not made ahead of time.  Returns where they end, or
   NULL when memory is out. */
char *put_outputs(const struct results *results, size_t i, size_t row, char *to, struct buffer *out);

static inline char *put_line_end(const struct job *job, const struct csv_block *block, const struct csv_row *row,
                                 char *to) {
  size_t length = row->next - row->end;
  const char *line_end = length ? block->bytes + row->end : job->header.line_end;
  if (!length) length = job->header.line_end_length;
  to[0] = line_end[0];
  to[1] = line_end[length - 1];
  return to + length;
}

/* The rest of row i was put up to `to`, where the form's room is; then `out` counts all of it.  When memory is out, it
   does not. */
static inline void put_row_end(const struct job *job, const struct results *results, struct written_rows *rows,
                               size_t i, char *to, struct buffer *out) {
  const struct form *form = results->form;
  if (results->stranded) to = put_strands(results->strands, results->strands + results->strand_count, i, to);
  else if (!(to = put_outputs(results, i, rows->first + i, to, out))) return;
  to = form->delimiter ? put_line_end(job, rows->block, &rows->block->rows[rows->rows[i]], to)
                       : put_piece(form, form->row_end, to);
  rows->ends[i] = out->length = (size_t)(to - out->at);
}

#endif
