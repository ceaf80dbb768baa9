/* population_spill.c - sorted runs of steps in a temporary file, and their merging. */
#include <string.h>
#include <unistd.h>

#include "population_parts.h"
#include "temp.h"

enum { BUFFER_LEAST = 64, WRITTEN_STEPS = 4096 };

/* A run, being read: steps [at, filled) of its buffer are the next ones. */
struct run {
  uint64_t offset, left;     /* in the file, in steps; not yet in the buffer */
  struct step *buffer;
  size_t at, filled;
};

struct spill {
  struct rung_allocator allocator;
  int file;
  uint64_t written;          /* steps in the file */
  struct run *runs;
  size_t run_count, run_room;
  struct step *buffers;
  size_t buffer_steps;       /* of each run */
  size_t *heap;              /* runs that have a next step, the smallest value first */
  size_t heap_count;
};

/* -- Writing ------------------------------------------------------------------------------------------------ */

enum rung_status spill_new(const struct rung_allocator *allocator, struct spill **spill, struct rung_error *error) {
  *spill = alloc_array(allocator, 1, sizeof **spill);
  if (!*spill) return fail_memory(error);
  (*spill)->allocator = *allocator;
  (*spill)->file = -1;
  return temp_open(&(*spill)->file, error);
}

void spill_free(struct spill *spill) {
  if (!spill) return;
  struct rung_allocator allocator = spill->allocator;
  if (spill->file >= 0) close(spill->file);
  alloc_free(&allocator, spill->heap, spill->run_count, sizeof *spill->heap);
  alloc_free(&allocator, spill->buffers, spill->run_count * spill->buffer_steps, sizeof *spill->buffers);
  alloc_free(&allocator, spill->runs, spill->run_room, sizeof *spill->runs);
  alloc_free(&allocator, spill, 1, sizeof *spill);
}

enum rung_status spill_run(struct spill *spill, const struct step *steps, size_t count, struct rung_error *error) {
  if (count == 0) return RUNG_OK;
  if (spill->run_count == spill->run_room) {
    size_t room = spill->run_room ? 2 * spill->run_room : 16;
    struct run *runs = alloc_resize(&spill->allocator, spill->runs, spill->run_room, room, sizeof *runs);
    if (!runs) return fail_memory(error);
    spill->runs = runs;
    spill->run_room = room;
  }
  spill->runs[spill->run_count++] = (struct run){.offset = spill->written, .left = count};
  enum rung_status status = temp_write(spill->file, steps, count * sizeof *steps, spill->written * sizeof *steps,
                                       error);
  spill->written += count;
  return status;
}

uint64_t spill_steps(const struct spill *spill) { return spill->written; }

/* -- Merging -------------------------------------------------------------------------------------------------- */

static int64_t next_value(const struct spill *spill, size_t at) {
  const struct run *run = &spill->runs[spill->heap[at]];
  return run->buffer[run->at].value;
}

static void sift_down(struct spill *spill, size_t at) {
  for (size_t child; (child = 2 * at + 1) < spill->heap_count; at = child) {
    if (child + 1 < spill->heap_count && next_value(spill, child + 1) < next_value(spill, child)) child++;
    if (next_value(spill, child) >= next_value(spill, at)) return;
    size_t run = spill->heap[at];
    spill->heap[at] = spill->heap[child];
    spill->heap[child] = run;
  }
}

/* Reads more of a run whose buffer is used up. */
static enum rung_status refill(const struct spill *spill, struct run *run, struct rung_error *error) {
  run->at = 0;
  run->filled = run->left < spill->buffer_steps ? (size_t)run->left : spill->buffer_steps;
  enum rung_status status = temp_read(spill->file, run->buffer, run->filled * sizeof *run->buffer,
                                      run->offset * sizeof *run->buffer, error);
  run->offset += run->filled;
  run->left -= run->filled;
  return status;
}

/* Shares `memory` among the runs' buffers. */
static enum rung_status start(struct spill *spill, size_t memory, struct rung_error *error) {
  spill->buffer_steps = memory / sizeof(struct step) / spill->run_count;
  if (spill->buffer_steps < BUFFER_LEAST) spill->buffer_steps = BUFFER_LEAST;
  size_t steps;
  if (__builtin_mul_overflow(spill->run_count, spill->buffer_steps, &steps)) return fail_memory(error);
  spill->buffers = alloc_resize(&spill->allocator, NULL, 0, steps, sizeof *spill->buffers);
  spill->heap = alloc_array(&spill->allocator, spill->run_count, sizeof *spill->heap);
  if (!spill->buffers || !spill->heap) return fail_memory(error);
  for (size_t i = 0; i < spill->run_count; i++) {
    spill->runs[i].buffer = spill->buffers + i * spill->buffer_steps;
    enum rung_status status = refill(spill, &spill->runs[i], error);
    if (status) return status;
    spill->heap[i] = i;
  }
  spill->heap_count = spill->run_count;
  for (size_t i = spill->heap_count / 2; i-- > 0;) sift_down(spill, i);
  return RUNG_OK;
}

/* Takes the next value of all runs that have it; a run at its end leaves the heap. */
static enum rung_status take(struct spill *spill, struct step *step, struct rung_error *error) {
  *step = (struct step){.value = next_value(spill, 0)};
  while (spill->heap_count && next_value(spill, 0) == step->value) {
    struct run *run = &spill->runs[spill->heap[0]];
    step->rows += run->buffer[run->at++].rows;
    if (run->at == run->filled && run->left > 0) {
      enum rung_status status = refill(spill, run, error);
      if (status) return status;
    }
    if (run->at == run->filled) spill->heap[0] = spill->heap[--spill->heap_count];
    sift_down(spill, 0);
  }
  return RUNG_OK;
}

static enum rung_status merge_into(struct spill *spill, struct population *population, struct step *steps,
                                   struct rung_error *error) {
  enum rung_status status = RUNG_OK;
  while (!status && spill->heap_count) {
    uint64_t offset = population->step_count * sizeof *steps;
    size_t count = 0;
    for (; !status && spill->heap_count && count < WRITTEN_STEPS; count++)
      status = take(spill, &steps[count], error);
    if (status) return status;
    steps_settle(population, steps, count);
    status = temp_write(population->file, steps, count * sizeof *steps, offset, error);
  }
  size_t count = population->step_count, more = steps_padded(count) - count;
  if (status) return status;
  steps_pad(population, steps, more);
  return temp_write(population->file, steps, more * sizeof *steps, count * sizeof *steps, error);
}

enum rung_status spill_merge(struct spill *spill, struct population *population, size_t memory,
                             struct rung_error *error) {
  struct step *steps = alloc_array(&spill->allocator, WRITTEN_STEPS, sizeof *steps);
  enum rung_status status = steps ? start(spill, memory, error) : fail_memory(error);
  if (!status) status = temp_open(&population->file, error);
  if (!status) status = merge_into(spill, population, steps, error);
  alloc_free(&spill->allocator, steps, WRITTEN_STEPS, sizeof *steps);
  return status;
}
