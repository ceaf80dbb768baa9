/* temp.h - temporary files without a name: nothing stays behind, however the program ends. */
#ifndef RUNG_TEMP_H
#define RUNG_TEMP_H

#include "rung.h"

/* Opens one in $TMPDIR, else in /tmp; the caller closes it. */
enum rung_status temp_open(int *file, struct rung_error *error);

/* All of the bytes, at an offset, or an error. */
enum rung_status temp_write(int file, const void *bytes, size_t size, uint64_t offset, struct rung_error *error);
enum rung_status temp_read(int file, void *bytes, size_t size, uint64_t offset, struct rung_error *error);

/* As fsync, and signals don't keep it from being done. */
int temp_sync(int file);

/* Is told the name of a temporary file or folder before it is made, a file in a folder after it, so that the program
   can remove them when a signal ends it. */
struct temp_teller {
  void (*tell)(void *context, const char *path, bool folder); /* or NULL */
  void *context;
};

static inline void temp_tell(const struct temp_teller *teller, const char *path, bool folder) {
  if (teller->tell) teller->tell(teller->context, path, folder);
}

enum { TEMP_NAME_ADDED = 40 };

/* A name beside `path` for what will take its place, in room for TEMP_NAME_ADDED bytes more than the path has; false
   when the system has no random bytes. */
bool temp_name(const char *path, char *room, size_t size);

#endif
