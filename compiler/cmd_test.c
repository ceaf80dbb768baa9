/* cmd_test.c - rung test: run the tests that stand in rule files. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd_test.h"

struct testing {
  const struct cmd_args *args;
  bool tap, quiet, covers;
  bool has_least;           /* --min-coverage */
  uint32_t least;           /* millionths */
  size_t files, tests, failed;
  size_t untested;          /* files of rules with errors, or that cannot be read */
  struct cmd_covered covered; /* over all files */
  enum rung_status worst;
};

static struct rung_text text_of(const char *string) { return (struct rung_text){string, strlen(string)}; }

static void keep_worst(struct testing *testing, enum rung_status status) {
  if (status > testing->worst) testing->worst = status;
}

/* -- What is said, on standard output ----------------------------------------------------- */

/* Cells and names must not steer the terminal. */
static void say_byte(char byte) {
  if ((unsigned char)byte < ' ' || byte == 0x7f) printf("\\x%02x", (unsigned char)byte);
  else putchar(byte);
}

/* Lines, each behind `before`. */
static void say_lines(const struct buffer *lines, const char *before) {
  bool first = true;
  for (size_t i = 0; i < lines->length; i++) {
    if (first) fputs(before, stdout);
    first = lines->at[i] == '\n';
    if (first) putchar('\n');
    else say_byte(lines->at[i]);
  }
}

/* TAP takes a # for the start of a directive. */
static void say_name(struct rung_text name) {
  for (size_t i = 0; i < name.length; i++) {
    if (name.bytes[i] == '#' || name.bytes[i] == '\\') putchar('\\');
    say_byte(name.bytes[i]);
  }
}

static void say_point(struct testing *testing, bool passed, struct rung_text about, const char *between,
                      struct rung_text name, const struct buffer *why) {
  printf("%sok %zu - ", passed ? "" : "not ", ++testing->tests);
  say_name(about);
  fputs(between, stdout);
  say_name(name);
  putchar('\n');
  say_lines(why, "# ");
  testing->failed += !passed;
}

/* -- One file ------------------------------------------------------------------------------- */

static enum rung_status open_suite(struct testing *testing, const char *path, struct suite *suite) {
  struct rungc_options options = {.is_dump = cmd_is_dump, .tests = true, .coverage = testing->covers};
  struct rung_error error = {0};
  *suite = (struct suite){.show_values = testing->args->value[CMD_TEST_SHOW_VALUES]};
  enum rung_status status = cmd_read(path, &suite->file);
  if (status) return status;
  if (rung_is_program(suite->file.bytes, suite->file.length))
    return cmd_fail(RUNG_INVALID, "test: %s is a compiled program, which holds no tests; give the rules", path);
  struct rung_text text = {suite->file.bytes, suite->file.length};
  if (cmd_is_dump(text_of(path), text))
    return cmd_fail(RUNG_INVALID, "test: %s looks like a dump, not like rules", path);
  status = rungc_compile(text_of(suite->file.name), text, &options, &suite->compilation, &error);
  fflush(stdout); /* what was said of other files comes first */
  author_tell(suite->compilation, status ? RUNGC_ERROR : RUNGC_WARNING);
  if (status && !(suite->compilation && rungc_messages(suite->compilation))) return cmd_fail_error(&error);
  if (status) return status;
  struct rung_text program = rungc_program(suite->compilation);
  status = rung_program_load(program.bytes, program.length, NULL, &suite->program, &error);
  if (status) return cmd_fail_error(&error);
  return cmd_coverage_open(suite->program, &suite->coverage);
}

static void close_suite(struct suite *suite) {
  cmd_coverage_free(&suite->coverage);
  rung_program_free(suite->program);
  rungc_free(suite->compilation);
  cmd_file_free(&suite->file);
}

/* Runs each test.  People hear first of the file and then of what failed in it, in `said`. */
static enum rung_status run_tests(struct testing *testing, struct suite *suite, size_t *failed, struct buffer *said) {
  struct rung_text file = text_of(suite->file.name);
  for (size_t i = 0; i < rungc_tests(suite->compilation); i++) {
    struct rungc_test test = rungc_test(suite->compilation, i);
    struct buffer why = {0};
    enum rung_status status = test_judge(suite, i, &why);
    if (status > RUNG_NOTICE) {
      buffer_free(&why);
      return status;
    }
    *failed += status != RUNG_OK;
    if (testing->tap) {
      say_point(testing, !status, file, ": ", test.name, &why);
    } else {
      testing->tests++;
      testing->failed += status != RUNG_OK;
      if (status) buffer_printf(said, "line %u, \"%.*s\":\n", test.line, (int)test.name.length, test.name.bytes);
      buffer_add(said, why.at, why.length);
    }
    buffer_free(&why);
  }
  return said->failed ? cmd_fail(RUNG_NO_RESOURCE, "out of memory") : RUNG_OK;
}

static void say_file(const struct testing *testing, const struct suite *suite, size_t failed,
                     const struct buffer *said) {
  size_t count = rungc_tests(suite->compilation);
  if (testing->tap || (testing->quiet && !failed)) return;
  printf("%-5s %s: ", failed ? "FAIL" : "ok", suite->file.name);
  if (failed) printf("%zu of ", failed);
  if (count) printf("%zu test%s%s\n", count, count == 1 ? "" : "s", failed ? " failed" : "");
  else puts("no tests");
  say_lines(said, "      ");
}

