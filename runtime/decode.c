/* decode.c - cells of a batch to the registers of its stage; which rows are refused, and why. */
#include "decode.h"
#include "dialect.h"
#include "swar.h"
#include "text.h"
#include "treat.h"

/* Decoded 64 at a time. */
static size_t key_room(size_t capacity) { return bitmap_words(capacity) * DECODE_ROWS; }

enum rung_status batch_new(const struct job *job, rung_session *session, struct batch *batch,
                           struct rung_error *error) {
  size_t capacity = session_capacity(session);
  *batch = (struct batch){.job = job, .session = session};
  batch->rows = alloc_array(job->allocator, capacity, sizeof *batch->rows);
  batch->refusals = alloc_array(job->allocator, capacity, sizeof *batch->refusals);
  batch->keys = alloc_array(job->allocator, key_room(capacity), sizeof *batch->keys);
  return batch->rows && batch->refusals && batch->keys ? RUNG_OK : fail_memory(error);
}

void batch_free(struct batch *batch) {
  if (!batch->job) return;
  const struct rung_allocator *allocator = batch->job->allocator;
  size_t capacity = session_capacity(batch->session);
  alloc_free(allocator, batch->rows, capacity, sizeof *batch->rows);
  alloc_free(allocator, batch->refusals, capacity, sizeof *batch->refusals);
  alloc_free(allocator, batch->keys, key_room(capacity), sizeof *batch->keys);
  alloc_free(allocator, batch->scratch, batch->scratch_room, 1);
}

/* -- Which rows can be scored ------------------------------------------------------ */

/* Why a row is refused as a whole; reason NULL when it is fine so far. */
static struct refusal judge_row(const struct job *job, const struct csv_block *block, uint32_t index) {
  const struct csv_row *row = &block->rows[index];
  struct rung_text bytes = {block->bytes + row->begin, row->end - row->begin};
  struct refusal refusal = {.row = index, .at = row->begin};
  if (row->problem != CSV_FINE) {
    bool counted = row->problem == CSV_FEW_FIELDS || row->problem == CSV_MANY_FIELDS;
    refusal.at = row->problem_at;
    refusal.fields = counted ? row->fields : 0;
    refusal.near = rejects_near(job, block, &refusal);
    refusal.reason = csv_reason(row->problem);
    refusal.advice = csv_advice(row->problem);
  } else if (job->header.count > 1 && bytes.length == job->header.raw.length &&
             memcmp(bytes.bytes, job->header.raw.at, bytes.length) == 0) {
    refusal.reason = "the header's cells once more";
    refusal.advice = "of files joined into one keep only the first header";
  } else if (job->options->format == RUNG_JSONL) {
    size_t fits = json_fits(bytes);
    if (fits == bytes.length) return refusal;
    refusal.at += (uint32_t)fits;
    refusal.near = rejects_near(job, block, &refusal);
    refusal.reason = "bytes that are not UTF-8, which JSON always is";
    refusal.advice = "convert the dump to UTF-8, or write CSV";
  }
  return refusal;
}

/* Of several bad cells of a row the leftmost is told. */
static void refuse(struct batch *batch, size_t i, struct refusal refusal) {
  struct refusal *known = &batch->refusals[i];
  if (!known->reason || known->field > refusal.field) *known = refusal;
  batch->refused = true;
}

static void judge_rows(struct batch *batch, const struct csv_block *block, size_t first, size_t span) {
  const struct job *job = batch->job;
  bool all = job->options->format == RUNG_JSONL;
  for (size_t i = 0; i < span; i++) {
    const struct csv_row *row = &block->rows[first + i];
    if (!all && row->problem == CSV_FINE && row->end - row->begin != job->header.raw.length) continue;
    struct refusal refusal = judge_row(job, block, (uint32_t)(first + i));
    if (refusal.reason) refuse(batch, i, refusal);
  }
}

/* The rows among `span` from `first` on that nothing speaks against. */
static void pick(struct batch *batch, size_t first, size_t span) {
  batch->count = 0;
  if (!batch->refused)
    while (batch->count < span) batch->rows[batch->count] = (uint32_t)(first + batch->count), batch->count++;
  else
    for (size_t i = 0; i < span; i++)
      if (!batch->refusals[i].reason) batch->rows[batch->count++] = (uint32_t)(first + i);
}

