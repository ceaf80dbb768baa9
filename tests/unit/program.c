/* program.c - loading: every header fault has its message; changed bytes are refused or run inside their bounds. */
#include <CUnit/Basic.h>
#include <stdlib.h>
#include <string.h>

#include "builder.h"
#include "meager.h"

/* One of everything: each type of column, the prologue, sets, a pattern, a param, faults, tags, shows, a rule. */
static void build_sample(struct builder *b) {
  builder_init(b);
  uint32_t orders = builder_column(b, "orders", RUNG_INTEGER), spent = builder_column(b, "spent", RUNG_MONEY);
  uint32_t last = builder_column(b, "last", RUNG_DATE), email = builder_column(b, "email", RUNG_TEXT);
  uint32_t consent = builder_column(b, "consent", RUNG_FLAG);
  uint32_t after = builder_param(b, "after", RUNG_INTEGER, UNIT_DAYS, 90, "90 days");
  uint32_t three = builder_constant(b, RUNG_INTEGER, 3, TEXT_OF("")), first = builder_word(b, TEXT_OF("a@x.org"));
  uint32_t com = builder_constant(b, RUNG_TEXT, 0, TEXT_OF(".com"));
  builder_word(b, TEXT_OF("b@x.org"));
  uint32_t emails = builder_set(b, RUNG_TEXT, first, 2), seven = builder_number(b, 7);
  uint32_t few = builder_set(b, RUNG_INTEGER, seven, 1), pattern = builder_regex(b, "^[a-c]+@");
  uint32_t days = builder_reg(b, RUNG_INTEGER), limit = builder_reg(b, RUNG_INTEGER),
           suffix = builder_reg(b, RUNG_TEXT);
  builder_inst(b, OP_PARAM_I, days, NONE32, NONE32, NONE32, after);
  builder_inst(b, OP_CONST_I, limit, NONE32, NONE32, NONE32, three);
  builder_inst(b, OP_CONST_T, suffix, NONE32, NONE32, NONE32, com);
  *builder_prologue(b) = 3;
  uint32_t flags[9];
  for (int i = 0; i < 9; i++) flags[i] = builder_reg(b, RUNG_FLAG);
  uint32_t due = builder_reg(b, RUNG_DATE), lower = builder_reg(b, RUNG_TEXT), each = builder_reg(b, RUNG_NUMBER);
  uint32_t number = builder_reg(b, RUNG_NUMBER), length = builder_reg(b, RUNG_INTEGER);
  builder_inst(b, OP_LT_I, flags[0], limit, orders, NONE32, NONE32);
  builder_inst(b, OP_ADD_DAYS, due, last, days, NONE32, NONE32);
  builder_inst(b, OP_LOWER, lower, email, NONE32, NONE32, NONE32);
  builder_inst(b, OP_IN_T, flags[1], lower, NONE32, NONE32, emails);
  builder_inst(b, OP_MATCHES, flags[2], lower, NONE32, NONE32, pattern);
  builder_inst(b, OP_IN_I, flags[3], orders, NONE32, NONE32, few);
  builder_inst(b, OP_TO_N, number, orders, NONE32, NONE32, NONE32);
  builder_inst(b, OP_DIV_N, each, spent, number, NONE32, NONE32);
  builder_inst(b, OP_PRESENT, flags[4], number, NONE32, NONE32, NONE32);
  builder_inst(b, OP_FAULT, NONE32, each, flags[4], NONE32, NONE32);
  builder_inst(b, OP_OR, flags[5], flags[0], flags[1], NONE32, NONE32);
  builder_inst(b, OP_IF_F, flags[6], flags[2], flags[5], consent, NONE32);
  builder_inst(b, OP_SURE, flags[7], flags[6], NONE32, NONE32, NONE32);
  builder_inst(b, OP_ENDS, flags[8], email, suffix, NONE32, NONE32);
  builder_inst(b, OP_LENGTH, length, lower, NONE32, NONE32, NONE32);
  builder_tag(b, "regular", flags[7]);
  builder_show(b, "due", RUNG_DATE, due);
  builder_show(b, "each", RUNG_MONEY, each);
  builder_show(b, "lower", RUNG_TEXT, lower);
  builder_show(b, "days", RUNG_INTEGER, days);
  builder_rule(b, flags[6], flags[7], "regular");
  b->program.filter = flags[8];
}

/* -- Running whatever was loaded ------------------------------------------------------------- */

enum { ROWS = 65 };

static int keep_nothing(void *context, const char *bytes, size_t length) {
  ++*(size_t *)context;
  return length == 0 || memchr(bytes, 1, length) != NULL; /* reads all of it; control bytes are never written */
}

