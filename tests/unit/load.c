/* load.c - files that rules use, from the file system and from elsewhere. */
#include "module.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void suite_load(void);

/* -- Files from memory -------------------------------------------------------------------- */

struct shelf {
  const char *name, *text;
  uint32_t asked;
};

static struct rung_text copy(const struct rung_allocator *allocator, const char *text) {
  size_t length = strlen(text);
  char *bytes = length ? allocator->resize(allocator->context, NULL, 0, length) : NULL;
  if (bytes) memcpy(bytes, text, length);
  return (struct rung_text){bytes, bytes ? length : 0};
}

static enum rung_status open_shelf(void *context, struct rung_text from, struct rung_text name,
                                   const struct rung_allocator *allocator, struct rung_text *path,
                                   struct rung_text *bytes, struct rung_error *error) {
  (void)from;
  for (struct shelf *book = context; book->name; book++) {
    if (!text_equal(name, (struct rung_text){book->name, strlen(book->name)})) continue;
    book->asked++;
    *path = copy(allocator, book->name);
    *bytes = copy(allocator, book->text);
    return RUNG_OK;
  }
  snprintf(error->text, sizeof error->text, "not on the shelf");
  return RUNG_NO_RESOURCE;
}

static void load_shelf(struct module *module, struct rungc_options *options, struct shelf *shelf) {
  *options = (struct rungc_options){.open = open_shelf, .open_context = shelf};
  *module = (struct module){.options = options};
  arena_init(&module->arena, NULL);
  load(module, TEXT("main"), (struct rung_text){shelf->text, strlen(shelf->text)});
  CU_ASSERT_FALSE_FATAL(module->arena.failed);
}

static bool file_is(const struct module *module, uint32_t i, const char *name) {
  return i < module->files.count && text_equal(module->files.at[i]->text, (struct rung_text){name, strlen(name)});
}

/* Two ways lead to `c`; it is parsed once, and each file stands before those that use it. */
static void test_order(void) {
  struct shelf shelf[] = {{"main", "use \"a\"; use \"b\"; use \"c\"; x -> y", 0},
                          {"a", "use \"c\"; a -> a1", 0},
                          {"b", "b -> b1; use \"c\"", 0},
                          {"c", "", 0},
                          {NULL, NULL, 0}};
  struct module module;
  struct rungc_options options;
  load_shelf(&module, &options, shelf);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  CU_ASSERT_EQUAL(module.files.count, 4);
  CU_ASSERT(file_is(&module, 0, "c") && file_is(&module, 1, "a") && file_is(&module, 2, "b"));
  CU_ASSERT(file_is(&module, 3, "main"));
  arena_free(&module.arena);
}

static bool says_once(struct module *module, enum diag_id id, const char *text) {
  bool same = module->diags.count == 1 && module->diags.at[0].id == id &&
              text_equal(module->diags.at[0].text, (struct rung_text){text, strlen(text)});
  for (uint32_t i = 0; i < module->diags.count && !same; i++) {
    fprintf(stderr, "\n  %.*s\n", TEXT_ARG(module->diags.at[i].text));
  }
  return same;
}

/* What stands before the rules comes before all they use, and is read once if they use it too. */
static void test_prelude(void) {
  struct shelf shelf[] = {{"main", "use \"columns\"; use \"a\"; x -> y", 0},
                          {"columns", "input c { x flag; }", 0},
                          {"a", "x -> a1", 0},
                          {NULL, NULL, 0}};
  struct rungc_options options = {.open = open_shelf, .open_context = shelf, .prelude = TEXT("use \"columns\";\n")};
  struct module module = {.options = &options};
  arena_init(&module.arena, NULL);
  load(&module, TEXT("main"), (struct rung_text){shelf->text, strlen(shelf->text)});
  CU_ASSERT_EQUAL(module.diags.count, 0);
  CU_ASSERT_EQUAL_FATAL(module.files.count, 4);
  CU_ASSERT(file_is(&module, 0, "columns") && file_is(&module, 1, "--preset") && file_is(&module, 2, "a"));
  CU_ASSERT(file_is(&module, 3, "main"));
  arena_free(&module.arena);
}

