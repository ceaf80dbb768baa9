/* builder.c - small programs for tests, put together by hand. */
#include "builder.h"

#include "checksum.h"
#include <stdlib.h>
#include <string.h>

static struct rung_text text_of(const char *string) { return (struct rung_text){string, strlen(string)}; }

void builder_init(struct builder *builder) {
  memset(builder, 0, sizeof *builder);
  builder->tables.filter = NONE32;
#define RECORD_BEGIN(record) builder->tables.record##s = builder->record##s;
#define FIELD(record, kind, name)
#define RECORD_END(record)
#include "records.def"
  builder->files[builder->tables.file_count++] = (struct prog_file){text_of("rules.rung"), 0x1234};
  builder->places[builder->tables.place_count++] = (struct prog_place){0, 1, 1, text_of("a -> b")};
}

uint32_t builder_reg(struct builder *builder, enum rung_type type) {
  builder->regs[builder->tables.reg_count] = (struct prog_reg){type == RUNG_MONEY ? RUNG_NUMBER : type};
  return (uint32_t)builder->tables.reg_count++;
}

uint32_t builder_column(struct builder *builder, const char *name, enum rung_type type) {
  builder->columns[builder->tables.column_count++] =
      (struct prog_column){.name = text_of(name), .header = text_of(name), .type = type};
  return builder_reg(builder, type);
}

uint32_t builder_constant(struct builder *builder, enum rung_type type, int64_t value, struct rung_text text) {
  builder->constants[builder->tables.constant_count] = (struct prog_constant){type, value, text};
  return (uint32_t)builder->tables.constant_count++;
}

uint32_t builder_param(struct builder *builder, const char *name, enum rung_type type, enum param_unit unit,
                       int64_t value, const char *source) {
  builder->params[builder->tables.param_count] =
      (struct prog_param){.name = text_of(name), .type = type, .unit = unit, .value = value, .source = text_of(source)};
  return (uint32_t)builder->tables.param_count++;
}

uint32_t builder_word(struct builder *builder, struct rung_text text) {
  builder->words[builder->tables.word_count] = (struct prog_word){text};
  return (uint32_t)builder->tables.word_count++;
}

uint32_t builder_number(struct builder *builder, int64_t value) {
  builder->numbers[builder->tables.number_count] = (struct prog_number){value};
  return (uint32_t)builder->tables.number_count++;
}

uint32_t builder_set(struct builder *builder, enum rung_type type, uint32_t first, uint32_t count) {
  builder->sets[builder->tables.set_count] = (struct prog_set){{"", 0}, type, first, count};
  return (uint32_t)builder->tables.set_count++;
}

uint32_t builder_regex(struct builder *builder, const char *pattern) {
  builder->regexs[builder->tables.regex_count] = (struct prog_regex){text_of(pattern)};
  return (uint32_t)builder->tables.regex_count++;
}

void builder_inst(struct builder *builder, enum opcode op, uint32_t dst, uint32_t a, uint32_t b, uint32_t c,
                  uint32_t imm) {
  builder->insts[builder->tables.inst_count++] = (struct prog_inst){op, dst, a, b, c, imm};
  builder->origins[builder->tables.origin_count++] = (struct prog_origin){0, text_of("rule")};
}

void builder_tag(struct builder *builder, const char *name, uint32_t reg) {
  struct program_tables *tables = &builder->tables;
  if (tables->output_count == 0)
    builder->outputs[tables->output_count++] = (struct prog_output){.kind = OUTPUT_TAGS, .name = text_of("tags")};
  builder->outputs[0].count++;
  builder->labels[tables->label_count++] = (struct prog_label){text_of(name), NONE32, reg};
}

void builder_show(struct builder *builder, const char *name, enum rung_type type, uint32_t reg) {
  struct program_tables *tables = &builder->tables;
  builder->outputs[tables->output_count++] =
      (struct prog_output){OUTPUT_SHOW, text_of(name), (uint32_t)tables->show_count, 1};
  builder->shows[tables->show_count++] = (struct prog_show){text_of(name), type, reg};
}

void builder_rule(struct builder *builder, uint32_t condition, uint32_t fires, const char *gives) {
  builder->rules[builder->tables.rule_count++] =
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

unsigned char *builder_encode(const struct builder *builder, size_t *size) {
  const struct program_tables *tables = &builder->tables;
  struct writer writer = {calloc(2, WRITER_ROOM), 0, NULL, 0};
  if (!writer.bytes) return NULL;
  writer.strings = writer.bytes + WRITER_ROOM;
  memcpy(writer.bytes, PROGRAM_MAGIC, 8);
  writer.size = 8;
  write_U32(&writer, RUNG_FORMAT_VERSION);
  write_U32(&writer, tables->prologue);
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

rung_program *builder_load(const struct builder *builder, struct rung_error *error) {
  size_t size;
  rung_program *program = NULL;
  unsigned char *bytes = builder_encode(builder, &size);
  if (bytes) rung_program_load(bytes, size, NULL, &program, error);
  free(bytes);
  return program;
}
