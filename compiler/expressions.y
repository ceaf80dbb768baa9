/* expressions.y - the grammar of expressions, constants and names; the second half of parser.y. */

/* -- Expressions -------------------------------------------------------------------------- */

expr
  : expr OR expr                             { $$ = build_chain(parse, AST_OR, @$, $1, $3); }
  | expr AND expr                            { $$ = build_chain(parse, AST_AND, @$, $1, $3); }
  | NOT expr                                 { $$ = ONE(NOT, @$, $2); }
  | IF expr THEN expr ELSE expr  %prec LOWEST { $$ = build_three(parse, AST_IF, @$, $2, $4, $6); }
  | aggregate WHERE expr         %prec LOWEST { $$ = build_where(parse, @$, $1, $3); }
  | test
  ;

test
  : sum
  | sum "=" sum                              { $$ = TWO(EQ, @$, $1, $3); }
  | sum "!=" sum                             { $$ = TWO(NE, @$, $1, $3); }
  | sum "<" sum                              { $$ = TWO(LT, @$, $1, $3); }
  | sum "<=" sum                             { $$ = TWO(LE, @$, $1, $3); }
  | sum ">" sum                              { $$ = TWO(GT, @$, $1, $3); }
  | sum ">=" sum                             { $$ = TWO(GE, @$, $1, $3); }
  | sum IS MISSING                           { $$ = ONE(IS_MISSING, @$, $1); }
  | sum IS PRESENT                           { $$ = ONE(IS_PRESENT, @$, $1); }
  | sum IS NOT MISSING                       { $$ = build_negated(ONE(IS_MISSING, @$, $1)); }
  | sum IS NOT PRESENT                       { $$ = build_negated(ONE(IS_PRESENT, @$, $1)); }
  | sum BETWEEN sum AND sum                  { $$ = build_three(parse, AST_BETWEEN, @$, $1, $3, $5); }
  | sum NOT BETWEEN sum AND sum              { $$ = build_negated(build_three(parse, AST_BETWEEN, @$, $1, $4, $6)); }
  | sum IN "(" list_of_exprs ")"             { $$ = build_more(parse, ONE(IN, @$, $1), $4); }
  | sum NOT IN "(" list_of_exprs ")"         { $$ = build_negated(build_more(parse, ONE(IN, @$, $1), $5)); }
  | sum IN name                              { $$ = TWO(IN_LIST, @$, $1, $3); }
  | sum NOT IN name                          { $$ = build_negated(TWO(IN_LIST, @$, $1, $4)); }
  | sum IN FILE_WORD string                  { $$ = TWO(IN_FILE, @$, $1, $4); }
  | sum NOT IN FILE_WORD string              { $$ = build_negated(TWO(IN_FILE, @$, $1, $5)); }
  | sum CONTAINS sum                         { $$ = TWO(CONTAINS, @$, $1, $3); }
  | sum STARTS WITH sum                      { $$ = TWO(STARTS, @$, $1, $4); }
  | sum ENDS WITH sum                        { $$ = TWO(ENDS, @$, $1, $4); }
  | sum MATCHES string                       { $$ = TWO(MATCHES, @$, $1, $3); }
  | sum WITHIN LAST sum                      { $$ = TWO(WITHIN_LAST, @$, $1, $4); }
  | sum WITHIN NEXT sum                      { $$ = TWO(WITHIN_NEXT, @$, $1, $4); }
  | sum OLDER THAN sum                       { $$ = TWO(OLDER, @$, $1, $4); }
  | sum HAS sum                              { $$ = build_has(parse, @$, $1, $3); }
  | sum HAS ANY OF "(" list_of_exprs ")"     { $$ = build_more(parse, ONE(HAS_ANY, @$, $1), $6); }
  | sum HAS ALL OF "(" list_of_exprs ")"     { $$ = build_more(parse, ONE(HAS_ALL, @$, $1), $6); }
  | WAS name                                 { $$ = ONE(WAS, @$, $2); }
  | BECAME name                              { $$ = ONE(BECAME, @$, $2); }
  ;

sum
  : sum "+" sum                              { $$ = TWO(ADD, @$, $1, $3); }
  | sum "-" sum                              { $$ = TWO(SUB, @$, $1, $3); }
  | sum "*" sum                              { $$ = TWO(MUL, @$, $1, $3); }
  | sum "/" sum                              { $$ = TWO(DIV, @$, $1, $3); }
  | "-" sum                   %prec NEGATE   { $$ = ONE(NEG, @$, $2); }
  | primary
  ;

primary
  : plain
  | field
  ;

