/* ranges.c - tests whose answer is known from the values that can be there: of a declared column, a place among all
   customers, a count, a part of a date. */
#include "check.h"

#include "decimal.h"
#include "intern.h"
#include "literal.h"
#include "same.h"
#include "words.h"

/* -- What values there can be ------------------------------------------------------------------- */

#define WHOLE(number) ((int64_t)(number) * DECIMAL_ONE)

/* In millionths. */
struct extent {
  __int128 low, high;
  const char *words;        /* NULL: `declared` says it */
  const struct ast *declared;
};

enum { OPEN = 0 };          /* no largest value */

struct known_extent {
  int64_t low, high;
  const char *words;
};

static const struct known_extent of_functions[FUNCTION_COUNT] = {
    [FUNCTION_ABS] = {0, OPEN, "it is 0 or more"},
    [FUNCTION_LENGTH] = {0, OPEN, "a length is 0 or more"},
    [FUNCTION_YEAR] = {WHOLE(1), WHOLE(9999), "years go from 1 to 9999"},
    [FUNCTION_MONTH] = {WHOLE(1), WHOLE(12), "months go from 1 to 12"},
    [FUNCTION_DAY] = {WHOLE(1), WHOLE(31), "days of a month go from 1 to 31"},
    [FUNCTION_WEEKDAY] = {WHOLE(1), WHOLE(7), "weekdays go from 1, Monday, to 7, Sunday"},
    [FUNCTION_BUCKET] = {0, DECIMAL_ONE - 1, "it goes from 0 to 0.999999: a tenth of all is below 10%"},
};

static const struct known_extent of_measures[MEASURE_COUNT_OF] = {
    [MEASURE_RANK] = {WHOLE(1), OPEN, "ranks begin at 1, the greatest"},
    [MEASURE_QUINTILE] = {WHOLE(1), WHOLE(5), "it goes from 1 to 5"},
    [MEASURE_PERCENTILE] = {0, WHOLE(100), "it goes from 0 to 100"},
    [MEASURE_SHARE] = {0, WHOLE(1), "it goes from 0 to 1"},
};

static const struct known_extent of_aggregates[AGGREGATE_COUNT_OF] = {
    [AGGREGATE_COUNT] = {0, OPEN, "a count is 0 or more"},
    [AGGREGATE_DISTINCT] = {0, OPEN, "a count is 0 or more"},
};

const struct ast *check_attribute(const struct ast *node, enum ast_kind kind) {
  const struct ast *name = bare(node);
  if (name->kind == AST_FIELD) name = name->child[1];
  const struct symbol *symbol = name->kind == AST_NAME ? name->symbol : NULL;
  if (!symbol || symbol->kind != SYMBOL_COLUMN || symbol->decl->kind != AST_COLUMN) return NULL;
  for (uint32_t i = 1; i < symbol->decl->count; i++) {
    if (symbol->decl->child[i]->kind == kind) return symbol->decl->child[i];
  }
  return NULL;
}

static bool extent_of(const struct ast *node, struct extent *extent) {
  const struct ast *range = check_attribute(node, AST_RANGE);
  *extent = (struct extent){.declared = range};
  if (range) return literal_number(range->child[0], &extent->low) && literal_number(range->child[1], &extent->high);
  const struct known_extent *known = NULL;
  node = check_meant(node);
  /* One that does not exist has the number behind the last. */
  if (node->kind == AST_CALL && node->function < FUNCTION_COUNT) known = &of_functions[node->function];
  if (node->kind == AST_MEASURE && node->function < MEASURE_COUNT_OF) known = &of_measures[node->function];
  if (node->kind == AST_AGGREGATE && node->function < AGGREGATE_COUNT_OF) known = &of_aggregates[node->function];
  if (!known || !known->words) return false;
  extent->low = known->low;
  extent->high = known->high == OPEN ? (__int128)INT64_MAX * DECIMAL_ONE : known->high;
  extent->words = known->words;
  return true;
}

int check_decided(enum ast_kind test, __int128 low, __int128 high, __int128 bound) {
  bool inside = low <= bound && bound <= high;
  switch (test) {
    case AST_EQ: return inside ? -1 : 0;
    case AST_NE: return inside ? -1 : 1;
    case AST_LT: return high < bound ? 1 : low >= bound ? 0 : -1;
    case AST_LE: return high <= bound ? 1 : low > bound ? 0 : -1;
    case AST_GT: return low > bound ? 1 : high <= bound ? 0 : -1;
    case AST_GE: return low >= bound ? 1 : high < bound ? 0 : -1;
    default: return -1;
  }
}

enum ast_kind check_mirrored(enum ast_kind test) {
  switch (test) {
    case AST_LT: return AST_GT;
    case AST_LE: return AST_GE;
    case AST_GT: return AST_LT;
    case AST_GE: return AST_LE;
    default: return test;
  }
}

/* -- Tests of them --------------------------------------------------------------------------------- */

