/* guess.c - the types of columns that no input block declares, from how the rules use them.

   Every expression has a term: a type, or a variable that stands for one.  Comparing or choosing between two terms
   makes them one (union and find).  Sums wait until enough is known, because `a - b` may be numbers or dates; a column
   that stands as a condition is a flag only if nothing else speaks against it.  Contradictions are left to infer,
   which knows how to tell them. */
#include "words.h"

struct term {
  type_t type;              /* NUMBER, DATE, TEXT or FLAG; UNKNOWN: see the variable */
  uint32_t variable;
};

struct variable {
  uint32_t parent;          /* itself at a root */
  type_t type;              /* of a root; UNKNOWN while nothing is known */
  bool compared;            /* of a root: has been compared with another variable */
  struct place why;         /* what told the type, or the comparison */
};

/* a + b or a - b whose terms are not all known. */
struct sum {
  bool minus, days;         /* days: b is written as a number of days, so a is probably a date */
  struct term a, b, result;
  struct place at;
};

struct guesser {
  struct module *module;
  struct variable *variables; /* the columns' first, then those of `previous` */
  uint32_t variable_count, variable_room;
  struct sum *sums;
  uint32_t sum_count, sum_room;
  struct presumption {
    struct term term;
    type_t type;
    struct place at;
  } *presumptions;          /* what a use makes of a term of which nothing else speaks */
  uint32_t presumption_count, presumption_room;
  struct term *lets;        /* by the index of the let */
};

static const struct term unknown_to_all = {TYPE_ERROR, 0};

/* Guessed numbers are all `number`. */
static type_t broad(type_t type) {
  if (type == TYPE_UNKNOWN) return TYPE_ERROR;
  return type == TYPE_INTEGER || type == TYPE_MONEY || type == TYPE_MONTHS ? TYPE_NUMBER : type;
}

static struct term known(type_t type) { return (struct term){broad(type), 0}; }

/* -- Variables ------------------------------------------------------------------------------ */

static struct term new_variable(struct guesser *guesser) {
  struct variable *grown = arena_grow(&guesser->module->arena, guesser->variables, guesser->variable_count,
                                      &guesser->variable_room, sizeof *grown);
  if (!grown) return unknown_to_all;
  guesser->variables = grown;
  uint32_t i = guesser->variable_count++;
  guesser->variables[i] = (struct variable){.parent = i};
  return (struct term){TYPE_UNKNOWN, i};
}

static struct variable *root_of(struct guesser *guesser, uint32_t i) {
  struct variable *variables = guesser->variables;
  while (variables[i].parent != i) i = variables[i].parent = variables[variables[i].parent].parent;
  return &variables[i];
}

static type_t type_of(struct guesser *guesser, struct term term) {
  return term.type ? term.type : root_of(guesser, term.variable)->type;
}

static void tell(struct guesser *guesser, struct term term, type_t type, struct place at) {
  type = broad(type);
  if (term.type || (type != TYPE_NUMBER && type != TYPE_DATE && type != TYPE_TEXT && type != TYPE_FLAG &&
                    type != TYPE_DATETIME)) {
    return;
  }
  struct variable *root = root_of(guesser, term.variable);
  if (root->type && (root->type != TYPE_DATE || type != TYPE_DATETIME)) return; /* which can stand for its date */
  root->type = type;
  root->why = at;
}

static void unite(struct guesser *guesser, struct term a, struct term b, struct place at, bool compared) {
  if (a.type || b.type) {
    tell(guesser, a, b.type, at);
    tell(guesser, b, a.type, at);
    return;
  }
  struct variable *left = root_of(guesser, a.variable), *right = root_of(guesser, b.variable);
  if (left->type && right->type) return;
  if (!left->type && right->type) {
    struct variable *swap = left;
    left = right, right = swap;
  }
  if (!left->type && compared && !left->compared) left->why = right->compared ? right->why : at;
  left->compared = left->compared || right->compared || compared;
  if (left != right) right->parent = left->parent;
}

/* In sums a time stands for its date. */
static type_t dated(type_t type) { return type == TYPE_DATETIME ? TYPE_DATE : type; }

/* -- Sums --------------------------------------------------------------------------------------- */

