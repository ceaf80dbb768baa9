/* parser.c - rule texts to trees, and what is said about texts that are none. */
#include "limits.h"
#include "parse.h"
#include "parsing.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void suite_parser(void);

/* -- Trees ---------------------------------------------------------------------------------- */

static void test_statements(void) {
  CU_ASSERT(is_tree("", ""));
  CU_ASSERT(is_tree("# nothing\n;;", ""));
  CU_ASSERT(is_tree("orders >= 3 → regular; days_since_last > 90 → churning; lost_count >= 2 → no_winback",
                    "(rule (none) (>= (name orders) (number 3)) (none) (name regular)) "
                    "(rule (none) (> (name days_since_last) (number 90)) (none) (name churning)) "
                    "(rule (none) (>= (name lost_count) (number 2)) (none) (name no_winback))"));
  CU_ASSERT(is_tree("r1: a => b, c because \"why\";",
                    "(rule (name r1) (name a) (string \"why\") (name b) (name c))"));
  CU_ASSERT(is_tree("param p = 90 days; let x = 1; list l = \"a\", \"b\"; show x, l",
                    "(param (name p) (duration 90 days)) (let (name x) (number 1)) "
                    "(list (name l) (string \"a\") (string \"b\")) (show (name x) (name l))"));
  CU_ASSERT(is_tree("status s { a -> b; otherwise -> c because \"d\" } x -> y",
                    "(status (name s) (arm (name a) (name b) (none)) (arm (none) (name c) (string \"d\"))) "
                    "(rule (none) (name x) (none) (name y))"));
}

static void test_input(void) {
  CU_ASSERT(is_tree("input c { }", "(input (name c) (none) (none))"));
  CU_ASSERT(is_tree("input c { text text; date date; key text key; default flag default no; }",
                    "(input (name c) (none) (none) (column text (name text)) (column date (name date)) "
                    "(column text (name key) (key)) (column flag (name default) (default (flag no))))"));
  CU_ASSERT(is_tree("input c { a number from \"A\" missing \"-1\", \"x\" between -1 and 10.5 default 5% }",
                    "(input (name c) (none) (none) (column number (name a) (from (string \"A\")) "
                    "(missing (string \"-1\") (string \"x\")) (between (number -1) (number 10.5)) "
                    "(default (number 0.05))))"));
  CU_ASSERT(is_tree("input c { a money; b integer; c text one of (\"f\", \"m\"); d date format \"DD.MM.YYYY\" "
                    "default 2026-11-21 }",
                    "(input (name c) (none) (none) (column money (name a)) (column integer (name b)) "
                    "(column text (name c) (one of (string \"f\") (string \"m\"))) "
                    "(column date (name d) (format (string \"DD.MM.YYYY\")) (default (date 2026-11-21))))"));
}

static void test_logic(void) {
  CU_ASSERT(is_condition("a or b or c", "(or (name a) (name b) (name c))"));
  CU_ASSERT(is_condition("a or (b or c)", "(or (name a) (paren (or (name b) (name c))))"));
  CU_ASSERT(is_condition("(a or b) or c", "(or (paren (or (name a) (name b))) (name c))"));
  CU_ASSERT(is_condition("a or b and c and d or e",
                         "(or (name a) (and (name b) (name c) (name d)) (name e))"));
  CU_ASSERT(is_condition("not a = 1 and b", "(and (not (= (name a) (number 1))) (name b))"));
  CU_ASSERT(is_condition("not not a", "(not (not (name a)))"));
  CU_ASSERT(is_condition("if a then b else c or d", "(if (name a) (name b) (or (name c) (name d)))"));
  CU_ASSERT(is_condition("a or if b then c else d and e",
                         "(or (name a) (if (name b) (name c) (and (name d) (name e))))"));
  CU_ASSERT(is_condition("if a then b else if c then d else e",
                         "(if (name a) (name b) (if (name c) (name d) (name e)))"));
}

