/* pattern.c - try the regular expressions of the rules, so that no program holds one that does not compile. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "pattern.h"

#include "limits.h"

#include <pcre2.h>

enum { MESSAGE_ROOM = 256 };

/* rung_allocator wants to be told the size of what it frees, and PCRE2 does not know it: it stands before the block. */
union header {
  size_t size;
  max_align_t align;
};

static void *allocate(size_t size, void *context) {
  const struct rung_allocator *allocator = context;
  size_t whole;
  if (__builtin_add_overflow(size, sizeof(union header), &whole)) return NULL;
  union header *header = allocator->resize(allocator->context, NULL, 0, whole);
  if (!header) return NULL;
  header->size = whole;
  return header + 1;
}

static void release(void *block, void *context) {
  const struct rung_allocator *allocator = context;
  if (!block) return;
  union header *header = (union header *)block - 1;
  allocator->resize(allocator->context, header, header->size, 0);
}

/* Where byte `offset` of a decoded text stands in the source: past the quote, and an escape is two bytes for one. */
static struct place place_inside(const struct module *module, const struct ast *string, size_t offset) {
  struct rung_text source = source_text(&module->sources, string->at);
  size_t at = 1;
  for (size_t i = 0; i < offset && at + 1 < source.length; i++) at += source.bytes[at] == '\\' ? 2 : 1;
  if (at >= source.length) at = source.length > 0 ? source.length - 1 : 0;
  uint32_t begin = string->at.begin + (uint32_t)at;
  return (struct place){string->at.source, begin, begin + 1};
}

void check_pattern(struct module *module, const struct ast *string) {
  struct arena *arena = &module->arena;
  if (string->text.length > LIMIT_PATTERN) {
    diag_report(module, string->at, DIAG_PATTERN_LONG, LIMIT_PATTERN, string->text.length);
    return;
  }
  int error;
  PCRE2_SIZE offset;
  pcre2_general_context *general = pcre2_general_context_create(allocate, release, &arena->allocator);
  pcre2_compile_context *compile = general ? pcre2_compile_context_create(general) : NULL;
  pcre2_code *code = !compile || pcre2_set_parens_nest_limit(compile, LIMIT_REGEX_NESTING)
                         ? NULL
                         : pcre2_compile((PCRE2_SPTR)string->text.bytes, string->text.length,
                                         PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C, &error,
                                         &offset, compile);
  if (!compile || (!code && error == PCRE2_ERROR_HEAP_FAILED)) {
    arena->failed = true;
  } else if (!code) {
    PCRE2_UCHAR message[MESSAGE_ROOM];
    if (pcre2_get_error_message(error, message, sizeof message) < 0) message[0] = '\0';
    struct diag *diag = diag_report(module, place_inside(module, string, offset), DIAG_PATTERN_BAD, (char *)message);
    diag_help(module, diag, "in a text `\\` is written `\\\\`: \"\\\\d+\" are digits, \"\\\\.\" is a dot");
  }
  pcre2_code_free(code);
  pcre2_compile_context_free(compile);
  pcre2_general_context_free(general);
}
