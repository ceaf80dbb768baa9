/* repeats.c - which rows repeat the key of an earlier row.

   Exports mostly are in the order of their keys, and a key above all before it is new: it is only put behind them.
   The others are looked for among those, and in a table.  A row is 4 bytes where its key is near the one before, as
   numbers of customers are, else 24, in the table up to 43. */
#include <xxhash.h>

#include "score.h"
#include "swar.h"

/* What tells keys apart.  Of up to 15 bytes it is the key itself behind its length, so that shorter ones come first,
   then those with smaller bytes, as numbers do; of a longer one 120 bits of its hash, behind all short ones: among a
   billion keys two of the same hash are less likely than a broken memory cell (XXH3-128 is no secret, though: whoever
   makes up keys can make two alike).  All zeros is the empty key, which repeats nothing. */
struct code {
  uint64_t high, low;
};

enum { CODE_BYTES = 15, FIRST_ROOM = 1024 };

/* Ascending codes that differ little: the first, and in repeats->steps from `at` on, up to the next run's, how far above
   it the others are. */
struct run {
  struct code code;
  size_t at;
};

struct repeats {
  const struct rung_allocator *allocator;
  struct run *runs;           /* of codes above those of all rows before them */
  size_t run_count, run_room;
  uint32_t *steps;
  size_t step_count, step_room;
  struct code last;           /* of the runs */
  struct code *table;         /* of the others; all zeros: free */
  size_t count, room;         /* room: a power of two, or 0 */
  bool again;
  uint64_t *answers;          /* bit i: row i repeats a key; rows behind them don't */
  size_t answer_words;
  uint64_t row;
};

enum rung_status repeats_new(const struct rung_allocator *allocator, struct repeats **result,
                             struct rung_error *error) {
  *result = alloc_array(allocator, 1, sizeof **result);
  if (!*result) return fail_memory(error);
  (*result)->allocator = allocator;
  return RUNG_OK;
}

static void forget_keys(struct repeats *repeats) {
  alloc_free(repeats->allocator, repeats->runs, repeats->run_room, sizeof *repeats->runs);
  alloc_free(repeats->allocator, repeats->steps, repeats->step_room, sizeof *repeats->steps);
  alloc_free(repeats->allocator, repeats->table, repeats->room, sizeof *repeats->table);
  repeats->runs = NULL;
  repeats->steps = NULL;
  repeats->table = NULL;
  repeats->run_room = repeats->run_count = repeats->step_room = repeats->step_count = 0;
  repeats->room = repeats->count = 0;
}

void repeats_free(struct repeats *repeats) {
  if (!repeats) return;
  forget_keys(repeats);
  alloc_free(repeats->allocator, repeats->answers, repeats->answer_words, sizeof *repeats->answers);
  alloc_free(repeats->allocator, repeats, 1, sizeof *repeats);
}

/* -- Codes ------------------------------------------------------------------------------- */

