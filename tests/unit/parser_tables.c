/* parser_tables.c - related tables, questions to their rows and to the base, the last run, lists and scores as trees. */
#include "parse.h"
#include "parsing.h"

#include <CUnit/CUnit.h>
#include <stdio.h>

void suite_parser_tables(void);

static void test_tables(void) {
  CU_ASSERT(is_tree("input p per k; input previous per previous; input c from p;",
                    "(input (name p) (name k) (none)) (input (name previous) (name previous) (none)) "
                    "(input (name c) (none) (name p))"));
  CU_ASSERT(is_tree("input p per k { a date; let b = a older than 2 days and c; d money } x -> y",
                    "(input (name p) (name k) (none) (column date (name a)) "
                    "(let (name b) (and (older than (name a) (duration 2 days)) (name c))) (column money (name d))) "
                    "(rule (none) (name x) (none) (name y))"));
  CU_ASSERT(is_tree("input p per k { let text = 1; let text; let list separated \"|\" unquote \"'\"; let let = 2 }",
                    "(input (name p) (name k) (none) (let (name text) (number 1)) (column text (name let)) "
                    "(column list (name let) (separated (string \"|\")) (unquote (string \"'\"))) "
                    "(let (name let) (number 2)))"));
  CU_ASSERT(is_tree("input c {\nscore number from \"x\";\ninput number from \"y\";\nlist list separated \",\";\n"
                    "seen datetime format \"DD.MM.YYYY hh:mm\";\n}",
                    "(input (name c) (none) (none) (column number (name score) (from (string \"x\"))) "
                    "(column number (name input) (from (string \"y\"))) "
                    "(column list (name list) (separated (string \",\"))) "
                    "(column datetime (name seen) (format (string \"DD.MM.YYYY hh:mm\"))))"));
}

static void test_aggregates(void) {
  CU_ASSERT(is_tree("let n = count of p; let m = sum of p.x",
                    "(let (name n) (aggregate count (name p) (none) (none) (none))) "
                    "(let (name m) (aggregate sum (name p) (name x) (none) (none)))"));
  CU_ASSERT(is_condition("any of p where a = 1 and b or c",
                         "(aggregate any (name p) (none) (none) "
                         "(or (and (= (name a) (number 1)) (name b)) (name c)))"));
  CU_ASSERT(is_condition("(count of p where a > 2) > 3 and any of p",
                         "(and (> (paren (aggregate count (name p) (none) (none) (> (name a) (number 2)))) (number 3)) "
                         "(aggregate any (name p) (none) (none) (none)))"));
  CU_ASSERT(is_condition("not any of p where a", "(not (aggregate any (name p) (none) (none) (name a)))"));
  CU_ASSERT(is_condition("if b then 1 else count of p where a",
                         "(if (name b) (number 1) (aggregate count (name p) (none) (none) (name a)))"));
  CU_ASSERT(is_condition("1 + min of p.d - distinct of p.x * 2 > average of p.x",
                         "(> (- (+ (number 1) (aggregate min (name p) (name d) (none) (none))) "
                         "(* (aggregate distinct (name p) (name x) (none) (none)) (number 2))) "
                         "(aggregate average (name p) (name x) (none) (none)))"));
  CU_ASSERT(is_condition("latest of p.x by p.d = 1 and days since max of p.d > 2",
                         "(and (= (aggregate latest (name p) (name x) (name d) (none)) (number 1)) "
                         "(> (days since (aggregate max (name p) (name d) (none) (none))) (number 2)))"));
  CU_ASSERT(is_tree("let l = latest of `a b`.x by `a b`.d where p.x > 0",
                    "(let (name l) (aggregate latest (name a b) (name x) (name d) "
                    "(> (field (name p) (name x)) (number 0))))"));
}

/* `average of` asks the rows of a table about T.x, and the whole base about anything else. */
static void test_measures(void) {
  CU_ASSERT(is_condition("rank of x < 10 or quintile of (a + b) = 5 or percentile of f(x) >= 90",
                         "(or (< (measure rank (name x)) (number 10)) "
                         "(= (measure quintile (paren (+ (name a) (name b)))) (number 5)) "
                         "(>= (measure percentile (call (name f) (name x))) (number 90)))"));
  CU_ASSERT(is_condition("x > median of x and x > average of x and x > average of (p.x)",
                         "(and (> (name x) (measure median (name x))) (> (name x) (measure average (name x))) "
                         "(> (name x) (measure average (paren (field (name p) (name x))))))"));
  CU_ASSERT(is_condition("cumulative share of x < 80% and top 15 by x and top 1 by days since d",
                         "(and (< (measure cumulative share (name x)) (number 0.8)) (measure top 15 (name x)) "
                         "(measure top 1 (days since (name d))))"));
  CU_ASSERT(is_condition("rank of rank of sum of p.x = 1",
                         "(= (measure rank (measure rank (aggregate sum (name p) (name x) (none) (none)))) "
                         "(number 1))"));
}

static void test_runs(void) {
  CU_ASSERT(is_condition("was a and not became b and n > previous.n",
                         "(and (was (name a)) (not (became (name b))) (> (name n) (field (name previous) (name n))))"));
  CU_ASSERT(is_condition("if became a then was b else no", "(if (became (name a)) (was (name b)) (flag no))"));
  CU_ASSERT(is_condition("hours since t < 5", "(< (hours since (name t)) (number 5))"));
  CU_ASSERT(is_condition("l has \"a\" or l has x or l has any or l has any of (\"a\", y) or l has all of (z)",
                         "(or (has (name l) (string \"a\")) (has (name l) (name x)) (has (name l) (name any)) "
                         "(has any of (name l) (string \"a\") (name y)) (has all of (name l) (name z)))"));
  CU_ASSERT(is_condition("min(a, 1) + max(b) + average(c) = count(d)",
                         "(= (+ (+ (call (name min) (name a) (number 1)) (call (name max) (name b))) "
                         "(call (name average) (name c))) (call (name count) (name d)))"));
}

