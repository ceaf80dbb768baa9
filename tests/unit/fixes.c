/* fixes.c - what a message says to write instead, written there, mends what it is about: of all rules of tests/reject. */
#include <CUnit/CUnit.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rungc.h"

enum { ROOM = 1 << 16, FEWEST_FIXES = 200 };

static struct rung_text read_rules(const char *path, char room[static ROOM]) {
  FILE *file = fopen(path, "rb");
  size_t length = file ? fread(room, 1, ROOM, file) : 0;
  if (file) fclose(file);
  return (struct rung_text){room, length};
}

static rungc_compilation *compile(const char *path, struct rung_text rules) {
  rungc_compilation *compilation = NULL;
  struct rung_error error = {0};
  (void)rungc_compile((struct rung_text){path, strlen(path)}, rules, NULL, &compilation, &error);
  CU_ASSERT_PTR_NOT_NULL_FATAL(compilation);
  return compilation;
}

/* E01 and E02 are of what can't be read at all. */
static bool is_unreadable(const struct rungc_message *message) {
  return strncmp(message->code, "E01", 3) == 0 || strncmp(message->code, "E02", 3) == 0;
}

static size_t count_unreadable(const rungc_compilation *compilation) {
  size_t count = 0;
  for (size_t i = 0; i < rungc_messages(compilation); i++) {
    struct rungc_message message = rungc_message(compilation, i);
    count += is_unreadable(&message);
  }
  return count;
}

static bool says(const rungc_compilation *compilation, const struct rungc_message *wanted) {
  for (size_t i = 0; i < rungc_messages(compilation); i++) {
    struct rungc_message message = rungc_message(compilation, i);
    if (message.offset == wanted->offset && strcmp(message.code, wanted->code) == 0) return true;
  }
  return false;
}

static void try_fix(const char *path, struct rung_text rules, const struct rungc_message *message, size_t unreadable) {
  char *mended = malloc(rules.length + message->fix.length);
  CU_ASSERT_FATAL(mended && message->offset + message->length <= rules.length);
  memcpy(mended, rules.bytes, message->offset);
  memcpy(mended + message->offset, message->fix.bytes, message->fix.length);
  size_t behind = message->offset + message->length;
  memcpy(mended + message->offset + message->fix.length, rules.bytes + behind, rules.length - behind);
  rungc_compilation *again =
      compile(path, (struct rung_text){mended, rules.length - message->length + message->fix.length});
  bool fine = !says(again, message) && count_unreadable(again) <= unreadable;
  if (!fine) fprintf(stderr, "%s:%u: not mended by %.*s\n", path, message->line, (int)message->fix.length,
                     message->fix.bytes);
  CU_ASSERT(fine);
  rungc_free(again);
  free(mended);
}

static size_t try_file(const char *path) {
  static char room[ROOM];
  struct rung_text rules = read_rules(path, room), name = {path, strlen(path)};
  rungc_compilation *compilation = compile(path, rules);
  size_t fixes = 0, unreadable = count_unreadable(compilation);
  for (size_t i = 0; i < rungc_messages(compilation); i++) {
    struct rungc_message message = rungc_message(compilation, i);
    bool here = message.file.length == name.length && memcmp(message.file.bytes, path, name.length) == 0;
    if (message.fix.length == 0 || !here) continue;
    try_fix(path, rules, &message, unreadable);
    fixes++;
  }
  rungc_free(compilation);
  return fixes;
}

static void test_fixes(void) {
  static const char folder[] = "tests/reject", end[] = ".rung";
  DIR *files = opendir(folder);
  CU_ASSERT_PTR_NOT_NULL_FATAL(files);
  size_t fixes = 0;
  for (struct dirent *entry; (entry = readdir(files));) {
    char path[sizeof folder + sizeof entry->d_name];
    size_t length = strlen(entry->d_name);
    if (length < sizeof end || strcmp(entry->d_name + length - strlen(end), end) != 0) continue;
    (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    fixes += try_file(path);
  }
  closedir(files);
  CU_ASSERT(fixes >= FEWEST_FIXES);
}

void suite_fixes(void);
void suite_fixes(void) {
  CU_pSuite suite = CU_add_suite("fixes", NULL, NULL);
  CU_add_test(suite, "what is to be written instead mends it", test_fixes);
}