static uint32_t number_of_four(const char *bytes) {
  const uint8_t *at = (const uint8_t *)bytes;
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Up to 8 bytes as a number, the first being the highest.  The first four and the last may have some in common, which
   then are the same bits twice. */
static uint64_t number_of(const char *bytes, size_t length) {
  if (length >= 4) return (uint64_t)number_of_four(bytes) << 8 * (length - 4) | number_of_four(bytes + length - 4);
  uint64_t number = 0;
  for (size_t i = 0; i < length; i++) number = number << 8 | (uint8_t)bytes[i];
  return number;
}

static struct code code_of(struct rung_text key) {
  if (key.length > CODE_BYTES) {
    XXH128_hash_t hash = XXH3_128bits(key.bytes, key.length);
    return (struct code){hash.high64 | (uint64_t)0xff << 56, hash.low64};
  }
  size_t before = key.length > 8 ? key.length - 8 : 0;
  return (struct code){(uint64_t)key.length << 56 | number_of(key.bytes, before),
                       number_of(key.bytes + before, key.length - before)};
}

static bool is_none(struct code code) { return (code.high | code.low) == 0; }
static bool is_same(struct code a, struct code b) { return a.high == b.high && a.low == b.low; }
static bool is_above(struct code a, struct code b) { return a.high != b.high ? a.high > b.high : a.low > b.low; }

/* How far `code` is above `first`; false where that is no step, being too far or nothing. */
static bool find_step(struct code first, struct code code, uint32_t *step) {
  uint64_t above = code.low - first.low;
  *step = (uint32_t)above;
  return code.high == first.high && code.low > first.low && above <= UINT32_MAX;
}

/* -- Those that came in order ------------------------------------------------------------ */

static bool run_room(struct repeats *repeats) {
  if (repeats->run_count < repeats->run_room) return true;
  size_t room = repeats->run_room ? repeats->run_room * 2 : FIRST_ROOM;
  struct run *runs = alloc_resize(repeats->allocator, repeats->runs, repeats->run_room, room, sizeof *runs);
  if (!runs) return false;
  repeats->runs = runs;
  repeats->run_room = room;
  return true;
}

static bool step_room(struct repeats *repeats, size_t more) {
  size_t room = repeats->step_room ? repeats->step_room : FIRST_ROOM;
  while (room - repeats->step_count < more) room *= 2;
  if (room == repeats->step_room) return true;
  uint32_t *steps = alloc_resize(repeats->allocator, repeats->steps, repeats->step_room, room, sizeof *steps);
  if (!steps) return false;
  repeats->steps = steps;
  repeats->step_room = room;
  return true;
}

/* A code above all others, and those that are `steps` above it. */
static bool rise_run(struct repeats *repeats, struct code code, const uint32_t *steps, size_t count) {
  if (!run_room(repeats) || !step_room(repeats, count)) return false;
  repeats->runs[repeats->run_count++] = (struct run){code, repeats->step_count};
  repeats->last = code;
  if (count == 0) return true;
  memcpy(repeats->steps + repeats->step_count, steps, count * sizeof *steps);
  repeats->step_count += count;
  repeats->last.low += steps[count - 1];
  return true;
}

static bool rise(struct repeats *repeats, struct code code) {
  uint32_t step;
  if (repeats->run_count == 0 || !find_step(repeats->runs[repeats->run_count - 1].code, code, &step))
    return rise_run(repeats, code, NULL, 0);
  if (!step_room(repeats, 1)) return false;
  repeats->steps[repeats->step_count++] = step;
  repeats->last = code;
  return true;
}

static bool has_step(const uint32_t *steps, size_t count, uint32_t step) {
  size_t at = 0; /* the last that is not above it, or the first */
  for (size_t left = count, half; left > 1; left -= half) {
    half = left / 2;
    at += steps[at + half] > step ? 0 : half;
  }
  return count > 0 && steps[at] == step;
}

/* Asked of a code that is not above the last one only: there are some then, unless it is the empty key. */
static bool has_risen(const struct repeats *repeats, struct code code) {
  size_t at = 0; /* the last that is not above it, or the first */
  if (repeats->run_count == 0) return false;
  for (size_t left = repeats->run_count - 1, half; left > 0; left -= half) {
    half = (left + 1) / 2;
    at += is_above(repeats->runs[at + half].code, code) ? 0 : half;
  }
  const struct run *run = &repeats->runs[at];
  size_t end = at + 1 < repeats->run_count ? run[1].at : repeats->step_count;
  uint32_t step;
  return is_same(run->code, code) ||
         (find_step(run->code, code, &step) && has_step(repeats->steps + run->at, end - run->at, step));
}

/* -- The others ---------------------------------------------------------------------------- */

static size_t slot_of(struct code code, size_t room) {
  uint64_t mixed = (code.low ^ code.high * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xd6e8feb86659fd93);
  return (mixed ^ mixed >> 32) & (room - 1);
}

/* Where the code is, or the free place where it belongs. */
static struct code *find(struct code *table, size_t room, struct code code) {
  size_t i = slot_of(code, room);
  while (!is_none(table[i]) && !is_same(table[i], code)) i = (i + 1) & (room - 1);
  return &table[i];
}

/* Room for so many more. */
static bool grow(struct repeats *repeats, size_t more) {
  size_t room = repeats->room ? repeats->room : FIRST_ROOM;
  while (repeats->count + more > room / 4 * 3) room *= 2;
  if (room == repeats->room) return true;
  struct code *table = alloc_array(repeats->allocator, room, sizeof *table);
  if (!table) return false;
  for (size_t i = 0; i < repeats->room; i++)
    if (!is_none(repeats->table[i])) *find(table, room, repeats->table[i]) = repeats->table[i];
  alloc_free(repeats->allocator, repeats->table, repeats->room, sizeof *repeats->table);
  repeats->table = table;
  repeats->room = room;
  return true;
}

/* There is room. */
static bool insert(struct repeats *repeats, struct code code) {
  struct code *at = find(repeats->table, repeats->room, code);
  if (!is_none(*at)) return false;
  *at = code;
  repeats->count++;
  return true;
}

/* -- Row by row ------------------------------------------------------------------------------ */

/* Notes that the next row repeats a key. */
static bool answer(struct repeats *repeats) {
  if (repeats->row / 64 >= repeats->answer_words) {
    size_t words = (size_t)(repeats->row / 64 + 1) * 2;
    uint64_t *answers = alloc_resize(repeats->allocator, repeats->answers, repeats->answer_words, words,
                                     sizeof *answers);
    if (!answers) return false;
    memset(answers + repeats->answer_words, 0, (words - repeats->answer_words) * sizeof *answers);
    repeats->answers = answers;
    repeats->answer_words = words;
  }
  bitmap_set(repeats->answers, repeats->row);
  return true;
}

static bool recall(const struct repeats *repeats) {
  return repeats->row / 64 < repeats->answer_words && bitmap_get(repeats->answers, repeats->row);
}

bool repeats_ask(struct repeats *repeats, struct rung_text key, bool *repeated) {
  struct code code = code_of(key);
  *repeated = false;
  if (repeats->again) {
    *repeated = recall(repeats);
  } else if (is_above(code, repeats->last)) {
    if (!rise(repeats, code)) return false;
  } else {
    if (!grow(repeats, 1)) return false;
    *repeated = has_risen(repeats, code) || !insert(repeats, code);
    if (*repeated && !answer(repeats)) return false;
  }
  repeats->row++;
  return true;
}

void repeats_pass(struct repeats *repeats) { repeats->row++; }

void repeats_again(struct repeats *repeats) {
  repeats->again = true;
  repeats->row = 0;
  forget_keys(repeats);
}

/* -- In two steps ------------------------------------------------------------------------ */

/* The code of a row, and of `count` rows behind it, which follow: how far above it they are. */
struct note {
  struct code code;
  uint32_t row, count;
  uint32_t steps[];
};

static size_t note_size(size_t count) {
  return (sizeof(struct note) + count * sizeof(uint32_t) + _Alignof(struct note) - 1) / _Alignof(struct note) *
         _Alignof(struct note);
}

/* Notes row `first` of the batch, and those behind it that ascend in small steps.  Returns the next one. */
static size_t note_some(struct note *note, const struct batch *batch, size_t first) {
  *note = (struct note){.code = code_of(batch->keys[first]), .row = batch->rows[first]};
  size_t i = first + 1;
  for (uint32_t step, last = 0; i < batch->count; i++, last = step) {
    if (batch->rows[i] - note->row != i - first || !find_step(note->code, code_of(batch->keys[i]), &step) ||
        step <= last)
      break;
    note->steps[note->count++] = step;
  }
  return i;
}

/* A row among others takes less than one alone. */
bool repeats_note(struct buffer *notes, const struct batch *batch) {
  char *at = buffer_room(notes, batch->count * sizeof(struct note));
  if (!at) return false;
  for (size_t i = 0; i < batch->count;) {
    if (batch->keys[i].length == 0) {
      i++;
      continue;
    }
    struct note *note = (struct note *)(void *)at;
    i = note_some(note, batch, i);
    at += note_size(note->count);
  }
  notes->length = (size_t)(at - notes->at);
  return true;
}

/* The notes not asked yet: of the first, from its code `taken` on. */
struct asking {
  const char *at, *end;
  size_t taken;
};

static const struct note *next_note(const struct asking *asking) {
  return (const struct note *)(const void *)asking->at;
}

static void take(struct asking *asking, size_t count) {
  const struct note *note = next_note(asking);
  asking->taken += count;
  if (asking->taken <= note->count) return;
  asking->at += note_size(note->count);
  asking->taken = 0;
}

/* The next code, of the row *row. */
static struct code take_code(struct asking *asking, uint32_t *row) {
  const struct note *note = next_note(asking);
  struct code code = note->code;
  if (asking->taken > 0) code.low += note->steps[asking->taken - 1];
  *row = note->row + (uint32_t)asking->taken;
  take(asking, 1);
  return code;
}

enum { ASKED_AT_ONCE = 64 };  /* places of the table that are waited for together */

/* Codes of which the first is not above all before it. */
static bool find_some(struct repeats *repeats, struct asking *asking, uint32_t *row) {
  struct code codes[ASKED_AT_ONCE];
  uint32_t rows[ASKED_AT_ONCE];
  size_t count = 0;
  if (!grow(repeats, ASKED_AT_ONCE)) return false;
  for (; count < ASKED_AT_ONCE && asking->at < asking->end; count++) {
    codes[count] = take_code(asking, &rows[count]);
    __builtin_prefetch(&repeats->table[slot_of(codes[count], repeats->room)], 1);
  }
  for (size_t i = 0; i < count && *row == NONE32; i++) {
    if (is_above(codes[i], repeats->last)) {
      if (!rise(repeats, codes[i])) return false;
    } else if (has_risen(repeats, codes[i]) || !insert(repeats, codes[i])) {
      *row = rows[i];
    }
  }
  return true;
}

bool repeats_find(struct repeats *repeats, const struct buffer *notes, uint32_t *row) {
  struct asking asking = {.at = notes->at, .end = notes->at + notes->length};
  *row = NONE32;
  while (asking.at < asking.end && *row == NONE32) {
    const struct note *note = next_note(&asking);
    bool fine;
    if (asking.taken > 0 || !is_above(note->code, repeats->last)) {
      fine = find_some(repeats, &asking, row);
    } else {
      fine = note->count ? rise_run(repeats, note->code, note->steps, note->count) : rise(repeats, note->code);
      take(&asking, note->count + 1);
    }
    if (!fine) return false;
  }
  return true;
}
