/* join_slow.c - aggregates by key against a slow version that reads all rows for each key. */
#include <CUnit/CUnit.h>
#include <string.h>

#include "failing.h"
#include "join_table.h"
#include "meager.h"
#include "text.h"

#define BOTH(...) ALL(__VA_ARGS__), SOME(__VA_ARGS__)
static const struct prog_aggregate asked[] = {
    BOTH(COUNT, RUNG_INTEGER, NONE32, NONE32),
    BOTH(ANY, RUNG_FLAG, NONE32, NONE32),
    BOTH(SUM, RUNG_INTEGER, REG_INTEGER, NONE32),
    BOTH(SUM, RUNG_MONEY, REG_NUMBER, NONE32),
    BOTH(MIN, RUNG_INTEGER, REG_INTEGER, NONE32),
    BOTH(MIN, RUNG_DATE, REG_DATE, NONE32),
    BOTH(MAX, RUNG_NUMBER, REG_NUMBER, NONE32),
    BOTH(MAX, RUNG_DATE, REG_DATE, NONE32),
    BOTH(MAX, RUNG_DATETIME, REG_TIME, NONE32),
    BOTH(AVERAGE, RUNG_NUMBER, REG_INTEGER, NONE32),
    BOTH(AVERAGE, RUNG_MONEY, REG_NUMBER, NONE32),
    BOTH(DISTINCT, RUNG_INTEGER, REG_INTEGER, NONE32),
    BOTH(DISTINCT, RUNG_INTEGER, REG_DATE, NONE32),
    BOTH(DISTINCT, RUNG_INTEGER, REG_FLAG, NONE32),
    BOTH(DISTINCT, RUNG_INTEGER, REG_TEXT, NONE32),
    BOTH(LATEST, RUNG_INTEGER, REG_INTEGER, REG_DATE),
    BOTH(LATEST, RUNG_TEXT, REG_TEXT, REG_DATE),
    BOTH(LATEST, RUNG_FLAG, REG_FLAG, REG_TIME),
    BOTH(LATEST, RUNG_DATE, REG_DATE, REG_NUMBER),
};
enum { ASKED = sizeof asked / sizeof *asked };

/* -- The slow version ---------------------------------- */

static bool counts(const struct row *row, const struct prog_aggregate *asked_for) {
  if (asked_for->where != NONE32 && !(row->present[REG_WHERE] && row->value[REG_WHERE])) return false;
  if (asked_for->value != NONE32 && !row->present[asked_for->value]) return false;
  return asked_for->order == NONE32 || row->present[asked_for->order];
}

static bool same_value(const struct row *a, const struct row *b, uint32_t reg) {
  return reg == REG_TEXT ? strcmp(a->text, b->text) == 0 : a->value[reg] == b->value[reg];
}

static bool is_greater(const struct row *a, const struct row *b, uint32_t reg) {
  return reg == REG_TEXT ? strcmp(a->text, b->text) > 0 : a->value[reg] > b->value[reg];
}

static bool is_first_of_value(const struct row *const *rows, size_t at, uint32_t reg) {
  for (size_t i = 0; i < at; i++)
    if (same_value(rows[i], rows[at], reg)) return false;
  return true;
}