static bool settle(struct guesser *guesser, struct sum *sum, type_t a, type_t b, type_t result) {
  tell(guesser, sum->a, a, sum->at);
  tell(guesser, sum->b, b, sum->at);
  tell(guesser, sum->result, result, sum->at);
  return true;
}

/* Draws what can be drawn from what is known of a sum; false when that does not settle it. */
static bool solve(struct guesser *guesser, struct sum *sum) {
  const type_t D = TYPE_DATE, N = TYPE_NUMBER;
  type_t a = dated(type_of(guesser, sum->a)), b = dated(type_of(guesser, sum->b));
  type_t result = type_of(guesser, sum->result);
  if ((a && a != D && a != N) || (b && b != D && b != N)) return settle(guesser, sum, N, N, N);
  if (sum->minus) {
    if (a == N) return settle(guesser, sum, N, N, N);
    if (b == D) return settle(guesser, sum, D, D, N);
    if (result == D) return settle(guesser, sum, D, N, D);
    if (a == D && b == N) return settle(guesser, sum, D, N, D);
    if (a == D && result == N) return settle(guesser, sum, D, D, N);
    if (b == N && result == N) return settle(guesser, sum, N, N, N);
    if (result == N) unite(guesser, sum->a, sum->b, sum->at, false);
    return false;
  }
  if (a == D) return settle(guesser, sum, D, N, D);
  if (b == D) return settle(guesser, sum, N, D, D);
  if (result == N || (a == N && b == N)) return settle(guesser, sum, N, N, N);
  if (result == D && a == N) return settle(guesser, sum, N, D, D);
  if (result == D && b == N) return settle(guesser, sum, D, N, D);
  return false;
}

/* What is meant when nothing else tells: numbers, unless days are added or a date is there already. */
static void presume(struct guesser *guesser, struct sum *sum) {
  type_t a = dated(type_of(guesser, sum->a)), result = type_of(guesser, sum->result);
  if (a == TYPE_DATE || result == TYPE_DATE || (sum->days && !a && !result)) tell(guesser, sum->a, TYPE_DATE, sum->at);
  else tell(guesser, sum->a, TYPE_NUMBER, sum->at);
  tell(guesser, sum->b, a == TYPE_DATE && sum->minus ? TYPE_DATE : TYPE_NUMBER, sum->at);
  solve(guesser, sum);
}

/* Repeats until a round over all sums, there and back, settles none; then presumes what is left, in order. */
static void solve_all(struct guesser *guesser, bool presumptions) {
  uint32_t left = guesser->sum_count, before;
  do {
    before = left;
    uint32_t kept = 0;
    for (uint32_t i = left; i > 0; i--) solve(guesser, &guesser->sums[i - 1]);
    for (uint32_t i = 0; i < left; i++) {
      if (!solve(guesser, &guesser->sums[i])) guesser->sums[kept++] = guesser->sums[i];
    }
    left = kept;
  } while (left < before && left > 0);
  guesser->sum_count = left;
  if (!presumptions) return;
  for (uint32_t i = 0; i < left; i++) {
    if (!solve(guesser, &guesser->sums[i])) presume(guesser, &guesser->sums[i]);
  }
  guesser->sum_count = 0;
}

/* The `30 days` or `2 months` that stands there, or in the param that stands there; or NULL. */
static const struct ast *span_of(struct ast *node) {
  node = unparen(node);
  const struct symbol *symbol = node->kind == AST_NAME ? node->symbol : NULL;
  if (symbol && symbol->kind == SYMBOL_PARAM) node = unparen(symbol->decl->child[1]);
  return node->kind == AST_DURATION ? node : NULL;
}

static struct term add_sum(struct guesser *guesser, const struct ast *node, struct term a, struct term b) {
  const struct ast *span = span_of(node->child[1]);
  struct sum sum = {.minus = node->kind == AST_SUB, .days = span != NULL, .a = a, .b = b, .at = node->at};
  if (span && span->type == TYPE_MONTHS) tell(guesser, a, TYPE_DATE, node->at);
  sum.result = new_variable(guesser);
  if (solve(guesser, &sum)) {
    type_t type = type_of(guesser, sum.result);
    return type ? known(type) : sum.result;
  }
  struct sum *grown = arena_grow(&guesser->module->arena, guesser->sums, guesser->sum_count, &guesser->sum_room,
                                 sizeof *grown);
  if (!grown) return unknown_to_all;
  guesser->sums = grown;
  guesser->sums[guesser->sum_count++] = sum;
  return sum.result;
}

