/* csv_lax.c - rows with a quote where none may stand, kept as they stand. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "csv.h"
#include "csv_scan.h"
#include "open_bytes.h"

/* Fields of the rows after the header, as they are read: each followed by |, each row by /, a broken row is !. */
static void read_lax(const char *bytes, size_t length, size_t block_bytes, const char *scan, char *out,
                     uint64_t *kept) {
  struct csv_options options = {',', 1 << 20, block_bytes, scan};
  struct input *input = open_bytes(bytes, length);
  struct csv_reader *reader = NULL;
  struct csv_block block;
  CU_ASSERT_EQUAL_FATAL(csv_open(input, &options, NULL, &reader, NULL), RUNG_OK);
  CU_ASSERT_EQUAL_FATAL(csv_next(reader, &block, NULL), RUNG_OK);
  csv_expect_fields(reader, block.rows[0].fields);
  csv_keep_quotes(reader);
  csv_unread(reader, 1);
  while (csv_next(reader, &block, NULL) == RUNG_OK && block.row_count > 0) {
    for (size_t i = 0; i < block.row_count; i++) {
      const struct csv_row *row = &block.rows[i];
      char scratch[100];
      for (uint32_t f = 0; f < row->fields && !row->problem; f++) {
        struct rung_text text = csv_unquote(csv_raw(&block, row, f), scratch);
        out += sprintf(out, "%.*s|", (int)text.length, text.bytes);
      }
      *out++ = row->problem ? '!' : '/';
    }
  }
  *out = 0;
  *kept = csv_kept_rows(reader);
  csv_close(reader);
  input_close(input);
}

static void nul_bytes(void) {
  static const char bytes[] = "a,b\n1,x\"\0y\n3,4\n";
  for (size_t size = 1; size < 20; size++) {
    char got[200];
    uint64_t kept;
    read_lax(bytes, sizeof bytes - 1, size, NULL, got, &kept);
    CU_ASSERT_STRING_EQUAL(got, "!3|4|/");
    CU_ASSERT_EQUAL(kept, 0);
  }
}

static void quotes_kept(void) {
  static const struct {
    const char *bytes, *fields;
    uint64_t kept;
  } cases[] = {
      {"a,b\n1,x\"y\n3,4\n", "1|x\"y|/3|4|/", 1},
      {"a,b\n1,x\"\n\"3\",4", "1|x\"|/3|4|/", 1},
      {"a,b\n1,\"x\"y\r\n3,\"4\"\"\"\r\n", "1|\"x\"y|/3|4\"|/", 1},
      {"a,b\n\"x\"y\"\",1\n\"x\"\"y\"z\",2", "\"x\"y\"\"|1|/\"x\"\"y\"z\"|2|/", 2},
      {"a,b\n1, \"2\"\n3,\"\"4\n\"\"\"\"5,6\n", "1| \"2\"|/3|\"\"4|/\"\"\"\"5|6|/", 3},
      {"a,b\n1,x\"y,z\n1\"\n3,4\n", "!!3|4|/", 0},           /* another number of fields */
      {"a,b\n\"x\ny\",z\"\n3,4\n", "!3|4|/", 0},            /* two lines */
      {"a,b\n\"x\"y,\"z\n3,4\n", "!3|4|/", 0},               /* what is left open */
      {"a,b\n\"x,\"y\n3,4\n", "!3|4|/", 0},                /* it may as well be two */
      {"a,b,c\n\"x,y\"z,w\"\n", "!", 0},
      {"a,b,c\n\"x,y\",z,w\"\n", "x,y|z|w\"|/", 1},
      {"a,b\n1\"2,3\n", "1\"2|3|/", 1},
      {"a\nx\"\n\n\"y\"z", "x\"|/|/\"y\"z|/", 2},
  };
  static const char *const scans[] = {"portable", "sse2", "avx2", "avx512", "neon"};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    for (size_t block = 1; block < 30; block++) {
      char got[200];
      uint64_t kept;
      const char *scan = scans[block % 5];
      read_lax(cases[i].bytes, strlen(cases[i].bytes), block, csv_scan_choose(scan) ? scan : NULL, got, &kept);
      CU_ASSERT_STRING_EQUAL(got, cases[i].fields);
      CU_ASSERT_EQUAL(kept, cases[i].kept);
    }
  }
}

void suite_csv_lax(void);

void suite_csv_lax(void) {
  CU_pSuite suite = CU_add_suite("csv_lax", NULL, NULL);
  CU_add_test(suite, "irregular quotes, kept", quotes_kept);
  CU_add_test(suite, "NUL bytes behind them", nul_bytes);
}
