/* random_rules.h - rule files and rows by dice, for tests that compare one way of computing with another. */
#ifndef RANDOM_RULES_H
#define RANDOM_RULES_H

#include "back.h"

enum { DICE_COLUMNS = 10, DICE_PARAMS = 2, DICE_TEXT = 1 << 16 };

/* A repeatable sequence. */
struct dice {
  uint64_t state;
};
uint32_t dice_roll(struct dice *dice, uint32_t sides);

/* Writes a rule file over DICE_COLUMNS columns and DICE_PARAMS params, zero-terminated. */
void dice_rules(struct dice *dice, char text[DICE_TEXT]);
/* Values for the columns, some of them missing and some at the edges of their types. */
void dice_row(struct dice *dice, struct value columns[DICE_COLUMNS]);
/* The params' defaults. */
extern const struct value dice_params[DICE_PARAMS];

#endif
