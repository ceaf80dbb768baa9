/* stages.c - what the verifier refuses of programs of several stages, each with its reason. */
#include "stages.h"

#include <CUnit/Basic.h>
#include <string.h>

#include "limits.h"

void build_purchases(struct builder *b) {
  builder_stage(b, PURCHASES, SINK_AGGREGATE);
  uint32_t total = builder_column(b, "total", RUNG_MONEY), at = builder_column(b, "at", RUNG_DATETIME);
  uint32_t items = builder_column(b, "items", RUNG_LIST), paid = builder_column(b, "paid", RUNG_FLAG);
  builder_aggregate(b, AGGREGATE_COUNT, RUNG_INTEGER, NONE32, NONE32, paid);
  builder_aggregate(b, AGGREGATE_SUM, RUNG_MONEY, total, NONE32, NONE32);
  builder_aggregate(b, AGGREGATE_MAX, RUNG_DATETIME, at, NONE32, paid);
  builder_aggregate(b, AGGREGATE_LATEST, RUNG_LIST, items, at, NONE32);
}

/* Stage 1: the last run. */
static void build_previous(struct builder *b) {
  builder_stage(b, PREVIOUS, SINK_AGGREGATE);
  uint32_t status = builder_column(b, "status", RUNG_TEXT), lost = builder_reg(b, RUNG_TEXT);
  uint32_t was = builder_reg(b, RUNG_FLAG), word = builder_constant(b, RUNG_TEXT, 0, TEXT_OF("lost"));
  builder_inst(b, OP_CONST_T, lost, NONE32, NONE32, NONE32, word);
  *builder_prologue(b) = 1;
  builder_inst(b, OP_EQ_T, was, status, lost, NONE32, NONE32);
  builder_aggregate(b, AGGREGATE_ANY, RUNG_FLAG, NONE32, NONE32, was);
  builder_aggregate(b, AGGREGATE_ONLY, RUNG_TEXT, status, NONE32, NONE32);
}

/* Stages 2 and 3: sums of all customers; then the quintiles of these. */
static void build_collections(struct builder *b) {
  builder_stage(b, CUSTOMERS, SINK_COLLECT);
  uint32_t total = builder_joined(b, SUM_TOTAL);
  builder_measure(b, MEASURE_QUINTILE, RUNG_INTEGER, RUNG_MONEY, total, 0);
  builder_measure(b, MEASURE_TOP, RUNG_FLAG, RUNG_MONEY, total, 15);
  builder_measure(b, MEASURE_AVERAGE, RUNG_MONEY, RUNG_MONEY, total, 0);
  builder_stage(b, CUSTOMERS, SINK_COLLECT);
  total = builder_joined(b, SUM_TOTAL);
  uint32_t fifth = builder_reg(b, RUNG_INTEGER);
  builder_inst(b, OP_MEASURE_I, fifth, total, NONE32, NONE32, QUINTILE);
  builder_measure(b, MEASURE_RANK, RUNG_INTEGER, RUNG_INTEGER, fifth, 0);
}

