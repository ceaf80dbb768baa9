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

/* A flag's value bit is 0 where it is missing. */
static void choose(struct join *join, const struct join_input *input) {
  size_t count = 0;
  for (size_t w = 0; w < bitmap_words(join->part_rows); w++) {
    size_t from = join->first / 64 + w;
    uint64_t rows = join->keyed[w];
    if (input->where) rows &= input->where->data.bits[from];
    if (input->value) rows &= input->value->valid[from];
    if (input->order) rows &= input->order->valid[from];
    for (; rows; rows &= rows - 1) join->chosen[count++] = (uint16_t)(w * 64 + (size_t)__builtin_ctzll(rows));
  }
  join->chosen_count = count;
}

/* The chosen rows' values, whatever their type, in an int64 that keeps their order. */
static void gather(const struct join *join, const struct vec *from, enum rung_type type, int64_t *values) {
#define GATHER(value)                                                         \
  for (size_t i = 0; i < join->chosen_count; i++) {                           \
    size_t row = join->first + join->chosen[i];                               \
    values[i] = (value);                                                      \
  }
  switch (type) {
    case RUNG_FLAG: GATHER(bitmap_get(from->data.bits, row)) break;
    case RUNG_DATE: GATHER(from->data.i32[row * from->stride]) break;
    default: GATHER(from->data.i64[row * from->stride]) break;
  }
#undef GATHER
}

#define EACH_CHOSEN(i) for (size_t i = 0; i < join->chosen_count; i++)
#define STATE(type, i) ((type *)(void *)(join->records[join->chosen[i]] + aggregate->state))

static size_t bit_of(const struct join *join, const struct join_aggregate *aggregate) {
  return (size_t)(aggregate - join->aggregates);
}

/* The chosen row's record has a value now; true when it had one before. */
static bool had_value(const struct join *join, const struct join_aggregate *aggregate, size_t i) {
  uint64_t *present = ((struct record *)(void *)join->records[join->chosen[i]])->present;
  bool before = bitmap_get(present, bit_of(join, aggregate));
  bitmap_set(present, bit_of(join, aggregate));
  return before;
}

/* -- Adding the chosen rows ---------------------------------------------------------------------------------- */

static void add_extreme(struct join *join, const struct join_aggregate *aggregate, bool greatest) {
  EACH_CHOSEN(i) {
    int64_t *state = STATE(int64_t, i), value = join->values[i];
    if (!had_value(join, aggregate, i) || (greatest ? value > *state : value < *state)) *state = value;
  }
}

static void add_latest(struct join *join, const struct join_aggregate *aggregate) {
  EACH_CHOSEN(i) {
    struct latest_value *state = STATE(struct latest_value, i), new = {join->values[i], join->orders[i]};
    if (!had_value(join, aggregate, i) || new.order > state->order ||
        (new.order == state->order && new.value > state->value))
      *state = new;
  }
}

static bool add_latest_text(struct join *join, const struct join_aggregate *aggregate, const struct vec *texts) {
  EACH_CHOSEN(i) {
    struct latest_text *state = STATE(struct latest_text, i);
    struct rung_text new = texts->data.text[(join->first + join->chosen[i]) * texts->stride];
    bool later = !had_value(join, aggregate, i) || join->orders[i] > state->order ||
                 (join->orders[i] == state->order && text_order(new, kept_view(&state->text)) > 0);
    if (!later) continue;
    if (!kept_set(&state->text, new, &join->texts)) return false;
    state->order = join->orders[i];
  }
  return true;
}

static bool add_only_text(struct join *join, const struct join_aggregate *aggregate, const struct vec *texts) {
  EACH_CHOSEN(i) {
    had_value(join, aggregate, i);
    struct rung_text text = texts->data.text[(join->first + join->chosen[i]) * texts->stride];
    if (!kept_set(STATE(struct kept_text, i), text, &join->texts)) return false;
  }
  return true;
}

