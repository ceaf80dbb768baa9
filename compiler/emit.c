/* emit.c - fills the tables of the program file. */
#include "planner.h"

#include <stdlib.h>
#include <string.h>
#include "text.h"

struct emitter {
  const struct plan *plan;
  const struct module *module;
  const struct stage *stage;
  const struct code *code;
  struct arena *arena;
  struct program_tables *tables;
  struct place *places;     /* sorted, each once */
  uint32_t place_count;
  uint32_t *constants, *sets, *regexes; /* from numbers in the pool to records; NONE32: not used yet */
  uint32_t word_room, number_room;
};

static void *records(struct emitter *emitter, size_t count, size_t size) {
  return arena_alloc(emitter->arena, (count + 1) * size);
}

/* -- Places ------------------------------------------------------------------------- */

static int order_places(const void *a, const void *b) {
  const struct place *x = a, *y = b;
  if (x->source != y->source) return (x->source > y->source) - (x->source < y->source);
  if (x->begin != y->begin) return (x->begin > y->begin) - (x->begin < y->begin);
  return (x->end > y->end) - (x->end < y->end);
}

static bool emit_places(struct emitter *emitter) {
  const struct module *module = emitter->module;
  const struct code *code = emitter->code;
  size_t count = (size_t)code->inst_count + module->rules.count;
  struct place *places = records(emitter, count, sizeof *places);
  if (!places) return false;
  for (uint32_t i = 0; i < code->inst_count; i++) places[i] = emitter->plan->ir.nodes[code->insts[i].node].at;
  for (uint32_t i = 0; i < module->rules.count; i++) places[code->inst_count + i] = module->rules.at[i]->at;
  qsort(places, count, sizeof *places, order_places);
  for (size_t i = 0; i < count; i++)
    if (i == 0 || order_places(&places[i], &places[i - 1]) != 0) places[emitter->place_count++] = places[i];
  emitter->places = places;
  struct prog_place *out = records(emitter, emitter->place_count, sizeof *out);
  for (uint32_t i = 0; out && i < emitter->place_count; i++) {
    struct line_column at = source_locate(module->sources.at[places[i].source], places[i].begin);
    out[i] = (struct prog_place){places[i].source, at.line, at.column, source_text(&module->sources, places[i])};
  }
  emitter->tables->places = out;
  emitter->tables->place_count = emitter->place_count;
  return out;
}

static uint32_t place_index(const struct emitter *emitter, struct place place) {
  const struct place *found =
      bsearch(&place, emitter->places, emitter->place_count, sizeof place, order_places);
  return found ? (uint32_t)(found - emitter->places) : NONE32;
}

/* Paths come from the system in any bytes; the file holds UTF-8 alone. */
static struct rung_text readable_path(struct emitter *emitter, struct rung_text path) {
  if (text_is_utf8(path)) return path;
  char *bytes = arena_alloc(emitter->arena, path.length + 1);
  for (size_t i = 0; bytes && i < path.length; i++)
    bytes[i] = (unsigned char)path.bytes[i] < 0x80 ? path.bytes[i] : '?';
  return (struct rung_text){bytes, bytes ? path.length : 0};
}

