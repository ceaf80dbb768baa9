/* set.h - is a value a member of a set: built once at load, then shared by all sessions. */
#ifndef RUNG_SET_H
#define RUNG_SET_H

#include "alloc.h"
#include "program.h"

struct set_slot;

struct set {
  size_t count;
  const struct prog_number *numbers; /* ascending; of a set that is no set of text */
  const struct prog_word *words;
  struct set_slot *slots;            /* of a set of text: open addressing, a power of two of them */
  size_t slot_count;
  uint64_t seed;
};

/* `record` has been verified.  The seed makes the order of probing hard to foresee for who writes the members. */
bool set_build(struct set *set, const struct program_tables *tables, const struct prog_set *record, uint64_t seed,
               const struct rung_allocator *allocator);
void set_free(struct set *set, const struct rung_allocator *allocator);

/* Whether members are faster compared one by one than hashed. */
enum { SET_SHORT = 8 };
static inline bool set_is_short(const struct set *set) { return set->count <= SET_SHORT; }

bool set_has_text(const struct set *set, struct rung_text text);
bool set_has_number(const struct set *set, int64_t number);

#endif
