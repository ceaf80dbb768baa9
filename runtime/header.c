/* header.c - read the names of a dump's columns and find those that the program needs. */
#include "input_blanks.h"
#include "score.h"
#include "text.h"

void header_free(struct header *header) {
  buffer_free(&header->raw);
  buffer_free(&header->bytes);
  alloc_free(header->allocator, header->names, header->count, sizeof *header->names);
  header->names = NULL;
}

/* -- Reading ---------------------------------------------------------------- */

/* Room for `count` names of `bytes` bytes together, which then stay where they are. */
static char *names_room(struct header *header, size_t count, size_t bytes) {
  header->names = alloc_array(header->allocator, count, sizeof *header->names);
  if (!header->names) return NULL;
  header->count = (uint32_t)count;
  return buffer_room(&header->bytes, bytes + 1);
}

static void add_name(struct header *header, uint32_t i, struct rung_text raw) {
  char *to = header->bytes.at + header->bytes.length;
  struct rung_text name = csv_unquote(raw, to);
  memmove(to, name.bytes, name.length);
  header->names[i] = (struct rung_text){to, name.length};
  header->bytes.length += name.length;
}

/* The length of the first cell of `text`. */
static size_t cell_length(struct rung_text text, char delimiter) {
  bool quoted = false;
  size_t i = 0;
  for (; i < text.length && (quoted || text.bytes[i] != delimiter); i++) quoted ^= text.bytes[i] == '"';
  return i;
}

static enum rung_status names_given(struct job *job, struct rung_text all, struct rung_error *error) {
  struct rung_text rest = all;
  size_t count = 1, length;
  while ((length = cell_length(rest, job->delimiter)) < rest.length)
    count++, rest = (struct rung_text){rest.bytes + length + 1, rest.length - length - 1};
  if (count > LIMIT_COLUMNS) return fail(error, RUNG_INVALID, "--columns names more than %d columns", LIMIT_COLUMNS);
  if (!names_room(&job->header, count, all.length)) return fail_memory(error);
  rest = all;
  for (uint32_t i = 0; i < count; i++) {
    length = cell_length(rest, job->delimiter);
    add_name(&job->header, i, (struct rung_text){rest.bytes, length});
    if (length < rest.length) rest = (struct rung_text){rest.bytes + length + 1, rest.length - length - 1};
  }
  return RUNG_OK;
}

static void set_line_end(struct header *header, const struct csv_block *block, const struct csv_row *row) {
  header->line_end_length = row->next - row->end;
  memcpy(header->line_end, block->bytes + row->end, header->line_end_length);
  if (header->line_end_length == 0) header->line_end[header->line_end_length++] = '\n';
}

static enum rung_status names_read(struct job *job, const struct csv_block *block, const struct csv_row *row,
                                   struct rung_error *error) {
  struct header *header = &job->header;
  header->line = csv_line(block, row->begin);
  if (row->problem != CSV_FINE) return explain_broken(job, block, row, error);
  if (row->fields > LIMIT_COLUMNS)
    return fail(error, RUNG_BAD_DATA, "%s:%llu: the header has %u columns; %d is the most", job->file,
                (unsigned long long)header->line, row->fields, LIMIT_COLUMNS);
  buffer_add(&header->raw, block->bytes + row->begin, row->end - row->begin);
  if (!text_is_utf8((struct rung_text){header->raw.at, header->raw.length}))
    return fail(error, RUNG_BAD_DATA, "%s:%llu: the header is not UTF-8; say what the dump is encoded in, such as "
                "--encoding windows-1251", job->file, (unsigned long long)header->line);
  if (header->raw.failed || !names_room(header, row->fields, row->end - row->begin)) return fail_memory(error);
  for (uint32_t i = 0; i < row->fields; i++) add_name(header, i, csv_raw(block, row, i));
  return RUNG_OK;
}

static bool blank(const struct csv_block *block, const struct csv_row *row) {
  for (uint32_t i = row->begin; i < row->end; i++)
    if (block->bytes[i] != ' ' && block->bytes[i] != '\t') return false;
  return true;
}

