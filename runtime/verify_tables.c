/* verify_tables.c - is everything in a program but its code what program.h and records.def say? */
#include "calendar.h"
#include "date_format.h"
#include "io.h"
#include "limits.h"
#include "loaded.h"
#include "text.h"
#include "verify.h"

enum rung_status verify_fail(struct rung_error *error, enum section section, size_t i, const char *what) {
  return fail(error, RUNG_INVALID, "the program is invalid: record %zu of section %s %s", i, section_names[section],
              what);
}

static bool range_inside(uint32_t first, uint32_t count, size_t room) { return first <= room && count <= room - first; }

static bool type_known(uint32_t type) { return type >= RUNG_FLAG && type <= RUNG_LIST; }

/* Times and lists have no literals. */
static bool type_written(uint32_t type) { return type >= RUNG_FLAG && type <= RUNG_TEXT; }

/* Can a value of the type be this number? */
static bool value_fits(uint32_t type, int64_t value) {
  if (type == RUNG_FLAG) return value == 0 || value == 1;
  if (type == RUNG_DATE) return value >= CALENDAR_FIRST && value <= CALENDAR_LAST;
  return type != RUNG_DATETIME || calendar_time_valid(value);
}

static enum rung_status check_limits(const struct program_tables *tables, struct rung_error *error) {
  if (tables->reg_count > LIMIT_REGISTERS)
    return fail(error, RUNG_INVALID, "the program has %zu registers; at most %d are allowed", tables->reg_count,
                LIMIT_REGISTERS);
  if (tables->rule_count > LIMIT_RULES)
    return fail(error, RUNG_INVALID, "the program has %zu rules; at most %d are allowed", tables->rule_count,
                LIMIT_RULES);
  if (tables->campaign_count > LIMIT_CAMPAIGNS)
    return fail(error, RUNG_INVALID, "the program has %zu campaigns; at most %d are allowed", tables->campaign_count,
                LIMIT_CAMPAIGNS);
  return RUNG_OK;
}

/* `between` orders values; text has none, and a flag needs none. */
static bool has_range(uint32_t type) { return type != RUNG_FLAG && register_type(type) != RUNG_TEXT; }

static bool has_format(uint32_t type) { return type == RUNG_DATE || type == RUNG_DATETIME; }

static const char *column_fault(const struct program_tables *tables, const struct prog_column *column) {
  uint32_t known = COLUMN_KEY | COLUMN_PRESET | COLUMN_RANGE | COLUMN_CLOSED | COLUMN_RESULT;
  if (!type_known(column->type)) return "has an unknown type";
  if (column->flags & ~known) return "has unknown flags";
  if ((column->flags & COLUMN_PRESET) && !value_fits(column->type, column->preset)) return "has a default out of range";
  if (column->flags & COLUMN_RANGE) {
    if (!has_range(column->type)) return "has a range that its type cannot have";
    if (column->low > column->high) return "has a range that is empty";
    if (!value_fits(column->type, column->low) || !value_fits(column->type, column->high))
      return "has a range that its type cannot have";
  }
  if ((column->flags & COLUMN_CLOSED) && column->type != RUNG_TEXT) return "has words that its type cannot have";
  if (!range_inside(column->closed_first, column->closed_count, tables->word_count) ||
      !range_inside(column->missing_first, column->missing_count, tables->word_count))
    return "points outside the words";
  if (column->format.length && (!has_format(column->type) || !date_format_valid(column->format)))
    return "has a wrong date format";
  if (!text_is_plain(column->name) || !text_is_plain(column->header)) return "has a name that is not plain UTF-8";
  if (!text_is_plain(column->unquote)) return "has a text that is not plain UTF-8";
  return NULL;
}

static enum rung_status check_columns(const struct program_tables *tables, struct rung_error *error) {
  for (size_t i = 0; i < tables->column_count; i++) {
    const char *fault = column_fault(tables, &tables->columns[i]);
    if (fault) return verify_fail(error, SECTION_column, i, fault);
  }
  return RUNG_OK;
}

