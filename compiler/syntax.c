/* syntax.c - the message about a token that cannot stand where it does. */
#include "parse.h"
#include "parser.h"

#include <string.h>

/* -- Kinds of tokens ---------------------------------------------------------------------- */

bool token_is_name(int token) { return token == TOKEN_NAME || (token >= TOKEN_USE && token <= TOKEN_ANNIVERSARY); }

bool token_is_comparison(int token) { return token >= TOKEN_EQ && token <= TOKEN_GE; }

static bool is_constant(int token) {
  return (token >= TOKEN_STRING && token <= TOKEN_DATE) || (token >= TOKEN_YES && token <= TOKEN_FALSE);
}

bool token_ends_operand(int token) { return token_is_name(token) || is_constant(token) || token == TOKEN_RPAREN; }

bool token_starts_operand(int token) {
  return token_is_name(token) || is_constant(token) || token == TOKEN_LPAREN || token == TOKEN_NOT ||
         token == TOKEN_IF || token == TOKEN_OTHERWISE;
}

bool token_is_infix(int token) {
  return token_is_comparison(token) || (token >= TOKEN_PLUS && token <= TOKEN_SLASH) ||
         (token >= TOKEN_AND && token <= TOKEN_OLDER && token != TOKEN_NOT);
}

/* -- Sentences ------------------------------------------------------------------------------- */

struct rung_text syntax_quote(struct parse *parse, struct token token) {
  struct rung_text text = source_text(&parse->module->sources, token.at);
  if (text.length == 0) return TEXT("the end of the file");
  return arena_print(&parse->module->arena, "`%.*s`", TEXT_ARG(diag_quote(parse->module, text)));
}

/* A list of what may stand in a place: "a, b or c". */
struct choice {
  struct rung_text items[8];
  uint32_t count;
  bool more;
};

static void add_choice(struct choice *choice, struct rung_text item) {
  if (choice->count == sizeof choice->items / sizeof *choice->items) choice->more = true;
  else choice->items[choice->count++] = item;
}

/* What is expected, in the words of a reader: a value and an operator are not listed one by one. */
static struct choice make_choice(struct parse *parse, const struct token_set *expected) {
  struct choice choice = {.count = 0};
  bool value = token_set_has(expected, TOKEN_LPAREN) && token_set_has(expected, TOKEN_NUMBER);
  bool operator = token_set_has(expected, TOKEN_PLUS);
  bool name = token_set_has(expected, TOKEN_NAME);
  if (value) add_choice(&choice, TEXT("a value"));
  else if (name) add_choice(&choice, TEXT("a name"));
  if (operator) add_choice(&choice, TEXT("an operator"));
  for (int token = TOKEN_NAME; token <= TOKEN_ANNIVERSARY; token++) {
    if (!token_set_has(expected, token) || (name && token_is_name(token))) continue;
    if (value && (token_starts_operand(token) || token == TOKEN_MINUS)) continue;
    if (operator && (token_is_infix(token) || token == TOKEN_NOT || token == TOKEN_LPAREN)) continue;
    bool plain = token >= TOKEN_NAME && token <= TOKEN_DATE;
    const char *text = grammar_token_name(token);
    add_choice(&choice, arena_print(&parse->module->arena, plain ? "%s" : "`%s`", text));
  }
  return choice;
}

static struct rung_text join_choice(struct parse *parse, const struct choice *choice) {
  struct rung_text text = TEXT("");
  for (uint32_t i = 0; i < choice->count; i++) {
    const char *glue = i == 0 ? "" : i + 1 == choice->count && !choice->more ? " or " : ", ";
    text = arena_print(&parse->module->arena, "%.*s%s%.*s", TEXT_ARG(text), glue, TEXT_ARG(choice->items[i]));
  }
  return choice->more ? arena_print(&parse->module->arena, "%.*s or the like", TEXT_ARG(text)) : text;
}

/* -- Mistakes that have a message of their own ------------------------------------------------- */

static struct rung_text text_of(struct parse *parse, struct token token) {
  return source_text(&parse->module->sources, token.at);
}

static bool is_later(struct parse *parse, struct token token) {
  const struct keyword *keyword = keyword_find(text_of(parse, token));
  return keyword && (keyword->class == RESERVED_LATER || keyword->class == OPEN_LATER);
}

