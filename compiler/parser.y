/* parser.y - the grammar: what stands where in a rule file.  Expressions stand in expressions.y; the build joins both.

   Actions only build the tree.  Words that are not reserved are tokens of their own and names besides: two
   operands never stand side by side, so one token of lookahead tells which is meant.  Every statement ends in `;`
   here; the driver supplies those that may be left out.  After an error everything up to the next `;` is skipped,
   and what was already known of the statement is kept, so that the names it makes stay known. */

%require "3.8"
%define api.pure full
%define api.push-pull push
%define api.prefix {rung_yy}
%define api.value.type {union value}
%define api.location.type {struct place}
%define api.token.prefix {TOKEN_}
%define parse.error custom
%define parse.lac full
%locations
%param {struct parse *parse}

%code requires {
#include "parse.h"
}

%code {
#include "limits.h"
#include "program.h"

#define YYLLOC_DEFAULT(at, right, count) \
  ((at) = (struct place){YYRHSLOC(right, (count) ? 1 : 0).source, \
                         (count) ? YYRHSLOC(right, 1).begin : YYRHSLOC(right, 0).end, YYRHSLOC(right, count).end})

/* The stacks never grow: an expression of LIMIT_NESTING levels fits, at seven symbols a level at most. */
#define YYINITDEPTH 1500
#define YYMAXDEPTH 1500

static void yyerror(const struct place *at, struct parse *parse, const char *message);

#define ONE(kind, at, a) build(parse, AST_##kind, at, a, NULL)
#define TWO(kind, at, a, b) build(parse, AST_##kind, at, a, b)
#define INPUT(at, name, per, from, columns) build_input(parse, at, name, per, from, columns)
#define RECOVERED() (yyerrok, parse->panic = false)
}

%token END 0 "the end of the file" START_FILE START_CONDITION STOP BAD
%token <text> NAME "a name" STRING "a text in quotes"
%token <number> NUMBER "a number" PERCENT "a percentage" DATE "a date"
%token ARROW "->" SEMICOLON ";" COMMA "," COLON ":" DOT "." LPAREN "(" RPAREN ")" LBRACE "{" RBRACE "}"
%token EQ "=" NE "!=" LT "<" LE "<=" GT ">" GE ">=" PLUS "+" MINUS "-" STAR "*" SLASH "/"

/* Reserved. */
%token AND "and" OR "or" NOT "not" IN "in" IS "is" BETWEEN "between" CONTAINS "contains" STARTS "starts" ENDS "ends"
%token MATCHES "matches" WITHIN "within" OLDER "older" HAS "has" IF "if" THEN "then" ELSE "else" OTHERWISE "otherwise"
%token BECAUSE "because" WHERE "where" WAS "was" BECAME "became" CLAMP "clamp" WHEN "when" UNLESS "unless"
%token NEVER "never" ALWAYS "always" DESC "desc" ASC "asc" YES "yes" NO "no" TRUE "true" FALSE "false"

/* Not reserved: all of them stand under `name` too. */
%token USE "use" PARAM "param" INPUT "input" LET "let" LIST "list" STATUS "status" SCORE "score"
%token CAMPAIGN "campaign" CAMPAIGNS "campaigns" GUARD "guard" TEST "test" SHOW "show"
%token CHANNEL "channel" PRIORITY "priority" HOLDOUT "holdout" VARIANTS "variants" LIMIT "limit" BUDGET "budget"
%token ACTIVE "active" ON "on" AT "at" MOST "most" CUSTOMER "customer" CHANGE "change" TODAY "today" EXPECT "expect"
%token MONDAY "monday" TUESDAY "tuesday" WEDNESDAY "wednesday" THURSDAY "thursday" FRIDAY "friday"
%token SATURDAY "saturday" SUNDAY "sunday"
%token FROM "from" KEY "key" FORMAT "format" DEFAULT "default" MISSING "missing" PRESENT "present" ONE "one" OF "of"
%token SEPARATED "separated" UNQUOTE "unquote" PER "per" BY "by" TO "to" ALL "all"
%token TEXT "text" INTEGER "integer" NUMBER_TYPE "number" MONEY "money" DATE_TYPE "date" DATETIME_TYPE "datetime"
%token FLAG "flag"
%token DAY "day" DAYS "days" WEEK "week" WEEKS "weeks" MONTH "month" MONTHS "months" YEAR "year" YEARS "years"
%token SINCE "since" UNTIL "until" LAST "last" NEXT "next" THAN "than" WITH "with" FILE_WORD "file"
%token HOURS "hours" ANNIVERSARY "anniversary"
%token COUNT "count" SUM "sum" MIN "min" MAX "max" AVERAGE "average" DISTINCT "distinct" ANY "any" LATEST "latest"
%token RANK "rank" QUINTILE "quintile" PERCENTILE "percentile" MEDIAN "median" CUMULATIVE "cumulative" SHARE "share"
%token TOP "top"

