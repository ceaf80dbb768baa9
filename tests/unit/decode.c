/* decode.c - columns decoded 64 rows at a time against cast_cell for each cell alone. */
#include "decode.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_index.h"
#include "text.h"

enum { ROWS = DECODE_ROWS, FIELDS = 3, CELL_MOST = 64 };

static uint32_t below(uint32_t bound) {
  static uint64_t state = 7;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(state >> 33) % bound;
}

/* -- Cells ----------------------------------------------------------------------------------- */

struct draft {
  char bytes[CELL_MOST * 4];
  size_t length;
};

static void add(struct draft *draft, const char *string) {
  memcpy(draft->bytes + draft->length, string, strlen(string));
  draft->length += strlen(string);
}

static void add_any(struct draft *draft, const char *letters, size_t count) {
  for (size_t i = 0; i < count; i++) draft->bytes[draft->length++] = letters[below((uint32_t)strlen(letters))];
}

static void draft_number(struct draft *draft) {
  static const char *const marks[] = {".", ".", ",", ""};
  if (below(4) == 0) add(draft, below(4) ? "-" : "+");
  add_any(draft, "0123456789", below(3) ? below(9) : below(20));
  if (below(3) == 0) return;
  add(draft, marks[below(4)]);
  add_any(draft, "0123456789", below(3) ? below(4) : below(10));
}

static void draft_date(struct draft *draft) {
  char bytes[40];
  bool tight = below(2);
  uint32_t year = below(8) ? 1890 + below(220) : below(10001);
  uint32_t month = tight ? 1 + below(12) : below(14), day = tight ? 1 + below(31) : below(33);
  switch (below(5)) {
    case 0: snprintf(bytes, sizeof bytes, "%u-%u-%u", year, month, day); break;
    case 1: snprintf(bytes, sizeof bytes, "%02u.%02u.%04u", day, month, year); break;
    default: snprintf(bytes, sizeof bytes, "%04u-%02u-%02u", year, month, day);
  }
  add(draft, bytes);
  if (below(8) == 0) add(draft, below(2) ? " 10:30" : "T25:00:00Z");
}

static void draft_word(struct draft *draft) {
  static const char *const words[] = {"1", "0", "2", "yes", "NO", "true", "да", "x", "NULL", "-1", "999", "0001", "-",
                                      "."};
  add(draft, words[below(sizeof words / sizeof *words)]);
}

static void draft_text(struct draft *draft) {
  static const char *const pieces[] = {"a", "город", "Ї", "日本", "😀", "\xd0", "\x80", "\xff", "é", " ", "b1",
                                       "\xc0\xaf", "\xed\xa0\x80", "\xe0\x80\x80", "\xe1\x80\x80", "№",
                                       "\xf4\x90\x80\x80"};
  bool wide = below(3) == 0;
  for (uint32_t i = 0, count = below(9); i < count; i++)
    add(draft, pieces[wide ? below(sizeof pieces / sizeof *pieces) : below(2) ? 0 : 1]);
}

/* A cell of the given kind, sometimes of another, sometimes spoilt. */
static struct draft draft_cell(uint32_t kind) {
  struct draft draft = {.length = 0};
  if (below(12) == 0) return draft;
  switch (below(10) ? kind : below(4)) {
    case 0: draft_number(&draft); break;
    case 1: draft_date(&draft); break;
    case 2: draft_word(&draft); break;
    default: draft_text(&draft);
  }
  if (below(15) == 0) add_any(&draft, "0123456789 -./x:\t", below(25));
  char spoilt = (char)(below(2) ? 1 + below(255) : '0' + below(12));
  if (draft.length && below(10) == 0) draft.bytes[below((uint32_t)draft.length)] = spoilt;
  if (below(20) == 0) add(&draft, " ");
  return draft;
}

/* -- A block of them -------------------------------------------------------------------------- */

struct page {
  struct csv_block block;
  char *bytes;
  uint32_t ends[ROWS * FIELDS], picked[ROWS];
  struct csv_row rows[ROWS];
  size_t count;               /* of rows picked */
};

static bool needs_quotes(const struct draft *draft) {
  for (size_t i = 0; i < draft->length; i++)
    if (strchr("\",\r\n", draft->bytes[i])) return true;
  return false;
}

