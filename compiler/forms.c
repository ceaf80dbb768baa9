/* forms.c - how statements and the lines of blocks are written, for messages about those that are not. */
#include "parse.h"
#include "parser.h"

struct form {
  int word;
  const char *written;
};

static const struct form statements[] = {
    {TOKEN_USE, "use \"other.rung\";"},
    {TOKEN_PARAM, "param name = 5;"},
    {TOKEN_INPUT, "input purchases per customer_id { total money; }"},
    {TOKEN_LET, "let name = value;"},
    {TOKEN_LIST, "list name = \"a\", \"b\";"},
    {TOKEN_STATUS, "status name { condition -> label; }"},
    {TOKEN_SCORE, "score name from 50 { condition -> +10; clamp 0 to 100; }"},
    {TOKEN_CAMPAIGN, "campaign winback \"We miss you\" { when churning; }"},
    {TOKEN_CAMPAIGNS, "campaigns { at most 1 per customer; }"},
    {TOKEN_GUARD, "guard count of winback <= 20000 because \"...\";"},
    {TOKEN_TEST, "test \"what it shows\" { customers: orders 3; expect regular; }"},
    {TOKEN_SHOW, "show name;"},
    {TOKEN_NEVER, "never winback and no_winback because \"...\";"},
    {TOKEN_ALWAYS, "always revenue >= 0 because \"...\";"},
};

static const struct form clauses[] = {
    {TOKEN_WHEN, "when churning and orders > 3;"},
    {TOKEN_UNLESS, "unless no_winback;"},
    {TOKEN_CHANNEL, "channel email when email_consent, sms when sms_consent;"},
    {TOKEN_PRIORITY, "priority 80;"},
    {TOKEN_HOLDOUT, "holdout 10%;"},
    {TOKEN_VARIANTS, "variants a 50%, b 50%;"},
    {TOKEN_LIMIT, "limit 5000 by revenue desc;"},
    {TOKEN_BUDGET, "budget 100000 at 150;"},
    {TOKEN_ACTIVE, "active 2026-11-01 to 2026-11-30;"},
    {TOKEN_ON, "on monday, friday;"},
};

static const struct form parts[] = {
    {TOKEN_TODAY, "today 2026-11-21;"},
    {TOKEN_PARAM, "param name = 5;"},
    {TOKEN_EXPECT, "expect lifecycle = churning, not winback;"},
};

#define CAP "at most 1 per customer;"
#define ROW "customers: orders 3, city \"Riga\";"

#define FIND(forms, word) find(forms, sizeof forms / sizeof *forms, word)
static const char *find(const struct form *forms, size_t count, int word) {
  for (size_t i = 0; i < count; i++) {
    if (forms[i].word == word) return forms[i].written;
  }
  return NULL;
}

bool form_begun(const struct parse *parse) {
  return parse->second == 0 || token_starts_operand(parse->second) || parse->second == TOKEN_LBRACE;
}

/* Everything outside of braces in these stands in a fixed order; of others only the first words do. */
static bool is_fixed(const struct parse *parse) {
  switch (parse->head) {
    case TOKEN_INPUT: case TOKEN_SCORE: return true;
    case TOKEN_CAMPAIGN: case TOKEN_CAMPAIGNS: case TOKEN_GUARD: case TOKEN_TEST: return form_begun(parse);
    default: return false;
  }
}

static const char *statement_form(const struct parse *parse) {
  int before = parse->previous.kind, older = parse->before_previous;
  int word = !parse->in_block && is_fixed(parse) ? parse->head : token_starts_statement(older) ? before : older;
  if (word == TOKEN_INPUT && before == TOKEN_INPUT) return "input customers { name text; }";
  if (word == TOKEN_INPUT && (before == TOKEN_FROM || older == TOKEN_FROM)) return "input customers from purchases;";
  return FIND(statements, word);
}

static struct rung_text written(struct parse *parse, const char *form) {
  return form ? arena_print(&parse->module->arena, "this is written: %s", form) : TEXT("");
}

/* -- Lines of blocks ------------------------------------------------------------------------------ */

static struct rung_text score_line(struct parse *parse, struct token token) {
  if (parse->head == TOKEN_CLAMP) return TEXT("this is written: clamp 0 to 100;");
  if (token.kind == TOKEN_OTHERWISE) return TEXT("points for everybody stand in front: score name from 50 { ... }");
  return TEXT("a line of a score is written: condition -> +10;");
}

