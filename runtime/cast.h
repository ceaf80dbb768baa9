/* cast.h - turn the bytes of a cell into a typed value, by our own strict grammars. */
#ifndef RUNG_CAST_H
#define RUNG_CAST_H

#include "program.h"
#include "vec.h"

/* What a cell turned out to be: fine, or the reason why not (cast_errors.def: id, reason, advice). */
enum cast_result {
  CAST_FINE, /* also when it is missing */
#define CAST_ERROR(id, reason, advice) CAST_##id,
#include "cast_errors.def"
#undef CAST_ERROR
  CAST_RESULT_COUNT
};

const char *cast_reason(enum cast_result result); /* static, for people */
const char *cast_advice(enum cast_result result); /* static; "" when none */

/* A column's declaration, made ready for reading cells.  Immutable once made; shared by threads.
   Made by caster_new, freed by caster_free; refers to `tables` and `dialect`, which NULL means all defaults. */
struct caster;
enum rung_status caster_new(const struct program_tables *tables, size_t column, const struct rung_dialect *dialect,
                            const struct rung_allocator *allocator, struct caster **caster,
                            struct rung_error *error);
void caster_free(struct caster *caster);

/* How the plain cells of a column may be read without asking cast_cell, which gives the same of them: by the decoder of
   `kind` (decode.h).  PLAIN_NONE: no cell may. */
struct plain {
  enum plain_kind { PLAIN_NONE, PLAIN_INTEGER, PLAIN_NUMBER, PLAIN_DATE, PLAIN_FLAG, PLAIN_TEXT } kind;
  char mark;                  /* before decimals */
  bool has_preset;            /* an empty cell is `preset`, but of text is cast_cell's; otherwise it is missing */
  int64_t preset;
  bool screened;              /* cast_cell decides about these values: */
  int64_t low, high;          /* those outside of them */
  const struct prog_number *missing; /* and these */
  size_t missing_count;
};
const struct plain *caster_plain(const struct caster *caster);

/* Reads a cell (already unquoted) into row `row` of `out`, a register of the column's type: writes the validity
   bit and the value.  Text is stored as a view of `cell`.  On an error the row is left missing.
   The column's mark is taken off; blanks (text.h) around a value that is no text don't count.  A cell is missing when
   it is then empty, one of the missing words of the column or the dialect, or (a number or a date) the same value as
   one of the column's; the column's default takes its place, whatever range or set of values is declared. */
enum cast_result cast_cell(const struct caster *caster, struct rung_text cell, struct vec *out, size_t row);

/* What cast_cell would look at of a cell: a view of it without the mark and, but in a text, the blanks around; empty
   when it is missing, whatever default takes its place. */
struct rung_text cast_view(const struct caster *caster, struct rung_text cell);

#endif