static void test_circles(void) {
  struct shelf shelf[] = {
      {"main", "use \"a\"", 0}, {"a", "use \"b\"", 0}, {"b", "use \"c\"", 0}, {"c", "use \"a\"", 0}, {NULL, NULL, 0}};
  struct module module;
  struct rungc_options options;
  load_shelf(&module, &options, shelf);
  CU_ASSERT(says_once(&module, DIAG_USE_CIRCLE, "these files use each other in a circle: a -> b -> c -> a"));
  CU_ASSERT_EQUAL(module.files.count, 4);
  arena_free(&module.arena);

  struct shelf itself[] = {{"main", "use \"main\"; a -> b", 0}, {NULL, NULL, 0}};
  load_shelf(&module, &options, itself);
  CU_ASSERT(says_once(&module, DIAG_USE_CIRCLE, "these files use each other in a circle: main -> main"));
  arena_free(&module.arena);
}

static void test_lists(void) {
  struct shelf shelf[] = {{"main", "a in file \"l\" -> b; not (c in file \"l\" and d not in file \"l\") -> e;", 0},
                          {"l", "\xEF\xBB\xBFone\r\ntwo\n", 0},
                          {NULL, NULL, 0}};
  struct module module;
  struct rungc_options options;
  load_shelf(&module, &options, shelf);
  CU_ASSERT_EQUAL(module.diags.count, 0);
  CU_ASSERT_EQUAL(shelf[1].asked, 1);
  const struct ast *first = module.files.at[0]->child[0]->child[1];
  CU_ASSERT_EQUAL_FATAL(first->kind, AST_IN_FILE);
  CU_ASSERT_PTR_NOT_NULL_FATAL(first->file);
  CU_ASSERT(text_equal(first->file->text, TEXT("one\r\ntwo\n")));
  CU_ASSERT_FALSE(first->file->is_rules);
  arena_free(&module.arena);
}

static void test_missing(void) {
  struct shelf shelf[] = {{"main", "a in file \"l\" -> b; a in file \"l\" -> c; use \"u\"", 0}, {NULL, NULL, 0}};
  struct module module;
  struct rungc_options options;
  load_shelf(&module, &options, shelf);
  CU_ASSERT_EQUAL_FATAL(module.diags.count, 2);
  CU_ASSERT(text_equal(module.diags.at[0].text, TEXT("cannot read \"u\": not on the shelf")));
  CU_ASSERT(text_equal(module.diags.at[1].text, TEXT("cannot read \"l\": not on the shelf")));
  arena_free(&module.arena);
}

static void test_bad_list(void) {
  struct shelf shelf[] = {
      {"main", "a in file \"l\" -> b; a in file \"l\" -> c", 0}, {"l", "one\nt\xC3wo\n", 0}, {NULL, NULL, 0}};
  struct module module;
  struct rungc_options options;
  load_shelf(&module, &options, shelf);
  CU_ASSERT(says_once(&module, DIAG_BAD_FILE_TEXT, "\"l\" is not UTF-8 text: byte 0xC3 in line 2, column 2"));
  arena_free(&module.arena);
}

/* Every file uses the next: the chain is cut before the stack is. */
static enum rung_status open_next(void *context, struct rung_text from, struct rung_text name,
                                  const struct rung_allocator *allocator, struct rung_text *path,
                                  struct rung_text *bytes, struct rung_error *error) {
  (void)from, (void)name, (void)error;
  char text[32];
  snprintf(text, sizeof text, "file %d", ++*(int *)context);
  *path = copy(allocator, text);
  *bytes = copy(allocator, "use \"next\";");
  return RUNG_OK;
}

static void test_deep(void) {
  int count = 0;
  struct rungc_options options = {.open = open_next, .open_context = &count};
  struct module module = {.options = &options};
  arena_init(&module.arena, NULL);
  load(&module, TEXT("main"), TEXT("use \"next\";"));
  CU_ASSERT(says_once(&module, DIAG_USE_DEEP, "files use each other more than 200 deep"));
  CU_ASSERT_EQUAL(module.files.count, 200);
  arena_free(&module.arena);
}

/* -- Without memory ------------------------------------------------------------------------- */

/* Gives `left` blocks, then none. */
static void *resize_few(void *context, void *block, size_t old, size_t size) {
  int *left = context;
  (void)old;
  if (size == 0) {
    free(block);
    return NULL;
  }
  return (*left)-- > 0 ? realloc(block, size) : NULL;
}

