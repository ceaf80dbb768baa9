/* same.c - whether two expressions are written alike. */
#include "same.h"

#include <xxhash.h>

bool same_expression(const struct ast *a, const struct ast *b) {
  a = bare(a), b = bare(b);
  if (a->kind != b->kind || a->negated != b->negated || a->whole != b->whole || a->type != b->type ||
      a->function != b->function || a->value != b->value || a->symbol != b->symbol || a->file != b->file ||
      a->count != b->count || !text_equal(a->text, b->text)) {
    return false;
  }
  for (uint32_t i = 0; i < a->count; i++) {
    if (!same_expression(a->child[i], b->child[i])) return false;
  }
  return true;
}

static uint64_t hash(const struct ast *node, uint64_t seed) {
  node = bare(node);
  const uint64_t words[] = {seed,        node->kind,           node->negated,
                            node->whole, (uint64_t)node->value, (uint64_t)(uintptr_t)node->symbol, node->count};
  uint64_t all = XXH3_64bits_withSeed(words, sizeof words, XXH3_64bits(node->text.bytes, node->text.length));
  for (uint32_t i = 0; i < node->count; i++) all = hash(node->child[i], all);
  return all;
}

struct rung_text same_key(struct arena *arena, const struct ast *node, uint64_t seed) {
  uint64_t key = hash(node, seed);
  return arena_copy(arena, (const char *)&key, sizeof key);
}