static void test_tests(void) {
  CU_ASSERT(is_condition("a != 1 or a <> 2 or a ≠ 3",
                         "(or (!= (name a) (number 1)) (!= (name a) (number 2)) (!= (name a) (number 3)))"));
  CU_ASSERT(is_condition("a ≤ 1 or a ≥ 2", "(or (<= (name a) (number 1)) (>= (name a) (number 2)))"));
  CU_ASSERT(is_condition("a is missing or a is not missing or a is present or a is not present",
                         "(or (is missing (name a)) (is missing not (name a)) (is present (name a)) "
                         "(is present not (name a)))"));
  CU_ASSERT(is_condition("a between 1 and 2 and b not between 3 and 4",
                         "(and (between (name a) (number 1) (number 2)) "
                         "(between not (name b) (number 3) (number 4)))"));
  CU_ASSERT(is_condition("a in (1,2) or a not in (b) or a in l or a not in list or a in file or a not in file",
                         "(or (in (name a) (number 1) (number 2)) (in not (name a) (name b)) "
                         "(in list (name a) (name l)) (in list not (name a) (name list)) "
                         "(in list (name a) (name file)) (in list not (name a) (name file)))"));
  CU_ASSERT(is_condition("a contains b and a starts with \"x\" and a ends with \"y\" and a matches \"z\"",
                         "(and (contains (name a) (name b)) (starts with (name a) (string \"x\")) "
                         "(ends with (name a) (string \"y\")) (matches (name a) (string \"z\")))"));
  CU_ASSERT(is_condition("d within last 2 weeks and d within next 3 months and d older than 1 year",
                         "(and (within last (name d) (duration 14 days)) (within next (name d) (duration 3 months)) "
                         "(older than (name d) (duration 12 months)))"));
}

static void test_values(void) {
  CU_ASSERT(is_condition("a + b * -c - d / 2 > 0",
                         "(> (- (+ (name a) (* (name b) (negate (name c)))) (/ (name d) (number 2))) (number 0))"));
  CU_ASSERT(is_condition("a - b - c = 1", "(= (- (- (name a) (name b)) (name c)) (number 1))"));
  CU_ASSERT(is_condition("days since d > 3 and days until (d) < 4",
                         "(and (> (days since (name d)) (number 3)) (< (days until (paren (name d))) (number 4)))"));
  CU_ASSERT(is_condition("anniversary of d within next 7 days",
                         "(within next (anniversary (name d)) (duration 7 days))"));
  CU_ASSERT(is_condition("default(x, 0) > min(a, 1) and f(1)",
                         "(and (> (call (name default) (name x) (number 0)) (call (name min) (name a) (number 1))) "
                         "(call (name f) (number 1)))"));
  CU_ASSERT(is_condition("a = 1.5 or a = 80% or a = 12.5% or a = 007 or a = 0.000001 or a = 9223372036854775807",
                         "(or (= (name a) (number 1.5)) (= (name a) (number 0.8)) (= (name a) (number 0.125)) "
                         "(= (name a) (number 7)) (= (name a) (number 0.000001)) "
                         "(= (name a) (number 9223372036854775807)))"));
  CU_ASSERT(is_condition("a = 9223372036854.775807", "(= (name a) (number 9223372036854.775807))"));
  CU_ASSERT(is_condition("a = yes or a = no or a = true or a = false",
                         "(or (= (name a) (flag yes)) (= (name a) (flag no)) (= (name a) (flag yes)) "
                         "(= (name a) (flag no)))"));
  CU_ASSERT(is_condition("a = 2024-02-29 or a = 0001-01-01 or a = 9999-12-31",
                         "(or (= (name a) (date 2024-02-29)) (= (name a) (date 0001-01-01)) "
                         "(= (name a) (date 9999-12-31)))"));
  CU_ASSERT(is_condition("a = \"q\\\"\\\\\\n\\t\\r\"", "(= (name a) (string \"q\\\"\\\\\\n\\t\\r\"))"));
  CU_ASSERT(is_condition("a = \"é日👨\xE2\x80\x8D👩\"", "(= (name a) (string \"é日👨\xE2\x80\x8D👩\"))"));
}

