/* parser_campaigns.c - campaigns, caps, guards and tests as trees. */
#include "parse.h"
#include "parsing.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

void suite_parser_campaigns(void);

/* One clause of a campaign. */
static bool is_clause(const char *clause, const char *expected) {
  char text[512], tree[1024];
  snprintf(text, sizeof text, "campaign c { %s }", clause);
  snprintf(tree, sizeof tree, "(campaign (name c) (none) %s)", expected);
  return is_tree(text, tree);
}

static void test_campaigns(void) {
  CU_ASSERT(is_tree("campaign winback \"We miss you\" { when churning; unless no_winback or tickets > 3; } x -> y",
                    "(campaign (name winback) (string \"We miss you\") (when (name churning)) "
                    "(unless (or (name no_winback) (> (name tickets) (number 3))))) "
                    "(rule (none) (name x) (none) (name y))"));
  CU_ASSERT(is_tree("campaign c { } campaign `d e` { ;; }",
                    "(campaign (name c) (none)) (campaign (name d e) (none))"));
  CU_ASSERT(is_clause("channel email when a and b, sms when c;",
                      "(channels (channel (name email) (and (name a) (name b))) (channel (name sms) (name c)))"));
  CU_ASSERT(is_clause("when count of p where x > 2; unless (count of p where x) >= 2;",
                      "(when (aggregate count (name p) (none) (none) (> (name x) (number 2)))) "
                      "(unless (>= (paren (aggregate count (name p) (none) (none) (name x))) (number 2)))"));
  CU_ASSERT(is_clause("priority 80; priority -0.5; priority 9223372036854;",
                      "(priority 80) (priority -0.5) (priority 9223372036854)"));
  CU_ASSERT(is_clause("holdout 10%; holdout p * 2 by household;",
                      "(holdout (number 0.1) (none)) (holdout (* (name p) (number 2)) (name household))"));
  CU_ASSERT(is_clause("variants a 50%, b 49.9999%, c 0.0001% by household; variants d 100%;",
                      "(variants (name household) (variant 0.5 (name a)) (variant 0.499999 (name b)) "
                      "(variant 0.000001 (name c))) (variants (none) (variant 1 (name d)))"));
}

static void test_amounts(void) {
  CU_ASSERT(is_clause("limit 5000;", "(limit (number 5000) (none) (none))"));
  CU_ASSERT(is_clause("limit n by revenue;", "(limit (name n) (none) (name revenue))"));
  CU_ASSERT(is_clause("limit 0.9 * stock - 1 by revenue + 1 desc;",
                      "(limit (- (* (number 0.9) (name stock)) (number 1)) (none) (+ (name revenue) (number 1)))"));
  CU_ASSERT(is_clause("limit 300 per store;", "(limit (number 300) (name store) (none))"));
  CU_ASSERT(is_clause("limit 300 per store by days since last asc;",
                      "(limit asc (number 300) (name store) (days since (name last)))"));
  CU_ASSERT(is_clause("limit 300 by if a then b else c asc;",
                      "(limit asc (number 300) (none) (if (name a) (name b) (name c)))"));
  CU_ASSERT(is_clause("limit 3 by latest of p.x by p.y;",
                      "(limit (number 3) (none) (aggregate latest (name p) (name x) (name y) (none)))"));
  CU_ASSERT(is_clause("limit (latest of p.x by p.y) by z;",
                      "(limit (paren (aggregate latest (name p) (name x) (name y) (none))) (none) (name z))"));
  CU_ASSERT(is_clause("budget 100000 at 150; budget b * 2 at cost + 1;",
                      "(budget (number 100000) (number 150)) "
                      "(budget (* (name b) (number 2)) (+ (name cost) (number 1)))"));
  CU_ASSERT(is_tree("campaigns { at most 1 per customer; at most 2 email per customer; at most 3 per per customer } "
                    "campaigns { }",
                    "(campaigns (at most 1 (none)) (at most 2 (name email)) (at most 3 (name per))) (campaigns)"));
}

static void test_days(void) {
  CU_ASSERT(is_clause("active 2026-11-01 to 2026-11-30; active from 2026-11-01; active until 2026-11-30;",
                      "(active (date 2026-11-01) (date 2026-11-30)) (active (date 2026-11-01) (none)) "
                      "(active (none) (date 2026-11-30))"));
  CU_ASSERT(is_clause("on monday;", "(on monday)"));
  CU_ASSERT(is_clause("on sunday, monday, sunday;", "(on monday sunday)"));
  CU_ASSERT(is_clause("on monday, tuesday, wednesday, thursday, friday, saturday, sunday;",
                      "(on monday tuesday wednesday thursday friday saturday sunday)"));
}

