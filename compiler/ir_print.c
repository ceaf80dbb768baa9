/* ir_print.c - a plan and its code as text, for tests and the curious. */
#include "planner.h"

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

static void put_ask(struct printer *printer, const struct ir_node *node) {
  static const char *const aggregates[] = {
#define AGGREGATE(id, name, value, order, result, empty, gives) name,
#include "aggregates.def"
#undef AGGREGATE
  };
  static const char *const measures[] = {
#define MEASURE(id, name, kind, value, result, gives) name,
#include "measures.def"
#undef MEASURE
  };
  const struct ir_ask *ask = &printer->plan->pool.asks[node->imm];
  if (node->op == IR_AGGREGATE) {
    say(printer, "%s of ", aggregates[ask->function]);
    put_text(printer, printer->plan->module->tables.at[ask->table]->name);
  } else {
    say(printer, "%s", measures[ask->function]);
    if (ask->function == MEASURE_TOP) say(printer, " %lld", (long long)ask->top);
  }
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
    case IMM_MEASURE: put_ask(printer, node); break;
    case IMM_TALLY: say(printer, "%u", node->imm); break;
  }
}

static void put_column(struct printer *printer, const struct symbol *column) {
  say(printer, "column ");
  if (column->table) {
    put_text(printer, column->table->name);
    say(printer, ".");
  }
  put_text(printer, column->name);
}

/* The name in lower case, the operands, the immediate. */
static void put_operation(struct printer *printer, const struct ir_node *node, char letter,
                          const uint32_t operands[3]) {
  for (const char *c = op_infos[node->op].name; *c; c++) {
    char lower = *c >= 'A' && *c <= 'Z' ? (char)(*c | 32) : *c;
    put(printer, &lower, 1);
  }
  for (int i = 0; i < 3; i++)
    if (operands[i] != NONE32) say(printer, " %c%u", letter, operands[i]);
  put_immediate(printer, node);
}

static void put_aggregate(struct printer *printer, const struct ir_node *node) {
  put_ask(printer, node);
  if (node->a != NONE32) say(printer, " %%%u", node->a);
  if (node->b != NONE32) say(printer, " by %%%u", node->b);
  if (node->c != NONE32) say(printer, " where %%%u", node->c);
}

/* What is asked where a quota is gathered. */
static void put_inputs(struct printer *printer, const struct ir_node *node) {
  static const char *const words[] = {"cost", "limit of each", "limit", "budget"};
  const struct ir *ir = &printer->plan->ir;
  const struct ir_ask *ask = &printer->plan->pool.asks[node->imm];
  if (ask->ascending) say(printer, " ascending");
  for (int i = 0; i < QUOTA_INPUTS; i++)
    if (ir->quotas[ask->quota].inputs[i] != NONE32)
      say(printer, " %s %%%u", words[i], ir->quotas[ask->quota].inputs[i]);
}

/* -- A plan --------------------------------------------------------------------------- */

static void put_root(struct printer *printer, const char *what, struct rung_text name, uint32_t id) {
  say(printer, "%s ", what);
  put_text(printer, name);
  say(printer, " = %%%u\n", id);
}

static void put_campaigns(struct printer *printer, const struct stage *stage) {
  static const char *const outcomes[] = {
#define OUTCOME(id, name, text) name,
#include "outcomes.def"
#undef OUTCOME
  };
  const struct symbols *campaigns = &printer->plan->module->campaigns;
  uint32_t root = stage->campaigns;
  for (uint32_t i = 0; i < campaigns->count; i++) {
    say(printer, "campaign ");
    put_text(printer, campaigns->at[i]->name);
    say(printer, " eligible %%%u", stage->roots[root++]);
    for (int k = 0; k < OUTCOME_COUNT_OF; k++) say(printer, " %s %%%u", outcomes[k], stage->roots[root++]);
    say(printer, "\n");
  }
}

static void put_guards(struct printer *printer, const struct stage *stage) {
  for (uint32_t i = 0; i < printer->plan->module->guards.count; i++) {
    const struct plan_guard *guard = &printer->plan->guards[i];
    say(printer, "guard %u value %%%u", i, stage->roots[guard->value]);
    if (guard->of != NONE32) say(printer, " of %%%u", stage->roots[guard->of]);
    if (guard->limit != NONE32) say(printer, " limit %%%u", stage->roots[guard->limit]);
    say(printer, "\n");
  }
}

static void put_amounts(struct printer *printer, const struct stage *stage) {
  static const char *const names[] = {
#define AMOUNT(id, least, most, text) #id,
#include "amounts.def"
#undef AMOUNT
  };
  for (uint32_t i = 0; i < printer->plan->amount_count; i++) {
    const struct plan_amount *amount = &printer->plan->amounts[i];
    say(printer, "amount %s of ", names[amount->kind]);
    put_text(printer, amount->campaign->name);
    say(printer, " %%%u\n", stage->roots[stage->amounts + i]);
  }
}