/* The next row that is not blank; block->row_count 0 when there is none. */
static enum rung_status first_row(struct job *job, struct csv_reader *reader, struct csv_block *block, size_t *row,
                                  struct rung_error *error) {
  enum rung_status status;
  for (*row = 0; !(status = csv_next(reader, block, error)) && block->row_count > 0; *row = 0) {
    while (*row < block->row_count && blank(block, &block->rows[*row])) ++*row;
    job->header.blank_lines += *row;
    if (*row < block->row_count) return RUNG_OK;
  }
  return status;
}

static enum rung_status header_given(struct job *job, struct csv_reader *reader, struct rung_error *error) {
  struct csv_block block;
  struct buffer squeezed = {.allocator = job->allocator};
  const char *columns = job->dialect->columns;
  if (!columns || !*columns)
    return fail(error, RUNG_INVALID, "a dump without a header needs the names of its columns; "
                "give them with --columns");
  struct rung_text names = {columns, strlen(columns)};
  if (job->dialect->blanks) {
    char *to = buffer_room(&squeezed, names.length + 1);
    if (!to) return fail_memory(error);
    names = (struct rung_text){to, blanks_squeeze(&(struct blanks){0}, columns, names.length, to)};
  }
  enum rung_status status = names_given(job, names, error);
  buffer_free(&squeezed);
  if (status) return status;
  csv_expect_fields(reader, job->header.count);
  csv_name_fields(reader, job->header.names);
  status = csv_next(reader, &block, error);
  if (job->options->lax) csv_keep_quotes(reader);
  if (status || block.row_count == 0) return status;
  set_line_end(&job->header, &block, &block.rows[0]);
  csv_unread(reader, 0);
  return RUNG_OK;
}

enum rung_status header_read(struct job *job, struct csv_reader *reader, struct rung_error *error) {
  struct csv_block block;
  size_t row = 0;
  job->header.allocator = job->header.raw.allocator = job->header.bytes.allocator = job->allocator;
  enum rung_status status = job->dialect->no_header ? header_given(job, reader, error)
                                                    : first_row(job, reader, &block, &row, error);
  job->bom = !status && csv_had_bom(reader);
  if (status || job->dialect->no_header) return status;
  if (block.row_count == 0 && job->dialect->skip_lines)
    return fail(error, RUNG_BAD_DATA, "%s has no header behind the %u lines that --skip-lines leaves out", job->file,
                job->dialect->skip_lines);
  if (block.row_count == 0) return fail(error, RUNG_BAD_DATA, "%s is empty: it has not even a header", job->file);
  set_line_end(&job->header, &block, &block.rows[row]);
  status = names_read(job, &block, &block.rows[row], error);
  if (status) return status;
  csv_expect_fields(reader, job->header.count);
  csv_name_fields(reader, job->header.names);
  if (job->options->lax) csv_keep_quotes(reader);
  csv_unread(reader, row + 1);
  return RUNG_OK;
}

/* -- Matching ------------------------------------------------------------------------- */