/* -- Cells ---------------------------------------------------------------------------- */

/* Unquoted cells of a batch stay in the scratch until its rows are written.  A field is unquoted once for each column
   of the program that reads it, once as key, and once more, in the spare part, when its row is written. */
static bool scratch_for(struct batch *batch, size_t bytes) {
  size_t parts = (size_t)batch->job->sharing + 2, wanted;
  if (__builtin_mul_overflow(bytes, parts, &wanted)) return false;
  if (!batch->scratch || wanted > batch->scratch_room) {
    char *grown = alloc_resize(batch->job->allocator, batch->scratch, batch->scratch_room, wanted, 1);
    if (!grown) return false;
    batch->scratch = grown;
    batch->scratch_room = wanted;
  }
  batch->spare = batch->scratch + bytes * (parts - 1);
  return true;
}

static struct rung_text unquote(struct batch *batch, struct rung_text raw) {
  char *scratch = batch->scratch + batch->scratch_used;
  struct rung_text cell = csv_unquote(raw, scratch);
  if (cell.bytes == scratch) batch->scratch_used += cell.length;
  return cell;
}

/* The raw cell in the row that is row `i` of the registers. */
static struct rung_text raw_cell(const struct batch *batch, const struct csv_block *block, size_t i, uint32_t field) {
  return csv_raw(block, &block->rows[batch->rows[i]], field);
}

/* False when the cell does not fit. */
static bool decode_cell(struct batch *batch, const struct csv_block *block, uint32_t column, size_t first, size_t i) {
  const struct job *job = batch->job;
  uint32_t field = job->fields[column];
  struct rung_text raw = raw_cell(batch, block, i, field);
  struct vec *vec = session_column(batch->session, column);
  enum cast_result result = cast_cell(job->casters[column], unquote(batch, raw), vec, i);
  if (result == CAST_FINE) return true;
  refuse(batch, batch->rows[i] - first,
         (struct refusal){.row = batch->rows[i], .field = field + 1, .at = (uint32_t)(raw.bytes - block->bytes),
                          .reason = cast_reason(result), .advice = cast_advice(result)});
  return false;
}

static bool is_text(const struct job *job, uint32_t column) {
  return job->columns[column].type == RUNG_TEXT || job->columns[column].type == RUNG_LIST;
}

static bool is_looked_at(const struct job *job, uint32_t column) {
  return job->casters[column] && is_text(job, column) && !job->dialect->encoding;
}

/* Most rows of most dumps are UTF-8, which is seen faster than that several texts of each are. */
static bool looks_at_tiles(const struct job *job) {
  size_t columns = 0;
  for (uint32_t column = 0; column < job->column_count; column++) columns += is_looked_at(job, column);
  return columns > 1;
}

static bool tile_is_utf8(const struct job *job, const struct tile *tile) {
  uint32_t begin = tile->block->rows[tile->rows[0]].begin, end = tile->block->rows[tile->rows[tile->count - 1]].end;
  return (unsigned char)job->delimiter < 0x80 && foreign_none(tile->block->bytes + begin, end - begin);
}

/* As the keys of most dumps are; bytes after the text may be looked at. */
static inline bool is_short_ascii(struct rung_text text) {
  return text.length < sizeof(uint64_t) && (swar_load(text.bytes) & swar_mask(text.length) & SWAR_HIGH) == 0;
}

/* Counts the texts among rows 64 * word and on that are not UTF-8.  `others` may be outside of the block. */
static void look_at_texts(struct batch *batch, const struct tile *tile, const struct vec *vec, size_t word,
                          uint64_t others) {
  uint64_t suspects = (tile->is_utf8 ? others : tile_all(tile)) & vec->valid[word];
  for (; suspects; suspects &= suspects - 1) {
    size_t i = (size_t)__builtin_ctzll(suspects), row = word * DECODE_ROWS + i;
    struct rung_text text = vec->data.text[row];
    bool padded = !(others >> i & 1);
    if ((padded && is_short_ascii(text)) || foreign_fits(text, padded)) continue;
    if (!batch->foreign++ || batch->rows[row] < batch->first_foreign) batch->first_foreign = batch->rows[row];
  }
}

