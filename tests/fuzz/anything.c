/* anything.c - uses a loaded program by every road of the library, on random rows. */
#include "anything.h"

#include "fuzz.h"
#include "limits.h"
#include "program.h"
#include "session.h"

enum { MOST_ROWS = 70, TODAY = 20778, SECONDS_OF_TODAY = 12 * 3600 };

static int take(void *context, const char *bytes, size_t length) {
  uint64_t *sum = context;
  for (size_t i = 0; i < length; i++) *sum = *sum * 31 + (unsigned char)bytes[i];
  return 0;
}

static void read_text(struct rung_text text) {
  uint64_t sum = 0;
  (void)take(&sum, text.bytes, text.length);
  static volatile uint64_t kept; /* so that the reading is not left out */
  kept = kept + sum;
}

/* -- What the program says of itself ------------------------------------------------------------ */

static void read_columns_and_labels(const rung_program *program) {
  for (size_t i = 0; i < rung_program_tables(program); i++)
    read_text(rung_program_table(program, i).name), read_text(rung_program_table(program, i).key);
  for (size_t i = 0; i < rung_program_columns(program); i++) {
    struct rung_column_info column = rung_program_column(program, i);
    read_text(column.name), read_text(column.header);
    HOLDS(rung_type_name(column.type) != NULL);
  }
  for (size_t i = 0; i < rung_program_labels(program); i++)
    read_text(rung_program_label(program, i).name), read_text(rung_program_label(program, i).status);
  for (size_t i = 0; i < rung_program_shows(program); i++) read_text(rung_program_show(program, i).name);
}

static void read_promises(const rung_program *program) {
  for (size_t i = 0; i < rung_program_rules(program); i++) {
    struct rung_rule_info rule = rung_program_rule(program, i);
    read_text(rule.name), read_text(rule.gives), read_text(rule.because), read_text(rule.source), read_text(rule.file);
  }
  for (size_t i = 0; i < rung_program_params(program); i++)
    read_text(rung_program_param(program, i).name), read_text(rung_program_param(program, i).text);
  for (size_t i = 0; i < rung_program_campaigns(program); i++) {
    struct rung_campaign_info campaign = rung_program_campaign(program, i);
    read_text(campaign.name), read_text(campaign.title), read_text(campaign.file);
    HOLDS(campaign.first_label + campaign.label_count <= rung_program_labels(program));
    HOLDS(campaign.control == SIZE_MAX || campaign.control < rung_program_labels(program));
  }
  for (size_t i = 0; i < rung_program_guards(program); i++) {
    struct rung_guard_info guard = rung_program_guard(program, i);
    read_text(guard.source), read_text(guard.because), read_text(guard.file);
    HOLDS(guard.function != NULL);
  }
  for (size_t i = 0; i < rung_program_tallies(program); i++) {
    struct rung_tally_info tally = rung_program_tally(program, i);
    read_text(tally.owner), read_text(tally.source), read_text(tally.file);
  }
}

static void read_listing(const rung_program *program) {
  uint64_t sum = 0;
  HOLDS(rung_program_dump(program, take, &sum) == RUNG_OK && sum > 0);
}

/* -- Random cells ------------------------------------------------------------------------------- */

static const char *const texts[] = {"", "a", "paid", "A@X.ORG", "cab@y.com", "a,b", "\xd0\x96\xd1\x83\xd0\xba",
                                    "\xff\xc3", "f", "M", "email", "winback:email:a", "regular|churning", "x\"y",
                                    "a rather long text that no register holds inside of itself, whatever it does"};

static int64_t random_number(uint64_t *random) {
  static const int64_t extremes[] = {0, 1, -1, 999999, 1000000, INT64_MAX, INT64_MIN, INT64_MIN + 1, INT32_MAX, 60};
  switch (below(random, 3)) {
  case 0: return extremes[below(random, sizeof extremes / sizeof *extremes)];
  case 1: return (int64_t)below(random, 20) * 1000000 - 5000000;
  default: return (int64_t)below(random, 40) - 10;
  }
}

