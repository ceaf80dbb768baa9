/* foreign.c - texts that are not UTF-8: they pass, but never equal a text of the rules, which must be told. */
#include "score.h"
#include "text.h"

static bool is_ascii(struct rung_text text) {
  uint64_t word, bits = 0;
  size_t at = 0;
  for (; at + sizeof word <= text.length; at += sizeof word) {
    memcpy(&word, text.bytes + at, sizeof word);
    bits |= word;
  }
  for (; at < text.length; at++) bits |= (unsigned char)text.bytes[at];
  return (bits & UINT64_C(0x8080808080808080)) == 0;
}

/* Greek and Cyrillic are two bytes a character, and looked at without help. */
static bool is_utf8(struct rung_text text) {
  const unsigned char *b = (const unsigned char *)text.bytes;
  for (size_t at = 0; at < text.length;) {
    int32_t character = 0;
    bool two = b[at] >= 0xc2 && b[at] < 0xe0 && at + 1 < text.length && (b[at + 1] & 0xc0) == 0x80;
    if (b[at] < 0x80 || two) at += 1 + two;
    else at += text_character(text, at, &character);
    if (character < 0) return false;
  }
  return true;
}

static bool is_text(const struct prog_column *column) {
  return column->type == RUNG_TEXT || column->type == RUNG_LIST;
}

void foreign_count(const struct batch *batch, const struct csv_block *block, struct counts *counts) {
  const struct job *job = batch->job;
  size_t first = SIZE_MAX;
  if (job->dialect->encoding) return;
  for (uint32_t column = 0; column < job->column_count; column++) {
    if (!job->casters[column] || !is_text(&job->columns[column])) continue;
    const struct vec *vec = session_column(batch->session, column);
    for (size_t i = 0; i < batch->count; i++) {
      if (!bitmap_get(vec->valid, i) || is_ascii(vec->data.text[i]) || is_utf8(vec->data.text[i])) continue;
      counts->foreign++;
      if (i < first) first = i;
    }
  }
  if (first == SIZE_MAX || counts->foreign_line) return;
  counts->foreign_line = csv_line(block, block->rows[batch->rows[first]].begin);
}
