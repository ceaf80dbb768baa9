/* snapshot.c - what stands in a folder, to be compared and put back. */
#include "hard.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void hard_die(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fprintf(stderr, "\n");
  exit(4);
}

void hard_made(const char *name) {
  const char *path = getenv("RUNG_MADE");
  FILE *file = path && *path ? fopen(path, "a") : NULL;
  if (file && (fprintf(file, "%s\n", name) < 0 || fclose(file))) hard_die("cannot write %s", path);
}

static char *join(const char *folder, const char *name) {
  char *path;
  if (asprintf(&path, "%s/%s", folder, name) < 0) hard_die("out of memory");
  return path;
}

char *file_read(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  char *bytes = calloc(1, 1);
  *length = 0;
  while (file && bytes) {
    bytes = realloc(bytes, *length + (64 << 10) + 1);
    if (!bytes) break;
    size_t got = fread(bytes + *length, 1, 64 << 10, file);
    *length += got;
    bytes[*length] = 0;
    if (got == 0) break;
  }
  if (!bytes) hard_die("out of memory");
  if (file) fclose(file);
  return bytes;
}

static int wanted_name(const struct dirent *entry) {
  return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* Each file as its name, its length, its mode and its bytes; restored from that. */
static void read_folder(const char *folder, struct thing *thing) {
  struct snapshot inner;
  FILE *all = open_memstream(&thing->bytes, &thing->length);
  snapshot_take(folder, &inner);
  if (!all) hard_die("out of memory");
  for (size_t i = 0; i < inner.count; i++) {
    fprintf(all, "%s %zu %o\n", inner.things[i].name, inner.things[i].length, inner.things[i].mode);
    fwrite(inner.things[i].bytes, 1, inner.things[i].length, all);
  }
  if (fclose(all)) hard_die("out of memory");
  snapshot_free(&inner);
}

/* Names of folders end with a slash. */
void snapshot_take(const char *folder, struct snapshot *snapshot) {
  struct dirent **names;
  int count = scandir(folder, &names, wanted_name, alphasort);
  if (count < 0) hard_die("cannot read %s", folder);
  *snapshot = (struct snapshot){calloc((size_t)count + 1, sizeof *snapshot->things), (size_t)count};
  for (int i = 0; i < count; i++) {
    struct thing *thing = &snapshot->things[i];
    struct stat about;
    char *path = join(folder, names[i]->d_name);
    if (lstat(path, &about)) hard_die("cannot look at %s", path);
    bool is_folder = S_ISDIR(about.st_mode);
    thing->mode = about.st_mode & 07777;
    if (is_folder) read_folder(path, thing);
    else thing->bytes = file_read(path, &thing->length);
    if (asprintf(&thing->name, "%s%s", names[i]->d_name, is_folder ? "/" : "") < 0) hard_die("out of memory");
    free(path);
    free(names[i]);
  }
  free(names);
}

void snapshot_free(struct snapshot *snapshot) {
  for (size_t i = 0; i < snapshot->count; i++) {
    free(snapshot->things[i].name);
    free(snapshot->things[i].bytes);
  }
  free(snapshot->things);
  *snapshot = (struct snapshot){0};
}

const struct thing *snapshot_find(const struct snapshot *snapshot, const char *name) {
  for (size_t i = 0; i < snapshot->count; i++)
    if (strcmp(snapshot->things[i].name, name) == 0) return &snapshot->things[i];
  return NULL;
}

bool thing_same(const struct thing *a, const struct thing *b) {
  if (!a || !b) return !a && !b;
  return a->mode == b->mode && a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

static void write_file(const char *path, const char *bytes, size_t length, unsigned mode) {
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) || chmod(path, mode))
    hard_die("cannot write %s", path);
}

static void write_folder(const char *folder, const struct thing *thing) {
  char name[256];
  size_t length;
  unsigned mode;
  int taken;
  if (mkdir(folder, 0777) || chmod(folder, thing->mode)) hard_die("cannot make %s", folder);
  for (const char *at = thing->bytes; at < thing->bytes + thing->length; at += length) {
    if (sscanf(at, "%255s %zu %o%n", name, &length, &mode, &taken) != 3) hard_die("cannot restore %s", folder);
    at += taken + 1;
    char *path = join(folder, name);
    write_file(path, at, length, mode);
    free(path);
  }
}

static void remove_thing(const char *path, bool is_folder) {
  struct dirent **names;
  int count = is_folder ? scandir(path, &names, wanted_name, NULL) : 0;
  for (int i = 0; i < count; i++) {
    char *inner = join(path, names[i]->d_name);
    unlink(inner);
    free(inner);
    free(names[i]);
  }
  if (is_folder && count >= 0) free(names);
  if (is_folder ? rmdir(path) : unlink(path)) hard_die("cannot remove %s", path);
}

void snapshot_restore(const char *folder, const struct snapshot *snapshot) {
  struct snapshot now;
  snapshot_take(folder, &now);
  for (size_t i = 0; i < now.count; i++) {
    char *path = join(folder, now.things[i].name);
    size_t length = strlen(path);
    bool is_folder = path[length - 1] == '/';
    if (!thing_same(&now.things[i], snapshot_find(snapshot, now.things[i].name))) remove_thing(path, is_folder);
    free(path);
  }
  for (size_t i = 0; i < snapshot->count; i++) {
    const struct thing *thing = &snapshot->things[i];
    char *path = join(folder, thing->name);
    if (!thing_same(thing, snapshot_find(&now, thing->name))) {
      if (path[strlen(path) - 1] == '/') write_folder(path, thing);
      else write_file(path, thing->bytes, thing->length, thing->mode);
    }
    free(path);
  }
  snapshot_free(&now);
}
