/* relate.c - the tables beside the customers' own: their columns and lets, and the keys that join them. */
#include "scope.h"
#include "unknown.h"

/* -- One table ---------------------------------------------------------------------------- */

static struct symbol *table_new(struct scope *scope, struct ast *input) {
  struct module *module = scope->module;
  struct intern *grown = arena_grow(&module->arena, scope->inside, module->tables.count, &scope->inside_room,
                                    sizeof *grown);
  struct dump *dump = arena_alloc(&module->arena, sizeof *dump);
  if (!grown || !dump) return NULL;
  scope->inside = grown;
  scope->inside[module->tables.count] = (struct intern){.arena = &module->arena};
  struct symbol *table = symbol_new(module, &module->tables, SYMBOL_TABLE, input->child[0], input);
  if (!table) return NULL;
  bool previous = text_equal(table->name, TEXT("previous"));
  *dump = (struct dump){.kind = previous ? TABLE_PREVIOUS : TABLE_RELATED};
  table->dump = dump;
  if (previous) module->previous = table;
  intern_add(&scope->tables, table->name, table);
  return table;
}

static void report_table_taken(struct module *module, const struct ast *name, struct place first) {
  struct diag *diag = diag_report(module, name->at, DIAG_TABLE_TAKEN, TEXT_ARG(name->text));
  diag_help(module, diag, "the first one is at %.*s; give this one another name, or put its columns there",
            TEXT_ARG(place_words(module, first)));
}

static void report_per(struct module *module, const struct ast *per, const struct symbol *table) {
  const struct ast *first = input_per(table->decl);
  struct diag *diag = diag_report(module, per->at, DIAG_PER_OTHERWISE, TEXT_ARG(table->name));
  diag_help(module, diag, "at %.*s it is joined per `%.*s`; one table is joined in one way",
            TEXT_ARG(place_words(module, first->at)), TEXT_ARG(first->text));
}

/* The table of a block, which another file may have begun; `second` in this one it must not be. */
static struct symbol *table_of(struct scope *scope, struct ast *input, bool *second) {
  struct module *module = scope->module;
  const struct ast *name = input->child[0], *above = block_above(scope, input), *per = input_per(input);
  struct symbol *table = intern_find(&scope->tables, name->text);
  *second = above != NULL;
  if (!table) return table_new(scope, input);
  if (above) report_table_taken(module, name, above->child[0]->at);
  else if (!text_equal(per->text, input_per(table->decl)->text)) report_per(module, per, table);
  return table;
}

/* The columns of a second block go to the first, so that their names are known. */
void define_table(struct scope *scope, struct ast *input) {
  struct module *module = scope->module;
  bool second, columns = false;
  struct symbol *table = table_of(scope, input, &second);
  if (!table) return;
  struct intern *inside = &scope->inside[table->index];
  for (uint32_t i = 1; i < input->count; i++) {
    struct ast *child = input->child[i];
    bool let = child->kind == AST_LET;
    if (child->kind != AST_COLUMN && !let) continue;
    columns = columns || !let;
    const struct symbol *known = intern_find(inside, child->child[0]->text);
    if (known && (second || merge_known(module, known, child))) continue;
    struct symbol *symbol = define_name(module, inside, let ? &table->dump->lets : &table->dump->columns,
                                        let ? SYMBOL_LET : SYMBOL_COLUMN, child->child[0], child);
    if (!symbol) return;
    symbol->table = table;
    if (!let) symbol->type = (type_t)child->value, symbol->header = column_header(child);
  }
  if (!columns) table->dump->open = true;
}

/* -- Keys ----------------------------------------------------------------------------------- */

