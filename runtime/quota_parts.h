/* quota_parts.h - a quota's insides: quota.c gathers and answers, quota_best.c keeps the best of one group or of all,
   quota_group.c tells groups apart. */
#ifndef RUNG_QUOTA_PARTS_H
#define RUNG_QUOTA_PARTS_H

#include "alloc.h"
#include "decimal.h"
#include "hash_index.h"
#include "kept.h"
#include "quota.h"

/* What quota_fill answers. */
enum { QUOTA_INSIDE, QUOTA_LIMIT, QUOTA_BUDGET };

/* -- quota_best.c ------------------------------------------------------------------------------------- */

/* Where a row stands among those who ask: the smaller rank is the better, any is better than a missing one. */
struct standing {
  int64_t rank;
  bool missing;
  struct rung_text key;
};

struct best_row {
  int64_t rank, cost;
  struct kept_text key;
  bool missing;
};

struct bounds {
  uint64_t most;            /* rows */
  __int128 budget;          /* of the sum of costs */
};
#define BUDGET_NONE ((__int128)1 << 126) /* more than any sum of costs */

/* The best rows so far, as many as can still be inside: at most `most`, and the fewest whose costs exceed the budget.
   A row behind them can never come in, whatever follows: the rows before it only become more. */
struct best {
  struct best_row *rows;    /* once it was full a heap, the worst first; until then as they came */
  size_t count, room;
  sum128 sum;               /* of their costs */
  bool heap, dropped;       /* dropped: there were more */
};

/* Where a group or all rows are cut off; zeroed: nowhere. */
struct cutoff {
  int64_t reason;           /* QUOTA_INSIDE: everybody is inside */
  bool nobody;              /* is inside; else `at` is known */
  bool first;               /* `at` is the first row outside, not the last inside */
  struct best_row at;
};

static inline struct standing best_standing(const struct best_row *row) {
  return (struct standing){row->rank, row->missing, kept_view(&row->key)};
}

/* Keeps the row, with a copy of its key in `keys`, if it may be inside.  False when memory is out. */
bool best_add(struct best *best, const struct bounds *bounds, const struct standing *row, int64_t cost,
              struct heap *keys, const struct rung_allocator *allocator);
struct cutoff best_cutoff(const struct best *best, const struct bounds *bounds);
int64_t cutoff_reason(const struct cutoff *cutoff, const struct standing *row);
void best_free(struct best *best, const struct rung_allocator *allocator);

/* -- quota_group.c ------------------------------------------------------------------------------------ */

/* What a group is known by; texts and whole numbers never meet in one quota. */
struct group_name {
  bool present;
  int64_t number;
  struct rung_text text;
};

struct group {
  struct group_name name;
  struct best best;         /* freed when finished */
  struct cutoff cutoff;
};

struct groups {
  struct group *at;
  size_t room;
  struct hash_index index;  /* its `used` is their number */
  struct heap texts;
};

struct group_name group_name(const struct vec *values, bool text, size_t row);
/* NULL where there is none. */
const struct group *groups_find(const struct groups *groups, const struct group_name *name);
/* The group, made when it is new; NULL when memory is out.  Stays where it is until the next one is made. */
struct group *groups_get(struct groups *groups, const struct group_name *name, const struct rung_allocator *allocator);
void groups_free(struct groups *groups, const struct rung_allocator *allocator);

#endif