%type <node> statement rule tags because list_of_names list_of_strings columns column column_start attributes attribute
%type <node> literal string constant boolean broken arms arm lines line points start_points bound expr test sum primary
%type <node> plain field aggregate list_of_exprs name column_name
%type <node> title clauses clause channels channel variants variant per by order weekdays weekday caps cap
%type <node> parts part cells cell date
%type <type> type
%type <unit> unit
%type <function> aggregate_word measure_word guard_word comparison

%precedence LOWEST
%precedence BY FROM
%left OR
%left AND
%precedence NOT
%left PLUS MINUS
%left STAR SLASH
%precedence NEGATE

%%

start
  : START_FILE statements
  | START_CONDITION expr STOP                { ast_add(&parse->module->arena, parse->root, $expr); }
  | START_CONDITION broken STOP              { ast_add(&parse->module->arena, parse->root, $broken); }
  ;

statements
  : %empty
  | statements statement                     { ast_add(&parse->module->arena, parse->root, $statement); }
  ;

/* -- Statements -------------------------------------------------------------------- */

statement
  : ";"                                      { $$ = NULL; }
  | USE string ";"                           { $$ = ONE(USE, place_join(@1, @2), $2); }
  | PARAM name "=" expr ";"                  { $$ = TWO(PARAM, place_join(@1, @4), $name, $expr); }
  | PARAM name "=" broken ";"                { $$ = TWO(PARAM, place_join(@1, @4), $name, $broken); RECOVERED(); }
  | LET name "=" expr ";"                    { $$ = TWO(LET, place_join(@1, @4), $name, $expr); }
  | LET name "=" broken ";"                  { $$ = TWO(LET, place_join(@1, @4), $name, $broken); RECOVERED(); }
  | LIST name "=" list_of_strings ";"        { $$ = build_more(parse, ONE(LIST, place_join(@1, @4), $name), $4); }
  | LIST name "=" error ";"                  { $$ = ONE(LIST, place_join(@1, @4), $name); RECOVERED(); }
  | SHOW list_of_names ";"                   { $$ = build_more(parse, ONE(SHOW, place_join(@1, @2), NULL), $2); }
  | INPUT name "{" columns "}"               { $$ = INPUT(@$, $name, NULL, NULL, $columns); }
  | INPUT name PER name "{" columns "}"      { $$ = INPUT(@$, $2, $4, NULL, $columns); }
  | INPUT name PER name ";"                  { $$ = INPUT(place_join(@1, @4), $2, $4, NULL, NULL); }
  | INPUT name FROM name ";"                 { $$ = INPUT(place_join(@1, @4), $2, NULL, $4, NULL); }
  | STATUS name "{" arms "}"                 { $$ = build_more(parse, ONE(STATUS, @$, $name), $arms); }
  | SCORE name start_points "{" lines "}"    { $$ = build_more(parse, TWO(SCORE, @$, $name, $start_points), $lines); }
  | CAMPAIGN name title "{" clauses "}"      { $$ = build_block(parse, TWO(CAMPAIGN, @$, $name, $title), $clauses); }
  | CAMPAIGNS "{" caps "}"                   { $$ = build_block(parse, ONE(CAMPAIGNS, @$, NULL), $caps); }
  | GUARD guard_word OF primary comparison sum because ";"
      { $$ = build_guard(parse, place_join(@1, @7), $2, $primary, $comparison, $sum, $because); }
  | NEVER expr because ";"                   { $$ = TWO(NEVER, place_join(@1, @3), $expr, $because); }
  | ALWAYS expr because ";"                  { $$ = TWO(ALWAYS, place_join(@1, @3), $expr, $because); }
  | TEST string "{" parts "}"                { $$ = build_block(parse, ONE(TEST, @$, $string), $parts); }
  | rule ";"
  | error ";"                                { $$ = NULL; RECOVERED(); }
  ;