/* Stage 4: the rows. */
static void build_rows(struct builder *b) {
  builder_stage(b, CUSTOMERS, SINK_ROWS);
  uint32_t key = builder_column(b, "id", RUNG_TEXT);
  b->columns[b->program.column_count - 1].flags = COLUMN_KEY;
  uint32_t paid = builder_joined(b, COUNT_PAID), total = builder_joined(b, SUM_TOTAL);
  uint32_t last = builder_joined(b, LAST_TIME), items = builder_joined(b, LATEST_ITEM), was = builder_joined(b, WAS);
  uint32_t status = builder_joined(b, ONLY_STATUS), now = builder_reg(b, RUNG_DATETIME);
  uint32_t vip = builder_reg(b, RUNG_TEXT), word = builder_constant(b, RUNG_TEXT, 0, TEXT_OF("vip"));
  uint32_t comma = builder_constant(b, RUNG_TEXT, 0, TEXT_OF(","));
  builder_inst(b, OP_NOW, now, NONE32, NONE32, NONE32, NONE32);
  builder_inst(b, OP_CONST_T, vip, NONE32, NONE32, NONE32, word);
  *builder_prologue(b) = 2;
  uint32_t hours = builder_reg(b, RUNG_NUMBER), has = builder_reg(b, RUNG_FLAG), sure = builder_reg(b, RUNG_FLAG);
  uint32_t top = builder_reg(b, RUNG_FLAG), mean = builder_reg(b, RUNG_NUMBER), fifth = builder_reg(b, RUNG_INTEGER);
  uint32_t rank = builder_reg(b, RUNG_INTEGER);
  builder_inst(b, OP_HOURS, hours, now, last, NONE32, NONE32);
  builder_inst(b, OP_HAS, has, items, vip, NONE32, comma);
  builder_inst(b, OP_SURE, sure, was, NONE32, NONE32, NONE32);
  builder_inst(b, OP_MEASURE_F, top, total, NONE32, NONE32, TOP);
  builder_inst(b, OP_MEASURE_N, mean, total, NONE32, NONE32, MEAN);
  builder_inst(b, OP_MEASURE_I, fifth, total, NONE32, NONE32, QUINTILE);
  builder_inst(b, OP_MEASURE_I, rank, fifth, NONE32, NONE32, RANK);
  builder_inst(b, OP_FAULT, NONE32, mean, sure, NONE32, NONE32);
  builder_tag(b, "was_lost", sure);
  builder_tag(b, "top", top);
  builder_show(b, "points", RUNG_INTEGER, paid);
  b->outputs[b->program.output_count - 1].kind = OUTPUT_SCORE;
  builder_show(b, "mean", RUNG_MONEY, mean);
  builder_show(b, "items", RUNG_LIST, items);
  builder_show(b, "last", RUNG_DATETIME, last);
  builder_show(b, "key", RUNG_TEXT, key);
  builder_show(b, "status", RUNG_TEXT, status);
  builder_show(b, "fifth", RUNG_INTEGER, fifth);
  builder_show(b, "rank", RUNG_INTEGER, rank);
  builder_show(b, "hours", RUNG_NUMBER, hours);
  builder_rule(b, has, sure, "was_lost");
}

void build_stages(struct builder *b) {
  builder_init(b);
  b->tables[0].key = TEXT_OF("id");
  builder_table(b, TABLE_RELATED, "purchases", "customer");
  builder_table(b, TABLE_PREVIOUS, "previous", "id");
  build_purchases(b);
  build_previous(b);
  build_collections(b);
  build_rows(b);
  builder_close(b);
}

/* -- What is refused --------------------------------------------------------------------------- */

static void no_tables(struct builder *b) { b->program.table_count = 0; }
static void no_main(struct builder *b) { b->tables[0].kind = TABLE_RELATED; }
static void two_mains(struct builder *b) { b->tables[1].kind = TABLE_MAIN; }
static void two_previous(struct builder *b) { b->tables[1].kind = TABLE_PREVIOUS; }
static void table_kind(struct builder *b) { b->tables[1].kind = 4; }
static void table_name(struct builder *b) { b->tables[1].name = TEXT_OF(""); }
static void table_name_twice(struct builder *b) { b->tables[2].name = b->tables[1].name; }
static void table_key(struct builder *b) { b->tables[1].key = TEXT_OF(""); }
static void table_bytes(struct builder *b) { b->tables[1].key = TEXT_OF("\xff"); }
static void table_base(struct builder *b) { b->tables[1].base = 2; }
static void base_of_nothing(struct builder *b) { b->tables[0].base = 3; }
static void base_of_itself(struct builder *b) { b->tables[0].base = 0; }
static void base_of_previous(struct builder *b) { b->tables[0].base = PREVIOUS; }
static void base_of_file(struct builder *b) { b->tables[0].base = PURCHASES; } /* its key column is read from a file */
static void base_not_gathered(struct builder *b) {
  b->tables[0].base = builder_table(b, TABLE_RELATED, "tickets", "customer");
}