static size_t put_cell(char *to, const struct draft *draft, bool quoted) {
  size_t length = 0;
  if (quoted) to[length++] = '"';
  for (size_t i = 0; i < draft->length; i++) {
    if (draft->bytes[i] == '"') to[length++] = '"';
    to[length++] = draft->bytes[i];
  }
  if (quoted) to[length++] = '"';
  return length;
}

/* Rows with cells of one kind; the block's memory ends where its padding does. */
static void page_make(struct page *page, uint32_t kind, bool all_quoted) {
  static char bytes[ROWS * FIELDS * CELL_MOST * 9];
  size_t length = 0, rows = 1 + below(ROWS), ends = 0;
  if (below(2)) rows = ROWS;
  page->count = 0;
  for (size_t r = 0; r < rows; r++) {
    struct csv_row *row = &page->rows[r];
    *row = (struct csv_row){.begin = (uint32_t)length, .fields = FIELDS, .first = (uint32_t)ends};
    for (uint32_t f = 0; f < FIELDS; f++) {
      struct draft draft = draft_cell(kind);
      length += put_cell(bytes + length, &draft, all_quoted || needs_quotes(&draft) || below(8) == 0);
      page->ends[ends++] = (uint32_t)length;
      if (f + 1 < FIELDS) bytes[length++] = ',';
    }
    row->end = (uint32_t)length;
    if (r + 1 < rows) bytes[length++] = '\n';
    row->next = (uint32_t)length;
    if (below(10) || (r + 1 == rows && page->count == 0)) page->picked[page->count++] = (uint32_t)r;
  }
  page->bytes = calloc(length + CSV_PADDING, 1);
  CU_ASSERT_PTR_NOT_NULL_FATAL(page->bytes);
  memcpy(page->bytes, bytes, length);
  page->block = (struct csv_block){.bytes = page->bytes, .length = length, .ends = page->ends, .rows = page->rows,
                                   .row_count = rows};
}

/* -- Both on the same cells ------------------------------------------------------------------------ */

struct registers {
  struct vec vec;
  uint64_t valid[2], bits[2];
  union {
    int64_t i64[2 * ROWS];
    int32_t i32[2 * ROWS];
    struct rung_text text[2 * ROWS];
  } data;
};

static void registers_begin(struct registers *registers, uint32_t type) {
  memset(registers, 0xa5, sizeof *registers);
  registers->vec = (struct vec){.valid = registers->valid, .stride = 1};
  if (type == RUNG_FLAG) registers->vec.data.bits = registers->bits;
  else registers->vec.data.any = &registers->data;
}

static bool same_cell(const struct registers *a, const struct registers *b, uint32_t type, size_t row) {
  bool present = bitmap_get(a->valid, row);
  if (present != bitmap_get(b->valid, row)) return false;
  if (type == RUNG_FLAG) return bitmap_get(a->bits, row) == bitmap_get(b->bits, row);
  if (!present) return true;
  if (type == RUNG_DATE) return a->data.i32[row] == b->data.i32[row];
  if (type == RUNG_TEXT || type == RUNG_LIST) return text_same(a->data.text[row], b->data.text[row]);
  return a->data.i64[row] == b->data.i64[row];
}

static struct rung_text value_of(const struct page *page, size_t i, uint32_t field, char *scratch) {
  return csv_unquote(csv_raw(&page->block, &page->rows[page->picked[i]], field), scratch);
}

/* Compares what decode_plain read, and counts it. */
static size_t compare(const struct page *page, const struct caster *caster, uint32_t type, uint32_t field) {
  static struct registers fast, slow;
  static char scratch[ROWS][CELL_MOST * 9];
  size_t word = below(2), plain = 0;
  struct tile tile;
  registers_begin(&fast, type);
  registers_begin(&slow, type);
  tile_begin(&tile, &page->block, page->picked, page->count);
  uint64_t left = decode_plain(caster_plain(caster), &tile, field, &fast.vec, word);
  bool text = caster_plain(caster)->kind == PLAIN_TEXT;
  for (size_t i = 0; i < page->count; i++) {
    size_t row = word * ROWS + i;
    struct rung_text cell = value_of(page, i, field, scratch[i]);
    enum cast_result result = cast_cell(caster, cell, &slow.vec, row);
    if (left >> i & 1) continue;
    plain++;
    bool fits = result == CAST_FINE && same_cell(&fast, &slow, type, row);
    if (text) fits &= foreign_fits(fast.data.text[row], true) == text_is_utf8(cell);
    fits &= foreign_fits(cell, false) == text_is_utf8(cell);
    if (fits) continue;
    fprintf(stderr, "\n%s \"%.*s\"", rung_type_name((enum rung_type)type), (int)cell.length, cell.bytes);
    CU_FAIL("a cell is read differently");
  }
  if (page->count < ROWS) CU_ASSERT_EQUAL(left >> page->count, 0);
  size_t other = 1 - word;
  CU_ASSERT_EQUAL(fast.valid[other], UINT64_C(0xa5a5a5a5a5a5a5a5));
  return plain;
}