static void test_no_memory(void) {
  struct shelf shelf[] = {{"main", "use \"a\"; x >> 1 -> y; z in file \"l\" -> w; s = \"\\n\" -> t;", 0},
                          {"a", "input c { a text key; } status s { a -> b; }", 0},
                          {"l", "one\ntwo\n", 0},
                          {NULL, NULL, 0}};
  struct rungc_options options = {.open = open_shelf, .open_context = shelf};
  int most = 0;
  for (bool failed = true; failed; most++) {
    int left = most;
    struct rung_allocator allocator = {resize_few, &left};
    struct module module = {.options = &options};
    arena_init(&module.arena, &allocator);
    load(&module, TEXT("main"), (struct rung_text){shelf->text, strlen(shelf->text)});
    diag_sort(&module.diags);
    failed = left < 0;
    if (!failed) CU_ASSERT_EQUAL(module.diags.count, 1);
    arena_free(&module.arena);
  }
  CU_ASSERT(most > 5);
}

/* -- Files from the file system --------------------------------------------------------------- */

static char *put_file(const char *folder, const char *name, const char *text) {
  static char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  fputs(text, file);
  fclose(file);
  return path;
}

static void *resize_plain(void *context, void *block, size_t old, size_t size) {
  (void)context, (void)old;
  if (size) return realloc(block, size);
  free(block);
  return NULL;
}

static bool opens_as(const char *from, const char *name, const char *expected_path, const char *expected_text) {
  struct rung_allocator allocator = {resize_plain, NULL};
  struct rung_text path = {0}, bytes = {0};
  struct rung_error error = {.status = RUNG_OK};
  enum rung_status status = open_file(NULL, (struct rung_text){from, strlen(from)},
                                      (struct rung_text){name, strlen(name)}, &allocator, &path, &bytes, &error);
  bool same = status == RUNG_OK && text_equal(path, (struct rung_text){expected_path, strlen(expected_path)}) &&
              text_equal(bytes, (struct rung_text){expected_text, strlen(expected_text)});
  if (!same) fprintf(stderr, "\n  %s from %s is %.*s: %s\n", name, from, TEXT_ARG(path), error.text);
  free((void *)(uintptr_t)path.bytes);
  free((void *)(uintptr_t)bytes.bytes);
  return same;
}

static void test_paths(void) {
  char folder[] = "/tmp/rung-unit-XXXXXX", path[256], from[256];
  CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
  char *file = strdup(put_file(folder, "list.txt", "one\ntwo\n"));
  char *empty = strdup(put_file(folder, "empty.txt", ""));
  snprintf(from, sizeof from, "%s/main.rung", folder);
  CU_ASSERT(opens_as(from, "list.txt", file, "one\ntwo\n"));
  CU_ASSERT(opens_as(from, "./list.txt", file, "one\ntwo\n"));
  snprintf(path, sizeof path, "..%s/list.txt", strrchr(folder, '/'));
  CU_ASSERT(opens_as(from, path, file, "one\ntwo\n"));
  CU_ASSERT(opens_as("elsewhere/x.rung", file, file, "one\ntwo\n"));
  CU_ASSERT(opens_as(from, "empty.txt", empty, ""));
  char here[1024];
  CU_ASSERT_PTR_NOT_NULL_FATAL(getcwd(here, sizeof here));
  CU_ASSERT_EQUAL_FATAL(chdir(folder), 0);
  CU_ASSERT(opens_as("main.rung", "list.txt", "list.txt", "one\ntwo\n"));
  CU_ASSERT(opens_as("-", ".//list.txt", "list.txt", "one\ntwo\n"));
  CU_ASSERT_EQUAL(chdir(here), 0);
  unlink(file);
  unlink(empty);
  rmdir(folder);
  free(file);
  free(empty);
}

void suite_load(void) {
  CU_pSuite suite = CU_add_suite("load", NULL, NULL);
  CU_add_test(suite, "order", test_order);
  CU_add_test(suite, "rules before the rules", test_prelude);
  CU_add_test(suite, "circles", test_circles);
  CU_add_test(suite, "lists", test_lists);
  CU_add_test(suite, "missing files", test_missing);
  CU_add_test(suite, "a list that is no text", test_bad_list);
  CU_add_test(suite, "a long chain", test_deep);
  CU_add_test(suite, "no memory", test_no_memory);
  CU_add_test(suite, "paths", test_paths);
}
