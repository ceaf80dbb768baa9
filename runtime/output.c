/* output.c - files to write: complete under their name or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "io.h"
#include "path.h"
#include "rights.h"

/* All is written in multiples of OUTPUT_ROOM: the kernel takes twice the time for a page that two writes share, and
   copying what waits for the rest of it costs less. */
enum { OUTPUT_ROOM = 256 << 10, NAME_TRIES = 100, OWN_MODE = 0600 };

struct output {
  struct rung_allocator allocator;
  char *path;                 /* of the final file, symbolic links resolved; or a name for messages */
  char *temporary;            /* NULL when the path itself is written, as it goes */
  size_t path_size, temporary_size;
  size_t folder_length;       /* of both paths, with the slash; 0 is the working folder */
  int file;
  unsigned mode;              /* that it is to have under its own name */
  bool replaces;              /* what `former` says */
  struct stat former;
  bool given;                 /* a descriptor that was open before, and stays so */
  char *bytes;
  size_t length;              /* of what waits in `bytes` */
  uint64_t written;
  int broken;                 /* errno of the first failure */
  int spool;                  /* a temporary file that holds the bytes until output_release, or -1 */
  uint64_t spooled;           /* bytes in it */
  rung_write_fn *take;        /* takes them then, instead of `file`; or NULL */
  void *context;
  uint64_t device, inode;     /* of the file that stands under the name already, else 0 */
  struct temp_teller teller;
};

static enum rung_status fail_system(const struct output *output, const char *what, struct rung_error *error) {
  return fail(error, RUNG_NO_RESOURCE, "cannot %s %s: %s", what, output->path, strerror(errno));
}

static enum rung_status keep_path(struct output *output, const char *path, struct rung_error *error) {
  output->path_size = strlen(path) + 1;
  output->path = alloc_array(&output->allocator, output->path_size, 1);
  if (!output->path) return fail_memory(error);
  memcpy(output->path, path, output->path_size);
  const char *slash = strrchr(path, '/');
  output->folder_length = slash ? (size_t)(slash - path) + 1 : 0;
  return RUNG_OK;
}

/* A file of nobody else's under the temporary name. */
static enum rung_status make_file(struct output *output, unsigned mode, struct rung_error *error) {
  for (int tries = 0; tries < NAME_TRIES; tries++) {
    if (!temp_name(output->path, output->temporary, output->temporary_size)) break;
    temp_tell(&output->teller, output->temporary, false);
    output->file = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (output->file >= 0) return RUNG_OK;
    if (errno != EEXIST && errno != EINTR) break;
  }
  output->temporary[0] = 0; /* nothing to remove */
  return fail_system(output, "write a file beside", error);
}

/* What a new file may be for others depends on the process, the folder and the file system, so an empty one is asked
   and goes: had the real one this mode for a moment, whoever opened it then could read all that is written later. */
static enum rung_status ask_mode(struct output *output, unsigned *mode, struct rung_error *error) {
  struct stat made;
  enum rung_status status = make_file(output, *mode, error);
  if (status) return status;
  if (fstat(output->file, &made)) return fail_system(output, "look at", error);
  *mode = made.st_mode & 0777;
  close(output->file);
  output->file = -1;
  return unlink(output->temporary) ? fail_system(output, "remove a file beside", error) : RUNG_OK;
}

/* What is being written is its owner's alone: so is what a crash then leaves over. */
static enum rung_status create_temporary(struct output *output, unsigned mode, struct rung_error *error) {
  output->temporary_size = output->path_size + TEMP_NAME_ADDED;
  output->temporary = alloc_array(&output->allocator, output->temporary_size, 1);
  if (!output->temporary) return fail_memory(error);
  enum rung_status status = RUNG_OK;
  if (!output->replaces && mode & 077) status = ask_mode(output, &mode, error);
  output->mode = mode;
  return status ? status : make_file(output, OWN_MODE, error);
}

/* Once it is complete, it gets the rights that it is to have, before its name and not after it: so whatever ends the
   run, nothing stands there with others, which the next run would take for the user's wish; and a failure comes before
   anything appears.  Left over by a kill in the moment between, it is for those to read that the output was for.
   A file that replaces a former one is for nobody who could not read that. */
static enum rung_status give_rights(const struct output *output, struct rung_error *error) {
  mode_t mode = output->mode;
  if (output->replaces) mode = rights_keep(output->file, output->path, &output->former, mode & output->former.st_mode);
  return rights_set(output->file, OWN_MODE, mode) ? fail_system(output, "set the mode of", error) : RUNG_OK;
}

static enum rung_status refuse_input(struct output *output, const struct input *input, const struct stat *target,
                                     const char *path, struct rung_error *error) {
  output->device = target->st_dev;
  output->inode = target->st_ino;
  if (!input || !input_is(input, output->device, output->inode)) return RUNG_OK;
  return fail(error, RUNG_INVALID, "the output %s is the input %s itself: give the output another name", path,
              input_name(input));
}

