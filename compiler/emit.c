/* emit.c - fills the tables of the program file. */
#include "emit_parts.h"

#include <stdlib.h>
#include <string.h>
#include "text.h"

/* -- Places ------------------------------------------------------------------------- */

static int order_places(const void *a, const void *b) {
  const struct place *x = a, *y = b;
  if (x->source != y->source) return (x->source > y->source) - (x->source < y->source);
  if (x->begin != y->begin) return (x->begin > y->begin) - (x->begin < y->begin);
  return (x->end > y->end) - (x->end < y->end);
}

/* Everything that the file shows the place of. */
static size_t list_places(const struct emitter *emitter, struct place *out) {
  const struct module *module = emitter->module;
  const struct plan *plan = emitter->plan;
  size_t count = 0;
  for (uint32_t i = 0; i < module->rules.count; i++) out[count++] = module->rules.at[i]->at;
  for (uint32_t i = 0; i < module->campaigns.count; i++) out[count++] = module->campaigns.at[i]->decl->child[0]->at;
  for (uint32_t i = 0; i < plan->amount_count; i++) out[count++] = plan->amounts[i].at;
  for (uint32_t i = 0; i < module->guards.count; i++) out[count++] = module->guards.at[i]->at;
  for (uint32_t i = 0; i < plan->tally_count; i++) out[count++] = plan->tallies[i].at;
  for (uint32_t i = 0; i < plan->stage_count; i++)
    for (uint32_t k = 0; k < emitter->codes[i].inst_count; k++)
      out[count++] = plan->ir.nodes[emitter->codes[i].insts[k].node].at;
  return count;
}

static bool emit_places(struct emitter *emitter) {
  const struct module *module = emitter->module;
  const struct plan *plan = emitter->plan;
  size_t count = module->rules.count + module->campaigns.count + plan->amount_count + module->guards.count +
                 plan->tally_count;
  for (uint32_t i = 0; i < plan->stage_count; i++) count += emitter->codes[i].inst_count;
  struct place *places = emit_records(emitter, count, sizeof *places);
  if (!places) return false;
  count = list_places(emitter, places);
  qsort(places, count, sizeof *places, order_places);
  for (size_t i = 0; i < count; i++)
    if (i == 0 || order_places(&places[i], &places[i - 1]) != 0) places[emitter->place_count++] = places[i];
  emitter->places = places;
  struct prog_place *out = emit_records(emitter, emitter->place_count, sizeof *out);
  for (uint32_t i = 0; out && i < emitter->place_count; i++) {
    struct line_column at = source_locate(module->sources.at[places[i].source], places[i].begin);
    out[i] = (struct prog_place){places[i].source, at.line, at.column, emit_written(emitter, places[i])};
  }
  emitter->tables->places = out;
  emitter->tables->place_count = emitter->place_count;
  return out;
}

uint32_t emit_place(const struct emitter *emitter, struct place place) {
  const struct place *found =
      bsearch(&place, emitter->places, emitter->place_count, sizeof place, order_places);
  return found ? (uint32_t)(found - emitter->places) : NONE32;
}

/* Paths come from the system in any bytes; the file holds what can be shown. */
static struct rung_text readable_path(struct emitter *emitter, struct rung_text path) {
  if (text_is_plain(path)) return path;
  char *bytes = arena_alloc(emitter->arena, path.length + 1);
  for (size_t i = 0; bytes && i < path.length; i++)
    bytes[i] = path.bytes[i] >= ' ' && path.bytes[i] <= '~' ? path.bytes[i] : '?';
  return (struct rung_text){bytes, bytes ? path.length : 0};
}

static void emit_files(struct emitter *emitter) {
  const struct sources *sources = &emitter->module->sources;
  struct prog_file *files = emit_records(emitter, sources->count, sizeof *files);
  for (uint32_t i = 0; files && i < sources->count; i++)
    files[i] = (struct prog_file){readable_path(emitter, sources->at[i]->path), (int64_t)sources->at[i]->hash};
  emitter->tables->files = files;
  emitter->tables->file_count = sources->count;
}

/* -- Words and numbers ---------------------------------------------------------------- */

static void add_word(struct emitter *emitter, struct rung_text text) {
  struct program_tables *tables = emitter->tables;
  struct prog_word *words =
      arena_grow(emitter->arena, tables->words, tables->word_count, &emitter->word_room, sizeof *words);
  if (!words) return;
  tables->words = words;
  words[tables->word_count++].text = text;
}

