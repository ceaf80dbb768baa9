/* mutate.h - changes a program file where it counts: opcodes, registers, types, places of texts, counts, stages. */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* Makes the checksum, and the size that the header tells, fit again. */
void program_seal(uint8_t *bytes, size_t size);

/* One change inside the `size` bytes, which need be no good program; says in `what` (at most `room` bytes) which. */
void program_mutate(uint8_t *bytes, size_t size, uint64_t *random, char *what, size_t room);

#endif
