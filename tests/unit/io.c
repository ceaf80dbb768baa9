/* io.c - files in and out: compression, odd kinds of files, faults. */
#include "io.h"

#include <CUnit/CUnit.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

/* -- A folder for each test ------------------------------------------------------------------ */

static char folder[64];

static void enter(void) {
  strcpy(folder, "/tmp/rung-io-XXXXXX");
  CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
}

static const char *in_folder(const char *name) {
  static char paths[4][512];
  static unsigned turn;
  char *path = paths[turn++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

/* Empties and removes it; returns how many files were there. */
static size_t leave(void) {
  size_t count = 0;
  DIR *dir = opendir(folder);
  for (struct dirent *entry; dir && (entry = readdir(dir));) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    count++;
    if (unlink(in_folder(entry->d_name))) rmdir(in_folder(entry->d_name));
  }
  if (dir) closedir(dir);
  rmdir(folder);
  return count;
}

static const char *put(const char *name, const void *bytes, size_t length) {
  const char *path = in_folder(name);
  FILE *file = fopen(path, "wb");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  CU_ASSERT_EQUAL(fwrite(bytes, 1, length, file), length);
  fclose(file);
  return path;
}

static bool holds(const char *path, const char *wanted) {
  char bytes[256];
  FILE *file = fopen(path, "rb");
  if (!file) return false;
  size_t length = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  return length == strlen(wanted) && memcmp(bytes, wanted, length) == 0;
}

/* -- Reading ------------------------------------------------------------------------------------ */

/* Reads the whole file, `step` bytes at a time; the status of the open or of the read that failed. */
static enum rung_status read_whole(const char *path, size_t step, char *to, size_t room, size_t *length,
                                   struct rung_error *error) {
  struct input *input = NULL;
  enum rung_status status = input_open(path, NULL, &input, error);
  size_t got = 1;
  for (*length = 0; !status && got; *length += got) {
    size_t wanted = step < room - *length ? step : room - *length;
    got = 0;
    status = input_read(input, to + *length, wanted, &got, error);
    if (!status && got < wanted) { /* only at the end */
      size_t more;
      CU_ASSERT_EQUAL(input_read(input, to, 1, &more, NULL), RUNG_OK);
      CU_ASSERT_EQUAL(more, 0);
    }
  }
  input_close(input);
  return status;
}

enum { SAMPLE = 5000 };

static void fill_sample(char *bytes) {
  for (size_t i = 0; i < SAMPLE; i++) bytes[i] = (char)('a' + (i * i / 7 + i % 13) % 26);
}

static bool reads_sample(const char *path) {
  static const size_t steps[] = {1, 2, 7, 64, 4999, 5000, 5001, 9000};
  char wanted[SAMPLE], bytes[2 * SAMPLE];
  fill_sample(wanted);
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    size_t length;
    if (read_whole(path, steps[i], bytes, sizeof bytes, &length, NULL) != RUNG_OK) return false;
    if (length != SAMPLE || memcmp(bytes, wanted, SAMPLE) != 0) return false;
  }
  return true;
}