static void add_number(struct emitter *emitter, int64_t value) {
  struct program_tables *tables = emitter->tables;
  struct prog_number *numbers =
      arena_grow(emitter->arena, tables->numbers, tables->number_count, &emitter->number_room, sizeof *numbers);
  if (!numbers) return;
  tables->numbers = numbers;
  numbers[tables->number_count++].value = value;
}

static void add_words(struct emitter *emitter, const struct ast *node, uint32_t *first, uint32_t *count) {
  *first = (uint32_t)emitter->tables->word_count;
  *count = node->count;
  for (uint32_t i = 0; i < node->count; i++) add_word(emitter, bare(node->child[i])->text);
}

struct rung_text emit_written(const struct emitter *emitter, struct place place) {
  struct rung_text text = source_text(&emitter->module->sources, place);
  char *out = arena_alloc(emitter->arena, text.length + 1), quote = 0;
  bool escaped = false;
  size_t length = 0;
  for (size_t i = 0; out && i < text.length; i++) {
    char byte = text.bytes[i];
    if (quote) {
      if (byte == quote && !escaped) quote = 0;
      escaped = byte == '\\' && quote == '"' && !escaped;
    } else if (byte == '"' || byte == '`') {
      quote = byte;
    } else if (byte == '#') {
      while (i < text.length && text.bytes[i] != '\n') i++;
      byte = ' ';
    } else if (byte == '\n' || byte == '\r' || byte == '\t') {
      byte = ' ';
    }
    if (byte == ' ' && !quote && (length == 0 || out[length - 1] == ' ')) continue;
    out[length++] = byte;
  }
  return (struct rung_text){out, length};
}

/* -- Columns and params ------------------------------------------------------------------ */

static void emit_attribute(struct emitter *emitter, struct prog_column *column, const struct ast *node) {
  enum kind kind = type_kind((type_t)column->type);
  switch ((enum ast_kind)node->kind) {
    case AST_UNQUOTE: column->unquote = node->child[0]->text; break;
    case AST_FORMAT: column->format = node->child[0]->text; break;
    case AST_PRESET:
      column->flags |= COLUMN_PRESET;
      if (kind == KIND_T) column->preset_text = bare(node->child[0])->text;
      else literal_value(node->child[0], kind, &column->preset);
      break;
    case AST_RANGE:
      column->flags |= COLUMN_RANGE;
      literal_value(node->child[0], kind, &column->low);
      literal_value(node->child[1], kind, &column->high);
      break;
    case AST_MISSING: add_words(emitter, node, &column->missing_first, &column->missing_count); break;
    case AST_CLOSED:
      column->flags |= COLUMN_CLOSED;
      add_words(emitter, node, &column->closed_first, &column->closed_count);
      break;
    default: break;
  }
}

static struct rung_text asked_as(const struct emitter *emitter, const struct ir_node *node) {
  struct rung_text source = emitter->plan->pool.asks[node->imm].source;
  return source.length > 0 ? source : emit_written(emitter, node->at);
}

/* An aggregate fills a column that is called what the rules say. */
static struct prog_column aggregate_column(const struct emitter *emitter, uint32_t id) {
  const struct ir_node *node = &emitter->plan->ir.nodes[id];
  struct rung_text name = asked_as(emitter, node);
  return (struct prog_column){.source = SOURCE_AGGREGATE, .link = emitter->asks[id], .name = name, .header = name,
                              .type = emitter->plan->pool.asks[node->imm].type};
}

/* The last run's output has keys as the dump had them: with their mark, and those that were none. */
static void emit_passed_key(struct emitter *emitter, struct prog_column *column) {
  const struct ast *decl = emitter->module->key ? emitter->module->key->decl : NULL;
  for (uint32_t k = 1; decl && k < decl->count; k++)
    if (decl->child[k]->kind == AST_UNQUOTE || decl->child[k]->kind == AST_MISSING)
      emit_attribute(emitter, column, decl->child[k]);
}

static struct prog_column table_column(struct emitter *emitter, const struct symbol *symbol) {
  const struct module *module = emitter->module;
  const struct symbol *key = symbol->table ? symbol->table->dump->key : module->key;
  bool of_keys = symbol == module->key && module->base;
  struct prog_column column = {.source = of_keys ? SOURCE_KEY : SOURCE_CELL, .link = NONE32, .name = symbol->name,
                               .header = symbol->header, .type = symbol->type};
  if (symbol == key) column.flags |= COLUMN_KEY;
  else if (symbol->table && symbol->table == module->previous && !symbol->passed) column.flags |= COLUMN_RESULT;
  if (symbol == key && symbol->passed) emit_passed_key(emitter, &column);
  if (symbol->decl->kind != AST_COLUMN) return column;
  for (uint32_t k = 1; k < symbol->decl->count; k++)
    emit_attribute(emitter, &column, symbol->decl->child[k]);
  return column;
}

