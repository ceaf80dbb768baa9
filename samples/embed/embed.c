/* embed.c - Rung inside another program: compile rules, score one customer, then a batch, and say why.

   Every call that can fail is checked once; what went wrong is one sentence in `error`. */
#include <rungc.h>

#include <stdio.h>
#include <string.h>

#define TEXT(literal) ((struct rung_text){(literal), sizeof(literal) - 1})

static const char RULES[] =
  "input customers {\n"
  "  customer_id text key;\n"
  "  orders      integer;\n"
  "  last_order  date;\n"
  "  lost_count  integer default 0;\n"
  "}\n"
  "input contacts per customer_id { sent date; }\n"
  "param churn_after = 90 days;\n"
  "status lifecycle {\n"
  "  last_order older than churn_after -> churning because \"no order for a long time\";\n"
  "  orders > 2                        -> regular;\n"
  "  orders >= 1                       -> client;\n"
  "  otherwise                         -> visitor;\n"
  "}\n"
  "lost_twice: lost_count >= 2 -> no_winback because \"a customer lost twice is not won back\";\n"
  "(count of contacts) >= 2 -> enough because \"written to twice already\";\n"
  "let days_silent = days since last_order;\n"
  "show days_silent;\n";

/* Rules that compare customers need all of them at once. */
static const char COMPARING[] =
  "input customers { customer_id text key; revenue money; }\n"
  "top 15 by revenue -> thank;\n";

enum { ROWS = 3, COLUMNS = 5 };

static void say(const char *before, struct rung_text text, const char *after) {
  printf("%s%.*s%s", before, (int)text.length, text.bytes, after);
}

/* -- Compile -------------------------------------------------------------------- */

static enum rung_status compile(struct rung_text rules, rung_program **program, struct rung_error *error) {
  rungc_compilation *compilation = NULL;
  enum rung_status status = rungc_compile(TEXT("embedded.rung"), rules, NULL, &compilation, error);
  for (size_t i = 0; compilation && i < rungc_messages(compilation); i++)
    fprintf(stderr, "%s\n", rungc_message_text(compilation, i).bytes);
  if (!status) {
    struct rung_text bytes = rungc_program(compilation);
    status = rung_program_load(bytes.bytes, bytes.length, NULL, program, error);
  }
  rungc_free(compilation); /* the loaded program has its own copy */
  return status;
}

/* -- One row, its cells as text ------------------------------------------------------ */

static const char *cell_of(struct rung_text column) {
  static const char *const cells[][2] = {
    {"customer_id", "A-17"}, {"orders", "5"}, {"last_order", "2026-07-01"}, {"lost_count", "2"},
    {"count of contacts", "1"}, /* what a related table says of the customer is a column like others, named as asked */
  };
  for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
    if (strlen(cells[i][0]) == column.length && !memcmp(cells[i][0], column.bytes, column.length)) return cells[i][1];
  return "";
}

static enum rung_status score_row(const rung_program *program, rung_session *session, struct rung_error *error) {
  rung_row_clear(session);
  for (size_t i = 0; i < rung_program_columns(program); i++) {
    const char *cell = cell_of(rung_program_column(program, i).name);
    enum rung_status status = rung_row_cell(session, i, (struct rung_text){cell, strlen(cell)}, error);
    if (status) return status;
  }
  enum rung_status status = rung_row_run(session, error);
  if (status) return status;

  printf("customer A-17\n");
  for (size_t i = 0; i < rung_program_labels(program); i++) {
    struct rung_label_info label = rung_program_label(program, i);
    if (!rung_row_label(session, i)) continue;
    say("  ", label.status.length ? label.status : TEXT("tag"), " = ");
    say("", label.name, "\n");
  }
  struct rung_value silent = rung_row_show(session, 0);
  if (silent.present) printf("  days_silent = %lld\n", (long long)silent.as.integer);

