/* error.c - messages that are longer than their room. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "io.h"
#include "rungc.h"

/* -- Cut at a character ------------------------------------------------------------------- */

enum { ROOM = sizeof((struct rung_error *)0)->text };

/* `before` letters and then characters of `width` bytes, more than fit: as many whole ones stay as there is room for. */
static void check_cut(size_t before, const char *character) {
  char text[2 * ROOM];
  struct rung_error error;
  size_t width = strlen(character), length = before;
  memset(text, 'x', before);
  for (; length + width < sizeof text; length += width) memcpy(text + length, character, width);
  CU_ASSERT_EQUAL(fail(&error, RUNG_BAD_DATA, "%.*s", (int)length, text), RUNG_BAD_DATA);
  size_t wanted = before + (ROOM - 1 - before) / width * width;
  CU_ASSERT_EQUAL(strlen(error.text), wanted);
  CU_ASSERT_EQUAL(memcmp(error.text, text, wanted), 0);
}

static void test_cut(void) {
  for (size_t before = ROOM - 9; before < ROOM; before++) {
    check_cut(before, "x");
    check_cut(before, "\xc3\xa9");
    check_cut(before, "\xe2\x82\xac");
    check_cut(before, "\xf0\x9f\x98\x80");
  }
}

/* A message that just fits is whole, whatever its last character. */
static void test_fits(void) {
  char text[ROOM];
  struct rung_error error;
  memset(text, 'x', ROOM - 1);
  memcpy(text + ROOM - 4, "\xe2\x82\xac", 4);
  CU_ASSERT_EQUAL(fail(&error, RUNG_NOTICE, "%s", text), RUNG_NOTICE);
  CU_ASSERT_EQUAL(error.status, RUNG_NOTICE);
  CU_ASSERT_STRING_EQUAL(error.text, text);
  CU_ASSERT_EQUAL(fail(NULL, RUNG_NO_RESOURCE, "%s", text), RUNG_NO_RESOURCE);
}

/* -- The params that there are ------------------------------------------------------------------- */

enum { PARAMS = 3, LONGEST = 255 };

/* What is said of a wrong name when the params' names have these lengths. */
static void say_no_param(const size_t *lengths, struct rung_error *error) {
  char rules[PARAMS * (LONGEST + 20) + 100];
  size_t used = 0;
  for (size_t i = 0; i < PARAMS; i++) {
    used += (size_t)sprintf(rules + used, "param ");
    memset(rules + used, 'a' + (int)i, lengths[i]);
    used += lengths[i];
    used += (size_t)sprintf(rules + used, " = 1;\n");
  }
  used += (size_t)sprintf(rules + used, "n > 1 -> big;\n");
  rungc_compilation *compilation = NULL;
  rung_program *program = NULL;
  rung_session *session = NULL;
  struct rung_session_options options = {.today = 20000};
  struct rung_text text = {rules, used};
  CU_ASSERT_EQUAL_FATAL(rungc_compile((struct rung_text){"t.rung", 6}, text, NULL, &compilation, error), RUNG_OK);
  struct rung_text bytes = rungc_program(compilation);
  CU_ASSERT_EQUAL_FATAL(rung_program_load(bytes.bytes, bytes.length, NULL, &program, error), RUNG_OK);
  rungc_free(compilation);
  CU_ASSERT_EQUAL_FATAL(rung_session_new(program, &options, &session, error), RUNG_OK);
  CU_ASSERT_EQUAL(rung_session_set(session, (struct rung_text){"z", 1}, (struct rung_text){"1", 1}, error),
                  RUNG_INVALID);
  rung_session_free(session);
  rung_program_free(program);
}

/* Whole names, or as many as there is room for and dots. */
static void test_names(void) {
  static const char start[] = "there is no param \"z\"; the rules have ";
  for (size_t length = 1; length <= LONGEST; length++) {
    for (size_t last = 1; last <= 9; last += 4) {
      size_t lengths[PARAMS] = {length, length, last}, at = strlen(start), i = 0;
      struct rung_error error;
      say_no_param(lengths, &error);
      CU_ASSERT_EQUAL_FATAL(strncmp(error.text, start, at), 0);
      for (; i < PARAMS && error.text[at] == 'a' + (int)i; i++) {
        CU_ASSERT_EQUAL(strspn(error.text + at, (char[]){(char)('a' + i), 0}), lengths[i]);
        at += lengths[i];
        if (strncmp(error.text + at, ", ", 2) == 0) at += 2;
      }
      CU_ASSERT_STRING_EQUAL(error.text + at, i == PARAMS ? "" : "...");
      CU_ASSERT(i > 0 && (i == PARAMS || length > 200));
    }
  }
}

void suite_error(void);
void suite_error(void) {
  CU_pSuite suite = CU_add_suite("error", NULL, NULL);
  CU_add_test(suite, "too long: cut at a character", test_cut);
  CU_add_test(suite, "just fits", test_fits);
  CU_add_test(suite, "the names of params, as many as fit", test_names);
}
