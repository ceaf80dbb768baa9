/* main.c - tries random rules on random rows until the evaluator, SQLite and the VM have agreed often enough.

   ORACLE_PAIRS is the number of rule/row pairs (100,000), ORACLE_SEED the first seed (1), ORACLE_ROWS the rows that
   each rule file is tried on (200), ORACLE_TABLES how many cases of related tables and populations (300),
   ORACLE_CAMPAIGNS how many of campaigns (300), and ORACLE_CUSTOMERS, when given, the customers of each of these, with
   ten campaigns.  With
   ORACLE_PRINT every trial's rules are printed, with ORACLE_REFUSED why a rule file was refused. */
#include "campaigns.h"
#include "tables.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The generator is to write valid rules; a few it can't foresee, such as a constant that overflows. */
enum { MOST_REFUSED_PERCENT = 5, MOST_REPORTED = 3 };

struct tally {
  uint64_t pairs, agreed, refused, differed;
};

static uint64_t setting(const char *name, uint64_t otherwise) {
  const char *text = getenv(name);
  return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

static void report(struct bench *bench, struct trial *trial, struct rung_text difference) {
  printf("oracle: seed %llu differs: %.*s\n", (unsigned long long)trial->seed, TEXT_ARG(difference));
  shrink(bench, trial);
  trial_print(trial);
  if (judge(bench, trial, &difference) == DIFFERED) printf("made small: %.*s\n\n", TEXT_ARG(difference));
}

static void try_seed(struct bench *bench, uint64_t seed, uint32_t rows, struct tally *tally) {
  struct arena arena;
  struct rung_text difference = TEXT("");
  arena_init(&arena, NULL);
  struct trial *trial = generate(&arena, seed, rows);
  if (getenv("ORACLE_PRINT")) trial_print(trial);
  switch (judge(bench, trial, &difference)) {
  case AGREED: tally->agreed++, tally->pairs += rows; break;
  case REFUSED:
    tally->refused++;
    if (getenv("ORACLE_REFUSED"))
      printf("oracle: seed %llu is refused: %.*s\n", (unsigned long long)seed, TEXT_ARG(difference));
    break;
  case DIFFERED:
    if (tally->differed++ < MOST_REPORTED) report(bench, trial, difference);
    break;
  }
  arena_free(&arena);
}

int main(void) {
  char folder[] = "/tmp/rung-oracle-XXXXXX";
  struct bench bench = {.folder = mkdtemp(folder)};
  if (!bench.folder || sqlite3_open(":memory:", &bench.db) || !sql_prepare(bench.db)) {
    fprintf(stderr, "oracle: no folder for files, or no SQLite\n");
    return 4;
  }
  uint64_t wanted = setting("ORACLE_PAIRS", 100000), seed = setting("ORACLE_SEED", 1);
  uint32_t rows = (uint32_t)setting("ORACLE_ROWS", 200);
  struct tally tally = {0};
  while (tally.pairs + tally.differed * rows < wanted && tally.refused < wanted) try_seed(&bench, seed++, rows, &tally);
  uint64_t files = tally.agreed + tally.refused + tally.differed;
  printf("oracle: %llu rule/row pairs agree between VM, evaluator and SQLite (%llu rule files, %llu refused, "
         "%llu differ; SQLite covers %llu%% of the answers)\n",
         (unsigned long long)tally.pairs, (unsigned long long)files, (unsigned long long)tally.refused,
         (unsigned long long)tally.differed,
         (unsigned long long)(bench.answers ? bench.sql_answers * 100 / bench.answers : 0));
  struct tables_tally tables = {0};
  tables_try(&bench, setting("ORACLE_TABLES", 300), setting("ORACLE_SEED", 1), &tables);
  printf("oracle: %llu answers about tables and populations agree with SQLite by every road (%llu cases, %llu differ)\n",
         (unsigned long long)tables.answers, (unsigned long long)(tables.passed + tables.failed),
         (unsigned long long)tables.failed);
  struct campaigns_tally campaigns = {0};
  campaigns_try(setting("ORACLE_CAMPAIGNS", 300), setting("ORACLE_SEED", 1), (uint32_t)setting("ORACLE_CUSTOMERS", 0),
                &campaigns);
  printf("oracle: %llu fates of customers in campaigns agree with a slow reading of the rules by every road (%llu cases, "
         "%llu differ)\n", (unsigned long long)campaigns.fates,
         (unsigned long long)(campaigns.passed + campaigns.failed), (unsigned long long)campaigns.failed);
  char path[64];
  (void)snprintf(path, sizeof path, "%s/in.csv", bench.folder);
  remove(path);
  rmdir(bench.folder);
  sqlite3_close(bench.db);
  bool careless = tally.refused * 100 > files * MOST_REFUSED_PERCENT;
  if (careless) printf("oracle: the generator writes too many rule files that are refused\n");
  printf("oracle: %llu passed, %llu failed, 0 skipped\n", (unsigned long long)(tally.agreed + tables.passed + campaigns.passed),
         (unsigned long long)(tally.differed + tables.failed + campaigns.failed) + careless);
  return tally.differed > 0 || tables.failed > 0 || campaigns.failed > 0 || careless;
}
