/* write_csv.c - rows out as CSV or TSV.

   CSV keeps the dump's own dialect: whole rows are copied byte for byte and the results put behind them.  TSV is
   written anew: a tab between cells, quotes only where a cell needs them. */
#include "clones.h"
#include "treat.h"
#include "write_row.h"

void write_file_begin(const struct job *job, struct buffer *out) {
  if (job->bom) buffer_add(out, "\xEF\xBB\xBF", 3);
}

void write_result_names(const struct job *job, char delimiter, struct buffer *out) {
  for (size_t o = 0; o < job->tables->output_count; o++) {
    buffer_byte(out, delimiter);
    write_guarded(out, job->tables->outputs[o].name, delimiter, treat_guards(job));
  }
  buffer_add(out, job->header.line_end, job->header.line_end_length);
}

static void add_name(const struct job *job, uint32_t field, char delimiter, struct buffer *out) {
  size_t start = out->length;
  buffer_text(out, job->header.names[field]);
  write_quoted(out, start, delimiter);
}

static void header_csv(const struct job *job, struct buffer *out) {
  write_file_begin(job, out);
  if (job->dialect->no_header) return;
  buffer_add(out, job->header.raw.at, job->header.raw.length);
  write_result_names(job, job->delimiter, out);
}

static void header_slim(const struct job *job, char delimiter, struct buffer *out) {
  write_file_begin(job, out);
  if (job->dialect->no_header) return;
  add_name(job, job->key, delimiter, out);
  write_result_names(job, delimiter, out);
}

static void header_csv_slim(const struct job *job, struct buffer *out) { header_slim(job, job->delimiter, out); }
static void header_tsv_slim(const struct job *job, struct buffer *out) { header_slim(job, '\t', out); }

static void header_tsv(const struct job *job, struct buffer *out) {
  write_file_begin(job, out);
  if (job->dialect->no_header) return;
  for (uint32_t i = 0; i < job->header.count; i++) {
    if (i) buffer_byte(out, '\t');
    add_name(job, i, '\t', out);
  }
  write_result_names(job, '\t', out);
}

/* -- Rows -------------------------------------------------------------------- */

static const struct csv_row *row_of(const struct written_rows *rows, size_t i) {
  return &rows->block->rows[rows->rows[i]];
}

static CLONES void rows_csv(const struct job *job, const struct results *results, struct written_rows *rows,
                            struct buffer *out) {
  EACH_PICKED(rows, i) {
    const struct csv_row *row = row_of(rows, i);
    size_t length = row->end - row->begin;
    char *to = buffer_room(out, length + results->form->room);
    if (!to) return;
    memcpy(to, rows->block->bytes + row->begin, length);
    put_row_end(results, rows, i, line_end_of(job, rows->block, row), to + length, out);
  }
}

/* An empty key that stands alone is quoted: a blank line would be no row. */
static char *put_lone_key(const struct job *job, char *to) {
  if (job->tables->output_count > 0) return to;
  memset(to, '"', 2);
  return to + 2;
}

static CLONES void rows_csv_slim(const struct job *job, const struct results *results, struct written_rows *rows,
                                 struct buffer *out) {
  const struct csv_block block = *rows->block;
  const uint32_t *of_block = rows->rows, field = job->key;
  size_t room = 2 + results->form->room;
  EACH_PICKED(rows, i) {
    const struct csv_row *row = &block.rows[of_block[i]];
    struct rung_text key = csv_raw(&block, row, field);
    char *to = buffer_room(out, key.length + room);
    if (!to) return;
    to = key.length == 0 ? put_lone_key(job, to) : put_bytes(&block, key, to);
    put_row_end(results, rows, i, line_end_of(job, &block, row), to, out);
  }
}

/* A quoted cell that needs no quotes among tabs loses them. */
static void add_tsv_cell(struct rung_text raw, char *scratch, struct buffer *out) {
  size_t start = out->length;
  buffer_text(out, csv_unquote(raw, scratch));
  write_quoted(out, start, '\t');
}

/* A row without quotes and tabs gets other delimiters only, and those that are tabs stay.  False: it is none. */
static bool add_bare_row(const struct job *job, const struct csv_block *block, const struct csv_row *row,
                         struct buffer *out) {
  const char *from = block->bytes + row->begin;
  size_t length = row->end - row->begin;
  if (memchr(from, '"', length) || (job->delimiter != '\t' && memchr(from, '\t', length))) return false;
  char *to = buffer_room(out, length);
  if (!to) return true;
  memcpy(to, from, length);
  for (uint32_t field = 0; job->delimiter != '\t' && field + 1 < job->header.count; field++)
    to[block->ends[row->first + field] - row->begin] = '\t';
  out->length += length;
  return true;
}

static void rows_tsv(const struct job *job, const struct results *results, struct written_rows *rows,
                     struct buffer *out) {
  EACH_PICKED(rows, i) {
    const struct csv_row *row = row_of(rows, i);
    bool bare = add_bare_row(job, rows->block, row, out);
    for (uint32_t field = 0; field < job->header.count && !bare; field++) {
      if (field) buffer_byte(out, '\t');
      add_tsv_cell(csv_raw(rows->block, row, field), rows->scratch, out);
    }
    char *to = buffer_room(out, results->form->room);
    if (!to) return;
    put_row_end(results, rows, i, line_end_of(job, rows->block, row), to, out);
  }
}

static void rows_tsv_slim(const struct job *job, const struct results *results, struct written_rows *rows,
                          struct buffer *out) {
  EACH_PICKED(rows, i) {
    size_t start = out->length;
    add_tsv_cell(csv_raw(rows->block, row_of(rows, i), job->key), rows->scratch, out);
    bool empty = out->length == start;
    char *to = buffer_room(out, 2 + results->form->room);
    if (!to) return;
    put_row_end(results, rows, i, line_end_of(job, rows->block, row_of(rows, i)), empty ? put_lone_key(job, to) : to,
                out);
  }
}

const struct writer writer_csv = {header_csv, rows_csv};
const struct writer writer_csv_slim = {header_csv_slim, rows_csv_slim};
const struct writer writer_tsv = {header_tsv, rows_tsv};
const struct writer writer_tsv_slim = {header_tsv_slim, rows_tsv_slim};
