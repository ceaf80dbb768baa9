/* population_rows.h - customers with a value, for testing populations. */
#ifndef TEST_POPULATION_ROWS_H
#define TEST_POPULATION_ROWS_H

#include "population.h"

enum { ROWS = 3000, KEY_ROOM = 40 };

struct row {
  char key[KEY_ROOM];
  bool present;
  int64_t value;
};

struct answer {
  bool present;
  int64_t value;
};

bool measured_same(struct answer a, struct answer b);

/* Memory that nothing here fills. */
static const size_t in_memory = (size_t)1 << 30;

/* The finished population of rows, given in batches of `size`; NULL and its status when that fails. */
struct population *measured_collect(const struct row *rows, size_t count, size_t size, enum rung_type type,
                                    int64_t most, size_t memory, const struct rung_allocator *allocator,
                                    enum rung_status *status);
/* A measure as the compiler types it. */
struct prog_measure measure_of(enum measure function, enum rung_type value_type, int64_t top);
enum rung_status measured_ask(const struct population *population, const struct prog_measure *measure,
                              const struct row *rows, size_t count, struct answer *answers);

enum spread { ALL_EQUAL, FEW, NEGATIVE, MANY, EXTREME, SPREADS };
void measured_rows(struct row *rows, size_t count, enum spread spread, enum rung_type type, uint64_t seed);
void measured_shuffle(struct row *rows, size_t count, uint64_t seed);

#endif