static enum rung_status say_coverage(struct testing *testing, const struct suite *suite) {
  struct rung_text file = text_of(suite->file.name);
  struct cmd_covered covered = cmd_coverage_sum(&suite->coverage, file);
  struct buffer table = {0};
  testing->covered.seen += covered.seen;
  testing->covered.wanted += covered.wanted;
  if (!testing->args->value[CMD_TEST_COVERAGE]) return RUNG_OK;
  cmd_coverage_table(&suite->coverage, file, &table);
  bool failed = table.failed;
  say_lines(&table, testing->tap ? "# " : "      ");
  buffer_free(&table);
  return failed ? cmd_fail(RUNG_NO_RESOURCE, "out of memory") : RUNG_OK;
}

static void test_file(struct testing *testing, const char *path) {
  struct suite suite;
  struct buffer said = {0}, nothing = {0};
  size_t failed = 0;
  enum rung_status status = open_suite(testing, path, &suite);
  if (!status) status = run_tests(testing, &suite, &failed, &said);
  testing->files++;
  testing->untested += status != RUNG_OK;
  if (status && testing->tap) say_point(testing, false, text_of(path), ": ", text_of("could not be tested"), &nothing);
  else if (status) printf("FAIL  %s: could not be tested\n", path);
  if (!status) {
    say_file(testing, &suite, failed, &said);
    if (testing->covers) status = say_coverage(testing, &suite);
    if (!status && failed) status = RUNG_NOTICE;
  }
  keep_worst(testing, status);
  buffer_free(&said);
  close_suite(&suite);
}

/* -- Folders ----------------------------------------------------------------------------------- */

static int is_rules(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return entry->d_name[0] != '.' && length > 5 && strcmp(entry->d_name + length - 5, ".rung") == 0;
}

/* By bytes, so that the order is the same in every locale. */
static int order_names(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static void test_folder(struct testing *testing, const char *path) {
  struct dirent **entries;
  int count = scandir(path, &entries, is_rules, order_names);
  size_t length = strlen(path);
  const char *slash = length && path[length - 1] == '/' ? "" : "/";
  if (count < 0) {
    keep_worst(testing, cmd_fail(RUNG_NO_RESOURCE, "test: %s: %s", path, strerror(errno)));
    return;
  }
  if (count == 0) keep_worst(testing, cmd_fail(RUNG_INVALID, "test: there is no file *.rung in %s", path));
  for (int i = 0; i < count; i++) {
    char *name = NULL;
    if (asprintf(&name, "%s%s%s", path, slash, entries[i]->d_name) < 0)
      keep_worst(testing, cmd_fail(RUNG_NO_RESOURCE, "out of memory"));
    else
      test_file(testing, name), free(name);
    free(entries[i]);
  }
  free(entries);
}

/* -- The whole ------------------------------------------------------------------------------------ */

static bool is_folder(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static void say_total(const struct testing *testing) {
  if (testing->tap) {
    printf("1..%zu%s\n", testing->tests, testing->tests ? "" : " # skip there are no tests");
    return;
  }
  if (testing->quiet && !testing->failed && !testing->untested) return;
  printf("%zu test%s in %zu file%s: ", testing->tests, testing->tests == 1 ? "" : "s", testing->files,
         testing->files == 1 ? "" : "s");
  if (testing->failed) printf("%zu passed, %zu failed", testing->tests - testing->failed, testing->failed);
  else fputs(testing->tests ? "all passed" : "nothing to do", stdout);
  if (testing->untested)
    printf("; %zu file%s could not be tested", testing->untested, testing->untested == 1 ? "" : "s");
  putchar('\n');
}

/* Below the threshold the tests fail, as if it were one of them. */
static void judge_coverage(struct testing *testing) {
  const char *least = testing->args->value[CMD_TEST_MIN_COVERAGE];
  struct buffer line = {0};
  bool enough = !testing->has_least || cmd_coverage_reaches(testing->covered, testing->least);
  if (testing->files > 1 || testing->has_least) {
    cmd_coverage_line(testing->covered, "", text_of(""), &line);
    if (testing->tap && testing->has_least)
      say_point(testing, enough, text_of("coverage"), " of at least ", text_of(least), &line);
    else if (!testing->quiet || !enough)
      say_lines(&line, testing->tap ? "# " : "");
  }
  if (!enough) {
    keep_worst(testing, RUNG_NOTICE);
    if (!testing->tap) printf("FAIL  coverage: below %s\n", least);
  }
  buffer_free(&line);
}

enum rung_status cmd_test(const struct cmd_args *args) {
  const char *least = args->value[CMD_TEST_MIN_COVERAGE];
  struct testing testing = {
      .args = args, .tap = args->value[CMD_TEST_TAP], .quiet = args->value[CMD_TEST_QUIET], .has_least = least,
      .covers = least || args->value[CMD_TEST_COVERAGE],
  };
  if (least && !cmd_coverage_read(least, &testing.least))
    return cmd_fail(RUNG_INVALID, "test: --min-coverage %s: is not a percentage such as 95 or 99.5%%", least);
  if (testing.tap) puts("TAP version 13");
  for (size_t i = 0; i < args->word_count; i++) {
    if (is_folder(args->words[i])) test_folder(&testing, args->words[i]);
    else test_file(&testing, args->words[i]);
  }
  if (testing.covers) judge_coverage(&testing);
  say_total(&testing);
  return testing.worst;
}