/* An apostrophe that is for spreadsheets looks like one that a text of the last run had from the beginning, so a text
   with such a one is refused.  `texts` are those of the tile; of those not in `present` nothing is known. */
static bool judge_guarded(struct batch *batch, const struct tile *tile, const struct rung_text *texts, uint64_t present,
                          uint32_t field, size_t first) {
  bool fine = true;
  for (uint64_t left = present & tile_all(tile); left; left &= left - 1) {
    size_t i = (size_t)__builtin_ctzll(left);
    if (texts[i].length < 2 || texts[i].bytes[0] != '\'' ||
        !formula_like((struct rung_text){texts[i].bytes + 1, texts[i].length - 1}))
      continue;
    struct rung_text raw = csv_raw(tile->block, &tile->block->rows[tile->rows[i]], field);
    refuse(batch, tile->rows[i] - first,
           (struct refusal){.row = tile->rows[i], .field = field + 1, .at = (uint32_t)(raw.bytes - tile->block->bytes),
                            .reason = "begins with an apostrophe that --spreadsheet-safe may have put there",
                            .advice = "give the next run an output without --spreadsheet-safe, or declare the column "
                                      "with unquote \"'\""});
    fine = false;
  }
  return fine;
}

static bool decode_column(struct batch *batch, const struct tile *tile, uint32_t column, size_t first, size_t word) {
  const struct job *job = batch->job;
  const struct plain *plain = caster_plain(job->casters[column]);
  struct vec *vec = session_column(batch->session, column);
  size_t row = word * DECODE_ROWS;
  uint64_t others = decode_plain(plain, tile, job->fields[column], vec, word);
  bool fine = true;
  for (uint64_t left = others; left; left &= left - 1)
    fine &= decode_cell(batch, tile->block, column, first, row + (size_t)__builtin_ctzll(left));
  if (is_looked_at(job, column)) look_at_texts(batch, tile, vec, word, others);
  if (job->table->kind == TABLE_PREVIOUS && is_text(job, column))
    fine &= judge_guarded(batch, tile, vec->data.text + row, vec->valid[word], job->fields[column], first);
  return fine;
}

static const char *keyless_reason(const struct job *job) {
  return job->tables->campaign_count > 0 ? "holds no key, and the rules give campaigns to customers by it"
                                         : "holds no key, and the rules tell the top customers apart by it";
}

/* The one form of a whole number that a key may have where keys are compared. */
static bool is_shortest(struct rung_text digits) {
  size_t sign = digits.length > 1 && digits.bytes[0] == '-';
  if (digits.length - sign > 1 && digits.bytes[sign] == '0') return false;
  if (sign && digits.bytes[sign] == '0') return false;
  for (size_t i = sign; i < digits.length; i++)
    if (digits.bytes[i] < '0' || digits.bytes[i] > '9') return false;
  return true;
}

/* Why rows can't be told apart by the key; reason NULL when they can. */
static struct refusal judge_key(const struct job *job, struct rung_text key) {
  if (key.length == 0 && job->key_wanted) return (struct refusal){.reason = keyless_reason(job), .advice = ""};
  if (job->key_is_number && !is_shortest(key))
    return (struct refusal){.reason = "is a key that others would not find: it is not the shortest way to write the "
                                      "number",
                            .advice = "write 7, not 007, +7 or 7.0; where the zeros matter, declare the key as text"};
  return (struct refusal){0};
}

/* False when a key does not do. */
static bool judge_keys(struct batch *batch, const struct tile *tile, const struct spans *spans, size_t first,
                       const struct rung_text *keys) {
  const struct job *job = batch->job;
  bool fine = true;
  for (size_t i = 0; i < tile->count; i++) {
    struct refusal refusal = judge_key(job, keys[i]);
    if (!refusal.reason) continue;
    refusal.row = tile->rows[i], refusal.field = job->key + 1;
    refusal.at = (uint32_t)place_begin(spans->places[i]);
    refuse(batch, tile->rows[i] - first, refusal);
    fine = false;
  }
  return fine;
}

/* A key that is missing, for whatever reason, is nobody's: so it is empty. */
static struct rung_text read_key(const struct job *job, struct rung_text cell) {
  bool missing = job->key_reader ? cast_view(job->key_reader, cell).length == 0
                                 : dialect_is_missing(job->dialect, cell);
  return missing ? (struct rung_text){cell.bytes, 0} : text_unmark(cell, job->key_mark);
}

