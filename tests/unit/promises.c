/* promises.c - campaigns, guards and tests: what the passes leave in their nodes. */
#include "passes.h"

#include "meager.h"

#define CUSTOMERS                                                                                      \
  "input customers { id text key; orders integer; city text; spent money; seen date; agreed flag; }" \
  "input previous per id; orders > 5 -> loyal; was loyal -> back;"
#define PLAIN "when loyal; channel email when agreed; "

static struct campaign *campaign_of(const struct module *module, const char *name) {
  struct symbol *symbol = passes_symbol(&module->campaigns, name);
  CU_ASSERT_PTR_NOT_NULL_FATAL(symbol);
  return symbol->campaign;
}

static const struct ast *statement_of(const struct module *module, enum ast_kind kind, uint32_t nth) {
  const struct ast *file = module->files.at[module->files.count - 1];
  for (uint32_t i = 0; i < file->count; i++) {
    if (file->child[i]->kind == kind && nth-- == 0) return file->child[i];
  }
  CU_FAIL_FATAL("no such statement");
  return NULL;
}

static void test_clauses(void) {
  struct module module;
  passes_run(&module,
             CUSTOMERS "param p = 10%; campaign spring \"Hello\" { variants a 30%, b 70% by city; budget 100 at spent;"
                       "limit 5 per city by spent asc; limit 50; holdout p by orders; priority 2.5; on monday, sunday;"
                       "active from 2026-01-01; channel email when agreed, sms when orders > 1; unless orders = 7;"
                       "unless city is missing; when loyal; }",
             UP_TO_CHECK);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  const struct campaign *campaign = campaign_of(&module, "spring");
  CU_ASSERT(text_equal(campaign->title, TEXT("Hello")));
  CU_ASSERT_EQUAL(campaign->when->symbol, module.tags.at[0]);
  CU_ASSERT_EQUAL_FATAL(campaign->unlesses.count, 2);
  CU_ASSERT_EQUAL(campaign->unlesses.at[0]->kind, AST_EQ);
  CU_ASSERT_EQUAL(campaign->unlesses.at[1]->kind, AST_IS_MISSING);
  CU_ASSERT_EQUAL_FATAL(campaign->channels.count, 2);
  CU_ASSERT(text_equal(campaign->channels.at[1]->child[0]->text, TEXT("sms")));
  CU_ASSERT_EQUAL_FATAL(campaign->variants.count, 2);
  CU_ASSERT_EQUAL(campaign->variants.at[1]->value, 700000);
  CU_ASSERT_EQUAL(campaign->variants_by->symbol, passes_symbol(&module.columns, "city"));
  CU_ASSERT_EQUAL(campaign->priority, 2500000);
  CU_ASSERT_EQUAL(campaign->holdout->symbol, module.params.at[0]);
  CU_ASSERT_EQUAL(campaign->holdout_by->symbol, passes_symbol(&module.columns, "orders"));
  CU_ASSERT_EQUAL(campaign->limit->value, 50);
  CU_ASSERT_EQUAL(campaign->group_limit->value, 5);
  CU_ASSERT_EQUAL(campaign->group->symbol, passes_symbol(&module.columns, "city"));
  CU_ASSERT_EQUAL(campaign->order->symbol, passes_symbol(&module.columns, "spent"));
  CU_ASSERT(campaign->ascending);
  CU_ASSERT_EQUAL(campaign->budget->value, 100);
  CU_ASSERT_EQUAL(campaign->cost->symbol, passes_symbol(&module.columns, "spent"));
  CU_ASSERT_EQUAL_FATAL(campaign->from->kind, AST_DATE);
  CU_ASSERT_PTR_NULL(campaign->to);
  CU_ASSERT_EQUAL(campaign->weekdays, 1 << 1 | 1 << 7);
  CU_ASSERT(module.key->used && module.uses_date && !module.uses_time);
  arena_free(&module.arena);
}

static void test_bare_campaign(void) {
  struct module module;
  passes_run(&module, CUSTOMERS "campaign spring { " PLAIN "}", UP_TO_CHECK);
  const struct campaign *campaign = campaign_of(&module, "spring");
  CU_ASSERT(!campaign->holdout && !campaign->holdout_by && !campaign->variants_by && !campaign->limit);
  CU_ASSERT(!campaign->group_limit && !campaign->group && !campaign->order && !campaign->budget && !campaign->cost);
  CU_ASSERT(!campaign->from && !campaign->to && !campaign->weekdays && !campaign->ascending);
  CU_ASSERT(!module.uses_date);
  CU_ASSERT_EQUAL(module.cap_count, 0);
  arena_free(&module.arena);
}

