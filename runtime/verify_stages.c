/* verify_stages.c - do the stages share out the program, and does none ask for what a later one makes? */
#include "io.h"
#include "limits.h"
#include "loaded.h"
#include "session.h"
#include "text.h"
#include "verify.h"

/* -- Tables ----------------------------------------------------------------------------------- */

/* Files are given by the names of related tables, so these differ. */
static bool name_taken(const struct program_tables *tables, size_t table) {
  for (size_t i = 0; i < table; i++)
    if (tables->tables[i].kind != TABLE_MAIN && text_same(tables->tables[i].name, tables->tables[table].name))
      return true;
  return false;
}

static const char *table_fault(const struct program_tables *tables, size_t i) {
  const struct prog_table *table = &tables->tables[i];
  if (table->kind < TABLE_MAIN || table->kind > TABLE_PREVIOUS) return "has an unknown kind";
  if (!text_is_plain(table->name) || !text_is_plain(table->key)) return "has a name that is not plain UTF-8";
  if (table->kind == TABLE_MAIN) {
    if (table->base == NONE32) return NULL;
    if (table->base >= tables->table_count || tables->tables[table->base].kind != TABLE_RELATED)
      return "is made of the keys of no related table";
    return NULL;
  }
  if (table->base != NONE32) return "is made of another table, but is not the main one";
  if (table->name.length == 0 || name_taken(tables, i)) return "has no name of its own";
  return table->key.length == 0 ? "has no key" : NULL;
}

static enum rung_status check_tables(const struct program_tables *tables, struct rung_error *error) {
  size_t mains = 0, previous = 0;
  if (tables->table_count > LIMIT_TABLES)
    return fail(error, RUNG_INVALID, "the program has %zu tables; at most %d are allowed", tables->table_count,
                LIMIT_TABLES);
  for (size_t i = 0; i < tables->table_count; i++) {
    const char *fault = table_fault(tables, i);
    if (!fault && tables->tables[i].kind == TABLE_MAIN && ++mains > 1) fault = "is a second main one";
    if (!fault && tables->tables[i].kind == TABLE_PREVIOUS && ++previous > 1) fault = "is a second previous one";
    if (fault) return verify_fail(error, SECTION_table, i, fault);
  }
  return mains == 1 ? RUNG_OK : fail(error, RUNG_INVALID, "the program is invalid: it has no main table");
}

/* -- Stages -------------------------------------------------------------------------------------- */

/* The ranges of the stages follow each other and leave nothing over. */
static enum rung_status check_shares(const struct program_tables *tables, struct rung_error *error) {
  size_t column = 0, reg = 0, inst = 0;
  for (size_t i = 0; i < tables->stage_count; i++) {
    const struct prog_stage *stage = &tables->stages[i];
    if (stage->first_column != column || stage->first_reg != reg || stage->first_inst != inst)
      return verify_fail(error, SECTION_stage, i, "does not begin where the one before it ends");
    if (stage->column_count > tables->column_count - column || stage->reg_count > tables->reg_count - reg ||
        stage->inst_count > tables->inst_count - inst)
      return verify_fail(error, SECTION_stage, i, "reaches outside the program");
    if (stage->column_count > stage->reg_count || stage->column_count > LIMIT_COLUMNS)
      return verify_fail(error, SECTION_stage, i, "has more columns than registers, or than are allowed");
    if (stage->prologue > stage->inst_count)
      return verify_fail(error, SECTION_stage, i, "has a prologue longer than its code");
    column += stage->column_count, reg += stage->reg_count, inst += stage->inst_count;
  }
  if (reg != tables->reg_count || inst != tables->inst_count || tables->column_count - column > LIMIT_COLUMNS)
    return fail(error, RUNG_INVALID, "the program is invalid: its stages do not share out all of it");
  return RUNG_OK;
}

static bool gathers(const struct program_tables *tables, uint32_t table) {
  for (size_t i = 0; i < tables->stage_count; i++)
    if (tables->stages[i].sink == SINK_AGGREGATE && tables->stages[i].table == table) return true;
  return false;
}