/* Data for any type of column: present and missing rows, with garbage in the missing ones. */
struct data {
  uint64_t valid[2], flags[2];
  int64_t i64[ROWS];
  int32_t i32[ROWS];
  struct rung_text text[ROWS];
};

static void fill_data(struct data *data) {
  static const struct rung_text texts[] = {TEXT_OF(""), TEXT_OF("A@X.ORG"), TEXT_OF("cab@y.com"), TEXT_OF("\xff\xc3"),
                                           TEXT_OF("\u0416")};
  for (size_t i = 0; i < ROWS; i++) {
    bool present = i % 3 != 1;
    if (i % 64 == 0) data->valid[i / 64] = data->flags[i / 64] = 0;
    data->valid[i / 64] |= (uint64_t)present << i % 64;
    data->flags[i / 64] |= (uint64_t)(i % 2) << i % 64;
    data->i64[i] = i % 5 == 0 ? INT64_MIN : i % 5 == 1 ? INT64_MAX : (int64_t)i - 5;
    data->i32[i] = !present ? INT32_MAX : i % 2 ? 2932896 : -719162 + (int32_t)i;
    data->text[i] = present ? texts[i % 5] : (struct rung_text){(const char *)1, SIZE_MAX};
  }
}

static void read_results(const rung_program *program, const rung_session *session) {
  volatile uint64_t sum = 0;
  for (size_t i = 0; i < rung_program_labels(program); i++) sum += rung_batch_label(session, i)[1];
  for (size_t i = 0; i < rung_program_rules(program); i++) {
    sum += rung_batch_rule(session, i)[1] + rung_program_rule(program, i).file.length;
  }
  for (size_t i = 0; i < rung_program_shows(program); i++) {
    struct rung_vector got = rung_batch_show(session, i);
    for (size_t row = 0; row < ROWS; row++) {
      if (!(got.valid[row / 64] >> row % 64 & 1)) continue;
      enum rung_type type = rung_program_show(program, i).type;
      if (type == RUNG_TEXT) {
        struct rung_text text = ((const struct rung_text *)got.data)[row];
        for (size_t k = 0; k < text.length; k++) sum += (unsigned char)text.bytes[k];
      } else if (type == RUNG_DATE) sum += (uint64_t)((const int32_t *)got.data)[row];
      else if (type == RUNG_FLAG) sum += ((const uint64_t *)got.data)[row / 64];
      else sum += (uint64_t)((const int64_t *)got.data)[row];
    }
  }
  (void)sum;
}

static void run_anything(const rung_program *program) {
  static struct data data;
  static struct rung_vector columns[BUILDER_ROOM];
  size_t pieces = 0;
  fill_data(&data);
  CU_ASSERT(rung_program_dump(program, keep_nothing, &pieces) == RUNG_OK && pieces > 0);
  CU_ASSERT(rung_program_dump(program, NULL, &pieces) == RUNG_INVALID);
  if (rung_program_columns(program) > BUILDER_ROOM) return;
  for (size_t i = 0; i < rung_program_columns(program); i++) {
    enum rung_type type = rung_program_column(program, i).type;
    columns[i].valid = data.valid;
    columns[i].data = type == RUNG_FLAG ? (const void *)data.flags : type == RUNG_DATE ? (const void *)data.i32
                      : type == RUNG_TEXT ? (const void *)data.text : (const void *)data.i64;
  }
  rung_session *session = NULL;
  struct rung_error error;
  if (rung_session_new(program, OPTIONS(20000, ROWS), &session, &error) != RUNG_OK) return;
  for (int i = 0; i < 2; i++) {
    CU_ASSERT(rung_batch_run(session, columns, ROWS, &error) == RUNG_OK);
    read_results(program, session);
  }
  rung_session_free(session);
}

/* -- Tests ----------------------------------------------------------------------------------------- */

static void refused(const void *bytes, size_t size, const char *part) {
  rung_program *program = NULL;
  struct rung_error error = {0};
  CU_ASSERT(rung_program_load(bytes, size, NULL, &program, &error) == RUNG_INVALID);
  CU_ASSERT_PTR_NULL(program);
  CU_ASSERT(error.status == RUNG_INVALID && strstr(error.text, part) != NULL);
  if (!strstr(error.text, part)) fprintf(stderr, "expected \"%s\", got \"%s\"\n", part, error.text);
  rung_program_free(program);
}

static unsigned char *sample(size_t *size) {
  struct builder builder;
  build_sample(&builder);
  unsigned char *bytes = builder_encode(&builder, size);
  CU_ASSERT_FATAL(bytes != NULL);
  return bytes;
}