static bool decode_keys(struct batch *batch, const struct tile *tile, size_t first, size_t word) {
  const struct job *job = batch->job;
  struct rung_text *keys = batch->keys + word * DECODE_ROWS;
  struct spans spans;
  bool fine = true;
  tile_spans(tile, job->key, &spans);
  uint64_t empty, plain = decode_texts(&spans, keys, &empty);
  for (uint64_t left = tile_all(tile) & ~(plain | empty); left; left &= left - 1) {
    size_t i = (size_t)__builtin_ctzll(left);
    keys[i] = unquote(batch, spans_raw(&spans, i));
  }
  for (size_t i = 0; i < tile->count && job->key_read; i++) keys[i] = read_key(job, keys[i]);
  if (job->table->kind == TABLE_PREVIOUS) fine = judge_guarded(batch, tile, keys, tile_all(tile), job->key, first);
  if (job->key_wanted || job->key_is_number) fine &= judge_keys(batch, tile, &spans, first, keys);
  return fine;
}

/* Column after column of 64 rows at a time; false when a cell did not fit. */
static bool decode(struct batch *batch, const struct csv_block *block, size_t first) {
  const struct job *job = batch->job;
  bool fine = true, looks = looks_at_tiles(job);
  batch->scratch_used = 0;
  batch->foreign = 0;
  for (size_t word = 0; word < bitmap_words(batch->count); word++) {
    size_t row = word * DECODE_ROWS, left = batch->count - row;
    struct tile tile;
    tile_begin(&tile, block, batch->rows + row, left < DECODE_ROWS ? left : DECODE_ROWS);
    tile.is_utf8 = looks && tile_is_utf8(job, &tile);
    for (uint32_t column = 0; column < job->column_count; column++)
      if (job->casters[column]) fine &= decode_column(batch, &tile, column, first, word);
    if (job->key != NONE32) fine &= decode_keys(batch, &tile, first, word);
  }
  return fine;
}

/* -- Repeated keys ------------------------------------------------------------------------ */

/* Asks for each row of the span in their order; *fine: no row had to be refused. */
static enum rung_status ask_repeats(struct batch *batch, const struct csv_block *block, size_t first, size_t span,
                                    struct repeats *repeats, bool *fine, struct rung_error *error) {
  size_t index = 0;
  *fine = true;
  for (size_t i = 0; i < span; i++) {
    bool taken = index < batch->count && batch->rows[index] == first + i, repeated = false;
    struct rung_text key = taken ? batch->keys[index] : (struct rung_text){0};
    if (key.length == 0) repeats_pass(repeats);
    else if (!repeats_ask(repeats, key, &repeated)) return fail_memory(error);
    if (repeated) {
      struct rung_text raw = csv_raw(block, &block->rows[first + i], batch->job->key);
      refuse(batch, i, (struct refusal){.row = (uint32_t)(first + i), .field = batch->job->key + 1,
                                        .at = (uint32_t)(raw.bytes - block->bytes),
                                        .reason = "repeats the key of an earlier row", .advice = ""});
      *fine = false;
    }
    index += taken;
  }
  return RUNG_OK;
}

/* Rows whose cells don't fit are found by decoding; then the others are decoded once more, so that nothing of the
   refused ones is counted. */
enum rung_status batch_decode(struct batch *batch, const struct csv_block *block, size_t first, size_t span,
                              struct repeats *repeats, struct rung_error *error) {
  size_t bytes = block->rows[first + span - 1].end - block->rows[first].begin;
  if (!scratch_for(batch, bytes)) return fail_memory(error);
  size_t capacity = session_capacity(batch->session);
  for (size_t i = 0; i < capacity && batch->refused; i++) batch->refusals[i].reason = NULL;
  batch->refused = false;
  judge_rows(batch, block, first, span);
  pick(batch, first, span);
  bool fine = decode(batch, block, first);
  if (!fine) {
    pick(batch, first, span);
    decode(batch, block, first);
  }
  if (!repeats) return RUNG_OK;
  enum rung_status status = ask_repeats(batch, block, first, span, repeats, &fine, error);
  if (status || fine) return status;
  pick(batch, first, span);
  decode(batch, block, first);
  return RUNG_OK;
}
