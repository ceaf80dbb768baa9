/* emit_results.c - the records of what the last stage computes: labels, shows, rules, campaigns, amounts, guards,
   tallies. */
#include "emit_parts.h"

static const struct stage *results(const struct emitter *emitter) { return rows_stage(emitter->plan); }

static uint32_t root_reg(const struct emitter *emitter, uint32_t root) {
  return root == NONE32 ? NONE32 : emitter->codes[emitter->plan->stage_count - 1].root_regs[root];
}

/* -- Labels ------------------------------------------------------------------------ */

static bool start_outputs(struct emitter *emitter) {
  const struct module *module = emitter->module;
  struct program_tables *tables = emitter->tables;
  enum { TAGS_AND_CAMPAIGNS = 2 };
  tables->labels = emit_records(emitter, results(emitter)->scores - results(emitter)->labels, sizeof *tables->labels);
  tables->outputs = emit_records(
      emitter, module->statuses.count + TAGS_AND_CAMPAIGNS + module->scores.count + module->shows.count,
      sizeof *tables->outputs);
  return tables->labels && tables->outputs;
}

/* Labels stand in the order of their roots. */
static void emit_label(struct emitter *emitter, struct rung_text name, uint32_t status) {
  struct program_tables *tables = emitter->tables;
  uint32_t i = (uint32_t)tables->label_count++;
  tables->labels[i] = (struct prog_label){name, status, root_reg(emitter, results(emitter)->labels + i)};
}

/* Those of a status stand together, in the order of the statuses. */
static void emit_statuses(struct emitter *emitter) {
  const struct module *module = emitter->module;
  struct program_tables *tables = emitter->tables;
  for (uint32_t i = 0; i < module->statuses.count; i++)
    tables->outputs[i] = (struct prog_output){.kind = OUTPUT_STATUS, .name = module->statuses.at[i]->name};
  tables->output_count = module->statuses.count;
  for (uint32_t i = 0; i < module->labels.count; i++) {
    struct prog_output *output = &tables->outputs[module->labels.at[i]->status->index];
    if (output->count++ == 0) output->first = i;
    emit_label(emitter, module->labels.at[i]->name, module->labels.at[i]->status->index);
  }
}

static void emit_list(struct emitter *emitter, enum output_kind kind, struct rung_text name, size_t first) {
  struct program_tables *tables = emitter->tables;
  if (tables->label_count > first)
    tables->outputs[tables->output_count++] =
        (struct prog_output){kind, name, (uint32_t)first, (uint32_t)(tables->label_count - first)};
}

static void emit_tags(struct emitter *emitter) {
  const struct symbols *tags = &emitter->module->tags;
  size_t first = emitter->tables->label_count;
  for (uint32_t i = 0; i < tags->count; i++) emit_label(emitter, tags->at[i]->name, NONE32);
  emit_list(emitter, OUTPUT_TAGS, TEXT("tags"), first);
}

/* -- Shows --------------------------------------------------------------------------- */

static void emit_show(struct emitter *emitter, enum output_kind kind, const struct symbol *symbol, uint32_t root) {
  struct program_tables *tables = emitter->tables;
  uint32_t show = (uint32_t)tables->show_count++;
  tables->shows[show] = (struct prog_show){symbol->name, symbol->type, root_reg(emitter, root)};
  tables->outputs[tables->output_count++] = (struct prog_output){kind, symbol->name, show, 1};
}

static bool start_shows(struct emitter *emitter) {
  const struct module *module = emitter->module;
  struct program_tables *tables = emitter->tables;
  tables->shows = emit_records(emitter, module->scores.count + module->shows.count, sizeof *tables->shows);
  return tables->shows;
}

static void emit_scores(struct emitter *emitter) {
  const struct symbols *scores = &emitter->module->scores;
  for (uint32_t i = 0; i < scores->count; i++)
    emit_show(emitter, OUTPUT_SCORE, scores->at[i], results(emitter)->scores + i);
}

static void emit_shows(struct emitter *emitter) {
  const struct ast_list *shows = &emitter->module->shows;
  for (uint32_t i = 0; i < shows->count; i++)
    emit_show(emitter, OUTPUT_SHOW, shows->at[i]->symbol, results(emitter)->shows + i);
}

/* -- Rules ------------------------------------------------------------------------------ */

static struct rung_text text_or_empty(const struct ast *node) {
  return node->kind == AST_NONE ? TEXT("") : node->text;
}

static void emit_rules(struct emitter *emitter) {
  const struct ast_list *rules = &emitter->module->rules;
  struct prog_rule *out = emit_records(emitter, rules->count, sizeof *out);
  for (uint32_t i = 0; out && i < rules->count; i++) {
    const struct ast *rule = rules->at[i];
    out[i] = (struct prog_rule){
        .name = rule->kind == AST_RULE ? text_or_empty(rule->child[0]) : TEXT(""),
        .gives = rule_gives(emitter->arena, rule),
        .because = text_or_empty(rule->child[2]),
        .place = emit_place(emitter, rule->at),
        .condition = root_reg(emitter, results(emitter)->rules + 2 * i),
        .fires = root_reg(emitter, results(emitter)->rules + 2 * i + 1),
    };
  }
  emitter->tables->rules = out;
  emitter->tables->rule_count = rules->count;
}

/* -- Campaigns ---------------------------------------------------------------------------- */