bool output_replaces(const struct output *output, const struct input *input) {
  return output->inode && input_is(input, output->device, output->inode);
}

/* The file behind an open descriptor is not to be replaced: others write to it too, by theirs.  One that is closed on
   exec is none that the program was given: it holds another of its files. */
static enum rung_status open_given(struct output *output, int file, const char *name, const struct input *input,
                                   struct rung_error *error) {
  struct stat target;
  enum rung_status status = keep_path(output, file == STDOUT_FILENO ? "standard output" : name, error);
  if (status) return status;
  output->given = true;
  output->file = file;
  if (fstat(file, &target)) return fail_system(output, "write", error);
  status = refuse_input(output, input, &target, output->path, error);
  int flags = fcntl(file, F_GETFL), own = fcntl(file, F_GETFD);
  bool writable = flags < 0 || (flags & O_ACCMODE) != O_RDONLY;
  if (status || (writable && (own < 0 || !(own & FD_CLOEXEC)))) return status;
  errno = EBADF;
  return fail_system(output, "write", error);
}

static enum rung_status open_path(struct output *output, const char *path, unsigned mode, const struct input *input,
                                  struct rung_error *error) {
  struct stat target;
  if (stat(path, &target)) {
    char behind[PATH_MOST];
    int why = errno;
    bool found = why == ENOENT && path_behind(path, behind);
    if (why == ENOENT && !found) why = errno;
    enum rung_status kept = keep_path(output, found ? behind : path, error);
    if (kept) return kept;
    errno = why;
    bool named = output->path[output->folder_length] != 0;
    return found && named ? create_temporary(output, mode, error) : fail_system(output, "write", error);
  }
  bool regular = S_ISREG(target.st_mode);
  char *resolved = regular ? realpath(path, NULL) : NULL;
  int why = regular && !resolved ? errno : 0;
  enum rung_status status = keep_path(output, resolved ? resolved : path, error);
  free(resolved);
  if (!status && why) {
    errno = why;
    return fail_system(output, "write", error);
  }
  if (!status) status = refuse_input(output, input, &target, path, error);
  if (status) return status;
  if (access(path, W_OK)) return fail_system(output, "write", error); /* renaming would not ask */
  if (regular) {
    output->replaces = true;
    output->former = target;
    return create_temporary(output, mode, error);
  }
  do output->file = open(path, O_WRONLY | O_CLOEXEC);
  while (output->file < 0 && errno == EINTR);
  return output->file < 0 ? fail_system(output, "write", error) : RUNG_OK;
}

static void free_output(struct output *output) {
  struct rung_allocator allocator = output->allocator;
  if (output->file >= 0 && !output->given) close(output->file);
  if (output->spool >= 0) close(output->spool);
  if (output->temporary && output->temporary[0]) unlink(output->temporary);
  alloc_free(&allocator, output->bytes, OUTPUT_ROOM, 1);
  alloc_free(&allocator, output->temporary, output->temporary_size, 1);
  alloc_free(&allocator, output->path, output->path_size, 1);
  alloc_free(&allocator, output, 1, sizeof *output);
}

/* An output with room for its bytes, or NULL. */
static struct output *output_new(const struct rung_allocator *allocator) {
  struct output *output = alloc_array(allocator, 1, sizeof *output);
  if (!output) return NULL;
  output->allocator = alloc_resolve(allocator);
  output->file = output->spool = -1;
  output->bytes = alloc_resize(allocator, NULL, 0, OUTPUT_ROOM, 1);
  if (output->bytes) return output;
  free_output(output);
  return NULL;
}

enum rung_status output_open_told(const char *path, unsigned mode, const struct input *input,
                                  const struct temp_teller *teller, const struct rung_allocator *allocator,
                                  struct output **result, struct rung_error *error) {
  struct output *output = output_new(allocator);
  if (!output) return fail_memory(error);
  output->teller = *teller;
  int given = path_is_standard(path) ? STDOUT_FILENO : path_descriptor(path);
  enum rung_status status = given >= 0 ? open_given(output, given, path, input, error)
                                       : open_path(output, path, mode, input, error);
  if (status) free_output(output);
  else *result = output;
  return status;
}

enum rung_status output_open(const char *path, unsigned mode, const struct input *input,
                             const struct rung_allocator *allocator, struct output **result,
                             struct rung_error *error) {
  return output_open_told(path, mode, input, &(struct temp_teller){0}, allocator, result, error);
}

enum rung_status output_open_taken(rung_write_fn *take, void *context, const struct rung_allocator *allocator,
                                   struct output **result, struct rung_error *error) {
  struct output *output = output_new(allocator);
  if (!output) return fail_memory(error);
  output->take = take;
  output->context = context;
  enum rung_status status = keep_path(output, "the output", error);
  if (!status) status = output_delay(output, error);
  if (status) free_output(output);
  else *result = output;
  return status;
}

bool output_waits(const struct output *output) { return output->temporary || output->spool >= 0; }

