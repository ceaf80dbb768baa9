/* quota.c - who comes inside the limits and the budget of a campaign: gathers who asks, draws the line, answers. */
#include "quota.h"

#include <pthread.h>

#include "decimal.h"
#include "io.h"
#include "quota_parts.h"

struct quota {
  const struct prog_measure *measure;
  struct rung_allocator allocator;
  pthread_mutex_t adding;
  bool text_groups;           /* the groups' names are texts */
  bool bounded;               /* the amounts were read */
  struct bounds bounds, group_bounds;
  struct groups groups;
  struct best best;           /* of all rows, or when finished of all that are inside their groups */
  struct heap keys;
  struct cutoff cutoff;
};

enum rung_status quota_new(const struct program_tables *tables, const struct prog_measure *measure,
                           const struct rung_allocator *allocator, struct quota **quota, struct rung_error *error) {
  struct quota *made = alloc_array(allocator, 1, sizeof *made);
  *quota = NULL;
  if (!made || pthread_mutex_init(&made->adding, NULL)) {
    alloc_free(allocator, made, 1, sizeof *made);
    return fail_memory(error);
  }
  *quota = made;
  made->measure = measure;
  made->text_groups =
      measure->group != NONE32 && stage_code(tables, measure->stage).regs[measure->group].type == RUNG_TEXT;
  made->allocator = alloc_resolve(allocator);
  made->keys.allocator = made->groups.texts.allocator = &made->allocator;
  return RUNG_OK;
}

void quota_free(struct quota *quota) {
  if (!quota) return;
  struct rung_allocator allocator = quota->allocator;
  groups_free(&quota->groups, &allocator);
  best_free(&quota->best, &allocator);
  heap_free(&quota->keys);
  pthread_mutex_destroy(&quota->adding);
  alloc_free(&allocator, quota, 1, sizeof *quota);
}

/* -- Amounts -------------------------------------------------------------------------------------------- */

/* Whole rows, none when it is missing or negative; any number without a limit. */
static uint64_t rows_allowed(const rung_session *session, uint32_t reg) {
  if (reg == NONE32) return UINT64_MAX;
  const struct vec *amount = session_register(session, reg);
  int64_t value = bitmap_get(amount->valid, 0) ? amount->data.i64[0] : 0;
  return value > 0 ? (uint64_t)(value / DECIMAL_ONE) : 0;
}

/* One that is missing is below every cost, even 0. */
static __int128 budget_allowed(const rung_session *session, uint32_t reg) {
  if (reg == NONE32) return BUDGET_NONE;
  const struct vec *amount = session_register(session, reg);
  return bitmap_get(amount->valid, 0) ? amount->data.i64[0] : -1;
}

static void read_amounts(struct quota *quota, const rung_session *session) {
  const struct prog_measure *measure = quota->measure;
  quota->bounds.most = rows_allowed(session, measure->limit);
  quota->bounds.budget = budget_allowed(session, measure->budget);
  quota->group_bounds.most = rows_allowed(session, measure->group_limit);
  quota->group_bounds.budget = BUDGET_NONE;
  quota->bounded = true;
}

/* -- Gathering ------------------------------------------------------------------------------------------- */

/* The best has the smallest rank: ~ turns the order of values around. */
static struct standing standing_at(const struct prog_measure *measure, const struct vec *values,
                                   const struct rung_text *keys, size_t row) {
  struct standing standing = {.missing = !bitmap_get(values->valid, row)};
  if (keys) standing.key = keys[row];
  if (standing.missing) return standing;
  size_t at = row * values->stride;
  int64_t value = measure->value_type == RUNG_DATE ? values->data.i32[at] : values->data.i64[at];
  standing.rank = measure->ascending ? value : ~value;
  return standing;
}

/* Who asks has a cost: the program's business, but a wrong one would spend money. */
static bool cost_at(const struct vec *costs, size_t row, int64_t *cost) {
  *cost = costs ? costs->data.i64[row * costs->stride] : 0;
  return !costs || (bitmap_get(costs->valid, row) && *cost >= 0);
}

