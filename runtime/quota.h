/* quota.h - who comes inside the limits and the budget of a campaign: what a SINK_COLLECT stage gathers for a QUOTA.

   Of the rows where `where` is true, the best come first: by value (greatest first, or smallest), a missing value last,
   ties by key, the smaller bytes first.  Within each group at most `group_limit` rows are inside.  Of those, as many as
   `limit` allows, and as the sum of their costs stays within `budget`: the first who is not inside ends it, so all
   after him are outside too.  Amounts that are missing allow nobody.  Keys are told apart by their bytes: who shares a
   key with another shares his place.

   It keeps 40 bytes and the key of each row that can still be inside: of a limit so many rows, of a budget so many as
   it pays for, of a limit for each group so many in each.

   Any number of threads may add to it, and once it is finished read it: what it says does not depend on the order of
   rows. */
#ifndef RUNG_QUOTA_H
#define RUNG_QUOTA_H

#include "session.h"

struct quota;

/* Refers to `measure`. */
enum rung_status quota_new(const struct program_tables *tables, const struct prog_measure *measure,
                           const struct rung_allocator *allocator, struct quota **quota, struct rung_error *error);
void quota_free(struct quota *quota);

/* Adds the batch that `session` (of the measure's stage) has just run; keys are copied as far as needed. */
enum rung_status quota_add(struct quota *quota, const rung_session *session, const struct rung_text *keys, size_t rows,
                           struct rung_error *error);
/* No quota_add after it. */
enum rung_status quota_finish(struct quota *quota, struct rung_error *error);

/* 0 for rows inside, 1 for those beyond a limit, 2 for those beyond the budget; `groups` is NULL without them. */
void quota_fill(const struct quota *quota, const struct vec *values, const struct vec *where, const struct vec *groups,
                const struct rung_text *keys, size_t rows, struct vec *out);

#endif
