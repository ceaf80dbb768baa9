/* input.c - files to read: plain, pipes, standard input; gzip and zstd by their first bytes; other encodings;
   blanks between cells. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "input_blanks.h"
#include "input_decode.h"
#include "input_encoding.h"
#include "temp.h"

enum { STORED_ROOM = 64 << 10, MAGIC_LENGTH = 4 };

struct input {
  struct rung_allocator allocator;
  char *name;
  size_t name_length;
  int file;
  bool standard;              /* input, which stays open */
  struct stat stat;
  uint64_t position;
  /* Bytes read ahead: of a plain file those looked at for a magic number, else the compressed ones. */
  unsigned char *stored;
  size_t stored_begin, stored_end;
  bool ended;                 /* the system said so */
  const struct decoder *decoder;
  void *decoding;
  struct encoding *encoding;
  bool squeezed;
  struct blanks blanks;
  struct made_input made;     /* read NULL: a file */
  bool kept;                  /* `file` is a temporary one, of decompressed bytes */
};

static enum rung_status fail_system(const struct input *input, const char *what, struct rung_error *error) {
  return fail(error, RUNG_NO_RESOURCE, "cannot %s %s: %s", what, input->name, strerror(errno));
}

/* One read() that brings something, unless the file ends. */
static enum rung_status read_some(struct input *input, void *bytes, size_t room, size_t *got,
                                  struct rung_error *error) {
  for (;;) {
    ssize_t length = read(input->file, bytes, room);
    if (length >= 0) {
      *got = (size_t)length;
      input->position += (uint64_t)length;
      input->ended = length == 0;
      return RUNG_OK;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) poll(&(struct pollfd){.fd = input->file, .events = POLLIN}, 1, -1);
    else if (errno != EINTR) return fail_system(input, "read", error);
  }
}

/* Adds to `stored` until it holds `wanted` bytes or the file ends. */
static enum rung_status read_ahead(struct input *input, size_t wanted, struct rung_error *error) {
  while (input->stored_end < wanted && !input->ended) {
    size_t got = 0;
    enum rung_status status =
        read_some(input, input->stored + input->stored_end, STORED_ROOM - input->stored_end, &got, error);
    if (status) return status;
    input->stored_end += got;
  }
  return RUNG_OK;
}

static const struct decoder *choose_decoder(const unsigned char *bytes, size_t length) {
  if (length >= 2 && memcmp(bytes, "\x1f\x8b", 2) == 0) return &decoder_gzip;
  if (length < MAGIC_LENGTH) return NULL;
  /* A frame, or one of the skippable frames that parallel compressors put first. */
  bool skippable = (bytes[0] & 0xf0) == 0x50 && memcmp(bytes + 1, "\x2a\x4d\x18", 3) == 0;
  return skippable || memcmp(bytes, "\x28\xb5\x2f\xfd", MAGIC_LENGTH) == 0 ? &decoder_zstd : NULL;
}

static enum rung_status open_file(struct input *input, const char *path, struct rung_error *error) {
  input->standard = strcmp(path, "-") == 0;
  if (input->standard) {
    input->file = STDIN_FILENO;
  } else {
    do input->file = open(path, O_RDONLY | O_CLOEXEC);
    while (input->file < 0 && errno == EINTR);
    if (input->file < 0) return fail_system(input, "open", error);
  }
  if (fstat(input->file, &input->stat)) return fail_system(input, "open", error);
  if (S_ISDIR(input->stat.st_mode)) {
    errno = EISDIR;
    return fail_system(input, "read", error);
  }
  (void)posix_fadvise(input->file, 0, 0, POSIX_FADV_SEQUENTIAL); /* advice only: pipes refuse it */
  return RUNG_OK;
}

/* An input with room for its parts, or NULL. */
static struct input *input_new(const char *name, const struct rung_allocator *allocator) {
  struct input *input = alloc_array(allocator, 1, sizeof *input);
  if (!input) return NULL;
  input->allocator = alloc_resolve(allocator);
  input->file = -1;
  input->name_length = strlen(name) + 1;
  input->name = alloc_array(allocator, input->name_length, 1);
  input->stored = alloc_resize(allocator, NULL, 0, STORED_ROOM, 1);
  if (input->name && input->stored) {
    memcpy(input->name, name, input->name_length);
    return input;
  }
  input_close(input);
  return NULL;
}

