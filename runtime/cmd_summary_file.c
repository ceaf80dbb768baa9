/* cmd_summary_file.c - the file of --summary: that it can be written is known before a row is read, and all of it is on
   the disk before the output appears. */
#include "buffer.h"
#include "cmd.h"
#include "io.h"

enum { OTHERS_MODE = 0666, OWN_MODE = 0600 };

/* Keys of customers are nobody else's to read. */
enum rung_status cmd_summary_open(const char *path, bool values, struct output **file) {
  struct rung_error error = {0};
  const struct temp_teller teller = {cmd_signals_tell, NULL};
  enum rung_status status = output_open_told(path, values ? OWN_MODE : OTHERS_MODE, NULL, &teller, NULL, file, &error);
  return status ? cmd_fail_error(&error) : RUNG_OK;
}

static enum rung_status write_summary(struct output *file, const struct cmd_run *run, struct rung_error *error) {
  struct buffer text = {0};
  enum rung_status status = cmd_summary_json(run, &text) ? output_write(file, text.at, text.length, error)
                                                         : fail(error, RUNG_NO_RESOURCE, "out of memory");
  buffer_free(&text);
  return status;
}

/* What is no file of its own must not have it before the output appears. */
enum rung_status cmd_summary_settle(struct output *file, const struct cmd_run *run, struct rung_error *error) {
  enum rung_status status = output_waits(file) ? RUNG_OK : output_delay(file, error);
  if (!status) status = write_summary(file, run, error);
  return status ? status : output_settle(file, error);
}

/* Messages may wait for their reader, and so may a summary that is no file: by then signals come again. */
enum rung_status cmd_summary_appear(struct output *file) {
  struct rung_error error = {0};
  enum rung_status status = output_appear(file, &error);
  cmd_signals_wait(false);
  if (!status) status = output_release(file, &error);
  return status ? cmd_fail_error(&error) : RUNG_OK;
}

enum rung_status cmd_summary_finish(struct output *file) {
  struct rung_error error = {0};
  return output_finish(file, &error) ? cmd_fail_error(&error) : RUNG_OK;
}

void cmd_summary_discard(struct output *file) {
  if (file) output_discard(file);
}
