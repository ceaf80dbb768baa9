/* parse.c - drive tokens into the grammar; mend what is plainly meant, skip what is not. */
#include "parse.h"
#include "parser.h"

#include "decimal.h"
#include "limits.h"

#include <string.h>

/* -- Tokens ahead ------------------------------------------------------------------------ */

struct token parse_peek(struct parse *parse, uint32_t i) {
  while (parse->ahead_count <= i) {
    struct token token = lexer_next(&parse->lexer);
    if (parse->lexer.line_lost) token.kind = TOKEN_BAD;
    parse->ahead[parse->ahead_count++] = token;
  }
  return parse->ahead[i];
}

static struct token take(struct parse *parse) {
  struct token token = parse_peek(parse, 0);
  parse->ahead_count--;
  for (uint32_t i = 0; i < parse->ahead_count; i++) parse->ahead[i] = parse->ahead[i + 1];
  return token;
}

/* -- Into the grammar ---------------------------------------------------------------------- */

static bool at_statement_start(const struct parse *parse) {
  switch (parse->previous.kind) {
    case TOKEN_SEMICOLON: case TOKEN_LBRACE: case TOKEN_RBRACE: case TOKEN_START_FILE: return !parse->panic;
    default: return false;
  }
}

static void push(struct parse *parse, struct token token) {
  if (at_statement_start(parse)) {
    parse->head = token.kind;
    parse->second = 0;
    parse->asked = false;
  } else if (parse->second == 0) {
    parse->second = token.kind;
  }
  if (token.kind == TOKEN_WHERE) parse->asked = true;
  parse->current = token;
  grammar_push(parse, token);
  parse->before_that = parse->before_previous;
  parse->before_previous = parse->previous.kind;
  parse->previous = token;
  if (token.kind == TOKEN_SEMICOLON) parse->deep = false;
}

/* A token that is not in the text, in front of `token`; messages about it speak of `token`. */
static void push_absent(struct parse *parse, int kind, struct token token) {
  push(parse, (struct token){.kind = kind, .at = token.at});
}

static void end_statement(struct parse *parse, struct token before) {
  if (!at_statement_start(parse)) push_absent(parse, TOKEN_SEMICOLON, before);
}

static void close_block(struct parse *parse, struct token before) {
  end_statement(parse, before);
  push_absent(parse, TOKEN_RBRACE, before);
  parse->in_block = 0;
}

/* Leaves a statement whose message has been given. */
static void give_up(struct parse *parse, struct token token) {
  parse->silent = parse->panic = true;
  push_absent(parse, TOKEN_BAD, token);
  parse->silent = false;
}

static void report_missing_end(struct parse *parse, struct token before) {
  struct place after_last = {parse->taken.source, parse->taken.end, parse->taken.end};
  struct diag *diag =
      diag_report(parse->module, after_last, DIAG_MISSING_END, TEXT_ARG(syntax_quote(parse, before)));
  diag_fix(diag, TEXT(";"));
}

/* -- Skipping what cannot be mended --------------------------------------------------------- */

