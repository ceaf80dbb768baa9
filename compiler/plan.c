/* plan.c - turns the typed tree into stages: definitions, rules, statuses, scores; lower.c does their expressions. */
#include "planner.h"

#include <string.h>

/* Rules grouped by what they give: those of group g are rules[first[g]] to rules[first[g + 1] - 1], in order. */
struct groups {
  uint32_t *first, *rules;
};

/* -- One definition ----------------------------------------------------------------------- */

static struct rung_text rule_name(struct plan *plan, const struct ast *rule) {
  if (rule->child[0]->kind != AST_NONE) return rule->child[0]->text;
  return rule_gives(plan->arena, rule);
}

static void plan_let(struct planner *planner, const struct symbol *let) {
  planner->ir->owner = let->name;
  planner->lets[let->index] = lower(planner, let->decl->child[1]);
}

static void plan_rule(struct planner *planner, uint32_t index) {
  const struct ast *rule = planner->module->rules.at[index];
  if (planner->fires[index] != NONE32) return;
  planner->ir->owner = rule_name(planner->plan, rule);
  uint32_t condition = lower(planner, rule->child[1]);
  planner->ir->at = rule->child[1]->at;
  planner->conditions[index] = condition;
  planner->fires[index] = ir_1(planner->ir, OP_SURE, condition);
}

static uint32_t either(struct ir *ir, uint32_t a, uint32_t b) { return a == NONE32 ? b : ir_2(ir, OP_OR, a, b); }

/* What a rule needs stands before its tags in module->order, so a rule can be planned with the first of them. */
static void plan_tag(struct planner *planner, const struct groups *of_tag, const struct symbol *tag) {
  const uint32_t *first = &of_tag->first[tag->index];
  uint32_t given = NONE32;
  for (uint32_t i = first[0]; i < first[1]; i++) plan_rule(planner, of_tag->rules[i]);
  planner->ir->owner = tag->name;
  planner->ir->at = tag->decl->at;
  for (uint32_t i = first[0]; i < first[1]; i++) given = either(planner->ir, given, planner->fires[of_tag->rules[i]]);
  planner->tags[tag->index] = given == NONE32 ? plan_defect(planner, "a tag that no rule gives") : given;
}

/* First match wins: an arm fires where its condition is true and no earlier arm's was.  `earlier` stands on the left,
   so that faults.c finds the condition undemanded where an earlier arm has decided. */
static void plan_status(struct planner *planner, const struct groups *of_status, const struct symbol *status) {
  struct ir *ir = planner->ir;
  uint32_t earlier = NONE32;
  ir->owner = status->name;
  for (uint32_t i = of_status->first[status->index]; i < of_status->first[status->index + 1]; i++) {
    uint32_t rule = of_status->rules[i];
    const struct ast *arm = planner->module->rules.at[rule];
    bool otherwise = arm->child[0]->kind == AST_NONE;
    ir->at = arm->at;
    uint32_t condition = otherwise ? ir_constant(ir, KIND_F, 1) : lower(planner, arm->child[0]);
    ir->at = otherwise ? arm->at : arm->child[0]->at;
    uint32_t sure = ir_1(ir, OP_SURE, condition);
    uint32_t fires = earlier == NONE32 ? sure : ir_2(ir, OP_AND, ir_1(ir, OP_NOT, earlier), sure);
    earlier = either(ir, earlier, sure);
    planner->conditions[rule] = condition;
    planner->fires[rule] = fires;
    uint32_t *label = &planner->labels[arm->child[1]->symbol->index];
    *label = either(ir, *label, fires);
  }
  planner->any_label[status->index] = earlier == NONE32 ? ir_constant(ir, KIND_F, 0) : earlier;
}

/* -- Scores ------------------------------------------------------------------------------------ */

/* Counts the rows where points are due and missing, which add nothing. */
static void watch_points(struct planner *planner, uint32_t points, uint32_t due) {
  if (planner->ir->nodes[points].never_missing) return;
  stage_watch(rows_stage(planner->plan), planner->ir, ir_2(planner->ir, OP_FAULT, points, due));
}

