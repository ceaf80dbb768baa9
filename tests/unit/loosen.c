/* loosen.c - the code of results of which only value bits are read. */
#include <CUnit/Basic.h>

#include "back.h"

#define COLUMNS "input t { n integer; m integer; f flag; } "
#define HEAD "r0 = column n\nr1 = column m\n"
#define SAYS(rules, ...) CU_ASSERT(back_says(rules, UP_TO_CODE, __VA_ARGS__))

/* What a rule asks says whether it fires; but a column stands behind a `sure`. */
static void test_results(void) {
  SAYS(COLUMNS "n > 1 and m > 1 -> x;", HEAD "r2 = const_i 2\nfor each batch\n"
       "r3 = le_i r2 r0\nr4 = le_i r2 r1\nr5 = and r3 r4\n");
  SAYS(COLUMNS "n > 1 -> x; m > 1 -> x;", HEAD "r2 = const_i 2\nfor each batch\n"
       "r3 = le_i r2 r0\nr4 = le_i r2 r1\nr5 = or r3 r4\n");
  SAYS(COLUMNS "f -> x;", "r0 = column f\nfor each batch\nr1 = sure r0\n");
}

/* Who says `not` asks whether a tag is known, so there it stays sure. */
static void test_operands(void) {
  SAYS(COLUMNS "n > 1 -> x; not x -> y;", "r0 = column n\nr1 = const_i 2\nfor each batch\n"
       "r2 = le_i r1 r0\nr3 = sure r2\nr4 = not r3\n");
  SAYS(COLUMNS "n > 1 -> x; x and m > 1 -> y;", HEAD "r2 = const_i 2\nfor each batch\n"
       "r3 = le_i r2 r0\nr4 = sure r3\nr5 = le_i r2 r1\nr6 = and r4 r5\n");
  SAYS(COLUMNS "n > 1 -> x; let z = if x then n else m; show z;", HEAD "r2 = const_i 2\nfor each batch\n"
       "r3 = le_i r2 r0\nr4 = if_i r3 r0 r1\n");
}

/* One instruction an arm says that no arm has fired so far. */
static void test_arms(void) {
  SAYS(COLUMNS "status s { n > 1 -> a; m > 1 -> b; n > 0 -> c; otherwise -> d; }",
       HEAD "r2 = const_i 2\nr3 = const_i 1\nr4 = const_f no\nr5 = const_f yes\nfor each batch\n"
       "r6 = le_i r2 r0\nr7 = le_i r2 r1\nr8 = sure r6\nr9 = not r8\nr8 = and r7 r9\n"
       "r10 = le_i r3 r0\nr11 = if_f r7 r4 r9\nr9 = and r10 r11\nr12 = if_f r10 r4 r11\n");
}

void suite_loosen(void);

void suite_loosen(void) {
  CU_pSuite suite = CU_add_suite("loosen", NULL, NULL);
  CU_add_test(suite, "results", test_results);
  CU_add_test(suite, "operands", test_operands);
  CU_add_test(suite, "arms", test_arms);
}