static size_t gzip(const char *bytes, size_t length, char *to, size_t room) {
  z_stream stream = {0};
  CU_ASSERT_EQUAL_FATAL(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = (z_const Bytef *)(uintptr_t)bytes;
  stream.avail_in = (uInt)length;
  stream.next_out = (Bytef *)to;
  stream.avail_out = (uInt)room;
  CU_ASSERT_EQUAL(deflate(&stream, Z_FINISH), Z_STREAM_END);
  deflateEnd(&stream);
  return room - stream.avail_out;
}

static size_t zstd(const char *bytes, size_t length, char *to, size_t room) {
  ZSTD_CCtx *context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  size_t size = ZSTD_compress2(context, to, room, bytes, length);
  ZSTD_freeCCtx(context);
  CU_ASSERT_FALSE(ZSTD_isError(size));
  return size;
}

static void plain_files(void) {
  char bytes[SAMPLE];
  struct input *input = NULL;
  enter();
  fill_sample(bytes);
  CU_ASSERT(reads_sample(put("plain", bytes, sizeof bytes)));
  CU_ASSERT_EQUAL_FATAL(input_open(in_folder("plain"), NULL, &input, NULL), RUNG_OK);
  CU_ASSERT_STRING_EQUAL(input_name(input), in_folder("plain"));
  CU_ASSERT_EQUAL(input_size(input), SAMPLE);
  size_t got;
  while (input_read(input, bytes, 100, &got, NULL) == RUNG_OK && got) {}
  CU_ASSERT_EQUAL(input_position(input), SAMPLE);
  input_close(input);
  for (size_t length = 0; length < 6; length++) {
    char few[8];
    const char *path = put("few", "\x1f(\xb5/??", length);
    CU_ASSERT_EQUAL(read_whole(path, 3, few, sizeof few, &got, NULL), RUNG_OK);
    CU_ASSERT_EQUAL(got, length);
  }
  CU_ASSERT_EQUAL(leave(), 2);
}

/* The stream whole, doubled with an empty one between, cut at each byte, with garbage after it, and damaged. */
static void compressed(size_t compress(const char *, size_t, char *, size_t), const char *name, size_t magic) {
  char bytes[SAMPLE], stored[3 * SAMPLE], out[2 * SAMPLE];
  struct rung_error error;
  size_t got;
  enter();
  fill_sample(bytes);
  size_t half = compress(bytes, 2500, stored, sizeof stored);
  size_t length = half + compress("", 0, stored + half, sizeof stored - half);
  length += compress(bytes + 2500, 2500, stored + length, sizeof stored - length);
  CU_ASSERT(reads_sample(put("many", stored, length)));
  length = compress(bytes, SAMPLE, stored, sizeof stored);
  CU_ASSERT(reads_sample(put("one", stored, length)));
  for (size_t cut = magic; cut < length; cut += cut < 40 || cut + 40 > length ? 1 : 37) {
    CU_ASSERT_EQUAL(read_whole(put("cut", stored, cut), 999, out, sizeof out, &got, &error), RUNG_BAD_DATA);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "cut short"));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, name));
  }
  memcpy(stored + length, "garbage", 7);
  CU_ASSERT_EQUAL(read_whole(put("more", stored, length + 7), 999, out, sizeof out, &got, &error), RUNG_BAD_DATA);
  CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "can't be read"));
  for (size_t at = length / 2; at < length; at += 11) {
    stored[at] ^= 0x10;
    CU_ASSERT_EQUAL(read_whole(put("bad", stored, length), 999, out, sizeof out, &got, &error), RUNG_BAD_DATA);
    stored[at] ^= 0x10;
  }
  const char *path = put("none", stored, compress("", 0, stored, sizeof stored));
  CU_ASSERT_EQUAL(read_whole(path, 9, out, sizeof out, &got, &error), RUNG_OK);
  CU_ASSERT_EQUAL(got, 0);
  leave();
}

static void gzip_files(void) { compressed(gzip, "gzip", 2); }
static void zstd_files(void) { compressed(zstd, "zstd", 4); }

static void skippable_frame(void) {
  char bytes[SAMPLE], stored[2 * SAMPLE] = "\x5e\x2a\x4d\x18\x03\0\0\0abc";
  enter();
  fill_sample(bytes);
  size_t length = 11 + zstd(bytes, SAMPLE, stored + 11, sizeof stored - 11);
  CU_ASSERT(reads_sample(put("skip", stored, length)));
  leave();
}

