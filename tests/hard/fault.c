/* fault.c - a shared object to preload: counts calls of the system and of the allocator, and fails those it is told to.
   What the C library calls inside itself is not seen, so that messages always arrive. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault.h"

enum { ANY = FAULT_FAMILY_COUNT };

static const struct { const char *name; int error; } families[] = {
#define FAMILY(id, name, error) {name, error},
  FAULT_FAMILIES
#undef FAMILY
};

static struct fault_page own_page, *page = &own_page;
static unsigned family, nth, last, what, most_bytes, interrupts;
static _Atomic unsigned interrupted;
static _Atomic bool armed;
static _Atomic bool called;

/* What comes after main, such as the counters of a coverage build being written, never fails. */
static void disarm(void) { armed = false; }

__attribute__((constructor)) static void arm(void) {
  const char *order = getenv("FAULT"), *bytes = getenv("FAULT_BYTES"), *file = getenv("FAULT_PAGE");
  char name[16] = "";
  if (order && sscanf(order, "%15s %u %u %u", name, &nth, &last, &what) == 4)
    for (family = 0; family < ANY && strcmp(name, families[family].name) != 0;) family++;
  if (bytes) most_bytes = (unsigned)atoi(bytes);
  interrupts = getenv("FAULT_INTERRUPT") != NULL;
  if (getenv("FAULT_LOCALE")) setlocale(LC_ALL, ""); /* as programs do that librung may be a part of */
  if (file) {
    void *mapped = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, atoi(file), 0);
    if (mapped != MAP_FAILED) page = mapped;
  }
  armed = true;
}

/* Counts a call, and tells whether it must fail. */
static bool fails(unsigned which) {
  if (!armed) return false;
  if (!atomic_exchange(&called, true)) atexit(disarm); /* asked for last, it runs first */
  unsigned count = __atomic_add_fetch(&page->calls[which], 1, __ATOMIC_RELAXED);
  unsigned all = which == FAULT_ALLOC ? 0 : __atomic_add_fetch(&page->any, 1, __ATOMIC_RELAXED);
  if (family != which && (family != ANY || which == FAULT_ALLOC)) return false;
  if (family == ANY) count = all;
  if (nth == 0 || count < nth || count > last) return false;
  __atomic_add_fetch(&page->hits, 1, __ATOMIC_RELAXED);
  if (what == 0) errno = families[which].error;
  else raise((int)what);
  return what == 0;
}

/* Every other call of those that wait. */
static bool is_interrupted(void) {
  if (!interrupts || !armed || atomic_fetch_add(&interrupted, 1) % 2) return false;
  errno = EINTR;
  return true;
}

static size_t at_most(size_t length) { return most_bytes && length > most_bytes ? most_bytes : length; }

/* `next` is the function that would have been called. */
#define NEXT(name) \
  static __typeof__(&name) next; \
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, #name)

/* -- Memory ---------------------------------------------------------------------------- */

void *malloc(size_t size) {
  NEXT(malloc);
  return fails(FAULT_ALLOC) ? NULL : next(size);
}

void *calloc(size_t count, size_t size) {
  NEXT(calloc);
  return fails(FAULT_ALLOC) ? NULL : next(count, size);
}

