/* blanks.c - dumps whose cells are set apart by runs of blanks. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"

static void reads(const char *text, const char *wanted) {
  static const size_t steps[] = {1, 2, 3, 7, 4096};
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    char path[] = "/tmp/rung-blanks-XXXXXX", all[512 + 4096];
    size_t length = 0, got = steps[i];
    struct input *input = NULL;
    int file = mkstemp(path);
    CU_ASSERT_FATAL(file >= 0);
    CU_ASSERT_EQUAL(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
    CU_ASSERT_EQUAL_FATAL(input_open(path, NULL, &input, NULL), RUNG_OK);
    input_blanks(input);
    for (; got == steps[i] && length < 512; length += got)
      CU_ASSERT_EQUAL_FATAL(input_read(input, all + length, steps[i], &got, NULL), RUNG_OK);
    bool right = length == strlen(wanted) && memcmp(all, wanted, length) == 0;
    if (!right) fprintf(stderr, "\n%zu bytes at a time: \"%.*s\"", steps[i], (int)length, all);
    CU_ASSERT(right);
    input_close(input);
    unlink(path);
  }
}

static void cells(void) {
  reads("", "");
  reads("a", "a");
  reads("   a", "a");
  reads("a b  c\t d \t e", "a\tb\tc\td\te");
  reads(" 00001 19970101  1   11.77\n 00002 19970112  1   12.00\n",
        "00001\t19970101\t1\t11.77\n00002\t19970112\t1\t12.00\n");
}

static void lines(void) {
  reads("a b \r\n c d\t\r\n", "a\tb\r\nc\td\r\n");
  reads("a \r b", "a\rb");
  reads("\n \n\t\na\n", "\n\n\na\n");
  reads(" \xef\xbb\xbf  a  b\n", "\xef\xbb\xbf\ta\tb\n"); /* no byte order mark: it does not stand first */
  reads("\xef\xbb\xbf  a  b\n", "\xef\xbb\xbf" "a\tb\n");
  reads("\xef\xbc\x91  b\n", "\xef\xbc\x91\tb\n");
}

static void quotes(void) {
  reads("\"a  b\"  c", "\"a  b\"\tc");
  reads("  \"a \"\" b\"  \"\" d", "\"a \"\" b\"\t\"\"\td");
  reads("\"two \n  lines\"   x", "\"two \n  lines\"\tx");
  reads("5\"  disk  x", "5\"\tdisk\tx");
}

void suite_blanks(void);
void suite_blanks(void) {
  CU_pSuite suite = CU_add_suite("blanks", NULL, NULL);
  CU_add_test(suite, "one tab between two cells", cells);
  CU_add_test(suite, "lines begin and end with cells", lines);
  CU_add_test(suite, "blanks in quotes stay", quotes);
}
