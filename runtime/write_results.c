/* write_results.c - put what a row end does not put by copying alone: labels among many, values, quotes. */
#include "write_row.h"

#include "treat.h"

/* An apostrophe before what was put since `start`, if it is like a formula. */
static char *put_guard(char *start, char *to) {
  size_t length = (size_t)(to - start);
  if (!formula_like((struct rung_text){start, length})) return to;
  memmove(start + 1, start, length);
  *start = '\'';
  return to + 1;
}

char *put_quotes(const struct form *form, char *start, char *to) {
  if (!needs_quotes(start, (size_t)(to - start), form->delimiter)) return to;
  memmove(start + 1, start, (size_t)(to - start));
  *start = to[1] = '"';
  return to + 2;
}

/* Of many labels a row has few. */
static char *put_groups(const struct form *form, const struct result_cells *cells, size_t i, char *to) {
  for (const struct label_group *group = cells->groups; group < cells->end; group++)
    for (uint64_t bits = group->rows[i]; bits; bits &= bits - 1)
      to = put_piece(form, form->labels[group->first + (uint32_t)__builtin_ctzll(bits)], to);
  return to;
}

/* A status has one label at most; tags are joined. */
static char *put_labels(const struct form *form, const struct form_output *output, const struct result_cells *cells,
                        size_t i, char *start) {
  char *to = put_groups(form, cells, i, start);
  if (output->none.length && to == start) return put_piece(form, output->none, to);
  to -= to > start;
  if (output->guarded) to = put_guard(start, to);
  return output->careful ? put_quotes(form, start, to) : to;
}

/* A text needs room of its own, and what comes after it the form's once more. */
static char *put_text(const struct form *form, struct rung_text text, char *to, struct buffer *out) {
  out->length = (size_t)(to - out->at);
  if (form->delimiter) write_guarded(out, text, form->delimiter, form->guards);
  else write_json(out, text);
  return buffer_room(out, form->room);
}

static char *put_value(const struct form *form, const struct form_output *output, const struct vec *vec, size_t row,
                       char *to, struct buffer *out) {
  if (!bitmap_get(vec->valid, row)) return put_piece(form, output->none, to);
  if (value_is_text(output->type)) return put_text(form, vec->data.text[row * vec->stride], to, out);
  return put_number(form, output, vec, row, to);
}

char *put_outputs(const struct results *results, size_t i, size_t row, char *to, struct buffer *out) {
  const struct form *form = results->form;
  const struct result_cells *cells = results->cells;
  for (size_t o = 0; o < results->tables->output_count && to; o++, cells++) {
    const struct form_output *output = &form->outputs[o];
    if (cells->strands < cells->strands_end) {
      to = put_strands(cells->strands, cells->strands_end, i, to);
      continue;
    }
    to = put_piece(form, output->before, to);
    to = output->value ? put_value(form, output, cells->value, row, to, out) : put_labels(form, output, cells, i, to);
    if (to && output->after.length) to = put_piece(form, output->after, to);
  }
  return to;
}
