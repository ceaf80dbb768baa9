/* fuzz_rules.c - any text to the compiler: messages with a place in it, or a program that loads. */
#include "fuzz.h"
#include "rungc.h"

enum { MOST_BYTES = 1 << 16 };

static int take(void *context, const char *bytes, size_t length) {
  uint64_t *sum = context;
  for (size_t i = 0; i < length; i++) *sum = *sum * 31 + (unsigned char)bytes[i];
  return 0;
}

static struct rung_text text_of(const char *string) { return (struct rung_text){string, strlen(string)}; }

/* "list.txt" is a file of words, "more.rung" one of rules; others are not there. */
static enum rung_status open_few(void *context, struct rung_text from, struct rung_text name,
                                 const struct rung_allocator *allocator, struct rung_text *path,
                                 struct rung_text *bytes, struct rung_error *error) {
  static const char *const files[][2] = {{"list.txt", "a\nb@x.org\n\xd0\x96\n"},
                                         {"more.rung", "let used = orders + 1;"}};
  (void)context, (void)from;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    struct rung_text content = text_of(files[i][1]);
    if (name.length != strlen(files[i][0]) || memcmp(name.bytes, files[i][0], name.length) != 0) continue;
    char *copy = allocator->resize(allocator->context, NULL, 0, content.length);
    char *path_copy = allocator->resize(allocator->context, NULL, 0, name.length);
    if (!copy || !path_copy) exit(4);
    memcpy(copy, content.bytes, content.length);
    memcpy(path_copy, name.bytes, name.length);
    *path = (struct rung_text){path_copy, name.length};
    *bytes = (struct rung_text){copy, content.length};
    return RUNG_OK;
  }
  (void)snprintf(error->text, sizeof error->text, "there is no such file");
  return error->status = RUNG_INVALID;
}

static bool is_main(struct rung_text file) { return file.length == 10 && memcmp(file.bytes, "rules.rung", 10) == 0; }

static void check_messages(const rungc_compilation *compilation, struct rung_text rules, bool refused) {
  size_t errors = 0;
  for (size_t i = 0; i < rungc_messages(compilation); i++) {
    struct rungc_message message = rungc_message(compilation, i);
    errors += message.severity == RUNGC_ERROR;
    HOLDS(message.code && message.text.length > 0 && message.line > 0 && message.column > 0);
    HOLDS(rungc_message_text(compilation, i).length > message.text.length);
    if (!is_main(message.file)) continue;
    HOLDS(message.offset <= rules.length && message.length <= rules.length - message.offset);
    HOLDS(message.end_line >= message.line);
    HOLDS(message.end_line > message.line || message.end_column >= message.column);
  }
  HOLDS((errors > 0) == refused);
}

static void read_tests(const rungc_compilation *compilation) {
  uint64_t sum = 0;
  for (size_t i = 0; i < rungc_tests(compilation); i++) {
    struct rungc_test test = rungc_test(compilation, i);
    (void)take(&sum, test.name.bytes, test.name.length);
    for (size_t t = 0; t < test.table_count; t++) (void)take(&sum, test.tables[t].csv.bytes, test.tables[t].csv.length);
    for (size_t e = 0; e < test.expectation_count; e++)
      (void)take(&sum, test.expectations[e].source.bytes, test.expectations[e].source.length);
  }
}

static void check_program(const rungc_compilation *compilation) {
  struct rung_text bytes = rungc_program(compilation);
  struct rung_error error = {0};
  rung_program *program = NULL;
  uint64_t sum = 0;
  if (rung_program_load(bytes.bytes, bytes.length, NULL, &program, &error))
    BROKEN("the compiler's own program does not load: %s", error.text);
  HOLDS(rung_program_dump(program, take, &sum) == RUNG_OK);
  rung_program_free(program);
}

static void print_passes(const rungc_compilation *compilation, bool refused) {
  static const char *const passes[] = {"tree", "typed", "plan", "simplified", "registers"};
  for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
    uint64_t sum = 0;
    enum rung_status status = rungc_print(compilation, passes[i], take, &sum);
    HOLDS(status == RUNG_OK || (refused && status == RUNG_INVALID));
  }
}

/* The program's bytes, for the caller to free; NULL with errors. */
static char *compile(struct rung_text rules, unsigned how, size_t *length) {
  struct rungc_options options = {.open = open_few, .coverage = how & 1, .tests = how & 2};
  struct rung_error error = {0};
  rungc_compilation *compilation = NULL;
  if (how & 4) options.only = text_of("orders > 1 or regular");
  enum rung_status status = rungc_compile(text_of("rules.rung"), rules, &options, &compilation, &error);
  HOLDS(compilation && (status == RUNG_OK || status == RUNG_INVALID));
  if (strstr(error.text, "a defect of Rung")) BROKEN("%s", error.text);
  check_messages(compilation, rules, status != RUNG_OK);
  struct rung_text program = rungc_program(compilation);
  HOLDS((program.length > 0) == (status == RUNG_OK));
  if (!status) check_program(compilation);
  read_tests(compilation);
  print_passes(compilation, status != RUNG_OK);
  *length = program.length;
  char *copy = status ? NULL : exact_copy(program.bytes, program.length);
  rungc_free(compilation);
  return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1 || size > MOST_BYTES) return 0;
  size_t length, again;
  struct rung_text rules = {exact_copy(data + 1, size - 1), size - 1};
  char *program = compile(rules, data[0], &length), *same = compile(rules, data[0], &again);
  HOLDS(!program == !same && length == again && (!program || memcmp(program, same, length) == 0));
  free(program), free(same);
  union { const char *bytes; void *block; } copy = {rules.bytes};
  free(copy.block);
  return 0;
}
