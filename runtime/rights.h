/* rights.h - whose a file is that takes the place of another, and who may read it. */
#ifndef RUNG_RIGHTS_H
#define RUNG_RIGHTS_H

#include <sys/stat.h>

/* Gives a file the owner, the group and the access control list of the one at `path`, which it will replace, as far as
   the process may, and returns what of `mode` then suits: where the group or the list can't be kept, the group may do no
   more than everybody. */
mode_t rights_keep(int file, const char *path, const struct stat *former, mode_t mode);

/* As fchmod, for a file that was made with the mode `asked`.  What it has beyond that a file system gave it that has no
   modes, and is left so. */
int rights_set(int file, mode_t asked, mode_t mode);

#endif
