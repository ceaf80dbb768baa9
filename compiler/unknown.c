/* unknown.c - say that a name means nothing, and what was probably meant. */
#include "unknown.h"

#include <string.h>
#include <strings.h>

/* -- What is near ---------------------------------------------------------------------------- */

static void try_symbols(struct nearest *nearest, const struct symbols *table) {
  for (uint32_t i = 0; i < table->count; i++) nearest_try(nearest, table->at[i]->name);
}

static const struct {
  const char *name, *signature;
} functions[] = {
#define FUNCTION(id, name, least, most, signature, gives) {name, signature},
#include "functions.def"
#undef FUNCTION
};

static struct rung_text text_of(const char *string) { return (struct rung_text){string, strlen(string)}; }

static void try_functions(struct nearest *nearest) {
  for (uint32_t i = 0; i < FUNCTION_COUNT; i++) nearest_try(nearest, text_of(functions[i].name));
}

/* What other languages call them. */
static struct rung_text function_meant(struct rung_text name) {
  static const struct {
    const char *foreign, *ours;
  } rows[] = {{"len", "length"},   {"coalesce", "default"}, {"ifnull", "default"}, {"nvl", "default"},
              {"least", "min"},    {"greatest", "max"},     {"strip", "trim"},     {"lcase", "lower"},
              {"tolower", "lower"}, {"ucase", "upper"},      {"toupper", "upper"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (text_equal(name, text_of(rows[i].foreign))) {
      return text_of(rows[i].ours);
    }
  }
  return (struct rung_text){"", 0};
}

static void try_all(struct nearest *nearest, const struct module *module) {
  static const char *const constants[] = {"yes", "no", "true", "false", "today"};
  const struct symbols *tables[] = {&module->columns,  &module->params, &module->lets,   &module->tags,
                                    &module->labels,   &module->statuses, &module->lists, &module->scores,
                                    &module->campaigns};
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) try_symbols(nearest, tables[i]);
  try_functions(nearest);
  for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
    nearest_try(nearest, text_of(constants[i]));
  }
}

/* A Cyrillic name with a Latin letter in it looks right and is not. */
static bool mixes_alphabets(struct rung_text name) {
  bool latin = false, cyrillic = false;
  for (size_t i = 0; i < name.length; i++) {
    unsigned char byte = (unsigned char)name.bytes[i];
    latin = latin || ((byte | 32) >= 'a' && (byte | 32) <= 'z');
    cyrillic = cyrillic || (byte >= 0xD0 && byte <= 0xD3);
  }
  return latin && cyrillic;
}

/* A function's name alone is no value. */
static bool help_function(struct module *module, struct diag *diag, struct rung_text name) {
  uint32_t i = 0;
  while (i < FUNCTION_COUNT && !text_equal(name, text_of(functions[i].name))) i++;
  if (i == FUNCTION_COUNT) return false;
  diag_help(module, diag, "it is a function, written `%s`; to show what it gives, name that first: `let result = %s; "
            "show result;`", functions[i].signature, functions[i].signature);
  return true;
}

static void help_nearest(struct module *module, struct diag *diag, const struct nearest *nearest) {
  if (help_function(module, diag, nearest->name)) return;
  const char *hint = mixes_alphabets(nearest->name) ? "; this one mixes Latin and Cyrillic letters" : "";
  diag_help(module, diag, "did you mean `%.*s`?%s", TEXT_ARG(nearest->best), hint);
  diag_fix(diag, name_written(module, nearest->best));
}

/* -- Names whose definition may have been lost -------------------------------------------- */

static bool is_word_byte(struct rung_text text, size_t at) {
  if (at >= text.length) return false;
  unsigned char byte = (unsigned char)text.bytes[at];
  return byte >= 0x80 || byte == '_' || (byte >= '0' && byte <= '9') || ((byte | 32) >= 'a' && (byte | 32) <= 'z');
}

static bool has_word(struct rung_text line, struct rung_text word) {
  for (size_t at = 0; word.length > 0 && at + word.length <= line.length; at++) {
    if (memcmp(line.bytes + at, word.bytes, word.length) == 0 && (at == 0 || !is_word_byte(line, at - 1)) &&
        !is_word_byte(line, at + word.length)) {
      return true;
    }
  }
  return false;
}

/* Whether an error of syntax in another line with that name, or of a file that was to be used, has been told: then that
   may be all that is wrong. */
static bool is_lost(const struct module *module, const struct ast *name) {
  struct rung_text here = source_line(module->sources.at[name->at.source], name->at.begin);
  for (uint32_t i = 0; i < module->diags.count; i++) {
    const struct diag *diag = &module->diags.at[i];
    if (diag->id >= DIAG_NAME_UNKNOWN || diag_severity(diag->id) != RUNGC_ERROR) continue;
    struct rung_text line = source_line(module->sources.at[diag->at.source], diag->at.begin);
    if (line.bytes != here.bytes && has_word(line, name->text)) return true;
    if (diag->id >= DIAG_NO_FILE && has_word(line, TEXT("use"))) return true;
  }
  return false;
}