static uint32_t add_points(struct planner *planner, const struct ast *line, enum kind kind, uint32_t sum) {
  struct ir *ir = planner->ir;
  uint32_t condition = lower(planner, line->child[0]), points = lower_as(planner, line->child[1], kind);
  ir->at = line->at;
  uint32_t due = ir_1(ir, OP_SURE, condition), none = ir_constant(ir, kind, 0);
  watch_points(planner, points, due);
  points = ir_2(ir, family_op(FAMILY_ELSE, kind), points, none);
  points = ir_op(ir, family_op(FAMILY_IF, kind), due, points, none);
  return sum == NONE32 ? points : ir_2(ir, family_op(FAMILY_ADD, kind), sum, points);
}

static uint32_t limit(struct planner *planner, const struct ast *literal, enum kind kind) {
  int64_t value;
  planner->ir->at = literal->at;
  if (!literal_value(literal, kind, &value)) return plan_defect(planner, "points that are no number");
  return ir_constant(planner->ir, kind, value);
}

static uint32_t clamp(struct planner *planner, const struct ast *line, enum kind kind, uint32_t sum) {
  uint32_t least = limit(planner, line->child[0], kind), most = limit(planner, line->child[1], kind);
  planner->ir->at = line->at;
  sum = ir_2(planner->ir, family_op(FAMILY_MAX, kind), sum, least);
  return ir_2(planner->ir, family_op(FAMILY_MIN, kind), sum, most);
}

static void plan_score(struct planner *planner, const struct symbol *score) {
  const struct ast *decl = score->decl;
  enum kind kind = type_kind(score->type);
  bool starts = decl->child[1]->kind != AST_NONE;
  planner->ir->owner = score->name;
  planner->ir->at = decl->at;
  uint32_t sum = starts ? limit(planner, decl->child[1], kind) : NONE32;
  for (uint32_t i = 2; i < decl->count; i++)
    if (decl->child[i]->kind == AST_POINTS) sum = add_points(planner, decl->child[i], kind, sum);
  for (uint32_t i = 2; i < decl->count && sum != NONE32; i++)
    if (decl->child[i]->kind == AST_CLAMP) sum = clamp(planner, decl->child[i], kind, sum);
  planner->scores[score->index] = sum == NONE32 ? plan_defect(planner, "a score without points") : sum;
}

/* -- Groups of rules ---------------------------------------------------------------------------- */

/* The groups that rule i belongs to are the symbols of these of its children. */
static void given_symbols(const struct ast *rule, uint32_t *begin, uint32_t *end) {
  *begin = rule->kind == AST_ARM ? 1 : 3;
  *end = rule->kind == AST_ARM ? 2 : rule->count;
}

static bool group_rules(struct planner *planner, enum ast_kind kind, uint32_t group_count, struct groups *groups) {
  const struct ast_list *rules = &planner->module->rules;
  struct arena *arena = planner->plan->arena;
  groups->first = arena_alloc(arena, (group_count + 2) * sizeof *groups->first);
  if (!groups->first) return false;
  for (int filling = 0; filling < 2; filling++) {
    for (uint32_t i = 0, child, end; i < rules->count; i++) {
      const struct ast *rule = rules->at[i];
      if (rule->kind != kind) continue;
      for (given_symbols(rule, &child, &end); child < end; child++) {
        const struct symbol *symbol = rule->child[child]->symbol;
        uint32_t group = kind == AST_ARM ? symbol->status->index : symbol->index;
        /* first[g + 1] counts on the first round, and is where the next rule goes on the second. */
        if (filling) groups->rules[groups->first[group + 1]++] = i;
        else groups->first[group + 2]++;
      }
    }
    if (filling) break;
    for (uint32_t g = 2; g <= group_count + 1; g++) groups->first[g] += groups->first[g - 1];
    groups->rules = arena_alloc(arena, (groups->first[group_count + 1] + 1) * sizeof *groups->rules);
    if (!groups->rules) return false;
  }
  return true;
}

