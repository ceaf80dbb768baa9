/* builder.h - small programs for tests, put together by hand and encoded independently of the compiler. */
#ifndef TEST_BUILDER_H
#define TEST_BUILDER_H

#include "program.h"

enum { BUILDER_ROOM = 64 };

struct builder {
  struct program_tables program;
  bool closed;              /* the last stage's counts are as they shall be */
#define RECORD_BEGIN(record) struct prog_##record record##s[BUILDER_ROOM];
#define FIELD(record, kind, name)
#define RECORD_END(record)
#include "records.def"
};

/* Of a session. */
#define OPTIONS(day, rows) (&(struct rung_session_options){.today = (day), .batch_rows = (rows)})
#define TEXT_OF(literal) ((struct rung_text){(literal), sizeof(literal) - 1})

/* A main table without a key, and its stage that writes rows. */
void builder_init(struct builder *builder);
uint32_t builder_table(struct builder *builder, enum table_kind kind, const char *name, const char *key);
/* What follows belongs to a new stage, or to the first one while that has nothing. */
void builder_stage(struct builder *builder, uint32_t table, enum sink sink);
/* How many instructions of the stage run once a run. */
uint32_t *builder_prologue(struct builder *builder);

/* Each returns the index of what it made, registers and columns that in their stage.  Columns come first in it. */
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
uint32_t builder_aggregate(struct builder *builder, enum aggregate function, enum rung_type type, uint32_t value,
                           uint32_t order, uint32_t where);
/* A column of the main table that an aggregate fills. */
uint32_t builder_joined(struct builder *builder, uint32_t aggregate);
uint32_t builder_measure(struct builder *builder, enum measure function, enum rung_type type, enum rung_type value_type,
                         uint32_t value, int64_t top);

/* The result of a flag register as a tag, or of any as a shown value; tags before shows. */
void builder_tag(struct builder *builder, const char *name, uint32_t reg);
void builder_show(struct builder *builder, const char *name, enum rung_type type, uint32_t reg);
void builder_rule(struct builder *builder, uint32_t condition, uint32_t fires, const char *gives);

/* Gives the last stage all that no other one has; encoding does it unless it was done. */
void builder_close(struct builder *builder);
/* The program file, for the caller to free. */
unsigned char *builder_encode(struct builder *builder, size_t *size);
/* Makes the checksum of changed bytes fit again. */
void builder_seal(unsigned char *bytes, size_t size);
/* Encodes and loads; NULL when it is refused. */
rung_program *builder_load(struct builder *builder, struct rung_error *error);

/* A program that `change` spoils, and a part of what the verifier then says. */
struct refusal_case {
  void (*change)(struct builder *builder);
  const char *part;
};
void assert_refusals(void (*build)(struct builder *builder), const struct refusal_case *cases, size_t count);

/* What rung_program_dump hands to listing_keep, terminated while it is not full. */
struct listing {
  char bytes[16384];
  size_t length;
};
int listing_keep(void *listing, const char *bytes, size_t length);

#endif
