/* rejects.c - the file of refused rows: where, why, and the row as it stood. */
#include "score.h"

void rejects_header(struct buffer *out) { buffer_string(out, "file,line,byte,column,name,reason,record\n"); }

struct rung_text rejects_name(const struct job *job, const struct refusal *refusal) {
  if (refusal->field == 0 || refusal->field > job->header.count) return (struct rung_text){"", 0};
  return job->header.names[refusal->field - 1];
}

void rejects_row(const struct job *job, const struct csv_block *block, const struct refusal *refusal,
                 struct buffer *out) {
  const struct csv_row *row = &block->rows[refusal->row];
  size_t start = out->length;
  buffer_string(out, job->file);
  write_quoted(out, start, ',');
  buffer_printf(out, ",%llu,%llu,", (unsigned long long)refusal->line,
                (unsigned long long)(block->offset + refusal->at));
  if (refusal->field) buffer_printf(out, "%u", refusal->field);
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
