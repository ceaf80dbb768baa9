/* kernels_bucket.c - a share of the base by hash: the same customers on every machine, in every version.

   XXH64 has a published specification and does not change; the values are in LANGUAGE.md for everybody to check. */
#define XXH_STATIC_LINKING_ONLY /* for a state on the stack */
#include <xxhash.h>

#include "decimal.h"
#include "kernels.h"

/* The salt and the colon were put in already. */
static int64_t bucket(const XXH64_state_t *salted, const char *bytes, size_t length) {
  XXH64_state_t state = *salted;
  XXH64_update(&state, bytes, length);
  return (int64_t)((unsigned __int128)XXH64_digest(&state) * DECIMAL_ONE >> 64);
}

static void salt(const struct call *call, XXH64_state_t *state) {
  struct rung_text text = call->session->program->tables.constants[call->imm].text;
  XXH64_reset(state, 0);
  XXH64_update(state, text.bytes, text.length);
  XXH64_update(state, ":", 1);
}

bool kernel_BUCKET_T(const struct call *call) {
  XXH64_state_t salted;
  salt(call, &salted);
  EACH_WORD(w) {
    uint64_t valid = call->a->valid[w];
    EACH_BIT(i, valid, word_rows(call, w)) {
      size_t row = w * 64 + i;
      struct rung_text text = call->a->data.text[row * call->a->stride];
      call->dst->data.i64[row] = bucket(&salted, text.bytes, text.length);
    }
    call->dst->valid[w] = valid;
  }
  return true;
}

bool kernel_BUCKET_I(const struct call *call) {
  XXH64_state_t salted;
  salt(call, &salted);
  EACH_WORD(w) {
    uint64_t valid = call->a->valid[w];
    EACH_BIT(i, valid, word_rows(call, w)) {
      char digits[DECIMAL_PRINT_ROOM];
      size_t row = w * 64 + i, length = integer_print(digits, call->a->data.i64[row * call->a->stride]);
      call->dst->data.i64[row] = bucket(&salted, digits, length);
    }
    call->dst->valid[w] = valid;
  }
  return true;
}
