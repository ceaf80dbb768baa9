/* join_parts.h - a join's insides: join.c finds the record of a key, join_states.c keeps the states in it,
   join_distinct.c the values that were seen. */
#ifndef RUNG_JOIN_PARTS_H
#define RUNG_JOIN_PARTS_H

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
  uint64_t present[]; /* bitmap of aggregates: there is a value */
};

/* -- Values seen ------------------------------------------------------------------------------------ */

struct pair {
  int64_t value;
  uint32_t slot; /* NONE32: free */
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
  uint64_t faults;
  struct pair_set pairs;           /* of DISTINCT */
};

enum { PART_ROWS = 1024, CHUNK_RECORDS = 4096 };

struct join {
  struct rung_allocator allocator;
  uint64_t seed;
  struct hash_index index;         /* of slots by key */
  char **chunks;                   /* of CHUNK_RECORDS records each */
  size_t chunk_count, chunk_room;
  size_t record_size;
  struct join_aggregate *aggregates;
  size_t aggregate_count;
  struct join_input *inputs;       /* for join_add */
  struct heap texts;               /* long keys and states */
  struct text_numbers numbers;     /* of texts that DISTINCT has seen */
  uint64_t *marks;                 /* bitmap of slots, once finished */
  uint64_t rows, rows_without_key;
  bool one_row;                    /* of a key at most */

  /* A batch is added in parts of PART_ROWS. */
  size_t first, part_rows;         /* of the batch */
  uint32_t tags[PART_ROWS];
  uint64_t keyed[PART_ROWS / 64];  /* rows with a key, and of these: */
  uint32_t slots[PART_ROWS];
  char *records[PART_ROWS];

  /* Those of its rows that count for an aggregate, and what they bring. */
  size_t chosen_count;
  uint16_t chosen[PART_ROWS];
  int64_t values[PART_ROWS], orders[PART_ROWS];
};

static inline char *record_at(const struct join *join, size_t slot) {
  return join->chunks[slot / CHUNK_RECORDS] + slot % CHUNK_RECORDS * join->record_size;
}

/* -- join_states.c -- */

size_t state_size(enum aggregate function, enum rung_type value_type);
/* Adds the part to an aggregate's states.  False when memory is out. */
bool states_add(struct join *join, struct join_aggregate *aggregate, const struct join_input *input);
void states_finish(struct join *join, struct join_aggregate *aggregate);
void states_fill(const struct join *join, const struct join_aggregate *aggregate, const uint32_t *slots, size_t rows,
                 struct vec *out);

/* -- join_distinct.c -- */

/* Adds 1 to the state of each chosen row that brings its key a new value.  False when memory is out. */
bool distinct_add(struct join *join, struct join_aggregate *aggregate);
/* Numbers for the texts of the chosen rows, in join->values. */
bool distinct_number(struct join *join, const struct vec *texts);
void distinct_free(struct join *join);

#endif