static void emit_campaign(struct emitter *emitter, const struct campaign *campaign, uint32_t *root) {
  struct program_tables *tables = emitter->tables;
  const uint32_t labels = campaign_labels(campaign);
  struct prog_campaign *out = &tables->campaigns[tables->campaign_count++];
  *out = (struct prog_campaign){.name = campaign->symbol->name, .title = campaign->title,
                                .place = emit_place(emitter, campaign->decl->child[0]->at),
                                .outcomes = (uint32_t)tables->outcome_count,
                                .first_label = (uint32_t)tables->label_count, .label_count = labels,
                                .control = NONE32, .channels = campaign->channels.count,
                                .variants = campaign->variants.count};
  out->eligible = root_reg(emitter, (*root)++);
  for (int i = 0; i < OUTCOME_COUNT_OF; i++)
    tables->outcomes[tables->outcome_count++].reg = root_reg(emitter, (*root)++);
  for (uint32_t i = 0; i < labels; i++) emit_label(emitter, campaign_label(emitter->arena, campaign, i), NONE32);
  if (!campaign->holdout) return;
  out->control = (uint32_t)tables->label_count;
  emit_label(emitter, campaign_label(emitter->arena, campaign, labels), NONE32);
}

static void emit_campaigns(struct emitter *emitter) {
  const struct symbols *campaigns = &emitter->module->campaigns;
  struct program_tables *tables = emitter->tables;
  tables->campaigns = emit_records(emitter, campaigns->count, sizeof *tables->campaigns);
  tables->outcomes = emit_records(emitter, (size_t)campaigns->count * OUTCOME_COUNT_OF, sizeof *tables->outcomes);
  if (!tables->campaigns || !tables->outcomes) return;
  size_t first = tables->label_count;
  uint32_t root = results(emitter)->campaigns;
  for (uint32_t i = 0; i < campaigns->count; i++) emit_campaign(emitter, campaigns->at[i]->campaign, &root);
  emit_list(emitter, OUTPUT_CAMPAIGNS, TEXT("campaigns"), first);
}

static void emit_amounts(struct emitter *emitter) {
  const struct plan *plan = emitter->plan;
  struct prog_amount *out = emit_records(emitter, plan->amount_count, sizeof *out);
  for (uint32_t i = 0; out && i < plan->amount_count; i++) {
    const struct plan_amount *amount = &plan->amounts[i];
    out[i] = (struct prog_amount){.kind = amount->kind, .campaign = amount->campaign->index,
                                  .value = root_reg(emitter, results(emitter)->amounts + i),
                                  .source = emit_written(emitter, amount->at),
                                  .place = emit_place(emitter, amount->at)};
  }
  emitter->tables->amounts = out;
  emitter->tables->amount_count = plan->amount_count;
}

/* -- Guards ------------------------------------------------------------------------------------ */

static struct prog_guard never_or_always(struct emitter *emitter, const struct ast *node) {
  const char *word = node->kind == AST_NEVER ? "never" : "always";
  struct rung_text condition = emit_written(emitter, node->child[0]->at);
  return (struct prog_guard){.function = node->kind == AST_NEVER ? GUARD_NEVER : GUARD_ALWAYS,
                             .source = arena_print(emitter->arena, "%s %.*s", word, TEXT_ARG(condition)),
                             .because = text_or_empty(node->child[1])};
}

static struct prog_guard guard_of(struct emitter *emitter, const struct ast *node) {
  static const char *const names[] = {
#define GUARD(id, name, value, limit, text) name,
#include "guards.def"
#undef GUARD
  };
  struct rung_text judged = emit_written(emitter, place_join(node->child[0]->at, node->child[1]->at));
  return (struct prog_guard){.function = node->function, .comparison = (uint32_t)node->value,
                             .source = arena_print(emitter->arena, "%s of %.*s", names[node->function],
                                                   TEXT_ARG(judged)),
                             .because = text_or_empty(node->child[2])};
}

static void emit_guards(struct emitter *emitter) {
  const struct ast_list *guards = &emitter->module->guards;
  struct prog_guard *out = emit_records(emitter, guards->count, sizeof *out);
  for (uint32_t i = 0; out && i < guards->count; i++) {
    const struct ast *node = guards->at[i];
    const struct plan_guard *plan = &emitter->plan->guards[i];
    out[i] = node->kind == AST_GUARD ? guard_of(emitter, node) : never_or_always(emitter, node);
    out[i].type = out[i].function == GUARD_SUM ? node->child[0]->type : RUNG_NUMBER;
    out[i].place = emit_place(emitter, node->at);
    out[i].value = root_reg(emitter, plan->value);
    out[i].of = root_reg(emitter, plan->of);
    out[i].limit = root_reg(emitter, plan->limit);
  }
  emitter->tables->guards = out;
  emitter->tables->guard_count = guards->count;
}

static void emit_tallies(struct emitter *emitter) {
  const struct plan *plan = emitter->plan;
  struct prog_tally *out = emit_records(emitter, plan->tally_count, sizeof *out);
  for (uint32_t i = 0; out && i < plan->tally_count; i++)
    out[i] = (struct prog_tally){plan->tallies[i].kind, plan->tallies[i].owner,
                                 emit_place(emitter, plan->tallies[i].at), plan->tallies[i].test};
  emitter->tables->tallys = out;
  emitter->tables->tally_count = plan->tally_count;
}

/* The outputs stand in the order of the columns. */
void emit_results(struct emitter *emitter) {
  if (!start_outputs(emitter) || !start_shows(emitter)) return;
  emit_statuses(emitter);
  emit_tags(emitter);
  emit_scores(emitter);
  emit_campaigns(emitter);
  emit_shows(emitter);
  emit_rules(emitter);
  emit_amounts(emitter);
  emit_guards(emitter);
  emit_tallies(emitter);
  const struct stage *rows = results(emitter);
  if (rows->filter < rows->root_count) emitter->tables->filter = root_reg(emitter, rows->filter);
}
