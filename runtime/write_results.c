/* write_results.c - put the results of a row behind it, and its end. */
#include "write_form.h"

#include "decimal.h"

/* Quotes around what was put since `start`, if need be; what is double in quotes is so already. */
static char *put_quotes(const struct form *form, char *start, char *to) {
  if (!needs_quotes(start, (size_t)(to - start), form->delimiter)) return to;
  memmove(start + 1, start, (size_t)(to - start));
  *start = to[1] = '"';
  return to + 2;
}

/* A status has one label at most; tags are joined. */
static char *put_labels(const struct form *form, const struct form_output *output, const struct result_cells *cells,
                        size_t i, char *to) {
  char *start = to;
  for (const struct label_group *group = cells->groups; group < cells->end; group++)
    for (uint64_t bits = group->rows[i]; bits; bits &= bits - 1)
      to = put_piece(form, form->labels[group->first + (uint32_t)__builtin_ctzll(bits)], to);
  if (output->none.length && to == start) return put_piece(form, output->none, to);
  to -= to > start;
  return output->careful ? put_quotes(form, start, to) : to;
}

/* A text needs room of its own, and what comes after it the form's once more. */
static char *put_text(const struct form *form, struct rung_text text, char *to, struct buffer *out) {
  out->length = (size_t)(to - out->at);
  size_t start = out->length;
  if (form->delimiter) {
    buffer_text(out, text);
    write_quoted(out, start, form->delimiter);
  } else {
    write_json(out, text);
  }
  return buffer_room(out, form->room);
}

static int64_t number_of(const struct vec *vec, uint32_t type, size_t row) {
  if (type == RUNG_FLAG) return bitmap_get(vec->data.bits, row);
  return type == RUNG_DATE ? vec->data.i32[row * vec->stride] : vec->data.i64[row * vec->stride];
}

static char *put_value(const struct form *form, const struct form_output *output, const struct vec *vec, size_t row,
                       char *to, struct buffer *out) {
  if (!bitmap_get(vec->valid, row)) return put_piece(form, output->none, to);
  char *start = to;
  switch (output->type) {
    case RUNG_TEXT:
    case RUNG_LIST: return put_text(form, vec->data.text[row * vec->stride], to, out);
    case RUNG_INTEGER: to += integer_print(to, vec->data.i64[row * vec->stride]); break;
    default:
      if (output->quotes) *to++ = '"';
      to += value_print(to, (enum rung_type)output->type, number_of(vec, output->type, row));
      if (output->quotes) *to++ = '"';
  }
  return output->careful ? put_quotes(form, start, to) : to;
}

static char *put_line_end(const struct job *job, const struct csv_block *block, const struct csv_row *row, char *to) {
  size_t length = row->next - row->end;
  const char *line_end = length ? block->bytes + row->end : job->header.line_end;
  if (!length) length = job->header.line_end_length;
  *to++ = line_end[0];
  if (length == 2) *to++ = line_end[1];
  return to;
}

void write_row_end(const struct job *job, const struct results *results, struct written_rows *rows, size_t i,
                   char *to, struct buffer *out) {
  const struct form *form = results->form;
  const struct form_output *output = form->outputs, *end = output + form->tables->output_count;
  for (const struct result_cells *cells = results->cells; output < end; output++, cells++) {
    if (form->delimiter) *to++ = form->delimiter;
    else to = put_piece(form, output->before, to);
    to = output->value ? put_value(form, output, cells->value, rows->first + i, to, out)
                       : put_labels(form, output, cells, i, to);
    if (!to) return;
    if (output->after.length) to = put_piece(form, output->after, to);
  }
  to = form->delimiter ? put_line_end(job, rows->block, &rows->block->rows[rows->rows[i]], to)
                       : put_piece(form, form->row_end, to);
  rows->ends[i] = out->length = (size_t)(to - out->at);
}
