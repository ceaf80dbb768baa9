/* join.c - gathers the rows of a related table by key: from key to slot to record.

   Looking up a key of millions is waiting for memory.  So the rows of a part go through it in steps, each of which asks
   for what the next one reads: all slots of the index, then all records, then all states. */
#include <string.h>

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

static bool make_shards(struct join *join) {
  bool made = true;
  for (size_t s = 0; s < JOIN_SHARDS; s++) {
    struct shard *shard = &join->shards[s];
    shard->texts.allocator = shard->numbers.bytes.allocator = &join->allocator;
    shard->aggregates = alloc_array(&join->allocator, join->aggregate_count, sizeof *shard->aggregates);
    made = made && shard->aggregates;
  }
  return made;
}

enum rung_status join_new(const struct program_tables *tables, uint32_t stage, const struct rung_allocator *allocator,
                          struct join **join, struct rung_error *error) {
  struct join *made = alloc_array(allocator, 1, sizeof *made);
  *join = NULL;
  if (!made) return fail_memory(error);
  made->allocator = alloc_resolve(allocator);
  made->seed = (uintptr_t)made; /* hard to foresee for who chooses the keys */
  for (size_t i = 0; i < tables->aggregate_count; i++) made->aggregate_count += tables->aggregates[i].stage == stage;
  made->aggregates = alloc_array(allocator, made->aggregate_count, sizeof *made->aggregates);
  if (!made->aggregates || !make_shards(made)) {
    join_free(made);
    return fail_memory(error);
  }
  made->one_row = tables->tables[tables->stages[stage].table].kind == TABLE_PREVIOUS;
  lay_out(made, tables, stage);
  *join = made;
  return RUNG_OK;
}

static void free_shard(const struct join *join, struct shard *shard) {
  const struct rung_allocator *allocator = &join->allocator;
  if (shard->aggregates) distinct_free(join, shard);
  for (size_t i = 0; i < shard->chunk_count; i++)
    alloc_free(allocator, shard->chunks[i], CHUNK_RECORDS, join->record_size);
  hash_index_free(&shard->index, allocator);
  heap_free(&shard->texts);
  alloc_free(allocator, shard->chunks, shard->chunk_room, sizeof *shard->chunks);
  alloc_free(allocator, shard->aggregates, join->aggregate_count, sizeof *shard->aggregates);
}

void join_free(struct join *join) {
  if (!join) return;
  struct rung_allocator allocator = join->allocator;
  for (size_t s = 0; s < JOIN_SHARDS; s++) free_shard(join, &join->shards[s]);
  alloc_free(&allocator, join->marks, join->mark_count, sizeof *join->marks);
  alloc_free(&allocator, join->aggregates, join->aggregate_count, sizeof *join->aggregates);
  alloc_free(&allocator, join, 1, sizeof *join);
}

/* -- Keys ------------------------------------------------------------------------------------------------ */

static inline struct rung_text key_text(const struct join_key *key) {
  const char *bytes = key->start;
  if (key->length > KEY_INLINE) memcpy(&bytes, key->start + KEY_POINTER, sizeof bytes);
  return (struct rung_text){bytes, key->length};
}

static bool keep_key(struct heap *texts, struct join_key *key, struct rung_text text) {
  char *bytes = key->start;
  if (text.length > UINT32_MAX) return false;
  key->length = (uint32_t)text.length;
  if (text.length > KEY_INLINE) {
    bytes = heap_room(texts, text.length);
    if (!bytes) return false;
    heap_keep(texts, text.length);
    memcpy(key->start + KEY_POINTER, &bytes, sizeof bytes);
  }
  memcpy(bytes, text.bytes, text.length);
  return true;
}

static inline struct record *record_of(const struct join *join, const struct shard *shard, size_t entry) {
  return (struct record *)(void *)record_at(join, shard, entry);
}

/* The slot of the index that holds the key, or the free one where it would stand. */
static inline struct hash_slot *find(const struct join *join, const struct shard *shard, struct rung_text key,
                                     uint64_t hash) {
  struct hash_slot *slot = hash_index_first(&shard->index, hash_tag(hash));
  while (slot->entry != NONE32 && !text_same(key_text(&record_of(join, shard, slot->entry)->key), key))
    slot = hash_index_next(&shard->index, slot);
  return slot;
}

static void prefetch_slot(const struct shard *shard, uint64_t hash) {
  if (shard->index.size) hash_index_prefetch(&shard->index, hash_tag(hash));
}

