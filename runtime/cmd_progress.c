/* cmd_progress.c - the progress bar of a long run. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"

#define REDRAW_SECONDS 0.1
enum { BAR = 30 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

void cmd_progress_start(struct cmd_progress *progress, bool wanted) {
  *progress = (struct cmd_progress){.shown = wanted && isatty(STDERR_FILENO), .started = now()};
}

void cmd_progress_step(struct cmd_progress *progress, uint64_t bytes, uint64_t total, uint64_t rows) {
  if (!progress->shown) return;
  double time = now();
  if (time - progress->last < REDRAW_SECONDS) return;
  progress->last = time;
  progress->drawn = true;
  double seconds = time - progress->started, megabytes = (double)bytes / 1e6;
  double speed = seconds > 0 ? megabytes / seconds : 0;
  if (total > 0) {
    double share = bytes < total ? (double)bytes / (double)total : 1;
    char bar[BAR + 1];
    for (int i = 0; i < BAR; i++) bar[i] = i < (int)(share * BAR) ? '#' : '.';
    bar[BAR] = 0;
    fprintf(stderr, "\r\033[K[%s] %3.0f%%  %.0f MB/s  %llu rows", bar, share * 100, speed, (unsigned long long)rows);
  } else {
    fprintf(stderr, "\r\033[K%.0f MB  %.0f MB/s  %llu rows", megabytes, speed, (unsigned long long)rows);
  }
  fflush(stderr);
}

void cmd_progress_clear(struct cmd_progress *progress) {
  if (progress->drawn) fputs("\r\033[K", stderr);
  progress->drawn = false;
}
