/* folded.c - texts that are never found: in the wrong letter case beside `lower` and `upper`, or, in a file, with
   blanks around them. */
#include "check.h"

#include "text.h"

#include <utf8proc.h>

/* -- Letter case ------------------------------------------------------------------------------ */

/* Whether `lower` or `upper` would change the text.  U+00DF is its own capital: see the runtime's fold. */
static bool changes(struct rung_text text, bool lower) {
  for (size_t at = 0, taken; at < text.length; at += taken) {
    int32_t character;
    taken = text_character(text, at, &character);
    if (character < 0 || (!lower && character == 0xdf)) continue;
    if ((lower ? utf8proc_tolower(character) : utf8proc_toupper(character)) != character) return true;
  }
  return false;
}

static void report_case(struct module *module, struct place at, struct rung_text word, bool lower) {
  diag_report(module, at, DIAG_LETTER_CASE, lower ? "lower" : "upper", lower ? "capital" : "small",
              TEXT_ARG(diag_quote(module, word)));
}

static const struct ast *fold_of(struct ast *node) {
  const struct ast *call = unparen(node);
  bool folds = call->kind == AST_CALL && (call->function == FUNCTION_LOWER || call->function == FUNCTION_UPPER);
  return folds ? call : NULL;
}

void check_letter_case(struct module *module, struct ast *folded, struct ast *value) {
  const struct ast *fold = fold_of(folded);
  if (!fold || value->kind != AST_STRING) return;
  bool lower = fold->function == FUNCTION_LOWER;
  if (changes(value->text, lower)) report_case(module, value->at, value->text, lower);
}

void check_list_case(struct module *module, struct ast *test) {
  const struct ast *fold = fold_of(test->child[0]);
  const struct symbol *list = test->child[1]->symbol;
  for (uint32_t i = 1; fold && list && list->kind == SYMBOL_LIST && i < list->decl->count; i++) {
    struct rung_text word = list->decl->child[i]->text;
    if (!changes(word, fold->function == FUNCTION_LOWER)) continue;
    report_case(module, test->child[1]->at, word, fold->function == FUNCTION_LOWER);
    return;
  }
}

/* -- Files ---------------------------------------------------------------------------------------- */

void check_file(struct module *module, struct ast *test) {
  if (!test->file) return;
  struct ast *name = test->child[1];
  struct rung_text rest = test->file->text, line;
  const struct ast *fold = fold_of(test->child[0]);
  bool blanks_told = false, case_told = false;
  if (rest.length == 0) diag_report(module, name->at, DIAG_FILE_EMPTY, TEXT_ARG(name->text));
  for (uint32_t number = 1; source_line_next(&rest, &line); number++) {
    if (!blanks_told && text_trim(line).length < line.length) {
      struct diag *diag = diag_report(module, name->at, DIAG_FILE_BLANKS, number, TEXT_ARG(name->text));
      diag_help(module, diag, "blanks count like letters: take them out of the file");
      blanks_told = true;
    }
    if (case_told || !fold || !changes(line, fold->function == FUNCTION_LOWER)) continue;
    report_case(module, name->at, line, fold->function == FUNCTION_LOWER);
    case_told = true;
  }
}
