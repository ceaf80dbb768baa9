/* join_parts.h - a join's insides: join.c finds the record of a key, join_batch.c sorts rows, join_states.c keeps the
   states in the records, join_distinct.c the values that were seen. */
#ifndef RUNG_JOIN_PARTS_H
#define RUNG_JOIN_PARTS_H

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "decimal.h"
#include "hash_index.h"
#include "join.h"
#include "kept.h"

/* -- Records: one for each slot, its states behind it ------------------------------------------- */

/* Short keys stand in the record itself; of long ones a pointer does, behind the first four bytes. */
enum { KEY_POINTER = 4, KEY_INLINE = 12 };
struct join_key {
  uint32_t length;
  char start[KEY_INLINE];
};

struct record {
  struct join_key key;
  uint64_t rows;
  uint64_t place;     /* of the first */
  uint64_t present[]; /* bitmap of aggregates: there is a value */
};

/* -- Values seen ------------------------------------------------------------------------------------ */

struct pair {
  int64_t value;
  uint32_t entry; /* NONE32: free */
};

/* Open addressing, at most three quarters full. */
struct pair_set {
  struct pair *pairs;
  size_t size, used;
  unsigned shift;
};

/* Different texts have different numbers. */
struct text_numbers {
  struct hash_index index;
  struct rung_text *texts;
  size_t count, room;
  struct heap bytes;
};

/* -- The join ---------------------------------------------------------------------------------------- */

struct join_aggregate {
  uint32_t number;                 /* in the program's aggregates */
  enum aggregate function;
  enum rung_type type;             /* of the register for the result */
  enum rung_type value_type, order_type;
  uint32_t value, order, where;    /* registers of the stage, or NONE32 */
  size_t state;                    /* offset in a record; where the result stands once finished */
};

/* What a shard has of an aggregate besides the states. */
struct shard_aggregate {
  uint64_t faults;
  struct pair_set pairs;           /* of DISTINCT */
};

enum { CHUNK_RECORDS = 1024 };

/* A slot of the join is the shard's entry and, in the lowest bits, the shard's number. */
struct shard {
  struct hash_index index;         /* of entries by key */
  char **chunks;                   /* of CHUNK_RECORDS records each */
  size_t chunk_count, chunk_room;
  struct shard_aggregate *aggregates;
  struct heap texts;               /* long keys and states */
  struct text_numbers numbers;     /* of texts that DISTINCT has seen */
  uint64_t rows, rows_without_key;
};

struct join {
  struct rung_allocator allocator;
  uint64_t seed;
  size_t record_size;
  struct join_aggregate *aggregates;
  size_t aggregate_count;
  bool one_row;                    /* of a key at most */
  struct shard shards[JOIN_SHARDS];
  size_t concluded;                /* shards */
  uint64_t *marks;                 /* bitmap of slots, once finished */
  size_t mark_count;
};

/* A shard's rows are added in parts of PART_ROWS. */
enum { PART_ROWS = 1024 };

struct join_batch {
  struct join *join;
  size_t room;
  struct join_input *inputs;
  const struct join_input *given;  /* `inputs`, or the caller's */
  uint64_t *row_hashes;            /* by row */
  /* Rows with a key by shard, each shard's in their order. */
  uint32_t *rows;
  uint64_t *hashes;
  struct rung_text *keys;
  size_t begins[JOIN_SHARDS + 1];
  size_t without_key;

  /* The part, and of its rows those that count for an aggregate, and what they bring. */
  struct shard *shard;
  const uint32_t *part;
  size_t part_rows;
  uint32_t entries[PART_ROWS];
  char *records[PART_ROWS];
  size_t chosen_count;
  uint16_t chosen[PART_ROWS];
  int64_t values[PART_ROWS], orders[PART_ROWS];
};

static inline uint64_t join_hash(const struct join *join, struct rung_text key) {
  return XXH3_64bits_withSeed(key.bytes, key.length, join->seed);
}

/* By other bits than those that make the tag. */
static inline size_t shard_of(uint64_t hash) { return hash % JOIN_SHARDS; }

static inline char *record_at(const struct join *join, const struct shard *shard, size_t entry) {
  return shard->chunks[entry / CHUNK_RECORDS] + entry % CHUNK_RECORDS * join->record_size;
}

/* A chosen row's text. */
static inline struct rung_text chosen_text(const struct join_batch *batch, const struct vec *texts, size_t chosen) {
  return texts->data.text[batch->part[batch->chosen[chosen]] * texts->stride];
}

/* -- join_states.c -- */

size_t state_size(enum aggregate function, enum rung_type value_type);
/* Adds the part to an aggregate's states.  False when memory is out. */
bool states_add(struct join_batch *batch, size_t aggregate);
void states_finish(const struct join *join, struct shard *shard, size_t aggregate);
void states_fill(const struct join *join, size_t aggregate, const uint32_t *slots, size_t rows, struct vec *out);

/* -- join_distinct.c -- */

/* Adds 1 to the state of each chosen row that brings its key a new value.  False when memory is out. */
bool distinct_add(struct join_batch *batch, size_t aggregate);
/* Numbers for the texts of the chosen rows, in batch->values. */
bool distinct_number(struct join_batch *batch, const struct vec *texts);
void distinct_free(const struct join *join, struct shard *shard);

#endif