static int32_t random_date(uint64_t *random) {
  static const int32_t extremes[] = {-719162, 2932896, 0, TODAY};
  if (below(random, 4) == 0) return extremes[below(random, sizeof extremes / sizeof *extremes)];
  return TODAY - 500 + (int32_t)below(random, 600);
}

static const char *random_text(uint64_t *random) { return texts[below(random, sizeof texts / sizeof *texts)]; }

static void write_date(char *cell, size_t room, bool time, uint64_t *random) {
  (void)snprintf(cell, room, "%04d-%02d-%02d%s", 2020 + (int)below(random, 8), 1 + (int)below(random, 12),
                 1 + (int)below(random, 28), time ? " 10:30:59" : "");
}

/* The text of a cell, mostly one that a column of the type reads. */
static void write_cell(char *cell, size_t room, uint32_t type, uint64_t *random) {
  int64_t number = random_number(random);
  cell[0] = 0;
  if (below(random, 5) == 0) return;
  switch (type) {
  case RUNG_FLAG: (void)snprintf(cell, room, "%s", below(random, 2) ? "yes" : "no"); break;
  case RUNG_INTEGER: (void)snprintf(cell, room, "%lld", (long long)number); break;
  case RUNG_NUMBER:
  case RUNG_MONEY:
    (void)snprintf(cell, room, "%lld.%02d", (long long)(number % 1000000), (int)below(random, 100));
    break;
  case RUNG_DATE:
  case RUNG_DATETIME: write_date(cell, room, type == RUNG_DATETIME, random); break;
  default: (void)snprintf(cell, room, "%s", random_text(random));
  }
}

/* A cell that does not fit the type now and then, unless it is to be `good`: then it keeps to what the column declares,
   by being one of its words, the least of its values, or empty. */
static void write_column_cell(const struct program_tables *tables, const struct prog_column *column, bool good,
                              char *cell, size_t room, uint64_t *random) {
  if (!good) {
    write_cell(cell, room, below(random, 30) ? column->type : (uint32_t)(1 + below(random, 8)), random);
    return;
  }
  write_cell(cell, room, column->type, random);
  if (cell[0] == 0) return;
  if (column->flags & COLUMN_CLOSED) {
    struct rung_text word = {0};
    if (column->closed_count) word = tables->words[column->closed_first + below(random, column->closed_count)].text;
    (void)snprintf(cell, room, "%.*s", (int)(word.length < room ? word.length : room - 1), word.bytes);
  }
  if (column->format.length) cell[0] = 0;
  if (column->flags & COLUMN_RANGE) cell[0] = 0;
  if ((column->flags & COLUMN_RANGE) && column->type == RUNG_INTEGER)
    (void)snprintf(cell, room, "%lld", (long long)column->low);
  if ((column->flags & COLUMN_RANGE) && (column->type == RUNG_NUMBER || column->type == RUNG_MONEY))
    (void)snprintf(cell, room, "%lld", (long long)(column->high / 1000000));
}

/* -- Sessions -------------------------------------------------------------------------------------- */

static void set_params(const rung_program *program, rung_session *session, uint64_t *random) {
  static const char *const values[] = {"3", "2 weeks", "0.5", "2026-01-31", "\"x\"", "yes", "-1", "4 months", "80%"};
  for (size_t i = 0; i < rung_program_params(program); i++) {
    const char *value = values[below(random, sizeof values / sizeof *values)];
    struct rung_error error = {0};
    enum rung_status status = rung_session_set(session, rung_program_param(program, i).name,
                                               (struct rung_text){value, strlen(value)}, &error);
    HOLDS(status == RUNG_OK || (status == RUNG_INVALID && error.text[0]));
  }
}

static void read_value(struct rung_value value) {
  if (value.present && (value.type == RUNG_TEXT || value.type == RUNG_LIST)) read_text(value.as.text);
}

