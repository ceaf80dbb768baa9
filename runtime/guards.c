/* guards.c - what must hold of the whole run: count it batch by batch, then compare, exactly. */
#include "decimal.h"
#include "score.h"
#include "text.h"

enum { KEYS_SHOWN = 5 };

struct guard_state {
  uint64_t yes;               /* rows where the value is true; of ALWAYS those where it is not */
  uint64_t of;                /* rows that a share is of */
  sum128 sum;
  uint64_t summands;          /* that are not 0 */
  struct rung_text keys[KEYS_SHOWN]; /* ascending: the smallest of the rows behind it */
  size_t rooms[KEYS_SHOWN];   /* of their bytes */
  size_t key_count;
  struct rung_guard_result result;
};

struct guards {
  const struct program_tables *tables;
  const struct rung_allocator *allocator;
  struct guard_state *states;
};

enum rung_status guards_new(const struct program_tables *tables, const struct rung_allocator *allocator,
                            struct guards **result, struct rung_error *error) {
  if (tables->guard_count == 0) return RUNG_OK;
  struct guards *guards = alloc_array(allocator, 1, sizeof *guards);
  if (!guards) return fail_memory(error);
  *guards = (struct guards){tables, allocator, alloc_array(allocator, tables->guard_count, sizeof *guards->states)};
  *result = guards;
  if (guards->states) return RUNG_OK;
  guards_free(guards);
  *result = NULL;
  return fail_memory(error);
}

void guards_free(struct guards *guards) {
  if (!guards) return;
  for (size_t i = 0; guards->states && i < guards->tables->guard_count; i++) {
    struct guard_state *state = &guards->states[i];
    for (size_t k = 0; k < KEYS_SHOWN; k++)
      if (state->rooms[k]) alloc_free(guards->allocator, (void *)(uintptr_t)state->keys[k].bytes, state->rooms[k], 1);
  }
  alloc_free(guards->allocator, guards->states, guards->tables->guard_count, sizeof *guards->states);
  alloc_free(guards->allocator, guards, 1, sizeof *guards);
}

/* -- Counting ----------------------------------------------------------------------------- */

/* Puts a copy of `key` at `place`, in the memory of the last one, which falls out; a new one has none. */
static bool insert_key(const struct rung_allocator *allocator, struct guard_state *state, size_t place,
                       struct rung_text key) {
  size_t last = state->key_count < KEYS_SHOWN ? state->key_count : KEYS_SHOWN - 1, room = state->rooms[last];
  char *bytes = room ? (char *)(uintptr_t)state->keys[last].bytes : NULL;
  if (room < key.length || room == 0) {
    bytes = alloc_resize(allocator, bytes, room, key.length + 1, 1);
    if (!bytes) return false;
    room = key.length + 1;
  }
  if (key.length) memcpy(bytes, key.bytes, key.length);
  for (size_t i = last; i > place; i--) state->keys[i] = state->keys[i - 1], state->rooms[i] = state->rooms[i - 1];
  state->keys[place] = (struct rung_text){bytes, key.length};
  state->rooms[place] = room;
  state->key_count = last + 1;
  return true;
}

static bool keep_key(const struct guards *guards, struct guard_state *state, struct rung_text key) {
  size_t place = state->key_count;
  while (place > 0 && text_order(key, state->keys[place - 1]) < 0) place--;
  if (place == KEYS_SHOWN || (place > 0 && text_same(key, state->keys[place - 1]))) return true;
  return insert_key(guards->allocator, state, place, key);
}

/* The rows of a word that the guard is about. */
static uint64_t wanted_rows(const struct prog_guard *guard, const rung_session *session, size_t word, uint64_t rows) {
  const struct vec *value = session_register(session, guard->value);
  if (guard->of != NONE32) rows &= session_register(session, guard->of)->data.bits[word];
  if (guard->function == GUARD_SUM) return rows & value->valid[word];
  return rows & (guard->function == GUARD_ALWAYS ? ~value->data.bits[word] : value->data.bits[word]);
}

static bool count_word(const struct guards *guards, size_t i, const rung_session *session,
                       const struct rung_text *keys, size_t word, uint64_t rows) {
  const struct prog_guard *guard = &guards->tables->guards[i];
  struct guard_state *state = &guards->states[i];
  const struct vec *value = session_register(session, guard->value);
  uint64_t of = guard->of == NONE32 ? rows : rows & session_register(session, guard->of)->data.bits[word];
  uint64_t wanted = wanted_rows(guard, session, word, rows);
  state->of += (uint64_t)__builtin_popcountll(of);
  state->yes += (uint64_t)__builtin_popcountll(wanted);
  for (; wanted; wanted &= wanted - 1) {
    size_t row = word * 64 + (size_t)__builtin_ctzll(wanted);
    int64_t summand = guard->function == GUARD_SUM ? value->data.i64[row * value->stride] : 1;
    if (guard->function == GUARD_SUM) state->sum += summand, state->summands += summand != 0;
    if (keys && summand != 0 && !keep_key(guards, state, keys[row])) return false;
  }
  return true;
}

