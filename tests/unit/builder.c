/* builder.c - small programs for tests, put together by hand. */
#include "builder.h"

#include "checksum.h"
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct rung_text text_of(const char *string) { return (struct rung_text){string, strlen(string)}; }

void builder_init(struct builder *builder) {
  memset(builder, 0, sizeof *builder);
  builder->program.filter = NONE32;
#define RECORD_BEGIN(record) builder->program.record##s = builder->record##s;
#define FIELD(record, kind, name)
#define RECORD_END(record)
#include "records.def"
  builder->program.table_count = builder->program.stage_count = 1;
  builder->tables[0] = (struct prog_table){.name = text_of("customers"), .kind = TABLE_MAIN, .base = NONE32};
  builder->stages[0].sink = SINK_ROWS;
  builder->files[builder->program.file_count++] = (struct prog_file){text_of("rules.rung"), 0x1234};
  builder->places[builder->program.place_count++] = (struct prog_place){0, 1, 1, text_of("a -> b")};
}

static struct prog_stage *stage_of(struct builder *builder) {
  return &builder->stages[builder->program.stage_count - 1];
}

uint32_t *builder_prologue(struct builder *builder) { return &stage_of(builder)->prologue; }

uint32_t builder_table(struct builder *builder, enum table_kind kind, const char *name, const char *key) {
  builder->tables[builder->program.table_count] = (struct prog_table){text_of(name), kind, text_of(key), NONE32};
  return (uint32_t)builder->program.table_count++;
}

void builder_close(struct builder *builder) {
  const struct program_tables *tables = &builder->program;
  struct prog_stage *stage = stage_of(builder);
  stage->column_count = (uint32_t)tables->column_count - stage->first_column;
  stage->reg_count = (uint32_t)tables->reg_count - stage->first_reg;
  stage->inst_count = (uint32_t)tables->inst_count - stage->first_inst;
  builder->closed = true;
}

void builder_stage(struct builder *builder, uint32_t table, enum sink sink) {
  struct program_tables *tables = &builder->program;
  builder_close(builder);
  builder->closed = false;
  if (stage_of(builder)->reg_count) tables->stage_count++;
  *stage_of(builder) = (struct prog_stage){
      .table = table,
      .sink = sink,
      .first_column = (uint32_t)tables->column_count,
      .first_reg = (uint32_t)tables->reg_count,
      .first_inst = (uint32_t)tables->inst_count,
  };
}

uint32_t builder_reg(struct builder *builder, enum rung_type type) {
  uint32_t kept = type == RUNG_MONEY ? RUNG_NUMBER : type == RUNG_LIST ? RUNG_TEXT : type;
  builder->regs[builder->program.reg_count] = (struct prog_reg){kept};
  return (uint32_t)builder->program.reg_count++ - stage_of(builder)->first_reg;
}

uint32_t builder_column(struct builder *builder, const char *name, enum rung_type type) {
  builder->columns[builder->program.column_count++] = (struct prog_column){
      .source = SOURCE_CELL, .link = NONE32, .name = text_of(name), .header = text_of(name), .type = type};
  return builder_reg(builder, type);
}

uint32_t builder_joined(struct builder *builder, uint32_t aggregate) {
  const struct prog_aggregate *from = &builder->aggregates[aggregate];
  builder->columns[builder->program.column_count++] =
      (struct prog_column){.source = SOURCE_AGGREGATE, .link = aggregate, .name = from->source, .type = from->type};
  return builder_reg(builder, (enum rung_type)from->type);
}

uint32_t builder_aggregate(struct builder *builder, enum aggregate function, enum rung_type type, uint32_t value,
                           uint32_t order, uint32_t where) {
  uint32_t stage = (uint32_t)builder->program.stage_count - 1;
  builder->aggregates[builder->program.aggregate_count] =
      (struct prog_aggregate){stage, function, type, value, order, where, text_of("an aggregate")};
  return (uint32_t)builder->program.aggregate_count++;
}