static void no_stages(struct builder *b) { b->program.stage_count = 0; }
static void stage_table(struct builder *b) { b->stages[1].table = 3; }
static void stage_table_twice(struct builder *b) { b->stages[1].table = PURCHASES; }
static void stage_sink(struct builder *b) { b->stages[1].sink = 4; }
static void stage_sink_of_table(struct builder *b) { b->stages[2].table = PURCHASES; }
static void stage_gathers_customers(struct builder *b) { b->stages[0].table = CUSTOMERS; }
static void stage_order(struct builder *b) { b->stages[1].sink = SINK_COLLECT, b->stages[1].table = CUSTOMERS; }
static void stage_late(struct builder *b) {
  stage_order(b);
  b->stages[2].sink = SINK_AGGREGATE, b->stages[2].table = builder_table(b, TABLE_RELATED, "tickets", "customer");
}
static void rows_early(struct builder *b) { b->stages[3].sink = SINK_ROWS; }
static void rows_never(struct builder *b) { b->stages[4].sink = SINK_COLLECT; }
static void stage_gap(struct builder *b) { b->stages[2].first_reg++, b->stages[2].reg_count--; }
static void stage_overlap(struct builder *b) { b->stages[2].first_inst--, b->stages[2].inst_count++; }
static void stage_column_gap(struct builder *b) { b->stages[1].first_column--; }
static void stage_too_long(struct builder *b) { b->stages[4].inst_count++; }
static void stage_huge(struct builder *b) { b->stages[4].reg_count = UINT32_MAX; }
static void stage_too_short(struct builder *b) { b->stages[4].reg_count--; }
static void stage_columns(struct builder *b) { b->stages[0].column_count = 5, b->stages[1].first_column = 5; }
static void stage_prologue(struct builder *b) { b->stages[1].prologue = 3; }

static struct prog_column *row_column(struct builder *b, uint32_t i) {
  return &b->columns[b->stages[4].first_column + i];
}
static struct prog_inst *row_inst(struct builder *b, uint32_t i) { return &b->insts[b->stages[4].first_inst + i]; }

static void source_unknown(struct builder *b) { b->columns[0].source = 4; }
static void source_none(struct builder *b) { b->columns[0].source = 0; }
static void cell_with_link(struct builder *b) { b->columns[0].link = 0; }
static void key_without_base(struct builder *b) { row_column(b, 0)->source = SOURCE_KEY; }
static void link_outside(struct builder *b) { row_column(b, 1)->link = 6; }
static void link_type(struct builder *b) { row_column(b, 2)->type = RUNG_NUMBER; }
static void joined_with_key(struct builder *b) { row_column(b, 4)->flags = COLUMN_KEY; }
static void joined_with_words(struct builder *b) {
  builder_word(b, TEXT_OF("none"));
  row_column(b, 4)->missing_count = 1;
}
static void joined_without_key(struct builder *b) { b->tables[0].key = TEXT_OF(""), row_column(b, 0)->flags = 0; }
static void joined_elsewhere(struct builder *b) {
  b->columns[4] = (struct prog_column){.source = SOURCE_AGGREGATE, .link = LATEST_ITEM, .type = RUNG_LIST};
}
static void other_key(struct builder *b) { row_column(b, 0)->header = TEXT_OF("ID"); }
static void second_key(struct builder *b) { *row_column(b, 4) = *row_column(b, 0); }

static void unread(struct builder *b, struct prog_column column) { b->columns[b->program.column_count++] = column; }
static void unread_made(struct builder *b) {
  unread(b, (struct prog_column){.source = SOURCE_AGGREGATE, .link = 0, .type = RUNG_INTEGER});
}
static void unread_key(struct builder *b) {
  unread(b, (struct prog_column){.source = SOURCE_CELL, .link = NONE32, .type = RUNG_TEXT, .flags = COLUMN_KEY});
}
static void unread_link(struct builder *b) {
  unread(b, (struct prog_column){.source = SOURCE_CELL, .link = 0, .type = RUNG_TEXT});
}
static void unread_words(struct builder *b) {
  unread(b, (struct prog_column){.source = SOURCE_CELL, .link = NONE32, .type = RUNG_TEXT, .missing_first = 9999,
                                 .missing_count = 1});
}