static enum rung_status check_params(const struct program_tables *tables, struct rung_error *error) {
  for (size_t i = 0; i < tables->param_count; i++) {
    const struct prog_param *param = &tables->params[i];
    const char *fault = NULL;
    if (!type_written(param->type)) fault = "has an unknown type";
    else if (param->unit > UNIT_MONTHS) fault = "has an unknown unit";
    else if (param->unit != UNIT_NONE && param->type != RUNG_INTEGER) fault = "has a unit that its type cannot have";
    else if (!value_fits(param->type, param->value)) fault = "has a value out of range";
    else if (!text_is_plain(param->name) || !text_is_plain(param->source))
      fault = "has a text that is not plain UTF-8";
    if (fault) return verify_fail(error, SECTION_param, i, fault);
  }
  return RUNG_OK;
}

static enum rung_status check_constants(const struct program_tables *tables, struct rung_error *error) {
  for (size_t i = 0; i < tables->constant_count; i++) {
    const struct prog_constant *constant = &tables->constants[i];
    if (!type_written(constant->type)) return verify_fail(error, SECTION_constant, i, "has an unknown type");
    if (!value_fits(constant->type, constant->value)) return verify_fail(error, SECTION_constant, i, "is out of range");
  }
  return RUNG_OK;
}

static bool ascending(const struct program_tables *tables, const struct prog_set *set) {
  for (uint32_t i = set->first + 1; i < set->first + set->count; i++) {
    if (set->type == RUNG_TEXT && text_order(tables->words[i - 1].text, tables->words[i].text) >= 0) return false;
    if (set->type != RUNG_TEXT && tables->numbers[i - 1].value >= tables->numbers[i].value) return false;
  }
  return true;
}

static enum rung_status check_sets(const struct program_tables *tables, struct rung_error *error) {
  for (size_t i = 0; i < tables->set_count; i++) {
    const struct prog_set *set = &tables->sets[i];
    const char *fault = NULL;
    if (!type_written(set->type) || set->type == RUNG_FLAG || set->type == RUNG_MONEY) fault = "has a wrong type";
    else if (!range_inside(set->first, set->count, set->type == RUNG_TEXT ? tables->word_count : tables->number_count))
      fault = "has members outside their table";
    else if (!ascending(tables, set)) fault = "has members out of order";
    else if (!text_is_plain(set->name)) fault = "has a name that is not plain UTF-8";
    if (fault) return verify_fail(error, SECTION_set, i, fault);
  }
  return RUNG_OK;
}

/* The labels of output `i` are the next ones, from `label` on. */
static bool labels_follow(const struct program_tables *tables, const struct prog_output *output, uint32_t status,
                          size_t label) {
  if (output->first != label || !range_inside(output->first, output->count, tables->label_count)) return false;
  for (uint32_t i = 0; i < output->count; i++)
    if (tables->labels[output->first + i].status != status) return false;
  return true;
}

/* The outputs share out all labels and shows between them, in order. */
static enum rung_status check_outputs(const struct program_tables *tables, struct rung_error *error) {
  size_t label = 0, show = 0, tags = 0, campaigns = 0;
  for (size_t i = 0; i < tables->output_count; i++) {
    const struct prog_output *output = &tables->outputs[i];
    if (!text_is_plain(output->name))
      return verify_fail(error, SECTION_output, i, "has a name that is not plain UTF-8");
    if (output->kind == OUTPUT_SHOW || output->kind == OUTPUT_SCORE) {
      if (output->first != show || output->count != 1 || show >= tables->show_count)
        return verify_fail(error, SECTION_output, i, "does not show the next value");
      uint32_t type = tables->shows[show++].type;
      if (output->kind == OUTPUT_SCORE && type != RUNG_INTEGER && type != RUNG_NUMBER)
        return verify_fail(error, SECTION_output, i, "has points that are no number");
      continue;
    }
    if (output->kind != OUTPUT_STATUS && output->kind != OUTPUT_TAGS && output->kind != OUTPUT_CAMPAIGNS)
      return verify_fail(error, SECTION_output, i, "has an unknown kind");
    if (output->kind == OUTPUT_TAGS && ++tags > 1)
      return verify_fail(error, SECTION_output, i, "is a second one for tags");
    if (output->kind == OUTPUT_CAMPAIGNS && ++campaigns > 1)
      return verify_fail(error, SECTION_output, i, "is a second one for campaigns");
    if (!labels_follow(tables, output, output->kind == OUTPUT_STATUS ? (uint32_t)i : NONE32, label))
      return verify_fail(error, SECTION_output, i, "does not have the next labels");
    label += output->count;
  }
  if (label != tables->label_count) return verify_fail(error, SECTION_label, label, "belongs to no output");
  return show == tables->show_count ? RUNG_OK : verify_fail(error, SECTION_show, show, "belongs to no output");
}

