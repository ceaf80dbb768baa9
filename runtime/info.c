/* info.c - what a program says of itself. */
#include "loaded.h"
#include "session.h"

size_t rung_program_tables(const rung_program *program) { return program->tables.table_count; }
size_t rung_program_columns(const rung_program *program) {
  return stage_code(&program->tables, last_stage(&program->tables)).column_count;
}
size_t rung_program_labels(const rung_program *program) { return program->tables.label_count; }
size_t rung_program_shows(const rung_program *program) { return program->tables.show_count; }
size_t rung_program_rules(const rung_program *program) { return program->tables.rule_count; }
size_t rung_program_params(const rung_program *program) { return program->tables.param_count; }

static bool is_base(const struct program_tables *tables, size_t table) {
  for (size_t i = 0; i < tables->table_count; i++)
    if (tables->tables[i].kind == TABLE_MAIN && tables->tables[i].base == table) return true;
  return false;
}

size_t rung_program_campaigns(const rung_program *program) { return program->tables.campaign_count; }
size_t rung_program_guards(const rung_program *program) { return program->tables.guard_count; }
size_t rung_program_tallies(const rung_program *program) { return program->tables.tally_count; }

struct rung_table_info rung_program_table(const rung_program *program, size_t i) {
  const struct prog_table *table = &program->tables.tables[i];
  return (struct rung_table_info){table->name, table->key, table->kind == TABLE_MAIN, table->kind == TABLE_PREVIOUS,
                                  is_base(&program->tables, i)};
}

bool rung_program_uses_time(const rung_program *program) {
  for (uint32_t i = 0; i < program->tables.stage_count; i++)
    if (stage_uses_now(&program->tables, i)) return true;
  return false;
}

bool rung_program_needs_base(const rung_program *program) { return program->tables.measure_count > 0; }

struct rung_column_info rung_program_column(const rung_program *program, size_t i) {
  const struct prog_column *column = &stage_code(&program->tables, last_stage(&program->tables)).columns[i];
  return (struct rung_column_info){column->name, column->header, (enum rung_type)column->type,
                                   (column->flags & COLUMN_KEY) != 0, column->source == SOURCE_AGGREGATE};
}

struct rung_label_info rung_program_label(const rung_program *program, size_t i) {
  const struct prog_label *label = &program->tables.labels[i];
  struct rung_text status = {"", 0};
  if (label->status != NONE32) status = program->tables.outputs[label->status].name;
  return (struct rung_label_info){label->name, status};
}

struct rung_show_info rung_program_show(const rung_program *program, size_t i) {
  const struct program_tables *tables = &program->tables;
  const struct prog_show *show = &tables->shows[i];
  bool score = false;
  for (size_t k = 0; k < tables->output_count && !score; k++)
    score = tables->outputs[k].kind == OUTPUT_SCORE && tables->outputs[k].first == i;
  return (struct rung_show_info){show->name, (enum rung_type)show->type, score};
}

struct rung_rule_info rung_program_rule(const rung_program *program, size_t i) {
  const struct prog_rule *rule = &program->tables.rules[i];
  const struct prog_place *place = &program->tables.places[rule->place];
  return (struct rung_rule_info){
      .name = rule->name,
      .gives = rule->gives,
      .because = rule->because,
      .source = place->source,
      .file = program->tables.files[place->file].path,
      .line = place->line,
      .column = place->column,
  };
}

struct rung_param_info rung_program_param(const rung_program *program, size_t i) {
  const struct prog_param *param = &program->tables.params[i];
  return (struct rung_param_info){param->name, (enum rung_type)param->type, param->source};
}

static struct rung_text file_of(const struct program_tables *tables, const struct prog_place *place) {
  return tables->files[place->file].path;
}

struct rung_campaign_info rung_program_campaign(const rung_program *program, size_t i) {
  const struct program_tables *tables = &program->tables;
  const struct prog_campaign *campaign = &tables->campaigns[i];
  const struct prog_place *place = &tables->places[campaign->place];
  return (struct rung_campaign_info){
      .name = campaign->name,
      .title = campaign->title,
      .file = file_of(tables, place),
      .line = place->line,
      .first_label = campaign->first_label,
      .label_count = campaign->label_count,
      .control = campaign->control == NONE32 ? SIZE_MAX : campaign->control,
  };
}

struct rung_guard_info rung_program_guard(const rung_program *program, size_t i) {
  const struct program_tables *tables = &program->tables;
  const struct prog_guard *guard = &tables->guards[i];
  const struct prog_place *place = &tables->places[guard->place];
  return (struct rung_guard_info){
      .function = guard_formats[guard->function].name,
      .source = guard->source,
      .because = guard->because,
      .file = file_of(tables, place),
      .line = place->line,
  };
}

struct rung_tally_info rung_program_tally(const rung_program *program, size_t i) {
  const struct program_tables *tables = &program->tables;
  const struct prog_tally *tally = &tables->tallys[i];
  const struct prog_place *place = &tables->places[tally->place];
  return (struct rung_tally_info){
      .kind = (enum rung_tally_kind)tally->kind,
      .owner = tally->owner,
      .source = place->source,
      .file = file_of(tables, place),
      .line = place->line,
      .column = place->column,
      .test = tally->test,
  };
}
