/* write_results.c - put the results of a row behind it. */
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
static char *put_labels(const struct results *results, size_t output, size_t row, char *to) {
  const struct form *form = results->form;
  const struct form_output *cell = &form->outputs[output];
  const struct label_group *end, *group = results_groups(results, output, &end);
  char *start = to;
  for (; group < end; group++)
    for (uint64_t bits = group->rows[row % 64]; bits; bits &= bits - 1)
      to = put_piece(form, form->labels[group->first + (uint32_t)__builtin_ctzll(bits)], to);
  if (to == start) return cell->none.length ? put_piece(form, cell->none, to) : to;
  to--;
  return cell->careful ? put_quotes(form, start, to) : to;
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

static char *put_value(const struct results *results, size_t output, size_t row, char *to, struct buffer *out) {
  const struct form *form = results->form;
  const struct form_output *cell = &form->outputs[output];
  const struct vec *vec = results->values[output];
  if (!bitmap_get(vec->valid, row)) return cell->none.length ? put_piece(form, cell->none, to) : to;
  if (cell->type == RUNG_INTEGER) {
    char *start = to;
    to += integer_print(to, vec->data.i64[row * vec->stride]);
    return cell->careful ? put_quotes(form, start, to) : to;
  }
  if (cell->type == RUNG_TEXT || cell->type == RUNG_LIST)
    return put_text(form, vec->data.text[row * vec->stride], to, out);
  char *start = to;
  if (cell->quotes) *to++ = '"';
  to += value_print(to, (enum rung_type)cell->type, number_of(vec, cell->type, row));
  if (cell->quotes) *to++ = '"';
  return cell->careful ? put_quotes(form, start, to) : to;
}

char *put_results(const struct results *results, size_t row, char *to, struct buffer *out) {
  const struct form *form = results->form;
  for (size_t o = 0; o < results->tables->output_count && to; o++) {
    const struct form_output *cell = &form->outputs[o];
    to = put_piece(form, cell->before, to);
    to = cell->value ? put_value(results, o, row, to, out) : put_labels(results, o, row, to);
    if (cell->after.length && to) to = put_piece(form, cell->after, to);
  }
  return to;
}
