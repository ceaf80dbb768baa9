/* row.c - how long does one customer take through librung's row calls?

     row PROGRAM.rungc DUMP.csv YYYY-MM-DD

   Takes up to 4,096 rows of the dump, leaving out those with quotes, and scores them over and over: once given as
   values, once as the text of cells.  Prints "values NANOSECONDS" and "cells NANOSECONDS", each the best of seven
   rounds, and how many labels held, so that nothing can be left out.  */
#include "rung.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_ROWS = 4096, MOST_FIELDS = 256, ROUNDS = 7, ROW_RUNS = 400000 };

struct sample {
  struct rung_text *cells;  /* column after column of the program, row after row */
  struct rung_value *values;
  size_t rows, columns;
};

static void fail(const char *what, const char *why) {
  fprintf(stderr, "row: %s: %s\n", what, why);
  exit(4);
}

static char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END)) fail(path, "cannot open it");
  long end = ftell(file);
  char *bytes = end < 0 ? NULL : malloc((size_t)end + 1);
  rewind(file);
  if (!bytes || fread(bytes, 1, (size_t)end, file) != (size_t)end) fail(path, "cannot read it");
  fclose(file);
  *size = (size_t)end;
  return bytes;
}

static size_t cut(char *line, struct rung_text fields[MOST_FIELDS]) {
  size_t count = 0;
  for (char *at = line; count < MOST_FIELDS; at++) {
    size_t length = strcspn(at, ",\n");
    fields[count++] = (struct rung_text){at, length};
    at += length;
    if (*at != ',') break;
  }
  return count;
}

static struct rung_value read_value(enum rung_type type, struct rung_text cell) {
  struct rung_value value = {.type = type, .present = cell.length > 0};
  switch (type) {
    case RUNG_FLAG: value.as.flag = cell.length && *cell.bytes == '1'; break;
    case RUNG_INTEGER: value.as.integer = strtoll(cell.bytes, NULL, 10); break;
    case RUNG_NUMBER: case RUNG_MONEY: value.as.integer = llround(strtod(cell.bytes, NULL) * 1e6); break;
    case RUNG_DATE: value.present = rung_parse_date(cell, &value.as.date); break;
    default: value.as.text = cell;
  }
  return value;
}

static void read_sample(struct sample *sample, const rung_program *program, const char *path) {
  struct rung_text fields[MOST_FIELDS];
  size_t size, from[MOST_FIELDS];
  char *bytes = read_file(path, &size), *line = bytes;
  bytes[size] = '\0';
  sample->columns = rung_program_columns(program);
  size_t header = cut(line, fields);
  for (size_t i = 0; i < sample->columns && i < MOST_FIELDS; i++) {
    struct rung_text name = rung_program_column(program, i).header;
    for (from[i] = 0; from[i] < header; from[i]++)
      if (fields[from[i]].length == name.length && !memcmp(fields[from[i]].bytes, name.bytes, name.length)) break;
    if (from[i] == header) fail(path, "a column of the rules is not there");
  }
  sample->cells = calloc(MOST_ROWS * sample->columns, sizeof *sample->cells);
  sample->values = calloc(MOST_ROWS * sample->columns, sizeof *sample->values);
  if (!sample->cells || !sample->values) fail(path, "no memory");
  for (; sample->rows < MOST_ROWS && (line = strchr(line, '\n')) && *++line;) {
    size_t first = sample->rows * sample->columns;
    if (memchr(line, '"', strcspn(line, "\n")) || cut(line, fields) != header) continue;
    for (size_t i = 0; i < sample->columns; i++) {
      sample->cells[first + i] = fields[from[i]];
      sample->values[first + i] = read_value(rung_program_column(program, i).type, fields[from[i]]);
    }
    sample->rows++;
  }
  if (!sample->rows) fail(path, "it has no plain rows");
}

/* Scores one row; the number of its labels. */
static size_t score_row(rung_session *session, const struct sample *sample, size_t row, bool as_cells, size_t labels) {
  size_t first = row * sample->columns, held = 0;
  enum rung_status status = RUNG_OK;
  rung_row_clear(session);
  for (size_t i = 0; i < sample->columns && !status; i++)
    status = as_cells ? rung_row_cell(session, i, sample->cells[first + i], NULL)
                      : rung_row_value(session, i, sample->values[first + i], NULL);
  if (!status) status = rung_row_run(session, NULL);
  if (status) fail("a row", "it cannot be scored");
  for (size_t i = 0; i < labels; i++) held += rung_row_label(session, i);
  return held + rung_row_show(session, 0).present;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void tell(rung_session *session, const struct sample *sample, bool as_cells, size_t labels) {
  double best = 1e9;
  size_t held = 0;
  for (int round = 0; round < ROUNDS; round++) {
    double from = now();
    held = 0;
    for (size_t run = 0; run < ROW_RUNS; run++)
      held += score_row(session, sample, run % sample->rows, as_cells, labels);
    double seconds = now() - from;
    if (seconds < best) best = seconds;
  }
  printf("%s %.0f ns (%zu held)\n", as_cells ? "cells" : "values", best / ROW_RUNS * 1e9, held);
}

int main(int argc, char **argv) {
  struct rung_session_options options = {.batch_rows = 1};
  struct rung_error error;
  struct sample sample = {.rows = 0};
  rung_program *program;
  rung_session *session;
  size_t size;
  if (argc != 4 || !rung_parse_date((struct rung_text){argv[3], strlen(argv[3])}, &options.today)) {
    fputs("usage: row PROGRAM.rungc DUMP.csv YYYY-MM-DD\n", stderr);
    return 2;
  }
  char *bytes = read_file(argv[1], &size);
  if (rung_program_load(bytes, size, NULL, &program, &error)) fail(argv[1], error.text);
  if (rung_session_new(program, &options, &session, &error)) fail(argv[1], error.text);
  if (!rung_program_shows(program)) fail(argv[1], "it shows nothing");
  read_sample(&sample, program, argv[2]);
  for (int as_cells = 0; as_cells < 2; as_cells++) tell(session, &sample, as_cells, rung_program_labels(program));
  rung_session_free(session);
  rung_program_free(program);
  free(sample.cells);
  free(sample.values);
  free(bytes);
  return 0;
}