static enum rung_status check_result_names(const struct program_tables *tables, struct rung_error *error) {
  for (size_t i = 0; i < tables->label_count; i++)
    if (!text_is_plain(tables->labels[i].name))
      return verify_fail(error, SECTION_label, i, "has a name that is not plain UTF-8");
  for (size_t i = 0; i < tables->show_count; i++) {
    if (!type_known(tables->shows[i].type)) return verify_fail(error, SECTION_show, i, "has an unknown type");
    if (!text_is_plain(tables->shows[i].name))
      return verify_fail(error, SECTION_show, i, "has a name that is not plain UTF-8");
  }
  return RUNG_OK;
}

static enum rung_status check_places(const struct program_tables *tables, struct rung_error *error) {
  for (size_t i = 0; i < tables->file_count; i++)
    if (!text_is_plain(tables->files[i].path))
      return verify_fail(error, SECTION_file, i, "has a path that is not plain UTF-8");
  for (size_t i = 0; i < tables->place_count; i++) {
    const struct prog_place *place = &tables->places[i];
    if (place->file >= tables->file_count) return verify_fail(error, SECTION_place, i, "is in no file");
    if (place->line == 0 || place->column == 0) return verify_fail(error, SECTION_place, i, "has no line or column");
    if (!text_is_plain(place->source))
      return verify_fail(error, SECTION_place, i, "has a text that is not plain UTF-8");
  }
  return RUNG_OK;
}

static enum rung_status check_debug(const struct program_tables *tables, struct rung_error *error) {
  for (size_t i = 0; i < tables->rule_count; i++) {
    const struct prog_rule *rule = &tables->rules[i];
    if (rule->place >= tables->place_count) return verify_fail(error, SECTION_rule, i, "has no place");
    if (!text_is_plain(rule->name) || !text_is_plain(rule->gives) || !text_is_plain(rule->because))
      return verify_fail(error, SECTION_rule, i, "has a text that is not plain UTF-8");
  }
  if (tables->origin_count != tables->inst_count)
    return fail(error, RUNG_INVALID, "the program is invalid: it has %zu origins for %zu instructions",
                tables->origin_count, tables->inst_count);
  for (size_t i = 0; i < tables->origin_count; i++) {
    const struct prog_origin *origin = &tables->origins[i];
    if (origin->place >= tables->place_count) return verify_fail(error, SECTION_origin, i, "has no place");
    if (!text_is_plain(origin->owner))
      return verify_fail(error, SECTION_origin, i, "has a text that is not plain UTF-8");
  }
  return RUNG_OK;
}

enum rung_status verify_tables(const struct program_tables *tables, struct rung_error *error) {
  enum rung_status (*const checks[])(const struct program_tables *, struct rung_error *) = {
      check_limits,  check_columns,      check_params, check_constants, check_sets,
      check_outputs, check_result_names, check_places, check_debug,
  };
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < sizeof checks / sizeof *checks && status == RUNG_OK; i++) status = checks[i](tables, error);
  return status;
}