static void test_sample(void) {
  size_t size;
  unsigned char *bytes = sample(&size);
  rung_program *program = NULL;
  struct rung_error error = {0};
  CU_ASSERT_FATAL(rung_program_load(bytes, size, NULL, &program, &error) == RUNG_OK);
  memset(bytes, 0, size); /* the program has its own copy */
  CU_ASSERT_EQUAL(rung_program_columns(program), 5);
  CU_ASSERT(memcmp(rung_program_column(program, 3).name.bytes, "email", 5) == 0);
  CU_ASSERT_EQUAL(rung_program_param(program, 0).text.length, strlen("90 days"));
  CU_ASSERT_EQUAL(rung_program_rule(program, 0).line, 1);
  run_anything(program);
  rung_program_free(program);
  free(bytes);
}

static void test_header(void) {
  size_t size;
  unsigned char *bytes = sample(&size);
  refused("", 0, "empty");
  refused("orders >= 3 -> regular", 22, "this is text");
  refused("PK\0\0", 4, "not a compiled");
  bytes[5] = '\n';
  refused(bytes, size, "text mode");
  bytes[5] = '\r';
  static const struct {
    size_t at;
    unsigned char value;
    const char *part;
  } changes[] = {{8, RUNG_FORMAT_VERSION + 1, "newer"},
                 {8, 0, "older"},
                 {16, 0xff, "cut short"},
                 {16, 0, "after its end"},
                 {24, 0x55, "checksum"}};
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    unsigned char before = bytes[changes[i].at], value = changes[i].value;
    if (changes[i].at == 24) value ^= before;
    bytes[changes[i].at] = value;
    refused(bytes, size, changes[i].part);
    bytes[changes[i].at] = before;
  }
  memcpy(bytes + 8, (const unsigned char[]){0, 0, 0, RUNG_FORMAT_VERSION}, 4);
  refused(bytes, size, "byte order");
  free(bytes);
}

/* Of any version but those it loads, whatever its rest is: that is not looked at. */
static void test_versions(void) {
  static const uint32_t versions[] = {0, RUNG_FORMAT_VERSION + 1, 255, 256, UINT16_MAX, UINT16_MAX + 2u,
                                      0x01000001, INT32_MAX, UINT32_MAX};
  size_t size;
  unsigned char *bytes = sample(&size);
  for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
    for (int k = 0; k < 4; k++) bytes[8 + k] = (unsigned char)(versions[i] >> 8 * k);
    builder_seal(bytes, size);
    char told[60];
    (void)snprintf(told, sizeof told, "has format %u, %s than", versions[i], versions[i] ? "newer" : "older");
    refused(bytes, size, told);
    refused(bytes, size, "compile its rules");
    refused(bytes, PROGRAM_HEADER_SIZE, told); /* before sizes and checksum, which another version may have elsewhere */
  }
  free(bytes);
}

static void test_is_program(void) {
  CU_ASSERT(rung_is_program(PROGRAM_MAGIC, 8));
  CU_ASSERT(rung_is_program(PROGRAM_MAGIC, 1));
  CU_ASSERT_FALSE(rung_is_program("", 0));
  CU_ASSERT_FALSE(rung_is_program("RUNG", 4));
}

static void test_prefixes(void) {
  size_t size;
  unsigned char *bytes = sample(&size);
  for (size_t length = 0; length < size; length++) {
    rung_program *program = NULL;
    unsigned char *prefix = malloc(length + 1); /* a block of its own, so that reading past it is seen */
    memcpy(prefix, bytes, length);
    CU_ASSERT(rung_program_load(prefix, length, NULL, &program, NULL) == RUNG_INVALID);
    if (length >= PROGRAM_HEADER_SIZE) {
      for (int i = 0; i < 8; i++) prefix[16 + i] = (unsigned char)((uint64_t)length >> 8 * i);
      builder_seal(prefix, length);
      if (rung_program_load(prefix, length, NULL, &program, NULL) == RUNG_OK) run_anything(program);
    }
    rung_program_free(program);
    free(prefix);
  }
  free(bytes);
}

