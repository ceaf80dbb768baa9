/* repeats.c - which rows repeat the key of an earlier row.

   Keys are told apart by their 128-bit hashes: among a billion keys two of the same hash are less likely than a broken
   memory cell (XXH3-128 is no secret, though: whoever makes up keys can make two alike).  A row then is 16 to 32
   bytes, and a bit that remembers the answer for the next pass. */
#include <xxhash.h>

#include "score.h"

struct repeats {
  const struct rung_allocator *allocator;
  XXH128_hash_t *hashes;      /* all zeros: free */
  size_t room, count;         /* room: a power of two */
  bool zero;                  /* some key hashes to all zeros */
  bool again;
  uint64_t *answers;          /* bit i: row i repeats a key */
  size_t answer_words;
  uint64_t row;
};

enum { FIRST_ROOM = 1024 };

enum rung_status repeats_new(const struct rung_allocator *allocator, struct repeats **result,
                             struct rung_error *error) {
  struct repeats *repeats = alloc_array(allocator, 1, sizeof *repeats);
  if (!repeats) return fail_memory(error);
  *repeats = (struct repeats){.allocator = allocator, .room = FIRST_ROOM};
  repeats->hashes = alloc_array(allocator, repeats->room, sizeof *repeats->hashes);
  *result = repeats;
  return repeats->hashes ? RUNG_OK : fail_memory(error);
}

void repeats_free(struct repeats *repeats) {
  if (!repeats) return;
  alloc_free(repeats->allocator, repeats->hashes, repeats->room, sizeof *repeats->hashes);
  alloc_free(repeats->allocator, repeats->answers, repeats->answer_words, sizeof *repeats->answers);
  alloc_free(repeats->allocator, repeats, 1, sizeof *repeats);
}

static bool is_zero(XXH128_hash_t hash) { return (hash.low64 | hash.high64) == 0; }

/* Where the hash is, or the free place where it belongs. */
static XXH128_hash_t *find(XXH128_hash_t *hashes, size_t room, XXH128_hash_t hash) {
  size_t i = hash.low64 & (room - 1);
  while (!is_zero(hashes[i]) && !XXH128_isEqual(hashes[i], hash)) i = (i + 1) & (room - 1);
  return &hashes[i];
}

static bool grow(struct repeats *repeats) {
  size_t room = repeats->room * 2;
  XXH128_hash_t *hashes = alloc_array(repeats->allocator, room, sizeof *hashes);
  if (!hashes) return false;
  for (size_t i = 0; i < repeats->room; i++)
    if (!is_zero(repeats->hashes[i])) *find(hashes, room, repeats->hashes[i]) = repeats->hashes[i];
  alloc_free(repeats->allocator, repeats->hashes, repeats->room, sizeof *repeats->hashes);
  repeats->hashes = hashes;
  repeats->room = room;
  return true;
}

static bool insert(struct repeats *repeats, XXH128_hash_t hash, bool *repeated) {
  if (is_zero(hash)) {
    *repeated = repeats->zero;
    repeats->zero = true;
    return true;
  }
  if (repeats->count >= repeats->room / 4 * 3 && !grow(repeats)) return false;
  XXH128_hash_t *at = find(repeats->hashes, repeats->room, hash);
  *repeated = !is_zero(*at);
  if (!*repeated) *at = hash, repeats->count++;
  return true;
}

/* Room for the answer of the next row. */
static bool answer_room(struct repeats *repeats) {
  if (repeats->row / 64 < repeats->answer_words) return true;
  size_t words = repeats->answer_words ? repeats->answer_words * 2 : 64;
  uint64_t *answers = alloc_resize(repeats->allocator, repeats->answers, repeats->answer_words, words, sizeof *answers);
  if (!answers) return false;
  memset(answers + repeats->answer_words, 0, (words - repeats->answer_words) * sizeof *answers);
  repeats->answers = answers;
  repeats->answer_words = words;
  return true;
}

bool repeats_ask(struct repeats *repeats, struct rung_text key, bool *repeated) {
  *repeated = false;
  if (!answer_room(repeats)) return false;
  if (repeats->again) *repeated = bitmap_get(repeats->answers, repeats->row);
  else if (!insert(repeats, XXH3_128bits(key.bytes, key.length), repeated)) return false;
  if (*repeated) bitmap_set(repeats->answers, repeats->row);
  repeats->row++;
  return true;
}

bool repeats_pass(struct repeats *repeats) {
  if (!answer_room(repeats)) return false;
  repeats->row++;
  return true;
}

void repeats_again(struct repeats *repeats) {
  repeats->again = true;
  repeats->row = 0;
  alloc_free(repeats->allocator, repeats->hashes, repeats->room, sizeof *repeats->hashes);
  repeats->hashes = NULL;
  repeats->room = 0;
}

/* -- In two steps ------------------------------------------------------------------------ */

struct note {
  XXH128_hash_t hash;
  uint32_t row;
};

enum { ASKED_AT_ONCE = 64 };  /* places of the table that are waited for together */

bool repeats_note(struct buffer *notes, const struct batch *batch) {
  struct note *note = (struct note *)(void *)buffer_room(notes, batch->count * sizeof *note);
  if (!note) return false;
  for (size_t i = 0; i < batch->count; i++) {
    struct rung_text key = batch->keys[i];
    if (key.length == 0) continue;
    *note++ = (struct note){XXH3_128bits(key.bytes, key.length), batch->rows[i]};
  }
  notes->length = (size_t)((char *)note - notes->at);
  return true;
}

static bool find_some(struct repeats *repeats, const struct note *notes, size_t count, uint32_t *row) {
  bool repeated = false;
  while (repeats->count + count > repeats->room / 4 * 3)
    if (!grow(repeats)) return false;
  for (size_t i = 0; i < count; i++) __builtin_prefetch(&repeats->hashes[notes[i].hash.low64 & (repeats->room - 1)], 1);
  for (size_t i = 0; i < count && !repeated; i++) {
    if (!insert(repeats, notes[i].hash, &repeated)) return false;
    if (repeated) *row = notes[i].row;
  }
  return true;
}

bool repeats_find(struct repeats *repeats, const struct buffer *notes, uint32_t *row) {
  const struct note *note = (const struct note *)(const void *)notes->at;
  size_t count = notes->length / sizeof *note;
  *row = NONE32;
  for (size_t i = 0; i < count && *row == NONE32; i += ASKED_AT_ONCE) {
    size_t left = count - i;
    if (!find_some(repeats, note + i, left < ASKED_AT_ONCE ? left : ASKED_AT_ONCE, row)) return false;
  }
  return true;
}
