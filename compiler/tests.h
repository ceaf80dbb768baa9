/* tests.h - the tests of a rule file as a caller of the library gets them. */
#ifndef RUNGC_TESTS_H
#define RUNGC_TESTS_H

#include "module.h"
#include "rungc.h"

struct tests {
  struct rungc_test *at;
  uint32_t count;
};

/* tests.c: of a module without errors, into its arena. */
void make_tests(struct module *module, struct tests *tests);

/* keys.c: what a run reads in a cell of the key column. */
struct rung_text key_read(const struct symbol *key, struct rung_text cell);

/* concern.c: what an expectation depends on. */
struct concerns {
  struct rungc_concern *at;
  uint32_t count, room;
};
void find_concerns(struct module *module, const struct ast *condition, struct concerns *concerns);

#endif