static void emit_columns(struct emitter *emitter, const struct code *code) {
  struct program_tables *tables = emitter->tables;
  for (uint32_t i = 0; i < code->column_count; i++) {
    const struct code_column *column = &code->columns[i];
    tables->columns[tables->column_count++] =
        column->column == NONE32 ? aggregate_column(emitter, column->node)
                                 : table_column(emitter, emitter->plan->columns[column->column]);
  }
}

/* Whether the value of a cell is another one than its bytes. */
static bool has_marks(const struct symbol *symbol) {
  if (symbol->decl->kind != AST_COLUMN) return false;
  for (uint32_t k = 1; k < symbol->decl->count; k++)
    if (symbol->decl->child[k]->kind == AST_UNQUOTE || symbol->decl->child[k]->kind == AST_MISSING) return true;
  return false;
}

static bool reads_column(const struct emitter *emitter, const struct code *code, const struct symbol *symbol) {
  for (uint32_t i = 0; i < code->column_count; i++)
    if (code->columns[i].column != NONE32 && emitter->plan->columns[code->columns[i].column] == symbol) return true;
  return false;
}

/* A column may be hashed though no rule reads it.  Its words are no part of a run otherwise, nor are its bad cells. */
static void emit_unread(struct emitter *emitter) {
  const struct symbols *columns = &emitter->module->columns;
  struct program_tables *tables = emitter->tables;
  const struct code *last = &emitter->codes[emitter->plan->stage_count - 1];
  for (uint32_t i = 0; i < columns->count && !emitter->module->base; i++) {
    if (!has_marks(columns->at[i]) || reads_column(emitter, last, columns->at[i])) continue;
    struct prog_column column = table_column(emitter, columns->at[i]);
    column.flags &= ~(uint32_t)COLUMN_KEY;
    tables->columns[tables->column_count++] = column;
  }
}

static void emit_params(struct emitter *emitter) {
  const struct symbols *symbols = &emitter->module->params;
  struct prog_param *params = emit_records(emitter, symbols->count, sizeof *params);
  if (!params) return;
  for (uint32_t i = 0; i < symbols->count; i++) {
    const struct symbol *symbol = symbols->at[i];
    const struct ast *preset = bare(symbol->decl->child[1]), *inner = preset;
    enum kind kind = type_kind(symbol->type);
    while (inner->kind == AST_NEG || inner->kind == AST_PAREN) inner = inner->child[0];
    params[i] = (struct prog_param){.name = symbol->name, .type = symbol->type,
                                    .source = emit_written(emitter, preset->at)};
    if (symbol->type == TYPE_MONTHS) params[i].type = RUNG_INTEGER, params[i].unit = UNIT_MONTHS;
    else if (symbol->type == TYPE_INTEGER && inner->kind == AST_DURATION) params[i].unit = UNIT_DAYS;
    if (kind == KIND_T) params[i].text = preset->text;
    else literal_value(preset, kind, &params[i].value);
  }
  emitter->tables->params = params;
  emitter->tables->param_count = symbols->count;
}

/* -- Code ---------------------------------------------------------------------------------- */

/* The record of something in the pool, made when first asked for. */
static uint32_t constant_record(struct emitter *emitter, uint32_t index) {
  struct program_tables *tables = emitter->tables;
  if (emitter->constants[index] != NONE32) return emitter->constants[index];
  const struct ir_constant *constant = &emitter->plan->pool.constants[index];
  tables->constants[tables->constant_count] =
      (struct prog_constant){kind_type(constant->kind), constant->value, constant->text};
  return emitter->constants[index] = (uint32_t)tables->constant_count++;
}

static uint32_t set_record(struct emitter *emitter, uint32_t index) {
  struct program_tables *tables = emitter->tables;
  if (emitter->sets[index] != NONE32) return emitter->sets[index];
  const struct ir_set *set = &emitter->plan->pool.sets[index];
  bool text = set->kind == KIND_T;
  tables->sets[tables->set_count] =
      (struct prog_set){readable_path(emitter, set->name), kind_type(set->kind),
                        (uint32_t)(text ? tables->word_count : tables->number_count), set->count};
  for (uint32_t i = 0; i < set->count; i++) {
    if (text) add_word(emitter, set->texts[i]);
    else add_number(emitter, set->numbers[i]);
  }
  return emitter->sets[index] = (uint32_t)tables->set_count++;
}