/* `let x =`, `status x {` and so on at the start of a line: a statement begins here, whatever came before. */
static bool statement_ahead(struct parse *parse) {
  struct token token = parse_peek(parse, 0), next, after;
  if (token.first && (token.kind == TOKEN_NEVER || token.kind == TOKEN_ALWAYS)) return !parse->in_block;
  if (!token.first || token.kind < TOKEN_USE || token.kind > TOKEN_SHOW) return false;
  next = parse_peek(parse, 1);
  after = parse_peek(parse, 2);
  int fourth = parse_peek(parse, 3).kind;
  bool named = token_is_name(next.kind);
  switch (token.kind) {
    case TOKEN_USE: return next.kind == TOKEN_STRING;
    case TOKEN_LET: return named && after.kind == TOKEN_EQ && parse->in_block != TOKEN_PER;
    case TOKEN_PARAM: return named && after.kind == TOKEN_EQ && parse->in_block != TOKEN_TEST;
    case TOKEN_LIST: return named && after.kind == TOKEN_EQ;
    case TOKEN_STATUS: return named && after.kind == TOKEN_LBRACE;
    case TOKEN_INPUT:
      if (after.kind == TOKEN_PER || after.kind == TOKEN_FROM) return named && token_is_name(fourth);
      return named && after.kind == TOKEN_LBRACE;
    case TOKEN_SCORE:
      if (after.kind == TOKEN_FROM) return named && (fourth == TOKEN_NUMBER || fourth == TOKEN_MINUS);
      return named && after.kind == TOKEN_LBRACE;
    case TOKEN_CAMPAIGN: return named && (after.kind == TOKEN_LBRACE || after.kind == TOKEN_STRING);
    case TOKEN_CAMPAIGNS: return next.kind == TOKEN_LBRACE;
    case TOKEN_GUARD: return after.kind == TOKEN_OF;
    case TOKEN_TEST: return next.kind == TOKEN_STRING && after.kind == TOKEN_LBRACE;
    default: return named && !parse->in_block && (after.kind == TOKEN_COMMA || after.kind == TOKEN_SEMICOLON);
  }
}

/* A condition where a column must be declared. */
static bool rule_ahead(struct parse *parse) {
  struct token token = parse_peek(parse, 0);
  bool in_input = parse->in_block == TOKEN_INPUT || parse->in_block == TOKEN_PER;
  if (!in_input || !token.first || !at_statement_start(parse)) return false;
  int next = parse_peek(parse, 1).kind;
  return token_is_name(token.kind) && (token_is_infix(next) || next == TOKEN_ARROW || next == TOKEN_LPAREN);
}

static bool column_ahead(struct parse *parse) {
  int type = parse_peek(parse, 1).kind;
  bool is_type = (type >= TOKEN_TEXT && type <= TOKEN_FLAG) || type == TOKEN_LIST;
  return parse->in_block && token_is_name(parse_peek(parse, 0).kind) && is_type;
}

/* Campaigns, caps and tests: each line begins with words of its own. */
static bool in_lines(const struct parse *parse) {
  return parse->in_block == TOKEN_CAMPAIGN || parse->in_block == TOKEN_CAMPAIGNS || parse->in_block == TOKEN_TEST;
}

static bool own_line_ahead(struct parse *parse) {
  struct token token = parse_peek(parse, 0);
  int next = parse_peek(parse, 1).kind, after = parse_peek(parse, 2).kind;
  if (!token.first) return false;
  switch (parse->in_block) {
    case TOKEN_CAMPAIGN:
      if (token.kind == TOKEN_WHEN) return parse->head != TOKEN_CHANNEL;
      if (token.kind == TOKEN_UNLESS) return true;
      return token.kind >= TOKEN_CHANNEL && token.kind <= TOKEN_ON && token_starts_operand(next);
    case TOKEN_CAMPAIGNS: return token.kind == TOKEN_AT && next == TOKEN_MOST;
    case TOKEN_TEST:
      if (token.kind == TOKEN_EXPECT && token_starts_operand(next) && next != TOKEN_FROM) return true;
      if (token.kind == TOKEN_TODAY) return next == TOKEN_DATE || next == TOKEN_STRING;
      if (token.kind == TOKEN_PARAM && after == TOKEN_EQ) return true;
      return token_is_name(token.kind) && (next == TOKEN_COLON || (next == TOKEN_FROM && after == TOKEN_STRING));
    default: return false;
  }
}

/* Whether the next token begins a statement although no `;` ended the one before: on a line of its own, after a
   finished rule, or when the rest of the line was lost. */
static bool line_ahead(struct parse *parse, struct token last, bool arrow_seen, bool line_lost) {
  struct token token = parse_peek(parse, 0);
  if (!token.first) return false;
  if (in_lines(parse)) return statement_ahead(parse) || own_line_ahead(parse);
  if (statement_ahead(parse) || column_ahead(parse)) return true;
  return token_starts_operand(token.kind) && (line_lost || (arrow_seen && token_ends_operand(last.kind)));
}