/* Where the key's record should be, or NULL. */
static const char *expected(const struct join *join, const struct shard *shard, uint64_t hash) {
  uint32_t entry = shard->index.size ? hash_index_first(&shard->index, hash_tag(hash))->entry : NONE32;
  return entry == NONE32 ? NULL : record_at(join, shard, entry);
}

static void prefetch_record(const struct join *join, const struct shard *shard, uint64_t hash) {
  const char *record = expected(join, shard, hash);
  for (size_t at = 0; record && at < join->record_size; at += 64) __builtin_prefetch(record + at, 1);
}

static void prefetch_long_key(const struct join *join, const struct shard *shard, struct rung_text key,
                              uint64_t hash) {
  const char *record = key.length > KEY_INLINE ? expected(join, shard, hash) : NULL;
  if (record) __builtin_prefetch(key_text(&((const struct record *)(const void *)record)->key).bytes);
}

/* Asks for everything that finding reads. */
static void approach(const struct join *join, const struct rung_text *keys, const uint64_t *hashes, size_t rows) {
  const struct shard *shards = join->shards;
  for (size_t i = 0; i < rows; i++) prefetch_slot(&shards[shard_of(hashes[i])], hashes[i]);
  for (size_t i = 0; i < rows; i++) prefetch_record(join, &shards[shard_of(hashes[i])], hashes[i]);
  for (size_t i = 0; i < rows; i++) prefetch_long_key(join, &shards[shard_of(hashes[i])], keys[i], hashes[i]);
}

/* -- Adding ------------------------------------------------------------------------------------------------ */

static bool new_chunk(const struct join *join, struct shard *shard) {
  if (shard->chunk_count == shard->chunk_room) {
    size_t room = shard->chunk_room ? 2 * shard->chunk_room : 16;
    char **chunks = alloc_resize(&join->allocator, shard->chunks, shard->chunk_room, room, sizeof *chunks);
    if (!chunks) return false;
    shard->chunks = chunks;
    shard->chunk_room = room;
  }
  char *chunk = alloc_resize(&join->allocator, NULL, 0, CHUNK_RECORDS, join->record_size);
  if (chunk) shard->chunks[shard->chunk_count++] = chunk;
  return chunk != NULL;
}

/* A record of zeros is one without any row. */
static bool add_key(const struct join *join, struct shard *shard, struct hash_slot *at, struct rung_text key,
                    uint64_t hash, uint64_t place) {
  uint32_t entry = (uint32_t)shard->index.used;
  if (entry / CHUNK_RECORDS == shard->chunk_count && !new_chunk(join, shard)) return false;
  struct record *record = record_of(join, shard, entry);
  memset(record, 0, join->record_size);
  if (!keep_key(&shard->texts, &record->key, key)) return false;
  record->place = place;
  *at = (struct hash_slot){hash_tag(hash), entry};
  shard->index.used++;
  return true;
}

/* A slot has room for so many. */
static bool has_room(const struct shard *shard, size_t more) {
  return more < NONE32 / JOIN_SHARDS - shard->index.used;
}

/* Fills entries and records of the part. */
static bool find_part(struct join_batch *batch, const struct rung_text *keys, const uint64_t *hashes, uint64_t place,
                      size_t *duplicate) {
  const struct join *join = batch->join;
  struct shard *shard = batch->shard;
  if (!has_room(shard, batch->part_rows) ||
      !hash_index_reserve(&shard->index, batch->part_rows, &join->allocator))
    return false;
  approach(join, keys, hashes, batch->part_rows);
  for (size_t i = 0; i < batch->part_rows; i++) {
    struct hash_slot *at = find(join, shard, keys[i], hashes[i]);
    bool known = at->entry != NONE32;
    if (!known && !add_key(join, shard, at, keys[i], hashes[i], place + batch->part[i])) return false;
    if (known && join->one_row && batch->part[i] < *duplicate) *duplicate = batch->part[i];
    batch->entries[i] = at->entry;
    batch->records[i] = record_at(join, shard, at->entry);
    record_of(join, shard, at->entry)->rows++;
  }
  shard->rows += batch->part_rows;
  return true;
}

enum rung_status join_add(struct join_batch *batch, size_t shard, uint64_t place, size_t *duplicate,
                          struct rung_error *error) {
  bool added = true;
  batch->shard = &batch->join->shards[shard];
  for (size_t first = batch->begins[shard]; first < batch->begins[shard + 1] && added; first += batch->part_rows) {
    size_t left = batch->begins[shard + 1] - first;
    batch->part = batch->rows + first;
    batch->part_rows = left < PART_ROWS ? left : PART_ROWS;
    added = find_part(batch, batch->keys + first, batch->hashes + first, place, duplicate);
    for (size_t i = 0; added && i < batch->join->aggregate_count; i++) added = states_add(batch, i);
  }
  if (shard == 0) batch->shard->rows_without_key += batch->without_key;
  return added ? RUNG_OK : fail_memory(error);
}

