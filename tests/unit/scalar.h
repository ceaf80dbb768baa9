/* scalar.h - what each operation gives for single values, computed from opcodes.def's words alone. */
#ifndef TEST_SCALAR_H
#define TEST_SCALAR_H

#include "builder.h"

enum { DAY_FIRST = -719162, DAY_LAST = 2932896, DAY_COUNT = DAY_LAST - DAY_FIRST + 1 };
#define SECOND_FIRST ((int64_t)DAY_FIRST * 86400)
#define SECOND_COUNT ((uint64_t)DAY_COUNT * 86400)

/* One value, perhaps missing. */
struct scalar {
  bool present;
  int64_t number;           /* also flag, date and time */
  struct rung_text text;
};

/* Texts for letter case, blanks and length: what each becomes, known by hand. */
struct scalar_case {
  const char *text, *lower, *upper, *trimmed;
  int64_t length;
};
enum { SCALAR_CASES = 15 };
extern const struct scalar_case scalar_cases[SCALAR_CASES];

/* Counts the calendar that the dates are computed with; false when memory is out. */
bool scalar_start(void);
void scalar_end(void);

struct scalar scalar_missing(void);
struct scalar scalar_number(int64_t number);
struct scalar scalar_text(const char *string);

/* What separates the items of HAS. */
#define SCALAR_SEPARATOR ","

/* The result of an operation other than the sources, measures and FAULT.  Sets are the builder's numbers or words;
   MATCHES is of the pattern ^a|m$ */
struct scalar scalar_apply(const struct builder *builder, enum opcode op, int operands, const struct scalar in[3]);

/* XXH64 with the seed 0, after its published specification. */
uint64_t scalar_hash(struct rung_text text);
/* The bucket of a text, in millionths; salt and text have fewer than 1000 bytes together. */
int64_t scalar_bucket(const char *salt, struct rung_text text);

/* Negative, 0, positive, by unsigned bytes. */
int scalar_compare(struct rung_text a, struct rung_text b);

#endif