/* Every word that is not reserved is a name wherever a name can stand; every reserved one only in back-quotes. */
static void test_words(void) {
  const struct keyword *keyword, *before = NULL;
  for (size_t i = 0; (keyword = keyword_at(i)) != NULL; before = keyword, i++) {
    CU_ASSERT(!before || strcmp(before->word, keyword->word) < 0);
    CU_ASSERT_PTR_EQUAL(keyword_find((struct rung_text){keyword->word, strlen(keyword->word)}), keyword);
    const char *word = keyword->word;
    char text[512], tree[1024];
    const char *quote = keyword->class == OPEN ? "" : "`";
    snprintf(text, sizeof text,
             "let %1$s%2$s%1$s = 1; input t { %1$s%2$s%1$s text; } %1$s%2$s%1$s = 1 and x > %1$s%2$s%1$s -> "
             "%1$s%2$s%1$s; %1$s%2$s%1$s -> a; show %1$s%2$s%1$s; status %1$s%2$s%1$s { %1$s%2$s%1$s -> b }",
             quote, word);
    snprintf(tree, sizeof tree,
             "(let (name %1$s) (number 1)) (input (name t) (none) (none) (column text (name %1$s))) "
             "(rule (none) (and (= (name %1$s) (number 1)) (> (name x) (name %1$s))) (none) (name %1$s)) "
             "(rule (none) (name %1$s) (none) (name a)) (show (name %1$s)) "
             "(status (name %1$s) (arm (name %1$s) (name b) (none)))",
             word);
    CU_ASSERT(is_tree(text, tree));
    if (*quote == '\0') continue;
    snprintf(text, sizeof text, "let %s = 1; param x = 2", word);
    CU_ASSERT(says(text, "E0203@1:5"));
  }
}

static void test_names(void) {
  CU_ASSERT(is_condition("имя_клиента and été2 and 日本 and _x", "(and (name имя_клиента) (name été2) (name 日本) (name _x))"));
  CU_ASSERT(is_condition("`Total Spent` > 3", "(> (name Total Spent) (number 3))"));
  CU_ASSERT(is_condition("`a;b\"#` > 3", "(> (name a;b\"#) (number 3))"));
  CU_ASSERT(is_condition("a\xC2\xA0>\xE2\x80\xAF\t3\xE2\x80\x89", "(> (name a) (number 3))"));
  CU_ASSERT(is_condition("a # comment → x\r> 3 # more\r\n", "(> (name a) (number 3))"));
  CU_ASSERT(is_condition("\xEF\xBB\xBF" "a", "(name a)"));
}

static void test_places(void) {
  struct module module;
  struct text_buffer buffer = {.length = 0};
  static const char text[] = "é > 3 and\n `b c` -> d # x\n;";
  parsing_start(&module, text, strlen(text));
  print_tree(&module, false, parsing_append, &buffer);
  CU_ASSERT_STRING_EQUAL(buffer.bytes, "(file \"r\" @1:1-3:2\n"
                                       "  (rule @1:1-2:12\n"
                                       "    (none @1:1-2:7)\n"
                                       "    (and @1:1-2:7\n"
                                       "      (> @1:1-6\n"
                                       "        (name é @1:1-2)\n"
                                       "        (number 3 @1:5-6))\n"
                                       "      (name b c @2:2-7))\n"
                                       "    (none @2:12-12)\n"
                                       "    (name d @2:11-12)))\n");
  CU_ASSERT_EQUAL_FATAL(module.sources.at[0]->comment_count, 1);
  CU_ASSERT_EQUAL(module.sources.at[0]->comments[0].begin, 23);
  CU_ASSERT_EQUAL(module.sources.at[0]->comments[0].end, 26);
  arena_free(&module.arena);
}

/* -- Mistakes ---------------------------------------------------------------------------------- */

static void test_recovery(void) {
  CU_ASSERT(says("a >> 1 -> b; c > 1 -> d; e >> 1 -> f;", "E0201@1:4 E0201@1:29"));
  CU_ASSERT(says("let a = ; let b = 1 +; b -> ;", "E0201@1:9 E0201@1:22 E0201@1:29"));
  CU_ASSERT(says("a > 1 -> b\nc > 1 -> d\ne > 1 -> f", "E0202@1:11 E0202@2:11"));
  CU_ASSERT(says("a >> 1 -> b\nc >> 1 -> d", "E0201@1:4 E0202@1:12 E0201@2:4"));
  CU_ASSERT(says("score x from 0 { a -> +1; b -> ; }\nc >> 1 -> d", "E0201@1:32 E0201@2:4"));
  CU_ASSERT(says("x { a { b; } c; } ; d >> 1 -> e", "E0201@1:3 E0201@1:24"));
  CU_ASSERT(says("let a = 1 +\nlet b = 2;", "E0201@2:1"));
  CU_ASSERT(says("x = \"abc -> y;\nc >> 1 -> d", "E0104@1:5 E0201@2:4"));
  CU_ASSERT(says("(((a > 1 -> b; c >> 1 -> d", "E0201@1:10 E0201@1:19"));
  CU_ASSERT(says("status s {\n a -> b;\nlet x = 1;", "E0206@1:10"));
  CU_ASSERT(says("status s {\n a -> b", "E0206@1:10"));
  CU_ASSERT(says("} a -> b", "E0207@1:1"));
  CU_ASSERT(says("input p per k {\n a text\nlet b = 1;\nc -> d", "E0206@1:15 E0202@2:8"));
  CU_ASSERT(says("input p per k {\n let b = ;\n let c = 1 +;\n d money; e txt;\n}\nc >> 1 -> d",
                 "E0201@2:10 E0201@3:13 E0208@4:13 E0201@6:4"));
  CU_ASSERT(says("input c {\n a text;\nlet b = 1;\n}\nx -> y", "E0206@1:9"));
  CU_ASSERT(says("input c { a text; let b = 1; }\nx -> y", "E0220@1:19"));
  CU_ASSERT(says("score s {\n a -> 1;\nlet b = 1;", "E0206@1:9"));
  CU_ASSERT(says("score s from x { a -> 1; }\nb >> 1 -> c", "E0201@1:14 E0201@2:4"));
  CU_ASSERT(says("a > 1", "E0201@1:6"));
  CU_ASSERT(says("a -> b\n\n\n", ""));
  CU_ASSERT(says("a ->\n\n\n", "E0201@1:5"));
}