static const char *stage_fault(const struct program_tables *tables, size_t i, bool seen[LIMIT_TABLES]) {
  static const uint32_t order[] = {[SINK_AGGREGATE] = 1, [SINK_COLLECT] = 2, [SINK_ROWS] = 3};
  const struct prog_stage *stage = &tables->stages[i];
  if (stage->sink < SINK_ROWS || stage->sink > SINK_COLLECT) return "has an unknown sink";
  if (stage->table >= tables->table_count) return "scans no table";
  if (i > 0 && order[stage->sink] < order[tables->stages[i - 1].sink]) return "stands after one that needs it";
  if ((stage->sink == SINK_ROWS) != (i + 1 == tables->stage_count)) return "writes rows, or not, at the wrong place";
  bool main = tables->tables[stage->table].kind == TABLE_MAIN;
  if (main != (stage->sink != SINK_AGGREGATE)) return "has a sink that its table cannot have";
  if (!main && seen[stage->table]) return "scans a table once more";
  seen[stage->table] = true;
  return NULL;
}

static enum rung_status check_order(const struct program_tables *tables, struct rung_error *error) {
  bool seen[LIMIT_TABLES] = {false};
  if (tables->stage_count == 0) return fail(error, RUNG_INVALID, "the program is invalid: it has no stages");
  if (tables->stage_count > LIMIT_STAGES)
    return fail(error, RUNG_INVALID, "the program has %zu stages; at most %d are allowed", tables->stage_count,
                LIMIT_STAGES);
  for (size_t i = 0; i < tables->stage_count; i++) {
    const char *fault = stage_fault(tables, i, seen);
    if (fault) return verify_fail(error, SECTION_stage, i, fault);
  }
  for (size_t i = 0; i < tables->table_count; i++)
    if (tables->tables[i].kind == TABLE_MAIN && tables->tables[i].base != NONE32 &&
        !gathers(tables, tables->tables[i].base))
      return verify_fail(error, SECTION_table, i, "is made of keys that nothing gathers");
  return RUNG_OK;
}

/* -- Columns by what fills them ------------------------------------------------------------------ */

/* What is made, not read, needs nothing that says how a cell is read. */
static bool has_cell_form(const struct prog_column *column) {
  return (column->flags & ~(uint32_t)COLUMN_KEY) || column->format.length || column->unquote.length ||
         column->missing_count || column->closed_count;
}

static const char *aggregate_column_fault(const struct program_tables *tables, uint32_t stage,
                                          const struct prog_column *column) {
  const struct prog_table *table = &tables->tables[tables->stages[stage].table];
  if (table->kind != TABLE_MAIN) return "is an aggregate in a stage of another table than the main one";
  if (table->key.length == 0 && table->base == NONE32) return "is an aggregate, but the main table has no key";
  if (column->link >= tables->aggregate_count) return "points outside the aggregates";
  if (tables->aggregates[column->link].stage >= stage) return "is an aggregate of a later stage";
  if (tables->aggregates[column->link].type != column->type) return "has another type than its aggregate";
  return column->flags || has_cell_form(column) ? "is an aggregate and says how to read a cell" : NULL;
}

static const char *source_fault(const struct program_tables *tables, uint32_t stage, const struct prog_column *column) {
  const struct prog_table *table = &tables->tables[tables->stages[stage].table];
  bool made = table->kind == TABLE_MAIN && table->base != NONE32;
  if (column->source == SOURCE_AGGREGATE) return aggregate_column_fault(tables, stage, column);
  if (column->link != NONE32) return "has a link, but is no aggregate";
  if (column->source == SOURCE_KEY) {
    if (!made) return "is a key of another table, but the rows are read from a file";
    return column->type != RUNG_TEXT || has_cell_form(column) ? "is a key, but no plain text" : NULL;
  }
  if (column->source != SOURCE_CELL) return "is filled from nowhere";
  if (made) return "is read from a file that the main table does not have";
  if ((column->flags & COLUMN_KEY) && !text_same(column->header, table->key)) return "is another key than its table's";
  return NULL;
}

/* What no stage reads is as a plain column of the last one, whose rows are the main table's. */
static const char *unread_fault(const struct program_tables *tables, const struct prog_column *column) {
  if (column->source != SOURCE_CELL || (column->flags & COLUMN_KEY)) return "is read by no stage";
  return source_fault(tables, last_stage(tables), column);
}

static enum rung_status check_sources(const struct program_tables *tables, struct rung_error *error) {
  for (uint32_t i = 0; i < tables->stage_count; i++) {
    size_t keys = 0, first = tables->stages[i].first_column;
    for (size_t k = first; k < first + tables->stages[i].column_count; k++) {
      const char *fault = source_fault(tables, i, &tables->columns[k]);
      if (!fault && (tables->columns[k].flags & COLUMN_KEY) && ++keys > 1) fault = "is a second key";
      if (fault) return verify_fail(error, SECTION_column, k, fault);
    }
  }
  for (size_t k = first_unread(tables); k < tables->column_count; k++) {
    const char *fault = unread_fault(tables, &tables->columns[k]);
    if (fault) return verify_fail(error, SECTION_column, k, fault);
  }
  return RUNG_OK;
}