/* Skips to the end of the statement that has an error, or to its arrow when the grammar can go on from there.
   Braces inside are skipped whole. */
static void recover(struct parse *parse, bool line_lost) {
  struct token_set expected = grammar_expected(parse);
  struct token last = parse->current;
  bool in_file = token_set_has(&expected, TOKEN_SEMICOLON), arrow_seen = last.kind == TOKEN_ARROW;
  uint32_t depth = last.kind == TOKEN_LBRACE;
  for (;; last = take(parse)) {
    struct token token = parse_peek(parse, 0);
    if (token.kind == TOKEN_END) return;
    if (token.kind == TOKEN_LBRACE) depth++;
    if (token.kind == TOKEN_BAD) line_lost = true;
    if (token.kind == TOKEN_RBRACE && depth > 0 && --depth == 0) {
      push_absent(parse, TOKEN_SEMICOLON, take(parse));
      return;
    }
    if (depth > 0 || !in_file) continue;
    if (token.kind == TOKEN_SEMICOLON || (token.kind == TOKEN_ARROW && token_set_has(&expected, TOKEN_ARROW))) {
      push(parse, take(parse));
      return;
    }
    bool line = line_ahead(parse, last, arrow_seen, line_lost);
    if (line && !line_lost && arrow_seen) report_missing_end(parse, token);
    if (line || (token.kind == TOKEN_RBRACE && parse->in_block)) {
      push_absent(parse, TOKEN_SEMICOLON, token);
      return;
    }
    if (token.kind == TOKEN_ARROW) arrow_seen = true;
  }
}

/* -- Mending -------------------------------------------------------------------------------- */

/* The next token begins a statement, but the one before, or its block, has not ended. */
static void mend_start(struct parse *parse, struct token token) {
  if (!at_statement_start(parse)) {
    struct token_set expected = grammar_expected(parse);
    bool complete = token_set_has(&expected, TOKEN_SEMICOLON);
    if (!complete) push_absent(parse, TOKEN_BAD, token);
    else if (!parse->in_block) report_missing_end(parse, token);
    push_absent(parse, TOKEN_SEMICOLON, token);
  }
  if (!parse->in_block) return;
  struct diag *diag = diag_report(parse->module, parse->block, DIAG_OPEN_BLOCK);
  if (token.kind == TOKEN_LET && parse->in_block == TOKEN_INPUT) {
    diag_help(parse->module, diag, "a `let` stands below the block, except in a related table's: input ... per ...");
  }
  close_block(parse, token);
  parse->closed_early = true;
}

/* `-> big spender;`, `first rule: x > 1` */
static bool mend_blank_in_name(struct parse *parse, struct token token, bool statement_ends) {
  int next = parse_peek(parse, 1).kind;
  if (in_lines(parse) && (parse->head == TOKEN_LIMIT || parse->head == TOKEN_EXPECT)) return false;
  bool name_ends = next == TOKEN_SEMICOLON || next == TOKEN_COMMA || next == TOKEN_BECAUSE || next == TOKEN_END;
  bool names = token_is_name(token.kind) && token_is_name(parse->previous.kind);
  if (token.first || !names || !(name_ends ? statement_ends : next == TOKEN_COLON)) return false;
  struct place both = place_join(parse->previous.at, token.at);
  struct rung_text words = source_text(&parse->module->sources, both);
  struct diag *diag = diag_report(parse->module, both, DIAG_BLANK_IN_NAME, TEXT_ARG(syntax_quote(parse, token)));
  diag_help(parse->module, diag, "write the whole name in back-quotes: `%.*s`",
            TEXT_ARG(diag_quote(parse->module, words)));
  diag_fix(diag, arena_print(&parse->module->arena, "`%.*s`", TEXT_ARG(words)));
  take(parse);
  return true;
}