static struct rung_text clause_line(struct parse *parse, struct token token) {
  bool first = token_starts_line(parse->previous.kind);
  if (first && token.kind == TOKEN_AT) return TEXT("this stands in a block of its own: campaigns { " CAP " }");
  if (first && token_is_name(token.kind) && parse_peek(parse, 0).kind == TOKEN_WHEN) {
    return written(parse, FIND(clauses, TOKEN_CHANNEL));
  }
  if (token.kind == TOKEN_ARROW || (first && token_starts_operand(token.kind) &&
                                    token_is_infix(parse_peek(parse, 0).kind))) {
    return TEXT("who is meant stands after `when`: when churning and orders > 3;");
  }
  return written(parse, FIND(clauses, parse->head));
}

/* Where a cell's value is expected. */
static struct rung_text cell_help(struct parse *parse, struct token token) {
  const struct sources *sources = &parse->module->sources;
  int next = parse_peek(parse, 0).kind;
  if (token_is_comparison(token.kind)) return TEXT("a cell is written without a sign: orders 3");
  if (token.kind == TOKEN_MISSING) return TEXT("a cell that is not given is missing");
  if (!token_is_name(token.kind) || !token_is_name(parse->previous.kind)) return written(parse, ROW);
  struct rung_text name = source_text(sources, parse->previous.at), value = source_text(sources, token.at);
  if (token_starts_operand(next)) {
    return arena_print(&parse->module->arena, "a name with a blank stands in back-quotes: `%.*s`",
                       TEXT_ARG(source_text(sources, place_join(parse->previous.at, token.at))));
  }
  return arena_print(&parse->module->arena, "a text stands in quotes: %.*s \"%.*s\"", TEXT_ARG(name),
                     TEXT_ARG(diag_quote(parse->module, value)));
}

static struct rung_text test_line(struct parse *parse, struct token token, const struct token_set *expected) {
  bool constant = token_set_has(expected, TOKEN_NUMBER) && !token_set_has(expected, TOKEN_LPAREN);
  if (token.kind == TOKEN_ARROW) return TEXT("a test has no rules; it says what comes of them: expect regular;");
  bool key = parse->previous.kind == TOKEN_STRING || parse->previous.kind == TOKEN_NUMBER;
  if (parse->before_previous == TOKEN_EXPECT && key) {
    return written(parse, "expect \"7\": churning;");
  }
  if (token.kind >= TOKEN_DAY && token.kind <= TOKEN_YEARS) return TEXT("a cell holds a plain value, without a unit");
  if (parse->previous.kind == TOKEN_FROM) return written(parse, "purchases from \"purchases.csv\";");
  const char *form = FIND(parts, parse->head);
  if (form) return written(parse, form);
  return constant ? cell_help(parse, token) : written(parse, ROW);
}

/* A line that belongs into another block than this one, or into one at all. */
static struct rung_text stray_line(struct parse *parse, struct token token) {
  struct arena *arena = &parse->module->arena;
  bool reserved = token.kind == TOKEN_WHEN || token.kind == TOKEN_UNLESS;
  bool second = token_starts_line(parse->before_previous) && form_begun(parse);
  int word = reserved ? token.kind : second ? parse->previous.kind : 0;
  const char *clause = FIND(clauses, word), *name = grammar_token_name(word);
  if (reserved && parse->in_block) return arena_print(arena, "a line here is written without `%s`", name);
  if (clause) return arena_print(arena, "`%s` is a line of a campaign: campaign name { %s }", name, clause);
  if (word == TOKEN_AT) return TEXT("this stands in a block: campaigns { " CAP " }");
  if (word == TOKEN_TODAY || word == TOKEN_EXPECT) {
    return arena_print(arena, "`%s` is a line of a test: test \"what it shows\" { %s }", name, FIND(parts, word));
  }
  return TEXT("");
}

struct rung_text form_help(struct parse *parse, struct token token, const struct token_set *expected) {
  switch (parse->in_block) {
    case TOKEN_CAMPAIGN: return clause_line(parse, token);
    case TOKEN_CAMPAIGNS: return written(parse, CAP);
    case TOKEN_TEST: return test_line(parse, token, expected);
    default: break;
  }
  const char *statement = statement_form(parse);
  if (statement) return written(parse, statement);
  struct rung_text stray = stray_line(parse, token);
  if (stray.length) return stray;
  if (token_set_has(expected, TOKEN_ELSE)) return TEXT("write `if CONDITION then VALUE else VALUE`");
  if (parse->in_block == TOKEN_SCORE) return score_line(parse, token);
  bool rule = token_set_has(expected, TOKEN_ARROW) && (token.kind == TOKEN_SEMICOLON || token_is_name(token.kind));
  return rule ? TEXT("a rule is written `condition -> tag;`") : TEXT("");
}