plain
  : constant
  | NUMBER unit                              { $$ = build_duration(parse, @$, $1, $unit); }
  | name
  | name "(" list_of_exprs ")"               { $$ = build_more(parse, ONE(CALL, @$, $1), $3); }
  | "(" expr ")"                             { $$ = ONE(PAREN, @$, $2); }
  | DAYS SINCE primary                       { $$ = ONE(DAYS_SINCE, @$, $3); }
  | DAYS UNTIL primary                       { $$ = ONE(DAYS_UNTIL, @$, $3); }
  | ANNIVERSARY OF primary                   { $$ = ONE(ANNIVERSARY, @$, $3); }
  | HOURS SINCE primary                      { $$ = ONE(HOURS_SINCE, @$, $3); }
  | measure_word OF primary                  { $$ = build_measure(parse, @$, $1, $3); }
  | AVERAGE OF plain                         { $$ = build_measure(parse, @$, MEASURE_AVERAGE, $3); }
  | CUMULATIVE SHARE OF primary              { $$ = build_measure(parse, @$, MEASURE_SHARE, $4); }
  | TOP NUMBER BY primary                    { $$ = build_top(parse, @$, @2, $2, $4); }
  | aggregate
  ;

field: name "." name                         { $$ = TWO(FIELD, @$, $1, $3); } ;

/* -- What a table's rows say of a customer, and what a value's place among all customers is ---------- */

aggregate
  : aggregate_word OF name                   { $$ = build_aggregate(parse, @$, $1, $3, NULL); }
  | aggregate_word OF field                  { $$ = build_aggregate(parse, @$, $1, $3, NULL); }
  | ANY OF name                              { $$ = build_aggregate(parse, @$, AGGREGATE_ANY, $3, NULL); }
  | ANY OF field                             { $$ = build_aggregate(parse, @$, AGGREGATE_ANY, $3, NULL); }
  | AVERAGE OF field                         { $$ = build_aggregate(parse, @$, AGGREGATE_AVERAGE, $3, NULL); }
  | LATEST OF name                           { $$ = build_aggregate(parse, @$, AGGREGATE_LATEST, $3, NULL); }
  | LATEST OF field             %prec LOWEST { $$ = build_aggregate(parse, @$, AGGREGATE_LATEST, $3, NULL); }
  | LATEST OF field BY name                  { $$ = build_aggregate(parse, @$, AGGREGATE_LATEST, $3, $5); }
  | LATEST OF field BY field                 { $$ = build_aggregate(parse, @$, AGGREGATE_LATEST, $3, $5); }
  ;

aggregate_word
  : COUNT                                    { $$ = AGGREGATE_COUNT; }
  | SUM                                      { $$ = AGGREGATE_SUM; }
  | MIN                                      { $$ = AGGREGATE_MIN; }
  | MAX                                      { $$ = AGGREGATE_MAX; }
  | DISTINCT                                 { $$ = AGGREGATE_DISTINCT; }
  ;

measure_word
  : RANK                                     { $$ = MEASURE_RANK; }
  | QUINTILE                                 { $$ = MEASURE_QUINTILE; }
  | PERCENTILE                               { $$ = MEASURE_PERCENTILE; }
  | MEDIAN                                   { $$ = MEASURE_MEDIAN; }
  ;

list_of_exprs
  : expr                                     { $$ = ONE(NONE, @1, $1); }
  | list_of_exprs "," expr                   { $$ = $1; ast_add(&parse->module->arena, $$, $3); }
  ;

unit
  : DAY                                      { $$.count = 1; $$.type = TYPE_INTEGER; }
  | DAYS                                     { $$.count = 1; $$.type = TYPE_INTEGER; }
  | WEEK                                     { $$.count = 7; $$.type = TYPE_INTEGER; }
  | WEEKS                                    { $$.count = 7; $$.type = TYPE_INTEGER; }
  | MONTH                                    { $$.count = 1; $$.type = TYPE_MONTHS; }
  | MONTHS                                   { $$.count = 1; $$.type = TYPE_MONTHS; }
  | YEAR                                     { $$.count = 12; $$.type = TYPE_MONTHS; }
  | YEARS                                    { $$.count = 12; $$.type = TYPE_MONTHS; }
  ;

/* -- Constants --------------------------------------------------------------------------------- */

constant
  : string
  | NUMBER                                   { $$ = build_value(parse, AST_NUMBER, @$, $1.value, $1.whole); }
  | PERCENT                                  { $$ = build_value(parse, AST_NUMBER, @$, $1.value, false); }
  | date
  | boolean
  ;

date: DATE                                   { $$ = build_value(parse, AST_DATE, @$, $1.value, false); } ;

