/* mutate.c - changes a program file where it counts, by records.def's own word of what is where. */
#include "mutate.h"

#include "checksum.h"
#include "fuzz.h"
#include "loaded.h"

enum field_kind { KIND_U32, KIND_I64, KIND_STR };
enum { FIELD_SIZE_U32 = 4, FIELD_SIZE_I64 = 8, FIELD_SIZE_STR = 8 };

struct field {
  enum section section;
  enum field_kind kind;
  const char *name;
};

static const struct field fields[] = {
#define RECORD_BEGIN(record)
#define FIELD(record, kind, name) {SECTION_##record, KIND_##kind, #record "." #name},
#define RECORD_END(record)
#include "records.def"
};
enum { FIELD_COUNT = sizeof fields / sizeof *fields };

static const size_t record_sizes[SECTION_COUNT] = {
#define RECORD_BEGIN(record) [SECTION_##record] = 0
#define FIELD(record, kind, name) + FIELD_SIZE_##kind
#define RECORD_END(record) ,
#include "records.def"
    [SECTION_STRINGS] = 1,
};

static size_t field_size(enum field_kind kind) { return kind == KIND_U32 ? FIELD_SIZE_U32 : FIELD_SIZE_I64; }

static size_t field_offset(size_t field) {
  size_t offset = 0;
  for (size_t i = 0; i < field; i++)
    if (fields[i].section == fields[field].section) offset += field_size(fields[i].kind);
  return offset;
}

static uint64_t get(const uint8_t *at, size_t size) {
  uint64_t value = 0;
  for (size_t i = 0; i < size; i++) value |= (uint64_t)at[i] << 8 * i;
  return value;
}

static void put(uint8_t *at, size_t size, uint64_t value) {
  for (size_t i = 0; i < size; i++) at[i] = (uint8_t)(value >> 8 * i);
}

void program_seal(uint8_t *bytes, size_t size) {
  if (size < PROGRAM_HEADER_SIZE) return;
  put(bytes + 16, 8, size);
  put(bytes + PROGRAM_CHECKSUM_AT, 8, program_checksum(bytes, size));
}

/* -- What is where in these bytes -------------------------------------------------------------- */

struct part {
  uint8_t *at;              /* of the section's first record */
  size_t count;             /* whole records inside the bytes */
};

static uint8_t *section_entry(uint8_t *bytes, enum section section) {
  return bytes + PROGRAM_HEADER_SIZE + (size_t)section * SECTION_ENTRY_SIZE;
}

static struct part find_part(uint8_t *bytes, size_t size, enum section section) {
  uint64_t offset = get(section_entry(bytes, section), 8), count = get(section_entry(bytes, section) + 8, 8);
  if (offset > size) return (struct part){bytes, 0};
  size_t room = (size - (size_t)offset) / record_sizes[section];
  return (struct part){bytes + offset, count < room ? (size_t)count : room};
}

/* -- Changes -------------------------------------------------------------------------------------- */

/* One near it, one of a small table, or one that no table reaches. */
static uint64_t other_value(uint64_t value, size_t size, size_t records, uint64_t *random) {
  static const uint64_t extremes[] = {0, 1, UINT32_MAX, UINT32_MAX - 1, INT32_MAX, 1u << 31, INT64_MAX, 1ull << 63};
  switch (below(random, 6)) {
  case 0: return value + 1;
  case 1: return value - 1;
  case 2: return value ^ 1ull << below(random, size * 8);
  case 3: return extremes[below(random, sizeof extremes / sizeof *extremes)];
  case 4: return below(random, 12);
  default: return below(random, records * 2);
  }
}

/* The place of a text, its length, or both. */
static uint64_t other_text(uint64_t value, size_t records, uint64_t *random) {
  uint64_t place = value & UINT32_MAX, length = value >> 32;
  size_t which = below(random, 3);
  if (which != 1) place = other_value(place, 4, records, random) & UINT32_MAX;
  if (which != 0) length = other_value(length, 4, records, random) & UINT32_MAX;
  return place | length << 32;
}

static bool same_operands(enum opcode a, enum opcode b) {
  const struct format *x = &formats[a], *y = &formats[b];
  return x->dst == y->dst && memcmp(x->operand, y->operand, sizeof x->operand) == 0 && x->immediate == y->immediate;
}