/* -- Expressions ------------------------------------------------------------------------------------ */

static struct term walk(struct guesser *guesser, const struct ast *node);

static void walk_as(struct guesser *guesser, const struct ast *node, type_t type, struct place at) {
  tell(guesser, walk(guesser, node), type, at);
}

static void presume_type(struct guesser *guesser, struct term term, type_t type, struct place at) {
  if (term.type) return;
  struct presumption *grown = arena_grow(&guesser->module->arena, guesser->presumptions, guesser->presumption_count,
                                         &guesser->presumption_room, sizeof *grown);
  if (!grown) return;
  guesser->presumptions = grown;
  guesser->presumptions[guesser->presumption_count++] = (struct presumption){term, type, at};
}

static void walk_condition(struct guesser *guesser, const struct ast *node) {
  presume_type(guesser, walk(guesser, node), TYPE_FLAG, node->at);
}

/* What a measure asks for is a number, unless it is a date. */
static struct term walk_measure(struct guesser *guesser, const struct ast *node) {
  struct term value = walk(guesser, node->child[0]);
  presume_type(guesser, value, TYPE_NUMBER, node->at);
  if (node->function == MEASURE_MEDIAN) return value;
  return known(node->function == MEASURE_TOP ? TYPE_FLAG : TYPE_NUMBER);
}

/* A column that only `previous` of all tables has without a type. */
static struct term walk_recalled(struct guesser *guesser, const struct symbol *column) {
  if (!column) return unknown_to_all;
  return column->type ? known(column->type)
                      : (struct term){TYPE_UNKNOWN, guesser->module->columns.count + column->index};
}

static struct term walk_name(struct guesser *guesser, const struct ast *node) {
  const struct symbol *symbol = node->symbol;
  if (!symbol) return unknown_to_all;
  if (symbol->kind == SYMBOL_COLUMN) return (struct term){TYPE_UNKNOWN, symbol->index};
  if (symbol->kind == SYMBOL_LET) return guesser->lets[symbol->index];
  if (symbol->kind == SYMBOL_PARAM) return known(symbol->type);
  if (symbol->kind == SYMBOL_SCORE) return known(TYPE_NUMBER);
  bool flag = symbol->kind == SYMBOL_TAG || symbol->kind == SYMBOL_LABEL || symbol->kind == SYMBOL_CAMPAIGN;
  return known(flag ? TYPE_FLAG : TYPE_ERROR);
}

/* Children from `first` on are of one type, which is the term. */
static struct term walk_alike(struct guesser *guesser, const struct ast *node, uint32_t first, bool compared) {
  struct term all = walk(guesser, node->child[first]);
  for (uint32_t i = first + 1; i < node->count; i++) {
    struct term next = walk(guesser, node->child[i]);
    unite(guesser, all, next, node->at, compared);
    if (!all.type && next.type) all = next;
  }
  return all;
}

static struct term walk_call(struct guesser *guesser, const struct ast *node) {
  type_t takes = TYPE_TEXT, gives = TYPE_TEXT;
  switch (node->function) {
    case FUNCTION_DEFAULT: return walk_alike(guesser, node, 1, false);
    case FUNCTION_MIN: case FUNCTION_MAX: return walk_alike(guesser, node, 1, true);
    case FUNCTION_ABS: case FUNCTION_ROUND: case FUNCTION_HALF_LIFE: takes = gives = TYPE_NUMBER; break;
    case FUNCTION_YEAR: case FUNCTION_MONTH: case FUNCTION_DAY: case FUNCTION_WEEKDAY:
      takes = TYPE_DATE, gives = TYPE_NUMBER;
      break;
    case FUNCTION_LENGTH: case FUNCTION_BUCKET: gives = TYPE_NUMBER; break;
    case FUNCTION_LOWER: case FUNCTION_UPPER: case FUNCTION_TRIM: break;
    default: takes = gives = TYPE_ERROR;
  }
  for (uint32_t i = 1; i < node->count; i++) walk_as(guesser, node->child[i], takes, node->at);
  return known(gives);
}

