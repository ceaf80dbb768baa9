/* regex.h - regular expressions: PCRE2's interpreter (no JIT, so that limits bite alike everywhere). */
#ifndef RUNG_REGEX_H
#define RUNG_REGEX_H

#include "alloc.h"

struct regex;   /* a compiled pattern, shared by threads */
struct matcher; /* working memory of one thread */

/* RUNG_INVALID with PCRE2's words when the pattern is none. */
enum rung_status regex_compile(struct rung_text pattern, const struct rung_allocator *allocator, struct regex **regex,
                               struct rung_error *error);
void regex_free(struct regex *regex);

struct matcher *matcher_new(const struct rung_allocator *allocator);
void matcher_free(struct matcher *matcher);

enum match { MATCH_NO, MATCH_YES, MATCH_LIMIT, MATCH_NO_MEMORY };

/* Does the pattern match somewhere in the text?  MATCH_LIMIT: not decided within limits.h. */
enum match regex_match(const struct regex *regex, struct matcher *matcher, struct rung_text text);

#endif