static void report_known(struct module *module, struct place at, const struct ast *value, const struct extent *extent,
                         const char *what) {
  struct diag *diag = diag_report(module, at, DIAG_KNOWN, what);
  if (extent->declared && extent->declared->kind == AST_CLOSED)
    diag_help(module, diag, "`%.*s` has the values that are listed at %.*s, and no other",
              TEXT_ARG(expression_text(module, value)), TEXT_ARG(place_words(module, extent->declared->at)));
  else if (extent->declared)
    diag_help(module, diag, "`%.*s` is declared `%.*s` at %.*s", TEXT_ARG(expression_text(module, value)),
              TEXT_ARG(expression_text(module, extent->declared)),
              TEXT_ARG(place_words(module, extent->declared->at)));
  else
    diag_help(module, diag, "%s", extent->words);
}

static const char *answer_words(const struct extent *extent, bool always) {
  if (!always) return "never true";
  return extent->declared ? "true wherever the column is present" : "true wherever the value is present";
}

static void check_comparison(struct module *module, const struct ast *test) {
  const struct ast *value = test->child[0];
  enum ast_kind kind = (enum ast_kind)test->kind;
  struct extent extent;
  __int128 bound;
  if (literal_number(value, &bound)) value = test->child[1], kind = check_mirrored(kind);
  else if (!literal_number(test->child[1], &bound)) return;
  if (!extent_of(value, &extent)) return;
  int known = check_decided(kind, extent.low, extent.high, bound);
  if (known >= 0) report_known(module, test->at, value, &extent, answer_words(&extent, known));
}

static void check_span_of_values(struct module *module, const struct ast *between) {
  const struct ast *value = between->child[0];
  struct extent extent;
  __int128 low, high;
  if (!literal_number(between->child[1], &low) || !literal_number(between->child[2], &high) || low > high ||
      !extent_of(value, &extent)) {
    return;
  }
  bool none = high < extent.low || low > extent.high, all = low <= extent.low && high >= extent.high;
  if (none || all) report_known(module, between->at, value, &extent, answer_words(&extent, all != between->negated));
}

static void check_members(struct module *module, const struct ast *in) {
  struct extent extent;
  __int128 member;
  if (!extent_of(in->child[0], &extent)) return;
  for (uint32_t i = 1; i < in->count; i++) {
    if (!literal_number(in->child[i], &member) || (member >= extent.low && member <= extent.high)) continue;
    report_known(module, in->child[i]->at, in->child[0], &extent, "never its value");
  }
}

/* -- Columns of a few values ---------------------------------------------------------------------------- */

/* What parts of a chain say of one column that is declared with its values. */
struct choice {
  const struct ast *column, *closed;
  struct intern words;
};

static bool names_all(const struct choice *choice) {
  const struct ast *preset = check_attribute(choice->column, AST_PRESET);
  if (preset && !intern_find(&choice->words, preset->child[0]->text)) return false;
  for (uint32_t i = 0; i < choice->closed->count; i++) {
    if (!intern_find(&choice->words, choice->closed->child[i]->text)) return false;
  }
  return true;
}

/* Whether the part is `column != "a"` or `column not in ("a", "b")`; or, with `equal`, `=` and `in`. */
static bool chooses(const struct ast *part, bool equal) {
  return part->kind == AST_IN ? part->negated != equal : part->kind == (equal ? AST_EQ : AST_NE);
}

/* Of the first such column of the chain. */
static void check_choice(struct module *module, const struct ast *chain, const struct ast *const *parts, uint32_t count,
                         bool equal) {
  struct choice choice = {.words.arena = &module->arena};
  uint32_t words = 0;
  for (uint32_t i = 0; i < count; i++) {
    const struct ast *part = bare(parts[i]);
    if (!chooses(part, equal)) continue;
    const struct ast *column = bare(part->child[0]), *closed = check_attribute(column, AST_CLOSED);
    if (!closed || (choice.column && !same_expression(column, choice.column))) continue;
    choice.column = column, choice.closed = closed;
    for (uint32_t k = 1; k < part->count; k++) {
      const struct ast *word = bare(part->child[k]);
      if (word->kind == AST_STRING && !intern_add(&choice.words, word->text, part->child[k])) words++;
    }
  }
  if (!choice.closed || words != choice.closed->count || !names_all(&choice)) return; /* others are wrong themselves */
  struct extent extent = {.declared = choice.closed};
  report_known(module, chain->at, choice.column, &extent, answer_words(&extent, equal));
}

void check_ranges(struct module *module, const struct ast *node) {
  switch (node->kind) {
    case AST_EQ: case AST_NE: case AST_LT: case AST_LE: case AST_GT: case AST_GE: check_comparison(module, node); break;
    case AST_BETWEEN: check_span_of_values(module, node); break;
    case AST_IN:
      check_members(module, node);
      check_choice(module, node, &node, 1, !node->negated);
      break;
    case AST_AND: case AST_OR:
      check_choice(module, node, (const struct ast *const *)node->child, node->count, node->kind == AST_OR);
      break;
    default: break;
  }
}
