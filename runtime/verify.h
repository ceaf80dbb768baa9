/* verify.h - is a decoded program safe to run?  */
#ifndef RUNG_VERIFY_H
#define RUNG_VERIFY_H

#include "alloc.h"
#include "program.h"

/* RUNG_INVALID with the first thing that is wrong, RUNG_NO_RESOURCE when memory is out. */
enum rung_status verify(const struct program_tables *tables, const struct rung_allocator *allocator,
                        struct rung_error *error);

/* verify_tables.c: everything but the code and the registers it computes. */
enum rung_status verify_tables(const struct program_tables *tables, struct rung_error *error);

#endif
