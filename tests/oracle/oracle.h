/* oracle.h - random rules and rows, judged by three evaluators that share no arithmetic.

     generate.c   makes a trial: a rule file and rows
     expr.c       its expressions
     evaluate.c   walks the typed tree, row by row
     slow.c       decimals, dates and texts for it, by other algorithms than the runtime's
     sql.c        translates the typed tree to SQL and asks SQLite
     machine.c    compiles the rules and asks the VM: batches, rows
     files.c      and whole files
     judge.c      compares, and makes a difference small
     main.c       counts

   SQLite covers all but `lower`, `upper` and `matches`; what depends on these is left to the evaluator.  Half of the
   trials do without them.  */
#ifndef ORACLE_H
#define ORACLE_H

#include "module.h"

/* A value: `i` holds flags, integers, millionths and days. */
struct value {
  type_t type;              /* TYPE_ERROR: this evaluator does not cover it */
  bool present;
  int64_t i;
  struct rung_text text;
  bool constant;            /* the evaluator's: made of literals alone */
};

struct cell {
  struct value value;       /* as the APIs take it */
  struct rung_text text;    /* as a dump writes it */
};

enum { MOST_COLUMNS = 16, MOST_STATEMENTS = 64, MOST_SETTINGS = 8 };

struct column {
  struct rung_text name;    /* also the header */
  struct rung_text written; /* as rules write it: perhaps in back-quotes */
  struct rung_text format;  /* of a date */
  struct rung_text absent;  /* a word that means missing */
  struct value preset;      /* what an empty cell means */
  type_t type;
};

struct setting {
  struct rung_text name, text;
  struct value value;
};

/* A rule file and the rows it is tried on. */
struct trial {
  struct arena *arena;
  uint64_t seed;
  int32_t today;
  bool declared;            /* statement 0 is an input block; column 0 is the key */
  bool empty_texts;         /* there are such among the values, which no dump can say */
  struct rung_text statement[MOST_STATEMENTS];
  uint32_t statements;
  struct rung_text words;   /* the file behind `in file "words.txt"` */
  struct rung_text only;    /* of --only; may be empty */
  struct column column[MOST_COLUMNS];
  uint32_t columns;
  struct setting setting[MOST_SETTINGS];
  uint32_t settings;
  struct cell *cells;       /* by row, then column */
  uint32_t rows;
};

/* -- generate.c, expr.c ------------------------------------------------------------ */

struct trial *generate(struct arena *arena, uint64_t seed, uint32_t rows);
struct rung_text trial_rules(const struct trial *trial);

uint64_t random_bits(uint64_t *state);                 /* splitmix64 */
uint32_t random_below(uint64_t *state, uint32_t bound);

/* What an expression may name, and its random source. */
struct scope {
  struct arena *arena;
  uint64_t random;
  int32_t today;
  bool plain;               /* nothing that SQL can't say */
  struct { struct rung_text text; type_t type; } name[96];
  uint32_t names;
  struct { struct rung_text name, label[6]; uint32_t labels; } status[4];
  uint32_t statuses;
};
void scope_add(struct scope *scope, struct rung_text text, type_t type);
struct rung_text random_expr(struct scope *scope, type_t type, int depth);
/* One that stands alone: perhaps without the parentheses around it. */
struct rung_text random_statement(struct scope *scope, type_t type, int depth);
struct value random_value(struct scope *scope, type_t type);
/* A product or quotient of plain operands, often one that is rounded. */
struct rung_text random_ratio(struct scope *scope);
/* A constant as rules write it. */
struct rung_text value_literal(struct arena *arena, struct value value);

/* -- slow.c -------------------------------------------------------------------------- */

struct day { int year, month, day; };
int64_t slow_days(struct day day);
struct day slow_day(int64_t days);
int slow_month_days(int year, int month);
bool slow_in_range(int64_t days);
/* a * b / c rounded half away from zero; false when it is no int64, or c is 0. */
bool slow_ratio(int64_t a, int64_t b, int64_t c, int64_t *out);
struct rung_text slow_print(struct arena *arena, struct value value);
struct rung_text slow_case(struct arena *arena, struct rung_text text, bool upper);
struct rung_text slow_trim(struct rung_text text);
int64_t slow_length(struct rung_text text);             /* in letters */
bool slow_match(struct rung_text pattern, struct rung_text text);

/* -- The answers --------------------------------------------------------------------------- */

/* The questions of a trial: the program's labels and tags, shows and rules. */
struct frame {
  struct module *module;
  uint32_t labels, shows, rules;
  struct symbol **label;    /* of the module, in the program's order */
  struct symbol **show;
};
static inline uint32_t frame_width(const struct frame *frame) { return frame->labels + frame->shows + frame->rules; }

/* rows x width values: labels, then shows, then whether each rule fired. */
struct answers {
  struct value *at;
  bool *kept;               /* by --only; of each row */
  /* Of the evaluator only: */
  uint64_t *unknown;        /* rows where the condition of each rule was unknown; UINT64_MAX when that is open */
  bool *open;               /* answers on which the language leaves a choice (evaluate.c) */
  bool kept_open;           /* and whether --only is such, in some row */
};
struct answers answers_new(struct arena *arena, const struct trial *trial, const struct frame *frame);

bool same_value(struct value a, struct value b);
void evaluate_trial(const struct trial *trial, const struct frame *frame, struct answers *answers);

struct sqlite3;
/* NULL, or why not. */
const char *sql_trial(struct sqlite3 *db, const struct trial *trial, const struct frame *frame,
                      struct answers *answers);
bool sql_prepare(struct sqlite3 *db); /* registers the two functions that SQL lacks */

/* -- machine.c ------------------------------------------------------------------------------- */

/* A way to run the VM. */
enum mode { MODE_BATCH_1, MODE_BATCH_3, MODE_BATCH_64, MODE_BATCH_1024, MODE_ROW, MODE_COUNT };
const char *mode_name(enum mode mode);

/* Compiles; NULL with *message set when the rules are refused. */
rung_program *machine_compile(const struct trial *trial, struct rung_text *message);
/* NULL, or why not. */
const char *machine_run(const struct trial *trial, const rung_program *program, const struct frame *frame,
                        enum mode mode, struct answers *answers);
/* files.c: scores the rows as a CSV file and compares the output with `expected`; NULL, or what differs. */
const char *machine_score(const struct trial *trial, const rung_program *program, const struct frame *frame,
                          const struct answers *expected, const char *folder);

/* A resolver of `words.txt` for the compiler. */
rungc_open_fn open_words;

/* -- judge.c ---------------------------------------------------------------------------------------- */

enum verdict { AGREED, REFUSED, DIFFERED };
struct bench {
  struct sqlite3 *db;
  const char *folder;       /* for files */
  uint64_t sql_answers, answers;
};
enum verdict judge(struct bench *bench, const struct trial *trial, struct rung_text *difference);
/* The smallest trial that still differs, found by leaving out rows and statements. */
void shrink(struct bench *bench, struct trial *trial);
void trial_print(const struct trial *trial);

#endif
