/* write_csv.c - rows out as CSV or TSV.

   CSV keeps the dump's own dialect: whole rows are copied byte for byte and the results put behind them.  TSV is
   written anew: a tab between cells, quotes only where a cell needs them. */
#include "score.h"

static void start_file(const struct job *job, struct buffer *out) {
  if (job->bom) buffer_add(out, "\xEF\xBB\xBF", 3);
}

static void add_names(const struct job *job, char delimiter, struct buffer *out) {
  for (size_t o = 0; o < job->tables->output_count; o++) {
    buffer_byte(out, delimiter);
    size_t start = out->length;
    buffer_text(out, job->tables->outputs[o].name);
    write_quoted(out, start, delimiter);
  }
  buffer_add(out, job->header.line_end, job->header.line_end_length);
}

static void add_name(const struct job *job, uint32_t field, char delimiter, struct buffer *out) {
  size_t start = out->length;
  buffer_text(out, job->header.names[field]);
  write_quoted(out, start, delimiter);
}

static void header_csv(const struct job *job, struct buffer *out) {
  start_file(job, out);
  if (job->dialect->no_header) return;
  buffer_add(out, job->header.raw.at, job->header.raw.length);
  add_names(job, job->delimiter, out);
}

static void header_slim(const struct job *job, char delimiter, struct buffer *out) {
  start_file(job, out);
  if (job->dialect->no_header) return;
  add_name(job, job->key, delimiter, out);
  add_names(job, delimiter, out);
}

static void header_csv_slim(const struct job *job, struct buffer *out) { header_slim(job, job->delimiter, out); }
static void header_tsv_slim(const struct job *job, struct buffer *out) { header_slim(job, '\t', out); }

static void header_tsv(const struct job *job, struct buffer *out) {
  start_file(job, out);
  if (job->dialect->no_header) return;
  for (uint32_t i = 0; i < job->header.count; i++) {
    if (i) buffer_byte(out, '\t');
    add_name(job, i, '\t', out);
  }
  add_names(job, '\t', out);
}

/* -- Rows -------------------------------------------------------------------- */

/* A status has one label at most; tags are joined. */
static void add_labels(const struct results *results, size_t output, size_t row, struct buffer *out) {
  size_t count;
  const struct active *active = results_labels(results, output, &count);
  bool first = true;
  for (size_t i = 0; i < count; i++) {
    if (!(active[i].bits >> (row % 64) & 1)) continue;
    if (!first) buffer_byte(out, '|');
    buffer_text(out, results->tables->labels[active[i].label].name);
    first = false;
  }
}

static void add_results(const struct job *job, const struct results *results, const struct written_row *row,
                        char delimiter, struct buffer *out) {
  for (size_t o = 0; o < job->tables->output_count; o++) {
    const struct prog_output *output = &job->tables->outputs[o];
    buffer_byte(out, delimiter);
    size_t start = out->length;
    if (output_is_value(output)) {
      struct rung_value value = results_show(results, output->first, row->index);
      if (value.present) write_value(out, value);
    } else {
      add_labels(results, o, row->index, out);
    }
    write_quoted(out, start, delimiter);
  }
  size_t line_end = row->row->next - row->row->end;
  if (line_end) buffer_add(out, row->block->bytes + row->row->end, line_end);
  else buffer_add(out, job->header.line_end, job->header.line_end_length);
}

static void row_csv(const struct job *job, const struct results *results, const struct written_row *row,
                    struct buffer *out) {
  buffer_add(out, row->block->bytes + row->row->begin, row->row->end - row->row->begin);
  add_results(job, results, row, job->delimiter, out);
}

/* An empty key that stands alone is quoted: a blank line would be no row. */
static void row_csv_slim(const struct job *job, const struct results *results, const struct written_row *row,
                         struct buffer *out) {
  struct rung_text key = csv_raw(row->block, row->row, job->key);
  if (key.length == 0 && job->tables->output_count == 0) buffer_add(out, "\"\"", 2);
  buffer_text(out, key);
  add_results(job, results, row, job->delimiter, out);
}

/* A quoted cell that needs no quotes among tabs loses them. */
static void add_tsv_cell(struct rung_text raw, char *scratch, struct buffer *out) {
  size_t start = out->length;
  buffer_text(out, csv_unquote(raw, scratch));
  write_quoted(out, start, '\t');
}

static void row_tsv(const struct job *job, const struct results *results, const struct written_row *row,
                    struct buffer *out) {
  for (uint32_t i = 0; i < job->header.count; i++) {
    if (i) buffer_byte(out, '\t');
    add_tsv_cell(csv_raw(row->block, row->row, i), row->scratch, out);
  }
  add_results(job, results, row, '\t', out);
}

static void row_tsv_slim(const struct job *job, const struct results *results, const struct written_row *row,
                         struct buffer *out) {
  size_t start = out->length;
  add_tsv_cell(csv_raw(row->block, row->row, job->key), row->scratch, out);
  if (out->length == start && job->tables->output_count == 0) buffer_add(out, "\"\"", 2);
  add_results(job, results, row, '\t', out);
}

const struct writer writer_csv = {header_csv, row_csv};
const struct writer writer_csv_slim = {header_csv_slim, row_csv_slim};
const struct writer writer_tsv = {header_tsv, row_tsv};
const struct writer writer_tsv_slim = {header_tsv_slim, row_tsv_slim};
