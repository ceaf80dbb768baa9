/* infer.c - give every expression its type, by the rules of types.def and aggregates.def.

   What the last run's output holds has the type that the same names have now, which may follow from itself: a rule can
   keep its own counter.  So definitions are gone through without a word until these types stand, and then once more.
   A type that is not known yet fits everywhere; where none comes of it, that is told unless something else is. */
#include "infer.h"
#include "literal.h"
#include "mismatch.h"
#include "pattern.h"

/* -- The rules of types.def ------------------------------------------------------------- */

enum { TYPE_WIDEST = TYPE_ERROR + 1 };

enum {
  SET_NONE = 0,
  SET_FLAG = TYPE_BIT(TYPE_FLAG),
  SET_INTEGER = TYPE_BIT(TYPE_INTEGER),
  SET_MONEY = TYPE_BIT(TYPE_MONEY),
  SET_DATE = TYPE_BIT(TYPE_DATE),
  SET_TEXT = TYPE_BIT(TYPE_TEXT),
  SET_DATETIME = TYPE_BIT(TYPE_DATETIME),
  SET_LIST = TYPE_BIT(TYPE_LIST),
  SET_STATUS = TYPE_BIT(TYPE_STATUS),
  SET_LABEL = TYPE_BIT(TYPE_LABEL),
  SET_AMOUNT = SET_INTEGER | TYPE_BIT(TYPE_NUMBER),
  SET_NUMERIC = SET_AMOUNT | SET_MONEY,
  SET_SPAN = SET_AMOUNT | TYPE_BIT(TYPE_MONTHS),
  SET_DAY = SET_DATE | SET_DATETIME,
  SET_SCALAR = SET_NUMERIC | SET_FLAG | SET_DAY | SET_TEXT
};

static const struct {
  uint8_t kind;
  type_t gives;
  type_set left, right;
} operators[] = {
#define OPERATOR(kind, left, right, gives) {AST_##kind, TYPE_##gives, SET_##left, SET_##right},
#include "types.def"
};

static const struct {
  uint8_t function;
  type_t gives;
  type_set argument;
} calls[] = {
#define CALL(function, argument, gives) {FUNCTION_##function, TYPE_##gives, SET_##argument},
#include "types.def"
};

static const struct {
  uint8_t measure;
  type_t gives;
  type_set value;
} places[] = {
#define PLACE(measure, value, gives) {MEASURE_##measure, TYPE_##gives, SET_##value},
#include "types.def"
};

enum { AGGREGATE_I = TYPE_INTEGER, AGGREGATE_F = TYPE_FLAG, AGGREGATE_N = TYPE_NUMBER, AGGREGATE_V = TYPE_WIDEST };

static const struct {
  type_set value, order;
  type_t gives;
} aggregates[] = {
#define _ SET_NONE
#define N SET_NUMERIC
#define O (SET_NUMERIC | SET_DAY)
#define X (SET_SCALAR | SET_LIST)
#define AGGREGATE(id, name, value, order, result, empty, gives) {value, order, AGGREGATE_##result},
#include "aggregates.def"
#undef AGGREGATE
#undef _
#undef N
#undef O
#undef X
};

enum { PLACES = sizeof places / sizeof *places };
enum { OPERATORS = sizeof operators / sizeof *operators, CALLS = sizeof calls / sizeof *calls };

/* Tests that take the same operands have one row. */
static enum ast_kind row_kind(const struct ast *node) {
  switch (node->kind) {
    case AST_NE: case AST_IN: return AST_EQ;
    case AST_LT: case AST_LE: case AST_GT: case AST_BETWEEN: return AST_GE;
    case AST_IS_PRESENT: return AST_IS_MISSING;
    default: return (enum ast_kind)node->kind;
  }
}

static bool fits(type_set set, type_t type) { return type == TYPE_UNKNOWN || (set & set_of(type)); }

/* The one type for two values of which either may be the result; TYPE_ERROR when there is none. */
static type_t join(type_t a, type_t b) {
  if (a == TYPE_UNKNOWN || b == TYPE_UNKNOWN) return a ? a : b;
  if (is_numeric(a) && is_numeric(b)) return a > b ? a : b;
  return a == b ? a : TYPE_ERROR;
}

/* What the operator gives for operands of these types; `right` is TYPE_ERROR where there is none. */
static type_t apply(enum ast_kind kind, type_t left, type_t right) {
  for (size_t i = 0; i < OPERATORS; i++) {
    if (operators[i].kind != kind || !fits(operators[i].left, left)) continue;
    if (operators[i].right && !fits(operators[i].right, right)) continue;
    if (operators[i].gives != TYPE_WIDEST) return operators[i].gives;
    return operators[i].right ? join(left, right) : left;
  }
  return TYPE_ERROR;
}

