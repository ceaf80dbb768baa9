/* csv_sniff.c - tells by its first bytes what is no CSV. */
#include "csv_sniff.h"

#include <string.h>

#include "program.h"

static const char say_utf16[] = "say --encoding UTF-16, or export it as \"CSV UTF-8\"";
static const char say_utf32[] = "say --encoding UTF-32, or export it as \"CSV UTF-8\"";
static const char save_utf8[] = "export it, or save it in the spreadsheet program, as \"CSV UTF-8\"";
static const char export_rows[] = "export the data itself as \"CSV UTF-8\"";
static const char decompress[] = "decompress it first, or compress it with gzip or zstd";

static const struct {
  const char *magic;
  size_t length;
  struct sniffed sniffed;
} foreign[] = {
    {"\xff\xfe\0\0", 4, {"encoded in UTF-32", say_utf32}},
    {"\0\0\xfe\xff", 4, {"encoded in UTF-32", say_utf32}},
    {"\xff\xfe", 2, {"encoded in UTF-16", say_utf16}},
    {"\xfe\xff", 2, {"encoded in UTF-16", say_utf16}},
    {"PK\3\4", 4, {"an Excel workbook or another zip archive", save_utf8}},
    {"PK\5\6", 4, {"an empty zip archive", save_utf8}},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, {"an old Excel workbook", save_utf8}},
    {"%PDF-", 5, {"a PDF document", export_rows}},
    {"SQLite format 3", 16, {"an SQLite database", export_rows}},
    {"{\\rtf", 5, {"a document of a word processor", export_rows}},
    {"PAR1\x15", 5, {"a Parquet file", export_rows}},
    {"BZh91AY&SY", 10, {"compressed by bzip2", decompress}},
    {"Rar!\x1a\7", 6, {"a rar archive", decompress}},
    {"\xfd" "7zXZ\0", 6, {"compressed by xz", decompress}},
    {"7z\xbc\xaf\x27\x1c", 6, {"a 7z archive", decompress}},
    {PROGRAM_MAGIC, sizeof PROGRAM_MAGIC - 1, {"a compiled program", "rules come first: rung score RULES CUSTOMERS"}},
};

/* Markup begins so, whatever the case of its letters, perhaps behind blanks. */
static const struct {
  const char *begin;
  struct sniffed sniffed;
} markup[] = {
    {"<!doctype html", {"an HTML page", save_utf8}},
    {"<html", {"an HTML page", save_utf8}},
    {"<table", {"an HTML page", save_utf8}},
    {"<?xml", {"an XML file", save_utf8}},
};

static bool begins(const char *bytes, size_t length, const char *begin) {
  for (; *begin; begin++, bytes++, length--) {
    if (length == 0) return false;
    char lower = *bytes >= 'A' && *bytes <= 'Z' ? (char)(*bytes + ('a' - 'A')) : *bytes;
    if (lower != *begin) return false;
  }
  return true;
}

/* UTF-32 without its mark: of each four bytes the two upper ones of a character are NUL but for the least bits, of the
   whole not only NULs. */
static bool looks_utf32(const char *bytes, size_t length) {
  bool little = length >= 8, big = little, any = false;
  for (size_t i = 0; i + 4 <= length; i += 4) {
    little = little && bytes[i + 3] == 0 && (unsigned char)bytes[i + 2] <= 0x10;
    big = big && bytes[i] == 0 && (unsigned char)bytes[i + 1] <= 0x10;
    any |= bytes[i] || bytes[i + 1] || bytes[i + 2] || bytes[i + 3];
  }
  return any && (little || big);
}

/* UTF-16 without its mark: at least two NULs, all on one side of the pairs, and every separator paired with one. */
static bool looks_utf16(const char *bytes, size_t length, char delimiter) {
  size_t nuls[2] = {0, 0};
  for (size_t i = 0; i < length; i++) nuls[i % 2] += bytes[i] == 0;
  if (nuls[0] + nuls[1] < 2 || (nuls[0] && nuls[1])) return false;
  size_t side = nuls[1] ? 1 : 0;
  for (size_t i = 0; i + 1 < length; i += 2) {
    char nul = bytes[i + side], other = bytes[i + 1 - side];
    bool separates = other == '\n' || other == '\r' || other == delimiter;
    if (nul != 0 && (separates || nul == '\n' || nul == '\r' || nul == delimiter)) return false;
  }
  return true;
}

struct sniffed csv_sniff(const char *bytes, size_t length, char delimiter) {
  for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
    if (length >= foreign[i].length && memcmp(bytes, foreign[i].magic, foreign[i].length) == 0) {
      return foreign[i].sniffed;
    }
  }
  for (size_t i = 0; i < sizeof markup / sizeof *markup; i++) {
    size_t at = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < length && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r' || bytes[at] == '\n')) at++;
    if (begins(bytes + at, length - at, markup[i].begin)) return markup[i].sniffed;
  }
  if (looks_utf32(bytes, length)) return (struct sniffed){"encoded in UTF-32", say_utf32};
  if (looks_utf16(bytes, length, delimiter)) return (struct sniffed){"encoded in UTF-16", say_utf16};
  return (struct sniffed){NULL, NULL};
}
