/* cmd_dump.c - rung dump: list a compiled program. */
#include <stdio.h>

#include "cmd.h"

static int print(void *context, const char *bytes, size_t length) {
  (void)context;
  return fwrite(bytes, 1, length, stdout) != length;
}

enum rung_status cmd_dump(const struct cmd_args *args, cmd_compile_fn *compile) {
  rung_program *program;
  enum rung_status status = cmd_load(args->words[0], NULL, false, compile, &program);
  if (status) return status;
  status = rung_program_dump(program, print, NULL);
  rung_program_free(program);
  if (status && !ferror(stdout)) cmd_fail(status, "dump: out of memory");
  return status;
}