static void unreadable(void) {
  struct input *input = NULL;
  struct rung_error error;
  enter();
  CU_ASSERT_EQUAL(input_open(in_folder("none"), NULL, &input, &error), RUNG_NO_RESOURCE);
  CU_ASSERT_PTR_NOT_NULL(strstr(error.text, in_folder("none")));
  CU_ASSERT_PTR_NOT_NULL(strstr(error.text, strerror(ENOENT)));
  CU_ASSERT_EQUAL(input_open(folder, NULL, &input, &error), RUNG_NO_RESOURCE);
  CU_ASSERT_PTR_NOT_NULL(strstr(error.text, strerror(EISDIR)));
  CU_ASSERT_PTR_NULL(input);
  leave();
}

/* Writes the sample byte by byte from another process, with pauses in the flow. */
static pid_t write_slowly(const char *path, int file) {
  pid_t child = fork();
  if (child) return child;
  char bytes[SAMPLE];
  fill_sample(bytes);
  if (path) file = open(path, O_WRONLY);
  for (size_t i = 0; i < SAMPLE; i++) {
    if (write(file, bytes + i, 1) != 1) _exit(1);
    if (i % 1000 == 999) usleep(1000);
  }
  _exit(0);
}

static void pipes(void) {
  char bytes[2 * SAMPLE], wanted[SAMPLE];
  size_t length;
  int ends[2], standard = dup(STDIN_FILENO);
  fill_sample(wanted);
  enter();
  CU_ASSERT_EQUAL_FATAL(mkfifo(in_folder("fifo"), 0600), 0);
  pid_t child = write_slowly(in_folder("fifo"), -1);
  CU_ASSERT_EQUAL(read_whole(in_folder("fifo"), 512, bytes, sizeof bytes, &length, NULL), RUNG_OK);
  CU_ASSERT(length == SAMPLE && memcmp(bytes, wanted, SAMPLE) == 0);
  waitpid(child, NULL, 0);

  CU_ASSERT_EQUAL_FATAL(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0); /* so that EAGAIN comes too */
  child = write_slowly(NULL, ends[1]);
  close(ends[1]);
  dup2(ends[0], STDIN_FILENO);
  CU_ASSERT_EQUAL(read_whole("-", 512, bytes, sizeof bytes, &length, NULL), RUNG_OK);
  CU_ASSERT(length == SAMPLE && memcmp(bytes, wanted, SAMPLE) == 0);
  waitpid(child, NULL, 0);
  if (standard >= 0) dup2(standard, STDIN_FILENO);
  close(standard);
  close(ends[0]);
  leave();
}

/* -- Writing -------------------------------------------------------------------------------------------- */

static enum rung_status write_whole(const char *path, const struct input *input, const char *bytes,
                                    struct rung_error *error) {
  struct output *output = NULL;
  enum rung_status status = output_open(path, 0640, input, NULL, &output, error);
  if (status) return status;
  status = output_write(output, bytes, strlen(bytes), error);
  CU_ASSERT_EQUAL(output_written(output), strlen(bytes));
  if (!status) return output_commit(output, error);
  output_discard(output);
  return status;
}

static void complete_files(void) {
  struct stat made;
  mode_t mask = umask(0);
  enter();
  CU_ASSERT_EQUAL(write_whole(in_folder("new"), NULL, "one", NULL), RUNG_OK);
  umask(mask);
  CU_ASSERT(holds(in_folder("new"), "one"));
  CU_ASSERT_EQUAL_FATAL(stat(in_folder("new"), &made), 0);
  CU_ASSERT_EQUAL(made.st_mode & 0777, 0640);
  CU_ASSERT_EQUAL(write_whole(in_folder("new"), NULL, "", NULL), RUNG_OK);
  CU_ASSERT(holds(in_folder("new"), ""));
  char name[256];
  memset(name, 'n', 255);
  name[255] = 0;
  CU_ASSERT_EQUAL(write_whole(in_folder(name), NULL, "long", NULL), RUNG_OK);
  CU_ASSERT(holds(in_folder(name), "long"));
  int before = open(".", O_RDONLY | O_CLOEXEC);
  CU_ASSERT_EQUAL_FATAL(chdir(folder), 0);
  CU_ASSERT_EQUAL(write_whole("here", NULL, "relative", NULL), RUNG_OK);
  CU_ASSERT(holds(in_folder("here"), "relative"));
  CU_ASSERT_EQUAL(fchdir(before), 0);
  close(before);
  CU_ASSERT_EQUAL(leave(), 3);
}