static void test_decided(void) {
  struct module module;
  passes_run(&module,
             CUSTOMERS "campaign a { " PLAIN "} campaign b { " PLAIN "priority 0.5; } campaign c { " PLAIN "}"
                       "campaign d { " PLAIN "priority 80; } campaign e { " PLAIN "priority 0.5; }"
                       "campaigns { at most 2 email per customer; } campaigns { at most 1 per customer; }",
             UP_TO_CHECK);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  static const char *const wanted[] = {"d", "b", "e", "a", "c"};
  CU_ASSERT_EQUAL_FATAL(module.decided.count, 5);
  for (uint32_t i = 0; i < 5; i++) CU_ASSERT(text_equal(module.decided.at[i]->name, passes_text(wanted[i])));
  CU_ASSERT_EQUAL_FATAL(module.cap_count, 2);
  CU_ASSERT(text_equal(module.caps[0].channel, TEXT("email")) && module.caps[0].most == 2);
  CU_ASSERT(module.caps[1].channel.length == 0 && module.caps[1].most == 1);
  arena_free(&module.arena);
}

static void test_parts(void) {
  struct module module;
  passes_run(&module,
             CUSTOMERS "campaign spring { " PLAIN "variants a 50%, b 50%; } never spring.eligible; never spring.gets;"
                       "never spring.suppressed; never spring.email; never spring.b; always not spring;"
                       "was spring -> again; previous.campaigns has \"spring:control\" -> spared;",
             UP_TO_CHECK);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  static const struct {
    uint8_t part;
    int64_t value;
  } wanted[] = {{PART_ELIGIBLE, 0}, {PART_OUTCOME, OUTCOME_GETS}, {PART_OUTCOME, OUTCOME_SUPPRESSED},
                {PART_CHANNEL, 0},  {PART_VARIANT, 1}};
  CU_ASSERT_EQUAL_FATAL(module.guards.count, 6);
  for (uint32_t i = 0; i < 5; i++) {
    const struct ast *field = module.guards.at[i]->child[0];
    CU_ASSERT_EQUAL(field->kind, AST_FIELD);
    CU_ASSERT_EQUAL(field->type, TYPE_FLAG);
    CU_ASSERT_PTR_EQUAL(field->child[0]->symbol, module.campaigns.at[0]);
    CU_ASSERT_EQUAL(field->function, wanted[i].part);
    CU_ASSERT_EQUAL(field->value, wanted[i].value);
  }
  CU_ASSERT_EQUAL(module.guards.at[5]->child[0]->child[0]->type, TYPE_FLAG);
  const struct symbol *recalled = statement_of(&module, AST_RULE, 2)->child[1]->symbol;
  CU_ASSERT_PTR_NOT_NULL_FATAL(recalled);
  CU_ASSERT(text_equal(recalled->name, TEXT("campaigns")) && recalled->type == TYPE_LIST && recalled->used);
  CU_ASSERT(text_equal(statement_of(&module, AST_RULE, 3)->child[1]->text, TEXT("|")));
  arena_free(&module.arena);
}

static void test_guards(void) {
  struct module module;
  passes_run(&module,
             CUSTOMERS "status life { orders > 1 -> more; otherwise -> less; } show city; let most = 2 * 5;"
                       "campaign spring { " PLAIN "} guard count of spring <= most because \"calls\";"
                       "guard change of life <= 10%; guard change of more <= 10%; guard change of loyal <= 10%;"
                       "guard change of spring <= 10%; guard change of city < 10%; guard sum of spent >= 0;",
             UP_TO_CHECK);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  static const char *const columns[] = {NULL, "life", "life", "tags", "campaigns", "city", NULL};
  CU_ASSERT_EQUAL_FATAL(module.guards.count, 7);
  for (uint32_t i = 0; i < 7; i++) {
    const struct symbol *column = module.guards.at[i]->symbol;
    CU_ASSERT_EQUAL(column != NULL, columns[i] != NULL);
    if (!column || !columns[i]) continue;
    CU_ASSERT(text_equal(column->name, passes_text(columns[i])));
    CU_ASSERT(column->used && column->table == module.previous);
  }
  CU_ASSERT_EQUAL(module.guards.at[5]->value, COMPARE_LT);
  CU_ASSERT_EQUAL(module.guards.at[6]->child[0]->type, TYPE_MONEY);
  CU_ASSERT(passes_symbol(&module.lets, "most")->fixed && passes_symbol(&module.lets, "most")->used);
  arena_free(&module.arena);
}

