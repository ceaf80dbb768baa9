/* path.c - tell whether two paths name one file. */
#include "path.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS_MOST = 40 };     /* as the system has it */

/* Where the symbolic link leads whose path is in the room.  *length is that of the path, PATH_MOST when it is too long;
   false, and errno, when there is no link. */
static bool follow(char room[static PATH_MOST], int *length) {
  char next[PATH_MOST], target[PATH_MOST];
  ssize_t got = readlink(room, target, sizeof target - 1);
  if (got < 0) return false;
  target[got] = 0;
  const char *slash = target[0] == '/' ? NULL : strrchr(room, '/');
  *length = snprintf(next, sizeof next, "%.*s%s", slash ? (int)(slash - room) + 1 : 0, room, target);
  memcpy(room, next, sizeof next);
  return true;
}

bool path_behind(const char *path, char room[static PATH_MOST]) {
  int length = snprintf(room, PATH_MOST, "%s", path);
  for (int links = 0; links < LINKS_MOST && length < PATH_MOST; links++)
    if (!follow(room, &length)) return errno == ENOENT || errno == EINVAL; /* nothing there, or no link */
  errno = length < PATH_MOST ? ELOOP : ENAMETOOLONG;
  return false;
}

bool path_bare(const char *path, char room[static PATH_MOST]) {
  int length = snprintf(room, PATH_MOST, "%s", path);
  if (length >= PATH_MOST) return false;
  while (length > 1 && room[length - 1] == '/') room[--length] = 0;
  return true;
}

bool path_is_standard(const char *path) {
  return !path || strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0;
}

/* The number in "/dev/fd/3", or -1. */
static int descriptor_number(const char *path) {
  static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/"};
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    size_t length = strlen(folders[i]);
    if (strncmp(path, folders[i], length) != 0 || path[length] < '0' || path[length] > '9') continue;
    char *end;
    errno = 0;
    unsigned long number = strtoul(path + length, &end, 10);
    if (*end == 0 && errno == 0 && number <= INT_MAX) return (int)number;
  }
  return -1;
}

int path_descriptor(const char *path) {
  char room[PATH_MOST];
  int length = snprintf(room, sizeof room, "%s", path), number = -1;
  for (int links = 0; links < LINKS_MOST && length < PATH_MOST; links++) {
    number = descriptor_number(room);
    if (number >= 0 || !follow(room, &length)) break;
  }
  return number;
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

/* Where what does not exist yet will stand: split(), behind symbolic links.  It may be a folder, and end with
   slashes. */
static bool find_place(const char *path, char behind[static PATH_MOST], struct stat *folder, const char **name) {
  char bare[PATH_MOST], room[PATH_MOST];
  return path_bare(path, bare) && path_behind(bare, room) && path_bare(room, behind) &&
         split(behind, room, sizeof room, folder, name);
}

/* It keeps nothing, so it can be all files at once. */
static bool is_null_device(const struct stat *file) {
  struct stat null;
  return S_ISCHR(file->st_mode) && stat("/dev/null", &null) == 0 && file->st_rdev == null.st_rdev;
}

bool path_same(const char *a, const char *b) {
  struct stat a_file, b_file;
  char a_behind[PATH_MOST], b_behind[PATH_MOST];
  const char *a_name, *b_name;
  if (!a || !b || strcmp(a, "-") == 0 || strcmp(b, "-") == 0) return false;
  bool a_exists = stat(a, &a_file) == 0, b_exists = stat(b, &b_file) == 0;
  if (strcmp(a, b) == 0) return !(a_exists && is_null_device(&a_file));
  if (a_exists != b_exists) return false;
  if (!a_exists && (!find_place(a, a_behind, &a_file, &a_name) || !find_place(b, b_behind, &b_file, &b_name)))
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
