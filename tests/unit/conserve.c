/* conserve.c - counts that others are checked against: of rows given by a reader, and in a file of refused ones. */
#include <CUnit/CUnit.h>

#include "csv.h"
#include "open_bytes.h"
#include "score.h"

/* A header and five rows; lines of blanks, and line ends in quotes, are none. */
static const char dump[] = "a,b\n1,2\n\n\"x\ny\",\"\"\"\n\"\n  \n3\n4,5,6\r\n7,8";

static void rows_given(void) {
  for (size_t block_bytes = 1; block_bytes <= sizeof dump; block_bytes++) {
    struct input *input = open_bytes(dump, sizeof dump - 1);
    struct csv_reader *reader = NULL;
    struct csv_block block = {0};
    uint64_t rows = 0;
    struct csv_options options = {',', 100, block_bytes, NULL};
    CU_ASSERT_EQUAL_FATAL(csv_open(input, &options, NULL, &reader, NULL), RUNG_OK);
    CU_ASSERT_EQUAL(csv_rows(reader), 0);
    CU_ASSERT_EQUAL_FATAL(csv_next(reader, &block, NULL), RUNG_OK);
    csv_expect_fields(reader, 2);
    csv_unread(reader, 1);
    CU_ASSERT_EQUAL(csv_rows(reader), 1);
    do {
      CU_ASSERT_EQUAL_FATAL(csv_next(reader, &block, NULL), RUNG_OK);
      rows += block.row_count;
      CU_ASSERT_EQUAL(csv_rows(reader), 1 + rows);
    } while (block.row_count > 0);
    CU_ASSERT_EQUAL(csv_rows(reader), 6);
    csv_close(reader);
    input_close(input);
  }
}

static uint64_t count(const char *rows) {
  struct buffer buffer = {0};
  buffer_string(&buffer, rows);
  uint64_t counted = rejects_count(&buffer);
  buffer_free(&buffer);
  return counted;
}

static void rows_refused(void) {
  CU_ASSERT_EQUAL(count(""), 0);
  CU_ASSERT_EQUAL(count("f,1,0,,,why,\"a,b\"\n"), 1);
  CU_ASSERT_EQUAL(count("f,1,0,,,why,\"a\nb\"\nf,2,9,,,why,\"\"\n"), 2);
  CU_ASSERT_EQUAL(count("f,1,0,,,why,\"\"\"\n\"\"\n\"\n"), 1);
  CU_ASSERT_EQUAL(count("\"f\n\",1,0,,,why,\"\n\"\"\"\n\"f\n\",2,9,,,why,\"\n\"\n"), 2);
}

void suite_conserve(void);

void suite_conserve(void) {
  CU_pSuite suite = CU_add_suite("conserve", NULL, NULL);
  CU_add_test(suite, "rows given", rows_given);
  CU_add_test(suite, "rows refused", rows_refused);
}