uint32_t builder_measure(struct builder *builder, enum measure function, enum rung_type type, enum rung_type value_type,
                         uint32_t value, int64_t top) {
  uint32_t stage = (uint32_t)builder->program.stage_count - 1;
  builder->measures[builder->program.measure_count] = (struct prog_measure){
      .stage = stage, .function = function, .type = type, .value = value, .value_type = value_type, .top = top,
      .where = NONE32, .group = NONE32, .cost = NONE32, .group_limit = NONE32, .limit = NONE32, .budget = NONE32,
      .source = text_of("a measure")};
  return (uint32_t)builder->program.measure_count++;
}

uint32_t builder_constant(struct builder *builder, enum rung_type type, int64_t value, struct rung_text text) {
  builder->constants[builder->program.constant_count] = (struct prog_constant){type, value, text};
  return (uint32_t)builder->program.constant_count++;
}

uint32_t builder_param(struct builder *builder, const char *name, enum rung_type type, enum param_unit unit,
                       int64_t value, const char *source) {
  builder->params[builder->program.param_count] =
      (struct prog_param){.name = text_of(name), .type = type, .unit = unit, .value = value, .source = text_of(source)};
  return (uint32_t)builder->program.param_count++;
}

uint32_t builder_word(struct builder *builder, struct rung_text text) {
  builder->words[builder->program.word_count] = (struct prog_word){text};
  return (uint32_t)builder->program.word_count++;
}

uint32_t builder_number(struct builder *builder, int64_t value) {
  builder->numbers[builder->program.number_count] = (struct prog_number){value};
  return (uint32_t)builder->program.number_count++;
}

uint32_t builder_set(struct builder *builder, enum rung_type type, uint32_t first, uint32_t count) {
  builder->sets[builder->program.set_count] = (struct prog_set){{"", 0}, type, first, count};
  return (uint32_t)builder->program.set_count++;
}

uint32_t builder_regex(struct builder *builder, const char *pattern) {
  builder->regexs[builder->program.regex_count] = (struct prog_regex){text_of(pattern)};
  return (uint32_t)builder->program.regex_count++;
}

void builder_inst(struct builder *builder, enum opcode op, uint32_t dst, uint32_t a, uint32_t b, uint32_t c,
                  uint32_t imm) {
  builder->insts[builder->program.inst_count++] = (struct prog_inst){op, dst, a, b, c, imm};
  builder->origins[builder->program.origin_count++] = (struct prog_origin){0, text_of("rule")};
}

void builder_tag(struct builder *builder, const char *name, uint32_t reg) {
  struct program_tables *tables = &builder->program;
  if (tables->output_count == 0)
    builder->outputs[tables->output_count++] = (struct prog_output){.kind = OUTPUT_TAGS, .name = text_of("tags")};
  builder->outputs[0].count++;
  builder->labels[tables->label_count++] = (struct prog_label){text_of(name), NONE32, reg};
}

void builder_show(struct builder *builder, const char *name, enum rung_type type, uint32_t reg) {
  struct program_tables *tables = &builder->program;
  builder->outputs[tables->output_count++] =
      (struct prog_output){OUTPUT_SHOW, text_of(name), (uint32_t)tables->show_count, 1};
  builder->shows[tables->show_count++] = (struct prog_show){text_of(name), type, reg};
}

void builder_rule(struct builder *builder, uint32_t condition, uint32_t fires, const char *gives) {
  builder->rules[builder->program.rule_count++] =
      (struct prog_rule){.gives = text_of(gives), .because = text_of("so"), .condition = condition, .fires = fires};
}

/* -- Encoding ---------------------------------------------------------------------------- */

struct writer {
  unsigned char *bytes;     /* room for everything: a test's program is small */
  size_t size;
  unsigned char *strings;
  size_t string_size;
};
enum { WRITER_ROOM = 1 << 20 };

static void write_U32(struct writer *writer, uint32_t value) {
  for (int i = 0; i < 4; i++) writer->bytes[writer->size++] = (unsigned char)(value >> 8 * i);
}