/* -- Expressions ------------------------------------------------------------------------------ */

void infer_condition(struct module *module, struct ast *node) {
  type_t type = infer_node(module, node);
  if (!fits(SET_FLAG, type) && type != TYPE_ERROR) report_condition(module, node);
}

/* The operand at fault is the left one unless some row takes it. */
static void report_operands(struct module *module, const struct ast *node) {
  type_set left = 0, right = 0;
  for (size_t i = 0; i < OPERATORS; i++) {
    if (operators[i].kind != row_kind(node)) continue;
    left |= operators[i].left;
    if (operators[i].left & set_of(node->child[0]->type)) right |= operators[i].right;
  }
  const char *name = operator_words(node);
  if (right) report_operand(module, node, name, node->child[1], right);
  else report_operand(module, node, name, node->child[0], left);
}

static type_t infer_operator(struct module *module, struct ast *node) {
  type_t left = infer_node(module, node->child[0]);
  type_t right = node->count > 1 ? infer_node(module, node->child[1]) : TYPE_ERROR;
  if (left == TYPE_ERROR || (node->count > 1 && right == TYPE_ERROR)) return TYPE_ERROR;
  type_t type = apply(row_kind(node), left, right);
  if (type == TYPE_ERROR) report_operands(module, node);
  return type;
}

/* All the others are compared with the first.  A test is a flag also when its operands are wrong. */
static type_t infer_test(struct module *module, struct ast *node) {
  type_t first = infer_node(module, node->child[0]);
  for (uint32_t i = 1; i < node->count; i++) {
    type_t type = infer_node(module, node->child[i]);
    if (first == TYPE_ERROR || type == TYPE_ERROR) continue;
    if (apply(row_kind(node), first, type) != TYPE_ERROR) continue;
    report_compare(module, node, node->child[0], node->child[i]);
    if (first == TYPE_LIST || (node->kind == AST_BETWEEN && first == TYPE_DATE)) break; /* it is about all of them */
  }
  return TYPE_FLAG;
}

/* The type of children `from` and on, of which any may be the result. */
static type_t infer_choice(struct module *module, struct ast *node, uint32_t from, const char *name) {
  type_t all = TYPE_UNKNOWN;
  bool wrong = false;
  for (uint32_t i = from; i < node->count; i++) {
    struct ast *child = node->child[i];
    type_t type = child->type;
    if (type == TYPE_ERROR) {
      wrong = true;
    } else if (!fits(SET_SCALAR, type)) {
      report_operand(module, node, name, child, SET_SCALAR);
      wrong = true;
    } else if (!wrong && join(all, type) == TYPE_ERROR) {
      report_choice(module, node, node->child[from], child);
      wrong = true;
    } else {
      all = join(all, type);
    }
  }
  return wrong ? TYPE_ERROR : all;
}

/* bucket(x, "salt"): the salt is no value. */
static type_t infer_bucket(struct module *module, struct ast *node) {
  type_t type = infer_node(module, node->child[1]);
  struct ast *salt = node->child[2];
  salt->type = literal_type(salt);
  if (salt->kind != AST_STRING) {
    struct diag *diag = diag_report(module, salt->at, DIAG_BUCKET_SALT);
    diag_help(module, diag, "write for example `bucket(%.*s, \"spring\")`: another salt draws other customers",
              TEXT_ARG(expression_text(module, node->child[1])));
  }
  if (type == TYPE_ERROR) return TYPE_ERROR;
  if (fits(SET_TEXT | SET_INTEGER, type)) return TYPE_NUMBER;
  report_operand(module, node, "bucket", node->child[1], SET_TEXT | SET_INTEGER);
  return TYPE_ERROR;
}

static type_t infer_call(struct module *module, struct ast *node) {
  static const char *const names[] = {
#define FUNCTION(id, name, least, most, signature, gives) name,
#include "functions.def"
#undef FUNCTION
  };
  if (node->function == FUNCTION_BUCKET) return infer_bucket(module, node);
  type_set taken = 0;
  for (size_t i = 0; i < CALLS; i++) {
    if (calls[i].function == node->function) taken |= calls[i].argument;
  }
  bool wrong = false;
  for (uint32_t i = 1; i < node->count; i++) {
    type_t type = infer_node(module, node->child[i]);
    if (type != TYPE_ERROR && !fits(taken, type)) {
      report_operand(module, node, names[node->function], node->child[i], taken);
      wrong = true;
    }
    wrong = wrong || type == TYPE_ERROR;
  }
  if (wrong) return TYPE_ERROR;
  type_t joined = infer_choice(module, node, 1, names[node->function]);
  if (joined == TYPE_ERROR) return TYPE_ERROR;
  for (size_t i = 0; i < CALLS; i++) {
    if (calls[i].function != node->function || !fits(calls[i].argument, joined)) continue;
    return calls[i].gives == TYPE_WIDEST ? joined : calls[i].gives;
  }
  return TYPE_ERROR;
}

