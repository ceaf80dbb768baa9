/* verify.h - is a decoded program safe to run?  */
#ifndef RUNG_VERIFY_H
#define RUNG_VERIFY_H

#include "alloc.h"
#include "program.h"

/* RUNG_INVALID with the first thing that is wrong, RUNG_NO_RESOURCE when memory is out. */
enum rung_status verify(const struct program_tables *tables, const struct rung_allocator *allocator,
                        struct rung_error *error);

/* verify_tables.c: everything but the stages, their code and the registers that it computes. */
enum rung_status verify_tables(const struct program_tables *tables, struct rung_error *error);

/* verify_stages.c: tables, stages, and what one stage hands to another.  After verify_tables. */
enum rung_status verify_stages(const struct program_tables *tables, struct rung_error *error);

/* verify_campaigns.c: campaigns, guards and tallies but for their registers.  After verify_tables. */
enum rung_status verify_campaigns(const struct program_tables *tables, struct rung_error *error);

/* verify_names.c: names of columns, labels, campaigns and params.  After verify_tables. */
enum rung_status verify_names(const struct program_tables *tables, const struct rung_allocator *allocator,
                              struct rung_error *error);

/* "the program is invalid: record 3 of section columns has an unknown type" */
enum rung_status verify_fail(struct rung_error *error, enum section section, size_t i, const char *what);

#endif