/* -- Declarations ------------------------------------------------------------------------------------- */

static struct prog_word words[] = {{.text = {"-1", 2}}, {.text = {"999", 3}}, {.text = {"NULL", 4}}};
static struct prog_word closed[] = {{.text = {"a", 1}}, {.text = {"город", 10}}};

struct declared {
  struct prog_column column;
  const struct rung_dialect *dialect;
  uint32_t kind;              /* of cells that fit */
  unsigned least;             /* of a hundred cells that must be read plainly */
};

static const char *const nulls[] = {"NULL", "x"}, *const ones[] = {"1", "2026-01-01"};
static const struct rung_dialect comma = {.decimal = ','}, with_nulls = {.missing = nulls, .missing_count = 2},
                                 with_ones = {.missing = ones, .missing_count = 2},
                                 points = {.date_format = "DD.MM.YYYY"};

static void check_declared(const struct declared *declared) {
  struct prog_word pool[5] = {words[0], words[1], words[2], closed[0], closed[1]};
  struct prog_column column = declared->column;
  struct program_tables tables = {.columns = &column, .column_count = 1, .words = pool, .word_count = 5};
  struct caster *caster = NULL;
  size_t plain = 0, cells = 0;
  CU_ASSERT_EQUAL_FATAL(caster_new(&tables, 0, declared->dialect, NULL, &caster, NULL), RUNG_OK);
  for (int i = 0; i < 150; i++) {
    static struct page page;
    page_make(&page, declared->kind, i % 10 == 0);
    for (uint32_t field = 0; field < FIELDS; field++) {
      plain += compare(&page, caster, column.type, field);
      cells += page.count;
    }
    free(page.bytes);
  }
  caster_free(caster);
  CU_ASSERT(plain * 100 >= cells * declared->least);
}

static void random_cells(void) {
  enum { PRESET = COLUMN_PRESET, RANGE = COLUMN_RANGE, ONE = 1000000 };
  const struct rung_text mark = {"'", 1}, format = {"DD.MM.YYYY", 10}, home = {"Ї", 2};
  const struct declared all[] = {
      {{.type = RUNG_INTEGER}, NULL, 0, 35},
      {{.type = RUNG_INTEGER, .flags = PRESET, .preset = -3}, &with_nulls, 0, 30},
      {{.type = RUNG_INTEGER, .flags = RANGE, .low = -5, .high = 5000}, NULL, 0, 10},
      {{.type = RUNG_INTEGER, .missing_count = 3, .flags = RANGE | PRESET, .low = -1, .high = 900}, NULL, 2, 20},
      {{.type = RUNG_INTEGER}, &with_ones, 0, 0},
      {{.type = RUNG_NUMBER}, NULL, 0, 45},
      {{.type = RUNG_NUMBER}, &comma, 0, 45},
      {{.type = RUNG_NUMBER, .missing_count = 3, .flags = PRESET, .preset = 7}, NULL, 2, 20},
      {{.type = RUNG_NUMBER, .flags = RANGE, .low = 0, .high = 400 * (int64_t)ONE}, &comma, 0, 10},
      {{.type = RUNG_MONEY}, NULL, 0, 45},
      {{.type = RUNG_MONEY}, &comma, 0, 45},
      {{.type = RUNG_MONEY, .unquote = mark}, NULL, 0, 0},
      {{.type = RUNG_DATE}, NULL, 1, 30},
      {{.type = RUNG_DATE, .flags = RANGE | PRESET, .low = -5000, .high = 12000, .preset = 1}, NULL, 1, 10},
      {{.type = RUNG_DATE, .format = format}, NULL, 1, 0},
      {{.type = RUNG_DATE}, &points, 1, 0},
      {{.type = RUNG_DATETIME}, NULL, 1, 0},
      {{.type = RUNG_FLAG}, NULL, 2, 10},
      {{.type = RUNG_FLAG, .flags = PRESET, .preset = 1}, NULL, 2, 10},
      {{.type = RUNG_FLAG, .flags = PRESET, .preset = 0}, NULL, 2, 10},
      {{.type = RUNG_FLAG}, &with_nulls, 2, 0},
      {{.type = RUNG_TEXT}, NULL, 3, 80},
      {{.type = RUNG_TEXT, .flags = PRESET, .preset_text = home}, NULL, 3, 80},
      {{.type = RUNG_TEXT, .missing_count = 3}, NULL, 3, 0},
      {{.type = RUNG_TEXT, .flags = COLUMN_CLOSED, .closed_first = 3, .closed_count = 2}, NULL, 3, 0},
      {{.type = RUNG_TEXT, .unquote = mark}, NULL, 3, 0},
      {{.type = RUNG_LIST}, NULL, 3, 80},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) check_declared(&all[i]);
}

