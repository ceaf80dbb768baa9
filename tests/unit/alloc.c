/* alloc.c - blocks of the system's that grow, large ones among them. */
#include <CUnit/CUnit.h>
#include <string.h>

#include "alloc.h"

/* What a block holds stays as it is. */
static void test_growing(void) {
  static const size_t sizes[] = {1, 4000, (4 << 20) - 1, 4 << 20, (4 << 20) + 1, 33 << 20, 5 << 20, 100};
  enum { COUNT = sizeof sizes / sizeof *sizes };
  char *block = NULL;
  size_t old = 0, wrong = 0;
  for (size_t i = 0; i < COUNT; i++) {
    size_t size = sizes[i], kept = old < size ? old : size;
    char *grown = alloc_resize(NULL, block, old, size, 1);
    CU_ASSERT_FATAL(grown != NULL);
    for (size_t at = 0; at < kept; at += 997) wrong += grown[at] != (char)(at % 251);
    for (size_t at = 0; at < size; at++) grown[at] = (char)(at % 251);
    block = grown;
    old = size;
  }
  CU_ASSERT_EQUAL(wrong, 0);
  alloc_free(NULL, block, old, 1);
}

static void test_zeros(void) {
  size_t count = (9 << 20) + 5, other = 0;
  char *block = alloc_array(NULL, count, 1);
  CU_ASSERT_FATAL(block != NULL);
  for (size_t at = 0; at < count; at++) other |= (size_t)block[at];
  CU_ASSERT_EQUAL(other, 0);
  alloc_free(NULL, block, count, 1);
}

static void test_too_large(void) {
  CU_ASSERT_PTR_NULL(alloc_array(NULL, SIZE_MAX / 2, 3));
  CU_ASSERT_PTR_NULL(alloc_resize(NULL, NULL, 0, SIZE_MAX, 1));
}

void suite_alloc(void);
void suite_alloc(void) {
  CU_pSuite suite = CU_add_suite("alloc", NULL, NULL);
  CU_add_test(suite, "blocks that grow", test_growing);
  CU_add_test(suite, "large blocks of zeros", test_zeros);
  CU_add_test(suite, "more than there can be", test_too_large);
}