/* -- Messages ------------------------------------------------------------------------------- */

static const struct symbol *find_in(const struct symbols *table, struct rung_text name) {
  for (uint32_t i = 0; i < table->count; i++) {
    if (text_equal(table->at[i]->name, name)) return table->at[i];
  }
  return NULL;
}

/* The name of a table, or of a column of one. */
static bool help_field(struct module *module, struct diag *diag, const struct ast *name) {
  for (uint32_t i = 0; i < module->tables.count; i++) {
    const struct symbol *table = module->tables.at[i];
    struct rung_text written = name_written(module, name->text);
    if (text_equal(table->name, name->text)) {
      diag_help(module, diag, "it is a table; ask about its rows: `count of %.*s`", TEXT_ARG(written));
      return true;
    }
    const struct symbol *symbol = find_in(&table->dump->columns, name->text);
    if (!symbol) symbol = find_in(&table->dump->lets, name->text);
    if (!symbol) continue;
    const char *word = symbol->type >= TYPE_INTEGER && symbol->type <= TYPE_MONEY ? "sum" : "max";
    diag_help(module, diag, "the rows of `%.*s` have it; ask for example `%s of %.*s.%.*s`", TEXT_ARG(table->name),
              word, TEXT_ARG(name_written(module, table->name)), TEXT_ARG(written));
    return true;
  }
  return false;
}

