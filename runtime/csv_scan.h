/* csv_scan.h - 64 bytes at a time to the ends of fields and rows: the part of reading CSV that each instruction set
   does its own way.

   An instruction set is one file csv_scan_<name>.c: a few primitives, and csv_scan_loop.h after them.  All give the
   same; csv_scan_portable.c is the one to read first. */
#ifndef RUNG_CSV_SCAN_H
#define RUNG_CSV_SCAN_H

#include "rung.h"

enum { CSV_CHUNK = 64 };

/* Where the bytes of one chunk stand; bit i is byte i. */
struct csv_masks {
  uint64_t quote, delimiter, lf, cr;
  uint64_t nul;               /* 0 when no byte is NUL; else any other value */
};

/* What the next byte must know of those before it, and what was found so far. */
struct csv_state {
  uint64_t inside;            /* all ones in quotes, else 0 */
  uint64_t after_special, after_closing, after_cr; /* 0 or 1 */
  uint64_t nul;               /* not 0: perhaps a byte was NUL */
  uint64_t rows, quoted_lines; /* ended outside quotes, and inside */
  uint32_t *ends;             /* where the end of the next field goes */
};

/* What is written past the last of the ends, at most. */
enum { CSV_EXCESS = 64 };

/* Takes bytes[from] to bytes[to - 1]; up to CSV_CHUNK more are looked at.  There is room for as many ends as there are
   bytes, and for CSV_EXCESS more.  Returns where it stopped: at `to`, or at an irregular quote or what follows one:
   then what the next byte must know is void. */
typedef size_t csv_scan_fn(const char *bytes, size_t from, size_t to, char delimiter, struct csv_state *state);

struct csv_scan {
  const char *name;
  csv_scan_fn *scan;          /* NULL: made for another kind of processor */
  bool (*available)(void);    /* on this processor; NULL: on any */
};

extern const struct csv_scan csv_scan_avx512, csv_scan_avx2, csv_scan_sse2, csv_scan_neon, csv_scan_portable;

/* The one of that name, or the fastest for NULL; NULL when this processor has it not. */
const struct csv_scan *csv_scan_choose(const char *name);

#endif
