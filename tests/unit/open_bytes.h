/* open_bytes.h - bytes to be read as a file is. */
#ifndef TEST_OPEN_BYTES_H
#define TEST_OPEN_BYTES_H

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io.h"

static inline struct input *open_bytes(const char *bytes, size_t length) {
  char path[64];
  struct input *input = NULL;
  int file = memfd_create("csv", MFD_CLOEXEC);
  CU_ASSERT_FATAL(file >= 0 && write(file, bytes, length) == (ssize_t)length);
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  CU_ASSERT_FATAL(input_open(path, NULL, &input, NULL) == RUNG_OK);
  close(file);
  return input;
}

#endif