struct rung_text rule_gives(struct arena *arena, const struct ast *rule) {
  uint32_t begin, end;
  size_t length = 0, at = 0;
  given_symbols(rule, &begin, &end);
  if (end - begin == 1) return rule->child[begin]->text;
  for (uint32_t i = begin; i < end; i++) length += rule->child[i]->text.length + 2;
  char *bytes = arena_alloc(arena, length + 1);
  for (uint32_t i = begin; bytes && i < end; i++) {
    struct rung_text name = rule->child[i]->text;
    if (i > begin) bytes[at++] = ',', bytes[at++] = ' ';
    memcpy(bytes + at, name.bytes, name.length);
    at += name.length;
  }
  return (struct rung_text){bytes, at};
}

/* -- The stages ------------------------------------------------------------------------------------- */

/* What the rows of a related table have computed for them. */
static void plan_table(struct planner *planner, const struct symbol *table) {
  const struct symbols *lets = &table->dump->lets;
  planner->scanned = table;
  for (uint32_t i = 0; i < lets->count; i++) {
    if (!lets->at[i]->used) continue;
    planner->ir->owner = lets->at[i]->name;
    planner->table_lets[table->index][i] = lower(planner, lets->at[i]->decl->child[1]);
  }
  planner->scanned = NULL;
}

/* Every rule gives a tag and every arm belongs to a status, so this plans all of them. */
static void plan_definitions(struct planner *planner) {
  const struct module *module = planner->module;
  struct groups of_tag, of_status;
  if (!group_rules(planner, AST_RULE, module->tags.count, &of_tag)) return;
  if (!group_rules(planner, AST_ARM, module->statuses.count, &of_status)) return;
  for (uint32_t i = 0; i < module->tables.count; i++) plan_table(planner, module->tables.at[i]);
  for (uint32_t i = 0; i < module->order.count && !planner->plan->arena->failed; i++) {
    const struct symbol *symbol = module->order.at[i];
    if (symbol->kind == SYMBOL_LET && symbol->used) plan_let(planner, symbol);
    if (symbol->kind == SYMBOL_TAG) plan_tag(planner, &of_tag, symbol);
    if (symbol->kind == SYMBOL_STATUS) plan_status(planner, &of_status, symbol);
    if (symbol->kind == SYMBOL_SCORE) plan_score(planner, symbol);
  }
}

uint32_t plan_root(struct planner *planner, uint32_t id) {
  struct stage *stage = rows_stage(planner->plan);
  uint32_t *grown =
      arena_grow(planner->plan->arena, stage->roots, stage->root_count, &stage->root_room, sizeof *grown);
  if (!grown) return 0;
  stage->roots = grown;
  grown[stage->root_count] = id == NONE32 ? plan_defect(planner, "a result that was never planned") : id;
  return stage->root_count++;
}

static void add_roots(struct planner *planner, const uint32_t *ids, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) plan_root(planner, ids[i]);
}

static void add_labels(struct planner *planner) {
  const struct module *module = planner->module;
  add_roots(planner, planner->labels, module->labels.count);
  add_roots(planner, planner->tags, module->tags.count);
  for (uint32_t i = 0; i < module->campaigns.count; i++) {
    const struct campaign *campaign = module->campaigns.at[i]->campaign;
    add_roots(planner, planner->campaigns[i].labels, campaign_labels(campaign));
    if (campaign->holdout) plan_root(planner, planner->campaigns[i].outcomes[OUTCOME_CONTROL]);
  }
}

static void add_shows(struct planner *planner) {
  const struct ast_list *shows = &planner->module->shows;
  for (uint32_t i = 0; i < shows->count; i++) {
    planner->ir->owner = shows->at[i]->text;
    plan_root(planner, lower(planner, shows->at[i]));
  }
}

static void add_campaigns(struct planner *planner) {
  for (uint32_t i = 0; i < planner->module->campaigns.count; i++) {
    plan_root(planner, planner->campaigns[i].eligible);
    add_roots(planner, planner->campaigns[i].outcomes, OUTCOME_COUNT_OF);
  }
}

static void add_filter(struct planner *planner) {
  const struct ast *only = planner->module->only;
  if (!only) return;
  planner->ir->owner = TEXT("--only");
  uint32_t condition = lower(planner, only);
  planner->ir->at = only->at;
  plan_root(planner, ir_1(planner->ir, OP_SURE, condition));
}