static void aggregate_stage(struct builder *b) { b->aggregates[0].stage = 2; }
static void aggregate_no_stage(struct builder *b) { b->aggregates[0].stage = 5; }
static void aggregate_function(struct builder *b) { b->aggregates[0].function = AGGREGATE_COUNT_OF; }
static void aggregate_type(struct builder *b) { b->aggregates[3].type = 9; }
static void aggregate_value_extra(struct builder *b) { b->aggregates[0].value = 0; }
static void aggregate_value_none(struct builder *b) { b->aggregates[1].value = NONE32; }
static void aggregate_value_text(struct builder *b) { b->aggregates[1].value = 2; }
static void aggregate_order_none(struct builder *b) { b->aggregates[3].order = NONE32; }
static void aggregate_order_text(struct builder *b) { b->aggregates[3].order = 2; }
static void aggregate_order_extra(struct builder *b) { b->aggregates[1].order = 0; }
static void aggregate_where(struct builder *b) { b->aggregates[0].where = 0; }
static void aggregate_where_outside(struct builder *b) { b->aggregates[0].where = 4; }
static void aggregate_unwritten(struct builder *b) {
  b->stages[1].prologue = 0;
  b->insts[1] = (struct prog_inst){OP_LOWER, 1, 0, NONE32, NONE32, NONE32};
}
static void aggregate_result(struct builder *b) {
  b->aggregates[COUNT_PAID].type = row_column(b, 1)->type = b->regs[b->stages[4].first_reg + 1].type = RUNG_NUMBER;
}
static void aggregate_result_value(struct builder *b) { b->aggregates[LAST_TIME].function = AGGREGATE_SUM; }
static void aggregate_average(struct builder *b) {
  b->aggregates[COUNT_PAID] =
      (struct prog_aggregate){0, AGGREGATE_AVERAGE, RUNG_INTEGER, 0, NONE32, NONE32, TEXT_OF("average")};
}

static void measure_stage(struct builder *b) { b->measures[0].stage = 0; }
static void measure_function(struct builder *b) { b->measures[0].function = MEASURE_COUNT_OF; }
static void measure_type(struct builder *b) { b->measures[0].type = RUNG_NUMBER; }
static void measure_mean_type(struct builder *b) { b->measures[MEAN].type = RUNG_NUMBER; }
static void measure_value_type(struct builder *b) { b->measures[0].value_type = RUNG_TEXT; }
static void measure_time(struct builder *b) { b->measures[0].value_type = RUNG_DATETIME; }
static void measure_date_share(struct builder *b) {
  b->measures[0].function = MEASURE_SHARE, b->measures[0].type = RUNG_NUMBER, b->measures[0].value_type = RUNG_DATE;
}
static void measure_value(struct builder *b) { b->measures[0].value = 1; }
static void measure_value_register(struct builder *b) { b->measures[RANK].value = 0; }
static void measure_top(struct builder *b) { b->measures[TOP].top = 0; }
static void measure_top_extra(struct builder *b) { b->measures[QUINTILE].top = 5; }
static void measured_early(struct builder *b) { b->measures[QUINTILE].stage = 3; }
static void measured_other_type(struct builder *b) { row_inst(b, 7)->imm = QUINTILE, row_inst(b, 8)->imm = QUINTILE; }
static void measured_result(struct builder *b) { row_inst(b, 5)->imm = MEAN; }
static void measured_nothing(struct builder *b) { row_inst(b, 5)->imm = 4; }
static void measured_once(struct builder *b) {
  uint32_t first = b->stages[4].first_inst;
  uint32_t zero = builder_constant(b, RUNG_NUMBER, 0, TEXT_OF(""));
  b->insts[first] = (struct prog_inst){OP_CONST_N, 9, NONE32, NONE32, NONE32, zero};
  b->insts[first + 1] = (struct prog_inst){OP_MEASURE_I, 14, 9, NONE32, NONE32, QUINTILE};
}
static void separator_empty(struct builder *b) { b->constants[row_inst(b, 3)->imm].text = TEXT_OF(""); }
static void separator_number(struct builder *b) { b->constants[row_inst(b, 3)->imm].type = RUNG_INTEGER; }
static void score_text(struct builder *b) { b->outputs[2].kind = OUTPUT_SCORE; }
static void label_of_stage(struct builder *b) { b->labels[0].reg = b->stages[4].reg_count; }

