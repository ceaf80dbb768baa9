/* source.c - places in files. */
#include "source.h"

#include <CUnit/CUnit.h>
#include <string.h>

void suite_source(void);

static struct source *add(struct arena *arena, const char *text, size_t length) {
  struct sources sources = {0};
  arena_init(arena, NULL);
  struct source *source = source_add(arena, &sources, TEXT("a.rung"), (struct rung_text){text, length});
  CU_ASSERT_PTR_NOT_NULL_FATAL(source);
  return source;
}

static bool stands_at(const struct source *source, uint32_t offset, uint32_t line, uint32_t column) {
  struct line_column at = source_locate(source, offset);
  return at.line == line && at.column == column;
}

static void test_line_ends(void) {
  struct arena arena;
  struct source *source = add(&arena, "ab\ncd\r\nef\rgh", 12);
  CU_ASSERT(stands_at(source, 0, 1, 1));
  CU_ASSERT(stands_at(source, 2, 1, 3));
  CU_ASSERT(stands_at(source, 3, 2, 1));
  CU_ASSERT(stands_at(source, 5, 2, 3));
  CU_ASSERT(stands_at(source, 7, 3, 1));
  CU_ASSERT(stands_at(source, 10, 4, 1));
  CU_ASSERT(stands_at(source, 12, 4, 3));
  CU_ASSERT(stands_at(source, 99, 4, 3));
  CU_ASSERT(text_equal(source_line(source, 0), TEXT("ab")));
  CU_ASSERT(text_equal(source_line(source, 2), TEXT("ab")));
  CU_ASSERT(text_equal(source_line(source, 5), TEXT("cd")));
  CU_ASSERT(text_equal(source_line(source, 6), TEXT("cd")));
  CU_ASSERT(text_equal(source_line(source, 8), TEXT("ef")));
  CU_ASSERT(text_equal(source_line(source, 12), TEXT("gh")));
  arena_free(&arena);
}

static void test_characters(void) {
  struct arena arena;
  struct source *source = add(&arena, "\xEF\xBB\xBFимя日x\n", 13);
  CU_ASSERT_EQUAL(source->text.length, 10); /* without the byte order mark */
  CU_ASSERT(stands_at(source, 2, 1, 2));
  CU_ASSERT(stands_at(source, 6, 1, 4));
  CU_ASSERT(stands_at(source, 9, 1, 5));
  CU_ASSERT(stands_at(source, 10, 1, 6));
  CU_ASSERT_EQUAL(source->text.bytes[source->text.length], '\0');
  arena_free(&arena);
}

/* Far into a file, on both sides of the marks that source_locate starts from. */
static void test_marks(void) {
  enum { LINES = 200, WIDTH = 10 };
  static char text[LINES * WIDTH];
  for (size_t i = 0; i < sizeof text; i++) text[i] = i % WIDTH == WIDTH - 1 ? '\n' : 'x';
  struct arena arena;
  struct source *source = add(&arena, text, sizeof text);
  for (uint32_t i = 0; i < sizeof text; i++) CU_ASSERT(stands_at(source, i, i / WIDTH + 1, i % WIDTH + 1));
  arena_free(&arena);
  for (size_t length = SOURCE_MARK_BYTES - 1; length <= SOURCE_MARK_BYTES + 1; length++) {
    source = add(&arena, text, length);
    CU_ASSERT(stands_at(source, (uint32_t)length, (uint32_t)length / WIDTH + 1, (uint32_t)length % WIDTH + 1));
    arena_free(&arena);
  }
}

static void test_empty(void) {
  struct arena arena;
  struct source *source = add(&arena, "", 0);
  CU_ASSERT(stands_at(source, 0, 1, 1));
  CU_ASSERT_EQUAL(source_line(source, 0).length, 0);
  CU_ASSERT_EQUAL(source->hash, 0x2D06800538D394C2u); /* XXH3-64 of nothing, as its specification says */
  arena_free(&arena);
}

void suite_source(void) {
  CU_pSuite suite = CU_add_suite("source", NULL, NULL);
  CU_add_test(suite, "line ends", test_line_ends);
  CU_add_test(suite, "characters", test_characters);
  CU_add_test(suite, "far into a file", test_marks);
  CU_add_test(suite, "an empty file", test_empty);
}
