/* write.c - what the writers share: choosing one, values as text. */
#include "calendar.h"
#include "decimal.h"
#include "treat.h"

/* YYYY-MM-DD HH:MM:SS */
static size_t print_datetime(char *out, int64_t seconds) {
  enum { DAY = 24 * 60 * 60 };
  int64_t days = seconds / DAY - (seconds % DAY < 0), rest = seconds - days * DAY;
  const int64_t parts[] = {rest / 3600, rest / 60 % 60, rest % 60};
  calendar_print(out, (int32_t)days);
  for (int i = 0; i < 3; i++) {
    char *at = out + CALENDAR_PRINT_ROOM + 3 * i;
    at[0] = i ? ':' : ' ';
    at[1] = (char)('0' + parts[i] / 10);
    at[2] = (char)('0' + parts[i] % 10);
  }
  return CALENDAR_PRINT_ROOM + 9;
}

size_t value_print(char *out, enum rung_type type, int64_t value) {
  switch (type) {
    case RUNG_FLAG: memcpy(out, value ? "true" : "false", 5); return value ? 4 : 5;
    case RUNG_INTEGER: return integer_print(out, value);
    case RUNG_NUMBER: return decimal_print(out, value, 0);
    case RUNG_MONEY: return decimal_print(out, value, 2);
    case RUNG_DATETIME: return print_datetime(out, value);
    case RUNG_DATE: calendar_print(out, (int32_t)value); return CALENDAR_PRINT_ROOM;
    case RUNG_TEXT:
    case RUNG_LIST: break;
  }
  return 0;
}

void write_value(struct buffer *out, struct rung_value value) {
  char *to;
  switch (value.type) {
    case RUNG_TEXT:
    case RUNG_LIST: buffer_text(out, value.as.text); return;
    case RUNG_FLAG: value.as.integer = value.as.flag; break;
    case RUNG_DATE: value.as.integer = value.as.date; break;
    default: break;
  }
  if ((to = buffer_room(out, VALUE_MOST))) out->length += value_print(to, value.type, value.as.integer);
}

static bool named(struct rung_text a, struct rung_text b) {
  return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

static bool is_written(const struct job *job, uint32_t field) {
  if (job->options->slim) return field == job->key;
  for (size_t i = 0; job->treatment && i < job->treatment->span_count; i++)
    if (job->treatment->spans[i].first <= field && field <= job->treatment->spans[i].last) return true;
  return !job->treatment;
}

/* Two columns of one name make an output that nobody can read back for sure. */
static enum rung_status check_names(const struct job *job, struct rung_error *error) {
  const struct header *header = &job->header;
  bool slim = job->options->slim, objects = job->options->format == RUNG_JSONL;
  for (size_t o = 0; o < job->tables->output_count && (objects || !job->dialect->no_header); o++) {
    struct rung_text name = job->tables->outputs[o].name;
    for (uint32_t i = 0; i < header->count; i++)
      if (named(name, header->names[i]) && is_written(job, i))
        return fail(error, RUNG_BAD_DATA, "%s: the dump has a column \"%.*s\" already, the name of a result; %s",
                    job->file, (int)name.length, name.bytes, slim ? "the key can't be a result too"
                    : "write results only (--slim), or leave the column out (--drop)");
  }
  for (uint32_t i = 0; objects && !slim && i < header->count; i++) {
    if (!is_written(job, i)) continue;
    if (json_fits(header->names[i]) < header->names[i].length)
      return fail(error, RUNG_BAD_DATA, "%s: the name of column %u is not valid UTF-8, and JSON is always UTF-8",
                  job->file, i + 1);
    for (uint32_t k = 0; k < i; k++)
      if (named(header->names[i], header->names[k]) && is_written(job, k))
        return fail(error, RUNG_BAD_DATA, "%s: columns %u and %u of the dump are both named \"%.*s\", and an object "
                    "can hold a name once; write results only (--slim), or CSV", job->file, k + 1, i + 1,
                    (int)header->names[i].length, header->names[i].bytes);
  }
  return RUNG_OK;
}

/* Tags share one cell, with `|` between them. */
static enum rung_status check_tags(const struct job *job, struct rung_error *error) {
  for (size_t i = 0; i < job->tables->label_count; i++) {
    const struct prog_label *label = &job->tables->labels[i];
    if (label->status == NONE32 && label->name.length && memchr(label->name.bytes, '|', label->name.length))
      return fail(error, RUNG_INVALID, "the tag `%.*s` has a \"|\" in its name, which separates tags in the output",
                  (int)label->name.length, label->name.bytes);
  }
  return RUNG_OK;
}

enum rung_status writer_choose(struct job *job, struct rung_error *error) {
  bool slim = job->options->slim, mends = slim && job->options->lax; /* keys with a quote out of place */
  enum rung_status status = treatment_new(job, error);
  if (status) return status;
  switch (job->options->format) {
    case RUNG_CSV: job->writer = slim ? &writer_csv_slim : &writer_csv; break;
    case RUNG_TSV: job->writer = slim ? &writer_tsv_slim : &writer_tsv; break;
    case RUNG_JSONL: job->writer = slim ? &writer_jsonl_slim : &writer_jsonl; break;
  }
  if (job->writer && (job->treatment || mends) && job->options->format != RUNG_JSONL)
    job->writer = slim ? &writer_cells_slim : &writer_cells;
  if (!job->writer) return fail(error, RUNG_INVALID, "there is no such output format");
  if (slim && job->key == NONE32)
    return fail(error, RUNG_INVALID, "results alone (--slim) need a key to tell the customers apart; "
                "name its column with --key, or declare it in the rules: `customer_id text key;`");
  status = check_tags(job, error);
  return status ? status : check_names(job, error);
}
