/* kernels.h - what the kernels share: loops over 64 rows and one validity word at a time.

   The loop over the rows of a word has no branches and a constant step for each operand (0 when it is uniform), so
   that the compiler can vectorise it. */
#ifndef RUNG_KERNELS_H
#define RUNG_KERNELS_H

#include <string.h>

#include "clones.h"
#include "swar.h"
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

/* A kernel of one or two operands from `word_ID`, which does one word of `rows` rows with the operands' steps.
   Whole words are done by the best instructions, what is left over without their call.  One row alone needs neither
   loops nor steps. */
#define KERNEL_1(id)                                                                    \
  static CLONES void words_##id(const struct call *call, size_t words) {                \
    for (size_t w = 0; call->a->stride && w < words; w++) word_##id(call, w, 64, 1);    \
    for (size_t w = 0; !call->a->stride && w < words; w++) word_##id(call, w, 64, 0);   \
  }                                                                                     \
  static __attribute__((noinline)) void rows_##id(const struct call *call) {            \
    size_t words = call->rows / 64, left = call->rows % 64;                             \
    if (words) words_##id(call, words);                                                 \
    if (left) word_##id(call, words, left, call->a->stride);                            \
  }                                                                                     \
  bool kernel_##id(const struct call *call) {                                           \
    if (call->rows == 1) word_##id(call, 0, 1, 0);                                      \
    else rows_##id(call);                                                               \
    return true;                                                                        \
  }

#define KERNEL_2(id) KERNEL_OF(id, a, b)

#define KERNEL_OF(id, x, y)                                                             \
  static CLONES void words_##id(const struct call *call, size_t words) {                \
    bool x_moves = call->x->stride, y_moves = call->y->stride;                          \
    for (size_t w = 0; x_moves && y_moves && w < words; w++) word_##id(call, w, 64, 1, 1);   \
    for (size_t w = 0; x_moves && !y_moves && w < words; w++) word_##id(call, w, 64, 1, 0);  \
    for (size_t w = 0; !x_moves && y_moves && w < words; w++) word_##id(call, w, 64, 0, 1);  \
    for (size_t w = 0; !x_moves && !y_moves && w < words; w++) word_##id(call, w, 64, 0, 0); \
  }                                                                                     \
  static __attribute__((noinline)) void rows_##id(const struct call *call) {            \
    size_t words = call->rows / 64, left = call->rows % 64;                             \
    if (words) words_##id(call, words);                                                 \
    if (left) word_##id(call, words, left, call->x->stride, call->y->stride);           \
  }                                                                                     \
  bool kernel_##id(const struct call *call) {                                           \
    if (call->rows == 1) word_##id(call, 0, 1, 0, 0);                                   \
    else rows_##id(call);                                                               \
    return true;                                                                        \
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

/* The same, gathering `bit`, an expression that is 0 or 1, of each row in `word`: as bytes first, which vector
   instructions can do. */
#define WORD_BITS(i, rows, word, bit)                                                     \
  do {                                                                                    \
    if ((rows) == 64) {                                                                   \
      uint8_t bytes[64];                                                                  \
      for (size_t i = 0; i < 64; i++) bytes[i] = (bit);                                   \
      word = swar_bits(bytes);                                                            \
    } else {                                                                              \
      word = 0;                                                                           \
      for (size_t i = 0; i < (rows); i++) word |= (uint64_t)(bit) << i;                   \
    }                                                                                     \
  } while (0)

#endif