static bool same(struct rung_text a, struct rung_text b) {
  return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

/* How many fields have the name; *field is the first. */
static size_t find(const struct header *header, struct rung_text name, uint32_t *field) {
  size_t found = 0;
  for (uint32_t i = header->count; i-- > 0;)
    if (same(header->names[i], name)) *field = i, found++;
  return found;
}

/* Finds `name`, or remembers it among the missing, each once. */
static enum rung_status match(struct job *job, struct rung_text name, uint32_t *field, struct rung_text *missing,
                              size_t *missing_count, struct rung_error *error) {
  size_t found = find(&job->header, name, field);
  if (found > 1) return explain_doubled(job, name, error);
  if (found == 1) return RUNG_OK;
  for (size_t i = 0; i < *missing_count; i++)
    if (same(missing[i], name)) return RUNG_OK;
  missing[(*missing_count)++] = name;
  return RUNG_OK;
}

static uint32_t most_shared(const struct job *job) {
  uint32_t most = 1;
  for (size_t i = 0; i < job->column_count; i++) {
    uint32_t count = 1;
    for (size_t k = 0; k < i; k++) count += job->fields[k] == job->fields[i];
    if (count > most) most = count;
  }
  return most;
}

/* The column that reads the field of the key: the one declared to be it, or else the first. */
static uint32_t reader_of_key(const struct job *job) {
  uint32_t reader = NONE32;
  for (uint32_t i = job->column_count; i-- > 0;)
    if (job->casters[i] && job->fields[i] == job->key &&
        (reader == NONE32 || !(job->columns[reader].flags & COLUMN_KEY)))
      reader = i;
  return reader;
}

/* Rows are told apart and joined by the bytes of their keys. */
static bool compares_keys(const struct program_tables *tables) {
  return tables->aggregate_count > 0 || tables->measure_count > 0 || tables->campaign_count > 0;
}

/* Decided once: of most dumps the keys are what stands there. */
static void plan_keys(struct job *job) {
  uint32_t reader = reader_of_key(job);
  job->key_read = job->dialect->missing_count > 0;
  if (reader == NONE32) return;
  const struct prog_column *column = &job->columns[reader];
  job->key_reader = job->casters[reader];
  job->key_mark = column->unquote;
  job->key_read = job->key_read || column->unquote.length || column->missing_count || column->type != RUNG_TEXT;
  job->key_is_number = compares_keys(job->tables) && column->flags & COLUMN_KEY && column->type == RUNG_INTEGER;
}

/* What the rules join and decide by is not to be another column than they say. */
static enum rung_status check_given_key(const struct job *job, const char *given, struct rung_error *error) {
  const struct prog_table *base = job->table->base == NONE32 ? NULL : &job->tables->tables[job->table->base];
  struct rung_text declared = base ? base->key : (struct rung_text){0};
  for (uint32_t i = 0; i < job->column_count; i++)
    if (job->columns[i].flags & COLUMN_KEY) declared = job->columns[i].header;
  if (declared.length == 0 || same(declared, (struct rung_text){given, strlen(given)})) return RUNG_OK;
  return fail(error, RUNG_INVALID, "the rules say that %.*s is the key, and --key %s is another column\n"
              "  help: leave --key out, or change the rules", TEXT_FORMAT(declared), given);
}

/* The field of the key: that of the declared key column, or the one that --key names for customers, or the one that the
   related table's block is `per`. */
static enum rung_status match_key(struct job *job, struct rung_text *missing, size_t *missing_count,
                                  struct rung_error *error) {
  const char *given = job->table->kind == TABLE_MAIN ? job->options->key : NULL;
  enum rung_status status = given ? check_given_key(job, given, error) : RUNG_OK;
  job->key = job->table->base == NONE32 ? NONE32 : 0;
  if (status || job->key == 0) return status; /* a base made of keys has no other field */
  for (uint32_t i = 0; i < job->column_count; i++)
    if (job->columns[i].flags & COLUMN_KEY) job->key = job->fields[i];
  if (job->key == NONE32 && given)
    status = match(job, (struct rung_text){given, strlen(given)}, &job->key, missing, missing_count, error);
  else if (job->key == NONE32 && job->table->key.length > 0)
    status = match(job, job->table->key, &job->key, missing, missing_count, error);
  if (job->key != NONE32) plan_keys(job);
  return status;
}

enum rung_status header_match(struct job *job, struct rung_error *error) {
  size_t missing_count = 0;
  struct rung_text *missing = alloc_array(job->allocator, job->column_count + 1, sizeof *missing);
  if (!missing) return fail_memory(error);
  enum rung_status status = RUNG_OK;
  for (uint32_t i = 0; i < job->column_count && !status; i++) {
    job->fields[i] = job->columns[i].source == SOURCE_KEY ? 0 : NONE32;
    if (job->casters[i] && job->fields[i] == NONE32)
      status = match(job, job->columns[i].header, &job->fields[i], missing, &missing_count, error);
  }
  if (!status) status = match_key(job, missing, &missing_count, error);
  if (!status && missing_count) status = explain_missing(job, missing, missing_count, error);
  alloc_free(job->allocator, missing, job->column_count + 1, sizeof *missing);
  job->sharing = most_shared(job);
  return status;
}