/* Values are small here, so that long double holds every sum and quotient well enough. */
static struct result slow(const struct row *const *rows, size_t count, const struct prog_aggregate *asked_for) {
  uint32_t value = asked_for->value, order = asked_for->order;
  const struct row *chosen[ROWS], *best = NULL;
  size_t n = 0;
  struct result result = {.present = true};
  for (size_t i = 0; i < count; i++)
    if (counts(rows[i], asked_for)) chosen[n++] = rows[i];
  for (size_t i = 0; i < n; i++) {
    bool better = !best;
    switch (asked_for->function) {
      case AGGREGATE_COUNT: result.value++; break;
      case AGGREGATE_ANY: result.value = 1; break;
      case AGGREGATE_SUM: case AGGREGATE_AVERAGE: result.value += chosen[i]->value[value]; break;
      case AGGREGATE_DISTINCT: result.value += is_first_of_value(chosen, i, value); break;
      case AGGREGATE_MIN: better = better || is_greater(best, chosen[i], value); break;
      case AGGREGATE_MAX: better = better || is_greater(chosen[i], best, value); break;
      default:
        better = better || is_greater(chosen[i], best, order) ||
                 (same_value(chosen[i], best, order) && is_greater(chosen[i], best, value));
    }
    if (better) best = chosen[i];
  }
  if (asked_for->function == AGGREGATE_AVERAGE && n) {
    long double mean = (long double)result.value / (long double)n;
    if (value == REG_INTEGER) mean *= 1000000;
    result.value = (int64_t)(mean + (mean < 0 ? -0.5L : 0.5L));
  }
  bool takes_one = asked_for->function == AGGREGATE_MIN || asked_for->function == AGGREGATE_MAX ||
                   asked_for->function == AGGREGATE_LATEST;
  result.present = best || !(takes_one || asked_for->function == AGGREGATE_AVERAGE);
  if (takes_one && best) {
    if (value == REG_TEXT) result.text = related_text(best->text);
    else result.value = best->value[value];
  }
  return result;
}

static bool same_result(struct result a, struct result b, enum rung_type type) {
  if (a.present != b.present) return false;
  return !a.present || (type == RUNG_TEXT ? text_same(a.text, b.text) : a.value == b.value);
}

/* -- Random tables ---------------------------------- */

static void make_rows(struct row *rows, size_t count, uint64_t keys, uint64_t seed) {
  for (size_t i = 0; i < count; i++) {
    struct row *row = &rows[i];
    *row = (struct row){0};
    uint64_t key = related_random(&seed) % (keys + 1);
    if (key < keys) related_key(row->key, key);
    for (size_t r = 0; r < REGS; r++) {
      row->present[r] = related_random(&seed) % 5 != 0;
      row->value[r] = (int64_t)(related_random(&seed) % 41) - 20;
    }
    row->value[REG_NUMBER] *= 333333;
    row->value[REG_FLAG] = related_random(&seed) % 2;
    row->value[REG_WHERE] = related_random(&seed) % 3 != 0;
    memset(row->text, 'a', related_random(&seed) % 30);
    if (row->text[0] && related_random(&seed) % 2) row->text[0] = (char)(related_random(&seed) % 2 ? '\xc3' : 'b');
  }
}

static size_t rows_of(const struct row *rows, size_t count, struct rung_text key, const struct row **found) {
  size_t n = 0;
  for (size_t i = 0; i < count; i++)
    if (text_same(related_text(rows[i].key), key)) found[n++] = &rows[i];
  return n;
}

static size_t different_results(const struct join *join, uint32_t slot, const struct row *const *found, size_t n) {
  size_t bad = 0;
  for (uint32_t a = 0; a < ASKED; a++) {
    enum rung_type type = (enum rung_type)asked[a].type;
    bad += !same_result(related_result(join, a, type, slot), slow(found, n, &asked[a]), type);
  }
  return bad;
}

/* Every aggregate of every key; keys must be in the order of their first rows.  Returns how many results differ. */
static size_t differences(const struct join *join, const struct row *rows, size_t count) {
  static const struct row *found[ROWS];
  struct join_order order = {0};
  struct rung_text key;
  size_t bad = 0, total = 0, keys = 0;
  for (size_t i = 0; i < count; i++) {
    struct rung_text next = related_text(rows[i].key);
    size_t n = next.length ? rows_of(rows, count, next, found) : 0;
    if (n == 0 || found[0] != &rows[i]) continue;
    bad += !join_next(join, &order, &key) || !text_same(key, next);
    bad += different_results(join, join_find(join, next), found, n);
    total += n;
    keys++;
  }
  bad += join_next(join, &order, &key) || join_keys(join) != keys;
  for (uint32_t a = 0; a < ASKED; a++) {
    enum rung_type type = (enum rung_type)asked[a].type;
    bad += !same_result(related_result(join, a, type, NONE32), slow(found, 0, &asked[a]), type);
    bad += join_faults(join, 1 + a) != 0;
  }
  return bad + (join_rows(join) != count) + (join_rows_without_key(join) != count - total);
}

