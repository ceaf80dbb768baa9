/* builder.h - small programs for tests, put together by hand and encoded independently of the compiler. */
#ifndef TEST_BUILDER_H
#define TEST_BUILDER_H

#include "program.h"

enum { BUILDER_ROOM = 64 };

struct builder {
  struct program_tables tables;
#define RECORD_BEGIN(record) struct prog_##record record##s[BUILDER_ROOM];
#define FIELD(record, kind, name)
#define RECORD_END(record)
#include "records.def"
};

#define TEXT_OF(literal) ((struct rung_text){(literal), sizeof(literal) - 1})

void builder_init(struct builder *builder);
/* Each returns the index of what it made.  Columns come first; registers follow. */
uint32_t builder_column(struct builder *builder, const char *name, enum rung_type type);
uint32_t builder_reg(struct builder *builder, enum rung_type type);
uint32_t builder_constant(struct builder *builder, enum rung_type type, int64_t value, struct rung_text text);
uint32_t builder_param(struct builder *builder, const char *name, enum rung_type type, enum param_unit unit,
                       int64_t value, const char *source);
uint32_t builder_word(struct builder *builder, struct rung_text text);
uint32_t builder_number(struct builder *builder, int64_t value);
uint32_t builder_set(struct builder *builder, enum rung_type type, uint32_t first, uint32_t count);
uint32_t builder_regex(struct builder *builder, const char *pattern);
void builder_inst(struct builder *builder, enum opcode op, uint32_t dst, uint32_t a, uint32_t b, uint32_t c,
                  uint32_t imm);
/* The result of a flag register as a tag, or of any as a shown value; tags before shows. */
void builder_tag(struct builder *builder, const char *name, uint32_t reg);
void builder_show(struct builder *builder, const char *name, enum rung_type type, uint32_t reg);
void builder_rule(struct builder *builder, uint32_t condition, uint32_t fires, const char *gives);

/* The program file, for the caller to free. */
unsigned char *builder_encode(const struct builder *builder, size_t *size);
/* Makes the checksum of changed bytes fit again. */
void builder_seal(unsigned char *bytes, size_t size);
/* Encodes and loads; NULL when it is refused. */
rung_program *builder_load(const struct builder *builder, struct rung_error *error);

#endif