enum rung_status output_delay(struct output *output, struct rung_error *error) {
  return output_waits(output) ? RUNG_OK : temp_open(&output->spool, error);
}

static enum rung_status write_all(struct output *output, const char *bytes, size_t length, struct rung_error *error) {
  while (length && !output->broken) {
    ssize_t done = write(output->file, bytes, length);
    if (done >= 0) {
      bytes += done;
      length -= (size_t)done;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      poll(&(struct pollfd){.fd = output->file, .events = POLLOUT}, 1, -1);
    } else if (errno != EINTR) {
      output->broken = errno;
    }
  }
  if (!output->broken) return RUNG_OK;
  errno = output->broken;
  return fail_system(output, "write", error);
}

/* To the file, or to where the bytes wait for it. */
static enum rung_status put(struct output *output, const char *bytes, size_t length, struct rung_error *error) {
  if (output->spool < 0) return write_all(output, bytes, length, error);
  enum rung_status status = temp_write(output->spool, bytes, length, output->spooled, error);
  if (!status) output->spooled += length;
  return status;
}

static enum rung_status flush(struct output *output, struct rung_error *error) {
  size_t length = output->length;
  output->length = 0;
  return put(output, output->bytes, length, error);
}

enum rung_status output_write(struct output *output, const void *bytes, size_t length, struct rung_error *error) {
  enum rung_status status = output->broken ? flush(output, error) : RUNG_OK; /* which says again what broke it */
  output->written += length;
  for (const char *from = bytes; length && !status;) {
    size_t room = OUTPUT_ROOM - output->length, part = length < room ? length : room;
    memcpy(output->bytes + output->length, from, part);
    output->length += part;
    from += part;
    length -= part;
    if (part == room) status = flush(output, error);
  }
  return status;
}

uint64_t output_written(const struct output *output) { return output->written; }

bool output_pipe_closed(const struct output *output) { return output->broken == EPIPE; }

/* The rename is on the disk only when its folder is. */
static enum rung_status sync_folder(struct output *output, struct rung_error *error) {
  char *folder = output->path;
  folder[output->folder_length] = 0;
  int file;
  do file = open(output->folder_length ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  while (file < 0 && errno == EINTR);
  if (file < 0) return fail_system(output, "open", error);
  /* Some file systems can't sync a folder, and say EINVAL. */
  bool synced = temp_sync(file) == 0 || errno == EINVAL;
  enum rung_status status = synced ? RUNG_OK : fail_system(output, "sync", error);
  close(file);
  return status;
}

/* What waited goes where it belongs. */
static enum rung_status release(struct output *output, struct rung_error *error) {
  enum rung_status status = RUNG_OK;
  for (uint64_t at = 0; at < output->spooled && !status;) {
    uint64_t left = output->spooled - at;
    size_t length = left < OUTPUT_ROOM ? (size_t)left : OUTPUT_ROOM;
    status = temp_read(output->spool, output->bytes, length, at, error);
    if (status) return status;
    if (!output->take) status = write_all(output, output->bytes, length, error);
    else if (output->take(output->context, output->bytes, length))
      status = fail(error, RUNG_NO_RESOURCE, "%s was not taken whole", output->path);
    at += length;
  }
  return status;
}

/* Some file systems tell only when a file is closed that bytes could not be written; they tell it of another
   descriptor as well, and this one is still wanted. */
static enum rung_status close_other(const struct output *output, struct rung_error *error) {
  int file = dup(output->file);
  return file < 0 || (close(file) && errno != EINTR) ? fail_system(output, "close", error) : RUNG_OK;
}

enum rung_status output_settle(struct output *output, struct rung_error *error) {
  enum rung_status status = flush(output, error);
  if (status || output->take || output->spool >= 0) return status;
  if (output->temporary) status = give_rights(output, error);
  if (!status && output->temporary && temp_sync(output->file)) status = fail_system(output, "sync", error);
  return status ? status : close_other(output, error);
}

enum rung_status output_release(struct output *output, struct rung_error *error) {
  if (output->spool < 0) return RUNG_OK;
  enum rung_status status = release(output, error);
  return status || output->take ? status : close_other(output, error);
}

enum rung_status output_appear(struct output *output, struct rung_error *error) {
  if (!output->temporary) return RUNG_OK;
  if (rename(output->temporary, output->path)) return fail_system(output, "rename the finished file to", error);
  output->temporary[0] = 0; /* nothing to remove any more */
  return RUNG_OK;
}

enum rung_status output_finish(struct output *output, struct rung_error *error) {
  enum rung_status status = output->temporary ? sync_folder(output, error) : RUNG_OK;
  free_output(output);
  return status;
}

enum rung_status output_commit(struct output *output, struct rung_error *error) {
  enum rung_status status = output_settle(output, error);
  if (!status) status = output_release(output, error);
  if (!status) status = output_appear(output, error);
  if (!status) return output_finish(output, error);
  free_output(output);
  return status;
}

void output_discard(struct output *output) {
  if (output) free_output(output);
}
