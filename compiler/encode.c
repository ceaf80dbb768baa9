/* encode.c - writes the tables of a program as the bytes of its file. */
#include "ir.h"

#include <string.h>

#include "checksum.h"
#include "limits.h"

/* Bytes of each kind of field, and of each record. */
enum { SIZE_U32 = 4, SIZE_I64 = 8, SIZE_STR = 8 };
#define RECORD_BEGIN(record) enum { SIZE_##record = 0
#define FIELD(record, kind, name) + SIZE_##kind
#define RECORD_END(record) };
#include "records.def"

struct bytes {
  unsigned char *at;
  size_t count, room;
};

struct encoder {
  struct arena *arena;      /* for the table of strings */
  struct bytes file, heap;
  struct table strings;
  struct rung_text *texts;  /* each once, with its place in the heap */
  uint32_t *offsets;
  uint32_t text_count, text_room, offset_room;
  bool failed, too_large;
};

/* -- Bytes -------------------------------------------------------------------------- */

static void *resize(struct encoder *encoder, void *block, size_t old, size_t size) {
  const struct rung_allocator *allocator = &encoder->arena->allocator;
  return allocator->resize(allocator->context, block, old, size);
}

/* Room for `count` more bytes, or NULL. */
static unsigned char *extend(struct encoder *encoder, struct bytes *bytes, size_t count) {
  if (count > LIMIT_PROGRAM - bytes->count) encoder->too_large = true;
  if (encoder->too_large || encoder->failed) return NULL;
  size_t least = bytes->count + count, room = bytes->room ? bytes->room : 4096;
  while (room < least) room *= 2;
  if (room > bytes->room) {
    void *grown = resize(encoder, bytes->at, bytes->room, room);
    encoder->failed = !grown;
    if (!grown) return NULL;
    bytes->at = grown;
    bytes->room = room;
  }
  unsigned char *out = bytes->at + bytes->count;
  bytes->count = least;
  return out;
}

static void set_little(unsigned char *out, uint64_t value, int size) {
  for (int i = 0; out && i < size; i++, value >>= 8) out[i] = (unsigned char)value;
}

static void put_U32(struct encoder *encoder, uint32_t value) {
  set_little(extend(encoder, &encoder->file, SIZE_U32), value, SIZE_U32);
}

static void put_I64(struct encoder *encoder, int64_t value) {
  set_little(extend(encoder, &encoder->file, SIZE_I64), (uint64_t)value, SIZE_I64);
}

/* -- The heap of strings ---------------------------------------------------------------- */

static bool same_text(const void *context, uint32_t index, const void *key) {
  return text_equal(((const struct encoder *)context)->texts[index], *(const struct rung_text *)key);
}

static uint32_t add_text(struct encoder *encoder, uint32_t hash, struct rung_text text) {
  struct rung_text *texts =
      arena_grow(encoder->arena, encoder->texts, encoder->text_count, &encoder->text_room, sizeof *texts);
  uint32_t *offsets =
      arena_grow(encoder->arena, encoder->offsets, encoder->text_count, &encoder->offset_room, sizeof *offsets);
  uint32_t offset = (uint32_t)encoder->heap.count;
  unsigned char *out = extend(encoder, &encoder->heap, text.length);
  if (!texts || !offsets || !out || !table_add(&encoder->strings, encoder->arena, hash, encoder->text_count)) {
    encoder->failed |= !encoder->too_large;
    return 0;
  }
  memcpy(out, text.bytes, text.length);
  encoder->texts = texts;
  encoder->offsets = offsets;
  texts[encoder->text_count] = text;
  offsets[encoder->text_count++] = offset;
  return offset;
}

