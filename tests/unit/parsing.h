/* parsing.h - rule texts to trees on one line, and to the codes of what is said about them. */
#ifndef PARSING_H
#define PARSING_H

#include "module.h"

struct text_buffer {
  char bytes[1 << 16];
  size_t length;
};

/* A rung_write_fn into a text_buffer. */
int parsing_append(void *context, const char *bytes, size_t length);
/* Loads `text` as a rule file; the caller frees the module's arena. */
void parsing_start(struct module *module, const char *text, size_t length);
/* A printed tree, made one line without places. */
void parsing_flatten(struct text_buffer *buffer);
/* The statements of `text` as one line of tree. */
bool is_tree(const char *text, const char *expected);
/* The condition of the only rule. */
bool is_condition(const char *condition, const char *expected);
/* The messages as "E0201@1:3 E0202@2:1". */
bool says_bytes(const char *text, size_t length, const char *expected);
bool says(const char *text, const char *expected);

#endif