/* -- What stages make ------------------------------------------------------------------------------ */

static const char *aggregate_fault(const struct program_tables *tables, const struct prog_aggregate *aggregate) {
  if (aggregate->stage >= tables->stage_count || tables->stages[aggregate->stage].sink != SINK_AGGREGATE)
    return "belongs to no stage that aggregates";
  if (aggregate->function >= AGGREGATE_COUNT_OF) return "has an unknown function";
  if (aggregate->type < RUNG_FLAG || aggregate->type > RUNG_LIST) return "has an unknown type";
  return text_is_plain(aggregate->source) ? NULL : "has a text that is not plain UTF-8";
}

/* Of a result V: a mean of integers is a number. */
static uint32_t measure_type(const struct prog_measure *measure) {
  switch (measure_formats[measure->function].result) {
    case 'F': return RUNG_FLAG;
    case 'I': return RUNG_INTEGER;
    case 'N': return RUNG_NUMBER;
    default: return measure->value_type == RUNG_INTEGER ? RUNG_NUMBER : measure->value_type;
  }
}

static bool has_quota_fields(const struct prog_measure *measure) {
  const uint32_t fields[] = {measure->where, measure->group, measure->cost, measure->group_limit, measure->limit,
                             measure->budget};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (fields[i] != NONE32) return true;
  return measure->ascending != 0;
}

/* A group and its limit, a cost and its budget stand together.  Whether the registers are written is seen later. */
static const char *quota_fault(const struct program_tables *tables, const struct prog_measure *measure) {
  const struct prog_stage *stage = &tables->stages[measure->stage];
  if (measure->function != MEASURE_QUOTA)
    return has_quota_fields(measure) ? "has what only a quota can have" : NULL;
  if (measure->ascending > 1) return "has an unknown order";
  if ((measure->group == NONE32) != (measure->group_limit == NONE32)) return "has groups or their limit, but not both";
  if ((measure->cost == NONE32) != (measure->budget == NONE32)) return "has a cost or a budget, but not both";
  if (measure->group == NONE32) return NULL;
  if (measure->group >= stage->reg_count) return "has groups in no register";
  uint32_t type = tables->regs[stage->first_reg + measure->group].type;
  return type == RUNG_INTEGER || type == RUNG_TEXT ? NULL : "has groups of the wrong type";
}

static const char *measure_fault(const struct program_tables *tables, const struct prog_measure *measure) {
  if (measure->stage >= tables->stage_count || tables->stages[measure->stage].sink != SINK_COLLECT)
    return "belongs to no stage that collects";
  if (measure->function >= MEASURE_COUNT_OF) return "has an unknown function";
  bool numeric = measure->value_type == RUNG_INTEGER || measure->value_type == RUNG_NUMBER ||
                 measure->value_type == RUNG_MONEY;
  bool ordered = measure->value_type == RUNG_DATE && measure_formats[measure->function].value == 'O';
  if (!numeric && !ordered) return "has a value of the wrong type";
  if (measure->type != measure_type(measure)) return "has a result of the wrong type";
  if (measure->function == MEASURE_TOP ? measure->top < 1 : measure->top != 0) return "takes a wrong number of rows";
  if (!text_is_plain(measure->source)) return "has a text that is not plain UTF-8";
  return quota_fault(tables, measure);
}

static enum rung_status check_made(const struct program_tables *tables, struct rung_error *error) {
  for (size_t i = 0; i < tables->aggregate_count; i++) {
    const char *fault = aggregate_fault(tables, &tables->aggregates[i]);
    if (fault) return verify_fail(error, SECTION_aggregate, i, fault);
  }
  for (size_t i = 0; i < tables->measure_count; i++) {
    const char *fault = measure_fault(tables, &tables->measures[i]);
    if (fault) return verify_fail(error, SECTION_measure, i, fault);
  }
  return RUNG_OK;
}

enum rung_status verify_stages(const struct program_tables *tables, struct rung_error *error) {
  enum rung_status status = check_tables(tables, error);
  if (status == RUNG_OK) status = check_order(tables, error);
  if (status == RUNG_OK) status = check_shares(tables, error);
  if (status == RUNG_OK) status = check_made(tables, error);
  if (status == RUNG_OK) status = check_sources(tables, error);
  return status;
}
