/* regex.c - regular expressions by PCRE2's interpreter. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "regex.h"

#include <pcre2.h>

#include "io.h"
#include "limits.h"

/* The allocator that PCRE2 keeps a pointer to stands beside what it allocates. */
struct regex {
  struct rung_allocator allocator;
  pcre2_code *code;
};

struct matcher {
  struct rung_allocator allocator;
  pcre2_match_context *context;
  pcre2_match_data *data;
};

static pcre2_general_context *general_context(struct rung_allocator *allocator) {
  return pcre2_general_context_create(alloc_block, alloc_unblock, allocator);
}

static enum rung_status bad_pattern(struct rung_text pattern, int code, size_t at, struct rung_error *error) {
  if (code == PCRE2_ERROR_HEAP_FAILED || code == PCRE2_ERROR_NOMEMORY) return fail_memory(error);
  char reason[256];
  if (pcre2_get_error_message(code, (PCRE2_UCHAR *)reason, sizeof reason) < 0) reason[0] = 0;
  return fail(error, RUNG_INVALID, "regular expression \"%.*s\": %s (at byte %zu)",
              (int)(pattern.length < 200 ? pattern.length : 200), pattern.bytes, reason, at);
}

enum rung_status regex_compile(struct rung_text pattern, const struct rung_allocator *allocator, struct regex **regex,
                               struct rung_error *error) {
  *regex = NULL;
  if (pattern.length > LIMIT_PATTERN)
    return fail(error, RUNG_INVALID, "a regular expression has %zu bytes; at most %d are allowed", pattern.length,
                LIMIT_PATTERN);
  struct regex *made = alloc_array(allocator, 1, sizeof *made);
  if (!made) return fail_memory(error);
  made->allocator = alloc_resolve(allocator);
  pcre2_general_context *general = general_context(&made->allocator);
  pcre2_compile_context *context = general ? pcre2_compile_context_create(general) : NULL;
  int code = PCRE2_ERROR_NOMEMORY;
  size_t at = 0;
  if (context && !pcre2_set_parens_nest_limit(context, LIMIT_REGEX_NESTING)) /* each takes stack */
    made->code = pcre2_compile((PCRE2_SPTR)(pattern.length ? pattern.bytes : ""), pattern.length,
                               PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C, &code, &at, context);
  pcre2_compile_context_free(context);
  pcre2_general_context_free(general);
  if (!made->code) {
    regex_free(made);
    return bad_pattern(pattern, code, at, error);
  }
  *regex = made;
  return RUNG_OK;
}

void regex_free(struct regex *regex) {
  if (!regex) return;
  pcre2_code_free(regex->code);
  struct rung_allocator allocator = regex->allocator;
  alloc_free(&allocator, regex, 1, sizeof *regex);
}

struct matcher *matcher_new(const struct rung_allocator *allocator) {
  struct matcher *matcher = alloc_array(allocator, 1, sizeof *matcher);
  if (!matcher) return NULL;
  matcher->allocator = alloc_resolve(allocator);
  pcre2_general_context *general = general_context(&matcher->allocator);
  if (general) {
    matcher->context = pcre2_match_context_create(general);
    matcher->data = pcre2_match_data_create(1, general);
  }
  pcre2_general_context_free(general);
  if (!matcher->context || !matcher->data) {
    matcher_free(matcher);
    return NULL;
  }
  pcre2_set_match_limit(matcher->context, LIMIT_REGEX_MATCH);
  pcre2_set_depth_limit(matcher->context, LIMIT_REGEX_DEPTH);
  pcre2_set_heap_limit(matcher->context, LIMIT_REGEX_HEAP);
  return matcher;
}

void matcher_free(struct matcher *matcher) {
  if (!matcher) return;
  pcre2_match_data_free(matcher->data);
  pcre2_match_context_free(matcher->context);
  struct rung_allocator allocator = matcher->allocator;
  alloc_free(&allocator, matcher, 1, sizeof *matcher);
}

enum match regex_match(const struct regex *regex, struct matcher *matcher, struct rung_text text) {
  PCRE2_SPTR subject = (PCRE2_SPTR)(text.length ? text.bytes : "");
  int found = pcre2_match(regex->code, subject, text.length, 0, 0, matcher->data, matcher->context);
  if (found >= 0) return MATCH_YES;
  if (found == PCRE2_ERROR_NOMATCH) return MATCH_NO;
  return found == PCRE2_ERROR_NOMEMORY ? MATCH_NO_MEMORY : MATCH_LIMIT;
}