static struct term walk(struct guesser *guesser, const struct ast *node) {
  switch (node->kind) {
    case AST_NAME: return walk_name(guesser, node);
    case AST_STRING: return known(TYPE_TEXT);
    case AST_NUMBER: case AST_DURATION: return known(TYPE_NUMBER);
    case AST_DATE: case AST_TODAY: return known(TYPE_DATE);
    case AST_BOOLEAN: return known(TYPE_FLAG);
    case AST_PAREN: return walk(guesser, node->child[0]);
    case AST_CALL: return walk_call(guesser, node);
    case AST_OR: case AST_AND: case AST_NOT:
      for (uint32_t i = 0; i < node->count; i++) walk_condition(guesser, node->child[i]);
      return known(TYPE_FLAG);
    case AST_IF:
      walk_condition(guesser, node->child[0]);
      return walk_alike(guesser, node, 1, false);
    case AST_EQ: case AST_NE: case AST_LT: case AST_LE: case AST_GT: case AST_GE: case AST_BETWEEN: case AST_IN:
      walk_alike(guesser, node, 0, true);
      return known(TYPE_FLAG);
    case AST_IS_MISSING: case AST_IS_PRESENT:
      walk(guesser, node->child[0]);
      return known(TYPE_FLAG);
    case AST_IN_LIST: case AST_IN_FILE: case AST_CONTAINS: case AST_STARTS: case AST_ENDS: case AST_MATCHES:
      walk_as(guesser, node->child[0], TYPE_TEXT, node->at);
      if (node->kind != AST_IN_LIST) walk_as(guesser, node->child[1], TYPE_TEXT, node->at);
      return known(TYPE_FLAG);
    case AST_WITHIN_LAST: case AST_WITHIN_NEXT: case AST_OLDER:
      walk_as(guesser, node->child[0], TYPE_DATE, node->at);
      walk_as(guesser, node->child[1], TYPE_NUMBER, node->at);
      return known(TYPE_FLAG);
    case AST_ADD: case AST_SUB: {
      struct term a = walk(guesser, node->child[0]);
      return add_sum(guesser, node, a, walk(guesser, node->child[1]));
    }
    case AST_MUL: case AST_DIV: case AST_NEG:
      for (uint32_t i = 0; i < node->count; i++) walk_as(guesser, node->child[i], TYPE_NUMBER, node->at);
      return known(TYPE_NUMBER);
    case AST_DAYS_SINCE: case AST_DAYS_UNTIL: case AST_ANNIVERSARY:
      walk_as(guesser, node->child[0], TYPE_DATE, node->at);
      return known(node->kind == AST_ANNIVERSARY ? TYPE_DATE : TYPE_NUMBER);
    case AST_HOURS_SINCE:
      walk_as(guesser, node->child[0], TYPE_DATETIME, node->at);
      return known(TYPE_NUMBER);
    case AST_HAS: case AST_HAS_ANY: case AST_HAS_ALL:
      for (uint32_t i = 1; i < node->count; i++) walk_as(guesser, node->child[i], TYPE_TEXT, node->at);
      return known(TYPE_FLAG);
    case AST_WAS: case AST_BECAME: return known(TYPE_FLAG);
    case AST_FIELD:
      if (node->child[0]->symbol && node->child[0]->symbol->kind == SYMBOL_CAMPAIGN) return known(TYPE_FLAG);
      return walk_recalled(guesser, node->child[1]->symbol);
    case AST_AGGREGATE: return known(aggregate_type(node));
    case AST_MEASURE: return walk_measure(guesser, node);
    default: return unknown_to_all;
  }
}

/* -- Campaigns and guards ------------------------------------------------------------------------------- */

static void walk_number(struct guesser *guesser, const struct ast *node) {
  if (node) presume_type(guesser, walk(guesser, node), TYPE_NUMBER, node->at);
}

static void walk_campaign(struct guesser *guesser, const struct campaign *campaign) {
  const struct ast *numbers[] = {campaign->holdout, campaign->limit,  campaign->group_limit,
                                 campaign->order,   campaign->budget, campaign->cost};
  if (campaign->when) walk_condition(guesser, campaign->when);
  for (uint32_t i = 0; i < campaign->unlesses.count; i++) walk_condition(guesser, campaign->unlesses.at[i]);
  for (uint32_t i = 0; i < campaign->channels.count; i++)
    walk_condition(guesser, campaign->channels.at[i]->child[1]);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) walk_number(guesser, numbers[i]);
}