/* In the last run's output the key stands as it came, under the same header. */
static struct symbol *key_new(struct scope *scope, const struct symbol *table, struct ast *per) {
  const struct symbol *column = scope_find(scope, per->text);
  struct symbol *key = symbol_new(scope->module, &table->dump->columns, SYMBOL_COLUMN, per, per);
  if (!key) return NULL;
  key->passed = table->dump->kind == TABLE_PREVIOUS && column && column->kind == SYMBOL_COLUMN;
  key->type = TYPE_TEXT, key->header = key->passed ? column->header : per->text;
  return key;
}

static void relate_key(struct scope *scope, struct symbol *table) {
  struct module *module = scope->module;
  struct ast *per = input_per(table->decl);
  struct symbol *key = scope_find_inside(scope, table, per->text);
  if (key && key->kind == SYMBOL_LET) {
    struct diag *diag = diag_report(module, per->at, DIAG_KEY_COMPUTED, TEXT_ARG(per->text));
    diag_help(module, diag, "rows are joined by a column as it stands in the file");
  }
  if (!key) {
    key = key_new(scope, table, per);
    if (!key) return;
    key->table = table;
    intern_add(&scope->inside[table->index], per->text, key);
  }
  key->used = true;
  table->dump->key = key;
}

/* A customers' column that no block declares. */
static struct symbol *imply_key(struct scope *scope, struct ast *per, struct rung_text header) {
  struct module *module = scope->module;
  struct symbol *key = define_name(module, &scope->names, &module->columns, SYMBOL_COLUMN, per, per);
  if (key) key->header = header, key->used = true;
  return key;
}

/* The keys of one of the tables are the customers. */
static void relate_base(struct scope *scope, const struct ast *from) {
  struct module *module = scope->module;
  struct symbol *table = intern_find(&scope->tables, from->text);
  if (!table) {
    report_unknown_table(module, from);
    if (module->tables.count == 0) return;
    table = module->tables.at[0]; /* probably that one, so its key is known */
  }
  table->uses++;
  table->used = true;
  if (table == module->previous) {
    struct diag *diag = diag_report(module, from->at, DIAG_BASE_PREVIOUS);
    diag_help(module, diag, "name a table of this run");
    return;
  }
  module->base = table;
  module->key = imply_key(scope, input_per(table->decl), table->dump->key->header);
  if (module->key) module->key->type = TYPE_TEXT;
}

static const struct ast *key_mark(const struct symbol *column) {
  for (uint32_t i = 1; i < column->decl->count; i++) {
    if (column->decl->child[i]->kind == AST_KEY) return column->decl->child[i];
  }
  return NULL;
}

/* Two keys in one block are told by declare. */
static struct symbol *declared_key(struct module *module) {
  struct symbol *key = NULL;
  for (uint32_t i = 0; i < module->columns.count; i++) {
    struct symbol *column = module->columns.at[i];
    const struct ast *mark = key_mark(column);
    if (mark && key && mark->at.source != key->decl->at.source) {
      struct diag *diag = diag_report(module, mark->at, DIAG_KEY_TWICE);
      diag_help(module, diag, "`%.*s` is the key at %.*s; a customer has one", TEXT_ARG(key->name),
                TEXT_ARG(place_words(module, symbol_place(key))));
    }
    if (mark && !key) key = column;
  }
  return key;
}

/* Tables are joined to the key, also where `per` names another column of the customers. */
static void warn_other_column(const struct scope *scope, const struct symbol *table) {
  struct module *module = scope->module;
  const struct ast *per = input_per(table->decl);
  const struct symbol *column = scope_find(scope, per->text);
  if (!column || column->kind != SYMBOL_COLUMN || column == module->key) return;
  struct diag *diag = diag_report(module, per->at, DIAG_NOT_THE_KEY, TEXT_ARG(table->name), TEXT_ARG(per->text));
  diag_help(module, diag, "it is joined to the key, `%.*s`: is that what `%.*s` holds in `%.*s`?",
            TEXT_ARG(module->key->name), TEXT_ARG(per->text), TEXT_ARG(table->name));
}