static void plan_rows_stage(struct planner *planner, struct stage *stage) {
  for (uint32_t i = 0; i < planner->module->rules.count; i++) {
    plan_root(planner, planner->conditions[i]);
    plan_root(planner, planner->fires[i]);
  }
  stage->labels = stage->root_count;
  add_labels(planner);
  stage->scores = stage->root_count;
  add_roots(planner, planner->scores, planner->module->scores.count);
  stage->shows = stage->root_count;
  add_shows(planner);
  stage->campaigns = stage->root_count;
  add_campaigns(planner);
  stage->amounts = stage->root_count;
  plan_amounts(planner);
  stage->guards = stage->root_count;
  plan_guards(planner);
  stage->filter = stage->root_count;
  add_filter(planner);
}

static uint32_t *nodes_for(struct planner *planner, uint32_t count) {
  uint32_t *nodes = arena_alloc(planner->plan->arena, (count + 1) * sizeof *nodes);
  if (nodes) memset(nodes, 0xff, (count + 1) * sizeof *nodes);
  return nodes;
}

/* Columns of all tables get numbers of their own. */
static void number_columns(struct planner *planner) {
  const struct module *module = planner->module;
  struct plan *plan = planner->plan;
  uint32_t count = module->columns.count;
  for (uint32_t i = 0; i < module->tables.count; i++) count += module->tables.at[i]->dump->columns.count;
  plan->columns = arena_alloc(plan->arena, (count + 1) * sizeof *plan->columns);
  planner->first_column = arena_alloc(plan->arena, (module->tables.count + 1) * sizeof *planner->first_column);
  if (!plan->columns || !planner->first_column) return;
  for (uint32_t i = 0; i < module->columns.count; i++) plan->columns[plan->column_count++] = module->columns.at[i];
  for (uint32_t t = 0; t < module->tables.count; t++) {
    const struct symbols *columns = &module->tables.at[t]->dump->columns;
    planner->first_column[t] = plan->column_count;
    for (uint32_t i = 0; i < columns->count; i++) plan->columns[plan->column_count++] = columns->at[i];
  }
}

static bool start(struct planner *planner) {
  const struct module *module = planner->module;
  struct arena *arena = planner->plan->arena;
  planner->lets = nodes_for(planner, module->lets.count);
  planner->tags = nodes_for(planner, module->tags.count);
  planner->labels = nodes_for(planner, module->labels.count);
  planner->scores = nodes_for(planner, module->scores.count);
  planner->any_label = nodes_for(planner, module->statuses.count);
  planner->conditions = nodes_for(planner, module->rules.count);
  planner->fires = nodes_for(planner, module->rules.count);
  planner->list_sets = nodes_for(planner, module->lists.count);
  planner->file_sets = nodes_for(planner, module->sources.count);
  planner->plan->stages = arena_alloc(arena, sizeof *planner->plan->stages);
  if (planner->plan->stages) planner->plan->stages[0] = (struct stage){.sink = SINK_ROWS, .table = NONE32};
  planner->plan->stage_count = 1;
  planner->table_lets = arena_alloc(arena, (module->tables.count + 1) * sizeof *planner->table_lets);
  for (uint32_t i = 0; planner->table_lets && i < module->tables.count; i++)
    planner->table_lets[i] = nodes_for(planner, module->tables.at[i]->dump->lets.count);
  number_columns(planner);
  return !arena->failed;
}

void plan_rules(struct plan *plan, const struct module *module, struct arena *arena) {
  *plan = (struct plan){.module = module, .arena = arena};
  struct planner planner = {.module = module, .plan = plan, .ir = &plan->ir};
  if (!ir_init(&plan->ir, arena, &plan->pool) || !start(&planner)) return;
  plan->ir.apart = true;
  plan_definitions(&planner);
  if (!arena->failed) plan_campaigns(&planner);
  if (arena->failed) return;
  plan_rows_stage(&planner, rows_stage(plan));
  if (!arena->failed) plan_tallies(&planner);
  if (!arena->failed) split_stages(plan);
  if (!arena->failed) plan_faults(plan);
}
