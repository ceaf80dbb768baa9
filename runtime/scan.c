/* scan.c - one file on its way through a stage: open it, read its header, find what the stage needs. */
#include "score.h"

enum { BLOCK_DEFAULT = 1 << 20 };

static enum rung_status open_casters(struct job *job, struct rung_error *error) {
  enum rung_status status = RUNG_OK;
  job->casters = alloc_array(job->allocator, job->column_count, sizeof *job->casters);
  job->fields = alloc_array(job->allocator, job->column_count, sizeof *job->fields);
  if (!job->casters || !job->fields) return fail_memory(error);
  for (uint32_t i = 0; i < job->column_count && !status; i++) {
    if (job->columns[i].source == SOURCE_AGGREGATE) continue;
    status = caster_new(job->tables, job->first_column + i, job->dialect, job->allocator, &job->casters[i], error);
  }
  return status;
}

/* From the first byte to the row after the header. */
static enum rung_status open_rows(struct scan *scan, struct rung_error *error) {
  const struct rung_dialect *dialect = scan->job.dialect;
  enum rung_status status = input_encoding(scan->input, dialect->encoding, error);
  if (dialect->blanks && scan->job.path) input_blanks(scan->input);
  if (!status) status = csv_open(scan->input, &scan->csv, scan->job.allocator, &scan->reader, error);
  if (!status && dialect->skip_lines) status = csv_skip_lines(scan->reader, dialect->skip_lines, error);
  return status ? status : header_read(&scan->job, scan->reader, error);
}

enum rung_status scan_open(struct scan *scan, uint32_t stage, const struct made_input *made, bool twice,
                           struct rung_error *error) {
  struct job *job = &scan->job;
  const struct prog_stage *record = &job->tables->stages[stage];
  job->table = &job->tables->tables[record->table];
  job->columns = job->tables->columns + record->first_column;
  job->first_column = record->first_column;
  job->column_count = record->column_count;
  job->delimiter = job->dialect->blanks ? '\t' : job->dialect->delimiter ? job->dialect->delimiter : ',';
  scan->csv = (struct csv_options){
    .delimiter = job->delimiter,
    .max_row = job->options->max_row ? job->options->max_row : LIMIT_ROW_DEFAULT,
    .block_bytes = job->options->block_bytes ? job->options->block_bytes : BLOCK_DEFAULT,
  };
  enum rung_status status = open_casters(job, error);
  if (!status) status = made ? input_open_made(made, "the base", job->allocator, &scan->input, error)
                             : input_open(job->path, job->allocator, &scan->input, error);
  if (status) return status;
  job->file = input_name(scan->input);
  if (twice) status = input_keep(scan->input, error);
  if (!status) status = open_rows(scan, error);
  return status ? status : header_match(job, error);
}

static bool same_header(const struct header *a, const struct header *b) {
  return a->count == b->count && a->raw.length == b->raw.length &&
         (a->raw.length == 0 || memcmp(a->raw.at, b->raw.at, a->raw.length) == 0);
}

/* The job's fields are those of the first header. */
enum rung_status scan_again(struct scan *scan, struct rung_error *error) {
  struct header first = scan->job.header;
  csv_close(scan->reader);
  scan->reader = NULL;
  scan->job.header = (struct header){0};
  enum rung_status status = input_again(scan->input, error);
  if (!status) status = open_rows(scan, error);
  if (!status && !same_header(&first, &scan->job.header)) status = explain_changed(&scan->job, error);
  header_free(&first);
  return status;
}

void scan_close(struct scan *scan) {
  struct job *job = &scan->job;
  csv_close(scan->reader);
  input_close(scan->input);
  rung_session_free(scan->session);
  for (uint32_t i = 0; job->casters && i < job->column_count; i++) caster_free(job->casters[i]);
  alloc_free(job->allocator, job->casters, job->column_count, sizeof *job->casters);
  alloc_free(job->allocator, job->fields, job->column_count, sizeof *job->fields);
  header_free(&job->header);
}