static void test_guards(void) {
  CU_ASSERT(is_tree("never winback and no_winback; always a or b because \"c\";",
                    "(never (and (name winback) (name no_winback)) (none)) "
                    "(always (or (name a) (name b)) (string \"c\"))"));
  CU_ASSERT(is_tree("guard share of lost <= 25%; guard count of winback.email <= 2 * p because \"why\"; "
                    "guard change of lifecycle < 0.1; guard sum of revenue >= -5",
                    "(guard share <= (name lost) (number 0.25) (none)) "
                    "(guard count <= (field (name winback) (name email)) (* (number 2) (name p)) (string \"why\")) "
                    "(guard change < (name lifecycle) (number 0.1) (none)) "
                    "(guard sum >= (name revenue) (negate (number 5)) (none))"));
  CU_ASSERT(is_tree("guard count of (a > 3 and b) = 4; guard count of c != 5; guard sum of (x - y) > 0;",
                    "(guard count = (paren (and (> (name a) (number 3)) (name b))) (number 4) (none)) "
                    "(guard count != (name c) (number 5) (none)) "
                    "(guard sum > (paren (- (name x) (name y))) (number 0) (none))"));
}

static void test_tests(void) {
  CU_ASSERT(is_tree("test \"a client\" { today 2026-11-21; param churn_after = 90 days; "
                    "customers: id \"1\", lost -2, sum 0.5, consent yes, born 1990-02-28; "
                    "expect lifecycle = churning, no_winback, not winback; expect \"7\": winback.email; }",
                    "(test (string \"a client\") (today is (date 2026-11-21)) "
                    "(param (name churn_after) (duration 90 days)) "
                    "(row (name customers) (cell (name id) (string \"1\")) (cell (name lost) (number -2)) "
                    "(cell (name sum) (number 0.5)) (cell (name consent) (flag yes)) "
                    "(cell (name born) (date 1990-02-28))) "
                    "(expect (none) (= (name lifecycle) (name churning)) (name no_winback) (not (name winback))) "
                    "(expect (string \"7\") (field (name winback) (name email))))"));
  CU_ASSERT(is_tree("test \"\" { today \"2026-11-21T15:30\"; }",
                    "(test (string \"\") (today is (string \"2026-11-21T15:30\")))"));
  CU_ASSERT(is_tree("test \"t\" { }", "(test (string \"t\"))"));
  CU_ASSERT(is_tree("test \"t\" { expect \"a\" = x; expect \"a\": \"b\" = y }",
                    "(test (string \"t\") (expect (none) (= (string \"a\") (name x))) "
                    "(expect (string \"a\") (= (string \"b\") (name y))))"));
}

/* A file is meant by `from` unless it is plainly a column. */
static void test_files(void) {
  CU_ASSERT(is_tree("test \"t\" { p: from \"p.csv\"; p from \"p.csv\"; from: from \"p.csv\"; from from \"p.csv\"; }",
                    "(test (string \"t\") (rows from (name p) (string \"p.csv\")) "
                    "(rows from (name p) (string \"p.csv\")) (rows from (name from) (string \"p.csv\")) "
                    "(rows from (name from) (string \"p.csv\")))"));
  CU_ASSERT(is_tree("test \"t\" { p: `from` \"a\"; p: from 3; p: from \"a\", x 1; p: x 1, from \"a\"; }",
                    "(test (string \"t\") (row (name p) (cell (name from) (string \"a\"))) "
                    "(row (name p) (cell (name from) (number 3))) "
                    "(row (name p) (cell (name from) (string \"a\")) (cell (name x) (number 1))) "
                    "(row (name p) (cell (name x) (number 1)) (cell (name from) (string \"a\"))))"));
  CU_ASSERT(is_tree("test \"t\" { expect from = 3; param from = 5; expect: a 1; param: a 2; today: a 3 }",
                    "(test (string \"t\") (expect (none) (= (name from) (number 3))) (param (name from) (number 5)) "
                    "(row (name expect) (cell (name a) (number 1))) (row (name param) (cell (name a) (number 2))) "
                    "(row (name today) (cell (name a) (number 3))))"));
}