/* Until the commit the old file stands; a discarded output leaves nothing. */
static void discarded_files(void) {
  struct output *output = NULL;
  char *large = malloc(3 << 20);
  enter();
  put("old", "before", 6);
  CU_ASSERT_PTR_NOT_NULL_FATAL(large);
  memset(large, 'x', 3 << 20);
  CU_ASSERT_EQUAL_FATAL(output_open(in_folder("old"), 0600, NULL, NULL, &output, NULL), RUNG_OK);
  for (size_t i = 0; i < 5; i++) CU_ASSERT_EQUAL(output_write(output, large, (size_t)700000 * i, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(output_written(output), 7000000);
  CU_ASSERT(holds(in_folder("old"), "before"));
  output_discard(output);
  CU_ASSERT(holds(in_folder("old"), "before"));
  free(large);
  CU_ASSERT_EQUAL(leave(), 1);
}

static void order_is_kept(void) {
  struct output *output = NULL;
  enum { COUNT = 400000, LINE = 8 };
  enter();
  CU_ASSERT_EQUAL_FATAL(output_open(in_folder("lines"), 0600, NULL, NULL, &output, NULL), RUNG_OK);
  for (int i = 0; i < COUNT; i++) {
    char line[16];
    snprintf(line, sizeof line, "%07d\n", i);
    if (output_write(output, line, LINE, NULL)) break;
  }
  CU_ASSERT_EQUAL(output_commit(output, NULL), RUNG_OK);
  FILE *file = fopen(in_folder("lines"), "r");
  int next = 0, number;
  while (file && fscanf(file, "%d", &number) == 1 && number == next) next++;
  if (file) fclose(file);
  CU_ASSERT_EQUAL(next, COUNT);
  leave();
}

static void same_file(void) {
  struct input *input = NULL;
  struct rung_error error;
  enter();
  put("data", "a,b\n", 4);
  CU_ASSERT_EQUAL(link(in_folder("data"), in_folder("hard")), 0);
  CU_ASSERT_EQUAL(symlink("data", in_folder("soft")), 0);
  CU_ASSERT_EQUAL_FATAL(input_open(in_folder("data"), NULL, &input, NULL), RUNG_OK);
  static const char *const names[] = {"data", "hard", "soft", "./data"};
  for (size_t i = 0; i < 4; i++) {
    CU_ASSERT_EQUAL(write_whole(in_folder(names[i]), input, "x", &error), RUNG_INVALID);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "is the input"));
  }
  int standard = dup(STDIN_FILENO), file = open(in_folder("data"), O_RDONLY);
  dup2(file, STDIN_FILENO);
  CU_ASSERT_EQUAL(write_whole("/dev/stdin", input, "x", &error), RUNG_INVALID);
  if (standard >= 0) dup2(standard, STDIN_FILENO);
  close(standard);
  close(file);
  CU_ASSERT_EQUAL(write_whole(in_folder("other"), input, "x", &error), RUNG_OK);
  input_close(input);
  CU_ASSERT(holds(in_folder("data"), "a,b\n"));
  /* The file behind a link is replaced, the link stays. */
  CU_ASSERT_EQUAL(write_whole(in_folder("soft"), NULL, "new", NULL), RUNG_OK);
  CU_ASSERT(holds(in_folder("data"), "new"));
  struct stat link;
  CU_ASSERT(lstat(in_folder("soft"), &link) == 0 && S_ISLNK(link.st_mode));
  CU_ASSERT_EQUAL(leave(), 4);
}

