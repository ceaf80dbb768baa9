/* join.c - gathers the rows of a related table by key: from key to slot to record.

   Looking up a key of millions is waiting for memory.  So the rows of a part go through it in steps, each of which asks
   for what the next one reads: all hashes, then all slots of the index, then all records, then all states. */
#include "join.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "io.h"
#include "join_parts.h"
#include "loaded.h"
#include "text.h"

/* -- Life ---------------------------------------------------------------------------------------------- */

static enum rung_type register_type_of(const struct program_tables *tables, const struct prog_stage *stage,
                                       uint32_t reg) {
  return reg == NONE32 ? RUNG_FLAG : (enum rung_type)tables->regs[stage->first_reg + reg].type;
}

/* The record: its head, a bit for each aggregate, their states. */
static void lay_out(struct join *join, const struct program_tables *tables, uint32_t stage) {
  const struct prog_stage *record = &tables->stages[stage];
  struct join_aggregate *next = join->aggregates;
  join->record_size = sizeof(struct record) + bitmap_words(join->aggregate_count) * sizeof(uint64_t);
  for (uint32_t i = 0; i < tables->aggregate_count; i++) {
    const struct prog_aggregate *from = &tables->aggregates[i];
    if (from->stage != stage) continue;
    *next = (struct join_aggregate){.number = i, .function = (enum aggregate)from->function,
                                    .type = register_type(from->type), .value = from->value, .order = from->order,
                                    .where = from->where, .state = join->record_size,
                                    .value_type = register_type_of(tables, record, from->value),
                                    .order_type = register_type_of(tables, record, from->order)};
    join->record_size += state_size(next->function, next->value_type);
    join->one_row = join->one_row || next->function == AGGREGATE_ONLY;
    next++;
  }
}

enum rung_status join_new(const struct program_tables *tables, uint32_t stage, const struct rung_allocator *allocator,
                          struct join **join, struct rung_error *error) {
  struct join *made = alloc_array(allocator, 1, sizeof *made);
  *join = NULL;
  if (!made) return fail_memory(error);
  made->allocator = alloc_resolve(allocator);
  made->seed = (uintptr_t)made; /* hard to foresee for who chooses the keys */
  made->texts.allocator = made->numbers.bytes.allocator = &made->allocator;
  for (size_t i = 0; i < tables->aggregate_count; i++) made->aggregate_count += tables->aggregates[i].stage == stage;
  made->aggregates = alloc_array(allocator, made->aggregate_count, sizeof *made->aggregates);
  made->inputs = alloc_array(allocator, made->aggregate_count, sizeof *made->inputs);
  if (!made->aggregates || !made->inputs) {
    join_free(made);
    return fail_memory(error);
  }
  made->one_row = tables->tables[tables->stages[stage].table].kind == TABLE_PREVIOUS;
  lay_out(made, tables, stage);
  *join = made;
  return RUNG_OK;
}

void join_free(struct join *join) {
  if (!join) return;
  struct rung_allocator allocator = join->allocator;
  if (join->aggregates) distinct_free(join);
  for (size_t i = 0; i < join->chunk_count; i++)
    alloc_free(&allocator, join->chunks[i], CHUNK_RECORDS, join->record_size);
  alloc_free(&allocator, join->marks, bitmap_words(join->index.used), sizeof *join->marks);
  hash_index_free(&join->index, &allocator);
  heap_free(&join->texts);
  alloc_free(&allocator, join->chunks, join->chunk_room, sizeof *join->chunks);
  alloc_free(&allocator, join->inputs, join->aggregate_count, sizeof *join->inputs);
  alloc_free(&allocator, join->aggregates, join->aggregate_count, sizeof *join->aggregates);
  alloc_free(&allocator, join, 1, sizeof *join);
}

/* -- Keys ------------------------------------------------------------------------------------------------ */

static inline struct rung_text key_text(const struct join_key *key) {
  const char *bytes = key->start;
  if (key->length > KEY_INLINE) memcpy(&bytes, key->start + KEY_POINTER, sizeof bytes);
  return (struct rung_text){bytes, key->length};
}

static bool keep_key(struct join *join, struct join_key *key, struct rung_text text) {
  char *bytes = key->start;
  if (text.length > UINT32_MAX) return false;
  key->length = (uint32_t)text.length;
  if (text.length > KEY_INLINE) {
    bytes = heap_room(&join->texts, text.length);
    if (!bytes) return false;
    heap_keep(&join->texts, text.length);
    memcpy(key->start + KEY_POINTER, &bytes, sizeof bytes);
  }
  memcpy(bytes, text.bytes, text.length);
  return true;
}

