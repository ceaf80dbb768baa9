/* write_row.h - the end of a row: the results, and how the line ends.  Inside the loops over rows, where most of it
   comes down to copies that are the same in every row. */
#ifndef RUNG_WRITE_ROW_H
#define RUNG_WRITE_ROW_H

#include "write_form.h"

/* -- write_results.c: what takes a call.  Each returns where it ends, or NULL when memory is out. */
char *put_groups(const struct form *form, const struct result_cells *cells, size_t i, char *to);
char *put_value(const struct form *form, const struct form_output *output, const struct vec *vec, size_t row, char *to,
                struct buffer *out);
/* An apostrophe before what was put since `start`, if it is like a formula. */
char *put_guard(char *start, char *to);
/* Quotes around what was put since `start`, if need be; what is double in quotes is so already. */
char *put_quotes(const struct form *form, char *start, char *to);

static inline char *put_bunches(const struct form_output *output, const struct result_cells *cells, size_t i,
                                char *to) {
  for (size_t b = 0; b < output->bunch_count; b++) {
    const char *text = output->bunches[b].texts[cells->which[b][i]];
    memcpy(to, text, BUNCH_ROOM);
    to += (unsigned char)text[BUNCH_ROOM - 1];
  }
  return to;
}

/* A status has one label at most; tags are joined. */
static inline char *put_labels(const struct form *form, const struct form_output *output,
                               const struct result_cells *cells, size_t i, char *to) {
  char *start = to;
  to = output->bunch_count ? put_bunches(output, cells, i, to) : put_groups(form, cells, i, to);
  if (output->none.length && to == start) return put_piece(form, output->none, to);
  to -= to > start;
  if (output->guarded) to = put_guard(start, to);
  return output->careful ? put_quotes(form, start, to) : to;
}

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
  const struct form_output *output = form->outputs, *end = output + results->tables->output_count;
  for (const struct result_cells *cells = results->cells; output < end; output++, cells++) {
    if (output->whole) {
      to = put_bunches(output, cells, i, to);
      continue;
    }
    to = put_piece(form, output->before, to);
    to = output->value ? put_value(form, output, cells->value, rows->first + i, to, out)
                       : put_labels(form, output, cells, i, to);
    if (!to) return;
    if (output->after.length) to = put_piece(form, output->after, to);
  }
  to = form->delimiter ? put_line_end(job, rows->block, &rows->block->rows[rows->rows[i]], to)
                       : put_piece(form, form->row_end, to);
  rows->ends[i] = out->length = (size_t)(to - out->at);
}

#endif
