/* write_row.h - the end of a row: the results, and how the line ends.  Inside the loops over rows, where most of it
   comes down to copies that are the same in every row. */
#ifndef RUNG_WRITE_ROW_H
#define RUNG_WRITE_ROW_H

#include "write_form.h"

/* Else it would be compiled for no instruction set that its callers are compiled for. */
#define ROW_INLINE static inline __attribute__((always_inline))

/* -- write_results.c: the results of row i where some of them are not made ahead of time.  Returns where they end, or
   NULL when memory is out. */
char *put_outputs(const struct results *results, size_t i, size_t row, char *to, struct buffer *out);

/* How a row's line ends: at most two bytes. */
struct line_end {
  char bytes[2];
  uint8_t length;
};

ROW_INLINE struct line_end line_end_of(const struct job *job, const struct csv_block *block,
                                       const struct csv_row *row) {
  size_t length = row->next - row->end;
  const char *bytes = length ? block->bytes + row->end : job->header.line_end;
  if (!length) length = job->header.line_end_length;
  return (struct line_end){{bytes[0], bytes[length - 1]}, (uint8_t)length};
}

/* The rest of row i was put up to `to`, where the form's room is; then `out` counts all of it.  When memory is out, it
   does not. */
ROW_INLINE void put_row_end(const struct results *results, struct written_rows *rows, size_t i, struct line_end line_end,
                            char *to, struct buffer *out) {
  const struct form *form = results->form;
  if (results->stranded) to = put_strands(results->strands, results->strands + results->strand_count, i, to);
  else if (!(to = put_outputs(results, i, rows->first + i, to, out))) return;
  if (form->delimiter) memcpy(to, line_end.bytes, 2), to += line_end.length;
  else to = put_piece(form, form->row_end, to);
  rows->ends[i] = out->length = (size_t)(to - out->at);
}

#endif
