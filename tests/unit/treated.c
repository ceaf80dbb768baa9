/* treated.c - columns dropped and hashed, and cells guarded, against a slow writer and a regular expression. */
#include <CUnit/CUnit.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random_rules.h"
#include "rungc.h"
#include "treat.h"

enum { RUNS = 400, TEXTS = 200000, MOST_ROWS = 60, CELLS = 6, ROOM = 512 };

/* -- What a formula is, said once more --------------------------------------------------------- */

#define BLANK "( |\xc2\xa0|\xe2\x80\x87|\xe2\x80\xaf)"
#define BEFORE "^([ \"\v\f]|" BLANK "|\xe2\x80\x83|\xe3\x80\x80|\xef\xbb\xbf)*" /* an em and an ideographic space, a mark */
#define BLANKS "(\t|" BLANK ")*"
#define SIGN "([$]|\xe2\x82\xac)"
#define DIGITS "[.,]?[0-9]+(([.,']|\xe2\x80\x99|" BLANK ")[0-9]+)*"
#define EXPONENT "([eE][+-]?[0-9]+)?"
#define CURRENCY BLANKS "(" SIGN "|USD|\xd1\x80\xd1\x83\xd0\xb1[.])" BLANKS
#define NUMBER BLANKS "(" SIGN BLANKS ")?" DIGITS "([.]|" EXPONENT "%?|" EXPONENT CURRENCY ")[ \"]*$"

static regex_t begins, number;

static bool slow_formula(const char *text) {
  return regexec(&begins, text, 0, NULL, 0) == 0 && regexec(&number, text, 0, NULL, 0) != 0;
}

static int open_expressions(void) {
  static const char formula[] = BEFORE "([-=+@\t\r\n]|\xef\xbc\x9d|\xef\xbc\x8b|\xef\xbc\x8d|\xef\xbc\xa0|"
                               "\xef\xb9[\xa2\xa3\xa6\xab])";
  return regcomp(&begins, formula, REG_EXTENDED) || regcomp(&number, BEFORE "[+-]" NUMBER, REG_EXTENDED);
}

static int close_expressions(void) {
  regfree(&begins), regfree(&number);
  return 0;
}

static void make_text(struct dice *dice, const char *const *pieces, size_t count, char *text) {
  for (*text = 0; dice_roll(dice, 6) > 0;) strcat(text, pieces[dice_roll(dice, (uint32_t)count)]);
}

static void test_formulas(void) {
  static const char *const pieces[] = {"=", "+", "-", "@", "\t", "\r", "\n", " ", "\"", "1", "23", "0", "4", "56", "7", ".", ",",
                                       "e", "E", "%", "a", "\xc2\xa0", "\xe2\x80\xaf", "\xc2", "＝", "＋", "－", "＠",
                                       "﹦", "﹣", "\v", "\f",
                                       "\xe2\x80\x83", "\xe3\x80\x80", "\xef\xbb\xbf", "Щ",
                                       "$", "€", "USD", "руб.", "'"};
  struct dice dice = {.state = 0x9e3779b97f4a7c15};
  char text[ROOM];
  size_t formulas = 0, numbers = 0;
  for (size_t i = 0; i < TEXTS; i++) {
    make_text(&dice, pieces, sizeof pieces / sizeof *pieces, text);
    bool wanted = slow_formula(text);
    formulas += wanted, numbers += !wanted && (text[0] == '-' || text[0] == '+');
    if (formula_like((struct rung_text){text, strlen(text)}) == wanted) continue;
    fprintf(stderr, "not told alike: [%s]\n", text);
    CU_FAIL("a text is told differently");
    return;
  }
  CU_ASSERT(formulas > TEXTS / 10);
  CU_ASSERT(numbers > TEXTS / 1000);
}

/* -- Runs --------------------------------------------------------------------------------------- */

/* The name `e` stands twice. */
static const char *const names[CELLS] = {"id", "e", "=n", "x", "e", "y,\"z\""};

struct made {
  struct dice dice;
  char delimiter;
  bool dropped[CELLS], hashed[CELLS], guards, slim, tabs;
  const char *salt;
  FILE *dump, *expected;
  char *dump_bytes, *expected_bytes;
  size_t dump_length, expected_length;
};

