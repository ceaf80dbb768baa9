/* csv_scan.c - chooses among the instruction sets. */
#include "csv_scan.h"

#include <string.h>

static const struct csv_scan *const fastest_first[] = {
    &csv_scan_avx512, &csv_scan_avx2, &csv_scan_neon, &csv_scan_sse2, &csv_scan_portable,
};

const struct csv_scan *csv_scan_choose(const char *name) {
  for (size_t i = 0; i < sizeof fastest_first / sizeof *fastest_first; i++) {
    const struct csv_scan *scan = fastest_first[i];
    if (name && strcmp(name, scan->name) != 0) continue;
    if (scan->scan && (!scan->available || scan->available())) return scan;
  }
  return NULL;
}
