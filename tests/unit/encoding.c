/* encoding.c - dumps in other encodings than UTF-8. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "open_bytes.h"

#define B(literal) (literal), sizeof(literal) - 1

/* All that is read, `step` bytes at a time; *length SIZE_MAX when reading fails. */
static char *read_whole(const char *encoding, const char *bytes, size_t size, size_t step, size_t *length,
                        struct rung_error *error) {
  struct input *input = open_bytes(bytes, size);
  char *all = calloc(size * 4 + step + 1, 1);
  size_t got = step;
  *length = 0;
  enum rung_status status = input_encoding(input, encoding, error);
  while (!status && got == step) {
    status = input_read(input, all + *length, step, &got, error);
    if (!status) *length += got;
  }
  if (status) *length = SIZE_MAX;
  input_close(input);
  return all;
}

static void reads(const char *encoding, const char *bytes, size_t size, const char *wanted) {
  static const size_t steps[] = {1, 2, 3, 7, 4096};
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    struct rung_error error = {0};
    size_t length;
    char *all = read_whole(encoding, bytes, size, steps[i], &length, &error);
    bool right = length == strlen(wanted) && memcmp(all, wanted, length) == 0;
    if (!right) fprintf(stderr, "\n%s: \"%s\" %s", encoding, all, error.text);
    CU_ASSERT(right);
    free(all);
  }
}

static void refuses(const char *encoding, const char *bytes, size_t size, enum rung_status status, const char *why) {
  struct rung_error error = {0};
  size_t length;
  free(read_whole(encoding, bytes, size, 4096, &length, &error));
  CU_ASSERT_EQUAL(length, SIZE_MAX);
  CU_ASSERT_EQUAL(error.status, status);
  if (!strstr(error.text, why)) fprintf(stderr, "\n%s: %s", encoding, error.text);
  CU_ASSERT_PTR_NOT_NULL(strstr(error.text, why));
}

static void single_bytes(void) {
  static const char *const cyrillic[] = {"windows-1251", "WINDOWS-1251", "cp1251", "win-1251", "win1251", "1251"};
  for (size_t i = 0; i < sizeof cyrillic / sizeof *cyrillic; i++)
    reads(cyrillic[i], B("\xc8\xec\xff;\xb9\r\n\x88"), "Имя;№\r\n€");
  reads("koi8-r", B("\xe9\xcd\xd1"), "Имя");
  reads("KOI8-U", B("\xa4\xb7"), "єЇ");
  reads("cp866", B("\x88\xac\xef"), "Имя");
  static const char *const western[] = {"latin1", "latin-1", "ISO-8859-1", "Latin-1"};
  for (size_t i = 0; i < sizeof western / sizeof *western; i++) reads(western[i], B("Andr\xe9,\xa3"), "André,£");
  reads("windows-1252", B("\x80"), "€");
  reads("windows-1251", B(""), "");
  reads("windows-1251", B("plain"), "plain");
  reads(NULL, B("\xc8\xec"), "\xc8\xec");
}

static void wide(void) {
  const char *text = "Имя,€\n😀";
  reads("UTF-16", B("\xff\xfe\x18\x04\x3c\x04\x4f\x04,\0\xac\x20\n\0\x3d\xd8\0\xde"), text);
  reads("UTF-16", B("\xfe\xff\x04\x18\x04\x3c\x04\x4f\0,\x20\xac\0\n\xd8\x3d\xde\0"), text);
  reads("utf16", B("\x18\x04\x3c\x04\x4f\x04,\0\xac\x20\n\0\x3d\xd8\0\xde"), text);
  reads("UTF-16", B("\x04\x18\x04\x3c\x04\x4f\0,\x20\xac\0\n\xd8\x3d\xde\0"), text);
  reads("UTF-16LE", B("\x18\x04\x3c\x04\x4f\x04,\0\xac\x20\n\0\x3d\xd8\0\xde"), text);
  reads("UTF-16LE", B("\xff\xfe\x18\x04\x3c\x04\x4f\x04,\0\xac\x20\n\0\x3d\xd8\0\xde"), text);
  reads("utf-16be", B("\xfe\xff\x04\x18\x04\x3c\x04\x4f\0,\x20\xac\0\n\xd8\x3d\xde\0"), text);
  reads("UTF-16BE", B("\x04\x18"), "И");
  reads("UTF-32", B("\xff\xfe\0\0\x18\x04\0\0\0\xf6\1\0"), "И😀");
  reads("UTF-32", B("\0\0\xfe\xff\0\0\x04\x18\0\1\xf6\0"), "И😀");
  reads("UTF-32", B("\x18\x04\0\0,\0\0\0"), "И,");
  reads("UTF-32", B("\0\0\x04\x18\0\0\0,"), "И,");
  reads("UTF-32LE", B("\x18\x04\0\0"), "И");
  reads("UTF-16", B(""), "");
  reads("UTF-16", B("\xff\xfe"), "");
}

static void many_bytes(void) {
  reads("Shift_JIS", B("\x93\xfa\x96\x7b"), "日本");
  reads("GB18030", B("\xd6\xd0\x81\x30\x81\x30"), "中\xc2\x80");
  reads("ISO-2022-JP", B("\x1b$BF|\x1b(B,"), "日,");
  reads("UTF-8", B("Имя"), "Имя");
  reads("utf8", B("\xef\xbb\xbfИмя"), "\xef\xbb\xbfИмя");
}