static type_t infer_name(const struct module *module, const struct ast *node) {
  const struct symbol *symbol = node->symbol;
  if (!symbol) return TYPE_ERROR;
  if (symbol->kind == SYMBOL_LABEL) return node->type == TYPE_LABEL ? TYPE_LABEL : TYPE_FLAG;
  bool recalled = symbol->kind == SYMBOL_COLUMN && symbol->mirrors;
  if (symbol->type || recalled || module->diags.muted) return symbol->type;
  return TYPE_ERROR; /* a let in a circle has none */
}

/* -- Lists ------------------------------------------------------------------------------------ */

/* The column that a list comes from, through any number of lets; or NULL. */
static const struct symbol *list_column(const struct ast *node) {
  for (;;) {
    node = bare(node);
    if (node->kind == AST_FIELD || node->kind == AST_AGGREGATE) node = node->child[1];
    const struct symbol *symbol = node->kind == AST_NAME ? node->symbol : NULL;
    if (!symbol || symbol->type != TYPE_LIST) return NULL;
    if (symbol->kind != SYMBOL_LET) return symbol;
    node = symbol->decl->child[1];
  }
}

/* What stands between the items of a list. */
static struct rung_text separator_of(const struct ast *node) {
  const struct symbol *column = list_column(node);
  const struct ast *decl = column ? column->decl : NULL;
  for (uint32_t i = 1; decl && decl->kind == AST_COLUMN && i < decl->count; i++) {
    if (decl->child[i]->kind == AST_SEPARATED) return decl->child[i]->child[0]->text;
  }
  return column && decl->kind == AST_NAME ? TEXT("|") : TEXT(""); /* the tags of the last run; an error told before */
}

static type_t infer_has(struct module *module, struct ast *node) {
  type_t list = infer_node(module, node->child[0]);
  if (list != TYPE_ERROR && !fits(SET_LIST, list)) {
    report_operand(module, node, "has", node->child[0], SET_LIST);
  } else if (list == TYPE_LIST) {
    node->text = separator_of(node->child[0]);
  }
  for (uint32_t i = 1; i < node->count; i++) {
    type_t item = infer_node(module, node->child[i]);
    if (item != TYPE_ERROR && !fits(SET_TEXT, item)) report_operand(module, node, "has", node->child[i], SET_TEXT);
  }
  return TYPE_FLAG;
}

/* -- Rows and places ------------------------------------------------------------------------------- */

type_t aggregate_type(const struct ast *node) {
  type_t gives = aggregates[node->function].gives;
  const struct symbol *column = node->child[1]->symbol;
  type_t value = column ? column->type : TYPE_ERROR;
  if (aggregates[node->function].value == SET_NONE) return gives;
  if (value == TYPE_ERROR || gives == TYPE_WIDEST) return value;
  return gives == TYPE_NUMBER && value == TYPE_MONEY ? TYPE_MONEY : gives;
}

static bool infer_column(struct module *module, struct ast *node, struct ast *name, type_set needed) {
  if (name->kind != AST_NAME) return true;
  name->type = infer_name(module, name);
  if (name->type == TYPE_ERROR) return false;
  if (fits(needed, name->type)) return true;
  struct rung_text words = arena_print(&module->arena, "%s of", ast_function_name(node));
  report_operand(module, node, words.bytes, name, needed);
  return false;
}

static type_t infer_aggregate(struct module *module, struct ast *node) {
  bool fine = infer_column(module, node, node->child[1], aggregates[node->function].value);
  fine = infer_column(module, node, node->child[2], aggregates[node->function].order) && fine;
  if (node->child[3]->kind != AST_NONE) infer_condition(module, node->child[3]);
  return fine ? aggregate_type(node) : TYPE_ERROR;
}