static const struct refusal_case cases[] = {
    {no_tables, "no main table"}, {no_main, "no main table"}, {two_mains, "second main"},
    {two_previous, "second previous"}, {table_kind, "unknown kind"}, {table_name, "no name of its own"},
    {table_name_twice, "no name of its own"}, {table_key, "has no key"}, {table_bytes, "not plain UTF-8"},
    {table_base, "not the main one"}, {base_of_nothing, "keys of no related table"},
    {base_of_itself, "keys of no related table"}, {base_of_previous, "keys of no related table"},
    {base_of_file, "file that the main table does not have"}, {base_not_gathered, "keys that nothing gathers"},
    {no_stages, "no stages"}, {stage_table, "scans no table"}, {stage_table_twice, "scans a table once more"},
    {stage_sink, "unknown sink"}, {stage_sink_of_table, "sink that its table cannot have"},
    {stage_gathers_customers, "sink that its table cannot have"}, {stage_order, "belongs to no stage that aggregates"},
    {stage_late, "after one that needs it"},
    {rows_early, "at the wrong place"}, {rows_never, "at the wrong place"}, {stage_gap, "does not begin where"},
    {stage_overlap, "does not begin where"}, {stage_column_gap, "does not begin where"},
    {stage_too_long, "reaches outside"}, {stage_huge, "reaches outside"}, {stage_too_short, "do not share out"},
    {stage_columns, "more columns than registers"}, {stage_prologue, "prologue longer"},
    {source_unknown, "filled from nowhere"}, {source_none, "filled from nowhere"}, {cell_with_link, "is no aggregate"},
    {key_without_base, "rows are read from a file"}, {link_outside, "outside the aggregates"},
    {link_type, "another type than its aggregate"}, {joined_with_key, "how to read a cell"},
    {joined_with_words, "how to read a cell"}, {joined_without_key, "main table has no key"},
    {joined_elsewhere, "another table than the main one"}, {other_key, "another key than its table"},
    {second_key, "second key"}, {unread_made, "read by no stage"}, {unread_key, "read by no stage"},
    {unread_link, "is no aggregate"}, {unread_words, "outside the words"}, {aggregate_stage, "no stage that aggregates"},
    {aggregate_no_stage, "no stage that aggregates"}, {aggregate_function, "unknown function"},
    {aggregate_type, "unknown type"}, {aggregate_value_extra, "value of aggregate 0 is one too many"},
    {aggregate_value_none, "value of aggregate 1 is no register"},
    {aggregate_value_text, "value of aggregate 1 has the wrong type"},
    {aggregate_order_none, "order of aggregate 3 is no register"},
    {aggregate_order_text, "order of aggregate 3 has the wrong type"},
    {aggregate_order_extra, "order of aggregate 1 is one too many"},
    {aggregate_where, "condition of aggregate 0 has the wrong type"},
    {aggregate_where_outside, "condition of aggregate 0 is no register"},
    {aggregate_unwritten, "condition of aggregate 4 is never written"},
    {aggregate_result, "aggregate 0 has a result of the wrong type"},
    {aggregate_result_value, "value of aggregate 2 has the wrong type"},
    {aggregate_average, "aggregate 0 has a result of the wrong type"}, {measure_stage, "no stage that collects"},
    {measure_function, "unknown function"}, {measure_type, "result of the wrong type"},
    {measure_mean_type, "result of the wrong type"}, {measure_value_type, "value of the wrong type"},
    {measure_time, "value of the wrong type"}, {measure_date_share, "value of the wrong type"},
    {measure_value, "value of measure 0 is no register"},
    {measure_value_register, "value of measure 3 has the wrong type"},
    {measure_top, "wrong number of rows"}, {measure_top_extra, "wrong number of rows"},
    {measured_early, "asks too early for measure 0"}, {measured_other_type, "another type than measure"},
    {measured_result, "gives another type than measure 2"}, {measured_nothing, "immediate out of range"},
    {measured_once, "stands in the prologue"}, {separator_empty, "immediate of the wrong type"},
    {separator_number, "immediate of the wrong type"}, {score_text, "points that are no number"},
    {label_of_stage, "label 0 is no register"},
};

