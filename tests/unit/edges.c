/* edges.c - columns of texts that several instructions compare, batch after batch, against byte by byte. */
#include <CUnit/Basic.h>
#include <string.h>

#include "builder.h"

enum { MOST_ROWS = 200, LONGEST = 12, OPS = 4 };

static const enum opcode ops[OPS] = {OP_EQ_T, OP_STARTS, OP_ENDS, OP_IN_T};
static const char *const names[2 * OPS] = {"equal", "starts", "ends", "in", "equal trimmed", "starts trimmed",
                                           "ends trimmed", "in trimmed"};

static uint32_t state;
static uint32_t draw(uint32_t below) {
  state = state * 1664525u + 1013904223u;
  return (state >> 16) % below;
}

/* A zero byte at either edge is a byte as others are; a missing text's view points nowhere. */
static void fill(struct rung_text *texts, char (*bytes)[LONGEST], uint64_t *valid) {
  memset(valid, 0, (MOST_ROWS + 63) / 64 * sizeof *valid);
  for (size_t i = 0; i < MOST_ROWS; i++) {
    size_t length = draw(LONGEST + 1);
    for (size_t k = 0; k < length; k++) bytes[i][k] = "ab\0"[draw(3)];
    bool present = draw(8) > 0;
    texts[i] = present ? (struct rung_text){bytes[i], length} : (struct rung_text){(const char *)1, SIZE_MAX};
    valid[i / 64] |= (uint64_t)present << i % 64;
  }
}

static bool stands_at(struct rung_text text, size_t at, struct rung_text part) {
  for (size_t k = 0; k < part.length; k++)
    if (text.bytes[at + k] != part.bytes[k]) return false;
  return true;
}

static bool holds(enum opcode op, struct rung_text text, struct rung_text part) {
  if (op == OP_EQ_T || op == OP_IN_T) return text.length == part.length && stands_at(text, 0, part);
  return text.length >= part.length && stands_at(text, op == OP_ENDS ? text.length - part.length : 0, part);
}

/* Each comparison of the column, and of what is made of it: without blanks it is the same here. */
static rung_program *program_of(struct rung_text part) {
  struct builder builder;
  builder_init(&builder);
  uint32_t column = builder_column(&builder, "x", RUNG_TEXT), text = builder_reg(&builder, RUNG_TEXT);
  uint32_t trimmed = builder_reg(&builder, RUNG_TEXT);
  builder_word(&builder, part);
  builder_word(&builder, TEXT_OF("~"));
  uint32_t set = builder_set(&builder, RUNG_TEXT, 0, 2);
  builder_inst(&builder, OP_CONST_T, text, NONE32, NONE32, NONE32, builder_constant(&builder, RUNG_TEXT, 0, part));
  *builder_prologue(&builder) = 1;
  builder_inst(&builder, OP_TRIM, trimmed, column, NONE32, NONE32, NONE32);
  for (size_t k = 0; k < 2 * OPS; k++) {
    enum opcode op = ops[k % OPS];
    uint32_t dst = builder_reg(&builder, RUNG_FLAG), a = k < OPS ? column : trimmed;
    builder_inst(&builder, op, dst, a, op == OP_IN_T ? NONE32 : text, NONE32, op == OP_IN_T ? set : NONE32);
    builder_show(&builder, names[k], RUNG_FLAG, dst);
  }
  return builder_load(&builder, NULL);
}

static void check_batches(struct rung_text part) {
  static const size_t rows[] = {MOST_ROWS, 128, 1, 63, 64, 65, 128, MOST_ROWS};
  static char bytes[MOST_ROWS][LONGEST];
  struct rung_text texts[MOST_ROWS];
  uint64_t valid[(MOST_ROWS + 63) / 64];
  rung_program *program = program_of(part);
  rung_session *session = NULL;
  CU_ASSERT_FATAL(program != NULL);
  CU_ASSERT_FATAL(rung_session_new(program, OPTIONS(0, MOST_ROWS), &session, NULL) == RUNG_OK);
  for (size_t batch = 0; batch < sizeof rows / sizeof *rows; batch++) {
    fill(texts, bytes, valid);
    CU_ASSERT(rung_batch_run(session, &(struct rung_vector){valid, texts}, rows[batch], NULL) == RUNG_OK);
    for (size_t k = 0; k < 2 * OPS; k++) {
      struct rung_vector got = rung_batch_show(session, k);
      for (size_t i = 0; i < rows[batch]; i++) {
        bool present = valid[i / 64] >> i % 64 & 1;
        CU_ASSERT_EQUAL(got.valid[i / 64] >> i % 64 & 1, present);
        CU_ASSERT_EQUAL(((const uint64_t *)got.data)[i / 64] >> i % 64 & 1,
                        present && holds(ops[k % OPS], texts[i], part));
      }
    }
  }
  rung_session_free(session);
  rung_program_free(program);
}

static void test_batches(void) {
  state = 7;
  const struct rung_text parts[] = {TEXT_OF(""), TEXT_OF("a"), TEXT_OF("ab"), TEXT_OF("aba"), TEXT_OF("abba"),
                                    TEXT_OF("bababab"), TEXT_OF("abababab"), TEXT_OF("babababab")};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) check_batches(parts[i]);
}

void suite_edges(void);

void suite_edges(void) {
  CU_pSuite suite = CU_add_suite("edges", NULL, NULL);
  CU_add_test(suite, "texts compared batch after batch", test_batches);
}
