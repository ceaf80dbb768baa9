/* session.h - what the rest of the runtime needs of a program and a session, beyond rung.h. */
#ifndef RUNG_SESSION_H
#define RUNG_SESSION_H

#include "program.h"
#include "vec.h"

/* The decoded tables of a loaded program, and its allocator; they live as long as the program. */
const struct program_tables *program_tables(const rung_program *program);
const struct rung_allocator *program_allocator(const rung_program *program);

/* The register that holds column i, to be filled before session_run: data and validity of each row.
   Bitmaps have bitmap_words(capacity) words, data has session_capacity() elements. */
struct vec *session_column(rung_session *session, size_t column);
size_t session_capacity(const rung_session *session);

/* Applies the program to the first `rows` rows of the column registers.  Only memory can fail. */
enum rung_status session_run(rung_session *session, size_t rows, struct rung_error *error);

/* Any register, after session_run: conditions of rules, the filter. */
const struct vec *session_register(const rung_session *session, uint32_t reg);

/* Rows counted so far by instruction `inst`, which is a FAULT. */
uint64_t session_faults(const rung_session *session, size_t inst);

/* Param i as it now stands, as rule text; lives as long as the session. */
struct rung_text session_param_text(const rung_session *session, size_t param);

#endif