static void run_rows(const rung_program *program, rung_session *session, uint64_t *random) {
  struct rung_error error = {0};
  char cells[64][100];
  for (size_t row = 0; row < 3; row++) {
    rung_row_clear(session);
    for (size_t i = 0; i < rung_program_columns(program); i++) {
      char *cell = cells[i % 64];
      struct rung_column_info column = rung_program_column(program, i);
      if (i >= 64 || column.aggregate) continue;
      write_cell(cell, sizeof cells[0], below(random, 30) ? (uint32_t)column.type : RUNG_TEXT, random);
      enum rung_status status = rung_row_cell(session, i, (struct rung_text){cell, strlen(cell)}, &error);
      HOLDS(status == RUNG_OK || (status == RUNG_BAD_DATA && error.text[0]));
    }
    enum rung_status status = rung_row_run(session, &error);
    HOLDS(status == RUNG_OK || status == RUNG_INVALID);
    if (status) return;
    for (size_t i = 0; i < rung_program_labels(program); i++) (void)rung_row_label(session, i);
    for (size_t i = 0; i < rung_program_rules(program); i++) (void)rung_row_rule(session, i);
    for (size_t i = 0; i < rung_program_shows(program); i++) read_value(rung_row_show(session, i));
  }
}

static struct rung_vector random_vector(enum rung_type type, size_t rows, uint64_t *random) {
  size_t words = (rows + 63) / 64;
  uint64_t *valid = below(random, 3) ? malloc(words * sizeof *valid) : NULL;
  size_t element = type == RUNG_TEXT || type == RUNG_LIST ? sizeof(struct rung_text) : type == RUNG_DATE ? 4 : 8;
  void *data = malloc(type == RUNG_FLAG ? words * 8 : rows * element);
  if (!data) exit(4);
  for (size_t i = 0; i < words && valid; i++) valid[i] = next_random(random) | next_random(random);
  for (size_t i = 0; i < words && type == RUNG_FLAG; i++) ((uint64_t *)data)[i] = next_random(random);
  for (size_t i = 0; i < rows && type != RUNG_FLAG; i++) {
    bool present = !valid || (valid[i / 64] >> i % 64 & 1);
    const char *text = random_text(random);
    if (element == sizeof(struct rung_text))
      ((struct rung_text *)data)[i] =
          present ? (struct rung_text){text, strlen(text)} : (struct rung_text){(const char *)1, SIZE_MAX};
    else if (type == RUNG_DATE) ((int32_t *)data)[i] = present ? random_date(random) : INT32_MAX;
    else if (type == RUNG_DATETIME)
      ((int64_t *)data)[i] = present ? (int64_t)random_date(random) * 86400 + 77 : INT64_MIN;
    else ((int64_t *)data)[i] = random_number(random);
  }
  return (struct rung_vector){valid, data};
}

static void read_vector(struct rung_vector vector, enum rung_type type, size_t rows) {
  for (size_t i = 0; i < rows; i++) {
    if (!(vector.valid[i / 64] >> i % 64 & 1)) continue;
    if (type == RUNG_TEXT || type == RUNG_LIST) read_text(((const struct rung_text *)vector.data)[i]);
    else if (type == RUNG_DATE) read_text((struct rung_text){(const char *)&((const int32_t *)vector.data)[i], 4});
    else if (type != RUNG_FLAG) read_text((struct rung_text){(const char *)&((const int64_t *)vector.data)[i], 8});
  }
}

static void read_batch(const rung_program *program, const rung_session *session, size_t rows) {
  size_t bytes = (rows + 63) / 64 * 8;
  for (size_t i = 0; i < rung_program_labels(program); i++)
    read_text((struct rung_text){(const char *)rung_batch_label(session, i), bytes});
  for (size_t i = 0; i < rung_program_rules(program); i++)
    read_text((struct rung_text){(const char *)rung_batch_rule(session, i), bytes});
  for (size_t i = 0; i < rung_program_shows(program); i++)
    read_vector(rung_batch_show(session, i), rung_program_show(program, i).type, rows);
}

static void run_batch(const rung_program *program, rung_session *session, size_t rows, uint64_t *random) {
  size_t count = rung_program_columns(program);
  struct rung_vector *columns = calloc(count + 1, sizeof *columns);
  if (!columns) exit(4);
  for (size_t i = 0; i < count; i++) columns[i] = random_vector(rung_program_column(program, i).type, rows, random);
  struct rung_error error = {0};
  enum rung_status status = rung_batch_run(session, columns, rows, &error);
  HOLDS(status == RUNG_OK || (status == RUNG_INVALID && error.text[0]));
  if (!status) read_batch(program, session, rows);
  for (size_t i = 0; i < count; i++) {
    union { const void *const_data; void *data; } data = {columns[i].data}, valid = {columns[i].valid};
    free(data.data), free(valid.data);
  }
  free(columns);
}