void join_conclude(struct join *join) {
  size_t s;
  while ((s = __atomic_fetch_add(&join->concluded, 1, __ATOMIC_RELAXED)) < JOIN_SHARDS) {
    distinct_free(join, &join->shards[s]);
    for (size_t i = 0; i < join->aggregate_count; i++) states_finish(join, &join->shards[s], i);
  }
}

enum rung_status join_finish(struct join *join, struct rung_error *error) {
  size_t most = 0;
  for (size_t s = 0; s < JOIN_SHARDS; s++) most = join->shards[s].index.used > most ? join->shards[s].index.used : most;
  join->mark_count = bitmap_words(most * JOIN_SHARDS);
  join->marks = alloc_array(&join->allocator, join->mark_count, sizeof *join->marks);
  if (!join->marks) return fail_memory(error);
  join_conclude(join);
  return RUNG_OK;
}

/* -- Reading --------------------------------------------------------------------------------------------------- */

static uint32_t find_slot(const struct join *join, struct rung_text key, uint64_t hash) {
  const struct shard *shard = &join->shards[shard_of(hash)];
  uint32_t entry = key.length && shard->index.used ? find(join, shard, key, hash)->entry : NONE32;
  return entry == NONE32 ? NONE32 : entry * JOIN_SHARDS + (uint32_t)shard_of(hash);
}

uint32_t join_find(const struct join *join, struct rung_text key) { return find_slot(join, key, join_hash(join, key)); }

void join_find_rows(const struct join *join, const struct rung_text *keys, size_t rows, uint32_t *slots) {
  uint64_t hashes[PART_ROWS];
  for (size_t first = 0, count; first < rows; first += count) {
    count = rows - first < PART_ROWS ? rows - first : PART_ROWS;
    for (size_t i = 0; i < count; i++) hashes[i] = join_hash(join, keys[first + i]);
    approach(join, keys + first, hashes, count);
    for (size_t i = 0; i < count; i++) slots[first + i] = find_slot(join, keys[first + i], hashes[i]);
  }
}

static size_t aggregate_of(const struct join *join, uint32_t number) {
  size_t i = 0;
  while (join->aggregates[i].number != number) i++;
  return i;
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

/* The entries of each shard stand in that order. */
bool join_next(const struct join *join, struct join_order *order, struct rung_text *key) {
  const struct record *next = NULL;
  size_t from = 0;
  for (size_t s = 0; s < JOIN_SHARDS; s++) {
    const struct shard *shard = &join->shards[s];
    if (order->taken[s] == shard->index.used) continue;
    const struct record *record = record_of(join, shard, order->taken[s]);
    if (!next || record->place < next->place) next = record, from = s;
  }
  if (!next) return false;
  order->taken[from]++;
  *key = key_text(&next->key);
  return true;
}

size_t join_keys(const struct join *join) {
  size_t keys = 0;
  for (size_t s = 0; s < JOIN_SHARDS; s++) keys += join->shards[s].index.used;
  return keys;
}

uint64_t join_rows_without_key(const struct join *join) {
  uint64_t rows = 0;
  for (size_t s = 0; s < JOIN_SHARDS; s++) rows += join->shards[s].rows_without_key;
  return rows;
}

uint64_t join_rows(const struct join *join) {
  uint64_t rows = join_rows_without_key(join);
  for (size_t s = 0; s < JOIN_SHARDS; s++) rows += join->shards[s].rows;
  return rows;
}

uint64_t join_faults(const struct join *join, uint32_t aggregate) {
  uint64_t faults = 0;
  for (size_t s = 0; s < JOIN_SHARDS; s++) faults += join->shards[s].aggregates[aggregate_of(join, aggregate)].faults;
  return faults;
}

uint64_t join_rows_unmatched(const struct join *join) {
  uint64_t rows = 0;
  for (size_t s = 0; s < JOIN_SHARDS; s++)
    for (size_t i = 0; i < join->shards[s].index.used; i++)
      if (!bitmap_get(join->marks, i * JOIN_SHARDS + s)) rows += record_of(join, &join->shards[s], i)->rows;
  return rows;
}
