/* write_cells.c - rows out as CSV or TSV when some columns are dropped or hashed, cells guarded, or keys mended.

   In CSV neighbouring cells that stay as they are are copied at once, so a row without others is copied whole. */
#include "treat.h"
#include "write_row.h"

static const struct csv_row *row_of(const struct written_rows *rows, size_t i) {
  return &rows->block->rows[rows->rows[i]];
}

static void add_hash(const struct job *job, struct rung_text value, uint32_t field, size_t i, struct written_rows *rows,
                     char delimiter, struct buffer *out) {
  size_t start = out->length;
  if (!treat_hash(job, field, value, out)) note_unhashed(rows, i, field);
  write_quoted(out, start, delimiter);
}

/* -- Headers ------------------------------------------------------------------------------- */

/* The next cell of a header as it stands there, with *at before it and then before the one behind. */
static struct rung_text next_cell(const struct buffer *raw, char delimiter, size_t *at) {
  size_t begin = *at, end = begin;
  for (bool quoted = false; end < raw->length && (quoted || raw->at[end] != delimiter); end++)
    quoted ^= raw->at[end] == '"';
  *at = end + 1;
  return (struct rung_text){raw->at + begin, end - begin};
}

static bool is_kept(const struct treatment *treatment, uint32_t field) {
  for (size_t s = 0; s < treatment->span_count; s++)
    if (treatment->spans[s].first <= field && field <= treatment->spans[s].last) return true;
  return false;
}

static void header_cells(const struct job *job, struct buffer *out) {
  const struct header *header = &job->header;
  char delimiter = job->options->format == RUNG_TSV ? '\t' : job->delimiter;
  write_file_begin(job, out);
  if (job->dialect->no_header) return;
  size_t at = 0;
  for (uint32_t i = 0; i < header->count; i++) {
    struct rung_text raw = next_cell(&header->raw, job->delimiter, &at);
    if (!is_kept(job->treatment, i)) continue;
    if (i > job->treatment->spans[0].first) buffer_byte(out, delimiter);
    bool as_it_is = job->options->format == RUNG_CSV && !(job->treatment->guards && formula_like(raw));
    if (as_it_is) buffer_text(out, raw);
    else write_guarded(out, header->names[i], delimiter, job->treatment->guards);
  }
  write_result_names(job, delimiter, out);
}

static void header_cells_slim(const struct job *job, struct buffer *out) {
  char delimiter = job->options->format == RUNG_TSV ? '\t' : job->delimiter;
  write_file_begin(job, out);
  if (job->dialect->no_header) return;
  write_guarded(out, job->header.names[job->key], delimiter, treat_guards(job));
  write_result_names(job, delimiter, out);
}

/* -- Rows ------------------------------------------------------------------------------------ */

static void add_kept_csv(const struct job *job, const struct treated_span *span, const struct written_rows *rows,
                         size_t i, struct buffer *out) {
  const struct csv_block *block = rows->block;
  const char *from = csv_raw(block, row_of(rows, i), span->first).bytes;
  for (uint32_t field = span->first; job->treatment->guards && field <= span->last; field++) {
    struct rung_text raw = csv_raw(block, row_of(rows, i), field);
    if (!formula_like(raw)) continue;
    buffer_add(out, from, (size_t)(raw.bytes - from));
    write_guarded(out, csv_unquote(raw, rows->scratch), job->delimiter, true);
    from = raw.bytes + raw.length;
  }
  struct rung_text last = csv_raw(block, row_of(rows, i), span->last);
  buffer_add(out, from, (size_t)(last.bytes + last.length - from));
}

static void add_kept_tsv(const struct job *job, const struct treated_span *span, const struct written_rows *rows,
                         size_t i, struct buffer *out) {
  for (uint32_t field = span->first; field <= span->last; field++) {
    struct rung_text raw = csv_raw(rows->block, row_of(rows, i), field);
    if (field > span->first) buffer_byte(out, '\t');
    write_guarded(out, csv_unquote(raw, rows->scratch), '\t', job->treatment->guards);
  }
}

static void add_hashed(const struct job *job, const struct treated_span *span, struct written_rows *rows, size_t i,
                       char delimiter, struct buffer *out) {
  for (uint32_t field = span->first; field <= span->last; field++) {
    struct rung_text raw = csv_raw(rows->block, row_of(rows, i), field);
    if (field > span->first) buffer_byte(out, delimiter);
    add_hash(job, csv_unquote(raw, rows->scratch), field, i, rows, delimiter, out);
  }
}

/* The results, behind cells from `start` on.  A row that is one empty cell is quoted: a blank line would be no row. */
static void end_row(const struct job *job, const struct results *results, struct written_rows *rows, size_t i,
                    size_t start, struct buffer *out) {
  if (out->length == start && job->tables->output_count == 0) buffer_add(out, "\"\"", 2);
  char *to = buffer_room(out, results->form->room);
  if (to) put_row_end(results, rows, i, line_end_of(job, rows->block, row_of(rows, i)), to, out);
}

static void rows_cells(const struct job *job, const struct results *results, struct written_rows *rows,
                       struct buffer *out) {
  const struct treatment *treatment = job->treatment;
  char delimiter = results->form->delimiter;
  bool csv = job->options->format == RUNG_CSV;
  EACH_PICKED(rows, i) {
    size_t start = out->length;
    for (size_t s = 0; s < treatment->span_count; s++) {
      const struct treated_span *span = &treatment->spans[s];
      if (s) buffer_byte(out, delimiter);
      if (span->hashed) add_hashed(job, span, rows, i, delimiter, out);
      else if (csv) add_kept_csv(job, span, rows, i, out);
      else add_kept_tsv(job, span, rows, i, out);
    }
    end_row(job, results, rows, i, start, out);
  }
}

static void rows_cells_slim(const struct job *job, const struct results *results, struct written_rows *rows,
                            struct buffer *out) {
  bool hashed = job->treatment && job->treatment->key_hashed;
  char delimiter = results->form->delimiter;
  EACH_PICKED(rows, i) {
    size_t start = out->length;
    struct rung_text raw = csv_raw(rows->block, row_of(rows, i), job->key);
    bool guarded = treat_guards(job) && formula_like(raw);
    bool anew = guarded || job->options->format == RUNG_TSV || (job->options->lax && is_misquoted(raw, rows->scratch));
    if (hashed) add_hash(job, csv_unquote(raw, rows->scratch), job->key, i, rows, delimiter, out);
    else if (anew) write_guarded(out, csv_unquote(raw, rows->scratch), delimiter, guarded);
    else buffer_text(out, raw);
    end_row(job, results, rows, i, start, out);
  }
}

const struct writer writer_cells = {header_cells, rows_cells};
const struct writer writer_cells_slim = {header_cells_slim, rows_cells_slim};
