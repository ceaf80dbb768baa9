/* diag.c - messages about the rules: collect, sort, render. */
#include "diag.h"

#include "module.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { MAX_ERRORS_DEFAULT = 100, QUOTE_CHARACTERS = 60, LINE_COLUMNS = 100, TAB_COLUMNS = 4 };

struct diag_row {
  const char *code;
  enum rungc_severity severity;
  const char *format;
};

static const struct diag_row rows[] = {
#define DIAG(id, code, severity, format) {code, RUNGC_##severity, format},
#include "diag.def"
#undef DIAG
};

const char *diag_code(enum diag_id id) { return rows[id].code; }
enum rungc_severity diag_severity(enum diag_id id) { return rows[id].severity; }

/* -- Collect ----------------------------------------------------------------------- */

struct diag *diag_report(struct module *module, struct place at, enum diag_id id, ...) {
  struct diags *diags = &module->diags;
  uint32_t most = diags->max_errors ? diags->max_errors : MAX_ERRORS_DEFAULT;
  uint32_t *counter = rows[id].severity == RUNGC_ERROR ? &diags->errors : &diags->warnings;
  struct diag *diag = &diags->scratch;
  if (diags->muted) return diag;
  bool keep = *counter < most;
  if (*counter < UINT32_MAX) (*counter)++;
  if (keep) {
    struct diag *grown = arena_grow(&module->arena, diags->at, diags->count, &diags->room, sizeof *grown);
    if (grown) {
      diags->at = grown;
      diag = &grown[diags->count++];
    }
  }
  *diag = (struct diag){.id = id, .at = at};
  if (diag == &diags->scratch) return diag;
  va_list arguments;
  va_start(arguments, id);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* all formats are in diag.def */
  diag->text = arena_vprint(&module->arena, rows[id].format, arguments);
#pragma GCC diagnostic pop
  va_end(arguments);
  return diag;
}

void diag_help(struct module *module, struct diag *diag, const char *format, ...) {
  if (diag == &module->diags.scratch) return;
  va_list arguments;
  va_start(arguments, format);
  diag->help = arena_vprint(&module->arena, format, arguments);
  va_end(arguments);
}

void diag_fix(struct diag *diag, struct rung_text fix) { diag->fix = fix; }

static int compare_text(struct rung_text a, struct rung_text b) {
  int order = memcmp(a.bytes, b.bytes, a.length < b.length ? a.length : b.length);
  return order ? order : (a.length > b.length) - (a.length < b.length);
}

static int compare_diags(const void *left, const void *right) {
  const struct diag *a = left, *b = right;
  if (a->at.source != b->at.source) return a->at.source < b->at.source ? -1 : 1;
  if (a->at.begin != b->at.begin) return a->at.begin < b->at.begin ? -1 : 1;
  if (a->at.end != b->at.end) return a->at.end < b->at.end ? -1 : 1;
  if (a->id != b->id) return a->id < b->id ? -1 : 1;
  return compare_text(a->text, b->text);
}

void diag_sort(struct diags *diags) {
  if (diags->count < 2) return;
  qsort(diags->at, diags->count, sizeof *diags->at, compare_diags);
  uint32_t kept = 1;
  for (uint32_t i = 1; i < diags->count; i++) {
    if (compare_diags(&diags->at[kept - 1], &diags->at[i]) != 0) diags->at[kept++] = diags->at[i];
  }
  uint32_t doubled = diags->count - kept;
  diags->errors -= doubled < diags->errors ? doubled : diags->errors;
  diags->count = kept;
}

/* -- Render ------------------------------------------------------------------------- */

/* One character as it may be shown: an odd one is replaced, because a terminal might act on it. */
struct glyph {
  const char *bytes;
  size_t length;            /* of what is shown */
  size_t taken;             /* of the source */
  uint32_t columns;
};

static struct glyph next_glyph(struct rung_text text, size_t at) {
  static const char spaces[TAB_COLUMNS + 1] = "    ";
  utf8proc_int32_t code;
  utf8proc_ssize_t taken =
      utf8proc_iterate((const utf8proc_uint8_t *)text.bytes + at, (utf8proc_ssize_t)(text.length - at), &code);
  if (taken <= 0) return (struct glyph){"\uFFFD", 3, 1, 1};
  if (code == '\t') return (struct glyph){spaces, TAB_COLUMNS, 1, TAB_COLUMNS};
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_CC: case UTF8PROC_CATEGORY_CF: case UTF8PROC_CATEGORY_ZL: case UTF8PROC_CATEGORY_ZP:
      return (struct glyph){"\uFFFD", 3, (size_t)taken, 1};
    default: break;
  }
  int width = utf8proc_charwidth(code);
  return (struct glyph){text.bytes + at, (size_t)taken, (size_t)taken, width > 0 ? (uint32_t)width : 0};
}