static void use_session(const rung_program *program, uint64_t *random) {
  uint32_t rows = (uint32_t[]){1, 2, 63, 64, 65, MOST_ROWS}[below(random, 6)];
  struct rung_session_options options = {
      .today = TODAY, .batch_rows = rows, .now = (int64_t)TODAY * 86400 + SECONDS_OF_TODAY, .has_now = true};
  struct rung_error error = {0};
  rung_session *session = NULL;
  enum rung_status status = rung_session_new(program, &options, &session, &error);
  HOLDS((status == RUNG_OK) == (session != NULL) && (status == RUNG_OK || error.text[0]));
  if (status) return;
  run_batch(program, session, rows, random);
  if (below(random, 2)) set_params(program, session, random);
  run_batch(program, session, 1 + below(random, rows), random);
  run_rows(program, session, random);
  rung_session_free(session);
}

/* -- Whole files ----------------------------------------------------------------------------------------- */

/* In quotes, whatever it is. */
static void add_cell(struct bytes *csv, struct rung_text text, bool last) {
  bytes_add(csv, "\"", 1);
  for (size_t i = 0; i < text.length; i++) {
    bytes_add(csv, text.bytes + i, 1);
    if (text.bytes[i] == '"') bytes_add(csv, "\"", 1);
  }
  bytes_add(csv, last ? "\"\n" : "\",", 2);
}

/* A header, and the column that reads it; NULL of a key that nothing reads. */
struct header {
  struct rung_text text;
  const struct prog_column *column;
};