static void write_text(FILE *file, const char *text, char delimiter, bool quoted) {
  quoted |= strchr(text, delimiter) || strpbrk(text, "\"\r\n");
  if (quoted) fputc('"', file);
  for (; *text; text++) {
    if (*text == '"') fputc('"', file);
    fputc(*text, file);
  }
  if (quoted) fputc('"', file);
}

static void write_guard(const struct made *made, const char *text, char delimiter) {
  char guarded[ROOM + 1];
  sprintf(guarded, "%s%s", made->guards && slow_formula(text) ? "'" : "", text);
  write_text(made->expected, guarded, delimiter, false);
}

/* The only capitals in cells are A and Щ. */
static void lower_text(char *text) {
  for (; *text; text++) {
    if (*text == 'A') *text = 'a';
    if (memcmp(text, "Щ", 2) == 0) memcpy(text, "щ", 2);
  }
}

/* The rules read the key and x; of others an apostrophe before a sign is no part of the value. */
static void write_hash(const struct made *made, size_t field, const char *text) {
  static const char *const blanks[] = {" ", "\t", "\r", "\n", "\xc2\xa0"};
  char value[ROOM], *begin = value;
  uint8_t digest[SHA256_DIGEST_SIZE];
  struct sha256_ctx hash;
  strcpy(value, text);
  for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
    size_t length = strlen(blanks[i]), whole = strlen(begin);
    bool before = strncmp(begin, blanks[i], length) == 0, behind = false;
    if (before) begin += length;
    else behind = whole >= length && strcmp(begin + whole - length, blanks[i]) == 0;
    if (behind) begin[whole - length] = 0;
    if (before || behind) i = SIZE_MAX; /* all of them once more */
  }
  if (field != 0 && field != 3 && begin[0] == '\'' && begin[1] && strchr("=+-@", begin[1])) begin++;
  if (!*begin) return;
  if (strchr(begin, '@')) lower_text(begin);
  sha256_init(&hash);
  sha256_update(&hash, strlen(made->salt), (const uint8_t *)made->salt);
  sha256_update(&hash, strlen(begin), (const uint8_t *)begin);
  sha256_digest(&hash, sizeof digest, digest);
  for (size_t i = 0; i < sizeof digest; i++) fprintf(made->expected, "%02x", digest[i]);
}

static bool is_written(const struct made *made, size_t i) { return made->slim ? i == 0 : !made->dropped[i]; }

/* As it stands in the dump, unless it must not. */
static void expect_cell(const struct made *made, size_t i, const char *text, bool quoted, bool header) {
  bool as_it_is = !made->tabs && !(made->guards && slow_formula(text)) && !(header && made->slim);
  if (made->hashed[i] && !header) write_hash(made, i, text);
  else if (as_it_is) write_text(made->expected, text, made->delimiter, quoted);
  else write_guard(made, text, made->tabs ? '\t' : made->delimiter);
}

static void make_row(struct made *made, bool header) {
  static const char *const pieces[] = {"A", "Щ", "@", "=", "-1", "+", "\"", "\t", "\n", "\r\n", " ", "\xc2\xa0", ",",
                                       "seven77", "'", "5,5"};
  const char *line_end = dice_roll(&made->dice, 3) ? "\n" : "\r\n";
  char text[CELLS][ROOM], out = made->tabs ? '\t' : made->delimiter;
  bool first = true;
  for (size_t i = 0; i < CELLS; i++) {
    if (header) strcpy(text[i], names[i]);
    else make_text(&made->dice, pieces, sizeof pieces / sizeof *pieces, text[i]);
    bool quoted = text[i][0] && dice_roll(&made->dice, 4) == 0;
    if (i) fputc(made->delimiter, made->dump);
    write_text(made->dump, text[i], made->delimiter, quoted);
    if (!is_written(made, i)) continue;
    if (!first) fputc(out, made->expected);
    first = false;
    expect_cell(made, i, text[i], quoted, header);
  }
  fprintf(made->dump, "%s", line_end);
  if (header) fprintf(made->expected, "%ctags%ct%s", out, out, line_end);
  if (header) return;
  fputc(out, made->expected);
  if (strncmp(text[3], "=", 1) == 0) fprintf(made->expected, "%s-tag", made->guards ? "'" : "");
  fputc(out, made->expected);
  lower_text(text[3]);
  write_guard(made, text[3], out);
  fprintf(made->expected, "%s", line_end);
}

