/* ir_print.c - a plan and its code as text, for tests and the curious. */
#include "ir.h"

#include "calendar.h"
#include "decimal.h"
#include <stdarg.h>
#include <stdio.h>

struct printer {
  const struct plan *plan;
  rung_write_fn *write;
  void *context;
  bool stopped;
};

static void put(struct printer *printer, const char *bytes, size_t length) {
  if (!printer->stopped && length > 0) printer->stopped = printer->write(printer->context, bytes, length) != 0;
}

static void put_text(struct printer *printer, struct rung_text text) { put(printer, text.bytes, text.length); }

static void say(struct printer *printer, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct printer *printer, const char *format, ...) {
  char line[128];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  if (length > 0) put(printer, line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
}

static void put_value(struct printer *printer, enum kind kind, int64_t value, struct rung_text text) {
  char digits[DECIMAL_PRINT_ROOM];
  switch (kind) {
    case KIND_F: say(printer, value ? "yes" : "no"); break;
    case KIND_I: put(printer, digits, integer_print(digits, value)); break;
    case KIND_N: put(printer, digits, decimal_print(digits, value, 0)); break;
    case KIND_D:
      calendar_print(digits, (int32_t)value);
      put(printer, digits, CALENDAR_PRINT_ROOM);
      break;
    case KIND_T:
      put(printer, "\"", 1);
      put_text(printer, text);
      put(printer, "\"", 1);
      break;
    case KIND_S: case KIND_NONE: break; /* no constant is a time */
  }
}

static void put_set(struct printer *printer, const struct ir_set *set) {
  if (set->name.length > 0) {
    put_text(printer, set->name);
    return;
  }
  say(printer, "(");
  for (uint32_t i = 0; i < set->count; i++) {
    if (i > 0) say(printer, ", ");
    put_value(printer, set->kind, set->kind == KIND_T ? 0 : set->numbers[i],
              set->kind == KIND_T ? set->texts[i] : TEXT(""));
  }
  say(printer, ")");
}

static void put_immediate(struct printer *printer, const struct ir_node *node) {
  const struct pool *pool = &printer->plan->pool;
  if (op_infos[node->op].imm != IMM_NONE) say(printer, " ");
  switch (op_infos[node->op].imm) {
    case IMM_NONE: break;
    case IMM_CONST: {
      const struct ir_constant *constant = &pool->constants[node->imm];
      put_value(printer, constant->kind, constant->value, constant->text);
      break;
    }
    case IMM_PARAM: put_text(printer, printer->plan->module->params.at[node->imm]->name); break;
    case IMM_SET: put_set(printer, &pool->sets[node->imm]); break;
    case IMM_REGEX: put_value(printer, KIND_T, 0, pool->regexes[node->imm]); break;
    case IMM_MEASURE: break;
  }
}

/* The name in lower case, the operands by `name_of`, the immediate. */
static void put_operation(struct printer *printer, const struct ir_node *node, char letter, const uint32_t *name_of) {
  if (node->op == IR_COLUMN) {
    say(printer, "column ");
    put_text(printer, printer->plan->module->columns.at[node->imm]->name);
    return;
  }
  for (const char *c = op_infos[node->op].name; *c; c++) {
    char lower = *c >= 'A' && *c <= 'Z' ? (char)(*c | 32) : *c;
    put(printer, &lower, 1);
  }
  const uint32_t operands[] = {node->a, node->b, node->c};
  for (int i = 0; i < 3; i++)
    if (operands[i] != NONE32) say(printer, " %c%u", letter, name_of ? name_of[operands[i]] : operands[i]);
  put_immediate(printer, node);
}

/* -- A plan --------------------------------------------------------------------------- */

static void put_root(struct printer *printer, const char *what, struct rung_text name, uint32_t id) {
  say(printer, "%s ", what);
  put_text(printer, name);
  say(printer, " = %%%u\n", id);
}

static void put_roots(struct printer *printer, const struct stage *stage) {
  const struct module *module = printer->plan->module;
  for (uint32_t i = 0; i < module->rules.count; i++)
    say(printer, "rule %u when %%%u fires %%%u\n", i, stage->roots[stage->rules + 2 * i],
        stage->roots[stage->rules + 2 * i + 1]);
  const uint32_t *label = stage->roots + stage->labels;
  for (uint32_t i = 0; i < module->labels.count; i++) put_root(printer, "label", module->labels.at[i]->name, *label++);
  for (uint32_t i = 0; i < module->tags.count; i++) put_root(printer, "tag", module->tags.at[i]->name, *label++);
  for (uint32_t i = 0; i < module->shows.count; i++)
    put_root(printer, "show", module->shows.at[i]->text, stage->roots[stage->shows + i]);
  if (stage->filter < stage->root_count) say(printer, "only %%%u\n", stage->roots[stage->filter]);
}

enum rung_status print_plan(const struct plan *plan, rung_write_fn *write, void *context) {
  struct printer printer = {.plan = plan, .write = write, .context = context};
  for (uint32_t id = 0; id < plan->ir.count; id++) {
    const struct ir_node *node = &plan->ir.nodes[id];
    if (node->op != OP_FAULT) say(&printer, "%%%u = ", id);
    put_operation(&printer, node, '%', NULL);
    say(&printer, "\n");
  }
  for (uint32_t i = 0; i < plan->stage_count; i++) {
    say(&printer, "scan ");
    put_text(&printer, plan->stages[i].table);
    say(&printer, " and write rows\n");
    put_roots(&printer, &plan->stages[i]);
  }
  return printer.stopped ? RUNG_NO_RESOURCE : RUNG_OK;
}

/* -- Code -------------------------------------------------------------------------------- */

enum rung_status print_code(const struct plan *plan, const struct code *code, rung_write_fn *write, void *context) {
  struct printer printer = {.plan = plan, .write = write, .context = context};
  for (uint32_t i = 0; i < code->column_count; i++) {
    say(&printer, "r%u = column ", i);
    put_text(&printer, plan->module->columns.at[code->columns[i]]->name);
    say(&printer, "\n");
  }
  for (uint32_t i = 0; i < code->inst_count; i++) {
    if (i == code->prologue) say(&printer, "for each batch\n");
    const struct code_inst *inst = &code->insts[i];
    if (inst->dst != NONE32) say(&printer, "r%u = ", inst->dst);
    put_operation(&printer, &plan->ir.nodes[inst->node], 'r', code->reg_of);
    say(&printer, "\n");
  }
  return printer.stopped ? RUNG_NO_RESOURCE : RUNG_OK;
}
