/* write_jsonl.c - rows out as JSON, one object a line. */
#include "similar.h"
#include "treat.h"
#include "write_row.h"

size_t json_fits(struct rung_text text) {
  size_t at = 0;
  while (at < text.length) {
    size_t before = at;
    if ((unsigned char)text.bytes[at] < 0x80) at++;
    else if (similar_bad_byte(similar_next(text, &at))) return before;
  }
  return at;
}

/* How many of the bytes, from the first, stand in a JSON string as they are. */
static size_t plain_bytes(const char *bytes, size_t length) {
  const uint64_t ones = UINT64_MAX / 255, tops = ones << 7;
  size_t i = 0;
  for (; length - i >= 8; i += 8) {
    uint64_t eight, quote, escape;
    memcpy(&eight, bytes + i, 8);
    quote = eight ^ ones * '"', escape = eight ^ ones * '\\';
    /* Which of them are below a blank, or have become 0, a borrow makes known at the latest. */
    if ((((eight - ones * ' ') & ~eight) | ((quote - ones) & ~quote) | ((escape - ones) & ~escape)) & tops) break;
  }
  while (i < length && (unsigned char)bytes[i] >= ' ' && bytes[i] != '"' && bytes[i] != '\\') i++;
  return i;
}

static void add_escaped(struct buffer *out, unsigned char byte) {
  static const char letters[] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
  if (byte >= ' ') buffer_add(out, (char[]){'\\', (char)byte}, 2);
  else if (byte < sizeof letters && letters[byte]) buffer_add(out, (char[]){'\\', letters[byte]}, 2);
  else buffer_printf(out, "\\u%04x", byte);
}

void write_json(struct buffer *out, struct rung_text text) {
  buffer_byte(out, '"');
  for (size_t done = 0; done < text.length;) {
    size_t plain = plain_bytes(text.bytes + done, text.length - done);
    buffer_add(out, text.bytes + done, plain);
    done += plain;
    if (done < text.length) add_escaped(out, (unsigned char)text.bytes[done++]);
  }
  buffer_byte(out, '"');
}

static void add_hash(const struct job *job, struct rung_text value, uint32_t field, size_t i,
                     struct written_rows *rows, struct buffer *out) {
  buffer_byte(out, '"');
  if (!treat_hash(job, field, value, out)) note_unhashed(rows, i, field);
  buffer_byte(out, '"');
}

static void add_cell(const struct job *job, const struct results *results, struct written_rows *rows, size_t i,
                     uint32_t field, bool hashed, struct buffer *out) {
  struct piece name = results->form->fields[field];
  struct rung_text raw = csv_raw(rows->block, &rows->block->rows[rows->rows[i]], field);
  char *to = buffer_room(out, name.length + PIECE_COPIED);
  if (!to) return;
  put_piece(results->form, name, to);
  out->length += name.length;
  if (hashed) add_hash(job, csv_unquote(raw, rows->scratch), field, i, rows, out);
  else write_json(out, csv_unquote(raw, rows->scratch));
}

static void header_none(const struct job *job, struct buffer *out) { (void)job, (void)out; }

static void rows_jsonl(const struct job *job, const struct results *results, struct written_rows *rows,
                       struct buffer *out) {
  const struct treated_span all = {0, job->header.count - 1, false};
  const struct treated_span *spans = job->treatment ? job->treatment->spans : &all;
  size_t span_count = job->treatment ? job->treatment->span_count : 1;
  EACH_PICKED(rows, i) {
    for (size_t s = 0; s < span_count; s++)
      for (uint32_t field = spans[s].first; field <= spans[s].last; field++)
        add_cell(job, results, rows, i, field, spans[s].hashed, out);
    char *to = buffer_room(out, results->form->room);
    if (!to) return;
    put_row_end(results, rows, i, (struct line_end){0}, to, out);
  }
}

static void rows_jsonl_slim(const struct job *job, const struct results *results, struct written_rows *rows,
                            struct buffer *out) {
  EACH_PICKED(rows, i) {
    add_cell(job, results, rows, i, job->key, job->treatment && job->treatment->key_hashed, out);
    char *to = buffer_room(out, results->form->room);
    if (!to) return;
    put_row_end(results, rows, i, (struct line_end){0}, to, out);
  }
}

const struct writer writer_jsonl = {header_none, rows_jsonl};
const struct writer writer_jsonl_slim = {header_none, rows_jsonl_slim};