void *realloc(void *old, size_t size) {
  NEXT(realloc);
  return size && fails(FAULT_ALLOC) ? NULL : next(old, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  NEXT(posix_memalign);
  return fails(FAULT_ALLOC) ? ENOMEM : next(result, alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  NEXT(aligned_alloc);
  return fails(FAULT_ALLOC) ? NULL : next(alignment, size);
}

/* -- Bytes ------------------------------------------------------------------------------- */

ssize_t read(int file, void *bytes, size_t length) {
  NEXT(read);
  return is_interrupted() || fails(FAULT_READ) ? -1 : next(file, bytes, at_most(length));
}

ssize_t pread(int file, void *bytes, size_t length, off_t offset) {
  NEXT(pread);
  return is_interrupted() || fails(FAULT_READ) ? -1 : next(file, bytes, at_most(length), offset);
}

ssize_t write(int file, const void *bytes, size_t length) {
  NEXT(write);
  return is_interrupted() || fails(FAULT_WRITE) ? -1 : next(file, bytes, at_most(length));
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) {
  NEXT(pwrite);
  return is_interrupted() || fails(FAULT_WRITE) ? -1 : next(file, bytes, at_most(length), offset);
}

/* What a crash of the machine would do is another matter: nothing waits for the disk here. */
int fsync(int file) { return fcntl(file, F_GETFD) < 0 || is_interrupted() || fails(FAULT_SYNC) ? -1 : 0; }

ssize_t getrandom(void *bytes, size_t length, unsigned flags) {
  NEXT(getrandom);
  return fails(FAULT_READ) ? -1 : next(bytes, length, flags);
}

int poll(struct pollfd *files, nfds_t count, int timeout) {
  NEXT(poll);
  return is_interrupted() || fails(FAULT_READ) ? -1 : next(files, count, timeout);
}

/* -- Files --------------------------------------------------------------------------------- */

static bool makes(int flags) { return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE; }

static mode_t mode_of(int flags, va_list arguments) { return makes(flags) ? (mode_t)va_arg(arguments, unsigned) : 0; }

int open(const char *path, int flags, ...) {
  NEXT(open);
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return is_interrupted() || fails(makes(flags) ? FAULT_MAKE : FAULT_OPEN) ? -1 : next(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...) {
  NEXT(openat);
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return is_interrupted() || fails(makes(flags) ? FAULT_MAKE : FAULT_OPEN) ? -1 : next(folder, path, flags, mode);
}

FILE *fopen(const char *path, const char *mode) {
  NEXT(fopen);
  return fails(FAULT_OPEN) ? NULL : next(path, mode);
}

DIR *opendir(const char *path) {
  NEXT(opendir);
  return fails(FAULT_OPEN) ? NULL : next(path);
}

int scandir(const char *path, struct dirent ***names, int (*wanted)(const struct dirent *),
            int (*order)(const struct dirent **, const struct dirent **)) {
  NEXT(scandir);
  return fails(FAULT_OPEN) ? -1 : next(path, names, wanted, order);
}

iconv_t iconv_open(const char *to, const char *from) {
  NEXT(iconv_open);
  return fails(FAULT_OPEN) ? (iconv_t)-1 : next(to, from);
}

struct dirent *readdir(DIR *folder) {
  NEXT(readdir);
  return fails(FAULT_READ) ? NULL : next(folder);
}

int mkostemp(char *path, int flags) {
  NEXT(mkostemp);
  return fails(FAULT_MAKE) ? -1 : next(path, flags);
}

int mkdir(const char *path, mode_t mode) {
  NEXT(mkdir);
  return fails(FAULT_MAKE) ? -1 : next(path, mode);
}

int rename(const char *from, const char *to) {
  NEXT(rename);
  return fails(FAULT_NAME) ? -1 : next(from, to);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  NEXT(renameat2);
  return fails(FAULT_NAME) ? -1 : next(from_folder, from, to_folder, to, flags);
}

int fchmod(int file, mode_t mode) {
  NEXT(fchmod);
  return fails(FAULT_NAME) ? -1 : next(file, mode);
}

int unlink(const char *path) {
  NEXT(unlink);
  return fails(FAULT_REMOVE) ? -1 : next(path);
}

int unlinkat(int folder, const char *path, int flags) {
  NEXT(unlinkat);
  return fails(FAULT_REMOVE) ? -1 : next(folder, path, flags);
}

int rmdir(const char *path) {
  NEXT(rmdir);
  return fails(FAULT_REMOVE) ? -1 : next(path);
}

/* Like the system's: the descriptor is gone, whatever close says. */
int close(int file) {
  NEXT(close);
  bool failed = fails(FAULT_CLOSE);
  int closed = next(file);
  if (failed) errno = families[FAULT_CLOSE].error;
  return failed ? -1 : closed;
}

int dup(int file) {
  NEXT(dup);
  return fails(FAULT_OPEN) ? -1 : next(file);
}

int fstat(int file, struct stat *about) {
  NEXT(fstat);
  return fails(FAULT_LOOK) ? -1 : next(file, about);
}

int stat(const char *restrict path, struct stat *restrict about) {
  NEXT(stat);
  return fails(FAULT_LOOK) ? -1 : next(path, about);
}

int lstat(const char *restrict path, struct stat *restrict about) {
  NEXT(lstat);
  return fails(FAULT_LOOK) ? -1 : next(path, about);
}

ssize_t readlink(const char *restrict path, char *restrict bytes, size_t length) {
  NEXT(readlink);
  return fails(FAULT_LOOK) ? -1 : next(path, bytes, length);
}

int fstatat(int folder, const char *restrict path, struct stat *restrict about, int flags) {
  NEXT(fstatat);
  return fails(FAULT_LOOK) ? -1 : next(folder, path, about, flags);
}

int access(const char *path, int mode) {
  NEXT(access);
  return fails(FAULT_LOOK) ? -1 : next(path, mode);
}

char *realpath(const char *restrict path, char *restrict resolved) {
  NEXT(realpath);
  return fails(FAULT_LOOK) ? NULL : next(path, resolved);
}

off_t lseek(int file, off_t offset, int from) {
  NEXT(lseek);
  return fails(FAULT_LOOK) ? -1 : next(file, offset, from);
}

/* -- Threads ------------------------------------------------------------------------------------ */

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *context) {
  NEXT(pthread_create);
  return fails(FAULT_THREAD) ? EAGAIN : next(thread, attributes, start, context);
}

int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes) {
  NEXT(pthread_mutex_init);
  return fails(FAULT_THREAD) ? EAGAIN : next(mutex, attributes);
}

int pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes) {
  NEXT(pthread_cond_init);
  return fails(FAULT_THREAD) ? EAGAIN : next(condition, attributes);
}
