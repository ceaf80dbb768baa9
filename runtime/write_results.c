/* write_results.c - put what a row end does not put by copying alone: labels among many, values, quotes. */
#include "write_row.h"

#include "decimal.h"
#include "treat.h"

char *put_guard(char *start, char *to) {
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
char *put_groups(const struct form *form, const struct result_cells *cells, size_t i, char *to) {
  for (const struct label_group *group = cells->groups; group < cells->end; group++)
    for (uint64_t bits = group->rows[i]; bits; bits &= bits - 1)
      to = put_piece(form, form->labels[group->first + (uint32_t)__builtin_ctzll(bits)], to);
  return to;
}

/* A text needs room of its own, and what comes after it the form's once more. */
static char *put_text(const struct form *form, struct rung_text text, char *to, struct buffer *out) {
  out->length = (size_t)(to - out->at);
  if (form->delimiter) write_guarded(out, text, form->delimiter, form->guards);
  else write_json(out, text);
  return buffer_room(out, form->room);
}

static int64_t number_of(const struct vec *vec, uint32_t type, size_t row) {
  if (type == RUNG_FLAG) return bitmap_get(vec->data.bits, row);
  return type == RUNG_DATE ? vec->data.i32[row * vec->stride] : vec->data.i64[row * vec->stride];
}

char *put_value(const struct form *form, const struct form_output *output, const struct vec *vec, size_t row, char *to,
                struct buffer *out) {
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