static void test_rows(void) {
  struct module module;
  passes_run(&module,
             CUSTOMERS "input purchases per id { total money; } any of purchases where total > 1 -> buys;"
                       "test \"a\" { param share = 5%; today \"2026-01-02 08:30\";"
                       "customers: orders 3; purchases: total 5; purchases: total 6, id \"x\"; expect loyal;"
                       "customers: id \"9\"; previous: tags \"loyal\"; expect was loyal; expect \"1\": not loyal;"
                       "customers: city \"Riga\"; expect city = \"Riga\"; } param share = 1%;"
                       "campaign spring { " PLAIN "holdout share; }",
             UP_TO_CHECK);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  CU_ASSERT_EQUAL_FATAL(module.tests.count, 1);
  const struct ast *test = module.tests.at[0];
  static const char *const texts[] = {"", "2026-01-02 08:30", "1", "1", "x", "1", "9", "9", "9", "1", "3", "3"};
  CU_ASSERT_EQUAL_FATAL(test->count, 13);
  for (uint32_t i = 2; i < test->count; i++) CU_ASSERT(text_equal(test->child[i]->text, passes_text(texts[i - 1])));
  CU_ASSERT_PTR_EQUAL(test->child[1]->child[0]->symbol, module.params.at[0]);
  CU_ASSERT_PTR_NULL(test->child[3]->child[0]->symbol);
  CU_ASSERT_PTR_EQUAL(test->child[3]->child[1]->child[0]->symbol, passes_symbol(&module.columns, "orders"));
  CU_ASSERT_PTR_EQUAL(test->child[4]->child[0]->symbol, passes_symbol(&module.tables, "purchases"));
  CU_ASSERT_PTR_EQUAL(test->child[8]->child[1]->child[0]->symbol->table, module.previous);
  CU_ASSERT(!passes_symbol(&module.columns, "city")->used); /* a run needs nothing that only tests ask for */
  CU_ASSERT(!module.uses_date);
  arena_free(&module.arena);
}

static void run_with(struct module *module, const char *rules, const struct rungc_options *options) {
  *module = (struct module){.diags.max_errors = 100, .options = options};
  arena_init(&module->arena, options->allocator);
  load(module, TEXT("rules.rung"), passes_text(rules));
  if (!module->arena.failed) resolve(module);
  if (!module->arena.failed) infer(module);
  if (!module->arena.failed) check(module);
}

static void test_made_key(void) {
  struct module module;
  const struct rungc_options options = {.tests = true};
  static const char rules[] = "orders > 1 -> loyal; let late = days since seen; let x = orders + 1;"
                              "test \"a\" { today 2026-01-01; customers: orders 5; expect loyal, late is missing; }";
  run_with(&module, rules, &options);
  CU_ASSERT_EQUAL(module.diags.errors, 0);
  CU_ASSERT_PTR_NOT_NULL_FATAL(module.key);
  CU_ASSERT(module.key_made && module.key->used && module.key->type == TYPE_TEXT);
  CU_ASSERT(passes_symbol(&module.lets, "late")->used && !passes_symbol(&module.lets, "x")->used);
  arena_free(&module.arena);
  passes_run(&module, rules, UP_TO_CHECK);
  CU_ASSERT_PTR_NULL(module.key);
  CU_ASSERT(!passes_symbol(&module.lets, "late")->used);
  arena_free(&module.arena);
}