/* What a broken statement names stays known. */
static void test_kept(void) {
  struct module module;
  struct text_buffer buffer = {.length = 0};
  static const char text[] = "let a = 1 +; a >> 1 -> b, c; status s { >> -> d; } input t { e txt; f text frm; }";
  parsing_start(&module, text, strlen(text));
  print_tree(&module, false, parsing_append, &buffer);
  parsing_flatten(&buffer);
  CU_ASSERT_STRING_EQUAL(buffer.bytes,
                         "(file \"r\" (let (name a) (broken)) (rule (none) (broken) (none) (name b) (name c)) "
                         "(status (name s) (arm (broken) (name d) (none))) "
                         "(input (name t) (none) (none) (column ? (name e)) (column text (name f))))");
  CU_ASSERT_EQUAL(module.diags.count, 5);
  arena_free(&module.arena);
}

static void test_characters(void) {
  CU_ASSERT(says_bytes("a \0> 1 -> b", 11, "E0103@1:3"));
  CU_ASSERT(says_bytes("a = \"\0\" -> b", 12, "E0103@1:6"));
  CU_ASSERT(says("a \xFF> 1 -> b; c\xE9 > 1 -> d;\ne > \"\xC3\" -> f", "E0101@1:3 E0201@1:3 E0101@2:6"));
  CU_ASSERT(says("a > 1 -> b\xEF\xBB\xBF;", "E0103@1:11"));
  CU_ASSERT(says("a > 1 -> \xE2\x80\xAE" "b; # \xE2\x81\xA6", "E0103@1:10 E0103@1:16"));
  CU_ASSERT(says("a\xE3\x80\x80> 1 -> b", "E0103@1:2"));
  CU_ASSERT(says("\xED\xA0\x80 > 1 -> b", "E0101@1:1")); /* a surrogate */
  CU_ASSERT(says("\xC0\xAF > 1 -> b", "E0101@1:1"));     /* an overlong form */
}

/* -- Limits ------------------------------------------------------------------------------------- */

/* `head`, `count` times `piece`, `tail`, in memory the caller frees. */
static char *repeat(const char *head, const char *piece, size_t count, const char *tail) {
  size_t length = strlen(piece);
  char *text = malloc(strlen(head) + length * count + strlen(tail) + 1), *at = text;
  CU_ASSERT_PTR_NOT_NULL_FATAL(text);
  at += strlen(strcpy(at, head));
  for (size_t i = 0; i < count; i++, at += length) memcpy(at, piece, length);
  strcpy(at, tail);
  return text;
}

static void check_repeat(const char *head, const char *piece, size_t count, const char *tail, const char *expected) {
  char *text = repeat(head, piece, count, tail);
  CU_ASSERT(says(text, expected));
  free(text);
}

