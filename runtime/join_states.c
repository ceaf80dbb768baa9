/* join_states.c - what a join keeps of each key for each aggregate, and what becomes of it. */
#include <string.h>

#include "decimal.h"
#include "join_parts.h"
#include "text.h"

enum { EMPTY_ZERO, EMPTY_NO, EMPTY_MISSING };

/* A state begins with the result, or with what it is made of. */
struct average { sum128 sum; int64_t count; };
struct latest_value { int64_t value, order; };
struct latest_text { struct kept_text text; int64_t order; };

static bool is_text(enum rung_type type) { return type == RUNG_TEXT || type == RUNG_LIST; }

size_t state_size(enum aggregate function, enum rung_type value_type) {
  switch (function) {
    case AGGREGATE_ANY: return 0;
    case AGGREGATE_SUM: return sizeof(sum128);
    case AGGREGATE_AVERAGE: return sizeof(struct average);
    case AGGREGATE_LATEST: return is_text(value_type) ? sizeof(struct latest_text) : sizeof(struct latest_value);
    case AGGREGATE_ONLY: return is_text(value_type) ? sizeof(struct kept_text) : sizeof(int64_t);
    default: return sizeof(int64_t);
  }
}

/* -- Rows that count --------------------------------------------------------------------------------------- */

/* Keeps those of the chosen rows that have a bit. */
static void keep(struct join_batch *batch, const uint64_t *bits) {
  size_t count = 0;
  for (size_t i = 0; i < batch->chosen_count; i++) {
    batch->chosen[count] = batch->chosen[i];
    count += bitmap_get(bits, batch->part[batch->chosen[i]]);
  }
  batch->chosen_count = count;
}

/* A flag's value bit is 0 where it is missing. */
static void choose(struct join_batch *batch, const struct join_input *input) {
  for (size_t i = 0; i < batch->part_rows; i++) batch->chosen[i] = (uint16_t)i;
  batch->chosen_count = batch->part_rows;
  if (input->where) keep(batch, input->where->data.bits);
  if (input->value) keep(batch, input->value->valid);
  if (input->order) keep(batch, input->order->valid);
}

/* The chosen rows' values, whatever their type, in an int64 that keeps their order. */
static void gather(const struct join_batch *batch, const struct vec *from, enum rung_type type, int64_t *values) {
#define GATHER(value)                                                         \
  for (size_t i = 0; i < batch->chosen_count; i++) {                          \
    size_t row = batch->part[batch->chosen[i]];                               \
    values[i] = (value);                                                      \
  }
  switch (type) {
    case RUNG_FLAG: GATHER(bitmap_get(from->data.bits, row)) break;
    case RUNG_DATE: GATHER(from->data.i32[row * from->stride]) break;
    default: GATHER(from->data.i64[row * from->stride]) break;
  }
#undef GATHER
}

#define EACH_CHOSEN(i) for (size_t i = 0; i < batch->chosen_count; i++)
#define STATE(type, i) \
  ((type *)(void *)(batch->records[batch->chosen[i]] + batch->join->aggregates[aggregate].state))

/* The chosen row's record has a value now; true when it had one before. */
static bool had_value(const struct join_batch *batch, size_t aggregate, size_t i) {
  uint64_t *present = ((struct record *)(void *)batch->records[batch->chosen[i]])->present;
  bool before = bitmap_get(present, aggregate);
  bitmap_set(present, aggregate);
  return before;
}

/* -- Adding the chosen rows ---------------------------------------------------------------------------------- */

static void add_extreme(const struct join_batch *batch, size_t aggregate, bool greatest) {
  EACH_CHOSEN(i) {
    int64_t *state = STATE(int64_t, i), value = batch->values[i];
    if (!had_value(batch, aggregate, i) || (greatest ? value > *state : value < *state)) *state = value;
  }
}

static void add_latest(const struct join_batch *batch, size_t aggregate) {
  EACH_CHOSEN(i) {
    struct latest_value *state = STATE(struct latest_value, i), new = {batch->values[i], batch->orders[i]};
    if (!had_value(batch, aggregate, i) || new.order > state->order ||
        (new.order == state->order && new.value > state->value))
      *state = new;
  }
}

static bool add_latest_text(const struct join_batch *batch, size_t aggregate, const struct vec *texts) {
  EACH_CHOSEN(i) {
    struct latest_text *state = STATE(struct latest_text, i);
    struct rung_text new = chosen_text(batch, texts, i);
    bool later = !had_value(batch, aggregate, i) || batch->orders[i] > state->order ||
                 (batch->orders[i] == state->order && text_order(new, kept_view(&state->text)) > 0);
    if (!later) continue;
    if (!kept_set(&state->text, new, &batch->shard->texts)) return false;
    state->order = batch->orders[i];
  }
  return true;
}

static bool add_only_text(const struct join_batch *batch, size_t aggregate, const struct vec *texts) {
  EACH_CHOSEN(i) {
    had_value(batch, aggregate, i);
    if (!kept_set(STATE(struct kept_text, i), chosen_text(batch, texts, i), &batch->shard->texts)) return false;
  }
  return true;
}