/* Two operands side by side.  True when the token was taken. */
static bool mend_missing_end(struct parse *parse, struct token token) {
  bool plain = parse->previous.kind < TOKEN_USE && token.kind < TOKEN_USE, line = own_line_ahead(parse);
  int before = parse->previous.kind;
  if (!token_ends_operand(before) && before != TOKEN_DESC && before != TOKEN_ASC) return false;
  if (!token_starts_operand(token.kind) && !line) return false;
  if (!token.first && !plain) return false;
  struct token_set expected = grammar_expected(parse);
  if (token_set_has(&expected, token.kind)) return false;
  bool statement_ends = token_set_has(&expected, TOKEN_SEMICOLON), named = !token_set_has(&expected, TOKEN_WHERE);
  if (named && mend_blank_in_name(parse, token, statement_ends)) return true;
  if (!statement_ends) return false;
  bool begins = token.kind == TOKEN_LPAREN || token.kind == TOKEN_NOT || token_is_infix(parse_peek(parse, 1).kind);
  if (in_lines(parse) ? !line : !token.first && !begins) return false;
  report_missing_end(parse, token);
  push_absent(parse, TOKEN_SEMICOLON, token);
  return false;
}

/* A reserved word where only a name can be meant becomes one. */
static void mend_reserved(struct parse *parse, struct token *token) {
  int before = parse->previous.kind, after = parse_peek(parse, 1).kind;
  if ((before == TOKEN_WAS || before == TOKEN_BECAME) && token_starts_operand(after)) return; /* `was not lost` */
  if (token->kind == TOKEN_OTHERWISE && parse->in_block == TOKEN_SCORE) return;
  if (token->kind < TOKEN_AND || token->kind > TOKEN_FALSE) return;
  bool names = before >= TOKEN_PARAM && before <= TOKEN_SHOW;
  if (token_ends_operand(before) && !names) return;
  struct token_set expected = grammar_expected(parse);
  /* `let in` could go on as a test of a column `let`, but not with `=`. */
  bool named = names && (after == TOKEN_EQ || after == TOKEN_LBRACE || after == TOKEN_SEMICOLON);
  if (!named && (token_set_has(&expected, token->kind) || !token_set_has(&expected, TOKEN_NAME))) return;
  bool value = token_set_has(&expected, TOKEN_NUMBER);
  if (value && (after == TOKEN_END || token_starts_operand(after))) return;
  struct rung_text word = source_text(&parse->module->sources, token->at);
  struct diag *diag = diag_report(parse->module, token->at, DIAG_RESERVED_NAME, TEXT_ARG(word));
  diag_help(parse->module, diag, "to name something so, write it in back-quotes: `%.*s`", TEXT_ARG(word));
  diag_fix(diag, arena_print(&parse->module->arena, "`%.*s`", TEXT_ARG(word)));
  token->kind = TOKEN_NAME;
  token->value.text = word;
}

/* `variants a 1/2, b 1/2`: the two numbers are one share. */
static bool mend_fraction(struct parse *parse, struct token *token) {
  struct token divided = parse_peek(parse, 1), by = parse_peek(parse, 2);
  if (divided.kind != TOKEN_SLASH || by.kind != TOKEN_NUMBER) return false;
  struct numeric *share = &token->value.number, part = by.value.number;
  bool small = share->whole && part.whole && share->value > 0 && share->value < part.value && part.value <= 1000;
  int64_t value = small ? share->value * DECIMAL_ONE / part.value : 0;
  bool exact = small && value * part.value == share->value * DECIMAL_ONE;
  take(parse), take(parse);
  token->at = place_join(token->at, by.at);
  token->kind = TOKEN_PERCENT;
  *share = (struct numeric){value, false};
  struct diag *diag = diag_report(parse->module, token->at, DIAG_SHARE_PERCENT);
  if (exact) {
    char digits[DECIMAL_PRINT_ROOM];
    int length = (int)decimal_print(digits, value * 100, 0);
    diag_help(parse->module, diag, "write %.*s%%", length, digits);
    diag_fix(diag, arena_print(&parse->module->arena, "%.*s%%", length, digits));
  } else {
    diag_help(parse->module, diag, "write percentages that sum to 100%%, such as 33%%, 33%% and 34%%");
  }
  return true;
}