/* Children: name, condition, because, tags. */
rule
  : expr "->" tags because
      { $$ = build_more(parse, build_three(parse, AST_RULE, @$, build_none(parse, @1), $expr, $because), $tags); }
  | name ":" expr "->" tags because
      { $$ = build_more(parse, build_three(parse, AST_RULE, @$, $name, $expr, $because), $tags); }
  | error "->" { RECOVERED(); } tags because
      { struct ast *broken = build_broken(parse, @1);
        $$ = build_more(parse, build_three(parse, AST_RULE, @$, build_none(parse, @1), broken, $because), $tags); }
  ;

tags: list_of_names ;

because
  : %empty                                   { $$ = build_none(parse, @$); }
  | BECAUSE string                           { $$ = $2; }
  ;

list_of_names
  : name                                     { $$ = ONE(NONE, @1, $1); }
  | list_of_names "," name                   { $$ = $1; ast_add(&parse->module->arena, $$, $3); }
  ;

list_of_strings
  : string                                   { $$ = ONE(NONE, @1, $1); }
  | list_of_strings "," string               { $$ = $1; ast_add(&parse->module->arena, $$, $3); }
  ;

broken: error                                { $$ = build_broken(parse, @$); } ;

/* -- Input --------------------------------------------------------------------------- */

columns
  : %empty                                   { $$ = build_none(parse, @$); }
  | columns column                           { $$ = $1; ast_add(&parse->module->arena, $$, $column); }
  ;

/* `let text key;` declares a column named let, and `let text = x;` names a value: what stands behind tells. */
column
  : column_start attributes ";"              { $$ = build_column(parse, place_join(@1, @2), $1, $2); }
  | column_start attributes error ";"
      { $$ = build_lost(build_column(parse, place_join(@1, @2), $1, $2)); RECOVERED(); }
  | column_name error ";"                    { $$ = build_column_start(parse, @1, $1, TYPE_ERROR); RECOVERED(); }
  | LET name "=" expr ";"                    { $$ = TWO(LET, place_join(@1, @4), $name, $expr); }
  | LET name "=" broken ";"                  { $$ = TWO(LET, place_join(@1, @4), $name, $broken); RECOVERED(); }
  | error ";"                                { $$ = NULL; RECOVERED(); }
  | ";"                                      { $$ = NULL; }
  ;

column_start
  : column_name type                         { $$ = build_column_start(parse, @$, $1, $type); }
  | LET type                                 { $$ = build_column_start(parse, @$, build_word(parse, @1), $type); }
  ;

type
  : TEXT                                     { $$ = TYPE_TEXT; }
  | INTEGER                                  { $$ = TYPE_INTEGER; }
  | NUMBER_TYPE                              { $$ = TYPE_NUMBER; }
  | MONEY                                    { $$ = TYPE_MONEY; }
  | DATE_TYPE                                { $$ = TYPE_DATE; }
  | DATETIME_TYPE                            { $$ = TYPE_DATETIME; }
  | FLAG                                     { $$ = TYPE_FLAG; }
  | LIST                                     { $$ = TYPE_LIST; }
  ;

attributes
  : %empty                                   { $$ = build_none(parse, @$); }
  | attributes attribute                     { $$ = $1; ast_add(&parse->module->arena, $$, $attribute); }
  ;

attribute
  : KEY                                      { $$ = ONE(KEY, @$, NULL); }
  | FROM string                              { $$ = ONE(FROM, @$, $2); }
  | FORMAT string                            { $$ = ONE(FORMAT, @$, $2); }
  | DEFAULT literal                          { $$ = ONE(PRESET, @$, $literal); }
  | MISSING list_of_strings                  { $$ = build_more(parse, ONE(MISSING, @$, NULL), $2); }
  | BETWEEN literal AND literal              { $$ = TWO(RANGE, @$, $2, $4); }
  | ONE OF "(" list_of_strings ")"           { $$ = build_more(parse, ONE(CLOSED, @$, NULL), $4); }
  | SEPARATED string                         { $$ = ONE(SEPARATED, @$, $2); }
  | UNQUOTE string                           { $$ = ONE(UNQUOTE, @$, $2); }
  ;

