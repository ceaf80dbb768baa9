/* temp.c - temporary files without a name. */
#include "temp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "io.h"

/* Names may have 255 bytes; the rest is for what is added. */
enum { PATH_ROOM = 4096, NAME_KEPT = 200 };

static enum rung_status fail_temp(struct rung_error *error, const char *what) {
  return fail(error, RUNG_NO_RESOURCE, "%s a temporary file: %s", what, strerror(errno));
}

/* Not every file system knows files that never had a name.  A kill at the moment when it has one leaves it, empty. */
enum rung_status temp_open(int *file, struct rung_error *error) {
  const char *folder = getenv("TMPDIR");
  char path[PATH_ROOM];
  if (!folder || !*folder) folder = "/tmp";
  *file = open(folder, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
  if (*file >= 0) return RUNG_OK;
  if (snprintf(path, sizeof path, "%s/rung-XXXXXX", folder) >= (int)sizeof path) errno = ENAMETOOLONG;
  else *file = mkostemp(path, O_CLOEXEC);
  if (*file >= 0 && unlink(path) == 0) return RUNG_OK;
  enum rung_status status = fail(error, RUNG_NO_RESOURCE, "cannot make a temporary file in %s: %s", folder,
                                 strerror(errno));
  if (*file >= 0) close(*file);
  *file = -1;
  return status;
}

enum rung_status temp_write(int file, const void *bytes, size_t size, uint64_t offset, struct rung_error *error) {
  for (size_t done = 0; done < size;) {
    ssize_t written = pwrite(file, (const char *)bytes + done, size - done, (off_t)(offset + done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      if (written == 0) errno = ENOSPC;
      return fail_temp(error, "cannot write");
    }
    done += (size_t)written;
  }
  return RUNG_OK;
}

enum rung_status temp_read(int file, void *bytes, size_t size, uint64_t offset, struct rung_error *error) {
  for (size_t done = 0; done < size;) {
    ssize_t got = pread(file, (char *)bytes + done, size - done, (off_t)(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      if (got == 0) errno = EIO;
      return fail_temp(error, "cannot read");
    }
    done += (size_t)got;
  }
  return RUNG_OK;
}

int temp_sync(int file) {
  int done;
  do done = fsync(file);
  while (done < 0 && errno == EINTR);
  return done;
}

bool temp_name(const char *path, char *room, size_t size) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  uint64_t random;
  if (getrandom(&random, sizeof random, 0) != sizeof random) return false;
  snprintf(room, size, "%.*s.%.*s.%016llx.rung-tmp", (int)(name - path), path, NAME_KEPT, name,
           (unsigned long long)random);
  return true;
}
