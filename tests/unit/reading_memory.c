/* reading_memory.c - every allocation of reading, casting and writing fails once, and from then on. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "cast.h"
#include "csv.h"

/* Fails the allocation number `fails_at`, and all later ones if `for_ever`; checks the sizes told. */
struct failing {
  size_t count, fails_at;
  bool for_ever, failed;
  size_t live;                /* bytes */
};

static void *failing_resize(void *context, void *block, size_t old, size_t size) {
  struct failing *failing = context;
  if (size == 0) {
    failing->live -= old;
    free(block);
    return NULL;
  }
  size_t number = failing->count++;
  if (number == failing->fails_at || (failing->for_ever && number > failing->fails_at)) {
    failing->failed = true;
    return NULL;
  }
  void *made = realloc(block, size);
  if (made) failing->live += size - (block ? old : 0);
  return made;
}

/* Reads a compressed file of 3000 rows, some broken; returns the status, and what was read in *rows. */
static enum rung_status read_rows(const char *path, const struct rung_allocator *allocator, size_t *rows) {
  struct input *input = NULL;
  struct csv_reader *reader = NULL;
  struct csv_block block;
  struct rung_error error = {0};
  enum rung_status status = input_open(path, allocator, &input, &error);
  if (!status) status = csv_open(input, &(struct csv_options){',', 5000, 700, NULL}, allocator, &reader, &error);
  for (*rows = 0; !status; *rows += block.row_count) {
    status = csv_next(reader, &block, &error);
    if (status || block.row_count == 0) break;
  }
  csv_close(reader);
  input_close(input);
  if (status) CU_ASSERT(status == error.status && error.text[0]);
  return status;
}

static enum rung_status cast_one(const char *path, const struct rung_allocator *allocator, size_t *rows) {
  (void)path, *rows = 3000;
  struct prog_word words[] = {{{"a", 1}}, {{"b", 1}}, {{"-", 1}}};
  struct prog_column column = {.type = RUNG_TEXT, .flags = COLUMN_CLOSED, .missing_first = 2, .missing_count = 1,
                               .closed_count = 2};
  struct program_tables tables = {.columns = &column, .column_count = 1, .words = words, .word_count = 3};
  struct caster *caster = NULL;
  enum rung_status status = caster_new(&tables, 0, NULL, allocator, &caster, NULL);
  caster_free(caster);
  return status;
}

static enum rung_status write_one(const char *path, const struct rung_allocator *allocator, size_t *rows) {
  struct output *output = NULL;
  char target[128];
  *rows = 3000;
  snprintf(target, sizeof target, "%s.out", path);
  enum rung_status status = output_open(target, 0600, NULL, allocator, &output, NULL);
  if (status) return status;
  status = output_write(output, "x", 1, NULL);
  if (!status) status = output_commit(output, NULL);
  CU_ASSERT_EQUAL(unlink(target), 0);
  return status;
}

static void fail_each(enum rung_status run(const char *, const struct rung_allocator *, size_t *), const char *path) {
  for (int for_ever = 0; for_ever < 2; for_ever++) {
    struct failing failing = {.failed = true, .for_ever = for_ever};
    size_t at = 0;
    for (; failing.failed && at < 1000; at++) {
      size_t rows;
      failing = (struct failing){.fails_at = at, .for_ever = for_ever};
      enum rung_status status = run(path, &(struct rung_allocator){failing_resize, &failing}, &rows);
      CU_ASSERT_EQUAL(failing.live, 0);
      CU_ASSERT_EQUAL(status, failing.failed ? RUNG_NO_RESOURCE : RUNG_OK);
      if (!status) CU_ASSERT_EQUAL(rows, 3000);
    }
    CU_ASSERT(at > 3 && at < 1000);
  }
}

enum { FILE_ROOM = 100000 };

static size_t print_rows(char *to) {
  size_t length = 0;
  for (int i = 0; i < 2999; i++) {
    length += (size_t)snprintf(to + length, FILE_ROOM - length, "%d,\"a\nb\",x%sy\n", i, i % 50 ? "" : "\"");
  }
  memset(to + length, ',', 2000);
  return length + 2000;
}

static void failing_memory(void) {
  static char bytes[FILE_ROOM], stored[FILE_ROOM];
  char path[] = "/tmp/rung-memory-XXXXXX";
  int file = mkstemp(path);
  size_t length = print_rows(bytes);
  CU_ASSERT_FATAL(file >= 0);
  gzFile compressed = gzdopen(dup(file), "wb");
  CU_ASSERT_EQUAL(gzwrite(compressed, bytes, (unsigned)length), (int)length);
  CU_ASSERT_EQUAL(gzclose(compressed), Z_OK);
  fail_each(read_rows, path);
  length = ZSTD_compress(stored, sizeof stored, bytes, length, 3);
  CU_ASSERT_FATAL(!ZSTD_isError(length));
  CU_ASSERT_EQUAL(ftruncate(file, 0), 0);
  CU_ASSERT_EQUAL(pwrite(file, stored, length, 0), (ssize_t)length);
  close(file);
  fail_each(read_rows, path);
  fail_each(cast_one, path);
  fail_each(write_one, path);
  unlink(path);
}

void suite_reading_memory(void);

void suite_reading_memory(void) {
  CU_pSuite suite = CU_add_suite("reading_memory", NULL, NULL);
  CU_add_test(suite, "each allocation fails", failing_memory);
}
