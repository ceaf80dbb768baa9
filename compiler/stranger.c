/* stranger.c - what a condition comes to for a customer of whom nothing is known but his key.

   Where that is surely yes, it takes what is not known for leave.  Values are sets of what they may be; of a value that
   is no flag only whether it is there is told, so both PRESENT bits stand together. */
#include "check.h"

enum { YES = 1, NO = 2, PRESENT = YES | NO, MISSING = 4, ANYTHING = PRESENT | MISSING };

/* More than any condition needs that a person wrote; what is deeper may be anything. */
enum { STEPS_MOST = 2000 };

struct stranger {
  const struct module *module;
  uint32_t steps;
};

static int value_of(struct stranger *stranger, const struct ast *node);

static int flag(bool yes) { return yes ? YES : NO; }

static int negation(int a) { return (a & MISSING) | (a & YES ? NO : 0) | (a & NO ? YES : 0); }

/* -- Names -------------------------------------------------------------------------------- */

static int column_value(const struct symbol *column) {
  const struct ast *decl = column->decl;
  for (uint32_t i = 1; decl->kind == AST_COLUMN && i < decl->count; i++) {
    const struct ast *attribute = decl->child[i], *preset = attribute->kind == AST_PRESET ? attribute->child[0] : NULL;
    if (attribute->kind == AST_KEY) return PRESENT;
    if (preset) return preset->kind == AST_BOOLEAN ? flag(preset->value != 0) : PRESENT;
  }
  return MISSING;
}

static bool gives(const struct ast *rule, const struct symbol *tag) {
  for (uint32_t i = 3; rule->kind == AST_RULE && i < rule->count; i++)
    if (rule->child[i]->symbol == tag) return true;
  return false;
}

/* One rule that fires is enough; what is unknown to a rule does not make it fire. */
static int tag_value(struct stranger *stranger, const struct symbol *tag) {
  int value = NO;
  for (uint32_t i = 0; i < stranger->module->rules.count; i++) {
    const struct ast *rule = stranger->module->rules.at[i];
    if (!gives(rule, tag)) continue;
    int condition = value_of(stranger, rule->child[1]);
    if (condition == YES) return YES;
    if (condition & YES) value = PRESENT;
  }
  return value;
}

static int name_value(struct stranger *stranger, const struct symbol *symbol) {
  if (!symbol) return ANYTHING;
  switch ((enum symbol_kind)symbol->kind) {
    case SYMBOL_COLUMN: return column_value(symbol);
    case SYMBOL_LET: return value_of(stranger, symbol->decl->child[1]);
    case SYMBOL_TAG: return tag_value(stranger, symbol);
    case SYMBOL_PARAM: case SYMBOL_LABEL: case SYMBOL_SCORE: return PRESENT;
    default: return ANYTHING;
  }
}

/* -- Operators -------------------------------------------------------------------------------- */

/* `and` is decided by a no, `or` by a yes. */
static int both(int a, int b, int decides) {
  int open = PRESENT ^ decides, result = ((a | b) & decides) | (a & b & open);
  return (a | b) & MISSING && a != decides && b != decides ? result | MISSING : result;
}

static int joined(struct stranger *stranger, const struct ast *node, int decides) {
  int result = PRESENT ^ decides;
  for (uint32_t i = 0; i < node->count; i++) result = both(result, value_of(stranger, node->child[i]), decides);
  return result;
}

static int choice(struct stranger *stranger, const struct ast *node) {
  int condition = value_of(stranger, node->child[0]), result = 0;
  if (condition & YES) result |= value_of(stranger, node->child[1]);
  if (condition != YES) result |= value_of(stranger, node->child[2]);
  return result;
}

/* Missing where the first operand is; with a default it is what that is. */
static int call_value(struct stranger *stranger, const struct ast *node) {
  int a = value_of(stranger, node->child[1]);
  if (node->function != FUNCTION_DEFAULT) return a == MISSING ? MISSING : ANYTHING;
  return a & MISSING ? (a & PRESENT) | value_of(stranger, node->child[2]) : a;
}

static int aggregate_value(const struct ast *node) {
  static const uint8_t of_no_rows[] = {
#define ZERO PRESENT
#define AGGREGATE(id, name, value, order, result, empty, what) [AGGREGATE_##id] = empty,
#include "aggregates.def"
#undef AGGREGATE
#undef ZERO
  };
  return of_no_rows[node->function];
}

/* Unknown where the value asked about is missing. */
static int test_value(struct stranger *stranger, const struct ast *node, uint32_t asked) {
  int value = PRESENT;
  for (uint32_t i = 0; i < asked && i < node->count; i++) {
    int a = value_of(stranger, node->child[i]);
    if (a == MISSING) return MISSING;
    value |= a & MISSING;
  }
  return asked < node->count ? ANYTHING : value;
}

static int presence(struct stranger *stranger, const struct ast *node) {
  int a = value_of(stranger, node->child[0]);
  if (a & MISSING && a & PRESENT) return PRESENT;
  return flag((a == MISSING) == ((node->kind == AST_IS_MISSING) != node->negated));
}

static int value_of(struct stranger *stranger, const struct ast *node) {
  if (stranger->steps++ >= STEPS_MOST) return ANYTHING;
  switch (node->kind) {
    case AST_NAME: return name_value(stranger, node->symbol);
    case AST_BOOLEAN: return flag(node->value != 0);
    case AST_STRING: case AST_NUMBER: case AST_DURATION: case AST_DATE: case AST_TODAY: return PRESENT;
    case AST_PAREN: return value_of(stranger, node->child[0]);
    case AST_NOT: return negation(value_of(stranger, node->child[0]));
    case AST_AND: case AST_OR: return joined(stranger, node, node->kind == AST_AND ? NO : YES);
    case AST_IF: return choice(stranger, node);
    case AST_CALL: return call_value(stranger, node);
    case AST_IS_MISSING: case AST_IS_PRESENT: return presence(stranger, node);
    case AST_EQ: case AST_NE: case AST_LT: case AST_LE: case AST_GT: case AST_GE: case AST_CONTAINS: case AST_STARTS:
    case AST_ENDS: case AST_WITHIN_LAST: case AST_WITHIN_NEXT: case AST_OLDER:
      return test_value(stranger, node, 2);
    case AST_MATCHES: case AST_BETWEEN: case AST_IN: case AST_IN_LIST: case AST_IN_FILE: case AST_HAS: case AST_HAS_ANY:
    case AST_HAS_ALL: case AST_DAYS_SINCE: case AST_DAYS_UNTIL: case AST_HOURS_SINCE: case AST_ANNIVERSARY:
    case AST_ADD: case AST_SUB: case AST_MUL: case AST_DIV: case AST_NEG:
      return test_value(stranger, node, 1);
    case AST_WAS: return NO;
    case AST_AGGREGATE: return aggregate_value(node);
    case AST_FIELD: return MISSING; /* of the last run, which had not seen him */
    default: return ANYTHING;
  }
}

bool is_yes_of_a_stranger(const struct module *module, const struct ast *condition) {
  struct stranger stranger = {.module = module};
  return value_of(&stranger, condition) == YES;
}