  printf("why\n");
  for (size_t i = 0; i < rung_program_rules(program); i++) {
    struct rung_rule_info rule = rung_program_rule(program, i);
    if (!rung_row_rule(session, i)) continue;
    printf("  line %u", rule.line);
    say(", ", rule.source, "\n");
    if (rule.name.length) say("    rule ", rule.name, "\n");
    if (rule.because.length) say("    because ", rule.because, "\n");
  }
  return RUNG_OK;
}

/* -- A batch, its columns as arrays --------------------------------------------------- */

static const struct rung_text ids[ROWS] = {{"B-1", 3}, {"B-2", 3}, {"B-3", 3}};
static const int64_t orders[ROWS] = {1, 4, 0};
static const int64_t lost[ROWS] = {0, 2, 0};
static const int64_t contacts[ROWS] = {0, 1, 2};

static enum rung_status score_batch(const rung_program *program, rung_session *session, struct rung_error *error) {
  /* Bit i says that row i has a value: the last customer has no last order. */
  static const uint64_t has_order = 0x3;
  int32_t last[ROWS] = {0, 0, 0};
  if (!rung_parse_date(TEXT("2026-01-15"), &last[0]) || !rung_parse_date(TEXT("2026-11-20"), &last[1]))
    return RUNG_INVALID;

  /* The program names its columns and fixes their order. */
  static const char *const names[] = {"customer_id", "orders", "last_order", "lost_count", "count of contacts"};
  const struct rung_vector vectors[] = {
    {NULL, ids}, {NULL, orders}, {&has_order, last}, {NULL, lost}, {NULL, contacts},
  };
  struct rung_vector columns[COLUMNS] = {{NULL, NULL}};
  for (size_t i = 0; i < rung_program_columns(program); i++) {
    struct rung_text name = rung_program_column(program, i).name;
    for (size_t j = 0; j < COLUMNS; j++)
      if (strlen(names[j]) == name.length && !memcmp(names[j], name.bytes, name.length)) columns[i] = vectors[j];
  }
  enum rung_status status = rung_batch_run(session, columns, ROWS, error);
  if (status) return status;

  for (size_t row = 0; row < ROWS; row++) {
    say("customer ", ids[row], ":");
    for (size_t i = 0; i < rung_program_labels(program); i++)
      if (rung_batch_label(session, i)[row / 64] >> row % 64 & 1) say(" ", rung_program_label(program, i).name, "");
    printf("\n");
  }
  return RUNG_OK;
}

/* rung_score takes them, with the whole dump. */
static enum rung_status refuse(struct rung_error *error) {
  struct rung_session_options options = {0};
  rung_program *program = NULL;
  rung_session *session = NULL;
  enum rung_status status = compile(TEXT(COMPARING), &program, error);
  if (status) return status;
  status = rung_session_new(program, &options, &session, error);
  if (!status) status = rung_row_run(session, error);
  printf("customers compared, row by row: %s\n", status ? error->text : "scored");
  rung_session_free(session);
  rung_program_free(program);
  return RUNG_OK;
}

int main(void) {
  struct rung_error error = {RUNG_OK, ""};
  struct rung_session_options options = {0};
  rung_program *program = NULL;
  rung_session *session = NULL;

  enum rung_status status = compile(TEXT(RULES), &program, &error);
  if (!status && !rung_parse_date(TEXT("2026-11-21"), &options.today)) status = RUNG_INVALID;
  if (!status) status = rung_session_new(program, &options, &session, &error);
  if (!status) status = score_row(program, session, &error);
  if (!status) status = score_batch(program, session, &error);
  if (!status) status = rung_session_set(session, TEXT("churn_after"), TEXT("365 days"), &error);
  if (!status) printf("with churn_after = 365 days\n");
  if (!status) status = score_batch(program, session, &error);

  if (!status) status = refuse(&error);

  if (status) fprintf(stderr, "embed: %s\n", error.text);
  rung_session_free(session);
  rung_program_free(program);
  return (int)status;
}
