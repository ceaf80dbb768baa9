/* rejects.c - the file of refused rows: where, why, and the row as it stood. */
#include "csv_index.h"
#include "score.h"

uint32_t rejects_near(const struct job *job, const struct csv_block *block, const struct refusal *refusal) {
  const struct csv_row *row = &block->rows[refusal->row];
  size_t to = refusal->at;
  if (row->problem == CSV_FEW_FIELDS) return row->fields + 1;
  if (row->problem == CSV_MANY_FIELDS) return job->header.count;
  uint32_t field = csv_cut(block->bytes, row->begin, to, job->delimiter, NULL, 0);
  if (field) return field;
  /* A quote is open there.  The last one opened it, or is the second of two that stand for one. */
  while (to > row->begin && block->bytes[to - 1] != '"') to--;
  return to > row->begin ? csv_cut(block->bytes, row->begin, to - 1, job->delimiter, NULL, 0) : 0;
}

void rejects_header(struct buffer *out) { buffer_string(out, "file,line,byte,column,name,reason,record\n"); }

struct rung_text rejects_name(const struct job *job, const struct refusal *refusal) {
  uint32_t column = rejects_column(refusal);
  if (column == 0 || column > job->header.count) return (struct rung_text){"", 0};
  return job->header.names[column - 1];
}

uint64_t rejects_count(const struct buffer *rows) {
  uint64_t count = 0;
  bool quoted = false;
  for (size_t i = 0; i < rows->length; i++) {
    quoted ^= rows->at[i] == '"';
    count += rows->at[i] == '\n' && !quoted;
  }
  return count;
}

void rejects_row(const struct job *job, const struct csv_block *block, const struct refusal *refusal,
                 struct buffer *out) {
  const struct csv_row *row = &block->rows[refusal->row];
  size_t start = out->length;
  buffer_string(out, job->file);
  write_quoted(out, start, ',');
  buffer_printf(out, ",%llu,%llu,", (unsigned long long)refusal->line,
                (unsigned long long)(block->offset + refusal->at));
  if (rejects_column(refusal)) buffer_printf(out, "%u", rejects_column(refusal));
  buffer_byte(out, ',');
  start = out->length;
  buffer_text(out, rejects_name(job, refusal));
  write_quoted(out, start, ',');
  buffer_byte(out, ',');
  start = out->length;
  buffer_string(out, refusal->reason);
  if (refusal->fields) buffer_printf(out, " (%u, not %u)", refusal->fields, job->header.count);
  write_quoted(out, start, ',');
  buffer_byte(out, ',');
  write_record(out, block->bytes + row->begin, row->end - row->begin);
  buffer_byte(out, '\n');
}
