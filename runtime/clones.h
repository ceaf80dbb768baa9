/* clones.h - one function for several instruction sets.

   Static functions so marked are compiled for each; which is used is chosen when the program is loaded.  All give the
   same.  Sanitizers are not ready yet when that choice is made. */
#ifndef RUNG_CLONES_H
#define RUNG_CLONES_H

#include <stdint.h> /* says __GLIBC__ */

#if defined __x86_64__ && defined __GLIBC__ && !defined __clang__ && !defined __SANITIZE_ADDRESS__ && \
    !defined __SANITIZE_THREAD__
#define CLONES __attribute__((target_clones("default", "avx2", "arch=x86-64-v4")))
#else
#define CLONES
#endif

#endif
