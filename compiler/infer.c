/* infer.c - give every expression its type, by the rules of types.def. */
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
  SET_STATUS = TYPE_BIT(TYPE_STATUS),
  SET_LABEL = TYPE_BIT(TYPE_LABEL),
  SET_AMOUNT = SET_INTEGER | TYPE_BIT(TYPE_NUMBER),
  SET_NUMERIC = SET_AMOUNT | SET_MONEY,
  SET_SPAN = SET_AMOUNT | TYPE_BIT(TYPE_MONTHS),
  SET_SCALAR = SET_NUMERIC | SET_FLAG | SET_DATE | SET_TEXT
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

/* The one type for two values of which either may be the result; TYPE_ERROR when there is none. */
static type_t join(type_t a, type_t b) {
  if (is_numeric(a) && is_numeric(b)) return a > b ? a : b;
  return a == b ? a : TYPE_ERROR;
}

/* What the operator gives for operands of these types; `right` is TYPE_ERROR where there is none. */
static type_t apply(enum ast_kind kind, type_t left, type_t right) {
  for (size_t i = 0; i < OPERATORS; i++) {
    if (operators[i].kind != kind || !(operators[i].left & set_of(left))) continue;
    if (operators[i].right && !(operators[i].right & set_of(right))) continue;
    if (operators[i].gives != TYPE_WIDEST) return operators[i].gives;
    return operators[i].right ? join(left, right) : left;
  }
  return TYPE_ERROR;
}

/* -- Expressions ------------------------------------------------------------------------------ */

static type_t infer_node(struct module *module, struct ast *node);

static void infer_condition(struct module *module, struct ast *node) {
  type_t type = infer_node(module, node);
  if (type != TYPE_FLAG && type != TYPE_ERROR) report_condition(module, node);
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
    if (node->kind == AST_BETWEEN && first == TYPE_DATE) break; /* the message is about both bounds */
  }
  return TYPE_FLAG;
}

/* The type of children `from` and on, of which any may be the result. */
static type_t infer_choice(struct module *module, struct ast *node, uint32_t from, const char *name) {
  type_t all = TYPE_ERROR;
  bool wrong = false;
  for (uint32_t i = from; i < node->count; i++) {
    struct ast *child = node->child[i];
    type_t type = child->type ? child->type : infer_node(module, child);
    if (type == TYPE_ERROR) {
      wrong = true;
    } else if (!(set_of(type) & SET_SCALAR)) {
      report_operand(module, node, name, child, SET_SCALAR);
      wrong = true;
    } else if (i == from) {
      all = type;
    } else if (!wrong && join(all, type) == TYPE_ERROR) {
      report_choice(module, node, node->child[from], child);
      wrong = true;
    } else {
      all = join(all, type);
    }
  }
  return wrong ? TYPE_ERROR : all;
}

static type_t infer_call(struct module *module, struct ast *node) {
  static const char *const names[] = {
#define FUNCTION(id, name, least, most, signature, gives) name,
#include "functions.def"
#undef FUNCTION
  };
  type_set taken = 0;
  for (size_t i = 0; i < CALLS; i++) {
    if (calls[i].function == node->function) taken |= calls[i].argument;
  }
  bool wrong = false;
  for (uint32_t i = 1; i < node->count; i++) {
    type_t type = infer_node(module, node->child[i]);
    if (type != TYPE_ERROR && !(taken & set_of(type))) {
      report_operand(module, node, names[node->function], node->child[i], taken);
      wrong = true;
    }
    wrong = wrong || type == TYPE_ERROR;
  }
  if (wrong) return TYPE_ERROR;
  type_t joined = infer_choice(module, node, 1, names[node->function]);
  if (joined == TYPE_ERROR) return TYPE_ERROR;
  for (size_t i = 0; i < CALLS; i++) {
    if (calls[i].function != node->function || !(calls[i].argument & set_of(joined))) continue;
    return calls[i].gives == TYPE_WIDEST ? joined : calls[i].gives;
  }
  return TYPE_ERROR;
}

static type_t infer_name(const struct ast *node) {
  const struct symbol *symbol = node->symbol;
  if (!symbol) return TYPE_ERROR;
  if (symbol->kind == SYMBOL_LABEL) return node->type == TYPE_LABEL ? TYPE_LABEL : TYPE_FLAG;
  return symbol->type ? symbol->type : TYPE_ERROR; /* a let in a circle has none */
}

static type_t infer_kind(struct module *module, struct ast *node) {
  switch (node->kind) {
    case AST_NAME: return infer_name(node);
    case AST_PAREN: return infer_node(module, node->child[0]);
    case AST_CALL: return infer_call(module, node);
    case AST_IF:
      infer_condition(module, node->child[0]);
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
    case AST_ANNIVERSARY:
      return infer_operator(module, node);
    default: return literal_type(node);
  }
}

/* An error set by an earlier pass stays, and silences what follows from it. */
static type_t infer_node(struct module *module, struct ast *node) {
  if (node->type != TYPE_ERROR) node->type = infer_kind(module, node);
  return node->type;
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

static void infer_show(struct module *module, struct ast *name) {
  name->type = infer_name(name);
  if (name->type != TYPE_MONTHS) return;
  struct diag *diag = diag_report(module, name->at, DIAG_SHOW_MONTHS, TEXT_ARG(name->text));
  diag_help(module, diag, "show a date that it was added to");
}

void infer(struct module *module) {
  for (uint32_t i = 0; i < module->params.count; i++) infer_param(module, module->params.at[i]);
  if (!module->has_input) guess(module);
  if (module->arena.failed) return;
  for (uint32_t i = 0; i < module->order.count; i++) {
    if (module->order.at[i]->kind == SYMBOL_LET) infer_let(module, module->order.at[i]);
  }
  for (uint32_t i = 0; i < module->rules.count; i++) {
    const struct ast *rule = module->rules.at[i];
    struct ast *condition = rule->child[rule->kind == AST_RULE];
    if (condition->kind != AST_NONE) infer_condition(module, condition);
  }
  for (uint32_t i = 0; i < module->shows.count; i++) infer_show(module, module->shows.at[i]);
  if (module->only) infer_condition(module, module->only);
}