static void emit_files(struct emitter *emitter) {
  const struct sources *sources = &emitter->module->sources;
  struct prog_file *files = records(emitter, sources->count, sizeof *files);
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

/* -- Columns and params ------------------------------------------------------------------ */

static void emit_attribute(struct emitter *emitter, struct prog_column *column, const struct ast *node) {
  enum kind kind = type_kind((type_t)column->type);
  switch ((enum ast_kind)node->kind) {
    case AST_KEY: column->flags |= COLUMN_KEY; break;
    case AST_FROM: column->header = node->child[0]->text; break;
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

static void emit_columns(struct emitter *emitter) {
  const struct code *code = emitter->code;
  struct prog_column *columns = records(emitter, code->column_count, sizeof *columns);
  if (!columns) return;
  for (uint32_t i = 0; i < code->column_count; i++) {
    const struct symbol *symbol = emitter->module->columns.at[code->columns[i]];
    columns[i] = (struct prog_column){.name = symbol->name, .header = symbol->name, .type = symbol->type};
    if (symbol->decl->kind != AST_COLUMN) continue;
    for (uint32_t k = 1; k < symbol->decl->count; k++)
      emit_attribute(emitter, &columns[i], symbol->decl->child[k]);
  }
  emitter->tables->columns = columns;
  emitter->tables->column_count = code->column_count;
}

static void emit_params(struct emitter *emitter) {
  const struct symbols *symbols = &emitter->module->params;
  struct prog_param *params = records(emitter, symbols->count, sizeof *params);
  if (!params) return;
  for (uint32_t i = 0; i < symbols->count; i++) {
    const struct symbol *symbol = symbols->at[i];
    const struct ast *preset = bare(symbol->decl->child[1]), *inner = preset;
    enum kind kind = type_kind(symbol->type);
    while (inner->kind == AST_NEG || inner->kind == AST_PAREN) inner = inner->child[0];
    params[i] = (struct prog_param){.name = symbol->name, .type = symbol->type,
                                    .source = source_text(&emitter->module->sources, preset->at)};
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
  }
  return NONE32;
}

static uint32_t *record_map(struct emitter *emitter, uint32_t count) {
  uint32_t *map = records(emitter, count, sizeof *map);
  if (map) memset(map, 0xff, count * sizeof *map);
  return map;
}

static bool start_pools(struct emitter *emitter) {
  const struct pool *pool = &emitter->plan->pool;
  struct program_tables *tables = emitter->tables;
  emitter->constants = record_map(emitter, pool->constant_count);
  emitter->sets = record_map(emitter, pool->set_count);
  emitter->regexes = record_map(emitter, pool->regex_count);
  tables->constants = records(emitter, pool->constant_count, sizeof *tables->constants);
  tables->sets = records(emitter, pool->set_count, sizeof *tables->sets);
  tables->regexs = records(emitter, pool->regex_count, sizeof *tables->regexs);
  return !emitter->arena->failed;
}

static uint32_t reg_of(const struct emitter *emitter, uint32_t node) {
  return node == NONE32 ? NONE32 : emitter->code->reg_of[node];
}

static void emit_code(struct emitter *emitter) {
  const struct code *code = emitter->code;
  struct program_tables *tables = emitter->tables;
  tables->regs = records(emitter, code->reg_count, sizeof *tables->regs);
  tables->insts = records(emitter, code->inst_count, sizeof *tables->insts);
  tables->origins = records(emitter, code->inst_count, sizeof *tables->origins);
  if (!start_pools(emitter)) return;
  for (uint32_t i = 0; i < code->reg_count; i++) tables->regs[i].type = kind_type(code->reg_kinds[i]);
  for (uint32_t i = 0; i < code->inst_count; i++) {
    const struct ir_node *node = &emitter->plan->ir.nodes[code->insts[i].node];
    tables->insts[i] = (struct prog_inst){node->op, code->insts[i].dst, reg_of(emitter, node->a),
                                          reg_of(emitter, node->b), reg_of(emitter, node->c), immediate(emitter, node)};
    tables->origins[i] = (struct prog_origin){place_index(emitter, node->at), node->owner};
  }
  tables->reg_count = code->reg_count;
  tables->inst_count = tables->origin_count = code->inst_count;
  tables->prologue = code->prologue;
}

/* -- Results --------------------------------------------------------------------------------- */

static uint32_t root_reg(const struct emitter *emitter, uint32_t root) {
  return reg_of(emitter, emitter->stage->roots[root]);
}

/* Labels stand by status, in the order of the statuses; the tags follow. */
static void emit_labels(struct emitter *emitter) {
  const struct module *module = emitter->module;
  struct program_tables *tables = emitter->tables;
  const uint32_t label_count = module->labels.count, count = label_count + module->tags.count;
  tables->labels = records(emitter, count, sizeof *tables->labels);
  tables->outputs = records(emitter, module->statuses.count + 1 + module->shows.count, sizeof *tables->outputs);
  if (!tables->labels || !tables->outputs) return;
  for (uint32_t i = 0; i < module->statuses.count; i++)
    tables->outputs[i] = (struct prog_output){.kind = OUTPUT_STATUS, .name = module->statuses.at[i]->name};
  tables->output_count = module->statuses.count;
  for (uint32_t i = 0; i < count; i++) {
    const struct symbol *symbol = i < label_count ? module->labels.at[i] : module->tags.at[i - label_count];
    uint32_t status = i < label_count ? symbol->status->index : NONE32;
    tables->labels[i] = (struct prog_label){symbol->name, status, root_reg(emitter, emitter->stage->labels + i)};
    if (status != NONE32 && tables->outputs[status].count++ == 0) tables->outputs[status].first = i;
  }
  tables->label_count = count;
  if (module->tags.count > 0)
    tables->outputs[tables->output_count++] =
        (struct prog_output){OUTPUT_TAGS, TEXT("tags"), label_count, module->tags.count};
}

static void emit_shows(struct emitter *emitter) {
  const struct ast_list *shows = &emitter->module->shows;
  struct program_tables *tables = emitter->tables;
  tables->shows = records(emitter, shows->count, sizeof *tables->shows);
  if (!tables->shows || !tables->outputs) return;
  for (uint32_t i = 0; i < shows->count; i++) {
    const struct symbol *symbol = shows->at[i]->symbol;
    tables->shows[i] = (struct prog_show){symbol->name, symbol->type, root_reg(emitter, emitter->stage->shows + i)};
    tables->outputs[tables->output_count++] = (struct prog_output){OUTPUT_SHOW, symbol->name, i, 1};
  }
  tables->show_count = shows->count;
}

static struct rung_text text_or_empty(const struct ast *node) {
  return node->kind == AST_NONE ? TEXT("") : node->text;
}

static void emit_rules(struct emitter *emitter) {
  const struct ast_list *rules = &emitter->module->rules;
  struct prog_rule *out = records(emitter, rules->count, sizeof *out);
  for (uint32_t i = 0; out && i < rules->count; i++) {
    const struct ast *rule = rules->at[i];
    out[i] = (struct prog_rule){
        .name = rule->kind == AST_RULE ? text_or_empty(rule->child[0]) : TEXT(""),
        .gives = rule_gives(emitter->arena, rule),
        .because = text_or_empty(rule->child[2]),
        .place = place_index(emitter, rule->at),
        .condition = root_reg(emitter, emitter->stage->rules + 2 * i),
        .fires = root_reg(emitter, emitter->stage->rules + 2 * i + 1),
    };
  }
  emitter->tables->rules = out;
  emitter->tables->rule_count = rules->count;
}

bool emit(const struct plan *plan, const struct stage *stage, const struct code *code, struct program_tables *tables) {
  *tables = (struct program_tables){.filter = NONE32};
  struct emitter emitter = {.plan = plan, .module = plan->module, .stage = stage, .code = code, .arena = plan->arena,
                            .tables = tables};
  if (!emit_places(&emitter)) return false;
  emit_files(&emitter);
  emit_columns(&emitter);
  emit_params(&emitter);
  emit_code(&emitter);
  emit_labels(&emitter);
  emit_shows(&emitter);
  emit_rules(&emitter);
  if (stage->filter < stage->root_count) tables->filter = root_reg(&emitter, stage->filter);
  return !plan->arena->failed;
}