static void random_tables(void) {
  static struct row rows[ROWS];
  static const size_t sizes[] = {0, 1, 2, 63, 64, 65, 300, 1023, 1024, 1025, 2500};
  static const size_t batches[] = {1, 2, 7, 64, 1000, 2048, ROWS};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    for (uint64_t keys = 1; keys < 3000; keys *= 7) {
      size_t batch = batches[(s + keys) % 7];
      make_rows(rows, sizes[s], keys, s * 100 + keys);
      for (uint64_t order = 0; order < 2; order++) {
        enum rung_status status;
        struct join *join = related_gather(rows, sizes[s], batch, asked, ASKED, NULL, &status);
        CU_ASSERT_PTR_NOT_NULL_FATAL(join);
        CU_ASSERT_EQUAL(differences(join, rows, sizes[s]), 0);
        join_free(join);
        related_shuffle(rows, sizes[s], keys);
      }
    }
  }
}

static void failing_memory(void) {
  static struct row rows[ROWS];
  struct failing failing = {.failed = true};
  size_t at = 0;
  make_rows(rows, ROWS, 2000, 5);
  for (; failing.failed && at < 1000; at++) {
    enum rung_status status;
    failing = (struct failing){.fails_at = at};
    struct rung_allocator allocator = {failing_resize, &failing};
    struct join *join = related_gather(rows, ROWS, 1000, asked, ASKED, &allocator, &status);
    CU_ASSERT_EQUAL(status, failing.failed ? RUNG_NO_RESOURCE : RUNG_OK);
    if (join) CU_ASSERT_EQUAL(differences(join, rows, ROWS), 0);
    join_free(join);
    CU_ASSERT_EQUAL(failing.live, 0);
  }
  CU_ASSERT(at > 10 && at < 1000);
}

/* What found no room must not be half there: whoever comes next would read it. */
static void short_of_memory_once(void) {
  static struct row rows[64];
  static struct batch batch;
  const struct prog_aggregate distinct = ALL(DISTINCT, RUNG_INTEGER, REG_TEXT, NONE32);
  enum rung_status status = RUNG_NO_RESOURCE;
  make_rows(rows, 64, 5, 5);
  related_load(&batch, rows, 64);
  related_bind(&batch, &distinct, 1);
  for (size_t at = 0; status && at < 1000; at++) {
    struct budget budget = {.left = SIZE_MAX, .once = true};
    struct rung_allocator allocator = {meager, &budget};
    struct program program;
    struct join *join;
    struct rung_error error;
    size_t duplicate = SIZE_MAX;
    related_build(&program, &distinct, 1);
    CU_ASSERT_FATAL(join_new(&program.tables, 1, &allocator, &join, &error) == RUNG_OK);
    budget.left = at;
    status = related_add(join, &batch, batch.keys, 64, 0, &duplicate, &error);
    if (status) CU_ASSERT_EQUAL(related_add(join, &batch, batch.keys, 64, 64, &duplicate, &error), RUNG_OK);
    join_free(join);
    CU_ASSERT_EQUAL(budget.bytes, 0);
  }
  CU_ASSERT_EQUAL(status, RUNG_OK);
}

void suite_join_slow(void);

void suite_join_slow(void) {
  CU_pSuite suite = CU_add_suite("join_slow", NULL, NULL);
  CU_add_test(suite, "random tables against the slow version", random_tables);
  CU_add_test(suite, "each allocation fails", failing_memory);
  CU_add_test(suite, "memory is short once, and more is added", short_of_memory_once);
}
