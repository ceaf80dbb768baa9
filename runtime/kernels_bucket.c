/* kernels_bucket.c - a share of the base by hash: the same customers on every machine, in every version.

   XXH64 has a published specification and does not change; the values are in LANGUAGE.md for everybody to check. */
#define XXH_STATIC_LINKING_ONLY /* for a state on the stack */
#include <xxhash.h>

#include "decimal.h"
#include "kernels.h"

/* The salt and a colon, twice: to be continued in one piece, which is faster, and for what is too long for that. */
struct salted {
  char bytes[256];
  size_t length;
  XXH64_state_t state;
};

static void salt(const struct call *call, struct salted *salted) {
  struct rung_text text = call->session->program->tables.constants[call->imm].text;
  XXH64_reset(&salted->state, 0);
  XXH64_update(&salted->state, text.bytes, text.length);
  XXH64_update(&salted->state, ":", 1);
  salted->length = text.length + 1;
  if (salted->length > sizeof salted->bytes) return;
  memcpy(salted->bytes, text.bytes, text.length);
  salted->bytes[text.length] = ':';
}

static uint64_t hash(struct salted *salted, const char *bytes, size_t length) {
  size_t room = salted->length < sizeof salted->bytes ? sizeof salted->bytes - salted->length : 0;
  if (0 < length && length <= room) {
    memcpy(salted->bytes + salted->length, bytes, length);
    return XXH64(salted->bytes, salted->length + length, 0);
  }
  XXH64_state_t state = salted->state;
  XXH64_update(&state, bytes, length);
  return XXH64_digest(&state);
}

static int64_t bucket(struct salted *salted, const char *bytes, size_t length) {
  return (int64_t)((unsigned __int128)hash(salted, bytes, length) * DECIMAL_ONE >> 64);
}

bool kernel_BUCKET_T(const struct call *call) {
  struct salted salted;
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
  struct salted salted;
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
