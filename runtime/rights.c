/* rights.c - whose a file is that takes the place of another, and who may read it. */
#include "rights.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/xattr.h>
#include <unistd.h>

/* An access control list says more than the mode, in which the group's part is the most that the list gives to anyone:
   so the file keeps the mode that it was made with.  True when it has the same list as the former file, or none as that
   has none. */
static bool keep_list(int file, const char *path, mode_t mode) {
  static const char name[] = "system.posix_acl_access";
  char list[4096];
  ssize_t length = getxattr(path, name, list, sizeof list);
  if (length >= 0) return fsetxattr(file, name, list, (size_t)length, 0) == 0 && fchmod(file, mode) == 0;
  if (errno == ENOTSUP) return true;
  return errno == ENODATA && (fremovexattr(file, name) == 0 || errno == ENODATA || errno == ENOTSUP);
}

static mode_t without_group(mode_t mode) { return (mode & ~(mode_t)S_IRWXG) | (mode & (mode & S_IRWXO) << 3); }

mode_t rights_keep(int file, const char *path, const struct stat *former, mode_t mode) {
  struct stat made;
  bool looked = fstat(file, &made) == 0;
  if (!looked || !keep_list(file, path, made.st_mode & 07777)) mode = without_group(mode);
  bool owner = looked && made.st_uid == former->st_uid, group = looked && made.st_gid == former->st_gid;
  if ((owner && group) || fchown(file, former->st_uid, former->st_gid) == 0) return mode;
  /* Only root may give files away; a group is everybody's to give who belongs to it. */
  if (group || fchown(file, (uid_t)-1, former->st_gid) == 0) return mode;
  return without_group(mode);
}

int rights_set(int file, mode_t asked, mode_t mode) {
  struct stat made;
  if (fstat(file, &made)) return -1;
  bool lacks = mode & ~made.st_mode, excess = made.st_mode & asked & ~mode;
  return lacks || excess ? fchmod(file, mode) : 0;
}