static const struct vec *register_of(const rung_session *session, uint32_t reg) {
  return reg == NONE32 ? NULL : session_register(session, reg);
}

struct asking {
  const struct vec *values, *groups, *costs;
  const struct rung_text *keys;
};

static enum rung_status add_row(struct quota *quota, const struct asking *asking, size_t row,
                                struct rung_error *error) {
  struct standing standing = standing_at(quota->measure, asking->values, asking->keys, row);
  struct best *best = &quota->best;
  const struct bounds *bounds = &quota->bounds;
  int64_t cost;
  if (!cost_at(asking->costs, row, &cost))
    return fail(error, RUNG_INVALID, "the program is invalid: it asks for a place in a budget without a cost");
  if (asking->groups) {
    struct group_name name = group_name(asking->groups, quota->text_groups, row);
    struct group *group = groups_get(&quota->groups, &name, &quota->allocator);
    if (!group) return fail_memory(error);
    best = &group->best;
    bounds = &quota->group_bounds;
  }
  return best_add(best, bounds, &standing, cost, &quota->keys, &quota->allocator) ? RUNG_OK : fail_memory(error);
}

enum rung_status quota_add(struct quota *quota, const rung_session *session, const struct rung_text *keys, size_t rows,
                           struct rung_error *error) {
  const struct prog_measure *measure = quota->measure;
  const struct vec *where = session_register(session, measure->where);
  struct asking asking = {session_register(session, measure->value), register_of(session, measure->group),
                          register_of(session, measure->cost), keys};
  enum rung_status status = RUNG_OK;
  pthread_mutex_lock(&quota->adding);
  if (!quota->bounded) read_amounts(quota, session);
  for (size_t i = 0; i < rows && !status; i++)
    if (bitmap_get(where->data.bits, i)) status = add_row(quota, &asking, i, error);
  pthread_mutex_unlock(&quota->adding);
  return status;
}

/* -- Drawing the line --------------------------------------------------------------------------------------- */

/* Those inside their group go on to be compared with all others. */
static bool finish_group(struct quota *quota, struct group *group, bool bounded) {
  struct best *best = &group->best;
  group->cutoff = best_cutoff(best, &quota->group_bounds);
  bool fine = true;
  for (size_t i = 0; bounded && fine && i < best->count; i++) {
    struct standing standing = best_standing(&best->rows[i]);
    fine = best_add(&quota->best, &quota->bounds, &standing, best->rows[i].cost, &quota->keys, &quota->allocator);
  }
  best_free(best, &quota->allocator);
  return fine;
}

enum rung_status quota_finish(struct quota *quota, struct rung_error *error) {
  bool bounded = quota->measure->limit != NONE32 || quota->measure->budget != NONE32;
  for (size_t i = 0; i < quota->groups.index.used; i++)
    if (!finish_group(quota, &quota->groups.at[i], bounded)) return fail_memory(error);
  quota->cutoff = best_cutoff(&quota->best, &quota->bounds);
  return RUNG_OK;
}

/* -- Answering ------------------------------------------------------------------------------------------------- */

static int64_t reason_of(const struct quota *quota, const struct vec *groups, const struct standing *standing,
                         size_t row) {
  if (groups) {
    struct group_name name = group_name(groups, quota->text_groups, row);
    const struct group *group = groups_find(&quota->groups, &name);
    if (group && cutoff_reason(&group->cutoff, standing) != QUOTA_INSIDE) return QUOTA_LIMIT;
  }
  return cutoff_reason(&quota->cutoff, standing);
}

void quota_fill(const struct quota *quota, const struct vec *values, const struct vec *where, const struct vec *groups,
                const struct rung_text *keys, size_t rows, struct vec *out) {
  memset(out->valid, 0xff, bitmap_words(rows) * sizeof *out->valid);
  for (size_t i = 0; i < rows; i++) {
    out->data.i64[i] = QUOTA_INSIDE;
    if (!bitmap_get(where->data.bits, i)) continue;
    struct standing standing = standing_at(quota->measure, values, keys, i);
    out->data.i64[i] = reason_of(quota, groups, &standing, i);
  }
}
