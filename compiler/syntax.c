/* syntax.c - the message about a token that cannot stand where it does. */
#include "parse.h"
#include "parser.h"

#include <string.h>
#include <strings.h>

/* -- Kinds of tokens ---------------------------------------------------------------------- */

bool token_is_name(int token) { return token == TOKEN_NAME || (token >= TOKEN_USE && token <= TOKEN_TOP); }

bool token_is_comparison(int token) { return token >= TOKEN_EQ && token <= TOKEN_GE; }

static bool is_constant(int token) {
  return (token >= TOKEN_STRING && token <= TOKEN_DATE) || (token >= TOKEN_YES && token <= TOKEN_FALSE);
}

bool token_ends_operand(int token) { return token_is_name(token) || is_constant(token) || token == TOKEN_RPAREN; }

bool token_starts_operand(int token) {
  return token_is_name(token) || is_constant(token) || token == TOKEN_LPAREN || token == TOKEN_NOT ||
         token == TOKEN_IF || token == TOKEN_OTHERWISE || token == TOKEN_WAS || token == TOKEN_BECAME;
}

bool token_is_infix(int token) {
  return token_is_comparison(token) || (token >= TOKEN_PLUS && token <= TOKEN_SLASH) ||
         (token >= TOKEN_AND && token <= TOKEN_HAS && token != TOKEN_NOT);
}

/* -- Sentences ------------------------------------------------------------------------------- */

struct rung_text syntax_quote(struct parse *parse, struct token token) {
  struct rung_text text = source_text(&parse->module->sources, token.at);
  if (text.length == 0) return parse->root->kind == AST_FILE ? TEXT("the end of the file") : TEXT("the end");
  return arena_print(&parse->module->arena, "`%.*s`", TEXT_ARG(diag_quote(parse->module, text)));
}

/* A list of what may stand in a place: "a, b or c". */
struct choice {
  struct rung_text items[12];
  uint32_t count;
  bool more;
};

static void add_choice(struct choice *choice, struct rung_text item) {
  if (choice->count == sizeof choice->items / sizeof *choice->items) choice->more = true;
  else choice->items[choice->count++] = item;
}

bool token_starts_statement(int before) {
  return before == TOKEN_SEMICOLON || before == TOKEN_RBRACE || before == TOKEN_START_FILE;
}

bool token_starts_line(int before) { return token_starts_statement(before) || before == TOKEN_LBRACE; }

