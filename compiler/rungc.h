/* rungc.h - compile customer rules to a program for librung.

   Conventions are those of rung.h: status plus error text, allocator, no
   globals, no printing.  A compilation belongs to one thread; any number of
   threads may compile at once.  */
#ifndef RUNGC_H
#define RUNGC_H

#include "rung.h"

#ifdef __cplusplus
extern "C" {
#endif

enum rungc_severity { RUNGC_ERROR, RUNGC_WARNING };

/* One message about the rules.  Texts live as long as the compilation. */
struct rungc_message {
  enum rungc_severity severity;
  const char *code;          /* stable: "E0201" */
  struct rung_text file;
  uint32_t line, column;     /* from 1; columns in characters */
  uint32_t end_line, end_column; /* just past the last character */
  size_t offset, length;     /* the same place in bytes */
  struct rung_text text;     /* one sentence */
  struct rung_text help;     /* what to do; empty when there is no advice */
  struct rung_text fix;      /* text to put at the place instead; empty when there is none */
};

/* Reads the file that `use` or `in file` names.  `from` is the file that asks, `name` the text
   as written.  Sets *path to the name for messages and *bytes to the content, both allocated
   with `allocator` at exactly their length, which the compiler then frees (on failure too, what is set).  On failure
   it fills *error: with RUNG_INVALID when there is no such file, with RUNG_NO_RESOURCE when it can't be read now. */
typedef enum rung_status rungc_open_fn(void *context, struct rung_text from, struct rung_text name,
                                       const struct rung_allocator *allocator, struct rung_text *path,
                                       struct rung_text *bytes, struct rung_error *error);

/* Whether the file of this path and content, which `use` names, holds customers, not rules: it is then refused, and
   nothing of it is shown. */
typedef bool rungc_dump_fn(struct rung_text path, struct rung_text bytes);

struct rungc_options {
  const struct rung_allocator *allocator; /* NULL: realloc and free */
  rungc_open_fn *open;       /* NULL: from the file system, relative to the asking file */
  void *open_context;
  rungc_dump_fn *is_dump;    /* NULL: none is */
  struct rung_text only;     /* a condition; rows for which it is not true are not written; may be empty */
  struct rung_text prelude;  /* rules that stand before the text, such as `use "columns.rung";`, with paths that begin
                                at the current folder; may be empty */
  uint32_t max_errors;       /* 0 means 100 */
  bool coverage;             /* the program counts how often its conditions are true, false and unknown */
  bool tests;                /* it also counts what the tests of the main text expect, which are in rungc_test */
};

typedef struct rungc_compilation rungc_compilation;

/* Compiles the rules `text`; `file` is their name for messages and the base for `use`.
   RUNG_INVALID: the rules have errors; the messages say which.  RUNG_NO_RESOURCE: memory is out, and there are no
   messages; or they say which file could not be read.  *compilation is set
   whenever memory sufficed and is freed by rungc_free; `options` may be NULL. */
RUNG_API enum rung_status rungc_compile(struct rung_text file, struct rung_text text,
                                        const struct rungc_options *options,
                                        rungc_compilation **compilation, struct rung_error *error);
RUNG_API void rungc_free(rungc_compilation *compilation);

/* The program's bytes (for rung_program_load or a .rungc file), living as long as the
   compilation; empty when there were errors. */
RUNG_API struct rung_text rungc_program(const rungc_compilation *compilation);

RUNG_API size_t rungc_messages(const rungc_compilation *compilation);
RUNG_API struct rungc_message rungc_message(const rungc_compilation *compilation, size_t i);

/* Message i as people read it: place, sentence, source line, caret, help; the caller frees
   nothing, it lives as long as the compilation. */
RUNG_API struct rung_text rungc_message_text(const rungc_compilation *compilation, size_t i);

/* The tests of the main text, with `tests`.  All lives as long as the compilation. */

/* A table's rows as CSV, with a header, comma and UTF-8, made by the declarations of its columns; or a file of them. */
struct rungc_test_table {
  struct rung_text table;    /* empty: the customers */
  struct rung_text path;     /* of a `from`, seen from the current folder, zero-terminated; else empty: use `csv` */
  struct rung_text csv;
  const uint32_t *lines;     /* of each row of `csv`: where it is written in the rules */
  size_t row_count;
};

/* What an expectation depends on, the nearest first. */
enum rungc_concern_kind {
  RUNGC_CONDITION,           /* of a rule, an arm, a line of a score, a campaign's clause */
  RUNGC_PART,                /* of the condition before it, between `and`, `or` and `not` */
  RUNGC_VALUE,               /* of a column, a let, an aggregate or a measure */
  RUNGC_OUTCOME              /* what became of him in the campaign that `source` names */
};
struct rungc_concern {
  enum rungc_concern_kind kind;
  struct rung_text gives;    /* of a CONDITION, what stands before it in a sentence: "lifecycle = churning if",
                                "winback unless" */
  struct rung_text source;   /* as written, to be asked for a customer's value by a let */
  struct rung_text file;
  uint32_t line;
};

/* A condition that a test expects to be true for the customer `key`.  The i-th of a test is the i-th tally
   RUNG_EXPECTED of it (rung_program_tally), which is asked of his row alone. */
struct rungc_expectation {
  struct rung_text source;   /* as written */
  uint32_t line;
  struct rung_text key;
  const struct rungc_concern *concerns;
  size_t concern_count;
};

struct rungc_test {
  struct rung_text name, file;
  uint32_t line;
  struct rung_text today;    /* as `--today` takes it; empty: none was given, and none is needed */
  bool first_run;            /* no row of `previous` was given */
  const struct rung_setting *settings;
  size_t setting_count;
  const struct rungc_test_table *tables;
  size_t table_count;
  const struct rungc_expectation *expectations;
  size_t expectation_count;
};
RUNG_API size_t rungc_tests(const rungc_compilation *compilation);
RUNG_API struct rungc_test rungc_test(const rungc_compilation *compilation, size_t i);

/* What a pass made of the rules, as text, for tests and the curious: "tree", "typed", "plan", "simplified",
   "registers".  Handed to `write` piece by piece.  RUNG_INVALID: there is no such pass, or the rules have
   errors and never came so far; RUNG_NO_RESOURCE: `write` stopped it, or memory is out. */
RUNG_API enum rung_status rungc_print(const rungc_compilation *compilation, const char *pass,
                                      rung_write_fn *write, void *context);

#ifdef __cplusplus
}
#endif
#endif
