/* lower_tables.c - turns into nodes what an expression asks of other rows: aggregates of related tables, populations,
   and what the last run said. */
#include "planner.h"

static uint32_t aggregate(struct planner *planner, const struct ast *node, const struct ir_ask *ask, uint32_t value,
                          uint32_t order, uint32_t where) {
  uint32_t imm = pool_ask(planner->ir, *ask);
  planner->ir->at = node->at;
  return ir_make(planner->ir, (struct ir_node){.op = IR_AGGREGATE, .a = value, .b = order, .c = where, .imm = imm,
                                               .kind = (uint8_t)type_kind(ask->type)});
}

/* The rows of a table that `enter` goes into have no aggregates of their own. */
static bool enter(struct planner *planner, const struct symbol *table) {
  bool from_customers = !planner->scanned && table;
  if (from_customers) planner->scanned = table;
  else plan_defect(planner, "an aggregate inside a related table");
  return from_customers;
}

static uint32_t lower_optional(struct planner *planner, const struct ast *node) {
  if (node->kind == AST_NONE) return NONE32;
  return lower(planner, node);
}

static uint32_t lower_aggregate(struct planner *planner, const struct ast *node) {
  const struct symbol *table = node->child[0]->symbol;
  if (!enter(planner, table)) return 0;
  uint32_t value = lower_optional(planner, node->child[1]), order = lower_optional(planner, node->child[2]);
  uint32_t where = lower_optional(planner, node->child[3]);
  planner->scanned = NULL;
  const struct ir_ask ask = {.table = table->index, .function = node->function, .type = node->type};
  return aggregate(planner, node, &ask, value, order, where);
}

uint32_t lower_said(struct planner *planner, const struct ast *node, const struct symbol *column) {
  if (!enter(planner, column->table)) return 0;
  uint32_t value = lower_symbol(planner, column);
  planner->scanned = NULL;
  const struct ir_ask ask = {.table = column->table->index, .function = AGGREGATE_ONLY, .type = column->type};
  return aggregate(planner, node, &ask, value, NONE32, NONE32);
}

static uint32_t campaign_part(struct planner *planner, const struct ast *node, const struct symbol *campaign) {
  if (!planner->campaigns) return plan_defect(planner, "a campaign before campaigns are decided");
  const struct campaign_plan *plan = &planner->campaigns[campaign->index];
  switch ((enum campaign_part)node->function) {
    case PART_ELIGIBLE: return plan->eligible;
    case PART_OUTCOME: return plan->outcomes[node->value];
    case PART_CHANNEL: return plan->channels[node->value];
    case PART_VARIANT: return plan->variants[node->value];
  }
  return plan_defect(planner, "no part of a campaign");
}

/* Of a table: in a condition or let of the table itself it is the row's own value. */
static uint32_t lower_field(struct planner *planner, const struct ast *node) {
  const struct symbol *table = node->child[0]->symbol, *symbol = node->child[1]->symbol;
  if (table && table->kind == SYMBOL_CAMPAIGN) return campaign_part(planner, node, table);
  if (!table || !symbol) return plan_defect(planner, "a name without a meaning");
  planner->ir->at = node->at;
  return planner->scanned == table ? lower_symbol(planner, symbol) : lower_said(planner, node, symbol);
}

/* One of its labels stands between `|`: its name, perhaps with channel and variant behind colons, as they were then. */
static uint32_t had_campaign(struct planner *planner, const struct ast *node, uint32_t said, struct rung_text name) {
  struct ir *ir = planner->ir;
  uint32_t alone = lower_item(planner, node, said, ir_text(ir, name), TEXT("|"));
  uint32_t prefix = ir_text(ir, arena_print(ir->arena, "%.*s:", TEXT_ARG(name)));
  uint32_t later = ir_text(ir, arena_print(ir->arena, "|%.*s:", TEXT_ARG(name)));
  uint32_t control = ir_text(ir, arena_print(ir->arena, "%.*s:control", TEXT_ARG(name)));
  uint32_t any = lower_op(planner, node, OP_OR, alone, lower_op(planner, node, OP_STARTS, said, prefix));
  any = lower_op(planner, node, OP_OR, any, lower_op(planner, node, OP_CONTAINS, said, later));
  uint32_t controlled = lower_item(planner, node, said, control, TEXT("|"));
  return lower_op(planner, node, OP_AND, any, lower_op(planner, node, OP_NOT, controlled, NONE32));
}

