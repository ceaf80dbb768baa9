/* info.c - what a program says of itself. */
#include "loaded.h"

size_t rung_program_columns(const rung_program *program) { return program->tables.column_count; }
size_t rung_program_labels(const rung_program *program) { return program->tables.label_count; }
size_t rung_program_shows(const rung_program *program) { return program->tables.show_count; }
size_t rung_program_rules(const rung_program *program) { return program->tables.rule_count; }
size_t rung_program_params(const rung_program *program) { return program->tables.param_count; }

struct rung_column_info rung_program_column(const rung_program *program, size_t i) {
  const struct prog_column *column = &program->tables.columns[i];
  return (struct rung_column_info){column->name, column->header, (enum rung_type)column->type,
                                   (column->flags & COLUMN_KEY) != 0};
}

struct rung_label_info rung_program_label(const rung_program *program, size_t i) {
  const struct prog_label *label = &program->tables.labels[i];
  struct rung_text status = {"", 0};
  if (label->status != NONE32) status = program->tables.outputs[label->status].name;
  return (struct rung_label_info){label->name, status};
}

struct rung_show_info rung_program_show(const rung_program *program, size_t i) {
  const struct prog_show *show = &program->tables.shows[i];
  return (struct rung_show_info){show->name, (enum rung_type)show->type};
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
