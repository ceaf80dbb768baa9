/* helper.c - what the test scripts need and POSIX tools lack.

     helper zstd IN OUT              compresses a file
     helper get FILE PATH            prints a value of a JSON file: labels.churning, rules.0.fired, ...
     helper measure WORDS...         runs a command and says "SECONDS PEAK CPU": KiB of memory, seconds of all its cores
     helper socket PATH              makes a socket that nobody listens at
     helper rows JSONL EXPECTED      compares scored rows with a csv suite's expected JSON; prints the difference */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

static int fail(const char *what, const char *which) {
  fprintf(stderr, "helper: %s: %s\n", what, which);
  return 4;
}

static int compress(const char *in_path, const char *out_path) {
  FILE *in = fopen(in_path, "rb"), *out = fopen(out_path, "wb");
  static char bytes[1 << 20], packed[ZSTD_COMPRESSBOUND(1 << 20)];
  if (!in || !out) return fail("cannot open", in ? out_path : in_path);
  size_t length = fread(bytes, 1, sizeof bytes, in);
  size_t size = ZSTD_compress(packed, sizeof packed, bytes, length, 3);
  if (ZSTD_isError(size) || fwrite(packed, 1, size, out) != size) return fail("cannot compress", in_path);
  return fclose(in) || fclose(out) ? fail("cannot write", out_path) : 0;
}

static int make_socket(const char *path) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  int file = socket(AF_UNIX, SOCK_STREAM, 0);
  if (file < 0 || strlen(path) >= sizeof name.sun_path) return fail("cannot make", path);
  memcpy(name.sun_path, path, strlen(path));
  return bind(file, (const struct sockaddr *)&name, sizeof name) ? fail("cannot make", path) : 0;
}

/* One step of a path: a key, or an index of an array. */
static json_t *step(json_t *value, const char *name, size_t length) {
  char key[256];
  if (length >= sizeof key) return NULL;
  memcpy(key, name, length);
  key[length] = '\0';
  return json_is_array(value) ? json_array_get(value, strtoul(key, NULL, 10)) : json_object_get(value, key);
}

static int get(const char *path, const char *wanted) {
  json_error_t error;
  json_t *whole = json_load_file(path, 0, &error), *value = whole;
  if (!whole) return fail(path, error.text);
  for (const char *name = wanted; value && *name;) {
    size_t length = strcspn(name, ".");
    value = step(value, name, length);
    name += length + (name[length] == '.');
  }
  if (json_is_string(value)) printf("%s\n", json_string_value(value));
  else if (value) json_dumpf(value, stdout, JSON_ENCODE_ANY | JSON_COMPACT), printf("\n");
  else printf("nothing\n");
  json_decref(whole);
  return 0;
}

/* The suites write a table as a list of objects, or as a list of lists, the first being the header. */
static json_t *expected_row(json_t *expected, size_t row) {
  json_t *first = json_array_get(expected, 0);
  if (!json_is_array(first)) return json_incref(json_array_get(expected, row));
  json_t *cells = json_array_get(expected, row + 1), *object = cells ? json_object() : NULL;
  for (size_t i = 0; cells && i < json_array_size(cells); i++)
    json_object_set(object, json_string_value(json_array_get(first, i)), json_array_get(cells, i));
  return object;
}

static int rows(const char *scored_path, const char *expected_path) {
  json_error_t error;
  FILE *scored = fopen(scored_path, "rb");
  json_t *expected = json_load_file(expected_path, 0, &error);
  if (!scored || !expected) return fail("cannot read", scored ? error.text : scored_path);
  char *line = NULL;
  size_t room = 0, row = 0;
  int different = 0;
  for (; getline(&line, &room, scored) > 0; row++) {
    json_t *got = json_loads(line, JSON_REJECT_DUPLICATES, &error), *wanted = expected_row(expected, row);
    json_object_del(got, "tags");
    if (!got || !wanted || !json_equal(got, wanted)) {
      printf("row %zu is %.*s instead of ", row + 1, (int)strcspn(line, "\n"), line);
      if (wanted) json_dumpf(wanted, stdout, JSON_COMPACT);
      printf("\n");
      different = 1;
    }
    json_decref(got);
    json_decref(wanted);
  }
  json_t *missing = expected_row(expected, row);
  if (missing) printf("only %zu rows\n", row), different = 1;
  json_decref(missing);
  json_decref(expected);
  free(line);
  fclose(scored);
  return different;
}

static double seconds_of(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

static int measure(char **words) {
  struct timespec from, to;
  struct rusage usage;
  int status;
  clock_gettime(CLOCK_MONOTONIC, &from);
  pid_t child = fork();
  if (child == 0) {
    execvp(words[0], words);
    _exit(4);
  }
  if (child < 0 || waitpid(child, &status, 0) < 0 || getrusage(RUSAGE_CHILDREN, &usage))
    return fail("cannot run", words[0]);
  clock_gettime(CLOCK_MONOTONIC, &to);
  double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
  printf("%.4f %ld %.4f\n", seconds, usage.ru_maxrss, seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 4;
}

int main(int argc, char **argv) {
  if (argc > 2 && !strcmp(argv[1], "measure")) return measure(argv + 2);
  if (argc == 4 && !strcmp(argv[1], "zstd")) return compress(argv[2], argv[3]);
  if (argc == 3 && !strcmp(argv[1], "socket")) return make_socket(argv[2]);
  if (argc == 4 && !strcmp(argv[1], "get")) return get(argv[2], argv[3]);
  if (argc == 4 && !strcmp(argv[1], "rows")) return rows(argv[2], argv[3]);
  return fail("wrong usage", argc > 1 ? argv[1] : "no command");
}
