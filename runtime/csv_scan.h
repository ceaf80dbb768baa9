/* csv_scan.h - 64 bytes to bit masks: the part of reading CSV that each instruction set does its own way.

   Bit i of a mask stands for byte i.  An instruction set is one file csv_scan_<name>.c with one csv_scan_fn; the
   reader (csv_index.c) works on masks only and calls whichever was chosen. */
#ifndef RUNG_CSV_SCAN_H
#define RUNG_CSV_SCAN_H

#include "rung.h"

enum { CSV_CHUNK = 64 };

struct csv_masks {
  uint64_t quote, delimiter, lf, cr;
  uint64_t inside;            /* an odd number of quotes up to and including this byte: an opening quote and what
                                 follows it, but not the closing quote */
};

/* Fills the masks of `chunks` times 64 bytes.  *inside is all ones when a quote is open before the first byte, else 0,
   and is moved on past the last. */
typedef void csv_scan_fn(const char *bytes, size_t chunks, char delimiter, uint64_t *inside, struct csv_masks *masks);

csv_scan_fn csv_scan_portable;

#endif
