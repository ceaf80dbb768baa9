/* csv_sniff.h - tells by its first bytes what is no CSV. */
#ifndef RUNG_CSV_SNIFF_H
#define RUNG_CSV_SNIFF_H

#include "io.h"

enum { SNIFF_LENGTH = 4096 }; /* bytes that are enough to tell */

struct sniffed {
  const char *what;           /* the file is, to follow "is "; NULL when it may be CSV */
  const char *advice;
};

struct sniffed csv_sniff(const char *bytes, size_t length, char delimiter);

#endif
