/* rights.c - whose a file is that takes the place of another, and who may read it. */
#include "rights.h"

#include <stdbool.h>
#include <unistd.h>

mode_t rights_keep(int file, const struct stat *former, mode_t mode) {
  struct stat made;
  bool looked = fstat(file, &made) == 0;
  bool owner = looked && made.st_uid == former->st_uid, group = looked && made.st_gid == former->st_gid;
  if ((owner && group) || fchown(file, former->st_uid, former->st_gid) == 0) return mode;
  /* Only root may give files away; a group is everybody's to give who belongs to it. */
  if (group || fchown(file, (uid_t)-1, former->st_gid) == 0) return mode;
  return (mode & ~(mode_t)S_IRWXG) | (mode & (mode & S_IRWXO) << 3);
}

int rights_set(int file, mode_t asked, mode_t mode) {
  struct stat made;
  if (fstat(file, &made)) return -1;
  bool lacks = mode & ~made.st_mode, excess = made.st_mode & asked & ~mode;
  return lacks || excess ? fchmod(file, mode) : 0;
}
