/* bucket.c - chance that is the same for ever: published values, evenness, independence of salts. */
#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

#include "builder.h"
#include "scalar.h"

enum { KEYS = 1000000, BATCH = 1000, KEY_ROOM = 32, SALTS = 2 };

static struct rung_text text_of(const char *string) { return (struct rung_text){string, strlen(string)}; }

/* The reference of the tests, against values that the hash is known by: those of its own documents, and long texts by
   `printf TEXT | xxhsum -H1`. */
static void test_reference(void) {
  static const struct { const char *text; uint64_t hash; } known[] = {
      {"", 0xef46db3751d8e999},
      {"a", 0xd24ec4f1a98c6e5b},
      {"abc", 0x44bc2cf5ad770999},
      {"Nobody inspects the spammish repetition", 0xfbcea83c8a378bf1},
      {"winback:holdout:1", 0x5adc0bfb93f7b524},
      {"winback:limit:", 0x879e50f7e748b200},
      {"spring sale:variants:customer-0000000000000000000000000000000000042@example.com", 0x56477c64dc65727c}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    CU_ASSERT_EQUAL(scalar_hash(text_of(known[i].text)), known[i].hash);
}

/* A column of keys, and a bucket of it for each salt. */
static rung_program *bucket_program(enum rung_type type, const char *const salts[], size_t count) {
  static const char *const names[] = {"bucket 0", "bucket 1"};
  struct builder b;
  builder_init(&b);
  uint32_t key = builder_column(&b, "key", type);
  for (size_t i = 0; i < count; i++) {
    uint32_t bucket = builder_reg(&b, RUNG_NUMBER), salt = builder_constant(&b, RUNG_TEXT, 0, text_of(salts[i]));
    builder_inst(&b, type == RUNG_TEXT ? OP_BUCKET_T : OP_BUCKET_I, bucket, key, NONE32, NONE32, salt);
    builder_show(&b, names[i], RUNG_NUMBER, bucket);
  }
  return builder_load(&b, NULL);
}

static rung_session *open_program(const rung_program *program) {
  rung_session *session = NULL;
  CU_ASSERT_FATAL(program != NULL && rung_session_new(program, OPTIONS(0, BATCH), &session, NULL) == RUNG_OK);
  return session;
}

static const int64_t *buckets_of(rung_session *session, size_t salt) {
  return rung_batch_show(session, salt).data;
}

/* Hashes by `printf SALT:KEY | xxhsum -H1`, times a million, divided by 2^64. */
static void test_known(void) {
  static const struct { const char *salt, *key; int64_t bucket; } known[] = {
      {"winback:holdout", "1", 354920},      {"winback:holdout", "1000001", 965494},
      {"winback:holdout", "42", 693427},     {"winback:variants", "42", 450253},
      {"winback:holdout", "a@b.ru", 590018}, {"winback:variants", "\u043a\u043b\u0438\u0435\u043d\u0442-7", 128674},
      {"winback:limit", "", 529759},
      {"spring sale:variants", "customer-0000000000000000000000000000000000042@example.com", 337028}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    rung_program *program = bucket_program(RUNG_TEXT, &known[i].salt, 1);
    rung_session *session = open_program(program);
    struct rung_text key = text_of(known[i].key);
    CU_ASSERT(rung_batch_run(session, &(struct rung_vector){NULL, &key}, 1, NULL) == RUNG_OK);
    CU_ASSERT_EQUAL(buckets_of(session, 0)[0], known[i].bucket);
    CU_ASSERT_EQUAL(scalar_bucket(known[i].salt, key), known[i].bucket);
    rung_session_free(session);
    rung_program_free(program);
  }
}

/* Salts and keys of all lengths around 256 bytes together. */
static void test_lengths(void) {
  static char salt[300], key[300];
  memset(salt, 's', sizeof salt - 1);
  for (size_t i = 0; i < sizeof key; i++) key[i] = (char)(i * 37);
  for (size_t length = 1; length < sizeof salt; length += length < 250 ? 50 : 1) {
    rung_program *program = bucket_program(RUNG_TEXT, (const char *const[]){salt + sizeof salt - 1 - length}, 1);
    rung_session *session = open_program(program);
    for (size_t at = 0; at < sizeof key; at++) {
      struct rung_text text = {key, at};
      CU_ASSERT(rung_batch_run(session, &(struct rung_vector){NULL, &text}, 1, NULL) == RUNG_OK);
      CU_ASSERT_EQUAL(buckets_of(session, 0)[0], scalar_bucket(salt + sizeof salt - 1 - length, text));
    }
    rung_session_free(session);
    rung_program_free(program);
  }
}

/* A number is hashed as its digits. */
static void test_numbers(void) {
  static const int64_t numbers[] = {42, 1, 1000001, INT64_MIN}, expected[] = {693427, 354920, 965494};
  rung_program *program = bucket_program(RUNG_INTEGER, (const char *const[]){"winback:holdout", "a"}, SALTS);
  rung_session *session = open_program(program);
  CU_ASSERT(rung_batch_run(session, &(struct rung_vector){NULL, numbers}, 4, NULL) == RUNG_OK);
  for (size_t i = 0; i < 3; i++) CU_ASSERT_EQUAL(buckets_of(session, 0)[i], expected[i]);
  CU_ASSERT_EQUAL(buckets_of(session, 1)[3], 910867); /* of a:-9223372036854775808 */
  rung_session_free(session);
  rung_program_free(program);
}

/* -- A million customers ------------------------------------------------------------------------------ */

/* For chi-squared: the bins of one salt, and the squares of two, each of 20 by 20. */
enum { BINS = 1000, SIDE = 20 };
static uint32_t bins[BINS], squares[SIDE][SIDE];

struct form {
  const char *before;
  int digits;               /* at least */
  const char *after;
};

static struct rung_text key_of(const struct form *form, int number, char bytes[KEY_ROOM]) {
  int length = snprintf(bytes, KEY_ROOM, "%s%0*d%s", form->before, form->digits, number, form->after);
  return (struct rung_text){bytes, (size_t)length};
}

static void count_all(const struct form *form) {
  static char bytes[BATCH][KEY_ROOM];
  static struct rung_text keys[BATCH];
  rung_program *program =
      bucket_program(RUNG_TEXT, (const char *const[]){"winback:holdout", "winback:variants"}, SALTS);
  rung_session *session = open_program(program);
  memset(bins, 0, sizeof bins);
  memset(squares, 0, sizeof squares);
  for (int key = 0; key < KEYS; key += BATCH) {
    for (int i = 0; i < BATCH; i++) keys[i] = key_of(form, key + i, bytes[i]);
    CU_ASSERT_FATAL(rung_batch_run(session, &(struct rung_vector){NULL, keys}, BATCH, NULL) == RUNG_OK);
    const int64_t *first = buckets_of(session, 0), *second = buckets_of(session, 1);
    for (int i = 0; i < BATCH; i++) {
      CU_ASSERT_FATAL(first[i] >= 0 && first[i] < 1000000 && second[i] >= 0 && second[i] < 1000000);
      bins[first[i] / (1000000 / BINS)]++;
      squares[first[i] / (1000000 / SIDE)][second[i] / (1000000 / SIDE)]++;
    }
  }
  rung_session_free(session);
  rung_program_free(program);
}

static double bins_statistic(void) {
  double sum = 0, expected = (double)KEYS / BINS;
  for (int i = 0; i < BINS; i++) sum += (bins[i] - expected) * (bins[i] - expected) / expected;
  return sum;
}

/* Against the product of the shares of row and column. */
static double squares_statistic(void) {
  double rows[SIDE] = {0}, columns[SIDE] = {0}, sum = 0;
  for (int i = 0; i < SIDE; i++)
    for (int k = 0; k < SIDE; k++) rows[i] += squares[i][k], columns[k] += squares[i][k];
  for (int i = 0; i < SIDE; i++)
    for (int k = 0; k < SIDE; k++) {
      double expected = rows[i] * columns[k] / KEYS;
      sum += (squares[i][k] - expected) * (squares[i][k] - expected) / expected;
    }
  return sum;
}

/* Chi-squared of 999 degrees of freedom exceeds 1226 once in a million, and falls below 801 as rarely, which would be
   evenness that no chance has; of 361 it exceeds 503 once in a million. */
static void test_even(void) {
  static const struct form forms[] = {{"", 1, ""}, {"customer-", 7, ""}, {"name.", 1, "@example.com"}};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    count_all(&forms[i]);
    double even = bins_statistic(), independent = squares_statistic();
    CU_ASSERT(even < 1226 && even > 801);
    CU_ASSERT(independent < 503);
    uint32_t tenth = 0;
    for (int k = 0; k < BINS / 10; k++) tenth += bins[k];
    CU_ASSERT(tenth > 100000 - 900 && tenth < 100000 + 900); /* three times the square root of 1000000 * 0.1 * 0.9 */
  }
}

void suite_bucket(void);

void suite_bucket(void) {
  CU_pSuite suite = CU_add_suite("bucket", NULL, NULL);
  CU_add_test(suite, "the tests' own hash", test_reference);
  CU_add_test(suite, "known values", test_known);
  CU_add_test(suite, "short and long", test_lengths);
  CU_add_test(suite, "numbers", test_numbers);
  CU_add_test(suite, "even, and independent of other salts", test_even);
}