struct rung_text diag_quote(struct module *module, struct rung_text text) {
  char shown[QUOTE_CHARACTERS * 4 + 4];
  size_t length = 0, at = 0;
  for (int i = 0; i < QUOTE_CHARACTERS && at < text.length; i++) {
    struct glyph glyph = next_glyph(text, at);
    if (glyph.taken == 1 && text.bytes[at] == '\t') glyph = (struct glyph){" ", 1, 1, 1};
    memcpy(shown + length, glyph.bytes, glyph.length);
    length += glyph.length;
    at += glyph.taken;
  }
  if (at < text.length) {
    memcpy(shown + length, "…", 3);
    length += 3;
  }
  return arena_copy(&module->arena, shown, length);
}

/* Names and texts of the rules stand in messages, whatever they hold. */
static struct rung_text make_harmless(struct arena *arena, struct rung_text text) {
  char *shown = arena_alloc(arena, text.length * 4 + 1);
  size_t length = 0;
  if (!shown) return (struct rung_text){"", 0};
  for (size_t at = 0; at < text.length;) {
    struct glyph glyph = next_glyph(text, at);
    memcpy(shown + length, glyph.bytes, glyph.length);
    length += glyph.length;
    at += glyph.taken;
  }
  return (struct rung_text){shown, length};
}

/* A source line laid out for showing: the shown text, and where the carets go in columns of the screen. */
struct layout {
  struct rung_text line;
  uint32_t caret, carets;
};

/* Keeps LINE_COLUMNS columns around the place when the line is longer. */
static struct layout lay_out(struct arena *arena, struct rung_text line, size_t from, size_t to) {
  uint32_t place = 0, whole = 0, place_end = 0;
  size_t room = 0;
  for (size_t at = 0; at < line.length;) {
    struct glyph glyph = next_glyph(line, at);
    if (at < from) place += glyph.columns;
    if (at < to) place_end = whole + glyph.columns;
    whole += glyph.columns;
    room += glyph.length;
    at += glyph.taken;
  }
  uint32_t first = 0, last = whole;
  if (whole > LINE_COLUMNS) {
    first = place > LINE_COLUMNS / 2 ? place - LINE_COLUMNS / 2 : 0;
    if (first > whole - LINE_COLUMNS) first = whole - LINE_COLUMNS;
    last = first + LINE_COLUMNS;
  }
  char *shown = arena_alloc(arena, room + 2 * sizeof "…");
  if (!shown) return (struct layout){{"", 0}, 0, 1};
  size_t length = 0;
  uint32_t column = 0, shift = 0;
  if (first > 0) memcpy(shown, "…", 3), length = 3, shift = 1;
  uint32_t begun = last;
  for (size_t at = 0; at < line.length;) {
    struct glyph glyph = next_glyph(line, at);
    if (column >= first && column + glyph.columns <= last && (glyph.columns > 0 || column > first)) {
      if (begun == last) begun = column;
      memcpy(shown + length, glyph.bytes, glyph.length);
      length += glyph.length;
    }
    column += glyph.columns;
    at += glyph.taken;
  }
  if (last < whole) memcpy(shown + length, "…", 3), length += 3;
  if (begun > place) begun = place;
  uint32_t end = place_end < last ? place_end : last;
  return (struct layout){{shown, length}, place - begun + shift, end > place ? end - place : 1};
}

/* `count` times `byte`, in the arena. */
static struct rung_text repeat(struct arena *arena, char byte, size_t count) {
  char *bytes = arena_alloc(arena, count + 1);
  if (!bytes) return (struct rung_text){"", 0};
  memset(bytes, byte, count);
  return (struct rung_text){bytes, count};
}

struct rung_text diag_render(struct module *module, const struct diag *diag) {
  struct arena *arena = &module->arena;
  const struct source *source = module->sources.at[diag->at.source];
  struct line_column at = source_locate(source, diag->at.begin);
  struct rung_text line = source_line(source, diag->at.begin);
  size_t line_begin = (size_t)(line.bytes - source->text.bytes);
  size_t end = diag->at.end < line_begin + line.length ? diag->at.end : line_begin + line.length;
  size_t from = diag->at.begin - line_begin, to = end > line_begin ? end - line_begin : 0;
  struct layout layout = lay_out(arena, line, from, to);
  struct rung_text number = arena_print(arena, "%4u", at.line);
  struct rung_text gutter = repeat(arena, ' ', number.length);
  struct rung_text text = make_harmless(arena, diag->text), help = make_harmless(arena, diag->help);
  struct rung_text before = repeat(arena, ' ', layout.caret), carets = repeat(arena, '^', layout.carets);
  struct rung_text head = arena_print(
      arena, "%.*s:%u:%u: %s %s: %.*s\n%.*s | %.*s\n%.*s | %.*s%.*s\n", TEXT_ARG(source->path), at.line, at.column,
      diag_severity(diag->id) == RUNGC_ERROR ? "error" : "warning", diag_code(diag->id), TEXT_ARG(text),
      TEXT_ARG(number), TEXT_ARG(layout.line), TEXT_ARG(gutter), TEXT_ARG(before), TEXT_ARG(carets));
  if (diag->help.length == 0) return head;
  return arena_print(arena, "%.*shelp: %.*s\n", TEXT_ARG(head), TEXT_ARG(help));
}
