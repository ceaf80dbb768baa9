/* results.c - read what the program said of a batch, row by row. */
#include "score.h"

enum rung_status results_new(const struct job *job, const rung_session *session, struct results *results,
                             struct rung_error *error) {
  results->tables = job->tables;
  results->session = session;
  results->active = alloc_array(job->allocator, job->tables->label_count, sizeof *results->active);
  results->ends = alloc_array(job->allocator, job->tables->output_count, sizeof *results->ends);
  return results->active && results->ends ? RUNG_OK : fail_memory(error);
}

void results_free(const struct job *job, struct results *results) {
  alloc_free(job->allocator, results->active, job->tables->label_count, sizeof *results->active);
  alloc_free(job->allocator, results->ends, job->tables->output_count, sizeof *results->ends);
}

/* Most rows have few of many labels: those that none of 64 rows has are passed over once for all 64. */
void results_word(struct results *results, size_t word) {
  uint32_t count = 0;
  for (size_t o = 0; o < results->tables->output_count; o++) {
    const struct prog_output *output = &results->tables->outputs[o];
    uint32_t end = output_is_value(output) ? output->first : output->first + output->count;
    for (uint32_t label = output->first; label < end; label++) {
      uint64_t bits = session_register(results->session, results->tables->labels[label].reg)->data.bits[word];
      if (bits) results->active[count++] = (struct active){bits, label};
    }
    results->ends[o] = count;
  }
}

const struct active *results_labels(const struct results *results, size_t output, size_t *count) {
  uint32_t first = output ? results->ends[output - 1] : 0;
  *count = results->ends[output] - first;
  return results->active + first;
}

struct rung_value results_show(const struct results *results, size_t show, size_t row) {
  const struct prog_show *declared = &results->tables->shows[show];
  const struct vec *vec = session_register(results->session, declared->reg);
  struct rung_value value = {.type = (enum rung_type)declared->type, .present = bitmap_get(vec->valid, row)};
  if (!value.present) return value;
  size_t i = row * vec->stride;
  switch (value.type) {
    case RUNG_FLAG: value.as.flag = bitmap_get(vec->data.bits, row); break;
    case RUNG_INTEGER:
    case RUNG_NUMBER:
    case RUNG_MONEY:
    case RUNG_DATETIME: value.as.integer = vec->data.i64[i]; break;
    case RUNG_DATE: value.as.date = vec->data.i32[i]; break;
    case RUNG_TEXT:
    case RUNG_LIST: value.as.text = vec->data.text[i]; break;
  }
  return value;
}
