/* print.c - the tree as text: one node a line, indented, in parentheses. */
#include "module.h"

#include "calendar.h"
#include "decimal.h"
#include "program.h"

#include <stdio.h>
#include <string.h>

struct printer {
  const struct module *module;
  rung_write_fn *write;
  void *context;
  bool typed, failed;
};

static void put(struct printer *printer, const char *bytes, size_t length) {
  if (length && !printer->failed && printer->write(printer->context, bytes, length) != 0) printer->failed = true;
}

static void put_text(struct printer *printer, const char *text) { put(printer, text, strlen(text)); }

static void put_number(struct printer *printer, int64_t value, bool whole) {
  char room[DECIMAL_PRINT_ROOM];
  put(printer, room, whole ? integer_print(room, value) : decimal_print(room, value, 0));
}

static void put_string(struct printer *printer, struct rung_text text) {
  put_text(printer, "\"");
  for (size_t i = 0; i < text.length; i++) {
    switch (text.bytes[i]) {
      case '"': put_text(printer, "\\\""); break;
      case '\\': put_text(printer, "\\\\"); break;
      case '\n': put_text(printer, "\\n"); break;
      case '\t': put_text(printer, "\\t"); break;
      case '\r': put_text(printer, "\\r"); break;
      default: put(printer, text.bytes + i, 1);
    }
  }
  put_text(printer, "\"");
}

static void put_weekdays(struct printer *printer, int64_t days) {
  static const char *const names[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
    if (!(days >> (i + 1) & 1)) continue;
    put_text(printer, " ");
    put_text(printer, names[i]);
  }
}

static void put_guard(struct printer *printer, const struct ast *node) {
  static const char *const comparisons[] = {
      [COMPARE_EQ] = "=",  [COMPARE_NE] = "!=", [COMPARE_LT] = "<",
      [COMPARE_LE] = "<=", [COMPARE_GT] = ">",  [COMPARE_GE] = ">=",
  };
  put_text(printer, " ");
  put_text(printer, ast_function_name(node));
  put_text(printer, " ");
  put_text(printer, comparisons[node->value]);
}

/* What a node holds besides its children. */
static void put_value(struct printer *printer, const struct ast *node) {
  char date[CALENDAR_PRINT_ROOM];
  switch (node->kind) {
    case AST_FILE: case AST_STRING:
      put_text(printer, " ");
      put_string(printer, node->text);
      break;
    case AST_NAME:
      put_text(printer, " ");
      put(printer, node->text.bytes, node->text.length);
      break;
    case AST_NUMBER: case AST_DURATION:
      put_text(printer, " ");
      put_number(printer, node->value, node->whole);
      if (node->kind == AST_DURATION) put_text(printer, node->type == TYPE_MONTHS ? " months" : " days");
      break;
    case AST_DATE:
      calendar_print(date, (int32_t)node->value);
      put_text(printer, " ");
      put(printer, date, sizeof date);
      break;
    case AST_BOOLEAN:
      put_text(printer, node->value ? " yes" : " no");
      break;
    case AST_COLUMN:
      put_text(printer, " ");
      put_text(printer, node->value ? type_name((type_t)node->value) : "?");
      break;
    case AST_AGGREGATE: case AST_MEASURE:
      put_text(printer, " ");
      put_text(printer, ast_function_name(node));
      if (node->kind == AST_MEASURE && node->function == MEASURE_TOP) {
        put_text(printer, " ");
        put_number(printer, node->value, true);
      }
      break;
    case AST_PRIORITY: case AST_VARIANT:
      put_text(printer, " ");
      put_number(printer, node->value, false);
      break;
    case AST_CAP:
      put_text(printer, " ");
      put_number(printer, node->value, true);
      break;
    case AST_ON: put_weekdays(printer, node->value); break;
    case AST_GUARD: put_guard(printer, node); break;
    case AST_LIMIT:
      if (node->negated) put_text(printer, " asc");
      break;
    default:
      if (node->negated) put_text(printer, " not");
  }
}

static void put_place(struct printer *printer, struct place at) {
  const struct source *source = printer->module->sources.at[at.source];
  struct line_column begin = source_locate(source, at.begin), end = source_locate(source, at.end);
  char room[64];
  int length = begin.line == end.line
                   ? snprintf(room, sizeof room, " @%u:%u-%u", begin.line, begin.column, end.column)
                   : snprintf(room, sizeof room, " @%u:%u-%u:%u", begin.line, begin.column, end.line, end.column);
  put(printer, room, (size_t)length);
}

static void put_node(struct printer *printer, const struct ast *node, unsigned level) {
  for (unsigned i = 0; i < level; i++) put_text(printer, "  ");
  bool broken = node->kind == AST_NONE && node->type == TYPE_ERROR;
  put_text(printer, "(");
  put_text(printer, broken ? "broken" : ast_name(node->kind));
  put_value(printer, node);
  if (printer->typed && node->type != TYPE_UNKNOWN && node->type != TYPE_ERROR) {
    put_text(printer, " :");
    put_text(printer, type_name(node->type));
  }
  put_place(printer, node->at);
  for (uint32_t i = 0; i < node->count; i++) {
    put_text(printer, "\n");
    put_node(printer, node->child[i], level + 1);
  }
  put_text(printer, ")");
}

enum rung_status print_tree(const struct module *module, bool typed, rung_write_fn *write, void *context) {
  struct printer printer = {.module = module, .write = write, .context = context, .typed = typed};
  for (uint32_t i = 0; i < module->files.count && !printer.failed; i++) {
    put_node(&printer, module->files.at[i], 0);
    put_text(&printer, "\n");
  }
  return printer.failed ? RUNG_NO_RESOURCE : RUNG_OK;
}
