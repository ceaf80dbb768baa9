/* diag.c - messages: order, number, carets, the nearest name. */
#include "module.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void suite_diag(void);

static void start(struct module *module, const char *text) {
  *module = (struct module){.diags.max_errors = 3};
  arena_init(&module->arena, NULL);
  struct rung_text bytes = {text, strlen(text)};
  CU_ASSERT_PTR_NOT_NULL_FATAL(source_add(&module->arena, &module->sources, TEXT("a.rung"), bytes));
}

static struct diag *report(struct module *module, uint32_t begin, uint32_t end, const char *text) {
  return diag_report(module, (struct place){0, begin, end}, DIAG_SYNTAX, (int)strlen(text), text);
}

static bool renders(const char *text, uint32_t begin, uint32_t end, const char *expected) {
  struct module module;
  start(&module, text);
  struct rung_text got = diag_render(&module, report(&module, begin, end, "wrong"));
  bool same = got.length == strlen(expected) && memcmp(got.bytes, expected, got.length) == 0;
  if (!same) fprintf(stderr, "\n%.*s not\n%s", TEXT_ARG(got), expected);
  arena_free(&module.arena);
  return same;
}

static void test_carets(void) {
  CU_ASSERT(renders("a == b;\nc", 2, 4,
                    "a.rung:1:3: error E0201: wrong\n   1 | a == b;\n     |   ^^\n"));
  CU_ASSERT(renders("x;\r\na == b;\r\nc", 6, 8,
                    "a.rung:2:3: error E0201: wrong\n   2 | a == b;\n     |   ^^\n"));
  /* Wide characters take two columns, combining ones none; a tab is shown as four. */
  CU_ASSERT(renders("日本 == b", 7, 9,
                    "a.rung:1:4: error E0201: wrong\n   1 | 日本 == b\n     |      ^^\n"));
  CU_ASSERT(renders("cafe\xCC\x81 == b", 7, 9,
                    "a.rung:1:7: error E0201: wrong\n   1 | cafe\xCC\x81 == b\n     |      ^^\n"));
  CU_ASSERT(renders("\ta", 1, 2, "a.rung:1:2: error E0201: wrong\n   1 |     a\n     |     ^\n"));
  /* An empty place, one behind the last character, and one over several lines. */
  CU_ASSERT(renders("ab", 1, 1, "a.rung:1:2: error E0201: wrong\n   1 | ab\n     |  ^\n"));
  CU_ASSERT(renders("ab", 2, 2, "a.rung:1:3: error E0201: wrong\n   1 | ab\n     |   ^\n"));
  CU_ASSERT(renders("ab\ncd", 1, 5, "a.rung:1:2: error E0201: wrong\n   1 | ab\n     |  ^\n"));
  CU_ASSERT(renders("", 0, 0, "a.rung:1:1: error E0201: wrong\n   1 | \n     | ^\n"));
  /* What a terminal might act on is not shown. */
  CU_ASSERT(renders("a\x1B[2J\xE2\x80\xAE\xFFz", 9, 10,
                    "a.rung:1:8: error E0201: wrong\n   1 | a\uFFFD[2J\uFFFD\uFFFDz\n     |        ^\n"));
}

/* The caret's column, found in what was rendered, must be under the one `@` of the line. */
static void test_long_lines(void) {
  enum { LENGTH = 1000 };
  for (uint32_t at = 0; at < LENGTH; at += 37) {
    char text[LENGTH + 1];
    memset(text, 'x', LENGTH);
    text[at] = '@';
    text[LENGTH] = '\0';
    struct module module;
    start(&module, text);
    struct rung_text got = diag_render(&module, report(&module, at, at + 1, "wrong"));
    const char *line = memchr(got.bytes, '\n', got.length) + 1, *marks = strchr(line, '\n') + 1;
    uint32_t shown = 0, mark = (uint32_t)(strchr(marks, '^') - marks);
    for (const char *c = line; *c != '@'; c++) shown += ((unsigned char)*c & 0xC0) != 0x80;
    CU_ASSERT_EQUAL(shown, mark);
    CU_ASSERT(marks - line < 130);
    arena_free(&module.arena);
  }
}

