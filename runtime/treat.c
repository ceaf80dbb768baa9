/* treat.c - find the columns that --drop and --hash name, and make the hashes. */
#include "treat.h"

#include "cast.h"
#include "dialect.h"
#include "text.h"

/* -- Columns ----------------------------------------------------------------------------- */

static struct rung_text text_of(const char *string) { return (struct rung_text){string, strlen(string)}; }

/* A name may stand more than once in a header: what is meant to be hidden is hidden wherever it stands. */
static enum rung_status mark(const struct job *job, const char *name, enum fate fate, uint8_t *fates,
                             struct rung_error *error) {
  struct rung_text wanted = text_of(name);
  bool found = false;
  for (uint32_t i = 0; i < job->header.count; i++) {
    if (!text_same(job->header.names[i], wanted)) continue;
    if (fates[i] != KEPT && fates[i] != (uint8_t)fate)
      return fail(error, RUNG_INVALID, "the column %s can't be both dropped and hashed", name);
    fates[i] = (uint8_t)fate;
    found = true;
  }
  if (!found && !*name) return fail(error, RUNG_BAD_DATA, "%s: no column of the header has an empty name", job->file);
  return found ? RUNG_OK : explain_missing(job, &wanted, 1, error);
}

static enum rung_status mark_all(const struct job *job, uint8_t *fates, struct rung_error *error) {
  const struct rung_score_options *options = job->options;
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < options->drop_count && !status; i++)
    status = mark(job, options->drop[i], DROPPED, fates, error);
  for (size_t i = 0; i < options->hash_count && !status; i++)
    status = mark(job, options->hash[i], HASHED, fates, error);
  return status;
}

/* Of slim results the key is all that the dump gives. */
static enum rung_status check_slim(const struct job *job, const uint8_t *fates, struct rung_error *error) {
  for (uint32_t i = 0; i < job->header.count; i++) {
    if (i == job->key && fates[i] == DROPPED)
      return fail(error, RUNG_INVALID, "results alone (--slim) are told apart by their key, so its column %.*s "
                  "can't be dropped; --hash hides it", TEXT_FORMAT(job->header.names[i]));
    if (i != job->key && fates[i] == HASHED)
      return fail(error, RUNG_INVALID, "results alone (--slim) have no column %.*s that could be hashed",
                  TEXT_FORMAT(job->header.names[i]));
  }
  return RUNG_OK;
}

static enum rung_status make_spans(const struct job *job, struct treatment *treatment, const uint8_t *fates,
                                   struct rung_error *error) {
  for (uint32_t i = 0; i < job->header.count; i++) {
    struct treated_span *last = treatment->span_count ? &treatment->spans[treatment->span_count - 1] : NULL;
    bool hashed = fates[i] == HASHED;
    if (fates[i] == DROPPED) continue;
    if (last && last->last + 1 == i && last->hashed == hashed) last->last = i;
    else treatment->spans[treatment->span_count++] = (struct treated_span){i, i, hashed};
  }
  if (treatment->span_count) return RUNG_OK;
  return fail(error, RUNG_INVALID, "all columns of the dump are dropped; at least one must be left to write");
}

/* -- How values are found ------------------------------------------------------------------ */

/* Those columns that the rules read are decoded; of others that they declare only hashes ask what a cell means. */
static enum rung_status open_unread(const struct job *job, struct treatment *treatment, const uint8_t *fates,
                                    struct rung_error *error) {
  const struct program_tables *tables = job->tables;
  size_t first = first_unread(tables);
  enum rung_status status = RUNG_OK;
  treatment->unread_count = tables->column_count - first;
  treatment->unread = alloc_array(job->allocator, treatment->unread_count, sizeof *treatment->unread);
  if (!treatment->unread) return fail_memory(error);
  for (size_t i = 0; i < treatment->unread_count && !status; i++) {
    const struct prog_column *column = &tables->columns[first + i];
    for (uint32_t field = 0; field < job->header.count && !status; field++) {
      struct reader *reader = &treatment->readers[field];
      if (fates[field] != HASHED || reader->caster || !text_same(job->header.names[field], column->header)) continue;
      if (!treatment->unread[i])
        status = caster_new(tables, first + i, job->dialect, job->allocator, &treatment->unread[i], error);
      *reader = (struct reader){treatment->unread[i], column->unquote.length == 0};
    }
  }
  return status;
}

static enum rung_status open_readers(const struct job *job, struct treatment *treatment, const uint8_t *fates,
                                     struct rung_error *error) {
  for (uint32_t i = 0; i < job->header.count; i++) treatment->readers[i].guarded = true;
  for (uint32_t i = 0; i < job->column_count; i++)
    if (job->casters[i]) treatment->readers[job->fields[i]] = (struct reader){job->casters[i], false};
  return open_unread(job, treatment, fates, error);
}

/* -- All of it ----------------------------------------------------------------------------- */