/* All words of the language that are not reserved are names here as everywhere. */
static void test_words_of_campaigns(void) {
  const struct keyword *keyword;
  for (size_t i = 0; (keyword = keyword_at(i)) != NULL; i++) {
    const char *word = keyword->word, *quote = keyword->class == OPEN ? "" : "`";
    char text[1024], tree[2048];
    snprintf(text, sizeof text,
             "campaign %1$s%2$s%1$s {\nwhen %1$s%2$s%1$s;\nchannel %1$s%2$s%1$s when %1$s%2$s%1$s;\n"
             "holdout %1$s%2$s%1$s by %1$s%2$s%1$s;\nvariants %1$s%2$s%1$s 100%% by %1$s%2$s%1$s;\n"
             "limit %1$s%2$s%1$s per %1$s%2$s%1$s by %1$s%2$s%1$s;\nbudget %1$s%2$s%1$s at %1$s%2$s%1$s;\n}\n"
             "campaigns { at most 1 %1$s%2$s%1$s per customer; }\nguard count of %1$s%2$s%1$s <= %1$s%2$s%1$s;\n"
             "never %1$s%2$s%1$s;\ntest \"t\" {\nparam %1$s%2$s%1$s = 1;\n"
             "%1$s%2$s%1$s: %1$s%2$s%1$s 1, %1$s%2$s%1$s \"a\";\nexpect %1$s%2$s%1$s, %1$s%2$s%1$s = 1;\n}",
             quote, word);
    snprintf(tree, sizeof tree,
             "(campaign (name %1$s) (none) (when (name %1$s)) (channels (channel (name %1$s) (name %1$s))) "
             "(holdout (name %1$s) (name %1$s)) (variants (name %1$s) (variant 1 (name %1$s))) "
             "(limit (name %1$s) (name %1$s) (name %1$s)) (budget (name %1$s) (name %1$s))) "
             "(campaigns (at most 1 (name %1$s))) (guard count <= (name %1$s) (name %1$s) (none)) "
             "(never (name %1$s) (none)) (test (string \"t\") (param (name %1$s) (number 1)) "
             "(row (name %1$s) (cell (name %1$s) (number 1)) (cell (name %1$s) (string \"a\"))) "
             "(expect (none) (name %1$s) (= (name %1$s) (number 1))))", word);
    CU_ASSERT(is_tree(text, tree));
  }
  CU_ASSERT(is_tree("guard > 3 -> campaign; test: limit = 1 -> guard; campaigns -> never_; today - d > 3 -> on;",
                    "(rule (none) (> (name guard) (number 3)) (none) (name campaign)) "
                    "(rule (name test) (= (name limit) (number 1)) (none) (name guard)) "
                    "(rule (none) (name campaigns) (none) (name never_)) "
                    "(rule (none) (> (- (name today) (name d)) (number 3)) (none) (name on))"));
}

/* What stands around a mistake is kept, and a campaign or test that lost something is marked. */
static void test_kept(void) {
  struct module module;
  struct text_buffer buffer = {.length = 0};
  static const char text[] = "campaign a { priority x; when b; limit; unless c d; on monday; }\n"
                             "campaigns { at most 0 per customer; at least 1; at most 2 per customer; }\n"
                             "test \"t\" { today 5; customers: x 1; expect x = ; expect y; }\n"
                             "campaign b { when c; }";
  parsing_start(&module, text, strlen(text));
  print_tree(&module, false, parsing_append, &buffer);
  parsing_flatten(&buffer);
  CU_ASSERT_STRING_EQUAL(buffer.bytes,
                         "(file \"r\" (campaign (name a) (none) (when (name b)) (unless (name c)) (on monday)) "
                         "(campaigns (at most 2 (none))) "
                         "(test (string \"t\") (row (name customers) (cell (name x) (number 1))) "
                         "(expect (none) (name y))) (campaign (name b) (none) (when (name c))))");
  CU_ASSERT_EQUAL(module.diags.count, 7);
  const struct ast *file = module.files.at[0];
  CU_ASSERT_FATAL(file->count == 4);
  CU_ASSERT_EQUAL(file->child[0]->type, TYPE_ERROR);
  CU_ASSERT_EQUAL(file->child[2]->type, TYPE_ERROR);
  CU_ASSERT_EQUAL(file->child[3]->type, TYPE_UNKNOWN);
  arena_free(&module.arena);
}

static void test_ends(void) {
  CU_ASSERT(says("campaign c {\nwhen a\nunless b\nlimit 3 by c desc\nbudget 3 at 4\n}",
                 "E0202@2:7 E0202@3:9 E0202@4:18"));
  CU_ASSERT(says("test \"t\" {\ncustomers: a 1\nb: c 2\nexpect d\nexpect e\n}", "E0202@2:15 E0202@3:7 E0202@4:9"));
  CU_ASSERT(says("never a\nalways b\nguard count of c = 1\ncampaigns { }", "E0202@1:8 E0202@2:9 E0202@3:21"));
  CU_ASSERT(says("campaign c {\nwhen a = = b\nunless d\n}\ntest \"t\" {\nexpect a = =\nexpect b\n}",
                 "E0201@2:10 E0201@6:12"));
  CU_ASSERT(says("campaign c {\nwhen a;\ncampaign d {\nwhen b;\ntest \"t\" {\nexpect a;\nguard count of b = 1;",
                 "E0206@1:12 E0206@3:12 E0206@5:10"));
  CU_ASSERT(says("campaign c { priority 9223372036855; }", "E0113@1:23"));
  CU_ASSERT(says("campaign c { variants a 50, b 0.5; }", "E0222@1:25 E0222@1:31"));
}

void suite_parser_campaigns(void) {
  CU_pSuite suite = CU_add_suite("parser of campaigns", NULL, NULL);
  CU_add_test(suite, "campaigns", test_campaigns);
  CU_add_test(suite, "limits, budgets and caps", test_amounts);
  CU_add_test(suite, "days of a campaign", test_days);
  CU_add_test(suite, "guards", test_guards);
  CU_add_test(suite, "tests", test_tests);
  CU_add_test(suite, "files of tests", test_files);
  CU_add_test(suite, "keywords in campaigns and tests", test_words_of_campaigns);
  CU_add_test(suite, "what is kept of broken campaigns and tests", test_kept);
  CU_add_test(suite, "ends that are missing", test_ends);
}
