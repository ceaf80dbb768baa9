/* cmd_mistaken.c - tell a dump that is given for rules, before messages quote customers. */
#include <string.h>
#include <strings.h>

#include "cmd.h"

/* What a dump is called, and rules are not. */
static bool is_named_so(struct rung_text path) {
  static const char *const endings[] = {".csv", ".tsv", ".gz", ".zst", ".xlsx", ".xls", ".jsonl", ".json"};
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    size_t wanted = strlen(endings[i]);
    if (path.length > wanted && strncasecmp(path.bytes + path.length - wanted, endings[i], wanted) == 0) return true;
  }
  return false;
}

/* The next line that is not blank, without its end. */
static struct rung_text next_line(struct rung_text *rest) {
  while (rest->length && strchr(" \t\r\n", rest->bytes[0])) rest->bytes++, rest->length--;
  size_t length = 0;
  while (length < rest->length && rest->bytes[length] != '\n' && rest->bytes[length] != '\r') length++;
  struct rung_text line = {rest->bytes, length};
  *rest = (struct rung_text){rest->bytes + length, rest->length - length};
  return line;
}

static size_t count(struct rung_text line, char byte) {
  size_t found = 0;
  for (size_t i = 0; i < line.length; i++) found += line.bytes[i] == byte;
  return found;
}

/* Something of each statement: an arrow, a comparison, a bracket, a comment, the semicolon at its end; or it begins with
   the word of one, as `show a, b` does. */
static bool has_syntax(struct rung_text line) {
  static const char *const words[] = {"use",   "show",   "let",   "param",    "list",  "never", "always",
                                      "guard", "status", "score", "campaign", "input", "test",  "limit"};
  size_t word = 0;
  for (size_t i = 0; i < line.length; i++)
    if (line.bytes[i] == '\0' || strchr("=<>(){}#`", line.bytes[i])) return true;
  if (memmem(line.bytes, line.length, "→", sizeof "→" - 1) || memmem(line.bytes, line.length, "->", 2)) return true;
  if (line.length && line.bytes[line.length - 1] == ';') return true;
  while (word < line.length && line.bytes[word] >= 'a' && line.bytes[word] <= 'z') word++;
  for (size_t i = 0; i < sizeof words / sizeof *words && word < line.length && line.bytes[word] == ' '; i++)
    if (strlen(words[i]) == word && memcmp(words[i], line.bytes, word) == 0) return true;
  return false;
}

/* Its first two lines, or its only one, are cut alike into cells. */
static bool has_cells(struct rung_text text) {
  static const char delimiters[] = {',', ';', '\t', '|'};
  struct rung_text first = next_line(&text), second = next_line(&text);
  if (!second.length) second = first;
  if (has_syntax(first) || has_syntax(second)) return false;
  for (size_t i = 0; i < sizeof delimiters; i++)
    if (count(first, delimiters[i]) && count(first, delimiters[i]) == count(second, delimiters[i])) return true;
  return false;
}

bool cmd_is_dump(struct rung_text path, struct rung_text text) { return is_named_so(path) || has_cells(text); }