static void test_today(void) {
  struct module module;
  passes_run(&module, "let day = weekday(today); day = 1 and bucket(id, \"x\") < 0.5 -> monday;", UP_TO_CHECK);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  CU_ASSERT_EQUAL(module.columns.count, 1);
  CU_ASSERT_EQUAL(passes_symbol(&module.columns, "id")->type, TYPE_TEXT);
  const struct symbol *day = passes_symbol(&module.lets, "day");
  CU_ASSERT_EQUAL(day->type, TYPE_INTEGER);
  CU_ASSERT_EQUAL(day->decl->child[1]->child[1]->kind, AST_TODAY);
  CU_ASSERT(day->fixed && module.uses_date);
  arena_free(&module.arena);
  CU_ASSERT(passes_say("input customers { today text; } today = \"x\" -> a;", UP_TO_CHECK, ""));
  CU_ASSERT(passes_say("today - seen > 30 -> a;", UP_TO_CHECK, ""));
  CU_ASSERT(passes_say("bucket(id, salt) < 0.5 -> a;", UP_TO_CHECK, "E0518"));
  CU_ASSERT(passes_say("bucket(2026-01-01, \"salt\") < 0.5 -> a;", UP_TO_CHECK, "E0504"));
  CU_ASSERT(passes_say("bucket(id) < 0.5 -> a;", UP_TO_CHECK, "E0404"));
  CU_ASSERT(passes_say("today -> a;", UP_TO_CHECK, "E0506"));
}

static void test_messages(void) {
  static const char tail[] = "campaign spring { when loyal; channel email when agreed; ";
  static const struct {
    const char *clauses, *codes;
  } rows[] = {{"holdout 0%; }", ""},
              {"holdout 99.9999%; }", ""},
              {"holdout 100%; }", "E0610"},
              {"holdout -1; }", "E0610"},
              {"variants a 50%, b 49.9999%; }", "E0613"},
              {"variants a 50%, b 50.0001%; }", "E0613"},
              {"variants a 100%; }", "E0611"},
              {"variants a 50%, a 50%; }", "E0454"},
              {"active 2026-01-01 to 2026-01-01; }", ""},
              {"active 2026-01-02 to 2026-01-01; }", "E0615"},
              {"limit 0; }", ""},
              {"limit 1; }", ""},
              {"limit 0.5; }", "W0728"},
              {"limit orders; }", "E0609"},
              {"limit 5 per seen; }", "E0515"},
              {"limit 5 per loyal; }", "E0515"},
              {"limit 5 by agreed; }", "E0504"},
              {"limit 5 by seen; limit 5 per city by seen; }", ""},
              {"limit 5 by seen; limit 5 per city by seen asc; }", "E0456"},
              {"budget 5 at orders; }", ""},
              {"budget 5 at -1; }", "E0614"},
              {"} show spring;", ""},
              {"} show spring; was spring and previous.spring -> again;", ""},
              {"} spring -> out;", "E0459"},
              {"} spring.gets -> out;", "E0459"},
              {"} guard change of spring <= 5%;", ""},
              {"} guard change of spring.gets <= 5%;", "E0463"},
              {"} guard change of (loyal and agreed) <= 5%;", "E0463"},
              {"} guard share of loyal < 100%;", ""},
              {"} guard share of loyal <= 100%;", "W0706"},
              {"} guard count of loyal < 0;", "W0706"},
              {"} campaign spring { when loyal; channel email when agreed; }", "E0402"},
              {"} campaign other { when loyal; channel email when (agreed); }", ""},
              {"} campaign other { when loyal; channel email when orders > 0; }", "W0726"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char rules[1024];
    snprintf(rules, sizeof rules, "%s%s%s", CUSTOMERS, tail, rows[i].clauses);
    CU_ASSERT(passes_say(rules, UP_TO_CHECK, rows[i].codes));
  }
}

/* -- Several files ------------------------------------------------------------------------------ */

static enum rung_status open_pack(void *context, struct rung_text from, struct rung_text name,
                                  const struct rung_allocator *allocator, struct rung_text *path,
                                  struct rung_text *bytes, struct rung_error *error) {
  (void)context, (void)from;
  static const char pack[] = "input customers { id text key; orders integer default 0 missing \"-\", \"?\"; }\n"
                             "input previous per id { times integer; }\n"
                             "input purchases per id { total money; let big = total > 100; }\n"
                             "test \"of the pack\" { customers: ordrs 5; expect nothing; }";
  const struct rung_text texts[] = {name, {pack, sizeof pack - 1}};
  struct rung_text *const out[] = {path, bytes};
  for (int i = 0; i < 2; i++) {
    char *copy = allocator->resize(allocator->context, NULL, 0, texts[i].length);
    if (!copy) return error->status = RUNG_NO_RESOURCE;
    memcpy(copy, texts[i].bytes, texts[i].length);
    *out[i] = (struct rung_text){copy, texts[i].length};
  }
  return RUNG_OK;
}

static void test_merge(void) {
  static const struct {
    const char *rules, *codes;
  } rows[] = {
      {"input customers { orders integer missing \"?\", \"-\" default 0; city text; } orders > 1 and city = \"x\" -> a;",
       ""},
      {"input customers { orders integer; } orders > 1 -> a;", "E0461"},
      {"input customers { city text key; } orders > 1 -> a;", "E0421"},
      {"input buyers { city text; } orders > 1 -> a;", "E0420"},
      {"input customers { city text; } input customers { name text; } orders > 1 -> a;", "E0420"},
      {"input customers from purchases; orders > 1 -> a;", "E0420"},
      {"input purchases per id { at date; let big = (total > 100); }"
       "any of purchases where big and at > 2026-01-01 -> a;", ""},
      {"input purchases per id { at date; let big = total > 101; }"
       "any of purchases where big and at > 2026-01-01 -> a;", "E0461"},
      {"input purchases per client { at date; } any of purchases where at > 2026-01-01 -> a;", "E0462"},
      {"input previous per id; orders > 1 -> a; was a and previous.times > 1 -> b;", ""},
      {"previous.orders > 1 -> a;", "E0431"},
      {"input previous per id; previous.orders > 1 -> a;", ""}};
  const struct rungc_options options = {.open = open_pack};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct module module;
    char rules[512];
    snprintf(rules, sizeof rules, "use \"pack.rung\"; %s", rows[i].rules);
    run_with(&module, rules, &options);
    struct rung_text codes = passes_codes(&module);
    CU_ASSERT(text_equal(codes, passes_text(rows[i].codes)));
    if (!text_equal(codes, passes_text(rows[i].codes)))
      fprintf(stderr, "\n  rules: %s\n  said:  %.*s\n", rows[i].rules, TEXT_ARG(codes));
    CU_ASSERT_EQUAL(module.tests.count, 0); /* of a pack, which are its own */
    arena_free(&module.arena);
  }
}