static void test_bit_flips(void) {
  size_t size, loaded = 0;
  unsigned char *bytes = sample(&size);
  for (size_t bit = 0; bit < size * 8; bit++) {
    rung_program *program = NULL;
    bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    CU_ASSERT(rung_program_load(bytes, size, NULL, &program, NULL) == RUNG_INVALID);
    unsigned char checksum[8];
    memcpy(checksum, bytes + PROGRAM_CHECKSUM_AT, 8);
    builder_seal(bytes, size);
    if (rung_program_load(bytes, size, NULL, &program, NULL) == RUNG_OK) run_anything(program), loaded++;
    memcpy(bytes + PROGRAM_CHECKSUM_AT, checksum, 8);
    rung_program_free(program);
    bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
  }
  CU_ASSERT(loaded > 0); /* a letter of a name may change */
  free(bytes);
}

/* Every byte of the header, the section table and the records set to values that break sizes. */
static void test_extreme_bytes(void) {
  static const unsigned char values[] = {0, 1, 0x7f, 0x80, 0xff};
  size_t size;
  unsigned char *bytes = sample(&size);
  for (size_t at = 32; at < size; at++)
    for (size_t i = 0; i < sizeof values; i++) {
      rung_program *program = NULL;
      unsigned char before = bytes[at];
      bytes[at] = values[i];
      builder_seal(bytes, size);
      if (rung_program_load(bytes, size, NULL, &program, NULL) == RUNG_OK) run_anything(program);
      rung_program_free(program);
      bytes[at] = before;
    }
  free(bytes);
}

static void test_sections(void) {
  static const struct {
    int section;
    size_t field;
    uint64_t value;
    const char *part;
  } changes[] = {
      {SECTION_inst, 0, 9, "section insts begins"},
      {SECTION_inst, 0, UINT64_MAX - 7, "section insts begins"},
      {SECTION_inst, 8, UINT64_MAX / 24 + 2, "section insts is larger"},
      {SECTION_reg, 8, 1 << 20, "section regs is larger"},
      {SECTION_column, 0, PROGRAM_HEADER_SIZE + SECTION_COUNT * SECTION_ENTRY_SIZE, "section columns begins"}};
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    size_t size;
    unsigned char *bytes = sample(&size);
    unsigned char *at = bytes + PROGRAM_HEADER_SIZE + changes[i].section * SECTION_ENTRY_SIZE + changes[i].field;
    for (int k = 0; k < 8; k++) at[k] = (unsigned char)(changes[i].value >> 8 * k);
    builder_seal(bytes, size);
    refused(bytes, size, changes[i].part);
    free(bytes);
  }
}

/* -- Memory that runs out ------------------------------------------------------------------------------ */

/* Whichever allocation fails, loading and running say so and leave nothing behind. */
static void run_out_of_memory(bool once) {
  size_t size;
  unsigned char *bytes = sample(&size);
  static struct data data;
  fill_data(&data);
  const struct rung_vector columns[5] = {{data.valid, data.i64}, {data.valid, data.i64}, {data.valid, data.i32},
                                         {data.valid, data.text}, {data.valid, data.flags}};
  bool done = false;
  for (size_t allowed = 0; !done && allowed < 1000; allowed++) {
    struct budget budget = {allowed, once, 0};
    const struct rung_allocator allocator = {meager, &budget};
    rung_program *program = NULL;
    rung_session *session = NULL;
    enum rung_status status = rung_program_load(bytes, size, &allocator, &program, NULL);
    if (status == RUNG_OK)
      status = rung_session_new(program, OPTIONS(0, ROWS), &session, NULL);
    if (status == RUNG_OK) status = rung_session_set(session, TEXT_OF("after"), TEXT_OF("2 weeks"), NULL);
    if (status == RUNG_OK) status = rung_batch_run(session, columns, ROWS, NULL);
    CU_ASSERT(status == RUNG_OK || status == RUNG_NO_RESOURCE);
    done = status == RUNG_OK;
    rung_session_free(session);
    rung_program_free(program);
    CU_ASSERT_EQUAL(budget.bytes, 0);
  }
  CU_ASSERT(done);
  free(bytes);
}

static void test_out_of_memory(void) {
  run_out_of_memory(false);
  run_out_of_memory(true);
}

void suite_program(void);

void suite_program(void) {
  CU_pSuite suite = CU_add_suite("program", NULL, NULL);
  CU_add_test(suite, "a program loads, runs and describes itself", test_sample);
  CU_add_test(suite, "each fault of the header has its message", test_header);
  CU_add_test(suite, "other versions", test_versions);
  CU_add_test(suite, "what begins like a program", test_is_program);
  CU_add_test(suite, "every prefix", test_prefixes);
  CU_add_test(suite, "every changed bit", test_bit_flips);
  CU_add_test(suite, "extreme bytes", test_extreme_bytes);
  CU_add_test(suite, "sizes and places of sections", test_sections);
  CU_add_test(suite, "every allocation that fails", test_out_of_memory);
}
