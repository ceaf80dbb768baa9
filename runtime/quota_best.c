/* quota_best.c - keeps the best rows that can still be inside, and says where the line is drawn. */
#include "quota_parts.h"
#include "text.h"

enum { ROOM_LEAST = 4 };

/* Negative when a stands before b. */
static int order(const struct standing *a, const struct standing *b) {
  if (a->missing != b->missing) return a->missing ? 1 : -1;
  if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
  return text_order(a->key, b->key);
}

static bool is_worse(const struct best_row *a, const struct best_row *b) {
  struct standing left = best_standing(a), right = best_standing(b);
  return order(&left, &right) > 0;
}

/* -- The heap ------------------------------------------------------------------------------------------ */

static void swap(struct best_row *a, struct best_row *b) {
  struct best_row old = *a;
  *a = *b;
  *b = old;
}

static void sift_up(struct best_row *rows, size_t at) {
  for (; at > 0 && is_worse(&rows[at], &rows[(at - 1) / 2]); at = (at - 1) / 2) swap(&rows[at], &rows[(at - 1) / 2]);
}

static void sift_down(struct best_row *rows, size_t count, size_t at) {
  for (size_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && is_worse(&rows[child + 1], &rows[child])) child++;
    if (!is_worse(&rows[child], &rows[at])) return;
    swap(&rows[child], &rows[at]);
  }
}

static void make_heap(struct best *best) {
  for (size_t at = best->count / 2; !best->heap && at-- > 0;) sift_down(best->rows, best->count, at);
  best->heap = true;
}

static bool make_room(struct best *best, const struct rung_allocator *allocator) {
  if (best->count < best->room) return true;
  size_t room = best->room ? 2 * best->room : ROOM_LEAST;
  struct best_row *rows = alloc_resize(allocator, best->rows, best->room, room, sizeof *rows);
  if (!rows) return false;
  for (size_t i = best->room; i < room; i++) rows[i].key = (struct kept_text){0};
  best->rows = rows;
  best->room = room;
  return true;
}

/* -- Rows ------------------------------------------------------------------------------------------------ */

static bool is_full(const struct best *best, const struct bounds *bounds) {
  return best->count >= bounds->most || best->sum > bounds->budget;
}

/* A full one takes only who is better than its worst. */
static bool takes(struct best *best, const struct bounds *bounds, const struct standing *row) {
  if (!is_full(best, bounds)) return true;
  make_heap(best);
  struct standing worst = best->count ? best_standing(&best->rows[0]) : *row;
  if (order(row, &worst) < 0) return true;
  best->dropped = true;
  return false;
}

/* The row dropped stays behind the last one, where the next finds room for its key. */
static void drop_worst(struct best *best) {
  best->sum -= best->rows[0].cost;
  best->count--;
  swap(&best->rows[0], &best->rows[best->count]);
  sift_down(best->rows, best->count, 0);
  best->dropped = true;
}

bool best_add(struct best *best, const struct bounds *bounds, const struct standing *row, int64_t cost,
              struct heap *keys, const struct rung_allocator *allocator) {
  if (!takes(best, bounds, row)) return true;
  if (!make_room(best, allocator)) return false;
  struct best_row *added = &best->rows[best->count];
  if (!kept_set(&added->key, row->key, keys)) return false;
  added->rank = row->rank;
  added->missing = row->missing;
  added->cost = cost;
  best->count++;
  best->sum += cost;
  if (best->heap) sift_up(best->rows, best->count - 1);
  if (best->count > bounds->most || best->sum > bounds->budget) make_heap(best);
  while (best->count > bounds->most || (best->count > 0 && best->sum - best->rows[0].cost > bounds->budget))
    drop_worst(best);
  return true;
}

void best_free(struct best *best, const struct rung_allocator *allocator) {
  alloc_free(allocator, best->rows, best->room, sizeof *best->rows);
  *best = (struct best){0};
}

/* -- Where the line is drawn ------------------------------------------------------------------------------- */

/* When the costs exceed the budget, the worst row kept is the one that makes them do so, and fewer than `most` stand
   before it.  Else who was dropped was dropped for the limit, and the worst row kept is the last inside. */
struct cutoff best_cutoff(const struct best *best, const struct bounds *bounds) {
  bool over = best->sum > bounds->budget;
  struct cutoff cutoff = {0};
  if (!over && !best->dropped) return cutoff;
  cutoff.reason = over && bounds->most > 0 ? QUOTA_BUDGET : QUOTA_LIMIT;
  cutoff.nobody = best->count == 0;
  cutoff.first = over;
  if (best->count > 0) cutoff.at = best->rows[0];
  return cutoff;
}

int64_t cutoff_reason(const struct cutoff *cutoff, const struct standing *row) {
  if (cutoff->reason == QUOTA_INSIDE || cutoff->nobody) return cutoff->reason;
  struct standing at = best_standing(&cutoff->at);
  int where = order(row, &at);
  return where > 0 || (where == 0 && cutoff->first) ? cutoff->reason : QUOTA_INSIDE;
}
