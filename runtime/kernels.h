/* kernels.h - what the kernels share: loops over 64 rows and one validity word at a time.

   The loop over the rows of a word has no branches and a constant step for each operand (0 when it is uniform), so
   that the compiler can vectorise it. */
#ifndef RUNG_KERNELS_H
#define RUNG_KERNELS_H

#include <string.h>

#include "vm.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

#define EACH_WORD(w) for (size_t w = 0; w < bitmap_words(call->rows); w++)

/* Rows of word w. */
static inline size_t word_rows(const struct call *call, size_t w) {
  size_t left = call->rows - w * 64;
  return left < 64 ? left : 64;
}

/* Walks the set bits of `word` below `rows`; i is the row in the word. */
#define EACH_BIT(i, word, rows)                                                                              \
  for (uint64_t i, left_##i = (rows) < 64 ? (word) & (((uint64_t)1 << (rows)) - 1) : (word);                  \
       left_##i && ((i = (uint64_t)__builtin_ctzll(left_##i)), true); left_##i &= left_##i - 1)

/* The low bits of 64 bytes that are 0 or 1, as a word. */
static inline uint64_t pack_bits(const uint8_t bytes[64]) {
  uint64_t word = 0;
  for (size_t i = 0; i < 8; i++) {
    uint64_t eight;
    memcpy(&eight, bytes + 8 * i, sizeof eight);
    if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) eight = __builtin_bswap64(eight);
    word |= (eight * 0x0102040810204080u >> 56) << (8 * i); /* moves bit 8k to bit 56 + k; nothing carries */
  }
  return word;
}

/* A kernel of one or two operands from its loop, a function of the call and the steps of the operands. */
#define KERNEL_1(id)                                 \
  bool kernel_##id(const struct call *call) {        \
    if (call->a->stride) loop_##id(call, 1);         \
    else loop_##id(call, 0);                         \
    return true;                                     \
  }
#define KERNEL_2(id)                                                          \
  bool kernel_##id(const struct call *call) {                                 \
    if (call->a->stride && call->b->stride) loop_##id(call, 1, 1);            \
    else if (call->a->stride) loop_##id(call, 1, 0);                          \
    else if (call->b->stride) loop_##id(call, 0, 1);                          \
    else loop_##id(call, 0, 0);                                               \
    return true;                                                              \
  }

/* Statements for each row i of one word; `rows` is a constant for all words but the last. */
#define WORD_LOOP(i, rows, ...)                                   \
  do {                                                            \
    if ((rows) == 64) {                                           \
      for (size_t i = 0; i < 64; i++) { __VA_ARGS__; }            \
    } else {                                                      \
      for (size_t i = 0; i < (rows); i++) { __VA_ARGS__; }        \
    }                                                             \
  } while (0)

#endif