static void write_I64(struct writer *writer, int64_t value) {
  for (int i = 0; i < 8; i++) writer->bytes[writer->size++] = (unsigned char)((uint64_t)value >> 8 * i);
}

static void write_STR(struct writer *writer, struct rung_text text) {
  write_U32(writer, (uint32_t)writer->string_size);
  write_U32(writer, (uint32_t)text.length);
  if (text.length) memcpy(writer->strings + writer->string_size, text.bytes, text.length);
  writer->string_size += text.length;
}

static void put_u64(unsigned char *at, uint64_t value) {
  for (int i = 0; i < 8; i++) at[i] = (unsigned char)(value >> 8 * i);
}

static void begin_section(struct writer *writer, enum section section, size_t count) {
  while (writer->size % 8) writer->bytes[writer->size++] = 0;
  unsigned char *entry = writer->bytes + PROGRAM_HEADER_SIZE + (size_t)section * SECTION_ENTRY_SIZE;
  put_u64(entry, writer->size);
  put_u64(entry + 8, count);
}

void builder_seal(unsigned char *bytes, size_t size) {
  put_u64(bytes + PROGRAM_CHECKSUM_AT, program_checksum(bytes, size));
}

unsigned char *builder_encode(struct builder *builder, size_t *size) {
  const struct program_tables *tables = &builder->program;
  bool open = !builder->closed;
  if (open) builder_close(builder);
  builder->closed = !open;
  struct writer writer = {calloc(2, WRITER_ROOM), 0, NULL, 0};
  if (!writer.bytes) return NULL;
  writer.strings = writer.bytes + WRITER_ROOM;
  memcpy(writer.bytes, PROGRAM_MAGIC, 8);
  writer.size = 8;
  write_U32(&writer, RUNG_FORMAT_VERSION);
  writer.size = 32;
  write_U32(&writer, tables->filter);
  write_U32(&writer, SECTION_COUNT);
  writer.size += (size_t)SECTION_COUNT * SECTION_ENTRY_SIZE;
#define RECORD_BEGIN(record)                                     \
  begin_section(&writer, SECTION_##record, tables->record##_count); \
  for (size_t i = 0; i < tables->record##_count; i++) {          \
    const struct prog_##record *from = &tables->record##s[i];
#define FIELD(record, kind, name) write_##kind(&writer, from->name);
#define RECORD_END(record) }
#include "records.def"
  begin_section(&writer, SECTION_STRINGS, writer.string_size);
  memcpy(writer.bytes + writer.size, writer.strings, writer.string_size);
  *size = writer.size + writer.string_size;
  put_u64(writer.bytes + 16, *size);
  builder_seal(writer.bytes, *size);
  return writer.bytes;
}

rung_program *builder_load(struct builder *builder, struct rung_error *error) {
  size_t size;
  rung_program *program = NULL;
  unsigned char *bytes = builder_encode(builder, &size);
  if (bytes) rung_program_load(bytes, size, NULL, &program, error);
  free(bytes);
  return program;
}

/* -- Asserting ------------------------------------------------------------------------------- */

void assert_refusals(void (*build)(struct builder *builder), const struct refusal_case *cases, size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct builder builder;
    struct rung_error error = {0};
    build(&builder);
    cases[i].change(&builder);
    rung_program *program = builder_load(&builder, &error);
    bool refused = !program && error.status == RUNG_INVALID && strstr(error.text, cases[i].part);
    if (!refused) fprintf(stderr, "case %zu: expected \"%s\", got \"%s\"\n", i, cases[i].part, error.text);
    CU_ASSERT(refused);
    rung_program_free(program);
  }
}

int listing_keep(void *context, const char *bytes, size_t length) {
  struct listing *listing = context;
  if (length >= sizeof listing->bytes - listing->length) return 1;
  memcpy(listing->bytes + listing->length, bytes, length);
  listing->length += length;
  return 0;
}