static void make(struct made *made) {
  bool left = false;
  made->delimiter = ",,;\t|"[dice_roll(&made->dice, 5)];
  made->slim = dice_roll(&made->dice, 3) == 0;
  made->tabs = dice_roll(&made->dice, 3) == 0;
  made->guards = dice_roll(&made->dice, 2);
  made->salt = dice_roll(&made->dice, 2) ? "перец" : "";
  for (size_t i = 0; i < CELLS; i++) {
    uint32_t fate = i == 4 ? 3 : made->slim && i ? 2 : dice_roll(&made->dice, made->slim ? 2 : 4);
    made->hashed[i] = fate == 0, made->dropped[i] = fate == 1 && !made->slim;
  }
  made->hashed[4] = made->hashed[1], made->dropped[4] = made->dropped[1];
  for (size_t i = 0; i < CELLS; i++) left |= !made->dropped[i];
  made->dropped[0] &= left;
  made->dump = open_memstream(&made->dump_bytes, &made->dump_length);
  made->expected = open_memstream(&made->expected_bytes, &made->expected_length);
  make_row(made, true);
  for (size_t rows = 1 + dice_roll(&made->dice, MOST_ROWS); rows > 0; rows--) make_row(made, false);
  fclose(made->dump), fclose(made->expected);
}

static int take(void *context, const char *bytes, size_t length) {
  return fwrite(bytes, 1, length, context) != length;
}

static void compare(struct made *made, const rung_program *program, uint32_t threads) {
  const char *drop[CELLS], *hash[CELLS];
  struct rung_error error = {0};
  char *bytes;
  size_t length;
  FILE *out = open_memstream(&bytes, &length);
  struct rung_score_options options = {
    .input_text = {made->dump_bytes, made->dump_length},
    .dialect = {.delimiter = made->delimiter},
    .write = take, .write_context = out,
    .format = made->tabs ? RUNG_TSV : RUNG_CSV,
    .slim = made->slim, .drop = drop, .hash = hash,
    .salt = {made->salt, strlen(made->salt)},
    .spreadsheet_safe = made->guards,
    .threads = threads, .block_bytes = 1 + dice_roll(&made->dice, 300),
  };
  for (size_t i = 0; i < CELLS; i++) {
    if (made->dropped[i]) drop[options.drop_count++] = names[i];
    if (made->hashed[i]) hash[options.hash_count++] = names[i];
  }
  CU_ASSERT_EQUAL(rung_score(program, &options, NULL, 0, NULL, &error), RUNG_OK);
  CU_ASSERT_STRING_EQUAL(error.text, "");
  fclose(out);
  CU_ASSERT(length == made->expected_length && memcmp(bytes, made->expected_bytes, length) == 0);
  free(bytes);
}

static void test_runs(void) {
  static const char rules[] = "input customers { id text key; x text; } x starts with \"=\" → `-tag`; "
                              "let t = lower(x); show t;";
  struct made made;
  struct rung_error error = {0};
  rungc_compilation *compilation = NULL;
  rung_program *program = NULL;
  CU_ASSERT_EQUAL_FATAL(rungc_compile((struct rung_text){"rules", 5}, (struct rung_text){rules, strlen(rules)}, NULL,
                                      &compilation, &error), RUNG_OK);
  struct rung_text bytes = rungc_program(compilation);
  CU_ASSERT_EQUAL_FATAL(rung_program_load(bytes.bytes, bytes.length, NULL, &program, &error), RUNG_OK);
  for (uint64_t seed = 1; seed <= RUNS; seed++) {
    made = (struct made){.dice = {.state = seed * 0x9e3779b97f4a7c15}};
    make(&made);
    compare(&made, program, 1);
    compare(&made, program, 3);
    free(made.dump_bytes), free(made.expected_bytes);
  }
  rung_program_free(program);
  rungc_free(compilation);
}

void suite_treated(void);
void suite_treated(void) {
  CU_pSuite suite = CU_add_suite("columns and cells treated", open_expressions, close_expressions);
  CU_add_test(suite, "what is like a formula, against a regular expression", test_formulas);
  CU_add_test(suite, "dropped, hashed and guarded, against a slow writer", test_runs);
}
