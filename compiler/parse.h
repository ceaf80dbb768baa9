/* parse.h - what lexer, grammar and driver of the parser share.

   The driver (parse.c) takes tokens from the lexer and pushes them into the grammar.  Standing between the two it can
   mend what is plainly meant (a missing `;`), so that the tree stays whole, and skip to the next statement
   when nothing can be mended. */
#ifndef RUNGC_PARSE_H
#define RUNGC_PARSE_H

#include "module.h"

#include <setjmp.h>

struct numeric {
  int64_t value;            /* millionths, or with `whole` the integer; of a date its days */
  bool whole;
};

struct unit {
  int count;                /* of days or months, which `type` tells */
  type_t type;
};

/* What a token or a piece of grammar carries. */
union value {
  struct rung_text text;
  struct numeric number;
  struct unit unit;
  type_t type;
  uint8_t function;         /* enum aggregate, measure, guard or comparison */
  struct ast *node;
};

struct token {
  int kind;                 /* TOKEN_... of parser.h */
  bool first;               /* on its line */
  bool doubtful;            /* characters before it were dropped with a message */
  struct place at;
  union value value;
};

/* A set of tokens, by grammar symbol. */
struct token_set {
  uint64_t bits[3];
};

struct lexer {
  struct module *module;
  struct source *source;
  void *scanner;            /* flex's own */
  uint32_t begin, end;      /* the lexeme */
  bool newline, dropped;    /* since the last token */
  bool line_lost;           /* the last token is a text or name that nothing closed */
  jmp_buf fatal;            /* where flex goes instead of exit */
};

enum { AHEAD = 4 };

struct parse {
  struct module *module;
  struct source *source;
  struct lexer lexer;
  struct rung_yypstate *grammar;
  struct ast *root;
  struct token ahead[AHEAD];
  uint32_t ahead_count;
  struct token current;     /* being given to the grammar */
  struct token previous;    /* given before it */
  int before_previous, before_that;
  int head, second;         /* began the statement, or line of a block; 0: it has no second token yet */
  struct place taken;       /* the last token that stands in the text */
  struct place block;       /* the `{` that is open */
  bool asked;               /* this statement has a `where` */
  int in_block;             /* what opened it: TOKEN_INPUT, _PER (of a related table), _STATUS, _SCORE, _CAMPAIGN,
                               _CAMPAIGNS, _TEST, or 0 */
  bool closed_early;        /* the last block, by a statement that began inside it */
  bool panic;               /* a message was given, and the statement it is about has not ended yet */
  bool silent;              /* the next syntax error has its message already */
  bool deep;                /* this statement's nesting was reported */
};

/* keywords.def */
enum keyword_class { RESERVED, OPEN };
struct keyword {
  const char *word;
  int token;
  enum keyword_class class;
};
const struct keyword *keyword_find(struct rung_text word); /* NULL: a plain name */
const struct keyword *keyword_at(size_t i);                /* NULL past the last */

/* lexer.l */
bool lexer_open(struct lexer *lexer, struct module *module, struct source *source);
struct token lexer_next(struct lexer *lexer);

/* token.c: what a lexeme means.  Each may shorten lexer->end to give bytes back, and returns a token
   or TOKEN_NOTHING. */
enum { TOKEN_NOTHING = -1 };
int token_word(struct lexer *lexer, union value *value);
int token_quoted_name(struct lexer *lexer, union value *value, bool closed);
int token_string(struct lexer *lexer, union value *value, bool closed);
int token_number(struct lexer *lexer, union value *value);
int token_points(struct lexer *lexer, union value *value);
int token_date(struct lexer *lexer, union value *value);
int token_date_form(struct lexer *lexer, union value *value);
int token_odd_string(struct lexer *lexer, union value *value);
int token_foreign(struct lexer *lexer, int token, const char *right);
int token_odd_byte(struct lexer *lexer);
void token_comment(struct lexer *lexer);
void token_check_utf8(struct module *module, const struct source *source);

/* expressions.y: the grammar as a machine that tokens are pushed into. */
bool grammar_start(struct parse *parse);
void grammar_push(struct parse *parse, struct token token);
struct token_set grammar_expected(struct parse *parse);
bool token_set_has(const struct token_set *set, int token);
bool grammar_full(const struct parse *parse);     /* nested so deep that no more fits */
const char *grammar_token_name(int token);

/* parse.c: the token after the next `i` ones; nothing is taken. */
struct token parse_peek(struct parse *parse, uint32_t i);