static void unwritable(void) {
  struct rung_error error;
  enter();
  CU_ASSERT_EQUAL(write_whole(folder, NULL, "x", &error), RUNG_NO_RESOURCE);
  CU_ASSERT_PTR_NOT_NULL(strstr(error.text, strerror(EISDIR)));
  CU_ASSERT_EQUAL(write_whole(in_folder("none/x"), NULL, "x", &error), RUNG_NO_RESOURCE);
  CU_ASSERT_PTR_NOT_NULL(strstr(error.text, strerror(ENOENT)));
  CU_ASSERT_EQUAL(write_whole("", NULL, "x", &error), RUNG_NO_RESOURCE);
  CU_ASSERT_EQUAL(write_whole(in_folder("none/"), NULL, "x", &error), RUNG_NO_RESOURCE);
  CU_ASSERT_EQUAL(write_whole("/dev/full", NULL, "x", &error), RUNG_NO_RESOURCE);
  CU_ASSERT_PTR_NOT_NULL(strstr(error.text, strerror(ENOSPC)));
  CU_ASSERT_EQUAL(write_whole("/dev/null", NULL, "x", &error), RUNG_OK);
  struct input *input = NULL;
  CU_ASSERT_EQUAL_FATAL(input_open("/dev/null", NULL, &input, NULL), RUNG_OK);
  CU_ASSERT_EQUAL(write_whole("/dev/null", input, "x", &error), RUNG_OK); /* the same, but no regular file */
  input_close(input);
  CU_ASSERT_EQUAL(leave(), 0);
}

/* A disk that is full, played by the limit of a file's size. */
static void full_disk(void) {
  struct rlimit old, small = {100000, 100000};
  struct rung_error error;
  struct output *output = NULL;
  char bytes[1000] = {0};
  enter();
  getrlimit(RLIMIT_FSIZE, &old);
  small.rlim_max = old.rlim_max;
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  enum rung_status status = output_open(in_folder("big"), 0600, NULL, NULL, &output, &error);
  for (int i = 0; i < 3000 && !status; i++) status = output_write(output, bytes, sizeof bytes, &error);
  CU_ASSERT_EQUAL(status, RUNG_NO_RESOURCE);
  CU_ASSERT_EQUAL(output_write(output, bytes, 1, NULL), RUNG_NO_RESOURCE);
  CU_ASSERT_EQUAL(output_commit(output, &error), RUNG_NO_RESOURCE);
  CU_ASSERT_PTR_NOT_NULL(strstr(error.text, strerror(EFBIG)));
  setrlimit(RLIMIT_FSIZE, &old);
  signal(SIGXFSZ, handler);
  CU_ASSERT_EQUAL(leave(), 0);
}

static void closed_pipe(void) {
  int ends[2];
  char path[64];
  struct output *output = NULL;
  struct rung_error error;
  void (*handler)(int) = signal(SIGPIPE, SIG_IGN);
  CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
  snprintf(path, sizeof path, "/proc/self/fd/%d", ends[1]);
  CU_ASSERT_EQUAL_FATAL(output_open(path, 0600, NULL, NULL, &output, &error), RUNG_OK);
  CU_ASSERT_FALSE(output_pipe_closed(output));
  close(ends[0]);
  char *bytes = calloc(1, 2 << 20);
  CU_ASSERT_EQUAL(output_write(output, bytes, 2 << 20, &error), RUNG_NO_RESOURCE);
  CU_ASSERT(output_pipe_closed(output));
  free(bytes);
  output_discard(output);
  close(ends[1]);
  signal(SIGPIPE, handler);
}

