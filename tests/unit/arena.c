/* arena.c - memory that is freed all at once, also when there is none. */
#include "arena.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

void suite_arena(void);

/* Counts what is out, and gives nothing once `left` is used up. */
struct meter {
  size_t out, left;
};

static void *resize_metered(void *context, void *block, size_t old, size_t size) {
  struct meter *meter = context;
  if (size > old && size - old > meter->left) return NULL;
  meter->left -= size > old ? size - old : 0;
  meter->out += size - old;
  if (size) return realloc(block, size);
  free(block);
  return NULL;
}

static void test_alloc(void) {
  struct arena arena;
  arena_init(&arena, NULL);
  for (size_t size = 0; size < 3000; size += 7) {
    unsigned char *block = arena_alloc(&arena, size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(block);
    CU_ASSERT_EQUAL((uintptr_t)block % 16, 0);
    bool zeroed = true;
    for (size_t i = 0; i < size; i++) zeroed = zeroed && block[i] == 0;
    CU_ASSERT(zeroed);
    memset(block, 0xFF, size);
  }
  CU_ASSERT_PTR_NOT_NULL(arena_alloc(&arena, 5 << 20));
  CU_ASSERT_PTR_NOT_NULL(arena_alloc(&arena, 1));
  CU_ASSERT_FALSE(arena.failed);
  CU_ASSERT_PTR_NULL(arena_alloc(&arena, SIZE_MAX));
  CU_ASSERT_TRUE(arena.failed);
  arena_free(&arena);
}

static void test_grow(void) {
  struct arena arena;
  arena_init(&arena, NULL);
  int *numbers = NULL;
  uint32_t room = 0;
  for (int i = 0; i < 1000; i++) {
    numbers = arena_grow(&arena, numbers, (size_t)i, &room, sizeof *numbers);
    CU_ASSERT_PTR_NOT_NULL_FATAL(numbers);
    CU_ASSERT_FATAL(room > (uint32_t)i);
    numbers[i] = i * i;
  }
  for (int i = 0; i < 1000; i++) CU_ASSERT_EQUAL(numbers[i], i * i);
  room = UINT32_MAX;
  CU_ASSERT_PTR_NULL(arena_grow(&arena, numbers, UINT32_MAX, &room, sizeof *numbers));
  arena_free(&arena);
}

static void test_texts(void) {
  struct arena arena;
  arena_init(&arena, NULL);
  struct rung_text copy = arena_copy(&arena, "abcdef", 3);
  CU_ASSERT_EQUAL(copy.length, 3);
  CU_ASSERT_STRING_EQUAL(copy.bytes, "abc");
  struct rung_text empty = arena_copy(&arena, NULL, 0);
  CU_ASSERT_EQUAL(empty.length, 0);
  CU_ASSERT_STRING_EQUAL(empty.bytes, "");
  struct rung_text printed = arena_print(&arena, "%.*s-%d", TEXT_ARG(copy), 42);
  CU_ASSERT(text_equal(printed, TEXT("abc-42")));
  arena_free(&arena);
}

static void test_no_memory(void) {
  struct meter meter = {.left = 20000};
  struct rung_allocator allocator = {resize_metered, &meter};
  struct arena arena;
  arena_init(&arena, &allocator);
  CU_ASSERT_PTR_NOT_NULL(arena_alloc(&arena, 1000));
  CU_ASSERT_PTR_NULL(arena_alloc(&arena, 100000));
  CU_ASSERT_TRUE(arena.failed);
  CU_ASSERT_PTR_NOT_NULL(arena_alloc(&arena, 1000));
  CU_ASSERT_TRUE(arena.failed);
  CU_ASSERT_EQUAL(arena_print(&arena, "%100000d", 1).length, 0);
  arena_free(&arena);
  CU_ASSERT_EQUAL(meter.out, 0);
}

void suite_arena(void) {
  CU_pSuite suite = CU_add_suite("arena", NULL, NULL);
  CU_add_test(suite, "blocks", test_alloc);
  CU_add_test(suite, "arrays", test_grow);
  CU_add_test(suite, "texts", test_texts);
  CU_add_test(suite, "no memory", test_no_memory);
}
