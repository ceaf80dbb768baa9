/* write_jsonl.c - rows out as JSON, one object a line. */
#include "score.h"
#include "similar.h"

size_t json_fits(struct rung_text text) {
  size_t at = 0;
  while (at < text.length) {
    size_t before = at;
    if ((unsigned char)text.bytes[at] < 0x80) at++;
    else if (similar_bad_byte(similar_next(text, &at))) return before;
  }
  return at;
}

void write_json(struct buffer *out, struct rung_text text) {
  static const char letters[] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
  buffer_byte(out, '"');
  size_t done = 0;
  for (size_t i = 0; i < text.length; i++) {
    unsigned char byte = (unsigned char)text.bytes[i];
    if (byte >= ' ' && byte != '"' && byte != '\\') continue;
    buffer_add(out, text.bytes + done, i - done);
    done = i + 1;
    if (byte >= ' ') buffer_add(out, (char[]){'\\', (char)byte}, 2);
    else if (byte < sizeof letters && letters[byte]) buffer_add(out, (char[]){'\\', letters[byte]}, 2);
    else buffer_printf(out, "\\u%04x", byte);
  }
  buffer_add(out, text.bytes + done, text.length - done);
  buffer_byte(out, '"');
}

static void add_key(struct buffer *out, struct rung_text name, bool first) {
  buffer_byte(out, first ? '{' : ',');
  write_json(out, name);
  buffer_byte(out, ':');
}

static void add_labels(const struct results *results, size_t output, size_t row, bool array, struct buffer *out) {
  size_t count, found = 0;
  const struct active *active = results_labels(results, output, &count);
  if (array) buffer_byte(out, '[');
  for (size_t i = 0; i < count; i++) {
    if (!(active[i].bits >> (row % 64) & 1)) continue;
    if (found++) buffer_byte(out, ',');
    write_json(out, results->tables->labels[active[i].label].name);
  }
  if (array) buffer_byte(out, ']');
  else if (!found) buffer_string(out, "null");
}

static void add_show(struct buffer *out, struct rung_value value) {
  size_t start = out->length;
  if (!value.present) buffer_string(out, "null");
  else if (value.type == RUNG_TEXT || value.type == RUNG_LIST) write_json(out, value.as.text);
  else write_value(out, value);
  /* A date is digits and hyphens, a time has colons too, so quotes are all they need. */
  bool bare = value.type != RUNG_DATE && value.type != RUNG_DATETIME;
  if (value.present && !bare && buffer_room(out, 2)) {
    memmove(out->at + start + 1, out->at + start, out->length - start);
    out->at[start] = '"';
    out->length++;
    buffer_byte(out, '"');
  }
}

static void add_results(const struct job *job, const struct results *results, size_t row, bool first,
                        struct buffer *out) {
  for (size_t o = 0; o < job->tables->output_count; o++, first = false) {
    const struct prog_output *output = &job->tables->outputs[o];
    add_key(out, output->name, first);
    if (output_is_value(output)) add_show(out, results_show(results, output->first, row));
    else add_labels(results, o, row, output->kind != OUTPUT_STATUS, out);
  }
  buffer_add(out, "}\n", 2);
}

static void add_cell(const struct job *job, const struct written_row *row, uint32_t field, bool first,
                     struct buffer *out) {
  add_key(out, job->header.names[field], first);
  write_json(out, csv_unquote(csv_raw(row->block, row->row, field), row->scratch));
}

static void header_none(const struct job *job, struct buffer *out) { (void)job, (void)out; }

static void row_jsonl(const struct job *job, const struct results *results, const struct written_row *row,
                      struct buffer *out) {
  for (uint32_t i = 0; i < job->header.count; i++) add_cell(job, row, i, i == 0, out);
  add_results(job, results, row->index, false, out);
}

static void row_jsonl_slim(const struct job *job, const struct results *results, const struct written_row *row,
                           struct buffer *out) {
  add_cell(job, row, job->key, true, out);
  add_results(job, results, row->index, false, out);
}

const struct writer writer_jsonl = {header_none, row_jsonl};
const struct writer writer_jsonl_slim = {header_none, row_jsonl_slim};