/* `score x {`, `count of orders`: the word before the offending token opens what this version lacks. */
static bool report_later(struct parse *parse, struct token token) {
  struct token culprit = is_later(parse, token) ? token : parse->previous;
  bool both_words = token_is_name(parse->previous.kind) && (token_starts_operand(token.kind) || token.kind == TOKEN_LBRACE);
  if (culprit.at.begin == culprit.at.end || !is_later(parse, culprit)) return false;
  if (culprit.kind != TOKEN_LATER_WORD && !both_words) return false;
  diag_report(parse->module, culprit.at, DIAG_LATER, TEXT_ARG(text_of(parse, culprit)));
  return true;
}

static bool report_type(struct parse *parse, struct token token, const struct token_set *expected) {
  if (!token_set_has(expected, TOKEN_INTEGER) || token_set_has(expected, TOKEN_NAME)) return false;
  struct diag *diag = diag_report(parse->module, token.at, DIAG_BAD_TYPE, TEXT_ARG(syntax_quote(parse, token)));
  struct nearest nearest;
  nearest_start(&nearest, text_of(parse, token));
  for (int type = TOKEN_TEXT; type <= TOKEN_FLAG; type++) {
    const char *name = grammar_token_name(type);
    nearest_try(&nearest, (struct rung_text){name, strlen(name)});
  }
  if (nearest.best.length) {
    diag_help(parse->module, diag, "did you mean `%.*s`?", TEXT_ARG(nearest.best));
    diag_fix(diag, nearest.best);
  } else {
    diag_help(parse->module, diag, "the types are text, integer, number, money, date and flag");
  }
  return true;
}

static bool report_chain(struct parse *parse, struct token token, const struct token_set *expected) {
  if (!token_is_comparison(token.kind) || !token_set_has(expected, TOKEN_AND) || token_set_has(expected, TOKEN_GE)) {
    return false;
  }
  struct diag *diag = diag_report(parse->module, token.at, DIAG_CHAINED_TEST, TEXT_ARG(text_of(parse, token)));
  diag_help(parse->module, diag, "join two comparisons with `and`, or write `x between 1 and 5`");
  return true;
}

/* `lett x = 5`: two names side by side at the start of a statement. */
static void help_statement(struct parse *parse, struct diag *diag, struct token token) {
  if (!token_is_name(token.kind) && token.kind != TOKEN_STRING) return;
  if (parse->previous.kind != TOKEN_NAME || parse->before_previous != TOKEN_SEMICOLON) return;
  struct nearest nearest;
  nearest_start(&nearest, text_of(parse, parse->previous));
  for (int word = TOKEN_USE; word <= TOKEN_SHOW; word++) {
    const char *name = grammar_token_name(word);
    nearest_try(&nearest, (struct rung_text){name, strlen(name)});
  }
  if (nearest.best.length) diag_help(parse->module, diag, "did you mean `%.*s`?", TEXT_ARG(nearest.best));
}

static void add_help(struct parse *parse, struct diag *diag, struct token token, const struct token_set *expected) {
  struct module *module = parse->module;
  if (parse->previous.kind == TOKEN_ARROW && text_of(parse, parse->previous).bytes[0] == '=') {
    diag_help(module, diag, "`=>` is an arrow; \"at least\" is written `>=`");
  } else if (parse->previous.kind == TOKEN_NUMBER && token.kind == TOKEN_NUMBER) {
    diag_help(module, diag, "a number is written without blanks: 1000000");
  } else if (token_set_has(expected, TOKEN_ARROW) && (token.kind == TOKEN_SEMICOLON || token_is_name(token.kind))) {
    diag_help(module, diag, "a rule is written `condition -> tag;`");
    help_statement(parse, diag, token);
  } else if (parse->previous.kind == TOKEN_BECAUSE) {
    diag_help(module, diag, "the reason stands in quotes: because \"...\"");
  } else if (token_set_has(expected, TOKEN_ELSE)) {
    diag_help(module, diag, "write if CONDITION then VALUE else VALUE");
  }
}

void syntax_report(struct parse *parse, struct token token, const struct token_set *expected) {
  parse->panic = true;
  if (parse->silent || report_type(parse, token, expected) || report_later(parse, token) ||
      report_chain(parse, token, expected)) {
    return;
  }
  struct choice choice = make_choice(parse, expected);
  struct rung_text wanted = join_choice(parse, &choice), found = syntax_quote(parse, token);
  struct rung_text sentence =
      choice.count == 0 ? arena_print(&parse->module->arena, "%.*s cannot stand here", TEXT_ARG(found))
                        : arena_print(&parse->module->arena, "expected %.*s, but here is %.*s", TEXT_ARG(wanted),
                                      TEXT_ARG(found));
  struct diag *diag = diag_report(parse->module, token.at, DIAG_SYNTAX, TEXT_ARG(sentence));
  add_help(parse, diag, token, expected);
}
