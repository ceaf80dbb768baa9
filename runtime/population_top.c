/* population_top.c - keeps the greatest values, with the keys of their rows to tell ties apart. */
#include "population_parts.h"
#include "text.h"

enum { ROOM_LEAST = 16 };

/* Negative when a stands before b: the greater value, and of equal ones the smaller key. */
static int order(int64_t a, struct rung_text a_key, const struct top_row *b) {
  if (a != b->value) return a > b->value ? -1 : 1;
  return text_order(a_key, kept_view(&b->key));
}

static bool is_worse(const struct top_row *a, const struct top_row *b) {
  return order(a->value, kept_view(&a->key), b) > 0;
}

static void swap(struct top_row *a, struct top_row *b) {
  struct top_row old = *a;
  *a = *b;
  *b = old;
}

static void sift_up(struct top_row *rows, size_t at) {
  for (; at > 0 && is_worse(&rows[at], &rows[(at - 1) / 2]); at = (at - 1) / 2) swap(&rows[at], &rows[(at - 1) / 2]);
}

static void sift_down(struct top_row *rows, size_t count, size_t at) {
  for (size_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && is_worse(&rows[child + 1], &rows[child])) child++;
    if (!is_worse(&rows[child], &rows[at])) return;
    swap(&rows[child], &rows[at]);
  }
}

static bool make_room(struct top *top, const struct rung_allocator *allocator) {
  if (top->count < top->room) return true;
  size_t room = top->room ? 2 * top->room : ROOM_LEAST;
  struct top_row *rows = alloc_resize(allocator, top->rows, top->room, room, sizeof *rows);
  if (!rows) return false;
  top->rows = rows;
  top->room = room;
  return true;
}

bool top_add(struct top *top, int64_t value, struct rung_text key, const struct rung_allocator *allocator) {
  if (top->count == top->most) {
    if (top->most == 0 || order(value, key, &top->rows[0]) >= 0) return true;
    top->rows[0].value = value;
    if (!kept_set(&top->rows[0].key, key, &top->keys)) return false;
    sift_down(top->rows, top->count, 0);
    return true;
  }
  struct top_row row = {.value = value};
  if (!make_room(top, allocator) || !kept_set(&row.key, key, &top->keys)) return false;
  top->rows[top->count++] = row;
  sift_up(top->rows, top->count - 1);
  return true;
}

void top_finish(struct top *top) {
  for (size_t left = top->count; left > 1; left--) {
    swap(&top->rows[0], &top->rows[left - 1]);
    sift_down(top->rows, left - 1, 0);
  }
}

void top_free(struct top *top, const struct rung_allocator *allocator) {
  alloc_free(allocator, top->rows, top->room, sizeof *top->rows);
  heap_free(&top->keys);
}

/* Fewer rows than n are all among them. */
bool top_has(const struct top *top, uint64_t n, int64_t value, struct rung_text key) {
  if (n == 0) return false;
  return n > top->count || order(value, key, &top->rows[n - 1]) <= 0;
}