bool states_add(struct join_batch *batch, size_t aggregate) {
  const struct join_aggregate *kind = &batch->join->aggregates[aggregate];
  const struct join_input *input = &batch->given[aggregate];
  bool text = input->value && is_text(kind->value_type);
  choose(batch, input);
  if (input->value && !text) gather(batch, input->value, kind->value_type, batch->values);
  if (input->order) gather(batch, input->order, kind->order_type, batch->orders);
  switch (kind->function) {
    case AGGREGATE_COUNT: EACH_CHOSEN(i) ++*STATE(int64_t, i); break;
    case AGGREGATE_ANY: EACH_CHOSEN(i) had_value(batch, aggregate, i); break;
    case AGGREGATE_SUM: EACH_CHOSEN(i) *STATE(sum128, i) += batch->values[i]; break;
    case AGGREGATE_AVERAGE:
      EACH_CHOSEN(i) STATE(struct average, i)->sum += batch->values[i], STATE(struct average, i)->count++;
      break;
    case AGGREGATE_MIN: add_extreme(batch, aggregate, false); break;
    case AGGREGATE_MAX: add_extreme(batch, aggregate, true); break;
    case AGGREGATE_DISTINCT: return (!text || distinct_number(batch, input->value)) && distinct_add(batch, aggregate);
    case AGGREGATE_LATEST:
      if (text) return add_latest_text(batch, aggregate, input->value);
      add_latest(batch, aggregate);
      break;
    case AGGREGATE_ONLY:
      if (text) return add_only_text(batch, aggregate, input->value);
      EACH_CHOSEN(i) had_value(batch, aggregate, i), *STATE(int64_t, i) = batch->values[i];
      break;
    case AGGREGATE_COUNT_OF: break;
  }
  return true;
}

/* -- Results ---------------------------------------------------------------------------------------------------- */

/* What a sum and a count come to; false when there is no result, a fault when rows had one. */
static bool conclude(const struct join_aggregate *kind, const char *state, int64_t *result, uint64_t *faults) {
  if (kind->function == AGGREGATE_SUM) {
    sum128 sum = *(const sum128 *)(const void *)state;
    if (fits_int64(sum, result)) return true;
    ++*faults;
    return false;
  }
  struct average average = *(const struct average *)(const void *)state;
  if (average.count == 0) return false;
  if (kind->value_type == RUNG_INTEGER) average.sum *= DECIMAL_ONE;
  if (fits_int64(divide_rounded(average.sum, average.count), result)) return true;
  ++*faults;
  return false;
}

void states_finish(const struct join *join, struct shard *shard, size_t aggregate) {
  const struct join_aggregate *kind = &join->aggregates[aggregate];
  bool concludes = kind->function == AGGREGATE_SUM || kind->function == AGGREGATE_AVERAGE;
  bool counts = kind->function == AGGREGATE_COUNT || kind->function == AGGREGATE_DISTINCT;
  for (size_t entry = 0; (concludes || counts) && entry < shard->index.used; entry++) {
    char *at = record_at(join, shard, entry), *state = at + kind->state;
    struct record *record = (struct record *)(void *)at;
    int64_t result = 0;
    if (counts) bitmap_set(record->present, aggregate);
    else if (conclude(kind, state, &result, &shard->aggregates[aggregate].faults)) {
      bitmap_set(record->present, aggregate);
      memcpy(state, &result, sizeof result);
    }
  }
}

/* What a key without any row gets. */
static const uint8_t empty_results[] = {
#define AGGREGATE(id, name, value, order, result, empty, gives) EMPTY_##empty,
#include "aggregates.def"
#undef AGGREGATE
};

static void write_result(const char *state, enum rung_type type, struct vec *out, size_t row) {
  switch (type) {
    case RUNG_FLAG: if (*(const int64_t *)(const void *)state) bitmap_set(out->data.bits, row); break;
    case RUNG_DATE: out->data.i32[row] = (int32_t)*(const int64_t *)(const void *)state; break;
    case RUNG_TEXT: case RUNG_LIST:
      out->data.text[row] = kept_view((const struct kept_text *)(const void *)state);
      break;
    default: out->data.i64[row] = *(const int64_t *)(const void *)state; break;
  }
}

static const char *record_of_slot(const struct join *join, uint32_t slot) {
  return slot == NONE32 ? NULL : record_at(join, &join->shards[slot % JOIN_SHARDS], slot / JOIN_SHARDS);
}

void states_fill(const struct join *join, size_t aggregate, const uint32_t *slots, size_t rows, struct vec *out) {
  const struct join_aggregate *kind = &join->aggregates[aggregate];
  uint8_t empty = empty_results[kind->function];
  memset(out->valid, empty == EMPTY_NO ? 0xff : 0, bitmap_words(rows) * sizeof *out->valid);
  if (kind->type == RUNG_FLAG) memset(out->data.bits, 0, bitmap_words(rows) * sizeof *out->data.bits);
  for (size_t i = 0; i < rows; i++) {
    const char *record = record_of_slot(join, slots[i]);
    bool present = record && bitmap_get(((const struct record *)(const void *)record)->present, aggregate);
    if (kind->function == AGGREGATE_ANY) {
      if (present) bitmap_set(out->data.bits, i);
    } else if (present) {
      write_result(record + kind->state, kind->type, out, i);
      bitmap_set(out->valid, i);
    } else if (!record && empty == EMPTY_ZERO) {
      out->data.i64[i] = 0;
      bitmap_set(out->valid, i);
    }
  }
}
