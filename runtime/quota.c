/* quota.c - who comes inside the limits and the budget of a campaign. */
#include "quota.h"

#include "alloc.h"
#include "io.h"

struct quota {
  const struct prog_measure *measure;
  struct rung_allocator allocator;
};

enum rung_status quota_new(const struct prog_measure *measure, const struct rung_allocator *allocator,
                           struct quota **quota, struct rung_error *error) {
  (void)measure, (void)allocator, (void)quota;
  return fail(error, RUNG_INVALID, "quotas are not built yet");
}
void quota_free(struct quota *quota) { (void)quota; }
enum rung_status quota_add(struct quota *quota, const rung_session *session, const struct rung_text *keys, size_t rows,
                           struct rung_error *error) {
  (void)quota, (void)session, (void)keys, (void)rows, (void)error;
  return RUNG_OK;
}
enum rung_status quota_finish(struct quota *quota, struct rung_error *error) {
  (void)quota, (void)error;
  return RUNG_OK;
}
void quota_fill(const struct quota *quota, const struct vec *values, const struct vec *where, const struct vec *groups,
                const struct rung_text *keys, size_t rows, struct vec *out) {
  (void)quota, (void)values, (void)where, (void)groups, (void)keys, (void)rows, (void)out;
}