bool guards_count(struct guards *guards, const rung_session *session, const struct rung_text *keys, size_t rows) {
  for (size_t i = 0; i < guards->tables->guard_count; i++)
    for (size_t w = 0; w < bitmap_words(rows); w++) {
      uint64_t all = rows - w * 64 < 64 ? ((uint64_t)1 << (rows - w * 64)) - 1 : ~(uint64_t)0;
      if (!count_word(guards, i, session, keys, w, all)) return false;
    }
  return true;
}

bool guards_move(struct guards *guards, struct guards *from) {
  for (size_t i = 0; i < guards->tables->guard_count; i++) {
    struct guard_state *state = &guards->states[i], *other = &from->states[i];
    state->yes += other->yes;
    state->of += other->of;
    state->sum += other->sum;
    state->summands += other->summands;
    for (size_t k = 0; k < other->key_count; k++)
      if (!keep_key(guards, state, other->keys[k])) return false;
    other->yes = other->of = other->summands = 0;
    other->sum = 0;
    other->key_count = 0;
  }
  return true;
}

/* -- Judging ----------------------------------------------------------------------------------- */

static bool compare(enum comparison comparison, __int128 a, __int128 b) {
  switch (comparison) {
    case COMPARE_EQ: return a == b;
    case COMPARE_NE: return a != b;
    case COMPARE_LT: return a < b;
    case COMPARE_LE: return a <= b;
    case COMPARE_GT: return a > b;
    case COMPARE_GE: return a >= b;
  }
  return false;
}

/* Rounded down, but up where that would seem to be the limit itself. */
static int64_t shown_share(const struct guard_state *state, int64_t limit) {
  __int128 millionths = (__int128)state->yes * DECIMAL_ONE;
  if (state->of == 0) return 0;
  int64_t share = (int64_t)(millionths / state->of);
  return share == limit && millionths % state->of != 0 ? share + 1 : share;
}

static struct rung_value count_value(uint64_t count) {
  return (struct rung_value){.type = RUNG_INTEGER, .present = true, .as.integer = (int64_t)count};
}

/* Both sides are multiplied by what the value would be divided by. */
static void compare_limit(const struct prog_guard *guard, struct guard_state *state, const struct vec *limit) {
  struct rung_guard_result *result = &state->result;
  int64_t most = limit->data.i64[0];
  __int128 value = (__int128)state->yes * DECIMAL_ONE, against = most;
  if (guard->function == GUARD_SUM) {
    result->value = (struct rung_value){.type = (enum rung_type)guard->type};
    result->value.present = fits_int64(state->sum, &result->value.as.integer);
    value = guard->type == RUNG_INTEGER ? state->sum * DECIMAL_ONE : state->sum;
  } else if (guard->function == GUARD_COUNT) {
    result->value = count_value(state->yes);
  } else {
    result->value = (struct rung_value){.type = RUNG_NUMBER, .present = true, .as.integer = shown_share(state, most)};
    if (state->of > 0) against *= state->of;
  }
  result->held = compare((enum comparison)guard->comparison, value, against);
}

static void judge_guard(const struct prog_guard *guard, struct guard_state *state, const rung_session *session,
                        bool first_run) {
  struct rung_guard_result *result = &state->result;
  const struct vec *limit = guard->limit == NONE32 ? NULL : session_register(session, guard->limit);
  bool nobody = guard->function == GUARD_CHANGE && state->of == 0;
  *result = (struct rung_guard_result){.judged = true, .summands = state->summands};
  if (limit && bitmap_get(limit->valid, 0))
    result->limit = (struct rung_value){.type = RUNG_NUMBER, .present = true, .as.integer = limit->data.i64[0]};
  if (nobody && first_run) {
    *result = (struct rung_guard_result){.held = true};
  } else if (!limit) {
    result->value = count_value(state->yes);
    result->held = state->yes == 0;
  } else if (!nobody && result->limit.present) {
    compare_limit(guard, state, limit);
  }
  if (result->held) return;
  result->keys = state->keys;
  result->key_count = state->key_count;
}

void guards_judge(struct guards *guards, const rung_session *session, bool first_run) {
  for (size_t i = 0; i < guards->tables->guard_count; i++)
    judge_guard(&guards->tables->guards[i], &guards->states[i], session, first_run);
}

size_t guards_broken(const struct guards *guards) {
  size_t broken = 0;
  for (size_t i = 0; guards && i < guards->tables->guard_count; i++) broken += !guards->states[i].result.held;
  return broken;
}

struct rung_guard_result guards_result(const struct guards *guards, size_t i) { return guards->states[i].result; }