static inline const struct join_key *slot_key(const struct join *join, uint32_t slot) {
  return &((const struct record *)(const void *)record_at(join, slot))->key;
}

static inline uint32_t tag_of(const struct join *join, struct rung_text key) {
  return hash_tag(XXH3_64bits_withSeed(key.bytes, key.length, join->seed));
}

/* The slot of the index that holds the key, or the free one where it would stand. */
static inline struct hash_slot *find(const struct join *join, struct rung_text key, uint32_t tag) {
  struct hash_slot *slot = hash_index_first(&join->index, tag);
  while (slot->entry != NONE32 && !text_same(key_text(slot_key(join, slot->entry)), key))
    slot = hash_index_next(&join->index, slot);
  return slot;
}

static void prefetch_record(const struct join *join, uint32_t tag) {
  uint32_t slot = hash_index_first(&join->index, tag)->entry;
  if (slot == NONE32) return;
  const char *record = record_at(join, slot);
  for (size_t at = 0; at < join->record_size; at += 64) __builtin_prefetch(record + at, 1);
}

static void prefetch_long_key(const struct join *join, struct rung_text key, uint32_t tag) {
  uint32_t slot = key.length > KEY_INLINE ? hash_index_first(&join->index, tag)->entry : NONE32;
  if (slot != NONE32) __builtin_prefetch(key_text(slot_key(join, slot)).bytes);
}

/* The steps before finding: hashes to `tags`, and asks for everything that finding reads.  An empty key has any tag. */
static void approach(const struct join *join, const struct rung_text *keys, size_t rows, uint32_t *tags) {
  for (size_t i = 0; i < rows; i++) {
    tags[i] = tag_of(join, keys[i]);
    hash_index_prefetch(&join->index, tags[i]);
  }
  for (size_t i = 0; i < rows; i++) prefetch_record(join, tags[i]);
  for (size_t i = 0; i < rows; i++) prefetch_long_key(join, keys[i], tags[i]);
}

/* -- Adding ------------------------------------------------------------------------------------------------ */

static bool new_chunk(struct join *join) {
  if (join->chunk_count == join->chunk_room) {
    size_t room = join->chunk_room ? 2 * join->chunk_room : 16;
    char **chunks = alloc_resize(&join->allocator, join->chunks, join->chunk_room, room, sizeof *chunks);
    if (!chunks) return false;
    join->chunks = chunks;
    join->chunk_room = room;
  }
  char *chunk = alloc_resize(&join->allocator, NULL, 0, CHUNK_RECORDS, join->record_size);
  if (chunk) join->chunks[join->chunk_count++] = chunk;
  return chunk != NULL;
}

/* A record of zeros is one without any row. */
static bool add_key(struct join *join, struct hash_slot *at, struct rung_text key, uint32_t tag) {
  uint32_t slot = (uint32_t)join->index.used;
  if (slot / CHUNK_RECORDS == join->chunk_count && !new_chunk(join)) return false;
  struct record *record = (struct record *)(void *)record_at(join, slot);
  memset(record, 0, join->record_size);
  if (!keep_key(join, &record->key, key)) return false;
  *at = (struct hash_slot){tag, slot};
  join->index.used++;
  return true;
}

/* Fills slots and records of the part. */
static enum rung_status find_part(struct join *join, const struct rung_text *keys, size_t *duplicate,
                                  struct rung_error *error) {
  if (!hash_index_reserve(&join->index, join->part_rows, &join->allocator)) return fail_memory(error);
  approach(join, keys, join->part_rows, join->tags);
  memset(join->keyed, 0, sizeof join->keyed);
  for (size_t i = 0; i < join->part_rows; i++) {
    if (keys[i].length == 0) {
      join->rows_without_key++;
      continue;
    }
    struct hash_slot *at = find(join, keys[i], join->tags[i]);
    bool known = at->entry != NONE32;
    if (!known && !add_key(join, at, keys[i], join->tags[i])) return fail_memory(error);
    if (known && join->one_row) {
      *duplicate = join->first + i;
      return fail(error, RUNG_BAD_DATA, "there are two rows with the key \"%.*s\"", TEXT_FORMAT(keys[i]));
    }
    bitmap_set(join->keyed, i);
    join->slots[i] = at->entry;
    join->records[i] = record_at(join, at->entry);
    ((struct record *)(void *)join->records[i])->rows++;
  }
  join->rows += join->part_rows;
  return RUNG_OK;
}

