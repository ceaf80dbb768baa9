/* disasm.c - the readable listing of a program. */
#include <stdarg.h>
#include <stdio.h>

#include "calendar.h"
#include "decimal.h"
#include "loaded.h"
#include "session.h"
#include "text.h"

enum { SHOWN_MEMBERS = 5, SHOWN_TEXT = 120, COMMENT_COLUMN = 40 };

struct listing {
  const rung_program *program;
  struct stage_code code;   /* of the stage that registers are numbered in */
  rung_write_fn *write;
  void *context;
  size_t column;            /* bytes since the last line end */
  bool failed;
};

static void put(struct listing *listing, const char *bytes, size_t length) {
  if (listing->failed || length == 0) return;
  listing->failed = listing->write(listing->context, bytes, length) != 0;
  listing->column = bytes[length - 1] == '\n' ? 0 : listing->column + length;
}

__attribute__((format(printf, 2, 3))) static void say(struct listing *listing, const char *format, ...) {
  char line[256];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  if (length > 0) put(listing, line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
}

/* Bytes that would confuse a terminal or a line are written \xNN; what is too long is cut. */
static void put_text(struct listing *listing, struct rung_text text) {
  size_t end = text.length < SHOWN_TEXT ? text.length : SHOWN_TEXT;
  for (size_t at = 0; at < end;) {
    int32_t character;
    size_t length = text_character(text, at, &character);
    if (character < 0 || character < ' ' || (character >= 0x7f && character < 0xa0))
      say(listing, character == '\n' ? " " : "\\x%02x", (unsigned char)text.bytes[at]);
    else put(listing, text.bytes + at, length);
    at += length;
  }
  if (end < text.length) put(listing, "...", 3);
}

static void put_quoted(struct listing *listing, struct rung_text text) {
  put(listing, "\"", 1);
  put_text(listing, text);
  put(listing, "\"", 1);
}

static void put_value(struct listing *listing, uint32_t type, int64_t value, struct rung_text text) {
  char digits[DECIMAL_PRINT_ROOM];
  switch (type) {
    case RUNG_FLAG: say(listing, "%s", value ? "yes" : "no"); break;
    case RUNG_INTEGER: put(listing, digits, integer_print(digits, value)); break;
    case RUNG_DATE:
      calendar_print(digits, (int32_t)value);
      put(listing, digits, CALENDAR_PRINT_ROOM);
      break;
    case RUNG_DATETIME: {
      int32_t day = calendar_time_day(value);
      int64_t second = value - (int64_t)day * CALENDAR_DAY_SECONDS;
      calendar_print(digits, day);
      put(listing, digits, CALENDAR_PRINT_ROOM);
      say(listing, " %02d:%02d:%02d", (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
      break;
    }
    case RUNG_TEXT:
    case RUNG_LIST: put_quoted(listing, text); break;
    default: put(listing, digits, decimal_print(digits, value, type == RUNG_MONEY ? 2 : 0));
  }
}

static void put_name(struct listing *listing, const char *name) {
  for (; *name; name++) say(listing, "%c", *name >= 'A' && *name <= 'Z' ? *name + ('a' - 'A') : *name);
}

/* f12: a letter for the type, as in opcodes.def, and the register's number. */
static void put_reg(struct listing *listing, uint32_t reg) {
  static const char letters[] = {[RUNG_FLAG] = 'f', [RUNG_INTEGER] = 'i', [RUNG_NUMBER] = 'n', [RUNG_DATE] = 'd',
                                 [RUNG_TEXT] = 't', [RUNG_DATETIME] = 's'};
  say(listing, "%c%u", letters[listing->code.regs[reg].type], reg);
}

static void put_comment(struct listing *listing) {
  say(listing, "%*s; ", listing->column < COMMENT_COLUMN ? (int)(COMMENT_COLUMN - listing->column) : 1, "");
}

static void put_place(struct listing *listing, uint32_t place) {
  const struct program_tables *tables = &listing->program->tables;
  put_text(listing, tables->files[tables->places[place].file].path);
  say(listing, ":%u:%u", tables->places[place].line, tables->places[place].column);
}

/* -- The sections, in the order of a run ------------------------------------------------------ */

static void list_header(struct listing *listing) {
  const struct program_tables *tables = &listing->program->tables;
  size_t once = 0;
  for (size_t i = 0; i < tables->stage_count; i++) once += tables->stages[i].prologue;
  say(listing, "program format %d, %zu bytes, hash %016llx\n", RUNG_FORMAT_VERSION, listing->program->size,
      (unsigned long long)listing->program->hash);
  say(listing, "%zu columns, %zu rules, %zu registers, %zu instructions (%zu once a run)\n", first_unread(tables),
      tables->rule_count, tables->reg_count, tables->inst_count, once);
  for (size_t i = 0; i < tables->file_count; i++) {
    say(listing, "from ");
    put_text(listing, tables->files[i].path);
    say(listing, " (%016llx)\n", (unsigned long long)tables->files[i].hash);
  }
}

static void list_params(struct listing *listing) {
  const struct program_tables *tables = &listing->program->tables;
  if (tables->param_count) say(listing, "\nparams\n");
  for (size_t i = 0; i < tables->param_count; i++) {
    const struct prog_param *param = &tables->params[i];
    say(listing, "  ");
    put_text(listing, param->name);
    say(listing, " %s = ", rung_type_name((enum rung_type)param->type));
    put_text(listing, param->source);
    say(listing, "\n");
  }
}

static void list_words(struct listing *listing, const char *what, uint32_t first, uint32_t count) {
  if (count) say(listing, "%s", what);
  for (uint32_t i = 0; i < count; i++) {
    say(listing, i ? ", " : " ");
    if (i == SHOWN_MEMBERS) {
      say(listing, "...");
      return;
    }
    put_quoted(listing, listing->program->tables.words[first + i].text);
  }
}

static void put_column(struct listing *listing, const struct prog_column *column) {
  put_text(listing, column->name);
  say(listing, " %s", rung_type_name((enum rung_type)column->type));
  if (column->flags & COLUMN_KEY) say(listing, " key");
  if (column->flags & COLUMN_RESULT) say(listing, " result");
  if (column->source == SOURCE_AGGREGATE) say(listing, " from aggregate %u", column->link);
  else if (column->source == SOURCE_KEY) say(listing, " from the keys");
  else if (!text_same(column->name, column->header)) say(listing, " from "), put_quoted(listing, column->header);
  if (column->format.length) say(listing, " format "), put_quoted(listing, column->format);
  if (column->unquote.length) say(listing, " unquote "), put_quoted(listing, column->unquote);
  if (column->flags & COLUMN_PRESET) {
    say(listing, " default ");
    put_value(listing, column->type, column->preset, column->preset_text);
  }
  list_words(listing, " missing", column->missing_first, column->missing_count);
  if (column->flags & COLUMN_RANGE) {
    say(listing, " between ");
    put_value(listing, column->type, column->low, column->preset_text);
    say(listing, " and ");
    put_value(listing, column->type, column->high, column->preset_text);
  }
  list_words(listing, " one of", column->closed_first, column->closed_count);
}

static void list_columns(struct listing *listing) {
  if (listing->code.column_count) say(listing, "\ncolumns\n");
  for (uint32_t i = 0; i < listing->code.column_count; i++) {
    say(listing, "  ");
    put_reg(listing, i);
    say(listing, " = ");
    put_column(listing, &listing->code.columns[i]);
    say(listing, "\n");
  }
}

static void list_unread(struct listing *listing) {
  const struct program_tables *tables = &listing->program->tables;
  size_t first = first_unread(tables);
  if (first < tables->column_count) say(listing, "\ncolumns that are not read, only hashed where that is asked\n");
  for (size_t i = first; i < tables->column_count; i++) {
    say(listing, "  ");
    put_column(listing, &tables->columns[i]);
    say(listing, "\n");
  }
}

static void list_sets(struct listing *listing) {
  const struct program_tables *tables = &listing->program->tables;
  if (tables->set_count) say(listing, "\nsets\n");
  for (size_t i = 0; i < tables->set_count; i++) {
    const struct prog_set *set = &tables->sets[i];
    say(listing, "  set %zu ", i);
    if (set->name.length) put_text(listing, set->name), say(listing, " ");
    say(listing, "%s, %u member%s", rung_type_name((enum rung_type)set->type), set->count, set->count == 1 ? "" : "s");
    if (set->type == RUNG_TEXT) list_words(listing, ":", set->first, set->count);
    else
      for (uint32_t k = 0; k < set->count && k <= SHOWN_MEMBERS; k++) {
        say(listing, k ? ", " : ": ");
        if (k == SHOWN_MEMBERS) say(listing, "...");
        else put_value(listing, set->type, tables->numbers[set->first + k].value, set->name);
      }
    say(listing, "\n");
  }
}

static void put_immediate(struct listing *listing, const struct prog_inst *inst) {
  const struct program_tables *tables = &listing->program->tables;
  switch (formats[inst->op].immediate) {
    case IMMEDIATE_CONST: {
      const struct prog_constant *constant = &tables->constants[inst->imm];
      put_value(listing, constant->type, constant->value, constant->text);
      break;
    }
    case IMMEDIATE_PARAM: put_text(listing, tables->params[inst->imm].name); break;
    case IMMEDIATE_SET: say(listing, "set %u", inst->imm); break;
    case IMMEDIATE_REGEX: put_quoted(listing, tables->regexs[inst->imm].pattern); break;
    case IMMEDIATE_MEASURE: say(listing, "measure %u", inst->imm); break;
    case IMMEDIATE_TALLY: say(listing, "tally %u", inst->imm); break;
    default: break;
  }
}

static void list_inst(struct listing *listing, const struct prog_inst *inst) {
  const struct program_tables *tables = &listing->program->tables;
  const struct format *format = &formats[inst->op];
  const uint32_t operands[3] = {inst->a, inst->b, inst->c};
  const char *separator = " ";
  say(listing, "  ");
  if (inst->dst != NONE32) put_reg(listing, inst->dst), say(listing, " = ");
  put_name(listing, format->name);
  for (int k = 0; k < 3 && operands[k] != NONE32; k++, separator = ", ") {
    say(listing, "%s", separator);
    put_reg(listing, operands[k]);
  }
  if (inst->imm != NONE32) say(listing, "%s", separator), put_immediate(listing, inst);
  put_comment(listing);
  uint32_t place = tables->origins[inst - tables->insts].place;
  put_place(listing, place);
  say(listing, " ");
  put_text(listing, tables->places[place].source);
  say(listing, "\n");
}

static void list_code(struct listing *listing) {
  const struct stage_code *code = &listing->code;
  for (uint32_t i = 0; i < code->inst_count; i++) {
    if (i == 0 && code->prologue) say(listing, "\nonce a run\n");
    if (i == code->prologue) say(listing, "\neach batch\n");
    list_inst(listing, &code->insts[i]);
  }
}

/* -- Stages ------------------------------------------------------------------------------------------ */

static void put_operand(struct listing *listing, const char *word, uint32_t reg) {
  if (reg == NONE32) return;
  say(listing, " %s ", word);
  put_reg(listing, reg);
}

static void list_aggregates(struct listing *listing, uint32_t stage) {
  const struct program_tables *tables = &listing->program->tables;
  say(listing, "\naggregates\n");
  for (size_t i = 0; i < tables->aggregate_count; i++) {
    const struct prog_aggregate *aggregate = &tables->aggregates[i];
    if (aggregate->stage != stage) continue;
    say(listing, "  aggregate %zu = %s", i, aggregate_formats[aggregate->function].name);
    put_operand(listing, "of", aggregate->value);
    put_operand(listing, "by", aggregate->order);
    put_operand(listing, "where", aggregate->where);
    say(listing, ", %s", rung_type_name((enum rung_type)aggregate->type));
    put_comment(listing);
    put_text(listing, aggregate->source);
    say(listing, "\n");
  }
}

static void list_measures(struct listing *listing, uint32_t stage) {
  const struct program_tables *tables = &listing->program->tables;
  say(listing, "\nmeasures\n");
  for (size_t i = 0; i < tables->measure_count; i++) {
    const struct prog_measure *measure = &tables->measures[i];
    if (measure->stage != stage) continue;
    say(listing, "  measure %zu = %s", i, measure_formats[measure->function].name);
    if (measure->top) say(listing, " %lld", (long long)measure->top);
    put_operand(listing, "of", measure->value);
    if (measure->ascending) say(listing, " ascending");
    put_operand(listing, "where", measure->where);
    put_operand(listing, "limit", measure->limit);
    put_operand(listing, "per", measure->group);
    put_operand(listing, "limit", measure->group_limit);
    put_operand(listing, "budget", measure->budget);
    put_operand(listing, "at", measure->cost);
    say(listing, ", %s", rung_type_name((enum rung_type)measure->type));
    put_comment(listing);
    put_text(listing, measure->source);
    say(listing, "\n");
  }
}

static void put_scan(struct listing *listing, uint32_t stage) {
  static const char *const sinks[] = {[SINK_ROWS] = "written", [SINK_AGGREGATE] = "gathered",
                                      [SINK_COLLECT] = "collected"};
  const struct program_tables *tables = &listing->program->tables;
  const struct prog_table *table = &tables->tables[tables->stages[stage].table];
  say(listing, "\nstage %u: rows of ", stage);
  if (table->base != NONE32) say(listing, "the keys of "), put_text(listing, tables->tables[table->base].name);
  else if (table->name.length) put_text(listing, table->name);
  else say(listing, "the customers");
  say(listing, ", %s", sinks[tables->stages[stage].sink]);
  if (table->kind != TABLE_MAIN) say(listing, " by "), put_text(listing, table->key);
  say(listing, "\n");
}

/* A program of one stage is shown without a word of stages. */
static void list_stages(struct listing *listing) {
  const struct program_tables *tables = &listing->program->tables;
  for (uint32_t i = 0; i < tables->stage_count; i++) {
    listing->code = stage_code(tables, i);
    if (tables->stage_count > 1) put_scan(listing, i);
    list_columns(listing);
    list_code(listing);
    if (tables->stages[i].sink == SINK_AGGREGATE) list_aggregates(listing, i);
    if (tables->stages[i].sink == SINK_COLLECT) list_measures(listing, i);
  }
}

/* Of the last stage. */

static void list_outputs(struct listing *listing) {
  const struct program_tables *tables = &listing->program->tables;
  if (tables->output_count) say(listing, "\noutputs\n");
  for (size_t i = 0; i < tables->output_count; i++) {
    const struct prog_output *output = &tables->outputs[i];
    say(listing, "  ");
    put_text(listing, output->name);
    bool shown = output->kind == OUTPUT_SHOW || output->kind == OUTPUT_SCORE;
    say(listing, output->kind == OUTPUT_SCORE ? ", score = " : shown ? " = "
                 : output->kind == OUTPUT_STATUS ? ", status:" : ":");
    for (uint32_t k = 0; k < output->count; k++) {
      if (shown) {
        put_reg(listing, tables->shows[output->first].reg);
        say(listing, " %s", rung_type_name((enum rung_type)tables->shows[output->first].type));
        break;
      }
      say(listing, k ? ", " : " ");
      put_text(listing, tables->labels[output->first + k].name);
      say(listing, " = ");
      put_reg(listing, tables->labels[output->first + k].reg);
    }
    say(listing, "\n");
  }
  if (tables->filter != NONE32) {
    say(listing, "  only rows where ");
    put_reg(listing, tables->filter);
    say(listing, "\n");
  }
}

static void list_campaigns(struct listing *listing) {
  const struct program_tables *tables = &listing->program->tables;
  if (tables->campaign_count) say(listing, "\ncampaigns\n");
  for (size_t i = 0; i < tables->campaign_count; i++) {
    const struct prog_campaign *campaign = &tables->campaigns[i];
    say(listing, "  ");
    put_text(listing, campaign->name);
    if (campaign->title.length) say(listing, " "), put_quoted(listing, campaign->title);
    put_operand(listing, "eligible", campaign->eligible);
    for (size_t k = 0; k < OUTCOME_COUNT_OF; k++) {
      say(listing, ",");
      put_operand(listing, rung_outcome_name(k), tables->outcomes[campaign->outcomes + k].reg);
    }
    put_comment(listing);
    put_place(listing, campaign->place);
    say(listing, "\n");
  }
}

static void list_amounts(struct listing *listing) {
  const struct program_tables *tables = &listing->program->tables;
  if (tables->amount_count) say(listing, "\namounts, checked before any row is read\n");
  for (size_t i = 0; i < tables->amount_count; i++) {
    const struct prog_amount *amount = &tables->amounts[i];
    say(listing, "  ");
    put_reg(listing, amount->value);
    say(listing, " of ");
    put_text(listing, tables->campaigns[amount->campaign].name);
    put_comment(listing);
    put_place(listing, amount->place);
    say(listing, " ");
    put_text(listing, amount->source);
    say(listing, "\n");
  }
}

static void list_guards(struct listing *listing) {
  static const char *const comparisons[] = {"", "=", "!=", "<", "<=", ">", ">="};
  const struct program_tables *tables = &listing->program->tables;
  if (tables->guard_count) say(listing, "\nguards\n");
  for (size_t i = 0; i < tables->guard_count; i++) {
    const struct prog_guard *guard = &tables->guards[i];
    say(listing, "  %s ", guard_formats[guard->function].name);
    put_reg(listing, guard->value);
    put_operand(listing, "of", guard->of);
    put_operand(listing, comparisons[guard->comparison], guard->limit);
    put_comment(listing);
    put_place(listing, guard->place);
    say(listing, " ");
    put_text(listing, guard->source);
    say(listing, "\n");
    if (guard->because.length) say(listing, "      because "), put_quoted(listing, guard->because), say(listing, "\n");
  }
}

static void list_tallies(struct listing *listing) {
  static const char *const kinds[] = {"", "condition", "part", "expected"};
  const struct program_tables *tables = &listing->program->tables;
  if (tables->tally_count) say(listing, "\ntallies\n");
  for (size_t i = 0; i < tables->tally_count; i++) {
    const struct prog_tally *tally = &tables->tallys[i];
    say(listing, "  tally %zu, %s of ", i, kinds[tally->kind]);
    put_text(listing, tally->owner);
    if (tally->test != NONE32) say(listing, ", test %u", tally->test);
    put_comment(listing);
    put_place(listing, tally->place);
    say(listing, " ");
    put_text(listing, tables->places[tally->place].source);
    say(listing, "\n");
  }
}

static void list_rules(struct listing *listing) {
  const struct program_tables *tables = &listing->program->tables;
  if (tables->rule_count) say(listing, "\nrules\n");
  for (size_t i = 0; i < tables->rule_count; i++) {
    const struct prog_rule *rule = &tables->rules[i];
    say(listing, "  ");
    put_reg(listing, rule->fires);
    say(listing, " where ");
    put_reg(listing, rule->condition);
    say(listing, " -> ");
    put_text(listing, rule->gives);
    if (rule->name.length) say(listing, ", "), put_quoted(listing, rule->name);
    put_comment(listing);
    put_place(listing, rule->place);
    say(listing, " ");
    put_text(listing, tables->places[rule->place].source);
    say(listing, "\n");
    if (rule->because.length) say(listing, "      because "), put_quoted(listing, rule->because), say(listing, "\n");
  }
}

enum rung_status rung_program_dump(const rung_program *program, rung_write_fn *write, void *context) {
  struct listing listing = {.program = program, .write = write, .context = context};
  void (*const parts[])(struct listing *) = {
      list_header,    list_params,  list_sets,   list_stages, list_unread,  list_outputs,
      list_campaigns, list_amounts, list_guards, list_rules,  list_tallies,
  };
  if (!write) return RUNG_INVALID;
  for (size_t i = 0; i < sizeof parts / sizeof *parts && !listing.failed; i++) parts[i](&listing);
  return listing.failed ? RUNG_NO_RESOURCE : RUNG_OK;
}
