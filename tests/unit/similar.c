/* similar.c - names that were probably meant, and paths that are one file. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "score.h"
#include "similar.h"

static uint32_t distance(const char *a, const char *b) {
  return similar_distance((struct rung_text){a, strlen(a)}, (struct rung_text){b, strlen(b)});
}

static void test_what_does_not_count(void) {
  CU_ASSERT_EQUAL(distance("total_spent", "Total Spent"), 0);
  CU_ASSERT_EQUAL(distance("total_spent", "Total\xC2\xA0Spent "), 0);
  CU_ASSERT_EQUAL(distance("город", "ГОРОД"), 0);
  CU_ASSERT_EQUAL(distance("e-mail", "email"), 0);
}

static void test_edits(void) {
  CU_ASSERT_EQUAL(distance("orders", "order"), 1);
  CU_ASSERT_EQUAL(distance("order", "orders"), 1);
  CU_ASSERT_EQUAL(distance("orders", "odrers"), 1);
  CU_ASSERT_EQUAL(distance("orders", "orbers"), 1);
  CU_ASSERT_EQUAL(distance("customers", "cutsomer"), 2);
  CU_ASSERT_EQUAL(distance("city", "\xD1\x81ity"), 1);
}

static void test_too_far(void) {
  char many[80];
  memset(many, 'a', sizeof many);
  CU_ASSERT_EQUAL(distance("orders", "revenue"), SIMILAR_NOT);
  CU_ASSERT_EQUAL(distance("id", "ix"), SIMILAR_NOT);
  CU_ASSERT_EQUAL(distance("", ""), SIMILAR_NOT);
  CU_ASSERT_EQUAL(distance("", "a"), SIMILAR_NOT);
  struct rung_text longest = {many, 64}, longer = {many, 65};
  CU_ASSERT_EQUAL(similar_distance(longest, longest), 0);
  CU_ASSERT_EQUAL(similar_distance(longer, longer), SIMILAR_NOT);
}

static void test_bytes_that_are_no_text(void) {
  CU_ASSERT_EQUAL(distance("ab\xff\xfe", "ab\xff\xfe"), 0);
  CU_ASSERT_EQUAL(distance("abcde\xd1", "abcde"), 1);
}

static void test_paths(void) {
  char folder[] = "/tmp/rung-path-XXXXXX", a[64], b[64], link_path[64], odd[64];
  CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
  snprintf(a, sizeof a, "%s/a", folder), snprintf(b, sizeof b, "%s/b", folder);
  snprintf(link_path, sizeof link_path, "%s/link", folder), snprintf(odd, sizeof odd, "%s/./a", folder);
  CU_ASSERT_TRUE(path_same(a, odd)); /* neither exists yet */
  CU_ASSERT_FALSE(path_same(a, b));
  FILE *file = fopen(a, "w");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  fclose(file);
  CU_ASSERT_TRUE(path_same(a, odd));
  CU_ASSERT_FALSE(path_same(a, b));
  CU_ASSERT_EQUAL(link(a, link_path), 0);
  CU_ASSERT_TRUE(path_same(a, link_path));
  unlink(link_path);
  CU_ASSERT_EQUAL(symlink("a", link_path), 0);
  CU_ASSERT_TRUE(path_same(a, link_path));
  CU_ASSERT_FALSE(path_same("-", "-"));
  CU_ASSERT_FALSE(path_same(NULL, a));
  unlink(link_path), unlink(a), rmdir(folder);
}

void suite_similar(void);
void suite_similar(void) {
  CU_pSuite suite = CU_add_suite("similar", NULL, NULL);
  CU_add_test(suite, "what does not count", test_what_does_not_count);
  CU_add_test(suite, "edits", test_edits);
  CU_add_test(suite, "too far", test_too_far);
  CU_add_test(suite, "bytes that are no text", test_bytes_that_are_no_text);
  CU_add_test(suite, "paths of one file", test_paths);
}