static type_t infer_measure(struct module *module, struct ast *node) {
  type_t value = infer_node(module, node->child[0]);
  type_set taken = SET_NONE;
  for (size_t i = 0; i < PLACES; i++) {
    if (places[i].measure != node->function) continue;
    taken |= places[i].value;
    if (value != TYPE_ERROR && fits(places[i].value, value)) return places[i].gives;
  }
  if (value == TYPE_ERROR) return node->function == MEASURE_TOP ? TYPE_FLAG : TYPE_ERROR;
  struct rung_text words = arena_print(&module->arena, "%s %s", ast_function_name(node),
                                       node->function == MEASURE_TOP ? "... by" : "of");
  report_operand(module, node, words.bytes, node->child[0], taken);
  return TYPE_ERROR;
}

static type_t infer_kind(struct module *module, struct ast *node) {
  switch (node->kind) {
    case AST_NAME: return infer_name(module, node);
    case AST_PAREN: return infer_node(module, node->child[0]);
    case AST_CALL: return infer_call(module, node);
    case AST_IF:
      infer_condition(module, node->child[0]);
      for (uint32_t i = 1; i < node->count; i++) infer_node(module, node->child[i]);
      return infer_choice(module, node, 1, "if");
    case AST_OR: case AST_AND: case AST_NOT:
      for (uint32_t i = 0; i < node->count; i++) infer_condition(module, node->child[i]);
      return TYPE_FLAG;
    case AST_EQ: case AST_NE: case AST_LT: case AST_LE: case AST_GT: case AST_GE: case AST_BETWEEN: case AST_IN:
      return infer_test(module, node);
    case AST_MATCHES:
      check_pattern(module, node->child[1]);
      infer_operator(module, node);
      return TYPE_FLAG;
    case AST_IS_MISSING: case AST_IS_PRESENT: case AST_IN_LIST: case AST_IN_FILE: case AST_CONTAINS: case AST_STARTS:
    case AST_ENDS: case AST_WITHIN_LAST: case AST_WITHIN_NEXT: case AST_OLDER:
      infer_operator(module, node);
      return TYPE_FLAG;
    case AST_ADD: case AST_SUB: case AST_MUL: case AST_DIV: case AST_NEG: case AST_DAYS_SINCE: case AST_DAYS_UNTIL:
    case AST_HOURS_SINCE: case AST_ANNIVERSARY:
      return infer_operator(module, node);
    case AST_HAS: case AST_HAS_ANY: case AST_HAS_ALL: return infer_has(module, node);
    case AST_FIELD:
      if (node->child[0]->symbol && node->child[0]->symbol->kind == SYMBOL_CAMPAIGN) return TYPE_FLAG;
      return node->child[1]->type = infer_name(module, node->child[1]);
    case AST_TODAY: return TYPE_DATE;
    case AST_AGGREGATE: return infer_aggregate(module, node);
    case AST_MEASURE: return infer_measure(module, node);
    case AST_WAS: case AST_BECAME: return TYPE_FLAG;
    default: return literal_type(node);
  }
}

/* An error set by an earlier pass stays, and silences what follows from it; one met during the search is none yet. */
type_t infer_node(struct module *module, struct ast *node) {
  if (node->type == TYPE_ERROR) return TYPE_ERROR;
  type_t type = infer_kind(module, node);
  node->type = type == TYPE_ERROR && module->diags.muted ? TYPE_UNKNOWN : type;
  return type;
}

/* -- Statements ------------------------------------------------------------------------------------ */

static void infer_param(struct module *module, struct symbol *param) {
  struct ast *preset = param->decl->child[1];
  param->type = literal_type(preset);
  if (param->type != TYPE_ERROR) infer_node(module, preset);
  if (param->type != TYPE_ERROR || preset->type == TYPE_ERROR) return;
  struct diag *diag = diag_report(module, preset->at, DIAG_PARAM_CONSTANT, TEXT_ARG(param->name));
  diag_help(module, diag,
            "write a number, a span like `90 days`, a date, yes or no, or a text; a `let` can be computed");
}

static void infer_let(struct module *module, struct symbol *let) {
  struct ast *value = let->decl->child[1];
  let->type = infer_node(module, value);
  if (let->type != TYPE_STATUS) return;
  report_operand(module, let->decl, "let", value, SET_SCALAR);
  let->type = TYPE_ERROR;
}