/* A status had the label when that is its text; of the tags, which stand between `|`, each may be the one. */
uint32_t lower_had(struct planner *planner, const struct ast *node, const struct symbol *column,
                   const struct symbol *name, struct rung_text written) {
  if (!enter(planner, column->table)) return 0;
  planner->ir->at = node->at;
  uint32_t said = lower_symbol(planner, column), wanted = ir_text(planner->ir, name->name), where;
  if (name->kind == SYMBOL_LABEL) where = lower_op(planner, node, OP_EQ_T, said, wanted);
  else if (name->kind == SYMBOL_CAMPAIGN) where = had_campaign(planner, node, said, name->name);
  else where = lower_item(planner, node, said, wanted, TEXT("|"));
  planner->scanned = NULL;
  const struct ir_ask ask = {.table = column->table->index, .function = AGGREGATE_ANY, .type = TYPE_FLAG,
                             .source = arena_print(planner->ir->arena, "was %.*s", TEXT_ARG(written))};
  return aggregate(planner, node, &ask, NONE32, NONE32, where);
}

uint32_t lower_knew(struct planner *planner, const struct ast *node) {
  const struct symbol *previous = planner->module->previous;
  if (!previous) return plan_defect(planner, "a comparison with a last run that there is not");
  const struct ir_ask ask = {.table = previous->index, .function = AGGREGATE_ANY, .type = TYPE_FLAG,
                             .source = arena_print(planner->ir->arena, "any of %.*s", TEXT_ARG(previous->name))};
  return aggregate(planner, node, &ask, NONE32, NONE32, NONE32);
}

static uint32_t lower_was(struct planner *planner, const struct ast *node) {
  const struct symbol *column = node->symbol, *name = node->child[0]->symbol;
  if (!column || !name) return plan_defect(planner, "a name without a meaning");
  struct rung_text written = source_text(&planner->module->sources, node->child[0]->at); /* also of `became` */
  return lower_had(planner, node, column, name, written);
}

static uint32_t lower_became(struct planner *planner, const struct ast *node) {
  const struct symbol *name = node->child[0]->symbol;
  uint32_t was = lower_was(planner, node);
  uint32_t is = planned(planner, (name->kind == SYMBOL_LABEL ? planner->labels : planner->tags)[name->index]);
  return lower_op(planner, node, OP_AND, is, lower_op(planner, node, OP_NOT, was, NONE32));
}

static uint32_t lower_measure(struct planner *planner, const struct ast *node) {
  static const uint32_t ops[KIND_COUNT] = {
      [KIND_F] = OP_MEASURE_F, [KIND_I] = OP_MEASURE_I, [KIND_N] = OP_MEASURE_N, [KIND_D] = OP_MEASURE_D,
      [KIND_T] = OP_NONE,      [KIND_S] = OP_NONE,
  };
  enum kind kind = type_kind(node->type);
  uint32_t value = lower(planner, node->child[0]);
  type_t value_type = node->child[0]->type;
  if (value_type == TYPE_DATETIME) {
    value = lower_as(planner, node->child[0], KIND_D);
    value_type = TYPE_DATE;
  }
  if (kind == KIND_NONE || ops[kind] == OP_NONE) return plan_defect(planner, "a population without a type");
  const struct ir_ask ask = {.table = NONE32, .function = node->function, .type = node->type, .value_type = value_type,
                             .top = node->function == MEASURE_TOP ? node->value : 0};
  uint32_t imm = pool_ask(planner->ir, ask);
  planner->ir->at = node->at;
  return ir_imm(planner->ir, ops[kind], value, imm);
}

uint32_t lower_tables(struct planner *planner, const struct ast *node) {
  switch ((enum ast_kind)node->kind) {
    case AST_AGGREGATE: return lower_aggregate(planner, node);
    case AST_FIELD: return lower_field(planner, node);
    case AST_WAS: return lower_was(planner, node);
    case AST_BECAME: return lower_became(planner, node);
    case AST_MEASURE: return lower_measure(planner, node);
    default: return plan_defect(planner, "a part of a statement where a value should be");
  }
}
