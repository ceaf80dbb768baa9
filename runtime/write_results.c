/* write_results.c - put what a row end does not put by copying alone: labels among many, values, quotes. */
#include "write_row.h"

#include "decimal.h"
#include "treat.h"

/* An apostrophe before what was put since `start`, if it is like a formula. */
static char *put_guard(char *start, char *to) {
  size_t length = (size_t)(to - start);
  if (!formula_like((struct rung_text){start, length})) return to;
  memmove(start + 1, start, length);
  *start = '\'';
  return to + 1;
}

/* Quotes around what was put since `start`, if need be; what is double in quotes is so already. */
static char *put_quotes(const struct form *form, char *start, char *to) {
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

static int64_t number_of(const struct vec *vec, uint32_t type, size_t row) {
  if (type == RUNG_FLAG) return bitmap_get(vec->data.bits, row);
  return type == RUNG_DATE ? vec->data.i32[row * vec->stride] : vec->data.i64[row * vec->stride];
}

/* A present value that is no text; of most types what is asked here is known where it is called. */
static inline char *print_value(const struct form *form, const struct form_output *output, uint32_t type,
                                const struct vec *vec, size_t row, char *start) {
  char *to = start;
  if (output->quotes) *to++ = '"';
  if (type == RUNG_INTEGER) to += integer_print(to, vec->data.i64[row * vec->stride]);
  else if (type == RUNG_MONEY) to += decimal_print(to, vec->data.i64[row * vec->stride], 2);
  else to += value_print(to, (enum rung_type)type, number_of(vec, type, row));
  if (output->quotes) *to++ = '"';
  return output->careful ? put_quotes(form, start, to) : to;
}

static char *put_value(const struct form *form, const struct form_output *output, const struct vec *vec, size_t row,
                       char *to, struct buffer *out) {
  if (!bitmap_get(vec->valid, row)) return put_piece(form, output->none, to);
  if (value_is_text(output->type)) return put_text(form, vec->data.text[row * vec->stride], to, out);
  return print_value(form, output, output->type, vec, row, to);
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

/* -- Slots ----------------------------------------------------------------------------------- */

static inline void fill_slots(const struct form *form, const struct form_output *output, uint32_t type,
                              const struct vec *vec, const struct written_rows *rows, struct slots *slots) {
  EACH_PICKED(rows, i) {
    size_t row = rows->first + i;
    char *slot = slots->texts + i * output->slot_room, *to = slot + output->before.length;
    if (bitmap_get(vec->valid, row)) to = print_value(form, output, type, vec, row, to);
    else memcpy(to, form->texts.at + output->none.at, output->none.length), to += output->none.length;
    slots->lengths[i] = (uint8_t)(to - slot);
  }
}

void slots_fill(const struct form *form, const struct form_output *output, const struct vec *vec,
                const struct written_rows *rows, struct slots *slots) {
  switch (output->type) {
    case RUNG_INTEGER: fill_slots(form, output, RUNG_INTEGER, vec, rows, slots); break;
    case RUNG_MONEY: fill_slots(form, output, RUNG_MONEY, vec, rows, slots); break;
    default: fill_slots(form, output, output->type, vec, rows, slots);
  }
}