static void test_nesting(void) {
  check_repeat("", "not ", LIMIT_NESTING - 1, "a -> b", "");
  check_repeat("", "not ", LIMIT_NESTING, "a -> b", "E0204@1:1");
  check_repeat("x = ", "a + ", LIMIT_NESTING - 2, "a -> b", "");
  check_repeat("x = ", "a + ", LIMIT_NESTING, "a -> b", "E0204@1:5");
  check_repeat("", "count of t where ", LIMIT_NESTING - 1, "a -> b", "");
  check_repeat("", "count of t where ", LIMIT_NESTING, "a -> b", "E0204@1:1");
  check_repeat("", "rank of ", LIMIT_NESTING - 1, "a -> b", "");
  check_repeat("", "rank of ", LIMIT_NESTING, "a -> b", "E0204@1:1");
  check_repeat("", "top 9 by ", LIMIT_NESTING, "a -> b", "E0204@1:1");
  check_repeat("score s { was c -> ", "a has any of (b, ", LIMIT_NESTING, "c", "E0206@1:9 E0201@1:3421");
  check_repeat("", "(", 20000, "a > 1 -> b; c >> 1 -> d", "E0204@1:1480 E0201@1:20016");
  check_repeat("", "not ", 20000, "a > 1 -> b; c >> 1 -> d", "E0204@1:5917 E0201@1:80016");
  check_repeat("x = ", "-", 20000, "1 -> b", "E0204@1:1482");
  check_repeat("x = ", "min(", 20000, "1 -> b", "E0204@1:2960");
  check_repeat("let x = ", "if a then b else ", 20000, "c", "E0204@1:5027");
}

static void test_large(void) {
  check_repeat("a = 1", " or a = 1", 32768, " -> b", "");
  check_repeat("", "a > 1 -> b;\n", 100000, "c >> 1 -> d", "E0201@100001:4");
  check_repeat("a in (1", ", 1", 100000, ") -> b", "");
  check_repeat("`", "x", LIMIT_NAME, "` -> b", "");
  check_repeat("`", "x", LIMIT_NAME + 1, "` -> b", "E0108@1:1");
  check_repeat("", "x", LIMIT_NAME + 1, " -> b", "E0108@1:1");
  check_repeat("a = \"", "x", LIMIT_TEXT, "\" -> b", "");
  check_repeat("a = \"", "x", LIMIT_TEXT + 1, "\" -> b", "E0109@1:5");
  check_repeat("a = ", "9", 100000, " -> b", "E0113@1:5");
}

/* -- A condition of its own ---------------------------------------------------------------------- */

static bool is_only(const char *text, const char *expected, uint32_t errors) {
  struct module module = {.diags.max_errors = 10};
  struct text_buffer buffer = {.length = 0};
  arena_init(&module.arena, NULL);
  struct rung_text bytes = {text, strlen(text)};
  struct source *source = source_add(&module.arena, &module.sources, TEXT("--only"), bytes);
  struct ast *only = source ? parse_condition(&module, source) : NULL;
  CU_ASSERT_PTR_NOT_NULL_FATAL(only);
  module.files = (struct ast_list){&only, 1, 1};
  print_tree(&module, false, parsing_append, &buffer);
  parsing_flatten(&buffer);
  bool same = strcmp(buffer.bytes, expected) == 0 && module.diags.errors == errors;
  if (!same) fprintf(stderr, "\n  %s\n  gives %s, %u errors\n", text, buffer.bytes, module.diags.errors);
  arena_free(&module.arena);
  return same;
}

static void test_only(void) {
  CU_ASSERT(is_only("a > 1 and b", "(only (and (> (name a) (number 1)) (name b)))", 0));
  CU_ASSERT(is_only("a >> 1", "(only (broken))", 1));
  CU_ASSERT(is_only("a -> b", "(only (broken))", 1));
  CU_ASSERT(is_only("a;", "(only (broken))", 1));
  CU_ASSERT(is_only("", "(only (broken))", 1));
  CU_ASSERT(is_only("a }{ b", "(only (broken))", 1));
  CU_ASSERT(is_only("\"a", "(only (broken))", 1));
}

void suite_parser(void) {
  CU_pSuite suite = CU_add_suite("parser", NULL, NULL);
  CU_add_test(suite, "statements", test_statements);
  CU_add_test(suite, "input blocks", test_input);
  CU_add_test(suite, "logic", test_logic);
  CU_add_test(suite, "tests of values", test_tests);
  CU_add_test(suite, "values", test_values);
  CU_add_test(suite, "keywords", test_words);
  CU_add_test(suite, "names and blanks", test_names);
  CU_add_test(suite, "places", test_places);
  CU_add_test(suite, "recovery", test_recovery);
  CU_add_test(suite, "what is kept of broken statements", test_kept);
  CU_add_test(suite, "odd characters", test_characters);
  CU_add_test(suite, "nesting", test_nesting);
  CU_add_test(suite, "large rules", test_large);
  CU_add_test(suite, "a condition of its own", test_only);
}