bool states_add(struct join *join, struct join_aggregate *aggregate, const struct join_input *input) {
  bool text = input->value && is_text(aggregate->value_type);
  choose(join, input);
  if (input->value && !text) gather(join, input->value, aggregate->value_type, join->values);
  if (input->order) gather(join, input->order, aggregate->order_type, join->orders);
  switch (aggregate->function) {
    case AGGREGATE_COUNT: EACH_CHOSEN(i) ++*STATE(int64_t, i); break;
    case AGGREGATE_ANY: EACH_CHOSEN(i) had_value(join, aggregate, i); break;
    case AGGREGATE_SUM: EACH_CHOSEN(i) *STATE(sum128, i) += join->values[i]; break;
    case AGGREGATE_AVERAGE:
      EACH_CHOSEN(i) STATE(struct average, i)->sum += join->values[i], STATE(struct average, i)->count++;
      break;
    case AGGREGATE_MIN: add_extreme(join, aggregate, false); break;
    case AGGREGATE_MAX: add_extreme(join, aggregate, true); break;
    case AGGREGATE_DISTINCT: return (!text || distinct_number(join, input->value)) && distinct_add(join, aggregate);
    case AGGREGATE_LATEST:
      if (text) return add_latest_text(join, aggregate, input->value);
      add_latest(join, aggregate);
      break;
    case AGGREGATE_ONLY:
      if (text) return add_only_text(join, aggregate, input->value);
      EACH_CHOSEN(i) had_value(join, aggregate, i), *STATE(int64_t, i) = join->values[i];
      break;
    case AGGREGATE_COUNT_OF: break;
  }
  return true;
}

/* -- Results ---------------------------------------------------------------------------------------------------- */

/* What a sum and a count come to; false when there is no result, a fault when rows had one. */
static bool conclude(struct join_aggregate *aggregate, const char *state, int64_t *result) {
  if (aggregate->function == AGGREGATE_SUM) {
    sum128 sum = *(const sum128 *)(const void *)state;
    if (fits_int64(sum, result)) return true;
    aggregate->faults++;
    return false;
  }
  struct average average = *(const struct average *)(const void *)state;
  if (average.count == 0) return false;
  if (aggregate->value_type == RUNG_INTEGER) average.sum *= DECIMAL_ONE;
  if (fits_int64(divide_rounded(average.sum, average.count), result)) return true;
  aggregate->faults++;
  return false;
}

void states_finish(struct join *join, struct join_aggregate *aggregate) {
  size_t bit = bit_of(join, aggregate);
  bool concludes = aggregate->function == AGGREGATE_SUM || aggregate->function == AGGREGATE_AVERAGE;
  bool counts = aggregate->function == AGGREGATE_COUNT || aggregate->function == AGGREGATE_DISTINCT;
  for (size_t slot = 0; (concludes || counts) && slot < join->index.used; slot++) {
    struct record *record = (struct record *)(void *)record_at(join, slot);
    char *state = record_at(join, slot) + aggregate->state;
    int64_t result = 0;
    if (counts) bitmap_set(record->present, bit);
    else if (conclude(aggregate, state, &result)) {
      bitmap_set(record->present, bit);
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

void states_fill(const struct join *join, const struct join_aggregate *aggregate, const uint32_t *slots, size_t rows,
                 struct vec *out) {
  size_t bit = bit_of(join, aggregate);
  uint8_t empty = empty_results[aggregate->function];
  memset(out->valid, empty == EMPTY_NO ? 0xff : 0, bitmap_words(rows) * sizeof *out->valid);
  if (aggregate->type == RUNG_FLAG) memset(out->data.bits, 0, bitmap_words(rows) * sizeof *out->data.bits);
  for (size_t i = 0; i < rows; i++) {
    const char *record = slots[i] == NONE32 ? NULL : record_at(join, slots[i]);
    bool present = record && bitmap_get(((const struct record *)(const void *)record)->present, bit);
    if (aggregate->function == AGGREGATE_ANY) {
      if (present) bitmap_set(out->data.bits, i);
    } else if (present) {
      write_result(record + aggregate->state, aggregate->type, out, i);
      bitmap_set(out->valid, i);
    } else if (!record && empty == EMPTY_ZERO) {
      out->data.i64[i] = 0;
      bitmap_set(out->valid, i);
    }
  }
}