static void put_STR(struct encoder *encoder, struct rung_text text) {
  uint32_t offset = 0;
  if (text.length > LIMIT_PROGRAM) encoder->too_large = true;
  if (text.length > 0 && !encoder->too_large) {
    uint32_t hash = table_hash(text.bytes, text.length);
    uint32_t found = table_find(&encoder->strings, hash, same_text, encoder, &text);
    offset = found == TABLE_NONE ? add_text(encoder, hash, text) : encoder->offsets[found];
  }
  put_U32(encoder, offset);
  put_U32(encoder, (uint32_t)text.length);
}

/* -- Sections ------------------------------------------------------------------------------ */

#define RECORD_BEGIN(record) static void put_##record(struct encoder *encoder, const struct prog_##record *in) {
#define FIELD(record, kind, name) put_##kind(encoder, in->name);
#define RECORD_END(record) }
#include "records.def"

static void begin_section(struct encoder *encoder, enum section section, uint64_t count) {
  static const unsigned char zeros[8];
  size_t gap = (8 - encoder->file.count % 8) % 8;
  unsigned char *padding = extend(encoder, &encoder->file, gap);
  if (!padding) return;
  memcpy(padding, zeros, gap);
  unsigned char *entry = encoder->file.at + PROGRAM_HEADER_SIZE + (size_t)section * SECTION_ENTRY_SIZE;
  set_little(entry, encoder->file.count, 8);
  set_little(entry + 8, count, 8);
}

#define RECORD_BEGIN(record)                                                                            \
  static void put_##record##s(struct encoder *encoder, const struct program_tables *tables) {           \
    begin_section(encoder, SECTION_##record, tables->record##_count);                                   \
    for (size_t i = 0; i < tables->record##_count; i++) put_##record(encoder, &tables->record##s[i]);   \
  }
#define FIELD(record, kind, name)
#define RECORD_END(record)
#include "records.def"

static void put_sections(struct encoder *encoder, const struct program_tables *tables) {
#define RECORD_BEGIN(record) put_##record##s(encoder, tables);
#define FIELD(record, kind, name)
#define RECORD_END(record)
#include "records.def"
  begin_section(encoder, SECTION_STRINGS, encoder->heap.count);
  unsigned char *strings = extend(encoder, &encoder->file, encoder->heap.count);
  if (strings && encoder->heap.count > 0) memcpy(strings, encoder->heap.at, encoder->heap.count);
}

/* The header, by the drawing in program.h. */
static void put_header(struct encoder *encoder, const struct program_tables *tables) {
  unsigned char *header = encoder->file.at;
  memcpy(header, PROGRAM_MAGIC, 8);
  set_little(header + 8, RUNG_FORMAT_VERSION, 4);
  set_little(header + 12, 0, 4);
  set_little(header + 16, encoder->file.count, 8);
  set_little(header + 32, tables->filter, 4);
  set_little(header + 36, SECTION_COUNT, 4);
  set_little(header + PROGRAM_CHECKSUM_AT, program_checksum(header, encoder->file.count), 8);
}

enum encoding encode(const struct program_tables *tables, struct arena *arena, struct rung_text *bytes) {
  struct encoder encoder = {.arena = arena};
  *bytes = (struct rung_text){0};
  unsigned char *table = extend(&encoder, &encoder.file, PROGRAM_HEADER_SIZE + SECTION_COUNT * SECTION_ENTRY_SIZE);
  if (table) {
    put_sections(&encoder, tables);
    if (!encoder.failed && !encoder.too_large) put_header(&encoder, tables);
  }
  resize(&encoder, encoder.heap.at, encoder.heap.room, 0);
  if (!encoder.failed && !encoder.too_large) {
    void *fitted = resize(&encoder, encoder.file.at, encoder.file.room, encoder.file.count);
    encoder.failed = !fitted;
    if (fitted) *bytes = (struct rung_text){fitted, encoder.file.count};
  }
  if (!bytes->bytes) resize(&encoder, encoder.file.at, encoder.file.room, 0);
  return encoder.too_large ? ENCODE_TOO_LARGE : encoder.failed ? ENCODE_NO_MEMORY : ENCODE_DONE;
}
