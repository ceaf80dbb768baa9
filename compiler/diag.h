/* diag.h - messages about the rules: collected, sorted by place, rendered for people. */
#ifndef RUNGC_DIAG_H
#define RUNGC_DIAG_H

#include "rungc.h"
#include "source.h"

enum diag_id {
#define DIAG(id, code, severity, format) DIAG_##id,
#include "diag.def"
#undef DIAG
  DIAG_COUNT
};

struct diag {
  enum diag_id id;
  struct place at;
  struct rung_text text, help, fix;
};

struct diags {
  struct diag *at;
  uint32_t count, room;
  uint32_t errors, warnings;  /* all that were found, also those not kept */
  uint32_t max_errors;        /* kept at most, and as many warnings; 0 means 100 */
  bool muted;                 /* nothing is kept or counted: a pass only looks what would come out */
  struct diag scratch;        /* handed out for what is not kept */
};

struct module;

/* Reports at a place, the arguments going into the format of diag.def.  Past max_errors it only counts.  Returns the
   message, to which diag_help and diag_fix may add until the next report; never NULL. */
struct diag *diag_report(struct module *module, struct place at, enum diag_id id, ...);
/* What to do about it, one sentence. */
void diag_help(struct module *module, struct diag *diag, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The text to put at the place instead. */
void diag_fix(struct diag *diag, struct rung_text fix);

/* A piece of a source for use inside a sentence: cut when long, odd characters replaced. */
struct rung_text diag_quote(struct module *module, struct rung_text text);

/* By file, then place; equal messages once.  Done at the end of a compilation. */
void diag_sort(struct diags *diags);
const char *diag_code(enum diag_id id);
enum rungc_severity diag_severity(enum diag_id id);
/* "file:line:column: error E0201: sentence", the source line, carets, help; each line ended. */
struct rung_text diag_render(struct module *module, const struct diag *diag);

/* The candidate nearest to `name` by edit distance (characters, transpositions count one), if near enough to be
   meant; else an empty text. */
struct nearest {
  struct rung_text name, best;
  uint32_t distance;
};
void nearest_start(struct nearest *nearest, struct rung_text name);
void nearest_try(struct nearest *nearest, struct rung_text candidate);

#endif