/* -- By hand ----------------------------------------------------------------------------------------------- */

/* One row of one cell, in the last bytes before the padding. */
static bool reads(uint32_t type, const char *bytes, int64_t *value) {
  size_t length = strlen(bytes);
  struct prog_column column = {.type = type};
  struct program_tables tables = {.columns = &column, .column_count = 1};
  uint32_t ends[] = {(uint32_t)length}, picked[] = {0};
  struct csv_row row = {.end = (uint32_t)length, .next = (uint32_t)length, .fields = 1};
  static struct registers registers;
  struct caster *caster = NULL;
  struct tile tile;
  char *memory = calloc(length + CSV_PADDING, 1);
  CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
  CU_ASSERT_EQUAL_FATAL(caster_new(&tables, 0, NULL, NULL, &caster, NULL), RUNG_OK);
  memcpy(memory, bytes, length);
  struct csv_block block = {.bytes = memory, .length = length, .ends = ends, .rows = &row, .row_count = 1};
  registers_begin(&registers, type);
  tile_begin(&tile, &block, picked, 1);
  bool read = !decode_plain(caster_plain(caster), &tile, 0, &registers.vec, 0);
  *value = type == RUNG_DATE ? registers.data.i32[0] : registers.data.i64[0];
  caster_free(caster);
  free(memory);
  return read;
}

static void common_forms(void) {
  static const struct {
    uint32_t type;
    const char *bytes;
    int64_t value;
  } cases[] = {
      {RUNG_INTEGER, "0", 0}, {RUNG_INTEGER, "12345678", 12345678}, {RUNG_INTEGER, "-12345678", -12345678},
      {RUNG_INTEGER, "123456789", 123456789}, {RUNG_INTEGER, "9999999999999999", 9999999999999999},
      {RUNG_INTEGER, "\"42\"", 42}, {RUNG_INTEGER, "-0", 0}, {RUNG_NUMBER, "0.00", 0}, {RUNG_NUMBER, ".5", 500000},
      {RUNG_NUMBER, "1239.82", 1239820000}, {RUNG_NUMBER, "-104566.12", -104566120000},
      {RUNG_NUMBER, "0.000001", 1}, {RUNG_NUMBER, "12345678.123456", 12345678123456},
      {RUNG_NUMBER, "9223372036853", 9223372036853000000}, {RUNG_MONEY, "\"-7.25\"", -7250000},
      {RUNG_DATE, "1970-01-01", 0}, {RUNG_DATE, "2026-11-01", 20758}, {RUNG_DATE, "\"1969-12-31\"", -1},
      {RUNG_DATE, "0001-01-01", -719162}, {RUNG_DATE, "9999-12-31", 2932896},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t value;
    bool right = reads(cases[i].type, cases[i].bytes, &value) && value == cases[i].value;
    if (!right) fprintf(stderr, "\n\"%s\"", cases[i].bytes);
    CU_ASSERT(right);
  }
}

