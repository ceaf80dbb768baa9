/* open.c - read the files that rules name from the file system. */
#include "module.h"

#include "limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum rung_status fail_errno(struct rung_error *error, int number) {
  char room[128];
  const char *text = strerror_r(number, room, sizeof room);
  bool wrong_name = number == ENOENT || number == ENOTDIR || number == EISDIR || number == ENAMETOOLONG ||
                    number == ELOOP;
  error->status = wrong_name ? RUNG_INVALID : RUNG_NO_RESOURCE;
  (void)snprintf(error->text, sizeof error->text, "%s", text);
  return error->status;
}

/* Behind a symbolic link `..` is another folder; what can't be looked at may be one. */
static bool is_link(char *path, size_t length) {
  struct stat about;
  char kept = path[length];
  path[length] = '\0';
  bool link = lstat(path, &about) == 0 ? S_ISLNK(about.st_mode) : errno != ENOENT && errno != ENOTDIR;
  path[length] = kept;
  return link;
}

/* Adds the parts of a path to `out`, taking `.` and `part/..` away, so that one file has one name. */
static size_t add_parts(char *out, size_t length, struct rung_text path) {
  for (size_t at = 0; at < path.length;) {
    size_t end = at;
    while (end < path.length && path.bytes[end] != '/') end++;
    struct rung_text part = {path.bytes + at, end - at};
    size_t last = length;
    while (last > 0 && out[last - 1] == '/') last--;
    size_t last_begin = last;
    while (last_begin > 0 && out[last_begin - 1] != '/') last_begin--;
    bool up = text_equal(part, TEXT("..")), named = last > last_begin;
    bool last_is_up = text_equal((struct rung_text){out + last_begin, last - last_begin}, TEXT(".."));
    if (up && named && !last_is_up && !is_link(out, last)) {
      length = last_begin;
    } else if (part.length > 0 && !text_equal(part, TEXT("."))) {
      if (length > 0 && out[length - 1] != '/') out[length++] = '/';
      memcpy(out + length, part.bytes, part.length);
      length += part.length;
    }
    at = end + (end < path.length);
  }
  return length;
}

/* The path of `name` seen from the folder of `from`, zero-terminated beyond its length; NULL without memory. */
static char *make_path(struct rung_text from, struct rung_text name, const struct rung_allocator *allocator,
                       size_t room, size_t *length) {
  char *path = allocator->resize(allocator->context, NULL, 0, room);
  if (!path) return NULL;
  size_t folder = from.length;
  while (folder > 0 && from.bytes[folder - 1] != '/') folder--;
  bool absolute = name.length > 0 && name.bytes[0] == '/';
  if (absolute) folder = 0;
  *length = 0;
  if (absolute || (folder > 0 && from.bytes[0] == '/')) path[(*length)++] = '/';
  *length = add_parts(path, *length, (struct rung_text){from.bytes, folder});
  *length = add_parts(path, *length, name);
  path[*length] = '\0';
  return path;
}

static enum rung_status read_all(int file, const struct rung_allocator *allocator, struct rung_text *bytes,
                                 struct rung_error *error) {
  struct stat stat;
  if (fstat(file, &stat) != 0) return fail_errno(error, errno);
  if (S_ISDIR(stat.st_mode)) return fail_errno(error, EISDIR);
  /* One byte more than the file has shows its end without another buffer; a pipe grows as it comes. */
  size_t room = S_ISREG(stat.st_mode) && stat.st_size < LIMIT_SOURCE ? (size_t)stat.st_size + 1 : 1 << 16, length = 0;
  char *buffer = allocator->resize(allocator->context, NULL, 0, room);
  ssize_t got = buffer ? 1 : -1;
  int trouble = buffer ? 0 : ENOMEM;
  while (got > 0 && length <= LIMIT_SOURCE) {
    if (length == room) {
      char *larger = allocator->resize(allocator->context, buffer, room, room * 2);
      if (!larger) trouble = ENOMEM;
      if (!larger) break;
      buffer = larger;
      room *= 2;
    }
    do got = read(file, buffer + length, room - length); while (got < 0 && errno == EINTR);
    if (got < 0) trouble = errno;
    else length += (size_t)got;
  }
  char *exact = trouble ? NULL : length ? allocator->resize(allocator->context, buffer, room, length) : NULL;
  if (!exact && buffer) allocator->resize(allocator->context, buffer, room, 0);
  if (trouble || (length && !exact)) return fail_errno(error, trouble ? trouble : ENOMEM);
  *bytes = (struct rung_text){exact, length};
  return RUNG_OK;
}

enum rung_status open_file(void *context, struct rung_text from, struct rung_text name,
                           const struct rung_allocator *allocator, struct rung_text *path, struct rung_text *bytes,
                           struct rung_error *error) {
  (void)context;
  if (name.length == 0 || memchr(name.bytes, '\0', name.length)) return fail_errno(error, ENOENT);
  size_t room = from.length + name.length + 3, length;
  char *full = make_path(from, name, allocator, room, &length);
  if (!full) return fail_errno(error, ENOMEM);
  int file;
  do file = open(full, O_RDONLY | O_CLOEXEC);
  while (file < 0 && errno == EINTR);
  enum rung_status status =
      file < 0 ? fail_errno(error, errno) : read_all(file, allocator, bytes, error);
  if (file >= 0) (void)close(file);
  char *exact = length ? allocator->resize(allocator->context, full, room, length) : NULL;
  if (!exact) {
    allocator->resize(allocator->context, full, room, 0);
    return status == RUNG_OK ? fail_errno(error, ENOMEM) : status;
  }
  *path = (struct rung_text){exact, length};
  return status;
}
