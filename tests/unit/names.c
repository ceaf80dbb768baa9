/* names.c - names that stand twice: found among any number, refused in a program, and never the name of two files. */
#include "names.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "score.h"
#include "stages.h"

/* -- Among names alone ------------------------------------------------------------------------ */

static void test_few(void) {
  struct named names[] = {{TEXT_OF("b"), 0}, {TEXT_OF(""), 1}, {TEXT_OF("a"), 2}, {TEXT_OF("B"), 3}, {TEXT_OF("ab"), 4},
                          {TEXT_OF("a"), 5}, {TEXT_OF("a"), 6}};
  CU_ASSERT_EQUAL(names_repeated(names, 0), SIZE_MAX);
  CU_ASSERT_EQUAL(names_repeated(names, 1), SIZE_MAX);
  CU_ASSERT_EQUAL(names_repeated(names, 5), SIZE_MAX); /* capitals are other letters */
  CU_ASSERT_EQUAL(names_repeated(names, 7), 5);        /* the first one that has an earlier one's name */
  struct named empty[] = {{TEXT_OF(""), 7}, {TEXT_OF("x"), 8}, {TEXT_OF(""), 9}};
  CU_ASSERT_EQUAL(names_repeated(empty, 3), 9);
}

/* With each compared to each other this would take minutes. */
static void test_many(void) {
  enum { MANY = 300000, ROOM = 12 };
  struct named *names = calloc(MANY, sizeof *names);
  char *bytes = calloc(MANY, ROOM);
  CU_ASSERT_FATAL(names && bytes);
  for (size_t i = 0; i < MANY; i++) {
    int length = snprintf(bytes + i * ROOM, ROOM, "n%zu", i);
    names[i] = (struct named){{bytes + i * ROOM, (size_t)length}, i};
  }
  CU_ASSERT_EQUAL(names_repeated(names, MANY), SIZE_MAX);
  names[MANY / 2].name = names[MANY / 3].name;
  size_t found = names_repeated(names, MANY);
  CU_ASSERT(found != SIZE_MAX);
  free(bytes);
  free(names);
}

/* -- In a program ------------------------------------------------------------------------------- */

/* The promises' program with its tag twice over, and the outputs of two statuses that share a label. */
static void build_names(struct builder *b) {
  struct program_tables *tables = &b->program;
  build_promises(b);
  uint32_t reg = b->labels[0].reg, first = (uint32_t)tables->label_count;
  for (uint32_t i = 0; i < 2; i++) {
    uint32_t output = (uint32_t)tables->output_count++;
    b->outputs[output] = (struct prog_output){OUTPUT_STATUS, i ? TEXT_OF("second") : TEXT_OF("first"), first + i * 2, 2};
    b->labels[tables->label_count++] = (struct prog_label){TEXT_OF("yes"), output, reg};
    b->labels[tables->label_count++] = (struct prog_label){TEXT_OF("no"), output, reg};
  }
  builder_param(b, "days", RUNG_INTEGER, UNIT_NONE, 1, "1");
  builder_param(b, "tag", RUNG_INTEGER, UNIT_NONE, 1, "1"); /* params are no outputs */
}

static void status_twice(struct builder *b) { b->outputs[3].name = b->outputs[2].name; }
static void tags_as_status(struct builder *b) { b->outputs[3].name = b->outputs[0].name; }
static void campaigns_as_status(struct builder *b) { b->outputs[2].name = b->outputs[1].name; }
static void show_twice(struct builder *b) {
  builder_show(b, "age", RUNG_NUMBER, 1), builder_show(b, "age", RUNG_NUMBER, 1);
}
static void show_of_status(struct builder *b) { builder_show(b, "first", RUNG_NUMBER, 1); }
static void label_twice(struct builder *b) { b->labels[8].name = b->labels[7].name; }
static void campaign_label_twice(struct builder *b) { b->labels[4].name = b->labels[1].name; }
static void control_as_label(struct builder *b) { b->labels[3].name = b->labels[2].name; }
static void campaign_twice(struct builder *b) { b->campaigns[1].name = b->campaigns[0].name; }
static void param_twice(struct builder *b) { b->params[1].name = b->params[0].name; }
static void tag_twice(struct builder *b) {
  builder_init(b);
  builder_column(b, "f", RUNG_FLAG);
  builder_tag(b, "vip", 0), builder_tag(b, "good", 0), builder_tag(b, "vip", 0);
}

static const struct refusal_case cases[] = {
    {status_twice, "record 3 of section outputs has the name of another"},
    {tags_as_status, "record 3 of section outputs has the name of another"},
    {campaigns_as_status, "record 2 of section outputs has the name of another"},
    {show_twice, "record 5 of section outputs has the name of another"},
    {show_of_status, "record 4 of section outputs has the name of another"},
    {label_twice, "record 8 of section labels has the name of another"},
    {campaign_label_twice, "record 4 of section labels has the name of another"},
    {control_as_label, "record 3 of section labels has the name of another"},
    {campaign_twice, "record 1 of section campaigns has the name of another"},
    {param_twice, "record 1 of section params has the name of another"},
    {tag_twice, "record 2 of section labels has the name of another"},
};

static void test_programs(void) {
  struct builder b;
  struct rung_error error = {0};
  build_names(&b);
  rung_program *program = builder_load(&b, &error);
  CU_ASSERT_PTR_NOT_NULL(program);
  CU_ASSERT_STRING_EQUAL(error.text, "");
  rung_program_free(program);
  assert_refusals(build_names, cases, sizeof cases / sizeof *cases);
}

/* -- Files ---------------------------------------------------------------------------------------- */

/* Even of tables that nobody verified. */
static void test_files(void) {
  struct builder b;
  struct split *split = NULL;
  struct rung_error error = {0};
  struct rung_score_options options = {.split = "/nowhere/at/all"};
  build_promises(&b);
  b.labels[2].name = b.labels[4].name; /* the control group, which has no file, may be between them */
  CU_ASSERT_EQUAL(split_open(&b.program, &options, NULL, &split, &error), RUNG_INVALID);
  CU_ASSERT_STRING_EQUAL(error.text, "two labels of campaigns would share the file autumn.csv");
  build_promises(&b);
  b.labels[3].name = b.labels[4].name;
  error.text[0] = 0;
  split_open(&b.program, &options, NULL, &split, &error); /* which may find that there is no such folder */
  CU_ASSERT_PTR_NULL(strstr(error.text, "would share"));
  split_discard(split);
}

void suite_names(void);

void suite_names(void) {
  CU_pSuite suite = CU_add_suite("names", NULL, NULL);
  CU_add_test(suite, "a few", test_few);
  CU_add_test(suite, "many", test_many);
  CU_add_test(suite, "of a program", test_programs);
  CU_add_test(suite, "of files", test_files);
}