/* Points are whole numbers where all that is added is. */
static void infer_score(struct module *module, struct symbol *score) {
  const struct ast *decl = score->decl;
  type_t all = TYPE_INTEGER;
  for (uint32_t i = 1; i < decl->count; i++) {
    struct ast *line = decl->child[i];
    if (line->kind == AST_NUMBER && !line->whole) all = TYPE_NUMBER;
    for (uint32_t j = 0; line->kind == AST_CLAMP && j < line->count; j++) {
      if (!line->child[j]->whole) all = TYPE_NUMBER;
    }
    if (line->kind != AST_POINTS) continue;
    infer_condition(module, line->child[0]);
    struct ast *points = line->child[1];
    type_t type = infer_node(module, points);
    if (type == TYPE_NUMBER) all = TYPE_NUMBER;
    if (type == TYPE_ERROR || fits(SET_AMOUNT, type)) continue;
    if (type == TYPE_MONEY) {
      struct diag *diag =
          diag_report(module, points->at, DIAG_POINTS_MONEY, TEXT_ARG(expression_words(module, points)));
      diag_help(module, diag, "divide it by money, or round it: `round(%.*s)`",
                TEXT_ARG(expression_text(module, points)));
    } else {
      report_operand(module, line, "->", points, SET_AMOUNT);
    }
  }
  score->type = all;
}

static void infer_show(struct module *module, struct ast *name) {
  name->type = infer_name(module, name);
  if (name->type != TYPE_MONTHS) return;
  struct diag *diag = diag_report(module, name->at, DIAG_SHOW_MONTHS, TEXT_ARG(name->text));
  diag_help(module, diag, "show a date that it was added to");
}

/* -- Definitions ----------------------------------------------------------------------------------- */

static void infer_definitions(struct module *module) {
  for (uint32_t i = 0; i < module->order.count; i++) {
    struct symbol *symbol = module->order.at[i];
    if (symbol->kind == SYMBOL_LET) infer_let(module, symbol);
    if (symbol->kind == SYMBOL_SCORE) infer_score(module, symbol);
  }
}

/* What the name has now, for a column of `previous` that no block types. */
static type_t mirrored(const struct symbol *column) {
  if (!column->mirrors || column->decl->kind == AST_COLUMN) return column->type;
  type_t type = column->mirrors->kind == SYMBOL_STATUS ? TYPE_TEXT : column->mirrors->type;
  return type == TYPE_ERROR ? TYPE_UNKNOWN : type;
}

/* The types of the last run's results: an integer may turn out to be a number, and that one money. */
static void recall_types(struct module *module) {
  enum { ROUNDS = 6 };
  const struct symbols *columns = &module->previous->dump->columns;
  bool changed = true;
  module->diags.muted = true;
  for (int round = 0; changed && round < ROUNDS; round++) {
    changed = false;
    infer_definitions(module);
    for (uint32_t i = 0; i < columns->count; i++) {
      type_t type = mirrored(columns->at[i]);
      changed = changed || type != columns->at[i]->type;
      columns->at[i]->type = type;
    }
  }
  if (changed) infer_definitions(module);
  module->diags.muted = false;
  for (uint32_t i = 0; i < columns->count; i++) {
    struct symbol *column = columns->at[i];
    if (column->type != mirrored(column)) column->type = TYPE_UNKNOWN;
  }
}

static void report_undecided(struct module *module) {
  const struct symbols *columns = &module->previous->dump->columns;
  for (uint32_t i = 0; i < columns->count && module->diags.errors == 0; i++) {
    const struct symbol *column = columns->at[i];
    if (column->type != TYPE_UNKNOWN) continue;
    struct diag *diag = diag_report(module, symbol_place(column), DIAG_PREVIOUS_UNDECIDED, TEXT_ARG(column->name));
    diag_help(module, diag,
              "declare what the rules ask of the last run: `input previous per %.*s { %.*s number; ... }`",
              TEXT_ARG(module->previous->dump->key->name), TEXT_ARG(name_written(module, column->name)));
  }
}

void infer(struct module *module) {
  for (uint32_t i = 0; i < module->params.count; i++) infer_param(module, module->params.at[i]);
  for (uint32_t i = 0; i < module->tables.count; i++) {
    const struct symbols *lets = &module->tables.at[i]->dump->lets;
    for (uint32_t j = 0; j < lets->count; j++) infer_let(module, lets->at[j]);
  }
  if (!module->has_input) guess(module);
  if (module->arena.failed) return;
  if (module->previous) recall_types(module);
  infer_definitions(module);
  for (uint32_t i = 0; i < module->rules.count; i++) {
    const struct ast *rule = module->rules.at[i];
    struct ast *condition = rule->child[rule->kind == AST_RULE];
    if (condition->kind != AST_NONE) infer_condition(module, condition);
  }
  for (uint32_t i = 0; i < module->shows.count; i++) infer_show(module, module->shows.at[i]);
  if (module->only) infer_condition(module, module->only);
  infer_promises(module);
  if (module->previous) report_undecided(module);
}
