/* path.c - tell whether two paths name one file. */
#include "path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS_MOST = 40 };     /* as the system has it */

bool path_behind(const char *path, char room[static PATH_MOST]) {
  char next[PATH_MOST], target[PATH_MOST];
  int length = snprintf(room, PATH_MOST, "%s", path);
  for (int links = 0; links < LINKS_MOST && length < PATH_MOST; links++) {
    ssize_t got = readlink(room, target, sizeof target - 1);
    if (got < 0) return errno == ENOENT || errno == EINVAL; /* nothing there, or no link */
    target[got] = 0;
    const char *slash = target[0] == '/' ? NULL : strrchr(room, '/');
    length = snprintf(next, sizeof next, "%.*s%s", slash ? (int)(slash - room) + 1 : 0, room, target);
    memcpy(room, next, sizeof next);
  }
  errno = length < PATH_MOST ? ELOOP : ENAMETOOLONG;
  return false;
}

/* The folder that a path stands in, and the name there.  False when there is no such folder. */
static bool split(const char *path, char *room, size_t size, struct stat *folder, const char **name) {
  size_t length = strlen(path);
  if (length >= size) return false;
  memcpy(room, path, length + 1);
  char *slash = strrchr(room, '/');
  *name = slash ? path + (slash - room) + 1 : path;
  if (slash) slash[slash == room] = 0; /* "/x" stands in "/" */
  return stat(slash ? room : ".", folder) == 0;
}

/* It keeps nothing, so it can be all files at once. */
static bool is_null_device(const struct stat *file) {
  struct stat null;
  return S_ISCHR(file->st_mode) && stat("/dev/null", &null) == 0 && file->st_rdev == null.st_rdev;
}

bool path_same(const char *a, const char *b) {
  struct stat a_file, b_file;
  char room[PATH_MOST], a_behind[PATH_MOST], b_behind[PATH_MOST];
  const char *a_name, *b_name;
  if (!a || !b || strcmp(a, "-") == 0 || strcmp(b, "-") == 0) return false;
  bool a_exists = stat(a, &a_file) == 0, b_exists = stat(b, &b_file) == 0;
  if (strcmp(a, b) == 0) return !(a_exists && is_null_device(&a_file));
  if (a_exists != b_exists) return false;
  if (!a_exists && (!path_behind(a, a_behind) || !split(a_behind, room, sizeof room, &a_file, &a_name) ||
                    !path_behind(b, b_behind) || !split(b_behind, room, sizeof room, &b_file, &b_name)))
    return false;
  /* A device takes any number of writers; in a pipe what they write would be mixed. */
  if (a_exists && !S_ISREG(a_file.st_mode) && !S_ISFIFO(a_file.st_mode)) return false;
  bool node = a_file.st_dev == b_file.st_dev && a_file.st_ino == b_file.st_ino;
  return node && (a_exists || strcmp(a_name, b_name) == 0);
}

bool path_inside(const char *path, const char *folder) {
  struct stat a, b;
  char room[PATH_MOST];
  const char *name;
  if (!path || !folder || strcmp(path, "-") == 0 || !split(path, room, sizeof room, &a, &name)) return false;
  return stat(folder, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}