/* Monday 1 to Sunday 7; 0: it is no day. */
static int weekday_number(struct rung_text name) {
  static const char *const days[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  for (int i = 0; i < 7; i++)
    if (name.length == strlen(days[i]) && strncasecmp(name.bytes, days[i], name.length) == 0) return i + 1;
  return 0;
}

void report_unknown_name(struct module *module, const struct ast *name) {
  if (is_lost(module, name)) return;
  struct diag *diag = diag_report(module, name->at, DIAG_NAME_UNKNOWN, TEXT_ARG(name->text));
  if (!diag_kept(module, diag)) return;
  struct nearest nearest;
  nearest_start(&nearest, name->text);
  try_all(&nearest, module);
  if (help_field(module, diag, name)) return;
  int day = weekday_number(name->text);
  if (day > 0) {
    diag_help(module, diag, "the days of the week are numbers, Monday is 1 ... Sunday 7: weekday(today) = %d", day);
    diag_fix(diag, arena_print(&module->arena, "%d", day));
  } else if (nearest.best.length > 0) {
    help_nearest(module, diag, &nearest);
  } else if (module->base) {
    diag_help(module, diag, "the customers are made of `%.*s`: `%.*s` is known of them, and what its rows say",
              TEXT_ARG(module->base->name), TEXT_ARG(module->key->name));
  } else if (!module->has_input) {
    diag_help(module, diag, "no rule knows it: a test speaks of what the rules ask and give");
  } else {
    diag_help(module, diag, "if it is a column of the dump, add it to `input %.*s`; if not, define it with `let`",
              TEXT_ARG(module->table));
  }
}

void report_list_value(struct module *module, const struct ast *name) {
  struct diag *diag = diag_report(module, name->at, DIAG_LIST_AS_VALUE, TEXT_ARG(name->text));
  diag_help(module, diag, "ask whether a text is in it: `... in %.*s`", TEXT_ARG(name->text));
}

void report_unknown_list(struct module *module, const struct ast *name) {
  if (is_lost(module, name)) return;
  struct diag *diag = diag_report(module, name->at, DIAG_LIST_UNKNOWN, TEXT_ARG(name->text));
  if (!diag_kept(module, diag)) return;
  struct nearest nearest;
  nearest_start(&nearest, name->text);
  try_symbols(&nearest, &module->lists);
  if (nearest.best.length > 0) {
    help_nearest(module, diag, &nearest);
  } else {
    diag_help(module, diag, "define it: `list %.*s = \"...\", \"...\";`", TEXT_ARG(name->text));
  }
}

void report_unknown_label(struct module *module, const struct ast *name, const struct symbol *status,
                          const struct symbol *head) {
  struct diag *diag =
      diag_report(module, name->at, DIAG_LABEL_UNKNOWN, TEXT_ARG(name->text), TEXT_ARG(status->name));
  if (!diag_kept(module, diag)) return;
  struct nearest nearest;
  struct rung_text labels = {"", 0};
  nearest_start(&nearest, name->text);
  for (uint32_t i = 0; i < module->labels.count; i++) {
    const struct symbol *label = module->labels.at[i];
    if (label->status != status) continue;
    nearest_try(&nearest, label->name);
    if (labels.length > 100) continue;
    labels = arena_print(&module->arena, "%.*s%s%.*s", TEXT_ARG(labels), labels.length ? ", " : "",
                         TEXT_ARG(label->name));
  }
  if (head && head->kind == SYMBOL_LABEL && !head->next) {
    diag_help(module, diag, "it is a label of `%.*s`: write `%.*s = %.*s`", TEXT_ARG(head->status->name),
              TEXT_ARG(head->status->name), TEXT_ARG(name->text));
  } else if (nearest.best.length > 0) {
    help_nearest(module, diag, &nearest);
  } else if (labels.length > 0) {
    diag_help(module, diag, "its labels are: %.*s", TEXT_ARG(labels));
  }
}

void report_unknown_function(struct module *module, const struct ast *name) {
  struct diag *diag = diag_report(module, name->at, DIAG_FUNCTION_UNKNOWN, TEXT_ARG(name->text));
  if (!diag_kept(module, diag)) return;
  struct nearest nearest;
  nearest_start(&nearest, name->text);
  try_functions(&nearest);
  if (nearest.best.length == 0) nearest.best = function_meant(name->text);
  if (nearest.best.length > 0) {
    help_nearest(module, diag, &nearest);
  } else {
    struct rung_text all = {"", 0};
    for (uint32_t j = 0; j < FUNCTION_COUNT; j++) {
      all = arena_print(&module->arena, "%.*s%s%s", TEXT_ARG(all), j ? ", " : "", functions[j].name);
    }
    diag_help(module, diag, "the functions are: %.*s", TEXT_ARG(all));
  }
}

void report_unknown_result(struct module *module, const struct ast *name) {
  if (is_lost(module, name)) return;
  struct diag *diag = diag_report(module, name->at, DIAG_NAME_UNKNOWN, TEXT_ARG(name->text));
  if (!diag_kept(module, diag)) return;
  struct nearest nearest;
  nearest_start(&nearest, name->text);
  try_symbols(&nearest, &module->labels);
  try_symbols(&nearest, &module->tags);
  try_symbols(&nearest, &module->campaigns);
  if (nearest.best.length > 0) help_nearest(module, diag, &nearest);
  else diag_help(module, diag, "name a label of a status, a tag or a campaign of these rules");
}

void report_unknown_table(struct module *module, const struct ast *name) {
  if (is_lost(module, name)) return;
  if (text_equal(name->text, TEXT("previous"))) {
    report_no_previous(module, name);
    return;
  }
  struct diag *diag = diag_report(module, name->at, DIAG_TABLE_UNKNOWN, TEXT_ARG(name->text));
  if (!diag_kept(module, diag)) return;
  struct nearest nearest;
  nearest_start(&nearest, name->text);
  try_symbols(&nearest, &module->tables);
  if (nearest.best.length > 0) {
    help_nearest(module, diag, &nearest);
  } else if (module->has_input && text_equal(name->text, module->table)) {
    diag_help(module, diag, "`%.*s` has one row for each customer; rows are counted in tables declared with `per`",
              TEXT_ARG(name->text));
  } else {
    diag_help(module, diag, "declare it: `input %.*s per customer_id { ... }`",
              TEXT_ARG(name_written(module, name->text)));
  }
}

void report_unknown_field(struct module *module, const struct ast *name, const struct symbol *table) {
  if (is_lost(module, name)) return;
  struct diag *diag = diag_report(module, name->at, DIAG_FIELD_UNKNOWN, TEXT_ARG(table->name), TEXT_ARG(name->text));
  if (!diag_kept(module, diag)) return;
  struct nearest nearest;
  nearest_start(&nearest, name->text);
  try_symbols(&nearest, &table->dump->columns);
  try_symbols(&nearest, &table->dump->lets);
  if (nearest.best.length > 0) {
    help_nearest(module, diag, &nearest);
  } else {
    diag_help(module, diag, "if the file has it, add it to `input %.*s per %.*s { ... }` at %.*s",
              TEXT_ARG(table->name), TEXT_ARG(table->decl->child[1]->text),
              TEXT_ARG(place_words(module, symbol_place(table))));
  }
}

/* Told once: it is one line that is not there. */
void report_no_previous(struct module *module, const struct ast *node) {
  for (uint32_t i = 0; i < module->diags.count; i++) {
    if (module->diags.at[i].id == DIAG_NO_PREVIOUS) return;
  }
  struct diag *diag = diag_report(module, node->at, DIAG_NO_PREVIOUS, TEXT_ARG(expression_words(module, node)));
  struct rung_text name = module->key ? module->key->name : TEXT("customer_id");
  diag_help(module, diag, "declare it: `input previous per %.*s;`", TEXT_ARG(name_written(module, name)));
}