/* An operation on the same operands, so that what follows it is verified too. */
static void change_opcode(uint8_t *bytes, size_t size, uint64_t *random, char *what, size_t room) {
  struct part part = find_part(bytes, size, SECTION_inst);
  if (part.count == 0) return;
  size_t record = below(random, part.count);
  uint8_t *at = part.at + record * record_sizes[SECTION_inst];
  uint64_t op = get(at, 4), other = below(random, OPCODE_COUNT);
  for (int i = 0; i < 50 && op < OPCODE_COUNT && !same_operands((enum opcode)op, (enum opcode)other); i++)
    other = below(random, OPCODE_COUNT);
  put(at, 4, other);
  (void)snprintf(what, room, "inst %zu: opcode %u instead of %u", record, (unsigned)other, (unsigned)op);
}

static void change_field(uint8_t *bytes, size_t size, uint64_t *random, char *what, size_t room) {
  size_t field = below(random, FIELD_COUNT);
  enum section section = fields[field].section;
  struct part part = find_part(bytes, size, section);
  if (part.count == 0) return;
  size_t record = below(random, part.count), other = below(random, part.count), offset = field_offset(field);
  uint8_t *at = part.at + record * record_sizes[section] + offset;
  size_t width = field_size(fields[field].kind);
  uint64_t value = get(at, width);
  if (below(random, 3) == 0) value = get(part.at + other * record_sizes[section] + offset, width);
  else if (fields[field].kind == KIND_STR) value = other_text(value, part.count, random);
  else value = other_value(value, width, part.count, random);
  put(at, width, value);
  (void)snprintf(what, room, "%s of record %zu: %llx", fields[field].name, record, (unsigned long long)value);
}

/* A record instead of another, or two in each other's place. */
static void change_records(uint8_t *bytes, size_t size, uint64_t *random, char *what, size_t room) {
  enum section section = (enum section)below(random, SECTION_STRINGS);
  struct part part = find_part(bytes, size, section);
  if (part.count < 2) return;
  size_t width = record_sizes[section], a = below(random, part.count), b = below(random, part.count);
  bool swap = below(random, 2);
  uint8_t kept[256];
  memcpy(kept, part.at + a * width, width);
  memmove(part.at + a * width, part.at + b * width, width);
  if (swap) memcpy(part.at + b * width, kept, width);
  (void)snprintf(what, room, "%s: record %zu %s %zu", section_names[section], a, swap ? "and" : "becomes", b);
}

/* A section that begins elsewhere, or has more or fewer records. */
static void change_section(uint8_t *bytes, size_t size, uint64_t *random, char *what, size_t room) {
  enum section section = (enum section)below(random, SECTION_COUNT);
  uint8_t *entry = section_entry(bytes, section);
  bool count = below(random, 4) > 0;
  uint64_t value = get(entry + (count ? 8 : 0), 8);
  (void)size;
  switch (below(random, 6)) {
  case 0: value = 0; break;
  case 1: value += count ? 1 : 8; break;
  case 2: value -= count ? 1 : 8; break;
  case 3: value = next_random(random); break;
  case 4: value = below(random, value / 2 + 1); break;
  default: value ^= 1ull << below(random, 64);
  }
  put(entry + (count ? 8 : 0), 8, value);
  (void)snprintf(what, room, "%s: %s %llx", section_names[section], count ? "count" : "offset",
                 (unsigned long long)value);
}

static void change_header(uint8_t *bytes, size_t size, uint64_t *random, char *what, size_t room) {
  struct part regs = find_part(bytes, size, SECTION_reg);
  size_t filter = below(random, regs.count + 2);
  put(bytes + 32, 4, filter);
  (void)snprintf(what, room, "filter %zu", filter);
}

static void change_byte(uint8_t *bytes, size_t size, uint64_t *random, char *what, size_t room) {
  struct part strings = find_part(bytes, size, SECTION_STRINGS);
  size_t at = strings.count && below(random, 2) ? (size_t)(strings.at - bytes) + below(random, strings.count)
                                                : PROGRAM_HEADER_SIZE + below(random, size - PROGRAM_HEADER_SIZE);
  bytes[at] = (uint8_t)next_random(random);
  (void)snprintf(what, room, "byte %zu: %02x", at, bytes[at]);
}

void program_mutate(uint8_t *bytes, size_t size, uint64_t *random, char *what, size_t room) {
  if (room) *what = 0;
  if (size <= PROGRAM_HEADER_SIZE + SECTION_COUNT * SECTION_ENTRY_SIZE) return;
  switch (below(random, 12)) {
  case 0: change_records(bytes, size, random, what, room); break;
  case 1: change_section(bytes, size, random, what, room); break;
  case 2: change_header(bytes, size, random, what, room); break;
  case 3: change_byte(bytes, size, random, what, room); break;
  case 4:
  case 5:
  case 6: change_opcode(bytes, size, random, what, room); break;
  default: change_field(bytes, size, random, what, room);
  }
}