/* syntax.c: the message about a token that cannot stand where it does. */
void syntax_report(struct parse *parse, struct token token, const struct token_set *expected);
struct rung_text syntax_quote(struct parse *parse, struct token token); /* a token inside a sentence */
bool token_is_name(int token);          /* it can stand for a name */
bool token_is_comparison(int token);
bool token_is_infix(int token);         /* it can stand only after a value */
bool token_ends_operand(int token);
bool token_starts_operand(int token);
bool token_starts_statement(int before); /* what follows does */
bool token_starts_line(int before);      /* the same, and a line of a block too */

/* forms.c: how what has been begun is written, or an empty text. */
struct rung_text form_help(struct parse *parse, struct token token, const struct token_set *expected);
bool form_begun(const struct parse *parse); /* the head is a word of the language, not a name in a condition */

/* slips.c: mistakes with the words of the language that the next word gives away. */
bool slip_report(struct parse *parse, struct token token, const struct token_set *expected);
/* What to do about it, or an empty text. */
struct rung_text slip_help(struct parse *parse, struct token token, const struct token_set *expected);

/* build.c: nodes of the tree. */
struct ast *build(struct parse *parse, enum ast_kind kind, struct place at, struct ast *a, struct ast *b);
struct ast *build_three(struct parse *parse, enum ast_kind kind, struct place at, struct ast *a, struct ast *b,
                        struct ast *c);
struct ast *build_negated(struct ast *node);
struct ast *build_checked(struct parse *parse, struct ast *node); /* a node that was changed: not too deep */
struct ast *build_chain(struct parse *parse, enum ast_kind kind, struct place at, struct ast *a, struct ast *b);
struct ast *build_more(struct parse *parse, struct ast *parent, struct ast *children);
struct ast *build_none(struct parse *parse, struct place at);
struct ast *build_broken(struct parse *parse, struct place at);
struct ast *build_name(struct parse *parse, struct place at, struct rung_text text);
struct ast *build_word(struct parse *parse, struct place at);
struct ast *build_string(struct parse *parse, struct place at, struct rung_text text);
struct ast *build_value(struct parse *parse, enum ast_kind kind, struct place at, int64_t value, bool whole);
struct ast *build_duration(struct parse *parse, struct place at, struct numeric number, struct unit unit);
/* `columns` NULL: none; `per` and `from` NULL: not given. */
struct ast *build_input(struct parse *parse, struct place at, struct ast *name, struct ast *per, struct ast *from,
                        struct ast *columns);
struct ast *build_column_start(struct parse *parse, struct place at, struct ast *name, type_t type);
struct ast *build_lost(struct ast *node); /* not all that belongs to it is known */
struct ast *build_column(struct parse *parse, struct place at, struct ast *start, struct ast *attributes);
/* A node and what stands in its block; some of it may be lost. */
struct ast *build_block(struct parse *parse, struct ast *node, struct ast *children);

/* build_campaigns.c: campaigns, guards and tests. */
struct ast *build_priority(struct parse *parse, struct place at, struct ast *number);
struct ast *build_variant(struct parse *parse, struct place at, struct ast *name, struct numeric share);
struct ast *build_ascending(struct ast *order);
/* `order`: a node with the expression, or without a child. */
struct ast *build_limit(struct parse *parse, struct place at, struct ast *amount, struct ast *per, struct ast *order);
struct ast *build_on(struct parse *parse, struct place at, struct ast *weekdays);
/* NULL also when no customer can have so many. */
struct ast *build_cap(struct parse *parse, struct place at, struct place number_at, struct numeric number,
                      struct ast *channel);
struct ast *build_guard(struct parse *parse, struct place at, uint8_t function, struct ast *of, uint8_t comparison,
                        struct ast *limit, struct ast *because);
struct ast *build_row(struct parse *parse, struct place at, struct ast *table, struct ast *cells);

/* aggregate.c: questions to the rows of a table and to the whole base.  `of` is the table's NAME, or a FIELD; `by`, of
   `latest`, the same or NULL. */
struct ast *build_aggregate(struct parse *parse, struct place at, uint8_t function, struct ast *of, struct ast *by);
struct ast *build_where(struct parse *parse, struct place at, struct ast *aggregate, struct ast *condition);
struct ast *build_measure(struct parse *parse, struct place at, uint8_t function, struct ast *of);
struct ast *build_top(struct parse *parse, struct place at, struct place number_at, struct numeric number,
                      struct ast *of);
struct ast *build_has(struct parse *parse, struct place at, struct ast *list, struct ast *item);

#endif
