/* shadows.c - arms of a status that never decide, because an earlier one takes a wider range of the same value:
   `orders > 1 -> x; orders > 5 -> y`. */
#include "check.h"

#include "decimal.h"
#include "literal.h"
#include "same.h"
#include "types.h"
#include "words.h"

/* What a test of a value with a literal is true for, both ends among it. */
struct span {
  const struct ast *value;
  __int128 low, high;
};

/* All that the arms so far take of a value upwards from somewhere, and downwards. */
struct taken {
  const struct ast *value;
  const struct ast *above, *below; /* the arms, or NULL */
  __int128 from, to;
};

/* Beyond all literals. */
static const __int128 lowest = -((__int128)1 << 100), highest = (__int128)1 << 100;

static bool literal_bound(const struct ast *node, __int128 *bound) {
  node = bare(node);
  if (node->kind != AST_DATE) return literal_number(node, bound);
  *bound = node->value;
  return true;
}

/* A moment is not: of its day there are earlier and later ones. */
static bool is_ordered(const struct ast *value) { return is_numeric(value->type) || value->type == TYPE_DATE; }

/* The least step between two values of the type, as literal_bound counts. */
static __int128 step_of(const struct ast *value) { return value->type == TYPE_INTEGER ? DECIMAL_ONE : 1; }

static bool span_of_comparison(const struct ast *test, struct span *span) {
  enum ast_kind kind = (enum ast_kind)test->kind;
  __int128 bound;
  span->value = bare(test->child[0]);
  if (literal_bound(span->value, &bound)) span->value = bare(test->child[1]), kind = check_mirrored(kind);
  else if (!literal_bound(test->child[1], &bound)) return false;
  __int128 step = step_of(span->value);
  if (!is_ordered(span->value) || bound % step != 0) return false;
  span->low = kind == AST_GT ? bound + step : kind == AST_LT || kind == AST_LE ? lowest : bound;
  span->high = kind == AST_LT ? bound - step : kind == AST_GT || kind == AST_GE ? highest : bound;
  return true;
}

/* Of a whole condition, or of one that `and` joins in it. */
static bool span_of(const struct ast *test, struct span *span) {
  test = bare(test);
  switch (test->kind) {
    case AST_EQ: case AST_LT: case AST_LE: case AST_GT: case AST_GE: return span_of_comparison(test, span);
    case AST_BETWEEN:
      span->value = bare(test->child[0]);
      return !test->negated && is_ordered(span->value) && literal_bound(test->child[1], &span->low) &&
             literal_bound(test->child[2], &span->high);
    default: return false;
  }
}

static struct taken *find_taken(struct module *module, const struct intern *seen, const struct symbol *status,
                                const struct ast *value) {
  struct taken *taken = intern_find(seen, same_key(&module->arena, value, status->index));
  return taken && same_expression(taken->value, value) ? taken : NULL;
}

static const struct ast *taker(const struct taken *taken, const struct span *span) {
  if (taken->above && span->low >= taken->from) return taken->above;
  return taken->below && span->high <= taken->to ? taken->below : NULL;
}

/* The earlier arm that is true wherever this condition is, or NULL. */
static const struct ast *find_shadow(struct module *module, const struct intern *seen, const struct symbol *status,
                                     const struct ast *condition) {
  const struct ast *whole = bare(condition);
  uint32_t count = whole->kind == AST_AND ? whole->count : 1;
  for (uint32_t i = 0; i < count; i++) {
    struct span span;
    if (!span_of(whole->kind == AST_AND ? whole->child[i] : whole, &span)) continue;
    const struct taken *taken = find_taken(module, seen, status, span.value);
    const struct ast *arm = taken ? taker(taken, &span) : NULL;
    if (arm) return arm;
  }
  return NULL;
}

static void take(struct module *module, struct intern *seen, const struct symbol *status, const struct ast *arm) {
  struct span span;
  if (!span_of(arm->child[0], &span) || (span.low != lowest && span.high != highest)) return;
  struct taken *taken = find_taken(module, seen, status, span.value);
  if (!taken) {
    taken = arena_alloc(&module->arena, sizeof *taken);
    if (!taken) return;
    *taken = (struct taken){.value = span.value};
    intern_add(seen, same_key(&module->arena, span.value, status->index), taken);
  }
  if (span.high == highest && (!taken->above || span.low < taken->from)) taken->above = arm, taken->from = span.low;
  if (span.low == lowest && (!taken->below || span.high > taken->to)) taken->below = arm, taken->to = span.high;
}

void warn_shadow(struct module *module, struct intern *seen, const struct symbol *status, const struct ast *arm) {
  const struct ast *condition = arm->child[0];
  const struct ast *first = find_shadow(module, seen, status, condition);
  if (!first) {
    take(module, seen, status, arm);
    return;
  }
  struct diag *diag = diag_report(module, condition->at, DIAG_ARM_DEAD);
  diag_help(module, diag, "%.*s is true wherever this is, and the first line that is true decides; a narrower "
            "condition stands above a wider one", TEXT_ARG(place_words(module, first->at)));
}
