/* parsing.c - rule texts to trees on one line, and to the codes of what is said about them. */
#include "parsing.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

int parsing_append(void *context, const char *bytes, size_t length) {
  struct text_buffer *buffer = context;
  if (length >= sizeof buffer->bytes - buffer->length) return 1;
  memcpy(buffer->bytes + buffer->length, bytes, length);
  buffer->length += length;
  buffer->bytes[buffer->length] = '\0';
  return 0;
}

void parsing_flatten(struct text_buffer *buffer) {
  size_t to = 0;
  for (size_t i = 0; i < buffer->length; i++) {
    if (buffer->bytes[i] == ' ' && buffer->bytes[i + 1] == '@') {
      i += 2 + strspn(buffer->bytes + i + 2, "0123456789:-") - 1;
    } else if (buffer->bytes[i] == '\n') {
      i += strspn(buffer->bytes + i + 1, " ");
      if (i + 1 < buffer->length) buffer->bytes[to++] = ' ';
    } else {
      buffer->bytes[to++] = buffer->bytes[i];
    }
  }
  buffer->bytes[to] = '\0';
}

void parsing_start(struct module *module, const char *text, size_t length) {
  *module = (struct module){.diags.max_errors = 1000};
  arena_init(&module->arena, NULL);
  load(module, TEXT("r"), (struct rung_text){text, length});
  diag_sort(&module->diags);
  CU_ASSERT_FALSE_FATAL(module->arena.failed);
}

bool is_tree(const char *text, const char *expected) {
  static const char head[] = "(file \"r\"";
  struct module module;
  struct text_buffer buffer = {.length = 0};
  parsing_start(&module, text, strlen(text));
  CU_ASSERT_EQUAL(print_tree(&module, false, parsing_append, &buffer), RUNG_OK);
  parsing_flatten(&buffer);
  char *body = buffer.bytes + sizeof head - 1;
  body += *body == ' ';
  body[strlen(body) - 1] = '\0';
  bool same = strcmp(body, expected) == 0 && module.diags.count == 0;
  if (!same) fprintf(stderr, "\n  %s\n  gives %s\n  not   %s, %u messages\n", text, body, expected, module.diags.count);
  arena_free(&module.arena);
  return same;
}

bool is_condition(const char *condition, const char *expected) {
  char text[512], tree[1024];
  snprintf(text, sizeof text, "%s -> t", condition);
  snprintf(tree, sizeof tree, "(rule (none) %s (none) (name t))", expected);
  return is_tree(text, tree);
}

bool says_bytes(const char *text, size_t length, const char *expected) {
  struct module module;
  char got[2048] = "";
  parsing_start(&module, text, length);
  for (uint32_t i = 0; i < module.diags.count; i++) {
    const struct diag *diag = &module.diags.at[i];
    struct line_column at = source_locate(module.sources.at[diag->at.source], diag->at.begin);
    size_t used = strlen(got);
    snprintf(got + used, sizeof got - used, "%s%s@%u:%u", i ? " " : "", diag_code(diag->id), at.line, at.column);
  }
  bool same = strcmp(got, expected) == 0;
  if (!same) fprintf(stderr, "\n  %.200s\n  says %s\n  not  %s\n", text, got, expected);
  arena_free(&module.arena);
  return same;
}

bool says(const char *text, const char *expected) { return says_bytes(text, strlen(text), expected); }