static void put_campaign_labels(struct printer *printer, const struct stage *stage, const struct campaign *campaign,
                                uint32_t *label) {
  const uint32_t count = campaign_labels(campaign) + (campaign->holdout ? 1 : 0);
  for (uint32_t i = 0; i < count; i++)
    put_root(printer, "label", campaign_label(printer->plan->arena, campaign, i), stage->roots[(*label)++]);
}

static void put_results(struct printer *printer, const struct stage *stage) {
  const struct module *module = printer->plan->module;
  for (uint32_t i = 0; i < module->rules.count; i++)
    say(printer, "rule %u when %%%u fires %%%u\n", i, stage->roots[stage->rules + 2 * i],
        stage->roots[stage->rules + 2 * i + 1]);
  uint32_t label = stage->labels;
  for (uint32_t i = 0; i < module->labels.count; i++)
    put_root(printer, "label", module->labels.at[i]->name, stage->roots[label++]);
  for (uint32_t i = 0; i < module->tags.count; i++)
    put_root(printer, "tag", module->tags.at[i]->name, stage->roots[label++]);
  for (uint32_t i = 0; i < module->campaigns.count; i++)
    put_campaign_labels(printer, stage, module->campaigns.at[i]->campaign, &label);
  for (uint32_t i = 0; i < module->scores.count; i++)
    put_root(printer, "score", module->scores.at[i]->name, stage->roots[stage->scores + i]);
  for (uint32_t i = 0; i < module->shows.count; i++)
    put_root(printer, "show", module->shows.at[i]->text, stage->roots[stage->shows + i]);
  put_campaigns(printer, stage);
  put_amounts(printer, stage);
  put_guards(printer, stage);
  if (stage->filter < stage->root_count) say(printer, "only %%%u\n", stage->roots[stage->filter]);
}

static void put_stage(struct printer *printer, const struct stage *stage) {
  static const char *const sinks[] = {
      [SINK_ROWS] = "write rows", [SINK_AGGREGATE] = "gather by key", [SINK_COLLECT] = "collect"};
  const struct module *module = printer->plan->module;
  say(printer, "scan ");
  put_text(printer, stage->table == NONE32 ? module->table : module->tables.at[stage->table]->name);
  say(printer, " and %s\n", sinks[stage->sink]);
}

enum rung_status print_plan(const struct plan *plan, rung_write_fn *write, void *context) {
  struct printer printer = {.plan = plan, .write = write, .context = context};
  for (uint32_t id = 0; id < plan->ir.count; id++) {
    const struct ir_node *node = &plan->ir.nodes[id];
    const uint32_t operands[] = {node->a, node->b, node->c};
    if (!op_is_counter(node->op)) say(&printer, "%%%u = ", id);
    if (node->op == IR_COLUMN) put_column(&printer, plan->columns[node->imm]);
    else if (node->op == IR_AGGREGATE) put_aggregate(&printer, node);
    else put_operation(&printer, node, '%', operands);
    if (op_is_quota(node->op)) put_inputs(&printer, node);
    say(&printer, "\n");
  }
  for (uint32_t i = 0; i < plan->stage_count; i++) {
    const struct stage *stage = &plan->stages[i];
    put_stage(&printer, stage);
    if (stage->sink == SINK_ROWS) {
      put_results(&printer, stage);
      continue;
    }
    say(&printer, "take");
    for (uint32_t r = 0; r < stage->root_count; r++) say(&printer, " %%%u", stage->roots[r]);
    say(&printer, "\n");
  }
  return printer.stopped ? RUNG_NO_RESOURCE : RUNG_OK;
}

/* -- Code -------------------------------------------------------------------------------- */

static void put_code(struct printer *printer, const struct code *code) {
  const struct plan *plan = printer->plan;
  for (uint32_t i = 0; i < code->column_count; i++) {
    const struct code_column *column = &code->columns[i];
    say(printer, "r%u = ", i);
    if (column->column == NONE32) put_ask(printer, &plan->ir.nodes[column->node]);
    else put_column(printer, plan->columns[column->column]);
    say(printer, "\n");
  }
  for (uint32_t i = 0; i < code->inst_count; i++) {
    if (i == code->prologue) say(printer, "for each batch\n");
    const struct code_inst *inst = &code->insts[i];
    const uint32_t operands[] = {inst->a, inst->b, inst->c};
    if (inst->dst != NONE32) say(printer, "r%u = ", inst->dst);
    put_operation(printer, &plan->ir.nodes[inst->node], 'r', operands);
    say(printer, "\n");
  }
}

enum rung_status print_code(const struct plan *plan, const struct code *codes, rung_write_fn *write, void *context) {
  struct printer printer = {.plan = plan, .write = write, .context = context};
  for (uint32_t i = 0; i < plan->stage_count; i++) {
    const struct stage *stage = &plan->stages[i];
    if (plan->stage_count > 1) put_stage(&printer, stage);
    put_code(&printer, &codes[i]);
    if (stage->sink == SINK_ROWS) continue;
    say(&printer, "take");
    for (uint32_t r = 0; r < stage->root_count; r++) say(&printer, " r%u", codes[i].root_regs[r]);
    say(&printer, "\n");
  }
  return printer.stopped ? RUNG_NO_RESOURCE : RUNG_OK;
}
