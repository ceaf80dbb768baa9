/* folder.c - a set of files that appears as one folder, all of them or none: made beside it, then put in its place. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "path.h"
#include "rights.h"
#include "score.h"
#include "temp.h"

struct folder {
  const struct rung_allocator *allocator;
  char *path;                 /* symbolic links resolved */
  char *temporary;            /* beside it; empty when there is nothing to remove */
  char *spare;                /* a third name, as long at most, for when the two can't be swapped at once */
  size_t path_size, temporary_size;
  int file;                   /* of the temporary one */
  bool replaces, hidden;      /* a folder that there is; `file` is its owner's alone as yet */
  struct stat former;         /* whose mode it is to have: of that folder, else its own as it was made */
  struct temp_teller teller;
};

static enum rung_status fail_folder(const char *what, const char *path, struct rung_error *error) {
  return fail(error, RUNG_NO_RESOURCE, "cannot %s the folder %s: %s", what, path, strerror(errno));
}

static int open_folder(const char *path) {
  int file;
  do file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  while (file < 0 && errno == EINTR);
  return file;
}

/* -- Whose files are in it ------------------------------------------------------------ */

/* The list of a former set; nothing when there is none. */
static enum rung_status read_list(int folder, const char *path, struct buffer *list, struct rung_error *error) {
  enum { PIECE = 64 << 10 };
  int file;
  do file = openat(folder, FOLDER_LIST, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  while (file < 0 && errno == EINTR);
  /* A symbolic link, which gives ELOOP, is no list of ours. */
  if (file < 0) return errno == ENOENT || errno == ELOOP ? RUNG_OK : fail_folder("read", path, error);
  ssize_t got = 1;
  while (got > 0 && buffer_room(list, PIECE)) {
    do got = read(file, list->at + list->length, PIECE);
    while (got < 0 && errno == EINTR);
    if (got > 0) list->length += (size_t)got;
  }
  bool failed = got < 0 && errno != EISDIR;
  enum rung_status status = failed ? fail_folder("read", path, error) : list->failed ? fail_memory(error) : RUNG_OK;
  close(file);
  return status;
}

/* Names are written there as they are.  A file of this name that a run did not write lists nothing, not even itself. */
static bool is_listed(const struct buffer *list, const char *name) {
  char quoted[FOLDER_NAME_MOST + sizeof FOLDER_FILE_BEGIN + 1];
  size_t begin = strlen(FOLDER_LIST_BEGIN);
  if (list->length < begin || memcmp(list->at, FOLDER_LIST_BEGIN, begin) != 0) return false;
  if (strcmp(name, FOLDER_LIST) == 0) return true;
  int length = snprintf(quoted, sizeof quoted, "%s%s\"", FOLDER_FILE_BEGIN, name);
  return length < (int)sizeof quoted && memmem(list->at, list->length, quoted, (size_t)length);
}

/* What to do with a name in a folder.  RUNG_NOTICE refuses it, which ends the visit; RUNG_NO_RESOURCE: see errno. */
typedef enum rung_status visit_fn(int folder, const struct buffer *list, const char *name);

static enum rung_status remove_any(int folder, const struct buffer *list, const char *name) {
  (void)list;
  unlinkat(folder, name, 0);
  return RUNG_OK;
}

/* The name that `visit` refused goes to `refused`, which is empty when there was none. */
static enum rung_status visit_names(const struct folder *set, const char *path, visit_fn *visit,
                                    char refused[static FOLDER_NAME_MOST + 1], struct rung_error *error) {
  struct buffer list = {.allocator = set->allocator};
  DIR *names = opendir(path);
  *refused = 0;
  if (!names) return fail_folder("read", path, error);
  /* Whoever removes all can do it when there is no memory for a list. */
  enum rung_status status = visit == remove_any ? RUNG_OK : read_list(dirfd(names), path, &list, error);
  while (!status && !*refused) {
    errno = 0;
    const struct dirent *entry = readdir(names);
    if (!entry && errno) status = fail_folder("read", path, error);
    if (!entry) break;
    bool own = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    enum rung_status visited = own ? RUNG_OK : visit(dirfd(names), &list, entry->d_name);
    if (visited == RUNG_NO_RESOURCE) status = fail_folder("look into", path, error);
    else if (visited) snprintf(refused, FOLDER_NAME_MOST + 1, "%s", entry->d_name);
  }
  closedir(names);
  buffer_free(&list);
  return status;
}

static enum rung_status check_ours(int folder, const struct buffer *list, const char *name) {
  struct stat file;
  if (!is_listed(list, name)) return RUNG_NOTICE;
  if (fstatat(folder, name, &file, AT_SYMLINK_NOFOLLOW)) return errno == ENOENT ? RUNG_OK : RUNG_NO_RESOURCE;
  return S_ISREG(file.st_mode) ? RUNG_OK : RUNG_NOTICE;
}

static enum rung_status remove_listed(int folder, const struct buffer *list, const char *name) {
  if (check_ours(folder, list, name) == RUNG_OK) unlinkat(folder, name, 0);
  return RUNG_OK;
}

/* The folder must not be, or be empty, or hold nothing but what a former run put there. */
static enum rung_status check_replaceable(const struct folder *folder, struct rung_error *error) {
  char refused[FOLDER_NAME_MOST + 1];
  struct stat target;
  if (stat(folder->path, &target))
    return errno == ENOENT ? RUNG_OK : fail_folder("look into", folder->path, error);
  if (!S_ISDIR(target.st_mode))
    return fail(error, RUNG_INVALID, "%s is no folder, so no files can go there", folder->path);
  if (access(folder->path, W_OK | X_OK)) return fail_folder("replace", folder->path, error); /* renaming does not ask */
  enum rung_status status = visit_names(folder, folder->path, check_ours, refused, error);
  if (status || !*refused) return status;
  return fail(error, RUNG_INVALID, "the folder %s has something that no earlier run put there (%s), and all of it "
              "would be replaced; give another folder, or empty it", folder->path, refused);
}

/* What could not be removed stays, the folder too. */
static void remove_temporary(struct folder *folder, visit_fn *remove) {
  char refused[FOLDER_NAME_MOST + 1];
  (void)visit_names(folder, folder->temporary, remove, refused, NULL);
  (void)rmdir(folder->temporary);
  folder->temporary[0] = 0;
}

/* -- Opening ------------------------------------------------------------------------------ */

static enum rung_status keep_path(struct folder *folder, const char *path, struct rung_error *error) {
  char room[PATH_MOST], behind[PATH_MOST];
  char *resolved = realpath(path, NULL);
  if (!resolved && errno != ENOENT) return fail_folder("find", path, error);
  errno = ENAMETOOLONG;
  bool found = resolved || (path_bare(path, room) && path_behind(room, behind) && path_bare(behind, room));
  if (!found) return fail_folder("find", path, error);
  const char *kept = resolved ? resolved : room;
  folder->path_size = strlen(kept) + 1;
  folder->path = alloc_array(folder->allocator, folder->path_size, 1);
  if (folder->path) memcpy(folder->path, kept, folder->path_size);
  free(resolved);
  return folder->path ? RUNG_OK : fail_memory(error);
}

enum rung_status folder_open(const char *path, const struct temp_teller *teller,
                             const struct rung_allocator *allocator, struct folder **result,
                             struct rung_error *error) {
  struct folder *folder = alloc_array(allocator, 1, sizeof *folder);
  if (!folder) return fail_memory(error);
  folder->allocator = allocator;
  folder->file = -1;
  folder->teller = *teller;
  enum rung_status status = keep_path(folder, path, error);
  if (!status) status = check_replaceable(folder, error);
  if (status) folder_discard(folder);
  else *result = folder;
  return status;
}

static bool make_temporary(struct folder *folder) {
  if (!temp_name(folder->path, folder->temporary, folder->temporary_size)) return false;
  temp_tell(&folder->teller, folder->temporary, true);
  return mkdir(folder->temporary, 0777) == 0;
}

enum rung_status folder_make(struct folder *folder, int *file, struct rung_error *error) {
  folder->temporary_size = folder->path_size + TEMP_NAME_ADDED;
  folder->temporary = alloc_array(folder->allocator, folder->temporary_size, 1);
  if (!folder->temporary) return fail_memory(error);
  if (!make_temporary(folder)) {
    folder->temporary[0] = 0;
    return fail_folder("make files beside", folder->path, error);
  }
  folder->file = open_folder(folder->temporary);
  if (folder->file < 0) return fail_folder("open", folder->temporary, error);
  /* Before there is a file in it, it becomes its owner's alone, so that no way leads to them until all are complete. */
  folder->replaces = stat(folder->path, &folder->former) == 0;
  if (!folder->replaces && fstat(folder->file, &folder->former))
    return fail_folder("look at", folder->temporary, error);
  /* The set-group-ID bit gives new files the group of their folder. */
  mode_t passes_on = folder->former.st_mode & S_ISGID;
  if (passes_on && folder->replaces) (void)!fchown(folder->file, (uid_t)-1, folder->former.st_gid);
  folder->hidden = fchmod(folder->file, S_IRWXU | passes_on) == 0;
  if (!folder->hidden && folder->replaces) return fail_folder("protect", folder->temporary, error);
  *file = folder->file;
  return RUNG_OK;
}

/* The path of a name in one of the two folders, or NULL. */
static char *path_of(const struct folder *folder, const char *in, const char *name, size_t *room) {
  *room = strlen(in) + strlen(name) + 2;
  char *path = alloc_array(folder->allocator, *room, 1);
  if (path) snprintf(path, *room, "%s/%s", in, name);
  return path;
}

enum rung_status folder_tell(const struct folder *folder, const char *name, struct rung_error *error) {
  size_t room;
  if (!folder->teller.tell) return RUNG_OK;
  char *path = path_of(folder, folder->temporary, name, &room);
  if (!path) return fail_memory(error);
  temp_tell(&folder->teller, path, false);
  alloc_free(folder->allocator, path, room, 1);
  return RUNG_OK;
}

enum rung_status folder_protect(const struct folder *folder, int file, const char *name, struct rung_error *error) {
  struct stat former;
  size_t room;
  char *path = path_of(folder, folder->path, name, &room);
  if (!path) return fail_memory(error);
  bool replaces = lstat(path, &former) == 0 && S_ISREG(former.st_mode);
  mode_t mode = replaces ? rights_keep(file, path, &former, former.st_mode & FOLDER_FILE_MODE) : 0;
  alloc_free(folder->allocator, path, room, 1);
  if (!replaces) return RUNG_OK;
  return rights_set(file, FOLDER_FILE_MODE, mode) ? fail_folder("protect files in", folder->temporary, error) : RUNG_OK;
}

/* -- Ending ---------------------------------------------------------------------------------- */

/* Swaps two folders; where the file system can't do it at once, there is a moment without any.  The spare name is told
   to nobody who removes what is left over: it is the former set that stands there. */
static int exchange(const char *a, const char *b, const char *spare) {
  if (renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  if (rename(b, spare)) return -1;
  if (rename(a, b)) {
    int why = errno;
    (void)rename(spare, b);
    errno = why;
    return -1;
  }
  return rename(spare, a);
}

enum rung_status folder_appear(struct folder *folder, struct rung_error *error) {
  /* An empty folder is replaced like one that is not there. */
  if (rename(folder->temporary, folder->path) == 0) {
    folder->temporary[0] = 0;
    return RUNG_OK;
  }
  if (errno != ENOTEMPTY && errno != EEXIST) return fail_folder("put in place", folder->path, error);
  if (exchange(folder->temporary, folder->path, folder->spare)) return fail_folder("replace", folder->path, error);
  remove_temporary(folder, remove_listed); /* the former one */
  return RUNG_OK;
}

/* As an output, it has its rights before its name. */
static enum rung_status give_rights(const struct folder *folder, struct rung_error *error) {
  mode_t mode = folder->former.st_mode & 07777;
  if (!folder->hidden) return RUNG_OK;
  if (folder->replaces) mode = rights_keep(folder->file, folder->path, &folder->former, mode);
  return fchmod(folder->file, mode) ? fail_folder("set the mode of", folder->temporary, error) : RUNG_OK;
}

/* When folder_appear is called, other outputs have appeared: only the renaming itself may fail there. */
static enum rung_status name_spare(struct folder *folder, struct rung_error *error) {
  folder->spare = alloc_array(folder->allocator, folder->temporary_size, 1);
  if (!folder->spare) return fail_memory(error);
  bool named = temp_name(folder->path, folder->spare, folder->temporary_size);
  return named ? RUNG_OK : fail_folder("make files beside", folder->path, error);
}

enum rung_status folder_settle(struct folder *folder, struct rung_error *error) {
  enum rung_status status = check_replaceable(folder, error);
  if (!status) status = name_spare(folder, error);
  if (!status) status = give_rights(folder, error);
  if (!status && temp_sync(folder->file)) status = fail_folder("sync", folder->temporary, error);
  return status;
}

enum rung_status folder_finish(struct folder *folder, struct rung_error *error) {
  enum rung_status status = RUNG_OK;
  char *slash = strrchr(folder->path, '/');
  if (slash) slash[slash == folder->path] = 0;
  int parent = open_folder(slash ? folder->path : ".");
  /* Some file systems can't sync a folder, and say EINVAL. */
  if (parent < 0 || (temp_sync(parent) && errno != EINVAL))
    status = fail_folder("sync", folder->path, error);
  if (parent >= 0) close(parent);
  folder_discard(folder);
  return status;
}

void folder_discard(struct folder *folder) {
  if (!folder) return;
  if (folder->temporary && folder->temporary[0]) remove_temporary(folder, remove_any);
  if (folder->file >= 0) close(folder->file);
  alloc_free(folder->allocator, folder->temporary, folder->temporary_size, 1);
  alloc_free(folder->allocator, folder->spare, folder->temporary_size, 1);
  alloc_free(folder->allocator, folder->path, folder->path_size, 1);
  alloc_free(folder->allocator, folder, 1, sizeof *folder);
}