literal
  : constant
  | "-" NUMBER                               { $$ = build_value(parse, AST_NUMBER, @$, -$2.value, $2.whole); }
  ;

/* -- Status ---------------------------------------------------------------------------- */

arms
  : %empty                                   { $$ = build_none(parse, @$); }
  | arms arm                                 { $$ = $1; ast_add(&parse->module->arena, $$, $arm); }
  ;

arm
  : expr "->" name because ";"
      { $$ = build_three(parse, AST_ARM, place_join(@1, @4), $expr, $name, $because); }
  | OTHERWISE "->" name because ";"
      { $$ = build_three(parse, AST_ARM, place_join(@1, @4), build_none(parse, @1), $name, $because); }
  | error "->" { RECOVERED(); } name because ";"
      { $$ = build_three(parse, AST_ARM, place_join(@1, @5), build_broken(parse, @1), $name, $because); }
  | error ";"                                { $$ = NULL; RECOVERED(); }
  | ";"                                      { $$ = NULL; }
  ;

/* -- Score ----------------------------------------------------------------------------- */

start_points
  : %empty                                   { $$ = build_none(parse, @$); }
  | FROM bound                               { $$ = $bound; }
  ;

lines
  : %empty                                   { $$ = build_none(parse, @$); }
  | lines line                               { $$ = $1; ast_add(&parse->module->arena, $$, $line); }
  ;

line
  : expr "->" points because ";"
      { $$ = build_three(parse, AST_POINTS, place_join(@1, @4), $expr, $points, $because); }
  | error "->" { RECOVERED(); } points because ";"
      { $$ = build_three(parse, AST_POINTS, place_join(@1, @5), build_broken(parse, @1), $points, $because); }
  | CLAMP bound TO bound ";"                 { $$ = TWO(CLAMP, place_join(@1, @4), $2, $4); }
  | error ";"                                { $$ = NULL; RECOVERED(); }
  | ";"                                      { $$ = NULL; }
  ;

points
  : expr
  | "+" expr                                 { $$ = $2; }
  ;

bound
  : NUMBER                                   { $$ = build_value(parse, AST_NUMBER, @$, $1.value, $1.whole); }
  | "-" NUMBER                               { $$ = build_value(parse, AST_NUMBER, @$, -$2.value, $2.whole); }
  ;

/* -- Campaigns ------------------------------------------------------------------------- */

title
  : %empty                                   { $$ = build_none(parse, @$); }
  | string
  ;

clauses
  : %empty                                   { $$ = build_none(parse, @$); }
  | clauses ";"
  | clauses clause ";"                       { $$ = $1; ast_add(&parse->module->arena, $$, $clause); }
  | clauses error ";"                        { $$ = build_lost($1); RECOVERED(); }
  ;

clause
  : WHEN expr                                { $$ = ONE(WHEN, @$, $2); }
  | UNLESS expr                              { $$ = ONE(UNLESS, @$, $2); }
  | CHANNEL channels                         { $$ = build_more(parse, ONE(CHANNELS, @$, NULL), $2); }
  | PRIORITY bound                           { $$ = build_priority(parse, @$, $2); }
  | HOLDOUT sum by                           { $$ = TWO(HOLDOUT, @$, $2, $3); }
  | VARIANTS variants by                     { $$ = build_more(parse, ONE(VARIANTS, @$, $3), $2); }
  | LIMIT sum per order                      { $$ = build_limit(parse, @$, $2, $3, $4); }
  | BUDGET sum AT expr                       { $$ = TWO(BUDGET, @$, $2, $4); }
  | ACTIVE date TO date                      { $$ = TWO(ACTIVE, @$, $2, $4); }
  | ACTIVE FROM date                         { $$ = TWO(ACTIVE, @$, $3, build_none(parse, @3)); }
  | ACTIVE UNTIL date                        { $$ = TWO(ACTIVE, @$, build_none(parse, @2), $3); }
  | ON weekdays                              { $$ = build_on(parse, @$, $2); }
  ;

