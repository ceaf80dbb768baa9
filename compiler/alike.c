/* alike.c - warn of names, taken for columns, that look like a slip of another name.

   Without an input block nothing else can tell a misspelt name from one more column. */
#include "scope.h"

#include <utf8proc.h>

/* Past this many comparisons the warning is not worth the time. */
enum { ALIKE_PAIRS = 1000000, ALIKE_CHARACTERS = 4 };

static bool is_digit(struct rung_text text, size_t at) {
  return at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9';
}

/* `orders_30d` and `orders_90d`, `q1` and `q2` are no slips. */
static bool differ_by_digit(struct rung_text a, struct rung_text b) {
  size_t at = 0;
  while (at < a.length && at < b.length && a.bytes[at] == b.bytes[at]) at++;
  return is_digit(a, at) || is_digit(b, at);
}

static struct rung_text lower(struct arena *arena, struct rung_text name) {
  struct rung_text copy = {"", 0};
  char *bytes = arena_alloc(arena, name.length * 4 + 1);
  if (!bytes) return copy;
  copy.bytes = bytes;
  for (size_t at = 0; at < name.length;) {
    utf8proc_int32_t code;
    utf8proc_ssize_t taken =
        utf8proc_iterate((const utf8proc_uint8_t *)name.bytes + at, (utf8proc_ssize_t)(name.length - at), &code);
    if (taken <= 0) break;
    copy.length += (size_t)utf8proc_encode_char(utf8proc_tolower(code), (utf8proc_uint8_t *)bytes + copy.length);
    at += (size_t)taken;
  }
  return copy;
}

static void warn_case(struct module *module, struct intern *lowered, struct symbol *symbol) {
  const struct symbol *first = intern_add(lowered, lower(&module->arena, symbol->name), symbol);
  if (!first || symbol->kind != SYMBOL_COLUMN || text_equal(first->name, symbol->name)) return;
  struct diag *diag = diag_report(module, symbol_place(symbol), DIAG_ALIKE_CASE, TEXT_ARG(symbol->name),
                                  TEXT_ARG(first->name));
  struct rung_text where = place_words(module, symbol_place(first));
  diag_help(module, diag, "upper and lower case make two names; the other is at %.*s", TEXT_ARG(where));
  diag_fix(diag, name_written(module, first->name));
}

static bool is_once(const struct symbol *symbol) { return symbol->kind == SYMBOL_COLUMN && symbol->uses == 1; }

static void warn_once(struct module *module, const struct symbol *column, struct symbols *const *tables, size_t count) {
  struct nearest nearest;
  nearest_start(&nearest, column->name);
  for (size_t i = 0; i < count; i++) {
    for (uint32_t j = 0; j < tables[i]->count; j++) {
      const struct symbol *other = tables[i]->at[j];
      if (!is_once(other) && !differ_by_digit(column->name, other->name)) nearest_try(&nearest, other->name);
    }
  }
  /* No distance at all is a difference in case, which has its own warning. */
  if (nearest.best.length == 0 || nearest.distance != 1 || column->name.length < ALIKE_CHARACTERS) return;
  struct diag *diag = diag_report(module, column->decl->at, DIAG_ALIKE_ONCE, TEXT_ARG(column->name),
                                  TEXT_ARG(nearest.best));
  diag_help(module, diag, "did you mean `%.*s`? as it stands it is read as a column of the dump",
            TEXT_ARG(nearest.best));
  diag_fix(diag, name_written(module, nearest.best));
}

void warn_alike(struct scope *scope) {
  struct module *module = scope->module;
  if (module->has_input) return;
  struct symbols *const tables[] = {&module->params,   &module->lets,  &module->tags,   &module->labels,
                                    &module->statuses, &module->lists, &module->scores, &module->campaigns,
                                    &module->columns};
  const size_t count = sizeof tables / sizeof *tables;
  struct intern lowered = {.arena = &module->arena};
  uint64_t all = 0, once = 0;
  for (size_t i = 0; i < count; i++) {
    all += tables[i]->count;
    for (uint32_t j = 0; j < tables[i]->count; j++) {
      warn_case(module, &lowered, tables[i]->at[j]);
      once += is_once(tables[i]->at[j]);
    }
  }
  if (once * all > ALIKE_PAIRS) return;
  for (uint32_t i = 0; i < module->columns.count; i++) {
    if (is_once(module->columns.at[i])) warn_once(module, module->columns.at[i], tables, count);
  }
}