enum rung_status join_add_inputs(struct join *join, const struct join_input *inputs, const struct rung_text *keys,
                                 size_t rows, size_t *duplicate, struct rung_error *error) {
  for (join->first = 0; join->first < rows; join->first += PART_ROWS) {
    join->part_rows = rows - join->first < PART_ROWS ? rows - join->first : PART_ROWS;
    enum rung_status status = find_part(join, keys + join->first, duplicate, error);
    for (size_t i = 0; !status && i < join->aggregate_count; i++)
      if (!states_add(join, &join->aggregates[i], &inputs[i])) status = fail_memory(error);
    if (status) return status;
  }
  return RUNG_OK;
}

static const struct vec *input_of(const rung_session *session, uint32_t reg) {
  return reg == NONE32 ? NULL : session_register(session, reg);
}

enum rung_status join_add(struct join *join, const rung_session *session, const struct rung_text *keys, size_t rows,
                          size_t *duplicate, struct rung_error *error) {
  for (size_t i = 0; i < join->aggregate_count; i++) {
    const struct join_aggregate *aggregate = &join->aggregates[i];
    join->inputs[i] = (struct join_input){input_of(session, aggregate->value), input_of(session, aggregate->order),
                                          input_of(session, aggregate->where)};
  }
  return join_add_inputs(join, join->inputs, keys, rows, duplicate, error);
}

enum rung_status join_finish(struct join *join, struct rung_error *error) {
  join->marks = alloc_array(&join->allocator, bitmap_words(join->index.used), sizeof *join->marks);
  if (!join->marks) return fail_memory(error);
  distinct_free(join);
  for (size_t i = 0; i < join->aggregate_count; i++) states_finish(join, &join->aggregates[i]);
  return RUNG_OK;
}

/* -- Reading --------------------------------------------------------------------------------------------------- */

static uint32_t find_slot(const struct join *join, struct rung_text key, uint32_t tag) {
  return key.length ? find(join, key, tag)->entry : NONE32;
}

uint32_t join_find(const struct join *join, struct rung_text key) {
  return join->index.used ? find_slot(join, key, tag_of(join, key)) : NONE32;
}

void join_find_rows(const struct join *join, const struct rung_text *keys, size_t rows, uint32_t *slots) {
  uint32_t tags[PART_ROWS];
  memset(slots, 0xff, rows * sizeof *slots);
  for (size_t first = 0, count; join->index.used && first < rows; first += count) {
    count = rows - first < PART_ROWS ? rows - first : PART_ROWS;
    approach(join, keys + first, count, tags);
    for (size_t i = 0; i < count; i++) slots[first + i] = find_slot(join, keys[first + i], tags[i]);
  }
}

static const struct join_aggregate *aggregate_of(const struct join *join, uint32_t number) {
  for (size_t i = 0; i < join->aggregate_count; i++)
    if (join->aggregates[i].number == number) return &join->aggregates[i];
  return NULL;
}

void join_fill(const struct join *join, uint32_t aggregate, const uint32_t *slots, size_t rows, struct vec *out) {
  states_fill(join, aggregate_of(join, aggregate), slots, rows, out);
}

/* Most marks stand already, and reading them does not take the line from other threads. */
void join_mark(struct join *join, const uint32_t *slots, size_t rows) {
  for (size_t i = 0; i < rows; i++) {
    if (slots[i] == NONE32) continue;
    uint64_t *word = &join->marks[slots[i] / 64], bit = (uint64_t)1 << slots[i] % 64;
    if (!(__atomic_load_n(word, __ATOMIC_RELAXED) & bit)) __atomic_fetch_or(word, bit, __ATOMIC_RELAXED);
  }
}

size_t join_keys(const struct join *join) { return join->index.used; }
struct rung_text join_key(const struct join *join, size_t slot) { return key_text(slot_key(join, (uint32_t)slot)); }
uint64_t join_rows(const struct join *join) { return join->rows; }
uint64_t join_rows_without_key(const struct join *join) { return join->rows_without_key; }
uint64_t join_faults(const struct join *join, uint32_t aggregate) { return aggregate_of(join, aggregate)->faults; }

uint64_t join_rows_unmatched(const struct join *join) {
  uint64_t rows = 0;
  for (size_t slot = 0; slot < join->index.used; slot++)
    if (!bitmap_get(join->marks, slot)) rows += ((const struct record *)(const void *)record_at(join, slot))->rows;
  return rows;
}
