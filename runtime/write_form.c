/* write_form.c - make the texts that are the same in every row: names, labels, what stands around them. */
#include "write_form.h"

#include "limits.h"
#include "treat.h"

/* What was added to the texts since `at`. */
static struct piece piece_since(const struct form *form, size_t at) {
  return (struct piece){at, form->texts.length - at};
}

static struct piece add_piece(struct form *form, const char *bytes) {
  size_t at = form->texts.length;
  buffer_string(&form->texts, bytes);
  return piece_since(form, at);
}

/* -- Comma, tab and the like --------------------------------------------------------------- */

/* Quotes are doubled here, but stand around the whole cell, which may have other labels too. */
static struct piece add_label(struct form *form, struct rung_text name) {
  size_t at = form->texts.length;
  if (at <= LIMIT_PROGRAM) write_doubled(&form->texts, name.bytes, name.length);
  buffer_byte(&form->texts, '|');
  return piece_since(form, at);
}

static void make_cell(struct form *form, size_t o) {
  const struct prog_output *output = &form->tables->outputs[o];
  struct form_output *cell = &form->outputs[o];
  size_t at = form->texts.length;
  buffer_byte(&form->texts, form->delimiter);
  cell->before = piece_since(form, at);
  if (cell->value) {
    cell->careful = memchr("0123456789-.: truefalse", form->delimiter, 23) != NULL;
    return;
  }
  cell->careful = form->delimiter == '|' && output->count > 1;
  for (uint32_t i = output->first; i < output->first + output->count; i++) {
    struct rung_text name = form->tables->labels[i].name;
    form->labels[i] = add_label(form, name);
    cell->careful |= needs_quotes(name.bytes, name.length, form->delimiter);
    cell->guarded |= form->guards && formula_like(name);
  }
  cell->careful |= cell->guarded && form->delimiter == '\'';
}

/* -- JSON ---------------------------------------------------------------------------------------- */

static struct piece add_name(struct form *form, struct rung_text name, bool first, const char *opening) {
  size_t at = form->texts.length;
  buffer_byte(&form->texts, first ? '{' : ',');
  write_json(&form->texts, name);
  buffer_byte(&form->texts, ':');
  buffer_string(&form->texts, opening);
  return piece_since(form, at);
}

static struct piece add_json_label(struct form *form, struct rung_text name) {
  size_t at = form->texts.length;
  if (at <= LIMIT_PROGRAM) write_json(&form->texts, name);
  buffer_byte(&form->texts, ',');
  return piece_since(form, at);
}

static void make_member(struct form *form, size_t o) {
  const struct prog_output *output = &form->tables->outputs[o];
  struct form_output *cell = &form->outputs[o];
  bool array = !cell->value && output->kind != OUTPUT_STATUS;
  cell->before = add_name(form, output->name, false, array ? "[" : "");
  cell->none = add_piece(form, array ? "" : "null");
  cell->after = add_piece(form, array ? "]" : "");
  cell->quotes = cell->value && (cell->type == RUNG_DATE || cell->type == RUNG_DATETIME);
  for (uint32_t i = output->first; !cell->value && i < output->first + output->count; i++)
    form->labels[i] = add_json_label(form, form->tables->labels[i].name);
}

static void make_fields(struct form *form, const struct job *job) {
  uint32_t first = job->treatment ? job->treatment->spans[0].first : 0;
  form->row_end = add_piece(form, "}\n");
  for (uint32_t i = 0; i < form->field_count; i++)
    form->fields[i] = add_name(form, job->header.names[i], i == first || job->options->slim, "");
}

/* -- All of it ----------------------------------------------------------------------------------------- */

/* Behind a value nothing is put. */
static size_t slot_room(const struct form_output *cell) {
  size_t room = cell->before.length + 3 + VALUE_MOST;
  if (!cell->value || value_is_text(cell->type) || room > TEXT_ROOM) return 0;
  return room <= PIECE_COPIED ? PIECE_COPIED : TEXT_ROOM;
}

static size_t cell_room(const struct form *form, size_t o) {
  const struct prog_output *output = &form->tables->outputs[o];
  const struct form_output *cell = &form->outputs[o];
  size_t room = cell->before.length + cell->none.length + cell->after.length + 3 + VALUE_MOST;
  for (uint32_t i = output->first; !cell->value && i < output->first + output->count; i++)
    room += form->labels[i].length;
  return room;
}

static enum rung_status make_texts(struct form *form, const struct job *job, struct rung_error *error) {
  form->room = 2 + TEXT_ROOM;
  for (size_t o = 0; o < form->tables->output_count; o++) {
    const struct prog_output *output = &form->tables->outputs[o];
    struct form_output *cell = &form->outputs[o];
    cell->value = output_is_value(output);
    if (cell->value) cell->type = form->tables->shows[output->first].type;
    if (form->fields) make_member(form, o);
    else make_cell(form, o);
    form->room += cell_room(form, o);
    cell->slot_room = slot_room(cell);
    if (!form->texts.failed && !form_bunch(form, o)) return fail_memory(error);
  }
  if (form->fields) make_fields(form, job);
  char *behind = buffer_room(&form->texts, PIECE_COPIED);
  if (behind) memset(behind, 0, PIECE_COPIED);
  /* Only of a program that was not compiled: its names are views of the same bytes. */
  if (form->texts.length > LIMIT_PROGRAM)
    return fail(error, RUNG_INVALID, "the labels of the program are too long to be written");
  return form->texts.failed ? fail_memory(error) : RUNG_OK;
}

enum rung_status form_new(const struct job *job, struct form **result, struct rung_error *error) {
  const struct program_tables *tables = job->tables;
  bool objects = job->options->format == RUNG_JSONL;
  struct form *form = alloc_array(job->allocator, 1, sizeof *form);
  if (!form) return fail_memory(error);
  form->allocator = form->texts.allocator = job->allocator;
  form->tables = tables;
  form->field_count = job->header.count;
  form->guards = treat_guards(job);
  form->delimiter = objects ? 0 : job->options->format == RUNG_TSV ? '\t' : job->delimiter;
  form->outputs = alloc_array(job->allocator, tables->output_count, sizeof *form->outputs);
  form->labels = alloc_array(job->allocator, tables->label_count, sizeof *form->labels);
  if (objects) form->fields = alloc_array(job->allocator, form->field_count, sizeof *form->fields);
  enum rung_status status = form->outputs && form->labels && (form->fields || !objects) ? RUNG_OK : fail_memory(error);
  if (!status) status = make_texts(form, job, error);
  if (status) form_free(form);
  else *result = form;
  return status;
}

void form_free(struct form *form) {
  if (!form) return;
  const struct rung_allocator *allocator = form->allocator;
  buffer_free(&form->texts);
  for (size_t o = 0; form->outputs && o < form->tables->output_count; o++)
    alloc_free(allocator, form->outputs[o].bunches, form->outputs[o].bunch_count, sizeof (struct bunch));
  alloc_free(allocator, form->outputs, form->tables->output_count, sizeof *form->outputs);
  alloc_free(allocator, form->labels, form->tables->label_count, sizeof *form->labels);
  alloc_free(allocator, form->fields, form->field_count, sizeof *form->fields);
  alloc_free(allocator, form, 1, sizeof *form);
}