boolean
  : YES                                      { $$ = build_value(parse, AST_BOOLEAN, @$, 1, false); }
  | TRUE                                     { $$ = build_value(parse, AST_BOOLEAN, @$, 1, false); }
  | NO                                       { $$ = build_value(parse, AST_BOOLEAN, @$, 0, false); }
  | FALSE                                    { $$ = build_value(parse, AST_BOOLEAN, @$, 0, false); }
  ;

string: STRING                               { $$ = build_string(parse, @$, $1); } ;

/* -- Names ------------------------------------------------------------------------------------ */

name
  : column_name
  | LET                                      { $$ = build_word(parse, @1); }
  ;

column_name
  : NAME                                     { $$ = build_name(parse, @1, $1); }
  | open_word                                { $$ = build_word(parse, @1); }
  ;

open_word
  : USE | PARAM %prec LOWEST | INPUT | LIST | STATUS | SCORE | CAMPAIGN | CAMPAIGNS | GUARD | TEST | SHOW | CHANNEL
  | PRIORITY | HOLDOUT | VARIANTS | LIMIT | BUDGET | ACTIVE | ON | AT | MOST | CUSTOMER | CHANGE | TODAY
  | EXPECT %prec LOWEST | day_word | FROM | KEY | FORMAT | DEFAULT | MISSING | PRESENT | ONE | OF
  | SEPARATED | UNQUOTE | PER | BY | TO | ALL | TEXT | INTEGER | NUMBER_TYPE | MONEY | DATE_TYPE | DATETIME_TYPE | FLAG
  | DAY | DAYS | WEEK | WEEKS | MONTH | MONTHS | YEAR | YEARS | SINCE | UNTIL | LAST | NEXT | THAN | WITH | FILE_WORD
  | HOURS | ANNIVERSARY | COUNT | SUM | MIN | MAX | AVERAGE | DISTINCT | ANY | LATEST | RANK | QUINTILE | PERCENTILE
  | MEDIAN | CUMULATIVE | SHARE | TOP
  ;

day_word: MONDAY | TUESDAY | WEDNESDAY | THURSDAY | FRIDAY | SATURDAY | SUNDAY ;

%%

/* -- The grammar as a machine ------------------------------------------------------------------- */

_Static_assert(YYNTOKENS <= 64 * (int)(sizeof(struct token_set) / sizeof(uint64_t)), "a token set holds every token");

/* As bison's yypstate_new, which has no way to take an allocator. */
bool grammar_start(struct parse *parse) {
  yypstate *state = arena_alloc(&parse->module->arena, sizeof *state);
  if (!state) return false;
  state->yystacksize = YYINITDEPTH;
  state->yyss = state->yyssa;
  state->yyvs = state->yyvsa;
  state->yyls = state->yylsa;
  state->yyes = state->yyesa;
  state->yyes_capacity = sizeof state->yyesa / sizeof *state->yyesa;
  yypstate_clear(state);
  parse->grammar = state;
  return true;
}

void grammar_push(struct parse *parse, struct token token) {
  yypush_parse(parse->grammar, token.kind, &token.value, &token.at, parse);
}

bool grammar_full(const struct parse *parse) {
  enum { SPARE = 20 };
  return parse->grammar->yyssp - parse->grammar->yyss > YYMAXDEPTH - SPARE;
}

const char *grammar_token_name(int token) { return yysymbol_name(YYTRANSLATE(token)); }

bool token_set_has(const struct token_set *set, int token) {
  unsigned symbol = (unsigned)YYTRANSLATE(token);
  return set->bits[symbol / 64] >> symbol % 64 & 1;
}

static struct token_set make_set(const yysymbol_kind_t *symbols, int count) {
  struct token_set set = {{0}};
  for (int i = 0; i < count; i++) set.bits[(unsigned)symbols[i] / 64] |= (uint64_t)1 << (unsigned)symbols[i] % 64;
  return set;
}

struct token_set grammar_expected(struct parse *parse) {
  yysymbol_kind_t symbols[YYNTOKENS];
  return make_set(symbols, yypstate_expected_tokens(parse->grammar, symbols, YYNTOKENS));
}

static int yyreport_syntax_error(const yypcontext_t *context, struct parse *parse) {
  yysymbol_kind_t symbols[YYNTOKENS];
  struct token_set expected = make_set(symbols, yypcontext_expected_tokens(context, symbols, YYNTOKENS));
  syntax_report(parse, parse->current, &expected);
  return 0;
}

/* Called for full stacks only, which grammar_full forestalls. */
static void yyerror(const struct place *at, struct parse *parse, const char *message) {
  (void)message;
  diag_report(parse->module, *at, DIAG_DEEP, LIMIT_NESTING);
}
