/* write_bunch.c - join labels ahead of time: the text of each choice among some neighbouring ones.

   Which labels a row has is hard to foresee.  So its cell is put together without asking: of each bunch the text of
   what is true there, of the same room whatever its length. */
#include "write_form.h"

/* More would be copied than most rows have labels for. */
enum { BUNCHES_MOST = 8, TAGS_MOST = 4 };

static void add_text(struct bunch *bunch, size_t which, const char *bytes, size_t length) {
  memcpy(bunch->texts + which * bunch->room + bunch->lengths[which], bytes, length);
  bunch->lengths[which] = (uint8_t)(bunch->lengths[which] + length);
}

static void add_piece(const struct form *form, struct bunch *bunch, size_t which, struct piece piece) {
  add_text(bunch, which, form->texts.at + piece.at, piece.length);
}

static size_t room_for(size_t length) { return length <= PIECE_COPIED ? PIECE_COPIED : TEXT_ROOM; }

/* Any of the labels, in their order; behind others all of them have a separator before. */
static void add_tags(const struct form *form, struct bunch *bunch, size_t which) {
  bool some = which & BUNCH_BEHIND;
  for (uint32_t k = 0; k < bunch->count; k++) {
    struct piece label = form->labels[bunch->first + k];
    if (!(which & bunch->shares[k])) continue;
    if (some) add_text(bunch, which, form->texts.at + label.at + label.length - 1, 1);
    label.length--;
    add_piece(form, bunch, which, label);
    some = true;
  }
}

/* How many of the labels from `first` to `end` a bunch has room for, what is around them aside.  *length: of all. */
static uint32_t bunch_fits(const struct form *form, uint32_t first, uint32_t end, size_t around, size_t *length) {
  uint32_t count = 0;
  for (*length = around; count < TAGS_MOST && first + count < end; count++) {
    size_t more = form->labels[first + count].length;
    if (*length + more > TEXT_ROOM) break;
    *length += more;
  }
  return count;
}

static size_t around_tags(const struct form_output *cell) { return cell->before.length + cell->after.length; }

/* How many bunches hold all the tags; 0: none do, or too many. */
static size_t count_bunches(const struct form *form, const struct prog_output *output, const struct form_output *cell) {
  uint32_t first = output->first, end = first + output->count;
  size_t count = 0, length;
  for (uint32_t fits; first < end; first += fits, count++) {
    fits = bunch_fits(form, first, end, around_tags(cell), &length);
    if (!fits || count == BUNCHES_MOST) return 0;
  }
  return count;
}

static bool bunch_tags(struct form *form, const struct prog_output *output, struct form_output *cell) {
  size_t count = count_bunches(form, output, cell), length;
  if (!count || cell->careful) return true;
  cell->bunches = alloc_array(form->allocator, count, sizeof *cell->bunches);
  if (!cell->bunches) return false;
  cell->bunch_count = count;
  uint32_t first = output->first;
  for (struct bunch *bunch = cell->bunches; bunch < cell->bunches + count; first += bunch++->count) {
    bunch->first = first;
    bunch->count = bunch_fits(form, first, output->first + output->count, around_tags(cell), &length);
    bunch->room = room_for(length);
    for (uint32_t k = 0; k < bunch->count; k++) bunch->shares[k] = (uint8_t)(1 << k);
    for (size_t which = 0; which < BUNCH_TEXTS; which++) {
      if (bunch == cell->bunches) add_piece(form, bunch, which, cell->before);
      add_tags(form, bunch, which);
      if (bunch == cell->bunches + count - 1) add_piece(form, bunch, which, cell->after);
    }
  }
  return true;
}

/* One of the labels, or none, with what is around it. */
static void fill_status(const struct form *form, const struct form_output *cell, struct bunch *bunch) {
  for (uint32_t which = 0; which <= bunch->count; which++) {
    struct piece label = which ? form->labels[bunch->first + which - 1] : cell->none;
    if (which) label.length--, bunch->shares[which - 1] = (uint8_t)which;
    bool quotes = cell->careful && needs_quotes(form->texts.at + label.at, label.length, form->delimiter);
    add_piece(form, bunch, which, cell->before);
    if (quotes) add_text(bunch, which, "\"", 1);
    add_piece(form, bunch, which, label);
    if (quotes) add_text(bunch, which, "\"", 1);
    add_piece(form, bunch, which, cell->after);
  }
}

static bool bunch_status(struct form *form, const struct prog_output *output, struct form_output *cell) {
  size_t around = cell->before.length + 2 + cell->after.length, length = around + cell->none.length;
  for (uint32_t k = 0; k < output->count; k++) {
    size_t label = around + form->labels[output->first + k].length;
    if (label > length) length = label;
  }
  if (output->count >= BUNCH_BEHIND || length > TEXT_ROOM) return true;
  cell->bunches = alloc_array(form->allocator, 1, sizeof *cell->bunches);
  if (!cell->bunches) return false;
  cell->bunch_count = 1;
  cell->bunches->first = output->first;
  cell->bunches->count = output->count;
  cell->bunches->room = room_for(length);
  fill_status(form, cell, cell->bunches);
  return true;
}

bool form_bunch(struct form *form, size_t o) {
  const struct prog_output *output = &form->tables->outputs[o];
  if (form->outputs[o].guarded) return true;
  switch (output->kind) {
    case OUTPUT_STATUS: return bunch_status(form, output, &form->outputs[o]);
    case OUTPUT_TAGS: return bunch_tags(form, output, &form->outputs[o]);
    default: return true; /* the rows of a campaign are asked for by its labels */
  }
}
