/* anything.h - uses a loaded program by every road of the library, on random rows. */
#ifndef FUZZ_ANYTHING_H
#define FUZZ_ANYTHING_H

#include "rung.h"

/* The program came from anybody: its results may be nonsense, but all is read and written inside its bounds, and what
   the library promises of any program holds, else it aborts.  The same seed gives the same rows. */
void use_program(const rung_program *program, uint64_t seed);

#endif
