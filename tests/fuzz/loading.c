/* loading.c - programs that were changed on their way: refused with a sentence, or run inside their bounds.

     loading [-a] RULES...    compiles each rule file, then loads and runs what becomes of its program:
       every prefix of it, its checksum and size made to fit;
       every single bit changed, the checksum made to fit;
       one to six changes at once of opcodes, registers, types, stages, texts, counts (mutate.c).

   With -a all of them and many changes; else a slice of each, always the same.  The programs that still load are run on
   random rows by every road (anything.c).  Sanitizers make this worth the most: make torture.  */
#include "anything.h"
#include "last_words.h"
#include "mutate.h"
#include "program.h"
#include "rungc.h"

enum { MOST_CHANGES = 6, SLICE_PREFIXES = 60, SLICE_BITS = 400, SLICE_MUTANTS = 400, ALL_MUTANTS = 30000 };
struct counts {
  uint64_t tried, loaded;
};

static void try_program(const uint8_t *bytes, size_t size, uint64_t seed, struct counts *counts) {
  rung_program *program = NULL;
  struct rung_error error = {0};
  void *copy = exact_copy(bytes, size);
  (void)alarm(SECONDS_EACH);
  enum rung_status status = rung_program_load(copy, size, NULL, &program, &error);
  free(copy); /* the program has its own */
  counts->tried++;
  if (status == RUNG_OK) {
    counts->loaded++;
    use_program(program, seed);
  } else {
    HOLDS(status == RUNG_INVALID && error.status == RUNG_INVALID && error.text[0] && !program);
  }
  rung_program_free(program);
}

/* -- The three ways to change it ------------------------------------------------------------------ */

static void try_prefixes(const char *name, const uint8_t *bytes, size_t size, size_t step, struct counts *counts) {
  for (size_t length = 0; length < size; length += step) {
    (void)snprintf(current, sizeof current, "%s: the first %zu bytes", name, length);
    uint8_t *prefix = exact_copy(bytes, length);
    struct counts as_is = {0};
    try_program(prefix, length, length, &as_is);
    HOLDS(as_is.loaded == 0);
    program_seal(prefix, length);
    try_program(prefix, length, length, counts);
    free(prefix);
  }
}

static void try_bits(const char *name, uint8_t *bytes, size_t size, size_t step, struct counts *counts) {
  for (size_t bit = 0; bit < size * 8; bit += step) {
    (void)snprintf(current, sizeof current, "%s: bit %zu", name, bit);
    uint8_t checksum[8];
    memcpy(checksum, bytes + PROGRAM_CHECKSUM_AT, 8);
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    struct counts as_is = {0};
    try_program(bytes, size, bit, &as_is);
    HOLDS(as_is.loaded == 0);
    bool of_size = bit / 8 >= 16 && bit / 8 < 24; /* sealing would mend it */
    if (!of_size) program_seal(bytes, size);
    if (!of_size) try_program(bytes, size, bit, counts);
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    memcpy(bytes + PROGRAM_CHECKSUM_AT, checksum, 8);
  }
}

static void try_mutants(const char *name, const uint8_t *bytes, size_t size, size_t mutants, struct counts *counts) {
  for (size_t i = 0; i < mutants; i++) {
    uint64_t random = i;
    uint8_t *mutant = exact_copy(bytes, size);
    int told = snprintf(current, sizeof current, "%s: mutant %zu", name, i);
    for (size_t changes = 1 + below(&random, MOST_CHANGES); changes > 0; changes--) {
      char what[100];
      program_mutate(mutant, size, &random, what, sizeof what);
      if (told > 0 && (size_t)told < sizeof current)
        told += snprintf(current + told, sizeof current - (size_t)told, "; %s", what);
    }
    program_seal(mutant, size);
    try_program(mutant, size, i, counts);
    free(mutant);
  }
}

/* -- The programs ------------------------------------------------------------------------------------ */

static struct bytes read_file(const char *path) {
  struct bytes bytes = {0};
  char room[4096];
  FILE *file = fopen(path, "rb");
  for (size_t got; file && (got = fread(room, 1, sizeof room, file)) > 0;) bytes_add(&bytes, room, got);
  if (!file || ferror(file)) {
    fprintf(stderr, "loading: cannot read %s\n", path);
    exit(4);
  }
  (void)fclose(file);
  return bytes;
}

static uint8_t *compile(const char *path, size_t *size) {
  struct bytes rules = read_file(path);
  struct rungc_options options = {.coverage = true};
  struct rung_error error = {0};
  rungc_compilation *compilation = NULL;
  if (rungc_compile((struct rung_text){path, strlen(path)}, (struct rung_text){rules.at, rules.length}, &options,
                    &compilation, &error)) {
    fprintf(stderr, "loading: %s: %s\n", path, error.text);
    exit(2);
  }
  struct rung_text program = rungc_program(compilation);
  uint8_t *bytes = exact_copy(program.bytes, program.length);
  *size = program.length;
  rungc_free(compilation);
  free(rules.at);
  return bytes;
}

/* A step that takes `wanted` of `count`; no divisor of the size of anything. */
static size_t slice(size_t count, size_t wanted) { return count > wanted ? (count / wanted) | 1 : 1; }

static void try_rules(const char *path, bool all) {
  size_t size;
  uint8_t *bytes = compile(path, &size);
  struct counts whole = {0}, prefixes = {0}, bits = {0}, mutants = {0};
  (void)snprintf(current, sizeof current, "%s as it is", path);
  try_program(bytes, size, 1, &whole);
  HOLDS(whole.loaded == 1);
  try_prefixes(path, bytes, size, all ? 1 : slice(size, SLICE_PREFIXES), &prefixes);
  try_bits(path, bytes, size, all ? 1 : slice(size * 8, SLICE_BITS), &bits);
  try_mutants(path, bytes, size, all ? ALL_MUTANTS : SLICE_MUTANTS, &mutants);
  printf("loading: %s, %zu bytes: %llu prefixes (%llu load), %llu bits (%llu load), %llu mutants (%llu load)\n", path,
         size, (unsigned long long)prefixes.tried, (unsigned long long)prefixes.loaded, (unsigned long long)bits.tried,
         (unsigned long long)bits.loaded, (unsigned long long)mutants.tried, (unsigned long long)mutants.loaded);
  (void)fflush(stdout);
  free(bytes);
}

int main(int argc, char **argv) {
  hear_last_words();
  bool all = argc > 1 && strcmp(argv[1], "-a") == 0;
  for (int i = 1 + all; i < argc; i++) try_rules(argv[i], all);
  printf("loading: %d passed, 0 failed, 0 skipped\n", argc - 1 - all);
  return 0;
}
