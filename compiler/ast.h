/* ast.h - the tree of a rule file, and what the passes write into it. */
#ifndef RUNGC_AST_H
#define RUNGC_AST_H

#include "arena.h"
#include "program.h"
#include "source.h"

enum ast_kind {
#define AST(id, name, children, fields) AST_##id,
#include "ast.def"
#undef AST
  AST_KIND_COUNT
};

enum function {
#define FUNCTION(id, name, least, most, signature, gives) FUNCTION_##id,
#include "functions.def"
#undef FUNCTION
  FUNCTION_COUNT
};

/* A type of the language: enum rung_type, or one that only the compiler knows. */
typedef uint8_t type_t;
enum {
  TYPE_UNKNOWN = 0,         /* not inferred yet */
  TYPE_FLAG = RUNG_FLAG,
  TYPE_INTEGER = RUNG_INTEGER,
  TYPE_NUMBER = RUNG_NUMBER,
  TYPE_MONEY = RUNG_MONEY,
  TYPE_DATE = RUNG_DATE,
  TYPE_TEXT = RUNG_TEXT,
  TYPE_DATETIME = RUNG_DATETIME, /* stands for its date wherever types.def asks for a DAY */
  TYPE_LIST = RUNG_LIST,
  TYPE_MONTHS = 64,         /* a span of calendar months (`2 months`, `1 year`); weeks and days are integers */
  TYPE_STATUS,              /* a status used as a value: compared with its labels only */
  TYPE_LABEL,               /* a label standing beside a status: `lifecycle = lost` */
  TYPE_ERROR                /* has been reported; silences what follows from it */
};

struct symbol;

/* What the passes leave in a NAME: its symbol, also where the name is being defined (`let x`, tags and labels of
   rules and arms).  A label has type LABEL beside its status (`lifecycle = lost`, also in `in (...)`; the status always
   stands left), and type FLAG where it stands bare.  Names that mean nothing outside messages have no symbol: of the
   customers' input block, of a rule, of a function in a CALL.  After errors a symbol may be NULL and a type TYPE_ERROR.

   AGGREGATE   the names of table, column and `by` have symbols: a TABLE, and COLUMNs or LETs of that table; names in
               the condition mean columns and lets of the table, params and lists only.  The type is the result's
   FIELD       both names have symbols, a TABLE and a COLUMN or LET of it.  Of `previous` it is the value of the one row
               that the customer had; otherwise it stands in a condition or let of the table itself and means the same
               as the column's name alone
   WAS, BECAME the name's symbol is a LABEL or TAG; `symbol` is the column of `previous` to look in: for a label the
               text of its status, for a tag the column `tags`, a list (or text) whose items are joined by |
   MEASURE     the type is the result's, that of the child is what is collected (INTEGER, NUMBER, MONEY or DATE)
   HAS*        `text` is the separator of the list
   POINTS      the expression is INTEGER or NUMBER; so is the score's symbol, NUMBER when any of its numbers is
   TODAY       was a NAME that nothing else has; a DATE

   Campaigns.  struct campaign (campaign.h) has the clauses sorted out; expressions in them know no campaigns.
   NAME        of a campaign: a FLAG, whether the customer gets it.  Only in `show`, --only, GUARD, NEVER, ALWAYS and
               EXPECT
   FIELD       `campaign.part`, only in the same places but `show`: the first name's symbol is the CAMPAIGN, the second
               has none; `function` is an enum campaign_part and `value` which: of PART_OUTCOME an enum outcome
               (program.h), of PART_CHANNEL and PART_VARIANT an index into the campaign's.  A FLAG: is eligible, has the
               outcome, gets it by the channel, gets the variant
   WAS         of a campaign: `symbol` is the column `campaigns` of `previous`, a list (or text) whose items are joined
               by |; asked is whether one of them is the campaign's label, or begins with its name and a colon, the
               control group's left out.  BECAME has no campaigns
   GUARD       COUNT, SHARE: the expression is a FLAG.  SUM: INTEGER, NUMBER or MONEY.  CHANGE: a NAME, and the node's
               `symbol` is the column of `previous` to compare with.  Of a STATUS, LABEL, TAG and CAMPAIGN (through
               `campaigns`) it is looked into as WAS does; of a LET, PARAM, SCORE or COLUMN it holds what the same name
               was, of a type that it can be compared with by =.  The limit is numeric and known before any row is read

   Tests, of which module.tests has those of the main file; those of other files are left as the parser made them.
   TODAY_IS    `text` is the date or time as --today takes it
   PARAM       the name's symbol is the PARAM, and the literal can be its value
   ROW         the table's name has a TABLE as its symbol, or none: the customers.  `text` is the key of the customer
               whom the row is about, as its cell holds it, also where no CELL says so
   CELL        the name's symbol is the COLUMN; the literal fits it: a STRING is the cell itself, whatever the type
   ROWS_FROM   the table's name as in ROW
   EXPECT      `text` is the key of the customer whom it speaks of; its conditions are FLAGs */
