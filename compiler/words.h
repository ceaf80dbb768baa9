/* words.h - how messages name things. */
#ifndef RUNGC_WORDS_H
#define RUNGC_WORDS_H

#include "module.h"

/* "a column", "a label of a status"; static storage. */
const char *symbol_words(const struct symbol *symbol);
/* The header that a COLUMN node declares. */
struct rung_text column_header(const struct ast *column);
/* Where the name of a symbol is defined. */
struct place symbol_place(const struct symbol *symbol);
/* "rules.rung:12" */
struct rung_text place_words(struct module *module, struct place place);
/* "text", "a number", "a date"; static storage. */
const char *type_words(type_t type);
/* What a value of a type looks like in rules; static storage. */
const char *value_example(type_t type);
/* An operator as it is written; static storage. */
const char *operator_words(const struct ast *node);
/* The source of an expression in back-quotes when it is short, else "this". */
struct rung_text expression_words(struct module *module, const struct ast *node);
/* The source of an expression as it would be written elsewhere. */
struct rung_text expression_text(const struct module *module, const struct ast *node);
/* A name as it must be written: in back-quotes when it is no plain one. */
struct rung_text name_written(struct module *module, struct rung_text name);
/* Whether there is an error about something inside a place already. */
bool diag_inside(const struct module *module, struct place place);
/* Whether help for a message is worth looking for: not when the message itself is not kept. */
bool diag_kept(const struct module *module, const struct diag *diag);

#endif
