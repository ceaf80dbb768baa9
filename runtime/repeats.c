/* repeats.c - which rows repeat the key of an earlier row.

   Exports mostly are in the order of their keys, and a key above all before it is new: it is only put behind them.
   The others are looked for among those, and in a table.  A row is 16 bytes, in the table up to 43. */
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

struct repeats {
  const struct rung_allocator *allocator;
  struct code *risen;         /* each above all rows before it */
  size_t risen_count, risen_room;
  struct code last;           /* of them */
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
  alloc_free(repeats->allocator, repeats->risen, repeats->risen_room, sizeof *repeats->risen);
  alloc_free(repeats->allocator, repeats->table, repeats->room, sizeof *repeats->table);
  repeats->risen = repeats->table = NULL;
  repeats->risen_room = repeats->risen_count = repeats->room = repeats->count = 0;
}

void repeats_free(struct repeats *repeats) {
  if (!repeats) return;
  forget_keys(repeats);
  alloc_free(repeats->allocator, repeats->answers, repeats->answer_words, sizeof *repeats->answers);
  alloc_free(repeats->allocator, repeats, 1, sizeof *repeats);
}

/* -- Codes ------------------------------------------------------------------------------- */

/* The bytes as a number, the first being the highest. */
static uint64_t number_of(const char *bytes, size_t length) {
  if (length == 8) return __builtin_bswap64(swar_load(bytes));
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

/* -- Those that came in order ------------------------------------------------------------ */

static bool rise(struct repeats *repeats, struct code code) {
  if (repeats->risen_count == repeats->risen_room) {
    size_t room = repeats->risen_room ? repeats->risen_room * 2 : FIRST_ROOM;
    struct code *risen = alloc_resize(repeats->allocator, repeats->risen, repeats->risen_room, room, sizeof *risen);
    if (!risen) return false;
    repeats->risen = risen;
    repeats->risen_room = room;
  }
  repeats->risen[repeats->risen_count++] = repeats->last = code;
  return true;
}

/* Asked of a code that is not above the last one only, so that there are some. */
static bool has_risen(const struct repeats *repeats, struct code code) {
  size_t at = 0; /* the last that is not above it, or the first */
  for (size_t left = repeats->risen_count - 1, half; left > 0; left -= half) {
    half = (left + 1) / 2;
    at += is_above(repeats->risen[at + half], code) ? 0 : half;
  }
  return is_same(repeats->risen[at], code);
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

struct note {
  struct code code;
  uint32_t row;
};

enum { ASKED_AT_ONCE = 64 };  /* places of the table that are waited for together */

bool repeats_note(struct buffer *notes, const struct batch *batch) {
  struct note *note = (struct note *)(void *)buffer_room(notes, batch->count * sizeof *note);
  if (!note) return false;
  for (size_t i = 0; i < batch->count; i++)
    if (batch->keys[i].length > 0) *note++ = (struct note){code_of(batch->keys[i]), batch->rows[i]};
  notes->length = (size_t)((char *)note - notes->at);
  return true;
}

/* Of the notes from the first that is not above all before it on. */
static bool find_some(struct repeats *repeats, const struct note *notes, size_t count, uint32_t *row) {
  if (!grow(repeats, count)) return false;
  for (size_t i = 0; i < count; i++) __builtin_prefetch(&repeats->table[slot_of(notes[i].code, repeats->room)], 1);
  for (size_t i = 0; i < count && *row == NONE32; i++) {
    struct code code = notes[i].code;
    if (is_above(code, repeats->last)) {
      if (!rise(repeats, code)) return false;
    } else if (has_risen(repeats, code) || !insert(repeats, code)) {
      *row = notes[i].row;
    }
  }
  return true;
}

bool repeats_find(struct repeats *repeats, const struct buffer *notes, uint32_t *row) {
  const struct note *note = (const struct note *)(const void *)notes->at;
  const struct note *end = note + notes->length / sizeof *note;
  *row = NONE32;
  while (note < end && *row == NONE32) {
    if (is_above(note->code, repeats->last)) {
      if (!rise(repeats, note->code)) return false;
      note++;
    } else {
      size_t some = end - note < ASKED_AT_ONCE ? (size_t)(end - note) : ASKED_AT_ONCE;
      if (!find_some(repeats, note, some, row)) return false;
      note += some;
    }
  }
  return true;
}