/* What was open before is written to, and the file behind it stays; what the program has for itself is not written to. */
static void descriptors(void) {
  static const char *const folders[] = {"/dev/fd", "/proc/self/fd", "/proc/thread-self/fd"};
  struct rung_error error;
  char path[64];
  enter();
  int file = open(put("log", "log\n", 4), O_WRONLY | O_APPEND);
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    snprintf(path, sizeof path, "%s/%d", folders[i], file);
    CU_ASSERT_EQUAL(write_whole(path, NULL, "more\n", &error), RUNG_OK);
  }
  CU_ASSERT_EQUAL(symlink(path, in_folder("soft")), 0);
  CU_ASSERT_EQUAL(write_whole(in_folder("soft"), NULL, "last\n", &error), RUNG_OK);
  CU_ASSERT_EQUAL(write(file, "own\n", 4), 4);
  CU_ASSERT(holds(in_folder("log"), "log\nmore\nmore\nmore\nlast\nown\n"));
  CU_ASSERT_EQUAL(fcntl(file, F_SETFD, FD_CLOEXEC), 0);
  CU_ASSERT_EQUAL(write_whole(path, NULL, "x", &error), RUNG_NO_RESOURCE);
  CU_ASSERT_PTR_NOT_NULL(strstr(error.text, strerror(EBADF)));
  close(file);
  CU_ASSERT_EQUAL(write_whole(path, NULL, "x", &error), RUNG_NO_RESOURCE);
  CU_ASSERT_PTR_NOT_NULL(strstr(error.text, strerror(EBADF)));
  CU_ASSERT_EQUAL(leave(), 2);
}

static mode_t mode_of(const char *path) {
  struct stat about;
  return stat(path, &about) ? 0 : about.st_mode & 07777;
}

/* Whatever ends the program between two steps, no named file ever has another mode than its own. */
static void modes_come_first(void) {
  static const mode_t modes[] = {0600, 0640, 0644, 0200};
  struct output *output = NULL;
  mode_t mask = umask(022);
  enter();
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    CU_ASSERT_EQUAL(chmod(put("old", "before", 6), modes[i]), 0);
    CU_ASSERT_EQUAL_FATAL(output_open(in_folder("old"), 0666, NULL, NULL, &output, NULL), RUNG_OK);
    CU_ASSERT_EQUAL(output_write(output, "after", 5, NULL), RUNG_OK);
    CU_ASSERT_EQUAL(output_settle(output, NULL), RUNG_OK);
    CU_ASSERT_EQUAL(output_release(output, NULL), RUNG_OK);
    CU_ASSERT_EQUAL(mode_of(in_folder("old")), modes[i]);
    CU_ASSERT_EQUAL(output_appear(output, NULL), RUNG_OK);
    CU_ASSERT_EQUAL(mode_of(in_folder("old")), modes[i]);
    CU_ASSERT_EQUAL(output_finish(output, NULL), RUNG_OK);
    CU_ASSERT_EQUAL(mode_of(in_folder("old")), modes[i]);
    CU_ASSERT_EQUAL(chmod(in_folder("old"), 0600), 0);
    CU_ASSERT(holds(in_folder("old"), "after"));
  }
  umask(mask);
  CU_ASSERT_EQUAL(leave(), 1);
}

void suite_io(void);

void suite_io(void) {
  CU_pSuite suite = CU_add_suite("io", NULL, NULL);
  CU_add_test(suite, "plain files", plain_files);
  CU_add_test(suite, "gzip", gzip_files);
  CU_add_test(suite, "zstd", zstd_files);
  CU_add_test(suite, "zstd with a skippable frame", skippable_frame);
  CU_add_test(suite, "what can't be read", unreadable);
  CU_add_test(suite, "pipes", pipes);
  CU_add_test(suite, "files appear complete", complete_files);
  CU_add_test(suite, "files appear not at all", discarded_files);
  CU_add_test(suite, "order is kept", order_is_kept);
  CU_add_test(suite, "output is input", same_file);
  CU_add_test(suite, "what can't be written", unwritable);
  CU_add_test(suite, "full disk", full_disk);
  CU_add_test(suite, "closed pipe", closed_pipe);
  CU_add_test(suite, "open descriptors", descriptors);
  CU_add_test(suite, "modes come before names", modes_come_first);
}