static void test_order(void) {
  struct module module;
  start(&module, "abcdefgh");
  report(&module, 5, 6, "third");
  report(&module, 1, 2, "first");
  report(&module, 1, 2, "first");
  diag_sort(&module.diags);
  CU_ASSERT_EQUAL(module.diags.count, 2);
  CU_ASSERT_EQUAL(module.diags.errors, 2);
  CU_ASSERT(text_equal(module.diags.at[0].text, TEXT("first")));
  CU_ASSERT(text_equal(module.diags.at[1].text, TEXT("third")));
  arena_free(&module.arena);
}

static void test_most(void) {
  struct module module;
  start(&module, "abcdefgh");
  for (uint32_t i = 0; i < 7; i++) diag_help(&module, report(&module, i, i + 1, "wrong"), "help %u", i);
  CU_ASSERT_EQUAL(module.diags.count, 3);
  CU_ASSERT_EQUAL(module.diags.errors, 7);
  arena_free(&module.arena);
}

static void *resize_never(void *context, void *block, size_t old, size_t size) {
  (void)context, (void)old, (void)size;
  free(block);
  return NULL;
}

static void test_no_memory(void) {
  struct module module;
  start(&module, "abc");
  module.arena.allocator.resize = resize_never;
  module.arena.next = module.arena.end = NULL;
  struct diag *diag = report(&module, 0, 1, "wrong");
  CU_ASSERT_PTR_NOT_NULL(diag);
  diag_help(&module, diag, "help");
  diag_fix(diag, TEXT("x"));
  CU_ASSERT_TRUE(module.arena.failed);
  CU_ASSERT_EQUAL(module.diags.errors, 1);
  arena_free(&module.arena);
}

static bool nearest_is(const char *name, const char *candidates, const char *expected) {
  struct nearest nearest;
  nearest_start(&nearest, (struct rung_text){name, strlen(name)});
  for (const char *begin = candidates; *begin;) {
    size_t length = strcspn(begin, " ");
    nearest_try(&nearest, (struct rung_text){begin, length});
    begin += length + (begin[length] == ' ');
  }
  return text_equal(nearest.best, (struct rung_text){expected, strlen(expected)});
}

static void test_nearest(void) {
  CU_ASSERT(nearest_is("ordrs", "orders visits", "orders"));
  CU_ASSERT(nearest_is("odrers", "orders visits", "orders"));    /* two neighbours changed places: one slip */
  CU_ASSERT(nearest_is("Orders", "order orders", "orders"));     /* case alone is no distance */
  CU_ASSERT(nearest_is("lenght", "length", "length"));
  CU_ASSERT(nearest_is("имя_клинта", "фамилия имя_клиента", "имя_клиента"));
  CU_ASSERT(nearest_is("abc", "abd abcd", "abd"));               /* the first of equals */
  CU_ASSERT(nearest_is("days_since_last_order", "days_since_lst_ordr", "days_since_lst_ordr"));
  CU_ASSERT(nearest_is("a", "b c", ""));
  CU_ASSERT(nearest_is("first", "list", ""));
  CU_ASSERT(nearest_is("orders", "revenue", ""));
  CU_ASSERT(nearest_is("orders", "", ""));
}

void suite_diag(void) {
  CU_pSuite suite = CU_add_suite("diag", NULL, NULL);
  CU_add_test(suite, "carets", test_carets);
  CU_add_test(suite, "long lines", test_long_lines);
  CU_add_test(suite, "order", test_order);
  CU_add_test(suite, "no more than asked for", test_most);
  CU_add_test(suite, "no memory", test_no_memory);
  CU_add_test(suite, "the nearest name", test_nearest);
}
