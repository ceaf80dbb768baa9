/* program.c - load a program: from bytes of anybody to verified tables. */
#include "program.h"

#include "checksum.h"
#include "io.h"
#include "limits.h"
#include "loaded.h"
#include "session.h"
#include "text.h"
#include "verify.h"

/* Bytes of a record in the file. */
enum { SIZE_U32 = 4, SIZE_I64 = 8, SIZE_STR = 8 };
#define RECORD_BEGIN(record) enum { FILE_SIZE_##record = 0
#define FIELD(record, kind, name) + SIZE_##kind
#define RECORD_END(record) };
#include "records.def"

static const size_t record_sizes[SECTION_COUNT] = {
#define RECORD_BEGIN(record) FILE_SIZE_##record,
#define FIELD(record, kind, name)
#define RECORD_END(record)
#include "records.def"
    1,
};

struct section_entry {
  uint64_t offset, count;
};

struct decoder {
  rung_program *program;
  struct section_entry sections[SECTION_COUNT];
  struct rung_text strings;
  struct rung_error *error;
};

struct cursor {
  const unsigned char *at;
  struct rung_text strings;
};

static uint32_t get_u32(const void *bytes) {
  const unsigned char *b = bytes;
  return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static uint64_t get_u64(const void *bytes) {
  return get_u32(bytes) | (uint64_t)get_u32((const char *)bytes + 4) << 32;
}

static bool read_U32(struct cursor *cursor, uint32_t *out) {
  *out = get_u32(cursor->at);
  cursor->at += SIZE_U32;
  return true;
}

static bool read_I64(struct cursor *cursor, int64_t *out) {
  *out = (int64_t)get_u64(cursor->at);
  cursor->at += SIZE_I64;
  return true;
}

static bool read_STR(struct cursor *cursor, struct rung_text *out) {
  uint32_t offset = get_u32(cursor->at), length = get_u32(cursor->at + 4);
  cursor->at += SIZE_STR;
  if (offset > cursor->strings.length || length > cursor->strings.length - offset) return false;
  *out = (struct rung_text){cursor->strings.bytes + offset, length};
  return true;
}

#define RECORD_BEGIN(record) \
  static bool read_##record(struct cursor *cursor, struct prog_##record *out) { return true
#define FIELD(record, kind, name) && read_##kind(cursor, &out->name)
#define RECORD_END(record) ; }
#include "records.def"

static enum rung_status bad_string(struct decoder *decoder, enum section section, size_t i) {
  return fail(decoder->error, RUNG_INVALID,
              "the program is corrupt: a text of record %zu in section %s lies outside the strings", i,
              section_names[section]);
}

/* The count was checked against the file's size, so that what is allocated is bounded by what was handed in. */
#define RECORD_BEGIN(record)                                                                         \
  static enum rung_status decode_##record(struct decoder *decoder) {                                 \
    const struct section_entry *entry = &decoder->sections[SECTION_##record];                        \
    struct program_tables *tables = &decoder->program->tables;                                       \
    size_t count = (size_t)entry->count;                                                             \
    tables->record##s = alloc_array(&decoder->program->allocator, count, sizeof *tables->record##s); \
    if (!tables->record##s) return fail_memory(decoder->error);                                      \
    tables->record##_count = count;                                                                  \
    struct cursor cursor = {(unsigned char *)decoder->program->bytes + entry->offset, decoder->strings}; \
    for (size_t i = 0; i < count; i++)                                                               \
      if (!read_##record(&cursor, &tables->record##s[i])) return bad_string(decoder, SECTION_##record, i); \
    return RUNG_OK;                                                                                  \
  }
#define FIELD(record, kind, name)
#define RECORD_END(record)
#include "records.def"

static enum rung_status (*const decoders[SECTION_STRINGS])(struct decoder *) = {
#define RECORD_BEGIN(record) decode_##record,
#define FIELD(record, kind, name)
#define RECORD_END(record)
#include "records.def"
};

/* -- The header -------------------------------------------------------------------- */

enum { MAGIC_NAME = 5 }; /* bytes of the magic that a transfer in text mode keeps */

bool rung_is_program(const void *bytes, size_t size) {
  return size > 0 && memcmp(bytes, PROGRAM_MAGIC, size < MAGIC_NAME ? size : MAGIC_NAME) == 0;
}

static enum rung_status check_magic(const char *bytes, size_t size, struct rung_error *error) {
  if (size == 0) return fail(error, RUNG_INVALID, "the program is empty");
  if (!rung_is_program(bytes, size)) {
    size_t looked = size < 4096 ? size : 4096;
    if (memchr(bytes, 0, looked)) return fail(error, RUNG_INVALID, "this is not a compiled Rung program");
    return fail(error, RUNG_INVALID, "this is text, not a compiled program; compile the rules first");
  }
  if (size >= 8 && memcmp(bytes, PROGRAM_MAGIC, 8) != 0)
    return fail(error, RUNG_INVALID, "the program was damaged by a transfer in text mode: line ends were changed");
  if (size < PROGRAM_HEADER_SIZE)
    return fail(error, RUNG_INVALID, "the program is cut short: it has %zu bytes, its header alone %d", size,
                PROGRAM_HEADER_SIZE);
  return RUNG_OK;
}

static enum rung_status check_version(uint32_t version, struct rung_error *error) {
  uint32_t swapped = __builtin_bswap32(version);
  if (version > UINT16_MAX && swapped >= 1 && swapped <= UINT16_MAX)
    return fail(error, RUNG_INVALID, "the program was written in the other byte order, not by this library");
  if (version > RUNG_FORMAT_VERSION)
    return fail(error, RUNG_INVALID, "the program has format %u, newer than %d, the newest this library knows; compile "
                "its rules with this version, or take a newer one", version, RUNG_FORMAT_VERSION);
  if (version < RUNG_FORMAT_OLDEST)
    return fail(error, RUNG_INVALID, "the program has format %u, older than %d, the oldest this library loads; compile "
                "its rules again", version, RUNG_FORMAT_OLDEST);
  return RUNG_OK;
}

static enum rung_status check_header(const char *bytes, size_t size, struct rung_error *error) {
  enum rung_status status = check_magic(bytes, size, error);
  if (status == RUNG_OK) status = check_version(get_u32(bytes + 8), error);
  if (status != RUNG_OK) return status;
  uint64_t wanted = get_u64(bytes + 16);
  if (wanted > size)
    return fail(error, RUNG_INVALID, "the program is cut short: it has %zu of %llu bytes", size,
                (unsigned long long)wanted);
  if (wanted < size)
    return fail(error, RUNG_INVALID, "the program has %llu bytes after its end", (unsigned long long)(size - wanted));
  if (size > LIMIT_PROGRAM)
    return fail(error, RUNG_INVALID, "the program has %zu bytes; at most %d are allowed", size, LIMIT_PROGRAM);
  if (program_checksum(bytes, size) != get_u64(bytes + PROGRAM_CHECKSUM_AT))
    return fail(error, RUNG_INVALID, "the program is corrupt: its checksum does not fit");
  if (get_u32(bytes + 12) != 0) return fail(error, RUNG_INVALID, "the program is corrupt: its header has unknown bits");
  return RUNG_OK;
}

/* Sections follow each other, so that they cannot overlap. */
static enum rung_status read_sections(struct decoder *decoder) {
  const char *bytes = decoder->program->bytes;
  uint64_t size = decoder->program->size, end = PROGRAM_HEADER_SIZE + (uint64_t)SECTION_COUNT * SECTION_ENTRY_SIZE;
  uint32_t count = get_u32(bytes + 36);
  if (count != SECTION_COUNT)
    return fail(decoder->error, RUNG_INVALID, "the program is corrupt: it has %u sections instead of %d", count,
                SECTION_COUNT);
  if (end > size) return fail(decoder->error, RUNG_INVALID, "the program is corrupt: no room for the section table");
  for (int i = 0; i < SECTION_COUNT; i++) {
    const char *entry = bytes + PROGRAM_HEADER_SIZE + (size_t)i * SECTION_ENTRY_SIZE;
    uint64_t offset = get_u64(entry), records = get_u64(entry + 8);
    if (offset % 8 != 0 || offset < end || offset > size)
      return fail(decoder->error, RUNG_INVALID, "the program is corrupt: section %s begins at a wrong place",
                  section_names[i]);
    if (records > (size - offset) / record_sizes[i] || records >= NONE32)
      return fail(decoder->error, RUNG_INVALID, "the program is corrupt: section %s is larger than the file",
                  section_names[i]);
    end = offset + records * record_sizes[i];
    decoder->sections[i] = (struct section_entry){offset, records};
  }
  const struct section_entry *strings = &decoder->sections[SECTION_STRINGS];
  decoder->strings = (struct rung_text){bytes + strings->offset, (size_t)strings->count};
  return RUNG_OK;
}

/* -- Loading ------------------------------------------------------------------------ */

static enum rung_status decode(rung_program *program, struct rung_error *error) {
  struct decoder decoder = {.program = program, .error = error};
  enum rung_status status = read_sections(&decoder);
  for (int i = 0; i < SECTION_STRINGS && status == RUNG_OK; i++) status = decoders[i](&decoder);
  program->tables.filter = get_u32(program->bytes + 32);
  return status;
}

static enum rung_status build_sets(rung_program *program, struct rung_error *error) {
  const struct program_tables *tables = &program->tables;
  program->sets = alloc_array(&program->allocator, tables->set_count, sizeof *program->sets);
  if (!program->sets) return fail_memory(error);
  for (size_t i = 0; i < tables->set_count; i++)
    if (!set_build(&program->sets[i], tables, &tables->sets[i], program->hash, &program->allocator))
      return fail_memory(error);
  return RUNG_OK;
}

static enum rung_status build_regexes(rung_program *program, struct rung_error *error) {
  const struct program_tables *tables = &program->tables;
  program->regexes = alloc_array(&program->allocator, tables->regex_count, sizeof *program->regexes);
  if (!program->regexes) return fail_memory(error);
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < tables->regex_count && status == RUNG_OK; i++)
    status = regex_compile(tables->regexs[i].pattern, &program->allocator, &program->regexes[i], error);
  return status;
}

enum rung_status rung_program_load(const void *bytes, size_t size, const struct rung_allocator *allocator,
                                   rung_program **program, struct rung_error *error) {
  *program = NULL;
  enum rung_status status = check_header(bytes, size, error);
  if (status != RUNG_OK) return status;
  rung_program *made = alloc_array(allocator, 1, sizeof *made);
  if (!made) return fail_memory(error);
  made->allocator = alloc_resolve(allocator);
  made->bytes = alloc_resize(allocator, NULL, 0, size, 1);
  if (!made->bytes) {
    rung_program_free(made);
    return fail_memory(error);
  }
  made->size = size;
  memcpy(made->bytes, bytes, size);
  made->hash = XXH3_64bits(made->bytes, size);
  status = decode(made, error);
  if (status == RUNG_OK) status = verify(&made->tables, &made->allocator, error);
  if (status == RUNG_OK) status = build_sets(made, error);
  if (status == RUNG_OK) status = build_regexes(made, error);
  if (status == RUNG_OK) *program = made;
  else rung_program_free(made);
  return status;
}

void rung_program_free(rung_program *program) {
  if (!program) return;
  const struct rung_allocator allocator = program->allocator;
  struct program_tables *tables = &program->tables;
  for (size_t i = 0; program->sets && i < tables->set_count; i++) set_free(&program->sets[i], &allocator);
  for (size_t i = 0; program->regexes && i < tables->regex_count; i++) regex_free(program->regexes[i]);
  alloc_free(&allocator, program->sets, tables->set_count, sizeof *program->sets);
  alloc_free(&allocator, program->regexes, tables->regex_count, sizeof(struct regex *));
#define RECORD_BEGIN(record) \
  alloc_free(&allocator, tables->record##s, tables->record##_count, sizeof *tables->record##s);
#define FIELD(record, kind, name)
#define RECORD_END(record)
#include "records.def"
  alloc_free(&allocator, program->bytes, program->size, 1);
  alloc_free(&allocator, program, 1, sizeof *program);
}

const struct program_tables *program_tables(const rung_program *program) { return &program->tables; }

const struct rung_allocator *program_allocator(const rung_program *program) { return &program->allocator; }

uint64_t rung_program_hash(const rung_program *program) { return program->hash; }