channels
  : channel                                  { $$ = ONE(NONE, @1, $1); }
  | channels "," channel                     { $$ = $1; ast_add(&parse->module->arena, $$, $3); }
  ;

channel: name WHEN expr                      { $$ = TWO(CHANNEL, @$, $1, $3); } ;

variants
  : variant                                  { $$ = ONE(NONE, @1, $1); }
  | variants "," variant                     { $$ = $1; ast_add(&parse->module->arena, $$, $3); }
  ;

variant: name PERCENT                        { $$ = build_variant(parse, @$, $1, $2); } ;

by
  : %empty                                   { $$ = build_none(parse, @$); }
  | BY name                                  { $$ = $2; }
  ;

per
  : %empty                                   { $$ = build_none(parse, @$); }
  | PER name                                 { $$ = $2; }
  ;

order
  : %empty                                   { $$ = build_none(parse, @$); }
  | BY expr                                  { $$ = ONE(NONE, @2, $2); }
  | BY expr DESC                             { $$ = ONE(NONE, @2, $2); }
  | BY expr ASC                              { $$ = build_ascending(ONE(NONE, @2, $2)); }
  ;

weekdays
  : weekday                                  { $$ = ONE(NONE, @1, $1); }
  | weekdays "," weekday                     { $$ = $1; ast_add(&parse->module->arena, $$, $3); }
  ;

weekday: day_word                            { $$ = build_word(parse, @1); } ;

caps
  : %empty                                   { $$ = build_none(parse, @$); }
  | caps ";"
  | caps cap ";"                             { $$ = $1; ast_add(&parse->module->arena, $$, $cap); }
  | caps error ";"                           { $$ = build_lost($1); RECOVERED(); }
  ;

cap
  : AT MOST NUMBER PER CUSTOMER              { $$ = build_cap(parse, @$, @3, $3, build_none(parse, @3)); }
  | AT MOST NUMBER name PER CUSTOMER         { $$ = build_cap(parse, @$, @3, $3, $name); }
  ;

/* -- Guards and tests ------------------------------------------------------------------ */

guard_word
  : COUNT                                    { $$ = GUARD_COUNT; }
  | SHARE                                    { $$ = GUARD_SHARE; }
  | SUM                                      { $$ = GUARD_SUM; }
  | CHANGE                                   { $$ = GUARD_CHANGE; }
  ;

comparison
  : "="                                      { $$ = COMPARE_EQ; }
  | "!="                                     { $$ = COMPARE_NE; }
  | "<"                                      { $$ = COMPARE_LT; }
  | "<="                                     { $$ = COMPARE_LE; }
  | ">"                                      { $$ = COMPARE_GT; }
  | ">="                                     { $$ = COMPARE_GE; }
  ;

parts
  : %empty                                   { $$ = build_none(parse, @$); }
  | parts ";"
  | parts part ";"                           { $$ = $1; ast_add(&parse->module->arena, $$, $part); }
  | parts error ";"                          { $$ = build_lost($1); RECOVERED(); }
  ;

part
  : TODAY date                               { $$ = ONE(TODAY_IS, @$, $2); }
  | TODAY string                             { $$ = ONE(TODAY_IS, @$, $2); }
  | PARAM name "=" expr                      { $$ = TWO(PARAM, @$, $2, $4); }
  | name ":" cells                           { $$ = build_row(parse, @$, $1, $3); }
  | name FROM string                         { $$ = TWO(ROWS_FROM, @$, $1, $3); }
  | EXPECT list_of_exprs
      { $$ = build_more(parse, ONE(EXPECT, @$, build_none(parse, @1)), $2); }
  | EXPECT string ":" list_of_exprs          { $$ = build_more(parse, ONE(EXPECT, @$, $2), $4); }
  ;

cells
  : cell                                     { $$ = ONE(NONE, @1, $1); }
  | cells "," cell                           { $$ = $1; ast_add(&parse->module->arena, $$, $3); }
  ;

cell: name literal                           { $$ = TWO(CELL, @$, $1, $2); } ;