static void walk_guard(struct guesser *guesser, const struct ast *guard) {
  if (guard->kind == AST_GUARD && guard->function == GUARD_CHANGE) return;
  if (guard->kind == AST_GUARD && guard->function == GUARD_SUM) walk_number(guesser, guard->child[0]);
  else walk_condition(guesser, guard->child[0]);
}

/* -- All together ------------------------------------------------------------------------------------- */

static void walk_rules(struct guesser *guesser) {
  struct module *module = guesser->module;
  for (uint32_t i = 0; i < module->lets.count; i++) guesser->lets[i] = unknown_to_all; /* for those in a circle */
  for (uint32_t i = 0; i < module->order.count; i++) {
    const struct symbol *symbol = module->order.at[i];
    if (symbol->kind == SYMBOL_LET) guesser->lets[symbol->index] = walk(guesser, symbol->decl->child[1]);
  }
  for (uint32_t i = 0; i < module->rules.count; i++) {
    const struct ast *rule = module->rules.at[i];
    walk_condition(guesser, rule->child[rule->kind == AST_RULE]);
  }
  for (uint32_t i = 0; i < module->scores.count; i++) {
    const struct ast *score = module->scores.at[i]->decl;
    for (uint32_t j = 2; j < score->count; j++) {
      if (score->child[j]->kind != AST_POINTS) continue;
      walk_condition(guesser, score->child[j]->child[0]);
      walk_as(guesser, score->child[j]->child[1], TYPE_NUMBER, score->child[j]->at);
    }
  }
  if (module->only) walk_condition(guesser, module->only);
  for (uint32_t i = 0; i < module->campaigns.count; i++) walk_campaign(guesser, module->campaigns.at[i]->campaign);
  for (uint32_t i = 0; i < module->guards.count; i++) walk_guard(guesser, module->guards.at[i]);
}

/* What the last run wrote is of the type that this one writes. */
static void unite_recalled(struct guesser *guesser) {
  const struct symbol *previous = guesser->module->previous;
  for (uint32_t i = 0; previous && i < previous->dump->columns.count; i++) {
    const struct symbol *column = previous->dump->columns.at[i], *now = column->mirrors;
    if (column->type || !now) continue;
    struct term term = now->kind == SYMBOL_COLUMN ? (struct term){TYPE_UNKNOWN, now->index}
                       : now->kind == SYMBOL_LET  ? guesser->lets[now->index]
                                                  : known(now->kind == SYMBOL_SCORE ? TYPE_NUMBER : now->type);
    unite(guesser, walk_recalled(guesser, column), term, symbol_place(column), false);
  }
}

static void set_columns(struct guesser *guesser) {
  struct module *module = guesser->module;
  for (uint32_t i = 0; i < module->columns.count; i++) {
    struct symbol *column = module->columns.at[i];
    struct variable *root = root_of(guesser, i);
    column->why = root->type ? root->why : column->decl->at;
    column->type = root->type ? root->type : TYPE_TEXT;
    if (root->type || !root->compared || diag_inside(module, root->why)) continue;
    /* Told once for all the columns that hang together. */
    struct diag *diag = diag_report(module, root->why, DIAG_COLUMN_UNDECIDED);
    diag_help(module, diag, "declare them: `input customers { %.*s number; ... }`; a text stands in quotes",
              TEXT_ARG(column->name));
    root->type = TYPE_ERROR;
    column->type = TYPE_ERROR;
  }
}

void guess(struct module *module) {
  struct guesser guesser = {.module = module};
  guesser.lets = arena_alloc(&module->arena, module->lets.count * sizeof *guesser.lets);
  uint32_t recalled = module->previous ? module->previous->dump->columns.count : 0;
  for (uint32_t i = 0; i < module->columns.count + recalled; i++) new_variable(&guesser);
  if (module->arena.failed) return;
  walk_rules(&guesser);
  unite_recalled(&guesser);
  if (module->arena.failed) return;
  solve_all(&guesser, false);
  for (uint32_t i = 0; i < guesser.presumption_count; i++) {
    const struct presumption *presumption = &guesser.presumptions[i];
    tell(&guesser, presumption->term, presumption->type, presumption->at);
  }
  solve_all(&guesser, true);
  set_columns(&guesser);
}