static enum rung_status fill(const struct job *job, struct treatment *treatment, uint8_t *fates,
                             struct rung_error *error) {
  const struct rung_score_options *options = job->options;
  treatment->guards = options->spreadsheet_safe;
  sha256_init(&treatment->salted);
  if (options->salt.length)
    sha256_update(&treatment->salted, options->salt.length, (const uint8_t *)options->salt.bytes);
  enum rung_status status = mark_all(job, fates, error);
  if (!status && options->slim) status = check_slim(job, fates, error);
  if (!status) status = reveal_check(job, fates, error);
  if (status) return status;
  status = open_readers(job, treatment, fates, error);
  if (status) return status;
  treatment->key_hashed = job->key != NONE32 && fates[job->key] == HASHED;
  return make_spans(job, treatment, fates, error);
}

static enum rung_status check_options(const struct rung_score_options *options, struct rung_error *error) {
  if (options->hash_count && !options->salt.bytes)
    return fail(error, RUNG_INVALID, "hashes need a salt, or the word that they are to have none");
  if (options->spreadsheet_safe && options->format == RUNG_JSONL)
    return fail(error, RUNG_INVALID, "no spreadsheet opens JSON as cells, so --spreadsheet-safe is for csv and tsv");
  return RUNG_OK;
}

enum rung_status treatment_new(struct job *job, struct rung_error *error) {
  const struct rung_score_options *options = job->options;
  uint32_t fields = job->header.count;
  enum rung_status status = check_options(options, error);
  if (status || (!options->drop_count && !options->hash_count && !options->spreadsheet_safe)) return status;
  struct treatment *treatment = job->treatment = alloc_array(job->allocator, 1, sizeof *treatment);
  if (!treatment) return fail_memory(error);
  treatment->span_room = fields;
  treatment->spans = alloc_array(job->allocator, fields, sizeof *treatment->spans);
  treatment->readers = alloc_array(job->allocator, fields, sizeof *treatment->readers);
  treatment->reader_count = fields;
  uint8_t *fates = alloc_array(job->allocator, fields, sizeof *fates);
  status = treatment->spans && treatment->readers && fates ? fill(job, treatment, fates, error) : fail_memory(error);
  alloc_free(job->allocator, fates, fields, sizeof *fates);
  return status;
}

void treatment_free(const struct rung_allocator *allocator, struct treatment *treatment) {
  if (!treatment) return;
  alloc_free(allocator, treatment->spans, treatment->span_room, sizeof *treatment->spans);
  alloc_free(allocator, treatment->readers, treatment->reader_count, sizeof *treatment->readers);
  for (size_t i = 0; treatment->unread && i < treatment->unread_count; i++) caster_free(treatment->unread[i]);
  alloc_free(allocator, treatment->unread, treatment->unread_count, sizeof *treatment->unread);
  alloc_free(allocator, treatment, 1, sizeof *treatment);
}

/* -- Hashes ---------------------------------------------------------------------------------- */

static bool is_line_end(char byte) { return byte == '\n' || byte == '\r'; }

static struct rung_text strip(struct rung_text text) {
  size_t before;
  do {
    before = text.length;
    text = text_trim(text);
    if (text.length && is_line_end(text.bytes[0])) text.bytes++, text.length--;
    if (text.length && is_line_end(text.bytes[text.length - 1])) text.length--;
  } while (text.length < before);
  return text;
}

/* As lower() of the rules.  False: it is not UTF-8. */
static bool update_lower(struct sha256_ctx *hash, struct rung_text text) {
  enum { CHARACTER_MOST = 4 };
  for (size_t at = 0; at < text.length;) {
    int32_t character;
    uint8_t bytes[CHARACTER_MOST];
    at += text_character(text, at, &character);
    if (character < 0) return false;
    utf8proc_ssize_t length = utf8proc_encode_char(utf8proc_tolower(character), bytes);
    sha256_update(hash, (size_t)length, bytes);
  }
  return true;
}

static void add_digest(struct sha256_ctx *hash, struct buffer *out) {
  static const char digits[] = "0123456789abcdef";
  uint8_t digest[SHA256_DIGEST_SIZE];
  char *to = buffer_room(out, 2 * sizeof digest);
  if (!to) return;
  sha256_digest(hash, sizeof digest, digest);
  for (size_t i = 0; i < sizeof digest; i++) *to++ = digits[digest[i] >> 4], *to++ = digits[digest[i] & 15];
  out->length += 2 * sizeof digest;
}

static struct rung_text unguard(struct rung_text value) {
  bool guarded = value.length > 1 && value.bytes[0] == '\'' && memchr("=+-@", value.bytes[1], 4);
  return guarded ? (struct rung_text){value.bytes + 1, value.length - 1} : value;
}

bool treat_hash(const struct job *job, uint32_t field, struct rung_text value, struct buffer *out) {
  struct sha256_ctx hash = job->treatment->salted;
  const struct reader *reader = &job->treatment->readers[field];
  if (reader->guarded) value = unguard(strip(value));
  value = reader->caster ? strip(cast_view(reader->caster, value)) : value;
  if (value.length == 0 || dialect_is_missing(job->dialect, value)) return true;
  if (memchr(value.bytes, '@', value.length)) {
    if (!update_lower(&hash, value)) return false;
  } else {
    if (!text_is_utf8(value)) return false;
    sha256_update(&hash, value.length, (const uint8_t *)value.bytes);
  }
  add_digest(&hash, out);
  return true;
}