/* What is expected, in the words of a reader: values and operators are not listed one by one. */
static struct choice make_choice(struct parse *parse, struct token found, const struct token_set *expected) {
  struct choice choice = {.count = 0};
  /* `use abc`: what would make a column named `use` of it is not worth telling. */
  bool statement = parse->previous.kind >= TOKEN_USE && parse->previous.kind <= TOKEN_SHOW &&
                   token_starts_statement(parse->before_previous) &&
                   (token_starts_operand(found.kind) || found.kind == TOKEN_SEMICOLON || found.kind == TOKEN_LBRACE);
  bool constant = token_set_has(expected, TOKEN_NUMBER) && token_set_has(expected, TOKEN_STRING);
  bool value = constant && token_set_has(expected, TOKEN_LPAREN);
  bool operator = token_set_has(expected, TOKEN_STAR);
  bool name = token_set_has(expected, TOKEN_NAME), comparison = !operator && token_set_has(expected, TOKEN_GE);
  if (constant) add_choice(&choice, value ? TEXT("a value") : TEXT("a constant"));
  else if (name) add_choice(&choice, TEXT("a name"));
  if (operator && !statement) add_choice(&choice, TEXT("an operator"));
  if (comparison) add_choice(&choice, TEXT("a comparison"));
  /* In a test `today` and `expect` might be tables, too. */
  bool part = parse->in_block == TOKEN_TEST && token_starts_line(parse->before_previous) &&
              (parse->previous.kind == TOKEN_TODAY || parse->previous.kind == TOKEN_EXPECT);
  bool first = token_starts_line(parse->previous.kind);
  for (int token = TOKEN_NAME; token <= TOKEN_TOP; token++) {
    if (!token_set_has(expected, token) || (name && token_is_name(token))) continue;
    if (part && (token == TOKEN_COLON || token == TOKEN_FROM)) continue;
    if (value && (token == TOKEN_NEVER || token == TOKEN_ALWAYS)) continue;
    if (first && (token == TOKEN_SEMICOLON || token == TOKEN_RBRACE)) continue;
    if (constant && (token_starts_operand(token) || token == TOKEN_PLUS || token == TOKEN_MINUS)) continue;
    bool follows = token_is_infix(token) || token == TOKEN_NOT || token == TOKEN_LPAREN || token == TOKEN_DOT;
    if (comparison && follows) continue;
    if (operator && (follows || (token >= TOKEN_DAY && token <= TOKEN_YEARS))) continue;
    if (statement && (token == TOKEN_ARROW || token == TOKEN_COLON)) continue;
    if (token == TOKEN_MINUS && token_set_has(expected, TOKEN_NUMBER)) continue;
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

static struct rung_text word_text(const char *word) { return (struct rung_text){word, strlen(word)}; }

/* Types as databases and programs call them. */
static const char *const foreign_types[][2] = {
    {"array", "list"},     {"bool", "flag"},   {"boolean", "flag"},    {"currency", "money"}, {"decimal", "number"},
    {"double", "number"},  {"float", "number"}, {"int", "integer"},    {"numeric", "number"}, {"str", "text"},
    {"string", "text"},    {"time", "datetime"}, {"timestamp", "datetime"}, {"varchar", "text"},
};

static struct rung_text find_type(struct rung_text word) {
  struct nearest nearest;
  nearest_start(&nearest, word);
  for (int type = TOKEN_TEXT; type <= TOKEN_FLAG; type++) nearest_try(&nearest, word_text(grammar_token_name(type)));
  nearest_try(&nearest, TEXT("list"));
  if (nearest.best.length) return nearest.best;
  for (size_t i = 0; i < sizeof foreign_types / sizeof *foreign_types; i++) {
    nearest_try(&nearest, word_text(foreign_types[i][0]));
    if (text_equal(nearest.best, word_text(foreign_types[i][0]))) nearest.best = word_text(foreign_types[i][1]);
  }
  return nearest.best;
}

static bool report_type(struct parse *parse, struct token token, const struct token_set *expected) {
  if (!token_set_has(expected, TOKEN_INTEGER) || token_set_has(expected, TOKEN_NAME)) return false;
  struct diag *diag = diag_report(parse->module, token.at, DIAG_BAD_TYPE, TEXT_ARG(syntax_quote(parse, token)));
  struct rung_text meant = find_type(text_of(parse, token));
  if (meant.length) {
    diag_help(parse->module, diag, "did you mean `%.*s`?", TEXT_ARG(meant));
    diag_fix(diag, meant);
  } else {
    diag_help(parse->module, diag, "the types are text, integer, number, money, date, datetime, flag and list");
  }
  return true;
}

static bool report_chain(struct parse *parse, struct token token, const struct token_set *expected) {
  if (!token_is_comparison(token.kind) || !token_set_has(expected, TOKEN_AND) || token_set_has(expected, TOKEN_GE)) {
    return false;
  }
  struct diag *diag = diag_report(parse->module, token.at, DIAG_CHAINED_TEST, TEXT_ARG(text_of(parse, token)));
  if (parse->asked) diag_help(parse->module, diag, "a question with `where` stands in parentheses: (count of ...) > 3");
  else diag_help(parse->module, diag, "join two comparisons with `and`, or write `x between 1 and 5`");
  return true;
}

/* The one of the words from `first` to `last` that `token` is probably meant to be; with `expected`, only of those. */
static bool help_word(struct parse *parse, struct diag *diag, struct token token, int first, int last,
                      const struct token_set *expected) {
  struct nearest nearest;
  nearest_start(&nearest, text_of(parse, token));
  for (int word = first; word <= last; word++) {
    if (!expected || token_set_has(expected, word)) nearest_try(&nearest, word_text(grammar_token_name(word)));
  }
  if (nearest.best.length) diag_help(parse->module, diag, "did you mean `%.*s`?", TEXT_ARG(nearest.best));
  return nearest.best.length > 0;
}

/* `IF orders > 3`, `x AND y`: a word of the language in capitals, which shows only at what follows it. */
static bool help_capitals(struct parse *parse, struct diag *diag) {
  struct rung_text word = text_of(parse, parse->previous);
  for (size_t i = 0; parse->previous.kind == TOKEN_NAME && keyword_at(i); i++) {
    const char *ours = keyword_at(i)->word;
    bool clause = keyword_at(i)->token == TOKEN_WHEN || keyword_at(i)->token == TOKEN_UNLESS;
    if (clause && parse->in_block != TOKEN_CAMPAIGN) continue;
    if (keyword_at(i)->class != RESERVED || strlen(ours) != word.length) continue;
    if (strncasecmp(ours, word.bytes, word.length) != 0) continue;
    diag_help(parse->module, diag, "did you mean `%s`?", ours);
    return true;
  }
  return false;
}

/* A misspelt word: `x contians y`, or `lett x = 5`, which shows only at the name after it. */
static bool help_misspelt(struct parse *parse, struct diag *diag, struct token token,
                          const struct token_set *expected) {
  if (token.kind == TOKEN_NAME && help_word(parse, diag, token, TOKEN_AND, TOKEN_TOP, expected)) return true;
  bool second = parse->previous.kind == TOKEN_NAME && token_starts_operand(token.kind);
  if (second && token_starts_statement(parse->before_previous) &&
      help_word(parse, diag, parse->previous, TOKEN_USE, TOKEN_SHOW, NULL)) {
    return true;
  }
  return second && parse->in_block == TOKEN_TEST && token_starts_line(parse->before_previous) &&
         help_word(parse, diag, parse->previous, TOKEN_TODAY, TOKEN_EXPECT, NULL);
}

/* `x => 3`, meant as "at least". */
static bool is_wrong_arrow(struct parse *parse, struct token token) {
  bool arrow = parse->previous.kind == TOKEN_ARROW && *text_of(parse, parse->previous).bytes == '=';
  return arrow && token_starts_operand(token.kind);
}

/* `1 000 000.50`: with what follows in the same number, and without its blanks. */
static void help_blanks(struct parse *parse, struct diag *diag, struct token token) {
  struct rung_text whole = text_of(parse, parse->previous), group = text_of(parse, token), number = whole;
  for (uint32_t next = 1; group.length >= 3 && (group.length == 3 || group.bytes[3] == '.'); next++) {
    number = arena_print(&parse->module->arena, "%.*s%.*s", TEXT_ARG(number), TEXT_ARG(group));
    if (next > AHEAD) number = whole; /* perhaps it goes on */
    if (next > AHEAD || parse_peek(parse, next - 1).kind != TOKEN_NUMBER) break;
    group = text_of(parse, parse_peek(parse, next - 1));
  }
  if (number.length == whole.length) diag_help(parse->module, diag, "a number is written without blanks");
  else diag_help(parse->module, diag, "a number is written without blanks: %.*s", TEXT_ARG(number));
}

/* As other languages begin one: two slashes, or a slash and a star. */
static bool is_foreign_comment(struct parse *parse, struct token token) {
  struct rung_text line = source_line(parse->source, token.at.begin);
  size_t at = (size_t)(parse->source->text.bytes + token.at.begin - line.bytes);
  return token.kind == TOKEN_SLASH && at + 1 < line.length && strchr("/*", line.bytes[at + 1]);
}

/* Slips that the word before the offending token tells. */
static const char *help_after(const struct parse *parse, struct token token) {
  switch (parse->previous.kind) {
    case TOKEN_BECAUSE: return "the reason stands in quotes: because \"...\"";
    case TOKEN_IS: return "`is missing` and `is present` ask for a value; to compare values write `=`";
    case TOKEN_WITHIN: return "write `within last 30 days` or `within next 30 days`";
    case TOKEN_NOT:
      if (token.kind < TOKEN_CONTAINS || token.kind > TOKEN_MATCHES) return NULL;
      return "`not` stands before the whole test: not x contains \"...\"";
    default: return NULL;
  }
}

static void add_help(struct parse *parse, struct diag *diag, struct token token, const struct token_set *expected) {
  struct module *module = parse->module;
  struct rung_text slip = slip_help(parse, token, expected);
  if (token.kind == TOKEN_BAD) {
    diag_help(module, diag, "the statement before it is not finished");
  } else if (is_wrong_arrow(parse, token)) {
    diag_help(module, diag, "`=>` is an arrow; \"at least\" is written `>=`");
  } else if (parse->previous.kind == TOKEN_NUMBER && token.kind == TOKEN_NUMBER) {
    help_blanks(parse, diag, token);
  } else if (slip.length) {
    diag_help(module, diag, "%.*s", TEXT_ARG(slip));
  } else if (token.kind == TOKEN_DOT) {
    diag_help(module, diag, "a column is named without its table; a name with a point in it stands in back-quotes");
  } else if (is_foreign_comment(parse, token)) {
    diag_help(module, diag, "a comment starts with `#`");
  } else if (help_capitals(parse, diag) || help_misspelt(parse, diag, token, expected)) {
    return;
  } else if (help_after(parse, token)) {
    diag_help(module, diag, "%s", help_after(parse, token));
  } else {
    struct rung_text form = form_help(parse, token, expected);
    if (form.length) diag_help(module, diag, "%.*s", TEXT_ARG(form));
  }
}

void syntax_report(struct parse *parse, struct token token, const struct token_set *expected) {
  parse->panic = true;
  if (parse->silent || token.doubtful || report_type(parse, token, expected) ||
      slip_report(parse, token, expected) || report_chain(parse, token, expected)) {
    return;
  }
  struct choice choice = make_choice(parse, token, expected);
  struct rung_text wanted = join_choice(parse, &choice), found = syntax_quote(parse, token);
  struct rung_text sentence =
      choice.count == 0 ? arena_print(&parse->module->arena, "%.*s cannot stand here", TEXT_ARG(found))
                        : arena_print(&parse->module->arena, "expected %.*s, but here is %.*s", TEXT_ARG(wanted),
                                      TEXT_ARG(found));
  struct diag *diag = diag_report(parse->module, token.at, DIAG_SYNTAX, TEXT_ARG(sentence));
  add_help(parse, diag, token, expected);
}
