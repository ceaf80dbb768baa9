/* path.h - which file a path names. */
#ifndef RUNG_PATH_H
#define RUNG_PATH_H

#include <stdbool.h>

enum { PATH_MOST = 4096 };

/* Both paths name the same file, which need not exist yet.  NULL and "-" are no file. */
bool path_same(const char *a, const char *b);
/* The file stands, or will, in the folder itself.  Likewise. */
bool path_inside(const char *path, const char *folder);
/* Where a file that does not exist yet will stand: behind symbolic links that lead to nothing.  False, and errno, when
   that can't be told. */
bool path_behind(const char *path, char room[static PATH_MOST]);
/* Without slashes at the end, which only a folder may have.  False when it is too long. */
bool path_bare(const char *path, char room[static PATH_MOST]);
/* No path, "-" or "/dev/stdout". */
bool path_is_standard(const char *path);
/* The open descriptor that a path such as /dev/stderr or /dev/fd/3 names, also by symbolic links; -1 when it
   names none. */
int path_descriptor(const char *path);

#endif