static enum rung_status start_decoding(struct input *input, struct rung_error *error) {
  enum rung_status status = read_ahead(input, MAGIC_LENGTH, error);
  if (status) return status;
  input->decoder = choose_decoder(input->stored, input->stored_end);
  return input->decoder ? input->decoder->start(&input->allocator, &input->decoding, error) : RUNG_OK;
}

enum rung_status input_open(const char *path, const struct rung_allocator *allocator, struct input **result,
                            struct rung_error *error) {
  struct input *input = input_new(strcmp(path, "-") == 0 ? "standard input" : path, allocator);
  if (!input) return fail_memory(error);
  enum rung_status status = open_file(input, path, error);
  if (!status) status = start_decoding(input, error);
  if (status) input_close(input);
  else *result = input;
  return status;
}

enum rung_status input_open_made(const struct made_input *made, const char *name,
                                 const struct rung_allocator *allocator, struct input **result,
                                 struct rung_error *error) {
  struct input *input = input_new(name, allocator);
  if (!input) return fail_memory(error);
  input->made = *made;
  *result = input;
  return RUNG_OK;
}

void input_close(struct input *input) {
  if (!input) return;
  struct rung_allocator allocator = input->allocator;
  if (input->decoding) input->decoder->stop(input->decoding);
  encoding_close(input->encoding);
  if (input->file >= 0 && !input->standard) close(input->file);
  alloc_free(&allocator, input->stored, STORED_ROOM, 1);
  alloc_free(&allocator, input->name, input->name_length, 1);
  alloc_free(&allocator, input, 1, sizeof *input);
}

static enum rung_status read_plain(struct input *input, char *bytes, size_t room, size_t *got,
                                   struct rung_error *error) {
  size_t ahead = input->stored_end - input->stored_begin;
  if (ahead > room) ahead = room;
  memcpy(bytes, input->stored + input->stored_begin, ahead);
  input->stored_begin += ahead;
  *got = ahead;
  while (*got < room && !input->ended) {
    size_t more = 0;
    enum rung_status status = read_some(input, bytes + *got, room - *got, &more, error);
    if (status) return status;
    *got += more;
  }
  return RUNG_OK;
}

static enum rung_status read_compressed(struct input *input, char *bytes, size_t room, size_t *got,
                                        struct rung_error *error) {
  struct decode_step step = {.out = (unsigned char *)bytes, .out_room = room};
  *got = 0;
  while (step.out_room) {
    if (input->stored_begin == input->stored_end) {
      input->stored_begin = input->stored_end = 0;
      enum rung_status status = read_ahead(input, 1, error);
      if (status) return status;
    }
    step.in = input->stored + input->stored_begin;
    step.in_length = input->stored_end - input->stored_begin;
    size_t room_before = step.out_room;
    const char *why;
    enum rung_status decoded = input->decoder->step(input->decoding, &step, &why);
    if (decoded == RUNG_NO_RESOURCE) return fail_memory(error);
    if (decoded) {
      return fail(error, decoded, "%s: the %s stream can't be read: %s", input->name, input->decoder->format, why);
    }
    input->stored_begin = input->stored_end - step.in_length;
    if (input->ended && !step.in_length && step.out_room == room_before) break;
  }
  *got = room - step.out_room;
  if (step.out_room && !input->decoder->complete(input->decoding)) {
    return fail(error, RUNG_BAD_DATA, "%s: the %s stream is cut short: copy or export the file again", input->name,
                input->decoder->format);
  }
  return RUNG_OK;
}

static enum rung_status read_bytes(struct input *input, void *bytes, size_t room, size_t *got,
                                   struct rung_error *error) {
  if (input->made.read) return input->made.read(input->made.context, bytes, room, got, error);
  return input->decoder ? read_compressed(input, bytes, room, got, error)
                        : read_plain(input, bytes, room, got, error);
}

enum rung_status input_encoding(struct input *input, const char *name, struct rung_error *error) {
  return name ? encoding_open(name, &input->allocator, &input->encoding, error) : RUNG_OK;
}