/* `variants a 50, b 50` */
static void mend_share(struct parse *parse, struct token *token) {
  if (token->kind != TOKEN_NUMBER || parse->in_block != TOKEN_CAMPAIGN || parse->head != TOKEN_VARIANTS) return;
  struct token_set expected = grammar_expected(parse);
  if (!token_set_has(&expected, TOKEN_PERCENT) || token_set_has(&expected, TOKEN_NUMBER)) return;
  if (mend_fraction(parse, token)) return;
  struct numeric *share = &token->value.number;
  struct diag *diag = diag_report(parse->module, token->at, DIAG_SHARE_PERCENT);
  bool likely = share->value <= (share->whole ? 100 : DECIMAL_ONE);
  if (!likely) share->value = 0;
  else if (share->whole) share->value *= DECIMAL_ONE / 100;
  token->kind = TOKEN_PERCENT;
  share->whole = false;
  if (!likely) return;
  char digits[DECIMAL_PRINT_ROOM];
  int length = (int)decimal_print(digits, share->value * 100, 0);
  diag_help(parse->module, diag, "write %.*s%%", length, digits);
  diag_fix(diag, arena_print(&parse->module->arena, "%.*s%%", length, digits));
}

/* A comma and a number follow `before` without a blank. */
static bool comma_ahead(struct parse *parse, struct place before) {
  struct token comma = parse_peek(parse, 0), next = parse_peek(parse, 1);
  return comma.kind == TOKEN_COMMA && next.kind == TOKEN_NUMBER && before.end == comma.at.begin &&
         comma.at.end == next.at.begin;
}

/* Three digits, and perhaps a fraction: what follows a separator between thousands. */
static bool is_group(struct rung_text number) {
  const char *point = memchr(number.bytes, '.', number.length);
  return (point ? (size_t)(point - number.bytes) : number.length) == 3;
}

/* `1,000`: whether a thousand or one is meant is not guessed, so there is no fix. */
static void mend_thousands(struct parse *parse) {
  struct place all = parse->previous.at;
  const struct sources *sources = &parse->module->sources;
  struct rung_text number = source_text(sources, all);
  while (comma_ahead(parse, all) && is_group(source_text(sources, parse_peek(parse, 1).at))) {
    take(parse);
    struct place next = take(parse).at;
    all = place_join(all, next);
    number = arena_print(&parse->module->arena, "%.*s%.*s", TEXT_ARG(number), TEXT_ARG(source_text(sources, next)));
  }
  struct diag *diag = diag_report(parse->module, all, DIAG_GROUPED_NUMBER);
  diag_help(parse->module, diag, "write %.*s; a decimal point is written `.`", TEXT_ARG(number));
}

/* `x > 1,5`, unless a list of values is possible there.  In a list `1,000` is seen by its zeros: `000` is no value. */
static bool mend_decimal_comma(struct parse *parse, struct token token) {
  if (token.kind != TOKEN_COMMA || parse->previous.kind != TOKEN_NUMBER) return false;
  if (!comma_ahead(parse, parse->previous.at)) return false;
  struct token next = parse_peek(parse, 1);
  struct token_set expected = grammar_expected(parse);
  struct rung_text whole = source_text(&parse->module->sources, parse->previous.at);
  struct rung_text fraction = source_text(&parse->module->sources, next.at);
  bool thousands = whole.length <= 3 && *whole.bytes != '0' && is_group(fraction);
  bool cells = parse->in_block == TOKEN_TEST && parse->head != TOKEN_EXPECT; /* a number cannot follow their commas */
  if (token_set_has(&expected, TOKEN_COMMA) && !cells && !(thousands && *fraction.bytes == '0')) return false;
  if (thousands) {
    mend_thousands(parse);
    return true;
  }
  struct diag *diag = diag_report(parse->module, place_join(parse->previous.at, next.at), DIAG_DECIMAL_COMMA);
  struct rung_text fix = arena_print(&parse->module->arena, "%.*s.%.*s", TEXT_ARG(whole), TEXT_ARG(fraction));
  diag_help(parse->module, diag, "write %.*s", TEXT_ARG(fix));
  diag_fix(diag, fix);
  take(parse), take(parse);
  return true;
}