static uint32_t regex_record(struct emitter *emitter, uint32_t index) {
  struct program_tables *tables = emitter->tables;
  if (emitter->regexes[index] != NONE32) return emitter->regexes[index];
  tables->regexs[tables->regex_count].pattern = emitter->plan->pool.regexes[index];
  return emitter->regexes[index] = (uint32_t)tables->regex_count++;
}

static uint32_t immediate(struct emitter *emitter, const struct ir_node *node) {
  switch (op_infos[node->op].imm) {
    case IMM_NONE: break;
    case IMM_CONST: return constant_record(emitter, node->imm);
    case IMM_PARAM: return node->imm;
    case IMM_SET: return set_record(emitter, node->imm);
    case IMM_REGEX: return regex_record(emitter, node->imm);
    case IMM_MEASURE: return emitter->asks[(size_t)(node - emitter->plan->ir.nodes)];
    case IMM_TALLY: return node->imm;
  }
  return NONE32;
}

static uint32_t *record_map(struct emitter *emitter, uint32_t count) {
  uint32_t *map = emit_records(emitter, count, sizeof *map);
  if (map) memset(map, 0xff, count * sizeof *map);
  return map;
}

static bool start_pools(struct emitter *emitter) {
  const struct pool *pool = &emitter->plan->pool;
  struct program_tables *tables = emitter->tables;
  emitter->constants = record_map(emitter, pool->constant_count);
  emitter->sets = record_map(emitter, pool->set_count);
  emitter->regexes = record_map(emitter, pool->regex_count);
  tables->constants = emit_records(emitter, pool->constant_count, sizeof *tables->constants);
  tables->sets = emit_records(emitter, pool->set_count, sizeof *tables->sets);
  tables->regexs = emit_records(emitter, pool->regex_count, sizeof *tables->regexs);
  return !emitter->arena->failed;
}

static bool start_code(struct emitter *emitter) {
  const struct plan *plan = emitter->plan;
  struct program_tables *tables = emitter->tables;
  size_t columns = emitter->module->columns.count, regs = 0, insts = 0;
  for (uint32_t i = 0; i < plan->stage_count; i++) {
    columns += emitter->codes[i].column_count;
    regs += emitter->codes[i].reg_count;
    insts += emitter->codes[i].inst_count;
  }
  tables->columns = emit_records(emitter, columns, sizeof *tables->columns);
  tables->regs = emit_records(emitter, regs, sizeof *tables->regs);
  tables->insts = emit_records(emitter, insts, sizeof *tables->insts);
  tables->origins = emit_records(emitter, insts, sizeof *tables->origins);
  tables->stages = emit_records(emitter, plan->stage_count, sizeof *tables->stages);
  return start_pools(emitter);
}

static void emit_code(struct emitter *emitter, const struct code *code) {
  struct program_tables *tables = emitter->tables;
  for (uint32_t i = 0; i < code->reg_count; i++) tables->regs[tables->reg_count++].type = kind_type(code->reg_kinds[i]);
  for (uint32_t i = 0; i < code->inst_count; i++) {
    const struct code_inst *inst = &code->insts[i];
    const struct ir_node *node = &emitter->plan->ir.nodes[inst->node];
    tables->insts[tables->inst_count++] =
        (struct prog_inst){node->op, inst->dst, inst->a, inst->b, inst->c, immediate(emitter, node)};
    tables->origins[tables->origin_count++] = (struct prog_origin){emit_place(emitter, node->at), node->owner};
  }
}

/* -- Tables and stages ------------------------------------------------------------------------ */

static void emit_tables(struct emitter *emitter) {
  const struct module *module = emitter->module;
  struct prog_table *out = emit_records(emitter, module->tables.count + 1, sizeof *out);
  if (!out) return;
  out[0] = (struct prog_table){module->table, TABLE_MAIN, module->key ? module->key->header : TEXT(""),
                               module->base ? module->base->index + 1 : NONE32};
  for (uint32_t i = 0; i < module->tables.count; i++) {
    const struct symbol *table = module->tables.at[i];
    out[i + 1] = (struct prog_table){table->name, table->dump->kind, table->dump->key->header, NONE32};
  }
  emitter->tables->tables = out;
  emitter->tables->table_count = module->tables.count + 1;
}

/* A sink takes registers of the stage's roots, one after another. */
static uint32_t take_root(const struct code *code, uint32_t node, uint32_t *next) {
  return node == NONE32 ? NONE32 : code->root_regs[(*next)++];
}

