/* words.c - how messages name things. */
#include "words.h"

enum { SHORT_EXPRESSION = 40 };

const char *symbol_words(const struct symbol *symbol) {
  static const char *const words[] = {
      [SYMBOL_COLUMN] = "a column", [SYMBOL_PARAM] = "a param",           [SYMBOL_LET] = "a let",
      [SYMBOL_TAG] = "a tag",       [SYMBOL_LABEL] = "a label of a status", [SYMBOL_STATUS] = "a status",
      [SYMBOL_LIST] = "a list",     [SYMBOL_SCORE] = "a score",         [SYMBOL_CAMPAIGN] = "a campaign",
      [SYMBOL_TABLE] = "a table",
  };
  return words[symbol->kind];
}

struct rung_text column_header(const struct ast *column) {
  for (uint32_t i = 1; i < column->count; i++) {
    if (column->child[i]->kind == AST_FROM) return column->child[i]->child[0]->text;
  }
  return column->child[0]->text;
}

struct place symbol_place(const struct symbol *symbol) {
  const struct ast *decl = symbol->decl;
  return decl->kind == AST_NAME ? decl->at : decl->child[0]->at;
}

struct rung_text place_words(struct module *module, struct place place) {
  const struct source *source = module->sources.at[place.source];
  return arena_print(&module->arena, "%.*s:%u", TEXT_ARG(source->path), source_locate(source, place.begin).line);
}

static const struct {
  const char *name, *words;
} types[] = {
#define TYPE(id, name, words) [TYPE_##id] = {name, words},
#include "types.def"
};

const char *type_name(type_t type) {
  return type < sizeof types / sizeof *types && types[type].name ? types[type].name : "unknown";
}

const char *type_words(type_t type) {
  return type < sizeof types / sizeof *types && types[type].words ? types[type].words : "something unknown";
}

const char *value_example(type_t type) {
  switch (type) {
    case TYPE_FLAG: return "yes or no";
    case TYPE_INTEGER: return "a whole number like 0";
    case TYPE_DATE: return "a date like 2026-01-31, without quotes";
    case TYPE_TEXT: case TYPE_LIST: return "a text in double quotes";
    default: return "a number like 0 or 9.99";
  }
}

const char *operator_words(const struct ast *node) {
  switch (node->kind) {
    case AST_NEG: return "-";
    case AST_IN_LIST: return "in";
    case AST_ANNIVERSARY: return "anniversary of";
    default: return ast_name((enum ast_kind)node->kind);
  }
}

struct rung_text expression_text(const struct module *module, const struct ast *node) {
  return source_text(&module->sources, node->at);
}

struct rung_text expression_words(struct module *module, const struct ast *node) {
  struct rung_text text = expression_text(module, node);
  for (size_t i = 0; i < text.length; i++) {
    if (text.bytes[i] == '\n' || text.bytes[i] == '\r') return TEXT("this");
  }
  if (text.length > SHORT_EXPRESSION) return TEXT("this");
  return arena_print(&module->arena, "`%.*s`", TEXT_ARG(text));
}

struct rung_text name_written(struct module *module, struct rung_text name) {
  for (size_t i = 0; i < name.length; i++) {
    unsigned char byte = (unsigned char)name.bytes[i];
    bool letter = (byte | 32) >= 'a' && (byte | 32) <= 'z', digit = byte >= '0' && byte <= '9';
    if (!letter && byte != '_' && byte < 0x80 && !(digit && i > 0)) {
      return arena_print(&module->arena, "`%.*s`", TEXT_ARG(name));
    }
  }
  return name;
}

bool diag_inside(const struct module *module, struct place place) {
  for (uint32_t i = 0; i < module->diags.count; i++) {
    const struct diag *diag = &module->diags.at[i];
    if (diag->at.source == place.source && diag->at.begin >= place.begin && diag->at.begin < place.end &&
        diag_severity(diag->id) == RUNGC_ERROR) {
      return true;
    }
  }
  return false;
}

bool diag_kept(const struct module *module, const struct diag *diag) { return diag != &module->diags.scratch; }