static void test_refusals(void) { assert_refusals(build_stages, cases, sizeof cases / sizeof *cases); }

/* The rows of a base made of keys: its key column is filled by them. */
static void build_made(struct builder *b) {
  builder_init(b);
  builder_table(b, TABLE_RELATED, "purchases", "customer");
  b->tables[0].base = PURCHASES;
  builder_stage(b, PURCHASES, SINK_AGGREGATE);
  builder_stage(b, PURCHASES, SINK_AGGREGATE); /* has nothing, not even an aggregate, and so is begun again */
  builder_column(b, "total", RUNG_NUMBER);
  builder_stage(b, CUSTOMERS, SINK_ROWS);
  uint32_t key = builder_column(b, "customer", RUNG_TEXT);
  b->columns[1].source = SOURCE_KEY, b->columns[1].flags = COLUMN_KEY;
  builder_show(b, "key", RUNG_TEXT, key);
}

static void test_made(void) {
  struct builder b;
  struct rung_error error = {0};
  build_made(&b);
  rung_program *program = builder_load(&b, &error);
  CU_ASSERT_FATAL(program != NULL);
  CU_ASSERT_FALSE(rung_program_table(program, 0).base);
  CU_ASSERT(rung_program_table(program, 1).base);
  CU_ASSERT(rung_program_column(program, 0).key && !rung_program_column(program, 0).aggregate);
  rung_program_free(program);
  build_made(&b);
  b.columns[1].type = RUNG_INTEGER, b.regs[1].type = RUNG_INTEGER;
  CU_ASSERT(!builder_load(&b, &error) && strstr(error.text, "no plain text"));
  build_made(&b);
  b.columns[0].source = SOURCE_KEY;
  CU_ASSERT(!builder_load(&b, &error) && strstr(error.text, "rows are read from a file"));
}

/* One table, or one depth of populations, more than are allowed. */
static void test_limits(void) {
  static struct prog_table tables[LIMIT_TABLES + 1];
  static struct prog_stage stages[LIMIT_STAGES + 1];
  static char names[LIMIT_TABLES + 1][3];
  for (int more = 0; more < 2; more++) {
    struct builder b;
    struct rung_error error = {0};
    builder_init(&b);
    tables[0] = b.tables[0];
    for (int i = 1; i <= LIMIT_TABLES; i++) {
      names[i][0] = (char)(i / 10 + 'a'), names[i][1] = (char)(i % 10 + 'a');
      tables[i] = (struct prog_table){{names[i], 2}, TABLE_RELATED, TEXT_OF("key"), NONE32};
    }
    b.program.tables = tables, b.program.table_count = (size_t)(LIMIT_TABLES + more);
    rung_program *program = builder_load(&b, &error);
    CU_ASSERT(more ? !program && strstr(error.text, "101 tables") : program != NULL);
    rung_program_free(program);
    builder_init(&b);
    for (int i = 0; i < LIMIT_STAGES + more; i++) stages[i].sink = SINK_COLLECT;
    stages[LIMIT_STAGES + more - 1].sink = SINK_ROWS;
    b.program.stages = stages, b.program.stage_count = (size_t)(LIMIT_STAGES + more), b.closed = true;
    program = builder_load(&b, &error);
    CU_ASSERT(more ? !program && strstr(error.text, "1001 stages") : program != NULL);
    rung_program_free(program);
  }
}

void suite_stages(void);

void suite_stages(void) {
  CU_pSuite suite = CU_add_suite("stages", NULL, NULL);
  CU_add_test(suite, "what is refused", test_refusals);
  CU_add_test(suite, "a base made of keys", test_made);
  CU_add_test(suite, "limits", test_limits);
}
