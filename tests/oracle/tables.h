/* tables.h - random customers with random purchases, asked what one row cannot tell.

     tables_make.c  makes a case: both tables, and questions in the rule language and in SQL
     tables_sql.c   lets SQLite answer: aggregates as subqueries, populations as window functions with explicit ties
     tables.c       scores the case by every road and compares

   Each question is asked in words that share nothing: the rule text and the SQL are made side by side from one
   random choice.  */
#ifndef ORACLE_TABLES_H
#define ORACLE_TABLES_H

#include "oracle.h"

enum { MOST_QUESTIONS = 24, CUSTOMER_COLUMNS = 4, PURCHASE_COLUMNS = 7 };

/* A value of a table, or a question's. */
struct asked {
  const char *name;         /* in rules and in SQL */
  const char *sql;          /* of a question */
  type_t type;
};

struct base_case {
  struct arena *arena;
  uint64_t seed;
  int32_t today;
  bool from_purchases;      /* the customers are the purchases' owners */
  uint32_t customers, purchases, owners; /* owners: as many different keys as purchases may name */
  struct value *customer;   /* by row, then column */
  struct value *purchase;
  uint32_t *owner;          /* of each purchase; `owners` is nobody */
  struct asked question[MOST_QUESTIONS];
  uint32_t questions;
  struct rung_text rules;
};

extern const struct asked customer_column[CUSTOMER_COLUMNS], purchase_column[PURCHASE_COLUMNS];

struct base_case *base_make(struct arena *arena, uint64_t seed);
const char *base_key(struct arena *arena, uint32_t number);

/* The answers of SQLite: by key number, then question; `known` says which keys are customers.  NULL, or why not. */
struct base_answers {
  struct value *at;
  bool *known;
  uint64_t without_key, unmatched, keys, without_rows; /* of the purchases' join */
};
const char *base_sql(struct sqlite3 *db, const struct base_case *base, struct base_answers *answers);

struct tables_tally {
  uint64_t passed, failed, answers;
};
/* Tries `wanted` cases. */
void tables_try(struct bench *bench, uint64_t wanted, uint64_t seed, struct tables_tally *tally);

#endif