struct ast {
  uint8_t kind;             /* enum ast_kind */
  type_t type;              /* of an expression, after infer */
  bool negated;
  bool whole;               /* NUMBER: has no fraction, value is the integer itself */
  uint8_t function;         /* CALL: enum function, after resolve; AGGREGATE, MEASURE: which, from the parser;
                               GUARD: enum guard, from the parser; FIELD: enum campaign_part, after resolve */
  uint32_t depth;           /* of the subtree, leaves 1 */
  struct place at;
  struct rung_text text;
  int64_t value;
  struct symbol *symbol;    /* NAME, WAS, BECAME: after resolve */
  const struct source *file; /* IN_FILE, after load: its text, a member a line */
  struct ast **child;
  uint32_t count, room;
};

/* Makes a node; NULL only when memory is out (the arena then remembers it). */
struct ast *ast_new(struct arena *arena, enum ast_kind kind, struct place at);
/* Appends a child, growing the array in the arena; NULL nodes are ignored. */
void ast_add(struct arena *arena, struct ast *parent, struct ast *child);
const char *ast_name(enum ast_kind kind);
/* The words of an AGGREGATE, MEASURE or GUARD: "count", "cumulative share". */
const char *ast_function_name(const struct ast *node);

struct ast_list {
  struct ast **at;
  uint32_t count, room;
};

/* A table of symbols. */
struct symbols {
  struct symbol **at;
  uint32_t count, room;
};

enum symbol_kind {
  SYMBOL_COLUMN, SYMBOL_PARAM, SYMBOL_LET, SYMBOL_TAG, SYMBOL_LABEL, SYMBOL_STATUS, SYMBOL_LIST, SYMBOL_SCORE,
  SYMBOL_CAMPAIGN,
  SYMBOL_TABLE              /* not the customers' own, and in a namespace of its own */
};

/* What a name means.  Made by resolve; the arrays in struct module list them in order of appearance. */
struct symbol {
  uint8_t kind;             /* enum symbol_kind */
  type_t type;              /* of its value, after infer */
  bool used;                /* by something that reaches the output; tags, labels, statuses, scores and campaigns
                               always are */
  struct rung_text name;
  struct ast *decl;         /* COLUMN, PARAM, LET, LIST, STATUS, SCORE, CAMPAIGN, INPUT node; of a tag or label, its first
                               NAME; of a column that no block declares, a NAME: its first use, or the key that `per`
                               implies.
                               A column's attributes stand in decl when that is a COLUMN */
  struct symbol *status;    /* LABEL: the status it belongs to */
  struct symbol *next;      /* LABEL: one of the same name in another status */
  uint32_t index;           /* in its array in struct module, or of its table */
  bool uniform;             /* LET: the same for every customer; after check */
  bool fixed;               /* LET: known before any row is read; after check */
  uint8_t clock;            /* LET: what of the time of scoring it asks for (reach.c) */
  uint32_t uses;            /* names that mean it, definitions not counted */
  struct place why;         /* COLUMN without an input block: the use that showed its type */
  struct rung_text header;  /* COLUMN: in the file; always set */
  struct symbol *table;     /* COLUMN, LET: the TABLE whose rows have it; NULL: the customers' */
  struct symbol *mirrors;   /* COLUMN that `previous` has because these rules write it: the COLUMN, LET, PARAM, STATUS,
                               SCORE or CAMPAIGN that it was; NULL for `tags` and `campaigns`, and for all others */
  bool passed;              /* COLUMN that `previous` has because the dump had it: its cells are as they were there */
  struct dump *dump;        /* TABLE: what it consists of */
  struct campaign *campaign; /* CAMPAIGN: its clauses (campaign.h) */
};

/* A table that is joined to the customers by key.  It has code only when `used`. */
struct dump {
  enum table_kind kind;     /* TABLE_RELATED or TABLE_PREVIOUS */
  struct symbol *key;       /* of columns: the one that `per` names, declared in the block or implied as text */
  struct symbols columns;   /* of `previous` without a block, those that the rules ask for */
  struct symbols lets;      /* each needs only earlier ones */
  bool open;                /* of `previous`: a declaration without columns, so the rules may ask for what they wrote */
};

#endif