/* -- Memory --------------------------------------------------------------------------------------- */

static void test_memory(void) {
  static const char rules[] =
      CUSTOMERS "use \"pack.rung\"; campaign `a|b` { limit 5 by seen; limit 6 by city; when ordrs; }"
                "campaign spring { " PLAIN "variants a 3%, b 4%; } guard change of spring <= 5; never sprin.gets;"
                "campaigns { at most 1 fax per customer; } test \"a\" { customers: id 5, ordrs 7;"
                "expect \"9\": loyl; param x = 1; purchases: total no; }";
  size_t room = 0;
  bool failed = true;
  for (; failed && room < 200000; room += 32) { /* what is left of the arena when names begin to be looked up */
    struct budget budget = {.left = SIZE_MAX};
    const struct rung_allocator allocator = {meager, &budget};
    const struct rungc_options options = {.allocator = &allocator, .open = open_pack, .tests = true};
    struct module module = {.diags.max_errors = 100, .options = &options};
    arena_init(&module.arena, &allocator);
    load(&module, TEXT("rules.rung"), TEXT(rules));
    size_t rest = (size_t)(module.arena.end - module.arena.next);
    if (rest > room) arena_alloc(&module.arena, rest - room);
    else arena_alloc(&module.arena, room);
    rest = (size_t)(module.arena.end - module.arena.next);
    if (rest > room) arena_alloc(&module.arena, rest - room);
    budget.left = 0;
    resolve(&module);
    if (!module.arena.failed) infer(&module);
    if (!module.arena.failed) check(&module);
    failed = module.arena.failed;
    arena_free(&module.arena);
    CU_ASSERT_EQUAL(budget.bytes, 0);
  }
  CU_ASSERT(!failed && room > 1000);
}

void suite_promises(void);
void suite_promises(void) {
  CU_pSuite suite = CU_add_suite("promises", NULL, NULL);
  CU_add_test(suite, "the clauses of a campaign", test_clauses);
  CU_add_test(suite, "a campaign of few clauses", test_bare_campaign);
  CU_add_test(suite, "who is decided before whom", test_decided);
  CU_add_test(suite, "parts of campaigns", test_parts);
  CU_add_test(suite, "guards", test_guards);
  CU_add_test(suite, "whose rows tests have", test_rows);
  CU_add_test(suite, "tests of rules without a key", test_made_key);
  CU_add_test(suite, "today and chance", test_today);
  CU_add_test(suite, "messages", test_messages);
  CU_add_test(suite, "input blocks of several files", test_merge);
  CU_add_test(suite, "without memory", test_memory);
}