static void test_scores(void) {
  CU_ASSERT(is_tree("score s { }", "(score (name s) (none))"));
  CU_ASSERT(is_tree("score s from -2.5 { a > 1 -> +30; b -> -10 * c because \"d\"; clamp -1 to 100 } x -> y",
                    "(score (name s) (number -2.5) (points (> (name a) (number 1)) (number 30) (none)) "
                    "(points (name b) (* (negate (number 10)) (name c)) (string \"d\")) "
                    "(clamp (number -1) (number 100))) (rule (none) (name x) (none) (name y))"));
  CU_ASSERT(is_tree("score from from 1 { any of p where a -> half_life(b, 2 weeks) }",
                    "(score (name from) (number 1) (points (aggregate any (name p) (none) (none) (name a)) "
                    "(call (name half_life) (name b) (duration 14 days)) (none)))"));
}

static void test_words_of_tables(void) {
  const struct keyword *keyword;
  for (size_t i = 0; (keyword = keyword_at(i)) != NULL; i++) {
    const char *word = keyword->word;
    char text[512], tree[1024];
    const char *quote = keyword->class == OPEN ? "" : "`";
    snprintf(text, sizeof text,
             "input %1$s%2$s%1$s per %1$s%2$s%1$s { let %1$s%2$s%1$s = %1$s%2$s%1$s; %1$s%2$s%1$s list; }\n"
             "score %1$s%2$s%1$s { was %1$s%2$s%1$s -> max of %1$s%2$s%1$s.%1$s%2$s%1$s }\n"
             "x has %1$s%2$s%1$s and rank of %1$s%2$s%1$s > (count of %1$s%2$s%1$s where %1$s%2$s%1$s) -> c;\n"
             "%1$s%2$s%1$s.%1$s%2$s%1$s > average of %1$s%2$s%1$s -> d", quote, word);
    snprintf(tree, sizeof tree,
             "(input (name %1$s) (name %1$s) (none) (let (name %1$s) (name %1$s)) (column list (name %1$s))) "
             "(score (name %1$s) (none) (points (was (name %1$s)) "
             "(aggregate max (name %1$s) (name %1$s) (none) (none)) (none))) "
             "(rule (none) (and (has (name x) (name %1$s)) (> (measure rank (name %1$s)) "
             "(paren (aggregate count (name %1$s) (none) (none) (name %1$s))))) (none) (name c)) "
             "(rule (none) (> (field (name %1$s) (name %1$s)) (measure average (name %1$s))) (none) (name d))", word);
    CU_ASSERT(is_tree(text, tree));
  }
}

static void test_kept_of_tables(void) {
  struct module module;
  struct text_buffer buffer = {.length = 0};
  static const char text[] = "input p per k { let a = ; b text unquote; } score s { >> -> 1; clamp 0; c -> 2; } "
                             "let d = sum of p where x; input q { e text; let f = 1; }";
  parsing_start(&module, text, strlen(text));
  print_tree(&module, false, parsing_append, &buffer);
  parsing_flatten(&buffer);
  CU_ASSERT_STRING_EQUAL(buffer.bytes,
                         "(file \"r\" (input (name p) (name k) (none) (let (name a) (broken)) (column text (name b))) "
                         "(score (name s) (none) (points (broken) (number 1) (none)) "
                         "(points (name c) (number 2) (none))) (let (name d) (broken)) (let (name f) (number 1)) "
                         "(input (name q) (none) (none) (column text (name e))))");
  CU_ASSERT_EQUAL(module.diags.count, 6);
  arena_free(&module.arena);
}

/* What only this grammar's builders can tell. */
static void test_questions(void) {
  CU_ASSERT(says("let a = sum of p; let b = count of p.x; let c = any of p.x where y",
                 "E0214@1:16 E0215@1:36 E0215@1:56"));
  CU_ASSERT(says("let a = latest of p; let b = latest of p.x; let c = latest of p.x by d; let d = latest of p.x by q.d",
                 "E0214@1:19 E0216@1:40 E0217@1:70 E0217@1:98"));
  CU_ASSERT(says("top 0 by x -> a; top 1.5 by x -> b; top 1 by x -> c", "E0218@1:5 E0218@1:22"));
  CU_ASSERT(says("l has any (\"a\") -> a; l has all (b) -> b; l has any of c -> d", "E0213@1:7 E0213@1:29 E0219@1:56"));
  CU_ASSERT(says("let a = count p where x; let b = rank x; let c = cumulative share x",
                 "E0213@1:9 E0213@1:34 E0201@1:67"));
  CU_ASSERT(says("d within last 3 hours -> a; d older than 2 minutes -> b", "E0212@1:17 E0212@1:44"));
  CU_ASSERT(says("1 + count of p where x > 2 -> a", "E0201@1:16"));
  CU_ASSERT(says("count of p where x > 2 > 3 -> a", "E0205@1:24"));
}

void suite_parser_tables(void) {
  CU_pSuite suite = CU_add_suite("parser of tables", NULL, NULL);
  CU_add_test(suite, "related tables", test_tables);
  CU_add_test(suite, "aggregates", test_aggregates);
  CU_add_test(suite, "populations", test_measures);
  CU_add_test(suite, "times, lists and the last run", test_runs);
  CU_add_test(suite, "scores", test_scores);
  CU_add_test(suite, "keywords in tables and scores", test_words_of_tables);
  CU_add_test(suite, "what is kept of broken tables and scores", test_kept_of_tables);
  CU_add_test(suite, "questions that lack a part", test_questions);
}