static void report_no_key(const struct scope *scope) {
  struct module *module = scope->module;
  const struct symbol *table = module->tables.at[0];
  const struct ast *per = input_per(table->decl);
  const struct symbol *column = scope_find(scope, per->text);
  struct diag *diag = diag_report(module, per->at, DIAG_NO_KEY, TEXT_ARG(table->name), TEXT_ARG(module->table));
  if (column && column->kind == SYMBOL_COLUMN) {
    diag_help(module, diag, "say that it is the key at %.*s: `%.*s %s key;`",
              TEXT_ARG(place_words(module, symbol_place(column))), TEXT_ARG(name_written(module, column->name)),
              type_name(column->type));
  } else {
    diag_help(module, diag, "mark the column that tells customers apart: `%.*s text key;`",
              TEXT_ARG(name_written(module, per->text)));
  }
}

/* Without a block of their own the customers have the key that all tables name. */
static void relate_unwritten(struct scope *scope) {
  struct module *module = scope->module;
  struct ast *per = input_per(module->tables.at[0]->decl);
  for (uint32_t i = 1; i < module->tables.count; i++) {
    const struct ast *other = input_per(module->tables.at[i]->decl);
    if (text_equal(other->text, per->text)) continue;
    struct diag *diag = diag_report(module, other->at, DIAG_KEYS_DIFFER, TEXT_ARG(per->text), TEXT_ARG(other->text));
    diag_help(module, diag, "say which it is: `input customers { %.*s text key; ... }`", TEXT_ARG(per->text));
    break;
  }
  module->key = imply_key(scope, per, per->text);
}

/* -- What a name means to readers of `where` --------------------------------------------------- */

static void warn_shadows(const struct scope *scope, const struct symbols *table) {
  struct module *module = scope->module;
  for (uint32_t i = 0; i < table->count; i++) {
    const struct symbol *symbol = table->at[i], *other = scope_find(scope, symbol->name);
    if (!other || other->kind != SYMBOL_PARAM) continue;
    struct diag *diag = diag_report(module, symbol_place(symbol), DIAG_SHADOWS, TEXT_ARG(symbol->name));
    diag_help(module, diag, "asked of the rows of `%.*s` it means %s, and never the param at %.*s",
              TEXT_ARG(symbol->table->name), symbol_words(symbol),
              TEXT_ARG(place_words(module, symbol_place(other))));
  }
}

/* Tests tell customers apart also where the rules do not. */
static void relate_tests(struct scope *scope) {
  struct module *module = scope->module;
  const struct rungc_options *options = module->options;
  if (module->key || !options || !options->tests) return;
  struct ast *name = ast_new(&module->arena, AST_NAME, (struct place){0});
  if (!name) return;
  name->text = TEXT("customer of the test");
  module->key = imply_key(scope, name, name->text);
  if (module->key) module->key->type = TYPE_TEXT, module->key_made = true;
}

void relate(struct scope *scope) {
  struct module *module = scope->module;
  const struct ast *customers = scope->customers;
  if (customers) {
    const struct symbol *table = intern_find(&scope->tables, module->table);
    if (table) report_table_taken(module, table->decl->child[0], customers->child[0]->at);
  }
  for (uint32_t i = 0; i < module->tables.count; i++) {
    relate_key(scope, module->tables.at[i]);
    if (module->arena.failed) return;
    warn_shadows(scope, &module->tables.at[i]->dump->columns);
    warn_shadows(scope, &module->tables.at[i]->dump->lets);
  }
  if (customers && input_from(customers)) {
    relate_base(scope, input_from(customers));
    return;
  }
  module->key = declared_key(module);
  if (module->tables.count == 0) relate_tests(scope);
  if (module->tables.count == 0) return;
  if (!module->key && customers) report_no_key(scope);
  else if (!module->key) relate_unwritten(scope);
  for (uint32_t i = 0; module->key && customers && i < module->tables.count; i++) {
    warn_other_column(scope, module->tables.at[i]);
  }
}
