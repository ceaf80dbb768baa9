/* io.h - files in and out: plain, pipes, gzip and zstd, any encoding in; complete or not at all out. */
#ifndef RUNG_IO_H
#define RUNG_IO_H

#include "temp.h"

/* Fills `error` (which may be NULL) like printf and returns `status`. */
enum rung_status fail(struct rung_error *error, enum rung_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

struct input;

/* Opens a path, "-" being standard input.  Compression is told by the first bytes. */
enum rung_status input_open(const char *path, const struct rung_allocator *allocator, struct input **input,
                            struct rung_error *error);
/* Bytes that the program makes itself, as if they were a file: as input_read; `restart` begins them again. */
struct made_input {
  enum rung_status (*read)(void *context, void *bytes, size_t room, size_t *got, struct rung_error *error);
  void (*restart)(void *context);
  void *context;
};
enum rung_status input_open_made(const struct made_input *made, const char *name,
                                 const struct rung_allocator *allocator, struct input **input,
                                 struct rung_error *error);
void input_close(struct input *input);

/* Makes a second reading possible: of what is no regular file the bytes go to a temporary one first.  Before the first
   input_read and input_encoding. */
enum rung_status input_keep(struct input *input, struct rung_error *error);
/* Begins again from the first byte, input_encoding and input_blanks included. */
enum rung_status input_again(struct input *input, struct rung_error *error);

/* From here on input_read gives UTF-8 made of text in the encoding `name` (rung_dialect); NULL leaves the bytes as they
   are.  Before anything is read.  RUNG_INVALID: there is no such encoding. */
enum rung_status input_encoding(struct input *input, const char *name, struct rung_error *error);
/* From here on a run of spaces and tabs between two cells reads as one tab, and blanks around a line as nothing.
   Before anything is read. */
void input_blanks(struct input *input);

/* Reads up to `room` decompressed bytes; *got 0 is the end.  Never returns fewer than it could by a short read of the
   system alone, except at the end.  A compressed stream that is cut short is RUNG_BAD_DATA. */
enum rung_status input_read(struct input *input, void *bytes, size_t room, size_t *got, struct rung_error *error);

const char *input_name(const struct input *input);      /* for messages */
uint64_t input_size(const struct input *input);         /* of the file as stored; 0 when unknown */
uint64_t input_position(const struct input *input);     /* bytes of the file as stored that were read */
/* It is the regular file that stat() describes so. */
bool input_is(const struct input *input, uint64_t device, uint64_t inode);

struct output;

/* Opens a path for writing under a temporary name beside it, readable by the owner alone; NULL, "-" or "/dev/stdout" is
   standard output, written as it goes, and so is what exists and is no regular file (a FIFO, /dev/null) and the open
   descriptor that a path names (/dev/stderr, /dev/fd/3).  The finished file has at most `mode`: of it what the process
   gives new files, or what the file had that it replaces, whose owner and group it keeps if the process may give them.
   A symbolic link keeps standing; the file behind it is made or replaced.  RUNG_INVALID when `input` (may be NULL) is
   the same file by any name. */
enum rung_status output_open(const char *path, unsigned mode, const struct input *input,
                             const struct rung_allocator *allocator, struct output **output,
                             struct rung_error *error);
/* The same, and tells the temporary name. */
enum rung_status output_open_told(const char *path, unsigned mode, const struct input *input,
                                  const struct temp_teller *teller, const struct rung_allocator *allocator,
                                  struct output **output, struct rung_error *error);
/* An output that `take` gets, in order, in output_release. */
enum rung_status output_open_taken(rung_write_fn *take, void *context, const struct rung_allocator *allocator,
                                   struct output **output, struct rung_error *error);
/* What would be written as it goes waits in a temporary file for output_release.  Before the first output_write. */
enum rung_status output_delay(struct output *output, struct rung_error *error);
/* Nothing of it appears before output_release or output_appear. */
bool output_waits(const struct output *output);
/* The output will stand in the place of this input too. */
bool output_replaces(const struct output *output, const struct input *input);
enum rung_status output_write(struct output *output, const void *bytes, size_t length, struct rung_error *error);
uint64_t output_written(const struct output *output);
/* A write failed because nobody reads the other end of the pipe any more.  Writing to such a pipe also raises SIGPIPE,
   which is the program's to ignore. */
bool output_pipe_closed(const struct output *output);

/* The steps of output_commit, so that of several files all are on the disk before any appears, and all appear before
   what is left to do with one can go wrong.  After the first nothing may be written. */
enum rung_status output_settle(struct output *output, struct rung_error *error); /* to the disk, with its mode */
/* What waits for it goes where it belongs, which may take until somebody reads it; nothing for a file. */
enum rung_status output_release(struct output *output, struct rung_error *error);
enum rung_status output_appear(struct output *output, struct rung_error *error); /* a file, under its name: at once */
/* Syncs the folder.  Frees `output`, as output_commit does. */
enum rung_status output_finish(struct output *output, struct rung_error *error);
enum rung_status output_commit(struct output *output, struct rung_error *error);
/* Removes the temporary file.  Frees `output`. */
void output_discard(struct output *output);

#endif