static bool same_text(struct rung_text a, struct rung_text b) {
  return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

static void add_header(struct header *headers, size_t *count, struct rung_text text,
                       const struct prog_column *column) {
  for (size_t i = 0; i < *count; i++)
    if (same_text(headers[i].text, text)) return;
  headers[(*count)++] = (struct header){text, column};
}

/* The key first, then each column that some stage reads from the table. */
static size_t find_headers(const struct program_tables *tables, size_t table, struct header *headers) {
  size_t count = 0;
  add_header(headers, &count, tables->tables[table].key, NULL);
  for (size_t s = 0; s < tables->stage_count; s++) {
    const struct prog_stage *stage = &tables->stages[s];
    if (stage->table != table) continue;
    for (size_t i = stage->first_column; i < stage->first_column + stage->column_count; i++)
      if (tables->columns[i].source == SOURCE_CELL)
        add_header(headers, &count, tables->columns[i].header, &tables->columns[i]);
  }
  return count;
}

static void add_key(struct bytes *csv, size_t key) {
  char text[24];
  (void)snprintf(text, sizeof text, "%zu", key);
  add_cell(csv, (struct rung_text){text, strlen(text)}, false);
}

/* Keys of the customers differ, and those of the last run; those of other tables are some of them, and strangers. */
static void make_table(const struct program_tables *tables, size_t table, bool good, uint64_t *random,
                       struct bytes *csv) {
  struct header *headers = calloc(tables->column_count + 1, sizeof *headers);
  if (!headers) exit(4);
  size_t count = find_headers(tables, table, headers), rows = below(random, 40);
  bool differ = tables->tables[table].kind != TABLE_RELATED;
  for (size_t i = 0; i < count; i++) add_cell(csv, headers[i].text, false);
  add_cell(csv, (struct rung_text){"and one more", 12}, true);
  for (size_t row = 0; row < rows; row++) {
    add_key(csv, differ ? row : below(random, 50));
    for (size_t i = 1; i < count; i++) {
      char cell[100];
      write_column_cell(tables, headers[i].column, good, cell, sizeof cell, random);
      add_cell(csv, (struct rung_text){cell, strlen(cell)}, false);
    }
    add_cell(csv, (struct rung_text){"x", 1}, true);
  }
  free(headers);
}

static void count_bad_cell(void *context, const struct rung_bad_cell *cell) {
  (void)context;
  HOLDS(cell->reason && cell->advice && cell->file);
  read_text(cell->name), read_text(cell->value);
}

static void read_summary(const rung_program *program, const rung_summary *summary, enum rung_status status) {
  struct rung_totals totals = rung_summary_totals(summary);
  if (status == RUNG_OK) HOLDS(totals.rows_read == totals.rows_scored + totals.rows_rejected);
  for (size_t i = 0; i < rung_program_tables(program); i++) {
    struct rung_table_totals table = rung_summary_table(summary, i);
    if (status == RUNG_OK) HOLDS(table.rows_read == table.rows_used + table.rows_rejected);
  }
  for (size_t i = 0; i < rung_program_labels(program); i++)
    HOLDS(rung_summary_label(summary, i) <= totals.rows_scored);
  for (size_t i = 0; i < rung_program_rules(program); i++)
    HOLDS(rung_summary_rule(summary, i) <= totals.rows_scored &&
          rung_summary_unknown(summary, i) <= totals.rows_scored);
  for (size_t i = 0; i < rung_summary_thresholds(summary); i++)
    read_value(rung_summary_threshold(summary, i).value);
  for (size_t i = 0; i < rung_summary_faults(summary); i++) read_text(rung_summary_fault(summary, i).source);
  for (size_t i = 0; i < rung_program_campaigns(program); i++) (void)rung_summary_campaign(summary, i);
  for (size_t i = 0; i < rung_program_tallies(program); i++) (void)rung_summary_tally(summary, i);
  for (size_t i = 0; i < rung_program_params(program); i++) read_text(rung_summary_param(summary, i));
  for (size_t i = 0; i < rung_program_guards(program); i++) {
    struct rung_guard_result result = rung_summary_guard(summary, i);
    for (size_t k = 0; k < result.key_count; k++) read_text(result.keys[k]);
  }
}

static void score(const rung_program *program, struct rung_score_options *options) {
  struct rung_error error = {0};
  rung_summary *summary = NULL;
  enum rung_status status = rung_score(program, options, NULL, 0, &summary, &error);
  HOLDS(status == RUNG_OK ? summary != NULL : error.text[0] != 0);
  if (summary) read_summary(program, summary, status);
  rung_summary_free(summary);
}

/* Every customer's row goes in, whatever the program is made of: related tables, populations, campaigns. */
static void use_files(const rung_program *program, uint64_t *random) {
  const struct program_tables *tables = program_tables(program);
  struct bytes *csv = calloc(tables->table_count, sizeof *csv);
  struct rung_table_file *files = calloc(tables->table_count, sizeof *files);
  uint64_t sum = 0;
  if (!csv || !files) exit(4);
  bool good = below(random, 4) > 0;
  struct rung_score_options options = {
      .write = take, .write_context = &sum, .format = (enum rung_format)below(random, 3), .slim = below(random, 4) > 0,
      .tables = files, .batch_rows = (uint32_t[]){1, 3, 64, 0}[below(random, 4)],
      .block_bytes = (size_t[]){7, 64, 4096}[below(random, 3)], .max_row = 1 << 16, .today = TODAY,
      .now = (int64_t)TODAY * 86400 + SECONDS_OF_TODAY, .has_now = true, .bad_cell = count_bad_cell,
      .memory = below(random, 8) ? 0 : 4096, .threads = below(random, 16) ? 1 : 2};
  for (size_t i = 0; i < tables->table_count; i++) {
    const struct prog_table *table = &tables->tables[i];
    bool made = table->kind == TABLE_MAIN && table->base != NONE32;
    if (!made) make_table(tables, i, good, random, &csv[i]);
    struct rung_text text = {csv[i].at, csv[i].length};
    if (table->kind == TABLE_MAIN) options.input_text = text;
    else files[options.table_count++] = (struct rung_table_file){.table = table->name, .text = text};
  }
  score(program, &options);
  for (size_t i = 0; i < tables->table_count; i++) free(csv[i].at);
  free(csv), free(files);
}

void use_program(const rung_program *program, uint64_t seed) {
  uint64_t random = seed;
  read_columns_and_labels(program);
  read_promises(program);
  read_listing(program);
  use_session(program, &random);
  use_files(program, &random);
}
