/* half_life.c - half-lives against values worked out with 200 digits, and against long double. */
#include <CUnit/CUnit.h>
#include "half_life.h"

struct fact {
  int64_t age, span, left;
};

/* The first fifteen are as near to a half of a millionth as quotients come: of each three the first differs from it in
   the 40th digit or later, the others in the 17th. */
static const struct fact facts[] = {
    {3830450155081618168, 7294606833467138215, 694907}, {3830450155081618167, 7294606833467138215, 694908},
    {3830450155081618169, 7294606833467138215, 694907}, {3958770374821355241, 1929798830454909721, 241252},
    {3958770374821355240, 1929798830454909721, 241252}, {3958770374821355242, 1929798830454909721, 241251},
    {1524986086861233779, 7524945743907949288, 868949}, {1524986086861233778, 7524945743907949288, 868949},
    {1524986086861233780, 7524945743907949288, 868948}, {4359296110570323979, 9053307284958536722, 716226},
    {4359296110570323978, 9053307284958536722, 716226}, {4359296110570323980, 9053307284958536722, 716225},
    {5158001307061730196, 4531179707749133801, 454284}, {5158001307061730195, 4531179707749133801, 454284},
    {5158001307061730197, 4531179707749133801, 454283},
    {0, 1, 1000000}, {1, 1, 500000}, {2, 1, 250000}, {6, 1, 15625},
    {7, 1, 7813}, /* 7812.5, the only tie */
    {8, 1, 3906}, {19, 1, 2}, {20, 1, 1}, {21, 1, 0}, {22, 1, 0}, {41, 2, 1},
    {INT64_MAX, INT64_MAX, 500000}, {INT64_MAX - 1, INT64_MAX, 500000}, {1, INT64_MAX, 1000000}, {INT64_MAX, 1, 0},
    {15000000, 30000000, 707107}, {30000000, 30000000, 500000}, {45000000, 30000000, 353553},
    {90000000, 30000000, 125000}, {100000000, 30000000, 99213}, {1000000, 30000000, 977160},
    {7000000, 30000000, 850667}, {365000000, 30000000, 218}, {1000000, 3000000, 793701},
    {627000000, 30000000, 1}, {628000000, 30000000, 0}, {629000000, 30000000, 0},
};

static void known_values(void) {
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
    int64_t left;
    CU_ASSERT(half_life(facts[i].age, facts[i].span, &left) && left == facts[i].left);
  }
}

static void no_values(void) {
  static const int64_t wrong[][2] = {{-1, 1}, {INT64_MIN, 1}, {1, 0}, {0, 0}, {1, -1}, {0, INT64_MIN}, {-1, -1}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    int64_t left;
    CU_ASSERT_FALSE(half_life(wrong[i][0], wrong[i][1], &left));
  }
}

enum { BITS = 63 };

/* 2^-(1/2), 2^-(1/4), ...: square roots by Newton. */
static void make_roots(long double *roots) {
  long double square = 0.5L;
  for (size_t i = 0; i < BITS; i++, square = roots[i - 1]) {
    roots[i] = 1;
    for (int steps = 0; steps < 8; steps++) roots[i] = (roots[i] + square / roots[i]) / 2;
  }
}

/* 2^-(age / span) bit by bit. */
static long double power(const long double *roots, int64_t age, int64_t span) {
  unsigned __int128 rest = (unsigned __int128)(age % span);
  long double result = 1;
  for (int64_t whole = age / span; whole > 0 && result > 1e-9L; whole--) result /= 2;
  for (size_t i = 0; i < BITS; i++) {
    rest *= 2;
    if (rest < (unsigned __int128)span) continue;
    rest -= (unsigned __int128)span;
    result *= roots[i];
  }
  return result;
}

/* Where a long double is too near to a half it does not know, and is not asked. */
static void long_doubles(void) {
  long double roots[BITS];
  uint64_t state = 1;
  size_t bad = 0, asked = 0;
  make_roots(roots);
  for (size_t i = 0; i < 300000; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    int64_t span = (int64_t)(state >> (1 + i % 60)) | 1, age, left;
    state = state * 6364136223846793005u + 1442695040888963407u;
    if (__builtin_mul_overflow(span, (int64_t)(state >> 60) + 1, &age)) age = span;
    age = (int64_t)(state >> 1) % age;
    long double wanted = 1000000 * power(roots, age, span) + 0.5L, rest = wanted - (long double)(int64_t)wanted;
    if (rest < 1e-9L || rest > 1 - 1e-9L) continue;
    asked++;
    bad += !half_life(age, span, &left) || left != (int64_t)wanted;
  }
  CU_ASSERT_EQUAL(bad, 0);
  CU_ASSERT(asked > 299000);
}

/* What is left never grows with age. */
static void monotonous(void) {
  static const int64_t spans[] = {3, 1000003, 86400000000, INT64_MAX / 22};
  for (size_t s = 0; s < sizeof spans / sizeof *spans; s++) {
    int64_t before = 1000000, step = spans[s] / 4999 + 1;
    size_t bad = 0;
    for (int64_t age = 0; age < 21 * spans[s]; age += step) {
      int64_t left;
      bad += !half_life(age, spans[s], &left) || left > before || left < 0;
      before = left;
    }
    CU_ASSERT_EQUAL(bad, 0);
    CU_ASSERT(before <= 1);
  }
}

void suite_half_life(void);

void suite_half_life(void) {
  CU_pSuite suite = CU_add_suite("half_life", NULL, NULL);
  CU_add_test(suite, "known values", known_values);
  CU_add_test(suite, "no values", no_values);
  CU_add_test(suite, "against long double", long_doubles);
  CU_add_test(suite, "never grows", monotonous);
}