/* -- The loop ---------------------------------------------------------------------------------- */

static void push_brace(struct parse *parse, struct token token) {
  if (token.kind == TOKEN_LBRACE) {
    bool related = parse->before_previous == TOKEN_PER;
    push(parse, token);
    if (parse->panic) return;
    parse->in_block = related ? TOKEN_PER : parse->head;
    parse->block = token.at;
    parse->closed_early = false;
  } else if (parse->in_block) {
    close_block(parse, token);
  } else {
    if (!parse->closed_early) diag_report(parse->module, token.at, DIAG_STRAY_BRACE);
    parse->closed_early = false;
  }
}

static void feed(struct parse *parse, bool in_file) {
  struct token token = parse_peek(parse, 0);
  if (in_file) {
    if (statement_ahead(parse) && (!at_statement_start(parse) || parse->in_block)) mend_start(parse, token);
    if (mend_missing_end(parse, token)) return;
    if (rule_ahead(parse)) mend_start(parse, token);
  }
  if (mend_decimal_comma(parse, token)) return;
  mend_reserved(parse, &token);
  mend_share(parse, &token);
  take(parse);
  if (token.kind == TOKEN_BAD) {
    give_up(parse, token);
  } else if (grammar_full(parse)) {
    if (!parse->deep) diag_report(parse->module, token.at, DIAG_DEEP, LIMIT_NESTING);
    give_up(parse, token);
  } else if (in_file && (token.kind == TOKEN_LBRACE || token.kind == TOKEN_RBRACE)) {
    push_brace(parse, token);
  } else {
    push(parse, token);
  }
  parse->taken = token.at;
  if (parse->panic) recover(parse, token.kind == TOKEN_BAD);
}

static void run(struct parse *parse, bool in_file) {
  struct token start = {.kind = in_file ? TOKEN_START_FILE : TOKEN_START_CONDITION, .at.source = parse->source->index};
  push(parse, start);
  while (parse_peek(parse, 0).kind != TOKEN_END && !parse->module->arena.failed) feed(parse, in_file);
  if (parse->module->arena.failed) return;
  struct token end = take(parse);
  end.at.begin = end.at.end = parse->taken.end; /* not behind the blank lines at the end of the file */
  if (in_file) {
    if (parse->in_block) {
      diag_report(parse->module, parse->block, DIAG_OPEN_BLOCK);
      close_block(parse, end);
    }
    end_statement(parse, end);
  } else {
    push_absent(parse, TOKEN_STOP, end);
  }
  push(parse, end);
}

static struct ast *parse_as(struct module *module, struct source *source, enum ast_kind kind) {
  struct place whole = {source->index, 0, (uint32_t)source->text.length};
  struct parse *parse = arena_alloc(&module->arena, sizeof *parse);
  struct ast *root = ast_new(&module->arena, kind, whole);
  if (!parse || !root) return NULL;
  *parse = (struct parse){.module = module, .source = source, .root = root, .taken.source = source->index};
  root->text = source->path;
  source->is_rules = true;
  token_check_utf8(module, source);
  if (lexer_open(&parse->lexer, module, source) && grammar_start(parse)) run(parse, kind == AST_FILE);
  return module->arena.failed ? NULL : root;
}

struct ast *parse(struct module *module, struct source *source) { return parse_as(module, source, AST_FILE); }

struct ast *parse_condition(struct module *module, struct source *source) {
  return parse_as(module, source, AST_ONLY);
}