void input_blanks(struct input *input) { input->squeezed = true; }

static enum rung_status read_text(struct input *input, void *bytes, size_t room, size_t *got,
                                  struct rung_error *error) {
  return input->encoding ? encoding_read(input->encoding, read_bytes, input, bytes, room, got, error)
                         : read_bytes(input, bytes, room, got, error);
}

/* Of each reading one byte may become two; where there is no room for the second, it waits. */
static enum rung_status read_squeezed(struct input *input, char *bytes, size_t room, size_t *got,
                                      struct rung_error *error) {
  struct blanks *blanks = &input->blanks;
  for (*got = 0; *got < room;) {
    char pair[2], *to = bytes + *got, *at = room - *got == 1 ? pair : to;
    if (blanks->late_length) {
      *to = blanks->late[0];
      blanks->late_length = 0;
      ++*got;
      continue;
    }
    size_t length;
    enum rung_status status = read_text(input, at + 1, at == pair ? 1 : room - *got - 1, &length, error);
    if (status) return status;
    if (length == 0) break;
    size_t made = blanks_squeeze(blanks, at + 1, length, at);
    if (at == pair && made > 0) *to = pair[0];
    if (at == pair && made > 1) blanks->late[0] = pair[1], blanks->late_length = 1, made = 1;
    *got += made;
  }
  return RUNG_OK;
}

enum rung_status input_read(struct input *input, void *bytes, size_t room, size_t *got, struct rung_error *error) {
  return input->squeezed ? read_squeezed(input, bytes, room, got, error) : read_text(input, bytes, room, got, error);
}

/* -- Reading twice --------------------------------------------------------------------- */

static void stop_decoding(struct input *input) {
  if (input->decoding) input->decoder->stop(input->decoding);
  input->decoding = NULL;
  input->decoder = NULL;
}

/* All bytes, decompressed, to `file`. */
static enum rung_status copy_out(struct input *input, int file, struct rung_error *error) {
  enum { ROOM = 256 << 10 };
  char *bytes = alloc_resize(&input->allocator, NULL, 0, ROOM, 1);
  if (!bytes) return fail_memory(error);
  enum rung_status status = RUNG_OK;
  uint64_t at = 0;
  for (size_t got = 1; got > 0 && !status; at += got) {
    status = read_bytes(input, bytes, ROOM, &got, error);
    if (!status && got > 0) status = temp_write(file, bytes, got, at, error);
  }
  alloc_free(&input->allocator, bytes, ROOM, 1);
  return status;
}

enum rung_status input_keep(struct input *input, struct rung_error *error) {
  int file;
  if (input->made.read || (S_ISREG(input->stat.st_mode) && !input->standard)) return RUNG_OK;
  enum rung_status status = temp_open(&file, error);
  if (status) return status;
  status = copy_out(input, file, error);
  if (!status && fstat(file, &input->stat)) status = fail_system(input, "keep", error);
  if (status) {
    close(file);
    return status;
  }
  stop_decoding(input);
  if (!input->standard) close(input->file);
  input->standard = false;
  input->file = file;
  input->kept = true;
  return input_again(input, error);
}

enum rung_status input_again(struct input *input, struct rung_error *error) {
  input->stored_begin = input->stored_end = 0;
  input->ended = false;
  input->position = 0;
  encoding_close(input->encoding);
  input->encoding = NULL;
  input->squeezed = false;
  input->blanks = (struct blanks){0};
  if (input->made.read) {
    input->made.restart(input->made.context);
    return RUNG_OK;
  }
  stop_decoding(input);
  if (lseek(input->file, 0, SEEK_SET)) return fail_system(input, "read again", error);
  return input->kept ? RUNG_OK : start_decoding(input, error);
}

const char *input_name(const struct input *input) { return input->name; }

uint64_t input_size(const struct input *input) {
  return S_ISREG(input->stat.st_mode) ? (uint64_t)input->stat.st_size : 0;
}

uint64_t input_position(const struct input *input) { return input->position; }

bool input_is(const struct input *input, uint64_t device, uint64_t inode) {
  return S_ISREG(input->stat.st_mode) && (uint64_t)input->stat.st_dev == device &&
         (uint64_t)input->stat.st_ino == inode;
}