static struct prog_measure measure(const struct emitter *emitter, const struct code *code, const struct ir_node *node,
                                   uint32_t stage, uint32_t *next) {
  const struct ir_ask *ask = &emitter->plan->pool.asks[node->imm];
  struct ir_quota none = {{NONE32, NONE32, NONE32, NONE32}};
  const struct ir_quota *quota = op_is_quota(node->op) ? &emitter->plan->ir.quotas[ask->quota] : &none;
  struct prog_measure out = {.stage = stage, .function = ask->function, .type = ask->type,
                             .value_type = ask->value_type, .top = ask->top, .ascending = ask->ascending,
                             .source = asked_as(emitter, node)};
  out.value = take_root(code, node->a, next);
  out.where = take_root(code, node->b, next);
  out.group = take_root(code, node->c, next);
  out.cost = take_root(code, quota->inputs[QUOTA_COST], next);
  out.group_limit = take_root(code, quota->inputs[QUOTA_GROUP_LIMIT], next);
  out.limit = take_root(code, quota->inputs[QUOTA_LIMIT], next);
  out.budget = take_root(code, quota->inputs[QUOTA_BUDGET], next);
  return out;
}

static void emit_asks(struct emitter *emitter, uint32_t index) {
  const struct stage *stage = &emitter->plan->stages[index];
  const struct code *code = &emitter->codes[index];
  const struct ir *ir = &emitter->plan->ir;
  struct program_tables *tables = emitter->tables;
  for (uint32_t id = 0, next = 0; id < ir->count; id++) {
    const struct ir_node *node = &ir->nodes[id];
    if (node->op != IR_AGGREGATE && !op_is_measure(node->op)) continue;
    const struct ir_ask *ask = &emitter->plan->pool.asks[node->imm];
    if (node->op == IR_AGGREGATE && stage->sink == SINK_AGGREGATE && ask->table == stage->table) {
      uint32_t value = take_root(code, node->a, &next), order = take_root(code, node->b, &next);
      emitter->asks[id] = (uint32_t)tables->aggregate_count;
      tables->aggregates[tables->aggregate_count++] =
          (struct prog_aggregate){index, ask->function, ask->type, value, order, take_root(code, node->c, &next),
                                  asked_as(emitter, node)};
    } else if (node->op != IR_AGGREGATE && stage->sink == SINK_COLLECT && node->depth == stage->depth) {
      emitter->asks[id] = (uint32_t)tables->measure_count;
      tables->measures[tables->measure_count++] = measure(emitter, code, node, index, &next);
    }
  }
}

static bool start_asks(struct emitter *emitter) {
  const struct ir *ir = &emitter->plan->ir;
  struct program_tables *tables = emitter->tables;
  size_t aggregates = 0, measures = 0;
  for (uint32_t id = 0; id < ir->count; id++) {
    aggregates += ir->nodes[id].op == IR_AGGREGATE;
    measures += op_is_measure(ir->nodes[id].op);
  }
  emitter->asks = record_map(emitter, ir->count);
  tables->aggregates = emit_records(emitter, aggregates, sizeof *tables->aggregates);
  tables->measures = emit_records(emitter, measures, sizeof *tables->measures);
  return !emitter->arena->failed;
}

static void emit_stages(struct emitter *emitter) {
  struct program_tables *tables = emitter->tables;
  if (!start_asks(emitter) || !start_code(emitter)) return;
  for (uint32_t i = 0; i < emitter->plan->stage_count; i++) emit_asks(emitter, i);
  for (uint32_t i = 0; i < emitter->plan->stage_count; i++) {
    const struct stage *stage = &emitter->plan->stages[i];
    const struct code *code = &emitter->codes[i];
    tables->stages[tables->stage_count++] = (struct prog_stage){
        .table = stage->table == NONE32 ? 0 : stage->table + 1,
        .sink = stage->sink,
        .first_column = (uint32_t)tables->column_count,
        .column_count = code->column_count,
        .first_reg = (uint32_t)tables->reg_count,
        .reg_count = code->reg_count,
        .first_inst = (uint32_t)tables->inst_count,
        .inst_count = code->inst_count,
        .prologue = code->prologue,
    };
    emit_columns(emitter, code);
    emit_code(emitter, code);
  }
}

bool emit(const struct plan *plan, const struct code *codes, struct program_tables *tables) {
  *tables = (struct program_tables){.filter = NONE32};
  struct emitter emitter = {.plan = plan, .module = plan->module, .codes = codes, .arena = plan->arena,
                            .tables = tables};
  if (!emit_places(&emitter)) return false;
  emit_files(&emitter);
  emit_tables(&emitter);
  emit_params(&emitter);
  emit_stages(&emitter);
  if (plan->arena->failed) return false;
  emit_unread(&emitter);
  emit_results(&emitter);
  return !plan->arena->failed;
}