static void invalid(void) {
  refuses("windows-1251", B("a\nb\r\nc\rd\xc8\x98"), RUNG_BAD_DATA, "line 4, byte 9: 0x98 begins no character of windows");
  refuses("UTF-8", B("a\n\xff"), RUNG_BAD_DATA, "line 2, byte 2: 0xff");
  refuses("UTF-8", B("a\xed\xa0\x80"), RUNG_BAD_DATA, "byte 1: 0xed");
  refuses("UTF-8", B("a\xc0\xaf"), RUNG_BAD_DATA, "byte 1: 0xc0");
  refuses("UTF-8", B("ab\xd0"), RUNG_BAD_DATA, "byte 2: 0xd0");
  refuses("UTF-16", B("\xff\xfe" "a\0b"), RUNG_BAD_DATA, "byte 4: 0x62");
  refuses("UTF-16LE", B("a\0\n\0\0\xd8,\0"), RUNG_BAD_DATA, "line 2, byte 4: 0x00");
  refuses("UTF-32LE", B("\0\0\x11\0"), RUNG_BAD_DATA, "byte 0: 0x00");
  refuses("ascii", B("a\xe9"), RUNG_BAD_DATA, "byte 1: 0xe9");
}

/* A wrong declaration that iconv would not mind. */
static void mistaken(void) {
  refuses("windows-1251", B("Имя клиента;Город\nПётр;Казань\n"), RUNG_BAD_DATA, "is UTF-8, not windows-1251");
  refuses("latin1", B("\xef\xbb\xbfname\n"), RUNG_BAD_DATA, "is UTF-8, not latin1");
  refuses("UTF-16", B("id,name\n1,x\n"), RUNG_BAD_DATA, "does not look like UTF-16");
  refuses("UTF-16LE", B("\xfe\xff\0a"), RUNG_BAD_DATA, "mark of UTF-16BE");
  refuses("UTF-32BE", B("\xff\xfe\0\0a\0\0\0"), RUNG_BAD_DATA, "mark of UTF-32LE");
}

static void names(void) {
  static const char *const none[] = {"", "nonsense", "UTF-8//IGNORE", "windows-1251//TRANSLIT", "windows-9999", "/",
                                     "a name that is much too long for any encoding there is", "win", "cp", "имя"};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
    struct rung_error error = {0};
    struct input *input = open_bytes("a", 1);
    CU_ASSERT_EQUAL(input_encoding(input, none[i], &error), RUNG_INVALID);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "there is no encoding"));
    input_close(input);
  }
}

/* Longer than what is held at a time: every character of the plane but surrogates, in UTF-16 and in UTF-8. */
static void long_text(void) {
  enum { ROUNDS = 4, MOST = 0xffff };
  size_t units = 0, length = 0, got;
  unsigned char *wide_text = malloc((size_t)ROUNDS * MOST * 2);
  char *text = malloc((size_t)ROUNDS * MOST * 3);
  CU_ASSERT_FATAL(wide_text && text);
  for (int round = 0; round < ROUNDS; round++) {
    for (unsigned c = 1; c < MOST; c++) {
      if (c >= 0xd800 && c < 0xe000) continue;
      wide_text[units++] = (unsigned char)(c & 0xff);
      wide_text[units++] = (unsigned char)(c >> 8);
      if (c < 0x80) text[length++] = (char)c;
      if (c >= 0x80 && c < 0x800) text[length++] = (char)(0xc0 | c >> 6);
      if (c >= 0x800) text[length++] = (char)(0xe0 | c >> 12), text[length++] = (char)(0x80 | (c >> 6 & 0x3f));
      if (c >= 0x80) text[length++] = (char)(0x80 | (c & 0x3f));
    }
  }
  static const size_t steps[] = {4093, 1 << 20};
  for (size_t i = 0; i < 2; i++) {
    char *all = read_whole("UTF-16LE", (char *)wide_text, units, steps[i], &got, NULL);
    CU_ASSERT(got == length && memcmp(all, text, length) == 0);
    free(all);
  }
  struct rung_error error = {0};
  wide_text[units - 1] = 0xdc; /* half a pair, after 4 times two lines: by the LF and by the CR of each round */
  free(read_whole("UTF-16LE", (char *)wide_text, units, 4096, &got, &error));
  char place[64];
  snprintf(place, sizeof place, "line 9, byte %zu:", units - 2);
  CU_ASSERT_PTR_NOT_NULL(strstr(error.text, place));
  free(wide_text);
  free(text);
}

void suite_encoding(void);
void suite_encoding(void) {
  CU_pSuite suite = CU_add_suite("encoding", NULL, NULL);
  CU_add_test(suite, "single bytes", single_bytes);
  CU_add_test(suite, "UTF-16 and UTF-32", wide);
  CU_add_test(suite, "several bytes", many_bytes);
  CU_add_test(suite, "what is no character", invalid);
  CU_add_test(suite, "the wrong encoding", mistaken);
  CU_add_test(suite, "names", names);
  CU_add_test(suite, "a long text", long_text);
}
