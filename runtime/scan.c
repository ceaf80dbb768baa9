/* scan.c - one file on its way through a stage: open it, read its header, find what the stage needs. */
#include "narrow.h"
#include "treat.h"

/* With its tables well inside the second-level cache.  Of a related table half, so that it is one batch: a shard of the
   join waits for whole blocks. */
enum { BLOCK_DEFAULT = 256 << 10, BLOCK_RELATED = 128 << 10 };

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

/* -- Dumps in memory ----------------------------------------------------------------- */

static enum rung_status given_read(void *context, void *bytes, size_t room, size_t *got, struct rung_error *error) {
  struct given_text *given = context;
  size_t left = given->text.length - given->taken;
  (void)error;
  *got = left < room ? left : room;
  memcpy(bytes, given->text.bytes + given->taken, *got);
  given->taken += *got;
  return RUNG_OK;
}

static void given_restart(void *context) { ((struct given_text *)context)->taken = 0; }

static struct made_input given_input(struct given_text *given) {
  return (struct made_input){given_read, given_restart, given};
}

static enum rung_status open_given(struct scan *scan, struct rung_error *error) {
  struct made_input made = given_input(&scan->given);
  struct rung_text table = scan->job.table->name;
  char name[LIMIT_NAME + 1] = "the input";
  if (table.length && table.length < sizeof name) memcpy(name, table.bytes, table.length), name[table.length] = 0;
  return input_open_made(&made, name, scan->job.allocator, &scan->input, error);
}

/* -- Opening --------------------------------------------------------------------------- */

/* From the first byte to the row after the header. */
static enum rung_status open_rows(struct scan *scan, struct rung_error *error) {
  const struct rung_dialect *dialect = scan->job.dialect;
  enum rung_status status = input_encoding(scan->input, dialect->encoding, error);
  if (dialect->blanks) input_blanks(scan->input);
  if (!status) status = csv_open(scan->input, &scan->csv, scan->job.allocator, &scan->reader, error);
  if (!status && dialect->skip_lines) status = csv_skip_lines(scan->reader, dialect->skip_lines, error);
  if (!status) status = header_read(&scan->job, scan->reader, error);
  if (!status) scan->head_rows = csv_rows(scan->reader);
  return status;
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
    .block_bytes = job->options->block_bytes ? job->options->block_bytes
                   : record->sink == SINK_AGGREGATE  ? BLOCK_RELATED
                                                     : BLOCK_DEFAULT,
    .scan = job->options->scan,
  };
  enum rung_status status = open_casters(job, error);
  if (status) return status;
  if (made) status = input_open_made(made, "the base", job->allocator, &scan->input, error);
  else if (scan->given.text.bytes) status = open_given(scan, error);
  else status = input_open(job->path, job->allocator, &scan->input, error);
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

static void close_reader(struct scan *scan) {
  csv_close(scan->reader);
  scan->reader = NULL;
}

/* The narrow dump takes the place of the file, or the file its own again. */
static void exchange(struct scan *scan) {
  struct narrow *narrow = scan->narrow;
  struct input *input = scan->input;
  uint32_t *fields = scan->job.fields, key = scan->job.key;
  scan->input = narrow->input, scan->job.fields = narrow->sources, scan->job.key = narrow->key;
  narrow->input = input, narrow->sources = fields, narrow->key = key;
  narrow->read = !narrow->read;
}

/* The job's fields are those of the first header. */
enum rung_status scan_again(struct scan *scan, struct rung_error *error) {
  struct header first = scan->job.header;
  close_reader(scan);
  if (scan->narrow && scan->narrow->read) exchange(scan);
  scan->job.header = (struct header){0};
  enum rung_status status = input_again(scan->input, error);
  if (!status) status = open_rows(scan, error);
  if (!status && !same_header(&first, &scan->job.header)) status = explain_changed(&scan->job, error);
  header_free(&first);
  return status;
}

enum rung_status scan_narrow(struct scan *scan, struct rung_error *error) {
  struct narrow *narrow = scan->narrow;
  const struct made_input made = given_input(&narrow->given);
  enum rung_status status = RUNG_OK;
  close_reader(scan);
  narrow->given = (struct given_text){.text = {narrow->text.at, narrow->text.length}};
  if (!narrow->read && !narrow->input)
    status = input_open_made(&made, scan->job.file, scan->job.allocator, &narrow->input, error);
  if (status) return status;
  if (!narrow->read) exchange(scan);
  status = csv_open(scan->input, &scan->csv, scan->job.allocator, &scan->reader, error);
  if (!status) csv_expect_fields(scan->reader, narrow->count);
  scan->head_rows = 0;
  return status;
}

void scan_close(struct scan *scan) {
  struct job *job = &scan->job;
  close_reader(scan);
  if (scan->narrow && scan->narrow->read) exchange(scan);
  narrow_free(scan->narrow);
  input_close(scan->input);
  rung_session_free(scan->session);
  for (uint32_t i = 0; job->casters && i < job->column_count; i++) caster_free(job->casters[i]);
  alloc_free(job->allocator, job->casters, job->column_count, sizeof *job->casters);
  alloc_free(job->allocator, job->fields, job->column_count, sizeof *job->fields);
  treatment_free(job->allocator, job->treatment);
  header_free(&job->header);
}