static void other_forms(void) {
  static const struct {
    uint32_t type;
    const char *bytes;
  } cases[] = {
      {RUNG_INTEGER, "-"}, {RUNG_INTEGER, "+5"}, {RUNG_INTEGER, " 5"}, {RUNG_INTEGER, "3.0"}, {RUNG_INTEGER, "--5"},
      {RUNG_INTEGER, "12345678901234567"}, {RUNG_INTEGER, "1234567:"}, {RUNG_INTEGER, "/"}, {RUNG_INTEGER, "\xb0"},
      {RUNG_NUMBER, "."}, {RUNG_NUMBER, "5."}, {RUNG_NUMBER, "1.2.3"}, {RUNG_NUMBER, "0.1234567"}, {RUNG_NUMBER, "-"},
      {RUNG_NUMBER, "9223372036855"}, {RUNG_NUMBER, "1.00000000"}, {RUNG_NUMBER, "12345678."},
      {RUNG_DATE, "2026-02-30"}, {RUNG_DATE, "2026-00-10"}, {RUNG_DATE, "2026-13-01"}, {RUNG_DATE, "2026-04-31"},
      {RUNG_DATE, "0000-01-01"}, {RUNG_DATE, "2026/01/01"}, {RUNG_DATE, "2026-01-00"}, {RUNG_DATE, "2026-01-1"},
      {RUNG_DATE, "2026-01-:1"}, {RUNG_DATE, "2026-01-011"}, {RUNG_FLAG, "2"}, {RUNG_FLAG, "/"}, {RUNG_FLAG, "11"},
      {RUNG_TEXT, "\"a\"\"b\""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t value;
    CU_ASSERT_FALSE(reads(cases[i].type, cases[i].bytes, &value));
  }
}

/* -- Bytes that are UTF-8 throughout ---------------------------------------------------------------------- */

/* Old processors never say so, and of texts with characters of four bytes nothing is said. */
static bool is_able(void) {
  static const char blanks[CSV_PADDING];
  return foreign_none(blanks, 0);
}

static bool agrees(const char *text, size_t length) {
  bool fits = text_is_utf8((struct rung_text){text, length}), found = foreign_none(text, length), four = false;
  for (size_t i = 0; i < length; i++) four |= (unsigned char)text[i] >= 0xf0;
  return four || !is_able() ? fits || !found : found == fits;
}

/* Three bytes of every kind, at and around every place where a vector may end, also as the last. */
static void three_bytes(void) {
  static const unsigned char third[] = {0, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xe0};
  static const size_t places[] = {0, 1, 12, 14, 15, 29, 30, 31, 32, 61, 63, 64, 97};
  char bytes[100 + CSV_PADDING] = {0};
  size_t wrong = 0;
  for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
    for (unsigned i = 0; i < 0x10000u * sizeof third; i++) {
      unsigned char three[] = {(unsigned char)(i >> 8), (unsigned char)i, third[i >> 16]};
      memcpy(bytes + places[p], three, sizeof three);
      wrong += !agrees(bytes, places[p] + 3);
    }
    memset(bytes, 'a', sizeof bytes / 2);
  }
  CU_ASSERT_EQUAL(wrong, 0);
}

/* The memory ends where the padding does, which holds the row that follows. */
static void random_bytes(void) {
  size_t wrong = 0, fine = 0;
  for (int i = 0; i < 20000; i++) {
    struct draft draft = {.length = 0};
    while (draft.length < (size_t)i % CELL_MOST * 2) {
      if (below(200) == 0) draft_text(&draft);
      else add(&draft, below(2) ? "Київ" : below(2) ? "日本 " : "abcdefghijkl");
    }
    char *memory = malloc(draft.length + CSV_PADDING);
    CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
    memcpy(memory, draft.bytes, draft.length);
    memset(memory + draft.length, 'x', CSV_PADDING);
    fine += foreign_none(memory, draft.length);
    wrong += !agrees(memory, draft.length);
    free(memory);
  }
  CU_ASSERT_EQUAL(wrong, 0);
  CU_ASSERT(fine > 10000 || !is_able());
}

static void cut_off(void) {
  char bytes[CSV_PADDING * 2] = "Київ";
  CU_ASSERT_EQUAL(foreign_none(bytes, 8), is_able());
  bytes[7] = 0;
  CU_ASSERT_FALSE(foreign_none(bytes, 7));
}

void suite_decode(void);

void suite_decode(void) {
  CU_pSuite suite = CU_add_suite("decode", NULL, NULL);
  CU_add_test(suite, "common forms", common_forms);
  CU_add_test(suite, "forms that are left to others", other_forms);
  CU_add_test(suite, "random cells of every declaration", random_cells);
  CU_add_test(suite, "UTF-8 throughout: three bytes", three_bytes);
  CU_add_test(suite, "UTF-8 throughout: random bytes", random_bytes);
  CU_add_test(suite, "UTF-8 throughout: cut off", cut_off);
}
